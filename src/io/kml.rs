//! KML (OGC 12-007r2) as an event stream: folders are layers, placemarks features. Entities that the file defines are not
//! expanded, links are not followed.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::{Fault, ReadError, kinds};
use crate::base::{Progress, Text};
use crate::model::Attributes;

/// Elements in elements.
const DEPTH: usize = 256;
/// Folders that become layers; the rest joins the last.
const LAYERS: usize = 200;

/// Reads all folders with placemarks in them.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    progress.phase(Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())), 0);
    let text = String::from_utf8_lossy(source.text());
    let folders = Walk::over(&text, progress).map_err(|(at, error)| {
        let line = 1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or(&[])).count();
        let text = Text::new(
            format!("the KML is broken at line {line}: {error}. Export it again"),
            format!("KML 有误,第 {line} 行:{error}。请重新导出"),
        );
        ReadError::new(&source.path, Fault::NotGeoJson, text)
    })?;
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let several = folders.len() > 1;
    let (mut layers, mut last) = (Vec::new(), None);
    for folder in folders {
        let name = if several && !folder.name.is_empty() { folder.name } else { source.stem() };
        let found = Found { name, ..Found::new(source, folder.part) };
        // KML is WGS 84 by its standard (§6.2), and the numbers are looked at all the same.
        match assemble::layer(source, found, &Declared::Nothing, reading) {
            Ok(layer) => layers.push(layer),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if layers.is_empty() => Err(error),
        None if layers.is_empty() => {
            let text = Text::new("it holds no placemark", "文件中没有地标");
            Err(ReadError::new(&source.path, Fault::NothingLeft, text))
        }
        _ => Ok(layers),
    }
}

/// A folder, and the placemarks right in it.
struct Folder {
    name: String,
    /// How deep its element stands.
    depth: usize,
    part: Part<Plane>,
}

/// A placemark being read.
#[derive(Default)]
struct Placemark {
    attributes: Attributes,
    /// Name of the extended datum being read.
    key: Option<String>,
    rings: Vec<Vec<Plane>>,
    in_polygon: bool,
    read_any: bool,
}

struct Walk<'p> {
    /// Local names of the open elements.
    open: Vec<String>,
    /// Folders with placemarks, in the order they were met, and which of them are open.
    folders: Vec<Folder>,
    inside: Vec<usize>,
    placemark: Option<Placemark>,
    text: String,
    entity: bool,
    progress: &'p Progress,
}

impl<'p> Walk<'p> {
    /// Walks over a text; where it is broken and why otherwise.
    fn over(text: &str, progress: &'p Progress) -> Result<Vec<Folder>, (usize, String)> {
        let mut reader = Reader::from_str(text);
        let mut walk = Self {
            open: Vec::new(),
            folders: Vec::new(),
            inside: Vec::new(),
            placemark: None,
            text: String::new(),
            entity: false,
            progress,
        };
        walk.enter_folder();
        loop {
            let at = |reader: &Reader<&[u8]>| usize::try_from(reader.error_position()).unwrap_or(0);
            let event = reader.read_event().map_err(|error| (at(&reader), error.to_string()))?;
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
                Event::Eof => break,
                Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
            if progress.is_cancelled() {
                break;
            }
        }
        if !walk.open.is_empty() {
            return Err((text.len(), "it ends inside an element".to_owned()));
        }
        walk.folders.retain(|folder| !folder.part.features.is_empty());
        Ok(walk.folders)
    }

    fn enter_folder(&mut self) {
        if self.folders.len() < LAYERS {
            self.folders.push(Folder { name: String::new(), depth: self.open.len(), part: Part::default() });
        }
        self.inside.push(self.folders.len() - 1);
    }

    fn folder(&mut self) -> Option<&mut Folder> {
        let at = *self.inside.last()?;
        self.folders.get_mut(at)
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), (usize, String)> {
        let name = tag.local_name().into_inner().to_owned();
        self.text.clear();
        if self.open.len() >= DEPTH {
            return Err((0, format!("elements nested deeper than {DEPTH}")));
        }
        self.open.push(name.clone());
        match name.as_str() {
            "Folder" | "Document" => self.enter_folder(),
            "Placemark" => self.placemark = Some(Placemark::default()),
            "NetworkLink" => {
                if let Some(folder) = self.folder() {
                    let number = folder.part.features.len() as u32 + 1;
                    folder.part.odd.add(kinds::LINKED, number, "");
                }
            }
            _ => {}
        }
        let Some(placemark) = self.placemark.as_mut() else { return Ok(()) };
        match name.as_str() {
            "Polygon" => {
                placemark.in_polygon = true;
                placemark.rings.clear();
            }
            "Data" | "SimpleData" => {
                let key = tag
                    .attributes()
                    .with_checks(false)
                    .flatten()
                    .find(|attribute| attribute.key.local_name().into_inner() == "name");
                placemark.key =
                    key.map(|key| unescape(&key.value).map_or_else(|_| key.value.to_string(), Cow::into_owned));
            }
            _ => {}
        }
        Ok(())
    }

    /// A character or one of the five entities of XML; any other is left as it is written.
    fn reference(&mut self, part: &quick_xml::events::BytesRef<'_>) {
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
            self.entity = true;
            self.text.push_str(&format!("&{name};"));
        }
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text);
        match name.as_str() {
            "Folder" | "Document" => drop(self.inside.pop()),
            "Placemark" => self.end_placemark(),
            "name" if self.placemark.is_none() => {
                let depth = self.open.len();
                if let Some(folder) = self.folder().filter(|folder| folder.depth == depth && folder.name.is_empty()) {
                    text.trim().clone_into(&mut folder.name);
                }
            }
            _ => self.end_in_placemark(&name, &text),
        }
    }

    fn end_in_placemark(&mut self, name: &str, text: &str) {
        let above = self.open.last().cloned().unwrap_or_default();
        let (entity, progress) = (self.entity, self.progress);
        let Some(mut placemark) = self.placemark.take() else { return };
        if let Some(folder) = self.folder() {
            let part = &mut folder.part;
            let number = part.features.len() as u32 + 1;
            match name {
                "name" | "description" | "address" | "phoneNumber" if above == "Placemark" => {
                    let text = text.trim();
                    if !text.is_empty() {
                        placemark.attributes.insert(name.to_owned(), text.into());
                    }
                }
                "value" | "SimpleData" => {
                    if let Some(key) = placemark.key.take() {
                        placemark.attributes.insert(key, Value::String(text.trim().to_owned()));
                    }
                }
                "coordinates" => {
                    progress.add(text.len() as u64);
                    let places = coordinates(text);
                    let heights = text.split_ascii_whitespace().any(|one| one.split(',').nth(2).is_some_and(nonzero));
                    if heights && part.odd.numbers(kinds::HEIGHTS).last() != Some(number) {
                        part.odd.add(kinds::HEIGHTS, number, "");
                    }
                    match places {
                        None => part.odd.add(kinds::NOT_NUMBER, number, ""),
                        Some(places) => placemark.take(&above, places, part, number),
                    }
                }
                "Polygon" => {
                    placemark.in_polygon = false;
                    placemark.read_any = true;
                    part.polygon(std::mem::take(&mut placemark.rings), number);
                }
                _ => {}
            }
            if entity && part.odd.numbers(kinds::ENTITY).last() != Some(number) {
                part.odd.add(kinds::ENTITY, number, "");
            }
        }
        self.entity = false;
        self.placemark = Some(placemark);
    }

    fn end_placemark(&mut self) {
        let Some(placemark) = self.placemark.take() else { return };
        let Some(folder) = self.folder() else { return };
        let number = folder.part.features.len() as u32 + 1;
        if !placemark.read_any {
            folder.part.odd.add(kinds::NO_GEOMETRY, number, "");
        }
        folder.part.end_unit(Feature { attributes: Arc::new(placemark.attributes), ..Feature::default() });
    }
}

impl Placemark {
    /// Takes the positions of a geometry.
    fn take(&mut self, geometry: &str, places: Vec<Plane>, part: &mut Part<Plane>, number: u32) {
        match geometry {
            // The outer ring stands first, as the schema has it.
            "LinearRing" if self.in_polygon => self.rings.push(places),
            "LineString" | "LinearRing" => {
                self.read_any = true;
                part.line(places, number);
            }
            "Point" => {
                self.read_any = true;
                part.dots(places);
            }
            _ => part.odd.add(kinds::OTHER_GEOMETRY, number, geometry),
        }
    }
}

fn nonzero(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|height| height != 0.0)
}

/// Positions of a list: `lon,lat` or `lon,lat,height`, white space between; `None` where one is none.
fn coordinates(text: &str) -> Option<Vec<Plane>> {
    // Some programs put a blank behind the comma.
    let joined = if text.contains(", ") { text.replace(", ", ",").into() } else { Cow::Borrowed(text) };
    let place = |one: &str| {
        let mut numbers = one.split(',').map(str::parse::<f64>);
        Some(Plane([numbers.next()?.ok()?, numbers.next()?.ok()?]))
    };
    joined.split_ascii_whitespace().map(place).collect()
}
