//! A tier as a layer that other programs open: polygons, code, name and the properties, each a column of one type.

use std::hash::{Hash as _, Hasher as _};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result, params_from_iter};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::database;
use super::export::polygons::{Polygon, polygons};
use super::gpkg::{self, Srs, quoted};
use crate::geometry::{Bounds, Point};
use crate::model::{Tier, Zone};
use crate::topology::Coverage;

/// More properties than this are left to our own tables; `SQLite` holds 2,000 columns at most.
const MOST_COLUMNS: usize = 1000;

/// A property as a column.
struct Column {
    key: String,
    name: String,
    kind: &'static str,
}

/// Writes a tier as a layer under the name given; the spatial index comes last.
pub(super) fn write(db: &Connection, table: &str, coverage: &Coverage, tier: &Tier) -> Result<()> {
    let columns = columns(tier);
    let defined: String = columns.iter().map(|column| format!(", {} {}", quoted(&column.name), column.kind)).collect();
    db.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, code TEXT, name TEXT{defined})",
        quoted(table)
    ))?;
    let marks = ", ?".repeat(columns.len());
    let mut insert = db.prepare(&format!("INSERT INTO {} VALUES (?, ?, ?, ?{marks})", quoted(table)))?;
    let (faces, mut boxes, mut all) = (tier.faces_by_zone(), Vec::new(), Bounds::EMPTY);
    for (id, zone) in tier.zones.iter() {
        let polygons = polygons(coverage, faces.get(id.0 as usize).map_or(&[], Vec::as_slice));
        let bounds = polygons.iter().fold(Bounds::EMPTY, |bounds, polygon| bounds.join(Bounds::of(&polygon.outer)));
        let fid = i64::from(id.0) + 1;
        let blob = geometry(&polygons, corners(bounds), Srs::WGS_84, degrees);
        let own = [fid.into(), blob, zone.code.clone().into(), zone.name.clone().into()];
        insert.execute(params_from_iter(own.into_iter().chain(columns.iter().map(|column| column.value(zone)))))?;
        boxes.extend(corners(bounds).map(|corners| (fid, corners)));
        all = all.join(bounds);
    }
    gpkg::register_layer(db, table, corners(all), Srs::WGS_84)?;
    index(db, table, &boxes)
}

fn degrees(point: Point) -> [f64; 2] {
    [point.lon(), point.lat()]
}

/// West, south, east, north.
fn corners(bounds: Bounds) -> Option<[f64; 4]> {
    let ([west, south], [east, north]) = (degrees(bounds.min), degrees(bounds.max));
    (!bounds.is_empty()).then_some([west, south, east, north])
}

/// Builds the spatial index of a layer from west, south, east and north of its features.
pub(super) fn index(db: &Connection, table: &str, boxes: &[(i64, [f64; 4])]) -> Result<()> {
    let tree = quoted(&format!("rtree_{table}_geom"));
    db.execute_batch(&format!("CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy)"))?;
    let mut insert = db.prepare(&format!("INSERT INTO {tree} VALUES (?, ?, ?, ?, ?)"))?;
    for (fid, [west, south, east, north]) in boxes {
        insert.execute((fid, west, east, south, north))?;
    }
    db.execute_batch(&gpkg::triggers(table))
}

/// The properties of all zones in the order they first come, without the two that are columns anyway.
fn columns(tier: &Tier) -> Vec<Column> {
    let mut taken: FxHashSet<String> = ["fid", "geom", "code", "name"].map(str::to_owned).into_iter().collect();
    let mut seen = FxHashSet::default();
    let mut columns: Vec<Column> = Vec::new();
    for (_, zone) in tier.zones.iter() {
        for key in zone.attributes.keys() {
            let ours = (key == "code" && tier.code_key.as_ref().is_none_or(|code| code == key))
                || (key == "name" && tier.name_key.as_ref().is_none_or(|name| name == key));
            if ours || columns.len() == MOST_COLUMNS || !seen.insert(key.clone()) {
                continue;
            }
            let name = gpkg::free_name(key, &mut taken);
            columns.push(Column { key: key.clone(), name, kind: "" });
        }
    }
    columns.iter_mut().for_each(|column| column.kind = kind(tier, &column.key));
    columns
}

/// The one type that all values of a property have; text where they have several.
fn kind(tier: &Tier, key: &str) -> &'static str {
    let mut kind = None;
    for (_, zone) in tier.zones.iter() {
        let this = match zone.attributes.get(key) {
            None | Some(Json::Null) => continue,
            Some(Json::Bool(_)) => "BOOLEAN",
            Some(Json::Number(number)) if number.is_i64() => "INTEGER",
            Some(Json::Number(_)) => "REAL",
            Some(_) => "TEXT",
        };
        kind = match kind {
            None => Some(this),
            Some(known) if known == this => Some(this),
            Some("INTEGER" | "REAL") if matches!(this, "INTEGER" | "REAL") => Some("REAL"),
            Some(_) => return "TEXT",
        };
    }
    kind.unwrap_or("TEXT")
}

impl Column {
    fn value(&self, zone: &Zone) -> Value {
        match (self.kind, zone.attributes.get(&self.key)) {
            (_, None | Some(Json::Null)) => Value::Null,
            ("BOOLEAN", Some(Json::Bool(yes))) => i64::from(*yes).into(),
            ("INTEGER", Some(Json::Number(number))) => number.as_i64().into(),
            ("REAL", Some(Json::Number(number))) => number.as_f64().into(),
            (_, Some(Json::String(text))) => text.clone().into(),
            (_, Some(other)) => other.to_string().into(),
        }
    }
}

/// A geometry as a `GeoPackage` blob: header, box, then well-known binary, all little-endian.
pub(super) fn geometry(
    polygons: &[Polygon],
    corners: Option<[f64; 4]>,
    srs: Srs,
    place: impl Fn(Point) -> [f64; 2],
) -> Value {
    let Some([west, south, east, north]) = corners else { return Value::Null };
    let mut blob = b"GP\0\x03".to_vec();
    blob.extend_from_slice(&srs.0.to_le_bytes());
    for corner in [west, east, south, north] {
        blob.extend_from_slice(&corner.to_le_bytes());
    }
    head(&mut blob, 6, polygons.len());
    for polygon in polygons {
        head(&mut blob, 3, 1 + polygon.holes.len());
        for ring in polygon.rings() {
            blob.extend_from_slice(&(ring.len() as u32).to_le_bytes());
            for number in ring.iter().flat_map(|&point| place(point)) {
                blob.extend_from_slice(&number.to_le_bytes());
            }
        }
    }
    blob.into()
}

fn head(blob: &mut Vec<u8>, kind: u32, parts: usize) {
    blob.push(1);
    blob.extend_from_slice(&kind.to_le_bytes());
    blob.extend_from_slice(&(parts as u32).to_le_bytes());
}

/// Hash of all that a layer holds, columns and rows; another program that changed anything changes it.
pub(super) fn content_hash(db: &Connection, table: &str) -> Result<u64> {
    if !database::is_plain(db, table, "fid")? {
        return Err(Error::InvalidQuery);
    }
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    let mut select = db.prepare(&format!("SELECT * FROM {} ORDER BY fid", quoted(table)))?;
    let width = select.column_count();
    select.column_names().for_each(|name| name.hash(&mut hasher));
    let fid = select.column_index("fid")?;
    let mut rows = select.query([])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let number = Some(row.get::<_, i64>(fid)?);
        // Pages that go in circles bring the same rows again.
        if number <= last.replace(number).flatten() {
            return Err(Error::InvalidQuery);
        }
        for column in 0..width {
            match row.get_ref(column)? {
                ValueRef::Null => hasher.write_u8(0),
                ValueRef::Integer(value) => (1_u8, value).hash(&mut hasher),
                ValueRef::Real(value) => (2_u8, value.to_bits()).hash(&mut hasher),
                ValueRef::Text(text) => (3_u8, text).hash(&mut hasher),
                ValueRef::Blob(bytes) => (4_u8, bytes).hash(&mut hasher),
            }
        }
    }
    Ok(hasher.finish())
}
