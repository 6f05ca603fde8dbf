//! The duty list (勤务表): who is on duty when and where, a week and a town at a time.

use crate::base::{Lang, Text};
use crate::model::{Composition, Minute, Night, Plan, Role, Shift, SquadId, Zone, ZoneId};

use super::Rota;

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
    /// Night plans of the town, and another number of squads where that is looked at.
    pub others: Vec<OtherBeats>,
}

/// Who patrols where in some hours of the week with another number of squads.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherBeats {
    /// The hours, in words.
    pub hours: Text,
    /// Squads and their grids.
    pub beats: Vec<(String, Vec<String>)>,
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
    /// The turn that begins on each day.
    pub turns: Vec<Option<Shift>>,
    /// Hours of duty in the week.
    pub hours: u32,
}

impl DutyList {
    /// The list of some squads by a rota, whose squads are in the same order.
    #[must_use]
    pub fn of(plan: &Plan, town: ZoneId, squads: &[SquadId], rota: &Rota, (monday, by): (Minute, Text)) -> Self {
        let zone = plan.tier_of(Role::Town).and_then(|(_, towns)| towns.zones.get(town));
        let name = zone.map_or(plan.name.as_str(), Zone::called);
        let line = |(at, &id): (usize, &SquadId)| {
            let squad = plan.squads.get(id)?;
            Some(DutyLine {
                squad: if squad.name.is_empty() { squad.code.clone() } else { squad.name.clone() },
                people: squad.composition,
                agencies: squad.agencies.clone(),
                vehicles: squad.vehicle_words(),
                beat: beat(plan, id),
                turns: rota.turns.get(at).cloned().unwrap_or_default(),
                hours: rota.hours(at),
            })
        };
        let lines = squads.iter().enumerate().filter_map(line).collect();
        Self { town: name.to_owned(), monday, by, lines, missing: 0, others: nights(plan, town) }
    }

    /// The date of a day of the week, `2026-11-24`.
    #[must_use]
    pub fn date(&self, day: usize) -> String {
        Minute(self.monday.0 + day as i32 * 24 * 60).to_string().chars().take(10).collect()
    }
}

/// The night plans of a town, in words; grids that are gone are left out.
fn nights(plan: &Plan, town: ZoneId) -> Vec<OtherBeats> {
    let grids = plan.tier_of(Role::Grid).map(|(_, tier)| tier);
    let name = |grid: &ZoneId| grids?.zones.get(*grid).map(|zone| zone.called().to_owned());
    let own = plan.settings.duty.nights.iter().filter(|night| night.town == town);
    let told = |night: &Night| OtherBeats {
        hours: hours_words(&night.hours.list()),
        beats: night
            .beats
            .iter()
            .map(|(squad, beat)| (squad.clone(), beat.iter().filter_map(name).collect()))
            .collect(),
    };
    own.map(told).collect()
}

/// Hours of the week in words, days with the same hours together: `周一至周日 0–6、22–24`.
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
        let times: Vec<String> = run[0].1.iter().map(|(from, to)| format!("{from}–{to}")).collect();
        let days = |names: [&str; 7], to: &str| {
            if first == last { names[first].to_owned() } else { format!("{}{to}{}", names[first], names[last]) }
        };
        en.push(format!("{} {}", days(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "–"), times.join(", ")));
        let names = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
        zh.push(format!("{} {}", days(names, "至"), times.join("、")));
    }
    Text::new(en.join("; "), zh.join(";"))
}

/// Names of the grids that a squad patrols.
#[must_use]
pub fn beat(plan: &Plan, squad: SquadId) -> Vec<String> {
    let grids = plan.tier_of(Role::Grid).map(|(_, tier)| &tier.zones);
    let own = plan.beats.iter().filter(|(_, owner)| **owner == squad);
    let zones = own.filter_map(|(grid, _)| grids?.get(grid));
    zones.map(|zone| zone.called().to_owned()).collect()
}

/// A turn in words: `08:00–次日08:00(后 12 时备勤)`.
#[must_use]
pub fn turn_words(turn: Option<Shift>, lang: Lang) -> String {
    let Some(Shift { start, hours, standby }) = turn else {
        return Text::new("free", "休").in_lang(lang).to_owned();
    };
    let (from, to) = (u32::from(start), u32::from(start) + u32::from(hours));
    let day = |hour: u32| match (hour / 24, lang) {
        (0, _) => "",
        (_, Lang::Zh) => "次日",
        (_, Lang::En) => "next day ",
    };
    // Midnight that ends a day belongs to it.
    let end = if to == 24 { "24:00".to_owned() } else { format!("{}{:02}:00", day(to), to % 24) };
    let span = format!("{}{:02}:00–{end}", day(from), from % 24);
    match (standby, lang) {
        (0, _) => span,
        (_, Lang::Zh) => format!("{span}(后{standby}时备勤)"),
        (_, Lang::En) => format!("{span} (last {standby} h on call)"),
    }
}
