//! The filter of the incidents: every number and the map follow it at once.

use eframe::egui::{
    self, Button, DragValue, Label, Popup, PopupCloseBehavior, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo,
};

use crate::edit;
use crate::model::{Facet, Filter, Hours, Minute};

use super::app::App;
use super::command::Command;
use super::layers::heading;
use super::strip;
use super::terms::{self, Terms};
use super::words::{self, Words};

/// What is typed into the fields of the days, until it is a day.
#[derive(Debug, Default)]
pub(super) struct FilterForm {
    from: String,
    until: String,
    /// Hours by which times are to be moved.
    hours: i32,
    /// The filter the fields were last filled from.
    of: Filter,
}

/// The name of a column.
#[must_use]
pub(super) fn facet_word(facet: Facet, words: &Words) -> &'static str {
    match facet {
        Facet::Field => words.incident_field,
        Facet::Class => words.incident_class,
        Facet::Source => words.incident_source,
        Facet::State => words.incident_state,
    }
}

impl App {
    /// Another filter: measured again, and shown.
    pub(super) fn set_filter(&mut self, filter: Filter) {
        if filter != self.doc.filter {
            self.doc.filter = filter;
            self.measure();
        }
    }

    /// The filter in the left panel.
    pub(super) fn filters_ui(&mut self, ui: &mut Ui) {
        if self.doc.plan.incidents.is_empty() {
            return;
        }
        let (words, lang) = (self.words(), self.prefs.lang);
        let mut filter = self.doc.filter.clone();
        let top = ui.cursor().min;
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            heading(ui, words.filters);
            if !filter.is_open() {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let clear = Button::new(RichText::new(words.clear).small()).small();
                    if ui.add(clear).on_hover_text(Command::ClearFilter.text(lang)).clicked() {
                        self.queue.push(Command::ClearFilter);
                    }
                });
            }
        });
        for facet in Facet::ALL {
            self.facet_ui(ui, facet, &mut filter);
        }
        self.days_ui(ui, &mut filter);
        ui.add_space(6.0);
        ui.label(RichText::new(words.hours_of_week).small().weak());
        let counts: Vec<f64> =
            self.doc.measures.as_ref().map_or_else(Vec::new, |measures| {
                measures.passing.hours.iter().map(|&count| f64::from(count)).collect()
            });
        strip::brushed(ui, lang, words.hours_of_week, &counts, &mut filter.hours).on_hover_text(words.strip_hint);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.spacing_mut().button_padding.x = 6.0;
            let day = Hours::of(|_, hour| (6..22).contains(&hour));
            let weekend = Hours::of(|day, _| day >= 5);
            for (word, hours) in [
                (words.hours_all, Hours::ALL),
                (words.hours_day, day),
                (words.hours_night, Hours::night()),
                (words.hours_weekend, weekend),
            ] {
                let chosen = filter.hours == hours;
                if ui.selectable_label(chosen, RichText::new(word).small()).clicked() {
                    filter.hours = hours;
                }
            }
        });
        self.times_ui(ui);
        self.spots.filters = egui::Rect::from_min_max(top, egui::pos2(ui.max_rect().right(), ui.cursor().top()));
        self.set_filter(filter);
    }

    /// Hours by which all times are moved, for a table of another zone.
    fn times_ui(&mut self, ui: &mut Ui) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        let moved = self.doc.minutes_moved();
        let timed = self.doc.plan.incidents.reported.iter().any(|time| time.is_some());
        ui.add_enabled_ui(timed, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.label(RichText::new(terms.times_move).small().weak()).on_hover_text(terms.times_hint);
                let hours = DragValue::new(&mut self.filter_form.hours).range(-24..=24).speed(1.0).suffix(" h");
                ui.add(hours).accessible_name(terms.times_move).on_hover_text(terms.times_hint);
                let moves = self.filter_form.hours != 0;
                if ui.add_enabled(moves, Button::new(RichText::new(terms.times_do).small())).clicked() {
                    self.apply_later(edit::Command::MoveTimes { minutes: 60 * self.filter_form.hours });
                    self.filter_form.hours = 0;
                }
            });
        });
        if moved != 0 {
            ui.label(RichText::new(terms::times_moved(lang, moved)).small());
        }
    }

    /// One column: how many of its values pass; a click opens the list of them.
    fn facet_ui(&mut self, ui: &mut Ui, facet: Facet, filter: &mut Filter) {
        let words = self.words();
        let plan = std::sync::Arc::clone(&self.doc.plan);
        let values = &facet.words(&plan.incidents).0;
        if values.is_empty() {
            return;
        }
        let name = facet_word(facet, words);
        let chosen = filter.values(facet);
        let told = match chosen.len() {
            0 => words.all.to_owned(),
            1 => chosen.first().cloned().unwrap_or_default(),
            some => format!("{some} / {}", values.len()),
        };
        let arrow = egui::Atom::paint(egui::vec2(8.0, 8.0), |ui: &Ui, args| {
            let at = args.rect.center();
            let corners = [egui::vec2(-4.0, -2.0), egui::vec2(4.0, -2.0), egui::vec2(0.0, 3.0)].map(|off| at + off);
            let fill = ui.visuals().weak_text_color();
            ui.painter().add(egui::Shape::convex_polygon(corners.to_vec(), fill, egui::Stroke::NONE));
        });
        let button = Button::new((RichText::new(name).weak(), egui::Atom::grow(), RichText::new(&told), arrow))
            .min_size(egui::vec2(ui.available_width(), 0.0));
        let response = ui.add(button);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {told}")));
        let place = Facet::ALL.iter().position(|&other| other == facet).unwrap_or(0);
        let counts = self.doc.measures.as_ref().and_then(|measures| measures.passing.values.get(place).cloned());
        let popup = Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        popup.width(220.0).show(|ui| {
            if ui.add_enabled(!filter.values(facet).is_empty(), Button::new(words.all)).clicked() {
                filter.values_mut(facet).clear();
            }
            ui.separator();
            ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
                for (index, value) in values.iter().enumerate() {
                    let count = counts.as_ref().and_then(|counts| counts.get(index)).copied().unwrap_or(0);
                    value_ui(ui, facet, value, count as usize, values, filter);
                }
            });
        });
    }

    /// The days from and to which incidents are looked at.
    fn days_ui(&mut self, ui: &mut Ui, filter: &mut Filter) {
        let (words, error) = (self.words(), self.palette().error);
        let form = &mut self.filter_form;
        if (form.of.from, form.of.until) != (filter.from, filter.until) {
            let day = |minute: Option<Minute>| minute.map(|minute| minute.to_string()[..10].to_owned());
            form.from = day(filter.from).unwrap_or_default();
            form.until = day(filter.until.map(|until| Minute(until.0 - 1))).unwrap_or_default();
            form.of = filter.clone();
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let width = (ui.available_width() - 32.0) / 2.0;
            let field = |ui: &mut Ui, text: &mut String, name: &str| {
                let wrong = !text.trim().is_empty() && Minute::of_day(text).is_none();
                let edit = TextEdit::singleline(text).hint_text(name.to_owned()).desired_width(width);
                let edit = if wrong { edit.text_color(error) } else { edit };
                ui.add(edit).accessible_name(name).on_hover_text(words.day_hint).changed()
            };
            let mut changed = field(ui, &mut form.from, words.day_from);
            ui.add(Label::new(RichText::new("–").weak()));
            changed |= field(ui, &mut form.until, words.day_until);
            if changed {
                filter.from = Minute::of_day(&form.from);
                // The day named is looked at to its end.
                filter.until = Minute::of_day(&form.until).map(|day| Minute(day.0.saturating_add(24 * 60)));
                form.of = filter.clone();
            }
        });
    }
}

/// A value of a column with how many rows it would bring, as a check box.
fn value_ui(ui: &mut Ui, facet: Facet, value: &str, count: usize, all: &[String], filter: &mut Filter) {
    let chosen = filter.values_mut(facet);
    let mut on = chosen.is_empty() || chosen.contains(value);
    let shown = if value.is_empty() { "–" } else { value };
    ui.horizontal(|ui| {
        if ui.checkbox(&mut on, shown).clicked() {
            if chosen.is_empty() {
                // The first click on one of all looks at this one alone.
                chosen.insert(value.to_owned());
            } else if on {
                chosen.insert(value.to_owned());
            } else {
                chosen.remove(value);
            }
            if chosen.len() == all.len() {
                chosen.clear();
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(words::count(count)).small().weak());
        });
    });
}
