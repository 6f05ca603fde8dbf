//! A tier as `FlatGeobuf` 3, without an index: readers that want one make it.

use std::path::Path;

use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, WIPOffset};
use serde_json::Value;

use super::columns::{Column, Kind, columns};
use super::feature::{Feature, GeoJsonOptions, features};
use super::polygons::Polygon;
use super::proven::{self, Expected};
use super::{ExportError, Exported};
use crate::base::Progress;
use crate::io::flatgeobuf::MAGIC;
use crate::model::{Attributes, Plan, Tier};

type Offset = WIPOffset<TableFinishedWIPOffset>;

/// Places of the fields of a table in its list of fields: two bytes each, after two sizes.
const fn slot(number: u16) -> u16 {
    4 + 2 * number
}

/// Writes a tier as `FlatGeobuf` in WGS 84. Proven by reading it again. O(points).
///
/// # Errors
/// See [`super::geojson`].
pub fn flatgeobuf(
    plan: &Plan,
    tier: &Tier,
    path: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let mut notes = Vec::new();
    let features = features(plan, tier, options, &mut notes, progress)?;
    let columns = columns(&features);
    let mut out = MAGIC.to_vec();
    out.extend(header(tier, &columns, features.len()));
    let mut expected = Vec::with_capacity(features.len());
    for feature in &features {
        progress.check()?;
        let (bytes, attributes) = properties(feature, &columns);
        out.extend(body(&feature.polygons, &bytes));
        expected.push(Expected { attributes, polygons: &feature.polygons });
    }
    proven::write(path, &[(String::new(), out)], &expected, notes, progress)
}

/// Numbers of the column types in the schema.
fn code(kind: Kind) -> u8 {
    match kind {
        Kind::Bool => 2,
        Kind::Whole => 7,
        Kind::Real => 10,
        Kind::Text => 11,
    }
}

fn header(tier: &Tier, columns: &[Column], features: usize) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let all: Vec<Offset> = columns
        .iter()
        .map(|column| {
            let name = builder.create_string(&column.name);
            let start = builder.start_table();
            builder.push_slot_always(slot(0), name);
            builder.push_slot_always(slot(1), code(column.kind));
            builder.end_table(start)
        })
        .collect();
    let all = builder.create_vector(&all);
    let (name, body) = (builder.create_string(&tier.name), builder.create_string("EPSG"));
    let start = builder.start_table();
    builder.push_slot_always(slot(0), body);
    builder.push_slot_always(slot(1), 4326_i32);
    let crs = builder.end_table(start);
    let start = builder.start_table();
    builder.push_slot_always(slot(8), features as u64);
    builder.push_slot_always(slot(0), name);
    builder.push_slot_always(slot(7), all);
    builder.push_slot_always(slot(10), crs);
    builder.push_slot_always(slot(9), 0_u16);
    // All are multipolygons, so that readers see one type.
    builder.push_slot_always(slot(2), 6_u8);
    let root = builder.end_table(start);
    builder.finish_size_prefixed(root, None);
    builder.finished_data().to_vec()
}

/// The values of a feature as the format packs them, and as they must be read again.
fn properties(feature: &Feature, columns: &[Column]) -> (Vec<u8>, Attributes) {
    let (mut bytes, mut kept) = (Vec::new(), Attributes::new());
    for (number, column) in columns.iter().enumerate() {
        let value = column.value(feature);
        if value.is_null() {
            continue;
        }
        bytes.extend((number as u16).to_le_bytes());
        match &value {
            Value::Bool(yes) => bytes.push(u8::from(*yes)),
            Value::Number(number) if column.kind == Kind::Whole => {
                bytes.extend(number.as_i64().unwrap_or_default().to_le_bytes());
            }
            Value::Number(number) => bytes.extend(number.as_f64().unwrap_or_default().to_le_bytes()),
            other => {
                let text = other.as_str().unwrap_or_default();
                bytes.extend((text.len() as u32).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
        }
        kept.insert(column.name.clone(), value);
    }
    (bytes, kept)
}

fn body(polygons: &[Polygon], properties: &[u8]) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let parts: Vec<Offset> = polygons.iter().map(|polygon| part(&mut builder, polygon)).collect();
    let geometry = (!parts.is_empty()).then(|| {
        let parts = builder.create_vector(&parts);
        let start = builder.start_table();
        builder.push_slot_always(slot(7), parts);
        builder.push_slot_always(slot(6), 6_u8);
        builder.end_table(start)
    });
    let properties = builder.create_vector(properties);
    let start = builder.start_table();
    if let Some(geometry) = geometry {
        builder.push_slot_always(slot(0), geometry);
    }
    builder.push_slot_always(slot(1), properties);
    let root = builder.end_table(start);
    builder.finish_size_prefixed(root, None);
    builder.finished_data().to_vec()
}

fn part(builder: &mut FlatBufferBuilder<'_>, polygon: &Polygon) -> Offset {
    let (mut ends, mut xy) = (Vec::new(), Vec::new());
    for ring in polygon.rings() {
        xy.extend(ring.iter().flat_map(|point| [point.lon(), point.lat()]));
        ends.push((xy.len() / 2) as u32);
    }
    let (ends, xy) = (builder.create_vector(&ends), builder.create_vector(&xy));
    let start = builder.start_table();
    builder.push_slot_always(slot(0), ends);
    builder.push_slot_always(slot(1), xy);
    builder.push_slot_always(slot(6), 3_u8);
    builder.end_table(start)
}
