//! A tier as GeoJSON (RFC 7946), proven by reading it again.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::feature::Feature;
use super::polygons::{Polygon, from_least};
use super::proven::{Expected, Made};
use super::{ExportOptions, Job};
use crate::base::Text;
use crate::geometry::{Point, doubled_area};
use crate::model::Attributes;

/// The file: outer rings counter-clockwise, one feature a line, its own `id` and unknown members with it. Compared with
/// what another reader finds in it, before our own reads it from the disk.
pub(super) fn make<'a>(job: &Job<'a>, notes: &mut Vec<Text>) -> Result<Made<'a>, Text> {
    let collection = collection(job, notes);
    let text = write(job, &collection);
    // The rings were made by one function; the areas of the faces were proven by another.
    let owned = job.tier.owner.iter().filter_map(|(face, _)| job.plan.coverage.faces().get(face));
    if compare(job, text.as_bytes())? != owned.map(|face| face.doubled_area).sum::<i128>() {
        return Err(Text::new("its land is not that of the zones", "土地面积与区划不符"));
    }
    let expected = job
        .features
        .iter()
        .map(|feature| Expected { attributes: feature.properties.clone(), polygons: &feature.polygons });
    Ok(Made::one(text.into_bytes(), expected.collect()))
}

/// Members of the collection beside its features; a `crs` has no place in RFC 7946 (section 4).
fn collection(job: &Job<'_>, notes: &mut Vec<Text>) -> Attributes {
    let mut members = (*job.tier.foreign).clone();
    if members.shift_remove("crs").is_some() {
        notes.push(Text::new(
            "the crs member was left out: RFC 7946 is always WGS 84 degrees",
            "未写出 crs:RFC 7946 固定为 WGS 84 经纬度",
        ));
    }
    for taken in ["type", "features", "bbox"] {
        members.shift_remove(taken);
    }
    if let Some(caution) = job.options.caution() {
        members.insert("note".to_owned(), Value::String(caution.zh));
    }
    members
}

fn write(job: &Job<'_>, collection: &Attributes) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\",");
    members(&mut out, collection);
    out.push_str("\"features\":[");
    for (at, feature) in job.features.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str("{\"type\":\"Feature\",");
        members(&mut out, &feature.foreign);
        out.push_str("\"properties\":");
        out.push_str(&Value::Object(feature.properties.clone()).to_string());
        out.push_str(",\"geometry\":");
        geometry(&mut out, &feature.polygons, job.options);
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

fn geometry(out: &mut String, polygons: &[Polygon], options: &ExportOptions) {
    match polygons {
        [] => out.push_str("null"),
        [one] => {
            out.push_str("{\"type\":\"Polygon\",\"coordinates\":");
            polygon(out, one, options);
            out.push('}');
        }
        many => {
            out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
            list(out, many.iter(), |out, one| polygon(out, one, options));
            out.push('}');
        }
    }
}

fn polygon(out: &mut String, polygon: &Polygon, options: &ExportOptions) {
    list(out, polygon.rings(), |out, ring| {
        list(out, ring.iter(), |out, point| {
            out.push('[');
            options.text(out, *point, ',');
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
fn compare(job: &Job<'_>, bytes: &[u8]) -> Result<i128, Text> {
    let (features, mut land): (&[Feature], i128) = (job.features, 0);
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
        match read_polygons(&found["geometry"], job.options) {
            Some(polygons) if polygons == feature.polygons => {
                land += polygons.iter().flat_map(Polygon::rings).map(|ring| doubled_area(ring)).sum::<i128>();
            }
            _ => return differs(at, "geometry"),
        }
    }
    Ok(land)
}

/// Polygons of a geometry on the lattice, rings turned as ours are; `None` where it is none or is wound the wrong way.
fn read_polygons(geometry: &Value, options: &ExportOptions) -> Option<Vec<Polygon>> {
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
            let mut rings = polygon
                .as_array()?
                .iter()
                .map(|ring| read_ring(ring, options))
                .collect::<Option<Vec<_>>>()?
                .into_iter();
            let outer = rings.next().filter(|ring| doubled_area(ring) > 0)?;
            let holes: Vec<Vec<Point>> = rings.collect();
            holes.iter().all(|hole| doubled_area(hole) < 0).then_some(Polygon { outer, holes })
        })
        .collect()
}

fn read_ring(ring: &Value, options: &ExportOptions) -> Option<Vec<Point>> {
    let position = |position: &Value| {
        let read = [position[0].as_f64()?, position[1].as_f64()?];
        let [lon, lat] = options.system.as_ref().map_or(read, |system| system.to_degrees(read));
        Point::from_degrees(lon, lat).ok()
    };
    let points = ring.as_array()?.iter().map(position).collect::<Option<Vec<_>>>()?;
    (points.len() > 3 && points.first() == points.last()).then(|| from_least(points))
}
