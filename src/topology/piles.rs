//! Land that so many units claim at once that its pairs would be said too often: a table in which an area stands once for
//! each of many rows.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Fault, SLIVER_M2};
use super::coverage::{Coverage, FaceId};
use super::settle::Piece;

/// So many units that claim a piece of land are named in pairs.
pub(super) const PAIRED: usize = 12;

/// What lies over each other together.
#[derive(Default)]
struct Pile {
    units: BTreeSet<u32>,
    area_m2: f64,
    /// The largest piece.
    largest: (f64, Option<FaceId>),
}

/// One fault for all pieces that have units in common, directly or by others. O(claims log units).
pub(super) fn piles(coverage: &Coverage, covers: &[Vec<u32>], disputed: &[Piece], owner: &[Option<u32>]) -> Vec<Fault> {
    let crowded = || disputed.iter().filter(|piece| covers[piece.face.0 as usize].len() > PAIRED);
    // The unit that stands for each; one that stands for itself is left out.
    let mut leads: BTreeMap<u32, u32> = BTreeMap::new();
    for piece in crowded() {
        let units = &covers[piece.face.0 as usize];
        for &unit in &units[1..] {
            let [one, two] = [units[0], unit].map(|unit| lead(&leads, unit));
            if one != two {
                leads.insert(one.max(two), one.min(two));
            }
            // The way to the one that leads stays short.
            let leader = lead(&leads, unit);
            if leader != unit {
                leads.insert(unit, leader);
            }
        }
    }
    let mut piles: BTreeMap<u32, Pile> = BTreeMap::new();
    for &Piece { face, area_m2 } in crowded() {
        let units = &covers[face.0 as usize];
        let pile = piles.entry(lead(&leads, units[0])).or_default();
        pile.units.extend(units);
        pile.area_m2 += area_m2;
        if area_m2 > pile.largest.0 {
            pile.largest = (area_m2, Some(face));
        }
    }
    let fault = |Pile { units, area_m2, largest }: Pile| {
        let face = largest.1.filter(|_| area_m2 >= SLIVER_M2)?;
        let owner = owner[face.0 as usize]?;
        Some(Fault::Pile { units: units.into_iter().collect(), owner, area_m2, at: coverage.point_in(face)? })
    };
    piles.into_values().filter_map(fault).collect()
}

/// The unit that stands for one.
fn lead(leads: &BTreeMap<u32, u32>, mut unit: u32) -> u32 {
    while let Some(&next) = leads.get(&unit) {
        unit = next;
    }
    unit
}
