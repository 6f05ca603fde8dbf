//! Codes and names: every zone has one, no code stands twice.

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Severity, Text};
use crate::model::{Plan, Zone, ZoneId};

/// Missing and doubled codes and missing names of one tier. What many lack is one sentence.
#[must_use]
pub fn codes(plan: &Plan, tier: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(tier) else { return Vec::new() };
    let mut by_code: BTreeMap<&str, (Vec<String>, ZoneId)> = BTreeMap::new();
    for (id, zone) in tier.zones.iter().filter(|(_, zone)| !zone.code.is_empty()) {
        let (names, last) = by_code.entry(&zone.code).or_insert((Vec::new(), id));
        names.push(if zone.name.is_empty() { format!("#{}", id.0 + 1) } else { zone.name.clone() });
        *last = id;
    }
    let place = |zone: ZoneId| plan.coverage.point_in(*tier.faces_of(zone).first()?).map(Into::into);
    let mut problems: Vec<Problem> = by_code
        .iter()
        .filter(|(_, (names, _))| names.len() > 1)
        .map(|(code, (names, last))| Problem {
            tier: Some(tier.name.clone()),
            zones: vec![(*code).to_owned()],
            place: place(*last),
            remedies: vec![Text::new("Give each zone a code of its own", "为每个区划另编代码")],
            ..Problem::new(
                Rule::DuplicateCode,
                Severity::Error,
                Text::new(
                    format!("{} zones have the code {code}: {}", names.len(), names.join(", ")),
                    format!("{} 个区划共用编码 {code}:{}", names.len(), names.join("、")),
                ),
            )
        })
        .collect();
    let lacking = |of: fn(&Zone) -> &String| -> Vec<(ZoneId, &Zone)> {
        tier.zones.iter().filter(|(_, zone)| of(zone).is_empty()).collect()
    };
    for (rule, lacking, en, zh) in [
        (Rule::MissingCode, lacking(|zone| &zone.code), "code", "编码"),
        (Rule::MissingName, lacking(|zone| &zone.name), "name", "名称"),
    ] {
        if let Some(&(first, _)) = lacking.first() {
            let (count, total) = (lacking.len(), tier.zones.count());
            problems.push(Problem {
                tier: Some(tier.name.clone()),
                zones: lacking.iter().map(|&(zone, _)| tier.words(zone).0).collect(),
                place: place(first),
                remedies: vec![Text::new("Renumber, or name the property that holds it", "重新编码,或指定对应字段")],
                ..Problem::new(
                    rule,
                    Severity::Warning,
                    Text::new(
                        format!("{count} of {total} zones have no {en}"),
                        format!("{total} 个区划中有 {count} 个缺{zh}"),
                    ),
                )
            });
        }
    }
    problems
}
