//! A number as it is written, before it is rounded to anything.

use crate::geometry::{LATTICE, Point, PointError};

/// A decimal number: `digits × 10^-scale`. The text stays at hand for what does not fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal<'a> {
    negative: bool,
    digits: u64,
    scale: i32,
    /// Digits beyond the nineteenth were left out.
    cut: bool,
    text: &'a [u8],
}

/// Powers of ten that a `f64` holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Powers of ten that a `u64` holds.
const WHOLE: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < 20 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Reads a number as JSON writes it (RFC 8259 §6) at the start of `bytes`, and how long it is. `None`: no number.
#[inline(always)]
#[expect(clippy::inline_always, reason = "millions a file: a call of its own costs a tenth of the reader's time")]
pub(super) fn read(bytes: &[u8]) -> Option<(Decimal<'_>, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let (digits, mut at) = run(bytes, start, 0);
    let whole = at - start;
    if whole == 0 || (whole > 1 && bytes.get(start) == Some(&b'0')) {
        return None;
    }
    let (mut digits, mut scale) = (digits, 0);
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        (digits, at) = run(bytes, fraction, digits);
        if at == fraction {
            return None;
        }
        scale = (at - fraction) as i32;
    }
    let mut number = Decimal { negative, digits, scale, cut: false, text: &[] };
    // Nineteen digits always fit; more may have wrapped around.
    if at - start > 19 {
        number.recount(bytes.get(start..at)?);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let (exponent, length) = exponent(bytes.get(at + 1..)?)?;
        number.scale = number.scale.saturating_sub(exponent);
        at += 1 + length;
    }
    number.text = bytes.get(..at)?;
    Some((number, at))
}

/// Adds the digits from a place on to those before it; the value wraps around. Where they end.
#[inline]
fn run(bytes: &[u8], from: usize, before: u64) -> (u64, usize) {
    let (mut value, mut at) = (before, from);
    loop {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let (digits, count) = rest.first_chunk().map_or_else(
            || {
                let mut padded = [0; 8];
                padded[..rest.len()].copy_from_slice(rest);
                eight(padded)
            },
            |&eight_bytes| eight(eight_bytes),
        );
        value = value.wrapping_mul(WHOLE[count]).wrapping_add(digits);
        at += count;
        if count < 8 {
            return (value, at);
        }
    }
}

/// The digits that eight bytes begin with, all at once in one register, and how many (D. Lemire, "Number parsing at a
/// gigabyte per second", 2021, §3).
#[inline]
fn eight(bytes: [u8; 8]) -> (u64, usize) {
    let values = u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030;
    // A carry reaches only what stands behind the first byte that is no digit.
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let count = others.trailing_zeros() / 8;
    let digits = values.checked_shl(64 - 8 * count).unwrap_or(0);
    let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    ((fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff, count as usize)
}

#[inline]
fn digit_at(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then(|| u64::from(digit))
}

/// The number after `e`, and how long it is.
fn exponent(bytes: &[u8]) -> Option<(i32, usize)> {
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let count = (sign..).take_while(|&at| digit_at(bytes, at).is_some()).count();
    if count == 0 {
        return None;
    }
    let value = (sign..sign + count)
        .filter_map(|at| digit_at(bytes, at))
        .fold(0i32, |value, digit| value.saturating_mul(10).saturating_add(digit as i32));
    Some((if bytes.first() == Some(&b'-') { -value } else { value }, sign + count))
}

impl Decimal<'_> {
    /// Takes the first nineteen digits that matter from a text of digits and one point.
    fn recount(&mut self, text: &[u8]) {
        (self.digits, self.scale, self.cut) = (0, 0, false);
        let (mut taken, mut after_point) = (0, false);
        for &byte in text {
            if byte == b'.' {
                after_point = true;
                continue;
            }
            if taken < 19 {
                self.digits = self.digits * 10 + u64::from(byte - b'0');
                taken += i32::from(self.digits > 0);
                self.scale += i32::from(after_point);
            } else {
                self.cut |= byte != b'0';
                self.scale -= i32::from(!after_point);
            }
        }
    }

    /// The nearest `f64`. Clinger 1990: up to 2^53 and 10^22 one correctly rounded operation is exact.
    #[inline]
    pub(super) fn to_f64(self) -> f64 {
        let power = self.scale.unsigned_abs() as usize;
        let size = if self.digits < 1 << 53 && power < EXACT.len() && !self.cut {
            if self.scale >= 0 { self.digits as f64 / EXACT[power] } else { self.digits as f64 * EXACT[power] }
        } else {
            return std::str::from_utf8(self.text).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
        };
        if self.negative { -size } else { size }
    }

    /// Counts of 1e-7, half rounded away from zero, and whether anything was rounded off; `None` beyond any angle.
    #[inline]
    pub(super) fn to_lattice(self) -> Option<(i32, bool)> {
        let shift = 7i32.saturating_sub(self.scale);
        let power = WHOLE.get(shift.unsigned_abs() as usize);
        let (count, rounded) = if shift >= 0 {
            if self.digits == 0 {
                return Some((0, self.cut));
            }
            (self.digits.checked_mul(*power?)?, self.cut)
        } else if let Some(power) = power {
            let (count, rest) = (self.digits / power, self.digits % power);
            (count + u64::from(rest >= power - rest), rest != 0 || self.cut)
        } else {
            (0, self.digits != 0)
        };
        let count = i32::try_from(count).ok()?;
        Some((if self.negative { -count } else { count }, rounded))
    }
}

/// What a position of a file becomes: a lattice point, or two numbers as read.
pub trait Coordinate: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug {
    /// From a number with its text, and how many of the two were rounded.
    #[doc(hidden)]
    fn from_decimals(lon: DecimalPair<'_>) -> Result<(Self, u32), PointError>;
    /// From degrees, and how many of the two were rounded by more than a thousandth of a cell.
    #[doc(hidden)]
    fn from_degrees(degrees: [f64; 2]) -> Result<(Self, u32), PointError>;
    /// Longitude and latitude in degrees.
    fn degrees(self) -> [f64; 2];
}

/// A position as it stands in a file, in whatever coordinate system.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Plane(pub(super) [f64; 2]);

impl Coordinate for Plane {
    fn from_decimals(DecimalPair(x, y): DecimalPair<'_>) -> Result<(Self, u32), PointError> {
        Self::from_degrees([x.to_f64(), y.to_f64()])
    }

    fn from_degrees(place: [f64; 2]) -> Result<(Self, u32), PointError> {
        if place.iter().all(|number| number.is_finite()) { Ok((Self(place), 0)) } else { Err(PointError::NotFinite) }
    }

    fn degrees(self) -> [f64; 2] {
        self.0
    }
}

/// Longitude and latitude as written.
#[derive(Clone, Copy, Debug)]
pub struct DecimalPair<'a>(pub(super) Decimal<'a>, pub(super) Decimal<'a>);

impl Coordinate for Point {
    #[inline]
    fn from_decimals(DecimalPair(lon, lat): DecimalPair<'_>) -> Result<(Self, u32), PointError> {
        match (lon.to_lattice(), lat.to_lattice()) {
            (Some((x, one)), Some((y, two))) if x.abs() <= 1_800_000_000 && y.abs() <= 900_000_000 => {
                Ok((Self::new(x, y), u32::from(one) + u32::from(two)))
            }
            _ => Err(PointError::OutOfRange(lon.to_f64(), lat.to_f64())),
        }
    }

    #[inline]
    fn from_degrees([lon, lat]: [f64; 2]) -> Result<(Self, u32), PointError> {
        let point = Self::from_degrees(lon, lat)?;
        let off = |degrees: f64, count: i32| u32::from((degrees * LATTICE - f64::from(count)).abs() > 1e-3);
        Ok((point, off(lon, point.x) + off(lat, point.y)))
    }

    fn degrees(self) -> [f64; 2] {
        [self.lon(), self.lat()]
    }
}

impl Coordinate for [f64; 2] {
    #[inline]
    fn from_decimals(DecimalPair(lon, lat): DecimalPair<'_>) -> Result<(Self, u32), PointError> {
        let (lon, lat) = (lon.to_f64(), lat.to_f64());
        <Self as Coordinate>::from_degrees([lon, lat])
    }

    #[inline]
    fn from_degrees([lon, lat]: [f64; 2]) -> Result<(Self, u32), PointError> {
        if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            Ok(([lon, lat], 0))
        } else {
            Err(PointError::OutOfRange(lon, lat))
        }
    }

    fn degrees(self) -> [f64; 2] {
        self
    }
}
