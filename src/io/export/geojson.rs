//! A tier as `GeoJSON` text.

use serde_json::Value;

use super::polygons::{Polygon, polygons};
use crate::base::Text;
use crate::geometry::{Bounds, Point};
use crate::model::{Attributes, Tier, Zone};
use crate::topology::Coverage;

/// How a tier is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// One feature for each part of a zone, for systems that know no `MultiPolygon`.
    pub polygons_only: bool,
}

/// One feature to be written.
pub(super) struct Feature {
    /// `id` and unknown members.
    pub(super) members: Attributes,
    pub(super) properties: Attributes,
    pub(super) polygons: Vec<Polygon>,
}

/// Members of a collection or a feature that are written anew or, as `crs`, not at all.
const OWN: [&str; 6] = ["type", "features", "properties", "geometry", "crs", "bbox"];

/// The features of a tier in the order of its zones, and what is other than in the plan.
pub(super) fn features(coverage: &Coverage, tier: &Tier, options: Options) -> (Vec<Feature>, Vec<Text>) {
    let (faces, mut features, mut notes) = (tier.faces_by_zone(), Vec::new(), Vec::new());
    let crs = tier.foreign.contains_key("crs");
    notes.extend(
        crs.then(|| Text::new("the crs member is left out: RFC 7946 knows none", "crs 成员未写出:RFC 7946 不允许")),
    );
    for (id, zone) in tier.zones.iter() {
        let polygons = polygons(coverage, faces.get(id.0 as usize).map_or(&[], Vec::as_slice));
        let called = if zone.name.is_empty() { &zone.code } else { &zone.name };
        if polygons.is_empty() {
            notes.push(Text::new(
                format!("{called} has no land: its geometry is null"),
                format!("{called} 没有土地,几何为 null"),
            ));
        }
        if !options.polygons_only || polygons.len() < 2 {
            features.push(feature(tier, zone, None, polygons));
            continue;
        }
        notes.push(Text::new(
            format!("{called} is written as {0} features, numbered -1 to -{0}", polygons.len()),
            format!("{called} 拆为 {0} 个要素,编号 -1 至 -{0}", polygons.len()),
        ));
        let parts = polygons.into_iter().enumerate();
        features.extend(parts.map(|(part, polygon)| feature(tier, zone, Some(part + 1), vec![polygon])));
    }
    (features, notes)
}

fn feature(tier: &Tier, zone: &Zone, part: Option<usize>, polygons: Vec<Polygon>) -> Feature {
    let numbered = |text: &str| part.map_or_else(|| text.to_owned(), |part| format!("{text}-{part}"));
    let mut properties = (*zone.attributes).clone();
    put(&mut properties, tier.code_key.as_deref(), "code", &numbered(&zone.code));
    put(&mut properties, tier.name_key.as_deref(), "name", &numbered(&zone.name));
    let mut members: Attributes = zone
        .foreign
        .iter()
        .filter(|(key, _)| !OWN.contains(&key.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    if let (Some(_), Some(id)) = (part, members.get_mut("id")) {
        *id = Value::String(numbered(&text_of(id)));
    }
    if zone.foreign.contains_key("bbox") {
        members.insert("bbox".to_owned(), bbox(&polygons));
    }
    Feature { members, properties, polygons }
}

/// Puts code or name where the source had it, if that is no longer what stands there, and under our own key if that is
/// still free.
fn put(properties: &mut Attributes, theirs: Option<&str>, ours: &str, value: &str) {
    let key = theirs.unwrap_or(ours);
    if properties.get(key).is_none_or(|old| text_of(old) != value) {
        properties.insert(key.to_owned(), value.into());
    }
    if !properties.contains_key(ours) {
        properties.insert(ours.to_owned(), value.into());
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        // A code kept as a float by the source's program is a whole number all the same.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn bbox(polygons: &[Polygon]) -> Value {
    let bounds = polygons.iter().fold(Bounds::EMPTY, |bounds, polygon| bounds.join(Bounds::of(&polygon.outer)));
    if bounds.is_empty() {
        return Value::Null;
    }
    vec![bounds.min.lon(), bounds.min.lat(), bounds.max.lon(), bounds.max.lat()].into()
}

/// The whole file.
pub(super) fn text(tier: &Tier, features: &[Feature]) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\"");
    for (key, value) in tier.foreign.iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
        member(&mut out, key, value);
    }
    if tier.foreign.contains_key("bbox") {
        let all: Vec<Polygon> = features.iter().flat_map(|feature| feature.polygons.iter().cloned()).collect();
        member(&mut out, "bbox", &bbox(&all));
    }
    out.push_str(",\"features\":[");
    for (number, feature) in features.iter().enumerate() {
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        out.push_str("{\"type\":\"Feature\"");
        feature.members.iter().for_each(|(key, value)| member(&mut out, key, value));
        out.push_str(",\"properties\":");
        push_json(&mut out, &feature.properties);
        out.push_str(",\"geometry\":");
        geometry(&mut out, &feature.polygons);
        out.push('}');
    }
    out.push_str("\n]}\n");
    out
}

fn member(out: &mut String, key: &str, value: &Value) {
    out.push(',');
    push_json(out, &key);
    out.push(':');
    push_json(out, value);
}

/// Values that came from JSON, which always go back.
fn push_json(out: &mut String, value: &impl serde::Serialize) {
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

fn geometry(out: &mut String, polygons: &[Polygon]) {
    match polygons {
        [] => out.push_str("null"),
        [polygon] => {
            out.push_str("{\"type\":\"Polygon\",\"coordinates\":");
            rings(out, polygon);
            out.push('}');
        }
        several => {
            out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":[");
            list(out, several.iter(), rings);
            out.push_str("]}");
        }
    }
}

fn rings(out: &mut String, polygon: &Polygon) {
    out.push('[');
    list(out, polygon.rings(), |out, ring| {
        out.push('[');
        list(out, ring.iter(), position);
        out.push(']');
    });
    out.push(']');
}

fn list<T>(out: &mut String, items: impl Iterator<Item = T>, mut put: impl FnMut(&mut String, T)) {
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push(',');
        }
        put(out, item);
    }
}

fn position(out: &mut String, point: &Point) {
    out.push('[');
    degrees(out, point.x);
    out.push(',');
    degrees(out, point.y);
    out.push(']');
}

/// A lattice count as degrees, exactly, without trailing zeros.
fn degrees(out: &mut String, count: i32) {
    use std::fmt::Write as _;
    let (whole, rest) = (count.unsigned_abs() / 10_000_000, count.unsigned_abs() % 10_000_000);
    let sign = if count < 0 { "-" } else { "" };
    let _infallible = write!(out, "{sign}{whole}");
    if rest > 0 {
        let _infallible = write!(out, ".{rest:07}");
        out.truncate(out.trim_end_matches('0').len());
    }
}
