//! Which moves need which others, found by trying: whoever takes a move takes those it needs, and every choice that keeps
//! to this can be done.

use std::collections::BTreeSet;

use super::Rebalanced;
use super::footing::Footing;
use super::moves::Group;

/// Most moves that bear on one thing for which every choice of them is tried; of more only the order they were found in is
/// known to be possible, so that each needs the one before it.
const TRIED: usize = 12;

/// For each group of units the groups it needs.
///
/// Whether a zone stays whole depends on the moves that give to it or take from it alone, so each zone is looked at by
/// itself, and so is each bond: all choices of its moves that keep to what is known so far are tried, fewest moves first.
/// Where one cannot be done, its last move needs the fewest others that mend it. All moves together can be done, so this
/// ends; a need without which every choice could be done as well is taken away again. O(moves² · 2^moves of a zone).
pub(super) fn needs_of(footing: &Footing<'_>, groups: &[Group]) -> Vec<BTreeSet<usize>> {
    let mut tries: Vec<Tries> = (0..footing.rules())
        .map(|rule| Tries::of(footing, groups, rule))
        .filter(|tries| !tries.members.is_empty())
        .collect();
    let mut needs = Needs(vec![BTreeSet::new(); groups.len()]);
    for tries in &mut tries {
        if tries.members.len() > TRIED {
            tries.chain(&mut needs);
        }
    }
    for tries in tries.iter_mut().filter(|tries| tries.members.len() <= TRIED) {
        tries.mend(&mut needs);
    }
    let chained: BTreeSet<usize> =
        tries.iter().filter(|tries| tries.members.len() > TRIED).flat_map(|tries| tries.members.clone()).collect();
    let edges: Vec<(usize, usize)> =
        needs.0.iter().enumerate().flat_map(|(one, all)| all.iter().map(move |&other| (one, other))).collect();
    for (one, other) in edges.into_iter().rev() {
        if chained.contains(&one) && chained.contains(&other) {
            continue;
        }
        needs.0[one].remove(&other);
        let closed = needs.closed();
        if !tries.iter_mut().filter(|tries| tries.members.len() <= TRIED).all(|tries| tries.bad(&closed).is_none()) {
            needs.0[one].insert(other);
        }
    }
    needs.0
}

/// What each needs directly.
struct Needs(Vec<BTreeSet<usize>>);

impl Needs {
    /// All that each needs, itself included.
    fn closed(&self) -> Vec<BTreeSet<usize>> {
        (0..self.0.len()).map(|one| reached(BTreeSet::from([one]), |at| self.0[at].iter().copied())).collect()
    }
}

/// All that is reached from some places.
fn reached<I: Iterator<Item = usize>>(from: BTreeSet<usize>, next: impl Fn(usize) -> I) -> BTreeSet<usize> {
    let mut queue: Vec<usize> = from.iter().copied().collect();
    let mut found = from;
    while let Some(at) = queue.pop() {
        queue.extend(next(at).filter(|&next| found.insert(next)).collect::<Vec<_>>());
    }
    found
}

/// The choices among the moves that bear on one rule.
struct Tries<'a> {
    footing: &'a Footing<'a>,
    groups: &'a [Group],
    rule: usize,
    /// The moves, ascending.
    members: Vec<usize>,
    /// Whether a choice can be done, as far as it was tried.
    known: Vec<Option<bool>>,
}

impl<'a> Tries<'a> {
    fn of(footing: &'a Footing<'a>, groups: &'a [Group], rule: usize) -> Self {
        let concerned =
            |group: &Group| group.from != group.to && footing.concerns(rule, &group.units, group.from, group.to);
        let members: Vec<usize> = (0..groups.len()).filter(|&at| concerned(&groups[at])).collect();
        let choices = if members.len() <= TRIED { 1 << members.len() } else { 0 };
        Self { footing, groups, rule, members, known: vec![None; choices] }
    }

    /// Whether the rule holds when these moves, bits of `choice`, are done.
    fn holds(&mut self, choice: usize) -> bool {
        if let Some(known) = self.known[choice] {
            return known;
        }
        let done = self.members.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1).map(|(_, &at)| at);
        let holds = holds(self.footing, self.groups, self.rule, done);
        self.known[choice] = Some(holds);
        holds
    }

    /// What each member needs of the members, as bits.
    fn bits(&self, closed: &[BTreeSet<usize>]) -> Vec<usize> {
        let bits = |at: &usize| {
            let own = self.members.iter().enumerate().filter(|(_, other)| closed[*at].contains(other));
            own.fold(0, |bits, (bit, _)| bits | 1 << bit)
        };
        self.members.iter().map(bits).collect()
    }

    /// The choices that keep to the needs, fewest moves first.
    fn choices(&self, closed: &[BTreeSet<usize>]) -> Vec<usize> {
        let bits = self.bits(closed);
        let keeps = |choice: &usize| {
            let inside = |(bit, needs): (usize, &usize)| choice >> bit & 1 == 0 || needs & choice == *needs;
            bits.iter().enumerate().all(inside)
        };
        let mut found: Vec<usize> = (0..1_usize << self.members.len()).filter(keeps).collect();
        found.sort_by_key(|choice| choice.count_ones());
        found
    }

    /// The smallest choice that cannot be done.
    fn bad(&mut self, closed: &[BTreeSet<usize>]) -> Option<usize> {
        self.choices(closed).into_iter().find(|&choice| !self.holds(choice))
    }

    /// Adds needs until every choice can be done.
    fn mend(&mut self, needs: &mut Needs) {
        loop {
            let closed = needs.closed();
            let Some(bad) = self.bad(&closed) else { return };
            let wider = self.choices(&closed).into_iter().filter(|choice| choice & bad == bad && *choice != bad);
            let wider: Vec<usize> = wider.collect();
            let Some(mended) = wider.into_iter().find(|&choice| self.holds(choice)) else { return };
            let last = self.members[bad.ilog2() as usize];
            let added = self.members.iter().enumerate().filter(|(bit, _)| (mended & !bad) >> bit & 1 == 1);
            needs.0[last].extend(added.map(|(_, &at)| at));
        }
    }

    /// Each move needs the one before it, and the one behind it where it cannot stand without.
    fn chain(&self, needs: &mut Needs) {
        let mut done = Vec::new();
        let mut tied: Option<usize> = None;
        for &at in &self.members {
            if let Some(&before) = done.last() {
                needs.0[at].insert(before);
            }
            if let Some(before) = tied {
                needs.0[before].insert(at);
            }
            done.push(at);
            let stands = holds(self.footing, self.groups, self.rule, done.iter().copied());
            tied = (!stands).then_some(at);
        }
    }
}

fn holds(footing: &Footing<'_>, groups: &[Group], rule: usize, done: impl Iterator<Item = usize>) -> bool {
    let mut labels = footing.district().home.clone();
    for at in done {
        groups[at].units.iter().for_each(|&unit| labels[unit as usize] = groups[at].to);
    }
    footing.holds(rule, &labels)
}

impl Rebalanced {
    /// These moves with all those they need.
    #[must_use]
    pub fn with_needed(&self, moves: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let needs = |at: usize| self.moves.get(at).into_iter().flat_map(|made| made.needs.iter().copied());
        reached(moves.into_iter().collect(), needs)
    }

    /// These moves with all those that cannot be done without them.
    #[must_use]
    pub fn with_dependent(&self, moves: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let dependent = |at: usize| {
            let needs = move |(_, made): &(usize, &super::Move)| made.needs.contains(&at);
            self.moves.iter().enumerate().filter(needs).map(|(other, _)| other)
        };
        reached(moves.into_iter().collect(), dependent)
    }
}
