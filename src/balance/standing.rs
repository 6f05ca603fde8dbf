//! How an answer stands while it is gone through: some of its moves are done, some still open, the others not wanted.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Refusal, Text};
use crate::model::Plan;
use crate::topology::FaceId;

use super::districts::District;
use super::moves::Group;
use super::rebalance::{Figures, Given, Move, Rebalanced, Tally, districts};
use super::{Loads, reasons};

/// What comes of the moves that are done and those still open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// How many moves are done or open.
    pub moves: usize,
    /// The plan with all of them done.
    pub after: Figures,
    /// Share of all work that they bring into other hands.
    pub moved_share: f64,
    /// What each open move gains after those open before it, and why it is made.
    pub gains: BTreeMap<usize, (f64, Text)>,
}

impl Rebalanced {
    /// How the answer stands in a plan in which the moves `done` are made, when those of `open` are made too.
    /// O(faces + borders).
    ///
    /// # Errors
    /// As [`super::rebalance`].
    pub fn standing(
        &self,
        plan: &Plan,
        loads: &Loads,
        (done, open): (&BTreeSet<usize>, &BTreeSet<usize>),
    ) -> Result<Standing, Refusal> {
        let mut standing = Standing { moves: done.union(open).count(), ..Standing::default() };
        let mut tally = Tally::default();
        let (mut moved, mut total) = (0, 0);
        for (at, district) in districts(plan, loads, &self.asked)?.iter().enumerate() {
            let mut labels = district.home.clone();
            let (mut places, mut groups) = (Vec::new(), Vec::new());
            for (place, made) in self.moves.iter().enumerate() {
                let Some(group) = district.group_of(made) else { continue };
                if done.contains(&place) || open.contains(&place) {
                    moved += group.units.iter().map(|&unit| district.graph.units()[unit as usize].weight).sum::<i64>();
                }
                if open.contains(&place) {
                    group.units.iter().for_each(|&unit| labels[unit as usize] = group.to);
                    places.push(place);
                    groups.push(group);
                }
            }
            let told = reasons::explain(plan, district, &groups, (self.dealt, 0));
            standing.gains.extend(places.into_iter().zip(told.into_iter().map(|made| (made.gain, made.reason))));
            total += district.graph.total_weight();
            tally.add(district, &labels, at);
        }
        standing.after = tally.figures();
        standing.moved_share = moved as f64 / total.max(1) as f64;
        Ok(standing)
    }
}

impl District {
    /// The units of a move and where they go from where they are; `None` where it is of another district.
    fn group_of(&self, made: &Move) -> Option<Group> {
        let zone = |id: u32| self.zones.binary_search(&id).ok().map(|at| at as u32);
        let (units, to) = match &made.given {
            Given::Land { faces, to, .. } => {
                let moves = |own: &Vec<FaceId>| own.first().is_some_and(|face| faces.binary_search(face).is_ok());
                let units = (0..).zip(&self.faces).filter(|(_, own)| moves(own)).map(|(unit, _)| unit);
                (units.collect::<Vec<u32>>(), zone(to.0)?)
            }
            Given::Beat { grid, to, .. } => {
                let unit = self.grids.iter().position(|own| own == grid)?;
                (vec![unit as u32], zone(to.0)?)
            }
        };
        let from = self.home[*units.first()? as usize];
        Some(Group { units, from, to, ..Group::default() })
    }
}
