//! The history out of its tables.

use std::sync::Arc;

use rusqlite::Connection;

use super::read::{Fault, parse, rows, value, wrong};
use crate::base::{Key, Table};
use crate::edit::{Change, History, Record, Version};
use crate::model::{Plan, Role};

/// Reads all records; each may only name slots that the plan has, so that undoing one cannot grow a table. A tier that
/// only undone commands know has at most `limit` zones. In version 1 every command follows on the one before it.
pub(super) fn read(db: &Connection, plan: &Plan, version: u32, limit: usize) -> Result<History, Fault> {
    let mut steps = Vec::new();
    let columns = if version > 1 { "record, before" } else { "record, id - 1" };
    rows(db, "wangge_history", columns, |row, place| {
        let record: Record = parse("wangge_history", place, &row.get::<_, String>(1)?)?;
        let before: Option<i64> = row.get(2)?;
        let before = before.filter(|&before| before >= 0).and_then(|before| u32::try_from(before).ok());
        let known = record.changes.iter().all(|change| has_slot(plan, change, limit));
        let sound = place as usize == steps.len() && known;
        steps.push((before, Arc::new(record)));
        Ok(sound.then_some(()))
    })?;
    let tip = if version > 1 {
        value::<String>(db, "tip")?.parse().ok()
    } else {
        steps.len().checked_sub(1).and_then(|last| u32::try_from(last).ok())
    };
    let versions = if version > 1 { versions(db)? } else { Vec::new() };
    let standing = value(db, "standing")?;
    History::restore_all(steps, tip, standing, versions).ok_or_else(|| wrong("wangge_project", "standing"))
}

fn versions(db: &Connection) -> Result<Vec<Version>, Fault> {
    let mut versions = Vec::new();
    rows(db, "wangge_version", "name, time, after, effective", |row, _| {
        versions.push(Version { name: row.get(1)?, time: row.get(2)?, after: row.get(3)?, effective: row.get(4)? });
        Ok(Some(()))
    })?;
    Ok(versions)
}

fn has_slot(plan: &Plan, change: &Change, limit: usize) -> bool {
    fn below<K: Key, T>(table: &Table<K, T>, id: K) -> bool {
        id.index() < table.slots()
    }
    match change {
        Change::Node(id, ..) => below(plan.coverage.nodes(), *id),
        Change::Border(id, ..) => below(plan.coverage.borders(), *id),
        Change::Face(id, ..) => below(plan.coverage.faces(), *id),
        Change::Owner(_, face, ..) => below(plan.coverage.faces(), *face),
        Change::Zone(tier, zone, ..) => {
            plan.tiers.get(*tier).map_or(zone.index() < limit, |tier| zone.index() < tier.zones.slots().max(limit))
        }
        Change::TierLock(..) | Change::Tier(..) | Change::Reference(..) | Change::Times(_) => true,
        Change::Incidents(_, rows) => rows.is_sound(),
        Change::Retired(id, ..) => below(&plan.retired, *id),
        Change::Squad(id, ..) => below(&plan.squads, *id),
        Change::Beat(zone, ..) => plan.tier_of(Role::Grid).is_some_and(|(_, grids)| below(&grids.zones, *zone)),
        Change::Intake(..) | Change::Settings(..) => true,
    }
}
