//! One door, every feature counted once, and one list of findings.

mod beside;
mod kinds;
mod points;
mod records;
mod sums;

use std::path::{Path, PathBuf};

use serde_json::Value;
use wangge::base::Progress;
use wangge::io::open::{Options, open};
use wangge::io::project;
use wangge::model::{Fate, FileAccount, LeftOutReason};

use super::{case, json, nine, wangge};

/// Runs a command on files, with options behind them.
fn run(folder: &Path, command: &str, files: &[PathBuf], more: &[&str]) -> std::process::Output {
    let files = files.iter().map(|file| file.as_os_str().to_owned());
    let args: Vec<std::ffi::OsString> =
        std::iter::once(command.into()).chain(files).chain(more.iter().map(Into::into)).collect();
    wangge(folder, &args)
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn features(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    whole["features"].as_array().unwrap().clone()
}

fn accounts(path: &Path) -> Vec<FileAccount> {
    let opened = open(&[path.to_owned()], &Options::default(), &Progress::default()).unwrap();
    opened.plan.intake.files.clone()
}

/// What `text` says of a certificate, its words without markup.
fn certificate(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut document = archive.by_name("word/document.xml").unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut document, &mut text).unwrap();
    text
}

#[test]
fn a_009_dims_what_is_lost_stops_the_hand_over() {
    for file in ["009-dims/nan.geojson", "009-dims/one_far_vertex.geojson"] {
        let folder = tempfile::tempdir().unwrap();
        let input = [case(file)];
        let refused = run(folder.path(), "export", &input, &["--format", "geojson", "-o", "out.geojson"]);
        assert_eq!(refused.status.code(), Some(3), "{file}: {}", said(&refused));
        assert!(!folder.path().join("out.geojson").exists(), "{file}: nothing is written");
        let args = ["--format", "geojson", "-o", "out.geojson", "--certificate", "--accept", "reviewed with the town"];
        let taken = run(folder.path(), "export", &input, &args);
        assert_eq!(taken.status.code(), Some(0), "{file}: {}", said(&taken));
        let written = features(&folder.path().join("out.geojson"));
        assert_eq!(written.len(), 9, "{file}: the zone without its land is written as a record");
        assert_eq!(written.iter().filter(|feature| feature["geometry"].is_null()).count(), 1);
        let words = certificate(&folder.path().join("out.geojson-质检报告.docx"));
        let (_, ignored) = words.split_once("五、").unwrap();
        assert!(ignored.contains("reviewed with the town"), "{file}: the reason stands in part five");
        assert!(words.contains("读入 9 个要素 = 8 个区划 + 1 条无图形记录"), "{file}: {words}");
        let clean = run(folder.path(), "clean", &input, &["-o", "clean.geojson", "--json"]);
        assert_eq!(clean.status.code(), Some(1), "{file}");
        let list = json(&clean);
        assert!(!list["findings"].as_array().unwrap().is_empty(), "{file}: clean lists what it left out");
        assert_eq!(features(&folder.path().join("clean.geojson")).len(), 9);
    }
}

#[test]
fn a_022_empty_records_without_land_are_kept() {
    for file in ["polygon_empty_edge", "line_edge", "null_edge"] {
        let folder = tempfile::tempdir().unwrap();
        let input = [case(&format!("022-empty/{file}.geojson"))];
        let check = json(&run(folder.path(), "check", &input, &["--json"]));
        let account = &check["files"][0];
        assert_eq!(account["read"], 9, "{file}");
        let right = serde_json::json!([{"count": 8, "fate": "zone"}, {"count": 1, "fate": "record"}]);
        assert_eq!(account["fates"], right, "{file}");
        if file != "line_edge" {
            let named = check["problems"].to_string();
            assert!(named.contains("460105001001") && named.contains("测试1网格"), "{file}: {named}");
        }
        let clean = run(folder.path(), "clean", &input, &["-o", "clean.geojson"]);
        assert_eq!(clean.status.code(), Some(0), "{file}: {}", said(&clean));
        let formats = ["geojson", "topojson", "shp", "gpkg", "kml", "fgb", "csv", "xlsx"];
        for format in formats {
            let out = format!("out.{format}");
            let done = run(folder.path(), "export", &input, &["--format", format, "-o", &out]);
            assert_eq!(done.status.code(), Some(0), "{file} as {format}: {}", said(&done));
            if matches!(format, "csv" | "xlsx") {
                continue;
            }
            let again = accounts(&folder.path().join(&out));
            assert_eq!(again[0].read, 9, "{file} as {format}");
            assert_eq!(again[0].of(&Fate::Record), 1, "{file} as {format}: {:?}", again[0]);
        }
        let rows = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
        assert_eq!(rows.lines().count(), 10, "{file}: a row for each zone, with or without land");
        assert!(rows.contains("460105001001"));
        assert_eq!(features(&folder.path().join("clean.geojson")).len(), 9, "{file}");
    }
}

#[test]
fn a_060_strips_two_the_ring_without_land_is_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let account = &accounts(&case("060-strips/two.geojson"))[0];
    assert_eq!((account.read, account.of(&Fate::Zone), account.of(&Fate::Record)), (2, 1, 1));
    let input = [case("060-strips/two.geojson")];
    let refused = run(folder.path(), "export", &input, &["--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
}

#[test]
fn c_061_features_lost_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let input = [case("061-geometry/features-lost-in-silence.geojson")];
    let check = run(folder.path(), "check", &input, &[]);
    let text = said(&check);
    assert!(text.contains("7 features read = 1 zone + 6 records without land"), "{text}");
    for lost in ["feature 2", "feature 4", "feature 5", "feature 6", "feature 7"] {
        assert!(text.contains(lost), "{lost} is told: {text}");
    }
    run(folder.path(), "clean", &input, &["-o", "clean.geojson"]);
    assert_eq!(features(&folder.path().join("clean.geojson")).len(), 7);
}

#[test]
fn c_061_mixed_says_no_polygons() {
    let account = &accounts(&case("061-geometry/mixed-says-no-polygons.geojson"))[0];
    assert_eq!((account.read, account.of(&Fate::Zone), account.of(&Fate::Reference)), (3, 1, 2));
}

#[test]
fn c_061_outside_town() {
    let folder = tempfile::tempdir().unwrap();
    let towns = case("061-geometry/outside-town-towns.geojson");
    for (grids, words) in
        [("outside-town-grids2", "C lies outside every town, with "), ("outside-town-grids", "B reaches ")]
    {
        let files = [towns.clone(), case(&format!("061-geometry/{grids}.geojson"))];
        let check = json(&run(folder.path(), "check", &files, &["--json"]));
        let problems = check["problems"].as_array().unwrap();
        let found: Vec<&Value> = problems
            .iter()
            .filter(|problem| problem["severity"] == "error" && problem["reason"].as_str().unwrap().starts_with(words))
            .collect();
        let [one] = found[..] else { panic!("{grids}: {problems:?}") };
        assert!(one["reason"].as_str().unwrap().contains("outside every town"));
        let area = one["area_m2"].as_f64().unwrap();
        assert!((area - 522.6 * 553.0).abs() < 3000.0, "{area}");
    }
}

#[test]
fn a_047_file_per_town_haikou() {
    let folder = tempfile::tempdir().unwrap();
    let input = [case("047-file-per-town-haikou")];
    let check = json(&run(folder.path(), "check", &input, &["--json"]));
    let files = check["files"].as_array().unwrap();
    assert_eq!(files.len(), 26);
    let read: u64 = files.iter().map(|file| file["read"].as_u64().unwrap()).sum();
    assert_eq!(read, 123);
    assert!(files.iter().all(|file| file["tier"] == "grid"), "one tier");
    let done = run(folder.path(), "export", &input, &["--format", "geojson", "-o", "out.geojson", "--accept", "test"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let written = features(&folder.path().join("out.geojson"));
    assert_eq!(written.len(), 123);
    assert!(written.iter().any(|feature| feature["properties"]["file"] == "长流镇网格"), "the file is kept");
}

#[test]
fn b_047_file_per_town_no_false_shift() {
    let folder = tempfile::tempdir().unwrap();
    let check = json(&run(folder.path(), "check", &[case("047-file-per-town")], &["--json"]));
    assert!(check["counts"].get("suspected-datum-shift").is_none(), "{check}");
    assert!(check["files"].as_array().unwrap().iter().all(|file| file["tier"] == "grid"));
}

#[test]
fn a_023_kml_folders_are_one_tier() {
    let accounts = accounts(&case("023-kml/ge_folders.kml"));
    assert!(accounts.len() > 1);
    assert!(accounts.iter().all(|account| account.tier == accounts[0].tier && account.tier.is_some()), "{accounts:?}");
}

#[test]
fn c_061_geometry_members_stay_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    for (command, more) in [("clean", &[][..]), ("export", &["--format", "geojson", "--accept", "as it is"][..])] {
        let input = [case("061-geometry/geometry-bbox.geojson")];
        let done = run(folder.path(), command, &input, &[&["-o", "out.geojson"], more].concat());
        assert_eq!(done.status.code(), Some(0), "{command}: {}", said(&done));
        let written = &features(&folder.path().join("out.geojson"))[0];
        assert_eq!(written["geometry"]["bbox"], serde_json::json!([110, 20, 110.01, 20.01]), "{command}");
        assert_eq!(written["properties"], serde_json::json!({"name": "A"}), "{command}: members are as they were");
        let input = [case("061-geometry/geometry-not-object-properties.geojson")];
        let done = run(folder.path(), command, &input, &[&["-o", "out.geojson"], more].concat());
        assert!(done.status.code() < Some(2), "{command}: {}", said(&done));
        let written = &features(&folder.path().join("out.geojson"))[0];
        assert_eq!(written["properties"], serde_json::json!({"properties": ["x"]}), "{command}");
    }
}

#[test]
fn c_061_geometry_members_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.geojson");
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":7,"bbox":[1,2,3,4],"properties":{"code":"1"},"geometry":{"coordinates":[[[110,20],[110.01,20],[110.01,20.01],[110,20]]],"type":"Polygon","measured":{"by":"town"},"bbox":[0,0,0,1,1,1]}},
        {"type":"Feature","properties":{"code":"2","GRID":null},"geometry":null,"note":"kept"}]}"#;
    std::fs::write(&input, text).unwrap();
    let done = run(folder.path(), "clean", &[input], &["-o", "out.geojson"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let written = features(&folder.path().join("out.geojson"));
    let found: Vec<f64> = written[0]["geometry"]["bbox"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert_eq!(found, [110.0, 20.0, 110.01, 20.01], "a box is that of the land");
    assert_eq!(written[0]["geometry"]["measured"], serde_json::json!({"by": "town"}));
    assert_eq!((&written[0]["id"], &written[1]["note"]), (&serde_json::json!(7), &serde_json::json!("kept")));
    assert_eq!(written[1]["properties"], serde_json::json!({"code": "2", "GRID": null}));
    assert!(written[1]["geometry"].is_null());
}

#[test]
fn two_plans_of_one_city_are_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let square = |code: &str, west: f64, south: f64, east: f64, north: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let write = |name: &str, squares: &[String]| {
        let path = folder.path().join(name);
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(","));
        std::fs::write(&path, text).unwrap();
        path
    };
    let old =
        write("网格2024.geojson", &[square("1", 110.0, 20.0, 110.01, 20.02), square("2", 110.01, 20.0, 110.02, 20.02)]);
    let new = write(
        "网格2025.geojson",
        &[square("1", 110.0, 20.0, 110.02, 20.013), square("2", 110.0, 20.013, 110.02, 20.02)],
    );
    let files = [old.clone(), new.clone()];
    let refused = run(folder.path(), "check", &files, &[]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("--tier grid=网格202"), "{}", said(&refused));
    let asked = format!("grid={}", new.display());
    let taken = json(&run(folder.path(), "check", std::slice::from_ref(&old), &["--tier", &asked, "--json"]));
    let tiers: Vec<&Value> = taken["files"].as_array().unwrap().iter().map(|file| &file["tier"]).collect();
    assert_eq!(tiers.iter().filter(|tier| !tier.is_null()).count(), 1, "{taken}");
    // An overlap below one part in a hundred is a slip of the pen between two towns.
    let east = write("西秀网格.geojson", &[square("3", 110.01999, 20.0, 110.03, 20.02)]);
    let both = json(&run(folder.path(), "check", &[old, east], &["--json"]));
    assert!(both["files"].as_array().unwrap().iter().all(|file| file["tier"] == "grid"), "{both}");
    assert_eq!(both["counts"]["overlap"], 1, "and is told");
}

#[test]
fn folders_of_one_file_a_zone_are_one_tier() {
    let folder = tempfile::tempdir().unwrap();
    let beats = folder.path().join("beats");
    std::fs::create_dir(&beats).unwrap();
    for (at, name) in ["东1", "东2", "西1"].into_iter().enumerate() {
        let (west, east) = (110.0 + 0.01 * at as f64, 110.01 + 0.01 * at as f64);
        let text = format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{west},20],[{east},20],[{east},20.01],[{west},20.01],[{west},20]]]}}}}"#
        );
        std::fs::write(beats.join(format!("{name}.geojson")), text).unwrap();
    }
    let done = run(folder.path(), "export", &[beats], &["--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let mut codes: Vec<String> = features(&folder.path().join("out.geojson"))
        .iter()
        .map(|feature| feature["properties"]["file"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    assert_eq!(codes, ["东1", "东2", "西1"]);
}

#[test]
fn one_layer_of_several_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let kml = case("023-kml/ge_folders.kml");
    let all = accounts(&kml);
    let name = all[0].layer.clone().unwrap();
    let asked = format!("ge_folders.kml={name}");
    let check = json(&run(folder.path(), "check", std::slice::from_ref(&kml), &["--layer", &asked, "--json"]));
    assert_eq!(check["files"].as_array().unwrap().len(), 1, "{check}");
    let none = run(folder.path(), "check", &[kml], &["--layer", "ge_folders.kml=no such"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(said(&none).contains(&name), "the layers there are are named: {}", said(&none));
}

#[test]
fn zones_of_one_value_are_joined_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.geojson");
    let text = std::fs::read_to_string(nine()).unwrap();
    let mut whole: Value = serde_json::from_str(&text).unwrap();
    for (at, feature) in whole["features"].as_array_mut().unwrap().iter_mut().enumerate() {
        feature["properties"]["town"] = serde_json::json!(if at < 4 { "甲" } else { "乙" });
    }
    std::fs::write(&input, whole.to_string()).unwrap();
    let done = json(&run(folder.path(), "clean", &[input], &["-o", "out.geojson", "--dissolve", "town", "--json"]));
    let fates = serde_json::json!([
        {"fate": "zone", "count": 2},
        {"fate": "joined-into", "count": 4, "zone": "乙"},
        {"fate": "joined-into", "count": 3, "zone": "甲"},
    ]);
    assert_eq!(done["files"][0]["fates"], fates);
    assert_eq!(features(&folder.path().join("out.geojson")).len(), 2);
}

#[test]
fn c_062_clean_ignores_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let input = [case("062-words/clean-ignores-encoding.geojson")];
    let clean = run(folder.path(), "clean", &input, &["-o", "out.geojson"]);
    assert_eq!(clean.status.code(), Some(2), "{}", said(&clean));
    assert!(said(&clean).contains("--encoding"), "{}", said(&clean));
    assert!(!folder.path().join("out.geojson").exists());
    let export = run(folder.path(), "export", &input, &["--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(export.status.code(), Some(2), "{}", said(&export));
    let asked = ["-o", "out.geojson", "--encoding", "clean-ignores-encoding.geojson=GB18030"];
    let clean = run(folder.path(), "clean", &input, &asked);
    assert_eq!(clean.status.code(), Some(0), "{}", said(&clean));
    let bytes = std::fs::read(&input[0]).unwrap();
    let (right, _, _) = encoding_rs::GB18030.decode(&bytes);
    let right: Value = serde_json::from_str(&right).unwrap();
    assert_eq!(features(&folder.path().join("out.geojson"))[0]["properties"], right["features"][0]["properties"]);
}

#[test]
fn c_062_unnamed_zones_in_messages() {
    let folder = tempfile::tempdir().unwrap();
    let check = json(&run(folder.path(), "check", &[case("062-words/unnamed-zones-in-messages.geojson")], &["--json"]));
    let problems = check["problems"].as_array().unwrap();
    let about = |rule: &str| problems.iter().find(|problem| problem["rule"] == rule).unwrap().clone();
    let parts = about("not-contiguous");
    assert!(parts["reason"].as_str().unwrap().starts_with("#1 is in 2"), "{parts}");
    assert_eq!(parts["zones"], serde_json::json!(["#1"]));
    let enclave = about("enclave");
    assert_eq!(enclave["reason"], "#3 lies wholly inside #2");
    assert_eq!(enclave["zones"], serde_json::json!(["#3", "#2"]));
    assert_eq!(about("missing-code")["zones"], serde_json::json!(["#1", "#2", "#3"]));
}

#[test]
fn m10_findings_of_import_stay_with_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "编号,经度,纬度,上报时间\n1,110.305,20.005,2026-01-01 08:00\n2,,,2026-01-02 08:00\n3,,,2026-01-02 09:00\n4,,,2026-01-03 08:00\n";
    let cases = folder.path().join("cases.csv");
    std::fs::write(&cases, rows).unwrap();
    let opened = open(&[nine(), cases], &Options::default(), &Progress::default()).unwrap();
    let before = opened.plan.intake.clone();
    let without = |intake: &wangge::model::Intake| {
        intake.findings.iter().filter(|found| found.reason.en.contains("kept without a place")).count()
    };
    assert_eq!(without(&before), 3, "{:?}", before.findings);
    let path = folder.path().join("p.gpkg");
    project::save(&opened.plan, &wangge::edit::History::default(), &path, None, &Progress::default()).unwrap();
    let again = project::open(&path, &Progress::default()).unwrap().plan;
    assert_eq!(again.intake, before);
    assert_eq!(again.canonical_hash(), opened.plan.canonical_hash());
    let check = json(&run(folder.path(), "check", &[path], &["--json"]));
    let listed = check["problems"].as_array().unwrap();
    let listed = listed.iter().filter(|problem| problem["reason"].as_str().unwrap().contains("kept without a place"));
    assert_eq!(listed.count(), 3);
}

#[test]
fn every_fate_has_words_and_survives_the_project() {
    let all = Fate::all();
    for fate in &all {
        // A new kind of fate is added here and to `Fate::all`.
        let known = match fate {
            Fate::Zone | Fate::JoinedInto(_) | Fate::Record | Fate::Reference | Fate::Incidents | Fate::Squad => true,
            Fate::LeftOut(why) => match why {
                LeftOutReason::NoFeature
                | LeftOutReason::Deleted
                | LeftOutReason::NoGeometry
                | LeftOutReason::Elsewhere
                | LeftOutReason::NotAdded => LeftOutReason::ALL.contains(why),
            },
        };
        assert!(known);
        let words = fate.counted(3);
        assert!(words.en.contains('3') && words.zh.contains('3') && words.en != words.zh);
        let back: Fate = serde_json::from_str(&serde_json::to_string(fate).unwrap()).unwrap();
        assert_eq!(back, *fate);
    }
    assert_eq!(all.len(), 6 + LeftOutReason::ALL.len());
}
