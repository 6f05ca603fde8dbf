//! How a text was written: told apart without asking.

use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding as Legacy, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use rayon::prelude::*;

use super::doubt::{self, Doubt, Encodings, Told};

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a byte order mark, as Excel writes it.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// GB18030, which GBK and GB2312 are parts of.
    Gb18030,
    /// Another one, told by how often its characters are used: Big5, Shift-JIS, EUC-KR…
    Other(&'static str),
}

impl Encoding {
    /// The name printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with BOM",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "GB18030",
            Self::Other(name) => name,
        }
    }

    /// By a name, as on the command line: `UTF-8`, `GB18030` and what is part of it, `Big5`, `Shift_JIS`, `EUC-KR`, and all
    /// others of the WHATWG Encoding Standard.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        labelled(name.trim()).map(Self::of)
    }

    pub(super) fn of(encoding: &'static Legacy) -> Self {
        match encoding.name() {
            "UTF-8" => Self::Utf8,
            "UTF-16LE" => Self::Utf16Le,
            "UTF-16BE" => Self::Utf16Be,
            "GBK" | "gb18030" => Self::Gb18030,
            name => Self::Other(name),
        }
    }

    pub(super) fn legacy(self) -> &'static Legacy {
        match self {
            Self::Utf8 | Self::Utf8Bom => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Gb18030 => GB18030,
            Self::Other(name) => Legacy::for_label(name.as_bytes()).unwrap_or(UTF_8),
        }
    }
}

/// The encoding that a label stands for: one of the web's, or the number of a code page, as `.cpg` files and old programs
/// name them (936, CP936, GB2312-80, OEM 936).
pub(super) fn labelled(label: &str) -> Option<&'static Legacy> {
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    let is_utf = label.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("utf"));
    Legacy::for_label(label.as_bytes()).or(match digits.as_str() {
        "65001" => Some(UTF_8),
        "8" if is_utf => Some(UTF_8),
        "936" | "54936" | "18030" | "2312" | "231280" => Some(GB18030),
        "950" => Some(encoding_rs::BIG5),
        "932" => Some(encoding_rs::SHIFT_JIS),
        "949" => Some(encoding_rs::EUC_KR),
        "1252" | "88591" => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    })
}

/// Decoded text: UTF-8 from `start` on.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    pub(super) start: usize,
    pub(super) encoding: Encoding,
    pub(super) replaced: usize,
    /// What else it could be.
    pub(super) doubt: Option<Doubt>,
}

/// UTF-8 from bytes in any known encoding; the place of the first byte that fits none otherwise.
///
/// A byte order mark decides; then what an XML file declares, where it can be read so; then strict UTF-8; then zero bytes in
/// every second place; then evidence. A text that is UTF-8 but for a few broken characters (cut at a field's width) stays UTF-8 and each broken one becomes U+FFFD. What was
/// asked for the file goes before all of it.
pub(super) fn decode(path: &Path, bytes: Vec<u8>, known: &Encodings) -> Result<Decoded, usize> {
    let done = |bytes, start, encoding, replaced| Ok(Decoded { bytes, start, encoding, replaced, doubt: None });
    if let Some(asked) = known.of(path) {
        let (text, ..) = asked.legacy().decode_with_bom_removal(&bytes);
        let replaced = text.matches('\u{fffd}').count();
        return done(text.into_owned().into_bytes(), 0, asked, replaced);
    }
    let (start, mut encoding) = match *bytes.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (3, Encoding::Utf8Bom),
        [0xff, 0xfe, ..] => (2, Encoding::Utf16Le),
        [0xfe, 0xff, ..] => (2, Encoding::Utf16Be),
        _ => (0, Encoding::Utf8),
    };
    if encoding == Encoding::Utf8 {
        encoding = utf16_without_bom(&bytes).unwrap_or(encoding);
    }
    let text = bytes.get(start..).unwrap_or(&[]);
    let sixteen = match encoding {
        Encoding::Utf16Le => Some(UTF_16LE),
        Encoding::Utf16Be => Some(UTF_16BE),
        _ => None,
    };
    if let Some(sixteen) = sixteen {
        let (decoded, _) = sixteen.decode_without_bom_handling(text);
        let replaced = decoded.matches('\u{fffd}').count();
        return done(decoded.into_owned().into_bytes(), 0, encoding, replaced);
    }
    if let Some(declared) = declared(text).filter(|_| encoding == Encoding::Utf8)
        && let Some(decoded) = declared.decode_without_bom_handling_and_without_replacement(text)
    {
        return done(decoded.into_owned().into_bytes(), 0, Encoding::of(declared), 0);
    }
    let broken_at = first_broken(text);
    let is_utf8 = broken_at.is_none() && encoding == Encoding::Utf8;
    let by_chance = is_utf8.then(|| doubt::by_chance(path, text, known)).flatten();
    let (told, broken_at) = match (broken_at, by_chance) {
        (None, None) => return done(bytes, start, encoding, 0),
        (None, Some(told)) => (told, 0),
        (Some(at), _) => {
            let (good, broken) = characters(text);
            if encoding == Encoding::Utf8Bom || good >= 10 * broken {
                return done(String::from_utf8_lossy(text).into_owned().into_bytes(), 0, encoding, broken);
            }
            (evidence(path, text, known), at)
        }
    };
    match told.encoding.decode_without_bom_handling_and_without_replacement(text) {
        Some(decoded) => Ok(Decoded {
            doubt: told.doubt,
            bytes: decoded.into_owned().into_bytes(),
            start: 0,
            encoding: Encoding::of(told.encoding),
            replaced: 0,
        }),
        None => Err(start + broken_at),
    }
}

/// The encoding that a file of XML declares in its first line, where it is one of single bytes and not UTF-8.
fn declared(text: &[u8]) -> Option<&'static Legacy> {
    let head = text.trim_ascii_start().strip_prefix(b"<?xml")?;
    let head = std::str::from_utf8(head.get(..head.len().min(200))?.split(|&byte| byte == b'>').next()?).ok()?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let named = Encoding::named(value.get(1..)?.split(quote).next()?)?;
    // What is left of UTF-16 that was saved as single bytes is not what it says.
    (!matches!(named, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be)).then(|| named.legacy())
}

/// Bytes looked at; longer texts say no more.
const EVIDENCE: usize = 1 << 20;

/// Tells the encoding of a text that is no UTF-8: one that decodes it without a fault and whose common characters it uses
/// (the statistics are those of `chardetng`, made for web pages). Where the text is Chinese in doubt, it is GB18030.
pub(super) fn evidence(path: &Path, text: &[u8], known: &Encodings) -> Told {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Only what is new says something: a thousand rows of one word say no more than one.
    let cells = doubt::distinct_cells(text, EVIDENCE);
    for cell in &cells {
        detector.feed(cell, false);
        detector.feed(b"\n", false);
    }
    let decodes =
        |encoding: &'static Legacy| encoding.decode_without_bom_handling_and_without_replacement(text).is_some();
    // Told where it comes from, the detector believes that more than the text.
    let guess = detector.guess(None, Utf8Detection::Deny);
    // GB18030 is GBK and more: four-byte characters, the new ones of the standard.
    let guess = if guess == GBK { GB18030 } else { guess };
    let guess = if decodes(guess) || !decodes(GB18030) { guess } else { GB18030 };
    doubt::weigh(path, text, &cells, guess, known)
}

/// Where the first byte stands that is no UTF-8. Large texts are looked at in parallel.
fn first_broken(text: &[u8]) -> Option<usize> {
    const PIECE: usize = 1 << 20;
    let starts_character = |at: usize| text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let cut = |piece: usize| (piece * PIECE..).take(4).find(|&at| starts_character(at)).unwrap_or(piece * PIECE);
    (0..text.len().div_ceil(PIECE))
        .into_par_iter()
        .filter_map(|piece| {
            let (from, to) = (cut(piece).min(text.len()), cut(piece + 1).min(text.len()));
            let error = simdutf8::compat::from_utf8(text.get(from..to)?).err()?;
            Some(from + error.valid_up_to())
        })
        .min()
}

/// How many characters of several bytes are good UTF-8, and how many places are broken.
fn characters(text: &[u8]) -> (usize, usize) {
    text.utf8_chunks().fold((0, 0), |(good, broken), chunk| {
        let long = chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        (good + long, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// UTF-16 without a mark: ASCII makes every second byte zero.
pub(super) fn utf16_without_bom(bytes: &[u8]) -> Option<Encoding> {
    let head = bytes.get(..bytes.len().min(256) & !1)?;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    match half {
        0..2 => None,
        _ if even == 0 && odd * 2 > half => Some(Encoding::Utf16Le),
        _ if odd == 0 && even * 2 > half => Some(Encoding::Utf16Be),
        _ => None,
    }
}
