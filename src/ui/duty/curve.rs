//! The need by the hour: how many squads the work binds, how many are needed, how many are on duty.

use eframe::egui::{
    Align2, ComboBox, DragValue, Painter, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::balance::squads_of;
use crate::model::{Standard, ZoneId};

use super::Scope;
use super::facts::Facts;
use crate::measures::named;
use crate::ui::app::App;
use crate::ui::strip::days;
use crate::ui::terms::{self, Terms};
use crate::ui::theme::Palette;

/// Room for the numbers at the left and the days below.
const AXIS: [f32; 2] = [26.0, 16.0];
/// Below this width the legend and the sentence beside it do not fit in one line.
const TWO_LINES: f32 = 900.0;

impl App {
    /// The curve, whose it is, and what is promised.
    pub(super) fn need_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        ui.horizontal_wrapped(|ui| {
            self.scope_choice(ui, town);
            self.standard_ui(ui);
        });
        let Some(facts) = &self.duty.facts else { return };
        // The line below it takes two where the window is narrow.
        let below = if ui.available_width() < TWO_LINES { 46.0 } else { 26.0 };
        let height = (ui.available_height() - below).clamp(80.0, 260.0);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - 8.0, height), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, terms.part_need));
        let field = Rect::from_min_max(rect.min + vec2(AXIS[0], 6.0), rect.max - vec2(4.0, AXIS[1]));
        paint(ui, facts, field, palette, lang);
        let hour = ui
            .ctx()
            .pointer_hover_pos()
            .filter(|at| field.contains(*at))
            .map(|at| (((at.x - field.left()) / field.width() * 168.0) as usize).min(167));
        if let Some(hour) = hour {
            response.on_hover_text_at_pointer(terms::hour_told(
                lang,
                days(lang)[hour / 24],
                hour % 24,
                hour_of(facts, hour),
            ));
        }
        let short: u32 = (0..facts.need.len())
            .map(|hour| facts.need[hour].saturating_sub(facts.duty.get(hour).map_or(0, |duty| duty.0)))
            .sum();
        let most = facts.need.iter().copied().max().unwrap_or(0);
        let colour = if short > 0 { palette.over } else { palette.better };
        ui.horizontal_wrapped(|ui| {
            legend(ui, terms, palette);
            ui.add_space(10.0);
            ui.label(RichText::new(terms::shortage(lang, short, most)).color(colour));
        });
    }

    /// Whose load: the town's, a squad's, that of the selected grids.
    fn scope_choice(&mut self, ui: &mut Ui, town: ZoneId) {
        let terms = Terms::of(self.prefs.lang);
        let plan = &self.doc.plan;
        let squads = squads_of(plan, town);
        let name = |scope: Scope| match scope {
            Scope::Town => terms.scope_town.to_owned(),
            Scope::Selection => terms.scope_selection.to_owned(),
            Scope::Squad(squad) => {
                plan.squads.get(squad).map(|squad| named(&squad.name, &squad.code)).unwrap_or_default()
            }
        };
        let mut scope = self.duty.scope;
        let combo = ComboBox::from_id_salt("duty scope").selected_text(name(scope)).width(150.0).show_ui(ui, |ui| {
            let all = [Scope::Town].into_iter().chain(squads.into_iter().map(Scope::Squad)).chain([Scope::Selection]);
            for one in all {
                ui.selectable_value(&mut scope, one, name(one));
            }
        });
        combo.response.accessible_name(terms.scope_of);
        self.duty.scope = scope;
    }

    /// What is promised; changed by a command once the hand lets go.
    fn standard_ui(&mut self, ui: &mut Ui) {
        let terms = Terms::of(self.prefs.lang);
        let mut duty = self.duty.draft.take().unwrap_or_else(|| self.doc.plan.settings.duty.clone());
        let Standard { wait_minutes, late, call_minutes, filled, least } = &mut duty.standard;
        let (mut late_percent, mut filled_percent) = (*late * 100.0, *filled * 100.0);
        let mut done = false;
        let mut number = |ui: &mut Ui, name: &str, value: DragValue<'_>| {
            ui.label(RichText::new(name).small().weak());
            let response = ui.add(value).accessible_name(name);
            done |= response.drag_stopped() || response.lost_focus() || (response.changed() && !response.dragged());
        };
        number(ui, terms.standard_call, DragValue::new(call_minutes).range(5.0..=480.0).suffix(terms.minutes));
        number(ui, terms.standard_wait, DragValue::new(wait_minutes).range(0.0..=120.0).suffix(terms.minutes));
        number(ui, terms.standard_late, DragValue::new(&mut late_percent).range(1.0..=50.0).suffix(" %"));
        number(ui, terms.standard_filled, DragValue::new(&mut filled_percent).range(30.0..=100.0).suffix(" %"));
        number(ui, terms.standard_least, DragValue::new(least).range(0..=9).speed(1.0));
        (*late, *filled) = (late_percent / 100.0, filled_percent / 100.0);
        if duty != self.doc.plan.settings.duty {
            if done {
                self.set_duty(duty);
            } else {
                self.duty.draft = Some(duty);
            }
        }
    }
}

/// Work, need, on duty and on patrol in an hour.
fn hour_of(facts: &Facts, hour: usize) -> [f64; 4] {
    let duty = facts.duty.get(hour).copied().unwrap_or_default();
    [
        facts.busy.get(hour).copied().unwrap_or(0.0) + facts.patrol,
        f64::from(facts.need.get(hour).copied().unwrap_or(0)),
        f64::from(duty.0),
        f64::from(duty.1),
    ]
}

fn paint(ui: &Ui, facts: &Facts, field: Rect, palette: &Palette, lang: crate::base::Lang) {
    let painter = ui.painter();
    painter.rect_filled(field, 2.0, palette.well);
    let hours: Vec<[f64; 4]> = (0..168).map(|hour| hour_of(facts, hour)).collect();
    let top = hours.iter().flatten().copied().fold(1.0, f64::max).ceil() + 0.3;
    let x = |hour: usize| field.left() + hour as f32 / 168.0 * field.width();
    let y = |value: f64| field.bottom() - (value / top) as f32 * field.height();
    let small = TextStyle::Small.resolve(ui.style());
    for step in 0..=top as u32 {
        let at = y(f64::from(step));
        painter.hline(field.x_range(), at, Stroke::new(1.0, palette.line));
        painter.text(pos2(field.left() - 5.0, at), Align2::RIGHT_CENTER, step, small.clone(), palette.weak);
    }
    for (day, name) in days(lang).iter().enumerate() {
        let left = x(day * 24);
        painter.vline(left, field.y_range(), Stroke::new(1.0, palette.line));
        let at = pos2(x(day * 24 + 12), field.bottom() + 2.0);
        painter.text(at, Align2::CENTER_TOP, name, small.clone(), palette.weak);
    }
    for (hour, [work, need, duty, _]) in hours.iter().enumerate() {
        let bar = Rect::from_min_max(pos2(x(hour) + 0.5, y(*work)), pos2(x(hour + 1) - 0.5, field.bottom()));
        painter.rect_filled(bar, 0.0, palette.accent.gamma_multiply(0.45));
        if need > duty {
            let lack = Rect::from_min_max(pos2(x(hour), y(*need)), pos2(x(hour + 1), y(*duty)));
            painter.rect_filled(lack, 0.0, palette.over.gamma_multiply(0.25));
        }
    }
    stair(painter, &hours, 2, (&x, &y), Stroke::new(2.0, palette.better), false);
    stair(painter, &hours, 3, (&x, &y), Stroke::new(1.0, palette.better), true);
    stair(painter, &hours, 1, (&x, &y), Stroke::new(2.0, palette.over), false);
}

/// A line that keeps its height for an hour.
fn stair(
    painter: &Painter,
    hours: &[[f64; 4]],
    which: usize,
    (x, y): (&impl Fn(usize) -> f32, &impl Fn(f64) -> f32),
    stroke: Stroke,
    dashed: bool,
) {
    let points: Vec<_> = hours
        .iter()
        .enumerate()
        .flat_map(|(hour, values)| [pos2(x(hour), y(values[which])), pos2(x(hour + 1), y(values[which]))])
        .collect();
    if dashed {
        painter.extend(Shape::dashed_line(&points, stroke, 3.0, 3.0));
    } else {
        painter.add(Shape::line(points, stroke));
    }
}

/// What the lines are, in words of their colours.
fn legend(ui: &mut Ui, terms: &Terms, palette: &Palette) {
    for (sign, word, colour) in [
        ("■", terms.curve_work, palette.accent),
        ("━", terms.curve_need, palette.over),
        ("━", terms.curve_duty, palette.better),
        ("┅", terms.curve_patrol, palette.better),
    ] {
        ui.label(RichText::new(sign).small().color(colour));
        ui.label(RichText::new(word).small().weak());
    }
}
