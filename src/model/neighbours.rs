//! Which zones lie beside which.

use std::collections::BTreeMap;

use crate::geometry::length_m;
use crate::topology::Coverage;

use super::{Tier, ZoneId};

/// What lies beside a zone, and along how much of its border.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The zone; `None` is land of nobody and what is outside.
    pub zone: Option<ZoneId>,
    /// Length of the border shared, metres.
    pub metres: f64,
}

impl Tier {
    /// What lies beside a zone, the longest shared border first. Touching in a point is not enough. O(borders).
    #[must_use]
    pub fn neighbours(&self, coverage: &Coverage, zone: ZoneId) -> Vec<Neighbour> {
        let mut shared: BTreeMap<Option<ZoneId>, f64> = BTreeMap::new();
        for (_, border) in coverage.borders().iter() {
            let [left, right] = [border.left, border.right].map(|face| self.owner_of(face?));
            let other = match (left == Some(zone), right == Some(zone)) {
                (true, false) => right,
                (false, true) => left,
                _ => continue,
            };
            *shared.entry(other).or_default() += length_m(&border.points);
        }
        let mut found: Vec<_> = shared.into_iter().map(|(zone, metres)| Neighbour { zone, metres }).collect();
        found.sort_by(|a, b| b.metres.total_cmp(&a.metres).then(a.zone.cmp(&b.zone)));
        found
    }
}
