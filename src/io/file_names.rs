//! Names of files made of names of places: legal on every system, never empty, never twice.

use std::collections::HashSet;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::base::plain;

/// Most bytes of a name made here: every system takes it, with room for what is put behind it.
const MOST: usize = 200;
/// What is called so has no name of its own.
const NAMELESS: &str = "未命名";
/// Names of devices on Windows, whatever ending they have.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// Devices that have a number as well.
const PORTS: [&str; 2] = ["COM", "LPT"];

/// A text cut to so many bytes, between characters.
#[must_use]
pub fn shortened(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// A text as a file can be called on every system, without an ending: at least one character, and room left for what
/// is put behind it.
#[must_use]
pub fn legal(text: &str) -> String {
    let outside = |c: char| c == '.' || c.is_whitespace();
    let text: String = plain(text).chars().map(|c| if "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let text = shortened(text.trim_matches(outside), MOST).trim_end_matches(outside);
    match text {
        "" => NAMELESS.to_owned(),
        text if is_device(text) => format!("_{text}"),
        text => text.to_owned(),
    }
}

fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_port = |port: &str| {
        let mut number = name.strip_prefix(port).unwrap_or_default().chars();
        number.next().is_some_and(|digit| "0123456789¹²³".contains(digit)) && number.next().is_none()
    };
    DEVICES.contains(&name.as_str()) || PORTS.into_iter().any(is_port)
}

/// Names that are taken in a folder, as the least careful system tells them apart.
#[derive(Debug, Default)]
pub struct FileNames(HashSet<String>);

impl FileNames {
    /// Takes a name for good; `false` where another like it is taken.
    pub fn take(&mut self, name: &str) -> bool {
        self.0.insert(folded(name))
    }

    /// Whether a name, or another like it, is taken.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&folded(name))
    }

    /// Takes the first free name among `stem`, `stem 2`, `stem 3`, … with an ending.
    pub fn free(&mut self, stem: &str, ending: &str) -> String {
        let stem = legal(stem);
        let numbered = (2_u64..).map(|number| format!("{stem} {number}.{ending}"));
        let mut names = std::iter::once(format!("{stem}.{ending}")).chain(numbered);
        names.find(|name| self.take(name)).unwrap_or_default()
    }
}

/// A name as the least careful system tells it from others: capitals and small letters, and accents in one
/// character or two, are alike.
#[must_use]
pub fn folded(name: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(name).into_owned();
    composed.to_uppercase().to_lowercase()
}
