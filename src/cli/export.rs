//! `wangge export`: a tier of a plan for another system.

use std::path::Path;

use serde_json::json;

use super::inputs::{Inputs, text};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Progress, Text};
use crate::edit::History;
use crate::io::export::{GeoJsonOptions, geojson};
use crate::io::project;
use crate::model::Role;

/// Runs the command on its arguments: `PROJECT --format geojson|gpkg [--tier NAME] [--polygons-only] -o OUT`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let (mut format, mut layer, mut options) = (String::from("geojson"), None, GeoJsonOptions::default());
    let inputs = Inputs::parse(args, |name, args| {
        match name {
            "format" => format = text(args)?,
            "tier" => layer = Some(text(args)?),
            "polygons-only" => options.polygons_only = true,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let out = inputs.out()?;
    let plan = inputs.open()?.plan;
    let progress = Progress::default();
    if format.eq_ignore_ascii_case("gpkg") {
        // A copy to hand over: the plan without its history.
        let saved = project::save(&plan, &History::default(), out, None, &progress);
        let saved = saved.map_err(|error| Failure::File(error.to_string()))?;
        let features = plan.tiers.iter().map(|tier| tier.zones.count()).sum();
        return Ok(report(&saved.path, features, &saved.aside.into_iter().collect::<Vec<_>>(), inputs.json));
    }
    if !format.eq_ignore_ascii_case("geojson") {
        return Err(Failure::File(format!("--format {format} is not written; there are geojson and gpkg")));
    }
    let names = || plan.tiers.iter().map(|tier| tier.name.as_str()).collect::<Vec<_>>().join(", ");
    let tier = match &layer {
        Some(name) => plan.tier_named(name).map(|(_, tier)| tier),
        None => plan.tier_of(Role::Grid).map(|(_, tier)| tier).or_else(|| plan.tiers.last()),
    };
    let tier = tier.ok_or_else(|| Failure::File(format!("no such layer; there are: {}", names())))?;
    let exported = geojson(&plan, tier, out, options, &progress);
    let exported = exported.map_err(|error| Failure::File(error.to_string()))?;
    Ok(report(&exported.path, exported.features, &exported.notes, inputs.json))
}

fn report(path: &Path, features: usize, notes: &[Text], as_json: bool) -> Exit {
    notes.iter().for_each(|text| note(&text.en));
    if as_json {
        let notes: Vec<&str> = notes.iter().map(|note| note.en.as_str()).collect();
        print(&format!("{}\n", json!({"file": path, "features": features, "notes": notes})));
    } else {
        note(&format!("{}: {features} features, written and checked", path.display()));
    }
    Exit::Well
}
