//! A tier as `TopoJSON` (its specification 1.0): every border stands once, whoever shares it.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::polygons::{Polygon, from_least};
use super::proven::{Expected, Made};
use super::{ExportOptions, Job};
use crate::base::Text;
use crate::geometry::{LATTICE, Point};
use crate::io::crs::System;
use crate::model::{Plan, Tier};
use crate::topology::{BorderId, Directed};

/// Usual bytes of a position as a step on the lattice, and as a place.
const STEP: usize = 12;
const PLACE: usize = 40;

/// The file, quantised by the lattice, so that it loses nothing; shifted degrees stand as they are.
pub(super) fn make<'a>(job: &Job<'a>, notes: &mut Vec<Text>) -> Made<'a> {
    let &Job { plan, tier, options, features, .. } = job;
    let rings = rings(plan, tier);
    let mut arcs = Arcs { numbers: FxHashMap::default(), borders: Vec::new() };
    // Written as text at once: a map has millions of points, and a value for each would take ten times the file.
    let mut geometries = String::new();
    for feature in features {
        let mut geometry = Map::new();
        let polygons: Vec<Value> = feature.polygons.iter().map(|polygon| arcs.polygon(polygon, &rings)).collect();
        match polygons.len() {
            0 => geometry.insert("type".to_owned(), Value::Null),
            1 => {
                geometry.insert("type".to_owned(), "Polygon".into());
                geometry.insert("arcs".to_owned(), polygons.into_iter().next().unwrap_or_default())
            }
            _ => {
                geometry.insert("type".to_owned(), "MultiPolygon".into());
                geometry.insert("arcs".to_owned(), Value::Array(polygons))
            }
        };
        if let Some(id) = feature.foreign.get("id") {
            geometry.insert("id".to_owned(), id.clone());
        }
        geometry.insert("properties".to_owned(), Value::Object(feature.properties.clone()));
        next(&mut geometries);
        let _never_fails = write!(geometries, "{}", Value::Object(geometry));
    }
    drop(rings);
    let mut out = String::from("{\"type\":\"Topology\",");
    let points = |border| plan.coverage.borders().get(border).map_or(0, |border| border.points.len());
    let points: usize = arcs.borders.iter().map(|&border| points(border)).sum();
    if options.system.as_ref().is_none_or(System::is_degrees) {
        let origin = plan.coverage.bounds().min;
        let translate = [origin.lon(), origin.lat()];
        let transform = json!({"scale": [1.0 / LATTICE, 1.0 / LATTICE], "translate": translate});
        let _never_fails = write!(out, "\"transform\":{transform},\"arcs\":[");
        out.reserve(points * STEP + geometries.len());
        arcs.borders.iter().for_each(|&border| steps(&mut out, plan, border, origin));
    } else {
        out.push_str("\"arcs\":[");
        out.reserve(points * PLACE + geometries.len());
        arcs.borders.iter().for_each(|&border| places(&mut out, plan, border, options));
    }
    let name = Value::String(tier.name.clone());
    let _never_fails = write!(out, "],\"objects\":{{{name}:{{\"type\":\"GeometryCollection\",\"geometries\":[");
    out.push_str(&geometries);
    out.push_str("]}}}\n");
    let expected = features
        .iter()
        .map(|feature| Expected { attributes: feature.properties.clone(), polygons: &feature.polygons })
        .collect();
    if features.iter().any(|feature| feature.foreign.keys().any(|key| key != "id")) {
        notes.push(Text::new("members of features other than id were left out", "要素的 id 以外的附加成员未写出"));
    }
    Made::one(out.into_bytes(), expected)
}

/// The borders of every ring of a tier, by its points as polygons have them, each with where the ring begins in them.
fn rings(plan: &Plan, tier: &Tier) -> FxHashMap<Vec<Point>, Vec<Directed>> {
    let mut rings = FxHashMap::default();
    for faces in tier.faces_by_zone() {
        for ring in plan.coverage.outline(&faces) {
            rings.insert(from_least(plan.coverage.ring_points(&ring)), ring);
        }
    }
    rings
}

/// Borders that became arcs.
struct Arcs {
    numbers: FxHashMap<BorderId, i64>,
    borders: Vec<BorderId>,
}

impl Arcs {
    fn polygon(&mut self, polygon: &Polygon, rings: &FxHashMap<Vec<Point>, Vec<Directed>>) -> Value {
        polygon.rings().map(|ring| self.ring(rings.get(ring).map_or(&[], Vec::as_slice))).collect()
    }

    /// Arc numbers of a ring: `~n` for one that is walked backwards.
    fn ring(&mut self, edges: &[Directed]) -> Value {
        let number = |edge: &Directed| {
            let next = self.borders.len() as i64;
            let number = *self.numbers.entry(edge.border()).or_insert_with(|| {
                self.borders.push(edge.border());
                next
            });
            Value::from(if edge.is_backward() { !number } else { number })
        };
        edges.iter().map(number).collect()
    }
}

/// Writes the comma before all but the first member of an array.
fn next(out: &mut String) {
    if !out.is_empty() && !out.ends_with('[') {
        out.push(',');
    }
}

/// A border as steps on the lattice, the first from the origin.
fn steps(out: &mut String, plan: &Plan, border: BorderId, origin: Point) {
    let mut last = origin;
    line(out, plan, border, |out, point| {
        let step = [i64::from(point.x) - i64::from(last.x), i64::from(point.y) - i64::from(last.y)];
        let _never_fails = write!(out, "[{},{}]", step[0], step[1]);
        last = point;
    });
}

/// A border as the places of its points.
fn places(out: &mut String, plan: &Plan, border: BorderId, options: &ExportOptions) {
    line(out, plan, border, |out, point| {
        let _never_fails = write!(out, "{}", json!(options.place(point)));
    });
}

fn line(out: &mut String, plan: &Plan, border: BorderId, mut place: impl FnMut(&mut String, Point)) {
    next(out);
    out.push('[');
    for point in plan.coverage.points_of(Directed::forward(border)) {
        next(out);
        place(out, point);
    }
    out.push(']');
}
