//! A second layer on a coverage: labels for its faces, or line work that cuts them (design §5).

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, Progress};
use crate::geometry::{Areas, Point, area_m2, length_m};

use super::arrange::{Cells, arrange, dissolve, flood};
use super::build::{SLIVER_M2, unit_of_polygon};
use super::coverage::{Coverage, FaceId};
use super::follow::follow;
use super::rings::Rings;
use super::settle::absorb;

/// A tier of a coverage and how far the layer it came from disagrees with the faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// The unit of each face slot that holds most of it; `None` where most of it lies in no unit.
    pub owner: Vec<Option<u32>>,
    /// Land of faces of one unit that the layer gives to another: one entry for each pair, largest first.
    pub disagreements: Vec<Disagreement>,
}

/// Land that the labels give to one unit and the layer to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disagreement {
    /// Who has it by the labels; `None` nobody, or land outside the coverage.
    pub labelled: Option<u32>,
    /// Whose it is in the layer; `None` nobody's.
    pub drawn: Option<u32>,
    /// Area in m².
    pub area_m2: f64,
    /// The part of it in pieces wider than a hairline: [`SLIVER_M2`] or more each.
    pub wide_m2: f64,
    /// A point in the largest piece.
    pub at: Point,
}

impl Labels {
    /// Area that disagrees in pieces wider than a hairline, m².
    #[must_use]
    pub fn wide_m2(&self) -> f64 {
        self.disagreements.iter().map(|pair| pair.wide_m2).sum()
    }
}

/// Cells of a coverage and a layer laid over each other.
struct Laid {
    cells: Cells,
    /// Face of the coverage and unit of the layer of each cell. Where units overlap the first by number.
    of: Vec<(Option<FaceId>, Option<u32>)>,
}

fn lay(coverage: &Coverage, areas: &Areas, tolerance_m: Option<f64>, progress: &Progress) -> Result<Laid, Cancelled> {
    let mut rings = Rings::default();
    for (id, face) in coverage.faces().iter() {
        for ring in face.rings.iter() {
            let mut points = coverage.ring_points(ring);
            points.pop();
            rings.push(points, id.0);
        }
    }
    let fixed = rings.points.len();
    let first = coverage.face_slots() as u32;
    let layer = Rings::of_areas(areas);
    for (range, polygon) in layer.iter() {
        rings.push(layer.points[range].iter().copied(), first + polygon);
    }
    let unit_of_polygon = unit_of_polygon(areas);
    let cells = arrange(rings, fixed, tolerance_m, progress)?;
    let of = cells
        .covers
        .iter()
        .map(|covers| {
            let face = covers.first().filter(|&&source| source < first).map(|&source| FaceId(source));
            let units = covers.iter().filter(|&&source| source >= first);
            (face, units.map(|&source| unit_of_polygon[(source - first) as usize]).min())
        })
        .collect();
    Ok(Laid { cells, of })
}

/// Gives each face to the unit that holds most of it, and says in figures where the layer disagrees. Where units of the
/// layer overlap the first by number has the land.
///
/// A layer whose rings run along borders is labelled by walking them, O(points); any other is laid over the coverage.
///
/// # Errors
/// As [`super::build`].
pub fn label(
    coverage: &Coverage,
    areas: &Areas,
    tolerance_m: Option<f64>,
    progress: &Progress,
) -> Result<Labels, Cancelled> {
    if let Some(uses) = follow(coverage, areas) {
        let unit_of_polygon = unit_of_polygon(areas);
        let first = |covers: Vec<u32>| covers.iter().map(|&polygon| unit_of_polygon[polygon as usize]).min();
        let owner = flood(coverage, |border| &uses[border.0 as usize]).into_iter().map(first).collect();
        return Ok(Labels { owner, disagreements: Vec::new() });
    }
    let Laid { cells, of } = lay(coverage, areas, tolerance_m, progress)?;
    let mut shares: FxHashMap<(FaceId, Option<u32>), i128> = FxHashMap::default();
    for (id, cell) in cells.coverage.faces().iter() {
        if let (Some(face), unit) = of[id.0 as usize] {
            *shares.entry((face, unit)).or_default() += cell.doubled_area;
        }
    }
    let mut shares: Vec<_> = shares.into_iter().collect();
    // Ascending by area; of equal areas the lower unit comes last and wins.
    shares.sort_unstable_by_key(|&((face, unit), area)| (face, area, std::cmp::Reverse(unit)));
    let mut owner = vec![None; coverage.face_slots()];
    shares.into_iter().for_each(|((face, unit), _)| owner[face.0 as usize] = unit);
    let disagreements = disagreements(&cells, &of, &owner);
    Ok(Labels { owner, disagreements })
}

/// A unit by the labels and a unit by the layer.
type Pair = (Option<u32>, Option<u32>);

fn disagreements(cells: &Cells, of: &[(Option<FaceId>, Option<u32>)], owner: &[Option<u32>]) -> Vec<Disagreement> {
    // By pair: area in all, area in wide pieces, largest piece, its cell.
    let mut pairs: FxHashMap<Pair, (f64, f64, f64, FaceId)> = FxHashMap::default();
    for (id, cell) in cells.coverage.faces().iter() {
        let (face, drawn) = of[id.0 as usize];
        let labelled = face.and_then(|face| owner[face.0 as usize]);
        if labelled != drawn {
            let area = area_m2(cell.doubled_area, cell.bounds.centre().y);
            let pair = pairs.entry((labelled, drawn)).or_insert((0.0, 0.0, 0.0, id));
            pair.0 += area;
            pair.1 += if area >= SLIVER_M2 { area } else { 0.0 };
            if area > pair.2 {
                (pair.2, pair.3) = (area, id);
            }
        }
    }
    let mut found: Vec<Disagreement> = pairs
        .into_iter()
        .map(|((labelled, drawn), (area_m2, wide_m2, _, largest))| Disagreement {
            labelled,
            drawn,
            area_m2,
            wide_m2,
            at: cells.coverage.point_in(largest).unwrap_or_default(),
        })
        .collect();
    found.sort_by(|a, b| {
        b.area_m2.total_cmp(&a.area_m2).then_with(|| (a.labelled, a.drawn).cmp(&(b.labelled, b.drawn)))
    });
    found
}

/// A coverage cut by the line work of a layer.
#[derive(Clone, Debug)]
pub struct Overlaid {
    /// The new coverage.
    pub coverage: Coverage,
    /// For each new face, the face it was cut from; `None` for land that only the layer has.
    pub from: Vec<Option<FaceId>>,
    /// For each new face, the unit of the layer.
    pub unit: Vec<Option<u32>>,
    /// Cells narrower than 1 m that went to the neighbour with the longest shared border.
    pub absorbed: usize,
}

/// Cells narrower than this are no faces of their own, metres (design §5).
const NARROW_M: f64 = 1.0;

/// Cuts the faces along the borders of a layer; cells narrower than 1 m are absorbed.
///
/// # Errors
/// As [`super::build`].
pub fn overlay(
    coverage: &Coverage,
    areas: &Areas,
    tolerance_m: Option<f64>,
    progress: &Progress,
) -> Result<Overlaid, Cancelled> {
    let Laid { cells, of } = lay(coverage, areas, tolerance_m, progress)?;
    let mut labels: Vec<Option<(Option<FaceId>, Option<u32>)>> = of.into_iter().map(Some).collect();
    let narrow: Vec<FaceId> = cells
        .coverage
        .faces()
        .iter()
        .filter(|(id, cell)| {
            let area = area_m2(cell.doubled_area, cell.bounds.centre().y);
            let around: f64 = cell.rings.iter().map(|ring| length_m(&cells.coverage.ring_points(ring))).sum();
            // A long strip of width w has area/perimeter of w/2.
            labels[id.0 as usize] != Some((None, None)) && 2.0 * area < NARROW_M * around
        })
        .map(|(id, _)| id)
        .collect();
    narrow.iter().for_each(|face| labels[face.0 as usize] = None);
    absorb(&cells.coverage, narrow.iter().copied(), &mut labels);
    let (coverage, labels) = dissolve(cells.coverage, &labels);
    let (from, unit) = labels.into_iter().map(Option::unwrap_or_default).unzip();
    Ok(Overlaid { coverage, from, unit, absorbed: narrow.len() })
}
