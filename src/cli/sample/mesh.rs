//! A planar map of faces whose borders are shared by identity, in metres east and north of an origin.

use std::ops::{Add, Mul, Sub};

/// A place in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Spot {
    pub(super) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// Positive when `other` lies to the left.
    pub(super) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// A quarter turn to the left.
    pub(super) const fn left(self) -> Self {
        Self { x: -self.y, y: self.x }
    }

    /// The same direction with length 1.
    pub(super) fn normal(self) -> Self {
        self * (1.0 / self.length().max(1e-9))
    }
}

impl Add for Spot {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Spot {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Spot {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// Twice the signed area of a ring.
pub(super) fn doubled_area(ring: &[Spot]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    ring.windows(2).map(|pair| (pair[0] - origin).cross(pair[1] - origin)).sum()
}

/// Centre of gravity of a ring.
pub(super) fn centre(ring: &[Spot]) -> Spot {
    let Some(&origin) = ring.first() else { return Spot::default() };
    let (mut sum, mut weight) = (Spot::default(), 0.0);
    for pair in ring.windows(2) {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        sum = sum + (a + b) * a.cross(b);
        weight += a.cross(b);
    }
    if weight == 0.0 { origin } else { origin + sum * (1.0 / (3.0 * weight)) }
}

/// The face number of what is no land.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// One side of an edge. Its other side is the half with the last bit turned: an edge is `half / 2`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Half {
    /// Vertex it starts from.
    pub(super) origin: u32,
    pub(super) next: u32,
    pub(super) previous: u32,
    /// Face on its left.
    pub(super) face: u32,
}

/// What an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sea or river bank.
    Shore,
    /// Where the map ends on land.
    Limit,
    /// A street, by its number.
    Road(u32),
}

/// The map. Faces outside have no rings of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct Mesh {
    pub(super) spots: Vec<Spot>,
    pub(super) halves: Vec<Half>,
    /// By edge.
    pub(super) kinds: Vec<Kind>,
    /// By face: one half of its ring.
    pub(super) faces: Vec<u32>,
}

/// The other side of a half.
pub(super) const fn twin(half: u32) -> u32 {
    half ^ 1
}

impl Mesh {
    /// A map of polygons given as vertex numbers, counter-clockwise; `kind` says what an edge between two vertices is,
    /// knowing whether there is land on both sides.
    pub(super) fn new(spots: Vec<Spot>, polygons: &[Vec<u32>], kind: impl Fn(u32, u32, bool) -> Kind) -> Self {
        let mut mesh = Self { spots, ..Self::default() };
        let mut known = std::collections::BTreeMap::<(u32, u32), u32>::new();
        for (face, polygon) in polygons.iter().enumerate() {
            let ring: Vec<u32> = (0..polygon.len())
                .map(|at| {
                    let (from, to) = (polygon[at], polygon[(at + 1) % polygon.len()]);
                    *known.entry((from.min(to), from.max(to))).or_insert_with(|| mesh.push_edge(from, to))
                        | u32::from(from > to)
                })
                .collect();
            for (at, &half) in ring.iter().enumerate() {
                mesh.halves[half as usize].face = face as u32;
                mesh.link(half, ring[(at + 1) % ring.len()]);
            }
            mesh.faces.push(ring[0]);
        }
        for edge in 0..mesh.kinds.len() {
            let (a, b) = (mesh.halves[2 * edge], mesh.halves[2 * edge + 1]);
            mesh.kinds[edge] = kind(a.origin, b.origin, a.face != OUTSIDE && b.face != OUTSIDE);
        }
        mesh
    }

    /// Adds an edge; its even half starts from the smaller vertex.
    fn push_edge(&mut self, a: u32, b: u32) -> u32 {
        let half = self.halves.len() as u32;
        for origin in [a.min(b), a.max(b)] {
            self.halves.push(Half { origin, next: OUTSIDE, previous: OUTSIDE, face: OUTSIDE });
        }
        self.kinds.push(Kind::Limit);
        half
    }

    fn link(&mut self, half: u32, next: u32) {
        if half != OUTSIDE {
            self.halves[half as usize].next = next;
        }
        if next != OUTSIDE {
            self.halves[next as usize].previous = half;
        }
    }

    pub(super) fn half(&self, half: u32) -> Half {
        self.halves[half as usize]
    }

    pub(super) fn spot_of(&self, half: u32) -> Spot {
        self.spots[self.half(half).origin as usize]
    }

    /// The vertices at both ends of a half.
    pub(super) fn ends(&self, half: u32) -> (u32, u32) {
        (self.half(half).origin, self.half(twin(half)).origin)
    }

    /// Halves around a face.
    pub(super) fn ring(&self, face: u32) -> Vec<u32> {
        let start = self.faces[face as usize];
        let mut ring = vec![start];
        let mut at = self.half(start).next;
        while at != start {
            ring.push(at);
            at = self.half(at).next;
        }
        ring
    }

    /// Places around a face, the first one repeated at the end.
    pub(super) fn ring_spots(&self, face: u32) -> Vec<Spot> {
        let ring = self.ring(face);
        ring.iter().chain(ring.first()).map(|&half| self.spot_of(half)).collect()
    }

    /// Area of a face in m².
    pub(super) fn area(&self, face: u32) -> f64 {
        doubled_area(&self.ring_spots(face)) / 2.0
    }

    /// Puts a vertex on an edge, for both sides. Returns the half that now starts there, on the side of `half`.
    pub(super) fn insert(&mut self, half: u32, spot: Spot) -> u32 {
        let vertex = self.spots.len() as u32;
        self.spots.push(spot);
        let (old, back) = (self.half(half), self.half(twin(half)));
        let ahead = self.halves.len() as u32;
        // Keeps the parity: the new half runs the same way as `half`, its twin as the other side.
        let (ahead, behind) = if half & 1 == 0 { (ahead, ahead + 1) } else { (ahead + 1, ahead) };
        let new_ahead = Half { origin: vertex, next: old.next, previous: half, face: old.face };
        let new_behind = Half { origin: back.origin, next: twin(half), previous: back.previous, face: back.face };
        if half & 1 == 0 {
            self.halves.extend([new_ahead, new_behind]);
        } else {
            self.halves.extend([new_behind, new_ahead]);
        }
        self.kinds.push(self.kinds[half as usize / 2]);
        self.link(ahead, old.next);
        self.link(half, ahead);
        self.link(back.previous, behind);
        self.link(behind, twin(half));
        self.halves[twin(half) as usize].origin = vertex;
        ahead
    }

    /// Cuts a face from the origin of `from` to the origin of `to` along the places between. The face keeps the side
    /// right of the cut; the new face, returned, is on its left.
    pub(super) fn cut(&mut self, from: u32, to: u32, between: &[Spot], kind: Kind) -> u32 {
        let (old, new) = (self.half(from).face, self.faces.len() as u32);
        let mut vertices = vec![self.half(from).origin];
        for &spot in between {
            vertices.push(self.spots.len() as u32);
            self.spots.push(spot);
        }
        vertices.push(self.half(to).origin);
        let (before_from, before_to) = (self.half(from).previous, self.half(to).previous);
        let (mut out, mut home) = (before_from, from);
        for pair in vertices.windows(2) {
            let half = self.halves.len() as u32;
            self.halves.push(Half { origin: pair[0], next: OUTSIDE, previous: OUTSIDE, face: old });
            self.halves.push(Half { origin: pair[1], next: OUTSIDE, previous: OUTSIDE, face: old });
            self.kinds.push(kind);
            self.link(out, half);
            self.link(twin(half), home);
            (out, home) = (half, twin(half));
        }
        self.link(out, to);
        self.link(before_to, home);
        // The walk from the way out follows `to …`; the way back closes `from …`.
        self.faces[old as usize] = home;
        self.faces.push(out);
        for half in self.ring(new) {
            self.halves[half as usize].face = new;
        }
        for half in self.ring(old) {
            self.halves[half as usize].face = old;
        }
        new
    }
}
