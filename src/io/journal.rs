//! The working copy: what was done since the project was saved, kept as it happens (rule 8).
//!
//! One `SQLite` file for each project in the user's local state folder, never beside the project, so that a network drive
//! or a full memory stick cannot take it along. What was appended has reached the operating system; [`Journal::sync`]
//! puts it on the disk.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::atomic_file::reason;
use super::database;
use super::file_names::shortened;
use super::hold::{beside, lock, owners_only};
use super::kept::Content;
use super::project::{self, Stamp};
use crate::base::{Progress, Text};
use crate::edit::{History, Record, StepId, Version};
use crate::model::Plan;

/// What the records follow on.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// A project file as it was saved or opened last.
    File(&'a Path, &'a Stamp),
    /// A plan that no file has as it stands: kept whole, with the file it is to be saved to where it has one.
    Plan(&'a Plan, &'a History, Option<(&'a Path, &'a Stamp)>),
}

/// The working copy of the plan that is open. The lock goes with it: nobody else has the project open for writing.
#[derive(Debug)]
pub struct Journal {
    db: Connection,
    path: PathBuf,
    /// What could not be written yet; it goes before what comes next.
    waiting: RefCell<Vec<(u8, String)>>,
    _lock: File,
}

/// Why there is no working copy.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another window has it; open the project read-only.
    #[error("the project is open in another window: this one can look at it, not change it")]
    InUse,
    /// The state folder cannot be written; work goes on in memory.
    #[error("no working copy can be kept in {}: {error}. Save often", path.display())]
    Folder {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is damaged, or the disk is full.
    #[error("the working copy cannot be used: {0}. Save the project now")]
    Sql(#[from] rusqlite::Error),
    /// A record or a base that cannot be written or read.
    #[error("the working copy cannot be used: {0}. Save the project now")]
    Content(String),
}

impl JournalError {
    /// The whole sentence in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let (en, why) = (
            self.to_string(),
            match self {
                Self::InUse => return Text::new(self.to_string(), "该方案已在另一窗口打开，此处只能查看，不能修改"),
                Self::Folder { error, .. } => reason(error).zh,
                Self::Sql(error) => project::sql_reason(error).zh,
                Self::Content(_) => "内容无法读写。请立即保存方案".to_owned(),
            },
        );
        Text::new(en, format!("工作副本不可用：{why}"))
    }
}

/// What was found of work that was not saved.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The plan as it was when the last record was kept.
    pub plan: Plan,
    /// Its history, undone commands included.
    pub history: History,
    /// Commands, undos and redos done since the project was saved.
    pub steps: usize,
    /// The project file and its stamp, where there is one.
    pub file: Option<(PathBuf, Stamp)>,
    /// What could not be brought back.
    pub notes: Vec<Text>,
    /// Working copies that this one follows: it has all that they have.
    pub follows: Vec<PathBuf>,
}

/// A base that is a file, as it is kept.
#[derive(Serialize, Deserialize)]
struct FileBase {
    path: PathBuf,
    stamp: Stamp,
}

/// Most bytes of the name of a project in the name of its working copy.
const STEM: usize = 100;
const DO: u8 = 0;
const UNDO: u8 = 1;
const REDO: u8 = 2;
const SWITCH: u8 = 3;
const NAME: u8 = 4;

impl Journal {
    /// Begins a working copy at [`path_of`] a project; what stood there is gone, so [`recover`] first.
    ///
    /// # Errors
    /// The project is open in another window, or nothing can be kept.
    pub fn begin(path: &Path, base: Base<'_>) -> Result<Self, JournalError> {
        Self::begin_after(path, base, &[])
    }

    /// As [`Journal::begin`], after working copies whose work the base has: with this one they are given up.
    ///
    /// # Errors
    /// See [`Journal::begin`].
    pub fn begin_after(path: &Path, base: Base<'_>, follows: &[PathBuf]) -> Result<Self, JournalError> {
        let lock = lock(path, ".lock")?;
        let folder = |error| JournalError::Folder { path: path.to_owned(), error };
        remove(path).map_err(folder)?;
        owners_only(&mut OpenOptions::new()).write(true).create_new(true).open(path).map_err(folder)?;
        let db = fill(path, base, follows).inspect_err(|_| {
            // Half a working copy would be offered as work.
            let _already_gone = remove(path);
        })?;
        Ok(Self { db, path: path.to_owned(), waiting: RefCell::default(), _lock: lock })
    }

    /// Whether its file is still there: somebody may have cleared the folder.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Keeps a command that was done. When it returns, a killed program loses it no more.
    ///
    /// # Errors
    /// When the disk is full or gone.
    pub fn append(&self, record: &Record) -> Result<(), JournalError> {
        self.log(DO, json(record)?)
    }

    /// Keeps that a command, the last that stood, was undone.
    ///
    /// # Errors
    /// See [`Journal::append`].
    pub fn undone(&self, step: StepId) -> Result<(), JournalError> {
        self.log(UNDO, json(&step)?)
    }

    /// Keeps that a command, the next of those undone, was done again.
    ///
    /// # Errors
    /// See [`Journal::append`].
    pub fn redone(&self, step: StepId) -> Result<(), JournalError> {
        self.log(REDO, json(&step)?)
    }

    /// Keeps that the plan went over to another line of the history: see [`History::switch`].
    ///
    /// # Errors
    /// See [`Journal::append`].
    pub fn switched(&self, tip: StepId) -> Result<(), JournalError> {
        self.log(SWITCH, json(&tip)?)
    }

    /// Keeps that the plan as it stood was given a name.
    ///
    /// # Errors
    /// See [`Journal::append`].
    pub fn named(&self, version: &Version) -> Result<(), JournalError> {
        self.log(NAME, json(version)?)
    }

    fn log(&self, kind: u8, record: String) -> Result<(), JournalError> {
        let mut waiting = self.waiting.borrow_mut();
        waiting.push((kind, record));
        let change = self.db.unchecked_transaction()?;
        for (kind, record) in waiting.iter() {
            self.db.prepare_cached("INSERT INTO log (kind, record) VALUES (?, ?)")?.execute(params![kind, record])?;
        }
        change.commit()?;
        waiting.clear();
        Ok(())
    }

    /// Puts all that was kept on the disk. Can take as long as the disk likes: once a second from a job of its own.
    ///
    /// # Errors
    /// See [`Journal::append`].
    pub fn sync(&self) -> Result<(), JournalError> {
        self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The working copy is needed no more: everything is saved, or the user gave it up.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn finish(self) -> io::Result<()> {
        let Self { db, path, _lock, .. } = self;
        drop(db);
        remove(&path)
    }
}

/// Writes the base into the empty file of a working copy.
fn fill(path: &Path, base: Base<'_>, follows: &[PathBuf]) -> Result<Connection, JournalError> {
    let mut db = Connection::open(path)?;
    // Flushing is a job's business, never that of the stroke that happens to fill the log.
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;")?;
    let change = db.transaction()?;
    change.execute_batch(
        "CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, record TEXT NOT NULL);
         CREATE TABLE base (file TEXT);
         CREATE TABLE follows (name TEXT NOT NULL);",
    )?;
    let file = match base {
        Base::File(file, stamp) => Some((file, stamp)),
        Base::Plan(plan, history, file) => {
            project::write(&change, plan, history, &Progress::default())?;
            file
        }
    };
    if let Some((file, stamp)) = file {
        let folder = |error| JournalError::Folder { path: path.to_owned(), error };
        let base = FileBase { path: std::path::absolute(file).map_err(folder)?, stamp: stamp.clone() };
        change.execute("INSERT INTO base VALUES (?)", [json(&base)?])?;
    }
    for name in follows.iter().filter_map(|path| path.file_name()) {
        change.execute("INSERT INTO follows VALUES (?)", [name.to_string_lossy()])?;
    }
    change.commit()?;
    Ok(db)
}

fn json<T: Serialize>(value: &T) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| JournalError::Content(error.to_string()))
}

/// Gives up a working copy: its file and its log.
///
/// # Errors
/// When a file cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    for file in [beside(path, "-wal"), beside(path, "-shm"), path.to_owned()] {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The folder of all working copies: `WANGGE_STATE`, or what the system has for the state of programs. `None` where it has
/// none.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = var("WANGGE_STATE") {
        return Some(folder);
    }
    if cfg!(windows) {
        return Some(var("LOCALAPPDATA")?.join("wangge"));
    }
    let home = var("HOME");
    if cfg!(target_os = "macos") {
        return Some(home?.join("Library/Application Support/wangge"));
    }
    let state = var("XDG_STATE_HOME").or_else(|| Some(home?.join(".local/state")));
    Some(state?.join("wangge"))
}

/// Where the working copy of a project is kept below [`folder`]; `None` stands for the plan without a file.
#[must_use]
pub fn path_of(folder: &Path, project: Option<&Path>) -> PathBuf {
    let Some(project) = project else { return folder.join("unsaved.journal") };
    let full = project.canonicalize().or_else(|_| std::path::absolute(project)).unwrap_or_else(|_| project.to_owned());
    let hash = xxhash_rust::xxh3::xxh3_64(full.as_os_str().as_encoded_bytes());
    let stem = project.file_stem().unwrap_or_default().to_string_lossy();
    folder.join(format!("{}-{hash:016x}.journal", shortened(&stem, STEM)))
}

/// The project file a working copy follows, and the hash of its content then; `None` where it follows none or is none.
#[must_use]
pub fn follows(path: &Path) -> Option<(PathBuf, u64)> {
    let db = database::open(path, &Progress::default()).ok()?;
    let text: String = db.query_row("SELECT file FROM base", [], |row| row.get(0)).ok()?;
    let base: FileBase = serde_json::from_str(&text).ok()?;
    Some((base.path, base.stamp.hash))
}

/// Brings back what was done and not saved: the base, then every record that follows on what was there. `None` where
/// nothing was kept, or nothing was done since. O(base + records).
///
/// # Errors
/// The project is open in another window, or its base cannot be read.
pub fn recover(path: &Path, progress: &Progress) -> Result<Option<Recovered>, JournalError> {
    recover_to(path, None, progress)
}

/// As [`recover`], for a project that was renamed or moved to `file` and holds what it held.
///
/// # Errors
/// See [`recover`].
pub fn recover_to(path: &Path, file: Option<&Path>, progress: &Progress) -> Result<Option<Recovered>, JournalError> {
    if !path.exists() {
        return Ok(None);
    }
    let _lock = lock(path, ".lock")?;
    let mut db = Connection::open(path)?;
    database::guard(&mut db, path, progress)?;
    // Killed before the first record: nothing was ever kept.
    if !db.table_exists(None, "base")? {
        return Ok(None);
    }
    let mut base = file_base(&db)?;
    if let (Some(base), Some(file)) = (&mut base, file) {
        file.clone_into(&mut base.path);
    }
    let (file, follows) = (base, chain(&db, path));
    let steps: u32 = db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
    let whole = db.table_exists(None, "wangge_project")?;
    if steps == 0 && !whole {
        return Ok(None);
    }
    let (mut notes, mut elsewhere) = (Vec::new(), false);
    let content = |error: &dyn std::fmt::Display| JournalError::Content(error.to_string());
    let (plan, history) = match &file {
        Some(base) if !whole => {
            let opened = project::open(&base.path, progress).map_err(|error| content(&error))?;
            elsewhere = opened.stamp.hash != base.stamp.hash;
            (opened.plan, opened.history)
        }
        _ => project::read(&db, progress).map_err(|error| content(&error))?,
    };
    let file = file.map(|base| (base.path, base.stamp));
    let log = read_log(&db);
    // Killed between a save and the end of the working copy: what the file has is not done twice.
    let known = if elsewhere { known(&log, &history) } else { 0 };
    let ours = elsewhere && (known > 0 || log.iter().all(|(kind, _)| *kind != DO));
    if elsewhere && !ours {
        notes.push(Text::new(
            "the project was saved by somebody else since; what still fits was done again",
            "方案已被他人保存;仍适用的操作已重做",
        ));
    }
    let stood = history.here();
    let mut recovered = Recovered { plan, history, steps: 0, file, notes, follows };
    let did = replay(&log[known..], ours, &mut recovered);
    let lost = (steps as usize).saturating_sub(known + did);
    if lost > 0 {
        recovered.notes.push(Text::new(
            format!("{lost} of {steps} steps could not be done again"),
            format!("{steps} 步操作中有 {lost} 步无法重做"),
        ));
    }
    let nothing_new = ours && recovered.steps == 0 && lost == 0 && recovered.history.here() == stood;
    Ok(Some(recovered).filter(|_| !nothing_new))
}

/// What a working copy says of itself, nothing of it brought back; `None` where nothing was ever kept.
///
/// # Errors
/// A window is at work on it, or it cannot be read.
pub(super) fn look(path: &Path) -> Result<Option<Content>, JournalError> {
    let _lock = lock(path, ".lock")?;
    let mut db = Connection::open(path)?;
    database::guard(&mut db, path, &Progress::default())?;
    if !db.table_exists(None, "base")? {
        return Ok(None);
    }
    let steps: u32 = db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
    let is_whole = db.table_exists(None, "wangge_project")?;
    let file = file_base(&db)?.map(|base| (base.path, base.stamp));
    Ok(Some(Content { file, steps: steps as usize, is_whole, follows: chain(&db, path) }))
}

/// The project file that a working copy belongs to.
fn file_base(db: &Connection) -> Result<Option<FileBase>, JournalError> {
    match db.query_row("SELECT file FROM base", [], |row| row.get::<_, String>(0)) {
        Ok(text) => Ok(Some(serde_json::from_str(&text).map_err(|error| JournalError::Content(error.to_string()))?)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The working copies that one follows; earlier versions did not say.
fn chain(db: &Connection, path: &Path) -> Vec<PathBuf> {
    let Ok(mut select) = db.prepare("SELECT name FROM follows") else { return Vec::new() };
    let names = select.query_map([], |row| row.get::<_, String>(0));
    let names: Vec<String> = names.into_iter().flatten().filter_map(Result::ok).collect();
    // A name leads nowhere but into the folder.
    let names = names.iter().filter_map(|name| Path::new(name).file_name());
    names.map(|name| path.with_file_name(name)).filter(|other| other != path).collect()
}

/// What was kept, up to the first row that is torn.
fn read_log(db: &Connection) -> Vec<(u8, String)> {
    let Ok(mut select) = db.prepare("SELECT kind, record FROM log ORDER BY id") else { return Vec::new() };
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.map_or_else(|_| Vec::new(), |rows| rows.map_while(Result::ok).collect())
}

/// How many rows of the log a history has already, up to the last command of theirs that it ends with.
fn known(log: &[(u8, String)], history: &History) -> usize {
    let done = log.iter().enumerate().filter(|(_, (kind, _))| *kind == DO);
    let done: Vec<(usize, Record)> =
        done.map_while(|(at, (_, text))| Some((at, serde_json::from_str(text).ok()?))).collect();
    let steps: Vec<&Arc<Record>> = history.steps().map(|(_, record)| record).collect();
    let ends_with = |count: &usize| {
        let tail = steps.len().checked_sub(*count).map(|from| &steps[from..]);
        tail.is_some_and(|tail| tail.iter().zip(&done).all(|(step, (_, record))| ***step == *record))
    };
    (1..=done.len()).rev().find(ends_with).map_or(0, |count| done[count - 1].0 + 1)
}

/// Does the steps again, up to the first that does not follow on the one before; `loose` passes over undos that the plan
/// has behind it already. How many rows were gone through.
fn replay(log: &[(u8, String)], loose: bool, recovered: &mut Recovered) -> usize {
    for (at, (kind, text)) in log.iter().enumerate() {
        let (plan, history) = (&recovered.plan, &mut recovered.history);
        // Logs of earlier versions do not say which command it was.
        let is = |step: Option<StepId>| text.is_empty() || serde_json::from_str::<StepId>(text).ok() == step;
        let next = match *kind {
            UNDO if is(history.here()) => history.undo(plan).map(|(plan, _)| plan),
            REDO if is(history.ahead()) => history.redo(plan).map(|(plan, _)| plan),
            UNDO | REDO => None,
            SWITCH => serde_json::from_str(text).ok().and_then(|tip| history.switch(plan, tip)),
            NAME => {
                serde_json::from_str(text).ok().filter(|version| history.keep(version)).map(|_: Version| plan.clone())
            }
            _ => serde_json::from_str::<Record>(text).ok().filter(|record| record.follows(plan)).map(|record| {
                let next = record.redo(plan);
                history.push(Arc::new(record));
                next
            }),
        };
        match next {
            Some(next) => {
                recovered.plan = next;
                recovered.steps += 1;
            }
            None if loose && *kind != DO => {}
            None => return at,
        }
    }
    log.len()
}
