//! Two zones that should touch run along each other a little apart.

use crate::base::{Problem, Rule, Severity, Text};
use crate::topology::{self, Built};

/// What is narrower than this is no land but a line drawn twice, metres (design §5).
pub const HAIRLINE_M: f64 = 1.0;

/// Strips wider than a hairline are looked for up to this width where nobody asks for another, metres: a lane perhaps.
pub const STRIP_M: f64 = 5.0;

/// Hairlines and strips that are open to the outside, up to the width asked for; enclosed ones are gaps or slivers. `code`
/// gives the code and the name of a unit.
#[must_use]
pub fn hairlines(
    built: &Built,
    asked_m: Option<f64>,
    tier: &str,
    code: impl Fn(u32) -> (String, String),
) -> Vec<Problem> {
    let found = topology::hairlines(built, asked_m.unwrap_or(STRIP_M)).into_iter();
    found
        .map(|pair| {
            let [(one, one_name), (two, two_name)] = pair.units.map(&code);
            let (length, width) = (pair.length_m, pair.width_m);
            let narrow = width <= asked_m.unwrap_or(HAIRLINE_M);
            let severity = if narrow { Severity::Warning } else { Severity::Note };
            Problem {
                tier: Some(tier.to_owned()),
                zones: vec![one, two],
                place: Some(pair.at.into()),
                remedies: vec![Text::new(
                    format!(
                        "Clean with --gap-width {:.2} or more: the strip goes to the neighbour with the longest border",
                        width + 0.005
                    ),
                    format!("以不小于 {:.2} 米的缝宽（--gap-width）修复，窄缝并入公共边界最长的邻区", width + 0.005),
                )],
                ..Problem::new(
                    Rule::Hairline,
                    severity,
                    Text::new(
                        format!(
                            "{one_name} and {two_name} run {length:.0} m along each other, up to {width:.2} m apart"
                        ),
                        format!("{one_name}与{two_name}并行 {length:.0} 米而未相接，最宽相距 {width:.2} 米"),
                    ),
                )
            }
        })
        .collect()
}
