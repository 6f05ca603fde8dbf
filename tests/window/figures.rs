//! What the window tells: figures of the inspector, columns of the list, findings after reopening, times of another zone,
//! and what is typed in full width.

use std::sync::Arc;

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::base::{Lang, Progress};
use wangge::edit::History;
use wangge::io::export::Field;
use wangge::io::project;
use wangge::measures;
use wangge::model::{Plan, Squad, SquadId, ZoneId};
use wangge::ui::{App, Command, Terms, Words};

use super::dialogs::window_of_files;
use super::{INTO, command_key, drag, incidents, settle, squares, window, window_of};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);
const TERMS: fn() -> &'static Terms = || Terms::of(Lang::Zh);

fn click(window: &mut Harness<'_, App>, label: &str) {
    window.get_by_label(label).click();
    settle(window);
}

/// What a field of a form says.
fn field(window: &Harness<'_, App>, name: &str) -> String {
    window.get_by_role_and_label(Role::TextInput, name).accesskit_node().value().unwrap_or_default()
}

/// Whether a property is said not to have been updated.
fn is_stale(window: &Harness<'_, App>) -> bool {
    window.query_all_by_label_contains(ZH().property_stale).next().is_some()
}

/// The squares with incidents, the number of them as a property of each grid, as its file says it, and a remark.
fn with_counts() -> Plan {
    let mut plan = incidents::plan();
    let all = measures::figures(&plan, 1, &Progress::default()).unwrap();
    let tier = Arc::make_mut(&mut plan.tiers[1]);
    for own in all {
        let mut zone = tier.zones.get(own.zone).unwrap().clone();
        let attributes = Arc::make_mut(&mut zone.attributes);
        attributes.insert("案件量".to_owned(), own.incidents.into());
        attributes.insert("remark".to_owned(), format!("r{}", own.zone.0).into());
        tier.zones.set(own.zone, Some(zone));
    }
    measures::recognise(&mut plan, &[1], &Progress::default()).unwrap();
    assert!(plan.tiers[1].computed.contains_key("案件量"));
    plan
}

#[test]
fn m5_the_inspector_says_what_is_and_what_was_not_updated() {
    let mut window = window_of(with_counts());
    click(&mut window, "网格1");
    click(&mut window, ZH().leaf_properties);
    assert_eq!((field(&window, "案件量"), field(&window, "remark")), ("4".to_owned(), "r0".to_owned()));
    assert!(!is_stale(&window));
    // Two squares of the neighbour with two incidents.
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    drag(&mut window, &[(2, 0), (2, 1)], INTO);
    assert_eq!((field(&window, "案件量"), field(&window, "remark")), ("6".to_owned(), "r0".to_owned()));
    assert!(is_stale(&window), "the remark may no longer be true");
    // What a step back changed is shown, which is two grids.
    command_key(&mut window, Command::Undo);
    click(&mut window, "网格1");
    assert_eq!(field(&window, "案件量"), "4");
    assert!(!is_stale(&window));
}

#[test]
fn m6_figures_are_ticked_in_the_export_and_squads_are_a_column_that_sorts() {
    let mut plan = incidents::plan();
    for (number, name) in ["乙分队", "甲分队"].into_iter().enumerate() {
        plan.squads.push(Squad { code: format!("S{number}"), name: name.to_owned(), ..Squad::default() });
    }
    (0..16).for_each(|grid| plan.beats.set(ZoneId(grid), Some(SquadId(grid % 2))));
    let mut window = window_of(plan);
    click(&mut window, ZH().columns);
    window.get_by_role_and_label(Role::CheckBox, ZH().measure_squads).click();
    settle(&mut window);
    window.key_press(Key::Escape);
    settle(&mut window);
    let top = |window: &Harness<'_, App>, name: &str| {
        window.query_by_role_and_label(Role::ListBoxOption, name).map(|row| row.rect().top())
    };
    let head = |window: &mut Harness<'_, App>| {
        window.get_by_role_and_label(Role::Button, ZH().measure_squads).click();
        settle(window);
    };
    head(&mut window);
    let first = [top(&window, "网格1").unwrap(), top(&window, "网格2").unwrap()];
    head(&mut window);
    let second = [top(&window, "网格1").unwrap(), top(&window, "网格2").unwrap()];
    assert_eq!(first[0] < first[1], second[0] > second[1], "{first:?} {second:?}");
    // What is typed into the filter finds squads too.
    window.get_by_label(ZH().filter).focus();
    settle(&mut window);
    window.get_by_label(ZH().filter).type_text("甲分队");
    settle(&mut window);
    assert!(top(&window, "网格2").is_some() && top(&window, "网格1").is_none());
    // Every figure can be ticked where a layer is handed over.
    command_key(&mut window, Command::Export);
    for field in Field::ALL {
        let title = field.title().zh;
        let ticked =
            |window: &Harness<'_, App>| window.get_by_role_and_label(Role::CheckBox, &title).accesskit_node().toggled();
        let before = ticked(&window);
        window.get_by_role_and_label(Role::CheckBox, &title).click();
        settle(&mut window);
        assert_ne!(ticked(&window), before, "{title}");
    }
}

#[test]
fn m10_findings_of_import_are_listed_again_after_save_and_reopen() {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("grids.geojson");
    std::fs::copy(crate::cases::nine(), &zones).unwrap();
    let cases = folder.path().join("cases.csv");
    std::fs::write(
        &cases,
        "编号,经度,纬度,上报时间\n1,110.305,20.005,2026-01-01 08:00\n2,,,2026-01-02 08:00\n3,,,坏时间\n",
    )
    .unwrap();
    // The heads of the drawer and the findings in it.
    let told = |window: &mut Harness<'_, App>| -> (String, Vec<String>) {
        if window.query_all_by_label_contains("没有坐标也没有所属区域").next().is_none() {
            command_key(window, Command::ToggleDrawer);
        }
        let labels = |words: &str| -> Vec<String> {
            let found = window.query_all_by_label_contains(words);
            found.filter_map(|node| node.accesskit_node().label()).collect()
        };
        let head = labels(ZH().checks).into_iter().find(|label| label.starts_with(ZH().checks) && label != ZH().checks);
        let mut all = labels("没有坐标也没有所属区域");
        all.extend(labels("时间无法识别"));
        all.sort();
        (head.unwrap_or_default(), all)
    };
    let mut window = window_of_files(&[&zones, &cases]);
    let before = told(&mut window);
    assert!(before.1.len() >= 3, "{before:?}");
    let path = folder.path().join("plan.gpkg");
    let plan = window.state().document().as_kept();
    project::save(&plan, &History::default(), &path, None, &Progress::default()).unwrap();
    drop(window);
    let mut again = window_of_files(&[&path]);
    assert_eq!(told(&mut again), before);
}

#[test]
fn m12_times_of_another_zone_are_moved_in_the_filter_panel() {
    let mut window = window_of(incidents::plan());
    let before = window.state().document().plan.incidents.reported.clone();
    let night =
        |window: &Harness<'_, App>| window.state().document().active_measures().map(|tier| tier.sum.total).unwrap();
    click(&mut window, ZH().hours_night);
    assert_eq!(night(&window), 16);
    // Six hours back: what was at 23 is at 17, what was at 10 is at 4.
    let hours = window.get_by_role_and_label(Role::SpinButton, TERMS().times_move);
    hours.focus();
    settle(&mut window);
    for _ in 0..6 {
        window.key_press(Key::ArrowDown);
        settle(&mut window);
    }
    click(&mut window, TERMS().times_do);
    let moved = window.state().document().plan.incidents.reported.clone();
    let gaps = before.iter().zip(&moved).filter(|(then, _)| then.is_some()).map(|(then, now)| now.0 - then.0);
    let mut gaps: Vec<i32> = gaps.collect();
    gaps.dedup();
    assert_eq!(gaps, [-360]);
    assert_eq!(night(&window), 17, "those of the day and the one on the border are at night now");
    assert_eq!(window.state().document().history.records().len(), 1);
    command_key(&mut window, Command::Undo);
    assert_eq!(window.state().document().plan.incidents.reported, before);
    assert_eq!(night(&window), 16);
}

#[test]
fn m13_the_dialog_of_columns_shows_five_rows() {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("grids.geojson");
    std::fs::copy(crate::cases::nine(), &zones).unwrap();
    let cases = folder.path().join("cases.csv");
    let rows: String = (1..=9).map(|row| format!("{row},110.30{row},20.00{row},row {row}\n")).collect();
    std::fs::write(&cases, format!("a,b,c,d\n{rows}")).unwrap();
    let window = window_of_files(&[&zones, &cases]);
    assert!(window.query_by_label(TERMS().fields_title).is_some());
    for row in 1..=5 {
        assert!(window.query_by_label(&format!("row {row}")).is_some(), "{row}");
    }
    assert!(window.query_by_label("row 6").is_none());
}

#[test]
fn wording_2_11_what_is_typed_in_full_width_is_found() {
    let mut window = window();
    let search = |window: &mut Harness<'_, App>, text: &str| {
        command_key(window, Command::Palette);
        window.get_by_role_and_label(Role::TextInput, ZH().search).type_text(text);
        settle(window);
        window.key_press(Key::Enter);
        settle(window);
    };
    search(&mut window, "４６０１０５００７");
    assert!(window.state().document().selection.contains(&ZoneId(6)));
    search(&mut window, "网格１２");
    assert!(window.state().document().selection.contains(&ZoneId(11)));
    // A place, with the comma of an input method and with an enumeration comma.
    for (between, corner) in [("\u{ff0c}", (3, 5)), ("、", (5, 3))] {
        let place = squares::corner(corner.0, corner.1);
        search(&mut window, &format!("{:.7}{between}{:.7}", place.lon(), place.lat()));
        let canvas = window.get_by_label(ZH().map).rect();
        assert!((window.state().screen_position(place) - canvas.center()).length() < 2.0, "{between}");
    }
    window.get_by_label(ZH().filter).focus();
    settle(&mut window);
    window.get_by_label(ZH().filter).type_text("４６０１０５０１２");
    settle(&mut window);
    assert!(window.query_by_role_and_label(Role::ListBoxOption, "网格12").is_some());
    assert!(window.query_by_role_and_label(Role::ListBoxOption, "网格2").is_none());
}

#[test]
fn wording_2_11_agencies_and_vehicles_are_parted_by_chinese_signs() {
    let mut plan = incidents::plan();
    let town = plan.tiers[0].zones.get(ZoneId(0)).unwrap().code.clone();
    plan.squads.push(Squad { code: "S1".to_owned(), name: "一队".to_owned(), town, ..Squad::default() });
    plan.beats.set(ZoneId(0), Some(SquadId(0)));
    let mut window = window_of(plan);
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_squads);
    for (word, text) in
        [(TERMS().agencies, "公安\u{ff1b}城管\u{ff0c}交警"), (TERMS().vehicles, "巡逻车×1\u{ff1b}电动车x2")]
    {
        let name = format!("{word} S1");
        window.get_by_role_and_label(Role::TextInput, &name).focus();
        settle(&mut window);
        window.get_by_role_and_label(Role::TextInput, &name).type_text(text);
        settle(&mut window);
    }
    click(&mut window, ZH().apply);
    let squad = window.state().document().plan.squads.get(SquadId(0)).cloned().unwrap();
    assert_eq!(squad.agencies, ["公安", "城管", "交警"]);
    assert_eq!((squad.vehicles.len(), squad.vehicle_count()), (2, 3));
}
