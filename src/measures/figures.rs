//! What is said of each zone of a tier: the figures that layers, tables, sheets, drawings and reports share, rounded once.

use std::collections::BTreeSet;

use super::{TierMeasures, named, round};
use crate::balance::{Counted, Loads, faces_of_incidents, households_of_faces};
use crate::base::{Cancelled, Key as _, Progress};
use crate::geometry::{Point, length_m};
use crate::index::{Index, Located};
use crate::model::{Plan, Role, Tier, Zone, ZoneId};
use crate::topology::{Coverage, Directed, FaceId};

/// The figures of one zone, as they are printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The zone.
    pub zone: ZoneId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Name of the zone above that holds most of it; empty without one.
    pub parent: String,
    /// Names of the communities it has land of, those with most of it first.
    pub communities: Vec<String>,
    /// Land, whole m².
    pub area_m2: f64,
    /// Length of its border, whole metres.
    pub border_m: f64,
    /// Incidents in it, by coordinates and by code, where the plan has any.
    pub incidents: Option<u32>,
    /// Work in hours a week, one decimal.
    pub hours: f64,
    /// Whole households, where they are known.
    pub households: Option<f64>,
    /// Name of the squad that patrols it; empty without one.
    pub squad: String,
    /// Names of the zones it shares a border with, in the order of their ids.
    pub neighbours: Vec<String>,
    /// A place inside its largest face.
    pub at: Option<Point>,
}

/// The figures of a tier in the order of its codes. O(plan).
///
/// # Errors
/// When the job was cancelled.
pub fn figures(plan: &Plan, at: usize, progress: &Progress) -> Result<Vec<Figures>, Cancelled> {
    let Some(tier) = plan.tiers.get(at) else { return Ok(Vec::new()) };
    let located = Located::of(plan, &Index::of(&plan.coverage), progress)?;
    let loads = Loads::of(plan, &faces_of_incidents(plan, &located), progress)?;
    let measures = TierMeasures::of(plan, at, tier, &located, &loads);
    progress.check()?;
    let community = plan.tier_of(Role::Community).map(|(_, tier)| tier).filter(|other| other.role != tier.role);
    let (counts, counted) = households_of_faces(plan);
    let faces = tier.faces_by_zone();
    let around = neighbours(plan, tier);
    let called = |zone: &ZoneId| tier.zones.get(*zone).map_or("", Zone::called).to_owned();
    let mut figures: Vec<Figures> = measures
        .rows
        .into_iter()
        .map(|row| {
            let own = faces.get(row.zone.index()).map_or(&[][..], Vec::as_slice);
            let households = own.iter().filter_map(|face| counts.get(face.index())).sum();
            let communities = community.map(|community| holders(plan, community, own)).unwrap_or_default();
            Figures {
                zone: row.zone,
                code: row.code,
                name: tier.zones.get(row.zone).map_or_else(String::new, |zone| zone.name.clone()),
                parent: row.parent,
                communities: communities.into_iter().map(|(_, zone)| named(&zone.name, &zone.code)).collect(),
                area_m2: round::whole(row.area_km2 * 1e6),
                border_m: round::whole(border_m(&plan.coverage, own)),
                incidents: (!plan.incidents.is_empty()).then_some(row.incidents),
                hours: round::tenth(row.load_hours),
                households: (counted != Counted::Nowhere).then(|| round::whole(households)),
                squad: row.squad,
                neighbours: around
                    .get(row.zone.index())
                    .map(|zones| zones.iter().map(called).collect())
                    .unwrap_or_default(),
                at: place_inside(&plan.coverage, own),
            }
        })
        .collect();
    figures.sort_by(|a, b| a.code.cmp(&b.code).then(a.zone.cmp(&b.zone)));
    Ok(figures)
}

/// A place inside the largest of some faces.
#[must_use]
pub fn place_inside(coverage: &Coverage, faces: &[FaceId]) -> Option<Point> {
    let area = |face: FaceId| coverage.faces().get(face).map(|face| face.doubled_area);
    coverage.point_in(faces.iter().copied().max_by_key(|&face| area(face))?)
}

/// The zones of a tier that hold some faces, those with most of the land first.
pub(super) fn holders<'a>(plan: &Plan, tier: &'a Tier, faces: &[FaceId]) -> Vec<(ZoneId, &'a Zone)> {
    let mut by_zone: Vec<(ZoneId, i128)> = Vec::new();
    for &face in faces {
        let (Some(zone), Some(value)) = (tier.owner_of(face), plan.coverage.faces().get(face)) else { continue };
        match by_zone.iter_mut().find(|(known, _)| *known == zone) {
            Some((_, area)) => *area += value.doubled_area,
            None => by_zone.push((zone, value.doubled_area)),
        }
    }
    by_zone.sort_by_key(|&(zone, area)| (std::cmp::Reverse(area), zone));
    by_zone.into_iter().filter_map(|(zone, _)| Some((zone, tier.zones.get(zone)?))).collect()
}

/// Length of the outline of some faces, metres.
pub(super) fn border_m(coverage: &Coverage, faces: &[FaceId]) -> f64 {
    coverage.outline(faces).iter().map(|ring| length_m(&coverage.ring_points(ring))).sum()
}

/// Zones on the other side of a border, by zone slot.
fn neighbours(plan: &Plan, tier: &Tier) -> Vec<BTreeSet<ZoneId>> {
    let mut around = vec![BTreeSet::new(); tier.zones.slots()];
    for id in plan.coverage.borders().ids() {
        let edge = Directed::forward(id);
        let side = |edge: Directed| plan.coverage.face_left_of(edge).and_then(|face| tier.owner_of(face));
        if let (Some(one), Some(two)) = (side(edge), side(edge.reversed()))
            && one != two
        {
            for (from, to) in [(one, two), (two, one)] {
                if let Some(zones) = around.get_mut(from.index()) {
                    zones.insert(to);
                }
            }
        }
    }
    around
}
