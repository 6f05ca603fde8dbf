//! Values by zone and the classes they are coloured in.

use crate::base::{Lang, Text};

/// How values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From little to much: counts, load, density.
    Amount,
    /// Around zero, in percent: 25.0 is a quarter above the target.
    Deviation,
}

/// A value for each zone of one tier, with its name and unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is measured.
    pub name: Text,
    /// The unit, empty where there is none.
    pub unit: Text,
    /// How the values are read.
    pub kind: Kind,
    /// By `ZoneId`; `None`, or beyond the end, is a zone without a value.
    pub values: Vec<Option<f64>>,
    /// Where one class ends and the next begins, ascending; `None` lets [`Classes::of`] find them. Give the breaks of one
    /// picture to another to make the two comparable.
    pub breaks: Option<Vec<f64>>,
}

/// Class breaks of a deviation in percent: the target band is the middle.
const DEVIATION: [f64; 6] = [-50.0, -25.0, -10.0, 10.0, 25.0, 50.0];
/// Most classes of an amount.
const CLASSES: usize = 6;

/// The classes of a measure: `breaks.len() + 1` of them, class `i` holding `breaks[i - 1] <= value < breaks[i]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// Where one class ends and the next begins, ascending.
    pub breaks: Vec<f64>,
}

impl Classes {
    /// The classes of a measure: its own breaks, the band of a deviation, or quantiles of an amount at round numbers.
    #[must_use]
    pub fn of(measure: &Measure) -> Self {
        if let Some(breaks) = &measure.breaks {
            return Self { breaks: breaks.clone() };
        }
        match measure.kind {
            Kind::Deviation => Self { breaks: DEVIATION.to_vec() },
            Kind::Amount => Self { breaks: quantiles(&measure.values) },
        }
    }

    /// Number of classes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.breaks.len() + 1
    }

    /// The class of a value.
    #[must_use]
    pub fn class(&self, value: f64) -> usize {
        self.breaks.partition_point(|&end| end <= value)
    }

    /// What a class holds, as in a legend: `< 10`, `10–20`, `≥ 20`; deviations with their sign.
    #[must_use]
    pub fn label(&self, class: usize, kind: Kind, lang: Lang) -> String {
        let number = |value: f64| match kind {
            Kind::Amount => grouped(value),
            Kind::Deviation if value > 0.0 => format!("+{}%", grouped(value)),
            Kind::Deviation => format!("{}%", grouped(value).replace('-', "−")),
        };
        let (from, to) = (class.checked_sub(1).and_then(|at| self.breaks.get(at)), self.breaks.get(class));
        let all = match lang {
            Lang::Zh => "全部",
            Lang::En => "all",
        };
        match (from, to) {
            (Some(&from), Some(&to)) => format!("{}–{}", number(from), number(to)),
            (None, Some(&to)) => format!("< {}", number(to)),
            (Some(&from), None) => format!("≥ {}", number(from)),
            (None, None) => all.to_owned(),
        }
    }
}

/// Quantiles of the values at two significant digits, each once, none below the smallest or above the largest value.
fn quantiles(values: &[Option<f64>]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let mut breaks: Vec<f64> = (1..CLASSES)
        .filter_map(|at| sorted.get(sorted.len() * at / CLASSES))
        .map(|&value| two_digits(value))
        .filter(|&value| value > least && value <= most)
        .collect();
    breaks.dedup();
    breaks
}

/// The value at two significant digits.
fn two_digits(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let unit = 10f64.powi(value.abs().log10().floor() as i32 - 1);
    let rounded = (value / unit).round() * unit;
    // Dividing by a power of ten is exact where multiplying by its inverse is not.
    if unit < 1.0 { (rounded * (1.0 / unit).round()).round() / (1.0 / unit).round() } else { rounded }
}

/// A number as people read it: thousands parted, no needless decimals, of small ones what tells them from nothing.
pub(super) fn grouped(value: f64) -> String {
    let text = if value.abs() >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        let places = (2.0 - value.abs().log10().floor()).clamp(3.0, 12.0) as usize;
        let text = format!("{value:.places$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}
