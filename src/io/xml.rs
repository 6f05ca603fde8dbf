//! Markup as a stream of events, for the readers of KML and GPX. Entities that a file defines itself are not expanded.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::bytes::Source;
use super::{Fault, ReadError};
use crate::base::{Progress, Text};

/// Elements in elements.
const DEPTH: usize = 256;

/// Who hears of the elements of a file, in order.
pub(super) trait Listener {
    /// An element begins inside those that are open, the outermost first.
    fn start(&mut self, name: &str, tag: &BytesStart<'_>, open: &[String]);
    /// An element ends inside those that are open still, with the text that stands in it behind its last child.
    fn end(&mut self, name: &str, text: &str, open: &[String]);
    /// An entity that is not known stands in the text of the element that ends next.
    fn unknown_entity(&mut self);
}

/// Walks over a whole file.
///
/// # Errors
/// Where it is no sound markup, or the job was cancelled.
pub(super) fn walk(source: &Source, heard: &mut impl Listener, progress: &Progress) -> Result<(), ReadError> {
    progress.phase(Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())), 0);
    let text = String::from_utf8_lossy(source.text());
    over(&text, heard, progress).map_err(|(at, error)| {
        let line = 1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or(&[])).count();
        let kind = source.format.name();
        let text = Text::new(
            format!("the {kind} is broken at line {line}: {error}. Export it again"),
            format!("{kind} 有误,第 {line} 行:{error}。请重新导出"),
        );
        ReadError::new(&source.path, Fault::NotGeoJson, text)
    })?;
    progress.check().map_err(|_| ReadError::cancelled(&source.path))
}

/// Where a text is broken, and why.
type Broken = (usize, String);

fn over(text: &str, heard: &mut impl Listener, progress: &Progress) -> Result<(), Broken> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk { heard, open: Vec::new(), text: String::new() };
    while !progress.is_cancelled() {
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(0);
            (at, error.to_string())
        })?;
        match event {
            Event::Start(tag) => walk.start(&tag)?,
            Event::Empty(tag) => {
                walk.start(&tag)?;
                walk.end();
            }
            Event::End(_) => walk.end(),
            Event::Text(part) => walk.text.push_str(&part.xml10_content()),
            Event::CData(part) => walk.text.push_str(&part),
            Event::GeneralRef(part) => walk.reference(&part),
            Event::Eof if !walk.open.is_empty() => return Err((text.len(), "it ends inside an element".to_owned())),
            Event::Eof => break,
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    Ok(())
}

struct Walk<'h, L> {
    heard: &'h mut L,
    /// Local names of the open elements.
    open: Vec<String>,
    text: String,
}

impl<L: Listener> Walk<'_, L> {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Broken> {
        if self.open.len() >= DEPTH {
            return Err((0, format!("elements nested deeper than {DEPTH}")));
        }
        self.text.clear();
        let name = tag.local_name().into_inner().to_owned();
        self.heard.start(&name, tag, &self.open);
        self.open.push(name);
        Ok(())
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text);
        self.heard.end(&name, &text, &self.open);
    }

    /// A character or one of the five entities of XML; any other is left as it is written.
    fn reference(&mut self, part: &BytesRef<'_>) {
        let name: &str = part;
        let known = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => part.resolve_char_ref().ok().flatten(),
        };
        if let Some(character) = known {
            self.text.push(character);
        } else {
            self.heard.unknown_entity();
            self.text.push_str(&format!("&{name};"));
        }
    }
}

/// What an attribute of an element says.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut all = all.with_checks(false).flatten();
    let found = all.find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
}
