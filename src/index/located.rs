//! Where every incident of a plan is: derived, never stored with it (rule 4).

use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use super::faces::Spot;
use super::faces::{Hit, Index};
use super::join::{Join, join};
use super::strips::{Edge, Strips};
use crate::base::{Cancelled, Key as _, Progress, Table, Text};
use crate::geometry::{Bounds, Point};
use crate::model::{Incidents, Mask, Placement, Plan, Tier, ZoneId};
use crate::topology::{BorderId, Coverage, FaceId};

/// The place of every incident in the coverage. Tiers are answered from it without looking at points again.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// Rows inside each face, ascending.
    rows: Table<FaceId, Arc<[u32]>>,
    /// Rows on borders, ascending, with what lies around each.
    border: Vec<(u32, Arc<[Option<FaceId>]>)>,
    /// Rows with coordinates in no face, ascending.
    outside: Vec<u32>,
    /// Rows without coordinates that name a zone, ascending.
    pub(super) by_code: Vec<u32>,
    /// Rows with neither, ascending.
    nowhere: Vec<u32>,
    total: usize,
}

/// The sum of rule 4 for one tier: six disjoint parts that make up the total, each with its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierSum {
    /// All incidents.
    pub total: usize,
    /// Incidents inside a zone.
    pub inside: usize,
    /// Rows on a border, counted for the zone they belong to.
    pub on_border: Vec<u32>,
    /// Rows in land that nobody owns.
    pub unowned: Vec<u32>,
    /// Rows outside the coverage.
    pub outside: Vec<u32>,
    /// Rows placed by code or name of a zone.
    pub by_code: Vec<u32>,
    /// Rows without a place, or that name a zone this tier cannot tell.
    pub nowhere: Vec<u32>,
    /// Incidents of each zone: inside, on a border, and by code.
    pub by_zone: Vec<u32>,
}

/// The counts of a [`TierSum`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    /// All incidents.
    pub total: usize,
    /// Inside a zone.
    pub inside: usize,
    /// On a border.
    pub on_border: usize,
    /// In unowned land.
    pub unowned: usize,
    /// Outside.
    pub outside: usize,
    /// Placed by code or name.
    pub by_code: usize,
    /// Without a place.
    pub nowhere: usize,
}

impl TierSum {
    /// The counts alone.
    #[must_use]
    pub fn sum(&self) -> Sum {
        Sum {
            total: self.total,
            inside: self.inside,
            on_border: self.on_border.len(),
            unowned: self.unowned.len(),
            outside: self.outside.len(),
            by_code: self.by_code.len(),
            nowhere: self.nowhere.len(),
        }
    }
}

impl Sum {
    /// Whether the parts make up the total.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.total == self.inside + self.on_border + self.unowned + self.outside + self.by_code + self.nowhere
    }

    /// The sum as a line.
    #[must_use]
    pub fn line(&self) -> Text {
        let Self { total, inside, on_border, unowned, outside, by_code, nowhere } = self;
        Text::new(
            self.to_string(),
            format!(
                "{total} = 网格内 {inside} + 边界上 {on_border} + 未划入 {unowned} + 范围外 {outside} + 按编码归属 {by_code} + 未定位 {nowhere}"
            ),
        )
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, inside, on_border, unowned, outside, by_code, nowhere } = self;
        write!(
            f,
            "{total} = {inside} inside + {on_border} on a border + {unowned} in unowned land + {outside} outside + \
             {by_code} placed by code + {nowhere} without a place"
        )
    }
}

/// Rows with coordinates that no zone of a tier has: those in unowned land, and those outside. Rows on a border are not
/// looked at, so that nothing but the borders themselves need be known. O((vertices + incidents) log), in parallel.
///
/// # Errors
/// When the job was cancelled.
pub fn strays(plan: &Plan, tier: &Tier, progress: &Progress) -> Result<[Vec<u32>; 2], Cancelled> {
    let placed = rows_with(&plan.incidents, Placement::Point);
    let points: Vec<Point> = placed.iter().filter_map(|&row| plan.incidents.point(row as usize)).collect();
    let found = join_faces(&plan.coverage, &points, progress)?;
    let on_border: FxHashSet<u32> = found.on_border.iter().copied().collect();
    let (mut unowned, mut outside) = (Vec::new(), Vec::new());
    for ((at, row), &face) in (0..).zip(placed).zip(&found.first) {
        if face == Join::NONE {
            outside.push(row);
        } else if tier.owner_of(FaceId(face)).is_none() && !on_border.contains(&at) {
            unowned.push(row);
        }
    }
    Ok([unowned, outside])
}

impl Located {
    /// Finds the face of every incident, in parallel. O((vertices + incidents) log).
    ///
    /// # Errors
    /// When the job was cancelled.
    pub fn of(plan: &Plan, index: &Index, progress: &Progress) -> Result<Self, Cancelled> {
        let incidents = &*plan.incidents;
        let with = |wanted: Placement| rows_with(incidents, wanted);
        let placed = with(Placement::Point);
        progress.phase(Text::new("Locating incidents", "案件落图"), placed.len() as u64);
        let points: Vec<Point> = placed.iter().filter_map(|&row| incidents.point(row as usize)).collect();
        let found = join_faces(&plan.coverage, &points, progress)?;
        let mut located = Self {
            by_code: with(Placement::Code),
            nowhere: with(Placement::Nowhere),
            total: incidents.len(),
            ..Self::default()
        };
        let on_border: FxHashSet<u32> = found.on_border.iter().copied().collect();
        let mut by_face: Vec<Vec<u32>> = vec![Vec::new(); plan.coverage.face_slots()];
        for ((at, &row), &face) in placed.iter().enumerate().zip(&found.first) {
            if face == Join::NONE {
                located.outside.push(row);
            } else if on_border.contains(&(at as u32)) {
                located.place(row, index.face_at(&plan.coverage, points[at]), &mut by_face);
            } else if let Some(rows) = by_face.get_mut(face as usize) {
                rows.push(row);
            }
        }
        for (face, rows) in by_face.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            located.rows.set(FaceId::from_index(face), Some(rows.into()));
        }
        Ok(located)
    }

    /// Files a row under what was found there.
    fn place(&mut self, row: u32, hit: Hit, by_face: &mut [Vec<u32>]) {
        match hit {
            Hit::Outside => self.outside.push(row),
            Hit::Face(face) => {
                if let Some(rows) = by_face.get_mut(face.index()) {
                    rows.push(row);
                }
            }
            Hit::Border(around) => self.border.push((row, around)),
        }
    }

    /// The places after these faces changed, came or went: only their incidents are looked at again.
    #[must_use]
    pub fn updated(&self, plan: &Plan, index: &Index, faces: &[FaceId]) -> Self {
        let changed: FxHashSet<FaceId> = faces.iter().copied().collect();
        let reach = faces
            .iter()
            .filter_map(|&face| plan.coverage.faces().get(face))
            .fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
        let mut new = self.clone();
        let mut moved: Vec<u32> = Vec::new();
        for &face in faces {
            moved.extend(self.rows.get(face).into_iter().flat_map(|rows| rows.iter()));
            if self.rows.get(face).is_some() {
                new.rows.set(face, None);
            }
        }
        let in_reach = |row: u32| plan.incidents.point(row as usize).is_some_and(|point| reach.contains(point));
        new.border.retain(|(row, around)| {
            let stays = !in_reach(*row) && !around.iter().flatten().any(|face| changed.contains(face));
            if !stays {
                moved.push(*row);
            }
            stays
        });
        new.outside.retain(|&row| {
            let stays = !in_reach(row);
            if !stays {
                moved.push(row);
            }
            stays
        });
        moved.sort_unstable();
        let mut by_face: FxHashMap<FaceId, Vec<u32>> = FxHashMap::default();
        for row in moved {
            let Some(point) = plan.incidents.point(row as usize) else { continue };
            match index.face_at(&plan.coverage, point) {
                Hit::Outside => new.outside.push(row),
                Hit::Face(face) => by_face.entry(face).or_default().push(row),
                Hit::Border(around) => new.border.push((row, around)),
            }
        }
        new.outside.sort_unstable();
        new.border.sort_unstable_by_key(|&(row, _)| row);
        let mut by_face: Vec<(FaceId, Vec<u32>)> = by_face.into_iter().collect();
        by_face.sort_unstable_by_key(|&(face, _)| face);
        for (face, mut rows) in by_face {
            rows.extend(new.rows.get(face).into_iter().flat_map(|rows| rows.iter()));
            rows.sort_unstable();
            new.rows.set(face, Some(rows.into()));
        }
        new
    }

    /// The places of the rows that pass a filter alone; the total is theirs too. O(incidents).
    #[must_use]
    pub fn passing(&self, mask: &Mask) -> Self {
        let some = |rows: &[u32]| rows.iter().copied().filter(|&row| mask.has(row)).collect::<Vec<_>>();
        let mut rows = Table::default();
        for (face, all) in self.rows.iter() {
            let kept = some(all);
            if !kept.is_empty() {
                rows.set(face, Some(kept.into()));
            }
        }
        Self {
            rows,
            border: self.border.iter().filter(|(row, _)| mask.has(*row)).cloned().collect(),
            outside: some(&self.outside),
            by_code: some(&self.by_code),
            nowhere: some(&self.nowhere),
            total: mask.passing(),
        }
    }

    /// Rows inside a face, ascending; those on its borders are not among them.
    #[must_use]
    pub fn rows_of(&self, face: FaceId) -> &[u32] {
        self.rows.get(face).map_or(&[], |rows| rows)
    }

    /// Rows on borders with what lies around each, counter-clockwise from due east, ascending.
    #[must_use]
    pub fn on_borders(&self) -> &[(u32, Arc<[Option<FaceId>]>)] {
        &self.border
    }

    /// Faces with incidents, ascending, with their rows.
    pub fn faces(&self) -> impl Iterator<Item = (FaceId, &[u32])> {
        self.rows.iter().map(|(face, rows)| (face, &**rows))
    }

    /// The sum of rule 4 for a tier. O(faces + rows that are not simply inside).
    #[must_use]
    pub fn tier(&self, plan: &Plan, tier: &Tier) -> TierSum {
        let mut sum = TierSum {
            total: self.total,
            outside: self.outside.clone(),
            nowhere: self.nowhere.clone(),
            by_zone: vec![0; tier.zones.slots()],
            ..TierSum::default()
        };
        let count = |zone: ZoneId, rows: usize, by_zone: &mut Vec<u32>| {
            if let Some(slot) = by_zone.get_mut(zone.index()) {
                *slot += rows as u32;
            }
        };
        for (face, rows) in self.rows.iter() {
            match tier.owner_of(face) {
                Some(zone) => {
                    sum.inside += rows.len();
                    count(zone, rows.len(), &mut sum.by_zone);
                }
                None => sum.unowned.extend(rows.iter()),
            }
        }
        for (row, around) in &self.border {
            match Hit::Border(around.clone()).spot(tier) {
                Spot::Inside(zone) => {
                    sum.inside += 1;
                    count(zone, 1, &mut sum.by_zone);
                }
                Spot::Border(zone) => {
                    sum.on_border.push(*row);
                    count(zone, 1, &mut sum.by_zone);
                }
                Spot::Unowned | Spot::Outside => sum.unowned.push(*row),
            }
        }
        let zones = self.zones_by_code(plan, tier);
        for &row in &self.by_code {
            let place = plan.incidents.place.get(row as usize).copied().unwrap_or(u16::MAX);
            match zones.get(&place) {
                Some(&zone) => {
                    sum.by_code.push(row);
                    count(zone, 1, &mut sum.by_zone);
                }
                None => sum.nowhere.push(row),
            }
        }
        sum.unowned.sort_unstable();
        sum.nowhere.sort_unstable();
        sum
    }

    /// The rows counted for some zones of a tier: inside, on a border, and by code; ascending. O(faces + rows that are not
    /// simply inside).
    #[must_use]
    pub fn rows_in(&self, plan: &Plan, tier: &Tier, wanted: impl Fn(ZoneId) -> bool) -> Vec<u32> {
        let mut rows: Vec<u32> = Vec::new();
        for (face, own) in self.rows.iter() {
            if tier.owner_of(face).is_some_and(&wanted) {
                rows.extend(own.iter());
            }
        }
        rows.extend(self.border.iter().filter_map(|(row, around)| match Hit::Border(around.clone()).spot(tier) {
            Spot::Inside(zone) | Spot::Border(zone) => wanted(zone).then_some(*row),
            Spot::Unowned | Spot::Outside => None,
        }));
        let zones = self.zones_by_code(plan, tier);
        let place = |row: u32| plan.incidents.place.get(row as usize);
        let by_code = self.by_code.iter().copied();
        rows.extend(by_code.filter(|&row| place(row).and_then(|at| zones.get(at)).is_some_and(|&zone| wanted(zone))));
        rows.sort_unstable();
        rows
    }
}

fn rows_with(incidents: &Incidents, wanted: Placement) -> Vec<u32> {
    let rows = incidents.placement.iter().enumerate();
    rows.filter(|&(_, &placement)| placement == wanted).map(|(row, _)| row as u32).collect()
}

/// Joins points to faces: every border once in a flat list, each face by the numbers of its edges.
fn join_faces(coverage: &Coverage, points: &[Point], progress: &Progress) -> Result<Join, Cancelled> {
    let slots = coverage.borders().slots();
    let (mut flat, mut ends) = (Vec::new(), Vec::with_capacity(slots));
    for at in 0..slots {
        let border = coverage.borders().get(BorderId::from_index(at));
        flat.extend_from_slice(border.map_or(&[][..], |border| &border.points));
        ends.push(flat.len() as u32);
    }
    let start = |border: usize| if border == 0 { 0 } else { ends.get(border - 1).copied().unwrap_or(0) };
    let strips = Strips::new(&flat, &ends, coverage.face_slots(), |face, edges| {
        let Some(face) = coverage.faces().get(FaceId::from_index(face)) else { return };
        for edge in face.rings.iter().flat_map(|ring| ring.iter()) {
            let border = edge.border().index();
            let end = ends.get(border).copied().unwrap_or(0);
            edges.extend((start(border)..end.saturating_sub(1)).map(Edge::open));
        }
    });
    join(&strips, points, progress)
}
