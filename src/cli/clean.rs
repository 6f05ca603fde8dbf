//! `wangge clean`: layers repaired, every repair listed.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::inputs::{Inputs, account_json, not_opened, number, problem_json, problem_line, text};
use super::{Exit, Failure, Outcome, note, outputs, print};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::check::{HAIRLINE_M, Repair, counts};
use crate::io::cleaned::mark;
use crate::io::export::{self, ExportOptions};
use crate::io::{open, open_and_judge, tiers};
use crate::model::{Fate, FileAccount, Intake, Plan, Tier, people};
use crate::topology::{Claim, Settling};

/// Faults that building a coverage takes away as it goes, and how.
const MENDED: [(Rule, &str, &str); 6] = [
    (
        Rule::SelfCrossing,
        "the outline was drawn anew, with a vertex wherever it crosses itself",
        "边界已重新整理，自相交处均有折点",
    ),
    (Rule::UnclosedRing, "the ring was closed", "已闭合"),
    (Rule::Spike, "the two sides of the spike became one line and were left out", "尖刺两侧合为一线,已去除"),
    (Rule::DuplicateVertex, "the repeated vertices were left out", "重复折点已去除"),
    (Rule::Hairline, "the two lines became one border", "两条线已合为一条边界"),
    (Rule::OutsideParent, "the land was given to the parent that holds most of its face", "已归占比最大的上级"),
];

/// Runs the command on its arguments. Each layer of zones is built, settled and written again: one layer to the file
/// named by `-o`, several into it as a folder. With `--nest` the layers are made one map first, so that they nest. With
/// `--dissolve KEY` zones of one value of that property are written as one.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let mut settling = Settling { gap_width_m: HAIRLINE_M, ..Settling::default() };
    let mut dissolve: Option<String> = None;
    let mut inputs = Inputs::parse(args, |name, args| {
        match name {
            "dissolve" => dissolve = Some(text(args)?),
            "gaps" => settling.gap_m2 = number(args, "--gaps")?,
            "gap-width" => {
                settling.gap_width_m = number(args, "--gap-width")?;
                settling.strip_width_m = settling.gap_width_m;
            }
            "overlaps" => settling.claim = claim(&text(args)?)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    inputs.options.settling = settling;
    inputs.options.gap_width_m = Some(settling.gap_width_m);
    let mut targets = outputs::Targets::of(&inputs)?;
    let groups: Vec<&[PathBuf]> =
        if inputs.options.nesting.is_some() { vec![&inputs.paths] } else { inputs.paths.chunks(1).collect() };
    let (mut repairs, mut before, mut after, mut intake) = (Vec::new(), Vec::new(), Vec::new(), Intake::default());
    let (mut all, mut limits, mut tiers) = (Vec::new(), Vec::new(), HashSet::new());
    for paths in groups {
        let cleaned = open_and_judge(paths, &inputs.options, &Progress::default());
        let (cleaned, found) = cleaned.map_err(not_opened)?;
        Inputs::certain(&cleaned.doubts)?;
        all.push((paths, cleaned, found));
    }
    let several = all.iter().map(|(_, cleaned, _)| cleaned.plan.tiers.len()).sum::<usize>() > 1;
    // Nothing is written before all of it was read and is certain.
    for (paths, mut cleaned, found) in all {
        if let Some(key) = &dissolve {
            dissolve_by(&mut cleaned.plan, key)?;
        }
        if !inputs.options.personal {
            without_people(&mut cleaned.plan);
        }
        limits.push(cleaned.tolerance_m);
        for at in 0..cleaned.plan.tiers.len() {
            mark(&mut cleaned.plan, at, cleaned.tolerance_m, settling);
        }
        let mut written = Vec::new();
        for (at, tier) in cleaned.plan.tiers.iter().enumerate() {
            let stem = paths.first().and_then(|path| path.file_stem()).unwrap_or_default().to_string_lossy();
            let name = if cleaned.plan.tiers.len() > 1 { &*tier.name } else { &*stem };
            let target = targets.next(name, several)?;
            let (plan, options) = (&cleaned.plan, ExportOptions { personal: true, ..ExportOptions::default() });
            let done = export::write(targets.format, plan, at, &target, &options, &Progress::default())?;
            written.push(done.path().to_owned());
        }
        let own: HashSet<String> = cleaned.plan.tiers.iter().map(|tier| tier.name.clone()).collect();
        not_written(&cleaned.plan, &own);
        intake.join(&cleaned.plan.intake);
        // The map is taken apart while what was written is looked at.
        rayon::spawn(move || drop(cleaned.plan));
        let left = open(&written, &inputs.options.as_found(), &Progress::default());
        let left = left.map_err(|error| Failure::File(error.to_string()))?.problems;
        repairs.extend(cleaned.repairs);
        repairs.extend(mended(&found, &left, &own));
        tiers.extend(own);
        before.extend(found);
        after.extend(left);
    }
    targets.send()?;
    let written = |problem: &Problem| problem.tier.as_ref().is_none_or(|tier| tiers.contains(tier));
    intake.findings.retain(|problem| !is_of_the_map(problem.rule) || !written(problem));
    report(&inputs, (&repairs, &intake, &limits), &before, &after);
    let lost = intake.findings.iter().any(|problem| problem.severity == Severity::Error);
    let left = after.iter().any(|problem| problem.rule == Rule::Overlap);
    Ok(if lost || left { Exit::Problems } else { Exit::Well })
}

/// Takes people out of a plan: layers were read without them, a project and members of a collection were not.
fn without_people(plan: &mut Plan) {
    let (bare, left) = people::strip(plan);
    *plan = bare;
    if !left.is_empty() {
        note(&format!("people were left out of what is written: {}. --personal keeps them", left.join(", ")));
    }
}

/// Says which layers are no tiers; `own` are the names of the tiers.
fn not_written(plan: &Plan, own: &HashSet<String>) {
    for kept in plan.references.iter().map(|layer| &layer.name) {
        note(&if own.contains(kept) {
            format!("lines and points of {kept} are no zones and were not written")
        } else {
            format!("{kept} is no tier of the map and was not written")
        });
    }
}

fn claim(text: &str) -> Result<Claim, Failure> {
    match text {
        "code" => Ok(Claim::Rank),
        "larger" => Ok(Claim::Largest),
        "border" => Ok(Claim::LongestBorder),
        other => Err(Failure::File(format!("--overlaps is code, larger or border, not {other}"))),
    }
}

/// Joins the zones of each tier that have one value of a property; a tier none of whose zones has it stays as it is.
fn dissolve_by(plan: &mut Plan, key: &str) -> Result<(), Failure> {
    let has = |tier: &Arc<Tier>| tier.zones.iter().any(|(_, zone)| zone.attributes.contains_key(key));
    if !plan.tiers.iter().any(has) {
        return Err(Failure::File(format!("--dissolve {key}: no zone has a property of this name")));
    }
    let Plan { tiers, intake, .. } = plan;
    for tier in tiers.iter_mut().filter(|tier| has(tier)) {
        joined(&mut Arc::make_mut(intake).files, tier, key);
        *tier = Arc::new(tier.dissolved(key));
    }
    Ok(())
}

/// Says of the features of a tier which zone each is part of, where zones of one value of a property become one: the first
/// of a value stays a zone. Zones have their ids in the order of the features.
fn joined(accounts: &mut [FileAccount], tier: &Tier, key: &str) {
    let mut zones = tier.zones.iter();
    let mut known = HashSet::new();
    for account in accounts.iter_mut().filter(|account| account.tier.as_ref() == Some(&tier.name)) {
        for (fate, count) in std::mem::take(&mut account.fates) {
            if !matches!(fate, Fate::Zone | Fate::Record) {
                account.add(fate, count);
                continue;
            }
            for _ in 0..count {
                let value =
                    zones.next().and_then(|(_, zone)| zone.attributes.get(key)).filter(|value| !value.is_null());
                let text = value.map(tiers::text).unwrap_or_default();
                let first = known.insert(value.map(ToString::to_string));
                account.add(if first { fate.clone() } else { Fate::JoinedInto(text) }, 1);
            }
        }
    }
}

/// Whether findings of a rule are about how borders lie: they are counted before and after.
fn is_of_the_map(rule: Rule) -> bool {
    let others = [Rule::Overlap, Rule::Gap, Rule::Sliver, Rule::ParentNotCovered];
    others.contains(&rule) || MENDED.iter().any(|(mended, ..)| *mended == rule)
}

/// Faults of tiers that were written which were there and are no more. A layer that is not written is not repaired.
fn mended(before: &[Problem], after: &[Problem], tiers: &HashSet<String>) -> Vec<Repair> {
    let key = |problem: &'_ Problem| (problem.rule.name(), problem.zones.clone());
    let stay: HashSet<_> = after.iter().map(key).collect();
    let written = |problem: &&Problem| problem.tier.as_ref().is_none_or(|tier| tiers.contains(tier));
    let gone = before.iter().filter(written).filter(|problem| !stay.contains(&key(problem)));
    gone.filter_map(|problem| {
        let (rule, en, zh) = MENDED.into_iter().find(|(rule, ..)| *rule == problem.rule)?;
        let did = Text::new(format!("{}: {en}", problem.reason.en), format!("{}:{zh}", problem.reason.zh));
        Some(Repair { rule, zones: problem.zones.clone(), area_m2: problem.area_m2, place: problem.place, did })
    })
    .collect()
}

/// Prints what was done. `tolerances` are those used for the files, in their order.
fn report(
    inputs: &Inputs,
    (repairs, intake, tolerances): (&[Repair], &Intake, &[f64]),
    before: &[Problem],
    after: &[Problem],
) {
    if inputs.json {
        let repairs: Vec<Value> = repairs.iter().map(repair_json).collect();
        let report = json!({
            "files": intake.files.iter().map(account_json).collect::<Vec<_>>(),
            "findings": intake.findings.iter().map(problem_json).collect::<Vec<_>>(),
            "tolerance_m": tolerances.iter().copied().fold(0.0, f64::max), "tolerances_m": tolerances,
            "gap_width_m": inputs.options.settling.gap_width_m, "gaps_m2": inputs.options.settling.gap_m2,
            "repairs": repairs, "before": counts(before), "after": counts(after),
        });
        print(&format!("{report}\n"));
        return;
    }
    let say = |line: String| outputs::say(inputs.out.as_deref(), &line);
    for repair in repairs {
        let place = repair.place.map_or_else(String::new, |at| format!(" at {:.6},{:.6}", at.lon, at.lat));
        let area = repair.area_m2.map_or_else(String::new, |area| format!(" {area:.2} m²"));
        say(format!("[{}]{area}{place}: {}\n", repair.rule.name(), repair.did.en));
    }
    intake.findings.iter().for_each(|problem| say(format!("{}\n", problem_line(problem))));
    intake.files.iter().for_each(|account| say(format!("{}\n", account.line().en)));
    note(&format!("{} repairs; left: {:?}", repairs.len(), counts(after)));
}

fn repair_json(repair: &Repair) -> Value {
    json!({
        "rule": repair.rule.name(),
        "zones": repair.zones,
        "area_m2": repair.area_m2,
        "lon": repair.place.map(|place| place.lon),
        "lat": repair.place.map(|place| place.lat),
        "did": repair.did.en,
    })
}
