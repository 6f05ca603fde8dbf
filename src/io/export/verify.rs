//! The file read again, by a reader that shares no code with the writer, and every feature compared.

use ::geojson::{FeatureCollection, GeometryValue, JsonValue, Position, feature::Id};

use super::ExportError;
use super::geojson::Feature;
use super::polygons::from_least;
use crate::geometry::{LATTICE, Point, doubled_area};
use crate::model::Tier;
use crate::topology::Coverage;

/// Compares properties, members and rings of every feature, and the land of all of them with that of the faces.
pub(super) fn compare(text: &str, coverage: &Coverage, tier: &Tier, features: &[Feature]) -> Result<(), ExportError> {
    let differs = |feature, what| ExportError::Differs { feature, what };
    let read: FeatureCollection = text.parse().map_err(|_| differs(1, "text"))?;
    if read.features.len() != features.len() {
        return Err(differs(read.features.len().min(features.len()) + 1, "presence"));
    }
    let mut land = 0;
    for (number, (read, wanted)) in read.features.iter().zip(features).enumerate() {
        let differs = |what| differs(number + 1, what);
        if read.properties.clone().unwrap_or_default() != wanted.properties {
            return Err(differs("properties"));
        }
        let id = read.id.as_ref().map(|id| match id {
            Id::String(text) => JsonValue::from(text.clone()),
            Id::Number(number) => JsonValue::from(number.clone()),
        });
        if wanted.members.get("id").filter(|id| id.is_string() || id.is_number()) != id.as_ref() {
            return Err(differs("id"));
        }
        let rings = match read.geometry.as_ref().map(|geometry| &geometry.value) {
            None => Vec::new(),
            Some(GeometryValue::Polygon { coordinates }) => lattice(std::slice::from_ref(coordinates)),
            Some(GeometryValue::MultiPolygon { coordinates }) => lattice(coordinates),
            Some(_) => return Err(differs("kind of geometry")),
        };
        let as_wanted: Vec<Vec<Vec<Point>>> =
            wanted.polygons.iter().map(|polygon| polygon.rings().cloned().collect()).collect();
        if rings != as_wanted {
            return Err(differs("rings"));
        }
        land += rings.iter().flatten().map(|ring| doubled_area(ring)).sum::<i128>();
    }
    // The rings were made by one function; the areas of the faces were proven by another.
    let owned = tier.owner.iter().filter_map(|(face, _)| coverage.faces().get(face));
    if land == owned.map(|face| face.doubled_area).sum::<i128>() {
        Ok(())
    } else {
        Err(differs(features.len(), "land"))
    }
}

/// Rings on the lattice, each from its least point.
fn lattice(polygons: &[Vec<Vec<Position>>]) -> Vec<Vec<Vec<Point>>> {
    let count = |degrees: f64| (degrees * LATTICE).round() as i32;
    let point = |position: &Position| match position.as_slice() {
        [lon, lat, ..] => Point::new(count(*lon), count(*lat)),
        _ => Point::new(i32::MAX, i32::MAX),
    };
    let ring = |ring: &Vec<Position>| from_least(ring.iter().map(point).collect());
    polygons.iter().map(|polygon| polygon.iter().map(ring).collect()).collect()
}
