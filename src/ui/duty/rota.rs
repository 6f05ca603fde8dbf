//! Shift patterns with the people they take, the rota of a week, and the duty list that is printed.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use eframe::egui::{DragValue, Grid, RichText, Ui};

use crate::balance::duty::{DutyDay, DutyList, Limits, day_words, least_missing, patterns};
use crate::balance::squads_of;
use crate::base::{Lang, Text};
use crate::io::export::{self, ExportError, Exported};
use crate::model::{Minute, ZoneId};
use crate::render;

use crate::ui::app::App;
use crate::ui::dialogs::PathFor;
use crate::ui::strip::days;
use crate::ui::terms::{self, Terms};

/// Minutes of a day.
const DAY: i32 = 24 * 60;

impl super::DutyPanel {
    /// The Monday of the week that is looked at.
    pub(in crate::ui) fn monday(&self) -> Minute {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let today = (now / 86_400) as i32;
        // 1970-01-01 was a Thursday: three days after Monday.
        let monday = today - (today + 3) % 7 + 7 * self.week;
        Minute(monday.max(0) * DAY)
    }
}

impl App {
    /// Patterns, the week, and what it lacks.
    pub(super) fn rota_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        ui.horizontal(|ui| {
            if ui.small_button("◀").on_hover_text(terms.week_before).clicked() {
                self.duty.week -= 1;
            }
            let monday = self.duty.monday();
            let until = Minute(monday.0 + 6 * DAY);
            let date = |minute: Minute| minute.to_string().chars().take(10).collect::<String>();
            ui.label(format!("{} — {}", date(monday), date(until)));
            if ui.small_button("▶").on_hover_text(terms.week_after).clicked() {
                self.duty.week += 1;
            }
            ui.add_space(10.0);
            ui.radio_value(&mut self.duty.by_need, false, terms.by_pattern);
            ui.radio_value(&mut self.duty.by_need, true, terms.by_need);
            ui.add_space(10.0);
            if ui.button(terms.print_list).on_hover_text(terms.print_hint).clicked() {
                self.pick(PathFor::DutyList);
            }
        });
        let Some(list) = self.duty_list(town) else { return };
        Grid::new("rota").num_columns(9).spacing([12.0, 4.0]).striped(true).show(ui, |ui| {
            ui.label("");
            for (day, name) in days(lang).iter().enumerate() {
                ui.label(RichText::new(format!("{name} {}", &list.date(day)[5..])).small().weak());
            }
            ui.label(RichText::new(terms.week_hours).small().weak());
            ui.end_row();
            for line in &list.lines {
                ui.label(&line.squad);
                for day in &line.days {
                    let words = RichText::new(terms::short_day(lang, day)).small();
                    let label = ui.label(if *day == DutyDay::default() { words.weak() } else { words });
                    label.on_hover_text(day_words(day, lang));
                }
                ui.label(line.hours.to_string());
                ui.end_row();
            }
        });
        let notes: std::collections::BTreeSet<&str> =
            list.watches.iter().flat_map(|watch| &watch.notes).map(|note| note.in_lang(lang)).collect();
        for note in notes {
            ui.label(RichText::new(note).small().color(palette.warn));
        }
        let need = self.duty.facts.as_ref().map(|facts| facts.town_need.clone()).unwrap_or_default();
        let least = least_missing(&need, list.lines.len(), &Limits::default());
        let colour = if list.missing > 0 { palette.over } else { palette.better };
        ui.label(RichText::new(terms::missing(lang, list.missing, least, self.duty.by_need)).color(colour));
        ui.add_space(6.0);
        self.patterns_ui(ui, town);
    }

    /// The patterns: what they ask of people, and whether the town has them.
    fn patterns_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let plan = Arc::clone(&self.doc.plan);
        let squads = squads_of(&plan, town);
        let people = |id| plan.squads.get(id).map_or(0, |squad| squad.composition.people());
        let has: u32 = squads.iter().map(|&id| people(id)).sum();
        let post = squads.first().map_or(0, |&id| people(id));
        let mut duty = self.duty.draft.take().unwrap_or_else(|| plan.settings.duty.clone());
        let mut done = false;
        ui.horizontal(|ui| {
            ui.label(RichText::new(terms.leave).small().weak());
            let mut percent = duty.leave * 100.0;
            let response = ui.add(DragValue::new(&mut percent).range(0.0..=50.0).suffix(" %"));
            done |= response.drag_stopped() || response.lost_focus();
            duty.leave = percent / 100.0;
            response.accessible_name(terms.leave);
            ui.label(RichText::new(terms::town_has(lang, squads.len(), has, post)).small());
        });
        Grid::new("patterns").num_columns(7).spacing([14.0, 3.0]).striped(true).show(ui, |ui| {
            for word in [
                "",
                terms.pattern_crews,
                terms.week_hours,
                terms.pattern_rest,
                terms.pattern_people,
                terms.pattern_needs,
                terms.pattern_verdict,
            ] {
                ui.label(RichText::new(word).small().weak());
            }
            ui.end_row();
            for pattern in patterns() {
                let Some(crewed) = pattern.crewed() else { continue };
                let chosen = pattern == duty.pattern;
                if ui.selectable_label(chosen, pattern.name.in_lang(lang)).clicked() && !chosen {
                    duty.pattern = pattern.clone();
                    done = true;
                }
                ui.label(pattern.crews.to_string());
                let over = if crewed.over_hours { " *" } else { "" };
                ui.label(format!("{:.0}{over}", crewed.hours_per_week));
                ui.label(crewed.least_rest.to_string());
                ui.label(format!("{:.1}", crewed.people_per_post / (1.0 - duty.leave)));
                let needed = pattern.people(post, duty.leave).unwrap_or(0);
                ui.label(needed.to_string());
                let standby = crewed.on_patrol < 1.0 - 1e-9;
                let (word, colour) = match has >= needed {
                    _ if squads.len() < usize::from(pattern.crews) => (terms.verdict_short, palette.over),
                    false => (terms.verdict_tight, palette.warn),
                    true if standby => (terms.verdict_standby, palette.warn),
                    true => (terms.verdict_well, palette.better),
                };
                ui.label(RichText::new(word).color(colour));
                ui.end_row();
            }
        });
        ui.label(RichText::new(terms.patterns_hint).small().weak());
        if duty != plan.settings.duty {
            if done {
                self.set_duty(duty);
            } else {
                self.duty.draft = Some(duty);
            }
        }
    }

    /// The duty list of the town and week that are looked at.
    pub(in crate::ui) fn duty_list(&self, town: ZoneId) -> Option<DutyList> {
        let facts = self.duty.facts.as_ref().filter(|facts| facts.roster.town == town)?;
        Some(DutyList::of(&self.doc.plan, &facts.roster, &facts.town_need))
    }
}

/// Writes a duty list: as a workbook where the name says so, else as a page to be printed.
pub(in crate::ui) fn write_list(list: &DutyList, path: &Path, lang: Lang) -> Result<Exported, ExportError> {
    let is_book = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if is_book {
        return export::duty_list(list, path);
    }
    let page = render::duty_list(list, lang);
    let path = export::whole(path, page.as_bytes())?;
    let checked = Text::new("written", "已写出");
    Ok(Exported { files: vec![path], features: list.lines.len(), checked, notes: Vec::new() })
}
