//! People out of a plan for good: columns and numbers, and the names that stood in those columns wherever a text says them
//! again.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::super::{Attributes, Intake, Plan};
use super::{find, names, strip, without_numbers};

/// What stands in the place of what was taken out of a text.
const TAKEN: &str = "***";
/// Longest value of a column about people that is looked for in texts.
const LONGEST: usize = 60;

/// The plan without anybody in it, and the columns that were taken out. Reasons and other words that planners wrote may
/// name anybody: reasons go whole. `named` are those whom the plan and its earlier states name. O(values × people).
#[must_use]
pub fn purge(plan: &Plan, named: &Named, time: i64) -> (Plan, Vec<String>) {
    let (mut bare, columns) = strip(plan);
    for tier in &mut bare.tiers {
        let tier = Arc::make_mut(tier);
        let keys = [tier.code_key.clone(), tier.name_key.clone()];
        for id in tier.zones.ids().collect::<Vec<_>>() {
            let Some(mut zone) = tier.zones.get(id).cloned() else { continue };
            let kept = |key: &str| keys.iter().any(|known| known.as_deref() == Some(key));
            named.out_of_members(&mut zone.attributes, kept);
            named.out_of_members(&mut zone.foreign, |_| false);
            tier.zones.set(id, Some(zone));
        }
    }
    for layer in &mut bare.references {
        if layer.features.iter().any(|(_, attributes)| attributes.values().any(|value| named.without(value).is_some()))
        {
            let layer = Arc::make_mut(layer);
            let features = layer.features.iter().cloned().map(|(shape, attributes)| {
                let mut attributes = Arc::new(attributes);
                named.out_of_members(&mut attributes, |_| false);
                (shape, Arc::unwrap_or_clone(attributes))
            });
            layer.features = features.collect();
        }
    }
    let settings = Arc::make_mut(&mut bare.settings);
    let words = serde_json::to_value(&*settings).ok().and_then(|value| named.without(&value));
    if let Some(clean) = words.and_then(|value| serde_json::from_value(value).ok()) {
        *settings = clean;
    }
    settings.accepted.values_mut().for_each(|accepted| TAKEN.clone_into(&mut accepted.reason));
    settings.purged = Some(time);
    (bare, columns)
}

/// Those whom the columns about people of a plan name. O(values).
#[must_use]
pub fn named(plan: &Plan) -> Named {
    let mut named = Named::default();
    for tier in &plan.tiers {
        named.join(named_in(tier.zones.iter().map(|(_, zone)| &*zone.attributes)));
    }
    for layer in &plan.references {
        named.join(named_in(layer.features.iter().map(|(_, attributes)| attributes)));
    }
    named
}

/// Those whom the columns about people among the properties of some features name. O(values).
#[must_use]
pub fn named_in<'a>(features: impl Iterator<Item = &'a Attributes>) -> Named {
    let features: Vec<&Attributes> = features.collect();
    let found = find(features.iter().copied());
    let is_own = |key: &str| found.columns.iter().any(|column| column == key) && names::names_somebody(key);
    let values = features.into_iter().flatten().filter(|(key, _)| is_own(key)).filter_map(|(_, value)| value.as_str());
    let telling: BTreeSet<&str> = values.map(str::trim).filter(|text| is_telling(text)).collect();
    Named(telling.into_iter().map(|text| (Reverse(text.len()), text.to_owned())).collect())
}

/// Whether a value is so much of somebody's own that it can be looked for in other texts.
fn is_telling(text: &str) -> bool {
    let count = text.chars().count();
    let letters = text.chars().any(char::is_alphabetic);
    letters && count <= LONGEST && count >= if text.is_ascii() { 4 } else { 2 }
}

/// Those whom columns about people name, the longest name first: one may begin another.
#[derive(Clone, Debug, Default)]
pub struct Named(BTreeSet<(Reverse<usize>, String)>);

impl Named {
    /// Takes others in.
    pub fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// A text without them and without numbers of people; `None` where it has none.
    #[must_use]
    pub fn out_of(&self, text: &str) -> Option<String> {
        let mut left = without_numbers(text).unwrap_or_else(|| text.to_owned());
        for (_, name) in self.0.iter().filter(|(_, name)| text.contains(name.as_str())) {
            left = left.replace(name.as_str(), TAKEN);
        }
        (left != text).then_some(left)
    }

    /// What reading found, without them; `None` where it names none.
    pub(super) fn out_of_intake(&self, intake: &Intake) -> Option<Intake> {
        serde_json::from_value(self.without(&serde_json::to_value(intake).ok()?)?).ok()
    }

    fn without(&self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) => self.out_of(text).map(Value::String),
            Value::Array(list) => {
                let left: Vec<Value> =
                    list.iter().map(|one| self.without(one).unwrap_or_else(|| one.clone())).collect();
                (left != *list).then(|| Value::Array(left))
            }
            Value::Object(members) => {
                let left: Attributes = members
                    .iter()
                    .map(|(key, one)| (key.clone(), self.without(one).unwrap_or_else(|| one.clone())))
                    .collect();
                (left != *members).then(|| Value::Object(left))
            }
            _ => None,
        }
    }

    fn out_of_members(&self, members: &mut Arc<Attributes>, kept: impl Fn(&str) -> bool) {
        let changed: Vec<(String, Value)> = members
            .iter()
            .filter(|(key, _)| !kept(key))
            .filter_map(|(key, value)| Some((key.clone(), self.without(value)?)))
            .collect();
        if !changed.is_empty() {
            let members = Arc::make_mut(members);
            members.extend(changed);
        }
    }
}
