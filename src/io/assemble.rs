//! From what a reader found to a layer on the lattice: the coordinate system is told, everything is converted, then
//! rounded, and what was odd is said.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::bytes::{Source, Written, encoding_notes};
use super::columns::{self, Column};
use super::crs::{self, Decision, Declared, System, Unclear};
use super::decimal::{Coordinate, Plane};
use super::diagnosis::{self, Diagnosis};
use super::layer::{Feature, Format, Layer, Paths, Reading, range};
use super::oddity::{Oddities, Unit};
use super::part::Part;
use super::{Fault, ReadError, personal};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::geometry::PointError;
use crate::model::Attributes;

/// Positions looked at to tell the coordinate system.
const SAMPLE: usize = 4096;

/// Most properties of a layer, as many as a `GeoPackage` has columns.
pub(super) const COLUMNS: usize = 2000;

/// Positions that are converted by one thread.
const ALONE: usize = 4096;

/// What a reader found in a file.
pub(super) struct Found<P> {
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) part: Part<P>,
    pub(super) foreign: Attributes,
    /// More that should be said.
    pub(super) notes: Vec<Problem>,
    pub(super) written: Written,
    /// Who waits for it.
    pub(super) progress: Progress,
}

impl<P> Found<P> {
    /// What was found in the one layer of a file.
    pub(super) fn new(source: &Source, part: Part<P>, progress: &Progress) -> Self {
        let (name, format, written) = (source.stem(), source.format, source.written.clone());
        let (foreign, notes, progress) = (Attributes::new(), Vec::new(), progress.clone());
        Self { name, format, part, foreign, notes, written, progress }
    }
}

/// Tells the coordinate system of a layer, converts it, and puts it together.
pub(super) fn layer<P: Coordinate>(
    source: &Source,
    found: Found<Plane>,
    declared: &Declared,
    reading: &Reading,
) -> Result<Layer<P>, ReadError> {
    let sample = sample(&found.part);
    let decision =
        crs::decide(reading, declared, &sample).map_err(|unclear| unclear_error(source, unclear, &sample))?;
    placed(source, found, &decision, reading)
}

/// Converts a layer as it was decided, and puts it together.
pub(super) fn placed<P: Coordinate>(
    source: &Source,
    found: Found<Plane>,
    decision: &Decision,
    reading: &Reading,
) -> Result<Layer<P>, ReadError> {
    let Found { name, format, foreign, written, part, mut notes, progress } = found;
    notes.extend(decision_notes(&source.name(), decision, reading));
    let part = place(part, decision, &progress);
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let found = Found { name, format, part, foreign, notes, written, progress };
    finish(source, found, decision.system.name.clone(), reading)
}

/// What was assumed about a coordinate system, and what a reader should know about it.
pub(super) fn decision_notes(file: &str, decision: &Decision, reading: &Reading) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut say = |severity, reason| {
        notes.push(Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, severity, reason) });
    };
    if let Some(note) = &decision.note {
        let severity = if reading.system.is_none() { Severity::Warning } else { Severity::Note };
        say(severity, note.clone());
    }
    if decision.swapped {
        let text = Text::new("north stands before east in it; the two were swapped", "坐标为先纬(北)后经(东),已对调");
        say(Severity::Warning, text);
    }
    if let Some(text) = decision.system.caution() {
        say(Severity::Warning, text);
    }
    notes
}

/// Puts a layer together that stands on the lattice, and says what was odd; an error when nothing is left.
pub(super) fn finish<P: Coordinate>(
    source: &Source,
    found: Found<P>,
    crs: String,
    reading: &Reading,
) -> Result<Layer<P>, ReadError> {
    let Found { name, format, mut part, foreign, notes: more, written, .. } = found;
    tell_empty(&mut part);
    let left_out = diagnosis::left_out(&part.odd);
    let mut notes = encoding_notes(&source.name(), &written);
    notes.extend(more);
    notes.extend(odd_notes(source, &part));
    if part.features.is_empty() || part.is_empty() {
        return Err(nothing_left(source, &part.odd, &notes));
    }
    notes.extend(few_columns(source, &mut part));
    if !reading.personal {
        notes.extend(personal::leave_out(&source.name(), &mut part.features));
    }
    Ok(Layer {
        path: source.path.clone(),
        name,
        format,
        encoding: written.encoding,
        doubt: written.doubt,
        crs,
        features: part.features,
        polygons: part.polygons,
        lines: part.lines,
        dots: part.dots,
        left_out,
        notes,
        foreign: Arc::new(foreign),
    })
}

/// Says of every feature without a geometry that it is so, and what it is called.
fn tell_empty<P>(part: &mut Part<P>) {
    let is_told = diagnosis::is_told(&part.odd);
    let has = |ends: &[u32], unit| !range(ends, unit).is_empty();
    for unit in 0..part.features.len() {
        let (areas, lines, dots) = (&part.polygons.unit_ends, &part.lines.unit_ends, &part.dots.unit_ends);
        if !has(areas, unit) && !has(lines, unit) && !has(dots, unit) && !is_told(unit as u32 + 1) {
            part.odd.add(Diagnosis::NoGeometry, unit as u32 + 1, "");
        }
    }
    let features = &part.features;
    for kind in diagnosis::WITHOUT {
        part.odd.call(kind, |number| {
            let feature = (number as usize).checked_sub(1).and_then(|at| features.get(at));
            feature.map_or_else(String::new, |feature| called(&feature.attributes))
        });
    }
}

/// What a feature is called by its own properties: code and name.
fn called(attributes: &Attributes) -> String {
    let names: Vec<&str> = attributes.keys().map(String::as_str).collect();
    let value = |column| {
        let at = columns::find(&names, column)?;
        attributes.get(*names.get(at)?).map(super::tiers::text).filter(|text| !text.is_empty())
    };
    let both = [value(Column::Code), value(Column::Name)];
    both.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Up to [`SAMPLE`] positions from all over a layer.
pub(super) fn sample(part: &Part<Plane>) -> Vec<[f64; 2]> {
    let all = [&part.polygons.points, &part.lines.points, &part.dots.points];
    let total: usize = all.iter().map(|points| points.len()).sum();
    let points = all.into_iter().flatten().step_by(total.div_ceil(SAMPLE).max(1));
    points.map(|place| place.0).collect()
}

/// Why the coordinate system of a file is not clear, for its user.
pub(super) fn unclear_error(source: &Source, unclear: Unclear, sample: &[[f64; 2]]) -> ReadError {
    match unclear {
        Unclear::Unknown(text) => ReadError::new(&source.path, Fault::Crs, text),
        Unclear::Forbidden(text) => ReadError::new(&source.path, Fault::Forbidden, text),
        Unclear::Zone { swapped } => {
            let corners = sample.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |corners, &[x, y]| {
                let (x, y) = if swapped { (y, x) } else { (x, y) };
                [corners[0].min(x), corners[1].min(y), corners[2].max(x), corners[3].max(y)]
            });
            let text = Text::new(
                "its coordinates are metres east and north of a zone that nothing names. Say which with --crs \
                 FILE=EPSG, as 4546 for CGCS2000 in 3° zones around 111° east, or open it together with a layer in degrees",
                "坐标为米制,但未说明中央经线。请用 --crs 文件=EPSG 指定(如 4546 为 CGCS2000 三度带 111°),或与经纬度图层一同打开",
            );
            ReadError::new(&source.path, Fault::Zone(corners.map(|metres| metres as i64)), text)
        }
    }
}

/// Converts positions, in parallel, and rounds them; what falls off the earth is listed and left out with its feature. Of a
/// cancelled job nothing counts.
fn place<P: Coordinate>(from: Part<Plane>, decision: &Decision, progress: &Progress) -> Part<P> {
    let convert = |points: &[Plane]| -> Vec<Result<(P, u32), PointError>> {
        let one = |&Plane([x, y]): &Plane| {
            if progress.is_cancelled() {
                return Err(PointError::NotFinite);
            }
            let place = if decision.swapped { [y, x] } else { [x, y] };
            let [lon, lat] = decision.system.to_degrees(place);
            match P::from_degrees([lon, lat]) {
                Err(PointError::OutOfRange(..)) => Err(PointError::OutOfRange(x, y)),
                other => other,
            }
        };
        // A file of hundreds of small layers would spend its time waking threads.
        if points.len() < ALONE { points.iter().map(one).collect() } else { points.par_iter().map(one).collect() }
    };
    let rounds = decision.system.is_degrees();
    let mut part = Part { points_read: 0, odd: from.odd, ..Part::default() };
    let (areas, lines, dots) =
        (convert(&from.polygons.points), convert(&from.lines.points), convert(&from.dots.points));
    for (unit, feature) in from.features.into_iter().enumerate() {
        if unit % ALONE == 0 && progress.is_cancelled() {
            break;
        }
        let number = unit as u32 + 1;
        let mark = part.mark();
        let mut off = None;
        let mut take = |points: Option<&[Result<(P, u32), PointError>]>, part: &mut Part<P>| -> Vec<P> {
            part.points_read += points.map_or(0, <[_]>::len) as u64;
            let points = points.unwrap_or(&[]).iter();
            points
                .filter_map(|point| match *point {
                    Ok((point, rounded)) => {
                        part.rounded += u64::from(rounded) * u64::from(rounds);
                        Some(point)
                    }
                    Err(error) => {
                        off = Some(error);
                        None
                    }
                })
                .collect()
        };
        for polygon in range(&from.polygons.unit_ends, unit) {
            let mut rings = Vec::new();
            for ring in range(&from.polygons.polygon_ends, polygon) {
                let mut points = take(areas.get(range(&from.polygons.ring_ends, ring)), &mut part);
                points.extend(points.first().copied());
                rings.push(points);
            }
            part.polygon(rings, number);
        }
        let paths = |from: &Paths<Plane>| -> Vec<std::ops::Range<usize>> {
            range(&from.unit_ends, unit).map(|path| range(&from.path_ends, path)).collect()
        };
        for path in paths(&from.lines) {
            let points = take(lines.get(path), &mut part);
            part.line(points, number);
        }
        for path in paths(&from.dots) {
            let points = take(dots.get(path), &mut part);
            part.dots(points);
        }
        if let Some(error) = off {
            part.back_to(mark);
            misplaced(&mut part.odd, number, error);
        }
        part.end_unit(feature);
    }
    part
}

/// Says why a feature cannot be placed.
fn misplaced(odd: &mut Oddities, number: u32, error: PointError) {
    match error {
        PointError::NotFinite => odd.add(Diagnosis::NotNumber, number, ""),
        PointError::OutOfRange(x, y) => odd.add(Diagnosis::OutOfRange, number, format!("{x}, {y}")),
    }
}

/// All that was odd as problems.
fn odd_notes<P>(source: &Source, part: &Part<P>) -> Vec<Problem> {
    let file = source.name();
    let mut notes = part.odd.problems(&file, Unit::Feature);
    let (rounded, all) = (part.rounded, 2 * part.points_read);
    if rounded > 0 {
        let reason = Text::new(
            format!("{rounded} of {all} coordinates have more than seven decimals; rounded to 1e-7 degree (1.1 cm)"),
            format!("{all} 个坐标值中有 {rounded} 个超过七位小数,已舍入到 1e-7 度(1.1 厘米)"),
        );
        notes.push(Problem { file: Some(file), ..Problem::new(Rule::BadValue, Severity::Note, reason) });
    }
    notes
}

/// The error of a file of which nothing could be used: its gravest reason.
fn nothing_left(source: &Source, odd: &Oddities, notes: &[Problem]) -> ReadError {
    // What was kept of a feature is no reason why nothing is left.
    let text = match odd.gravest(&diagnosis::WITHOUT) {
        Some(Diagnosis::OutOfRange) => Text::new(
            "nothing is left: the coordinates are not longitude and latitude in degrees; they look like metres. \
             Save the layer in WGS 84 (EPSG:4326) or CGCS2000 (EPSG:4490) and open it again",
            "没有可用的要素:坐标不是以度为单位的经纬度,像是米。请将图层另存为 WGS 84(EPSG:4326)或 CGCS2000(EPSG:4490)后再打开",
        ),
        Some(Diagnosis::NoGeometry) => Text::new("no feature of it has a geometry", "其中的要素都没有图形"),
        Some(kind) => {
            let words = kind.words();
            let first = notes.iter().find(|note| note.reason.en.contains(&*words.en)).map(|note| note.reason.clone());
            let first = first.unwrap_or(words);
            Text::new(format!("nothing is left: {}", first.en), format!("没有可用的要素:{}", first.zh))
        }
        None => Text::new("it holds no feature", "文件中没有要素"),
    };
    ReadError::new(&source.path, Fault::NothingLeft, text)
}

/// Takes properties beyond [`COLUMNS`] away, the first ones stay, and says how many: tables hold no more, and every list of
/// names would grow without end.
fn few_columns<P>(source: &Source, part: &mut Part<P>) -> Option<Problem> {
    let all = names(&part.features);
    if all.len() <= COLUMNS {
        return None;
    }
    let (count, kept): (usize, FxHashSet<String>) =
        (all.len(), all.iter().take(COLUMNS).map(|&name| name.to_owned()).collect());
    for feature in &mut part.features {
        for members in [&mut feature.attributes, &mut feature.foreign] {
            if members.keys().any(|key| !kept.contains(key)) {
                Arc::make_mut(members).retain(|key, _| kept.contains(key));
            }
        }
    }
    let reason = Text::new(
        format!(
            "it has {count} different properties; the first {COLUMNS} were read, the others left out. Export those that are needed"
        ),
        format!("属性名共 {count} 个，只读取前 {COLUMNS} 个，其余未读取。请只导出需要的属性"),
    );
    Some(Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Error, reason) })
}

/// Names of all properties, in the order they are met within a stretch of features.
fn names(features: &[Feature]) -> Vec<&str> {
    let parts: Vec<Vec<&str>> = features.par_chunks(ALONE).map(names_of).collect();
    let mut seen = FxHashSet::default();
    parts.into_iter().flatten().filter(|key| seen.insert(*key)).collect()
}

fn names_of(features: &[Feature]) -> Vec<&str> {
    let mut seen = FxHashSet::default();
    let keys = features.iter().flat_map(|feature| feature.attributes.keys().chain(feature.foreign.keys()));
    keys.map(String::as_str).filter(|key| seen.insert(*key)).collect()
}

/// A system as it is printed when a file declares none and its numbers are degrees.
pub(super) fn assumed(declared: &Declared) -> String {
    match declared {
        Declared::Known(System { name, .. }) | Declared::Unknown(name) => name.clone(),
        Declared::Nothing => "WGS 84 (RFC 7946)".to_owned(),
    }
}
