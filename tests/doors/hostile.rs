//! What nobody should open: a clear message, and nothing allocated for what a file only claims.

use std::io::{Cursor, Write as _};
use std::path::Path;

use wangge::io::{Fault, Layer, Options, Source, open};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{layer_of, layers, progress, says};

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const SQUARE: &str = r#"{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}"#;

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 64 << 20];
    let error = Source::from_bytes(Path::new("bomb.zip"), packed(&[("a.geojson", &zeros)])).unwrap_err();
    assert!(error.text.en.contains("unpacks to"), "{error}");
    let error = Source::from_bytes(Path::new("bomb.xlsx"), packed(&[("xl/workbook.xml", &zeros)])).unwrap_err();
    assert!(error.text.en.contains("unpacks to"), "{error}");
    // One that lies about its size: the central directory says ten bytes.
    let mut liar = packed(&[("a.geojson", &vec![b' '; 1 << 20])]);
    let size = (1u32 << 20).to_le_bytes();
    let last = liar.windows(4).rposition(|window| window == size).unwrap();
    liar[last..last + 4].copy_from_slice(&10u32.to_le_bytes());
    assert!(Source::from_bytes(Path::new("liar.zip"), liar).is_err());
}

#[test]
fn names_that_climb_out_stay_names() {
    let bytes =
        packed(&[("../../../../tmp/evil/towns.geojson", SQUARE.as_bytes()), ("..\\win.geojson", SQUARE.as_bytes())]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("climb.zip");
    std::fs::write(&path, bytes).unwrap();
    let all = layers(&path).unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|layer| layer.path.starts_with(&path)), "{:?}", all[0].path);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(!Path::new("/tmp/evil").exists());
}

#[test]
fn entities_of_a_kml_are_not_expanded() {
    let mut entities = String::from("<!ENTITY a \"ha\">");
    for step in 1..30 {
        let (one, two) = (char::from(b'a' + step - 1), step);
        entities.push_str(&format!("<!ENTITY e{two} \"&{one};&{one};\">"));
    }
    let kml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE kml [{entities}<!ENTITY x SYSTEM \"file:///etc/passwd\">]><kml><Document><Placemark>\
         <name>&e29;&x;A&amp;B</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates>\
         </LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    );
    let layer = layer_of("a.kml", kml).unwrap();
    assert_eq!(layer.features[0].attributes["name"], "&e29;&x;A&B");
    assert!(says(&layer.notes, "not expanded"));
    let deep = format!("<kml>{}", "<Folder>".repeat(100_000));
    assert!(layer_of("a.kml", deep).unwrap_err().text.en.contains("nested deeper"));
}

#[test]
fn counts_that_are_only_claimed_cost_nothing() {
    // A polygon of a billion vertices in a shapefile of two hundred bytes.
    let mut shape = Vec::new();
    shape.extend(9994u32.to_be_bytes());
    shape.extend([0; 20]);
    shape.extend(100u32.to_be_bytes());
    shape.extend(1000u32.to_le_bytes());
    shape.extend(5u32.to_le_bytes());
    shape.extend([0; 64]);
    shape.extend(1u32.to_be_bytes());
    shape.extend(46u32.to_be_bytes());
    shape.extend(5u32.to_le_bytes());
    shape.extend([0; 32]);
    shape.extend(1u32.to_le_bytes());
    shape.extend(1_000_000_000u32.to_le_bytes());
    shape.extend([0; 48]);
    let error = layer_of("a.shp", shape).unwrap_err();
    assert_eq!(error.fault, Fault::NothingLeft);
    assert!(error.text.en.contains("damaged"), "{error}");
    // A header of four gigabytes, and one of a billion features.
    let mut header = b"fgb\x03fgb\x00".to_vec();
    header.extend(u32::MAX.to_le_bytes());
    header.extend([0; 64]);
    assert!(layer_of("a.fgb", header).unwrap_err().text.en.contains("damaged"));
    // A topology whose arc is not there.
    let topology = r#"{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[4000000000]]}},"arcs":[]}"#;
    assert!(layer_of("a.json", topology).unwrap_err().text.en.contains("damaged"));
}

#[test]
fn a_sparse_file_of_ten_gigabytes_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["huge.geojson", "huge.shp", "huge.csv"] {
        let path = folder.path().join(name);
        let mut file = std::fs::File::create(&path).unwrap();
        if name.ends_with("csv") {
            file.write_all("lon,lat\n".repeat(1000).as_bytes()).unwrap();
        }
        if file.set_len(10 << 30).is_err() {
            return println!("SKIPPED: this file system makes no sparse files");
        }
        let error = layers(&path).unwrap_err();
        assert!(matches!(error.fault, Fault::TooLarge | Fault::Binary), "{name}: {error}");
    }
}

#[test]
fn a_geopackage_runs_nothing_it_brings_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("foreign.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('w', 4326, 'EPSG', 4326, '');
         CREATE TABLE real (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
         CREATE TABLE touched (what TEXT);
         CREATE TRIGGER t AFTER UPDATE ON real BEGIN INSERT INTO touched VALUES ('x'); END;
         CREATE VIEW evil AS SELECT fid, geom, load_extension('/tmp/evil.so') AS name FROM real;
         INSERT INTO gpkg_contents VALUES ('real', 'features', 4326), ('evil', 'features', 4326);
         INSERT INTO gpkg_geometry_columns VALUES ('real', 'geom', 4326), ('evil', 'geom', 4326);",
    )
    .unwrap();
    let mut blob = b"GP\0\x01".to_vec();
    blob.extend(4326i32.to_le_bytes());
    blob.extend([1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]);
    for place in [[0.0f64, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]] {
        place.iter().for_each(|number| blob.extend(number.to_le_bytes()));
    }
    let mut claims = blob.clone();
    claims[13..17].copy_from_slice(&u32::MAX.to_le_bytes());
    for (name, blob) in [("好", &blob), ("bad", &claims)] {
        db.execute("INSERT INTO real (geom, name) VALUES (?, ?)", (blob, name)).unwrap();
    }
    drop(db);
    let before = std::fs::read(&path).unwrap();
    let all = layers(&path).unwrap();
    assert_eq!((all.len(), all[0].features.len(), all[0].kinds()), (1, 2, [1, 0, 0]));
    assert_eq!(all[0].features[0].attributes["name"], "好");
    assert!(says(&all[0].notes, "evil is a view") && says(&all[0].notes, "feature 2"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn one_broken_file_of_a_folder_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("towns.geojson"), SQUARE).unwrap();
    std::fs::write(folder.path().join("broken.geojson"), "{\"type\":").unwrap();
    std::fs::write(folder.path().join("readme.md"), "# notes").unwrap();
    let opened = open(&[folder.path().to_owned()], &Options::default(), &progress()).unwrap();
    assert_eq!(opened.plan.tiers.len(), 1);
    let about = |file: &str| opened.problems.iter().any(|problem| problem.file.as_deref() == Some(file));
    assert!(about("broken.geojson") && about("readme.md"));
    let empty = tempfile::tempdir().unwrap();
    assert!(open(&[empty.path().to_owned()], &Options::default(), &progress()).is_err());
}

/// Bytes of every format, damaged at random, never end the program.
mod damaged {
    use super::*;
    use wangge::io::layer::Format;

    use proptest::prelude::*;

    fn sound() -> Vec<(&'static str, Vec<u8>)> {
        let folder = tempfile::tempdir().unwrap();
        let plan = crate::project::plan();
        let mut all = vec![("a.geojson", SQUARE.as_bytes().to_vec())];
        let written = |name: &'static str, format, tier| {
            let path = folder.path().join(name);
            wangge::io::export::write(
                format,
                &plan,
                tier,
                &path,
                &wangge::io::export::ExportOptions::default(),
                &progress(),
            )
            .unwrap();
            (name, std::fs::read(path).unwrap())
        };
        all.push(("a.gpx", crate::doors::formats::WALK.as_bytes().to_vec()));
        all.push(written("a.kml", Format::Kml, 1));
        all.push(written("a.fgb", Format::FlatGeobuf, 1));
        all.push(written("a.shp", Format::Shapefile, 1));
        all.push(written("a.json", Format::TopoJson, 1));
        all.push(written("a.xlsx", Format::Xlsx, 0));
        let gpkg = folder.path().join("a.gpkg");
        wangge::io::project::save(&plan, &wangge::edit::History::default(), &gpkg, None, &progress()).unwrap();
        all.push(("a.gpkg", std::fs::read(gpkg).unwrap()));
        all.push(("a.zip", packed(&[("x.geojson", SQUARE.as_bytes())])));
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn files_never_end_the_program(changes in prop::collection::vec((any::<u32>(), any::<u8>()), 1..12), cut in any::<u16>()) {
            static SOUND: std::sync::LazyLock<Vec<(&'static str, Vec<u8>)>> = std::sync::LazyLock::new(sound);
            for (name, bytes) in SOUND.iter() {
                let mut bytes = bytes.clone();
                for &(at, value) in &changes {
                    let at = at as usize % bytes.len();
                    bytes[at] = value;
                }
                if cut % 4 == 0 {
                    bytes.truncate(cut as usize % bytes.len() + 1);
                }
                if let Ok(source) = Source::from_bytes(Path::new(name), bytes) {
                    let _read = Layer::<wangge::geometry::Point>::from_source(&source, &progress());
                }
            }
        }
    }
}
