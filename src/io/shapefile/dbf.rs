//! The table of a shapefile (dBASE III and what `FoxPro` added to it).
//!
//! In what encoding it is: what the bytes prove goes before what `.cpg` or the language byte say, since both are often
//! left over from another program.

use encoding_rs::Encoding as Legacy;
use rustc_hash::FxHashSet;
use serde_json::{Number, Value};

use crate::base::{Severity, Text};
use crate::io::binary::Bytes;
use crate::io::bytes::Source;
use crate::io::doubt::{self, Doubt};
use crate::io::encoding::{self, Encoding};
use crate::io::gpkg::free_name;
use crate::model::Attributes;

/// A column.
#[derive(Debug)]
struct Field {
    name: String,
    kind: u8,
    start: usize,
    length: usize,
}

/// A table in memory; rows are read when asked for.
#[derive(Debug)]
pub(super) struct Table<'a> {
    fields: Vec<Field>,
    /// The bytes of all rows that are there, and how many of them count.
    bytes: &'a [u8],
    rows: usize,
    width: usize,
    /// How many rows its header promises.
    promised: usize,
    /// Columns that were renamed because another has their name.
    twins: Vec<String>,
    legacy: &'static Legacy,
    declared: Option<String>,
    pub(super) encoding: Encoding,
    pub(super) replaced: usize,
    pub(super) doubt: Option<Doubt>,
}

impl Default for Table<'_> {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            bytes: &[],
            rows: 0,
            width: 1,
            promised: 0,
            twins: Vec::new(),
            legacy: encoding_rs::UTF_8,
            declared: None,
            encoding: Encoding::Utf8,
            replaced: 0,
            doubt: None,
        }
    }
}

impl<'a> Table<'a> {
    /// Reads the header of the table beside a shapefile and tells the encoding.
    pub(super) fn read(bytes: &'a [u8], source: &Source) -> Result<Self, Text> {
        let damaged = || Text::new("the table is damaged. Export the layer again", "属性表已损坏,请重新导出图层");
        let Header { fields: raw, bytes: rows, promised, width, language } = header(bytes).ok_or_else(damaged)?;
        let mut table = Self { bytes: rows, width, promised, ..Self::default() };
        table.rows = if promised == 0 { rows.len() / width } else { promised.min(rows.len() / width) };
        let mut texts = Vec::new();
        for (name, kind, start, length) in &raw {
            texts.extend_from_slice(name);
            texts.push(b'\n');
            if *kind == b'C' && *length > 0 {
                for row in rows.chunks_exact(width) {
                    let text = row.get(*start..start + length).unwrap_or(&[]).trim_ascii();
                    if !text.is_ascii() {
                        texts.extend_from_slice(text);
                        texts.push(b'\n');
                    }
                }
            }
        }
        table.tell(&texts, source, language);
        let mut taken = FxHashSet::default();
        for (name, kind, start, length) in raw {
            let own = table.decode(name).0;
            let name = free_name(&own, &mut taken);
            if name != own && !own.is_empty() {
                table.twins.push(format!("{own} → {name}"));
            }
            table.fields.push(Field { name, kind, start, length });
        }
        table.replaced = texts.split(|&byte| byte == b'\n').filter(|text| table.decode(text).1).count();
        Ok(table)
    }

    /// Chooses the encoding.
    fn tell(&mut self, texts: &[u8], source: &Source, language: u8) {
        let label = source
            .beside("cpg")
            .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
            .filter(|label| !label.is_empty());
        let declared = label.as_deref().and_then(encoding::labelled).or_else(|| of_language(language));
        self.declared = label.or_else(|| declared.map(|legacy| legacy.name().to_owned()));
        let decodes = |legacy: &'static Legacy| {
            // A text cut at the width of its field is no evidence against.
            let broken = texts.split(|&byte| byte == b'\n').filter(|text| decoded(legacy, text).1).count();
            let all = texts.split(|&byte| byte == b'\n').filter(|text| !text.is_ascii()).count();
            all > 0 && broken * 10 <= all
        };
        self.legacy = if let Some(asked) = source.encodings.of(&source.path) {
            asked.legacy()
        } else if texts.is_ascii() {
            declared.unwrap_or(encoding_rs::UTF_8)
        } else if decodes(encoding_rs::UTF_8) {
            let by_chance = declared.is_none().then(|| doubt::by_chance(&source.path, texts, &source.encodings));
            let told = by_chance.flatten();
            self.doubt = told.as_ref().and_then(|told| told.doubt.clone());
            told.map_or(encoding_rs::UTF_8, |told| told.encoding)
        } else if let Some(legacy) = declared.filter(|&legacy| !legacy.is_single_byte() && decodes(legacy)) {
            legacy
        } else {
            let told = encoding::evidence(&source.path, texts, &source.encodings);
            self.doubt = told.doubt;
            told.encoding
        };
        self.encoding = if texts.is_ascii() { Encoding::Utf8 } else { Encoding::of(self.legacy) };
    }

    /// Counts the rows by what is there where that, and not the header, goes with so many shapes.
    pub(super) fn fit(&mut self, shapes: usize) {
        let there = self.bytes.len() / self.width;
        if self.promised != shapes && there == shapes {
            self.rows = there;
        }
    }

    /// What is odd about the table.
    pub(super) fn notes(&self) -> Vec<(Severity, Text)> {
        let mut notes = Vec::new();
        if let Some((en, zh)) = self.against() {
            notes.push((Severity::Note, Text::new(en, zh)));
        }
        if self.promised != self.rows {
            let (promised, rows) = (self.promised, self.rows);
            let text = Text::new(
                format!("the header of its table promises {promised} rows, {rows} were read"),
                format!("属性表文件头声明 {promised} 行，实际读取 {rows} 行"),
            );
            notes.push((Severity::Warning, text));
        }
        if !self.twins.is_empty() {
            let text = Text::new(
                format!("several columns of its table have one name; they are kept apart: {}", self.twins.join(", ")),
                format!("属性表中有同名列，已分别保留：{}", self.twins.join("、")),
            );
            notes.push((Severity::Warning, text));
        }
        notes
    }

    /// A note where the declared encoding was not obeyed.
    fn against(&self) -> Option<(String, String)> {
        let declared = self.declared.as_ref()?;
        let obeyed = encoding::labelled(declared).is_none_or(|legacy| Encoding::of(legacy) == self.encoding);
        let ascii = self.encoding == Encoding::Utf8 && self.legacy != encoding_rs::UTF_8;
        let name = self.encoding.name();
        (!obeyed && !ascii).then(|| {
            (
                format!("it declares {declared}, but its text is {name}; read as such"),
                format!("声明编码为 {declared},实际为 {name},已按实际读取"),
            )
        })
    }

    /// Number of rows, deleted ones included.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a row is marked as deleted.
    pub(super) fn is_deleted(&self, row: usize) -> bool {
        row < self.rows && self.bytes.get(row * self.width) == Some(&b'*')
    }

    /// The values of a row; none beyond the end.
    pub(super) fn attributes(&self, row: usize) -> Attributes {
        let bytes = self.bytes.get(row * self.width..(row + 1) * self.width).filter(|_| row < self.rows);
        let Some(bytes) = bytes else { return Attributes::new() };
        let value = |field: &Field| {
            let raw = bytes.get(field.start..field.start + field.length).unwrap_or(&[]);
            (field.name.clone(), self.value(field.kind, raw))
        };
        self.fields.iter().map(value).collect()
    }

    fn value(&self, kind: u8, raw: &[u8]) -> Value {
        let text = || self.decode(raw).0;
        let plain = String::from_utf8_lossy(raw).trim_matches(['\0', ' ']).to_owned();
        match kind {
            b'N' | b'F' => number(&plain),
            b'L' => match plain.as_str() {
                "T" | "t" | "Y" | "y" => true.into(),
                "F" | "f" | "N" | "n" => false.into(),
                _ => Value::Null,
            },
            b'D' => match plain.as_bytes() {
                [b'0'..=b'9', ..] if plain.len() == 8 && plain.is_ascii() => {
                    format!("{}-{}-{}", &plain[..4], &plain[4..6], &plain[6..]).into()
                }
                _ => Value::Null,
            },
            b'I' | b'+' => Bytes::new(raw).i32().map_or(Value::Null, Value::from),
            b'B' | b'O' => Bytes::new(raw).f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
            b'C' | b'V' => text().into(),
            _ => Value::Null,
        }
    }

    fn decode(&self, raw: &[u8]) -> (String, bool) {
        decoded(self.legacy, raw)
    }
}

/// A text of a field, and whether it is broken other than by being cut at the width of the field.
fn decoded(legacy: &'static Legacy, raw: &[u8]) -> (String, bool) {
    let end = raw.iter().position(|&byte| byte == 0).unwrap_or(raw.len());
    let raw = raw.get(..end).unwrap_or(raw);
    let (text, broken) = legacy.decode_without_bom_handling(raw);
    let text = text.trim();
    if broken {
        // A cut leaves a piece of one character behind something whole.
        let whole = text.strip_suffix('\u{fffd}').unwrap_or(text);
        return (whole.to_owned(), whole.is_empty() || whole.contains('\u{fffd}'));
    }
    (text.to_owned(), false)
}

fn number(text: &str) -> Value {
    if text.is_empty() || text.bytes().all(|byte| byte == b'*') {
        return Value::Null;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    match text.replace(',', ".").parse().ok().and_then(Number::from_f64) {
        Some(number) => Value::Number(number),
        None => text.into(),
    }
}

/// A column: name, kind, start, length.
type Raw<'a> = (&'a [u8], u8, usize, usize);

/// What stands before the rows.
struct Header<'a> {
    fields: Vec<Raw<'a>>,
    /// The bytes of whole rows.
    bytes: &'a [u8],
    /// Rows promised, and the width of one.
    promised: usize,
    width: usize,
    language: u8,
}

fn header(bytes: &[u8]) -> Option<Header<'_>> {
    let mut at = Bytes::new(bytes);
    at.take(4)?;
    let (promised, start, width) = (at.u32()? as usize, usize::from(at.u16()?), usize::from(at.u16()?));
    at.take(17)?;
    let language = at.u8()?;
    at.take(2)?;
    let (mut fields, mut offset) = (Vec::new(), 1);
    while at.place() + 32 < start {
        let name = at.take(11)?;
        if name.first() == Some(&0x0d) {
            break;
        }
        let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        let kind = at.u8()?;
        at.take(4)?;
        let (low, high) = (at.u8()?, at.u8()?);
        at.take(14)?;
        // Texts of more than 255 bytes use the place of the decimals.
        let length = usize::from(low) + if kind == b'C' { usize::from(high) << 8 } else { 0 };
        fields.push((name.get(..end)?, kind, offset, length));
        offset += length;
    }
    if width == 0 || offset > width {
        return None;
    }
    let body = bytes.get(start..)?;
    // Never more rows than there are bytes for.
    let bytes = body.get(..body.len() / width * width)?;
    Some(Header { fields, bytes, promised, width, language })
}

/// The encoding of a language byte (the list of `FoxPro` and of ESRI).
fn of_language(byte: u8) -> Option<&'static Legacy> {
    match byte {
        0x4d | 0x7a => Some(encoding_rs::GB18030),
        0x4f | 0x78 => Some(encoding_rs::BIG5),
        0x4e | 0x79 => Some(encoding_rs::EUC_KR),
        0x13 | 0x7b => Some(encoding_rs::SHIFT_JIS),
        0x03 | 0x57 => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    }
}
