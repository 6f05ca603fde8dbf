//! What stands in the way of handing a tier over, and what a planner decided to leave as it is.

use crate::base::{Problem, Severity};
use crate::model::{Accepted, Plan};

/// The findings of one tier, parted by what they mean for handing it over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gate {
    /// Errors that nobody accepted: the tier is not handed over.
    pub blocking: Vec<Problem>,
    /// Everything else that is open.
    pub open: Vec<Problem>,
    /// What a planner left as it is, with the reason.
    pub accepted: Vec<(Problem, Accepted)>,
}

/// Judges a tier of a plan: what was found in its files when they were read, and the tier as it stands. O(faces).
#[must_use]
pub fn gate(plan: &Plan, tier: usize) -> Gate {
    let name = plan.tiers.get(tier).map_or("", |tier| tier.name.as_str());
    let mut problems = super::judged(plan.intake.findings.iter().cloned(), &plan.settings.checking);
    problems.extend(super::of_tier(plan, tier));
    problems.retain(|problem| super::concerns(plan, problem, name));
    super::sort(&mut problems);
    let mut gate = Gate::default();
    for problem in problems {
        match plan.settings.accepted.get(&problem.key()) {
            Some(accepted) => gate.accepted.push((problem, accepted.clone())),
            None if problem.severity == Severity::Error => gate.blocking.push(problem),
            None => gate.open.push(problem),
        }
    }
    gate
}

impl Gate {
    /// All findings that are open, the blocking ones first.
    pub fn all_open(&self) -> impl Iterator<Item = &Problem> {
        self.blocking.iter().chain(&self.open)
    }
}
