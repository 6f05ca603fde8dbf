//! Small files that ask for much: refused or cut in words, in no time and with no memory.

use std::path::Path;

use wangge::io::layer::Reading;
use wangge::io::{Fault, Source, door, incidents};

use super::{layer_of, layers, progress, says};

#[test]
fn a_topology_may_not_walk_its_arcs_without_end() {
    // A thousand points, walked a million times: 16 GB of positions from 2 MB of text.
    let arc: Vec<String> = (0..1000).map(|at| format!("[{}.5,20.{at:03}]", 110 + at % 2)).collect();
    let walks = vec!["0"; 1_000_000].join(",");
    let text = format!(
        r#"{{"type":"Topology","arcs":[[{}]],"objects":{{"a":{{"type":"Polygon","arcs":[[{walks}]]}}}}}}"#,
        arc.join(",")
    );
    let error = layer_of("a.topojson", text).unwrap_err();
    assert_eq!(error.fault, Fault::TooLarge);
    assert!(error.text.en.contains("fill the memory"), "{error}");
    // Walked by two neighbours in each of six tiers, it is as every file.
    let ring = r#"{"type":"Polygon","properties":{"code":"1"},"arcs":[[0]]}"#;
    let objects: Vec<String> =
        (0..12).map(|at| format!(r#""o{at}":{{"type":"GeometryCollection","geometries":[{ring}]}}"#)).collect();
    let text = format!(
        r#"{{"type":"Topology","arcs":[[[110,20],[111,20],[111,21],[110,20]]],"objects":{{{}}}}}"#,
        objects.join(",")
    );
    let source = Source::from_bytes(Path::new("b.topojson"), text.into_bytes()).unwrap();
    let all = wangge::io::Layer::<wangge::geometry::Point>::all(&source, &Reading::default(), &progress()).unwrap();
    assert_eq!(all.len(), 12);
}

#[test]
fn an_element_of_many_attributes_is_read_in_no_time() {
    let attributes: String = (0..100_000).map(|at| format!(" a{at}=\"\"")).collect();
    let kml = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark><ExtendedData><Data{attributes}>\
         <value>1</value></Data><Data name=\"code\"><value>7</value></Data></ExtendedData><Point><coordinates>110,20\
         </coordinates></Point></Placemark></kml>"
    );
    assert_eq!(layer_of("a.kml", kml).unwrap().features[0].attributes["code"], "7");
}

#[test]
fn lists_of_a_geopackage_that_are_views_are_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("endless.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA application_id = 0x47504B47;
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
         CREATE VIEW gpkg_contents AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
           SELECT 't' || x AS table_name, 'features' AS data_type FROM c;",
    )
    .unwrap();
    drop(db);
    let error = layers(&path).unwrap_err();
    assert!(error.text.en.contains("without a layer"), "{error}");
}

#[test]
fn a_sheet_of_far_corners_is_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["lon", "lat", "time"].iter().enumerate() {
        sheet.write(0, column as u16, *name).unwrap();
    }
    // A cell at the end of each of 100,000 rows: 1.6 GB of commas.
    for row in 1..100_000 {
        sheet.write(row, 16_383, 1).unwrap();
    }
    book.save(&path).unwrap();
    let error = door::sources(&[path]).unwrap_err();
    assert!(error.text.en.contains("too wide"), "{error}");
}

/// A file of a length without contents, where the system can make one.
fn sparse(path: &Path, length: u64) {
    std::fs::File::create(path).unwrap().set_len(length).unwrap();
}

#[test]
fn what_lies_beside_a_shapefile_is_not_read_beyond_what_belongs_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut shp = 9994u32.to_be_bytes().to_vec();
    shp.resize(100, 0);
    shp.extend(1u32.to_be_bytes());
    shp.extend(10u32.to_be_bytes());
    shp.extend(1u32.to_le_bytes());
    shp.extend([110.5f64, 20.5].iter().flat_map(|number| number.to_le_bytes()));
    std::fs::write(folder.path().join("a.shp"), shp).unwrap();
    for ending in ["dbf", "prj", "cpg"] {
        sparse(&folder.path().join(format!("a.{ending}")), 10 << 30);
    }
    // The table is damaged, and said to be; nothing of ten gigabytes was read.
    let error = layers(&folder.path().join("a.shp")).unwrap_err();
    assert!(error.text.en.contains("table is damaged"), "{error}");
}

#[test]
fn rings_piled_up_without_end_are_a_broken_shape() {
    // Holes of the same place, outer rings of the same place: each lies in each box.
    let count = 60_000u32;
    let mut content = 5u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend(count.to_le_bytes());
    content.extend((count * 4).to_le_bytes());
    content.extend((0..count).flat_map(|ring| (ring * 4).to_le_bytes()));
    for ring in 0..count {
        let mut points = [[110.0, 20.0], [110.0, 21.0], [111.0, 20.0], [110.0, 20.0]];
        if ring % 2 == 0 {
            points.reverse();
        }
        content.extend(points.iter().flatten().flat_map(|number: &f64| number.to_le_bytes()));
    }
    let mut shp = 9994u32.to_be_bytes().to_vec();
    shp.resize(100, 0);
    for number in 1..=2u32 {
        shp.extend(number.to_be_bytes());
        let content = if number == 1 { &content } else { &content_of_a_square() };
        shp.extend((content.len() as u32 / 2).to_be_bytes());
        shp.extend(content);
    }
    let layer = layer_of("a.shp", shp).unwrap();
    assert_eq!((layer.features.len(), layer.polygons.polygon_ends.len()), (2, 1));
    assert!(says(&layer.notes, "feature 1"), "{:?}", layer.notes);
}

fn content_of_a_square() -> Vec<u8> {
    let mut content = 5u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend(1u32.to_le_bytes());
    content.extend(5u32.to_le_bytes());
    content.extend(0u32.to_le_bytes());
    let ring = [[110.0, 20.0], [110.0, 21.0], [111.0, 21.0], [111.0, 20.0], [110.0, 20.0]];
    content.extend(ring.iter().flatten().flat_map(|number: &f64| number.to_le_bytes()));
    content
}

/// A table that says nothing of places is no table of incidents, whatever its size.
#[test]
fn a_table_without_places_says_which_columns_it_has() {
    let source = Source::from_bytes(Path::new("t.csv"), b"a,b\n1,2\n".to_vec()).unwrap();
    let error = incidents::from_source(&source, &Reading::default(), &progress()).unwrap_err();
    assert!(error.text.en.contains("a, b"), "{error}");
}
