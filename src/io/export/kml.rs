//! A tier as KML (OGC 12-007r2): a folder of placemarks, properties as extended data.

use std::path::Path;

use serde_json::Value;

use super::feature::{GeoJsonOptions, decimal, features};
use super::proven::{self, Expected};
use super::{ExportError, Exported, escaped};
use crate::base::Progress;
use crate::geometry::Point;
use crate::model::{Attributes, Plan, Tier};

/// Writes a tier as KML; everything in it is text, as the format has it. Proven by reading it again. O(points).
///
/// # Errors
/// See [`super::geojson`].
pub fn kml(
    plan: &Plan,
    tier: &Tier,
    path: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let mut notes = Vec::new();
    let features = features(plan, tier, options, &mut notes, progress)?;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
    );
    out.push_str(&format!("<Folder><name>{}</name>\n", escaped(&tier.name)));
    let mut expected = Vec::with_capacity(features.len());
    for feature in &features {
        let mut attributes = Attributes::new();
        out.push_str("<Placemark>");
        let name = feature.properties.get("name").map(crate::io::tiers::text).unwrap_or_default();
        if !name.is_empty() {
            out.push_str(&format!("<name>{}</name>", escaped(&name)));
        }
        out.push_str("<ExtendedData>");
        for (key, value) in feature.properties.iter().filter(|(key, value)| *key != "name" && !value.is_null()) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out.push_str(&format!("<Data name=\"{}\"><value>{}</value></Data>", escaped(key), escaped(&text)));
            attributes
                .insert(super::without_controls(key), Value::String(super::without_controls(&text).trim().to_owned()));
        }
        out.push_str("</ExtendedData><MultiGeometry>");
        for polygon in &feature.polygons {
            out.push_str("<Polygon><outerBoundaryIs>");
            ring(&mut out, &polygon.outer);
            out.push_str("</outerBoundaryIs>");
            for hole in &polygon.holes {
                out.push_str("<innerBoundaryIs>");
                ring(&mut out, hole);
                out.push_str("</innerBoundaryIs>");
            }
            out.push_str("</Polygon>");
        }
        out.push_str("</MultiGeometry></Placemark>\n");
        expected.push(Expected { attributes, polygons: &feature.polygons });
    }
    out.push_str("</Folder></Document></kml>\n");
    proven::write(path, &[(String::new(), out.into_bytes())], &expected, notes, progress)
}

fn ring(out: &mut String, ring: &[Point]) {
    out.push_str("<LinearRing><coordinates>");
    for (at, point) in ring.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { " " });
        decimal(out, point.x);
        out.push(',');
        decimal(out, point.y);
    }
    out.push_str("</coordinates></LinearRing>");
}
