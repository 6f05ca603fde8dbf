//! The zones of a tier as features, alike for every format.

use std::fmt::Write as _;

use rayon::prelude::*;
use serde_json::Value;

use super::polygons::{Polygon, polygons};
use super::{ExportError, ExportOptions};
use crate::base::{Progress, Text};
use crate::model::{Attributes, Plan, Tier, Zone};

/// One feature as it is to be written.
pub(super) struct Feature {
    pub(super) properties: Attributes,
    pub(super) foreign: Attributes,
    pub(super) polygons: Vec<Polygon>,
}

/// One feature for each zone, or for each of its parts; what had to be changed for that is noted.
pub(super) fn features(
    plan: &Plan,
    tier: &Tier,
    options: &ExportOptions,
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
        if polygons.is_empty() {
            notes.push(Text::new(
                format!("{} ({}) has no land: written with a null geometry", zone.name, zone.code),
                format!("{}({})没有土地:几何写为 null", zone.name, zone.code),
            ));
        }
        let foreign = (*zone.foreign).clone();
        if options.polygons_only && polygons.len() > 1 {
            notes.push(Text::new(
                format!("{} ({}) was written as {} features, numbered", zone.name, zone.code, polygons.len()),
                format!("{}({})拆分为 {} 个要素并编号", zone.name, zone.code, polygons.len()),
            ));
            for (number, polygon) in (1..).zip(polygons) {
                let part = |text: &str| if text.is_empty() { String::new() } else { format!("{text}-{number}") };
                let zone = Zone { code: part(&zone.code), name: part(&zone.name), ..zone.clone() };
                features.push(Feature {
                    properties: properties(tier, &zone),
                    foreign: foreign.clone(),
                    polygons: vec![polygon],
                });
            }
        } else {
            features.push(Feature { properties: properties(tier, zone), foreign, polygons });
        }
    }
    rename(&mut features, &options.renames, notes);
    Ok(features)
}

/// Gives properties the names a platform asks for, in their places. One that is there already under that name keeps its
/// own, and the other stays as it is.
fn rename(features: &mut [Feature], renames: &[(String, String)], notes: &mut Vec<Text>) {
    for (old, new) in renames.iter().filter(|(old, new)| old != new && !new.trim().is_empty()) {
        if features.iter().any(|feature| feature.properties.contains_key(new)) {
            notes.push(Text::new(
                format!("{old} was not renamed: there is a property {new} already"),
                format!("“{old}”未改名:已有属性“{new}”"),
            ));
            continue;
        }
        for feature in features.iter_mut() {
            let named = |(key, value)| (if key == *old { new.clone() } else { key }, value);
            feature.properties = std::mem::take(&mut feature.properties).into_iter().map(named).collect();
        }
    }
}

/// A zone's properties with its code and name under the keys they came with, and under `code` and `name`.
fn properties(tier: &Tier, zone: &Zone) -> Attributes {
    let mut properties = (*zone.attributes).clone();
    for (key, always, text) in [(&tier.code_key, "code", &zone.code), (&tier.name_key, "name", &zone.name)] {
        if let Some(value) = key.as_ref().and_then(|key| properties.get_mut(key))
            && crate::io::tiers::text(value) != *text
        {
            *value = Value::String(text.clone());
        }
        if !properties.contains_key(always) {
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
