//! `wangge info`: what is in files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::inputs::{Inputs, account_json, problem_line};
use super::{Exit, Failure, Outcome, note, print};
use crate::base::{Problem, Progress, Rule, Severity};
use crate::check::antimeridian;
use crate::geometry::{Areas, Bounds, LATTICE};
use crate::io::columns::Column;
use crate::io::csv::Table;
use crate::io::layer::Reading;
use crate::io::{Layer, Options, ReadError, Source, door, incidents, open, squads, tiers};
use crate::model::{Fate, FileAccount, Incidents, Placement};

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let Inputs { paths, options, json: as_json, .. } = Inputs::parse(args, |_, _| Ok(false))?;
    if paths.is_empty() {
        return Err(Failure::File("info needs files: wangge info FILES".to_owned()));
    }
    let (mut told, mut failed) = (Vec::new(), 0);
    let mut fail = |error: &ReadError| {
        note(&format!("wangge: {error}"));
        failed += 1;
    };
    for path in &paths {
        let opened = match door::sources_in(std::slice::from_ref(path), &options.encodings, &Progress::default()) {
            Ok(opened) => opened,
            Err(error) => {
                fail(&error);
                continue;
            }
        };
        opened.notes.iter().for_each(|passed| note(&problem_line(passed)));
        for source in &opened.sources {
            match look(source, &options) {
                Ok(all) => told.extend(all),
                Err(error) => fail(&error),
            }
        }
    }
    if told.is_empty() {
        return Err(Failure::File(format!("none of the {failed} files could be read")));
    }
    if as_json {
        print(&format!("{}\n", as_value(&told)));
    } else {
        told.iter().for_each(|one| print(&one.text()));
    }
    let found = failed > 0 || told.iter().flat_map(|one| &one.notes).any(|note| note.severity != Severity::Note);
    Ok(if found { Exit::Problems } else { Exit::Well })
}

/// What was found in one file.
struct Told {
    path: String,
    format: &'static str,
    encoding: &'static str,
    crs: String,
    account: FileAccount,
    tier: Option<Value>,
    incidents: Option<Value>,
    notes: Vec<Problem>,
}

/// Reads one set of data; every layer of it is one.
fn look(source: &Source, options: &Options) -> Result<Vec<Told>, ReadError> {
    let (reading, progress) = (options.reading(source), Progress::default());
    if source.format.is_table() {
        return Ok(vec![table(source, &reading, &progress)?]);
    }
    Layer::all(source, &reading, &progress)?.into_iter().map(|layer| told(source, layer, options)).collect()
}

/// What a layer is.
fn told(source: &Source, layer: Layer, options: &Options) -> Result<Told, ReadError> {
    let reading = options.reading(source);
    let [areas, lines, points] = layer.kinds();
    let mut notes = layer.notes.clone();
    let mut incidents = None;
    let tier = (areas > 0).then(|| {
        let guess = tiers::guess(&layer, &reading.columns);
        let zones = guess.zones(&layer);
        notes.extend(guess.note(&source.name()));
        notes.extend(zone_notes(source, &guess, &zones));
        notes.extend(across_180(&layer, &guess.name));
        json!({
            "name": guess.name, "role": guess.role.key(), "zones": areas, "faces": layer.polygons.polygon_ends.len(),
            "vertices": layer.polygons.points.len(), "code": if guess.code_is_id { Some("id") } else { guess.code_key.as_deref() }, "name_key": guess.name_key,
            "parent": guess.parent_key,
        })
    });
    if incidents::are_incidents(&layer) {
        let file = incidents::from_layer(&layer, &reading.columns)?;
        incidents = Some(about(&file.incidents, &file.columns));
        notes = file.notes;
    }
    let account = open::account(layer.clone(), source, options)?;
    let kinds = json!({"polygons": areas, "lines": lines, "points": points});
    Ok(Told {
        path: source.path.display().to_string(),
        format: layer.format.name(),
        encoding: layer.encoding.name(),
        crs: layer.crs.clone(),
        account,
        tier: tier.or(Some(kinds)).filter(|_| incidents.is_none()),
        incidents,
        notes,
    })
}

/// Zones that lie on both sides of ±180°.
fn across_180(layer: &Layer, tier: &str) -> Vec<Problem> {
    let bounds = Bounds::of(&layer.polygons.points);
    if f64::from(bounds.max.x) - f64::from(bounds.min.x) < 180.0 * LATTICE {
        return Vec::new();
    }
    let number = |unit: u32| (format!("#{}", unit + 1), format!("#{}", unit + 1));
    antimeridian(&Areas::from(layer.polygons.clone()), tier, number)
}

fn table(source: &Source, reading: &Reading, progress: &Progress) -> Result<Told, ReadError> {
    if squads::is_squads(source) {
        let (rows, notes) = squads::read(source)?;
        return Ok(Told { account: open::rows(source, rows.len(), Fate::Squad), notes, ..Told::of(source) });
    }
    let file = incidents::from_source(source, reading, progress)?;
    let delimiter = Table::open(source)?.delimiter;
    Ok(Told {
        format: if delimiter == b'\t' { "TSV" } else { source.format.name() },
        crs: file.crs,
        account: open::rows(source, file.incidents.len(), Fate::Incidents),
        incidents: Some(about(&file.incidents, &file.columns)),
        notes: file.notes,
        ..Told::of(source)
    })
}

/// What incidents are, in figures.
fn about(incidents: &Incidents, columns: &[(String, Option<Column>)]) -> Value {
    let count = |wanted| incidents.placement.iter().filter(|&&placement| placement == wanted).count();
    let columns: serde_json::Map<String, Value> = columns
        .iter()
        .map(|(name, meaning)| {
            (name.clone(), meaning.map_or(Value::Null, |meaning| json!(format!("{meaning:?}").to_lowercase())))
        })
        .collect();
    json!({
        "count": incidents.len(), "by_point": count(Placement::Point), "by_code": count(Placement::Code),
        "without_place": count(Placement::Nowhere), "columns": columns,
    })
}

/// Codes and names that are missing or stand twice.
fn zone_notes(source: &Source, guess: &tiers::TierGuess, zones: &[crate::model::Zone]) -> Vec<Problem> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    zones.iter().filter(|zone| !zone.code.is_empty()).for_each(|zone| *counts.entry(&zone.code).or_default() += 1);
    let doubled = counts.values().filter(|&&count| count > 1).count();
    let without_code = zones.iter().filter(|zone| zone.code.is_empty()).count();
    let without_name = zones.iter().filter(|zone| zone.name.is_empty()).count();
    let all = [
        (Rule::DuplicateCode, doubled, "codes stand for several zones", "个编码重复"),
        (Rule::MissingCode, without_code, "zones have no code", "个区域缺编码"),
        (Rule::MissingName, without_name, "zones have no name", "个区域缺名称"),
    ];
    let file = source.name();
    let mut problems: Vec<Problem> = all
        .into_iter()
        .filter(|&(_, count, _, _)| count > 0)
        .map(|(rule, count, en, zh)| {
            let reason = crate::base::Text::new(format!("{count} {en}"), format!("{count} {zh}"));
            Problem {
                file: Some(file.clone()),
                tier: Some(guess.name.clone()),
                ..Problem::new(rule, Severity::Warning, reason)
            }
        })
        .collect();
    let codes: Vec<String> = zones.iter().map(|zone| zone.code.clone()).collect();
    problems.extend(tiers::destroyed_codes(&file, &codes));
    problems
}

impl Told {
    /// What a set of data says before it is looked into.
    fn of(source: &Source) -> Self {
        Self {
            path: source.path.display().to_string(),
            format: source.format.name(),
            encoding: source.encoding().name(),
            crs: "-".to_owned(),
            account: FileAccount::default(),
            tier: None,
            incidents: None,
            notes: Vec::new(),
        }
    }

    /// As lines for a reader.
    fn text(&self) -> String {
        let mut text = format!(
            "{}\n  {}, {}, {}, {} {}\n",
            self.path,
            self.format,
            self.encoding,
            self.crs,
            self.account.read,
            if self.incidents.is_none() && self.tier.is_some() { "features" } else { "rows" },
        );
        for (what, value) in [("tier", &self.tier), ("incidents", &self.incidents)] {
            let Some(Value::Object(map)) = value else { continue };
            let words: Vec<String> = map
                .iter()
                .filter(|(_, value)| !value.is_null() && !value.is_object())
                .map(|(key, value)| {
                    format!("{key} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                })
                .collect();
            text.push_str(&format!("  {what}: {}\n", words.join(", ")));
        }
        text.push_str(&format!("  {}\n", self.account.sum().en));
        for note in &self.notes {
            text.push_str(&format!("  {}: {}\n", note.rule.name(), note.reason));
            note.remedies.iter().for_each(|remedy| text.push_str(&format!("    -> {}\n", remedy.en)));
        }
        text
    }
}

/// All files as one object (design §11).
fn as_value(told: &[Told]) -> Value {
    let mut problems: BTreeMap<&str, usize> = BTreeMap::new();
    for note in told.iter().flat_map(|one| &one.notes).filter(|note| note.severity != Severity::Note) {
        *problems.entry(note.rule.name()).or_default() += 1;
    }
    let files: Vec<Value> = told
        .iter()
        .map(|one| {
            let is_tier = one.tier.as_ref().is_some_and(|tier| tier.get("zones").is_some());
            let mut file = json!({
                "path": one.path, "format": one.format, "encoding": one.encoding, "crs": one.crs,
                "features": one.account.read, "account": account_json(&one.account), "tiers": if is_tier { json!([one.tier]) } else { json!([]) },
                "incidents": one.incidents.as_ref().and_then(|about| about.get("count")).unwrap_or(&json!(0)),
                "notes": one.notes.iter().map(|note| note.reason.en.as_str()).collect::<Vec<_>>(),
            });
            let more = [
                ("incident_columns", one.incidents.as_ref().and_then(|about| about.get("columns").cloned())),
                ("geometry", one.tier.clone().filter(|_| !is_tier)),
            ];
            for (key, value) in more {
                if let (Some(value), Some(map)) = (value, file.as_object_mut()) {
                    map.insert(key.to_owned(), value);
                }
            }
            file
        })
        .collect();
    json!({"files": files, "problems": problems})
}
