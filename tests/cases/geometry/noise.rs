//! Real maps, each ring drawn again with a little noise, as files are that went through other programs.

use proptest::prelude::*;
use serde_json::Value;
use wangge::base::Progress;
use wangge::geometry::{Areas, Point};
use wangge::topology::{Settling, label, overlay, settle};

use crate::cases::case;

/// Metres a cell is high.
const CELL_M: f64 = 0.0112;

/// Rings of the 123 grids of a city in degrees.
fn city() -> Vec<Vec<[f64; 2]>> {
    let mut files: Vec<_> =
        std::fs::read_dir(case("047-file-per-town-haikou")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut rings = Vec::new();
    for file in files {
        let map: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for feature in map["features"].as_array().unwrap() {
            let geometry = &feature["geometry"];
            assert_eq!(geometry["type"], "Polygon");
            rings.push(serde_json::from_value(geometry["coordinates"][0].clone()).unwrap());
        }
    }
    assert_eq!(rings.len(), 123);
    rings
}

/// The rings with every coordinate moved by up to `size` degrees, each by its own number.
fn noisy(rings: &[Vec<[f64; 2]>], size: f64, seed: u64) -> Areas {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) * size
    };
    let mut areas = Areas::default();
    for ring in rings {
        let points: Vec<Point> =
            ring.iter().map(|&[lon, lat]| Point::from_degrees(lon + next(), lat + next()).unwrap()).collect();
        areas.push_ring(&points[..points.len() - 1]);
        areas.end_polygon();
        areas.end_unit();
    }
    areas
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases(400).cases / 20 + 1, ..crate::cases(400) })]

    /// Alone and as two and three layers, snapped and not: proven, and no vertex moved further than the tolerance and a cell.
    #[test]
    fn real_maps_with_noise_come_out(exponent in -11..-6_i32, seed: [u64; 3], snaps: bool) {
        let (rings, size, progress) = (city(), 10_f64.powi(exponent), Progress::default());
        let tolerance_m = if snaps { None } else { Some(0.0) };
        let built = settle(&noisy(&rings, size, seed[0]), &[], tolerance_m, Settling::default(), &progress).unwrap();
        prop_assert_eq!(built.coverage.prove(), Ok(()));
        prop_assert!(built.furthest.is_none_or(|(far, _)| far <= built.tolerance_m + CELL_M));
        let owned: std::collections::BTreeSet<u32> = built.owner.iter().flatten().copied().collect();
        prop_assert_eq!(owned.len(), rings.len());
        let second = noisy(&rings, size, seed[1]);
        let labels = label(&built.coverage, &second, tolerance_m, &progress).unwrap();
        // Slivers of a few cells' width go one way or the other; grids do not.
        for (id, _) in built.coverage.faces().iter().filter(|(_, face)| built.coverage.area_m2(face) > 100.0) {
            prop_assert_eq!(labels.owner[id.0 as usize], built.owner[id.0 as usize]);
        }
        let two = overlay(&built.coverage, &second, tolerance_m, &progress).unwrap();
        prop_assert_eq!(two.coverage.prove(), Ok(()));
        let three = overlay(&two.coverage, &noisy(&rings, size, seed[2]), tolerance_m, &progress).unwrap();
        prop_assert_eq!(three.coverage.prove(), Ok(()));
    }
}
