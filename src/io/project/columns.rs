//! Incidents out of their columns.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::blob;
use super::read::{Fault, parse, rows, wrong};
use crate::model::{Dictionary, Incidents, Minute, Placement};

type Result<T> = std::result::Result<T, Fault>;

/// The columns of the table by name.
struct Columns(FxHashMap<String, Vec<u8>>);

/// Reads all columns; every one must have as many rows as the others.
pub(super) fn read(db: &Connection) -> Result<Incidents> {
    let mut columns = Columns(FxHashMap::default());
    rows(db, "wangge_incidents", "name, data", |row, _| {
        columns.0.insert(row.get(1)?, row.get(2)?);
        Ok(Some(()))
    })?;
    let incidents = Incidents {
        numbers: String::from_utf8(columns.take("numbers")?).map_err(|_| wrong(TABLE, "numbers"))?,
        number_ends: columns.made("number_ends", blob::words)?,
        points: columns.made("points", all_points)?,
        placement: columns.made("placement", placements)?,
        place: columns.made("place", blob::shorts)?,
        field: columns.made("field", blob::shorts)?,
        class: columns.made("class", blob::shorts)?,
        source: columns.made("source", blob::shorts)?,
        state: columns.made("state", blob::shorts)?,
        reported: columns.made("reported", minutes)?,
        filed: columns.made("filed", minutes)?,
        due: columns.made("due", minutes)?,
        handled: columns.made("handled", minutes)?,
        closed: columns.made("closed", minutes)?,
        places: columns.dictionary("places")?,
        fields: columns.dictionary("fields")?,
        classes: columns.dictionary("classes")?,
        sources: columns.dictionary("sources")?,
        states: columns.dictionary("states")?,
    };
    check(&incidents)?;
    Ok(incidents)
}

const TABLE: &str = "wangge_incidents";

impl Columns {
    fn take(&mut self, name: &str) -> Result<Vec<u8>> {
        self.0.remove(name).ok_or_else(|| wrong(TABLE, name))
    }

    fn made<T>(&mut self, name: &str, make: impl Fn(&[u8]) -> Option<Vec<T>>) -> Result<Vec<T>> {
        make(&self.take(name)?).ok_or_else(|| wrong(TABLE, name))
    }

    fn dictionary(&mut self, name: &str) -> Result<Dictionary> {
        parse(TABLE, name, &String::from_utf8(self.take(name)?).map_err(|_| wrong(TABLE, name))?)
    }
}

/// Rows without coordinates may hold anything, so only those with coordinates are held against the earth.
fn all_points(data: &[u8]) -> Option<Vec<crate::geometry::Point>> {
    let words = blob::words(data)?;
    let (pairs, rest) = words.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|&[x, y]| crate::geometry::Point::new(x as i32, y as i32)).collect())
}

fn placements(data: &[u8]) -> Option<Vec<Placement>> {
    let placement = |&byte: &u8| match byte {
        0 => Some(Placement::Point),
        1 => Some(Placement::Code),
        2 => Some(Placement::Nowhere),
        _ => None,
    };
    data.iter().map(placement).collect()
}

fn minutes(data: &[u8]) -> Option<Vec<Minute>> {
    Some(blob::words(data)?.into_iter().map(|minute| Minute(minute as i32)).collect())
}

fn check(incidents: &Incidents) -> Result<()> {
    let sound = incidents.is_sound()
        && (0..incidents.len()).filter_map(|row| incidents.point(row)).all(|point| blob::on_earth(point).is_some());
    if sound { Ok(()) } else { Err(wrong(TABLE, "lengths")) }
}
