//! Names below `/proc`, standard output that stands on a file, and what has no end.

use std::path::Path;
use std::process::Command;

use tempfile::tempdir;

use super::{busy_project, run, told};

/// What the program, `$0` in a line of the shell, said in a folder, and how it ended; nothing takes longer than it may.
fn shell(folder: &Path, line: &str) -> (i32, String) {
    let line = format!("w() {{ timeout 60 \"$0\" \"$@\"; }}; {line}");
    let mut command = Command::new("sh");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_wangge")]).current_dir(folder);
    told(&command.env("XDG_STATE_HOME", folder.join("state")).output().unwrap())
}

#[test]
fn attacks_a_names_below_proc_are_names_like_any() {
    let folder = tempdir().unwrap();
    busy_project(folder.path());
    let here = folder.path().canonicalize().unwrap();
    std::os::unix::fs::symlink("/proc/self/cwd", here.join("link")).unwrap();
    let files = ["p.gpkg", "incidents.csv", "grids.geojson"].map(|name| here.join(name));
    let before = files.clone().map(|file| std::fs::read(file).unwrap());
    let root = format!("/proc/self/root{}", here.display());
    for start in ["/proc/self/cwd", "/proc/thread-self/cwd", "/proc/self/./cwd", "link", &root] {
        let out = |name: &str| format!("{start}/{name}");
        for args in [
            vec!["export", "p.gpkg", "--format", "csv", "-o", &out("p.gpkg")],
            vec!["export", "p.gpkg", "--format", "gpkg", "-o", &out("p.gpkg")],
            vec!["export", "grids.geojson", "--format", "gpkg", "-o", &out("p.gpkg")],
            vec!["export", "grids.geojson", "-o", &out("grids.geojson")],
            vec!["locate", "--zones", "grids.geojson", "--points", "incidents.csv", "-o", &out("incidents.csv")],
        ] {
            let (code, said) = run(folder.path(), &args);
            assert_eq!(code, 3, "{args:?}: {said}");
        }
        let (code, said) = run(folder.path(), &["export", "grids.geojson", "-o", &out("new.geojson")]);
        assert_eq!(code, 0, "{start}: {said}");
        std::fs::remove_file(here.join("new.geojson")).unwrap();
    }
    assert!(files.map(|file| std::fs::read(file).unwrap()) == before);
}

#[test]
fn attacks_a_an_open_file_that_is_read_or_a_project_is_not_written_over() {
    let folder = tempdir().unwrap();
    busy_project(folder.path());
    std::os::unix::fs::symlink("/dev/stdout", folder.path().join("out.csv")).unwrap();
    let files = ["p.gpkg", "incidents.csv", "grids.geojson"].map(|name| folder.path().join(name));
    let before = files.clone().map(|file| std::fs::read(file).unwrap());
    for line in [
        "w export p.gpkg --format csv -o - 1<>p.gpkg",
        "w export p.gpkg --format csv -o - >>p.gpkg",
        "w export p.gpkg --format csv -o /dev/stdout 1<>p.gpkg",
        "w export p.gpkg --format csv -o out.csv 1<>p.gpkg",
        "w export p.gpkg --format csv -o /proc/self/fd/3 3<>p.gpkg",
        "w export p.gpkg --format gpkg -o /dev/fd/3 3>>p.gpkg",
        "w export grids.geojson --format project -o /dev/fd/3 3<>p.gpkg",
        "w export grids.geojson -o /dev/fd/../fd/3 3<>p.gpkg",
        "w rebalance p.gpkg --epochs 2 -o /proc/self/fd/3 3<>p.gpkg",
        "w clean grids.geojson -o - >>grids.geojson",
        "w clean grids.geojson -o /proc/thread-self/fd/4 4<>grids.geojson",
        "w locate --zones grids.geojson --points incidents.csv -o /dev/fd/3 3<>incidents.csv",
        "w info p.gpkg 1<>p.gpkg",
        "w info grids.geojson --json >>p.gpkg",
        "w check --tier grid=grids.geojson 1<>grids.geojson",
        "w --help 1<>p.gpkg",
    ] {
        let (code, said) = shell(folder.path(), line);
        assert!([2, 3].contains(&code), "{line}: {code} {said}");
        let same = files.clone().map(|file| std::fs::read(file).unwrap()) == before;
        assert!(same, "{line}: {said}");
    }
    // What nobody reads is written into.
    for line in [
        "w clean grids.geojson -o - >new",
        "w clean grids.geojson -o - >>new",
        "w clean grids.geojson -o /dev/fd/3 3>new",
        "w info grids.geojson >>new",
    ] {
        let (code, said) = shell(folder.path(), line);
        assert!(code < 2 && folder.path().join("new").metadata().unwrap().len() > 10, "{line}: {said}");
    }
}

#[test]
fn attacks_o_a_result_for_a_closed_standard_output_is_no_success() {
    if !Path::new("/proc/self/fdinfo/1").exists() {
        return println!("SKIPPED: this system does not tell how files are open");
    }
    let folder = tempdir().unwrap();
    busy_project(folder.path());
    for out in ["-", "/dev/stdout"] {
        let (code, said) = shell(folder.path(), &format!("w export p.gpkg --format csv -o {out} 1>&-"));
        assert_eq!(code, 2, "{said}");
    }
    let (code, said) = shell(folder.path(), "w export p.gpkg --format csv -o - >/dev/null");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn attacks_t_what_has_no_end_is_refused_by_every_command() {
    let folder = tempdir().unwrap();
    busy_project(folder.path());
    let nine = crate::cases::nine().display().to_string();
    std::fs::create_dir(folder.path().join("to")).unwrap();
    let made = ["export", &nine, "--certificate", "--accept", "ok", "-o", "to/g.geojson"];
    let (code, said) = run(folder.path(), &made);
    assert_eq!(code, 0, "{said}");
    std::fs::rename(folder.path().join("to/g.geojson-质检报告.docx"), folder.path().join("to/c.docx")).unwrap();
    let pipe = Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(pipe.unwrap().success());
    std::fs::File::create(folder.path().join("sparse")).unwrap().set_len(20 << 30).unwrap();
    for endless in ["pipe", "/dev/zero", "/dev/urandom", "sparse"] {
        for line in [
            "verify END to",
            "verify to/c.docx END",
            "partition --graph END -k 2",
            "check --control grids.geojson=END grids.geojson",
            "purge END",
            "take-back END p.gpkg -o t.gpkg",
            "take-back p.gpkg END -o t.gpkg",
            "export END --format changes -o t.xlsx",
        ] {
            let line = format!("ulimit -v 4500000; w {}", line.replace("END", endless));
            let (code, said) = shell(folder.path(), &line);
            assert_eq!(code, 2, "{line}: {said}");
        }
    }
    // In a folder it is passed over.
    std::fs::rename(folder.path().join("pipe"), folder.path().join("to/pipe")).unwrap();
    let (code, said) = shell(folder.path(), "w verify to/c.docx to");
    assert_eq!(code, 0, "{said}");
}
