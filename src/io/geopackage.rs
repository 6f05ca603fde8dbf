//! `GeoPackages` of others (OGC 12-128r17): opened read-only and defensive; only real tables are read, so that nothing the
//! file brings along is run.

use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};
use serde_json::{Number, Value};

use super::assemble::{self, Found};
use super::binary::Bytes;
use super::bytes::{Fault, Source};
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::gpkg::quoted;
use super::layer::{Feature, LAYERS, Layer, Reading};
use super::part::Part;
use super::{ReadError, kinds, project, wkb};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::model::Attributes;

/// A layer as the contents list it.
struct Listed {
    table: String,
    column: String,
    srs: i64,
}

/// Reads all layers of features.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    let failed = |error: rusqlite::Error| {
        let text = Text::new(
            format!("the GeoPackage cannot be read ({error}). Open a copy of it, or export its layers as GeoJSON"),
            format!("无法读取 GeoPackage({error})。请打开副本,或将其图层导出为 GeoJSON"),
        );
        ReadError::new(&source.path, Fault::OtherFormat, text)
    };
    let db = connect(source).map_err(failed)?;
    let (listed, views) = listed(&db).map_err(failed)?;
    if listed.is_empty() {
        let text = Text::new(
            "it is a database without a layer of features in a real table. Export the layer as GeoJSON",
            "数据库中没有以实体表保存的要素图层。请将图层导出为 GeoJSON",
        );
        return Err(ReadError::new(&source.path, Fault::OtherFormat, text));
    }
    let (mut layers, mut last) = (Vec::new(), None);
    for one in listed {
        progress.phase(Text::new(format!("Reading {}", one.table), format!("读取 {}", one.table)), 0);
        let part = features(&db, &one, progress).map_err(failed)?;
        progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
        let declared = declared(&db, one.srs).map_err(failed)?;
        let mut found = Found { name: one.table, ..Found::new(source, part) };
        for view in views.iter().filter(|_| layers.is_empty()) {
            let text = Text::new(
                format!("{view} is a view, not a table; it was not read"),
                format!("“{view}”是视图而非实体表,未读取"),
            );
            let note = Problem::new(Rule::BadValue, Severity::Note, text);
            found.notes.push(Problem { file: Some(source.name()), ..note });
        }
        match assemble::layer(source, found, &declared, reading) {
            Ok(layer) => layers.push(layer),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if layers.is_empty() => Err(error),
        _ => Ok(layers),
    }
}

fn connect(source: &Source) -> rusqlite::Result<Connection> {
    if source.text().is_empty() {
        return project::connect(&source.path);
    }
    // Packed in an archive: it never touches the disk.
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", source.text(), source.text().len(), true)?;
    project::harden(&db)?;
    Ok(db)
}

/// Layers in real tables, and names of layers that are not.
fn listed(db: &Connection) -> rusqlite::Result<(Vec<Listed>, Vec<String>)> {
    // A view in their place would run what its author wrote, for as long as it likes.
    const LISTS: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
                         AND name IN ('gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys')";
    if db.query_row(LISTS, [], |row| row.get::<_, i64>(0))? != 3 {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut select = db.prepare(
        "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g JOIN gpkg_contents USING (table_name)
         WHERE data_type = 'features' ORDER BY g.table_name",
    )?;
    let all = select.query_map([], |row| Ok(Listed { table: row.get(0)?, column: row.get(1)?, srs: row.get(2)? }))?;
    let is_real = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE
                   AND sql NOT LIKE 'CREATE VIRTUAL%'";
    let (mut tables, mut views) = (Vec::new(), Vec::new());
    for one in all.take(LAYERS) {
        let one = one?;
        let real = db.query_row(is_real, [&one.table], |_| Ok(())).optional()?.is_some();
        if real { tables.push(one) } else { views.push(one.table) }
    }
    Ok((tables, views))
}

fn declared(db: &Connection, srs: i64) -> rusqlite::Result<Declared> {
    let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?));
    let sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?";
    let Some((organization, code, definition)) = db.query_row(sql, [srs], row).optional()? else {
        return Ok(Declared::Nothing);
    };
    // -1 and 0 are the standard's own words for "undefined".
    if srs <= 0 {
        return Ok(Declared::Nothing);
    }
    let by_code = organization.eq_ignore_ascii_case("EPSG").then(|| u32::try_from(code).ok()).flatten();
    Ok(match by_code.map(Declared::epsg) {
        Some(known @ Declared::Known(_)) => known,
        other => match Declared::of(&definition) {
            known @ Declared::Known(_) => known,
            by_text => other.unwrap_or(by_text),
        },
    })
}

fn features(db: &Connection, layer: &Listed, progress: &Progress) -> rusqlite::Result<Part<Plane>> {
    let columns: Vec<(String, String)> = {
        let mut select = db.prepare("SELECT name, type FROM pragma_table_info(?)")?;
        let columns = select.query_map([&layer.table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        columns.collect::<rusqlite::Result<_>>()?
    };
    let kept: Vec<&(String, String)> = columns
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case(&layer.column) && !name.eq_ignore_ascii_case("fid"))
        .collect();
    let names: String = kept.iter().map(|(name, _)| format!(", {}", quoted(name))).collect();
    let mut select = db.prepare(&format!("SELECT {}{names} FROM {}", quoted(&layer.column), quoted(&layer.table)))?;
    let mut rows = select.query([])?;
    let mut part = Part::default();
    while let Some(row) = rows.next()? {
        let number = part.features.len() as u32 + 1;
        if number.is_multiple_of(1024) && progress.is_cancelled() {
            break;
        }
        let mark = part.mark();
        let read = match row.get_ref(0)? {
            ValueRef::Null => Some(false),
            ValueRef::Blob(blob) => geometry(blob, &mut part, number),
            _ => None,
        };
        match read {
            Some(true) => {}
            Some(false) => part.odd.add(kinds::NO_GEOMETRY, number, ""),
            None => {
                part.back_to(mark);
                part.odd.add(kinds::BROKEN_GEOMETRY, number, "");
            }
        }
        let mut attributes = Attributes::new();
        for (at, (name, kind)) in kept.iter().enumerate() {
            let value = row.get_ref(at + 1)?;
            if matches!(value, ValueRef::Blob(_)) && part.odd.numbers(kinds::NOT_KEPT).last() != Some(number) {
                part.odd.add(kinds::NOT_KEPT, number, name.clone());
            }
            attributes.insert(name.clone(), json(value, kind));
        }
        part.end_unit(Feature { attributes: Arc::new(attributes), ..Feature::default() });
    }
    Ok(part)
}

fn json(value: ValueRef<'_>, kind: &str) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) if kind.eq_ignore_ascii_case("BOOLEAN") => (number != 0).into(),
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

/// Reads a blob (§2.1.3 of the standard): a header, a box, then well-known binary. `Some(false)` where it is empty.
fn geometry(blob: &[u8], part: &mut Part<Plane>, number: u32) -> Option<bool> {
    let mut at = Bytes::new(blob);
    if at.take(2)? != b"GP" {
        return None;
    }
    at.u8()?;
    let flags = at.u8()?;
    at.u32()?;
    let corners = match flags >> 1 & 7 {
        0 => 0,
        1 => 4,
        2 | 3 => 6,
        4 => 8,
        _ => return None,
    };
    at.take(corners * 8)?;
    if flags & 0x10 != 0 {
        return Some(false);
    }
    wkb::read(&mut at, part, number).map(|()| true)
}
