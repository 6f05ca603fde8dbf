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
const CROSSED: f64 = 0.003;

/// The outlines of faces in the given order, with faults up to `metres` wide.
///
/// One side of some borders is moved as a whole by up to `metres`, which makes overlaps and gaps; rings leave out
/// vertices that lie within `metres` of the straight line; a few rings run back over themselves.
pub(super) fn soil(city: &City, lines: &Lines, frame: Frame, order: &[usize], metres: f64, seed: u64) -> Outlines {
    order.par_iter().map(|&face| vec![vec![ring(city, lines, frame, face as u32, metres, seed)]]).collect()
}

fn ring(city: &City, lines: &Lines, frame: Frame, face: u32, metres: f64, seed: u64) -> Vec<Point> {
    let mut dice = Dice::new(seed, "dirt", u64::from(face));
    let mut ring: Vec<Spot> = Vec::new();
    for half in city.mesh.ring(face) {
        let points: Vec<Spot> = lines.along(&city.mesh, half).into_iter().map(|point| frame.spot(point)).collect();
        let (start, between) = (points[0], &points[1..]);
        ring.push(start);
        let shared = city.mesh.half(twin(half)).face != OUTSIDE;
        if !shared || half & 1 == 0 || !dice.chance(SHIFTED) {
            ring.extend_from_slice(between);
            continue;
        }
        let by = direction(&mut dice) * (metres * dice.between(0.05, 1.0));
        if between.is_empty() {
            // A straight border has nothing to move: its middle is drawn elsewhere.
            let end = frame.spot(lines.corners[city.mesh.ends(half).1 as usize]);
            ring.push((start + end) * 0.5 + by);
        }
        ring.extend(between.iter().map(|&spot| spot + by));
    }
    ring = drop_vertices(&ring, metres, &mut dice);
    if dice.chance(CROSSED) {
        cross(&mut ring, metres, &mut dice);
    }
    ring.into_iter().map(|spot| frame.point(spot)).collect()
}

/// Lets a ring go forward, back and forward again, crossing itself on the way.
fn cross(ring: &mut Vec<Spot>, metres: f64, dice: &mut Dice) {
    let at = dice.below(ring.len() - 1);
    let way = ring[at + 1] - ring[at];
    let off = way.left().normal() * (metres * 0.7);
    let loops = [ring[at] + way * 0.6 + off, ring[at] + way * 0.4 + off];
    ring.splice(at + 1..=at, loops);
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
