//! A project is replaced by itself alone, as one step of its history.

use std::path::Path;

use tempfile::tempdir;
use wangge::base::Progress;
use wangge::io::project;

use super::{busy_project, names, run};
use crate::cases::{case, nine};

fn opened(path: &Path) -> project::Opened {
    project::open(path, &Progress::default()).unwrap()
}

/// Another way to the same file, each by its own kind of name.
fn other_ways(folder: &Path, name: &str) -> Vec<String> {
    let mut ways = vec![name.to_owned(), format!("./{name}"), folder.join(name).display().to_string()];
    #[cfg(unix)]
    {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let (soft, hard) = (format!("soft.{ending}"), format!("hard.{ending}"));
        std::os::unix::fs::symlink(folder.join(name), folder.join(&soft)).unwrap();
        std::fs::hard_link(folder.join(name), folder.join(&hard)).unwrap();
        std::os::unix::fs::symlink(&soft, folder.join(format!("chain.{ending}"))).unwrap();
        ways.extend([soft, hard, format!("chain.{ending}")]);
    }
    ways
}

#[test]
fn attacks_a_no_writer_takes_the_place_of_a_project() {
    let folder = tempdir().unwrap();
    let path = busy_project(folder.path());
    let before = std::fs::read(&path).unwrap();
    let zones = nine().display().to_string();
    // The project as input, and a project that is none.
    for way in other_ways(folder.path(), "p.gpkg") {
        for args in [
            vec!["clean", "p.gpkg", "-o", &way],
            vec!["export", "p.gpkg", "--format", "csv", "-o", &way],
            vec!["export", "p.gpkg", "--format", "gpkg", "-o", &way],
            vec!["export", "p.gpkg", "--format", "project", "-o", &way],
            vec!["export", "p.gpkg", "--format", "changes", "-o", &way],
            vec!["clean", &zones, "-o", &way],
            vec!["export", &zones, "--format", "gpkg", "-o", &way],
            vec!["locate", "--zones", &zones, "--points", "incidents.csv", "-o", &way],
        ] {
            let (code, said) = run(folder.path(), &args);
            assert_eq!(code, 3, "{args:?}: {said}");
            assert!(said.contains("cannot write"), "{said}");
            assert!(std::fs::read(&path).unwrap() == before, "{args:?} wrote over the project");
        }
    }
    // A project is known by what it holds, whatever it is called.
    for name in ["plan.geojson", "plan.csv", "plan.txt", "plan"] {
        std::fs::copy(&path, folder.path().join(name)).unwrap();
    }
    for args in [
        vec!["clean", &zones, "-o", "plan.geojson"],
        vec!["clean", &zones, "-o", "plan"],
        vec!["export", &zones, "--format", "csv", "-o", "plan.csv"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "--counts", "plan.csv"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "-o", "plan.txt"],
    ] {
        let (code, said) = run(folder.path(), &args);
        assert_eq!(code, 3, "{args:?}: {said}");
    }
    for name in ["plan.geojson", "plan.csv", "plan.txt", "plan"] {
        assert!(std::fs::read(folder.path().join(name)).unwrap() == before, "{name}");
    }
    assert!(!names(folder.path()).iter().any(|name| name.ends_with(".saving")));
}

#[test]
fn attacks_a_no_writer_takes_the_place_of_an_input() {
    let folder = tempdir().unwrap();
    super::busy_files(folder.path());
    std::fs::write(
        folder.path().join("g.json"),
        r#"{"nodes":[{"id":0,"population":1},{"id":1,"population":1}],"adjacency":[[{"id":1}],[{"id":0}]]}"#,
    )
    .unwrap();
    let shown = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let inputs = ["grids.geojson", "units.geojson", "incidents.csv", "g.json"];
    let before = inputs.map(shown);
    let tables = ["locate", "--zones", "grids.geojson", "--points", "incidents.csv"];
    let both = ["rebalance", "--zones", "grids.geojson", "--units", "units.geojson", "--epochs", "1"];
    for (input, command) in [
        ("grids.geojson", vec!["clean", "grids.geojson", "-o"]),
        ("grids.geojson", vec!["export", "grids.geojson", "-o"]),
        ("units.geojson", vec!["clean", ".", "-o"]),
        ("incidents.csv", [&tables[..], &["--counts"]].concat()),
        ("incidents.csv", [&tables[..], &["-o"]].concat()),
        ("grids.geojson", [&both[..], &["-o"]].concat()),
        ("units.geojson", [&both[..], &["-o"]].concat()),
        ("g.json", vec!["partition", "--graph", "g.json", "-k", "2", "-o"]),
    ] {
        let ways = tempdir().unwrap();
        for way in other_ways_in(ways.path(), &folder.path().join(input)) {
            let args = [&command[..], &[way.as_str()]].concat();
            let (code, said) = run(folder.path(), &args);
            assert_eq!(code, 3, "{args:?}: {said}");
            assert!(said.contains("cannot write"), "{said}");
        }
    }
    assert!(inputs.map(shown) == before);
}

/// Links to a file from another folder, and its own name.
fn other_ways_in(ways: &Path, file: &Path) -> Vec<String> {
    let mut all = vec![file.display().to_string()];
    #[cfg(unix)]
    {
        let ending = file.extension().unwrap().to_string_lossy().into_owned();
        let soft = ways.join(format!("soft.{ending}"));
        std::os::unix::fs::symlink(file, &soft).unwrap();
        all.push(soft.display().to_string());
    }
    all
}

#[test]
fn attacks_a_two_results_do_not_share_a_name() {
    let folder = tempdir().unwrap();
    super::busy_files(folder.path());
    let tables = ["locate", "--zones", "grids.geojson", "--points", "incidents.csv"];
    let args = [&tables[..], &["--counts", "out.csv", "-o", "out.csv"]].concat();
    let (code, said) = run(folder.path(), &args);
    assert_eq!(code, 3, "{said}");
    assert!(!folder.path().join("out.csv").exists());
    // Layers of one name out of two folders are two files.
    for name in ["a", "b"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::copy(nine(), folder.path().join("a/x.geojson")).unwrap();
    std::fs::copy(case("031-rebalance/grids.geojson"), folder.path().join("b/X.geojson")).unwrap();
    let (code, said) = run(folder.path(), &["clean", "a/x.geojson", "b/X.geojson", "-o", "out"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(names(&folder.path().join("out")), ["X 2.geojson", "x.geojson"]);
}

#[test]
fn attacks_a_a_project_rebalanced_into_itself_has_one_step_more_that_can_be_undone() {
    for (options, tier) in [(&["--epochs", "20"][..], "grid"), (&["--epochs", "5", "-k", "8-9"][..], "grid")] {
        let folder = tempdir().unwrap();
        let path = busy_project(folder.path());
        let before = opened(&path);
        let bytes = std::fs::read(&path).unwrap();
        let args = [&["rebalance", "p.gpkg", "--tier", tier][..], options, &["-o", "p.gpkg"]].concat();
        let (code, said) = run(folder.path(), &args);
        assert_eq!(code, 0, "{said}");
        let after = opened(&path);
        assert_ne!(after.plan.canonical_hash(), before.plan.canonical_hash(), "{said}");
        assert_eq!(after.history.steps().count(), before.history.steps().count() + 1, "one step");
        assert_eq!(after.plan.incidents, before.plan.incidents);
        assert_eq!(after.plan.squads, before.plan.squads);
        let mut history = after.history.clone();
        let (undone, _) = history.undo(&after.plan).unwrap();
        assert_eq!(undone.canonical_hash(), before.plan.canonical_hash(), "undo gives the old plan");
        // The previous save is kept once, and no reader of the folder takes it for a file.
        let backup = folder.path().join("p.gpkg~");
        assert!(std::fs::read(&backup).unwrap() == bytes);
        let (_, seen) = run(folder.path(), &["info", "."]);
        assert!(!seen.contains("gpkg~"), "{seen}");
        // Once more: the backup is the save before.
        let bytes = std::fs::read(&path).unwrap();
        let moved =
            [&["rebalance", "p.gpkg"][..], &["--epochs", "20", "--seed", "9", "--budget", "90"], &["-o", "p.gpkg"]];
        assert_eq!(run(folder.path(), &moved.concat()).0, 0);
        let changed = std::fs::read(&path).unwrap() != bytes;
        assert!(!changed || std::fs::read(&backup).unwrap() == bytes);
        assert_eq!(names(folder.path()).iter().filter(|name| name.contains('~')).count(), 1);
    }
}

#[test]
fn attacks_a_the_ending_decides_what_a_rebalancing_writes() {
    let folder = tempdir().unwrap();
    let path = busy_project(folder.path());
    let bytes = std::fs::read(&path).unwrap();
    let to = |input: &[&str], out: &str| {
        run(folder.path(), &[&["rebalance"][..], input, &["--epochs", "20", "-o", out]].concat())
    };
    assert_eq!(to(&["p.gpkg"], "q.gpkg"), (0, to(&["p.gpkg"], "r.geojson").1));
    let plan = opened(&folder.path().join("q.gpkg"));
    assert_eq!(plan.history.steps().count(), 1);
    assert_eq!(plan.plan.incidents.len(), 100);
    assert!(std::fs::read(folder.path().join("r.geojson")).unwrap().starts_with(b"{"));
    let files = ["--zones", "grids.geojson", "--units", "units.geojson", "--incidents", "incidents.csv"];
    assert_eq!(to(&files, "s.gpkg").0, 0);
    let from_files = opened(&folder.path().join("s.gpkg"));
    assert_eq!((from_files.history.steps().count(), from_files.plan.incidents.len()), (1, 100));
    // Another project is not replaced, nor is it by a layer.
    let other = std::fs::read(folder.path().join("s.gpkg")).unwrap();
    assert_eq!(to(&["p.gpkg"], "s.gpkg").0, 3);
    assert_eq!(to(&files, "p.gpkg").0, 3);
    assert_eq!(to(&["p.gpkg"], "r.docx").0, 3);
    assert!(std::fs::read(folder.path().join("s.gpkg")).unwrap() == other);
    assert!(std::fs::read(&path).unwrap() == bytes);
}
