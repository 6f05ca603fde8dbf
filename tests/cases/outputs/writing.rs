//! Devices, pipes, links, modes, names, endings and what killed programs leave.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::tempdir;
use wangge::io::export;

use super::{busy_files, busy_project, names, run, save, told};
use crate::cases::{nine, wangge};

/// Commands that write one file of nine zones, without the file.
fn writers(zones: &str) -> Vec<(Vec<&str>, &'static str)> {
    vec![
        (vec!["clean", zones, "-o"], "geojson"),
        (vec!["export", zones, "-o"], "geojson"),
        (vec!["export", zones, "--format", "kml", "-o"], "kml"),
        (vec!["export", zones, "--format", "gpkg", "-o"], "gpkg"),
        (vec!["export", zones, "--format", "project", "-o"], "gpkg"),
        (vec!["export", zones, "--format", "csv", "-o"], "csv"),
        (vec!["export", zones, "--format", "xlsx", "-o"], "xlsx"),
        (vec!["export", zones, "--format", "fgb", "-o"], "fgb"),
        (vec!["locate", "--zones", zones, "--points", "incidents.csv", "--counts"], "csv"),
        (vec!["locate", "--zones", zones, "--points", "incidents.csv", "-o"], "csv"),
        (vec!["partition", "--graph", "g.json", "-k", "1", "-o"], "txt"),
    ]
}

fn prepare(folder: &Path) -> String {
    busy_files(folder);
    std::fs::write(
        folder.join("g.json"),
        r#"{"nodes":[{"id":0,"population":1},{"id":1,"population":1}],"adjacency":[[{"id":1}],[{"id":0}]]}"#,
    )
    .unwrap();
    nine().display().to_string()
}

#[cfg(unix)]
#[test]
fn attacks_m_links_are_followed_and_modes_are_kept() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    let elsewhere = tempdir().unwrap();
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    for (args, ending) in writers(&zones) {
        let real = elsewhere.path().join(format!("real.{ending}"));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        if is_root {
            std::os::unix::fs::chown(&real, Some(1234), Some(4321)).unwrap();
        }
        let link = folder.path().join(format!("link.{ending}"));
        symlink(&real, &link).unwrap();
        let out = link.display().to_string();
        let (code, said) = run(folder.path(), &[&args[..], &[out.as_str()]].concat());
        assert_eq!(code, 0, "{args:?}: {said}");
        assert!(link.symlink_metadata().unwrap().is_symlink(), "{args:?} replaced the link");
        let about = std::fs::metadata(&real).unwrap();
        assert_eq!(about.mode() & 0o777, 0o640, "{args:?}");
        assert!(about.len() > 3, "{args:?} wrote nothing");
        if is_root {
            assert_eq!((about.uid(), about.gid()), (1234, 4321), "{args:?}");
        }
        std::fs::remove_file(&link).unwrap();
        // A link to a file that is not there yet makes it there; nothing is left beside either.
        std::fs::remove_file(&real).unwrap();
        symlink(&real, &link).unwrap();
        assert_eq!(run(folder.path(), &[&args[..], &[out.as_str()]].concat()).0, 0, "{args:?}");
        assert!(real.is_file() && link.symlink_metadata().unwrap().is_symlink(), "{args:?}");
        std::fs::remove_file(&link).unwrap();
        std::fs::remove_file(&real).unwrap();
    }
    assert_eq!(names(elsewhere.path()), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn attacks_m_a_write_protected_file_is_refused_by_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    for (args, ending) in writers(&zones) {
        let path = folder.path().join(format!("locked.{ending}"));
        std::fs::write(&path, "keep me").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        let (code, said) = run(folder.path(), &[&args[..], &[path.to_str().unwrap()]].concat());
        assert_eq!(code, 3, "{args:?}: {said}");
        assert!(said.contains("write-protected"), "{said}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "keep me", "{args:?}");
        std::fs::remove_file(&path).unwrap();
    }
    // Nor is a project that somebody protected saved over by the program itself.
    let project = busy_project(folder.path());
    std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o444)).unwrap();
    let before = std::fs::read(&project).unwrap();
    let (code, said) = run(folder.path(), &["rebalance", "p.gpkg", "--epochs", "5", "-o", "p.gpkg"]);
    assert_eq!(code, 3, "{said}");
    assert!(std::fs::read(&project).unwrap() == before);
}

#[cfg(unix)]
#[test]
fn attacks_m_a_saved_project_keeps_link_and_mode() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempdir().unwrap();
    let project = busy_project(folder.path());
    std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink("p.gpkg", folder.path().join("link.gpkg")).unwrap();
    let (code, said) = run(folder.path(), &["rebalance", "link.gpkg", "--epochs", "20", "-o", "link.gpkg"]);
    assert_eq!(code, 0, "{said}");
    for name in ["p.gpkg", "p.gpkg~"] {
        let mode = folder.path().join(name).symlink_metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(folder.path().join("link.gpkg").symlink_metadata().unwrap().is_symlink());
}

/// Makes a device or a pipe in a temporary folder; says why it could not.
fn node(path: &Path, kind: &[&str]) -> bool {
    let done = Command::new("mknod").arg(path).args(kind).output();
    let made = done.is_ok_and(|done| done.status.success());
    if !made {
        println!("SKIPPED: mknod {kind:?} is not possible here (root is needed)");
    }
    made
}

#[cfg(unix)]
#[test]
fn attacks_m_devices_and_pipes_are_written_into() {
    use std::os::unix::fs::FileTypeExt as _;
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    let kinds = |path: &Path| std::fs::symlink_metadata(path).unwrap().file_type();
    for (args, ending) in writers(&zones) {
        let pipe = folder.path().join(format!("pipe.{ending}"));
        if node(&pipe, &["p"]) {
            let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
            let (code, said) = run(folder.path(), &[&args[..], &[pipe.to_str().unwrap()]].concat());
            assert_eq!(code, 0, "{args:?}: {said}");
            assert!(kinds(&pipe).is_fifo(), "{args:?} replaced the pipe");
            let came = reader.wait_with_output().unwrap().stdout;
            assert!(came.len() > 1, "{args:?}: nothing came");
            // The same as goes into a file.
            let file = folder.path().join(format!("file.{ending}"));
            assert_eq!(run(folder.path(), &[&args[..], &[file.to_str().unwrap()]].concat()).0, 0);
            let same = std::fs::read(&file).unwrap();
            assert!(["gpkg", "xlsx"].contains(&ending) || came == same, "{args:?}");
            std::fs::remove_file(&file).unwrap();
            std::fs::remove_file(&pipe).unwrap();
        }
        // What swallows all, and what takes nothing: copies of the system's, never its own.
        let (null, full) = (folder.path().join("null"), folder.path().join("full"));
        if node(&null, &["c", "1", "3"]) && node(&full, &["c", "1", "7"]) {
            let (code, said) = run(folder.path(), &[&args[..], &[null.to_str().unwrap()]].concat());
            assert_eq!(code, 0, "{args:?}: {said}");
            let (code, said) = run(folder.path(), &[&args[..], &[full.to_str().unwrap()]].concat());
            assert_eq!(code, 2, "{args:?}: {said}");
            assert!(said.contains("disk is full") || said.contains("No space"), "{said}");
            assert!(kinds(&null).is_char_device() && kinds(&full).is_char_device(), "{args:?} replaced a device");
            std::fs::remove_file(&null).unwrap();
            std::fs::remove_file(&full).unwrap();
        }
        // A whole disk is none of them.
        let disk = folder.path().join("disk");
        if node(&disk, &["b", "7", "250"]) {
            let (code, said) = run(folder.path(), &[&args[..], &[disk.to_str().unwrap()]].concat());
            assert_eq!(code, 3, "{args:?}: {said}");
            std::fs::remove_file(&disk).unwrap();
        }
    }
    assert!(!names(folder.path()).iter().any(|name| name.ends_with(".saving")));
}

#[test]
fn attacks_m_a_dash_is_standard_output() {
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    for (args, ending) in writers(&zones) {
        let output = wangge(folder.path(), &[&args[..], &["-"]].concat());
        let (code, said) = told(&output);
        assert_eq!(code, 0, "{args:?}: {said}");
        let file = folder.path().join(format!("file.{ending}"));
        assert_eq!(run(folder.path(), &[&args[..], &[file.to_str().unwrap()]].concat()).0, 0);
        let expected = std::fs::read(&file).unwrap();
        if matches!(ending, "gpkg" | "xlsx") {
            assert!(output.stdout.starts_with(&expected[..4]), "{args:?}");
        } else {
            assert!(output.stdout == expected, "{args:?}: what goes into a file, and nothing else");
        }
        assert!(!folder.path().join("-").exists());
        std::fs::remove_file(&file).unwrap();
    }
    for args in [
        vec!["export", &zones, "--format", "shp", "-o", "-"],
        vec!["export", &zones, "--certificate", "-o", "-"],
        vec!["export", &zones, "--json", "-o", "-"],
        vec!["clean", &zones, "--json", "-o", "-"],
        vec!["partition", "--graph", "g.json", "-k", "1", "--json", "-o", "-"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "--json", "-o", "-"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "--counts", "-", "-o", "-"],
    ] {
        let output = wangge(folder.path(), &args);
        assert!(matches!(output.status.code(), Some(2 | 3)), "{args:?}");
        assert_eq!(output.stdout, b"", "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn attacks_o_a_failed_standard_output_is_no_success() {
    if !Path::new("/dev/full").exists() {
        return println!("SKIPPED: there is no /dev/full");
    }
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    let program = env!("CARGO_BIN_EXE_wangge");
    for args in [
        vec!["--help"],
        vec!["info", &zones],
        vec!["info", &zones, "--json"],
        vec!["check", &zones],
        vec!["check", &zones, "--json"],
        vec!["clean", &zones, "-o", "out.geojson", "--json"],
        vec!["partition", "--graph", "g.json", "-k", "1"],
        vec!["export", &zones, "-o", "-"],
        vec!["export", &zones, "-o", "/dev/stdout"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(program).args(&args).current_dir(folder.path()).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?} says nothing");
    }
    // A reader that has enough is no fault.
    let mut child = Command::new(program).arg("--help").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn attacks_w_a_name_that_a_database_takes_for_memory_is_a_file() {
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    for name in [":memory:", "file::memory:", "file:x?mode=memory"] {
        for format in ["project", "gpkg"] {
            let (code, said) = run(folder.path(), &["export", &zones, "--format", format, "-o", name]);
            assert_eq!(code, 0, "{name} {format}: {said}");
            assert!(std::fs::read(folder.path().join(name)).unwrap().starts_with(b"SQLite"), "{name}");
            if format == "project" {
                let (code, said) = run(folder.path(), &["check", name]);
                assert!(code < 2, "{name}: {said}");
            }
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
}

#[test]
fn attacks_p_long_names_are_written_and_said_rightly() {
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    for (args, ending) in writers(&zones) {
        for letter in ["x", "网"] {
            let room = 255 - ending.len() - 1;
            let name = format!("{}.{ending}", letter.repeat(room / letter.len()));
            let (code, said) = run(folder.path(), &[&args[..], &[name.as_str()]].concat());
            assert_eq!(code, 0, "{args:?} {} bytes: {said}", name.len());
            assert!(folder.path().join(&name).is_file());
            std::fs::remove_file(folder.path().join(&name)).unwrap();
        }
        let name = format!("{}.{ending}", "x".repeat(256));
        let (code, said) = run(folder.path(), &[&args[..], &[name.as_str()]].concat());
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("name is too long"), "{said}");
    }
    // What is named after it is shorter, not missing.
    let name = format!("{}.geojson", "网".repeat(82));
    let (code, said) = run(folder.path(), &["export", &zones, "--certificate", "-o", &name]);
    assert_eq!(code, 0, "{said}");
    assert!(names(folder.path()).iter().any(|name| name.ends_with("-质检报告.docx")));
    // A project of such a name is saved over itself, and its backup kept.
    let project = busy_project(folder.path());
    let long = format!("{}.gpkg", "x".repeat(250));
    std::fs::rename(project, folder.path().join(&long)).unwrap();
    let (code, said) = run(folder.path(), &["rebalance", &long, "--epochs", "20", "-o", &long]);
    assert_eq!(code, 0, "{said}");
    assert!(names(folder.path()).iter().any(|name| name.ends_with('~')));
}

#[cfg(unix)]
#[test]
fn attacks_u_what_fails_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    let mut all = writers(&zones);
    all.push((vec!["export", &zones, "--format", "shp", "-o"], "shp"));
    all.push((vec!["export", &zones, "--format", "svg", "-o"], "svg"));
    all.push((vec!["sample", "--grids", "3", "-o"], "folder"));
    let long = format!("{}\n", "0".repeat(4096));
    let node = |at: usize| format!("{{\"id\":{at},\"population\":1}}");
    let nodes: Vec<String> = (0..2000).map(node).collect();
    let row = |at: usize| {
        let ends = [at.checked_sub(1), Some(at + 1).filter(|&next| next < 2000)];
        let ends: Vec<String> = ends.into_iter().flatten().map(|end| format!("{{\"id\":{end}}}")).collect();
        format!("[{}]", ends.join(","))
    };
    let pairs: Vec<String> = (0..2000).map(row).collect();
    let graph = format!("{{\"nodes\":[{}],\"adjacency\":[{}]}}", nodes.join(","), pairs.join(","));
    std::fs::write(folder.path().join("g.json"), graph).unwrap();
    for (args, ending) in all {
        for stands in [false, true] {
            let out = folder.path().join(format!("out.{ending}"));
            if stands && ending != "folder" {
                std::fs::write(&out, &long).unwrap();
            }
            let before = names(folder.path());
            // No file may grow over half a kilobyte: as on a disk that is full.
            let output = Command::new("sh")
                .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_wangge")])
                .args(&args)
                .arg(&out)
                .current_dir(folder.path())
                .output()
                .unwrap();
            let (code, said) = told(&output);
            if code == 0 {
                // What is so small is written.
                assert!(std::fs::metadata(&out).unwrap().len() <= 1024, "{args:?}: {said}");
                std::fs::remove_file(&out).unwrap();
                continue;
            }
            assert_eq!(code, 2, "{args:?}: {said}");
            if ending == "folder" {
                assert!(names(&out).iter().all(|name| !name.starts_with('.')), "{args:?}");
                std::fs::remove_dir_all(&out).unwrap();
                continue;
            }
            assert_eq!(names(folder.path()), before, "{args:?}: {said}");
            if stands {
                assert_eq!(std::fs::read_to_string(&out).unwrap(), long, "{args:?}");
                std::fs::remove_file(&out).unwrap();
            }
        }
    }
}

/// Tables of beats and the pictures of the demonstration take their place whole: links are followed, what is protected stays.
#[cfg(unix)]
#[test]
fn attacks_u_beats_and_pictures_take_their_place_whole() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempdir().unwrap();
    let at = folder.path();
    busy_files(at);
    let mut rows = String::from("code,name,police,grids\n");
    for squad in 0..2 {
        let grids: Vec<String> =
            (1..=4).filter(|grid| grid % 2 == squad).map(|grid| format!("46010500100{grid}")).collect();
        rows += &format!("S{squad},{squad},1,{}\n", grids.join(";"));
    }
    std::fs::write(at.join("squads.csv"), rows).unwrap();
    let command = ["rebalance", "grids.geojson", "units.geojson", "incidents.csv", "squads.csv", "--tier", "squad"];
    let to = |out: &str| run(at, &[&command[..], &["--epochs", "5", "-o", out]].concat());
    std::fs::write(at.join("real.csv"), "old").unwrap();
    symlink("real.csv", at.join("link.csv")).unwrap();
    let (code, said) = to("link.csv");
    assert_eq!(code, 0, "{said}");
    assert!(at.join("link.csv").symlink_metadata().unwrap().is_symlink());
    assert!(std::fs::read_to_string(at.join("real.csv")).unwrap().starts_with("grid,squad\n"));
    for out in ["incidents.csv", "squads.csv"] {
        let before = std::fs::read(at.join(out)).unwrap();
        assert_eq!(to(out).0, 3, "{out} is read");
        assert!(std::fs::read(at.join(out)).unwrap() == before);
    }
    let protect = |name: &str| {
        std::fs::write(at.join(name), "keep me").unwrap();
        std::fs::set_permissions(at.join(name), std::fs::Permissions::from_mode(0o444)).unwrap();
    };
    protect("locked.csv");
    assert_eq!(to("locked.csv").0, 3);
    std::fs::create_dir(at.join("demo")).unwrap();
    protect("demo/map.png");
    let (code, said) = run(at, &["demo", "--out", "demo"]);
    assert_ne!(code, 0, "{said}");
    for name in ["locked.csv", "demo/map.png"] {
        assert_eq!(std::fs::read_to_string(at.join(name)).unwrap(), "keep me", "{name}");
    }
    assert!(!names(&at.join("demo")).iter().chain(&names(at)).any(|name| name.ends_with(".saving")));
}

/// The child of the next test: saves again and again until it is killed. Does nothing when the tests are run by hand.
#[test]
fn saver() {
    let Some(folder) = std::env::var_os("WANGGE_TEST_SAVER") else { return };
    let folder = Path::new(&folder);
    let bytes = vec![b'x'; 8 << 20];
    std::io::stderr().write_all(b"saving\n").unwrap();
    loop {
        export::whole(&folder.join("p.bin"), &bytes).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn attacks_l_what_killed_programs_left_goes_with_the_next_save() {
    let folder = tempdir().unwrap();
    let left = |folder: &Path| names(folder).into_iter().filter(|name| name.ends_with(".saving")).collect::<Vec<_>>();
    let mut kills = 0;
    while left(folder.path()).is_empty() {
        kills += 1;
        assert!(kills < 60, "no kill left anything");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["cases::outputs::writing::saver", "--exact", "--nocapture"])
            .env("WANGGE_TEST_SAVER", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(120 + 7 * kills));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Of a program that runs, of another machine that shares the folder, and of no program: they stay.
    let runs = std::process::id();
    let stay = [
        format!(".p.bin.{runs}-0.saving"),
        ".p.bin.0badc0de-4194303-0.saving".to_owned(),
        ".saving".to_owned(),
        ".mine.saving".to_owned(),
        "p.4194303-0.saving".to_owned(),
    ];
    for name in &stay {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    // As earlier versions called them.
    std::fs::write(folder.path().join(".p.gpkg.4194303-0.saving"), "x").unwrap();
    export::whole(&folder.path().join("other.txt"), b"new").unwrap();
    let mut expected = stay.to_vec();
    expected.sort();
    assert_eq!(left(folder.path()), expected);
    println!("{kills} kills until one left something");
}

#[test]
fn readme_outputs_whose_ending_is_another_format() {
    let folder = tempdir().unwrap();
    let zones = prepare(folder.path());
    let project = busy_project(folder.path());
    let project = project.to_str().unwrap();
    // Written in the format that the ending says.
    for (out, start) in [
        ("y.shp", &b"\0\0\x27\x0a"[..]),
        ("y.SHP", b"\0\0\x27\x0a"),
        ("y.gpkg", b"SQLite"),
        ("y.kml", b"<?xml"),
        ("y.fgb", b"fgb"),
        ("y.geojson", b"{"),
        ("y.json", b"{"),
        ("y.topojson", b"{"),
        ("y", b"{"),
    ] {
        for command in ["clean", "export"] {
            let (code, said) = run(folder.path(), &[command, &zones, "-o", out]);
            assert_eq!(code, 0, "{command} -o {out}: {said}");
            let written = std::fs::read(folder.path().join(out.replace(".SHP", ".shp"))).unwrap();
            assert!(written.starts_with(start), "{command} -o {out}");
        }
    }
    assert!(std::fs::read_to_string(folder.path().join("y.topojson")).unwrap().contains("\"Topology\""));
    // Or refused, and nothing written.
    for args in [
        vec!["clean", &zones, "-o", "z.kmz"],
        vec!["clean", &zones, "-o", "z.csv"],
        vec!["clean", &zones, "-o", "z.xlsx"],
        vec!["clean", &zones, "-o", "z.zip"],
        vec!["clean", &zones, "-o", "z.dwg"],
        vec!["export", &zones, "--format", "kml", "-o", "z.kmz"],
        vec!["export", &zones, "--format", "geojson", "-o", "z.shp"],
        vec!["export", &zones, "--format", "shp", "-o", "z.dbf"],
        vec!["export", &zones, "--format", "gpkg", "-o", "z.geojson"],
        vec!["export", &zones, "--format", "xlsx", "-o", "z.xls"],
        vec!["export", &zones, "--format", "pdf", "-o", "z.svg"],
        vec!["export", &zones, "--format", "project", "-o", "z.json"],
        vec!["export", project, "--format", "changes", "-o", "z.csv"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "-o", "z.xlsx"],
        vec!["locate", "--zones", &zones, "--points", "incidents.csv", "--counts", "z.geojson"],
        vec!["partition", "--graph", "g.json", "-k", "1", "-o", "z.json"],
        vec!["rebalance", project, "--epochs", "1", "-o", "z.pdf"],
        vec!["rebalance", project, "--tier", "squad", "-o", "z.geojson"],
        vec!["take-back", project, project, "-o", "z.geojson"],
    ] {
        let (code, said) = run(folder.path(), &args);
        assert_eq!(code, 3, "{args:?}: {said}");
        assert!(said.contains('.'), "{said}");
    }
    assert!(!names(folder.path()).iter().any(|name| name.starts_with('z')));
}

#[test]
fn attacks_q_what_a_terminal_obeys_does_not_reach_it() {
    let folder = tempdir().unwrap();
    let evil = "a\u{1b}[31m\u{202e}gpj\u{2066}\u{9b}2J\u{200f}";
    let zones = std::fs::read_to_string(nine()).unwrap();
    let zones = zones.replacen("\"name\": \"", &format!("\"name\": \"{}", evil.replace('\u{1b}', "\\u001b")), 9);
    let name = format!("{evil}.geojson");
    std::fs::write(folder.path().join(&name), &zones).unwrap();
    std::fs::write(folder.path().join(format!("{evil}.csv")), "lon,lat\n1,2\n").unwrap();
    let broken = format!("{evil}-broken.geojson");
    std::fs::write(folder.path().join(&broken), "{").unwrap();
    let out = format!("{evil}-out.geojson");
    for args in [
        vec!["info", &name],
        vec!["info", &name, "--json"],
        vec!["check", &name],
        vec!["check", &name, "--json"],
        vec!["info", &broken],
        vec!["clean", &name, "-o", &out],
        vec!["export", &name, "-o", &out],
        vec!["export", &name, "--json", "-o", &out],
        vec!["export", &name, "-o", "no/such/folder.geojson"],
        vec!["clean", &name, "-o", &name],
        vec!["locate", "--zones", &name, "--points", "nothing.csv"],
    ] {
        let output = wangge(folder.path(), &args);
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            let obeyed = text.chars().find(|&c| c != '\n' && c != '\t' && wangge::base::is_obeyed(c));
            assert_eq!(obeyed, None, "{args:?}: {text:?}");
        }
        if args.contains(&"--json") && output.status.code() == Some(0) {
            let _still_json = crate::cases::json(&output);
        }
    }
    // JSON still says the very name.
    let told = crate::cases::json(&wangge(folder.path(), &["info", &name, "--json"]));
    assert_eq!(told["files"][0]["path"].as_str().unwrap(), name);
}

#[test]
fn attacks_a_save_as_another_project_is_refused_by_the_core_too() {
    let folder = tempdir().unwrap();
    let plan = crate::edit::plan(&crate::topology::units(&[vec![(0, 0), (9, 0), (9, 9), (0, 9)]]), &[0], &[0]);
    let path = save(&plan, &folder.path().join("a.gpkg"));
    let before = std::fs::read(&path).unwrap();
    let again = wangge::io::project::save(
        &plan,
        &wangge::edit::History::default(),
        &path,
        None,
        &wangge::base::Progress::default(),
    );
    assert!(matches!(again, Err(wangge::io::project::SaveError::Refused(_))), "{again:?}");
    assert!(std::fs::read(&path).unwrap() == before);
}
