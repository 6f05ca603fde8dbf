//! A tier as GeoJSON (RFC 7946), proven by reading it again.

use std::fmt::Write as _;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::feature::Feature;
use super::polygons::{Polygon, from_least};
use super::proven::{Expected, Made};
use super::{ExportOptions, Job};
use crate::base::Text;
use crate::geometry::{Point, doubled_area};
use crate::model::Attributes;

/// Features that are written and compared at a time: their texts stay few beside the file.
const STRETCH: usize = 1024;
/// What closes the file.
const END: &str = "\n]}\n";

/// The file: outer rings counter-clockwise, one feature a line, its own `id` and unknown members with it. Compared with
/// what another reader finds in it, before our own reads it from the disk.
pub(super) fn make<'a>(job: &Job<'a>, notes: &mut Vec<Text>) -> Result<Made<'a>, Text> {
    let mut out = opening(&collection(job, notes))?;
    let mut land = 0;
    for (stretch, features) in job.features.chunks(STRETCH).enumerate() {
        let texts: Vec<String> = features.par_iter().map(|feature| text_of(feature, job.options)).collect();
        land += compare(stretch * STRETCH, features, &texts, job.options)?;
        if stretch == 0 {
            // The others are about as long: growing by doubling would copy the file again and again.
            out.reserve(texts.iter().map(String::len).sum::<usize>() * job.features.len() / features.len() * 9 / 8);
        }
        for text in &texts {
            out.push_str(if out.ends_with('[') { "\n" } else { ",\n" });
            out.push_str(text);
        }
    }
    out.push_str(END);
    // The rings were made by one function; the areas of the faces were proven by another.
    let owned = job.tier.owner.iter().filter_map(|(face, _)| job.plan.coverage.faces().get(face));
    if land != owned.map(|face| face.doubled_area).sum::<i128>() {
        return Err(Text::new("its land is not that of the zones", "土地面积与区划不符"));
    }
    let expected = job
        .features
        .iter()
        .map(|feature| Expected { attributes: feature.properties.clone(), polygons: &feature.polygons });
    let expected = expected.collect();
    Ok(Made::one(out.into_bytes(), expected))
}

/// Members of the collection beside its features; a `crs` has no place in RFC 7946 (section 4).
fn collection(job: &Job<'_>, notes: &mut Vec<Text>) -> Attributes {
    let mut members = (*job.tier.foreign).clone();
    if members.shift_remove("crs").is_some() {
        notes.push(Text::new(
            "the crs member was left out: RFC 7946 is always WGS 84 degrees",
            "未写出坐标系说明：GeoJSON 固定为 WGS 84 经纬度",
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

/// The file up to its features. The frame around them is compared by itself: what stands between commas in an array of a
/// sound frame is read as it was alone.
fn opening(collection: &Attributes) -> Result<String, Text> {
    let mut out = String::from("{\"type\":\"FeatureCollection\",");
    members(&mut out, collection);
    out.push_str("\"features\":[");
    let frame: Map<String, Value> = serde_json::from_str(&format!("{out}{END}")).map_err(|error| no_json(&error))?;
    if collection.iter().any(|(key, value)| frame.get(key) != Some(value)) {
        return Err(Text::new("the members of the collection differ", "集合成员不一致"));
    }
    Ok(out)
}

fn text_of(feature: &Feature, options: &ExportOptions) -> String {
    let mut out = String::from("{\"type\":\"Feature\",");
    members(&mut out, &own_members(feature, options));
    out.push_str("\"properties\":");
    out.push_str(&Value::Object(feature.properties.clone()).to_string());
    out.push_str(",\"geometry\":");
    geometry(&mut out, feature, options);
    out.push('}');
    out
}

/// The member of a feature that holds those of its geometry, as the reader keeps them.
const GEOMETRY: &str = "geometry";

/// Members of a feature itself; its box is that of the land it has now.
fn own_members(feature: &Feature, options: &ExportOptions) -> Attributes {
    let own = feature.foreign.iter().filter(|(key, _)| *key != GEOMETRY);
    with_box(own.map(|(key, value)| (key.clone(), value.clone())).collect(), feature, options)
}

/// Members of the geometry of a feature beside its type and coordinates.
fn geometry_members(feature: &Feature, options: &ExportOptions) -> Attributes {
    let members = feature.foreign.get(GEOMETRY).and_then(Value::as_object).cloned().unwrap_or_default();
    with_box(members, feature, options)
}

/// Members with the box, where there is one, around the land as it is; one that is right is left as it was written.
fn with_box(mut members: Attributes, feature: &Feature, options: &ExportOptions) -> Attributes {
    if let Some(known) = members.get("bbox") {
        let numbers: Option<Vec<f64>> = known.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect());
        match options.corners(&feature.polygons) {
            Some(corners) if numbers.as_deref() != Some(&corners[..]) => {
                members.insert("bbox".to_owned(), serde_json::json!(corners));
            }
            Some(_) => {}
            None => {
                members.shift_remove("bbox");
            }
        }
    }
    members
}

fn members(out: &mut String, members: &Attributes) {
    for (key, value) in members {
        let _never_fails = write!(out, "{}:{value},", Value::String(key.clone()));
    }
}

fn geometry(out: &mut String, feature: &Feature, options: &ExportOptions) {
    match feature.polygons.as_slice() {
        [] => out.push_str("null"),
        [one] => {
            out.push_str("{\"type\":\"Polygon\",");
            members(out, &geometry_members(feature, options));
            out.push_str("\"coordinates\":");
            polygon(out, one, options);
            out.push('}');
        }
        many => {
            out.push_str("{\"type\":\"MultiPolygon\",");
            members(out, &geometry_members(feature, options));
            out.push_str("\"coordinates\":");
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

/// Whether the texts say what the features say, by another reader (`serde_json`): twice the land in them in lattice
/// cells, or the first difference in words. `first` is the number of the first of them in the file.
fn compare(first: usize, features: &[Feature], texts: &[String], options: &ExportOptions) -> Result<i128, Text> {
    let all = features.par_iter().zip(texts).enumerate();
    let lands: Vec<Result<i128, Text>> =
        all.map(|(at, (feature, text))| compare_one(first + at, feature, text, options)).collect();
    lands.into_iter().sum()
}

/// Twice the land of a feature as the text has it.
fn compare_one(at: usize, feature: &Feature, text: &str, options: &ExportOptions) -> Result<i128, Text> {
    let differs = |what: &str| {
        Err(Text::new(format!("feature {}: {what} differs", at + 1), format!("第 {} 个要素:{what} 不一致", at + 1)))
    };
    let found: Found = serde_json::from_str(text).map_err(|error| no_json(&error))?;
    if found.properties != feature.properties {
        return differs("properties");
    }
    if own_members(feature, options).iter().any(|(key, value)| found.foreign.get(key) != Some(value)) {
        return differs("id");
    }
    match read_polygons(found.geometry, options) {
        Some(polygons) if polygons == feature.polygons => {
            Ok(polygons.iter().flat_map(Polygon::rings).map(|ring| doubled_area(ring)).sum())
        }
        _ => differs("geometry"),
    }
}

/// A feature as the other reader finds it.
#[derive(Deserialize)]
struct Found {
    properties: Attributes,
    geometry: Option<Geometry>,
    #[serde(flatten)]
    foreign: Attributes,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

fn no_json(error: &serde_json::Error) -> Text {
    Text::new(format!("it is no JSON: {error}"), format!("不是 JSON:{error}"))
}

/// Polygons of a geometry on the lattice, rings turned as ours are; `None` where it is wound the wrong way.
fn read_polygons(geometry: Option<Geometry>, options: &ExportOptions) -> Option<Vec<Polygon>> {
    let polygons = match geometry {
        None => Vec::new(),
        Some(Geometry::Polygon(rings)) => vec![rings],
        Some(Geometry::MultiPolygon(polygons)) => polygons,
    };
    let polygon = |rings: Vec<Vec<[f64; 2]>>| {
        let rings = rings.iter().map(|ring| read_ring(ring, options)).collect::<Option<Vec<_>>>()?;
        let mut rings = rings.into_iter();
        let outer = rings.next().filter(|ring| doubled_area(ring) > 0)?;
        let holes: Vec<Vec<Point>> = rings.collect();
        holes.iter().all(|hole| doubled_area(hole) < 0).then_some(Polygon { outer, holes })
    };
    polygons.into_iter().map(polygon).collect()
}

fn read_ring(ring: &[[f64; 2]], options: &ExportOptions) -> Option<Vec<Point>> {
    let position = |&read: &[f64; 2]| {
        let [lon, lat] = options.system.as_ref().map_or(read, |system| system.to_degrees(read));
        Point::from_degrees(lon, lat).ok()
    };
    let points = ring.iter().map(position).collect::<Option<Vec<_>>>()?;
    (points.len() > 3 && points.first() == points.last()).then(|| from_least(points))
}
