//! Files for other systems: written beside, flushed, read again and compared before they are called done.

mod geojson;
pub(in crate::io) mod polygons;

use std::path::{Path, PathBuf};

use crate::base::{Cancelled, Text};

pub use geojson::{GeoJsonOptions, geojson};

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

impl ExportError {
    fn failed(path: &Path, error: &std::io::Error) -> Self {
        Self::Failed { path: path.to_owned(), text: super::beside::reason(error) }
    }
}
