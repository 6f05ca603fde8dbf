//! Zip archives of others: what they say about themselves is checked before anything is unpacked, nothing is written to
//! the disk, and a name in them is only a name.

use std::io::{Cursor, Read as _};

use encoding_rs::GB18030;
use zip::ZipArchive;

use crate::base::Text;

/// Most entries looked at.
const ENTRIES: usize = 10_000;
/// Most bytes that one entry and all entries together may unpack to.
const ENTRY: u64 = 1 << 30;
const TOTAL: u64 = 2 << 30;
/// An entry above [`SMALL`] bytes that was packed tighter than this is a trap: maps and tables pack ten to fifty times.
const RATIO: u64 = 250;
const SMALL: u64 = 16 << 20;

/// A zip archive in memory.
pub(super) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    names: Vec<String>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Archive {
    /// Reads the list of entries.
    ///
    /// # Errors
    /// A damaged archive, or one that claims more than this program takes.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Text> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        if zip.len() > ENTRIES {
            return Err(too_much(&format!("{} entries", zip.len()), &format!("{} 个文件", zip.len())));
        }
        let mut names = Vec::with_capacity(zip.len());
        let mut total = 0u64;
        for at in 0..zip.len() {
            let entry = zip.by_index_raw(at).map_err(|error| damaged(&error))?;
            let (size, packed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            names.push(decoded(entry.name_raw()));
            if size > ENTRY || total > TOTAL || (size > SMALL && size / packed.max(1) > RATIO) {
                return Err(too_much(&format!("{total} bytes"), &format!("{total} 字节")));
            }
        }
        Ok(Self { zip, names, left: TOTAL })
    }

    /// Names of the entries, `/` between folders, in the archive's own order. Only for comparing and for showing.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Unpacks an entry into memory; never more than it said it would be.
    pub(super) fn read(&mut self, at: usize) -> Result<Vec<u8>, Text> {
        let entry = self.zip.by_index(at).map_err(|error| damaged(&error))?;
        let size = entry.size();
        let limit = size.min(self.left);
        let mut bytes = Vec::new();
        // One byte more than promised shows a lie; the buffer grows only with what really comes.
        let read = entry.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            Text::new(format!("the ZIP file is damaged: {error}"), format!("ZIP 文件已损坏:{error}"))
        })?;
        if bytes.len() as u64 > limit {
            return Err(too_much("more than it says", "超出其声明的大小"));
        }
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }

    /// Unpacks everything once to see that it stays within the limits, and gives the archive back.
    pub(super) fn proven(mut self) -> Result<Vec<u8>, Text> {
        for at in 0..self.names.len() {
            self.read(at)?;
        }
        Ok(self.zip.into_inner().into_inner())
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
