//! Segments of reference layers, to find what lies near a place.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geometry::{Bounds, Point};
use crate::model::{Plan, Shape};

/// A segment, and the place of its layer in the plan's order.
type Segment = GeomWithData<Rectangle<[i32; 2]>, (u32, [Point; 2])>;

/// Segments of the lines and rings of all reference layers.
#[derive(Clone, Debug, Default)]
pub struct Lines(RTree<Segment>);

impl Lines {
    /// O(n log n).
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut found = Vec::new();
        for (layer, reference) in plan.references.iter().enumerate() {
            for (shape, _) in reference.features.iter() {
                let (paths, closed) = match shape {
                    Shape::Points(_) => continue,
                    Shape::Lines(paths) => (paths, false),
                    Shape::Rings(paths) => (paths, true),
                };
                for path in paths {
                    let last = path.last().zip(path.first()).filter(|_| closed).map(|(&a, &b)| [a, b]);
                    let pairs = path.windows(2).map(|pair| [pair[0], pair[1]]).chain(last);
                    found.extend(pairs.map(|ends| segment(layer as u32, ends)));
                }
            }
        }
        Self(RTree::bulk_load(found))
    }

    /// Segments whose boxes meet a box, each with the place of its layer. O(log n + found).
    pub fn meeting(&self, bounds: Bounds) -> impl Iterator<Item = (usize, [Point; 2])> + '_ {
        let area = AABB::from_corners(place(bounds.min), place(bounds.max));
        let met = self.0.locate_in_envelope_intersecting(area);
        met.filter(move |_| !bounds.is_empty()).map(|found| (found.data.0 as usize, found.data.1))
    }
}

fn segment(layer: u32, ends: [Point; 2]) -> Segment {
    GeomWithData::new(Rectangle::from_corners(place(ends[0]), place(ends[1])), (layer, ends))
}

fn place(point: Point) -> [i32; 2] {
    [point.x, point.y]
}
