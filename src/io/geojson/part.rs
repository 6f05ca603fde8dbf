//! A stretch of a layer under construction.

use rayon::prelude::*;

use crate::io::decimal::Coordinate;
use crate::io::json::{Cursor, JsonError};
use crate::io::layer::{Feature, Paths, Polygons};
use crate::io::oddity::Oddities;

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
    /// Reads features that begin at these places; the first one is number `before` + 1.
    pub(super) fn of_features(text: &[u8], starts: &[u32], before: usize) -> Result<Self, JsonError> {
        let mut part = Self::default();
        for (index, &start) in starts.iter().enumerate() {
            let number = (before + index + 1) as u32;
            part.feature(&mut Cursor::new(text, start as usize), number)?;
        }
        Ok(part)
    }

    /// Reads a file that is one feature.
    pub(super) fn of_feature(text: &[u8], at: usize) -> Result<Self, JsonError> {
        let mut part = Self::default();
        part.feature(&mut Cursor::new(text, at), 1)?;
        Ok(part)
    }

    /// Reads a file that is one geometry.
    pub(super) fn of_geometry(text: &[u8], at: usize) -> Result<Self, JsonError> {
        let mut part = Self::default();
        let mut feature = Feature::default();
        part.geometry(&mut Cursor { text, at, lenient: true }, 1, &mut feature)?;
        part.end_unit(feature);
        Ok(part)
    }

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

/// Appends arrays of points in parallel.
fn join_points<P: Coordinate>(arrays: Vec<&[P]>) -> Vec<P> {
    let Some(&first) = arrays.iter().find_map(|points| points.first()) else { return Vec::new() };
    let mut whole = vec![first; arrays.iter().map(|points| points.len()).sum()];
    let mut pieces = Vec::with_capacity(arrays.len());
    let mut rest = whole.as_mut_slice();
    for points in arrays {
        let (piece, after) = rest.split_at_mut(points.len());
        pieces.push((piece, points));
        rest = after;
    }
    pieces.into_par_iter().for_each(|(piece, points)| piece.copy_from_slice(points));
    whole
}

fn join_polygons<P: Coordinate>(parts: Vec<Polygons<P>>) -> Polygons<P> {
    Polygons {
        points: join_points(parts.iter().map(|part| &*part.points).collect()),
        ring_ends: join_ends(parts.iter().map(|part| (&*part.ring_ends, part.points.len()))),
        polygon_ends: join_ends(parts.iter().map(|part| (&*part.polygon_ends, part.ring_ends.len()))),
        unit_ends: join_ends(parts.iter().map(|part| (&*part.unit_ends, part.polygon_ends.len()))),
    }
}

fn join_paths<P: Coordinate>(parts: Vec<Paths<P>>) -> Paths<P> {
    Paths {
        points: join_points(parts.iter().map(|part| &*part.points).collect()),
        path_ends: join_ends(parts.iter().map(|part| (&*part.path_ends, part.points.len()))),
        unit_ends: join_ends(parts.iter().map(|part| (&*part.unit_ends, part.path_ends.len()))),
    }
}
