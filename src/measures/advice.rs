//! The way to the band of work: how far a zone is from it, and which land handed over would bring it nearest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Progress;
use crate::edit::{self, Command};
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::{Measures, named, near};

/// The band where the rules of the checks set none, percent either way: that of rebalancing.
const BAND_PERCENT: f64 = 10.0;
/// Hand-overs that are tried at most: those that would bring most.
const TRIED: usize = 12;
/// Hand-overs that are named at most.
const NAMED: usize = 2;

/// A zone outside the band.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Its name.
    pub zone: String,
    /// Hours a week above the band; below it where negative.
    pub hours: f64,
    /// Land that can be given, or taken, and the zone that takes or gives it.
    pub land: Vec<(String, String)>,
}

/// A piece of land between two zones.
struct Piece {
    faces: Vec<FaceId>,
    from: ZoneId,
    to: ZoneId,
    /// The worse deviation of the two once it is handed over.
    worst: f64,
    name: String,
}

/// The ways of some zones into the band; none of those in it. Every hand-over named was tried and can be done.
#[must_use]
pub fn ways(plan: &Arc<Plan>, measures: &Measures, at: usize, zones: &[ZoneId], progress: &Progress) -> Vec<Way> {
    let (Some(tier), Some(rows)) = (plan.tiers.get(at), measures.tiers.get(at)) else { return Vec::new() };
    if tier.role != Role::Grid {
        return Vec::new();
    }
    let band = plan.settings.checking.band_percent.unwrap_or(BAND_PERCENT) / 100.0;
    let way = |zone: &ZoneId| {
        let row = rows.row(*zone).filter(|row| row.share > 0.0 && row.load_hours > 0.0)?;
        let mean = row.load_hours / row.share;
        let over = row.load_hours - mean * (1.0 + band);
        let under = mean * (1.0 - band) - row.load_hours;
        let hours = if over > 0.0 { over } else { -under };
        if (over <= 0.0 && under <= 0.0) || progress.is_cancelled() {
            return None;
        }
        let land = hand_overs(plan, measures, (at, tier), *zone, hours > 0.0);
        Some(Way { zone: row.name.clone(), hours, land })
    };
    zones.iter().filter_map(way).collect()
}

/// The best hand-overs of a zone: what it gives, or what it takes.
fn hand_overs(
    plan: &Arc<Plan>,
    measures: &Measures,
    (at, tier): (usize, &Tier),
    zone: ZoneId,
    gives: bool,
) -> Vec<(String, String)> {
    let near = near(plan, Some(measures));
    let context = edit::Context { near: &near, time: 0, camera: None };
    let label = |zone: ZoneId| tier.zones.get(zone).map_or_else(String::new, |zone| named(&zone.name, &zone.code));
    let can = |piece: &Piece| {
        let command = Command::Paint { tier: at, faces: piece.faces.clone(), to: Some(piece.to) };
        command.apply(plan, &context).is_ok()
    };
    let base = plan.tiers.get(plan.base).map(|tier| &**tier);
    let communities = plan.tier_of(Role::Community).map(|(_, tier)| &**tier);
    // Whole communities first; parts of them where none can be handed over.
    for groups in communities.into_iter().chain(base) {
        let mut pieces = pieces(plan, measures, (at, tier), groups, (zone, gives));
        pieces.sort_by(|a, b| a.worst.total_cmp(&b.worst).then_with(|| a.faces.cmp(&b.faces)));
        let done = pieces.into_iter().take(TRIED).filter(can).take(NAMED);
        let named: Vec<_> = done.map(|piece| (piece.name, label(if gives { piece.to } else { piece.from }))).collect();
        if !named.is_empty() {
            return named;
        }
    }
    Vec::new()
}

/// Land on the borders of a zone, by the zones of another tier, that would make the worse of two zones better.
fn pieces(
    plan: &Plan,
    measures: &Measures,
    (at, tier): (usize, &Tier),
    fine: &Tier,
    (zone, gives): (ZoneId, bool),
) -> Vec<Piece> {
    let Some(rows) = measures.tiers.get(at) else { return Vec::new() };
    let up = plan.parent_of(at).and_then(|up| plan.tiers.get(up));
    // Pieces by the zone they leave, the one they go to, and the zone of the other tier.
    let mut found: BTreeMap<(ZoneId, ZoneId, ZoneId), BTreeSet<FaceId>> = BTreeMap::new();
    for &face in &tier.faces_of(zone) {
        for next in plan.coverage.neighbours(face) {
            let same_town = up.is_none_or(|up| up.owner_of(face) == up.owner_of(next));
            let Some(other) = tier.owner_of(next).filter(|other| *other != zone && same_town) else { continue };
            let (from, to, of) = if gives { (zone, other, face) } else { (other, zone, next) };
            if let Some(group) = fine.owner_of(of) {
                found.entry((from, to, group)).or_default();
            }
        }
    }
    for ((from, _, group), faces) in &mut found {
        faces.extend(fine.faces_of(*group).into_iter().filter(|&face| tier.owner_of(face) == Some(*from)));
    }
    let piece = |((from, to, group), faces): ((ZoneId, ZoneId, ZoneId), BTreeSet<FaceId>)| {
        let faces: Vec<FaceId> = faces.into_iter().collect();
        let [gives, takes] = [rows.row(from)?, rows.row(to)?];
        let mean = gives.load_hours / gives.share.max(f64::EPSILON);
        let load = measures.loads.hours(&faces);
        let off = |hours: f64| (hours / mean - 1.0).abs();
        let worst = off(gives.load_hours - load).max(off(takes.load_hours + load));
        let now = off(gives.load_hours).max(off(takes.load_hours));
        let name = fine.zones.get(group).map(|zone| named(&zone.name, &zone.code))?;
        (worst < now && load > 0.0).then_some(Piece { faces, from, to, worst, name })
    };
    found.into_iter().filter_map(piece).collect()
}
