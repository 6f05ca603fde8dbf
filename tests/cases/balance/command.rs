//! `wangge rebalance` and `wangge partition` on inputs that were met in the field.

use std::path::Path;

use serde_json::Value;

use crate::cases::{case, json, wangge};
use crate::data::shared;

/// `wangge rebalance` on the four grids, with some incidents.
fn rebalance(folder: &Path, incidents: &Path) -> (Value, String) {
    let file = |name: &str| case(&format!("031-rebalance/{name}")).display().to_string();
    let (zones, units) = (file("grids.geojson"), file("units.geojson"));
    let incidents = incidents.display().to_string();
    let args =
        ["rebalance", "--zones", &zones, "--units", &units, "--incidents", &incidents, "--json", "-o", "out.geojson"];
    let output = wangge(folder, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (json(&output), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_031_incidents_outside_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let (answer, told) = rebalance(folder.path(), &case("031-rebalance/all_outside.csv"));
    assert!(told.contains("100 of 100 incidents lie outside"), "{told}");
    assert!(answer["remarks"].to_string().contains("100 of 100 incidents lie outside"));
}

#[test]
fn a_031_one_point_is_said_and_no_move_gains_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (answer, told) = rebalance(folder.path(), &case("031-rebalance/one_point.csv"));
    assert!(told.contains("5,000 of 5,000 incidents share one place"), "{told}");
    assert!(answer["before"]["max_deviation"].as_f64().unwrap() > 2.9);
    assert_eq!(answer["moves"].as_array().unwrap().len(), 0);
    // The target cannot be met, and the unit that carries it all is named.
    assert_eq!(answer["target"]["met"], false);
    assert!(answer["target"]["binds"].to_string().contains("alone carries more"), "{}", answer["target"]);
    assert!(told.contains("The target of ±10 % was missed"), "{told}");
}

/// Codes that no zone has, and rows without a place, make no work: said.
#[test]
fn kin_of_031_codes_without_a_zone_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.csv");
    let codes = |count: usize| (0..count).map(|at| format!("{at},X{}\n", at % 7)).collect::<String>();
    std::fs::write(&path, format!("编号,网格编码\n{}", codes(40))).unwrap();
    let (answer, told) = rebalance(folder.path(), &path);
    assert!(told.contains("7 codes match no zone: X0, X1, X2, X3, X4…. 40 incidents name them"), "{told}");
    assert!(answer["remarks"].to_string().contains("match no zone"), "{answer}");
    assert_eq!(answer["moves"].as_array().unwrap().len(), 0);
    let rows: String = (0..20).map(|at| format!("{at},,110.31,20.01\n")).collect();
    std::fs::write(&path, format!("编号,网格编码,经度,纬度\n{rows}41,,,\n42,X1,,\n")).unwrap();
    let (_, told) = rebalance(folder.path(), &path);
    assert!(told.contains("1 codes match no zone: X1. 1 incidents name them"), "{told}");
    assert!(told.contains("1 of 22 incidents have no place"), "{told}");
}

#[test]
fn kin_of_041_incidents_that_are_no_points_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| case(&format!("031-rebalance/{name}")).display().to_string();
    let (zones, units) = (file("grids.geojson"), file("units.geojson"));
    let point = r#"{"type":"Point","coordinates":[110.31,20.01]}"#;
    let line = r#"{"type":"LineString","coordinates":[[110.31,20.01],[110.32,20.01]]}"#;
    let land = r#"{"type":"Polygon","coordinates":[[[110.31,20.01],[110.32,20.01],[110.32,20.02],[110.31,20.01]]]}"#;
    for (shapes, words) in [
        (vec![land, land], "2 polygons, 0 lines and 0 points"),
        (vec![line], "0 polygons, 1 lines and 0 points"),
        (vec![point, land], "1 polygons, 0 lines and 1 points"),
        (vec![point, line, point], "0 polygons, 1 lines and 2 points"),
    ] {
        let feature = |shape: &&str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{shape}}}"#);
        let features: Vec<String> = shapes.iter().map(feature).collect();
        let path = folder.path().join("cases.geojson");
        std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
            .unwrap();
        let args =
            ["rebalance", "--zones", &zones, "--units", &units, "--incidents", "cases.geojson", "-o", "out.geojson"];
        let output = wangge(folder.path(), &args);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {told}");
        assert!(told.contains(words), "{told}");
        assert!(!folder.path().join("out.geojson").exists());
    }
}

/// A feature of several points is as many incidents, as `locate` counts it.
#[test]
fn kin_of_041_every_point_of_a_multipoint_is_an_incident() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(case("041-incidents-points/cases.geojson")).unwrap();
    let points: Value = serde_json::from_str(&text).unwrap();
    let places: Vec<Value> =
        points["features"].as_array().unwrap().iter().map(|one| one["geometry"]["coordinates"].clone()).collect();
    let joined = serde_json::json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPoint", "coordinates": places}}
    ]});
    let path = folder.path().join("cases.geojson");
    std::fs::write(&path, joined.to_string()).unwrap();
    let (one, _) = rebalance(folder.path(), &path);
    let (each, _) = rebalance(folder.path(), &case("041-incidents-points/cases.geojson"));
    assert_eq!(one["before"], each["before"]);
}

/// Where one unit carries nearly all, moving the rest about gains nothing.
#[test]
fn kin_of_031_a_unit_that_carries_nearly_all_stays_and_so_do_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.csv");
    let one_place = std::fs::read_to_string(case("031-rebalance/one_point.csv")).unwrap();
    let mut lines: Vec<&str> = one_place.lines().take(501).collect();
    let spread = std::fs::read_to_string(case("041-incidents-points/cases.geojson")).unwrap();
    let points: Value = serde_json::from_str(&spread).unwrap();
    let columns = lines[0].split(',').count();
    let lon = lines[0].split(',').position(|name| ["lon", "经度"].contains(&name)).unwrap();
    let more: Vec<String> = points["features"]
        .as_array()
        .unwrap()
        .iter()
        .take(4)
        .map(|one| {
            let mut fields = vec![String::new(); columns];
            fields[lon] = one["geometry"]["coordinates"][0].to_string();
            fields[lon + 1] = one["geometry"]["coordinates"][1].to_string();
            fields.join(",")
        })
        .collect();
    lines.extend(more.iter().map(String::as_str));
    std::fs::write(&path, lines.join("\n")).unwrap();
    let (answer, told) = rebalance(folder.path(), &path);
    assert!(answer["before"]["max_deviation"].as_f64().unwrap() > 2.8, "{told}");
    assert_eq!(answer["moves"].as_array().unwrap().len(), 0, "{told}");
    assert_eq!(answer["before"], answer["after"]);
}

/// A plan or a town without a name is called something.
#[test]
fn b_062_words_rebalance_names_what_has_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let (answer, told) = rebalance(folder.path(), &case("031-rebalance/one_point.csv"));
    let binds = answer["target"]["binds"].to_string();
    assert!(!told.contains(": : ") && !told.contains(" in  costs"), "{told}");
    assert!(!binds.contains("\": ") && !binds.contains("\"what\":\": "), "{binds}");
}

#[test]
fn a_041_points_that_are_said_to_be_incidents_are() {
    let folder = tempfile::tempdir().unwrap();
    let (answer, told) = rebalance(folder.path(), &case("041-incidents-points/cases.geojson"));
    let from_points = answer["before"]["max_deviation"].as_f64().unwrap();
    // The same rows as a table.
    let text = std::fs::read_to_string(case("041-incidents-points/cases.geojson")).unwrap();
    let points: Value = serde_json::from_str(&text).unwrap();
    let mut table = String::from("id,lon,lat\n");
    for (at, feature) in points["features"].as_array().unwrap().iter().enumerate() {
        let at_point = &feature["geometry"]["coordinates"];
        table.push_str(&format!("{at},{},{}\n", at_point[0], at_point[1]));
    }
    let path = folder.path().join("cases.csv");
    std::fs::write(&path, table).unwrap();
    let (same, _) = rebalance(folder.path(), &path);
    assert_eq!(from_points, same["before"]["max_deviation"].as_f64().unwrap(), "{told}");
    assert!(from_points > 0.5, "{from_points}");
}

#[test]
fn a_037_what_cannot_be_is_left_out_and_said_and_what_was_solved_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let graph = case("037-partition/plain.json").display().to_string();
    let output = wangge(
        folder.path(),
        &["partition", "--graph", &graph, "-k", "2-4", "--epochs", "2", "--json", "-o", "labels.txt"],
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let answer = json(&output);
    // 16 units of weight 1 are no three zones within 5 % of their mean.
    assert_eq!(answer["left_out"][0]["zones"], 3, "{answer}");
    assert!(told.contains("3 zones: left out: no weight of a zone lies between"), "{told}");
    let solved: Vec<i64> =
        answer["table"].as_array().unwrap().iter().map(|row| row["zones"].as_i64().unwrap()).collect();
    assert_eq!(solved, [2, 4]);
    let labels = std::fs::read_to_string(folder.path().join("labels.txt")).unwrap();
    assert_eq!(labels.lines().count(), 16);
    // The last number may be the one that cannot be; alone it is an error.
    let output =
        wangge(folder.path(), &["partition", "--graph", &graph, "-k", "2-3", "--epochs", "2", "-o", "labels.txt"]);
    assert!(output.status.success());
    let output =
        wangge(folder.path(), &["partition", "--graph", &graph, "-k", "3", "--epochs", "2", "-o", "labels.txt"]);
    assert_eq!(output.status.code(), Some(2));
    // More zones than units, in a range.
    let output = wangge(
        folder.path(),
        &["partition", "--graph", &graph, "-k", "16-18", "--epochs", "2", "--json", "-o", "labels.txt"],
    );
    let left_out: Vec<i64> =
        json(&output)["left_out"].as_array().unwrap().iter().map(|row| row["zones"].as_i64().unwrap()).collect();
    assert_eq!(left_out, [17, 18]);
}

/// A state's tracts to compact districts: inside the window from the first seconds on.
#[test]
fn inertia_begins_inside_the_window() {
    let folder = tempfile::tempdir().unwrap();
    // As many units as a large state has tracts, their people at random.
    let (across, up) = (58_usize, 56_usize);
    let mut draw = super::Draw(18);
    let nodes: Vec<Value> = (0..across * up)
        .map(|at| serde_json::json!({"pop": 2000 + draw.below(4000), "x": -78.0 + (at % across) as f64 * 0.05, "y": 40.0 + (at / across) as f64 * 0.04}))
        .collect();
    let mut edges = Vec::new();
    for at in 0..across * up {
        if at % across + 1 < across {
            edges.push([at, at + 1]);
        }
        if at + across < across * up {
            edges.push([at, at + across]);
        }
    }
    std::fs::write(folder.path().join("graph.json"), serde_json::json!({"nodes": nodes, "edges": edges}).to_string())
        .unwrap();
    let run = |graph: &str, zones: &str| {
        let args = [
            "partition",
            "--graph",
            graph,
            "--weight",
            "pop",
            "-k",
            zones,
            "--within",
            "0.5",
            "--objective",
            "inertia",
            "--epochs",
            "2",
            "--json",
        ];
        let output = wangge(folder.path(), &args);
        let answer = json(&output);
        assert_eq!(answer["feasible"], true, "{graph}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(answer["contiguous"], true);
    };
    run("graph.json", "18");
    if let Some(tracts) = shared("bench/graphs/AR_tract.json") {
        run(&tracts.display().to_string(), "4");
    }
}
