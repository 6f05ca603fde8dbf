//! A sentence in both languages of the window.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A language of the window. The command line speaks English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// A sentence written in both languages where it is made, so that neither can be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    /// Both languages side by side.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The sentence in the language asked for.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A text of a file or a name in one line, without what a terminal or a title would obey: control characters and marks
/// that turn the direction of writing.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(|&c| !is_obeyed(c)).collect()
}

/// As [`plain`], with its lines.
#[must_use]
pub fn plain_lines(text: &str) -> String {
    text.chars().filter(|&c| c == '\n' || c == '\t' || !is_obeyed(c)).collect()
}

/// Whether a character is obeyed and not shown.
#[must_use]
pub fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en)
    }
}

/// A text as it is compared and taken apart, with half-width signs: full-width letters, digits and signs as they stand in
/// ASCII, wide and no-break spaces as plain ones, and without what takes no room at all. Chinese input methods and sheets put
/// these where ASCII is meant.
#[must_use]
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|c| half(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(half).collect())
}

/// One character in half width; nothing for one that takes no room.
fn half(c: char) -> Option<char> {
    Some(match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}' => {
            return None;
        }
        '\u{3001}' => ',',
        '\u{3010}' => '[',
        '\u{3011}' => ']',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2212}' => '-',
        _ => c,
    })
}

/// A text in half width without what makes a text of it in a sheet: `="001"`, `'001` and `'001'`.
#[must_use]
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let Some(inner) = text.strip_prefix('\'') else { return text.trim() };
    // A second one closes it, or is the sign of a minute.
    let number = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | '-'));
    inner.strip_suffix('\'').filter(|closed| number(closed)).unwrap_or(inner).trim()
}

/// Whether a sign parts the members of a list: `;`, `,` and `、`, half-width or not.
#[must_use]
pub fn parts_list(c: char) -> bool {
    matches!(half(c), Some(';' | ','))
}

/// A text as it is looked for: in half width and lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    half_width(text).to_lowercase()
}
