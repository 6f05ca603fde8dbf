//! What a file is, by its first bytes: a name proves nothing.

use std::path::Path;

use super::bytes::{Fault, ReadError};
use super::encoding;
use super::known::Known;
use crate::base::{Problem, Rule, Severity, Text};

/// Endings of files that are judged as JSON.
pub(super) const JSON: [&str; 8] =
    ["geojson", "json", "topojson", "geojsonl", "geojsons", "ndjson", "jsonl", "esrijson"];
/// What stands before each text of a sequence (RFC 8142).
pub(super) const RECORD: u8 = 0x1e;

/// A file format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 7946 or its 2008 flavour.
    GeoJson,
    /// Topology with shared arcs.
    TopoJson,
    /// What a server of ESRI answers (`rings`, `paths`, `attributes`).
    EsriJson,
    /// ESRI shapefile with its table.
    Shapefile,
    /// OGC `GeoPackage`.
    GeoPackage,
    /// OGC KML, packed (KMZ) or not.
    Kml,
    /// Tracks, routes and waypoints of a receiver.
    Gpx,
    /// `FlatGeobuf` 3.
    FlatGeobuf,
    /// A table of text.
    Csv,
    /// A sheet of an Excel workbook.
    Xlsx,
}

impl Format {
    /// The name printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::TopoJson => "TopoJSON",
            Self::EsriJson => "Esri JSON",
            Self::Shapefile => "Shapefile",
            Self::GeoPackage => "GeoPackage",
            Self::Kml => "KML",
            Self::Gpx => "GPX",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
        }
    }

    /// Whether it is a table without geometry of its own.
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }
}

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Magic {
    /// A zip archive: XLSX, KMZ or files packed together.
    Zip,
    Sqlite,
    Shapefile,
    FlatGeobuf,
    /// Nothing binary that is known.
    Text,
}

/// What the first bytes of a file say; an error for what is known and not read, and for what is no text.
pub(super) fn magic(bytes: &[u8]) -> Result<Magic, (Fault, Text)> {
    const READ: [(&[u8], Magic); 4] = [
        (b"PK\x03\x04", Magic::Zip),
        (b"SQLite format 3\0", Magic::Sqlite),
        (b"\x00\x00\x27\x0a", Magic::Shapefile),
        (b"fgb\x03", Magic::FlatGeobuf),
    ];
    if let Some(&(_, magic)) = READ.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Ok(magic);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xef\xbb\xbf" {
        return Err((Fault::Empty, Text::new("the file is empty", "文件是空的")));
    }
    // A byte order mark says that what follows is text, whatever its bytes look like: Chinese in UTF-16 is full of those
    // that stand for nothing in ASCII.
    const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    if MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Ok(Magic::Text);
    }
    if let Some(known) = Known::by_bytes(bytes) {
        return Err((Fault::OtherFormat, known.text()));
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let strange =
        head.iter().filter(|&&byte| byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12 | RECORD)).count();
    let opens = head.first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    if strange < 4 || strange * 10 <= head.len() || opens || encoding::utf16_without_bom(head).is_some() {
        return Ok(Magic::Text);
    }
    let text = Text::new(
        "this is binary data, which is not read. Export it as GeoJSON (boundaries) or CSV or XLSX (incidents) first",
        "无法读取此类文件（二进制数据）。请先导出为 GeoJSON（边界）或 CSV、XLSX(案件)",
    );
    Err((Fault::Binary, text))
}

/// As [`magic`], of a file whose name says what it is where its bytes do not.
pub(super) fn magic_of(path: &Path, bytes: &[u8]) -> Result<Magic, ReadError> {
    magic(bytes).map_err(|(fault, text)| match Known::by_name(path).filter(|_| fault == Fault::Binary) {
        Some(known) => ReadError::new(path, Fault::OtherFormat, known.text()),
        None => ReadError::new(path, fault, text),
    })
}

/// Whether a folder is a file geodatabase.
pub(super) fn is_database(folder: &Path) -> bool {
    folder.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gdb"))
}

/// That a folder is a file geodatabase.
pub(super) fn database(name: &str) -> Problem {
    let text = Known::by_name(Path::new("x.gdb")).map(Known::text).unwrap_or_default();
    Problem { file: Some(name.to_owned()), ..Problem::new(Rule::BadValue, Severity::Warning, text) }
}

/// What a text is, which may be called JSON; an error for a page of HTML, and for what is known and not read.
pub(super) fn of_text(text: &[u8], called_json: bool) -> Result<Format, (Fault, Text)> {
    let start = text.trim_ascii_start();
    match start.first() {
        None => return Err((Fault::Empty, Text::new("the file is empty", "文件是空的"))),
        Some(&(b'{' | b'[' | RECORD)) => return Ok(Format::GeoJson),
        Some(&b'<') => {}
        Some(_) if called_json => return Ok(Format::GeoJson),
        Some(_) => {
            let known = Known::by_text(start).map(|known| (Fault::OtherFormat, known.text()));
            return known.map_or(Ok(Format::Csv), Err);
        }
    }
    let head = start.get(..start.len().min(4096)).unwrap_or(start).to_ascii_lowercase();
    let has = |what: &[u8]| head.windows(what.len()).any(|window| window == what);
    if has(b"<kml") {
        return Ok(Format::Kml);
    }
    if has(b"<gpx") {
        return Ok(Format::Gpx);
    }
    if head.starts_with(b"<!doctype html") || has(b"<html") || has(b"<head") || has(b"<body") {
        let text = Text::new(
            "this is an HTML page, not data: the download probably gave an error or a login page. Fetch the file again",
            "这是网页而不是数据:下载到的可能是错误页或登录页。请重新获取文件",
        );
        return Err((Fault::Html, text));
    }
    let is_xml = [&b"<?xml"[..], b"<!doctype", b"<osm", b"<gml"].iter().any(|tag| head.starts_with(tag));
    if is_xml {
        let text = Text::new(
            "this is XML, but neither KML nor GPX (GML…), and is not read. Export it as GeoJSON first",
            "这是 XML,但不是 KML 或 GPX(如 GML),无法读取。请先导出为 GeoJSON",
        );
        return Err((Fault::OtherFormat, text));
    }
    Ok(if called_json { Format::GeoJson } else { Format::Csv })
}
