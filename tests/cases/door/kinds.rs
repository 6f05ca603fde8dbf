//! Files and folders of one kind: what their names say does not part what belongs together, and what is kept out is told.

use std::path::{Path, PathBuf};

use serde_json::{Value, json as value};

use super::super::{json, nine};
use super::{features, run, said};

/// Writes features as a collection.
pub(super) fn collection(path: &Path, features: &[Value]) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, value!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
    path.to_owned()
}

/// A rectangle with properties.
pub(super) fn land(properties: &Value, [west, south, east, north]: [f64; 4]) -> Value {
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    value!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// A folder of files with the nine grids parted among them.
pub(super) fn parted(folder: &Path, files: &[(&str, std::ops::Range<usize>)]) -> PathBuf {
    let all = features(&nine());
    for (name, range) in files {
        collection(&folder.join(name), &all[range.clone()]);
    }
    folder.to_owned()
}

/// What an export of the files holds; it is not refused.
pub(super) fn exported(folder: &Path, files: &[PathBuf]) -> Vec<Value> {
    let done = run(folder, "export", files, &["--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    features(&folder.join("out.geojson"))
}

fn problems(checked: &Value) -> Vec<Value> {
    checked["problems"].as_array().unwrap().clone()
}

#[test]
fn a_047_files_named_after_places_are_one_tier() {
    for names in [
        ["中山街道.geojson", "长流镇.geojson", "海秀.geojson"],
        ["会南村.geojson", "振兴社区.geojson", "城西居委会.geojson"],
        ["a网格.geojson", "b责任区.geojson", "c社区.geojson"],
        ["north grid.geojson", "harbour.geojson", "old town.geojson"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let files = [(names[0], 0..3), (names[1], 3..5), (names[2], 5..9)];
        let input = [parted(&folder.path().join("in"), &files)];
        assert_eq!(exported(folder.path(), &input).len(), 9, "{names:?}");
        let check = json(&run(folder.path(), "check", &input, &["--json"]));
        let told = check["problems"].to_string();
        // Names that say the same are no doubt.
        let same = names[0].starts_with("会南村");
        assert!(same || told.contains("taken as one layer of zones"), "{names:?}: it is said: {told}");
        assert!(!told.contains("do not nest") && !told.contains(" m off "), "{names:?}: {told}");
        let clean = json(&run(folder.path(), "clean", &input, &["-o", "clean.geojson", "--json"]));
        assert_eq!(clean["repairs"], value!([]), "{names:?}");
        assert_eq!(features(&folder.path().join("clean.geojson")).len(), 9, "{names:?}");
    }
}

#[test]
fn a_047_haikou_whatever_the_files_are_called() {
    let source = super::case("047-file-per-town-haikou");
    let mut names: Vec<String> = std::fs::read_dir(&source)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with("geojson"))
        .collect();
    names.sort();
    type Called = fn(usize, &str) -> String;
    let called: [Called; 4] = [
        |_, name| name.replace("网格", ""),
        |at, name| if at % 3 == 0 { name.replace("网格", "") } else { name.to_owned() },
        |at, name| if at % 2 == 0 { name.to_owned() } else { name.replace("网格", "社区") },
        |at, name| if at == 4 { "old grid.geojson".to_owned() } else { name.replace("网格", "") },
    ];
    for call in called {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        std::fs::create_dir(&input).unwrap();
        for (at, name) in names.iter().enumerate() {
            std::fs::copy(source.join(name), input.join(call(at, name))).unwrap();
        }
        assert_eq!(exported(folder.path(), &[input]).len(), 123, "{}", call(0, &names[0]));
    }
}

/// A KML of folders, each with the placemarks of some of nine squares.
fn kml(folders: &[(&str, std::ops::Range<usize>)]) -> String {
    let mark = |at: usize| {
        let (x, y) = (110.3 + 0.01 * (at % 3) as f64, 20.0 + 0.01 * (at / 3) as f64);
        let (east, north) = (x + 0.01, y + 0.01);
        format!(
            "<Placemark><name>格{at}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{x},{y} {east},{y} \
             {east},{north} {x},{north} {x},{y}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    };
    let folder = |(name, range): &(&str, std::ops::Range<usize>)| {
        let marks: String = range.clone().map(mark).collect();
        if name.is_empty() { marks } else { format!("<Folder><name>{name}</name>{marks}</Folder>") }
    };
    format!("<kml><Document>{}</Document></kml>", folders.iter().map(folder).collect::<String>())
}

#[test]
fn a_023_folders_named_after_places_are_one_tier() {
    for (name, folders) in [
        ("two.kml", vec![("振兴社区", 0..4), ("会南村", 4..9)]),
        ("four.kml", vec![("中山街道", 0..3), ("长流镇", 3..5), ("城西居委会", 5..7), ("东线片区", 7..9)]),
        ("责任网格.kml", vec![("振兴社区", 0..4), ("会南社区", 4..6), ("", 6..9)]),
        ("same.kml", vec![("网格", 0..1), ("网格", 1..2), ("网格", 2..9)]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, kml(&folders)).unwrap();
        assert_eq!(exported(folder.path(), &[path]).len(), 9, "{name}");
    }
}

#[test]
fn a_023_folders_of_one_name_are_no_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("same.kml");
    std::fs::write(&path, kml(&[("网格", 0..1), ("网格", 1..2), ("网格", 2..3)])).unwrap();
    let check = json(&run(folder.path(), "check", std::slice::from_ref(&path), &["--json"]));
    assert!(check["counts"]["duplicate-code"].is_null(), "{check}");
    assert_eq!(exported(folder.path(), &[path]).len(), 3);
}

#[test]
fn b_047_each_file_keeps_its_own_columns() {
    let folder = tempfile::tempdir().unwrap();
    let all = features(&nine());
    let own = all[..4].iter().map(|feature| {
        let mut feature = feature.clone();
        let old = feature["properties"].clone();
        feature["properties"] = value!({"网格编码": old["code"], "网格名称": old["name"]});
        feature
    });
    let files = [
        collection(&folder.path().join("乙镇网格.geojson"), &own.collect::<Vec<_>>()),
        collection(&folder.path().join("甲镇网格.geojson"), &all[4..]),
    ];
    let check = json(&run(folder.path(), "check", &files, &["--json"]));
    assert!(check["counts"]["missing-code"].is_null() && check["counts"]["missing-name"].is_null(), "{check}");
    let points = folder.path().join("points.csv");
    std::fs::write(&points, "lon,lat\n110.305,20.005\n110.325,20.025\n").unwrap();
    let both = folder.path().join("both");
    std::fs::create_dir(&both).unwrap();
    for file in &files {
        std::fs::copy(file, both.join(file.file_name().unwrap())).unwrap();
    }
    let args = ["--zones", both.to_str().unwrap(), "--points", "points.csv", "-o", "l.csv"];
    let located = run(folder.path(), "locate", &[], &args);
    let rows = std::fs::read_to_string(folder.path().join("l.csv")).unwrap_or_else(|_| said(&located));
    assert!(rows.contains("460105001001") && rows.contains("460105001009"), "{rows}");
}

#[test]
fn b_047_files_of_one_name_take_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let files = [("甲镇/grids.geojson", 0..4), ("乙镇/grids.geojson", 4..9)];
    let input = parted(&folder.path().join("in"), &files);
    let mut towns: Vec<String> = exported(folder.path(), &[input])
        .iter()
        .map(|feature| feature["properties"]["file"].as_str().unwrap().to_owned())
        .collect();
    towns.sort();
    towns.dedup();
    assert_eq!(towns, ["乙镇", "甲镇"]);
}

#[test]
fn a_047_words_for_kinds_alone_are_tiers() {
    let folder = tempfile::tempdir().unwrap();
    let town = land(&value!({"code": "460105001001", "name": "甲镇"}), [110.3, 20.0, 110.31, 20.01]);
    let grid = land(&value!({"code": "460105001009", "name": "外"}), [110.32, 20.02, 110.33, 20.03]);
    for (one, other) in [("镇", "外网格"), ("towns", "grids"), ("镇街界", "网格2024")] {
        let files = [
            collection(&folder.path().join(format!("{one}.geojson")), std::slice::from_ref(&town)),
            collection(&folder.path().join(format!("{other}.geojson")), std::slice::from_ref(&grid)),
        ];
        let check = json(&run(folder.path(), "check", &files, &["--json"]));
        let told = check["problems"].to_string();
        assert!(told.contains("lies outside every "), "{one}: {told}");
        assert!(!told.contains("do not nest") && !told.contains("reference layer"), "{one}: {told}");
        let refused = run(folder.path(), "export", &files, &["--format", "geojson", "-o", "out.geojson"]);
        assert_eq!(refused.status.code(), Some(3), "{one}: {}", said(&refused));
    }
}

#[test]
fn c_061_land_outside_every_town_is_told_whatever_its_share() {
    let folder = tempfile::tempdir().unwrap();
    let town = land(&value!({"code": "460105001", "name": "甲镇"}), [110.3, 20.0, 110.315, 20.01]);
    let grid = |number: u32, west: f64, east: f64| {
        land(
            &value!({"code": format!("46010500100{number}"), "name": format!("{number}号")}),
            [west, 20.0, east, 20.01],
        )
    };
    for (east, words) in [(110.32, "2号 reaches 57"), (110.35, "2号 reaches 405"), (110.316, "2号 reaches 11")] {
        let files = [
            collection(&folder.path().join("town.geojson"), std::slice::from_ref(&town)),
            collection(&folder.path().join("two网格.geojson"), &[grid(1, 110.3, 110.31), grid(2, 110.31, east)]),
        ];
        let check = json(&run(folder.path(), "check", &files, &["--json"]));
        let all = problems(&check);
        let told = all.iter().find(|problem| problem["reason"].as_str().unwrap().starts_with(words));
        let told = told.unwrap_or_else(|| panic!("{east}: {check}"));
        assert_eq!(told["severity"], "error", "{told}");
        assert!(told["reason"].as_str().unwrap().contains("outside every town"), "{told}");
        assert!(check["counts"]["suspected-datum-shift"].is_null(), "{east}: {check}");
        assert_eq!(check["counts"]["outside-parent"], 1, "{east}: {check}");
    }
}

#[test]
fn b_047_equal_cells_are_no_shift() {
    let folder = tempfile::tempdir().unwrap();
    let lattice = |name: &str, digits: usize, west: f64| {
        let cell = |at: usize| {
            let (x, y) = (west + 0.01 * (at % 8) as f64, 20.0 + 0.01 * (at / 8) as f64);
            land(&value!({"code": format!("{at:0digits$}"), "name": format!("{at}")}), [x, y, x + 0.01, y + 0.01])
        };
        collection(&folder.path().join(name), &(0..64).map(cell).collect::<Vec<_>>())
    };
    // The second lattice begins two and a half columns to the east.
    let files = [lattice("a.geojson", 12, 110.3), lattice("b.geojson", 15, 110.325)];
    let check = json(&run(folder.path(), "check", &files, &["--json"]));
    assert!(check["counts"]["suspected-datum-shift"].is_null(), "{check}");
}

#[test]
fn b_021_the_same_zones_twice_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.geojson");
    std::fs::copy(nine(), &copy).unwrap();
    let some = collection(&folder.path().join("some.geojson"), &features(&nine())[..4]);
    for files in [vec![nine(), copy], vec![nine(), some]] {
        let check = json(&run(folder.path(), "check", &files, &["--json"]));
        assert!(check["problems"].to_string().contains("holds the same zones as"), "{check}");
    }
    let towns = [land(&value!({"code": "460105001", "name": "甲"}), [110.3, 20.0, 110.33, 20.03])];
    let towns = collection(&folder.path().join("镇街.geojson"), &towns);
    let check = json(&run(folder.path(), "check", &[nine(), towns], &["--json"]));
    assert!(!check["problems"].to_string().contains("holds the same zones"), "{check}");
}
