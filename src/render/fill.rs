//! Fills a whole partition in one pass over its borders, without seams.
//!
//! Each border adds, to the pixels it crosses, the difference of the colours on its two sides times the area it covers;
//! a running sum along each row then gives the picture. This is the signed-area accumulation of font rasterisers (as in
//! Levien's `font-rs`) with colours in place of coverage: every pixel is the exact mix of the colours in it, because
//! each border is drawn once for both its sides.

use super::style::{Colour, Hatch};

/// Red, green, blue and hatch (+1 rising, -1 falling) as the running sum carries them.
pub(super) type Paint = [f32; 4];

/// A colour and hatch as a paint.
pub(super) fn paint(colour: Colour, hatch: Hatch) -> Paint {
    let [r, g, b, _] = colour.0.map(f32::from);
    let hatch = match hatch {
        Hatch::None => 0.0,
        Hatch::Rising => 1.0,
        Hatch::Falling => -1.0,
    };
    [r, g, b, hatch]
}

/// What an edge going south adds to the pixels east of it.
pub(super) fn difference(left: Paint, right: Paint) -> Paint {
    std::array::from_fn(|at| left[at] - right[at])
}

/// Sums of a band of rows; used again for the next band.
pub(super) struct Sums {
    width: usize,
    height: usize,
    top: f32,
    cells: Vec<Paint>,
}

impl Sums {
    /// For bands of up to `height` rows.
    pub(super) fn new(width: usize, height: usize) -> Self {
        // Two cells to spare: the last pixel of a row hands its rest to the next.
        Self { width, height, top: 0.0, cells: vec![[0.0; 4]; (width + 2) * height] }
    }

    /// Begins a band of `height` rows from row `top`; [`Sums::row`] has emptied those of the band before.
    pub(super) fn begin(&mut self, top: usize, height: usize) {
        self.top = top as f32;
        self.height = height.min(self.cells.len() / (self.width + 2));
    }

    /// Adds an edge. Everything left of the picture counts as on its left rim, what is right of it does not matter.
    pub(super) fn edge(&mut self, from: [f32; 2], to: [f32; 2], paint: Paint) {
        let (sign, mut upper, mut lower) = if from[1] < to[1] { (1.0, from, to) } else { (-1.0, to, from) };
        upper[1] -= self.top;
        lower[1] -= self.top;
        let height = self.height as f32;
        if upper[1] == lower[1] || lower[1] <= 0.0 || upper[1] >= height {
            return;
        }
        let slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
        if upper[1] < 0.0 {
            upper = [upper[0] - upper[1] * slope, 0.0];
        }
        if lower[1] > height {
            lower = [lower[0] - (lower[1] - height) * slope, height];
        }
        let paint = paint.map(|part| part * sign);
        // Split where the edge crosses the left rim, so that clamping does not bend it.
        if (upper[0] < 0.0) != (lower[0] < 0.0) {
            let y = (upper[1] - upper[0] / slope).clamp(upper[1], lower[1]);
            self.monotone(upper, [0.0, y], paint);
            self.monotone([0.0, y], lower, paint);
        } else {
            self.monotone(upper, lower, paint);
        }
    }

    /// An edge going down inside the band that lies on one side of the left rim.
    fn monotone(&mut self, upper: [f32; 2], lower: [f32; 2], paint: Paint) {
        let (left, right) = (upper[0].min(lower[0]), upper[0].max(lower[0]));
        if left >= self.width as f32 || lower[1] <= upper[1] {
            return;
        }
        let slope = if right <= 0.0 { 0.0 } else { (lower[0] - upper[0]) / (lower[1] - upper[1]) };
        let mut x = upper[0].max(0.0);
        let first = upper[1] as usize;
        let last = ceiling(lower[1]).min(self.height);
        for row in first..last {
            let top = upper[1].max(row as f32);
            let bottom = lower[1].min((row + 1) as f32);
            let dy = bottom - top;
            if dy <= 0.0 {
                continue;
            }
            let next = x + slope * dy;
            let cells = &mut self.cells[row * (self.width + 2)..(row + 1) * (self.width + 2)];
            spread(cells, x.min(next).max(0.0), x.max(next).max(0.0), dy, paint);
            x = next;
        }
    }

    /// Sums up a row over `ground`, hands out runs of pixels of one paint, and empties the row.
    pub(super) fn row(&mut self, row: usize, ground: Paint, mut put: impl FnMut(std::ops::Range<usize>, Paint)) {
        let stride = self.width + 2;
        let cells = &mut self.cells[row * stride..(row + 1) * stride];
        let mut sum = ground;
        let mut start = 0;
        for (x, cell) in cells[..self.width].iter_mut().enumerate() {
            if *cell == [0.0; 4] {
                continue;
            }
            if x > start {
                put(start..x, sum);
            }
            start = x;
            for part in 0..4 {
                sum[part] += cell[part];
            }
            *cell = [0.0; 4];
        }
        put(start..self.width, sum);
        cells[self.width..].fill([0.0; 4]);
    }
}

/// The next whole number up, without a call to the mathematics library.
#[inline]
fn ceiling(value: f32) -> usize {
    let whole = value as usize;
    whole + usize::from((whole as f32) < value)
}

/// Adds a piece of an edge between `x0 <= x1` that covers `dy` of one row.
#[inline]
fn spread(cells: &mut [Paint], x0: f32, x1: f32, dy: f32, paint: Paint) {
    let end = cells.len();
    let mut add = |at: usize, share: f32| {
        if let Some(cell) = cells.get_mut(at) {
            for part in 0..4 {
                cell[part] += paint[part] * share;
            }
        }
    };
    let first = x0 as usize;
    let last = ceiling(x1);
    if last <= first + 1 {
        let inside = (x0 + x1) / 2.0 - first as f32;
        add(first, dy * (1.0 - inside));
        add(first + 1, dy * inside);
        return;
    }
    // Covered area right of the edge grows as a ramp over the pixels it crosses.
    let per_pixel = dy / (x1 - x0);
    let head = (first + 1) as f32 - x0;
    let mut before = 0.5 * per_pixel * head * head;
    add(first, before);
    let mut covered = before;
    for at in first + 1..last.min(end) {
        let (from, to) = (at as f32, ((at + 1) as f32).min(x1));
        // Mean height of the ramp inside this pixel.
        let area = per_pixel * ((from - x0 + to - x0) / 2.0 * (to - from)) + dy * ((at + 1) as f32 - to);
        before = area - covered;
        add(at, before);
        covered = area;
    }
    add(last, dy - covered);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(ring: &[[f32; 2]], width: usize, height: usize) -> Vec<f32> {
        let mut sums = Sums::new(width, height);
        sums.begin(0, height);
        for at in 0..ring.len() {
            sums.edge(ring[at], ring[(at + 1) % ring.len()], [1.0, 0.0, 0.0, 0.0]);
        }
        let mut out = Vec::new();
        for row in 0..height {
            sums.row(row, [0.0; 4], |run, sum| out.extend(run.map(|_| sum[0])));
        }
        out
    }

    #[test]
    fn a_triangle_covers_its_area() {
        let out = picture(&[[1.3, 0.4], [2.2, 7.9], [9.1, 5.3]], 12, 9);
        let area: f32 = out.iter().sum();
        let exact: f32 = 0.5 * ((2.2f32 - 1.3) * (5.3 - 0.4) - (9.1 - 1.3) * (7.9f32 - 0.4)).abs();
        assert!((area.abs() - exact).abs() < 1e-3, "{area} {exact}");
        assert!(out.iter().all(|&pixel| (-1e-4..=1.0 + 1e-4).contains(&pixel.abs())));
    }

    #[test]
    fn what_lies_left_of_the_picture_still_fills_it() {
        let out = picture(&[[-50.0, 1.0], [-50.0, 3.0], [50.0, 3.0], [50.0, 1.0]], 4, 4);
        assert!(out[..4].iter().all(|&pixel| pixel.abs() < 1e-5));
        assert!(out[4..12].iter().all(|&pixel| (pixel.abs() - 1.0).abs() < 1e-5));
        // A slanted edge through the left rim keeps its slope.
        let out = picture(&[[-2.0, 0.0], [-2.0, 4.0], [2.0, 4.0]], 2, 4);
        assert!((out.iter().sum::<f32>().abs() - 2.0).abs() < 1e-4, "{out:?}");
    }
}
