//! People out of a plan for good: columns and numbers, and the names that stood in those columns wherever a text says them
//! again.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::super::{Attributes, Intake, Plan, Settings};
use super::strip::out_of_tier;
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
        out_of_tier(tier, named);
        let tier = Arc::make_mut(tier);
        for id in tier.zones.ids().collect::<Vec<_>>() {
            let Some(mut zone) = tier.zones.get(id).cloned() else { continue };
            if let Some(name) = named.within(&zone.name) {
                let held = tier.name_key.as_ref().filter(|key| zone.attributes.contains_key(*key)).cloned();
                if let Some(key) = held {
                    Arc::make_mut(&mut zone.attributes).insert(key, Value::String(name.clone()));
                }
                zone.name = name;
            }
            tier.zones.set(id, Some(zone));
        }
    }
    for layer in &mut bare.references {
        if layer
            .features
            .iter()
            .any(|(_, attributes)| attributes.values().any(|value| named.without(value, Named::names_out_of).is_some()))
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
    let words = serde_json::to_value(&*settings).ok().and_then(|value| named.without(&value, Named::out_of));
    if let Some(clean) = words.and_then(|value| serde_json::from_value(value).ok()) {
        *settings = clean;
    }
    settings.accepted.values_mut().for_each(|accepted| TAKEN.clone_into(&mut accepted.reason));
    settings.purged = Some(time);
    (bare, columns)
}

/// Whether settings hold reasons that planners wrote.
#[must_use]
pub fn has_reasons(settings: &Settings) -> bool {
    settings.accepted.values().any(|accepted| accepted.reason != TAKEN)
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
    let mut named = Named::default();
    for (key, value) in features.into_iter().flatten() {
        named.take(key, value, is_own(key));
    }
    named
}

/// Whether a value of a column is split into the names in it: places are not, their parts are no names.
fn is_list(key: &str) -> bool {
    !["址", "地", "单位", "addr", "birth", "residence"].iter().any(|word| key.to_lowercase().contains(word))
}

/// Whether a value is so much of somebody's own that it can be looked for in other texts.
fn is_telling(text: &str) -> bool {
    let count = text.chars().count();
    let letters = text.chars().any(char::is_alphabetic);
    letters && count <= LONGEST && count >= if text.is_ascii() { 4 } else { 2 }
}

/// Those whom columns about people name.
#[derive(Clone, Debug, Default)]
pub struct Named {
    names: FxHashSet<String>,
    /// How many bytes they have, the longest first: one may begin another.
    lengths: BTreeSet<Reverse<usize>>,
}

impl Named {
    /// Takes those in whom a value names: all of it where it is somebody's own, else what its members say of people.
    fn take(&mut self, key: &str, value: &Value, own: bool) {
        match value {
            Value::String(text) => match super::as_json(text) {
                Some(inner) => self.take(key, &inner, own),
                None if own => self.take_text(text, is_list(key)),
                None => {}
            },
            Value::Array(list) => list.iter().for_each(|one| self.take(key, one, own)),
            Value::Object(members) => members.iter().for_each(|(inner, one)| {
                let own = own || super::is_about_people(inner) && names::names_somebody(inner);
                self.take(inner, one, own);
            }),
            _ => {}
        }
    }

    /// Takes a text in, and the names in it where it lists some, with titles and numbers beside them.
    fn take_text(&mut self, text: &str, splits: bool) {
        const NOBODY: [&str; 9] = ["暂无", "没有", "未知", "不详", "待定", "空缺", "同上", "none", "unknown"];
        let mut add = |part: &str| {
            let part = part.trim();
            if is_telling(part) && !NOBODY.contains(&part.to_lowercase().as_str()) {
                self.lengths.insert(Reverse(part.len()));
                self.names.insert(part.to_owned());
            }
        };
        add(text);
        if !splits {
            return;
        }
        let without = without_numbers(text).unwrap_or_else(|| text.to_owned());
        let is_sign = |c: char| "、，,;；/|\\()（）[]【】：:*\n\t".contains(c);
        for part in without.split(is_sign).map(str::trim) {
            let is_title = names::about(part) >= names::About::MaybeName;
            let few = part.chars().filter(|c| !c.is_whitespace()).count() <= 5;
            if part.is_ascii() || !few || is_title {
                continue;
            }
            add(part);
            add(&part.split_whitespace().collect::<String>());
            // Names with blanks between them, not one with a blank in it.
            if part.split_whitespace().all(|word| word.chars().nth(1).is_some()) {
                part.split_whitespace().for_each(&mut add);
            }
        }
    }

    /// Whether they are nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Takes others in.
    pub fn join(&mut self, others: Self) {
        self.names.extend(others.names);
        self.lengths.extend(others.lengths);
    }

    /// A text without them and without numbers of people; `None` where it has none. O(text · lengths of names).
    #[must_use]
    pub fn out_of(&self, text: &str) -> Option<String> {
        let plain = without_numbers(text);
        self.names_out_of(plain.as_deref().unwrap_or(text)).or(plain)
    }

    /// A text without their names.
    fn names_out_of(&self, text: &str) -> Option<String> {
        let (mut left, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(first) = rest.chars().next() {
            let named = self
                .lengths
                .iter()
                .find(|Reverse(length)| rest.get(..*length).is_some_and(|start| self.names.contains(start)));
            left.push_str(if named.is_some() { TAKEN } else { &rest[..first.len_utf8()] });
            rest = &rest[named.map_or(first.len_utf8(), |Reverse(length)| *length)..];
        }
        (left != text).then_some(left)
    }

    /// The name of a zone without the people in it; `None` where it names none. A name that is that of the zone is not
    /// theirs.
    fn within(&self, name: &str) -> Option<String> {
        if self.names.contains(name.trim()) { None } else { self.names_out_of(name) }
    }

    /// Whether what reading found names one of them.
    #[must_use]
    pub fn is_in_intake(&self, intake: &Intake) -> bool {
        self.out_of_intake(intake).is_some()
    }

    /// What reading found, without them; `None` where it names none.
    pub(super) fn out_of_intake(&self, intake: &Intake) -> Option<Intake> {
        serde_json::from_value(self.without(&serde_json::to_value(intake).ok()?, Self::out_of)?).ok()
    }

    /// A value with its texts as `out_of` leaves them.
    fn without(&self, value: &Value, out_of: fn(&Self, &str) -> Option<String>) -> Option<Value> {
        match value {
            Value::String(text) => match super::as_json(text) {
                Some(inner) => self.without(&inner, out_of).map(|left| Value::String(left.to_string())),
                None => out_of(self, text).map(Value::String),
            },
            Value::Array(list) => {
                let left: Vec<Value> =
                    list.iter().map(|one| self.without(one, out_of).unwrap_or_else(|| one.clone())).collect();
                (left != *list).then(|| Value::Array(left))
            }
            Value::Object(members) => {
                let left: Attributes = members
                    .iter()
                    .map(|(key, one)| {
                        // Members of settings and of what reading found are ASCII, and stay what they are called.
                        let named = if key.is_ascii() { None } else { out_of(self, key) };
                        let key = named.unwrap_or_else(|| key.clone());
                        (key, self.without(one, out_of).unwrap_or_else(|| one.clone()))
                    })
                    .collect();
                (left != *members).then(|| Value::Object(left))
            }
            _ => None,
        }
    }

    /// Takes their names out of properties; numbers are taken out by what their columns are.
    pub(super) fn out_of_members(&self, members: &mut Arc<Attributes>, kept: impl Fn(&str) -> bool) {
        let changed: Vec<(String, Value)> = members
            .iter()
            .filter(|(key, _)| !kept(key))
            .filter_map(|(key, value)| Some((key.clone(), self.without(value, Self::names_out_of)?)))
            .collect();
        if !changed.is_empty() {
            let members = Arc::make_mut(members);
            members.extend(changed);
        }
    }
}
