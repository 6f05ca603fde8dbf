//! Coordinate systems: what a file declares, what its numbers say, and the way to degrees and back.
//!
//! CGCS2000 and WGS 84 count as one: they differ by less than what a survey of a city can tell. Convert first, then round,
//! then build: nothing is converted after it stands on the lattice.

mod decide;
mod declared;
mod fitted;
mod gcj;
mod mercator;
mod written;

use std::sync::Arc;

use crate::base::Text;

pub(super) use decide::{Decision, Unclear, decide, guess_zone};
pub(super) use declared::Declared;
pub use fitted::{Control, Fit, Similarity, control_points, fit};
pub use gcj::{from_bd, from_gcj, gcj_to_bd, to_bd, to_gcj};
pub use mercator::{Parameters, Transverse};

/// Radius of the sphere of Web Mercator, metres: the semi-major axis of WGS 84.
const SPHERE: f64 = 6_378_137.0;
/// Inverse flattening of GRS 80 (CGCS2000) and of WGS 84.
const GRS_80: (f64, f64) = (6_378_137.0, 298.257_222_101);
const WGS_84: (f64, f64) = (6_378_137.0, 298.257_223_563);
/// Ellipsoids of the older Chinese systems: IAG 1975 (Xi'an 1980), Krasovsky (Beijing 1954).
const IAG_75: (f64, f64) = (6_378_140.0, 298.257);
const KRASOVSKY: (f64, f64) = (6_378_245.0, 298.3);

/// How numbers become degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// They are degrees of longitude and latitude.
    Degrees,
    /// Metres of a transverse Mercator projection.
    Transverse(Transverse),
    /// Metres of Web Mercator (EPSG:3857).
    WebMercator,
    /// GCJ-02 degrees.
    Gcj02,
    /// BD-09 degrees.
    Bd09,
    /// Metres of a local system.
    Fitted(Arc<Similarity>),
}

/// A coordinate system of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// What it is called, as the file or EPSG calls it.
    pub name: String,
    /// How its numbers become degrees.
    pub kind: Kind,
    /// Name of a datum that is off WGS 84 by more than a metre and whose shift is not known.
    pub datum: Option<String>,
}

impl System {
    fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, datum: None }
    }

    /// Degrees of WGS 84 or CGCS2000.
    #[must_use]
    pub fn degrees(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Degrees)
    }

    /// A system by what a user or a file calls it: a number of EPSG with or without the word before it, `GCJ-02`, `BD-09`,
    /// `CRS84`, `WGS84`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        let last = name.rsplit([':', '/']).find(|part| !part.trim().is_empty()).unwrap_or(name).trim();
        match plain.as_str() {
            "GCJ02" | "GCJ" | "MARS" => return Some(Self::new("GCJ-02", Kind::Gcj02)),
            "BD09" | "BD09LL" => return Some(Self::new("BD-09", Kind::Bd09)),
            "WGS84" | "CRS84" | "CGCS2000" => return Some(Self::degrees(name)),
            _ if last.eq_ignore_ascii_case("CRS84") => return Some(Self::degrees(name)),
            _ => {}
        }
        Self::epsg(last.parse().ok()?)
    }

    /// A system of the EPSG register (version 10), where this program knows it.
    #[must_use]
    pub fn epsg(code: u32) -> Option<Self> {
        let name = format!("EPSG:{code}");
        let tm = |ellipsoid: (f64, f64), lon0: u32, scale: f64, east: f64, north: f64| {
            let (axis, inverse_flattening) = ellipsoid;
            let lon0 = f64::from(lon0);
            Kind::Transverse(Transverse::new(Parameters {
                axis,
                inverse_flattening,
                lat0: 0.0,
                lon0,
                scale,
                east,
                north,
            }))
        };
        // Gauss–Krüger zones: with the zone before the easting, or without it.
        let three = |ellipsoid, zone: u32| tm(ellipsoid, 3 * zone, 1.0, f64::from(zone) * 1e6 + 5e5, 0.0);
        let three_bare = |ellipsoid, number: u32| tm(ellipsoid, 75 + 3 * number, 1.0, 5e5, 0.0);
        let six = |ellipsoid, zone: u32| tm(ellipsoid, 6 * zone - 3, 1.0, f64::from(zone) * 1e6 + 5e5, 0.0);
        let six_bare = |ellipsoid, number: u32| tm(ellipsoid, 75 + 6 * number, 1.0, 5e5, 0.0);
        // UTM zones begin at 180° west.
        let utm = |ellipsoid: (f64, f64), zone: u32, north: f64| {
            let (axis, inverse_flattening) = ellipsoid;
            let lon0 = 6.0 * f64::from(zone) - 183.0;
            let parameters = Parameters { axis, inverse_flattening, lat0: 0.0, lon0, scale: 0.9996, east: 5e5, north };
            Kind::Transverse(Transverse::new(parameters))
        };
        let (kind, datum) = match code {
            // WGS 84, CGCS2000, ETRS89, NAD83, JGD2000, JGD2011, Korea 2000, TWD97: within a metre of each other.
            4326 | 4979 | 4490 | 4480 | 4258 | 4269 | 4612 | 6668 | 4737 | 3824 => (Kind::Degrees, None),
            3857 | 3785 | 900_913 | 102_100 | 102_113 => (Kind::WebMercator, None),
            4491..=4501 => (six(GRS_80, code - 4491 + 13), None),
            4502..=4512 => (six_bare(GRS_80, code - 4502), None),
            4513..=4533 => (three(GRS_80, code - 4513 + 25), None),
            4534..=4554 => (three_bare(GRS_80, code - 4534), None),
            32_601..=32_660 => (utm(WGS_84, code - 32_600, 0.0), None),
            32_701..=32_760 => (utm(WGS_84, code - 32_700, 1e7), None),
            25_828..=25_838 => (utm(GRS_80, code - 25_800, 0.0), None),
            26_901..=26_923 => (utm(GRS_80, code - 26_900, 0.0), None),
            3825 => (tm(GRS_80, 119, 0.9999, 2.5e5, 0.0), None),
            3826 => (tm(GRS_80, 121, 0.9999, 2.5e5, 0.0), None),
            4610 => (Kind::Degrees, Some("Xi'an 1980")),
            2327..=2337 => (six(IAG_75, code - 2327 + 13), Some("Xi'an 1980")),
            2338..=2348 => (six_bare(IAG_75, code - 2338), Some("Xi'an 1980")),
            2349..=2369 => (three(IAG_75, code - 2349 + 25), Some("Xi'an 1980")),
            2370..=2390 => (three_bare(IAG_75, code - 2370), Some("Xi'an 1980")),
            4214 => (Kind::Degrees, Some("Beijing 1954")),
            21_413..=21_423 => (six(KRASOVSKY, code - 21_400), Some("Beijing 1954")),
            21_453..=21_463 => (six_bare(KRASOVSKY, code - 21_453), Some("Beijing 1954")),
            2401..=2421 => (three(KRASOVSKY, code - 2401 + 25), Some("Beijing 1954")),
            2422..=2442 => (three_bare(KRASOVSKY, code - 2422), Some("Beijing 1954")),
            _ => return None,
        };
        Some(Self { name, kind, datum: datum.map(str::to_owned) })
    }

    /// Whether its numbers are degrees as the lattice has them.
    #[must_use]
    pub fn is_degrees(&self) -> bool {
        self.kind == Kind::Degrees
    }

    /// Whether its numbers are degrees of any sort.
    fn in_degrees(&self) -> bool {
        matches!(self.kind, Kind::Degrees | Kind::Gcj02 | Kind::Bd09)
    }

    /// Numbers as the file has them, east before north, to longitude and latitude in degrees.
    #[must_use]
    pub fn to_degrees(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        match self.kind {
            Kind::Degrees => [x, y],
            Kind::Transverse(projection) => projection.inverse([x, y]),
            // Snyder 1987, Map Projections: A Working Manual, eq. 7-4 and 7-5 on the sphere.
            Kind::WebMercator => [(x / SPHERE).to_degrees(), (y / SPHERE).sinh().atan().to_degrees()],
            Kind::Gcj02 => from_gcj([x, y]),
            Kind::Bd09 => from_bd([x, y]),
            Kind::Fitted(ref similarity) => similarity.degrees_of([x, y]),
        }
    }

    /// Longitude and latitude in degrees to the numbers of the system, east before north.
    #[must_use]
    pub fn from_degrees(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        match self.kind {
            Kind::Degrees => [lon, lat],
            Kind::Transverse(projection) => projection.forward([lon, lat]),
            Kind::WebMercator => [lon.to_radians() * SPHERE, lat.to_radians().tan().asinh() * SPHERE],
            Kind::Gcj02 => to_gcj([lon, lat]),
            Kind::Bd09 => to_bd([lon, lat]),
            Kind::Fitted(ref similarity) => similarity.numbers_of([lon, lat]),
        }
    }

    /// What a reader should know about a conversion out of this system, if anything.
    pub(super) fn caution(&self) -> Option<Text> {
        if let Some(datum) = &self.datum {
            return Some(Text::new(
                format!(
                    "it is in {datum}; its shift to CGCS2000 is not published, so positions may be off by some 100 m. Have it \
                     converted by the surveying office"
                ),
                format!("坐标系为 {datum},与 CGCS2000 的转换参数未公开,位置可能偏差约 100 米。请由测绘部门转换"),
            ));
        }
        if let Kind::Fitted(similarity) = &self.kind {
            return Some(similarity.caution());
        }
        matches!(self.kind, Kind::Gcj02 | Kind::Bd09).then(|| {
            Text::new(
                format!("converted from {} by the published formula: approximate, for overlay only", self.name),
                format!("已按公开公式由 {} 换算:近似,仅供叠合", self.name),
            )
        })
    }
}
