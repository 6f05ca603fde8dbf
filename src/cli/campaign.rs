//! `wangge hand-out` and `wangge take-back`: a package for each town, and their work laid together.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::inputs::Inputs;
use super::{Exit, Failure, Outcome, note, print};
use crate::base::Progress;
use crate::edit::Context;
use crate::edit::campaign::Conflict;
use crate::geometry::Point;
use crate::io::atomic_file::{is_same_file, is_stream};
use crate::io::campaign::{self, TakeError};
use crate::io::project;
use crate::model::Plan;
use crate::topology::scan;

/// Runs `hand-out PROJECT -o DIR`.
pub(super) fn hand_out(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let out = inputs.named_out()?;
    if is_stream(out) {
        return Err(Failure::File(format!("{}: packages go into a folder; name one", out.display())));
    }
    let plan = inputs.open()?.plan;
    let files = campaign::hand_out(&plan, out, inputs.paths.first().map(PathBuf::as_path), &Progress::default())?;
    if files.is_empty() {
        return Err(Failure::File("the plan has no towns: open the town tier with it".to_owned()));
    }
    if inputs.json {
        let paths: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        print(&format!("{}\n", json!({"packages": paths})));
    } else {
        files.iter().for_each(|path| note(&format!("wrote {}", path.display())));
    }
    Ok(Exit::Well)
}

/// Runs `take-back PROJECT PACKAGES... -o OUT`; conflicts are problems.
pub(super) fn take_back(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let out = inputs.project_out()?;
    let [path, packages @ ..] = inputs.paths.as_slice() else {
        return Err(Failure::File("name the project and the packages that came back".to_owned()));
    };
    let failed = |error: &dyn std::fmt::Display| Failure::File(error.to_string());
    let progress = Progress::default();
    let project::Opened { plan, mut history, notes, stamp } =
        project::open(path, &progress).map_err(|error| failed(&error))?;
    notes.iter().for_each(|text| note(&text.en));
    let near = scan(&plan.coverage);
    let time = jiff::Timestamp::now().as_second();
    let context = Context { near: &near, time, camera: None };
    let cannot = |error| match error {
        TakeError::Open(error) => failed(&error),
        TakeError::Refused(refusal) => refusal.into(),
    };
    let packages = campaign::packages(packages, Some(path)).map_err(cannot)?;
    let taken = campaign::take_back(&plan, &history, &packages, &context, &progress).map_err(cannot)?;
    let merged = taken.done.map_or_else(
        || plan.clone(),
        |done| {
            history.push(done.record);
            done.plan
        },
    );
    let own = is_same_file(path, out).then_some(&stamp);
    let saved = project::save(&merged, &history, out, own, &progress)?;
    saved.aside.iter().for_each(|why| note(&why.en));
    let came: Vec<_> = packages.iter().zip(&taken.changed).collect();
    if inputs.json {
        let came: Vec<Value> =
            came.iter().map(|(path, zones)| json!({"package": path.display().to_string(), "zones": zones})).collect();
        let conflicts: Vec<Value> = taken.conflicts.iter().map(|one| conflict_json(&merged, one)).collect();
        print(&format!("{}\n", json!({"packages": came, "conflicts": conflicts})));
    } else {
        came.iter().for_each(|(path, zones)| note(&format!("{}: {zones} zones changed", path.display())));
        taken.conflicts.iter().for_each(|one| note(&conflict_line(one)));
        note(&format!("{} conflicts; wrote {}", taken.conflicts.len(), out.display()));
    }
    Ok(if taken.conflicts.is_empty() { Exit::Well } else { Exit::Problems })
}

fn conflict_json(plan: &Plan, conflict: &Conflict) -> Value {
    json!({
        "package": conflict.package,
        "tier": plan.tiers.get(conflict.tier).map(|tier| tier.name.as_str()),
        "reason": conflict.reason.en,
        "ours": conflict.ours.name.en,
        "theirs": conflict.theirs.name.en,
        "area_m2": conflict.area_m2,
        "lon": conflict.place.map(Point::lon),
        "lat": conflict.place.map(Point::lat),
    })
}

fn conflict_line(conflict: &Conflict) -> String {
    let place = conflict.place.map_or_else(String::new, |at| format!(" at {:.6},{:.6}", at.lon(), at.lat()));
    format!(
        "conflict [{}] {}{place}, {:.0} m²: the plan has {}, the package {}",
        conflict.package, conflict.reason.en, conflict.area_m2, conflict.ours.name.en, conflict.theirs.name.en
    )
}
