//! `wangge export`: a tier of a plan for another system.

use serde_json::json;

use super::inputs::{Inputs, text};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::Progress;
use crate::io::export::{GeoJsonOptions, geojson};
use crate::model::Role;

/// Runs the command on its arguments: `PROJECT --format geojson [--layer NAME] [--polygons-only] -o OUT`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let (mut format, mut layer, mut options) = (String::from("geojson"), None, GeoJsonOptions::default());
    let inputs = Inputs::parse(args, |name, args| {
        match name {
            "format" => format = text(args)?,
            "layer" => layer = Some(text(args)?),
            "polygons-only" => options.polygons_only = true,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if !format.eq_ignore_ascii_case("geojson") {
        return Err(Failure::File(format!("--format {format} is not written yet; geojson is")));
    }
    let out = inputs.out()?;
    let plan = inputs.open()?.plan;
    let names = || plan.tiers.iter().map(|tier| tier.name.as_str()).collect::<Vec<_>>().join(", ");
    let tier = match &layer {
        Some(name) => plan.tier_named(name).map(|(_, tier)| tier),
        None => plan.tier_of(Role::Grid).map(|(_, tier)| tier).or_else(|| plan.tiers.last()),
    };
    let tier = tier.ok_or_else(|| Failure::File(format!("no such layer; there are: {}", names())))?;
    let exported = geojson(&plan, tier, out, options, &Progress::default());
    let exported = exported.map_err(|error| Failure::File(error.to_string()))?;
    exported.notes.iter().for_each(|text| note(&text.en));
    if inputs.json {
        let notes: Vec<&str> = exported.notes.iter().map(|note| note.en.as_str()).collect();
        print(&format!(
            "{}\n",
            json!({"file": exported.path, "features": exported.features, "identical": true, "notes": notes})
        ));
    } else {
        note(&format!("{}: {} features, read again and identical", exported.path.display(), exported.features));
    }
    Ok(Exit::Well)
}
