//! Load: hours of work a week, face by face and hour by hour (design §7).

use crate::base::{Cancelled, Key as _, Progress, Text};
use crate::index::{Located, unknown_words};
use crate::model::{Incidents, LoadWeights, Minute, Placement, Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::households::{Counted, households_of_faces};
use super::streets::street_km;

/// Hours of a week.
pub const WEEK: usize = 168;
/// Fewer incidents than this at one place are nothing to speak of.
const ONE_PLACE: usize = 10;
/// Load is counted in milliseconds a week, so that sums do not depend on their order.
pub(super) const MS_PER_MINUTE: f64 = 60_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;

/// Work a week of every face, and the hours of the week its incidents fall into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loads {
    /// Milliseconds a week by face slot.
    total: Vec<i64>,
    /// Of these, spread evenly over the week: patrol and households, and incidents without a time.
    steady: Vec<i64>,
    /// For each face slot, where its hours end in `hours`.
    ends: Vec<u32>,
    /// Hour of the week and milliseconds of the incidents reported in it.
    hours: Vec<(u8, i64)>,
    /// Weeks the incidents cover.
    pub weeks: f64,
    /// What the figures rest on, in words: streets or area, households known or left out.
    pub notes: Vec<Text>,
}

impl Loads {
    /// Loads of a plan whose incident `i` lies in face `faces_of_incidents[i]`. O(incidents + streets log faces).
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(plan: &Plan, faces_of_incidents: &[Option<FaceId>], progress: &Progress) -> Result<Self, Cancelled> {
        let ground = Self::without_incidents(plan, progress)?;
        progress.check()?;
        Ok(ground.with_incidents(plan, faces_of_incidents, [None; 2]))
    }

    /// Patrol and households alone: what stays when other incidents are looked at. O(streets log faces).
    ///
    /// # Errors
    /// When cancelled.
    pub fn without_incidents(plan: &Plan, progress: &Progress) -> Result<Self, Cancelled> {
        let weights = &plan.settings.load;
        let slots = plan.coverage.face_slots();
        let mut loads = Self { total: vec![0; slots], steady: vec![0; slots], ..Self::default() };
        loads.add_patrol(plan, weights, progress)?;
        loads.add_households(plan, weights);
        Ok(loads)
    }

    /// Households in place of work, an hour a week for each. `None` where none are known. O(faces or points).
    #[must_use]
    pub fn of_households(plan: &Plan) -> Option<Self> {
        let slots = plan.coverage.face_slots();
        let (households, counted) = households_of_faces(plan);
        let mut loads = Self { total: vec![0; slots], steady: vec![0; slots], ..Self::default() };
        households.into_iter().enumerate().for_each(|(face, count)| loads.add_steady(face, count * MS_PER_HOUR));
        loads.notes.push(counted.told());
        (counted != Counted::Nowhere).then_some(loads)
    }

    /// These loads and the work of the incidents: incident `i` lies in face `faces_of_incidents[i]`; one without a face
    /// makes no work. `days` are the first minute looked at and the first no longer looked at, where only a part of the
    /// time is: a week's work is then that of a week of this part. O(incidents log).
    #[must_use]
    pub fn with_incidents(
        &self,
        plan: &Plan,
        faces_of_incidents: &[Option<FaceId>],
        days: [Option<Minute>; 2],
    ) -> Self {
        let mut loads = self.clone();
        loads.add_incidents(&plan.incidents, &plan.settings.load, faces_of_incidents, days);
        loads
    }

    /// The work of some hours of the week alone, 0 = Monday 0 o'clock; what is the same in every hour counts for these.
    /// O(faces + incidents).
    #[must_use]
    pub fn during(&self, hours: &[usize]) -> Self {
        let counts: Vec<bool> = (0..WEEK).map(|hour| hours.contains(&hour)).collect();
        let share = counts.iter().filter(|&&counts| counts).count() as f64 / WEEK as f64;
        let steady: Vec<i64> = self.steady.iter().map(|&work| (work as f64 * share).round() as i64).collect();
        let mut part = Self { total: steady.clone(), steady, ends: Vec::new(), hours: Vec::new(), ..self.clone() };
        let mut start = 0;
        for (face, &end) in self.ends.iter().enumerate() {
            for &(hour, work) in self.hours.get(start..end as usize).unwrap_or(&[]) {
                if counts.get(usize::from(hour)).is_some_and(|&counts| counts) {
                    part.hours.push((hour, work));
                    if let Some(total) = part.total.get_mut(face) {
                        *total += work;
                    }
                }
            }
            start = end as usize;
            part.ends.push(part.hours.len() as u32);
        }
        part
    }

    /// Work of a face in milliseconds a week.
    #[must_use]
    pub fn face(&self, face: FaceId) -> i64 {
        self.total.get(face.index()).copied().unwrap_or(0)
    }

    /// Hours a week of some faces.
    #[must_use]
    pub fn hours(&self, faces: &[FaceId]) -> f64 {
        faces.iter().map(|&face| self.face(face)).sum::<i64>() as f64 / MS_PER_HOUR
    }

    /// Work of every zone of a tier in milliseconds a week, by zone slot. O(faces).
    #[must_use]
    pub fn of_zones(&self, tier: &Tier) -> Vec<i64> {
        let mut sums = vec![0; tier.zones.slots()];
        for (face, zone) in tier.owner.iter() {
            if let Some(sum) = sums.get_mut(zone.index()) {
                *sum += self.face(face);
            }
        }
        sums
    }

    /// Hours a week of some faces that no incident makes: patrol and households, and incidents without a time.
    #[must_use]
    pub fn steady_hours(&self, faces: &[FaceId]) -> f64 {
        let steady = faces.iter().filter_map(|face| self.steady.get(face.index()));
        steady.sum::<i64>() as f64 / MS_PER_HOUR
    }

    /// Hours of work of some faces in each hour of the week, Monday 0 o'clock first.
    #[must_use]
    pub fn curve(&self, faces: &[FaceId]) -> Vec<f64> {
        let patrol = self.patrol(faces);
        self.calls(faces).into_iter().map(|calls| calls + patrol).collect()
    }

    /// Of these, the work of incidents reported in each hour.
    #[must_use]
    pub fn calls(&self, faces: &[FaceId]) -> Vec<f64> {
        let mut curve = vec![0_i64; WEEK];
        for face in faces {
            let at = face.index();
            let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) };
            let end = self.ends.get(at).copied().unwrap_or(start);
            for &(hour, work) in self.hours.get(start as usize..end as usize).unwrap_or(&[]) {
                curve[usize::from(hour) % WEEK] += work;
            }
        }
        curve.into_iter().map(|work| work as f64 / MS_PER_HOUR).collect()
    }

    /// Of these, what is the same in every hour: patrol, households, incidents without a time.
    #[must_use]
    pub fn patrol(&self, faces: &[FaceId]) -> f64 {
        let steady: i64 = faces.iter().map(|face| self.steady.get(face.index()).copied().unwrap_or(0)).sum();
        steady as f64 / WEEK as f64 / MS_PER_HOUR
    }

    fn add_steady(&mut self, face: usize, work: f64) {
        let work = work.round() as i64;
        if let (Some(total), Some(steady)) = (self.total.get_mut(face), self.steady.get_mut(face)) {
            *total += work;
            *steady += work;
        }
    }

    fn add_patrol(&mut self, plan: &Plan, weights: &LoadWeights, progress: &Progress) -> Result<(), Cancelled> {
        if let Some((name, km)) = street_km(plan, progress)? {
            for (face, km) in km.into_iter().enumerate() {
                self.add_steady(face, km * weights.patrol_minutes_per_km * MS_PER_MINUTE);
            }
            self.notes
                .push(Text::new(format!("Patrol by street length of {name}"), format!("巡逻按{name}的道路长度计")));
            return Ok(());
        }
        for (id, face) in plan.coverage.faces().iter() {
            let km2 = plan.coverage.area_m2(face) / 1e6;
            self.add_steady(id.index(), km2 * weights.patrol_minutes_per_km2 * MS_PER_MINUTE);
        }
        self.notes.push(Text::new("Patrol by area: no streets are loaded (estimated)", "未载入道路,巡逻按面积估算"));
        Ok(())
    }

    fn add_households(&mut self, plan: &Plan, weights: &LoadWeights) {
        if weights.minutes_per_household <= 0.0 {
            return;
        }
        let (households, counted) = households_of_faces(plan);
        for (face, count) in households.into_iter().enumerate() {
            self.add_steady(face, count * weights.minutes_per_household * MS_PER_MINUTE);
        }
        self.notes.push(counted.told());
    }

    fn add_incidents(
        &mut self,
        incidents: &Incidents,
        weights: &LoadWeights,
        faces: &[Option<FaceId>],
        days: [Option<Minute>; 2],
    ) {
        let (weeks, work) = work_of(incidents, weights, days);
        self.weeks = weeks;
        let mut hours: Vec<(u32, u8, i64)> = Vec::new();
        for (row, face) in faces.iter().enumerate().take(incidents.len()) {
            let Some(face) = face.filter(|face| face.index() < self.total.len()) else { continue };
            let reported = incidents.reported.get(row).copied().unwrap_or(Minute::NONE);
            let work = work(row);
            match reported.hour_of_week() {
                Some(hour) => hours.push((face.0, hour as u8, work.round() as i64)),
                None => self.add_steady(face.index(), work),
            }
        }
        hours.sort_unstable();
        for (face, _, work) in &hours {
            self.total[*face as usize] += work;
        }
        let mut at = 0;
        for face in 0..self.total.len() {
            while let Some(&(_, hour, work)) = hours.get(at).filter(|hour| hour.0 as usize == face) {
                let start = face.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
                match self.hours[start..].last_mut() {
                    Some(last) if last.0 == hour => last.1 += work,
                    _ => self.hours.push((hour, work)),
                }
                at += 1;
            }
            self.ends.push(self.hours.len() as u32);
        }
    }
}

/// The face whose work each incident is; `None` for those without a place in the coverage. On a border it is the first
/// face counter-clockwise from due east that has a grid (rule 4); one that is known by its zone alone counts for a face of
/// that zone (estimated).
#[must_use]
pub fn faces_of_incidents(plan: &Plan, located: &Located) -> Vec<Option<FaceId>> {
    let mut faces = vec![None; plan.incidents.len()];
    let inside = located.faces().flat_map(|(face, rows)| rows.iter().map(move |&row| (row, face)));
    let grids = plan.tier_of(Role::Grid).map(|(_, tier)| tier);
    let owned = |face: &FaceId| grids.is_none_or(|grids| grids.owner_of(*face).is_some());
    let border = located
        .on_borders()
        .iter()
        .filter_map(|(row, around)| Some((*row, around.iter().flatten().copied().find(owned)?)));
    for (row, face) in inside.chain(border).chain(located.by_code_in_faces(plan)) {
        if let Some(slot) = faces.get_mut(row as usize) {
            *slot = Some(face);
        }
    }
    faces
}

/// What is odd about where incidents lie, that work made of them should not be read without: many lie outside the grids,
/// name zones that are none, have no place, or share one. O(incidents log).
#[must_use]
pub fn remarks(plan: &Plan, located: &Located) -> Vec<Text> {
    let Some((_, grids)) = plan.tier_of(Role::Grid) else { return Vec::new() };
    let sum = located.tier(plan, grids).sum();
    let mut found = Vec::new();
    let (total, outside) = (sum.total, sum.outside + sum.unowned);
    if outside > 0 {
        found.push(Text::new(
            format!("{} of {} incidents lie outside the grids; they make no work", grouped(outside), grouped(total)),
            format!("{} 起案件中 {} 起在网格之外，不计入工作量", grouped(total), grouped(outside)),
        ));
    }
    found.extend(unknown_words(plan));
    let nowhere = plan.incidents.placement.iter().filter(|how| **how == Placement::Nowhere).count();
    if nowhere > 0 {
        found.push(Text::new(
            format!("{} of {} incidents have no place; they make no work", grouped(nowhere), grouped(total)),
            format!("{} 起案件中 {} 起没有位置，不计入工作量", grouped(total), grouped(nowhere)),
        ));
    }
    let at_a_point = plan.incidents.placement.iter().zip(&plan.incidents.points);
    let mut points: Vec<_> =
        at_a_point.filter(|(how, _)| **how == Placement::Point).map(|(_, at)| (at.x, at.y)).collect();
    points.sort_unstable();
    let most = points.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0);
    if most >= ONE_PLACE && most * 2 > total {
        found.push(Text::new(
            format!(
                "{} of {} incidents share one place; is it a default of the system they come from?",
                grouped(most),
                grouped(total)
            ),
            format!("{} 起案件中 {} 起在同一点上，请核对是否为来源系统的默认坐标", grouped(total), grouped(most)),
        ));
    }
    found
}

/// A whole number with its thousands parted.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let rest: Vec<&str> = rest.as_bytes().chunks(3).filter_map(|part| std::str::from_utf8(part).ok()).collect();
    let head = (!head.is_empty()).then_some(head);
    head.into_iter().chain(rest).collect::<Vec<_>>().join(",")
}

/// The weeks that incidents cover of the days looked at, and the work of each of them in milliseconds a week.
pub(super) fn work_of<'a>(
    incidents: &'a Incidents,
    weights: &'a LoadWeights,
    [from, until]: [Option<Minute>; 2],
) -> (f64, impl Fn(usize) -> f64 + 'a) {
    let timed = || incidents.reported.iter().filter(|time| time.is_some()).map(|time| time.0);
    let (first, last) = (timed().min().unwrap_or(0), timed().max().unwrap_or(0));
    let first = from.map_or(first, |from| from.0.max(first));
    let last = until.map_or(last, |until| until.0.min(last));
    // A week at least, so that one day's incidents are not taken for every day's.
    let weeks = (f64::from(last.saturating_sub(first)) / (WEEK as f64 * 60.0)).max(1.0);
    let minutes = minutes_of(incidents, weights);
    let work = move |row: usize| {
        let reported = incidents.reported.get(row).copied().unwrap_or(Minute::NONE);
        minutes(row) * recency(weights, reported, last) * MS_PER_MINUTE / weeks
    };
    (weeks, work)
}

/// Minutes an incident makes: by its class, else by its source, else the default.
fn minutes_of<'a>(incidents: &'a Incidents, weights: &'a LoadWeights) -> impl Fn(usize) -> f64 + 'a {
    let by_class: Vec<Option<f64>> =
        incidents.classes.0.iter().map(|class| weights.minutes_by_class.get(class).copied()).collect();
    let by_source: Vec<Option<f64>> =
        incidents.sources.0.iter().map(|source| weights.minutes_by_source.get(source).copied()).collect();
    move |row| {
        let of =
            |column: &[u16], minutes: &[Option<f64>]| minutes.get(usize::from(*column.get(row)?)).copied().flatten();
        let known = of(&incidents.class, &by_class).or_else(|| of(&incidents.source, &by_source));
        known.unwrap_or(weights.minutes_default).max(0.0)
    }
}

/// What an incident counts at the time of the last one: halved every half-life.
fn recency(weights: &LoadWeights, reported: Minute, last: i32) -> f64 {
    if weights.half_life_weeks <= 0.0 || !reported.is_some() {
        return 1.0;
    }
    let weeks = f64::from(last.saturating_sub(reported.0)) / (WEEK as f64 * 60.0);
    (-weeks / weights.half_life_weeks).exp2()
}

/// How evenly work is spread over zones that share parents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balance {
    /// Deviation of each zone from the mean of its parent, 0.1 = 10 % above; `None` for zones left out.
    pub deviations: Vec<Option<f64>>,
    /// The largest deviation up or down.
    pub max_deviation: f64,
    /// Root of the mean square of the deviations.
    pub cv: f64,
}

impl Balance {
    /// Deviations of works from the mean of those with the same parent; entries without parent are left out.
    #[must_use]
    pub fn of(works: &[i64], parents: &[Option<u32>]) -> Self {
        let mut sums: std::collections::BTreeMap<u32, (i64, i64)> = std::collections::BTreeMap::new();
        for (&work, parent) in works.iter().zip(parents) {
            if let Some(parent) = parent {
                let (sum, count) = sums.entry(*parent).or_default();
                (*sum, *count) = (*sum + work, *count + 1);
            }
        }
        let deviation = |(&work, parent): (&i64, &Option<u32>)| {
            let &(sum, count) = sums.get(&(*parent)?)?;
            (sum > 0).then(|| (work * count) as f64 / sum as f64 - 1.0)
        };
        let deviations: Vec<Option<f64>> = works.iter().zip(parents).map(deviation).collect();
        let known = || deviations.iter().flatten().copied();
        let squares: f64 = known().map(|deviation| deviation * deviation).sum();
        Self {
            max_deviation: known().map(f64::abs).fold(0.0, f64::max),
            cv: (squares / known().count().max(1) as f64).sqrt(),
            deviations,
        }
    }

    /// Grids measured against the mean of their town; against the mean of all where there is no town tier.
    #[must_use]
    pub fn of_grids(plan: &Plan, loads: &Loads) -> Self {
        plan.tier_of(Role::Grid).map_or_else(Self::default, |(at, _)| Self::of_tier(plan, at, loads))
    }

    /// Zones of a tier measured against the mean of the town they lie in; against the mean of all without a town tier.
    #[must_use]
    pub fn of_tier(plan: &Plan, at: usize, loads: &Loads) -> Self {
        let Some(tier) = plan.tiers.get(at) else { return Self::default() };
        Self::of(&loads.of_zones(tier), &super::districts::parents_of(plan, at))
    }

    /// Squads measured against the mean of the squads of their home town; a squad without a beat has no work.
    #[must_use]
    pub fn of_squads(plan: &Plan, loads: &Loads) -> Self {
        let Some((_, grids)) = plan.tier_of(Role::Grid) else { return Self::default() };
        let towns = plan.tier_of(Role::Town).map(|(_, towns)| towns);
        let mut works = vec![0_i64; plan.squads.slots()];
        for (zone, work) in loads.of_zones(grids).into_iter().enumerate() {
            if let Some(squad) = plan.beats.get(ZoneId(zone as u32)) {
                works[squad.index()] += work;
            }
        }
        let mut homes = vec![None; plan.squads.slots()];
        for (id, squad) in plan.squads.iter() {
            homes[id.index()] = match towns {
                Some(towns) => towns.by_code(&squad.town).map(|town| town.0),
                None => Some(0),
            };
        }
        Self::of(&works, &homes)
    }
}
