//! What changed since a state of the plan: on the map, the lines that were and those that are; in the drawer, figures.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, ComboBox, Painter, RichText, Role, ScrollArea, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::base::{Cancelled, Progress};
use crate::edit::{History, StepId};
use crate::geometry::Point;
use crate::measures::{self, Changed, Measures, Moved, Row, round};
use crate::model::{Filter, Plan};

use super::app::App;
use super::beside::State;
use super::camera::Camera;
use super::overlay;
use super::tasks::{Done, Kind};
use super::theme::{Palette, ROW};
use super::words;

/// The state a plan is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum With {
    /// Before the first command.
    Start,
    /// As it was saved last.
    Saved,
    /// A version by its name.
    Version(String),
    /// After a command.
    Step(StepId),
}

/// What is compared of which plan: opened, revision, measured, tier, and the state by its last command.
type Key = (u64, u64, u64, usize, Option<StepId>);

/// What a comparison found.
#[derive(Debug)]
pub(super) struct Compared {
    key: Key,
    zones: Vec<Changed>,
    was: Vec<Vec<Point>>,
    is: Vec<Vec<Point>>,
    /// The state compared with, and what was measured of it.
    old: (Arc<Plan>, Arc<Measures>),
}

/// What is compared, asked and known.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) with: Option<With>,
    asked: Option<Key>,
    known: Option<Compared>,
}

impl Comparison {
    /// Takes what a job brings.
    pub(super) fn take(&mut self, compared: Compared) {
        self.known = Some(compared);
    }

    /// Paints the lines that were, dashed.
    pub(super) fn paint_was(&self, painter: &Painter, camera: &Camera, palette: &Palette) {
        if let Some(known) = &self.known {
            overlay::dashes(painter, camera, &known.was, Stroke::new(2.5, palette.over), palette.card);
        }
    }

    /// Paints the lines that were, dashed, and those that are.
    pub(super) fn paint(&self, app: &App, painter: &Painter) {
        let Some(known) = self.known.as_ref().filter(|_| self.with.is_some()) else { return };
        if (known.key.0, known.key.3) != (app.doc.opened, app.doc.active) {
            return;
        }
        let (palette, camera) = (app.palette(), &app.canvas.camera);
        overlay::lines(painter, camera, &known.is, Stroke::new(2.5, palette.accent), palette.card);
        if !app.beside.on {
            self.paint_was(painter, camera, palette);
        }
    }
}

/// Everything a job needs to compare.
struct Question {
    key: Key,
    plan: Arc<Plan>,
    history: History,
    measures: Arc<Measures>,
    filter: Filter,
}

fn compare(question: Question, progress: &Progress) -> Result<Compared, Cancelled> {
    let Question { key, plan, history, measures, filter } = question;
    let (.., tier, after) = key;
    let old = Arc::new(history.plan_at(&plan, after).unwrap_or_else(|| Plan::clone(&plan)));
    let found = measures::compare(&old, (&plan, &measures), filter, tier, progress)?;
    let measures::Comparison { zones, was, is, before } = found;
    Ok(Compared { key, zones, was, is, old: (old, Arc::new(before)) })
}

impl App {
    /// The last command of a state.
    fn last_of(&self, with: &With) -> Option<StepId> {
        match with {
            With::Start => None,
            With::Saved => self.doc.saved_step(),
            With::Version(name) => {
                let mut versions = self.doc.history.versions().iter();
                versions.find(|version| version.name == *name)?.after
            }
            With::Step(step) => Some(*step),
        }
    }

    /// The state that is compared with, as far as it is known.
    pub(super) fn compared_state(&self) -> Option<State> {
        let (with, known) = (self.comparison.with.as_ref()?, self.comparison.known.as_ref()?);
        let (plan, measures) = &known.old;
        let number = known.key.4.map_or(0, |step| u64::from(step) + 1);
        let of_now = known.key.0 == self.doc.opened && known.key.4 == self.last_of(with);
        let state =
            State { plan: Arc::clone(plan), measures: Arc::clone(measures), number, name: self.with_word(with) };
        of_now.then_some(state)
    }

    /// What a state is called.
    fn with_word(&self, with: &With) -> String {
        let (words, lang) = (self.words(), self.prefs.lang);
        match with {
            With::Start => words.compare_start.to_owned(),
            With::Saved => words.compare_saved.to_owned(),
            With::Version(name) => name.clone(),
            With::Step(step) => {
                let place = (0..).map_while(|at| self.doc.history.step_at(at)).position(|known| known == *step);
                words::after_step(lang, place.map_or(0, |place| place + 1))
            }
        }
    }

    /// Asks for the comparison anew when the plan, its measures or the question changed.
    pub(super) fn ask_comparison(&mut self) {
        let Some((with, measures)) = self.comparison.with.as_ref().zip(self.doc.measures.clone()) else { return };
        let (after, doc) = (self.last_of(with), &self.doc);
        let key = (doc.opened, doc.revision, doc.measured, doc.active, after);
        if self.comparison.asked == Some(key) || !doc.is_measured() {
            return;
        }
        self.comparison.asked = Some(key);
        let (plan, history, filter) = (Arc::clone(&doc.plan), doc.history.clone(), doc.filter.clone());
        let question = Question { key, plan, history, measures, filter };
        self.jobs.start(Kind::Compare, move |progress| Done::Compared(compare(question, progress)));
    }

    /// The comparison in the drawer.
    pub(super) fn compare_tab(&mut self, ui: &mut Ui) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let palette = self.palette();
        ui.horizontal(|ui| {
            ui.label(RichText::new(words.compare_with).weak());
            let versions = self.doc.history.versions().iter().map(|version| With::Version(version.name.clone()));
            let mut states: Vec<Option<With>> = vec![None, Some(With::Start), Some(With::Saved)];
            states.extend(versions.map(Some));
            let chosen = self.comparison.with.clone();
            if matches!(chosen, Some(With::Step(_))) {
                states.push(chosen.clone());
            }
            let word = |with: &Option<With>| {
                with.as_ref().map_or_else(|| words.compare_nothing.to_owned(), |with| self.with_word(with))
            };
            let states: Vec<_> = states.into_iter().map(|state| (word(&state), state)).collect();
            let combo = ComboBox::from_id_salt("compare with").width(200.0).selected_text(word(&chosen));
            combo.show_ui(ui, |ui| {
                for (text, state) in states {
                    ui.selectable_value(&mut self.comparison.with, state, text);
                }
            });
            if self.comparison.with.is_some() {
                legend(ui, palette.over, true, words.compare_was);
                legend(ui, palette.accent, false, words.compare_is);
                ui.checkbox(&mut self.beside.on, words.compare_beside);
            }
        });
        let Some(with) = self.comparison.with.clone() else { return };
        let Some(known) = self.comparison.known.take() else {
            ui.label(RichText::new(words.compare_working).weak());
            return;
        };
        if known.zones.is_empty() {
            ui.label(RichText::new(words.compare_same).weak());
        } else {
            ui.label(words::compared(lang, &self.with_word(&with), known.zones.len()));
            self.compared_rows(ui, &known);
        }
        self.comparison.known = Some(known);
    }

    fn compared_rows(&mut self, ui: &mut Ui, known: &Compared) {
        let (words, palette, area) = (self.words(), self.palette(), self.prefs.area);
        let mut fly = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let load = format!("{} ({})", words.measure_load, words.hours_week);
        let heads = ["", load.as_str(), words.measure_deviation, words.measure_incidents, area.sign()];
        for (x, text) in COLUMNS.into_iter().zip(heads) {
            let at = pos2(head.left() + x, head.center().y);
            ui.painter().text(at, Align2::LEFT_CENTER, text, small.clone(), palette.weak);
        }
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, known.zones.len(), |ui, range| {
            for changed in known.zones.get(range).unwrap_or_default() {
                let cells = self.cells(changed);
                let moved = self.moved_words(&changed.moved);
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                let told = format!("{} {} {moved}", changed.name, cells.join(" "));
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &told));
                if response.hovered() || response.has_focus() {
                    ui.painter().rect_filled(rect, 4.0, palette.hover);
                    self.list.hovered = Some(changed.zone);
                }
                let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
                let at = |x: f32| pos2(rect.left() + x, rect.center().y);
                let texts = std::iter::once(&changed.name).chain(&cells).chain([&moved]);
                for (x, text) in COLUMNS.into_iter().zip(texts) {
                    painter.text(at(x), Align2::LEFT_CENTER, text, font.clone(), palette.text);
                }
                if response.on_hover_text(moved).clicked() {
                    fly = Some(changed.bounds);
                }
            }
        });
        if let Some(bounds) = fly {
            self.canvas.fly_to(bounds);
        }
    }

    /// Load, deviation, incidents and area, before and after.
    fn cells(&self, changed: &Changed) -> Vec<String> {
        let (words, area) = (self.words(), self.prefs.area);
        let both = |of: &dyn Fn(&Row) -> String| match (&changed.before, &changed.after) {
            (Some(before), Some(after)) => format!("{} → {}", of(before), of(after)),
            (None, Some(after)) => format!("{} {}", words.zone_new, of(after)),
            (Some(before), None) => format!("{} {}", of(before), words.zone_ended),
            (None, None) => String::new(),
        };
        vec![
            both(&|row| round::hours(row.load_hours)),
            both(&|row| round::deviation(row.share)),
            both(&|row| row.incidents.to_string()),
            both(&|row| area.figure(row.area_km2)),
        ]
    }

    fn moved_words(&self, moved: &Moved) -> String {
        let (words, area) = (self.words(), self.prefs.area);
        let side = |word: &str, land: &[(String, f64)]| {
            let name = |name: &String| if name.is_empty() { words.nobody.to_owned() } else { name.clone() };
            let parts: Vec<String> =
                land.iter().map(|(zone, km2)| format!("{} {}", name(zone), area.figure(*km2))).collect();
            if parts.is_empty() { String::new() } else { format!("{word} {}", parts.join("、")) }
        };
        let sides = [side(words.taken_from, &moved.from), side(words.given_to, &moved.to)];
        sides.into_iter().filter(|side| !side.is_empty()).collect::<Vec<_>>().join(";")
    }
}

/// Where the columns begin, points.
const COLUMNS: [f32; 6] = [8.0, 112.0, 216.0, 322.0, 406.0, 506.0];

/// A short line with what it stands for.
fn legend(ui: &mut Ui, colour: Color32, dashed: bool, word: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(26.0, 14.0), Sense::hover());
    let ends = [rect.left_center(), rect.right_center()];
    let stroke = Stroke::new(2.5, colour);
    if dashed {
        ui.painter().extend(Shape::dashed_line(&ends, stroke, 6.0, 4.0));
    } else {
        ui.painter().line_segment(ends, stroke);
    }
    ui.label(RichText::new(word).small());
}
