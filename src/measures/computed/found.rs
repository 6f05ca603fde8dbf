//! Which properties are computed: those whose values are what we compute, for every zone that has them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::values::{BETWEEN, Measured, Source, decimals, number, values_of};
use crate::base::{Cancelled, Progress};
use crate::model::{Computed, Naming, Plan, Tier, ZoneId, value_text};

/// Units an area is written in: m², 亩, hectares, km²; thousandths of a m².
const AREAS: [u64; 4] = [1_000, 666_667, 10_000_000, 1_000_000_000];
/// Units a length is written in, metres.
const LENGTHS: [u32; 2] = [1, 1000];

/// Words in the names of columns of work.
const LOADS: [&str; 6] = ["load", "hour", "work", "工作量", "工时", "负荷"];

/// Zones with the values of one property.
type Values<'a> = [(ZoneId, &'a Value)];

/// Finds the computed properties of the tiers from a place in the order on. O(plan), less where nothing can be computed.
///
/// # Errors
/// When the job was cancelled.
pub fn recognise(plan: &mut Plan, tiers: &[usize], progress: &Progress) -> Result<(), Cancelled> {
    let measured = Rc::new(Measured::default());
    for &at in tiers {
        let Some(tier) = plan.tiers.get(at).cloned() else { continue };
        let computed = found(&Source::new(plan, (at, &tier), Rc::clone(&measured), progress))?;
        if computed != tier.computed {
            plan.tiers[at] = Arc::new(Tier { computed, ..Tier::clone(&tier) });
        }
    }
    Ok(())
}

fn found(source: &Source<'_>) -> Result<BTreeMap<String, Computed>, Cancelled> {
    let tier = source.tier;
    let own = [tier.code_key.as_deref(), tier.name_key.as_deref()];
    let mut all = BTreeMap::new();
    let keys: BTreeSet<&str> =
        tier.zones.iter().take(FIRST).flat_map(|(_, zone)| zone.attributes.keys().map(String::as_str)).collect();
    for key in keys.into_iter().filter(|key| !own.contains(&Some(key))) {
        // Most properties are told from the first zones not to be computed.
        let first = values_of(tier, key, FIRST);
        let mut may_be = false;
        for computed in candidates(source, key, &first) {
            may_be = may_be || is_dear(&computed) || fits(source, &computed, &first)?;
        }
        let values = if may_be { values_of(tier, key, usize::MAX) } else { Vec::new() };
        for computed in candidates(source, key, &values) {
            if fits(source, &computed, &values)? {
                all.insert(key.to_owned(), computed);
                break;
            }
        }
    }
    Ok(all)
}

/// Zones that are looked at first.
const FIRST: usize = 64;

/// What takes long to measure, and is measured once all else is known to fit.
fn is_dear(computed: &Computed) -> bool {
    matches!(computed, Computed::Incidents | Computed::Load { .. } | Computed::Households)
}

/// Whether every value is what is computed.
fn fits(source: &Source<'_>, computed: &Computed, values: &Values<'_>) -> Result<bool, Cancelled> {
    for &(zone, value) in values {
        if !source.figure(computed, zone)?.is_some_and(|figure| figure.is(value, computed)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the values of a property may be, the most telling first. Numbers that say little of themselves, such as a class
/// from 1 to 3, are no candidates.
fn candidates(source: &Source<'_>, key: &str, values: &Values<'_>) -> Vec<Computed> {
    let mut all = Vec::new();
    if values.is_empty() {
        return all;
    }
    let numbers: Option<Vec<f64>> = values.iter().map(|(_, value)| number(value)).collect();
    if let Some(numbers) = numbers {
        all.extend(of_numbers(source, key, values, &numbers));
    }
    let coarser = |other: &Tier| other.role < source.tier.role;
    for (_, other) in source.plan.tiers.iter().enumerate().filter(|(at, _)| *at != source.at) {
        let names = namings(other, values);
        let owners = names.iter().map(|&naming| Computed::Owner { tier: other.name.clone(), naming });
        let lists = names.iter().flat_map(|&naming| lists(other, naming, values));
        // A zone has one zone above it, and may have land of several others.
        if coarser(other) {
            all.extend(owners);
            all.extend(lists);
        } else {
            all.extend(lists);
            all.extend(owners);
        }
    }
    if source.has_squads() && values.iter().all(|(_, value)| value.is_string()) {
        all.extend([Naming::Name, Naming::Code].map(|naming| Computed::Squad { naming }));
    }
    all
}

/// Ways of naming the zones of a tier that the first value agrees with.
fn namings(tier: &Tier, values: &Values<'_>) -> Vec<Naming> {
    let Some((_, first)) = values.first() else { return Vec::new() };
    let text = match first {
        Value::Array(items) => items.first().map(value_text).unwrap_or_default(),
        value => value_text(value),
    };
    let starts = |of: &str| !of.is_empty() && (text == of || text.starts_with(of) || text.contains(of));
    let mut all = Vec::new();
    if tier.zones.iter().any(|(_, zone)| starts(&zone.code)) {
        all.push(Naming::Code);
    }
    if tier.zones.iter().any(|(_, zone)| starts(&zone.name)) {
        all.push(Naming::Name);
    }
    all
}

/// Lists of zones as the values are written: as arrays, or with what stands between two of them.
fn lists(other: &Tier, naming: Naming, values: &Values<'_>) -> Vec<Computed> {
    let within = |most_first: bool, between: Option<&str>| Computed::Within {
        tier: other.name.clone(),
        naming,
        most_first,
        between: between.map(str::to_owned),
    };
    if values.iter().all(|(_, value)| value.is_array()) {
        return vec![within(false, None)];
    }
    let texts: Vec<String> = values.iter().map(|(_, value)| value_text(value)).collect();
    let known: BTreeSet<&str> =
        other.zones.iter().map(|(_, zone)| if naming == Naming::Code { &*zone.code } else { zone.called() }).collect();
    let several: Vec<&String> = texts.iter().filter(|text| !known.contains(text.as_str())).collect();
    let usual = if naming == Naming::Code { " " } else { "、" };
    let between = match several.first() {
        None => Some(usual),
        Some(text) => BETWEEN.into_iter().find(|between| {
            let mut items = text.split(between);
            text.contains(between) && items.all(|item| known.contains(item.trim()))
        }),
    };
    let Some(between) = between else { return Vec::new() };
    let sorted = |text: &&String| text.split(between).is_sorted();
    vec![within(!several.iter().all(sorted), Some(between))]
}

fn of_numbers(source: &Source<'_>, key: &str, values: &Values<'_>, numbers: &[f64]) -> Vec<Computed> {
    let mut all = Vec::new();
    let places = decimals(values.iter().map(|(_, value)| *value));
    let most = numbers.iter().fold(0.0, |most: f64, number| most.max(number.abs()));
    let different: BTreeSet<u64> = numbers.iter().map(|number| number.to_bits()).collect();
    if numbers.iter().any(|number| *number < 0.0) || most == 0.0 {
        return all;
    }
    // Three digits at least: less is met by chance.
    if most * 10f64.powi(i32::from(places)) >= 100.0 {
        all.extend(AREAS.map(|unit| Computed::Area { unit, decimals: places }));
        all.extend(LENGTHS.map(|unit| Computed::Border { unit, decimals: places }));
    }
    // Loads take long to reckon: not for every column of numbers.
    let is_load = LOADS.iter().any(|word| key.to_lowercase().contains(word));
    if is_load && different.len() > 1 && places <= 6 && (places > 0 || most >= 10.0) {
        all.push(Computed::Load { decimals: places });
    }
    if places == 0 && (different.len() > 1 || most >= 10.0) {
        let sum: f64 = numbers.iter().sum();
        if sum <= source.plan.incidents.len() as f64 {
            all.push(Computed::Incidents);
        }
        if !source.says_households() {
            all.push(Computed::Households);
        }
        if different.len() > 1 && values.len() >= 4 {
            let others = source.plan.tiers.iter().enumerate().filter(|(at, _)| *at != source.at);
            all.extend(others.map(|(_, other)| Computed::Count { tier: other.name.clone() }));
        }
    }
    all
}
