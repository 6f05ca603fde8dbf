//! Well-known binary (OGC 06-103r4 §8.2; ISO 13249-3 numbers and the flags of `PostGIS` for heights and measures).

use super::arcs;
use super::binary::Bytes;
use super::decimal::Plane;
use super::diagnosis::Diagnosis;
use super::part::Part;

/// Collections in collections.
const DEPTH: u32 = 16;
/// Most points that arcs become in all geometries of a layer.
const ARC_POINTS: usize = 4 << 20;

/// Reads the geometries of a layer, one after the other.
pub(super) struct Wkb {
    /// Points that arcs may still become.
    left: usize,
}

/// What stands before each geometry.
struct Head {
    kind: u32,
    /// Numbers of a position beyond two.
    more: usize,
}

/// Why a geometry is not read.
enum Trouble {
    /// A count is larger than what follows, or a type is unknown.
    Broken,
    TooManyArcs,
}

type Result<T> = std::result::Result<T, Trouble>;

/// What must be there.
fn there<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Trouble::Broken)
}

impl Default for Wkb {
    fn default() -> Self {
        Self { left: ARC_POINTS }
    }
}

impl Wkb {
    /// Reads one geometry into a part. What cannot be read is said there, and nothing of it is left.
    pub(super) fn read(&mut self, at: &mut Bytes<'_>, part: &mut Part<Plane>, number: u32) {
        let mark = part.mark();
        if let Err(trouble) = self.geometry(at, part, number, 0) {
            part.back_to(mark);
            let kind = match trouble {
                Trouble::Broken => Diagnosis::BrokenGeometry,
                Trouble::TooManyArcs => Diagnosis::TooManyArcs,
            };
            part.odd.add(kind, number, "");
        }
    }

    fn geometry(&mut self, at: &mut Bytes<'_>, part: &mut Part<Plane>, number: u32, depth: u32) -> Result<()> {
        let head = there(Head::read(at))?;
        if head.more > 0 {
            part.odd.add_once(Diagnosis::Heights, number, "");
        }
        match head.kind {
            1 => {
                let place = there(at.position(head.more))?;
                // An empty point is written as NaN.
                if place.iter().all(|number| number.is_finite()) {
                    part.dots([Plane(place)]);
                }
            }
            2 | 8 | 9 => {
                let line = self.curve(at, &head, part, number)?;
                part.line(line, number);
            }
            3 => {
                let count = there(at.count(4))?;
                let rings: Option<Vec<Vec<Plane>>> = (0..count).map(|_| head.positions(at)).collect();
                part.polygon(there(rings)?, number);
            }
            10 => {
                let count = there(at.count(9))?;
                let mut rings = Vec::new();
                for _ in 0..count {
                    let ring = there(Head::read(at))?;
                    rings.push(self.curve(at, &ring, part, number)?);
                }
                part.polygon(rings, number);
            }
            4..=7 | 11 | 12 if depth < DEPTH => {
                // Each member has at least its order, its type and a count.
                let count = there(at.count(9))?;
                for _ in 0..count {
                    self.geometry(at, part, number, depth + 1)?;
                }
            }
            // Surfaces of patches, or collections deeper than anybody draws.
            4..=17 => part.odd.add_once(Diagnosis::OtherGeometry, number, ""),
            _ => return Err(Trouble::Broken),
        }
        Ok(())
    }

    /// The points of a line, of a row of arcs (each from the end of the one before, by a point, to the next), or of several
    /// of these end to end.
    fn curve(&mut self, at: &mut Bytes<'_>, head: &Head, part: &mut Part<Plane>, number: u32) -> Result<Vec<Plane>> {
        match head.kind {
            2 => there(head.positions(at)),
            8 => {
                part.odd.add_once(Diagnosis::Arcs, number, "");
                let through = there(head.positions(at))?;
                let mut line: Vec<Plane> = through.first().copied().into_iter().collect();
                if through.len() % 2 == 0 && !through.is_empty() {
                    return Err(Trouble::Broken);
                }
                for arc in through.windows(3).step_by(2) {
                    if !arcs::add(&mut line, [arc[0].0, arc[1].0, arc[2].0], &mut self.left) {
                        return Err(Trouble::TooManyArcs);
                    }
                }
                Ok(line)
            }
            9 => {
                let count = there(at.count(9))?;
                let mut line: Vec<Plane> = Vec::new();
                for _ in 0..count {
                    let piece = there(Head::read(at))?;
                    // One in another does not occur; it would be a way to go deep.
                    if piece.kind == 9 {
                        return Err(Trouble::Broken);
                    }
                    let piece = self.curve(at, &piece, part, number)?;
                    let joined = line.last().is_some_and(|last| piece.first() == Some(last));
                    line.extend(piece.into_iter().skip(usize::from(joined)));
                }
                Ok(line)
            }
            _ => Err(Trouble::Broken),
        }
    }
}

impl Head {
    fn read(at: &mut Bytes<'_>) -> Option<Self> {
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
        Some(Self { kind: kind % 1000, more })
    }

    /// A counted row of positions.
    fn positions(&self, at: &mut Bytes<'_>) -> Option<Vec<Plane>> {
        let count = at.count(16 + 8 * self.more)?;
        (0..count).map(|_| at.position(self.more).map(Plane)).collect()
    }
}
