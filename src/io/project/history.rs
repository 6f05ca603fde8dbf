//! The history out of its table.

use std::sync::Arc;

use rusqlite::Connection;

use super::read::{Fault, parse, rows, wrong};
use crate::base::{Key, Table};
use crate::edit::{Change, History, Record};
use crate::model::{Plan, Role};

/// Reads all records; each may only name slots that the plan has, so that undoing one cannot grow a table.
pub(super) fn read(db: &Connection, plan: &Plan, standing: usize) -> Result<History, Fault> {
    let mut records = Vec::new();
    rows(db, "wangge_history", "record", |row, place| {
        let record: Record = parse("wangge_history", place, &row.get::<_, String>(1)?)?;
        let sound = place as usize == records.len() && record.changes.iter().all(|change| has_slot(plan, change));
        records.push(Arc::new(record));
        Ok(sound.then_some(()))
    })?;
    if standing > records.len() {
        return Err(wrong("wangge_project", "standing"));
    }
    Ok(History::restore(records, standing))
}

fn has_slot(plan: &Plan, change: &Change) -> bool {
    fn below<K: Key, T>(table: &Table<K, T>, id: K) -> bool {
        id.index() < table.slots()
    }
    match change {
        Change::Node(id, ..) => below(plan.coverage.nodes(), *id),
        Change::Border(id, ..) => below(plan.coverage.borders(), *id),
        Change::Face(id, ..) => below(plan.coverage.faces(), *id),
        Change::Owner(tier, face, ..) => *tier < plan.tiers.len() && below(plan.coverage.faces(), *face),
        Change::Zone(tier, zone, ..) => plan.tiers.get(*tier).is_some_and(|tier| below(&tier.zones, *zone)),
        Change::TierLock(tier, ..) => *tier < plan.tiers.len(),
        Change::Squad(id, ..) => below(&plan.squads, *id),
        Change::Beat(zone, ..) => plan.tier_of(Role::Grid).is_some_and(|(_, grids)| below(&grids.zones, *zone)),
        Change::Settings(..) => true,
    }
}
