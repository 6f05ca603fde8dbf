//! `wangge export`: a tier of a plan for another system.

use std::path::Path;

use serde_json::json;

use super::inputs::{Inputs, text};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Progress, Text};
use crate::edit::History;
use crate::io::export::{self, Exported, GeoJsonOptions};
use crate::io::project;
use crate::model::{Plan, Role};

/// Runs the command on its arguments: `PROJECT --format F [--tier NAME] [--polygons-only] -o OUT`.
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
    let names = || plan.tiers.iter().map(|tier| tier.name.as_str()).collect::<Vec<_>>().join(", ");
    let at = match &layer {
        Some(name) => plan.tier_named(name).map(|(at, _)| at),
        None => plan.tier_of(Role::Grid).map(|(at, _)| at).or_else(|| plan.tiers.len().checked_sub(1)),
    };
    let at = at.ok_or_else(|| Failure::File(format!("no such layer; there are: {}", names())))?;
    let exported = write(&plan, at, &format.to_lowercase(), out, options, &progress)?;
    Ok(report(&exported.path, exported.features, &exported.notes, inputs.json))
}

/// Writes one tier, given by its place in the plan's order.
fn write(
    plan: &Plan,
    at: usize,
    format: &str,
    out: &Path,
    options: GeoJsonOptions,
    progress: &Progress,
) -> Result<Exported, Failure> {
    let tier = &plan.tiers[at];
    let exported = match format {
        "geojson" => export::geojson(plan, tier, out, options, progress),
        "topojson" => export::topojson(plan, tier, out, options, progress),
        "shp" => export::shapefile(plan, tier, out, options, progress),
        "kml" => export::kml(plan, tier, out, options, progress),
        "fgb" => export::flatgeobuf(plan, tier, out, options, progress),
        "csv" => export::csv(plan, tier, out, progress),
        "xlsx" => export::register(plan, at, &today(), out, progress),
        _ => {
            return Err(Failure::File(format!("--format {format} is not written; there are {FORMATS}")));
        }
    };
    exported.map_err(|error| Failure::File(error.to_string()))
}

/// The formats of `--format`.
const FORMATS: &str = "geojson, topojson, shp, gpkg, kml, fgb, csv, xlsx";

/// The date that is printed on sheets: of UTC, which any machine knows.
fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take(10).collect()
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
