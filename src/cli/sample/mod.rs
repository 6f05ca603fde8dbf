//! `wangge sample`: a city to look at, of any size.

mod build;
mod city;
mod cut;
mod dice;
mod files;
mod geojson;
mod grids;
mod haikou;
mod lines;
mod mesh;
mod zones;

use std::path::{Path, PathBuf};

use lexopt::prelude::{Long, Short, ValueExt as _};

use super::{Exit, Failure, Outcome};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
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

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let options = options(args)?;
    for (name, bytes) in haikou_files(&options) {
        write(&options.out, name, &bytes)?;
    }
    Ok(Exit::Well)
}

fn haikou_files(options: &Options) -> Vec<files::File> {
    let (mesh, towns, roads) = haikou::drawn(2960, options.seed);
    let districts = haikou::DISTRICTS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    let city = build::build(mesh, towns, roads, districts, options.seed);
    let frame = lines::Frame { origin: haikou::ORIGIN, metres: haikou::METRES, step: 10.0 };
    let lines = lines::Lines::draw(&city.mesh, frame, options.seed, |edge| stroke(&city, edge));
    files::zones(&city, &lines)
}

/// How an edge of Haikou is drawn: coasts wiggly, streets with a slight bend, lanes in the country more than in town.
fn stroke(city: &city::City, edge: u32) -> lines::Stroke {
    let (a, b) = city.mesh.ends(2 * edge);
    let length = (city.mesh.spots[a as usize] - city.mesh.spots[b as usize]).length();
    match city.mesh.kinds[edge as usize] {
        mesh::Kind::Shore => lines::Stroke { spacing: 70.0, sway: 0.07, fade: 1.0 },
        mesh::Kind::Limit => lines::Stroke { spacing: 160.0, sway: 0.08, fade: 0.9 },
        mesh::Kind::Road(_) if length > 500.0 => lines::Stroke { spacing: 180.0, sway: 0.05, fade: 0.7 },
        mesh::Kind::Road(_) => lines::Stroke { spacing: 110.0, sway: 0.018, fade: 0.5 },
    }
}

fn options(mut args: lexopt::Parser) -> Result<Options, Failure> {
    let mut options = Options { units: None, towns: None, grids: None, incidents: None, dirt: 0.0, seed: 2016, out: PathBuf::new() };
    while let Some(arg) = args.next()? {
        match arg {
            Long("units") => options.units = Some(args.value()?.parse()?),
            Long("towns") => options.towns = Some(args.value()?.parse()?),
            Long("grids") => options.grids = Some(args.value()?.parse()?),
            Long("incidents") => options.incidents = Some(args.value()?.parse()?),
            Long("dirt") => options.dirt = args.value()?.parse()?,
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

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|error| Failure::File(format!("{}: cannot be written: {error}", path.display())))
}
