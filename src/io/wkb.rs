//! Well-known binary (OGC 06-103r4 §8.2; ISO 13249-3 numbers and the flags of `PostGIS` for heights and measures).

use super::binary::Bytes;
use super::decimal::Plane;
use super::kinds;
use super::part::Part;

/// Collections in collections.
const DEPTH: u32 = 16;

/// Reads one geometry; `None` where it is damaged: a count is larger than what follows, or a type is unknown.
pub(super) fn read(at: &mut Bytes<'_>, part: &mut Part<Plane>, number: u32) -> Option<()> {
    geometry(at, part, number, 0)
}

fn geometry(at: &mut Bytes<'_>, part: &mut Part<Plane>, number: u32, depth: u32) -> Option<()> {
    at.big = at.u8()? == 0;
    let kind = at.u32()?;
    let flags = usize::from(kind & 0x8000_0000 != 0) + usize::from(kind & 0x4000_0000 != 0);
    if kind & 0x2000_0000 != 0 {
        at.u32()?;
    }
    let kind = kind & 0x1fff_ffff;
    let more = match kind / 1000 {
        0 => flags,
        1 | 2 => 1,
        3 => 2,
        _ => return None,
    };
    if more > 0 && part.odd.numbers(kinds::HEIGHTS).last() != Some(number) {
        part.odd.add(kinds::HEIGHTS, number, "");
    }
    let size = 16 + 8 * more;
    match kind % 1000 {
        1 => {
            let place = at.position(more)?;
            // An empty point is written as NaN.
            if place.iter().all(|number| number.is_finite()) {
                part.dots([Plane(place)]);
            }
        }
        2 => {
            let line = positions(at, more, size)?;
            part.line(line, number);
        }
        3 => {
            let count = at.count(4)?;
            let rings: Option<Vec<Vec<Plane>>> = (0..count).map(|_| positions(at, more, size)).collect();
            part.polygon(rings?, number);
        }
        4..=7 if depth < DEPTH => {
            // Each member has at least its order, its type and a count.
            let count = at.count(9)?;
            for _ in 0..count {
                geometry(at, part, number, depth + 1)?;
            }
        }
        // Curves, surfaces, or collections deeper than anybody draws.
        4..=17 => part.odd.add(kinds::OTHER_GEOMETRY, number, ""),
        _ => return None,
    }
    Some(())
}

fn positions(at: &mut Bytes<'_>, more: usize, size: usize) -> Option<Vec<Plane>> {
    let count = at.count(size)?;
    (0..count).map(|_| at.position(more).map(Plane)).collect()
}
