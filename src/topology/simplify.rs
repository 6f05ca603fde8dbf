//! Borders with fewer vertices, each for both its sides at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geometry::{Point, Scale};

use super::clear::{Bend, Obstacle};
use super::coverage::{BorderId, Coverage};
use super::near::Near;

impl Coverage {
    /// Takes vertices out of borders as long as the triangle of a vertex and its neighbours is smaller than the square of
    /// the tolerance; nodes stay. A vertex stays where the border would come to cross or touch another, so that no gap or
    /// overlap can open. Returns how many vertices went.
    ///
    /// Visvalingam and Whyatt 1993, *Line generalisation by repeated elimination of points*; that the triangle must be
    /// empty of other vertices is the topological check of JTS's `CoverageSimplifier`. O(n log n) and the checks nearby.
    ///
    /// # Errors
    /// When a border is not there.
    pub fn simplify(&self, borders: &[BorderId], tolerance_m: f64, near: Near<'_>) -> Result<(Self, usize), Obstacle> {
        let mut changed = self.clone();
        let mut gone = 0;
        for &id in borders {
            gone += changed.simplify_border(id, tolerance_m * tolerance_m, near)?;
        }
        changed.refresh(borders)?;
        Ok((changed, gone))
    }

    fn simplify_border(&mut self, id: BorderId, least_m2: f64, near: Near<'_>) -> Result<usize, Obstacle> {
        let all: Vec<Point> = self.points_or(id)?.to_vec();
        let scale = Scale::at(all[0].y);
        let cell_m2 = scale.x * scale.y;
        let area = |a: Point, b: Point, c: Point| {
            let (ux, uy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
            let (vx, vy) = (f64::from(c.x) - f64::from(a.x), f64::from(c.y) - f64::from(a.y));
            (ux * vy - uy * vx).abs() / 2.0 * cell_m2
        };
        let mut before: Vec<usize> = (0..all.len()).map(|at| at.saturating_sub(1)).collect();
        let mut after: Vec<usize> = (1..=all.len()).collect();
        let mut standing = vec![true; all.len()];
        // Areas are positive, so that their bits are in order.
        let key =
            |before: &[usize], after: &[usize], at: usize| area(all[before[at]], all[at], all[after[at]]).to_bits();
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
            (1..all.len() - 1).map(|at| Reverse((key(&before, &after, at), at))).collect();
        let mut gone = 0;
        while let Some(Reverse((size, at))) = heap.pop() {
            if f64::from_bits(size) > least_m2 {
                break;
            }
            if !standing[at] || size != key(&before, &after, at) {
                continue;
            }
            let (a, c) = (before[at], after[at]);
            if Bend::delete(all[a], all[at], all[c]).check(self, near, &[]).is_err() {
                continue;
            }
            standing[at] = false;
            (after[a], before[c]) = (c, a);
            gone += 1;
            let line = all.iter().zip(&standing).filter(|(_, standing)| **standing).map(|(&point, _)| point);
            self.set_points(id, line.collect());
            for next in [a, c].into_iter().filter(|&next| next > 0 && next + 1 < all.len()) {
                heap.push(Reverse((key(&before, &after, next), next)));
            }
        }
        Ok(gone)
    }
}
