//! `wangge clean`: layers repaired, every repair listed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::inputs::{Inputs, number, text};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Problem, Progress, Rule, Text};
use crate::check::{HAIRLINE_M, Repair, counts};
use crate::io::export::{self, ExportOptions};
use crate::io::layer::Format;
use crate::io::{open, open_and_judge};
use crate::model::{Plan, Tier};
use crate::topology::{Claim, Settling};

/// Faults that building a coverage takes away as it goes, and how.
const MENDED: [(Rule, &str, &str); 6] = [
    (
        Rule::SelfCrossing,
        "a vertex was put where the outline crosses itself; every loop was kept",
        "已在自相交处插入折点",
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
            "gap-width" => settling.gap_width_m = number(args, "--gap-width")?,
            "overlaps" => settling.claim = claim(&text(args)?)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    inputs.options.settling = settling;
    let out = inputs.out()?.to_owned();
    let several = inputs.paths.len() > 1;
    let groups: Vec<&[PathBuf]> =
        if inputs.options.nesting.is_some() { vec![&inputs.paths] } else { inputs.paths.chunks(1).collect() };
    let (mut repairs, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for paths in groups {
        let cleaned = open_and_judge(paths, &inputs.options, &Progress::default());
        let (mut cleaned, found) = cleaned.map_err(|error| Failure::File(error.to_string()))?;
        if let Some(key) = &dissolve {
            dissolve_by(&mut cleaned.plan, key)?;
        }
        let mut targets = Vec::new();
        for (at, tier) in cleaned.plan.tiers.iter().enumerate() {
            let stem = paths.first().and_then(|path| path.file_stem()).unwrap_or_default().to_string_lossy();
            let name = if paths.len() > 1 { &*tier.name } else { &*stem };
            let target = if several { in_folder(&out, name)? } else { out.clone() };
            let (plan, options) = (&cleaned.plan, ExportOptions::default());
            let written = export::write(Format::GeoJson, plan, at, &target, &options, &Progress::default());
            written.map_err(|error| Failure::File(error.to_string()))?;
            targets.push(target);
        }
        for kept in cleaned.plan.references.iter().map(|layer| &layer.name) {
            note(&format!("{kept} is no tier of the map and was not written"));
        }
        // The map is taken apart while what was written is looked at.
        rayon::spawn(move || drop(cleaned.plan));
        let left = open(&targets, &inputs.options.as_found(), &Progress::default());
        let left = left.map_err(|error| Failure::File(error.to_string()))?.problems;
        repairs.extend(cleaned.repairs);
        repairs.extend(mended(&found, &left));
        before.extend(found);
        after.extend(left);
    }
    report(&inputs, &repairs, &before, &after);
    Ok(if after.iter().any(|problem| problem.rule == Rule::Overlap) { Exit::Problems } else { Exit::Well })
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
    for tier in plan.tiers.iter_mut().filter(|tier| has(tier)) {
        *tier = Arc::new(tier.dissolved(key));
    }
    Ok(())
}

/// The file of a name in a folder.
fn in_folder(folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::File(format!("{}: {error}", folder.display())))?;
    let plain = |letter: char| if letter.is_control() || "/\\:*?\"<>|".contains(letter) { '_' } else { letter };
    Ok(folder.join(format!("{}.geojson", name.chars().map(plain).collect::<String>())))
}

/// Faults that were there and are no more.
fn mended(before: &[Problem], after: &[Problem]) -> Vec<Repair> {
    let key = |problem: &'_ Problem| (problem.rule.name(), problem.zones.clone());
    let stay: HashSet<_> = after.iter().map(key).collect();
    let gone = before.iter().filter(|problem| !stay.contains(&key(problem)));
    gone.filter_map(|problem| {
        let (rule, en, zh) = MENDED.into_iter().find(|(rule, ..)| *rule == problem.rule)?;
        let did = Text::new(format!("{}: {en}", problem.reason.en), format!("{}:{zh}", problem.reason.zh));
        Some(Repair { rule, zones: problem.zones.clone(), area_m2: problem.area_m2, place: problem.place, did })
    })
    .collect()
}

fn report(inputs: &Inputs, repairs: &[Repair], before: &[Problem], after: &[Problem]) {
    if inputs.json {
        let repairs: Vec<Value> = repairs.iter().map(repair_json).collect();
        let report = json!({"repairs": repairs, "before": counts(before), "after": counts(after)});
        print(&format!("{report}\n"));
        return;
    }
    for repair in repairs {
        let place = repair.place.map_or_else(String::new, |at| format!(" at {:.6},{:.6}", at.lon, at.lat));
        let area = repair.area_m2.map_or_else(String::new, |area| format!(" {area:.2} m²"));
        print(&format!("[{}]{area}{place}: {}\n", repair.rule.name(), repair.did.en));
    }
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
