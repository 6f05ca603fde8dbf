//! Lines as a mask of coverage: joins, caps and crossings never darken twice.

/// Coverage of one layer of lines in a band of rows, 255 is covered; used again for the next layer and band.
pub(super) struct Mask {
    width: usize,
    height: usize,
    top: f32,
    cells: Vec<u8>,
    /// Columns touched in each row.
    touched: Vec<(u32, u32)>,
}

impl Mask {
    /// For bands of up to `height` rows.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, top: 0.0, cells: vec![0; width * height], touched: vec![(u32::MAX, 0); height] }
    }

    /// Begins a band of `height` rows from row `top`; [`Mask::take`] has emptied the one before.
    pub(super) fn begin(&mut self, top: usize, height: usize) {
        self.top = top as f32;
        self.height = height.min(self.touched.len());
    }

    /// Draws a segment of the given half width with round ends: a pixel is covered by how near its middle is.
    pub(super) fn segment(&mut self, from: [f32; 2], to: [f32; 2], half: f32) {
        let reach = half + 0.5;
        let (ax, ay) = (from[0] - 0.5, from[1] - 0.5 - self.top);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let (upper, lower) = (ay.min(ay + dy) - reach, ay.max(ay + dy) + reach);
        if lower < 0.0 || upper >= self.height as f32 {
            return;
        }
        let length2 = dx * dx + dy * dy;
        let by_length2 = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
        let inner2 = (half - 0.5).max(0.0).powi(2);
        // Row 0 may be looked at in vain: cheaper than rounding up.
        for row in upper.max(0.0) as usize..self.height.min((lower + 1.0) as usize) {
            let y = row as f32 - ay;
            let Some((first, last)) = self.columns(ax, dx, dy, y, reach) else { continue };
            let cells = &mut self.cells[row * self.width..(row + 1) * self.width];
            for (x, cell) in cells[first..last].iter_mut().enumerate() {
                let x = (x + first) as f32 - ax;
                let along = ((x * dx + y * dy) * by_length2).clamp(0.0, 1.0);
                let (ox, oy) = (x - along * dx, y - along * dy);
                let distance2 = ox * ox + oy * oy;
                if distance2 >= reach * reach {
                    continue;
                }
                let cover = if distance2 <= inner2 { 255.0 } else { (reach - distance2.sqrt()).min(1.0) * 255.0 };
                *cell = (*cell).max(cover as u8);
            }
            let touched = &mut self.touched[row];
            *touched = (touched.0.min(first as u32), touched.1.max(last as u32));
        }
    }

    /// Columns of a row that may lie within `reach` of the segment: those of the piece of it that is no farther up or
    /// down than that.
    fn columns(&self, ax: f32, dx: f32, dy: f32, y: f32, reach: f32) -> Option<(usize, usize)> {
        let (mut t0, mut t1) = (0.0f32, 1.0f32);
        if dy.abs() > 1e-6 {
            let (a, b) = ((y - reach) / dy, (y + reach) / dy);
            t0 = a.min(b).clamp(0.0, 1.0);
            t1 = a.max(b).clamp(0.0, 1.0);
        }
        let (x0, x1) = (ax + dx * t0, ax + dx * t1);
        let (left, right) = (x0.min(x1) - reach, x0.max(x1) + reach);
        let (first, last) = (left.max(0.0) as usize, ((right + 1.0).max(0.0) as usize).min(self.width));
        (first < last).then_some((first, last))
    }

    /// Draws a line, or its dashes.
    pub(super) fn line(&mut self, points: &[[f32; 2]], half: f32, dash: Option<[f32; 2]>) {
        match dash {
            None => points.windows(2).for_each(|edge| self.segment(edge[0], edge[1], half)),
            Some([on, off]) if on + off > 0.5 => self.dashed(points, half, on, on + off),
            Some(_) => self.line(points, half, None),
        }
    }

    fn dashed(&mut self, points: &[[f32; 2]], half: f32, on: f32, period: f32) {
        // Half a dash first, so that dashes meet at junctions.
        let mut phase = on / 2.0;
        for edge in points.windows(2) {
            let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
            let length = (bx - ax).hypot(by - ay);
            if ay.max(by) < self.top - 2.0 * half || ay.min(by) > self.top + self.height as f32 + 2.0 * half {
                // Out of the band: a long edge seen from near by has thousands of dashes.
                phase = (phase + length).rem_euclid(period);
                continue;
            }
            let at = |along: f32| [ax + (bx - ax) * along / length, ay + (by - ay) * along / length];
            let mut along = 0.0;
            while along < length {
                let left = if phase < on { on - phase } else { period - phase };
                let end = (along + left).min(length);
                if phase < on {
                    self.segment(at(along), at(end), half);
                }
                phase = (phase + end - along).rem_euclid(period);
                // A dash shorter than a float can step would never end.
                along = if end > along { end } else { length };
            }
        }
    }

    /// Hands out the covered pixels (row, column, cover) and forgets them.
    pub(super) fn take(&mut self, mut put: impl FnMut(usize, usize, u8)) {
        for row in 0..self.height {
            let (first, last) = std::mem::replace(&mut self.touched[row], (u32::MAX, 0));
            if first >= last {
                continue;
            }
            let cells = &mut self.cells[row * self.width..][first as usize..last as usize];
            for (x, cell) in cells.iter_mut().enumerate() {
                if *cell > 0 {
                    put(row, x + first as usize, *cell);
                    *cell = 0;
                }
            }
        }
    }
}
