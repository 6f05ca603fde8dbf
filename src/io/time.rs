//! Times as files write them.
//!
//! What is written year first, or as `month/day/year`, is read at once; everything else by a slower reader that knows the
//! words of Chinese and English sheets. What a column proves about itself is counted on the way: whether the day stands
//! first, whether its times are of another zone.

use super::years::{Year, century};
use crate::base::half_width;
use crate::model::Minute;

/// How the times of a column are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct How {
    /// `02/01/2016` is the second of January.
    pub(super) day_first: bool,
    /// Somebody said so.
    pub(super) asked: bool,
    /// Where years of two digits stand, where the column tells.
    pub(super) year: Option<Year>,
    /// Times are moved to this zone, minutes east of Greenwich; those that say none are of UTC.
    pub(super) zone: Option<i32>,
}

/// What the times of a column say about themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Days that could be months as well.
    pub(super) either: u32,
    /// Days first: the first number is no month.
    pub(super) day_first: u32,
    /// Months first: the second number is no month.
    pub(super) month_first: u32,
    /// Times that name a zone, and the first and last of them, minutes east.
    pub(super) zoned: u32,
    pub(super) zones: [i32; 2],
    /// Numbers counted in days by a spreadsheet, or in seconds since 1970.
    pub(super) counted: u32,
}

impl Seen {
    /// With what a later part of the column says.
    pub(super) fn with(self, other: Self) -> Self {
        let zones = match (self.zoned, other.zoned) {
            (0, _) => other.zones,
            (_, 0) => self.zones,
            _ => [self.zones[0].min(other.zones[0]), self.zones[1].max(other.zones[1])],
        };
        Self {
            either: self.either + other.either,
            day_first: self.day_first + other.day_first,
            month_first: self.month_first + other.month_first,
            zoned: self.zoned + other.zoned,
            zones,
            counted: self.counted + other.counted,
        }
    }

    fn zone(&mut self, offset: i32) {
        self.zones = if self.zoned == 0 { [offset; 2] } else { [self.zones[0].min(offset), self.zones[1].max(offset)] };
        self.zoned += 1;
    }
}

/// A time in any of the usual forms; [`Minute::NONE`] where it is none. Seconds are dropped.
pub(super) fn read(text: &[u8], how: How, seen: &mut Seen) -> Minute {
    let text = text.trim_ascii();
    if how.zone.is_none()
        && let Some(minute) = at_once(text, how, seen)
    {
        return minute;
    }
    if text.is_empty() { Minute::NONE } else { with_patience(text, how, seen).unwrap_or(Minute::NONE) }
}

/// Year first with `-`, `/` or `.` between, `yyyyMMdd` with or without a clock, or `month/day/year`; nothing unusual behind.
fn at_once(text: &[u8], how: How, seen: &mut Seen) -> Option<Minute> {
    let (first, digits, rest) = number(text)?;
    let (year, month, day, rest) = match digits {
        8 => (first / 10_000, first / 100 % 100, first % 100, rest),
        14 | 12 if rest.is_empty() => return packed(first, digits),
        4 => {
            let (month, _, rest) = number(separator(rest)?)?;
            let (day, _, rest) = number(separator(rest)?)?;
            (first, month, day, rest)
        }
        1 | 2 => {
            let (second, _, rest) = number(rest.strip_prefix(b"/")?)?;
            let (year, digits, rest) = number(rest.strip_prefix(b"/")?)?;
            let clock = clock(rest).filter(|_| digits == 4)?;
            let [month, day] = ordered(first, second, how, seen);
            return minute(year, month, day, clock);
        }
        _ => return None,
    };
    minute(year, month, day, clock(rest)?)
}

/// Month and day of two numbers of which either may be either.
fn ordered(first: i64, second: i64, how: How, seen: &mut Seen) -> [i64; 2] {
    let is_month = |number: i64| (1..=12).contains(&number);
    match (is_month(first), is_month(second)) {
        (true, true) => {
            seen.either += u32::from(first != second);
            if how.day_first { [second, first] } else { [first, second] }
        }
        (false, true) => {
            seen.day_first += 1;
            [second, first]
        }
        (true, false) => {
            seen.month_first += 1;
            [first, second]
        }
        (false, false) => [first, second],
    }
}

/// Minutes since midnight from what follows the day: `08:30`, `08:30:15`, `8:30 PM`; 0 where nothing follows.
fn clock(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b"T").unwrap_or(text).trim_ascii();
    if text.is_empty() {
        return Some(0);
    }
    let (hour, _, rest) = number(text)?;
    let (minute, _, rest) = number(rest.strip_prefix(b":")?)?;
    let rest = match rest {
        [b':', b'0'..=b'5', b'0'..=b'9', rest @ ..] => rest,
        rest => rest,
    };
    let hour = match (hour, rest.trim_ascii_start()) {
        (0..=23, b"") => hour,
        (1..=12, [b'A' | b'a', b'M' | b'm']) => hour % 12,
        (1..=12, [b'P' | b'p', b'M' | b'm']) => hour % 12 + 12,
        // Whole seconds in thousandths say nothing.
        (0..=23, [b'.', rest @ ..]) if rest.iter().all(u8::is_ascii_digit) => hour,
        _ => return None,
    };
    (minute < 60).then_some(hour * 60 + minute)
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

pub(super) fn separator(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'-' | b'/' | b'.', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// Digits at the start: their value, how many, and the rest.
pub(super) fn number(text: &[u8]) -> Option<(i64, usize, &[u8])> {
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

/// A piece of a time.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// Its value and how many digits it has.
    Number(i64, usize),
    Word(String),
    Sign(char),
}

/// Words for the half of the day, and for days of the week.
const MORNING: [&str; 4] = ["\u{4e0a}\u{5348}", "\u{51cc}\u{6668}", "\u{65e9}\u{4e0a}", "\u{6e05}\u{6668}"];
const EVENING: [&str; 5] =
    ["\u{4e0b}\u{5348}", "\u{665a}\u{4e0a}", "\u{508d}\u{665a}", "\u{5348}\u{540e}", "\u{4e2d}\u{5348}"];
const WEEK: [&str; 3] = ["\u{661f}\u{671f}", "\u{793c}\u{62dc}", "\u{5468}"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

/// A time in words and signs of any sort.
fn with_patience(text: &[u8], how: How, seen: &mut Seen) -> Option<Minute> {
    let text = String::from_utf8_lossy(text);
    let text = half_width(&text);
    let text = text.trim().trim_start_matches(['=', '"', '\'']).trim_end_matches('"');
    let moved = |minute: Option<Minute>, offset: Option<i32>| {
        let shift = how.zone.map_or(0, |zone| zone - offset.unwrap_or(0));
        minute.and_then(|minute| minute.0.checked_add(shift)).map(Minute)
    };
    if let Some((minute, of_utc)) = counted(text) {
        seen.counted += 1;
        if of_utc {
            seen.zone(0);
        }
        return if of_utc { moved(Some(minute), Some(0)) } else { Some(minute) };
    }
    let (text, half) = without_words(text);
    let mut reader = Parts { half, ..Parts::default() };
    let tokens = tokens(&text)?;
    reader.read(&tokens)?;
    let mut own = Seen::default();
    let [year, month, day] = reader.date(how, &mut own)?;
    let (clock, carry) = reader.clock()?;
    let minute = minute(year, month, day, clock)?;
    *seen = seen.with(own);
    if let Some(offset) = reader.offset {
        seen.zone(offset);
    }
    moved(Some(Minute(minute.0 + carry)), reader.offset)
}

/// Days as a spreadsheet counts them, or seconds or thousandths since 1970; the second says that it is of UTC.
fn counted(text: &str) -> Option<(Minute, bool)> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(text);
    if !inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let value: f64 = inner.parse().ok()?;
    let whole = inner.find('.').unwrap_or(inner.len());
    let minutes = |minutes: f64| Some(Minute(minutes.floor() as i32));
    match whole {
        // 1954 to 2119; day 25,569 is 1970-01-01.
        5 if (20_000.0..80_000.0).contains(&value) => {
            // To the second first: a fraction of a day is never exact.
            let seconds = ((value - 25_569.0) * 86_400.0).round();
            Some((minutes(seconds / 60.0)?, false))
        }
        10 if value < 4e9 => Some((minutes(value / 60.0)?, true)),
        13 if value < 4e12 => Some((minutes(value / 60_000.0)?, true)),
        _ => None,
    }
}

/// The text without days of the week and halves of the day, and which half it names.
fn without_words(text: &str) -> (String, Option<Half>) {
    let mut text = text.to_owned();
    let mut half = None;
    for (words, this) in [(&MORNING[..], Half::Morning), (&EVENING[..], Half::Evening)] {
        for word in words.iter().filter(|word| text.contains(**word)).copied().collect::<Vec<_>>() {
            text = text.replace(word, " ");
            half = Some(this);
        }
    }
    for word in WEEK {
        while let Some(at) = text.find(word) {
            let rest = text.get(at + word.len()..).unwrap_or("");
            let day = rest.chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..at + word.len() + day, " ");
        }
    }
    (text, half)
}

/// `None` where a sign stands in it that no time has.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let length = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            tokens.push(Token::Number(rest.get(..length.min(18))?.parse().ok()?, length));
            length
        } else if c.is_ascii_alphabetic() {
            let length = run(|c| c.is_ascii_alphabetic());
            tokens.push(Token::Word(rest.get(..length)?.to_ascii_lowercase()));
            length
        } else {
            let known = "-/.:,_()+ \t\u{5e74}\u{6708}\u{65e5}\u{53f7}\u{65f6}\u{70b9}\u{5206}\u{79d2}\u{534a}";
            if !known.contains(c) {
                return None;
            }
            tokens.push(Token::Sign(c));
            c.len_utf8()
        };
        rest = rest.get(length..)?;
    }
    Some(tokens)
}

/// The parts of a time as they are met.
#[derive(Default)]
struct Parts {
    /// Numbers of the day, each with its digits and the sign behind it.
    numbers: Vec<(i64, usize, Option<char>)>,
    month: Option<i64>,
    clock: Option<[i64; 3]>,
    half: Option<Half>,
    offset: Option<i32>,
}

impl Parts {
    fn read(&mut self, tokens: &[Token]) -> Option<()> {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1);
            match token {
                Token::Number(..) if self.clock.is_none() && self.begins_clock(tokens, at) => {
                    at = self.take_clock(tokens, at)?;
                    continue;
                }
                // 20160105T152000: the clock behind its letter.
                &Token::Number(value, digits @ (4 | 6)) if self.follows_day(tokens, at) => {
                    let seconds = if digits == 6 { value } else { value * 100 };
                    self.clock = Some([seconds / 10_000, seconds / 100 % 100, seconds % 100]);
                    at = self.take_offset(tokens, at + 1)?.unwrap_or(at + 1);
                    continue;
                }
                &Token::Number(value, digits) => {
                    let sign = if let Some(&Token::Sign(sign)) = next { Some(sign) } else { None };
                    self.numbers.push((value, digits, sign));
                }
                Token::Word(word) => {
                    self.word(word)?;
                    if matches!(word.as_str(), "utc" | "gmt")
                        && let Some(after) = self.take_offset(tokens, at + 1)?
                    {
                        at = after;
                        continue;
                    }
                }
                Token::Sign(_) => {}
            }
            at += 1;
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let begins = |names: &[&str]| names.iter().position(|name| word.starts_with(name) && word.len() <= 9);
        match word {
            "am" | "a" => self.half = Some(Half::Morning),
            "pm" | "p" => self.half = Some(Half::Evening),
            // A.M.
            "m" if self.half.is_some() => {}
            "t" => {}
            "z" | "utc" | "gmt" => self.offset = self.offset.or(Some(0)),
            _ if begins(&DAYS).is_some() => {}
            // Other names of zones mean several things (CST).
            _ => match begins(&MONTHS) {
                Some(month) if self.month.is_none() => self.month = Some(month as i64 + 1),
                _ if self.clock.is_some() && word.len() <= 5 => {}
                _ => return None,
            },
        }
        Some(())
    }

    /// Whether the number at a place stands behind a `T` and a day in eight digits.
    fn follows_day(&self, tokens: &[Token], at: usize) -> bool {
        let behind_letter =
            at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| *token == Token::Word("t".to_owned()));
        behind_letter && self.clock.is_none() && matches!(self.numbers[..], [(_, 8, _)])
    }

    /// Whether the number at a place is an hour: `:` behind it, or a word for it, or `.` where the day is complete.
    fn begins_clock(&self, tokens: &[Token], at: usize) -> bool {
        let Some(Token::Sign(sign)) = tokens.get(at + 1) else {
            // 3 PM
            return false;
        };
        match sign {
            ':' | '\u{65f6}' | '\u{70b9}' => true,
            '.' => self.numbers.len() + usize::from(self.month.is_some()) >= 3,
            _ => false,
        }
    }

    /// Hour, minute and second, and the zone behind them; where the next token stands.
    fn take_clock(&mut self, tokens: &[Token], from: usize) -> Option<usize> {
        let mut parts = [0; 3];
        let mut at = from;
        for (place, part) in parts.iter_mut().enumerate() {
            match tokens.get(at) {
                Some(&Token::Number(value, digits)) if digits <= 2 => *part = value,
                Some(Token::Sign('\u{534a}')) if place == 1 => *part = 30,
                _ => break,
            }
            at += 1;
            match tokens.get(at) {
                Some(Token::Sign(':' | '.' | '\u{65f6}' | '\u{70b9}' | '\u{5206}')) => at += 1,
                _ => break,
            }
        }
        // What is left are fractions of a second and the word for it.
        while let Some(Token::Number(..) | Token::Sign('.' | '\u{79d2}' | '\u{5206}')) = tokens.get(at) {
            at += 1;
        }
        self.clock = Some(parts);
        let ahead = tokens.iter().skip(at).take_while(|token| **token == Token::Sign(' ')).count();
        if let Some(Token::Sign('+' | '-')) = tokens.get(at + ahead) {
            at += ahead;
        }
        Some(self.take_offset(tokens, at)?.unwrap_or(at))
    }

    /// A zone as hours from Greenwich, and where the next token stands; the inner `None` where none stands there.
    #[expect(clippy::option_option, reason = "a zone that is none makes the text no time; that none is there does not")]
    fn take_offset(&mut self, tokens: &[Token], mut at: usize) -> Option<Option<usize>> {
        let (Some(Token::Sign(sign @ ('+' | '-'))), Some(&Token::Number(value, digits))) =
            (tokens.get(at), tokens.get(at + 1))
        else {
            return Some(None);
        };
        at += 2;
        let mut minutes = if digits >= 3 { value / 100 * 60 + value % 100 } else { value * 60 };
        if let (Some(Token::Sign(':')), Some(&Token::Number(more, _))) = (tokens.get(at), tokens.get(at + 1)) {
            minutes += more;
            at += 2;
        }
        let minutes = i32::try_from(minutes).ok().filter(|minutes| *minutes <= 14 * 60)?;
        self.offset = Some(if *sign == '-' { -minutes } else { minutes });
        Some(Some(at))
    }

    /// Year, month and day.
    fn date(&self, how: How, seen: &mut Seen) -> Option<[i64; 3]> {
        if let Some(month) = self.month {
            let [(a, digits, _), (b, other, _)] = self.numbers[..] else { return None };
            return match (digits, other) {
                (1 | 2, 4) => Some([b, month, a]),
                (4, 1 | 2) => Some([a, month, b]),
                // 05-JAN-16, as databases write it.
                (1 | 2, 2) => Some([2000 + b, month, a]),
                _ => None,
            };
        }
        match self.numbers[..] {
            [(year, 4, _), (month, 1 | 2, _), (day, 1 | 2, _)] => Some([year, month, day]),
            // A month alone is its first day.
            [(year, 4, _), (month, 1 | 2, _)] if self.clock.is_none() => Some([year, month, 1]),
            [(packed, 8, _)] => Some([packed / 10_000, packed / 100 % 100, packed % 100]),
            [(first, 1 | 2, sign), (second, 1 | 2, _), (year, 4, _)] => {
                // With points between, the day stands first everywhere.
                if sign == Some('.') {
                    return Some([year, second, first]);
                }
                let [month, day] = ordered(first, second, how, seen);
                Some([year, month, day])
            }
            [(first, 1 | 2, sign), (second, 1 | 2, _), (year, 2, _)] if how.year == Some(Year::Last) => {
                let [month, day] = if sign == Some('.') { [second, first] } else { ordered(first, second, how, seen) };
                Some([century(year), month, day])
            }
            [(year, 2, _), (month, 1 | 2, _), (day, 1 | 2, _)] if how.year == Some(Year::First) => {
                Some([century(year), month, day])
            }
            // 16-1-5: one digit is no year.
            [(year, 2, Some('-' | '/' | '\u{5e74}')), (month, 1 | 2, _), (day, 1, _)] => {
                Some([2000 + year, month, day])
            }
            [(year, 2, Some('\u{5e74}')), (month, 1 | 2, _), (day, 2, _)] => Some([2000 + year, month, day]),
            _ => None,
        }
    }

    /// Minutes since midnight, and those of a day that is over: 24:00 is the next one.
    fn clock(&self) -> Option<(i64, i32)> {
        let Some([hour, minute, second]) = self.clock else { return self.half.is_none().then_some((0, 0)) };
        let hour = match (self.half, hour) {
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Evening), 1..=11) => hour + 12,
            _ => hour,
        };
        match (hour, minute, second) {
            (24, 0, 0) => Some((0, 24 * 60)),
            (0..=23, 0..=59, 0..=60) => Some((hour * 60 + minute, 0)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text is, by the calendar of another program.
    fn is(text: &str, stands_for: &str) {
        let read = read(text.as_bytes(), How::default(), &mut Seen::default());
        let wanted: jiff::civil::DateTime = stands_for.parse().unwrap();
        let wanted = wanted.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs() / 60;
        assert_eq!(i64::from(read.0), wanted, "{text}");
    }

    #[test]
    fn times_of_sheets_in_words() {
        for text in [
            "2016/1/5 \u{4e0b}\u{5348}3:20",
            "2016/1/5 \u{4e0b}\u{5348} 3:20",
            "2016\u{5e74}1\u{6708}5\u{65e5} 15\u{65f6}20\u{5206}",
            "2016\u{5e74}1\u{6708}5\u{65e5}15\u{65f6}20\u{5206}30\u{79d2}",
            "2016\u{5e74}01\u{6708}05\u{65e5} \u{4e0b}\u{5348}3\u{70b9}20\u{5206}",
            "2016-01-05T15:20:00.000",
            "1/5/2016 3:20 PM",
            "1/5/2016 3:20:59 pm",
            "Jan 5, 2016 3:20:00 PM",
            "5 January 2016 15:20",
            "05.01.2016 15:20",
            "Tue Jan 05 15:20:00 CST 2016",
            "16-1-5 15:20",
            "2016-1-5 \u{661f}\u{671f}\u{4e8c} 15:20",
            "2016-01-05(\u{5468}\u{4e8c}) 15:20",
            "2016-01-05 15.20",
            "2016-01-05_15:20:00",
            "2016-01-05 15:20 (UTC+8)",
            "\u{ff12}\u{ff10}\u{ff11}\u{ff16}-01-05 15\u{ff1a}20",
            "201601051520",
            "20160105 15:20",
            "20160105T152000",
            "20160105T1520",
            "05-JAN-16 03.20.00.000000000 PM",
            "5-Jan-16 15:20",
            "42374.638888889",
        ] {
            is(text, "2016-01-05T15:20");
        }
        is("2016-01-05 24:00", "2016-01-06T00:00");
        is("2016/1/5 \u{4e0a}\u{5348} 12:05", "2016-01-05T00:05");
        is("2016-01", "2016-01-01T00:00");
        is("5-Jan-2016", "2016-01-05T00:00");
        is("42374", "2016-01-05T00:00");
        is("1451978400", "2016-01-05T07:20");
        is("/Date(1451978400000)/", "2016-01-05T07:20");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["2016-02-30 10:00", "16-01-05", "abc", "2016-01-05 25:00", "12345", "3:20", "110.305", "2016-13-01", ""]
        {
            assert!(!read(text.as_bytes(), How::default(), &mut Seen::default()).is_some(), "{text}");
        }
    }

    #[test]
    fn zones_are_counted_and_moved() {
        let mut seen = Seen::default();
        let east = How { zone: Some(480), ..How::default() };
        let all =
            ["2016-01-05T15:20:00Z", "2016-01-05T23:20:00+08:00", "2016-01-05 15:20", "2016-01-05T10:20:00.000-0500"];
        let moved: Vec<i32> = all.iter().map(|text| read(text.as_bytes(), east, &mut seen).0).collect();
        assert!(moved.windows(2).all(|pair| pair[0] == pair[1]), "{moved:?}");
        assert_eq!((seen.zoned, seen.zones), (3, [-300, 480]));
    }
}
