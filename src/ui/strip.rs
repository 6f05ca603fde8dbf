//! The hours of the week as a strip of 7 × 24 cells: how much falls into each, and which are looked at.

use eframe::egui::{
    Align2, Color32, EventFilter, Id, Key, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::base::Lang;
use crate::model::Hours;

use super::theme::Palette;

/// Height of a row of hours, points.
const ROW: f32 = 10.0;
/// Room for the names of the days.
const LABEL: f32 = 18.0;
/// Room for the hours below.
const AXIS: f32 = 14.0;

/// The names of the days from Monday on.
#[must_use]
pub(super) fn days(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Zh => ["一", "二", "三", "四", "五", "六", "日"],
        Lang::En => ["M", "T", "W", "T", "F", "S", "S"],
    }
}

/// What the hand holds over a strip.
#[derive(Clone, Copy, Default)]
struct Brush {
    /// The cell the drag began in and the hours before it.
    from: Option<(usize, Hours)>,
    /// The cell the keys stand on.
    cursor: usize,
}

/// A strip that can be brushed: a drag looks at these hours alone, with Ctrl at these too, with Shift no longer at these.
/// A double click looks at the whole week. Arrows move a cursor, Space switches its hour, Enter looks at it alone.
pub(super) fn brushed(ui: &mut Ui, lang: Lang, name: &str, values: &[f64], hours: &mut Hours) -> Response {
    let (place, response) = lay_out(ui, Sense::click_and_drag());
    let told = format!("{name}: {} / 168 h", hours.count());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &told));
    let id = response.id;
    let mut brush: Brush = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if response.clicked() {
        response.request_focus();
    }
    by_hand(ui, &response, &place, &mut brush, hours);
    if response.has_focus() {
        by_keys(ui, id, &mut brush, hours);
    }
    paint(ui, lang, &place, values, *hours);
    if response.has_focus() {
        let cell = place.cell(brush.cursor);
        ui.painter().rect_stroke(
            cell,
            1.0,
            Stroke::new(1.5, Palette::of(ui.visuals().dark_mode).text),
            StrokeKind::Outside,
        );
    }
    ui.data_mut(|data| data.insert_temp(id, brush));
    response.on_hover_ui_at_pointer(|ui| {
        let at = ui.ctx().pointer_hover_pos().and_then(|at| place.hour_at(at, false));
        if let Some(at) = at {
            let day = days(lang)[at / 24];
            ui.label(format!("{day} {:02}:00–{:02}:00  {:.0}", at % 24, at % 24 + 1, values.get(at).unwrap_or(&0.0)));
        }
    })
}

/// A strip to look at: hours of work, of every hour of the week.
pub(super) fn shown(ui: &mut Ui, lang: Lang, name: &str, values: &[f64]) {
    let (place, response) = lay_out(ui, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    paint(ui, lang, &place, values, Hours::ALL);
    response.on_hover_ui_at_pointer(|ui| {
        let at = ui.ctx().pointer_hover_pos().and_then(|at| place.hour_at(at, false));
        if let Some(at) = at {
            ui.label(format!("{} {:02}:00  {:.2}", days(lang)[at / 24], at % 24, values.get(at).unwrap_or(&0.0)));
        }
    });
}

/// Where the cells are.
struct Place {
    rect: Rect,
    cell: f32,
}

impl Place {
    fn cell(&self, hour: usize) -> Rect {
        let min =
            pos2(self.rect.left() + LABEL + (hour % 24) as f32 * self.cell, self.rect.top() + (hour / 24) as f32 * ROW);
        Rect::from_min_size(min, vec2(self.cell, ROW)).shrink2(vec2(0.5, 0.5))
    }

    /// The hour at a position; with `near` the nearest one also outside.
    fn hour_at(&self, at: Pos2, near: bool) -> Option<usize> {
        let column = ((at.x - self.rect.left() - LABEL) / self.cell).floor();
        let row = ((at.y - self.rect.top()) / ROW).floor();
        let inside = (0.0..24.0).contains(&column) && (0.0..7.0).contains(&row);
        (inside || near).then(|| row.clamp(0.0, 6.0) as usize * 24 + column.clamp(0.0, 23.0) as usize)
    }
}

fn lay_out(ui: &mut Ui, sense: Sense) -> (Place, Response) {
    let width = ui.available_width().min(460.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 7.0 * ROW + AXIS), sense);
    (Place { rect, cell: (width - LABEL) / 24.0 }, response)
}

fn by_hand(ui: &Ui, response: &Response, place: &Place, brush: &mut Brush, hours: &mut Hours) {
    if response.double_clicked() {
        *hours = Hours::ALL;
        return;
    }
    if response.drag_started() || response.clicked() {
        let pressed = ui.input(|input| input.pointer.press_origin()).or(response.interact_pointer_pos());
        brush.from = pressed.and_then(|at| place.hour_at(at, true)).map(|hour| (hour, *hours));
    }
    let at = response.interact_pointer_pos().and_then(|at| place.hour_at(at, true));
    if let (Some((from, before)), Some(to)) = (brush.from, at)
        && (response.dragged() || response.clicked())
    {
        let modifiers = ui.input(|input| input.modifiers);
        let spans = |a: usize, b: usize| a.min(b)..=a.max(b);
        let (days, times) = (spans(from / 24, to / 24), spans(from % 24, to % 24));
        let inside = |day: usize, hour: usize| days.contains(&day) && times.contains(&hour);
        let next = Hours::of(|day, hour| match (inside(day, hour), before.has(day * 24 + hour)) {
            (inside, was) if modifiers.command => inside || was,
            (inside, was) if modifiers.shift => was && !inside,
            (inside, _) => inside,
        });
        // Nothing at all is no view of a city: the last hour stays.
        if next.count() > 0 {
            *hours = next;
        }
        brush.cursor = to;
    }
    if response.drag_stopped() {
        brush.from = None;
    }
}

fn by_keys(ui: &Ui, id: Id, brush: &mut Brush, hours: &mut Hours) {
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    ui.input(|input| {
        let at = brush.cursor;
        let (day, hour) = (at / 24, at % 24);
        if input.key_pressed(Key::ArrowLeft) {
            brush.cursor = day * 24 + (hour + 23) % 24;
        }
        if input.key_pressed(Key::ArrowRight) {
            brush.cursor = day * 24 + (hour + 1) % 24;
        }
        if input.key_pressed(Key::ArrowUp) {
            brush.cursor = (day + 6) % 7 * 24 + hour;
        }
        if input.key_pressed(Key::ArrowDown) {
            brush.cursor = (day + 1) % 7 * 24 + hour;
        }
        if input.key_pressed(Key::Space) && (hours.count() > 1 || !hours.has(at)) {
            hours.set(at, !hours.has(at));
        }
        if input.key_pressed(Key::Enter) {
            *hours = Hours::of(|d, h| d * 24 + h == at);
        }
    });
}

/// The fuller the hour, the stronger its cell; hours not looked at are small.
fn paint(ui: &Ui, lang: Lang, place: &Place, values: &[f64], hours: Hours) {
    let palette = Palette::of(ui.visuals().dark_mode);
    let painter = ui.painter();
    let most = values.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    for hour in 0..168 {
        let share = (values.get(hour).copied().unwrap_or(0.0) / most) as f32;
        let colour = mixed(palette.well, palette.accent, 0.06 + 0.94 * share);
        let cell = place.cell(hour);
        let cell = if hours.has(hour) { cell } else { Rect::from_center_size(cell.center(), vec2(2.0, 2.0)) };
        painter.rect_filled(cell, 1.0, if hours.has(hour) { colour } else { palette.even });
    }
    let small = TextStyle::Small.resolve(ui.style());
    for (day, name) in days(lang).iter().enumerate() {
        let at = pos2(place.rect.left(), place.rect.top() + (day as f32 + 0.5) * ROW);
        let font = eframe::egui::FontId::new(9.5, small.family.clone());
        painter.text(at, Align2::LEFT_CENTER, name, font, palette.weak);
    }
    for hour in [0, 6, 12, 18] {
        let at = pos2(place.rect.left() + LABEL + hour as f32 * place.cell, place.rect.bottom());
        let font = eframe::egui::FontId::new(9.5, small.family.clone());
        painter.text(at, Align2::LEFT_BOTTOM, hour, font, palette.weak);
    }
}

/// A colour between two.
fn mixed(a: Color32, b: Color32, share: f32) -> Color32 {
    a.lerp_to_gamma(b, share.clamp(0.0, 1.0))
}
