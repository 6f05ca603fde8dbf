//! A tier as a shapefile (ESRI Shapefile Technical Description, 1998): five files, its table in UTF-8 and saying so.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::columns::{Column, Kind, columns};
use super::feature::Feature;
use super::polygons::Polygon;
use super::proven::{Expected, Made};
use super::{ExportError, ExportOptions, Job};
use crate::base::Text;
use crate::geometry::Point;
use crate::io::crs::System;
use crate::model::Attributes;

/// Bytes of the name of a field.
const NAME: usize = 10;
/// Most bytes of a text, and most fields of a table.
const TEXT: usize = 254;
const FIELDS: usize = 255;
/// Least and most bytes of a number with decimals that is written out: there is room to type another.
const LEAST: usize = 10;
const MOST: usize = 20;

/// The files: `.shp`, `.shx`, `.dbf`, `.cpg`, and `.prj` for a system that has a name. Names of fields are cut to ten bytes
/// and told apart; texts are cut at 254 bytes; both are listed.
pub(super) fn make<'a>(job: &Job<'a>, notes: &mut Vec<Text>) -> Result<Made<'a>, ExportError> {
    let (shp, shx) = shapes(job.features, job.options);
    job.progress.check()?;
    let (dbf, rows) = table(job.features, &job.options.date, notes);
    let expected = job.features.iter().zip(rows);
    let expected = expected.map(|(feature, attributes)| Expected { attributes, polygons: &feature.polygons }).collect();
    let mut files = vec![("shp", shp), ("shx", shx), ("dbf", dbf), ("cpg", b"UTF-8".to_vec())];
    let degrees = System::degrees("WGS 84");
    let declared = job.options.system.as_ref().unwrap_or(&degrees).well_known_text();
    files.extend(declared.map(|text| ("prj", text.into_bytes())));
    Ok(Made { files, expected })
}

/// The main file and its index.
fn shapes(features: &[Feature], options: &ExportOptions) -> (Vec<u8>, Vec<u8>) {
    let (mut records, mut index) = (Vec::new(), Vec::new());
    for (number, feature) in (1_u32..).zip(features) {
        let content = record(&feature.polygons, options);
        let words = (content.len() / 2) as u32;
        // Offsets are counted in words of two bytes, from the start of the file.
        index.extend(((100 + records.len()) as u32 / 2).to_be_bytes());
        index.extend(words.to_be_bytes());
        records.extend(number.to_be_bytes());
        records.extend(words.to_be_bytes());
        records.extend(content);
    }
    let all = options.corners(features.iter().flat_map(|feature| &feature.polygons));
    let with_header = |body: Vec<u8>| {
        let mut file = Vec::with_capacity(100 + body.len());
        file.extend(9994_u32.to_be_bytes());
        file.extend([0; 20]);
        file.extend(((100 + body.len()) as u32 / 2).to_be_bytes());
        file.extend(1000_u32.to_le_bytes());
        file.extend(5_u32.to_le_bytes());
        numbers(&mut file, all.unwrap_or_default());
        file.extend([0; 32]);
        file.extend(body);
        file
    };
    (with_header(records), with_header(index))
}

fn numbers(out: &mut Vec<u8>, numbers: impl IntoIterator<Item = f64>) {
    numbers.into_iter().for_each(|number| out.extend(number.to_le_bytes()));
}

/// One shape: outer rings clockwise, holes the other way.
fn record(polygons: &[Polygon], options: &ExportOptions) -> Vec<u8> {
    let Some(corners) = options.corners(polygons) else { return 0_u32.to_le_bytes().to_vec() };
    let rings: Vec<&Vec<Point>> = polygons.iter().flat_map(Polygon::rings).collect();
    let points: usize = rings.iter().map(|ring| ring.len()).sum();
    let mut out = 5_u32.to_le_bytes().to_vec();
    numbers(&mut out, corners);
    out.extend((rings.len() as u32).to_le_bytes());
    out.extend((points as u32).to_le_bytes());
    let mut start = 0_u32;
    for ring in &rings {
        out.extend(start.to_le_bytes());
        start += ring.len() as u32;
    }
    numbers(&mut out, rings.iter().flat_map(|ring| ring.iter().rev()).flat_map(|&point| options.place(point)));
    out
}

/// A column of the table.
struct Field {
    column: Column,
    name: String,
    width: usize,
    /// Decimals of numbers that are written out; `None` where one of them needs an exponent.
    decimals: Option<usize>,
}

/// The table, and what each of its rows must say when it is read again.
fn table(features: &[Feature], date: &str, notes: &mut Vec<Text>) -> (Vec<u8>, Vec<Attributes>) {
    let fields = fields(features, notes);
    let width = 1 + fields.iter().map(|field| field.width).sum::<usize>();
    let start = 32 * (fields.len() + 1) + 1;
    let mut out = vec![3];
    out.extend(last_update(date));
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
            Kind::Real => field.decimals.map_or((b'F', 15), |decimals| (b'N', decimals as u8)),
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
            format!("{cut} 处文本超过 {TEXT} 字节，已截断（格式限制）"),
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
            let number = value.as_f64().unwrap_or_default();
            // Seventeen digits bring every number back.
            let text = field.decimals.map_or_else(|| format!("{number:.16e}"), |places| written_out(number, places));
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

/// The date of the last change, years since 1900, month and day: the one that is printed, or today's.
fn last_update(date: &str) -> [u8; 3] {
    let day = date.trim().parse().unwrap_or_else(|_| jiff::ZonedDateTime::now().date());
    [u8::try_from(day.year() - 1900).unwrap_or(0), day.month().unsigned_abs(), day.day().unsigned_abs()]
}

/// A number as short as it can be told from all others, with so many decimals at least.
fn written_out(number: f64, decimals: usize) -> String {
    let mut text = number.to_string();
    let own = if let Some((_, decimals)) = text.split_once('.') {
        decimals.len()
    } else {
        text.push('.');
        0
    };
    text.extend(std::iter::repeat_n('0', decimals.saturating_sub(own)));
    text
}

/// Width of a column of numbers with decimals, and how many: as many as the numbers have. A number that does not fit into
/// a field that everybody reads asks for an exponent.
fn real(column: &Column, features: &[Feature]) -> (usize, Option<usize>) {
    let numbers = || features.iter().filter_map(|feature| column.value(feature).as_f64());
    let own = |number: f64| number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = numbers().map(own).max().unwrap_or(0).max(1);
    let width = numbers().map(|number| written_out(number, decimals).len()).max().unwrap_or(0).max(LEAST);
    if width <= MOST && decimals <= 15 { (width, Some(decimals)) } else { (24, None) }
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
        // Blanks at either end are what fills a field, no part of its name.
        let plain: String = column.name.trim().chars().filter(|c| !c.is_control()).collect();
        let mut name = head(&plain, NAME).trim().to_owned();
        let mut number = 1;
        while name.is_empty() || !taken.insert(name.to_uppercase()) {
            let tail = format!("_{number}");
            name = format!("{}{tail}", head(&plain, NAME - tail.len()).trim());
            number += 1;
        }
        if name != column.name {
            renamed.push(format!("{} -> {name}", column.name));
        }
        let longest = |feature: &Feature| column.value(feature).as_str().map_or(1, str::len);
        let (width, decimals) = match column.kind {
            Kind::Bool => (1, None),
            Kind::Whole => (20, None),
            Kind::Real => real(&column, features),
            Kind::Text => (features.iter().map(longest).max().unwrap_or(1).clamp(1, TEXT), None),
        };
        fields.push(Field { column, name, width, decimals });
    }
    if !renamed.is_empty() {
        let list = renamed.join(", ");
        notes.push(Text::new(
            format!("names of fields hold ten bytes, and no blank at an end; renamed: {list}"),
            format!("字段名最多 10 字节，首尾不能有空格，已改名：{list}"),
        ));
    }
    if !left_out.is_empty() {
        let list = left_out.join(", ");
        notes.push(Text::new(
            format!("a table holds {FIELDS} fields; left out: {list}"),
            format!("属性表最多 {FIELDS} 个字段，未写出：{list}"),
        ));
    }
    fields
}
