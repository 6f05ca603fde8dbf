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
    /// A code that is not of the form its tier asks for.
    MalformedCode,
    /// Two zones of one tier and one parent with one name.
    DuplicateName,
    /// A zone that lies wholly inside another.
    Enclave,
    /// A zone that hangs together by a few metres of border.
    ThinNeck,
    /// Incidents that lie in no zone.
    IncidentsOutside,
    /// A zone with more or less work than asked for.
    OutOfBand,
    /// Properties of a zone that were not brought up to date when its land changed.
    NotUpdated,
    /// Incidents that name a zone which lies in several: counted for the one with most of it, or for none.
    DividedPlace,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Overlap,
        Self::Gap,
        Self::Sliver,
        Self::OutsideParent,
        Self::ParentNotCovered,
        Self::NotContiguous,
        Self::SelfCrossing,
        Self::UnclosedRing,
        Self::Hairline,
        Self::Spike,
        Self::DuplicateVertex,
        Self::DuplicateCode,
        Self::MissingCode,
        Self::MissingName,
        Self::NullGeometry,
        Self::PointTouch,
        Self::SuspectedDatumShift,
        Self::BadValue,
        Self::MalformedCode,
        Self::DuplicateName,
        Self::Enclave,
        Self::ThinNeck,
        Self::IncidentsOutside,
        Self::OutOfBand,
        Self::NotUpdated,
        Self::DividedPlace,
    ];

    /// Its name, as the command line prints it, and what it is called in Chinese.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Overlap => ("overlap", "重叠"),
            Self::Gap => ("gap", "空隙"),
            Self::Sliver => ("sliver", "碎缝"),
            Self::OutsideParent => ("outside-parent", "超出上级"),
            Self::ParentNotCovered => ("parent-not-covered", "上级未铺满"),
            Self::NotContiguous => ("not-contiguous", "不连通"),
            Self::SelfCrossing => ("self-crossing", "自相交"),
            Self::UnclosedRing => ("unclosed-ring", "环未闭合"),
            Self::Hairline => ("hairline", "窄缝"),
            Self::Spike => ("spike", "尖刺"),
            Self::DuplicateVertex => ("duplicate-vertex", "重复折点"),
            Self::DuplicateCode => ("duplicate-code", "编码重复"),
            Self::MissingCode => ("missing-code", "缺编码"),
            Self::MissingName => ("missing-name", "缺名称"),
            Self::NullGeometry => ("null-geometry", "无图形"),
            Self::PointTouch => ("point-touch", "点接触"),
            Self::SuspectedDatumShift => ("suspected-datum-shift", "疑似坐标偏移"),
            Self::BadValue => ("bad-value", "数值有误"),
            Self::MalformedCode => ("malformed-code", "编码格式"),
            Self::DuplicateName => ("duplicate-name", "名称重复"),
            Self::Enclave => ("enclave", "飞地"),
            Self::ThinNeck => ("thin-neck", "细颈"),
            Self::IncidentsOutside => ("incidents-outside", "案件在区外"),
            Self::OutOfBand => ("out-of-band", "工作量超限"),
            Self::NotUpdated => ("not-updated", "属性未更新"),
            Self::DividedPlace => ("divided-place", "案件归属存疑"),
        }
    }

    /// The name printed by the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The rule of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The rule in words.
    #[must_use]
    pub fn title(self) -> Text {
        let (en, zh) = self.words();
        Text::new(en, zh)
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

/// What findings of a rule count as, where somebody says so: a severity, or nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// They are not listed.
    Off,
    /// See [`Severity::Note`].
    Note,
    /// See [`Severity::Warning`].
    Warning,
    /// See [`Severity::Error`].
    Error,
}

impl Level {
    /// All of them, the gravest first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::Off];

    /// The severity; `None` where nothing is listed.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }

    /// What it is called; the English word is that of `--severity`.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Off => Text::new("off", "关闭"),
            Self::Note => Text::new("note", "提示"),
            Self::Warning => Text::new("warning", "警告"),
            Self::Error => Text::new("error", "错误"),
        }
    }

    /// The level of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.title().en == name)
    }
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

    /// What it is called: its rule, but what reading did and nobody need mend is no wrong value.
    #[must_use]
    pub fn title(&self) -> Text {
        match (self.rule, self.severity) {
            (Rule::BadValue, Severity::Note) => Text::new("as it was read", "读取说明"),
            (rule, _) => rule.title(),
        }
    }

    /// Tells it from others in the next run of the checks too: its rule, tier, zones, and the place to a metre. What was
    /// found in a file and has neither zones nor a place is told by the file and its words.
    #[must_use]
    pub fn key(&self) -> String {
        let place = self.place.map_or_else(String::new, |at| format!("{:.5},{:.5}", at.lon, at.lat));
        let key =
            format!("{}|{}|{}|{place}", self.rule.name(), self.tier.as_deref().unwrap_or(""), self.zones.join(","));
        match &self.file {
            Some(file) if self.zones.is_empty() && self.place.is_none() => format!("{key}|{file}|{}", self.reason.en),
            _ => key,
        }
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

    /// The whole sentence in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.in_lang(super::Lang::En), self.in_lang(super::Lang::Zh))
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
