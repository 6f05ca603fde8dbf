//! Moves land between grids, or grids between squads, inside each town, until the work is even.

use std::sync::Arc;

use crate::base::{Progress, Refusal, Text};
use crate::model::{Plan, Role, SquadId, ZoneId};
use crate::topology::FaceId;

use super::anneal::Rules;
use super::districts::{District, of_faces, of_grids};
use super::footing::Footing;
use super::kept;
use super::loads::Balance;
use super::moves::{Group, moves_to};
use super::reasons;
use super::search::search;
use super::service::{Service, Weights};
use super::{Budget, Loads};

/// What is dealt out among what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dealt {
    /// Faces among the grids of their town.
    #[default]
    Grids,
    /// Grids among the squads of their town.
    Squads,
}

impl Dealt {
    /// The name the command line uses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Grids => "grid",
            Self::Squads => "squad",
        }
    }
}

/// How to rebalance.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebalancing {
    /// What is dealt out.
    pub dealt: Dealt,
    /// Zones of the tier of towns that are looked at; none named = all of them.
    pub towns: Vec<ZoneId>,
    /// Share of each town's work that may change hands, 1 = all.
    pub budget: f64,
    /// Deviation that needs no mending, 0.05 = 5 %.
    pub within: f64,
    /// What counts how much.
    pub weights: Weights,
    /// Grids that neither give nor take, besides those locked in the plan.
    pub locked: Vec<ZoneId>,
    /// Faces that stay in their grid.
    pub keep: Vec<FaceId>,
    /// Reference layers, by their place in the plan, across which a zone must not newly reach: rivers, railways.
    pub barriers: Vec<usize>,
    /// The seed.
    pub seed: u64,
    /// When to stop; a time is shared among the towns.
    pub effort: Budget,
}

impl Default for Rebalancing {
    fn default() -> Self {
        Self {
            dealt: Dealt::Grids,
            towns: Vec::new(),
            budget: 1.0,
            within: 0.1,
            weights: Weights::default(),
            locked: Vec::new(),
            keep: Vec::new(),
            barriers: Vec::new(),
            seed: 1,
            effort: Budget::Epochs(1),
        }
    }
}

/// What a move changes in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Land goes to another grid.
    Land {
        /// The faces, ascending.
        faces: Vec<FaceId>,
        /// The grid that gives.
        from: ZoneId,
        /// The grid that takes.
        to: ZoneId,
    },
    /// A grid goes to another squad.
    Beat {
        /// The grid.
        grid: ZoneId,
        /// The squad that gives; `None` where nobody patrolled it.
        from: Option<SquadId>,
        /// The squad that takes.
        to: SquadId,
    },
}

/// One move of the answer; valid when those before it are done.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// What it changes.
    pub given: Given,
    /// Code or name of what moves: a whole community, else its blocks.
    pub unit: String,
    /// Code of the giver, empty where there is none.
    pub from: String,
    /// Code of the taker.
    pub to: String,
    /// By how much the larger deviation of the two falls, 0.07 = 7 % of the mean; below 0 where it opens the way for others.
    pub gain: f64,
    /// Why, in words.
    pub reason: Text,
    /// Places of the moves without which it cannot be done, in [`Rebalanced::moves`]: what would be torn, left without land
    /// or not touch its grid. Moves that need each other trade land.
    pub needs: Vec<usize>,
}

/// How a plan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// The largest deviation from the mean of the town.
    pub max_deviation: f64,
    /// Root of the mean square deviation.
    pub cv: f64,
    /// Kilometres of border between zones of one town.
    pub cut_km: f64,
    /// Communities that lie in several zones.
    pub split_communities: usize,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebalanced {
    /// What was dealt out.
    pub dealt: Dealt,
    /// What was asked for.
    pub asked: Rebalancing,
    /// The seed.
    pub seed: u64,
    /// Most epochs any town took.
    pub epochs: u32,
    /// Seed and epochs of each town by its code, where they differ: asked about alone with these, it has the same answer.
    pub by_town: Vec<(String, u64, u32)>,
    /// Seed and epochs of the answers this one was improved from, the first one first.
    pub earlier: Vec<(u64, u32)>,
    /// The plan as it was.
    pub before: Figures,
    /// The plan with all moves done.
    pub after: Figures,
    /// No plan within the rules has a largest deviation below this: the heaviest unit cannot be parted, nor what is kept
    /// together, a locked zone
    /// keeps its work, and a budget lets only so much go.
    pub bound: f64,
    /// Share of all work that changes hands.
    pub moved_share: f64,
    /// The moves, in order.
    pub moves: Vec<Move>,
    /// [`Plan::canonical_hash`] of the plan it was worked out for.
    pub plan_hash: u64,
}

/// What the search has found so far in one town.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// The town, counted from 0.
    pub town: usize,
    /// How many towns there are.
    pub towns: usize,
    /// Land that would change hands.
    pub moved: Vec<FaceId>,
    /// The largest deviation from the mean of the town.
    pub max_deviation: f64,
}

/// Rebalances a plan. Equal for equal seed and epochs on any number of threads; a cancelled search gives the best met
/// so far.
///
/// # Errors
/// When there is nothing to deal out, or the tier is locked.
pub fn rebalance(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    progress: &Progress,
) -> Result<Rebalanced, Refusal> {
    rebalance_watched(plan, loads, options, progress, &|_| {})
}

/// As [`rebalance`]; `watch` hears of every best so far.
///
/// # Errors
/// As [`rebalance`].
pub fn rebalance_watched(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    progress: &Progress,
    watch: &dyn Fn(Glimpse),
) -> Result<Rebalanced, Refusal> {
    searched(plan, loads, options, &Known::default(), (progress, watch))
}

/// Searches on from an answer to the same question, with another seed; never worse than it by the weights.
///
/// # Errors
/// As [`rebalance`].
pub fn improve(
    plan: &Plan,
    loads: &Loads,
    answer: &Rebalanced,
    effort: Budget,
    (progress, watch): (&Progress, &dyn Fn(Glimpse)),
) -> Result<Rebalanced, Refusal> {
    let options = Rebalancing { seed: answer.seed.wrapping_add(1), effort, ..answer.asked.clone() };
    let known = Known { others: &[], incumbent: Some(answer) };
    let earlier = answer.earlier.iter().copied().chain([(answer.seed, answer.epochs)]).collect();
    Ok(Rebalanced { earlier, ..searched(plan, loads, &options, &known, (progress, watch))? })
}

/// Answers that are known already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    /// The answer is to differ from these.
    pub(super) others: &'a [&'a Rebalanced],
    /// The search begins with this one.
    pub(super) incumbent: Option<&'a Rebalanced>,
}

/// Rebalances a plan, minding what is known; the watcher hears of every best so far.
pub(super) fn searched(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    known: &Known<'_>,
    (progress, watch): (&Progress, &dyn Fn(Glimpse)),
) -> Result<Rebalanced, Refusal> {
    let districts = districts(plan, loads, options)?;
    let towns = districts.len();
    let steps = match options.effort {
        Budget::Epochs(epochs) => u64::from(epochs) * districts.iter().filter(|town| is_searched(town)).count() as u64,
        Budget::Time(_) => 0,
    };
    progress.phase(Text::new("Rebalancing", "均衡调整"), steps);
    let effort = match options.effort {
        Budget::Time(all) => Budget::Time(all / districts.len().max(1) as u32),
        epochs @ Budget::Epochs(_) => epochs,
    };
    let mut answer = Rebalanced {
        dealt: options.dealt,
        asked: options.clone(),
        seed: options.seed,
        epochs: 0,
        by_town: Vec::new(),
        earlier: Vec::new(),
        before: Figures::default(),
        after: Figures::default(),
        bound: 0.0,
        moved_share: 0.0,
        moves: Vec::new(),
        plan_hash: plan.canonical_hash(),
    };
    let (mut before, mut after) = (Tally::default(), Tally::default());
    let (mut moved, mut total) = (0, 0);
    for (at, district) in districts.into_iter().enumerate() {
        let district = Arc::new(district);
        let budget = (district.graph.total_weight() as f64 * options.budget) as i64;
        let look = |labels: &[u32]| watch(glimpse(&district, labels, at, towns));
        let avoid = known.others.iter().map(|other| district.labels_of(other)).collect();
        let from = known.incumbent.map(|answer| district.labels_of(answer));
        let task = Task { options, budget, effort, seed: options.seed.wrapping_add(at as u64), avoid, from };
        let (groups, epochs) = solve(plan, &district, task, progress, look);
        let mut labels = district.home.clone();
        before.add(&district, &labels, at);
        answer.moves.extend(reasons::explain(plan, &district, &groups, (options.dealt, answer.moves.len())));
        for group in &groups {
            group.units.iter().for_each(|&unit| labels[unit as usize] = group.to);
        }
        kept::check(plan, &district, &labels, options.dealt)?;
        within_budget(&district, &labels, budget)?;
        after.add(&district, &labels, at);
        moved += changed(&district, &labels);
        total += district.graph.total_weight();
        answer.bound = answer.bound.max(bound(&district, budget));
        answer.epochs = answer.epochs.max(epochs);
        if is_searched(&district) {
            answer.by_town.push((town_code(plan, &district), options.seed.wrapping_add(at as u64), epochs));
        }
    }
    if answer.by_town.iter().all(|(.., epochs)| *epochs == answer.epochs) {
        answer.by_town.clear();
    }
    answer.before = before.figures();
    answer.after = after.figures();
    answer.moved_share = moved as f64 / total.max(1) as f64;
    Ok(answer)
}

/// The parts of the plan to solve one by one.
pub(super) fn districts(plan: &Plan, loads: &Loads, options: &Rebalancing) -> Result<Vec<District>, Refusal> {
    let cannot = || Text::new("Cannot rebalance", "无法均衡调整");
    let Some((at, grids)) = plan.tier_of(Role::Grid) else {
        return Err(Refusal::new(
            cannot(),
            Text::new("the plan has no tier of grids", "方案中没有责任网格层"),
            Text::new("Load the grids, or divide the units into grids first", "请先载入或划分责任网格"),
        ));
    };
    let mut found = match options.dealt {
        Dealt::Grids if grids.locked => {
            return Err(Refusal::new(
                cannot(),
                Text::new(format!("the tier {} is locked", grids.name), format!("{}已锁定", grids.name)),
                Text::new("Unlock the tier first", "请先解锁该层"),
            ));
        }
        Dealt::Grids => of_faces(plan, loads, grids, options),
        Dealt::Squads if plan.squads.count() == 0 => {
            return Err(Refusal::new(
                cannot(),
                Text::new("the plan has no squads", "方案中没有分队"),
                Text::new("Enter the squads of each town first", "请先录入各镇街的分队"),
            ));
        }
        Dealt::Squads => of_grids(plan, loads, (at, grids), options),
    };
    found.iter_mut().try_for_each(|district| kept::bind(plan, district, options.dealt))?;
    Ok(found)
}

/// Whether there is anything to search for.
fn is_searched(district: &District) -> bool {
    district.zones.len() >= 2 && district.graph.total_weight() > 0
}

/// Code of the town a district is; empty where there are no towns.
fn town_code(plan: &Plan, district: &District) -> String {
    let face = district.faces.first().and_then(|faces| faces.first());
    let town =
        plan.tier_of(Role::Town).zip(face).and_then(|((_, towns), &face)| towns.zones.get(towns.owner_of(face)?));
    town.map(|town| town.code.clone()).unwrap_or_default()
}

/// A division met on the way as the planner sees it.
fn glimpse(district: &District, labels: &[u32], town: usize, towns: usize) -> Glimpse {
    let mut tally = Tally::default();
    tally.add(district, labels, town);
    let units = labels.iter().zip(&district.home).enumerate().filter(|(_, (label, home))| label != home);
    let moved = units.flat_map(|(unit, _)| district.faces[unit].iter().copied()).collect();
    Glimpse { town, towns, moved, max_deviation: tally.figures().max_deviation }
}

/// How one district is searched.
pub(super) struct Task<'a> {
    pub(super) options: &'a Rebalancing,
    pub(super) budget: i64,
    pub(super) effort: Budget,
    pub(super) seed: u64,
    /// Divisions that the answer is to differ from.
    pub(super) avoid: Vec<Vec<u32>>,
    /// The division the search begins with; `None` = today's.
    pub(super) from: Option<Vec<u32>>,
}

/// The moves for one district, and the epochs it took.
pub(super) fn solve(
    plan: &Plan,
    district: &Arc<District>,
    task: Task<'_>,
    progress: &Progress,
    look: impl Fn(&[u32]),
) -> (Vec<Group>, u32) {
    let homeless = |unit: usize| district.homeless[unit];
    let housed = |goal: &[u32]| -> Vec<Group> {
        let new = (0..goal.len()).filter(|&unit| homeless(unit) && goal[unit] == district.home[unit]);
        new.map(|unit| Group { units: vec![unit as u32], from: goal[unit], to: goal[unit], ..Group::default() })
            .collect()
    };
    if !is_searched(district) {
        return (housed(&district.home), 0);
    }
    let rules = Rules {
        zones: district.zones.len(),
        window: (0, i64::MAX / 4),
        blocks: if task.options.dealt == Dealt::Grids { district.community.clone() } else { Vec::new() },
        pinned: district.pinned.clone(),
        bonds: Arc::new(district.bonds.clone()),
        from: Some(task.from.unwrap_or_else(|| district.home.clone())),
        heat: (0.5, 0.005),
        penalty: None,
        cycle: None,
        warm: 0.5,
    };
    let energy =
        Service::new(Arc::clone(district), task.options.weights, task.options.within, task.budget, task.avoid.into());
    let found = search(&district.graph, &rules, &energy, task.seed, task.effort, progress, |best| look(&best.labels));
    let footing = Footing::new(plan, district, &found.best.labels, task.options.dealt);
    let moves = moves_to(&footing, &found.best.labels);
    let mut labels = district.home.clone();
    moves.iter().for_each(|group| group.units.iter().for_each(|&unit| labels[unit as usize] = group.to));
    let mut groups = housed(&labels);
    let first = groups.len();
    groups.extend(moves.into_iter().map(|group| group.behind(first)));
    (groups, found.epochs)
}

/// Refuses what changes more than is allowed: what is kept together may need more than that.
fn within_budget(district: &District, labels: &[u32], budget: i64) -> Result<(), Refusal> {
    if district.bonds.is_empty() || changed(district, labels) <= budget {
        return Ok(());
    }
    let share = changed(district, labels) as f64 / district.graph.total_weight().max(1) as f64 * 100.0;
    Err(Refusal::new(
        Text::new("Cannot keep what is to be together in one", "无法满足同归一格的要求"),
        Text::new(
            format!("that alone moves {share:.0} % of the work, more than the budget of change"),
            format!("仅此一项就需变动 {share:.0} % 的工作量,超过变动上限"),
        ),
        Text::new("Allow more change, or take the rule away", "请提高变动上限,或删除该规则"),
    ))
}

/// Work that changed hands; land or grids that were nobody's did not.
fn changed(district: &District, labels: &[u32]) -> i64 {
    let units = district.graph.units().iter().enumerate();
    let gone = units.filter(|&(unit, _)| labels[unit] != district.home[unit] && !district.homeless[unit]);
    gone.map(|(_, unit)| unit.weight).sum()
}

/// What no division can go below: see [`Rebalanced::bound`].
fn bound(district: &District, budget: i64) -> f64 {
    bounds(district, budget).map_or(0.0, |(bound, _)| bound)
}

/// What keeps a district uneven, whatever is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    /// A unit that cannot be parted is too heavy.
    Unit(u32),
    /// Units that are kept together are, the first of them.
    Together(u32),
    /// A zone may neither give nor take.
    Locked(u32),
    /// More than the budget lets go would have to change hands in a zone.
    Budget(u32),
}

/// The largest deviation that is left whatever is done, and why; `None` where there is nothing to even out.
pub(super) fn bounds(district: &District, budget: i64) -> Option<(f64, Keeps)> {
    let mean = district.graph.total_weight() as f64 / district.zones.len().max(1) as f64;
    if mean <= 0.0 || district.zones.len() < 2 {
        return None;
    }
    let work = |unit: u32| district.graph.units()[unit as usize].weight;
    let units = (0..district.graph.len() as u32).map(|unit| (work(unit), Keeps::Unit(unit)));
    let groups = district.bonds.together().iter();
    let groups = groups.filter_map(|group| {
        let &first = group.first()?;
        Some((group.iter().map(|&unit| work(unit)).sum::<i64>(), Keeps::Together(first)))
    });
    let heavy = units.chain(groups).map(|(work, keeps)| ((work as f64 / mean - 1.0).max(0.0), keeps));
    let settled = !district.homeless.contains(&true);
    let works = district.works(&district.home);
    let kept = (0..).zip(works).filter(|_| settled).map(|(zone, work)| {
        let off = work as f64 - mean;
        let locked = district.is_fixed(zone as usize);
        let budget = if locked { 0.0 } else { budget as f64 };
        (((off.abs() - budget) / mean).max(0.0), if locked { Keeps::Locked(zone) } else { Keeps::Budget(zone) })
    });
    // Of equals the first.
    heavy.chain(kept).reduce(|a, b| if b.0 > a.0 { b } else { a })
}

/// Sums over the districts.
#[derive(Default)]
pub(super) struct Tally {
    works: Vec<i64>,
    parents: Vec<Option<u32>>,
    cut: i64,
    split: usize,
}

impl Tally {
    pub(super) fn add(&mut self, district: &District, labels: &[u32], at: usize) {
        let works = district.works(labels);
        self.parents.extend(works.iter().map(|_| Some(at as u32)));
        self.works.extend(works);
        let is_cut = |a: u32, b: u32| labels[a as usize] != labels[b as usize];
        self.cut += district.graph.edges().filter(|&(a, b, _)| is_cut(a, b)).map(|(.., length)| length).sum::<i64>();
        self.split += district.cut_communities(labels);
    }

    pub(super) fn figures(&self) -> Figures {
        let balance = Balance::of(&self.works, &self.parents);
        Figures {
            max_deviation: balance.max_deviation,
            cv: balance.cv,
            cut_km: self.cut as f64 / 1e6,
            split_communities: self.split,
        }
    }
}
