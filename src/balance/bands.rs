//! Target bands: which grids carry too much or too little, and the splits and merges that would mend it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Key as _, Progress, Refusal, Text};
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::districts::{graph_of, parents_of, shared};
use super::kept::{bonds_among, meets_apart};
use super::{Budget, Graph, Loads, Objective, Partitioned, Partitioning, partition};

/// A change that brings grids into a band of work.
#[derive(Clone, Debug, PartialEq)]
pub enum Banded {
    /// A grid that carries too much falls into parts.
    Split {
        /// The grid.
        grid: ZoneId,
        /// The faces of each part, ascending.
        parts: Vec<Vec<FaceId>>,
        /// Hours of work a week, or households, of each part.
        amounts: Vec<f64>,
    },
    /// A grid that carries too little joins a neighbour.
    Merge {
        /// The grid.
        grid: ZoneId,
        /// The neighbour, of the same town.
        into: ZoneId,
        /// Hours of work a week, or households, of both.
        amount: f64,
    },
}

/// Epochs in which a grid is cut in parts.
const EPOCHS: u32 = 2;
pub(super) const MS_PER_HOUR: f64 = 3_600_000.0;

/// Splits and merges that bring grids to `least` to `most` hours of work a week, or as many households where the loads are
/// [`Loads::of_households`]; each grid is in one of them at most.
/// Too light: with the neighbour of its town with which it shares most border, of those with which it fits; the lightest
/// grid first. Too heavy: in as few connected parts within the band as there can be, the shortest cuts found. Locked
/// grids, and those that nothing brings into the band, are left as they are.
///
/// # Errors
/// When there are no grids, or the band is empty.
pub fn bands(
    plan: &Plan,
    loads: &Loads,
    (least, most): (f64, f64),
    progress: &Progress,
) -> Result<Vec<Banded>, Refusal> {
    let cannot = || Text::new("Cannot propose splits and merges", "无法提出拆分与合并建议");
    let Some((at, grids)) = plan.tier_of(Role::Grid) else {
        return Err(Refusal::new(
            cannot(),
            Text::new("the plan has no tier of grids", "方案中没有责任网格层"),
            Text::new("Load the grids first", "请先载入责任网格"),
        ));
    };
    if !(least >= 0.0 && most > 0.0 && least <= most) {
        return Err(Refusal::new(
            cannot(),
            Text::new(format!("{least} to {most} is no band"), format!("{least} 至 {most} 不是有效区间")),
            Text::new("Give the lower bound first", "请先填下限,再填上限"),
        ));
    }
    let band = ((least * MS_PER_HOUR).ceil() as i64, (most * MS_PER_HOUR).floor() as i64);
    let works = loads.of_zones(grids);
    let is_open = |zone: ZoneId| grids.zones.get(zone).is_some_and(|zone| !zone.locked);
    let borders = shared(plan, &[]);
    let mut beside: BTreeMap<ZoneId, BTreeMap<ZoneId, i64>> = BTreeMap::new();
    for (&(a, b), length) in &borders {
        if let (Some(a), Some(b)) = (grids.owner_of(a), grids.owner_of(b))
            && a != b
        {
            *beside.entry(a).or_default().entry(b).or_default() += length;
            *beside.entry(b).or_default().entry(a).or_default() += length;
        }
    }
    let parents = parents_of(plan, at);
    let town = |zone: ZoneId| parents.get(zone.index()).copied().flatten();
    let town = |zone: ZoneId| town(zone).filter(|_| is_open(zone));
    let may = |pair: [ZoneId; 2]| town(pair[0]) == town(pair[1]) && !meets_apart(plan, grids, pair);
    let light = |zone: ZoneId| town(zone).is_some() && works[zone.index()] < band.0;
    let mut found = merges(grids, &beside, &works, band, (&light, &may));
    let faces = grids.faces_by_zone();
    let heavy = grids.zones.ids().filter(|&zone| is_open(zone) && works[zone.index()] > band.1);
    for grid in heavy {
        let own = &faces[grid.index()];
        let work = works[grid.index()];
        let graph = graph_of(loads, own, &borders);
        // No fewer parts can be light enough, no more can be heavy enough.
        let counts = (work + band.1 - 1) / band.1..=work.checked_div(band.0).unwrap_or(own.len() as i64);
        let fits = counts.filter(|&count| count <= own.len() as i64).take(3).find_map(|count| {
            let found = parts_of(plan, &graph, own, (count as usize, band), progress)?;
            found.certificate.feasible.then_some(found)
        });
        let Some(division) = fits else { continue };
        let mut parts = vec![Vec::new(); division.certificate.weights.len()];
        own.iter().zip(&division.labels).for_each(|(&face, &part)| parts[part as usize].push(face));
        let amounts = division.certificate.weights.iter().map(|&work| work as f64 / MS_PER_HOUR).collect();
        found.push(Banded::Split { grid, parts, amounts });
    }
    Ok(found)
}

/// The faces of a grid, ascending, in connected parts by the shortest cuts found, with what is kept together or apart kept
/// so; `None` where that was not found. Whether they fit the window is for the caller to judge.
pub(super) fn parts_of(
    plan: &Plan,
    graph: &Graph,
    own: &[FaceId],
    (zones, window): (usize, (i64, i64)),
    progress: &Progress,
) -> Option<Partitioned> {
    let wanted = Partitioning {
        zones,
        window,
        bonds: bonds_among(plan, own),
        objective: Objective::Length,
        seed: 1,
        budget: Budget::Epochs(EPOCHS),
        length_unit: 1.0,
    };
    let found = partition(graph, &wanted, progress).ok()?;
    (found.certificate.contiguous && found.certificate.bound).then_some(found)
}

/// Grids that are too light, each with a neighbour it fits and may join.
fn merges(
    grids: &Tier,
    beside: &BTreeMap<ZoneId, BTreeMap<ZoneId, i64>>,
    works: &[i64],
    band: (i64, i64),
    (is_light, may): (&impl Fn(ZoneId) -> bool, &impl Fn([ZoneId; 2]) -> bool),
) -> Vec<Banded> {
    let mut light: Vec<ZoneId> = grids.zones.ids().filter(|&zone| is_light(zone)).collect();
    light.sort_by_key(|&zone| (works[zone.index()], zone));
    let (mut used, mut found) = (BTreeSet::new(), Vec::new());
    for grid in light {
        if used.contains(&grid) {
            continue;
        }
        let sum = |other: ZoneId| works[grid.index()] + works[other.index()];
        let fits = beside.get(&grid).into_iter().flatten().filter(|&(&other, _)| {
            (band.0..=band.1).contains(&sum(other)) && !used.contains(&other) && may([grid, other])
        });
        if let Some((&into, _)) = fits.max_by_key(|&(&other, length)| (*length, std::cmp::Reverse(other))) {
            used.extend([grid, into]);
            found.push(Banded::Merge { grid, into, amount: sum(into) as f64 / MS_PER_HOUR });
        }
    }
    found
}
