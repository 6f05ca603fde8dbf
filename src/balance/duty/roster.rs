//! Who is on duty at an hour, and who patrols what then: the one answer to both, for the need curve, another number of
//! squads, night plans, beats and the duty list alike.

use std::collections::BTreeMap;

use crate::balance::districts::of_grids;
use crate::balance::{Loads, Rebalancing, grids_of, squads_of};
use crate::base::Text;
use crate::model::{Minute, Night, Plan, Role, SquadId, ZoneId};

use super::list::{hours_words, squad_name};
use super::{Rota, WEEK};

/// Days a roster looks at: a week, and the day on which its last turns end.
const DAYS: usize = 8;
/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// What the turns of a town's squads follow.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis {
    /// The pattern of the plan.
    Pattern,
    /// A rota of a week that repeats, made to the need.
    Need(Rota),
}

/// The squads of a town through one week.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The town.
    pub town: ZoneId,
    /// The Monday it begins with.
    pub monday: Minute,
    /// What the turns follow, in words.
    pub by: Text,
    /// The squads of the town, in the order of the rota.
    pub squads: Vec<SquadId>,
    /// Their turns on eight days.
    pub rota: Rota,
    /// Hours with the same squads on duty.
    pub watches: Vec<Watch>,
    /// The watch of each hour of the eight days.
    at: Vec<usize>,
}

/// Hours of the week in which the same squads are on duty with the same beats.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The hours of the week, 0 = Monday 0 o'clock; none where it is only met in the night after the week.
    pub hours: Vec<usize>,
    /// Who is on duty, and what each patrols.
    pub posts: Vec<Post>,
    /// Squads of the rota that a night plan does not need.
    pub released: Vec<SquadId>,
    /// What does not go as it was planned, in words.
    pub notes: Vec<Text>,
    /// The plan with these squads alone, every grid of the town on the beat of one of them.
    pub plan: Plan,
}

/// A squad on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The squad.
    pub squad: SquadId,
    /// Grids of its own beat.
    pub own: Vec<ZoneId>,
    /// Grids it takes over, by the squad whose they are; `None` = nobody's.
    pub covered: Vec<(Option<SquadId>, Vec<ZoneId>)>,
}

impl Watch {
    /// The squads on duty.
    #[must_use]
    pub fn squads(&self) -> Vec<SquadId> {
        self.posts.iter().map(|post| post.squad).collect()
    }
}

impl Roster {
    /// The roster of a town in the week from a Monday on. Night plans stand over the rota: where the squads they name are
    /// off, those on duty stand in for them; where fewer are on duty than they need, the rota stands and it is said.
    /// `loads` say who takes over what. O(watches · plan).
    #[must_use]
    pub fn of(plan: &Plan, loads: &Loads, town: ZoneId, (monday, basis): (Minute, Basis)) -> Self {
        let squads = squads_of(plan, town);
        let (rota, by) = match basis {
            Basis::Pattern => {
                let pattern = &plan.settings.duty.pattern;
                let day = usize::try_from(monday.0 / DAY).unwrap_or(0);
                (Rota::of_pattern(pattern, squads.len(), day, DAYS), pattern.name.clone())
            }
            Basis::Need(week) => (week.and_on(DAYS - 7), Text::new("by need", "按需求排班")),
        };
        let mut seats = rota.seats();
        seats.resize(DAYS * 24, Vec::new());
        let nights = &plan.settings.duty.nights;
        let mut known: BTreeMap<(Vec<SquadId>, Option<usize>), usize> = BTreeMap::new();
        let (mut watches, mut at) = (Vec::new(), Vec::with_capacity(seats.len()));
        for (hour, on) in seats.iter().enumerate() {
            let on: Vec<SquadId> = on.iter().filter_map(|&(seat, _)| squads.get(seat).copied()).collect();
            // Of plans for the same hours the one that was kept last stands.
            let night = nights.iter().rposition(|night| night.town == town && night.hours.has(hour % WEEK));
            let place = *known.entry((on, night)).or_insert_with_key(|(on, night)| {
                watches.push(Watch::of(plan, loads, town, (on, night.and_then(|at| nights.get(at)))));
                watches.len() - 1
            });
            if hour < WEEK {
                watches[place].hours.push(hour);
            }
            at.push(place);
        }
        watches.iter_mut().for_each(Watch::date_notes);
        Self { town, monday, by, squads, rota, watches, at }
    }

    /// The watch of an hour, counted from Monday 0 o'clock; also of the day behind the week.
    #[must_use]
    pub fn watch(&self, hour: usize) -> Option<&Watch> {
        self.watches.get(*self.at.get(hour)?)
    }

    /// The squads on duty at an hour.
    #[must_use]
    pub fn on_duty(&self, hour: usize) -> Vec<SquadId> {
        self.watch(hour).map(Watch::squads).unwrap_or_default()
    }

    /// How many of some squads are on duty and, of these, on patrol in each hour of the week.
    #[must_use]
    pub fn counts(&self, among: &[SquadId]) -> Vec<(u32, u32)> {
        let seats = self.rota.seats();
        let count = |hour: usize| {
            let on = self.on_duty(hour);
            let is_on = |seat: &&(usize, bool)| {
                self.squads.get(seat.0).is_some_and(|squad| on.contains(squad) && among.contains(squad))
            };
            let own = || seats.get(hour).into_iter().flatten().filter(is_on);
            (own().count() as u32, own().filter(|seat| seat.1).count() as u32)
        };
        (0..WEEK).map(count).collect()
    }

    /// Squad hours that are missing against a need of each hour of the week.
    #[must_use]
    pub fn missing(&self, need: &[u32]) -> u32 {
        self.counts(&self.squads).iter().zip(need).map(|(on, need)| need.saturating_sub(on.0)).sum()
    }

    /// The watches of some hours of the week, each with those of its hours.
    #[must_use]
    pub fn during(&self, hours: &[usize]) -> Vec<(&Watch, Vec<usize>)> {
        let own = |watch: &Watch| watch.hours.iter().copied().filter(|hour| hours.contains(hour)).collect();
        let some = self.watches.iter().map(|watch| (watch, own(watch)));
        some.filter(|(_, hours): &(&Watch, Vec<usize>)| !hours.is_empty()).collect()
    }
}

impl Watch {
    /// Says of what is told in which hours it is so: those of a night plan may fall into several watches.
    fn date_notes(&mut self) {
        let hours = hours_words(&self.hours);
        for note in &mut self.notes {
            *note = Text::new(format!("{}: {}", hours.en, note.en), format!("{}：{}", hours.zh, note.zh));
        }
    }

    fn of(plan: &Plan, loads: &Loads, town: ZoneId, (on, night): (&[SquadId], Option<&Night>)) -> Self {
        let grids = grids_of(plan, town);
        let own = |squad: &SquadId| -> Vec<ZoneId> {
            grids.iter().copied().filter(|&grid| plan.beats.get(grid) == Some(squad)).collect()
        };
        let rota = || on.iter().map(|squad| (*squad, own(squad))).collect();
        let mut notes = Vec::new();
        let beats: Vec<(SquadId, Vec<ZoneId>)> =
            night.map_or_else(rota, |night| by_night(plan, town, on, night, &mut notes).unwrap_or_else(rota));
        let manned = manned(plan, loads, town, &beats);
        let post = |&(squad, _): &(SquadId, Vec<ZoneId>)| {
            let patrols = grids.iter().copied().filter(|&grid| manned.beats.get(grid) == Some(&squad));
            let (own, others): (Vec<ZoneId>, Vec<ZoneId>) =
                patrols.partition(|&grid| plan.beats.get(grid) == Some(&squad));
            let mut covered: BTreeMap<Option<SquadId>, Vec<ZoneId>> = BTreeMap::new();
            for grid in others {
                covered.entry(plan.beats.get(grid).copied()).or_default().push(grid);
            }
            Post { squad, own, covered: covered.into_iter().collect() }
        };
        let posts: Vec<Post> = beats.iter().map(post).collect();
        let idle = |squad: &&SquadId| posts.iter().all(|post| post.squad != **squad);
        let released = on.iter().filter(idle).copied().collect();
        Self { hours: Vec::new(), posts, released, notes, plan: manned }
    }
}

/// The squads a night plan names that are on duty, and who stands in for the others; `None` where too few are on duty.
fn by_night(
    plan: &Plan,
    town: ZoneId,
    on: &[SquadId],
    night: &Night,
    notes: &mut Vec<Text>,
) -> Option<Vec<(SquadId, Vec<ZoneId>)>> {
    let squads = squads_of(plan, town);
    let named: Vec<Option<SquadId>> = night
        .beats
        .iter()
        .map(|(name, _)| {
            let called = |squad: &&SquadId| plan.squads.get(**squad).is_some_and(|squad| squad.code == *name);
            let by_name = |squad: &&SquadId| squad_name(plan, **squad) == *name;
            squads.iter().find(called).or_else(|| squads.iter().find(by_name)).copied()
        })
        .collect();
    let hours = hours_words(&night.hours.list());
    if night.beats.is_empty() || night.beats.len() > on.len() {
        let (needs, there) = (night.beats.len(), on.len());
        notes.push(Text::new(
            format!("The night plan {} takes {needs} squads, {there} are on duty: the rota stands", hours.en),
            format!("夜间方案（{}）需 {needs} 个分队，当班 {there} 个：按排班表执行", hours.zh),
        ));
        return None;
    }
    let mut spare = on.iter().copied().filter(|squad| !named.contains(&Some(*squad)));
    let mut beats: Vec<(SquadId, Vec<ZoneId>)> = Vec::new();
    for ((name, grids), planned) in night.beats.iter().zip(&named) {
        let is_used = |squad: &SquadId| beats.iter().any(|(other, _)| other == squad);
        if let Some(squad) = planned.filter(|squad| on.contains(squad) && !is_used(squad)) {
            beats.push((squad, grids.clone()));
            continue;
        }
        let stands_in = spare.next()?;
        let (planned, other) =
            (planned.map_or_else(|| name.clone(), |id| squad_name(plan, id)), squad_name(plan, stands_in));
        notes.push(Text::new(
            format!("The night plan {} names {planned}, which is not there then: {other} stands in", hours.en),
            format!("夜间方案（{}）安排{planned}，其时不当班：由{other}顶替", hours.zh),
        ));
        beats.push((stands_in, grids.clone()));
    }
    Some(beats)
}

/// A plan in which these squads alone patrol a town: each keeps its grids, and a grid of nobody goes to the squad beside it
/// with the least work. Without a squad every grid is nobody's.
#[must_use]
pub fn manned(plan: &Plan, loads: &Loads, town: ZoneId, beats: &[(SquadId, Vec<ZoneId>)]) -> Plan {
    let mut next = plan.clone();
    for squad in squads_of(plan, town) {
        if beats.iter().all(|(own, _)| *own != squad) {
            next.squads.set(squad, None);
        }
    }
    let grids = grids_of(plan, town);
    let mut is_free = false;
    for &grid in &grids {
        let owner = match beats {
            [(alone, _)] => Some(*alone),
            _ => beats.iter().find(|(_, own)| own.contains(&grid)).map(|(squad, _)| *squad),
        };
        is_free |= owner.is_none();
        next.beats.set(grid, owner);
    }
    let Some((at, tier)) = plan.tier_of(Role::Grid).filter(|_| is_free && !beats.is_empty()) else { return next };
    let towns = plan.tier_of(Role::Town).map(|_| town).into_iter().collect();
    for district in of_grids(&next, loads, (at, tier), &Rebalancing { towns, ..Rebalancing::default() }) {
        for (&grid, &squad) in district.grids.iter().zip(&district.home) {
            next.beats.set(grid, district.zones.get(squad as usize).map(|&squad| SquadId(squad)));
        }
    }
    next
}
