//! Which properties are about people: by their names, and by what stands in them.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::columns::{self, Column};
use super::layer::Feature;

/// Features looked at.
const SAMPLE: usize = 500;

/// What is known of a property.
#[derive(Default)]
struct Known {
    by_name: bool,
    /// Values looked at, and those that are numbers of a person.
    filled: usize,
    personal: usize,
}

/// Names of the properties about people, those that say so first, in the order they are met: a name, a telephone, a number
/// of identity. A property of another name counts when most of its values are mobile numbers or numbers of identity.
pub(super) fn keys(features: &[Feature]) -> Vec<String> {
    let mut known: FxHashMap<&str, Known> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::new();
    for (at, feature) in features.iter().enumerate() {
        for (key, value) in feature.attributes.iter() {
            let property = known.entry(key).or_insert_with(|| {
                order.push(key);
                Known { by_name: is_about_people(key), ..Known::default() }
            });
            if at < SAMPLE {
                let text = text(value);
                property.filled += usize::from(!text.is_empty());
                property.personal += usize::from(is_personal(&text));
            }
        }
    }
    let is_known = |key: &&str, is: fn(&Known) -> bool| known.get(key).is_some_and(is);
    let by_name = order.iter().filter(|key| is_known(key, |property| property.by_name));
    let by_value = |property: &Known| !property.by_name && property.personal * 2 > property.filled;
    by_name.chain(order.iter().filter(|key| is_known(key, by_value))).map(|&key| key.to_owned()).collect()
}

/// Whether a name says that a property is about a person, whoever that is (网格员姓名, 负责人电话).
fn is_about_people(key: &str) -> bool {
    const WORDS: [&str; 5] = ["姓名", "电话", "手机", "身份证", "联系方式"];
    columns::is(key, Column::Personal) || WORDS.iter().any(|word| key.contains(word))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Whether a text is a mobile number of China or a number of identity.
fn is_personal(text: &str) -> bool {
    is_mobile(text) || is_identity(text)
}

/// Eleven digits, the first two of a mobile network: 13x to 19x.
fn is_mobile(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// Seventeen digits with a date of birth in them and the check character of GB 11643-1999 (ISO 7064, MOD 11-2).
fn is_identity(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let month = (bytes[10] - b'0') * 10 + bytes[11] - b'0';
    let sum = (0..17).fold(0u32, |sum, at| (sum + u32::from(bytes[at] - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    let last = if check == 10 { b'X' } else { b'0' + check as u8 };
    (1..=12).contains(&month) && bytes[17].to_ascii_uppercase() == last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_identity_have_their_check_character() {
        // The example of GB 11643-1999, annex A.
        assert!(is_identity("11010519491231002X"));
        assert!(is_identity("440524188001010014"));
        assert!(!is_identity("110105194912310021"));
        // A code of 18 digits of the register of organisations is none.
        assert!(!is_identity("460106001001001001"));
        assert!(is_mobile("13800138000") && !is_mobile("46010600100"));
    }
}
