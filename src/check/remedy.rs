//! Commands that would mend what the checks found.

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Text};
use crate::edit::{Command, home};
use crate::geometry::{Point, length_m};
use crate::index::{Hit, Index};
use crate::model::{Plan, Tier, Zone, ZoneId};
use crate::topology::{Directed, FaceId, parts};

/// A way to mend a problem: what it does, the land it is about, and the command.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What it does, in words.
    pub does: Text,
    /// The land that changes hands; none where only codes change.
    pub faces: Vec<FaceId>,
    /// The command.
    pub command: Command,
}

/// What would mend a problem of the plan as it stands; nothing where only a person can tell. O(faces of the tier).
#[must_use]
pub fn mends(plan: &Plan, index: &Index, problem: &Problem) -> Vec<Mend> {
    let Some((at, tier)) = problem.tier.as_ref().and_then(|name| plan.tier_named(name)) else { return Vec::new() };
    let zone = problem.zones.first().and_then(|code| tier.told(code));
    let place = problem.place.and_then(|place| Point::from_degrees(place.lon, place.lat).ok());
    let face = place.and_then(|place| match index.face_at(&plan.coverage, place) {
        Hit::Face(face) => Some(face),
        Hit::Border(_) | Hit::Outside => None,
    });
    match (problem.rule, face) {
        (Rule::DuplicateCode | Rule::MissingCode, _) => vec![renumber(tier, at, problem)],
        (Rule::NotContiguous | Rule::PointTouch, Some(face)) => {
            let own = zone.map(|zone| tier.faces_of(zone)).unwrap_or_default();
            let part = parts(&plan.coverage, &own).into_iter().find(|part| part.contains(&face));
            part.map(|part| to_neighbours(plan, at, part, |_| true)).unwrap_or_default()
        }
        (Rule::OutsideParent, Some(face)) => {
            let Some(up) = plan.parent_of(at) else { return Vec::new() };
            let Some(parent) = plan.tiers.get(up) else { return Vec::new() };
            let there = parent.owner_of(face);
            let own = zone.map(|zone| tier.faces_of(zone)).unwrap_or_default();
            let out = own.into_iter().filter(|&face| parent.owner_of(face) == there).collect();
            to_neighbours(plan, at, out, |zone| home(plan, up, &tier.faces_of(zone)) == there)
        }
        (Rule::ParentNotCovered, Some(face)) => {
            let Some(up) = plan.parent_of(at) else { return Vec::new() };
            let Some(parent) = plan.tiers.get(up) else { return Vec::new() };
            let there = parent.owner_of(face);
            let bare = plan.coverage.faces().ids();
            let bare: Vec<FaceId> =
                bare.filter(|&face| tier.owner_of(face).is_none() && parent.owner_of(face) == there).collect();
            let part = parts(&plan.coverage, &bare).into_iter().find(|part| part.contains(&face));
            part.map(|part| to_neighbours(plan, at, part, |zone| home(plan, up, &tier.faces_of(zone)) == there))
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn renumber(tier: &Tier, at: usize, problem: &Problem) -> Mend {
    let named: Vec<ZoneId> = tier
        .zones
        .iter()
        .filter(|(_, zone)| zone.code.is_empty() || problem.zones.contains(&zone.code))
        .map(|(id, _)| id)
        .collect();
    // One of those that share a code keeps it.
    let zones = if problem.rule == Rule::DuplicateCode { named.get(1..).unwrap_or_default().to_vec() } else { named };
    Mend {
        does: Text::new("Give codes by rule", "按规则重新编码"),
        faces: Vec::new(),
        command: Command::Renumber { tier: at, zones, all: true },
    }
}

/// Most neighbours that are offered.
const OFFERED: usize = 2;

/// Land to the zones it has the longest border with.
fn to_neighbours(plan: &Plan, at: usize, faces: Vec<FaceId>, takes: impl Fn(ZoneId) -> bool) -> Vec<Mend> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let mut shared: BTreeMap<ZoneId, f64> = BTreeMap::new();
    for edge in plan.coverage.outline(&faces).concat() {
        let across = plan.coverage.face_left_of(Directed::reversed(edge)).and_then(|face| tier.owner_of(face));
        if let Some(zone) = across.filter(|&zone| takes(zone)) {
            let points: Vec<Point> = plan.coverage.points_of(edge).collect();
            *shared.entry(zone).or_default() += length_m(&points);
        }
    }
    let owner = faces.first().and_then(|&face| tier.owner_of(face));
    let mut longest: Vec<(ZoneId, f64)> = shared.into_iter().filter(|(zone, _)| Some(*zone) != owner).collect();
    longest.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mend = |(zone, _): (ZoneId, f64)| {
        let name = tier.zones.get(zone).map_or("", Zone::called);
        Mend {
            does: Text::new(format!("Give it to {name}"), format!("划给{name}")),
            faces: faces.clone(),
            command: Command::Paint { tier: at, faces: faces.clone(), to: Some(zone) },
        }
    };
    longest.into_iter().take(OFFERED).map(mend).collect()
}
