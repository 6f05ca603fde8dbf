//! How figures are rounded and written: in one place, so that no two products of a plan differ in a digit.

/// A figure without decimals: square metres, metres, households.
#[must_use]
pub fn whole(value: f64) -> f64 {
    places(value, 0)
}

/// A figure with one decimal: hours a week.
#[must_use]
pub fn tenth(value: f64) -> f64 {
    places(value, 1)
}

/// A figure with so many decimals; halves go away from zero, and nothing is ever minus zero.
#[must_use]
pub fn places(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    let rounded = (value * unit).round() / unit;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Hours a week as text.
#[must_use]
pub fn hours(value: f64) -> String {
    format!("{:.1}", tenth(value))
}

/// Square metres as square kilometres, as text: with two decimals, and four where there is little of it.
#[must_use]
pub fn km2(area_m2: f64) -> String {
    let km2 = whole(area_m2) / 1e6;
    if km2 == 0.0 || km2 >= 0.1 { format!("{:.2}", places(km2, 2)) } else { format!("{:.4}", places(km2, 4)) }
}

/// Percent of a deviation as text: a true minus, and no sign where it rounds to nothing.
#[must_use]
pub fn deviation(share: f64) -> String {
    percent((share - 1.0) * 100.0)
}

/// Percent with its sign as text.
#[must_use]
pub fn percent(value: f64) -> String {
    let rounded = whole(value);
    if rounded > 0.0 {
        format!("+{rounded:.0}%")
    } else if rounded < 0.0 {
        format!("\u{2212}{:.0}%", rounded.abs())
    } else {
        "0%".to_owned()
    }
}

/// An area in a sentence, in the unit that suits its size.
#[must_use]
pub fn area(area_m2: f64) -> String {
    if area_m2.abs() >= 1e5 {
        format!("{} km²", km2(area_m2))
    } else if area_m2.abs() >= 1e4 {
        format!("{:.2} ha", places(area_m2 / 1e4, 2))
    } else {
        format!("{} m²", grouped(whole(area_m2)))
    }
}

/// A whole number with its thousands parted.
#[must_use]
pub fn grouped(value: f64) -> String {
    let text = format!("{:.0}", whole(value).abs());
    let mut out = String::from(if whole(value) < 0.0 { "\u{2212}" } else { "" });
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && (text.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_alike_everywhere() {
        assert_eq!(["0.3", "2.1"], [hours(0.25), hours(2.05 + 1e-12)].map(|text| text).each_ref().map(String::as_str));
        assert_eq!(tenth(-0.01).to_string(), "0");
        assert_eq!([deviation(0.996), deviation(1.004), deviation(0.67)], ["0%", "0%", "\u{2212}33%"]);
        assert_eq!([area(46_500.7), area(826.4), area(15_301_049.6)], ["4.65 ha", "826 m²", "15.30 km²"]);
        assert_eq!(grouped(-1_234_567.4), "\u{2212}1,234,567");
    }
}
