//! The window without a screen, through the names a screen reader hears.

mod acted;
mod borders;
mod dialogs;
mod duty;
mod figures;
mod history;
mod incidents;
mod moves;
mod panels;
pub(crate) mod squares;

use std::collections::BTreeSet;

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::base::Lang;
use wangge::model::ZoneId;
use wangge::ui::{App, Command, Facts, Start, What, Words};

/// The window with the squares open, its jobs ended.
fn window() -> Harness<'static, App> {
    window_keeping(None)
}

/// The same with a folder for working copies.
fn window_keeping(state: Option<std::path::PathBuf>) -> Harness<'static, App> {
    let start = Start { what: What::Plan(Box::new(squares::plan(8))), lang: Some(Lang::Zh), state, ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    window
}

/// The window with a plan open, its jobs ended.
fn window_of(plan: wangge::model::Plan) -> Harness<'static, App> {
    let start = Start { what: What::Plan(Box::new(plan)), lang: Some(Lang::Zh), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    window
}

/// Frames until no job is at work and nothing moves.
pub(crate) fn settle(window: &mut Harness<'_, App>) {
    loop {
        window.run_steps(2);
        if window.state().is_idle() {
            break;
        }
        std::thread::yield_now();
    }
    window.run_steps(2);
}

pub(crate) fn command_key(window: &mut Harness<'_, App>, command: Command) {
    let key = command.key().unwrap();
    window.key_press_modifiers(key.modifiers, key.logical_key);
    settle(window);
}

#[test]
fn a_click_in_the_list_selects_the_zone_and_looks_at_it() {
    let mut window = window();
    window.get_by_label("网格3").click();
    settle(&mut window);
    assert_eq!(window.state().document().selection, BTreeSet::from([ZoneId(2)]));
    // Blocks of 2 x 2 in a row of 4: the third one's middle is the corner (5, 1).
    let middle = squares::corner(5, 1);
    let seen = window.state().screen_position(middle);
    let canvas = window.get_by_label("地图").rect();
    assert!((seen - canvas.center()).length() < 2.0, "{seen:?} in {canvas:?}");
}

#[test]
fn ctrl_adds_to_the_selection_and_escape_clears_it() {
    let mut window = window();
    window.get_by_label("网格3").click();
    settle(&mut window);
    window.get_by_label("网格5").click_modifiers(Modifiers::COMMAND);
    settle(&mut window);
    assert_eq!(window.state().document().selection.len(), 2);
    command_key(&mut window, Command::ClearSelection);
    assert!(window.state().document().selection.is_empty());
}

#[test]
fn the_question_mark_opens_the_keys_and_escape_closes_them() {
    let mut window = window();
    command_key(&mut window, Command::Keys);
    assert!(window.query_by_label(Words::of(Lang::Zh).keys_note).is_some());
    window.key_press(Key::Escape);
    settle(&mut window);
    assert!(window.query_by_label(Words::of(Lang::Zh).keys_note).is_none());
}

#[test]
fn the_other_language_is_one_key_away() {
    let mut window = window();
    assert!(window.query_by_label(Words::of(Lang::Zh).menu_file).is_some());
    command_key(&mut window, Command::Language);
    assert_eq!(window.state().lang(), Lang::En);
    assert!(window.query_by_label(Words::of(Lang::En).menu_file).is_some());
    assert!(window.query_by_label(Words::of(Lang::Zh).menu_file).is_none());
}

#[test]
fn a_disabled_command_says_why_and_does_nothing() {
    let mut window = window();
    let before = window.state().document().plan.canonical_hash();
    let undo = window.get_by_label(Command::Undo.text(Lang::Zh));
    assert!(undo.accesskit_node().is_disabled());
    let why = Command::Undo.why_not(&window.state().facts()).unwrap();
    command_key(&mut window, Command::Undo);
    assert!(window.query_by_label(&why.zh).is_some(), "the reason is not shown: {why}");
    assert_eq!(window.state().document().plan.canonical_hash(), before);
}

#[test]
fn the_palette_finds_commands_in_either_language_and_zones_by_code() {
    let mut window = window();
    command_key(&mut window, Command::Palette);
    let field = Words::of(Lang::Zh).search;
    window.get_by_role_and_label(Role::TextInput, field).type_text("whole tier");
    settle(&mut window);
    assert!(window.query_by_label(Command::SelectAll.text(Lang::Zh)).is_some());
    window.key_press(Key::Escape);
    settle(&mut window);
    command_key(&mut window, Command::Palette);
    window.get_by_role_and_label(Role::TextInput, field).type_text("460105007");
    settle(&mut window);
    window.key_press(Key::Enter);
    settle(&mut window);
    assert_eq!(window.state().document().selection, BTreeSet::from([ZoneId(6)]));
}

#[test]
fn single_keys_are_dead_in_a_text_field() {
    let mut window = window();
    let filter = Words::of(Lang::Zh).filter;
    window.get_by_label(filter).focus();
    settle(&mut window);
    window.key_press(Key::Questionmark);
    settle(&mut window);
    assert!(window.query_by_label(Words::of(Lang::Zh).keys_note).is_none());
}

#[test]
fn a_tier_becomes_active_by_a_click_and_the_list_follows() {
    let mut window = window();
    window.get_by_label("单元网格").click();
    settle(&mut window);
    assert_eq!(window.state().document().active, 2);
    assert!(window.query_by_label("地块1").is_some());
    assert!(window.query_by_label("网格1").is_none());
}

#[test]
fn the_eye_of_a_tier_hides_it() {
    let mut window = window();
    let eye = window.get_by_label("显示 责任网格");
    assert_eq!(eye.accesskit_node().toggled(), Some(Toggled::True));
    eye.click();
    settle(&mut window);
    assert!(!window.state().document().shown[1]);
}

#[test]
fn every_command_stands_in_a_menu_with_words_in_both_languages_and_a_key_of_its_own() {
    let mut keys = BTreeSet::new();
    for command in Command::ALL {
        assert!(!command.text(Lang::Zh).is_empty() && !command.text(Lang::En).is_empty());
        if let Some(key) = command.key_text() {
            assert!(keys.insert(key.clone()), "{key} stands twice");
        }
    }
}

#[test]
fn without_a_plan_only_what_needs_none_can_be_done() {
    let nothing = Facts::default();
    let ready: Vec<_> = Command::ALL.iter().filter(|command| command.why_not(&nothing).is_none()).collect();
    assert!(ready.contains(&&Command::Open) && ready.contains(&&Command::Keys));
    for command in [Command::Save, Command::Undo, Command::Merge, Command::Rebalance, Command::Export] {
        assert!(!ready.contains(&&command), "{command:?}");
    }
}

/// Presses, moves along and releases the main button on the map at lattice corners.
pub(crate) fn drag(window: &mut Harness<'_, App>, along: &[(usize, usize)], off: Vec2) {
    let at = |window: &Harness<'_, App>, (x, y)| window.state().screen_position(squares::corner(x, y)) + off;
    let places: Vec<_> = along.iter().map(|&corner| at(window, corner)).collect();
    window.drag_at(places[0]);
    window.run_steps(1);
    for &place in &places[1..] {
        window.hover_at(place);
        window.run_steps(1);
    }
    window.drop_at(places[places.len() - 1]);
    settle(window);
}

/// Points of the screen from a corner into the square north-east of it.
pub(crate) const INTO: Vec2 = Vec2::new(6.0, -6.0);

#[test]
fn painted_faces_change_hands_and_undo_and_redo_walk_back_and_forth() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    let before = window.state().document().plan.canonical_hash();
    // The column of squares east of grid 1, two of grid 2's four.
    drag(&mut window, &[(2, 0), (2, 1)], INTO);
    let document = window.state().document();
    let after = document.plan.canonical_hash();
    assert_ne!(after, before);
    assert_eq!(document.plan.tiers[1].faces_of(ZoneId(0)).len(), 6);
    assert!(document.is_unsaved());
    command_key(&mut window, Command::Undo);
    assert_eq!(window.state().document().plan.canonical_hash(), before);
    assert!(!window.state().document().is_unsaved());
    assert!(Command::Undo.why_not(&window.state().facts()).is_some());
    command_key(&mut window, Command::Redo);
    assert_eq!(window.state().document().plan.canonical_hash(), after);
}

#[test]
fn a_refusal_is_told_in_words_and_changes_nothing() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    let before = window.state().document().plan.canonical_hash();
    // A square in the far corner does not touch grid 1.
    drag(&mut window, &[(7, 7), (7, 7)], INTO);
    let far = window.state().screen_position(squares::corner(7, 7)) + INTO;
    window.hover_at(far);
    window.run_steps(1);
    window.drag_at(far);
    window.drop_at(far);
    settle(&mut window);
    assert_eq!(window.state().document().plan.canonical_hash(), before);
    assert!(window.query_by_label_contains("无法将所选图斑划入").is_some());
}

#[test]
fn unsaved_work_is_not_lost_without_a_question() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    drag(&mut window, &[(2, 0), (2, 1)], INTO);
    command_key(&mut window, Command::Quit);
    let words = Words::of(Lang::Zh);
    assert!(window.query_by_label(words.unsaved_body).is_some());
    window.get_by_label(words.cancel).click();
    settle(&mut window);
    assert!(window.query_by_label(words.unsaved_body).is_none());
    assert!(window.state().document().is_unsaved());
}

#[test]
fn the_sample_city_opens_with_every_incident_accounted_for() {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let start = Start { what: What::Files(vec![folder], Box::default()), lang: Some(Lang::Zh), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    let document = window.state().document();
    let measures = document.measures.as_ref().unwrap();
    let grids = &measures.tiers[document.active];
    assert_eq!(grids.rows.len(), 123);
    assert!(grids.sum.holds() && grids.sum.total > 40_000);
    let counted: usize = grids.rows.iter().map(|row| row.incidents as usize).sum();
    assert_eq!(counted, grids.sum.inside + grids.sum.on_border + grids.sum.by_code);
    assert!(window.query_by_label("案件 45,000").is_some());
}

#[test]
fn work_of_a_killed_run_comes_back_and_the_question_destroys_nothing() {
    let words = Words::of(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let keeping = || window_keeping(Some(folder.path().to_owned()));
    let mut killed = keeping();
    killed.get_by_label("网格1").click();
    settle(&mut killed);
    command_key(&mut killed, Command::Fit);
    command_key(&mut killed, Command::PaintTool);
    drag(&mut killed, &[(2, 0), (2, 1)], INTO);
    let after = killed.state().document().plan.canonical_hash();
    drop(killed);

    let mut later = keeping();
    later.get_by_label(words.recover_later).click();
    settle(&mut later);
    assert_ne!(later.state().document().plan.canonical_hash(), after);
    drop(later);

    let mut restored = keeping();
    restored.get_by_label(words.recover_restore).click();
    settle(&mut restored);
    let document = restored.state().document();
    assert_eq!(document.plan.canonical_hash(), after);
    assert_eq!(document.history.records().len(), 1);
    assert!(document.is_unsaved());
    drop(restored);

    let mut discarded = keeping();
    discarded.get_by_label(words.recover_discard).click();
    settle(&mut discarded);
    drop(discarded);
    assert!(keeping().query_by_label(words.recover_restore).is_none());
}
