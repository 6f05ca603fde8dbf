//! `TopoJSON` (its specification 1.0): arcs shared by geometries, absolute or quantised and delta-encoded. Each of its
//! collections is a layer; what stands alone among its objects, a geometry a name, is one layer together.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{self, Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::format::Format;
use super::geojson::json_error;
use super::json::{Cursor, JsonError, Quirks, unescape};
use super::layer::{Feature, LAYERS, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::{Fault, ReadError};
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Collections in collections.
const DEPTH: u32 = 16;
/// How often an arc may be walked on average: twice a tier, and a file holds few tiers. Without a limit a small file could
/// ask for any number of points.
const WALKED: usize = 32;
/// Points that may be walked whatever the file holds.
const FREE: usize = 1 << 20;
/// Arcs and features read before a cancelled job is noticed.
const ASKED: usize = 512;

/// The outermost object; places are bytes of the text.
#[derive(Default)]
struct Topology {
    /// The objects, each with its name.
    objects: Vec<(String, usize)>,
    /// Positions of all arcs as they are written, and where each arc ends; `None` for one with a position that is none.
    positions: Vec<Plane>,
    ends: Vec<Option<usize>>,
    transform: Option<Transform>,
    crs: Option<Value>,
}

#[derive(Clone, Copy)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// Reads all objects of a topology.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    let text = source.text();
    progress.phase(Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())), 0);
    let broken = |error: JsonError| {
        if progress.is_cancelled() { ReadError::cancelled(&source.path) } else { json_error(source, &error) }
    };
    let topology = Topology::read(text, progress).map_err(broken)?;
    let name = |crs: &Value| crs.get("properties")?.get("name")?.as_str().map(str::to_owned);
    let declared = topology.crs.as_ref().and_then(name).map_or(Declared::Nothing, |name| Declared::of(&name));
    let left = Cell::new(FREE + WALKED * topology.positions.len());
    let (objects, transform) = (topology.objects.clone(), topology.transform);
    let (places, lines) = topology.absolute();
    let arcs = Arcs { text, places, lines, transform, left, progress };
    let (groups, left_out) = groups(text, &objects, progress).map_err(broken)?;
    let several = groups.len() > 1;
    let (mut layers, mut last) = (Vec::new(), None);
    let room = Room::of(source);
    for (name, members) in groups {
        let part = part_of(&members, &arcs, &room).map_err(broken)?;
        progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
        let part = part.ok_or_else(|| room::no_room(source))?;
        if arcs.left.get() == 0 {
            let text = Text::new(
                "its arcs are walked so often that it would fill the memory: not opened. Export it again as GeoJSON",
                "其弧段被重复引用次数过多,会占满内存,未打开。请重新导出为 GeoJSON",
            );
            return Err(ReadError::new(&source.path, Fault::TooLarge, text));
        }
        let name = name.filter(|_| several).map_or_else(|| source.stem(), str::to_owned);
        let found = Found { name, format: Format::TopoJson, ..Found::new(source, part, progress) };
        match assemble::layer(source, found, &declared, reading) {
            Ok(layer) => layers.push(layer),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if layers.is_empty() => Err(error),
        None if layers.is_empty() => {
            let text = Text::new("the topology holds no object", "拓扑中没有对象");
            Err(ReadError::new(&source.path, Fault::NothingLeft, text))
        }
        _ => {
            if let Some(layer) = layers.first_mut().filter(|_| left_out > 0) {
                layer.notes.push(too_many(source, left_out));
            }
            Ok(layers)
        }
    }
}

impl Topology {
    fn read(text: &[u8], progress: &Progress) -> Result<Self, JsonError> {
        let mut topology = Self::default();
        at(text, 0).members(|cursor, key| {
            match key {
                b"objects" if cursor.next() == Some(b'{') => {
                    topology.objects.clear();
                    cursor.members(|cursor, name| {
                        topology.objects.push((unescape(name, &mut Quirks::default()), cursor.at));
                        cursor.skip()?;
                        Ok::<_, JsonError>(())
                    })?;
                }
                b"arcs" if cursor.next() == Some(b'[') => topology.arcs(cursor, progress)?,
                b"transform" => topology.transform = Transform::of(&cursor.value(&mut Quirks::default())?),
                b"crs" => topology.crs = Some(cursor.value(&mut Quirks::default())?),
                _ => {
                    cursor.skip()?;
                }
            }
            Ok::<_, JsonError>(())
        })?;
        Ok(topology)
    }

    fn arcs(&mut self, cursor: &mut Cursor<'_>, progress: &Progress) -> Result<(), JsonError> {
        each(cursor, |cursor| {
            if self.ends.len().is_multiple_of(ASKED) && progress.is_cancelled() {
                return Err(cursor.error("cancelled", "已取消"));
            }
            let (start, before) = (cursor.at, self.positions.len());
            let mut sound = cursor.next() == Some(b'[');
            if sound {
                each(cursor, |cursor| {
                    match position(cursor)? {
                        Some(place) => self.positions.push(Plane(place)),
                        None => sound = false,
                    }
                    Ok(())
                })?;
            } else {
                cursor.at = start;
                cursor.skip()?;
            }
            if !sound {
                self.positions.truncate(before);
            }
            self.ends.push(sound.then_some(self.positions.len()));
            Ok(())
        })
    }

    /// Positions of the arcs, and where each of these stands among them. A quantised one says only steps (§2.1.4), which
    /// become positions where they are: a large map is not held twice.
    fn absolute(mut self) -> (Vec<Plane>, Vec<Option<Range<usize>>>) {
        let mut start = 0;
        let mut arc = |end: Option<usize>| {
            let range = start..end?;
            start = range.end;
            if let Some(transform) = self.transform {
                let mut sum = [0.0; 2];
                for place in self.positions.get_mut(range.clone())? {
                    let Plane([x, y]) = *place;
                    sum = [sum[0] + x, sum[1] + y];
                    *place = transform.unquantised(sum);
                }
            }
            Some(range)
        };
        let lines = self.ends.iter().copied().map(&mut arc).collect();
        (self.positions, lines)
    }
}

impl Transform {
    fn of(value: &Value) -> Option<Self> {
        let pair = |key: &str| {
            let list = value.get(key)?.as_array()?;
            Some([list.first()?.as_f64()?, list.get(1)?.as_f64()?])
        };
        Some(Self { scale: pair("scale")?, translate: pair("translate")? })
    }

    fn unquantised(self, [x, y]: [f64; 2]) -> Plane {
        Plane([x * self.scale[0] + self.translate[0], y * self.scale[1] + self.translate[1]])
    }
}

fn at(text: &[u8], place: usize) -> Cursor<'_> {
    Cursor { text, at: place, lenient: true }
}

/// Calls `member` for each member of the list that begins here; it must pass it.
fn each<'a>(
    cursor: &mut Cursor<'a>,
    mut member: impl FnMut(&mut Cursor<'a>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    cursor.expect(b'[')?;
    if cursor.take(b']') {
        return Ok(());
    }
    loop {
        member(cursor)?;
        if !cursor.take(b',') {
            return cursor.expect(b']');
        }
    }
}

/// Two numbers of a list, more are passed over; `None` where there are not two.
fn position(cursor: &mut Cursor<'_>) -> Result<Option<[f64; 2]>, JsonError> {
    if cursor.next() != Some(b'[') {
        cursor.skip()?;
        return Ok(None);
    }
    let (mut place, mut count) = ([f64::NAN; 2], 0);
    each(cursor, |cursor| {
        let value = number(cursor)?;
        if let Some(slot) = place.get_mut(count) {
            *slot = value.unwrap_or(f64::NAN);
        }
        count += 1;
        Ok(())
    })?;
    Ok((count >= 2 && place.iter().all(|number| number.is_finite())).then_some(place))
}

/// A number; `None` for anything else, which is passed over.
fn number(cursor: &mut Cursor<'_>) -> Result<Option<f64>, JsonError> {
    cursor.space();
    match decimal::read(cursor.text.get(cursor.at..).unwrap_or(&[])) {
        Some((number, length)) => {
            cursor.at += length;
            Ok(Some(number.to_f64()))
        }
        None => cursor.skip().map(|_| None),
    }
}

/// An object of a topology as it stands: places are bytes of the text.
#[derive(Default)]
struct Object<'a> {
    kind: Option<&'a [u8]>,
    arcs: Option<usize>,
    coordinates: Option<usize>,
    geometries: Option<usize>,
    properties: Option<usize>,
    id: Option<usize>,
}

impl<'a> Object<'a> {
    /// The object at a place; an empty one where none stands there.
    fn at(text: &'a [u8], place: usize) -> Result<Self, JsonError> {
        let (mut object, mut cursor) = (Self::default(), at(text, place));
        if cursor.next() != Some(b'{') {
            return Ok(object);
        }
        cursor.members(|cursor, key| {
            let here = Some(cursor.at);
            match key {
                b"type" if cursor.next() == Some(b'"') => {
                    object.kind = Some(cursor.string()?);
                    return Ok(());
                }
                b"arcs" => object.arcs = here,
                b"coordinates" => object.coordinates = here,
                b"geometries" => object.geometries = here,
                b"properties" => object.properties = here,
                b"id" => object.id = here,
                _ => {}
            }
            cursor.skip()?;
            Ok::<_, JsonError>(())
        })?;
        Ok(object)
    }

    /// Where the members of a collection begin; `None` where it is none.
    fn members(&self, text: &[u8], progress: &Progress) -> Result<Option<Vec<usize>>, JsonError> {
        let Some(place) = self.geometries.filter(|_| self.kind == Some(b"GeometryCollection")) else { return Ok(None) };
        let (mut cursor, mut places) = (at(text, place), Vec::new());
        if cursor.next() != Some(b'[') {
            return Ok(None);
        }
        each(&mut cursor, |cursor| {
            if places.len() % ASKED == 0 && progress.is_cancelled() {
                return Err(cursor.error("cancelled", "已取消"));
            }
            cursor.space();
            places.push(cursor.at);
            cursor.skip().map(drop)
        })?;
        Ok(Some(places))
    }
}

/// A member of a layer: its name among the objects, where it stands alone there, and its place.
type Member<'a> = (Option<&'a str>, usize);

/// The members of a layer, and the name of its object if it is one.
type Group<'a> = (Option<&'a str>, Vec<Member<'a>>);

/// The layers of a topology, each with the name of its object if it is one, and how many are left out.
fn groups<'a>(
    text: &[u8],
    objects: &'a [(String, usize)],
    progress: &Progress,
) -> Result<(Vec<Group<'a>>, usize), JsonError> {
    let (mut groups, mut alone, mut left_out) = (Vec::new(), Vec::new(), 0);
    for (name, place) in objects {
        let name = Some(name.as_str());
        match Object::at(text, *place)?.members(text, progress)? {
            Some(_) if groups.len() == LAYERS => left_out += 1,
            Some(members) => groups.push((name, members.into_iter().map(|member| (None, member)).collect())),
            None => alone.push((name, *place)),
        }
    }
    match alone[..] {
        [] => {}
        [(name, object)] => groups.push((name, vec![(None, object)])),
        _ => groups.push((None, alone)),
    }
    Ok((groups, left_out))
}

fn too_many(source: &Source, left_out: usize) -> Problem {
    let reason = Text::new(
        format!(
            "it holds more than {LAYERS} collections; {left_out} of them are left out. Export those that are needed"
        ),
        format!("其中的集合超过 {LAYERS} 个,{left_out} 个未读取。请只导出需要的图层"),
    );
    Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Error, reason) }
}

/// Arcs in place; `None` for one with a position that is none.
struct Arcs<'t> {
    text: &'t [u8],
    places: Vec<Plane>,
    /// Where each arc stands among the places.
    lines: Vec<Option<Range<usize>>>,
    transform: Option<Transform>,
    /// Points that may still be walked; 0 once it was too many.
    left: Cell<usize>,
    progress: &'t Progress,
}

/// What is read of a geometry: `None` where an arc or a position is not there.
type Sound<T> = Result<Option<T>, JsonError>;

impl Arcs<'_> {
    /// The line of the list of arc numbers that begins here: `~n` is arc n backwards; where two meet, their common point
    /// stands once.
    fn line(&self, cursor: &mut Cursor<'_>) -> Sound<Vec<Plane>> {
        let (mut line, mut sound): (Vec<Plane>, bool) = (Vec::new(), cursor.next() == Some(b'['));
        if !sound {
            return cursor.skip().map(|_| None);
        }
        each(cursor, |cursor| {
            let number = number(cursor)?.filter(|number| number.fract() == 0.0).map(|number| number as i64);
            sound = sound && number.and_then(|number| self.walk(number, &mut line)).is_some();
            Ok(())
        })?;
        Ok(sound.then_some(line))
    }

    /// Adds an arc to a line.
    fn walk(&self, number: i64, line: &mut Vec<Plane>) -> Option<()> {
        let arc = self.lines.get(usize::try_from(if number < 0 { !number } else { number }).ok()?)?.clone()?;
        let arc = self.places.get(arc)?;
        // An arc without a point takes its step all the same.
        let left = self.left.get().saturating_sub(arc.len().max(1));
        self.left.set(left);
        if left == 0 {
            return None;
        }
        line.pop();
        if number < 0 {
            line.extend(arc.iter().rev());
        } else {
            line.extend(arc);
        }
        Some(())
    }

    /// The members of the list at a place, each read by `one`.
    fn all<T>(cursor: &mut Cursor<'_>, mut one: impl FnMut(&mut Cursor<'_>) -> Sound<T>) -> Sound<Vec<T>> {
        let (mut all, mut sound) = (Vec::new(), cursor.next() == Some(b'['));
        if !sound {
            return cursor.skip().map(|_| None);
        }
        each(cursor, |cursor| {
            match one(cursor)? {
                Some(value) => all.push(value),
                None => sound = false,
            }
            Ok(())
        })?;
        Ok(sound.then_some(all))
    }

    fn lines(&self, cursor: &mut Cursor<'_>) -> Sound<Vec<Vec<Plane>>> {
        Self::all(cursor, |cursor| self.line(cursor))
    }

    /// A position of a point: quantised, but no step.
    fn place(&self, cursor: &mut Cursor<'_>) -> Sound<Plane> {
        let place = position(cursor)?;
        Ok(place.map(|place| self.transform.map_or(Plane(place), |transform| transform.unquantised(place))))
    }

    /// Reads one geometry into a part.
    fn geometry(&self, object: &Object<'_>, part: &mut Part<Plane>, number: u32, depth: u32) -> Sound<()> {
        let coordinates = object.coordinates.map(|place| at(self.text, place));
        let numbers = object.arcs.map(|place| at(self.text, place));
        let broken = Ok(None);
        match object.kind {
            None => part.odd.add(Diagnosis::NoGeometry, number, ""),
            Some(b"Point") => {
                let Some(mut cursor) = coordinates else { return broken };
                let Some(place) = self.place(&mut cursor)? else { return broken };
                part.dots([place]);
            }
            Some(b"MultiPoint") => {
                let Some(mut cursor) = coordinates else { return broken };
                let Some(places) = Self::all(&mut cursor, |cursor| self.place(cursor))? else { return broken };
                part.dots(places);
            }
            Some(b"LineString") => {
                let Some(mut cursor) = numbers else { return broken };
                let Some(line) = self.line(&mut cursor)? else { return broken };
                part.line(line, number);
            }
            Some(b"MultiLineString") => {
                let Some(mut cursor) = numbers else { return broken };
                let Some(lines) = self.lines(&mut cursor)? else { return broken };
                lines.into_iter().for_each(|line| part.line(line, number));
            }
            Some(b"Polygon") => {
                let Some(mut cursor) = numbers else { return broken };
                let Some(rings) = self.lines(&mut cursor)? else { return broken };
                part.polygon(rings, number);
            }
            Some(b"MultiPolygon") => {
                let Some(mut cursor) = numbers else { return broken };
                let Some(polygons) = Self::all(&mut cursor, |cursor| self.lines(cursor))? else { return broken };
                polygons.into_iter().for_each(|rings| part.polygon(rings, number));
            }
            Some(b"GeometryCollection") if depth < DEPTH => {
                let Some(members) = object.members(self.text, self.progress)? else { return broken };
                for member in members {
                    let member = Object::at(self.text, member)?;
                    if self.geometry(&member, part, number, depth + 1)?.is_none() {
                        return broken;
                    }
                }
            }
            Some(_) => part.odd.add(Diagnosis::UnknownType, number, ""),
        }
        Ok(Some(()))
    }
}

/// The features of a layer; `None` where they would fill the memory. One that stands among the objects under a name of its
/// own has that as its id, and as its name where it has no property.
fn part_of(members: &[Member<'_>], arcs: &Arcs<'_>, room: &Room) -> Sound<Part<Plane>> {
    let mut part = Part::default();
    for &(name, place) in members {
        let number = part.features.len() as u32 + 1;
        if (number as usize).is_multiple_of(ASKED) && arcs.progress.is_cancelled() {
            break;
        }
        let object = Object::at(arcs.text, place)?;
        let mut feature = Feature::default();
        let value =
            |place: Option<usize>| place.map(|place| at(arcs.text, place).value(&mut Quirks::default())).transpose();
        let one = |key: &str, value: Value| Arc::new(Map::from_iter([(key.to_owned(), value)]));
        match (value(object.properties)?, name) {
            (Some(Value::Object(properties)), _) => feature.attributes = Arc::new(properties),
            (_, Some(name)) => feature.attributes = one("name", name.into()),
            _ => {}
        }
        if let Some(id) = value(object.id)?.or_else(|| name.map(Value::from)) {
            feature.foreign = one("id", id);
        }
        let mark = part.mark();
        if arcs.geometry(&object, &mut part, number, 0)?.is_none() {
            part.back_to(mark);
            part.odd.add(Diagnosis::BrokenGeometry, number, "");
        }
        if !room.take_feature(&feature) {
            return Ok(None);
        }
        part.end_unit(feature);
    }
    Ok(Some(part))
}
