//! Cases from the field, a test a row: what fell once, and what is right. Inputs were made by us and lie in
//! `tests/fixtures/cases`.

mod balance;
mod documents;
mod door;
mod formats;
mod geometry;
mod outputs;
mod people;
mod planted;
mod tables;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The path of an input, below `tests/fixtures/cases`.
pub(crate) fn case(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases").join(path)
}

/// Nine grids, 3 × 3 squares, codes 460105001001 to …009.
pub(crate) fn nine() -> PathBuf {
    case("000-base/zones.geojson")
}

/// Runs the program in `folder` as a person would, in English, with a state folder of its own.
pub(crate) fn wangge<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wangge"))
        .args(args)
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap()
}

/// What a command printed with `--json`.
pub(crate) fn json(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|why| {
        panic!("{why}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
    })
}
