//! The right panel: zones of the active tier with bars around the 100 % line, and the selection.

use std::cmp::Ordering;

use eframe::egui::{
    self, Align2, Frame, Grid, Margin, Painter, Panel, Rect, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle,
    Ui, WidgetInfo, pos2, vec2,
};

use crate::model::ZoneId;

use super::app::App;
use super::measures::{Measure, Row, TierMeasures};
use super::theme::{Palette, ROW};
use super::words;

/// Columns of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Column {
    Code,
    Name,
    Value,
    #[default]
    Share,
}

/// How the list is sorted and filtered.
#[derive(Debug, Default)]
pub(super) struct ZoneList {
    column: Column,
    ascending: bool,
    filter: String,
    /// A zone to bring into view at the next frame.
    pub(super) reveal: Option<ZoneId>,
}

/// Where the columns stand in a row.
struct Places {
    code: Rect,
    name: Rect,
    value: Rect,
    bar: Rect,
}

impl Places {
    fn of(row: Rect) -> Self {
        let inner = row.shrink2(vec2(6.0, 0.0));
        let bar_left = inner.right() - 104.0;
        let value_left = bar_left - 58.0;
        let code_right = inner.left() + 96.0;
        let part = |from: f32, to: f32| Rect::from_min_max(pos2(from, inner.top()), pos2(to, inner.bottom()));
        Self {
            code: part(inner.left(), code_right),
            name: part(code_right + 6.0, value_left - 4.0),
            value: part(value_left, bar_left - 8.0),
            bar: part(bar_left, inner.right()),
        }
    }
}

impl App {
    /// The right panel.
    pub(super) fn zones_ui(&mut self, ui: &mut Ui) {
        if !self.doc.selection.is_empty() {
            let frame = Frame::new().inner_margin(Margin::symmetric(12, 10));
            Panel::bottom("inspector").frame(frame).show(ui, |ui| self.inspector_ui(ui));
        }
        Frame::new().inner_margin(Margin { left: 8, right: 6, top: 10, bottom: 0 }).show(ui, |ui| {
            self.list_head(ui);
            let measures = self.doc.measures.clone();
            if let Some(tier) = measures.as_ref().and_then(|measures| measures.tiers.get(self.doc.active)) {
                self.list_ui(ui, tier);
            }
        });
    }

    fn list_head(&mut self, ui: &mut Ui) {
        let words = self.words();
        let name = self
            .doc
            .plan
            .tiers
            .get(self.doc.active)
            .map_or(words.zones, |tier| words::tier(self.prefs.lang, tier))
            .to_owned();
        ui.horizontal(|ui| {
            ui.add_space(6.0);
            ui.label(RichText::new(name).heading().strong());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(4.0);
                let field = TextEdit::singleline(&mut self.list.filter).hint_text(words.filter).desired_width(170.0);
                ui.add(field).accessible_name(words.filter);
            });
        });
        ui.add_space(4.0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let places = Places::of(rect);
        let value = self.listed_measure().word(words);
        for (column, place, title, right) in [
            (Column::Code, places.code, words.code, false),
            (Column::Name, places.name, words.name, false),
            (Column::Value, places.value, value, true),
            (Column::Share, places.bar, words.measure_deviation, false),
        ] {
            self.column_head(ui, column, place, title, right);
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, self.palette().line));
    }

    /// The measure in the column of values: what the map shows, load where it shows none.
    fn listed_measure(&self) -> Measure {
        match self.prefs.measure {
            Measure::None | Measure::Deviation => Measure::Load,
            measure => measure,
        }
    }

    fn column_head(&mut self, ui: &mut Ui, column: Column, place: Rect, title: &str, right: bool) {
        let palette = self.palette();
        let chosen = self.list.column == column;
        let response = ui.interact(place, ui.scope_id().with(("head", title)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, title));
        let sign = match (chosen, self.list.ascending) {
            (true, true) => " ↑",
            (true, false) => " ↓",
            _ => "",
        };
        let colour = if response.hovered() || chosen { palette.text } else { palette.weak };
        let font = TextStyle::Small.resolve(ui.style());
        let (at, align) = if right {
            (place.right_center(), Align2::RIGHT_CENTER)
        } else {
            (place.left_center(), Align2::LEFT_CENTER)
        };
        ui.painter().text(at, align, format!("{title}{sign}"), font, colour);
        if response.clicked() {
            // Numbers start with the largest, words with the first.
            self.list.ascending =
                if chosen { !self.list.ascending } else { matches!(column, Column::Code | Column::Name) };
            self.list.column = column;
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, tier: &TierMeasures) {
        let rows = self.rows(tier);
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(zone) = self.list.reveal.take()
            && let Some(at) = rows.iter().position(|row| row.zone == zone)
        {
            area = area.vertical_scroll_offset((at as f32 * ROW - ui.available_height() / 2.0).max(0.0));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        area.show_rows(ui, ROW, rows.len(), |ui, range| {
            for row in rows.get(range).unwrap_or_default() {
                self.row_ui(ui, row);
            }
        });
    }

    /// The rows that pass the filter in the order asked for.
    fn rows<'a>(&self, tier: &'a TierMeasures) -> Vec<&'a Row> {
        let wanted = self.list.filter.trim().to_lowercase();
        let fits = |row: &&Row| {
            wanted.is_empty() || row.code.to_lowercase().contains(&wanted) || row.name.to_lowercase().contains(&wanted)
        };
        let mut rows: Vec<&Row> = tier.rows.iter().filter(fits).collect();
        let measure = self.listed_measure();
        rows.sort_by(|a, b| {
            let order = match self.list.column {
                Column::Code => a.code.cmp(&b.code),
                Column::Name => a.name.cmp(&b.name),
                Column::Value => a.value(measure).total_cmp(&b.value(measure)),
                Column::Share => a.share.total_cmp(&b.share),
            };
            let order = if self.list.ascending { order } else { order.reverse() };
            if order == Ordering::Equal { a.zone.cmp(&b.zone) } else { order }
        });
        rows
    }

    fn row_ui(&mut self, ui: &mut Ui, row: &Row) {
        let palette = self.palette();
        let chosen = self.doc.selection.contains(&row.zone);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &row.name));
        if chosen || response.hovered() {
            let fill = if chosen { palette.accent_soft } else { palette.hover };
            ui.painter().rect_filled(rect, 4.0, fill);
        }
        let places = Places::of(rect);
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let painter = ui.painter();
        let cell = |place: Rect| painter.with_clip_rect(place.intersect(painter.clip_rect()));
        cell(places.code).text(places.code.left_center(), Align2::LEFT_CENTER, &row.code, small, palette.weak);
        cell(places.name).text(places.name.left_center(), Align2::LEFT_CENTER, &row.name, font.clone(), palette.text);
        let value = words::value(self.listed_measure(), row.value(self.listed_measure()));
        cell(places.value).text(places.value.right_center(), Align2::RIGHT_CENTER, value, font, palette.text);
        share_bar(ui, painter, places.bar, row.share, palette);
        if response.clicked() {
            let add = ui.input(|input| input.modifiers.command);
            self.doc.select(row.zone, add);
            if !add {
                self.canvas.fly_to(row.bounds);
            }
        }
    }

    /// What is known of the selection.
    fn inspector_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        let Some(tier) = self.doc.active_measures() else { return };
        let rows: Vec<&Row> = self.doc.selection.iter().filter_map(|&zone| tier.row(zone)).collect();
        let title = match rows.as_slice() {
            [one] => one.name.clone(),
            many => words::selected(self.prefs.lang, many.len()),
        };
        ui.label(RichText::new(title).heading().strong());
        ui.add_space(2.0);
        let sum = |of: fn(&Row) -> f64| rows.iter().map(|row| of(row)).sum::<f64>();
        let load = sum(|row| row.load_hours);
        let share = sum(|row| row.share) / rows.len().max(1) as f64;
        Grid::new("inspector").num_columns(4).spacing([12.0, 4.0]).show(ui, |ui| {
            let mut pair = |name: &str, value: String, end: bool| {
                ui.label(RichText::new(name).small().weak());
                ui.label(value);
                if end {
                    ui.end_row();
                }
            };
            if let [one] = rows.as_slice() {
                pair(words.code, one.code.clone(), false);
                pair(words.faces, words::count(one.faces), true);
            }
            pair(words.measure_load, format!("{} {}", words::value(Measure::Load, load), words.hours_week), false);
            pair(words.share_of_mean, format!("{:.0}%", share * 100.0), true);
            pair(words.measure_incidents, words::count(sum(|row| f64::from(row.incidents)) as usize), false);
            pair(words.measure_area, format!("{:.2} km²", sum(|row| row.area_km2)), true);
        });
    }

    /// Looks at a zone of the active tier and selects it.
    pub(super) fn fly_to(&mut self, zone: ZoneId) {
        self.doc.select(zone, false);
        self.list.reveal = Some(zone);
        let bounds = self.doc.selection_bounds();
        self.canvas.fly_to(bounds);
    }
}

/// A bar from the 100 % line to the share, right and vermilion above, left and blue below, with the deviation in words:
/// direction and sign say it without colour too.
fn share_bar(ui: &Ui, painter: &Painter, place: Rect, share: f64, palette: &Palette) {
    let bar = Rect::from_min_max(place.min, pos2(place.left() + 60.0, place.bottom())).shrink2(vec2(0.0, 7.0));
    painter.rect_filled(bar, 2.0, palette.well);
    let middle = bar.center().x;
    let reach = ((share - 1.0).clamp(-1.0, 1.0) as f32) * bar.width() / 2.0;
    let colour = palette.of_share(share);
    let filled = Rect::from_two_pos(pos2(middle, bar.top()), pos2(middle + reach, bar.bottom()));
    painter.rect_filled(filled, 2.0, colour);
    painter.vline(middle, (bar.top() - 2.0)..=(bar.bottom() + 2.0), egui::Stroke::new(1.0, palette.weak));
    let words = format!("{:+.0}%", (share - 1.0) * 100.0);
    painter.text(place.right_center(), Align2::RIGHT_CENTER, words, TextStyle::Small.resolve(ui.style()), colour);
}
