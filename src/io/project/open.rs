//! A project file into a plan, read-only and believed in nothing.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Fault, Stamp, read, schema};
use crate::base::{Cancelled, Progress, Text};
use crate::edit::History;
use crate::io::{door, gpkg, gpkg_layer, wal};
use crate::model::Plan;

/// A project that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The plan.
    pub plan: Plan,
    /// Its history.
    pub history: History,
    /// What the user should know.
    pub notes: Vec<Text>,
    /// The file as it was read, for the next save.
    pub stamp: Stamp,
}

/// Why a file could not be opened as a project.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Which file, why, and what to do.
    #[error("cannot open {}: {text}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// The reason and the remedy.
        text: Text,
    },
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Opens a project. Only our tables are read; a layer that another program changed is left alone and noted.
///
/// O(file): every value is checked and the coverage proven.
///
/// # Errors
/// A file that cannot be read, is no `GeoPackage`, holds no project, is damaged, or was written by a newer version.
pub fn open(path: &Path, progress: &Progress) -> Result<Opened, OpenError> {
    let failed = |text| OpenError::Failed { path: path.to_owned(), text };
    let stamp = stamp(path).map_err(failed)?;
    progress.phase(Text::new("Opening the project", "打开方案"), 0);
    let fault = |fault| match fault {
        Fault::Cancelled(cancelled) => OpenError::Cancelled(cancelled),
        other => failed(words(&other)),
    };
    let db = connect(path).map_err(|error| fault(error.into()))?;
    is_project(&db).map_err(|error| fault(error.into()))?.map_or(Ok(()), |text| Err(failed(text)))?;
    let (plan, history) = read(&db, progress).map_err(fault)?;
    let notes = changed_layers(&db);
    Ok(Opened { plan, history, notes, stamp })
}

/// Whether a file is a project of ours, not a `GeoPackage` of another program or anything else.
#[must_use]
pub fn is_project_file(path: &Path) -> bool {
    path.is_file() && connect(path).is_ok_and(|db| matches!(is_project(&db), Ok(None)))
}

fn stamp(path: &Path) -> Result<Stamp, Text> {
    if path.is_dir() {
        return Err(Text::new("this is a folder. Name the project file in it", "这是文件夹。请选择其中的方案文件"));
    }
    let stamp = Stamp::of(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Text::new("there is no such file. Check the name", "文件不存在。请检查文件名"),
        io::ErrorKind::PermissionDenied => {
            Text::new("it may not be read. Ask its owner for permission", "没有读取权限。请向文件所有者申请")
        }
        _ => Text::new(
            format!("the system says: {error}. Copy the file to this machine and try again"),
            format!("系统报告:{error}。请将文件复制到本机后重试"),
        ),
    })?;
    if stamp.size == 0 {
        return Err(Text::new("the file is empty. Take a copy of it", "文件是空的。请改用备份"));
    }
    Ok(stamp)
}

/// A connection that changes nothing and runs nothing that the file brings along.
pub(in crate::io) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // A bare name may be one that SQLite takes for a database in memory.
    let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // A database with a log wants to write beside it, which a folder may forbid: it is then read into memory.
    match harden(&db).and_then(|()| db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))) {
        Ok(()) => Ok(db),
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            let fits = |path: &Path| std::fs::metadata(path).is_ok_and(|meta| meta.len() <= IN_MEMORY);
            let read = |path: &Path| fits(path).then(|| std::fs::read(path).ok()).flatten();
            let (Some(bytes), log) = (read(path), read(&door::log_of(path)).unwrap_or_default()) else {
                return Err(error);
            };
            in_memory(bytes, &log)
        }
        Err(error) => Err(error),
    }
}

/// Largest database that is read into memory.
const IN_MEMORY: u64 = 1 << 30;

/// A connection to a database in memory, with what stands in its log.
pub(in crate::io) fn in_memory(bytes: Vec<u8>, log: &[u8]) -> rusqlite::Result<Connection> {
    let bytes = wal::merged(bytes, log);
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)?;
    harden(&db)?;
    Ok(db)
}

/// What <https://sqlite.org/security.html> advises for files of others.
pub(in crate::io) fn harden(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1_000_000)?;
    db.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 10)?;
    db.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, 25_000)?;
    db.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")
}

/// Why a database is no project of ours, if it is none.
fn is_project(db: &Connection) -> rusqlite::Result<Option<Text>> {
    // Real tables only: a view of the same name would run what its author wrote.
    let always = &schema::TABLES[..schema::SINCE_FIRST];
    let marks = always.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    let tables = format!(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name IN ({marks})"
    );
    let found: usize = db.query_row(&tables, [], |row| row.get::<_, u32>(0))? as usize;
    if found == always.len() {
        return Ok(None);
    }
    let what = if gpkg::is_geopackage(db)? {
        Text::new(
            "it is a GeoPackage of another program, not a project. Open it as a layer",
            "这是其他程序的 GeoPackage,不是方案。请作为图层打开",
        )
    } else {
        Text::new(
            "it is a database, but no project. Open a .gpkg saved by Wangge",
            "这是数据库,但不是方案。请打开本程序保存的 .gpkg",
        )
    };
    Ok(Some(what))
}

/// A note for each layer that is not what was saved. A layer that cannot be read counts as changed.
fn changed_layers(db: &Connection) -> Vec<Text> {
    let mut notes = Vec::new();
    let layers = || -> rusqlite::Result<Vec<(String, String)>> {
        let mut select = db.prepare("SELECT table_name, hash FROM wangge_layer ORDER BY id")?;
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    for (table, hash) in layers().unwrap_or_default() {
        let now = gpkg_layer::content_hash(db, &table).map(|hash| format!("{hash:016x}"));
        if now.as_ref() != Ok(&hash) {
            notes.push(Text::new(
                format!("the layer {table} was changed by another program; the plan shows what Wangge saved. Export the layer there as GeoJSON to take its changes over"),
                format!("图层“{table}”已被其他程序修改;方案仍为本程序保存的内容。如需采用其修改,请在该程序中导出为 GeoJSON"),
            ));
        }
    }
    notes
}

fn words(fault: &Fault) -> Text {
    match fault {
        Fault::Newer(version) => Text::new(
            format!(
                "it was saved by a newer Wangge (tables of version {version}; this one reads {}). Update the program",
                schema::VERSION
            ),
            format!("文件由更新版本的程序保存(表结构版本 {version},本程序支持到 {})。请升级程序", schema::VERSION),
        ),
        Fault::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Text::new(
            "it is no project: not an SQLite database. Open a .gpkg saved by Wangge",
            "不是方案文件(不是 SQLite 数据库)。请打开本程序保存的 .gpkg",
        ),
        other => Text::new(
            format!("the file is damaged ({other}). Open a copy of it"),
            format!("文件已损坏({other})。请打开备份"),
        ),
    }
}
