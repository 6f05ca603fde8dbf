//! Zones the planner keeps together or apart. What the engine does with them is its own.

use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::model::{Bond, Plan, opposed};

use super::command::Step;
use super::words::{self, listed};

/// Keeps zones together or apart, or no longer.
pub(super) fn set(plan: &Plan, bond: &Bond, kept: bool) -> Result<Step, Refusal> {
    let tier = words::tier(plan, bond.tier)?;
    if kept {
        bond.zones.iter().try_for_each(|&zone| words::zone(tier, zone).map(|_| ()))?;
    }
    let names = listed(tier, &bond.zones);
    let (en, zh) = if bond.apart { ("apart", "不可同格") } else { ("together", "同归一格") };
    let cannot = Text::new(format!("Cannot keep {} {en}", names.en), format!("无法将{}设为{zh}", names.zh));
    if kept && bond.zones.len() < 2 {
        return Err(Refusal::new(
            cannot,
            Text::new("it takes two", "至少需要两个区划"),
            Text::new("Select two zones or more", "请选中两个或更多区划"),
        ));
    }
    let mut changed = plan.clone();
    let bonds = &mut Arc::make_mut(&mut changed.settings).bonds;
    if kept {
        bonds.insert(bond.clone());
    } else {
        bonds.remove(bond);
    }
    if let Some((at, zones)) = opposed(bonds) {
        let both = plan.tiers.get(at).map(|tier| listed(tier, &zones.into())).unwrap_or_default();
        return Err(Refusal::new(
            cannot,
            Text::new(
                format!("{} would have to be together and apart", both.en),
                format!("{}将既要同格又不可同格", both.zh),
            ),
            Text::new("Take the other rule about them away first", "请先删除与之相反的规则"),
        ));
    }
    let sentence = if kept {
        Text::new(format!("Kept {} {en}", names.en), format!("将{}设为{zh}", names.zh))
    } else {
        Text::new(format!("No longer keeps {} {en}", names.en), format!("取消{}的{zh}", names.zh))
    };
    let selection = bond.zones.iter().map(|&zone| (bond.tier, zone)).collect();
    Ok(Step { plan: changed, sentence, selection })
}
