//! What differs between two plans: the only thing that index, scene, loads and checks are updated from.

use std::sync::Arc;

use crate::model::{Plan, RetiredId, SquadId, Tier, ZoneId};
use crate::topology::{BorderId, FaceId, NodeId};

/// Ids whose values differ between two states of one plan, each list ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Nodes moved, added, gone, or with another fan.
    pub nodes: Vec<NodeId>,
    /// Borders with other points, ends or sides, added or gone.
    pub borders: Vec<BorderId>,
    /// Faces with other rings or another area, added or gone.
    pub faces: Vec<FaceId>,
    /// Tiers in which anything differs, ascending.
    pub tiers: Vec<TierDifference>,
    /// Squads.
    pub squads: Vec<SquadId>,
    /// Zones of the grid tier patrolled by another squad.
    pub beats: Vec<ZoneId>,
    /// Codes taken out of use, or back into it.
    pub retired: Vec<RetiredId>,
    /// Places of the reference layers that came or went.
    pub references: Vec<usize>,
    /// Whether incidents came or went.
    pub incidents: bool,
    /// Whether the settings differ.
    pub settings: bool,
}

/// What differs in one tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierDifference {
    /// Place in the order of the tiers.
    pub tier: usize,
    /// Faces with another owner.
    pub owners: Vec<FaceId>,
    /// Zones added, gone, or with other values.
    pub zones: Vec<ZoneId>,
    /// Whether the tier was locked or unlocked.
    pub lock: bool,
    /// Whether the tier came or went.
    pub only_one: bool,
}

impl Difference {
    /// Pointers first, then values: O(chunks) plus what changed. A tier that only one of the plans has differs in all it
    /// holds. Reference layers come and go whole, and incidents by the table: neither is compared by value.
    #[must_use]
    pub fn between(old: &Plan, new: &Plan) -> Self {
        let count = old.tiers.len().max(new.tiers.len());
        let tiers = (0..count).filter_map(|at| TierDifference::between(at, old.tiers.get(at), new.tiers.get(at)));
        Self {
            nodes: old.coverage.nodes().changed(new.coverage.nodes()),
            borders: old.coverage.borders().changed(new.coverage.borders()),
            faces: old.coverage.faces().changed(new.coverage.faces()),
            tiers: tiers.collect(),
            squads: old.squads.changed(&new.squads),
            beats: old.beats.changed(&new.beats),
            retired: old.retired.changed(&new.retired),
            references: layers(old, new),
            incidents: !Arc::ptr_eq(&old.incidents, &new.incidents),
            settings: !Arc::ptr_eq(&old.settings, &new.settings) && old.settings != new.settings,
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Places of reference layers that are not the same.
fn layers(old: &Plan, new: &Plan) -> Vec<usize> {
    let count = old.references.len().max(new.references.len());
    let same = |at: &usize| match (old.references.get(*at), new.references.get(*at)) {
        (Some(one), Some(two)) => Arc::ptr_eq(one, two),
        _ => false,
    };
    (0..count).filter(|at| !same(at)).collect()
}

impl TierDifference {
    fn between(tier: usize, old: Option<&Arc<Tier>>, new: Option<&Arc<Tier>>) -> Option<Self> {
        let found = match (old, new) {
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => return None,
            (Some(a), Some(b)) => Self {
                tier,
                owners: a.owner.changed(&b.owner),
                zones: a.zones.changed(&b.zones),
                lock: a.locked != b.locked,
                only_one: false,
            },
            (Some(one), None) | (None, Some(one)) => Self {
                tier,
                owners: one.owner.ids().collect(),
                zones: one.zones.ids().collect(),
                lock: false,
                only_one: true,
            },
            (None, None) => return None,
        };
        (!found.is_empty()).then_some(found)
    }

    fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.zones.is_empty() && !self.lock && !self.only_one
    }
}
