//! A whole file in memory as UTF-8 text, with plain words for everything that is no text.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::encoding::{self, Encoding};
use crate::base::Text;

/// Largest file read, bytes: what flat arrays with `u32` ends can hold with room to spare.
const LIMIT: u64 = 4 << 30;

/// What kind of trouble stopped a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No file of this name.
    Missing,
    /// A folder, not a file.
    Directory,
    /// Reading is not allowed.
    Permission,
    /// Any other trouble of the disk or the network.
    Device,
    /// More than can be held.
    TooLarge,
    /// No byte, or nothing but white space.
    Empty,
    /// An HTML page instead of data.
    Html,
    /// No text.
    Binary,
    /// A format that is known but not read.
    OtherFormat,
    /// Text in no encoding that is known.
    Encoding,
    /// Broken JSON; the message says line and column.
    Json,
    /// Good JSON that is no `GeoJSON`.
    NotGeoJson,
    /// No table with a header that is understood.
    NotTable,
    /// A coordinate system that is not degrees of WGS 84 or CGCS2000.
    Crs,
    /// Every feature or row had to be left out.
    NothingLeft,
    /// The job was cancelled.
    Cancelled,
}

/// Why a file could not be read: which file, why, and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}: {text}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What kind of trouble.
    pub fault: Fault,
    /// The reason and the remedy.
    pub text: Text,
}

impl ReadError {
    /// An error about a file.
    pub fn new(path: &Path, fault: Fault, text: Text) -> Self {
        Self { path: path.to_owned(), fault, text }
    }

    /// The job was cancelled.
    pub(super) fn cancelled(path: &Path) -> Self {
        Self::new(path, Fault::Cancelled, Text::new("cancelled", "已取消"))
    }
}

/// A file read and decoded: UTF-8 without a byte order mark, whatever it was on disk.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// How its text was written.
    pub encoding: Encoding,
    /// Places where bytes fitted no character and U+FFFD stands now.
    pub replaced: usize,
    bytes: Vec<u8>,
    start: usize,
}

impl Source {
    /// Reads and decodes a file.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or holds no text.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::from_bytes(path, read(path)?)
    }

    /// Decodes the bytes of a file that was read; `path` is only named in messages.
    ///
    /// # Errors
    /// When they are empty or no text.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ReadError> {
        if let Some((fault, text)) = not_data(&bytes) {
            return Err(ReadError::new(path, fault, text));
        }
        let decoded = encoding::decode(bytes).map_err(|at| {
            let text = Text::new(
                format!("byte {} fits neither UTF-8 nor GB18030. Save the file as UTF-8 and open it again", at + 1),
                format!("第 {} 个字节既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 后再打开", at + 1),
            );
            ReadError::new(path, Fault::Encoding, text)
        })?;
        let source = Self {
            path: path.to_owned(),
            encoding: decoded.encoding,
            replaced: decoded.replaced,
            bytes: decoded.bytes,
            start: decoded.start,
        };
        match markup(source.text()) {
            Some((fault, text)) => Err(ReadError::new(path, fault, text)),
            None => Ok(source),
        }
    }

    /// The text: valid UTF-8.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or(&[])
    }

    /// The file's name, for problems.
    #[must_use]
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// The last part of a path, for problems.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The bytes of a file; its size is looked at before anything is allocated.
fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    let fail = |error: &std::io::Error| {
        let (fault, text) = device(error);
        ReadError::new(path, fault, text)
    };
    let meta = std::fs::metadata(path).map_err(|error| fail(&error))?;
    if meta.is_dir() {
        let text = Text::new("this is a folder. Name the files in it", "这是文件夹。请指定其中的文件");
        return Err(ReadError::new(path, Fault::Directory, text));
    }
    let too_large = || {
        let text = Text::new(
            "larger than 4 GB. Cut it into parts (by town, by year) and open those",
            "大于 4 GB。请分割(按镇街、按年份)后再打开",
        );
        ReadError::new(path, Fault::TooLarge, text)
    };
    if meta.len() > LIMIT {
        return Err(too_large());
    }
    let mut file = File::open(path).map_err(|error| fail(&error))?;
    let size = usize::try_from(meta.len()).map_err(|_| too_large())?;
    let mut bytes = Vec::new();
    if meta.is_file() && size >= PARALLEL {
        bytes = fill(&file, size).map_err(|error| fail(&error))?;
    } else {
        bytes.reserve(size.min(PARALLEL));
        file.by_ref().take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    }
    if bytes.len() as u64 > LIMIT { Err(too_large()) } else { Ok(bytes) }
}

/// From this size on a file is read by several threads at once.
const PARALLEL: usize = 4 << 20;

/// Reads a large file in parallel pieces: the copy out of the file cache and the first touch of the memory are half of
/// the time a reader takes.
#[cfg(unix)]
fn fill(file: &File, size: usize) -> std::io::Result<Vec<u8>> {
    use rayon::prelude::*;
    use std::os::unix::fs::FileExt as _;
    let mut bytes = vec![0; size];
    bytes
        .par_chunks_mut(PARALLEL)
        .enumerate()
        .try_for_each(|(at, chunk)| file.read_exact_at(chunk, (at * PARALLEL) as u64))?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn fill(mut file: &File, size: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Trouble of the system in words.
fn device(error: &std::io::Error) -> (Fault, Text) {
    match error.kind() {
        ErrorKind::NotFound => (Fault::Missing, Text::new("there is no such file", "没有这个文件")),
        ErrorKind::PermissionDenied => (
            Fault::Permission,
            Text::new(
                "you are not allowed to read it. Ask its owner, or copy it",
                "没有读取权限。请联系所有者或另存副本",
            ),
        ),
        _ => (Fault::Device, Text::new(format!("it cannot be read: {error}"), format!("无法读取:{error}"))),
    }
}

/// Bytes that are no text of ours: empty, or a known binary format.
fn not_data(bytes: &[u8]) -> Option<(Fault, Text)> {
    const KNOWN: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a ZIP file (XLSX, KMZ or a packed shapefile)"),
        (b"SQLite format 3\0", "an SQLite file (a GeoPackage or a project)"),
        (b"\x00\x00\x27\x0a", "a shapefile"),
        (b"fgb\x03", "a FlatGeobuf file"),
        (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a PNG picture"),
        (b"\x1f\x8b", "a gzip file"),
    ];
    let blank = bytes.iter().all(u8::is_ascii_whitespace);
    if blank || bytes == b"\xef\xbb\xbf" {
        return Some((Fault::Empty, Text::new("the file is empty", "文件是空的")));
    }
    let known = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, name)| name);
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let strange = head.iter().filter(|&&byte| byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12)).count();
    let opens = head.first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    if known.is_none()
        && (strange < 4 || strange * 10 <= head.len() || opens || encoding::utf16_without_bom(head).is_some())
    {
        return None;
    }
    let what = known.unwrap_or("binary data");
    let text = Text::new(
        format!("this is {what}, not GeoJSON or CSV. Export it as GeoJSON (boundaries) or CSV (incidents) first"),
        format!("这不是 GeoJSON 或 CSV(文件头:{what})。请先导出为 GeoJSON(边界)或 CSV(案件)"),
    );
    Some((if known.is_some() { Fault::OtherFormat } else { Fault::Binary }, text))
}

/// Markup instead of data.
fn markup(text: &[u8]) -> Option<(Fault, Text)> {
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return Some((Fault::Empty, Text::new("the file is empty", "文件是空的")));
    }
    if !start.starts_with(b"<") {
        return None;
    }
    let head = start.get(..start.len().min(1024)).unwrap_or(start).to_ascii_lowercase();
    let has = |what: &[u8]| head.windows(what.len()).any(|window| window == what);
    if head.starts_with(b"<!doctype html") || has(b"<html") || has(b"<head") || has(b"<body") {
        let text = Text::new(
            "this is an HTML page, not data: the download probably gave an error or a login page. Fetch the file again",
            "这是网页而不是数据:下载到的可能是错误页或登录页。请重新获取文件",
        );
        return Some((Fault::Html, text));
    }
    let text = Text::new(
        "this is XML (KML, GPX, GML…), not GeoJSON or CSV. Export it as GeoJSON first",
        "这是 XML(KML、GPX、GML 等),不是 GeoJSON 或 CSV。请先导出为 GeoJSON",
    );
    let is_xml = [&b"<?xml"[..], b"<kml", b"<gpx", b"<osm", b"<gml"].iter().any(|tag| head.starts_with(tag));
    is_xml.then_some((Fault::OtherFormat, text))
}
