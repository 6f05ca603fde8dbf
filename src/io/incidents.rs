//! Incidents from tables and from layers of points.

use std::borrow::Cow;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::assemble;
use super::bytes::{Source, encoding_notes, file_name};
use super::columns::{self, Column};
use super::crs::{self, Declared, System, Unclear};
use super::csv::{Row, Table};
use super::heads::{self, Head, Told, Where};
use super::layer::{Layer, Reading};
use super::oddity::{Oddities, Unit};
use super::roles::{Columns, Role};
pub use super::rows::Placing;
use super::rows::{Block, Chosen};
use super::time::Seen;
use super::{Fault, ReadError, personal};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::geometry::Point;
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
        return from_layer(&Layer::from_source(source, progress)?, &reading.columns);
    }
    let table = Table::open(source)?;
    let name = source.name();
    progress.phase(Text::new(format!("Reading {name}"), format!("读取 {name}")), source.text().len() as u64);
    let head = Head::of(&table);
    let told = heads::tell(&source.path, head.clone(), &reading.columns)?;
    let mut chosen = Chosen::of(&source.path, &table.names, &told, &reading.columns)?;
    chosen.learn(&head);
    let mut notes = encoding_notes(&name, &source.written);
    notes.extend(above(&name, table.above));
    notes.extend(unsaved(&name, &source.unsaved));
    notes.extend(told.problems(&name));
    notes.extend(place_system(source, &table, &mut chosen.place, told.system, reading)?);
    let mut blocks = rows(&table, &chosen, progress);
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let mut seen = seen_by(&blocks);
    if chosen.is_turned(&seen) {
        blocks = rows(&table, &chosen, progress);
        seen = seen_by(&blocks);
    }
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let mut file = finish(&source.path, &table.names, &chosen, blocks, notes).map_err(|error| {
        let nothing = error.fault == Fault::NothingLeft && !source.unsaved.is_empty();
        if nothing { ReadError { text: unsaved_text(&source.unsaved), ..error } } else { error }
    })?;
    let orders = time_notes(&source.path, &table.names, &chosen, &seen, &file.incidents);
    file.notes.extend(orders);
    if !reading.personal {
        file.notes.extend(personal::out_of_words(&name, &mut file.incidents));
    }
    Ok(file)
}

/// All rows of a table, in blocks.
fn rows<'a>(table: &Table<'a>, chosen: &Chosen, progress: &Progress) -> Vec<Block<'a>> {
    table.blocks(
        chosen.last + 1,
        |_| Block::default(),
        |block, row| {
            if block.rows % 4096 == 0 && progress.is_cancelled() {
                return;
            }
            block.row(chosen, row);
            progress_row(progress, block, row);
        },
    )
}

/// What all blocks say about the times of each column.
fn seen_by(blocks: &[Block<'_>]) -> [Seen; 5] {
    blocks.iter().fold([Seen::default(); 5], |mut all, block| {
        all.iter_mut().zip(block.seen).for_each(|(seen, more)| *seen = seen.with(more));
        all
    })
}

/// Where the rows of a table have their coordinates, for those who ask for nothing else; and what is to be said of it.
///
/// # Errors
/// When its columns or its coordinate system cannot be told, or it has no coordinates.
pub fn placing(source: &Source, table: &Table<'_>, reading: &Reading) -> Result<(Placing, Vec<Problem>), ReadError> {
    let told = heads::tell(&source.path, Head::of(table), &reading.columns)?;
    if told.place == Where::Nowhere {
        let names = table.names.join(", ");
        let text = Text::new(
            format!(
                "no columns for longitude and latitude among: {names}. Say which with --column FILE:lon=NAME and --column FILE:lat=NAME"
            ),
            format!("列名中找不到经度和纬度\u{ff1a}{names}。请用 --column 文件:lon=列名、--column 文件:lat=列名 指定"),
        );
        return Err(ReadError::new(&source.path, Fault::Columns, text));
    }
    let mut placing = Placing { columns: told.place, system: None };
    let mut notes = told.problems(&source.name());
    notes.extend(place_system(source, table, &mut placing, told.system, reading)?);
    Ok((placing, notes))
}

impl Told {
    /// What is to be said of a file.
    fn problems(&self, file: &str) -> Vec<Problem> {
        let problem = |(in_doubt, text, remedies): &(bool, Text, Vec<Text>)| {
            let severity = if *in_doubt { Severity::Warning } else { Severity::Note };
            let problem = Problem::new(Rule::BadValue, severity, text.clone());
            Problem { file: Some(file.to_owned()), remedies: remedies.clone(), ..problem }
        };
        self.notes.iter().map(problem).collect()
    }
}

/// Says that lines above the head of a table are no rows of it.
fn above(file: &str, lines: usize) -> Option<Problem> {
    let text = Text::new(
        format!("{lines} lines above the names of the columns were passed over"),
        format!("列名之上的 {lines} 行未作为数据读取"),
    );
    let problem = Problem::new(Rule::BadValue, Severity::Note, text);
    (lines > 0).then(|| Problem { file: Some(file.to_owned()), ..problem })
}

/// Says that formulas have no results.
fn unsaved(file: &str, columns: &[String]) -> Option<Problem> {
    let problem = Problem::new(Rule::BadValue, Severity::Warning, unsaved_text(columns));
    (!columns.is_empty()).then(|| Problem { file: Some(file.to_owned()), ..problem })
}

fn unsaved_text(columns: &[String]) -> Text {
    Text::new(
        format!(
            "the formulas of {} were saved without their results. Open the workbook in Excel or WPS and save it again",
            columns.join(", ")
        ),
        format!("列 {} 的公式未保存计算结果。请用 Excel 或 WPS 打开并重新保存", columns.join("、")),
    )
}

/// Rows whose coordinates are looked at to tell their system.
const SAMPLE: usize = 2000;

/// Tells the coordinate system of the columns of a table from what was asked for, from their names and from their numbers.
fn place_system(
    source: &Source,
    table: &Table<'_>,
    placing: &mut Placing,
    named: Option<&str>,
    reading: &Reading,
) -> Result<Vec<Problem>, ReadError> {
    let pairs = table.sample(placing.width(), SAMPLE, |row| placing.numbers(row));
    let sample: Vec<[f64; 2]> = pairs.iter().map(|pair| pair.at).collect();
    let Some(first) = pairs.first() else { return Ok(Vec::new()) };
    let srid = first.srid.filter(|_| pairs.iter().all(|pair| pair.srid == first.srid));
    let named = named.and_then(System::named);
    let declared = srid.map(Declared::epsg).or(named.map(Declared::Known)).unwrap_or_default();
    let decision = match crs::decide(reading, &declared, &sample) {
        Ok(decision) => decision,
        // Rows that are nowhere are listed one by one.
        Err(Unclear::Unknown(_)) => return Ok(Vec::new()),
        Err(unclear) => return Err(assemble::unclear_error(source, unclear, &sample)),
    };
    let notes = assemble::decision_notes(&source.name(), &decision, reading);
    if !decision.system.is_degrees() || decision.swapped {
        placing.system = Some(decision);
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

/// Whether the features of a layer are incidents: points with a time, or with two of source, state and class. A source alone
/// is what cameras have too.
#[must_use]
pub fn are_incidents(layer: &Layer) -> bool {
    let names = property_names(layer);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let has = |column| columns::find(&names, column).is_some();
    let about = [Column::Source, Column::State, Column::Class].into_iter().filter(|&column| has(column)).count();
    are_points(layer) && (has(Column::Reported) || about > 1)
}

/// Whether a layer holds points alone.
#[must_use]
pub fn are_points(layer: &Layer) -> bool {
    layer.polygons.points.is_empty() && layer.lines.points.is_empty() && !layer.dots.points.is_empty()
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
            "no row has a place: the coordinates are empty or no longitude and latitude in degrees. Say which columns hold \
             them with --column FILE:lon=NAME and --column FILE:lat=NAME",
            "没有一行有位置\u{ff1a}坐标为空或不是以度为单位的经纬度。请用 --column 文件:lon=列名、--column 文件:lat=列名 指定坐标列",
        );
        return Err(ReadError::new(path, Fault::NothingLeft, text));
    }
    let file = file_name(path);
    notes.extend(odd.problems(&file, Unit::Row));
    notes.extend(personal::columns(&file, names));
    let columns = names.iter().enumerate().map(|(at, name)| (name.clone(), chosen.meaning(at))).collect();
    let crs = chosen.place.system.as_ref().map_or_else(|| "WGS 84 (assumed)".to_owned(), |how| how.system.name.clone());
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

/// The names of the properties of a layer, in the order they are met.
fn property_names(layer: &Layer) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = rustc_hash::FxHashSet::default();
    for key in layer.features.iter().flat_map(|feature| feature.attributes.keys()) {
        if known.insert(key.as_str()) {
            names.push(key.clone());
        }
    }
    names
}

/// Incidents from the points of a layer; a feature of several points is as many incidents.
///
/// # Errors
/// When the layer has no points, or a column that was said is none of its properties.
pub fn from_layer(layer: &Layer, said: &Columns) -> Result<IncidentFile, ReadError> {
    let names = property_names(layer);
    let rows = || layer.features.iter().take(heads::SAMPLE);
    let cell = |feature: &super::Feature, name: &String| {
        String::from_utf8_lossy(&text_of(feature.attributes.get(name))).into_owned()
    };
    let head = Head {
        rows: rows().map(|feature| names.iter().map(|name| cell(feature, name)).collect()).collect(),
        names: names.clone(),
    };
    let told = heads::tell_time(&layer.path, &head, said);
    let mut chosen = Chosen::of(&layer.path, &names, &told, said)?;
    chosen.learn(&head);
    let rows = |chosen: &Chosen| {
        let mut block = Block::default();
        for (unit, feature) in layer.features.iter().enumerate() {
            let field =
                |at: usize| names.get(at).map_or_else(Default::default, |name| text_of(feature.attributes.get(name)));
            let places: Vec<Option<Point>> = layer.dots.of(unit).flatten().copied().map(Some).collect();
            let places = if places.is_empty() { vec![None] } else { places };
            places.into_iter().for_each(|place| block.push(chosen, place, field));
        }
        block
    };
    let mut block = rows(&chosen);
    if chosen.is_turned(&block.seen) {
        block = rows(&chosen);
    }
    let mut notes = layer.notes.clone();
    notes.extend(told.problems(&file_name(&layer.path)));
    let seen = block.seen;
    let mut file = finish(&layer.path, &names, &chosen, vec![block], notes)?;
    file.notes.extend(time_notes(&layer.path, &names, &chosen, &seen, &file.incidents));
    Ok(file)
}

/// What the times of the columns say about themselves, where it matters: which of day and month stands first, another zone.
fn time_notes(path: &Path, names: &[String], chosen: &Chosen, seen: &[Seen; 5], incidents: &Incidents) -> Vec<Problem> {
    let file = file_name(path);
    let columns = chosen.times.iter().zip(seen).zip(&chosen.how);
    let mut notes = Vec::new();
    for ((at, seen), how) in columns {
        let Some(name) = at.and_then(|at| names.get(at)) else { continue };
        let flag = |role: Role| format!("--column {file}:{}={name}", role.name());
        let order = |role, en: &str, zh: &str| {
            let flag = flag(role);
            Text::new(format!("{flag}: {en}"), format!("{flag}\u{ff1a}{zh}"))
        };
        let mut say = |severity, en: String, zh: String, remedies| {
            let problem = Problem::new(Rule::BadValue, severity, Text::new(en, zh));
            notes.push(Problem { file: Some(file.clone()), remedies, ..problem });
        };
        let other = if how.day_first {
            order(Role::MonthFirst, "months stand first", "月在前")
        } else {
            order(Role::DayFirst, "days stand first", "日在前")
        };
        let (en, zh) = if how.day_first { ("days first", "日在前") } else { ("months first", "月在前") };
        match (seen.day_first, seen.month_first, seen.either) {
            _ if how.asked => {}
            (1.., 0, _) => say(
                Severity::Note,
                format!("{name} was read with days first: {} of its days are no months", seen.day_first),
                format!("列 {name} 按日在前读取\u{ff1a}其中 {} 个日期的首数不可能是月", seen.day_first),
                Vec::new(),
            ),
            (0, 0, 1..) => say(
                Severity::Warning,
                format!("nothing proves whether days or months stand first in {name}; read with {en}"),
                format!("无法判断列 {name} 的日期是日在前还是月在前\u{ff0c}已按{zh}读取"),
                vec![other],
            ),
            (1.., 1.., 1..) => say(
                Severity::Warning,
                format!(
                    "{name} holds days first as well as months first; {} dates that could be either were read with {en}",
                    seen.either
                ),
                format!("列 {name} 中日在前与月在前混用\u{ff0c}其中 {} 个无法判断的日期已按{zh}读取", seen.either),
                vec![other],
            ),
            _ => {}
        }
        if seen.zoned > 0 && how.zone.is_none() {
            let here = zone_here(incidents);
            let flag = flag(Role::Zone(here));
            let (zone, zones) = (Role::Zone(here).name().to_uppercase(), zones_text(seen));
            if seen.zones != [here; 2] {
                let remedy = Text::new(
                    format!("{flag}: move its times to the local time, {zone}"),
                    format!("{flag}\u{ff1a}换算为当地时间 {zone}"),
                );
                say(
                    Severity::Warning,
                    format!("{} times of {name} are of {zones} and were read as they stand", seen.zoned),
                    format!("列 {name} 中 {} 个时间为 {zones} 时间\u{ff0c}已原样读取", seen.zoned),
                    vec![remedy],
                );
            }
        }
        if seen.counted > 0 {
            let (en, zh) = counted(name, seen.counted);
            say(Severity::Note, en, zh, Vec::new());
        }
    }
    notes
}

/// What is said of times that are numbers.
fn counted(name: &str, count: u32) -> (String, String) {
    (
        format!("{count} times of {name} are numbers of days or seconds; read as such"),
        format!("列 {name} 中 {count} 个时间为天数或秒数\u{ff0c}已换算"),
    )
}

fn zones_text(seen: &Seen) -> String {
    let [first, last] =
        seen.zones.map(|zone| if zone == 0 { "UTC".to_owned() } else { Role::Zone(zone).name().to_uppercase() });
    if first == last { first } else { format!("{first}–{last}") }
}

/// The zone that incidents lie in, by their longitude, minutes east: China is of one.
fn zone_here(incidents: &Incidents) -> i32 {
    let bounds = incidents.bounds();
    if bounds.is_empty() {
        return 8 * 60;
    }
    let (lon, lat) = (bounds.centre().lon(), bounds.centre().lat());
    if (73.0..135.1).contains(&lon) && (3.0..54.0).contains(&lat) { 8 * 60 } else { (lon / 15.0).round() as i32 * 60 }
}

/// A property as the text of a field.
fn text_of(value: Option<&serde_json::Value>) -> Cow<'_, [u8]> {
    match value {
        None | Some(serde_json::Value::Null) => Cow::default(),
        Some(serde_json::Value::String(text)) => Cow::Borrowed(text.as_bytes()),
        Some(other) => Cow::Owned(other.to_string().into_bytes()),
    }
}
