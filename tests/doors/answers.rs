//! The sets of `../shared/data` do what their EXPECTED.tsv says.

use std::path::Path;

use wangge::io::layer::Reading;
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
                let fair = name.starts_with("null") || name.starts_with("issue82");
                assert!(fair && error.fault == Fault::NothingLeft, "{name}: {error}");
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
