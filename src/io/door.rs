//! One door for everything: files, folders and archives, whatever is in them, as sets of data.
//!
//! The files of a shapefile are one set, each sheet of a workbook is one. What is in a folder or an archive and is not
//! read is said; a file that was named by hand is an error instead.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::{self, Source, file_name};
use super::doubt::Encodings;
use super::format::{self, Format, Magic};
use super::known::Known;
use super::unpack::unpack;
use super::{Fault, ReadError};
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Endings that are looked for in folders and archives.
const READ: [&str; 9] = ["shp", "gpkg", "kml", "kmz", "gpx", "fgb", "csv", "tsv", "xlsx"];
/// Files beside a `.shp` that are read with it.
pub(super) const BESIDE: [&str; 4] = ["dbf", "shx", "prj", "cpg"];
/// The log of a database that another program has open, or left behind.
pub(super) const LOG: &str = "gpkg-wal";
/// Bytes read of a small file beside a shapefile, and of its table for each byte of the shapes: a row for every shape, of
/// at least twelve bytes, and no row is longer than 65,535 bytes.
const SMALL: u64 = 1 << 20;
const ROW: u64 = 65_535 / 12;
/// Largest table (dBASE's own limit).
const TABLE: u64 = 2 << 30;
/// Files that belong to a set and say nothing more.
const SILENT: [&str; 13] =
    ["sbn", "sbx", "qix", "qpj", "qmd", "cst", "ain", "aih", "atx", "fix", LOG, "gpkg-shm", "xml"];
/// Folders in folders, and files in all of them, that are looked at.
const DEPTH: usize = 6;
const FILES: usize = 5_000;

/// Sets of data that were opened, and what was passed over.
#[derive(Debug, Default)]
pub struct Opening {
    /// The sets, in the order they were met.
    pub sources: Vec<Source>,
    /// Files of folders and archives that were not read, and why.
    pub notes: Vec<Problem>,
    /// What was said about encodings.
    encodings: Arc<Encodings>,
    /// Who waits for them.
    pub(super) progress: Progress,
}

impl Opening {
    /// The error of an archive: why, or that the job was cancelled.
    pub(super) fn failed(&self, path: &Path, why: Text) -> ReadError {
        if self.progress.is_cancelled() {
            return ReadError::cancelled(path);
        }
        ReadError::new(path, Fault::OtherFormat, why)
    }
}

/// Opens files, folders and archives.
///
/// # Errors
/// A file named that cannot be read or is nothing that is read; a folder or archive without anything.
pub fn sources(paths: &[PathBuf]) -> Result<Opening, ReadError> {
    sources_in(paths, &Arc::default(), &Progress::default())
}

/// As [`sources`], with what was said about their encodings, for a job that may be cancelled.
///
/// # Errors
/// See [`sources`].
pub fn sources_in(paths: &[PathBuf], encodings: &Arc<Encodings>, progress: &Progress) -> Result<Opening, ReadError> {
    let mut opened = Opening { encodings: Arc::clone(encodings), progress: progress.clone(), ..Opening::default() };
    for path in paths {
        if path.is_dir() {
            folder(path, &mut opened)?;
        } else if let Some(main) = companion(path) {
            // A part of a shapefile that was dropped along with it, or instead of it.
            if !paths.contains(&main) && !opened.sources.iter().any(|source| source.path == main) {
                file(&main, &mut opened)?;
            }
        } else {
            file(path, &mut opened)?;
        }
    }
    Ok(opened)
}

/// The error of a file that holds nothing that is read.
pub(super) fn nothing(path: &Path) -> ReadError {
    let text = Text::new(
        "nothing in it is read: no boundaries (GeoJSON, TopoJSON, Shapefile, GeoPackage, KML, GPX, FlatGeobuf), no table (CSV, XLSX)",
        "其中没有可读取的文件:边界(GeoJSON、TopoJSON、Shapefile、GeoPackage、KML、GPX、FlatGeobuf)或表格(CSV、XLSX)",
    );
    ReadError::new(path, Fault::OtherFormat, text)
}

/// The same, where it was said why the files in it are not read: that says more than that there is nothing.
pub(super) fn none_read(path: &Path, notes: &[Problem]) -> ReadError {
    let gravest = notes.iter().filter(|note| note.severity > Severity::Note).max_by_key(|note| note.severity);
    gravest.map_or_else(|| nothing(path), |note| ReadError::new(path, Fault::OtherFormat, note.reason.clone()))
}

/// The `.shp` a file belongs to, if it lies there.
fn companion(path: &Path) -> Option<PathBuf> {
    let ending = ending(&path.to_string_lossy())?;
    if ending == "xml" || !(BESIDE.contains(&ending.as_str()) || SILENT.contains(&ending.as_str())) {
        return None;
    }
    ["shp", "SHP"].iter().map(|main| path.with_extension(main)).find(|main| main.is_file())
}

/// The ending of a name in lower case.
pub(super) fn ending(name: &str) -> Option<String> {
    let file = name.rsplit('/').next()?;
    file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())
}

/// Reads one file from the disk with what lies beside it.
fn file(path: &Path, opened: &mut Opening) -> Result<(), ReadError> {
    let Some(bytes) = bytes::read(path, &opened.progress)? else {
        let mut source = Source::of_binary(path, Format::GeoPackage, Vec::new());
        source.on_disk = size(path) + size(&log_of(path));
        opened.sources.push(source);
        return Ok(());
    };
    let mut beside = Vec::new();
    if matches!(format::magic(&bytes), Ok(Magic::Shapefile)) {
        let stem = path.file_stem();
        let all =
            std::fs::read_dir(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")));
        for other in all.into_iter().flatten().flatten().map(|entry| entry.path()) {
            let ending = ending(&other.to_string_lossy()).unwrap_or_default();
            if other.file_stem() == stem
                && BESIDE.contains(&ending.as_str())
                && let Some(bytes) = bytes::read_raw(&other, beside_limit(&ending, bytes.len()))?
            {
                beside.push((ending, bytes));
            }
        }
    }
    of_bytes(path, bytes, beside, opened)
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |meta| meta.len())
}

/// The log beside a database.
pub(super) fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Most bytes read of a file beside a shapefile of a size: more than belongs to it is not read.
fn beside_limit(ending: &str, shapes: usize) -> u64 {
    let table = (shapes as u64).saturating_mul(ROW).saturating_add(SMALL);
    // The index has eight bytes for a record, which has twelve at least.
    if ending == "dbf" { table.min(TABLE) } else { SMALL.max(shapes as u64) }
}

/// Opens every file of a folder that has an ending that is read.
fn folder(path: &Path, opened: &mut Opening) -> Result<(), ReadError> {
    if format::is_database(path) {
        return Err(ReadError::new(path, Fault::OtherFormat, format::database(&file_name(path)).reason));
    }
    let (mut files, mut folders) = (Vec::new(), vec![(path.to_owned(), 0)]);
    let noted = opened.notes.len();
    let mut seen = 0;
    while let Some((folder, depth)) = folders.pop() {
        // Somebody dropped a whole drive: what was found so far is opened.
        seen += 1;
        if seen > FILES || files.len() > FILES {
            break;
        }
        let entries = std::fs::read_dir(&folder).map_err(|error| bytes::unreadable(&folder, &error))?;
        for entry in entries.flatten() {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links may lead anywhere, also in circles.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden && format::is_database(&entry.path()) => {
                    opened.notes.push(format::database(&entry.file_name().to_string_lossy()));
                }
                Ok(kind) if kind.is_dir() && !hidden && depth < DEPTH => folders.push((entry.path(), depth + 1)),
                Ok(kind) if kind.is_file() && !hidden => files.push(entry.path()),
                _ => {}
            }
        }
    }
    if seen > FILES || files.len() > FILES {
        let text = Text::new(
            format!("it holds more than {FILES} files or folders; the rest was not looked at"),
            format!("文件或文件夹超过 {FILES} 个,其余未查看"),
        );
        opened.notes.push(passed(&file_name(path), Severity::Warning, &text));
    }
    files.sort();
    let before = opened.sources.len();
    for file_path in files.iter().take(FILES) {
        match told(&file_path.to_string_lossy()) {
            // An archive a town: what is in it is read as if it lay here.
            Told::Read | Told::Packed => {
                if let Err(error) = file(file_path, opened) {
                    // An archive of pictures or letters is no loss.
                    let nothing = error.text == nothing(file_path).text;
                    let severity = if nothing { Severity::Note } else { Severity::Error };
                    opened.notes.push(passed(&file_name(&error.path), severity, &error.text));
                }
            }
            Told::Silent | Told::Database(_) => {}
            Told::Known(known) => opened.notes.push(passed(&file_name(file_path), known.severity(), &known.text())),
            Told::Other => opened.notes.push(passed(&file_name(file_path), Severity::Note, &unknown())),
        }
    }
    opened.sources.iter_mut().skip(before).for_each(|source| source.found = true);
    if opened.sources.len() > before {
        return Ok(());
    }
    Err(none_read(path, &opened.notes[noted..]))
}

/// What the name of a file in a folder or an archive says.
pub(super) enum Told {
    Read,
    /// An archive in an archive or folder.
    Packed,
    Silent,
    /// A part of a file geodatabase: the folder that is one.
    Database(String),
    /// A format that is not read.
    Known(&'static Known),
    Other,
}

pub(super) fn told(name: &str) -> Told {
    let mut folders = name.split('/').rev().skip(1);
    if let Some(folder) = folders.find(|folder| ending(folder).as_deref() == Some("gdb")) {
        return Told::Database(folder.to_owned());
    }
    // What Excel and LibreOffice leave beside a file that is open.
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if own.starts_with("~$") || own.starts_with(".~lock.") {
        return Told::Silent;
    }
    match ending(name).as_deref() {
        // The save before the last, kept as a backup.
        Some(ending) if ending.ends_with('~') => Told::Silent,
        Some(ending) if READ.contains(&ending) || format::JSON.contains(&ending) => Told::Read,
        Some("zip") => Told::Packed,
        Some(ending) if BESIDE.contains(&ending) || SILENT.contains(&ending) => Told::Silent,
        _ => Known::by_name(Path::new(name)).map_or(Told::Other, Told::Known),
    }
}

pub(super) fn packed() -> Text {
    Text::new("an archive inside; open it by itself", "压缩包,请单独打开")
}

pub(super) fn unknown() -> Text {
    Text::new("nothing that is read; passed over", "不是可读取的文件,已跳过")
}

pub(super) fn passed(file: &str, severity: Severity, why: &Text) -> Problem {
    Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, severity, why.clone()) }
}

/// Opens what is in memory, with the files beside a shapefile.
pub(super) fn of_bytes(
    path: &Path,
    bytes: Vec<u8>,
    beside: Vec<(String, Vec<u8>)>,
    opened: &mut Opening,
) -> Result<(), ReadError> {
    match format::magic_of(path, &bytes)? {
        Magic::Zip => return unpack(path, bytes, opened),
        Magic::Text => opened.sources.push(Source::of_text(path, bytes, &opened.encodings)?),
        Magic::Shapefile => {
            let mut source = Source::of_binary(path, Format::Shapefile, bytes);
            source.beside = beside;
            source.encodings = Arc::clone(&opened.encodings);
            opened.sources.push(source);
        }
        Magic::Sqlite => {
            let mut source = Source::of_binary(path, Format::GeoPackage, bytes);
            source.beside = beside;
            opened.sources.push(source);
        }
        Magic::FlatGeobuf => opened.sources.push(Source::of_binary(path, Format::FlatGeobuf, bytes)),
    }
    Ok(())
}
