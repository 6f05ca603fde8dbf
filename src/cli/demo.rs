//! `wangge demo`: the main job on the sample city, from its files to a map, without a window.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::inputs::{Inputs, text};
use super::rebalance::rebalance_json;
use super::sample::embedded;
use super::{Exit, Failure, Outcome, note, print};
use crate::balance::{Balance, Dealt, Loads, Rebalanced, Rebalancing, faces_of_incidents, rebalance};
use crate::base::{Lang, Progress, Text};
use crate::check;
use crate::edit::{Context, History};
use crate::index::{Index, Located, TierSum};
use crate::io::export::{self, ExportOptions};
use crate::io::layer::Format;
use crate::io::{open_embedded, project};
use crate::model::{Plan, Role};
use crate::render::{Dots, Fill, Furniture, Kind, Measure, Show, Style, map_png};
use crate::topology::scan;

/// Runs the command on its arguments: `[--out DIR] [--lang zh|en] [--json]`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let mut lang = Lang::Zh;
    let inputs = Inputs::parse(args, |name, args| {
        if name == "lang" {
            lang = if text(args)? == "en" { Lang::En } else { Lang::Zh };
        }
        Ok(name == "lang")
    })?;
    demo(inputs.out.as_deref().unwrap_or(Path::new("wangge-demo")), lang, inputs.json)
}

/// Seconds of each step, in the order they were done.
struct Clock {
    began: Instant,
    last: Instant,
    seconds: Vec<(&'static str, f64)>,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { began: now, last: now, seconds: Vec::new() }
    }

    fn lap(&mut self, name: &'static str) {
        self.seconds.push((name, self.last.elapsed().as_secs_f64()));
        self.last = Instant::now();
    }

    fn json(&self) -> Value {
        let mut seconds: serde_json::Map<String, Value> =
            self.seconds.iter().map(|&(name, seconds)| (name.to_owned(), json!(seconds))).collect();
        seconds.insert("total".to_owned(), json!(self.began.elapsed().as_secs_f64()));
        Value::Object(seconds)
    }
}

/// Opens the sample, looks its incidents up, rebalances grids and squads, checks, saves, exports and draws it.
pub(super) fn demo(out: &Path, lang: Lang, as_json: bool) -> Outcome {
    let failed = |error: &dyn std::fmt::Display| Failure::File(error.to_string());
    let progress = Progress::default();
    let mut clock = Clock::start();
    std::fs::create_dir_all(out).map_err(|error| failed(&format!("{}: {error}", out.display())))?;
    let opened = open_embedded(embedded(), &progress).map_err(|error| failed(&error))?;
    clock.lap("open");
    let located =
        Located::of(&opened.plan, &Index::of(&opened.plan.coverage), &progress).map_err(|error| failed(&error))?;
    let sum = tier_sum(&opened.plan, &located);
    clock.lap("locate");
    let loads = Loads::of(&opened.plan, &faces_of_incidents(&opened.plan, &located), &progress)
        .map_err(|error| failed(&error))?;
    let mut history = History::default();
    let (plan, grids) = rebalanced(&opened.plan, &loads, Dealt::Grids, &mut history)?;
    let (plan, mut squads) = rebalanced(&plan, &loads, Dealt::Squads, &mut history)?;
    // What counts is today's beats on today's grids against the new ones on the new grids.
    let today = Balance::of_squads(&opened.plan, &loads);
    (squads.before.max_deviation, squads.before.cv) = (today.max_deviation, today.cv);
    clock.lap("rebalance");
    let mut problems = check::plan(&plan);
    check::sort(&mut problems);
    clock.lap("check");
    let mut files = Vec::new();
    files.push(save(&plan, &history, &out.join("haikou.gpkg"))?);
    clock.lap("save");
    if let Some((at, _)) = plan.tier_of(Role::Grid) {
        let (path, options) = (out.join("grids.geojson"), ExportOptions::default());
        let exported = export::write(Format::GeoJson, &plan, at, &path, &options, &progress);
        files.extend(exported.map_err(|error| failed(&error))?.files);
    }
    clock.lap("export");
    for (name, plan, words) in [
        ("map-before.png", &opened.plan, Text::new("Today's responsibility grids", "现状责任网格")),
        ("map.png", &plan, Text::new("Responsibility grids, rebalanced", "均衡调整后的责任网格")),
    ] {
        files.push(draw(plan, &loads, words, lang, &out.join(name), &progress)?);
    }
    clock.lap("draw");
    let mut rebalance = rebalance_json(&grids);
    rebalance["squads"] = rebalance_json(&squads);
    let report = json!({
        "zones": zone_counts(&plan),
        "incidents": incidents_json(&sum),
        "problems": check::counts(&problems),
        "rebalance": rebalance,
        "files": files,
        "seconds": clock.json(),
    });
    if as_json {
        print(&format!("{report}\n"));
    } else {
        print(&words(&plan, &sum, [&grids, &squads], &files));
    }
    Ok(Exit::Well)
}

/// Saves the project; one of an earlier run is replaced where it holds the same plan, and nobody worked on it since.
fn save(plan: &Plan, history: &History, path: &Path) -> Result<PathBuf, Failure> {
    let progress = Progress::default();
    let earlier = project::open(path, &progress).ok();
    let same = earlier.filter(|earlier| {
        let steps = |history: &History| (history.steps().count(), history.versions().len());
        steps(&earlier.history) == steps(history) && earlier.plan.canonical_hash() == plan.canonical_hash()
    });
    let stamp = same.map(|earlier| earlier.stamp);
    Ok(project::save(plan, history, path, stamp.as_ref(), &progress)?.path)
}

/// The plan after a rebalancing, its command in the history.
fn rebalanced(plan: &Plan, loads: &Loads, dealt: Dealt, history: &mut History) -> Result<(Plan, Rebalanced), Failure> {
    let found = rebalance(plan, loads, &Rebalancing { dealt, ..Rebalancing::default() }, &Progress::default())?;
    if found.moves.is_empty() {
        return Ok((plan.clone(), found));
    }
    let near = scan(&plan.coverage);
    let time = jiff::Timestamp::now().as_second();
    let done = found.command(plan).apply(plan, &Context { near: &near, time, camera: None })?;
    history.push(done.record);
    Ok((done.plan, found))
}

fn tier_sum(plan: &Plan, located: &Located) -> TierSum {
    plan.tier_of(Role::Grid).map(|(_, tier)| located.tier(plan, tier)).unwrap_or_default()
}

/// Zones by role; towns without a grid are outside the patrol area and not counted.
fn zone_counts(plan: &Plan) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> =
        plan.tiers.iter().map(|tier| (tier.role.key(), tier.zones.count())).collect();
    if let (Some((_, towns)), Some((_, grids))) = (plan.tier_of(Role::Town), plan.tier_of(Role::Grid)) {
        let mut patrolled: Vec<_> = grids.owner.iter().filter_map(|(face, _)| towns.owner_of(face)).collect();
        patrolled.sort_unstable();
        patrolled.dedup();
        counts.insert("town", patrolled.len());
    }
    counts
}

fn incidents_json(sum: &TierSum) -> Value {
    let sum = sum.sum();
    json!({
        "points": sum.total,
        "in_one": sum.inside,
        "in_several": 0,
        "on_border": sum.on_border,
        "outside": sum.outside,
        "unowned": sum.unowned,
        "by_code": sum.by_code,
        "unplaced": sum.nowhere,
        "accounted_for": sum.holds(),
    })
}

/// Draws the whole city coloured by how far each grid is from the mean of its town.
fn draw(
    plan: &Plan,
    loads: &Loads,
    title: Text,
    lang: Lang,
    path: &Path,
    progress: &Progress,
) -> Result<PathBuf, Failure> {
    let Some((tier, _)) = plan.tier_of(Role::Grid) else { return Err(Failure::File("no grids".to_owned())) };
    let deviations = Balance::of_grids(plan, loads).deviations;
    let measure = Measure {
        name: Text::new("Load against the town's mean", "工作量与本镇街均值之差"),
        unit: Text::new("%", "%"),
        kind: Kind::Deviation,
        values: deviations.into_iter().map(|deviation| deviation.map(|share| share * 100.0)).collect(),
        breaks: None,
    };
    let title = Text::new(format!("Haikou: {}", title.en.to_lowercase()), format!("海口市{}", title.zh));
    let show = Show {
        lang,
        fill: Fill::Measure { tier, measure: Arc::new(measure) },
        dots: Dots::Off,
        labels: true,
        furniture: Furniture {
            title: Some(title),
            subtitle: Some(Text::new("Incidents of October to December 2016", "案件:2016 年 10 月至 12 月")),
            note: Some(Text::new(
                "Sample data: borders drawn for demonstration, not authoritative",
                "示意数据:边界为绘制,不作划界依据",
            )),
            legend: true,
            scale_bar: true,
            north: true,
        },
        ..Show::default()
    };
    let failed = |error: &dyn std::fmt::Display| Failure::File(format!("{}: {error}", path.display()));
    let png = map_png(plan, show, Style::light(), (1920, 1200), progress).map_err(|error| failed(&error))?;
    export::whole(path, &png)?;
    Ok(path.to_owned())
}

/// What was done, for a reader.
fn words(plan: &Plan, sum: &TierSum, found: [&Rebalanced; 2], files: &[PathBuf]) -> String {
    let counts = zone_counts(plan);
    let count = |key: &str| counts.get(key).copied().unwrap_or(0);
    let mut lines = vec![
        format!("{} towns on patrol, {} communities, {} grids", count("town"), count("community"), count("grid")),
        format!("incidents: {}", sum.sum()),
    ];
    for one in found {
        lines.push(format!(
            "{}s rebalanced: worst deviation {:.0} % -> {:.0} %, {} moves, {:.1} % of the work changes hands",
            one.dealt.key(),
            one.before.max_deviation * 100.0,
            one.after.max_deviation * 100.0,
            one.moves.len(),
            one.moved_share * 100.0
        ));
    }
    lines.extend(files.iter().map(|file| format!("wrote {}", file.display())));
    note("the sample city's borders are drawn for demonstration (示意数据)");
    lines.join("\n") + "\n"
}
