//! JSON in its dialects: lines, sequences, answers of servers; and what is broken, named.

use std::path::Path;

use wangge::base::Severity;
use wangge::io::{Fault, Layer};

use super::{case, codes, info, land, nine_codes, refusal};
use crate::doors::{layer_of, layers, says};

#[test]
fn b_002_ndjson() {
    for file in ["002-ndjson/grids.geojsonl", "002-ndjson/grids_nd.geojson"] {
        let layer = layers(&case(file)).unwrap().remove(0);
        assert_eq!(codes(&layer), nine_codes(), "{file}");
        assert!(land(&layer).iter().all(|&land| land > 0), "{file}");
    }
}

#[test]
fn attacks_g_millions_of_features_of_nothing_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    let empty = "{},".repeat(6_000_000);
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{empty}{{}}]}}"#)).unwrap();
    assert!(refusal(&path).contains("fill the memory"));
}

#[test]
fn b_026_grids_rs() {
    let layer = layers(&case("026-other/grids_rs.geojsons")).unwrap().remove(0);
    assert_eq!(codes(&layer), nine_codes());
}

/// A feature with a code, on one line.
fn feature(code: u32) -> String {
    let x = 110.0 + f64::from(code) * 0.01;
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},20],[{x},20.01],[{},20.01],[{x},20]]]}}}}"#,
        x + 0.01
    )
}

#[test]
fn b_002_sequences_of_every_kind() {
    let (one, two, three) = (feature(1), feature(2), feature(3));
    let collection = |features: &str| format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    let spread = one.replace(',', ",\n  ");
    for (name, text) in [
        ("ends of Windows", format!("{one}\r\n{two}\r\n{three}\r\n")),
        ("blank lines", format!("\n\n{one}\n\n\n{two}\n{three}\n\n")),
        ("no line ends", format!("{one}{two}{three}")),
        ("records", format!("\u{1e}{one}\n\u{1e}{two}\n\u{1e}{three}\n")),
        ("records over lines", format!("\u{1e}{spread}\n\u{1e}\u{1e}{two}\n\u{1e}{three}")),
        ("a collection a line", format!("{}\n{}\n", collection(&one), collection(&format!("{two},{three}")))),
        ("a collection, then features", format!("{}\n{two}\n{three}\n", collection(&one))),
    ] {
        for ending in ["geojsonl", "geojson", "ndjson", "json", "geojsons", "jsonl", "txt"] {
            let layer =
                layer_of(&format!("a.{ending}"), text.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(codes(&layer), ["1", "2", "3"], "{name} .{ending}");
        }
    }
    // Geometries alone are features without properties.
    let bare = r#"{"type":"Polygon","coordinates":[[[110,20],[110,21],[111,21],[110,20]]]}"#;
    let layer = layer_of("a.geojsonl", format!("{one}\n{bare}\n")).unwrap();
    assert_eq!((layer.features.len(), layer.kinds()[0]), (2, 2));
    assert!(says(&layer.notes, "a geometry without a feature"), "{:?}", layer.notes);
    // A line that is cut off is told with its place.
    let error = layer_of("a.geojsonl", format!("{one}\n{}", &two[..60])).unwrap_err();
    assert!(error.fault == Fault::Json && error.text.en.contains("line 2"), "{error}");
    // A member that is no object stays told as what it is.
    assert!(layer_of("a.geojsonl", format!("{one}\n[1,2]\n")).is_err());
}

#[test]
fn b_002_lines_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (number, ending) in (1..).zip(["geojsonl", "ndjson", "geojsons"]) {
        std::fs::write(folder.path().join(format!("a{number}.{ending}")), feature(number)).unwrap();
    }
    assert_eq!(layers(folder.path()).unwrap().len(), 3);
}

#[test]
fn b_001_trailing_comma() {
    let said = refusal(&case("001-trailing-comma/grids.geojson"));
    assert!(said.contains("a comma with nothing between it and") && said.contains("line 1, column"), "{said}");
    let text = "{\"type\":\"FeatureCollection\",\"features\":[]\n ,}";
    let error = layer_of("a.geojson", text).unwrap_err();
    assert!(error.text.en.contains("line 2, column 2: a comma"), "{error}");
    let feature = feature(1);
    for (from, to) in [("[110.01,20],", "[110.01,20,],"), ("\"1\"}", "\"1\",}"), ("]]]", "]],]"), ("]]]}}", "]]]},}")] {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, feature.replacen(from, to, 1));
        let error = layer_of("a.geojson", text).unwrap_err();
        assert!(error.text.en.contains("a comma with nothing between"), "{to}: {error}");
        assert!(error.text.zh.contains("逗号"), "{to}: {error}");
    }
}

#[test]
fn b_003_single_quotes() {
    let said = refusal(&case("003-single-quotes/grids.geojson"));
    assert!(said.contains("single quotes") && said.contains("line 1, column 2"), "{said}");
    let said = refusal(&case("003-single-quotes/comments.geojson"));
    assert!(said.contains("a comment") && said.contains("line 1, column 1"), "{said}");
    let feature = feature(1);
    for (from, to, what) in [
        ("\"code\"", "'code'", "single quotes"),
        ("\"1\"", "'1'", "single quotes"),
        ("{\"code\"", "{ // the code\n\"code\"", "a comment"),
        ("[[[", "[[ /* west */ [", "a comment"),
        ("\"properties\"", "# people\n\"properties\"", "a comment"),
    ] {
        let error = layer_of("a.geojson", feature.replacen(from, to, 1)).unwrap_err();
        assert!(error.text.en.contains(what), "{to}: {error}");
    }
}

#[test]
fn a_009_dims_nan() {
    let layer = layers(&case("009-dims/nan.geojson")).unwrap().remove(0);
    assert_eq!(layer.features.len(), 9);
    let errors: Vec<_> = layer.notes.iter().filter(|note| note.severity == Severity::Error).collect();
    assert!(errors.iter().any(|note| note.reason.en.contains("a coordinate is not a number")), "{:?}", layer.notes);
}

#[test]
fn a_009_dims_one_far_vertex() {
    let layer = layers(&case("009-dims/one_far_vertex.geojson")).unwrap().remove(0);
    assert_eq!(layer.features.len(), 9);
    let errors: Vec<_> = layer.notes.iter().filter(|note| note.severity == Severity::Error).collect();
    assert!(errors.iter().any(|note| note.reason.en.contains("outside ±180°")), "{:?}", layer.notes);
}

#[test]
fn b_006_ids() {
    let layer = layers(&case("006-ids/big_int_ids.geojson")).unwrap().remove(0);
    let ids: Vec<String> = layer.features.iter().map(|one| one.foreign["id"].to_string()).collect();
    assert_eq!(ids[0], "4601050010010001");
    let (value, _) = info(&[case("006-ids/big_int_ids.geojson")]);
    assert_eq!(value["files"][0]["features"], layer.features.len());
}

#[test]
fn b_028_topo_ids() {
    let layer = layers(&case("028-topo/ids.topojson")).unwrap().remove(0);
    let ids: Vec<&str> = layer.features.iter().filter_map(|one| one.foreign["id"].as_str()).collect();
    assert_eq!(ids, ["460105001001", "460105001002"]);
    assert!(land(&layer).iter().all(|&land| land > 0));
}

#[test]
fn b_026_esri_json() {
    let layer = layers(&case("026-other/esri.json")).unwrap().remove(0);
    assert_eq!((layer.format.name(), layer.crs.contains("4490")), ("Esri JSON", true), "{}", layer.crs);
    assert_eq!(codes(&layer), nine_codes());
    assert!(land(&layer).iter().all(|&land| land > 0));
    let said = refusal(&case("026-other/esri_error.json"));
    assert!(said.contains("Invalid or missing input parameters"), "{said}");
}

/// Reads an answer with these features and members.
fn esri(members: &str, features: &str) -> Layer {
    let text = format!(r#"{{"geometryType":"esriGeometryPolygon",{members}"features":[{features}]}}"#);
    layer_of("a.json", text).unwrap()
}

#[test]
fn b_026_esri_json_of_every_kind() {
    let outer = "[[110,20],[110,21],[111,21],[111,20],[110,20]]";
    let hole = "[[110.2,20.2],[110.4,20.2],[110.4,20.4],[110.2,20.4],[110.2,20.2]]";
    let other = "[[112,20],[112,21],[113,21],[113,20],[112,20]]";
    let rings = format!(r#"{{"attributes":{{"a":1}},"geometry":{{"rings":[{hole},{outer},{other}]}}}}"#);
    let all = [
        rings.as_str(),
        r#"{"geometry":{"paths":[[[110,20,5],[111,21,5]]],"hasZ":true},"attributes":{"a":2}}"#,
        r#"{"attributes":{"a":3},"geometry":{"x":110.5,"y":20.5}}"#,
        r#"{"attributes":{"a":4},"geometry":{"points":[[110,20],[111,21]]}}"#,
        r#"{"attributes":{"a":5},"geometry":null}"#,
        r#"{"attributes":{"a":6}}"#,
        r#"{"attributes":{"a":7},"geometry":{"x":"NaN","y":"NaN"}}"#,
        r#"{"attributes":{"a":8},"geometry":{"curveRings":[[[110,20],{"c":[[111,21],[110.5,20.6]]}]]}}"#,
        r#"{"attributes":{"a":9},"geometry":{"rings":[[110,20],[110,21]]}}"#,
        "7",
    ];
    let layer = esri(r#""spatialReference":{"wkid":4326},"exceededTransferLimit":true,"#, &all.join(","));
    assert_eq!((layer.features.len(), layer.kinds()), (10, [1, 1, 2]), "{:?}", layer.notes);
    assert_eq!(layer.polygons.unit_ends[0], 2, "an outer ring with a hole, and another");
    assert_eq!(land(&layer)[0], 2 * (2 * 10_000_000_i128.pow(2) - 2_000_000_i128.pow(2)));
    for words in [
        "there are more features",
        "feature 2: positions have more",
        "feature 8: a geometry of a kind",
        "feature 9:",
        "feature 10:",
    ] {
        assert!(says(&layer.notes, words), "{words}: {:?}", layer.notes);
    }
    // Metres of a named system; a system named with the geometry alone; one of ESRI's own number.
    let square = r#"{"attributes":{},"geometry":{"rings":[[[12245000,2270000],[12245000,2271000],[12246000,2271000],[12245000,2270000]]]}}"#;
    let layer = esri(r#""spatialReference":{"wkid":102100,"latestWkid":3857},"#, square);
    assert!((layer.polygons.points[0].lon() - 110.0).abs() < 1.0, "{:?}", layer.polygons.points[0]);
    assert!((esri(r#""spatialReference":{"wkid":102100},"#, square).polygons.points[0].lon() - 110.0).abs() < 1.0);
    let own = square.replace(r#""rings""#, r#""spatialReference":{"wkid":3857},"rings""#);
    assert!((esri("", &own).polygons.points[0].lon() - 110.0).abs() < 1.0);
}

#[test]
fn attacks_g_property_names() {
    let names: String = (0..100_000).map(|at| format!(r#""p{at}":{at},"#)).collect();
    let text = feature(1).replace(r#"{"code""#, &format!(r#"{{{names}"code""#));
    let start = std::time::Instant::now();
    let layer = layer_of("a.geojson", text).unwrap();
    println!("100,000 names in {:?}", start.elapsed());
    assert_eq!(layer.features[0].attributes.len(), 2000);
    assert!(says(&layer.notes, "it has 100001 different properties; the first 2000 were read"), "{:?}", layer.notes);
    // Names of many features, and members beside the properties.
    let features: Vec<String> = (0..30)
        .map(|feature_number| {
            let names: String = (0..100).map(|at| format!(r#""p{feature_number}_{at}":{at},"#)).collect();
            feature(feature_number).replacen('{', &format!("{{{names}"), 1)
        })
        .collect();
    let layer = layer_of("a.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
        .unwrap();
    assert!(says(&layer.notes, "it has 3001 different properties"), "{:?}", layer.notes);
    assert_eq!(layer.features.len(), 30);
    let all: usize = layer.features.iter().map(|one| one.attributes.len() + one.foreign.len()).sum();
    assert!(all <= 2000 + 30, "{all}");
}

#[test]
fn attacks_s_names_that_a_format_cannot_hold() {
    let folder = tempfile::tempdir().unwrap();
    for (file, format, ending) in [
        ("spacekey-grids", "shp", "shp"),
        ("longkey-grids", "fgb", "fgb"),
        ("spacekey-grids", "fgb", "fgb"),
        ("longkey-grids", "shp", "shp"),
        ("spacekey-grids", "gpkg", "gpkg"),
        ("longkey-grids", "gpkg", "gpkg"),
    ] {
        let out = folder.path().join(format!("{file}.{ending}"));
        let input = case(&format!("hostile/{file}.geojson"));
        let args: [&std::ffi::OsStr; 6] =
            ["export".as_ref(), input.as_ref(), "--format".as_ref(), format.as_ref(), "-o".as_ref(), out.as_ref()];
        let output = super::wangge(folder.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{file} {format}: {said}");
        let layer = layers(Path::new(&out)).unwrap().remove(0);
        assert!(layer.features[0].attributes.values().any(|value| value == "v"), "{file} {format}");
        if format == "shp" {
            assert!(said.contains("names of fields"), "{said}");
        }
    }
}
