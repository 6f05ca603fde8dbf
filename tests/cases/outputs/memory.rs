//! How much memory a hand-over takes beside its file.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use wangge::base::Progress;
use wangge::io::export::{self, ExportOptions};
use wangge::io::layer::Format;
use wangge::io::{Options, open, project};

use super::save;

/// Bytes of memory that a line of `/proc/self/status` tells.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) << 10
}

/// The child of the next test: hands a project over as `TopoJSON` and says what that took beside the plan. Does nothing when
/// the tests are run by hand.
#[test]
fn topology() {
    let Some(path) = std::env::var_os("WANGGE_TEST_TOPOLOGY") else { return };
    let path = Path::new(&path);
    let plan = project::open(path, &Progress::default()).unwrap().plan;
    // The peak is counted anew from here.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS:");
    let out = path.with_extension("topojson");
    export::write(Format::TopoJson, &plan, 0, &out, &ExportOptions::default(), &Progress::default()).unwrap();
    let size = std::fs::metadata(&out).unwrap().len();
    eprintln!("took\t{}\t{size}", memory("VmHWM:") - before);
}

/// A map of wavy borders of many points, as surveys have them: what is held while it is written and read back are texts and
/// numbers, not a value for each of them.
#[cfg(target_os = "linux")]
#[test]
fn c_also_topojson_takes_some_times_its_file() {
    const ACROSS: usize = 12;
    const POINTS: usize = 600;
    let folder = tempfile::tempdir().unwrap();
    let wave = |at: usize, seed: usize| (at as f64 * 0.37 + seed as f64).sin() * 2e-5;
    // Borders between corners, the same from both sides.
    let along = |x: usize, y: usize, up: bool| -> Vec<[f64; 2]> {
        let step = |at: usize| at as f64 / POINTS as f64 * 0.01;
        let off = |at: usize| if at == 0 { 0.0 } else { wave(at, x * 31 + y * 7) };
        let place = |at: usize| {
            let (dx, dy) = if up { (off(at), step(at)) } else { (step(at), off(at)) };
            [110.0 + x as f64 * 0.01 + dx, 20.0 + y as f64 * 0.01 + dy]
        };
        (0..POINTS).map(place).collect()
    };
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (x, y) in (0..ACROSS).flat_map(|x| (0..ACROSS).map(move |y| (x, y))) {
        let back = |from: Vec<[f64; 2]>, end: [f64; 2]| -> Vec<[f64; 2]> {
            from.into_iter().skip(1).chain([end]).rev().collect()
        };
        let corner = |x: usize, y: usize| [110.0 + x as f64 * 0.01, 20.0 + y as f64 * 0.01];
        let ring = [
            along(x, y, false),
            along(x + 1, y, true),
            back(along(x, y + 1, false), corner(x + 1, y + 1)),
            back(along(x, y, true), corner(x, y + 1)),
            vec![corner(x, y)],
        ];
        let places: Vec<String> = ring.concat().iter().map(|[x, y]| format!("[{x:.7},{y:.7}]")).collect();
        let comma = if (x, y) == (0, 0) { "" } else { "," };
        let _never_fails = write!(
            text,
            "{comma}{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{x}-{y}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}",
            places.join(",")
        );
    }
    text.push_str("]}");
    let file = folder.path().join("grids.geojson");
    std::fs::write(&file, text).unwrap();
    let plan = open(&[file], &Options::default(), &Progress::default()).unwrap().plan;
    let path = save(&plan, &folder.path().join("p.gpkg"));
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["cases::outputs::memory::topology", "--exact", "--nocapture"])
        .env("WANGGE_TEST_TOPOLOGY", &path)
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = said.lines().find_map(|line| line.strip_prefix("took\t")).unwrap_or_else(|| panic!("{said}"));
    let (took, size) = told.split_once('\t').unwrap();
    let (took, size) = (took.parse::<f64>().unwrap() / 1e6, size.parse::<f64>().unwrap() / 1e6);
    println!("TopoJSON of {size:.1} MB: {took:.0} MB beside the plan");
    assert!(size > 1.5, "{size} MB: too little to tell");
    assert!(took < 16.0 * size + 8.0, "{took} MB for a file of {size} MB");
    // It is the file it always was.
    let written = std::fs::read_to_string(path.with_extension("topojson")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(format!("{value}\n"), written, "its members stand as another writer puts them");
}
