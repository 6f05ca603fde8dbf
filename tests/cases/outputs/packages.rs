//! Packages of a campaign: names never meet, and returned work is never replaced.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::tempdir;
use wangge::base::Progress;
use wangge::edit::Command;
use wangge::edit::campaign::towns;
use wangge::io::{campaign, project};
use wangge::model::{Plan, ZoneId};

use super::{names, run, save};
use crate::edit::apply;
use crate::topology::units;

/// A row of towns of one grid of two blocks each, called as asked.
fn city(called: &[(&str, &str)]) -> Plan {
    let square = |x: i32| vec![(x, 0), (x + 100, 0), (x + 100, 100), (x, 100)];
    let squares: Vec<_> = (0..2 * called.len() as i32).map(|at| square(at * 100)).collect();
    let of: Vec<u32> = (0..2 * called.len() as u32).map(|at| at / 2).collect();
    let mut plan = crate::edit::plan(&units(&squares), &of, &of);
    let tier = std::sync::Arc::make_mut(&mut plan.tiers[0]);
    for (at, (name, code)) in called.iter().enumerate() {
        let id = ZoneId(at as u32);
        let zone =
            wangge::model::Zone { name: (*name).into(), code: (*code).into(), ..tier.zones.get(id).unwrap().clone() };
        tier.zones.set(id, Some(zone));
    }
    plan
}

fn hand_out(plan: &Plan, folder: &Path) -> Vec<PathBuf> {
    campaign::hand_out(plan, folder, None, &Progress::default()).unwrap()
}

/// As the least careful system tells names apart.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

fn is_legal(path: &Path) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let stem = name.strip_suffix(".gpkg").unwrap();
    assert!(!stem.trim_matches([' ', '.']).is_empty() && name.len() <= 240, "{name:?}");
    assert!(!stem.ends_with([' ', '.']) && !stem.starts_with([' ', '.']), "{name:?}");
    assert!(!name.chars().any(|c| wangge::base::is_obeyed(c) || "/\\:*?\"<>|".contains(c)), "{name:?}");
    let first = stem.split('.').next().unwrap().trim().to_uppercase();
    let devices = ["CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "LPT9", "COM¹", "CONIN$"];
    assert!(!devices.contains(&first.as_str()), "{name:?}");
}

#[test]
fn attacks_c_names_of_packages_never_meet_and_are_legal_everywhere() {
    let long = "长".repeat(90);
    let cut = format!("{long}甲");
    let called = [
        ("A 1", "x"),
        ("A", "1"),
        ("A", "1"),
        ("a", "2"),
        ("A:1", ""),
        ("A/1", ""),
        ("A?1", ""),
        ("CON", "3"),
        ("con", "3"),
        ("nul.tar", "4"),
        ("COM1", "5"),
        ("LPT¹", "5"),
        ("", "460105"),
        ("", ""),
        ("  ", ""),
        ("...", ""),
        ("x.", "6"),
        ("x ", "6"),
        (".x", "6"),
        ("caf\u{e9}", "7"),
        ("cafe\u{301}", "7"),
        (long.as_str(), ""),
        (cut.as_str(), ""),
        ("\u{202e}gpj", "8"),
        ("a\u{1b}b\nc", "8"),
        ("..", ""),
        ("-o", ""),
    ];
    let plan = city(&called);
    let folder = tempdir().unwrap();
    let files = hand_out(&plan, folder.path());
    assert_eq!(files.len(), called.len());
    files.iter().for_each(|file| is_legal(file));
    let different: HashSet<String> =
        files.iter().map(|file| folded(file.file_name().unwrap().to_str().unwrap())).collect();
    assert_eq!(different.len(), called.len());
    assert_eq!(names(folder.path()).len(), called.len(), "as many files as were said");
    // Accents in one character or in two are one name on a Mac.
    let accents = names(folder.path()).into_iter().filter(|name| name.starts_with("caf")).collect::<Vec<_>>();
    assert!(accents.iter().any(|name| name.contains('7') || name.contains('2')), "{accents:?}");
    for (file, town) in files.iter().zip(towns(&plan)) {
        let package = project::open(file, &Progress::default()).unwrap();
        assert_eq!(wangge::edit::campaign::town_of(&package.plan), Some(town), "{file:?} is of another town");
    }
}

proptest! {
    #![proptest_config(crate::cases(24))]
    #[test]
    fn attacks_c_any_names_give_as_many_files_as_towns(
        called in proptest::collection::vec(("[aA1 .:/_éCONcon\u{301}\u{202e}]{0,4}", "[0-2]{0,1}"), 1..10),
    ) {
        let called: Vec<(&str, &str)> = called.iter().map(|(name, code)| (name.as_str(), code.as_str())).collect();
        let folder = tempdir().unwrap();
        let files = hand_out(&city(&called), folder.path());
        files.iter().for_each(|file| is_legal(file));
        prop_assert_eq!(names(folder.path()).len(), called.len());
        let different: HashSet<String> = files.iter().map(|file| folded(file.to_str().unwrap())).collect();
        prop_assert_eq!(different.len(), called.len());
        // Handed out again, nobody worked on them: the same files.
        let again: HashSet<PathBuf> = hand_out(&city(&called), folder.path()).into_iter().collect();
        prop_assert_eq!(again, files.into_iter().collect::<HashSet<_>>());
    }
}

/// Gives a block of a town's grid away within the town, and saves the package.
fn work_on(file: &Path, town: u32) {
    let opened = project::open(file, &Progress::default()).unwrap();
    let rename = Command::Split {
        tier: 1,
        zone: ZoneId(town),
        stroke: vec![
            wangge::geometry::Point::new(town as i32 * 200 + 100, -50),
            wangge::geometry::Point::new(town as i32 * 200 + 100, 150),
        ],
        keeps: wangge::edit::Side::Left,
        code: "new".into(),
        name: "新".into(),
    };
    let done = apply(&opened.plan, &rename).unwrap();
    let mut history = opened.history;
    history.push(done.record);
    project::save(&done.plan, &history, file, Some(&opened.stamp), &Progress::default()).unwrap();
}

#[test]
fn attacks_c_returned_work_is_never_replaced() {
    let folder = tempdir().unwrap();
    let plan = city(&[("东街", "1"), ("西街", "2"), ("B", "3")]);
    let files = hand_out(&plan, folder.path());
    work_on(&files[0], 0);
    let returned = std::fs::read(&files[0]).unwrap();
    let untouched = std::fs::read(&files[1]).unwrap();
    // What stands there and is no package: a project of the office, a file of somebody else.
    std::fs::remove_file(&files[2]).unwrap();
    std::fs::write(folder.path().join("b.GPKG"), "notes").unwrap();
    let mut later = plan.clone();
    later.name = "改".into();
    let again = hand_out(&later, folder.path());
    assert!(std::fs::read(&files[0]).unwrap() == returned, "the returned work is as it was");
    assert_eq!(again[1], files[1]);
    assert!(std::fs::read(&files[1]).unwrap() != untouched, "an untouched package is brought up");
    assert_ne!(again[0], files[0]);
    assert_eq!(std::fs::read_to_string(folder.path().join("b.GPKG")).unwrap(), "notes");
    assert_ne!(folded(again[2].file_name().unwrap().to_str().unwrap()), "b.gpkg");
    assert!(again.iter().all(|file| file.is_file()));
}

#[test]
fn attacks_c_hand_out_by_command_keeps_what_it_reads() {
    let folder = tempdir().unwrap();
    let plan = city(&[("p", "1"), ("q", "2")]);
    let office = save(&plan, &folder.path().join("p.gpkg"));
    let before = std::fs::read(&office).unwrap();
    let (code, said) = run(folder.path(), &["hand-out", "p.gpkg", "-o", "."]);
    assert_eq!(code, 0, "{said}");
    assert!(std::fs::read(&office).unwrap() == before);
    assert_eq!(names(folder.path()), ["p 1.gpkg", "p.gpkg", "q.gpkg"]);
    // A package handed on does not take its own place.
    let package = std::fs::read(folder.path().join("q.gpkg")).unwrap();
    run(folder.path(), &["hand-out", "q.gpkg", "-o", "."]);
    assert!(std::fs::read(folder.path().join("q.gpkg")).unwrap() == package);
}

#[cfg(unix)]
#[test]
fn attacks_c_hand_out_writes_all_packages_or_none() {
    let folder = tempdir().unwrap();
    let plan = city(&[("甲", "1"), ("乙", "2"), ("丙", "3")]);
    save(&plan, &folder.path().join("p.gpkg"));
    let size = std::fs::metadata(folder.path().join("p.gpkg")).unwrap().len();
    let out = folder.path().join("out");
    // No file may be as large as a package.
    let limit = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", size / 1024);
    let output = std::process::Command::new("sh")
        .args(["-c", &limit, env!("CARGO_BIN_EXE_wangge"), "hand-out", "p.gpkg", "-o", "out"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(names(&out), Vec::<String>::new());
    // A file has the name of the folder.
    std::fs::write(folder.path().join("taken"), "x").unwrap();
    let (code, said) = run(folder.path(), &["hand-out", "p.gpkg", "-o", "taken"]);
    assert_eq!(code, 2, "{said}");
    // No towns: no folder either.
    let mut none = plan;
    none.tiers.remove(0);
    none.base = 1;
    save(&none, &folder.path().join("n.gpkg"));
    assert_eq!(run(folder.path(), &["hand-out", "n.gpkg", "-o", "none"]).0, 2);
    assert!(!folder.path().join("none").exists());
}

#[test]
fn attacks_r_each_package_is_counted_under_its_own_name() {
    let folder = tempdir().unwrap();
    let plan = city(&[("甲", "1"), ("乙", "2"), ("丙", "3")]);
    save(&plan, &folder.path().join("p.gpkg"));
    let out = folder.path().join("out");
    assert_eq!(run(folder.path(), &["hand-out", "p.gpkg", "-o", "out"]).0, 0);
    work_on(&out.join("丙.gpkg"), 2);
    assert!(out.join("丙.gpkg~").exists(), "what it was before stands beside it");
    let expected = |name: &str| if name.contains('丙') { 2 } else { 0 };
    for paths in [
        vec!["out"],
        vec!["out/丙.gpkg", "out"],
        vec!["out/甲.gpkg", "out/丙.gpkg", "./out/丙.gpkg"],
        vec!["out/乙.gpkg", "out/乙.gpkg"],
    ] {
        let args = [&["take-back", "p.gpkg"][..], &paths, &["--json", "-o", "back.gpkg"]].concat();
        let output = crate::cases::wangge(folder.path(), &args);
        let told = crate::cases::json(&output);
        let packages = told["packages"].as_array().unwrap();
        let paths: HashSet<&str> = packages.iter().map(|one| one["package"].as_str().unwrap()).collect();
        assert_eq!(paths.len(), packages.len(), "each once: {told}");
        for one in packages {
            let name = one["package"].as_str().unwrap();
            let zones = one["zones"].as_u64().unwrap();
            assert!(zones == expected(name) || (zones > 0 && expected(name) > 0), "{told}");
        }
        std::fs::remove_file(folder.path().join("back.gpkg")).unwrap();
    }
    // The whole of a folder, the project in it.
    std::fs::copy(folder.path().join("p.gpkg"), out.join("p.gpkg")).unwrap();
    let args = ["take-back", "out/p.gpkg", "out", "--json", "-o", "back.gpkg"];
    let told = crate::cases::json(&crate::cases::wangge(folder.path(), &args));
    assert_eq!(told["packages"].as_array().unwrap().len(), 3, "{told}");
}

#[test]
fn attacks_r_no_package_at_all_is_no_success() {
    let folder = tempdir().unwrap();
    save(&city(&[("甲", "1"), ("乙", "2")]), &folder.path().join("p.gpkg"));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    std::fs::write(folder.path().join("empty/notes.txt"), "x").unwrap();
    for paths in [&[][..], &["empty"], &["nowhere"], &["nowhere.gpkg"]] {
        let args = [&["take-back", "p.gpkg"][..], paths, &["-o", "back.gpkg"]].concat();
        let (code, said) = run(folder.path(), &args);
        assert!(code == 2 || code == 3, "{args:?} is {code}: {said}");
        assert!(!folder.path().join("back.gpkg").exists());
    }
}

#[test]
fn attacks_a_packages_are_taken_back_into_the_project_itself_as_one_step() {
    let folder = tempdir().unwrap();
    let project = save(&city(&[("甲", "1"), ("乙", "2")]), &folder.path().join("p.gpkg"));
    assert_eq!(run(folder.path(), &["hand-out", "p.gpkg", "-o", "out"]).0, 0);
    let package = folder.path().join("out/乙.gpkg");
    work_on(&package, 1);
    let (before, bytes) = (project::open(&project, &Progress::default()).unwrap(), std::fs::read(&project).unwrap());
    let returned = std::fs::read(&package).unwrap();
    let (code, said) = run(folder.path(), &["take-back", "p.gpkg", "out/乙.gpkg", "-o", "out/乙.gpkg"]);
    assert_eq!(code, 3, "{said}");
    assert!(std::fs::read(&package).unwrap() == returned);
    let (code, said) = run(folder.path(), &["take-back", "p.gpkg", "out", "-o", "p.gpkg"]);
    assert_eq!(code, 0, "{said}");
    let after = project::open(&project, &Progress::default()).unwrap();
    assert_eq!(after.history.steps().count(), 1);
    let (undone, _) = after.history.clone().undo(&after.plan).unwrap();
    assert_eq!(undone.canonical_hash(), before.plan.canonical_hash());
    assert!(std::fs::read(folder.path().join("p.gpkg~")).unwrap() == bytes);
}
