//! People in what files say: columns about them, by name and by value, and their numbers within texts.

mod names;
mod numbers;
mod purge;
mod strip;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Attributes;
use names::{About, about};

pub use numbers::without as without_numbers;
pub use purge::{Named, has_reasons, named, named_in, purge};
pub use strip::{strip, strip_words};

/// What is about people in the properties of a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Columns about people, in the order in which they are met.
    pub columns: Vec<String>,
    /// Other columns with numbers of people within their texts, and how many of their values have one.
    pub texts: BTreeMap<String, usize>,
}

impl Found {
    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.texts.is_empty()
    }
}

/// Whether the name of a column says that it is about people, whatever its values are.
#[must_use]
pub fn is_about_people(name: &str) -> bool {
    about(name) >= About::Role
}

/// Whether a column of that name is about people, or may be where its values are.
#[must_use]
pub fn may_be_about_people(name: &str) -> bool {
    about(name) > About::Register
}

/// What is known of a column.
struct Column {
    about: About,
    /// Values that say something, and of these: numbers, yes or no, and numbers of a person and no more.
    filled: usize,
    numeric: usize,
    flags: usize,
    personal: usize,
    /// Values that look like what a short form of the name may mean.
    likely: usize,
    /// Values with a number of a person somewhere in them.
    with: usize,
}

impl Column {
    /// Whether all of it is about people.
    fn is_personal(&self) -> bool {
        let is_by_value = self.personal * 2 > self.filled;
        match self.about {
            // Whether there is a telephone is nobody's.
            About::Person => self.filled == 0 || self.flags * 10 < self.filled * 9,
            // Numbers of people are no people, nor is a yes.
            About::Role => self.filled == 0 || (self.numeric + self.flags) * 10 < self.filled * 9 || is_by_value,
            About::Register => false,
            About::MaybeName | About::MaybePhone => is_by_value || self.likely * 2 > self.filled,
            About::Other => is_by_value,
        }
    }

    /// Whether a number in a text of it may be a person's: a column of numbers is one of measures.
    fn is_text(&self) -> bool {
        self.about != About::Register && self.numeric * 10 < self.filled * 9
    }
}

/// Looks through the properties of all features of a layer. O(values).
#[must_use]
pub fn find<'a>(features: impl Iterator<Item = &'a Attributes>) -> Found {
    let mut known: FxHashMap<&str, Column> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::new();
    for (key, value) in features.flatten() {
        let column = known.entry(key).or_insert_with(|| {
            order.push(key);
            Column { about: about(key), filled: 0, numeric: 0, flags: 0, personal: 0, likely: 0, with: 0 }
        });
        look(column, value);
    }
    let twin = |key: &str| -> bool {
        let stem = key.split_once('\u{fffd}').filter(|(stem, rest)| !stem.is_empty() && rest.starts_with('_'));
        let is_like =
            |other: &&str| other.starts_with(stem.map_or("", |(stem, _)| stem)) && known[*other].about >= About::Role;
        stem.is_some() && order.iter().any(is_like)
    };
    let is_personal = |key: &str| known[key].is_personal() || known[key].about < About::Role && twin(key);
    let mut found = Found::default();
    for &key in &order {
        let column = &known[key];
        if is_personal(key) {
            found.columns.push(key.to_owned());
        } else if column.with > 0 && column.is_text() {
            found.texts.insert(key.to_owned(), column.with);
        }
    }
    found
}

fn look(column: &mut Column, value: &Value) {
    const FLAGS: [&str; 10] = ["是", "否", "有", "无", "y", "n", "yes", "no", "true", "false"];
    match value {
        Value::Null => return,
        Value::Bool(_) => column.flags += 1,
        Value::Number(number) => {
            column.numeric += 1;
            let text = number.to_string();
            column.personal += usize::from(numbers::is_one(&text));
            column.likely += usize::from(is_likely(column.about, &text));
        }
        Value::String(text) if text.trim().is_empty() => return,
        Value::String(text) => {
            let text = text.trim();
            if let Some(inner) = as_json(text) {
                column.with += usize::from(without(&inner).is_some());
                column.filled += 1;
                return;
            }
            let begins = text.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte));
            column.numeric += usize::from(begins && text.parse::<f64>().is_ok());
            column.flags += usize::from(FLAGS.iter().any(|flag| text.eq_ignore_ascii_case(flag)));
            let has = !matches!(column.about, About::Register | About::Person) && without_numbers(text).is_some();
            column.likely += usize::from(is_likely(column.about, text));
            column.with += usize::from(has);
            column.personal += usize::from(has && numbers::is_one(text));
        }
        Value::Array(_) | Value::Object(_) => column.with += usize::from(without(value).is_some()),
    }
    column.filled += 1;
}

/// Whether a value is what a short form of a name may mean: a name of two to six characters that ends like no place and no
/// body, or a telephone, with its area or without.
fn is_likely(about: About, text: &str) -> bool {
    const ENDS: &str = "区村街路巷镇乡局所站院园厂社队部处科办程目场楼组户类级号";
    match about {
        About::MaybeName => {
            let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            text.starts_with(is_han) && (2..=6).contains(&text.chars().count()) && !text.ends_with(|c| ENDS.contains(c))
        }
        About::MaybePhone => numbers::is_one(text) || numbers::is_local(text),
        _ => false,
    }
}

/// A value without the numbers of people in its texts, and without what its members say about people; `None` where it has
/// none.
fn without(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => match as_json(text) {
            Some(inner) => without(&inner).map(|left| Value::String(left.to_string())),
            None => without_numbers(text).map(Value::String),
        },
        Value::Array(list) => {
            let parts: Vec<Option<Value>> = list.iter().map(without).collect();
            let any = parts.iter().any(Option::is_some);
            any.then(|| parts.into_iter().zip(list).map(|(part, old)| part.unwrap_or_else(|| old.clone())).collect())
        }
        Value::Object(members) => {
            let mut left = members.clone();
            left.retain(|key, value| match about(key) {
                About::Person => false,
                About::Role => value.is_number() || value.is_boolean(),
                said => !value.as_str().is_some_and(|text| is_likely(said, text.trim())),
            });
            left.values_mut().for_each(|value| *value = without(value).unwrap_or_else(|| value.take()));
            (left != *members).then(|| Value::Object(left))
        }
        _ => None,
    }
}

/// A list or members that a text holds, as formats without them carry them.
fn as_json(text: &str) -> Option<Value> {
    let text = text.trim();
    let held = text.starts_with(['{', '[']) && text.ends_with(['}', ']']);
    held.then(|| serde_json::from_str(text).ok())
        .flatten()
        .filter(|value: &Value| value.is_object() || value.is_array())
}

/// Takes what was found out of properties.
pub fn take_out(attributes: &mut Attributes, found: &Found) {
    attributes.retain(|key, _| !found.columns.iter().any(|column| column == key));
    for (_, value) in attributes.iter_mut().filter(|(key, _)| found.texts.contains_key(*key)) {
        if let Some(left) = without(value) {
            *value = left;
        }
    }
}
