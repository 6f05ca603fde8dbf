//! Files of other formats: written beside, read again by our own reader, compared, and only then put in their places.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::polygons::{Polygon, from_least};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{Areas, Point, doubled_area};
use crate::io::beside::Beside;
use crate::io::door;
use crate::io::layer::{Layer, Reading};
use crate::model::Attributes;

/// What one feature of a file must say when it is read again.
pub(super) struct Expected<'a> {
    pub(super) attributes: Attributes,
    pub(super) polygons: &'a [Polygon],
}

/// Writes the files of one layer, the main one first, each by its ending.
///
/// # Errors
/// When one cannot be written, or when, read again, they do not say what they should; what stood there is untouched.
pub(super) fn write(
    target: &Path,
    files: &[(String, Vec<u8>)],
    expected: &[Expected<'_>],
    notes: Vec<Text>,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let failed = |error: std::io::Error| ExportError::failed(target, &error);
    let mut beside = Vec::with_capacity(files.len());
    for (ending, bytes) in files {
        progress.check()?;
        let new = Beside::new(&with_ending(target, ending)).map_err(failed)?;
        std::fs::write(new.path(), bytes).map_err(failed)?;
        beside.push(new);
    }
    progress.phase(Text::new("Reading it again", "回读核对"), 0);
    let mut again = Vec::with_capacity(files.len());
    for ((ending, _), new) in files.iter().zip(&beside) {
        again.push((ending.clone(), std::fs::read(new.path()).map_err(failed)?));
    }
    compare(target, again, expected, progress)
        .map_err(|text| ExportError::Different { path: target.to_owned(), text })?;
    progress.check()?;
    // The main file last: with it the layer is there.
    let mut path = target.to_owned();
    for new in beside.iter_mut().rev() {
        path = new.replace().map_err(failed)?;
    }
    Ok(Exported { path, features: expected.len(), notes })
}

fn with_ending(target: &Path, ending: &str) -> PathBuf {
    if ending.is_empty() { target.to_owned() } else { target.with_extension(ending) }
}

/// Whether the files say what was to be written.
fn compare(
    target: &Path,
    files: Vec<(String, Vec<u8>)>,
    expected: &[Expected<'_>],
    progress: &Progress,
) -> Result<(), Text> {
    let mut files = files.into_iter();
    let (_, main) = files.next().unwrap_or_default();
    let mut opened = door::Opening::default();
    door::of_bytes(target, main, files.collect(), &mut opened).map_err(|error| error.text)?;
    let source = opened.sources.first().ok_or_else(|| Text::new("it holds nothing", "其中没有内容"))?;
    let reading = Reading { personal: true, ..Reading::default() };
    let layers = Layer::<Point>::all(source, &reading, progress).map_err(|error| error.text)?;
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
    for (at, (feature, wanted)) in layer.features.iter().zip(expected).enumerate() {
        if canonical(&areas, at) != wanted.polygons {
            return Err(differs(at, "geometry"));
        }
        let same = |(key, value): (&String, &Value)| feature.attributes.get(key).unwrap_or(&Value::Null) == value;
        if let Some((key, _)) = wanted.attributes.iter().find(|&pair| !same(pair)) {
            return Err(differs(at, &format!("property {key}")));
        }
    }
    Ok(())
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
