//! What a file was when it was read, so that a later save sees whether somebody else wrote it since.

use std::fs::Metadata;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::io::bytes;

/// Size, time and content of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When it was last written, nanoseconds since 1970-01-01 UTC; 0 where the system does not say.
    pub modified: u64,
    /// Hash of the content (XXH3).
    pub hash: u64,
}

impl Stamp {
    /// The stamp of a file. O(bytes).
    ///
    /// # Errors
    /// When it is no plain file, or cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = bytes::plain(path)?;
        let about = file.metadata()?;
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let mut buffer = vec![0; 1 << 18];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
        }
        Ok(Self { size: about.len(), modified: modified(&about), hash: hasher.digest() })
    }

    /// When a file was last written, as [`Stamp::modified`] says.
    pub(super) fn modified_of(path: &Path) -> io::Result<u64> {
        Ok(modified(&std::fs::metadata(path)?))
    }

    /// Whether a file still holds what was read; a file copied back or touched, content unchanged, does.
    pub fn holds(&self, path: &Path) -> io::Result<bool> {
        let size = std::fs::metadata(path)?.len();
        Ok(size == self.size && Self::of(path)?.hash == self.hash)
    }
}

fn modified(about: &Metadata) -> u64 {
    let since = about.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0))
}
