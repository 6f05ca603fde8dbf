//! A local system of a city, fitted on control points: turn, scale and shift by least squares (四参数).
//!
//! Such parameters are often secret. They live in memory alone: nothing here is written, logged or shown, not even for
//! debugging; what is said of a fit is how many points it rests on and how far each is off.

use std::fmt;
use std::sync::Arc;

use super::mercator::{Parameters, Transverse};
use super::{GRS_80, Kind, System};
use crate::base::{Text, half_width};

/// A place in both systems: the numbers of the file, and degrees.
#[derive(Clone, Copy, PartialEq)]
pub struct Control {
    from: [f64; 2],
    to: [f64; 2],
}

/// From the numbers of a file to a plane around the control points.
#[derive(Clone, PartialEq)]
pub struct Similarity {
    /// The middle of the control points in the file, and in the plane.
    middles: [[f64; 2]; 2],
    /// Scale times the cosine and the sine of the turn.
    turn: [f64; 2],
    plane: Transverse,
    points: usize,
    largest_m: f64,
}

impl fmt::Debug for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Similarity(..)")
    }
}

/// What came of fitting.
#[derive(Clone, PartialEq)]
pub struct Fit {
    /// The system, to read files with.
    pub system: System,
    /// How far each control point is off, metres, in their order.
    pub residuals_m: Vec<f64>,
}

impl Fit {
    /// How far a point is off, metres, whether it was fitted on or not.
    #[must_use]
    pub fn off(&self, point: &Control) -> Option<f64> {
        if let Kind::Fitted(similarity) = &self.system.kind { Some(similarity.off(point)) } else { None }
    }
}

/// Control points of a text: four numbers a line, east and north as the file has them, longitude and latitude, after the
/// name of the point where there is one. Lines without such are headings; `Err` with the number of the line where one
/// begins like a point and is none.
///
/// # Errors
/// A line of another count of numbers.
pub fn control_points(text: &str) -> Result<Vec<Control>, Text> {
    let mut points = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = half_width(line);
        let fields = line.split([',', ';', '\t', ' ']).filter(|field| !field.is_empty());
        let numbers: Vec<Option<f64>> =
            fields.map(|field| field.parse().ok().filter(|number: &f64| number.is_finite())).collect();
        match numbers[..] {
            [Some(east), Some(north), Some(lon), Some(lat)] | [_, Some(east), Some(north), Some(lon), Some(lat)]
                if lon.abs() <= 180.0 && lat.abs() <= 90.0 =>
            {
                points.push(Control { from: [east, north], to: [lon, lat] });
            }
            [Some(_), ..] => {
                let line = at + 1;
                return Err(Text::new(
                    format!("line {line} is no control point: east, north, longitude, latitude"),
                    format!("第 {line} 行不是控制点:应为东坐标、北坐标、经度、纬度"),
                ));
            }
            _ => {}
        }
    }
    Ok(points)
}

/// Fits a system on control points: on a plane around their own meridian, or around that of the 3° or 6° zone they lie in,
/// whichever fits best.
///
/// # Errors
/// Fewer than two places that differ.
pub fn fit(points: &[Control]) -> Result<Fit, Text> {
    let lon = mean(points, |point| point.to)[0];
    let meridians = [lon, 3.0 * (lon / 3.0).round(), 6.0 * (lon / 6.0).floor() + 3.0];
    let fits = meridians.into_iter().filter_map(|meridian| Similarity::fitted(points, meridian));
    let best = fits.min_by(|a, b| a.largest_m.total_cmp(&b.largest_m)).ok_or_else(|| {
        Text::new(
            "two control points at different places are needed, three or more to see how well they fit",
            "至少需要两个不同位置的控制点,三个以上才能检核",
        )
    })?;
    let residuals_m = points.iter().map(|point| best.off(point)).collect();
    Ok(Fit { system: System::new("control points", Kind::Fitted(Arc::new(best))), residuals_m })
}

fn mean(points: &[Control], of: impl Fn(&Control) -> [f64; 2]) -> [f64; 2] {
    let sum = points.iter().map(of).fold([0.0; 2], |sum, place| [sum[0] + place[0], sum[1] + place[1]]);
    sum.map(|sum| sum / points.len().max(1) as f64)
}

fn less(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

impl Similarity {
    /// By least squares, on a plane around a meridian; `None` where the points do not tell.
    fn fitted(points: &[Control], lon0: f64) -> Option<Self> {
        let (axis, inverse_flattening) = GRS_80;
        let parameters = Parameters { axis, inverse_flattening, lat0: 0.0, lon0, scale: 1.0, east: 0.0, north: 0.0 };
        let plane = Transverse::new(parameters);
        let middles = [mean(points, |point| point.from), mean(points, |point| plane.forward(point.to))];
        let (mut cos, mut sin, mut all) = (0.0, 0.0, 0.0);
        for point in points {
            let [x, y] = less(point.from, middles[0]);
            let [east, north] = less(plane.forward(point.to), middles[1]);
            cos += x * east + y * north;
            sin += x * north - y * east;
            all += x * x + y * y;
        }
        let well = points.len() >= 2 && all > 0.0 && cos.hypot(sin) > 0.0;
        let fitted = Self { middles, turn: [cos / all, sin / all], plane, points: points.len(), largest_m: 0.0 };
        let largest_m = points.iter().map(|point| fitted.off(point)).fold(0.0, f64::max);
        well.then_some(Self { largest_m, ..fitted })
    }

    /// How far a control point is off, metres.
    fn off(&self, point: &Control) -> f64 {
        let [east, north] = less(self.in_plane(point.from), self.plane.forward(point.to));
        east.hypot(north)
    }

    fn in_plane(&self, place: [f64; 2]) -> [f64; 2] {
        let ([x, y], [cos, sin], [east, north]) = (less(place, self.middles[0]), self.turn, self.middles[1]);
        [cos * x - sin * y + east, sin * x + cos * y + north]
    }

    /// Numbers of the file to longitude and latitude.
    pub(super) fn degrees_of(&self, place: [f64; 2]) -> [f64; 2] {
        self.plane.inverse(self.in_plane(place))
    }

    /// Longitude and latitude to numbers of the file.
    pub(super) fn numbers_of(&self, place: [f64; 2]) -> [f64; 2] {
        let ([east, north], [cos, sin]) = (less(self.plane.forward(place), self.middles[1]), self.turn);
        let square = cos * cos + sin * sin;
        let [x, y] = self.middles[0];
        [(cos * east + sin * north) / square + x, (cos * north - sin * east) / square + y]
    }

    /// What a reader should know.
    pub(super) fn caution(&self) -> Text {
        let &Self { points, largest_m, .. } = self;
        if points == 2 {
            return Text::new(
                "fitted on two control points, which nothing checks",
                "由两个控制点拟合,没有多余点可供检核",
            );
        }
        Text::new(
            format!("fitted on {points} control points, the worst {largest_m:.3} m off"),
            format!("由 {points} 个控制点拟合,最大残差 {largest_m:.3} 米"),
        )
    }
}
