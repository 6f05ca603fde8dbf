//! Look-up in a coverage against brute force, and the sum of rule 4.

use std::sync::Arc;

use proptest::prelude::*;
use wangge::balance::{Live, Loads, faces_of_incidents};
use wangge::base::Progress;
use wangge::geometry::{Areas, Bounds, Point, winding};
use wangge::index::{Hit, Index, Located, Spot};
use wangge::model::{Incidents, Placement, Plan, Reference, Retired, Role, Shape, Tier, Zone, ZoneId};
use wangge::topology::{self, BorderId, Coverage, FaceId};

/// Squares of 100 cells in rows and columns; some are left out (gaps and notches), one unit each.
fn squares(columns: i32, rows: i32, missing: &[(i32, i32)]) -> (Coverage, Vec<Option<u32>>) {
    let mut areas = Areas::default();
    for row in 0..rows {
        for column in (0..columns).filter(|&column| !missing.contains(&(column, row))) {
            let at = |dx: i32, dy: i32| Point::new((column + dx) * 1000, (row + dy) * 1000);
            areas.push_ring(&[at(0, 0), at(1, 0), at(1, 1), at(0, 1)]);
            areas.end_polygon();
            areas.end_unit();
        }
    }
    let built = topology::build(&areas, &[], Some(0.0), &Progress::default()).unwrap();
    (built.coverage, built.owner)
}

fn plan(coverage: Coverage, owner: &[Option<u32>], group: impl Fn(u32) -> Option<u32>, points: &[Point]) -> Plan {
    let mut tier = Tier::new(Role::Grid, "grids");
    for code in 0..owner.len() as u32 {
        tier.zones.push(Zone { code: format!("c{code}"), name: format!("n{code}"), ..Zone::default() });
    }
    for (face, unit) in owner.iter().enumerate() {
        if let Some(zone) = unit.and_then(&group) {
            tier.owner.set(FaceId(face as u32), Some(ZoneId(zone)));
        }
    }
    let rows = points.len();
    let incidents = Incidents {
        points: points.to_vec(),
        placement: vec![Placement::Point; rows],
        place: vec![0; rows],
        ..Incidents::default()
    };
    Plan { coverage, tiers: vec![Arc::new(tier)], incidents: Arc::new(incidents), ..Plan::default() }
}

/// The face of a point by winding numbers over all faces; `Err` on a ring.
fn brute(coverage: &Coverage, p: Point) -> Result<Option<FaceId>, ()> {
    for (id, face) in coverage.faces().iter() {
        let mut count = 0;
        for ring in face.rings.iter() {
            count += winding(&coverage.ring_points(ring), p).ok_or(())?;
        }
        if count != 0 {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

#[test]
fn a_point_on_a_border_belongs_to_the_first_owned_face_from_due_east() {
    let (coverage, owner) = squares(2, 2, &[]);
    let index = Index::of(&coverage);
    let face = |x: i32, y: i32| match index.face_at(&coverage, Point::new(x, y)) {
        Hit::Face(face) => face,
        other => panic!("{other:?}"),
    };
    let [sw, se, nw, ne] = [face(500, 500), face(1500, 500), face(500, 1500), face(1500, 1500)];
    let around = |x: i32, y: i32| match index.face_at(&coverage, Point::new(x, y)) {
        Hit::Border(around) => around.to_vec(),
        other => panic!("{other:?}"),
    };
    // The middle: a border runs due east, so the first face from there is the one north-east.
    assert_eq!(around(1000, 1000), [Some(ne), Some(nw), Some(sw), Some(se)]);
    // On a vertical border due east lies the eastern face.
    assert_eq!(around(1000, 500), [Some(se), Some(sw)]);
    // On a horizontal border the face to the north comes first.
    assert_eq!(around(500, 1000), [Some(nw), Some(sw)]);
    // On the outline: outside is there too, and never owns.
    assert_eq!(around(2000, 500), [None, Some(se)]);
    assert_eq!(around(0, 0), [Some(sw), None]);

    let owner_of = |face: FaceId| owner[face.0 as usize];
    let all = plan(coverage.clone(), &owner, Some, &[]);
    let spot = |plan: &Plan, x: i32, y: i32| index.face_at(&coverage, Point::new(x, y)).spot(&plan.tiers[0]);
    assert_eq!(spot(&all, 1000, 1000), Spot::Border(ZoneId(owner_of(ne).unwrap())));
    assert_eq!(spot(&all, 2000, 500), Spot::Border(ZoneId(owner_of(se).unwrap())));
    assert_eq!(spot(&all, 5000, 500), Spot::Outside);
    // One zone on both sides: inside. Nobody north-east: the next one counter-clockwise.
    let one = plan(coverage.clone(), &owner, |_| Some(0), &[]);
    assert_eq!(spot(&one, 1000, 1000), Spot::Inside(ZoneId(0)));
    assert_eq!(spot(&one, 2000, 500), Spot::Border(ZoneId(0)));
    let without = plan(coverage.clone(), &owner, |unit| (Some(unit) != owner_of(ne)).then_some(unit), &[]);
    assert_eq!(spot(&without, 1000, 1000), Spot::Border(ZoneId(owner_of(nw).unwrap())));
    assert_eq!(spot(&without, 1500, 1500), Spot::Unowned);
}

#[test]
fn boxes_and_borders_near_a_place() {
    let (coverage, _) = squares(3, 3, &[]);
    let index = Index::of(&coverage);
    let near = |x: i32, y: i32| Bounds { min: Point::new(x, y), max: Point::new(x, y) }.grown(10);
    assert_eq!(index.faces_in(near(1500, 1500)).len(), 1);
    assert_eq!(index.faces_in(near(1000, 1000)).len(), 4);
    let (border, metres, _) = index.nearest_border(&coverage, Point::new(1010, 1500), 1.0).unwrap();
    let points = &coverage.borders().get(border).unwrap().points;
    assert!(points.iter().all(|point| point.x == 1000), "{points:?}");
    assert!((metres - 10.0 * 0.011_131_9).abs() < 1e-4, "{metres}");
    assert!(index.nearest_border(&coverage, Point::new(1500, 1500), 1.0).is_none());
}

#[test]
fn incidents_by_code_are_found_in_every_tier_that_can_tell() {
    let (coverage, owner) = squares(2, 1, &[]);
    let mut plan = plan(coverage, &owner, Some, &[]);
    let mut town = Tier::new(Role::Town, "towns");
    town.zones.push(Zone { code: "T".to_owned(), name: "镇".to_owned(), ..Zone::default() });
    for face in 0..owner.len() {
        town.owner.set(FaceId(face as u32), Some(ZoneId(0)));
    }
    plan.tiers.push(Arc::new(town));
    let mut incidents = Incidents::default();
    for (row, text) in ["c1", "T", "nobody"].into_iter().enumerate() {
        incidents.points.push(Point::default());
        incidents.placement.push(Placement::Code);
        let place = incidents.places.index_of(text);
        assert_eq!(place as usize, row);
        incidents.place.push(place);
    }
    plan.incidents = Arc::new(incidents);
    let index = Index::of(&plan.coverage);
    let located = Located::of(&plan, &index, &Progress::default()).unwrap();
    let grids = located.tier(&plan, &plan.tiers[0]);
    // A town is no grid; a grid has a town.
    assert_eq!((grids.by_code, grids.nowhere), (vec![0], vec![1, 2]));
    let towns = located.tier(&plan, &plan.tiers[1]);
    assert_eq!((towns.by_code, towns.nowhere, towns.by_zone), (vec![0, 1], vec![2], vec![2]));
}

#[test]
fn an_incident_that_names_a_zone_out_of_use_follows_its_land() {
    let (coverage, owner) = squares(2, 1, &[]);
    let mut plan = plan(coverage, &owner, Some, &[]);
    let tier = plan.tiers[0].name.clone();
    // Merged twice, and a ring that only a damaged file can have.
    for (code, name, by) in [("a", "旧网格", "b"), ("b", "", "c1"), ("x", "环", "y"), ("y", "", "x")] {
        let (code, name, by) = (code.to_owned(), name.to_owned(), Some(by.to_owned()));
        plan.retired.push(Retired { tier: tier.clone(), code, name, by, time: 0 });
    }
    let mut incidents = Incidents::default();
    for text in ["a", "b", "旧网格", "x", "环"] {
        incidents.points.push(Point::default());
        incidents.placement.push(Placement::Code);
        let place = incidents.places.index_of(text);
        incidents.place.push(place);
    }
    plan.incidents = Arc::new(incidents);
    let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let grids = located.tier(&plan, &plan.tiers[0]);
    assert_eq!((grids.by_code, grids.nowhere), (vec![0, 1, 2], vec![3, 4]));
    assert_eq!(grids.by_zone[plan.tiers[0].by_code("c1").unwrap().0 as usize], 3);
}

#[test]
fn work_of_incidents_by_code_is_spread_over_the_land_of_their_zone() {
    let (coverage, owner) = squares(2, 1, &[]);
    let mut plan = plan(coverage, &owner, Some, &[]);
    let mut town = Tier::new(Role::Town, "towns");
    town.zones.push(Zone { code: "T".to_owned(), ..Zone::default() });
    (0..owner.len()).for_each(|face| town.owner.set(FaceId(face as u32), Some(ZoneId(0))));
    plan.tiers.insert(0, Arc::new(town));
    let mut incidents = Incidents::default();
    // A hundred in the town, ten in one of its grids, one nowhere.
    for text in std::iter::repeat_n("T", 100).chain(std::iter::repeat_n("c1", 10)).chain(["nobody"]) {
        incidents.points.push(Point::default());
        incidents.placement.push(Placement::Code);
        let place = incidents.places.index_of(text);
        incidents.place.push(place);
    }
    plan.incidents = Arc::new(incidents);
    let index = Index::of(&plan.coverage);
    let located = Located::of(&plan, &index, &Progress::default()).unwrap();
    let grids = &plan.tiers[1];
    let placed = located.by_code_in_faces(&plan);
    assert_eq!(placed.len(), 110);
    let in_grid = |zone: u32| {
        let of = |rows: std::ops::Range<u32>| {
            placed
                .iter()
                .filter(|(row, face)| rows.contains(row) && grids.owner_of(*face) == Some(ZoneId(zone)))
                .count()
        };
        [of(0..100), of(100..110)]
    };
    let named = grids.by_code("c1").unwrap().0;
    assert_eq!(in_grid(named)[1], 10);
    assert!((49..=51).contains(&in_grid(named)[0]) && (49..=51).contains(&in_grid(1 - named)[0]), "{placed:?}");
    let all: Vec<FaceId> = plan.coverage.faces().ids().collect();
    let loads = Loads::of(&plan, &faces_of_incidents(&plan, &located), &Progress::default()).unwrap();
    let live = Live::of(&plan, [None; 2], |_| true).faces(&plan, &index, &located, &all);
    assert_eq!(live, all.iter().map(|&face| loads.face(face)).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(crate::cases(64))]

    /// Boxes of borders that move again and again are found where they are, wherever one looks.
    #[test]
    fn moved_borders_are_found_where_they_are(
        moves in proptest::collection::vec((any::<u32>(), -400i32..400, -400i32..400), 1..200),
        boxes in proptest::collection::vec((-3000i32..7000, -3000i32..7000, 0i32..9000, 0i32..9000), 12),
    ) {
        let (mut coverage, _) = squares(4, 3, &[]);
        let mut index = Index::of(&coverage);
        for (border, dx, dy) in moves {
            let border = BorderId(border % coverage.borders().slots() as u32);
            let Some(from) = coverage.borders().get(border).map(|border| border.points[0]) else { continue };
            let near = |bounds| index.borders_in(bounds);
            let Ok(moved) = coverage.shift_vertex(border, 0, Point::new(from.x + dx, from.y + dy), &near) else { continue };
            let (faces, borders) = (coverage.faces().changed(moved.faces()), coverage.borders().changed(moved.borders()));
            index = index.updated(&moved, &faces, &borders);
            coverage = moved;
        }
        for (x, y, width, height) in boxes {
            let bounds = Bounds { min: Point::new(x, y), max: Point::new(x + width, y + height) };
            prop_assert_eq!(index.borders_in(bounds), topology::scan(&coverage)(bounds));
            let met = coverage.faces().iter().filter(|(_, face)| face.bounds.meets(bounds)).map(|(id, _)| id);
            prop_assert_eq!(index.faces_in(bounds), met.collect::<Vec<_>>());
        }
    }

    #[test]
    fn faces_agree_with_brute_force(
        missing in proptest::collection::vec((0i32..4, 0i32..3), 0..4),
        points in proptest::collection::vec((-500i32..4500, -500i32..3500), 40),
        snapped in proptest::collection::vec((0i32..9, 0i32..7), 20),
        unowned in 0u32..12,
    ) {
        let (coverage, owner) = squares(4, 3, &missing);
        // Half of the points lie on nodes, on borders and in the middle of squares.
        let points: Vec<Point> = points.into_iter().map(|(x, y)| Point::new(x, y))
            .chain(snapped.into_iter().map(|(x, y)| Point::new(x * 500, y * 500))).collect();
        let group = |unit: u32| (unit != unowned).then_some(unit / 2);
        let plan = plan(coverage, &owner, group, &points);
        let index = Index::of(&plan.coverage);
        let located = Located::of(&plan, &index, &Progress::default()).unwrap();
        let (mut inside, mut border) = (0, 0);
        for (row, &point) in points.iter().enumerate() {
            let hit = index.face_at(&plan.coverage, point);
            match brute(&plan.coverage, point) {
                Ok(Some(face)) => {
                    prop_assert_eq!(&hit, &Hit::Face(face));
                    prop_assert!(located.rows_of(face).contains(&(row as u32)));
                }
                Ok(None) => prop_assert_eq!(&hit, &Hit::Outside),
                Err(()) => prop_assert!(matches!(hit, Hit::Border(_)), "{:?}", hit),
            }
            match hit.spot(&plan.tiers[0]) {
                Spot::Inside(_) => inside += 1,
                Spot::Border(_) => border += 1,
                Spot::Unowned | Spot::Outside => {}
            }
        }
        let sum = located.tier(&plan, &plan.tiers[0]);
        prop_assert!(sum.sum().holds(), "{}", sum.sum());
        prop_assert_eq!((sum.inside, sum.on_border.len()), (inside, border));
        prop_assert_eq!(sum.by_zone.iter().sum::<u32>() as usize, inside + border);
        // Looking again at some faces or at all of them changes nothing.
        let all: Vec<FaceId> = plan.coverage.faces().ids().collect();
        let borders: Vec<_> = plan.coverage.borders().ids().collect();
        let again = index.updated(&plan.coverage, &all, &borders);
        // The work of faces looked at under the hand is that of the whole plan, streets included.
        let street = points.chunks(2).map(<[Point]>::to_vec).collect();
        let streets = Reference {
            name: "道路".into(),
            features: [(Shape::Lines(street), serde_json::Map::default())].into(),
            visible: true,
            opacity: 1.0,
        };
        let (by_area, by_street) = (plan.clone(), Plan { references: vec![Arc::new(streets)], ..plan.clone() });
        for plan in [by_area, by_street] {
            let loads = Loads::of(&plan, &faces_of_incidents(&plan, &located), &Progress::default()).unwrap();
            let live = Live::of(&plan, [None; 2], |_| true).faces(&plan, &again, &located, &all);
            prop_assert_eq!(live, all.iter().map(|&face| loads.face(face)).collect::<Vec<_>>());
        }
        for some in [&all[..], &all[..all.len() / 2]] {
            prop_assert_eq!(&located.updated(&plan, &again, some).tier(&plan, &plan.tiers[0]), &sum);
        }
    }
}
