//! Another number of grids: the table of what each means, and what becomes of the codes.

use std::collections::BTreeSet;

use wangge::balance::{
    Budget, Counted, Loads, Rebalancing, best_number, grids_of, households_of_faces, numbers, with_grids,
};
use wangge::base::Progress;
use wangge::edit::Context;
use wangge::index::Index;
use wangge::model::{Attributes, Plan, Reference, Role, Shape};
use wangge::topology::scan;

use super::city;

#[test]
fn a_band_chooses_the_number_and_codes_are_never_used_again() {
    let (plan, loads, _) = city();
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    let town = towns.zones.ids().find(|&town| grids_of(&plan, town).len() >= 4).unwrap();
    let now = grids_of(&plan, town).len();
    let (at, grids) = plan.tier_of(Role::Grid).unwrap();
    let hours: f64 = grids_of(&plan, town).iter().map(|&grid| loads.hours(&grids.faces_of(grid))).sum();
    let options = Rebalancing { towns: vec![town], effort: Budget::Epochs(1), ..Rebalancing::default() };
    for wished in [now - 1, now + 2] {
        // A band around the mean of the number that is wished for.
        let mean = hours / wished as f64;
        let asked = ((now - 2, now + 3), Some((mean * 0.95, mean * 1.05)));
        let found = numbers(&plan, &loads, &options, asked, &Progress::default()).unwrap();
        assert!(found.len() > 3 && found.windows(2).all(|pair| pair[0].count + 1 == pair[1].count));
        let best = &found[best_number(&found).unwrap()];
        assert_eq!(best.count, wished);
        let near = scan(&plan.coverage);
        let after = best.command().apply(&plan, &Context { near: &near, time: 0, camera: None }).unwrap().plan;
        let then = grids_of(&after, town);
        assert_eq!(then.len(), wished);
        let (_, tier) = after.tier_of(Role::Grid).unwrap();
        let code = |plan: &Plan, zone| plan.tiers[at].zones.get(zone).map(|zone| zone.code.clone());
        let codes: BTreeSet<_> = then.iter().filter_map(|&grid| code(&after, grid)).collect();
        assert_eq!(codes.len(), wished);
        let old: BTreeSet<_> = grids.zones.iter().map(|(_, zone)| zone.code.clone()).collect();
        let fresh = codes.difference(&old).count();
        assert_eq!(fresh, wished.saturating_sub(now));
        assert_eq!(after.retired.iter().count(), now.saturating_sub(wished));
        assert!(after.retired.iter().all(|(_, gone)| !codes.contains(&gone.code)));
        // Every grid is one piece.
        for grid in then {
            let faces = tier.faces_of(grid);
            let mut seen = BTreeSet::from([faces[0]]);
            let mut queue = vec![faces[0]];
            while let Some(face) = queue.pop() {
                for (_, border) in after.coverage.borders().iter() {
                    let beside = match (border.left, border.right) {
                        (Some(a), Some(b)) if a == face => b,
                        (Some(a), Some(b)) if b == face => a,
                        _ => continue,
                    };
                    if faces.contains(&beside) && seen.insert(beside) {
                        queue.push(beside);
                    }
                }
            }
            assert_eq!(seen.len(), faces.len());
        }
    }
}

#[test]
fn a_number_that_cannot_be_had_is_refused() {
    let (plan, loads, _) = city();
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    let town = towns.zones.ids().find(|&town| grids_of(&plan, town).len() >= 4).unwrap();
    assert!(with_grids(&plan, &loads, town, 100_000, &Progress::default()).is_err());
    assert!(with_grids(&plan, &loads, town, grids_of(&plan, town).len(), &Progress::default()).unwrap().is_none());
}

#[test]
fn households_come_from_points_where_there_are_such() {
    let (plan, _, _) = city();
    let (face, inside) = plan
        .coverage
        .faces()
        .iter()
        .find_map(|(id, face)| {
            let at = face.bounds.centre();
            let hit = Index::of(&plan.coverage).face_at(&plan.coverage, at);
            (hit == wangge::index::Hit::Face(id)).then_some((id, at))
        })
        .unwrap();
    let mut attributes = Attributes::new();
    attributes.insert("户数".to_owned(), 37.into());
    let layer = Reference {
        name: "楼栋".to_owned(),
        features: vec![(Shape::Points(vec![inside]), attributes)].into(),
        visible: true,
        opacity: 1.0,
    };
    let mut plan = plan;
    plan.references.push(layer.into());
    let (counts, counted) = households_of_faces(&plan);
    assert_eq!(counted, Counted::Points("楼栋".to_owned()));
    assert!((counts[face.0 as usize] - 37.0).abs() < 1e-9);
    assert!((counts.iter().sum::<f64>() - 37.0).abs() < 1e-9);
    assert!((Loads::of_households(&plan).unwrap().hours(&[face]) - 37.0).abs() < 1e-6);
}
