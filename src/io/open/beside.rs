//! Lines and points in a layer of zones: a reference layer beside it, and zones that are drawn so and have no land.

use super::ledger::Ledger;
use super::parts::further;
use super::tier::Source;
use crate::base::{Problem, Rule, Severity, Text};
use crate::io::Layer;
use crate::io::tiers::TierGuess;
use crate::model::{Attributes, Reference, Shape};

/// Zones without land that are named one by one; of more the first ones are, with their number.
const NAMED: usize = 5;

/// What a zone is drawn as instead of land.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// Lines, which may have points beside them.
    Lines,
    /// Points alone.
    Points,
}

/// Lines and points of a layer of zones.
pub(super) struct Beside {
    /// All of them.
    pub(super) layer: Option<Reference>,
    /// Features that are nothing but these.
    alone: Vec<bool>,
    /// Features that are zones all the same, by their codes, but have no land.
    pub(super) drawn: Vec<(u32, Drawn)>,
}

impl Beside {
    /// The lines and points of a layer of zones as a reference layer; those of zones are told beside.
    ///
    /// `own` is what each file was taken for. A line or a point that has a code is a zone that was drawn wrong, but not where
    /// most are lines and points.
    pub(super) fn of(
        layer: &Layer,
        ledger: &mut Ledger,
        own: &[TierGuess],
        (name, mostly_others): (&str, bool),
    ) -> Self {
        let mut other = Self { layer: None, alone: Vec::new(), drawn: Vec::new() };
        let [_, lines, dots] = layer.kinds();
        if lines + dots == 0 {
            return other;
        }
        let mut shapes: Vec<(Shape, Attributes)> = Vec::new();
        other.alone = vec![false; layer.features.len()];
        let mut units = 0..layer.features.len();
        for ((account, count), guess) in ledger.stretches.clone().into_iter().zip(own) {
            let mut more = 0;
            for unit in units.by_ref().take(count) {
                let Some(feature) = layer.features.get(unit) else { continue };
                let own: Vec<Shape> = layer.lines_and_points_of(unit).collect();
                let landless = layer.shapes_of(unit) == own.len() && !own.is_empty();
                let alone = landless && (mostly_others || guess.code(feature).is_empty());
                more += if alone { further(own.len()) } else { own.len() as u64 };
                if let Some(slot) = other.alone.get_mut(unit) {
                    *slot = alone;
                }
                if landless && !alone {
                    let lines = own.iter().any(|shape| matches!(shape, Shape::Lines(_)));
                    other.drawn.push((unit as u32, if lines { Drawn::Lines } else { Drawn::Points }));
                }
                shapes.extend(own.into_iter().map(|shape| (shape, (*feature.attributes).clone())));
            }
            ledger.further.push((account, more));
        }
        let name = name.to_owned();
        other.layer = Some(Reference { name, features: shapes.into(), visible: true, opacity: 1.0 });
        other
    }

    /// Whether a feature is nothing but lines and points.
    pub(super) fn is_alone(&self, unit: usize) -> bool {
        self.alone.get(unit).copied().unwrap_or(false)
    }
}

impl Source {
    /// Says which zones are drawn as lines or points, and so have no land.
    pub(super) fn without_land(&self) -> Vec<Problem> {
        let kinds = [(Drawn::Lines, "a line", "lines", "线"), (Drawn::Points, "a point", "points", "点")];
        let mut problems = Vec::new();
        for (kind, one, many, zh) in kinds {
            let units: Vec<u32> =
                self.drawn.iter().filter(|(_, drawn)| *drawn == kind).map(|&(unit, _)| unit).collect();
            let problem = |units: &[u32], reason| Problem {
                file: Some(self.file.clone()),
                tier: Some(self.tier.name.clone()),
                zones: units.iter().map(|&unit| self.words(unit).0).collect(),
                remedies: vec![Text::new("Draw its outline as land", "请将其边界绘制为面")],
                ..Problem::new(Rule::NullGeometry, Severity::Warning, reason)
            };
            let kept = |en: &str, zh_name: &str| {
                Text::new(
                    format!("{en}, not as land: a record without land is kept, and the drawing as a reference layer"),
                    format!("{zh_name}的图形是{zh}而不是面：保留为无图形记录，图形列为参考图层"),
                )
            };
            if units.len() > NAMED {
                let names: Vec<String> = units.iter().take(NAMED).map(|&unit| self.words(unit).1).collect();
                let (count, first) = (units.len(), names.join(", "));
                let zh_name = format!("{}等 {count} 个区域", names.join("、"));
                problems
                    .push(problem(&units, kept(&format!("{count} zones ({first}, …) are drawn as {many}"), &zh_name)));
                continue;
            }
            problems.extend(units.into_iter().map(|unit| {
                let name = self.words(unit).1;
                problem(&[unit], kept(&format!("{name} is drawn as {one}"), &name))
            }));
        }
        problems
    }
}
