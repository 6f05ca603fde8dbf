//! What a coverage is built from: closed rings, each with a source.

use std::borrow::Cow;

use crate::geometry::{Areas, Point};

/// Closed rings in flat arrays, the first point not repeated. Land is inside a source where a ray crosses its rings an
/// odd number of times: winding and order of rings do not matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Rings<'a> {
    /// Those of areas are borrowed until one of them moves.
    pub(super) points: Cow<'a, [Point]>,
    pub(super) ring_ends: Cow<'a, [u32]>,
    /// The source of each ring.
    pub(super) sources: Vec<u32>,
}

impl<'a> Rings<'a> {
    /// Every polygon of the areas is a source of its own (two polygons of one unit may overlap and are then one land).
    pub(super) fn of_areas(areas: &'a Areas) -> Self {
        let mut sources = Vec::with_capacity(areas.ring_ends.len());
        let mut rings = 0;
        for (polygon, &end) in areas.polygon_ends.iter().enumerate() {
            sources.extend((rings..end).map(|_| polygon as u32));
            rings = end;
        }
        Self { points: Cow::Borrowed(&areas.points), ring_ends: Cow::Borrowed(&areas.ring_ends), sources }
    }

    /// The same rings, their points borrowed.
    pub(super) fn borrowed(&self) -> Rings<'_> {
        Rings {
            points: Cow::Borrowed(&self.points),
            ring_ends: Cow::Borrowed(&self.ring_ends),
            sources: self.sources.clone(),
        }
    }

    /// The same rings, whose points belong to nobody else.
    pub(super) fn into_owned(self) -> Rings<'static> {
        let Self { points, ring_ends, sources } = self;
        Rings { points: Cow::Owned(points.into_owned()), ring_ends: Cow::Owned(ring_ends.into_owned()), sources }
    }

    /// Adds one closed ring, first point not repeated.
    pub(super) fn push(&mut self, points: impl IntoIterator<Item = Point>, source: u32) {
        self.points.to_mut().extend(points);
        self.ring_ends.to_mut().push(self.points.len() as u32);
        self.sources.push(source);
    }

    /// Each ring's range of points and its source.
    pub(super) fn iter(&self) -> impl Iterator<Item = (std::ops::Range<usize>, u32)> + '_ {
        let mut start = 0;
        self.ring_ends.iter().zip(&self.sources).map(move |(&end, &source)| {
            let range = start..end as usize;
            start = end as usize;
            (range, source)
        })
    }
}
