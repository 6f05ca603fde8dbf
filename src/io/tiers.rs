//! Which tier a layer of polygons is, and which of its properties are code and name.

use serde_json::Value;

use super::columns::{self, Column};
use super::layer::Layer;
use crate::base::{Problem, Rule, Severity, Text};
use crate::model::{Attributes, Role, Zone};

/// What a layer was taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct TierGuess {
    /// What it stands for.
    pub role: Role,
    /// The tier's name: of the file.
    pub name: String,
    /// The property that holds the code.
    pub code_key: Option<String>,
    /// The property that holds the name.
    pub name_key: Option<String>,
    /// The property that holds code or name of the zone above.
    pub parent_key: Option<String>,
}

/// Words in file names, finer tiers first where one word holds another (社区网格 before 网格 before 社区).
const WORDS: [(&str, Role); 38] = [
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
    ("区", Role::District),
];

/// Guesses what a layer is: by the words of its file's name, else by the length of its codes.
#[must_use]
pub fn guess<P>(layer: &Layer<P>) -> TierGuess {
    guess_with(layer, &[])
}

/// As [`guess`], with properties that were named by hand: what each holds (code, name, parent), and its name.
#[must_use]
pub fn guess_with<P>(layer: &Layer<P>, named: &[(String, String)]) -> TierGuess {
    let mut keys = Keys::of(layer);
    for (what, key) in named {
        let slot = match what.as_str() {
            "code" => &mut keys.code,
            "name" => &mut keys.name,
            "parent" => &mut keys.parent,
            _ => continue,
        };
        *slot = Some(key.clone());
    }
    let by_name = by_file_name(&layer.name);
    let role = by_name.or_else(|| by_codes(layer, keys.code.as_deref())).unwrap_or(Role::Other);
    TierGuess { role, name: layer.name.clone(), code_key: keys.code, name_key: keys.name, parent_key: keys.parent }
}

/// The role that a name's words stand for.
#[must_use]
pub fn by_file_name(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    // The last part of a name tells most: "towns-10t.counties" are counties.
    let tail = name.rsplit('.').next().unwrap_or(&name).to_owned();
    let look = |name: &str| WORDS.iter().find(|(word, _)| name.contains(word)).map(|&(_, role)| role);
    look(&tail).or_else(|| look(&name))
}

/// The role whose codes are this long (GB/T 2260, GB/T 10114, GB/T 47678): 6 district, 9 town, 12 community, 15 unit.
fn by_codes<P>(layer: &Layer<P>, key: Option<&str>) -> Option<Role> {
    let key = key?;
    let mut length = None;
    for feature in &layer.features {
        let code = text(feature.attributes.get(key)?);
        if code.bytes().any(|byte| !byte.is_ascii_digit()) || length.is_some_and(|length| length != code.len()) {
            return None;
        }
        length = Some(code.len());
    }
    match length? {
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
    fn of<P>(layer: &Layer<P>) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for key in layer.features.iter().take(50).flat_map(|feature| feature.attributes.keys()) {
            if !names.contains(&key.as_str()) {
                names.push(key);
            }
        }
        let find = |column| columns::find(&names, column).map(|at| names[at].to_owned());
        let name = find(Column::Name).or_else(|| telling(layer, &names));
        let code = find(Column::Code);
        let parent = find(Column::Parent).filter(|key| Some(key) != name.as_ref() && Some(key) != code.as_ref());
        Self { code, name, parent }
    }
}

/// A property that looks like a name: text, different for nearly every feature.
fn telling<P>(layer: &Layer<P>, names: &[&str]) -> Option<String> {
    let distinct = |key: &str| {
        let texts: Option<rustc_hash::FxHashSet<&str>> = layer
            .features
            .iter()
            .take(500)
            .map(|feature| feature.attributes.get(key).and_then(Value::as_str))
            .collect();
        texts.map_or(0, |texts| texts.len())
    };
    let enough = layer.features.len().min(500) * 9 / 10;
    names.iter().find(|key| distinct(key) > enough).map(|&key| key.to_owned())
}

/// A property as text: numbers by their digits, 110105.0 as 110105.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
        other => other.to_string(),
    }
}

impl TierGuess {
    /// Code of a feature, empty where it has none.
    #[must_use]
    pub fn code(&self, attributes: &Attributes) -> String {
        self.code_key.as_deref().and_then(|key| attributes.get(key)).map(text).unwrap_or_default()
    }

    /// Name of a feature, empty where it has none.
    #[must_use]
    pub fn zone_name(&self, attributes: &Attributes) -> String {
        self.name_key.as_deref().and_then(|key| attributes.get(key)).map(text).unwrap_or_default()
    }

    /// The zones of a layer, one for each feature, in order.
    #[must_use]
    pub fn zones<P>(&self, layer: &Layer<P>) -> Vec<Zone> {
        layer
            .features
            .iter()
            .map(|feature| Zone {
                code: self.code(&feature.attributes),
                name: self.zone_name(&feature.attributes),
                locked: false,
                attributes: feature.attributes.clone(),
                foreign: feature.foreign.clone(),
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
