//! A plan into our tables.

use rusqlite::{Connection, Result, params};
use serde::Serialize;

use super::{blob, properties, schema};
use crate::base::{Key as _, Progress};
use crate::edit::History;
use crate::model::{Incidents, Minute, Placement, Plan, Shape, Tier};
use crate::topology::Coverage;

/// Writes everything; the tables must not be there yet. Runs in the caller's transaction.
pub(in crate::io) fn write(db: &Connection, plan: &Plan, history: &History, progress: &Progress) -> Result<()> {
    db.execute_batch(schema::CREATE)?;
    project(db, plan, history)?;
    coverage(db, &plan.coverage, progress)?;
    for (place, tier) in plan.tiers.iter().enumerate() {
        self::tier(db, place, tier, plan.coverage.face_slots())?;
    }
    squads(db, plan)?;
    incidents(db, &plan.incidents)?;
    references(db, plan)?;
    self::history(db, history)?;
    intake(db, plan)?;
    let mut insert = db.prepare("INSERT INTO wangge_retired VALUES (?, ?, ?, ?, ?, ?)")?;
    plan.retired.iter().try_for_each(|(id, gone)| {
        insert.execute(params![id.0, gone.tier, gone.code, gone.name, gone.by, gone.time]).map(drop)
    })
}

/// What became of the files, a row each, and what was found in them.
fn intake(db: &Connection, plan: &Plan) -> Result<()> {
    let mut insert = db.prepare("INSERT INTO wangge_intake (kind, data) VALUES (?, ?)")?;
    plan.intake.files.iter().try_for_each(|file| insert.execute(params!["file", json(file)?]).map(drop))?;
    plan.intake.limits.iter().try_for_each(|limits| insert.execute(params!["limits", json(limits)?]).map(drop))?;
    plan.intake.findings.iter().try_for_each(|found| insert.execute(params!["finding", json(found)?]).map(drop))
}

fn history(db: &Connection, history: &History) -> Result<()> {
    let mut insert = db.prepare("INSERT INTO wangge_history VALUES (?, ?, ?, ?, ?)")?;
    for (place, (before, record)) in history.steps().enumerate() {
        insert.execute(params![place as i64, record.time, json(&record.sentence)?, json(record)?, before])?;
    }
    let mut insert = db.prepare("INSERT INTO wangge_version (name, time, after, effective) VALUES (?, ?, ?, ?)")?;
    let mut versions = history.versions().iter();
    versions.try_for_each(|version| {
        insert.execute(params![version.name, version.time, version.after, version.effective]).map(drop)
    })
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn project(db: &Connection, plan: &Plan, history: &History) -> Result<()> {
    let (coverage, number) = (&plan.coverage, |slots: usize| slots.to_string());
    let values = [
        ("schema", schema::VERSION.to_string()),
        ("program", concat!("wangge ", env!("CARGO_PKG_VERSION")).to_owned()),
        ("name", plan.name.clone()),
        ("base", number(plan.base)),
        ("settings", json(&*plan.settings)?),
        (properties::KEY, json(&properties::Properties::of(plan))?),
        ("standing", number(history.standing())),
        ("tip", history.tip().map_or(String::new(), |tip| tip.to_string())),
        ("node_slots", number(coverage.nodes().slots())),
        ("border_slots", number(coverage.borders().slots())),
        ("face_slots", number(coverage.faces().slots())),
        ("squad_slots", number(plan.squads.slots())),
        ("retired_slots", number(plan.retired.slots())),
    ];
    let mut insert = db.prepare("INSERT INTO wangge_project (key, value) VALUES (?, ?)")?;
    values.into_iter().try_for_each(|value| insert.execute(value).map(drop))
}

fn coverage(db: &Connection, coverage: &Coverage, progress: &Progress) -> Result<()> {
    let mut insert = db.prepare("INSERT INTO wangge_node VALUES (?, ?, ?, ?)")?;
    for (id, node) in coverage.nodes().iter() {
        let mut edges = Vec::with_capacity(node.out.len() * 4);
        blob::put_edges(&mut edges, &node.out);
        insert.execute(params![id.0, node.at.x, node.at.y, edges])?;
    }
    let mut insert = db.prepare("INSERT INTO wangge_border VALUES (?, ?, ?, ?, ?, ?)")?;
    for (id, border) in coverage.borders().iter() {
        let (left, right) = (border.left.map(|face| face.0), border.right.map(|face| face.0));
        insert.execute(params![id.0, border.from.0, border.to.0, left, right, blob::of_points(&border.points)])?;
        progress.add(1);
    }
    let mut insert = db.prepare("INSERT INTO wangge_face VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    for (id, face) in coverage.faces().iter() {
        let (min, max) = (face.bounds.min, face.bounds.max);
        let rings = blob::of_lists(&face.rings, blob::put_edges);
        insert.execute(params![id.0, face.doubled_area.to_string(), min.x, min.y, max.x, max.y, rings])?;
    }
    Ok(())
}

fn tier(db: &Connection, place: usize, tier: &Tier, faces: usize) -> Result<()> {
    let mut owners = Vec::with_capacity(faces * 4);
    for face in 0..faces.max(tier.owner.slots()) {
        let owner = tier.owner.get(crate::topology::FaceId::from_index(face));
        blob::put_u32(&mut owners, owner.map_or(u32::MAX, |zone| zone.0));
    }
    db.prepare_cached("INSERT INTO wangge_tier VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?.execute(params![
        place as i64,
        tier.role.key(),
        tier.name,
        tier.locked,
        tier.code_key,
        tier.name_key,
        json(&*tier.foreign)?,
        tier.zones.slots() as i64,
        owners
    ])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO wangge_zone (tier, zone, code, name, locked, attributes, members) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (id, zone) in tier.zones.iter() {
        let (attributes, members) = (json(&*zone.attributes)?, json(&*zone.foreign)?);
        insert.execute(params![place as i64, id.0, zone.code, zone.name, zone.locked, attributes, members])?;
    }
    Ok(())
}

fn squads(db: &Connection, plan: &Plan) -> Result<()> {
    let mut insert = db.prepare("INSERT INTO wangge_squad VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for (id, squad) in plan.squads.iter() {
        let staff = squad.composition;
        insert.execute(params![
            id.0,
            squad.code,
            squad.name,
            squad.town,
            staff.police,
            staff.auxiliaries,
            staff.officers,
            staff.assistants,
            json(&squad.agencies)?,
            json(&squad.vehicles)?
        ])?;
    }
    let mut insert = db.prepare("INSERT INTO wangge_beat VALUES (?, ?)")?;
    plan.beats.iter().try_for_each(|(zone, squad)| insert.execute([zone.0, squad.0]).map(drop))
}

fn incidents(db: &Connection, incidents: &Incidents) -> Result<()> {
    let shorts = |column: &[u16]| column.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let minutes = |column: &[Minute]| column.iter().flat_map(|minute| minute.0.to_le_bytes()).collect::<Vec<u8>>();
    let placement = |placement: &Placement| match placement {
        Placement::Point => 0_u8,
        Placement::Code => 1,
        Placement::Nowhere => 2,
    };
    let columns = [
        ("numbers", incidents.numbers.clone().into_bytes()),
        ("number_ends", incidents.number_ends.iter().flat_map(|end| end.to_le_bytes()).collect()),
        ("points", blob::of_points(&incidents.points)),
        ("placement", incidents.placement.iter().map(placement).collect()),
        ("place", shorts(&incidents.place)),
        ("field", shorts(&incidents.field)),
        ("class", shorts(&incidents.class)),
        ("source", shorts(&incidents.source)),
        ("state", shorts(&incidents.state)),
        ("reported", minutes(&incidents.reported)),
        ("filed", minutes(&incidents.filed)),
        ("due", minutes(&incidents.due)),
        ("handled", minutes(&incidents.handled)),
        ("closed", minutes(&incidents.closed)),
        ("places", json(&incidents.places)?.into_bytes()),
        ("fields", json(&incidents.fields)?.into_bytes()),
        ("classes", json(&incidents.classes)?.into_bytes()),
        ("sources", json(&incidents.sources)?.into_bytes()),
        ("states", json(&incidents.states)?.into_bytes()),
    ];
    let mut insert = db.prepare("INSERT INTO wangge_incidents (name, data) VALUES (?, ?)")?;
    columns.into_iter().try_for_each(|column| insert.execute(column).map(drop))
}

fn references(db: &Connection, plan: &Plan) -> Result<()> {
    let mut layer = db.prepare("INSERT INTO wangge_reference VALUES (?, ?, ?, ?)")?;
    let mut insert =
        db.prepare("INSERT INTO wangge_shape (reference, kind, points, attributes) VALUES (?, ?, ?, ?)")?;
    for (place, reference) in plan.references.iter().enumerate() {
        layer.execute(params![place as i64, reference.name, reference.visible, f64::from(reference.opacity)])?;
        for (shape, attributes) in reference.features.iter() {
            let (kind, points) = match shape {
                Shape::Points(points) => ("points", blob::of_points(points)),
                Shape::Lines(lines) => ("lines", blob::of_paths(lines)),
                Shape::Rings(rings) => ("rings", blob::of_paths(rings)),
            };
            insert.execute(params![place as i64, kind, points, json(attributes)?])?;
        }
    }
    Ok(())
}
