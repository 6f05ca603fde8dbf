//! Loads under the hand: the work of a few faces of a plan in the middle of a change, at once.

use std::sync::Arc;

use crate::index::{Index, Located};
use crate::model::{Minute, Plan, Role};
use crate::topology::FaceId;

use super::households::households_of;
use super::loads::{MS_PER_MINUTE, work_of};
use super::streets::street_km_of;

/// The work of each incident, known beforehand. Good for every plan with the same incidents and weights.
#[derive(Clone, Debug)]
pub struct Live {
    /// Milliseconds a week by row.
    work: Arc<[i64]>,
}

impl Live {
    /// Of the rows that are looked at and the days they are from: see [`super::Loads::with_incidents`]. O(incidents).
    #[must_use]
    pub fn of(plan: &Plan, days: [Option<Minute>; 2], looked_at: impl Fn(usize) -> bool) -> Self {
        let (_, work) = work_of(&plan.incidents, &plan.settings.load, days);
        let work = |row| if looked_at(row) { work(row).round() as i64 } else { 0 };
        Self { work: (0..plan.incidents.len()).map(work).collect() }
    }

    /// Work a week of some faces in milliseconds, in their order: what [`super::Loads`] of the plan would say.
    /// O(incidents in them and on borders + streets; faces of their zones where households count).
    #[must_use]
    pub fn faces(&self, plan: &Plan, index: &Index, located: &Located, faces: &[FaceId]) -> Vec<i64> {
        let mut works = patrol(plan, index, faces);
        let add = |sum: &mut i64, rows: &[u32]| {
            *sum += rows.iter().filter_map(|&row| self.work.get(row as usize)).sum::<i64>();
        };
        for (&face, sum) in faces.iter().zip(&mut works) {
            add(sum, located.rows_of(face));
        }
        let each = plan.settings.load.minutes_per_household * MS_PER_MINUTE;
        if each > 0.0 {
            let counts = households_of(plan, index, faces);
            counts.into_iter().zip(&mut works).for_each(|(count, sum)| *sum += (count * each).round() as i64);
        }
        let grids = plan.tier_of(Role::Grid).map(|(_, tier)| tier);
        let counts = |face: &FaceId| grids.is_none_or(|grids| grids.owner_of(*face).is_some());
        for (row, around) in located.on_borders() {
            let owner = around.iter().flatten().copied().find(counts);
            if let Some(place) = owner.and_then(|owner| faces.iter().position(|&face| face == owner)) {
                add(&mut works[place], &[*row]);
            }
        }
        for (row, owner) in located.by_code_in_faces(plan) {
            if let Some(place) = faces.iter().position(|&face| face == owner) {
                add(&mut works[place], &[row]);
            }
        }
        works
    }
}

fn patrol(plan: &Plan, index: &Index, faces: &[FaceId]) -> Vec<i64> {
    let weights = &plan.settings.load;
    if let Some(km) = street_km_of(plan, index, faces) {
        return km.into_iter().map(|km| (km * weights.patrol_minutes_per_km * MS_PER_MINUTE).round() as i64).collect();
    }
    let km2 = |face| plan.coverage.area_of_m2(&[face]) / 1e6;
    faces.iter().map(|&face| (km2(face) * weights.patrol_minutes_per_km2 * MS_PER_MINUTE).round() as i64).collect()
}
