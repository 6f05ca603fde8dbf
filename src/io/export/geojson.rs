//! A tier as GeoJSON (RFC 7946), proven by reading it again.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use super::feature::{Feature, GeoJsonOptions, decimal, features};
use super::polygons::{Polygon, from_least};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{Point, doubled_area};
use crate::io::beside::Beside;
use crate::model::{Attributes, Plan, Tier};

/// Writes a tier: every zone with all its properties in their order, `code` and `name` always among them, its own `id` and
/// unknown members, coordinates exactly as they are on the lattice, outer rings counter-clockwise. One feature a line;
/// the same plan gives the same bytes. The file is written beside, flushed, read again with another reader and compared
/// before it takes its name. O(points).
///
/// # Errors
/// When it cannot be written, differs when read again, or the job was cancelled; what stood there is untouched.
pub fn geojson(
    plan: &Plan,
    tier: &Tier,
    path: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    progress.phase(Text::new("Exporting", "导出"), tier.zones.slots() as u64);
    let mut notes = Vec::new();
    let features = features(plan, tier, options, &mut notes, progress)?;
    let collection = collection(tier, &mut notes);
    let text = write(&features, &collection);
    let failed = |error: std::io::Error| ExportError::failed(path, &error);
    let mut new = Beside::new(path).map_err(failed)?;
    std::fs::write(new.path(), text).map_err(failed)?;
    progress.check()?;
    progress.phase(Text::new("Reading it again", "回读核对"), 0);
    let again = std::fs::read(new.path()).map_err(failed)?;
    let different = |text| ExportError::Different { path: path.to_owned(), text };
    // The rings were made by one function; the areas of the faces were proven by another.
    let owned = tier.owner.iter().filter_map(|(face, _)| plan.coverage.faces().get(face));
    if compare(&features, &again).map_err(different)? != owned.map(|face| face.doubled_area).sum::<i128>() {
        return Err(different(Text::new("its land is not that of the zones", "土地面积与区划不符")));
    }
    let path = new.replace().map_err(failed)?;
    Ok(Exported { path, features: features.len(), notes })
}

/// Members of the collection beside its features; a `crs` has no place in RFC 7946 (section 4).
fn collection(tier: &Tier, notes: &mut Vec<Text>) -> Attributes {
    let mut members = (*tier.foreign).clone();
    if members.shift_remove("crs").is_some() {
        notes.push(Text::new(
            "the crs member was left out: RFC 7946 is always WGS 84 degrees",
            "未写出 crs:RFC 7946 固定为 WGS 84 经纬度",
        ));
    }
    for taken in ["type", "features", "bbox"] {
        members.shift_remove(taken);
    }
    members
}

fn write(features: &[Feature], collection: &Attributes) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\",");
    members(&mut out, collection);
    out.push_str("\"features\":[");
    for (at, feature) in features.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str("{\"type\":\"Feature\",");
        members(&mut out, &feature.foreign);
        out.push_str("\"properties\":");
        out.push_str(&Value::Object(feature.properties.clone()).to_string());
        out.push_str(",\"geometry\":");
        geometry(&mut out, &feature.polygons);
        out.push('}');
    }
    out.push_str("\n]}\n");
    out
}

fn members(out: &mut String, members: &Attributes) {
    for (key, value) in members {
        let _never_fails = write!(out, "{}:{value},", Value::String(key.clone()));
    }
}

fn geometry(out: &mut String, polygons: &[Polygon]) {
    match polygons {
        [] => out.push_str("null"),
        [one] => {
            out.push_str("{\"type\":\"Polygon\",\"coordinates\":");
            polygon(out, one);
            out.push('}');
        }
        many => {
            out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
            list(out, many.iter(), polygon);
            out.push('}');
        }
    }
}

fn polygon(out: &mut String, polygon: &Polygon) {
    list(out, polygon.rings(), |out, ring| {
        list(out, ring.iter(), |out, point| {
            out.push('[');
            decimal(out, point.x);
            out.push(',');
            decimal(out, point.y);
            out.push(']');
        });
    });
}

fn list<T>(out: &mut String, items: impl Iterator<Item = T>, mut item: impl FnMut(&mut String, T)) {
    out.push('[');
    for (at, one) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        item(out, one);
    }
    out.push(']');
}

/// Whether the bytes say what the features say, by another reader (`serde_json`): twice the land in them in lattice
/// cells, or the first difference in words.
fn compare(features: &[Feature], bytes: &[u8]) -> Result<i128, Text> {
    let mut land = 0;
    let differs = |at: usize, what: &str| {
        Err(Text::new(format!("feature {}: {what} differs", at + 1), format!("第 {} 个要素:{what} 不一致", at + 1)))
    };
    let parsed: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| Text::new(format!("it is no JSON: {error}"), format!("不是 JSON:{error}")))?;
    let found = parsed.get("features").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if found.len() != features.len() {
        return Err(Text::new(
            format!("it has {} features, not {}", found.len(), features.len()),
            format!("有 {} 个要素,应为 {}", found.len(), features.len()),
        ));
    }
    for (at, (feature, found)) in features.iter().zip(found).enumerate() {
        if found.get("properties").and_then(Value::as_object) != Some(&feature.properties) {
            return differs(at, "properties");
        }
        if feature.foreign.iter().any(|(key, value)| found.get(key) != Some(value)) {
            return differs(at, "id");
        }
        match read_polygons(&found["geometry"]) {
            Some(polygons) if polygons == feature.polygons => {
                land += polygons.iter().flat_map(Polygon::rings).map(|ring| doubled_area(ring)).sum::<i128>();
            }
            _ => return differs(at, "geometry"),
        }
    }
    Ok(land)
}

/// Polygons of a geometry on the lattice, rings turned as ours are; `None` where it is none or is wound the wrong way.
fn read_polygons(geometry: &Value) -> Option<Vec<Polygon>> {
    if geometry.is_null() {
        return Some(Vec::new());
    }
    let coordinates = &geometry["coordinates"];
    let polygons: Vec<&Value> = match geometry["type"].as_str()? {
        "Polygon" => vec![coordinates],
        "MultiPolygon" => coordinates.as_array()?.iter().collect(),
        _ => return None,
    };
    polygons
        .into_iter()
        .map(|polygon| {
            let mut rings = polygon.as_array()?.iter().map(read_ring).collect::<Option<Vec<_>>>()?.into_iter();
            let outer = rings.next().filter(|ring| doubled_area(ring) > 0)?;
            let holes: Vec<Vec<Point>> = rings.collect();
            holes.iter().all(|hole| doubled_area(hole) < 0).then_some(Polygon { outer, holes })
        })
        .collect()
}

fn read_ring(ring: &Value) -> Option<Vec<Point>> {
    let position = |position: &Value| Point::from_degrees(position[0].as_f64()?, position[1].as_f64()?).ok();
    let points = ring.as_array()?.iter().map(position).collect::<Option<Vec<_>>>()?;
    (points.len() > 3 && points.first() == points.last()).then(|| from_least(points))
}
