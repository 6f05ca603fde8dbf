//! Another number of squads: what becomes of the beats, and what is to be expected.

use std::sync::Arc;

use wangge::balance::duty::{Basis, Roster};
use wangge::balance::response::{Manned, Simulated, respond, simulate};
use wangge::balance::{Balance, Change, Cover, Loads, cover, grids_of, squads_of, with_squads};
use wangge::base::{Progress, Text};
use wangge::edit::Context;
use wangge::model::{Minute, Pattern, Plan, Role, Shift, ZoneId};
use wangge::topology::scan;

use super::city;

fn town(plan: &Plan, name: &str) -> ZoneId {
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    towns.zones.iter().find(|(_, zone)| zone.name == name).unwrap().0
}

/// Both squads of every town on duty at all hours.
fn all_on_duty(plan: &mut Plan) {
    let whole = Some(Shift { start: 8, hours: 24, standby: 12 });
    let pattern = Pattern { name: Text::new("always", "常备"), crews: 1, cycle: vec![whole] };
    Arc::make_mut(&mut plan.settings).duty.pattern = pattern;
}

#[test]
fn fewer_and_more_squads_keep_every_grid_on_a_beat_of_its_town() {
    let (mut plan, loads, faces) = city();
    all_on_duty(&mut plan);
    let town = town(&plan, "海垦街道");
    let night: Vec<usize> = (0..168).filter(|hour| !(6..22).contains(&(hour % 24))).collect();
    let grids = grids_of(&plan, town);
    let now = squads_of(&plan, town).len();
    assert_eq!(now, 2);
    let roster = Roster::of(&plan, &loads, town, (Minute(4 * 24 * 60), Basis::Pattern));
    let answer = |change| cover(&plan, (&loads, &faces), (&roster, change), &night, &Progress::default()).unwrap();
    let covers: Vec<Cover> = [Change::Fewer, Change::AsIs, Change::More].map(answer).into();
    for (cover, count) in covers.iter().zip(1..) {
        let [one] = cover.watches.as_slice() else { panic!("the same squads at all hours") };
        assert_eq!(one.squads.len(), count);
        let manned = |grid: &&ZoneId| one.plan.beats.get(**grid).is_some_and(|squad| one.squads.contains(squad));
        assert_eq!(grids.iter().filter(manned).count(), grids.len(), "{count}");
        // The other towns are as they were.
        let mut others = plan.beats.iter().filter(|(grid, _)| !grids.contains(grid));
        assert!(others.all(|(grid, squad)| one.plan.beats.get(grid) == Some(squad)));
        let work: f64 = one.work.iter().sum();
        assert!((work - covers[0].watches[0].work.iter().sum::<f64>()).abs() < 1e-6);
    }
    // More squads: less travel, less often all busy, less wait.
    let of = |at: usize| covers[at].simulated.as_ref().unwrap();
    let even = |at: usize| covers[at].even.as_ref().unwrap();
    for at in 0..2 {
        assert!(even(at).mean_minutes > even(at + 1).mean_minutes);
        assert!(even(at).all_busy > even(at + 1).all_busy);
        assert!(of(at).mean_response() > of(at + 1).mean_response());
        assert!(of(at).all_busy > of(at + 1).all_busy && of(at).mean_wait > of(at + 1).mean_wait);
        assert_eq!(of(at).calls, of(at + 1).calls);
    }
    assert!((of(0).home_share - 1.0).abs() < 1e-12);
    // The incidents of a night come in the evening rather than evenly: one by one they find the squads busy more often.
    assert!(of(0).all_busy > even(0).all_busy);
    // As many as there are: the beats as they stand.
    assert_eq!(covers[1].watches[0].plan.canonical_hash(), plan.canonical_hash());
}

/// Incidents that come evenly, one by one, are answered as the hypercube says.
#[test]
fn the_simulation_agrees_with_the_model_where_its_premises_hold() {
    let (mut plan, _, faces) = city();
    let mut incidents = (*plan.incidents).clone();
    let times = || incidents.reported.iter().filter(|time| time.is_some()).map(|time| time.0);
    let (first, last) = (times().min().unwrap(), times().max().unwrap());
    let mut state = 1_u64;
    for reported in &mut incidents.reported {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *reported = Minute(first + ((state >> 33) % (last - first) as u64) as i32);
    }
    plan.incidents = Arc::new(incidents);
    let loads = Loads::of(&plan, &faces, &Progress::default()).unwrap();
    let week: Vec<usize> = (0..168).collect();
    for name in ["海垦街道", "白沙街道", "府城街道"] {
        let squads = squads_of(&plan, town(&plan, name));
        let model = respond(&plan, &loads, &squads, &week).unwrap();
        let town = [vec![Manned { plan: &plan, squads: &squads, hours: &week }]];
        let one = |seed| simulate(&town, (&loads, &faces), seed).unwrap();
        // The mean of some runs: the times of the calls are drawn.
        let runs: Vec<_> = (0..8).map(one).collect();
        let mean = |of: &dyn Fn(&Simulated) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
        let busy = |loads: &[f64]| loads.iter().sum::<f64>();
        assert!((mean(&|run| run.mean_minutes) / model.mean_minutes - 1.0).abs() < 0.02, "{name}");
        assert!((mean(&|run| run.home_share) - model.home_share).abs() < 0.03, "{name}");
        assert!((mean(&|run| run.all_busy) - model.all_busy).abs() < 0.03, "{name}");
        assert!((mean(&|run| busy(&run.workloads)) / busy(&model.workloads) - 1.0).abs() < 0.05, "{name}");
        assert_eq!(one(3), one(3));
    }
}

#[test]
fn the_command_is_undone_whole_and_refuses_what_cannot_be() {
    let (plan, loads, _) = city();
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
    let (plan, loads, _) = city();
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
