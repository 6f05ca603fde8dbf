//! A set of data in memory, its text as UTF-8, with plain words for everything that cannot be read.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::csv;
use super::door;
use super::doubt::{Doubt, Encodings};
use super::encoding::{self, Encoding};
use super::format::{self, Format, Magic};
use super::heads::Unnamed;
use super::known::Known;
use crate::base::{Problem, Progress, Rule, Severity, Text};

/// Largest file read, bytes: what flat arrays with `u32` ends can hold with room to spare.
pub(super) const LIMIT: u64 = 4 << 30;
/// Most bytes read of what is no plain file: a pipe or a device may have no end.
const STREAM: usize = 192 << 20;
/// Bytes of a stream that are handed on at a time, and how long they are waited for before a cancelled job is noticed.
const PIECE: usize = 1 << 20;
const WAIT: Duration = Duration::from_millis(50);
/// A file above this size of which less than one part in [`HOLES`] is on the disk was never filled.
const HOLLOW: u64 = 16 << 20;
const HOLES: u64 = 64;
/// Bytes that tell what a file is.
const HEAD: usize = 4096;

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
    /// A table whose columns cannot be told.
    Columns,
    /// A coordinate system that is not known.
    Crs,
    /// A coordinate system that the administrator does not allow to convert from.
    Forbidden,
    /// Metres of a zone that nothing names: the file is read once the zone is known. West, south, east, north of it.
    Zone([i64; 4]),
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
    /// The columns, where they are what cannot be told.
    pub unnamed: Option<Box<Unnamed>>,
}

impl ReadError {
    /// An error about a file, on one line, whatever was taken into it.
    pub fn new(path: &Path, fault: Fault, text: Text) -> Self {
        let text = Text::new(one_line(&text.en), one_line(&text.zh));
        Self { path: path.to_owned(), fault, text, unnamed: None }
    }

    /// The job was cancelled.
    pub(super) fn cancelled(path: &Path) -> Self {
        Self::new(path, Fault::Cancelled, Text::new("cancelled", "已取消"))
    }
}

/// How the text of a file was written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) encoding: Encoding,
    /// Places where bytes fitted no character.
    pub(super) replaced: usize,
    /// Why the encoding is not certain.
    pub(super) doubt: Option<Doubt>,
}

/// One set of data, read into memory: a text decoded to UTF-8 without a byte order mark, whatever it was on disk; the
/// files of a shapefile; or the bytes of another binary format.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file; within an archive its name stands behind that of the archive.
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// How its text was written.
    pub(super) written: Written,
    /// Whether it was found in a folder or an archive, and not named by hand.
    pub(super) found: bool,
    /// The sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// Columns of a sheet whose formulas have no result saved with them.
    pub(super) unsaved: Vec<String>,
    /// Files beside the main one, by their endings in lower case: `dbf`, `shx`, `prj`, `cpg`, `gpkg-wal`.
    pub(super) beside: Vec<(String, Vec<u8>)>,
    /// Bytes it takes on the disk, less than its own where it was packed.
    pub(super) on_disk: u64,
    /// What was said about encodings, for a table beside it.
    pub(super) encodings: Arc<Encodings>,
    bytes: Vec<u8>,
    start: usize,
}

impl Source {
    /// Reads the one set of data in a file, whatever packs it. Of several, the largest; [`super::door`] opens them all.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or holds nothing that is read.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        if path.is_dir() {
            // A folder is many files; this is the way of those who ask for one.
            return Err(directory(path));
        }
        let opened = door::sources(&[path.to_owned()])?;
        largest(opened.sources).ok_or_else(|| door::nothing(path))
    }

    /// The same of bytes that were read; `path` is only named in messages.
    ///
    /// # Errors
    /// See [`Source::read`].
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let mut opened = door::Opening::default();
        door::of_bytes(path, bytes, Vec::new(), &mut opened)?;
        largest(opened.sources).ok_or_else(|| door::nothing(path))
    }

    /// Decodes a text.
    pub(super) fn of_text(path: &Path, bytes: Vec<u8>, known: &Encodings) -> Result<Self, ReadError> {
        let decoded = encoding::decode(path, bytes, known).map_err(|at| {
            let text = Text::new(
                format!("byte {} fits no encoding that is known. Save the file as UTF-8 and open it again", at + 1),
                format!("第 {} 个字节不属于任何已知编码。请另存为 UTF-8 后再打开", at + 1),
            );
            ReadError::new(path, Fault::Encoding, text)
        })?;
        let mut source = Self {
            written: Written { encoding: decoded.encoding, replaced: decoded.replaced, doubt: decoded.doubt },
            start: decoded.start,
            ..Self::of_binary(path, Format::Csv, decoded.bytes)
        };
        let is_json = |ending: &std::ffi::OsStr| format::JSON.iter().any(|json| ending.eq_ignore_ascii_case(json));
        if let Some(known) = Known::proven_by_name(path) {
            return Err(ReadError::new(path, Fault::OtherFormat, known.text()));
        }
        // What is called JSON is judged as JSON.
        let called_json = path.extension().is_some_and(is_json);
        source.format =
            format::of_text(source.text(), called_json).map_err(|(fault, text)| ReadError::new(path, fault, text))?;
        if let (Format::Csv, Some(text)) = (source.format, source.bytes.get_mut(source.start..)) {
            csv::mend_line_ends(text);
        }
        Ok(source)
    }

    /// Bytes of a format that is no text.
    pub(super) fn of_binary(path: &Path, format: Format, bytes: Vec<u8>) -> Self {
        Self {
            path: path.to_owned(),
            format,
            written: Written { encoding: Encoding::Utf8, replaced: 0, doubt: None },
            found: false,
            sheet: None,
            unsaved: Vec::new(),
            beside: Vec::new(),
            on_disk: bytes.len() as u64,
            encodings: Arc::default(),
            bytes,
            start: 0,
        }
    }

    /// How its text was written.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.written.encoding
    }

    /// What else a text could be written in, where that is not certain. That of a shapefile's table is told by its layer.
    #[must_use]
    pub fn doubt(&self) -> Option<&Doubt> {
        self.written.doubt.as_ref()
    }

    /// The text, which is valid UTF-8; the bytes of a binary format.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or(&[])
    }

    /// The file's name, for problems.
    #[must_use]
    pub fn name(&self) -> String {
        let file = file_name(&self.path);
        self.sheet.as_ref().map_or(file.clone(), |sheet| format!("{file} [{sheet}]"))
    }

    /// The file's name without its ending; that of the sheet in a workbook of several.
    pub(super) fn stem(&self) -> String {
        let stem = || self.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        self.sheet.clone().unwrap_or_else(stem)
    }

    /// A file beside the main one.
    pub(super) fn beside(&self, ending: &str) -> Option<&[u8]> {
        self.beside.iter().find(|(known, _)| known == ending).map(|(_, bytes)| bytes.as_slice())
    }
}

/// Characters of a message at most.
const LINE: usize = 400;

/// A text without line ends, and without its middle where it is long: the reason stands first, what to do last.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let count = plain.chars().count();
    if count <= LINE {
        return plain;
    }
    let part = |from: usize, count: usize| plain.chars().skip(from).take(count).collect::<String>();
    format!("{} … {}", part(0, LINE / 2), part(count - LINE / 2, LINE / 2))
}

/// The set with most bytes: the one that is meant where only one can be taken.
fn largest(sources: Vec<Source>) -> Option<Source> {
    sources.into_iter().max_by_key(|source| source.bytes.len())
}

/// What was assumed about the text of a file.
pub(super) fn encoding_notes(file: &str, written: &Written) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut say = |severity, reason| {
        notes.push(Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, severity, reason) });
    };
    if !matches!(written.encoding, Encoding::Utf8 | Encoding::Utf8Bom) {
        let name = written.encoding.name();
        say(Severity::Note, Text::new(format!("the text is {name}"), format!("文本编码为 {name}")));
    }
    if written.replaced > 0 {
        let reason = Text::new(
            format!("{} broken characters; each stands as \u{fffd} now", written.replaced),
            format!("有 {} 处损坏的字符,现以 \u{fffd} 代替", written.replaced),
        );
        say(Severity::Warning, reason);
    }
    if let Some(doubt) = &written.doubt {
        let remedies = doubt.remedies().collect();
        let note = Problem::new(Rule::BadValue, Severity::Warning, doubt.text());
        notes.push(Problem { file: Some(file.to_owned()), remedies, ..note });
    }
    notes
}

/// The last part of a path, for problems.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The bytes of a file, or `None` for a database, which is read where it lies. Size and first bytes are looked at before
/// anything is allocated.
pub(super) fn read(path: &Path, progress: &Progress) -> Result<Option<Vec<u8>>, ReadError> {
    let fail = |error: &std::io::Error| unreadable(path, error);
    let meta = std::fs::metadata(path).map_err(|error| fail(&error))?;
    if meta.is_dir() {
        return Err(directory(path));
    }
    if !meta.is_file() {
        return stream(path, progress).map(Some);
    }
    let mut file = File::open(path).map_err(|error| fail(&error))?;
    if meta.len() > HEAD as u64 {
        let mut head = [0; HEAD];
        file.read_exact(&mut head).and_then(|()| file.rewind()).map_err(|error| fail(&error))?;
        match format::magic_of(path, &head) {
            Ok(Magic::Sqlite) => return Ok(None),
            // White space may go on for longer than that.
            Ok(_) | Err(ReadError { fault: Fault::Empty, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let size = held(path, &meta)?;
    let mut bytes = Vec::new();
    if size >= PARALLEL {
        bytes = fill(&file, size, progress).map_err(|error| fail(&error))?;
        progress.check().map_err(|_| ReadError::cancelled(path))?;
    } else {
        // A file of the system says nothing of its size, and one that grows says less.
        bytes.reserve(size);
        file.by_ref().take(STREAM as u64 + 1).read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    }
    if bytes.len() > STREAM.max(size) { Err(endless(path)) } else { Ok(Some(bytes)) }
}

/// The bytes of a file that can be held.
fn held(path: &Path, meta: &std::fs::Metadata) -> Result<usize, ReadError> {
    let too_large = || unreadable(path, &ErrorKind::FileTooLarge.into());
    if meta.len() > LIMIT {
        return Err(too_large());
    }
    if on_disk(meta).is_some_and(|there| there > 0 && there < meta.len() / HOLES && meta.len() > HOLLOW) {
        let text = Text::new(
            "most of the file is empty: a download or a copy that did not finish. Fetch it again",
            "文件大部分为空：下载或复制未完成。请重新获取",
        );
        return Err(ReadError::new(path, Fault::TooLarge, text));
    }
    usize::try_from(meta.len()).map_err(|_| too_large())
}

/// Opens a plain file of a size that is read: whatever else has a name may have no end, and may keep one waiting.
pub(super) fn plain(path: &Path) -> std::io::Result<File> {
    let meta = std::fs::metadata(path)?;
    if meta.is_file() && meta.len() <= LIMIT {
        return File::open(path);
    }
    let why = if meta.is_file() {
        ErrorKind::FileTooLarge
    } else if meta.is_dir() {
        ErrorKind::IsADirectory
    } else {
        ErrorKind::Unsupported
    };
    Err(why.into())
}

/// The bytes of a plain file, of at most `most`.
///
/// # Errors
/// When it is none, is larger, or cannot be read.
pub fn read_plain(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let fail = |error: &std::io::Error| unreadable(path, error);
    let file = plain(path).map_err(|error| fail(&error))?;
    let size = held(path, &file.metadata().map_err(|error| fail(&error))?)?;
    let mut bytes = Vec::with_capacity(size.min(STREAM));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    if bytes.len() as u64 > most { Err(fail(&ErrorKind::FileTooLarge.into())) } else { Ok(bytes) }
}

/// Bytes that a file takes on the disk.
#[cfg(unix)]
fn on_disk(meta: &std::fs::Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(meta.blocks().saturating_mul(512))
}

#[cfg(not(unix))]
fn on_disk(_: &std::fs::Metadata) -> Option<u64> {
    None
}

fn endless(path: &Path) -> ReadError {
    let text = Text::new(
        format!("more than {} MB came out of it, and no end. Save it as a file first", STREAM >> 20),
        format!("已读出超过 {} MB 仍未结束。请先保存为文件", STREAM >> 20),
    );
    ReadError::new(path, Fault::TooLarge, text)
}

/// What comes out of a pipe or a device, up to [`STREAM`] bytes.
///
/// Opening a pipe that nobody writes into waits for ever, and so does reading it: a thread of its own waits. Where the job
/// is cancelled that thread is left behind; it ends with the next piece it is given.
fn stream(path: &Path, progress: &Progress) -> Result<Vec<u8>, ReadError> {
    let (sender, pieces) = sync_channel(1);
    let from = path.to_owned();
    std::thread::spawn(move || pump(&from, &sender));
    let (mut bytes, mut known) = (Vec::new(), false);
    loop {
        progress.check().map_err(|_| ReadError::cancelled(path))?;
        match pieces.recv_timeout(WAIT) {
            Ok(Ok(piece)) => bytes.extend_from_slice(&piece),
            Ok(Err(error)) => return Err(unreadable(path, &error)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(bytes),
        }
        if !known && bytes.len() >= HEAD {
            known = true;
            // White space may go on for longer than that.
            format::magic_of(path, &bytes).map(drop).or_else(|error| match error.fault {
                Fault::Empty => Ok(()),
                _ => Err(error),
            })?;
        }
        if bytes.len() > STREAM {
            return Err(endless(path));
        }
    }
}

/// Reads a stream piece by piece until it ends or nobody listens.
fn pump(path: &Path, to: &SyncSender<std::io::Result<Vec<u8>>>) {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            let _nobody_listens = to.send(Err(error));
            return;
        }
    };
    let mut piece = vec![0; PIECE];
    loop {
        let sent = match file.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => to.send(Ok(piece.get(..count).unwrap_or(&[]).to_vec())),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                let _nobody_listens = to.send(Err(error));
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn directory(path: &Path) -> ReadError {
    unreadable(path, &ErrorKind::IsADirectory.into())
}

/// Up to `limit` bytes of a file beside another; `None` for what is no plain file.
pub(super) fn read_raw(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ReadError> {
    let fail = |error: std::io::Error| unreadable(path, &error);
    if !std::fs::metadata(path).map_err(fail)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(fail)?;
    Ok(Some(bytes))
}

/// Trouble of the system with a file.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> ReadError {
    let (fault, text) = device(error);
    ReadError::new(path, fault, text)
}

/// From this size on a file is read by several threads at once.
const PARALLEL: usize = 4 << 20;

/// Reads a large file in parallel pieces: the copy out of the file cache and the first touch of the memory are half of
/// the time a reader takes.
#[cfg(unix)]
fn fill(file: &File, size: usize, progress: &Progress) -> std::io::Result<Vec<u8>> {
    use rayon::prelude::*;
    use std::os::unix::fs::FileExt as _;
    let mut bytes = vec![0; size];
    bytes.par_chunks_mut(PARALLEL).enumerate().try_for_each(|(at, chunk)| {
        if progress.is_cancelled() { Ok(()) } else { file.read_exact_at(chunk, (at * PARALLEL) as u64) }
    })?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn fill(mut file: &File, size: usize, _: &Progress) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Trouble of the system in words.
pub(super) fn device(error: &std::io::Error) -> (Fault, Text) {
    match error.kind() {
        ErrorKind::NotFound => (Fault::Missing, Text::new("there is no such file", "没有这个文件")),
        ErrorKind::PermissionDenied => (
            Fault::Permission,
            Text::new(
                "you are not allowed to read it. Ask its owner, or copy it",
                "没有读取权限。请联系所有者或另存副本",
            ),
        ),
        ErrorKind::IsADirectory => {
            (Fault::Directory, Text::new("this is a folder. Name the files in it", "这是文件夹。请指定其中的文件"))
        }
        ErrorKind::Unsupported => (
            Fault::Device,
            Text::new(
                "it is a device or a pipe, which may have no end. Save it as a file first",
                "这是设备或管道，可能没有尽头。请先保存为文件",
            ),
        ),
        ErrorKind::FileTooLarge => (
            Fault::TooLarge,
            Text::new(
                "it is larger than what is read (4 GB at most). Cut it into parts (by town, by year)",
                "超出可读取的大小（最多 4 GB）。请分割(按镇街、按年份)后再打开",
            ),
        ),
        _ => (Fault::Device, Text::new(format!("it cannot be read: {error}"), format!("无法读取:{error}"))),
    }
}
