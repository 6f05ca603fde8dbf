//! `wangge export`.

use std::path::PathBuf;

use lexopt::prelude::*;

use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Progress, Text};
use crate::edit::History;
use crate::io::{export, project};
use crate::model::Role;

/// What was asked for.
#[derive(Default)]
struct Asked {
    project: Option<PathBuf>,
    format: Option<String>,
    tier: Option<String>,
    out: Option<PathBuf>,
    polygons_only: bool,
    json: bool,
}

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let asked = parse(args)?;
    let missing = |what: &str| Failure::File(format!("export: {what} is missing"));
    let source = asked.project.as_deref().ok_or_else(|| missing("the project"))?;
    let out = asked.out.as_deref().ok_or_else(|| missing("-o OUT"))?;
    let file = |error: &dyn std::fmt::Display| Failure::File(error.to_string());
    let progress = Progress::default();
    let opened = project::open(source, &progress).map_err(|error| file(&error))?;
    let plan = &opened.plan;
    let mut notes = opened.notes;
    let (features, path) = match asked.format.as_deref() {
        Some("geojson") => {
            let tier = tier(plan, asked.tier.as_deref())?;
            let options = export::Options { polygons_only: asked.polygons_only };
            let done = export::geojson(plan, tier, out, options, &progress).map_err(|error| file(&error))?;
            notes.extend(done.notes);
            (done.features, done.path)
        }
        // A copy to hand over: the plan without its history.
        Some("gpkg") => {
            let done = project::save(plan, &History::default(), out, None, &progress).map_err(|error| file(&error))?;
            notes.extend(done.aside);
            (plan.tiers.iter().map(|tier| tier.zones.count()).sum(), done.path)
        }
        Some(other) => return Err(Failure::File(format!("export: no format {other}; there are geojson and gpkg"))),
        None => return Err(missing("--format")),
    };
    notes.iter().for_each(|text: &Text| note(&text.en));
    if asked.json {
        let notes: Vec<&str> = notes.iter().map(|text| text.en.as_str()).collect();
        print(&format!("{}\n", serde_json::json!({"path": path, "features": features, "notes": notes})));
    } else {
        note(&format!("{}: {features} features written and checked", path.display()));
    }
    Ok(Exit::Well)
}

fn parse(mut args: lexopt::Parser) -> Result<Asked, Failure> {
    let mut asked = Asked::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("format") => asked.format = Some(args.value()?.string()?),
            Long("tier") => asked.tier = Some(args.value()?.string()?),
            Long("polygons-only") => asked.polygons_only = true,
            Long("json") => asked.json = true,
            Short('o') | Long("out") => asked.out = Some(args.value()?.into()),
            Value(path) if asked.project.is_none() => asked.project = Some(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(asked)
}

/// The tier asked for; without a name the grids, or else the base tier.
fn tier(plan: &crate::model::Plan, name: Option<&str>) -> Result<usize, Failure> {
    let Some(name) = name else {
        return Ok(plan.tier_of(Role::Grid).map_or(plan.base, |(place, _)| place));
    };
    plan.tier_named(name).map(|(place, _)| place).ok_or_else(|| {
        let there: Vec<&str> = plan.tiers.iter().map(|tier| tier.name.as_str()).collect();
        Failure::File(format!("export: there is no tier {name}; the project has {}", there.join(", ")))
    })
}
