//! The project file, its working copy, and exports.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::json;
use tempfile::tempdir;
use wangge::base::{Progress, Table, Text};
use wangge::edit::{Change, History, Record};
use wangge::geometry::{Areas, Point};
use wangge::io::export;
use wangge::io::journal::{self, Base, Journal, JournalError};
use wangge::io::project::{self, OpenError, Saved};
use wangge::model::{
    Composition, Incidents, Minute, Placement, Plan, Reference, Role, Shape, Squad, SquadId, Tier, Zone, ZoneId,
};
use wangge::topology::{FaceId, build};

fn ring(points: &[(i32, i32)]) -> Vec<Point> {
    points.iter().map(|&(x, y)| Point::new(1_103_300_000 + x * 1111, 200_200_000 + y * 1111)).collect()
}

fn square(x: i32, y: i32, side: i32) -> Vec<Point> {
    ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
}

/// A ring with a lake, an island in the lake, two neighbours, and one far island.
fn land() -> Areas {
    let mut areas = Areas::default();
    let units: Vec<Vec<Vec<Vec<Point>>>> = vec![
        vec![vec![square(0, 0, 100), square(20, 20, 50)]],
        vec![vec![square(30, 30, 10)], vec![square(500, 0, 30)]],
        vec![vec![square(100, 0, 100)]],
        vec![vec![ring(&[(20, 45), (30, 40), (40, 40), (40, 70), (20, 70)])]],
    ];
    for unit in units {
        for polygon in unit {
            polygon.iter().for_each(|ring| areas.push_ring(ring));
            areas.end_polygon();
        }
        areas.end_unit();
    }
    areas
}

fn zone(code: &str, name: &str, attributes: serde_json::Value, foreign: serde_json::Value) -> Zone {
    let map = |value: serde_json::Value| Arc::new(value.as_object().unwrap().clone());
    Zone {
        code: code.into(),
        name: name.into(),
        locked: false,
        attributes: map(attributes),
        foreign: map(foreign),
        ..Zone::default()
    }
}

/// A plan with something in every table.
pub(crate) fn plan() -> Plan {
    let built = build(&land(), &[], None, &Progress::default()).unwrap();
    let mut unit = Tier::new(Role::Unit, "单元网格");
    unit.owner = Table::default();
    for (face, owner) in built.owner.iter().enumerate() {
        unit.owner.set(FaceId(face as u32), owner.map(ZoneId));
    }
    let long = 0.1 + 0.2;
    unit.code_key = Some("dm".into());
    unit.zones = [
        zone("460105001", "金贸\"一\"", json!({"dm": "460105001", "pop": 12, "x": long, "名": null}), json!({"id": 7})),
        zone(
            "460105002",
            "岛屿",
            json!({"x": 1, "dm": 460_105_002, "fid": true}),
            json!({"id": "b", "extra": [1, {"a": 2}]}),
        ),
        zone("", "", json!({"Code": "other", "deep": {"z": 1, "a": [1.5]}}), json!({})),
        zone("-4", "=1+1", json!({}), json!({})),
    ]
    .into_iter()
    .collect();
    let mut grid = Tier::new(Role::Grid, "gpkg_网格");
    grid.zones =
        [zone("G1", "网格一", json!({}), json!({})), zone("G2", "网格二", json!({}), json!({}))].into_iter().collect();
    grid.zones.push(Zone::default());
    grid.zones.set(ZoneId(2), None);
    for (face, zone) in unit.owner.iter() {
        grid.owner.set(face, Some(ZoneId(u32::from(zone.0 > 1))));
    }
    let squad = |code: &str| Squad {
        code: code.into(),
        name: "一分队".into(),
        town: "460105".into(),
        composition: Composition { police: 1, auxiliaries: 2, officers: 2, assistants: 4 },
        agencies: vec!["公安".into(), "城管".into()],
        vehicles: Squad::vehicles_of("巡逻车×1;电动车 x 2"),
    };
    let mut plan = Plan {
        name: "示意".into(),
        coverage: built.coverage,
        tiers: vec![Arc::new(grid), Arc::new(unit)],
        base: 1,
        squads: [squad("A"), squad("B")].into_iter().collect(),
        ..Plan::default()
    };
    plan.beats.set(ZoneId(1), Some(SquadId(1)));
    plan.incidents = Arc::new(incidents());
    plan.references = vec![Arc::new(Reference {
        name: "道路".into(),
        features: [
            (Shape::Lines(vec![square(0, 0, 3), square(5, 5, 3)]), json!({"w": 3.5}).as_object().unwrap().clone()),
            (Shape::Points(square(0, 0, 3)), serde_json::Map::default()),
            (Shape::Rings(vec![square(0, 0, 3)]), serde_json::Map::default()),
        ]
        .into(),
        visible: false,
        opacity: 0.25,
    })];
    plan
}

fn incidents() -> Incidents {
    let mut incidents = Incidents::default();
    for (number, placement) in ["编号1", "", "c"].iter().zip([Placement::Point, Placement::Code, Placement::Nowhere])
    {
        incidents.numbers.push_str(number);
        incidents.number_ends.push(incidents.numbers.len() as u32);
        incidents.points.push(Point::new(1_103_300_001, 200_200_002));
        incidents.placement.push(placement);
        let text = incidents.fields.index_of(number);
        for column in [
            &mut incidents.place,
            &mut incidents.field,
            &mut incidents.class,
            &mut incidents.source,
            &mut incidents.state,
        ] {
            column.push(text);
        }
        for column in [
            &mut incidents.reported,
            &mut incidents.filed,
            &mut incidents.due,
            &mut incidents.handled,
            &mut incidents.closed,
        ] {
            column.push(Minute(i32::from(text) - 1));
        }
    }
    incidents
}

fn save(plan: &Plan, path: &Path) -> Saved {
    // What stands there is the plan's own file.
    let own = project::Stamp::of(path).ok();
    project::save(plan, &History::default(), path, own.as_ref(), &Progress::default()).unwrap()
}

fn refused(path: &Path) -> String {
    match project::open(path, &Progress::default()) {
        Err(OpenError::Failed { text, .. }) => text.en,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_project_comes_back_whole() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("方案.gpkg");
    let plan = plan();
    let saved = save(&plan, &path);
    assert_eq!(saved.aside, None);
    let opened = project::open(&path, &Progress::default()).unwrap();
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    assert_eq!(opened.stamp, saved.stamp);
    assert_eq!(opened.plan.canonical_hash(), plan.canonical_hash());
    assert_eq!(opened.plan, plan);
    assert_eq!(opened.plan.tiers[0].zones.slots(), 3, "ids are never used twice");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
}

#[test]
fn other_programs_open_the_layers() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    save(&plan(), &path);
    let Ok(output) = Command::new("ogrinfo").args(["-ro", "-al"]).arg(&path).output() else {
        return println!("SKIPPED: ogrinfo is not installed");
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{err}");
    for line in [
        "Layer name: 单元网格",
        "Geometry: Multi Polygon",
        "Feature Count: 4",
        "ID[\"EPSG\",4326]",
        "pop: Integer64 (0.0)",
        "name (String) = 金贸\"一\"",
        "x (Real) = 0.3",
        "fid_2 (Boolean",
        "Layer name: wangge_tier",
    ] {
        let line = if line.starts_with("fid_2") { "fid_2: Integer(Boolean)" } else { line };
        assert!(out.contains(line), "{line} is not in\n{out}");
    }
}

#[test]
fn a_newer_a_foreign_and_a_torn_file_are_refused_in_words() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    save(&plan(), &path);
    let whole = std::fs::read(&path).unwrap();
    let edit = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    edit("UPDATE wangge_project SET value = '99' WHERE key = 'schema'");
    assert!(refused(&path).contains("newer Wangge"), "{}", refused(&path));
    edit("DROP TABLE wangge_node");
    assert!(refused(&path).contains("another program"));
    // Ours, and tampered with.
    edit("CREATE VIEW wangge_node AS SELECT 1 AS id, 2 AS x, 3 AS y, x'00' AS edges");
    assert!(refused(&path).contains("damaged"), "{}", refused(&path));
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(refused(&path).contains("damaged"));
    std::fs::write(&path, b"<html>").unwrap();
    assert!(refused(&path).contains("no project"));
    std::fs::write(&path, b"").unwrap();
    assert!(refused(&path).contains("empty"));
    assert!(refused(folder.path()).contains("folder"));
    assert!(refused(&folder.path().join("none.gpkg")).contains("no such file"));
    // Any byte may be wrong: words or a plan, never a panic.
    let mut seed = 7_u64;
    for _ in 0..60 {
        let mut torn = whole.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 20) as usize % torn.len();
            torn[at] ^= (seed >> 8) as u8 | 1;
        }
        std::fs::write(&path, &torn).unwrap();
        let _either = project::open(&path, &Progress::default());
    }
}

#[test]
fn a_coverage_that_does_not_hold_is_refused() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    for sql in [
        "UPDATE wangge_border SET left_face = 999999 WHERE id = 0",
        "UPDATE wangge_face SET doubled_area = '12'",
        "UPDATE wangge_border SET points = x'00'",
        "UPDATE wangge_tier SET zone_slots = 1",
        "UPDATE wangge_project SET value = '4000000000' WHERE key = 'face_slots'",
        "UPDATE wangge_incidents SET data = x'' WHERE name = 'class'",
        "UPDATE wangge_beat SET squad = 77",
    ] {
        save(&plan(), &path);
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        assert!(refused(&path).contains("damaged"), "{sql}");
    }
}

#[test]
fn a_layer_changed_by_another_program_is_noted_and_the_plan_stays() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let plan = plan();
    save(&plan, &path);
    let db = rusqlite::Connection::open(&path).unwrap();
    // The other program brings the functions of these triggers along; here they are only in the way.
    let trigger = |number: u8| format!("DROP TRIGGER \"rtree_单元网格_geom_update{number}\";");
    db.execute_batch(&[trigger(3), trigger(4), "UPDATE 单元网格 SET name = 'x' WHERE fid = 1".into()].concat())
        .unwrap();
    drop(db);
    let opened = project::open(&path, &Progress::default()).unwrap();
    assert_eq!(opened.notes.len(), 1);
    assert_eq!(opened.plan, plan);
}

#[test]
fn what_others_saved_meanwhile_is_kept() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let plan = plan();
    let first = save(&plan, &path);
    let theirs = Plan { name: "theirs".into(), ..plan.clone() };
    save(&theirs, &path);
    let saved = project::save(&plan, &History::default(), &path, Some(&first.stamp), &Progress::default()).unwrap();
    assert_eq!(saved.path, folder.path().join("plan-2.gpkg"));
    assert!(saved.aside.unwrap().en.contains("somebody saved"));
    assert_eq!(project::open(&path, &Progress::default()).unwrap().plan, theirs);
    assert_eq!(project::open(&saved.path, &Progress::default()).unwrap().plan, plan);
    std::fs::write(folder.path().join("plan.gpkg-wal"), b"log").unwrap();
    let held = save(&plan, &path);
    assert!(held.aside.unwrap().en.contains("another program holds"));
}

#[test]
fn a_save_that_fails_leaves_the_old_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let plan = plan();
    save(&plan, &path);
    let before = std::fs::read(&path).unwrap();
    let progress = Progress::default();
    progress.cancel();
    project::save(&plan, &History::default(), &path, None, &progress).unwrap_err();
    let missing =
        project::save(&plan, &History::default(), &folder.path().join("no/x.gpkg"), None, &Progress::default());
    assert!(missing.unwrap_err().to_string().contains("the folder is not there"));
    assert!(project::save(&plan, &History::default(), folder.path(), None, &Progress::default()).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_export_reads_again_the_same() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("单元.geojson");
    let plan = plan();
    let write = |options: &export::ExportOptions| {
        export::write(wangge::io::layer::Format::GeoJson, &plan, 1, &path, options, &Progress::default()).unwrap()
    };
    let done = write(&export::ExportOptions::default());
    assert_eq!(done.features, 4);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 4 + 2, "one feature a line");
    let read: geojson::FeatureCollection = text.parse().unwrap();
    assert_eq!(read.features.len(), 4, "a strict reader takes it");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let first = &value["features"][0];
    let keys: Vec<&String> = first["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["dm", "pop", "x", "名", "name"]);
    assert_eq!((&first["id"], &first["properties"]["x"]), (&json!(7), &json!(0.1 + 0.2)));
    assert_eq!(value["features"][1]["extra"], json!([1, {"a": 2}]));
    assert_eq!(value["features"][1]["properties"]["dm"], json!(460_105_002), "a number stays a number");
    assert_eq!(value["features"][1]["geometry"]["type"], "MultiPolygon");
    assert_eq!(first["geometry"]["coordinates"].as_array().unwrap().len(), 2, "the lake is a hole");
    // The same land, by a reader of its own, builds the same coverage again.
    let areas = crate::topology::areas_of(&path);
    let again = build(&areas, &[], None, &Progress::default()).unwrap();
    assert_eq!(again.coverage.doubled_area(), plan.coverage.doubled_area());
    assert_eq!(again.coverage.faces().count(), plan.coverage.faces().count());
    for ring in 0..areas.ring_ends.len() {
        let closed = areas.ring(ring);
        assert!(wangge::geometry::doubled_area(closed) != 0);
    }
    let parts = write(&export::ExportOptions { polygons_only: true, ..Default::default() });
    assert_eq!((parts.features, parts.notes.len()), (5, 1));
    assert!(!std::fs::read_to_string(&path).unwrap().contains("MultiPolygon"));
}

/// Paints a face to and fro, the shortest command there is.
fn step(plan: &Plan, number: i64) -> (Plan, Record) {
    let (face, owner) = (FaceId(0), plan.tiers[0].owner_of(FaceId(0)));
    let next = Some(ZoneId(1 - owner.unwrap().0));
    let record = Record {
        sentence: Text::new(format!("step {number}"), format!("第 {number} 步")),
        time: number,
        changes: vec![Change::Owner(0, face, owner, next)],
        selection: Vec::new(),
        camera: None,
    };
    (record.redo(plan), record)
}

#[test]
fn work_not_saved_comes_back_with_its_undos() {
    let folder = tempdir().unwrap();
    let (file, copy) = (folder.path().join("plan.gpkg"), folder.path().join("state/plan.journal"));
    let start = plan();
    let saved = save(&start, &file);
    let (one, first) = step(&start, 1);
    let (two, second) = step(&one, 2);
    let none = History::default();
    let of_file = Some((file.as_path(), &saved.stamp));
    for (base, known) in [
        (Base::File(&file, &saved.stamp), true),
        (Base::Plan(&start, &none, None), false),
        (Base::Plan(&start, &none, of_file), true),
    ] {
        let journal = Journal::begin(&copy, base).unwrap();
        assert!(matches!(journal::recover(&copy, &Progress::default()), Err(JournalError::InUse)));
        journal.append(&first).unwrap();
        journal.append(&second).unwrap();
        journal.undone(1).unwrap();
        journal.sync().unwrap();
        drop(journal);
        let back = journal::recover(&copy, &Progress::default()).unwrap().unwrap();
        assert_eq!(back.plan.canonical_hash(), one.canonical_hash());
        assert_eq!((back.history.records().len(), back.history.standing(), back.steps), (2, 1, 3));
        assert_eq!(back.history.clone().redo(&back.plan).unwrap().0, two);
        assert_eq!(back.file, known.then(|| (file.clone(), saved.stamp.clone())), "where it is to be saved");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&copy), mode(copy.parent().unwrap())), (0o600, 0o700));
    }
    Journal::begin(&copy, Base::File(&file, &saved.stamp)).unwrap().finish().unwrap();
    assert!(journal::recover(&copy, &Progress::default()).unwrap().is_none());
}

/// The child of the next test: works until it is killed. Does nothing when the tests are run by hand.
#[test]
fn worker() {
    let Some(copy) = std::env::var_os("WANGGE_TEST_WORKER") else { return };
    let mut plan = plan();
    let journal = Journal::begin(Path::new(&copy), Base::Plan(&plan, &History::default(), None)).unwrap();
    for number in 1.. {
        let (next, record) = step(&plan, number);
        journal.append(&record).unwrap();
        plan = next;
        eprintln!("did {number}");
        if number % 100 == 0 {
            journal.sync().unwrap();
        }
    }
}

#[test]
fn a_killed_program_loses_the_stroke_in_hand_at_most() {
    use std::io::{BufRead as _, BufReader};
    for stop in [1, 2, 7, 40, 99, 101, 250] {
        let folder = tempdir().unwrap();
        let copy = folder.path().join("plan.journal");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["project::worker", "--exact", "--nocapture"])
            .env("WANGGE_TEST_WORKER", &copy)
            .stderr(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = |line: &str| line.strip_prefix("did ").and_then(|number| number.parse::<usize>().ok());
        while lines.next().unwrap().unwrap().as_str() != format!("did {stop}") {}
        child.kill().unwrap();
        let last = lines.map_while(Result::ok).filter_map(|line| told(&line)).last().unwrap_or(stop);
        child.wait().unwrap();
        let back = journal::recover(&copy, &Progress::default()).unwrap().unwrap();
        assert!(back.steps >= last && back.steps <= last + 1, "{} of {last}", back.steps);
        let mut wanted = plan();
        for number in 1..=back.steps {
            wanted = step(&wanted, number as i64).0;
        }
        assert_eq!(back.plan.canonical_hash(), wanted.canonical_hash());
        // A torn log: a prefix of the work, or words; never a panic.
        let log = folder.path().join("plan.journal-wal");
        if let Ok(bytes) = std::fs::read(&log) {
            for part in 0..8 {
                std::fs::write(&log, &bytes[..bytes.len() * part / 8]).unwrap();
                if let Ok(Some(torn)) = journal::recover(&copy, &Progress::default()) {
                    assert!(torn.steps <= back.steps);
                }
            }
        }
    }
}
