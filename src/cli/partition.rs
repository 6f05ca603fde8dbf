//! `wangge partition`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lexopt::ValueExt as _;
use serde_json::{Value, json};

use crate::balance::{Bonds, Budget, GraphFile, Objective, Partitioned, Partitioning, partition, read_graph};
use crate::base::Progress;
use crate::io::bytes::read_plain;
use crate::io::export::whole;

use super::{Exit, Failure, Outcome, note, numbers, outputs, print};

/// Deviation from the mean allowed unasked, per cent.
const WITHIN: f64 = 5.0;
/// Epochs unasked.
const EPOCHS: u32 = 100;

struct Options {
    graph: PathBuf,
    /// Fewest and most zones.
    zones: (usize, usize),
    together: Vec<Vec<u32>>,
    apart: Vec<Vec<u32>>,
    weight: Option<String>,
    lower: Option<f64>,
    upper: Option<f64>,
    within: Option<f64>,
    objective: Objective,
    seed: u64,
    budget: Budget,
    out: Option<PathBuf>,
    json: bool,
}

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let began = Instant::now();
    let options = options(args)?;
    if let Some(out) = &options.out {
        outputs::leaves_room(options.json, [out])?;
        outputs::has_ending(out, outputs::LABELS)?;
        outputs::keeps_inputs(out, std::slice::from_ref(&options.graph))?;
    }
    let file = read(&options.graph, options.weight.as_deref())?;
    needs(&file, options.objective).map_err(|lack| in_file(&options.graph, &lack))?;
    let (least, most) = options.zones;
    let mut best: Option<(Partitioning, Partitioned)> = None;
    let (mut table, mut left_out) = (Vec::new(), Vec::new());
    for zones in least..=most {
        let found = wanted(&file, &options, zones).and_then(|wanted| {
            let found = partition(&file.graph, &wanted, &Progress::default())?;
            Ok((wanted, found))
        });
        let (wanted, found) = match found {
            // A number that cannot be had is said and passed over where there are others.
            Err(failure) if least == most || (zones == most && best.is_none()) => return Err(failure),
            Err(failure) => {
                let why = failure.to_string();
                note(&format!("{zones} zones: left out: {why}"));
                left_out.push(json!({"zones": zones, "why": why}));
                continue;
            }
            Ok(found) => found,
        };
        if least < most {
            table.push(row(zones, &wanted, &found));
        }
        if best.as_ref().is_none_or(|(asked, known)| rank(&wanted, &found) < rank(asked, known)) {
            best = Some((wanted, found));
        }
    }
    let Some((wanted, found)) = best else { return Ok(Exit::Problems) };
    write_labels(&found, options.out.as_deref(), options.json)?;
    report(&file, &wanted, &found, (options.json, table, left_out), began.elapsed());
    let well = found.certificate.feasible && found.certificate.contiguous && found.certificate.bound;
    Ok(if well { Exit::Well } else { Exit::Problems })
}

fn wanted(file: &GraphFile, options: &Options, zones: usize) -> Result<Partitioning, Failure> {
    let units = file.graph.len() as u32;
    if options.together.iter().chain(options.apart.iter()).flatten().any(|&unit| unit >= units) {
        return Err(Failure::File(format!("--together, --apart: units are 0 to {}", units.saturating_sub(1))));
    }
    let apart: Vec<Vec<Vec<u32>>> =
        options.apart.iter().map(|units| units.iter().map(|&unit| vec![unit]).collect()).collect();
    Ok(Partitioning {
        zones,
        window: window(file, options, zones)?,
        bonds: Bonds::new(&options.together, &apart),
        objective: options.objective,
        seed: options.seed,
        budget: options.budget,
        length_unit: file.length_unit,
    })
}

/// Weight outside the window, then the largest deviation from the mean, then the objective; less is better. What is not
/// connected or breaks a bond comes last.
fn rank(wanted: &Partitioning, found: &Partitioned) -> (bool, i64, i64, i64) {
    let certificate = &found.certificate;
    let (low, high) = wanted.window;
    let outside = certificate.weights.iter().map(|&weight| (low - weight).max(weight - high).max(0)).sum();
    // In ten thousandths, so that what nobody can tell apart does not decide.
    let deviation = (deviation(&certificate.weights) * 1e4).round() as i64;
    (!(certificate.contiguous && certificate.bound), outside, deviation, (certificate.value * 1e3) as i64)
}

/// Largest deviation from the mean.
fn deviation(weights: &[i64]) -> f64 {
    let mean = weights.iter().sum::<i64>() as f64 / weights.len().max(1) as f64;
    weights.iter().map(|&weight| (weight as f64 / mean.max(1.0) - 1.0).abs()).fold(0.0, f64::max)
}

/// A number of zones in the table of all.
fn row(zones: usize, wanted: &Partitioning, found: &Partitioned) -> Value {
    let certificate = &found.certificate;
    let worst = deviation(&certificate.weights);
    note(&format!(
        "{zones} zones: {} {:.3}, largest deviation {:.2} %{}",
        name(wanted.objective),
        certificate.value,
        worst * 100.0,
        if certificate.feasible { "" } else { ", NOT inside the window" },
    ));
    json!({"zones": zones, "value": certificate.value, "max_deviation": worst, "feasible": certificate.feasible})
}

fn options(mut args: lexopt::Parser) -> Result<Options, Failure> {
    use lexopt::Arg::{Long, Short};
    let mut options = Options {
        graph: PathBuf::new(),
        zones: (0, 0),
        together: Vec::new(),
        apart: Vec::new(),
        weight: None,
        lower: None,
        upper: None,
        within: None,
        objective: Objective::Cut,
        seed: 1,
        budget: Budget::Epochs(EPOCHS),
        out: None,
        json: false,
    };
    while let Some(arg) = args.next()? {
        match arg {
            Long("graph") => options.graph = args.value()?.into(),
            Short('k') => options.zones = args.value()?.parse_with(numbers::range)?,
            Long("together") => options.together.push(args.value()?.parse_with(units)?),
            Long("apart") => options.apart.push(args.value()?.parse_with(units)?),
            Long("weight") => options.weight = Some(args.value()?.string()?),
            Long("lower") => options.lower = Some(args.value()?.parse()?),
            Long("upper") => options.upper = Some(args.value()?.parse()?),
            Long("within") => options.within = Some(args.value()?.parse_with(percent)?),
            Long("objective") => options.objective = args.value()?.parse_with(objective)?,
            Long("seed") => options.seed = args.value()?.parse()?,
            Long("epochs") => options.budget = Budget::Epochs(args.value()?.parse()?),
            Long("time") => options.budget = Budget::Time(args.value()?.parse_with(seconds)?),
            Short('o') => options.out = Some(args.value()?.into()),
            Long("json") => options.json = true,
            _ => return Err(arg.unexpected().into()),
        }
    }
    if options.graph.as_os_str().is_empty() {
        return Err(Failure::File("partition: say which graph, --graph FILE".to_owned()));
    }
    if options.zones.1 == 0 {
        return Err(Failure::File("partition: say how many zones, -k NUMBER (1 or more) or -k MIN-MAX".to_owned()));
    }
    if options.within.is_some() && (options.lower.is_some() || options.upper.is_some()) {
        return Err(Failure::File("partition: say either --within or --lower and --upper".to_owned()));
    }
    Ok(options)
}

/// Units by their place in the file: `3,8,12`.
fn units(text: &str) -> Result<Vec<u32>, String> {
    let unit =
        |text: &str| text.trim().parse().map_err(|_| "units are whole numbers parted by commas, like 3,8".to_owned());
    text.split(',').map(unit).collect()
}

/// A share in per cent, 0 or more.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let text = text.trim_end_matches('%');
    let share: f64 = text.parse().map_err(|_| "this is no per cent, like 5".to_owned())?;
    if (0.0..=1e6).contains(&share) { Ok(share) } else { Err("a per cent is 0 or more".to_owned()) }
}

/// A time in seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "this is no number of seconds".to_owned())?;
    if (0.0..=1e6).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("seconds are 0 to 1000000".to_owned())
    }
}

fn objective(name: &str) -> Result<Objective, String> {
    Ok(match name {
        "cut" => Objective::Cut,
        "length" => Objective::Length,
        "inertia" => Objective::Inertia,
        "polsby-popper" => Objective::PolsbyPopper,
        "travel" => Objective::Travel,
        _ => return Err("an objective is one of cut, length, inertia, polsby-popper, travel".to_owned()),
    })
}

fn name(objective: Objective) -> &'static str {
    match objective {
        Objective::Cut => "cut",
        Objective::Length => "length",
        Objective::Inertia => "inertia",
        Objective::PolsbyPopper => "polsby-popper",
        Objective::Travel => "travel",
    }
}

fn in_file(path: &Path, what: &str) -> Failure {
    Failure::File(format!("{}: {what}", path.display()))
}

/// Most bytes of a graph.
const GRAPH: u64 = 1 << 30;

fn read(path: &Path, weight: Option<&str>) -> Result<GraphFile, Failure> {
    let bytes = read_plain(path, GRAPH).map_err(|error| Failure::File(error.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| in_file(path, "this is no text in UTF-8"))?;
    read_graph(text.trim_start_matches('\u{feff}'), weight).map_err(|error| in_file(path, &error))
}

/// What the file lacks for the objective.
fn needs(file: &GraphFile, objective: Objective) -> Result<(), String> {
    let lack = match objective {
        Objective::Length | Objective::PolsbyPopper if !file.has_lengths => "a shared length on every adjacency",
        Objective::PolsbyPopper if !file.has_areas => "an area (\"area_m2\", \"area\") on every node",
        Objective::Inertia if !file.has_places => "x and y on every node",
        Objective::Travel if !file.has_costs => "a table \"costs\", a row for each centre",
        _ => return Ok(()),
    };
    Err(format!("the objective {} needs {lack}; the graph has none", name(objective)))
}

/// Least and most weight of a zone in counts.
fn window(file: &GraphFile, options: &Options, zones: usize) -> Result<(i64, i64), Failure> {
    let mean = file.graph.total_weight() as f64 / zones as f64;
    let share = options.within.unwrap_or(WITHIN) / 100.0;
    let given = options.lower.is_some() || options.upper.is_some();
    // Exact bounds must not be lost to the last digit of a product.
    let slack = mean * 1e-12;
    let low = if given { options.lower.unwrap_or(0.0) * file.weight_unit } else { mean * (1.0 - share) };
    let high = if given { options.upper.map_or(1e18, |upper| upper * file.weight_unit) } else { mean * (1.0 + share) };
    let window = ((low - slack).ceil().max(0.0) as i64, (high + slack).floor() as i64);
    if !low.is_finite() || !high.is_finite() || window.0 > window.1 {
        let [low, high] = [low, high].map(|weight| weight / file.weight_unit);
        return Err(Failure::File(format!(
            "no weight of a zone lies between {low:.3} and {high:.3}: allow more with --within, or --lower and --upper"
        )));
    }
    Ok(window)
}

/// One label a line, in the order of the nodes; to standard output only where nothing else goes there.
fn write_labels(found: &Partitioned, out: Option<&Path>, json: bool) -> Result<(), Failure> {
    let mut text = String::new();
    for label in &found.labels {
        let _infallible = writeln!(text, "{label}");
    }
    match out {
        Some(path) => {
            whole(path, text.as_bytes())?;
        }
        None if !json => print(&text),
        None => {}
    }
    Ok(())
}

fn report(
    file: &GraphFile,
    wanted: &Partitioning,
    found: &Partitioned,
    (json, table, left_out): (bool, Vec<Value>, Vec<Value>),
    took: Duration,
) {
    let certificate = &found.certificate;
    let weight = |counts: i64| {
        let weight = counts as f64 / file.weight_unit;
        if weight.fract() == 0.0 { json!(weight as i64) } else { json!(weight) }
    };
    let value = match wanted.objective {
        Objective::Cut => json!(certificate.value as i64),
        _ => json!(certificate.value),
    };
    if json {
        let out = json!({
            "objective": name(wanted.objective),
            "value": value,
            "lower": weight(wanted.window.0),
            "upper": weight(wanted.window.1),
            "feasible": certificate.feasible,
            "contiguous": certificate.contiguous,
            "kept": certificate.bound,
            "zones": wanted.zones,
            "table": table,
            "left_out": left_out,
            // Nothing here proves how far from best a division can be: what is said is of how many starts it is the best.
            "bound": null,
            "starts": found.starts.0,
            "starts_as_good": found.starts.1,
            "seed": wanted.seed,
            "epochs": found.epochs,
            "found_epoch": found.found.0,
            "found_seconds": found.found.1.as_secs_f64(),
            "trials": found.trials,
            "seconds": took.as_secs_f64(),
            "weights": certificate.weights.iter().map(|&counts| weight(counts)).collect::<Vec<_>>(),
        });
        print(&format!("{out}\n"));
    } else {
        note(&format!(
            "{} zones, {} {value}; weights {} to {}; {}, {}{}; best of {} starts, {} as good; seed {}, {} epochs, {:.2} s",
            wanted.zones,
            name(wanted.objective),
            weight(certificate.weights.iter().copied().min().unwrap_or(0)),
            weight(certificate.weights.iter().copied().max().unwrap_or(0)),
            if certificate.feasible { "all inside the window" } else { "NOT all inside the window" },
            if certificate.contiguous { "every zone connected" } else { "NOT every zone connected" },
            if certificate.bound { "" } else { ", NOT together and apart as asked" },
            found.starts.0,
            found.starts.1,
            wanted.seed,
            found.epochs,
            took.as_secs_f64(),
        ));
    }
}
