//! Incidents as columns, one row each.

use serde::{Deserialize, Serialize};

use crate::geometry::{Bounds, Point};

/// Minutes since 1970-01-01 00:00 local time; [`Minute::NONE`] where a row has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(pub i32);

impl Minute {
    /// No time given.
    pub const NONE: Self = Self(i32::MIN);

    /// Whether there is a time.
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Hour of the week, 0 = Monday 00:00, `None` without a time.
    #[must_use]
    pub fn hour_of_week(self) -> Option<usize> {
        // 1970-01-01 was a Thursday: three days after Monday.
        self.is_some().then(|| ((i64::from(self.0) + 3 * 24 * 60).rem_euclid(7 * 24 * 60) / 60) as usize)
    }

    /// The first minute of a day written `2025-03-04`; `None` where it is no day.
    #[must_use]
    pub fn of_day(text: &str) -> Option<Self> {
        let day: jiff::civil::Date = text.trim().parse().ok()?;
        let days = day.since(EPOCH.date()).ok()?.get_days();
        days.checked_mul(24 * 60).map(Self)
    }
}

/// Minute 0.
const EPOCH: jiff::civil::DateTime = jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// `2025-03-04 21:07`; nothing where there is no time.
impl std::fmt::Display for Minute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = jiff::Span::new().minutes(i64::from(self.0));
        match EPOCH.checked_add(span) {
            Ok(time) if self.is_some() => f.write_str(&time.strftime("%Y-%m-%d %H:%M").to_string()),
            _ => Ok(()),
        }
    }
}

/// How an incident found its place (rule 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// By its coordinates.
    Point,
    /// By the code or name of a zone; it has no coordinates.
    Code,
    /// It has neither.
    Nowhere,
}

/// Distinct texts of a column; rows hold the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionary(pub Vec<String>);

impl Dictionary {
    /// The text of an index, empty beyond the end.
    #[must_use]
    pub fn text(&self, index: u16) -> &str {
        self.0.get(usize::from(index)).map_or("", String::as_str)
    }

    /// The index of a text, adding it where it is new. O(texts): for columns of few distinct values.
    pub fn index_of(&mut self, text: &str) -> u16 {
        let found = self.0.iter().position(|known| known == text).unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        u16::try_from(found).unwrap_or(u16::MAX)
    }
}

/// One incident, written out.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident<'a> {
    /// Its number (任务号).
    pub number: &'a str,
    /// Where, if it has coordinates.
    pub point: Option<Point>,
    /// Enforcement field.
    pub field: &'a str,
    /// Class.
    pub class: &'a str,
    /// Source: patrol, camera, hotline…
    pub source: &'a str,
    /// State, in the source's own word.
    pub state: &'a str,
    /// When reported.
    pub reported: Minute,
}

/// All incidents of a plan, a column an array, all of one length. Which face an incident is in is derived, never stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incidents {
    /// Numbers of all rows, one after the other.
    pub numbers: String,
    /// For each row, where its number ends.
    pub number_ends: Vec<u32>,
    /// Place; meaningless unless `placement` says [`Placement::Point`].
    pub points: Vec<Point>,
    /// How each row found its place.
    pub placement: Vec<Placement>,
    /// Code or name of the zone of a row placed by code: index into `places`.
    pub place: Vec<u16>,
    /// Index into `fields`.
    pub field: Vec<u16>,
    /// Index into `classes`.
    pub class: Vec<u16>,
    /// Index into `sources`.
    pub source: Vec<u16>,
    /// Index into `states`.
    pub state: Vec<u16>,
    /// When reported (上报).
    pub reported: Vec<Minute>,
    /// When filed (立案).
    pub filed: Vec<Minute>,
    /// When due (处置截止).
    pub due: Vec<Minute>,
    /// When handled (处置).
    pub handled: Vec<Minute>,
    /// When closed (结案).
    pub closed: Vec<Minute>,
    /// Zone codes or names of rows placed by code.
    pub places: Dictionary,
    /// Enforcement fields.
    pub fields: Dictionary,
    /// Classes.
    pub classes: Dictionary,
    /// Sources.
    pub sources: Dictionary,
    /// States.
    pub states: Dictionary,
}

impl Incidents {
    /// The same with all times moved by some minutes.
    #[must_use]
    pub fn moved(&self, minutes: i32) -> Self {
        let mut moved = self.clone();
        let times = [&mut moved.reported, &mut moved.filed, &mut moved.due, &mut moved.handled, &mut moved.closed];
        for time in times.into_iter().flatten().filter(|time| time.is_some()) {
            time.0 = time.0.saturating_add(minutes).max(Minute::NONE.0 + 1);
        }
        moved
    }

    /// By how many minutes the first time differs from that of others of the same rows; 0 where there is none.
    #[must_use]
    pub fn minutes_to<'a>(&'a self, other: &'a Self) -> i32 {
        let columns = |rows: &'a Self| [&rows.reported, &rows.filed, &rows.due, &rows.handled, &rows.closed];
        let pairs = columns(self).into_iter().flatten().zip(columns(other).into_iter().flatten());
        pairs.into_iter().find(|(one, _)| one.is_some()).map_or(0, |(one, two)| two.0.saturating_sub(one.0))
    }

    /// Number of incidents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.placement.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.placement.is_empty()
    }

    /// The number of a row.
    #[must_use]
    pub fn number(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.number_ends.get(row - 1).map_or(0, |&end| end as usize) };
        let end = self.number_ends.get(row).map_or(start, |&end| end as usize);
        self.numbers.get(start..end).unwrap_or("")
    }

    /// The place of a row with coordinates.
    #[must_use]
    pub fn point(&self, row: usize) -> Option<Point> {
        (*self.placement.get(row)? == Placement::Point).then(|| self.points.get(row).copied())?
    }

    /// The box around all rows with coordinates.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        (0..self.len()).filter_map(|row| self.point(row)).fold(Bounds::EMPTY, Bounds::with)
    }

    /// The rows of both, these first.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        let start = self.numbers.len() as u32;
        self.numbers.push_str(&other.numbers);
        self.number_ends.extend(other.number_ends.iter().map(|end| end + start));
        self.points.extend(other.points);
        self.placement.extend(other.placement);
        for (column, words, more, more_words) in [
            (&mut self.place, &mut self.places, other.place, other.places),
            (&mut self.field, &mut self.fields, other.field, other.fields),
            (&mut self.class, &mut self.classes, other.class, other.classes),
            (&mut self.source, &mut self.sources, other.source, other.sources),
            (&mut self.state, &mut self.states, other.state, other.states),
        ] {
            let numbers: Vec<u16> = more_words.0.iter().map(|text| words.index_of(text)).collect();
            column.extend(more.into_iter().map(|index| numbers.get(usize::from(index)).copied().unwrap_or(u16::MAX)));
        }
        self.reported.extend(other.reported);
        self.filed.extend(other.filed);
        self.due.extend(other.due);
        self.handled.extend(other.handled);
        self.closed.extend(other.closed);
        self
    }

    /// The first rows alone; words that only later rows use are gone.
    #[must_use]
    pub fn first(mut self, rows: usize) -> Self {
        let numbers = rows.checked_sub(1).and_then(|last| self.number_ends.get(last)).map_or(0, |&end| end as usize);
        self.numbers.truncate(numbers);
        self.number_ends.truncate(rows);
        self.points.truncate(rows);
        self.placement.truncate(rows);
        for (column, words) in [
            (&mut self.place, &mut self.places),
            (&mut self.field, &mut self.fields),
            (&mut self.class, &mut self.classes),
            (&mut self.source, &mut self.sources),
            (&mut self.state, &mut self.states),
        ] {
            column.truncate(rows);
            // Words were numbered as rows first used them.
            words.0.truncate(
                column.iter().filter(|&&index| index < u16::MAX).max().map_or(0, |&last| usize::from(last) + 1),
            );
        }
        for column in [&mut self.reported, &mut self.filed, &mut self.due, &mut self.handled, &mut self.closed] {
            column.truncate(rows);
        }
        self
    }

    /// The rows behind the first ones; words are numbered as they were.
    #[must_use]
    pub fn behind(&self, rows: usize) -> Self {
        let cut = rows.checked_sub(1).and_then(|last| self.number_ends.get(last)).map_or(0, |&end| end);
        let codes = |column: &Vec<u16>| column.get(rows..).unwrap_or_default().to_vec();
        let times = |column: &Vec<Minute>| column.get(rows..).unwrap_or_default().to_vec();
        Self {
            numbers: self.numbers.get(cut as usize..).unwrap_or_default().to_owned(),
            number_ends: self.number_ends.iter().skip(rows).map(|end| end - cut).collect(),
            points: self.points.get(rows..).unwrap_or_default().to_vec(),
            placement: self.placement.get(rows..).unwrap_or_default().to_vec(),
            place: codes(&self.place),
            field: codes(&self.field),
            class: codes(&self.class),
            source: codes(&self.source),
            state: codes(&self.state),
            reported: times(&self.reported),
            filed: times(&self.filed),
            due: times(&self.due),
            handled: times(&self.handled),
            closed: times(&self.closed),
            places: self.places.clone(),
            fields: self.fields.clone(),
            classes: self.classes.clone(),
            sources: self.sources.clone(),
            states: self.states.clone(),
        }
    }

    /// Whether all columns have as many rows and the numbers can be told apart: what comes from a file is asked first.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let rows = self.len();
        let codes = [&self.place, &self.field, &self.class, &self.source, &self.state];
        let times = [&self.reported, &self.filed, &self.due, &self.handled, &self.closed];
        let even = codes.iter().all(|column| column.len() == rows)
            && times.iter().all(|column| column.len() == rows)
            && self.number_ends.len() == rows
            && self.points.len() == rows;
        let ends = &self.number_ends;
        let rising = ends.is_sorted() && ends.last().map_or(0, |&end| end as usize) <= self.numbers.len();
        even && rising && ends.iter().all(|&end| self.numbers.is_char_boundary(end as usize))
    }

    /// One row written out; `None` beyond the end.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Incident<'_>> {
        if row >= self.len() {
            return None;
        }
        let of = |column: &[u16]| column.get(row).copied().unwrap_or(u16::MAX);
        Some(Incident {
            number: self.number(row),
            point: self.point(row),
            field: self.fields.text(of(&self.field)),
            class: self.classes.text(of(&self.class)),
            source: self.sources.text(of(&self.source)),
            state: self.states.text(of(&self.state)),
            reported: self.reported.get(row).copied().unwrap_or(Minute::NONE),
        })
    }
}
