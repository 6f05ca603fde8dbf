//! One squad fewer, one squad more: what it means in some hours of the week, and who then patrols where.

use eframe::egui::{Button, Grid, RichText, Sense, Ui, Vec2};

use crate::balance::duty::{OtherBeats, beat, hours_words};
use crate::balance::{Cover, squads_of};
use crate::model::{Hours, Night, SquadId, ZoneId};

use crate::ui::app::App;
use crate::ui::measures::named;
use crate::ui::strip;
use crate::ui::terms::{self, Terms};
use crate::ui::theme::Palette;

impl App {
    /// Which hours, and what another number of squads would mean in them.
    pub(super) fn covers_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        let curve = self.duty.facts.as_ref().map(|facts| facts.curve.clone()).unwrap_or_default();
        let mut hours = self.duty.hours.unwrap_or(Hours::night());
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(270.0);
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 2.0;
                    let tuesday = Hours::of(|day, hour| day == 1 && hour >= 18 || day == 2 && hour < 6);
                    for (word, chosen) in [
                        (self.words().hours_all, Hours::ALL),
                        (self.words().hours_night, Hours::night()),
                        (terms.tuesday_night, tuesday),
                    ] {
                        if ui.selectable_label(hours == chosen, RichText::new(word).small()).clicked() {
                            hours = chosen;
                        }
                    }
                });
                strip::brushed(ui, lang, terms.cover_hours, &curve, &mut hours);
                ui.label(RichText::new(terms.cover_hint).small().weak());
            });
            ui.add_space(8.0);
            ui.vertical(|ui| self.cover_table(ui, town));
        });
        self.duty.hours = Some(hours);
    }

    /// A row for each number of squads, and the beats of the one that is looked at.
    fn cover_table(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let now = squads_of(&self.doc.plan, town).len();
        let mut shown = self.duty.shown;
        Grid::new("covers").num_columns(8).spacing([11.0, 4.0]).show(ui, |ui| {
            for word in [
                "",
                terms.number,
                terms.mean_minutes,
                terms.p90_minutes,
                terms.home_share,
                terms.all_busy,
                terms.busiest,
                terms.uneven,
            ] {
                ui.label(RichText::new(word).small().weak());
            }
            ui.end_row();
            let as_is =
                self.duty.covers.iter().find(|(count, _)| *count == now).and_then(|(_, cover)| cover.as_ref().ok());
            for (count, cover) in &self.duty.covers {
                let word = match count.cmp(&now) {
                    std::cmp::Ordering::Less => terms.one_fewer,
                    std::cmp::Ordering::Equal => terms.as_is,
                    std::cmp::Ordering::Greater => terms.one_more,
                };
                let chosen = shown == Some(*count);
                if ui.selectable_label(chosen, word).clicked() {
                    shown = if chosen { None } else { Some(*count) };
                }
                ui.label(count.to_string());
                match cover {
                    Ok(cover) => figures(ui, cover, as_is, palette, terms),
                    Err(refusal) => {
                        ui.label(RichText::new(refusal.in_lang(lang)).small().color(palette.warn));
                    }
                }
                ui.end_row();
            }
        });
        if self.duty.covers.is_empty() {
            ui.spinner();
        }
        let told = self.duty.covers.iter().find(|(count, _)| *count == shown.unwrap_or(now));
        if let Some(simulated) = told.and_then(|(_, cover)| cover.as_ref().ok()?.simulated.as_ref()) {
            let text = RichText::new(terms::simulated(lang, simulated)).small().weak();
            ui.label(text).on_hover_text(terms.simulated_hint);
        }
        self.nights_ui(ui, town, now);
        self.duty.shown = shown.filter(|count| self.duty.covers.iter().any(|(other, _)| other == count));
        self.beats_ui(ui);
    }

    /// Keeps what is looked at as a night plan; those that are kept, each to be taken away.
    fn nights_ui(&mut self, ui: &mut Ui, town: ZoneId, now: usize) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        let mut duty = self.doc.plan.settings.duty.clone();
        let before = duty.nights.len();
        let night = self.duty.shown_night(town).filter(|_| self.duty.shown != Some(now));
        if let Some(night) = night {
            let kept = duty.nights.contains(&night);
            let button = ui.add_enabled(!kept, Button::new(terms.keep_night));
            if button.on_hover_text(terms.keep_night_hint).clicked() {
                duty.nights.push(night);
            }
        }
        let mut gone = None;
        for (at, night) in duty.nights.iter().enumerate().filter(|(_, night)| night.town == town) {
            ui.horizontal(|ui| {
                let hours = hours_words(&night.hours.list());
                let text = terms::night(lang, hours.in_lang(lang), night.beats.len());
                ui.label(RichText::new(format!("{}:{text}", terms.nights)).small());
                if ui.small_button(terms.bond_remove).clicked() {
                    gone = Some(at);
                }
            });
        }
        if let Some(at) = gone {
            duty.nights.remove(at);
        }
        if duty.nights.len() != before {
            self.set_duty(duty);
            self.tell_last();
        }
    }

    /// Who patrols where with the number of squads that is looked at.
    fn beats_ui(&self, ui: &mut Ui) {
        let (terms, palette) = (Terms::of(self.prefs.lang), self.palette());
        let Some(cover) = self.duty.shown_cover() else { return };
        ui.add_space(4.0);
        ui.label(RichText::new(terms.cover_beats).small().weak());
        for (at, &squad) in cover.squads.iter().enumerate() {
            ui.horizontal_wrapped(|ui| {
                let (place, _) = ui.allocate_exact_size(Vec2::splat(11.0), Sense::hover());
                ui.painter().rect_filled(place, 2.0, beat_colour(palette, at));
                ui.label(RichText::new(squad_name(cover, squad)).strong());
                let work = cover.work.get(at).copied().unwrap_or(0.0);
                ui.label(RichText::new(terms::hours_in_span(self.prefs.lang, work)).small().weak());
                ui.label(RichText::new(beat(&cover.plan, squad).join("、")).small());
            });
        }
    }
}

impl super::DutyPanel {
    /// What the number of squads that is looked at would mean.
    fn shown_cover(&self) -> Option<&Cover> {
        let shown = self.shown?;
        self.covers.iter().find(|(count, _)| *count == shown).and_then(|(_, cover)| cover.as_ref().ok())
    }

    /// The beats the map shows: the grids of each squad.
    pub(in crate::ui) fn shown_beats(&self) -> Vec<Vec<ZoneId>> {
        let Some(cover) = self.shown_cover() else { return Vec::new() };
        let grids = |squad: &SquadId| {
            let own = cover.plan.beats.iter().filter(|(_, owner)| *owner == squad);
            own.map(|(grid, _)| grid).collect()
        };
        cover.squads.iter().map(grids).collect()
    }

    /// What is looked at, as a night plan of the town.
    fn shown_night(&self, town: ZoneId) -> Option<Night> {
        let cover = self.shown_cover()?;
        let names = cover.squads.iter().map(|&squad| squad_name(cover, squad));
        Some(Night {
            town,
            hours: self.hours.unwrap_or(Hours::night()),
            beats: names.zip(self.shown_beats()).collect(),
        })
    }

    /// What goes on the duty list of another number of squads, where one is looked at: the hours, and who patrols where.
    pub(super) fn other(&self) -> Option<OtherBeats> {
        let cover = self.shown_cover()?;
        let hours = self.hours.unwrap_or(Hours::night());
        let hours: Vec<usize> = hours.list();
        let row = |&squad: &SquadId| (squad_name(cover, squad), beat(&cover.plan, squad));
        Some(OtherBeats { hours: hours_words(&hours), beats: cover.squads.iter().map(row).collect() })
    }
}

/// The colour of a squad's beat on the map, by its place among those of the town.
#[must_use]
pub(in crate::ui) fn beat_colour(palette: &Palette, at: usize) -> eframe::egui::Color32 {
    let colours = [palette.accent, palette.over, palette.better, palette.chosen, palette.warn, palette.text];
    colours[at % colours.len()]
}

fn squad_name(cover: &Cover, squad: SquadId) -> String {
    cover.plan.squads.get(squad).map(|squad| named(&squad.name, &squad.code)).unwrap_or_default()
}

/// The figures of a number of squads, with what changes against today.
fn figures(ui: &mut Ui, cover: &Cover, as_is: Option<&Cover>, palette: &Palette, terms: &Terms) {
    let now = as_is.and_then(|cover| cover.response.as_ref());
    let Some(response) = &cover.response else {
        ui.label(RichText::new(terms.cannot_bear).small().color(palette.warn));
        return;
    };
    let busiest = |workloads: &[f64]| workloads.iter().copied().fold(0.0, f64::max);
    let minutes = |value: f64, then: Option<f64>| (format!("{value:.1}"), then.map(|then| value - then));
    let percent = |value: f64, then: Option<f64>| (format!("{:.0}%", value * 100.0), then.map(|then| value - then));
    let cells = [
        (minutes(response.mean_minutes, now.map(|now| now.mean_minutes)), true),
        (minutes(response.p90_minutes, now.map(|now| now.p90_minutes)), true),
        (percent(response.home_share, now.map(|now| now.home_share)), false),
        (percent(response.all_busy, now.map(|now| now.all_busy)), true),
        (percent(busiest(&response.workloads), now.map(|now| busiest(&now.workloads))), true),
        (percent(cover.max_deviation, as_is.map(|cover| cover.max_deviation)), true),
    ];
    for ((text, change), less_is_better) in cells {
        let change = change.filter(|change| change.abs() > 0.005);
        let colour = match change {
            None => palette.text,
            Some(change) if (change < 0.0) == less_is_better => palette.better,
            Some(_) => palette.over,
        };
        let arrow = change.map_or("", crate::ui::words::arrow);
        ui.label(RichText::new(format!("{text}{arrow}")).color(colour));
    }
}
