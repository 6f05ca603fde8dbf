//! One feature and its geometry.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::root::{GEOMETRIES, is_bbox};
use super::walk::{Reason, Trouble, coordinate, kind_of, list, odd, odd_because};
use crate::geometry::PointError;
use crate::io::decimal::{Coordinate, DecimalPair};
use crate::io::diagnosis::Diagnosis;
use crate::io::json::{Cursor, JsonError, Quirks, unescape};
use crate::io::layer::Feature;
use crate::io::part::Part;
use crate::io::room::{Room, weight_of};

/// Geometry collections nested deeper are left out.
const COLLECTION_DEPTH: u32 = 16;

fn is_geometry(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| GEOMETRIES.contains(&kind))
}

/// Room that is taken at a time, so that threads seldom meet.
const STRETCH: u64 = 1 << 20;

/// Why features were not read.
#[derive(Debug)]
pub(super) enum Unread {
    Json(JsonError),
    /// They would fill the memory.
    NoRoom,
}

impl From<JsonError> for Unread {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl<P: Coordinate> Part<P> {
    /// Reads features that begin at these places; the first one is number `before` + 1.
    pub(super) fn of_features(text: &[u8], starts: &[u32], before: usize, room: &Room) -> Result<Self, Unread> {
        let (mut part, mut owed) = (Self::default(), 0);
        for (index, &start) in starts.iter().enumerate() {
            let number = (before + index + 1) as u32;
            part.feature(&mut Cursor::new(text, start as usize), number)?;
            owed += part.features.last().map_or(0, weight_of);
            if owed > STRETCH && !room.take(std::mem::take(&mut owed)) {
                return Err(Unread::NoRoom);
            }
        }
        if room.take(owed) { Ok(part) } else { Err(Unread::NoRoom) }
    }

    /// Reads a file that is one feature.
    pub(super) fn of_feature(text: &[u8], at: usize) -> Result<Self, JsonError> {
        let mut part = Self::default();
        part.feature(&mut Cursor::new(text, at), 1)?;
        Ok(part)
    }

    /// Reads a file that is one geometry.
    pub(super) fn of_geometry(text: &[u8], at: usize) -> Result<Self, JsonError> {
        let mut part = Self::default();
        let mut feature = Feature::default();
        part.geometry(&mut Cursor { text, at, lenient: true }, 1, &mut feature)?;
        part.end_unit(feature);
        Ok(part)
    }

    /// Reads the feature that begins here.
    pub(super) fn feature(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<(), JsonError> {
        cursor.lenient = true;
        let mut feature = Feature::default();
        if cursor.next() != Some(b'{') {
            cursor.skip()?;
            self.odd.add(Diagnosis::NotFeature, number, "");
            self.end_unit(feature);
            return Ok(());
        }
        let (mut foreign, mut quirks) = (Map::new(), Quirks::default());
        let (mut kind, mut placed) = (Value::Null, None);
        let start = cursor.at;
        let mut seen = [false; 3];
        cursor.members(|cursor, key| {
            let known = [&b"type"[..], b"geometry", b"properties"].iter().position(|&name| name == key);
            if let Some(seen) = known.and_then(|at| seen.get_mut(at)) {
                quirks.doubled |= std::mem::replace(seen, true);
            }
            match key {
                b"type" => kind = cursor.value(&mut quirks)?,
                b"geometry" if placed.is_none() => {
                    placed = Some(self.geometry(cursor, number, &mut feature)?);
                }
                b"geometry" => {
                    cursor.skip()?;
                }
                // A geometry stands where a feature should: it is read as one below.
                b"coordinates" | b"geometries" if is_geometry(&kind) => {
                    cursor.skip()?;
                }
                b"properties" => match cursor.value(&mut quirks)? {
                    Value::Object(map) => feature.attributes = Arc::new(map),
                    Value::Null => {}
                    other => {
                        self.odd.add(Diagnosis::BadProperties, number, "");
                        feature.attributes = Arc::new(Map::from_iter([("properties".to_owned(), other)]));
                    }
                },
                _ => {
                    let value = cursor.value(&mut quirks)?;
                    self.check_member(key, &value, number);
                    quirks.doubled |= foreign.insert(unescape(key, &mut quirks), value).is_some();
                }
            }
            Ok::<_, JsonError>(())
        })?;
        if placed.is_none() && is_geometry(&kind) {
            self.odd.add(Diagnosis::BareGeometry, number, "");
            (foreign, feature) = (Map::new(), Feature::default());
            placed = Some(self.geometry(&mut Cursor { at: start, ..cursor.clone() }, number, &mut feature)?);
        } else if kind == "FeatureCollection" && foreign.get("features").is_some_and(Value::is_array) {
            // Land that is not read must not pass for a record.
            self.odd.add(Diagnosis::NotFeature, number, "a FeatureCollection");
            self.end_unit(Feature::default());
            return Ok(());
        } else if kind != "Feature" {
            self.odd.add(Diagnosis::Unmarked, number, "");
        }
        if !placed.unwrap_or(false) {
            self.odd.add(Diagnosis::NoGeometry, number, "");
        }
        self.quirks(quirks, number);
        if !foreign.is_empty() {
            let mut all = Arc::unwrap_or_clone(feature.foreign);
            all.extend(foreign);
            feature.foreign = Arc::new(all);
        }
        self.end_unit(feature);
        Ok(())
    }

    /// Says what is odd about a member that is only kept.
    fn check_member(&mut self, key: &[u8], value: &Value, number: u32) {
        match key {
            b"id" if !(value.is_string() || value.is_number() || value.is_null()) => {
                self.odd.add(Diagnosis::BadId, number, "");
            }
            b"bbox" if !is_bbox(value) => self.odd.add(Diagnosis::BadBbox, number, ""),
            b"features" | b"coordinates" | b"geometries" => {
                self.odd.add(Diagnosis::StrayMember, number, String::from_utf8_lossy(key));
            }
            _ => {}
        }
    }

    fn quirks(&mut self, quirks: Quirks, number: u32) {
        let all = [
            (quirks.doubled, Diagnosis::Doubled),
            (quirks.not_finite, Diagnosis::NotFinite),
            (quirks.long_number, Diagnosis::LongNumber),
            (quirks.half_character, Diagnosis::HalfCharacter),
        ];
        for (_, kind) in all.into_iter().filter(|(met, _)| *met) {
            self.odd.add(kind, number, "");
        }
    }

    /// Reads the geometry of a feature; `false` where it is null. One that cannot be read is listed and left out.
    pub(super) fn geometry(
        &mut self,
        cursor: &mut Cursor<'_>,
        number: u32,
        feature: &mut Feature,
    ) -> Result<bool, JsonError> {
        let start = cursor.at;
        let mark = self.mark();
        if cursor.next() == Some(b'n') {
            cursor.skip()?;
            return Ok(false);
        }
        match self.shape(cursor, number, feature, 0) {
            Ok(()) => Ok(true),
            Err(Trouble(reason)) => {
                let (kind, detail) = match *reason {
                    Reason::Json(error) => return Err(error),
                    Reason::Odd(kind, detail) => (kind, detail),
                };
                self.back_to(mark);
                cursor.at = start;
                cursor.skip()?;
                self.odd.add(kind, number, detail);
                Ok(true)
            }
        }
    }

    /// Reads a geometry object.
    fn shape(
        &mut self,
        cursor: &mut Cursor<'_>,
        number: u32,
        feature: &mut Feature,
        depth: u32,
    ) -> Result<(), Trouble> {
        if cursor.next() != Some(b'{') {
            return Err(odd(Diagnosis::UnknownType));
        }
        if depth == COLLECTION_DEPTH {
            return Err(odd(Diagnosis::DeepCollection));
        }
        let kind = kind_of(cursor.clone())?;
        let Some(kind) = kind else { return Err(odd(Diagnosis::UnknownType)) };
        let (mut found, mut quirks) = (false, Quirks::default());
        cursor.members(|cursor, key| {
            match key {
                b"type" => {
                    cursor.skip()?;
                }
                b"coordinates" if kind != b"GeometryCollection" && !found => {
                    found = true;
                    self.coordinates(cursor, kind, number)?;
                }
                b"geometries" if kind == b"GeometryCollection" && !found => {
                    found = true;
                    self.collection(cursor, number, feature, depth)?;
                }
                b"coordinates" | b"geometries" => {
                    quirks.doubled |= found;
                    cursor.skip()?;
                }
                _ => {
                    let value = cursor.value(&mut quirks)?;
                    if matches!(key, b"properties" | b"geometry" | b"features") {
                        self.odd.add(Diagnosis::StrayMember, number, String::from_utf8_lossy(key));
                    }
                    if key == b"bbox" && !is_bbox(&value) {
                        self.odd.add(Diagnosis::BadBbox, number, "");
                    }
                    let mut kept = std::mem::take(&mut feature.foreign);
                    let members =
                        Arc::make_mut(&mut kept).entry("geometry").or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(members) = members {
                        members.insert(unescape(key, &mut quirks), value);
                    }
                    feature.foreign = kept;
                }
            }
            Ok::<_, Trouble>(())
        })?;
        self.quirks(quirks, number);
        if found { Ok(()) } else { Err(odd(Diagnosis::NoCoordinates)) }
    }

    /// Reads the members of a geometry collection.
    fn collection(
        &mut self,
        cursor: &mut Cursor<'_>,
        number: u32,
        feature: &mut Feature,
        depth: u32,
    ) -> Result<(), Trouble> {
        if depth == 1 {
            self.odd.add(Diagnosis::NestedCollection, number, "");
        }
        list(cursor, |cursor| self.shape(cursor, number, feature, depth + 1))
    }

    /// Reads coordinates as a type asks for them.
    fn coordinates(&mut self, cursor: &mut Cursor<'_>, kind: &[u8], number: u32) -> Result<(), Trouble> {
        match kind {
            b"Polygon" => self.read_polygon(cursor, number),
            b"MultiPolygon" => list(cursor, |cursor| self.read_polygon(cursor, number)),
            b"LineString" => self.read_line(cursor, number),
            b"MultiLineString" => list(cursor, |cursor| self.read_line(cursor, number)),
            b"Point" => {
                let point = self.position(cursor, number)?;
                self.dots([point]);
                Ok(())
            }
            _ => {
                let mut points = Vec::new();
                list(cursor, |cursor| {
                    points.push(self.position(cursor, number)?);
                    Ok(())
                })?;
                self.dots(points);
                Ok(())
            }
        }
    }

    fn read_polygon(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<(), Trouble> {
        let rings = self.rings();
        let mut outer_lost = false;
        let mut first = true;
        list(cursor, |cursor| {
            let kept = self.read_ring(cursor, number)?;
            outer_lost |= first && !kept;
            first = false;
            Ok(())
        })?;
        self.close_polygon(rings, outer_lost);
        Ok(())
    }

    /// Reads a ring; `false` where it is too short to be kept.
    fn read_ring(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<bool, Trouble> {
        let start = self.polygons.points.len();
        list(cursor, |cursor| {
            let point = self.position(cursor, number)?;
            self.polygons.points.push(point);
            Ok(())
        })?;
        Ok(self.close_ring(start, number))
    }

    fn read_line(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<(), Trouble> {
        let start = self.lines.points.len();
        list(cursor, |cursor| {
            let point = self.position(cursor, number)?;
            self.lines.points.push(point);
            Ok(())
        })?;
        self.close_line(start, number);
        Ok(())
    }

    /// Reads `[lon, lat, …]`.
    #[inline]
    fn position(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<P, Trouble> {
        if !cursor.take(b'[') {
            return Err(odd(Diagnosis::Nesting));
        }
        let lon = coordinate(cursor)?;
        if !cursor.take(b',') {
            return Err(odd(Diagnosis::Nesting));
        }
        let lat = coordinate(cursor)?;
        if !cursor.take(b']') {
            self.more_numbers(cursor, number)?;
        }
        self.points_read += 1;
        match P::from_decimals(DecimalPair(lon, lat)) {
            Ok((point, rounded)) => {
                self.rounded += u64::from(rounded);
                Ok(point)
            }
            Err(PointError::NotFinite) => Err(odd(Diagnosis::NotNumber)),
            Err(PointError::OutOfRange(lon, lat)) => Err(odd_because(Diagnosis::OutOfRange, format!("{lon}, {lat}"))),
        }
    }

    /// Passes heights and measures, to the end of the position.
    fn more_numbers(&mut self, cursor: &mut Cursor<'_>, number: u32) -> Result<(), Trouble> {
        while cursor.take(b',') {
            if cursor.next() == Some(b'[') {
                return Err(odd(Diagnosis::Nesting));
            }
            cursor.skip()?;
        }
        self.odd.add_once(Diagnosis::Heights, number, "");
        Ok(cursor.expect(b']')?)
    }
}
