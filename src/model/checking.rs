//! What a plan is checked for: the form of codes, the band of work, and how much each rule matters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Plan, Role};
use crate::base::{Lang, Level, Problem, Rule, Text};

/// How the codes of a tier are formed. Codes stay text whatever their length: a form is looked at, never enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CodeForm {
    /// Anything.
    #[default]
    #[serde(rename = "free")]
    Free,
    /// Fifteen digits or capitals (GB/T 47678.3, DB11): six of the district, three each of street, community and number.
    #[serde(rename = "15")]
    Fifteen,
    /// The twelve digits of the community above and three of a number.
    #[serde(rename = "12+3")]
    BelowCommunity,
    /// The nine digits of the town above and three of a number.
    #[serde(rename = "9+3")]
    BelowTown,
}

impl CodeForm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Free, Self::Fifteen, Self::BelowCommunity, Self::BelowTown];

    /// The name of `--codes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Fifteen => "15",
            Self::BelowCommunity => "12+3",
            Self::BelowTown => "9+3",
        }
    }

    /// The form of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// What it asks of a code.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Free => Text::new("free", "不限"),
            Self::Fifteen => Text::new("15 characters", "15 位"),
            Self::BelowCommunity => Text::new("12+3: community and number", "12+3：社区代码+顺序号"),
            Self::BelowTown => Text::new("9+3: town and number", "9+3：镇街代码+顺序号"),
        }
    }

    /// Digits of the code above, and whose it is, where the form goes by it.
    #[must_use]
    pub fn above(self) -> Option<(usize, Role)> {
        match self {
            Self::Free | Self::Fifteen => None,
            Self::BelowCommunity => Some((12, Role::Community)),
            Self::BelowTown => Some((9, Role::Town)),
        }
    }
}

/// What a plan is checked for; kept with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checking {
    /// The form of the codes of a tier, by its name; free where none is said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, CodeForm>,
    /// How much a rule matters, where it is not what the rule says itself.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub levels: BTreeMap<Rule, Level>,
    /// Percent a grid's work may be off the mean of its town; `None` does not ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_percent: Option<f64>,
}

impl Checking {
    /// The form of the codes of a tier.
    #[must_use]
    pub fn form(&self, tier: &str) -> CodeForm {
        self.codes.get(tier).copied().unwrap_or_default()
    }

    /// The same with every tier called by its own name: `grid` may stand for whatever the tier of grids is called.
    #[must_use]
    pub fn named_in(&self, plan: &Plan) -> Self {
        let own = |name: &String| plan.tier_named(name).map_or_else(|| name.clone(), |(_, tier)| tier.name.clone());
        let codes = self.codes.iter().map(|(name, &form)| (own(name), form)).collect();
        Self { codes, ..self.clone() }
    }

    /// All that was set by hand, for a reader, with the tiers called as the plan calls them; empty where nothing was.
    #[must_use]
    pub fn title_in(&self, plan: &Plan) -> Text {
        let called = |name: &String, lang| {
            let tier = plan.tiers.iter().find(|tier| tier.name == *name);
            tier.map_or(name.as_str(), |tier| tier.called(lang)).to_owned()
        };
        let levels = self.levels.iter().map(|(rule, level)| pair(rule.title(), level.title()));
        let codes = self
            .codes
            .iter()
            .map(|(tier, form)| pair(Text::new(called(tier, Lang::En), called(tier, Lang::Zh)), form.title()));
        let band = self
            .band_percent
            .map(|percent| Text::new(format!("work within ±{percent} %"), format!("工作量偏差不超过 ±{percent}%")));
        let all: Vec<Text> = levels.chain(codes).chain(band).collect();
        let joined = |of: fn(&Text) -> &str, between: &str| all.iter().map(of).collect::<Vec<_>>().join(between);
        Text::new(joined(|one| &one.en, "; "), joined(|one| &one.zh, "；"))
    }

    /// Takes over what another says.
    pub fn overrule(&mut self, by: Self) {
        self.codes.extend(by.codes);
        self.levels.extend(by.levels);
        self.band_percent = by.band_percent.or(self.band_percent);
    }

    /// Whether findings of a rule are wanted at all.
    #[must_use]
    pub fn asks(&self, rule: Rule) -> bool {
        self.levels.get(&rule) != Some(&Level::Off)
    }

    /// A finding as grave as this says; `None` where its rule is off.
    #[must_use]
    pub fn judged(&self, problem: Problem) -> Option<Problem> {
        match self.levels.get(&problem.rule) {
            None => Some(problem),
            Some(level) => level.severity().map(|severity| Problem { severity, ..problem }),
        }
    }
}

fn pair(what: Text, how: Text) -> Text {
    Text::new(format!("{}: {}", what.en, how.en), format!("{}：{}", what.zh, how.zh))
}
