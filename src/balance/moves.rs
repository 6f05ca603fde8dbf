//! From today's division to a better one in steps a planner can read, each valid after the one before.

use std::collections::BTreeSet;

use super::dependencies::needs_of;
use super::districts::District;
use super::footing::Footing;

/// Units that go from one zone to another together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) units: Vec<u32>,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Places of the groups without which it cannot go.
    pub(super) needs: BTreeSet<usize>,
}

impl Group {
    /// The same behind `first` other groups.
    pub(super) fn behind(self, first: usize) -> Self {
        Self { needs: self.needs.into_iter().map(|at| at + first).collect(), ..self }
    }
}

/// Beyond this many open groups the first that can go is taken, not the best.
const COMPARED: usize = 200;
/// By how much the two zones of a move must be more even for it to be of use, in shares of the mean.
const OF_USE: f64 = 0.0005;
/// By what share of itself the unevenness of a district must fall for its moves to be worth making.
const WORTH: f64 = 0.01;

/// The moves that lead from the district's homes to a goal, each with those it needs; moves that gain nothing are left out.
pub(super) fn moves_to(footing: &Footing<'_>, goal: &[u32]) -> Vec<Group> {
    let mut groups = sequence(footing, goal);
    loop {
        // What was needed for a move that is left out is needed no more.
        let needs = needs_of(footing, &groups);
        groups.iter_mut().zip(needs).for_each(|(group, needs)| group.needs = needs);
        let before = groups.len();
        groups = of_use(footing.district(), groups);
        if groups.len() == before {
            return if is_worth(footing.district(), &groups) { groups } else { Vec::new() };
        }
    }
}

/// Whether moves all together gain anything: a unit that is too heavy and stays leaves little to gain for the others.
fn is_worth(district: &District, groups: &[Group]) -> bool {
    let (before, after) = (&district.home, after(district, groups));
    let all: BTreeSet<u32> = (0..district.zones.len() as u32).collect();
    let (then, now) = (uneven(district, &all, before), uneven(district, &all, &after));
    let falls = |then: f64, now: f64| then - now >= WORTH * then && then > now;
    let broken = |labels: &[u32]| district.bonds.broken(district.zones.len(), labels);
    falls(then.0, now.0)
        || falls(then.1, now.1)
        || district.cut_communities(&after) < district.cut_communities(before)
        || broken(&after) < broken(before)
}

/// The zones of the units with some moves done.
fn after(district: &District, groups: &[Group]) -> Vec<u32> {
    let mut labels = district.home.clone();
    groups.iter().for_each(|group| group.units.iter().for_each(|&unit| labels[unit as usize] = group.to));
    labels
}

/// The largest deviation of some zones from the mean of the district, and the root of the mean square.
fn uneven(district: &District, zones: &BTreeSet<u32>, labels: &[u32]) -> (f64, f64) {
    let mean = district.graph.total_weight() as f64 / district.zones.len().max(1) as f64;
    let works = district.works(labels);
    let off = zones.iter().map(|&zone| works[zone as usize] as f64 / mean.max(1.0) - 1.0);
    let (worst, squares) = off.fold((0.0_f64, 0.0), |(worst, sum), off| (worst.max(off.abs()), sum + off * off));
    (worst, (squares / zones.len().max(1) as f64).sqrt())
}

/// Moves that lead from the district's homes to `goal`, best first among those that can go: a community's units
/// together, else one by one, else two at once, as zones that trade land must, and at last all that are left. What cannot
/// go even so is left where it is.
fn sequence(footing: &Footing<'_>, goal: &[u32]) -> Vec<Group> {
    let district = footing.district();
    let mut labels = district.home.clone();
    let mut works = district.works(&labels);
    let mut moves = Vec::new();
    loop {
        let open = groups(district, &labels, goal);
        if open.is_empty() {
            return moves;
        }
        let singles = || {
            let single = |group: &Group, unit: u32| Group { units: vec![unit], ..group.clone() };
            open.iter().flat_map(move |group| group.units.iter().map(move |&unit| single(group, unit)))
        };
        let one = best(footing, &labels, &works, &open)
            .or_else(|| best(footing, &labels, &works, &singles().collect::<Vec<_>>()));
        let next = one.map(|group| vec![group]).or_else(|| pair(footing, &labels, &open));
        let Some(next) = next.or_else(|| can_go(footing, &labels, &open).then_some(open)) else { return moves };
        for group in &next {
            for &unit in &group.units {
                let work = district.graph.units()[unit as usize].weight;
                labels[unit as usize] = group.to;
                works[group.from as usize] -= work;
                works[group.to as usize] += work;
            }
        }
        moves.extend(next);
    }
}

/// Leaves out moves, with those that need them, without which the zones they touch are as even, no more communities are
/// cut and nothing is broken that is kept together or apart; the last first, until none is left to leave out.
fn of_use(district: &District, mut groups: Vec<Group>) -> Vec<Group> {
    loop {
        let before = groups.len();
        let mut at = before;
        while at > 0 {
            at = (at - 1).min(groups.len());
            if at == groups.len() {
                continue;
            }
            let gone = with_dependent(&groups, at);
            let kept = without(&groups, &gone);
            let touched: BTreeSet<u32> = gone.iter().flat_map(|&at| [groups[at].from, groups[at].to]).collect();
            if is_as_good(district, &touched, &after(district, &groups), &after(district, &kept)) {
                groups = kept;
            }
        }
        if groups.len() == before {
            return groups;
        }
    }
}

/// Whether a division without some moves is as good as with them, in the zones that they touch.
fn is_as_good(district: &District, touched: &BTreeSet<u32>, with: &[u32], without: &[u32]) -> bool {
    let (then, now) = (uneven(district, touched, with), uneven(district, touched, without));
    let broken = |labels: &[u32]| district.bonds.broken(district.zones.len(), labels);
    now.0 <= then.0 + OF_USE
        && now.1 <= then.1 + OF_USE
        && district.cut_communities(without) <= district.cut_communities(with)
        && broken(without) <= broken(with)
}

/// A group with all that need it.
fn with_dependent(groups: &[Group], at: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([at]);
    loop {
        let needs = |group: &Group| group.needs.iter().any(|need| found.contains(need));
        let more: Vec<usize> = (0..groups.len()).filter(|at| !found.contains(at) && needs(&groups[*at])).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// The groups that stay, their needs by their new places.
fn without(groups: &[Group], gone: &BTreeSet<usize>) -> Vec<Group> {
    let place = |at: &usize| at - gone.range(..at).count();
    let stays = groups.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, group)| group);
    stays.map(|group| Group { needs: group.needs.iter().map(place).collect(), ..group.clone() }).collect()
}

/// The first two groups that can go at once.
fn pair(footing: &Footing<'_>, labels: &[u32], open: &[Group]) -> Option<Vec<Group>> {
    let pairs = open.iter().enumerate().flat_map(|(at, one)| open[at + 1..].iter().map(move |two| [one, two]));
    let mut tried = pairs.take(COMPARED * COMPARED).map(|pair| pair.map(Clone::clone));
    tried.find(|pair| can_go(footing, labels, pair)).map(Vec::from)
}

/// The zones of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    block: u32,
    from: u32,
    to: u32,
}

/// Connected units of one community that have the same way to go; units that are kept together go together, connected or
/// not.
fn groups(district: &District, labels: &[u32], goal: &[u32]) -> Vec<Group> {
    let ends = |unit: u32| {
        let at = unit as usize;
        (labels[at] != goal[at]).then(|| Ends { block: district.block[at], from: labels[at], to: goal[at] })
    };
    let mut seen = vec![false; labels.len()];
    let mut groups = Vec::new();
    let kept = district.bonds.groups();
    let beside = |unit: u32| {
        let others = kept.get(&unit).and_then(|&group| district.bonds.together().get(group));
        district.graph.neighbours(unit).iter().chain(others.into_iter().flatten())
    };
    for start in 0..labels.len() as u32 {
        let Some(way) = ends(start).filter(|_| !seen[start as usize]) else { continue };
        seen[start as usize] = true;
        let mut units = vec![start];
        let mut at = 0;
        while let Some(&unit) = units.get(at) {
            at += 1;
            for &next in beside(unit) {
                if !seen[next as usize] && ends(next) == Some(way) {
                    seen[next as usize] = true;
                    units.push(next);
                }
            }
        }
        units.sort_unstable();
        groups.push(Group { units, from: way.from, to: way.to, needs: BTreeSet::new() });
    }
    groups
}

fn best(footing: &Footing<'_>, labels: &[u32], works: &[i64], open: &[Group]) -> Option<Group> {
    let mut can = open.iter().filter(|group| can_go(footing, labels, std::slice::from_ref(group)));
    if open.len() > COMPARED {
        return can.next().cloned();
    }
    let squares = |group: &&Group| {
        let work: i64 = group.units.iter().map(|&unit| footing.district().graph.units()[unit as usize].weight).sum();
        let square = |work: i64| i128::from(work) * i128::from(work);
        let (from, to) = (works[group.from as usize], works[group.to as usize]);
        square(from - work) + square(to + work) - square(from) - square(to)
    };
    can.min_by_key(squares).cloned()
}

/// Whether the groups can go at once: their zones stand, and nothing that is kept together or apart is broken that was not.
fn can_go(footing: &Footing<'_>, labels: &[u32], groups: &[Group]) -> bool {
    let mut after = labels.to_vec();
    groups.iter().for_each(|group| group.units.iter().for_each(|&unit| after[unit as usize] = group.to));
    let concerned =
        |rule: &usize| groups.iter().any(|group| footing.concerns(*rule, &group.units, group.from, group.to));
    (0..footing.rules()).filter(concerned).all(|rule| footing.holds(rule, &after))
}
