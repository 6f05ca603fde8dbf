//! Rows of incidents as columns, one block at a time.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::ReadError;
use super::angle::{self, Axis, Pair};
use super::columns::{self, Column};
use super::crs::Decision;
use super::csv::{Fit, Row};
use super::decimal::{self, Coordinate as _, DecimalPair};
use super::diagnosis::Diagnosis;
use super::heads::{self, Head, Told, Where};
use super::oddity::Oddities;
use super::roles::{Columns, Role};
use super::time::{self, How, Seen};
use crate::geometry::Point;
use crate::model::{Minute, Placement};

/// Columns of text kept in dictionaries, in the order of [`Block::texts`].
const TEXTS: [Column; 4] = [Column::Field, Column::Class, Column::Source, Column::State];
/// Columns of times, in the order of [`Block::times`].
const TIMES: [Column; 5] = [Column::Reported, Column::Filed, Column::Due, Column::Handled, Column::Closed];

/// Which column holds what.
#[derive(Default)]
pub(super) struct Chosen {
    pub(super) place: Placing,
    pub(super) number: Option<usize>,
    pub(super) texts: [Option<usize>; 4],
    pub(super) times: [Option<usize>; 5],
    /// How the times of each column are read.
    pub(super) how: [How; 5],
    pub(super) places: [Option<usize>; 2],
    pub(super) last: usize,
}

impl Chosen {
    /// By what was said, by names, and what was told of the place and the time.
    pub(super) fn of(path: &std::path::Path, names: &[String], told: &Told, said: &Columns) -> Result<Self, ReadError> {
        let as_strs: Vec<&str> = names.iter().map(String::as_str).collect();
        let said = said.of(path, names);
        let asked = |column| {
            let name = said.iter().find(|(role, _)| *role == Role::Holds(column)).map(|(_, name)| name);
            name.map(|name| heads::place(path, names, name)).transpose()
        };
        let at = |column| asked(column).map(|asked| asked.or_else(|| columns::find(&as_strs, column)));
        let mut chosen = Self {
            place: Placing { columns: told.place, system: None },
            number: at(Column::Number)?,
            places: [at(Column::PlaceCode)?, at(Column::PlaceName)?],
            ..Self::default()
        };
        for (place, column) in chosen.texts.iter_mut().zip(TEXTS) {
            *place = at(column)?;
        }
        for (place, column) in chosen.times.iter_mut().zip(TIMES) {
            *place = at(column)?;
        }
        chosen.times[0] = chosen.times[0].or(told.time);
        for (role, name) in &said {
            let place = heads::place(path, names, name)?;
            for (how, _) in chosen.how.iter_mut().zip(chosen.times).filter(|&(_, at)| at == Some(place)) {
                match *role {
                    Role::DayFirst => (how.day_first, how.asked) = (true, true),
                    Role::MonthFirst => (how.day_first, how.asked) = (false, true),
                    Role::Zone(minutes) => how.zone = Some(minutes),
                    Role::Holds(_) | Role::LatLon => {}
                }
            }
        }
        chosen.last = chosen.all().filter_map(|(_, at)| at).max().unwrap_or(0);
        Ok(chosen)
    }

    /// Takes from the first rows how times are written.
    pub(super) fn learn(&mut self, head: &Head) {
        for (how, at) in self.how.iter_mut().zip(self.times) {
            if let Some(at) = at {
                heads::learn(head, at, how);
            }
        }
    }

    /// Whether all rows are to be read once more: those that prove that days stand first may be the last ones.
    pub(super) fn is_turned(&mut self, seen: &[Seen; 5]) -> bool {
        let mut any = false;
        for (how, seen) in self.how.iter_mut().zip(seen) {
            let proven = seen.day_first > 0 && seen.month_first == 0 && seen.either > 0;
            let turned = !how.asked && !how.day_first && proven;
            how.day_first |= turned;
            any |= turned;
        }
        any
    }

    fn all(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        let (lon, lat, both) = match self.place.columns {
            Where::Nowhere => (None, None, None),
            Where::Two(lon, lat) => (Some(lon), Some(lat), None),
            Where::One(both, _) => (None, None, Some(both)),
        };
        let single = [
            (Column::Lon, lon),
            (Column::Lat, lat),
            (Column::Coordinates, both),
            (Column::Number, self.number),
            (Column::PlaceCode, self.places[0]),
            (Column::PlaceName, self.places[1]),
        ];
        let texts = TEXTS.into_iter().zip(self.texts);
        single.into_iter().chain(texts).chain(TIMES.into_iter().zip(self.times))
    }

    /// What a column was taken for.
    pub(super) fn meaning(&self, column: usize) -> Option<Column> {
        self.all().find(|&(_, at)| at == Some(column)).map(|(meaning, _)| meaning)
    }
}

/// Distinct texts of a column of one block.
#[derive(Default)]
pub(super) struct Words<'a> {
    /// Texts of up to 15 bytes as one number, their length in its highest byte: one comparison tells two of them apart.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Cow<'a, [u8]>, u32>,
    pub(super) texts: Vec<String>,
    pub(super) rows: Vec<u32>,
}

impl<'a> Words<'a> {
    pub(super) fn push(&mut self, text: Cow<'a, [u8]>) {
        let next = self.texts.len() as u32;
        let mut told = [0; 16];
        let index = if text.len() < told.len() {
            told[..text.len()].copy_from_slice(&text);
            told[15] = text.len() as u8;
            *self.short.entry(u128::from_le_bytes(told)).or_insert(next)
        } else if let Some(&known) = self.long.get(&text) {
            known
        } else {
            self.long.insert(text.clone(), next);
            next
        };
        if index == next {
            self.texts.push(String::from_utf8_lossy(&text).trim().to_owned());
        }
        self.rows.push(index);
    }
}

/// Rows of one block, as columns.
#[derive(Default)]
pub(super) struct Block<'a> {
    pub(super) rows: usize,
    pub(super) bytes: u64,
    pub(super) numbers: String,
    pub(super) number_ends: Vec<u32>,
    pub(super) points: Vec<Point>,
    pub(super) placement: Vec<Placement>,
    pub(super) place: Words<'a>,
    pub(super) texts: [Words<'a>; 4],
    pub(super) times: [Vec<Minute>; 5],
    /// What the times of each column say about themselves.
    pub(super) seen: [Seen; 5],
    pub(super) odd: Oddities,
}

impl<'a> Block<'a> {
    /// Adds a row of a table.
    pub(super) fn row(&mut self, chosen: &Chosen, row: &Row<'a>) {
        let place = match chosen.place.of(row) {
            Place::At(point) => Some(point),
            Place::Missing => None,
            Place::Bad => {
                let cells: Vec<String> = chosen.place.columns.columns().map(|at| short(&row.field(at), 20)).collect();
                self.odd.add(Diagnosis::BadPlace, self.rows as u32 + 1, cells.join(", "));
                None
            }
        };
        if row.stray_quote {
            self.odd.add(Diagnosis::StrayQuote, self.rows as u32 + 1, short(row.raw, 30));
        }
        let uneven = match row.fit {
            Fit::Whole => None,
            Fit::Short => Some(Diagnosis::ShortRow),
            Fit::Long => Some(Diagnosis::LongRow),
        };
        if let Some(uneven) = uneven {
            self.odd.add(uneven, self.rows as u32 + 1, short(row.raw, 30));
        }
        self.push(chosen, place, |at| row.field(at));
    }

    /// Adds a row at a place.
    pub(super) fn push(&mut self, chosen: &Chosen, place: Option<Point>, field: impl Fn(usize) -> Cow<'a, [u8]>) {
        self.rows += 1;
        let number = self.rows as u32;
        let field = |at: Option<usize>| at.map_or_else(Default::default, &field);
        self.numbers.push_str(&String::from_utf8_lossy(field(chosen.number).trim_ascii()));
        self.number_ends.push(self.numbers.len() as u32);
        let zone = chosen.places.iter().map(|&at| field(at)).find(|text| !text.trim_ascii().is_empty());
        let placement = match (place, &zone) {
            (Some(_), _) => Placement::Point,
            (None, Some(_)) => Placement::Code,
            (None, None) => {
                self.odd.add(Diagnosis::NoPlace, number, "");
                Placement::Nowhere
            }
        };
        self.points.push(place.unwrap_or_default());
        self.placement.push(placement);
        self.place.push(zone.unwrap_or_default());
        for (words, &at) in self.texts.iter_mut().zip(&chosen.texts) {
            words.push(field(at));
        }
        for (((times, &at), seen), &how) in
            self.times.iter_mut().zip(&chosen.times).zip(&mut self.seen).zip(&chosen.how)
        {
            let text = field(at);
            let time = time::read(&text, how, seen);
            if !time.is_some() && !text.trim_ascii().is_empty() && !is_nothing(&text) {
                self.odd.add(Diagnosis::BadTime, number, short(&text, 30));
            }
            times.push(time);
        }
    }
}

/// The beginning of a text, for a message.
fn short(text: &[u8], letters: usize) -> String {
    String::from_utf8_lossy(text).chars().take(letters).collect()
}

/// What stands in a row as its place.
enum Place {
    At(Point),
    Missing,
    Bad,
}

/// Where the rows of a table have their coordinates, and what those are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placing {
    pub(super) columns: Where,
    /// How coordinates become degrees, where they are not degrees.
    pub(super) system: Option<Decision>,
}

impl Placing {
    /// Columns of a row that must be split off to know its place.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.columns().max().map_or(0, |last| last + 1)
    }

    /// Longitude and latitude of a row; `None` where it has none, or none that can be read.
    #[must_use]
    pub fn degrees(&self, row: &Row<'_>) -> Option<[f64; 2]> {
        if let (Where::Two(lon, lat), None) = (self.columns, &self.system)
            && let Some(at) =
                pair(&row.field(lon), &row.field(lat)).and_then(|pair| <[f64; 2]>::from_decimals(pair).ok())
        {
            return Some(at.0);
        }
        let at = self.in_degrees(self.numbers(row)?.at);
        (at[0].abs() <= 180.0 && at[1].abs() <= 90.0).then_some(at)
    }

    fn of(&self, row: &Row<'_>) -> Place {
        if let (Where::Two(lon, lat), None) = (self.columns, &self.system)
            && let Some(pair) = pair(&row.field(lon), &row.field(lat))
        {
            return Point::from_decimals(pair).map_or(Place::Bad, |(point, _)| Place::At(point));
        }
        if self.columns.columns().all(|at| is_nothing(&row.field(at))) {
            return Place::Missing;
        }
        let at = self.numbers(row).map(|pair| self.in_degrees(pair.at));
        at.and_then(|[lon, lat]| Point::from_degrees(lon, lat).ok()).map_or(Place::Bad, Place::At)
    }

    fn in_degrees(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let Some(how) = &self.system else { return [x, y] };
        how.system.to_degrees(if how.swapped { [y, x] } else { [x, y] })
    }

    /// The two numbers of a row, east first where that is known, however they are written.
    pub(super) fn numbers(&self, row: &Row<'_>) -> Option<Pair> {
        match self.columns {
            Where::Nowhere => None,
            Where::Two(lon, lat) => of_two(&row.field(lon), &row.field(lat)),
            Where::One(at, latitude_first) => {
                let pair = angle::pair(&row.field(at))?;
                let [a, b] = pair.at;
                Some(if latitude_first && !pair.told { Pair { at: [b, a], ..pair } } else { pair })
            }
        }
    }
}

/// Two numbers of two fields, however they are written; turned round where each says that it is the other.
fn of_two(lon: &[u8], lat: &[u8]) -> Option<Pair> {
    let plain = |at| Pair { at, told: false, rough: false, srid: None, bracketed: false };
    if let Some(DecimalPair(x, y)) = pair(lon, lat) {
        return Some(plain([x.to_f64(), y.to_f64()]));
    }
    let (one, two) = (angle::number(lon)?, angle::number(lat)?);
    match (one.axis, two.axis) {
        (Some(Axis::North), Some(Axis::East)) => Some(plain([two.value, one.value])),
        (Some(Axis::North), _) | (_, Some(Axis::East)) => None,
        _ => Some(plain([one.value, two.value])),
    }
}

/// Words for "no value".
pub(super) fn is_nothing(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.is_empty() || [&b"NA"[..], b"N/A", b"NULL", b"null", b"None", b"nan", b"NaN", b"-", b"\\N"].contains(&text)
}

/// Two fields as plain numbers with their digits.
fn pair<'a>(lon: &'a [u8], lat: &'a [u8]) -> Option<DecimalPair<'a>> {
    let whole = |text: &'a [u8]| {
        let text = text.trim_ascii();
        let text = text.strip_prefix(b"+").unwrap_or(text);
        decimal::read(text).filter(|&(_, length)| length == text.len()).map(|(number, _)| number)
    };
    Some(DecimalPair(whole(lon)?, whole(lat)?))
}
