//! What is asked beyond one answer: the frontier as a curve to click on, three alternatives side by side, what binds.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{
    self, Align2, Color32, ColorImage, Context, Grid, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind,
    TextStyle, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};

use crate::balance::{
    Binding, Budget, Dealt, Loads, Numbered, Rebalanced, Rebalancing, Standing, best_first, binding, difference,
    faces_of_incidents, frontier,
};
use crate::base::{Progress, Refusal};
use crate::edit::Context as EditContext;
use crate::geometry::Bounds;
use crate::model::{Plan, Role as TierRole, ZoneId};
use crate::render::View;
use crate::topology::scan;

use super::app::App;
use super::camera::Camera;
use super::moves::{Proposal, land_of};
use super::overlay::Outline;
use super::picture::thumbnail;
use super::rebalancing::loads_of;
use super::tasks::{Done, Kind};
use super::terms::{self, Terms};
use super::theme::Palette;
use super::toasts::Tone;

/// The parts of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Sheet {
    /// The moves one by one.
    #[default]
    Moves,
    /// What less change costs in balance.
    Frontier,
    /// Plans that really differ.
    Alternatives,
    /// What stands in the way.
    Binding,
    /// Other numbers of grids.
    Numbers,
}

/// An answer with its picture and how far it is from the first.
pub(super) struct Alternative {
    answer: Rebalanced,
    apart: f64,
    image: ColorImage,
    view: View,
}

impl Alternative {
    /// The answer.
    pub(super) fn answer(&self) -> &Rebalanced {
        &self.answer
    }
}

/// What a job brings.
pub(super) enum Answered {
    Frontier(Arc<Plan>, Vec<Rebalanced>),
    Alternatives(Arc<Plan>, Vec<Alternative>),
    Binding(Arc<Plan>, Vec<Binding>),
    Numbers(Arc<Plan>, Vec<Numbered>),
}

/// A picture on the screen.
struct Card {
    answer: Rebalanced,
    apart: f64,
    texture: TextureHandle,
    view: View,
    outline: Outline,
}

impl Card {
    /// The picture, with the land that changes hands outlined.
    fn paint(&mut self, ui: &mut Ui, plan: &Plan, is_current: bool, palette: &Palette) {
        let (place, _) = ui.allocate_exact_size(vec2(PICTURE[0] as f32, PICTURE[1] as f32), Sense::hover());
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(self.texture.id(), place, whole, Color32::WHITE);
        let camera = Camera::small(&self.view, place);
        let outline = self.outline.of_faces(plan, 0, land_of(plan, &self.answer));
        outline.paint(&painter, &camera, Stroke::new(1.5, palette.accent), palette.card);
        let edge = if is_current { palette.accent } else { palette.line };
        painter.rect_stroke(place, 0.0, Stroke::new(1.0, edge), StrokeKind::Inside);
    }
}

/// What was worked out, with the plan it was worked out for.
#[derive(Default)]
pub(super) struct Choices {
    frontier: Option<(Arc<Plan>, Vec<Rebalanced>)>,
    cards: Option<(Arc<Plan>, Vec<Card>)>,
    binding: Option<(Arc<Plan>, Vec<Binding>)>,
    pub(super) numbers: Option<(Arc<Plan>, Vec<Numbered>)>,
}

impl Choices {
    /// Forgets all of it: another question was asked. Numbers of grids stay: choosing one asks for the moves.
    pub(super) fn forget(&mut self) {
        *self = Self { numbers: self.numbers.take(), ..Self::default() };
    }
}

/// Budgets of the frontier: shares of each town's work that may change hands.
const BUDGETS: [f64; 8] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 1.0];
/// Size of the picture of an alternative, points.
const PICTURE: [f64; 2] = [132.0, 108.0];
/// Room for the words at the axes of the curve.
const AXIS: [f32; 2] = [46.0, 20.0];

impl App {
    /// Which part of the answer is looked at.
    pub(super) fn sheets_ui(&mut self, ui: &mut Ui) {
        let terms = Terms::of(self.prefs.lang);
        ui.spacing_mut().item_spacing.x = 2.0;
        for (sheet, word) in [
            (Sheet::Moves, terms.sheet_moves),
            (Sheet::Frontier, terms.sheet_frontier),
            (Sheet::Alternatives, terms.sheet_alternatives),
            (Sheet::Binding, terms.sheet_binding),
        ]
        .into_iter()
        .chain(self.choices.numbers.is_some().then_some((Sheet::Numbers, terms.sheet_numbers)))
        {
            ui.selectable_value(&mut self.prefs.sheet, sheet, RichText::new(word).small());
        }
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.add_space(6.0);
    }

    /// What the moves of an answer that are done or open do, its bound, and where it comes from in one line that can be copied.
    pub(super) fn answer_ui(&self, ui: &mut Ui, answer: &Rebalanced, (standing, is_part): (Option<&Standing>, bool)) {
        let (terms, words, lang) = (Terms::of(self.prefs.lang), self.words(), self.prefs.lang);
        let line = answer.provenance();
        ui.horizontal(|ui| {
            if let Some(Standing { moves, after, moved_share, .. }) = standing {
                let told = terms::rebalanced(&answer.before, (after, *moved_share), *moves);
                let told = told.in_lang(lang);
                ui.label(if is_part { terms::if_rest(lang, *moves, told) } else { told.to_owned() });
            } else {
                ui.spinner();
                ui.label(RichText::new(terms.asking).weak());
            }
            let bound = format!("{} {:.1}%", words.moves_bound, answer.bound * 100.0);
            ui.label(RichText::new(bound).small().weak()).on_hover_text(terms::bound(lang, answer));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button(terms.copy).on_hover_text(terms.copy_hint).clicked() {
                    ui.ctx().copy_text(line.clone());
                }
                let label = egui::Label::new(RichText::new(&line).small().weak()).truncate();
                ui.add(label).on_hover_text(&line);
            });
        });
    }

    /// The sheets beside the moves: what is known of the question, or the button that asks it.
    pub(super) fn choices_ui(&mut self, ui: &mut Ui, proposal: &mut Proposal) {
        let terms = Terms::of(self.prefs.lang);
        let (hint, of) = match self.prefs.sheet {
            Sheet::Moves | Sheet::Numbers | Sheet::Frontier => {
                (terms.frontier_hint, self.choices.frontier.as_ref().map(|(plan, _)| Arc::clone(plan)))
            }
            Sheet::Alternatives => {
                (terms.alternatives_hint, self.choices.cards.as_ref().map(|(plan, _)| Arc::clone(plan)))
            }
            Sheet::Binding => (terms.binding_hint, self.choices.binding.as_ref().map(|(plan, _)| Arc::clone(plan))),
        };
        let asking = self.jobs.is_running(Kind::Ask);
        ui.horizontal(|ui| {
            let word = if of.is_some() { terms.ask_again } else { terms.ask };
            if asking {
                ui.spinner();
                ui.label(RichText::new(terms.asking).small().weak());
                if ui.small_button(self.words().cancel).clicked() {
                    self.jobs.cancel(Kind::Ask);
                }
            } else if ui.add_enabled(self.doc.is_measured(), egui::Button::new(word)).clicked() {
                self.ask(&proposal.answer.asked);
            }
            ui.label(RichText::new(hint).small().weak());
            if of.is_some_and(|plan| !Arc::ptr_eq(&plan, &self.doc.plan)) {
                ui.label(RichText::new(terms.stale).small().color(self.palette().warn));
            }
        });
        let chosen = match self.prefs.sheet {
            Sheet::Moves | Sheet::Numbers | Sheet::Frontier => self.frontier_ui(ui, &proposal.answer),
            Sheet::Alternatives => self.alternatives_ui(ui, &proposal.answer),
            Sheet::Binding => {
                self.binding_ui(ui, &proposal.answer);
                None
            }
        };
        if let Some(answer) = chosen {
            proposal.choose(answer);
        }
    }

    /// Asks the question of the sheet that is open.
    fn ask(&mut self, asked: &Rebalancing) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let plan = Arc::clone(&self.doc.plan);
        let (sheet, evened) = (self.prefs.sheet, self.prefs.rebalance.evened);
        let seconds = self.prefs.rebalance.seconds.clamp(0.1, 3600.0);
        let effort = move |parts: f64| Budget::Time(Duration::from_secs_f64(2.0 * seconds / parts));
        let asked = asked.clone();
        let seen = *self.canvas.camera.view();
        let dark = self.prefs.dark;
        let opened = self.doc.opened;
        self.jobs.start(Kind::Ask, move |progress| {
            let loads = loads_of(&plan, &measures, evened, progress);
            let answer = match sheet {
                Sheet::Moves | Sheet::Numbers | Sheet::Frontier => {
                    let options = Rebalancing { effort: effort(BUDGETS.len() as f64), ..asked };
                    frontier(&plan, &loads, &options, &BUDGETS, progress)
                        .map(|answers| Answered::Frontier(Arc::clone(&plan), answers))
                }
                Sheet::Alternatives => {
                    let options = Rebalancing { effort: effort(1.0), ..asked };
                    let faces = faces_of_incidents(&plan, &measures.shown);
                    best_first(&plan, (&loads, &faces), &options, (progress, &|_| {}))
                        .and_then(|answers| pictured(&plan, &loads, answers, (&seen, dark), progress))
                        .map(|answers| Answered::Alternatives(Arc::clone(&plan), answers))
                }
                Sheet::Binding => {
                    let options = Rebalancing { effort: effort(1.0), ..asked };
                    binding(&plan, &loads, &options, progress).map(|found| Answered::Binding(Arc::clone(&plan), found))
                }
            };
            Done::Asked(answer, opened)
        });
    }

    /// Takes what was asked for.
    pub(super) fn take_answer(&mut self, ctx: &Context, answer: Result<Answered, Refusal>, opened: u64) {
        if opened != self.doc.opened {
            return;
        }
        match answer {
            Ok(Answered::Frontier(plan, answers)) => self.choices.frontier = Some((plan, answers)),
            Ok(Answered::Numbers(plan, found)) => self.choices.numbers = Some((plan, found)),
            Ok(Answered::Binding(plan, found)) => self.choices.binding = Some((plan, found)),
            Ok(Answered::Alternatives(plan, found)) => {
                let card = |Alternative { answer, apart, image, view }| {
                    let texture = ctx.load_texture("alternative", image, TextureOptions::LINEAR);
                    Card { answer, apart, texture, view, outline: Outline::default() }
                };
                self.choices.cards = Some((plan, found.into_iter().map(card).collect()));
            }
            Err(why) => self.toasts.add(Tone::Refused, why.in_lang(self.prefs.lang)),
        }
    }

    /// The curve of deviation against share moved; the answer that was clicked.
    fn frontier_ui(&self, ui: &mut Ui, current: &Rebalanced) -> Option<Rebalanced> {
        let (lang, terms, palette) = (self.prefs.lang, Terms::of(self.prefs.lang), self.palette());
        let (_, answers) = self.choices.frontier.as_ref()?;
        ui.label(RichText::new(terms.frontier_axes).small().weak());
        let size = vec2(ui.available_width().min(760.0), (ui.available_height() - 4.0).clamp(90.0, 320.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let field = Rect::from_min_max(rect.min + vec2(AXIS[0], 10.0), rect.max - vec2(16.0, AXIS[1]));
        let today = current.before.max_deviation;
        let most = answers.iter().map(|answer| answer.moved_share).fold(0.01, f64::max);
        let top = answers.iter().map(|answer| answer.after.max_deviation).fold(today.max(0.01), f64::max);
        let place = |moved: f64, worst: f64| {
            let (x, y) = ((moved / most) as f32, (worst / top) as f32);
            pos2(field.left() + x * field.width(), field.bottom() - y * field.height())
        };
        let painter = ui.painter();
        painter.rect_filled(field, 2.0, palette.well);
        let small = TextStyle::Small.resolve(ui.style());
        for step in 0..=4 {
            let part = f64::from(step) / 4.0;
            let (left, below) = (place(0.0, top * part), place(most * part, 0.0));
            painter.hline(field.x_range(), left.y, Stroke::new(1.0, palette.line));
            let percent = |share: f64| format!("{:.0}%", share * 100.0);
            painter.text(left - vec2(6.0, 0.0), Align2::RIGHT_CENTER, percent(top * part), small.clone(), palette.weak);
            painter.text(below + vec2(0.0, 3.0), Align2::CENTER_TOP, percent(most * part), small.clone(), palette.weak);
        }
        let bound = place(0.0, current.bound).y;
        painter.extend(egui::Shape::dashed_line(
            &[pos2(field.left(), bound), pos2(field.right(), bound)],
            Stroke::new(1.0, palette.even),
            5.0,
            4.0,
        ));
        let points: Vec<_> =
            answers.iter().map(|answer| place(answer.moved_share, answer.after.max_deviation)).collect();
        for pair in points.windows(2) {
            // A budget buys nothing until it is large enough: the curve is a stair.
            let corner = pos2(pair[1].x, pair[0].y);
            painter.line_segment([pair[0], corner], Stroke::new(1.5, palette.accent));
            painter.line_segment([corner, pair[1]], Stroke::new(1.5, palette.accent));
        }
        let mut chosen = None;
        for (at, (answer, &point)) in answers.iter().zip(&points).enumerate() {
            let told = terms::point(lang, answer);
            let hit = Rect::from_center_size(point, vec2(22.0, 22.0));
            let response = ui.interact(hit, ui.scope_id().with(("frontier", at)), Sense::click());
            let is_current = answer.moves == current.moves;
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, &told));
            let lit = response.hovered() || response.has_focus();
            let radius = if lit || is_current { 7.0 } else { 5.0 };
            ui.painter().circle(
                point,
                radius,
                if is_current { palette.accent } else { palette.card },
                Stroke::new(2.0, if lit { palette.text } else { palette.accent }),
            );
            if answer.moves.is_empty() {
                let at = point + vec2(10.0, 0.0);
                ui.painter().text(at, Align2::LEFT_CENTER, terms.today, small.clone(), palette.text);
            }
            if response.on_hover_text(told).clicked() {
                chosen = Some(answer.clone());
            }
        }
        chosen
    }

    /// Three cards side by side; the answer that was chosen.
    fn alternatives_ui(&mut self, ui: &mut Ui, current: &Rebalanced) -> Option<Rebalanced> {
        let (lang, terms, palette) = (self.prefs.lang, Terms::of(self.prefs.lang), self.palette());
        let (plan, cards) = self.choices.cards.as_mut()?;
        let mut chosen = None;
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                for (at, card) in cards.iter_mut().enumerate() {
                    let is_current = card.answer.moves == current.moves;
                    ui.vertical(|ui| {
                        ui.horizontal(|ui| {
                            ui.label(RichText::new(terms::alternative(lang, at + 1)).strong());
                            let word = if is_current { terms.chosen } else { terms.choose };
                            let button = ui.add_enabled(!is_current, egui::Button::new(word));
                            let button = button.accessible_name(format!("{word} {}", at + 1));
                            if button.clicked() {
                                chosen = Some(card.answer.clone());
                            }
                        });
                        card.paint(ui, plan, is_current, palette);
                    });
                    ui.vertical(|ui| figures(ui, terms, at, card));
                }
            });
        });
        chosen
    }

    /// What binds, the costliest first.
    fn binding_ui(&self, ui: &mut Ui, answer: &Rebalanced) {
        let (lang, terms) = (self.prefs.lang, Terms::of(self.prefs.lang));
        ui.label(terms::bound(lang, answer));
        let Some((_, found)) = &self.choices.binding else { return };
        if found.is_empty() {
            ui.label(terms.binding_none);
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for one in found {
                ui.label(format!("• {}", one.what.in_lang(lang)));
            }
        });
    }
}

/// The figures of an alternative.
fn figures(ui: &mut Ui, terms: &Terms, at: usize, card: &Card) {
    let (answer, percent) = (&card.answer, |share: f64| format!("{:.1}%", share * 100.0));
    let after = &answer.after;
    let apart = if at == 0 { "–".to_owned() } else { percent(card.apart) };
    let rows = [
        (terms.figure_worst, percent(after.max_deviation)),
        (terms.figure_cv, format!("{:.3}", after.cv)),
        (terms.figure_moved, percent(answer.moved_share)),
        (terms.figure_moves, answer.moves.len().to_string()),
        (terms.figure_borders, format!("{:.1} km", after.cut_km)),
        (terms.figure_split, after.split_communities.to_string()),
        (terms.figure_apart, apart),
    ];
    ui.spacing_mut().interact_size.y = 14.0;
    Grid::new(("alternative", at)).num_columns(2).spacing([6.0, 2.0]).show(ui, |ui| {
        for (name, value) in rows {
            ui.label(RichText::new(name).small().weak());
            ui.label(RichText::new(value).small());
            ui.end_row();
        }
    });
}

/// The box around the towns that were asked for; `None` where that is the whole city.
fn land_asked_for(plan: &Plan, towns: &[ZoneId]) -> Option<Bounds> {
    let (_, tier) = plan.tier_of(TierRole::Town)?;
    let faces = towns.iter().flat_map(|&town| tier.faces_of(town));
    let faces = faces.filter_map(|face| plan.coverage.faces().get(face));
    let bounds = faces.fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
    (!bounds.is_empty()).then_some(bounds)
}

/// The alternatives with their pictures.
pub(super) fn pictured(
    plan: &Plan,
    loads: &Loads,
    answers: Vec<Rebalanced>,
    (seen, dark): (&View, bool),
    progress: &Progress,
) -> Result<Vec<Alternative>, Refusal> {
    let near = scan(&plan.coverage);
    let context = EditContext { near: &near, time: 0, camera: None };
    let towns = answers.first().map_or(&[][..], |answer| &answer.asked.towns);
    let bounds = land_asked_for(plan, towns).unwrap_or_else(|| seen.bounds());
    let mut found: Vec<Alternative> = Vec::new();
    for answer in answers {
        let after =
            if answer.moves.is_empty() { plan.clone() } else { answer.command(plan).apply(plan, &context)?.plan };
        let apart = match found.first() {
            Some(first) => difference(plan, loads, &first.answer, &answer)?,
            None => 0.0,
        };
        // Twice as fine as it is shown, for screens with small pixels.
        let mut view = View::fit(bounds, PICTURE[0], PICTURE[1], 0.0);
        view.pixels_per_point = 2.0;
        let image = thumbnail(&after, loads, answer.dealt == Dealt::Squads, view, dark, progress);
        found.push(Alternative { answer, apart, image, view });
    }
    Ok(found)
}
