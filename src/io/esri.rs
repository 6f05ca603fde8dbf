//! What a server of ESRI answers (`f=json`): features of attributes and `rings`, `paths`, `points`, or `x` and `y`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::Declared;
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::format::Format;
use super::json::{Cursor, JsonError, Quirks};
use super::layer::{Feature, Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::shapefile::rings::{self, Work};
use super::{ReadError, geojson};
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Reads the features that begin at these places; `others` are the other members of the answer.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    features: &[u32],
    others: &Map<String, Value>,
    reading: &Reading,
    progress: &Progress,
) -> Result<Layer<P>, ReadError> {
    progress.phase(
        Text::new(format!("Reading {}", source.name()), format!("读取 {}", source.name())),
        features.len() as u64,
    );
    let (room, work) = (Room::of(source), Work::new(source.text().len(), progress));
    let mut part = Part::default();
    let mut declared = reference(others.get("spatialReference"));
    for &start in features {
        progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
        progress.add(1);
        let mut cursor = Cursor { text: source.text(), at: start as usize, lenient: true };
        let own = feature(&mut cursor, &mut part, &work).map_err(|error| geojson::json_error(source, &error))?;
        if matches!(declared, Declared::Nothing) {
            declared = own;
        }
        if !part.features.last().is_some_and(|feature| room.take_feature(feature)) {
            return Err(room::no_room(source));
        }
    }
    let mut found = Found { format: Format::EsriJson, ..Found::new(source, part, progress) };
    if others.get("exceededTransferLimit") == Some(&Value::Bool(true)) {
        let text = Text::new(
            "the server cut its answer (exceededTransferLimit): there are more features than these. Ask it for the rest",
            "服务器截断了返回结果（exceededTransferLimit）：要素不全。请分批请求其余要素",
        );
        found.notes.push(Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Error, text) });
    }
    assemble::layer(source, found, &declared, reading)
}

/// The coordinate system that a `spatialReference` names.
fn reference(value: Option<&Value>) -> Declared {
    let number = |key: &str| value.and_then(|value| value.get(key)).and_then(Value::as_u64);
    let text = value.and_then(|value| value.get("wkt")).and_then(Value::as_str);
    // The latest number is that of EPSG where ESRI had one of its own.
    match number("latestWkid").or_else(|| number("wkid")).and_then(|code| u32::try_from(code).ok()) {
        Some(102_100) => Declared::epsg(3857),
        Some(code) => Declared::epsg(code),
        None => text.map_or(Declared::Nothing, Declared::of),
    }
}

/// Reads one feature; the coordinate system that its geometry names.
fn feature(cursor: &mut Cursor<'_>, part: &mut Part<Plane>, work: &Work<'_>) -> Result<Declared, JsonError> {
    let number = part.features.len() as u32 + 1;
    let (mut feature, mut declared, mut drawn) = (Feature::default(), Declared::Nothing, false);
    if cursor.next() != Some(b'{') {
        cursor.skip()?;
        part.odd.add(Diagnosis::NotFeature, number, "");
        part.end_unit(feature);
        return Ok(declared);
    }
    let mut quirks = Quirks::default();
    cursor.members(|cursor, key| {
        match key {
            b"attributes" => match cursor.value(&mut quirks)? {
                Value::Object(map) => feature.attributes = Arc::new(map),
                Value::Null => {}
                _ => part.odd.add(Diagnosis::BadProperties, number, ""),
            },
            b"geometry" if cursor.next() == Some(b'{') => {
                let mark = part.mark();
                let read = geometry(cursor, part, number, work)?;
                declared = read.declared;
                drawn = true;
                if let Some(kind) = read.odd {
                    part.back_to(mark);
                    part.odd.add(kind, number, "");
                }
            }
            _ => {
                cursor.skip()?;
            }
        }
        Ok::<_, JsonError>(())
    })?;
    if !drawn {
        part.odd.add(Diagnosis::NoGeometry, number, "");
    }
    part.end_unit(feature);
    Ok(declared)
}

/// A geometry that was read, and what was odd about it as a whole.
struct Drawn {
    declared: Declared,
    odd: Option<Diagnosis>,
}

fn geometry(cursor: &mut Cursor<'_>, part: &mut Part<Plane>, number: u32, work: &Work<'_>) -> Result<Drawn, JsonError> {
    let mut drawn = Drawn { declared: Declared::Nothing, odd: None };
    let (mut x, mut y, mut met) = (None, None, false);
    cursor.members(|cursor, key| {
        match key {
            b"spatialReference" => drawn.declared = reference(Some(&cursor.value(&mut Quirks::default())?)),
            b"rings" | b"paths" | b"points" => {
                met = true;
                let one = key == b"points";
                match paths(cursor, one, part, number)? {
                    None => drawn.odd = Some(Diagnosis::Nesting),
                    Some(lists) if key == b"rings" => match rings::polygons(lists, work) {
                        None => drawn.odd = Some(Diagnosis::PiledRings),
                        Some(polygons) => {
                            for polygon in polygons {
                                part.polygon(polygon.into_iter().map(|ring| ring.into_iter().map(Plane)), number);
                            }
                        }
                    },
                    Some(lists) if one => lists.into_iter().for_each(|list| part.dots(list.into_iter().map(Plane))),
                    Some(lists) => {
                        lists.into_iter().for_each(|list| part.line(list.into_iter().map(Plane), number));
                    }
                }
            }
            b"x" => x = Some(cursor.value(&mut Quirks::default())?),
            b"y" => y = Some(cursor.value(&mut Quirks::default())?),
            b"curveRings" | b"curvePaths" => {
                met = true;
                cursor.skip()?;
                drawn.odd = Some(Diagnosis::OtherGeometry);
            }
            _ => {
                cursor.skip()?;
            }
        }
        Ok::<_, JsonError>(())
    })?;
    match (x, y) {
        // An empty point has "NaN" or null.
        (Some(x), Some(y)) => match (x.as_f64(), y.as_f64()) {
            (Some(x), Some(y)) => part.dots([Plane([x, y])]),
            _ => drawn.odd = Some(Diagnosis::NoGeometry),
        },
        _ if !met => drawn.odd = Some(Diagnosis::NoGeometry),
        _ => {}
    }
    Ok(drawn)
}

/// Lists of positions, or the one list that stands here; `None` where they are nested otherwise.
fn paths(
    cursor: &mut Cursor<'_>,
    one: bool,
    part: &mut Part<Plane>,
    number: u32,
) -> Result<Option<Vec<Vec<[f64; 2]>>>, JsonError> {
    let start = cursor.at;
    let read = if one {
        positions(cursor, part, number).map(|list| list.map(|list| vec![list]))
    } else {
        listed(cursor, |cursor| positions(cursor, part, number))
    };
    // Nested otherwise, all of it is passed over; broken JSON is told there.
    match read {
        Ok(Some(lists)) => Ok(Some(lists)),
        Ok(None) => {
            cursor.at = start;
            cursor.skip()?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn positions(cursor: &mut Cursor<'_>, part: &mut Part<Plane>, number: u32) -> Result<Option<Vec<[f64; 2]>>, JsonError> {
    listed(cursor, |cursor| {
        let Some(numbers) = listed(cursor, coordinate)? else { return Ok(None) };
        let &[x, y, ref more @ ..] = numbers.as_slice() else { return Ok(None) };
        if !more.is_empty() {
            part.odd.add_once(Diagnosis::Heights, number, "");
        }
        Ok(Some([x, y]))
    })
}

fn coordinate(cursor: &mut Cursor<'_>) -> Result<Option<f64>, JsonError> {
    if matches!(cursor.next(), Some(b'[' | b'{' | b'"')) {
        return Ok(None);
    }
    Ok(cursor.value(&mut Quirks::default())?.as_f64())
}

/// The members of a list; `None` where there is none, or a member is none.
fn listed<T>(
    cursor: &mut Cursor<'_>,
    mut member: impl FnMut(&mut Cursor<'_>) -> Result<Option<T>, JsonError>,
) -> Result<Option<Vec<T>>, JsonError> {
    if !cursor.take(b'[') {
        return Ok(None);
    }
    let mut all = Vec::new();
    if cursor.take(b']') {
        return Ok(Some(all));
    }
    loop {
        let Some(one) = member(cursor)? else { return Ok(None) };
        all.push(one);
        if !cursor.take(b',') {
            cursor.expect(b']')?;
            return Ok(Some(all));
        }
    }
}
