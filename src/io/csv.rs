//! Tables of text (RFC 4180 and what Excel makes of it): delimiter, quotes and line ends told by themselves.
//!
//! Rows are read in parallel blocks. Where a block begins is guessed from the number of quotes before it and proven by the
//! block before, which must end just there; a wrong guess costs time, never a row.

use std::borrow::Cow;

use rayon::prelude::*;

use super::bytes::Source;
use super::{Fault, ReadError};
use crate::base::Text;

/// Bytes of rows read as one piece of work.
const BLOCK: usize = 1 << 20;

/// A table whose header was read.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// Names of the columns.
    pub names: Vec<String>,
    /// What stands between fields.
    pub delimiter: u8,
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
    /// When the first row is no header of at least one name.
    pub fn open(source: &'a Source) -> Result<Self, ReadError> {
        let text = source.text();
        let delimiter = delimiter(text);
        let mut row = Row::default();
        let start = next_row(text, 0, delimiter, usize::MAX, &mut row);
        let names: Vec<String> =
            (0..row.len()).map(|column| String::from_utf8_lossy(&row.field(column)).trim().to_owned()).collect();
        if names.iter().all(String::is_empty) || names.len() > 4096 {
            let why = Text::new("its first line is no header with the names of the columns", "第一行不是列名");
            return Err(ReadError::new(&source.path, Fault::NotTable, why));
        }
        Ok(Self { names, delimiter, text, start })
    }

    /// The first of its columns that stands for `column`.
    #[must_use]
    pub fn find(&self, column: super::columns::Column) -> Option<usize> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        super::columns::find(&names, column)
    }

    /// What `take` makes of up to so many rows spread over the table. O(rows taken).
    pub fn sample<T>(&self, columns: usize, count: usize, take: impl Fn(&Row<'a>) -> Option<T>) -> Vec<T> {
        let body = self.text.len().saturating_sub(self.start);
        let (mut found, mut row) = (Vec::new(), Row::default());
        // From a few places each some rows: files are often sorted.
        const PLACES: usize = 8;
        for place in 0..PLACES {
            let mut at = self.start + body / PLACES * place;
            if place > 0 {
                let rest = self.text.get(at..).unwrap_or(&[]);
                at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            }
            for _ in 0..count / PLACES {
                if at >= self.text.len() {
                    break;
                }
                at = next_row(self.text, at, self.delimiter, columns, &mut row);
                found.extend(take(&row));
            }
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
                at = next_row(self.text, at, self.delimiter, columns, &mut row);
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

/// What stands between fields: the sign met most often in the first line, outside quotes.
fn delimiter(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0; 4];
    const SIGNS: [u8; 4] = [b',', b'\t', b';', b'|'];
    for &byte in text.iter().take(1 << 16) {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted {
            break;
        }
        if let Some(count) = SIGNS.iter().position(|&sign| sign == byte && !quoted).and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    SIGNS.iter().zip(counts).find(|&(_, count)| count == most).map_or(b',', |(&sign, _)| sign)
}

/// Splits the row that begins at `at` into its first `columns` fields and yields where the next one begins.
fn next_row<'a>(text: &'a [u8], at: usize, delimiter: u8, columns: usize, row: &mut Row<'a>) -> usize {
    row.fields.clear();
    let start = at;
    let mut field = at;
    loop {
        let mut end = field;
        if text.get(field) == Some(&b'"') {
            end = after_quotes(text, field);
        }
        let rest = text.get(end..).unwrap_or(&[]);
        // A field beyond the wanted ones only matters for a quote that could hide a line end.
        let wanted = row.fields.len() < columns;
        end += if wanted { memchr::memchr2(delimiter, b'\n', rest) } else { line_end(rest, delimiter) }
            .unwrap_or(rest.len());
        let at_end = text.get(end) != Some(&delimiter);
        let trimmed = if at_end && end > field && text.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
        if wanted {
            row.fields.push(text.get(field..trimmed).unwrap_or(&[]));
        }
        if at_end {
            row.raw = text.get(start..trimmed).unwrap_or(&[]);
            return end + 1;
        }
        field = end + 1;
    }
}

/// The line end, or the delimiter before a field that begins with a quote.
fn line_end(rest: &[u8], delimiter: u8) -> Option<usize> {
    memchr::memchr2_iter(b'\n', b'"', rest).find_map(|at| match rest.get(at) {
        Some(b'\n') => Some(at),
        _ => (at > 0 && rest.get(at - 1) == Some(&delimiter)).then(|| at - 1),
    })
}

/// Behind the quote that ends the field beginning with a quote at `at`; the end of the text where there is none.
fn after_quotes(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        at += found + 1;
        if text.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}
