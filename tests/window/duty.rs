//! Squads and shifts in the window, and what is asked beyond one answer of a rebalancing.

use std::sync::Arc;

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wangge::base::{Lang, Text};
use wangge::model::{Composition, Pattern, Plan, Shift, Squad, SquadId, ZoneId};
use wangge::ui::{App, Command, Terms, Words};

use super::{command_key, incidents, settle, window_of};

const ZH: fn() -> &'static Words = || Words::of(Lang::Zh);
const TERMS: fn() -> &'static Terms = || Terms::of(Lang::Zh);

/// The squares with incidents and two squads: the western half and the eastern half of the grids.
fn manned() -> Plan {
    let mut plan = incidents::plan();
    for number in 1..=2 {
        plan.squads.push(Squad {
            code: format!("460105001-{number}"),
            name: format!("示意{number}分队"),
            town: "460105001".to_owned(),
            composition: Composition { police: 1, auxiliaries: 2, officers: 2, assistants: 4 },
            agencies: vec!["公安".to_owned(), "城管".to_owned()],
            vehicles: Squad::vehicles_of("巡逻车"),
        });
    }
    for grid in 0..16 {
        plan.beats.set(ZoneId(grid), Some(SquadId(u32::from(grid % 4 > 1))));
    }
    plan
}

/// The same with both squads on duty at all hours.
fn always_manned() -> Plan {
    let mut plan = manned();
    let whole = Some(Shift { start: 8, hours: 24, standby: 12 });
    let pattern = Pattern { name: Text::new("always", "常备"), crews: 1, cycle: vec![whole] };
    Arc::make_mut(&mut plan.settings).duty.pattern = pattern;
    plan
}

fn click(window: &mut Harness<'_, App>, label: &str) {
    window.get_by_label(label).click();
    settle(window);
}

#[test]
fn a_squad_is_changed_by_one_command() {
    let mut window = window_of(manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_squads);
    let name = format!("{} 460105001-1", TERMS().officers);
    let field = window.get_by_role_and_label(Role::SpinButton, &name);
    field.focus();
    settle(&mut window);
    window.key_press(eframe::egui::Key::ArrowDown);
    settle(&mut window);
    click(&mut window, ZH().apply);
    let document = window.state().document();
    assert_eq!(document.history.records().len(), 1);
    assert_eq!(document.plan.squads.get(SquadId(0)).unwrap().composition.officers, 1);
    // Two officers are to be on the spot: said, not forbidden.
    assert!(window.query_all_by_label_contains("执法队员仅 1 人").next().is_some());
    command_key(&mut window, Command::Undo);
    assert_eq!(window.state().document().plan.squads.get(SquadId(0)).unwrap().composition.officers, 2);
    assert!(window.query_all_by_label_contains("执法队员仅 1 人").next().is_none());
}

#[test]
fn one_squad_fewer_is_answered_and_changes_nothing() {
    let mut window = window_of(always_manned());
    let before = window.state().document().plan.canonical_hash();
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_covers);
    click(&mut window, TERMS().one_fewer);
    // All sixteen grids are one squad's then, and it answers all calls itself; the one that goes is named.
    assert!(window.query_all_by_label_contains("网格1、网格2").next().is_some());
    assert!(window.query_all_by_label_contains("100%").next().is_some());
    assert!(window.query_all_by_label_contains("减示意").next().is_some());
    assert_eq!(window.state().document().plan.canonical_hash(), before);
}

#[test]
fn m1_the_only_squad_on_duty_cannot_be_taken_away_and_who_takes_over_is_said() {
    let mut window = window_of(manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_covers);
    click(&mut window, TERMS().tuesday_night);
    // One of the two is on duty, and it is named with all grids of the town.
    assert!(window.query_all_by_label_contains("当班仅示意").next().is_some());
    assert!(window.query_by_label(TERMS().keep_night).is_none());
    assert_eq!(window.query_all_by_label_contains("网格1、网格2").count(), 1);
    // One more would be the squad that is off: it can be looked at, not kept.
    click(&mut window, TERMS().one_more);
    assert!(window.query_all_by_label_contains("其时不当班").next().is_some());
    let keep = window.get_by_label(TERMS().keep_night);
    assert!(keep.accesskit_node().is_disabled());
    assert!(window.query_all_by_label_contains("请先改班制或排班").next().is_some());
}

#[test]
fn m2_the_wait_stands_first_and_both_models_are_explained() {
    let mut window = window_of(always_manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_covers);
    let left = |label: &str| window.get_by_label(label).rect().left();
    assert!(left(TERMS().mean_response) < left(TERMS().mean_wait));
    assert!(left(TERMS().mean_wait) < left(TERMS().p90_minutes));
    assert!(left(TERMS().p90_minutes) < left(TERMS().home_share));
    assert!(window.query_all_by_label_contains("逐件推演").next().is_some());
    assert!(window.query_all_by_label_contains("若案件均匀到来").next().is_some());
}

#[test]
fn a_pattern_is_chosen_and_kept_with_the_plan() {
    let mut window = window_of(manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_rota);
    assert!(window.query_all_by_label("8–次8 备12").count() >= 7, "a squad is on duty every day");
    window.get_by_label("两班倒（12小时）").scroll_to_me();
    settle(&mut window);
    click(&mut window, "两班倒（12小时）");
    let document = window.state().document();
    assert_eq!(document.plan.settings.duty.pattern.name.zh, "两班倒（12小时）");
    assert_eq!(document.history.records().len(), 1);
    assert!(window.query_all_by_label("8–20").count() >= 7);
    window.get_by_label(TERMS().by_need).scroll_to_me();
    settle(&mut window);
    click(&mut window, TERMS().by_need);
    assert!(window.query_all_by_label_contains("无论怎样排").next().is_some());
}

#[test]
fn another_number_of_squads_is_a_step_of_its_own_before_the_moves() {
    let mut window = window_of(manned());
    command_key(&mut window, Command::Rebalance);
    click(&mut window, TERMS().level_number);
    let field = window.get_by_role_and_label(Role::SpinButton, TERMS().number);
    field.focus();
    settle(&mut window);
    window.key_press(eframe::egui::Key::ArrowUp);
    settle(&mut window);
    click(&mut window, ZH().rebalance_start);
    let document = window.state().document();
    assert_eq!(document.plan.squads.count(), 3);
    assert_eq!(document.history.records().len(), 1);
    assert_eq!(document.plan.squads.get(SquadId(2)).unwrap().name, "示意3分队");
    assert!(window.query_all_by_label_contains("→ 示意3分队").next().is_some());
    // What it does to response stands beside it.
    assert!(window.query_all_by_label_contains("全周 平均到场").next().is_some());
    assert!(window.query_all_by_label_contains("夜 平均到场").next().is_some());
}

#[test]
fn a_night_plan_is_kept_with_the_plan_and_taken_away() {
    let mut window = window_of(always_manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_covers);
    click(&mut window, TERMS().one_fewer);
    window.get_by_label(TERMS().keep_night).scroll_to_me();
    settle(&mut window);
    click(&mut window, TERMS().keep_night);
    let nights = |window: &Harness<'_, App>| window.state().document().plan.settings.duty.nights.clone();
    let kept = nights(&window);
    assert_eq!((kept.len(), kept[0].beats.len()), (1, 1));
    assert_eq!(kept[0].beats[0].1.len(), 16);
    assert!(window.query_all_by_label_contains("1 个分队").next().is_some());
    command_key(&mut window, Command::Undo);
    assert!(nights(&window).is_empty());
    command_key(&mut window, Command::Redo);
    assert_eq!(nights(&window), kept);
    window.get_by_label(TERMS().bond_remove).scroll_to_me();
    settle(&mut window);
    click(&mut window, TERMS().bond_remove);
    assert!(nights(&window).is_empty());
}

#[test]
fn vehicles_are_written_down_and_too_few_are_said() {
    let mut window = window_of(manned());
    command_key(&mut window, Command::ShowDuty);
    click(&mut window, TERMS().part_squads);
    let name = format!("{} 460105001-2", TERMS().vehicles);
    let field = window.get_by_role_and_label(Role::TextInput, &name);
    field.focus();
    settle(&mut window);
    window.key_press(eframe::egui::Key::End);
    window.get_by_role_and_label(Role::TextInput, &name).type_text("×0");
    settle(&mut window);
    click(&mut window, ZH().apply);
    let squad = window.state().document().plan.squads.get(SquadId(1)).cloned().unwrap();
    assert_eq!((squad.vehicle_count(), squad.vehicle_words().as_str()), (0, ""));
    assert!(window.query_all_by_label_contains("车辆 0 台").next().is_some());
}

#[test]
fn a_free_number_of_grids_is_a_table_and_one_is_taken_over() {
    let mut window = window_of(incidents::plan());
    command_key(&mut window, Command::Rebalance);
    click(&mut window, TERMS().free_on);
    for name in [TERMS().free_least, TERMS().free_most] {
        let field = window.get_by_role_and_label(Role::SpinButton, name);
        field.focus();
        settle(&mut window);
    }
    click(&mut window, ZH().rebalance_start);
    assert!(window.query_all_by_label_contains(TERMS().numbers_best).next().is_some());
    click(&mut window, &format!("{} 15", TERMS().choose));
    let document = window.state().document();
    assert_eq!(document.plan.tiers[1].zones.count(), 15);
    assert_eq!(document.plan.retired.iter().count(), 1);
    assert!(window.query_all_by_label_contains(TERMS().improve).next().is_some());
}

#[test]
fn a_point_of_the_frontier_becomes_the_proposal() {
    let mut window = window_of(incidents::plan());
    command_key(&mut window, Command::Rebalance);
    click(&mut window, ZH().rebalance_start);
    let proposed = window.query_all_by_label_contains("→ 网格").count();
    click(&mut window, TERMS().sheet_frontier);
    click(&mut window, TERMS().ask);
    // The first point is today: nothing moves.
    window.query_all_by_label_contains("0 项").next().unwrap().click();
    settle(&mut window);
    click(&mut window, TERMS().sheet_moves);
    assert!(proposed > 0);
    assert_eq!(window.query_all_by_label_contains("→ 网格").count(), 0);
}

#[test]
fn alternatives_stand_side_by_side_and_one_is_chosen() {
    let mut window = window_of(incidents::plan());
    command_key(&mut window, Command::Rebalance);
    click(&mut window, ZH().rebalance_start);
    // They were looked for with the moves: the best of them is the proposal.
    click(&mut window, TERMS().sheet_alternatives);
    assert!(window.query_by_label(&format!("{} 1", TERMS().chosen)).is_some());
    for number in 1..=3 {
        assert!(window.query_by_label(&format!("方案 {number}")).is_some());
    }
    click(&mut window, &format!("{} 3", TERMS().choose));
    assert!(window.query_by_label(&format!("{} 3", TERMS().chosen)).is_some());
    // What binds is said with the bound.
    click(&mut window, TERMS().sheet_binding);
    click(&mut window, TERMS().ask);
    assert!(window.query_all_by_label_contains("任何方案的最大偏差都不低于").next().is_some());
}

#[test]
fn on_the_map_of_squads_the_brush_gives_whole_grids_and_both_squads_are_told_before() {
    let mut window = window_of(manned());
    // The square says "squads" in two places: the choice of colours is the first.
    window.get_by_role_and_label(Role::RadioButton, ZH().measure_squads).click();
    settle(&mut window);
    window.get_by_role_and_label(Role::ListBoxOption, "网格1").click();
    settle(&mut window);
    command_key(&mut window, Command::Fit);
    command_key(&mut window, Command::PaintTool);
    let place =
        |window: &Harness<'_, App>, x, y| window.state().screen_position(super::squares::corner(x, y)) + super::INTO;
    let beats = |window: &Harness<'_, App>, squad: u32| {
        let plan = &window.state().document().plan;
        (0..16).filter(|&grid| plan.beats.get(ZoneId(grid)) == Some(&SquadId(squad))).count()
    };
    assert_eq!((beats(&window, 0), beats(&window, 1)), (8, 8));
    let (from, to) = (place(&window, 4, 0), place(&window, 6, 0));
    window.drag_at(from);
    window.run_steps(1);
    window.hover_at(to);
    window.run_steps(1);
    for _ in 0..200 {
        window.run_steps(1);
        if window.query_by_label("示意2分队").is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(window.query_by_label("示意1分队").is_some() && window.query_by_label("示意2分队").is_some());
    assert_eq!((beats(&window, 0), beats(&window, 1)), (8, 8), "nothing is done before the hand lets go");
    window.drop_at(to);
    settle(&mut window);
    assert_eq!((beats(&window, 0), beats(&window, 1)), (10, 6));
    assert_eq!(window.state().document().history.records().len(), 1, "two grids are one step");
    command_key(&mut window, Command::Undo);
    assert_eq!((beats(&window, 0), beats(&window, 1)), (8, 8));
}

#[test]
fn a_band_of_work_proposes_splits_and_merges_and_does_those_that_are_ticked() {
    let mut plan = incidents::plan();
    // The code that would come next was in use once: it is not proposed.
    let (_, tier) = plan.tier_of(wangge::model::Role::Grid).unwrap();
    let last = tier.zones.iter().map(|(_, zone)| zone.code.parse::<u64>().unwrap()).max().unwrap();
    let width = tier.zones.iter().map(|(_, zone)| zone.code.len()).max().unwrap();
    let (tier, code) = (tier.name.clone(), format!("{:0width$}", last + 1));
    plan.retired.push(wangge::model::Retired { tier, code, name: "旧网格".to_owned(), by: None, time: 0 });
    let mut window = window_of(plan);
    let grids = |window: &Harness<'_, App>| window.state().document().active_measures().unwrap().rows.len();
    assert_eq!(grids(&window), 16);
    window.get_by_role_and_label(Role::Button, "工具").click();
    settle(&mut window);
    window.get_by_label_contains("工作量区间").click();
    settle(&mut window);
    assert!(window.query_by_label(TERMS().band_title).is_some());
    let rows: Vec<String> = window
        .query_all_by_role(Role::CheckBox)
        .filter_map(|row| row.accesskit_node().label())
        .filter(|row| row.contains("并入") || row.contains("拆分"))
        .collect();
    let (merges, splits) = (
        rows.iter().filter(|row| row.contains("并入")).count(),
        rows.iter().filter(|row| row.contains("拆分")).count(),
    );
    assert!(merges + splits > 1 && splits > 0, "{rows:?}");
    // One is left as it is.
    window.get_by_label(&rows[0]).click();
    settle(&mut window);
    click(&mut window, TERMS().band_do);
    let news = if rows[0].contains("并入") { merges - 1 } else { merges };
    let more: usize =
        rows.iter().skip(1).filter(|row| row.contains("拆分")).map(|row| row.matches(" + ").count()).sum();
    assert_eq!(grids(&window), 16 - news + more, "{rows:?}");
    let document = window.state().document();
    assert_eq!(document.history.records().len(), 1);
    document.plan.coverage.prove().unwrap();
    command_key(&mut window, Command::Undo);
    assert_eq!(grids(&window), 16);
}
