//! What a planner asks beyond one answer: what less change would cost, what else could be done, what stands in the way.

use std::sync::Arc;

use crate::base::{Lang, Progress, Refusal, Text};
use crate::model::{Minute, Plan, Role, ZoneId};
use crate::topology::FaceId;

use super::bonds::Bonds;
use super::districts::District;
use super::rebalance::{Keeps, Known, Tally, Task, bounds, districts, searched, solve};
use super::service::Weights;
use super::{Budget, Glimpse, Loads, Rebalanced, Rebalancing, reasons, rebalance};

/// Something in the way of a better plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// What it is, in words, with what it costs.
    pub what: Text,
    /// By how much the largest deviation of the town would fall without it, 0.04 = 4 % of the mean.
    pub cost: f64,
}

/// So many reasons are told of a missed target.
const TOLD: usize = 3;

/// The best answers for growing budgets of change, ascending: deviation against share moved. A plan within a small
/// budget is within a larger one, so no answer is worse than the one before it.
///
/// # Errors
/// As [`rebalance`].
pub fn frontier(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    budgets: &[f64],
    progress: &Progress,
) -> Result<Vec<Rebalanced>, Refusal> {
    let mut budgets = budgets.to_vec();
    budgets.sort_by(f64::total_cmp);
    let mut answers: Vec<Rebalanced> = Vec::new();
    for budget in budgets {
        let answer = rebalance(plan, loads, &Rebalancing { budget, ..options.clone() }, progress)?;
        let before = answers.last().filter(|last| last.after.max_deviation < answer.after.max_deviation).cloned();
        answers.push(before.unwrap_or(answer));
    }
    Ok(answers)
}

/// Answers that really differ: the one asked for; one that changes less; one that is more even whatever is cut. Each is
/// pushed away from those before it. A time is shared among them; `watch` hears of every best so far.
///
/// # Errors
/// As [`rebalance`].
pub fn alternatives(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    (progress, watch): (&Progress, &dyn Fn(Glimpse)),
) -> Result<Vec<Rebalanced>, Refusal> {
    let asked = options.weights;
    let weights = [
        asked,
        Weights { change: asked.change * 3.0, ..asked },
        Weights { balance: asked.balance * 3.0, worst: asked.worst * 3.0, whole: asked.whole / 4.0, ..asked },
    ];
    let effort = match options.effort {
        Budget::Time(all) => Budget::Time(all / weights.len() as u32),
        epochs @ Budget::Epochs(_) => epochs,
    };
    let mut answers: Vec<Rebalanced> = Vec::new();
    for (at, weights) in weights.into_iter().enumerate() {
        let seed = options.seed.wrapping_add(at as u64 * 1_000_003);
        let options = Rebalancing { weights, seed, effort, ..options.clone() };
        let others: Vec<&Rebalanced> = answers.iter().collect();
        let known = Known { others: &others, incumbent: None };
        let answer = searched(plan, loads, &options, &known, (progress, watch))?;
        answers.push(answer);
    }
    Ok(answers)
}

/// The alternatives, the best first: the target is met, or missed by less; then less work changes hands; then fewer
/// communities are cut; then squads come sooner. `faces` are those of the incidents; `watch` hears of every best so far.
///
/// # Errors
/// As [`rebalance`].
pub fn best_first(
    plan: &Plan,
    (loads, faces): (&Loads, &[Option<FaceId>]),
    options: &Rebalancing,
    (progress, watch): (&Progress, &dyn Fn(Glimpse)),
) -> Result<Vec<Rebalanced>, Refusal> {
    let mut answers = alternatives(plan, loads, options, (progress, watch))?;
    let rank = |answer: &Rebalanced| {
        // Differences that nobody can tell do not decide.
        let tenths = |share: f64| (share * 1000.0).round() as i64;
        (tenths(answer.missed()), tenths(answer.moved_share), answer.after.split_communities)
    };
    let tied = |answer: &Rebalanced, answers: &[Rebalanced]| {
        answers.iter().filter(|other| rank(other) == rank(answer)).count() > 1
    };
    let minutes = |answer: &Rebalanced| {
        let response = tied(answer, &answers).then(|| answer.response(plan, (loads, faces), Minute(0)));
        let week = response.and_then(|found| Some(found.first()?.1[1].mean_minutes));
        week.unwrap_or(f64::INFINITY)
    };
    let minutes: Vec<f64> = answers.iter().map(minutes).collect();
    let mut order: Vec<usize> = (0..answers.len()).collect();
    order.sort_by(|&a, &b| rank(&answers[a]).cmp(&rank(&answers[b])).then(minutes[a].total_cmp(&minutes[b])));
    let mut sorted: Vec<Option<Rebalanced>> = answers.drain(..).map(Some).collect();
    Ok(order.into_iter().filter_map(|at| sorted[at].take()).collect())
}

/// Why the target of an answer was missed, in the town that misses it most: what no division gets round, else what binds
/// (see [`binding`]); empty where it was met, or nothing of that stands in the way.
///
/// # Errors
/// As [`rebalance`].
pub fn missed(
    plan: &Plan,
    loads: &Loads,
    answer: &Rebalanced,
    effort: Budget,
    progress: &Progress,
) -> Result<Vec<Binding>, Refusal> {
    let options = &answer.asked;
    let worst = |district: &District| {
        let mut tally = Tally::default();
        tally.add(district, &district.labels_of(answer), 0);
        tally.figures().max_deviation
    };
    let districts = districts(plan, loads, options)?;
    let all = districts.iter().map(|district| (worst(district), district));
    let missing = all.filter(|(worst, _)| *worst > options.within + 1e-9).max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, district)) = missing else { return Ok(Vec::new()) };
    let budget = (district.graph.total_weight() as f64 * options.budget) as i64;
    if let Some(bound) = bounds(district, budget).filter(|(bound, _)| *bound > options.within) {
        return Ok(vec![kept(plan, district, options, bound)]);
    }
    let face = district.faces.first().and_then(|faces| faces.first());
    let town = plan.tier_of(Role::Town).zip(face).and_then(|((_, towns), &face)| towns.owner_of(face));
    let towns = vec![town.unwrap_or(ZoneId(0))];
    binding(plan, loads, &Rebalancing { towns, effort, ..options.clone() }, progress)
}

/// That a target was missed, and by how much: a worst deviation that would round to the target is told to a tenth.
#[must_use]
pub fn target_missed(within: f64, worst: f64) -> Text {
    let percent = |share: f64, places: usize| format!("{:.places$}", share * 100.0);
    let (target, mut reached) = (percent(within, 0), percent(worst, 0));
    if reached == target {
        reached = percent(worst, 1);
    }
    if reached == percent(within, 1) {
        reached = format!("> {reached}");
    }
    Text::new(
        format!("The target of ±{target} % was missed ({reached} %)"),
        format!("目标 ±{target} % 未达到（{reached} %）"),
    )
}

/// That the target was missed, by how much, and what binds: `目标 ±10 % 未达到（11 %）：…`.
#[must_use]
pub fn missed_words(answer: &Rebalanced, binds: &[Binding]) -> Text {
    let told = |lang: Lang, parts: &str, none: &str| {
        let words: Vec<&str> = binds.iter().take(TOLD).map(|one| one.what.in_lang(lang)).collect();
        if words.is_empty() { none.to_owned() } else { words.join(parts) }
    };
    let missed = target_missed(answer.asked.within, answer.after.max_deviation);
    let none = "nothing more even was found in the time; search on or allow more time";
    let none_zh = "在所给时间内没有找到更均衡的方案，可继续优化或延长时间";
    Text::new(
        format!("{}: {}", missed.en, told(Lang::En, "; ", none)),
        format!("{}：{}", missed.zh, told(Lang::Zh, "；", none_zh)),
    )
}

/// What no division gets round, in words.
fn kept(plan: &Plan, district: &District, options: &Rebalancing, (bound, keeps): (f64, Keeps)) -> Binding {
    let (town, percent) = (town_name(plan, district), bound * 100.0);
    let unit = |unit: u32| match district.grids.get(unit as usize) {
        Some(&grid) => grid_name(plan, grid),
        None => reasons::unit_name(plan, &district.faces[unit as usize]),
    };
    let zone =
        |zone: u32| district.zones.get(zone as usize).map_or_else(String::new, |&id| grid_name(plan, ZoneId(id)));
    let (en, zh) = match keeps {
        Keeps::Unit(at) => (format!("{} alone carries more", unit(at)), format!("单是{}的工作量已超出", unit(at))),
        Keeps::Together(at) => (
            format!("what is kept together with {} carries more", unit(at)),
            format!("与{}同归一处的工作量已超出", unit(at)),
        ),
        Keeps::Locked(at) => (format!("{} is locked", zone(at)), format!("{}已锁定", zone(at))),
        Keeps::Budget(_) => {
            let share = options.budget * 100.0;
            (format!("the budget of change is {share:.0} %"), format!("变动上限为 {share:.0} %"))
        }
    };
    let what = Text::new(
        format!("{}: {en}; no division is below {percent:.0} %", town.en),
        format!("{}：{zh}，任何方案都不低于 {percent:.0} %", town.zh),
    );
    Binding { what, cost: bound - options.within }
}

/// Share of all work that two answers to one question leave in different hands.
///
/// # Errors
/// As [`rebalance`].
pub fn difference(plan: &Plan, loads: &Loads, one: &Rebalanced, other: &Rebalanced) -> Result<f64, Refusal> {
    let (mut apart, mut all) = (0, 0);
    for district in districts(plan, loads, &one.asked)? {
        let (a, b) = (district.labels_of(one), district.labels_of(other));
        for ((a, b), unit) in a.iter().zip(&b).zip(district.graph.units()) {
            apart += if a == b { 0 } else { unit.weight };
            all += unit.weight;
        }
    }
    Ok(apart as f64 / all.max(1) as f64)
}

/// What stands in the way: each locked grid, the budget, the barriers, and the wishes to keep communities whole and to stay
/// near today's plan, as far as the largest deviation of a town
/// falls by 0.5 % of its mean or more without it; the costliest first. Each is solved again without it, in the one town
/// it is in, with the same seed and effort.
///
/// # Errors
/// As [`rebalance`].
pub fn binding(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    progress: &Progress,
) -> Result<Vec<Binding>, Refusal> {
    let free = Rebalancing { barriers: Vec::new(), ..options.clone() };
    let open = if options.barriers.is_empty() { Vec::new() } else { districts(plan, loads, &free)? };
    let mut found = Vec::new();
    for (at, district) in districts(plan, loads, options)?.into_iter().enumerate() {
        let seed = options.seed.wrapping_add(at as u64);
        let locked: Vec<usize> = (0..district.zones.len()).filter(|&zone| district.is_fixed(zone)).collect();
        if district.zones.len() < 2 {
            continue;
        }
        let base = worst(plan, &district, options, (options.budget, seed), progress);
        let mut note = |without: f64, en: String, zh: String| {
            let cost = base - without;
            if cost >= 0.005 {
                let what = Text::new(
                    format!("{en} costs {:.0} %", cost * 100.0),
                    format!("{zh}使最大偏差增加 {:.0} %", cost * 100.0),
                );
                found.push(Binding { what, cost });
            }
        };
        let town = town_name(plan, &district);
        for zone in locked {
            let name = grid_name(plan, ZoneId(district.zones[zone]));
            let without = worst(plan, &district.unlocked(zone), options, (options.budget, seed), progress);
            note(without, format!("the lock on {name}"), format!("锁定{name}"));
        }
        if options.budget < 1.0 {
            let share = options.budget * 100.0;
            let without = worst(plan, &district, options, (1.0, seed), progress);
            let (en, zh) = (&town.en, &town.zh);
            note(without, format!("the budget of {share:.0} % in {en}"), format!("{zh}的变动上限 {share:.0} %"));
        }
        let loose = [
            (Weights { whole: 0.0, ..options.weights }, "keeping communities whole", "保持社区完整"),
            (Weights { change: 0.0, ..options.weights }, "staying near today's plan", "尽量少变动"),
        ];
        // Within the target nobody asks for more.
        for (weights, en, zh) in
            loose.into_iter().filter(|(weights, ..)| base > options.within && *weights != options.weights)
        {
            let without =
                worst(plan, &district, &Rebalancing { weights, ..options.clone() }, (options.budget, seed), progress);
            note(without, format!("{en} in {}", town.en), format!("{}{zh}", town.zh));
        }
        if !district.bonds.is_empty() {
            let loose = District { bonds: Bonds::default(), block: district.community.clone(), ..district.clone() };
            let without = worst(plan, &loose, options, (options.budget, seed), progress);
            let (en, zh) = (&town.en, &town.zh);
            note(without, format!("what is kept together and apart in {en}"), format!("{zh}的同格与不同格要求"));
        }
        if let Some(open) = open.get(at) {
            let without = worst(plan, open, options, (options.budget, seed), progress);
            note(without, "keeping to the barriers".to_owned(), "河流、铁路等阻隔".to_owned());
        }
    }
    found.sort_by(|a, b| b.cost.total_cmp(&a.cost));
    Ok(found)
}

/// The largest deviation of a district when it is solved.
fn worst(
    plan: &Plan,
    district: &District,
    options: &Rebalancing,
    (budget, seed): (f64, u64),
    progress: &Progress,
) -> f64 {
    let effort = match options.effort {
        Budget::Time(all) => Budget::Time(all / 8),
        epochs @ Budget::Epochs(_) => epochs,
    };
    let total = district.graph.total_weight() as f64;
    let shared = Arc::new(district.clone());
    let task = Task { options, budget: (total * budget) as i64, effort, seed, avoid: Vec::new(), from: None };
    let (groups, _) = solve(plan, &shared, task, progress, |_| {});
    let mut labels = district.home.clone();
    for group in &groups {
        group.units.iter().for_each(|&unit| labels[unit as usize] = group.to);
    }
    let mean = total / district.zones.len().max(1) as f64;
    let off = |work: &i64| (*work as f64 / mean.max(1.0) - 1.0).abs();
    district.works(&labels).iter().map(off).fold(0.0, f64::max)
}

fn grid_name(plan: &Plan, grid: ZoneId) -> String {
    plan.tier_of(Role::Grid).map(|(_, grids)| grids.words(grid).1).unwrap_or_default()
}

/// The town a district is; the plan's name where there are no towns, and a word for it where it has none.
fn town_name(plan: &Plan, district: &District) -> Text {
    let face = district.faces.first().and_then(|faces| faces.first());
    let town = plan.tier_of(Role::Town).zip(face);
    let town = town.and_then(|((_, towns), &face)| Some(towns.words(towns.owner_of(face)?).1));
    let name = town.unwrap_or_else(|| plan.name.clone());
    if name.is_empty() { Text::new("the whole plan", "全方案") } else { Text::new(name.clone(), name) }
}

impl Rebalanced {
    /// By how much the largest deviation misses the target; 0 where it is met.
    #[must_use]
    pub fn missed(&self) -> f64 {
        let missed = self.after.max_deviation - self.asked.within;
        if missed > 1e-9 { missed } else { 0.0 }
    }

    /// One line that lets the answer be had again: data, seed, epochs, weights, version.
    #[must_use]
    pub fn provenance(&self) -> String {
        let Weights { balance, worst, borders, whole, change } = self.asked.weights;
        let dealt = self.dealt.key();
        let runs = self.earlier.iter().copied().chain([(self.seed, self.epochs)]);
        let runs: Vec<String> = runs.map(|(seed, epochs)| format!("seed {seed} epochs {epochs}")).collect();
        let towns = self.by_town.iter().map(|(town, seed, epochs)| format!("{town} seed {seed} epochs {epochs}"));
        let towns: Vec<String> = towns.collect();
        let towns = if towns.is_empty() { String::new() } else { format!(" by town ({})", towns.join(", ")) };
        format!(
            "wangge {} {dealt} data {:016x} {}{towns} within {} budget {} weights balance {balance} worst {worst} borders {borders} whole {whole} change {change}",
            env!("CARGO_PKG_VERSION"),
            self.plan_hash,
            runs.join(" then "),
            self.asked.within,
            self.asked.budget,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m11_a_missed_target_never_reads_as_one_that_was_met() {
        assert_eq!(target_missed(0.1, 0.107).zh, "目标 ±10 % 未达到（11 %）");
        assert_eq!(target_missed(0.1, 0.1036).zh, "目标 ±10 % 未达到（10.4 %）");
        assert_eq!(target_missed(0.1, 0.1003).zh, "目标 ±10 % 未达到（> 10.0 %）");
    }
}
