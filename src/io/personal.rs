//! People left out of what is read, by the name of the column.

use std::sync::Arc;

use serde_json::Value;

use super::layer::Feature;
use crate::base::{Problem, Rule, Severity, Text};
use crate::model::people::{self, Found};
use crate::model::{Attributes, Incidents};

/// Takes people out of the properties of a layer and says what was left out.
pub(super) fn leave_out(file: &str, features: &mut [Feature]) -> Vec<Problem> {
    let own = people::find(features.iter().map(|feature| &*feature.attributes));
    let foreign = people::find(features.iter().map(|feature| &*feature.foreign));
    if own.is_empty() && foreign.is_empty() {
        return Vec::new();
    }
    for feature in features {
        for (members, found) in [(&mut feature.attributes, &own), (&mut feature.foreign, &foreign)] {
            if !found.is_empty() {
                people::take_out(Arc::make_mut(members), found);
            }
        }
    }
    notes(file, &[own, foreign])
}

/// What was left out of a file, in words.
fn notes(file: &str, found: &[Found]) -> Vec<Problem> {
    let columns: Vec<&str> = found.iter().flat_map(|found| &found.columns).map(String::as_str).collect();
    let texts: Vec<(&String, &usize)> = found.iter().flat_map(|found| &found.texts).collect();
    let note = |reason| Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Note, reason) };
    let mut notes = Vec::new();
    if !columns.is_empty() {
        notes.push(note(Text::new(
            format!("properties about people were left out: {}. --personal keeps them", columns.join(", ")),
            format!("个人信息字段未读取：{}。如需保留请用 --personal", columns.join("、")),
        )));
    }
    if !texts.is_empty() {
        let (en, zh): (Vec<String>, Vec<String>) =
            texts.iter().map(|(key, count)| (format!("{key} ({count})"), format!("{key}（{count} 处）"))).unzip();
        notes.push(note(Text::new(
            format!(
                "numbers of people were taken out of texts, *** stands in their place: {}. --personal keeps them",
                en.join(", ")
            ),
            format!("文字中的个人号码已去除，以 *** 代替：{}。如需保留请用 --personal", zh.join("、")),
        )));
    }
    notes
}

/// Says which columns of a table of incidents are about people: they are not read. The address of an incident is a place.
pub(super) fn columns(file: &str, names: &[String]) -> Option<Problem> {
    let is = |name: &&str| people::is_about_people(name) && !name.eq_ignore_ascii_case("address");
    let found: Vec<&str> = names.iter().map(String::as_str).filter(is).collect();
    if found.is_empty() {
        return None;
    }
    let reason = Text::new(
        format!("columns about people were not read: {}", found.join(", ")),
        format!("个人信息列未读取：{}", found.join("、")),
    );
    Some(Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Note, reason) })
}

/// Rows of a table that are looked at together.
const ROWS: usize = 10_000;

/// Takes people out of a table of points and says what was left out; `None` where nobody is in it. The address of an
/// incident is a place. O(fields).
pub(crate) fn out_of_table(names: &mut Vec<String>, rows: &mut [Vec<String>]) -> Option<Text> {
    let keys: Vec<String> = names.iter().enumerate().map(|(at, name)| key(names, at, name)).collect();
    let members = |row: &Vec<String>| -> Attributes {
        keys.iter().cloned().zip(row.iter().cloned().map(Value::String)).collect()
    };
    let mut all = Found::default();
    for chunk in rows.chunks(ROWS) {
        let chunk: Vec<Attributes> = chunk.iter().map(members).collect();
        let found = people::find(chunk.iter());
        all.columns.extend(found.columns);
        found.texts.into_iter().for_each(|(key, count)| *all.texts.entry(key).or_default() += count);
    }
    all.columns.retain(|column| !column.eq_ignore_ascii_case("address"));
    if all.is_empty() {
        return None;
    }
    let left: Vec<usize> = (0..keys.len()).filter(|&at| !all.columns.contains(&keys[at])).collect();
    for row in rows {
        let field = |&at: &usize| {
            let text = row.get(at).map_or("", String::as_str);
            let without = if all.texts.contains_key(&keys[at]) { people::without_numbers(text) } else { None };
            without.unwrap_or_else(|| text.to_owned())
        };
        let more = row.get(keys.len()..).unwrap_or_default().to_vec();
        *row = left.iter().map(field).chain(more).collect();
    }
    let mut out: Vec<&str> = (0..keys.len()).filter(|at| !left.contains(at)).map(|at| names[at].as_str()).collect();
    out.extend(all.texts.keys().filter(|key| !all.columns.contains(key)).map(String::as_str));
    let told = Text::new(
        format!("people were left out of what is written: {}. --personal keeps them", out.join(", ")),
        format!("结果中未写出个人信息：{}。如需保留请用 --personal", out.join("、")),
    );
    *names = left.into_iter().map(|at| names[at].clone()).collect();
    Some(told)
}

/// The name of a column that no other has: twins are told by a number.
fn key(names: &[String], at: usize, name: &str) -> String {
    let twins = names.iter().take(at).filter(|other| *other == name).count();
    if twins == 0 { name.to_owned() } else { format!("{name} {}", twins + 1) }
}

/// Takes numbers of people out of the words of incidents and says so.
pub(super) fn out_of_words(file: &str, incidents: &mut Incidents) -> Option<Problem> {
    let count = people::strip_words(incidents);
    (count > 0).then(|| {
        let reason = Text::new(
            format!(
                "numbers of people were taken out of {count} words, *** stands in their place. --personal keeps them"
            ),
            format!("{count} 个文字中的个人号码已去除，以 *** 代替。如需保留请用 --personal"),
        );
        Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Note, reason) }
    })
}
