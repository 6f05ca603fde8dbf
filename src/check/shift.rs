//! Whether two layers of one city lie off each other as a whole, as they do when one of them is in GCJ-02 or BD-09.

use rustc_hash::FxHashMap;

use crate::geometry::{Point, Scale};

/// Vertices of the one layer that are looked at, and the nearest to its middle they are taken from: over a few
/// kilometres such a shift is the same to some metres.
const SAMPLE: usize = 600;
const NEAREST: usize = 4_000;
/// Largest shift looked for, metres: BD-09 is 1.2 km off.
const REACH: f64 = 1_600.0;
/// Smallest and largest shift that is named.
const NAMED: std::ops::Range<f64> = 300.0..1_500.0;
/// Width of a class of offsets, metres.
const CLASS: f64 = 10.0;
/// Fewest vertices that must have a twin, and how many classes from the best shift another one begins.
const TWINS: f64 = 30.0;
const ANOTHER: usize = 6;
/// Cells of the grid that finds neighbours, metres.
const CELL: f64 = 400.0;

/// A shift between two layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offset {
    /// Metres that the other layer lies east of the one.
    pub east_m: f64,
    /// Metres that it lies north of it.
    pub north_m: f64,
    /// Share of the vertices looked at that have their twin there.
    pub share: f64,
    /// Where it was measured.
    pub at: Point,
    /// Whether no other shift fits nearly as well, as others do where a lattice of equal cells is shifted by its own step.
    pub alone: bool,
}

/// The shift at which most vertices of one layer meet vertices of the other, where it is between 300 m and 1,500 m, clearly
/// more than chance, and clearly more than meet without any shift. Needs layers that were drawn from the same lines.
///
/// Every pair of vertices votes for its offset (a Hough transform of translations; Stockman 1987, Object recognition and
/// localization via pose clustering). O(vertices + sample × vertices within 1.6 km).
#[must_use]
pub fn offset(one: &[Point], other: &[Point]) -> Option<Offset> {
    let at = middle(one)?;
    let scale = Scale::at(at.y);
    let metres = |point: &Point| {
        let (dx, dy) = (i64::from(point.x) - i64::from(at.x), i64::from(point.y) - i64::from(at.y));
        [dx as f64 * scale.x, dy as f64 * scale.y]
    };
    let sample = sample(one.iter().map(metres).collect());
    let far = sample.iter().map(|place| place[0].hypot(place[1])).fold(0.0, f64::max) + REACH;
    let cell = |place: [f64; 2]| ((place[0] / CELL).floor() as i32, (place[1] / CELL).floor() as i32);
    let mut grid: FxHashMap<(i32, i32), Vec<[f64; 2]>> = FxHashMap::default();
    for place in other.iter().map(metres).filter(|place| place[0].hypot(place[1]) <= far) {
        grid.entry(cell(place)).or_default().push(place);
    }
    let votes = Votes::of(&sample, &grid, cell);
    let (peak, (column, row)) = votes.peak();
    let (chance, still) = (votes.mean(), votes.around(votes.side / 2, votes.side / 2));
    let all = sample.len() as f64;
    let (peak, still) = (f64::from(peak), f64::from(still));
    if peak - chance < (0.2 * all).max(8.0 * chance.sqrt()) || still - chance > (peak - chance) / 2.0 {
        return None;
    }
    if peak - chance < TWINS {
        return None;
    }
    let alone = f64::from(votes.second(column, row)) - chance <= (peak - chance) / 2.0;
    let [east_m, north_m] = votes.mean_offset(column, row);
    let share = ((peak - chance) / all).min(1.0);
    NAMED.contains(&east_m.hypot(north_m)).then_some(Offset { east_m, north_m, share, at, alone })
}

/// The median of the coordinates.
fn middle(points: &[Point]) -> Option<Point> {
    let median = |of: fn(&Point) -> i32| {
        let mut all: Vec<i32> = points.iter().map(of).collect();
        let half = all.len() / 2;
        all.get(half)?;
        Some(*all.select_nth_unstable(half).1)
    };
    Some(Point::new(median(|point| point.x)?, median(|point| point.y)?))
}

/// Vertices around the middle. O(vertices): only as many as it takes to find enough distinct ones are sorted.
fn sample(places: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let mut keyed: Vec<[f64; 3]> = places.into_iter().map(|[x, y]| [x.hypot(y), x, y]).collect();
    let order =
        |a: &[f64; 3], b: &[f64; 3]| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(a[2].total_cmp(&b[2]));
    let mut count = 2 * NEAREST;
    loop {
        let whole = count >= keyed.len();
        if !whole {
            keyed.select_nth_unstable_by(count, order);
        }
        let mut near = keyed.get(..count.min(keyed.len())).unwrap_or(&[]).to_vec();
        near.sort_unstable_by(order);
        near.dedup();
        if whole || near.len() >= NEAREST {
            near.truncate(NEAREST);
            let step = near.len().div_ceil(SAMPLE).max(1);
            return near.into_iter().step_by(step).map(|[_, x, y]| [x, y]).collect();
        }
        count *= 2;
    }
}

/// Votes by offset, and the sums of the offsets in each class.
struct Votes {
    side: usize,
    count: Vec<u32>,
    sum: Vec<[f64; 2]>,
}

impl Votes {
    fn of(
        sample: &[[f64; 2]],
        grid: &FxHashMap<(i32, i32), Vec<[f64; 2]>>,
        cell: impl Fn([f64; 2]) -> (i32, i32),
    ) -> Self {
        let side = 2 * (REACH / CLASS) as usize + 1;
        let mut votes = Self { side, count: vec![0; side * side], sum: vec![[0.0; 2]; side * side] };
        for &place in sample {
            let (from, to) = (cell(place.map(|part| part - REACH)), cell(place.map(|part| part + REACH)));
            for near in
                (from.0..=to.0).flat_map(|column| (from.1..=to.1).filter_map(move |row| grid.get(&(column, row))))
            {
                for other in near {
                    let offset = [other[0] - place[0], other[1] - place[1]];
                    let [column, row] = offset.map(|part| ((part + REACH) / CLASS).round());
                    let inside = |class: f64| (0.0..side as f64).contains(&class);
                    if inside(column) && inside(row) {
                        let at = row as usize * side + column as usize;
                        votes.count[at] += 1;
                        votes.sum[at] = [votes.sum[at][0] + offset[0], votes.sum[at][1] + offset[1]];
                    }
                }
            }
        }
        votes
    }

    /// A class and the eight around it.
    fn neighbours(&self, column: usize, row: usize) -> impl Iterator<Item = usize> + '_ {
        let reach = |at: usize| at.saturating_sub(1)..(at + 2).min(self.side);
        reach(row).flat_map(move |row| reach(column).map(move |column| row * self.side + column))
    }

    fn around(&self, column: usize, row: usize) -> u32 {
        self.neighbours(column, row).map(|at| self.count[at]).sum()
    }

    /// Most votes in a class and those around it, and where.
    fn peak(&self) -> (u32, (usize, usize)) {
        let all = (0..self.side).flat_map(|row| (0..self.side).map(move |column| (column, row)));
        all.map(|(column, row)| (self.around(column, row), (column, row))).max().unwrap_or_default()
    }

    /// Most votes that are another shift's.
    fn second(&self, column: usize, row: usize) -> u32 {
        let far = |&(c, r): &(usize, usize)| c.abs_diff(column) > ANOTHER || r.abs_diff(row) > ANOTHER;
        let all = (0..self.side).flat_map(|row| (0..self.side).map(move |column| (column, row)));
        all.filter(far).map(|(column, row)| self.around(column, row)).max().unwrap_or_default()
    }

    /// Votes that a class and those around it have by chance.
    fn mean(&self) -> f64 {
        self.count.iter().map(|&count| f64::from(count)).sum::<f64>() / self.count.len() as f64 * 9.0
    }

    fn mean_offset(&self, column: usize, row: usize) -> [f64; 2] {
        let (mut count, mut sum) = (0.0, [0.0; 2]);
        for at in self.neighbours(column, row) {
            count += f64::from(self.count[at]);
            sum = [sum[0] + self.sum[at][0], sum[1] + self.sum[at][1]];
        }
        sum.map(|part| part / f64::max(count, 1.0))
    }
}
