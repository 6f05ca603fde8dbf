//! What fell in the window and in documents, a test a row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use calamine::Reader as _;
use serde_json::Value;
use wangge::base::{Progress, Rule};
use wangge::check;
use wangge::edit::{Command, Context, History, since};
use wangge::index::{Index, Located};
use wangge::io::export::{self, ExportOptions};
use wangge::io::layer::Format;
use wangge::io::project;
use wangge::measures::figures;
use wangge::model::{Computed, Naming, Plan, Reference, Role, Shape, ZoneId};
use wangge::render::symbols_of;
use wangge::topology::scan;

use super::city::{City, Dice, apply, edited, place, sample};
use crate::cases::{json, wangge};

/// The features of a tier as `GeoJSON`, by code, each a line.
fn lines(plan: &Plan, at: usize, folder: &Path) -> BTreeMap<String, String> {
    let path = folder.join("lines.geojson");
    export::write(Format::GeoJson, plan, at, &path, &ExportOptions::default(), &Progress::default()).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let code = |line: &str| {
        let value: Value = serde_json::from_str(line.trim_end_matches(',')).unwrap();
        value["properties"]["code"].as_str().unwrap().to_owned()
    };
    text.lines().filter(|line| line.contains("\"Feature\"")).map(|line| (code(line), line.to_owned())).collect()
}

fn property(line: &str, key: &str) -> Value {
    serde_json::from_str::<Value>(line.trim_end_matches(',')).unwrap()["properties"][key].clone()
}

/// One block of a grid given to its neighbour, so that both hold other communities than before.
fn block_given(plan: &Plan) -> (Plan, [ZoneId; 2]) {
    let at = place(plan, Role::Grid);
    let tier = &plan.tiers[at];
    let found = tier.zones.ids().find_map(|zone| {
        tier.faces_of(zone).into_iter().find_map(|face| {
            plan.coverage.neighbours(face).into_iter().find_map(|next| {
                let other = tier.owner_of(next).filter(|other| *other != zone)?;
                let done = apply(plan, &Command::Paint { tier: at, faces: vec![face], to: Some(other) })?;
                Some((done, [zone, other]))
            })
        })
    });
    found.unwrap()
}

fn communities(plan: &Plan, zone: ZoneId) -> BTreeSet<String> {
    let (grids, all) = (&plan.tiers[place(plan, Role::Grid)], &plan.tiers[place(plan, Role::Community)]);
    let held = grids.faces_of(zone).into_iter().filter_map(|face| all.zones.get(all.owner_of(face)?));
    held.map(|zone| zone.code.clone()).collect()
}

#[test]
fn m5_computed_attributes_are_never_stale() {
    let folder = tempfile::tempdir().unwrap();
    for plan in [City::new(4, 7).plan(), sample()] {
        let at = place(&plan, Role::Grid);
        assert!(matches!(plan.tiers[at].computed["communities"], Computed::Within { naming: Naming::Code, .. }));
        assert!(matches!(plan.tiers[at].computed["town"], Computed::Owner { naming: Naming::Name, .. }));
        let before = lines(&plan, at, folder.path());
        let (after, touched) = block_given(&plan);
        let after = edited(after, &[[1, 2, 44, 1], [2, 9, 1, 0]]);
        let now = lines(&after, at, folder.path());
        for (id, zone) in after.tiers[at].zones.iter() {
            let told = property(&now[&zone.code], "communities");
            let told: BTreeSet<String> = told.as_str().unwrap().split(' ').map(str::to_owned).collect();
            assert_eq!(told, communities(&after, id), "{}", zone.name);
        }
        let changed: BTreeSet<ZoneId> = since(&plan, &after, &Progress::default())
            .unwrap()
            .into_iter()
            .filter(|one| one.tier == at)
            .map(|one| one.zone)
            .collect();
        assert!(touched.iter().all(|zone| changed.contains(zone)));
        let mut kept = 0;
        for (id, zone) in plan.tiers[at].zones.iter().filter(|(id, _)| !changed.contains(id)) {
            // A neighbour's new corner may stand on its border; its members are what they were.
            let members =
                |lines: &BTreeMap<String, String>| lines[&zone.code].split_once("\"geometry\"").unwrap().0.to_owned();
            assert_eq!(members(&before), members(&now), "untouched: {id:?}");
            kept += 1;
        }
        assert!(kept > 3, "{kept}");
    }
}

#[test]
fn m5_other_attributes_of_changed_zones_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let plan = City::new(4, 3).plan();
    let at = place(&plan, Role::Grid);
    assert!(check::gate(&plan, at).all_open().all(|problem| problem.rule != Rule::NotUpdated));
    let (after, touched) = block_given(&plan);
    let found: Vec<_> = check::of_tier(&after, at).into_iter().filter(|one| one.rule == Rule::NotUpdated).collect();
    assert_eq!(found.len(), 2);
    for (zone, problem) in touched.iter().collect::<BTreeSet<_>>().into_iter().zip(&found) {
        let zone = after.tiers[at].zones.get(*zone).unwrap();
        assert!(problem.zones == [zone.code.clone()] && problem.reason.zh.contains(&zone.name), "{problem:?}");
        for column in ["remark", "visits"] {
            assert!(problem.reason.en.contains(column) && problem.reason.zh.contains(column), "{problem:?}");
        }
        assert!(!problem.reason.en.contains("communities") && !problem.reason.en.contains("town"), "{problem:?}");
    }
    // It stays after save and reopen, and goes when the planner writes the values.
    let path = folder.path().join("plan.gpkg");
    project::save(&after, &History::default(), &path, None, &Progress::default()).unwrap();
    let again = project::open(&path, &Progress::default()).unwrap().plan;
    assert_eq!(again, after);
    let zone = again.tiers[at].zones.get(touched[0]).unwrap();
    let mut attributes = (*zone.attributes).clone();
    attributes.insert("remark".into(), "已核".into());
    attributes.insert("visits".into(), 1_000.into());
    let (code, name) = (zone.code.clone(), zone.name.clone());
    let set = Command::SetZone { tier: at, zone: touched[0], code, name, attributes };
    let mended = apply(&again, &set).unwrap();
    let left = check::of_tier(&mended, at).into_iter().filter(|one| one.rule == Rule::NotUpdated).count();
    assert_eq!(left, 1);
    // The certificate names zone and columns.
    let output = wangge(
        folder.path(),
        &["export", path.to_str().unwrap(), "--format", "geojson", "--certificate", "-o", "g.geojson"],
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = word_texts(&folder.path().join("g.geojson-质检报告.docx"));
    assert!(words.iter().any(|text| text.contains("以下属性未随之更新") && text.contains("visits")), "{words:?}");
}

pub(super) fn word_texts(path: &Path) -> Vec<String> {
    let mut word = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    word.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    let parts = text.split("<w:t xml:space=\"preserve\">").skip(1);
    parts.filter_map(|part| Some(part.split_once("</w:t>")?.0.to_owned())).collect()
}

/// Columns as other programs write them: units, decimals, separators, arrays, numbers as text.
#[test]
fn m5_computed_columns_are_known_in_whatever_form() {
    let plain = City::new(4, 11);
    let plan = plain.plan();
    let at = place(&plan, Role::Grid);
    let all = figures(&plan, at, &Progress::default()).unwrap();
    let exact: BTreeMap<String, f64> = plan.tiers[at]
        .zones
        .iter()
        .map(|(id, zone)| (zone.code.clone(), plan.coverage.area_of_m2(&plan.tiers[at].faces_of(id))))
        .collect();
    let mut city = City::new(4, 11);
    let mut json: Value = serde_json::from_str(&city.files[2].1).unwrap();
    for feature in json["features"].as_array_mut().unwrap() {
        let properties = feature["properties"].as_object_mut().unwrap();
        let code = properties["code"].as_str().unwrap().to_owned();
        let own = all.iter().find(|one| one.code == code).unwrap();
        let codes: Vec<String> = properties["communities"].as_str().unwrap().split(' ').map(str::to_owned).collect();
        let mut put = |key: &str, value: Value| properties.insert(key.to_owned(), value);
        put("面积", Value::from(exact[&code].round()));
        put("AREA_KM2", Value::from((exact[&code] / 1e6 * 1e4).round() / 1e4));
        put("亩", Value::from(format!("{:.1}", exact[&code] * 1000.0 / 666_667.0)));
        put("案件量", Value::from(own.incidents));
        put("户数", Value::from(own.households.unwrap()));
        put("load_hours", Value::from(own.hours));
        put("所属分队", Value::from(own.squad.clone()));
        put("社区", Value::from(own.communities.join("、")));
        put("list", Value::from(codes));
        put("class", Value::from(code.len()));
        put("floors", Value::from(2));
    }
    city.files[2].1 = json.to_string();
    let plan = city.plan();
    let known: BTreeSet<&str> = plan.tiers[at].computed.keys().map(String::as_str).collect();
    let wanted: BTreeSet<&str> =
        ["AREA_KM2", "communities", "list", "load_hours", "town", "亩", "户数", "所属分队", "案件量", "社区", "面积"]
            .into();
    assert_eq!(known, wanted);
    let folder = tempfile::tempdir().unwrap();
    let after = edited(block_given(&plan).0, &[[1, 3, 40, 0], [2, 5, 1, 0], [4, 2, 1, 0]]);
    let now = lines(&after, at, folder.path());
    for own in figures(&after, at, &Progress::default()).unwrap() {
        let line = &now[&own.code];
        assert_eq!(property(line, "面积").as_f64(), Some(own.area_m2), "{}", own.name);
        assert_eq!(property(line, "案件量").as_u64(), own.incidents.map(u64::from));
        assert_eq!(property(line, "户数").as_f64(), own.households);
        assert_eq!(property(line, "load_hours").as_f64(), Some(own.hours));
        assert_eq!(property(line, "所属分队").as_str().unwrap_or(""), own.squad);
        let list = |value: Value| -> BTreeSet<String> {
            value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(list(property(line, "list")), communities(&after, own.zone));
        let names: BTreeSet<String> = property(line, "社区").as_str().unwrap().split('、').map(str::to_owned).collect();
        assert_eq!(names, own.communities.iter().cloned().collect());
        assert_eq!(property(line, "floors"), Value::from(2));
    }
}

#[test]
fn m5_the_project_and_its_layers_say_what_is() {
    let folder = tempfile::tempdir().unwrap();
    let (after, touched) = block_given(&City::new(4, 5).plan());
    let at = place(&after, Role::Grid);
    let path = folder.path().join("p.gpkg");
    project::save(&after, &History::default(), &path, None, &Progress::default()).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    for zone in touched {
        let code = &after.tiers[at].zones.get(zone).unwrap().code;
        let told: String =
            db.query_row("SELECT communities FROM grids WHERE code = ?", [code], |row| row.get(0)).unwrap();
        assert_eq!(told.split(' ').map(str::to_owned).collect::<BTreeSet<_>>(), communities(&after, zone));
    }
    drop(db);
    let again = project::open(&path, &Progress::default()).unwrap().plan;
    assert_eq!(lines(&again, at, folder.path()), lines(&after, at, folder.path()));
}

/// Households of a block go with its land; none is lost and none is counted twice.
#[test]
fn m5_households_of_divided_blocks_add_up() {
    let mut dice = Dice(5);
    for seed in 0..6 {
        let plan = City::new(3, seed).plan();
        let edits: Vec<[u32; 4]> =
            (0..8).map(|_| [7, dice.below(99) as u32, dice.below(99) as u32, dice.below(9) as u32]).collect();
        let after = edited(plan.clone(), &edits);
        assert!(after.tiers[after.base].zones.count() > plan.tiers[plan.base].zones.count());
    }
}

fn project_of(city: &City, folder: &Path) -> PathBuf {
    let path = folder.join("plan.gpkg");
    project::save(&city.plan(), &History::default(), &path, None, &Progress::default()).unwrap();
    path
}

#[test]
fn m6_layers_carry_the_figures_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let plan = project_of(&City::new(4, 2), folder.path());
    let plan = plan.to_str().unwrap();
    for (format, name) in [
        ("geojson", "a.geojson"),
        ("topojson", "a.topojson"),
        ("shp", "a.shp"),
        ("gpkg", "a.gpkg"),
        ("kml", "a.kml"),
        ("fgb", "a.fgb"),
        ("csv", "a.csv"),
    ] {
        let fields = "squad,load，incidents、area households";
        let output =
            wangge(folder.path(), &["export", plan, "--format", format, "--fields", fields, "--json", "-o", name]);
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(json(&output)["features"], 16, "{format}");
        let bytes =
            std::fs::read(folder.path().join(name).with_extension(if format == "shp" { "dbf" } else { format }))
                .unwrap();
        for column in ["squad", "load_hours", "incidents", "area_m2", "households"] {
            assert!(column.len() <= 10);
            let found = bytes.windows(column.len()).any(|part| part == column.as_bytes());
            assert!(found, "{format} has no {column}");
        }
        let squad = "分队".as_bytes();
        assert!(bytes.windows(squad.len()).any(|part| part == squad), "{format} names no squad");
    }
    let output = wangge(folder.path(), &["export", plan, "--fields", "colour", "-o", "b.geojson"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("squad"), "the fields are named");
    assert!(!folder.path().join("b.geojson").exists());
}

#[test]
fn m6_a_column_of_the_same_name_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::new(3, 2);
    city.files[2].1 = city.files[2].1.replace("\"visits\":", "\"incidents\":\"见台账\",\"visits\":");
    let plan = project_of(&city, folder.path());
    let output = wangge(folder.path(), &["export", plan.to_str().unwrap(), "--fields", "incidents", "-o", "a.geojson"]);
    assert!(output.status.success());
    let told: Value = serde_json::from_slice(&std::fs::read(folder.path().join("a.geojson")).unwrap()).unwrap();
    for feature in told["features"].as_array().unwrap() {
        assert_eq!(feature["properties"]["incidents"], "见台账");
        assert!(feature["properties"]["incidents_2"].is_u64());
    }
}

#[test]
fn m6_what_is_not_known_is_empty_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::new(3, 2);
    city.files.truncate(4);
    let plan = project_of(&city, folder.path());
    let output =
        wangge(folder.path(), &["export", plan.to_str().unwrap(), "--fields", "squad,incidents", "-o", "a.geojson"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && errors.contains("Squad is not known") && errors.contains("Incidents is not known"),
        "{errors}"
    );
    let told: Value = serde_json::from_slice(&std::fs::read(folder.path().join("a.geojson")).unwrap()).unwrap();
    assert!(told["features"].as_array().unwrap().iter().all(|one| one["properties"]["squad"].is_null()));
}

#[test]
fn m8_a_layer_has_one_symbol_wherever_it_is_drawn() {
    let mut plan = sample();
    let of = |plan: &Plan| -> BTreeMap<String, Option<wangge::render::Symbol>> {
        plan.references.iter().map(|layer| layer.name.clone()).zip(symbols_of(plan)).collect()
    };
    let usual = of(&plan);
    let named =
        |word: &str| *usual.iter().find(|(name, _)| name.contains(word)).unwrap_or_else(|| panic!("{usual:?}")).1;
    assert!(named("道路").is_none() && named("重点场所").is_some() && named("视频监控点").is_some());
    assert_ne!(named("重点场所"), named("视频监控点"));
    // Hidden, drawn above another, or fainter: the symbols stay.
    plan.references.reverse();
    for at in 0..plan.references.len() {
        let mut changed = plan.clone();
        let layer = Reference { visible: false, opacity: 0.3, ..Reference::clone(&changed.references[at]) };
        changed.references[at] = layer.into();
        assert_eq!(of(&changed), usual);
    }
    // Every layer of a few has a shape of its own, the same on the screen and on paper.
    let many: Vec<_> = (0..6)
        .map(|at| {
            let features = [(Shape::Points(vec![plan.coverage.bounds().centre()]), serde_json::Map::new())];
            Reference { name: format!("layer {at}"), features: features.into(), visible: true, opacity: 1.0 }.into()
        })
        .collect();
    plan.references = many;
    let shapes: BTreeSet<String> =
        symbols_of(&plan).into_iter().map(|symbol| format!("{:?}", symbol.unwrap().corners([0.0, 0.0], 1.0))).collect();
    assert_eq!(shapes.len(), 6);
}

fn counted(plan: &Plan, at: usize) -> (wangge::index::Sum, Vec<u32>) {
    let located = Located::of(plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let sum = located.tier(plan, &plan.tiers[at]);
    (sum.sum(), sum.by_zone)
}

#[test]
fn m9_an_edit_drops_no_incident() {
    let mut looked = 0;
    for seed in 0..12 {
        let plan = City::new(4, seed).plan();
        let at = place(&plan, Role::Grid);
        let (sum, _) = counted(&plan, at);
        let (after, touched) = block_given(&plan);
        let (now, by_zone) = counted(&after, at);
        assert_eq!((now.by_code, now.nowhere, now.total), (sum.by_code, sum.nowhere, sum.total));
        assert_eq!(by_zone.iter().sum::<u32>() as usize, now.by_code + now.inside + now.on_border);
        let said = check::of_tier(&after, at).into_iter().filter(|one| one.rule == Rule::DividedPlace);
        for problem in said {
            let codes: Vec<&str> =
                touched.iter().filter_map(|zone| Some(after.tiers[at].zones.get(*zone)?.code.as_str())).collect();
            assert!(codes.contains(&problem.zones[0].as_str()), "{problem:?}");
            looked += 1;
        }
    }
    assert!(looked > 3, "only {looked} communities were divided that incidents name");
}

/// A town that an edit divides among grids; and one that always lay in several.
#[test]
fn m9_a_town_in_several_grids_tells_too_little_and_that_is_said() {
    let mut city = City::new(3, 4);
    city.files[4].1.push_str(
        "900,市容管理,占道,110,结案,,,东街,2016-10-02 04:10\n901,市容管理,占道,110,结案,,,无此地,2016-10-02 04:10\n",
    );
    let plan = city.plan();
    let at = place(&plan, Role::Grid);
    let found: Vec<_> = check::of_tier(&plan, at).into_iter().filter(|one| one.rule == Rule::DividedPlace).collect();
    assert!(
        found.len() == 1 && found[0].reason.zh.contains("东街") && found[0].reason.zh.contains("未计入"),
        "{found:?}"
    );
    assert_eq!(counted(&plan, at).0.nowhere, 2);
}

fn context_time(plan: &Plan, command: &Command, time: i64) -> wangge::edit::Done {
    let near = scan(&plan.coverage);
    command.apply(plan, &Context { near: &near, time, camera: None }).unwrap()
}

/// Fields that the program does not know stay empty for the hand.
#[test]
fn words_2_8_the_register_of_changes_fills_no_field_with_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let plan = City::new(4, 6).plan();
    let at = place(&plan, Role::Grid);
    let tier = &plan.tiers[at];
    let (keep, other) = tier
        .zones
        .ids()
        .find_map(|zone| Some((zone, tier.neighbours(&plan.coverage, zone).into_iter().find_map(|next| next.zone)?)))
        .unwrap();
    let done = context_time(&plan, &Command::Merge { tier: at, keep, others: vec![other] }, 1_700_000_000);
    let mut history = History::default();
    history.push(done.record.clone());
    let path = folder.path().join("c.xlsx");
    export::changes(&plan, &done.plan, &history, ("综合执法局", "2026-11-28"), &path, &Progress::default()).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let sheet = book.worksheet_range("变更登记表").unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert!(rows[1][0].starts_with("编制日期：2026年11月28日"), "{:?}", rows[1]);
    let column = |head: &str| rows[2].iter().position(|known| known == head).unwrap_or_else(|| panic!("{head}"));
    for row in &rows[3..] {
        assert!(row[column("变更内容")].contains("并入"), "{row:?}");
        assert_eq!(row[column("编制单位")], "综合执法局");
        assert_eq!((row[column("变更事由")].as_str(), row[column("经办人")].as_str()), ("", ""));
    }
    let ended = rows.iter().skip(3).find(|row| row[column("变更后编码")].is_empty()).unwrap();
    assert_eq!(ended[column("变更后面积（平方米）")], "", "what is not there has no area");
    let took = rows.iter().skip(3).find(|row| !row[column("划入（平方米）")].is_empty()).unwrap();
    let from = &took[column("划入（平方米）")];
    assert!(from.starts_with("网格") && from.ends_with('）') && !from.contains("m²"), "{from}");
}

#[test]
fn words_2_8_the_certificate_says_pass_fail_or_exception() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::new(3, 8);
    city.files[2].1 = city.files[2].1.replacen("网格2", "网格1", 1);
    let plan = project_of(&city, folder.path());
    let export = [
        "export",
        plan.to_str().unwrap(),
        "--certificate",
        "--maker",
        "综合执法局",
        "--date",
        "2026-11-28",
        "-o",
        "g.geojson",
    ];
    let output = wangge(folder.path(), &export);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = word_texts(&folder.path().join("g.geojson-质检报告.docx"));
    assert_eq!(words[..2], ["示意城", "责任网格划分质检报告"]);
    for head in [
        "一、基本情况",
        "二、质检项目及结果",
        "三、成果文件",
        "四、待处理问题",
        "五、例外事项",
        "校验值（SHA-256）",
        "数据校验值",
    ] {
        assert!(words.iter().any(|text| text == head), "{head}: {words:?}");
    }
    assert!(words[2].contains("编制单位：综合执法局") && words[2].contains("编制日期：2026年11月28日"), "{}", words[2]);
    assert!(words.iter().any(|text| text.contains("质检人") && text.contains("审核人") && text.contains("签章")));
    assert!(words.iter().any(|text| text == "内部资料，不作为行政区域界线划定依据"));
    assert!(!words.iter().any(|text| text.contains("见说明") || text.contains("要素;")), "{words:?}");
    let verdicts = words.iter().filter(|text| ["合格", "不合格", "例外"].contains(&text.as_str())).count();
    assert_eq!(verdicts, 10);
}

/// In English the report is English, in Chinese Chinese; figures and titles are those of the table.
#[test]
fn words_2_8_the_report_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let plan = project_of(&City::new(3, 8), folder.path());
    let page = |lang: &str| {
        let name = format!("{lang}.html");
        let output =
            wangge(folder.path(), &["export", plan.to_str().unwrap(), "--format", "html", "--lang", lang, "-o", &name]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(folder.path().join(name)).unwrap()
    };
    let (zh, en) = (page("zh"), page("en"));
    for words in [
        "责任网格划分报告",
        "质检结论",
        "网格登记表",
        "质检问题（",
        "所属镇街",
        "所属分队",
        "面积（平方公里）",
        "合格（",
    ] {
        assert!(zh.contains(words), "{words}");
    }
    for words in
        ["Responsibility grid report", "Check results", "Grid register", "Problems (", "Workload (h/week)", "pass ("]
    {
        assert!(en.contains(words), "{words}");
    }
    let facts: Vec<&str> =
        en.split("<dt>").skip(1).filter_map(|part| part.split_once("</dt><dd>")).map(|(name, _)| name).collect();
    assert!(facts.iter().all(|name| name.is_ascii() || name.contains('²')), "{facts:?}");
    assert!(!zh.contains("-0%") && !en.contains("-0%"));
}

/// F12: five documents of one stem, each with a certificate of its own that holds, whatever was written after it.
#[test]
fn m_documents_of_one_stem_keep_their_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plan = project_of(&City::new(3, 8), folder);
    let long = format!("{}.", "网".repeat(78));
    let names: Vec<String> = ["geojson", "shp", "csv", "xlsx", "pdf", "svg", "html", "gpkg"]
        .iter()
        .flat_map(|ending| [format!("g.{ending}"), format!("{long}{ending}")])
        .collect();
    for name in &names {
        let args = ["export", plan.to_str().unwrap(), "--certificate", "--accept", "ok", "-o", name];
        let output = wangge(folder, &args);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let certificates: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|ending| ending == "docx")).collect();
    assert_eq!(certificates.len(), names.len(), "{certificates:?}");
    for name in &names {
        let of = certificates.iter().filter(|one| word_texts(one).iter().any(|text| text == name));
        let of: Vec<&PathBuf> = of.collect();
        assert_eq!(of.len(), 1, "{name}: {of:?}");
        let output = wangge(folder, &["verify", of[0].to_str().unwrap(), name]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(name.ends_with("shp") || output.status.success(), "{name}: {told}");
        let output = wangge(folder, &["verify", of[0].to_str().unwrap(), "."]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

/// F12: the foot of a sheet names the system that its certificate names.
#[test]
fn m_sheet_and_certificate_name_one_system() {
    let folder = tempfile::tempdir().unwrap();
    let city = City::new(3, 8);
    let project = project_of(&city, folder.path());
    let imprint =
        wangge::render::paper::Imprint { lang: wangge::base::Lang::Zh, ..wangge::render::paper::Imprint::default() };
    let plan = city.plan();
    let sheets =
        wangge::render::paper::sheets(&plan, place(&plan, Role::Grid), &imprint, &Progress::default()).unwrap();
    let foot = sheets[0].texts().find(|text| text.contains("坐标系：")).unwrap().to_owned();
    let system = foot.split("坐标系：").nth(1).unwrap().split('；').next().unwrap().to_owned();
    for name in ["a.pdf", "a.geojson"] {
        let args = ["export", project.to_str().unwrap(), "--certificate", "--accept", "ok", "-o", name];
        assert!(wangge(folder.path(), &args).status.success());
        let words = word_texts(&folder.path().join(format!("{name}-质检报告.docx")));
        assert!(words.iter().any(|text| text.contains(&format!("；{system}；"))), "{system}: {words:?}");
    }
}

/// F12: what reading did is no fault: it stands among the notes, not among what is to be mended.
#[test]
fn m_notes_of_reading_are_notes_in_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::new(3, 8);
    city.files[2].1 = city.files[2].1.replace("\"remark\":\"甲\"", "\"remark\":\"甲\",\"负责人\":\"张三\"");
    let plan = project_of(&city, folder.path());
    for name in ["g.geojson", "g.html"] {
        let args = ["export", plan.to_str().unwrap(), "--certificate", "--accept", "ok", "-o", name];
        assert!(wangge(folder.path(), &args).status.success());
    }
    let words = word_texts(&folder.path().join("g.geojson-质检报告.docx"));
    let part = |from: &str, to: &str| {
        let at = |head: &str| words.iter().position(|text| text.starts_with(head)).unwrap();
        words[at(from)..at(to)].join("|")
    };
    let (open, notes) = (part("四、", "五、"), part("六、", "质检人"));
    assert!(!open.contains("个人信息字段未读取") && !open.contains("数值有误"), "{open}");
    assert!(notes.contains("个人信息字段未读取") && notes.contains("读取说明"), "{notes}");
    let page = std::fs::read_to_string(folder.path().join("g.html")).unwrap();
    let (problems, notes) = page.split_once("说明事项").unwrap();
    assert!(!problems.contains("个人信息字段未读取") && notes.contains("个人信息字段未读取"));
}

/// F13: numbers of a table as everybody reads them, its date, and names that were cut.
#[test]
fn m6_tables_of_shapefiles_hold_plain_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::new(3, 8);
    city.files[2].1 = city.files[2].1.replacen("\"remark\"", "\"rate\":9.1,\"tiny\":1e-30,\"remark\"", 1);
    let last = city.files[2].1.rfind("\"remark\"").unwrap();
    city.files[2].1.insert_str(last, "\"rate\":20.125,");
    let plan = city.plan();
    let options = ExportOptions {
        fields: export::Field::ALL.to_vec(),
        date: "2026-11-28".to_owned(),
        ..ExportOptions::default()
    };
    let path = folder.path().join("g.shp");
    let at = place(&plan, Role::Grid);
    let done = export::write(Format::Shapefile, &plan, at, &path, &options, &Progress::default()).unwrap();
    assert!(done.notes.iter().any(|note| note.zh.contains("communities -> communitie")), "{:?}", done.notes);
    let bytes = std::fs::read(path.with_extension("dbf")).unwrap();
    assert_eq!(bytes[1..4], [126, 11, 28]);
    let field = |name: &str| {
        let field = bytes[32..].chunks_exact(32).find(|field| field.starts_with(name.as_bytes())).unwrap();
        (char::from(field[11]), field[17])
    };
    assert_eq!(field("rate"), ('N', 3));
    assert_eq!(field("load_hours"), ('N', 1));
    assert_eq!(field("tiny"), ('F', 15));
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("9.100") && text.contains("20.125") && text.contains("e-30"), "{text}");
}
