//! What is kept together and apart holds after every run, or the run says why it cannot be.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use wangge::balance::{
    Bonds, Budget, Dealt, Graph, Objective, Partitioning, Rebalancing, Unit, partition, rebalance, stands,
};
use wangge::base::Progress;
use wangge::edit::{Command, Context};
use wangge::model::{Bond, Plan, Role, ZoneId};
use wangge::topology::scan;

use super::city;

/// A board of cells of weight 1.
fn board(width: u32, height: u32) -> (Graph, Vec<(u32, u32, i64)>) {
    let at = |x: u32, y: u32| y * width + x;
    let cells = || (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let right = cells().filter(|&(x, _)| x + 1 < width).map(|(x, y)| (at(x, y), at(x + 1, y), 1));
    let down = cells().filter(|&(_, y)| y + 1 < height).map(|(x, y)| (at(x, y), at(x, y + 1), 1));
    let edges: Vec<(u32, u32, i64)> = right.chain(down).collect();
    (Graph::new(cells().map(|_| Unit { weight: 1, ..Unit::default() }).collect(), &edges), edges)
}

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Whether labels do as asked and every zone is connected, by rules of this test alone.
fn is_kept(labels: &[u32], together: &[Vec<u32>], apart: &[Vec<u32>]) -> bool {
    let zone = |unit: &u32| labels[*unit as usize];
    together.iter().all(|group| group.iter().all(|unit| zone(unit) == zone(&group[0])))
        && apart.iter().all(|group| group.iter().map(zone).collect::<BTreeSet<u32>>().len() == group.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn random_bonds_hold_on_a_board(
        groups in prop::collection::vec(prop::collection::btree_set(0_u32..120, 2..4), 1..3),
        lone in prop::collection::btree_set(0_u32..120, 2..4),
        seed in 0_u64..100,
    ) {
        let (graph, _) = board(12, 10);
        let together: Vec<Vec<u32>> = groups.iter().map(|group| group.iter().copied().collect()).collect();
        let apart: Vec<u32> = lone.into_iter().collect();
        // Groups that share a unit are one: two lone units in it would contradict it.
        let bonds = Bonds::new(&together, &[apart.iter().map(|&unit| vec![unit]).collect()]);
        let joined: BTreeSet<u32> = groups.iter().flatten().copied().collect();
        prop_assume!(apart.iter().filter(|unit| joined.contains(unit)).count() < 2);
        let wanted = Partitioning {
            zones: 5,
            window: (18, 30),
            bonds,
            objective: Objective::Cut,
            seed,
            budget: Budget::Epochs(4),
            length_unit: 1.0,
        };
        let found = on(1, || partition(&graph, &wanted, &Progress::default()).unwrap());
        prop_assert!(found.certificate.contiguous);
        let kept = is_kept(&found.labels, &together, std::slice::from_ref(&apart));
        prop_assert_eq!(found.certificate.bound, kept);
        prop_assert!(kept && found.certificate.feasible, "{together:?} {apart:?} {:?}", found.certificate);
        let again = on(4, || partition(&graph, &wanted, &Progress::default()).unwrap());
        prop_assert_eq!(&found.labels, &again.labels);
    }
}

fn with(plan: &Plan, bonds: impl IntoIterator<Item = Bond>) -> Plan {
    let mut plan = plan.clone();
    Arc::make_mut(&mut plan.settings).bonds.extend(bonds);
    plan
}

/// Zones of a tier in each town, in the order of the towns.
fn by_town(plan: &Plan, role: Role) -> Vec<(ZoneId, Vec<ZoneId>)> {
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    let (_, tier) = plan.tier_of(role).unwrap();
    let inside = |town: ZoneId| {
        let own = tier
            .zones
            .ids()
            .filter(|&zone| tier.faces_of(zone).first().is_some_and(|&face| towns.owner_of(face) == Some(town)));
        own.collect()
    };
    towns.zones.ids().map(|town| (town, inside(town))).collect()
}

fn done(plan: &Plan, command: &Command) -> Plan {
    let near = scan(&plan.coverage);
    command.apply(plan, &Context { near: &near, time: 0, camera: None }).unwrap().plan
}

/// In every town with grids and four communities: two random ones together, two random ones apart.
#[test]
fn random_bonds_hold_in_every_town_or_are_refused() {
    let (plan, loads, _) = city();
    let (tier, _) = plan.tier_of(Role::Community).unwrap();
    let grids = by_town(&plan, Role::Grid);
    let (mut held, mut refused) = (0, 0);
    for (number, (town, communities)) in by_town(&plan, Role::Community).into_iter().enumerate() {
        let has_grids = grids.iter().any(|(of, grids)| *of == town && grids.len() > 1);
        // Every other town is enough.
        if communities.len() < 4 || !has_grids || number % 2 == 1 {
            continue;
        }
        let pick = |at: usize| communities[(number * 7 + at * 3) % communities.len()];
        let bond = |a: usize, b: usize, apart| Bond { tier, zones: [pick(a), pick(b)].into(), apart };
        let bonds: Vec<Bond> =
            [bond(0, 1, false), bond(2, 3, true)].into_iter().filter(|bond| bond.zones.len() > 1).collect();
        let bound = with(&plan, bonds.clone());
        let options = Rebalancing { towns: vec![town], effort: Budget::Epochs(1), ..Rebalancing::default() };
        let solve = |threads| on(threads, || rebalance(&bound, &loads, &options, &Progress::default()));
        match solve(1) {
            Ok(answer) => {
                let moves = |answer: &wangge::balance::Rebalanced| format!("{:?}", answer.moves);
                assert_eq!(moves(&answer), moves(&solve(2).unwrap()));
                assert_eq!(moves(&answer), moves(&solve(4).unwrap()));
                let after = if answer.moves.is_empty() { bound.clone() } else { done(&bound, &answer.command(&bound)) };
                assert!(bonds.iter().all(|bond| stands(&after, bond)), "{bonds:?}");
                held += 1;
            }
            Err(refusal) => {
                assert!(!refusal.text().en.is_empty() && !refusal.text().zh.is_empty());
                refused += 1;
            }
        }
    }
    assert!(held > 1 && held > refused, "{held} held, {refused} refused");
}

#[test]
fn grids_are_kept_with_one_squad_or_with_two() {
    let (plan, loads, _) = city();
    let (tier, _) = plan.tier_of(Role::Grid).unwrap();
    let (town, grids) = by_town(&plan, Role::Grid).into_iter().find(|(_, grids)| grids.len() >= 4).unwrap();
    let bonds = [
        Bond { tier, zones: [grids[0], grids[1]].into(), apart: false },
        Bond { tier, zones: [grids[0], grids[2]].into(), apart: true },
    ];
    let bound = with(&plan, bonds.clone());
    let options =
        Rebalancing { dealt: Dealt::Squads, towns: vec![town], effort: Budget::Epochs(2), ..Rebalancing::default() };
    let answer = rebalance(&bound, &loads, &options, &Progress::default()).unwrap();
    let after = if answer.moves.is_empty() { bound.clone() } else { done(&bound, &answer.command(&bound)) };
    assert!(bonds.iter().all(|bond| stands(&after, bond)));
}

#[test]
fn what_contradicts_itself_or_a_lock_is_refused_with_a_remedy() {
    let (plan, loads, _) = city();
    let (tier, _) = plan.tier_of(Role::Community).unwrap();
    let (grid_tier, grids) = plan.tier_of(Role::Grid).unwrap();
    let towns = by_town(&plan, Role::Community);
    let whole = |zone: &ZoneId| {
        let faces = plan.tiers[tier].faces_of(*zone);
        let owners: BTreeSet<_> = faces.iter().map(|&face| grids.owner_of(face)).collect();
        (owners.len() == 1).then(|| owners.first().copied().flatten()).flatten()
    };
    let pair = towns.iter().find_map(|(town, zones)| {
        let mut known = zones.iter().filter_map(|zone| Some((*zone, whole(zone)?)));
        let first = known.next()?;
        known.find(|other| other.1 != first.1).map(|other| (*town, first, other))
    });
    let (town, (a, of_a), (b, _)) = pair.unwrap();
    let bond = |apart| Bond { tier, zones: [a, b].into(), apart };
    let together = done(&plan, &Command::Bond { bond: bond(false), kept: true });
    assert_eq!(together.settings.bonds.len(), 1);
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let both = Command::Bond { bond: bond(true), kept: true }.apply(&together, &context).unwrap_err();
    assert!(both.text().en.contains("together and apart"), "{}", both.text().en);
    let options = Rebalancing { towns: vec![town], ..Rebalancing::default() };
    let locked = Command::Lock { tier: grid_tier, zone: Some(of_a), locked: true, reason: String::new() };
    let locked = done(&together, &locked);
    let refusal = rebalance(&locked, &loads, &options, &Progress::default()).unwrap_err();
    assert!(refusal.text().en.contains("locked") && refusal.text().en.contains("Unlock"), "{}", refusal.text().en);
    let elsewhere = towns.iter().find(|(other, zones)| *other != town && !zones.is_empty()).unwrap().1[0];
    let far = with(&plan, [Bond { tier, zones: [a, elsewhere].into(), apart: false }]);
    assert!(rebalance(&far, &loads, &options, &Progress::default()).is_err());
    let none = done(&together, &Command::Bond { bond: bond(false), kept: false });
    assert_eq!(none.canonical_hash(), plan.canonical_hash());
}
