//! What a plan is checked for: forms of codes, severities, bands, and the rules that look at zones as shapes.

use std::path::{Path, PathBuf};
use std::process::Command;

use wangge::base::{Level, Problem, Progress, Rule, Severity};
use wangge::check;
use wangge::edit::History;
use wangge::io::{Options, Policy, open, project};
use wangge::model::{Checking, CodeForm, Plan, Settings};

/// Rings in degrees.
type Rings = Vec<Vec<[f64; 2]>>;

/// A square of so many thousandths of a degree at a place in thousandths from 110 E, 20 N.
fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
    ring(&[[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
}

fn ring(corners: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let at = |[x, y]: [f64; 2]| [110.0 + x / 1000.0, 20.0 + y / 1000.0];
    corners.iter().chain(corners.first()).map(|&corner| at(corner)).collect()
}

/// Writes a layer: code, name and rings of each zone.
fn layer(folder: &Path, name: &str, zones: &[(&str, &str, Rings)]) -> PathBuf {
    let feature = |(code, name, rings): &(&str, &str, Rings)| {
        serde_json::json!({"type": "Feature", "properties": {"code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": rings}})
    };
    let features: Vec<_> = zones.iter().map(feature).collect();
    let path = folder.join(name);
    std::fs::write(&path, serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
    path
}

/// A town of 20 by 10 with four grids of 5 by 10 and codes good and bad.
fn town(folder: &Path) -> [PathBuf; 2] {
    let grid =
        |code, name, at: f64| (code, name, vec![ring(&[[at, 0.0], [at + 5.0, 0.0], [at + 5.0, 10.0], [at, 10.0]])]);
    let towns = layer(
        folder,
        "towns.geojson",
        &[("460105001", "甲镇", vec![ring(&[[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [0.0, 10.0]])])],
    );
    let grids = layer(
        folder,
        "grids.geojson",
        &[
            grid("460105001001", "一格", 0.0),
            grid("460105002002", "二格", 5.0),
            grid("46010500103", "三格", 10.0),
            grid("A4", "三格", 15.0),
        ],
    );
    [towns, grids]
}

fn opened(files: &[PathBuf], checking: Checking) -> (Plan, Vec<Problem>) {
    let opened = open(files, &Options { checking, ..Options::default() }, &Progress::default()).unwrap();
    (opened.plan, opened.problems)
}

fn of(problems: &[Problem], rule: Rule) -> Vec<&Problem> {
    problems.iter().filter(|problem| problem.rule == rule).collect()
}

#[test]
fn codes_are_judged_by_the_form_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let files = town(folder.path());
    let asked = |tier: &str, form| Checking { codes: [(tier.to_owned(), form)].into(), ..Checking::default() };
    assert_eq!(of(&opened(&files, Checking::default()).1, Rule::MalformedCode), Vec::<&Problem>::new());
    // Two are not twelve digits, one is those of another town.
    let (plan, problems) = opened(&files, asked("grid", CodeForm::BelowTown));
    let found = of(&problems, Rule::MalformedCode);
    assert_eq!(
        found.iter().map(|problem| problem.zones.clone()).collect::<Vec<_>>(),
        [vec!["46010500103".to_owned(), "A4".to_owned()], vec!["460105002002".to_owned()]]
    );
    assert!(found.iter().all(|problem| problem.severity == Severity::Error && problem.place.is_some()));
    // The tier is remembered by its own name.
    let (_, grids) = plan.tier_named("grid").unwrap();
    assert_eq!(plan.settings.checking.form(&grids.name), CodeForm::BelowTown);
    let all_wrong = opened(&files, asked("grid", CodeForm::Fifteen)).1;
    assert_eq!(of(&all_wrong, Rule::MalformedCode)[0].zones.len(), 4);
    assert_eq!(of(&opened(&files, asked("town", CodeForm::BelowTown)).1, Rule::MalformedCode).len(), 1);
}

#[test]
fn names_that_stand_twice_below_one_parent_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let problems = opened(&town(folder.path()), Checking::default()).1;
    let found = of(&problems, Rule::DuplicateName);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].zones, ["46010500103", "A4"]);
}

#[test]
fn severities_are_set_by_hand_obeyed_by_the_gate_and_kept_with_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let files = town(folder.path());
    let levels = [(Rule::DuplicateName, Level::Error), (Rule::MalformedCode, Level::Off)].into();
    let codes = [("grid".to_owned(), CodeForm::Fifteen)].into();
    let (plan, problems) = opened(&files, Checking { levels, codes, band_percent: Some(20.0) });
    assert!(of(&problems, Rule::MalformedCode).is_empty());
    let (at, _) = plan.tier_named("grid").unwrap();
    let gate = check::gate(&plan, at);
    assert_eq!(gate.blocking.iter().map(|problem| problem.rule).collect::<Vec<_>>(), [Rule::DuplicateName]);
    let path = folder.path().join("plan.gpkg");
    let saved = project::save(&plan, &History::default(), &path, None, &Progress::default()).unwrap();
    let again = project::open(&saved.path, &Progress::default()).unwrap().plan;
    assert_eq!(again.settings.checking, plan.settings.checking);
    assert_eq!(check::plan(&again), check::plan(&plan));
    // What was never asked for is not written.
    assert!(!serde_json::to_string(&Settings::default()).unwrap().contains("checking"));
}

#[test]
fn a_zone_inside_another_is_an_enclave() {
    let folder = tempfile::tempdir().unwrap();
    let hole = |x, y, side| square(x, y, side).into_iter().rev().collect::<Vec<_>>();
    let file = layer(
        folder.path(),
        "grids.geojson",
        &[
            ("1", "外", vec![square(0.0, 0.0, 30.0), hole(10.0, 10.0, 5.0)]),
            ("2", "内", vec![square(10.0, 10.0, 5.0)]),
            ("3", "旁", vec![square(30.0, 0.0, 30.0)]),
        ],
    );
    let problems = opened(&[file], Checking::default()).1;
    let found = of(&problems, Rule::Enclave);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].zones, ["2", "1"]);
    assert_eq!(found[0].severity, Severity::Note);
}

#[test]
fn a_zone_that_hangs_together_by_a_few_metres_has_a_neck() {
    let folder = tempfile::tempdir().unwrap();
    // The second block stands higher, so that the two share 0.05 thousandths of a degree: 5.5 m.
    let low = ring(&[[0.0, 0.0], [10.0, 0.0], [10.0, 9.95], [10.0, 10.0], [0.0, 10.0]]);
    let high = ring(&[[10.0, 9.95], [20.0, 9.95], [20.0, 20.0], [10.0, 20.0], [10.0, 10.0]]);
    let blocks =
        layer(folder.path(), "blocks.geojson", &[("1", "甲", vec![low.clone()]), ("2", "乙", vec![high.clone()])]);
    let whole = ring(&[
        [0.0, 0.0],
        [10.0, 0.0],
        [10.0, 9.95],
        [20.0, 9.95],
        [20.0, 20.0],
        [10.0, 20.0],
        [10.0, 10.0],
        [0.0, 10.0],
    ]);
    let grids = layer(folder.path(), "grids.geojson", &[("9", "细格", vec![whole])]);
    let problems = opened(&[blocks, grids], Checking::default()).1;
    let found = of(&problems, Rule::ThinNeck);
    assert_eq!(found.len(), 1, "{problems:?}");
    assert_eq!(found[0].zones, ["9"]);
    assert!(found[0].reason.zh.contains("5.5 米"), "{}", found[0].reason.zh);
}

#[test]
fn incidents_outside_and_uneven_work_are_said_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let [towns, grids] = town(folder.path());
    let table = folder.path().join("incidents.csv");
    // Ten in the first grid, one in each other, two far outside.
    let mut text = String::from("number,class,lon,lat,reported\n");
    let places = std::iter::repeat_n(110.002, 10).chain([110.007, 110.012, 110.017, 111.0, 111.0]);
    for (at, lon) in places.enumerate() {
        text.push_str(&format!("{at},噪声,{lon},20.005,2016-10-0{} 08:00\n", at % 7 + 1));
    }
    std::fs::write(&table, text).unwrap();
    let files = [towns, grids, table];
    let problems = opened(&files, Checking::default()).1;
    let outside = of(&problems, Rule::IncidentsOutside);
    assert_eq!(outside.len(), 1);
    assert!(outside[0].reason.en.starts_with("2 of 15 incidents lie in no zone: 0 in unowned land, 2 outside"));
    assert!(of(&problems, Rule::OutOfBand).is_empty());
    let problems = opened(&files, Checking { band_percent: Some(50.0), ..Checking::default() }).1;
    assert_eq!(of(&problems, Rule::OutOfBand).len(), 4);
    assert!(of(&problems, Rule::OutOfBand)[0].reason.zh.contains("一格"));
}

fn wangge(args: &[&str], admin: Option<&Path>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wangge"));
    command.args(args).env_remove("WANGGE_ADMIN").envs(admin.map(|path| ("WANGGE_ADMIN", path)));
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn the_command_line_takes_forms_and_severities() {
    let folder = tempfile::tempdir().unwrap();
    let files = town(folder.path());
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let with = |more: &[&str]| wangge(&[&["check"], &files[..], more].concat(), None);
    assert_eq!(with(&[]).0, Some(0), "{}", with(&[]).1);
    let (code, text) = with(&["--codes", "grid=9+3"]);
    assert!(code == Some(1) && text.contains("error [malformed-code]"), "{text}");
    let (code, text) = with(&["--codes", "grid=9+3", "--severity", "malformed-code=note"]);
    assert!(code == Some(0) && text.contains("note [malformed-code]"), "{text}");
    let (code, text) = with(&["--severity", "duplicate-name=off"]);
    assert!(code == Some(0) && !text.contains("duplicate-name"), "{text}");
    assert_eq!(with(&["--codes", "grid=7"]).0, Some(2));
    assert_eq!(with(&["--severity", "gap=fatal"]).0, Some(2));
}

#[test]
fn the_administrator_can_forbid_converting_out_of_gcj() {
    let folder = tempfile::tempdir().unwrap();
    let [towns, _] = town(folder.path());
    let admin = folder.path().join("admin.json");
    let system = format!("{}=GCJ-02", towns.display());
    let open = ["check", towns.to_str().unwrap(), "--crs", &system];
    assert_eq!(wangge(&open, None).0, Some(1), "{}", wangge(&open, None).1);
    assert_eq!(wangge(&open, Some(&admin)).0, Some(1), "no file, no rule");
    for (text, why) in [
        (r#"{"convert_out_of_gcj02": false}"#, "the administrator of this machine does not allow it"),
        (r#"{"convert_out_of_gcj2": true}"#, "cannot be read"),
        ("", "cannot be read"),
    ] {
        std::fs::write(&admin, text).unwrap();
        let (code, said) = wangge(&open, Some(&admin));
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains(why) && said.contains("CGCS2000") && said.contains("admin.json"), "{said}");
        // Everything else goes on, also into GCJ-02.
        assert_eq!(wangge(&["check", towns.to_str().unwrap()], Some(&admin)).0, Some(0));
        let out = folder.path().join("out.geojson");
        let export = ["export", towns.to_str().unwrap(), "--crs-out", "GCJ-02", "-o", out.to_str().unwrap()];
        assert_eq!(wangge(&export, Some(&admin)).0, Some(0), "{}", wangge(&export, Some(&admin)).1);
    }
    std::fs::write(&admin, r#"{"convert_out_of_gcj02": true}"#).unwrap();
    assert_eq!(Policy::of(&admin), Policy::default());
    assert_eq!(wangge(&open, Some(&admin)).0, Some(1));
}
