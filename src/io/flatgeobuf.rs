//! `FlatGeobuf` 3: a header, an index that is passed over, and features, each a `FlatBuffers` table.
//!
//! A reader of our own: every offset and every count is checked against the bytes before it is followed.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Number, Value};

use super::ReadError;
use super::assemble::{self, Found};
use super::binary::Bytes;
use super::bytes::{Fault, Source};
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::model::Attributes;

/// The first bytes of a file of version 3; the last one is the patch, which does not count.
pub(super) const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
/// Bytes of a node of the index.
const NODE: u64 = 40;

/// A table of `FlatBuffers`: where it stands, and where its fields do.
#[derive(Clone)]
struct Table<'a> {
    all: Bytes<'a>,
    at: usize,
    fields: usize,
    /// Bytes of the list of fields.
    size: usize,
}

impl<'a> Table<'a> {
    fn root(data: &'a [u8]) -> Option<Self> {
        let all = Bytes::new(data);
        let at = all.clone().u32()? as usize;
        Self::at(all, at)
    }

    fn at(all: Bytes<'a>, at: usize) -> Option<Self> {
        let back = all.at(at).i32()?;
        let fields = usize::try_from(i64::try_from(at).ok()? - i64::from(back)).ok()?;
        let size = usize::from(all.at(fields).u16()?);
        Some(Self { all, at, fields, size })
    }

    /// Where a field stands, if it is there.
    fn field(&self, number: usize) -> Option<Bytes<'a>> {
        let place = 4 + 2 * number;
        if place + 2 > self.size {
            return None;
        }
        let offset = usize::from(self.all.at(self.fields + place).u16()?);
        (offset != 0).then(|| self.all.at(self.at + offset))
    }

    /// What a field points to.
    fn target(&self, number: usize) -> Option<usize> {
        let mut field = self.field(number)?;
        let place = field.place();
        place.checked_add(field.u32()? as usize)
    }

    /// Number of members of a list, each of a size, and where they begin.
    fn list(&self, number: usize, size: usize) -> Option<(usize, Bytes<'a>)> {
        let mut list = self.all.at(self.target(number)?);
        let count = list.count(size)?;
        Some((count, list))
    }

    fn text(&self, number: usize) -> Option<&'a str> {
        let (count, mut list) = self.list(number, 1)?;
        std::str::from_utf8(list.take(count)?).ok()
    }

    fn tables(&self, number: usize) -> Option<Vec<Self>> {
        let (count, mut list) = self.list(number, 4)?;
        (0..count)
            .map(|_| {
                let place = list.place();
                Self::at(self.all.clone(), place.checked_add(list.u32()? as usize)?)
            })
            .collect()
    }

    fn byte(&self, number: usize) -> u8 {
        self.field(number).and_then(|mut field| field.u8()).unwrap_or(0)
    }
}

/// What the header says.
struct Header {
    columns: Vec<(String, u8)>,
    kind: u8,
    declared: Declared,
    features: u64,
    /// Where the features begin.
    start: usize,
}

/// Reads a layer.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Layer<P>, ReadError> {
    progress.phase(Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())), 0);
    let header = header(source.text()).ok_or_else(|| {
        let text = Text::new(
            "the header of the FlatGeobuf file is damaged: a length in it is larger than the file. Fetch it again",
            "FlatGeobuf 文件头已损坏(长度超出文件)。请重新获取",
        );
        ReadError::new(&source.path, Fault::NotGeoJson, text)
    })?;
    let room = Room::of(source);
    let read = features(source.text(), &header, &room, progress);
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let (part, whole) = read.ok_or_else(|| room::no_room(source))?;
    let mut found = Found::new(source, part, progress);
    let count = found.part.features.len() as u64;
    if !whole || (header.features != 0 && header.features != count) {
        let text = Text::new(
            format!(
                "its header promises {} features, {count} could be read: the file was cut off or is damaged",
                header.features
            ),
            format!("文件头声明 {} 个要素,仅读取到 {count} 个:文件不完整或已损坏", header.features),
        );
        found.notes.push(Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Error, text) });
    }
    assemble::layer(source, found, &header.declared, reading)
}

fn header(data: &[u8]) -> Option<Header> {
    let mut at = Bytes::new(data);
    at.take(MAGIC.len())?;
    let size = at.u32()? as usize;
    let table = Table::root(at.take(size)?)?;
    let columns = table.tables(7).unwrap_or_default();
    let features = table.field(8).and_then(|mut field| field.u64()).unwrap_or(0);
    let width = table.field(9).map_or(Some(16), |mut field| field.u16())?;
    let index =
        if features > 0 && width > 1 { index_nodes(features, u64::from(width))?.checked_mul(NODE)? } else { 0 };
    at.take(usize::try_from(index).ok()?)?;
    let declared =
        table.target(10).and_then(|place| Table::at(table.all.clone(), place)).map_or(Declared::Nothing, |crs| {
            let code = crs.field(1).and_then(|mut field| field.u32()).unwrap_or(0);
            let is_epsg = crs.text(0).is_none_or(|body| body.eq_ignore_ascii_case("EPSG"));
            match (code, crs.text(4)) {
                (0, text) => text.or(crs.text(2)).map_or(Declared::Nothing, Declared::of),
                (code, text) => match Declared::epsg(code) {
                    known @ Declared::Known(_) if is_epsg => known,
                    other => text.map_or(other, Declared::of),
                },
            }
        });
    Some(Header { columns: apart(&columns, size)?, kind: table.byte(2), declared, features, start: at.place() })
}

/// Names and types of columns; those of one name are kept apart. `None` where they share the text of a name so often that
/// together they are longer than the bytes they stand in.
fn apart(columns: &[Table<'_>], bytes: usize) -> Option<Vec<(String, u8)>> {
    let (mut times, mut left): (FxHashMap<&str, usize>, usize) = (FxHashMap::default(), bytes);
    columns
        .iter()
        .map(|column| {
            let name = column.text(0).unwrap_or("");
            left = left.checked_sub(name.len())?;
            let met = times.entry(name).and_modify(|times| *times += 1).or_insert(1);
            let own = if *met == 1 { name.to_owned() } else { format!("{name}_{met}") };
            Some((own, column.byte(1)))
        })
        .collect()
}

/// Nodes of the index: the features, and all levels above them.
fn index_nodes(features: u64, width: u64) -> Option<u64> {
    let (mut level, mut all) = (features, features);
    while level > 1 {
        level = level.div_ceil(width);
        all = all.checked_add(level)?;
    }
    Some(all)
}

/// All features, and whether the file holds them whole; `None` where they would fill the memory.
fn features(data: &[u8], header: &Header, room: &Room, progress: &Progress) -> Option<(Part<Plane>, bool)> {
    let mut part = Part::default();
    let mut at = Bytes::new(data).at(header.start);
    while at.left() > 0 {
        let number = part.features.len() as u32 + 1;
        if number.is_multiple_of(1024) && progress.is_cancelled() {
            break;
        }
        let bytes = at.u32().and_then(|size| at.take(size as usize));
        let Some(table) = bytes.and_then(Table::root) else { return Some((part, false)) };
        let mark = part.mark();
        let geometry = table.target(0).and_then(|place| Table::at(table.all.clone(), place));
        match geometry {
            None => part.odd.add(Diagnosis::NoGeometry, number, ""),
            Some(geometry) => {
                // Tables may be pointed to twice: what is read is no more than what was written out would be.
                let mut left = bytes.map_or(0, <[u8]>::len);
                if read_geometry(&geometry, header.kind, &mut part, number, &mut left).is_none() {
                    part.back_to(mark);
                    part.odd.add(Diagnosis::BrokenGeometry, number, "");
                }
            }
        }
        let attributes = properties(&table, header).unwrap_or_else(|| {
            part.odd.add(Diagnosis::BadProperties, number, "");
            Attributes::new()
        });
        let feature = Feature { attributes: Arc::new(attributes), ..Feature::default() };
        if !room.take_feature(&feature) {
            return None;
        }
        part.end_unit(feature);
    }
    Some((part, true))
}

/// Reads a geometry of a type: 1 to 6 as in well-known binary, 7 a collection. `left`: bytes it may still stand for.
fn read_geometry(
    table: &Table<'_>,
    of_header: u8,
    part: &mut Part<Plane>,
    number: u32,
    left: &mut usize,
) -> Option<()> {
    let kind = if of_header == 0 { table.byte(6) } else { of_header };
    if matches!(kind, 6 | 7) {
        for member in table.tables(7).unwrap_or_default() {
            *left = left.checked_sub(4)?;
            // A collection in a collection does not occur; it would be a way to make much of little.
            if kind == 7 && matches!(member.byte(6), 7) {
                return None;
            }
            read_geometry(&member, if kind == 6 { 3 } else { 0 }, part, number, left)?;
        }
        return Some(());
    }
    let (count, mut xy) = table.list(1, 8).unwrap_or((0, Bytes::new(&[])));
    *left = left.checked_sub(count * 8)?;
    let places: Vec<Plane> = (0..count / 2).map(|_| xy.position(0).map(Plane)).collect::<Option<_>>()?;
    if table.field(2).is_some() {
        part.odd.add_once(Diagnosis::Heights, number, "");
    }
    let mut ends = vec![places.len()];
    if let Some((count, mut list)) = table.list(0, 4) {
        ends = (0..count).map(|_| list.u32().map(|end| end as usize)).collect::<Option<_>>()?;
    }
    let mut start = 0;
    let pieces: Vec<&[Plane]> = ends
        .iter()
        .map(|&end| {
            let piece = places.get(start..end);
            start = end;
            piece
        })
        .collect::<Option<_>>()?;
    match kind {
        1 | 4 if !places.is_empty() => part.dots(places),
        2 | 5 => pieces.into_iter().for_each(|line| part.line(line.iter().copied(), number)),
        3 => part.polygon(pieces.into_iter().map(|ring| ring.iter().copied()), number),
        1 | 4 => part.odd.add(Diagnosis::NoGeometry, number, ""),
        _ => part.odd.add(Diagnosis::OtherGeometry, number, ""),
    }
    Some(())
}

/// The properties of a feature: the number of a column and its value, again and again.
fn properties(table: &Table<'_>, header: &Header) -> Option<Attributes> {
    let mut attributes = Attributes::new();
    // A feature may bring its own columns.
    let own = match table.tables(2) {
        Some(columns) => Some(apart(&columns, table.all.len())?),
        None => None,
    };
    let columns = own.as_ref().unwrap_or(&header.columns);
    let Some((count, mut list)) = table.list(1, 1) else { return Some(attributes) };
    let mut at = Bytes::new(list.take(count)?);
    while at.left() > 0 {
        let (name, kind) = columns.get(usize::from(at.u16()?))?;
        let real = |number: f64| Number::from_f64(number).map_or(Value::Null, Value::Number);
        let value = match *kind {
            0 => Value::from(at.u8()? as i8),
            1 => at.u8()?.into(),
            2 => (at.u8()? != 0).into(),
            3 => Value::from(at.u16()? as i16),
            4 => at.u16()?.into(),
            5 => at.i32()?.into(),
            6 => at.u32()?.into(),
            7 => Value::from(at.u64()? as i64),
            8 => at.u64()?.into(),
            9 => real(f64::from(f32::from_bits(at.u32()?))),
            10 => real(at.f64()?),
            11..=13 => {
                let count = at.count(1)?;
                let text = String::from_utf8_lossy(at.take(count)?).into_owned();
                let parsed = (*kind == 12).then(|| serde_json::from_str(&text).ok()).flatten();
                parsed.unwrap_or_else(|| text.into())
            }
            14 => {
                let count = at.count(1)?;
                at.take(count)?;
                Value::Null
            }
            _ => return None,
        };
        // A column that comes twice would be a way to make much of little.
        if attributes.insert(name.clone(), value).is_some() {
            return None;
        }
    }
    Some(attributes)
}
