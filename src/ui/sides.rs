//! Zones and squads before and after a change, side by side: what every verb shows before it is done.

use std::sync::Arc;

use eframe::egui::{Grid, Label, RichText, Ui};

use crate::balance::households_of;
use crate::base::Progress;
use crate::edit;
use crate::model::{Filter, Plan, ZoneId};
use crate::topology::FaceId;

use super::advice::{Way, ways};
use super::app::App;
use super::beats::squad_sides;
use super::measures::{Measures, Row};
use super::say;
use super::words;

/// Sides that are shown; the others are counted.
const MOST: usize = 6;

/// One zone or squad before and after.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) before: Stand,
    pub(super) after: Stand,
}

impl Side {
    /// Whether it has more or less than before; another mean of the town alone is no change of its own.
    fn changes(&self) -> bool {
        let Self { before, after } = self;
        // Less than a part in a thousand is not seen in any figure.
        let differs = |a: f64, b: f64| (a - b).abs() > 1e-3 * a.max(b);
        before.incidents != after.incidents
            || differs(before.load_hours, after.load_hours)
            || differs(before.area_km2, after.area_km2)
    }
}

/// How a zone or a squad stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Stand {
    pub(super) name: String,
    /// Hours of work a week.
    pub(super) load_hours: f64,
    /// Load over the mean of its town; `None` for a zone that is not there.
    pub(super) share: Option<f64>,
    pub(super) incidents: u32,
    pub(super) area_km2: f64,
    /// Households, where they are known.
    pub(super) households: Option<f64>,
}

impl From<&Row> for Stand {
    fn from(row: &Row) -> Self {
        let Row { load_hours, share, incidents, area_km2, .. } = *row;
        Self { name: row.name.clone(), load_hours, share: Some(share), incidents, area_km2, households: None }
    }
}

/// What becomes of the zones that a change concerns.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    shown: Vec<Side>,
    /// How many more zones change.
    more: usize,
    /// How they come into the band of work from there.
    ways: Vec<Way>,
}

impl Sides {
    /// Measures the plan after a change; nothing when cancelled. O(faces) and what measuring what changed costs.
    pub(super) fn of(
        plan: &Plan,
        effect: edit::Effect,
        measures: &Measures,
        filter: Filter,
        tier: usize,
        progress: &Progress,
    ) -> Option<Self> {
        let changed: Vec<_> = effect.zones.into_iter().filter(|zone| zone.tier == tier).collect();
        let then = Arc::new(effect.done.plan);
        let measured = Measures::of(Arc::clone(&then), filter, Some(measures), progress).ok()?;
        let squads = squad_sides((plan, measures), (&then, &measured));
        let stand = |of: &Measures, zone: ZoneId| of.tiers.get(tier)?.row(zone).map(Stand::from);
        let side = |zone: &edit::ZoneEffect| {
            let (before, after) = (stand(measures, zone.zone), stand(&measured, zone.zone));
            let name = after.as_ref().or(before.as_ref())?.name.clone();
            let gone = || Stand { name: name.clone(), ..Stand::default() };
            Some(Side { before: before.unwrap_or_else(gone), after: after.unwrap_or_else(gone) })
        };
        let mut found: Vec<_> = changed.iter().filter_map(|zone| Some((zone, side(zone)?))).collect();
        found.retain(|(_, side)| side.changes());
        let more = found.len().saturating_sub(MOST);
        found.truncate(MOST);
        let zones: Vec<ZoneId> = found.iter().map(|(zone, _)| zone.zone).collect();
        let counted = |(zone, Side { before, after }): (&edit::ZoneEffect, Side)| {
            let count = |plan: &Plan, of: &Measures, faces: &[FaceId]| {
                Some(households_of(plan, &of.index, faces).into_iter().sum()).filter(|&count| count > 0.0)
            };
            let had = count(plan, measures, &zone.faces_before);
            let has = count(&then, &measured, &zone.faces_after);
            Side { before: Stand { households: had, ..before }, after: Stand { households: has, ..after } }
        };
        let mut shown: Vec<Side> = found.into_iter().map(counted).collect();
        shown.extend(squads.into_iter().filter(Side::changes));
        let ways = if more == 0 { ways(&then, &measured, tier, &zones, progress) } else { Vec::new() };
        Some(Self { shown, more, ways })
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

impl App {
    /// The sides as a table, and the way to the band below it.
    pub(super) fn sides_ui(&self, ui: &mut Ui, sides: &Sides) {
        let Sides { shown, more, ways } = sides;
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
                ui.label(format!("{:.1} → {:.1}  {sign}{:.1}", before.load_hours, after.load_hours, change.abs()));
                let told = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), say::deviation);
                let share = format!("{} → {}", told(before.share), told(after.share));
                ui.label(RichText::new(share).color(colour).strong());
                ui.label(format!("{} → {}", before.incidents, after.incidents));
                ui.label(format!("{:.2} → {:.2}", area.of_km2(before.area_km2), area.of_km2(after.area_km2)));
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
