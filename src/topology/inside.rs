//! A point well inside a face.

use crate::geometry::Point;

use super::coverage::{Coverage, FaceId};

impl Coverage {
    /// A point inside a face: the middle of the widest piece of a level line through it, of the few lines tried.
    /// `None` for a face that is not there. O(points of the face).
    #[must_use]
    pub fn point_in(&self, face: FaceId) -> Option<Point> {
        let corner = || self.ring_points(self.faces().get(face)?.rings.first()?).first().copied();
        self.points_in(face).first().copied().or_else(corner)
    }

    /// Points inside a face, one on each of a few level lines through it, the one with the most room beside it first.
    /// O(points of the face).
    #[must_use]
    pub fn points_in(&self, face: FaceId) -> Vec<Point> {
        let Some(face) = self.faces().get(face) else { return Vec::new() };
        let rings: Vec<Vec<Point>> = face.rings.iter().map(|ring| self.ring_points(ring)).collect();
        let (low, high) = (i64::from(face.bounds.min.y), i64::from(face.bounds.max.y));
        let level = |part: i32| low as f64 + (high - low) as f64 * f64::from(part) / 16.0 + 1e-3;
        let lines = [8, 4, 12, 6, 10, 2, 14, 1, 15].into_iter();
        let mut found: Vec<(Point, f64)> = lines.filter_map(|part| widest(&rings, level(part))).collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found.into_iter().rev().map(|(point, _)| point).collect()
    }
}

/// The middle and the width of the widest piece of the level line `y` that lies inside the rings.
fn widest(rings: &[Vec<Point>], y: f64) -> Option<(Point, f64)> {
    let mut hits: Vec<f64> = rings
        .iter()
        .flat_map(|ring| ring.windows(2))
        .filter(|edge| (f64::from(edge[0].y) < y) != (f64::from(edge[1].y) < y))
        .map(|edge| {
            let t = (y - f64::from(edge[0].y)) / (f64::from(edge[1].y) - f64::from(edge[0].y));
            f64::from(edge[0].x) + t * (f64::from(edge[1].x) - f64::from(edge[0].x))
        })
        .collect();
    hits.sort_unstable_by(f64::total_cmp);
    hits.chunks_exact(2)
        .map(|span| (Point::new(f64::midpoint(span[0], span[1]).round() as i32, y.round() as i32), span[1] - span[0]))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}
