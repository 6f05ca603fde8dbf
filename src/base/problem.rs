//! A fault of the data, and a command that cannot be done.

use serde::{Deserialize, Serialize};

use super::Text;

/// The rules of the checks, by the names the command line prints (design §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Land with two owners in one tier, 1 m² or more.
    Overlap,
    /// Bounded land without an owner, 1 m² or more.
    Gap,
    /// An overlap or gap below 1 m².
    Sliver,
    /// A zone reaches out of its parent.
    OutsideParent,
    /// A parent is not covered by its children.
    ParentNotCovered,
    /// A zone that falls in parts.
    NotContiguous,
    /// A ring that crosses or runs over itself.
    SelfCrossing,
    /// A ring whose last point is not its first.
    UnclosedRing,
    /// Two zones that run along each other a little apart, with nothing between that belongs to anybody.
    Hairline,
    /// A ring that runs out to a point and straight back.
    Spike,
    /// A vertex that is the same as the one before it.
    DuplicateVertex,
    /// Two zones of one tier with one code.
    DuplicateCode,
    /// A zone without a code.
    MissingCode,
    /// A zone without a name.
    MissingName,
    /// A feature without a geometry, or with one that cannot be a zone.
    NullGeometry,
    /// Parts that touch in a point only.
    PointTouch,
    /// A layer shifted against the others, as GCJ-02 or BD-09 would be.
    SuspectedDatumShift,
    /// A value of the file that could not be read as what it should be.
    BadValue,
}

impl Rule {
    /// The name printed by the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Gap => "gap",
            Self::Sliver => "sliver",
            Self::OutsideParent => "outside-parent",
            Self::ParentNotCovered => "parent-not-covered",
            Self::NotContiguous => "not-contiguous",
            Self::SelfCrossing => "self-crossing",
            Self::UnclosedRing => "unclosed-ring",
            Self::Hairline => "hairline",
            Self::Spike => "spike",
            Self::DuplicateVertex => "duplicate-vertex",
            Self::DuplicateCode => "duplicate-code",
            Self::MissingCode => "missing-code",
            Self::MissingName => "missing-name",
            Self::NullGeometry => "null-geometry",
            Self::PointTouch => "point-touch",
            Self::SuspectedDatumShift => "suspected-datum-shift",
            Self::BadValue => "bad-value",
        }
    }

    /// The rule in words.
    #[must_use]
    pub fn title(self) -> Text {
        let zh = match self {
            Self::Overlap => "重叠",
            Self::Gap => "空隙",
            Self::Sliver => "碎缝",
            Self::OutsideParent => "超出上级",
            Self::ParentNotCovered => "上级未铺满",
            Self::NotContiguous => "不连通",
            Self::SelfCrossing => "自相交",
            Self::UnclosedRing => "环未闭合",
            Self::Hairline => "窄缝",
            Self::Spike => "尖刺",
            Self::DuplicateVertex => "重复折点",
            Self::DuplicateCode => "编码重复",
            Self::MissingCode => "缺编码",
            Self::MissingName => "缺名称",
            Self::NullGeometry => "无图形",
            Self::PointTouch => "点接触",
            Self::SuspectedDatumShift => "疑似坐标偏移",
            Self::BadValue => "数值有误",
        };
        Text::new(self.name(), zh)
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Should be looked at.
    Warning,
    /// Stands in the way of an export.
    Error,
}

/// Where on the map, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Longitude, degrees east.
    pub lon: f64,
    /// Latitude, degrees north.
    pub lat: f64,
}

/// A way to mend a problem, in words.
pub type Remedy = Text;

/// A fault of the data: which rule, how bad, where, why, and what would mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The rule that found it.
    pub rule: Rule,
    /// How much it matters.
    pub severity: Severity,
    /// The file it came from.
    pub file: Option<String>,
    /// The tier's name.
    pub tier: Option<String>,
    /// Codes of the zones concerned.
    pub zones: Vec<String>,
    /// Area of the disagreement in m².
    pub area_m2: Option<f64>,
    /// A place to fly to.
    pub place: Option<Place>,
    /// Why it is a problem; names the feature (counted from 1) or the row where it can.
    pub reason: Text,
    /// What would mend it.
    pub remedies: Vec<Remedy>,
}

impl Problem {
    /// A problem with no place yet; fill in the other fields with struct update or the `with_` methods.
    #[must_use]
    pub fn new(rule: Rule, severity: Severity, reason: Text) -> Self {
        Self {
            rule,
            severity,
            file: None,
            tier: None,
            zones: Vec::new(),
            area_m2: None,
            place: None,
            reason,
            remedies: Vec::new(),
        }
    }

    /// Tells it from others in the next run of the checks too: its rule, tier, zones, and the place to a metre.
    #[must_use]
    pub fn key(&self) -> String {
        let place = self.place.map_or_else(String::new, |at| format!("{:.5},{:.5}", at.lon, at.lat));
        format!("{}|{}|{}|{place}", self.rule.name(), self.tier.as_deref().unwrap_or(""), self.zones.join(","))
    }
}

/// Why a command cannot be done and what would make it possible: *cannot + because + do this instead*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{cannot}: {because}. {instead}")]
pub struct Refusal {
    /// What cannot be done.
    pub cannot: Text,
    /// The reason.
    pub because: Text,
    /// What to do instead.
    pub instead: Text,
    /// Faces (by id) that would have to come along first; empty where that is no remedy.
    pub first: Vec<u32>,
}

impl Refusal {
    /// A refusal whose remedy is said in words only.
    #[must_use]
    pub fn new(cannot: Text, because: Text, instead: Text) -> Self {
        Self { cannot, because, instead, first: Vec::new() }
    }

    /// The whole sentence in one language.
    #[must_use]
    pub fn in_lang(&self, lang: super::Lang) -> String {
        let (cannot, because, instead) =
            (self.cannot.in_lang(lang), self.because.in_lang(lang), self.instead.in_lang(lang));
        match lang {
            super::Lang::Zh => format!("{cannot}:{because}。{instead}"),
            super::Lang::En => format!("{cannot}: {because}. {instead}"),
        }
    }
}
