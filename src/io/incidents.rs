//! Incidents from tables and from layers of points.

use std::borrow::Cow;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::assemble;
use super::bytes::{Source, encoding_notes, file_name};
use super::columns::{self, Column};
use super::crs::{self, Declared, Unclear};
use super::csv::{Row, Table};
use super::layer::{Layer, Reading};
use super::oddity::{Oddities, Unit};
pub use super::rows::degrees;
use super::rows::{Block, Chosen};
use super::{Fault, ReadError, personal, rows};
use crate::base::{Problem, Progress, Text};
use crate::model::{Dictionary, Incidents, Placement};

/// Incidents read from a file, and what was odd.
#[derive(Clone, Debug)]
pub struct IncidentFile {
    /// The incidents, a row each, in the order of the file.
    pub incidents: Incidents,
    /// Names of the file's columns and what each was taken for.
    pub columns: Vec<(String, Option<Column>)>,
    /// The coordinate system it was read in.
    pub crs: String,
    /// What was odd, and what was done about it.
    pub notes: Vec<Problem>,
}

/// Reads incidents from a table, or from a layer of points.
///
/// # Errors
/// When the file cannot be read or holds no incidents.
pub fn read(path: &Path, progress: &Progress) -> Result<IncidentFile, ReadError> {
    from_source(&Source::read(path)?, &Reading::default(), progress)
}

/// Reads incidents from what was read into memory before.
///
/// # Errors
/// See [`read`].
pub fn from_source(source: &Source, reading: &Reading, progress: &Progress) -> Result<IncidentFile, ReadError> {
    if !source.format.is_table() {
        return from_layer(&Layer::from_source(source, progress)?);
    }
    let table = Table::open(source)?;
    if !is_incidents(&table.names) {
        let text = Text::new(
            format!(
                "no column for longitude and latitude, and none for a zone, among: {}. Name them lon and lat",
                table.names.join(", ")
            ),
            format!("在列名中找不到经纬度,也没有所属区域:{}。请将列名改为 lon 和 lat", table.names.join("、")),
        );
        return Err(ReadError::new(&source.path, Fault::NotTable, text));
    }
    let name = source.name();
    progress.phase(Text::new(format!("Reading {name}"), format!("读取 {name}")), source.text().len() as u64);
    let mut chosen = Chosen::of(&table.names);
    let mut notes = encoding_notes(&name, &source.written);
    notes.extend(place_system(source, &table, &mut chosen, reading)?);
    let chosen = chosen;
    let blocks = table.blocks(
        chosen.last + 1,
        |_| Block::default(),
        |block, row| {
            if block.rows % 4096 == 0 && progress.is_cancelled() {
                return;
            }
            block.row(&chosen, row);
            progress_row(progress, block, row);
        },
    );
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    finish(&source.path, &table.names, &chosen, blocks, notes)
}

/// Rows whose coordinates are looked at to tell their system.
const SAMPLE: usize = 2000;

/// Tells the coordinate system of the columns of a table from what was asked for and from their numbers.
fn place_system(
    source: &Source,
    table: &Table<'_>,
    chosen: &mut Chosen,
    reading: &Reading,
) -> Result<Vec<Problem>, ReadError> {
    let (Some(x), Some(y)) = (chosen.lon, chosen.lat) else { return Ok(Vec::new()) };
    let sample = table.sample(x.max(y) + 1, SAMPLE, |row| rows::numbers(&row.field(x), &row.field(y)));
    if sample.is_empty() {
        return Ok(Vec::new());
    }
    let declared = Declared::Nothing;
    let decision = match crs::decide(reading, &declared, &sample) {
        Ok(decision) => decision,
        // Rows that are nowhere are listed one by one.
        Err(Unclear::Unknown(_)) => return Ok(Vec::new()),
        Err(unclear) => return Err(assemble::unclear_error(source, unclear, &sample)),
    };
    let notes = assemble::decision_notes(&source.name(), &decision, reading);
    if !decision.system.is_degrees() || decision.swapped {
        chosen.system = Some(decision);
    }
    Ok(notes)
}

/// Counts bytes now and then, not for every row.
fn progress_row(progress: &Progress, block: &mut Block<'_>, row: &Row<'_>) {
    block.bytes += row.raw.len() as u64 + 1;
    if block.rows.is_multiple_of(4096) {
        progress.add(std::mem::take(&mut block.bytes));
    }
}

/// Whether a table with these columns holds incidents: a place by coordinates or by zone, and a time, class or number.
#[must_use]
pub fn is_incidents(names: &[String]) -> bool {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let has = |column| columns::find(&names, column).is_some();
    has(Column::Lon) && has(Column::Lat) || has(Column::PlaceCode) || has(Column::PlaceName)
}

/// Whether the features of a layer are incidents: points with a time, a source or a state.
#[must_use]
pub fn are_incidents(layer: &Layer) -> bool {
    let Some(first) = layer.features.first() else { return false };
    let names: Vec<&str> = first.attributes.keys().map(String::as_str).collect();
    let has = |column| columns::find(&names, column).is_some();
    let evidence = [Column::Reported, Column::Source, Column::State, Column::Class];
    layer.polygons.points.is_empty()
        && layer.lines.points.is_empty()
        && evidence.into_iter().filter(|&column| has(column)).count() >= 2
}

/// Joins the blocks in order; words get their numbers by first appearance.
fn finish(
    path: &Path,
    names: &[String],
    chosen: &Chosen,
    blocks: Vec<Block<'_>>,
    mut notes: Vec<Problem>,
) -> Result<IncidentFile, ReadError> {
    let mut incidents = Incidents::default();
    let mut odd = Oddities::default();
    let mut before = 0;
    let mut places = Vec::with_capacity(blocks.len());
    let mut texts: [Vec<(Vec<String>, Vec<u32>)>; 4] = Default::default();
    for block in blocks {
        let start = incidents.numbers.len() as u32;
        incidents.numbers.push_str(&block.numbers);
        incidents.number_ends.extend(block.number_ends.iter().map(|end| end + start));
        incidents.points.extend(block.points);
        incidents.placement.extend(block.placement);
        places.push((block.place.texts, block.place.rows));
        for (all, words) in texts.iter_mut().zip(block.texts) {
            all.push((words.texts, words.rows));
        }
        let [reported, filed, due, handled, closed] = block.times;
        incidents.reported.extend(reported);
        incidents.filed.extend(filed);
        incidents.due.extend(due);
        incidents.handled.extend(handled);
        incidents.closed.extend(closed);
        odd.append(block.odd.shifted(before));
        before += block.rows as u32;
    }
    let [field, class, from, state] = texts;
    let [place, field, class, from, state] = join_columns([places, field, class, from, state]);
    (incidents.places, incidents.place) = place;
    (incidents.fields, incidents.field) = field;
    (incidents.classes, incidents.class) = class;
    (incidents.sources, incidents.source) = from;
    (incidents.states, incidents.state) = state;
    if incidents.is_empty() {
        let text = Text::new("the table has a header and no row", "表中只有表头,没有数据行");
        return Err(ReadError::new(path, Fault::NothingLeft, text));
    }
    if incidents.placement.iter().all(|&placement| placement == Placement::Nowhere) {
        let text = Text::new(
            "no row has a place: the coordinates are empty or no longitude and latitude in degrees. Give columns lon and lat",
            "没有一行有位置:坐标为空或不是以度为单位的经纬度。请提供 lon、lat 两列",
        );
        return Err(ReadError::new(path, Fault::NothingLeft, text));
    }
    let file = file_name(path);
    notes.extend(odd.problems(&file, Unit::Row));
    notes.extend(personal::columns(&file, names));
    let columns = names.iter().enumerate().map(|(at, name)| (name.clone(), chosen.meaning(at))).collect();
    let crs = chosen.system.as_ref().map_or_else(|| "WGS 84 (assumed)".to_owned(), |how| how.system.name.clone());
    Ok(IncidentFile { incidents, columns, crs, notes })
}

/// Joins each of the columns; in parallel.
fn join_columns<const N: usize>(columns: [Vec<(Vec<String>, Vec<u32>)>; N]) -> [(Dictionary, Vec<u16>); N] {
    let mut joined = columns.map(|column| (column, (Dictionary::default(), Vec::new())));
    joined.par_iter_mut().for_each(|(column, to)| *to = join_words(std::mem::take(column)));
    joined.map(|(_, to)| to)
}

/// One dictionary from those of the blocks; the 65,536th text and later ones become empty.
fn join_words(blocks: Vec<(Vec<String>, Vec<u32>)>) -> (Dictionary, Vec<u16>) {
    let mut by_text: FxHashMap<String, u16> = FxHashMap::default();
    let (mut dictionary, mut rows) = (Dictionary::default(), Vec::new());
    for (texts, indices) in blocks {
        let numbers: Vec<u16> = texts
            .into_iter()
            .map(|text| {
                if let Some(&known) = by_text.get(&text) {
                    return known;
                }
                let number = u16::try_from(dictionary.0.len()).unwrap_or(u16::MAX);
                if number < u16::MAX {
                    dictionary.0.push(text.clone());
                    by_text.insert(text, number);
                }
                number
            })
            .collect();
        rows.extend(indices.iter().map(|&index| numbers.get(index as usize).copied().unwrap_or(u16::MAX)));
    }
    (dictionary, rows)
}

/// Incidents from the points of a layer; a feature of several points stands at its first.
///
/// # Errors
/// When the layer has no points.
pub fn from_layer(layer: &Layer) -> Result<IncidentFile, ReadError> {
    let mut names: Vec<String> = Vec::new();
    let mut known = rustc_hash::FxHashSet::default();
    for key in layer.features.iter().flat_map(|feature| feature.attributes.keys()) {
        if known.insert(key.as_str()) {
            names.push(key.clone());
        }
    }
    let mut chosen = Chosen::of(&names);
    (chosen.lon, chosen.lat) = (None, None);
    let mut block = Block::default();
    for (unit, feature) in layer.features.iter().enumerate() {
        let place = layer.dots.of(unit).flatten().next().copied();
        block.push(&chosen, place, |at| {
            names.get(at).map_or_else(Default::default, |name| text_of(feature.attributes.get(name)))
        });
    }
    finish(&layer.path, &names, &chosen, vec![block], layer.notes.clone())
}

/// A property as the text of a field.
fn text_of(value: Option<&serde_json::Value>) -> Cow<'_, [u8]> {
    match value {
        None | Some(serde_json::Value::Null) => Cow::default(),
        Some(serde_json::Value::String(text)) => Cow::Borrowed(text.as_bytes()),
        Some(other) => Cow::Owned(other.to_string().into_bytes()),
    }
}
