//! KML (OGC 12-007r2): folders are layers, placemarks features. Links are not followed.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memmem;
use quick_xml::events::BytesStart;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::{Fault, ReadError, xml};
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
    let mut walk = Walk::new(progress, Room::of(source));
    xml::walk(source, &mut walk, progress)?;
    if walk.full {
        return Err(room::no_room(source));
    }
    let folders: Vec<Folder> = walk.folders.into_iter().filter(|folder| !folder.part.features.is_empty()).collect();
    let several = folders.len() > 1;
    let (mut layers, mut last) = (Vec::new(), None);
    for folder in folders {
        let name = if several && !folder.name.is_empty() { folder.name } else { source.stem() };
        let found = Found { name, ..Found::new(source, folder.part, progress) };
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

/// Where a KML without a placemark points to, if it only points to others.
pub(super) fn links(source: &Source) -> Option<Vec<String>> {
    if memmem::find(source.text(), b"<Placemark").is_some() || memmem::find(source.text(), b"<NetworkLink").is_none() {
        return None;
    }
    let mut links = Links(Vec::new());
    xml::walk(source, &mut links, &Progress::default()).ok()?;
    Some(links.0).filter(|links| !links.is_empty())
}

/// The addresses in the links of a file.
struct Links(Vec<String>);

impl xml::Listener for Links {
    fn start(&mut self, _: &str, _: &BytesStart<'_>, _: &[String]) {}

    fn end(&mut self, name: &str, text: &str, open: &[String]) {
        if name == "href" && open.iter().any(|name| name == "NetworkLink") {
            self.0.push(text.trim().to_owned());
        }
    }

    fn unknown_entity(&mut self) {}
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
    /// How often a name was met that was met before.
    twins: FxHashMap<String, usize>,
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
    room: Room,
    /// Whether there was no room left.
    full: bool,
}

impl<'p> Walk<'p> {
    fn new(progress: &'p Progress, room: Room) -> Self {
        let (folders, inside, placemark) = (Vec::new(), Vec::new(), None);
        let mut walk = Self { folders, inside, placemark, entity: false, progress, room, full: false };
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
                        placemark.insert(key, text.trim().into());
                    }
                }
                "coordinates" => {
                    progress.add(text.len() as u64);
                    match coordinates(text, progress) {
                        None => part.odd.add(Diagnosis::NotNumber, number, ""),
                        Some((places, heights)) => {
                            if heights {
                                part.odd.add_once(Diagnosis::Heights, number, "");
                            }
                            placemark.take(above, places, part, number);
                        }
                    }
                }
                "Polygon" => {
                    placemark.in_polygon = false;
                    placemark.read_any = true;
                    part.polygon(std::mem::take(&mut placemark.rings), number);
                }
                _ => {}
            }
            if entity {
                part.odd.add_once(Diagnosis::Entity, number, "");
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
            folder.part.odd.add(Diagnosis::NoGeometry, number, "");
        }
        let feature = Feature { attributes: Arc::new(placemark.attributes), ..Feature::default() };
        if self.full || !self.room.take_feature(&feature) {
            self.full = true;
            return;
        }
        let Some(folder) = self.folder() else { return };
        folder.part.end_unit(feature);
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
                    folder.part.odd.add(Diagnosis::Linked, number, "");
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
    /// Keeps a datum; another of the same name stands beside it.
    fn insert(&mut self, key: String, value: Value) {
        if !self.attributes.contains_key(&key) {
            self.attributes.insert(key, value);
            return;
        }
        let met = self.twins.entry(key.clone()).or_insert(1);
        *met += 1;
        self.attributes.insert(format!("{key}_{met}"), value);
    }

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
            _ => part.odd.add(Diagnosis::OtherGeometry, number, geometry),
        }
    }
}

/// Positions read before a cancelled job is noticed.
const ASKED: usize = 4096;

/// Positions of a list, `lon,lat` or `lon,lat,height` with white space between, and whether a height is more than nothing;
/// `None` where one is none.
fn coordinates(text: &str, progress: &Progress) -> Option<(Vec<Plane>, bool)> {
    // Some programs put a blank behind the comma.
    let joined = if text.contains(", ") { text.replace(", ", ",").into() } else { Cow::Borrowed(text) };
    let (mut places, mut heights) = (Vec::new(), false);
    for one in joined.split_ascii_whitespace() {
        if places.len() % ASKED == 0 && progress.is_cancelled() {
            return None;
        }
        let mut numbers = one.split(',');
        let mut number = || numbers.next()?.parse::<f64>().ok();
        places.push(Plane([number()?, number()?]));
        heights |= number().is_some_and(|height| height != 0.0);
    }
    Some((places, heights))
}
