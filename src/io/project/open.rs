//! A project file into a plan, read-only and believed in nothing.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::{Fault, Stamp, read, schema};
use crate::base::{Cancelled, Progress, Text};
use crate::edit::History;
use crate::io::layer::LAYERS;
use crate::io::{bytes, database, gpkg, gpkg_layer};
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
    let fault = |fault| match (fault, progress.check()) {
        (Fault::Cancelled(cancelled), _) | (_, Err(cancelled)) => OpenError::Cancelled(cancelled),
        (other, Ok(())) => failed(words(&other)),
    };
    let db = database::open(path, progress).map_err(|error| fault(error.into()))?;
    is_project(&db).map_err(|error| fault(error.into()))?.map_or(Ok(()), |text| Err(failed(text)))?;
    let (plan, history) = read(&db, progress).map_err(fault)?;
    let notes = changed_layers(&db);
    progress.check()?;
    Ok(Opened { plan, history, notes, stamp })
}

/// Whether a file is a project of ours, not a `GeoPackage` of another program or anything else.
#[must_use]
pub fn is_project_file(path: &Path) -> bool {
    path.is_file() && database::open(path, &Progress::default()).is_ok_and(|db| matches!(is_project(&db), Ok(None)))
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
        io::ErrorKind::Unsupported | io::ErrorKind::FileTooLarge => bytes::device(&error).1,
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

/// Why a database is no project of ours, if it is none. One that has the names of our tables is, and whether they are what
/// they should be is seen when they are read.
fn is_project(db: &Connection) -> rusqlite::Result<Option<Text>> {
    let mut always = schema::TABLES[..schema::SINCE_FIRST].iter();
    if always.try_fold(true, |all, name| Ok::<_, rusqlite::Error>(all && database::has(db, name)?))? {
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
        let mut select = db.prepare("SELECT table_name, hash FROM wangge_layer ORDER BY id LIMIT ?")?;
        select.query_map([LAYERS as i64], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
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
