//! Levels of detail: for every vertex of every border, the coarsest level that still needs it.
//!
//! Both ends of a border are kept at every level, and a border is stored once, so at any level neighbours fit.

use rayon::prelude::*;

use crate::base::Key as _;
use crate::geometry::{Bounds, Point, Scale};
use crate::topology::{BorderId, Coverage};

/// Rank of the ends of a border: kept at every level.
const ENDS: u8 = u8::MAX;

/// Boxes and vertex ranks of all borders by slot, in flat arrays.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Borders {
    /// The box of each border; empty for an empty slot.
    pub(super) bounds: Vec<Bounds>,
    /// Where the ranks of each slot end.
    ends: Vec<u32>,
    /// The coarsest level that needs the vertex; level `l` may be off by `2^(l - 1)` cells of latitude, level 0 by none.
    ranks: Vec<u8>,
}

impl Borders {
    /// Ranks all vertices. O(n log n) as a rule.
    pub(super) fn new(coverage: &Coverage) -> Self {
        Self::default().updated(coverage, None)
    }

    /// The same after the borders `changed` (ascending; `None` = all) took other values: only those are ranked again.
    pub(super) fn updated(&self, coverage: &Coverage, changed: Option<&[BorderId]>) -> Self {
        let table = coverage.borders();
        let keep = |slot: usize| {
            changed.is_some_and(|ids| ids.binary_search(&BorderId::from_index(slot)).is_err()) && slot < self.ends.len()
        };
        let todo: Vec<usize> = (0..table.slots()).filter(|&slot| !keep(slot)).collect();
        let points = |slot: usize| table.get(BorderId::from_index(slot)).map_or(&[][..], |border| &border.points[..]);
        let fresh: Vec<Vec<u8>> = todo.par_iter().with_min_len(16).map(|&slot| ranks(points(slot))).collect();
        let mut next = Self::default();
        next.ranks.reserve(self.ranks.len().max(fresh.iter().map(Vec::len).sum()));
        let mut fresh = todo.iter().zip(fresh).peekable();
        for slot in 0..table.slots() {
            if let Some((_, ranks)) = fresh.next_if(|(at, _)| **at == slot) {
                next.ranks.extend(ranks);
                next.bounds.push(Bounds::of(points(slot)));
            } else {
                next.ranks.extend_from_slice(self.ranks_of(slot));
                next.bounds.push(self.bounds.get(slot).copied().unwrap_or_default());
            }
            next.ends.push(next.ranks.len() as u32);
        }
        next
    }

    /// Ranks of the vertices of a border, one for each of its points.
    pub(super) fn ranks_of(&self, slot: usize) -> &[u8] {
        let end = |slot: usize| self.ends.get(slot).copied().unwrap_or(0) as usize;
        let start = if slot == 0 { 0 } else { end(slot - 1) };
        self.ranks.get(start..end(slot)).unwrap_or(&[])
    }
}

/// The level whose error stays below `metres`: 0 keeps everything.
pub(super) fn level_for(metres: f64) -> u8 {
    let cells = metres / Scale::at(0).y;
    if cells < 1.0 { 0 } else { 1 + cells.log2().floor().clamp(0.0, 60.0) as u8 }
}

/// Whether a vertex of this rank is drawn at a level.
#[inline]
pub(super) fn kept(rank: u8, level: u8) -> bool {
    rank >= level
}

/// Douglas–Peucker (1973) for all tolerances at once: the rank of a vertex is the coarsest level whose error is
/// less than its distance from the line, never more than that of the vertex that cut its chord.
fn ranks(points: &[Point]) -> Vec<u8> {
    let mut ranks = vec![0; points.len()];
    let (Some(first), Some(last)) = (points.first(), points.len().checked_sub(1)) else { return ranks };
    (ranks[0], ranks[last]) = (ENDS, ENDS);
    let scale = Scale::at(first.y);
    let flat = Flat { points, aspect: scale.x / scale.y };
    let mut chords = vec![(0, last, ENDS - 1)];
    while let Some((from, to, most)) = chords.pop() {
        let Some((at, distance)) = flat.farthest(from, to) else { continue };
        // Off by 2^(k - 1) to 2^k cells: needed up to level k, whose error is 2^(k - 1).
        let rank = if distance <= 0.0 { 0 } else { distance.log2().ceil().clamp(0.0, 64.0) as u8 };
        ranks[at] = rank.min(most);
        chords.push((from, at, ranks[at]));
        chords.push((at, to, ranks[at]));
    }
    ranks
}

/// A border in a plane of equal cells.
struct Flat<'a> {
    points: &'a [Point],
    aspect: f64,
}

impl Flat<'_> {
    fn offset(&self, from: usize, to: usize) -> (f64, f64) {
        let (a, b) = (self.points[from], self.points[to]);
        let dx = (i64::from(b.x) - i64::from(a.x)) as f64;
        (dx * self.aspect, (i64::from(b.y) - i64::from(a.y)) as f64)
    }

    /// The vertex between two others that lies farthest from the segment between them, and how far in cells.
    fn farthest(&self, from: usize, to: usize) -> Option<(usize, f64)> {
        let (dx, dy) = self.offset(from, to);
        let length2 = dx * dx + dy * dy;
        let mut best = None;
        let mut most = -1.0;
        for at in from + 1..to {
            let (px, py) = self.offset(from, at);
            let along = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
            let (ox, oy) = (px - along * dx, py - along * dy);
            let distance2 = ox * ox + oy * oy;
            if distance2 > most {
                most = distance2;
                best = Some(at);
            }
        }
        best.map(|at| (at, most.sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_stay_at_every_level_and_flat_vertices_go() {
        let line: Vec<Point> = (0..9).map(|x| Point::new(x * 100, if x == 4 { 1000 } else { 0 })).collect();
        let ranks = ranks(&line);
        assert_eq!((ranks[0], ranks[8]), (ENDS, ENDS));
        // The spike is 1000 cells off: drawn while the error is below that (level 10 = 512 cells), gone beyond.
        let spike = ranks[4];
        assert!(kept(spike, 10) && !kept(spike, 11));
        assert!(ranks[1..8].iter().all(|&rank| rank <= spike));
        assert!(kept(ranks[1], level_for(0.0)), "level 0 keeps everything");
    }

    #[test]
    fn error_of_a_level_is_bounded() {
        let line: Vec<Point> = (0..400).map(|x| Point::new(x * 50, ((x * 7919) % 613) * 3)).collect();
        let ranks = ranks(&line);
        let flat = Flat { points: &line, aspect: Scale::at(0).x / Scale::at(0).y };
        for level in 1..14u8 {
            let left: Vec<usize> = (0..line.len()).filter(|&at| kept(ranks[at], level)).collect();
            for chord in left.windows(2) {
                let off = flat.farthest(chord[0], chord[1]).map_or(0.0, |(_, distance)| distance);
                assert!(off <= f64::from(1u32 << (level - 1)) + 1e-6, "level {level}: {off}");
            }
        }
    }
}
