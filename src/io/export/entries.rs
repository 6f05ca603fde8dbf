//! What a register says about each zone of a tier: the figures that sheets, drawings and reports share.

use std::collections::BTreeSet;

use super::ExportError;
use crate::balance::{Loads, faces_of_incidents};
use crate::base::{Key as _, Progress};
use crate::geometry::{Point, length_m};
use crate::index::{Index, Located};
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::{Coverage, Directed, FaceId};

/// One line of a register.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
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
    /// Land in m².
    pub area_m2: f64,
    /// Length of its border in metres.
    pub border_m: f64,
    /// Incidents in it, by coordinates and by code.
    pub incidents: u32,
    /// Work in hours a week.
    pub hours: f64,
    /// Name of the squad that patrols it; empty without one.
    pub squad: String,
    /// Codes of the zones it shares a border with, in order.
    pub neighbours: Vec<String>,
    /// A place inside its largest face.
    pub at: Option<Point>,
}

/// The entries of a tier in the order of their codes. O(plan).
///
/// # Errors
/// When the job was cancelled.
pub fn entries(plan: &Plan, at: usize, progress: &Progress) -> Result<Vec<Entry>, ExportError> {
    let Some(tier) = plan.tiers.get(at) else { return Ok(Vec::new()) };
    let located = Located::of(plan, &Index::of(&plan.coverage), progress)?;
    let loads = Loads::of(plan, &faces_of_incidents(plan, &located), progress)?;
    let incidents = located.tier(plan, tier).by_zone;
    let parent = plan.parent_of(at).and_then(|up| plan.tiers.get(up));
    let community = plan.tier_of(Role::Community).map(|(_, tier)| tier).filter(|other| other.role != tier.role);
    let faces = tier.faces_by_zone();
    let around = neighbours(plan, tier);
    let mut entries: Vec<Entry> = tier
        .zones
        .iter()
        .map(|(id, zone)| {
            let own = faces.get(id.index()).map_or(&[][..], Vec::as_slice);
            let squad =
                plan.beats.get(id).filter(|_| tier.role == Role::Grid).and_then(|&squad| plan.squads.get(squad));
            let code = |zone: &ZoneId| tier.zones.get(*zone).map_or_else(String::new, |zone| zone.code.clone());
            Entry {
                zone: id,
                code: zone.code.clone(),
                name: zone.name.clone(),
                parent: parent.and_then(|parent| most(plan, parent, own).into_iter().next()).unwrap_or_default(),
                communities: community.map(|community| most(plan, community, own)).unwrap_or_default(),
                area_m2: plan.coverage.area_of_m2(own),
                border_m: border_m(&plan.coverage, own),
                incidents: incidents.get(id.index()).copied().unwrap_or(0),
                hours: loads.hours(own),
                squad: squad.map_or_else(String::new, |squad| squad.name.clone()),
                neighbours: around.get(id.index()).map(|zones| zones.iter().map(code).collect()).unwrap_or_default(),
                at: inside(&plan.coverage, own),
            }
        })
        .collect();
    entries.sort_by(|a, b| a.code.cmp(&b.code).then(a.zone.cmp(&b.zone)));
    Ok(entries)
}

/// A place inside the largest of some faces.
pub(super) fn inside(coverage: &Coverage, faces: &[FaceId]) -> Option<Point> {
    let area = |face: FaceId| coverage.faces().get(face).map(|face| face.doubled_area);
    coverage.point_in(faces.iter().copied().max_by_key(|&face| area(face))?)
}

/// Names of the zones of a tier that hold some faces, by how much land.
fn most(plan: &Plan, tier: &Tier, faces: &[FaceId]) -> Vec<String> {
    let mut by_zone: Vec<(ZoneId, i128)> = Vec::new();
    for &face in faces {
        let (Some(zone), Some(value)) = (tier.owner_of(face), plan.coverage.faces().get(face)) else { continue };
        match by_zone.iter_mut().find(|(known, _)| *known == zone) {
            Some((_, area)) => *area += value.doubled_area,
            None => by_zone.push((zone, value.doubled_area)),
        }
    }
    by_zone.sort_by_key(|&(zone, area)| (std::cmp::Reverse(area), zone));
    by_zone.iter().filter_map(|&(zone, _)| tier.zones.get(zone)).map(|zone| zone.name.clone()).collect()
}

fn border_m(coverage: &Coverage, faces: &[FaceId]) -> f64 {
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
