//! Faults put into the base tier on purpose: what neighbours drew apart, forgot or crossed.

use rayon::prelude::*;

use super::city::City;
use super::dice::Dice;
use super::lines::{Frame, Lines};
use super::mesh::{OUTSIDE, Spot, twin};
use super::zones::Outlines;
use crate::geometry::Point;

/// Share of shared borders of which one side is drawn elsewhere.
const SHIFTED: f64 = 0.10;
/// Share of nearly straight vertices (T-junctions among them) that one ring leaves out.
const DROPPED: f64 = 0.20;
/// Share of rings that cross themselves.
const CROSSED: f64 = 0.002;

/// The outlines of faces in the given order, with faults up to `metres` wide.
///
/// One side of some borders is moved as a whole by up to `metres`, which makes overlaps and gaps; rings leave out
/// vertices that lie within `metres` of the straight line; in a few rings two neighbouring points change places.
pub(super) fn soil(city: &City, lines: &Lines, frame: Frame, order: &[usize], metres: f64, seed: u64) -> Outlines {
    order.par_iter().map(|&face| vec![vec![ring(city, lines, frame, face as u32, metres, seed)]]).collect()
}

fn ring(city: &City, lines: &Lines, frame: Frame, face: u32, metres: f64, seed: u64) -> Vec<Point> {
    let mut dice = Dice::new(seed, "dirt", u64::from(face));
    let mut ring: Vec<Spot> = Vec::new();
    for half in city.mesh.ring(face) {
        let mut points = lines.along(&city.mesh, half).into_iter().map(|point| frame.spot(point));
        ring.extend(points.next());
        let shared = city.mesh.half(twin(half)).face != OUTSIDE;
        let moved = shared && half & 1 == 1 && dice.chance(SHIFTED);
        let by = if moved { direction(&mut dice) * (metres * dice.between(0.05, 1.0)) } else { Spot::default() };
        ring.extend(points.map(|spot| spot + by));
    }
    ring = drop_vertices(&ring, metres, &mut dice);
    let count = ring.len();
    if count > 8 && dice.chance(CROSSED) {
        let at = dice.below(count - 1);
        ring.swap(at, at + 1);
    }
    ring.into_iter().map(|spot| frame.point(spot)).collect()
}

/// A direction, each about as likely.
fn direction(dice: &mut Dice) -> Spot {
    Spot::new(dice.bell(), dice.bell()).normal()
}

/// Leaves out vertices that hardly bend the line; never two in a row.
fn drop_vertices(ring: &[Spot], metres: f64, dice: &mut Dice) -> Vec<Spot> {
    let count = ring.len();
    let mut kept: Vec<Spot> = Vec::with_capacity(count);
    let mut dropped = true;
    for (at, &spot) in ring.iter().enumerate() {
        let (before, after) = (ring[(at + count - 1) % count], ring[(at + 1) % count]);
        let straight = super::cut::distance(spot, before, after) <= metres;
        dropped = !dropped && straight && count > 8 && dice.chance(DROPPED);
        if !dropped {
            kept.push(spot);
        }
    }
    kept
}
