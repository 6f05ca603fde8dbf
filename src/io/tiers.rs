//! Which tier a layer of polygons is, and which of its properties are code and name.

use serde_json::Value;

use super::axes;
use super::columns::{self, Column};
use super::layer::{Feature, Layer, range};
use super::roles::{self, Columns, Role as Asked};
use crate::base::{Problem, Rule, Severity, Text};
pub use crate::model::value_text as text;
use crate::model::{Role, Zone};

/// What a layer was taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct TierGuess {
    /// What it stands for.
    pub role: Role,
    /// The tier's name: of the file.
    pub name: String,
    /// The property that holds the code.
    pub code_key: Option<String>,
    /// Whether codes are the `id` of the features, for want of a property.
    pub code_is_id: bool,
    /// The property that holds the name.
    pub name_key: Option<String>,
    /// The property that holds code or name of the zone above.
    pub parent_key: Option<String>,
}

/// Words in file names, finer tiers first where one word holds another (社区网格 before 网格 before 社区).
const WORDS: [(&str, Role); 37] = [
    ("单元网格", Role::Unit),
    ("万米网格", Role::Unit),
    ("社区网格", Role::Other),
    ("责任网格", Role::Grid),
    ("网格", Role::Grid),
    ("街区", Role::Unit),
    ("街坊", Role::Unit),
    ("地块", Role::Unit),
    ("小区", Role::Unit),
    ("社区", Role::Community),
    ("行政村", Role::Community),
    ("镇街", Role::Town),
    ("街道", Role::Town),
    ("乡镇", Role::Town),
    ("区县", Role::District),
    ("行政区", Role::District),
    ("市辖区", Role::District),
    ("district", Role::District),
    ("county", Role::District),
    ("counties", Role::District),
    ("borough", Role::District),
    ("precinct", Role::Town),
    ("town", Role::Town),
    ("street", Role::Town),
    ("sector", Role::Town),
    ("ward", Role::Community),
    ("community", Role::Community),
    ("communities", Role::Community),
    ("neighbo", Role::Community),
    ("village", Role::Community),
    ("block", Role::Unit),
    ("unit", Role::Unit),
    ("cell", Role::Unit),
    ("parcel", Role::Unit),
    ("tract", Role::Unit),
    ("grid", Role::Grid),
    ("beat", Role::Grid),
];
/// What stands in many names, and tells a district where nothing else is said.
const ANY: &str = "区";
/// Words that stand for a kind where they are all of a name; elsewhere they are part of a place's.
const ALONE: [(&str, Role); 6] = [
    ("镇", Role::Town),
    ("乡", Role::Town),
    ("区", Role::District),
    ("县", Role::District),
    ("村", Role::Community),
    ("居委会", Role::Community),
];
/// What names of kinds have around them, which is no place.
const AROUND: [&str; 10] = ["边界", "界线", "范围", "图层", "数据", "全市", "各", "界", "层", "面"];

/// Guesses what a layer is: by the words of its file's name, else by the length of its codes. What was said about its
/// columns goes before.
#[must_use]
pub fn guess<P>(layer: &Layer<P>, said: &Columns) -> TierGuess {
    let keys = Keys::of(layer, said);
    let code_is_id = keys.code.is_none() && ids_are_codes(layer);
    let mut guess = TierGuess {
        role: Role::Other,
        name: layer.name.clone(),
        code_key: keys.code,
        code_is_id,
        name_key: keys.name,
        parent_key: keys.parent,
    };
    guess.role = by_file_name(&layer.name).or_else(|| by_codes(layer, &guess)).unwrap_or(Role::Other);
    guess
}

/// Whether every feature has an `id` of its own.
fn ids_are_codes<P>(layer: &Layer<P>) -> bool {
    let ids: Option<rustc_hash::FxHashSet<String>> =
        layer.features.iter().map(|feature| feature.foreign.get("id").map(text).filter(|id| !id.is_empty())).collect();
    ids.is_some_and(|ids| ids.len() == layer.features.len() && !ids.is_empty())
}

/// The role that a name's words stand for.
#[must_use]
pub fn by_file_name(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    // The last part of a name tells most: "towns-10t.counties" are counties.
    let tail = name.rsplit('.').next().unwrap_or(&name).to_owned();
    // Of several words the last one tells what it is: the grids of a town are grids.
    let end = |name: &str, word: &str| name.rfind(word).map(|at| at + word.len());
    let last = |name: &str| {
        let found = WORDS.iter().filter_map(|&(word, role)| Some((end(name, word)?, role)));
        found.rev().max_by_key(|&(end, _)| end).map(|(_, role)| role)
    };
    let look = |name: &str| {
        let by_word = last(name).or_else(|| alone(name));
        by_word.or_else(|| name.contains(ANY).then_some(Role::District))
    };
    look(&tail).or_else(|| look(&name))
}

/// A name without what stands around words for kinds.
fn core(name: &str) -> String {
    let name = AROUND.into_iter().fold(name.to_lowercase(), |name, word| name.replace(word, ""));
    name.chars().filter(|c| c.is_alphabetic()).collect()
}

fn alone(name: &str) -> Option<Role> {
    let core = core(name);
    ALONE.into_iter().find(|(word, _)| *word == core).map(|(_, role)| role)
}

/// Whether a name is nothing but a word for a kind, and no place's: "网格", "towns 2024", "镇界".
#[must_use]
pub fn is_bare(name: &str) -> bool {
    let rest = core(name);
    let without = |word: &str| rest.strip_suffix(word).or_else(|| rest.strip_suffix('s')?.strip_suffix(word));
    alone(name).is_some() || WORDS.into_iter().any(|(word, _)| without(word).is_some_and(str::is_empty))
}

fn by_codes<P>(layer: &Layer<P>, guess: &TierGuess) -> Option<Role> {
    by_digits(code_digits(layer, guess)?)
}

/// How many digits the codes of a layer have, where every feature has one and all have as many.
#[must_use]
pub fn code_digits<P>(layer: &Layer<P>, guess: &TierGuess) -> Option<usize> {
    let mut length = None;
    for feature in &layer.features {
        let code = Some(guess.code(feature)).filter(|code| !code.is_empty())?;
        if code.bytes().any(|byte| !byte.is_ascii_digit()) || length.is_some_and(|length| length != code.len()) {
            return None;
        }
        length = Some(code.len());
    }
    length
}

/// The role whose codes are this long (GB/T 2260, GB/T 10114, GB/T 47678): 6 district, 9 town, 12 community, 15 unit.
#[must_use]
pub fn by_digits(digits: usize) -> Option<Role> {
    match digits {
        6 => Some(Role::District),
        9 => Some(Role::Town),
        12 => Some(Role::Community),
        14..=16 => Some(Role::Unit),
        _ => None,
    }
}

/// Properties of a layer that mean something to us.
struct Keys {
    code: Option<String>,
    name: Option<String>,
    parent: Option<String>,
}

impl Keys {
    fn of<P>(layer: &Layer<P>, said: &Columns) -> Self {
        let mut names: Vec<&str> = Vec::new();
        // What zones have, not the points beside them.
        let is_land = |unit: usize| !range(&layer.polygons.unit_ends, unit).is_empty();
        let land = layer.features.iter().enumerate().filter(|&(unit, _)| is_land(unit)).map(|(_, feature)| feature);
        let all = layer.features.iter();
        let features: Vec<&Feature> = land.take(50).chain(all.take(50)).take(50).collect();
        for key in features.into_iter().flat_map(|feature| feature.attributes.keys()) {
            if !names.contains(&key.as_str()) {
                names.push(key);
            }
        }
        let owned: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let said = said.of(&layer.path, &owned);
        let find = |column| {
            let asked = said.iter().find(|(role, _)| *role == Asked::Holds(column)).map(|(_, name)| name);
            let asked = asked.and_then(|name| roles::named(&owned, name));
            asked.or_else(|| columns::find(&names, column)).map(|at| names[at].to_owned())
        };
        let properties = Properties { layer, names: &names };
        let code = find(Column::Code).or_else(|| properties.code());
        let name = find(Column::Name).or_else(|| properties.name(code.as_deref()));
        let parent = find(Column::Parent).filter(|key| Some(key) != name.as_ref() && Some(key) != code.as_ref());
        Self { code, name, parent }
    }
}

/// Properties under names that no list knows.
struct Properties<'a, P> {
    layer: &'a Layer<P>,
    names: &'a [&'a str],
}

/// Features looked at.
const SAMPLE: usize = 500;

impl<P> Properties<'_, P> {
    /// How many features have something under a name, and how many different things.
    fn filled(&self, key: &str) -> (usize, usize) {
        let features = self.layer.features.iter().take(SAMPLE);
        let texts =
            features.filter_map(|feature| feature.attributes.get(key)).map(text).filter(|text| !text.is_empty());
        let mut seen = rustc_hash::FxHashSet::default();
        let count = texts.map(|text| seen.insert(text)).count();
        (count, seen.len())
    }

    fn looked_at(&self) -> usize {
        self.layer.features.len().min(SAMPLE)
    }

    /// A property whose name ends in a word for a code (`OA11CD`, `NBHD_ID`, `WARDCODE`) and that tells features apart.
    fn code(&self) -> Option<String> {
        let apart = |key: &&&str| self.filled(key).1 * 10 > self.looked_at() * 9;
        let ranked = self.names.iter().filter_map(|key| Some((code_word(key)?, key)));
        ranked.filter(|(_, key)| apart(key)).min_by_key(|&(rank, _)| rank).map(|(_, &key)| key.to_owned())
    }

    /// A property whose name ends in a word for a name and that tells most features apart; else a text that is different for
    /// nearly every feature and is no code, measure or date.
    fn name(&self, code: Option<&str>) -> Option<String> {
        let named = self.names.iter().filter(|key| name_word(key)).map(|key| (self.filled(key).1, key));
        let best = named.max_by_key(|&(distinct, key)| {
            (distinct, std::cmp::Reverse(self.names.iter().position(|name| name == key)))
        });
        if let Some((distinct, key)) = best
            && distinct * 2 > self.looked_at()
        {
            return Some((*key).to_owned());
        }
        let telling = |key: &&&str| {
            let all_texts = || {
                self.layer
                    .features
                    .iter()
                    .take(SAMPLE)
                    .all(|feature| feature.attributes.get(**key).is_some_and(Value::is_string))
            };
            Some(**key) != code && !is_measure(key) && self.filled(key).1 * 10 > self.looked_at() * 9 && all_texts()
        };
        let mut telling: Vec<&&str> = self.names.iter().filter(telling).collect();
        // Words before codes.
        telling.sort_by_key(|key| code_word(key).is_some() || self.are_codes(key));
        telling.first().map(|key| (**key).to_owned())
    }

    /// Whether most of what stands under a name are digits and capitals without a space.
    fn are_codes(&self, key: &str) -> bool {
        let is_code = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte.is_ascii_punctuation())
                && text.bytes().any(|byte| byte.is_ascii_digit())
        };
        let features = self.layer.features.iter().take(SAMPLE);
        let texts: Vec<String> = features.filter_map(|feature| feature.attributes.get(key)).map(text).collect();
        texts.iter().filter(|text| is_code(text)).count() * 5 > texts.len() * 4
    }
}

/// How much a name speaks for a code, the smaller the more: by its last word. Numbers of rows are no codes.
fn code_word(key: &str) -> Option<usize> {
    const ENDINGS: [&[&str]; 3] =
        [&["code", "cd", "编码", "代码", "编号", "代号"], &["id"], &["no", "num", "nbr", "number", "dm", "bm"]];
    const ROWS: [&str; 7] = ["objectid", "fid", "ogcfid", "gid", "rowid", "shapeid", "globalid"];
    const WORDS: [&str; 6] = ["grid", "valid", "paid", "solid", "void", "android"];
    let plain = columns::plain(key);
    let last = axes::words(key).pop()?;
    if ROWS.contains(&plain.as_str()) || WORDS.contains(&last.as_str()) {
        return None;
    }
    let ends = |endings: &[&str]| endings.iter().any(|end| last == *end || end.len() > 3 && last.ends_with(end));
    // PRECINCTID is one word.
    let joined = last == key.to_lowercase()
        && key.chars().all(|c| c.is_ascii_uppercase())
        && (last.ends_with("id") || last.ends_with("cd"));
    ENDINGS.iter().position(|endings| ends(endings)).or(joined.then_some(1))
}

/// Whether the last word of a name stands for a name.
fn name_word(key: &str) -> bool {
    let Some(last) = axes::words(key).pop() else { return false };
    let joined = key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') && last.ends_with("nm");
    joined
        || ["nm", "mc"].contains(&last.as_str())
        || ["name", "label", "title", "名称", "名"].iter().any(|end| last.ends_with(end))
}

/// Whether a name speaks of a measure or a date.
fn is_measure(key: &str) -> bool {
    const WORDS: [&str; 18] = [
        "area",
        "length",
        "len",
        "leng",
        "perimeter",
        "acres",
        "shape",
        "date",
        "time",
        "edited",
        "created",
        "updated",
        "globalid",
        "guid",
        "面积",
        "周长",
        "长度",
        "时间",
    ];
    axes::words(key)
        .iter()
        .any(|word| WORDS.iter().any(|known| word == known || !known.is_ascii() && word.contains(known)))
}

impl TierGuess {
    /// Code of a feature, empty where it has none.
    #[must_use]
    pub fn code(&self, feature: &Feature) -> String {
        let key = self.code_key.as_deref();
        let value =
            if self.code_is_id { feature.foreign.get("id") } else { key.and_then(|key| feature.attributes.get(key)) };
        value.map(text).unwrap_or_default()
    }

    /// Name of a feature, empty where it has none.
    #[must_use]
    pub fn zone_name(&self, feature: &Feature) -> String {
        self.name_key.as_deref().and_then(|key| feature.attributes.get(key)).map(text).unwrap_or_default()
    }

    /// Says where codes were taken from, where that is no property.
    #[must_use]
    pub fn note(&self, file: &str) -> Option<Problem> {
        let reason = Text::new(
            "no property holds codes; the \"id\" of the features was taken for them",
            "属性中没有编码\u{ff0c}已用要素的 \"id\" 作为编码",
        );
        let problem = Problem::new(Rule::BadValue, Severity::Note, reason);
        self.code_is_id.then(|| Problem { file: Some(file.to_owned()), tier: Some(self.name.clone()), ..problem })
    }

    /// The zones of a layer, one for each feature, in order.
    #[must_use]
    pub fn zones<P>(&self, layer: &Layer<P>) -> Vec<Zone> {
        layer
            .features
            .iter()
            .map(|feature| Zone {
                code: self.code(feature),
                name: self.zone_name(feature),
                locked: false,
                attributes: feature.attributes.clone(),
                foreign: feature.foreign.clone(),
                ..Zone::default()
            })
            .collect()
    }
}

/// Whether the codes of a table were destroyed by a spreadsheet: "4.60106E+14".
#[must_use]
pub fn destroyed_codes(file: &str, codes: &[String]) -> Option<Problem> {
    let is_destroyed = |code: &str| {
        code.split_once(['E', 'e']).is_some_and(|(digits, power)| {
            digits.contains('.') && power.starts_with('+') && digits.parse::<f64>().is_ok()
        })
    };
    let count = codes.iter().filter(|code| is_destroyed(code)).count();
    let reason = Text::new(
        format!(
            "{count} codes were cut by a spreadsheet (like 4.60106E+14): format the column as text and export again"
        ),
        format!("有 {count} 个编码被表格软件截断(如 4.60106E+14):请将该列设为文本后重新导出"),
    );
    (count > 0)
        .then(|| Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Error, reason) })
}
