//! What lies beside the files that are meant, and what stands beside the zones in them.

use serde_json::{Value, json as value};

use super::super::{json, nine};
use super::kinds::{collection, exported, land, parted};
use super::{accounts, features, run, said};
use wangge::model::Fate;

/// Files packed together.
fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn lock_files_of_office_programs_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = parted(&folder.path().join("in"), &[("zones.geojson", 0..9)]);
    let lock = "xx\0\u{6}\u{3}somebody".as_bytes().to_vec();
    for name in ["~$台账.xlsx", ".~lock.台账.xlsx#", "~$a.csv"] {
        std::fs::write(input.join(name), &lock).unwrap();
    }
    assert_eq!(exported(folder.path(), &[input]).len(), 9);
    let archive = folder.path().join("in.zip");
    let zones = std::fs::read(nine()).unwrap();
    std::fs::write(&archive, packed(&[("zones.geojson", zones), ("~$台账.xlsx", lock)])).unwrap();
    assert_eq!(exported(folder.path(), &[archive]).len(), 9);
}

#[test]
fn archives_in_a_folder_are_read_and_those_in_archives_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parted(&folder.path().join("parts"), &[("甲镇.geojson", 0..4), ("乙镇.geojson", 4..9)]);
    let read = |name: &str| std::fs::read(parts.join(name)).unwrap();
    let input = folder.path().join("in");
    std::fs::create_dir(&input).unwrap();
    std::fs::write(input.join("甲镇.zip"), packed(&[("甲镇.geojson", read("甲镇.geojson"))])).unwrap();
    std::fs::write(input.join("乙镇.zip"), packed(&[("乙镇.geojson", read("乙镇.geojson"))])).unwrap();
    assert_eq!(exported(folder.path(), std::slice::from_ref(&input)).len(), 9);
    // One beside a plain file.
    std::fs::remove_file(input.join("乙镇.zip")).unwrap();
    std::fs::copy(parts.join("乙镇.geojson"), input.join("乙镇.geojson")).unwrap();
    assert_eq!(exported(folder.path(), &[input]).len(), 9);
    let nested = packed(&[("甲镇.geojson", read("甲镇.geojson"))]);
    let outer = folder.path().join("outer.zip");
    std::fs::write(&outer, packed(&[("inner.zip", nested), ("乙镇.geojson", read("乙镇.geojson"))])).unwrap();
    // It is not the only file, so that what is lost beside it is told.
    let refused = run(folder.path(), "export", &[outer], &["--format", "geojson", "-o", "x.geojson"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("an archive inside"), "{}", said(&refused));
}

#[test]
fn c_061_points_in_the_majority_are_beside_the_zones() {
    let folder = tempfile::tempdir().unwrap();
    let point = |at: u32| {
        let place = [110.3 + 1e-3 * f64::from(at % 9), 20.005];
        value!({"type": "Feature", "properties": {"code": format!("p{at}")}, "geometry": {"type": "Point", "coordinates": place}})
    };
    let mut all: Vec<Value> = (0..60).map(point).collect();
    all.push(land(&value!({"code": "A", "name": "甲"}), [110.3, 20.0, 110.32, 20.02]));
    let input = collection(&folder.path().join("mixed.geojson"), &all);
    let account = &accounts(&input)[0];
    assert_eq!((account.of(&Fate::Zone), account.of(&Fate::Reference)), (1, 60));
    let check = json(&run(folder.path(), "check", &[input], &["--json"]));
    assert!(check["counts"]["missing-name"].is_null(), "{check}");
}

#[test]
fn c_061_collections_among_features_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let all = features(&nine());
    let nested = value!({"type": "FeatureCollection", "features": [
        all[6], {"type": "FeatureCollection", "name": "inner", "features": [all[7], all[8]]},
    ]});
    let mut outer = all[..6].to_vec();
    outer.push(nested);
    let input = collection(&folder.path().join("nested.geojson"), &outer);
    assert_eq!(exported(folder.path(), &[input]).len(), 9);
    // The type may stand last.
    let text = std::fs::read_to_string(nine()).unwrap();
    let inner = &text[text.find("\"features\"").unwrap()..text.rfind('}').unwrap()];
    let one = land(&value!({"code": "460105002001", "name": "乙"}), [110.4, 20.0, 110.41, 20.01]);
    let path = folder.path().join("last.geojson");
    let last = format!(
        r#"{{"type":"FeatureCollection","features":[{one},{{{},"type":"FeatureCollection"}}]}}"#,
        inner.trim_end().trim_end_matches(',')
    );
    std::fs::write(&path, last).unwrap();
    let out = run(folder.path(), "export", &[path], &["--format", "geojson", "-o", "last-out.geojson"]);
    let whole = out.status.code() == Some(0) && features(&folder.path().join("last-out.geojson")).len() == 10;
    assert!(whole || out.status.code() == Some(3), "read, or an error: {}", said(&out));
}

#[test]
fn files_in_a_folder_are_named_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let input = parted(&folder.path().join("in"), &[("zones.geojson", 0..9)]);
    let point =
        value!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [110.305, 20.005]}});
    collection(&input.join("cases.geojson"), &[point]);
    let check =
        run(folder.path(), "check", std::slice::from_ref(&input), &["--tier", "incidents=cases.geojson", "--json"]);
    assert_ne!(check.status.code(), Some(2), "{}", said(&check));
    assert!(json(&check)["files"].to_string().contains("\"incident\""), "{}", said(&check));
    let none = run(folder.path(), "check", &[input], &["--tier", "incidents=none.geojson"]);
    assert_eq!(none.status.code(), Some(2), "{}", said(&none));
}
