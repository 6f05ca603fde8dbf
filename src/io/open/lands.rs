//! Zones of files as they were read, for whoever looks points up in them: no map is built.

use std::path::PathBuf;

use super::parts::gather;
use super::{OpenError, Options};
use crate::base::{Problem, Progress};
use crate::geometry::{Bounds, Point};
use crate::io::door;
use crate::io::doubt::Doubt;
use crate::io::layer::Polygons;
use crate::model::FileAccount;

/// Zones of one layer, or of several files of one kind together.
#[derive(Clone, Debug)]
pub struct Land {
    /// The tier they would be.
    pub name: String,
    /// The first file they are of.
    pub file: String,
    /// Their polygons; unit i is feature i.
    pub polygons: Polygons<Point>,
    /// Code and name of each feature; empty where it has none.
    pub zones: Vec<[String; 2]>,
}

/// All zones of some files.
#[derive(Clone, Debug)]
pub struct Lands {
    /// The layers, the one with most zones first.
    pub lands: Vec<Land>,
    /// An account of each file.
    pub files: Vec<FileAccount>,
    /// What was found.
    pub problems: Vec<Problem>,
    /// Texts whose encoding is not certain.
    pub doubts: Vec<Doubt>,
}

/// Reads zones by the door that opens plans. `around` is where they are said to lie, where that is known.
///
/// # Errors
/// A file that cannot be read, or none with polygons.
pub fn lands(paths: &[PathBuf], options: &Options, around: Bounds, progress: &Progress) -> Result<Lands, OpenError> {
    let mut parts = gather(door::sources_in(paths, &options.encodings, progress)?, options, around, progress)?;
    if parts.zones.is_empty() {
        return Err(OpenError::NoZones);
    }
    let ledgers = parts.zones.iter().map(|source| &source.ledger).chain(&parts.ledgers);
    ledgers.for_each(|ledger| ledger.settle(None, &mut parts.accounts));
    let mut lands: Vec<Land> = parts
        .zones
        .into_iter()
        .map(|source| {
            let zone = |unit: u32| {
                let zone = source.zone(unit);
                zone.map_or_else(Default::default, |zone| [zone.code.clone(), zone.name.clone()])
            };
            let zones = (0..source.areas.units() as u32).map(zone).collect();
            let (name, file) = (source.tier.name, source.file);
            Land { name, file, zones, polygons: source.areas.into() }
        })
        .collect();
    lands.sort_by_key(|land| std::cmp::Reverse(land.zones.len()));
    Ok(Lands { lands, files: parts.accounts, problems: parts.problems, doubts: parts.doubts })
}
