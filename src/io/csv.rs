//! Tables of text (RFC 4180 and what Excel makes of it): delimiter, quotes and line ends told by themselves.
//!
//! Rows are read in parallel blocks. Where a block begins is guessed from the number of quotes before it and proven by the
//! block before, which must end just there; a wrong guess costs time, never a row.

use std::borrow::Cow;

use rayon::prelude::*;

use super::bytes::Source;
use super::columns;
use super::{Fault, ReadError};
use crate::base::Text;

/// Bytes of rows read as one piece of work.
const BLOCK: usize = 1 << 20;
/// Most bytes of a field in quotes: a quote that is open longer was never meant to close.
const QUOTED: usize = 1 << 20;
/// Most columns of a table.
pub(super) const COLUMNS: usize = 4096;

/// A table whose header was read.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// Names of the columns.
    pub names: Vec<String>,
    /// What stands between fields.
    pub delimiter: u8,
    /// Rows above the names of the columns: titles and remarks.
    pub above: usize,
    text: &'a [u8],
    /// Where the first row begins.
    start: usize,
}

/// A text as a cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.
#[must_use]
pub fn harmless(text: &str) -> String {
    let number = text.parse::<f64>().is_ok();
    let formula = !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

/// The fields of one row; quotes are taken off when a field is asked for.
#[derive(Clone, Debug, Default)]
pub struct Row<'a> {
    fields: Vec<&'a [u8]>,
    /// The whole row without its line end.
    pub raw: &'a [u8],
    /// Whether a quote stands at the start of a field that no other closes; it is no part of the field.
    pub stray_quote: bool,
    /// How many fields it has, split off or not.
    pub count: usize,
    /// How those go with the columns.
    pub fit: Fit,
}

/// Whether a row has a field for each column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// It has, or what it has beyond them is empty.
    #[default]
    Whole,
    /// The last columns have none.
    Short,
    /// Something stands beyond the last column.
    Long,
}

impl<'a> Row<'a> {
    /// A field, its quotes taken off; empty where the row is too short.
    #[must_use]
    pub fn field(&self, column: usize) -> Cow<'a, [u8]> {
        let raw = self.fields.get(column).copied().unwrap_or(&[]);
        let Some(inner) = raw.strip_prefix(b"\"") else { return Cow::Borrowed(raw) };
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
        if memchr::memchr(b'"', inner).is_none() {
            return Cow::Borrowed(inner);
        }
        let mut out = Vec::with_capacity(inner.len());
        let mut bytes = inner.iter().copied();
        while let Some(byte) = bytes.next() {
            out.push(byte);
            if byte == b'"' {
                bytes.next();
            }
        }
        Cow::Owned(out)
    }

    /// Number of fields that were split off.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the row has no field, or one that is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.trim_ascii().is_empty()
    }
}

impl<'a> Table<'a> {
    /// Reads the header of a table.
    ///
    /// # Errors
    /// When no row is a header of at least one name.
    pub fn open(source: &'a Source) -> Result<Self, ReadError> {
        let text = source.text();
        let head = Head::find(text).filter(|head| head.names.len() <= COLUMNS);
        let Some(Head { mut names, delimiter, above, start, .. }) = head else {
            let why = Text::new(
                "its first line is no header with the names of the columns",
                "\u{7b2c}\u{4e00}\u{884c}\u{4e0d}\u{662f}\u{5217}\u{540d}",
            );
            return Err(ReadError::new(&source.path, Fault::NotTable, why));
        };
        split_in_two(&mut names, text, start, delimiter);
        Ok(Self { names, delimiter, above, text, start })
    }

    /// How its rows are split, up to some columns.
    fn split(&self, columns: usize) -> Split {
        let named = self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        Split { delimiter: self.delimiter, columns, width: self.names.len(), named }
    }

    /// What `take` makes of up to so many rows spread over the table. O(rows taken).
    pub fn sample<T>(&self, columns: usize, count: usize, take: impl Fn(&Row<'a>) -> Option<T>) -> Vec<T> {
        let body = self.text.len().saturating_sub(self.start);
        let (mut found, mut row) = (Vec::new(), Row::default());
        // From a few places each some rows: files are often sorted.
        const PLACES: usize = 8;
        let mut done = self.start;
        for place in 0..PLACES {
            let mut at = self.start + body / PLACES * place;
            if at < done {
                // A small table is read through, each row once.
                at = done;
            } else if place > 0 {
                let rest = self.text.get(at..).unwrap_or(&[]);
                at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            }
            for _ in 0..count / PLACES {
                if at >= self.text.len() {
                    break;
                }
                at = next_row(self.text, at, self.split(columns), &mut row);
                found.extend(take(&row));
            }
            done = at;
        }
        found
    }

    /// Reads all rows in parallel blocks: `make` starts a block, `each` takes a row; the blocks come back in order.
    ///
    /// Only the first `columns` fields of a row are split off. Empty lines are passed over. O(bytes).
    pub fn blocks<B: Send>(
        &self,
        columns: usize,
        make: impl Fn(usize) -> B + Sync,
        each: impl Fn(&mut B, &Row<'a>) + Sync,
    ) -> Vec<B> {
        let read = |from: usize, to: usize| {
            let mut block = make(to.saturating_sub(from));
            let (mut at, mut row) = (from, Row::default());
            while at < to {
                at = next_row(self.text, at, self.split(columns), &mut row);
                if !row.is_empty() {
                    each(&mut block, &row);
                }
            }
            (at, block)
        };
        let starts = self.guess();
        let ends = starts.iter().skip(1).copied().chain([self.text.len()]);
        let pairs: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
        let blocks: Vec<(usize, B)> = pairs.par_iter().map(|&(from, to)| read(from, to)).collect();
        let mut proven = Vec::with_capacity(blocks.len());
        let mut at = self.start;
        for ((end, block), &(from, to)) in blocks.into_iter().zip(&pairs) {
            if at == from {
                proven.push(block);
                at = end;
            } else if at < to {
                // The guess was wrong: go on from where the row before ended.
                let (end, block) = read(at, to);
                proven.push(block);
                at = end;
            }
        }
        proven
    }

    /// Where blocks begin: after a line end with an even number of quotes before it.
    fn guess(&self) -> Vec<usize> {
        let body = self.text.get(self.start..).unwrap_or(&[]);
        let quotes: Vec<usize> = body.par_chunks(BLOCK).map(|chunk| memchr::memchr_iter(b'"', chunk).count()).collect();
        let mut starts = vec![self.start];
        let mut inside = false;
        for (block, chunk) in body.chunks(BLOCK).enumerate() {
            if block > 0 {
                let mut open = inside;
                let end = memchr::memchr2_iter(b'"', b'\n', chunk).find(|&at| {
                    let quote = chunk.get(at) == Some(&b'"');
                    open ^= quote;
                    !quote && !open
                });
                if let Some(end) = end {
                    starts.push(self.start + block * BLOCK + end + 1);
                }
            }
            inside ^= quotes.get(block).is_some_and(|count| count % 2 == 1);
        }
        starts.retain(|&start| start < self.text.len());
        starts
    }
}

/// Gives two names to a column of coordinates whose cells (`110.3,20.0`) fall in two where a comma parts fields: where every
/// row looked at has a field more than there are names, and two numbers stand there.
fn split_in_two(names: &mut Vec<String>, text: &[u8], start: usize, delimiter: u8) {
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some(both) = columns::find(&refs, columns::Column::Coordinates) else { return };
    let split = Split { delimiter, columns: usize::MAX, width: 0, named: 0 };
    let (mut at, mut row, mut rows) = (start, Row::default(), 0);
    while at < text.len() && rows < columns::HEAD {
        at = next_row(text, at, split, &mut row);
        let number = |column: usize| {
            let field = row.field(column);
            std::str::from_utf8(&field).is_ok_and(|text| text.contains('.') && text.trim().parse::<f64>().is_ok())
        };
        if row.is_empty() {
            continue;
        }
        if row.len() != names.len() + 1 || !number(both) || !number(both + 1) {
            return;
        }
        rows += 1;
    }
    if let Some(name) = names.get(both).filter(|_| rows > 0).cloned() {
        names.splice(both..=both, [format!("{name} x"), format!("{name} y")]);
    }
}

/// How rows are split.
#[derive(Clone, Copy)]
struct Split {
    delimiter: u8,
    /// Fields that are split off.
    columns: usize,
    /// Columns of the table; 0 where they are not known yet.
    width: usize,
    /// The same without the last ones that have no name.
    named: usize,
}

/// The row that names the columns, and how it is split.
struct Head {
    names: Vec<String>,
    delimiter: u8,
    above: usize,
    /// Where the row behind it begins.
    start: usize,
    /// How many of its names mean something.
    known: usize,
}

impl Head {
    const SIGNS: [u8; 4] = [b',', b'\t', b';', b'|'];

    /// The head of a table: of all signs that could stand between fields, the one by which most names of a row are known,
    /// then the one that makes most fields. What Excel says about it in a first line (`sep=;`) is obeyed.
    fn find(text: &[u8]) -> Option<Self> {
        let told = text
            .strip_prefix(b"sep=")
            .or_else(|| text.strip_prefix(b"\"sep="))
            .and_then(|rest| rest.first().filter(|sign| !sign.is_ascii_alphanumeric()));
        if let Some(&sign) = told {
            let from = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
            return Self::of(text, from, sign);
        }
        let all = Self::SIGNS.into_iter().filter_map(|sign| Self::of(text, 0, sign));
        // The first of equals.
        all.reduce(|best, head| {
            let better = (head.known, head.names.len()) > (best.known, best.names.len());
            if better { head } else { best }
        })
    }

    fn of(text: &[u8], from: usize, delimiter: u8) -> Option<Self> {
        let split = Split { delimiter, columns: COLUMNS + 1, width: 0, named: 0 };
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        let (mut at, mut row) = (from, Row::default());
        while at < text.len() && rows.len() < columns::HEAD {
            at = next_row(text, at, split, &mut row);
            let fields = (0..row.len()).map(|column| String::from_utf8_lossy(&row.field(column)).trim().to_owned());
            rows.push(fields.collect::<Vec<String>>());
            ends.push(at);
        }
        let (above, known) = columns::head_row(&rows)?;
        let names = rows.get_mut(above).map(std::mem::take)?;
        Some(Self { names, delimiter, above, start: *ends.get(above)?, known })
    }
}

/// Splits the row that begins at `at` into its fields and yields where the next one begins.
fn next_row<'a>(text: &'a [u8], at: usize, split: Split, row: &mut Row<'a>) -> usize {
    row.fields.clear();
    row.stray_quote = false;
    row.count = 0;
    let (start, delimiter) = (at, split.delimiter);
    let mut field = at;
    loop {
        let mut end = field;
        if text.get(field) == Some(&b'"') {
            match after_quotes(text, start, field, split) {
                Some(after) => end = after,
                None => row.stray_quote = true,
            }
        }
        let rest = text.get(end..).unwrap_or(&[]);
        // A field beyond the wanted ones only matters for a quote that could hide a line end.
        let wanted = row.fields.len() < split.columns;
        let length = if wanted { memchr::memchr2(delimiter, b'\n', rest) } else { line_end(rest, delimiter) }
            .unwrap_or(rest.len());
        let passed = if wanted { &[] } else { rest.get(..length).unwrap_or(&[]) };
        row.count += 1 + memchr::memchr_iter(delimiter, passed).count();
        end += length;
        let at_end = text.get(end) != Some(&delimiter);
        let trimmed = if at_end && end > field && text.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
        if wanted {
            row.fields.push(text.get(field..trimmed).unwrap_or(&[]));
        }
        if at_end {
            row.raw = text.get(start..trimmed).unwrap_or(&[]);
            row.fit = fit(row, split);
            return end + 1;
        }
        field = end + 1;
    }
}

fn fit(row: &Row<'_>, split: Split) -> Fit {
    let empty = row.raw.iter().rev().take_while(|&&byte| byte == split.delimiter).count();
    match split.width {
        0 => Fit::Whole,
        _ if row.count < split.named => Fit::Short,
        width if row.count > width + empty => Fit::Long,
        _ => Fit::Whole,
    }
}

/// Ends lines as everybody does where a text ends them by a carriage return alone, as old Macs did.
pub(super) fn mend_line_ends(text: &mut [u8]) {
    let mut quoted = false;
    let first = text.iter().position(|byte| {
        quoted ^= *byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    let alone = |at: usize| text.get(at) == Some(&b'\r') && text.get(at + 1) != Some(&b'\n');
    if !first.is_some_and(alone) {
        return;
    }
    let mut bytes = text.iter_mut().peekable();
    while let Some(byte) = bytes.next() {
        if *byte == b'\r' && bytes.peek().is_none_or(|next| **next != b'\n') {
            *byte = b'\n';
        }
    }
}

/// The line end, or the delimiter before a field that begins with a quote.
fn line_end(rest: &[u8], delimiter: u8) -> Option<usize> {
    memchr::memchr2_iter(b'\n', b'"', rest).find_map(|at| match rest.get(at) {
        Some(b'\n') => Some(at),
        _ => (at > 0 && rest.get(at - 1) == Some(&delimiter)).then(|| at - 1),
    })
}

/// Behind the quote that ends the field beginning with a quote at `at`, in the row that begins at `start`. `None` where none
/// ends it: none follows, or one that opens a field of a later row does, or whole rows lie between.
fn after_quotes(text: &[u8], start: usize, at: usize, split: Split) -> Option<usize> {
    let limit = text.len().min(at + QUOTED);
    let (mut next, mut breaks) = (at + 1, false);
    loop {
        next += memchr::memchr2(b'"', b'\n', text.get(next..limit)?)? + 1;
        if text.get(next - 1) == Some(&b'\n') {
            breaks = true;
        } else if text.get(next) == Some(&b'"') {
            next += 1;
        } else {
            let ends = matches!(text.get(next), None | Some(b'\r' | b'\n')) || text.get(next) == Some(&split.delimiter);
            return (!breaks || ends && !holds_rows(text, start, split)).then_some(next);
        }
    }
}

/// Whether the first two lines from a place on are whole rows each, whatever quotes stand in them.
fn holds_rows(text: &[u8], start: usize, split: Split) -> bool {
    let mut lines = text.get(start..).unwrap_or(&[]).splitn(3, |&byte| byte == b'\n');
    let whole = |line: Option<&[u8]>| {
        line.is_some_and(|line| memchr::memchr_iter(split.delimiter, line).count() + 1 == split.width)
    };
    split.width > 1 && whole(lines.next()) && whole(lines.next())
}
