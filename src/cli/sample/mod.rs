//! `wangge sample`: a city to look at, of any size.

mod build;
mod city;
mod classes;
mod cut;
mod dice;
mod dirt;
mod embedded;
mod files;
mod geojson;
mod grids;
mod haikou;
mod incidents;
mod lines;
mod mesh;
mod places;
mod plain;
mod squads;
mod table;
mod zones;

use std::path::{Path, PathBuf};

use lexopt::prelude::{Long, Short, ValueExt as _};

pub(crate) use embedded::embedded;

use super::{Exit, Failure, Outcome};
use crate::io::export::whole;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Options {
    units: Option<usize>,
    towns: Option<usize>,
    grids: Option<usize>,
    incidents: Option<usize>,
    /// Metres.
    dirt: f64,
    seed: u64,
    out: PathBuf,
}

impl Options {
    fn dirt(&self, frame: lines::Frame) -> Option<files::Dirt> {
        // Faults are finer than the coordinates of a clean file.
        let frame = lines::Frame { step: 1.0, ..frame };
        (self.dirt > 0.0).then_some(files::Dirt { metres: self.dirt, frame, seed: self.seed })
    }
}

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let options = options(args)?;
    let plain = options.units.is_some() || options.towns.is_some() || options.grids.is_some();
    for (name, bytes) in if plain { plain_files(&options) } else { haikou_files(&options) } {
        write(&options.out, name, &bytes)?;
    }
    Ok(Exit::Well)
}

/// The sample city.
fn haikou_files(options: &Options) -> Vec<files::File> {
    let seed = options.seed;
    let (mesh, towns, roads) = haikou::drawn(2960, seed);
    let districts = haikou::DISTRICTS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    let city = build::build(mesh, towns, roads, districts, seed);
    let frame = lines::Frame { origin: haikou::ORIGIN, metres: haikou::METRES, step: 10.0 };
    let lines = lines::Lines::draw(&city.mesh, frame, seed, |edge| stroke(&city, edge));
    let places = places::places(&city, seed);
    let incidents = incidents::Draw::new(&city, &lines, frame, &places, seed).all(options.incidents.unwrap_or(45_000));
    let loads = loads(&city, &incidents);
    let city = grids::group(city, &loads, 80, seed);
    let mut files = files::zones(&city, &lines, options.dirt(frame));
    files.push(("streets.geojson", places::streets_file(&city, &lines)));
    files.push(("places.geojson", places::places_file(&places, frame)));
    files.push(("cameras.geojson", places::cameras_file(&city, &lines, seed)));
    files.push(("squads.csv", squads::file(&city, seed)));
    files.push(("incidents.csv", table::full(&city, &incidents)));
    files
}

/// A city of the size asked for; what is not said follows Haikou's proportions.
fn plain_files(options: &Options) -> Vec<files::File> {
    let units = options.units.unwrap_or_else(|| options.grids.map_or(191, |grids| grids * 191 / 123)).max(1);
    let towns = options.towns.unwrap_or_else(|| (units / 7).min(26).max(units / 50)).clamp(1, units);
    let grids = options.grids.unwrap_or(units * 123 / 191).clamp(towns, units.max(towns));
    let (city, lines, frame) = plain::plain(plain::Size { units, towns, grids }, options.seed);
    let incidents = incidents::Draw::new(&city, &lines, frame, &[], options.seed)
        .all(options.incidents.unwrap_or(units.saturating_mul(50)));
    let mut files = files::plain(&city, &lines, options.dirt(frame));
    files.push(("incidents.csv", table::short(&incidents)));
    files
}

/// Incidents by block.
fn loads(city: &city::City, incidents: &[incidents::Incident]) -> Vec<f64> {
    let mut loads = vec![0.0; city.blocks.len()];
    for incident in incidents {
        loads[incident.face as usize] += 1.0;
    }
    loads
}

/// How an edge of Haikou is drawn: coasts wiggly, streets with a slight bend, lanes in the country more than in town.
fn stroke(city: &city::City, edge: u32) -> lines::Stroke {
    let (a, b) = city.mesh.ends(2 * edge);
    let length = (city.mesh.spots[a as usize] - city.mesh.spots[b as usize]).length();
    match city.mesh.kinds[edge as usize] {
        mesh::Kind::Shore => lines::Stroke { spacing: 45.0, sway: 0.085, fade: 1.0 },
        mesh::Kind::Limit => lines::Stroke { spacing: 160.0, sway: 0.08, fade: 0.9 },
        mesh::Kind::Road(_) if length > 500.0 => lines::Stroke { spacing: 180.0, sway: 0.05, fade: 0.7 },
        mesh::Kind::Road(_) => lines::Stroke { spacing: 110.0, sway: 0.018, fade: 0.5 },
    }
}

fn options(mut args: lexopt::Parser) -> Result<Options, Failure> {
    let mut options = Options { seed: 2016, ..Options::default() };
    while let Some(arg) = args.next()? {
        match arg {
            Long("units") => options.units = Some(size(&args.value()?)?),
            Long("towns") => options.towns = Some(size(&args.value()?)?),
            Long("grids") => options.grids = Some(size(&args.value()?)?),
            Long("incidents") => options.incidents = Some(args.value()?.parse()?),
            Long("dirt") => options.dirt = args.value()?.parse_with(dirt)?,
            Long("seed") => options.seed = args.value()?.parse()?,
            Short('o') | Long("out") => options.out = args.value()?.into(),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.out.as_os_str().is_empty() {
        return Err(Failure::File("sample: no folder to write to; say where with -o DIR".to_owned()));
    }
    Ok(options)
}

/// A number of zones. A million units would be 190 million vertices: more than a file of one city should hold.
fn size(value: &std::ffi::OsString) -> Result<usize, lexopt::Error> {
    value.parse_with(|text| match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("a number from 1 to 1000000 is needed"),
    })
}

/// Metres of dirt.
fn dirt(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(metres) if (0.0..=100.0).contains(&metres) => Ok(metres),
        _ => Err("metres from 0 to 100 are needed"),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder).map_err(|error| Failure::File(format!("{}: {error}", folder.display())))?;
    whole(&path, bytes)?;
    Ok(())
}
