//! Systems that files are handed over in, and how a file says so.

use super::{Kind, System};
use crate::base::Text;
use crate::geometry::Point;

/// A Gauss–Krüger zone of CGCS2000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Zone {
    /// Degrees from side to side: 3 or 6.
    width: u32,
    /// Its number in the national count.
    number: u32,
    /// Whether the number stands before the easting.
    before: bool,
}

impl Zone {
    fn of(code: u32) -> Option<Self> {
        let zone = |width, number, before| Some(Self { width, number, before });
        match code {
            4491..=4501 => zone(6, code - 4491 + 13, true),
            4502..=4512 => zone(6, code - 4502 + 13, false),
            4513..=4533 => zone(3, code - 4513 + 25, true),
            4534..=4554 => zone(3, code - 4534 + 25, false),
            _ => None,
        }
    }

    fn meridian(self) -> u32 {
        if self.width == 3 { 3 * self.number } else { 6 * self.number - 3 }
    }
}

const DEGREE: &str = r#"PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]"#;
const CGCS2000: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],"#;
const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],"#;

impl System {
    /// What files of a place can be handed over in: degrees, the 3° zone it lies in with and without its number before the
    /// easting, and the shifted degrees of web maps.
    #[must_use]
    pub fn handed_over_at(middle: Point) -> Vec<Self> {
        let zone = (middle.lon() / 3.0).round();
        let zone = (25.0..=45.0).contains(&zone).then_some(zone as u32);
        let codes =
            [4326, 4490].into_iter().chain(zone.into_iter().flat_map(|zone| [4534 + zone - 25, 4513 + zone - 25]));
        codes.filter_map(Self::epsg).chain([Self::new("GCJ-02", Kind::Gcj02)]).collect()
    }

    /// Its number in the EPSG register.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.name.strip_prefix("EPSG:")?.parse().ok()
    }

    /// Whether it is shifted degrees, good for overlay only.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        matches!(self.kind, Kind::Gcj02 | Kind::Bd09)
    }

    /// What it is called for a reader.
    #[must_use]
    pub fn title(&self) -> Text {
        let name = &self.name;
        match self.number() {
            Some(4326) => Text::new("WGS 84 degrees (EPSG:4326)", "WGS 84 经纬度(EPSG:4326)"),
            Some(4490) => Text::new("CGCS2000 degrees (EPSG:4490)", "CGCS2000 经纬度(EPSG:4490)"),
            Some(code) if let Some(zone) = Zone::of(code) => {
                let Zone { width, number, before } = zone;
                let meridian = zone.meridian();
                if before {
                    Text::new(
                        format!("CGCS2000 {width}° zone {number}, with its number (EPSG:{code})"),
                        format!("CGCS2000 {width}° 带第 {number} 带,含带号(EPSG:{code})"),
                    )
                } else {
                    Text::new(
                        format!("CGCS2000 {width}° zone, meridian {meridian}°E (EPSG:{code})"),
                        format!("CGCS2000 {width}° 带,中央经线 {meridian}°,无带号(EPSG:{code})"),
                    )
                }
            }
            _ if self.is_shifted() => {
                Text::new(format!("{name} (approximate, for overlay only)"), format!("{name}(近似,仅供叠合)"))
            }
            _ => Text::new(name.clone(), name.clone()),
        }
    }

    /// Well-known text as ESRI writes it and everybody reads it; `None` for one that has none: shifted degrees.
    #[must_use]
    pub fn well_known_text(&self) -> Option<String> {
        let degrees = |globe: &str| format!("{globe}{DEGREE}]");
        let plane = |name: &str, globe: &str, method: &str, east: u32, meridian: i64, scale: &str, north: u32| {
            format!(
                "PROJCS[\"{name}\",{},PROJECTION[\"{method}\"],PARAMETER[\"False_Easting\",{east}.0],\
                 PARAMETER[\"False_Northing\",{north}.0],PARAMETER[\"Central_Meridian\",{meridian}.0],\
                 PARAMETER[\"Scale_Factor\",{scale}],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
                degrees(globe)
            )
        };
        match self.number() {
            Some(4326) => Some(degrees(WGS_84)),
            Some(4490) => Some(degrees(CGCS2000)),
            Some(code) if let Some(zone) = Zone::of(code) => {
                let meridian = zone.meridian();
                let width = if zone.width == 3 { "3_Degree_" } else { "" };
                let (end, east) = if zone.before {
                    (format!("Zone_{}", zone.number), zone.number * 1_000_000 + 500_000)
                } else {
                    (format!("CM_{meridian}E"), 500_000)
                };
                let name = format!("CGCS2000_{width}GK_{end}");
                Some(plane(&name, CGCS2000, "Gauss_Kruger", east, i64::from(meridian), "1.0", 0))
            }
            Some(code @ (32_601..=32_660 | 32_701..=32_760)) => {
                let (zone, side, north) =
                    if code < 32_700 { (code - 32_600, 'N', 0) } else { (code - 32_700, 'S', 10_000_000) };
                let name = format!("WGS_1984_UTM_Zone_{zone}{side}");
                Some(plane(&name, WGS_84, "Transverse_Mercator", 500_000, 6 * i64::from(zone) - 183, "0.9996", north))
            }
            Some(_) => None,
            None => (self.kind == Kind::Degrees).then(|| degrees(WGS_84)),
        }
    }

    /// Why no file can be written in it, if so.
    #[must_use]
    pub fn why_not_written(&self) -> Option<Text> {
        let known = self.datum.is_none() && (self.well_known_text().is_some() || self.is_shifted());
        (!known).then(|| {
            Text::new(
                format!("files are not written in {}: take EPSG:4326, 4490, 4491-4554, UTM or GCJ-02", self.name),
                format!("不支持以 {} 写出:请用 EPSG:4326、4490、4491–4554、UTM 或 GCJ-02", self.name),
            )
        })
    }
}
