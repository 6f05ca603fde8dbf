//! Shapefiles (ESRI Shapefile Technical Description, 1998): main file, table, and what lies beside them.
//!
//! A reader of our own: counts in a record are checked against its length, and that against the file, before any room is
//! made.

mod dbf;
mod index;
mod resume;
pub(super) mod rings;

use super::ReadError;
use super::assemble::{self, Found};
use super::binary::Bytes;
use super::bytes::{Fault, Source, Written};
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use index::{HEADER, Record};
use rings::Work;

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
    let lost = |text| ReadError::new(&source.path.with_extension("dbf"), Fault::NotTable, text);
    let mut table = source
        .beside("dbf")
        .map_or(Ok(dbf::Table::default()), |bytes| dbf::Table::read(bytes, source))
        .map_err(lost)?;
    let records = index::records(source.text(), source.beside("shx"), table.rows());
    table.fit(records.all.len());
    let room = Room::of(source);
    let read = features(source.text(), &records.all, &table, &room, progress);
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let part = read.ok_or_else(|| room::no_room(source))?;
    let say =
        |severity, text: Text| Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, severity, text) };
    let mut notes: Vec<Problem> = records.note.into_iter().map(|(severity, text)| say(severity, text)).collect();
    if records.broken {
        let number = records.all.len() + 1;
        notes.push(say(Severity::Error, Text::new(
            format!("the file ends inside record {number}, or is damaged there; the shapes that follow are lost. Fetch it again"),
            format!("文件在第 {number} 条记录处中断或损坏，其后图形丢失。请重新获取"),
        )));
    }
    if source.beside("dbf").is_none() {
        notes.push(say(
            Severity::Warning,
            Text::new("there is no .dbf beside it: no names and no codes", "缺少同名 .dbf：没有名称和编码"),
        ));
    } else if table.rows() != records.all.len() {
        let (shapes, rows) = (records.all.len(), table.rows());
        notes.push(say(
            Severity::Warning,
            Text::new(
                format!("{shapes} shapes and {rows} rows in its table; taken in order"),
                format!("图形 {shapes} 个，属性表 {rows} 行，按顺序对应"),
            ),
        ));
    }
    notes.extend(table.notes().into_iter().map(|(severity, text)| say(severity, text)));
    let declared =
        source.beside("prj").map_or(Declared::Nothing, |bytes| Declared::of(&String::from_utf8_lossy(bytes)));
    let written = Written { encoding: table.encoding, replaced: table.replaced, doubt: table.doubt.clone() };
    let found = Found { notes, written, ..Found::new(source, part, progress) };
    assemble::layer(source, found, &declared, reading)
}

/// The features of all records and of the rows behind them; `None` where they would fill the memory.
fn features(
    file: &[u8],
    records: &[Option<Record>],
    table: &dbf::Table<'_>,
    room: &Room,
    progress: &Progress,
) -> Option<Part<Plane>> {
    let mut part = Part::default();
    let work = Work::new(file.len(), progress);
    for row in 0..records.len().max(table.rows()) {
        if row % 256 == 0 && progress.is_cancelled() {
            break;
        }
        if table.is_deleted(row) {
            part.odd.add(Diagnosis::Deleted, row as u32 + 1, "");
            continue;
        }
        let mark = part.mark();
        let count = part.features.len() as u32 + 1;
        let content = records.get(row).map(|record| record.map(|record| record.content(file)));
        progress.add(content.flatten().map_or(0, |content| content.len() as u64));
        match content.map(|content| content.and_then(|content| shape(content, &mut part, count, &work))) {
            Some(Some(true)) => {}
            Some(Some(false)) => part.odd.add(Diagnosis::NoGeometry, count, ""),
            Some(None) => {
                part.back_to(mark);
                part.odd.add(Diagnosis::BrokenGeometry, count, "");
            }
            None => part.odd.add(Diagnosis::RowAlone, count, ""),
        }
        let feature = Feature { attributes: table.attributes(row).into(), ..Feature::default() };
        if !room.take_feature(&feature) {
            return None;
        }
        part.end_unit(feature);
    }
    Some(part)
}

/// Reads one shape; `Some(false)` where there is none, `None` where it is damaged.
fn shape(content: &[u8], part: &mut Part<Plane>, number: u32, work: &Work<'_>) -> Option<bool> {
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
        5 => match rings::polygons(paths(&mut at)?, work) {
            Some(polygons) => polygons
                .into_iter()
                .for_each(|polygon| part.polygon(polygon.into_iter().map(|ring| ring.into_iter().map(Plane)), number)),
            None => part.odd.add(Diagnosis::PiledRings, number, ""),
        },
        _ => part.odd.add(Diagnosis::OtherGeometry, number, ""),
    }
    if (11..=18).contains(&kind) {
        part.odd.add_once(Diagnosis::Heights, number, "");
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
