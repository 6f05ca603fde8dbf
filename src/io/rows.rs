//! Rows of incidents as columns, one block at a time.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::columns::{self, Column};
use super::crs::Decision;
use super::csv::Row;
use super::decimal::{self, Coordinate as _, DecimalPair};
use super::oddity::{Kind, Oddities};
use super::time;
use crate::base::{Rule, Severity};
use crate::geometry::Point;
use crate::model::{Minute, Placement};

const NO_PLACE: Kind = Kind {
    name: "NO_PLACE",
    rule: Rule::NullGeometry,
    severity: Severity::Warning,
    en: "no coordinates and no zone; kept without a place",
    zh: "没有坐标也没有所属区域;保留,未落图",
};
const BAD_PLACE: Kind = Kind {
    name: "BAD_PLACE",
    rule: Rule::BadValue,
    severity: Severity::Warning,
    en: "the coordinates are not longitude and latitude in degrees",
    zh: "坐标不是以度为单位的经纬度",
};
const BAD_TIME: Kind = Kind {
    name: "BAD_TIME",
    rule: Rule::BadValue,
    severity: Severity::Warning,
    en: "a time that cannot be read; kept without it",
    zh: "时间无法识别,未保留",
};

/// Columns of text kept in dictionaries, in the order of [`Block::texts`].
const TEXTS: [Column; 4] = [Column::Field, Column::Class, Column::Source, Column::State];
/// Columns of times, in the order of [`Block::times`].
const TIMES: [Column; 5] = [Column::Reported, Column::Filed, Column::Due, Column::Handled, Column::Closed];

/// Which column holds what.
pub(super) struct Chosen {
    pub(super) lon: Option<usize>,
    pub(super) lat: Option<usize>,
    pub(super) number: Option<usize>,
    pub(super) texts: [Option<usize>; 4],
    pub(super) times: [Option<usize>; 5],
    pub(super) places: [Option<usize>; 2],
    pub(super) last: usize,
    /// How coordinates become degrees, where they are not degrees.
    pub(super) system: Option<Decision>,
}

impl Chosen {
    pub(super) fn of(names: &[String]) -> Self {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let at = |column| columns::find(&names, column);
        let mut chosen = Self {
            lon: at(Column::Lon),
            lat: at(Column::Lat),
            number: at(Column::Number),
            texts: TEXTS.map(at),
            times: TIMES.map(at),
            places: [at(Column::PlaceCode), at(Column::PlaceName)],
            last: 0,
            system: None,
        };
        chosen.last = chosen.all().filter_map(|(_, at)| at).max().unwrap_or(0);
        chosen
    }

    fn all(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        let single = [
            (Column::Lon, self.lon),
            (Column::Lat, self.lat),
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
    pub(super) odd: Oddities,
}

impl<'a> Block<'a> {
    /// Adds a row of a table.
    pub(super) fn row(&mut self, chosen: &Chosen, row: &Row<'a>) {
        let field = |at: Option<usize>| at.map_or_else(Default::default, |at| row.field(at));
        let (lon, lat) = (field(chosen.lon), field(chosen.lat));
        let place = match chosen.system.as_ref().map_or_else(|| point(&lon, &lat), |how| converted(&lon, &lat, how)) {
            Place::At(point) => Some(point),
            Place::Missing => None,
            Place::Bad => {
                let short = |text: &[u8]| String::from_utf8_lossy(text).chars().take(20).collect::<String>();
                self.odd.add(BAD_PLACE, self.rows as u32 + 1, format!("{}, {}", short(&lon), short(&lat)));
                None
            }
        };
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
                self.odd.add(NO_PLACE, number, "");
                Placement::Nowhere
            }
        };
        self.points.push(place.unwrap_or_default());
        self.placement.push(placement);
        self.place.push(zone.unwrap_or_default());
        for (words, &at) in self.texts.iter_mut().zip(&chosen.texts) {
            words.push(field(at));
        }
        for (times, &at) in self.times.iter_mut().zip(&chosen.times) {
            let text = field(at);
            let time = time::read(&text);
            if !time.is_some() && !text.trim_ascii().is_empty() && !is_nothing(&text) {
                self.odd.add(BAD_TIME, number, String::from_utf8_lossy(&text).chars().take(30).collect::<String>());
            }
            times.push(time);
        }
    }
}

/// Two fields as a place.
enum Place {
    At(Point),
    Missing,
    Bad,
}

/// Words for "no value".
fn is_nothing(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.is_empty() || [&b"NA"[..], b"N/A", b"NULL", b"null", b"None", b"nan", b"NaN", b"-", b"\\N"].contains(&text)
}

/// Longitude and latitude of two fields, as the lattice has them.
fn point(lon: &[u8], lat: &[u8]) -> Place {
    if is_nothing(lon) && is_nothing(lat) {
        return Place::Missing;
    }
    match pair(lon, lat) {
        Some(pair) => Point::from_decimals(pair).map_or(Place::Bad, |(point, _)| Place::At(point)),
        None => Place::Bad,
    }
}

/// A place of two fields that are not degrees.
fn converted(lon: &[u8], lat: &[u8], how: &Decision) -> Place {
    if is_nothing(lon) && is_nothing(lat) {
        return Place::Missing;
    }
    let Some([x, y]) = numbers(lon, lat) else { return Place::Bad };
    let [lon, lat] = how.system.to_degrees(if how.swapped { [y, x] } else { [x, y] });
    Point::from_degrees(lon, lat).map_or(Place::Bad, Place::At)
}

/// Two fields as numbers.
pub(super) fn numbers(lon: &[u8], lat: &[u8]) -> Option<[f64; 2]> {
    pair(lon, lat).map(|DecimalPair(x, y)| [x.to_f64(), y.to_f64()])
}

/// Two fields as numbers with their digits.
pub(super) fn pair<'a>(lon: &'a [u8], lat: &'a [u8]) -> Option<DecimalPair<'a>> {
    let whole = |text: &'a [u8]| {
        let text = text.trim_ascii();
        let text = text.strip_prefix(b"+").unwrap_or(text);
        decimal::read(text).filter(|&(_, length)| length == text.len()).map(|(number, _)| number)
    };
    Some(DecimalPair(whole(lon)?, whole(lat)?))
}

/// Two fields as degrees, `None` where they are none.
#[must_use]
pub fn degrees(lon: &[u8], lat: &[u8]) -> Option<[f64; 2]> {
    <[f64; 2]>::from_decimals(pair(lon, lat)?).ok().map(|(point, _)| point)
}
