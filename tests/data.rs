//! Outside data in `../shared`, used where the folder exists.

use std::path::PathBuf;

/// A file or folder below `../shared`; `None`, said aloud, where it is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    println!("SKIPPED: ../shared/{path} is not there");
    None
}
