//! Two versions of a plan compared: zones that differ with their figures, and the lines that were and are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Measures, Row, named};
use crate::base::{Cancelled, Progress};
use crate::edit::{ZoneChange, ZoneState, lines_apart, since};
use crate::geometry::{Bounds, Point};
use crate::model::{Filter, Plan, ZoneId};

/// Less land than this is no change, m².
const SLIVER_M2: f64 = 1.0;

/// One zone that differs.
#[derive(Debug)]
pub struct Changed {
    /// The zone.
    pub zone: ZoneId,
    /// Its name now, or what it was last.
    pub name: String,
    /// Its figures as they were; `None` for a new zone.
    pub before: Option<Row>,
    /// Its figures as they are; `None` for one that ended.
    pub after: Option<Row>,
    /// Land it took and gave.
    pub moved: Moved,
    /// The box around both.
    pub bounds: Bounds,
}

/// Land a zone took and gave, by whose it was and is, km².
#[derive(Debug)]
pub struct Moved {
    /// What it took.
    pub from: Vec<(String, f64)>,
    /// What it gave.
    pub to: Vec<(String, f64)>,
}

/// What two versions of a tier differ in.
#[derive(Debug)]
pub struct Comparison {
    /// Zones that differ, those with most land moved first.
    pub zones: Vec<Changed>,
    /// Lines of the old version that are gone.
    pub was: Vec<Vec<Point>>,
    /// Lines of the new version that are new.
    pub is: Vec<Vec<Point>>,
    /// What was measured of the old version.
    pub before: Measures,
}

/// Compares a tier of two versions of one plan; `measures` are those of the new one. O(plan).
///
/// # Errors
/// [`Cancelled`] when the job was asked to stop.
pub fn compare(
    old: &Arc<Plan>,
    (plan, measures): (&Arc<Plan>, &Measures),
    filter: Filter,
    tier: usize,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    let changes = since(old, plan, progress)?;
    let before = Measures::of(Arc::clone(old), filter, Some(measures), progress)?;
    let changes = changes.into_iter().filter(|change| change.tier == tier);
    let mut changes: Vec<ZoneChange> = changes.filter(is_seen).collect();
    changes.sort_by(|a, b| moved_m2(b).total_cmp(&moved_m2(a)));
    let zones = changes.into_iter().map(|change| changed(change, [old, plan], [&before, measures])).collect();
    let (was, is) = (lines_apart(old, plan, Some(tier)), lines_apart(plan, old, Some(tier)));
    Ok(Comparison { zones, was, is, before })
}

/// Land a zone took and gave, m².
fn moved_m2(change: &ZoneChange) -> f64 {
    change.from.values().chain(change.to.values()).sum()
}

/// Whether a change is more than what rounding moves where a new line meets a border (below 1 m², design §5).
fn is_seen(change: &ZoneChange) -> bool {
    let named = |state: &Option<ZoneState>| state.as_ref().map(|state| (state.code.clone(), state.name.clone()));
    named(&change.before) != named(&change.after) || moved_m2(change) >= SLIVER_M2
}

fn changed(change: ZoneChange, plans: [&Plan; 2], measures: [&Measures; 2]) -> Changed {
    let ZoneChange { tier, zone, .. } = change;
    let name_in = |plan: &Plan, zone: ZoneId| {
        let value = plan.tiers.get(tier)?.zones.get(zone)?;
        Some(named(&value.name, &value.code))
    };
    let side = |plan: &Plan, land: &BTreeMap<Option<ZoneId>, f64>| {
        let name = |zone: Option<ZoneId>| zone.and_then(|zone| name_in(plan, zone)).unwrap_or_default();
        let more = land.iter().filter(|(_, area)| **area >= SLIVER_M2);
        more.map(|(&zone, area)| (name(zone), area / 1e6)).collect()
    };
    let [before, after] = measures.map(|measures| measures.tiers.get(tier).and_then(|tier| tier.row(zone)).cloned());
    let moved = Moved { from: side(plans[0], &change.from), to: side(plans[1], &change.to) };
    let rows = [&before, &after].into_iter().flatten();
    let bounds = rows.fold(Bounds::EMPTY, |bounds, row| bounds.join(row.bounds));
    let name = name_in(plans[1], zone).or_else(|| name_in(plans[0], zone)).unwrap_or_default();
    Changed { zone, name, before, after, moved, bounds }
}
