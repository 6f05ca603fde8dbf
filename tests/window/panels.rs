//! Filters, the list of zones, the inspector, the list of incidents.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wangge::base::{Lang, Progress};
use wangge::geometry::Point;
use wangge::io::project;
use wangge::model::{Attributes, Hours, Plan, Reference, Shape, ZoneId};
use wangge::ui::{App, Command, Words};

use super::{command_key, incidents, settle, window_of};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);

fn with_incidents() -> Harness<'static, App> {
    window_of(incidents::plan())
}

/// What the active tier counts: total, inside, on a border, without a place.
fn counted(window: &Harness<'_, App>) -> [usize; 4] {
    let sum = window.state().document().active_measures().unwrap().sum;
    assert!(sum.holds());
    [sum.total, sum.inside, sum.on_border, sum.nowhere]
}

#[test]
fn the_night_filter_is_followed_by_every_number_and_cleared_by_one_command() {
    let mut window = with_incidents();
    assert_eq!(counted(&window), [34, 32, 1, 1]);
    let load = |window: &Harness<'_, App>| -> f64 {
        window.state().document().active_measures().unwrap().rows.iter().map(|row| row.load_hours).sum()
    };
    let whole = load(&window);
    window.get_by_label(ZH().hours_night).click();
    settle(&mut window);
    // The odd columns of the lower half alone.
    assert_eq!(counted(&window), [16, 16, 0, 0]);
    assert_eq!(window.state().document().filter.hours, Hours::night());
    assert!(load(&window) < whole);
    assert!(window.query_by_label("筛选后 16 / 34 件").is_some());
    window.get_by_label(ZH().clear).click();
    settle(&mut window);
    assert_eq!(counted(&window), [34, 32, 1, 1]);
}

#[test]
fn a_field_is_chosen_from_its_list_with_counts() {
    let mut window = with_incidents();
    window.get_by_label("领域: 全部").click();
    settle(&mut window);
    window.get_by_role_and_label(Role::CheckBox, "环保").click();
    settle(&mut window);
    assert_eq!(counted(&window), [17, 16, 0, 1]);
    assert_eq!(window.state().document().filter.fields, BTreeSet::from(["环保".to_owned()]));
    assert!(window.query_by_label("领域: 环保").is_some());
}

#[test]
fn days_are_typed_and_the_last_one_is_looked_at_to_its_end() {
    let mut window = with_incidents();
    for (field, day) in [(ZH().day_from, "2025-03-04"), (ZH().day_until, "2025-03-04")] {
        window.get_by_role_and_label(Role::TextInput, field).focus();
        settle(&mut window);
        window.get_by_role_and_label(Role::TextInput, field).type_text(day);
        settle(&mut window);
    }
    assert_eq!(counted(&window), [8, 8, 0, 0]);
}

#[test]
fn the_strip_is_brushed_by_keys_alone() {
    let mut window = with_incidents();
    let strip = |window: &Harness<'_, App>| {
        window.get_by_role_and_label(Role::Slider, &format!("{}: {} / 168 h", ZH().hours_of_week, 168)).rect()
    };
    let place = strip(&window);
    assert!(place.width() > 100.0 && place.height() > 60.0);
    window.get_by_role(Role::Slider).focus();
    settle(&mut window);
    // Hour 0 of Monday, then ten to the right, that hour alone.
    for _ in 0..10 {
        window.key_press(Key::ArrowRight);
        settle(&mut window);
    }
    window.key_press(Key::Enter);
    settle(&mut window);
    let hours = window.state().document().filter.hours;
    assert_eq!((hours.count(), hours.has(10)), (1, true));
    // The first row of the even columns, and the one on the border.
    assert_eq!(counted(&window)[0], 5);
}

#[test]
fn each_part_of_the_sum_lists_its_incidents() {
    let mut window = with_incidents();
    window.get_by_label("边界 1").click();
    settle(&mut window);
    assert!(window.query_by_label_contains("T033").is_some());
    assert!(window.query_by_label_contains("T001").is_none());
    window.get_by_label_contains("T033").click();
    settle(&mut window);
    // Its card is open, and the map looks at it.
    assert!(window.query_by_label(ZH().incident_reported).is_some());
    let seen = window.state().screen_position(super::squares::corner(4, 4));
    let canvas = window.get_by_label(ZH().map).rect();
    assert!((seen - canvas.center()).length() < 2.0);
    command_key(&mut window, Command::ClearSelection);
    assert!(window.query_by_label(ZH().incident_reported).is_none());
}

#[test]
fn a_column_head_sorts_and_the_filter_narrows_the_list() {
    let mut window = with_incidents();
    let top = |window: &Harness<'_, App>, name: &str| window.get_by_label(name).rect().top();
    window.get_by_role_and_label(Role::Button, ZH().code).click();
    settle(&mut window);
    assert!(top(&window, "网格1") < top(&window, "网格2"));
    window.get_by_role_and_label(Role::Button, ZH().code).click();
    settle(&mut window);
    assert!(top(&window, "网格2") < top(&window, "网格1"));
    window.get_by_label(ZH().filter).focus();
    settle(&mut window);
    window.get_by_label(ZH().filter).type_text("网格12");
    settle(&mut window);
    assert!(window.query_by_label("网格12").is_some() && window.query_by_label("网格2").is_none());
}

#[test]
fn a_pinned_zone_stays_on_top() {
    let mut window = with_incidents();
    window.get_by_role_and_label(Role::Button, ZH().code).click();
    settle(&mut window);
    window.get_by_label("网格5").click();
    settle(&mut window);
    command_key(&mut window, Command::Pin);
    let top = |name: &str| window.get_by_role_and_label(Role::ListBoxOption, name).rect().top();
    assert!(top("网格5") < top("网格1"));
}

#[test]
fn columns_are_chosen_from_a_list() {
    let mut window = with_incidents();
    assert!(window.query_by_role_and_label(Role::Button, ZH().faces).is_none());
    window.get_by_label(ZH().columns).click();
    settle(&mut window);
    window.get_by_role_and_label(Role::CheckBox, ZH().faces).click();
    settle(&mut window);
    assert!(window.query_by_role_and_label(Role::Button, ZH().faces).is_some());
}

#[test]
fn properties_are_edited_by_one_command_that_undo_takes_back() {
    let mut window = with_incidents();
    window.get_by_label("网格3").click();
    settle(&mut window);
    window.get_by_label(ZH().leaf_properties).click();
    settle(&mut window);
    let name =
        |window: &Harness<'_, App>| window.state().document().plan.tiers[1].zones.get(ZoneId(2)).unwrap().name.clone();
    window.get_by_role_and_label(Role::TextInput, ZH().name).focus();
    settle(&mut window);
    window.key_press(Key::End);
    window.get_by_role_and_label(Role::TextInput, ZH().name).type_text("新");
    settle(&mut window);
    assert_eq!(name(&window), "网格3");
    window.get_by_label(ZH().apply).click();
    settle(&mut window);
    assert_eq!(name(&window), "网格3新");
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    settle(&mut window);
    assert_eq!(name(&window), "网格3");
}

#[test]
fn the_inspector_lists_neighbours_with_the_border_shared_and_goes_there() {
    let mut window = with_incidents();
    window.get_by_label("网格1").click();
    settle(&mut window);
    window.get_by_label(ZH().leaf_neighbours).click();
    settle(&mut window);
    // East and north of the corner grid, and what is outside.
    let east = window.get_by_label_contains("网格2 1.1");
    assert!(window.query_by_label_contains("网格5 1.0").is_some());
    assert!(window.query_by_label_contains(ZH().nobodys).is_some());
    east.click();
    settle(&mut window);
    assert_eq!(window.state().document().selection, BTreeSet::from([ZoneId(1)]));
}

#[test]
fn a_reference_layer_that_is_hidden_is_saved_and_handed_over_hidden() {
    let mut plan = incidents::plan();
    let road = Shape::Lines(vec![vec![Point::new(1_103_000_000, 200_000_000), Point::new(1_103_100_000, 200_000_000)]]);
    let features = [(road, Attributes::new())].into();
    plan.references.push(Arc::new(Reference { name: "道路".to_owned(), features, visible: true, opacity: 1.0 }));
    let mut window = window_of(plan);
    window.get_by_label("道路").click();
    settle(&mut window);
    let document = window.state().document();
    assert!(document.plan.references[0].visible && !document.as_seen().references[0].visible);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    project::save(&document.as_kept(), &document.history, &path, None, &Progress::default()).unwrap();
    let opened = project::open(&path, &Progress::default()).unwrap();
    assert!(!opened.plan.references[0].visible);
}

#[test]
fn a_reference_layer_is_raised_over_the_next_and_stays_where_the_history_knows_it() {
    let mut plan = incidents::plan();
    for name in ["道路", "河流"] {
        let line =
            Shape::Lines(vec![vec![Point::new(1_103_000_000, 200_000_000), Point::new(1_103_100_000, 200_000_000)]]);
        let features = [(line, Attributes::new())].into();
        plan.references.push(Arc::new(Reference { name: name.to_owned(), features, visible: true, opacity: 1.0 }));
    }
    let mut window = window_of(plan);
    let names = |plan: &Plan| plan.references.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&window.state().document().as_seen()), ["道路", "河流"]);
    window.get_by_label(&format!("{} 道路", ZH().raise)).click();
    settle(&mut window);
    let document = window.state().document();
    assert_eq!(names(&document.as_seen()), ["河流", "道路"]);
    assert_eq!(names(&document.as_kept()), ["道路", "河流"]);
}
