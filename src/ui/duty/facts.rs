//! What the panel shows, worked out by a job.

use std::sync::Arc;

use crate::balance::duty::{Basis, Limits, Roster, Warning, lagged, needs, rota, warnings};
use crate::balance::{Change, Cover, Loads, cover, faces_of_incidents, grids_of, squads_of};
use crate::base::{Progress, Refusal};
use crate::model::{Hours, Minute, Plan, Role as TierRole, SquadId, ZoneId};
use crate::topology::FaceId;

use super::{Part, Scope};
use crate::ui::app::App;
use crate::ui::tasks::{Done, Kind};

/// What the panel depends on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Key {
    opened: u64,
    measured: u64,
    revision: u64,
    town: ZoneId,
    hours: Hours,
    scope: Scope,
    selection: Vec<ZoneId>,
    monday: Minute,
    /// The turns follow the need.
    by_need: bool,
    /// The part of the panel that is open.
    part: Part,
}

/// What was worked out of a town.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// Squads bound by the calls of the scope in each hour, what arrives late is done later.
    pub(super) busy: Vec<f64>,
    /// Squads that patrol would bind.
    pub(super) patrol: f64,
    /// Squads needed in each hour.
    pub(super) need: Vec<u32>,
    /// Squads on duty and on patrol in each hour by the pattern.
    pub(super) duty: Vec<(u32, u32)>,
    /// Squads needed by the whole town in each hour.
    pub(super) town_need: Vec<u32>,
    /// Hours of work of the whole town in each hour of the week.
    pub(super) curve: Vec<f64>,
    /// What should be looked at of all squads, where they are looked at.
    pub(super) warnings: Vec<Warning>,
    /// Who is on duty in the week that is looked at.
    pub(super) roster: Roster,
}

/// What a job brings.
pub(in crate::ui) struct Reckoned {
    key: Key,
    facts: Facts,
    covers: Vec<(Change, Result<Cover, Refusal>)>,
}

impl App {
    /// Works out what the panel shows, where it depends on something that changed.
    pub(super) fn reckon_duty(&mut self, town: ZoneId) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let key = Key {
            opened: self.doc.opened,
            measured: self.doc.measured,
            revision: self.doc.revision,
            town,
            hours: self.duty.hours.unwrap_or(Hours::night()),
            scope: self.duty.scope,
            selection: match self.duty.scope {
                Scope::Selection => self.doc.selection.iter().copied().collect(),
                _ => Vec::new(),
            },
            monday: self.duty.monday(),
            by_need: self.duty.by_need,
            part: self.prefs.duty_part,
        };
        if self.duty.asked.as_ref() == Some(&key) {
            return;
        }
        self.duty.asked = Some(key.clone());
        let (plan, active) = (Arc::clone(&self.doc.plan), self.doc.active);
        self.jobs.start(Kind::Duty, move |progress| {
            let facts = Facts::of(&plan, &measures.loads, active, &key);
            let covers = if key.part == Part::Covers {
                let faces = faces_of_incidents(&plan, &measures.shown);
                covers(&plan, (&measures.loads, &faces), (&facts.roster, &key), progress)
            } else {
                Vec::new()
            };
            Done::Reckoned(Box::new(Reckoned { key, facts, covers }))
        });
    }

    /// Takes what was worked out, unless something else was asked since.
    pub(in crate::ui) fn take_reckoned(&mut self, reckoned: Reckoned) {
        if self.duty.asked.as_ref() == Some(&reckoned.key) {
            let of = |key: &Key| (key.measured, key.revision, key.monday, key.by_need);
            let same = self.duty.covers_of.as_ref().is_some_and(|known| of(known) == of(&reckoned.key));
            // Another part of the panel asks for none: those at hand stay while the plan does.
            if reckoned.key.part == Part::Covers || !same {
                self.duty.covers = reckoned.covers;
                self.duty.covers_of = Some(reckoned.key);
            }
            self.duty.facts = Some(reckoned.facts);
        }
    }
}

impl Facts {
    fn of(plan: &Plan, loads: &Loads, active: usize, key: &Key) -> Self {
        let duty = &plan.settings.duty;
        let squads = squads_of(plan, key.town);
        let whole = land(plan, &grids_of(plan, key.town));
        let (own, among) = match key.scope {
            Scope::Town => (whole.clone(), squads.clone()),
            Scope::Squad(squad) => (beat_land(plan, squad), vec![squad]),
            Scope::Selection => {
                let tier = plan.tiers.get(active);
                let faces =
                    key.selection.iter().flat_map(|&zone| tier.map(|tier| tier.faces_of(zone)).unwrap_or_default());
                (faces.collect(), squads.clone())
            }
        };
        let calls = loads.calls(&own);
        let patrol = loads.patrol(&own);
        let town_need = needs(&loads.calls(&whole), loads.patrol(&whole), &duty.standard);
        let basis =
            if key.by_need { Basis::Need(rota(&town_need, squads.len(), &Limits::default())) } else { Basis::Pattern };
        let roster = Roster::of(plan, loads, key.town, (key.monday, basis));
        Self {
            busy: lagged(&calls, duty.standard.call_minutes),
            need: needs(&calls, patrol, &duty.standard),
            patrol,
            duty: roster.counts(&among),
            town_need,
            warnings: if key.part == Part::Squads { warnings(plan) } else { Vec::new() },
            roster,
            curve: loads.curve(&whole),
        }
    }
}

/// One squad fewer, as it is, one more.
fn covers(
    plan: &Plan,
    calls: (&Loads, &[Option<FaceId>]),
    (roster, key): (&Roster, &Key),
    progress: &Progress,
) -> Vec<(Change, Result<Cover, Refusal>)> {
    let hours: Vec<usize> = key.hours.list();
    let one = |change| (change, cover(plan, calls, (roster, change), &hours, progress));
    [Change::Fewer, Change::AsIs, Change::More].map(one).into()
}

/// Faces of some grids.
fn land(plan: &Plan, grids: &[ZoneId]) -> Vec<FaceId> {
    let Some((_, tier)) = plan.tier_of(TierRole::Grid) else { return Vec::new() };
    tier.owner.iter().filter(|(_, zone)| grids.binary_search(zone).is_ok()).map(|(face, _)| face).collect()
}

/// Faces of a squad's beat.
fn beat_land(plan: &Plan, squad: SquadId) -> Vec<FaceId> {
    let grids: Vec<ZoneId> = plan.beats.iter().filter(|(_, owner)| **owner == squad).map(|(grid, _)| grid).collect();
    land(plan, &grids)
}
