//! `GeoJSON` (RFC 7946 and its 2008 flavour): a scanner of its own, parallel over the features.
//!
//! A first pass finds where features begin and end (only quotes and braces matter for that); then blocks of features are
//! read in parallel, coordinates straight from their digits. The blocks do not depend on the number of threads.

mod feature;
mod kinds;
mod part;
mod root;
mod walk;

use std::sync::Arc;

use rayon::prelude::*;

use super::bytes::Source;
use super::decimal::Coordinate;
use super::json::{JsonError, line_column};
use super::layer::{Format, Layer};
use super::oddity::{Oddities, Unit};
use super::{Fault, ReadError};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use part::Part;
use root::{Content, Root};

/// Bytes of features read as one piece of work.
const BLOCK: usize = 1 << 20;

/// Reads a layer; see [`Layer::read`].
pub(super) fn read<P: Coordinate>(source: &Source, progress: &Progress) -> Result<Layer<P>, ReadError> {
    let text = source.text();
    let json = |error: JsonError| json_error(source, &error);
    let root = Root::read(text).map_err(|error| match error {
        root::RootError::Json(error) => json(error),
        root::RootError::NotGeoJson(why) => ReadError::new(&source.path, Fault::NotGeoJson, why),
        root::RootError::Crs(why) => ReadError::new(&source.path, Fault::Crs, why),
    })?;
    let name = source.name();
    progress.phase(Text::new(format!("Reading {name}"), format!("读取 {name}")), text.len() as u64);
    let part = match &root.content {
        Content::Features(features) => blocks(text, features, progress, source, &json)?,
        Content::Feature(at) => Part::of_feature(text, *at).map_err(json)?,
        Content::Geometry(at) => Part::of_geometry(text, *at).map_err(json)?,
    };
    finish(source, root, part)
}

/// Reads features in blocks, in parallel, and joins the blocks in order.
fn blocks<P: Coordinate>(
    text: &[u8],
    features: &[u32],
    progress: &Progress,
    source: &Source,
    json: &(impl Fn(JsonError) -> ReadError + Sync),
) -> Result<Part<P>, ReadError> {
    let mut cuts = vec![0];
    for (index, &at) in features.iter().enumerate() {
        let block_start = cuts.last().and_then(|&first: &usize| features.get(first)).map_or(0, |&start| start as usize);
        if at as usize - block_start >= BLOCK {
            cuts.push(index);
        }
    }
    cuts.push(features.len());
    let parts: Vec<Result<Part<P>, JsonError>> = cuts
        .par_windows(2)
        .map(|range| {
            let block = features.get(range[0]..range[1]).unwrap_or(&[]);
            let part =
                if progress.is_cancelled() { Part::default() } else { Part::of_features(text, block, range[0])? };
            let bytes = block.first().zip(block.last()).map_or(0, |(&from, &to)| to - from);
            progress.add(u64::from(bytes));
            Ok(part)
        })
        .collect();
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>().map_err(json)?;
    Ok(Part::join(parts))
}

/// Broken JSON with its line and column.
fn json_error(source: &Source, error: &JsonError) -> ReadError {
    let (line, column) = line_column(source.text(), error.at);
    let text = Text::new(
        format!("the JSON is broken at line {line}, column {column}: {}", error.what.en),
        format!("JSON 有误,第 {line} 行第 {column} 列:{}", error.what.zh),
    );
    ReadError::new(&source.path, Fault::Json, text)
}

/// Puts the layer together and says what was odd; an error when nothing is left.
fn finish<P: Coordinate>(source: &Source, root: Root, part: Part<P>) -> Result<Layer<P>, ReadError> {
    let file = source.name();
    let mut odd = root.odd;
    odd.append(part.odd);
    let notes = notes(source, &file, &odd, part.rounded, part.points_read);
    if part.features.is_empty()
        || (part.polygons.points.is_empty() && part.lines.points.is_empty() && part.dots.points.is_empty())
    {
        return Err(nothing_left(source, &odd, &notes));
    }
    Ok(Layer {
        path: source.path.clone(),
        name: source.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        format: Format::GeoJson,
        encoding: source.encoding,
        crs: root.crs,
        features: part.features,
        polygons: part.polygons,
        lines: part.lines,
        dots: part.dots,
        notes,
        foreign: Arc::new(root.foreign),
    })
}

/// All that was odd as problems.
fn notes(source: &Source, file: &str, odd: &Oddities, rounded: u64, points: u64) -> Vec<Problem> {
    let mut notes = encoding_notes(source);
    notes.extend(odd.problems(file, Unit::Feature));
    if rounded > 0 {
        let reason = Text::new(
            format!(
                "{rounded} of {} coordinates have more than seven decimals; rounded to 1e-7 degree (1.1 cm)",
                2 * points
            ),
            format!("{} 个坐标值中有 {rounded} 个超过七位小数,已舍入到 1e-7 度(1.1 厘米)", 2 * points),
        );
        let note = Problem::new(Rule::BadValue, Severity::Note, reason);
        notes.push(Problem { file: Some(file.to_owned()), ..note });
    }
    notes
}

/// What was assumed about the text of a file.
pub(super) fn encoding_notes(source: &Source) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut say = |severity, reason| {
        let note = Problem::new(Rule::BadValue, severity, reason);
        notes.push(Problem { file: Some(source.name()), ..note });
    };
    if !matches!(source.encoding, super::encoding::Encoding::Utf8 | super::encoding::Encoding::Utf8Bom) {
        let name = source.encoding.name();
        say(Severity::Note, Text::new(format!("the text is {name}"), format!("文本编码为 {name}")));
    }
    if source.replaced > 0 {
        let reason = Text::new(
            format!("{} broken characters; each stands as \u{fffd} now", source.replaced),
            format!("有 {} 处损坏的字符,现以 \u{fffd} 代替", source.replaced),
        );
        say(Severity::Warning, reason);
    }
    notes
}

/// The error of a file of which nothing could be used: its commonest reason.
fn nothing_left(source: &Source, odd: &Oddities, notes: &[Problem]) -> ReadError {
    let why = odd.commonest();
    let text = match why {
        Some(kind) if kind == kinds::OUT_OF_RANGE => Text::new(
            "nothing is left: the coordinates are not longitude and latitude in degrees; they look like metres. \
             Save the layer in WGS 84 (EPSG:4326) or CGCS2000 (EPSG:4490) and open it again",
            "没有可用的要素:坐标不是以度为单位的经纬度,像是米。请将图层另存为 WGS 84(EPSG:4326)或 CGCS2000(EPSG:4490)后再打开",
        ),
        Some(kind) => {
            let first = notes.iter().find(|note| note.reason.en.contains(kind.en)).map(|note| note.reason.clone());
            let first = first.unwrap_or_else(|| Text::new(kind.en, kind.zh));
            Text::new(format!("nothing is left: {}", first.en), format!("没有可用的要素:{}", first.zh))
        }
        None => Text::new("it holds no feature", "文件中没有要素"),
    };
    ReadError::new(&source.path, Fault::NothingLeft, text)
}
