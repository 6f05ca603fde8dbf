//! What the lists, the map and the status line say about each zone.

use crate::base::{Cancelled, Progress};
use crate::geometry::{Bounds, area_m2};
use crate::model::{Plan, Tier, ZoneId};

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
    /// Nothing: all zones alike.
    None,
}

impl Measure {
    /// All of them in the order of the panel.
    pub const ALL: [Self; 5] = [Self::Load, Self::Deviation, Self::Incidents, Self::Area, Self::None];
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
    /// Load over the mean of the tier; 1 where there is no load at all.
    pub share: f64,
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
            Measure::None => 0.0,
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
    /// Mean hours of work a week.
    pub mean_hours: f64,
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

    fn of(plan: &Plan, tier: &Tier) -> Self {
        let faces = tier.faces_by_zone();
        let mut rows = Vec::new();
        let mut at = vec![None; tier.zones.slots()];
        for (zone, value) in tier.zones.iter() {
            let own = faces.get(zone.0 as usize).map_or(&[][..], Vec::as_slice);
            let land = own.iter().filter_map(|&face| plan.coverage.faces().get(face));
            let (bounds, doubled) = land.fold((Bounds::EMPTY, 0_i128), |(bounds, area), face| {
                (bounds.join(face.bounds), area + face.doubled_area)
            });
            if let Some(slot) = at.get_mut(zone.0 as usize) {
                *slot = Some(rows.len() as u32);
            }
            rows.push(Row {
                zone,
                code: value.code.clone(),
                name: if value.name.is_empty() { value.code.clone() } else { value.name.clone() },
                load_hours: 0.0,
                incidents: 0,
                area_km2: if bounds.is_empty() { 0.0 } else { area_m2(doubled, bounds.centre().y) / 1e6 },
                share: 1.0,
                faces: own.len(),
                bounds,
            });
        }
        Self { rows, at, mean_hours: 0.0 }
    }
}

/// The measures of all tiers of one plan.
#[derive(Debug, Default)]
pub struct Measures {
    /// By the place of the tier.
    pub tiers: Vec<TierMeasures>,
    /// The box around all land.
    pub bounds: Bounds,
}

impl Measures {
    /// Measures a plan.
    ///
    /// # Errors
    /// [`Cancelled`] when the job was asked to stop.
    pub fn of(plan: &Plan, progress: &Progress) -> Result<Self, Cancelled> {
        let mut tiers = Vec::with_capacity(plan.tiers.len());
        for tier in &plan.tiers {
            progress.check()?;
            tiers.push(TierMeasures::of(plan, tier));
        }
        Ok(Self { tiers, bounds: plan.coverage.bounds() })
    }
}
