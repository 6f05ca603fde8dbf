//! A campaign: what the towns did apart is laid together, and what was done twice is listed.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use wangge::base::Refusal;
use wangge::edit::campaign::{Package, Taken, hand_out, take_back, town_of, towns};
use wangge::edit::{Command, Context};
use wangge::geometry::Point;
use wangge::index::{Hit, Index};
use wangge::model::{Plan, Role, Tier, Zone, ZoneId};
use wangge::topology::{FaceId, scan};

use super::{Choice, GRID, UNIT, apply, areas_of_zone, choices, command, face_at, plan, split, units};

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

/// A package of the west that a town made with all locks gone: the work on the whole city, behind its own locks.
fn unlocked(start: &Plan, commands: impl Fn(&Plan) -> Vec<Command>) -> Plan {
    let mut plan = start.clone();
    for tier in &mut plan.tiers {
        let tier = Arc::make_mut(tier);
        tier.locked = false;
        for id in tier.zones.ids().collect::<Vec<_>>() {
            let zone = tier.zones.get(id).cloned().map(|zone| Zone { locked: false, ..zone });
            tier.zones.set(id, zone);
        }
    }
    Arc::make_mut(&mut plan.settings).locked_lines.clear();
    for command in commands(start) {
        plan = apply(&plan, &command).unwrap_or_else(|why| panic!("{command:?}: {why}")).plan;
    }
    plan
}

/// What lies in which town, to the last face.
fn nests(plan: &Plan) {
    for tier in [GRID, UNIT] {
        for (zone, _) in plan.tiers[tier].zones.iter() {
            let homes: BTreeSet<_> =
                plan.tiers[tier].faces_of(zone).iter().map(|&face| plan.tiers[0].owner_of(face)).collect();
            assert!(homes.len() <= 1, "zone {zone:?} of tier {tier} lies in {homes:?}");
        }
    }
}

/// The work came back: the plan it was laid into and what is listed as beyond the town.
fn beyond(city: &Plan, start: &Plan, theirs: &Plan) -> (Plan, Vec<wangge::edit::campaign::Conflict>) {
    let taken = back(city, city, &[(start, theirs)]).unwrap();
    if let Some(done) = &taken.done {
        super::check(city, done);
    }
    let merged = taken.done.map_or_else(|| city.clone(), |done| done.plan);
    nests(&merged);
    // What is offered still lies in the town; all else is listed as beyond it.
    let is_ours = |&face: &FaceId| merged.tiers[0].owner_of(face) == town_of(start);
    let told = |one: &wangge::edit::campaign::Conflict| match one.faces.as_slice() {
        [] => one.reason.en.contains("outside the land of the town"),
        faces => faces.iter().all(is_ours),
    };
    assert!(taken.conflicts.iter().all(told), "{:?}", taken.conflicts);
    (merged, taken.conflicts)
}

/// Owners of all tiers at the middles of the blocks of the city.
fn owners(plan: &Plan) -> Vec<[Option<ZoneId>; 3]> {
    let middle = |block: i32| (block % 4 * SIDE + SIDE / 2 + 7, block / 4 * SIDE + SIDE / 2 + 7);
    let face = |block| face_at(plan, middle(block).0, middle(block).1);
    (0..16).map(|block| [0, GRID, UNIT].map(|tier| plan.tiers[tier].owner_of(face(block)))).collect()
}

/// Attack B: a town that gives land of other towns away gets its own work in and no more.
#[test]
fn attacks_b_land_of_another_town_is_kept_and_listed() {
    let city = city();
    let west = town_at(&city, 5, 5);
    let start = hand_out(&city, west);
    let grid = |plan: &Plan, x, y| plan.tiers[GRID].owner_of(face_at(plan, x, y)).unwrap();
    let (low, up) = (SIDE / 2, SIDE * 3 / 2);
    // One block of the east to another grid of the east, one to a grid of the west; and honest work in the west.
    let theirs = unlocked(&start, |plan| {
        let paint = |x, y, to| Command::Paint { tier: GRID, faces: vec![face_at(plan, x, y)], to: Some(to) };
        vec![paint(3 * SIDE + low, low, grid(plan, 3 * SIDE + low, up)), paint(low, up, grid(plan, low, low))]
    });
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    let (now, was, asked) = (owners(&merged), owners(&city), owners(&theirs));
    for block in 0..16 {
        let expected = if block % 4 < 2 { &asked } else { &was };
        assert_eq!(now[block], expected[block], "block {block}");
    }
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert!(conflicts[0].area_m2 > 1000.0 && conflicts[0].place.is_some() && conflicts[0].faces.is_empty());
    // All of the east's grids in one of the west: the same.
    let theirs = unlocked(&start, |plan| {
        let east = 0..3;
        let town = east.map(|row| Command::Paint {
            tier: 0,
            faces: vec![
                face_at(plan, 2 * SIDE + low, row * SIDE + low),
                face_at(plan, 3 * SIDE + low, row * SIDE + low),
            ],
            to: Some(west),
        });
        town.collect()
    });
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    assert_eq!(merged, city);
    assert!(!conflicts.is_empty());
}

#[test]
fn attacks_b_the_border_of_the_town_stays() {
    let city = city();
    let west = town_at(&city, 5, 5);
    let start = hand_out(&city, west);
    let corner = |plan: &Plan, x: i32, y: i32| {
        let mut borders = plan.coverage.borders().iter();
        let find = |(id, border): (_, &wangge::topology::Border)| {
            Some((id, border.points.iter().position(|&p| p == Point::new(x, y))?))
        };
        borders.find_map(find).unwrap()
    };
    // A vertex of the town border moved into the east, then one into the west.
    for dx in [3000, -3000] {
        let theirs = unlocked(&start, |plan| {
            let (border, at) = corner(plan, 2 * SIDE, 2 * SIDE);
            vec![Command::MoveVertex { border, at, to: Point::new(2 * SIDE + dx, 2 * SIDE + 100) }]
        });
        let (merged, conflicts) = beyond(&city, &start, &theirs);
        assert_eq!(owners(&merged), owners(&city));
        assert!(conflicts.iter().any(|one| one.tier == 0), "{conflicts:?}");
    }
    // A block of the other town cut in two.
    let theirs = unlocked(&start, |plan| {
        let zone = plan.tiers[UNIT].owner_of(face_at(plan, 3 * SIDE + 5, 5)).unwrap().0;
        vec![split(UNIT, zone, &[(3 * SIDE - 50, 3000), (4 * SIDE + 50, 3300)])]
    });
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    assert_eq!((merged, conflicts.len()), (city.clone(), 1), "{conflicts:?}");
}

#[test]
fn attacks_b_names_and_locked_lines_and_zones_stay() {
    let mut city = city();
    let west = town_at(&city, 5, 5);
    // The office locked a grid and a line of the west itself.
    let lock = Command::Lock { tier: GRID, zone: Some(ZoneId(6)), locked: true, reason: String::new() };
    city = apply(&city, &lock).unwrap().plan;
    city = apply(&city, &Command::LockLine { tier: GRID, zones: [ZoneId(0), ZoneId(2)], locked: true }).unwrap().plan;
    let start = hand_out(&city, west);
    let rename = |plan: &Plan, zone: u32, name: &str| {
        let value = plan.tiers[GRID].zones.get(ZoneId(zone)).unwrap();
        let attributes = (*value.attributes).clone();
        Command::SetZone { tier: GRID, zone: ZoneId(zone), code: value.code.clone(), name: name.into(), attributes }
    };
    let theirs =
        unlocked(&start, |plan| vec![rename(plan, 1, "theirs"), rename(plan, 6, "locked"), rename(plan, 0, "ours")]);
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    let name = |zone: u32| merged.tiers[GRID].zones.get(ZoneId(zone)).unwrap().name.clone();
    assert_eq!([name(0), name(1), name(6)], ["ours", "grid 1", "grid 6"]);
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    // The line, by giving land over it.
    let block = (SIDE / 2, SIDE / 2);
    let theirs = unlocked(&start, |plan| {
        let faces = vec![face_at(plan, block.0, block.1)];
        vec![Command::Paint { tier: GRID, faces, to: Some(ZoneId(2)) }]
    });
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    assert_eq!(owners(&merged), owners(&city));
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    // A face of the locked grid, cut.
    let theirs = unlocked(&start, |plan| {
        let zone = plan.tiers[UNIT].owner_of(face_at(plan, 5, 3 * SIDE + 5)).unwrap().0;
        vec![split(UNIT, zone, &[(-50, 3 * SIDE + 3000), (SIDE + 50, 3 * SIDE + 3300)])]
    });
    let (merged, conflicts) = beyond(&city, &start, &theirs);
    assert_eq!((merged, conflicts.is_empty()), (city.clone(), false));
}

/// The city in a district, with communities and areas of another kind across both towns.
fn nested_city() -> Plan {
    let mut city = city();
    let faces: Vec<FaceId> = city.coverage.faces().ids().collect();
    for (role, name, count) in
        [(Role::District, "district", 1), (Role::Community, "community", 2), (Role::Other, "area", 3)]
    {
        let mut tier = Tier::new(role, name);
        for zone in 0..count {
            let code = format!("{name} {zone}");
            tier.zones.push(Zone { name: code.clone(), code, ..Zone::default() });
        }
        for &face in &faces {
            let row = city.tiers[UNIT].owner_of(face).unwrap().0 / 4;
            tier.owner.set(face, Some(ZoneId(row * count / 4)));
        }
        city.tiers.push(Arc::new(tier));
    }
    city
}

/// What lies above a town, or across it, is locked in its package; the town's own work comes back all the same.
#[test]
fn attacks_b_work_arrives_whatever_lies_above_the_town_or_across_it() {
    let city = nested_city();
    let west = town_at(&city, 5, 5);
    let start = hand_out(&city, west);
    assert!(start.tiers[3].zones.iter().all(|(_, zone)| zone.locked));
    let (low, up) = (SIDE / 2, SIDE * 3 / 2);
    let grid = |plan: &Plan, x, y| plan.tiers[GRID].owner_of(face_at(plan, x, y)).unwrap();
    // A whole face to another grid, and a grid parted by a line through two faces.
    let paint = Command::Paint { tier: GRID, faces: vec![face_at(&start, low, up)], to: Some(grid(&start, low, low)) };
    let theirs = apply(&start, &paint).unwrap().plan;
    let zone = grid(&theirs, low, 2 * SIDE + low).0;
    let line = split(GRID, zone, &[(-50, 2 * SIDE + 3000), (2 * SIDE + 50, 2 * SIDE + 3300)]);
    let theirs = apply(&theirs, &line).unwrap().plan;
    let taken = back(&city, &city, &[(&start, &theirs)]).unwrap();
    assert_eq!(taken.conflicts, []);
    let merged = taken.done.unwrap().plan;
    let new = |plan: &Plan| areas_of_zone(plan, GRID, plan.tiers[GRID].by_code("new").unwrap().0);
    assert_eq!(grid(&merged, low, up), grid(&city, low, low));
    assert!((new(&merged) - new(&theirs)).abs() < 200, "{} {}", new(&merged), new(&theirs));
    for tier in 3..6 {
        for zone in city.tiers[tier].zones.ids() {
            assert_eq!(areas_of_zone(&merged, tier, zone.0), areas_of_zone(&city, tier, zone.0), "tier {tier}");
        }
    }
}

/// What lies above a town or across it is still not the town's to change.
#[test]
fn attacks_b_what_lies_above_the_town_or_across_it_is_kept_and_listed() {
    let city = nested_city();
    let start = hand_out(&city, town_at(&city, 5, 5));
    let low = SIDE / 2;
    for tier in 3..6 {
        let value = city.tiers[tier].zones.get(ZoneId(0)).unwrap();
        let (code, attributes) = (value.code.clone(), (*value.attributes).clone());
        let rename = Command::SetZone { tier, zone: ZoneId(0), code, name: "theirs".into(), attributes };
        let face = vec![face_at(&start, low, SIDE + low)];
        let was = city.tiers[tier].owner_of(face[0]).unwrap().0;
        let to = Some(ZoneId((was + 1) % city.tiers[tier].zones.slots() as u32)).filter(|to| to.0 != was);
        let paint = Command::Paint { tier, faces: face, to };
        // What no plan may be, a town in two districts, is refused to the town as well.
        let open = unlocked(&start, |_| Vec::new());
        let done: Vec<Command> = [rename, paint].into_iter().filter(|command| apply(&open, command).is_ok()).collect();
        assert!(!done.is_empty(), "tier {tier}");
        for command in done {
            let theirs = unlocked(&start, |_| vec![command.clone()]);
            let taken = back(&city, &city, &[(&start, &theirs)]).unwrap();
            assert!(taken.done.is_none(), "tier {tier}: {command:?}");
            assert_eq!(taken.conflicts.len(), 1, "tier {tier}: {:?}", taken.conflicts);
        }
    }
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
    #![proptest_config(ProptestConfig { rng_seed: crate::seed(1), ..crate::cases(120) })]

    /// Two towns and the office at work at once: what one side alone changed arrives to the last place, what two sides
    /// changed differently is kept as it is and listed.
    #[test]
    fn what_one_side_changed_arrives_and_the_rest_is_listed(
        west in choices(400), east in choices(400), office in 0..4_usize,
        at_office in choices(400),
    ) {
        let at_office: Vec<Choice> = at_office.into_iter().take(office).collect();
        laid_together(west, east, at_office)?;
    }
}

/// Lays the work of two towns and of the office together and looks at every place.
pub(crate) fn laid_together(west: Vec<Choice>, east: Vec<Choice>, at_office: Vec<Choice>) -> Result<(), TestCaseError> {
    let scaled = |list: Vec<Choice>| -> Vec<Choice> {
        list.into_iter().map(|(k, a, b, x, y, u, v)| (k, a, b, x * 100, y * 100, u * 100, v * 100)).collect()
    };
    let city = city();
    let office = at_office.len();
    let starts: Vec<Plan> = towns(&city).into_iter().map(|town| hand_out(&city, town)).collect();
    let done = [work(&starts[0], &scaled(west)), work(&starts[1], &scaled(east))];
    let here = work(&city, &scaled(at_office));
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
    Ok(())
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

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: crate::seed(2), ..crate::cases(60) })]

    /// Attack B at random: whatever a town does with all locks gone, the land outside it is to the last place what it was
    /// here, what nested nests, and the plan is whole.
    #[test]
    fn attacks_b_whatever_a_town_does_beyond_its_land_is_kept(
        west in choices(400), office in 0..3_usize, at_office in choices(400),
    ) {
        let scaled = |list: Vec<Choice>| -> Vec<Choice> {
            list.into_iter().map(|(k, a, b, x, y, u, v)| (k, a, b, x * 100, y * 100, u * 100, v * 100)).collect()
        };
        let city = city();
        let start = hand_out(&city, town_at(&city, 5, 5));
        let theirs = work(&unlocked(&start, |_| Vec::new()), &scaled(west));
        let at_office: Vec<Choice> = scaled(at_office).into_iter().take(office).collect();
        let here = work(&city, &at_office);
        let Ok(taken) = back(&here, &city, &[(&start, &theirs)]) else { return Ok(()) };
        let Some(done) = &taken.done else { return Ok(()) };
        super::check(&here, done);
        let torn = |plan: &Plan| -> BTreeSet<(usize, ZoneId)> {
            let zones = [GRID, UNIT].into_iter().flat_map(|tier| plan.tiers[tier].zones.ids().map(move |zone| (tier, zone)));
            let homes = |&(tier, zone): &(usize, ZoneId)| {
                let faces = plan.tiers[tier].faces_of(zone);
                faces.into_iter().map(|face| plan.tiers[0].owner_of(face)).collect::<BTreeSet<_>>().len()
            };
            zones.filter(|zone| homes(zone) > 1).collect()
        };
        prop_assert!(torn(&done.plan).is_subset(&torn(&here)));
        let [was, ours, now] = [&city, &here, &done.plan].map(|plan| Index::of(&plan.coverage));
        for at in places(&here).into_iter().chain(places(&done.plan)) {
            let Hit::Face(face) = was.face_at(&city.coverage, at) else { continue };
            if city.tiers[0].owner_of(face) == Some(town_at(&city, 5, 5)) || near_line(&[&city, &here, &done.plan], at) {
                continue;
            }
            for tier in 0..3 {
                let (before, after) = (owner(&here, &ours, tier, at), owner(&done.plan, &now, tier, at));
                prop_assert!(before == after, "tier {tier} at {at:?}: {before:?} became {after:?}");
            }
        }
    }
}
