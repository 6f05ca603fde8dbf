//! The usual case, as fast as it can be read: one layer of zones, and one table with longitude and latitude in degrees.

use std::path::PathBuf;

use super::{Args, Failure, Found, Rows, Seconds, far, row_of_place, timed};
use crate::base::{Problem, Progress};
use crate::index::join;
use crate::io::csv::Table;
use crate::io::encoding::Encoding;
use crate::io::layer::Reading;
use crate::io::roles::Columns;
use crate::io::tiers::{self, TierGuess};
use crate::io::{Layer, Options, Source, door, incidents, squads};

/// Places of the rows of a table: a row each, and which rows have none.
#[derive(Default)]
struct Places {
    rows: usize,
    at: Vec<[f64; 2]>,
    /// Rows (from 0) without a place, ascending.
    unplaced: Vec<u32>,
    /// What is to be said of their columns and their system.
    notes: Vec<Problem>,
    /// Whether a row has more or fewer fields than there are columns, or a quote that nothing closes: its line cannot be
    /// copied.
    uneven: bool,
}

/// Zones and points of the usual case; `None` of every other.
///
/// # Errors
/// A property asked for that is not there; a cancelled job.
pub(super) fn find(args: &Args, seconds: &mut Seconds) -> Result<Option<Found>, Failure> {
    let ([zones], [points]) = (args.zones.as_slice(), args.points.as_slice()) else { return Ok(None) };
    if !is_plain(&args.inputs.options) {
        return Ok(None);
    }
    let (zones, points) = rayon::join(|| timed(|| layer(zones)), || timed(|| places(points)));
    (seconds.read_zones, seconds.read_points) = (zones.1, points.1);
    let (Some(layer), Some((source, places))) = (zones.0, points.0) else { return Ok(None) };
    let guess = keys(&layer, args.key.as_deref())?;
    let (strips, took) = timed(|| layer.polygons.strips());
    seconds.index = took;
    let (joined, took) = timed(|| join(&strips, &places.at, &Progress::default()));
    seconds.join = took;
    let joined = joined.map_err(|_| Failure::File("cancelled".to_owned()))?;
    let far = far(row_of_place(places.rows, &places.unplaced), &places.at, strips.bounds());
    let zone = |feature: &crate::io::Feature| [guess.code(feature), guess.zone_name(feature)];
    let plain = |encoding: Encoding| encoding == Encoding::Utf8;
    let found = Found {
        count: places.rows,
        unplaced: places.unplaced,
        far,
        join: joined,
        zones: layer.features.iter().map(zone).collect(),
        with_land: layer.kinds()[0],
        from: vec![
            format!("zones from {}: {} features", layer.path.display(), layer.features.len()),
            format!("points from {}: {} rows", source.path.display(), places.rows),
        ],
        mark: !plain(source.encoding()) || !plain(layer.encoding),
        notes: layer.notes.iter().chain(&places.notes).cloned().collect(),
        rows: Rows::Lines(Box::new(source)),
    };
    drop(strips);
    std::mem::forget(layer);
    Ok(Some(found))
}

/// Whether nothing is asked for that the quick way does not know.
fn is_plain(options: &Options) -> bool {
    let Options { tiers, systems, columns, layers, encodings, .. } = options;
    tiers.len() + systems.len() + columns.asked.len() + layers.len() + encodings.asked.len() == 0
}

/// The one set of data of a file whose encoding is certain.
fn only(path: &PathBuf) -> Option<Source> {
    let mut sources = door::sources(std::slice::from_ref(path)).ok()?.sources;
    let source = sources.pop().filter(|source| sources.is_empty() && source.doubt().is_none())?;
    (!path.is_dir()).then_some(source)
}

fn layer(path: &PathBuf) -> Option<Layer<[f64; 2]>> {
    let source = only(path).filter(|source| !source.format.is_table())?;
    let mut layers = Layer::<[f64; 2]>::all(&source, &Reading::default(), &Progress::default()).ok()?;
    let layer = layers.pop().filter(|layer| layers.is_empty() && layer.doubt.is_none())?;
    (layer.kinds()[0] > 0).then_some(layer)
}

fn places(path: &PathBuf) -> Option<(Source, Places)> {
    let source = only(path).filter(|source| source.format == crate::io::layer::Format::Csv)?;
    if squads::is_squads(&source) {
        return None;
    }
    let table = Table::open(&source).ok()?;
    let (placing, notes) = incidents::placing(&source, &table, &Reading::default()).ok()?;
    let blocks = table.blocks(
        placing.width(),
        |bytes| Places { at: Vec::with_capacity(bytes / 64), ..Places::default() },
        |places, row| {
            places.uneven |= row.stray_quote || row.count != table.names.len();
            if let Some(at) = placing.degrees(row) {
                places.at.push(at);
            } else {
                places.unplaced.push(places.rows as u32);
            }
            places.rows += 1;
        },
    );
    let at = Vec::with_capacity(blocks.iter().map(|block| block.at.len()).sum());
    let mut whole = Places { at, notes, ..Places::default() };
    for block in blocks {
        whole.unplaced.extend(block.unplaced.iter().map(|row| row + whole.rows as u32));
        whole.at.extend(block.at);
        whole.rows += block.rows;
        whole.uneven |= block.uneven;
    }
    drop(table);
    (!whole.at.is_empty() && !whole.uneven).then_some((source, whole))
}

/// Which properties hold code and name; `--key` goes before the guess.
fn keys(layer: &Layer<[f64; 2]>, key: Option<&str>) -> Result<TierGuess, Failure> {
    let mut guess = tiers::guess(layer, &Columns::default());
    if let Some(key) = key {
        let known = |feature: &crate::io::Feature| feature.attributes.contains_key(key);
        if !layer.features.iter().any(known) {
            let has: Vec<&str> = layer
                .features
                .first()
                .map(|first| first.attributes.keys().map(String::as_str).collect())
                .unwrap_or_default();
            return Err(no_key(&layer.path.display().to_string(), key, &has));
        }
        guess.code_key = Some(key.to_owned());
        guess.code_is_id = false;
    }
    Ok(guess)
}

/// A property asked for that no feature has.
pub(super) fn no_key(file: &str, key: &str, has: &[&str]) -> Failure {
    let has = if has.is_empty() { String::new() } else { format!("; there are: {}", has.join(", ")) };
    Failure::File(format!("{file}: no feature has a property {key:?}{has}"))
}
