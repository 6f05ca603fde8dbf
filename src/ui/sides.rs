//! What a command would do to zones and squads, as a table.

use eframe::egui::{Grid, Label, RichText, Ui};

use crate::measures::{Impact, Side, round};

use super::app::App;
use super::say;
use super::words;

impl App {
    /// The sides as a table, and the way to the band below it.
    pub(super) fn sides_ui(&self, ui: &mut Ui, impact: &Impact) {
        let Impact { shown, more, ways } = impact;
        let (words, palette, area) = (self.words(), self.palette(), self.prefs.area);
        if shown.is_empty() {
            ui.label(RichText::new(words.no_change).weak());
        }
        let load = format!("{} ({})", words.measure_load, words.hours_week);
        let counted = shown.iter().any(|side| side.before.households.or(side.after.households).is_some());
        Grid::new("effect").num_columns(6).spacing([14.0, 3.0]).show(ui, |ui| {
            let heads = ["", load.as_str(), words.measure_deviation, words.measure_incidents, area.sign()];
            for head in heads.into_iter().chain(counted.then_some(words.evened_households)) {
                ui.label(RichText::new(head).small().weak());
            }
            ui.end_row();
            for Side { before, after } in shown {
                ui.label(RichText::new(&after.name).strong());
                let change = after.load_hours - before.load_hours;
                let off = |share: Option<f64>| share.map_or(0.0, |share| (share - 1.0).abs());
                let nearer = off(after.share) <= off(before.share) || before.share.is_none();
                let colour = if nearer { palette.better } else { palette.over };
                let sign = words::arrow(change);
                ui.label({
                    let [was, is] = [before, after].map(|stand| round::hours(stand.load_hours));
                    format!("{was} → {is}  {sign}{}", round::hours(change.abs()))
                });
                let told = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), say::deviation);
                let share = format!("{} → {}", told(before.share), told(after.share));
                ui.label(RichText::new(share).color(colour).strong());
                ui.label(format!("{} → {}", before.incidents, after.incidents));
                ui.label(format!("{} → {}", area.figure(before.area_km2), area.figure(after.area_km2)));
                if before.households.or(after.households).is_some() {
                    let [then, now] = [before, after].map(|stand| stand.households.unwrap_or(0.0));
                    ui.label(format!("{then:.0} → {now:.0}"));
                }
                ui.end_row();
            }
        });
        if *more > 0 {
            ui.label(RichText::new(say::more_zones(self.prefs.lang, *more)).small().weak());
        }
        for way in ways {
            let told = say::way(self.prefs.lang, way);
            ui.add(Label::new(RichText::new(told).small().color(palette.text)).wrap());
        }
    }
}
