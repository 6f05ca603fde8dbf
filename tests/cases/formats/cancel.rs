//! A job that is cancelled ends at once, whatever it reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use wangge::base::Progress;
use wangge::geometry::Point;
use wangge::io::layer::Reading;
use wangge::io::{Layer, door, incidents};

use super::make::{Piece, cell, geopackage, polygon, sheet, shp, square, workbook};

/// Reads a file as `info` does.
pub(super) fn read(path: &Path, progress: &Progress) -> Result<usize, wangge::io::ReadError> {
    let opened = door::sources_in(&[path.to_owned()], &Arc::default(), progress)?;
    let mut features = 0;
    for source in &opened.sources {
        if source.format.is_table() {
            features += incidents::from_source(source, &Reading::default(), progress)?.incidents.len();
        } else {
            let all = Layer::<Point>::all(source, &Reading::default(), progress)?;
            features += all.iter().map(|layer| layer.features.len()).sum::<usize>();
        }
    }
    Ok(features)
}

const FEATURES: usize = 40_000;

fn ring(at: usize) -> String {
    let (x, y) = (110.0 + (at % 400) as f64 * 1e-3, 20.0 + (at / 400) as f64 * 1e-3);
    let corner = |dx: f64, dy: f64| format!("[{:.6},{:.6}]", x + dx, y + dy);
    [corner(0.0, 0.0), corner(0.0, 9e-4), corner(9e-4, 9e-4), corner(0.0, 0.0)].join(",")
}

fn feature(at: usize) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{at}","name":"grid {at}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        ring(at)
    )
}

/// Large files of every format, sound.
fn files(folder: &Path) -> Vec<PathBuf> {
    let put = |name: &str, bytes: Vec<u8>| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let features: Vec<String> = (0..FEATURES).map(feature).collect();
    let mut all = vec![
        put("a.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")).into_bytes()),
        put("a.geojsonl", features.join("\n").into_bytes()),
    ];
    let esri: Vec<String> = (0..FEATURES)
        .map(|at| format!(r#"{{"attributes":{{"code":"{at}"}},"geometry":{{"rings":[[{}]]}}}}"#, ring(at)))
        .collect();
    all.push(put(
        "esri.json",
        format!(
            r#"{{"geometryType":"esriGeometryPolygon","spatialReference":{{"wkid":4326}},"features":[{}]}}"#,
            esri.join(",")
        )
        .into_bytes(),
    ));
    let arcs: Vec<String> = (0..FEATURES).map(|at| format!("[{}]", ring(at))).collect();
    let geometries: Vec<String> = (0..FEATURES)
        .map(|at| format!(r#"{{"type":"Polygon","properties":{{"code":"{at}"}},"arcs":[[{at}]]}}"#))
        .collect();
    all.push(put(
        "a.topojson",
        format!(
            r#"{{"type":"Topology","arcs":[{}],"objects":{{"a":{{"type":"GeometryCollection","geometries":[{}]}}}}}}"#,
            arcs.join(","),
            geometries.join(",")
        )
        .into_bytes(),
    ));
    let placemarks: String = (0..FEATURES)
        .map(|at| {
            let places = ring(at).replace("],[", " ").replace(['[', ']'], "");
            format!("<Placemark><name>{at}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{places}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>")
        })
        .collect();
    all.push(put("a.kml", format!("<kml><Document>{placemarks}</Document></kml>").into_bytes()));
    let places: String = (0..FEATURES * 10).map(|at| format!("110.{at:06},20.5 ")).collect();
    all.push(put(
        "one.kml",
        format!("<kml><Placemark><LineString><coordinates>{places}</coordinates></LineString></Placemark></kml>")
            .into_bytes(),
    ));
    let points: String =
        (0..FEATURES).map(|at| format!(r#"<wpt lat="20.5" lon="110.{at:06}"><name>{at}</name></wpt>"#)).collect();
    all.push(put("a.gpx", format!("<gpx>{points}</gpx>").into_bytes()));
    let records: Vec<Piece> =
        (0..FEATURES as u32).map(|at| Piece::Record(at + 1, polygon(&[square(110.0, 20.0)]))).collect();
    all.push(put("a.shp", shp(&records).0));
    // One shape of many rings that lie over each other: the work of telling holes from land.
    let rings: Vec<_> = (0..40_000_i32)
        .map(|at| square(110.0 + f64::from(at % 200) * 0.02, 20.0 + f64::from(at / 200) * 0.02))
        .collect();
    all.push(put("rings.shp", shp(&[Piece::Record(1, polygon(&rings))]).0));
    let rows: String = (0..FEATURES * 4).map(|at| format!("{at},110.5,20.5,2026-01-01 08:00\n")).collect();
    all.push(put("a.csv", format!("id,lon,lat,time\n{rows}").into_bytes()));
    let rows: String = (2..FEATURES)
        .map(|row| {
            format!(
                "<row>{}{}{}</row>",
                cell(&format!("A{row}"), "110.5"),
                cell(&format!("B{row}"), "20.5"),
                cell(&format!("C{row}"), "2026-01-01")
            )
        })
        .collect();
    let head = format!("<row>{}{}{}</row>", cell("A1", "lon"), cell("B1", "lat"), cell("C1", "time"));
    all.push(put("a.xlsx", workbook(&[("a", "a.xml")], &[("a.xml", sheet(&(head + &rows), ""))], "")));
    let path = folder.join("a.gpkg");
    let blob: String = {
        let square = square(110.0, 20.0);
        let mut bytes = (square.len() as u32).to_le_bytes().to_vec();
        bytes.extend(super::make::numbers(&square));
        super::make::blob(&super::make::wkb(3, 1, &bytes)).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    drop(geopackage(
        &path,
        &["a"],
        &format!(
            "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT);
             WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {FEATURES})
             INSERT INTO a SELECT x, x'{blob}', 'code ' || x FROM n;"
        ),
    ));
    all.push(path);
    all
}

#[test]
fn readers_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    for path in files(folder.path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let start = Instant::now();
        let read_whole = read(&path, &Progress::default());
        let whole = start.elapsed();
        assert!(read_whole.is_ok(), "{name}: {read_whole:?}");
        let mut worst = Duration::ZERO;
        for part in 0..8 {
            let progress = Progress::default();
            let (job, file) = (progress.clone(), path.clone());
            let reader = std::thread::spawn(move || read(&file, &job).is_err());
            std::thread::sleep(whole * part / 8);
            let start = Instant::now();
            progress.cancel();
            // One that was done already does not count.
            if reader.join().unwrap() {
                worst = worst.max(start.elapsed());
            }
        }
        let size = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
        println!("{name}: {size:.1} MB read in {whole:?}, cancelled within {worst:?}");
        // 0.2 s are asked for; tests run beside others, unoptimised.
        assert!(worst < Duration::from_secs(1).max(whole / 4), "{name}: {worst:?} of {whole:?}");
    }
}
