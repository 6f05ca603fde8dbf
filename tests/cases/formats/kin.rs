//! Files that are out to do harm: each ends with little memory, or is refused in words.
//!
//! Each is read in a process of its own, whose peak of memory is looked at. Times are printed, for tests run beside others.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wangge::base::Progress;

use super::cancel::read;
use super::case;
use super::make::{
    Piece, blob, cell, dbf, geopackage, numbers, packed, polygon, sheet, shp, shx, square, wkb, workbook,
};

/// Most memory a reader may take, MB.
const MOST: u64 = 512;

/// The child of the next tests: reads a file and says what it took. Does nothing when the tests are run by hand.
#[test]
fn child() {
    let Some(path) = std::env::var_os("WANGGE_TEST_HOSTILE") else { return };
    let start = Instant::now();
    let ended = match read(Path::new(&path), &Progress::default()) {
        Ok(features) => format!("{features} features"),
        Err(error) => error.text.en,
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("0", str::trim);
    eprintln!("ended\t{}\t{}\t{ended}", peak.trim_end_matches(" kB"), start.elapsed().as_millis());
}

/// Reads a file in a process of its own: its peak of memory in MB, and how it ended.
fn suffer(path: &Path) -> (u64, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["cases::formats::kin::child", "--exact", "--nocapture"])
        .env("WANGGE_TEST_HOSTILE", path)
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let ended = said.lines().find_map(|line| line.strip_prefix("ended\t"));
    let name = path.file_name().unwrap().to_string_lossy();
    let Some(ended) = ended else { panic!("{name} ended the program: {:?} {said}", output.status) };
    let mut parts = ended.splitn(3, '\t');
    let peak = parts.next().unwrap().parse::<u64>().unwrap() >> 10;
    let took = Duration::from_millis(parts.next().unwrap().parse().unwrap());
    let how = parts.next().unwrap().to_owned();
    let size = std::fs::metadata(path).map_or(0.0, |meta| meta.len() as f64 / 1e6);
    println!("{name}: {size:.2} MB, peak {peak} MB, {took:?}: {how}");
    (peak, how)
}

/// Reads files of a name each, one after the other; all of them must stay small.
fn all_stay_small(files: Vec<(&str, Vec<u8>)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut large = Vec::new();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (peak, how) = suffer(&path);
        assert!(!how.is_empty(), "{name}");
        if peak > MOST {
            large.push(format!("{name}: {peak} MB"));
        }
    }
    assert_eq!(large, Vec::<String>::new());
}

const SQUARE: &str = "[[[110,20],[110,21],[111,21],[110,20]]]";

/// A feature with these properties.
fn feature(properties: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":{SQUARE}}}}}"#
    )
}

fn collection(features: &[String]) -> Vec<u8> {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")).into_bytes()
}

#[test]
fn hostile_files_of_the_cases() {
    for entry in std::fs::read_dir(case("hostile")).unwrap() {
        let (peak, how) = suffer(&entry.unwrap().path());
        assert!(peak <= MOST, "{peak} MB: {how}");
    }
}

#[test]
fn hostile_json() {
    let many = |text: &str, count: usize| vec![text; count].join(",");
    let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
    let long = "9".repeat(4 << 20);
    let collections = (0..200_000).fold(String::from(r#"{"type":"Point","coordinates":[1,1]}"#), |inner, at| {
        if at < 400 { format!(r#"{{"type":"GeometryCollection","geometries":[{inner}]}}"#) } else { inner }
    });
    all_stay_small(vec![
        ("deep-root.geojson", nested("[", "]", 3 << 20).into_bytes()),
        ("deep-objects.geojson", nested(r#"{"a":"#, "}", 1 << 20).into_bytes()),
        ("deep-property.geojson", collection(&[feature(&format!(r#""a":{}"#, nested("[", "]", 1 << 20)))])),
        (
            "deep-collection.geojson",
            format!(r#"{{"type":"Feature","properties":null,"geometry":{collections}}}"#).into_bytes(),
        ),
        ("long-number.geojson", collection(&[feature(&format!(r#""a":{long}"#))])),
        ("long-fraction.geojson", collection(&[feature("").replacen("110,", &format!("110.{long},"), 1)])),
        ("long-exponent.geojson", collection(&[feature("").replacen("110,", &format!("1e-{long},"), 1)])),
        ("long-text.geojson", collection(&[feature(&format!(r#""a":"{}""#, "\\u0041".repeat(1 << 20)))])),
        ("long-name.geojson", collection(&[feature(&format!(r#""{}":1"#, "k".repeat(4 << 20)))])),
        (
            "empty-features.geojson",
            format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, many("{}", 1 << 20)).into_bytes(),
        ),
        (
            "no-features.geojson",
            format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, many("1", 2 << 20)).into_bytes(),
        ),
        ("empty-lists.geojson", collection(&[feature(&format!(r#""a":[{}]"#, many("[]", 2 << 20)))])),
        ("lists-of-features.geojson", collection(&vec![feature(&format!(r#""a":[{}]"#, many("0", 1000))); 2000])),
        ("objects.geojson", collection(&vec![feature(&format!(r#""a":[{}]"#, many(r#"{"a":{"b":{}}}"#, 300))); 1000])),
        (
            "names.geojson",
            collection(&[feature(&(0..300_000).map(|at| format!(r#""p{at}":0"#)).collect::<Vec<_>>().join(","))]),
        ),
        (
            "names-of-features.geojson",
            collection(
                &(0..300)
                    .map(|one| feature(&(0..1000).map(|at| format!(r#""{one}_{at}":0"#)).collect::<Vec<_>>().join(",")))
                    .collect::<Vec<_>>(),
            ),
        ),
        (
            "members.geojson",
            format!(
                r#"{{{},"type":"FeatureCollection","features":[]}}"#,
                (0..400_000).map(|at| format!(r#""m{at}":0"#)).collect::<Vec<_>>().join(",")
            )
            .into_bytes(),
        ),
        (
            "one-member.geojson",
            format!(r#"{{{},"type":"FeatureCollection","features":[]}}"#, many(r#""m":0"#, 1 << 20)).into_bytes(),
        ),
        (
            "rings.geojson",
            collection(&[feature("").replacen(
                SQUARE,
                &format!("[{}]", many("[[1,1],[1,2],[2,1],[1,1]]", 150_000)),
                1,
            )]),
        ),
        ("empty-rings.geojson", collection(&[feature("").replacen(SQUARE, &format!("[{}]", many("[]", 2 << 20)), 1)])),
        (
            "points.geojson",
            format!(r#"{{"type":"MultiPoint","coordinates":[{}]}}"#, many("[1,1]", 1 << 20)).into_bytes(),
        ),
        ("nothing.geojsonl", "{}\n".repeat(1 << 20).into_bytes()),
        ("records.geojsonl", "\u{1e}{}".repeat(1 << 20).into_bytes()),
        ("zeros.geojson", [b"{".to_vec(), vec![0; 4 << 20]].concat()),
        ("blank.geojson", vec![b' '; 8 << 20]),
        ("esri.json", format!(r#"{{"fields":[],"features":[{}]}}"#, many("{}", 1 << 20)).into_bytes()),
        (
            "esri-rings.json",
            format!(
                r#"{{"fields":[],"spatialReference":{{"wkid":4326}},"features":[{{"geometry":{{"rings":[{}]}}}}]}}"#,
                many("[[1,1],[1,2],[2,1],[1,1]],[[1,1],[2,1],[1,2],[1,1]]", 40_000)
            )
            .into_bytes(),
        ),
    ]);
}

#[test]
fn hostile_topologies() {
    let many = |text: &str, count: usize| vec![text; count].join(",");
    let topology = |arcs: &str, geometries: &str| {
        format!(r#"{{"type":"Topology","arcs":[{arcs}],"objects":{{"a":{{"type":"GeometryCollection","geometries":[{geometries}]}}}}}}"#).into_bytes()
    };
    let polygon = |arcs: &str| format!(r#"{{"type":"Polygon","arcs":[{arcs}]}}"#);
    let arc =
        format!("[{}]", (0..1000).map(|at| format!("[{}.5,20.{at:03}]", 110 + at % 2)).collect::<Vec<_>>().join(","));
    let deep = (0..400).fold(polygon("[0]"), |inner, _| {
        format!(r#"{{"type":"GeometryCollection","geometries":[{inner},{inner_null}]}}"#, inner_null = "null")
    });
    all_stay_small(vec![
        ("walked.topojson", topology(&arc, &polygon(&format!("[{}]", many("0", 1 << 20))))),
        ("walked-by-many.topojson", topology(&arc, &many(&polygon("[0]"), 100_000))),
        ("empty-arcs.topojson", topology(&many("[]", 1 << 20), &polygon("[0]"))),
        ("broken-arcs.topojson", topology(&many("[[0]]", 1 << 20), &polygon("[0]"))),
        ("empty-rings.topojson", topology("[[1,1],[2,2],[1,2],[1,1]]", &polygon(&many("[]", 1 << 20)))),
        ("empty-geometries.topojson", topology("", &many("{}", 1 << 20))),
        ("null-geometries.topojson", topology("", &many("null", 1 << 20))),
        ("deep.topojson", topology("[[1,1],[2,2],[1,2],[1,1]]", &deep)),
        (
            "objects.topojson",
            format!(
                r#"{{"type":"Topology","arcs":[],"objects":{{{}}}}}"#,
                (0..100_000)
                    .map(|at| format!(r#""o{at}":{{"type":"GeometryCollection","geometries":[]}}"#))
                    .collect::<Vec<_>>()
                    .join(",")
            )
            .into_bytes(),
        ),
    ]);
}

#[test]
fn hostile_shapefiles() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let suffered = |name: &str| {
        let (peak, _) = suffer(&folder.path().join(name));
        assert!(peak <= MOST, "{name}: {peak} MB");
    };
    // Empty shapes, each with a row of two thousand columns of no width.
    let nulls: Vec<Piece> = (0..200_000).map(|at| Piece::Record(at + 1, vec![0; 4])).collect();
    let (bytes, places) = shp(&nulls);
    let names: Vec<String> = (0..2000).map(|at| format!("c{at}")).collect();
    let columns: Vec<(&str, u8)> = names.iter().map(|name| (name.as_str(), 0)).collect();
    let rows: Vec<Vec<&str>> = vec![vec![""; 2000]; 1];
    let mut table = dbf(200_000, &columns, &rows);
    table.extend(vec![b' '; 200_000]);
    put("columns.shp", &bytes);
    put("columns.dbf", &table);
    suffered("columns.shp");
    put("nulls.shp", &bytes);
    put("nulls.shx", &shx(&places));
    suffered("nulls.shp");
    // An index that names one record a million times.
    let (bytes, places) = shp(&[Piece::Record(1, polygon(&vec![square(110.0, 20.0); 1000]))]);
    put("index.shp", &bytes);
    put("index.shx", &shx(&vec![places[0]; 1 << 20]));
    suffered("index.shp");
    // Rings over rings, in one shape and in many.
    let both = [square(110.0, 20.0), square(110.0, 20.0).into_iter().rev().collect()];
    let rings: Vec<_> = (0..60_000).map(|at| both[at % 2].clone()).collect();
    put("rings.shp", &shp(&[Piece::Record(1, polygon(&rings))]).0);
    suffered("rings.shp");
    let few: Vec<_> = (0..2000).map(|at| both[at % 2].clone()).collect();
    put("shapes.shp", &shp(&(0..20).map(|at| Piece::Record(at + 1, polygon(&few))).collect::<Vec<_>>()).0);
    suffered("shapes.shp");
    // Counts that are only claimed.
    let mut claims = polygon(&[square(110.0, 20.0)]);
    claims[36..44].copy_from_slice(&[0xff; 8]);
    put("claims.shp", &shp(&(0..50_000).map(|at| Piece::Record(at + 1, claims.clone())).collect::<Vec<_>>()).0);
    suffered("claims.shp");
}

#[test]
fn hostile_geopackages() {
    let folder = tempfile::tempdir().unwrap();
    const TABLE: &str = "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB);";
    let suffered = |name: &str, layers: &[&str], sql: &str, blobs: &[Vec<u8>]| {
        let path = folder.path().join(format!("{name}.gpkg"));
        let db = geopackage(&path, layers, sql);
        for blob in blobs {
            db.execute("INSERT INTO a (geom) VALUES (?)", [blob]).unwrap();
        }
        drop(db);
        let (peak, _) = suffer(&path);
        assert!(peak <= MOST, "{name}: {peak} MB");
    };
    let circle = wkb(8, 3, &numbers(&[[180.0, 0.0], [-180.0, 0.0], [180.0, 0.0]]));
    let arcs = |count: usize| {
        let places: Vec<[f64; 2]> =
            (0..=2 * count).map(|at| if at % 2 == 0 { [180.0, 0.0] } else { [-180.0, 0.0] }).collect();
        blob(&wkb(10, 1, &wkb(8, places.len() as u32, &numbers(&places))))
    };
    let nested = (0..2000).fold(circle.clone(), |inner, _| wkb(7, 1, &inner));
    suffered("arcs", &["a"], TABLE, &[arcs(50_000), arcs(1000)]);
    suffered("many-arcs", &["a"], TABLE, &vec![blob(&wkb(10, 1, &circle)); 20_000]);
    suffered(
        "claims",
        &["a"],
        TABLE,
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(|kind| blob(&wkb(kind, u32::MAX, &[0; 64]))),
    );
    suffered("empty-rings", &["a"], TABLE, &[blob(&wkb(3, 500_000, &[0; 2_000_000]))]);
    suffered("empty-lines", &["a"], TABLE, &[blob(&wkb(5, 300_000, &wkb(2, 0, &[]).repeat(300_000)))]);
    suffered("nested", &["a"], TABLE, &[blob(&nested)]);
    // Columns that no row holds: each has its default, which may be long.
    let columns =
        |more: &str| (0..1900).map(|at| format!("ALTER TABLE a ADD COLUMN c{at} TEXT {more};")).collect::<String>();
    let rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50000) INSERT INTO a (fid) SELECT x FROM n;";
    suffered("columns", &["a"], &format!("{TABLE}{rows}{}", columns("")), &[]);
    suffered("defaults", &["a"], &format!("{TABLE}{rows}{}", columns(&format!("DEFAULT '{}'", "x".repeat(200)))), &[]);
    let tables: String = (0..20_000).map(|at| format!("CREATE TABLE t{at} (a);")).collect();
    suffered("tables", &["a"], &format!("BEGIN;{TABLE}{tables}COMMIT;"), &[]);
    let names: Vec<String> = (0..3000).map(|at| format!("t{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let tables: String = names.iter().map(|name| format!("CREATE TABLE {name} (geom BLOB);")).collect();
    suffered("layers", &names, &format!("BEGIN;{tables}COMMIT;"), &[]);
    let views: String =
        (1..60).map(|at| format!("CREATE VIEW v{at} AS SELECT * FROM v{0}, v{0} AS w;", at - 1)).collect();
    suffered("views", &["v59", "a"], &format!("{TABLE}CREATE VIEW v0 AS SELECT * FROM a;{views}"), &[]);
    let generated = "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, g TEXT AS (printf('%.*c', 900000000, 'x')));";
    suffered("generated", &["a"], generated, &[arcs(1)]);
}

#[test]
fn hostile_markup() {
    let data: String = (0..100_000).map(|at| format!("<Data name=\"d{at}\"><value/></Data>")).collect();
    let twins = "<Data name=\"d\"><value>1</value></Data>".repeat(20_000);
    let placemark = |inner: &str| {
        format!("<kml><Document><Placemark>{inner}<Point><coordinates>1,1</coordinates></Point></Placemark></Document></kml>").into_bytes()
    };
    all_stay_small(vec![
        ("deep.kml", format!("<kml>{}", "<Folder>".repeat(1 << 20)).into_bytes()),
        (
            "folders.kml",
            format!("<kml>{}</kml>", "<Folder><name>a</name><Placemark/></Folder>".repeat(60_000)).into_bytes(),
        ),
        ("placemarks.kml", format!("<kml>{}</kml>", "<Placemark/>".repeat(400_000)).into_bytes()),
        ("links.kml", format!("<kml>{}</kml>", "<NetworkLink/>".repeat(300_000)).into_bytes()),
        ("data.kml", placemark(&format!("<ExtendedData>{data}</ExtendedData>"))),
        ("twins.kml", placemark(&format!("<ExtendedData>{twins}</ExtendedData>"))),
        ("names.kml", placemark(&format!("<{0}></{0}>", "n".repeat(2 << 20)))),
        ("attributes.kml", placemark(&format!("<a {}/>", "b=\"\" ".repeat(500_000)))),
        (
            "places.kml",
            placemark(&format!("<LineString><coordinates>{}</coordinates></LineString>", "1,1 ".repeat(1 << 20))),
        ),
        ("entities.kml", placemark(&format!("<name>{}</name>", "&a;".repeat(1 << 20)))),
        ("comment.kml", placemark(&format!("<!--{}-->", "-".repeat(10).replace('-', "x").repeat(400_000)))),
        ("points.gpx", format!("<gpx>{}</gpx>", "<wpt/>".repeat(600_000)).into_bytes()),
        ("tracks.gpx", format!("<gpx>{}</gpx>", "<trk/>".repeat(600_000)).into_bytes()),
    ]);
}

#[test]
fn hostile_archives() {
    let zeros = vec![0; 64 << 10];
    let many: Vec<(String, &[u8])> = (0..4000).map(|at| (format!("{at}.geojson"), zeros.as_slice())).collect();
    let empty: Vec<(String, &[u8])> = (0..9000).map(|at| (format!("{at}.geojson"), &b""[..])).collect();
    let beside: Vec<(String, &[u8])> = (0..3000).map(|at| (format!("{at}.shp"), &b"\x00\x00\x27\x0a"[..])).collect();
    let blanks = vec![b' '; 200 << 20];
    let lists =
        format!(r#"{{"type":"Feature","properties":{{"a":[{}]}},"geometry":null}}"#, vec!["[]"; 12 << 20].join(","));
    all_stay_small(vec![
        ("one.zip", packed(&[("a.geojson", blanks.as_slice())])),
        ("many.zip", packed(&many)),
        ("empty.zip", packed(&empty)),
        ("beside.zip", packed(&beside)),
        ("lists.zip", packed(&[("a.geojson", lists.as_bytes())])),
        ("nested.zip", (0..200).fold(vec![b' '; 1 << 20], |inner, _| packed(&[("a.xlsx", inner)]))),
    ]);
}

#[test]
fn hostile_workbooks() {
    let sst = |count: &str, texts: &str| {
        format!(
            r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {count}>{texts}</sst>"#
        )
    };
    let book =
        |rows: &str, more: &str, shared: &str| workbook(&[("a", "a.xml")], &[("a.xml", sheet(rows, more))], shared);
    let head = format!("<row>{}{}</row>", cell("A1", "lon"), cell("B1", "lat"));
    let corners: String = (2..3000).map(|row| format!("<row>{}</row>", cell(&format!("XFD{row}"), "1"))).collect();
    let far = format!("<row>{}</row>", cell("XFD1048576", "1"));
    let merged: String = (0..50_000).map(|_| r#"<mergeCell ref="A1:XFD1048576"/>"#).collect();
    let shared: String = "<si><t>a</t></si>".repeat(1 << 20);
    all_stay_small(vec![
        ("dimension.xlsx", book(&head, r#"<dimension ref="A1:XFD1048576"/>"#, "")),
        ("corners.xlsx", book(&(head.clone() + &corners), "", "")),
        ("far.xlsx", book(&(head.clone() + &far), "", "")),
        ("merged.xlsx", book(&(head.clone() + &far), &format!("<mergeCells>{merged}</mergeCells>"), "")),
        ("claimed.xlsx", book(&head, "", &sst(r#"uniqueCount="400000000""#, ""))),
        ("shared.xlsx", book(&head, "", &sst("", &shared))),
        ("shared-empty.xlsx", book(&head, "", &sst("", &"<si/>".repeat(2 << 20)))),
        ("shared-open.xlsx", book(&head, "", &sst("", &"<si>".repeat(1 << 20)))),
        ("rows.xlsx", book(&(head.clone() + &"<row/>".repeat(1 << 20)), "", "")),
        ("cells.xlsx", book(&(head.clone() + "<row>" + &"<c/>".repeat(1 << 20) + "</row>"), "", "")),
    ]);
}

#[test]
fn hostile_tables() {
    all_stay_small(vec![
        ("columns.csv", format!("{}\n1,2\n", "a,".repeat(1 << 20)).into_bytes()),
        ("fields.csv", format!("lon,lat,time\n{}\n", ",".repeat(4 << 20)).into_bytes()),
        ("rows.csv", format!("lon,lat,time\n{}", "\n".repeat(4 << 20)).into_bytes()),
        ("short.csv", format!("lon,lat,time\n{}", "1\n".repeat(2 << 20)).into_bytes()),
        ("quote.csv", format!("lon,lat,time\n\"{}", "1,\n".repeat(1 << 20)).into_bytes()),
        ("quotes.csv", format!("lon,lat,time\n{}", "\"\",\"\"\n".repeat(1 << 20)).into_bytes()),
        ("one.csv", vec![b'a'; 8 << 20]),
        ("garbage.csv", (0..4u32 << 20).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect()),
    ]);
}
