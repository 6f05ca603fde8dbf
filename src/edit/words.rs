//! Names and refusals that several commands share.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Lang, Refusal, Text};
use crate::geometry::Point;
use crate::model::{Plan, Tier, Zone, ZoneId};
use crate::topology::{FaceId, Obstacle};

/// What a zone is called: its name, else its code, else its number.
pub(super) fn label(tier: &Tier, zone: ZoneId) -> String {
    tier.words(zone).1
}

/// What several zones are called: the first three by name, the others by their number.
pub(super) fn listed(tier: &Tier, zones: &BTreeSet<ZoneId>) -> Text {
    let names: Vec<String> = zones.iter().take(3).map(|&zone| label(tier, zone)).collect();
    let (en, zh) = (names.join(", "), names.join("、"));
    match zones.len().saturating_sub(3) {
        0 => Text::new(en, zh),
        more => Text::new(format!("{en} and {more} more"), format!("{zh}等 {} 个", zones.len())),
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
            Text::new(
                format!("Cannot change a zone of {}", tier.called(Lang::En)),
                format!("无法修改{}中的区划", tier.called(Lang::Zh)),
            ),
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
        Text::new(
            format!("the tier {} is locked", tier.called(Lang::En)),
            format!("层级“{}”已锁定", tier.called(Lang::Zh)),
        ),
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

/// Refuses faces that are not there, and none at all.
pub(super) fn faces_there(plan: &Plan, faces: &[FaceId], cannot: &Text) -> Result<(), Refusal> {
    let because = match faces.iter().find(|&&face| plan.coverage.faces().get(face).is_none()) {
        Some(face) => Text::new(format!("there is no face #{}", face.0), format!("没有编号为 #{} 的图斑", face.0)),
        None if faces.is_empty() => Text::new("no face is chosen", "没有选择图斑"),
        None => return Ok(()),
    };
    Err(Refusal::new(cannot.clone(), because, Text::new("Choose faces on the map", "请在地图上选择图斑")))
}

/// Refuses faces of a zone that is locked: how its land is cut stays as it is too.
pub(super) fn faces_open(plan: &Plan, faces: &[FaceId], cannot: &Text) -> Result<(), Refusal> {
    for tier in &plan.tiers {
        let zones: BTreeSet<ZoneId> = faces.iter().filter_map(|&face| tier.owner_of(face)).collect();
        zones.into_iter().try_for_each(|zone| zone_open(tier, zone, cannot))?;
    }
    Ok(())
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

/// What stands in the way of a change of line, in words.
pub(super) fn blocked(cannot: &Text, plan: &Plan, obstacle: Obstacle) -> Refusal {
    let place = |at: Point| format!("{:.7}, {:.7}", at.lon(), at.lat());
    let (because, instead) = match obstacle {
        Obstacle::NoVertex(_) => (
            Text::new("the border has no such point", "边界上没有这个折点"),
            Text::new("Choose a vertex on the map", "请在地图上选择折点"),
        ),
        Obstacle::Vertex(at) => (
            Text::new(
                format!("another vertex at {} is in the way", place(at)),
                format!("{} 处的另一折点挡住了去路", place(at)),
            ),
            Text::new("Stay on this side of it, or move it first", "请不要越过它,或先移动它"),
        ),
        Obstacle::Line(at) => (
            Text::new(
                format!("the line would cross or touch another border near {}", place(at)),
                format!("边界将在 {} 附近与另一条边界相交或相接", place(at)),
            ),
            Text::new("Move less far, or move the other border first", "请减小移动距离,或先移动另一条边界"),
        ),
        Obstacle::TurnsOver(face) => {
            let name = plan.tiers.get(plan.base).map(|tier| owner_label(tier, tier.owner_of(face)));
            let name = name.unwrap_or_default();
            (
                Text::new(format!("{} would be turned inside out", name.en), format!("{}将被翻转", name.zh)),
                Text::new("Move less far", "请减小移动距离"),
            )
        }
        Obstacle::Junction(_) => (
            Text::new("borders of several zones meet there", "多条边界在此相交"),
            Text::new("Move it, or merge two of the zones", "请移动该点,或合并其中两个区划"),
        ),
        Obstacle::Tangled(at) => (
            Text::new(
                format!("the stroke crosses itself at {}", place(at)),
                format!("所画的线在 {} 处自相交", place(at)),
            ),
            Text::new("Draw it without a loop", "请重画,不要打圈"),
        ),
        Obstacle::Missed => (
            Text::new("the stroke does not cross from edge to edge", "所画的线没有从一边穿到另一边"),
            Text::new("Begin and end the stroke outside", "请从区划外开始,画到区划外结束"),
        ),
    };
    Refusal::new(cannot.clone(), because, instead)
}
