//! The moves of a rebalancing in the window: what is rejected takes along what needs it, and figures follow at once.

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::balance::{Balance, Loads, faces_of_incidents};
use wangge::base::{Lang, Progress};
use wangge::index::{Index, Located};
use wangge::ui::{App, Command, Words};

use super::{command_key, incidents, settle, window_of};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);

/// The largest deviation of the plan as it is, by the core, in whole per cent.
fn worst(window: &Harness<'_, App>) -> String {
    let plan = &window.state().document().plan;
    let located = Located::of(plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let loads = Loads::of(plan, &faces_of_incidents(plan, &located), &Progress::default()).unwrap();
    format!("{:.0}%", Balance::of_grids(plan, &loads).max_deviation * 100.0)
}

/// What the labels say that contain some words.
fn told(window: &Harness<'_, App>, words: &str) -> Vec<String> {
    let found = window.query_all_by_label_contains(words);
    found.filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value())).collect()
}

fn rows(window: &Harness<'_, App>) -> Vec<String> {
    let rows = window.query_all_by_role(Role::ListBoxOption);
    rows.filter_map(|row| row.accesskit_node().label()).filter(|label| label.contains(" → ")).collect()
}

/// What the head of the panel says; the answer as it was found is announced beside it.
fn head(window: &Harness<'_, App>, words: &str) -> String {
    let all: Vec<String> = told(window, "最大偏差 ").into_iter().filter(|label| label.contains("项移动")).collect();
    all.iter().find(|label| label.contains(words)).unwrap_or_else(|| panic!("{words}: {all:?}")).clone()
}

/// How many moves the head is of.
fn moves_in(head: &str) -> usize {
    let before = head[..head.find(" 项移动").unwrap()].rsplit('，').next().unwrap();
    before.trim().parse().unwrap()
}

#[test]
fn m3_m4_figures_follow_what_is_rejected_and_the_rest_can_always_be_accepted() {
    let mut window = window_of(incidents::plan());
    command_key(&mut window, Command::Rebalance);
    window.get_by_label(ZH().rebalance_start).click();
    settle(&mut window);
    let whole = head(&window, "均衡调整");
    let all = moves_in(&whole);
    assert!(all > 3, "{whole}");
    assert!(window.query_by_label(&format!("{} {all}", ZH().accept_all)).is_some());
    // The first is not wanted: what needs it is greyed with the reason, and the head is of the rest alone.
    window.get_by_label(&format!("{} 1", ZH().move_reject)).click();
    settle(&mut window);
    let after = head(&window, "若仅采纳其余");
    let left = moves_in(&after);
    assert!(after.starts_with(&format!("若仅采纳其余 {left} 项")), "{after}");
    assert!(left < all);
    assert_ne!(after, whole);
    // Only rows that are seen are there.
    let stopped = rows(&window).iter().filter(|row| row.contains("而该项不采纳")).count();
    assert!(stopped < all - left, "{stopped} seen of {} that go", all - left);
    // The rest is accepted: never a dead end, and the head says what is so.
    window.get_by_label(&format!("{} {left}", ZH().accept_rest)).click();
    settle(&mut window);
    assert_eq!(window.state().document().history.records().len(), 1);
    let done = head(&window, &format!("，{left} 项移动"));
    assert!(done.contains(&format!("→ {}", worst(&window))), "{done} {}", worst(&window));
    // Undone, they are open again.
    command_key(&mut window, Command::Undo);
    settle(&mut window);
    assert!(window.query_by_label(&format!("{} {left}", ZH().accept_rest)).is_some());
    // Wanted again: all as at first.
    window.get_by_label(&format!("{} 1", ZH().move_restore)).click();
    settle(&mut window);
    assert_eq!(head(&window, "均衡调整"), whole);
    assert!(told(&window, "若仅采纳其余").is_empty());
}

#[test]
fn m11_a_missed_target_is_said_with_what_binds() {
    let mut plan = incidents::plan();
    // All grids but two are locked: the target cannot be met.
    let tier = plan.tiers.iter_mut().find(|tier| tier.role == wangge::model::Role::Grid).unwrap();
    let zones = &mut std::sync::Arc::make_mut(tier).zones;
    for id in zones.ids().collect::<Vec<_>>().into_iter().skip(2) {
        let zone = zones.get(id).unwrap().clone();
        zones.set(id, Some(wangge::model::Zone { locked: true, ..zone }));
    }
    let mut window = window_of(plan);
    command_key(&mut window, Command::Rebalance);
    window.get_by_label(ZH().rebalance_start).click();
    settle(&mut window);
    let missed = told(&window, "目标 ±10 % 未达到");
    assert!(missed.iter().any(|label| label.contains("已锁定")), "{missed:?} of {:?}", told(&window, ""));
}
