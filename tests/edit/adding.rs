//! Layers added to a plan that is open: one command, undone like any other, and a clear word where they do not fit.

use std::fmt::Write as _;
use std::path::PathBuf;

use std::sync::Arc;

use wangge::base::{Progress, Rule};
use wangge::edit::{Context, Done};
use wangge::io::open::{Added, add};
use wangge::io::{OpenError, Options, open};
use wangge::model::{Plan, Role};
use wangge::topology::scan;

use super::check;

/// A folder with files by name.
fn folder(files: &[(&str, String)]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let paths = paths.collect();
    (folder, paths)
}

/// Squares of a hundredth of a degree in a row, from a column on: each a feature with a code and a name.
fn squares(kind: &str, places: &[(i32, i32)]) -> String {
    let mut features = String::new();
    for (number, (from, to)) in places.iter().enumerate() {
        let (west, east) = (110.0 + f64::from(*from) * 0.01, 110.0 + f64::from(*to) * 0.01);
        let ring = format!("[{west},20],[{east},20],[{east},20.01],[{west},20.01],[{west},20]");
        let comma = if number == 0 { "" } else { "," };
        write!(
            features,
            r#"{comma}{{"type":"Feature","properties":{{"code":"{kind}{number}","name":"{kind} {number}"}},
               "geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
        .unwrap();
    }
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn base() -> Plan {
    let (_kept, paths) = folder(&[("units.geojson", squares("u", &[(0, 1), (1, 2), (2, 3), (3, 4)]))]);
    open(&paths, &Options::default(), &Progress::default()).unwrap().plan
}

fn added(plan: &Plan, files: &[(&str, String)]) -> Result<(Done, Added), OpenError> {
    let (_kept, paths) = folder(files);
    let added = add(plan, &paths, &Options::default(), &Progress::default())?;
    let near = scan(&plan.coverage);
    let done = added.addition.clone().apply(plan, &Context { near: &near, time: 1, camera: None }).unwrap();
    check(plan, &done);
    Ok((done, added))
}

const TABLE: &str = "任务号,经度,纬度,问题来源,上报时间,处置状态\nA1,110.005,20.005,巡查,2025-03-04 08:00,结案\n\
                     A2,110.025,20.005,热线,2025-03-04 22:00,处置\n";
const WALK: &str = r#"<gpx version="1.1"><trk><trkseg><trkpt lat="20.002" lon="110.001"/>
    <trkpt lat="20.008" lon="110.039"/></trkseg></trk></gpx>"#;

#[test]
fn a_tier_a_track_and_incidents_come_as_one_command_and_go_again() {
    let plan = base();
    let towns = squares("t", &[(0, 2), (2, 4)]);
    let (done, read) =
        added(&plan, &[("towns.geojson", towns), ("walk.gpx", WALK.into()), ("案件.csv", TABLE.into())]).unwrap();
    let Done { plan: now, record } = &done;
    assert_eq!((now.tiers.len(), now.references.len(), now.incidents.len()), (2, 1, 2), "{:?}", read.problems);
    let (at, towns) = now.tier_of(Role::Town).unwrap();
    assert_eq!((at, towns.zones.iter().count(), towns.locked), (1, 2, true));
    assert_eq!(towns.faces_of(towns.by_code("t1").unwrap()).len(), 2);
    assert_eq!(record.sentence.en, "Added towns, walk, 2 incidents");
    // Once more: names are taken, incidents stand behind.
    let (again, _) = added(now, &[("walk.gpx", WALK.into()), ("more.csv", TABLE.into())]).unwrap();
    assert_eq!(again.plan.references[1].name, "walk 2");
    assert_eq!(again.plan.incidents.len(), 4);
    assert_eq!(again.plan.incidents.get(3).unwrap().source, "热线");
    assert_eq!(again.record.undo(&again.plan).incidents, now.incidents);
}

#[test]
fn zones_that_do_not_fit_the_faces_are_drawn_and_said() {
    let plan = base();
    let (done, read) = added(&plan, &[("beats.geojson", squares("b", &[(0, 1), (1, 4)]))]).unwrap();
    assert_eq!((done.plan.tiers.len(), read.problems.len()), (2, 0), "{:?}", read.problems);
    // Their border goes through the middle of a face.
    let half = squares("h", &[(0, 3)]).replace("110.03", "110.025");
    let (done, read) = added(&plan, &[("halves.geojson", half)]).unwrap();
    assert_eq!((done.plan.tiers.len(), done.plan.references.len()), (1, 1));
    let said = read.problems.iter().find(|problem| problem.rule == Rule::OutsideParent).unwrap();
    assert!(said.reason.en.contains("kept as a reference layer"), "{}", said.reason.en);
    assert!(said.remedies.is_empty());
}

#[test]
fn what_lies_elsewhere_or_is_no_layer_is_refused_with_the_reason() {
    let plan = base();
    let why = |files: &[(&str, String)]| added(&plan, files).map(|_| ()).unwrap_err().to_string();
    let far = squares("f", &[(300, 301)]);
    let told = why(&[("far.geojson", far.clone())]);
    assert!(told.contains("km away"), "{told}");
    // What is near is taken all the same.
    let (done, read) = added(&plan, &[("far.geojson", far), ("walk.gpx", WALK.into())]).unwrap();
    assert_eq!((done.plan.tiers.len(), done.plan.references.len()), (1, 1));
    assert!(read.problems.iter().any(|problem| problem.reason.en.contains("km away")));
    let saved = tempfile::tempdir().unwrap();
    let project = saved.path().join("plan.gpkg");
    let history = wangge::edit::History::default();
    wangge::io::project::save(&plan, &history, &project, None, &Progress::default()).unwrap();
    let error = add(&plan, &[project], &Options::default(), &Progress::default()).unwrap_err();
    assert!(error.to_string().contains("whole plan"), "{error}");
}

#[test]
fn an_addition_is_in_the_project_and_its_history() {
    let plan = base();
    let (done, _) = added(&plan, &[("walk.gpx", WALK.into()), ("案件.csv", TABLE.into())]).unwrap();
    let mut history = wangge::edit::History::default();
    history.push(done.record);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    wangge::io::project::save(&done.plan, &history, &path, None, &Progress::default()).unwrap();
    let mut back = wangge::io::project::open(&path, &Progress::default()).unwrap();
    assert_eq!(back.plan, done.plan);
    let (undone, _) = back.history.undo(&back.plan).unwrap();
    assert_eq!(undone.canonical_hash(), plan.canonical_hash());
    assert!(undone.references.is_empty() && undone.incidents.is_empty());
    // A layer that was hidden before saving is the same layer.
    let mut hidden = done.plan;
    Arc::make_mut(&mut hidden.references[0]).visible = false;
    let own = wangge::io::project::Stamp::of(&path).ok();
    wangge::io::project::save(&hidden, &history, &path, own.as_ref(), &Progress::default()).unwrap();
    let mut back = wangge::io::project::open(&path, &Progress::default()).unwrap();
    assert!(!back.plan.references[0].visible);
    let (undone, _) = back.history.undo(&back.plan).unwrap();
    assert!(undone.references.is_empty());
}
