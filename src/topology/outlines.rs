//! Outlines that run over themselves: a stretch drawn twice is one line, and what is left out of a polygon is measured.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::{Cancelled, Progress};
use crate::geometry::Point;

use super::arrange::dissolve;
use super::coverage::{BorderId, Coverage, FaceId};
use super::crossings::cuts;
use super::edges::{Edges, NONE};
use super::rings::Rings;
use super::round::cut;
use super::trace::trace;

/// A piece of land in doubled cells, and a point in the largest part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measured {
    pub(super) doubled: i128,
    pub(super) at: Point,
    largest: i128,
}

impl Measured {
    fn add(&mut self, map: &Coverage, face: FaceId) {
        let Some(doubled) = map.faces().get(face).map(|face| face.doubled_area) else { return };
        self.doubled += doubled;
        if doubled > self.largest {
            (self.largest, self.at) = (doubled, map.point_in(face).unwrap_or_default());
        }
    }
}

/// What the outlines of one source do to its land.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outline {
    pub(super) source: u32,
    /// Land that is enclosed by a stretch drawn more than once: it is kept.
    pub(super) kept: Measured,
    /// Land that an outline runs around twice: the even-odd rule takes it out.
    pub(super) taken: Measured,
    /// Land in several holes, or in a hole that reaches out of the outline: it is left out.
    pub(super) holes: Measured,
}

/// Looks at the sources given, ascending, and draws those anew whose rings do not say by the even-odd rule what they
/// enclose. Returns what was found, and whether a ring changed. O(points) of these sources, log; of all where one changed.
pub(super) fn mend(
    rings: &mut Rings<'_>,
    sources: &[u32],
    progress: &Progress,
) -> Result<(Vec<Outline>, bool), Cancelled> {
    if sources.is_empty() {
        return Ok((Vec::new(), false));
    }
    let mut of_source: BTreeMap<u32, Vec<std::ops::Range<usize>>> =
        sources.iter().map(|&source| (source, Vec::new())).collect();
    for (range, source) in rings.iter() {
        if let Some(ranges) = of_source.get_mut(&source) {
            ranges.push(range);
        }
    }
    let points = &rings.points;
    let seen: Vec<(Outline, Option<Vec<Vec<Point>>>)> = of_source
        .into_par_iter()
        .map(|(source, ranges)| {
            let rings: Vec<&[Point]> = ranges.into_iter().map(|range| &points[range]).collect();
            let (outline, anew) = look(&rings, progress)?;
            Ok((Outline { source, ..outline }, anew))
        })
        .collect::<Result<_, Cancelled>>()?;
    let mut drawn: BTreeMap<u32, Vec<Vec<Point>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (outline, anew) in seen {
        drawn.extend(anew.map(|anew| (outline.source, anew)));
        found.push(outline);
    }
    if !drawn.is_empty() {
        let mut mended = Rings::default();
        for (range, source) in rings.iter() {
            if !drawn.contains_key(&source) {
                mended.push(points[range].iter().copied(), source);
            }
        }
        for (source, anew) in &drawn {
            anew.iter().for_each(|ring| mended.push(ring.iter().copied(), *source));
        }
        *rings = mended;
    }
    Ok((found, !drawn.is_empty()))
}

/// How often a ring runs along an edge, and how much more often one way than the other.
#[derive(Clone, Copy)]
struct Runs {
    ring: u32,
    times: u32,
    net: i32,
}

/// What one ring says of a face: how often it winds around it, and whether an odd number of its lines lies between the
/// face and the outside, lines that are all drawn twice counted once.
#[derive(Clone, Copy)]
struct Says {
    ring: u32,
    winds: i32,
    odd: bool,
    odd_as_drawn: bool,
}

/// Rings as they are drawn.
type Drawn = Vec<Vec<Point>>;

/// What the rings of one polygon do, the outer one first, and the rings that say it by the even-odd rule where these do
/// not.
fn look(rings: &[&[Point]], progress: &Progress) -> Result<(Outline, Option<Drawn>), Cancelled> {
    let mut local = Rings::default();
    (0..).zip(rings).for_each(|(number, ring)| local.push(ring.iter().copied(), number));
    let mut edges = Edges::of(&local).all_lines();
    let found = cuts(&edges);
    if !found.is_empty() {
        cut(&mut local, &edges, &found, progress)?;
        edges = Edges::of(&local).all_lines();
    }
    let runs = runs(&local, &edges);
    let map = trace((0..edges.ends.len()).map(|edge| <[Point; 2]>::from(edges.points(edge)).to_vec()).collect());
    let polygon = Polygon { halves: halves(&runs, rings.len()), runs, map };
    let (outline, land) = polygon.land();
    Ok((outline, land.map(|land| rings_around(polygon.map, &land))))
}

/// The rings around the land of a map, the outer one of each piece before its holes: whole walks, which do not depend on
/// the order of anything.
fn rings_around(map: Coverage, land: &[bool]) -> Vec<Vec<Point>> {
    let (map, land) = dissolve(map, land);
    let mut pieces: Vec<Vec<Vec<Point>>> = Vec::new();
    for (_, face) in map.faces().iter().filter(|(id, _)| land[id.0 as usize]) {
        let ring = |ring| {
            let mut points = map.ring_points(ring);
            points.pop();
            let least = (0..points.len()).min_by_key(|&at| points[at]).unwrap_or(0);
            points.rotate_left(least);
            points
        };
        let mut rings: Vec<Vec<Point>> = face.rings.iter().map(|borders| ring(borders)).collect();
        rings[1..].sort_unstable();
        pieces.push(rings);
    }
    pieces.sort_unstable();
    pieces.concat()
}

fn runs(rings: &Rings<'_>, edges: &Edges) -> Vec<Vec<Runs>> {
    let mut runs: Vec<Vec<Runs>> = vec![Vec::new(); edges.ends.len()];
    for (range, ring) in rings.iter() {
        for at in range {
            let edge = edges.edge_of[at];
            if edge == NONE {
                continue;
            }
            let way = if edges.ends[edge as usize][0] == edges.vertex_of[at] { 1 } else { -1 };
            match runs[edge as usize].last_mut().filter(|runs| runs.ring == ring) {
                Some(runs) => (runs.times, runs.net) = (runs.times + 1, runs.net + way),
                None => runs[edge as usize].push(Runs { ring, times: 1, net: way }),
            }
        }
    }
    runs
}

/// How often each ring can be halved so that it runs along every edge a whole number of times still.
fn halves(runs: &[Vec<Runs>], rings: usize) -> Vec<u32> {
    let mut halves = vec![u32::MAX; rings];
    for run in runs.iter().flatten() {
        let least = &mut halves[run.ring as usize];
        *least = (*least).min(run.times.trailing_zeros());
    }
    halves
}

/// The rings of one polygon laid out as a map: a border for each edge.
struct Polygon {
    map: Coverage,
    runs: Vec<Vec<Runs>>,
    halves: Vec<u32>,
}

impl Polygon {
    /// Whether a line is drawn an even number of times by a ring that is not wholly drawn so.
    fn is_doubled(&self, run: &Runs) -> bool {
        (run.times >> self.halves[run.ring as usize]).is_multiple_of(2)
    }

    /// What was found, and which faces are land where that is not what the even-odd rule says of the rings.
    fn land(&self) -> (Outline, Option<Vec<bool>>) {
        let mut says = self.says();
        self.hold_what_is_run_around(&mut says);
        let enclosed = self.enclosed();
        let holds =
            |face: FaceId, says: &Says| says.odd || enclosed.get(&says.ring).is_some_and(|at| at[face.0 as usize]);
        let inside: Vec<Vec<u32>> = self
            .map
            .faces()
            .ids()
            .map(|face| says[face.0 as usize].iter().filter(|says| holds(face, says)).map(|says| says.ring).collect())
            .collect();
        let pairs = Pairs::of(&inside);
        let mut outline = Outline::default();
        let (mut land, mut differs) = (vec![false; self.map.face_slots()], false);
        for face in self.map.faces().ids() {
            let (rings, says) = (&inside[face.0 as usize], &says[face.0 as usize]);
            let is_land = pairs.is_land(rings);
            let as_drawn = says.iter().filter(|says| says.odd_as_drawn).count() % 2 == 1;
            differs |= is_land != as_drawn;
            let twice = |says: &Says| says.winds != 0 && !rings.contains(&says.ring);
            let again = |says: &Says| says.winds.abs() > 1;
            let measured = match (is_land, as_drawn) {
                (true, false) => Some(&mut outline.kept),
                (true, true) if says.iter().any(again) => Some(&mut outline.kept),
                (false, true) => Some(&mut outline.holes),
                (false, false) if says.iter().any(twice) => Some(&mut outline.taken),
                _ => None,
            };
            if let Some(measured) = measured {
                measured.add(&self.map, face);
            }
            land[face.0 as usize] = is_land;
        }
        (outline, differs.then_some(land))
    }

    /// A ring that runs around most of its land an even number of times was drawn over itself, the second pass beside the
    /// first: all that it winds around is inside it.
    fn hold_what_is_run_around(&self, says: &mut [Vec<Says>]) {
        // By ring: land in it by the even-odd rule, and land that it winds around and that the rule takes out.
        let mut land: BTreeMap<u32, [i128; 2]> = BTreeMap::new();
        for (id, face) in self.map.faces().iter() {
            for says in says[id.0 as usize].iter().filter(|says| says.odd || says.winds != 0) {
                land.entry(says.ring).or_default()[usize::from(!says.odd)] += face.doubled_area;
            }
        }
        let all = says.iter_mut().flatten().filter(|says| says.winds != 0);
        all.filter(|says| land.get(&says.ring).is_some_and(|[odd, even]| even > odd)).for_each(|says| says.odd = true);
    }

    /// What each ring says of each face, walking inwards from the outside.
    fn says(&self) -> Vec<Vec<Says>> {
        let mut says: Vec<Option<Vec<Says>>> = vec![None; self.map.face_slots()];
        let mut queue: std::collections::VecDeque<FaceId> = std::collections::VecDeque::new();
        let take = |says: &mut Vec<Option<Vec<Says>>>, from: Option<FaceId>, edge: super::Directed| {
            let here = from.and_then(|face| says[face.0 as usize].clone()).unwrap_or_default();
            let to = self.map.face_left_of(edge).filter(|to| says[to.0 as usize].is_none())?;
            says[to.0 as usize] = Some(self.across(here, edge));
            Some(to)
        };
        for (id, _) in self.map.borders().iter() {
            for edge in [super::Directed::forward(id), super::Directed::backward(id)] {
                if self.map.face_left_of(edge.reversed()).is_none() {
                    queue.extend(take(&mut says, None, edge));
                }
            }
        }
        while let Some(face) = queue.pop_front() {
            let rings = self.map.faces().get(face).map_or(&[][..], |face| &face.rings);
            for edge in rings.iter().flat_map(|ring| ring.iter()) {
                queue.extend(take(&mut says, Some(face), edge.reversed()));
            }
        }
        says.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// What is said of the land on the left of an edge by what is said of that on its right.
    fn across(&self, mut says: Vec<Says>, edge: super::Directed) -> Vec<Says> {
        for run in &self.runs[edge.border().0 as usize] {
            let net = if edge.is_backward() { -run.net } else { run.net };
            let at = says.iter().position(|says| says.ring == run.ring).unwrap_or_else(|| {
                says.push(Says { ring: run.ring, winds: 0, odd: false, odd_as_drawn: false });
                says.len() - 1
            });
            says[at].winds += net;
            says[at].odd ^= !self.is_doubled(run);
            says[at].odd_as_drawn ^= run.times % 2 == 1;
        }
        says
    }

    /// For each ring with a line drawn twice, the faces that such lines part from the outside.
    fn enclosed(&self) -> BTreeMap<u32, Vec<bool>> {
        let doubled = self.runs.iter().flatten().filter(|run| self.is_doubled(run)).map(|run| run.ring);
        let rings: BTreeSet<u32> = doubled.collect();
        let of = |border: BorderId, ring: u32| self.runs[border.0 as usize].iter().find(|run| run.ring == ring);
        let faces = |&ring: &u32| {
            let outside = self.reached(|border| of(border, ring).is_none());
            let within = self.reached(|border| of(border, ring).is_none_or(|run| self.is_doubled(run)));
            (ring, within.iter().zip(&outside).map(|(within, outside)| *within && !outside).collect())
        };
        rings.iter().map(faces).collect()
    }

    /// The faces that are reached from the outside over borders of some kind.
    fn reached(&self, opens: impl Fn(BorderId) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.map.face_slots()];
        let mut stack: Vec<FaceId> = Vec::new();
        let open = self.map.borders().iter().filter(|&(id, _)| opens(id));
        let outer = open.filter(|(_, border)| border.left.is_none() || border.right.is_none());
        stack.extend(outer.flat_map(|(_, border)| [border.left, border.right]).flatten());
        while let Some(face) = stack.pop() {
            if std::mem::replace(&mut reached[face.0 as usize], true) {
                continue;
            }
            let rings = self.map.faces().get(face).map_or(&[][..], |face| &face.rings);
            let edges = rings.iter().flat_map(|ring| ring.iter()).filter(|edge| opens(edge.border()));
            stack.extend(edges.filter_map(|edge| self.map.face_left_of(edge.reversed())));
        }
        reached
    }
}

/// Holes with the land of one before them.
fn repeated(inside: &[Vec<u32>]) -> FxHashSet<u32> {
    let mut faces: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (face, rings) in (0..).zip(inside) {
        rings.iter().filter(|&&ring| ring > 0).for_each(|&ring| faces.entry(ring).or_default().push(face));
    }
    let mut met: FxHashSet<Vec<u32>> = FxHashSet::default();
    faces.into_iter().filter_map(|(ring, faces)| (!met.insert(faces)).then_some(ring)).collect()
}

/// Rings of one polygon that have land in common.
struct Pairs {
    /// Those of which each has land that the other has not, the lower first.
    cross: Vec<[u32; 2]>,
    /// Holes that say nothing new.
    repeated: FxHashSet<u32>,
}

impl Pairs {
    fn of(inside: &[Vec<u32>]) -> Self {
        let repeated = repeated(inside);
        let mut common: Vec<[u32; 2]> = Vec::new();
        for rings in inside.iter().filter(|rings| rings.len() > 1) {
            let rings: Vec<u32> = rings.iter().copied().filter(|ring| !repeated.contains(ring)).collect();
            for &one in &rings {
                common.extend(rings.iter().filter(|&&two| two > one).map(|&two| [one, two]));
            }
        }
        common.sort_unstable();
        common.dedup();
        let alone = |one: u32, two: u32| inside.iter().any(|rings| rings.contains(&one) && !rings.contains(&two));
        let cross = common.into_iter().filter(|&[one, two]| alone(one, two) && alone(two, one)).collect();
        Self { cross, repeated }
    }

    /// Whether land inside some rings is in a hole that crosses another one, or the outline.
    fn is_amiss(&self, rings: &[u32]) -> bool {
        let within = |ring: &u32| rings.contains(ring);
        self.cross.iter().any(|[one, two]| within(two) && (within(one) || *one == 0))
    }

    /// Whether land inside some rings is that of the polygon: by the even-odd rule, but that a hole is one where it crosses
    /// another ring, and one hole where it is drawn twice.
    fn is_land(&self, rings: &[u32]) -> bool {
        let anew = |ring: &&u32| !self.repeated.contains(*ring);
        !self.is_amiss(rings) && rings.iter().filter(anew).count() % 2 == 1
    }
}
