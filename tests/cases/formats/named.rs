//! What is not read is named as what it is, in a line; what points to others is no fault.

use super::make::packed;
use super::{case, nine_codes, refusal};
use crate::cases as tests;
use crate::doors::{layer_of, layers};

#[test]
fn b_026_other_formats_are_named() {
    for (file, words) in [
        ("grids.dxf", "a drawing in DXF"),
        ("grids.tab", "MapInfo table (TAB)"),
        ("grids.map", "MapInfo table (TAB)"),
        ("grids.id", "MapInfo table (TAB)"),
        ("grids.dat", "MapInfo table (TAB)"),
        ("grids.mif", "MapInfo interchange file (MIF)"),
        ("grids.mid", "MapInfo interchange file (MIF)"),
        ("grids.sql", "SQL script"),
    ] {
        let said = refusal(&case(&format!("026-other/{file}")));
        assert!(said.contains(words) && said.contains("Ask for"), "{file}: {said}");
    }
}

#[test]
fn b_026_by_their_bytes_whatever_they_are_called() {
    let text = |file: &str| std::fs::read(case(&format!("026-other/{file}"))).unwrap();
    for (bytes, words) in [
        (text("grids.dxf"), "DXF"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n".to_vec(), "DXF"),
        (b"AutoCAD Binary DXF\r\n\x1a\0\x01\x02\x03".to_vec(), "DXF"),
        ([b"AC1032\0\0\0\0".as_slice(), &[1; 300]].concat(), "DWG"),
        (text("grids.tab"), "TAB"),
        (text("grids.mif"), "MIF"),
        (text("grids.sql"), "SQL"),
        (b"-- a dump\nBEGIN;\nCREATE TABLE \"zones\" (a int);\nINSERT INTO zones VALUES (1);\n".to_vec(), "SQL"),
        (b"\0\x01\0\0Standard Jet DB\0\x01\0\0\0".repeat(20), "MDB"),
        ([b"PAR1".as_slice(), &[0; 300]].concat(), "Parquet"),
        ([b"\xd0\xcf\x11\xe0".as_slice(), &[0; 300]].concat(), "old Excel"),
    ] {
        for name in ["a", "a.txt", "grids.csv"] {
            let error = layer_of(name, bytes.clone()).unwrap_err();
            assert!(error.text.en.contains(words), "{name}: {error}");
            assert!(error.text.en.len() < 200 && !error.text.en.contains('\n'));
        }
    }
    // A table of tabs is a table, whatever a MapInfo file ends in.
    assert!(wangge::io::Source::from_bytes(std::path::Path::new("a.tab"), b"lon\tlat\n110\t20\n".to_vec()).is_ok());
}

#[test]
fn b_026_a_file_geodatabase_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("city.gdb");
    std::fs::create_dir(&database).unwrap();
    for name in ["a00000001.gdbtable", "a00000001.gdbtablx", "gdb", "timestamps"] {
        std::fs::write(database.join(name), [3, 0, 0, 0]).unwrap();
    }
    assert!(refusal(&database).contains("file geodatabase"));
    assert!(refusal(folder.path()).contains("file geodatabase"));
    let zip = folder.path().join("city.zip");
    std::fs::write(&zip, packed(&[("city.gdb/a00000001.gdbtable", [3, 0, 0, 0]), ("city.gdb/gdb", [0; 4])])).unwrap();
    assert!(refusal(&zip).contains("file geodatabase"));
}

#[test]
fn b_026_in_a_folder_they_are_told_beside_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(tests::nine(), folder.path().join("grids.geojson")).unwrap();
    std::fs::copy(case("026-other/grids.dxf"), folder.path().join("roads.dxf")).unwrap();
    let output = tests::wangge(folder.path(), &["info", "."]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("roads.dxf: this is a drawing in DXF"), "{said}");
}

#[test]
fn b_026_libkml_kmz() {
    let file = case("026-other/libkml.kmz");
    let all = layers(&file).unwrap();
    assert_eq!((all.len(), all[0].features.len()), (1, nine_codes().len()));
    let folder = tempfile::tempdir().unwrap();
    let output = tests::wangge(folder.path(), &["check".as_ref(), file.as_os_str()]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("placemark"), "{said}");
    // An index that points to what is not there, or to the network, is told.
    let kml = |link: &str| {
        format!("<kml><Document><NetworkLink><Link><href>{link}</href></Link></NetworkLink></Document></kml>")
    };
    let placemark = "<kml><Placemark><name>a</name><Point><coordinates>110,20</coordinates></Point></Placemark></kml>";
    let zip = folder.path().join("a.kmz");
    for (link, told) in [
        ("layers/a.kml", false),
        ("./layers/a.kml", false),
        ("layers/b.kml", true),
        ("https://example.org/a.kml", true),
    ] {
        std::fs::write(&zip, packed(&[("doc.kml", kml(link)), ("layers/a.kml", placemark.to_owned())])).unwrap();
        let (_, errors) = super::info(std::slice::from_ref(&zip));
        assert_eq!(errors.contains("placemark"), told, "{link}: {errors}");
    }
}

#[test]
fn b_026_no_message_is_longer_than_a_line() {
    let names: Vec<String> = (0..3000).map(|at| format!("column number {at}\n of many")).collect();
    let header: String = names.iter().map(|name| format!("\"{name}\",")).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    std::fs::write(&path, format!("{header}\n1,2\n")).unwrap();
    refusal(&path);
    let long = "x".repeat(100_000);
    for (name, text) in [
        ("a.geojson", format!(r#"{{"type":"{long}"}}"#)),
        ("a.geojson", format!(r#"{{"error":{{"message":"{long}"}}}}"#)),
        ("a.kml", format!("<kml><{long}></b></kml>")),
    ] {
        let error = layer_of(name, text).unwrap_err();
        assert!(error.text.en.chars().count() < 450 && !error.text.en.contains('\n'), "{}", error.text.en.len());
    }
}

#[test]
fn a_023_kml_ge_folders() {
    let all = layers(&case("023-kml/ge_folders.kml")).unwrap();
    assert!(all.len() > 1, "a layer a folder");
    assert_eq!(all.iter().map(|layer| layer.features.len()).sum::<usize>(), 9);
    let names: std::collections::BTreeSet<&str> = all.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn a_023_kml_twin_data_are_kept_apart() {
    let kml = "<kml><Placemark><name>a</name><ExtendedData><Data name=\"x\"><value>1</value></Data><Data name=\"x\">\
               <value>2</value></Data><Data name=\"name\"><value>b</value></Data></ExtendedData><Point><coordinates>110,20\
               </coordinates></Point></Placemark></kml>";
    let layer = layer_of("a.kml", kml).unwrap();
    let values: Vec<&str> = layer.features[0].attributes.values().filter_map(|value| value.as_str()).collect();
    assert_eq!(values, ["a", "1", "2", "b"]);
}
