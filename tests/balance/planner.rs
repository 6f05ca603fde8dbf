//! Rebalancing as a planner asks for it, on a small town of blocks.

use std::collections::BTreeSet;
use std::sync::Arc;

use wangge::balance::{
    Banded, Budget, Given, Loads, Rebalanced, Rebalancing, Weights, alternatives, bands, barrier_layers, binding,
    difference, frontier, improve, rebalance,
};
use wangge::base::Progress;
use wangge::geometry::Point;
use wangge::io::{Options, open};
use wangge::model::{Plan, Reference, Role, Shape, ZoneId};

/// A town of 8 × 4 blocks, two columns a community, four grids of two columns; the blocks of the west have more
/// households, so that grid A has most work.
fn town() -> (tempfile::TempDir, Plan, Loads) {
    let folder = tempfile::tempdir().unwrap();
    let square = |x: f64, y: f64, w: f64, h: f64| {
        format!(
            "[[[{x:.4},{y:.4}],[{:.4},{y:.4}],[{:.4},{:.4}],[{x:.4},{:.4}],[{x:.4},{y:.4}]]]",
            x + w,
            x + w,
            y + h,
            y + h
        )
    };
    let layer = |name: &str, features: Vec<String>| {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let feature = |code: String, households: u32, shape: String| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}","households":{households}}},"geometry":{{"type":"Polygon","coordinates":{shape}}}}}"#
        )
    };
    let at = |column: usize, row: usize| (110.3 + column as f64 * 0.002, 20.0 + row as f64 * 0.002);
    let mut blocks = Vec::new();
    for column in 0..8 {
        for row in 0..4 {
            let (x, y) = at(column, row);
            let households = [400, 300, 200, 150, 100, 80, 60, 50][column];
            blocks.push(feature(format!("U{column}{row}"), households, square(x, y, 0.002, 0.002)));
        }
    }
    let column = |prefix: &str, first: usize, count: usize| {
        let (x, y) = at(first, 0);
        feature(format!("{prefix}{}", first / 2), 0, square(x, y, 0.002 * count as f64, 0.008))
    };
    let units = layer("units.geojson", blocks);
    let communities = layer("communities.geojson", (0..4).map(|at| column("C", at * 2, 2)).collect());
    let grids = layer("grids.geojson", (0..4).map(|at| column("G", at * 2, 2)).collect());
    let named = |role: &str, path: &std::path::Path| (role.to_owned(), path.to_owned());
    let options = Options {
        tiers: vec![named("unit", &units), named("community", &communities), named("grid", &grids)],
        ..Options::default()
    };
    let mut plan = open(&[units, communities, grids], &options, &Progress::default()).unwrap().plan;
    let mut settings = (*plan.settings).clone();
    settings.load.minutes_per_household = 1.0;
    settings.load.patrol_minutes_per_km2 = 0.0;
    plan.settings = Arc::new(settings);
    let loads = Loads::of(&plan, &[], &Progress::default()).unwrap();
    (folder, plan, loads)
}

fn solve(plan: &Plan, loads: &Loads, options: &Rebalancing) -> Rebalanced {
    rebalance(plan, loads, options, &Progress::default()).unwrap()
}

#[test]
fn whole_communities_cost_what_they_are_given() {
    let (_folder, plan, loads) = town();
    let asked = |whole| {
        let weights = Weights { whole, ..Weights::default() };
        solve(&plan, &loads, &Rebalancing { weights, ..Rebalancing::default() })
    };
    let (free, kept) = (asked(0.0), asked(1e6));
    assert_eq!(kept.after.split_communities, 0);
    assert!(free.after.max_deviation < kept.after.max_deviation);
    assert!(free.after.split_communities > 0);
}

#[test]
fn more_change_never_costs_balance_and_a_budget_holds() {
    let (_folder, plan, loads) = town();
    let budgets = [0.0, 0.1, 0.2, 0.4, 1.0];
    let points = frontier(&plan, &loads, &Rebalancing::default(), &budgets, &Progress::default()).unwrap();
    assert_eq!(points.len(), budgets.len());
    assert!(points[0].moves.is_empty());
    for (point, budget) in points.iter().zip(budgets) {
        assert!(point.moved_share <= budget + 1e-12);
        assert!(point.after.max_deviation >= point.bound - 1e-12);
    }
    assert!(points.windows(2).all(|pair| pair[1].after.max_deviation <= pair[0].after.max_deviation));
    assert!(points[4].after.max_deviation < points[0].after.max_deviation);
}

#[test]
fn a_lock_is_kept_and_what_it_costs_is_said() {
    let (_folder, plan, loads) = town();
    let options = Rebalancing { locked: vec![ZoneId(0)], ..Rebalancing::default() };
    let answer = solve(&plan, &loads, &options);
    assert!(answer.moves.iter().all(|step| step.from != "G0" && step.to != "G0"));
    let open = solve(&plan, &loads, &Rebalancing::default());
    assert!(open.after.max_deviation < answer.after.max_deviation);
    let found = binding(&plan, &loads, &options, &Progress::default()).unwrap();
    let lock = found.iter().find(|one| one.what.en.contains("lock on G0")).unwrap();
    let cost = answer.after.max_deviation - open.after.max_deviation;
    assert!((lock.cost - cost).abs() < 1e-9, "{} {cost}", lock.cost);
}

#[test]
fn no_grid_reaches_across_a_river() {
    let (_folder, mut plan, loads) = town();
    let at = |x: f64, y: f64| Point::from_degrees(x, y).unwrap();
    let river = Shape::Lines(vec![vec![at(110.304, 19.999), at(110.304, 20.009)]]);
    plan.references.push(Arc::new(Reference {
        name: "rivers".to_owned(),
        features: vec![(river, serde_json::Map::new())].into(),
        visible: true,
        opacity: 1.0,
    }));
    assert_eq!(barrier_layers(&plan), [0]);
    let options = Rebalancing { barriers: vec![0], ..Rebalancing::default() };
    let answer = solve(&plan, &loads, &options);
    // The river runs between the first two grids: the heavy one has no neighbour left.
    assert!(answer.moves.iter().all(|step| step.from != "G0" && step.to != "G0"));
    assert!(solve(&plan, &loads, &Rebalancing::default()).moves.iter().any(|step| step.from == "G0"));
}

#[test]
fn alternatives_differ_and_say_where_they_come_from() {
    let (_folder, plan, loads) = town();
    let answers = alternatives(&plan, &loads, &Rebalancing::default(), (&Progress::default(), &|_| {})).unwrap();
    assert_eq!(answers.len(), 3);
    for (at, one) in answers.iter().enumerate() {
        assert!(one.after.max_deviation < one.before.max_deviation);
        for other in &answers[at + 1..] {
            assert!(difference(&plan, &loads, one, other).unwrap() > 0.02);
            assert_ne!(one.provenance(), other.provenance());
        }
    }
    assert!(answers[0].provenance().contains(&format!("{:016x}", plan.canonical_hash())));
}

#[test]
fn threads_do_not_change_an_answer() {
    let (_folder, plan, loads) = town();
    let options = Rebalancing { effort: Budget::Epochs(2), seed: 7, ..Rebalancing::default() };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve(&plan, &loads, &options))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(4));
}

#[test]
fn searching_on_is_never_worse_and_says_where_it_began() {
    let (_folder, plan, loads) = town();
    let first = solve(&plan, &loads, &Rebalancing { effort: Budget::Epochs(0), ..Rebalancing::default() });
    assert!(first.moves.is_empty());
    let second = improve(&plan, &loads, &first, Budget::Epochs(2), (&Progress::default(), &|_| {})).unwrap();
    assert!(second.after.max_deviation < first.after.max_deviation);
    // Without a search the answer at hand is the answer.
    let third = improve(&plan, &loads, &second, Budget::Epochs(0), (&Progress::default(), &|_| {})).unwrap();
    assert_eq!(third.after, second.after);
    assert!(third.provenance().contains("seed 1 epochs 0 then seed 2 epochs 2 then seed 3 epochs 0"));
    // What is kept stays also where the answer at hand moved it.
    let mut kept = second.clone();
    let Given::Land { faces, .. } = kept.moves.remove(0).given else { panic!("land was dealt out") };
    kept.asked.keep.clone_from(&faces);
    let fourth = improve(&plan, &loads, &kept, Budget::Epochs(2), (&Progress::default(), &|_| {})).unwrap();
    let moves_kept = |step: &wangge::balance::Move| match &step.given {
        Given::Land { faces: moved, .. } => moved.iter().any(|face| faces.contains(face)),
        Given::Beat { .. } => false,
    };
    assert!(!fourth.moves.iter().any(moves_kept));
}

#[test]
fn grids_are_brought_into_a_band_by_splits_and_merges() {
    let (_folder, plan, loads) = town();
    let (_, grids) = plan.tier_of(Role::Grid).unwrap();
    let faces = grids.faces_by_zone();
    let work = |zone: ZoneId| loads.hours(&faces[zone.0 as usize]);
    let (least, most) = (15.0, 30.0);
    let found = bands(&plan, &loads, (least, most), &Progress::default()).unwrap();
    let mut seen = BTreeSet::new();
    for one in &found {
        match one {
            Banded::Split { grid, parts, amounts: hours } => {
                assert!(work(*grid) > most && seen.insert(*grid));
                assert!(hours.iter().all(|hours| (least..=most).contains(hours)), "{hours:?}");
                let mut all: Vec<_> = parts.concat();
                all.sort_unstable();
                assert_eq!(all, faces[grid.0 as usize]);
                parts.iter().for_each(|part| assert_eq!(plan.coverage.outline(part).len(), 1));
            }
            Banded::Merge { grid, into, amount: hours } => {
                assert!(work(*grid) < least && seen.insert(*grid) && seen.insert(*into));
                assert!((work(*grid) + work(*into) - hours).abs() < 1e-6 && (least..=most).contains(hours));
                assert!(grids.neighbours(&plan.coverage, *grid).iter().any(|beside| beside.zone == Some(*into)));
            }
        }
    }
    // The west carries 46.7 hours, the two in the east 12 and 7.3.
    assert!(found.iter().any(|one| matches!(one, Banded::Split { grid: ZoneId(0), .. })));
    assert!(found.iter().any(|one| matches!(one, Banded::Merge { .. })));
    // A locked grid stays, and a band the wrong way round is refused.
    let mut locked = plan.clone();
    let tier = locked.tiers.iter_mut().find(|tier| tier.role == Role::Grid).unwrap();
    let zones = &mut Arc::make_mut(tier).zones;
    let zone = zones.get(ZoneId(0)).unwrap().clone();
    zones.set(ZoneId(0), Some(wangge::model::Zone { locked: true, ..zone }));
    let found = bands(&locked, &loads, (least, most), &Progress::default()).unwrap();
    assert!(!found.iter().any(|one| matches!(one, Banded::Split { grid: ZoneId(0), .. })));
    assert!(bands(&plan, &loads, (most, least), &Progress::default()).is_err());
}
