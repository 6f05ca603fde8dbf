//! Records behind a hole that nothing leads to: no index, or one that ends too early.
//!
//! The table says how many records there are. A record is known by itself: it has its number, the type of the file, and the
//! length that its own counts ask for. Where every number that is missing is met once, and once only, nothing is lost.

use super::index::{HEADER, Record};
use crate::io::binary::Bytes;

/// Bytes before the content of a record.
const HEAD: usize = 8;
/// Where the header of the file says which type its shapes have.
const KIND: usize = 32;

/// Whether records leave some of the file over.
pub(super) fn leave_some(file: &[u8], known: &[Record]) -> bool {
    let taken: usize = known.iter().map(|record| record.content(file).len() + HEAD).sum();
    HEADER + taken < file.len()
}

/// The records of a file from the first number that is not known to that of the last row. O(bytes).
pub(super) fn resumed(file: &[u8], known: &[Record], rows: usize) -> Option<Vec<Record>> {
    let kind = Bytes::new(file).at(KIND).i32()?;
    let mut taken: Vec<(usize, usize)> = known.iter().map(|record| record.place(HEAD)).collect();
    taken.sort_unstable();
    let mut taken = taken.into_iter().peekable();
    let mut found: Vec<Option<Record>> = vec![None; rows.checked_sub(known.len())?.min(file.len() / HEAD)];
    let mut place = HEADER;
    while place + HEAD <= file.len() {
        if let Some(&(start, end)) = taken.peek().filter(|(start, _)| *start <= place) {
            taken.next();
            place = place.max(end).max(start);
            continue;
        }
        let record = Record::at(file, place).filter(|record| fits(record.content(file), kind));
        let slot = record.and_then(|record| found.get_mut((record.number() as usize).checked_sub(known.len() + 1)?));
        match (slot, record) {
            // Two of one number: which of them counts is not known.
            (Some(Some(_)), _) => return None,
            (Some(slot), Some(record)) => {
                *slot = Some(record);
                place = record.place(HEAD).1;
            }
            _ => place += 2,
        }
    }
    found.into_iter().collect()
}

/// Whether a content is as long as its type and its counts ask for.
fn fits(content: &[u8], kind: i32) -> bool {
    let counts = || -> Option<(usize, usize)> {
        let mut at = Bytes::new(content).at(36);
        match kind % 10 {
            8 => Some((0, at.u32()? as usize)),
            _ => Some((at.u32()? as usize, at.u32()? as usize)),
        }
    };
    let own = Bytes::new(content).i32();
    if own == Some(0) {
        return content.len() == 4;
    }
    let plain = match (kind % 10, counts()) {
        (1, _) => Some((20, 1)),
        (8, Some((_, points))) => points.checked_mul(16).map(|bytes| (40 + bytes, points)),
        (3 | 5, Some((parts, points))) => {
            let bytes = parts.checked_mul(4).zip(points.checked_mul(16));
            bytes.map(|(parts, points_bytes)| (44 + parts + points_bytes, points))
        }
        _ => None,
    };
    // Heights and measures stand behind the positions.
    own == Some(kind)
        && plain.is_some_and(|(least, points)| (least..=least + 32 + 16 * points).contains(&content.len()))
}
