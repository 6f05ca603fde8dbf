//! `wangge clean`: layers repaired, every repair listed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::inputs::{Inputs, problem_json};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Problem, Progress, Rule};
use crate::check::counts;
use crate::io::export::{GeoJsonOptions, geojson};
use crate::io::{Options, open};

/// What building a coverage mends by itself, and what it does about it.
const MENDED: [(Rule, &str); 4] = [
    (Rule::Overlap, "the land was given to one of them"),
    (Rule::Sliver, "closed: the two lines became one border"),
    (Rule::SelfCrossing, "a vertex was put where the outline crosses itself; every loop was kept"),
    (Rule::UnclosedRing, "the ring was closed"),
];

/// Runs the command on its arguments: each layer of zones is built, settled and written again; one layer to the file
/// named by `-o`, several into it as a folder.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let out = inputs.out()?.to_owned();
    let mut repairs: Vec<Value> = Vec::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for path in &inputs.paths {
        let target = if inputs.paths.len() == 1 { out.clone() } else { in_folder(&out, path)? };
        before.extend(open_one(path, Options { tolerance_m: Some(0.0), ..inputs.options.clone() })?.1);
        let (plan, problems) = open_one(path, inputs.options.clone())?;
        repairs.extend(problems.iter().filter_map(repair));
        let tier = plan.tiers.first().ok_or_else(|| Failure::File(format!("{}: no zones", path.display())))?;
        let written = geojson(&plan, tier, &target, GeoJsonOptions::default(), &Progress::default());
        written.map_err(|error| Failure::File(error.to_string()))?;
        after.extend(open_one(&target, Options { tolerance_m: Some(0.0), ..inputs.options.clone() })?.1);
    }
    if inputs.json {
        let report = json!({"repairs": repairs, "before": counts(&before), "after": counts(&after)});
        print(&format!("{report}\n"));
    } else {
        for repair in &repairs {
            print(&format!("{}: {} ({})\n", repair["rule"], repair["did"], repair["reason"]));
        }
        note(&format!("{} repairs; left: {:?}", repairs.len(), counts(&after)));
    }
    Ok(if after.iter().any(|problem| problem.rule == Rule::Overlap) { Exit::Problems } else { Exit::Well })
}

fn open_one(path: &Path, options: Options) -> Result<(crate::model::Plan, Vec<Problem>), Failure> {
    let opened = open(&[path.to_owned()], &options, &Progress::default());
    opened.map(|opened| (opened.plan, opened.problems)).map_err(|error| Failure::File(error.to_string()))
}

fn in_folder(folder: &Path, file: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::File(format!("{}: {error}", folder.display())))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    Ok(folder.join(format!("{name}.geojson")))
}

fn repair(problem: &Problem) -> Option<Value> {
    let (_, did) = MENDED.iter().find(|(rule, _)| *rule == problem.rule)?;
    let mut value = problem_json(problem);
    let members = value.as_object_mut()?;
    members.shift_remove("remedies");
    members.insert("did".to_owned(), json!(did));
    Some(value)
}
