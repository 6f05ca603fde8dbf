//! The whole document.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use crate::base::Table;
use crate::topology::Coverage;

use super::{Incidents, Intake, Reference, Retired, RetiredId, Role, Settings, Squad, SquadId, Tier, ZoneId};

/// The whole document: one immutable value, cheap to clone. Only `edit` makes a new one out of an old one (rule 5).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Name of the project.
    pub name: String,
    /// The planar map below the tiers.
    pub coverage: Coverage,
    /// The tiers, coarse to fine in the project's own order.
    pub tiers: Vec<Arc<Tier>>,
    /// The base tier: the one that made the faces.
    pub base: usize,
    /// The squads.
    pub squads: Table<SquadId, Squad>,
    /// Beats: the squad that patrols each zone of the grid tier; an empty slot is nobody's.
    pub beats: Table<ZoneId, SquadId>,
    /// Codes out of use, oldest first: the old-to-new table.
    pub retired: Table<RetiredId, Retired>,
    /// The incidents.
    pub incidents: Arc<Incidents>,
    /// Reference layers in drawing order.
    pub references: Vec<Arc<Reference>>,
    /// Settings.
    pub settings: Arc<Settings>,
    /// What became of the files it was read from, and what was found in them; no part of [`Plan::canonical_hash`].
    pub intake: Arc<Intake>,
}

impl Plan {
    /// The first tier of a role and its place in the order.
    #[must_use]
    pub fn tier_of(&self, role: Role) -> Option<(usize, &Arc<Tier>)> {
        self.tiers.iter().enumerate().find(|(_, tier)| tier.role == role)
    }

    /// A tier by its name or by the key of its role.
    #[must_use]
    pub fn tier_named(&self, name: &str) -> Option<(usize, &Arc<Tier>)> {
        let by_name = self.tiers.iter().enumerate().find(|(_, tier)| tier.name == name);
        by_name.or_else(|| self.tiers.iter().enumerate().find(|(_, tier)| tier.role.key() == name))
    }

    /// The tier whose zones hold the zones of this one: the nearest by [`Role::parents`] that the plan has.
    #[must_use]
    pub fn parent_of(&self, tier: usize) -> Option<usize> {
        let role = self.tiers.get(tier)?.role;
        role.parents().iter().find_map(|&parent| self.tier_of(parent)).map(|(at, _)| at)
    }

    /// Canonical hash of what the plan says: equal for equal plans on every machine, whatever was undone before.
    ///
    /// O(plan). Reference layers and incidents are hashed too; ids count, empty slots do not.
    #[must_use]
    pub fn canonical_hash(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        self.name.hash(&mut hasher);
        for (id, node) in self.coverage.nodes().iter() {
            (id.0, node.at.x, node.at.y).hash(&mut hasher);
        }
        for (id, border) in self.coverage.borders().iter() {
            (id.0, border.from.0, border.to.0).hash(&mut hasher);
            (border.left.map(|face| face.0), border.right.map(|face| face.0)).hash(&mut hasher);
            border.points.hash(&mut hasher);
        }
        for (id, face) in self.coverage.faces().iter() {
            (id.0, face.doubled_area).hash(&mut hasher);
        }
        for tier in &self.tiers {
            (&tier.name, tier.role, tier.locked).hash(&mut hasher);
            for (id, zone) in tier.zones.iter() {
                (id.0, &zone.code, &zone.name, zone.locked).hash(&mut hasher);
                serde_json::to_string(&*zone.attributes).unwrap_or_default().hash(&mut hasher);
            }
            for (face, zone) in tier.owner.iter() {
                (face.0, zone.0).hash(&mut hasher);
            }
        }
        for (id, squad) in self.squads.iter() {
            (id.0, &squad.code, &squad.name, &squad.town, squad.composition, &squad.agencies).hash(&mut hasher);
            // A squad of which no vehicle was ever named has the fingerprint it always had.
            squad.vehicles.iter().for_each(|kind| kind.hash(&mut hasher));
        }
        for (zone, squad) in self.beats.iter() {
            (zone.0, squad.0).hash(&mut hasher);
        }
        for (id, code) in self.retired.iter() {
            (id.0, &code.tier, &code.code, &code.name, &code.by, code.time).hash(&mut hasher);
        }
        self.incidents.numbers.hash(&mut hasher);
        self.incidents.points.hash(&mut hasher);
        serde_json::to_string(&*self.settings).unwrap_or_default().hash(&mut hasher);
        hasher.finish()
    }
}
