//! A tier as `FlatGeobuf` 3, without an index: readers that want one make it.

use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, WIPOffset};
use serde_json::Value;

use super::columns::{Column, Kind, columns};
use super::feature::Feature;
use super::polygons::Polygon;
use super::proven::{Expected, Made};
use super::{ExportError, ExportOptions, Job};
use crate::io::crs::System;
use crate::io::flatgeobuf::MAGIC;
use crate::model::Attributes;

type Offset = WIPOffset<TableFinishedWIPOffset>;

/// Places of the fields of a table in its list of fields: two bytes each, after two sizes.
const fn slot(number: u16) -> u16 {
    4 + 2 * number
}

/// The file.
pub(super) fn make<'a>(job: &Job<'a>) -> Result<Made<'a>, ExportError> {
    let columns = columns(job.features);
    let mut out = MAGIC.to_vec();
    out.extend(header(job, &columns));
    let mut expected = Vec::with_capacity(job.features.len());
    for feature in job.features {
        job.progress.check()?;
        let (bytes, attributes) = properties(feature, &columns);
        out.extend(body(&feature.polygons, &bytes, job.options));
        expected.push(Expected { attributes, polygons: &feature.polygons });
    }
    Ok(Made::one(out, expected))
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

fn header(job: &Job<'_>, columns: &[Column]) -> Vec<u8> {
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
    let (name, body) = (builder.create_string(&job.tier.name), builder.create_string("EPSG"));
    // Shifted degrees have no number: nothing is declared.
    let number = job.options.system.as_ref().map_or(Some(4326), System::number);
    let crs = number.map(|number| {
        let start = builder.start_table();
        builder.push_slot_always(slot(0), body);
        builder.push_slot_always(slot(1), number as i32);
        builder.end_table(start)
    });
    let start = builder.start_table();
    builder.push_slot_always(slot(8), job.features.len() as u64);
    builder.push_slot_always(slot(0), name);
    builder.push_slot_always(slot(7), all);
    if let Some(crs) = crs {
        builder.push_slot_always(slot(10), crs);
    }
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

fn body(polygons: &[Polygon], properties: &[u8], options: &ExportOptions) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let parts: Vec<Offset> = polygons.iter().map(|polygon| part(&mut builder, polygon, options)).collect();
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

fn part(builder: &mut FlatBufferBuilder<'_>, polygon: &Polygon, options: &ExportOptions) -> Offset {
    let (mut ends, mut xy) = (Vec::new(), Vec::new());
    for ring in polygon.rings() {
        xy.extend(ring.iter().flat_map(|&point| options.place(point)));
        ends.push((xy.len() / 2) as u32);
    }
    let (ends, xy) = (builder.create_vector(&ends), builder.create_vector(&xy));
    let start = builder.start_table();
    builder.push_slot_always(slot(0), ends);
    builder.push_slot_always(slot(1), xy);
    builder.push_slot_always(slot(6), 3_u8);
    builder.end_table(start)
}
