//! Arcs as lines: circles through three points (ISO 13249-3 §4.2.3), as a `GeoPackage` of other programs has them.

use std::f64::consts::{PI, TAU};

use super::decimal::Plane;

/// How far a line may lie beside its arc, in degrees and in metres: a centimetre.
const DEGREES: f64 = 1e-7;
const METRES: f64 = 0.01;
/// The same for large arcs, as a part of the radius.
const OF_RADIUS: f64 = 1e-6;

/// Adds the points of an arc from `from` through `by` to `to`, all but the first; `false` where there would be more than
/// are left of `left`.
pub(super) fn add(line: &mut Vec<Plane>, [from, by, to]: [[f64; 2]; 3], left: &mut usize) -> bool {
    // The same arc walked the other way breaks at the same places: neighbours keep their common border.
    let backwards = to < from;
    let (first, last) = if backwards { (to, from) } else { (from, to) };
    let mut inner = between(first, by, last);
    let Some(rest) = left.checked_sub(inner.len()) else { return false };
    *left = rest;
    if backwards {
        inner.reverse();
    }
    line.extend(inner.into_iter().chain([to]).map(Plane));
    true
}

/// Points on an arc between its ends.
fn between(from: [f64; 2], by: [f64; 2], to: [f64; 2]) -> Vec<[f64; 2]> {
    if from == to {
        return around(from, by);
    }
    let Some((centre, sweep)) = circle(from, by, to) else { return vec![by] };
    on_arc(centre, from, sweep, tolerance(&[from, by, to]))
}

/// How far the line may lie beside an arc through these points, if the arc is small.
fn tolerance(points: &[[f64; 2]]) -> f64 {
    let in_degrees = points.iter().all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0);
    if in_degrees { DEGREES } else { METRES }
}

/// Points of the whole circle whose diameter runs from `from` to `by`, counter-clockwise from `from`. One half is reckoned
/// and the other is its image through the centre, so that the circle breaks at the same places wherever it begins.
fn around(from: [f64; 2], by: [f64; 2]) -> Vec<[f64; 2]> {
    if from == by {
        return vec![by];
    }
    let centre = [f64::midpoint(from[0], by[0]), f64::midpoint(from[1], by[1])];
    let half = on_arc(centre, if by < from { by } else { from }, PI, tolerance(&[from, by]));
    let mut across: Vec<_> = half.iter().map(|[x, y]| [2.0 * centre[0] - x, 2.0 * centre[1] - y]).collect();
    let mut first = half;
    if by < from {
        std::mem::swap(&mut first, &mut across);
    }
    first.push(by);
    first.append(&mut across);
    first
}

/// Points on the arc about `centre` that turns by `sweep` from `from`, without its ends.
fn on_arc(centre: [f64; 2], from: [f64; 2], sweep: f64, tolerance: f64) -> Vec<[f64; 2]> {
    let start = [from[0] - centre[0], from[1] - centre[1]];
    let radius = start[0].hypot(start[1]);
    let off = tolerance.max(radius * OF_RADIUS);
    let step = 2.0 * (1.0 - off / radius).max(0.5).acos();
    let count = (sweep.abs() / step).ceil().max(2.0) as usize;
    let at = |number: usize| {
        let (sin, cos) = (sweep * number as f64 / count as f64).sin_cos();
        [centre[0] + start[0] * cos - start[1] * sin, centre[1] + start[0] * sin + start[1] * cos]
    };
    (1..count).map(at).collect()
}

/// The centre of the circle through three points, and the angle from the first to the last by the second; `None` where they
/// stand on one line.
fn circle(from: [f64; 2], by: [f64; 2], to: [f64; 2]) -> Option<([f64; 2], f64)> {
    let (b, c) = ([by[0] - from[0], by[1] - from[1]], [to[0] - from[0], to[1] - from[1]]);
    let doubled = 2.0 * (b[0] * c[1] - b[1] * c[0]);
    let (b2, c2) = (b[0] * b[0] + b[1] * b[1], c[0] * c[0] + c[1] * c[1]);
    // So little turn that no number tells it: a line.
    if doubled.abs() <= 1e-9 * b2.max(c2) || !doubled.is_finite() {
        return None;
    }
    let to_centre = [(c[1] * b2 - b[1] * c2) / doubled, (b[0] * c2 - c[0] * b2) / doubled];
    let centre = [from[0] + to_centre[0], from[1] + to_centre[1]];
    let angle = |[x, y]: [f64; 2]| (y - centre[1]).atan2(x - centre[0]);
    let turn = (angle(to) - angle(from)).rem_euclid(TAU);
    // Counter-clockwise where the second point stands on the left of neither.
    Some((centre, if doubled > 0.0 { turn } else { turn - TAU }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_keep_to_their_circle_both_ways() {
        for (from, by, to) in [
            ([1000.0, 0.0], [0.0, 1000.0], [-1000.0, 0.0]),
            ([1000.0, 0.0], [0.0, -1000.0], [-1000.0, 0.0]),
            ([1000.0, 0.0], [-1000.0, 0.0], [1000.0, 0.0]),
            ([1000.0, 0.0], [600.0, 800.0], [0.0, -1000.0]),
        ] {
            let walk = |ends: [[f64; 2]; 3]| {
                let mut line = vec![Plane(ends[0])];
                assert!(add(&mut line, ends, &mut 10_000));
                line
            };
            let (there, mut back) = (walk([from, by, to]), walk([to, by, from]));
            // A whole circle is always walked the same way.
            if from != to {
                back.reverse();
            }
            assert_eq!(there, back);
            assert!(there.len() > 100);
            let near = there.iter().map(|Plane([x, y])| (x - by[0]).hypot(y - by[1])).fold(f64::MAX, f64::min);
            assert!(near < 20.0, "it goes by the second point");
            for pair in there.windows(2) {
                let middle = [f64::midpoint(pair[0].0[0], pair[1].0[0]), f64::midpoint(pair[0].0[1], pair[1].0[1])];
                assert!((middle[0].hypot(middle[1]) - 1000.0).abs() <= 0.010_001);
            }
        }
        let circle = |ends: [f64; 2], by: [f64; 2]| {
            let mut points = around(ends, by);
            points.push(ends);
            points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
            points
        };
        let ends = ([110.3, 20.01], [110.307, 20.013]);
        assert_eq!(circle(ends.0, ends.1), circle(ends.1, ends.0), "wherever it begins");
        let mut line = Vec::new();
        assert!(add(&mut line, [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], &mut 10));
        assert_eq!(line, [Plane([1.0, 1.0]), Plane([2.0, 2.0])]);
        assert!(!add(&mut line, [[1000.0, 0.0], [0.0, 1000.0], [-1000.0, 0.0]], &mut 10));
    }
}
