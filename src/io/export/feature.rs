//! The zones of a tier as features, alike for every format.

use std::fmt::Write as _;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::polygons::{Polygon, polygons};
use super::{ExportError, ExportOptions, Field};
use crate::base::{Progress, Text};
use crate::measures;
use crate::model::{Attributes, Computed, Plan, Tier, Zone, ZoneId};

/// One feature as it is to be written.
pub(super) struct Feature {
    pub(super) zone: ZoneId,
    pub(super) properties: Attributes,
    pub(super) foreign: Attributes,
    pub(super) polygons: Vec<Polygon>,
}

/// One feature for each zone, or for each of its parts; what had to be changed for that is noted. `holds_ids` says whether
/// the format has a place for the `id` of a feature.
pub(super) fn features(
    (plan, at, tier): (&Plan, usize, &Tier),
    (options, holds_ids): (&ExportOptions, bool),
    notes: &mut Vec<Text>,
    progress: &Progress,
) -> Result<Vec<Feature>, ExportError> {
    progress.phase(Text::new("Exporting", "导出"), tier.zones.slots() as u64);
    let faces = tier.faces_by_zone();
    let land: Vec<Vec<Polygon>> = faces
        .par_iter()
        .map(|faces| {
            progress.add(1);
            if progress.is_cancelled() { Vec::new() } else { polygons(&plan.coverage, faces) }
        })
        .collect();
    progress.check()?;
    let mut land = land.into_iter().enumerate();
    let mut features = Vec::with_capacity(tier.zones.slots());
    for (id, zone) in tier.zones.iter() {
        let own = land.find(|(slot, _)| *slot == id.0 as usize);
        let polygons = own.map(|(_, polygons)| polygons).unwrap_or_default();
        let told = match tier.words(id) {
            (code, name) if code == name => Text::new(code, name),
            (code, name) => Text::new(format!("{name} ({code})"), format!("{name}（{code}）")),
        };
        if polygons.is_empty() {
            notes.push(Text::new(
                format!("{} has no land: written with a null geometry", told.en),
                format!("{}没有图形，按无图形的记录写出", told.zh),
            ));
        }
        let foreign = (*zone.foreign).clone();
        if options.polygons_only && polygons.len() > 1 {
            notes.push(Text::new(
                format!("{} was written as {} features, numbered", told.en, polygons.len()),
                format!("{}拆分为 {} 个要素并编号", told.zh, polygons.len()),
            ));
            for (number, polygon) in (1..).zip(polygons) {
                let part = |text: &str| if text.is_empty() { String::new() } else { format!("{text}-{number}") };
                let zone = Zone { code: part(&zone.code), name: part(&zone.name), ..zone.clone() };
                features.push(Feature {
                    zone: id,
                    properties: properties(tier, &zone, (options, holds_ids)),
                    foreign: foreign.clone(),
                    polygons: vec![polygon],
                });
            }
        } else {
            features.push(Feature {
                zone: id,
                properties: properties(tier, zone, (options, holds_ids)),
                foreign,
                polygons,
            });
        }
    }
    add_fields(&mut features, (plan, at, tier), options, notes, progress)?;
    rename(&mut features, &options.renames, notes);
    Ok(features)
}

/// Writes the figures asked for as properties. A property of that name that is computed says the same already; one that
/// is not keeps its name, and the figure gets a number behind its own.
fn add_fields(
    features: &mut [Feature],
    (plan, at, tier): (&Plan, usize, &Tier),
    options: &ExportOptions,
    notes: &mut Vec<Text>,
    progress: &Progress,
) -> Result<(), ExportError> {
    let asked: Vec<Field> = Field::ALL.into_iter().filter(|field| options.fields.contains(field)).collect();
    let known = asked.into_iter().filter_map(|field| Some((field, field.computed(plan, at)?)));
    let wanted: Vec<(Field, Computed)> =
        known.filter(|(field, computed)| tier.computed.get(field.column()) != Some(computed)).collect();
    let computed: Vec<Computed> = wanted.iter().map(|(_, computed)| computed.clone()).collect();
    let columns = measures::told(plan, at, &computed, progress)?;
    for ((field, _), values) in wanted.into_iter().zip(columns) {
        let mut name = field.column().to_owned();
        if features.iter().any(|feature| feature.properties.contains_key(&name)) {
            name = format!("{}_2", field.key());
            notes.push(Text::new(
                format!("the file has a property {} of its own: the figure is written as {name}", field.column()),
                format!("已有属性“{}”，计算值另写为“{name}”", field.column()),
            ));
        }
        if values.iter().all(Value::is_null) && !values.is_empty() {
            let title = field.title();
            notes.push(Text::new(
                format!("{} is not known in this plan: {name} is empty", title.en),
                format!("方案中没有“{}”资料，字段 {name} 为空", title.zh),
            ));
        }
        let by_zone: FxHashMap<ZoneId, Value> = tier.zones.ids().zip(values).collect();
        for feature in features.iter_mut() {
            let value = by_zone.get(&feature.zone).cloned().unwrap_or(Value::Null);
            feature.properties.insert(name.clone(), value);
        }
    }
    Ok(())
}

/// Gives properties the names a platform asks for, in their places. One that is there already under that name keeps its
/// own, and the other stays as it is.
fn rename(features: &mut [Feature], renames: &[(String, String)], notes: &mut Vec<Text>) {
    for (old, new) in renames.iter().filter(|(old, new)| old != new && !new.trim().is_empty()) {
        if features.iter().any(|feature| feature.properties.contains_key(new)) {
            notes.push(Text::new(
                format!("{old} was not renamed: there is a property {new} already"),
                format!("“{old}”未改名：已有属性“{new}”"),
            ));
            continue;
        }
        for feature in features.iter_mut() {
            let named = |(key, value)| (if key == *old { new.clone() } else { key }, value);
            feature.properties = std::mem::take(&mut feature.properties).into_iter().map(named).collect();
        }
    }
}

/// A zone's properties with its code and name under the keys they came with; under `code` and `name` where it has them and
/// nothing holds them, or where those are asked for by another name. A code that came as the `id` of its feature stays there.
fn properties(tier: &Tier, zone: &Zone, (options, holds_ids): (&ExportOptions, bool)) -> Attributes {
    let mut properties = (*zone.attributes).clone();
    let is_id = holds_ids
        && tier.code_key.is_none()
        && zone.foreign.get("id").map(crate::io::tiers::text).as_ref() == Some(&zone.code);
    for (key, always, text) in [(&tier.code_key, "code", &zone.code), (&tier.name_key, "name", &zone.name)] {
        let own = key.as_ref().and_then(|key| properties.get_mut(key));
        let is_held = own.is_some() || is_id && always == "code";
        if let Some(value) = own.filter(|value| crate::io::tiers::text(value) != *text) {
            *value = Value::String(text.clone());
        }
        let asked = options.renames.iter().any(|(old, _)| old == always);
        if (asked || !is_held && !text.is_empty()) && !properties.contains_key(always) {
            properties.insert(always.to_owned(), Value::String(text.clone()));
        }
    }
    properties
}

/// A count of 1e-7 degree in degrees, exactly, without trailing zeros.
pub(super) fn decimal(out: &mut String, count: i32) {
    let (whole, mut part) = (count.unsigned_abs() / 10_000_000, count.unsigned_abs() % 10_000_000);
    if count < 0 {
        out.push('-');
    }
    let _never_fails = write!(out, "{whole}");
    if part == 0 {
        return;
    }
    let mut digits = ['0'; 7];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(b'0' + (part % 10) as u8);
        part /= 10;
    }
    let end = digits.iter().rposition(|&digit| digit != '0').map_or(0, |last| last + 1);
    out.push('.');
    out.extend(&digits[..end]);
}
