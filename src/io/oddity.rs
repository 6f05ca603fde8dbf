//! What a reader met on its way: gathered by kind, said once each.

use std::collections::BTreeMap;

use super::diagnosis::Diagnosis;
use crate::base::{Problem, Text};

/// Up to so many of a kind are listed one by one; more become one sentence with a count.
const LISTED: usize = 5;

/// What oddities are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Feature,
    Row,
}

/// Oddities of a file by kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Oddities(BTreeMap<Diagnosis, Found>);

/// The features or rows (from 1) with an oddity of one kind, and what was found at the first of them: no more is said.
#[derive(Clone, Debug, Default)]
struct Found {
    numbers: Vec<u32>,
    details: Vec<String>,
}

impl Oddities {
    pub(super) fn add(&mut self, what: Diagnosis, number: u32, detail: impl Into<String>) {
        let found = self.0.entry(what).or_default();
        if found.numbers.len() < LISTED {
            found.details.push(detail.into());
        }
        found.numbers.push(number);
    }

    /// As [`Self::add`], but one time a feature or row, whatever is met in it.
    pub(super) fn add_once(&mut self, what: Diagnosis, number: u32, detail: &str) {
        if self.0.get(&what).and_then(|found| found.numbers.last()) != Some(&number) {
            self.add(what, number, detail);
        }
    }

    /// Puts what each of a kind is called before its detail, as far as details are said.
    pub(super) fn call(&mut self, what: Diagnosis, of: impl Fn(u32) -> String) {
        let Some(Found { numbers, details }) = self.0.get_mut(&what) else { return };
        for (number, detail) in numbers.iter().zip(details) {
            let parts = [of(*number), std::mem::take(detail)];
            *detail = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        }
    }

    /// Adds those of a later part of the file.
    pub(super) fn append(&mut self, other: Self) {
        for (kind, mut found) in other.0 {
            let whole = self.0.entry(kind).or_default();
            whole.numbers.append(&mut found.numbers);
            whole.details.append(&mut found.details);
            whole.details.truncate(LISTED);
        }
    }

    /// The same with `before` added to each number.
    pub(super) fn shifted(mut self, before: u32) -> Self {
        self.0.values_mut().flat_map(|found| &mut found.numbers).for_each(|number| *number += before);
        self
    }

    /// The gravest kind of some, and of several that which was met most often.
    pub(super) fn gravest(&self, among: &[Diagnosis]) -> Option<Diagnosis> {
        let found = self.0.iter().filter(|(kind, _)| among.contains(kind));
        found.max_by_key(|(kind, found)| (kind.severity(), found.numbers.len())).map(|(&kind, _)| kind)
    }

    /// Whether any was met.
    pub(super) fn has(&self, what: Diagnosis) -> bool {
        self.0.contains_key(&what)
    }

    /// Features or rows of a kind.
    pub(super) fn numbers(&self, what: Diagnosis) -> impl Iterator<Item = u32> + '_ {
        self.0.get(&what).into_iter().flat_map(|found| &found.numbers).copied()
    }

    /// One problem for each, or one for all of a kind where they are many.
    pub(super) fn problems(&self, file: &str, unit: Unit) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (kind, found) in &self.0 {
            if found.numbers.len() > LISTED {
                problems.push(many(*kind, &found.numbers, unit));
            } else {
                let each = found.numbers.iter().zip(&found.details);
                problems.extend(each.map(|(&number, detail)| one(*kind, number, detail, unit)));
            }
        }
        for problem in &mut problems {
            problem.file = Some(file.to_owned());
        }
        problems
    }
}

fn one(what: Diagnosis, number: u32, detail: &str, unit: Unit) -> Problem {
    let (en_unit, zh_unit) = match unit {
        Unit::Feature => ("feature", "个要素"),
        Unit::Row => ("row", "行"),
    };
    let (en_detail, zh_detail) =
        if detail.is_empty() { Default::default() } else { (format!(" ({detail})"), format!("({detail})")) };
    let reason = Text::new(
        format!("{en_unit} {number}: {}{en_detail}", what.words().en),
        format!("第 {number} {zh_unit}:{}{zh_detail}", what.words().zh),
    );
    Problem::new(what.rule(), what.severity(), reason)
}

fn many(what: Diagnosis, found: &[u32], unit: Unit) -> Problem {
    let (en_unit, zh_unit) = match unit {
        Unit::Feature => ("features", "个要素"),
        Unit::Row => ("rows", "行"),
    };
    let mut numbers = found.to_vec();
    numbers.dedup();
    let first: Vec<String> = numbers.iter().take(LISTED).map(u32::to_string).collect();
    let (count, first) = (numbers.len(), first.join(", "));
    let times = if found.len() == count { String::new() } else { format!(", {} times", found.len()) };
    let zh_times = if found.len() == count { String::new() } else { format!(",共 {} 处", found.len()) };
    let reason = Text::new(
        format!("{count} {en_unit}{times}: {} ({first}, …)", what.words().en),
        format!("{count} {zh_unit}{zh_times}:{}({first} 等)", what.words().zh),
    );
    Problem::new(what.rule(), what.severity(), reason)
}
