//! Outputs do no harm, and work is never offered wrongly or kept quiet.

#[cfg(feature = "ui")]
mod copies;
#[cfg(target_os = "linux")]
mod memory;
mod packages;
mod projects;
#[cfg(target_os = "linux")]
mod streams;
#[cfg(unix)]
mod tampered;
mod writing;

use std::path::{Path, PathBuf};
use std::process::Output;

use wangge::base::Progress;
use wangge::edit::History;
use wangge::io::{Options, open, project};
use wangge::model::Plan;

use super::{case, wangge};

/// Nine grids of four blocks each, with a hundred incidents in one corner: one grid has nearly all the work.
pub(super) fn busy_files(folder: &Path) -> [PathBuf; 3] {
    let files = ["grids.geojson", "units.geojson"].map(|name| {
        std::fs::copy(case("031-rebalance").join(name), folder.join(name)).unwrap();
        folder.join(name)
    });
    let mut rows = String::from("id,lon,lat,reported_at\n");
    for row in 0..100 {
        let (x, y) = (row % 10, row / 10);
        let (lon, lat) = (110.3005 + f64::from(x) * 0.0012, 20.0005 + f64::from(y) * 0.0012);
        rows += &format!("{row},{lon:.6},{lat:.6},2016-10-0{} 0{x}:30\n", 1 + y % 7);
    }
    let incidents = folder.join("incidents.csv");
    std::fs::write(&incidents, rows).unwrap();
    let [grids, units] = files;
    [grids, units, incidents]
}

/// A project of those files.
pub(super) fn busy_project(folder: &Path) -> PathBuf {
    let files = busy_files(folder);
    let plan = open(&files, &Options::default(), &Progress::default()).unwrap().plan;
    assert_eq!(plan.incidents.len(), 100);
    save(&plan, &folder.join("p.gpkg"))
}

pub(super) fn save(plan: &Plan, path: &Path) -> PathBuf {
    project::save(plan, &History::default(), path, None, &Progress::default()).unwrap().path
}

/// What a command said, and how it ended.
pub(super) fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    told(&wangge(folder, args))
}

pub(super) fn told(output: &Output) -> (i32, String) {
    let text = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code().unwrap_or(-1), text.concat())
}

/// Names of all that lies in a folder, hidden files too.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
