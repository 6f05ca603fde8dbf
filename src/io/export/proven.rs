//! Files of other formats: written beside, read again by our own reader, compared, and only then put in their places.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use super::polygons::{Polygon, from_least};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{Areas, Point, doubled_area};
use crate::io::atomic_file::{AtomicFile, WriteError, is_stream};
use crate::io::door;
use crate::io::layer::{Layer, Reading};
use crate::model::Attributes;

/// What one feature of a file must say when it is read again.
pub(super) struct Expected<'a> {
    pub(super) attributes: Attributes,
    pub(super) polygons: &'a [Polygon],
}

/// The files of one layer as they are to be written, the main one first, each with its ending; an empty ending is that
/// of the file asked for.
pub(super) struct Made<'a> {
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
    pub(super) expected: Vec<Expected<'a>>,
}

impl<'a> Made<'a> {
    /// A layer of one file.
    pub(super) fn one(bytes: Vec<u8>, expected: Vec<Expected<'a>>) -> Self {
        Self { files: vec![("", bytes)], expected }
    }
}

/// Writes the files of one layer.
///
/// # Errors
/// When one cannot be written, or when, read again, they do not say what they should; what stood there is untouched.
pub(super) fn write(
    target: &Path,
    made: Made<'_>,
    reading: &Reading,
    notes: Vec<Text>,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let Made { files, expected } = made;
    let failed = |error: WriteError| ExportError::failed(target, error);
    if files.len() > 1 && is_stream(target) {
        let text =
            Text::new("it is several files, which need names. Name a file", "该格式由多个文件组成，请给出文件名");
        return Err(ExportError::Failed { path: target.to_owned(), text });
    }
    let mut beside = Vec::with_capacity(files.len());
    for (ending, bytes) in &files {
        progress.check()?;
        beside.push(AtomicFile::filled(&with_ending(target, ending), bytes).map_err(failed)?);
    }
    progress.phase(Text::new("Reading it again", "回读核对"), 0);
    compare(target, files, &expected, reading, progress)
        .map_err(|text| ExportError::Different { path: target.to_owned(), text })?;
    progress.check()?;
    // The main file last: with it the layer is there.
    let mut paths = Vec::with_capacity(beside.len());
    for new in beside.iter_mut().rev() {
        paths.push(new.replace().map_err(|error| failed(error.into()))?);
    }
    paths.reverse();
    let checked = Text::new("Read back and checked feature by feature", "已重新读取并逐一核对");
    Ok(Exported { files: paths, features: expected.len(), checked, notes })
}

fn with_ending(target: &Path, ending: &str) -> PathBuf {
    if ending.is_empty() { target.to_owned() } else { target.with_extension(ending) }
}

/// Whether the files say what was to be written.
fn compare(
    target: &Path,
    files: Vec<(&'static str, Vec<u8>)>,
    expected: &[Expected<'_>],
    reading: &Reading,
    progress: &Progress,
) -> Result<(), Text> {
    let mut files = files.into_iter().map(|(ending, bytes)| (ending.to_owned(), bytes));
    let (_, main) = files.next().unwrap_or_default();
    let mut opened = door::Opening::default();
    door::of_bytes(target, main, files.collect(), &mut opened).map_err(|error| error.text)?;
    let source = opened.sources.first().ok_or_else(|| Text::new("it holds nothing", "其中没有内容"))?;
    let layers = Layer::<Point>::all(source, reading, progress).map_err(|error| error.text)?;
    let layer = layers.into_iter().next().ok_or_else(|| Text::new("it holds no layer", "其中没有图层"))?;
    if layer.features.len() != expected.len() {
        let (found, wanted) = (layer.features.len(), expected.len());
        return Err(Text::new(
            format!("it has {found} features, not {wanted}"),
            format!("有 {found} 个要素,应为 {wanted}"),
        ));
    }
    let differs = |at: usize, what: &str| {
        Text::new(format!("feature {}: {what} differs", at + 1), format!("第 {} 个要素:{what} 不一致", at + 1))
    };
    let areas = Areas::from(layer.polygons);
    let all = layer.features.par_iter().zip(expected).enumerate();
    let first = all.find_map_first(|(at, (feature, wanted))| {
        if canonical(&areas, at) != wanted.polygons {
            return Some(differs(at, "geometry"));
        }
        let same = |(key, value): (&String, &Value)| feature.attributes.get(key).unwrap_or(&Value::Null) == value;
        let (key, _) = wanted.attributes.iter().find(|&pair| !same(pair))?;
        Some(differs(at, &format!("property {key}")))
    });
    first.map_or(Ok(()), Err)
}

/// The polygons of a unit turned and ordered as ours are, whatever way the format winds them.
fn canonical(areas: &Areas, unit: usize) -> Vec<Polygon> {
    let closed = |ring: usize, left: bool| {
        let mut ring = areas.ring(ring).to_vec();
        ring.extend(ring.first().copied());
        if (doubled_area(&ring) > 0) != left {
            ring.reverse();
        }
        from_least(ring)
    };
    let mut polygons: Vec<Polygon> = areas
        .polygons_of(unit)
        .map(|polygon| {
            let mut rings = areas.rings_of(polygon);
            let outer = rings.next().map(|ring| closed(ring, true)).unwrap_or_default();
            let mut holes: Vec<Vec<Point>> = rings.map(|ring| closed(ring, false)).collect();
            holes.sort_unstable();
            Polygon { outer, holes }
        })
        .collect();
    polygons.sort_unstable();
    polygons
}
