//! Rings to cells: a coverage in which each face knows the sources that cover it.

use std::sync::Arc;

use crate::base::{Cancelled, Progress, Text};
use crate::geometry::Point;

use super::coverage::{BorderId, Coverage, Directed, FaceId};
use super::crossings::{Cut, cuts, cuts_up_to};
use super::edges::Edges;
use super::lines::chain;
use super::outlines::{Outline, mend};
use super::rings::Rings;
use super::round::{round, self_crossings};
use super::snap::{Snapped, snap};
use super::trace::trace;

/// Every bounded piece of land between the rings, and what covers it.
pub(super) struct Cells {
    pub(super) coverage: Coverage,
    /// Sources that cover each face, ascending.
    pub(super) covers: Vec<Vec<u32>>,
    /// Tolerance used, metres.
    pub(super) tolerance_m: f64,
    /// Points moved or inserted by snapping.
    pub(super) snapped: usize,
    /// How far the furthest of them moved, metres, and where it was.
    pub(super) furthest: Option<(f64, Point)>,
    /// Points added where edges crossed, ascending.
    pub(super) added: Vec<Point>,
    /// Sources whose own rings cross, with a place each.
    pub(super) self_crossing: Vec<(u32, Point)>,
    /// What was found of rings that run over themselves or cross, by source.
    pub(super) outlines: Vec<Outline>,
}

/// What can be told of rings before anything is decided: their equal points and edges made one, and where edges meet. It
/// serves several ways to settle the same layer.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The rings, where some of them had to be drawn anew.
    rings: Option<Arc<Rings<'static>>>,
    edges: Arc<Edges>,
    cuts: Arc<Vec<Cut>>,
    self_crossing: Vec<(u32, Point)>,
    outlines: Vec<Outline>,
    tangled: bool,
}

/// Places where lines may cross in any layer, and more for each of its points. Maps that were drawn apart and laid over
/// each other cross less than once a point.
const CROSSINGS: usize = 100_000;
const MORE: usize = 4;

impl Matched {
    /// Whether the lines cross so often that they are no map: nothing can be made of them.
    #[must_use]
    pub fn is_tangled(&self) -> bool {
        self.tangled
    }

    /// Matches rings. O(points), in parallel.
    pub(super) fn of(rings: &Rings<'_>, progress: &Progress) -> Result<Self, Cancelled> {
        progress.phase(Text::new("Matching borders", "匹配边界"), 0);
        let edges = Edges::of(rings);
        progress.check()?;
        // Two edges are cut at each crossing.
        let Some(found) = cuts_up_to(&edges, 2 * (CROSSINGS + MORE * rings.points.len())) else {
            return Ok(Self {
                rings: None,
                edges: Arc::new(edges),
                cuts: Arc::default(),
                self_crossing: Vec::new(),
                outlines: Vec::new(),
                tangled: true,
            });
        };
        let self_crossing = self_crossings(&edges, &found);
        // Lines that are drawn more than once have no cuts: their sources are looked at too.
        let mut amiss: Vec<u32> = self_crossing.iter().map(|&(source, _)| source).collect();
        amiss.extend(&edges.doubled);
        amiss.sort_unstable();
        amiss.dedup();
        let mut mended = rings.borrowed();
        let (outlines, changed) = mend(&mut mended, &amiss, progress)?;
        let (rings, edges, cuts) = if changed {
            let edges = Edges::of(&mended);
            let found = cuts(&edges);
            (Some(Arc::new(mended.into_owned())), edges, found)
        } else {
            (None, edges, found)
        };
        Ok(Self { rings, edges: Arc::new(edges), cuts: Arc::new(cuts), self_crossing, outlines, tangled: false })
    }
}

/// Snaps, rounds, proves and traces the rings. Vertices of the first `fixed` points never move.
pub(super) fn arrange(
    rings: Rings<'_>,
    fixed: usize,
    tolerance_m: Option<f64>,
    progress: &Progress,
) -> Result<Cells, Cancelled> {
    let matched = Matched::of(&rings, progress)?;
    arrange_matched(rings, matched, fixed, tolerance_m, progress)
}

/// As [`arrange`], of rings that were matched before.
pub(super) fn arrange_matched(
    mut rings: Rings<'_>,
    matched: Matched,
    fixed: usize,
    tolerance_m: Option<f64>,
    progress: &Progress,
) -> Result<Cells, Cancelled> {
    let Matched { rings: drawn_anew, mut edges, cuts, self_crossing, outlines, tangled } = matched;
    if let Some(anew) = drawn_anew {
        rings = Arc::unwrap_or_clone(anew);
    }
    let mut known = (!tangled).then_some(cuts);
    let Snapped { tolerance_m, count: snapped, furthest } = snap(&mut rings, &edges, fixed, tolerance_m);
    if snapped > 0 {
        edges = united(&mut rings, progress)?;
        known = None;
    }
    progress.phase(Text::new("Rounding where lines cross", "处理相交的边界"), 0);
    let (mut edges, mut added) = round(&mut rings, edges, known, progress)?;
    // Lines that were a little apart may have come to lie on each other.
    let (_, changed) = mend(&mut rings, &edges.doubled, progress)?;
    if changed {
        let more;
        edges = Arc::new(Edges::of(&rings));
        (edges, more) = round(&mut rings, edges, None, progress)?;
        added.extend(more);
    }
    progress.phase(Text::new("Tracing faces", "构建图斑"), 0);
    let (lines, line_edges): (Vec<_>, Vec<_>) = chain(&rings, &edges).into_iter().unzip();
    let coverage = trace(lines);
    progress.check()?;
    let covers = flood(&coverage, |border| edges.uses(line_edges[border.0 as usize] as usize));
    Ok(Cells { coverage, covers, tolerance_m, snapped, furthest, added, self_crossing, outlines })
}

/// The edges of rings; where a ring came to run over itself it is drawn anew first.
fn united(rings: &mut Rings<'_>, progress: &Progress) -> Result<Arc<Edges>, Cancelled> {
    let edges = Edges::of(rings);
    let (_, changed) = mend(rings, &edges.doubled, progress)?;
    Ok(Arc::new(if changed { Edges::of(rings) } else { edges }))
}

/// What covers each face, walking inwards from the outside, where nothing does: stepping over a border takes in and
/// leaves out its uses. O(borders × covers).
pub(super) fn flood<'a>(coverage: &Coverage, uses: impl Fn(BorderId) -> &'a [u32]) -> Vec<Vec<u32>> {
    let mut covers: Vec<Option<Vec<u32>>> = vec![None; coverage.face_slots()];
    let mut queue: std::collections::VecDeque<FaceId> = std::collections::VecDeque::new();
    for (id, border) in coverage.borders().iter() {
        for (inner, outer) in [(border.left, border.right), (border.right, border.left)] {
            if let (Some(face), None) = (inner, outer)
                && covers[face.0 as usize].is_none()
            {
                covers[face.0 as usize] = Some(uses(id).to_vec());
                queue.push_back(face);
            }
        }
    }
    while let Some(face) = queue.pop_front() {
        let here = covers[face.0 as usize].clone().unwrap_or_default();
        let rings = coverage.faces().get(face).map(|face| face.rings.clone());
        for &edge in rings.iter().flat_map(|rings| rings.iter()).flat_map(|ring| ring.iter()) {
            if let Some(next) = coverage.face_left_of(edge.reversed())
                && covers[next.0 as usize].is_none()
            {
                covers[next.0 as usize] = Some(toggled(&here, uses(edge.border())));
                queue.push_back(next);
            }
        }
    }
    covers.into_iter().map(Option::unwrap_or_default).collect()
}

/// The sources in one list but not in both.
pub(super) fn toggled(one: &[u32], two: &[u32]) -> Vec<u32> {
    let only =
        |a: &[u32], b: &[u32]| a.iter().filter(|source| b.binary_search(source).is_err()).copied().collect::<Vec<_>>();
    let mut sources = only(one, two);
    sources.extend(only(two, one));
    sources.sort_unstable();
    sources
}

/// Takes out every border between two faces of one label; labels of the new faces by id. Land outside has no label.
pub(super) fn dissolve<L: Copy + Eq>(coverage: Coverage, labels: &[L]) -> (Coverage, Vec<L>) {
    let label = |face: Option<FaceId>| face.map(|face| labels[face.0 as usize]);
    if coverage.borders().iter().all(|(_, border)| label(border.left) != label(border.right)) {
        return (coverage, labels.to_vec());
    }
    let kept: Vec<(BorderId, Vec<Point>)> = coverage
        .borders()
        .iter()
        .filter(|(_, border)| label(border.left) != label(border.right))
        .map(|(id, border)| (id, border.points.to_vec()))
        .collect();
    let sides: Vec<[Option<L>; 2]> = kept
        .iter()
        .filter_map(|&(id, _)| coverage.borders().get(id))
        .map(|border| [label(border.left), label(border.right)])
        .collect();
    let (lines, firsts): (Vec<_>, Vec<_>) =
        super::lines::relink(kept.into_iter().map(|(_, points)| points).collect()).into_iter().unzip();
    let coverage = trace(lines);
    let labels = coverage
        .faces()
        .iter()
        .filter_map(|(_, face)| {
            let edge: Directed = *face.rings.first()?.first()?;
            let (line, turned): (usize, bool) = firsts[edge.border().0 as usize];
            sides[line][usize::from(edge.is_backward() != turned)]
        })
        .collect();
    (coverage, labels)
}
