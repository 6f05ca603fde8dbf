//! Tiers that come and go: a copy is the start of a night plan.

use std::sync::Arc;

use crate::base::{Lang, Refusal, Text};
use crate::model::{Plan, Tier};

use super::command::Step;
use super::words;

/// Copies a tier with its zones under a new name, unlocked, behind all others: so that the tiers before it keep their
/// places, and the first of a role stays the first.
pub(super) fn copy(plan: &Plan, at: usize, name: &str) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let name = name.trim();
    let cannot =
        Text::new(format!("Cannot copy {}", tier.called(Lang::En)), format!("无法复制{}", tier.called(Lang::Zh)));
    if name.is_empty() || plan.tiers.iter().any(|tier| tier.name == name) {
        return Err(Refusal::new(
            cannot,
            Text::new(
                format!("a tier is called “{name}” already, or has no name"),
                format!("层级名称“{name}”已存在或为空"),
            ),
            Text::new("Give another name", "请换一个名称"),
        ));
    }
    let copy = Tier { name: name.to_owned(), locked: false, ..(**tier).clone() };
    let mut changed = plan.clone();
    changed.tiers.push(Arc::new(copy));
    let sentence = Text::new(
        format!("Copied {} as {name}", tier.called(Lang::En)),
        format!("复制{}为{name}", tier.called(Lang::Zh)),
    );
    Ok(Step { plan: changed, sentence, selection: Vec::new() })
}

/// Takes the last tier away; undoing brings it back.
pub(super) fn remove(plan: &Plan, at: usize) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let cannot =
        Text::new(format!("Cannot remove {}", tier.called(Lang::En)), format!("无法删除{}", tier.called(Lang::Zh)));
    words::tier_open(tier, &cannot)?;
    let refuse = |en: &str, zh: &str, instead: Text| Err(Refusal::new(cannot.clone(), Text::new(en, zh), instead));
    if at == plan.base {
        return refuse(
            "it makes the faces of all tiers",
            "它是所有层级的底层图斑",
            Text::new("Remove a tier that was copied", "只能删除复制出来的层级"),
        );
    }
    if at + 1 != plan.tiers.len() {
        let last = plan.tiers.last().map_or("", |tier| tier.name.as_str());
        return refuse(
            "other tiers came after it",
            "其后还有其他层级",
            Text::new(format!("Remove {last} first"), format!("请先删除{last}")),
        );
    }
    let mut changed = plan.clone();
    changed.tiers.pop();
    let sentence =
        Text::new(format!("Removed {}", tier.called(Lang::En)), format!("删除层级{}", tier.called(Lang::Zh)));
    Ok(Step { plan: changed, sentence, selection: Vec::new() })
}
