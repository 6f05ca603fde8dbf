//! The pens of lines at the scale of a picture.

use super::scene::{Layer, Scene};
use super::style::Pen;

impl Scene {
    /// The pen of reference lines: paler where the whole city is in the picture.
    pub(super) fn street_pen(&self, opacity: f32, metres_per_point: f64) -> Pen {
        let pen = self.style.street;
        let share = (12.0 / metres_per_point).clamp(0.35, 1.0) * f64::from(opacity.clamp(0.0, 1.0));
        Pen { colour: pen.colour.with_alpha((f64::from(pen.colour.0[3]) * share) as u8), ..pen }
    }

    /// The pen of a layer: paler where its zones are so small that their borders would hide them.
    pub(super) fn layer_pen(&self, layer: &Layer, metres_per_point: f64) -> Pen {
        let median_m = layer.tier.and_then(|at| self.names.get(at)).map_or(f64::MAX, |names| names.median_m);
        let points = median_m / metres_per_point;
        let share = (points / 28.0).clamp(0.3, 1.0);
        let alpha = f64::from(layer.pen.colour.0[3]) * share;
        Pen { colour: layer.pen.colour.with_alpha(alpha as u8), ..layer.pen }
    }
}

impl Pen {
    /// Half the width in pixels and the share of its colour that is left: a line thinner than a pixel is a pixel wide and
    /// paler.
    pub(super) fn half_width(&self, pixels_per_point: f32) -> (f32, f32) {
        let width = self.width * pixels_per_point;
        (width.max(1.0) / 2.0, width.min(1.0))
    }
}
