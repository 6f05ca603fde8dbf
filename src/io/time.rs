//! Times as files write them.

use crate::model::Minute;

/// A time in any of the usual forms; [`Minute::NONE`] where it is none.
///
/// Year first with `-`, `/`, `.` or 年月日 between, or month/day/year; then, after a space or `T`, hour and minute (and
/// seconds, which are dropped). A zone (`Z`, `+08:00`) is passed over: files are read in their own local time.
pub(super) fn read(text: &[u8]) -> Minute {
    parse(text.trim_ascii()).unwrap_or(Minute::NONE)
}

fn parse(text: &[u8]) -> Option<Minute> {
    let (first, digits, rest) = number(text)?;
    let (year, month, day, rest) = match digits {
        // 20160131 or 201601310830
        8 => (first / 10_000, first / 100 % 100, first % 100, rest),
        14 | 12 => return packed(first, digits),
        4 => {
            let rest = separator(rest)?;
            let (month, _, rest) = number(rest)?;
            // "2016-02": a month alone is its first day.
            let day = separator(rest).and_then(number);
            let (day, rest) = day.map_or((1, rest), |(day, _, rest)| (day, rest));
            (first, month, day, rest.strip_prefix("日".as_bytes()).unwrap_or(rest))
        }
        1 | 2 => {
            let (day, _, rest) = number(rest.strip_prefix(b"/")?)?;
            let (year, digits, rest) = number(rest.strip_prefix(b"/")?)?;
            if digits != 4 {
                return None;
            }
            (year, first, day, rest)
        }
        _ => return None,
    };
    minute(year, month, day, clock(rest)?)
}

/// Minutes since midnight from what follows the day; 0 where nothing follows.
fn clock(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b"T").unwrap_or(text).trim_ascii();
    if text.is_empty() {
        return Some(0);
    }
    let (hour, _, rest) = number(text)?;
    let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix("时".as_bytes()))?;
    let (minute, _, rest) = number(rest)?;
    let ends = |ending: &[u8]| {
        rest.len() >= 2 && rest.get(rest.len() - 2..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    let hour = match hour {
        12 if ends(b"am") => 0,
        1..=11 if ends(b"pm") => hour + 12,
        _ => hour,
    };
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// `yyyyMMddHHmm` and `yyyyMMddHHmmss`.
fn packed(number: i64, digits: usize) -> Option<Minute> {
    let to_minute = if digits == 14 { number / 100 } else { number };
    let (day, clock) = (to_minute / 10_000, to_minute % 10_000);
    let (hour, minutes) = (clock / 100, clock % 100);
    if hour >= 24 || minutes >= 60 {
        return None;
    }
    minute(day / 10_000, day / 100 % 100, day % 100, hour * 60 + minutes)
}

fn separator(text: &[u8]) -> Option<&[u8]> {
    let chinese = text.strip_prefix("年".as_bytes()).or_else(|| text.strip_prefix("月".as_bytes()));
    chinese.or(match text {
        [b'-' | b'/' | b'.', rest @ ..] => Some(rest),
        _ => None,
    })
}

/// Digits at the start: their value, how many, and the rest.
fn number(text: &[u8]) -> Option<(i64, usize, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = text.iter().take(count.min(18)).fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    (count > 0).then(|| (value, count, text.get(count..).unwrap_or(&[])))
}

/// Days from civil (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, 2013), in minutes.
fn minute(year: i64, month: i64, day: i64, clock: i64) -> Option<Minute> {
    const DAYS: [i64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let longest = *DAYS.get(usize::try_from(month - 1).ok()?)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if !(1900..=2999).contains(&year) || day < 1 || day > longest || (month == 2 && day == 29 && !leap) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, month) = (shifted.div_euclid(400), (month + 9) % 12);
    let year_of_era = shifted - era * 400;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    i32::try_from(days * 24 * 60 + clock).ok().map(Minute)
}
