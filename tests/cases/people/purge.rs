//! People are taken out for good: marks are planted everywhere, purged, and looked for in all bytes.

use std::path::{Path, PathBuf};

use wangge::base::{Problem, Progress, Rule, Severity, Text};
use wangge::edit::Command;
use wangge::io::journal::{self, Base, Journal};
use wangge::io::project::{self, Opened};
use wangge::model::{Accepted, Plan, ZoneId};

use super::found::office;
use crate::cases::{json, wangge};
use crate::edit::apply;

/// What must not be found: names in columns, telephones, what planners wrote of somebody.
const MARKS: [&str; 6] = ["欧阳标记", "1380013800", "13900139000", "理由标记", "版本标记", "编辑标记"];

/// Files below a folder that are the program's own: not what it was given, and no package that is out.
fn own_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let given = path.extension().is_some_and(|ending| ending == "geojson") || path.ends_with("out");
        if path.is_dir() && !given {
            files.extend(own_files(&path));
        } else if !given {
            files.push(path);
        }
    }
    files
}

/// Marks in the bytes of a file, in every way a text is written.
fn marks_in(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap();
    let mut all = vec![bytes.clone()];
    if let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(bytes.clone())) {
        for at in 0..zip.len() {
            let mut part = Vec::new();
            std::io::copy(&mut zip.by_index(at).unwrap(), &mut part).unwrap();
            all.push(part);
        }
    }
    if let Ok(db) = rusqlite::Connection::open(path)
        && let Ok(mut tables) = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    {
        let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().filter_map(Result::ok).collect();
        for name in names {
            let Ok(mut rows) = db.prepare(&format!("SELECT * FROM \"{name}\"")) else { continue };
            let columns = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Ok(Some(row)) = rows.next() {
                for column in 0..columns {
                    match row.get_ref(column).unwrap() {
                        rusqlite::types::ValueRef::Text(text) => all.push(text.to_vec()),
                        rusqlite::types::ValueRef::Blob(blob) => all.push(blob.to_vec()),
                        _ => {}
                    }
                }
            }
        }
    }
    let forms = |mark: &str| -> Vec<Vec<u8>> {
        let wide: Vec<u16> = mark.encode_utf16().collect();
        let escaped: String = wide.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        vec![
            mark.as_bytes().to_vec(),
            wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            encoding_rs::GB18030.encode(mark).0.into_owned(),
            escaped.into_bytes(),
        ]
    };
    let holds =
        |form: &Vec<u8>| all.iter().any(|part| part.windows(form.len()).any(|window| window == form.as_slice()));
    MARKS.iter().filter(|mark| forms(mark).iter().any(holds)).map(|mark| (*mark).to_owned()).collect()
}

fn renamed(plan: &Plan, zone: u32, name: &str, who: &str) -> Command {
    let (tier, grids) = plan.tier_named("grid").unwrap();
    let value = grids.zones.get(ZoneId(zone)).unwrap();
    let mut attributes = (*value.attributes).clone();
    attributes.insert("负责人".into(), who.into());
    Command::SetZone { tier, zone: ZoneId(zone), code: value.code.clone(), name: name.into(), attributes }
}

/// Plants marks in the history, in versions, in accepted reasons, in what reading found, and saves.
fn plant(path: &Path) {
    let Opened { mut plan, mut history, stamp, .. } = project::open(path, &Progress::default()).unwrap();
    for (zone, who) in [(1, "编辑标记甲"), (1, "编辑标记乙"), (2, "编辑标记丙")] {
        let done = apply(&plan, &renamed(&plan, zone, "改名", who)).unwrap();
        history.push(done.record);
        plan = done.plan;
    }
    history.name("版本标记", 1, "");
    let mut settings = (*plan.settings).clone();
    settings.accepted.insert("overlap|grid||".into(), Accepted { reason: "理由标记:找欧阳标记3".into(), time: 1 });
    let done = apply(&plan, &Command::SetSettings { settings: Box::new(settings) }).unwrap();
    history.push(done.record);
    plan = done.plan;
    let mut intake = (*plan.intake).clone();
    let reason = Text::new("feature 3: 欧阳标记3, 13900139000", "第 3 个要素:欧阳标记3");
    intake.findings.push(Problem::new(Rule::BadValue, Severity::Note, reason));
    plan.intake = std::sync::Arc::new(intake);
    project::save(&plan, &history, path, Some(&stamp), &Progress::default()).unwrap();
}

#[test]
fn purge_leaves_nobody_in_any_byte() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    office(folder);
    assert!(wangge(folder, &["hand-out", "office.gpkg", "-o", "out"]).status.success());
    let path = folder.join("office.gpkg");
    plant(&path);
    // A working copy with work that was not saved, left by a killed window.
    let state = folder.join("state/wangge");
    let copy = journal::path_of(&state, Some(&path));
    let Opened { plan, stamp, .. } = project::open(&path, &Progress::default()).unwrap();
    let journal = Journal::begin(&copy, Base::File(&path, &stamp)).unwrap();
    let done = apply(&plan, &renamed(&plan, 4, "未保存的改名", "编辑标记丁")).unwrap();
    journal.append(&done.record).unwrap();
    drop(journal);
    // The search finds what was planted, and where.
    let found = |path: &Path| marks_in(path);
    assert_eq!(found(&path).len(), MARKS.len(), "{:?}", found(&path));
    assert!(own_files(&state).iter().any(|file| found(file).contains(&"编辑标记".to_owned())));

    let output = wangge(folder, &["purge", "office.gpkg", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = json(&output);
    for file in own_files(folder) {
        assert_eq!(found(&file), Vec::<String>::new(), "{}", file.display());
    }
    // What it says it did.
    let columns = answer["columns"].to_string();
    assert!(["负责人", "电话", "备注"].iter().all(|key| columns.contains(key)), "{answer}");
    assert_eq!((&answer["steps"], &answer["versions"]), (&4.into(), &1.into()));
    assert_eq!(answer["packages"].as_array().unwrap().len(), 1, "{answer}");
    assert!(!copy.exists());
    // The plan is what it was but for people, and undo begins here.
    let after = project::open(&path, &Progress::default()).unwrap();
    assert!(after.history.steps().next().is_none() && after.plan.settings.purged.is_some());
    let (_, grids) = after.plan.tier_named("grid").unwrap();
    assert_eq!(grids.zones.iter().count(), 9);
    assert_eq!(grids.zones.get(ZoneId(1)).unwrap().name, "改名");
    assert_eq!(after.plan.coverage, plan.coverage);
    // Nor was the work lost that was not saved.
    let aside = folder.join("office-unsaved.gpkg");
    let aside = project::open(&aside, &Progress::default()).unwrap().plan;
    assert_eq!(aside.tier_named("grid").unwrap().1.zones.get(ZoneId(4)).unwrap().name, "未保存的改名");
}

#[test]
fn purge_of_a_project_that_a_window_has_open_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    office(folder);
    let path = folder.join("office.gpkg");
    let before = std::fs::read(&path).unwrap();
    let hold = wangge::io::hold::hold(&journal::path_of(&folder.join("state/wangge"), Some(&path))).unwrap();
    let output = wangge(folder, &["purge", "office.gpkg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("open in another window"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    drop(hold);
    assert!(wangge(folder, &["purge", "office.gpkg"]).status.success());
}

/// F11: where nobody is, nothing is done, and that is said.
#[test]
fn f11_purge_of_a_plan_without_people_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let zones = crate::cases::nine();
    let args = ["export", zones.to_str().unwrap(), "--format", "project", "--accept", "ok", "-o", "p.gpkg"];
    assert!(wangge(folder, &args).status.success());
    let path = folder.join("p.gpkg");
    let Opened { mut plan, mut history, stamp, .. } = project::open(&path, &Progress::default()).unwrap();
    let named = |zone: u32, name: &str| {
        let (tier, zones) = plan.tiers.iter().enumerate().next().map(|(at, tier)| (at, &tier.zones)).unwrap();
        let value = zones.get(ZoneId(zone)).unwrap();
        let attributes = (*value.attributes).clone();
        Command::SetZone { tier, zone: ZoneId(zone), code: value.code.clone(), name: name.into(), attributes }
    };
    let done = apply(&plan, &named(1, "改名")).unwrap();
    history.push(done.record);
    history.name("初稿", 1, "");
    plan = done.plan;
    project::save(&plan, &history, &path, Some(&stamp), &Progress::default()).unwrap();
    let before: Vec<(PathBuf, Vec<u8>)> = own_files(folder)
        .into_iter()
        .filter(|file| !file.starts_with(folder.join("state")))
        .map(|file| (file.clone(), std::fs::read(&file).unwrap()))
        .collect();
    assert!(before.len() >= 2, "a project and its backup");
    let output = wangge(folder, &["purge", "p.gpkg"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was changed"));
    let answer = json(&wangge(folder, &["purge", "p.gpkg", "--json"]));
    assert_eq!((&answer["nobody"], &answer["steps"]), (&true.into(), &0.into()), "{answer}");
    for (file, bytes) in before {
        assert!(std::fs::read(&file).unwrap() == bytes, "{}", file.display());
    }
}

/// Attack I: cells that name several, with numbers, titles and blanks, in lists, in members and in JSON as text.
#[test]
fn attacks_i_purge_finds_names_however_a_cell_holds_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cells = [
        serde_json::json!("张双甲、李双乙"),
        serde_json::json!("钱带号 13812345678"),
        serde_json::json!("孙括号(组长)"),
        serde_json::json!("郑 空格"),
        serde_json::json!({"name": "周嵌套"}),
        serde_json::json!(["吴列表"]),
        serde_json::json!("普通人"),
        serde_json::json!("普通人"),
        serde_json::json!("普通人"),
    ];
    let people = ["张双甲", "李双乙", "钱带号", "孙括号", "郑空格", "周嵌套", "吴列表", "王文本"];
    super::found::zones(folder, |at| {
        serde_json::json!({
            "网格员": cells[at], "备注": format!("找{}", people.join("和")), "更多": "{\"联系人\": \"王文本\"}",
        })
    });
    let args = ["export", "zones.geojson", "--personal", "--format", "project", "--accept", "ok", "-o", "p.gpkg"];
    assert!(wangge(folder, &args).status.success());
    std::fs::remove_file(folder.join("zones.geojson")).unwrap();
    assert!(wangge(folder, &["purge", "p.gpkg"]).status.success());
    let bytes = String::from_utf8_lossy(&std::fs::read(folder.join("p.gpkg")).unwrap()).into_owned();
    for person in people {
        assert!(!bytes.contains(person), "{person}");
    }
    assert!(bytes.contains("测试1网格") && bytes.contains("找***"));
}
