//! Rings of a shape into polygons: outer rings run clockwise, holes the other way, in any order.

use std::cell::Cell;

use crate::base::Progress;

type Ring = Vec<[f64; 2]>;

/// Points and boxes that are looked at to find what lies in what: so many for a file, and more for each of its bytes. The
/// lakes of a whole country in one shape need the half of it.
const WORK: usize = 100_000_000;
const MORE: usize = 50;
/// Work done before a cancelled job is noticed.
const STRETCH: usize = 10_000_000;

/// Work that may still be done for a file.
pub(in crate::io) struct Work<'p> {
    left: Cell<usize>,
    until_asked: Cell<usize>,
    progress: &'p Progress,
}

impl<'p> Work<'p> {
    /// That of a file of so many bytes.
    pub(in crate::io) fn new(bytes: usize, progress: &'p Progress) -> Self {
        let left = Cell::new(WORK.saturating_add(bytes.saturating_mul(MORE)));
        Self { left, until_asked: Cell::new(STRETCH), progress }
    }

    fn spend(&self, steps: usize) {
        self.left.set(self.left.get().saturating_sub(steps));
        self.until_asked.set(self.until_asked.get().saturating_sub(steps));
        if self.until_asked.get() == 0 {
            self.until_asked.set(STRETCH);
            if self.progress.is_cancelled() {
                self.left.set(0);
            }
        }
    }

    fn is_over(&self) -> bool {
        self.left.get() == 0
    }
}

/// Groups rings into polygons, the outer ring first. Where no ring runs clockwise, what lies in what decides. `None` where
/// so many rings lie over each other that nobody drew them.
pub(in crate::io) fn polygons(rings: Vec<Ring>, work: &Work<'_>) -> Option<Vec<Vec<Ring>>> {
    if rings.len() < 2 {
        return Some(rings.into_iter().map(|ring| vec![ring]).collect());
    }
    let boxes: Vec<[f64; 4]> = rings.iter().map(|ring| around(ring)).collect();
    let clockwise: Vec<bool> = rings.iter().map(|ring| area(ring) < 0.0).collect();
    let holds = |outer: usize, inner: usize| -> bool {
        work.spend(1);
        !work.is_over() && outer != inner && rings[inner].first().is_some_and(|&place| in_box(boxes[outer], place)) && {
            work.spend(rings[outer].len());
            is_inside(&rings[outer], &rings[inner])
        }
    };
    let depth = |ring: usize| (0..rings.len()).filter(|&other| holds(other, ring)).count();
    let outers: Vec<usize> = if clockwise.contains(&true) {
        (0..rings.len()).filter(|&ring| clockwise[ring]).collect()
    } else {
        (0..rings.len()).filter(|&ring| !work.is_over() && depth(ring) % 2 == 0).collect()
    };
    let size = |ring: usize| (boxes[ring][2] - boxes[ring][0]) * (boxes[ring][3] - boxes[ring][1]);
    let mut is_outer = vec![false; rings.len()];
    outers.iter().for_each(|&ring| is_outer[ring] = true);
    let home = |ring: usize| {
        if is_outer[ring] || work.is_over() {
            return None;
        }
        let around = outers.iter().copied().filter(|&outer| holds(outer, ring));
        around.min_by(|&a, &b| size(a).total_cmp(&size(b)))
    };
    let home: Vec<Option<usize>> = (0..rings.len()).map(home).collect();
    if work.is_over() {
        return None;
    }
    let mut polygons: Vec<Vec<Ring>> = Vec::with_capacity(outers.len());
    let mut place = vec![usize::MAX; rings.len()];
    let mut holes = Vec::new();
    for (at, ring) in rings.into_iter().enumerate() {
        if let Some(outer) = home[at] {
            holes.push((outer, ring));
        } else {
            // A hole in nothing is land: what else could it be.
            place[at] = polygons.len();
            polygons.push(vec![ring]);
        }
    }
    for (outer, ring) in holes {
        if let Some(polygon) = polygons.get_mut(place[outer]) {
            polygon.push(ring);
        }
    }
    Some(polygons)
}

/// West, south, east, north.
fn around(ring: &[[f64; 2]]) -> [f64; 4] {
    ring.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[west, south, east, north], &[x, y]| {
        [west.min(x), south.min(y), east.max(x), north.max(y)]
    })
}

fn in_box([west, south, east, north]: [f64; 4], [x, y]: [f64; 2]) -> bool {
    x >= west && x <= east && y >= south && y <= north
}

/// Twice the signed area, positive counter-clockwise, from the first point so that large numbers cost no digits.
fn area(ring: &[[f64; 2]]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    let edge = |edge: &[[f64; 2]]| {
        let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
        (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    };
    ring.windows(2).map(edge).sum()
}

/// Whether a ring lies in another: judged by the first of its points, and of the middles of its lines, that is not on it.
fn is_inside(outer: &[[f64; 2]], inner: &[[f64; 2]]) -> bool {
    let middles =
        inner.windows(2).map(|edge| [f64::midpoint(edge[0][0], edge[1][0]), f64::midpoint(edge[0][1], edge[1][1])]);
    let points = inner.iter().copied().filter(|place| !outer.contains(place)).take(1);
    points.chain(middles.take(1)).next().is_some_and(|place| crossings(outer, place) % 2 == 1)
}

/// How often a ray to the east crosses a ring.
fn crossings(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> usize {
    let crosses = |edge: &&[[f64; 2]]| {
        let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    };
    ring.windows(2).filter(crosses).count()
}
