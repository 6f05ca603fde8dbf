//! How an operation asks for the borders around it, since the index is a room below this one.

use crate::geometry::Bounds;

use super::coverage::{BorderId, Coverage};

/// Borders whose boxes may meet a box: all that do, more is no harm, ids that are gone are passed over.
pub type Near<'a> = &'a dyn Fn(Bounds) -> Vec<BorderId>;

/// [`Near`] without an index. O(points) a call.
pub fn scan(coverage: &Coverage) -> impl Fn(Bounds) -> Vec<BorderId> + '_ {
    move |bounds| {
        let meets = |points: &[_]| Bounds::of(points).meets(bounds);
        coverage.borders().iter().filter(|(_, border)| meets(&border.points)).map(|(id, _)| id).collect()
    }
}
