//! `wangge locate`: which zone each point is in, judged on the coordinates as read.

mod any;
mod people;
mod quick;

use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::inputs::{Inputs, problem_line, text};
use super::{Exit, Failure, Outcome, note, outputs, print};
use crate::base::{Problem, Severity};
use crate::index::{Join, Plane};
use crate::io::Source;
use crate::io::csv::{Table, harmless};
use crate::io::export::whole;

/// Points further from the zones than this share of the size of their box are said to be far outside.
const FAR: f64 = 0.5;
/// Rows named in a message; the rest is counted.
const NAMED: usize = 10;

/// What stands on the command line.
struct Args {
    zones: Vec<PathBuf>,
    points: Vec<PathBuf>,
    key: Option<String>,
    counts: Option<PathBuf>,
    inputs: Inputs,
}

impl Args {
    fn parse(args: lexopt::Parser) -> Result<Self, Failure> {
        let (mut zones, mut points) = (Vec::new(), Vec::new());
        let (mut key, mut counts) = (None, None);
        let inputs = Inputs::parse(args, |name, args| {
            match name {
                "zones" => zones.push(args.value()?.into()),
                "points" => points.push(args.value()?.into()),
                "key" => key = Some(text(args)?),
                "counts" => counts = Some(args.value()?.into()),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if zones.is_empty() || points.is_empty() {
            return Err(Failure::File("locate needs --zones FILE and --points FILE".to_owned()));
        }
        Ok(Self { zones, points, key, counts, inputs })
    }

    /// Refuses outputs that are inputs, one file, or of another format.
    fn keep_inputs(&self) -> Result<(), Failure> {
        let inputs = [self.zones.as_slice(), &self.points].concat();
        let outs = || self.counts.iter().chain(&self.inputs.out);
        for out in outs() {
            outputs::has_ending(out, outputs::TABLE)?;
            outputs::keeps_inputs(out, &inputs)?;
        }
        outputs::leaves_room(self.inputs.json, outs())?;
        self.counts.as_ref().zip(self.inputs.out.as_ref()).map_or(Ok(()), |(a, b)| outputs::are_apart(a, b))
    }

    /// Whether anything is to be written to a file.
    fn writes(&self) -> bool {
        self.counts.is_some() || self.inputs.out.is_some()
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

/// The points as a table.
enum Rows {
    /// A table whose lines are copied as they are.
    Lines(Box<Source>),
    /// Names of the columns, and the fields of each row.
    Fields(Vec<String>, Vec<Vec<String>>),
}

/// Rows with and without places, and the zones they are in.
struct Found {
    /// Rows read.
    count: usize,
    /// Rows (from 0) without a place, ascending.
    unplaced: Vec<u32>,
    /// Rows (from 0) far outside the zones, ascending.
    far: Vec<u32>,
    join: Join,
    rows: Rows,
    /// Code and name of each feature of the zones.
    zones: Vec<[String; 2]>,
    /// How many of the features have land.
    with_land: usize,
    /// What zones and points were read from.
    from: Vec<String>,
    notes: Vec<Problem>,
    /// Whether tables begin with a mark: where a text was no plain UTF-8, a spreadsheet would guess.
    mark: bool,
}

/// Runs the command on its arguments. One layer of zones and one table in degrees go the quick way; everything else is read
/// as `check` reads it.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let start = Instant::now();
    let args = Args::parse(args)?;
    args.keep_inputs()?;
    let mut seconds = Seconds::default();
    let mut found = match quick::find(&args, &mut seconds)? {
        Some(found) => found,
        None => any::find(&args, &mut seconds)?,
    };
    if args.inputs.out.is_some() && !args.inputs.options.personal {
        people::leave_out(&mut found)?;
    }
    let (written, took) = timed(|| write(&args, &found));
    written?;
    seconds.write = took;
    seconds.total = start.elapsed().as_secs_f64();
    report(&args, &found, &seconds);
    let lost = found.notes.iter().any(|problem| problem.severity == Severity::Error);
    // What is left is given back by the system at once; freeing it piece by piece would take as long as a phase.
    std::mem::forget(found);
    Ok(if lost { Exit::Problems } else { Exit::Well })
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

impl Found {
    /// The row (from 0) of each place.
    fn row_of_place(&self) -> impl Iterator<Item = u32> {
        row_of_place(self.count, &self.unplaced)
    }

    /// Points in each zone; one in several counts for each.
    fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0u32; self.zones.len()];
        for &zone in self.join.first.iter().chain(self.join.more.iter().map(|(_, zone)| zone)) {
            if let Some(count) = counts.get_mut(zone as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// What stands behind the fields of each row: place, code and name of its zone, and how many it is in.
    fn suffixes(&self) -> Vec<[String; 4]> {
        let rows: Vec<u32> = self.row_of_place().collect();
        let mut zone_of = vec![(Join::NONE, 0u32); self.count];
        let more = self.join.more.iter().filter_map(|&(at, _)| rows.get(at as usize));
        let firsts = rows.iter().zip(&self.join.first).filter(|(_, zone)| **zone != Join::NONE);
        for (&row, zone) in firsts.map(|(row, zone)| (row, Some(*zone))).chain(more.map(|row| (row, None))) {
            if let Some((slot, several)) = zone_of.get_mut(row as usize) {
                *slot = zone.unwrap_or(*slot);
                *several += 1;
            }
        }
        let suffix = |(zone, several): (u32, u32)| {
            let [code, name] = self.zones.get(zone as usize).cloned().unwrap_or_default();
            let index = if zone == Join::NONE { String::new() } else { zone.to_string() };
            [index, cell(&code), cell(&name), several.to_string()]
        };
        zone_of.into_iter().map(suffix).collect()
    }
}

fn row_of_place(rows: usize, unplaced: &[u32]) -> impl Iterator<Item = u32> {
    let mut unplaced = unplaced.iter().copied().peekable();
    (0..rows as u32).filter(move |row| unplaced.next_if_eq(row).is_none())
}

/// Writes the files asked for.
fn write(args: &Args, found: &Found) -> Result<(), Failure> {
    let mark = if found.mark { "\u{feff}" } else { "" };
    if let Some(path) = &args.counts {
        let mut text = format!("{mark}feature_index,code,name,count\n");
        for (at, ([code, name], count)) in found.zones.iter().zip(found.counts()).enumerate() {
            text.push_str(&format!("{at},{},{},{count}\n", cell(code), cell(name)));
        }
        whole(path, text.as_bytes())?;
    }
    if let Some(path) = &args.inputs.out {
        whole(path, &[mark.as_bytes(), &with_zones(found)?].concat())?;
    }
    Ok(())
}

/// The table of points with the zone of each behind its own columns.
fn with_zones(found: &Found) -> Result<Vec<u8>, Failure> {
    const OWN: [&str; 4] = ["zone_index", "zone_code", "zone_name", "zones"];
    let own = OWN.map(str::to_owned);
    let mut out = Vec::new();
    let mut line = |first: &[u8], more: &[String], between: u8| {
        out.extend_from_slice(first);
        for text in more {
            out.push(between);
            out.extend_from_slice(text.as_bytes());
        }
        out.push(b'\n');
    };
    let joined = |fields: &[String], between: u8| {
        fields.iter().map(|field| cell(field)).collect::<Vec<_>>().join(&char::from(between).to_string()).into_bytes()
    };
    match &found.rows {
        Rows::Lines(source) => {
            let table = Table::open(source).map_err(|error| Failure::File(error.to_string()))?;
            line(&joined(&table.names, table.delimiter), &own, table.delimiter);
            let lines = table.blocks(0, |_| Vec::new(), |lines: &mut Vec<&[u8]>, row| lines.push(row.raw)).concat();
            for (row, suffix) in lines.iter().zip(found.suffixes()) {
                line(row, &suffix, table.delimiter);
            }
        }
        Rows::Fields(names, rows) => {
            line(&joined(names, b','), &own, b',');
            for (row, suffix) in rows.iter().zip(found.suffixes()) {
                let mut row = row.clone();
                row.resize(names.len(), String::new());
                line(&joined(&row, b','), &suffix, b',');
            }
        }
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
fn report(args: &Args, found: &Found, seconds: &Seconds) {
    found.notes.iter().for_each(|problem| note(&problem_line(problem)));
    let mut outside = 0;
    let mut several: Vec<u32> = found.join.more.iter().map(|&(at, _)| at).collect();
    several.dedup();
    for &zone in &found.join.first {
        outside += usize::from(zone == Join::NONE);
    }
    let in_one = found.join.first.len() - outside - several.len();
    for (what, rows) in [("without coordinates", &found.unplaced), ("far outside the zones", &found.far)] {
        if !rows.is_empty() {
            let named: Vec<String> = rows.iter().take(NAMED).map(|row| (row + 1).to_string()).collect();
            let dots = if rows.len() > NAMED { ", …" } else { "" };
            note(&format!("{} rows {what}: {}{dots}", rows.len(), named.join(", ")));
        }
    }
    if args.inputs.json {
        let from_one = |rows: &[u32]| rows.iter().map(|row| row + 1).collect::<Vec<_>>();
        print(&format!(
            "{}\n",
            json!({
                "from": found.from, "points": found.count, "in_one": in_one, "in_several": several.len(),
                "on_border": found.join.on_border.len(), "outside": outside, "far_outside": found.far.len(),
                "unplaced": found.unplaced.len(), "zones": found.with_land, "zone_features": found.zones.len(),
                "unplaced_rows": from_one(&found.unplaced), "far_outside_rows": from_one(&found.far),
                "seconds": seconds,
            })
        ));
    } else {
        found.from.iter().for_each(|line| note(line));
        let to_stdout = args.counts.iter().chain(&args.inputs.out).find(|out| outputs::is_stdout(out));
        let line = format!(
            "{} points = {in_one} in one zone + {} in several + {outside} outside + {} without coordinates \
             ({} of them on a border); {} zones; {:.2} s\n",
            found.count,
            several.len(),
            found.unplaced.len(),
            found.join.on_border.len(),
            found.with_land,
            seconds.total,
        );
        outputs::say(to_stdout.map(PathBuf::as_path), &line);
    }
}

/// Rows (from 0) of places further from a box than some times its size.
fn far<P: Plane>(rows: impl Iterator<Item = u32>, at: &[P], [west, south, east, north]: [f64; 4]) -> Vec<u32> {
    let (width, height) = (east - west, north - south);
    let is_far = |place: P| {
        let [x, y] = place.xy();
        x < west - FAR * width || x > east + FAR * width || y < south - FAR * height || y > north + FAR * height
    };
    rows.zip(at).filter(|&(_, &place)| is_far(place)).map(|(row, _)| row).collect()
}
