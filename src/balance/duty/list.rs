//! The duty list (勤务表): who is on duty when and where, a week and a town at a time.

use crate::base::{Lang, Text};
use crate::model::{Composition, Minute, Plan, Role, SquadId, Zone, ZoneId};

use super::{Roster, Watch};

/// The duty list of a town for one week.
#[derive(Clone, Debug, PartialEq)]
pub struct DutyList {
    /// The town.
    pub town: String,
    /// The Monday it begins with.
    pub monday: Minute,
    /// What the turns follow: the name of the pattern, or that they follow the need.
    pub by: Text,
    /// One line a squad.
    pub lines: Vec<DutyLine>,
    /// Squad hours of the week that lack against the need.
    pub missing: u32,
    /// Who patrols where, by the hours of the week: every hour is in one of them.
    pub watches: Vec<DutyWatch>,
}

/// A squad's week.
#[derive(Clone, Debug, PartialEq)]
pub struct DutyLine {
    /// The squad.
    pub squad: String,
    /// Who is in it.
    pub people: Composition,
    /// Agencies that join it.
    pub agencies: Vec<String>,
    /// What it drives, in words.
    pub vehicles: String,
    /// The grids of its beat.
    pub beat: Vec<String>,
    /// What it does on each day.
    pub days: Vec<DutyDay>,
    /// Hours of duty in the turns that begin in the week.
    pub hours: u32,
}

/// What a squad does on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DutyDay {
    /// On the first day: the hours of a turn that began before the week.
    pub carried: Vec<(u32, u32)>,
    /// The hours of the turn that begins on this day, from and to, counted from its midnight: in parts where a night plan
    /// does without the squad.
    pub spans: Vec<(u32, u32)>,
    /// Of a turn in one part, hours on call at its end.
    pub standby: u32,
}

/// Who patrols where in some hours.
#[derive(Clone, Debug, PartialEq)]
pub struct DutyWatch {
    /// The hours, in words.
    pub hours: Text,
    /// The squads on duty; none where nobody is.
    pub posts: Vec<DutyPost>,
    /// Who stands in for whom, and what cannot be done as planned.
    pub notes: Vec<Text>,
}

/// A squad on duty and its grids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyPost {
    /// The squad.
    pub squad: String,
    /// Grids of its own beat.
    pub own: Vec<String>,
    /// Grids it takes over, by whose they are; empty = nobody's.
    pub covered: Vec<(String, Vec<String>)>,
}

impl DutyPost {
    /// Its grids in words, those it takes over with whose they are.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let own = (!self.own.is_empty()).then(|| self.own.join("、"));
        let covered = self.covered.iter().map(|(squad, grids)| {
            let grids = grids.join("、");
            match (lang, squad.is_empty()) {
                (Lang::Zh, true) => format!("代管未分配：{grids}"),
                (Lang::Zh, false) => format!("代管{squad}：{grids}"),
                (Lang::En, true) => format!("for nobody: {grids}"),
                (Lang::En, false) => format!("for {squad}: {grids}"),
            }
        });
        own.into_iter().chain(covered).collect::<Vec<_>>().join(Text::new("; ", "；").in_lang(lang))
    }
}

impl DutyList {
    /// The list of a roster against the need of each hour.
    #[must_use]
    pub fn of(plan: &Plan, roster: &Roster, need: &[u32]) -> Self {
        let zone = plan.tier_of(Role::Town).and_then(|(_, towns)| towns.zones.get(roster.town));
        let line = |(seat, &id): (usize, &SquadId)| {
            let squad = plan.squads.get(id)?;
            let days: Vec<DutyDay> = (0..7).map(|day| day_of(roster, (seat, id), day)).collect();
            let hours = days.iter().flat_map(|day| &day.spans).map(|(from, to)| to - from).sum();
            Some(DutyLine {
                squad: squad_name(plan, id),
                people: squad.composition,
                agencies: squad.agencies.clone(),
                vehicles: squad.vehicle_words(),
                beat: grid_names(plan, plan.beats.iter().filter(|(_, owner)| **owner == id).map(|(grid, _)| grid)),
                days,
                hours,
            })
        };
        let watches = roster.watches.iter().filter(|watch| !watch.hours.is_empty());
        Self {
            town: zone.map_or(plan.name.as_str(), Zone::called).to_owned(),
            monday: roster.monday,
            by: roster.by.clone(),
            lines: roster.squads.iter().enumerate().filter_map(line).collect(),
            missing: roster.missing(need),
            watches: watches.map(|watch| told(plan, watch)).collect(),
        }
    }

    /// The date of a day of the week, `2026-11-24`.
    #[must_use]
    pub fn date(&self, day: usize) -> String {
        Minute(self.monday.0 + day as i32 * 24 * 60).to_string().chars().take(10).collect()
    }
}

/// What a squad does on a day by the roster: its turn as far as it is on duty.
fn day_of(roster: &Roster, (seat, squad): (usize, SquadId), day: usize) -> DutyDay {
    let turn = |day: usize| roster.rota.turns.get(seat).and_then(|turns| turns.get(day)).copied().flatten();
    let eve = roster.rota.before.get(seat).copied().flatten();
    let ends = |day: usize| match day.checked_sub(1) {
        Some(before) => turn(before).map(|turn| before as u32 * 24 + u32::from(turn.start) + u32::from(turn.hours)),
        None => eve.map(|turn| (u32::from(turn.start) + u32::from(turn.hours)).saturating_sub(24)),
    };
    let midnight = day as u32 * 24;
    // An hour that a turn before reaches into is that turn's.
    let taken = ends(day).unwrap_or(0);
    let on = |hour: &u32| roster.on_duty(*hour as usize).contains(&squad);
    let runs = |hours: std::ops::Range<u32>| -> Vec<(u32, u32)> {
        let own: Vec<u32> = hours.filter(on).collect();
        let spans = own.chunk_by(|a, b| a + 1 == *b);
        spans.filter_map(|span| Some((*span.first()? - midnight, *span.last()? + 1 - midnight))).collect()
    };
    let carried = if day == 0 { runs(0..taken) } else { Vec::new() };
    let Some(turn) = turn(day) else { return DutyDay { carried, ..DutyDay::default() } };
    let start = midnight + u32::from(turn.start);
    let spans = runs(start.max(taken)..start + u32::from(turn.hours));
    let whole = spans == [(u32::from(turn.start), u32::from(turn.start) + u32::from(turn.hours))];
    DutyDay { carried, spans, standby: if whole { u32::from(turn.standby) } else { 0 } }
}

/// A watch in words.
fn told(plan: &Plan, watch: &Watch) -> DutyWatch {
    let posts = watch.posts.iter().map(|post| DutyPost {
        squad: squad_name(plan, post.squad),
        own: grid_names(plan, post.own.iter().copied()),
        covered: post
            .covered
            .iter()
            .map(|(squad, grids)| {
                let squad = squad.map(|squad| squad_name(plan, squad)).unwrap_or_default();
                (squad, grid_names(plan, grids.iter().copied()))
            })
            .collect(),
    });
    DutyWatch { hours: hours_words(&watch.hours), posts: posts.collect(), notes: watch.notes.clone() }
}

/// What a squad is called: its name, else its code.
#[must_use]
pub fn squad_name(plan: &Plan, squad: SquadId) -> String {
    let squad = plan.squads.get(squad);
    let name = squad.map(|squad| if squad.name.is_empty() { &squad.code } else { &squad.name });
    name.cloned().unwrap_or_default()
}

/// Names of grids; grids that are gone are left out.
fn grid_names(plan: &Plan, grids: impl Iterator<Item = ZoneId>) -> Vec<String> {
    let Some((_, tier)) = plan.tier_of(Role::Grid) else { return Vec::new() };
    grids.filter(|&grid| tier.zones.get(grid).is_some()).map(|grid| tier.words(grid).1).collect()
}

/// Hours of the week in words, days with the same hours together: `周一至周日 0:00—6:00、22:00—24:00`.
#[must_use]
pub fn hours_words(hours: &[usize]) -> Text {
    let of_day = |day: usize| -> Vec<(usize, usize)> {
        let own: Vec<usize> = (0..24).filter(|hour| hours.contains(&(day * 24 + hour))).collect();
        let spans = own.chunk_by(|a, b| a + 1 == *b);
        spans.filter_map(|span| Some((*span.first()?, span.last()? + 1))).collect()
    };
    let spans: Vec<_> = (0..7).map(|day| (day, of_day(day))).collect();
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    for run in spans.chunk_by(|a, b| a.1 == b.1).filter(|run| !run[0].1.is_empty()) {
        let (first, last) = (run[0].0, run[run.len() - 1].0);
        let times =
            |dash: &str| run[0].1.iter().map(|(from, to)| format!("{from}:00{dash}{to}:00")).collect::<Vec<_>>();
        let days = |names: [&str; 7], to: &str| {
            if first == last { names[first].to_owned() } else { format!("{}{to}{}", names[first], names[last]) }
        };
        en.push(format!("{} {}", days(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "–"), times("–").join(", ")));
        let names = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
        zh.push(format!("{} {}", days(names, "至"), times("—").join("、")));
    }
    Text::new(en.join("; "), zh.join("，"))
}

/// A day in words: `08:00–次日08:00（后 12 时备勤）`.
#[must_use]
pub fn day_words(day: &DutyDay, lang: Lang) -> String {
    let clock = |hour: u32| {
        let next = if hour > 24 { Text::new("next day ", "次日") } else { Text::default() };
        // Midnight that ends a day belongs to it.
        let hour = if hour > 24 { hour - 24 } else { hour };
        format!("{}{hour:02}:00", next.in_lang(lang))
    };
    let listed = |spans: &[(u32, u32)]| {
        let spans: Vec<String> = spans.iter().map(|&(from, to)| format!("{}–{}", clock(from), clock(to))).collect();
        spans.join(Text::new(", ", "、").in_lang(lang))
    };
    let on_call = match (day.standby, lang) {
        (0, _) => String::new(),
        (hours, Lang::Zh) => format!("（后 {hours} 时备勤）"),
        (hours, Lang::En) => format!(" (last {hours} h on call)"),
    };
    let carried = (!day.carried.is_empty()).then(|| match lang {
        Lang::Zh => format!("续上周日班 {}", listed(&day.carried)),
        Lang::En => format!("Sunday's turn {}", listed(&day.carried)),
    });
    let own = (!day.spans.is_empty()).then(|| format!("{}{on_call}", listed(&day.spans)));
    let parts: Vec<String> = carried.into_iter().chain(own).collect();
    if parts.is_empty() {
        return Text::new("off", "休").in_lang(lang).to_owned();
    }
    parts.join(Text::new("; ", "；").in_lang(lang))
}
