//! Vertices by square cells: what lies along a segment or around a point.

use crate::geometry::{Bounds, Point, Scale};

use super::crossings::Raster;

/// Some vertices in a uniform grid, about one a cell; those of neighbouring cells of a row lie together.
pub(super) struct Sites {
    raster: Raster,
    /// For each cell, where its vertices begin; one more for the end.
    starts: Vec<u32>,
    vertices: Vec<(Point, u32)>,
    scale: Scale,
}

impl Sites {
    /// A counting sort of the vertices named. `scale` tells how wide a cell of longitude is.
    pub(super) fn of(vertices: &[Point], ids: &[u32], scale: Scale) -> Self {
        let at = |id: u32| vertices[id as usize];
        let raster = Raster::fitting(ids.iter().fold(Bounds::EMPTY, |bounds, &id| bounds.with(at(id))), ids.len());
        let mut starts = vec![0_u32; raster.count() + 1];
        ids.iter().for_each(|&id| starts[raster.cell_of(at(id)) + 1] += 1);
        (1..starts.len()).for_each(|cell| starts[cell] += starts[cell - 1]);
        let mut fill = starts.clone();
        let mut sorted = vec![(Point::default(), 0); ids.len()];
        for &id in ids {
            let slot = &mut fill[raster.cell_of(at(id))];
            sorted[*slot as usize] = (at(id), id);
            *slot += 1;
        }
        Self { raster, starts, vertices: sorted, scale }
    }

    /// Vertices in the box of a segment grown by a reach in cells of latitude.
    pub(super) fn along(&self, a: Point, b: Point, reach: f64) -> impl Iterator<Item = (Point, u32)> + '_ {
        let (x, y) = ((reach * self.scale.y / self.scale.x).ceil() as i32, reach.ceil() as i32);
        let grown = Bounds {
            min: Point::new(a.x.min(b.x).saturating_sub(x), a.y.min(b.y).saturating_sub(y)),
            max: Point::new(a.x.max(b.x).saturating_add(x), a.y.max(b.y).saturating_add(y)),
        };
        self.raster
            .rows_in(grown)
            .flat_map(|(first, last)| &self.vertices[self.starts[first] as usize..self.starts[last + 1] as usize])
            .filter(move |(at, _)| grown.contains(*at))
            .copied()
    }
}
