//! `GeoPackage` files: curves, names in any case, logs beside them, and columns and tables that are computed.

use std::path::Path;

use super::make::{blob, geopackage, numbers, packed, square, wkb};
use super::{case, codes, info, land, refusal};
use crate::doors::{layers, says};

/// A closed ring of well-known binary.
fn ring(places: &[[f64; 2]]) -> Vec<u8> {
    let mut out = (places.len() as u32).to_le_bytes().to_vec();
    out.extend(numbers(places));
    out
}

const FEATURES: &str = "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT);";

/// A layer of these geometries, their codes 1, 2, 3…
fn layer_of(geometries: &[Vec<u8>]) -> wangge::io::Layer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let db = geopackage(&path, &["a"], FEATURES);
    for (number, wkb) in (1..).zip(geometries) {
        db.execute("INSERT INTO a (geom, code) VALUES (?, ?)", (blob(wkb), number.to_string())).unwrap();
    }
    drop(db);
    layers(&path).unwrap().remove(0)
}

#[test]
fn attacks_e_lists_of_one_name_again_and_again_are_no_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let more = format!(
        "{FEATURES} BEGIN; WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000)
           INSERT INTO gpkg_contents SELECT 'A', 'features', 4326 FROM c;
         WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000)
           INSERT INTO gpkg_geometry_columns SELECT 'a', 'geom', 4326 FROM c; COMMIT;"
    );
    drop(geopackage(&path, &["a"], &more));
    let start = std::time::Instant::now();
    let _read_or_not = layers(&path);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn b_021_gpkg_msurf() {
    let layer = layers(&case("021-gpkg/msurf.gpkg")).unwrap().remove(0);
    assert_eq!(layer.kinds()[0], layer.features.len());
    assert!(layer.features.len() > 1 && land(&layer).iter().all(|&land| land > 0));
    assert!(!says(&layer.notes, "left out"), "{:?}", layer.notes);
}

#[test]
fn b_021_gpkg_curves() {
    let layer = layers(&case("021-gpkg/curves.gpkg")).unwrap().remove(0);
    assert_eq!(layer.kinds()[0], layer.features.len(), "{:?}", layer.notes);
    assert!(says(&layer.notes, "broken into lines that keep within 1 cm"), "{:?}", layer.notes);
    let (value, _) = info(&[case("021-gpkg/curves.gpkg")]);
    assert_eq!(value["files"][0]["features"], layer.features.len());
}

#[test]
fn b_021_gpkg_arcs_keep_their_land() {
    // A disk of radius 0.01°: as one arc and as two, in a CURVEPOLYGON, in a MULTISURFACE, with heights, high byte first.
    let circle = [[110.01, 20.0], [109.99, 20.0], [110.01, 20.0]];
    let two = [[110.01, 20.0], [110.0, 20.01], [109.99, 20.0], [110.0, 19.99], [110.01, 20.0]];
    let string = |places: &[[f64; 2]]| wkb(8, places.len() as u32, &numbers(places));
    let half = string(&two[..3]);
    let chord = wkb(2, 2, &numbers(&[[109.99, 20.0], [110.01, 20.0]]));
    let compound = wkb(9, 2, &[half, chord].concat());
    let surface = |ring: &[u8]| wkb(10, 1, ring);
    let high = {
        let mut out = vec![1];
        out.extend(1010u32.to_le_bytes());
        out.extend(1u32.to_le_bytes());
        out.push(1);
        out.extend(1008u32.to_le_bytes());
        out.extend(3u32.to_le_bytes());
        out.extend(circle.iter().flat_map(|&[x, y]| [x, y, 7.0]).flat_map(f64::to_le_bytes));
        out
    };
    let layer = layer_of(&[
        surface(&string(&circle)),
        surface(&string(&two)),
        surface(&compound),
        wkb(12, 1, &surface(&string(&two))),
        high,
        wkb(12, 1, &wkb(3, 1, &ring(&square(110.0, 20.0)))),
    ]);
    assert_eq!(layer.kinds()[0], 6, "{:?}", layer.notes);
    let disk = 2.0 * std::f64::consts::PI * 1e5 * 1e5;
    for (land, part) in land(&layer).into_iter().zip([1.0, 1.0, 0.5, 1.0, 1.0]) {
        // A centimetre at the edge of a kilometre.
        assert!((land as f64 / (disk * part) - 1.0).abs() < 3e-5, "{land} {}", disk * part);
    }
}

#[test]
fn b_021_gpkg_neighbours_share_their_arc() {
    // One arc walked there by one and back by the other: no gap, no overlap, to the cell.
    let arc = [[110.0, 20.0], [110.003, 20.004], [110.01, 20.0]];
    let back: Vec<[f64; 2]> = arc.iter().rev().copied().collect();
    let piece = |kind, places: &[[f64; 2]]| wkb(kind, places.len() as u32, &numbers(places));
    let below = [piece(8, &arc), piece(2, &[[110.01, 20.0], [110.01, 19.98], [110.0, 19.98], [110.0, 20.0]])].concat();
    let above = [piece(8, &back), piece(2, &[[110.0, 20.0], [110.0, 20.02], [110.01, 20.02], [110.01, 20.0]])].concat();
    let layer = layer_of(&[wkb(10, 1, &wkb(9, 2, &below)), wkb(10, 1, &wkb(9, 2, &above))]);
    let both: i128 = land(&layer).iter().sum();
    assert_eq!(both, 2 * 100_000 * 400_000);
}

#[test]
fn b_021_gpkg_what_is_not_read_is_named_with_each_feature() {
    let square = wkb(3, 1, &ring(&square(110.0, 20.0)));
    let patches = wkb(15, 1, &square);
    let layer = layer_of(&[square.clone(), patches.clone(), square, patches]);
    assert_eq!(layer.features.len(), 4);
    assert!(says(&layer.notes, "feature 2: a geometry of a kind that is not read"), "{:?}", layer.notes);
    assert!(says(&layer.notes, "feature 4: a geometry of a kind that is not read"), "{:?}", layer.notes);
}

#[test]
fn b_021_gpkg_case() {
    let layer = layers(&case("021-gpkg/case.gpkg")).unwrap().remove(0);
    assert_eq!(codes(&layer).len(), layer.features.len());
    assert_eq!(layer.features.len(), 9);
    assert_eq!(layer.name, "grids");
}

/// A database with its log, as a program leaves them that has it open: nine rows, the last three in the log alone.
fn logged(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("live.gpkg");
    let work = tempfile::tempdir().unwrap();
    let open = work.path().join("live.gpkg");
    let db = geopackage(&open, &["a"], FEATURES);
    let fill = |from: i32| {
        for number in from..from + 3 {
            let wkb = wkb(3, 1, &ring(&square(110.0 + f64::from(number) * 0.01, 20.0)));
            db.execute("INSERT INTO a (geom, code) VALUES (?, ?)", (blob(&wkb), number.to_string())).unwrap();
        }
    };
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;").unwrap();
    fill(1);
    fill(4);
    db.execute_batch("PRAGMA wal_checkpoint(FULL);").unwrap();
    fill(7);
    std::fs::copy(&open, &path).unwrap();
    std::fs::copy(work.path().join("live.gpkg-wal"), folder.join("live.gpkg-wal")).unwrap();
    path
}

#[test]
fn b_021_gpkg_wal_alone() {
    // As it lies: a log of no bytes.
    assert_eq!(layers(&case("021-gpkg/wal_alone/live.gpkg")).unwrap()[0].features.len(), 9);
    let folder = tempfile::tempdir().unwrap();
    let path = logged(folder.path());
    let bytes = ["live.gpkg", "live.gpkg-wal"].map(|name| (name, std::fs::read(folder.path().join(name)).unwrap()));
    // Packed together, nothing lies on the disk.
    let zip = folder.path().join("live.zip");
    std::fs::write(&zip, packed(&bytes)).unwrap();
    assert_eq!(layers(&zip).unwrap()[0].features.len(), 9);
    assert_eq!(layers(&path).unwrap()[0].features.len(), 9);
}

/// In a folder that may not be written, with a log and without.
#[cfg(unix)]
#[test]
fn b_021_gpkg_wal_alone_in_a_read_only_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let folder = tempfile::tempdir().unwrap();
    logged(folder.path());
    std::fs::copy(case("021-gpkg/wal_alone/live.gpkg"), folder.path().join("other.gpkg")).unwrap();
    let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    std::fs::read_dir(folder.path()).unwrap().for_each(|entry| mode(&entry.unwrap().path(), 0o444));
    mode(folder.path(), 0o555);
    for name in ["live.gpkg", "other.gpkg"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wangge"));
        command.args(["info", "--json"]).arg(folder.path().join(name));
        // The administrator may write everywhere: then somebody else looks, where he may run the program.
        let is_root = std::fs::write(folder.path().join("probe"), "").is_ok();
        if is_root {
            std::fs::remove_file(folder.path().join("probe")).unwrap();
            command.uid(65_534).gid(65_534);
        }
        match command.output() {
            Ok(output) => {
                let value: serde_json::Value = serde_json::from_slice(&output.stdout)
                    .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
                assert_eq!(value["files"][0]["features"], 9, "{name}");
            }
            Err(error) => println!("SKIPPED: nobody else may run the program here ({error})"),
        }
    }
    mode(folder.path(), 0o755);
}

#[test]
fn attacks_e_generated_columns() {
    let path = case("hostile/gen_geom.gpkg");
    let said = refusal(&path);
    assert!(said.contains("without a layer") || said.contains("computed"), "{said}");
    // A computed column beside a real geometry: the layer is read without it, and that is told. Stored ones too, and one
    // whose name needs quotes.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let db = geopackage(
        &path,
        &["a", "b", "c"],
        "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT,
           big TEXT AS (CAST(zeroblob(480000000) AS TEXT)) VIRTUAL, \"st\"\"ored\" TEXT AS (code || 'x') STORED);
         CREATE TABLE real_b (fid INTEGER PRIMARY KEY, place BLOB, geom BLOB AS (place) STORED);
         CREATE TABLE real_c (fid INTEGER PRIMARY KEY, geom BLOB);
         CREATE VIEW b AS SELECT * FROM real_b;
         CREATE  /* a */  VIRTUAL TABLE c USING fts5(geom, name);",
    );
    let wkb = wkb(3, 1, &ring(&square(110.0, 20.0)));
    db.execute("INSERT INTO a (geom, code) VALUES (?, '1')", [blob(&wkb)]).unwrap();
    drop(db);
    let all = layers(&path).unwrap();
    assert_eq!((all.len(), codes(&all[0])), (1, vec!["1".to_owned()]));
    assert_eq!(all[0].features[0].attributes.len(), 1);
    assert!(says(&all[0].notes, "computes were not read: big, st\"ored"), "{:?}", all[0].notes);
    assert!(
        says(&all[0].notes, "b is a view or a virtual table") && says(&all[0].notes, "c is a view or a virtual table")
    );
}

#[test]
fn attacks_e_virtual_tables() {
    let all = layers(&case("hostile/vtab.gpkg")).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].name, "real");
    assert!(says(&all[0].notes, "evil is a view or a virtual table"), "{:?}", all[0].notes);
}

#[test]
fn attacks_e_lists_that_are_computed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA application_id = 0x47504B47;
         CREATE TABLE gpkg_contents (n INTEGER, table_name TEXT AS (printf('%.*c', 400000000, 'x')), data_type TEXT AS ('features'));
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_contents (n) VALUES (1);",
    )
    .unwrap();
    drop(db);
    assert!(refusal(&path).contains("without a layer"));
}
