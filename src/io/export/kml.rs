//! A tier as KML (OGC 12-007r2): a folder of placemarks, properties as extended data.

use serde_json::Value;

use super::proven::{Expected, Made};
use super::{ExportOptions, Job, escaped};
use crate::geometry::Point;
use crate::model::Attributes;

/// The file; everything in it is text, as the format has it.
pub(super) fn make<'a>(job: &Job<'a>) -> Made<'a> {
    let (features, options) = (job.features, job.options);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
    );
    let caution = options.caution().map_or_else(String::new, |text| escaped(&text.zh));
    out.push_str(&format!("<Folder><name>{}</name><description>{caution}</description>\n", escaped(&job.tier.name)));
    let mut expected = Vec::with_capacity(features.len());
    for feature in features {
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
            ring(&mut out, &polygon.outer, options);
            out.push_str("</outerBoundaryIs>");
            for hole in &polygon.holes {
                out.push_str("<innerBoundaryIs>");
                ring(&mut out, hole, options);
                out.push_str("</innerBoundaryIs>");
            }
            out.push_str("</Polygon>");
        }
        out.push_str("</MultiGeometry></Placemark>\n");
        expected.push(Expected { attributes, polygons: &feature.polygons });
    }
    out.push_str("</Folder></Document></kml>\n");
    Made::one(out.into_bytes(), expected)
}

fn ring(out: &mut String, ring: &[Point], options: &ExportOptions) {
    out.push_str("<LinearRing><coordinates>");
    for (at, point) in ring.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { " " });
        options.text(out, *point, ',');
    }
    out.push_str("</coordinates></LinearRing>");
}
