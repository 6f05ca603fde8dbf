//! A tier as GeoJSON (RFC 7946), proven by reading it again.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use super::polygons::{Polygon, from_least, polygons};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{Point, doubled_area};
use crate::io::beside::Beside;
use crate::model::{Attributes, Plan, Tier, Zone};

/// How a tier is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GeoJsonOptions {
    /// One feature for each part, for systems that pass over every `MultiPolygon`.
    pub polygons_only: bool,
}

/// One feature as it is to be written.
struct Feature {
    properties: Attributes,
    foreign: Attributes,
    polygons: Vec<Polygon>,
}

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
    compare(&features, &again).map_err(|text| ExportError::Different { path: path.to_owned(), text })?;
    let path = new.replace().map_err(failed)?;
    Ok(Exported { path, features: features.len(), notes })
}

fn features(
    plan: &Plan,
    tier: &Tier,
    options: GeoJsonOptions,
    notes: &mut Vec<Text>,
    progress: &Progress,
) -> Result<Vec<Feature>, ExportError> {
    let faces = tier.faces_by_zone();
    let mut features = Vec::with_capacity(tier.zones.slots());
    for (id, zone) in tier.zones.iter() {
        progress.check()?;
        progress.add(1);
        let polygons = polygons(&plan.coverage, faces.get(id.0 as usize).map_or(&[], Vec::as_slice));
        if polygons.is_empty() {
            notes.push(Text::new(
                format!("{} ({}) has no land: written with a null geometry", zone.name, zone.code),
                format!("{}({})没有土地:几何写为 null", zone.name, zone.code),
            ));
        }
        let foreign = (*zone.foreign).clone();
        if options.polygons_only && polygons.len() > 1 {
            notes.push(Text::new(
                format!("{} ({}) was written as {} features, numbered", zone.name, zone.code, polygons.len()),
                format!("{}({})拆分为 {} 个要素并编号", zone.name, zone.code, polygons.len()),
            ));
            for (number, polygon) in (1..).zip(polygons) {
                let part = |text: &str| if text.is_empty() { String::new() } else { format!("{text}-{number}") };
                let zone = Zone { code: part(&zone.code), name: part(&zone.name), ..zone.clone() };
                features.push(Feature {
                    properties: properties(tier, &zone),
                    foreign: foreign.clone(),
                    polygons: vec![polygon],
                });
            }
        } else {
            features.push(Feature { properties: properties(tier, zone), foreign, polygons });
        }
    }
    Ok(features)
}

/// A zone's properties with its code and name under the keys they came with, and under `code` and `name`.
fn properties(tier: &Tier, zone: &Zone) -> Attributes {
    let mut properties = (*zone.attributes).clone();
    for (key, always, text) in [(&tier.code_key, "code", &zone.code), (&tier.name_key, "name", &zone.name)] {
        if let Some(value) = key.as_ref().and_then(|key| properties.get_mut(key))
            && crate::io::tiers::text(value) != *text
        {
            *value = Value::String(text.clone());
        }
        if !properties.contains_key(always) {
            properties.insert(always.to_owned(), Value::String(text.clone()));
        }
    }
    properties
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

/// A count of 1e-7 degree in degrees, exactly, without trailing zeros.
fn decimal(out: &mut String, count: i32) {
    let (whole, part) = (count.unsigned_abs() / 10_000_000, count.unsigned_abs() % 10_000_000);
    let sign = if count < 0 { "-" } else { "" };
    let digits = format!("{part:07}");
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    let _never_fails = write!(out, "{sign}{whole}{point}{digits}");
}

/// Whether the bytes say what the features say, by another reader (`serde_json`); the first difference in words.
fn compare(features: &[Feature], bytes: &[u8]) -> Result<(), Text> {
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
        if read_polygons(&found["geometry"]).as_deref() != Some(&feature.polygons[..]) {
            return differs(at, "geometry");
        }
    }
    Ok(())
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
