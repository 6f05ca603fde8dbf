//! One squad fewer, one squad more: what it means in some hours of the week, and who then patrols where.

use eframe::egui::{Button, Grid, RichText, Sense, Ui, Vec2};

use crate::balance::duty::{hours_words, squad_name};
use crate::balance::response::Simulated;
use crate::balance::{Change, Cover, Manning, Other};
use crate::base::Lang;
use crate::model::{Hours, Plan, Role, SquadId, ZoneId};

use crate::ui::app::App;
use crate::ui::strip;
use crate::ui::terms::{self, Terms};
use crate::ui::theme::Palette;

/// Width of the strip of hours.
const STRIP: f32 = 270.0;

impl App {
    /// Which hours, and what another number of squads would mean in them; sentences are wrapped to the width that is seen.
    pub(super) fn covers_ui(&mut self, ui: &mut Ui, town: ZoneId, seen: f32) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        let curve = self.duty.facts.as_ref().map(|facts| facts.curve.clone()).unwrap_or_default();
        let mut hours = self.duty.hours.unwrap_or(Hours::night());
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(STRIP);
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
            ui.vertical(|ui| {
                ui.set_max_width((seen - STRIP - 32.0).max(240.0));
                self.cover_table(ui, town);
            });
        });
        self.duty.hours = Some(hours);
    }

    /// A row for each number of squads, and the beats of the one that is looked at.
    fn cover_table(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let limit = self.doc.plan.settings.duty.standard.wait_minutes;
        let monday = self.duty.monday().to_string().chars().take(10).collect::<String>();
        ui.label(RichText::new(terms::of_week(lang, &monday)).small().weak());
        let mut shown = self.duty.shown;
        Grid::new("covers").num_columns(10).spacing([8.0, 4.0]).show(ui, |ui| {
            for word in [
                "",
                terms.unmanned,
                terms.mean_response,
                terms.mean_wait,
                terms.p90_minutes,
                terms.on_duty,
                terms.home_share,
                terms.all_busy,
                terms.busiest,
                terms.uneven,
            ] {
                ui.label(RichText::new(word).small().weak());
            }
            ui.end_row();
            let known = |change| {
                self.duty.covers.iter().find(|(other, _)| *other == change).and_then(|(_, cover)| cover.as_ref().ok())
            };
            let as_is = known(Change::AsIs);
            for (change, cover) in &self.duty.covers {
                let word = change_word(*change, terms);
                let chosen = shown == Some(*change);
                if ui.selectable_label(chosen, word).clicked() {
                    shown = if chosen { None } else { Some(*change) };
                }
                match cover {
                    Ok(cover) => figures(ui, (cover, as_is), limit, palette, terms),
                    // Sentences stand below: in a cell they push the figures aside.
                    Err(_) => {
                        ui.label(RichText::new("–").color(palette.weak));
                    }
                }
                ui.end_row();
            }
        });
        if self.duty.covers.is_empty() {
            ui.spinner();
        }
        for (change, cover) in &self.duty.covers {
            match cover {
                Ok(cover) => {
                    let who = others(lang, &self.doc.plan, cover);
                    if !who.is_empty() {
                        ui.label(RichText::new(terms::about(lang, change_word(*change, terms), &who)).small());
                    }
                }
                Err(refusal) => {
                    ui.label(RichText::new(refusal.in_lang(lang)).small().color(palette.warn));
                }
            }
        }
        self.duty.shown = shown;
        self.nights_ui(ui, town);
        let told = self.duty.covers.iter().find(|(change, _)| *change == shown.unwrap_or(Change::AsIs));
        if let Some(cover) = told.and_then(|(_, cover)| cover.as_ref().ok())
            && let Some(simulated) = &cover.simulated
        {
            let text = RichText::new(terms::simulated(lang, simulated)).small().weak();
            ui.label(text).on_hover_text(terms.simulated_hint);
            ui.label(RichText::new(terms::even(lang, cover.even.as_ref(), simulated.mean_wait)).small().weak());
        }
        self.beats_ui(ui);
    }

    /// Keeps what is looked at as night plans; those that are kept, each to be taken away.
    fn nights_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let mut duty = self.doc.plan.settings.duty.clone();
        let before = duty.nights.len();
        let looked_at = self.duty.shown.filter(|change| *change != Change::AsIs).and(self.duty.shown_cover());
        match looked_at.map(|cover| cover.nights(&self.doc.plan, town)) {
            Some(Ok(nights)) => {
                let kept = nights.iter().all(|night| duty.nights.contains(night));
                let button = ui.add_enabled(!kept, Button::new(terms.keep_night));
                if button.on_hover_text(terms.keep_night_hint).clicked() {
                    duty.nights.extend(nights);
                }
            }
            Some(Err(refusal)) => {
                ui.add_enabled(false, Button::new(terms.keep_night));
                ui.label(RichText::new(refusal.in_lang(lang)).small().color(palette.warn));
            }
            None => {}
        }
        let mut gone = None;
        for (at, night) in duty.nights.iter().enumerate().filter(|(_, night)| night.town == town) {
            ui.horizontal(|ui| {
                let hours = hours_words(&night.hours.list());
                let text = terms::night(lang, hours.in_lang(lang), night.beats.len());
                ui.label(RichText::new(format!("{}：{text}", terms.nights)).small());
                if ui.small_button(terms.bond_remove).clicked() {
                    gone = Some(at);
                }
            });
        }
        let notes: std::collections::BTreeSet<&str> = self.duty.facts.as_ref().map_or_else(Default::default, |facts| {
            let watches = facts.roster.watches.iter().filter(|watch| !watch.hours.is_empty());
            watches.flat_map(|watch| &watch.notes).map(|note| note.in_lang(lang)).collect()
        });
        for note in notes {
            ui.label(RichText::new(note).small().color(palette.warn));
        }
        if let Some(at) = gone {
            duty.nights.remove(at);
        }
        if duty.nights.len() != before {
            self.set_duty(duty);
            self.tell_last();
        }
    }

    /// Who patrols where with the number of squads that is looked at, watch by watch.
    fn beats_ui(&self, ui: &mut Ui) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let change = self.duty.shown.unwrap_or(Change::AsIs);
        let cover = self.duty.covers.iter().find(|(other, _)| *other == change);
        let Some(cover) = cover.and_then(|(_, cover)| cover.as_ref().ok()) else { return };
        ui.add_space(4.0);
        ui.label(RichText::new(terms.cover_beats).small().weak());
        for (place, one) in cover.watches.iter().enumerate() {
            ui.label(RichText::new(hours_words(&one.hours).in_lang(lang)).small());
            for (at, (&squad, work)) in one.squads.iter().zip(&one.work).enumerate() {
                ui.horizontal_wrapped(|ui| {
                    let (mark, _) = ui.allocate_exact_size(Vec2::splat(11.0), Sense::hover());
                    // The map shows the first of the watches.
                    if place == 0 && self.duty.shown.is_some() {
                        ui.painter().rect_filled(mark, 2.0, beat_colour(palette, at));
                    }
                    ui.label(RichText::new(squad_name(&one.plan, squad)).strong());
                    ui.label(RichText::new(terms::hours_in_span(lang, *work)).small().weak());
                    ui.label(RichText::new(beat(one, squad)).small());
                });
            }
        }
    }
}

impl super::DutyPanel {
    /// What the number of squads that is looked at would mean.
    fn shown_cover(&self) -> Option<&Cover> {
        let shown = self.shown?;
        self.covers.iter().find(|(change, _)| *change == shown).and_then(|(_, cover)| cover.as_ref().ok())
    }

    /// The beats the map shows: the grids of each squad on duty in the first of the hours.
    pub(in crate::ui) fn shown_beats(&self) -> Vec<Vec<ZoneId>> {
        let Some(one) = self.shown_cover().and_then(|cover| cover.watches.first()) else { return Vec::new() };
        let grids = |squad: &SquadId| {
            let own = one.plan.beats.iter().filter(|(_, owner)| *owner == squad);
            own.map(|(grid, _)| grid).collect()
        };
        one.squads.iter().map(grids).collect()
    }
}

fn change_word(change: Change, terms: &Terms) -> &'static str {
    match change {
        Change::Fewer => terms.one_fewer,
        Change::AsIs => terms.as_is,
        Change::More => terms.one_more,
    }
}

/// The colour of a squad's beat on the map, by its place among those on duty.
#[must_use]
pub(in crate::ui) fn beat_colour(palette: &Palette, at: usize) -> eframe::egui::Color32 {
    let colours = [palette.accent, palette.over, palette.better, palette.chosen, palette.warn, palette.text];
    colours[at % colours.len()]
}

/// The names of a squad's grids.
fn beat(one: &Manning, squad: SquadId) -> String {
    let tier = one.plan.tier_of(Role::Grid).map(|(_, tier)| &tier.zones);
    let own = one.plan.beats.iter().filter(|(_, owner)| **owner == squad);
    let names: Vec<&str> = own.filter_map(|(grid, _)| Some(tier?.get(grid)?.called())).collect();
    names.join("、")
}

/// Which squads make the difference, each with its hours where there are several.
fn others(lang: Lang, plan: &Plan, cover: &Cover) -> String {
    let told = |one: &Manning| {
        let word = match one.other? {
            Other::Taken(squad) => terms::taken(lang, &squad_name(plan, squad)),
            Other::Called(squad) => terms::called(lang, &squad_name(plan, squad)),
            Other::New(squad) => terms::added(lang, &squad_name(&one.plan, squad)),
        };
        let hours = hours_words(&one.hours);
        Some(if cover.watches.len() > 1 { format!("{} {word}", hours.in_lang(lang)) } else { word })
    };
    cover.watches.iter().filter_map(told).collect::<Vec<_>>().join("；")
}

/// How a figure of the table is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Plain,
    Better,
    Worse,
    /// Bad whatever it was before.
    Bad,
}

/// A figure: what it says, how much it changed, and whether less of it is better.
struct Figure(String, Option<f64>, bool);

/// The figures of a number of squads as texts with their tones, in the order of the columns.
fn cells((cover, as_is): (&Cover, Option<&Cover>), found: &Simulated, limit: f64) -> Vec<(String, Tone)> {
    let now = as_is.and_then(|cover| cover.simulated.as_ref());
    // Where other incidents met nobody on duty, the means are of other incidents: they cannot be set against each other.
    let comparable = now.is_none_or(|now| now.unmanned == found.unmanned);
    let busiest = |workloads: &[f64]| workloads.iter().copied().fold(0.0, f64::max);
    let minutes = |value: f64, then: Option<f64>| Figure(format!("{value:.1}"), then.map(|then| value - then), true);
    let percent = |value: f64, then: Option<f64>, less| {
        Figure(format!("{:.0}%", value * 100.0), then.map(|then| value - then), less)
    };
    let waits = found.mean_wait > limit && comparable;
    let of_calls = [
        (minutes(found.mean_response(), now.map(Simulated::mean_response)), waits),
        (minutes(found.mean_wait, now.map(|now| now.mean_wait)), waits),
        (minutes(found.p90_minutes, now.map(|now| now.p90_minutes)), waits),
        (Figure(on_duty(cover), None, true), false),
        (percent(found.home_share, now.map(|now| now.home_share), false), false),
        (percent(found.all_busy, now.map(|now| now.all_busy), true), false),
        (percent(busiest(&found.workloads), now.map(|now| busiest(&now.workloads)), true), false),
    ];
    let mut cells = vec![unmanned(found)];
    cells.extend(of_calls.into_iter().map(|(figure, is_bad)| told(figure, comparable, is_bad)));
    let uneven = percent(cover.max_deviation, as_is.map(|cover| cover.max_deviation), true);
    cells.push(told(uneven, true, false));
    cells
}

/// Incidents that came when nobody was on duty, of all; they are in no other figure.
fn unmanned(found: &Simulated) -> (String, Tone) {
    match found.unmanned {
        0 => ("0".to_owned(), Tone::Plain),
        count => (format!("{count} / {}", found.calls + count), Tone::Bad),
    }
}

/// A figure as a text, with an arrow and a tone for what changed where that can be compared.
fn told(Figure(text, change, less_is_better): Figure, comparable: bool, is_bad: bool) -> (String, Tone) {
    let change = change.filter(|change| comparable && change.abs() > 0.005);
    let tone = match change {
        _ if is_bad => Tone::Bad,
        None => Tone::Plain,
        Some(change) if (change < 0.0) == less_is_better => Tone::Better,
        Some(_) => Tone::Worse,
    };
    (format!("{text}{}", change.map_or("", crate::ui::words::arrow)), tone)
}

/// How many squads are on duty, the least and the most where that differs.
fn on_duty(cover: &Cover) -> String {
    let counts = || cover.watches.iter().map(|one| one.squads.len());
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) if least < most => format!("{least}–{most}"),
        (least, _) => least.unwrap_or(0).to_string(),
    }
}

/// The figures of a number of squads, with what changes against today; a wait beyond the limit is red.
fn figures(ui: &mut Ui, covers: (&Cover, Option<&Cover>), limit: f64, palette: &Palette, terms: &Terms) {
    let Some(found) = &covers.0.simulated else {
        ui.label(RichText::new(terms.no_calls).small().color(palette.warn));
        return;
    };
    for (text, tone) in cells(covers, found, limit) {
        let colour = match tone {
            Tone::Plain => palette.text,
            Tone::Better => palette.better,
            Tone::Worse => palette.over,
            Tone::Bad => palette.error,
        };
        ui.label(RichText::new(text).color(colour));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(calls: usize, unmanned: usize, mean_wait: f64) -> Cover {
        let simulated = Simulated { calls, unmanned, mean_wait, mean_minutes: 2.0, ..Simulated::default() };
        Cover { watches: Vec::new(), max_deviation: 0.2, simulated: Some(simulated), even: None }
    }

    fn told_of(cover: &Cover, as_is: &Cover) -> Vec<(String, Tone)> {
        let found = cover.simulated.clone().unwrap_or_default();
        cells((cover, Some(as_is)), &found, 10.0)
    }

    #[test]
    fn m2_what_met_nobody_is_a_column_and_means_of_other_incidents_are_not_compared() {
        let (now, more) = (cover(29, 56, 2.9), cover(85, 0, 25.3));
        let cells = told_of(&more, &now);
        assert_eq!(cells[0], ("0".to_owned(), Tone::Plain));
        assert_eq!(cells[1], ("27.3".to_owned(), Tone::Plain));
        assert!(cells.iter().all(|(text, tone)| *tone == Tone::Plain && !text.contains(['↑', '↓'])), "{cells:?}");
        assert_eq!(told_of(&now, &now)[0], ("56 / 85".to_owned(), Tone::Bad));
        // Of the same incidents they are, and a wait beyond the limit is bad in each figure it is part of.
        let worse = cover(29, 56, 25.3);
        let cells = told_of(&worse, &now);
        assert_eq!(cells[1].1, Tone::Bad);
        assert!(cells[1].0.starts_with("27.3") && cells[1].0.len() > 4, "{cells:?}");
        assert_eq!(cells[2].1, Tone::Bad);
    }
}
