//! The verbs that redraw: reshape, draw, whole edges, cuts, dissolve, copies of a tier, codes by rule.

use wangge::edit::{Command, Cutter, Half, Only, Portion, Shape, Side, Take};
use wangge::geometry::{Point, area_m2, length_m};
use wangge::model::{Plan, Reference, Role, Shape as Drawn, ZoneId};
use wangge::topology::{BorderId, FaceId, parts};

use super::{
    GRID, UNIT, areas_of_zone, chessboard, done, face_at, framed, line, paint, plan, point, refused, split,
    three_columns, units, vertex_at,
};

fn reshape(zone: u32, stroke: &[(i32, i32)]) -> Command {
    Command::Reshape { tier: GRID, zone: ZoneId(zone), stroke: line(stroke), several: false }
}

fn draw(ring: &[(i32, i32)], take: Take) -> Command {
    Command::Draw { tier: GRID, ring: line(ring), take, code: "n1".into(), name: "新网格".into() }
}

fn area(plan: &Plan, zone: u32) -> i128 {
    areas_of_zone(plan, GRID, zone)
}

// ---- part ----

#[test]
fn blocks_of_a_zone_become_zones_of_their_own() {
    // A row of four blocks in one grid, and one block in another.
    let plan = plan(&chessboard(5, 1), &[0, 0, 0, 0, 1], &[0]);
    let block = |column: i32| face_at(&plan, 100 * column + 50, 50);
    let portion = |columns: &[i32], code: &str| Portion {
        faces: columns.iter().map(|&column| block(column)).collect(),
        code: code.to_owned(),
        name: format!("网格{code}"),
    };
    let part = |portions: Vec<Portion>| Command::Part { tier: GRID, zone: ZoneId(0), portions };
    let parted = done(&plan, &part(vec![portion(&[2, 3], "n1"), portion(&[1], "n2")]));
    let grids = &parted.tiers[GRID];
    let (one, two) = (grids.by_code("n1").unwrap(), grids.by_code("n2").unwrap());
    assert_eq!([area(&parted, 0), area(&parted, one.0), area(&parted, two.0)], [10_000, 20_000, 10_000]);
    assert_eq!(grids.zones.get(one).unwrap().name, "网格n1");
    // Land that is not connected, not its own, or all of it; what is left falling apart; a code that is taken.
    let because = |portions| refused(&plan, &part(portions)).because.en;
    assert!(because(vec![portion(&[1, 3], "n1")]).contains("connected"));
    assert!(because(vec![portion(&[3, 4], "n1")]).contains("connected"));
    assert!(because(vec![portion(&[0, 1, 2, 3], "n1")]).contains("fall apart"));
    assert!(because(vec![portion(&[1, 2], "n1")]).contains("fall apart"));
    assert!(because(vec![portion(&[2], "n1"), portion(&[2], "n2")]).contains("connected"));
    let taken = grids.zones.get(ZoneId(1)).unwrap().code.clone();
    assert!(because(vec![portion(&[3], &taken)]).contains("belongs to"));
    refused(&plan, &part(Vec::new()));
}

// ---- reshape ----

#[test]
fn a_stroke_outside_takes_land_and_one_inside_gives_it() {
    let plan = three_columns();
    let taken = done(&plan, &reshape(0, &[(50, 120), (150, 120), (150, 180), (50, 180)]));
    assert_eq!((area(&taken, 0), area(&taken, 1)), (33_000, 27_000));
    // The town and the units have what they had: a cut is no change of theirs.
    assert_eq!(areas_of_zone(&taken, UNIT, 4), 10_000);
    let given = done(&plan, &reshape(1, &[(50, 120), (150, 120), (150, 180), (50, 180)]));
    assert_eq!((area(&given, 0), area(&given, 1)), (33_000, 27_000));
    // Nothing hangs about: what stays with its unit and its grid is one face.
    assert_eq!(taken.coverage.faces().count(), 10);
}

#[test]
fn a_stroke_may_cross_the_border_many_times() {
    let plan = three_columns();
    // In and out along the border of the first two columns, from beyond the coast in the south to inside in the north.
    let wave = [(80, -10), (80, 50), (120, 50), (120, 150), (80, 150), (80, 250), (120, 250), (120, 290), (90, 290)];
    let redrawn = done(&plan, &reshape(0, &wave));
    assert_eq!(area(&redrawn, 0), 30_000 - 20 * 50 + 20 * 100 - 20 * 100 + 20 * 40);
    assert_eq!(area(&redrawn, 0) + area(&redrawn, 1), 60_000);
    assert_eq!(parts(&redrawn.coverage, &redrawn.tiers[GRID].faces_of(ZoneId(0))).len(), 1);
}

#[test]
fn a_third_zone_is_not_touched_unasked() {
    let plan = three_columns();
    let wide = [(50, 120), (250, 120), (250, 180), (50, 180)];
    let refusal = refused(&plan, &reshape(0, &wide));
    assert!(refusal.because.en.contains("grid 1") && refusal.because.en.contains("grid 2"), "{refusal}");
    // Asked, it would cut the middle grid in two: that is refused too, by its own rule.
    let Command::Reshape { tier, zone, stroke, .. } = reshape(0, &wide) else { unreachable!() };
    let refusal = refused(&plan, &Command::Reshape { tier, zone, stroke, several: true });
    assert!(refusal.because.en.contains("2 parts"), "{refusal}");
    // A third zone that would be swallowed whole is not passed over in silence.
    let lone = super::plan(&chessboard(3, 3), &[0, 1, 1, 0, 2, 1, 0, 1, 1], &[0]);
    let around = reshape(0, &[(50, 50), (250, 50), (250, 250), (50, 250)]);
    assert!(refused(&lone, &around).because.en.contains("grid 2"));
}

#[test]
fn a_reshape_that_never_comes_back_is_refused() {
    let plan = three_columns();
    for stroke in
        [&[(250, 50), (260, 60)][..], &[(50, 50), (150, 50)], &[(20, 20), (40, 40)], &[(100, 100), (100, 100)]]
    {
        let refusal = refused(&plan, &reshape(0, stroke));
        assert!(refusal.because.en.contains("come back") || refusal.because.en.contains("does not cross"), "{refusal}");
    }
}

#[test]
fn a_reshape_may_begin_in_vertices_and_run_along_borders() {
    let plan = three_columns();
    // From vertex to vertex through the middle unit, and along an existing border on the way.
    let cut = done(&plan, &reshape(0, &[(100, 100), (150, 100), (180, 150), (100, 200)]));
    assert_eq!(area(&cut, 0), 30_000 + 5_250);
    let along = done(&plan, &reshape(0, &[(100, 100), (150, 100), (150, 200), (100, 200)]));
    assert_eq!(area(&along, 0), 30_000 + 5_000);
    // Along the border itself nothing passes.
    refused(&plan, &reshape(0, &[(100, 0), (100, 300)]));
}

#[test]
fn an_enclave_is_redrawn_from_either_side() {
    let plan = framed();
    let bulge = [(150, 180), (180, 250), (150, 250), (120, 180)];
    let grown = done(&plan, &reshape(1, &bulge));
    assert!(area(&grown, 1) > 10_000);
    let shrunk = done(&plan, &reshape(1, &[(90, 150), (150, 110), (210, 150)]));
    assert!(area(&shrunk, 1) < 10_000 && area(&shrunk, 0) > 80_000);
    // All around the enclave, without meeting its border.
    refused(&plan, &reshape(1, &[(50, 50), (250, 50), (250, 250), (50, 250)]));
}

#[test]
fn locks_refuse_with_their_names() {
    let plan = three_columns();
    let lock = |tier, zone| Command::Lock { tier, zone, locked: true, reason: String::new() };
    let other = done(&plan, &lock(GRID, Some(ZoneId(1))));
    let stroke = [(50, 120), (150, 120), (150, 180), (50, 180)];
    for command in [reshape(0, &stroke), draw(&[(50, 120), (150, 120), (150, 180), (50, 180)], Take::All)] {
        assert!(refused(&other, &command).because.en.contains("grid 1 is locked"));
    }
    let tier = done(&plan, &lock(GRID, None));
    for command in [reshape(0, &stroke), draw(&stroke, Take::All), split(GRID, 1, &[(50, 150), (250, 150)])] {
        assert!(refused(&tier, &command).because.en.contains("the tier Grid is locked"));
    }
    let (border, at) = vertex_at(&plan, 100, 100);
    let last = plan.coverage.borders().get(border).unwrap().points.len() - 1;
    assert!(at <= last);
    let edge = Command::MoveEdge { border, from: 0, to: last, by: [3, 4] };
    assert!(refused(&tier, &edge).because.en.contains("locked"));
    assert!(refused(&tier, &Command::Retire { tier: GRID, zone: ZoneId(0) }).because.en.contains("locked"));
}

// ---- draw ----

#[test]
fn a_ring_takes_free_land_up_to_its_neighbours() {
    // The middle column of the board is nobody's.
    let plan = three_columns();
    let mut plan = done(&plan, &Command::Retire { tier: GRID, zone: ZoneId(1) });
    assert_eq!(plan.retired.count(), 1);
    let filled = done(&plan, &draw(&[(50, 50), (250, 50), (250, 250), (50, 250)], Take::Free));
    let new = filled.tiers[GRID].by_code("n1").unwrap();
    assert_eq!(area(&filled, new.0), 100 * 200);
    assert_eq!((area(&filled, 0), area(&filled, 2)), (30_000, 30_000));
    // With the neighbours' land it is the whole ring.
    let all = done(&plan, &draw(&[(50, 50), (250, 50), (250, 250), (50, 250)], Take::All));
    assert_eq!(area(&all, all.tiers[GRID].by_code("n1").unwrap().0), 200 * 200);
    // Around whole faces nothing is cut.
    let whole = done(&plan, &draw(&[(100, 0), (200, 0), (200, 200), (100, 200)], Take::Free));
    assert_eq!(whole.coverage, plan.coverage);
    // An island inside one free face.
    let island = done(&plan, &draw(&[(120, 120), (180, 120), (180, 180), (120, 180)], Take::Free));
    assert_eq!(area(&island, island.tiers[GRID].by_code("n1").unwrap().0), 3_600);
    assert_eq!(island.coverage.faces().count(), 10);
    // The retired code is never used again.
    let Command::Draw { tier, ring, take, name, .. } = draw(&[(120, 120), (180, 120), (180, 180)], Take::Free) else {
        unreachable!()
    };
    let refusal = refused(&plan, &Command::Draw { tier, ring, take, code: "grid1".into(), name });
    assert!(refusal.because.en.contains("out of use"), "{refusal}");
    plan.retired = wangge::base::Table::default();
    refused(&plan, &draw(&[(10, 10), (60, 10), (60, 60)], Take::Free));
    refused(&plan, &draw(&[(500, 500), (600, 500), (600, 600)], Take::All));
    refused(&plan, &draw(&[(120, 120), (180, 180), (180, 120), (120, 180)], Take::All));
}

#[test]
fn a_drawn_zone_stays_in_one_parent_and_leaves_donors_whole() {
    let towns = plan(&chessboard(4, 2), &[0, 0, 1, 1, 2, 2, 3, 3], &[0, 0, 1, 1]);
    let refusal = refused(&towns, &draw(&[(150, 20), (250, 20), (250, 80), (150, 80)], Take::All));
    assert!(refusal.because.en.contains("town"), "{refusal}");
    let plan = three_columns();
    let across = refused(&plan, &draw(&[(-10, 120), (110, 120), (110, 180), (-10, 180)], Take::All));
    assert!(across.because.en.contains("2 parts"), "{across}");
    let hole = done(&plan, &draw(&[(20, 120), (80, 120), (80, 180), (20, 180)], Take::All));
    assert_eq!(area(&hole, 0), 30_000 - 3_600);
}

// ---- split across, paint only ----

#[test]
fn one_stroke_splits_several_zones() {
    let plan = three_columns();
    let half = |zone: u32| Half { zone: ZoneId(zone), code: format!("n{zone}"), name: format!("新{zone}") };
    let command = |halves| Command::SplitAcross {
        tier: GRID,
        stroke: line(&[(-10, 131), (311, 172)]),
        keeps: Side::Left,
        halves,
    };
    let cut = done(&plan, &command(vec![half(0), half(1), half(2)]));
    assert_eq!(cut.tiers[GRID].zones.count(), 6);
    assert_eq!(cut.coverage.faces().count(), 12);
    for zone in 0..3 {
        let new = cut.tiers[GRID].by_code(&format!("n{zone}")).unwrap();
        assert_eq!(area(&cut, zone) + area(&cut, new.0), area(&plan, zone));
    }
    // One that the stroke does not cross: nothing at all is done.
    let short = Command::SplitAcross {
        tier: GRID,
        stroke: line(&[(-10, 150), (150, 150)]),
        keeps: Side::Left,
        halves: vec![half(0), half(1)],
    };
    refused(&plan, &short);
    assert!(refused(&plan, &command(vec![half(0), half(0)])).because.en.contains("twice"));
}

#[test]
fn a_brush_passes_over_what_it_is_told_to() {
    let towns = plan(&chessboard(4, 2), &[0, 0, 1, 1, 2, 2, 3, 3], &[0, 0, 1, 1]);
    let all: Vec<FaceId> = towns.coverage.faces().ids().collect();
    let brush =
        |faces: &[FaceId], only| Command::PaintOnly { tier: GRID, faces: faces.to_vec(), to: Some(ZoneId(0)), only };
    refused(&towns, &brush(&all, Only { unassigned: true, ..Only::default() }));
    let free = done(&towns, &Command::Retire { tier: GRID, zone: ZoneId(2) });
    let painted = done(&free, &brush(&all, Only { unassigned: true, ..Only::default() }));
    assert_eq!((area(&painted, 0), area(&painted, 1)), (40_000, 20_000));
    // Inside the town only: the two grids of the other town are passed over, and so is a locked one.
    let some: Vec<FaceId> = [(150, 150), (250, 50)].map(|(x, y)| face_at(&towns, x, y)).to_vec();
    let inside = done(&towns, &brush(&some, Only { inside_parent: true, ..Only::default() }));
    assert_eq!((area(&inside, 0), area(&inside, 1)), (30_000, 20_000));
    let lock = Command::Lock { tier: GRID, zone: Some(ZoneId(2)), locked: true, reason: String::new() };
    let locked = done(&towns, &lock);
    refused(&locked, &brush(&some, Only { unlocked: true, inside_parent: true, ..Only::default() }));
}

// ---- whole edges, straight and simple ones ----

/// A river through a board: one border of many points between two units, an islet beside it.
fn river() -> Plan {
    let bank: Vec<(i32, i32)> = (0..=20)
        .map(|at| (at * 1_000, 20_000 + [0, 300, -200, 500][at as usize % 4] * i32::from(at % 20 != 0)))
        .collect();
    let mut south = vec![(0, 0), (20_000, 0)];
    south.extend(bank.iter().rev());
    let mut north = bank.clone();
    north.extend([(20_000, 40_000), (0, 40_000)]);
    // An islet in the north: the first of two that claim its land.
    let islet = vec![(9_000, 23_000), (11_000, 23_000), (10_000, 24_000)];
    plan(&units(&[islet, south, north]), &[0, 1, 2], &[0])
}

fn bank(plan: &Plan) -> BorderId {
    let longest = plan.coverage.borders().iter().filter(|(_, border)| border.left.is_some() && border.right.is_some());
    longest.max_by_key(|(_, border)| border.points.len()).unwrap().0
}

#[test]
fn a_whole_edge_moves_with_both_its_sides() {
    let plan = river();
    let border = bank(&plan);
    let last = plan.coverage.borders().get(border).unwrap().points.len() - 1;
    let drag = |from, to, by| Command::MoveEdge { border, from, to, by };
    let moved = done(&plan, &drag(0, last, [0, 1_500]));
    assert_eq!(areas_of_zone(&moved, UNIT, 1) - areas_of_zone(&plan, UNIT, 1), 20_000 * 1_500);
    // The nodes stay: the piece between moves, and its first and last segments stretch.
    let inner = done(&plan, &drag(1, last - 1, [0, -3_000]));
    assert!(areas_of_zone(&inner, UNIT, 1) < areas_of_zone(&plan, UNIT, 1));
    // Over the islet, across the coast, beyond the numbers: refused.
    for by in [[0, 3_000], [0, 5_000], [0, 30_000], [0, -20_000], [0, i32::MAX], [0, 0]] {
        refused(&plan, &drag(0, last, by));
    }
    refused(&plan, &drag(3, last + 1, [0, 5]));
    refused(&plan, &drag(5, 4, [0, 5]));
}

#[test]
fn a_border_is_straightened_and_simplified_for_both_sides() {
    let plan = river();
    let border = bank(&plan);
    let last = plan.coverage.borders().get(border).unwrap().points.len() - 1;
    let straight = done(&plan, &Command::Straighten { border, from: 0, to: last });
    assert_eq!(straight.coverage.borders().get(border).unwrap().points.len(), 2);
    let piece = done(&plan, &Command::Straighten { border, from: 4, to: 12 });
    assert_eq!(piece.coverage.borders().get(border).unwrap().points.len(), last + 1 - 7);
    refused(&plan, &Command::Straighten { border, from: 4, to: 4 });
    let simple = |tolerance_m| Command::Simplify { borders: vec![border], tolerance_m };
    let less = done(&plan, &simple(8.0));
    let points = |plan: &Plan| plan.coverage.borders().get(border).unwrap().points.clone();
    assert!(points(&less).len() < last && points(&less).len() > 2);
    // Every vertex that stays was one before.
    assert!(points(&less).iter().all(|point| points(&plan).contains(point)));
    for tolerance_m in [0.0, -1.0, f64::NAN, 1e-6] {
        refused(&plan, &simple(tolerance_m));
    }
    // Everything at once, as far as it goes: still a map, and no island is lost.
    let all: Vec<BorderId> = plan.coverage.borders().ids().collect();
    let least = done(&plan, &Command::Simplify { borders: all, tolerance_m: 1e6 });
    assert_eq!(least.coverage.faces().count(), 3);
}

// ---- cut, dissolve ----

#[test]
fn faces_are_cut_into_squares_and_hexagons_of_the_area_asked_for() {
    // About 1.1 km × 1.1 km of land near the equator.
    let plan = plan(&units(&[vec![(0, 0), (100_000, 0), (100_000, 100_000), (0, 100_000)]]), &[0], &[0]);
    let face = plan.coverage.faces().ids().next().unwrap();
    for (shape, wanted) in [(Shape::Square, 10_000.0), (Shape::Hexagon, 10_000.0), (Shape::Hexagon, 40_000.0)] {
        let with = Cutter::Cells(shape, wanted);
        let cut = done(&plan, &Command::CutFaces { faces: vec![face], with, leftover_m2: wanted / 100.0 });
        let sizes: Vec<f64> =
            cut.coverage.faces().iter().map(|(_, face)| area_m2(face.doubled_area, face.bounds.centre().y)).collect();
        let whole = sizes.iter().filter(|&&size| (size / wanted - 1.0).abs() < 1e-3).count();
        let total = area_m2(2 * 100_000 * 100_000, 50_000);
        assert!(whole as f64 * wanted > 0.5 * total, "{shape:?}: {whole} whole cells of {}", sizes.len());
        assert!(sizes.iter().all(|&size| size > wanted / 100.0 * 0.99));
        assert_eq!(areas_of_zone(&cut, UNIT, 0), 100_000 * 100_000, "the zone is what it was");
    }
    for area in [0.0, 0.5, f64::INFINITY, 1e12] {
        refused(
            &plan,
            &Command::CutFaces { faces: vec![face], with: Cutter::Cells(Shape::Square, area), leftover_m2: 0.0 },
        );
    }
}

#[test]
fn faces_are_cut_along_streets_that_end_in_each_other() {
    let mut plan = plan(&units(&[vec![(0, 0), (90_000, 0), (90_000, 90_000), (0, 90_000)]]), &[0], &[0]);
    // A cross whose arms are four lines, a ring road that touches nothing, and a blind alley.
    let streets = vec![
        line(&[(-5_000, 45_000), (45_000, 45_000)]),
        line(&[(45_000, 45_000), (95_000, 45_000)]),
        line(&[(45_000, 95_000), (45_000, 45_000)]),
        line(&[(45_000, 45_000), (45_000, -5_000)]),
        line(&[(10_000, 10_000), (30_000, 10_000), (30_000, 30_000), (10_000, 30_000), (10_000, 10_000)]),
        line(&[(60_000, 60_000), (70_000, 70_000)]),
    ];
    let layer = Reference {
        name: "streets".into(),
        features: streets
            .into_iter()
            .map(|street| (Drawn::Lines(vec![street]), wangge::model::Attributes::new()))
            .collect(),
        visible: true,
        opacity: 1.0,
    };
    plan.references.push(std::sync::Arc::new(layer));
    let face = plan.coverage.faces().ids().next().unwrap();
    let command = |leftover_m2| Command::CutFaces { faces: vec![face], with: Cutter::Reference(0), leftover_m2 };
    let cut = done(&plan, &command(0.0));
    assert_eq!(cut.coverage.faces().count(), 5, "four blocks and the one in the ring");
    assert!(cut.coverage.nodes().iter().all(|(_, node)| node.at != point(60_000, 60_000)), "the alley cuts nothing");
    // What is too small goes back to the block around it.
    let coarse = done(&plan, &command(area_m2(2 * 20_000 * 20_000, 20_000) + 1.0));
    assert_eq!(coarse.coverage.faces().count(), 4);
    refused(&plan, &Command::CutFaces { faces: vec![face], with: Cutter::Reference(1), leftover_m2: 0.0 });
    refused(&plan, &Command::CutFaces { faces: vec![], with: Cutter::Reference(0), leftover_m2: 0.0 });
}

#[test]
fn a_cut_stays_until_it_is_dissolved() {
    let plan = three_columns();
    let cut = done(&plan, &split(GRID, 1, &[(50, 150), (250, 150)]));
    let new = cut.tiers[GRID].by_code("new").unwrap();
    let merged = done(&cut, &Command::Merge { tier: GRID, keep: ZoneId(1), others: vec![new] });
    assert_eq!(merged.coverage.faces().count(), 10);
    let all: Vec<FaceId> = merged.coverage.faces().ids().collect();
    let whole = done(&merged, &Command::Dissolve { faces: all.clone() });
    assert_eq!(whole.coverage.faces().count(), 9);
    // Units keep the others apart; the cut of the split alone is gone, with the nodes it made.
    assert_eq!(whole.coverage.nodes().count(), plan.coverage.nodes().count());
    refused(&whole, &Command::Dissolve { faces: whole.coverage.faces().ids().collect() });
    refused(&merged, &Command::Dissolve { faces: vec![] });
    // An enclave made one with what is around it leaves no hole.
    let framed = framed();
    let one = done(&framed, &Command::Merge { tier: UNIT, keep: ZoneId(0), others: vec![ZoneId(1)] });
    let one = done(&one, &Command::Merge { tier: GRID, keep: ZoneId(0), others: vec![ZoneId(1)] });
    let one = done(&one, &Command::Dissolve { faces: one.coverage.faces().ids().collect() });
    assert_eq!((one.coverage.faces().count(), one.coverage.borders().count()), (1, 1));
    assert_eq!(one.coverage.faces().iter().next().unwrap().1.rings.len(), 1);
}

// ---- tiers, codes ----

#[test]
fn a_tier_is_copied_for_the_night_and_goes_again() {
    let plan = three_columns();
    let copy = |name: &str| Command::CopyTier { tier: GRID, name: name.into() };
    let night = done(&plan, &copy("夜间网格"));
    assert_eq!(night.tiers.len(), 4);
    assert_eq!(night.tier_of(Role::Grid).unwrap().0, GRID, "the day's grids stay the grids");
    let merged = done(&night, &Command::Merge { tier: 3, keep: ZoneId(0), others: vec![ZoneId(1)] });
    assert_eq!((merged.tiers[3].zones.count(), merged.tiers[GRID].zones.count()), (2, 3));
    // Land changes hands for the night alone, and stays inside the town.
    let painted = Command::Paint { tier: 3, faces: vec![face_at(&plan, 250, 50)], to: Some(ZoneId(0)) };
    done(&merged, &painted);
    refused(&night, &copy("夜间网格"));
    refused(&night, &copy(" "));
    refused(&night, &Command::RemoveTier { tier: GRID });
    refused(&night, &Command::RemoveTier { tier: UNIT });
    assert_eq!(done(&merged, &Command::RemoveTier { tier: 3 }).tiers.len(), 3);
}

/// Two towns of four grids each, coded as a town is.
fn coded() -> Plan {
    let mut plan = plan(&chessboard(4, 4), &[0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7], &[0, 0, 1, 1]);
    for (town, code) in [(0, "460106001"), (1, "460106002")] {
        let zone = plan.tiers[0].zones.get(ZoneId(town)).unwrap();
        let set = Command::SetZone {
            tier: 0,
            zone: ZoneId(town),
            code: code.into(),
            name: zone.name.clone(),
            attributes: (*zone.attributes).clone(),
        };
        plan = done(&plan, &set);
    }
    plan
}

fn code(plan: &Plan, x: i32, y: i32) -> String {
    let zone = plan.tiers[GRID].owner_of(face_at(plan, x, y)).unwrap();
    plan.tiers[GRID].zones.get(zone).unwrap().code.clone()
}

#[test]
fn codes_run_from_west_to_east_and_north_to_south() {
    let plan = coded();
    let renumber = |all| Command::Renumber { tier: GRID, zones: vec![], all };
    let named = done(&plan, &renumber(false));
    let found = [(50, 350), (150, 350), (50, 50), (150, 50), (250, 350), (350, 350), (250, 50), (350, 50)];
    let codes: Vec<String> = found.iter().map(|&(x, y)| code(&named, x, y)).collect();
    let wanted: Vec<String> = (0..8).map(|at| format!("46010600{}{:03}", 1 + at / 4, 1 + at % 4)).collect();
    assert_eq!(codes, wanted);
    let old: Vec<(String, Option<String>)> = named
        .retired
        .iter()
        .filter(|(_, gone)| gone.tier == "grid")
        .map(|(_, gone)| (gone.code.clone(), gone.by.clone()))
        .collect();
    assert_eq!(old.len(), 8);
    assert!(old.contains(&("grid0".into(), Some("460106001003".into()))));
    refused(&named, &renumber(false));
    refused(&named, &renumber(true));
    // A merged grid's number is not given again, whoever comes next.
    let gone = named.tiers[GRID].by_code("460106001002").unwrap();
    let keep = named.tiers[GRID].by_code("460106001001").unwrap();
    let merged = done(&named, &Command::Merge { tier: GRID, keep, others: vec![gone] });
    let cut = done(&merged, &split(GRID, keep.0, &[(-10, 310), (410, 310)]));
    let again = done(&cut, &renumber(false));
    let new = again.tiers[GRID].zones.ids().max().unwrap();
    assert_eq!(again.tiers[GRID].zones.get(new).unwrap().code, "460106001005");
    // All anew: the order again, past the number that is out of use.
    let anew = done(&again, &renumber(true));
    assert!(anew.tiers[GRID].by_code("460106001002").is_none());
    let codes: std::collections::BTreeSet<&str> =
        anew.tiers[GRID].zones.iter().map(|(_, zone)| zone.code.as_str()).collect();
    assert_eq!(codes.len(), anew.tiers[GRID].zones.count());
}

#[test]
fn a_code_goes_back_to_its_own_zone_alone() {
    let plan = three_columns();
    let set = |zone: u32, code: &str| Command::SetZone {
        tier: GRID,
        zone: ZoneId(zone),
        code: code.into(),
        name: "x".into(),
        attributes: wangge::model::Attributes::new(),
    };
    let changed = done(&plan, &set(0, "typo"));
    assert!(refused(&changed, &set(1, "grid0")).because.en.contains("out of use"));
    let back = done(&changed, &set(0, "grid0"));
    assert!(refused(&back, &set(1, "typo")).because.en.contains("out of use"));
    assert!(
        refused(&changed, &Command::Renumber { tier: 0, zones: vec![], all: true })
            .because
            .en
            .contains("no tier above")
    );
    let nameless = done(&plan, &set(2, ""));
    assert!(refused(&nameless, &paint(&nameless, &[], Some(2))).instead.en.contains("Choose"));
}

#[test]
fn what_new_verbs_do_not_find_is_refused() {
    let plan = three_columns();
    let none = ZoneId(99);
    let face = FaceId(99);
    for command in [
        Command::Reshape { tier: 9, zone: none, stroke: vec![], several: true },
        Command::Reshape { tier: GRID, zone: none, stroke: line(&[(0, 0), (9, 9)]), several: true },
        Command::Reshape { tier: GRID, zone: ZoneId(0), stroke: vec![], several: true },
        Command::Draw { tier: GRID, ring: vec![], take: Take::All, code: String::new(), name: String::new() },
        Command::Draw {
            tier: GRID,
            ring: line(&[(0, 0), (9, 9)]),
            take: Take::All,
            code: "grid0".into(),
            name: String::new(),
        },
        Command::SplitAcross { tier: GRID, stroke: line(&[(0, 0), (9, 9)]), keeps: Side::Left, halves: vec![] },
        Command::PaintOnly { tier: GRID, faces: vec![face], to: None, only: Only::default() },
        Command::MoveEdge { border: BorderId(99), from: 0, to: 0, by: [1, 1] },
        Command::Straighten { border: BorderId(99), from: 0, to: 1 },
        Command::Simplify { borders: vec![BorderId(99)], tolerance_m: 1.0 },
        Command::Simplify { borders: vec![], tolerance_m: 1.0 },
        Command::CutFaces { faces: vec![face], with: Cutter::Lines(vec![]), leftover_m2: 0.0 },
        Command::CutFaces { faces: vec![FaceId(0)], with: Cutter::Lines(vec![]), leftover_m2: 0.0 },
        Command::Dissolve { faces: vec![face] },
        Command::CopyTier { tier: 9, name: "x".into() },
        Command::RemoveTier { tier: 9 },
        Command::Retire { tier: GRID, zone: none },
        Command::Renumber { tier: 9, zones: vec![], all: true },
        Command::Renumber { tier: GRID, zones: vec![none], all: true },
    ] {
        refused(&plan, &command);
    }
}

/// A line across a whole face is as long on both sides of it.
#[test]
fn what_is_cut_shares_its_borders() {
    let square = |(x, y): (i32, i32)| vec![(x, y), (x + 9_000, y), (x + 9_000, y + 9_000), (x, y + 9_000)];
    let squares: Vec<_> = (0..9).map(|at| square((at % 3 * 9_000, at / 3 * 9_000))).collect();
    let plan = plan(&units(&squares), &[0], &[0]);
    let strokes: Vec<Vec<Point>> = (1..10).map(|at| line(&[(-10, at * 2_700), (27_010, at * 2_700 + 713)])).collect();
    let faces: Vec<FaceId> = plan.coverage.faces().ids().collect();
    let cut = done(&plan, &Command::CutFaces { faces, with: Cutter::Lines(strokes), leftover_m2: 0.0 });
    let around: f64 = cut
        .coverage
        .faces()
        .iter()
        .flat_map(|(_, face)| face.rings.iter().map(|ring| length_m(&cut.coverage.ring_points(ring))))
        .sum();
    let stored: f64 = cut
        .coverage
        .borders()
        .iter()
        .map(|(_, border)| {
            let sides = f64::from(u8::from(border.left.is_some()) + u8::from(border.right.is_some()));
            sides * length_m(&border.points)
        })
        .sum();
    assert!((around - stored).abs() < 1e-6);
}
