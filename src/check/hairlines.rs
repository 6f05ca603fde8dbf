//! Two zones that should touch run along each other a little apart.

use crate::base::{Problem, Rule, Severity, Text};
use crate::topology::{self, Built};

/// What is narrower than this is no land but a line drawn twice, metres (design §5).
pub const HAIRLINE_M: f64 = 1.0;

/// Hairlines that are open to the outside; enclosed ones are gaps or slivers. `code` gives the code and the name of a unit.
#[must_use]
pub fn hairlines(built: &Built, tier: &str, code: impl Fn(u32) -> (String, String)) -> Vec<Problem> {
    let found = topology::hairlines(built, HAIRLINE_M).into_iter();
    found
        .map(|pair| {
            let [(one, one_name), (two, two_name)] = pair.units.map(&code);
            let (length, width) = (pair.length_m, pair.width_m);
            Problem {
                tier: Some(tier.to_owned()),
                zones: vec![one, two],
                place: Some(pair.at.into()),
                remedies: vec![Text::new(
                    format!(
                        "Clean with a tolerance of {:.2} m or more: the two lines become one border",
                        width + 0.005
                    ),
                    format!("以不小于 {:.2} 米的容差修复,使两条线合为一条边界", width + 0.005),
                )],
                ..Problem::new(
                    Rule::Hairline,
                    Severity::Warning,
                    Text::new(
                        format!(
                            "{one_name} and {two_name} run {length:.0} m along each other, up to {width:.2} m apart"
                        ),
                        format!("{one_name}与{two_name}并行 {length:.0} 米而未相接,最宽相距 {width:.2} 米"),
                    ),
                )
            }
        })
        .collect()
}
