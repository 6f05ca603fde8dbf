//! A plan into its file: a new one beside, proven, then in the place of the old one.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use rustc_hash::FxHashSet;

use super::{Stamp, schema, write};
use crate::base::{Cancelled, Progress, Refusal, Text};
use crate::edit::History;
use crate::io::atomic_file::{self, AtomicFile, Over, WriteError, is_stream};
use crate::io::{gpkg, gpkg_layer};
use crate::measures;
use crate::model::Plan;

/// What became of a save.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Where the plan is now.
    pub path: PathBuf,
    /// The file as it was written, for the next save.
    pub stamp: Stamp,
    /// Why it is not where it was asked to be: it stands under a new name beside.
    pub aside: Option<Text>,
}

/// Why a plan could not be saved. The file that was there is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Which file, why, and what to do.
    #[error("cannot save {}: {text}", path.display())]
    Failed {
        /// The file asked for.
        path: PathBuf,
        /// The reason and the remedy.
        text: Text,
    },
    /// What stands there may not be replaced.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Trouble on the way.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Write(#[from] WriteError),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    #[error("{0}")]
    Cancelled(#[from] Cancelled),
    /// The file that was written does not pass the check.
    #[error("{0}")]
    Broken(String),
}

/// Saves a plan with its history. `opened` is the stamp of the project file the plan came from, which is replaced and kept
/// once as `NAME~`; without one, no project is replaced.
///
/// The file is written beside, checked and flushed before it takes the place of the old one. When somebody else wrote the
/// old one since, or a program holds it, the plan is saved under a new name beside and [`Saved::aside`] says so.
/// O(plan), no more memory than the largest zone.
///
/// # Errors
/// When nothing could be written, a project that is another one stands there, or the job was cancelled; the file that was
/// there is untouched.
pub fn save(
    plan: &Plan,
    history: &History,
    path: &Path,
    opened: Option<&Stamp>,
    progress: &Progress,
) -> Result<Saved, SaveError> {
    Prepared::new(plan, history, path, opened, progress)?.place()
}

/// A plan in a file beside its place, whole and checked; dropped before it is put there, it is removed.
#[derive(Debug)]
pub struct Prepared {
    new: AtomicFile,
    path: PathBuf,
    opened: Option<Stamp>,
    written: Stamp,
}

impl Prepared {
    /// Writes the file: see [`save`].
    ///
    /// # Errors
    /// See [`save`].
    pub fn new(
        plan: &Plan,
        history: &History,
        path: &Path,
        opened: Option<&Stamp>,
        progress: &Progress,
    ) -> Result<Self, SaveError> {
        let over = if opened.is_some() { Over::Itself } else { Over::Files };
        Self::over((plan, history), path, (opened, over), progress)
    }

    /// Writes the file in the place of one that holds nobody's work, of which no backup is kept.
    pub(in crate::io) fn over_untouched(
        plan: &Plan,
        path: &Path,
        stands: &Stamp,
        progress: &Progress,
    ) -> Result<Self, SaveError> {
        Self::over((plan, &History::default()), path, (Some(stands), Over::Untouched), progress)
    }

    fn over(
        (plan, history): (&Plan, &History),
        path: &Path,
        (opened, over): (Option<&Stamp>, Over),
        progress: &Progress,
    ) -> Result<Self, SaveError> {
        let write = || -> Result<Self, Trouble> {
            let new = AtomicFile::new(path, over)?;
            fill(new.path(), plan, history, progress)?;
            progress.check()?;
            let written = Stamp::of(new.path())?;
            Ok(Self { new, path: path.to_owned(), opened: opened.cloned(), written })
        };
        write().map_err(|trouble| failed(path, trouble))
    }

    /// Where the file is until it is put in its place.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.new.path()
    }

    /// Puts the file where it was asked to be, or beside when that cannot be or would destroy something.
    ///
    /// # Errors
    /// See [`save`].
    pub fn place(self) -> Result<Saved, SaveError> {
        let Self { new, path, opened, written } = self;
        let stamp = |placed: &Path| -> io::Result<Stamp> {
            let modified = if is_stream(placed) { written.modified } else { Stamp::modified_of(placed)? };
            Ok(Stamp { modified, ..written })
        };
        let place = || -> Result<Saved, Trouble> {
            let (placed, aside) = place(new, opened.as_ref())?;
            Ok(Saved { stamp: stamp(&placed)?, path: placed, aside })
        };
        place().map_err(|trouble| failed(&path, trouble))
    }
}

fn failed(path: &Path, trouble: Trouble) -> SaveError {
    match trouble {
        Trouble::Cancelled(cancelled) => SaveError::Cancelled(cancelled),
        Trouble::Write(WriteError::Refused(refusal)) => SaveError::Refused(refusal),
        other => SaveError::Failed { path: path.to_owned(), text: words(&other) },
    }
}

fn place(mut new: AtomicFile, opened: Option<&Stamp>) -> Result<(PathBuf, Option<Text>), Trouble> {
    let Some(path) = new.replaced().map(Path::to_owned) else { return Ok((new.replace()?, None)) };
    let changed = match opened {
        Some(stamp) if path.exists() => !stamp.holds(&path)?,
        _ => false,
    };
    let why = if is_held(&path) {
        Text::new("another program holds the file", "文件正被其他程序使用")
    } else if changed {
        Text::new("somebody saved the file since it was opened", "打开之后文件已被他人保存")
    } else {
        match new.replace() {
            Ok(path) => return Ok((path, None)),
            Err(error) => {
                let reason = atomic_file::reason(&error);
                Text::new(format!("the file could not be replaced ({error})"), format!("文件无法替换（{}）", reason.zh))
            }
        }
    };
    let put = new.put_aside()?;
    let name = put.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = Text::new(
        format!("{}; the plan was saved beside it as {name}. Compare the two and keep one", why.en),
        format!("{}，方案已另存为 {name}。请比较两个文件后保留其一", why.zh),
    );
    Ok((put, Some(text)))
}

/// Whether a log of changes stands beside the file: a program writes to it, and would apply the log to a new one.
fn is_held(path: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        std::fs::metadata(PathBuf::from(name)).is_ok_and(|file| file.len() > 0)
    })
}

fn fill(path: &Path, plan: &Plan, history: &History, progress: &Progress) -> Result<(), Trouble> {
    progress.phase(Text::new("Saving", "保存"), plan.coverage.borders().slots() as u64);
    let mut db = Connection::open(path)?;
    // Until it is whole nobody reads the file, and if the machine stops it is thrown away: no journal, one flush at the end.
    db.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let change = db.transaction()?;
    gpkg::create(&change)?;
    write(&change, plan, history, progress)?;
    progress.check()?;
    for table in schema::TABLES {
        gpkg::register_attributes(&change, table)?;
    }
    for (place, name) in layer_names(plan).into_iter().enumerate() {
        let tier = measures::brought_up(plan, (place, &plan.tiers[place]), progress)?;
        gpkg_layer::write(&change, &name, &plan.coverage, &tier)?;
        let hash = format!("{:016x}", gpkg_layer::content_hash(&change, &name)?);
        change.execute("INSERT INTO wangge_layer VALUES (?, ?, ?)", (place as i64, &name, &hash))?;
        progress.check()?;
    }
    change.commit()?;
    progress.phase(Text::new("Checking the file", "检查文件"), 0);
    db.pragma_update(None, "journal_mode", "DELETE")?;
    let verdict: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Trouble::Broken(verdict));
    }
    db.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Names of the layers: those of the tiers, told apart where `SQLite` would not, and clear of reserved words.
fn layer_names(plan: &Plan) -> Vec<String> {
    let mut taken = FxHashSet::default();
    let mut names = Vec::new();
    for tier in &plan.tiers {
        let mut plain: String = tier.name.chars().filter(|letter| !letter.is_control()).collect();
        let reserved = ["gpkg_", "rtree_", "sqlite_", "wangge_"];
        if plain.is_empty() || reserved.iter().any(|start| plain.to_lowercase().starts_with(start)) {
            plain = format!("tier_{plain}");
        }
        let mut name = plain.clone();
        let mut number = 1;
        while !taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{plain}_{number}");
        }
        names.push(name);
    }
    names
}

fn words(trouble: &Trouble) -> Text {
    match trouble {
        Trouble::Io(error) | Trouble::Write(WriteError::Io(error)) => atomic_file::reason(error),
        Trouble::Sql(error) => sql_reason(error),
        other => atomic_file::reason(&io::Error::other(other.to_string())),
    }
}

/// Why a database could not be written and what to do.
pub(in crate::io) fn sql_reason(error: &rusqlite::Error) -> Text {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => atomic_file::reason(&io::ErrorKind::StorageFull.into()),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            atomic_file::reason(&io::ErrorKind::PermissionDenied.into())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Text::new("the file was damaged. Save to another drive", "文件已损坏。请保存到其他磁盘")
        }
        Some(ErrorCode::SystemIoFailure) => {
            Text::new("the drive cannot be written. Save to another drive", "磁盘无法写入。请保存到其他磁盘")
        }
        Some(_) => {
            let code = error.sqlite_error().map_or(0, |error| error.extended_code);
            Text::new(
                format!("the database says: {error}. Save to another drive"),
                format!("数据库错误 {code}。请保存到其他磁盘"),
            )
        }
        None => atomic_file::reason(&io::Error::other(error.to_string())),
    }
}
