//! The features of every file through every command: the sums close, and the number read is that of an outside count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::super::{case, json, wangge};
use super::{features, said};
use crate::data::shared;

/// Endings of files that belong to another one.
const BESIDE: [&str; 14] =
    ["dbf", "prj", "cpg", "shx", "sbn", "sbx", "qix", "qmd", "qpj", "xml", "md", "tsv", "txt", "py"];

/// All files below a folder, ascending, that are not larger than so many bytes.
fn files(folder: &Path, most: u64) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if !BESIDE.contains(&ending.as_str()) && entry.metadata().unwrap().len() <= most {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What `ogrinfo` counts in a file, all layers together.
fn outside(path: &Path) -> Option<u64> {
    let output = Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(path).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let counts: Vec<u64> =
        text.lines().filter_map(|line| line.strip_prefix("Feature Count: ")?.trim().parse().ok()).collect();
    (output.status.success() && !counts.is_empty()).then(|| counts.iter().sum())
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// The features of each fate in all accounts; asserts that every account closes.
fn tally(files: &Value, about: &str) -> (u64, BTreeMap<String, u64>) {
    let (mut read, mut fates) = (0, BTreeMap::new());
    for account in files.as_array().unwrap() {
        let all = account["fates"].as_array().unwrap();
        let sum: u64 = all.iter().map(|fate| count(&fate["count"])).sum();
        assert_eq!(sum, count(&account["read"]), "{about}: {account}");
        read += sum;
        for fate in all {
            *fates.entry(fate["fate"].as_str().unwrap().to_owned()).or_insert(0) += count(&fate["count"]);
        }
    }
    (read, fates)
}

/// What was looked at.
#[derive(Debug, Default)]
struct Looked {
    files: usize,
    taken: usize,
    commands: usize,
    counted_outside: usize,
}

fn look(path: &Path, looked: &mut Looked) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let name = path.display().to_string();
    let of = |command: &str, more: &[&str]| {
        let args = [command.into(), path.as_os_str().to_owned()].into_iter();
        wangge(at, &args.chain(more.iter().map(Into::into)).collect::<Vec<std::ffi::OsString>>())
    };
    looked.files += 1;
    let info = of("info", &["--json"]);
    if info.status.code() == Some(2) {
        return;
    }
    looked.taken += 1;
    looked.commands += 1;
    let info = json(&info);
    let own = Value::Array(info["files"].as_array().unwrap().iter().map(|file| file["account"].clone()).collect());
    let (read, _) = tally(&own, &name);
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if matches!(ending.as_str(), "geojson" | "json" | "shp" | "gpkg" | "fgb")
        && let Some(right) = outside(path)
    {
        assert_eq!(read, right, "{name}: as ogrinfo counts");
        looked.counted_outside += 1;
    }
    let check = of("check", &["--json"]);
    if check.status.code() == Some(2) {
        // What holds no zones is no plan; nothing else may stop a file that is taken.
        let words = said(&check);
        assert!(words.contains("none of the files holds polygons"), "{name}: {words}");
        return;
    }
    looked.commands += 1;
    let (checked, fates) = tally(&json(&check)["files"], &name);
    assert_eq!(checked, read, "{name}: check reads what info reads");
    let zones =
        |fates: &BTreeMap<String, u64>| ["zone", "record"].iter().filter_map(|fate| fates.get(*fate)).sum::<u64>();
    let clean = of("clean", &["-o", "clean.geojson", "--json"]);
    if !in_doubt(&clean, &name) {
        looked.commands += 1;
        let (cleaned, fates) = tally(&json(&clean)["files"], &name);
        assert_eq!(cleaned, read, "{name}: clean");
        let written = written(&at.join("clean.geojson"));
        assert_eq!(written, zones(&fates), "{name}: clean writes every zone, with or without land");
    }
    let export = of("export", &["--format", "geojson", "-o", "out.geojson", "--accept", "test", "--json"]);
    if !in_doubt(&export, &name) {
        looked.commands += 1;
        let (written, all) = (written(&at.join("out.geojson")), zones(&fates));
        assert!(written <= all && written > 0, "{name}: {written} of {all}: {}", said(&export));
        let one = info["files"].as_array().unwrap().len() == 1;
        assert!(!one || written == all, "{name}: export writes every zone, with or without land");
    }
    locate(path, at);
    looked.commands += 1;
}

/// Whether a command refused to write because an encoding is in doubt; nothing else may stop it.
fn in_doubt(output: &std::process::Output, name: &str) -> bool {
    let refused = output.status.code() == Some(2);
    assert!(!refused || said(output).contains("--encoding"), "{name}: {}", said(output));
    refused
}

/// Features in a file, or in all files of a folder.
fn written(path: &Path) -> u64 {
    let count = |path: &Path| features(path).len() as u64;
    if path.is_dir() {
        std::fs::read_dir(path).unwrap().map(|file| count(&file.unwrap().path())).sum()
    } else {
        count(path)
    }
}

/// A point and a row without a place are looked up in the zones of a file.
fn locate(path: &Path, folder: &Path) {
    let points = folder.join("points.csv");
    std::fs::write(&points, "lon,lat\n110.305,20.005\n,\n").unwrap();
    let args = ["locate".into(), "--zones".into(), path.into(), "--points".into(), points.into(), "--json".into()];
    let locate = wangge::<std::ffi::OsString>(folder, &args);
    let name = path.display();
    assert!(locate.status.code() < Some(2), "{name}: {}", said(&locate));
    let found = json(&locate);
    let sum: u64 = ["in_one", "in_several", "outside", "unplaced"].iter().map(|key| count(&found[key])).sum();
    assert_eq!((sum, count(&found["points"])), (2, 2), "{name}: {found}");
}

/// Looks at all files, and says which of them failed.
fn look_at_all(files: Vec<PathBuf>) -> (Looked, Vec<PathBuf>) {
    let (mut looked, mut failed) = (Looked::default(), Vec::new());
    for file in files {
        let one = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(&file, &mut looked)));
        if one.is_err() {
            failed.push(file);
        }
    }
    println!("{looked:?}");
    (looked, failed)
}

#[test]
fn line_4_every_case_through_every_command() {
    let mut all = files(&case(""), 1 << 20);
    all.retain(|file| !file.components().any(|part| part.as_os_str() == "hostile"));
    let (looked, failed) = look_at_all(all);
    assert!(failed.is_empty(), "{failed:?}");
    assert!(looked.taken > 30, "{looked:?}");
}

/// Takes minutes: `cargo test --release --test main -- --ignored line_4_all`.
#[test]
#[ignore = "reads everything in ../shared/data"]
fn line_4_all_shared_data_through_every_command() {
    let most = std::env::var("WANGGE_MOST_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(30_u64);
    let Some(data) = shared("data") else { return };
    let (_, failed) = look_at_all(files(&data, most << 20));
    assert!(failed.is_empty(), "{failed:?}");
}
