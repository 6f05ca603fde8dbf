//! What `clean` writes into a file of the limits it used: the same file cleaned again comes out the same.

use serde_json::{Value, json};

use crate::geometry::{Areas, Point};
use crate::model::{Attributes, Plan, Tier};
use crate::topology::{Coverage, Directed, Settling};

/// The member of the collection that holds it.
const MEMBER: &str = "cleaned";

/// The limits that a layer was cleaned with, and what its lines were then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::io) struct Cleaned {
    /// Snapping tolerance, metres.
    pub(in crate::io) tolerance_m: f64,
    /// Gaps were closed up to this width, metres.
    pub(in crate::io) gap_width_m: f64,
    /// Strips open at their ends were closed up to this width, metres.
    pub(in crate::io) strip_width_m: f64,
    /// See [`lines_of`].
    lines: u64,
}

impl Cleaned {
    /// What members of a collection say of it.
    pub(in crate::io) fn of(members: &Attributes) -> Option<Self> {
        let member = members.get(MEMBER)?;
        let metres = |key: &str| member.get(key)?.as_f64().filter(|metres| *metres >= 0.0);
        let lines = u64::from_str_radix(member.get("lines")?.as_str()?, 16).ok()?;
        Some(Self {
            tolerance_m: metres("tolerance_m")?,
            gap_width_m: metres("gap_width_m")?,
            strip_width_m: metres("strip_width_m")?,
            lines,
        })
    }

    /// Whether a layer still has the lines it had when it was cleaned: the order of its features does not matter.
    pub(in crate::io) fn is_of(&self, areas: &Areas) -> bool {
        let rings = (0..areas.ring_ends.len()).map(|ring| areas.ring(ring));
        let edges = rings.flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        edges.fold(0, |sum: u64, (&a, &b)| sum.wrapping_add(print(a, b))) == self.lines
    }

    fn value(self) -> Value {
        json!({
            "by": concat!("wangge ", env!("CARGO_PKG_VERSION")),
            "tolerance_m": self.tolerance_m, "gap_width_m": self.gap_width_m,
            "strip_width_m": self.strip_width_m, "lines": format!("{:016x}", self.lines),
        })
    }
}

/// Puts the limits that were used into a tier that was cleaned; where nothing changed, those that it says already stay.
pub fn mark(plan: &mut Plan, at: usize, tolerance_m: f64, settling: Settling) {
    let Some(tier) = plan.tiers.get_mut(at) else { return };
    let lines = lines_of(&plan.coverage, tier);
    let old = Cleaned::of(&tier.foreign).filter(|old| old.lines == lines);
    let Settling { gap_width_m, strip_width_m, .. } = settling;
    let used = Cleaned { tolerance_m, gap_width_m, strip_width_m, lines };
    let cleaned = old.map_or(used, |old| Cleaned {
        tolerance_m: old.tolerance_m.max(tolerance_m),
        gap_width_m: old.gap_width_m.max(gap_width_m),
        strip_width_m: old.strip_width_m.max(strip_width_m),
        lines,
    });
    let tier = std::sync::Arc::make_mut(tier);
    std::sync::Arc::make_mut(&mut tier.foreign).insert(MEMBER.to_owned(), cleaned.value());
}

/// A sum over all edges of the zones' rings, each with its zone on the left, as they are written.
fn lines_of(coverage: &Coverage, tier: &Tier) -> u64 {
    let mut sum = 0_u64;
    for (id, border) in coverage.borders().iter() {
        let [left, right] = [border.left, border.right].map(|face| tier.owner_of(face?));
        if left == right {
            continue;
        }
        for edge in [Directed::forward(id), Directed::backward(id)] {
            let zone = if edge.is_backward() { right } else { left };
            let points = zone.map(|_| coverage.points_of(edge));
            let mut last = None;
            for point in points.into_iter().flatten() {
                sum = sum.wrapping_add(last.replace(point).map_or(0, |last| print(last, point)));
            }
        }
    }
    sum
}

/// A number for an edge with a direction (the mixing of `SplitMix64`; Steele, Lea and Flood 2014).
fn print(a: Point, b: Point) -> u64 {
    let word = |point: Point| u64::from(point.x as u32) << 32 | u64::from(point.y as u32);
    let mix = |value: u64| {
        let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    };
    mix(mix(word(a)).wrapping_add(word(b).rotate_left(17)).wrapping_add(0x9e37_79b9_7f4a_7c15))
}
