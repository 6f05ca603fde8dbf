//! People out of a whole plan: for what leaves the office, and for good.

use std::sync::Arc;

use super::super::{Attributes, Incidents, Plan, Reference, Tier, Zone};
use super::{Found, Named, find, named, take_out, without, without_numbers};

/// The plan without people, and the columns that were left out or in which numbers were. What was never about people is
/// shared with the plan as it was. O(values).
#[must_use]
pub fn strip(plan: &Plan) -> (Plan, Vec<String>) {
    let mut bare = plan.clone();
    let mut columns: Vec<String> = Vec::new();
    let named = named(plan);
    for tier in &mut bare.tiers {
        let found = in_tier(tier);
        if !found.iter().all(Found::is_empty) {
            let tier = Arc::make_mut(tier);
            let ids: Vec<_> = tier.zones.ids().collect();
            for id in ids {
                let zone = tier.zones.get(id).map(|zone| bare_zone(zone, tier.name_key.as_deref(), &found));
                tier.zones.set(id, zone);
            }
        }
        if let Some(members) = without_members(&tier.foreign) {
            Arc::make_mut(tier).foreign = Arc::new(members);
        }
        columns.extend(found.into_iter().flat_map(names));
        out_of_tier(tier, &named);
    }
    for layer in &mut bare.references {
        let found = find(layer.features.iter().map(|(_, attributes)| attributes));
        if !found.is_empty() {
            let features = layer.features.iter().cloned().map(|(shape, mut attributes)| {
                take_out(&mut attributes, &found);
                let mut attributes = Arc::new(attributes);
                named.out_of_members(&mut attributes, |_| false);
                (shape, Arc::unwrap_or_clone(attributes))
            });
            *layer = Arc::new(Reference { features: features.collect(), ..(**layer).clone() });
            columns.extend(names(found));
        }
    }
    strip_incidents(&mut bare.incidents);
    for id in bare.squads.ids().collect::<Vec<_>>() {
        let squad = bare.squads.get(id).cloned();
        if let Some(mut squad) = squad
            && let Some(name) = without_numbers(&squad.name)
        {
            squad.name = name;
            bare.squads.set(id, Some(squad));
        }
    }
    if plan.settings.accepted.values().any(|accepted| without_numbers(&accepted.reason).is_some()) {
        let accepted = Arc::make_mut(&mut bare.settings).accepted.values_mut();
        accepted.for_each(|one| one.reason = without_numbers(&one.reason).unwrap_or_else(|| one.reason.clone()));
    }
    columns.sort();
    columns.dedup();
    if let Some(intake) = named.out_of_intake(&plan.intake) {
        bare.intake = Arc::new(intake);
    }
    (bare, columns)
}

/// What is about people in the properties of a tier, and in the unknown members of its features. The properties that hold
/// code and name say what a zone is.
fn in_tier(tier: &Tier) -> [Found; 2] {
    let mut own = find(tier.zones.iter().map(|(_, zone)| &*zone.attributes));
    own.columns.retain(|key| ![&tier.code_key, &tier.name_key].contains(&&Some(key.clone())));
    own.texts.retain(|key, _| tier.code_key.as_ref() != Some(key));
    [own, find(tier.zones.iter().map(|(_, zone)| &*zone.foreign))]
}

fn bare_zone(zone: &Zone, name_key: Option<&str>, [own, foreign]: &[Found; 2]) -> Zone {
    let mut bare = zone.clone();
    take_out(Arc::make_mut(&mut bare.attributes), own);
    take_out(Arc::make_mut(&mut bare.foreign), foreign);
    if name_key.is_some_and(|key| own.texts.contains_key(key)) {
        bare.name = without_numbers(&zone.name).unwrap_or(bare.name);
    }
    bare
}

/// Takes those whom columns about people name out of the other words of zones; code and name say what a zone is.
pub(super) fn out_of_tier(tier: &mut Arc<Tier>, named: &Named) {
    if named.is_empty() {
        return;
    }
    let tier = Arc::make_mut(tier);
    let keys = [tier.code_key.clone(), tier.name_key.clone()];
    for id in tier.zones.ids().collect::<Vec<_>>() {
        let Some(mut zone) = tier.zones.get(id).cloned() else { continue };
        named.out_of_members(&mut zone.attributes, |key| keys.iter().any(|known| known.as_deref() == Some(key)));
        named.out_of_members(&mut zone.foreign, |_| false);
        tier.zones.set(id, Some(zone));
    }
}

fn without_members(members: &Attributes) -> Option<Attributes> {
    match without(&serde_json::Value::Object(members.clone())) {
        Some(serde_json::Value::Object(left)) => Some(left),
        _ => None,
    }
}

fn names(found: Found) -> impl Iterator<Item = String> {
    found.columns.into_iter().chain(found.texts.into_keys())
}

fn strip_incidents(incidents: &mut Arc<Incidents>) {
    let words = [&incidents.places, &incidents.fields, &incidents.classes, &incidents.sources, &incidents.states];
    if words.into_iter().flat_map(|words| words.0.iter()).any(|word| without_numbers(word).is_some()) {
        strip_words(Arc::make_mut(incidents));
    }
}

/// Takes numbers of people out of the words of incidents, which are classes and places, but anything may stand in a column;
/// how many words had one. O(words).
pub fn strip_words(rows: &mut Incidents) -> usize {
    let words = [&mut rows.places, &mut rows.fields, &mut rows.classes, &mut rows.sources, &mut rows.states];
    let mut count = 0;
    for word in words.into_iter().flat_map(|words| words.0.iter_mut()) {
        if let Some(left) = without_numbers(word) {
            *word = left;
            count += 1;
        }
    }
    count
}
