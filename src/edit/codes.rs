//! Codes: one zone each, and never again once out of use.

use std::sync::Arc;

use serde_json::Value;

use crate::base::{Refusal, Text};
use crate::model::{Plan, Retired, RetiredId, Tier, Zone};

use super::words::label;

/// The line of the table of retired codes that names a code of a tier.
fn retired<'a>(plan: &'a Plan, tier: &str, code: &str) -> Option<(RetiredId, &'a Retired)> {
    plan.retired.iter().find(|(_, gone)| gone.tier == tier && gone.code == code)
}

/// Refuses a code that another zone of the tier has, or had. An empty code is nobody's.
pub(super) fn code_free(plan: &Plan, tier: &Tier, code: &str, cannot: &Text) -> Result<(), Refusal> {
    if code.is_empty() {
        return Ok(());
    }
    let because = if let Some(other) = tier.by_code(code) {
        let other = label(tier, other);
        Text::new(format!("the code {code} belongs to {other}"), format!("编码 {code} 已属于{other}"))
    } else if let Some((_, gone)) = retired(plan, &tier.name, code) {
        Text::new(
            format!("the code {code} was that of {} and is out of use for good", gone.name),
            format!("编码 {code} 原属{},已停用,不再启用", gone.name),
        )
    } else {
        return Ok(());
    };
    Err(Refusal::new(cannot.clone(), because, Text::new("Give another code", "请换一个编码")))
}

/// Whether a code was taken from this very zone, which may have it back.
pub(super) fn was_its_own(plan: &Plan, tier: &str, zone: &Zone, code: &str) -> bool {
    retired(plan, tier, code).is_some_and(|(_, gone)| gone.by.as_deref() == Some(&zone.code))
}

/// Whether a code was ever taken out of use in a tier.
pub(super) fn is_out_of_use(plan: &Plan, tier: &str, code: &str) -> bool {
    retired(plan, tier, code).is_some()
}

/// Takes the code of a zone of a tier out of use, unless another zone has it; the code that comes instead is in use (again).
pub(super) fn take_out(plan: &mut Plan, at: usize, zone: &Zone, by: Option<&str>, time: i64) {
    let tier = &plan.tiers[at];
    if let Some(by) = by
        && let Some((again, _)) = retired(plan, &tier.name, by)
    {
        plan.retired.set(again, None);
    }
    let tier = &plan.tiers[at];
    let shared = tier.zones.iter().filter(|(_, other)| other.code == zone.code).count() > 1;
    let known = retired(plan, &tier.name, &zone.code).is_some();
    if !zone.code.is_empty() && by != Some(&zone.code) && !shared && !known {
        let name = zone.called().to_owned();
        let (tier, code, by) = (tier.name.clone(), zone.code.clone(), by.map(str::to_owned));
        plan.retired.push(Retired { tier, code, name, by, time });
    }
}

/// Gives a zone its code and name, in its properties too where the tier keeps them there.
pub(super) fn entitle(tier: &Tier, zone: &mut Zone, code: &str, name: &str) {
    let mut attributes = (*zone.attributes).clone();
    let mut write = |key: &Option<String>, text: &str, was: &str| {
        if let Some(key) = key
            && text != was
        {
            attributes.insert(key.clone(), Value::String(text.to_owned()));
        }
    };
    write(&tier.code_key, code, &zone.code);
    write(&tier.name_key, name, &zone.name);
    code.clone_into(&mut zone.code);
    name.clone_into(&mut zone.name);
    zone.attributes = Arc::new(attributes);
}

/// A code no zone of a tier has or had, nor any of those to come: the highest number among them plus one, as many digits.
#[must_use]
pub fn free_code(plan: &Plan, tier: &Tier, beside: &str, to_come: &[&str]) -> String {
    let stem_len = beside.len().saturating_sub(3);
    let stem = beside.get(..stem_len).unwrap_or_default();
    let gone = plan.retired.iter().filter(|(_, gone)| gone.tier == tier.name).map(|(_, gone)| gone.code.as_str());
    let codes = tier.zones.iter().map(|(_, zone)| zone.code.as_str()).chain(gone).chain(to_come.iter().copied());
    let tails = codes.filter_map(|code| code.strip_prefix(stem)?.parse::<u64>().ok());
    let next = tails.max().unwrap_or(0) + 1;
    format!("{stem}{next:0width$}", width = beside.len() - stem_len)
}
