//! What a planner met in the window when its rows were acted again: where toasts stand, rival files, times of another zone,
//! columns that were chosen wrongly.

use std::path::{Path, PathBuf};

use eframe::egui::Vec2;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::base::Lang;
use wangge::ui::{App, Command, Start, Terms, What, Words};

use super::{command_key, settle, window};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);
const TERMS: fn() -> &'static Terms = || Terms::of(Lang::Zh);

/// The window with files open.
fn window_of_files(paths: &[PathBuf]) -> Harness<'static, App> {
    let what = What::Files(paths.to_vec(), Box::default());
    let start = Start { what, lang: Some(Lang::Zh), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    window
}

fn click(window: &mut Harness<'_, App>, label: &str) {
    window.get_by_label(label).click();
    settle(window);
}

/// Two grids, the line between them at a hundredth of a degree.
fn grids(folder: &Path, line: f64) -> PathBuf {
    let grid = |code: &str, west: f64, east: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"name\":\"{code}\"}},\"geometry\":{{\
             \"type\":\"Polygon\",\"coordinates\":[[[{west},20],[{east},20],[{east},20.1],[{west},20.1],[{west},20]]]}}}}"
        )
    };
    let features = [grid("460105001001", 110.0, line), grid("460105001002", line, 110.1)].join(",");
    std::fs::create_dir_all(folder).unwrap();
    let file = folder.join("grids.geojson");
    std::fs::write(&file, format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")).unwrap();
    file
}

#[test]
fn m4_toasts_stand_in_the_map_above_the_drawer() {
    let mut window = window();
    if window.query_by_label(ZH().no_problems).is_none() {
        command_key(&mut window, Command::ToggleDrawer);
    }
    let why = Command::Undo.why_not(&window.state().facts()).unwrap();
    command_key(&mut window, Command::Undo);
    let (map, toast) = (window.get_by_label(ZH().map).rect(), window.get_by_label(&why.zh).rect());
    assert!(map.contains_rect(toast), "{toast:?} in {map:?}");
    assert!(map.bottom() < 600.0, "the drawer is open below {map:?}");
    // As wide as its words.
    assert!(toast.width() < 560.0 && (toast.center().x - map.center().x).abs() < 2.0, "{toast:?} in {map:?}");
}

#[test]
fn m10_rivals_of_one_name_are_told_apart_and_nothing_open_is_no_clean_plan() {
    let folder = tempfile::tempdir().unwrap();
    let files = [grids(&folder.path().join("old"), 110.05), grids(&folder.path().join("new"), 110.07)];
    let mut window = window_of_files(&files);
    assert!(window.query_by_label(TERMS().rivals_title).is_some());
    let name = |folder: &str| Path::new(folder).join("grids.geojson").display().to_string();
    assert!(window.get_by_label(&name("old")).rect().top() < window.get_by_label(&name("new")).rect().top());
    assert_eq!(window.query_all_by_label_contains("2 个区划，修改于 20").count(), 2);
    click(&mut window, ZH().cancel);
    assert!(window.query_by_label(TERMS().rivals_title).is_none());
    if window.query_by_label(TERMS().nothing_open).is_none() {
        command_key(&mut window, Command::ToggleDrawer);
    }
    assert!(window.query_by_label(TERMS().nothing_open).is_some());
    assert!(window.query_by_label(ZH().no_problems).is_none());
}

#[test]
fn m12_times_of_another_zone_are_shown_first_and_moved_by_a_button() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> =
        (1..=9).map(|day| format!("110.0{day},20.02,2024-01-0{day} 13:20,2024-01-0{day},8")).collect();
    let cases = folder.path().join("cases.csv");
    std::fs::write(&cases, format!("lon,lat,time,date,hour\n{}\n", rows.join("\n"))).unwrap();
    let mut window = window_of_files(&[grids(folder.path(), 110.05), cases]);
    let first = |window: &Harness<'_, App>| window.state().document().plan.incidents.reported[0].to_string();
    assert!(first(&window).contains("13:20"), "{}", first(&window));
    // The list is open at it, and nothing stands above it.
    let top = window.get_by_label_contains(TERMS().times_apart).rect().top();
    let map = window.get_by_label(ZH().map).rect();
    let groups = window.query_all_by_label_contains(" · ").map(|group| group.rect().top());
    assert!(groups.filter(|group| *group > map.bottom()).fold(f32::MAX, f32::min) >= top);
    assert!(window.query_by_label(TERMS().times_two).is_some(), "of which rows it is not true");
    click(&mut window, "全部时间平移 \u{2212}5 小时");
    assert!(first(&window).contains("08:20"), "{}", first(&window));
    assert!(window.query_all_by_label_contains(TERMS().times_apart).next().is_none(), "it is settled");
    assert!(window.query_by_label("已平移 \u{2212}5 小时").is_some(), "and the filter says by how much");
    command_key(&mut window, Command::Undo);
    assert!(window.query_all_by_label_contains(TERMS().times_apart).next().is_some());
    assert!(window.query_by_label("已平移 \u{2212}5 小时").is_none());
}

#[test]
fn m13_columns_that_were_chosen_wrongly_are_asked_about_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases.csv");
    let rows = "1,110.05,20.01,first\n2,110.06,20.02,second\n";
    std::fs::write(&cases, format!("a,b,c,d\n{rows}")).unwrap();
    let mut window = window_of_files(&[grids(folder.path(), 110.055), cases]);
    assert!(window.query_by_label(TERMS().fields_title).is_some());
    // Words for times: all of them are lost.
    for label in [TERMS().fields_time, "d"] {
        let mut choices = window.query_all_by_label(label).filter(|node| node.accesskit_node().role() != Role::Label);
        let choice = choices.next_back();
        choice.unwrap().click();
        drop(choices);
        settle(&mut window);
    }
    click(&mut window, TERMS().fields_use);
    assert_eq!(window.state().document().plan.incidents.len(), 2);
    if window.query_all_by_label_contains("无法识别").next().is_none() {
        command_key(&mut window, Command::ToggleDrawer);
    }
    window.query_all_by_label_contains("无法识别").last().unwrap().click();
    settle(&mut window);
    click(&mut window, TERMS().fields_again);
    assert!(window.query_by_label(TERMS().fields_title).is_some(), "it can be said anew");
    click(&mut window, TERMS().fields_use);
    assert!(window.query_by_label(TERMS().fields_title).is_none());
    assert!(window.query_all_by_label_contains("无法识别").next().is_none());
}
