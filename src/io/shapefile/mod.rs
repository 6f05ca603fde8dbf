//! Shapefiles (ESRI Shapefile Technical Description, 1998): main file, table, and what lies beside them.
//!
//! A reader of our own: counts in a record are checked against its length, and that against the file, before any room is
//! made. The index (`.shx`) is not needed and not read.

mod dbf;
mod rings;

use super::ReadError;
use super::assemble::{self, Found};
use super::binary::Bytes;
use super::bytes::{Fault, Source, Written};
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::kinds;
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Length of the header, and where the records begin.
const HEADER: usize = 100;
/// Bytes of a box of four numbers.
const BOX: usize = 32;

/// Reads a shapefile.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Layer<P>, ReadError> {
    progress.phase(
        Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())),
        source.text().len() as u64,
    );
    if source.text().len() < HEADER {
        let text = Text::new(
            "the shapefile is cut off inside its header. Fetch it again",
            "Shapefile 文件头不完整,请重新获取",
        );
        return Err(ReadError::new(&source.path, Fault::NotGeoJson, text));
    }
    let table = match source.beside("dbf") {
        Some(bytes) => dbf::Table::read(bytes, source).map_err(|text| {
            let path = source.path.with_extension("dbf");
            ReadError::new(&path, Fault::NotTable, text)
        })?,
        None => dbf::Table::default(),
    };
    let (part, broken) = records(source.text(), &table, progress);
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let say = |severity, en: String, zh: String| Problem {
        file: Some(source.name()),
        ..Problem::new(Rule::BadValue, severity, Text::new(en, zh))
    };
    let mut notes = Vec::new();
    if let Some(number) = broken {
        notes.push(say(
            Severity::Error,
            format!("the file ends inside record {number}, or is damaged there; what follows is lost. Fetch it again"),
            format!("文件在第 {number} 条记录处中断或损坏,其后内容丢失。请重新获取"),
        ));
    }
    if source.beside("dbf").is_none() {
        notes.push(say(
            Severity::Warning,
            "there is no .dbf beside it: no names and no codes".to_owned(),
            "缺少同名 .dbf:没有名称和编码".to_owned(),
        ));
    } else if table.rows() != part.features.len() + table.deleted() {
        notes.push(say(
            Severity::Warning,
            format!("{} shapes and {} rows in its table; taken in order", part.features.len(), table.rows()),
            format!("图形 {} 个,属性表 {} 行,按顺序对应", part.features.len(), table.rows()),
        ));
    }
    if let Some((en, zh)) = table.against() {
        notes.push(say(Severity::Note, en, zh));
    }
    let declared =
        source.beside("prj").map_or(Declared::Nothing, |bytes| Declared::of(&String::from_utf8_lossy(bytes)));
    let written = Written { encoding: table.encoding, replaced: table.replaced, doubt: table.doubt.clone() };
    let found = Found { notes, written, ..Found::new(source, part) };
    assemble::layer(source, found, &declared, reading)
}

/// All records; the number of the first that is damaged.
fn records(bytes: &[u8], table: &dbf::Table<'_>, progress: &Progress) -> (Part<Plane>, Option<usize>) {
    let mut part = Part::default();
    let mut at = Bytes::new(bytes).at(HEADER);
    let mut number = 0;
    while at.left() > 0 {
        at.big = true;
        let (Some(_), Some(words)) = (at.u32(), at.u32()) else { return (part, Some(number + 1)) };
        let Some(content) = at.take(words as usize * 2) else { return (part, Some(number + 1)) };
        if number % 1024 == 0 {
            if progress.is_cancelled() {
                return (part, None);
            }
            progress.add(1024 * content.len() as u64);
        }
        let row = number;
        number += 1;
        if table.is_deleted(row) {
            part.odd.add(kinds::DELETED, number as u32, "");
            continue;
        }
        let mark = part.mark();
        let count = part.features.len() as u32 + 1;
        match shape(content, &mut part, count) {
            Some(true) => {}
            Some(false) => part.odd.add(kinds::NO_GEOMETRY, count, ""),
            None => {
                part.back_to(mark);
                part.odd.add(kinds::BROKEN_GEOMETRY, count, "");
            }
        }
        part.end_unit(Feature { attributes: table.attributes(row).into(), ..Feature::default() });
    }
    (part, None)
}

/// Reads one shape; `Some(false)` where there is none, `None` where it is damaged.
fn shape(content: &[u8], part: &mut Part<Plane>, number: u32) -> Option<bool> {
    let mut at = Bytes::new(content);
    let kind = at.i32()?;
    if !(0..=31).contains(&kind) {
        return None;
    }
    // Heights and measures stand behind the positions, so that they are simply not read.
    match kind % 10 {
        0 => return Some(false),
        1 if kind != 31 => {
            let place = at.position(0)?;
            part.dots([Plane(place)]);
        }
        8 => {
            at.take(BOX)?;
            let count = at.count(16)?;
            let places: Option<Vec<Plane>> = (0..count).map(|_| at.position(0).map(Plane)).collect();
            part.dots(places?);
        }
        3 => paths(&mut at)?.into_iter().for_each(|line| part.line(line.into_iter().map(Plane), number)),
        5 => {
            for polygon in rings::polygons(paths(&mut at)?)? {
                part.polygon(polygon.into_iter().map(|ring| ring.into_iter().map(Plane)), number);
            }
        }
        _ => part.odd.add(kinds::OTHER_GEOMETRY, number, ""),
    }
    if (11..=18).contains(&kind) && part.odd.numbers(kinds::HEIGHTS).last() != Some(number) {
        part.odd.add(kinds::HEIGHTS, number, "");
    }
    Some(true)
}

/// The parts of a line or polygon.
fn paths(at: &mut Bytes<'_>) -> Option<Vec<Vec<[f64; 2]>>> {
    at.take(BOX)?;
    let (parts, points) = (at.u32()? as usize, at.u32()? as usize);
    if !at.holds(parts, 4) {
        return None;
    }
    let mut starts: Vec<usize> = (0..parts).map(|_| at.u32().map(|start| start as usize)).collect::<Option<_>>()?;
    starts.push(points);
    if !at.holds(points, 16) || starts.first().is_some_and(|&first| first != 0 && parts > 0) {
        return None;
    }
    starts
        .windows(2)
        .map(|range| {
            let count = range.get(1)?.checked_sub(*range.first()?)?;
            at.holds(count, 16).then_some(())?;
            (0..count).map(|_| at.position(0)).collect()
        })
        .collect()
}
