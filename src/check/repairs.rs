//! What was done to a layer to make it a coverage, in words: every piece of land that changed hands, and what moved.

use crate::base::{Place, Rule, Text};
use crate::topology::{Built, SLIVER_M2};

/// A repair.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The rule that was broken.
    pub rule: Rule,
    /// Codes of the zones concerned.
    pub zones: Vec<String>,
    /// Area of the land that was settled, m².
    pub area_m2: Option<f64>,
    /// Where.
    pub place: Option<Place>,
    /// What was done.
    pub did: Text,
}

/// What building settled, land first, the largest first. `code` gives the code and the name of a unit.
#[must_use]
pub fn repairs(built: &Built, code: impl Fn(u32) -> (String, String)) -> Vec<Repair> {
    let mut repairs: Vec<Repair> = Vec::new();
    for piece in &built.settled {
        let sliver = piece.area_m2 < SLIVER_M2;
        let (owner_code, owner) = code(piece.owner);
        let (rule, zones, did) = if piece.claimed.is_empty() {
            let did = Text::new(
                format!("the gap was given to {owner}, which has the longest border with it"),
                format!("空隙已并入公共边界最长的{owner}"),
            );
            (if sliver { Rule::Sliver } else { Rule::Gap }, vec![owner_code], did)
        } else {
            let (codes, names): (Vec<_>, Vec<_>) = piece.claimed.iter().map(|&unit| code(unit)).unzip();
            let did = Text::new(
                format!("the land of {} was given to {owner}", names.join(" and ")),
                format!("{}重叠的土地已归{owner}", names.join("与")),
            );
            (if sliver { Rule::Sliver } else { Rule::Overlap }, codes, did)
        };
        repairs.push(Repair { rule, zones, area_m2: Some(piece.area_m2), place: Some(piece.at.into()), did });
    }
    if built.snapped > 0 {
        let (count, far) = (built.snapped, built.furthest.map_or(0.0, |(far, _)| far));
        let tolerance = built.tolerance_m;
        repairs.push(whole_layer(
            built.furthest.map(|(_, at)| at.into()),
            Text::new(
                format!("{count} vertices were moved or put into lines to make two lines one, by up to {far:.3} m (tolerance {tolerance:.3} m)"),
                format!("移动或插入 {count} 个折点,使两条线合为一条,最大 {far:.3} 米(容差 {tolerance:.3} 米)"),
            ),
        ));
    }
    if let Some(&first) = built.added.first() {
        let count = built.added.len();
        repairs.push(whole_layer(
            Some(first.into()),
            Text::new(
                format!("{count} vertices were put where lines cross or touch"),
                format!("在线条相交或相接处插入 {count} 个折点"),
            ),
        ));
    }
    repairs
}

/// One cause, one sentence.
fn whole_layer(place: Option<Place>, did: Text) -> Repair {
    Repair { rule: Rule::Sliver, zones: Vec::new(), area_m2: None, place, did }
}
