//! A place as people write it: one number or two in a cell, in degrees with or without minutes and seconds, with the side of
//! the globe before or behind, or as the text of a geometry. Slow and patient: asked where a plain number fails.

use super::axes::axis_word;
use super::binary::Bytes;
use super::decimal::Plane;
use super::part::Part;
use super::wkb::Wkb;
use crate::base::{bare, half_width};

/// Which of the two numbers of a place one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    East,
    North,
}

/// One number of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Angle {
    /// Degrees, or metres.
    pub(super) value: f64,
    /// Which of the two it says it is.
    pub(super) axis: Option<Axis>,
    /// Whether a sign of degrees stands in it.
    marked: bool,
}

/// Two numbers of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// In the order they stand, or east first where they say which is which.
    pub at: [f64; 2],
    /// Whether they say which is which.
    pub told: bool,
    /// Whether they are too rough to say what they are: whole numbers with a letter each, as codes have (`E12N5`).
    pub rough: bool,
    /// The number of EPSG that stands before them.
    pub srid: Option<u32>,
    /// Whether brackets stand around them, as `(41.88, -87.63)`.
    pub bracketed: bool,
}

/// Words for a side of the globe or for an axis, the longer ones first; and the sign they give.
const SIDES: [(&str, Axis, f64); 31] = [
    ("longitude", Axis::East, 1.0),
    ("latitude", Axis::North, 1.0),
    ("east", Axis::East, 1.0),
    ("west", Axis::East, -1.0),
    ("north", Axis::North, 1.0),
    ("south", Axis::North, -1.0),
    ("long", Axis::East, 1.0),
    ("lng", Axis::East, 1.0),
    ("lon", Axis::East, 1.0),
    ("lat", Axis::North, 1.0),
    ("\u{4e1c}\u{7ecf}", Axis::East, 1.0),
    ("\u{6771}\u{7d93}", Axis::East, 1.0),
    ("\u{897f}\u{7ecf}", Axis::East, -1.0),
    ("\u{897f}\u{7d93}", Axis::East, -1.0),
    ("\u{5317}\u{7eac}", Axis::North, 1.0),
    ("\u{5317}\u{7def}", Axis::North, 1.0),
    ("\u{5357}\u{7eac}", Axis::North, -1.0),
    ("\u{5357}\u{7def}", Axis::North, -1.0),
    ("\u{7ecf}\u{5ea6}", Axis::East, 1.0),
    ("\u{7eac}\u{5ea6}", Axis::North, 1.0),
    ("\u{4e1c}", Axis::East, 1.0),
    ("\u{6771}", Axis::East, 1.0),
    ("\u{897f}", Axis::East, -1.0),
    ("\u{5317}", Axis::North, 1.0),
    ("\u{5357}", Axis::North, -1.0),
    ("e", Axis::East, 1.0),
    ("w", Axis::East, -1.0),
    ("n", Axis::North, 1.0),
    ("s", Axis::North, -1.0),
    ("x", Axis::East, 1.0),
    ("y", Axis::North, 1.0),
];
/// Signs and words of degrees, minutes and seconds.
const DEGREES: [&str; 6] = ["\u{b0}", "\u{ba}", "\u{2da}", "\u{5ea6}", "deg", "d"];
const MINUTES: [&str; 8] = ["'", "\u{2032}", "\u{b4}", "`", "\u{2b9}", "\u{5206}", "min", "m"];
const SECONDS: [&str; 10] =
    ["\"", "\u{2033}", "''", "\u{2032}\u{2032}", "\u{b4}\u{b4}", "``", "\u{2ba}", "\u{79d2}", "sec", "s"];

/// One number: a longitude, a latitude, or metres. `None` where the cell is anything else.
pub(super) fn number(cell: &[u8]) -> Option<Angle> {
    let text = plain(cell);
    let angle = |value| Angle { value, axis: None, marked: false };
    if let Some(number) = separated(&text).or_else(|| scientific(&text)) {
        return Some(angle(number));
    }
    let mut scan = Scan { rest: &text, comma: true, behind: false };
    let one = scan.angle()?;
    if scan.rest.trim().is_empty() {
        return Some(one);
    }
    // 110 18 18.0 and 110:18:18.0, with the side before or behind.
    let mut scan = Scan { rest: &text, comma: true, behind: false };
    let before = scan.side();
    let bare = scan.rest.trim_start_matches([':', '=', ' ']);
    let (bare, behind) = if before.is_some() { (bare, None) } else { without_side(bare) };
    let (axis, side) = before.or(behind).map_or((None, 1.0), |(axis, sign)| (Some(axis), sign));
    let sign = if bare.starts_with('-') { -side } else { side };
    let parts: Option<Vec<f64>> = bare
        .trim_start_matches(['-', '+'])
        .split([' ', ':', '-'])
        .filter(|part| !part.is_empty())
        .map(|part| digits_only(part).then(|| part.parse().ok()).flatten())
        .collect();
    sexagesimal(&parts?).map(|value| Angle { value: sign * value, axis, marked: false })
}

/// A text without the word for a side that it ends in.
fn without_side(text: &str) -> (&str, Option<(Axis, f64)>) {
    let end = |word: &str| {
        text.len().checked_sub(word.len()).filter(|&at| text.get(at..).is_some_and(|end| starts(end, word)))
    };
    let found = SIDES.into_iter().find_map(|(word, axis, sign)| Some((end(word)?, (axis, sign))));
    found.map_or((text, None), |(at, side)| (text.get(..at).unwrap_or(text).trim_end(), Some(side)))
}

/// Two numbers, or the point of a geometry. `None` where the cell is anything else.
#[must_use]
pub fn pair(cell: &[u8]) -> Option<Pair> {
    let text = plain(cell);
    let told = |at, srid| Some(Pair { at, told: true, rough: false, srid, bracketed: false });
    // 4.6E+11 is one number: its E is no east.
    if scientific(&text).is_some() {
        return None;
    }
    if let Some((at, srid)) = well_known_text(&text).or_else(|| well_known_binary(&text)) {
        return told(at, srid);
    }
    if text.starts_with('{') {
        return told(of_json(&text)?, None);
    }
    let bare = text.trim_matches(['(', ')', '[', ']', '{', '}']).trim();
    let bracketed = bare.len() < text.len();
    // Where a sign of another sort parts the two, commas between digits are decimal ones.
    let comma = !bare.contains('.') && bare.contains([';', '|', '/', ' ']);
    let angles = angles(bare, comma)?;
    let plain = angles.iter().all(|angle| !angle.marked && angle.axis.is_none());
    let values: Vec<f64> = angles.iter().map(|angle| angle.value).collect();
    let (at, axes) = match values[..] {
        [a, b] => ([a, b], [angles[0].axis, angles[1].axis]),
        // The third is a height.
        [a, b, _] if plain && bare.matches('.').count() >= 2 => ([a, b], [None; 2]),
        // 110,305,20,005: four runs of digits and nothing but commas.
        [..] if plain && angles.len() == 4 && !bare.contains(['.', ' ']) => (commas(bare)?, [None; 2]),
        [a, b, c, d] if plain => ([sexagesimal(&[a, b])?, sexagesimal(&[c, d])?], [None; 2]),
        [a, b, c, d, e, f] if plain => ([sexagesimal(&[a, b, c])?, sexagesimal(&[d, e, f])?], [None; 2]),
        _ => return None,
    };
    let swapped = match axes {
        [None, None] => return Some(Pair { at, told: false, rough: false, srid: None, bracketed }),
        [Some(Axis::East), Some(Axis::East)] | [Some(Axis::North), Some(Axis::North)] => return None,
        [first, second] => first == Some(Axis::North) || second == Some(Axis::East),
    };
    let at = if swapped { [at[1], at[0]] } else { at };
    let rough = angles.iter().all(|angle| !angle.marked && angle.value.fract() == 0.0 && angle.value.abs() <= 180.0);
    Some(Pair { at, told: true, rough, srid: None, bracketed: false })
}

/// The place of an object: `{"coordinates": [110.3, 20.0]}`, or with a member for each of the two.
fn of_json(text: &str) -> Option<[f64; 2]> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let number = |value: &serde_json::Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    if let Some(at) = json.get("coordinates") {
        return Some([number(at.get(0)?)?, number(at.get(1)?)?]);
    }
    let of = |axis| {
        let mut members = json.as_object()?.iter();
        members.find(|(name, _)| axis_word(name).is_some_and(|word| word.axis == axis)).and_then(|(_, of)| number(of))
    };
    Some([of(Axis::East)?, of(Axis::North)?])
}

/// A number with an exponent.
fn scientific(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && text.contains(['e', 'E']))
}

/// Two numbers with decimal commas and a comma between them.
fn commas(text: &str) -> Option<[f64; 2]> {
    let runs: Vec<&str> = text.split(',').map(str::trim).collect();
    let [a, b, c, d] = runs[..] else { return None };
    Some([format!("{a}.{b}").parse().ok()?, format!("{c}.{d}").parse().ok()?])
}

/// The text of a cell in half width, without what sheets and exports put around a number.
fn plain(cell: &[u8]) -> String {
    bare(&half_width(&String::from_utf8_lossy(cell))).to_owned()
}

fn digits_only(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.contains(|c: char| c.is_ascii_digit())
}

/// A number of digits, points and commas alone: the last sign of the two is the decimal one, the other parts thousands.
fn separated(text: &str) -> Option<f64> {
    let bare = text.trim_start_matches(['-', '+']);
    let known = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    if !bare.starts_with(|c: char| c.is_ascii_digit()) || !bare.chars().all(known) {
        return None;
    }
    let (points, commas) = (bare.matches('.').count(), bare.matches(',').count());
    let decimal = match (points, commas) {
        (0 | 1, 0) => '.',
        (0, 1) => ',',
        (1, _) if bare.rfind('.') > bare.rfind(',') => '.',
        (_, 1) if bare.rfind(',') > bare.rfind('.') => ',',
        (0, _) => '.',
        (_, 0) => ',',
        _ => return None,
    };
    let groups = bare.split(decimal).next()?.split(['.', ',']);
    if !groups.skip(1).all(|group| group.len() == 3) {
        return None;
    }
    let digits: String = text.chars().filter(|&c| c == decimal || !matches!(c, '.' | ',')).collect();
    digits.replace(',', ".").trim_start_matches('+').parse().ok()
}

/// Degrees, minutes and seconds: all but the last whole, minutes and seconds below sixty.
fn sexagesimal(parts: &[f64]) -> Option<f64> {
    let whole = |value: f64| value.fract() == 0.0 && value >= 0.0;
    let below = |value: f64| (0.0..60.0).contains(&value);
    match *parts {
        [degrees, minutes] if whole(degrees) && below(minutes) => Some(degrees + minutes / 60.0),
        [degrees, minutes, seconds] if whole(degrees) && whole(minutes) && below(minutes) && below(seconds) => {
            Some(degrees + minutes / 60.0 + seconds / 3600.0)
        }
        _ => None,
    }
}

/// All angles of a text, with signs between them. Where the text begins with a number, sides stand behind theirs, however
/// far: each must have one then.
fn angles(text: &str, comma: bool) -> Option<Vec<Angle>> {
    let whole = |angles: &Vec<Angle>| angles.iter().all(|angle| angle.axis.is_some());
    angles_with(text, comma, true).filter(whole).or_else(|| angles_with(text, comma, false))
}

fn angles_with(text: &str, comma: bool, behind: bool) -> Option<Vec<Angle>> {
    let mut scan = Scan { rest: text, comma, behind };
    let mut angles = Vec::new();
    loop {
        scan.rest = scan.rest.trim_start_matches([',', ';', '|', '/', '&', ' ', '\t', '\n']);
        if scan.rest.is_empty() {
            return Some(angles);
        }
        if angles.len() == 6 {
            return None;
        }
        angles.push(scan.angle()?);
    }
}

/// What is left of a text of angles.
struct Scan<'a> {
    rest: &'a str,
    /// Whether a comma between digits is a decimal one.
    comma: bool,
    /// Whether a side between two numbers is that of the one before it.
    behind: bool,
}

impl Scan<'_> {
    /// The angle that stands next.
    fn angle(&mut self) -> Option<Angle> {
        let before = self.side();
        if before.is_some() {
            self.rest = self.rest.trim_start_matches([':', '=', ' ']);
        }
        let negative = self.rest.starts_with('-');
        self.rest = self.rest.trim_start_matches(['-', '+']);
        let degrees = self.digits()?;
        let (mut value, mut marked) = (degrees, false);
        if self.mark(&DEGREES) {
            marked = true;
            if let Some(minutes) = self.part(&MINUTES) {
                let seconds = self.part(&SECONDS);
                let parts = [degrees, minutes, seconds.unwrap_or(0.0)];
                value = sexagesimal(if seconds.is_some() { &parts } else { &parts[..2] })?;
            }
        }
        let behind = if before.is_none() { self.side_behind() } else { None };
        let (axis, sign) = before.or(behind).map_or((None, 1.0), |(axis, sign)| (Some(axis), sign));
        let sign = if negative { -sign } else { sign };
        Some(Angle { value: sign * value, axis, marked })
    }

    /// Minutes or seconds with their sign; the sign may be left out at the end.
    fn part(&mut self, marks: &[&str]) -> Option<f64> {
        let start = self.rest;
        self.rest = self.rest.trim_start();
        let number = self.digits();
        let ends = |rest: &str| {
            rest.trim_start().is_empty() || rest.trim_start().starts_with(|c: char| "NSEWnsew".contains(c))
        };
        if number.is_some() && (self.mark(marks) || ends(self.rest)) {
            return number;
        }
        self.rest = start;
        None
    }

    fn digits(&mut self) -> Option<f64> {
        let bytes = self.rest.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut end = (0..).find(|&at| !digit(at))?;
        let sign = bytes.get(end).is_some_and(|&byte| byte == b'.' || self.comma && byte == b',');
        if end > 0 && sign && digit(end + 1) {
            end = (end + 1..).find(|&at| !digit(at))?;
        }
        let number = self.rest.get(..end)?.replace(',', ".").parse().ok()?;
        self.rest = self.rest.get(end..)?;
        // 110.5.3 is no number.
        if self.rest.starts_with('.') { None } else { Some(number) }
    }

    fn mark(&mut self, marks: &[&str]) -> bool {
        let rest = self.rest.trim_start();
        // Two signs of a minute are one of a second; a capital S is the south.
        let longest = marks.iter().filter(|mark| rest.starts_with(**mark)).max_by_key(|mark| mark.len());
        if let Some(rest) = longest.and_then(|mark| rest.get(mark.len()..)) {
            self.rest = rest;
        }
        longest.is_some()
    }

    fn side(&mut self) -> Option<(Axis, f64)> {
        let rest = self.rest.trim_start();
        let (word, axis, sign) = SIDES.into_iter().find(|(word, ..)| starts(rest, word))?;
        self.rest = rest.get(word.len()..)?;
        Some((axis, sign))
    }

    /// A side behind a number; one that is followed by a number of its own belongs to that.
    fn side_behind(&mut self) -> Option<(Axis, f64)> {
        let start = self.rest;
        let bracketed = start.trim_start().strip_prefix('(');
        self.rest = bracketed.unwrap_or(start);
        let side = self.side();
        if bracketed.is_some() {
            // Brackets at the end of the cell were taken off.
            let rest = self.rest.trim_start();
            let closed = rest.strip_prefix(')').or(rest.is_empty().then_some(rest)).filter(|_| side.is_some());
            self.rest = closed.unwrap_or(start);
            return side.filter(|_| closed.is_some());
        }
        // 1E3 is a number of its own, 110.3E20.0N are two.
        if side.is_some()
            && !start.starts_with(' ')
            && self.rest.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
        {
            let mut next = Scan { rest: self.rest.trim_start_matches(['+', '-']), comma: self.comma, behind: false };
            if next.digits().is_none() || !next.mark(&DEGREES) && next.side().is_none() {
                self.rest = start;
                return None;
            }
        }
        if !self.behind
            && self.rest.trim_start_matches([':', '=', ' ', '-', '+']).starts_with(|c: char| c.is_ascii_digit())
            && !start.trim_start().is_empty()
            && side.is_some()
            && start.starts_with([' ', ',', ';'])
        {
            self.rest = start;
            return None;
        }
        side
    }
}

/// Whether a text begins with a word, in whatever case.
fn starts(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The point of `POINT (110.3 20.0)` or of a `MULTIPOINT` of one, with or without heights, and the number before it in `SRID=4326;POINT(…)`.
fn well_known_text(text: &str) -> Option<([f64; 2], Option<u32>)> {
    let (srid, text) = match text.split_once(';') {
        Some((srid, rest)) if starts(srid, "SRID=") => (Some(srid.get(5..)?.trim().parse().ok()?), rest.trim()),
        _ => (None, text),
    };
    let name = ["POINT", "MULTIPOINT"].into_iter().find(|name| starts(text, name))?;
    let (kind, inside) = text.split_once('(')?;
    let kind = kind.get(name.len()..)?.trim();
    if !["", "Z", "M", "ZM"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return None;
    }
    let inside = inside.trim_end().strip_suffix(')')?.trim();
    let inside = inside.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(inside);
    if inside.contains([',', '(']) {
        return None;
    }
    let mut numbers = inside.split_whitespace().map(str::parse);
    let at = [numbers.next()?.ok()?, numbers.next()?.ok()?];
    Some((at, srid))
}

/// The point of well-known binary in hexadecimal digits, as `PostGIS` and others print it.
fn well_known_binary(text: &str) -> Option<([f64; 2], Option<u32>)> {
    let text = ["\\x", "0x", "0X"].into_iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    if text.len() < 42 || text.len() % 2 == 1 || text.len() > 256 || !text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    let bytes = bytes?;
    let mut part: Part<Plane> = Part::default();
    Wkb::default().read(&mut Bytes::new(&bytes), &mut part, 1);
    let [Plane(at)] = part.dots.points[..] else { return None };
    // The flag of a number of EPSG, and the number behind the kind.
    let word = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if bytes.first() == Some(&0) { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let srid = if word(1)? & 0x2000_0000 != 0 { word(5) } else { None };
    Some((at, srid))
}
