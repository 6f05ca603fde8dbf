//! How much room in memory what is read from a file may take: a small file that asks for much is refused in words.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::Value;

use super::bytes::Source;
use super::layer::Feature;
use super::{Fault, ReadError};
use crate::base::Text;
use crate::model::Attributes;

/// Bytes that may be taken whatever the file holds.
const FREE: u64 = 128 << 20;
/// Bytes that may be taken for each byte of the file, and for each byte it takes on the disk where it was packed.
const TIMES: u64 = 16;
const PACKED: u64 = 100;
/// Of a large file no more than this, or so many bytes for each of its own. Maps and tables of the field need five.
const LARGE: u64 = 320 << 20;
const FIELD: u64 = 6;
/// Bytes of a feature, and of a property or a member of a list, beside its texts.
const FEATURE: u64 = 256;
const MEMBER: u64 = 112;
const ITEM: u64 = 32;

/// Room that is left to a file; shared by all who read in it.
#[derive(Debug)]
pub(super) struct Room(AtomicU64);

impl Room {
    /// The room of a set of data.
    pub(super) fn of(source: &Source) -> Self {
        // A database is read where it lies.
        Self::for_bytes((source.text().len() as u64).max(source.on_disk), source.on_disk)
    }

    /// The room of so many bytes, packed into so many on the disk.
    pub(super) fn for_bytes(bytes: u64, on_disk: u64) -> Self {
        let more = bytes.saturating_mul(TIMES).min(on_disk.saturating_mul(PACKED));
        let most = bytes.saturating_mul(FIELD).max(LARGE);
        Self(AtomicU64::new(FREE.saturating_add(more).min(most)))
    }

    /// Takes room; `false` once there is none left.
    #[must_use]
    pub(super) fn take(&self, bytes: u64) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    /// Takes the room of a feature beside its geometry.
    #[must_use]
    pub(super) fn take_feature(&self, feature: &Feature) -> bool {
        self.take(weight_of(feature))
    }
}

/// About how many bytes a feature takes beside its geometry.
pub(super) fn weight_of(feature: &Feature) -> u64 {
    FEATURE + members(&feature.attributes) + members(&feature.foreign)
}

fn members(all: &Attributes) -> u64 {
    all.iter().map(|(key, value)| MEMBER + key.len() as u64 + beyond(value)).sum()
}

/// What a value takes beside itself.
fn beyond(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::Array(list) => list.iter().map(|value| ITEM + beyond(value)).sum(),
        Value::Object(map) => members(map),
        _ => 0,
    }
}

/// The error of a file that asks for more.
pub(super) fn no_room(source: &Source) -> ReadError {
    let text = Text::new(
        "what it holds would fill the memory, many times its own size: not opened. Export what is needed from the program it comes from",
        "其内容展开后远大于文件本身，会占满内存，未打开。请在原软件中只导出需要的部分",
    );
    ReadError::new(&source.path, Fault::TooLarge, text)
}
