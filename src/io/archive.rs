//! Zip archives of others: what they say about themselves is checked before anything is unpacked, nothing is written to
//! the disk, and a name in them is only a name.

use std::cell::Cell;
use std::io::{Cursor, Read as _};
use std::rc::Rc;

use encoding_rs::GB18030;
use zip::ZipArchive;

use crate::base::{Progress, Text};

/// Most entries looked at.
const ENTRIES: usize = 10_000;
/// Most bytes that all entries together may unpack to, and the archives in them.
const TOTAL: u64 = 2 << 30;
/// All entries together may unpack to so many bytes, and to so many times the bytes of the archive: maps and tables pack
/// ten to fifty times, and what packs tighter is a trap.
const SMALL: u64 = 16 << 20;
const RATIO: u64 = 80;
/// Bytes unpacked before a cancelled job is noticed.
const STRETCH: u64 = 4 << 20;

/// A zip archive in memory.
pub(super) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    names: Vec<String>,
    on_disk: u64,
    /// Bytes that may still be unpacked, by this archive and those in it.
    left: Allowance,
    progress: Progress,
}

/// Bytes that may still be unpacked: one count for an archive and all archives in it, whatever becomes of them.
#[derive(Clone)]
pub(super) struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    fn left(&self) -> u64 {
        self.0.get()
    }

    fn take(&self, bytes: u64) {
        self.0.set(self.left().saturating_sub(bytes));
    }
}

/// Bytes that an archive of a size may unpack to.
pub(super) fn allowance(size: usize) -> Allowance {
    Allowance(Rc::new(Cell::new((size as u64).saturating_mul(RATIO).saturating_add(SMALL).min(TOTAL))))
}

impl Archive {
    /// Reads the list of entries; together they may unpack to `allowed` bytes.
    ///
    /// # Errors
    /// A damaged archive, one whose entries lie over each other, or one that claims more than it may.
    pub(super) fn open(bytes: Vec<u8>, allowed: Allowance, progress: &Progress) -> Result<Self, Text> {
        let on_disk = bytes.len() as u64;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        if zip.len() > ENTRIES {
            return Err(too_much(&format!("{} entries", zip.len()), &format!("{} 个文件", zip.len())));
        }
        let mut names = Vec::with_capacity(zip.len());
        let mut total = 0u64;
        for at in 0..zip.len() {
            let entry = zip.by_index_raw(at).map_err(|error| damaged(&error))?;
            total = total.saturating_add(entry.size());
            names.push(decoded(entry.name_raw()));
        }
        if total > allowed.left() {
            return Err(too_much(&format!("{total} bytes"), &format!("{total} 字节")));
        }
        if zip.has_overlapping_entries().map_err(|error| damaged(&error))? {
            return Err(Text::new(
                "entries of the ZIP file lie over each other, as in a trap: not opened. Pack the files again",
                "ZIP 文件中的条目互相重叠，疑为恶意文件，未打开。请重新打包",
            ));
        }
        Ok(Self { zip, names, on_disk, left: allowed, progress: progress.clone() })
    }

    /// Bytes of the archive itself.
    pub(super) fn on_disk(&self) -> u64 {
        self.on_disk
    }

    /// What may still be unpacked.
    pub(super) fn allowance(&self) -> Allowance {
        self.left.clone()
    }

    /// Bytes that an entry takes in the archive.
    pub(super) fn packed(&mut self, at: usize) -> u64 {
        self.zip.by_index_raw(at).map_or(0, |entry| entry.compressed_size())
    }

    /// Names of the entries, `/` between folders, in the archive's own order. Only for comparing and for showing.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Unpacks an entry into memory; never more than it said it would be.
    pub(super) fn read(&mut self, at: usize) -> Result<Vec<u8>, Text> {
        let mut bytes = Vec::new();
        self.unpack(at, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    /// Unpacks an entry piece by piece; never more than it said it would be.
    pub(super) fn unpack(&mut self, at: usize, mut take: impl FnMut(&[u8])) -> Result<(), Text> {
        let mut entry = self.zip.by_index(at).map_err(|error| damaged(&error))?;
        let limit = entry.size();
        let (mut piece, mut read) = (Vec::new(), 0);
        loop {
            self.progress.check().map_err(|_| Text::new("cancelled", "已取消"))?;
            piece.clear();
            let more = entry.by_ref().take(STRETCH).read_to_end(&mut piece).map_err(|error| {
                Text::new(format!("the ZIP file is damaged: {error}"), format!("ZIP 文件已损坏：{error}"))
            })?;
            read += more as u64;
            if read > limit || more as u64 > self.left.left() {
                return Err(too_much("more than it says", "超出其声明的大小"));
            }
            self.left.take(more as u64);
            if more == 0 {
                return Ok(());
            }
            take(&piece);
        }
    }

    /// The archive's own bytes again.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.zip.into_inner().into_inner()
    }
}

/// A name of an entry: UTF-8, or as Windows packs it here, GB18030.
fn decoded(raw: &[u8]) -> String {
    let name = std::str::from_utf8(raw)
        .map_or_else(|_| GB18030.decode_without_bom_handling(raw).0.into_owned(), str::to_owned);
    name.replace('\\', "/")
}

fn damaged(error: &zip::result::ZipError) -> Text {
    Text::new(
        format!("the ZIP file cannot be opened ({error}). Pack it again, or open the files in it"),
        format!("无法打开 ZIP 文件({error})。请重新打包,或直接打开其中的文件"),
    )
}

fn too_much(en: &str, zh: &str) -> Text {
    Text::new(
        format!("the ZIP file unpacks to {en}, which no map needs: not opened. Unpack it yourself if you trust it"),
        format!("ZIP 文件解压后为{zh},超出地图数据的合理范围,未打开。如确认可信,请自行解压"),
    )
}
