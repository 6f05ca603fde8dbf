//! What is packed in a zip archive, as sets of data: files, shapefiles with what lies beside them, workbooks, KMZ.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::archive::{self, Archive};
use super::bytes::{Source, file_name};
use super::door::{BESIDE, LOG, Opening, Told, ending, none_read, of_bytes, packed, passed, told, unknown};
use super::format::{self, Format, Magic};
use super::{Fault, ReadError, kml, xlsx};
use crate::base::Severity;

/// Opens a workbook, or what is packed in an archive.
pub(super) fn unpack(path: &Path, bytes: Vec<u8>, opened: &mut Opening) -> Result<(), ReadError> {
    let allowed = archive::allowance(bytes.len());
    let mut archive = Archive::open(bytes, allowed, &opened.progress).map_err(|text| opened.failed(path, text))?;
    if is_workbook(&archive) {
        return workbook(path, archive, opened);
    }
    let names = Names::of(&archive);
    let (before, noted) = (opened.sources.len(), opened.notes.len());
    let mut databases = Vec::new();
    for (at, name) in names.all.iter().enumerate().filter(|(_, name)| !name.ends_with('/')) {
        let shown = path.join(plain(name));
        let junk =
            name.split('/').any(|part| part == "__MACOSX" || (part.starts_with('.') && part != ".." && part != "."));
        match told(name) {
            _ if junk => {}
            Told::Read => {
                let first = opened.sources.len();
                if let Err(error) = member(&mut archive, &names, at, &shown, opened) {
                    opened.progress.check().map_err(|_| ReadError::cancelled(path))?;
                    opened.notes.push(passed(&file_name(&error.path), Severity::Error, &error.text));
                }
                let on_disk = archive.packed(at);
                let new = opened.sources.iter_mut().skip(first);
                new.for_each(|source| source.on_disk = source.on_disk.min(on_disk));
            }
            Told::Packed => opened.notes.push(passed(&file_name(&shown), Severity::Error, &packed())),
            Told::Silent => {}
            // A database is a folder of many files: said once.
            Told::Database(folder) if databases.contains(&folder) => {}
            Told::Database(folder) => {
                databases.push(folder.clone());
                opened.notes.push(format::database(&folder));
            }
            Told::Known(known) => opened.notes.push(passed(&file_name(&shown), known.severity(), &known.text())),
            Told::Other => opened.notes.push(passed(&file_name(&shown), Severity::Note, &unknown())),
        }
    }
    without_indexes(path, before, opened);
    if opened.sources.len() > before {
        // The only file in an archive is what was meant.
        let several = opened.sources.len() > before + 1;
        opened.sources.iter_mut().skip(before).for_each(|source| source.found = several);
        return Ok(());
    }
    Err(none_read(path, &opened.notes[noted..]))
}

fn is_workbook(archive: &Archive) -> bool {
    archive.names().iter().any(|name| name.eq_ignore_ascii_case("xl/workbook.xml"))
}

/// Opens the sheets of a workbook.
fn workbook(path: &Path, archive: Archive, opened: &mut Opening) -> Result<(), ReadError> {
    let on_disk = archive.on_disk();
    let sheets = xlsx::sheets(archive, on_disk, &opened.progress).map_err(|text| opened.failed(path, text))?;
    let several = sheets.len() > 1;
    for sheet in sheets {
        let mut source = Source::of_binary(path, Format::Xlsx, sheet.csv.into_bytes());
        source.on_disk = on_disk;
        source.sheet = several.then_some(sheet.name);
        source.unsaved = sheet.unsaved;
        opened.sources.push(source);
    }
    Ok(())
}

/// Names of an archive, and which of them differ in their ending alone.
struct Names {
    all: Vec<String>,
    by_stem: FxHashMap<String, Vec<usize>>,
}

impl Names {
    fn of(archive: &Archive) -> Self {
        let (all, mut by_stem) = (archive.names().to_vec(), FxHashMap::<String, Vec<usize>>::default());
        for (at, name) in all.iter().enumerate() {
            by_stem.entry(stem(name)).or_default().push(at);
        }
        Self { all, by_stem }
    }

    /// Those beside one, each with its ending.
    fn beside(&self, at: usize) -> impl Iterator<Item = (usize, String)> + '_ {
        let own = self.all.get(at).and_then(|name| self.by_stem.get(&stem(name)));
        own.into_iter().flatten().filter_map(|&other| Some((other, ending(self.all.get(other)?)?)))
    }
}

/// A name without its ending, in lower case.
fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase()
}

/// Opens one file of an archive with what is packed beside it.
fn member(
    archive: &mut Archive,
    names: &Names,
    at: usize,
    shown: &Path,
    opened: &mut Opening,
) -> Result<(), ReadError> {
    let bytes = archive.read(at).map_err(|text| opened.failed(shown, text))?;
    let magic = format::magic(&bytes);
    if matches!(magic, Ok(Magic::Zip)) {
        // A workbook has what its archive has left, and takes it away even where it is refused; anything else packed twice
        // is not looked into.
        let inner =
            Archive::open(bytes, archive.allowance(), &opened.progress).map_err(|text| opened.failed(shown, text))?;
        if !is_workbook(&inner) {
            return Err(ReadError::new(shown, Fault::OtherFormat, packed()));
        }
        return workbook(shown, inner, opened);
    }
    let wanted: &[&str] = match magic {
        Ok(Magic::Shapefile) => &BESIDE,
        Ok(Magic::Sqlite) => &[LOG],
        _ => &[],
    };
    let mut beside = Vec::new();
    for (other, ending) in names.beside(at) {
        if wanted.contains(&ending.as_str()) {
            beside.push((ending, archive.read(other).map_err(|text| opened.failed(shown, text))?));
        }
    }
    of_bytes(shown, bytes, beside, opened)
}

/// Takes out each KML that only points to others of the same archive, as libkml writes one for its layers.
fn without_indexes(path: &Path, before: usize, opened: &mut Opening) {
    let here: Vec<PathBuf> = opened.sources.iter().skip(before).map(|source| source.path.clone()).collect();
    let is_index = |source: &Source| {
        let folder = source.path.parent().unwrap_or(path);
        source.format == Format::Kml
            && kml::links(source).is_some_and(|links| {
                links.iter().all(|link| {
                    let target = plain(link);
                    here.contains(&folder.join(&target)) || here.contains(&path.join(&target))
                })
            })
    };
    let rest: Vec<Source> = opened.sources.drain(before..).filter(|source| !is_index(source)).collect();
    opened.sources.extend(rest);
}

/// A name of an archive as it is shown: a path below the archive, whatever it says.
fn plain(name: &str) -> PathBuf {
    let parts = name.split('/').filter(|part| !part.is_empty() && *part != "." && *part != ".." && !part.contains(':'));
    parts.map(|part| part.chars().filter(|c| !c.is_control()).collect::<String>()).collect()
}
