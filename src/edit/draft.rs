//! The drag in hand: what a command would do, for both sides, before it is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Refusal;
use crate::geometry::area_m2;
use crate::model::{Plan, ZoneId};
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
    let zones = (0..plan.tiers.len()).flat_map(|tier| zones(plan, &done.plan, &difference, tier)).collect();
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
    let mut faces: BTreeMap<ZoneId, [Vec<FaceId>; 2]> =
        concerned.into_iter().map(|zone| (zone, Default::default())).collect();
    for (side, tier) in [before, after].into_iter().enumerate() {
        for (face, zone) in tier.owner.iter() {
            if let Some(lists) = faces.get_mut(zone) {
                lists[side].push(face);
            }
        }
    }
    let effects = faces.into_iter().map(|(zone, [faces_before, faces_after])| ZoneEffect {
        tier: at,
        zone,
        area_before: area(old, &faces_before),
        area_after: area(new, &faces_after),
        faces_before,
        faces_after,
    });
    effects.collect()
}

fn area(plan: &Plan, faces: &[FaceId]) -> f64 {
    let faces = faces.iter().filter_map(|&face| plan.coverage.faces().get(face));
    faces.map(|face| area_m2(face.doubled_area, face.bounds.centre().y)).sum()
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
