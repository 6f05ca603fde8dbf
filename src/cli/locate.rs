//! `wangge locate`: which zone each point is in, judged on the coordinates as read.

use std::path::{Path, PathBuf};
use std::time::Instant;

use lexopt::prelude::*;
use serde_json::json;

use super::inputs::problem_line;
use super::{Exit, Failure, Outcome, note, outputs, print};
use crate::base::Progress;
use crate::index::{Join, join};
use crate::io::columns::Columns;
use crate::io::csv::{Table, harmless};
use crate::io::encoding::Encoding;
use crate::io::export::whole;
use crate::io::layer::{Format, Reading};
use crate::io::tiers::{self, TierGuess};
use crate::io::{Layer, ReadError, Source, incidents};

/// Points further from the zones than this share of the size of their box are said to be far outside.
const FAR: f64 = 0.5;
/// Rows named in a message; the rest is counted.
const NAMED: usize = 10;

#[derive(Default)]
struct Args {
    zones: Option<PathBuf>,
    points: Option<PathBuf>,
    key: Option<String>,
    counts: Option<PathBuf>,
    out: Option<PathBuf>,
    json: bool,
}

impl Args {
    fn parse(mut args: lexopt::Parser) -> Result<Self, Failure> {
        let mut all = Self::default();
        while let Some(arg) = args.next()? {
            match arg {
                Long("zones") => all.zones = Some(args.value()?.into()),
                Long("points") => all.points = Some(args.value()?.into()),
                Long("key") => all.key = Some(args.value()?.string()?),
                Long("counts") => all.counts = Some(args.value()?.into()),
                Long("out") | Short('o') => all.out = Some(args.value()?.into()),
                Long("json") => all.json = true,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(all)
    }

    /// Refuses outputs that are inputs, one file, or of another format.
    fn keep_inputs(&self, zones: &Path, points: &Path) -> Result<(), Failure> {
        let inputs = [zones.to_owned(), points.to_owned()];
        for out in self.counts.iter().chain(&self.out) {
            outputs::has_ending(out, outputs::TABLE)?;
            outputs::keeps_inputs(out, &inputs)?;
        }
        outputs::leaves_room(self.json, self.counts.iter().chain(&self.out))?;
        self.counts.as_ref().zip(self.out.as_ref()).map_or(Ok(()), |(a, b)| outputs::are_apart(a, b))
    }
}

/// Seconds of each phase.
#[derive(Default, serde::Serialize)]
struct Seconds {
    read_zones: f64,
    read_points: f64,
    index: f64,
    join: f64,
    write: f64,
    total: f64,
}

/// Points as read: a row each, and which rows have a place.
struct Points {
    /// Rows in the file.
    rows: usize,
    /// Places of the rows that have one.
    at: Vec<[f64; 2]>,
    /// Rows (from 0) without a place, ascending.
    unplaced: Vec<u32>,
}

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let start = Instant::now();
    let args = Args::parse(args)?;
    let (Some(zones), Some(points)) = (&args.zones, &args.points) else {
        return Err(Failure::File("locate needs --zones FILE and --points FILE".to_owned()));
    };
    args.keep_inputs(zones, points)?;
    let progress = Progress::default();
    let mut seconds = Seconds::default();
    let (zones, points) = rayon::join(
        || timed(|| Layer::<[f64; 2]>::read(zones, &progress)),
        || {
            timed(|| {
                Source::read(points).and_then(|source| read_points(&source, &progress).map(|points| (source, points)))
            })
        },
    );
    (seconds.read_zones, seconds.read_points) = (zones.1, points.1);
    let (layer, (source, points)) = (zones.0.map_err(file)?, points.0.map_err(file)?);
    let guess = keys(&layer, args.key.as_deref())?;
    let (strips, took) = timed(|| layer.polygons.strips());
    seconds.index = took;
    let (found, took) = timed(|| join(&strips, &points.at, &progress));
    seconds.join = took;
    let found = found.map_err(|_| Failure::File("cancelled".to_owned()))?;
    let ((), took) = {
        let (done, took) = timed(|| write(&args, &layer, &guess, &source, &points, &found));
        (done?, took)
    };
    seconds.write = took;
    seconds.total = start.elapsed().as_secs_f64();
    report(&args, &layer, &points, &found, strips.bounds(), &seconds);
    // What is left is given back by the system at once; freeing it piece by piece would take as long as a phase.
    std::mem::forget((layer, source));
    Ok(Exit::Well)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

fn file(error: ReadError) -> Failure {
    Failure::File(error.to_string())
}

/// Which properties hold code and name; `--key` goes before the guess.
fn keys(layer: &Layer<[f64; 2]>, key: Option<&str>) -> Result<TierGuess, Failure> {
    let mut guess = tiers::guess(layer, &Columns::default());
    if let Some(key) = key {
        let known = |feature: &crate::io::Feature| feature.attributes.contains_key(key);
        if !layer.features.iter().any(known) {
            let has: Vec<&str> = layer
                .features
                .first()
                .map(|first| first.attributes.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let path = layer.path.display();
            return Err(Failure::File(format!(
                "{path}: no feature has a property {key:?}; there are: {}",
                has.join(", ")
            )));
        }
        guess.code_key = Some(key.to_owned());
        guess.code_is_id = false;
    }
    Ok(guess)
}

/// Reads the places of a table or of a layer of points.
fn read_points(source: &Source, progress: &Progress) -> Result<Points, ReadError> {
    if !source.format.is_table() {
        let layer = Layer::<[f64; 2]>::from_source(source, progress)?;
        let mut points = Points { rows: layer.features.len(), at: Vec::new(), unplaced: Vec::new() };
        for unit in 0..layer.features.len() {
            match layer.dots.of(unit).flatten().next() {
                Some(&at) => points.at.push(at),
                None => points.unplaced.push(unit as u32),
            }
        }
        return Ok(points);
    }
    let table = Table::open(source)?;
    let (placing, notes) = incidents::placing(source, &table, &Reading::default())?;
    notes.iter().for_each(|problem| note(&problem_line(problem)));
    let blocks = table.blocks(
        placing.width(),
        |bytes| Points { rows: 0, at: Vec::with_capacity(bytes / 64), unplaced: Vec::new() },
        |points, row| {
            match placing.degrees(row) {
                Some(at) => points.at.push(at),
                None => points.unplaced.push(points.rows as u32),
            }
            points.rows += 1;
        },
    );
    let mut whole = Points {
        rows: 0,
        at: Vec::with_capacity(blocks.iter().map(|block| block.at.len()).sum()),
        unplaced: Vec::new(),
    };
    for block in blocks {
        whole.unplaced.extend(block.unplaced.iter().map(|row| row + whole.rows as u32));
        whole.at.extend(block.at);
        whole.rows += block.rows;
    }
    Ok(whole)
}

impl Points {
    /// The row (from 0) of each place.
    fn row_of_place(&self) -> impl Iterator<Item = u32> {
        let mut unplaced = self.unplaced.iter().copied().peekable();
        (0..self.rows as u32).filter(move |row| unplaced.next_if_eq(row).is_none())
    }
}

/// Points in each zone; one in several counts for each.
fn counts(layer: &Layer<[f64; 2]>, found: &Join) -> Vec<u32> {
    let mut counts = vec![0u32; layer.features.len()];
    for &zone in found.first.iter().chain(found.more.iter().map(|(_, zone)| zone)) {
        if let Some(count) = counts.get_mut(zone as usize) {
            *count += 1;
        }
    }
    counts
}

/// Writes the files asked for.
fn write(
    args: &Args,
    layer: &Layer<[f64; 2]>,
    guess: &TierGuess,
    source: &Source,
    points: &Points,
    found: &Join,
) -> Result<(), Failure> {
    if let Some(path) = &args.counts {
        let mut text = String::from("feature_index,code,name,count\n");
        for (at, (feature, count)) in layer.features.iter().zip(counts(layer, found)).enumerate() {
            let (code, name) = (guess.code(feature), guess.zone_name(feature));
            text.push_str(&format!("{at},{},{},{count}\n", cell(&code), cell(&name)));
        }
        whole(path, text.as_bytes())?;
    }
    if let Some(path) = &args.out {
        whole(path, &with_zones(layer, guess, source, points, found)?)?;
    }
    Ok(())
}

/// The table of points with the zone of each behind its own columns.
fn with_zones(
    layer: &Layer<[f64; 2]>,
    guess: &TierGuess,
    source: &Source,
    points: &Points,
    found: &Join,
) -> Result<Vec<u8>, Failure> {
    let mut zone_of = vec![Join::NONE; points.rows];
    let rows: Vec<u32> = points.row_of_place().collect();
    for (&row, &zone) in rows.iter().zip(&found.first) {
        if let Some(slot) = zone_of.get_mut(row as usize) {
            *slot = zone;
        }
    }
    let mut more: Vec<(u32, u32)> =
        found.more.iter().filter_map(|&(at, zone)| Some((*rows.get(at as usize)?, zone))).collect();
    more.sort_unstable();
    let zones: Vec<[String; 2]> =
        layer.features.iter().map(|feature| [cell(&guess.code(feature)), cell(&guess.zone_name(feature))]).collect();
    let table = Table::open(source)
        .map_err(|_| Failure::File("-o writes a table and needs one: give the points as CSV".to_owned()))?;
    let delimiter = char::from(table.delimiter);
    // Excel opens a text of several bytes a character rightly where a mark says what it is.
    let plain = source.encoding() == Encoding::Utf8 && source.format == Format::Csv;
    let mut out: Vec<u8> = if plain { Vec::new() } else { b"\xef\xbb\xbf".to_vec() };
    let names: Vec<String> = table.names.iter().map(|name| cell(name)).collect();
    out.extend_from_slice(names.join(&delimiter.to_string()).as_bytes());
    for name in ["zone_index", "zone_code", "zone_name", "zones"] {
        out.push(table.delimiter);
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\n');
    let lines = table.blocks(0, |_| Vec::new(), |lines: &mut Vec<&[u8]>, row| lines.push(row.raw)).concat();
    let mut more = more.into_iter().peekable();
    for (row, line) in lines.iter().enumerate() {
        let zone = zone_of.get(row).copied().unwrap_or(Join::NONE);
        let mut several = u32::from(zone != Join::NONE);
        while more.next_if(|&(at, _)| at as usize == row).is_some() {
            several += 1;
        }
        let none = [String::new(), String::new()];
        let [code, name] = zones.get(zone as usize).unwrap_or(&none);
        let index = if zone == Join::NONE { String::new() } else { zone.to_string() };
        out.extend_from_slice(line);
        out.extend_from_slice(
            format!("{delimiter}{index}{delimiter}{code}{delimiter}{name}{delimiter}{several}\n").as_bytes(),
        );
    }
    Ok(out)
}

/// A text as a field of a table: quoted where it must be, and never a formula.
fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains(['"', ',', ';', '\t', '|', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Says what was found: notes to stderr, the result to stdout.
fn report(args: &Args, layer: &Layer<[f64; 2]>, points: &Points, found: &Join, bounds: [f64; 4], seconds: &Seconds) {
    for problem in &layer.notes {
        note(&format!("{}: {}", problem.file.as_deref().unwrap_or(""), problem.reason));
    }
    let outside: Vec<u32> = rows(points, |at| found.first.get(at) == Some(&Join::NONE));
    let far: Vec<u32> = rows(points, |at| points.at.get(at).is_some_and(|&place| is_far(place, bounds)));
    let several = {
        let mut rows: Vec<u32> = found.more.iter().map(|&(at, _)| at).collect();
        rows.dedup();
        rows.len()
    };
    let in_one = found.first.iter().filter(|&&zone| zone != Join::NONE).count() - several;
    let zones = layer.kinds()[0];
    for (what, rows) in [("without coordinates", &points.unplaced), ("far outside the zones", &far)] {
        if !rows.is_empty() {
            let named: Vec<String> = rows.iter().take(NAMED).map(|row| (row + 1).to_string()).collect();
            let dots = if rows.len() > NAMED { ", …" } else { "" };
            note(&format!("{} rows {what}: {}{dots}", rows.len(), named.join(", ")));
        }
    }
    if args.json {
        let from_one = |rows: &[u32]| rows.iter().map(|row| row + 1).collect::<Vec<_>>();
        let on_border = found.on_border.len();
        print(&format!(
            "{}\n",
            json!({
                "points": points.rows, "in_one": in_one, "in_several": several, "on_border": on_border,
                "outside": outside.len(), "far_outside": far.len(), "unplaced": points.unplaced.len(), "zones": zones,
                "unplaced_rows": from_one(&points.unplaced), "far_outside_rows": from_one(&far),
                "seconds": seconds,
            })
        ));
    } else {
        let to_stdout = [&args.out, &args.counts].into_iter().flatten().find(|out| outputs::is_stdout(out));
        let line = format!(
            "{} points = {in_one} in one zone + {several} in several + {} outside + {} without coordinates \
             ({} of them on a border); {zones} zones; {:.2} s\n",
            points.rows,
            outside.len(),
            points.unplaced.len(),
            found.on_border.len(),
            seconds.total,
        );
        outputs::say(to_stdout.map(PathBuf::as_path), &line);
    }
}

/// Rows (from 0) whose place, by its number, is wanted.
fn rows(points: &Points, wanted: impl Fn(usize) -> bool) -> Vec<u32> {
    points.row_of_place().enumerate().filter(|&(at, _)| wanted(at)).map(|(_, row)| row).collect()
}

/// Whether a place lies further from a box than some times its size.
fn is_far([lon, lat]: [f64; 2], [west, south, east, north]: [f64; 4]) -> bool {
    let (width, height) = (east - west, north - south);
    lon < west - FAR * width || lon > east + FAR * width || lat < south - FAR * height || lat > north + FAR * height
}
