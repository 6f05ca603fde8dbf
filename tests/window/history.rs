//! History in the window: versions, branches, comparison; tiers copied, faces cut; two windows on one project.

use eframe::egui::accesskit::Role;
use eframe::egui::{Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wangge::base::{Lang, Progress};
use wangge::edit::{History, Way};
use wangge::io::project;
use wangge::model::ZoneId;
use wangge::ui::{App, Command, Start, Terms, What, Words};

use super::{INTO, command_key, drag, settle, squares, window};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);

fn hash(window: &Harness<'_, App>) -> u64 {
    window.state().document().plan.canonical_hash()
}

fn click(window: &mut Harness<'_, App>, label: &str) {
    window.get_by_label(label).click();
    settle(window);
}

/// Gives two squares of grid 2 to grid 1.
fn paint_two(window: &mut Harness<'_, App>) {
    click(window, "网格1");
    command_key(window, Command::Fit);
    command_key(window, Command::PaintTool);
    drag(window, &[(2, 0), (2, 1)], INTO);
}

#[test]
fn a_version_is_named_gone_to_and_compared_with() {
    let mut window = window();
    paint_two(&mut window);
    let painted = hash(&window);
    command_key(&mut window, Command::NameVersion);
    window.get_by_role_and_label(Role::TextInput, ZH().version_name).type_text("会前");
    settle(&mut window);
    click(&mut window, ZH().version_keep);
    assert_eq!(window.state().document().history.versions()[0].name, "会前");
    command_key(&mut window, Command::Undo);
    let before = hash(&window);
    assert!(window.state().document().is_unsaved(), "a version that was named is work");
    // What differs from it is told by zone, with the land that changed hands.
    click(&mut window, &format!("{} 会前", ZH().compare));
    assert!(window.query_all_by_label_contains("划出 网格2").next().is_some());
    assert!(window.query_all_by_label_contains("划入 网格1").next().is_some());
    click(&mut window, &format!("{} 0", ZH().changes));
    click(&mut window, &format!("{} 会前", ZH().go_there));
    assert_eq!(hash(&window), painted);
    assert_ne!(before, painted);
}

#[test]
fn a_way_given_up_is_listed_and_can_be_taken_again() {
    let mut window = window();
    paint_two(&mut window);
    let painted = hash(&window);
    command_key(&mut window, Command::Undo);
    // Something else: a grid is locked.
    command_key(&mut window, Command::LockZones);
    let locked = hash(&window);
    assert_eq!(window.state().document().history.branches().len(), 1);
    command_key(&mut window, Command::ToggleDrawer);
    click(&mut window, &format!("{} 1", ZH().changes));
    let other = window.query_all_by_label_contains(ZH().go_there).next().unwrap();
    other.click();
    settle(&mut window);
    assert_eq!(hash(&window), painted);
    let history: &History = &window.state().document().history;
    assert_eq!(history.branches().len(), 1, "the line that was left is the branch now");
    assert_eq!(history.way_to(history.here()), Some(Way::Back(0)));
    window.query_all_by_label_contains(ZH().go_there).next().unwrap().click();
    settle(&mut window);
    assert_eq!(hash(&window), locked);
}

#[test]
fn a_copied_tier_is_active_and_merged_apart_from_the_one_it_came_from() {
    let mut window = window();
    command_key(&mut window, Command::CopyTier);
    click(&mut window, ZH().copy_tier);
    let document = window.state().document();
    assert_eq!((document.plan.tiers.len(), document.active), (4, 3));
    assert_eq!(document.plan.tiers[3].name, ZH().copy_tier_suggested);
    click(&mut window, "网格1");
    window.get_by_label("网格2").click_modifiers(Modifiers::COMMAND);
    settle(&mut window);
    command_key(&mut window, Command::Merge);
    click(&mut window, "460105001  网格1");
    click(&mut window, Terms::of(Lang::Zh).merge);
    let tiers = &window.state().document().plan.tiers;
    assert_eq!((tiers[1].zones.iter().count(), tiers[3].zones.iter().count()), (16, 15));
    // Back to before the tier was there: another one is active.
    command_key(&mut window, Command::Undo);
    command_key(&mut window, Command::Undo);
    assert_eq!((window.state().document().plan.tiers.len(), window.state().document().active), (3, 1));
}

#[test]
fn faces_are_cut_into_cells_after_a_look_and_dissolved_again() {
    let mut window = window();
    let faces = |window: &Harness<'_, App>| window.state().document().plan.coverage.faces().iter().count();
    click(&mut window, "网格1");
    let whole = faces(&window);
    command_key(&mut window, Command::CutFaces);
    settle(&mut window);
    // Squares of 500 m are 25 ha and more: smaller cells cut every one of the four. Nothing is done yet.
    assert!(window.query_all_by_label_contains("将 4 个图斑切分为").next().is_some());
    assert_eq!(faces(&window), whole);
    click(&mut window, ZH().cut);
    assert!(faces(&window) > whole + 3);
    assert_eq!(window.state().document().plan.tiers[1].zones.iter().count(), 16);
    command_key(&mut window, Command::Dissolve);
    // Each unit is one face again.
    assert_eq!(faces(&window), whole);
}

fn window_on(file: &std::path::Path, state: &std::path::Path) -> Harness<'static, App> {
    let what = What::Files(vec![file.to_owned()], Box::default());
    let start = Start { what, lang: Some(Lang::Zh), state: Some(state.to_owned()), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    window
}

#[test]
fn a_second_window_on_a_project_looks_and_changes_nothing_until_the_first_is_gone() {
    let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("plan.gpkg");
    project::save(&squares::plan(8), &History::default(), &file, None, &Progress::default()).unwrap();
    let mut first = window_on(&file, state.path());
    let mut second = window_on(&file, state.path());
    assert!(second.query_by_label_contains("该方案已在另一窗口打开").is_some());
    assert!(first.query_by_label_contains("该方案已在另一窗口打开").is_none());
    let before = hash(&second);
    for command in [Command::PaintTool, Command::LockTier, Command::CopyTier, Command::NameVersion, Command::Rebalance]
    {
        assert!(command.why_not(&second.state().facts()).is_some(), "{command:?}");
    }
    paint_two(&mut first);
    assert_eq!(first.state().document().plan.tiers[1].faces_of(ZoneId(0)).len(), 6);
    drop(first);
    click(&mut second, ZH().seat_retry);
    assert!(second.query_by_label_contains("该方案已在另一窗口打开").is_none());
    assert_eq!(hash(&second), before, "what the first one did not save is not in the file");
    assert!(Command::CopyTier.why_not(&second.state().facts()).is_none());
}
