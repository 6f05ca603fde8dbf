//! A database with the log that lies beside it (SQLite, "Write-Ahead Log", file format version 3007000), laid together in
//! memory: where the folder may not be written, and in an archive, `SQLite` itself cannot.

use super::binary::Bytes;

/// Bytes of the header of a log, and of that before each page in it.
const HEADER: usize = 32;
const FRAME: usize = 24;
/// The first number of a log; the last bit says in which order its sums are counted.
const MAGIC: u32 = 0x377f_0682;

/// The database as its last finished change left it, to be opened without a log. What the log holds beyond that, or of an
/// older one, does not count, as for `SQLite` itself.
pub(super) fn merged(mut database: Vec<u8>, log: &[u8]) -> Vec<u8> {
    if let Some(pages) = Pages::read(log) {
        for (number, bytes) in pages.changed {
            let start = (number as usize - 1) * pages.size;
            if database.len() < start + pages.size {
                database.resize(start + pages.size, 0);
            }
            if let Some(page) = database.get_mut(start..start + pages.size) {
                page.copy_from_slice(bytes);
            }
        }
        database.truncate(pages.count as usize * pages.size);
    }
    // Versions 1 of both ways to write: a database without a log.
    if let Some(versions) = database.get_mut(18..20) {
        versions.fill(1);
    }
    database
}

/// What the finished changes of a log left.
struct Pages<'a> {
    size: usize,
    /// Pages of the whole database.
    count: u32,
    changed: Vec<(u32, &'a [u8])>,
}

impl<'a> Pages<'a> {
    fn read(log: &'a [u8]) -> Option<Self> {
        let mut at = Bytes::new(log);
        at.big = true;
        let magic = at.u32()?;
        at.u32()?;
        let size = at.u32()? as usize;
        at.u32()?;
        let salts = (at.u32()?, at.u32()?);
        let big = magic & 1 == 1;
        let mut sums = summed([0, 0], log.get(..24)?, big);
        let sound = magic & !1 == MAGIC && size.is_power_of_two() && (512..=65_536).contains(&size);
        if !sound || (at.u32()?, at.u32()?) != (sums[0], sums[1]) {
            return None;
        }
        let (mut pages, mut pending) = (Self { size, count: 0, changed: Vec::new() }, Vec::new());
        let most = log.len() / size;
        for frame in log.get(HEADER..)?.chunks_exact(FRAME + size) {
            let (head, bytes) = frame.split_at(FRAME);
            let mut at = Bytes::new(head);
            at.big = true;
            let (number, count) = (at.u32()?, at.u32()?);
            let frame_salts = (at.u32()?, at.u32()?);
            sums = summed(summed(sums, head.get(..8)?, big), bytes, big);
            if frame_salts != salts || number == 0 || (at.u32()?, at.u32()?) != (sums[0], sums[1]) {
                break;
            }
            pending.push((number, bytes));
            if count > 0 {
                pages.count = count;
                pages.changed.append(&mut pending);
            }
        }
        // A page far behind the end would be room for nothing.
        let end = pages.count;
        pages.changed.retain(|&(number, _)| number <= end);
        (end > 0 && most > 0).then_some(pages)
    }
}

/// The two sums of a log after more bytes, a multiple of eight.
fn summed([mut one, mut two]: [u32; 2], bytes: &[u8], big: bool) -> [u32; 2] {
    let word = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().unwrap_or_default();
        if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    for pair in bytes.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        one = one.wrapping_add(word(first)).wrapping_add(two);
        two = two.wrapping_add(word(second)).wrapping_add(one);
    }
    [one, two]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_laid_into_its_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a TEXT);").unwrap();
        for number in 0..500 {
            db.execute("INSERT INTO t VALUES (?)", [format!("{number:0>300}")]).unwrap();
        }
        let read = |ending: &str| std::fs::read(folder.path().join(format!("a.db{ending}"))).unwrap();
        let (bytes, log) = (read(""), read("-wal"));
        let rows = |bytes: Vec<u8>| -> i64 {
            let mut memory = rusqlite::Connection::open_in_memory().unwrap();
            memory.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true).unwrap();
            memory.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
        };
        assert_eq!(rows(merged(bytes.clone(), &log)), 500);
        // Cut inside a change, that change is not there; of a damaged page, nothing behind it is.
        let cut = merged(bytes.clone(), &log[..log.len() - 100]);
        assert!((400..500).contains(&rows(cut)));
        let mut damaged = log.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        assert!((100..400).contains(&rows(merged(bytes, &damaged))));
    }
}
