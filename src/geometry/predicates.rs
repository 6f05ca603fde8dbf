//! Exact predicates in integers: i64 where the differences fit 31 bits (any city), i128 beyond.

use super::{Bounds, Point};

/// On which side of a directed line a point lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To the left (counter-clockwise).
    Left,
    /// On the line.
    Straight,
    /// To the right (clockwise).
    Right,
}

/// Twice the signed area of the triangle `a b c`, exact.
fn cross(a: Point, b: Point, c: Point) -> i128 {
    let diff = |p: i32, q: i32| i64::from(p) - i64::from(q);
    let (ux, uy, vx, vy) = (diff(b.x, a.x), diff(b.y, a.y), diff(c.x, a.x), diff(c.y, a.y));
    const SMALL: i64 = 1 << 31;
    if ux.abs() < SMALL && uy.abs() < SMALL && vx.abs() < SMALL && vy.abs() < SMALL {
        return i128::from(ux * vy - uy * vx);
    }
    i128::from(ux) * i128::from(vy) - i128::from(uy) * i128::from(vx)
}

/// Where `c` lies seen along `a -> b`.
#[must_use]
pub fn turn(a: Point, b: Point, c: Point) -> Turn {
    match cross(a, b, c).cmp(&0) {
        std::cmp::Ordering::Greater => Turn::Left,
        std::cmp::Ordering::Equal => Turn::Straight,
        std::cmp::Ordering::Less => Turn::Right,
    }
}

/// Whether `p` lies on the closed segment `a b`.
#[must_use]
pub fn on_segment(p: Point, a: Point, b: Point) -> bool {
    Bounds::of(&[a, b]).contains(p) && turn(a, b, p) == Turn::Straight
}

/// Whether the segment `a b` passes the pixel of a point: the cell of side one around it, with its western and southern
/// side and without the other two. Exact.
#[must_use]
pub fn passes_pixel(pixel: Point, a: Point, b: Point) -> bool {
    if !Bounds::of(&[a, b]).contains(pixel) {
        return false;
    }
    let (dx, dy) = (i128::from(b.x) - i128::from(a.x), i128::from(b.y) - i128::from(a.y));
    // Twice the distance from the line, times the length; a corner is (±dx ± dy) from that. Ends of the segment are points
    // of the lattice and never on a side of a pixel, so that only the line has to be looked at.
    let twice = 2 * cross(a, b, pixel);
    twice.abs() < dx.abs() + dy.abs() || twice == dx - dy
}

/// How two closed segments meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// Not at all.
    Apart,
    /// In one point that is an end of both.
    Ends,
    /// In one point that is an end of one and inside the other.
    Touch,
    /// In one point inside both.
    Cross,
    /// Along a piece of positive length.
    Along,
}

/// How the segments `a b` and `c d` (each of positive length) meet, exact.
#[must_use]
pub fn meeting(a: Point, b: Point, c: Point, d: Point) -> Meeting {
    if !Bounds::of(&[a, b]).meets(Bounds::of(&[c, d])) {
        return Meeting::Apart;
    }
    let (c_side, d_side) = (turn(a, b, c), turn(a, b, d));
    if c_side == Turn::Straight && d_side == Turn::Straight {
        return along(a, b, c, d);
    }
    let (a_side, b_side) = (turn(c, d, a), turn(c, d, b));
    if c_side == d_side || a_side == b_side {
        return Meeting::Apart;
    }
    if a == c || a == d || b == c || b == d {
        return Meeting::Ends;
    }
    let inside = [a_side, b_side, c_side, d_side].iter().all(|&side| side != Turn::Straight);
    if inside { Meeting::Cross } else { Meeting::Touch }
}

/// Two segments on one line whose boxes meet.
fn along(a: Point, b: Point, c: Point, d: Point) -> Meeting {
    let (one, two) = ((a.min(b), a.max(b)), (c.min(d), c.max(d)));
    let (from, to) = (one.0.max(two.0), one.1.min(two.1));
    match from.cmp(&to) {
        std::cmp::Ordering::Less => Meeting::Along,
        std::cmp::Ordering::Equal => Meeting::Ends,
        std::cmp::Ordering::Greater => Meeting::Apart,
    }
}

/// Twice the signed area of a closed ring, in lattice cells; positive counter-clockwise. First point repeated or not.
#[must_use]
pub fn doubled_area(ring: &[Point]) -> i128 {
    let Some(&origin) = ring.first() else { return 0 };
    ring.windows(2).map(|edge| cross(origin, edge[0], edge[1])).sum()
}

/// Winding number of a closed ring around a point, `None` when the point lies on it. O(points).
///
/// Dan Sunday's crossing count (Geometry Algorithms, 2001) with exact orientation.
#[must_use]
pub fn winding(ring: &[Point], p: Point) -> Option<i32> {
    let mut count = 0;
    let closing = ring.last().copied().zip(ring.first().copied());
    for (a, b) in ring.windows(2).map(|edge| (edge[0], edge[1])).chain(closing) {
        if a.y <= p.y && b.y > p.y || b.y <= p.y && a.y > p.y {
            match turn(a, b, p) {
                Turn::Straight => return None,
                Turn::Left if b.y > a.y => count += 1,
                Turn::Right if b.y < a.y => count -= 1,
                _ => {}
            }
        } else if on_segment(p, a, b) {
            return None;
        }
    }
    Some(count)
}
