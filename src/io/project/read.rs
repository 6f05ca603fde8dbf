//! Our tables into a plan. Nothing in them is believed: lengths fill their blobs, ids are in range, and the coverage is
//! proven before anybody sees it.

use std::str::FromStr;
use std::sync::Arc;

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension as _, Row};
use serde::de::DeserializeOwned;

use super::{blob, history, properties, schema};
use crate::base::{Key, Progress, Table};
use crate::edit::History;
use crate::geometry::{Bounds, Point};
use crate::io::database;
use crate::model::{Composition, Intake, Plan, Reference, Retired, Role, Shape, Squad, SquadId, Tier, Zone, ZoneId};
use crate::topology::{Border, BorderId, Coverage, Face, FaceId, Node, NodeId};

/// Why tables are no plan.
#[derive(Debug, thiserror::Error)]
pub(in crate::io) enum Fault {
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    /// A value that cannot be: which table, which row.
    #[error("{0}")]
    Value(String),
    /// Written by a newer program, with this version of the tables.
    #[error("tables of version {0}")]
    Newer(u32),
    #[error("cancelled")]
    Cancelled(#[from] crate::base::Cancelled),
}

/// What is free for small files: slots, and bytes of values.
const FREE: usize = 1 << 20;
/// Values of a table may be so many times as long as the file: UTF-16 becomes longer as UTF-8.
const VALUES: usize = 2;

type Result<T> = std::result::Result<T, Fault>;

/// A fault of one row.
pub(super) fn wrong(table: &str, row: impl std::fmt::Display) -> Fault {
    Fault::Value(format!("{table}, row {row}"))
}

/// Reads and checks everything.
pub(in crate::io) fn read(db: &Connection, progress: &Progress) -> Result<(Plan, History)> {
    sound(db)?;
    let version: u32 = value(db, "schema")?;
    if version > schema::VERSION {
        return Err(Fault::Newer(version));
    }
    let limit = slot_limit(db)?;
    let coverage = coverage(db, limit)?;
    progress.check()?;
    coverage.prove().map_err(|broken| Fault::Value(format!("the map: {broken}")))?;
    let mut tiers = tiers(db, coverage.face_slots(), limit)?;
    // Programs before this one wrote no such line.
    if let Some(text) = line(db, properties::KEY)? {
        parse::<properties::Properties>("wangge_project", properties::KEY, &text)?.put(&mut tiers);
    }
    let mut plan = Plan {
        name: value(db, "name")?,
        base: value(db, "base")?,
        settings: Arc::new(parse("wangge_project", "settings", &value::<String>(db, "settings")?)?),
        coverage,
        tiers,
        ..Plan::default()
    };
    if plan.base >= plan.tiers.len().max(1) {
        return Err(wrong("wangge_project", "base"));
    }
    squads(db, &mut plan, version, limit)?;
    plan.incidents = Arc::new(super::columns::read(db)?);
    plan.references = references(db)?;
    progress.check()?;
    if version > 1 {
        plan.retired = table(
            db,
            "wangge_retired",
            "tier, code, name, by_code, time",
            slots(db, "retired_slots", limit)?,
            |row| {
                let (tier, code, name) = (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(Some(Retired { tier, code, name, by: row.get(4)?, time: row.get(5)? }))
            },
        )?;
    }
    if version > 3 {
        plan.intake = Arc::new(intake(db)?);
    }
    let history = history::read(db, &plan, version, limit)?;
    Ok((plan, history))
}

/// Refuses tables that are none: a view, a virtual table and a computed column run what the file brings along.
fn sound(db: &Connection) -> Result<()> {
    for table in schema::TABLES {
        if database::has(db, table)? && !database::is_plain(db, table, "id")? {
            return Err(Fault::Value(format!("{table} is no plain table")));
        }
    }
    Ok(())
}

pub(super) fn value<T: FromStr>(db: &Connection, key: &str) -> Result<T> {
    line(db, key)?.and_then(|text| text.parse().ok()).ok_or_else(|| wrong("wangge_project", key))
}

fn line(db: &Connection, key: &str) -> Result<Option<String>> {
    Ok(db.query_row("SELECT value FROM wangge_project WHERE key = ?", [key], |row| row.get(0)).optional()?)
}

/// Most slots a table may have: every slot was once in use and left more than its four bytes in the file.
fn slot_limit(db: &Connection) -> Result<usize> {
    Ok(FREE + size(db)? / 4)
}

/// Bytes of the database.
fn size(db: &Connection) -> Result<usize> {
    let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let size: i64 = db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    Ok(usize::try_from(pages.saturating_mul(size)).unwrap_or(0))
}

pub(super) fn parse<T: DeserializeOwned>(table: &str, row: impl std::fmt::Display, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Fault::Value(format!("{table}, row {row}: {error}")))
}

/// One row at a time: a key and what `make` reads of the row; `None` is a fault of the row. Keys ascend, and all values
/// together are not much longer than the file: rows that come again and again, or all from one default, are none.
pub(super) fn rows(
    db: &Connection,
    table: &str,
    columns: &str,
    mut take: impl FnMut(&Row<'_>, u32) -> Result<Option<()>>,
) -> Result<()> {
    let mut select = db.prepare(&format!("SELECT id, {columns} FROM {table} ORDER BY id"))?;
    let width = select.column_count();
    let (mut left, mut last) = (FREE + VALUES.saturating_mul(size(db)?), -1);
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let short = u32::try_from(id).ok().filter(|_| id > last).ok_or_else(|| wrong(table, id))?;
        last = id;
        for column in 0..width {
            let length = row.get_ref(column)?.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
            left = left.checked_sub(length).ok_or_else(|| wrong(table, id))?;
        }
        take(row, short)?.ok_or_else(|| wrong(table, id))?;
    }
    Ok(())
}

/// A table of values by id, with the slots it had; `None` where an id lies beyond them.
fn table<K: Key, T: Clone>(
    db: &Connection,
    name: &str,
    columns: &str,
    slots: usize,
    mut make: impl FnMut(&Row<'_>) -> Result<Option<T>>,
) -> Result<Table<K, T>> {
    let mut values = Table::default();
    rows(db, name, columns, |row, id| {
        let value = make(row)?.filter(|_| (id as usize) < slots);
        let found = value.is_some();
        if found {
            values.set(K::from_index(id as usize), value);
        }
        Ok(found.then_some(()))
    })?;
    if let Some(last) = slots.checked_sub(1).filter(|_| values.slots() < slots) {
        values.set(K::from_index(last), None);
    }
    Ok(values)
}

fn slots(db: &Connection, key: &str, limit: usize) -> Result<usize> {
    let slots = value(db, key)?;
    if slots <= limit { Ok(slots) } else { Err(wrong("wangge_project", key)) }
}

fn blob_of<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8]> {
    row.get_ref(column)?.as_blob().map_err(|error| Fault::Value(error.to_string()))
}

fn coverage(db: &Connection, limit: usize) -> Result<Coverage> {
    let nodes: Table<NodeId, Node> = table(db, "wangge_node", "x, y, edges", slots(db, "node_slots", limit)?, |row| {
        let at = blob::on_earth(Point::new(row.get(1)?, row.get(2)?));
        let edges = blob::words(blob_of(row, 3)?);
        Ok(at.zip(edges).map(|(at, edges)| Node { at, out: blob::edges(&edges).into() }))
    })?;
    let face_slots = slots(db, "face_slots", limit)?;
    let columns = "from_node, to_node, left_face, right_face, points";
    let borders: Table<BorderId, Border> =
        table(db, "wangge_border", columns, slots(db, "border_slots", limit)?, |row| {
            let (from, to) = (NodeId(row.get(1)?), NodeId(row.get(2)?));
            let face = |column| row.get::<_, Option<u32>>(column).map(|face| face.map(FaceId));
            let (left, right) = (face(3)?, face(4)?);
            let known = [left, right].into_iter().flatten().all(|face| face.index() < face_slots);
            let points = blob::points(blob_of(row, 5)?).filter(|_| known);
            Ok(points.map(|points| Border { points: points.into(), from, to, left, right }))
        })?;
    let columns = "doubled_area, min_x, min_y, max_x, max_y, rings";
    let faces: Table<FaceId, Face> = table(db, "wangge_face", columns, face_slots, |row| {
        let area: Option<i128> = row.get::<_, String>(1)?.parse().ok();
        let bounds = Bounds { min: Point::new(row.get(2)?, row.get(3)?), max: Point::new(row.get(4)?, row.get(5)?) };
        let words = blob::words(blob_of(row, 6)?);
        let rings = words.as_deref().and_then(|words| blob::lists(words, 1));
        let ring = |ring: &[u32]| blob::edges(ring).into();
        let rings = rings.map(|rings| rings.into_iter().map(ring).collect());
        Ok(area.zip(rings).map(|(doubled_area, rings)| Face { rings, doubled_area, bounds }))
    })?;
    Ok(Coverage::from_tables(nodes, borders, faces))
}

fn tiers(db: &Connection, faces: usize, limit: usize) -> Result<Vec<Arc<Tier>>> {
    let mut tiers: Vec<Tier> = Vec::new();
    let mut zone_slots = Vec::new();
    let columns = "role, name, locked, code_key, name_key, members, zone_slots, owners";
    rows(db, "wangge_tier", columns, |row, place| {
        let role: String = row.get(1)?;
        let role = parse::<Role>("wangge_tier", place, &format!("{role:?}"))?;
        let mut tier = Tier::new(role, row.get::<_, String>(2)?);
        tier.locked = row.get(3)?;
        (tier.code_key, tier.name_key) = (row.get(4)?, row.get(5)?);
        tier.foreign = Arc::new(parse("wangge_tier", place, &row.get::<_, String>(6)?)?);
        let slots = row.get::<_, u32>(7)? as usize;
        let owners = blob::words(blob_of(row, 8)?);
        let sound = place as usize == tiers.len() && slots <= limit;
        let Some(owners) = owners.filter(|owners| sound && owners.len() <= faces) else { return Ok(None) };
        for (face, &zone) in owners.iter().enumerate().filter(|&(_, &zone)| zone != u32::MAX) {
            tier.owner.set(FaceId::from_index(face), Some(ZoneId(zone)));
        }
        tiers.push(tier);
        zone_slots.push(slots);
        Ok(Some(()))
    })?;
    rows(db, "wangge_zone", "tier, zone, code, name, locked, attributes, members", |row, at| {
        let (place, zone) = (row.get::<_, u32>(1)? as usize, row.get::<_, u32>(2)?);
        let Some(tier) =
            tiers.get_mut(place).filter(|_| zone_slots.get(place).is_some_and(|&slots| (zone as usize) < slots))
        else {
            return Ok(None);
        };
        let json = |column| -> Result<_> { parse("wangge_zone", at, &row.get::<_, String>(column)?) };
        let (attributes, foreign) = (Arc::new(json(6)?), Arc::new(json(7)?));
        let value =
            Zone { code: row.get(3)?, name: row.get(4)?, locked: row.get(5)?, attributes, foreign, ..Zone::default() };
        let new = tier.zones.get(ZoneId(zone)).is_none();
        tier.zones.set(ZoneId(zone), Some(value));
        Ok(new.then_some(()))
    })?;
    for (place, (tier, &slots)) in tiers.iter_mut().zip(&zone_slots).enumerate() {
        if let Some(last) = slots.checked_sub(1).filter(|_| tier.zones.slots() < slots) {
            tier.zones.set(ZoneId::from_index(last), None);
        }
        if tier.owner.iter().any(|(_, &zone)| tier.zones.get(zone).is_none()) {
            return Err(Fault::Value(format!("wangge_tier, row {place}: a face has an owner that is not there")));
        }
    }
    Ok(tiers.into_iter().map(Arc::new).collect())
}

fn squads(db: &Connection, plan: &mut Plan, version: u32, limit: usize) -> Result<()> {
    let vehicles = if version > 2 { "vehicles" } else { "'[]'" };
    let columns = format!("code, name, town, police, auxiliaries, officers, assistants, agencies, {vehicles}");
    plan.squads = table(db, "wangge_squad", &columns, slots(db, "squad_slots", limit)?, |row| {
        let composition = Composition {
            police: row.get(4)?,
            auxiliaries: row.get(5)?,
            officers: row.get(6)?,
            assistants: row.get(7)?,
        };
        let agencies = parse("wangge_squad", get::<i64>(row, 0)?, &row.get::<_, String>(8)?)?;
        let vehicles = parse("wangge_squad", get::<i64>(row, 0)?, &row.get::<_, String>(9)?)?;
        Ok(Some(Squad { code: row.get(1)?, name: row.get(2)?, town: row.get(3)?, composition, agencies, vehicles }))
    })?;
    let grids = plan.tier_of(Role::Grid).map_or(0, |(_, grids)| grids.zones.slots());
    let known = |squad| plan.squads.get(squad).is_some();
    plan.beats = table(db, "wangge_beat", "squad", grids, |row| {
        let squad = SquadId(row.get(1)?);
        Ok(known(squad).then_some(squad))
    })?;
    Ok(())
}

fn intake(db: &Connection) -> Result<Intake> {
    let mut intake = Intake::default();
    rows(db, "wangge_intake", "kind, data", |row, at| {
        let (kind, data) = (row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        match kind.as_str() {
            "file" => intake.files.push(parse("wangge_intake", at, &data)?),
            "limits" => intake.limits = Some(parse("wangge_intake", at, &data)?),
            "finding" => intake.findings.push(parse("wangge_intake", at, &data)?),
            _ => return Ok(None),
        }
        Ok(Some(()))
    })?;
    Ok(intake)
}

fn get<T: FromSql>(row: &Row<'_>, column: usize) -> Result<T> {
    Ok(row.get(column)?)
}

fn references(db: &Connection) -> Result<Vec<Arc<Reference>>> {
    let mut layers: Vec<(Reference, Vec<_>)> = Vec::new();
    rows(db, "wangge_reference", "name, visible, opacity", |row, place| {
        let opacity = row.get::<_, f64>(3)? as f32;
        let reference = Reference { name: row.get(1)?, features: Arc::default(), visible: row.get(2)?, opacity };
        let sound = place as usize == layers.len() && (0.0..=1.0).contains(&opacity);
        layers.push((reference, Vec::new()));
        Ok(sound.then_some(()))
    })?;
    rows(db, "wangge_shape", "reference, kind, points, attributes", |row, at| {
        let layer = layers.get_mut(row.get::<_, u32>(1)? as usize);
        let (kind, points) = (row.get::<_, String>(2)?, blob_of(row, 3)?);
        let shape = match kind.as_str() {
            "points" => blob::points(points).map(Shape::Points),
            "lines" => blob::paths(points).map(Shape::Lines),
            "rings" => blob::paths(points).map(Shape::Rings),
            _ => None,
        };
        let attributes = parse("wangge_shape", at, &row.get::<_, String>(4)?)?;
        Ok(layer.zip(shape).map(|((_, features), shape)| features.push((shape, attributes))))
    })?;
    let whole =
        |(reference, features): (Reference, Vec<_>)| Arc::new(Reference { features: features.into(), ..reference });
    Ok(layers.into_iter().map(whole).collect())
}
