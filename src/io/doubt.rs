//! Texts too short to tell their encoding: what they say read each way, to choose from.
//!
//! A wrong way is betrayed by its characters. The four encodings of East Asia put what is commonly written into a part of
//! their room of its own (GB 2312 and Big5 by their first levels, JIS by its own and the kana, KS X 1001 by the syllables),
//! and names of places end in few words.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use encoding_rs::{BIG5, EUC_KR, Encoding as Legacy, GB18030, GBK, SHIFT_JIS, UTF_8};
use rustc_hash::FxHasher;

use super::bytes::file_name;
use super::encoding::Encoding;
use crate::base::Text;

/// Bytes beyond ASCII that prove enough, where they are not said again and again; and that no text in another encoding is
/// UTF-8 by chance.
const THIN: usize = 64;
const CHANCE: usize = 16;
/// A way is believable where its share of common characters is no further below the best: the more letters, the less is
/// left to chance. The guess of who counts them is believed further.
const NEAR: f64 = 0.3;
const LETTERS: f64 = 1.5;
/// So many syllables in a row are Korean: of Chinese characters three in five stand where those do.
const SYLLABLES: usize = 12;
/// A Chinese text has no smaller share of common characters.
const COMMON: f64 = 0.9;
/// Samples shown of each way, and characters of each.
const ROWS: usize = 3;
const WIDE: usize = 16;

/// One way to read a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The encoding.
    pub encoding: Encoding,
    /// What up to three of its rows say then.
    pub rows: Vec<String>,
}

/// A text that says something in several encodings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The file.
    pub path: PathBuf,
    /// The ways, two or more; the one it was read in stands first.
    pub ways: Vec<Way>,
    /// What is the same when the same text is met again, wherever it lies.
    pub key: u64,
}

/// What was said about encodings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Encodings {
    /// Of files by path or name, whatever their bytes say.
    pub asked: Vec<(PathBuf, Encoding)>,
    /// Of doubts that were settled before, by [`Doubt::key`].
    pub settled: BTreeMap<u64, Encoding>,
}

impl Encodings {
    /// What was asked for a file.
    pub(super) fn of(&self, path: &Path) -> Option<Encoding> {
        self.asked.iter().find(|(named, _)| is_named(path, named)).map(|&(_, encoding)| encoding)
    }
}

/// Whether a file is meant by a path, a name, or the folder or archive it lies in.
pub(super) fn is_named(path: &Path, by: &Path) -> bool {
    path == by || Path::new(&file_name(path)) == by || path.starts_with(by)
}

/// An encoding told by evidence.
pub(super) struct Told {
    pub(super) encoding: &'static Legacy,
    /// What else it could be.
    pub(super) doubt: Option<Doubt>,
}

/// What a short text is, with the guess of who counts the characters of a language: the guess where it is believable, what
/// place names speak for, or a doubt. O(bytes).
pub(super) fn weigh(path: &Path, text: &[u8], cells: &[&[u8]], guess: &'static Legacy, known: &Encodings) -> Told {
    let certain = |encoding| Told { encoding, doubt: None };
    let east = [GB18030, BIG5, SHIFT_JIS, EUC_KR];
    let reads = |encoding: &'static Legacy| {
        encoding.decode_without_bom_handling_and_without_replacement(text).map(|_| Reading::of(encoding, cells))
    };
    if evidence(cells) >= THIN {
        // Statistics made for pages of the web take Chinese of few different characters for anything.
        let chinese = || reads(GB18030).is_some_and(|way| way.common >= COMMON);
        if east.contains(&guess) || !chinese() {
            return certain(guess);
        }
    }
    let all: Vec<Reading> = east.into_iter().filter_map(reads).collect();
    let best = all.iter().map(|way| way.common).fold(0.0, f64::max);
    let believable = |way: &&Reading| {
        let near = if way.encoding == guess { NEAR } else { (LETTERS / way.letters as f64).min(NEAR) };
        best >= 0.5 && way.common >= best - near
    };
    let mut ways: Vec<&Reading> = all.iter().filter(believable).collect();
    // Every syllable of Korean is a common character of Chinese, but not the other way round: many in a row are no chance.
    if ways.iter().any(|way| [guess, way.encoding] == [EUC_KR; 2] && way.common >= 1.0 && way.letters >= SYLLABLES) {
        return certain(EUC_KR);
    }
    let named: Vec<&&Reading> = ways.iter().filter(|way| way.named >= 2).collect();
    if let [one] = named[..] {
        return certain(one.encoding);
    }
    let foreign = (!east.contains(&guess)).then(|| Reading::of(guess, cells));
    ways.extend(&foreign);
    // The likeliest first: what place names speak for, then what is most often met here, then the guess.
    ways.sort_by_key(|way| (way.named == 0, way.encoding != GB18030, way.encoding != guess));
    among(path, cells, &ways, known).unwrap_or_else(|| certain(guess))
}

/// A short text that is UTF-8, but could be so by chance: letters of several scripts, or of one alone, for each of which
/// GB18030 has a common character. `None` where it is UTF-8 for certain.
pub(super) fn by_chance(path: &Path, text: &[u8], known: &Encodings) -> Option<Told> {
    // Three bytes a character leave no room for chance.
    if text.len() > 1 << 20 || text.iter().any(|&byte| byte >= 0xe0) {
        return None;
    }
    let cells = distinct_cells(text, text.len());
    let high = evidence(&cells);
    // A letter among letters and a sign among digits are what they are: café, 12°. But 路 is a point in the middle, and 楼 a
    // yen behind its number.
    let odd = |cell: &&[u8]| {
        let text = std::str::from_utf8(cell).unwrap_or("");
        let signs = text.chars().all(|c| c < '\u{250}' && c != '\u{b7}' && c != '\u{a5}')
            && text.chars().any(|c| c.is_ascii_alphanumeric());
        cell.iter().all(|byte| byte.is_ascii() || matches!(byte, 0xc2..=0xd7 | 0x80..=0xbf)) && !signs
    };
    if high == 0 || high > CHANCE || !cells.iter().all(odd) {
        return None;
    }
    let ways = [GB18030, UTF_8].map(|encoding| Reading::of(encoding, &cells));
    let block = |c: char| u32::from(c) / 0x80;
    let coherent = ways[1].cells.iter().all(|cell| {
        let mut blocks = cell.chars().filter(|c| !c.is_ascii()).map(block);
        blocks.next().is_some_and(|first| blocks.all(|block| block == first))
    });
    let mut likely: Vec<&Reading> = ways.iter().filter(|way| way.encoding == UTF_8 || way.common == 1.0).collect();
    if coherent {
        likely.reverse();
    }
    if likely.len() < 2 { None } else { among(path, &cells, &likely, known) }
}

/// The first of several ways, with the others as a doubt, or what was settled before; `None` of no way.
fn among(path: &Path, cells: &[&[u8]], ways: &[&Reading], known: &Encodings) -> Option<Told> {
    let encoding = ways.first()?.encoding;
    let mut hasher = FxHasher::default();
    cells.hash(&mut hasher);
    let key = hasher.finish();
    if let Some(settled) = known.settled.get(&key).filter(|_| ways.len() > 1) {
        return Some(Told { encoding: settled.legacy(), doubt: None });
    }
    let told = |way: &&Reading| Way { encoding: Encoding::of(way.encoding), rows: way.rows() };
    let doubt = Doubt { path: path.to_owned(), ways: ways.iter().map(told).collect(), key };
    Some(Told { encoding, doubt: Some(doubt).filter(|doubt| doubt.ways.len() > 1) })
}

/// The parts of a text that hold more than ASCII, without what a format puts around them.
fn cells(text: &[u8]) -> Vec<&[u8]> {
    // The second byte of a character may look like a bracket or a bar, but never like these.
    let cells = text.split(|byte| matches!(byte, b',' | b'\n' | b'\r' | b'"' | b'\t' | b';' | b':' | b'<' | b'>'));
    cells.map(<[u8]>::trim_ascii).filter(|cell| !cell.is_ascii()).collect()
}

/// The parts of a text that hold more than ASCII, each once, numbers in them aside; up to some bytes. O(bytes).
pub(super) fn distinct_cells(text: &[u8], most: usize) -> Vec<&[u8]> {
    let mut seen = rustc_hash::FxHashSet::default();
    let (mut left, mut looked_at) = (most, 0);
    let mut found = Vec::new();
    for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii()) {
        looked_at += line.len();
        for cell in cells(line) {
            let bare: Vec<u8> = cell.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect();
            if seen.insert(bare) {
                found.push(cell.get(..cell.len().min(left)).unwrap_or(cell));
                left = left.saturating_sub(cell.len());
            }
        }
        if left == 0 || looked_at > 8 * most {
            break;
        }
    }
    found
}

/// Bytes beyond ASCII of the different words that stand in some cells.
fn evidence(cells: &[&[u8]]) -> usize {
    let mut seen = rustc_hash::FxHashSet::default();
    let runs = cells.iter().flat_map(|cell| cell.split(u8::is_ascii)).filter(|run| !run.is_empty());
    runs.filter(|run| seen.insert(*run)).map(<[u8]>::len).sum()
}

/// A text read one way.
struct Reading {
    encoding: &'static Legacy,
    cells: Vec<String>,
    letters: usize,
    /// Share of its letters that are commonly written.
    common: f64,
    /// Letters of words for a place that its parts end in, where half of them or more do: of two or more is no accident.
    named: usize,
}

impl Reading {
    fn of(encoding: &'static Legacy, cells: &[&[u8]]) -> Self {
        let cells: Vec<String> =
            cells.iter().map(|cell| encoding.decode_without_bom_handling(cell).0.into_owned()).collect();
        let letters = || cells.iter().flat_map(|cell| cell.chars()).filter(|c| !c.is_ascii() && c.is_alphanumeric());
        let (all, common) = (letters().count(), letters().filter(|&c| is_common(encoding, c)).count());
        let words: Vec<usize> = cells.iter().filter_map(|cell| word_for_place(encoding, cell)).collect();
        let named = if words.len() * 2 >= cells.len() { words.iter().sum() } else { 0 };
        Self { encoding, named, cells, letters: all.max(1), common: common as f64 / all.max(1) as f64 }
    }

    fn rows(&self) -> Vec<String> {
        let mut rows: Vec<String> = Vec::new();
        for cell in &self.cells {
            let row: String = cell.chars().filter(|c| !c.is_control()).take(WIDE).collect();
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        // Headings come first and say least: names are shown where there are any.
        let from = rows.len().saturating_sub(ROWS);
        rows.split_off(from)
    }
}

/// Whether a character stands where an encoding has those that are commonly written.
fn is_common(encoding: &'static Legacy, c: char) -> bool {
    let mut buffer = [0; 4];
    let table = if encoding == GB18030 { GBK } else { encoding };
    let (bytes, _, fails) = table.encode(c.encode_utf8(&mut buffer));
    let [lead, trail] = *bytes else { return false };
    if fails {
        false
    } else if encoding == GB18030 {
        (0xb0..=0xd7).contains(&lead) && trail >= 0xa1
    } else if encoding == BIG5 {
        (0xa4..=0xc6).contains(&lead)
    } else if encoding == SHIFT_JIS {
        (0x82..=0x83).contains(&lead) || (0x889f..=0x9872).contains(&u16::from_be_bytes([lead, trail]))
    } else {
        encoding == EUC_KR && (0xb0..=0xc8).contains(&lead)
    }
}

/// Letters of the word for a place, or for what stands over a column of them, that a text ends in.
fn word_for_place(encoding: &'static Legacy, text: &str) -> Option<usize> {
    let words: &[&str] = if encoding == GB18030 {
        &[
            "区",
            "县",
            "镇",
            "乡",
            "村",
            "街道",
            "社区",
            "网格",
            "路",
            "街",
            "市",
            "省",
            "州",
            "巷",
            "名称",
            "编码",
            "岛",
            "港",
            "村委会",
            "居委会",
            "类型",
            "来源",
            "时间",
            "地址",
        ]
    } else if encoding == BIG5 {
        &[
            "區", "縣", "鎮", "鄉", "村", "里", "鄰", "路", "街", "市", "島", "港", "名稱", "編碼", "類型", "時間",
            "地址",
        ]
    } else if encoding == SHIFT_JIS {
        &["区", "町", "村", "市", "県", "郡", "都", "府", "丁目", "島", "港", "名称", "名", "コード"]
    } else {
        &["동", "구", "시", "읍", "면", "리", "로", "군", "도", "길", "가", "명칭", "이름", "코드"]
    };
    let text = text.trim_end_matches(|c: char| c.is_ascii());
    words.iter().filter(|word| text.ends_with(*word)).map(|word| word.chars().count()).max()
}

impl Doubt {
    /// The ways with their rows, in a sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let told = |way: &Way| format!("{} ({})", way.encoding.name(), way.rows.join(" / "));
        let rest = |between: &str| self.ways.iter().skip(1).map(told).collect::<Vec<_>>().join(between);
        let first = self.ways.first().map_or_else(String::new, told);
        Text::new(
            format!("its encoding is in doubt: read as {first}; it could also be {}", rest(" or ")),
            format!("文本编码存疑:按 {first} 读取,也可能是 {}", rest("、")),
        )
    }

    /// Reading it again each other way.
    pub fn remedies(&self) -> impl Iterator<Item = Text> + '_ {
        let file = file_name(&self.path);
        self.ways.iter().skip(1).map(move |way| {
            let name = way.encoding.name();
            let flag = format!("--encoding {file}={name}");
            Text::new(format!("{flag}: read it as {name}"), format!("{flag}:按 {name} 读取"))
        })
    }
}
