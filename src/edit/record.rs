//! What a command changed: old and new values, a sentence, a selection and a camera. History and journal are made of these.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Key, Table, Text};
use crate::model::{
    Incidents, Intake, Plan, Reference, Retired, RetiredId, Role, Settings, Squad, SquadId, Tier, Zone, ZoneId,
};
use crate::topology::{Border, BorderId, Face, FaceId, Node, NodeId};

use super::Difference;

/// Where the map looked when a command was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Longitude of the middle, degrees.
    pub lon: f64,
    /// Latitude of the middle, degrees.
    pub lat: f64,
    /// Metres per point of the screen.
    pub metres_per_point: f64,
}

/// The old and the new value of one slot of one table; `None` is an empty slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A node of the coverage.
    Node(NodeId, Option<Node>, Option<Node>),
    /// A border of the coverage.
    Border(BorderId, Option<Border>, Option<Border>),
    /// A face of the coverage.
    Face(FaceId, Option<Face>, Option<Face>),
    /// The owner of a face in the tier of this place in the order.
    Owner(usize, FaceId, Option<ZoneId>, Option<ZoneId>),
    /// A zone of the tier of this place in the order.
    Zone(usize, ZoneId, Option<Box<Zone>>, Option<Box<Zone>>),
    /// The lock of a tier.
    TierLock(usize, bool, bool),
    /// A tier that came or went, at the end of the order.
    Tier(usize, Option<Box<Tier>>, Option<Box<Tier>>),
    /// A code out of use.
    Retired(RetiredId, Option<Box<Retired>>, Option<Box<Retired>>),
    /// A squad.
    Squad(SquadId, Option<Box<Squad>>, Option<Box<Squad>>),
    /// The squad of a grid.
    Beat(ZoneId, Option<SquadId>, Option<SquadId>),
    /// A reference layer that came or went, at the end of the order.
    Reference(usize, Option<Box<Reference>>, Option<Box<Reference>>),
    /// Incidents that came behind as many others; taken away again, those others stay.
    Incidents(usize, Arc<Incidents>),
    /// What was read later than as many accounts of files and findings.
    Intake(usize, usize, Arc<Intake>),
    /// The settings.
    Settings(Box<Settings>, Box<Settings>),
    /// All times of the incidents moved by some minutes.
    Times(i32),
}

/// Times are moved by a day at most: no two zones are further apart.
pub(super) const MOST_MINUTES: u32 = 24 * 60;

/// One command done: enough to undo it, to do it again, to say what it was and to fly there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What was done, in words.
    pub sentence: Text,
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Slots that changed.
    pub changes: Vec<Change>,
    /// Zones concerned: place of the tier and zone.
    pub selection: Vec<(usize, ZoneId)>,
    /// Where the map looked.
    pub camera: Option<Camera>,
}

impl Record {
    /// All that differs between two states of a plan as one command; `None` where nothing does.
    #[must_use]
    pub fn between(before: &Plan, after: &Plan, sentence: Text, time: i64) -> Option<Self> {
        let record = Self { sentence, time, changes: changes(before, after), selection: Vec::new(), camera: None };
        (!record.changes.is_empty()).then_some(record)
    }

    /// The plan before the command, from the plan after it. Ids the command gave stay used up.
    #[must_use]
    pub fn undo(&self, plan: &Plan) -> Plan {
        self.set(plan, false)
    }

    /// The plan after the command, from the plan before it.
    #[must_use]
    pub fn redo(&self, plan: &Plan) -> Plan {
        self.set(plan, true)
    }

    /// Whether the plan is the one the command was done to: every slot has its old value, and new ids lie not far beyond
    /// the ones in use (a command may give ids and give them up again). What a journal holds is not believed without it.
    #[must_use]
    pub fn follows(&self, plan: &Plan) -> bool {
        let reach = 64 * self.changes.len() + 4096;
        self.changes.iter().all(|change| change.follows(plan, reach))
    }

    fn set(&self, plan: &Plan, new: bool) -> Plan {
        let mut plan = plan.clone();
        for change in &self.changes {
            change.set(&mut plan, new);
        }
        plan
    }
}

/// All slots in which two states of a plan differ, with both values.
pub(super) fn changes(old: &Plan, new: &Plan) -> Vec<Change> {
    let difference = Difference::between(old, new);
    let (before, after) = (&old.coverage, &new.coverage);
    let mut changes = Vec::new();
    changes.extend(
        difference
            .nodes
            .iter()
            .map(|&id| Change::Node(id, before.nodes().get(id).cloned(), after.nodes().get(id).cloned())),
    );
    changes.extend(
        difference
            .borders
            .iter()
            .map(|&id| Change::Border(id, before.borders().get(id).cloned(), after.borders().get(id).cloned())),
    );
    changes.extend(
        difference
            .faces
            .iter()
            .map(|&id| Change::Face(id, before.faces().get(id).cloned(), after.faces().get(id).cloned())),
    );
    for change in &difference.tiers {
        let tier = change.tier;
        let (Some(a), Some(b)) = (old.tiers.get(tier), new.tiers.get(tier)) else {
            let whole = |plan: &Plan| plan.tiers.get(tier).map(|tier| Box::new((**tier).clone()));
            changes.push(Change::Tier(tier, whole(old), whole(new)));
            continue;
        };
        let boxed = |tier: &Tier, zone| tier.zones.get(zone).cloned().map(Box::new);
        changes.extend(change.zones.iter().map(|&zone| Change::Zone(tier, zone, boxed(a, zone), boxed(b, zone))));
        changes.extend(change.owners.iter().map(|&face| Change::Owner(tier, face, a.owner_of(face), b.owner_of(face))));
        changes.extend(change.lock.then_some(Change::TierLock(tier, a.locked, b.locked)));
    }
    let boxed = |plan: &Plan, squad| plan.squads.get(squad).cloned().map(Box::new);
    changes.extend(difference.squads.iter().map(|&id| Change::Squad(id, boxed(old, id), boxed(new, id))));
    changes.extend(
        difference.beats.iter().map(|&id| Change::Beat(id, old.beats.get(id).copied(), new.beats.get(id).copied())),
    );
    let boxed = |plan: &Plan, code| plan.retired.get(code).cloned().map(Box::new);
    changes.extend(difference.retired.iter().map(|&id| Change::Retired(id, boxed(old, id), boxed(new, id))));
    changes.extend(difference.references.iter().map(|&at| {
        let whole = |plan: &Plan| plan.references.get(at).map(|layer| Box::new((**layer).clone()));
        Change::Reference(at, whole(old), whole(new))
    }));
    if difference.incidents && old.incidents.len() < new.incidents.len() {
        let before = old.incidents.len();
        changes.push(Change::Incidents(before, Arc::new(new.incidents.behind(before))));
    }
    let minutes = if difference.incidents { old.incidents.minutes_to(&new.incidents) } else { 0 };
    changes.extend((minutes != 0).then_some(Change::Times(minutes)));
    if !Arc::ptr_eq(&old.intake, &new.intake) {
        let (files, findings) = (old.intake.files.len(), old.intake.findings.len());
        changes.push(Change::Intake(files, findings, Arc::new(new.intake.behind(files, findings))));
    }
    if difference.settings {
        changes.push(Change::Settings(Box::new((*old.settings).clone()), Box::new((*new.settings).clone())));
    }
    changes
}

impl Change {
    /// Whether the slot has the old value and lies at most `reach` beyond the table's end.
    fn follows(&self, plan: &Plan, reach: usize) -> bool {
        fn is<K: Key, T: PartialEq>(table: &Table<K, T>, id: K, old: Option<&T>, reach: usize) -> bool {
            id.index() < table.slots() + reach && table.get(id) == old
        }
        let tier = |at: usize| plan.tiers.get(at);
        let faces = plan.coverage.face_slots().max(1);
        match self {
            Self::Node(id, old, _) => is(plan.coverage.nodes(), *id, old.as_ref(), reach),
            Self::Border(id, old, _) => is(plan.coverage.borders(), *id, old.as_ref(), reach),
            Self::Face(id, old, _) => is(plan.coverage.faces(), *id, old.as_ref(), reach),
            Self::Owner(at, face, old, _) => {
                tier(*at).is_some_and(|tier| face.index() < faces + reach && tier.owner_of(*face) == *old)
            }
            Self::Zone(at, zone, old, _) => tier(*at).is_some_and(|tier| is(&tier.zones, *zone, old.as_deref(), reach)),
            Self::TierLock(at, old, _) => tier(*at).is_some_and(|tier| tier.locked == *old),
            Self::Tier(at, old, _) => tier(*at).map(|tier| &**tier) == old.as_deref() && *at <= plan.tiers.len(),
            Self::Retired(id, old, _) => is(&plan.retired, *id, old.as_deref(), reach),
            Self::Squad(id, old, _) => is(&plan.squads, *id, old.as_deref(), reach),
            Self::Beat(zone, old, _) => {
                let grids = plan.tier_of(Role::Grid).map_or(0, |(_, grids)| grids.zones.slots());
                zone.index() < grids + reach && plan.beats.get(*zone) == old.as_ref()
            }
            Self::Reference(at, old, _) => {
                let same = match (plan.references.get(*at), old) {
                    (Some(layer), Some(old)) => layer.is_layer(old),
                    (layer, old) => layer.is_none() && old.is_none(),
                };
                same && *at <= plan.references.len()
            }
            Self::Incidents(before, rows) => plan.incidents.len() == *before && rows.is_sound(),
            Self::Intake(files, findings, _) => {
                (plan.intake.files.len(), plan.intake.findings.len()) == (*files, *findings)
            }
            Self::Settings(old, _) => *plan.settings == **old,
            Self::Times(minutes) => minutes.unsigned_abs() <= MOST_MINUTES,
        }
    }

    /// Writes the new or the old value. A tier that is not there is passed over; a tier or layer that comes or goes stands last.
    fn set(&self, plan: &mut Plan, new: bool) {
        let unboxed = |value: &Option<Box<Zone>>| value.as_deref().cloned();
        match self {
            Self::Node(id, a, b) => plan.coverage.set_node(*id, if new { b } else { a }.clone()),
            Self::Border(id, a, b) => plan.coverage.set_border(*id, if new { b } else { a }.clone()),
            Self::Face(id, a, b) => plan.coverage.set_face(*id, if new { b } else { a }.clone()),
            Self::Owner(at, face, a, b) => {
                if let Some(tier) = plan.tiers.get_mut(*at) {
                    Arc::make_mut(tier).owner.set(*face, if new { *b } else { *a });
                }
            }
            Self::Zone(at, zone, a, b) => {
                if let Some(tier) = plan.tiers.get_mut(*at) {
                    Arc::make_mut(tier).zones.set(*zone, unboxed(if new { b } else { a }));
                }
            }
            Self::TierLock(at, a, b) => {
                if let Some(tier) = plan.tiers.get_mut(*at) {
                    Arc::make_mut(tier).locked = if new { *b } else { *a };
                }
            }
            Self::Tier(at, a, b) => {
                plan.tiers.truncate(*at);
                plan.tiers.extend((if new { b } else { a }).as_deref().cloned().map(Arc::new));
            }
            Self::Retired(id, a, b) => plan.retired.set(*id, if new { b } else { a }.as_deref().cloned()),
            Self::Squad(id, a, b) => plan.squads.set(*id, if new { b } else { a }.as_deref().cloned()),
            Self::Beat(zone, a, b) => plan.beats.set(*zone, if new { *b } else { *a }),
            Self::Reference(at, a, b) => {
                plan.references.truncate(*at);
                plan.references.extend((if new { b } else { a }).as_deref().cloned().map(Arc::new));
            }
            Self::Incidents(before, rows) => {
                let all = Incidents::clone(&plan.incidents).first(*before);
                plan.incidents = Arc::new(if new { all.joined(Incidents::clone(rows)) } else { all });
            }
            Self::Intake(files, findings, later) => {
                let mut intake = plan.intake.first(*files, *findings);
                if new {
                    intake.join(later);
                }
                plan.intake = Arc::new(intake);
            }
            Self::Settings(a, b) => plan.settings = Arc::new(if new { b } else { a }.as_ref().clone()),
            Self::Times(minutes) => {
                plan.incidents = Arc::new(plan.incidents.moved(if new { *minutes } else { -minutes }));
            }
        }
    }
}
