//! Figures of zones and squads: what lists, maps and documents say of each zone, what a command would do to them, and
//! what two versions differ in. Every product takes its figures from here, rounded by [`round`].

mod advice;
mod compare;
mod computed;
mod figures;
mod impact;
pub mod round;

pub use advice::{Way, ways};
pub use compare::{Changed, Comparison, Moved, compare};
pub use computed::{Current, brought_up, recognise, told};
pub use figures::{Figures, figures, place_inside};
pub use impact::{Impact, Side, Stand, squad_called};

use std::sync::Arc;

use crate::balance::{Balance, Loads, faces_of_incidents};
use crate::base::{Cancelled, Progress};
use crate::edit::Difference;
use crate::geometry::{Bounds, Point};
use crate::index::{Hit, Index, Lines, Located, Sum, TierSum};
use crate::model::{Filter, Passing, Plan, Role, Tier, ZoneId};
use crate::topology::{BorderId, FaceId, scan};

/// What is measured of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Measure {
    /// Hours of work a week.
    #[default]
    Load,
    /// Deviation of the load from the mean of the tier.
    Deviation,
    /// Number of incidents.
    Incidents,
    /// Area.
    Area,
    /// The squad that patrols: no amount, but colours that neighbours do not share.
    Squads,
    /// Nothing: all zones alike.
    None,
}

impl Measure {
    /// All of them in the order of the panel.
    pub const ALL: [Self; 6] = [Self::Load, Self::Deviation, Self::Incidents, Self::Area, Self::Squads, Self::None];
}

/// One zone with its measures.
#[derive(Clone, Debug)]
pub struct Row {
    /// The zone.
    pub zone: ZoneId,
    /// Its code.
    pub code: String,
    /// Its name; the code where it has none.
    pub name: String,
    /// Hours of work a week.
    pub load_hours: f64,
    /// Number of incidents.
    pub incidents: u32,
    /// Area in km².
    pub area_km2: f64,
    /// Load over what it should carry: the mean of its town for a grid, else of the tier; 1 without load.
    pub share: f64,
    /// Name of the zone above that holds most of it; empty where there is none.
    pub parent: String,
    /// Name of the squad that patrols it; empty where there is none.
    pub squad: String,
    /// Number of faces.
    pub faces: usize,
    /// The box around it.
    pub bounds: Bounds,
}

impl Row {
    /// The value of a measure.
    #[must_use]
    pub fn value(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Load => self.load_hours,
            Measure::Deviation => self.share - 1.0,
            Measure::Incidents => f64::from(self.incidents),
            Measure::Area => self.area_km2,
            Measure::Squads | Measure::None => 0.0,
        }
    }
}

/// The zones of one tier.
#[derive(Clone, Debug, Default)]
pub struct TierMeasures {
    /// One row a zone, in the order of the zones.
    pub rows: Vec<Row>,
    /// For each zone id, its place in `rows`.
    at: Vec<Option<u32>>,
    /// Every incident counted once.
    pub sum: Sum,
    /// The rows of each part of the sum.
    pub parts: TierSum,
}

impl TierMeasures {
    /// The row of a zone.
    #[must_use]
    pub fn row(&self, zone: ZoneId) -> Option<&Row> {
        self.rows.get((*self.at.get(zone.0 as usize)?)? as usize)
    }

    /// A value of each zone, by its id.
    #[must_use]
    pub fn by_zone(&self, value: impl Fn(&Row) -> f64) -> Vec<Option<f64>> {
        self.at.iter().map(|at| self.rows.get((*at)? as usize).map(&value)).collect()
    }

    fn of(plan: &Plan, place: usize, tier: &Tier, located: &Located, loads: &Loads) -> Self {
        let faces = tier.faces_by_zone();
        let parts = located.tier(plan, tier);
        let above = plan.parent_of(place).and_then(|at| plan.tiers.get(at));
        let works = loads.of_zones(tier);
        let balance = balance(plan, place, tier, loads, &works);
        let mut rows = Vec::with_capacity(tier.zones.slots());
        let mut at = vec![None; tier.zones.slots()];
        for (zone, value) in tier.zones.iter() {
            let slot = zone.0 as usize;
            let own = faces.get(slot).map_or(&[][..], Vec::as_slice);
            let land = own.iter().filter_map(|&face| plan.coverage.faces().get(face));
            let (bounds, area) = land.fold((Bounds::EMPTY, 0.0), |(bounds, area), face| {
                (bounds.join(face.bounds), area + plan.coverage.area_m2(face))
            });
            if let Some(place) = at.get_mut(slot) {
                *place = Some(rows.len() as u32);
            }
            let parent = above.and_then(|above| figures::holders(plan, above, own).into_iter().next());
            let squad = plan.beats.get(zone).filter(|_| tier.role == Role::Grid).and_then(|&id| plan.squads.get(id));
            rows.push(Row {
                zone,
                code: value.code.clone(),
                name: named(&value.name, &value.code),
                load_hours: hours(works.get(slot).copied().unwrap_or(0)),
                incidents: parts.by_zone.get(slot).copied().unwrap_or(0),
                area_km2: round::whole(area) / 1e6,
                share: 1.0 + balance.deviations.get(slot).copied().flatten().unwrap_or(0.0),
                parent: parent.map_or_else(String::new, |(_, zone)| named(&zone.name, &zone.code)),
                squad: squad.map_or_else(String::new, |squad| squad_called(squad).to_owned()),
                faces: own.len(),
                bounds,
            });
        }
        Self { rows, at, sum: parts.sum(), parts }
    }
}

/// The name of a zone; its code where it has none.
#[must_use]
pub fn named(name: &str, code: &str) -> String {
    if name.is_empty() { code.to_owned() } else { name.to_owned() }
}

/// Hours of a work in milliseconds.
fn hours(work: i64) -> f64 {
    work as f64 / 3_600_000.0
}

/// How far each zone is from what it should carry: a grid from the mean of its town, any other zone from the mean of all.
fn balance(plan: &Plan, place: usize, tier: &Tier, loads: &Loads, works: &[i64]) -> Balance {
    if tier.role == Role::Grid {
        return Balance::of_tier(plan, place, loads);
    }
    let all: Vec<Option<u32>> = (0..works.len()).map(|slot| tier.zones.get(ZoneId(slot as u32)).map(|_| 0)).collect();
    Balance::of(works, &all)
}

/// The measures of all tiers of one plan, of the incidents that pass a filter.
#[derive(Debug)]
pub struct Measures {
    /// The plan that was measured.
    plan: Arc<Plan>,
    /// What the incidents were filtered by.
    pub filter: Filter,
    /// Which incidents pass, and what each control of the filter would let through.
    pub passing: Arc<Passing>,
    /// The rows that pass, ascending; all of them where the filter is open.
    pub rows: Arc<[u32]>,
    /// What is under a point.
    pub index: Arc<Index>,
    /// Lines of the reference layers.
    pub lines: Arc<Lines>,
    /// The face of each incident.
    located: Arc<Located>,
    /// The same of those that pass.
    pub shown: Arc<Located>,
    /// The work of each face without incidents.
    ground: Arc<Loads>,
    /// The work of each face.
    pub loads: Loads,
    /// By the place of the tier.
    pub tiers: Vec<TierMeasures>,
}

/// Borders near a box, by the index where it is of this plan.
pub fn near<'a>(plan: &'a Arc<Plan>, measures: Option<&'a Measures>) -> impl Fn(Bounds) -> Vec<BorderId> + 'a {
    move |bounds| match measures {
        Some(measures) if measures.is_of(plan) => measures.index.borders_in(bounds),
        _ => scan(&plan.coverage)(bounds),
    }
}

impl Measures {
    /// Measures a plan; `before` is what was measured of the plan it came out of by commands. Only what changed since is
    /// looked at again: another filter costs a pass over the incidents.
    ///
    /// # Errors
    /// [`Cancelled`] when the job was asked to stop.
    pub fn of(plan: Arc<Plan>, filter: Filter, before: Option<&Self>, progress: &Progress) -> Result<Self, Cancelled> {
        let difference = before.map(|before| Difference::between(&before.plan, &plan));
        let (index, located) = match (before, &difference) {
            (Some(before), Some(difference)) if difference.incidents => {
                let index = Arc::new(before.index.updated(&plan.coverage, &difference.faces, &difference.borders));
                let located = Arc::new(Located::of(&plan, &index, progress)?);
                (index, located)
            }
            (Some(before), Some(difference)) if difference.faces.is_empty() && difference.borders.is_empty() => {
                (Arc::clone(&before.index), Arc::clone(&before.located))
            }
            (Some(before), Some(difference)) => {
                let index = before.index.updated(&plan.coverage, &difference.faces, &difference.borders);
                let located = before.located.updated(&plan, &index, &difference.faces);
                (Arc::new(index), Arc::new(located))
            }
            _ => {
                let index = Index::of(&plan.coverage);
                progress.check()?;
                let located = Located::of(&plan, &index, progress)?;
                (Arc::new(index), Arc::new(located))
            }
        };
        let same_lines = difference.as_ref().is_some_and(|now| now.references.is_empty());
        let lines = match before.filter(|_| same_lines) {
            Some(before) => Arc::clone(&before.lines),
            None => Arc::new(Lines::of(&plan)),
        };
        let same_rows = difference.as_ref().is_some_and(|now| !now.incidents);
        let passing = match before.filter(|before| same_rows && before.filter == filter) {
            Some(before) => Arc::clone(&before.passing),
            None => Arc::new(filter.apply(&plan.incidents, progress)?),
        };
        let shown = if filter.is_open() { Arc::clone(&located) } else { Arc::new(located.passing(&passing.mask)) };
        let same_ground = difference.as_ref().is_some_and(|now| {
            now.faces.is_empty() && now.tiers.is_empty() && now.references.is_empty() && !now.settings
        });
        let ground = match before.filter(|_| same_ground) {
            Some(before) => Arc::clone(&before.ground),
            None => Arc::new(Loads::without_incidents(&plan, progress)?),
        };
        progress.check()?;
        let loads = ground.with_incidents(&plan, &faces_of_incidents(&plan, &shown), [filter.from, filter.until]);
        progress.check()?;
        let tiers = plan.tiers.iter().enumerate();
        let tiers = tiers.map(|(at, tier)| TierMeasures::of(&plan, at, tier, &shown, &loads)).collect();
        let rows = passing.mask.rows().into();
        Ok(Self { plan, filter, passing, rows, index, lines, located, shown, ground, loads, tiers })
    }

    /// The plan that was measured.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether it is this very plan that was measured.
    #[must_use]
    pub fn is_of(&self, plan: &Arc<Plan>) -> bool {
        Arc::ptr_eq(&self.plan, plan)
    }

    /// The face under a point; on a border the one that owns the point.
    #[must_use]
    pub fn face_at(&self, plan: &Plan, point: Point) -> Option<FaceId> {
        match self.index.face_at(&plan.coverage, point) {
            Hit::Face(face) => Some(face),
            Hit::Border(around) => around.iter().copied().flatten().next(),
            Hit::Outside => None,
        }
    }
}
