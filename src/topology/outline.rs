//! The rings of a set of faces taken as one area.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Coverage, Directed, FaceId, NodeId};

/// See [`Coverage::outline`].
pub(super) fn outline(coverage: &Coverage, faces: &[FaceId]) -> Vec<Vec<Directed>> {
    let inside: FxHashSet<FaceId> = faces.iter().copied().collect();
    let is_edge = |edge: Directed| {
        let (left, right) = (coverage.face_left_of(edge), coverage.face_left_of(edge.reversed()));
        left.is_some_and(|face| inside.contains(&face)) && !right.is_some_and(|face| inside.contains(&face))
    };
    let mut starts: Vec<Directed> = inside
        .iter()
        .filter_map(|&face| coverage.faces().get(face))
        .flat_map(|face| face.rings.iter().flat_map(|ring| ring.iter().copied()))
        .filter(|&edge| is_edge(edge))
        .collect();
    starts.sort_unstable();
    let mut walked = FxHashSet::default();
    let mut rings = Vec::new();
    for start in starts {
        if walked.contains(&start) {
            continue;
        }
        let mut walk: Vec<Directed> = Vec::new();
        let mut starts_at: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut edge = start;
        while walked.insert(edge) {
            let Some((from, to)) = ends(coverage, edge) else { break };
            starts_at.insert(from, walk.len());
            walk.push(edge);
            if let Some(&loop_start) = starts_at.get(&to) {
                let ring = walk.split_off(loop_start);
                for &edge in &ring {
                    if let Some((from, _)) = ends(coverage, edge) {
                        starts_at.remove(&from);
                    }
                }
                rings.push(ring);
            }
            let Some(next) = next_edge(coverage, edge, &is_edge) else { break };
            edge = next;
        }
    }
    rings
}

/// First and last node of a directed border.
fn ends(coverage: &Coverage, edge: Directed) -> Option<(NodeId, NodeId)> {
    let border = coverage.borders().get(edge.border())?;
    Some(if edge.is_backward() { (border.to, border.from) } else { (border.from, border.to) })
}

/// The edge of the area that follows at the end of `edge`: the first one clockwise from the way back, which keeps the
/// area on the left hand and leaves a point where the area touches itself.
fn next_edge(coverage: &Coverage, edge: Directed, is_edge: &impl Fn(Directed) -> bool) -> Option<Directed> {
    let node = coverage.nodes().get(ends(coverage, edge)?.1)?;
    let back = node.out.iter().position(|&out| out == edge.reversed())?;
    let around = node.out.len();
    (1..=around).map(|step| node.out[(back + around - step) % around]).find(|&out| is_edge(out))
}
