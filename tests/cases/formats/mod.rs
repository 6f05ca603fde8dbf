//! Readers of boundaries: what other programs write, read whole and told truly.

mod archives;
mod cancel;
mod databases;
mod json;
mod kin;
mod make;
mod named;
mod shapefile;

use std::path::{Path, PathBuf};

use serde_json::Value;
use wangge::geometry::{Areas, Point, doubled_area};
use wangge::io::Layer;

use super::{case, json as printed, wangge};

/// What `wangge info` says of files, as JSON, and the errors it printed.
fn info(paths: &[PathBuf]) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut args: Vec<std::ffi::OsString> = vec!["info".into(), "--json".into()];
    args.extend(paths.iter().map(Into::into));
    let output = wangge(folder.path(), &args);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let value = if output.stdout.is_empty() { Value::Null } else { printed(&output) };
    (value, errors)
}

/// Why a file is refused: the one line that the program prints.
fn refusal(path: &Path) -> String {
    let (value, errors) = info(&[path.to_owned()]);
    assert_eq!(value, Value::Null, "{}", path.display());
    let line = errors.lines().next().unwrap_or_default().to_owned();
    assert!(line.chars().count() < 500, "{} characters", line.chars().count());
    line
}

/// Codes of the features of a layer, in order.
fn codes(layer: &Layer) -> Vec<String> {
    let key =
        ["code", "CODE"].into_iter().find(|key| layer.features.iter().any(|one| one.attributes.contains_key(*key)));
    let code = |feature: &wangge::io::Feature| {
        key.and_then(|key| feature.attributes.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    layer.features.iter().map(code).collect()
}

/// The codes of the nine grids.
fn nine_codes() -> Vec<String> {
    (1..=9).map(|number| format!("46010500100{number}")).collect()
}

/// Land of each feature, twice, in cells.
fn land(layer: &Layer) -> Vec<i128> {
    let areas = Areas::from(layer.polygons.clone());
    let closed = |ring: &[Point]| {
        let mut ring = ring.to_vec();
        ring.extend(ring.first().copied());
        doubled_area(&ring).abs()
    };
    (0..layer.features.len())
        .map(|unit| {
            let polygon = |polygon| {
                let rings: Vec<i128> = areas.rings_of(polygon).map(|ring| closed(areas.ring(ring))).collect();
                rings.iter().skip(1).fold(rings.first().copied().unwrap_or(0), |land, hole| land - hole)
            };
            areas.polygons_of(unit).map(polygon).sum()
        })
        .collect()
}
