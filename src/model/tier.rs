//! A partition of the faces and its zones.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Lang, Table};
use crate::id;
use crate::model::Computed;
use crate::topology::FaceId;

id!(
    /// A zone of one tier; counted per tier.
    ZoneId
);

/// What a tier stands for. The order of the tiers of a plan is its own; a role only says what is locked, how it is drawn,
/// and what `rebalance` works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 区.
    District,
    /// 镇街.
    Town,
    /// 责任网格.
    Grid,
    /// 社区(村).
    Community,
    /// 单元网格 or street blocks: the base tier as a rule.
    Unit,
    /// Any other partition.
    Other,
}

impl Role {
    /// The name used for files, `--tier` and JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Town => "town",
            Self::Grid => "grid",
            Self::Community => "community",
            Self::Unit => "unit",
            Self::Other => "other",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn word(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::District => ("District", "区"),
            Self::Town => ("Town", "镇街"),
            Self::Grid => ("Grid", "责任网格"),
            Self::Community => ("Community", "社区（村）"),
            Self::Unit => ("Unit", "单元网格"),
            Self::Other => ("Other", "其他"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Roles whose zones hold zones of this role, the nearest first. A responsibility grid may span communities or cut
    /// one, so it answers to the town alone.
    #[must_use]
    pub fn parents(self) -> &'static [Self] {
        match self {
            Self::District => &[],
            Self::Town => &[Self::District],
            Self::Grid | Self::Community => &[Self::Town, Self::District],
            Self::Unit => &[Self::Community, Self::Town, Self::District],
            Self::Other => &[],
        }
    }

    /// Whether a tier of this role opens locked (design §6).
    #[must_use]
    pub fn opens_locked(self) -> bool {
        matches!(self, Self::District | Self::Town | Self::Community)
    }
}

/// Properties of a feature in the order they were read.
pub type Attributes = serde_json::Map<String, serde_json::Value>;

/// One member of a tier: a set of faces with code and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// The code as read, always text; empty where there is none.
    pub code: String,
    /// The name; empty where there is none.
    pub name: String,
    /// Whether its land and code are kept as they are.
    pub locked: bool,
    /// All properties as read (code and name stand in them too, under the names they came with).
    pub attributes: Arc<Attributes>,
    /// The feature's own `id` and unknown members, as read.
    pub foreign: Arc<Attributes>,
    /// Properties that may no longer be true: kept as they were when the land of the zone changed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale: BTreeSet<String>,
}

/// A property as text: numbers by their digits, 110105.0 as 110105.
#[must_use]
pub fn value_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.trim().to_owned(),
        serde_json::Value::Null => String::new(),
        serde_json::Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
        other => other.to_string(),
    }
}

/// Names of properties that hold households.
const HOUSEHOLDS: [&str; 3] = ["households", "户数", "总户数"];

/// The property that says how many households there are, and the number.
#[must_use]
pub fn households(attributes: &Attributes) -> Option<(&'static str, f64)> {
    let (key, value) = HOUSEHOLDS.iter().find_map(|&key| Some((key, attributes.get(key)?)))?;
    let count = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (count.is_finite() && count >= 0.0).then_some((key, count))
}

impl Zone {
    /// What it is called: its name, or its code where it has none.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.code } else { &self.name }
    }
}

/// A partition of the faces: every face has one zone or none (rule 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// What it stands for.
    pub role: Role,
    /// The tier's name: of the file it came from, unique in the plan.
    pub name: String,
    /// Whether its zones keep their land.
    pub locked: bool,
    /// The zones.
    pub zones: Table<ZoneId, Zone>,
    /// The owner of each face; an empty slot is unowned land.
    pub owner: Table<FaceId, ZoneId>,
    /// Properties that hold code and name, so that an export writes them back where they were.
    pub code_key: Option<String>,
    /// See [`Tier::code_key`].
    pub name_key: Option<String>,
    /// Members of the file's `FeatureCollection` other than `type` and `features`, as read.
    pub foreign: Arc<Attributes>,
    /// Properties that are computed, by their name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub computed: BTreeMap<String, Computed>,
}

impl Tier {
    /// An empty tier of a role.
    #[must_use]
    pub fn new(role: Role, name: impl Into<String>) -> Self {
        Self {
            role,
            name: name.into(),
            locked: role.opens_locked(),
            zones: Table::default(),
            owner: Table::default(),
            code_key: None,
            name_key: None,
            foreign: Arc::default(),
            computed: BTreeMap::new(),
        }
    }

    /// What it is called: by the word of its role, unless its own name says more; file names such as `grids` do not.
    #[must_use]
    pub fn called(&self, lang: Lang) -> &str {
        if self.name.is_ascii() && self.role != Role::Other { self.role.word(lang) } else { &self.name }
    }

    /// The owner of a face.
    #[must_use]
    pub fn owner_of(&self, face: FaceId) -> Option<ZoneId> {
        self.owner.get(face).copied()
    }

    /// Faces by zone: the faces of zone `z` are the `z.0`-th list. O(faces).
    #[must_use]
    pub fn faces_by_zone(&self) -> Vec<Vec<FaceId>> {
        let mut lists = vec![Vec::new(); self.zones.slots()];
        for (face, zone) in self.owner.iter() {
            if let Some(list) = lists.get_mut(zone.0 as usize) {
                list.push(face);
            }
        }
        lists
    }

    /// Faces of one zone, ascending. O(faces).
    #[must_use]
    pub fn faces_of(&self, zone: ZoneId) -> Vec<FaceId> {
        self.owner.iter().filter(|&(_, &owner)| owner == zone).map(|(face, _)| face).collect()
    }

    /// A tier of the same land whose zones are those of one value of a property together, in the order in which the values
    /// come first; zones without the property are together too. Of the properties that one alone is left. O(faces).
    #[must_use]
    pub fn dissolved(&self, key: &str) -> Self {
        let mut tier =
            Self { zones: Table::default(), owner: Table::default(), computed: BTreeMap::new(), ..self.clone() };
        (tier.code_key, tier.name_key) = (None, Some(key.to_owned()));
        let mut known: HashMap<Option<String>, ZoneId> = HashMap::new();
        let mut to: Table<ZoneId, ZoneId> = Table::default();
        for (id, zone) in self.zones.iter() {
            let value = zone.attributes.get(key).filter(|value| !value.is_null());
            let new = *known.entry(value.map(ToString::to_string)).or_insert_with(|| {
                let name = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                let attributes = value.map(|value| (key.to_owned(), value.clone())).into_iter().collect();
                tier.zones.push(Zone {
                    name: name.unwrap_or_default(),
                    attributes: Arc::new(attributes),
                    ..Zone::default()
                })
            });
            to.set(id, Some(new));
        }
        for (face, owner) in self.owner.iter() {
            tier.owner.set(face, to.get(*owner).copied());
        }
        tier
    }

    /// What a zone is told by in lists and messages: its code, or its number where it has none; and its name, or else that.
    #[must_use]
    pub fn words(&self, id: ZoneId) -> (String, String) {
        let zone = self.zones.get(id);
        let text = |of: fn(&Zone) -> &String| zone.map(of).filter(|text| !text.is_empty()).cloned();
        let code = text(|zone| &zone.code).unwrap_or_else(|| format!("#{}", id.0 + 1));
        (code.clone(), text(|zone| &zone.name).unwrap_or(code))
    }

    /// The zone that the first of [`Tier::words`] tells. O(zones).
    #[must_use]
    pub fn told(&self, code: &str) -> Option<ZoneId> {
        let number = || code.strip_prefix('#')?.parse::<u32>().ok()?.checked_sub(1).map(ZoneId);
        self.by_code(code).or_else(|| number().filter(|&zone| self.zones.get(zone).is_some()))
    }

    /// The zone with a code; the lowest id where a code stands twice. O(zones).
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<ZoneId> {
        self.zones.iter().find(|(_, zone)| zone.code == code).map(|(id, _)| id)
    }
}
