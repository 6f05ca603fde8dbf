//! `locate` reads by the doors that `check` reads by, and writes a table.

use std::path::Path;

use serde_json::Value;

use super::super::{case, json, nine, wangge};
use super::said;

/// Nine points in nine zones, one each.
fn one_each(folder: &Path, zones: &Path, points: &Path, more: &[&str]) -> (Value, String) {
    let mut args: Vec<std::ffi::OsString> =
        ["locate".into(), "--zones".into(), zones.into(), "--points".into(), points.into()].to_vec();
    args.extend(["-o", "out.csv", "--json"].into_iter().chain(more.iter().copied()).map(Into::into));
    let output = wangge(folder, &args);
    assert!(output.status.success(), "{}: {}", points.display(), said(&output));
    let found = json(&output);
    let table = std::fs::read_to_string(folder.join("out.csv")).unwrap();
    (found, table)
}

/// Codes of the zones in the order of the rows of a table.
fn codes(table: &str) -> Vec<String> {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names = reader.headers().unwrap().clone();
    let at = names.iter().position(|name| name == "zone_code").unwrap();
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

fn all_codes() -> Vec<String> {
    (1..=9).map(|number| format!("46010500100{number}")).collect()
}

#[test]
fn a_038_points_of_geojson() {
    let folder = tempfile::tempdir().unwrap();
    let (found, table) = one_each(folder.path(), &nine(), &case("038-csv-rows/points.geojson"), &[]);
    assert_eq!((&found["points"], &found["in_one"]), (&Value::from(9), &Value::from(9)), "{found}");
    assert_eq!(codes(&table), all_codes());
    assert!(table.starts_with("\u{feff}id,类型,lon,lat,zone_index"), "{table}");
}

#[test]
fn a_038_points_of_a_multipoint() {
    let folder = tempfile::tempdir().unwrap();
    let (found, table) = one_each(folder.path(), &nine(), &case("038-csv-rows/multipoint.geojson"), &[]);
    assert_eq!(found["in_one"], 9, "{found}");
    assert_eq!(codes(&table), all_codes());
    let from = found["from"].to_string();
    assert!(from.contains("1 feature read") && from.contains("8 further"), "{from}");
}

/// Areas that stand in the place of points have no place, and it is said why.
#[test]
fn a_038_kin_what_is_no_point_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["locate".into(), "--zones".into(), nine().into(), "--points".into(), nine().into()];
    let output = wangge::<std::ffi::OsString>(folder.path(), &args);
    let words = said(&output);
    assert!(words.contains("9 features are lines or areas, not points"), "{words}");
    assert!(words.contains("9 without coordinates"), "{words}");
}

#[test]
fn a_016_two_sheets() {
    let folder = tempfile::tempdir().unwrap();
    let book = case("016-xlsx/two_sheets.xlsx");
    let (found, table) = one_each(folder.path(), &nine(), &book, &[]);
    assert_eq!((&found["points"], &found["in_one"]), (&Value::from(9), &Value::from(9)), "{found}");
    assert_eq!(codes(&table), all_codes());
    let from = found["from"].to_string();
    assert!(from.contains("1月") && from.contains("2月"), "the sheets are told: {from}");
    let (one, table) = one_each(folder.path(), &nine(), &book, &["--layer", "two_sheets.xlsx=2月"]);
    assert_eq!((&one["points"], codes(&table).len()), (&Value::from(5), 5), "{one}");
    // The name alone, where one file has several; one that is not there is an error that names those that are.
    let (one, table) = one_each(folder.path(), &nine(), &book, &["--layer", "1月"]);
    assert_eq!((&one["points"], codes(&table).len()), (&Value::from(4), 4), "{one}");
    let args = ["locate".into(), "--zones".into(), nine().into(), "--points".into(), book.into()];
    let args = args.into_iter().chain(["--layer", "3月", "--json"].map(std::ffi::OsString::from));
    let none = wangge(folder.path(), &args.collect::<Vec<std::ffi::OsString>>());
    assert_eq!(none.status.code(), Some(2), "{}", said(&none));
    assert!(said(&none).contains("1月, 2月"), "{}", said(&none));
}

#[test]
fn a_044_systems_of_zones_and_points() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| case(&format!("044-locate-crs/{name}"));
    let pairs: [(std::path::PathBuf, std::path::PathBuf, Vec<&str>); 7] = [
        (nine(), of("pts4546.shp"), vec![]),
        (nine(), of("pts4546.csv"), vec![]),
        (nine(), of("pts4546.csv"), vec!["--crs", "pts4546.csv=4546"]),
        (nine(), of("pts4490_latlon.csv"), vec![]),
        (of("zones4546.shp"), of("pts4490_latlon.csv"), vec![]),
        (of("zones4546.shp"), of("pts4546.shp"), vec![]),
        (of("zones4546_nocrs.geojson"), case("038-csv-rows/points.geojson"), vec![]),
    ];
    for (zones, points, more) in pairs {
        let (found, table) = one_each(folder.path(), &zones, &points, &more);
        assert_eq!(found["in_one"], 9, "{} in {}: {found}", points.display(), zones.display());
        assert_eq!(codes(&table), all_codes(), "{} in {}", points.display(), zones.display());
    }
}

#[test]
fn b_tables_of_locate_from_other_encodings_begin_with_a_mark() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "编号,经度,纬度,街道\n1,110.305,20.005,海垦街道办事处\n2,110.315,20.005,金贸街道办事处\n3,110.325,20.025,大同街道办事处和平南街道居民委员会国兴街道办事处\n";
    let path = folder.path().join("cases.csv");
    let (gbk, _, _) = encoding_rs::GB18030.encode(rows);
    std::fs::write(&path, &gbk).unwrap();
    let (found, table) = one_each(folder.path(), &nine(), &path, &[]);
    assert_eq!(found["in_one"], 3);
    assert!(table.starts_with('\u{feff}') && table.contains("海垦街道办事处"), "{table}");
    let mut utf16 = vec![0xff, 0xfe];
    rows.encode_utf16().for_each(|unit| utf16.extend(unit.to_le_bytes()));
    std::fs::write(&path, &utf16).unwrap();
    let (found, table) = one_each(folder.path(), &nine(), &path, &[]);
    assert_eq!(found["in_one"], 3);
    assert!(table.starts_with('\u{feff}') && table.contains("海垦街道办事处"), "{table}");
}

#[test]
fn a_047_and_023_zones_of_many_files_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("points.csv");
    std::fs::write(&place, "lon,lat\n110.33,20.02\n").unwrap();
    let (found, _) = one_each(folder.path(), &case("047-file-per-town-haikou"), &place, &[]);
    assert_eq!(found["zones"], 123, "{found}");
    let (found, _) = one_each(folder.path(), &case("023-kml/ge_folders.kml"), &place, &[]);
    let all: usize = super::accounts(&case("023-kml/ge_folders.kml")).iter().map(|account| account.read as usize).sum();
    assert_eq!(found["zones"], all, "{found}");
}

#[test]
fn a_doubt_stops_what_would_write() {
    let folder = tempfile::tempdir().unwrap();
    let zones = case("062-words/clean-ignores-encoding.geojson");
    let args = |more: &[&str]| {
        let args = ["locate".into(), "--zones".into(), zones.clone().into(), "--points".into(), nine().into()];
        let more = more.iter().map(|arg| std::ffi::OsString::from(*arg));
        wangge(folder.path(), &args.into_iter().chain(more).collect::<Vec<std::ffi::OsString>>())
    };
    let refused = args(&["-o", "out.csv"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(!folder.path().join("out.csv").exists());
    assert!(args(&["--json"]).status.success(), "what writes nothing may go on");
}
