//! A tier as `TopoJSON` (its specification 1.0): every border stands once, whoever shares it.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::feature::{GeoJsonOptions, features};
use super::polygons::{Polygon, from_least};
use super::proven::{self, Expected};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{LATTICE, Point};
use crate::model::{Plan, Tier};
use crate::topology::{BorderId, Directed};

/// Writes a tier as `TopoJSON`, quantised by the lattice, so that it loses nothing. Proven by reading it again. O(points).
///
/// # Errors
/// See [`super::geojson`].
pub fn topojson(
    plan: &Plan,
    tier: &Tier,
    path: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let mut notes = Vec::new();
    let features = features(plan, tier, options, &mut notes, progress)?;
    let rings = rings(plan, tier);
    let mut arcs = Arcs { numbers: FxHashMap::default(), borders: Vec::new() };
    let mut geometries = Vec::with_capacity(features.len());
    for feature in &features {
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
        geometries.push(Value::Object(geometry));
    }
    let origin = plan.coverage.bounds().min;
    let mut objects = Map::new();
    objects.insert(tier.name.clone(), json!({"type": "GeometryCollection", "geometries": geometries}));
    let text = json!({
        "type": "Topology",
        "transform": {"scale": [1.0 / LATTICE, 1.0 / LATTICE], "translate": [origin.lon(), origin.lat()]},
        "objects": objects,
        "arcs": arcs.borders.iter().map(|&border| steps(plan, border, origin)).collect::<Vec<_>>(),
    });
    let expected: Vec<Expected<'_>> = features
        .iter()
        .map(|feature| Expected { attributes: feature.properties.clone(), polygons: &feature.polygons })
        .collect();
    if features.iter().any(|feature| feature.foreign.keys().any(|key| key != "id")) {
        notes.push(Text::new("members of features other than id were left out", "要素的 id 以外的附加成员未写出"));
    }
    let file = [(String::new(), format!("{text}\n").into_bytes())];
    proven::write(path, &file, &expected, notes, progress)
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

/// A border as steps on the lattice, the first from the origin.
fn steps(plan: &Plan, border: BorderId, origin: Point) -> Value {
    let mut last = origin;
    let step = |point: Point| {
        let step = json!([i64::from(point.x) - i64::from(last.x), i64::from(point.y) - i64::from(last.y)]);
        last = point;
        step
    };
    plan.coverage.points_of(Directed::forward(border)).map(step).collect()
}
