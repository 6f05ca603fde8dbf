//! What the towns did, laid together: what only one side changed is taken, what two sides changed differently is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::geometry::Point;
use crate::model::{Attributes, Plan, Role, Zone, ZoneId, people};
use crate::topology::{FaceId, Obstacle, parts};

use super::super::record::changes;
use super::super::words::{self, label, owner_label};
use super::super::{Context, Done, Record, dissolve, stale};
use super::hand_out::locked;
use super::lay::{Indexed, Loose, Piece, edge_moved, lay, to_join};
use super::own::{self, Own};
use super::{is_rounding, town_of};

/// A package that came back.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// What it is called: its file.
    pub name: &'a str,
    /// As it was handed out: before the first command of its history.
    pub start: &'a Plan,
    /// As it came back.
    pub plan: &'a Plan,
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The zone, of the plan taken back into; `None` is land that nobody has.
    pub zone: Option<ZoneId>,
    /// What it is called.
    pub name: Text,
}

/// Something that the plan and a package changed differently. The plan keeps its own version.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The package.
    pub package: String,
    /// What it is about.
    pub reason: Text,
    /// Place of the tier in the order.
    pub tier: usize,
    /// The land, by faces of the plan taken back into; empty where it is about a code or a name.
    pub faces: Vec<FaceId>,
    /// Its area, m².
    pub area_m2: f64,
    /// A point of it.
    pub place: Option<Point>,
    /// How the plan has it.
    pub ours: Version,
    /// How the package has it.
    pub theirs: Version,
}

/// What came of taking back.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The plan with all that could be taken; `None` where nothing was new.
    pub done: Option<Done>,
    /// What was changed twice, in the order of the packages.
    pub conflicts: Vec<Conflict>,
    /// Zones that came back changed, by package.
    pub changed: Vec<usize>,
}

/// Takes packages back into the plan, one after the other. `states` are the states of the plan a package may have been
/// handed out from. Land that a border was moved over here meanwhile stays where that border says, and is listed where a
/// package gave it to another. What was locked when it was handed out is kept and listed. O(plan) a package, and what it
/// changed.
///
/// # Errors
/// A package that was not handed out from this plan, whose lines cannot be laid in, or after which a zone would lie in
/// several towns that did not.
pub fn take_back(
    plan: &Plan,
    states: &[Plan],
    packages: &[Package<'_>],
    context: &Context<'_>,
) -> Result<Taken, Refusal> {
    let (mut now, mut conflicts, mut changed) = (plan.clone(), Vec::new(), Vec::new());
    let mut selection = BTreeSet::new();
    for package in packages {
        known(states, package)?;
        let merged = Merge::of(&now, package)?;
        nested(&now, &merged.plan, package)?;
        conflicts.extend(merged.conflicts);
        changed.push(merged.touched.len());
        selection.extend(merged.touched);
        now = merged.plan;
    }
    let now = stale::marked(plan, now);
    let count = packages.len();
    let record = Record {
        sentence: Text::new(format!("Took back {count} packages"), format!("回收 {count} 个镇街方案")),
        time: context.time,
        changes: changes(plan, &now),
        selection: selection.into_iter().collect(),
        camera: context.camera,
    };
    let done = (!record.changes.is_empty()).then_some(Done { plan: now, record });
    Ok(Taken { done, conflicts, changed })
}

/// Whether a package began as its town gets a state of a plan. O(plan).
#[must_use]
pub fn is_start(state: &Plan, start: &Plan) -> bool {
    let Some(town) = town_of(start) else { return false };
    // Packages of earlier versions carry what the office knows of people.
    let (locked, hash) = (locked(state, town), start.canonical_hash());
    people::strip(&locked).0.canonical_hash() == hash || locked.canonical_hash() == hash
}

/// Refuses a package whose start is not one of the states as its town got it.
fn known(states: &[Plan], package: &Package<'_>) -> Result<(), Refusal> {
    if states.iter().any(|state| is_start(state, package.start)) {
        return Ok(());
    }
    Err(Refusal::new(
        Text::new(format!("Cannot take back {}", package.name), format!("无法回收{}", package.name)),
        Text::new("it was not handed out from this plan", "它不是由本方案下发的"),
        Text::new("Open the plan it was handed out from", "请打开当时下发的方案"),
    ))
}

/// Refuses what would tear a zone that lay in one town.
fn nested(before: &Plan, after: &Plan, package: &Package<'_>) -> Result<(), Refusal> {
    let torn = own::torn(before);
    let Some((at, zone)) = own::torn(after).into_iter().find(|zone| !torn.contains(zone)) else { return Ok(()) };
    let name = after.tiers.get(at).map_or_else(String::new, |tier| label(tier, zone));
    Err(Refusal::new(
        Text::new(format!("Cannot take back {}", package.name), format!("无法回收{}", package.name)),
        Text::new(format!("{name} would lie in several towns"), format!("{name}将跨越多个镇街")),
        Text::new("Ask the town for a package without that change", "请镇街去掉该项修改后重新报送"),
    ))
}

/// A package on the way into the plan.
struct Merge<'a> {
    package: &'a Package<'a>,
    own: Own<'a>,
    plan: Plan,
    /// The plan without people, as the towns see it.
    shown: Plan,
    /// For each tier, the zones the package made, by what they are called here.
    made: Vec<BTreeMap<ZoneId, ZoneId>>,
    conflicts: Vec<Conflict>,
    touched: BTreeSet<(usize, ZoneId)>,
}

impl<'a> Merge<'a> {
    fn of(now: &Plan, package: &'a Package<'a>) -> Result<Self, Refusal> {
        let cannot = Text::new(format!("Cannot take back {}", package.name), format!("无法回收{}", package.name));
        let (start, back) = (Indexed::of(package.start), Indexed::of(package.plan));
        let blocked = |obstacle| words::blocked(&cannot, now, obstacle);
        let own = Own::of(package);
        let laid = lay(now, &start, &back, |face| own.may_cut(now, face)).map_err(blocked)?;
        let made = vec![BTreeMap::new(); now.tiers.len()];
        let plan = laid.plan.clone();
        let shown = people::strip(now).0;
        let mut merge = Self { package, own, plan, shown, made, conflicts: Vec::new(), touched: BTreeSet::new() };
        for tier in 0..now.tiers.len().min(package.plan.tiers.len()).min(package.start.tiers.len()) {
            merge.zones(tier, &start);
            merge.land(tier, &laid.pieces);
            merge.loose(tier, &laid.loose);
            merge.ended(tier);
        }
        merge.missed(&start, &back);
        merge.beyond(&start, &back).map_err(blocked)?;
        merge.beats();
        merge.codes();
        merge.left_out();
        // Land in conflict keeps the package's lines, so that it can still be given as the package has it.
        let held: BTreeSet<FaceId> = merge.conflicts.iter().flat_map(|one| one.faces.iter().copied()).collect();
        let free = laid.pieces.iter().copied().filter(|piece| !held.contains(&piece.face));
        // A face that may not be cut for its own sake is whole again where nothing came of the cut.
        let whole = |face: FaceId| !merge.own.may_divide(package.start, face);
        let free = free.map(|piece| Piece { is: piece.was.filter(|&face| whole(face)).or(piece.is), ..piece });
        let groups = to_join(&laid, &merge.plan, now, package.start, &free.collect::<Vec<_>>());
        let groups: Vec<_> = groups.iter().flat_map(|group| parts(&merge.plan.coverage, group)).collect();
        let groups: Vec<_> = groups.into_iter().filter(|group| group.len() > 1).collect();
        merge.plan = dissolve::join(&merge.plan, &groups).map_err(blocked)?;
        Ok(merge)
    }

    /// Codes, names and properties of zones; zones that are new.
    fn zones(&mut self, at: usize, land: &Indexed<'_>) {
        let (start, back) = (&self.package.start.tiers[at].zones, &self.package.plan.tiers[at].zones);
        for (zone, value) in back.iter() {
            let Some(before) = start.get(zone) else {
                if !self.own.may_make(at, zone, land) {
                    continue;
                }
                let locked = false;
                let new = Arc::make_mut(&mut self.plan.tiers[at]).zones.push(Zone { locked, ..value.clone() });
                self.made[at].insert(zone, new);
                self.touched.insert((at, new));
                continue;
            };
            if alike(before, value) {
                continue;
            }
            let (here, shown) = (self.plan.tiers[at].zones.get(zone), self.shown.tiers[at].zones.get(zone));
            match here.cloned().zip(shown) {
                Some((here, shown)) if alike(&here, value) || alike(shown, value) => {}
                Some(_) if before.locked => self.kept(at, zone),
                Some((here, shown)) if alike(&here, before) || alike(shown, before) => {
                    let joined = joined(value, &here, shown);
                    Arc::make_mut(&mut self.plan.tiers[at]).zones.set(zone, Some(joined));
                    self.touched.insert((at, zone));
                }
                _ => {
                    let reason =
                        Text::new("code, name or properties were changed twice", "编码、名称或属性两处均有修改");
                    let theirs = label(&self.package.plan.tiers[at], zone);
                    let theirs = Version { zone: Some(zone), name: Text::new(theirs.clone(), theirs) };
                    self.conflict(at, reason, (Some(zone), theirs), &[]);
                }
            }
        }
    }

    /// What a zone of the package is called here; nothing where it is one that the town may not make.
    fn here(&self, tier: usize, zone: ZoneId) -> Option<ZoneId> {
        let old = || self.package.start.tiers[tier].zones.get(zone).map(|_| zone);
        self.made[tier].get(&zone).copied().or_else(old)
    }

    /// Lists a zone that was locked and is kept as it is here.
    fn kept(&mut self, at: usize, zone: ZoneId) {
        let name = owner_label(&self.package.plan.tiers[at], Some(zone));
        self.conflict(at, own::beyond(), (Some(zone), Version { zone: None, name }), &[]);
    }

    /// Land that was not the town's to change: it is as it was here, and is listed.
    fn beyond(&mut self, start: &Indexed<'_>, back: &Indexed<'_>) -> Result<(), Obstacle> {
        for land in self.own.beyond(start, back)? {
            let name = owner_label(&self.package.plan.tiers[land.tier], land.theirs);
            self.conflict(land.tier, own::beyond(), (land.was, Version { zone: None, name }), &[]);
            if let Some(conflict) = self.conflicts.last_mut() {
                (conflict.area_m2, conflict.place) = (land.area_m2, land.place);
            }
        }
        Ok(())
    }

    /// Whose each piece of land is.
    fn land(&mut self, at: usize, pieces: &[Piece]) {
        let mut twice: BTreeMap<(Option<ZoneId>, Option<ZoneId>), Vec<FaceId>> = BTreeMap::new();
        // A zone that reaches into another town here takes no more.
        let strays = self.own.strays(&self.plan, at);
        for piece in pieces {
            let ([was, theirs], face) = (self.own.fate(at, piece), piece.face);
            if was == theirs || !self.own.may(at, piece) {
                continue;
            }
            let ours = self.plan.tiers[at].owner_of(face);
            // What the zone is called here, where it is here still.
            let there = theirs.and_then(|zone| self.here(at, zone));
            let takes = |zone: ZoneId| self.plan.tiers[at].zones.get(zone).is_some() && !strays.contains(&zone);
            let is_here = there.map_or(theirs.is_none(), takes) && self.own.is_still_ours(&self.plan, at, face);
            // What rounding left between two lines was given to nobody: it goes where the package has it.
            if is_here && (ours == was || is_rounding(&self.plan.coverage, face)) {
                Arc::make_mut(&mut self.plan.tiers[at]).owner.set(face, there);
                self.touched.extend([ours, there].into_iter().flatten().map(|zone| (at, zone)));
            } else if ours != there || there.is_none() != theirs.is_none() {
                twice.entry((ours, theirs)).or_default().push(face);
            }
        }
        for ((ours, theirs), faces) in twice {
            let reason = given_twice();
            let name = owner_label(&self.package.plan.tiers[at], theirs);
            let zone = theirs.and_then(|zone| self.here(at, zone));
            self.conflict(at, reason, (ours, Version { zone, name }), &faces);
        }
    }

    /// Land that the package gave to another and that is not its here: a line could not be laid in as it was drawn.
    /// Nothing a town did is lost in silence.
    fn missed(&mut self, start: &Indexed<'_>, back: &Indexed<'_>) {
        // For each tier and face here: whose it was when it was handed out, and whose it is in the package.
        let mut missed: BTreeMap<(usize, FaceId), [Option<ZoneId>; 2]> = BTreeMap::new();
        let here = Indexed::of(&self.plan);
        // Only what lies well within a face on all three maps: on a border nobody knows whose land is meant.
        let well = |at: Point| Some((start.well_at(at)?, back.well_at(at)?, here.well_at(at)?));
        let faces = [&back.plan.coverage, &self.plan.coverage].into_iter();
        let faces = faces.flat_map(|land| land.faces().ids().map(move |face| land.points_in(face)));
        for (was, face, is) in faces.filter_map(|places| places.into_iter().find_map(well)) {
            let piece = Piece { face: is, was: Some(was), is: Some(face) };
            for tier in 0..self.plan.tiers.len().min(back.plan.tiers.len()).min(start.plan.tiers.len()) {
                let theirs = back.plan.tiers[tier].owner_of(face);
                let there = theirs.and_then(|zone| self.here(tier, zone));
                let before = start.plan.tiers[tier].owner_of(was);
                let arrived = before == theirs
                    || !self.own.may(tier, &piece)
                    || is_rounding(&self.plan.coverage, is)
                    || self.plan.tiers[tier].owner_of(is) == there
                    || self.conflicts.iter().any(|one| one.tier == tier && one.faces.contains(&is));
                if !arrived {
                    missed.insert((tier, is), [before, theirs]);
                }
            }
        }
        for ((tier, face), [before, theirs]) in missed {
            let reason = if self.plan.tiers[tier].owner_of(face) == before {
                Text::new("a line of the package could not be laid in here", "该方案的一条线在此无法套合")
            } else {
                given_twice()
            };
            let name = owner_label(&self.package.plan.tiers[tier], theirs);
            let zone = theirs.and_then(|zone| self.here(tier, zone));
            let ours = self.plan.tiers[tier].owner_of(face);
            self.conflict(tier, reason, (ours, Version { zone, name }), &[face]);
        }
    }

    /// Lines of the package that end in the middle of a face here.
    fn loose(&mut self, at: usize, loose: &[Loose]) {
        let back = &self.package.plan.tiers[at];
        for Loose { face, beside, at: place } in loose {
            let ours = self.plan.tiers[at].owner_of(*face);
            let here = |zone: ZoneId| self.here(at, zone);
            let sides: Vec<Option<ZoneId>> = beside.iter().map(|&face| back.owner_of(face)).collect();
            let other = match sides.iter().find(|side| side.and_then(here) != ours) {
                Some(&other) => other,
                None if at == self.plan.base && self.only_cuts(beside) => ours,
                None => continue,
            };
            let reason = Text::new(
                "a border that a line of the package ends at was moved meanwhile",
                "该方案的一条线所接的边界已另有改动",
            );
            let theirs = Version { zone: other.and_then(here), name: owner_label(back, other) };
            self.conflict(at, reason, (ours, theirs), &[*face]);
            if let Some(conflict) = self.conflicts.last_mut() {
                conflict.place = Some(*place);
            }
        }
    }

    /// Whether faces of the package lie in the same zones of all tiers: a line between them is a cut and no more.
    fn only_cuts(&self, beside: &[FaceId]) -> bool {
        let owners = |face: FaceId| self.package.plan.tiers.iter().map(move |tier| tier.owner_of(face));
        beside.windows(2).all(|pair| owners(pair[0]).eq(owners(pair[1])))
    }

    /// Zones that ended in the package and have no land here either.
    fn ended(&mut self, at: usize) {
        let (start, back) = (&self.package.start.tiers[at].zones, &self.package.plan.tiers[at].zones);
        let gone: Vec<ZoneId> = start.ids().filter(|&zone| back.get(zone).is_none()).collect();
        if gone.is_empty() {
            return;
        }
        let lists = self.plan.tiers[at].faces_by_zone();
        for zone in gone {
            if self.own.is_locked(at, Some(zone)) {
                self.kept(at, zone);
                continue;
            }
            let same = |here: &Zone| start.get(zone).is_some_and(|before| alike(before, here));
            let here = self.shown.tiers[at].zones.get(zone).filter(|_| self.plan.tiers[at].zones.get(zone).is_some());
            if lists.get(zone.0 as usize).is_some_and(Vec::is_empty) && here.is_some_and(same) {
                Arc::make_mut(&mut self.plan.tiers[at]).zones.set(zone, None);
                self.touched.insert((at, zone));
            }
        }
    }

    /// Which squad patrols which grid.
    fn beats(&mut self) {
        let Some((at, _)) = self.plan.tier_of(Role::Grid) else { return };
        let (start, back) = (&self.package.start.beats, &self.package.plan.beats);
        for zone in start.changed(back) {
            let there = self.here(at, zone).filter(|_| !self.own.is_locked(at, Some(zone)));
            let Some(there) = there else {
                self.kept(at, zone);
                continue;
            };
            let (was, theirs, ours) = (start.get(zone), back.get(zone), self.plan.beats.get(there));
            let is_here = self.plan.tiers[at].zones.get(there).is_some() || theirs.is_none();
            if (ours == was || there != zone) && is_here {
                self.plan.beats.set(there, theirs.copied());
            } else if ours != theirs {
                let squad = theirs.and_then(|&squad| self.package.plan.squads.get(squad));
                let name = squad.map_or_else(String::new, |squad| squad.name.clone());
                let theirs = Version { zone: Some(there), name: Text::new(name.clone(), name) };
                let reason = Text::new("its squad was changed twice", "所属分队两处均有修改");
                self.conflict(at, reason, (Some(there), theirs), &[]);
            }
        }
    }

    /// Codes taken out of use.
    fn codes(&mut self) {
        for id in self.package.start.retired.changed(&self.package.plan.retired) {
            let Some(gone) = self.package.plan.retired.get(id) else { continue };
            let locked = self.package.start.tier_named(&gone.tier).is_some_and(|(at, tier)| {
                tier.by_code(&gone.code).is_some_and(|zone| self.own.is_locked(at, Some(zone)))
            });
            if locked {
                continue;
            }
            let known =
                self.plan.retired.iter().any(|(_, other)| (&other.tier, &other.code) == (&gone.tier, &gone.code));
            if !known {
                self.plan.retired.push(gone.clone());
            }
        }
    }

    /// What is not taken over at all: tiers that were added, land beyond the edge of the map.
    fn left_out(&mut self) {
        let (start, back) = (self.package.start, self.package.plan);
        let nothing = || Version { zone: None, name: Text::default() };
        if start.tiers.len() != back.tiers.len() {
            let reason = Text::new("a tier that was added or removed is left out", "新增或删除的层级未回收");
            self.conflict(start.tiers.len().saturating_sub(1), reason, (None, nothing()), &[]);
        }
        if edge_moved(start, back) {
            let reason =
                Text::new("the edge of the map was moved; land outside is left out", "外边界有改动;范围外的土地未回收");
            self.conflict(back.base, reason, (None, nothing()), &[]);
        }
    }

    fn conflict(&mut self, tier: usize, reason: Text, (ours, theirs): (Option<ZoneId>, Version), faces: &[FaceId]) {
        let coverage = &self.plan.coverage;
        let areas = faces.iter().filter_map(|&face| {
            let value = coverage.faces().get(face)?;
            Some((face, coverage.area_m2(value)))
        });
        let largest = areas.clone().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(face, _)| face);
        let name = self.plan.tiers.get(tier).map_or_else(Text::default, |tier| owner_label(tier, ours));
        self.conflicts.push(Conflict {
            package: self.package.name.to_owned(),
            reason,
            tier,
            faces: faces.to_vec(),
            area_m2: areas.fold(0.0, |sum, (_, area)| sum + area),
            place: largest.and_then(|face| coverage.point_in(face)),
            ours: Version { zone: ours, name },
            theirs,
        });
    }
}

/// A zone as a package has it, with what the office alone knows of people.
fn joined(theirs: &Zone, here: &Zone, shown: &Zone) -> Zone {
    let members = |theirs: &Attributes, here: &Attributes, shown: &Attributes| -> Arc<Attributes> {
        // What the town did not see, or saw without a number, is as it is here unless the town changed it.
        let own = |key: &String| shown.get(key) != here.get(key) && shown.get(key) == theirs.get(key);
        let kept = here.iter().filter_map(|(key, value)| {
            let value = if own(key) { value } else { theirs.get(key)? };
            Some((key.clone(), value.clone()))
        });
        let new = theirs.iter().filter(|(key, _)| !here.contains_key(*key));
        Arc::new(kept.chain(new.map(|(key, value)| (key.clone(), value.clone()))).collect())
    };
    let name = if theirs.name == shown.name { &here.name } else { &theirs.name };
    Zone {
        code: theirs.code.clone(),
        name: name.clone(),
        locked: here.locked,
        attributes: members(&theirs.attributes, &here.attributes, &shown.attributes),
        foreign: members(&theirs.foreign, &here.foreign, &shown.foreign),
        stale: theirs.stale.clone(),
    }
}

fn given_twice() -> Text {
    Text::new("this land was given away twice", "同一土地两处划归不同")
}

/// Whether two states of a zone say the same; the lock, which a package has for its own reasons, does not count.
fn alike(a: &Zone, b: &Zone) -> bool {
    (&a.code, &a.name, &a.attributes, &a.foreign) == (&b.code, &b.name, &b.attributes, &b.foreign)
}
