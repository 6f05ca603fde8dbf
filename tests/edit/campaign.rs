//! A campaign: what the towns did apart is laid together, and what was done twice is listed.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use wangge::base::Refusal;
use wangge::edit::campaign::{Package, Taken, hand_out, take_back, town_of, towns};
use wangge::edit::{Command, Context};
use wangge::geometry::Point;
use wangge::index::{Hit, Index};
use wangge::model::{Plan, ZoneId};
use wangge::topology::{FaceId, scan};

use super::{Choice, GRID, apply, areas_of_zone, choices, command, face_at, plan, split, units};

/// A side of a block in cells of the lattice.
const SIDE: i32 = 10_000;

/// Sixteen blocks, eight grids of two, two towns: the west and the east.
fn city() -> Plan {
    let square = |(x, y): (i32, i32)| vec![(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)];
    let squares: Vec<_> = (0..16).map(|at| square((at % 4 * SIDE, at / 4 * SIDE))).collect();
    let grid: Vec<u32> = (0..16).map(|block| block / 2).collect();
    let town: Vec<u32> = (0..16).map(|block| block % 4 / 2).collect();
    plan(&units(&squares), &grid, &town)
}

fn back(plan: &Plan, state: &Plan, packages: &[(&Plan, &Plan)]) -> Result<Taken, Refusal> {
    let packages: Vec<_> = packages.iter().map(|&(start, plan)| Package { name: "town", start, plan }).collect();
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 1_700_000_000, camera: None };
    take_back(plan, std::slice::from_ref(state), &packages, &context)
}

/// Who owns a place in a tier: by id what was there before, by name what is new.
fn owner(plan: &Plan, index: &Index, tier: usize, at: Point) -> Option<String> {
    let Hit::Face(face) = index.face_at(&plan.coverage, at) else { return None };
    let zone = plan.tiers[tier].owner_of(face)?;
    let old = zone.0 < if tier == GRID { 8 } else { 16 };
    Some(if old { format!("#{}", zone.0) } else { plan.tiers[tier].zones.get(zone)?.name.clone() })
}

/// Places well inside the faces of a plan: four cells around them are of the same face.
fn places(plan: &Plan) -> Vec<Point> {
    let index = Index::of(&plan.coverage);
    let face = |at| if let Hit::Face(face) = index.face_at(&plan.coverage, at) { Some(face) } else { None };
    let inside = |&at: &Point| {
        let around = [(-4, 0), (4, 0), (0, -4), (0, 4)].map(|(x, y)| face(Point::new(at.x + x, at.y + y)));
        around.iter().all(|&other| other.is_some() && other == face(at))
    };
    let points = plan.coverage.faces().ids().filter_map(|face| plan.coverage.point_in(face));
    points.filter(inside).collect()
}

fn town_at(plan: &Plan, x: i32, y: i32) -> ZoneId {
    plan.tiers[0].owner_of(face_at(plan, x, y)).unwrap()
}

#[test]
fn a_package_has_its_own_land_open_and_all_else_locked() {
    let city = city();
    let [west, east] = towns(&city)[..] else { panic!("two towns") };
    let package = hand_out(&city, west);
    assert_eq!(town_of(&package), Some(west));
    assert_eq!(town_of(&city), None);
    for tier in [GRID, 2] {
        for (zone, value) in package.tiers[tier].zones.iter() {
            let face = package.tiers[tier].faces_of(zone)[0];
            assert_eq!(value.locked, package.tiers[0].owner_of(face) == Some(east), "{value:?}");
        }
    }
    let stroke = |x: i32| vec![(x - SIDE, SIDE / 2), (x + SIDE, SIDE / 2)];
    let at = |x| package.tiers[GRID].owner_of(face_at(&package, x, SIDE / 2)).unwrap().0;
    assert!(apply(&package, &split(GRID, at(3 * SIDE + 5), &stroke(3 * SIDE))).is_err());
    let paint = |from: i32, to: u32| Command::Paint {
        tier: GRID,
        faces: vec![face_at(&package, from, SIDE / 2)],
        to: Some(ZoneId(to)),
    };
    // Not over the edge of the town either.
    assert!(apply(&package, &paint(2 * SIDE + 5, at(5))).is_err());
}

#[test]
fn work_of_two_towns_is_laid_together_over_their_common_border() {
    let city = city();
    let [west, east] = towns(&city)[..] else { panic!("two towns") };
    let starts = [hand_out(&city, west), hand_out(&city, east)];
    // Both cut a grid with a stroke that ends on the border between them, a third of a side apart; each splits a face.
    let work = |start: &Plan, x: i32, y: i32, code: &str| {
        let zone = start.tiers[GRID].owner_of(face_at(start, x + SIDE / 2, y)).unwrap();
        let stroke = vec![Point::new(x - SIDE / 2, y - 777), Point::new(x + 5 * SIDE / 2, y + 1234)];
        let keeps = wangge::edit::Side::Left;
        let command = Command::Split { tier: GRID, zone, stroke, keeps, code: code.into(), name: code.into() };
        apply(start, &command).unwrap().plan
    };
    let done = [work(&starts[0], 0, 3000, "w"), work(&starts[1], 2 * SIDE, 6000, "e")];
    let taken = back(&city, &city, &[(&starts[0], &done[0]), (&starts[1], &done[1])]).unwrap();
    assert_eq!(taken.conflicts, []);
    let merged = taken.done.unwrap().plan;
    merged.coverage.prove().unwrap();
    assert_eq!(merged.tiers[GRID].zones.iter().count(), 10);
    for (code, plan) in [("w", &done[0]), ("e", &done[1])] {
        let [there, here] =
            [plan, &merged].map(|plan| areas_of_zone(plan, GRID, plan.tiers[GRID].by_code(code).unwrap().0));
        assert!((there - here).abs() < i128::from(SIDE), "{code}: {there} {here}");
    }
    // Locks of the packages stay with them.
    assert!(merged.tiers[GRID].zones.iter().all(|(_, zone)| !zone.locked));
}

#[test]
fn what_the_office_changed_too_is_listed_and_kept() {
    let city = city();
    let west = town_at(&city, 5, 5);
    let start = hand_out(&city, west);
    let give = |plan: &Plan, x: i32, y: i32, to: (i32, i32)| {
        let to = plan.tiers[GRID].owner_of(face_at(plan, to.0, to.1));
        let command = Command::Paint { tier: GRID, faces: vec![face_at(plan, x, y)], to };
        apply(plan, &command).unwrap().plan
    };
    let (low, middle) = (SIDE / 2, SIDE * 3 / 2);
    // The grid of the second row, west: one block of it goes up here, down there.
    let ours = give(&city, low, middle, (low, middle + SIDE));
    let theirs = give(&start, low, middle, (low, low));
    let taken = back(&ours, &city, &[(&start, &theirs)]).unwrap();
    assert!(taken.done.is_none());
    let [conflict] = &taken.conflicts[..] else { panic!("{:?}", taken.conflicts) };
    assert_eq!(conflict.faces, [face_at(&ours, low, middle)]);
    assert_eq!(conflict.ours.zone, ours.tiers[GRID].owner_of(face_at(&ours, low, middle + SIDE)));
    assert_eq!(conflict.theirs.zone, ours.tiers[GRID].owner_of(face_at(&ours, low, low)));
    // The same done on both sides is no conflict.
    let same = give(&city, low, middle, (low, low));
    assert_eq!(back(&same, &city, &[(&start, &theirs)]).unwrap().conflicts, []);
    // A plan it was not handed out from.
    assert!(back(&ours, &ours, &[(&start, &theirs)]).unwrap_err().because.en.contains("not handed out"));
}

#[test]
fn a_stroke_that_ends_on_a_border_moved_with_it_arrives() {
    // The edge between two grids is dragged, which slants the border north of it; a stroke then ends on that border a
    // cell off where it was, so that only a piece too short to be told from the old border joins the two.
    let city = city();
    let start = hand_out(&city, town_at(&city, 3 * SIDE + 5, 5));
    let at = |x, y| Point::new(x, y);
    let edge = [at(3 * SIDE, 2 * SIDE), at(3 * SIDE, 3 * SIDE)];
    let mut borders = start.coverage.borders().iter();
    let on = |points: &[Point]| points == edge || points == [edge[1], edge[0]];
    let border = borders.find_map(|(id, border)| on(&border.points).then_some(id)).unwrap();
    let moved = apply(&start, &Command::MoveEdge { border, from: 0, to: 1, by: [2400, 100] }).unwrap().plan;
    let zone = moved.tiers[GRID].owner_of(face_at(&moved, 21_000, 3 * SIDE + SIDE / 2)).unwrap().0;
    let theirs = apply(&moved, &split(GRID, zone, &[(13_800, 37_200), (37_200, 10_300), (10_300, 0)])).unwrap().plan;
    let taken = back(&city, &city, &[(&start, &theirs)]).unwrap();
    assert_eq!(taken.conflicts, []);
    let merged = taken.done.unwrap().plan;
    let new = |plan: &Plan| areas_of_zone(plan, GRID, plan.tiers[GRID].by_code("new").unwrap().0);
    assert!((new(&merged) - new(&theirs)).abs() < 200, "{} {}", new(&merged), new(&theirs));
}

/// Random commands on a plan, those that are refused passed over. Their edges and tiers are left alone: those are no
/// town's to change.
fn work(start: &Plan, choices: &[Choice]) -> Plan {
    let mut plan = start.clone();
    for &choice in choices {
        let Some(command) = command(&plan, choice, SIDE / 2) else { continue };
        let kept = match &command {
            Command::Lock { .. } | Command::CopyTier { .. } | Command::RemoveTier { .. } => continue,
            _ => apply(&plan, &command),
        };
        if let Ok(done) = kept
            && done.plan.coverage.doubled_area() == plan.coverage.doubled_area()
        {
            plan = done.plan;
        }
    }
    plan
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..crate::cases(120) })]

    /// Two towns and the office at work at once: what one side alone changed arrives to the last place, what two sides
    /// changed differently is kept as it is and listed.
    #[test]
    fn what_one_side_changed_arrives_and_the_rest_is_listed(
        west in choices(400), east in choices(400), office in 0..4_usize,
        at_office in choices(400),
    ) {
        let scaled = |list: Vec<Choice>| -> Vec<Choice> {
            list.into_iter().map(|(k, a, b, x, y, u, v)| (k, a, b, x * 100, y * 100, u * 100, v * 100)).collect()
        };
        let city = city();
        let starts: Vec<Plan> = towns(&city).into_iter().map(|town| hand_out(&city, town)).collect();
        let done = [work(&starts[0], &scaled(west)), work(&starts[1], &scaled(east))];
        let at_office: Vec<Choice> = scaled(at_office).into_iter().take(office).collect();
        let here = work(&city, &at_office);
        let taken = back(&here, &city, &[(&starts[0], &done[0]), (&starts[1], &done[1])]);
        let Ok(taken) = taken else { panic!("{}", taken.unwrap_err()) };
        let merged = taken.done.as_ref().map_or(&here, |done| &done.plan);
        if let Some(done) = &taken.done {
            super::check(&here, done);
        }
        prop_assert!(office > 0 || taken.conflicts.is_empty(), "{:?}", taken.conflicts);
        let listed: BTreeSet<(usize, FaceId)> =
            taken.conflicts.iter().flat_map(|one| one.faces.iter().map(|&face| (one.tier, face))).collect();
        let index = |plan: &Plan| Index::of(&plan.coverage);
        let [was, ours, now] = [&city, &here, merged].map(index);
        for (start, plan) in starts.iter().zip(&done) {
            let theirs = index(plan);
            let mut places = places(plan);
            places.extend(self::places(merged));
            for at in places {
                for tier in 1..3 {
                    let before = owner(start, &was, tier, at);
                    let office = owner(&here, &ours, tier, at);
                    let town = owner(plan, &theirs, tier, at);
                    let both = owner(merged, &now, tier, at);
                    let Hit::Face(face) = now.face_at(&merged.coverage, at) else { continue };
                    let arrived = both == town || both == office && listed.contains(&(tier, face));
                    prop_assert!(
                        town == before || arrived || near_line(&[&city, &here, plan, merged], at),
                        "tier {tier} at {at:?}: was {before:?}, office {office:?}, town {town:?}, merged {both:?}"
                    );
                }
            }
        }
    }
}

/// Whether a place lies so near a line of one of the plans that rounding may have carried it over.
fn near_line(plans: &[&Plan], at: Point) -> bool {
    plans.iter().any(|plan| {
        let index = Index::of(&plan.coverage);
        let face = |at| if let Hit::Face(face) = index.face_at(&plan.coverage, at) { Some(face) } else { None };
        [(-4, 0), (4, 0), (0, -4), (0, 4), (-3, -3), (3, 3), (-3, 3), (3, -3)]
            .into_iter()
            .any(|(x, y)| face(Point::new(at.x + x, at.y + y)) != face(at))
    })
}
