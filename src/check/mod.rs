//! One rule a file: faults of the data with place, reason and remedy.

mod antimeridian;
mod codes;
mod contiguity;
mod coverage;
mod enclaves;
mod forms;
mod gate;
mod hairlines;
mod names;
mod necks;
mod parents;
mod properties;
mod remedy;
mod repairs;
mod shift;
mod vertices;
mod work;

pub use antimeridian::antimeridian;
pub use codes::codes;
pub use contiguity::contiguity;
pub use coverage::coverage;
pub use enclaves::enclaves;
pub use forms::forms;
pub use gate::{Gate, gate};
pub use hairlines::{HAIRLINE_M, STRIP_M, hairlines};
pub use names::names;
pub use necks::{NECK_M, necks};
pub use parents::parents;
pub use properties::properties;
pub use remedy::{Mend, mends};
pub use repairs::{Repair, repairs};
pub use shift::{Offset, offset};
pub use vertices::vertices;
pub use work::work;

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Severity};
use crate::model::{Checking, Plan};

/// All rules that judge a plan as it stands, as grave as its settings say. Faults of the files it came from are told when
/// they are read. O(faces + incidents) a tier.
#[must_use]
pub fn plan(plan: &Plan) -> Vec<Problem> {
    (0..plan.tiers.len()).flat_map(|at| of_tier(plan, at)).collect()
}

/// All findings: those of the files the plan was read from, and those of the plan as it stands, in the order they are
/// listed in.
#[must_use]
pub fn findings(plan: &Plan) -> Vec<Problem> {
    let mut all = judged(plan.intake.findings.iter().cloned(), &plan.settings.checking);
    all.extend(self::plan(plan));
    sort(&mut all);
    all
}

/// Whether a finding is about a tier. One that names a layer that became no tier is about all of them: where it does not
/// fit, what was made of the others may be what is wrong.
#[must_use]
pub fn concerns(plan: &Plan, problem: &Problem, tier: &str) -> bool {
    match &problem.tier {
        Some(named) if plan.tiers.iter().any(|known| known.name == *named) => named == tier,
        Some(_) => true,
        None => problem.file.is_some() && plan.intake.concerns(problem, tier),
    }
}

/// As [`plan`], one tier of it.
#[must_use]
pub fn of_tier(plan: &Plan, tier: usize) -> Vec<Problem> {
    let rules = [codes, forms, names, contiguity, enclaves, necks, parents, properties, work];
    judged(rules.into_iter().flat_map(|rule| rule(plan, tier)), &plan.settings.checking)
}

/// Findings as grave as somebody asked for; those of rules that are off are not among them.
#[must_use]
pub fn judged(problems: impl IntoIterator<Item = Problem>, checking: &Checking) -> Vec<Problem> {
    problems.into_iter().filter_map(|problem| checking.judged(problem)).collect()
}

/// How many problems of each rule there are.
#[must_use]
pub fn counts(problems: &[Problem]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for problem in problems {
        *counts.entry(problem.rule.name()).or_default() += 1;
    }
    counts
}

/// Where a problem stands in a list: a layer that is off as a whole first, since it may be what causes all others, then the
/// gravest, then by rule.
#[must_use]
pub fn rank(problem: &Problem) -> (bool, std::cmp::Reverse<Severity>, Rule) {
    (problem.rule != Rule::SuspectedDatumShift, std::cmp::Reverse(problem.severity), problem.rule)
}

/// Problems in the order they are listed in: by [`rank`], then by area.
pub fn sort(problems: &mut [Problem]) {
    problems.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then_with(|| b.area_m2.unwrap_or(0.0).total_cmp(&a.area_m2.unwrap_or(0.0)))
    });
}
