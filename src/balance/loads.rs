//! Load: hours of work a week, by face and hour of the week (design §7).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Cancelled, Key as _, Progress, Text};
use crate::geometry::{Point, area_m2, length_m};
use crate::index::{Hit, Index, Located, Spot};
use crate::model::{Incidents, LoadWeights, Minute, Plan, Shape, Tier, ZoneId};
use crate::topology::FaceId;

/// Hours of a week.
pub const WEEK: usize = 7 * 24;

/// Load of every face in hours a week, and when in the week it falls.
///
/// load = Σ incidents: minutes(class, else source) × recency ÷ weeks of data, plus patrol minutes for each kilometre of
/// street (for each km² where no streets are loaded), plus minutes for each household.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loads {
    /// Hours a week by face slot.
    hours: Vec<f64>,
    /// Hours a week by hour of the week, for faces with incidents: sparse, ascending by hour.
    curve: FxHashMap<FaceId, Vec<(u8, f32)>>,
    /// Incidents by face slot.
    incidents: Vec<u32>,
    /// Weeks between the first and the last incident, at least one.
    pub weeks: f64,
}

impl Loads {
    /// Loads of all faces. Incidents on a border are counted for the first owned face counter-clockwise from due east
    /// (rule 4); those placed by code, or without a place, make no load of a face. O(incidents + points of streets).
    ///
    /// # Errors
    /// When the job was cancelled.
    pub fn of(plan: &Plan, located: &Located, index: &Index, progress: &Progress) -> Result<Self, Cancelled> {
        progress.phase(Text::new("Measuring load", "计算工作量"), 0);
        let (weights, incidents) = (&plan.settings.load, &*plan.incidents);
        let slots = plan.coverage.face_slots();
        let span = Span::of(incidents);
        let minutes = Minutes::of(incidents, weights, span);
        let mut loads = Self {
            hours: vec![0.0; slots],
            curve: FxHashMap::default(),
            incidents: vec![0; slots],
            weeks: span.weeks(),
        };
        for (face, rows) in located.faces() {
            loads.add(face, rows, incidents, &minutes);
        }
        if let Some(tier) = plan.tiers.get(plan.base) {
            for (row, around) in located.on_borders() {
                if let Some(face) = border_face(around, tier) {
                    loads.add(face, &[*row], incidents, &minutes);
                }
            }
        }
        progress.check()?;
        loads.add_patrol(plan, weights, index);
        loads.add_households(plan, weights);
        Ok(loads)
    }

    fn add(&mut self, face: FaceId, rows: &[u32], incidents: &Incidents, minutes: &Minutes) {
        let Some(hours) = self.hours.get_mut(face.index()) else { return };
        let mut by_hour = [0.0_f32; WEEK];
        for &row in rows {
            let share = minutes.of_row(incidents, row as usize) / 60.0 / self.weeks;
            *hours += share;
            let slot = incidents.reported.get(row as usize).and_then(|time| time.hour_of_week());
            if let Some(hour) = slot.and_then(|hour| by_hour.get_mut(hour)) {
                *hour += share as f32;
            }
        }
        self.incidents[face.index()] += rows.len() as u32;
        let curve = self.curve.entry(face).or_default();
        for (hour, share) in by_hour.into_iter().enumerate().filter(|&(_, share)| share > 0.0) {
            match curve.binary_search_by_key(&(hour as u8), |&(known, _)| known) {
                Ok(at) => curve[at].1 += share,
                Err(at) => curve.insert(at, (hour as u8, share)),
            }
        }
    }

    /// Patrol by street length where lines of streets are loaded, by area where they are not.
    fn add_patrol(&mut self, plan: &Plan, weights: &LoadWeights, index: &Index) {
        let streets = street_km(plan, index, self.hours.len());
        for (id, face) in plan.coverage.faces().iter() {
            let minutes = match &streets {
                Some(km) => weights.patrol_minutes_per_km * km[id.index()],
                None => weights.patrol_minutes_per_km2 * area_m2(face.doubled_area, face.bounds.centre().y) / 1e6,
            };
            self.hours[id.index()] += minutes / 60.0;
        }
    }

    /// Households of the zones of the base tier, shared among their faces by area.
    fn add_households(&mut self, plan: &Plan, weights: &LoadWeights) {
        if weights.minutes_per_household == 0.0 {
            return;
        }
        for (face, households) in households(plan).into_iter().enumerate() {
            self.hours[face] += weights.minutes_per_household * households / 60.0;
        }
    }

    /// Hours a week of a face.
    #[must_use]
    pub fn hours(&self, face: FaceId) -> f64 {
        self.hours.get(face.index()).copied().unwrap_or(0.0)
    }

    /// Incidents of a face.
    #[must_use]
    pub fn incidents(&self, face: FaceId) -> u32 {
        self.incidents.get(face.index()).copied().unwrap_or(0)
    }

    /// Hours a week of a set of faces by hour of the week, Monday 00:00 first; patrol and households are not in it.
    #[must_use]
    pub fn curve(&self, faces: &[FaceId]) -> [f64; WEEK] {
        let mut curve = [0.0; WEEK];
        for (hour, share) in faces.iter().filter_map(|face| self.curve.get(face)).flatten() {
            curve[usize::from(*hour)] += f64::from(*share);
        }
        curve
    }

    /// Hours a week of each zone of a tier, by zone slot. O(faces).
    #[must_use]
    pub fn by_zone(&self, tier: &Tier) -> Vec<f64> {
        let mut hours = vec![0.0; tier.zones.slots()];
        for (face, zone) in tier.owner.iter() {
            hours[zone.index()] += self.hours(face);
        }
        hours
    }

    /// How far each zone is from the mean of the zones of its parent, as a share of that mean (0.25 = a quarter more).
    /// Zones without land have none.
    #[must_use]
    pub fn deviations(&self, plan: &Plan, tier: usize) -> Vec<Option<f64>> {
        let Some(zones) = plan.tiers.get(tier) else { return Vec::new() };
        let hours = self.by_zone(zones);
        let parents = parents(plan, tier);
        let mut sums: FxHashMap<Option<ZoneId>, (f64, f64)> = FxHashMap::default();
        for (zone, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                let sum = sums.entry(*parent).or_default();
                *sum = (sum.0 + hours[zone], sum.1 + 1.0);
            }
        }
        let deviation = |(zone, parent): (usize, &Option<Option<ZoneId>>)| {
            let (sum, count) = sums.get(parent.as_ref()?)?;
            (*sum > 0.0).then(|| hours[zone] * count / sum - 1.0)
        };
        parents.iter().enumerate().map(deviation).collect()
    }
}

/// The parent of each zone of a tier, by zone slot: the owner of most of its faces in the tier above. The outer `None`
/// is a zone without land, the inner one land without a parent.
#[must_use]
pub fn parents(plan: &Plan, tier: usize) -> Vec<Option<Option<ZoneId>>> {
    let Some(zones) = plan.tiers.get(tier) else { return Vec::new() };
    let above = plan.parent_of(tier).and_then(|parent| plan.tiers.get(parent));
    let mut votes: Vec<Vec<(Option<ZoneId>, u32)>> = vec![Vec::new(); zones.zones.slots()];
    for (face, zone) in zones.owner.iter() {
        let parent = above.and_then(|above| above.owner_of(face));
        let votes = &mut votes[zone.index()];
        match votes.iter_mut().find(|(known, _)| *known == parent) {
            Some(vote) => vote.1 += 1,
            None => votes.push((parent, 1)),
        }
    }
    votes.into_iter().map(|votes| votes.into_iter().max_by_key(|&(_, count)| count).map(|(parent, _)| parent)).collect()
}

/// The face that has an incident on a border: the first around it that is owned in the base tier.
fn border_face(around: &std::sync::Arc<[Option<FaceId>]>, tier: &Tier) -> Option<FaceId> {
    match Hit::Border(around.clone()).spot(tier) {
        Spot::Inside(zone) | Spot::Border(zone) => {
            around.iter().flatten().copied().find(|&face| tier.owner_of(face) == Some(zone))
        }
        Spot::Unowned | Spot::Outside => None,
    }
}

/// First and last time of the incidents.
#[derive(Clone, Copy)]
struct Span {
    first: i32,
    last: i32,
}

impl Span {
    fn of(incidents: &Incidents) -> Self {
        let times = || incidents.reported.iter().filter(|time| time.is_some()).map(|time| time.0);
        Self { first: times().min().unwrap_or(0), last: times().max().unwrap_or(0) }
    }

    /// Weeks, at least one.
    fn weeks(self) -> f64 {
        ((f64::from(self.last) - f64::from(self.first)) / (60.0 * WEEK as f64)).max(1.0)
    }
}

/// Minutes of work by class and source, and how they fade.
struct Minutes {
    by_class: Vec<Option<f64>>,
    by_source: Vec<f64>,
    half_life_weeks: f64,
    last: i32,
}

impl Minutes {
    fn of(incidents: &Incidents, weights: &LoadWeights, span: Span) -> Self {
        let class = |name: &String| weights.minutes_by_class.get(name).copied();
        let source = |name: &String| weights.minutes_by_source.get(name).copied().unwrap_or(weights.minutes_default);
        Self {
            by_class: incidents.classes.0.iter().map(class).collect(),
            by_source: incidents.sources.0.iter().map(source).chain([weights.minutes_default]).collect(),
            half_life_weeks: weights.half_life_weeks,
            last: span.last,
        }
    }

    fn of_row(&self, incidents: &Incidents, row: usize) -> f64 {
        let at = |column: &[u16]| usize::from(column.get(row).copied().unwrap_or(u16::MAX));
        let by_source = || self.by_source.get(at(&incidents.source)).or(self.by_source.last()).copied().unwrap_or(0.0);
        let minutes = self.by_class.get(at(&incidents.class)).copied().flatten().unwrap_or_else(by_source);
        let reported = incidents.reported.get(row).copied().unwrap_or(Minute::NONE);
        if self.half_life_weeks <= 0.0 || !reported.is_some() {
            return minutes;
        }
        let age_weeks = (f64::from(self.last) - f64::from(reported.0)) / (60.0 * WEEK as f64);
        minutes * 0.5_f64.powf(age_weeks / self.half_life_weeks)
    }
}

/// Names of reference layers that are streets.
const STREETS: [&str; 5] = ["street", "road", "道路", "街道", "路网"];

/// Kilometres of street by face slot: each piece counts for the face its middle lies in, half for each side of a border.
/// `None` where no streets are loaded.
fn street_km(plan: &Plan, index: &Index, slots: usize) -> Option<Vec<f64>> {
    let is_streets = |name: &str| STREETS.iter().any(|word| name.to_lowercase().contains(word));
    let lines: Vec<&[Point]> = plan
        .references
        .iter()
        .filter(|reference| is_streets(&reference.name))
        .flat_map(|reference| reference.features.iter())
        .filter_map(|(shape, _)| if let Shape::Lines(lines) = shape { Some(lines) } else { None })
        .flat_map(|lines| lines.iter().map(Vec::as_slice))
        .collect();
    if lines.is_empty() {
        return None;
    }
    let pieces: Vec<(FaceId, f64)> = lines
        .par_iter()
        .flat_map_iter(|line| line.windows(2))
        .flat_map_iter(|piece| {
            let (a, b) = (piece[0], piece[1]);
            let middle = crate::geometry::Bounds::of(&[a, b]).centre();
            let faces: Vec<FaceId> = match index.face_at(&plan.coverage, middle) {
                Hit::Face(face) => vec![face],
                Hit::Border(around) => around.iter().flatten().copied().collect(),
                Hit::Outside => Vec::new(),
            };
            let km = length_m(piece) / 1000.0 / faces.len().max(1) as f64;
            faces.into_iter().map(move |face| (face, km))
        })
        .collect();
    let mut km = vec![0.0; slots];
    pieces.into_iter().for_each(|(face, length)| km[face.index()] += length);
    Some(km)
}

/// Properties that hold a number of households.
const HOUSEHOLDS: [&str; 4] = ["households", "户数", "household", "hushu"];

/// Households by face slot: of the zones of the base tier, shared among their faces by area; 0 where unknown.
#[must_use]
pub fn households(plan: &Plan) -> Vec<f64> {
    let mut by_face = vec![0.0; plan.coverage.face_slots()];
    let Some(tier) = plan.tiers.get(plan.base) else { return by_face };
    let area = |face: FaceId| plan.coverage.faces().get(face).map_or(0.0, |face| face.doubled_area as f64);
    for (zone, faces) in tier.zones.iter().map(|(_, zone)| zone).zip(tier.faces_by_zone()) {
        let known = HOUSEHOLDS.iter().find_map(|key| zone.attributes.get(*key)?.as_f64());
        let total: f64 = faces.iter().map(|&face| area(face)).sum();
        if let Some(count) = known.filter(|_| total > 0.0) {
            faces.iter().for_each(|&face| by_face[face.index()] = count * area(face) / total);
        }
    }
    by_face
}
