//! What a file is, by its first bytes: a name proves nothing.

use super::bytes::Fault;
use super::encoding;
use crate::base::Text;

/// A file format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 7946 or its 2008 flavour.
    GeoJson,
    /// Topology with shared arcs.
    TopoJson,
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
    const KNOWN: [(&[u8], &str); 5] = [
        (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a PNG picture"),
        (b"\x1f\x8b", "a gzip file"),
        (b"Rar!", "a RAR archive"),
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
    let known = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, name)| name);
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let strange = head.iter().filter(|&&byte| byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12)).count();
    let opens = head.first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    if known.is_none()
        && (strange < 4 || strange * 10 <= head.len() || opens || encoding::utf16_without_bom(head).is_some())
    {
        return Ok(Magic::Text);
    }
    let what = known.unwrap_or("binary data");
    let text = Text::new(
        format!(
            "this is {what}, which is not read. Export it as GeoJSON (boundaries) or CSV or XLSX (incidents) first"
        ),
        format!("无法读取此类文件(文件头:{what})。请先导出为 GeoJSON(边界)或 CSV、XLSX(案件)"),
    );
    Err((if known.is_some() { Fault::OtherFormat } else { Fault::Binary }, text))
}

/// What a text is; an error for a page of HTML and for markup that is not read.
pub(super) fn of_text(text: &[u8]) -> Result<Format, (Fault, Text)> {
    let start = text.trim_ascii_start();
    match start.first() {
        None => return Err((Fault::Empty, Text::new("the file is empty", "文件是空的"))),
        Some(b'{' | b'[') => return Ok(Format::GeoJson),
        Some(b'<') => {}
        Some(_) => return Ok(Format::Csv),
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
    Ok(Format::Csv)
}
