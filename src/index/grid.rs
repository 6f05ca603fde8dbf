//! A flat grid over boxes: for a point, the few boxes that may hold it.

/// A box: least x and y, greatest x and y.
pub(super) type Box4 = [f64; 4];

/// Tiles along each side.
const SIDE: usize = 32;

/// Cells of equal size over all boxes, each with the units whose boxes reach into it.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    min: [f64; 2],
    per: [f64; 2],
    size: [usize; 2],
    starts: Vec<u32>,
    units: Vec<u32>,
}

impl Grid {
    /// A grid of about eight cells for each box. O(boxes and the cells they reach into).
    pub(super) fn new(boxes: &[Box4]) -> Self {
        let all = boxes.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |all, one| {
            [all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])]
        });
        let side = ((boxes.len() as f64 * 8.0).sqrt().ceil() as usize).clamp(1, 2048);
        let per = [0, 1].map(|axis| {
            let length = all[axis + 2] - all[axis];
            if length > 0.0 { side as f64 / length } else { 0.0 }
        });
        let mut grid = Self {
            min: [all[0], all[1]],
            per,
            size: [side, side],
            starts: vec![0; side * side + 1],
            units: Vec::new(),
        };
        for one in boxes {
            grid.reach(one, |cell, grid| grid.starts[cell + 1] += 1);
        }
        for cell in 0..side * side {
            grid.starts[cell + 1] += grid.starts[cell];
        }
        grid.units = vec![0; grid.starts.last().map_or(0, |&end| end as usize)];
        let mut next = grid.starts.clone();
        for (unit, one) in boxes.iter().enumerate() {
            grid.reach(one, |cell, grid| {
                grid.units[next[cell] as usize] = unit as u32;
                next[cell] += 1;
            });
        }
        grid
    }

    /// Calls `each` for every cell that a box reaches into. An empty box reaches into none.
    fn reach(&mut self, one: &Box4, mut each: impl FnMut(usize, &mut Self)) {
        if one[0] > one[2] || one[1] > one[3] {
            return;
        }
        let (low, high) = (self.cell([one[0], one[1]]), self.cell([one[2], one[3]]));
        for row in low[1]..=high[1] {
            for column in low[0]..=high[0] {
                each(row * self.size[0] + column, self);
            }
        }
    }

    /// The cell of a place, the nearest one where it lies outside: grows with the place, so that no box is missed.
    #[inline]
    fn cell(&self, at: [f64; 2]) -> [usize; 2] {
        [0, 1].map(|axis| (((at[axis] - self.min[axis]) * self.per[axis]) as usize).min(self.size[axis] - 1))
    }

    /// Tiles that the cells are taken together to.
    pub(super) const TILES: usize = SIDE * SIDE;

    /// The tile of a place, below [`Grid::TILES`].
    #[inline]
    pub(super) fn tile(&self, at: [f64; 2]) -> usize {
        let [column, row] = self.cell(at);
        (row * SIDE / self.size[1]) * SIDE + column * SIDE / self.size[0]
    }

    /// Units whose boxes may hold the place, ascending.
    #[inline]
    pub(super) fn near(&self, at: [f64; 2]) -> &[u32] {
        let [column, row] = self.cell(at);
        let cell = row * self.size[0] + column;
        let (Some(&from), Some(&to)) = (self.starts.get(cell), self.starts.get(cell + 1)) else { return &[] };
        self.units.get(from as usize..to as usize).unwrap_or(&[])
    }
}
