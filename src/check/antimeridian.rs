//! Zones that lie on both sides of the line of ±180°, which no map of the plane shows as one.

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::{Areas, Bounds, LATTICE, Point};

/// Half a turn in lattice cells.
const HALF: i64 = 180 * LATTICE as i64;

/// Zones that cross ±180°: those with a line that goes the long way around the earth, and those with land on both sides.
/// `code` gives the code and the name of a unit. O(points) where the layer is wide enough for one.
#[must_use]
pub fn antimeridian(areas: &Areas, tier: &str, code: impl Fn(u32) -> (String, String)) -> Vec<Problem> {
    let Bounds { min, max } = areas.bounds();
    if i64::from(max.x) - i64::from(min.x) < HALF {
        return Vec::new();
    }
    let of_unit = |unit: usize| {
        let (code, name) = code(unit as u32);
        let jumps = |ring: &[Point]| {
            let edges = ring.iter().zip(ring.iter().cycle().skip(1));
            let mut far = edges.filter(|(a, b)| (i64::from(a.x) - i64::from(b.x)).abs() > HALF);
            far.next().map(|(&a, _)| a)
        };
        let at_edge = |edge: i64| {
            let mut points = areas.rings_of_unit(unit).flatten();
            points.find(|point| i64::from(point.x) == edge).copied()
        };
        let (severity, at, reason, remedy) = if let Some(at) = areas.rings_of_unit(unit).find_map(jumps) {
            let reason = Text::new(
                format!(
                    "{name} crosses ±180° and is drawn the long way around the earth: its land and area are not true"
                ),
                format!("{name}跨越 ±180° 经线，按绕地球另一侧绘制，其范围和面积不实"),
            );
            let remedy = Text::new(
                "Cut it at 180° into two parts (RFC 7946, section 3.1.9)",
                "请在 180° 处将其切分为两部分（RFC 7946 第 3.1.9 节）",
            );
            (Severity::Error, at, reason, remedy)
        } else {
            let (_, at) = (at_edge(-HALF)?, at_edge(HALF)?);
            let reason = Text::new(
                format!("{name} lies on both sides of ±180°: it is drawn in two parts, one at each edge of the map"),
                format!("{name}位于 ±180° 经线两侧，在地图两端分两部分显示"),
            );
            let remedy =
                Text::new("Nothing, where it is so cut at 180° on purpose", "如系在 180° 处有意切分，无需处理");
            (Severity::Note, at, reason, remedy)
        };
        Some(Problem {
            tier: Some(tier.to_owned()),
            zones: vec![code],
            place: Some(at.into()),
            remedies: vec![remedy],
            ..Problem::new(Rule::BadValue, severity, reason)
        })
    };
    (0..areas.units()).filter_map(of_unit).collect()
}
