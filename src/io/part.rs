//! A layer under construction, or a stretch of one.

use super::decimal::Coordinate;
use super::diagnosis::Diagnosis;
use super::layer::{Feature, Paths, Polygons};
use super::oddity::Oddities;
use crate::base::joined;

/// Features read so far, their geometry, and what was odd.
#[derive(Clone, Debug)]
pub(super) struct Part<P> {
    pub(super) features: Vec<Feature>,
    pub(super) polygons: Polygons<P>,
    pub(super) lines: Paths<P>,
    pub(super) dots: Paths<P>,
    pub(super) odd: Oddities,
    /// Numbers with more than seven decimals.
    pub(super) rounded: u64,
    /// Positions read.
    pub(super) points_read: u64,
}

impl<P> Default for Part<P> {
    fn default() -> Self {
        let paths = || Paths { points: Vec::new(), path_ends: Vec::new(), unit_ends: Vec::new() };
        Self {
            features: Vec::new(),
            polygons: Polygons {
                points: Vec::new(),
                ring_ends: Vec::new(),
                polygon_ends: Vec::new(),
                unit_ends: Vec::new(),
            },
            lines: paths(),
            dots: paths(),
            odd: Oddities::default(),
            rounded: 0,
            points_read: 0,
        }
    }
}

/// How full a part was: what is read after it can be taken back.
#[derive(Clone, Copy)]
pub(super) struct Mark([usize; 7]);

impl<P: Coordinate> Part<P> {
    /// Ends the feature being read.
    pub(super) fn end_unit(&mut self, feature: Feature) {
        self.features.push(feature);
        self.polygons.unit_ends.push(self.polygons.polygon_ends.len() as u32);
        self.lines.unit_ends.push(self.lines.path_ends.len() as u32);
        self.dots.unit_ends.push(self.dots.path_ends.len() as u32);
    }

    pub(super) fn mark(&self) -> Mark {
        let (areas, lines, dots) = (&self.polygons, &self.lines, &self.dots);
        Mark([
            areas.points.len(),
            areas.ring_ends.len(),
            areas.polygon_ends.len(),
            lines.points.len(),
            lines.path_ends.len(),
            dots.points.len(),
            dots.path_ends.len(),
        ])
    }

    /// Takes back what was read since the mark.
    pub(super) fn back_to(&mut self, Mark(mark): Mark) {
        self.polygons.points.truncate(mark[0]);
        self.polygons.ring_ends.truncate(mark[1]);
        self.polygons.polygon_ends.truncate(mark[2]);
        self.lines.points.truncate(mark[3]);
        self.lines.path_ends.truncate(mark[4]);
        self.dots.points.truncate(mark[5]);
        self.dots.path_ends.truncate(mark[6]);
    }

    /// Adds a ring to the polygon being read; `false` where it is too short to be kept.
    pub(super) fn ring(&mut self, points: impl IntoIterator<Item = P>, number: u32) -> bool {
        let start = self.polygons.points.len();
        self.polygons.points.extend(points);
        self.close_ring(start, number)
    }

    /// Ends a ring whose points stand from `start` on; `false` where it is too short to be kept.
    pub(super) fn close_ring(&mut self, start: usize, number: u32) -> bool {
        let points = self.polygons.points.get(start..).unwrap_or(&[]);
        let closed = points.len() > 1 && points.first() == points.last();
        let Some(&a) = points.first() else {
            self.odd.add(Diagnosis::ShortRing, number, "");
            return false;
        };
        let b = points.iter().find(|&&point| point != a);
        if !b.is_some_and(|&b| points.iter().any(|&point| point != a && point != b)) {
            self.odd.add(Diagnosis::ShortRing, number, "");
            self.polygons.points.truncate(start);
            return false;
        }
        if closed {
            self.polygons.points.pop();
        } else {
            self.odd.add(Diagnosis::Unclosed, number, "");
        }
        self.polygons.ring_ends.push(self.polygons.points.len() as u32);
        true
    }

    /// Number of rings so far.
    pub(super) fn rings(&self) -> usize {
        self.polygons.ring_ends.len()
    }

    /// Ends a polygon whose rings stand from `rings` on. Holes of an outer ring that is not there are no land.
    pub(super) fn close_polygon(&mut self, rings: usize, outer_lost: bool) {
        if outer_lost {
            let points = rings.checked_sub(1).and_then(|last| self.polygons.ring_ends.get(last)).map_or(0, |&end| end);
            self.polygons.points.truncate(points as usize);
            self.polygons.ring_ends.truncate(rings);
        }
        if self.polygons.ring_ends.len() > rings {
            self.polygons.polygon_ends.push(self.polygons.ring_ends.len() as u32);
        }
    }

    /// Adds a polygon, its outer ring first.
    pub(super) fn polygon<R: IntoIterator<Item = P>>(&mut self, all: impl IntoIterator<Item = R>, number: u32) {
        let rings = self.rings();
        let mut outer_lost = false;
        for (at, ring) in all.into_iter().enumerate() {
            let kept = self.ring(ring, number);
            outer_lost |= at == 0 && !kept;
        }
        self.close_polygon(rings, outer_lost);
    }

    /// Adds a line.
    pub(super) fn line(&mut self, points: impl IntoIterator<Item = P>, number: u32) {
        let start = self.lines.points.len();
        self.lines.points.extend(points);
        self.close_line(start, number);
    }

    /// Ends a line whose points stand from `start` on.
    pub(super) fn close_line(&mut self, start: usize, number: u32) {
        if self.lines.points.len() - start < 2 {
            self.odd.add(Diagnosis::ShortLine, number, "");
            self.lines.points.truncate(start);
        } else {
            self.lines.path_ends.push(self.lines.points.len() as u32);
        }
    }

    /// Adds a group of points.
    pub(super) fn dots(&mut self, points: impl IntoIterator<Item = P>) {
        let before = self.dots.points.len();
        self.dots.points.extend(points);
        // A set of no points is none.
        if self.dots.points.len() > before {
            self.dots.path_ends.push(self.dots.points.len() as u32);
        }
    }

    /// Whether there is no point at all.
    pub(super) fn is_empty(&self) -> bool {
        self.polygons.points.is_empty() && self.lines.points.is_empty() && self.dots.points.is_empty()
    }

    /// Joins parts in order.
    pub(super) fn join(parts: Vec<Self>) -> Self {
        let mut whole = Self::default();
        let mut areas = Vec::with_capacity(parts.len());
        let mut lines = Vec::with_capacity(parts.len());
        let mut dots = Vec::with_capacity(parts.len());
        for mut part in parts {
            whole.features.append(&mut part.features);
            whole.odd.append(part.odd);
            whole.rounded += part.rounded;
            whole.points_read += part.points_read;
            areas.push(part.polygons);
            lines.push(part.lines);
            dots.push(part.dots);
        }
        rayon::join(
            || whole.polygons = join_polygons(areas),
            || (whole.lines, whole.dots) = (join_paths(lines), join_paths(dots)),
        );
        whole
    }
}

/// Appends arrays of ends, each moved by what stands before it.
fn join_ends<'a>(arrays: impl Iterator<Item = (&'a [u32], usize)>) -> Vec<u32> {
    let (mut whole, mut before) = (Vec::new(), 0);
    for (ends, contents) in arrays {
        whole.extend(ends.iter().map(|end| end + before));
        before += contents as u32;
    }
    whole
}

fn join_polygons<P: Coordinate>(parts: Vec<Polygons<P>>) -> Polygons<P> {
    Polygons {
        points: joined(parts.iter().map(|part| part.points.as_slice())),
        ring_ends: join_ends(parts.iter().map(|part| (&*part.ring_ends, part.points.len()))),
        polygon_ends: join_ends(parts.iter().map(|part| (&*part.polygon_ends, part.ring_ends.len()))),
        unit_ends: join_ends(parts.iter().map(|part| (&*part.unit_ends, part.polygon_ends.len()))),
    }
}

fn join_paths<P: Coordinate>(parts: Vec<Paths<P>>) -> Paths<P> {
    Paths {
        points: joined(parts.iter().map(|part| part.points.as_slice())),
        path_ends: join_ends(parts.iter().map(|part| (&*part.path_ends, part.points.len()))),
        unit_ends: join_ends(parts.iter().map(|part| (&*part.unit_ends, part.path_ends.len()))),
    }
}
