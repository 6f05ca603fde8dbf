//! Sheets of an Excel workbook as tables of text, so that they are read as any other table.
//!
//! Sheets of the field have a title over everything, group names over columns, and cells merged down: the row that names
//! the columns is the one most of whose cells mean something, merged cells say their text in each of their places.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx, XlsxError};
use memchr::memmem;
use rustc_hash::FxHashMap;

use super::archive::Archive;
use super::columns;
use super::csv;
use super::room::Room;
use crate::base::{Progress, Text};

/// Most cells that merged cells may fill.
const FILLED: usize = 4_000_000;
/// Bytes that a cell takes beside its text, and a shared text.
const CELL: u64 = 96;
const SHARED: u64 = 32;
/// Shared texts that a list may claim beyond those it holds.
const CLAIMED: u64 = 1 << 20;
/// Most columns and rows of a sheet (ECMA-376 part 1, the limits of Excel).
const COLUMNS: u32 = 16_384;
const ROWS: u32 = 1 << 20;

/// A sheet as a table of text.
pub(super) struct Sheet {
    pub(super) name: String,
    /// Comma-separated, all fields quoted, the names of the columns first.
    pub(super) csv: String,
    /// Columns whose formulas have no result saved with them.
    pub(super) unsaved: Vec<String>,
}

/// The visible sheets with more than one row, in order.
///
/// # Errors
/// A damaged workbook, or one that unpacks to more than a table needs.
pub(super) fn sheets(archive: Archive, on_disk: u64, progress: &Progress) -> Result<Vec<Sheet>, Text> {
    let (bytes, room) = proven(archive, on_disk)?;
    let mut book: Xlsx<_> = Xlsx::new(Watched::new(bytes, progress)).map_err(damaged)?;
    let hidden = |name: &str| {
        book.sheets_metadata().iter().any(|sheet| sheet.name == name && sheet.visible != SheetVisible::Visible)
    };
    let names: Vec<String> = book.sheet_names().iter().filter(|name| !hidden(name)).map(ToString::to_string).collect();
    let mut sheets = Vec::new();
    for name in names {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut rows = cells(&mut book, &name, &room)?;
        let area = |from: (u32, u32), to: (u32, u32)| (from.0..=to.0.min(ROWS), from.1..=to.1.min(COLUMNS));
        fill(&mut rows, merged.iter().map(|region| area(region.start, region.end)), &room)?;
        if !rows.is_empty() {
            let csv = csv(&rows, &room).ok_or_else(|| {
                Text::new(
                    format!("the sheet {name} is too wide and too long to be a table of incidents. Save what is needed as .csv"),
                    format!("工作表“{name}”行列过多,不像案件表。请将所需部分另存为 .csv"),
                )
            })?;
            let unsaved = unsaved(&mut book, &name, &rows).map_err(damaged)?;
            sheets.push(Sheet { name, csv, unsaved });
        }
    }
    // Where a sheet has rows, those with a head alone are drafts.
    if sheets.iter().any(|sheet| sheet.csv.lines().nth(1).is_some()) {
        sheets.retain(|sheet| sheet.csv.lines().nth(1).is_some() || !sheet.unsaved.is_empty());
    }
    if sheets.is_empty() {
        return Err(Text::new("no visible sheet of the workbook holds anything", "工作簿的可见工作表都是空的"));
    }
    Ok(sheets)
}

fn damaged(error: XlsxError) -> Text {
    Text::new(
        format!("the workbook cannot be read ({error}). Save it again as .xlsx or .csv"),
        format!("无法读取工作簿（{error}）。请重新保存为 .xlsx 或 .csv"),
    )
}

fn too_much() -> Text {
    Text::new(
        "the workbook holds more than a table of its size can: not opened. Save the sheet that is needed as .csv",
        "工作簿展开后远大于文件本身，未打开。请将所需工作表另存为 .csv",
    )
}

/// Unpacks everything once to see that it stays within the limits; the bytes of the workbook, and the room it has.
fn proven(mut archive: Archive, on_disk: u64) -> Result<(Vec<u8>, Room), Text> {
    let (mut unpacked, mut texts) = (0, 0);
    for at in 0..archive.names().len() {
        if archive.names().get(at).is_some_and(|name| name.to_lowercase().ends_with("sharedstrings.xml")) {
            let list = archive.read(at)?;
            unpacked += list.len() as u64;
            texts += shared_texts(&list)?;
        } else {
            archive.unpack(at, |piece| unpacked += piece.len() as u64)?;
        }
    }
    let room = Room::for_bytes(unpacked, on_disk);
    if room.take(texts * SHARED) { Ok((archive.into_bytes(), room)) } else { Err(too_much()) }
}

/// How many texts the list of shared texts holds; an error where it claims more, for whose claim room would be made.
fn shared_texts(list: &[u8]) -> Result<u64, Text> {
    let count = memmem::find_iter(list, b"si>").count() + memmem::find_iter(list, b"si/>").count();
    let claims = memmem::find_iter(list, b"uniqueCount").filter_map(|at| {
        let value = list.get(at + b"uniqueCount".len()..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let digits = value.get(1..)?.split(|byte| !byte.is_ascii_digit()).next()?;
        Some(std::str::from_utf8(digits).ok()?.parse().unwrap_or(u64::MAX))
    });
    let most = claims.max().unwrap_or(0);
    if most > count as u64 + CLAIMED { Err(too_much()) } else { Ok(count as u64) }
}

/// The bytes of a workbook, for who reads it: no more than each part a few times, and nothing once the job is cancelled.
struct Watched {
    bytes: Cursor<Vec<u8>>,
    left: u64,
    progress: Progress,
}

impl Watched {
    fn new(bytes: Vec<u8>, progress: &Progress) -> Self {
        // Sheets are read for their merged cells, for their cells and for their formulas.
        let left = 5 * bytes.len() as u64 + (64 << 10);
        Self { bytes: Cursor::new(bytes), left, progress: progress.clone() }
    }
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let count = self.bytes.read(into)?;
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or_else(|| io::Error::other("many sheets share one part, as in a trap"))?;
        Ok(count)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// Named columns without a value in any row, where formulas stand in them.
fn unsaved(book: &mut Xlsx<Watched>, name: &str, rows: &Rows) -> Result<Vec<String>, XlsxError> {
    let head = head_row(rows);
    let Some(names) = rows.get(&head) else { return Ok(Vec::new()) };
    let empty = |column: &u32| rows.range(head + 1..).all(|(_, row)| !row.contains_key(column));
    let empty: BTreeMap<u32, &String> =
        names.iter().filter(|(column, _)| empty(column)).map(|(&at, name)| (at, name)).collect();
    if empty.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_formula()? {
        let (row, column) = cell.get_position();
        if let Some(name) = empty.get(&column).filter(|_| row > head && !cell.get_value().is_empty()) {
            found.insert(column, (*name).clone());
        }
    }
    Ok(found.into_values().collect())
}

/// Texts by row and column; only cells that hold something.
type Rows = BTreeMap<u32, BTreeMap<u32, String>>;

fn cells(book: &mut Xlsx<Watched>, name: &str, room: &Room) -> Result<Rows, Text> {
    let mut rows = Rows::new();
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A chart is no table.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(rows),
        Err(error) => return Err(damaged(error)),
    };
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if !text.is_empty() && row < ROWS && column < COLUMNS {
            if !room.take(CELL + text.len() as u64) {
                return Err(too_much());
            }
            rows.entry(row).or_default().insert(column, text);
        }
    }
    Ok(rows)
}

/// A cell as the text a table would hold.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // As many digits as tell the number from its neighbours; whole numbers without a point.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

type Area = (std::ops::RangeInclusive<u32>, std::ops::RangeInclusive<u32>);

/// Says the text of merged cells in each of their places, within the rows that hold anything.
fn fill(rows: &mut Rows, merged: impl Iterator<Item = Area>, room: &Room) -> Result<(), Text> {
    let widest = rows.values().filter_map(|row| row.keys().next_back()).max().copied().unwrap_or(0);
    let mut filled = 0;
    for (down, across) in merged {
        let (top, left) = (*down.start(), *across.start());
        let Some(text) = rows.get(&top).and_then(|row| row.get(&left)).cloned() else { continue };
        let wanted: Vec<u32> =
            if down.end() > down.start() { rows.range(down).map(|(&row, _)| row).collect() } else { vec![top] };
        for row in wanted {
            for column in left..=(*across.end()).min(widest) {
                filled += 1;
                if filled > FILLED {
                    return Ok(());
                }
                if !room.take(CELL + text.len() as u64) {
                    return Err(too_much());
                }
                if let Some(row) = rows.get_mut(&row) {
                    row.entry(column).or_insert_with(|| text.clone());
                }
            }
        }
    }
    Ok(())
}

/// The sheet as comma-separated text, from the row that names the columns on; `None` where that would be too much.
fn csv(rows: &Rows, room: &Room) -> Option<String> {
    let width = rows.values().filter_map(|row| row.keys().next_back()).max().map_or(0, |&last| last + 1);
    if width as usize > csv::COLUMNS {
        return None;
    }
    let head = head_row(rows);
    // Every field takes a byte at least: a few cells at the far corners of a sheet are not worth that.
    if !room.take(rows.len() as u64 * u64::from(width)) {
        return None;
    }
    let mut out = String::new();
    let mut line = |fields: &mut dyn Iterator<Item = &str>| {
        for (at, field) in fields.enumerate() {
            if at > 0 {
                out.push(',');
            }
            if !field.is_empty() {
                out.push('"');
                out.push_str(&field.replace('"', "\"\""));
                out.push('"');
            }
        }
        out.push('\n');
    };
    let names = names(rows, head, width);
    line(&mut names.iter().map(String::as_str));
    for (_, row) in rows.range(head + 1..) {
        line(&mut (0..width).map(|column| row.get(&column).map_or("", String::as_str)));
    }
    Some(out)
}

/// The row that names the columns.
fn head_row(rows: &Rows) -> u32 {
    let width = rows.values().filter_map(|row| row.keys().next_back()).max().map_or(0, |&last| last + 1);
    let texts = |row: &BTreeMap<u32, String>| {
        (0..width).map(|column| row.get(&column).cloned().unwrap_or_default()).collect::<Vec<_>>()
    };
    let first: Vec<Vec<String>> = rows.values().take(columns::HEAD).map(texts).collect();
    let at = columns::head_row(&first).map_or(0, |(at, _)| at);
    rows.keys().nth(at).copied().unwrap_or(0)
}

/// The names of the columns; one that stands twice takes the name of its group before it (大类 over 名称: 大类名称).
fn names(rows: &Rows, head: u32, width: u32) -> Vec<String> {
    let at = |row: u32, column: u32| rows.get(&row).and_then(|row| row.get(&column)).map_or("", String::as_str);
    let own: Vec<&str> = (0..width).map(|column| at(head, column)).collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    own.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    (0..width)
        .zip(&own)
        .map(|(column, name)| {
            let group = head.checked_sub(1).map_or("", |above| at(above, column));
            let twice = counts.get(name).is_some_and(|&count| count > 1);
            if twice && !group.is_empty() && group != *name { format!("{group}{name}") } else { (*name).to_owned() }
        })
        .collect()
}
