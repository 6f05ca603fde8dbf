//! Projects that somebody else made up: nothing that they bring along is run, and nothing takes longer or more room than
//! their bytes are worth.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rusqlite::Connection;
use tempfile::tempdir;

use super::{busy_project, run, told};

/// Rows without end.
const ENDLESS: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";
const LONG: &str = "printf('%.*c', 900000000, 'x')";

/// A copy of a project with some SQL run on it.
fn tampered(project: &Path, name: &str, sql: &str) {
    let path = project.with_file_name(name);
    std::fs::copy(project, &path).unwrap();
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

/// What the program said, with little room and time.
fn held(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 4500000; exec timeout 60 \"$0\" \"$@\"", env!("CARGO_BIN_EXE_wangge")]);
    told(&command.args(args).current_dir(folder).env("XDG_STATE_HOME", folder.join("state")).output().unwrap())
}

#[test]
fn attacks_e_tables_of_a_project_that_are_none_are_not_asked() {
    let folder = tempdir().unwrap();
    let project = busy_project(folder.path());
    let view = |table: &str, columns: &str| {
        format!("DROP TABLE {table}; CREATE VIEW {table} AS {ENDLESS} SELECT {columns} FROM c;")
    };
    let columns = |of: &str| format!("CREATE TABLE {of} (id INTEGER PRIMARY KEY NOT NULL, ");
    let cases = [
        view("wangge_intake", "x AS id, 'file' AS kind, '{}' AS data"),
        view("wangge_intake", &format!("x AS id, 'file' AS kind, {LONG} AS data")),
        view("WANGGE_retired", "x AS id, 'a' AS tier, 'b' AS code, 'c' AS name, 'd' AS by_code, 1 AS time"),
        view("wangge_version", "x AS id, 'a' AS name, 1 AS time, 1 AS after, '' AS effective"),
        view("wangge_project", "x AS id, 'schema' AS key, '4' AS value"),
        view("wangge_layer", "x AS id, 'a' AS table_name, 'b' AS hash"),
        "DROP TABLE wangge_beat; CREATE  VIRTUAL TABLE wangge_beat USING rtree(id, a, b);".to_owned(),
        "DROP TABLE wangge_beat; CREATE/**/VIRTUAL/**/TABLE wangge_beat USING rtree(id, a, b);".to_owned(),
        format!(
            "DROP TABLE wangge_intake; {} kind TEXT, data TEXT AS ({LONG})); INSERT INTO wangge_intake VALUES (0, 'file');",
            columns("wangge_intake")
        ),
        format!(
            "DROP TABLE wangge_history; {} time, sentence, record TEXT AS ({LONG}) STORED, before);",
            columns("wangge_history")
        ),
        "ALTER TABLE wangge_zone ADD COLUMN more TEXT AS (code || name);".to_owned(),
        // One long default for very many short rows.
        format!(
            "DROP TABLE wangge_intake; {} kind TEXT); {ENDLESS} INSERT INTO wangge_intake (kind) SELECT 'file' FROM c LIMIT 20000; \
             ALTER TABLE wangge_intake ADD COLUMN data TEXT DEFAULT '{}';",
            columns("wangge_intake"),
            "x".repeat(500_000)
        ),
        // No key, so that rows would have to be sorted.
        "DROP TABLE wangge_layer; CREATE TABLE wangge_layer (id, table_name, hash);".to_owned(),
    ];
    for sql in cases {
        tampered(&project, "bad.gpkg", &sql);
        for args in [
            vec!["export", "bad.gpkg", "--format", "csv", "-o", "t.csv"],
            vec!["check", "bad.gpkg"],
            vec!["purge", "bad.gpkg"],
            vec!["take-back", "p.gpkg", "bad.gpkg", "-o", "t.gpkg"],
            vec!["export", "bad.gpkg", "--format", "changes", "-o", "t.xlsx"],
        ] {
            let (start, (code, said)) = (Instant::now(), held(folder.path(), &args));
            let sql: String = sql.chars().take(200).collect();
            assert_eq!(code, 2, "{args:?} of {sql}: {said}");
            assert!(said.contains("damaged"), "{args:?} of {sql}: {said}");
            assert!(start.elapsed().as_secs() < 20, "{args:?} of {sql}");
        }
        // It is a project for who would write over it, and keeps nobody from purging the one beside it.
        let (code, said) = run(folder.path(), &["export", "grids.geojson", "--format", "gpkg", "-o", "bad.gpkg"]);
        assert_eq!(code, 3, "{said}");
        let (code, said) = held(folder.path(), &["purge", "p.gpkg"]);
        assert_eq!(code, 0, "{said}");
    }
}

#[test]
fn attacks_e_layers_of_a_project_that_are_no_tables_count_as_changed() {
    let folder = tempdir().unwrap();
    let project = busy_project(folder.path());
    let listed = "INSERT INTO wangge_layer VALUES (99, 'evil', '0');";
    for evil in [
        format!("CREATE VIEW evil AS {ENDLESS} SELECT x AS fid, x AS geom FROM c WHERE x < 0;"),
        "CREATE VIEW evil AS SELECT 1 AS fid, zeroblob(990000000) AS geom;".to_owned(),
        format!("CREATE TABLE evil (fid INTEGER PRIMARY KEY, geom AS ({LONG})); INSERT INTO evil VALUES (1);"),
        "CREATE VIRTUAL TABLE evil USING rtree(fid, a, b);".to_owned(),
    ] {
        tampered(&project, "bad.gpkg", &format!("{evil} {listed}"));
        let (code, said) = held(folder.path(), &["export", "bad.gpkg", "--format", "csv", "-o", "t.csv"]);
        assert_eq!(code, 0, "{evil}: {said}");
        assert!(said.contains("evil was changed by another program"), "{evil}: {said}");
    }
}
