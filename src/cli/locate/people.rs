//! People in the table of points: they are no part of what is written unless asked for.

use std::borrow::Cow;

use super::{Found, Rows};
use crate::base::{Problem, Rule, Severity};
use crate::cli::Failure;
use crate::io::csv::{Row, Table};
use crate::io::personal;
use crate::model::people;

/// Takes people out of the rows that are to be written, and says so.
///
/// # Errors
/// When the table cannot be read again.
pub(super) fn leave_out(found: &mut Found) -> Result<(), Failure> {
    let (mut names, mut rows) = match &found.rows {
        Rows::Fields(names, rows) => (names.clone(), rows.clone()),
        Rows::Lines(source) => {
            let table = Table::open(source).map_err(|error| Failure::File(error.to_string()))?;
            if !may_hold(&table) {
                return Ok(());
            }
            (
                table.names.clone(),
                table.blocks(table.names.len(), |_| Vec::new(), |rows, row| rows.push(fields(&table, row))).concat(),
            )
        }
    };
    if let Some(reason) = personal::out_of_table(&mut names, &mut rows) {
        found.rows = Rows::Fields(names, rows);
        found.notes.push(Problem::new(Rule::BadValue, Severity::Note, reason));
    }
    Ok(())
}

fn text(field: Cow<'_, [u8]>) -> String {
    String::from_utf8_lossy(&field).into_owned()
}

fn fields(table: &Table<'_>, row: &Row<'_>) -> Vec<String> {
    (0..table.names.len().max(row.len())).map(|at| text(row.field(at))).collect()
}

/// Whether a column may be about people by its name, or a field has a number of a person in it.
fn may_hold(table: &Table<'_>) -> bool {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok_and(|number| number.fract() != 0.0);
    let has = |text: &str| !is_number(text) && people::without_numbers(text).is_some();
    let suspect = |row: &Row<'_>| (0..row.len()).any(|at| has(&String::from_utf8_lossy(&row.field(at))));
    table.names.iter().any(|name| people::may_be_about_people(name))
        || table.blocks(table.names.len(), |_| false, |any, row| *any = *any || suspect(row)).contains(&true)
}
