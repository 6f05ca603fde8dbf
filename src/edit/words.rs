//! Names and refusals that several commands share.

use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::model::{Plan, Tier, Zone, ZoneId};
use crate::topology::FaceId;

/// What a zone is called: its name, else its code, else its number.
pub(super) fn label(tier: &Tier, zone: ZoneId) -> String {
    match tier.zones.get(zone) {
        Some(Zone { name, .. }) if !name.is_empty() => name.clone(),
        Some(Zone { code, .. }) if !code.is_empty() => code.clone(),
        _ => format!("#{}", zone.0),
    }
}

/// What the owner of a face is called.
pub(super) fn owner_label(tier: &Tier, zone: Option<ZoneId>) -> Text {
    match zone {
        Some(zone) => {
            let label = label(tier, zone);
            Text::new(label.clone(), label)
        }
        None => Text::new("unowned land", "未划定范围"),
    }
}

/// The tier at a place in the order.
pub(super) fn tier(plan: &Plan, at: usize) -> Result<&Arc<Tier>, Refusal> {
    plan.tiers.get(at).ok_or_else(|| {
        Refusal::new(
            Text::new("Cannot change this tier", "无法修改该层级"),
            Text::new("the plan has no such tier", "方案中没有这一层级"),
            Text::new("Choose one of the plan's tiers", "请选择方案中已有的层级"),
        )
    })
}

/// A zone of a tier.
pub(super) fn zone(tier: &Tier, zone: ZoneId) -> Result<&Zone, Refusal> {
    tier.zones.get(zone).ok_or_else(|| {
        Refusal::new(
            Text::new(format!("Cannot change a zone of {}", tier.name), format!("无法修改{}中的区划", tier.name)),
            Text::new(format!("there is no zone #{}", zone.0), format!("没有编号为 #{} 的区划", zone.0)),
            Text::new("Choose a zone on the map", "请在地图上选择一个区划"),
        )
    })
}

/// Refuses where a tier is locked.
pub(super) fn tier_open(tier: &Tier, cannot: &Text) -> Result<(), Refusal> {
    if !tier.locked {
        return Ok(());
    }
    Err(Refusal::new(
        cannot.clone(),
        Text::new(format!("the tier {} is locked", tier.name), format!("层级“{}”已锁定", tier.name)),
        Text::new("Unlock the tier first and give the reason", "请先解锁该层级并填写依据"),
    ))
}

/// Refuses where a zone is locked.
pub(super) fn zone_open(tier: &Tier, id: ZoneId, cannot: &Text) -> Result<(), Refusal> {
    if !zone(tier, id)?.locked {
        return Ok(());
    }
    let name = label(tier, id);
    Err(Refusal::new(
        cannot.clone(),
        Text::new(format!("{name} is locked"), format!("{name}已锁定")),
        Text::new(format!("Unlock {name} first"), format!("请先解锁{name}")),
    ))
}

/// A refusal that names the faces to take along first.
pub(super) fn refuse(cannot: &Text, because: Text, instead: Text, first: &[FaceId]) -> Refusal {
    let mut first: Vec<u32> = first.iter().map(|face| face.0).collect();
    first.sort_unstable();
    first.dedup();
    Refusal { first, ..Refusal::new(cannot.clone(), because, instead) }
}

/// The plan would be what it is.
pub(super) fn nothing() -> Refusal {
    Refusal::new(
        Text::new("Nothing to do", "没有可执行的修改"),
        Text::new("the plan already is that way", "方案已是如此"),
        Text::new("Choose something else", "请另行选择"),
    )
}
