//! The one place that opens a database, ours or another's: read-only and defensive. Only real tables are asked, so that
//! nothing the file brings along is run, and no question takes longer than its bytes are worth.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, Result, Row};

use super::{door, wal};
use crate::base::Progress;

/// Largest database that is read into memory.
const IN_MEMORY: u64 = 1 << 30;
/// Bytes that a value may have whatever the file holds.
const FREE: u64 = 1 << 20;
/// Operations of one statement at most: a table of two thousand columns, which the standard allows, asks for so many.
const OPERATIONS: i32 = 250_000;
/// Steps of the database between two looks at whether the job was cancelled, and looks that all questions together are
/// worth: some whatever the file holds, and one for so many of its bytes. A row of five bytes takes some hundred steps.
const STEPS: i32 = 10_000;
const LOOKS: u64 = 2_000;
const BYTES_A_LOOK: u64 = 160;

/// A connection that changes nothing.
pub(super) fn open(path: &Path, progress: &Progress) -> Result<Connection> {
    // A bare name may be one that SQLite takes for a database in memory.
    let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // A database with a log wants to write beside it, which a folder may forbid: it is then read into memory.
    match guard(&mut db, path, progress)
        .and_then(|()| db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())))
    {
        Ok(()) => Ok(db),
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            let fits =
                |path: &Path| std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= IN_MEMORY);
            let read = |path: &Path| fits(path).then(|| std::fs::read(path).ok()).flatten();
            let (Some(bytes), log) = (read(path), read(&door::log_of(path)).unwrap_or_default()) else {
                return Err(error);
            };
            in_memory(bytes, &log, progress)
        }
        Err(error) => Err(error),
    }
}

/// A connection to a database in memory, with what stands in its log.
pub(super) fn in_memory(bytes: Vec<u8>, log: &[u8], progress: &Progress) -> Result<Connection> {
    let bytes = wal::merged(bytes, log);
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)?;
    harden(&mut db, bytes.len() as u64, progress)?;
    Ok(db)
}

/// Guards a connection to a database of this path.
pub(super) fn guard(db: &mut Connection, path: &Path, progress: &Progress) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    harden(db, size(path) + size(&door::log_of(path)), progress)
}

/// What <https://sqlite.org/security.html> advises for files of others, for one of so many bytes.
fn harden(db: &mut Connection, bytes: u64, progress: &Progress) -> Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1_000_000)?;
    db.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 10)?;
    db.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, OPERATIONS)?;
    // No value is longer than the file it stands in.
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(bytes.max(FREE)).unwrap_or(i32::MAX))?;
    let (asked, mut looks) = (progress.clone(), LOOKS.saturating_add(bytes / BYTES_A_LOOK));
    let is_over = move || {
        looks = looks.saturating_sub(1);
        looks == 0 || asked.is_cancelled()
    };
    db.progress_handler(STEPS, Some(is_over))?;
    db.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")
}

/// Whether the text that made a table is that of a real one: a virtual one runs code of its own, and a view what its
/// author wrote.
fn is_real(sql: &str) -> bool {
    let (create, rest) = word(sql);
    create.eq_ignore_ascii_case("CREATE") && word(rest).0.eq_ignore_ascii_case("TABLE")
}

/// The first word of a text of SQL behind white space and comments, and what follows it.
fn word(sql: &str) -> (&str, &str) {
    let mut rest = sql.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            return rest.split_at(end);
        }
        .trim_start();
    }
}

/// The real table of a name, whatever its case, as it is written in the database.
pub(super) fn real_table(db: &Connection, name: &str) -> Result<Option<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE AND rootpage > 0";
    let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default()));
    Ok(db.query_row(sql, [name], row).optional()?.filter(|(_, sql)| is_real(sql)).map(|(name, _)| name))
}

/// Whether anything that can be asked as a table has a name, whatever its case.
pub(super) fn has(db: &Connection, name: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE";
    Ok(db.query_row(sql, [name], |_| Ok(())).optional()?.is_some())
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_key: bool,
    /// Computed by the file when it is read.
    pub(super) is_computed: bool,
}

pub(super) fn columns(db: &Connection, table: &str) -> Result<Vec<Column>> {
    let mut select = db.prepare("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)")?;
    let column = |row: &Row<'_>| {
        Ok(Column {
            name: row.get(0)?,
            kind: row.get(1)?,
            is_key: row.get::<_, i64>(2)? > 0,
            is_computed: row.get::<_, i64>(3)? > 0,
        })
    };
    select.query_map([table], column)?.collect()
}

/// Whether a name is that of a real table, none of whose columns the file computes, with its rows in the order of a key.
pub(super) fn is_plain(db: &Connection, name: &str, key: &str) -> Result<bool> {
    let Some(table) = real_table(db, name)? else { return Ok(false) };
    let columns = columns(db, &table)?;
    let in_order = columns.iter().any(|column| column.is_key && column.name.eq_ignore_ascii_case(key));
    Ok(in_order && !columns.iter().any(|column| column.is_computed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_real_whatever_stands_between_its_words() {
        for sql in ["CREATE TABLE a (b)", "create\n table \"VIRTUAL\" (b)", "CREATE /* VIRTUAL */ TABLE a(b)"] {
            assert!(is_real(sql), "{sql}");
        }
        for sql in
            ["CREATE  VIRTUAL TABLE a USING b", "CREATE/* TABLE */VIRTUAL TABLE a USING b", "CREATE -- TABLE\n VIEW a"]
        {
            assert!(!is_real(sql), "{sql}");
        }
    }
}
