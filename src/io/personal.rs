//! People left out of what is read, by the name of the column.

use std::sync::Arc;

use super::layer::Feature;
use crate::base::{Problem, Rule, Severity, Text};
use crate::model::Incidents;
use crate::model::people::{self, Found};

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
