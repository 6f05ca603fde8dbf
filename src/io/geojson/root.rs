//! The outermost object of a file: what it is, and where its features begin.

use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use crate::base::{Progress, Text};
use crate::io::assemble::COLUMNS;
use crate::io::crs::Declared;
use crate::io::diagnosis::Diagnosis;
use crate::io::format::RECORD;
use crate::io::json::{Cursor, JsonError, Quirks, unescape};
use crate::io::oddity::Oddities;

/// Collections in collections whose features are read.
const NESTED: usize = 16;

/// Features passed before a cancelled job is noticed.
const ASKED: usize = 4096;

/// What a file holds; places are bytes.
pub(super) enum Content {
    /// Where each member of `features`, or each text of a sequence, begins.
    Features(Vec<u32>),
    /// Where each feature of an answer of an ESRI server begins, and the others of its members.
    Esri(Vec<u32>, Map<String, Value>),
    /// A feature that begins here.
    Feature(usize),
    /// A geometry that begins here.
    Geometry(usize),
}

/// The outermost object.
pub(super) struct Root {
    pub(super) content: Content,
    pub(super) declared: Declared,
    pub(super) foreign: Map<String, Value>,
    pub(super) odd: Oddities,
}

/// Why a text is no `GeoJSON`.
pub(super) enum RootError {
    Json(JsonError),
    NotGeoJson(Text),
    /// It is `TopoJSON`.
    Topology,
    /// The job was cancelled.
    Cancelled,
}

impl From<JsonError> for RootError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// Members of the outermost object as they stand.
#[derive(Default)]
struct Members<'a> {
    kind: Option<Value>,
    features: Option<Vec<u32>>,
    features_are_list: bool,
    crs: Option<Value>,
    others: Vec<(&'a [u8], usize)>,
    doubled: bool,
}

/// Types a geometry may have.
pub(super) const GEOMETRIES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

impl Root {
    pub(super) fn read(text: &[u8], progress: &Progress) -> Result<Self, RootError> {
        let mut cursor = Cursor::new(text, 0);
        if cursor.next() == Some(RECORD) {
            return sequence(text, progress);
        }
        if cursor.next() != Some(b'{') {
            cursor.skip()?;
            end(&mut cursor)?;
            return Err(not_geojson("the outermost value is not an object", "最外层不是对象"));
        }
        let start = cursor.at;
        let members = members(&mut cursor, 0, progress)?;
        if matches!(cursor.next(), Some(b'{' | RECORD)) {
            return sequence(text, progress);
        }
        end(&mut cursor)?;
        let kind = match &members.kind {
            Some(Value::String(kind)) => kind.as_str(),
            Some(_) => return Err(not_geojson("its \"type\" is not a text", "\"type\" 不是文本")),
            None => return untyped(text, members),
        };
        let declared = declared_crs(members.crs.as_ref());
        let mut odd = Oddities::default();
        if members.doubled {
            odd.add(Diagnosis::Doubled, 1, "in the outermost object");
        }
        let content = match kind {
            "FeatureCollection" => {
                let Some(features) = members.features else {
                    let (en, zh) = if members.features_are_list {
                        ("its \"features\" is missing", "缺少 \"features\"")
                    } else {
                        ("its \"features\" is not a list", "\"features\" 不是列表")
                    };
                    return Err(not_geojson(en, zh));
                };
                let foreign = foreign(text, &members.others, &mut odd)?;
                return Ok(Self { content: Content::Features(features), declared, foreign, odd });
            }
            "Feature" => Content::Feature(start),
            kind if GEOMETRIES.contains(&kind) => Content::Geometry(start),
            "Topology" => return Err(RootError::Topology),
            other => {
                let short: String = other.chars().take(40).collect();
                return Err(not_geojson(
                    &format!("\"{short}\" is no type of GeoJSON (upper and lower case count)"),
                    &format!("“{short}”不是 GeoJSON 的类型(区分大小写)"),
                ));
            }
        };
        Ok(Self { content, declared, foreign: Map::new(), odd })
    }
}

/// An outermost object without a type: what an ESRI server answers, or nothing that is known.
fn untyped(text: &[u8], members: Members<'_>) -> Result<Root, RootError> {
    let mut odd = Oddities::default();
    let others = foreign(text, &members.others, &mut odd)?;
    if let Some(error) = others.get("error").filter(|error| error.is_object()) {
        let said = error.get("message").and_then(Value::as_str).unwrap_or("no message");
        return Err(RootError::NotGeoJson(Text::new(
            format!("the answer of a server that could not give the data: {said}. Ask it again"),
            format!("这是服务器返回的错误信息，不是数据：{said}。请重新请求"),
        )));
    }
    let is_esri = ["geometryType", "spatialReference", "fields"].iter().any(|key| others.contains_key(*key));
    match members.features {
        Some(features) if is_esri => {
            let (declared, foreign) = (Declared::Nothing, Map::new());
            Ok(Root { content: Content::Esri(features, others), declared, foreign, odd })
        }
        _ => Err(not_geojson("its outermost object has no \"type\"", "最外层对象没有 \"type\"")),
    }
}

/// A sequence of texts, one a line or each behind a record separator (RFC 8142): features, and the features of collections.
fn sequence(text: &[u8], progress: &Progress) -> Result<Root, RootError> {
    let (mut cursor, mut starts) = (Cursor::new(text, 0), Vec::new());
    loop {
        while cursor.take(RECORD) {}
        match cursor.next() {
            None => break,
            Some(b'{') => {}
            Some(_) => {
                // What begins a text that is no object is no sequence of features either.
                cursor.skip()?;
                return Err(not_geojson("one of its texts is no object", "其中一段不是对象"));
            }
        }
        if starts.len() % ASKED == 0 && progress.is_cancelled() {
            return Err(RootError::Cancelled);
        }
        let start = cursor.at;
        if is_collection(cursor.clone())? {
            starts.extend(members(&mut cursor, 0, progress)?.features.unwrap_or_default());
        } else {
            starts.push(start as u32);
            pass_object(&mut cursor)?;
        }
    }
    let (declared, foreign) = (Declared::Nothing, Map::new());
    Ok(Root { content: Content::Features(starts), declared, foreign, odd: Oddities::default() })
}

/// Whether the object that begins here says first of all that it is a collection.
fn is_collection(mut cursor: Cursor<'_>) -> Result<bool, JsonError> {
    cursor.expect(b'{')?;
    if cursor.next() != Some(b'"') || cursor.key()? != b"type" || cursor.next() != Some(b'"') {
        return Ok(false);
    }
    Ok(cursor.string()? == b"FeatureCollection")
}

/// Nothing may follow the outermost value.
fn end(cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
    match cursor.next() {
        None => Ok(()),
        Some(_) => Err(cursor.error("more text follows after the end", "结尾之后还有内容")),
    }
}

fn not_geojson(en: &str, zh: &str) -> RootError {
    RootError::NotGeoJson(Text::new(
        format!("good JSON, but not GeoJSON: {en}"),
        format!("JSON 正确,但不是 GeoJSON:{zh}"),
    ))
}

/// Passes an object with features, so deep in others, and notes its members.
fn members<'a>(cursor: &mut Cursor<'a>, depth: usize, progress: &Progress) -> Result<Members<'a>, RootError> {
    let mut found = Members { features_are_list: true, ..Members::default() };
    let mut seen: FxHashSet<&[u8]> = FxHashSet::default();
    cursor.members(|cursor, key| {
        found.doubled |= !seen.insert(key);
        if found.others.len() > COLUMNS {
            return Err(too_many_members());
        }
        match key {
            b"type" => found.kind = Some(cursor.value(&mut Quirks::default())?),
            b"crs" => found.crs = Some(cursor.value(&mut Quirks::default())?),
            b"features" if cursor.next() == Some(b'[') => found.features = Some(features(cursor, depth, progress)?),
            _ => {
                found.features_are_list &= key != b"features";
                found.others.push((key, cursor.at));
                cursor.lenient = true;
                cursor.skip()?;
                cursor.lenient = false;
            }
        }
        Ok::<_, RootError>(())
    })?;
    Ok(found)
}

fn too_many_members() -> RootError {
    RootError::NotGeoJson(Text::new(
        format!("its outermost object has more than {COLUMNS} members, which no map needs"),
        format!("最外层对象的成员超过 {COLUMNS} 个，超出合理范围"),
    ))
}

/// Where the members of a list of features begin, and those of collections among them. Only quotes and braces are looked at
/// inside a feature; the rest is checked when it is read.
fn features(cursor: &mut Cursor<'_>, depth: usize, progress: &Progress) -> Result<Vec<u32>, RootError> {
    let mut starts = Vec::new();
    cursor.at += 1;
    if cursor.take(b']') {
        return Ok(starts);
    }
    loop {
        if starts.len() % ASKED == 0 && progress.is_cancelled() {
            return Err(RootError::Cancelled);
        }
        if cursor.next() == Some(b'{') {
            let mut inside = cursor.clone();
            if let Some(own) = collected(&mut inside, depth, progress)? {
                starts.extend(own);
                cursor.at = inside.at;
            } else {
                starts.push(cursor.at as u32);
                pass_object(cursor)?;
            }
        } else {
            starts.push(cursor.at as u32);
            cursor.skip()?;
        }
        if !cursor.take(b',') {
            cursor.expect(b']')?;
            return Ok(starts);
        }
    }
}

/// Where the features of a collection begin that stands where a feature should; nothing where it is none, where it is nested
/// too deep, or where it has a coordinate system of its own.
fn collected(cursor: &mut Cursor<'_>, depth: usize, progress: &Progress) -> Result<Option<Vec<u32>>, RootError> {
    if depth >= NESTED || !is_collection(cursor.clone()).unwrap_or(false) {
        return Ok(None);
    }
    let found = members(cursor, depth + 1, progress)?;
    Ok(found.features.filter(|_| found.crs.is_none()))
}

/// Passes an object by its braces.
fn pass_object(cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
    let start = cursor.at;
    let text = cursor.text;
    let (mut at, mut depth) = (start, 0u32);
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr3(b'"', b'{', b'}', rest)) {
        at += found;
        match text.get(at) {
            Some(b'{') => depth += 1,
            Some(b'}') => depth = depth.saturating_sub(1),
            _ => {
                cursor.at = at;
                cursor.string()?;
                at = cursor.at - 1;
            }
        }
        at += 1;
        if depth == 0 {
            cursor.at = at;
            return Ok(());
        }
    }
    // The text ends inside: find the first thing that is wrong.
    cursor.at = start;
    cursor.lenient = true;
    cursor.skip()?;
    Err(cursor.error("inside a feature", "要素未结束"))
}

/// Members of a collection that are kept for the way back.
fn foreign(text: &[u8], members: &[(&[u8], usize)], odd: &mut Oddities) -> Result<Map<String, Value>, JsonError> {
    let mut map = Map::new();
    for &(key, at) in members {
        let mut cursor = Cursor { text, at, lenient: true };
        let value = cursor.value(&mut Quirks::default())?;
        match key {
            b"properties" | b"geometry" | b"coordinates" | b"geometries" => {
                odd.add(Diagnosis::StrayMember, 1, format!("{} in the collection", String::from_utf8_lossy(key)));
            }
            b"bbox" if !is_bbox(&value) => odd.add(Diagnosis::BadBbox, 1, "of the collection"),
            _ => {}
        }
        map.insert(unescape(key, &mut Quirks::default()), value);
    }
    Ok(map)
}

/// Four or six numbers.
pub(super) fn is_bbox(value: &Value) -> bool {
    value.as_array().is_some_and(|list| matches!(list.len(), 4 | 6) && list.iter().all(Value::is_number))
}

/// The coordinate system a `crs` member names (the 2008 flavour, section 3).
fn declared_crs(crs: Option<&Value>) -> Declared {
    let properties = crs.and_then(|crs| crs.get("properties"));
    let text = |key: &str| {
        properties.and_then(|map| map.get(key)).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let name = match crs {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => text("name").or_else(|| text("code")).or_else(|| text("href")),
    };
    name.map_or(Declared::Nothing, |name| Declared::of(&name))
}
