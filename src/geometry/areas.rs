//! Polygons of many units in flat arrays.

use super::{Bounds, Point};

/// Areas of a layer as read: units made of polygons made of rings made of points, each level one array of ends.
///
/// The first ring of a polygon is its outer one. Winding is as it was read. Rings are stored without the repeated
/// last point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// Points of all rings, one after the other.
    pub points: Vec<Point>,
    /// For each ring, where its points end.
    pub ring_ends: Vec<u32>,
    /// For each polygon, where its rings end.
    pub polygon_ends: Vec<u32>,
    /// For each unit, where its polygons end. A unit may have none.
    pub unit_ends: Vec<u32>,
}

/// The range `index` of an array of ends.
fn range(ends: &[u32], index: usize) -> std::ops::Range<usize> {
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    start..ends[index] as usize
}

impl Areas {
    /// Adds a ring to the polygon being written; a repeated last point is dropped.
    pub fn push_ring(&mut self, points: &[Point]) {
        let open = match points {
            [first, middle @ .., last] if first == last && !middle.is_empty() => &points[..points.len() - 1],
            _ => points,
        };
        self.points.extend_from_slice(open);
        self.ring_ends.push(self.points.len() as u32);
    }

    /// Ends the polygon being written.
    pub fn end_polygon(&mut self) {
        self.polygon_ends.push(self.ring_ends.len() as u32);
    }

    /// Ends the unit being written.
    pub fn end_unit(&mut self) {
        self.unit_ends.push(self.polygon_ends.len() as u32);
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.unit_ends.len()
    }

    /// Polygons of a unit.
    #[must_use]
    pub fn polygons_of(&self, unit: usize) -> std::ops::Range<usize> {
        range(&self.unit_ends, unit)
    }

    /// Rings of a polygon.
    #[must_use]
    pub fn rings_of(&self, polygon: usize) -> std::ops::Range<usize> {
        range(&self.polygon_ends, polygon)
    }

    /// Points of a ring.
    #[must_use]
    pub fn ring(&self, ring: usize) -> &[Point] {
        &self.points[range(&self.ring_ends, ring)]
    }

    /// Rings of a unit, outer ones and holes, in order.
    pub fn rings_of_unit(&self, unit: usize) -> impl Iterator<Item = &[Point]> {
        self.polygons_of(unit).flat_map(|polygon| self.rings_of(polygon)).map(|ring| self.ring(ring))
    }

    /// The box around everything.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds::of(&self.points)
    }
}
