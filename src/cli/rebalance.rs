//! `wangge rebalance`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::inputs::{Inputs, count, number, text};
use super::partition::{percent, seconds};
use super::{Exit, Failure, Outcome, note, numbers, outputs, print};
use crate::balance::{
    Banded, Budget, Dealt, Figures, Loads, Move, Rebalanced, Rebalancing, bands, best_first, binding, difference,
    faces_of_incidents, frontier, missed, missed_words, rebalance, remarks,
};
use crate::base::{Progress, Text};
use crate::edit::{Context, History, Record};
use crate::index::{Index, Located};
use crate::io::atomic_file::is_same_file;
use crate::io::export::{self, ExportOptions};
use crate::io::layer::Format;
use crate::io::open::INCIDENTS;
use crate::io::project;
use crate::model::{Bond, Plan, Role, ZoneId};
use crate::render::Product;
use crate::topology::{FaceId, scan};

/// Runs the command on its arguments: `PROJECT|--zones FILE --units FILE [--incidents FILE] [--tier grid|squad]
/// [--budget PCT] [--within PCT] [--whole WEIGHT]
/// [--town CODE]... [--barrier LAYER]... [--together CODE,CODE]... [--apart CODE,CODE]... [-k MIN-MAX]
/// [--band LO-HI[households]] [--frontier] [--alternatives] [--binding] [--seed N] [--epochs N | --time S] [--json] -o OUT`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let began = Instant::now();
    let mut options = Rebalancing::default();
    let (mut barriers, mut towns): (Vec<String>, Vec<String>) = Default::default();
    let mut asked = Asked::default();
    let mut kept: Vec<(bool, String)> = Vec::new();
    let mut range = None;
    let mut files: Vec<(Option<&str>, PathBuf)> = Vec::new();
    let mut inputs = Inputs::parse(args, |name, args| {
        match name {
            "zones" => files.push((Some("grid"), args.value()?.into())),
            "units" => files.push((Some("unit"), args.value()?.into())),
            "incidents" => files.push((Some(INCIDENTS), args.value()?.into())),
            "tier" => options.dealt = dealt(&text(args)?)?,
            "budget" => options.budget = value(args, "--budget", percent)? / 100.0,
            "within" => options.within = value(args, "--within", percent)? / 100.0,
            "whole" => options.weights.whole = number(args, "--whole")?,
            "barrier" => barriers.push(text(args)?),
            "town" => towns.push(text(args)?),
            "together" => kept.push((false, text(args)?)),
            "apart" => kept.push((true, text(args)?)),
            "k" => range = Some(value(args, "-k", numbers::range)?),
            "band" => asked.band = Some(value(args, "--band", band)?),
            "frontier" => asked.frontier = true,
            "alternatives" => asked.alternatives = true,
            "binding" => asked.binding = true,
            "seed" => options.seed = count(args, "--seed")?,
            "epochs" => options.effort = Budget::Epochs(count(args, "--epochs")?.min(1_000_000) as u32),
            "time" => options.effort = Budget::Time(value(args, "--time", seconds)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    for (tier, file) in files {
        inputs.options.tiers.extend(tier.map(|tier| (tier.to_owned(), file.clone())));
        inputs.paths.push(file);
    }
    let output = Target::of(&inputs, options.dealt)?;
    let read = inputs.open_certain()?.plan;
    let mut plan = read.clone();
    for (apart, codes) in &kept {
        let bond = bond(&plan, *apart, codes)?;
        Arc::make_mut(&mut plan.settings).bonds.insert(bond);
    }
    name_in(&plan, &barriers, &towns, &mut options)?;
    if range.is_some() && options.dealt == Dealt::Squads {
        return Err(Failure::File("-k is the number of grids of a town: say --tier grid".to_owned()));
    }
    let progress = Progress::default();
    let (loads, faces, remarks) = loads_of(&plan, &progress)?;
    if let Some(range) = range {
        let (loads, band) = asked.counted(&plan, loads)?;
        let (plan, told) = numbers::free(&plan, &loads, &options, (range, band))?;
        output.write((&inputs, &read), &plan)?;
        if inputs.json {
            let seconds = began.elapsed().as_secs_f64();
            print(&format!("{}\n", json!({"tier": options.dealt.key(), "numbers": told, "seconds": seconds})));
        }
        return Ok(Exit::Well);
    }
    let mut answers = vec![rebalance(&plan, &loads, &options, &progress)?];
    // Where the target is missed, other weights may meet it.
    if asked.alternatives || answers.iter().any(|answer| answer.missed() > 0.0) {
        answers = best_first(&plan, (&loads, &faces), &options, (&progress, &|_| {}))?;
    }
    let Some(found) = answers.first() else { return Ok(Exit::Well) };
    let mut more = vec![("remarks", json!(remarks.iter().map(|text| text.en.clone()).collect::<Vec<_>>()))];
    more.push(("target", target(&plan, &loads, found)?));
    more.extend(asked.answer(&plan, &loads, &options, &answers)?);
    output.write((&inputs, &read), &moved(&plan, found)?)?;
    report(found, more, inputs.json, began);
    Ok(Exit::Well)
}

/// The plan with all moves of an answer.
fn moved(plan: &Plan, found: &Rebalanced) -> Result<Plan, Failure> {
    if found.moves.is_empty() {
        return Ok(plan.clone());
    }
    let near = scan(&plan.coverage);
    Ok(found.command(plan).apply(plan, &Context { near: &near, time: 0, camera: None })?.plan)
}

/// The face of each incident.
type FacesOfIncidents = Vec<Option<FaceId>>;

/// The loads of a plan, with what they rest on; the faces of its incidents, and what is odd about where these lie.
fn loads_of(plan: &Plan, progress: &Progress) -> Result<(Loads, FacesOfIncidents, Vec<Text>), Failure> {
    let cancelled = |_| Failure::File("cancelled".to_owned());
    let located = Located::of(plan, &Index::of(&plan.coverage), progress).map_err(cancelled)?;
    let faces = faces_of_incidents(plan, &located);
    let loads = Loads::of(plan, &faces, progress).map_err(cancelled)?;
    let remarks = remarks(plan, &located);
    loads.notes.iter().chain(&remarks).for_each(|text| note(&text.en));
    Ok((loads, faces, remarks))
}

/// Whether the target was met, and if not, what binds.
fn target(plan: &Plan, loads: &Loads, found: &Rebalanced) -> Result<Value, Failure> {
    let missed = missed(plan, loads, found, found.asked.effort, &Progress::default())?;
    let within = found.asked.within;
    let met = found.missed() <= 0.0;
    if !met {
        note(&missed_words(found, &missed).en);
    }
    let binds: Vec<Value> = missed.iter().map(|one| json!({"what": one.what.en, "cost": one.cost})).collect();
    Ok(json!({"within": within, "met": met, "missed_by": found.missed(), "binds": binds}))
}

/// Barriers and towns by their names in the plan.
fn name_in(plan: &Plan, barriers: &[String], towns: &[String], options: &mut Rebalancing) -> Result<(), Failure> {
    for name in barriers {
        let layer = plan.references.iter().position(|layer| layer.name == *name);
        let missing = || Failure::File(format!("--barrier: there is no reference layer {name}"));
        options.barriers.push(layer.ok_or_else(missing)?);
    }
    for code in towns {
        let town = plan.tier_of(Role::Town).and_then(|(_, tier)| tier.by_code(code));
        options.towns.push(town.ok_or_else(|| Failure::File(format!("--town: there is no town {code}")))?);
    }
    Ok(())
}

/// What is asked for besides the answer.
#[derive(Default)]
struct Asked {
    frontier: bool,
    alternatives: bool,
    binding: bool,
    band: Option<Band>,
}

/// Least and most hours of work a week of a grid, or households.
#[derive(Clone, Copy)]
struct Band {
    ends: (f64, f64),
    households: bool,
}

/// Budgets of the frontier: shares of each town's work that may change hands.
const BUDGETS: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 1.0];

impl Asked {
    /// What the band counts, in place of the loads where that is households.
    fn counted(&self, plan: &Plan, loads: Loads) -> Result<(Loads, Option<(f64, f64)>), Failure> {
        let ends = self.band.map(|band| band.ends);
        if self.band.is_none_or(|band| !band.households) {
            return Ok((loads, ends));
        }
        let loads = Loads::of_households(plan).ok_or_else(|| {
            Failure::File(
                "--band: no households are known: give the units a property households, or a layer of points with one"
                    .to_owned(),
            )
        })?;
        loads.notes.iter().for_each(|text| note(&text.en));
        Ok((loads, ends))
    }

    fn answer(
        &self,
        plan: &Plan,
        loads: &Loads,
        options: &Rebalancing,
        answers: &[Rebalanced],
    ) -> Result<Vec<(&'static str, Value)>, Failure> {
        let progress = Progress::default();
        let mut more = Vec::new();
        let Some(found) = answers.first() else { return Ok(more) };
        if self.frontier {
            let points = frontier(plan, loads, options, &BUDGETS, &progress)?;
            let point = |(answer, budget): (&Rebalanced, f64)| json!({"budget": budget, "moved_share": answer.moved_share, "after": figures(&answer.after)});
            more.push(("frontier", points.iter().zip(BUDGETS).map(point).collect()));
        }
        if self.alternatives {
            let apart = |answer| difference(plan, loads, found, answer);
            let apart = answers.iter().map(apart).collect::<Result<Vec<_>, _>>()?;
            let one = |(answer, apart): (&Rebalanced, f64)| json!({"moved_share": answer.moved_share, "differs": apart, "moves": answer.moves.len(), "after": figures(&answer.after), "provenance": answer.provenance()});
            more.push(("alternatives", answers.iter().zip(apart).map(one).collect()));
        }
        if self.binding {
            let found = binding(plan, loads, options, &progress)?;
            more.push(("binding", found.iter().map(|one| json!({"what": one.what.en, "cost": one.cost})).collect()));
        }
        if let Some(band) = self.band {
            let (loads, _) = self.counted(plan, loads.clone())?;
            let found = bands(plan, &loads, band.ends, &progress)?;
            let unit = if band.households { "households" } else { "hours" };
            more.push(("bands", found.iter().map(|one| banded(plan, unit, one)).collect()));
        }
        Ok(more)
    }
}

/// A band of hours a week, `20-40`, or of households, `300-500households`.
fn band(text: &str) -> Result<Band, String> {
    let households = ["households", "户"].iter().find_map(|word| text.strip_suffix(word));
    let ends = households.unwrap_or(text).split_once('-');
    let ends = ends.and_then(|(least, most)| Some((least.trim().parse().ok()?, most.trim().parse().ok()?)));
    let band = ends.map(|ends| Band { ends, households: households.is_some() });
    band.ok_or_else(|| "this is no band, like 20-40 (hours) or 300-500households".to_owned())
}

/// What the codes between the commas say is kept together or apart: zones of the first tier that has them all, communities
/// before blocks before grids.
fn bond(plan: &Plan, apart: bool, codes: &str) -> Result<Bond, Failure> {
    let grid = plan.tier_of(Role::Grid).map(|(at, _)| at);
    let community = plan.tier_of(Role::Community).map(|(at, _)| at);
    let others = (0..plan.tiers.len()).filter(|&at| Some(at) != grid && Some(at) != community);
    let order = community.into_iter().chain(std::iter::once(plan.base)).chain(grid).chain(others);
    let all = |tier: usize| -> Option<Bond> {
        let zones: Option<BTreeSet<ZoneId>> =
            codes.split(',').map(|code| plan.tiers.get(tier)?.by_code(code.trim())).collect();
        zones.filter(|zones| zones.len() > 1).map(|zones| Bond { tier, zones, apart })
    };
    order.into_iter().find_map(all).ok_or_else(|| {
        let option = if apart { "--apart" } else { "--together" };
        Failure::File(format!(
            "{option} wants two codes or more of one tier, as in {option} 460105001,460105002; it got {codes}"
        ))
    })
}

/// A split or a merge as JSON.
fn banded(plan: &Plan, unit: &str, one: &Banded) -> Value {
    let code = |grid: ZoneId| plan.tier_of(Role::Grid).map(|(_, grids)| grids.words(grid).0).unwrap_or_default();
    match one {
        Banded::Split { grid, parts, amounts } => {
            let faces: Vec<usize> = parts.iter().map(Vec::len).collect();
            json!({"split": code(*grid), unit: amounts, "faces": faces})
        }
        Banded::Merge { grid, into, amount } => json!({"merge": code(*grid), "into": code(*into), unit: amount}),
    }
}

fn value<T>(args: &mut lexopt::Parser, option: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, Failure> {
    read(&text(args)?).map_err(|why| Failure::File(format!("{option}: {why}")))
}

fn dealt(name: &str) -> Result<Dealt, Failure> {
    match name {
        "grid" => Ok(Dealt::Grids),
        "squad" => Ok(Dealt::Squads),
        other => Err(Failure::File(format!("--tier is grid or squad, not {other}"))),
    }
}

/// Where the answer goes.
struct Target<'a> {
    out: &'a Path,
    dealt: Dealt,
    product: Product,
}

impl<'a> Target<'a> {
    /// A project may be written over itself; grids go into any format of layers, beats into a table.
    fn of(inputs: &'a Inputs, dealt: Dealt) -> Result<Self, Failure> {
        let out = inputs.named_out()?;
        let written: &[Product] = match dealt {
            Dealt::Grids => &GRIDS,
            Dealt::Squads => &BEATS,
        };
        let product = outputs::product_of(out, written)?;
        let out = if product == Product::Project { inputs.project_out()? } else { inputs.out()? };
        Ok(Self { out, dealt, product })
    }

    /// Writes the plan: as a project with what changed since it was read as one step of its history, as a layer, or which
    /// squad patrols which grid as a table.
    fn write(&self, read: (&Inputs, &Plan), plan: &Plan) -> Result<(), Failure> {
        if self.product == Product::Project {
            return self.write_project(read, plan);
        }
        let Some((at, grids)) = plan.tier_of(Role::Grid) else { return Ok(()) };
        if let (Dealt::Grids, Product::Layer(format)) = (self.dealt, self.product) {
            export::write(format, plan, at, self.out, &ExportOptions::default(), &Progress::default())?;
            return Ok(());
        }
        let failed = |error: &dyn std::fmt::Display| Failure::File(format!("{}: {error}", self.out.display()));
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["grid", "squad"]).map_err(|error| failed(&error))?;
        for (grid, squad) in plan.beats.iter() {
            let (grid, squad) = (grids.zones.get(grid), plan.squads.get(*squad));
            let codes = [grid.map_or("", |grid| &grid.code), squad.map_or("", |squad| &squad.code)];
            table.write_record(codes).map_err(|error| failed(&error))?;
        }
        export::whole(self.out, &table.into_inner().map_err(|error| failed(&error))?)?;
        Ok(())
    }

    /// A project that was read is written with its history; it may be written over itself, as it is on the disk.
    fn write_project(&self, (inputs, read): (&Inputs, &Plan), plan: &Plan) -> Result<(), Failure> {
        let progress = Progress::default();
        let (before, mut history, stamp) = match inputs.paths.as_slice() {
            [path] if project::is_project_file(path) => {
                let opened = project::open(path, &progress).map_err(|error| Failure::File(error.to_string()))?;
                (opened.plan, opened.history, is_same_file(path, self.out).then_some(opened.stamp))
            }
            _ => (read.clone(), History::default(), None),
        };
        let sentence = match self.dealt {
            Dealt::Grids => Text::new("Rebalanced the grids", "均衡调整网格"),
            Dealt::Squads => Text::new("Rebalanced the beats", "均衡调整分队巡区"),
        };
        match Record::between(&before, plan, sentence, jiff::Timestamp::now().as_second()) {
            Some(record) => history.push(record),
            None if stamp.is_some() => {
                note(&format!("nothing changes: {} stays as it is", self.out.display()));
                return Ok(());
            }
            None => {}
        }
        let saved = project::save(plan, &history, self.out, stamp.as_ref(), &progress)?;
        saved.aside.iter().for_each(|why| note(&why.en));
        Ok(())
    }
}

/// What grids can be written as.
const GRIDS: [Product; 8] = [
    Product::Layer(Format::GeoJson),
    Product::Project,
    Product::Layer(Format::Shapefile),
    Product::Layer(Format::Kml),
    Product::Layer(Format::TopoJson),
    Product::Layer(Format::FlatGeobuf),
    Product::Layer(Format::Csv),
    Product::Layer(Format::Xlsx),
];
/// What beats can be written as.
const BEATS: [Product; 2] = [Product::Layer(Format::Csv), Product::Project];

fn figures(figures: &Figures) -> Value {
    json!({
        "max_deviation": figures.max_deviation,
        "cv": figures.cv,
        "cut_km": figures.cut_km,
        "split_communities": figures.split_communities,
    })
}

fn report(found: &Rebalanced, more: Vec<(&str, Value)>, json: bool, began: Instant) {
    let (before, after) = (&found.before, &found.after);
    if !json {
        found.moves.iter().for_each(|step| note(&step.reason.en));
        note(&format!(
            "{} moves, {:.1} % of the work changes hands; largest deviation {:.1} % -> {:.1} % (at least {:.1} %), cv {:.3} -> {:.3}, borders {:.1} -> {:.1} km; seed {}, {} epochs",
            found.moves.len(),
            found.moved_share * 100.0,
            before.max_deviation * 100.0,
            after.max_deviation * 100.0,
            found.bound * 100.0,
            before.cv,
            after.cv,
            before.cut_km,
            after.cut_km,
            found.seed,
            found.epochs,
        ));
        // What is odd and a missed target were said already.
        let rest = more.iter().filter(|(name, _)| !["remarks", "target"].contains(name));
        rest.for_each(|(name, value)| note(&format!("{name}: {value}")));
        note(&found.provenance());
        return;
    }
    let mut out = rebalance_json(found);
    for (name, value) in more {
        out[name] = value;
    }
    out["seconds"] = json!(began.elapsed().as_secs_f64());
    print(&format!("{out}\n"));
}

/// The answer as JSON, but for the time it took.
pub(super) fn rebalance_json(found: &Rebalanced) -> Value {
    let step = |step: &Move| json!({"unit": step.unit, "from": step.from, "to": step.to, "gain": step.gain, "reason": step.reason.en, "needs": step.needs});
    json!({
        "tier": found.dealt.key(),
        "seed": found.seed,
        "epochs": found.epochs,
        "by_town": found.by_town.iter().map(|(town, seed, epochs)| json!({"town": town, "seed": seed, "epochs": epochs})).collect::<Vec<_>>(),
        "before": figures(&found.before),
        "after": figures(&found.after),
        "bound": found.bound,
        "moved_share": found.moved_share,
        "moves": found.moves.iter().map(step).collect::<Vec<_>>(),
        "provenance": found.provenance(),
        "plan_hash": format!("{:016x}", found.plan_hash),
    })
}
