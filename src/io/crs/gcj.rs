//! GCJ-02 and BD-09, the shifted degrees of Chinese web maps, by the formula that is published everywhere and confirmed
//! nowhere: good for laying layers over each other (近似,仅供叠合), not for surveying.

use std::f64::consts::PI;

/// Semi-major axis and first eccentricity squared of the Krasovsky ellipsoid, as the formula has them.
const AXIS: f64 = 6_378_245.0;
const E2: f64 = 0.006_693_421_622_965_943;
/// Beyond this box (west, south, east, north) nothing is shifted.
const CHINA: [f64; 4] = [72.004, 0.8293, 137.8347, 55.8271];
/// Steps of the inverse: three reach 0.02 mm.
const STEPS: usize = 6;

/// WGS 84 degrees to GCJ-02 degrees.
#[must_use]
pub fn to_gcj([lon, lat]: [f64; 2]) -> [f64; 2] {
    let [west, south, east, north] = CHINA;
    if lon < west || lon > east || lat < south || lat > north {
        return [lon, lat];
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |terms: &[(f64, f64)]| -> f64 {
        terms.iter().map(|&(size, angle)| size * (angle * PI).sin()).sum::<f64>() * 2.0 / 3.0
    };
    let common = waves(&[(20.0, 6.0 * x), (20.0, 2.0 * x)]);
    let root = x.abs().sqrt();
    let up = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + waves(&[(20.0, y), (40.0, y / 3.0), (160.0, y / 12.0), (320.0, y / 30.0)]);
    let right = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + waves(&[(20.0, x), (40.0, x / 3.0), (150.0, x / 12.0), (300.0, x / 30.0)]);
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let meridian = AXIS * (1.0 - E2) / (w2 * w2.sqrt());
    let parallel = AXIS / w2.sqrt() * cos;
    [lon + (right / parallel).to_degrees(), lat + (up / meridian).to_degrees()]
}

/// GCJ-02 degrees to BD-09 degrees.
#[must_use]
pub fn gcj_to_bd([lon, lat]: [f64; 2]) -> [f64; 2] {
    const TURN: f64 = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * TURN).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * TURN).cos();
    [radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006]
}

/// WGS 84 degrees to BD-09 degrees.
#[must_use]
pub fn to_bd(place: [f64; 2]) -> [f64; 2] {
    gcj_to_bd(to_gcj(place))
}

/// GCJ-02 degrees to WGS 84 degrees: the inverse of [`to_gcj`] to well under a centimetre.
#[must_use]
pub fn from_gcj(place: [f64; 2]) -> [f64; 2] {
    inverse(to_gcj, place)
}

/// BD-09 degrees to WGS 84 degrees: the inverse of [`to_bd`].
#[must_use]
pub fn from_bd(place: [f64; 2]) -> [f64; 2] {
    inverse(to_bd, place)
}

/// The place a shift moves to `target`, by fixed-point steps: the shift changes by a thousandth over its own length.
fn inverse(shift: impl Fn([f64; 2]) -> [f64; 2], target: [f64; 2]) -> [f64; 2] {
    let mut place = target;
    for _ in 0..STEPS {
        let moved = shift(place);
        place = [place[0] + target[0] - moved[0], place[1] + target[1] - moved[1]];
    }
    place
}
