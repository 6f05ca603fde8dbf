//! Zones that hang together by a few metres of border.

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::{Point, length_m};
use crate::model::{Plan, ZoneId};
use crate::topology::{BorderId, FaceId};

/// Faces that share less than this are held together by a neck, metres: no patrol car turns there.
pub const NECK_M: f64 = 10.0;

/// Two faces of a zone, and what they share.
#[derive(Default)]
struct Contact {
    length_m: f64,
    at: Option<BorderId>,
}

/// Zones of a tier in one piece that would fall apart without contacts below [`NECK_M`]. Zones of a single face are not
/// looked at. O(borders).
#[must_use]
pub fn necks(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let mut by_zone: BTreeMap<ZoneId, BTreeMap<(FaceId, FaceId), Contact>> = BTreeMap::new();
    for (id, border) in plan.coverage.borders().iter() {
        let (Some(left), Some(right)) = (border.left, border.right) else { continue };
        let Some(zone) = tier.owner_of(left).filter(|_| left != right && tier.owner_of(left) == tier.owner_of(right))
        else {
            continue;
        };
        let contact = by_zone.entry(zone).or_default().entry((left.min(right), left.max(right))).or_default();
        contact.length_m += length_m(&border.points);
        contact.at = Some(id);
    }
    let mut problems = Vec::new();
    for (zone, contacts) in by_zone {
        let mut firm = Pieces::default();
        for (&(one, other), _) in contacts.iter().filter(|(_, contact)| contact.length_m >= NECK_M) {
            firm.join(one, other);
        }
        let neck = contacts
            .iter()
            .find(|&(&(one, other), contact)| contact.length_m < NECK_M && firm.root(one) != firm.root(other));
        let Some((_, contact)) = neck else { continue };
        let at = contact.at.and_then(|id| plan.coverage.borders().get(id));
        let middle = at.and_then(|border| border.points.get(border.points.len() / 2).copied());
        problems.push(problem(&tier.name, tier.words(zone), contact.length_m, middle));
    }
    problems
}

fn problem(tier: &str, (code, name): (String, String), length_m: f64, place: Option<Point>) -> Problem {
    Problem {
        tier: Some(tier.to_owned()),
        zones: vec![code],
        place: place.map(Into::into),
        remedies: vec![Text::new(
            "Paint more land to the neck, or give one side to a neighbour",
            "在细颈处划入土地,或将一侧划给相邻区划",
        )],
        ..Problem::new(
            Rule::ThinNeck,
            Severity::Warning,
            Text::new(
                format!("{name} hangs together by {length_m:.1} m of border alone"),
                format!("{name}仅以 {length_m:.1} 米边界相连"),
            ),
        )
    }
}

/// Faces that hang together.
#[derive(Default)]
struct Pieces(BTreeMap<FaceId, FaceId>);

impl Pieces {
    fn root(&self, mut face: FaceId) -> FaceId {
        while let Some(&up) = self.0.get(&face) {
            face = up;
        }
        face
    }

    fn join(&mut self, one: FaceId, other: FaceId) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.0.insert(one.max(other), one.min(other));
        }
    }
}
