//! What a town may change: its own land, as far as it was open when it was handed out; and what it changed beyond that.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Text;
use crate::geometry::Point;
use crate::model::{LockedLine, Plan, Role, Tier, ZoneId};
use crate::topology::{FaceId, Obstacle};

use super::super::line_locks;
use super::lay::{Indexed, Piece, lay};
use super::{Package, is_rounding, town_of};

/// The rights of the town that a package was made for.
pub(super) struct Own<'a> {
    start: &'a Plan,
    package: &'a Plan,
    /// The town tier's place in the order, and the town.
    town: Option<(usize, ZoneId)>,
    /// Locked lines that are not where they were.
    moved: BTreeSet<LockedLine>,
    /// Zones that do not lie in the town alone, by tier: such are locked in every package for what lies beyond the town.
    reaching: BTreeSet<(usize, ZoneId)>,
}

/// Land that a town may not change and did.
pub(super) struct Beyond {
    pub(super) tier: usize,
    pub(super) was: Option<ZoneId>,
    pub(super) theirs: Option<ZoneId>,
    pub(super) area_m2: f64,
    pub(super) place: Option<Point>,
}

impl<'a> Own<'a> {
    /// O(plan).
    pub(super) fn of(package: &Package<'a>) -> Self {
        let start = package.start;
        let town = start.tier_of(Role::Town).map(|(at, _)| at).zip(town_of(start));
        let moved = line_locks::broken(start, package.plan);
        let mut own = Self { start, package: package.plan, town, moved, reaching: BTreeSet::new() };
        for (at, tier) in start.tiers.iter().enumerate() {
            let beyond = tier.owner.iter().filter(|&(face, _)| !own.holds(face)).map(|(_, &zone)| (at, zone));
            let beyond: Vec<_> = beyond.collect();
            own.reaching.extend(beyond);
        }
        own
    }

    /// Whether a face of the start is land of the town.
    fn holds(&self, face: FaceId) -> bool {
        self.town.is_some_and(|(at, town)| self.start.tiers[at].owner_of(face) == Some(town))
    }

    /// Whether a line may be drawn through a face of another state of the plan, so that its land can be told apart in some
    /// tier: it is land of the town, and of no zone of the town that the office locked. What the town lies in, and what
    /// reaches beyond it, keeps its land whatever is drawn within the town.
    pub(super) fn may_cut(&self, plan: &Plan, face: FaceId) -> bool {
        let owner = |at: usize| plan.tiers.get(at).and_then(|tier| tier.owner_of(face));
        let locks = |at: usize| {
            let inside = owner(at).filter(|&zone| !self.is_above(at) && !self.reaching.contains(&(at, zone)));
            self.is_locked(at, inside)
        };
        self.town.is_some_and(|(at, town)| owner(at) == Some(town)) && !(0..plan.tiers.len()).any(locks)
    }

    /// Whether a face may be cut with no more than that: its zone of the base tier is not locked either.
    pub(super) fn may_divide(&self, plan: &Plan, face: FaceId) -> bool {
        let owner = plan.tiers.get(plan.base).and_then(|tier| tier.owner_of(face));
        self.may_cut(plan, face) && !self.is_locked(plan.base, owner)
    }

    /// Whether a tier is that of the towns or one they lie in.
    fn is_above(&self, at: usize) -> bool {
        let role = self.start.tiers.get(at).map(|tier| tier.role);
        role.is_some_and(|role| role == Role::Town || Role::Town.parents().contains(&role))
    }

    /// Whether a zone that was handed out was locked.
    pub(super) fn is_locked(&self, tier: usize, zone: Option<ZoneId>) -> bool {
        let zones = self.start.tiers.get(tier).map(|tier| &tier.zones);
        zones.zip(zone).and_then(|(zones, zone)| zones.get(zone)).is_some_and(|zone| zone.locked)
    }

    /// Whose land was in a tier, and whose it is in the package.
    pub(super) fn fate(&self, tier: usize, piece: &Piece) -> [Option<ZoneId>; 2] {
        let owner =
            |tier: Option<&std::sync::Arc<Tier>>, face: Option<FaceId>| tier.and_then(|tier| tier.owner_of(face?));
        [owner(self.start.tiers.get(tier), piece.was), owner(self.package.tiers.get(tier), piece.is)]
    }

    /// Whether the town may give a piece of land away in a tier. What may not change in a tier may not in those that nest
    /// in it either.
    pub(super) fn may(&self, tier: usize, piece: &Piece) -> bool {
        let above = self.start.tiers.get(tier).map_or(&[][..], |tier| tier.role.parents());
        let kept_above = self.start.tiers.iter().enumerate().any(|(at, up)| {
            let [was, is] = self.fate(at, piece);
            above.contains(&up.role) && was != is && !self.is_open(at, piece)
        });
        !kept_above && self.is_open(tier, piece)
    }

    fn is_open(&self, at: usize, piece: &Piece) -> bool {
        let (Some(face), Some(tier)) = (piece.was, self.start.tiers.get(at)) else { return false };
        let fate = self.fate(at, piece);
        let on_line =
            |line: &LockedLine| line.tier == at && fate.iter().flatten().any(|zone| line.zones.contains(zone));
        let open = self.holds(face) && !tier.locked && !fate.iter().any(|&zone| self.is_locked(at, zone));
        open && !self.moved.iter().any(on_line) && (self.is_whole(piece) || self.may_cut(self.start, face))
    }

    /// Whether a face is in the package what it was: no line of it moved.
    fn is_whole(&self, piece: &Piece) -> bool {
        let value = |plan: &'a Plan, face: Option<FaceId>| plan.coverage.faces().get(face?);
        piece.was == piece.is && value(self.start, piece.was) == value(self.package, piece.is)
    }

    /// Whether a zone that the package made has land that the town may give it, or none at all.
    pub(super) fn may_make(&self, tier: usize, zone: ZoneId, start: &Indexed<'_>) -> bool {
        let land = self.package.tiers.get(tier).map_or_else(Vec::new, |tier| tier.faces_of(zone));
        let coverage = &self.package.coverage;
        let is_ours = |&face: &FaceId| {
            let was = coverage.points_in(face).into_iter().find_map(|at| start.well_at(at));
            self.may(tier, &Piece { face, was, is: Some(face) })
        };
        land.is_empty() || land.iter().any(is_ours)
    }

    /// All that was changed beyond the rights, each kind of change once with its area: land that was given away, and, in
    /// the base tier, land that was cut and no more.
    ///
    /// # Errors
    /// When the lines of the package cannot be laid into what it started from.
    pub(super) fn beyond(&self, start: &Indexed<'_>, package: &Indexed<'_>) -> Result<Vec<Beyond>, Obstacle> {
        let laid = lay(start.plan, start, package, |_| true)?;
        let coverage = &laid.plan.coverage;
        let pieces = || laid.pieces.iter().filter(|piece| !is_rounding(coverage, piece.face));
        let mut found: BTreeMap<(usize, Option<ZoneId>, Option<ZoneId>), Vec<FaceId>> = BTreeMap::new();
        let mut cuts: BTreeMap<FaceId, Vec<&Piece>> = BTreeMap::new();
        for piece in pieces() {
            for tier in 0..self.start.tiers.len().min(self.package.tiers.len()) {
                let [was, theirs] = self.fate(tier, piece);
                if was != theirs && !self.may(tier, piece) {
                    found.entry((tier, was, theirs)).or_default().push(piece.face);
                }
            }
            if let Some(face) = piece.was.filter(|&face| !self.may_divide(self.start, face)) {
                cuts.entry(face).or_default().push(piece);
            }
        }
        let stays = |piece: &&Piece| {
            (0..self.start.tiers.len()).all(|tier| self.fate(tier, piece)[0] == self.fate(tier, piece)[1])
        };
        for (face, parts) in cuts.into_iter().filter(|(_, parts)| parts.len() > 1 && parts.iter().all(stays)) {
            let owner = self.start.tiers.get(self.start.base).and_then(|tier| tier.owner_of(face));
            found.entry((self.start.base, owner, owner)).or_default().extend(parts.iter().map(|piece| piece.face));
        }
        let told = found.into_iter().map(|((tier, was, theirs), faces)| {
            let area = |face: &FaceId| coverage.faces().get(*face).map_or(0.0, |face| coverage.area_m2(face));
            let largest = faces.iter().max_by(|a, b| area(a).total_cmp(&area(b)));
            let place = largest.and_then(|&face| coverage.point_in(face));
            Beyond { tier, was, theirs, area_m2: faces.iter().map(area).sum(), place }
        });
        Ok(told.collect())
    }

    /// Zones of a tier nested in the towns that lie in another town too, or in none besides: what they hold more must come
    /// from the plan.
    pub(super) fn strays(&self, plan: &Plan, tier: usize) -> BTreeSet<ZoneId> {
        let (Some((at, town)), Some(tier)) = (self.town, plan.tiers.get(tier)) else { return BTreeSet::new() };
        let nests = tier.role.parents().contains(&Role::Town);
        let elsewhere = tier.owner.iter().filter(|&(face, _)| plan.tiers[at].owner_of(face) != Some(town));
        elsewhere.filter(|_| nests).map(|(_, &zone)| zone).collect()
    }

    /// Whether a face of the plan still is land of the town, as far as a tier nests in the towns.
    pub(super) fn is_still_ours(&self, plan: &Plan, tier: usize, face: FaceId) -> bool {
        let nests = plan.tiers.get(tier).is_some_and(|tier| tier.role.parents().contains(&Role::Town));
        !nests || self.town.is_some_and(|(at, town)| plan.tiers[at].owner_of(face) == Some(town))
    }
}

/// Zones that lie in several towns, by tier.
pub(super) fn torn(plan: &Plan) -> BTreeSet<(usize, ZoneId)> {
    let Some((_, towns)) = plan.tier_of(Role::Town) else { return BTreeSet::new() };
    let mut torn = BTreeSet::new();
    for (at, tier) in plan.tiers.iter().enumerate().filter(|(_, tier)| tier.role.parents().contains(&Role::Town)) {
        let mut homes: BTreeMap<ZoneId, Option<ZoneId>> = BTreeMap::new();
        for (face, &zone) in tier.owner.iter() {
            let home = towns.owner_of(face);
            if *homes.entry(zone).or_insert(home) != home {
                torn.insert((at, zone));
            }
        }
    }
    torn
}

/// Why something that a town did is not taken.
pub(super) fn beyond() -> Text {
    Text::new("outside the land of the town: it was locked when it was handed out", "不属于该镇街的范围：下发时已锁定")
}
