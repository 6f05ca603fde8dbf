//! Units and coordinates as the planner wants to read them.

use crate::geometry::Point;
use crate::io::angle;
use crate::measures::round;

/// A unit of area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum AreaUnit {
    /// Square kilometres.
    #[default]
    Km2,
    /// Hectares.
    Hectare,
    /// 亩: 666.67 m².
    Mu,
}

impl AreaUnit {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Km2, Self::Hectare, Self::Mu];

    /// Its sign.
    #[must_use]
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Km2 => "km²",
            Self::Hectare => "ha",
            Self::Mu => "亩",
        }
    }

    /// An area given in km².
    #[must_use]
    pub(super) fn of_km2(self, km2: f64) -> f64 {
        match self {
            Self::Km2 => km2,
            Self::Hectare => km2 * 100.0,
            Self::Mu => km2 * 1500.0,
        }
    }

    /// An area given in km², as it is printed in a column.
    #[must_use]
    pub(super) fn figure(self, km2: f64) -> String {
        match self {
            Self::Km2 => round::km2(km2 * 1e6),
            Self::Hectare | Self::Mu => format!("{:.1}", round::tenth(self.of_km2(km2))),
        }
    }

    /// An area given in km², with its unit.
    #[must_use]
    pub(super) fn text(self, km2: f64) -> String {
        format!("{} {}", self.figure(km2), self.sign())
    }
}

/// How a place is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Coordinates {
    /// Degrees with decimals, longitude first.
    #[default]
    Degrees,
    /// Degrees, minutes and seconds.
    Sexagesimal,
}

impl Coordinates {
    /// Both of them.
    pub(super) const ALL: [Self; 2] = [Self::Degrees, Self::Sexagesimal];

    /// An example of it, which is its name.
    #[must_use]
    pub(super) fn sample(self) -> &'static str {
        match self {
            Self::Degrees => "110.33120°, 20.03140°",
            Self::Sexagesimal => "110°19′52.3″E 20°01′53.0″N",
        }
    }

    /// A place.
    #[must_use]
    pub(super) fn text(self, point: Point) -> String {
        match self {
            Self::Degrees => format!("{:.5}°, {:.5}°", point.lon(), point.lat()),
            Self::Sexagesimal => {
                let east = if point.lon() < 0.0 { 'W' } else { 'E' };
                let north = if point.lat() < 0.0 { 'S' } else { 'N' };
                format!("{}{east} {}{north}", sexagesimal(point.lon()), sexagesimal(point.lat()))
            }
        }
    }
}

fn sexagesimal(degrees: f64) -> String {
    let tenths = (degrees.abs() * 36_000.0).round() as i64;
    format!("{}°{:02}′{:02}.{}″", tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10)
}

/// A place written as two numbers, or in degrees, minutes and seconds. Of two plain numbers the one that can only be a
/// longitude is it; else longitude comes first.
#[must_use]
pub(super) fn place(text: &str) -> Option<Point> {
    let pair = angle::pair(text.as_bytes())?;
    let [a, b] = pair.at;
    let (lon, lat) = if !pair.told && b.abs() > 90.0 { (b, a) } else { (a, b) };
    Point::from_degrees(lon, lat).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_in_the_forms_people_write() {
        let wanted = Point::from_degrees(110.33, 20.03).unwrap();
        for text in [
            "110.33,20.03",
            "110.33 20.03",
            "20.03, 110.33",
            "110.33\u{ff0c}20.03",
            "110.33、20.03",
            "20.03N 110.33E",
            "110°19′48″E 20°01′48″N",
        ] {
            assert_eq!(place(text), Some(wanted), "{text}");
        }
        for text in ["", "110.33", "460105001", "海府2网格", "1,2,3", "200,300"] {
            assert_eq!(place(text), None, "{text}");
        }
        assert_eq!(place(&Coordinates::Sexagesimal.text(wanted)), Some(wanted));
    }
}
