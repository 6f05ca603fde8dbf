//! GPX 1.0 and 1.1 (Topografix): tracks, routes and waypoints of a receiver, each a feature of one layer. A track that was
//! walked on site is a line to draw by.

use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::{ReadError, xml};
use crate::base::Progress;
use crate::model::Attributes;

/// What is kept of a track, a route or a waypoint beside its line.
const KEPT: [&str; 8] = ["name", "cmt", "desc", "src", "type", "number", "sym", "time"];

/// Reads the tracks, routes and waypoints.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Layer<P>, ReadError> {
    let mut walk =
        Walk { part: Part::default(), item: None, entity: false, progress, room: Room::of(source), full: false };
    xml::walk(source, &mut walk, progress)?;
    if walk.full {
        return Err(room::no_room(source));
    }
    // GPX is WGS 84 by its schema, and the numbers are looked at all the same.
    assemble::layer(source, Found::new(source, walk.part, progress), &Declared::Nothing, reading)
}

/// A track, route or waypoint being read.
#[derive(Default)]
struct Item {
    attributes: Attributes,
    /// Points of the segment or route being read; `None` where one of them has no place.
    path: Option<Vec<Plane>>,
    /// Whether it had a line or a point, sound or not.
    drawn: bool,
    /// Whether it has more than lines: what receivers note at each point.
    noted: bool,
    /// What other programs put in.
    extended: bool,
}

struct Walk<'p> {
    part: Part<Plane>,
    item: Option<Item>,
    entity: bool,
    progress: &'p Progress,
    room: Room,
    /// Whether there was no room left.
    full: bool,
}

impl Walk<'_> {
    fn number(&self) -> u32 {
        self.part.features.len() as u32 + 1
    }

    /// Adds a point to the path being read; the whole path is given up where the point has no place.
    fn point(&mut self, tag: &BytesStart<'_>) {
        self.progress.add(tag.len() as u64);
        let number = |name| xml::attribute(tag, name)?.trim().parse::<f64>().ok();
        let place = number("lon").zip(number("lat")).map(|(lon, lat)| Plane([lon, lat]));
        let Some(item) = &mut self.item else { return };
        match (&mut item.path, place) {
            (Some(path), Some(place)) => path.push(place),
            (path, _) => *path = None,
        }
    }

    fn begin_path(&mut self) {
        if let Some(item) = &mut self.item {
            item.path = Some(Vec::new());
        }
    }

    /// Ends a segment, a route or the one point of a waypoint.
    fn end_path(&mut self, name: &str) {
        let number = self.number();
        let Some(item) = &mut self.item else { return };
        item.drawn = true;
        match item.path.take() {
            None => self.part.odd.add(Diagnosis::NotNumber, number, ""),
            Some(path) if name == "wpt" => self.part.dots(path),
            Some(path) => self.part.line(path, number),
        }
    }

    fn end_item(&mut self) {
        let number = self.number();
        let Some(item) = self.item.take() else { return };
        let said = [
            (!item.drawn, Diagnosis::NoGeometry),
            (item.noted, Diagnosis::NotedPoints),
            (item.extended, Diagnosis::Extensions),
            (std::mem::take(&mut self.entity), Diagnosis::Entity),
        ];
        said.into_iter().filter(|(said, _)| *said).for_each(|(_, kind)| self.part.odd.add(kind, number, ""));
        let feature = Feature { attributes: Arc::new(item.attributes), ..Feature::default() };
        self.full |= !self.room.take_feature(&feature);
        if !self.full {
            self.part.end_unit(feature);
        }
    }
}

impl xml::Listener for Walk<'_> {
    fn start(&mut self, name: &str, tag: &BytesStart<'_>, open: &[String]) {
        match (name, open.len()) {
            ("trk" | "rte" | "wpt", 1) => {
                self.item = Some(Item::default());
                if name != "trk" {
                    self.begin_path();
                }
                if name == "wpt" {
                    self.point(tag);
                }
            }
            ("trkseg", 2) => self.begin_path(),
            ("trkpt", 3) | ("rtept", 2) => self.point(tag),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, text: &str, open: &[String]) {
        match (name, open.len()) {
            ("trk", 1) => self.end_item(),
            ("rte" | "wpt", 1) => {
                self.end_path(name);
                self.end_item();
            }
            ("trkseg", 2) => self.end_path(name),
            _ => {
                let Some(item) = &mut self.item else { return };
                item.extended |= name == "extensions";
                item.noted |= name == "ele" || name == "time" && open.len() > 2;
                let text = text.trim();
                if open.len() == 2 && KEPT.contains(&name) && !text.is_empty() {
                    item.attributes.insert(name.to_owned(), text.into());
                }
            }
        }
    }

    fn unknown_entity(&mut self) {
        self.entity = true;
    }
}
