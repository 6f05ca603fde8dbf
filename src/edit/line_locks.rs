//! Locked lines: what two zones share stays where it is, whatever the command. Judged by the outcome.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::geometry::Point;
use crate::model::{LockedLine, Plan, ZoneId};
use crate::topology::{Border, BorderId, FaceId};

use super::Difference;
use super::command::Step;
use super::lines::{SAME, Segments};
use super::words::{self, label};

/// Locks the line between two zones, or unlocks it.
pub(super) fn set(plan: &Plan, at: usize, [a, b]: [ZoneId; 2], locked: bool) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, a)?;
    words::zone(tier, b)?;
    let line = LockedLine::between(at, a, b);
    let name = name(plan, line);
    if a == b || lines(plan, line).next().is_none() {
        return Err(Refusal::new(
            Text::new(format!("Cannot lock {}", name.en), format!("无法锁定{}", name.zh)),
            Text::new("they share none", "两者没有共同边界"),
            Text::new("Choose two zones that lie side by side", "请选择两个相邻的区划"),
        ));
    }
    let mut changed = plan.clone();
    let set = &mut Arc::make_mut(&mut changed.settings).locked_lines;
    let (en, zh) = if locked { ("Locked", "锁定") } else { ("Unlocked", "解锁") };
    if locked {
        set.insert(line)
    } else {
        set.remove(&line)
    };
    let sentence = Text::new(format!("{en} {}", name.en), format!("{zh}{}", name.zh));
    Ok(Step { plan: changed, sentence, selection: vec![(at, a), (at, b)] })
}

/// The lines between the two zones of a locked one. O(borders).
pub fn lines(plan: &Plan, line: LockedLine) -> impl Iterator<Item = &Arc<[Point]>> {
    let borders = plan.coverage.borders().iter().map(|(_, border)| border);
    borders.filter(move |border| between(plan, line.tier, border) == Some(line)).map(|border| &border.points)
}

/// The plan after a command, its locks carried along: a line of a zone that was split is locked on both its parts.
/// O(what changed), where something is locked.
///
/// # Errors
/// Where a locked line is not where it was, by more than the cell that a new node may bend it.
pub(super) fn kept(before: &Plan, mut after: Plan) -> Result<Plan, Refusal> {
    // A command that locks or unlocks changes no line.
    if before.settings.locked_lines.is_empty() || before.settings.locked_lines != after.settings.locked_lines {
        return Ok(after);
    }
    let difference = Difference::between(before, &after);
    let [was, is] = [before, &after].map(|plan| touched(plan, &difference));
    let mut locks = after.settings.locked_lines.clone();
    let tiers: BTreeSet<usize> = locks.iter().map(|line| line.tier).collect();
    for tier in tiers {
        let locked = |border: &BorderId| {
            let border = before.coverage.borders().get(*border)?;
            let line = between(before, tier, border).filter(|line| before.settings.locked_lines.contains(line))?;
            Some((line, border))
        };
        let old: Vec<(LockedLine, &Border)> = was.iter().filter_map(locked).collect();
        let parts = |border: &BorderId| {
            let border = after.coverage.borders().get(*border)?;
            parted(&after, tier, border).then_some(border)
        };
        let new: Vec<&Border> = is.iter().filter_map(parts).collect();
        let stands = Segments::of(new.iter().map(|border| &*border.points));
        let gone = old.iter().find(|(_, border)| border.points.windows(2).any(|ends| !stands.hold(ends, SAME)));
        if let Some(&(line, _)) = gone {
            return Err(refusal(before, line));
        }
        let stood = Segments::of(old.iter().map(|(_, border)| &*border.points));
        let same = new.iter().filter(|border| border.points.windows(2).all(|ends| stood.hold(ends, SAME)));
        locks.extend(same.filter_map(|border| between(&after, tier, border)));
    }
    locks.retain(|line| {
        let tier = after.tiers.get(line.tier);
        tier.is_none_or(|tier| line.zones.iter().all(|&zone| tier.zones.get(zone).is_some()))
    });
    if locks != after.settings.locked_lines {
        Arc::make_mut(&mut after.settings).locked_lines = locks;
    }
    Ok(after)
}

/// Borders that changed, or that lie around land that did or that was given away.
fn touched(plan: &Plan, difference: &Difference) -> BTreeSet<BorderId> {
    let given = difference.tiers.iter().flat_map(|change| &change.owners);
    let faces: BTreeSet<FaceId> = difference.faces.iter().chain(given).copied().collect();
    let rings = faces.into_iter().filter_map(|face| plan.coverage.faces().get(face)).flat_map(|face| face.rings.iter());
    let around = rings.flat_map(|ring| ring.iter().map(|edge| edge.border()));
    around.chain(difference.borders.iter().copied()).collect()
}

fn owners(plan: &Plan, tier: usize, border: &Border) -> [Option<ZoneId>; 2] {
    [border.left, border.right].map(|face| plan.tiers.get(tier)?.owner_of(face?))
}

/// Whether a border lies between two zones of a tier, or at the edge of one.
fn parted(plan: &Plan, tier: usize, border: &Border) -> bool {
    let [left, right] = owners(plan, tier, border);
    left != right
}

/// The line a border belongs to.
fn between(plan: &Plan, tier: usize, border: &Border) -> Option<LockedLine> {
    let [left, right] = owners(plan, tier, border);
    left.zip(right).filter(|(left, right)| left != right).map(|(left, right)| LockedLine::between(tier, left, right))
}

fn name(plan: &Plan, line: LockedLine) -> Text {
    let names = plan.tiers.get(line.tier).map(|tier| line.zones.map(|zone| label(tier, zone)));
    let [a, b] = names.unwrap_or_default();
    Text::new(format!("the border between {a} and {b}"), format!("{a}与{b}之间的边界"))
}

fn refusal(plan: &Plan, line: LockedLine) -> Refusal {
    let name = name(plan, line);
    Refusal::new(
        Text::new(format!("Cannot change {}", name.en), format!("无法改动{}", name.zh)),
        Text::new("it is locked", "该边界已锁定"),
        Text::new("Choose the two zones and unlock it first", "请先选中两者并解锁边界"),
    )
}
