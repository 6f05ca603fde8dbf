//! `wangge export`: a tier of a plan for another system.

use std::path::Path;

use serde_json::json;

use super::inputs::{Inputs, text};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Lang, Progress, Text};
use crate::check;
use crate::edit::History;
use crate::io::export::{self, Exported, GeoJsonOptions};
use crate::io::project;
use crate::model::{Plan, Role};
use crate::render::paper::{self, Imprint, Paper};

/// How a tier is written.
struct How {
    format: String,
    options: GeoJsonOptions,
    imprint: Imprint,
    /// One sheet a zone beside the overview.
    each: bool,
}

/// Runs the command on its arguments: `PROJECT --format F [--tier NAME] [--polygons-only] [--paper A3|A4|A0] [--each]
/// [--maker NAME] [--date DATE] [--lang zh|en] -o OUT`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let imprint = Imprint { lang: Lang::Zh, date: today(), ..Imprint::default() };
    let mut how = How { format: "geojson".to_owned(), options: GeoJsonOptions::default(), imprint, each: false };
    let mut layer = None;
    let inputs = Inputs::parse(args, |name, args| {
        match name {
            "format" => how.format = text(args)?.to_lowercase(),
            "tier" => layer = Some(text(args)?),
            "polygons-only" => how.options.polygons_only = true,
            "each" => how.each = true,
            "maker" => how.imprint.maker = text(args)?,
            "date" => how.imprint.date = text(args)?,
            "lang" => how.imprint.lang = if text(args)? == "en" { Lang::En } else { Lang::Zh },
            "paper" => {
                let name = text(args)?;
                let known = Paper::named(&name);
                how.imprint.paper =
                    known.ok_or_else(|| Failure::File(format!("--paper is A4, A3 or A0, not {name}")))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let out = inputs.out()?;
    let plan = inputs.open()?.plan;
    let progress = Progress::default();
    if how.format == "gpkg" {
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
    let exported = write(&plan, at, &how, out, &progress)?;
    Ok(report(&exported.path, exported.features, &exported.notes, inputs.json))
}

/// Writes one tier, given by its place in the plan's order.
fn write(plan: &Plan, at: usize, how: &How, out: &Path, progress: &Progress) -> Result<Exported, Failure> {
    let tier = &plan.tiers[at];
    let (options, imprint) = (how.options, &how.imprint);
    let exported = match how.format.as_str() {
        "geojson" => export::geojson(plan, tier, out, options, progress),
        "topojson" => export::topojson(plan, tier, out, options, progress),
        "shp" => export::shapefile(plan, tier, out, options, progress),
        "kml" => export::kml(plan, tier, out, options, progress),
        "fgb" => export::flatgeobuf(plan, tier, out, options, progress),
        "csv" => export::csv(plan, tier, out, progress),
        "xlsx" => export::register(plan, at, &imprint.date, out, progress),
        drawing => {
            let drawn = match drawing {
                "pdf" => paper::write_pdf(plan, at, imprint, out, progress),
                "svg" => paper::write_svg(plan, at, imprint, how.each, out, progress),
                "html" => {
                    let mut problems = check::plan(plan);
                    check::sort(&mut problems);
                    paper::write_report(plan, at, &problems, imprint, out, progress)
                }
                _ => return Err(Failure::File(format!("--format {drawing} is not written; there are {FORMATS}"))),
            };
            return drawn.map_err(|error| Failure::File(error.to_string()));
        }
    };
    exported.map_err(|error| Failure::File(error.to_string()))
}

/// The formats of `--format`.
const FORMATS: &str = "geojson, topojson, shp, gpkg, kml, fgb, csv, xlsx, svg, pdf, html";

/// The date that is printed on sheets.
fn today() -> String {
    jiff::ZonedDateTime::now().date().to_string()
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
