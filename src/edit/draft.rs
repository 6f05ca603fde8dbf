//! The drag in hand: what a command would do, for both sides, before it is done.

use std::collections::BTreeSet;

use crate::base::Refusal;
use crate::model::{Plan, Tier, ZoneId};
use crate::topology::FaceId;

use super::{Command, Context, Difference, Done};

/// What a command would do. Nothing is done yet; [`Effect::done`] does it.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The plan after the command and its record.
    pub done: Done,
    /// What would differ, for loads and pictures.
    pub difference: Difference,
    /// Zones that would gain or lose land, in the order of the tiers and of their ids.
    pub zones: Vec<ZoneEffect>,
}

/// One zone before and after a command.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneEffect {
    /// Place of the tier in the order.
    pub tier: usize,
    /// The zone.
    pub zone: ZoneId,
    /// Faces before.
    pub faces_before: Vec<FaceId>,
    /// Faces after.
    pub faces_after: Vec<FaceId>,
    /// Area before, m².
    pub area_before: f64,
    /// Area after, m².
    pub area_after: f64,
}

/// Tries a command without doing it. O(faces) for each tier concerned, beside the command itself.
///
/// # Errors
/// Why the command cannot be done.
pub fn preview(plan: &Plan, command: &Command, context: &Context<'_>) -> Result<Effect, Refusal> {
    let done = command.apply(plan, context)?;
    let difference = Difference::between(plan, &done.plan);
    // A tier that comes or goes has no zone with another shape.
    let tiers = plan.tiers.len().min(done.plan.tiers.len());
    let zones = (0..tiers).flat_map(|tier| zones(plan, &done.plan, &difference, tier)).collect();
    Ok(Effect { done, difference, zones })
}

/// Zones of one tier with other faces, or with faces of another shape.
fn zones(old: &Plan, new: &Plan, difference: &Difference, at: usize) -> Vec<ZoneEffect> {
    let (before, after) = (&old.tiers[at], &new.tiers[at]);
    let given = difference.tiers.iter().find(|tier| tier.tier == at).map_or(&[][..], |tier| &tier.owners);
    let concerned: BTreeSet<ZoneId> = given
        .iter()
        .chain(&difference.faces)
        .flat_map(|&face| [before.owner_of(face), after.owner_of(face)])
        .flatten()
        .collect();
    if concerned.is_empty() {
        return Vec::new();
    }
    let faces_before = faces_of(before, &concerned);
    let faces_after = if given.is_empty() && old.coverage.face_slots() == new.coverage.face_slots() {
        faces_before.clone()
    } else {
        faces_of(after, &concerned)
    };
    let sides = faces_before.into_iter().zip(faces_after);
    let effects = concerned.into_iter().zip(sides).map(|(zone, (faces_before, faces_after))| ZoneEffect {
        tier: at,
        zone,
        area_before: old.coverage.area_of_m2(&faces_before),
        area_after: new.coverage.area_of_m2(&faces_after),
        faces_before,
        faces_after,
    });
    effects.collect()
}

/// Faces of some zones, in the order of the zones. O(faces).
fn faces_of(tier: &Tier, zones: &BTreeSet<ZoneId>) -> Vec<Vec<FaceId>> {
    // A table by zone, since a hash for every face of a city would be felt under the hand.
    let mut place = vec![usize::MAX; tier.zones.slots()];
    for (at, zone) in zones.iter().enumerate() {
        if let Some(slot) = place.get_mut(zone.0 as usize) {
            *slot = at;
        }
    }
    let mut lists = vec![Vec::new(); zones.len()];
    for (face, zone) in tier.owner.iter() {
        if let Some(list) = place.get(zone.0 as usize).and_then(|&at| lists.get_mut(at)) {
            list.push(face);
        }
    }
    lists
}

/// A drag in hand: the plan it started from, and the command as it would be if the hand let go now.
#[derive(Clone, Debug)]
pub struct Draft {
    plan: Plan,
    outcome: Option<Result<Effect, Refusal>>,
}

impl Draft {
    /// Takes a plan in hand.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self { plan: plan.clone(), outcome: None }
    }

    /// Replaces what the drag would do; always seen from the plan it started from.
    pub fn hold(&mut self, command: &Command, context: &Context<'_>) -> Result<&Effect, &Refusal> {
        self.outcome.insert(preview(&self.plan, command, context)).as_ref()
    }

    /// What would be done now, or why not; `None` before the first move.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&Effect, &Refusal>> {
        self.outcome.as_ref().map(Result::as_ref)
    }

    /// Lets go: what was held last, if it could be done. Dropping the draft instead leaves everything as it was.
    #[must_use]
    pub fn release(self) -> Option<Done> {
        self.outcome?.ok().map(|effect| effect.done)
    }
}
