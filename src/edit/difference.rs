//! What differs between two plans: the only thing that index, scene, loads and checks are updated from.

use std::sync::Arc;

use crate::model::{Plan, SquadId, ZoneId};
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
}

impl Difference {
    /// Pointers first, then values: O(chunks) plus what changed. Tiers, references and incidents themselves are not
    /// added or taken away by commands and are not compared.
    #[must_use]
    pub fn between(old: &Plan, new: &Plan) -> Self {
        let tiers = old.tiers.iter().zip(&new.tiers).enumerate().filter(|(_, (a, b))| !Arc::ptr_eq(a, b));
        let tiers = tiers.map(|(tier, (a, b))| TierDifference {
            tier,
            owners: a.owner.changed(&b.owner),
            zones: a.zones.changed(&b.zones),
            lock: a.locked != b.locked,
        });
        Self {
            nodes: old.coverage.nodes().changed(new.coverage.nodes()),
            borders: old.coverage.borders().changed(new.coverage.borders()),
            faces: old.coverage.faces().changed(new.coverage.faces()),
            tiers: tiers.filter(|tier| !tier.is_empty()).collect(),
            squads: old.squads.changed(&new.squads),
            beats: old.beats.changed(&new.beats),
            settings: !Arc::ptr_eq(&old.settings, &new.settings) && old.settings != new.settings,
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Faces whose incidents must be located anew: those with another shape. Owners do not matter, since which face an
    /// incident is in does not depend on them.
    #[must_use]
    pub fn moved_land(&self) -> &[FaceId] {
        &self.faces
    }
}

impl TierDifference {
    fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.zones.is_empty() && !self.lock
    }
}
