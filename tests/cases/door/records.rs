//! What is lost on reading, and zones without land: named, kept, and at the gate of every command that writes.

use std::path::{Path, PathBuf};

use calamine::Reader as _;
use serde_json::{Value, json};
use wangge::base::Progress;
use wangge::io::open::{Options, open};

use super::super::{case, json as printed, nine, wangge};
use super::{accounts, features, run, said};

/// The fates of the one file of a plan.
fn fates(check: &Value) -> (Value, Value) {
    let account = &check["files"][0];
    (account["read"].clone(), account["fates"].clone())
}

/// A shapefile of the cases in a folder, with another index or none.
fn damaged(folder: &Path, index: Option<&[u8]>) -> PathBuf {
    let from = case("018-shp/gap_between_records");
    for ending in ["shp", "dbf", "prj", "cpg"] {
        std::fs::copy(from.join(format!("grids.{ending}")), folder.join(format!("grids.{ending}"))).unwrap();
    }
    if let Some(index) = index {
        std::fs::write(folder.join("grids.shx"), index).unwrap();
    }
    folder.join("grids.shp")
}

/// Shapes behind a hole are found by their own numbers, whatever the index says.
#[test]
fn a_018_shp_shapes_behind_a_hole_are_read_whatever_the_index_says() {
    let whole = std::fs::read(case("018-shp/gap_between_records/grids.shx")).unwrap();
    // No index, one that is cut off, one of another file.
    let empty = &whole[..100];
    let other = std::fs::read(case("036-shp-ogr/grids.shx")).unwrap();
    for index in [None, Some(empty), Some(&other[..])] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let input = [damaged(at, index)];
        let done = run(at, "export", &input, &["--format", "geojson", "-o", "out.geojson"]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        let check = printed(&run(at, "check", &input, &["--json"]));
        assert_eq!(fates(&check), (json!(9), json!([{"count": 9, "fate": "zone"}])));
    }
}

/// Nine grids, the first of them with another geometry.
fn with_first(folder: &Path, geometry: &Value) -> PathBuf {
    let mut map: Value = serde_json::from_str(&std::fs::read_to_string(nine()).unwrap()).unwrap();
    if geometry == "absent" {
        map["features"][0].as_object_mut().unwrap().shift_remove("geometry");
    } else {
        map["features"][0]["geometry"] = geometry.clone();
    }
    let path = folder.join("grids.geojson");
    std::fs::write(&path, map.to_string()).unwrap();
    path
}

/// Whatever stands in the place of the land of the first grid: nine zones, the one without land by its code, and a record
/// of it in every file.
#[test]
fn a_022_a_zone_without_land_is_named_whatever_it_is_drawn_as() {
    let line = json!([[110.3, 20.0], [110.31, 20.0], [110.31, 20.01]]);
    for geometry in [
        json!("absent"),
        json!(null),
        json!({"type": "Polygon", "coordinates": []}),
        json!({"type": "Polygon", "coordinates": [[]]}),
        json!({"type": "Polygon", "coordinates": [[[110.3, 20.0], [110.31, 20.0], [110.3, 20.0]]]}),
        json!({"type": "MultiPolygon", "coordinates": []}),
        json!({"type": "MultiPolygon", "coordinates": [[]]}),
        json!({"type": "GeometryCollection", "geometries": []}),
        json!({"type": "GeometryCollection", "geometries": [{"type": "LineString", "coordinates": line}]}),
        json!({"type": "LineString", "coordinates": line}),
        json!({"type": "LineString", "coordinates": []}),
        json!({"type": "MultiLineString", "coordinates": [line, line]}),
        json!({"type": "Point", "coordinates": [110.305, 20.005]}),
        json!({"type": "MultiPoint", "coordinates": [[110.305, 20.005], [110.306, 20.005]]}),
        json!({"type": "MultiPoint", "coordinates": []}),
        json!({"type": "POLYGON", "coordinates": [[[110.3, 20.0], [110.31, 20.0], [110.31, 20.01], [110.3, 20.0]]]}),
        json!({"type": "Polygon", "coordinates": [[[110.3, "x"], [110.31, 20.0], [110.31, 20.01], [110.3, 20.0]]]}),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let input = [with_first(at, &geometry)];
        let check = printed(&run(at, "check", &input, &["--json"]));
        let right = json!([{"count": 8, "fate": "zone"}, {"count": 1, "fate": "record"}]);
        assert_eq!(fates(&check), (json!(9), right), "{geometry}");
        let named = check["problems"].to_string();
        assert!(named.contains("460105001001"), "{geometry}: {named}");
        let clean = run(at, "clean", &input, &["-o", "clean.geojson", "--json"]);
        assert!(clean.status.code() < Some(2), "{geometry}: {}", said(&clean));
        assert!(printed(&clean)["findings"].to_string().contains("460105001001"), "{geometry}");
        assert_eq!(features(&at.join("clean.geojson")).len(), 9, "{geometry}");
        let args = ["--format", "geojson", "-o", "out.geojson", "--accept", "as it is"];
        let export = run(at, "export", &input, &args);
        assert_eq!(export.status.code(), Some(0), "{geometry}: {}", said(&export));
        let written = features(&at.join("out.geojson"));
        let records: Vec<&Value> = written.iter().filter(|one| one["geometry"].is_null()).collect();
        assert_eq!((written.len(), records.len()), (9, 1), "{geometry}");
        assert_eq!(records[0]["properties"]["code"], "460105001001", "{geometry}");
    }
}

/// The record goes into the register, the report and the project too; what comes back from the project has it.
#[test]
fn a_022_the_record_is_in_registers_reports_and_projects() {
    for file in ["polygon_empty_edge", "line_edge", "null_edge"] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let input = [case(&format!("022-empty/{file}.geojson"))];
        for (format, out) in [("xlsx", "out.xlsx"), ("html", "out.html"), ("project", "out.gpkg")] {
            let done = run(at, "export", &input, &["--format", format, "-o", out]);
            assert_eq!(done.status.code(), Some(0), "{file} as {format}: {}", said(&done));
        }
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(at.join("out.xlsx")).unwrap();
        let name = book.sheet_names()[0].clone();
        let rows: Vec<String> =
            book.worksheet_range(&name).unwrap().rows().skip(3).map(|row| row[1].to_string()).collect();
        assert_eq!(rows, (1..=9).map(|number| format!("46010500100{number}")).collect::<Vec<_>>(), "{file}");
        let page = std::fs::read_to_string(at.join("out.html")).unwrap();
        assert_eq!(page.matches("<tr data-zone=").count(), 9, "{file}");
        let again = run(at, "export", &[at.join("out.gpkg")], &["--format", "geojson", "-o", "again.geojson"]);
        assert_eq!(again.status.code(), Some(0), "{file}: {}", said(&again));
        assert_eq!(features(&at.join("again.geojson")).len(), 9, "{file}");
        // That it has no land is said of it by name where it is written.
        let told = run(at, "export", &input, &["--format", "kml", "-o", "out.kml"]);
        assert!(said(&told).contains("测试1网格 (460105001001) has no land"), "{file}: {}", said(&told));
    }
}

#[test]
fn a_060_strips_two_the_ring_without_land_is_named_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let input = [case("060-strips/two.geojson")];
    let check = printed(&run(at, "check", &input, &["--json"]));
    assert_eq!(fates(&check).1, json!([{"count": 1, "fate": "zone"}, {"count": 1, "fate": "record"}]));
    let problems = check["problems"].as_array().unwrap();
    let about_b = |one: &&Value| one["severity"] == "error" && one.to_string().contains('B');
    assert!(problems.iter().any(|one| about_b(&one)), "{check}");
    let clean = run(at, "clean", &input, &["-o", "clean.geojson", "--json"]);
    assert_eq!(clean.status.code(), Some(1), "{}", said(&clean));
    assert!(!printed(&clean)["findings"].as_array().unwrap().is_empty());
    assert_eq!(features(&at.join("clean.geojson")).len(), 2);
    for format in ["geojson", "topojson", "shp", "gpkg", "kml", "fgb"] {
        let out = format!("out.{format}");
        let done = run(at, "export", &input, &["--format", format, "-o", &out, "--accept", "as it is"]);
        assert_eq!(done.status.code(), Some(0), "{format}: {}", said(&done));
        assert_eq!(accounts(&at.join(&out))[0].read, 2, "{format}");
    }
}

#[test]
fn c_061_features_lost_in_silence_are_told_and_kept_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let input = [case("061-geometry/features-lost-in-silence.geojson")];
    let check = printed(&run(at, "check", &input, &["--json"]));
    for lost in 2..=7 {
        let lost = lost.to_string();
        let told = |one: &Value| {
            one["zones"].as_array().unwrap().iter().any(|zone| *zone == lost.as_str())
                || one["reason"].as_str().unwrap().contains(&format!("({lost}"))
        };
        assert!(check["problems"].as_array().unwrap().iter().any(told), "{lost}: {check}");
    }
    let refused = run(at, "export", &input, &["--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    for (format, out) in [("geojson", "out.geojson"), ("project", "out.gpkg")] {
        let done = run(at, "export", &input, &["--format", format, "-o", out, "--accept", "as it is"]);
        assert_eq!(done.status.code(), Some(0), "{format}: {}", said(&done));
    }
    assert_eq!(features(&at.join("out.geojson")).len(), 7);
    let again = printed(&run(at, "check", &[at.join("out.gpkg")], &["--json"]));
    for found in check["problems"].as_array().unwrap().iter().filter(|one| one["rule"] == "null-geometry") {
        let kept = again["problems"].as_array().unwrap().iter().any(|one| one["reason"] == found["reason"]);
        assert!(kept, "{found} is gone from the project");
    }
    let args = ["--format", "geojson", "-o", "again.geojson", "--accept", "as it is"];
    let done = run(at, "export", &[at.join("out.gpkg")], &args);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert_eq!(features(&at.join("again.geojson")).len(), 7);
}

#[test]
fn a_023_kml_the_folder_of_a_community_is_kept_as_a_property() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let args = ["--format", "geojson", "-o", "out.geojson", "--accept", "as it is"];
    let done = run(at, "export", &[case("023-kml/ge_folders.kml")], &args);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let written = features(&at.join("out.geojson"));
    let of: Vec<&str> = written.iter().map(|one| one["properties"]["file"].as_str().unwrap()).collect();
    assert_eq!(of, ["社区0", "社区0", "社区0", "社区1", "社区1", "社区1", "社区2", "社区2", "社区2"]);
    // Folders in folders, one of them empty, and placemarks beside the folders.
    let mark = |name: &str, x: usize| {
        let west = 110.0 + x as f64 * 0.01;
        let east = west + 0.01;
        format!(
            "<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{west},20 {east},20 \
             {east},20.01 {west},20.01 {west},20</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    };
    let kml = format!(
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{}<Folder><name>甲</name><Folder><name>空</name></Folder>{}\
         <Folder><name>乙</name>{}{}</Folder></Folder></Document></kml>",
        mark("a", 0),
        mark("b", 1),
        mark("c", 2),
        mark("d", 3)
    );
    let path = at.join("grids.kml");
    std::fs::write(&path, kml).unwrap();
    let check = printed(&run(at, "check", std::slice::from_ref(&path), &["--json"]));
    let files = check["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|file| file["read"].as_u64().unwrap()).sum::<u64>(), 4, "{check}");
    assert!(files.iter().all(|file| file["tier"] == files[0]["tier"] && !file["tier"].is_null()), "{check}");
}

/// `DataV`, Gaode and beats: one file a zone, whatever its format; the name of the file is its code.
#[test]
fn c_061_folders_of_one_file_a_zone_have_the_file_name_as_code() {
    let square = |at: usize| {
        let (west, east) = (110.0 + 0.01 * at as f64, 110.01 + 0.01 * at as f64);
        format!("[[[{west},20],[{east},20],[{east},20.01],[{west},20.01],[{west},20]]]")
    };
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    put(
        "东1.geojson",
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{}}}}}"#,
            square(0)
        ),
    );
    put("东2.json", format!(r#"{{"type":"Polygon","coordinates":{}}}"#, square(1)));
    put(
        "西1.geojson",
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"MultiPolygon","coordinates":[{}]}}}}]}}"#,
            square(2)
        ),
    );
    let opened = open(&[folder.path().to_owned()], &Options::default(), &Progress::default()).unwrap();
    assert_eq!((opened.plan.tiers.len(), opened.plan.references.len()), (1, 0));
    let mut codes: Vec<String> = opened.plan.tiers[0].zones.iter().map(|(_, zone)| zone.code.clone()).collect();
    codes.sort();
    assert_eq!(codes, ["东1", "东2", "西1"]);
    // Where the zones have codes of their own, these stay.
    for (at, name) in ["东1.geojson", "东2.json", "西1.geojson"].into_iter().enumerate() {
        put(
            name,
            format!(
                r#"{{"type":"Feature","properties":{{"code":"A{at}"}},"geometry":{{"type":"Polygon","coordinates":{}}}}}"#,
                square(at)
            ),
        );
    }
    let opened = open(&[folder.path().to_owned()], &Options::default(), &Progress::default()).unwrap();
    let mut codes: Vec<String> = opened.plan.tiers[0].zones.iter().map(|(_, zone)| zone.code.clone()).collect();
    codes.sort();
    assert_eq!(codes, ["A0", "A1", "A2"]);
}

/// What is refused because nothing can be used says so, and says of nothing that it was kept.
#[test]
fn c_also_what_is_refused_does_not_say_that_it_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "a.geojson",
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1"},"geometry":null}]}"#,
        ),
        (
            "b.geojson",
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":["x"],"geometry":null},{"type":"Feature","properties":["x"],"geometry":null}]}"#,
        ),
        (
            "c.geojson",
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}}]}"#,
        ),
        (
            "d.geojson",
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Circle"}}]}"#,
        ),
        ("e.geojson", r#"{"type":"FeatureCollection","features":[7]}"#),
        ("f.kml", "<kml><Placemark><name>a</name></Placemark></kml>"),
        ("g.csv", "id,lon,lat\n1,,\n2,,\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let output = wangge(folder.path(), &["check".as_ref(), path.as_os_str()]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let told = said(&output);
        assert!(!told.contains("kept"), "{name}: {told}");
    }
}

/// The doors of all commands are one: a doubt stops what writes, and `--encoding` settles it everywhere.
#[test]
fn c_062_one_door_for_all_commands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let doubt = std::fs::read(case("062-words/clean-ignores-encoding.geojson")).unwrap();
    std::fs::write(at.join("grids.geojson"), &doubt).unwrap();
    std::fs::write(at.join("points.csv"), "lon,lat\n139.76,35.67\n").unwrap();
    let locate = ["--zones", "grids.geojson", "--points", "points.csv", "-o", "out.csv"];
    let rebalance = ["--zones", "grids.geojson", "-o", "out.gpkg", "--epochs", "1"];
    let asked = ["--encoding", "grids.geojson=GB18030"];
    for (command, args) in [
        ("clean", &["grids.geojson", "-o", "out.geojson"][..]),
        ("export", &["grids.geojson", "--format", "geojson", "-o", "out.geojson"][..]),
        ("export", &["grids.geojson", "--format", "project", "-o", "out.gpkg"][..]),
        ("locate", &locate[..]),
        ("rebalance", &rebalance[..]),
    ] {
        let refused = wangge(at, &[&[command][..], args].concat());
        assert_eq!(refused.status.code(), Some(2), "{command}: {}", said(&refused));
        assert!(said(&refused).contains("--encoding grids.geojson="), "{command}: {}", said(&refused));
        for name in ["out.geojson", "out.gpkg", "out.csv"] {
            assert!(!at.join(name).exists(), "{command} wrote {name}");
        }
        // Code pages by their numbers too, as other programs call them.
        for name in ["GB18030", "gbk", "CP936"] {
            let settled = [asked[0].to_owned(), format!("grids.geojson={name}")];
            let all: Vec<&str> =
                [command].iter().chain(args).copied().chain(settled.iter().map(String::as_str)).collect();
            let done = wangge(at, &all);
            assert!(!said(&done).contains("in doubt"), "{command} {name}: {}", said(&done));
            for name in ["out.geojson", "out.gpkg", "out.csv"] {
                let _not_there = std::fs::remove_file(at.join(name));
            }
        }
    }
    let (right, _, _) = encoding_rs::GB18030.decode(&doubt);
    let right: Value = serde_json::from_str(&right).unwrap();
    let name = right["features"][0]["properties"]["name"].as_str().unwrap();
    for command in ["info", "check"] {
        // What writes nothing goes on, and says that there is a doubt.
        let told = wangge(at, &[command, "grids.geojson"]);
        assert!(said(&told).contains("in doubt"), "{command}: {}", said(&told));
        let settled = wangge(at, &[&[command, "grids.geojson", "--json"][..], &asked[..]].concat());
        assert!(!said(&settled).contains("in doubt"), "{command}: {}", said(&settled));
    }
    let opened = {
        let mut options = Options::default();
        let asked = (PathBuf::from("grids.geojson"), wangge::io::encoding::Encoding::named("936").unwrap());
        std::sync::Arc::make_mut(&mut options.encodings).asked.push(asked);
        open(&[at.join("grids.geojson")], &options, &Progress::default()).unwrap()
    };
    assert_eq!(opened.plan.tiers[0].zones.iter().next().unwrap().1.name, name);
}

/// Zones without a name are told by their code, those without a code too by their number, in every message.
#[test]
fn c_062_unnamed_zones_are_told_by_code_or_number_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let square = |x: usize| {
        let (west, east) = (110.0 + 0.01 * x as f64, 110.01 + 0.01 * x as f64);
        json!({"type": "Polygon", "coordinates": [[[west, 20.0], [east, 20.0], [east, 20.01], [west, 20.01], [west, 20.0]]]})
    };
    // Three of one name without codes; one without either and without land.
    let feature =
        |properties: Value, geometry: Value| json!({"type": "Feature", "properties": properties, "geometry": geometry});
    let all = [
        feature(json!({"name": "3100"}), square(0)),
        feature(json!({"name": "3100"}), square(1)),
        feature(json!({"name": "3100"}), square(2)),
        feature(json!({"name": null}), json!(null)),
        feature(json!({"name": ""}), square(3)),
    ];
    let file = at.join("grids.geojson");
    std::fs::write(&file, json!({"type": "FeatureCollection", "features": all}).to_string()).unwrap();
    let check = printed(&run(at, "check", std::slice::from_ref(&file), &["--json"]));
    let problems = check["problems"].as_array().unwrap();
    let same = problems.iter().find(|one| one["rule"] == "duplicate-name").unwrap();
    assert_eq!(same["reason"], "3 zones are called 3100: #1, #2, #3");
    assert_eq!(same["zones"], json!(["#1", "#2", "#3"]));
    let done = run(at, "export", &[file], &["--format", "geojson", "-o", "out.geojson", "--accept", "as it is"]);
    assert!(said(&done).contains("#4 has no land"), "{}", said(&done));
    for problem in problems {
        let reason = problem["reason"].as_str().unwrap();
        assert!(!reason.starts_with(' ') && !reason.contains(" ,") && !reason.contains(": ,"), "{reason}");
        let zones = problem["zones"].as_array().unwrap();
        assert!(zones.iter().all(|zone| !zone.as_str().unwrap().is_empty()), "{problem}");
    }
}
