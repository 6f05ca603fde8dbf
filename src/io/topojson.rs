//! `TopoJSON` (its specification 1.0): arcs shared by geometries, absolute or quantised and delta-encoded. Each of its
//! collections is a layer; what stands alone among its objects, a geometry a name, is one layer together.

use std::cell::Cell;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::format::Format;
use super::layer::{Feature, LAYERS, Layer, Reading};
use super::part::Part;
use super::{Fault, ReadError, kinds};
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Collections in collections.
const DEPTH: u32 = 16;
/// How often an arc may be walked on average: twice a tier, and a file holds few tiers. Without a limit a small file could
/// ask for any number of points.
const WALKED: usize = 32;
/// Points that may be walked whatever the file holds.
const FREE: usize = 1 << 20;

#[derive(Deserialize)]
struct Topology {
    objects: Map<String, Value>,
    #[serde(default)]
    arcs: Vec<Vec<Vec<f64>>>,
    transform: Option<Transform>,
    crs: Option<Value>,
}

#[derive(Clone, Copy, Deserialize)]
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
    progress.phase(Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())), 0);
    // Nesting deeper than 128 levels is refused by the parser.
    let topology: Topology = serde_json::from_slice(source.text()).map_err(|error| {
        let text = Text::new(
            format!("it is TopoJSON, but not as its specification has it: {error}"),
            format!("这是 TopoJSON,但不符合规范:{error}"),
        );
        ReadError::new(&source.path, Fault::NotGeoJson, text)
    })?;
    let name = |crs: &Value| crs.get("properties")?.get("name")?.as_str().map(str::to_owned);
    let declared = topology.crs.as_ref().and_then(name).map_or(Declared::Nothing, |name| Declared::of(&name));
    let left = Cell::new(FREE + WALKED * topology.arcs.iter().map(Vec::len).sum::<usize>());
    let arcs = Arcs { arcs: topology.arcs.iter().map(|arc| absolute(arc, topology.transform)).collect(), left };
    let (groups, left_out) = groups(&topology.objects);
    let several = groups.len() > 1;
    let (mut layers, mut last) = (Vec::new(), None);
    for (name, members) in groups {
        progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
        let part = part_of(&members, &arcs, topology.transform);
        if arcs.left.get() == 0 {
            let text = Text::new(
                "its arcs are walked so often that it would fill the memory: not opened. Export it again as GeoJSON",
                "其弧段被重复引用次数过多,会占满内存,未打开。请重新导出为 GeoJSON",
            );
            return Err(ReadError::new(&source.path, Fault::TooLarge, text));
        }
        let name = name.filter(|_| several).map_or_else(|| source.stem(), str::to_owned);
        let found = Found { name, format: Format::TopoJson, ..Found::new(source, part) };
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

/// A member of a layer: its name among the objects, where it stands alone there, and its geometry.
type Member<'a> = (Option<&'a str>, &'a Value);

/// The members of a layer, and the name of its object if it is one.
type Group<'a> = (Option<&'a str>, Vec<Member<'a>>);

/// The layers of a topology, each with the name of its object if it is one, and how many are left out.
fn groups(objects: &Map<String, Value>) -> (Vec<Group<'_>>, usize) {
    let (mut groups, mut alone, mut left_out) = (Vec::new(), Vec::new(), 0);
    for (name, object) in objects {
        let is_collection = object.get("type").and_then(Value::as_str) == Some("GeometryCollection");
        match object.get("geometries").and_then(Value::as_array).filter(|_| is_collection) {
            Some(_) if groups.len() == LAYERS => left_out += 1,
            Some(members) => groups.push((Some(name.as_str()), members.iter().map(|member| (None, member)).collect())),
            None => alone.push((Some(name.as_str()), object)),
        }
    }
    match alone[..] {
        [] => {}
        [(name, object)] => groups.push((name, vec![(None, object)])),
        _ => groups.push((None, alone)),
    }
    (groups, left_out)
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

/// Positions of an arc; a quantised one says only steps (§2.1.4).
fn absolute(arc: &[Vec<f64>], transform: Option<Transform>) -> Option<Vec<Plane>> {
    let mut sum = [0.0; 2];
    arc.iter()
        .map(|position| {
            let &[x, y, ..] = position.as_slice() else { return None };
            let Some(transform) = transform else { return Some(Plane([x, y])) };
            sum = [sum[0] + x, sum[1] + y];
            Some(unquantised(sum, transform))
        })
        .collect()
}

fn unquantised([x, y]: [f64; 2], Transform { scale, translate }: Transform) -> Plane {
    Plane([x * scale[0] + translate[0], y * scale[1] + translate[1]])
}

/// Arcs in place; `None` for one with a position that is none.
struct Arcs {
    arcs: Vec<Option<Vec<Plane>>>,
    /// Points that may still be walked; 0 once it was too many.
    left: Cell<usize>,
}

impl Arcs {
    /// The line of a list of arc numbers: `~n` is arc n backwards; where two meet, their common point stands once.
    fn line(&self, numbers: &Value) -> Option<Vec<Plane>> {
        let mut line: Vec<Plane> = Vec::new();
        for number in numbers.as_array()? {
            let number = number.as_i64()?;
            let arc = self.arcs.get(usize::try_from(if number < 0 { !number } else { number }).ok()?)?.as_ref()?;
            // An arc without a point takes its step all the same.
            let left = self.left.get().saturating_sub(arc.len().max(1));
            self.left.set(left);
            if left == 0 {
                return None;
            }
            line.pop();
            if number < 0 { line.extend(arc.iter().rev()) } else { line.extend(arc) }
        }
        Some(line)
    }

    fn lines(&self, list: &Value) -> Option<Vec<Vec<Plane>>> {
        list.as_array()?.iter().map(|numbers| self.line(numbers)).collect()
    }
}

/// The features of a layer. One that stands among the objects under a name of its own has that as its id, and as its name
/// where it has no property.
fn part_of(members: &[Member<'_>], arcs: &Arcs, transform: Option<Transform>) -> Part<Plane> {
    let mut part = Part::default();
    for &(name, geometry) in members {
        let number = part.features.len() as u32 + 1;
        let mut feature = Feature::default();
        let one = |key: &str, value: Value| Arc::new(Map::from_iter([(key.to_owned(), value)]));
        match (geometry.get("properties"), name) {
            (Some(Value::Object(properties)), _) => feature.attributes = Arc::new(properties.clone()),
            (_, Some(name)) => feature.attributes = one("name", name.into()),
            _ => {}
        }
        if let Some(id) = geometry.get("id").cloned().or_else(|| name.map(Value::from)) {
            feature.foreign = one("id", id);
        }
        let mark = part.mark();
        if read_geometry(geometry, arcs, transform, &mut part, number, 0).is_none() {
            part.back_to(mark);
            part.odd.add(kinds::BROKEN_GEOMETRY, number, "");
        }
        part.end_unit(feature);
    }
    part
}

/// Reads one geometry; `None` where an arc or a position is not there.
fn read_geometry(
    geometry: &Value,
    arcs: &Arcs,
    transform: Option<Transform>,
    part: &mut Part<Plane>,
    number: u32,
    depth: u32,
) -> Option<()> {
    let numbers = geometry.get("arcs");
    let coordinates = geometry.get("coordinates");
    // Positions of points are quantised, but not steps.
    let position = |position: &Value| {
        let place = [position.get(0)?.as_f64()?, position.get(1)?.as_f64()?];
        Some(transform.map_or(Plane(place), |transform| unquantised(place, transform)))
    };
    match geometry.get("type").and_then(Value::as_str) {
        None => part.odd.add(kinds::NO_GEOMETRY, number, ""),
        Some("Point") => {
            let place = position(coordinates?)?;
            part.dots([place]);
        }
        Some("MultiPoint") => {
            let places: Option<Vec<Plane>> = coordinates?.as_array()?.iter().map(position).collect();
            part.dots(places?);
        }
        Some("LineString") => part.line(arcs.line(numbers?)?, number),
        Some("MultiLineString") => arcs.lines(numbers?)?.into_iter().for_each(|line| part.line(line, number)),
        Some("Polygon") => part.polygon(arcs.lines(numbers?)?, number),
        Some("MultiPolygon") => {
            for polygon in numbers?.as_array()? {
                part.polygon(arcs.lines(polygon)?, number);
            }
        }
        Some("GeometryCollection") if depth < DEPTH => {
            for member in geometry.get("geometries")?.as_array()? {
                read_geometry(member, arcs, transform, part, number, depth + 1)?;
            }
        }
        Some(_) => part.odd.add(kinds::UNKNOWN_TYPE, number, ""),
    }
    Some(())
}
