//! The right panel: zones of the active tier with bars around the 100 % line; the inspector of the selection below.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{
    self, Align2, EventFilter, FontId, Frame, Key, Margin, Panel, Popup, PopupCloseBehavior, Rect, Response, RichText,
    Role, ScrollArea, Sense, Stroke, TextEdit, TextStyle, Ui, WidgetInfo, vec2,
};

use crate::base::folded;
use crate::model::ZoneId;

use super::app::App;
use super::columns::{Column, cut_middle, places, share_bar};
use super::command::Command;
use super::icons::{self, Icon};
use super::theme::ROW;
use super::words;
use crate::measures::{Measure, Row, TierMeasures};

/// How the list is sorted and filtered.
#[derive(Debug, Default)]
pub(super) struct ZoneList {
    /// The columns of this frame.
    shown: BTreeSet<Column>,
    column: Column,
    ascending: bool,
    filter: String,
    /// A zone to bring into view at the next frame.
    pub(super) reveal: Option<ZoneId>,
    /// A zone whose row takes the keys at the next frame.
    step: Option<ZoneId>,
    /// Whether the first row takes the keys at the next frame.
    to_first: bool,
    /// How far the rows are scrolled, points.
    offset: f32,
    /// Zones that stay on top: place of the tier and zone.
    pub(super) pinned: BTreeSet<(usize, ZoneId)>,
    /// The zone whose row the pointer is on: the map shows it.
    pub(super) hovered: Option<ZoneId>,
    /// The rows in order, and what they were put in order by.
    order: (Option<OrderKey>, Arc<[u32]>),
}

/// What the order of the rows depends on.
#[derive(Clone, Debug, PartialEq)]
struct OrderKey {
    measured: u64,
    opened: u64,
    active: usize,
    column: Column,
    ascending: bool,
    filter: String,
    pinned: BTreeSet<(usize, ZoneId)>,
}

impl App {
    /// The right panel.
    pub(super) fn zones_ui(&mut self, ui: &mut Ui) {
        self.list.hovered = None;
        if !self.doc.selection.is_empty() {
            let frame = Frame::new().inner_margin(Margin::symmetric(12, 8));
            let most = (ui.available_height() - 160.0).max(140.0);
            let panel = Panel::bottom("inspector").resizable(true).default_size(250.0).size_range(120.0..=most);
            panel.frame(frame).show(ui, |ui| self.inspector_ui(ui));
        }
        Frame::new().inner_margin(Margin { left: 8, right: 6, top: 10, bottom: 0 }).show(ui, |ui| {
            self.list.shown = self.shown_columns();
            self.list_head(ui);
            let measures = self.doc.measures.clone();
            if let Some(tier) = measures.as_ref().and_then(|measures| measures.tiers.get(self.doc.active)) {
                self.list_ui(ui, tier);
            }
        });
    }

    /// The columns asked for, without that of codes where no zone has one.
    fn shown_columns(&self) -> BTreeSet<Column> {
        let mut shown = self.prefs.columns.clone();
        let tier = self.doc.plan.tiers.get(self.doc.active);
        if tier.is_some_and(|tier| tier.zones.iter().all(|(_, zone)| zone.code.is_empty())) {
            shown.remove(&Column::Code);
        }
        shown
    }

    fn list_head(&mut self, ui: &mut Ui) {
        let words = self.words();
        let tier = self.doc.plan.tiers.get(self.doc.active);
        let name = tier.map_or(words.zones, |tier| words::tier(self.prefs.lang, tier)).to_owned();
        ui.horizontal(|ui| {
            ui.add_space(6.0);
            ui.label(RichText::new(name).heading().strong());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.columns_ui(ui);
                let width = (ui.available_width() - 12.0).min(170.0);
                let field = TextEdit::singleline(&mut self.list.filter).hint_text(words.filter).desired_width(width);
                let response = ui.add(field).accessible_name(words.filter);
                self.regions[1] = Some(response.id);
                let (down, entered) =
                    ui.input(|input| (input.key_pressed(Key::ArrowDown), input.key_pressed(Key::Enter)));
                if response.has_focus() && down || response.lost_focus() && entered {
                    self.list.to_first = true;
                }
            });
        });
        ui.add_space(4.0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        for (column, place) in places(&self.list.shown, rect) {
            self.column_head(ui, column, place, column.word(words));
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, self.palette().line));
    }

    /// Which columns are shown.
    fn columns_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        let button = icons::button(ui, Icon::Columns, words.columns, false, true, words.columns);
        Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
            for column in Column::ALL {
                let mut shown = self.prefs.columns.contains(&column);
                // The name stays: a row without words is nobody.
                if ui.add_enabled(column != Column::Name, egui::Checkbox::new(&mut shown, column.word(words))).changed()
                {
                    if shown {
                        self.prefs.columns.insert(column);
                    } else {
                        self.prefs.columns.remove(&column);
                    }
                }
            }
        });
    }

    fn column_head(&mut self, ui: &mut Ui, column: Column, place: Rect, title: &str) {
        let palette = self.palette();
        let chosen = self.list.column == column;
        let response = ui.interact(place, ui.scope_id().with(("head", title)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, title));
        let sign = match (chosen, self.list.ascending) {
            (true, true) => " ↑",
            (true, false) => " ↓",
            _ => "",
        };
        let lit = response.hovered() || response.has_focus() || chosen;
        let colour = if lit { palette.text } else { palette.weak };
        let font = TextStyle::Small.resolve(ui.style());
        let (at, align) = if column.is_words() || column == Column::Share {
            (place.left_center(), Align2::LEFT_CENTER)
        } else {
            (place.right_center(), Align2::RIGHT_CENTER)
        };
        ui.painter().text(at, align, format!("{title}{sign}"), font, colour);
        if response.clicked() {
            // Numbers start with the largest, words with the first.
            self.list.ascending = if chosen { !self.list.ascending } else { column.is_words() };
            self.list.column = column;
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, tier: &TierMeasures) {
        let order = self.order(tier);
        let zone_at = |at: usize| order.get(at).and_then(|&at| tier.rows.get(at as usize)).map(|row| row.zone);
        let first = std::mem::take(&mut self.list.to_first).then(|| zone_at(0)).flatten();
        let step = self.list.step.take().or(first);
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(at) = step.and_then(|zone| (0..order.len()).find(|&at| zone_at(at) == Some(zone))) {
            // As little as brings it into view.
            let (top, height) = (at as f32 * ROW, ui.available_height());
            area = area.vertical_scroll_offset(self.list.offset.clamp((top + ROW - height).max(0.0), top));
        }
        if let Some(zone) = self.list.reveal.take()
            && let Some(at) =
                order.iter().position(|&at| tier.rows.get(at as usize).is_some_and(|row| row.zone == zone))
        {
            area = area.vertical_scroll_offset((at as f32 * ROW - ui.available_height() / 2.0).max(0.0));
        }
        if order.is_empty() && !tier.rows.is_empty() {
            ui.add_space(6.0);
            ui.label(RichText::new(self.words().no_zone_fits).weak());
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let shown = area.show_rows(ui, ROW, order.len(), |ui, range| {
            for at in range {
                let Some(row) = order.get(at).and_then(|&at| tier.rows.get(at as usize)) else { continue };
                let response = self.row_ui(ui, row);
                if step == Some(row.zone) {
                    response.request_focus();
                } else if step.is_none() {
                    self.row_keys(ui, &response, [at.checked_sub(1).and_then(zone_at), zone_at(at + 1)]);
                }
            }
        });
        self.list.offset = shown.state.clamped_offset().y;
    }

    /// The rows that pass the filter in the order asked for, pinned ones first.
    fn order(&mut self, tier: &TierMeasures) -> Arc<[u32]> {
        let key = OrderKey {
            measured: self.doc.measured,
            opened: self.doc.opened,
            active: self.doc.active,
            column: self.list.column,
            ascending: self.list.ascending,
            filter: folded(self.list.filter.trim()),
            pinned: self.list.pinned.clone(),
        };
        if self.list.order.0.as_ref() == Some(&key) {
            return Arc::clone(&self.list.order.1);
        }
        let fits = |row: &Row| {
            let has = |text: &str| folded(text).contains(&key.filter);
            key.filter.is_empty() || has(&row.code) || has(&row.name) || has(&row.parent) || has(&row.squad)
        };
        let pinned = |row: &Row| key.pinned.contains(&(key.active, row.zone));
        let mut rows: Vec<(u32, &Row)> = (0_u32..).zip(&tier.rows).filter(|(_, row)| fits(row)).collect();
        rows.sort_by(|(_, a), (_, b)| {
            let order = key.column.compare(a, b);
            let order = if key.ascending { order } else { order.reverse() };
            pinned(b).cmp(&pinned(a)).then(order).then(a.zone.cmp(&b.zone))
        });
        let order: Arc<[u32]> = rows.into_iter().map(|(at, _)| at).collect();
        self.list.order = (Some(key), Arc::clone(&order));
        order
    }

    /// Arrows take the keys from row to row, beyond those that are seen too; from the first back to the filter.
    fn row_keys(&mut self, ui: &Ui, response: &Response, [before, after]: [Option<ZoneId>; 2]) {
        if !response.has_focus() {
            return;
        }
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let (up, down) = ui.input(|input| (input.key_pressed(Key::ArrowUp), input.key_pressed(Key::ArrowDown)));
        match (up, down, before) {
            (true, _, None) => {
                if let Some(field) = self.regions[1] {
                    ui.memory_mut(|memory| memory.request_focus(field));
                }
            }
            (true, ..) => self.list.step = before,
            (_, true, _) => self.list.step = after,
            _ => {}
        }
    }

    fn row_ui(&mut self, ui: &mut Ui, row: &Row) -> Response {
        let palette = self.palette();
        let chosen = self.doc.selection.contains(&row.zone);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        // Its own name, not that of its place in the list: the keys stay with it while the list is scrolled.
        let response = ui.interact(rect, egui::Id::unique(("zone row", self.doc.active, row.zone.0)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &row.name));
        let on_map = self.canvas.zone_under(&self.doc) == Some(row.zone);
        if chosen || response.hovered() || on_map {
            let fill = if chosen { palette.accent_soft } else { palette.hover };
            ui.painter().rect_filled(rect, 4.0, fill);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, palette.accent), egui::StrokeKind::Inside);
        }
        let pin = (self.doc.active, row.zone);
        if self.list.pinned.contains(&pin) {
            let place = Rect::from_center_size(rect.left_center() + vec2(8.0, 0.0), vec2(16.0, 16.0));
            icons::draw(ui.painter(), place, Icon::Pin, palette.accent);
        }
        let tier = self.doc.plan.tiers.get(self.doc.active);
        if tier.and_then(|tier| tier.zones.get(row.zone)).is_some_and(|zone| zone.locked) {
            let at = rect.left_center() + vec2(if self.list.pinned.contains(&pin) { -2.0 } else { 8.0 }, 0.0);
            let place = Rect::from_center_size(at, vec2(16.0, 16.0));
            icons::draw(ui.painter(), place, Icon::Locked, palette.weak);
        }
        let pointer = ui.input(|input| input.pointer.hover_pos());
        let mut whole = None;
        for (column, place) in places(&self.list.shown, rect) {
            let cut = self.cell(ui, row, column, place);
            whole = whole.or(cut.filter(|_| pointer.is_some_and(|at| place.contains(at))));
        }
        let response = match whole {
            Some(whole) => response.on_hover_text(whole),
            None => response,
        };
        if response.hovered() {
            self.list.hovered = Some(row.zone);
        }
        if response.clicked() {
            let modifiers = ui.input(|input| input.modifiers);
            self.doc.select(row.zone, modifiers.command);
            if !modifiers.command {
                self.canvas.fly_to(row.bounds);
            }
        }
        self.row_menu(&response, row.zone);
        response
    }

    /// What else can be done with a row.
    fn row_menu(&mut self, response: &Response, zone: ZoneId) {
        response.context_menu(|ui| {
            if !self.doc.selection.contains(&zone) {
                self.doc.select(zone, false);
            }
            let facts = self.facts();
            for command in [Command::Pin, Command::FitSelection, Command::LockZones, Command::Merge] {
                self.menu_item(ui, command, &facts);
            }
        });
    }

    /// Paints a cell; the whole of what stands in it where that was cut.
    fn cell(&self, ui: &Ui, row: &Row, column: Column, place: Rect) -> Option<String> {
        let palette = self.palette();
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let left = |text: &str, font: FontId, colour| {
            let width = |text: &str| painter.layout_no_wrap(text.to_owned(), font.clone(), colour).size().x;
            let shown = cut_middle(text, |text| width(text) <= place.width());
            painter.text(place.left_center(), Align2::LEFT_CENTER, &shown, font.clone(), colour);
            (shown != text).then(|| text.to_owned())
        };
        // A number that is cut reads as another one: where there is no room it is set smaller.
        let right = |text: String| {
            let width = painter.layout_no_wrap(text.clone(), font.clone(), palette.text).size().x;
            let size = font.size * (place.width() / width.max(1.0)).min(1.0);
            let font = FontId { size, ..font.clone() };
            painter.text(place.right_center(), Align2::RIGHT_CENTER, text, font, palette.text);
            None
        };
        match column {
            Column::Code => left(&row.code, small, palette.weak),
            Column::Name => left(&row.name, font.clone(), palette.text),
            Column::Parent => left(&row.parent, small, palette.weak),
            Column::Squad => left(&row.squad, small, palette.weak),
            Column::Load => right(words::value(Measure::Load, row.load_hours)),
            Column::Incidents => right(words::count(row.incidents as usize)),
            Column::Area => right(self.prefs.area.figure(row.area_km2)),
            Column::Faces => right(words::count(row.faces)),
            Column::Share => {
                share_bar(ui, ui.painter(), place, row.share, palette);
                None
            }
        }
    }

    /// Looks at a zone of the active tier and selects it.
    pub(super) fn fly_to(&mut self, zone: ZoneId) {
        self.doc.select(zone, false);
        self.list.reveal = Some(zone);
        let bounds = self.doc.selection_bounds();
        self.canvas.fly_to(bounds);
    }

    /// Pins the selected zones to the top of the list, or all of them off.
    pub(super) fn pin(&mut self) {
        let chosen: Vec<_> = self.doc.selection.iter().map(|&zone| (self.doc.active, zone)).collect();
        if chosen.iter().all(|pin| self.list.pinned.contains(pin)) {
            chosen.iter().for_each(|pin| {
                self.list.pinned.remove(pin);
            });
        } else {
            self.list.pinned.extend(chosen);
        }
    }
}
