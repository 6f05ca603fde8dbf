//! A city of any size on an island of its own, for measuring: towns, units and grids with wiggly borders.

use super::city::{City, Town, divide};
use super::dice::Dice;
use super::haikou;
use super::lines::{Frame, Lines, Stroke};
use super::mesh::{Kind, Mesh, Spot, doubled_area};
use super::{build, grids};

/// Points around a unit, on average.
const POINTS: f64 = 189.0;
/// Area of a unit in m², on average.
const AREA: f64 = 1.0e6;

/// Its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) units: usize,
    pub(super) towns: usize,
    pub(super) grids: usize,
}

/// Makes the city; grids are joined without looking at loads.
pub(super) fn plain(size: Size, seed: u64) -> (City, Lines, Frame) {
    let ring = shore(size.units as f64 * AREA, seed);
    let corners: Vec<u32> = (0..ring.len() as u32).collect();
    let mut mesh = Mesh::new(ring, &[corners], |_, _, _| Kind::Shore);
    let mut dice = Dice::new(seed, "towns", 0);
    let grain = Spot::new(1.0, 0.1);
    let faces = divide(&mut mesh, vec![0], size.towns, doubled_area, grain, &mut dice, |_| 0);
    let towns = towns(&mesh, faces.len(), size, seed);
    let city = build::build(mesh, towns, Vec::new(), Vec::new(), seed);
    let frame = Frame { origin: haikou::ORIGIN, metres: haikou::METRES, step: 1.0 };
    let length: f64 = (0..city.mesh.kinds.len() as u32).map(|edge| sides(&city, edge) * span(&city, edge)).sum();
    let spacing = length / (POINTS * city.blocks.len() as f64);
    let lines = Lines::draw(&city.mesh, frame, seed, |_| Stroke { spacing, sway: 0.075, fade: 0.97 });
    let even = vec![1.0; city.blocks.len()];
    let city = grids::group(city, &even, 1, seed);
    (city, lines, frame)
}

/// How many units an edge counts for.
fn sides(city: &City, edge: u32) -> f64 {
    if city.mesh.kinds[edge as usize] == Kind::Shore { 1.0 } else { 2.0 }
}

fn span(city: &City, edge: u32) -> f64 {
    let (a, b) = city.mesh.ends(2 * edge);
    (city.mesh.spots[a as usize] - city.mesh.spots[b as usize]).length()
}

/// A round island of 16 corners, counter-clockwise; its bays come when its edges are drawn.
fn shore(area: f64, seed: u64) -> Vec<Spot> {
    let radius = (area / 2.9).sqrt();
    // Points of the circle without sines: t runs through a quarter as (1 - t², 2t) / (1 + t²).
    let mut circle: Vec<Spot> = [0.0, 0.2, 0.41, 0.66]
        .map(|t: f64| Spot::new((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t)) * radius)
        .to_vec();
    for at in 0..12 {
        circle.push(circle[at].left());
    }
    let mut dice = Dice::new(seed, "shore", 0);
    circle.into_iter().map(|spot| spot * dice.between(0.88, 1.1)).collect()
}

/// A table of towns: units and grids dealt out evenly.
fn towns(mesh: &Mesh, count: usize, size: Size, seed: u64) -> Vec<Town> {
    let deal = |total: usize, at: usize| total * (at + 1) / count - total * at / count;
    (0..count)
        .map(|at| {
            let mut dice = Dice::new(seed, "town", at as u64);
            let units = deal(size.units, at).max(1);
            Town {
                code: format!("9901{:02}{:03}", at / 900 + 1, at % 900 + 1),
                name: format!("示意{}镇", at + 1),
                patrol: true,
                heart: super::mesh::centre(&mesh.ring_spots(at as u32)),
                reach: mesh.area(at as u32).sqrt(),
                busy: dice.between(0.5, 1.5),
                grain: Spot::new(1.0, dice.between(-0.5, 0.5)),
                communities: units,
                grids: deal(size.grids, at).clamp(1, units),
                blocks: 0,
                streets: Vec::new(),
                known: Vec::new(),
            }
        })
        .collect()
}
