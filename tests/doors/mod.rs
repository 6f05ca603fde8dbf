//! Every file a planner has: formats, coordinate systems, encodings, and what nobody should open.

mod answers;
mod encodings;
mod formats;
mod hostile;
mod much;
mod one_city;
mod systems;
mod tables;
mod writing;

use std::path::Path;
use std::process::Command;

use wangge::base::{Problem, Progress};
use wangge::io::layer::Reading;
use wangge::io::{Layer, ReadError, Source, door};

pub(crate) fn progress() -> Progress {
    Progress::default()
}

/// All layers of a file from the disk.
pub(crate) fn layers(path: &Path) -> Result<Vec<Layer>, ReadError> {
    let opened = door::sources(&[path.to_owned()])?;
    let mut layers = Vec::new();
    for source in &opened.sources {
        layers.extend(Layer::all(source, &Reading::default(), &progress())?);
    }
    Ok(layers)
}

/// The one layer of bytes under a name.
pub(crate) fn layer_of(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Layer, ReadError> {
    Layer::from_source(&Source::from_bytes(Path::new(name), bytes.into())?, &progress())
}

pub(crate) fn says(notes: &[Problem], words: &str) -> bool {
    notes.iter().any(|note| note.reason.en.contains(words) || note.reason.zh.contains(words))
}

/// Runs an outside program; `None`, said aloud, where it is not installed.
pub(crate) fn outside(program: &str, args: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(args).output() else {
        println!("SKIPPED: {program} is not installed");
        return None;
    };
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
