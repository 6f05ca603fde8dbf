//! Rings to cells: a coverage in which each face knows the sources that cover it.

use std::sync::Arc;

use crate::base::{Progress, Text};
use crate::geometry::Point;

use super::coverage::{BorderId, Coverage, Directed, FaceId};
use super::crossings::{Cut, cuts};
use super::edges::Edges;
use super::lines::chain;
use super::rings::Rings;
use super::round::{BuildError, round, self_crossings};
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
}

/// What can be told of rings before anything is decided: their equal points and edges made one, and where edges meet. It
/// serves several ways to settle the same layer.
#[derive(Clone, Debug)]
pub struct Matched {
    edges: Arc<Edges>,
    cuts: Arc<Vec<Cut>>,
}

impl Matched {
    /// Matches rings. O(points), in parallel.
    pub(super) fn of(rings: &Rings<'_>, progress: &Progress) -> Result<Self, BuildError> {
        progress.phase(Text::new("Matching borders", "匹配边界"), 0);
        let edges = Edges::of(rings);
        progress.check()?;
        let cuts = cuts(&edges);
        Ok(Self { edges: Arc::new(edges), cuts: Arc::new(cuts) })
    }
}

/// Snaps, rounds, proves and traces the rings. Vertices of the first `fixed` points never move.
pub(super) fn arrange(
    rings: Rings<'_>,
    fixed: usize,
    tolerance_m: Option<f64>,
    progress: &Progress,
) -> Result<Cells, BuildError> {
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
) -> Result<Cells, BuildError> {
    let Matched { mut edges, cuts } = matched;
    let self_crossing = self_crossings(&edges, &cuts);
    let mut known = Some(cuts);
    let Snapped { tolerance_m, count: snapped, furthest } = snap(&mut rings, &edges, fixed, tolerance_m);
    if snapped > 0 {
        edges = Arc::new(Edges::of(&rings));
        known = None;
    }
    progress.phase(Text::new("Proving that nothing crosses", "检验边界互不交叉"), 0);
    let (edges, added) = round(&mut rings, edges, known, progress)?;
    progress.phase(Text::new("Tracing faces", "构建图斑"), 0);
    let (lines, line_edges): (Vec<_>, Vec<_>) = chain(&rings, &edges).into_iter().unzip();
    let coverage = trace(lines);
    progress.check()?;
    let covers = flood(&coverage, |border| edges.uses(line_edges[border.0 as usize] as usize));
    Ok(Cells { coverage, covers, tolerance_m, snapped, furthest, added, self_crossing })
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
