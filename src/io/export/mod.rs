//! Files for other systems: written beside, flushed, read again and compared before they are called done.

mod columns;
mod csv;
mod entries;
mod feature;
mod flatgeobuf;
mod geojson;
mod kml;
pub(in crate::io) mod polygons;
mod proven;
mod register;
mod shapefile;
mod topojson;

use std::path::{Path, PathBuf};

use super::beside::Beside;
use crate::base::{Cancelled, Text};

pub use csv::{codes, csv};
pub use entries::{Entry, entries};
pub use feature::GeoJsonOptions;
pub use flatgeobuf::flatgeobuf;
pub use geojson::geojson;
pub use kml::kml;
pub use register::register;
pub use shapefile::shapefile;
pub use topojson::topojson;

/// A file that was written, read again and found to say what it should.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// Features in it.
    pub features: usize,
    /// What was left out or changed on the way.
    pub notes: Vec<Text>,
}

/// Why a file could not be written. What stood under its name is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Which file, why, and what to do.
    #[error("cannot write {}: {text}", path.display())]
    Failed {
        /// The file asked for.
        path: PathBuf,
        /// The reason and the remedy.
        text: Text,
    },
    /// Read again, the file does not say what was to be written: a fault of this program or of the drive.
    #[error("{} was not kept: read again, {text}", path.display())]
    Different {
        /// The file asked for.
        path: PathBuf,
        /// Which feature differs, and how.
        text: Text,
    },
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Writes a file whole: beside, flushed, and only then in its place.
///
/// # Errors
/// When it cannot be written; what stood there is untouched.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<PathBuf, ExportError> {
    let failed = |error: std::io::Error| ExportError::failed(path, &error);
    let mut new = Beside::new(path).map_err(failed)?;
    std::fs::write(new.path(), bytes).map_err(failed)?;
    new.replace().map_err(failed)
}

/// A text for XML and HTML: the five signs as entities, control characters left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in without_controls(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A text without characters that XML 1.0 cannot hold.
fn without_controls(text: &str) -> String {
    let holds = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(holds).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

impl ExportError {
    fn failed(path: &Path, error: &std::io::Error) -> Self {
        Self::Failed { path: path.to_owned(), text: super::beside::reason(error) }
    }
}
