//! The window takes people out of its project, asked first.

use eframe::egui::Key;
use eframe::egui::Vec2;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wangge::base::Lang;
use wangge::ui::{App, Command, Start, Terms, What, Words};

use super::found::office;
use crate::window::{command_key, settle};

#[test]
fn purge_from_the_window_is_asked_first_and_undo_stops_there() {
    let folder = tempfile::tempdir().unwrap();
    office(folder.path());
    let path = folder.path().join("office.gpkg");
    let what = What::Files(vec![path.clone()], Box::default());
    let start = Start { what, lang: Some(Lang::Zh), state: Some(folder.path().join("state")), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    settle(&mut window);
    let (words, terms) = (Words::of(Lang::Zh), Terms::of(Lang::Zh));
    let ask = |window: &mut Harness<'_, App>| {
        command_key(window, Command::Palette);
        window.get_by_role_and_label(Role::TextInput, words.search).type_text(Command::Purge.text(Lang::En));
        settle(window);
        window.key_press(Key::Enter);
        settle(window);
    };
    let holds = || String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains("欧阳标记");
    ask(&mut window);
    assert!(window.query_by_label(terms.purge_title).is_some());
    window.get_by_label(words.cancel).click();
    settle(&mut window);
    assert!(holds());
    ask(&mut window);
    window.get_by_label(terms.purge_do).click();
    settle(&mut window);
    assert!(!holds());
    let document = window.state().document();
    assert!(document.plan.settings.purged.is_some() && !document.is_unsaved());
    let (_, grids) = document.plan.tier_named("grid").unwrap();
    assert!(grids.zones.iter().all(|(_, zone)| !zone.attributes.contains_key("负责人")));
    let why = Command::Undo.why_not(&window.state().facts()).unwrap();
    assert!(why.zh.contains("已清除个人信息"), "{}", why.zh);
}
