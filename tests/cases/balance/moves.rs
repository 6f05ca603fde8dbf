//! Moves of a rebalancing: those that need each other say so, and figures follow what is accepted and rejected.

use std::collections::BTreeSet;
use std::sync::Arc;

use wangge::balance::{
    Balance, Budget, Dealt, Given, Loads, Move, Rebalanced, Rebalancing, Weights, accept, best_first, missed,
    missed_words, rebalance,
};
use wangge::base::Progress;
use wangge::edit::Context;
use wangge::model::{Minute, Plan, Role};
use wangge::topology::{FaceId, scan};

use super::{Draw, city, incidents, squares, town, with_grids};

/// A random map: grids grown from random faces, work thrown on random faces.
fn random_map(ground: &Plan, draw: &mut Draw) -> (Plan, Loads) {
    let faces: Vec<FaceId> = ground.coverage.faces().ids().collect();
    let count = 2 + draw.below(4);
    let mut owner: Vec<Option<u32>> = vec![None; faces.len()];
    for grid in 0..count {
        while owner.iter().filter(|owner| **owner == Some(grid as u32)).count() == 0 {
            let at = draw.below(faces.len());
            owner[at].get_or_insert(grid as u32);
        }
    }
    while owner.contains(&None) {
        let at = draw.below(faces.len());
        if let Some(grid) = owner[at] {
            let beside = ground.coverage.neighbours(faces[at]);
            let next = faces.binary_search(&beside[draw.below(beside.len())]).unwrap();
            owner[next].get_or_insert(grid);
        }
    }
    let owners: Vec<(FaceId, u32)> = faces.iter().copied().zip(owner.into_iter().flatten()).collect();
    let mut plan = with_grids(ground, &owners);
    let heavy: Vec<FaceId> = (0..6).map(|_| faces[draw.below(faces.len())]).collect();
    let of: Vec<Option<FaceId>> = (0..faces.len() * 4)
        .map(|_| Some(if draw.below(3) == 0 { heavy[draw.below(6)] } else { faces[draw.below(faces.len())] }))
        .collect();
    plan.incidents = Arc::new(incidents(&vec![Minute::NONE; of.len()]));
    let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
    (plan, loads)
}

/// The plan after some moves; `None` where they are refused.
fn done(plan: &Plan, answer: &Rebalanced, chosen: &BTreeSet<usize>) -> Option<Plan> {
    let moves: Vec<Move> = chosen.iter().map(|&at| answer.moves[at].clone()).collect();
    if moves.is_empty() {
        return Some(plan.clone());
    }
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    accept(plan, &moves).apply(plan, &context).ok().map(|done| done.plan)
}

/// Whether moves can be done: the command takes them, and no squad's beat falls into more parts than it had.
fn can_be(plan: &Plan, answer: &Rebalanced, chosen: &BTreeSet<usize>) -> bool {
    let Some(after) = done(plan, answer, chosen) else { return false };
    answer.dealt == Dealt::Grids || {
        let (_, grids) = plan.tier_of(Role::Grid).unwrap();
        let parts = |plan: &Plan, squad| {
            let own = plan.beats.iter().filter(|(_, owner)| **owner == squad);
            let land: Vec<FaceId> = own.flat_map(|(grid, _)| grids.faces_of(grid)).collect();
            wangge::topology::parts(&plan.coverage, &land).len()
        };
        plan.squads.ids().all(|squad| (1..=parts(plan, squad).max(1)).contains(&parts(&after, squad)))
    }
}

/// The choices that keep to what the moves need: all of them where they are few, else a sample.
fn closed(answer: &Rebalanced, draw: &mut Draw) -> Vec<BTreeSet<usize>> {
    let count = answer.moves.len();
    if count <= 10 {
        let some = (0..1_usize << count).map(|bits| (0..count).filter(|at| bits >> at & 1 == 1).collect());
        return some.filter(|chosen: &BTreeSet<usize>| answer.with_needed(chosen.iter().copied()) == *chosen).collect();
    }
    (0..150)
        .map(|_| {
            let few = 1 + draw.below(count);
            answer.with_needed((0..few).map(|_| draw.below(count)).collect::<Vec<_>>())
        })
        .collect()
}

/// Every need has a choice that keeps to all the others and cannot be done.
fn check_minimal(plan: &Plan, answer: &Rebalanced) {
    let count = answer.moves.len();
    for (one, made) in answer.moves.iter().enumerate() {
        for &need in &made.needs {
            let mut without = answer.clone();
            without.moves[one].needs.retain(|other| *other != need);
            let fails = (0..1_usize << count).any(|bits| {
                let chosen: BTreeSet<usize> = (0..count).filter(|at| bits >> at & 1 == 1).collect();
                chosen.contains(&one)
                    && !chosen.contains(&need)
                    && without.with_needed(chosen.iter().copied()) == chosen
                    && !can_be(plan, answer, &chosen)
            });
            assert!(fails, "move {one} does not need {need}: {:?}", answer.moves);
        }
    }
}

#[test]
fn m4_every_choice_that_keeps_to_the_needs_can_be_done_and_no_need_is_too_much() {
    let ground = squares(7, 6);
    let mut draw = Draw(20);
    let (mut answers, mut choices, mut needs) = (0, 0, 0);
    while answers < 200 {
        let (plan, loads) = random_map(&ground, &mut draw);
        let weights = [Weights::default(), Weights { change: 0.0, borders: 8.0, ..Weights::default() }];
        let weights = weights[draw.below(2)];
        let options = Rebalancing { within: 0.02, weights, seed: draw.below(1000) as u64, ..Rebalancing::default() };
        let answer = rebalance(&plan, &loads, &options, &Progress::default()).unwrap();
        if answer.moves.is_empty() {
            continue;
        }
        answers += 1;
        needs += answer.moves.iter().map(|made| made.needs.len()).sum::<usize>();
        for chosen in closed(&answer, &mut draw) {
            choices += 1;
            assert!(can_be(&plan, &answer, &chosen), "{chosen:?} of {:?}", answer.moves);
        }
        if answer.moves.len() <= 8 {
            check_minimal(&plan, &answer);
        }
    }
    println!("{answers} answers, {choices} choices, {needs} needs");
    assert!(needs > 20, "{needs} needs: too few to try anything");
}

#[test]
fn m4_the_moves_of_every_town_of_the_sample_can_be_chosen_freely_among_those_that_need_nothing() {
    let (plan, loads, _) = city();
    let mut draw = Draw(4);
    for dealt in [Dealt::Grids, Dealt::Squads] {
        let options = Rebalancing { dealt, within: 0.02, ..Rebalancing::default() };
        let answer = rebalance(&plan, &loads, &options, &Progress::default()).unwrap();
        assert!(!answer.moves.is_empty());
        for _ in 0..120 {
            let few = 1 + draw.below(answer.moves.len());
            let chosen: Vec<usize> = (0..few).map(|_| draw.below(answer.moves.len())).collect();
            let chosen = answer.with_needed(chosen);
            assert!(done(&plan, &answer, &chosen).is_some(), "{chosen:?}");
            // What is left when some are rejected can be done too.
            let rejected = answer.with_dependent(chosen.iter().copied().take(3));
            let rest = (0..answer.moves.len()).filter(|at| !rejected.contains(at)).collect();
            assert!(done(&plan, &answer, &rest).is_some(), "without {rejected:?}");
        }
    }
}

#[test]
fn m3_figures_are_those_of_the_moves_that_are_left() {
    let ground = squares(7, 6);
    let mut draw = Draw(3);
    for _ in 0..30 {
        let (plan, loads) = random_map(&ground, &mut draw);
        let options = Rebalancing { within: 0.02, ..Rebalancing::default() };
        let answer = rebalance(&plan, &loads, &options, &Progress::default()).unwrap();
        for open in closed(&answer, &mut draw).into_iter().take(12) {
            // Some of them are done already: the figures are of all.
            let accepted: BTreeSet<usize> = answer.with_needed(open.iter().copied().take(open.len() / 2));
            let now = done(&plan, &answer, &accepted).unwrap();
            let rest: BTreeSet<usize> = open.difference(&accepted).copied().collect();
            let standing = answer.standing(&now, &loads, (&accepted, &rest)).unwrap();
            let after = done(&plan, &answer, &open).unwrap();
            let right = Balance::of_grids(&after, &loads);
            assert_eq!(standing.moves, open.len());
            assert!((standing.after.max_deviation - right.max_deviation).abs() < 1e-12);
            assert!((standing.after.cv - right.cv).abs() < 1e-12);
            let (_, grids) = plan.tier_of(Role::Grid).unwrap();
            let (_, then) = after.tier_of(Role::Grid).unwrap();
            let moved: i64 = grids
                .owner
                .iter()
                .filter(|(face, grid)| then.owner_of(*face) != Some(**grid))
                .map(|(face, _)| loads.face(face))
                .sum();
            let all: i64 = grids.owner.iter().map(|(face, _)| loads.face(face)).sum();
            assert!((standing.moved_share - moved as f64 / all as f64).abs() < 1e-12);
            assert_eq!(standing.gains.keys().copied().collect::<BTreeSet<_>>(), rest);
        }
    }
}

#[test]
fn m11_the_best_of_the_alternatives_comes_first_and_a_missed_target_is_said() {
    let (plan, loads, faces) = city();
    for name in ["长流镇", "海垦街道", "白沙街道"] {
        let options = Rebalancing { towns: vec![town(&plan, name)], ..Rebalancing::default() };
        let watch = (&Progress::default(), &|_| {});
        let answers = best_first(&plan, (&loads, &faces), &options, (watch.0, watch.1)).unwrap();
        let rank = |answer: &Rebalanced| {
            let missed = (answer.after.max_deviation - 0.1).max(0.0);
            (
                (missed * 1000.0).round() as i64,
                (answer.moved_share * 1000.0).round() as i64,
                answer.after.split_communities,
            )
        };
        assert!(answers.windows(2).all(|pair| rank(&pair[0]) <= rank(&pair[1])), "{name}");
        let first = &answers[0];
        let binds = missed(&plan, &loads, first, Budget::Epochs(1), &Progress::default()).unwrap();
        if first.after.max_deviation > 0.1 {
            let words = missed_words(first, &binds);
            assert!(words.zh.starts_with("目标 ±10 % 未达到"), "{}", words.zh);
        } else {
            assert!(binds.is_empty(), "{name}");
        }
    }
    // A locked grid that is far off: the target cannot be met, and the lock is named.
    let (_, grids) = plan.tier_of(Role::Grid).unwrap();
    let of_town = wangge::balance::grids_of(&plan, town(&plan, "海垦街道"));
    let works = loads.of_zones(grids);
    let heaviest = *of_town.iter().max_by_key(|grid| works[grid.0 as usize]).unwrap();
    let options = Rebalancing {
        towns: vec![town(&plan, "海垦街道")],
        locked: vec![heaviest],
        within: 0.05,
        ..Rebalancing::default()
    };
    let answer = rebalance(&plan, &loads, &options, &Progress::default()).unwrap();
    assert!(answer.missed() > 0.0);
    let words =
        missed_words(&answer, &missed(&plan, &loads, &answer, Budget::Epochs(1), &Progress::default()).unwrap());
    let called = grids.zones.get(heaviest).unwrap().called();
    assert!(words.zh.contains(&format!("{called}已锁定")), "{}", words.zh);
}

#[test]
fn a_031_no_move_that_gains_nothing_is_proposed() {
    let ground = squares(6, 6);
    let faces: Vec<FaceId> = ground.coverage.faces().ids().collect();
    let quarter = |face: FaceId| {
        let at = ground.coverage.faces().get(face).unwrap().bounds.min;
        u32::from(at.x > 1_103_050_000) + 2 * u32::from(at.y > 200_050_000)
    };
    let owners: Vec<(FaceId, u32)> = faces.iter().map(|&face| (face, quarter(face))).collect();
    let mut plan = with_grids(&ground, &owners);
    // All that happens happens in one place.
    plan.incidents = Arc::new(incidents(&[Minute::NONE; 5000]));
    let loads = Loads::of(&plan, &vec![Some(faces[0]); 5000], &Progress::default()).unwrap();
    let answer = rebalance(&plan, &loads, &Rebalancing::default(), &Progress::default()).unwrap();
    assert_eq!(answer.moves, []);
    // Each move of another answer does something: without it and those that need it the two grids are less even, or a
    // community is cut.
    let mut draw = Draw(31);
    for _ in 0..30 {
        let (plan, loads) = random_map(&ground, &mut draw);
        let answer = rebalance(&plan, &loads, &Rebalancing::default(), &Progress::default()).unwrap();
        let all: BTreeSet<usize> = (0..answer.moves.len()).collect();
        let with = Balance::of_grids(&done(&plan, &answer, &all).unwrap(), &loads);
        for at in 0..answer.moves.len() {
            let gone = answer.with_dependent([at]);
            let rest: BTreeSet<usize> = all.difference(&gone).copied().collect();
            let without = Balance::of_grids(&done(&plan, &answer, &rest).unwrap(), &loads);
            let touched: BTreeSet<usize> = gone
                .iter()
                .flat_map(|&at| match &answer.moves[at].given {
                    Given::Land { from, to, .. } => [from.0 as usize, to.0 as usize],
                    Given::Beat { .. } => panic!("land is dealt out"),
                })
                .collect();
            let worst = |balance: &Balance| {
                touched.iter().filter_map(|&at| balance.deviations[at]).map(f64::abs).fold(0.0, f64::max)
            };
            let squares = |balance: &Balance| {
                touched.iter().filter_map(|&at| balance.deviations[at]).map(|off| off * off).sum::<f64>()
            };
            assert!(worst(&without) > worst(&with) || squares(&without) > squares(&with), "{at} gains nothing");
        }
    }
}
