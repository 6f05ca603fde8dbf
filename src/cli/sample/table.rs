//! Incidents as a table: numbers, times and the few rows without a place.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::city::City;
use super::geojson::degrees;
use super::incidents::Incident;
use crate::geometry::Point;

/// Patrol, hotline, police, cameras, citizens' pictures.
const SOURCES: [&str; 5] = ["巡查", "12345", "110", "视频", "随手拍"];

/// Rows that say nothing of their place (counted from 0).
const NOWHERE: [usize; 3] = [4_111, 17_017, 33_333];

/// The whole table, with the few rows that have no coordinates.
pub(super) fn full(city: &City, incidents: &[Incident]) -> Vec<u8> {
    let head = "number,field,class,source,state,lon,lat,community,reported,filed,due,handled,closed\n";
    write(incidents, head, |out, row, incident| {
        if !unplaced(city, out, row, incident) {
            coordinates(out, incident.point);
            out.push(',');
        }
        out.push(',');
        minute(out, incident.reported);
        for time in [incident.filed, incident.due, incident.handled, incident.closed] {
            out.push(',');
            if let Some(time) = time {
                minute(out, time);
            }
        }
    })
}

/// A shorter table, for measuring.
pub(super) fn short(incidents: &[Incident]) -> Vec<u8> {
    write(incidents, "number,field,class,source,state,lon,lat,reported\n", |out, _, incident| {
        coordinates(out, incident.point);
        out.push(',');
        minute(out, incident.reported);
    })
}

/// Calls that came without coordinates: one in 1,500 names its community by code or by name, three say nothing.
fn unplaced(city: &City, out: &mut String, row: usize, incident: &Incident) -> bool {
    let zone = city.blocks[incident.face as usize].community.map(|at| &city.communities[at]);
    match (row, zone) {
        _ if NOWHERE.contains(&row) => out.push_str(",,"),
        (row, Some(zone)) if row % 1_500 == 700 => {
            let by_name = (row / 1_500).is_multiple_of(3);
            let _infallible = write!(out, ",,{}", if by_name { &zone.name } else { &zone.code });
        }
        _ => return false,
    }
    true
}

fn write(incidents: &[Incident], head: &str, rest: impl Fn(&mut String, usize, &Incident) + Sync) -> Vec<u8> {
    let numbers = numbers(incidents);
    let rows: Vec<String> = incidents
        .par_chunks(4096)
        .enumerate()
        .map(|(chunk, incidents)| {
            let mut out = String::with_capacity(incidents.len() * 160);
            for (at, incident) in incidents.iter().enumerate() {
                let row = chunk * 4096 + at;
                let Incident { class, source, state, .. } = incident;
                let (number, source) = (&numbers[row], SOURCES[*source]);
                let _infallible = write!(out, "{number},{},{},{source},{state},", class.field, class.name);
                rest(&mut out, row, incident);
                out.push('\n');
            }
            out
        })
        .collect();
    let mut out = head.as_bytes().to_vec();
    rows.iter().for_each(|rows| out.extend_from_slice(rows.as_bytes()));
    out
}

/// Numbers as the platforms give them: the day and five digits (six where a day has more).
fn numbers(incidents: &[Incident]) -> Vec<String> {
    let (mut day, mut serial) = (i32::MIN, 0);
    incidents
        .iter()
        .map(|incident| {
            let today = incident.reported.div_euclid(24 * 60);
            (day, serial) = if today == day { (day, serial + 1) } else { (today, 1) };
            let (year, month, date) = calendar(today);
            format!("{:02}{month:02}{date:02}{serial:05}", year % 100)
        })
        .collect()
}

/// The date of a day of the quarter (or shortly after).
const fn calendar(day: i32) -> (i32, i32, i32) {
    match day {
        ..31 => (2016, 10, day + 1),
        31..61 => (2016, 11, day - 30),
        61..92 => (2016, 12, day - 60),
        _ => (2017, 1, day - 91),
    }
}

fn minute(out: &mut String, minute: i32) {
    let (year, month, day) = calendar(minute.div_euclid(24 * 60));
    let of_day = minute.rem_euclid(24 * 60);
    let _infallible = write!(out, "{year}-{month:02}-{day:02} {:02}:{:02}", of_day / 60, of_day % 60);
}

fn coordinates(out: &mut String, point: Point) {
    degrees(out, point.x);
    out.push(',');
    degrees(out, point.y);
}
