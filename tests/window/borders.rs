//! Borders by hand: one stroke over several grids, edges dragged, a line that is locked.

use egui_kittest::kittest::Queryable as _;
use wangge::model::LockedLine;
use wangge::topology::FaceId;
use wangge::ui::Terms;

use super::*;

#[test]
fn one_stroke_cuts_every_grid_it_goes_over() {
    let mut window = window();
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::SplitTool);
    // From the first grid of the row into the last: it goes over the two between.
    drag(&mut window, &[(1, 1), (3, 1), (5, 1), (7, 1)], Vec2::new(6.0, -6.0));
    for name in ["460105002  网格2", "460105003  网格3"] {
        assert!(window.query_by_label(name).is_some(), "{name}");
    }
    assert!(window.query_by_label("460105001  网格1").is_none());
    window.get_by_label(Words::of(Lang::Zh).split).click();
    settle(&mut window);
    let document = window.state().document();
    let grids = &document.plan.tiers[1];
    assert_eq!((grids.zones.iter().count(), document.history.records().len()), (18, 1));
    assert!(["460105017", "460105018"].iter().all(|code| grids.by_code(code).is_some()));
}

#[test]
fn an_edge_is_dragged_unless_its_line_is_locked() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    window.get_by_label("网格2").click_modifiers(Modifiers::COMMAND);
    settle(&mut window);
    command_key(&mut window, Command::LockLine);
    let line = LockedLine::between(1, ZoneId(0), ZoneId(1));
    assert!(window.state().document().plan.settings.locked_lines.contains(&line));
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::VertexTool);
    drag_edge(&mut window);
    assert_eq!(window.state().document().history.records().len(), 1);
    assert!(window.query_all_by_label_contains("网格1与网格2之间的边界").next().is_some());
    command_key(&mut window, Command::LockLine);
    drag_edge(&mut window);
    let document = window.state().document();
    assert_eq!(document.history.records().len(), 3);
    assert!(document.history.records()[2].sentence.zh.starts_with("移动"));
}

#[test]
fn what_is_kept_together_is_listed_and_removed() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    window.get_by_label("网格2").click_modifiers(Modifiers::COMMAND);
    settle(&mut window);
    command_key(&mut window, Command::KeepTogether);
    let bonds = |window: &Harness<'static, App>| window.state().document().plan.settings.bonds.clone();
    assert_eq!(bonds(&window).len(), 1);
    // The opposite contradicts it: refused, and nothing changes.
    command_key(&mut window, Command::KeepApart);
    assert_eq!(bonds(&window).len(), 1);
    assert!(window.query_all_by_label_contains("既要同格又不可同格").next().is_some());
    command_key(&mut window, Command::Rebalance);
    assert!(window.query_all_by_label_contains("网格1、网格2").next().is_some());
    window.get_by_label(Terms::of(Lang::Zh).bond_remove).click();
    settle(&mut window);
    assert!(bonds(&window).is_empty());
}

/// Drags the edge between the first two grids a little east.
fn drag_edge(window: &mut Harness<'static, App>) {
    let [a, b] = [(2, 1), (2, 2)].map(|(x, y)| window.state().screen_position(squares::corner(x, y)));
    let from = a + (b - a) / 2.0;
    window.drag_at(from);
    window.run_steps(1);
    for step in 1..=4 {
        window.hover_at(from + Vec2::new(5.0 * step as f32, 0.0));
        window.run_steps(1);
    }
    window.drop_at(from + Vec2::new(20.0, 0.0));
    settle(window);
}

#[test]
fn the_brush_gives_what_is_in_a_box_takes_it_away_and_passes_over_what_is_owned() {
    let mut window = window();
    window.get_by_label("网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    let terms = Terms::of(Lang::Zh);
    let press = |window: &mut Harness<'static, App>, word: &str| {
        window.get_by_label(word).click();
        settle(window);
    };
    let owner = |window: &Harness<'static, App>, face: u32| {
        window.state().document().plan.tiers[1].owner_of(FaceId(face)).map(|zone| zone.0)
    };
    press(&mut window, terms.brush_box);
    drag(&mut window, &[(2, 0), (3, 1)], Vec2::ZERO);
    assert_eq!((owner(&window, 2), owner(&window, 3)), (Some(0), Some(1)));
    press(&mut window, terms.brush_takes);
    drag(&mut window, &[(2, 0), (4, 1)], Vec2::ZERO);
    assert_eq!((owner(&window, 2), owner(&window, 3)), (None, Some(1)), "only land of the selected zone is taken away");
    press(&mut window, terms.brush_gives);
    press(&mut window, terms.brush_unassigned);
    press(&mut window, terms.brush_lasso);
    drag(&mut window, &[(2, 0), (4, 0), (4, 1), (2, 1)], Vec2::ZERO);
    assert_eq!((owner(&window, 2), owner(&window, 3)), (Some(0), Some(1)));
    assert_eq!(window.state().document().history.records().len(), 3);
}
