//! Transverse Mercator: Gauss–Krüger, UTM and their kin.
//!
//! The series of Krüger (1912) to the sixth order in the third flattening, in the form of Karney 2011, Transverse Mercator
//! with an accuracy of a few nanometers, J. Geodesy 85, eq. 7 to 36.

/// A transverse Mercator projection of an ellipsoid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transverse {
    /// First eccentricity.
    e: f64,
    /// Central meridian, degrees east.
    lon0: f64,
    /// Scale on the central meridian times the radius of the rectifying sphere, metres.
    radius: f64,
    /// False easting, metres.
    east: f64,
    /// False northing less the distance of the latitude of origin from the equator, metres.
    north: f64,
    alpha: [f64; 6],
    beta: [f64; 6],
}

/// What defines a transverse Mercator projection, as its parameters are written: degrees and metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Semi-major axis, metres.
    pub axis: f64,
    /// Inverse flattening.
    pub inverse_flattening: f64,
    /// Latitude of origin, degrees.
    pub lat0: f64,
    /// Central meridian, degrees.
    pub lon0: f64,
    /// Scale on the central meridian.
    pub scale: f64,
    /// False easting, metres.
    pub east: f64,
    /// False northing, metres.
    pub north: f64,
}

impl Transverse {
    /// The projection of these parameters.
    #[must_use]
    pub fn new(of: Parameters) -> Self {
        let f = 1.0 / of.inverse_flattening;
        let n = f / (2.0 - f);
        let powers: [f64; 7] = std::array::from_fn(|power| n.powi(power as i32));
        let radius = of.axis / (1.0 + n) * (1.0 + powers[2] / 4.0 + powers[4] / 64.0 + powers[6] / 256.0);
        let sums = |rows: &[[f64; 6]; 6]| {
            rows.map(|row| row.iter().zip(&powers[1..]).map(|(factor, power)| factor * power).sum())
        };
        let mut made = Self {
            e: (f * (2.0 - f)).sqrt(),
            lon0: of.lon0,
            radius: radius * of.scale,
            east: of.east,
            north: 0.0,
            alpha: sums(&ALPHA),
            beta: sums(&BETA),
        };
        made.north = of.north - made.forward([of.lon0, of.lat0])[1];
        made
    }

    /// False easting, metres; a zone before the easting stands in it.
    #[must_use]
    pub fn false_east(&self) -> f64 {
        self.east
    }

    /// The same without a zone before the easting.
    #[must_use]
    pub fn without_zone(self) -> Self {
        Self { east: self.east.rem_euclid(1e6), ..self }
    }

    /// Longitude and latitude in degrees to east and north in metres.
    #[must_use]
    pub fn forward(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = (lon - self.lon0).to_radians().sin_cos();
        let tau = self.conformal(lat.to_radians().tan());
        let (xi, eta) = (tau.atan2(cos), (sin / tau.hypot(cos)).asinh());
        let (mut x, mut y) = (eta, xi);
        for (at, factor) in (1..).zip(self.alpha) {
            let twice = 2.0 * f64::from(at);
            y += factor * (twice * xi).sin() * (twice * eta).cosh();
            x += factor * (twice * xi).cos() * (twice * eta).sinh();
        }
        [self.east + self.radius * x, self.north + self.radius * y]
    }

    /// East and north in metres to longitude and latitude in degrees.
    #[must_use]
    pub fn inverse(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (xi, eta) = ((y - self.north) / self.radius, (x - self.east) / self.radius);
        let (mut north, mut east) = (xi, eta);
        for (at, factor) in (1..).zip(self.beta) {
            let twice = 2.0 * f64::from(at);
            north -= factor * (twice * xi).sin() * (twice * eta).cosh();
            east -= factor * (twice * xi).cos() * (twice * eta).sinh();
        }
        let (sin, cos) = north.sin_cos();
        let tau = self.geographic(sin / east.sinh().hypot(cos));
        [self.lon0 + east.sinh().atan2(cos).to_degrees(), tau.atan().to_degrees()]
    }

    /// Tangent of the conformal latitude from that of the geographic one (Karney eq. 7 to 9).
    fn conformal(&self, tau: f64) -> f64 {
        let secant = 1f64.hypot(tau);
        let sigma = (self.e * (self.e * tau / secant).atanh()).sinh();
        tau * 1f64.hypot(sigma) - sigma * secant
    }

    /// The other way round, by Newton's method (Karney eq. 19 to 21); three steps reach the last bit.
    fn geographic(&self, conformal: f64) -> f64 {
        let rest = 1.0 - self.e * self.e;
        let mut tau = conformal / rest;
        for _ in 0..5 {
            let now = self.conformal(tau);
            let step = (conformal - now) / 1f64.hypot(now) * (1.0 + rest * tau * tau) / (rest * 1f64.hypot(tau));
            tau += step;
        }
        tau
    }
}

/// Factors of n, n², … n⁶ in the series from the conformal sphere to the plane (Karney eq. 35).
const ALPHA: [[f64; 6]; 6] = [
    [1. / 2., -2. / 3., 5. / 16., 41. / 180., -127. / 288., 7_891. / 37_800.],
    [0., 13. / 48., -3. / 5., 557. / 1_440., 281. / 630., -1_983_433. / 1_935_360.],
    [0., 0., 61. / 240., -103. / 140., 15_061. / 26_880., 167_603. / 181_440.],
    [0., 0., 0., 49_561. / 161_280., -179. / 168., 6_601_661. / 7_257_600.],
    [0., 0., 0., 0., 34_729. / 80_640., -3_418_889. / 1_995_840.],
    [0., 0., 0., 0., 0., 212_378_941. / 319_334_400.],
];

/// The same for the way back (Karney eq. 36).
const BETA: [[f64; 6]; 6] = [
    [1. / 2., -2. / 3., 37. / 96., -1. / 360., -81. / 512., 96_199. / 604_800.],
    [0., 1. / 48., 1. / 15., -437. / 1_440., 46. / 105., -1_118_711. / 3_870_720.],
    [0., 0., 17. / 480., -37. / 840., -209. / 4_480., 5_569. / 90_720.],
    [0., 0., 0., 4_397. / 161_280., -11. / 504., -830_251. / 7_257_600.],
    [0., 0., 0., 0., 4_583. / 161_280., -108_847. / 3_991_680.],
    [0., 0., 0., 0., 0., 20_648_693. / 638_668_800.],
];
