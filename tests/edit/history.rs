//! History: branches kept, versions named, and what changed between two states.

use proptest::prelude::*;
use wangge::base::Progress;
use wangge::edit::{Command, History, Version, Way, lines_apart, since};
use wangge::model::{Plan, ZoneId};

use super::{
    Choice, GRID, UNIT, apply, areas_of_zone, choices, command, done, paint, plan, split, three_columns, units,
};

fn push(history: &mut History, plan: &Plan, command: &Command) -> Plan {
    let done = apply(plan, command).unwrap();
    history.push(done.record);
    done.plan
}

#[test]
fn what_was_undone_is_kept_when_something_else_is_done() {
    let start = three_columns();
    let mut history = History::default();
    let painted = push(&mut history, &start, &paint(&start, &[(150, 50)], Some(0)));
    let cut = push(&mut history, &painted, &split(GRID, 2, &[(150, 150), (350, 150)]));
    history.name("before the meeting", 7, "2026-12-01");
    let (back, _) = history.undo(&cut).unwrap();
    let other = push(&mut history, &back, &paint(&back, &[(250, 250)], Some(1)));
    let [branch] = &history.branches()[..] else { panic!("{:?}", history.branches()) };
    assert_eq!((branch.shares, branch.records.len(), history.records().len()), (1, 1, 2));
    assert!(branch.records[0].sentence.en.starts_with("Split"));
    // Over to the branch and back again: the line that is left is the branch now.
    let over = history.switch(&other, branch.tip).unwrap();
    assert_eq!(over, cut);
    assert_eq!(history.standing(), 2);
    let there = history.branches();
    assert_eq!(there.len(), 1);
    assert_eq!(history.switch(&over, there[0].tip).unwrap(), other);
    // The version leads to the state it was given to, from wherever one stands.
    let version = history.versions()[0].clone();
    assert_eq!(
        version,
        Version { name: "before the meeting".into(), time: 7, after: Some(1), effective: "2026-12-01".into() }
    );
    assert_eq!(history.plan_at(&other, version.after).unwrap(), cut);
    assert_eq!(history.plan_at(&other, None).unwrap(), start);
    assert!(history.plan_at(&other, Some(99)).is_none());
    assert!(history.switch(&other, 99).is_none());
    history.name("before the meeting", 8, "");
    assert_eq!((history.versions().len(), history.versions()[0].after), (1, Some(2)));
}

#[test]
fn the_way_to_a_state_is_back_forth_or_over() {
    let start = three_columns();
    let mut history = History::default();
    let painted = push(&mut history, &start, &paint(&start, &[(150, 50)], Some(0)));
    let cut = push(&mut history, &painted, &split(GRID, 2, &[(150, 150), (350, 150)]));
    assert_eq!(history.way_to(None), Some(Way::Back(2)));
    assert_eq!(history.way_to(Some(0)), Some(Way::Back(1)));
    assert_eq!(history.way_to(Some(2)), None);
    let (back, _) = history.undo(&cut).unwrap();
    assert_eq!(history.way_to(Some(1)), Some(Way::Forward(1)));
    push(&mut history, &back, &paint(&back, &[(250, 250)], Some(1)));
    assert_eq!((history.way_to(Some(1)), history.way_to(Some(2))), (Some(Way::Over(1)), Some(Way::Back(0))));
}

#[test]
fn the_lines_that_were_and_those_that_are() {
    let start = three_columns();
    let painted = done(&start, &paint(&start, &[(150, 50)], Some(0)));
    // The border of the two grids ran north; now it goes round the square that was given.
    assert_eq!(lines_apart(&start, &painted, Some(GRID)), [super::line(&[(100, 0), (100, 100)])]);
    let is = lines_apart(&painted, &start, Some(GRID));
    let length: usize = is.iter().map(|line| line.len() - 1).sum();
    assert_eq!(length, 1, "{is:?}: the square borders grid 2 as before, now as grid 0");
    assert!(lines_apart(&painted, &start, Some(0)).is_empty());
    assert!(lines_apart(&painted, &start, None).is_empty(), "no face was cut");
    let cut = done(&start, &split(GRID, 1, &[(50, 150), (250, 150)]));
    assert_eq!(lines_apart(&cut, &start, Some(GRID)).len(), 1);
}

#[test]
fn a_history_that_names_what_is_not_there_is_none() {
    let start = three_columns();
    let record = std::sync::Arc::new(apply(&start, &paint(&start, &[(150, 50)], Some(0))).unwrap().record);
    let steps = |before: Option<u32>| vec![(None, record.clone()), (before, record.clone())];
    let version = |after| vec![Version { name: "x".into(), time: 0, after, effective: String::new() }];
    assert!(History::restore_all(steps(Some(0)), Some(1), 2, version(Some(1))).is_some());
    assert!(History::restore_all(steps(Some(1)), Some(1), 1, vec![]).is_none(), "a step after itself");
    assert!(History::restore_all(steps(None), Some(1), 2, vec![]).is_none(), "more stand than there are");
    assert!(History::restore_all(steps(None), Some(2), 1, vec![]).is_none());
    assert!(History::restore_all(steps(None), None, 0, version(Some(2))).is_none());
}

#[test]
fn what_changed_is_told_in_land_and_whose_it_is() {
    let start = three_columns();
    let painted = done(&start, &paint(&start, &[(150, 50)], Some(0)));
    let stroke = vec![(150, 120), (250, 120), (250, 180), (150, 180)];
    let stroke = super::line(&stroke);
    let reshaped = done(&painted, &Command::Reshape { tier: GRID, zone: ZoneId(1), stroke, several: false });
    let merged = done(&reshaped, &Command::Merge { tier: UNIT, keep: ZoneId(0), others: vec![ZoneId(1)] });
    let changes = since(&start, &merged, &Progress::default()).unwrap();
    let grid = |zone: u32| changes.iter().find(|change| (change.tier, change.zone) == (GRID, ZoneId(zone))).unwrap();
    let cells = |m2: f64| m2 / wangge::geometry::area_m2(2, 150);
    assert!((cells(grid(0).from[&Some(ZoneId(1))]) - 10_000.0).abs() < 1.0);
    assert!((cells(grid(1).net_m2()) - (3_000.0 - 10_000.0)).abs() < 1.0, "{:?}", grid(1));
    assert!((cells(grid(2).to[&Some(ZoneId(1))]) - 3_000.0).abs() < 1.0);
    let (before, after) = (grid(1).before.clone().unwrap(), grid(1).after.clone().unwrap());
    assert!((after.area_m2 - before.area_m2 - grid(1).net_m2()).abs() < 1e-6);
    // A unit that ended, and nothing of the town.
    assert!(changes.iter().any(|change| (change.tier, change.zone) == (UNIT, ZoneId(1)) && change.after.is_none()));
    assert!(changes.iter().all(|change| change.tier != 0));
    assert!(since(&merged, &merged, &Progress::default()).unwrap().is_empty());
    assert_eq!(areas_of_zone(&merged, GRID, 0), 40_000);
}

proptest! {
    #![proptest_config(crate::cases(60))]

    /// Going back at random and doing something else: every state that was ever reached can be reached again, to the
    /// last bit, and land that changed hands adds up to the difference of the areas.
    #[test]
    fn every_state_can_be_reached_again(choices in choices(400), back in prop::collection::vec(0..4_u8, 40)) {
        let grid: Vec<u32> = (0..16).map(|block| block / 2).collect();
        let square = |(x, y): (i32, i32)| vec![(x, y), (x + 10_000, y), (x + 10_000, y + 10_000), (x, y + 10_000)];
        let squares: Vec<_> = (0..16).map(|at| square((at % 4 * 10_000, at / 4 * 10_000))).collect();
        let start = plan(&units(&squares), &grid, &[0]);
        let choices = choices.into_iter().map(|(k, a, b, x, y, u, v)| (k, a, b, x * 100, y * 100, u * 100, v * 100));
        let choices: Vec<Choice> = choices.collect();
        let (mut now, mut history) = (start.clone(), History::default());
        let mut reached: Vec<u64> = Vec::new();
        let all: &[Choice] = &choices;
        for (choice, back) in all.iter().zip(back) {
            for _ in 0..back {
                if let Some((before, _)) = history.undo(&now) {
                    now = before;
                }
            }
            let Some(result) = command(&now, *choice, 6_000).and_then(|command| apply(&now, &command).ok()) else { continue };
            history.push(result.record);
            now = result.plan;
            reached.push(now.canonical_hash());
        }
        for (id, &hash) in reached.iter().enumerate() {
            let there = history.plan_at(&now, Some(id as u32)).unwrap();
            prop_assert_eq!(there.canonical_hash(), hash);
            for change in since(&start, &there, &Progress::default()).unwrap() {
                let area = |state: &Option<wangge::edit::ZoneState>| state.as_ref().map_or(0.0, |state| state.area_m2);
                let grown = area(&change.after) - area(&change.before);
                // Laying the maps over each other rounds crossings to the lattice: a cell along the perimeter at most.
                prop_assert!((grown - change.net_m2()).abs() < 20.0, "{:?}", change);
            }
        }
        for branch in history.branches() {
            let mut over = history.clone();
            let there = over.switch(&now, branch.tip).unwrap();
            prop_assert_eq!(there.canonical_hash(), reached[branch.tip as usize]);
            let steps = over.steps().map(|(before, record)| (before, record.clone())).collect();
            let restored = History::restore_all(steps, over.tip(), over.standing(), over.versions().to_vec());
            prop_assert_eq!(restored.as_ref(), Some(&over));
        }
    }
}
