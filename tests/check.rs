//! Dirty layers: what is found in them, and what cleaning leaves.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use wangge::base::{Progress, Rule};
use wangge::check;
use wangge::geometry::{Areas, Bounds, Point, Scale, area_m2};
use wangge::topology::{Built, Claim, Fault, Settling, build, hairlines, repeats, settle, spikes};

use crate::data::shared;
use crate::topology::{areas_of, units};

/// Metres a cell is wide near the equator.
const CELL_M: f64 = 0.0111;

fn square(x: i32, y: i32, size: i32) -> Vec<(i32, i32)> {
    vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
}

fn settled(areas: &Areas, rank: &[u32], tolerance_m: f64, settling: Settling) -> Built {
    let built = settle(areas, rank, Some(tolerance_m), settling, &Progress::default()).unwrap();
    built.coverage.prove().unwrap();
    built
}

/// Land of each unit, m².
fn land(built: &Built, units: usize) -> Vec<f64> {
    let mut land = vec![0.0; units];
    for (id, face) in built.coverage.faces().iter() {
        if let Some(unit) = built.owner[id.0 as usize] {
            land[unit as usize] += area_m2(face.doubled_area, face.bounds.centre().y);
        }
    }
    land
}

/// The units as they are written: every face a polygon.
fn written(built: &Built, units: usize) -> Areas {
    let mut areas = Areas::default();
    for unit in 0..units {
        for (id, face) in built.coverage.faces().iter() {
            if built.owner[id.0 as usize] == Some(unit as u32) {
                face.rings.iter().for_each(|ring| areas.push_ring(&built.coverage.ring_points(ring)));
                areas.end_polygon();
            }
        }
        areas.end_unit();
    }
    areas
}

#[test]
fn overlaps_are_settled_by_the_rule_asked_for() {
    // A large square, a small one over its edge, and a strip that borders the small one alone.
    let areas = units(&[square(0, 0, 100_000), square(90_000, 20_000, 40_000), square(130_000, 20_000, 40_000)]);
    let overlap = area_m2(2 * 10_000 * 40_000, 40_000);
    let all = area_m2(2 * 100_000 * 100_000, 50_000);
    for (claim, rank, large_keeps) in [
        (Claim::Rank, [0, 1, 2], true),
        (Claim::Rank, [1, 0, 2], false),
        (Claim::Largest, [1, 0, 2], true),
        // The piece has 40 000 cells of border with the small square, 60 000 with the large one.
        (Claim::LongestBorder, [1, 0, 2], true),
    ] {
        let built = settled(&areas, &rank, 0.0, Settling { claim, ..Settling::default() });
        let expected = if large_keeps { all } else { all - overlap };
        assert!((land(&built, 3)[0] - expected).abs() < 1.0, "{claim:?} {rank:?}");
        assert_eq!(built.settled.len(), 1);
        assert_eq!(built.settled[0].claimed.len(), 2);
        assert_eq!(built.settled[0].owner == 0, large_keeps);
    }
}

#[test]
fn zones_in_a_pile_are_one_fault_and_not_each_with_each() {
    // Twenty copies of one square, a second pile elsewhere whose zones lie ever further east, and a pair.
    let mut rings: Vec<_> = (0..20).map(|_| square(0, 0, 100_000)).collect();
    rings.extend((0..40).map(|at| square(500_000 + 2_000 * at, 0, 100_000)));
    rings.extend([square(0, 500_000, 100_000), square(90_000, 500_000, 100_000)]);
    let built = settled(&units(&rings), &[], 0.0, Settling::default());
    let piles: Vec<_> = built
        .faults
        .iter()
        .filter_map(|fault| match fault {
            Fault::Pile { units, area_m2, .. } => Some((units.clone(), *area_m2)),
            _ => None,
        })
        .collect();
    let [(shifted, _), (copies, area)] = &piles[..] else { panic!("{piles:?}") };
    assert_eq!(*copies, (0..20).collect::<Vec<u32>>());
    assert_eq!(*shifted, (20..60).collect::<Vec<u32>>());
    assert!((area / area_m2(2 * 100_000 * 100_000, 50_000) - 1.0).abs() < 1e-6);
    let pairs = built.faults.iter().filter(|fault| matches!(fault, Fault::Overlap { .. })).count();
    // At its ends the second pile is a dozen deep at most: its pairs are named there.
    assert_eq!(pairs, 1 + 2 * 66);
}

#[test]
fn a_zone_drawn_over_another_keeps_its_land_whatever_the_rule() {
    let areas = units(&[square(0, 0, 100_000), square(30_000, 30_000, 20_000)]);
    for claim in [Claim::Rank, Claim::Largest, Claim::LongestBorder] {
        let built = settled(&areas, &[], 0.0, Settling { claim, ..Settling::default() });
        let inner = area_m2(2 * 20_000 * 20_000, 40_000);
        assert!((land(&built, 2)[1] - inner).abs() < 1.0, "{claim:?}");
        assert!(matches!(built.faults[..], [Fault::Overlap { owner: 1, .. }]), "{:?}", built.faults);
    }
    // Drawn twice, one of the two has none, and that is said.
    let built = settled(&units(&[square(0, 0, 100_000), square(0, 0, 100_000)]), &[], 0.0, Settling::default());
    assert!(built.faults.iter().any(|fault| matches!(fault, Fault::Vanished { unit: 1, by: 0, .. })));
}

#[test]
fn a_zone_that_encloses_nothing_is_said() {
    // There and back along the same points.
    let line = vec![(200_000, 0), (250_000, 10_000), (300_000, 0), (250_000, 10_000)];
    let built = settled(&units(&[square(0, 0, 100_000), line]), &[], 0.0, Settling::default());
    assert_eq!(built.faults, [Fault::NoLand { unit: 1, at: Point::new(200_000, 0) }]);
    let mut problems =
        check::coverage(&built.faults, "zones", |unit| (unit.to_string(), format!("zone {unit}"))).into_iter();
    assert_eq!(
        problems.next().map(|problem| (problem.rule, problem.zones)),
        Some((Rule::NullGeometry, vec!["1".to_owned()]))
    );
}

#[test]
fn gaps_are_closed_below_the_threshold_alone() {
    // Three sides of a frame, and a fourth that leaves a gap of 1 000 × 100 000 cells: 11 m wide, 12 320 m².
    let frame = [
        vec![(0, 0), (100_000, 0), (100_000, 50_000), (0, 50_000)],
        vec![(0, 51_000), (100_000, 51_000), (100_000, 100_000), (0, 100_000)],
        square(-100_000, 0, 100_000),
        square(100_000, 0, 100_000),
    ];
    let areas = units(&frame);
    let gap = area_m2(2 * 1_000 * 100_000, 50_500);
    for (settling, closed) in [
        (Settling::default(), false),
        (Settling { gap_m2: gap - 1.0, ..Settling::default() }, false),
        (Settling { gap_m2: gap + 1.0, ..Settling::default() }, true),
        (Settling { gap_width_m: 10.0, ..Settling::default() }, false),
        (Settling { gap_width_m: 12.0, ..Settling::default() }, true),
    ] {
        let built = settled(&areas, &[], 0.0, settling);
        let gaps = built.faults.iter().filter(|fault| matches!(fault, Fault::Gap { .. })).count();
        assert_eq!((gaps, built.settled.len()), if closed { (0, 1) } else { (1, 0) }, "{settling:?}");
    }
}

#[test]
fn hairlines_are_open_seams_and_no_corners() {
    // 30 cells apart (0.33 m) over 100 000 cells, open at both ends.
    let apart = units(&[square(0, 0, 100_000), square(100_030, 0, 100_000)]);
    let exact = |areas: &Areas| build(areas, &[], Some(0.0), &Progress::default()).unwrap();
    let [line] = hairlines(&exact(&apart), 1.0)[..] else { panic!("one hairline") };
    assert_eq!(line.units, [0, 1]);
    assert!((line.length_m / (100_000.0 * CELL_M) - 1.0).abs() < 0.01, "{line:?}");
    assert!((line.width_m / (30.0 * CELL_M) - 1.0).abs() < 0.01, "{line:?}");
    assert!(hairlines(&exact(&apart), 0.3).is_empty());
    let joined = settled(&apart, &[], 0.4, Settling::default());
    assert!(hairlines(&joined, 1.0).is_empty());
    assert_eq!(joined.coverage.borders().iter().filter(|(_, b)| b.left.is_some() && b.right.is_some()).count(), 1);
    // Neighbours, squares that meet in a corner, and a wedge that opens at once have none.
    for clean in [
        vec![square(0, 0, 100_000), square(100_000, 0, 100_000)],
        vec![square(0, 0, 100_000), square(100_000, 100_000, 100_000)],
        vec![square(0, 0, 100_000), vec![(100_000, 0), (200_000, 0), (120_000, 100_000)]],
    ] {
        assert_eq!(hairlines(&exact(&units(&clean)), 1.0), []);
    }
}

#[test]
fn doubled_and_spiky_vertices_are_found() {
    let spiky = vec![(0, 0), (50_000, 0), (50_000, -20_000), (50_002, 0), (100_000, 0), (100_000, 0), (0, 100_000)];
    let areas = units(&[spiky, square(200_000, 0, 1000)]);
    assert_eq!(repeats(&areas), [(0, Point::new(100_000, 0))]);
    // The first point twice at the end, before the one that closes the ring.
    let mut closed = Areas::default();
    let ring = [(0, 0), (10, 0), (10, 10), (0, 0), (0, 0)];
    closed.push_ring(&ring.map(|(x, y)| Point::new(x, y)));
    closed.end_polygon();
    closed.end_unit();
    assert_eq!(repeats(&closed), [(0, Point::new(0, 0))]);
    let [spike] = spikes(&areas, 0.1)[..] else { panic!("one spike") };
    assert_eq!((spike.unit, spike.at), (0, Point::new(50_000, -20_000)));
    // As wide as two cells it is gone once the tolerance is three.
    let cleaned = settled(&areas, &[], 0.035, Settling::default());
    assert_eq!(spikes(&written(&cleaned, 2), 0.1), []);
    assert_eq!(repeats(&written(&cleaned, 2)), []);
}

/// How far a point lies from the nearest line of some areas, metres.
fn from_lines(areas: &Areas, p: Point) -> f64 {
    let scale = Scale::at(p.y);
    let rings = (0..areas.ring_ends.len()).map(|ring| areas.ring(ring));
    let pairs = rings.flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    pairs
        .map(|(a, b)| {
            let way = |to: &Point| [f64::from(to.x - p.x) * scale.x, f64::from(to.y - p.y) * scale.y];
            let (a, b) = (way(a), way(b));
            let d = [b[0] - a[0], b[1] - a[1]];
            let length2 = d[0] * d[0] + d[1] * d[1];
            let t = if length2 > 0.0 { (-(a[0] * d[0] + a[1] * d[1]) / length2).clamp(0.0, 1.0) } else { 0.0 };
            (a[0] + t * d[0]).hypot(a[1] + t * d[1])
        })
        .fold(f64::INFINITY, f64::min)
}

fn perimeter_m(areas: &Areas, unit: usize) -> f64 {
    let rings = areas.rings_of_unit(unit);
    rings
        .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)))
        .map(|(a, b)| Scale::at(a.y).distance(*a, *b))
        .sum()
}

/// What cleaning promises of any layer.
fn keeps_promises(areas: &Areas, tolerance_m: f64, settling: Settling, name: &str) {
    let count = areas.units();
    let exact = settled(areas, &[], 0.0, Settling { claim: settling.claim, gap_m2: 0.0, ..Settling::default() });
    let cleaned = settled(areas, &[], tolerance_m, settling);
    let as_found = Settling { claim: settling.claim, gap_m2: 0.0, ..Settling::default() };
    let again = settled(&written(&cleaned, count), &[], 0.0, as_found);
    for fault in &again.faults {
        match fault {
            // What is left of gaps was above the thresholds, and was said.
            Fault::Gap { area_m2, .. } => {
                assert!(*area_m2 >= settling.gap_m2, "{name}: {fault:?}");
                assert!(cleaned.faults.iter().any(|known| matches!(known, Fault::Gap { .. })), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(cleaned.furthest.is_none_or(|(far, _)| far <= tolerance_m + 1e-9), "{name}: {:?}", cleaned.furthest);
    let (before, after) = (land(&exact, count), land(&cleaned, count));
    for unit in 0..count {
        let gone = cleaned
            .faults
            .iter()
            .any(|fault| matches!(fault, Fault::Vanished { unit: lost, .. } if *lost == unit as u32));
        let has_land = perimeter_m(areas, unit) * tolerance_m < before[unit];
        assert!(after[unit] > 0.0 || gone || !has_land, "{name}: unit {unit} lost its land");
        let touching: f64 = exact
            .faults
            .iter()
            .map(|fault| match fault {
                Fault::Overlap { units, area_m2, .. } if units.contains(&(unit as u32)) => *area_m2,
                Fault::Gap { around, area_m2, .. } if around.contains(&(unit as u32)) => *area_m2,
                Fault::Slivers { area_m2, .. } => *area_m2,
                _ => 0.0,
            })
            .sum();
        // A seam that was open at its ends is a gap once they are snapped together.
        let given =
            cleaned.settled.iter().filter(|piece| piece.owner == unit as u32 || piece.claimed.contains(&(unit as u32)));
        let touching = touching + given.map(|piece| piece.area_m2).sum::<f64>();
        let change = (after[unit] - before[unit]).abs();
        let allowed = touching + perimeter_m(areas, unit) * (tolerance_m + CELL_M) + 0.1;
        assert!(change <= allowed, "{name}: unit {unit} changed by {change} m² of {allowed}");
    }
}

#[test]
fn real_layers_come_out_clean() {
    let settling = Settling { gap_width_m: 1.0, ..Settling::default() };
    for file in [
        "2k-mapshaper-shared-borders/features/clean/ex5_three_precincts.json",
        "2k-mapshaper-shared-borders/features/clean/ex23_three_ca_precincts.json",
        "3b-seattle-police/city-council-districts.geojson",
        "3p-click-that-hood-dev/atlanta.geojson",
        "3p-click-that-hood-dev/esztergom.geojson",
        "3p-click-that-hood-dev/las-vegas.geojson",
        "3p-click-that-hood-dev/rockville.geojson",
    ] {
        let Some(path) = shared(&format!("data/{file}")) else { return };
        keeps_promises(&areas_of(&path), 0.1, settling, file);
    }
}

proptest! {
    #![proptest_config(crate::cases(100))]

    /// Squares whose rings were each drawn a little apart, with corners doubled or left out, and others drawn over them.
    #[test]
    fn dirty_squares_come_out_clean(
        shifts in prop::collection::vec((-40..41_i32, -40..41_i32), 9 * 4),
        drops in prop::collection::vec(0..6_u8, 9 * 4),
        over in prop::collection::vec((0..30_000_i32, 0..30_000_i32, 500..9_000_i32), 0..3),
        claim in prop::sample::select(vec![Claim::Rank, Claim::Largest, Claim::LongestBorder]),
        gap_m2 in prop::sample::select(vec![1.0, 50.0, 5_000.0]),
        tolerance_m in prop::sample::select(vec![0.0, 0.1, 0.5, 2.0]),
    ) {
        let mut rings = Vec::new();
        for block in 0..9_usize {
            let corners = square(block as i32 % 3 * 10_000, block as i32 / 3 * 10_000, 10_000);
            let mut ring = Vec::new();
            for (at, (x, y)) in corners.into_iter().enumerate() {
                let (dx, dy) = shifts[block * 4 + at];
                match drops[block * 4 + at] {
                    // The middle of the side is drawn too, or the corner twice.
                    0 => ring.extend([(x + dx, y + dy), (x + dx, y + dy)]),
                    1 => ring.extend([(x + dx, y + dy), (x + dy, y - dx)]),
                    _ => ring.push((x + dx, y + dy)),
                }
            }
            rings.push(ring);
        }
        rings.extend(over.iter().map(|&(x, y, size)| square(x, y, size)));
        let areas = units(&rings);
        keeps_promises(&areas, tolerance_m, Settling { claim, gap_m2, gap_width_m: 0.5, strip_width_m: 0.5 }, "squares");
        // Ends of strips that are closed lie between the lines.
        let settling = Settling { claim, gap_m2, gap_width_m: 0.5, strip_width_m: 0.0 };
        let cleaned = settled(&areas, &[], tolerance_m, settling);
        for (_, border) in cleaned.coverage.borders().iter() {
            for &point in border.points.iter() {
                let far = from_lines(&areas, point);
                prop_assert!(far <= tolerance_m + 2.0 * CELL_M, "{point:?} is {far} m from every line of the file");
            }
        }
    }
}

fn clean(args: &[&str], files: &[&Path], out: &Path) -> serde_json::Value {
    let run =
        Command::new(env!("CARGO_BIN_EXE_wangge")).arg("clean").args(args).args(files).arg("-o").arg(out).output();
    let run = run.unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn geojson(rings: &[Vec<(i32, i32)>]) -> String {
    let features = rings.iter().enumerate().map(|(at, ring)| {
        let place = |&(x, y): &(i32, i32)| serde_json::json!([110.0 + f64::from(x) * 1e-7, 20.0 + f64::from(y) * 1e-7]);
        let ring: Vec<_> = ring.iter().chain(ring.first()).map(place).collect();
        serde_json::json!({"type": "Feature", "properties": {"code": format!("{at}"), "name": format!("网格{at}")},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    });
    serde_json::json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()}).to_string()
}

#[test]
fn clean_lists_every_repair_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("grids.geojson"), folder.path().join("out.geojson"));
    // An overlap 9 m wide, a doubled vertex, a bow-tie, and an enclosed gap 0.4 m wide and 20 m long.
    let rings = [
        vec![(0, 0), (10_000, 0), (10_000, 0), (10_000, 10_000), (0, 10_000)],
        vec![(9_100, 0), (20_000, 0), (20_000, 10_000), (9_100, 10_000)],
        vec![(30_000, 0), (40_000, 10_000), (40_000, 0), (30_000, 10_000)],
        vec![
            (0, -10_000),
            (20_000, -10_000),
            (20_000, 0),
            (14_000, 0),
            (14_000, -40),
            (12_000, -40),
            (12_000, 0),
            (0, 0),
        ],
    ];
    std::fs::write(&file, geojson(&rings)).unwrap();
    let report = clean(&["--json"], &[&file], &out);
    let of = |rule: &str| -> Vec<&serde_json::Value> {
        report["repairs"].as_array().unwrap().iter().filter(|repair| repair["rule"] == rule).collect()
    };
    for rule in ["overlap", "duplicate-vertex", "self-crossing", "gap"] {
        let [repair] = of(rule)[..] else { panic!("{rule}: {report}") };
        assert!(repair["lon"].is_number() && repair["lat"].is_number(), "{repair}");
        assert!(report["before"][rule] == 1 && report["after"][rule].is_null(), "{rule}: {report}");
    }
    assert_eq!(of("overlap")[0]["zones"], serde_json::json!(["0", "1"]));
    let kept = std::fs::read_to_string(&out).unwrap();
    assert!((0..4).all(|at| kept.contains(&format!("网格{at}"))));
    // A gap that is wider than asked for stays, and is told.
    let report = clean(&["--json", "--gap-width", "0.1", "--overlaps", "border"], &[&file], &out);
    assert_eq!(report["after"]["gap"], 1);
}

#[test]
fn zones_of_one_value_are_written_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("blocks.geojson"), folder.path().join("out.geojson"));
    let feature = |(at, town): (i32, Option<&str>)| {
        let ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
            .map(|(x, y)| [110.3 + f64::from(at + x) * 0.001, 20.0 + f64::from(y) * 0.001]);
        let geometry = serde_json::json!({"type": "Polygon", "coordinates": [ring]});
        serde_json::json!({"type": "Feature", "properties": {"code": at, "town": town}, "geometry": geometry})
    };
    let blocks = [(0, Some("东")), (1, Some("西")), (2, Some("西")), (3, None), (4, Some("东"))].map(feature);
    let collection = serde_json::json!({"type": "FeatureCollection", "features": blocks});
    std::fs::write(&file, collection.to_string()).unwrap();
    clean(&["--json", "--dissolve", "town"], &[&file], &out);
    let written: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let told = |feature: &serde_json::Value| {
        let town = feature["properties"]["town"].as_str().map(str::to_owned);
        (town, feature["geometry"]["type"].as_str().unwrap().to_owned())
    };
    let zones: Vec<_> = written["features"].as_array().unwrap().iter().map(told).collect();
    let of = |town: Option<&str>, shape: &str| (town.map(str::to_owned), shape.to_owned());
    assert_eq!(zones, [of(Some("东"), "MultiPolygon"), of(Some("西"), "Polygon"), of(None, "Polygon")]);
    let mut refused = Command::new(env!("CARGO_BIN_EXE_wangge"));
    refused.args(["clean", "--dissolve", "nobody", "-o"]);
    let refused = refused.arg(&out).arg(&file).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn tiers_cleaned_together_nest() {
    let folder = tempfile::tempdir().unwrap();
    let (grids, towns) = (folder.path().join("grids.geojson"), folder.path().join("towns.geojson"));
    let out = folder.path().join("out");
    std::fs::write(&grids, geojson(&[square(0, 0, 10_000), square(10_000, 0, 10_000), square(20_000, 0, 10_000)]))
        .unwrap();
    // The line between the towns runs 5 m west of that between the grids.
    std::fs::write(
        &towns,
        geojson(&[
            vec![(0, 0), (9_500, 0), (9_500, 10_000), (0, 10_000)],
            vec![(9_500, 0), (30_000, 0), (30_000, 10_000), (9_500, 10_000)],
        ]),
    )
    .unwrap();
    let tiers = [format!("grid={}", grids.display()), format!("town={}", towns.display())];
    let report = clean(&["--json", "--nest", "label", "--tier", &tiers[0], "--tier", &tiers[1]], &[], &out);
    assert!(report["before"]["outside-parent"].as_u64() > Some(0), "{report}");
    assert!(report["after"]["outside-parent"].is_null(), "{report}");
    let moved = report["repairs"].as_array().unwrap().iter().filter(|repair| repair["rule"] == "outside-parent");
    assert!(moved.count() > 0);
    let towns = std::fs::read_dir(&out).unwrap().map(|file| areas_of(&file.unwrap().path()));
    let mut counts: Vec<usize> = towns.map(|areas| areas.units()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 3]);
    assert!(Bounds::of(&areas_of(&grids).points).max.x > 0);
}
