//! Another number of squads: what becomes of the beats, and what is to be expected.

use std::path::Path;

use wangge::balance::{Balance, Cover, Loads, cover, faces_of_incidents, grids_of, squads_of, with_squads};
use wangge::base::Progress;
use wangge::edit::Context;
use wangge::index::{Index, Located};
use wangge::io::{Options, open};
use wangge::model::{Plan, Role, ZoneId};
use wangge::topology::scan;

/// The sample city with its loads.
fn city() -> (Plan, Loads) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let plan = open(&[folder], &Options::default(), &Progress::default()).unwrap().plan;
    let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let loads = Loads::of(&plan, &faces_of_incidents(&plan, &located), &Progress::default()).unwrap();
    (plan, loads)
}

fn town(plan: &Plan, name: &str) -> ZoneId {
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    towns.zones.iter().find(|(_, zone)| zone.name == name).unwrap().0
}

#[test]
fn fewer_and_more_squads_keep_every_grid_on_a_beat_of_its_town() {
    let (plan, loads) = city();
    let town = town(&plan, "海垦街道");
    let night: Vec<usize> = (0..168).filter(|hour| !(6..22).contains(&(hour % 24))).collect();
    let grids = grids_of(&plan, town);
    let now = squads_of(&plan, town).len();
    assert_eq!(now, 2);
    let answer = |count| cover(&plan, &loads, town, count, &night, &Progress::default()).unwrap();
    let covers: Vec<Cover> = (1..=3).map(answer).collect();
    for (cover, count) in covers.iter().zip(1..) {
        assert_eq!(cover.squads.len(), count);
        let manned = |grid: &&ZoneId| cover.plan.beats.get(**grid).is_some_and(|squad| cover.squads.contains(squad));
        assert_eq!(grids.iter().filter(manned).count(), grids.len(), "{count}");
        // The other towns are as they were.
        let mut others = plan.beats.iter().filter(|(grid, _)| !grids.contains(grid));
        assert!(others.all(|(grid, squad)| cover.plan.beats.get(grid) == Some(squad)));
        let work: f64 = cover.work.iter().sum();
        assert!((work - covers[0].work.iter().sum::<f64>()).abs() < 1e-6);
    }
    // More squads: less travel, less often all busy; fewer are busier.
    let of = |at: usize| covers[at].response.as_ref().unwrap();
    for at in 0..2 {
        assert!(of(at).mean_minutes > of(at + 1).mean_minutes);
        assert!(of(at).all_busy > of(at + 1).all_busy);
    }
    assert!((of(0).home_share - 1.0).abs() < 1e-12);
    // As many as there are: the beats as they stand.
    assert_eq!(covers[1].plan.canonical_hash(), plan.canonical_hash());
}

#[test]
fn the_command_is_undone_whole_and_refuses_what_cannot_be() {
    let (plan, loads) = city();
    let town = town(&plan, "海垦街道");
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let done = with_squads(&plan, &loads, town, 4).unwrap().apply(&plan, &context).unwrap();
    assert_eq!(squads_of(&done.plan, town).len(), 4);
    let codes: std::collections::BTreeSet<_> = done.plan.squads.iter().map(|(_, squad)| &squad.code).collect();
    assert_eq!(codes.len(), done.plan.squads.count());
    assert_eq!(done.record.undo(&done.plan).canonical_hash(), plan.canonical_hash());
    for count in [0, grids_of(&plan, town).len() + 1] {
        assert!(with_squads(&plan, &loads, town, count).is_err(), "{count}");
    }
}

/// The hours of a week in parts sum to the whole, by face and by squad.
#[test]
fn loads_of_parts_of_the_week_sum_to_the_whole() {
    let (plan, loads) = city();
    let (night, day): (Vec<usize>, Vec<usize>) = (0..168).partition(|hour| !(6..22).contains(&(hour % 24)));
    let parts = [loads.during(&night), loads.during(&day)];
    let (_, grids) = plan.tier_of(Role::Grid).unwrap();
    let whole = loads.of_zones(grids);
    let sums: Vec<_> = parts.iter().map(|part| part.of_zones(grids)).collect();
    for (grid, whole) in whole.iter().enumerate() {
        // Each face is rounded by itself.
        assert!((sums[0][grid] + sums[1][grid] - whole).abs() < 1000);
    }
    assert_eq!(loads.during(&(0..168).collect::<Vec<_>>()), loads);
    assert!(Balance::of_squads(&plan, &parts[0]).max_deviation > 0.0);
}
