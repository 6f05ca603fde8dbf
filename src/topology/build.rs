//! A coverage from the areas of one layer, clean or dirty (design §5).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, Progress};
use crate::geometry::{Areas, Point};

use super::arrange::{Cells, Matched, arrange_matched, dissolve};
use super::coverage::{Coverage, FaceId};
use super::fine::Fine;
use super::piles::{PAIRED, piles};
use super::rings::Rings;
use super::settle::{Claims, Piece, Settled, Settling, Vanished};
use super::strips::close_strips;

/// Disagreement below this is a sliver, m².
pub const SLIVER_M2: f64 = 1.0;

/// What a builder found and settled.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Land inside two units. Land inside several, a dozen at most, is listed for each pair of them.
    Overlap {
        /// The two units, the one of lower rank first.
        units: [u32; 2],
        /// The one of the two that got the largest piece that went to either; a third one where all went to others.
        owner: u32,
        /// Area in m², at least [`SLIVER_M2`].
        area_m2: f64,
        /// A point in it.
        at: Point,
    },
    /// Bounded land inside no unit; it stays a face without an owner.
    Gap {
        /// Units around it, ascending.
        around: Vec<u32>,
        /// Area in m², at least [`SLIVER_M2`].
        area_m2: f64,
        /// A point in it.
        at: Point,
    },
    /// Land on which more than a dozen units lie over each other, not counted in their pairs.
    Pile {
        /// All units that do, ascending.
        units: Vec<u32>,
        /// The one that has the largest piece.
        owner: u32,
        /// Area in m².
        area_m2: f64,
        /// A point in the largest piece.
        at: Point,
    },
    /// Overlaps and gaps below [`SLIVER_M2`]: overlaps were settled like all others, gaps went to the neighbour with the
    /// longest shared border unless they were asked to stay.
    Slivers {
        /// How many.
        count: usize,
        /// Their area together, m².
        area_m2: f64,
        /// A point in the largest.
        at: Point,
    },
    /// A unit all of whose land went to others, who would have none without it: a doubled one.
    Vanished {
        /// The unit.
        unit: u32,
        /// Who has the largest piece of it.
        by: u32,
        /// How many have pieces of it.
        holders: usize,
        /// A point in that piece.
        at: Point,
    },
    /// A unit whose rings run out and back over themselves and enclose nothing.
    NoLand {
        /// The unit.
        unit: u32,
        /// Where it is drawn.
        at: Point,
    },
    /// A unit whose own ring crosses itself.
    SelfCrossing {
        /// The unit.
        unit: u32,
        /// Where.
        at: Point,
    },
    /// Land of a unit that its rings do not say plainly.
    Outline {
        /// The unit.
        unit: u32,
        /// What they do.
        kind: Muddle,
        /// Area in m².
        area_m2: f64,
        /// A point in it.
        at: Point,
    },
}

/// How rings of one unit get into each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Muddle {
    /// An outline is drawn over itself for a stretch that encloses land. The stretch is one line, and the land is kept.
    DrawnTwice,
    /// An outline runs around land twice and crosses itself. By the even-odd rule the land is left out.
    RunAround,
    /// A hole crosses another hole or the outline, or is drawn twice. No land is in any of them.
    HolesCross,
    /// Parts of a unit overlap. The land is counted once.
    PartsOverlap,
}

/// A coverage and what was settled on the way to it.
#[derive(Clone, Debug)]
pub struct Built {
    /// Proven planar; every face is one connected piece of one unit, or a gap.
    pub coverage: Coverage,
    /// The unit of each face, by face id; `None` for a gap.
    pub owner: Vec<Option<u32>>,
    /// Faults, overlaps first, each kind largest first.
    pub faults: Vec<Fault>,
    /// Snapping tolerance used, metres.
    pub tolerance_m: f64,
    /// Points moved or inserted by snapping.
    pub snapped: usize,
    /// How far the furthest of them moved, metres, and where it was.
    pub furthest: Option<(f64, Point)>,
    /// Points added where edges crossed, ascending.
    pub added: Vec<Point>,
    /// Land whose owner had to be settled, the largest piece first.
    pub settled: Vec<Settled>,
}

/// Builds the coverage of a layer: match, snap, prove, trace, settle overlaps and slivers, dissolve what has one owner.
///
/// `rank` decides overlaps: the unit of the lowest rank owns the land (missing ranks count as the unit's number).
/// `tolerance_m`: `None` measures it (design §5), `Some(0.0)` snaps nothing.
///
/// # Errors
/// When cancelled.
pub fn build(areas: &Areas, rank: &[u32], tolerance_m: Option<f64>, progress: &Progress) -> Result<Built, Cancelled> {
    settle(areas, rank, tolerance_m, Settling::default(), progress)
}

/// As [`build`], settling disagreement as asked.
///
/// # Errors
/// As [`build`].
pub fn settle(
    areas: &Areas,
    rank: &[u32],
    tolerance_m: Option<f64>,
    settling: Settling,
    progress: &Progress,
) -> Result<Built, Cancelled> {
    settle_matched(areas, matched(areas, progress)?, rank, (tolerance_m, settling), progress)
}

/// The first step of [`settle`], for a layer that is settled in several ways.
///
/// # Errors
/// When cancelled.
pub fn matched(areas: &Areas, progress: &Progress) -> Result<Matched, Cancelled> {
    Matched::of(&Rings::of_areas(areas), progress)
}

/// The other steps of [`settle`], with its tolerance and its settling.
///
/// # Errors
/// As [`build`].
pub fn settle_matched(
    areas: &Areas,
    matched: Matched,
    rank: &[u32],
    (tolerance_m, settling): (Option<f64>, Settling),
    progress: &Progress,
) -> Result<Built, Cancelled> {
    settle_on(areas, matched, rank, (tolerance_m, settling), Fine::LATTICE, progress)
}

/// The faults of a layer whose points are finer cells: nothing is snapped, places are points of the lattice.
///
/// # Errors
/// As [`build`].
pub fn judge(areas: &Areas, rank: &[u32], cells: Fine, progress: &Progress) -> Result<Vec<Fault>, Cancelled> {
    let built = settle_on(areas, matched(areas, progress)?, rank, (Some(0.0), Settling::default()), cells, progress)?;
    let mut faults = built.faults;
    for fault in &mut faults {
        let (Fault::Overlap { at, .. }
        | Fault::Pile { at, .. }
        | Fault::Gap { at, .. }
        | Fault::Slivers { at, .. }
        | Fault::Vanished { at, .. }
        | Fault::NoLand { at, .. }
        | Fault::Outline { at, .. }
        | Fault::SelfCrossing { at, .. }) = fault;
        *at = cells.point(*at);
    }
    Ok(faults)
}

fn settle_on(
    areas: &Areas,
    matched: Matched,
    rank: &[u32],
    (tolerance_m, settling): (Option<f64>, Settling),
    unit: Fine,
    progress: &Progress,
) -> Result<Built, Cancelled> {
    let cells = arrange_matched(Rings::of_areas(areas), matched, 0, tolerance_m, progress)?;
    let unit_of_polygon = unit_of_polygon(areas);
    // Units by rank, and the place of each among them.
    let mut ranked: Vec<u32> = (0..areas.units() as u32).collect();
    ranked.sort_by_key(|&unit| (rank.get(unit as usize).copied().unwrap_or(unit), unit));
    let mut place = vec![0_u32; ranked.len()];
    (0_u32..).zip(&ranked).for_each(|(at, &unit)| place[unit as usize] = at);
    let places = |polygons: &Vec<u32>| -> Vec<u32> {
        let unit = |&polygon: &u32| unit_of_polygon[polygon as usize];
        let mut places: Vec<u32> = polygons.iter().map(|polygon| place[unit(polygon) as usize]).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let mut covers: Vec<Vec<u32>> = cells.covers.iter().map(places).collect();
    let claims = Claims { coverage: &cells.coverage, covers: &covers, units: areas.units(), cells: unit };
    let disputed = claims.disputed();
    let mut owner = claims.settle(&disputed, settling);
    let mut settled = claims.settled(&disputed, &owner);
    let mut vanished = claims.vanished(&disputed, &owner);
    let back = |at: &mut u32| *at = ranked[*at as usize];
    covers.iter_mut().flatten().chain(owner.iter_mut().flatten()).for_each(back);
    for piece in &mut settled {
        piece.claimed.iter_mut().chain([&mut piece.owner]).for_each(back);
    }
    vanished.iter_mut().for_each(|lost| [&mut lost.unit, &mut lost.by].into_iter().for_each(back));
    let mut faults = faults(&cells, &covers, &disputed, &owner);
    faults.extend(vanished.into_iter().map(|Vanished { unit, by, holders, at }| Fault::Vanished {
        unit,
        by,
        holders,
        at,
    }));
    faults.extend(landless(areas, &covers));
    let crossing = cells.self_crossing.iter();
    faults.extend(crossing.map(|&(polygon, at)| Fault::SelfCrossing { unit: unit_of_polygon[polygon as usize], at }));
    faults.extend(muddles(&cells, &unit_of_polygon, unit));
    let Cells { tolerance_m, snapped, furthest, added, .. } = cells;
    let (coverage, owner) = dissolve(cells.coverage, &owner);
    let mut built = Built { coverage, owner, faults, tolerance_m, snapped, furthest, added, settled };
    if settling.strip_width_m > 0.0 {
        close_strips(&mut built, &ranked, settling, progress)?;
    }
    Ok(built)
}

/// What rings of one unit do to each other, by unit, with the area of each kind.
fn muddles(cells: &Cells, unit_of_polygon: &[u32], unit: Fine) -> Vec<Fault> {
    // By unit and kind: area in all, largest piece, a point in it.
    let mut found: BTreeMap<(u32, Muddle), (f64, f64, Point)> = BTreeMap::new();
    let mut add = |key: (u32, Muddle), area_m2: f64, at: &dyn Fn() -> Point| {
        let sum = found.entry(key).or_default();
        sum.0 += area_m2;
        if area_m2 > sum.1 {
            (sum.1, sum.2) = (area_m2, at());
        }
    };
    for outline in &cells.outlines {
        let kinds = [
            (Muddle::DrawnTwice, outline.kept),
            (Muddle::RunAround, outline.taken),
            (Muddle::HolesCross, outline.holes),
        ];
        for (kind, land) in kinds.into_iter().filter(|(_, land)| land.doubled > 0) {
            let area = unit.area_m2(land.doubled, land.at.y);
            add((unit_of_polygon[outline.source as usize], kind), area, &|| land.at);
        }
    }
    for (id, face) in cells.coverage.faces().iter() {
        let polygons = &cells.covers[id.0 as usize];
        let unit_of = |polygon: &u32| unit_of_polygon[*polygon as usize];
        for parts in polygons.chunk_by(|a, b| unit_of(a) == unit_of(b)).filter(|parts| parts.len() > 1) {
            let area = unit.area_m2(face.doubled_area, face.bounds.centre().y);
            let at = || cells.coverage.point_in(id).unwrap_or_default();
            add((unit_of(&parts[0]), Muddle::PartsOverlap), area, &at);
        }
    }
    let faults = found.into_iter().map(|((unit, kind), (area_m2, _, at))| Fault::Outline { unit, kind, area_m2, at });
    faults.collect()
}

/// Units that are drawn and lie in no face.
fn landless(areas: &Areas, covers: &[Vec<u32>]) -> Vec<Fault> {
    let mut claims = vec![false; areas.units()];
    covers.iter().flatten().for_each(|&unit| claims[unit as usize] = true);
    let first = |unit: usize| areas.rings_of_unit(unit).next()?.first().copied();
    let landless = claims.iter().enumerate().filter(|(_, claims)| !**claims);
    landless.filter_map(|(unit, _)| Some(Fault::NoLand { unit: unit as u32, at: first(unit)? })).collect()
}

/// The unit of each polygon.
pub(super) fn unit_of_polygon(areas: &Areas) -> Vec<u32> {
    (0..areas.units()).flat_map(|unit| areas.polygons_of(unit).map(move |_| unit as u32)).collect()
}

/// Lists overlaps by pair, piles as one, gaps that stay, and slivers in one sentence.
fn faults(cells: &Cells, covers: &[Vec<u32>], disputed: &[Piece], owner: &[Option<u32>]) -> Vec<Fault> {
    // By pair: area in all, largest piece, its face; a piece that one of the two got before one that a third unit got.
    let mut overlaps: FxHashMap<[u32; 2], (f64, (bool, f64), FaceId)> = FxHashMap::default();
    let mut gaps = Vec::new();
    let mut slivers: Vec<(f64, FaceId)> = Vec::new();
    for &Piece { face, area_m2 } in disputed {
        let units = covers[face.0 as usize].as_slice();
        if area_m2 < SLIVER_M2 {
            slivers.push((area_m2, face));
        } else if units.is_empty() && owner[face.0 as usize].is_none() {
            gaps.push((area_m2, face));
        }
        if units.len() > PAIRED {
            continue;
        }
        for (at, &one) in units.iter().enumerate() {
            for &two in &units[at + 1..] {
                let pair = overlaps.entry([one, two]).or_insert((0.0, (false, 0.0), face));
                pair.0 += area_m2;
                let piece = (owner[face.0 as usize].is_some_and(|owner| owner == one || owner == two), area_m2);
                if piece > pair.1 {
                    (pair.1, pair.2) = (piece, face);
                }
            }
        }
    }
    let at = |face: FaceId| cells.coverage.point_in(face).unwrap_or_default();
    let mut found: Vec<Fault> = overlaps
        .into_iter()
        .filter(|&(_, (area, ..))| area >= SLIVER_M2)
        .map(|(units, (area_m2, _, face))| Fault::Overlap {
            units,
            owner: owner[face.0 as usize].unwrap_or(units[0]),
            area_m2,
            at: at(face),
        })
        .collect();
    found.extend(piles(&cells.coverage, covers, disputed, owner));
    found.sort_by(|a, b| area(b).total_cmp(&area(a)).then_with(|| units(a).cmp(units(b))));
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.extend(gaps.into_iter().map(|(area_m2, face)| Fault::Gap {
        around: around(cells, owner, face),
        area_m2,
        at: at(face),
    }));
    if let Some(&(_, largest)) = slivers.iter().max_by(|a, b| a.0.total_cmp(&b.0)) {
        let area_m2 = slivers.iter().map(|sliver| sliver.0).sum();
        found.push(Fault::Slivers { count: slivers.len(), area_m2, at: at(largest) });
    }
    found
}

fn area(fault: &Fault) -> f64 {
    match fault {
        Fault::Overlap { area_m2, .. }
        | Fault::Pile { area_m2, .. }
        | Fault::Gap { area_m2, .. }
        | Fault::Slivers { area_m2, .. }
        | Fault::Outline { area_m2, .. } => *area_m2,
        Fault::SelfCrossing { .. } | Fault::Vanished { .. } | Fault::NoLand { .. } => 0.0,
    }
}

fn units(fault: &Fault) -> &[u32] {
    match fault {
        Fault::Overlap { units, .. } => units,
        Fault::Pile { units, .. } => units,
        _ => &[],
    }
}

/// Owners of the faces next to one, ascending.
fn around(cells: &Cells, owner: &[Option<u32>], face: FaceId) -> Vec<u32> {
    let mut owners: Vec<u32> =
        cells.coverage.neighbours(face).iter().filter_map(|next| owner[next.0 as usize]).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}
