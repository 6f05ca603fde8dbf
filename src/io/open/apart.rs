//! How much land two layers have in common.

use std::cell::OnceCell;

use super::parts::ZoneLayer;
use super::tier::area_m2;
use crate::base::Progress;
use crate::geometry::{Bounds, Point, Scale};
use crate::index::{Join, Strips, join};
use crate::io::layer::Polygons;

/// Layers are apart where less than this share of the smaller one's land lies in the other too.
const APART: f64 = 0.01;
/// Places at which two layers whose boxes meet are compared.
const PLACES: u32 = 8192;

/// The land of some layers, each looked at when it is asked for.
pub(super) struct Lands<'a> {
    layers: &'a [ZoneLayer],
    known: Vec<OnceCell<Land<'a>>>,
}

impl<'a> Lands<'a> {
    pub(super) fn of(layers: &'a [ZoneLayer]) -> Self {
        Self { layers, known: layers.iter().map(|_| OnceCell::new()).collect() }
    }

    /// Whether two layers are apart.
    pub(super) fn are_apart(&self, one: usize, other: usize) -> bool {
        let land = |at: usize| {
            let (cell, zones) = (self.known.get(at)?, self.layers.get(at)?);
            Some(cell.get_or_init(|| Land::of(&zones.layer.polygons)))
        };
        land(one).zip(land(other)).is_none_or(|(one, other)| one.is_apart(other))
    }
}

/// The land of a layer, prepared to be looked into.
struct Land<'a> {
    bounds: Bounds,
    area_m2: f64,
    strips: Strips<'a, Point>,
}

impl<'a> Land<'a> {
    fn of(polygons: &'a Polygons<Point>) -> Self {
        let area_m2 = area_m2(&polygons.points, &polygons.ring_ends, &polygons.polygon_ends);
        Self { bounds: Bounds::of(&polygons.points), area_m2, strips: polygons.strips() }
    }

    fn is_apart(&self, other: &Self) -> bool {
        self.overlap_m2(other) < APART * self.area_m2.min(other.area_m2)
    }

    /// Land that lies in both, measured at places all over the box that they have in common.
    fn overlap_m2(&self, other: &Self) -> f64 {
        let corner =
            |pick: fn(i32, i32) -> i32, one: Point, two: Point| Point::new(pick(one.x, two.x), pick(one.y, two.y));
        let min = corner(Ord::max, self.bounds.min, other.bounds.min);
        let max = corner(Ord::min, self.bounds.max, other.bounds.max);
        if min.x >= max.x || min.y >= max.y {
            return 0.0;
        }
        let (width, height) = (f64::from(max.x) - f64::from(min.x), f64::from(max.y) - f64::from(min.y));
        // Roberts' R2 sequence: even everywhere, and in step with no lattice of zones.
        let place = |at: u32| {
            let part = |step: f64| (0.5 + step * f64::from(at)).fract();
            let (x, y) = (part(0.754_877_666_246_692_8) * width, part(0.569_840_290_998_053_2) * height);
            Point::new(min.x + x as i32, min.y + y as i32)
        };
        let places: Vec<Point> = (0..PLACES).map(place).collect();
        let found = |land: &Self| join(&land.strips, &places, &Progress::default()).unwrap_or_default().first;
        let both =
            found(self).into_iter().zip(found(other)).filter(|&(a, b)| a != Join::NONE && b != Join::NONE).count();
        let scale = Scale::at(min.y);
        both as f64 / f64::from(PLACES) * width * height * scale.x * scale.y
    }
}
