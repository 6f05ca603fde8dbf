//! Layers that lie off the others as a whole, in words.

use crate::base::{Problem, Rule, Severity, Text};
use crate::check::{Offset, offset};
use crate::geometry::{Bounds, Point, Scale};
use crate::io::Policy;
use crate::io::crs::{to_bd, to_gcj};

use super::tier::Source;

/// How near a measured shift must be to that of a formula, metres.
const NEAR: f64 = 60.0;

/// Measures each layer against the one with most vertices and names those that are shifted.
pub(super) fn shifted(layers: &[&Source]) -> Vec<Problem> {
    let Some(base) = layers.iter().max_by_key(|layer| layer.areas.points.len()) else { return Vec::new() };
    let mut problems: Vec<Problem> = Vec::new();
    for layer in layers.iter().filter(|layer| !std::ptr::eq(**layer, *base)) {
        // Lattices of equal cells that lie beside each other look like one that was shifted.
        if !share_land(layer.areas.bounds(), base.areas.bounds()) {
            continue;
        }
        let Some(found) = offset(&layer.areas.points, &base.areas.points) else { continue };
        let Some(problem) = problem(layer, base, found) else { continue };
        // Where the base is the one that is off, it is off all others: said once.
        if !problems.iter().any(|known| known.file == problem.file) {
            problems.push(problem);
        }
    }
    problems
}

/// Whether two boxes have half of the smaller one in common: no shift that is looked for is larger than that leaves.
fn share_land(one: Bounds, other: Bounds) -> bool {
    let area = |min: Point, max: Point| {
        (f64::from(max.x) - f64::from(min.x)).max(0.0) * (f64::from(max.y) - f64::from(min.y)).max(0.0)
    };
    let min = Point::new(one.min.x.max(other.min.x), one.min.y.max(other.min.y));
    let max = Point::new(one.max.x.min(other.max.x), one.max.y.min(other.max.y));
    area(min, max) >= 0.5 * area(one.min, one.max).min(area(other.min, other.max))
}

/// A shift and what it looks like: the formula that makes it here says which of the two layers was moved. Of several shifts
/// that fit alike none is named, unless it is that of a formula.
fn problem(layer: &Source, base: &Source, found: Offset) -> Option<Problem> {
    let looks =
        [("GCJ-02", to_gcj as fn([f64; 2]) -> [f64; 2]), ("BD-09", to_bd)].into_iter().find_map(|(name, formula)| {
            let [east, north] = shift_at(found.at, formula);
            let near = |sign: f64| (found.east_m - sign * east).hypot(found.north_m - sign * north) < NEAR;
            if near(1.0) {
                Some((name, true))
            } else if near(-1.0) {
                Some((name, false))
            } else {
                None
            }
        });
    if looks.is_none() && !found.alone {
        return None;
    }
    let base_moved = looks.is_some_and(|(_, base_moved)| base_moved);
    let (moved, other) = if base_moved { (base, layer) } else { (layer, base) };
    let sign = if base_moved { 1.0 } else { -1.0 };
    let (east, north) = (sign * found.east_m, sign * found.north_m);
    let (metres, share) = (east.hypot(north), found.share * 100.0);
    let (file, against) = (&moved.file, &other.file);
    let (en, zh) = match looks {
        Some((name, _)) => (format!("it looks like {name}"), format!("疑似 {name} 坐标")),
        None => ("by no formula that is known".to_owned(), "不符合已知公式".to_owned()),
    };
    let reason = Text::new(
        format!(
            "{file} lies {metres:.0} m off {against} ({east:+.0} m east, {north:+.0} m north; {share:.0} % of its vertices \
             looked at have a twin there): {en}"
        ),
        format!(
            "{file} 与 {against} 整体相差 {metres:.0} 米(东 {east:+.0} 米,北 {north:+.0} 米;{share:.0}% 的折点吻合):{zh}"
        ),
    );
    let remedies = match (looks, &Policy::machine().keeps_shifted) {
        (Some(_), Some(why)) => vec![Text::new(
            format!("Ask for the layer in CGCS2000; it is not converted here: {}", why.en),
            format!("请索取 CGCS2000 坐标的图层;不在此换算:{}", why.zh),
        )],
        (Some((name, _)), None) => vec![Text::new(
            format!("--crs {file}={name}: convert it (approximate, for overlay only)"),
            format!("--crs {file}={name}:换算(近似,仅供叠合)"),
        )],
        (None, _) => vec![Text::new("--crs FILE=EPSG: say what it is in", "--crs 文件=EPSG:指定其坐标系")],
    };
    Some(Problem {
        file: Some(file.clone()),
        tier: Some(moved.tier.name.clone()),
        place: Some(found.at.into()),
        remedies,
        ..Problem::new(Rule::SuspectedDatumShift, Severity::Warning, reason)
    })
}

/// Metres east and north that a formula moves a place.
fn shift_at(at: Point, formula: fn([f64; 2]) -> [f64; 2]) -> [f64; 2] {
    let [lon, lat] = formula([at.lon(), at.lat()]);
    let scale = Scale::at(at.y);
    let cells = |degrees: f64| degrees * crate::geometry::LATTICE;
    [cells(lon - at.lon()) * scale.x, cells(lat - at.lat()) * scale.y]
}
