//! Read-only layers under or over the tiers; never part of the coverage.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::geometry::Point;

use super::Attributes;

/// One shape of a reference layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Points.
    Points(Vec<Point>),
    /// Open lines.
    Lines(Vec<Vec<Point>>),
    /// Rings of polygons, even-odd.
    Rings(Vec<Vec<Point>>),
}

impl Shape {
    /// Its lines, open or closed; a point has none.
    pub fn lines(&self) -> &[Vec<Point>] {
        match self {
            Self::Points(_) => &[],
            Self::Lines(lines) | Self::Rings(lines) => lines,
        }
    }
}

/// A read-only layer: streets, key places, cameras, zones that overlap on purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Name, of the file it came from.
    pub name: String,
    /// Shapes with their properties.
    pub features: Arc<[(Shape, Attributes)]>,
    /// Whether it is drawn.
    pub visible: bool,
    /// 0 = clear to 1 = solid.
    pub opacity: f32,
}

impl Reference {
    /// Whether it is the same layer, however it is shown.
    #[must_use]
    pub fn is_layer(&self, other: &Self) -> bool {
        self.name == other.name && (Arc::ptr_eq(&self.features, &other.features) || self.features == other.features)
    }
}
