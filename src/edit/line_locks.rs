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
    if let Some(&line) = broken(before, &after).first() {
        return Err(refusal(before, line));
    }
    let difference = Difference::between(before, &after);
    let [was, is] = [before, &after].map(|plan| touched(plan, &difference));
    let mut locks = after.settings.locked_lines.clone();
    for tier in tiers(before) {
        let stood = Segments::of(old_lines(before, tier, &was).map(|(_, border)| &*border.points));
        let same =
            standing(&after, tier, &is).filter(|border| border.points.windows(2).all(|ends| stood.hold(ends, SAME)));
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

/// Lines locked in one state that are not where they were in another, by more than the cell that a new node may bend them.
/// O(what changed), where something is locked.
pub(super) fn broken(before: &Plan, after: &Plan) -> BTreeSet<LockedLine> {
    if before.settings.locked_lines.is_empty() {
        return BTreeSet::new();
    }
    let difference = Difference::between(before, after);
    let [was, is] = [before, after].map(|plan| touched(plan, &difference));
    let mut found = BTreeSet::new();
    for tier in tiers(before) {
        let stands = Segments::of(standing(after, tier, &is).map(|border| &*border.points));
        let gone = old_lines(before, tier, &was)
            .filter(|(_, border)| border.points.windows(2).any(|ends| !stands.hold(ends, SAME)));
        found.extend(gone.map(|(line, _)| line));
    }
    found
}

/// Tiers in which lines are locked.
fn tiers(plan: &Plan) -> BTreeSet<usize> {
    plan.settings.locked_lines.iter().map(|line| line.tier).collect()
}

/// Those of some borders that belong to a locked line of a tier.
fn old_lines<'a>(
    plan: &'a Plan,
    tier: usize,
    borders: &'a BTreeSet<BorderId>,
) -> impl Iterator<Item = (LockedLine, &'a Border)> {
    borders.iter().filter_map(move |&id| {
        let border = plan.coverage.borders().get(id)?;
        let line = between(plan, tier, border).filter(|line| plan.settings.locked_lines.contains(line))?;
        Some((line, border))
    })
}

/// Those of some borders that part two zones of a tier, or lie at the edge of one.
fn standing<'a>(plan: &'a Plan, tier: usize, borders: &'a BTreeSet<BorderId>) -> impl Iterator<Item = &'a Border> {
    let borders = borders.iter().filter_map(|&id| plan.coverage.borders().get(id));
    borders.filter(move |border| parted(plan, tier, border))
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
