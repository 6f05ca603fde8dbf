//! A strict JSON scanner over bytes (RFC 8259): no recursion that a file could drive, errors with their place.

use serde_json::{Map, Number, Value};

use super::decimal;
use crate::base::Text;

/// Deepest nesting passed over.
const SKIP_DEPTH: usize = 512;
/// Deepest nesting of a value that is kept, and most values in the objects that one reader of values reads: a property
/// of a feature, or all that a feature brings along.
const VALUE_DEPTH: usize = 100;
const VALUES: usize = 500_000;

/// Broken JSON: where (byte from 0) and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JsonError {
    pub(super) at: usize,
    pub(super) what: Text,
}

/// Line and column, both from 1, of a byte; columns count characters.
pub(super) fn line_column(text: &[u8], at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = before.get(line_start..).unwrap_or(&[]).iter().filter(|&&byte| byte & 0xc0 != 0x80).count() + 1;
    (line, column)
}

/// What a reader of values met that JSON allows or that is commonly written, but that says less than it seems to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quirks {
    /// Members of one name twice in one object: the last one counts.
    pub(super) doubled: bool,
    /// NaN or Infinity, taken as null.
    pub(super) not_finite: bool,
    /// Whole numbers of more digits than a number holds, taken as text.
    pub(super) long_number: bool,
    /// Half of a surrogate pair, taken as U+FFFD.
    pub(super) half_character: bool,
    /// Values in lists and objects that were met.
    values: usize,
}

/// A place in a text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    /// Whether NaN and Infinity pass as numbers.
    pub(super) lenient: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at, lenient: false }
    }

    /// The next byte, not taken.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes white space.
    #[inline]
    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes white space and looks at the next byte.
    #[inline]
    pub(super) fn next(&mut self) -> Option<u8> {
        self.space();
        self.peek()
    }

    /// Passes white space and takes the byte if it is the one.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.next() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// An error here.
    pub(super) fn error(&self, en: &str, zh: &str) -> JsonError {
        if self.at >= self.text.len() {
            let what = Text::new(
                format!("the file ends here, {en}. It was probably cut off: fetch it again"),
                format!("文件在此中断({zh})。文件可能不完整,请重新获取"),
            );
            return JsonError { at: self.text.len(), what };
        }
        JsonError { at: self.at, what: Text::new(en, zh) }
    }

    /// An error here, where one of the ways to write that JSON does not have explains it.
    fn wrong(&self, en: &str, zh: &str) -> JsonError {
        let before = self.text.get(..self.at).unwrap_or(&[]).trim_ascii_end();
        match self.peek() {
            Some(b'\'') => self.error(
                "a text in single quotes. JSON wants double quotes: change them, or export it again",
                "此处文本用了单引号。JSON 只用双引号：请修改或重新导出",
            ),
            Some(b'/' | b'#') => self.error(
                "a comment. JSON has none: take it out, or export it again",
                "此处有注释。JSON 不允许注释：请删除或重新导出",
            ),
            Some(close @ (b']' | b'}')) if before.ends_with(b",") => {
                let close = char::from(close);
                // The comma is what is to be taken out, so it is named.
                Self { at: before.len() - 1, ..self.clone() }.error(
                    &format!("a comma with nothing between it and \"{close}\". Take the comma out, or export it again"),
                    &format!("“{close}”之前多了一个逗号。请删除该逗号或重新导出"),
                )
            }
            _ => self.error(en, zh),
        }
    }

    /// Takes a byte that must come.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.take(byte) {
            return Ok(());
        }
        let sign = char::from(byte);
        Err(self.wrong(&format!("a \"{sign}\" is missing"), &format!("缺少“{sign}”")))
    }

    /// Passes a string and yields what is between the quotes, escapes checked but not undone.
    pub(super) fn string(&mut self) -> Result<&'a [u8], JsonError> {
        if self.next() != Some(b'"') {
            return Err(self.wrong("a text in double quotes should stand here", "此处应为双引号文本"));
        }
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.text.get(start..self.at - 1).unwrap_or(&[]));
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return Err(self.error("a control character stands in a text", "文本中有控制字符")),
                Some(_) => self.at += 1,
                None => return Err(self.error("inside a text", "文本未结束")),
            }
        }
    }

    /// Passes a backslash and what belongs to it.
    fn escape(&mut self) -> Result<(), JsonError> {
        let bad = |cursor: &Self| cursor.error("a backslash is followed by what it cannot be", "反斜杠转义有误");
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(bad(self));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(bad(self)),
        }
        Ok(())
    }

    /// Passes a value that is no array, object or text.
    fn scalar(&mut self) -> Result<(), JsonError> {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        let not_finite: &[&[u8]] = if self.lenient { &[b"NaN", b"Infinity", b"-Infinity"] } else { &[] };
        let words: [&[u8]; 3] = [b"true", b"false", b"null"];
        if let Some(word) = words.iter().chain(not_finite).find(|word| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(());
        }
        match decimal::read(rest) {
            Some((_, length)) => self.at += length,
            None => return Err(self.wrong("this is no value of JSON", "此处不是 JSON 值")),
        }
        Ok(())
    }

    /// Passes any value and yields its bytes, all of them checked.
    pub(super) fn skip(&mut self) -> Result<&'a [u8], JsonError> {
        self.space();
        let start = self.at;
        // One bit a level: whether it is an object.
        let mut levels = [false; SKIP_DEPTH];
        let mut depth = 0;
        loop {
            match self.next() {
                Some(open @ (b'{' | b'[')) => {
                    let Some(level) = levels.get_mut(depth) else { return Err(self.too_deep(SKIP_DEPTH)) };
                    *level = open == b'{';
                    self.at += 1;
                    let close = if open == b'{' { b'}' } else { b']' };
                    if !self.take(close) {
                        depth += 1;
                        if open == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => {
                    self.string()?;
                }
                _ => self.scalar()?,
            }
            // A value has ended: close what it ends, or go on to the next one.
            loop {
                if depth == 0 {
                    return Ok(self.text.get(start..self.at).unwrap_or(&[]));
                }
                let is_object = levels.get(depth - 1).copied().unwrap_or(false);
                if self.take(b',') {
                    if is_object {
                        self.key()?;
                    }
                    break;
                }
                self.expect(if is_object { b'}' } else { b']' })?;
                depth -= 1;
            }
        }
    }

    /// Passes the name of a member and its colon.
    pub(super) fn key(&mut self) -> Result<&'a [u8], JsonError> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    fn too_deep(&self, limit: usize) -> JsonError {
        self.error(&format!("nested deeper than {limit} levels"), &format!("嵌套超过 {limit} 层"))
    }

    /// Calls `member` for each member of an object that starts here; it must pass the value.
    pub(super) fn members<E: From<JsonError>>(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            self.space();
            member(self, key)?;
            if !self.take(b',') {
                return Ok(self.expect(b'}')?);
            }
        }
    }

    /// Reads a value into memory.
    pub(super) fn value(&mut self, quirks: &mut Quirks) -> Result<Value, JsonError> {
        self.value_at(quirks, 0)
    }

    fn value_at(&mut self, quirks: &mut Quirks, depth: usize) -> Result<Value, JsonError> {
        if depth > VALUE_DEPTH {
            return Err(self.too_deep(VALUE_DEPTH));
        }
        quirks.values += 1;
        if quirks.values > VALUES {
            return Err(self.error(
                &format!("more than {VALUES} values in one feature, which no map needs"),
                &format!("单个要素的属性值超过 {VALUES} 个，超出合理范围"),
            ));
        }
        match self.next() {
            Some(b'{') => {
                let mut map = Map::new();
                self.members(|cursor, key| {
                    let value = cursor.value_at(quirks, depth + 1)?;
                    quirks.doubled |= map.insert(unescape(key, quirks), value).is_some();
                    Ok::<_, JsonError>(())
                })?;
                Ok(Value::Object(map))
            }
            Some(b'[') => {
                self.at += 1;
                let mut list = Vec::new();
                if self.take(b']') {
                    return Ok(Value::Array(list));
                }
                loop {
                    list.push(self.value_at(quirks, depth + 1)?);
                    if !self.take(b',') {
                        self.expect(b']')?;
                        return Ok(Value::Array(list));
                    }
                }
            }
            Some(b'"') => self.string().map(|raw| Value::String(unescape(raw, quirks))),
            _ => {
                let start = self.at;
                self.scalar()?;
                Ok(plain(self.text.get(start..self.at).unwrap_or(&[]), quirks))
            }
        }
    }
}

/// A word or number that was checked.
fn plain(raw: &[u8], quirks: &mut Quirks) -> Value {
    let text = std::str::from_utf8(raw).unwrap_or_default();
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        "null" => return Value::Null,
        "NaN" | "Infinity" | "-Infinity" => {
            quirks.not_finite = true;
            return Value::Null;
        }
        _ => {}
    }
    if !text.contains(['.', 'e', 'E']) && text != "-0" {
        if let Ok(number) = text.parse::<i64>() {
            return number.into();
        }
        if let Ok(number) = text.parse::<u64>() {
            return number.into();
        }
        quirks.long_number = true;
        return Value::String(text.to_owned());
    }
    let number = text.parse().ok().and_then(Number::from_f64);
    quirks.not_finite |= number.is_none();
    number.map_or(Value::Null, Value::Number)
}

/// The text between two quotes with its escapes undone.
pub(super) fn unescape(raw: &[u8], quirks: &mut Quirks) -> String {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let text = String::from_utf8_lossy(raw);
    let (mut out, mut rest) = (String::with_capacity(text.len()), &*text);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        match after.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let (character, used) = hex(after.as_str());
                quirks.half_character |= character.is_none();
                out.push(character.unwrap_or('\u{fffd}'));
                rest = after.as_str().get(used..).unwrap_or("");
                continue;
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out
}

/// The character of the digits after `\u`, with the second half of a pair, and how many bytes that took.
fn hex(after: &str) -> (Option<char>, usize) {
    let unit = |at: usize| after.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(0) else { return (None, after.len().min(4)) };
    let pair = (after.get(4..6) == Some("\\u")).then(|| unit(6)).flatten();
    let two = pair.filter(|_| (0xd800..0xdc00).contains(&first)).map(|second| [first, second]);
    if let Some(Some(Ok(character))) = two.map(|two| char::decode_utf16(two).next()) {
        return (Some(character), 10);
    }
    (char::from_u32(u32::from(first)), 4)
}
