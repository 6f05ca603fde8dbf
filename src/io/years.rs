//! Years of two digits: where they stand in a day, and which they are.

use super::time::{number, separator};

/// Where a year of two digits stands in a day: `16/01/05` or `1/5/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    /// Before month and day.
    First,
    /// Behind them.
    Last,
}

impl Year {
    /// What some cells of a column say together: what is possible for all of them, and where both are, the place at which
    /// hardly anything changes.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let days: Vec<[(i64, usize); 3]> = cells.filter_map(|cell| short_day(cell.as_bytes())).collect();
        let (month, day) = (|number: i64| (1..=12).contains(&number), |number: i64| (1..=31).contains(&number));
        let first = days.iter().all(|&[year, m, d]| year.1 == 2 && month(m.0) && day(d.0));
        let last = days.iter().all(|&[a, b, year]| year.1 == 2 && (month(a.0) && day(b.0) || month(b.0) && day(a.0)));
        let different = |at: usize| days.iter().map(|day| day[at].0).collect::<std::collections::BTreeSet<_>>().len();
        match (first, last) {
            _ if days.is_empty() => None,
            (true, false) => Some(Self::First),
            (false, true) => Some(Self::Last),
            (true, true) if different(0) <= 2 && different(0) < different(2) => Some(Self::First),
            (true, true) if different(2) <= 2 && different(2) < different(0) => Some(Self::Last),
            _ => None,
        }
    }
}

/// The three numbers of a day without a year of four digits, each with its digits.
fn short_day(text: &[u8]) -> Option<[(i64, usize); 3]> {
    let (first, a, rest) = number(text.trim_ascii())?;
    let (second, b, rest) = number(separator(rest)?)?;
    let (third, c, _) = number(separator(rest)?)?;
    [a, b, c].iter().all(|digits| *digits < 3).then_some([(first, a), (second, b), (third, c)])
}

/// The year that two digits stand for.
pub(super) fn century(year: i64) -> i64 {
    if year < 70 { 2000 + year } else { 1900 + year }
}
