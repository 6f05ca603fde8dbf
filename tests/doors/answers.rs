//! The sets of `../shared/data` do what their EXPECTED.tsv says.

use std::path::Path;

use wangge::base::Problem;
use wangge::io::layer::{Format, Reading};
use wangge::io::{Fault, Layer, ReadError, Source, incidents};

use super::progress;
use crate::data::shared;

/// Rows of an EXPECTED.tsv: file, what is expected, why.
fn expected(set: &str) -> Vec<(std::path::PathBuf, String, String)> {
    let Some(root) = shared(&format!("data/{set}")) else { return Vec::new() };
    let text = std::fs::read_to_string(root.join("EXPECTED.tsv")).unwrap();
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        (root.join(cells.next().unwrap()), cells.next().unwrap(), cells.next().unwrap_or_default())
    };
    text.lines().skip(1).map(row).collect()
}

fn layer(path: &Path) -> Result<Layer, ReadError> {
    Layer::read(path, &progress())
}

#[test]
fn json_suite() {
    let mut seen = 0;
    for (path, expected, why) in expected("1a-json-parser-suite") {
        let read = layer(&path);
        seen += 1;
        match expected.split(';').next().unwrap() {
            "JSON must parse" => assert_eq!(read.unwrap_err().fault, Fault::NotGeoJson, "{why}"),
            "must be refused as bad JSON, with position" => {
                let error = read.unwrap_err();
                match error.fault {
                    Fault::Json => assert!(error.text.en.contains("line"), "{why}: {error}"),
                    // No text at all is said to be none, not to be broken somewhere.
                    Fault::Empty | Fault::Encoding | Fault::OtherFormat => {}
                    other => panic!("{why}: {other:?} {error}"),
                }
            }
            // Either is allowed: what is refused is refused in words.
            _ => assert!(read.map_or_else(|error| !error.text.en.is_empty(), |_| true), "{why}"),
        }
    }
    assert!(seen == 0 || seen == 340, "{seen}");
}

#[test]
fn geojsonhint() {
    // A style that RFC 7946 advises against (§3.1.8), and that every reader takes: one geometry in a collection. And
    // winding, which this program never minds: nearly every real file has it the old way.
    const SILENT: [&str; 3] =
        ["geometrycollection_single.geojson", "bad-polygon-interiorring-rhr.geojson", "polygon_winding_order.geojson"];
    for (path, expected, why) in expected("1b-geojsonhint") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match (expected.as_str(), layer(&path)) {
            ("load" | "load, warn", Ok(layer)) => {
                assert!(expected == "load" || SILENT.contains(&name.as_str()) || !layer.notes.is_empty(), "{name}");
            }
            ("load", Err(error)) => {
                // Nothing is left of a file whose only feature has no geometry, or lies on no earth.
                let empty = name.starts_with("null") && error.fault == Fault::NothingLeft;
                let nowhere = name.starts_with("issue82") && error.fault == Fault::Crs;
                assert!(empty || nowhere, "{name}: {error}");
            }
            (_, Ok(layer)) => {
                assert!(SILENT.contains(&name.as_str()) || !layer.notes.is_empty(), "{name}: silent ({why})");
            }
            (_, Err(error)) => {
                assert!(!error.text.en.is_empty(), "{name}");
                // The line is named where the JSON itself is broken.
                if error.fault == Fault::Json {
                    let line = why.split("on line ").nth(1).and_then(|rest| rest.split(':').next());
                    let near = |line: &str| {
                        let line: usize = line.parse().unwrap();
                        (line..=line + 1).any(|line| error.text.en.contains(&format!("line {line},")))
                    };
                    assert!(line.is_none_or(near), "{name}: {error}, not {why}");
                }
            }
        }
    }
}

#[test]
fn fixtures() {
    for (path, expected, _) in expected("1f-georust-geojson-fixtures") {
        assert_eq!(expected, "load");
        let name = path.to_string_lossy().into_owned();
        match layer(&path) {
            Ok(layer) => assert!(!layer.features.is_empty(), "{name}"),
            Err(error) => {
                assert!(name.contains("null") || name.contains("empty"), "{error}");
                assert_eq!(error.fault, Fault::NothingLeft, "{error}");
            }
        }
    }
}

#[test]
fn encodings() {
    for (path, _, why) in expected("1i-encodings-dev") {
        let twin = path.with_file_name(format!(
            "{}.utf8.{}",
            path.file_name().unwrap().to_string_lossy().split('.').next().unwrap(),
            path.extension().unwrap().to_string_lossy()
        ));
        let text = |path: &Path| {
            let source = Source::read(path).unwrap();
            String::from_utf8(source.text().to_vec()).unwrap().replace("\r\n", "\n")
        };
        assert_eq!(text(&path), text(&twin), "{why}");
    }
}

/// No file of any set ends or holds up the program, whatever it is taken for.
#[test]
fn every_file_of_every_set_is_read_or_refused() {
    let all = crate::read::files("data");
    let mut read = 0;
    for path in &all {
        let Ok(source) = Source::read(path) else { continue };
        if source.format.is_table() {
            let _either = incidents::from_source(&source, &Reading::default(), &progress());
        } else {
            let _either = Layer::<wangge::geometry::Point>::all(&source, &Reading::default(), &progress());
        }
        read += 1;
    }
    println!("{read} of {} files were opened", all.len());
    assert!(all.is_empty() || read > 500);
}

/// What is written is wound as RFC 7946 asks, whatever way it came: the rings of a file that was rewound by others.
#[test]
fn rewound() {
    use wangge::io::export::{self, ExportOptions};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    let mut compared = 0;
    for (input, expected, _) in expected("1d-geojson-rewind") {
        let name = input.to_string_lossy().into_owned();
        let output = expected.rsplit(" = ").next().unwrap();
        let output = name.split("1d-geojson-rewind").next().unwrap().to_owned() + "1d-geojson-rewind/" + output;
        let opened = match wangge::io::open(std::slice::from_ref(&input), &wangge::io::Options::default(), &progress())
        {
            Ok(opened) => opened,
            // Lines alone, a feature that is point, line and land at once, and a triangle without any area on the lattice.
            Err(error) => {
                let fair = ["line", "geomcollection", "near-zero"].iter().any(|word| name.contains(word));
                assert!(fair, "{name}: {error}");
                continue;
            }
        };
        export::write(Format::GeoJson, &opened.plan, 0, &path, &ExportOptions::default(), &progress()).unwrap();
        // Land that the file gives to two, or twice to one, is given once: other rings, and said.
        let is_twice = |problem: &Problem| {
            problem.rule == wangge::base::Rule::Overlap || problem.reason.en.contains("the land counts once")
        };
        if opened.problems.iter().any(is_twice) {
            continue;
        }
        let (written, wanted) = (rings(&path), rings(Path::new(&output)));
        assert!(!written.is_empty() && written == wanted, "{name}: {written:?}, not {wanted:?}");
        compared += 1;
    }
    println!("{compared} files compared");
    assert!(compared == 0 || compared >= 5, "{compared}");
}

/// All rings of a file as they stand, each from its least position, sorted.
fn rings(path: &Path) -> Vec<Vec<[i64; 2]>> {
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut found = Vec::new();
    gather(&value, &mut found);
    found.sort();
    found
}

fn gather(value: &serde_json::Value, found: &mut Vec<Vec<[i64; 2]>>) {
    let of_polygon = |polygon: &serde_json::Value, found: &mut Vec<Vec<[i64; 2]>>| {
        for ring in polygon.as_array().into_iter().flatten() {
            let cell = |number: &serde_json::Value| (number.as_f64().unwrap() * 1e7).round() as i64;
            let mut ring: Vec<[i64; 2]> =
                ring.as_array().unwrap().iter().map(|place| [cell(&place[0]), cell(&place[1])]).collect();
            ring.pop();
            let least = (0..ring.len()).min_by_key(|&at| ring[at]).unwrap();
            ring.rotate_left(least);
            found.push(ring);
        }
    };
    match value["type"].as_str() {
        Some("Polygon") => of_polygon(&value["coordinates"], found),
        Some("MultiPolygon") => {
            value["coordinates"].as_array().unwrap().iter().for_each(|polygon| of_polygon(polygon, found));
        }
        Some("Feature") => gather(&value["geometry"], found),
        _ => ["features", "geometries"]
            .iter()
            .filter_map(|key| value[*key].as_array())
            .flatten()
            .for_each(|one| gather(one, found)),
    }
}

/// A topology says what the `GeoJSON` it was made of says.
#[test]
fn topologies_say_what_they_were_made_of() {
    let Some(root) = shared("data/2m-topojson-roundtrip") else { return };
    let mut compared = 0;
    for side in ["client", "server"] {
        for entry in std::fs::read_dir(root.join(side).join("geojson")).unwrap().flatten() {
            let twin = root.join(side).join("topojson").join(entry.file_name());
            let (Ok(one), Ok(two)) = (layer(&entry.path()), layer(&twin)) else { continue };
            let places = |layer: &Layer| {
                let all = [&layer.polygons.points, &layer.lines.points, &layer.dots.points];
                let mut all: Vec<_> = all.into_iter().flatten().copied().collect();
                all.sort();
                all.dedup();
                all
            };
            assert_eq!(places(&one), places(&two), "{}", twin.display());
            compared += 1;
        }
    }
    println!("{compared} pairs compared");
    assert!(compared > 0);
}
