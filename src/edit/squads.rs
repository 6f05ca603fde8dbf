//! Squads: added, changed, disbanded.

use crate::base::{Refusal, Text};
use crate::model::{Plan, Squad, SquadId, ZoneId};

use super::command::Step;

/// Adds a squad where there is no id, changes one, or disbands it where no squad is given: its beat is nobody's then.
pub(super) fn set(plan: &Plan, id: Option<SquadId>, squad: Option<&Squad>) -> Result<Step, Refusal> {
    let old = id.and_then(|id| plan.squads.get(id));
    let name = |squad: &Squad| if squad.name.is_empty() { squad.code.clone() } else { squad.name.clone() };
    if let Some(id) = id.filter(|_| old.is_none()) {
        return Err(refused(
            Text::new(format!("there is no squad #{}", id.0), format!("没有编号为 #{} 的分队", id.0)),
            Text::new("Choose one of the plan's squads", "请选择方案中已有的分队"),
        ));
    }
    if let Some(squad) = squad {
        let taken = plan.squads.iter().any(|(other, known)| known.code == squad.code && Some(other) != id);
        if squad.code.trim().is_empty() || taken {
            return Err(refused(
                Text::new(
                    format!("the code “{}” is empty or taken", squad.code),
                    format!("编码“{}”为空或已被占用", squad.code),
                ),
                Text::new("Give it a code of its own", "请填写未被占用的编码"),
            ));
        }
    }
    let mut changed = plan.clone();
    let sentence = match (id, old, squad) {
        (Some(id), Some(old), Some(squad)) => {
            changed.squads.set(id, Some(squad.clone()));
            let name = name(old);
            Text::new(format!("Changed the squad {name}"), format!("修改{name}"))
        }
        (Some(id), Some(old), None) => {
            let beat: Vec<ZoneId> =
                plan.beats.iter().filter(|(_, squad)| **squad == id).map(|(grid, _)| grid).collect();
            beat.into_iter().for_each(|grid| changed.beats.set(grid, None));
            changed.squads.set(id, None);
            let name = name(old);
            Text::new(format!("Disbanded the squad {name}"), format!("撤销{name}"))
        }
        (_, _, Some(squad)) => {
            changed.squads.push(squad.clone());
            let name = name(squad);
            Text::new(format!("Added the squad {name}"), format!("增设{name}"))
        }
        (.., None) => Text::default(),
    };
    Ok(Step { plan: changed, sentence, selection: Vec::new() })
}

fn refused(why: Text, instead: Text) -> Refusal {
    Refusal::new(Text::new("Cannot change the squad", "无法修改分队"), why, instead)
}
