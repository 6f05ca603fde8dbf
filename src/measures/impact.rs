//! Zones and squads before and after a command, side by side: what every verb shows before it is done.

use std::sync::Arc;

use super::{Measures, Row, Way, ways};
use crate::balance::{Balance, households_of};
use crate::base::{Key as _, Progress};
use crate::edit;
use crate::model::{Filter, Plan, Role, Squad, SquadId, ZoneId};
use crate::topology::FaceId;

/// Sides that are shown; the others are counted.
const MOST: usize = 6;

/// One zone or squad before and after.
#[derive(Clone, Debug)]
pub struct Side {
    /// How it stands.
    pub before: Stand,
    /// How it would stand.
    pub after: Stand,
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
pub struct Stand {
    /// Its name.
    pub name: String,
    /// Hours of work a week.
    pub load_hours: f64,
    /// Load over the mean of its town; `None` for a zone that is not there.
    pub share: Option<f64>,
    /// Number of incidents.
    pub incidents: u32,
    /// Area in km².
    pub area_km2: f64,
    /// Households, where they are known.
    pub households: Option<f64>,
}

impl From<&Row> for Stand {
    fn from(row: &Row) -> Self {
        let Row { load_hours, share, incidents, area_km2, .. } = *row;
        Self { name: row.name.clone(), load_hours, share: Some(share), incidents, area_km2, households: None }
    }
}

/// What becomes of the zones that a command concerns.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// The zones and squads that change, the first ones.
    pub shown: Vec<Side>,
    /// How many more zones change.
    pub more: usize,
    /// How they come into the band of work from there.
    pub ways: Vec<Way>,
}

impl Impact {
    /// Measures the plan after a command; nothing when cancelled. O(faces) and what measuring what changed costs.
    #[must_use]
    pub fn of(
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
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

/// The name of a squad, or its code.
#[must_use]
pub fn squad_called(squad: &Squad) -> &str {
    if squad.name.is_empty() { &squad.code } else { &squad.name }
}

/// Squads that get or lose grids, before and after, each plan with its measures.
fn squad_sides(before: (&Plan, &Measures), after: (&Plan, &Measures)) -> Vec<Side> {
    let mut squads: Vec<SquadId> = Vec::new();
    for grid in after.0.beats.changed(&before.0.beats) {
        squads.extend([before.0, after.0].into_iter().filter_map(|plan| plan.beats.get(grid).copied()));
    }
    if squads.is_empty() {
        // Most of what the hand does gives no grid to another squad: nothing is summed up for it.
        return Vec::new();
    }
    squads.sort_unstable();
    squads.dedup();
    let [then, now] = [before, after].map(|(plan, measures)| Balance::of_squads(plan, &measures.loads));
    let side = |id: SquadId| Some(Side { before: stand_of(before, &then, id)?, after: stand_of(after, &now, id)? });
    squads.into_iter().filter_map(side).collect()
}

/// What a squad has to do: the sum of its grids.
fn stand_of((plan, measures): (&Plan, &Measures), balance: &Balance, id: SquadId) -> Option<Stand> {
    let (at, _) = plan.tier_of(Role::Grid)?;
    let rows = &measures.tiers.get(at)?.rows;
    let off = balance.deviations.get(id.index()).copied().flatten();
    let mut stand = Stand {
        name: squad_called(plan.squads.get(id)?).to_owned(),
        share: Some(off.map_or(1.0, |off| 1.0 + off)),
        ..Stand::default()
    };
    for row in rows.iter().filter(|row| plan.beats.get(row.zone) == Some(&id)) {
        stand.load_hours += row.load_hours;
        stand.incidents += row.incidents;
        stand.area_km2 += row.area_km2;
    }
    Some(stand)
}
