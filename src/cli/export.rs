//! `wangge export`: a tier of a plan for another system.

use std::collections::BTreeMap;

use serde_json::json;

use super::inputs::{Inputs, text};
use super::{Exit, Failure, Outcome, note, outputs, print};
use crate::base::{Lang, Progress, Refusal, Text};
use crate::check;
use crate::io::crs::System;
use crate::io::export::{self, ExportOptions, Exported, Field};
use crate::io::project;
use crate::model::{Accepted, Plan, Role, people};
use crate::render::paper::{Imprint, Paper, PaperError};
use crate::render::{Order, Product, hand_over};

/// The name of `--format` for what changed since the project was begun.
const CHANGES: &str = "changes";

/// Runs the command on its arguments: `PROJECT --format F [--tier NAME] [--crs-out EPSG|GCJ-02] [--polygons-only]
/// [--fields FIELD,...] [--rename OLD=NEW]... [--certificate] [--accept REASON] [--paper A3|A4|A0] [--each] [--maker NAME] [--date DATE]
/// [--lang zh|en] -o OUT`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let imprint = Imprint { lang: Lang::Zh, date: today(), ..Imprint::default() };
    let product = Product::Layer(crate::io::layer::Format::GeoJson);
    let options = ExportOptions::default();
    let mut order = Order { tier: 0, product, options, imprint, each: false, certificate: false };
    let (mut format, mut layer, mut reason) = (None, None, None);
    let inputs = Inputs::parse(args, |name, args| {
        match name {
            "format" => format = Some(text(args)?.to_lowercase()),
            "tier" => layer = Some(text(args)?),
            "crs-out" => order.options.system = Some(system(&text(args)?)?),
            "polygons-only" => order.options.polygons_only = true,
            "fields" => order.options.fields.extend(fields(&text(args)?)?),
            "rename" => order.options.renames.push(renamed(&text(args)?)?),
            "certificate" => order.certificate = true,
            "accept" => reason = Some(text(args)?),
            "each" => order.each = true,
            "maker" => order.imprint.maker = text(args)?,
            "date" => order.imprint.date = text(args)?,
            "lang" => order.imprint.lang = if text(args)? == "en" { Lang::En } else { Lang::Zh },
            "paper" => {
                let name = text(args)?;
                let known = Paper::named(&name);
                order.imprint.paper =
                    known.ok_or_else(|| Failure::File(format!("--paper is A4, A3 or A0, not {name}")))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if format.as_deref() == Some(CHANGES) {
        return changed(&inputs, (&order.imprint.maker, &order.imprint.date));
    }
    order.options.personal = inputs.options.personal;
    let out = inputs.out()?;
    order.product = match &format {
        Some(format) => Product::of_key(format).ok_or_else(|| {
            let known: Vec<&str> = Product::ALL.iter().map(|product| product.key()).collect();
            Failure::File(format!("--format {format} is not written; there are {}, {CHANGES}", known.join(", ")))
        })?,
        None => outputs::product_of(out, &Product::ALL)?,
    };
    let mut plan = inputs.open_certain()?.plan;
    let names = || plan.tiers.iter().map(|tier| tier.name.as_str()).collect::<Vec<_>>().join(", ");
    let at = match &layer {
        Some(name) => plan.tier_named(name).map(|(at, _)| at),
        None => plan.tier_of(Role::Grid).map(|(at, _)| at).or_else(|| plan.tiers.len().checked_sub(1)),
    };
    order.tier = at.ok_or_else(|| Failure::File(format!("no such layer; there are: {}", names())))?;
    if let Some(reason) = reason {
        accept(&mut plan, order.tier, &reason);
    }
    let exported = hand_over(&plan, &order, out, &Progress::default()).map_err(failure)?;
    Ok(report(&exported, inputs.json))
}

/// Leaves the errors of a tier as they are, for one reason; the certificate lists them with it.
fn accept(plan: &mut Plan, tier: usize, reason: &str) {
    let time = jiff::Timestamp::now().as_second();
    let accepted = Accepted { reason: reason.to_owned(), time };
    let keys = check::gate(plan, tier).blocking.into_iter().map(|problem| (problem.key(), accepted.clone()));
    let mut all: BTreeMap<String, Accepted> = plan.settings.accepted.clone();
    all.extend(keys);
    std::sync::Arc::make_mut(&mut plan.settings).accepted = all;
}

/// What changed since the project was begun: register, hand-over list, old codes to new ones.
fn changed(inputs: &Inputs, made: (&str, &str)) -> Outcome {
    let failed = |error: &dyn std::fmt::Display| Failure::File(error.to_string());
    let [path] = inputs.paths.as_slice() else {
        return Err(Failure::File(format!("--format {CHANGES} is of one project: its history tells what changed")));
    };
    let progress = Progress::default();
    let opened = project::open(path, &progress).map_err(|error| failed(&error))?;
    let before = opened.history.plan_at(&opened.plan, None).unwrap_or_else(|| opened.plan.clone());
    let shown = |plan| if inputs.options.personal { plan } else { people::strip(&plan).0 };
    let (before, now) = (shown(before), shown(opened.plan));
    let out = inputs.out()?;
    outputs::has_ending(out, Product::Layer(crate::io::layer::Format::Xlsx).endings())?;
    let written = export::changes(&before, &now, &opened.history, made, out, &progress)?;
    Ok(report(&written, inputs.json))
}

fn failure(error: PaperError) -> Failure {
    let PaperError::Blocked(problems) = &error else { return error.into() };
    let reasons: Vec<&str> = problems.iter().take(20).map(|problem| problem.reason.en.as_str()).collect();
    let because = format!("{} findings stand in the way: {}", problems.len(), reasons.join("; "));
    Failure::Refused(Refusal::new(
        Text::new("cannot hand the layer over", "无法导出"),
        Text::new(because.clone(), because),
        Text::new("Mend them, or leave them as they are with --accept REASON", "请修复,或用 --accept 理由 忽略"),
    ))
}

fn system(name: &str) -> Result<System, Failure> {
    let system =
        System::named(name).ok_or_else(|| Failure::File(format!("{name} is no coordinate system known here")))?;
    system.why_not_written().map_or(Ok(system), |why| Err(Failure::File(why.en)))
}

/// Figures by their words, parted by commas of either width.
fn fields(text: &str) -> Result<Vec<Field>, Failure> {
    let known = || Field::ALL.map(Field::key).join(", ");
    let field = |word: &str| {
        let found = Field::ALL.into_iter().find(|field| field.key() == word.to_lowercase() || field.title().zh == word);
        found.ok_or_else(|| Failure::File(format!("--fields knows {}, not {word}", known())))
    };
    text.split([',', '\u{ff0c}', '\u{3001}', ' ']).map(str::trim).filter(|word| !word.is_empty()).map(field).collect()
}

fn renamed(text: &str) -> Result<(String, String), Failure> {
    let pair = text.split_once('=').filter(|(_, new)| !new.is_empty());
    let (old, new) = pair.ok_or_else(|| Failure::File(format!("--rename wants OLD=NEW, not {text}")))?;
    Ok((old.to_owned(), new.to_owned()))
}

/// The date that is printed on sheets.
fn today() -> String {
    jiff::ZonedDateTime::now().date().to_string()
}

fn report(exported: &Exported, as_json: bool) -> Exit {
    let Exported { files, features, checked, notes } = exported;
    notes.iter().for_each(|text| note(&text.en));
    if as_json {
        let notes: Vec<&str> = notes.iter().map(|note| note.en.as_str()).collect();
        let file = exported.path();
        let answer = json!({"file": file, "files": files, "features": features, "checked": checked.en, "notes": notes});
        print(&format!("{answer}\n"));
    } else {
        note(&format!("{}: {features} features, {}", exported.path().display(), checked.en));
    }
    Exit::Well
}
