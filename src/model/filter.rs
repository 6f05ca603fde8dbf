//! Which incidents are looked at: a filter over the columns, applied as a mask.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{Cancelled, Progress};

use super::{Dictionary, Incidents, Minute};

/// Hours of a week.
const WEEK: usize = 168;
/// Rows of one mask word.
const WORD: usize = 64;
/// Mask words a thread takes at once: 32,768 rows.
const CHUNK: usize = 512;

/// A set of the 168 hours of the week, hour 0 = Monday 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hours([u64; 3]);

impl Default for Hours {
    fn default() -> Self {
        Self::ALL
    }
}

impl Hours {
    /// The whole week.
    pub const ALL: Self = Self([u64::MAX, u64::MAX, (1 << (WEEK - 128)) - 1]);
    /// No hour.
    pub const NONE: Self = Self([0; 3]);

    /// The hours a rule lets through; it is given the day, 0 = Monday, and the hour of the day.
    #[must_use]
    pub fn of(rule: impl Fn(usize, usize) -> bool) -> Self {
        let mut hours = Self::NONE;
        (0..WEEK).filter(|&at| rule(at / 24, at % 24)).for_each(|at| hours.set(at, true));
        hours
    }

    /// The night, 22:00 to 06:00, of every day.
    #[must_use]
    pub fn night() -> Self {
        Self::of(|_, hour| !(6..22).contains(&hour))
    }

    /// Whether an hour of the week is in the set.
    #[must_use]
    pub fn has(self, hour: usize) -> bool {
        self.0.get(hour / WORD).is_some_and(|word| word >> (hour % WORD) & 1 == 1)
    }

    /// Puts an hour in or takes it out. Hours beyond the week are passed over.
    pub fn set(&mut self, hour: usize, on: bool) {
        if let Some(word) = self.0.get_mut(hour / WORD).filter(|_| hour < WEEK) {
            let bit = 1 << (hour % WORD);
            *word = if on { *word | bit } else { *word & !bit };
        }
    }

    /// The hours in the set, ascending.
    #[must_use]
    pub fn list(self) -> Vec<usize> {
        (0..WEEK).filter(|&hour| self.has(hour)).collect()
    }

    /// Number of hours in the set.
    #[must_use]
    pub fn count(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Which incidents are looked at. Everything empty lets all through; conditions on several columns must all be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Enforcement fields that pass; empty: all.
    pub fields: BTreeSet<String>,
    /// Classes that pass; empty: all.
    pub classes: BTreeSet<String>,
    /// Sources that pass; empty: all.
    pub sources: BTreeSet<String>,
    /// States that pass; empty: all.
    pub states: BTreeSet<String>,
    /// Reported at this minute or later.
    pub from: Option<Minute>,
    /// Reported before this minute.
    pub until: Option<Minute>,
    /// Reported in one of these hours of the week.
    pub hours: Hours,
}

/// A column of words that can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Enforcement field.
    Field,
    /// Class.
    Class,
    /// Source.
    Source,
    /// State.
    State,
}

impl Facet {
    /// All of them, in the order of [`Passing::values`].
    pub const ALL: [Self; 4] = [Self::Field, Self::Class, Self::Source, Self::State];

    /// The words of the column.
    #[must_use]
    pub fn words(self, incidents: &Incidents) -> &Dictionary {
        match self {
            Self::Field => &incidents.fields,
            Self::Class => &incidents.classes,
            Self::Source => &incidents.sources,
            Self::State => &incidents.states,
        }
    }

    fn column(self, incidents: &Incidents) -> &[u16] {
        match self {
            Self::Field => &incidents.field,
            Self::Class => &incidents.class,
            Self::Source => &incidents.source,
            Self::State => &incidents.state,
        }
    }
}

/// The rows that pass a filter, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    bits: Vec<u64>,
    passing: usize,
}

impl Mask {
    /// Whether a row passes.
    #[must_use]
    pub fn has(&self, row: u32) -> bool {
        self.bits.get(row as usize / WORD).is_some_and(|word| word >> (row as usize % WORD) & 1 == 1)
    }

    /// Number of rows that pass.
    #[must_use]
    pub fn passing(&self) -> usize {
        self.passing
    }

    /// The rows that pass, ascending. O(rows).
    #[must_use]
    pub fn rows(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(self.passing);
        for (at, &word) in self.bits.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                rows.push((at * WORD) as u32 + left.trailing_zeros());
                left &= left - 1;
            }
        }
        rows
    }
}

/// What a filter lets through, and what each of its controls would let through: for a value of a column or an hour, the
/// rows that meet all conditions but those on the column or the hours themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passing {
    /// The rows.
    pub mask: Mask,
    /// Rows by column of [`Facet::ALL`] and index of its dictionary.
    pub values: [Vec<u32>; 4],
    /// Rows by hour of the week.
    pub hours: Vec<u32>,
}

impl Passing {
    fn empty(incidents: &Incidents) -> Self {
        let values = Facet::ALL.map(|facet| vec![0; facet.words(incidents).0.len()]);
        Self { mask: Mask::default(), values, hours: vec![0; WEEK] }
    }

    fn with(mut self, other: Self) -> Self {
        let pairs = self.values.iter_mut().zip(&other.values).chain([(&mut self.hours, &other.hours)]);
        for (own, more) in pairs {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        self.mask.passing += other.mask.passing;
        self
    }
}

impl Filter {
    /// Whether everything passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The values of a column that pass; empty: all.
    #[must_use]
    pub fn values(&self, facet: Facet) -> &BTreeSet<String> {
        match facet {
            Facet::Field => &self.fields,
            Facet::Class => &self.classes,
            Facet::Source => &self.sources,
            Facet::State => &self.states,
        }
    }

    /// See [`Filter::values`].
    pub fn values_mut(&mut self, facet: Facet) -> &mut BTreeSet<String> {
        match facet {
            Facet::Field => &mut self.fields,
            Facet::Class => &mut self.classes,
            Facet::Source => &mut self.sources,
            Facet::State => &mut self.states,
        }
    }

    /// Applies it to all incidents, in parallel. O(incidents). A row without a time passes only where nothing is said
    /// of times.
    ///
    /// # Errors
    /// When the job was cancelled.
    pub fn apply(&self, incidents: &Incidents, progress: &Progress) -> Result<Passing, Cancelled> {
        let test = Test::new(self, incidents);
        let mut bits = vec![0_u64; incidents.len().div_ceil(WORD)];
        let found = bits
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(chunk, words)| {
                progress.check()?;
                Ok(test.chunk(chunk * CHUNK * WORD, words))
            })
            .try_reduce(|| Passing::empty(incidents), |a, b| Ok(a.with(b)))?;
        Ok(Passing { mask: Mask { bits, ..found.mask }, ..found })
    }
}

/// Bits of the conditions a row fails, after those of [`Facet::ALL`].
const FAILS_DATE: u8 = 1 << 4;
const FAILS_HOUR: u8 = 1 << 5;

/// A filter made ready for the columns of some incidents.
struct Test<'a> {
    incidents: &'a Incidents,
    /// By column and index: whether the value passes.
    values: [Vec<bool>; 4],
    columns: [&'a [u16]; 4],
    from: i32,
    until: i32,
    timed: bool,
    hours: Hours,
}

impl<'a> Test<'a> {
    fn new(filter: &Filter, incidents: &'a Incidents) -> Self {
        let values = Facet::ALL.map(|facet| {
            let wanted = filter.values(facet);
            facet.words(incidents).0.iter().map(|word| wanted.is_empty() || wanted.contains(word)).collect()
        });
        Self {
            incidents,
            values,
            columns: Facet::ALL.map(|facet| facet.column(incidents)),
            from: filter.from.map_or(i32::MIN, |minute| minute.0),
            until: filter.until.map_or(i32::MAX, |minute| minute.0),
            timed: filter.from.is_some() || filter.until.is_some(),
            hours: filter.hours,
        }
    }

    /// Sets the words of the rows from `first` on, and counts.
    fn chunk(&self, first: usize, words: &mut [u64]) -> Passing {
        let mut found = Passing::empty(self.incidents);
        for (at, word) in words.iter_mut().enumerate() {
            let start = first + at * WORD;
            for row in start..(start + WORD).min(self.incidents.len()) {
                *word |= u64::from(self.row(row, &mut found)) << (row - start);
            }
        }
        found
    }

    /// Whether a row passes; counts it for every control all other conditions of which it meets.
    fn row(&self, row: usize, found: &mut Passing) -> bool {
        let mut fails = 0_u8;
        let mut at = [usize::MAX; 4];
        for (facet, index) in at.iter_mut().enumerate() {
            let value = self.columns[facet].get(row).map_or(usize::MAX, |&value| usize::from(value));
            *index = value;
            // A row without a value passes where nothing is said of the column: where no value of it is held back.
            let passes = self.values[facet].get(value).copied().unwrap_or_else(|| !self.values[facet].contains(&false));
            fails |= u8::from(!passes) << facet;
        }
        let minute = self.incidents.reported.get(row).copied().unwrap_or(Minute::NONE);
        let hour = minute.hour_of_week();
        let in_time = !self.timed || minute.is_some() && self.from <= minute.0 && minute.0 < self.until;
        let in_hours = hour.map_or(self.hours == Hours::ALL, |hour| self.hours.has(hour));
        fails |= if in_time { 0 } else { FAILS_DATE } | if in_hours { 0 } else { FAILS_HOUR };
        for (facet, &index) in at.iter().enumerate() {
            if fails & !(1 << facet) == 0
                && let Some(count) = found.values[facet].get_mut(index)
            {
                *count += 1;
            }
        }
        if fails & !FAILS_HOUR == 0
            && let Some(count) = hour.and_then(|hour| found.hours.get_mut(hour))
        {
            *count += 1;
        }
        found.mask.passing += usize::from(fails == 0);
        fails == 0
    }
}
