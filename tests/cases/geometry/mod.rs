//! Geometry that always comes out.

mod arrangements;

use std::path::Path;

use serde_json::Value;

use super::{case, json, wangge};

/// What `check` says of some files, as JSON.
fn check(args: &[&str], files: &[&Path]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut all: Vec<&Path> = vec![Path::new("check"), Path::new("--json")];
    all.extend(args.iter().map(Path::new));
    all.extend(files);
    json(&wangge(folder.path(), &all))
}

/// What `clean` says of a file, and the file it wrote.
fn clean(args: &[&str], file: &Path, out: &Path) -> Value {
    let mut all: Vec<&Path> = vec![Path::new("clean"), Path::new("--json")];
    all.extend(args.iter().map(Path::new));
    all.extend([file, Path::new("-o"), out]);
    let run = wangge(out.parent().unwrap(), &all);
    assert_ne!(run.status.code(), Some(2), "{}", String::from_utf8_lossy(&run.stderr));
    json(&run)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Problems of a rule.
fn of<'a>(report: &'a Value, rule: &str) -> Vec<&'a Value> {
    report["problems"].as_array().unwrap().iter().filter(|problem| problem["rule"] == rule).collect()
}

/// Files whose crossings, rounded, made other crossings for ever. Each is judged, mended and written, twice alike.
#[test]
fn c_061_still_crossing() {
    for name in ["still-crossing-7-decimals", "check-still-crossing", "clean-still-crossing"] {
        let file = case(&format!("061-geometry/{name}.geojson"));
        check(&[], &[&file]);
        check(&["--tolerance", "0"], &[&file]);
        let folder = tempfile::tempdir().unwrap();
        let (once, twice) = (folder.path().join("once.geojson"), folder.path().join("twice.geojson"));
        clean(&[], &file, &once);
        clean(&[], &once, &twice);
        assert_eq!(std::fs::read(&once).unwrap(), std::fs::read(&twice).unwrap(), "{name}");
        let features = |path: &Path| read(path)["features"].as_array().unwrap().len();
        assert_eq!(features(&once), features(&file), "{name}");
    }
    let [grids, towns] =
        ["grids", "towns"].map(|name| case(&format!("061-geometry/open-still-crossing-{name}.geojson")));
    for args in [vec![], vec!["--nest", "overlay"], vec!["--nest", "label"], vec!["--tolerance", "0"]] {
        let report = check(&args, &[&grids, &towns]);
        assert!(report["problems"].is_array(), "{args:?}");
    }
}

/// The land of the file's features, in square cells of 1e-7 degree.
fn cells(file: &Path) -> Vec<f64> {
    let ring = |ring: &Value| {
        let points: Vec<[f64; 2]> = serde_json::from_value(ring.clone()).unwrap();
        let [ox, oy] = points[0];
        let cross = |a: &[f64; 2], b: &[f64; 2]| (a[0] - ox) * (b[1] - oy) - (b[0] - ox) * (a[1] - oy);
        points.windows(2).map(|pair| cross(&pair[0], &pair[1])).sum::<f64>() / 2.0 * 1e14
    };
    let polygon = |polygon: &Value| polygon.as_array().unwrap().iter().map(ring).sum::<f64>();
    let land = |feature: &Value| {
        let geometry = &feature["geometry"];
        match geometry["type"].as_str() {
            Some("Polygon") => polygon(&geometry["coordinates"]),
            Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().iter().map(polygon).sum(),
            _ => 0.0,
        }
    };
    read(file)["features"].as_array().unwrap().iter().map(land).collect()
}

/// Rings drawn over themselves: the land of the first zone after cleaning, in squares of 0.01 degree, and what is said.
#[test]
fn a_030_rings_drawn_over_themselves_keep_their_land() {
    for (name, land) in [("overdrawn_two_sides", 1.0), ("twice", 1.0), ("twice_closed_inside", 1.0)] {
        let file = case(&format!("030-ring/{name}.geojson"));
        let report = check(&[], &[&file]);
        let [said] = of(&report, "self-crossing")[..] else { panic!("{name}: {report}") };
        assert!(said["area_m2"].as_f64().unwrap() > 0.4 * 1.16e6, "{name}: {said}");
        assert!(of(&report, "null-geometry").is_empty(), "{name}");
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out.geojson");
        clean(&[], &file, &out);
        assert!((cells(&out)[0] / 1e10 - land).abs() < 1e-6, "{name}: {:?}", cells(&out));
    }
}

/// What the even-odd rule takes out is named with its area.
#[test]
fn a_030_what_even_odd_takes_out_is_told() {
    for (name, taken) in [("overshoot", 0.08), ("pentagram", f64::NAN)] {
        let report = check(&[], &[&case(&format!("030-ring/{name}.geojson"))]);
        let said = of(&report, "self-crossing");
        let told = said.iter().filter_map(|problem| problem["area_m2"].as_f64()).sum::<f64>();
        assert!(told > 0.0, "{name}: {report}");
        let text = report.to_string();
        assert!(!text.contains("loop was kept") && text.contains("left out of its land"), "{name}: {text}");
        // A square of 0.01 degree has 1.158 km² here.
        assert!(taken.is_nan() || (told / 1.158e6 / taken - 1.0).abs() < 0.01, "{name}: {told}");
    }
}

#[test]
fn c_061_parts_overlap_is_reported() {
    let report = check(&[], &[&case("061-geometry/parts-overlap-not-reported.geojson")]);
    let [said] = of(&report, "self-crossing")[..] else { panic!("{report}") };
    // Two of three parts of 0.03 × 0.01 degree.
    let area = said["area_m2"].as_f64().unwrap();
    assert!((area / (2.0 * 1.158e6) - 1.0).abs() < 0.01, "{said}");
    assert!(said["reason"].as_str().unwrap().contains("overlap"));
}

/// The pair of two zones names one of them as the owner, or says that a third one claims the land too.
#[test]
fn c_060_pair_of_two_names_one_of_them() {
    let report = check(&[], &[&case("060-strips/triple.geojson")]);
    let pairs = of(&report, "overlap");
    assert_eq!(pairs.len(), 3, "{report}");
    for pair in pairs {
        let remedy = pair["remedies"][0].as_str().unwrap();
        let zones: Vec<&str> = pair["zones"].as_array().unwrap().iter().map(|zone| zone.as_str().unwrap()).collect();
        assert!(zones.iter().any(|zone| remedy == format!("Given to {zone}; paint it if that is wrong")), "{pair}");
    }
}
