//! Properties as columns of one type each, for formats that have tables.

use rustc_hash::FxHashSet;
use serde_json::{Number, Value};

use super::feature::Feature;

/// The one type that all values of a column have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Whole,
    Real,
    /// Text, and everything else as text.
    Text,
}

/// A property as a column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The properties of all features in the order they first come, `code` and `name` first where they were not renamed.
pub(super) fn columns(features: &[Feature]) -> Vec<Column> {
    let has = |key: &String| features.iter().any(|feature| feature.properties.contains_key(key));
    let first = ["code", "name"].map(str::to_owned).into_iter().filter(has);
    let all = first.chain(features.iter().flat_map(|feature| feature.properties.keys().cloned()));
    let mut seen = FxHashSet::default();
    all.filter(|key| seen.insert(key.clone()))
        .map(|name| Column { kind: kind(features.iter().filter_map(|feature| feature.properties.get(&name))), name })
        .collect()
}

/// Text where the values have several types.
fn kind<'a>(values: impl Iterator<Item = &'a Value>) -> Kind {
    let mut kind = None;
    for value in values {
        let this = match value {
            Value::Null => continue,
            Value::Bool(_) => Kind::Bool,
            Value::Number(number) if number.is_i64() => Kind::Whole,
            Value::Number(_) => Kind::Real,
            _ => Kind::Text,
        };
        kind = match (kind, this) {
            (None, this) => Some(this),
            (Some(known), this) if known == this => Some(this),
            (Some(Kind::Whole | Kind::Real), Kind::Whole | Kind::Real) => Some(Kind::Real),
            _ => return Kind::Text,
        };
    }
    kind.unwrap_or(Kind::Text)
}

impl Column {
    /// The value of a feature in the type of the column.
    pub(super) fn value(&self, feature: &Feature) -> Value {
        match feature.properties.get(&self.name) {
            None | Some(Value::Null) => Value::Null,
            Some(value) => match self.kind {
                Kind::Real => value.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
                Kind::Bool | Kind::Whole => value.clone(),
                Kind::Text => Value::String(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            },
        }
    }
}
