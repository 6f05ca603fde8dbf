//! What became of the files a plan was read from: every feature counted once, and what reading found.

use serde::{Deserialize, Serialize};

use crate::base::{Lang, Problem, Text};

/// What became of one feature or row of a file. Each has exactly one fate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is a zone of a tier, with land.
    Zone,
    /// It is part of another zone: that of this code or name.
    JoinedInto(String),
    /// It is a zone of a tier, but has no land.
    Record,
    /// It is part of a reference layer.
    Reference,
    /// It is an incident.
    Incidents,
    /// It is a squad.
    Squad,
    /// It is not in the plan.
    LeftOut(LeftOutReason),
}

/// Why a feature or row is not in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutReason {
    /// A member of the file that is no feature.
    NoFeature,
    /// Its table marks it as deleted.
    Deleted,
    /// It has no geometry, and its layer is no tier that could keep it as a record.
    NoGeometry,
    /// It lies far away from the plan it was to be added to.
    Elsewhere,
    /// What it is cannot be added to a plan that is open.
    NotAdded,
}

impl LeftOutReason {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::NoFeature, Self::Deleted, Self::NoGeometry, Self::Elsewhere, Self::NotAdded];

    /// The reason in words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::NoFeature => Text::new("no feature", "不是要素"),
            Self::Deleted => Text::new("marked as deleted", "已标记删除"),
            Self::NoGeometry => Text::new("without geometry", "无图形"),
            Self::Elsewhere => Text::new("far away from the plan", "远离本方案"),
            Self::NotAdded => Text::new("cannot be added to an open plan", "不能添加到已打开的方案"),
        }
    }
}

impl Fate {
    /// One of each kind, with each reason.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Zone,
            Self::JoinedInto(String::new()),
            Self::Record,
            Self::Reference,
            Self::Incidents,
            Self::Squad,
        ];
        all.extend(LeftOutReason::ALL.map(Self::LeftOut));
        all
    }

    /// How many features met this fate, in words.
    #[must_use]
    pub fn counted(&self, count: u64) -> Text {
        let plural = |one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        match self {
            Self::Zone => Text::new(plural("zone", "zones"), format!("{count} 个区划")),
            Self::JoinedInto(zone) => Text::new(format!("{count} joined into {zone}"), format!("{count} 个并入{zone}")),
            Self::Record => {
                Text::new(plural("record without land", "records without land"), format!("{count} 条无图形记录"))
            }
            Self::Reference => Text::new(format!("{count} in a reference layer"), format!("{count} 个作参考图层")),
            Self::Incidents => Text::new(plural("incident", "incidents"), format!("{count} 条案件")),
            Self::Squad => Text::new(plural("squad", "squads"), format!("{count} 个分队")),
            Self::LeftOut(why) => {
                let why = why.title();
                Text::new(format!("{count} left out ({})", why.en), format!("{count} 个未读取（{}）", why.zh))
            }
        }
    }
}

/// What is counted in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Features of a layer.
    #[default]
    Features,
    /// Rows of a table.
    Rows,
}

/// What became of the features of one layer of a file, or of the rows of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileAccount {
    /// The file's name; that of its sheet with it, where a workbook has several.
    pub file: String,
    /// The layer, where a file has several.
    pub layer: Option<String>,
    /// The tier its zones are of.
    pub tier: Option<String>,
    /// What is counted.
    pub counted: Counted,
    /// How many the reader found.
    pub read: u64,
    /// Their fates in the order of the file, equal ones in a row together with their number.
    pub fates: Vec<(Fate, u64)>,
    /// Further shapes of features that are counted already: parts of a collection, points of several.
    pub by_products: u64,
}

impl FileAccount {
    /// Counts some more features of one fate.
    pub fn add(&mut self, fate: Fate, count: u64) {
        match self.fates.last_mut() {
            Some((last, known)) if *last == fate => *known += count,
            _ if count > 0 => self.fates.push((fate, count)),
            _ => {}
        }
    }

    /// Gives all features of one fate another.
    pub fn turn(&mut self, fate: &Fate, to: &Fate) {
        self.fates.iter_mut().filter(|(known, _)| known == fate).for_each(|(known, _)| *known = to.clone());
    }

    /// The number of features of each fate, in the order of [`Fate`].
    #[must_use]
    pub fn tally(&self) -> Vec<(Fate, u64)> {
        let mut tally = std::collections::BTreeMap::new();
        self.fates.iter().for_each(|(fate, count)| *tally.entry(fate.clone()).or_insert(0) += count);
        tally.into_iter().collect()
    }

    /// Features of one fate.
    #[must_use]
    pub fn of(&self, fate: &Fate) -> u64 {
        self.fates.iter().filter(|(known, _)| known == fate).map(|(_, count)| count).sum()
    }

    /// Whether every feature that was read has a fate.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.fates.iter().map(|(_, count)| count).sum::<u64>() == self.read
    }

    /// What it is of: the file, and the layer where it has several.
    #[must_use]
    pub fn title(&self) -> String {
        self.layer.as_ref().map_or_else(|| self.file.clone(), |layer| format!("{} [{layer}]", self.file))
    }

    /// The account as a sum: read = zones + records + …
    #[must_use]
    pub fn sum(&self) -> Text {
        let parts: Vec<Text> = self.tally().iter().map(|(fate, count)| fate.counted(*count)).collect();
        let joined = |lang: Lang| parts.iter().map(|part| part.in_lang(lang)).collect::<Vec<_>>().join(" + ");
        let (read, more) = (self.read, self.by_products);
        let (unit, zh_unit) = match self.counted {
            Counted::Features => (if read == 1 { "feature" } else { "features" }, "个要素"),
            Counted::Rows => (if read == 1 { "row" } else { "rows" }, "行"),
        };
        let (en, zh) = if more == 0 {
            (String::new(), String::new())
        } else {
            (format!("; {more} further shapes of them"), format!("；另有其 {more} 个附属图形"))
        };
        Text::new(
            format!("{read} {unit} read = {}{en}", joined(Lang::En)),
            format!("读入 {read} {zh_unit} = {}{zh}", joined(Lang::Zh)),
        )
    }

    /// The account with its file, as one line.
    #[must_use]
    pub fn line(&self) -> Text {
        let (title, sum) = (self.title(), self.sum());
        Text::new(format!("{title}: {}", sum.en), format!("{title}：{}", sum.zh))
    }
}

/// What reading the files of a plan did and found. It stays with the plan, and is no part of what the plan says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intake {
    /// An account of each layer of each file.
    pub files: Vec<FileAccount>,
    /// What readers, building and nesting found, as they said it. What the plan is like by itself is not among it.
    pub findings: Vec<Problem>,
    /// What borders were built and looked at with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
}

/// The limits that layers were built and looked at with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Vertices were snapped within this, metres.
    pub tolerance_m: f64,
    /// Strips between two zones were looked for up to this width, metres.
    pub gap_width_m: f64,
}

impl Intake {
    /// Whether a finding that names no tier is about one: its file is read into it, or into none at all.
    #[must_use]
    pub fn concerns(&self, finding: &Problem, tier: &str) -> bool {
        let Some(file) = &finding.file else { return true };
        let mut tiers =
            self.files.iter().filter(|account| account.file == *file).filter_map(|account| account.tier.as_deref());
        let mut some = false;
        tiers.any(|known| {
            some = true;
            known == tier
        }) || !some
    }

    /// Calls a tier by another name.
    pub fn rename_tier(&mut self, old: &str, new: &str) {
        let accounts = self.files.iter_mut().map(|account| &mut account.tier);
        let named = accounts.chain(self.findings.iter_mut().map(|finding| &mut finding.tier));
        for tier in named.filter(|tier| tier.as_deref() == Some(old)) {
            *tier = Some(new.to_owned());
        }
    }

    /// What was read first: so many accounts and findings.
    #[must_use]
    pub fn first(&self, files: usize, findings: usize) -> Self {
        let (files, findings) = (self.files.iter().take(files), self.findings.iter().take(findings));
        Self { files: files.cloned().collect(), findings: findings.cloned().collect(), limits: self.limits }
    }

    /// What was read later than so many accounts and findings.
    #[must_use]
    pub fn behind(&self, files: usize, findings: usize) -> Self {
        let (files, findings) = (self.files.iter().skip(files), self.findings.iter().skip(findings));
        Self { files: files.cloned().collect(), findings: findings.cloned().collect(), limits: None }
    }

    /// Puts what was read later behind what was read before.
    pub fn join(&mut self, later: &Self) {
        self.files.extend(later.files.iter().cloned());
        self.findings.extend(later.findings.iter().cloned());
        self.limits = self.limits.or(later.limits);
    }
}
