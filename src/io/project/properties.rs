//! What is known of the properties of zones beside their values: which are computed, and which may no longer be true. One
//! line of the project's table, so that programs that know nothing of it read the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Computed, Plan, Tier, Zone, ZoneId};

/// The key of the line.
pub(super) const KEY: &str = "properties";

/// Of each tier by its place in the order.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Properties {
    computed: BTreeMap<usize, BTreeMap<String, Computed>>,
    stale: BTreeMap<usize, BTreeMap<u32, BTreeSet<String>>>,
}

impl Properties {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut all = Self::default();
        for (at, tier) in plan.tiers.iter().enumerate() {
            if !tier.computed.is_empty() {
                all.computed.insert(at, tier.computed.clone());
            }
            let stale: BTreeMap<u32, BTreeSet<String>> = tier
                .zones
                .iter()
                .filter(|(_, zone)| !zone.stale.is_empty())
                .map(|(id, zone)| (id.0, zone.stale.clone()))
                .collect();
            if !stale.is_empty() {
                all.stale.insert(at, stale);
            }
        }
        all
    }

    /// Puts it back; what names no tier or zone is passed over.
    pub(super) fn put(self, tiers: &mut [Arc<Tier>]) {
        for (at, computed) in self.computed {
            if let Some(tier) = tiers.get_mut(at) {
                Arc::make_mut(tier).computed = computed;
            }
        }
        for (at, zones) in self.stale {
            let Some(tier) = tiers.get_mut(at).map(Arc::make_mut) else { continue };
            for (id, stale) in zones {
                if let Some(zone) = tier.zones.get(ZoneId(id)).cloned() {
                    tier.zones.set(ZoneId(id), Some(Zone { stale, ..zone }));
                }
            }
        }
    }
}
