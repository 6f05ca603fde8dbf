//! Faces cut along the lines of a reference layer, along lines given, or into regular cells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Refusal, Text};
use crate::geometry::{Bounds, Point, area_m2, length_m};
use crate::model::{Plan, Shape as Drawn};
use crate::topology::{Coverage, Cut, FaceId};

use super::cells::{Cells, Shape};
use super::command::{Context, Step};
use super::divide::inherit;
use super::{dissolve, words};

/// What faces are cut with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cutter {
    /// The lines and outlines of a reference layer, by its place in the order.
    Reference(usize),
    /// Lines.
    Lines(Vec<Vec<Point>>),
    /// Cells of a shape and an area in m².
    Cells(Shape, f64),
}

/// Cells that one command makes at most.
const MOST_CELLS: f64 = 20_000.0;
/// A leftover is also what is narrower than this, metres (design §5).
const NARROW_M: f64 = 1.0;

/// Cuts faces; pieces below `leftover_m2`, or narrower than a metre, go back to the neighbouring piece of the same face
/// with the longest shared border.
pub(super) fn cut(
    plan: &Plan,
    faces: &[FaceId],
    with: &Cutter,
    leftover_m2: f64,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot cut these faces", "无法切分这些图斑");
    words::faces_there(plan, faces, &cannot)?;
    words::faces_open(plan, faces, &cannot)?;
    let bounds = faces
        .iter()
        .filter_map(|&face| plan.coverage.faces().get(face))
        .fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
    let lines = lines(plan, with, bounds, &cannot)?;
    let cut = plan.coverage.engrave(faces, &lines, context.near);
    let cut = cut.map_err(|obstacle| words::blocked(&cannot, plan, obstacle))?;
    let groups = leftovers(&cut, leftover_m2);
    let changed = dissolve::join(&inherit(plan, &cut), &groups);
    let changed = changed.map_err(|obstacle| words::blocked(&cannot, plan, obstacle))?;
    let made = changed.coverage.faces().count() - plan.coverage.faces().count();
    if made == 0 {
        return Err(Refusal::new(
            cannot,
            Text::new("no line crosses one of them from edge to edge", "没有线从一边到另一边穿过这些图斑"),
            Text::new("Choose other faces or another layer, or smaller cells", "请另选图斑或图层,或减小单元面积"),
        ));
    }
    let back: usize = groups.iter().map(|group| group.len() - 1).sum();
    let sentence = Text::new(
        format!("Cut {} faces into {}{}", cut.parts.len(), cut.parts.len() + made, leftover_words(back).en),
        format!("将 {} 个图斑切分为 {} 个{}", cut.parts.len(), cut.parts.len() + made, leftover_words(back).zh),
    );
    let owners = cut.parts.iter().filter_map(|&(face, _)| plan.tiers.get(plan.base)?.owner_of(face));
    let selection = owners.map(|zone| (plan.base, zone)).collect();
    Ok(Step { plan: changed, sentence, selection })
}

fn leftover_words(back: usize) -> Text {
    if back == 0 {
        return Text::default();
    }
    Text::new(format!("; {back} leftovers went to their neighbours"), format!(";{back} 个碎块并入相邻图斑"))
}

/// The lines to cut along, near the faces.
fn lines(plan: &Plan, with: &Cutter, bounds: Bounds, cannot: &Text) -> Result<Vec<Vec<Point>>, Refusal> {
    let lines = match with {
        Cutter::Lines(lines) => lines.clone(),
        Cutter::Reference(at) => {
            let layer = plan.references.get(*at).ok_or_else(|| {
                Refusal::new(
                    cannot.clone(),
                    Text::new("the plan has no such reference layer", "方案中没有该参考图层"),
                    Text::new("Choose one of the plan's reference layers", "请选择方案中已有的参考图层"),
                )
            })?;
            let shapes = layer.features.iter().flat_map(|(shape, _)| match shape {
                Drawn::Points(_) => Vec::new(),
                Drawn::Lines(lines) => lines.clone(),
                Drawn::Rings(rings) => rings.iter().map(|ring| closed(ring)).collect(),
            });
            shapes.collect()
        }
        Cutter::Cells(shape, area_m2) => {
            let cells = Cells::over(bounds, *shape, *area_m2);
            if !area_m2.is_finite() || *area_m2 < 1.0 || cells.count() > MOST_CELLS {
                return Err(Refusal::new(
                    cannot.clone(),
                    Text::new(
                        format!("cells of {area_m2} m² would be too many or too small"),
                        format!("面积为 {area_m2} m² 的单元过多或过小"),
                    ),
                    Text::new("Choose a larger area for a cell, or fewer faces", "请增大单元面积,或减少图斑"),
                ));
            }
            cells.lines()
        }
    };
    Ok(lines.into_iter().filter(|line| line.len() > 1 && Bounds::of(line).meets(bounds)).collect())
}

fn closed(ring: &[Point]) -> Vec<Point> {
    let mut line = ring.to_vec();
    line.extend(ring.first().copied().filter(|_| ring.first() != ring.last()));
    line
}

/// Groups of pieces to be made one: leftovers with the piece of the same face they share most border with.
fn leftovers(cut: &Cut, leftover_m2: f64) -> Vec<Vec<FaceId>> {
    let mut groups = Vec::new();
    for (face, others) in &cut.parts {
        let mut pieces: Vec<FaceId> = others.iter().copied().chain([*face]).collect();
        pieces.sort_by_key(|&piece| (cut.coverage.doubled_area_of(&[piece]), piece));
        // Each piece leads to the one it joins; the last of a chain is itself.
        let mut joins: BTreeMap<FaceId, FaceId> = pieces.iter().map(|&piece| (piece, piece)).collect();
        let root = |joins: &BTreeMap<FaceId, FaceId>, mut piece: FaceId| {
            while joins[&piece] != piece {
                piece = joins[&piece];
            }
            piece
        };
        for &piece in pieces.iter().filter(|&&piece| is_leftover(&cut.coverage, piece, leftover_m2)) {
            let here = root(&joins, piece);
            let mut shared: BTreeMap<FaceId, f64> = BTreeMap::new();
            let rings = cut.coverage.faces().get(piece).map_or(&[][..], |face| &face.rings);
            for edge in rings.iter().flat_map(|ring| ring.iter()) {
                let other = cut.coverage.face_left_of(edge.reversed()).filter(|other| joins.contains_key(other));
                if let Some(other) = other.map(|other| root(&joins, other)).filter(|&other| other != here) {
                    let length = cut.coverage.borders().get(edge.border()).map_or(0.0, |b| length_m(&b.points));
                    *shared.entry(other).or_default() += length;
                }
            }
            if let Some((&other, _)) = shared.iter().max_by(|a, b| a.1.total_cmp(b.1)) {
                joins.insert(here, other);
            }
        }
        let mut by_root: BTreeMap<FaceId, Vec<FaceId>> = BTreeMap::new();
        for &piece in &pieces {
            by_root.entry(root(&joins, piece)).or_default().push(piece);
        }
        groups.extend(by_root.into_values().filter(|group| group.len() > 1));
    }
    groups
}

/// Whether a piece is too small, or too narrow, to be a face of its own. A long strip of width w has area/perimeter w/2.
fn is_leftover(coverage: &Coverage, piece: FaceId, leftover_m2: f64) -> bool {
    let Some(face) = coverage.faces().get(piece) else { return false };
    let area = area_m2(face.doubled_area, face.bounds.centre().y);
    let around: f64 = face.rings.iter().map(|ring| length_m(&coverage.ring_points(ring))).sum();
    area < leftover_m2 || 2.0 * area < NARROW_M * around
}
