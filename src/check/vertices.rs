//! Vertices as they were read that should not be there.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::Areas;
use crate::topology::{Spike, repeats, spikes};

/// A ring that comes back to within this of itself has a spike, metres: the widest tolerance used unasked.
const SPIKE_M: f64 = 0.1;

/// Doubled vertices in one sentence, and spikes by unit. `code` gives the code and the name of a unit.
#[must_use]
pub fn vertices(areas: &Areas, tier: &str, code: impl Fn(u32) -> (String, String)) -> Vec<Problem> {
    let mut problems = Vec::new();
    let doubled = repeats(areas);
    if let Some(&(_, first)) = doubled.first() {
        let (count, units) = (doubled.len(), doubled.iter().map(|(unit, _)| unit).collect::<BTreeSet<_>>().len());
        problems.push(Problem {
            tier: Some(tier.to_owned()),
            place: Some(first.into()),
            ..Problem::new(
                Rule::DuplicateVertex,
                Severity::Note,
                Text::new(
                    format!("{count} vertices of {units} zones repeat the one before them; they were left out"),
                    format!("{units} 个区划中有 {count} 个折点与前一点重复,已略去"),
                ),
            )
        });
    }
    let mut by_unit: BTreeMap<u32, Vec<Spike>> = BTreeMap::new();
    for spike in spikes(areas, SPIKE_M) {
        by_unit.entry(spike.unit).or_default().push(spike);
    }
    problems.extend(by_unit.into_iter().filter_map(|(unit, spikes)| {
        let longest = spikes.iter().max_by(|a, b| a.length_m.total_cmp(&b.length_m))?;
        let ((code, name), length) = (code(unit), longest.length_m);
        Some(Problem {
            tier: Some(tier.to_owned()),
            zones: vec![code],
            place: Some(longest.at.into()),
            remedies: vec![Text::new("Delete the vertex at the tip", "请删除尖端处的折点")],
            ..Problem::new(
                Rule::Spike,
                Severity::Warning,
                Text::new(
                    format!("The outline of {name} has {} spikes, the longest {length:.1} m", spikes.len()),
                    format!("{name}的边界有 {} 处尖刺,最长 {length:.1} 米", spikes.len()),
                ),
            )
        })
    }));
    problems
}
