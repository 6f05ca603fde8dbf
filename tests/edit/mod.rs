//! Commands: random ones on random plans keep the rules; and the cases that are easy to get wrong, one by one.

mod adding;
pub(crate) mod campaign;
mod history;
mod locks;
mod verbs;

use std::sync::Arc;

use proptest::prelude::*;
use wangge::base::{Progress, Refusal, Text};
use wangge::edit::{
    Command, Context, Cutter, Done, Draft, Half, History, Only, Portion, Record, Shape, Side, Take, preview,
};
use wangge::geometry::{Areas, Bounds, Point};
use wangge::model::{Attributes, Composition, Plan, Role, Squad, SquadId, Tier, Zone, ZoneId};
use wangge::topology::{BorderId, Coverage, FaceId, build, parts, scan};

use crate::topology::{face_by_winding, units};

pub(crate) fn apply(plan: &Plan, command: &Command) -> Result<Done, Refusal> {
    let near = scan(&plan.coverage);
    command.apply(plan, &Context { near: &near, time: 1_700_000_000, camera: None })
}

fn refused(plan: &Plan, command: &Command) -> Refusal {
    apply(plan, command).expect_err("should be refused")
}

fn point(x: i32, y: i32) -> Point {
    Point::new(x, y)
}

fn line(points: &[(i32, i32)]) -> Vec<Point> {
    points.iter().map(|&(x, y)| point(x, y)).collect()
}

fn tier(role: Role, coverage: &Coverage, owner: impl Fn(FaceId) -> Option<u32>) -> Arc<Tier> {
    let mut tier = Tier { locked: false, ..Tier::new(role, role.key()) };
    tier.code_key = Some("code".into());
    for (face, _) in coverage.faces().iter() {
        let Some(zone) = owner(face) else { continue };
        let value =
            Zone { code: format!("{}{zone}", role.key()), name: format!("{} {zone}", role.key()), ..Zone::default() };
        tier.zones.set(ZoneId(zone), Some(value));
        tier.owner.set(face, Some(ZoneId(zone)));
    }
    Arc::new(tier)
}

/// A plan whose base tier is the units, with the grid and the town of each unit. The base tier stands last.
pub(crate) fn plan(areas: &Areas, grid: &[u32], town: &[u32]) -> Plan {
    let built = build(areas, &[], Some(0.0), &Progress::default()).unwrap();
    built.coverage.prove().unwrap();
    let unit = |face: FaceId| built.owner[face.0 as usize];
    let of = |list: &[u32], face| Some(list[unit(face)? as usize % list.len()]);
    let coverage = &built.coverage;
    let tiers = vec![
        tier(Role::Town, coverage, |face| of(town, face)),
        tier(Role::Grid, coverage, |face| of(grid, face)),
        tier(Role::Unit, coverage, unit),
    ];
    Plan { tiers, base: 2, coverage: built.coverage, ..Plan::default() }
}

const GRID: usize = 1;
const UNIT: usize = 2;

/// `columns` × `rows` squares of 100 cells in reading order from the south-west.
fn chessboard(columns: i32, rows: i32) -> Areas {
    let square = |(x, y): (i32, i32)| vec![(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)];
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column * 100, row * 100)));
    units(&cells.map(square).collect::<Vec<_>>())
}

fn face_at(plan: &Plan, x: i32, y: i32) -> FaceId {
    face_by_winding(&plan.coverage, point(x, y)).unwrap()
}

fn vertex_at(plan: &Plan, x: i32, y: i32) -> (BorderId, usize) {
    let mut borders = plan.coverage.borders().iter();
    borders.find_map(|(id, border)| Some((id, border.points.iter().position(|&p| p == point(x, y))?))).unwrap()
}

fn paint(plan: &Plan, cells: &[(i32, i32)], to: Option<u32>) -> Command {
    let faces = cells.iter().map(|&(x, y)| face_at(plan, x, y)).collect();
    Command::Paint { tier: GRID, faces, to: to.map(ZoneId) }
}

fn split(tier: usize, zone: u32, stroke: &[(i32, i32)]) -> Command {
    Command::Split {
        tier,
        zone: ZoneId(zone),
        stroke: line(stroke),
        keeps: Side::Left,
        code: "new".into(),
        name: "新".into(),
    }
}

fn areas_of_zone(plan: &Plan, tier: usize, zone: u32) -> i128 {
    plan.coverage.doubled_area_of(&plan.tiers[tier].faces_of(ZoneId(zone))) / 2
}

/// Rules 1, 2, 3 and 6, and that undo and redo lead to the same plans.
fn check(before: &Plan, done: &Done) {
    let Done { plan, record } = done;
    plan.coverage.prove().unwrap();
    for tier in &plan.tiers {
        for (face, zone) in tier.owner.iter() {
            assert!(plan.coverage.faces().get(face).is_some(), "an owner of a face that is not there");
            assert!(tier.zones.get(*zone).is_some(), "a face of a zone that is not there");
        }
    }
    if outline(before) == outline(plan) {
        assert_eq!(before.coverage.doubled_area(), plan.coverage.doubled_area());
    }
    assert_eq!(record.undo(plan).canonical_hash(), before.canonical_hash());
    assert_eq!(&record.undo(plan), before);
    assert_eq!(record.redo(before).canonical_hash(), plan.canonical_hash());
    assert_eq!(&record.redo(before), plan);
    assert!(record.follows(before) && !record.follows(plan));
    let text = serde_json::to_string(record).unwrap();
    assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), record);
}

/// Directed steps of the outline of the whole map.
fn outline(plan: &Plan) -> Vec<Vec<Point>> {
    let borders = plan.coverage.borders().iter();
    let mut lines: Vec<Vec<Point>> = borders
        .filter(|(_, b)| b.left.is_none() || b.right.is_none())
        .flat_map(|(_, b)| b.points.windows(2).map(<[_]>::to_vec).collect::<Vec<_>>())
        .collect();
    lines.iter_mut().for_each(|step| step.sort_unstable());
    lines.sort_unstable();
    lines
}

fn done(plan: &Plan, command: &Command) -> Plan {
    let done = apply(plan, command).unwrap();
    check(plan, &done);
    done.plan
}

// ---- paint ----

/// Three grids of one column each, one town.
fn three_columns() -> Plan {
    plan(&chessboard(3, 3), &[0, 1, 2, 0, 1, 2, 0, 1, 2], &[0])
}

#[test]
fn paint_gives_land_and_says_so() {
    let plan = three_columns();
    let command = paint(&plan, &[(150, 50)], Some(0));
    let result = apply(&plan, &command).unwrap();
    check(&plan, &result);
    assert_eq!(areas_of_zone(&result.plan, GRID, 0), 40_000);
    assert_eq!(areas_of_zone(&result.plan, GRID, 1), 20_000);
    assert_eq!(result.record.sentence, Text::new("Gave 1 face from grid 1 to grid 0", "将 1 个图斑由grid 1划入grid 0"));
    assert_eq!(result.record.selection, [(GRID, ZoneId(0)), (GRID, ZoneId(1))]);
    let again = Command::Paint { tier: GRID, faces: vec![face_at(&plan, 150, 50)], to: Some(ZoneId(0)) };
    assert_eq!(refused(&result.plan, &again).because.en, "the plan already is that way");
}

#[test]
fn paint_that_cuts_the_donor_in_two_names_the_smaller_part() {
    let plan = three_columns();
    // The middle of the middle column; a corner of it would hang alone.
    let refusal = refused(&plan, &paint(&plan, &[(150, 150)], Some(0)));
    assert_eq!(refusal.first.len(), 1, "{refusal}");
    let mut faces = vec![face_at(&plan, 150, 150)];
    faces.extend(refusal.first.iter().map(|&face| FaceId(face)));
    let remedied = done(&plan, &Command::Paint { tier: GRID, faces, to: Some(ZoneId(0)) });
    assert_eq!(parts(&remedied.coverage, &remedied.tiers[GRID].faces_of(ZoneId(1))).len(), 1);
}

#[test]
fn paint_that_does_not_touch_names_what_lies_between() {
    let plan = three_columns();
    let refusal = refused(&plan, &paint(&plan, &[(250, 50)], Some(0)));
    assert_eq!(refusal.first, [face_at(&plan, 150, 50).0], "{refusal}");
    // Touching in a point is not touching.
    let board = super::edit::plan(&chessboard(2, 2), &[0, 1, 1, 1], &[0]);
    assert_eq!(refused(&board, &paint(&board, &[(150, 150)], Some(0))).first.len(), 1);
}

#[test]
fn an_exclave_may_be_given_away_and_a_broken_zone_may_stay_broken() {
    // Grid 0 holds the two ends of the row.
    let plan = plan(&chessboard(4, 1), &[0, 1, 1, 0], &[0]);
    let healed = done(&plan, &paint(&plan, &[(350, 50)], Some(1)));
    assert_eq!(areas_of_zone(&healed, GRID, 1), 30_000);
    let grown = done(&plan, &paint(&plan, &[(250, 50)], Some(0)));
    assert_eq!(parts(&grown.coverage, &grown.tiers[GRID].faces_of(ZoneId(0))).len(), 2);
}

#[test]
fn an_enclave_goes_to_the_zone_around_it() {
    let plan = plan(&chessboard(3, 3), &[0, 0, 0, 0, 1, 0, 0, 0, 0], &[0]);
    // All of it: that is a merge.
    let refusal = refused(&plan, &paint(&plan, &[(150, 150)], Some(0)));
    assert!(refusal.instead.en.contains("Merge"), "{refusal}");
    let merged = done(&plan, &Command::Merge { tier: GRID, keep: ZoneId(0), others: vec![ZoneId(1)] });
    assert_eq!(areas_of_zone(&merged, GRID, 0), 90_000);
    assert!(merged.tiers[GRID].zones.get(ZoneId(1)).is_none());
    assert_eq!(merged.tiers[GRID].zones.next_id(), ZoneId(2), "the id is used up");
}

#[test]
fn a_grid_may_not_leave_its_town_nor_a_town_tear_a_grid() {
    let plan = plan(&chessboard(4, 2), &[0, 0, 1, 1, 2, 2, 3, 3], &[0, 0, 1, 1]);
    let refusal = refused(&plan, &paint(&plan, &[(250, 50)], Some(0)));
    assert!(refusal.because.en.contains("town 0"), "{refusal}");
    let town = |faces| Command::Paint { tier: 0, faces, to: Some(ZoneId(0)) };
    let refusal = refused(&plan, &town(vec![face_at(&plan, 250, 50)]));
    assert_eq!(refusal.first, [face_at(&plan, 350, 50).0], "{refusal}");
    done(&plan, &town(vec![face_at(&plan, 250, 50), face_at(&plan, 350, 50)]));
}

#[test]
fn locks_hold_until_unlocked_with_a_reason() {
    let plan = three_columns();
    let lock = |tier, zone, locked, reason: &str| Command::Lock { tier, zone, locked, reason: reason.into() };
    for zone in [0, 1] {
        let locked = done(&plan, &lock(GRID, Some(ZoneId(zone)), true, ""));
        assert!(refused(&locked, &paint(&plan, &[(150, 50)], Some(0))).because.en.contains("locked"));
    }
    let towns = done(&plan, &lock(0, None, true, ""));
    assert!(refused(&towns, &lock(0, None, false, " ")).instead.en.contains("reason"));
    let open = apply(&towns, &lock(0, None, false, "海府〔2016〕12号")).unwrap();
    assert!(open.record.sentence.zh.contains("海府〔2016〕12号"));
    // The coast is an edge of the town: locked with it.
    let (border, at) = vertex_at(&plan, 0, 0);
    let coast = Command::MoveVertex { border, at, to: point(-5, -5) };
    assert!(refused(&towns, &coast).because.en.contains("locked"));
    // A border between grids of one town is not.
    let (border, at) = vertex_at(&plan, 100, 100);
    done(&towns, &Command::MoveVertex { border, at, to: point(105, 95) });
}

#[test]
fn paints_of_one_list_are_judged_by_their_outcome() {
    // Swapping the ends of two columns: either alone would be fine, but moving the middle first would not.
    let plan = three_columns();
    let commands = vec![paint(&plan, &[(150, 150)], Some(0)), paint(&plan, &[(150, 250)], Some(0))];
    assert!(apply(&plan, &commands[0]).is_err());
    let both = done(&plan, &Command::Many { sentence: Text::new("Balanced", "均衡"), commands });
    assert_eq!(areas_of_zone(&both, GRID, 0), 50_000);
}

// ---- split ----

#[test]
fn a_stroke_across_cuts_faces_and_zone() {
    let plan = three_columns();
    let cut = done(&plan, &split(GRID, 1, &[(50, 150), (250, 150)]));
    assert_eq!(cut.coverage.faces().count(), 10, "the middle face is cut, those of other grids are not");
    // Walking east the north is on the left and keeps the code.
    assert_eq!(areas_of_zone(&cut, GRID, 1), 15_000);
    let new = cut.tiers[GRID].by_code("new").unwrap();
    assert_eq!(areas_of_zone(&cut, GRID, new.0), 15_000);
    assert_eq!(cut.tiers[GRID].zones.get(new).unwrap().attributes["code"], "new");
    // The unit keeps both halves, and so does the town.
    assert_eq!(areas_of_zone(&cut, UNIT, 4), 10_000);
    assert_eq!(areas_of_zone(&cut, 0, 0), 90_000);
}

#[test]
fn a_stroke_that_ends_inside_or_passes_by_is_refused() {
    let plan = three_columns();
    for stroke in
        [&[(50, 150), (150, 150)][..], &[(120, 150), (180, 150)], &[(-50, -50), (400, -50)], &[(50, 50), (100, 150)]]
    {
        let refusal = refused(&plan, &split(GRID, 1, stroke));
        assert!(refusal.because.en.contains("does not cross"), "{stroke:?}: {refusal}");
    }
    let tangled = split(GRID, 1, &[(50, 150), (180, 150), (180, 180), (150, 120), (250, 120)]);
    assert!(refused(&plan, &tangled).because.en.contains("crosses itself"));
}

#[test]
fn a_stroke_along_borders_cuts_no_face() {
    let plan = three_columns();
    for stroke in [&[(100, 100), (200, 100)][..], &[(50, 100), (250, 100)], &[(100, 100), (150, 100), (200, 100)]] {
        let cut = done(&plan, &split(GRID, 1, stroke));
        assert_eq!(cut.coverage.faces().count(), 9);
        assert_eq!(areas_of_zone(&cut, GRID, 1), 20_000);
    }
    // Half along, half through a face.
    let cut = done(&plan, &split(GRID, 1, &[(50, 100), (150, 100), (250, 150)]));
    assert_eq!(cut.coverage.faces().count(), 10);
    assert_eq!(areas_of_zone(&cut, GRID, 1), 20_000 - 625);
}

#[test]
fn a_stroke_through_vertices_adds_none() {
    let plan = three_columns();
    let cut = done(&plan, &split(UNIT, 4, &[(50, 50), (250, 250)]));
    assert_eq!(cut.coverage.nodes().count(), plan.coverage.nodes().count());
    assert_eq!(cut.coverage.borders().count(), plan.coverage.borders().count() + 1);
    assert_eq!(areas_of_zone(&cut, UNIT, 4), 5_000);
}

/// A frame of 300 with a hole of 100 in the middle that another unit fills.
fn framed() -> Plan {
    let mut areas = Areas::default();
    areas.push_ring(&line(&[(0, 0), (300, 0), (300, 300), (0, 300)]));
    areas.push_ring(&line(&[(100, 100), (200, 100), (200, 200), (100, 200)]));
    areas.end_polygon();
    areas.end_unit();
    areas.push_ring(&line(&[(100, 100), (200, 100), (200, 200), (100, 200)]));
    areas.end_polygon();
    areas.end_unit();
    plan(&areas, &[0, 1], &[0])
}

#[test]
fn a_stroke_across_a_hole_halves_the_frame() {
    let plan = framed();
    let cut = done(&plan, &split(UNIT, 0, &[(-10, 150), (310, 150)]));
    assert_eq!(cut.coverage.faces().count(), 3, "the unit in the hole is not cut");
    assert_eq!(areas_of_zone(&cut, UNIT, 0), 40_000);
    // To the hole and no further parts nothing; beside the hole it does, and the hole stays where it is.
    assert!(refused(&plan, &split(UNIT, 0, &[(-10, 150), (150, 150)])).because.en.contains("does not cross"));
    let beside = done(&plan, &split(UNIT, 0, &[(-10, 50), (310, 50)]));
    assert_eq!(areas_of_zone(&beside, UNIT, 0), 75_000 - 10_000);
    let holes: Vec<usize> = beside.coverage.faces().iter().map(|(_, face)| face.rings.len()).collect();
    assert_eq!(holes.iter().filter(|&&rings| rings == 2).count(), 1);
    // From the hole round a corner of it and back: the new face touches the hole only.
    let ear = done(
        &plan,
        &split(
            UNIT,
            0,
            &[(150, 150), (250, 150), (250, 250), (150, 250), (150, 150)][..4]
                .iter()
                .copied()
                .chain([(150, 160)])
                .collect::<Vec<_>>(),
        ),
    );
    assert_eq!(ear.coverage.faces().count(), 3);
}

#[test]
fn a_stroke_may_cross_one_face_several_times_but_cuts_two_parts_only() {
    let plan = plan(&chessboard(1, 1), &[0], &[0]);
    let snake = [(-10, 20), (110, 20), (110, 60), (-10, 60)];
    assert!(refused(&plan, &split(UNIT, 0, &snake)).because.en.contains("more than two"));
    // A comb's teeth: the stroke leaves the face through a bay and comes back.
    let bay = super::edit::plan(
        &units(&[vec![(0, 0), (300, 0), (300, 100), (200, 100), (200, 50), (100, 50), (100, 100), (0, 100)]]),
        &[0],
        &[0],
    );
    assert!(refused(&bay, &split(UNIT, 0, &[(-10, 75), (310, 75)])).because.en.contains("more than two"));
    let low = done(&bay, &split(UNIT, 0, &[(-10, 25), (310, 25)]));
    assert_eq!(areas_of_zone(&low, UNIT, 0), 25_000 - 7_500);
}

#[test]
fn a_crossing_off_the_lattice_bends_both_sides_alike() {
    let plan = three_columns();
    let cut = done(&plan, &split(GRID, 1, &[(50, 133), (251, 167)]));
    assert_eq!(cut.coverage.doubled_area(), plan.coverage.doubled_area());
}

// ---- merge, beats, codes ----

#[test]
fn merging_asks_for_a_shared_border() {
    let plan = three_columns();
    let merge = |others: &[u32]| Command::Merge {
        tier: GRID,
        keep: ZoneId(0),
        others: others.iter().map(|&z| ZoneId(z)).collect(),
    };
    assert!(refused(&plan, &merge(&[2])).because.en.contains("does not touch"));
    let one = done(&plan, &merge(&[2, 1]));
    assert_eq!(areas_of_zone(&one, GRID, 0), 90_000);
}

#[test]
fn squads_are_added_changed_and_disbanded() {
    let plan = three_columns();
    let squad = |code: &str| Squad { code: code.into(), town: "town0".into(), ..Squad::default() };
    let set = |id: Option<u32>, squad: Option<Squad>| Command::Squad { id: id.map(SquadId), squad };
    let one = done(&plan, &set(None, Some(squad("S1"))));
    let manned = done(&one, &Command::Beat { grid: ZoneId(1), squad: Some(SquadId(0)) });
    assert!(refused(&manned, &set(None, Some(squad("S1")))).because.en.contains("taken"));
    assert!(refused(&manned, &set(None, Some(squad(" ")))).because.en.contains("empty"));
    assert!(refused(&manned, &set(Some(7), None)).because.en.contains("no squad"));
    let officers = Composition { officers: 2, ..Composition::default() };
    let changed = done(&manned, &set(Some(0), Some(Squad { composition: officers, ..squad("S1") })));
    assert_ne!(changed.canonical_hash(), manned.canonical_hash());
    assert_eq!(changed.beats.get(ZoneId(1)), Some(&SquadId(0)));
    // Its beat goes with it, and its id is not used again.
    let none = done(&changed, &set(Some(0), None));
    assert_eq!((none.squads.count(), none.beats.get(ZoneId(1))), (0, None));
    let again = done(&none, &set(None, Some(squad("S1"))));
    assert_eq!(again.squads.get(SquadId(1)).map(|squad| squad.code.as_str()), Some("S1"));
}

#[test]
fn a_beat_stays_in_its_town() {
    let mut plan = three_columns();
    let squad =
        |town: &str| Squad {
            code: town.into(), name: format!("{town}一分队"), town: town.into(), ..Squad::default()
        };
    plan.squads = [squad("town0"), squad("town9")].into_iter().collect();
    let beat = |squad| Command::Beat { grid: ZoneId(1), squad: Some(SquadId(squad)) };
    let given = done(&plan, &beat(0));
    assert_eq!(given.beats.get(ZoneId(1)), Some(&SquadId(0)));
    assert!(refused(&plan, &beat(1)).instead.en.contains("town 0"));
    assert!(refused(&plan, &beat(2)).because.en.contains("no squad"));
    // Both halves of a split grid stay patrolled; a merged one leaves no beat behind.
    let cut = done(&given, &split(GRID, 1, &[(50, 150), (250, 150)]));
    let new = cut.tiers[GRID].by_code("new").unwrap();
    assert_eq!(cut.beats.get(new), Some(&SquadId(0)));
    let merged = done(&cut, &Command::Merge { tier: GRID, keep: ZoneId(1), others: vec![new] });
    assert_eq!(merged.beats.get(new), None);
}

#[test]
fn a_code_belongs_to_one_zone_and_stands_in_the_properties() {
    let plan = three_columns();
    let set = |code: &str| Command::SetZone {
        tier: GRID,
        zone: ZoneId(0),
        code: code.into(),
        name: "海甸-01".into(),
        attributes: Attributes::from_iter([("households".into(), 812.into())]),
    };
    assert!(refused(&plan, &set("grid1")).because.en.contains("grid 1"));
    let named = done(&plan, &set("460108001"));
    let zone = named.tiers[GRID].zones.get(ZoneId(0)).unwrap();
    assert_eq!(
        (zone.attributes["code"].as_str(), zone.attributes["households"].as_i64()),
        (Some("460108001"), Some(812))
    );
}

// ---- vertices ----

#[test]
fn nodes_of_any_degree_move_with_all_their_borders() {
    let plan = three_columns();
    for (from, to) in [((100, 100), (130, 80)), ((100, 0), (120, 0)), ((0, 0), (10, 15)), ((100, 0), (90, -40))] {
        let (border, at) = vertex_at(&plan, from.0, from.1);
        let moved = done(&plan, &Command::MoveVertex { border, at, to: point(to.0, to.1) });
        assert!(moved.coverage.nodes().iter().all(|(_, node)| node.at != point(from.0, from.1)));
        assert_eq!(moved.coverage.faces().count(), 9);
    }
}

#[test]
fn a_vertex_may_not_meet_cross_or_pass_over_anything() {
    let plan = three_columns();
    let (border, at) = vertex_at(&plan, 100, 100);
    for to in [(100, 200), (200, 100), (150, 250), (100, 0), (400, 400), (-10, 100), (100, 100), (250, 150)] {
        refused(&plan, &Command::MoveVertex { border, at, to: point(to.0, to.1) });
    }
    // An island swept over whole crosses nothing, and yet would change hands.
    let island = super::edit::plan(
        &units(&[vec![(0, 0), (300, 0), (300, 50), (150, 50), (0, 50)], vec![(140, 60), (160, 60), (150, 70)]]),
        &[0, 1],
        &[0],
    );
    let (border, at) = vertex_at(&island, 150, 50);
    let refusal = refused(&island, &Command::MoveVertex { border, at, to: point(150, 200) });
    assert!(refusal.because.en.contains("another vertex"), "{refusal}");
    done(&island, &Command::MoveVertex { border, at, to: point(150, 55) });
}

#[test]
fn a_triangle_does_not_turn_over() {
    let plan = plan(&units(&[vec![(0, 0), (100, 0), (50, 80)]]), &[0], &[0]);
    let (border, at) = vertex_at(&plan, 50, 80);
    for to in [(50, -80), (50, 0), (300, 0)] {
        refused(&plan, &Command::MoveVertex { border, at, to: point(to.0, to.1) });
    }
    done(&plan, &Command::MoveVertex { border, at, to: point(500, 1) });
    refused(&plan, &Command::DeleteVertex { border, at });
    let (seam, at) = vertex_at(&plan, 0, 0);
    done(&plan, &Command::MoveVertex { border: seam, at, to: point(-50, -50) });
}

#[test]
fn vertices_are_added_and_taken_out() {
    let plan = three_columns();
    let (border, after) = vertex_at(&plan, 100, 100);
    let points = plan.coverage.borders().get(border).unwrap().points.clone();
    let after = after.min(points.len() - 2);
    let middle = Bounds::of(&points[after..after + 2]).centre();
    let insert = |at| Command::InsertVertex { border, after, at };
    let more = done(&plan, &insert(point(middle.x + 7, middle.y + 7)));
    let less = done(&more, &Command::DeleteVertex { border, at: after + 1 });
    assert_eq!(less.coverage, plan.coverage);
    refused(&plan, &insert(points[after]));
    refused(&plan, &insert(point(middle.x + 200, middle.y + 200)));
    refused(&plan, &Command::InsertVertex { border, after: points.len() - 1, at: middle });
    // Where three borders meet nothing can be taken out.
    let (border, at) = vertex_at(&plan, 100, 100);
    assert!(refused(&plan, &Command::DeleteVertex { border, at }).because.en.contains("several"));
    // At the seam of a closed border it can.
    let lone = super::edit::plan(&chessboard(1, 1), &[0], &[0]);
    let seam = done(&lone, &Command::DeleteVertex { border: BorderId(0), at: 0 });
    assert_eq!(seam.coverage.doubled_area(), 10_000);
}

#[test]
fn a_node_of_two_borders_is_a_vertex_like_any_other() {
    // A cut that is merged away leaves nodes of degree two behind when its border is dissolved; here made by two cuts
    // that meet in one line and a delete.
    let plan = plan(&chessboard(1, 1), &[0], &[0]);
    let cut = done(&plan, &split(UNIT, 0, &[(-10, 50), (110, 50)]));
    for (x, y) in [(0, 0), (100, 0), (100, 100), (0, 100)] {
        let (border, at) = vertex_at(&cut, x, y);
        done(&cut, &Command::DeleteVertex { border, at });
        done(&cut, &Command::MoveVertex { border, at, to: point(x * 2 - 50, y * 2 - 50) });
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let plan = three_columns();
    let none = ZoneId(99);
    for command in [
        Command::Paint { tier: 9, faces: vec![], to: None },
        Command::Paint { tier: GRID, faces: vec![FaceId(99)], to: Some(ZoneId(0)) },
        Command::Paint { tier: GRID, faces: vec![FaceId(0)], to: Some(none) },
        Command::Paint { tier: GRID, faces: vec![], to: Some(ZoneId(0)) },
        split(GRID, 99, &[(0, 0), (1, 1)]),
        split(GRID, 0, &[]),
        Command::Merge { tier: GRID, keep: none, others: vec![ZoneId(0)] },
        Command::Merge { tier: GRID, keep: ZoneId(0), others: vec![none] },
        Command::Merge { tier: GRID, keep: ZoneId(0), others: vec![] },
        Command::MoveVertex { border: BorderId(999), at: 0, to: point(0, 0) },
        Command::MoveVertex { border: BorderId(0), at: 999, to: point(0, 0) },
        Command::InsertVertex { border: BorderId(0), after: usize::MAX - 1, at: point(0, 0) },
        Command::DeleteVertex { border: BorderId(0), at: usize::MAX },
        Command::Lock { tier: GRID, zone: Some(none), locked: true, reason: String::new() },
        Command::Beat { grid: none, squad: None },
        Command::Many { sentence: Text::default(), commands: vec![] },
    ] {
        refused(&plan, &command);
    }
}

// ---- history and draft ----

#[test]
fn history_goes_back_and_forth() {
    let start = three_columns();
    let mut history = History::default();
    let first = apply(&start, &paint(&start, &[(150, 50)], Some(0))).unwrap();
    history.push(first.record);
    let second = apply(&first.plan, &split(GRID, 2, &[(150, 150), (350, 150)])).unwrap();
    history.push(second.record);
    let (back, record) = history.undo(&second.plan).unwrap();
    assert_eq!((&back, record.sentence.en.as_str()), (&first.plan, "Split grid 2: 新 is new"));
    let (forth, _) = history.redo(&back).unwrap();
    assert_eq!(forth, second.plan);
    let (back, _) = history.undo(&forth).unwrap();
    let (back, _) = history.undo(&back).unwrap();
    assert_eq!(back.canonical_hash(), start.canonical_hash());
    assert!(history.undo(&back).is_none());
    // Another way forward: what was undone is a branch, and its ids are not given again.
    let other = apply(&back, &split(GRID, 2, &[(150, 150), (350, 150)])).unwrap();
    assert_eq!(other.plan.tiers[GRID].by_code("new"), Some(ZoneId(4)));
    history.push(other.record);
    assert!(history.next_redo().is_none());
    assert_eq!(history.records().len(), 1);
}

#[test]
fn a_draft_shows_both_sides_and_leaves_the_plan_alone() {
    let plan = three_columns();
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let mut draft = Draft::of(&plan);
    assert!(draft.hold(&paint(&plan, &[(150, 150)], Some(0)), &context).is_err());
    let effect = draft.hold(&paint(&plan, &[(150, 50)], Some(0)), &context).unwrap();
    let [taker, giver] = effect.zones.as_slice() else { panic!("{:?}", effect.zones) };
    assert!((taker.area_after / taker.area_before - 4.0 / 3.0).abs() < 1e-9);
    assert!((giver.area_after / giver.area_before - 2.0 / 3.0).abs() < 1e-9);
    let (border, at) = vertex_at(&plan, 100, 100);
    let drag = Command::MoveVertex { border, at, to: point(110, 100) };
    let effect = preview(&plan, &drag, &context).unwrap();
    assert_eq!(effect.difference.faces.len(), 4);
    assert_eq!(effect.zones.iter().filter(|zone| zone.tier == UNIT).count(), 4);
    assert!(draft.release().is_some());
}

// ---- properties ----

/// A choice as numbers; which command they stand for depends on the plan they meet.
pub(crate) type Choice = (u8, u32, u32, i32, i32, i32, i32);

fn nth<T>(mut all: impl Iterator<Item = T> + Clone, at: u32) -> Option<T> {
    let count = all.clone().count();
    all.nth(at as usize % count.max(1))
}

#[allow(clippy::too_many_lines, reason = "one line a verb: a table of what is tried")]
pub(crate) fn command(plan: &Plan, (kind, a, b, x, y, u, v): Choice, reach: i32) -> Option<Command> {
    let tier = a as usize % plan.tiers.len();
    let border = nth(plan.coverage.borders().ids().collect::<Vec<_>>().into_iter(), a)?;
    let points = &plan.coverage.borders().get(border)?.points;
    let at = b as usize % points.len();
    let face = nth(plan.coverage.faces().ids().collect::<Vec<_>>().into_iter(), b)?;
    let zone = nth(plan.tiers[tier].zones.ids().collect::<Vec<_>>().into_iter(), b / 7)?;
    let neighbour = || {
        let next = plan.coverage.neighbours(face);
        next.get(a as usize % next.len().max(1)).and_then(|&next| plan.tiers[tier].owner_of(next))
    };
    let place = |dx: i32, dy: i32| point(points[at].x + dx % reach, points[at].y + dy % reach);
    let next_to = || {
        let mut faces = vec![face];
        faces.extend(plan.coverage.neighbours(face));
        faces
    };
    let last = points.len() - 1;
    Some(match kind % 28 {
        0 | 1 => Command::Paint { tier, faces: vec![face], to: neighbour() },
        2 => {
            let mut faces = vec![face];
            faces.extend(plan.coverage.neighbours(face).into_iter().take(2));
            Command::Paint { tier, faces, to: Some(zone) }
        }
        3..=5 => {
            // A stroke across a zone: from place to place, at times by way of vertices.
            let stroke = if kind % 2 == 0 {
                vec![point(x, y), points[at], point(u, v)]
            } else {
                vec![point(x, y), point(y, u), point(u, v)]
            };
            let keeps = if b % 2 == 0 { Side::Left } else { Side::Right };
            Command::Split { tier, zone, stroke, keeps, code: String::new(), name: format!("{a}") }
        }
        6 => Command::Merge { tier, keep: zone, others: vec![neighbour()?] },
        27 => {
            let zone = plan.tiers[tier].owner_of(face)?;
            let mine = next_to().into_iter().filter(|&next| plan.tiers[tier].owner_of(next) == Some(zone));
            let portion =
                Portion { faces: mine.take(1 + a as usize % 3).collect(), code: String::new(), name: format!("{b}") };
            Command::Part { tier, zone, portions: vec![portion] }
        }
        7 | 8 => Command::MoveVertex { border, at, to: place(x, y) },
        9 => Command::InsertVertex { border, after: at, at: place(u, v) },
        10 => Command::DeleteVertex { border, at },
        11 => Command::Lock { tier, zone: Some(zone), locked: a % 4 == 0, reason: String::new() },
        12 | 13 => Command::Reshape {
            tier,
            zone,
            stroke: vec![point(x, y), points[at], point(y, u), point(u, v)],
            several: b % 2 == 0,
        },
        14 => {
            // From a vertex of the border out and back to another.
            let other = points[(at + 1 + a as usize % points.len()) % points.len()];
            Command::Reshape { tier, zone, stroke: vec![points[at], point(x, y), other], several: b % 2 == 0 }
        }
        15 | 16 => {
            let ring = vec![point(x, y), point(u, y), point(u, v), points[at]];
            let take = if b % 2 == 0 { Take::All } else { Take::Free };
            Command::Draw { tier, ring, take, code: String::new(), name: format!("{a}") }
        }
        17 => {
            let half = |zone| Half { zone, code: String::new(), name: format!("{a}") };
            let halves = [Some(zone), neighbour()].into_iter().flatten().map(half).collect();
            let stroke = vec![point(x, y), point(u, v)];
            Command::SplitAcross { tier, stroke, keeps: Side::Left, halves }
        }
        18 => Command::MoveEdge { border, from: at.min(last), to: last, by: [x % reach, y % reach] },
        19 => Command::Straighten { border, from: at / 2, to: at },
        20 => Command::Simplify { borders: vec![border], tolerance_m: f64::from(x.unsigned_abs() % 100) / 50.0 },
        21 => {
            let lines = vec![
                vec![point(x, y), point(u, v)],
                vec![point(y, x), point(v, u), points[at]],
                vec![point(x, y), point(u, y), point(u, v), point(x, y)],
            ];
            Command::CutFaces { faces: next_to(), with: Cutter::Lines(lines), leftover_m2: 0.0 }
        }
        22 => {
            let shape = if b % 2 == 0 { Shape::Square } else { Shape::Hexagon };
            let with = Cutter::Cells(shape, f64::from(reach) * f64::from(reach) / 500.0);
            Command::CutFaces { faces: vec![face], with, leftover_m2: 0.0 }
        }
        23 => Command::Dissolve { faces: next_to() },
        24 if b % 3 == 0 => Command::CopyTier { tier, name: format!("copy {a}") },
        24 => Command::RemoveTier { tier },
        25 if b % 3 == 0 => Command::Retire { tier, zone },
        25 => Command::Renumber { tier, zones: vec![], all: b % 2 == 0 },
        _ => {
            let only = Only { unassigned: b % 2 == 0, inside_parent: b % 3 == 0, unlocked: b % 5 == 0 };
            Command::PaintOnly { tier, faces: next_to(), to: Some(zone), only }
        }
    })
}

/// Whether every zone of the second plan has no more parts than it had in the first.
fn nothing_breaks(before: &Plan, after: &Plan) -> bool {
    before.tiers.iter().zip(&after.tiers).all(|(a, b)| {
        b.zones.ids().all(|zone| {
            let count = |plan: &Plan, tier: &Tier| parts(&plan.coverage, &tier.faces_of(zone)).len();
            count(after, b) <= count(before, a).max(1)
        })
    })
}

fn run(start: &Plan, choices: &[Choice], reach: i32) {
    let (mut plan, mut history) = (start.clone(), History::default());
    for &choice in choices {
        let Some(command) = command(&plan, choice, reach) else { continue };
        let text = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), command);
        let hash = plan.canonical_hash();
        let Ok(result) = apply(&plan, &command) else {
            assert_eq!(plan.canonical_hash(), hash);
            continue;
        };
        check(&plan, &result);
        if !matches!(command, Command::Merge { .. }) {
            assert!(nothing_breaks(&plan, &result.plan), "{command:?}");
        }
        history.push(result.record);
        plan = result.plan;
    }
    let end = plan.clone();
    while let Some((before, _)) = history.undo(&plan) {
        plan = before;
    }
    assert_eq!(plan.canonical_hash(), start.canonical_hash());
    while let Some((after, _)) = history.redo(&plan) {
        plan = after;
    }
    assert_eq!(plan.canonical_hash(), end.canonical_hash());
    assert_eq!(plan, end);
}

fn choices(size: i32) -> impl Strategy<Value = Vec<Choice>> {
    let at = -size / 10..size + size / 10;
    prop::collection::vec((any::<u8>(), any::<u32>(), any::<u32>(), at.clone(), at.clone(), at.clone(), at), 1..40)
}

proptest! {
    #![proptest_config(crate::cases(200))]

    /// Any soup of rings: holes, islands, exclaves, points of touch, gaps.
    #[test]
    fn random_commands_on_a_soup_keep_the_rules(
        rings in prop::collection::vec(prop::collection::vec((0..400_i32, 0..400_i32), 3..7), 1..7),
        scale in prop::sample::select(vec![1, 3, 25, 10_000]),
        labels in prop::collection::vec(0..4_u32, 8),
        choices in choices(400),
    ) {
        let rings: Vec<Vec<(i32, i32)>> =
            rings.iter().map(|ring| ring.iter().map(|&(x, y)| (x * scale, y * scale)).collect()).collect();
        let start = plan(&units(&rings), &labels, &labels[4..]);
        let choices: Vec<Choice> = choices
            .iter()
            .map(|&(k, a, b, x, y, u, v)| (k, a, b, x * scale + y % 7, y * scale, u * scale, v * scale + u % 5))
            .collect();
        run(&start, &choices, 40 * scale);
    }

    /// Streets and blocks, two towns, grids of two blocks.
    #[test]
    fn random_commands_on_blocks_keep_the_rules(choices in choices(400)) {
        let grid: Vec<u32> = (0..16).map(|block| block / 2).collect();
        let town: Vec<u32> = (0..16).map(|block| block % 4 / 2).collect();
        run(&plan(&chessboard(4, 4), &grid, &town), &choices, 60);
    }
}
