//! Who gets land that several units claim, or that nobody does.

use crate::geometry::{Bounds, Point, Scale, length_m};

use super::build::SLIVER_M2;
use super::coverage::{Coverage, FaceId};
use super::fine::Fine;

/// Which of the units that claim a piece of land gets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claim {
    /// The one of the lowest rank: the smaller code.
    #[default]
    Rank,
    /// The one that claims most land in all; by rank between equals.
    Largest,
    /// The one whose own land has the longest border with the piece; by rank where none has any.
    LongestBorder,
}

/// How disagreement is settled. By default land goes by rank, and only slivers of gaps are closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settling {
    /// Who gets land that several claim.
    pub claim: Claim,
    /// Gaps below this area are closed, m²: the neighbour with the longest shared border gets them.
    pub gap_m2: f64,
    /// Gaps that are narrower than this in their widest place are closed, metres.
    pub gap_width_m: f64,
    /// Strips between two units that are open to the outside and no wider than this are closed, metres.
    pub strip_width_m: f64,
}

impl Default for Settling {
    fn default() -> Self {
        Self { claim: Claim::Rank, gap_m2: SLIVER_M2, gap_width_m: 0.0, strip_width_m: 0.0 }
    }
}

/// A piece of land whose owner had to be settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The units that claim it, by rank; none for a gap that was closed.
    pub claimed: Vec<u32>,
    /// The unit that got it.
    pub owner: u32,
    /// Area in m².
    pub area_m2: f64,
    /// A point in it.
    pub at: Point,
}

/// A piece of land that is claimed by several or by nobody.
pub(super) struct Piece {
    pub(super) face: FaceId,
    pub(super) area_m2: f64,
}

/// Faces by unit that claims them, and who has each now. Units are numbered by rank, so that nothing depends on the order
/// in which they were read.
pub(super) struct Claims<'a> {
    pub(super) coverage: &'a Coverage,
    /// Units that claim each face, by rank.
    pub(super) covers: &'a [Vec<u32>],
    pub(super) units: usize,
    /// What the coordinates are counts of.
    pub(super) cells: Fine,
}

impl Claims<'_> {
    /// Pieces that are not one unit's alone, by face.
    pub(super) fn disputed(&self) -> Vec<Piece> {
        let disputed = self.coverage.faces().iter().filter(|(id, _)| self.covers[id.0 as usize].len() != 1);
        disputed
            .map(|(id, face)| Piece {
                face: id,
                area_m2: self.cells.area_m2(face.doubled_area, face.bounds.centre().y),
            })
            .collect()
    }

    /// The owner of each face: claims settled, gaps up to the thresholds closed, and no unit left without land that has
    /// any to claim, as far as that does not leave another without. O(faces + borders of the disputed ones).
    pub(super) fn settle(&self, disputed: &[Piece], settling: Settling) -> Vec<Option<u32>> {
        let mut owner: Vec<Option<u32>> = self.covers.iter().map(|units| units.first().copied()).collect();
        match settling.claim {
            Claim::Rank => {}
            Claim::Largest => self.by_size(disputed, &mut owner),
            Claim::LongestBorder => self.by_border(disputed, &mut owner),
        }
        self.keep_all(disputed, &mut owner);
        let closed = disputed.iter().filter(|piece| self.is_gap(piece) && self.closes(piece, settling));
        absorb(self.coverage, closed.map(|piece| piece.face), &mut owner);
        owner
    }

    fn is_gap(&self, piece: &Piece) -> bool {
        self.covers[piece.face.0 as usize].is_empty()
    }

    fn closes(&self, piece: &Piece, settling: Settling) -> bool {
        piece.area_m2 < settling.gap_m2
            || (self.mean_width_m(piece) < settling.gap_width_m
                && self.coverage.is_narrower(piece.face, settling.gap_width_m))
    }

    /// No more than the width of the widest place, which takes longer to find.
    fn mean_width_m(&self, piece: &Piece) -> f64 {
        let rings = self.coverage.faces().get(piece.face).map_or(&[][..], |face| &face.rings);
        let around: f64 = rings.iter().map(|ring| length_m(&self.coverage.ring_points(ring))).sum();
        2.0 * piece.area_m2 / around.max(f64::MIN_POSITIVE)
    }

    fn by_size(&self, disputed: &[Piece], owner: &mut [Option<u32>]) {
        let mut land = vec![0_i128; self.units];
        for (id, face) in self.coverage.faces().iter() {
            let area = self.cells.area_m2(face.doubled_area, face.bounds.centre().y);
            self.covers[id.0 as usize].iter().for_each(|&unit| land[unit as usize] += parts_of(area));
        }
        for face in disputed.iter().map(|piece| piece.face.0 as usize) {
            // The first of equals stands first by rank.
            let most = |best: u32, unit: u32| if land[unit as usize] > land[best as usize] { unit } else { best };
            owner[face] = self.covers[face].iter().copied().reduce(most);
        }
    }

    fn by_border(&self, disputed: &[Piece], owner: &mut [Option<u32>]) {
        let claimed: Vec<FaceId> =
            disputed.iter().filter(|piece| !self.is_gap(piece)).map(|piece| piece.face).collect();
        claimed.iter().for_each(|face| owner[face.0 as usize] = None);
        spread(self.coverage, claimed.iter().copied(), owner, |face, unit| {
            self.covers[face.0 as usize].contains(&unit)
        });
        for face in claimed {
            let (owner, units) = (&mut owner[face.0 as usize], &self.covers[face.0 as usize]);
            *owner = owner.or_else(|| units.first().copied());
        }
    }

    /// Gives a unit that lost all it claims what it claims, from those who keep other land. Where all land of both is
    /// claimed, the one that claims more gives way: a zone drawn around others leaves it to them.
    fn keep_all(&self, disputed: &[Piece], owner: &mut [Option<u32>]) {
        let mut held = vec![0_usize; self.units];
        owner.iter().flatten().for_each(|&unit| held[unit as usize] += 1);
        let claimed = disputed.iter().flat_map(|piece| {
            self.covers[piece.face.0 as usize]
                .iter()
                .map(|&unit| (unit, std::cmp::Reverse(Area(piece.area_m2)), self.bounds(piece.face), piece.face))
        });
        let mut claimed: Vec<_> = claimed.filter(|&(unit, ..)| held[unit as usize] == 0).collect();
        claimed.sort_unstable();
        let mut all = vec![0_i128; self.units];
        for piece in disputed {
            let claims = self.covers[piece.face.0 as usize].iter();
            claims.for_each(|&unit| all[unit as usize] += parts_of(piece.area_m2));
        }
        for (unit, .., face) in claimed {
            let bare = held[unit as usize] == 0;
            let gives = |&other: &u32| held[other as usize] > 1 || (bare && all[other as usize] > all[unit as usize]);
            if let Some(other) = owner[face.0 as usize].filter(gives) {
                held[other as usize] -= 1;
                held[unit as usize] += 1;
                owner[face.0 as usize] = Some(unit);
            }
        }
    }

    /// The box of a face, which tells it from others of its size.
    fn bounds(&self, face: FaceId) -> [Point; 2] {
        let Bounds { min, max } = self.coverage.faces().get(face).map_or(Bounds::EMPTY, |face| face.bounds);
        [min, max]
    }

    /// What was settled, the largest first.
    pub(super) fn settled(&self, disputed: &[Piece], owner: &[Option<u32>]) -> Vec<Settled> {
        let mut settled: Vec<Settled> = disputed
            .iter()
            .filter_map(|piece| {
                let face = piece.face.0 as usize;
                let at = self.coverage.point_in(piece.face)?;
                Some(Settled { claimed: self.covers[face].clone(), owner: owner[face]?, area_m2: piece.area_m2, at })
            })
            .collect();
        settled.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then(a.at.cmp(&b.at)));
        settled
    }

    /// Units that claim land and have none.
    pub(super) fn vanished(&self, disputed: &[Piece], owner: &[Option<u32>]) -> Vec<Vanished> {
        let mut holds = vec![false; self.units];
        owner.iter().flatten().for_each(|&unit| holds[unit as usize] = true);
        let mut lost: Vec<(u32, std::cmp::Reverse<Area>, FaceId)> = disputed
            .iter()
            .flat_map(|piece| self.covers[piece.face.0 as usize].iter().map(move |&unit| (unit, piece)))
            .filter(|&(unit, _)| !holds[unit as usize])
            .map(|(unit, piece)| (unit, std::cmp::Reverse(Area(piece.area_m2)), piece.face))
            .collect();
        lost.sort_unstable();
        let vanished = lost.chunk_by(|a, b| a.0 == b.0).map(|pieces| {
            let (unit, _, largest) = pieces[0];
            let mut holders: Vec<Option<u32>> = pieces.iter().map(|(.., face)| owner[face.0 as usize]).collect();
            holders.sort_unstable();
            holders.dedup();
            let by = owner[largest.0 as usize].unwrap_or(unit);
            Vanished { unit, by, holders: holders.len(), at: self.coverage.point_in(largest).unwrap_or_default() }
        });
        vanished.collect()
    }
}

/// A unit that claims land and has none.
pub(super) struct Vanished {
    pub(super) unit: u32,
    /// Who has the largest piece of it.
    pub(super) by: u32,
    /// How many have pieces of it.
    pub(super) holders: usize,
    /// A point in the largest piece.
    pub(super) at: Point,
}

/// A length or an area in whole parts of a thousand millionth, whose sums do not depend on their order.
fn parts_of(measure: f64) -> i128 {
    (measure * 1e9).round() as i128
}

/// An area in the order of numbers.
#[derive(Clone, Copy, PartialEq)]
struct Area(f64);

impl Eq for Area {}

impl PartialOrd for Area {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Area {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Gives faces without an owner to the neighbour with the longest shared border, again and again while one is found, so
/// that a row of them is taken from its ends.
pub(super) fn absorb<L: Copy + Ord>(coverage: &Coverage, faces: impl Iterator<Item = FaceId>, owner: &mut [Option<L>]) {
    spread(coverage, faces, owner, |_, _| true);
}

/// As [`absorb`], from neighbours that may have the face.
fn spread<L: Copy + Ord>(
    coverage: &Coverage,
    faces: impl Iterator<Item = FaceId>,
    owner: &mut [Option<L>],
    may: impl Fn(FaceId, L) -> bool,
) {
    let mut waiting: Vec<FaceId> = faces.collect();
    loop {
        let before = waiting.len();
        let taken: Vec<(FaceId, L)> =
            waiting.iter().filter_map(|&face| Some((face, longest_neighbour(coverage, face, owner, &may)?))).collect();
        taken.iter().for_each(|&(face, label)| owner[face.0 as usize] = Some(label));
        waiting.retain(|&face| owner[face.0 as usize].is_none());
        if waiting.len() == before {
            return;
        }
    }
}

/// The label with the longest border to a face, the lowest of equals.
fn longest_neighbour<L: Copy + Ord>(
    coverage: &Coverage,
    face: FaceId,
    owner: &[Option<L>],
    may: impl Fn(FaceId, L) -> bool,
) -> Option<L> {
    let value = coverage.faces().get(face)?;
    // One scale for all lines, each taken for itself: how they are cut and walked does not matter.
    let scale = Scale::at(value.bounds.centre().y);
    let length = |points: &[Point]| points.windows(2).map(|pair| parts_of(scale.distance(pair[0], pair[1]))).sum();
    let mut shared: Vec<(L, i128)> = value
        .rings
        .iter()
        .flat_map(|ring| ring.iter())
        .filter_map(|edge| {
            let label = owner[coverage.face_left_of(edge.reversed())?.0 as usize].filter(|&label| may(face, label))?;
            Some((label, length(&coverage.borders().get(edge.border())?.points)))
        })
        .collect();
    shared.sort_by_key(|&(label, _)| label);
    let totals =
        shared.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, same.iter().map(|part| part.1).sum::<i128>()));
    totals.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(label, _)| label)
}
