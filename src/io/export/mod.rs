//! Files for other systems: written beside, flushed, read again and compared before they are called done.

mod geojson;
pub(in crate::io) mod polygons;
mod verify;

use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Cancelled, Progress, Text};
use crate::io::beside::{self, Beside};
use crate::model::Plan;

pub use geojson::Options;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// Features in it, all read again and found equal.
    pub features: usize,
    /// What is other than in the plan.
    pub notes: Vec<Text>,
}

/// Why nothing was written. The file that was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Which file, why, and what to do.
    #[error("cannot write {}: {text}", path.display())]
    Failed {
        /// The file asked for.
        path: PathBuf,
        /// The reason and the remedy.
        text: Text,
    },
    /// What was read again is not what was to be written: which feature, counted from 1, and what of it.
    #[error("the file written was read again and feature {feature} differs in its {what}; nothing was replaced")]
    Differs {
        /// The feature, counted from 1.
        feature: usize,
        /// What of it.
        what: &'static str,
    },
    /// The plan has no such tier.
    #[error("the plan has no tier {0}")]
    NoTier(usize),
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Writes a tier as RFC 7946 `GeoJSON`, one feature a line, the same bytes for the same plan.
///
/// `name` and `code` are always there, all other properties, ids and unknown members come back as read. The file is read
/// again by another reader and every zone compared before it takes the place of what was there.
///
/// # Errors
/// No such tier, a file that cannot be written, or one that did not come back equal.
pub fn geojson(
    plan: &Plan,
    tier: usize,
    path: &Path,
    options: Options,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let source = plan.tiers.get(tier).ok_or(ExportError::NoTier(tier))?;
    let failed = |error: io::Error| ExportError::Failed { path: path.to_owned(), text: beside::reason(&error) };
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    progress.phase(Text::new("Writing", "写出"), 0);
    let (features, notes) = geojson::features(&plan.coverage, source, options);
    progress.check()?;
    let mut new = Beside::new(path).map_err(failed)?;
    std::fs::write(new.path(), geojson::text(source, &features)).map_err(failed)?;
    progress.phase(Text::new("Reading again", "回读核对"), 0);
    let read = std::fs::read_to_string(new.path()).map_err(failed)?;
    verify::compare(&read, &plan.coverage, source, &features)?;
    progress.check()?;
    let path = new.replace().map_err(failed)?;
    Ok(Exported { path, features: features.len(), notes })
}
