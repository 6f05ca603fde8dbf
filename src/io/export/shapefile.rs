//! A tier as a shapefile (ESRI Shapefile Technical Description, 1998): five files, its table in UTF-8 and saying so.

use std::path::Path;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::columns::{Column, Kind, columns};
use super::feature::{Feature, GeoJsonOptions, features};
use super::polygons::Polygon;
use super::proven::{self, Expected};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{Bounds, Point};
use crate::model::{Attributes, Plan, Tier};

/// WGS 84 as programs of ESRI write it.
const PRJ: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
/// Bytes of the name of a field.
const NAME: usize = 10;
/// Most bytes of a text, and most fields of a table.
const TEXT: usize = 254;
const FIELDS: usize = 255;

/// Writes a tier as a shapefile: `.shp`, `.shx`, `.dbf`, `.prj`, `.cpg`. Names of fields are cut to ten bytes and told apart;
/// texts are cut at 254 bytes; both are listed. Proven by reading it again. O(points).
///
/// # Errors
/// See [`super::geojson`].
pub fn shapefile(
    plan: &Plan,
    tier: &Tier,
    path: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let mut notes = Vec::new();
    let features = features(plan, tier, options, &mut notes, progress)?;
    let (shp, shx) = shapes(&features);
    progress.check()?;
    let (dbf, rows) = table(&features, &mut notes);
    let expected: Vec<Expected<'_>> = features
        .iter()
        .zip(rows)
        .map(|(feature, attributes)| Expected { attributes, polygons: &feature.polygons })
        .collect();
    let files =
        [("shp", shp), ("shx", shx), ("dbf", dbf), ("prj", PRJ.as_bytes().to_vec()), ("cpg", b"UTF-8".to_vec())]
            .map(|(ending, bytes)| (ending.to_owned(), bytes));
    proven::write(&path.with_extension("shp"), &files, &expected, notes, progress)
}

/// The main file and its index.
fn shapes(features: &[Feature]) -> (Vec<u8>, Vec<u8>) {
    let (mut records, mut index) = (Vec::new(), Vec::new());
    let mut all = Bounds::EMPTY;
    for (number, feature) in (1_u32..).zip(features) {
        let bounds = bounds(&feature.polygons);
        all = all.join(bounds);
        let content = record(&feature.polygons, bounds);
        let words = (content.len() / 2) as u32;
        // Offsets are counted in words of two bytes, from the start of the file.
        index.extend(((100 + records.len()) as u32 / 2).to_be_bytes());
        index.extend(words.to_be_bytes());
        records.extend(number.to_be_bytes());
        records.extend(words.to_be_bytes());
        records.extend(content);
    }
    let with_header = |body: Vec<u8>| {
        let mut file = Vec::with_capacity(100 + body.len());
        file.extend(9994_u32.to_be_bytes());
        file.extend([0; 20]);
        file.extend(((100 + body.len()) as u32 / 2).to_be_bytes());
        file.extend(1000_u32.to_le_bytes());
        file.extend(5_u32.to_le_bytes());
        corners(&mut file, all);
        file.extend([0; 32]);
        file.extend(body);
        file
    };
    (with_header(records), with_header(index))
}

fn bounds(polygons: &[Polygon]) -> Bounds {
    polygons.iter().fold(Bounds::EMPTY, |bounds, polygon| bounds.join(Bounds::of(&polygon.outer)))
}

fn corners(out: &mut Vec<u8>, bounds: Bounds) {
    let corner = |value: f64| if bounds.is_empty() { 0.0 } else { value };
    for value in [bounds.min.lon(), bounds.min.lat(), bounds.max.lon(), bounds.max.lat()] {
        out.extend(corner(value).to_le_bytes());
    }
}

/// One shape: outer rings clockwise, holes the other way.
fn record(polygons: &[Polygon], bounds: Bounds) -> Vec<u8> {
    if polygons.is_empty() {
        return 0_u32.to_le_bytes().to_vec();
    }
    let rings: Vec<&Vec<Point>> = polygons.iter().flat_map(Polygon::rings).collect();
    let points: usize = rings.iter().map(|ring| ring.len()).sum();
    let mut out = 5_u32.to_le_bytes().to_vec();
    corners(&mut out, bounds);
    out.extend((rings.len() as u32).to_le_bytes());
    out.extend((points as u32).to_le_bytes());
    let mut start = 0_u32;
    for ring in &rings {
        out.extend(start.to_le_bytes());
        start += ring.len() as u32;
    }
    for point in rings.iter().flat_map(|ring| ring.iter().rev()) {
        out.extend(point.lon().to_le_bytes());
        out.extend(point.lat().to_le_bytes());
    }
    out
}

/// A column of the table.
struct Field {
    column: Column,
    name: String,
    width: usize,
}

/// The table, and what each of its rows must say when it is read again.
fn table(features: &[Feature], notes: &mut Vec<Text>) -> (Vec<u8>, Vec<Attributes>) {
    let fields = fields(features, notes);
    let width = 1 + fields.iter().map(|field| field.width).sum::<usize>();
    let start = 32 * (fields.len() + 1) + 1;
    let mut out = vec![3, 126, 1, 1];
    out.extend((features.len() as u32).to_le_bytes());
    out.extend((start as u16).to_le_bytes());
    out.extend((width as u16).to_le_bytes());
    out.extend([0; 20]);
    for field in &fields {
        let mut name = field.name.clone().into_bytes();
        name.resize(11, 0);
        out.extend(name);
        let (letter, decimals) = match field.column.kind {
            Kind::Bool => (b'L', 0),
            Kind::Whole => (b'N', 0),
            Kind::Real => (b'F', 15),
            Kind::Text => (b'C', 0),
        };
        out.push(letter);
        out.extend([0; 4]);
        out.extend([field.width as u8, decimals]);
        out.extend([0; 14]);
    }
    out.push(0x0d);
    let mut cut = 0;
    let mut rows = Vec::with_capacity(features.len());
    for feature in features {
        out.push(b' ');
        let mut row = Attributes::new();
        for field in &fields {
            let (text, value) = cell(&field.column.value(feature), field, &mut cut);
            let pad = field.width.saturating_sub(text.len());
            // Numbers stand on the right, texts on the left.
            let right = matches!(field.column.kind, Kind::Whole | Kind::Real);
            let blanks = vec![b' '; pad];
            let (first, second) = if right { (blanks, text) } else { (text, blanks) };
            out.extend(first);
            out.extend(second);
            row.insert(field.name.clone(), value);
        }
        rows.push(row);
    }
    out.push(0x1a);
    if cut > 0 {
        notes.push(Text::new(
            format!("{cut} texts are longer than {TEXT} bytes and were cut: the format holds no more"),
            format!("{cut} 处文本超过 {TEXT} 字节,已截断(格式限制)"),
        ));
    }
    (out, rows)
}

/// A value as bytes of the table, and as it will be read.
fn cell(value: &Value, field: &Field, cut: &mut usize) -> (Vec<u8>, Value) {
    match (field.column.kind, value) {
        (Kind::Text, Value::Null) => (Vec::new(), Value::String(String::new())),
        (_, Value::Null) => (Vec::new(), Value::Null),
        (Kind::Bool, value) => (if value == &Value::Bool(true) { b"T".to_vec() } else { b"F".to_vec() }, value.clone()),
        (Kind::Whole, value) => (value.to_string().into_bytes(), value.clone()),
        (Kind::Real, value) => {
            // Seventeen digits bring every number back.
            let number = value.as_f64().unwrap_or_default();
            let text = format!("{number:.16e}");
            let read = text.parse().ok().and_then(|number: f64| {
                if number.fract() == 0.0 { None } else { serde_json::Number::from_f64(number) }
            });
            (text.into_bytes(), read.map_or_else(|| value.clone(), Value::Number))
        }
        (Kind::Text, value) => {
            let plain: String = value.as_str().unwrap_or_default().chars().filter(|c| *c != '\0').collect();
            let kept = head(&plain, field.width);
            *cut += usize::from(kept.len() < plain.len());
            (kept.as_bytes().to_vec(), Value::String(kept.trim().to_owned()))
        }
    }
}

/// The first bytes of a text, no character cut in two.
fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// Columns with names of ten bytes, no two alike whatever the case.
fn fields(features: &[Feature], notes: &mut Vec<Text>) -> Vec<Field> {
    let mut taken = FxHashSet::default();
    let mut fields = Vec::new();
    let (mut renamed, mut left_out) = (Vec::new(), Vec::new());
    for column in columns(features) {
        if fields.len() == FIELDS {
            left_out.push(column.name);
            continue;
        }
        let plain: String = column.name.chars().filter(|c| !c.is_control()).collect();
        let mut name = head(&plain, NAME).to_owned();
        let mut number = 1;
        while name.is_empty() || !taken.insert(name.to_uppercase()) {
            let tail = format!("_{number}");
            name = format!("{}{tail}", head(&plain, NAME - tail.len()));
            number += 1;
        }
        if name != column.name {
            renamed.push(format!("{} -> {name}", column.name));
        }
        let longest = |feature: &Feature| column.value(feature).as_str().map_or(1, str::len);
        let width = match column.kind {
            Kind::Bool => 1,
            Kind::Whole => 20,
            Kind::Real => 24,
            Kind::Text => features.iter().map(longest).max().unwrap_or(1).clamp(1, TEXT),
        };
        fields.push(Field { column, name, width });
    }
    if !renamed.is_empty() {
        let list = renamed.join(", ");
        notes.push(Text::new(
            format!("names of fields hold ten bytes: {list}"),
            format!("字段名最多 10 字节,已改名:{list}"),
        ));
    }
    if !left_out.is_empty() {
        let list = left_out.join(", ");
        notes.push(Text::new(
            format!("a table holds {FIELDS} fields; left out: {list}"),
            format!("属性表最多 {FIELDS} 个字段,未写出:{list}"),
        ));
    }
    fields
}
