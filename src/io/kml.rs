//! KML (OGC 12-007r2): folders are layers, placemarks features. Links are not followed.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::events::BytesStart;
use serde_json::Value;

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::{Fault, ReadError, kinds, xml};
use crate::base::{Progress, Text};
use crate::model::Attributes;

/// Folders that become layers; the rest joins the last.
const LAYERS: usize = 200;

/// Reads all folders with placemarks in them.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    let mut walk = Walk::new(progress);
    xml::walk(source, &mut walk, progress)?;
    let folders: Vec<Folder> = walk.folders.into_iter().filter(|folder| !folder.part.features.is_empty()).collect();
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
    /// Folders with placemarks, in the order they were met, and which of them are open.
    folders: Vec<Folder>,
    inside: Vec<usize>,
    placemark: Option<Placemark>,
    entity: bool,
    progress: &'p Progress,
}

impl<'p> Walk<'p> {
    fn new(progress: &'p Progress) -> Self {
        let mut walk = Self { folders: Vec::new(), inside: Vec::new(), placemark: None, entity: false, progress };
        walk.enter_folder(0);
        walk
    }

    fn enter_folder(&mut self, depth: usize) {
        if self.folders.len() < LAYERS {
            self.folders.push(Folder { name: String::new(), depth, part: Part::default() });
        }
        self.inside.push(self.folders.len() - 1);
    }

    fn folder(&mut self) -> Option<&mut Folder> {
        let at = *self.inside.last()?;
        self.folders.get_mut(at)
    }

    fn end_in_placemark(&mut self, name: &str, text: &str, above: &str) {
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
                        Some(places) => placemark.take(above, places, part, number),
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

impl xml::Listener for Walk<'_> {
    fn start(&mut self, name: &str, tag: &BytesStart<'_>, open: &[String]) {
        match name {
            "Folder" | "Document" => self.enter_folder(open.len() + 1),
            "Placemark" => self.placemark = Some(Placemark::default()),
            "NetworkLink" => {
                if let Some(folder) = self.folder() {
                    let number = folder.part.features.len() as u32 + 1;
                    folder.part.odd.add(kinds::LINKED, number, "");
                }
            }
            _ => {}
        }
        let Some(placemark) = self.placemark.as_mut() else { return };
        match name {
            "Polygon" => {
                placemark.in_polygon = true;
                placemark.rings.clear();
            }
            "Data" | "SimpleData" => placemark.key = xml::attribute(tag, "name"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, text: &str, open: &[String]) {
        match name {
            "Folder" | "Document" => drop(self.inside.pop()),
            "Placemark" => self.end_placemark(),
            "name" if self.placemark.is_none() => {
                let depth = open.len();
                if let Some(folder) = self.folder().filter(|folder| folder.depth == depth && folder.name.is_empty()) {
                    text.trim().clone_into(&mut folder.name);
                }
            }
            _ => self.end_in_placemark(name, text, open.last().map_or("", String::as_str)),
        }
    }

    fn unknown_entity(&mut self) {
        self.entity = true;
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
