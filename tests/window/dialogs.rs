//! Dialogs and tools: rebalancing, settings, tour, paths, the map by keyboard.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::base::Lang;
use wangge::model::ZoneId;
use wangge::ui::{App, Command, Start, Terms, What, Words};

use super::{command_key, drag, incidents, settle, squares, window, window_of};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);

/// Runs a command through the palette, as one without a key is.
fn by_palette(window: &mut Harness<'_, App>, command: Command) {
    command_key(window, Command::Palette);
    window.get_by_role_and_label(Role::TextInput, ZH().search).type_text(command.text(Lang::En));
    settle(window);
    window.key_press(Key::Enter);
    settle(window);
}

#[test]
fn moves_are_accepted_and_rejected_one_by_one() {
    let mut window = window_of(incidents::plan());
    command_key(&mut window, Command::Rebalance);
    window.get_by_label(ZH().rebalance_start).click();
    settle(&mut window);
    let before = window.state().document().plan.canonical_hash();
    let moves = window.query_all_by_label_contains("→ 网格").count();
    assert!(moves >= 2, "{moves} moves proposed");
    window.get_by_label(&format!("{} 1", ZH().move_reject)).click();
    settle(&mut window);
    assert_eq!(window.state().document().plan.canonical_hash(), before);
    assert!(window.query_by_label(&format!("{} 1", ZH().move_restore)).is_some());
    window.get_by_label(&format!("{} 1", ZH().move_restore)).click();
    settle(&mut window);
    window.get_by_label(&format!("{} 1", ZH().move_accept)).click();
    settle(&mut window);
    let document = window.state().document();
    assert_eq!(document.history.records().len(), 1);
    assert_ne!(document.plan.canonical_hash(), before);
    // It counts as done, also after the other way round.
    assert!(window.query_by_label(&format!("{} 1", ZH().move_accept)).is_none());
    command_key(&mut window, Command::Undo);
    assert!(window.query_by_label(&format!("{} 1", ZH().move_accept)).is_some());
}

#[test]
fn weights_of_load_are_changed_by_a_command() {
    let mut window = window_of(incidents::plan());
    let load = |window: &Harness<'_, App>| -> f64 {
        window.state().document().active_measures().unwrap().rows.iter().map(|row| row.load_hours).sum()
    };
    let before = load(&window);
    command_key(&mut window, Command::Settings);
    let field = window.get_by_role_and_label(Role::SpinButton, ZH().weight_default);
    field.focus();
    settle(&mut window);
    window.key_press(Key::ArrowUp);
    settle(&mut window);
    window.get_by_label(ZH().ok).click();
    settle(&mut window);
    assert!(window.state().document().plan.settings.load.minutes_default > 40.0);
    assert!(load(&window) > before);
    assert!(window.state().document().is_unsaved());
}

#[test]
fn the_tour_has_six_steps_and_the_window_hears_nothing_meanwhile() {
    let start =
        Start { what: What::Plan(Box::new(incidents::plan())), lang: Some(Lang::Zh), tour: true, ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    let words = ZH();
    let steps =
        [words.tour_map, words.tour_layers, words.tour_filters, words.tour_zones, words.tour_tools, words.tour_search];
    for (at, step) in steps.iter().enumerate() {
        assert!(window.query_by_label(step).is_some(), "step {at}");
        let word = if at + 1 == steps.len() { words.tour_done } else { words.tour_next };
        window.get_by_label(word).click();
        settle(&mut window);
    }
    assert!(window.query_by_label(words.tour_done).is_none());
    by_palette(&mut window, Command::Tour);
    window.key_press(Key::Escape);
    settle(&mut window);
    assert!(window.query_by_label(words.tour_map).is_none());
}

#[test]
fn a_place_typed_into_the_palette_is_flown_to() {
    let mut window = window();
    let corner = squares::corner(3, 5);
    command_key(&mut window, Command::Palette);
    let text = format!("{:.7}, {:.7}", corner.lat(), corner.lon());
    window.get_by_role_and_label(Role::TextInput, ZH().search).type_text(&text);
    settle(&mut window);
    window.key_press(Key::Enter);
    settle(&mut window);
    let canvas = window.get_by_label(ZH().map).rect();
    assert!((window.state().screen_position(corner) - canvas.center()).length() < 2.0);
}

#[test]
fn the_map_is_worked_by_keyboard_alone() {
    let mut window = window();
    window.key_press(Key::F6);
    settle(&mut window);
    assert!(window.get_by_label(ZH().map).accesskit_node().is_focused());
    // The crosshair starts in the middle, the corner of four grids; two steps take it into one of them.
    window.key_press(Key::ArrowRight);
    window.key_press(Key::ArrowUp);
    settle(&mut window);
    window.key_press(Key::Enter);
    settle(&mut window);
    let chosen: Vec<ZoneId> = window.state().document().selection.iter().copied().collect();
    assert_eq!(chosen, [ZoneId(10)]);
    // What is under it is said.
    assert!(window.query_all_by_label_contains("示意镇 › 网格11").next().is_some());
    // A vertex is stepped to, held, moved and dropped.
    command_key(&mut window, Command::VertexTool);
    window.key_press(Key::CloseBracket);
    settle(&mut window);
    let before = window.state().document().plan.canonical_hash();
    window.key_press(Key::Enter);
    settle(&mut window);
    window.key_press(Key::ArrowUp);
    settle(&mut window);
    window.key_press(Key::Enter);
    settle(&mut window);
    assert_ne!(window.state().document().plan.canonical_hash(), before);
    assert_eq!(window.state().document().history.records().len(), 1);
}

#[test]
fn a_stroke_shows_both_sides_before_it_is_let_go() {
    let mut window = window_of(incidents::plan());
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    let off = Vec2::new(6.0, -6.0);
    let at = |window: &Harness<'_, App>, x, y| window.state().screen_position(squares::corner(x, y)) + off;
    let (from, to) = (at(&window, 2, 0), at(&window, 2, 1));
    window.drag_at(from);
    window.run_steps(1);
    window.hover_at(to);
    settle(&mut window);
    settle(&mut window);
    // Two of four incidents go from grid 2 to grid 1.
    assert!(window.query_by_label("4 → 6").is_some());
    assert!(window.query_by_label("4 → 2").is_some());
    assert!(window.state().document().history.records().is_empty());
    window.drop_at(to);
    settle(&mut window);
    assert_eq!(window.state().document().history.records().len(), 1);
}

#[test]
fn a_box_selects_and_a_locked_zone_refuses() {
    let mut window = window();
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::BoxTool);
    drag(&mut window, &[(0, 0), (4, 2)], Vec2::new(-4.0, 4.0));
    // Two grids whose middles lie in it: the box ends a little short of the next ones.
    assert_eq!(window.state().document().selection.len(), 2);
    command_key(&mut window, Command::LockZones);
    let locked = window.state().document().plan.tiers[1].zones.iter().filter(|(_, zone)| zone.locked).count();
    assert_eq!(locked, 2);
    assert_eq!(window.state().document().history.records().len(), 1);
}

#[test]
fn views_are_walked_back_and_forth() {
    let mut window = window();
    let rest = |window: &mut Harness<'_, App>| window.run_steps(60);
    rest(&mut window);
    window.get_by_label("网格3").click();
    settle(&mut window);
    rest(&mut window);
    let middle = squares::corner(5, 1);
    let near = |window: &Harness<'_, App>| {
        let canvas = window.get_by_label(ZH().map).rect();
        (window.state().screen_position(middle) - canvas.center()).length() < 2.0
    };
    assert!(near(&window));
    window.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    settle(&mut window);
    assert!(!near(&window));
    window.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    settle(&mut window);
    assert!(near(&window));
}

/// Controls without a name, of those that can be acted on.
fn unnamed(window: &Harness<'_, App>) -> usize {
    let acts = [Role::Button, Role::CheckBox, Role::RadioButton, Role::TextInput, Role::Slider, Role::SpinButton];
    let blank = |label: Option<String>| label.is_none_or(|label| label.trim().is_empty());
    window.query_all_by(|node| acts.contains(&node.role()) && blank(node.label())).count()
}

#[test]
fn every_command_is_reached_through_the_palette() {
    let mut window = window_of(incidents::plan());
    for command in Command::ALL.iter().copied().filter(|command| *command != Command::Palette) {
        command_key(&mut window, Command::Palette);
        window.get_by_role_and_label(Role::TextInput, ZH().search).type_text(command.text(Lang::En));
        settle(&mut window);
        assert!(window.query_all_by_label(command.text(Lang::Zh)).next().is_some(), "{command:?}");
        window.key_press(Key::Escape);
        settle(&mut window);
    }
}

#[test]
fn no_control_is_without_a_name() {
    let mut window = window_of(incidents::plan());
    assert_eq!(unnamed(&window), 0);
    window.get_by_label("网格1").click();
    settle(&mut window);
    let words = ZH();
    for leaf in [words.leaf_figures, words.leaf_properties, words.leaf_hours, words.leaf_neighbours, words.leaf_history]
    {
        window.get_by_label(leaf).click();
        settle(&mut window);
        assert_eq!(unnamed(&window), 0, "{leaf}");
    }
    command_key(&mut window, Command::ListIncidents);
    assert_eq!(unnamed(&window), 0);
    for command in [Command::Settings, Command::Rebalance, Command::Keys, Command::About] {
        by_palette(&mut window, command);
        assert_eq!(unnamed(&window), 0, "{command:?}");
        window.key_press(Key::Escape);
        settle(&mut window);
    }
}

#[test]
fn a_stroke_out_and_back_takes_land_from_the_neighbour() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::ReshapeTool);
    let area = |window: &Harness<'_, App>, zone: u32| {
        window.state().document().active_measures().unwrap().row(ZoneId(zone)).unwrap().area_km2
    };
    let before = [area(&window, 0), area(&window, 1)];
    drag(&mut window, &[(1, 0), (3, 0), (3, 1), (1, 1)], Vec2::new(6.0, -6.0));
    let after = [area(&window, 0), area(&window, 1)];
    assert!(after[0] > before[0] && after[1] < before[1], "{before:?} {after:?}");
    // Figures are whole square metres each.
    assert!((before[0] + before[1] - after[0] - after[1]).abs() < 2.5e-6, "{before:?} {after:?}");
}

#[test]
fn a_ring_makes_a_new_zone_with_a_free_code() {
    let mut window = window();
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::DrawTool);
    // Inside one grid, which keeps the rest.
    drag(&mut window, &[(2, 2), (3, 2), (3, 3), (2, 3)], Vec2::new(6.0, -6.0));
    window.get_by_label(ZH().draw_make).click();
    settle(&mut window);
    let document = window.state().document();
    assert_eq!(document.plan.tiers[1].zones.iter().count(), 17);
    let made: Vec<&str> =
        document.selection.iter().map(|&zone| document.plan.tiers[1].zones.get(zone).unwrap().code.as_str()).collect();
    assert_eq!(made, ["460105017"]);
}

/// The window with files open.
pub(super) fn window_of_files(paths: &[&std::path::Path]) -> Harness<'static, App> {
    let paths = paths.iter().map(|path| path.to_path_buf()).collect();
    let what = What::Files(paths, Box::default());
    let start = Start { what, lang: Some(Lang::Zh), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    window
}

#[test]
fn a_text_in_doubt_is_asked_about_once() {
    let terms = Terms::of(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones.geojson");
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","name":"海甸"},"geometry":{"type":"Polygon","coordinates":[[[110,20],[110.1,20],[110.1,20.1],[110,20]]]}}]}"#;
    std::fs::write(&zones, encoding_rs::GBK.encode(text).0).unwrap();
    let mut window = window_of_files(&[&zones]);
    let name =
        |window: &Harness<'_, App>| window.state().document().plan.tiers[0].zones.iter().next().unwrap().1.name.clone();
    assert!(window.query_by_label(terms.encodings_title).is_some());
    window.get_by_label_contains("Big5").click();
    settle(&mut window);
    window.get_by_label(terms.encodings_use).click();
    settle(&mut window);
    assert!(window.query_by_label(terms.encodings_title).is_none());
    assert_eq!(name(&window), encoding_rs::BIG5.decode(&encoding_rs::GBK.encode("海甸").0).0);
}

/// The columns of a table that nothing tells are chosen beside its first rows; what its values make likely stands there.
#[test]
fn a_table_whose_columns_cannot_be_told_is_asked_about() {
    let terms = Terms::of(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones.geojson");
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","name":"Haidian"},"geometry":{"type":"Polygon","coordinates":[[[110,20],[110.1,20],[110.1,20.1],[110,20]]]}}]}"#;
    std::fs::write(&zones, text).unwrap();
    let cases = folder.path().join("cases.csv");
    std::fs::write(&cases, "a,b,c,d\n1,110.05,20.01,first\n2,110.06,20.02,second\n").unwrap();
    let mut window = window_of_files(&[&zones, &cases]);
    assert!(window.query_by_label(terms.fields_title).is_some());
    assert!(window.query_by_label("cases.csv").is_some() && window.query_by_label("second").is_some());
    window.get_by_label(terms.fields_use).click();
    settle(&mut window);
    assert!(window.query_by_label(terms.fields_title).is_none());
    let incidents = &window.state().document().plan.incidents;
    assert_eq!(incidents.len(), 2);
    let at = incidents.point(1).unwrap();
    assert!((at.lon() - 110.06).abs() < 1e-6 && (at.lat() - 20.02).abs() < 1e-6, "{at:?}");
}

#[test]
fn control_points_place_a_layer_that_nothing_places() {
    let terms = Terms::of(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones.geojson");
    // Metres of a plan of its own: about the 110th meridian and the 20th parallel.
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","name":"东"},"geometry":{"type":"Polygon","coordinates":[[[51000,62000],[52000,62000],[52000,63000],[51000,62000]]]}}]}"#;
    std::fs::write(&zones, text).unwrap();
    let mut window = window_of_files(&[&zones]);
    assert!(window.query_by_label(terms.control_title).is_some());
    let field = window.get_by_role_and_label(Role::MultilineTextInput, terms.control_points);
    field.focus();
    field.type_text("50000,60000,110.0,20.0\n60000,60000,110.0955711,20.0\n50000,70000,110.0,20.0903287\nP4,60000,70000,110.0956,20.0913\n");
    settle(&mut window);
    window.get_by_label(terms.control_read).click();
    settle(&mut window);
    // The last one is a hundred metres off; without it the others agree.
    assert!(window.query_by_label_contains("4 个点").is_some());
    window.get_by_label("控制点 4").click();
    settle(&mut window);
    assert!(window.query_by_label_contains("3 个点").is_some());
    window.get_by_label(terms.control_use).click();
    settle(&mut window);
    let bounds = window.state().document().plan.coverage.bounds();
    let (west, south) = (bounds.min.lon(), bounds.min.lat());
    assert!((west - 110.009_557).abs() < 2e-5 && (south - 20.018_066).abs() < 2e-5, "{west} {south}");
}
