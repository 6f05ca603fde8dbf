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
use super::database::{Column, columns, real_table};
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::gpkg::quoted;
use super::layer::{Feature, LAYERS, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::wkb::Wkb;
use super::{ReadError, database, door};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::model::Attributes;

/// Bytes of a row of a table at least: a number of two bytes where it stands, then its length, its key, its header.
const ROW: u64 = 5;
/// Texts and blobs of all rows together may be so many times as long as the file: UTF-16 becomes longer as UTF-8.
const VALUES: u64 = 2;
/// What is free for small files.
const FREE: u64 = 1 << 20;
/// A layer as the contents list it.
struct Listed {
    table: String,
    column: String,
    srs: i64,
}

/// Why a layer was not read.
enum Trouble {
    Sql(rusqlite::Error),
    /// Its rows are more, or longer, than the file: they are computed, or its pages go in circles.
    Endless,
    /// What it holds would fill the memory.
    NoRoom,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// Reads all layers of features.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    let refused = |trouble: Trouble| match trouble {
        _ if progress.is_cancelled() => ReadError::cancelled(&source.path),
        Trouble::NoRoom => room::no_room(source),
        Trouble::Endless => {
            let text = Text::new(
                "the GeoPackage is damaged: its rows are longer than the file. Open a copy of it",
                "GeoPackage 已损坏：其行内容超过文件长度。请打开备份",
            );
            ReadError::new(&source.path, Fault::OtherFormat, text)
        }
        Trouble::Sql(error) => {
            let text = Text::new(
                format!("the GeoPackage cannot be read ({error}). Open a copy of it, or export its layers as GeoJSON"),
                format!("无法读取 GeoPackage({error})。请打开副本，或将其图层导出为 GeoJSON"),
            );
            ReadError::new(&source.path, Fault::OtherFormat, text)
        }
    };
    let failed = |error| refused(Trouble::Sql(error));
    let db = connect(source, progress).map_err(failed)?;
    let (listed, unread) = listed(&db).map_err(failed)?;
    if listed.is_empty() {
        let text = Text::new(
            "it is a database without a layer of features in a real table. Export the layer as GeoJSON",
            "数据库中没有以实体表保存的要素图层。请将图层导出为 GeoJSON",
        );
        return Err(ReadError::new(&source.path, Fault::OtherFormat, text));
    }
    let say = |text| Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Warning, text) };
    let room = Room::of(source);
    let (mut layers, mut last) = (Vec::new(), None);
    for one in listed {
        progress.phase(Text::new(format!("Reading {}", one.table), format!("读取 {}", one.table)), 0);
        let (part, computed) = features(&db, &one, source, &room).map_err(&refused)?;
        progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
        let declared = declared(&db, one.srs).map_err(failed)?;
        let mut found = Found { name: one.table, ..Found::new(source, part, progress) };
        if layers.is_empty() {
            found.notes.extend(unread.iter().map(|why| say(why.clone())));
        }
        if !computed.is_empty() {
            let text = Text::new(
                format!("columns that the file computes were not read: {}", computed.join(", ")),
                format!("由文件自行计算的列未读取：{}", computed.join("、")),
            );
            found.notes.push(say(text));
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

fn connect(source: &Source, progress: &Progress) -> rusqlite::Result<Connection> {
    if source.text().is_empty() {
        return database::open(&source.path, progress);
    }
    // Packed in an archive: it never touches the disk.
    database::in_memory(source.text().to_vec(), source.beside(door::LOG).unwrap_or(&[]), progress)
}

/// Layers in real tables, and why others are not read.
fn listed(db: &Connection) -> rusqlite::Result<(Vec<Listed>, Vec<Text>)> {
    for list in ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"] {
        // A view in their place would run what its author wrote, for as long as it likes; so would a computed column.
        let Some(table) = real_table(db, list)? else { return Ok((Vec::new(), Vec::new())) };
        if columns(db, &table)?.iter().any(|column| column.is_computed) {
            return Ok((Vec::new(), Vec::new()));
        }
    }
    let mut select = db.prepare(
        "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns
         WHERE table_name COLLATE NOCASE IN (SELECT table_name FROM gpkg_contents WHERE data_type = 'features' COLLATE NOCASE)
         ORDER BY table_name LIMIT ?",
    )?;
    let all = select.query_map([LAYERS as i64 + 1], |row| {
        Ok(Listed { table: row.get(0)?, column: row.get(1)?, srs: row.get(2)? })
    })?;
    let (mut tables, mut unread): (Vec<Listed>, Vec<Text>) = (Vec::new(), Vec::new());
    for (at, one) in all.enumerate() {
        let one = one?;
        if at >= LAYERS {
            unread.push(Text::new(
                format!("it has more than {LAYERS} layers; the others were not read. Export those that are needed"),
                format!("图层超过 {LAYERS} 个，其余未读取。请只导出需要的图层"),
            ));
            break;
        }
        let Some(table) = real_table(db, &one.table)? else {
            unread.push(Text::new(
                format!("{} is a view or a virtual table, not a real one; it was not read", one.table),
                format!("“{}”是视图或虚拟表而非实体表，未读取", one.table),
            ));
            continue;
        };
        let columns = columns(db, &table)?;
        let column = columns.iter().find(|column| column.name.eq_ignore_ascii_case(&one.column));
        match column {
            Some(column) if !column.is_computed => {
                // Names of other case lead to the same table.
                if !tables.iter().any(|known| known.table == table) {
                    tables.push(Listed { table, column: column.name.clone(), ..one });
                }
            }
            _ => unread.push(Text::new(
                format!("the geometry of {} is computed by the file, or not there; it was not read", one.table),
                format!("“{}”的图形由文件自行计算或不存在，未读取", one.table),
            )),
        }
    }
    Ok((tables, unread))
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

/// The features of a layer, and its columns that were not read because the file computes them.
fn features(
    db: &Connection,
    layer: &Listed,
    source: &Source,
    room: &Room,
) -> Result<(Part<Plane>, Vec<String>), Trouble> {
    let is_id = |column: &Column| column.is_key && column.name.eq_ignore_ascii_case("fid");
    let others = columns(db, &layer.table)?.into_iter().filter(|column| column.name != layer.column && !is_id(column));
    let (computed, kept): (Vec<Column>, Vec<Column>) = others.partition(|column| column.is_computed);
    let names: String = kept.iter().map(|column| format!(", {}", quoted(&column.name))).collect();
    let mut select = db.prepare(&format!("SELECT {}{names} FROM {}", quoted(&layer.column), quoted(&layer.table)))?;
    let mut rows = select.query([])?;
    let size = source.on_disk.max(source.text().len() as u64);
    let (mut rows_left, mut bytes_left) = (FREE + size / ROW, FREE + size.saturating_mul(VALUES));
    let (mut part, mut wkb) = (Part::default(), Wkb::default());
    while let Some(row) = rows.next()? {
        let number = part.features.len() as u32 + 1;
        rows_left = rows_left.checked_sub(1).ok_or(Trouble::Endless)?;
        let mut count = |value: ValueRef<'_>| {
            let bytes = value.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
            bytes_left = bytes_left.checked_sub(bytes as u64).ok_or(Trouble::Endless)?;
            Ok::<_, Trouble>(())
        };
        let place = row.get_ref(0)?;
        count(place)?;
        match place {
            ValueRef::Blob(blob) => geometry(blob, &mut part, &mut wkb, number),
            ValueRef::Null => part.odd.add(Diagnosis::NoGeometry, number, ""),
            _ => part.odd.add(Diagnosis::BrokenGeometry, number, ""),
        }
        let mut attributes = Attributes::new();
        for (at, column) in kept.iter().enumerate() {
            let value = row.get_ref(at + 1)?;
            count(value)?;
            if matches!(value, ValueRef::Blob(_)) {
                part.odd.add_once(Diagnosis::NotKept, number, &column.name);
            }
            attributes.insert(column.name.clone(), json(value, &column.kind));
        }
        let feature = Feature { attributes: Arc::new(attributes), ..Feature::default() };
        if !room.take_feature(&feature) {
            return Err(Trouble::NoRoom);
        }
        part.end_unit(feature);
    }
    Ok((part, computed.into_iter().map(|column| column.name).collect()))
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

/// Reads a blob (§2.1.3 of the standard): a header, a box, then well-known binary.
fn geometry(blob: &[u8], part: &mut Part<Plane>, wkb: &mut Wkb, number: u32) {
    match header(blob) {
        None => part.odd.add(Diagnosis::BrokenGeometry, number, ""),
        Some((_, true)) => part.odd.add(Diagnosis::NoGeometry, number, ""),
        Some((mut at, false)) => wkb.read(&mut at, part, number),
    }
}

/// Where the well-known binary begins, and whether the geometry says that it is empty.
fn header(blob: &[u8]) -> Option<(Bytes<'_>, bool)> {
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
    Some((at, flags & 0x10 != 0))
}
