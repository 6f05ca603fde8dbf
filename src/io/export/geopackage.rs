//! A tier as a `GeoPackage` of one layer, for other programs; a project is written elsewhere.

use rusqlite::types::Value;
use rusqlite::{Connection, Result, params_from_iter};
use rustc_hash::FxHashSet;

use super::Job;
use super::columns::{Kind, columns};
use super::proven::{Expected, Made};
use crate::io::gpkg::{self, Srs, quoted};
use crate::io::gpkg_layer::{geometry, index};
use crate::model::Attributes;

/// The file, made in memory; names of columns that collide are told apart, as nothing in it may be lost.
pub(super) fn make<'a>(job: &Job<'a>) -> Result<Made<'a>> {
    let mut db = Connection::open_in_memory()?;
    gpkg::create(&db)?;
    let srs = match &job.options.system {
        None => Srs::WGS_84,
        Some(system) => gpkg::add_system(&db, system)?,
    };
    let (table, columns) = (table_name(&job.tier.name), columns(job.features));
    let mut taken: FxHashSet<String> = ["fid", "geom"].map(str::to_owned).into_iter().collect();
    let names: Vec<String> = columns.iter().map(|column| gpkg::free_name(&column.name, &mut taken)).collect();
    let kind = |kind| match kind {
        Kind::Bool => "BOOLEAN",
        Kind::Whole => "INTEGER",
        Kind::Real => "REAL",
        Kind::Text => "TEXT",
    };
    let defined: String =
        names.iter().zip(&columns).map(|(name, column)| format!(", {} {}", quoted(name), kind(column.kind))).collect();
    db.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON{defined})",
        quoted(&table)
    ))?;
    let marks = ", ?".repeat(columns.len());
    let mut insert = db.prepare(&format!("INSERT INTO {} VALUES (?, ?{marks})", quoted(&table)))?;
    let (mut boxes, mut expected) = (Vec::new(), Vec::with_capacity(job.features.len()));
    for (fid, feature) in (1_i64..).zip(job.features) {
        let corners = job.options.corners(&feature.polygons);
        let blob = geometry(&feature.polygons, corners, srs, |point| job.options.place(point));
        let mut attributes = Attributes::new();
        let mut row = vec![Value::Integer(fid), blob];
        for (name, column) in names.iter().zip(&columns) {
            let value = column.value(feature);
            row.push(cell(&value));
            attributes.insert(name.clone(), value);
        }
        insert.execute(params_from_iter(row))?;
        boxes.extend(corners.map(|corners| (fid, corners)));
        expected.push(Expected { attributes, polygons: &feature.polygons });
    }
    drop(insert);
    let all = job.options.corners(job.features.iter().flat_map(|feature| &feature.polygons));
    gpkg::register_layer(&db, &table, all, srs)?;
    index(&db, &table, &boxes)?;
    let bytes = db.serialize("main")?.to_vec();
    Ok(Made::one(bytes, expected))
}

/// A name that the tables of the format itself do not have.
fn table_name(tier: &str) -> String {
    let plain: String = tier.chars().filter(|letter| !letter.is_control()).collect();
    let lower = plain.to_lowercase();
    let own = ["gpkg", "rtree_", "sqlite_"].iter().any(|start| lower.starts_with(start));
    if own || plain.is_empty() { format!("layer_{plain}") } else { plain }
}

fn cell(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(yes) => i64::from(*yes).into(),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) if !number.is_f64() => whole.into(),
            _ => number.as_f64().into(),
        },
        serde_json::Value::String(text) => text.clone().into(),
        other => other.to_string().into(),
    }
}
