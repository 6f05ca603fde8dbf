//! The house itself: rooms use only rooms above them, files stay short.

use std::path::{Path, PathBuf};

/// The rooms in reading order (`src/architecture.md`).
const ROOMS: [&str; 12] =
    ["base", "geometry", "topology", "model", "index", "edit", "balance", "measures", "check", "io", "render", "ui"];
/// `cli` may use every room, `jobs` none of the project's but `base`.
const LAST: [&str; 2] = ["jobs", "cli"];
/// Lines a file may have at most.
const LONGEST_FILE: usize = 600;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Rooms named after `crate::` in a file.
fn rooms_used(text: &str) -> Vec<&str> {
    text.match_indices("crate::")
        .filter_map(|(at, found)| {
            let rest = &text[at + found.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
            Some(&rest[..end])
        })
        .collect()
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let place = |room: &str| ROOMS.iter().position(|&known| known == room);
    let mut wrong = Vec::new();
    for file in sources(&src()) {
        let relative = file.strip_prefix(src()).unwrap().to_path_buf();
        let room = relative.iter().next().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for used in rooms_used(&text) {
            let allowed = match (place(&room), place(used)) {
                (Some(here), Some(there)) => there <= here || LAST.contains(&used),
                (None, Some(_)) => true,
                // `ui` runs its jobs; nothing above `cli` may know it, but for the sample that `io` does not need.
                (Some(_), None) => used != "cli" || room == "ui",
                (None, None) => true,
            };
            if !allowed {
                wrong.push(format!("{} uses {used}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_core_knows_no_screen() {
    for file in sources(&src()) {
        let relative = file.strip_prefix(src()).unwrap().to_path_buf();
        if relative.starts_with("ui") || relative.starts_with("render/gpu") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let names = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in names {
            assert!(!line.contains("egui") && !line.contains("wgpu"), "{}: {line}", relative.display());
        }
    }
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources(&src())
        .into_iter()
        .map(|file| (std::fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|&(lines, _)| lines > LONGEST_FILE)
        .map(|(lines, file)| format!("{}: {lines}", file.display()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines: {long:#?}");
}
