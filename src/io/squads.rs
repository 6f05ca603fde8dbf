//! Squads and their beats from a table: one row a squad.

use super::bytes::Source;
use super::csv::Table;
use super::diagnosis::Diagnosis;
use super::{ReadError, columns};
use crate::base::{Problem, Rule, Severity, Text, parts_list};
use crate::model::{Composition, Plan, Role, Squad};

/// A squad and the codes of the grids it patrols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The squad.
    pub squad: Squad,
    /// Codes of its grids.
    pub grids: Vec<String>,
    /// The file it stands in.
    pub file: String,
}

/// Columns of the table, in English and as Chinese sheets name them.
const COLUMNS: [[&str; 2]; 10] = [
    ["code", "编号"],
    ["name", "名称"],
    ["towncode", "镇街编码"],
    ["police", "民警"],
    ["auxiliaries", "辅警"],
    ["officers", "城管"],
    ["assistants", "协管"],
    ["agencies", "联合部门"],
    ["grids", "责任网格"],
    ["vehicles", "车辆"],
];

/// Whether a file is a table of squads: it has columns for police and for grids.
#[must_use]
pub fn is_squads(source: &Source) -> bool {
    source.format.is_table()
        && Table::open(source).is_ok_and(|table| [3, 8].iter().all(|&column| place(&table, column).is_some()))
}

fn place(table: &Table<'_>, column: usize) -> Option<usize> {
    let names = COLUMNS.get(column)?;
    table.names.iter().position(|name| names.contains(&columns::plain(name).as_str()))
}

/// Reads a table of squads. Lists within a field are parted by `;`, `,` or `、`, half-width or not.
///
/// # Errors
/// When the file has no header.
pub fn read(source: &Source) -> Result<(Vec<Row>, Vec<Problem>), ReadError> {
    let table = Table::open(source)?;
    let at: Vec<Option<usize>> = (0..COLUMNS.len()).map(|column| place(&table, column)).collect();
    let rows = table.blocks(
        usize::MAX,
        |_| Vec::new(),
        |rows, row| {
            let text = |column: usize| -> String {
                let field = at.get(column).copied().flatten().map(|at| row.field(at));
                field.map_or_else(String::new, |field| String::from_utf8_lossy(&field).trim().to_owned())
            };
            let list = |column: usize| -> Vec<String> {
                text(column)
                    .split(parts_list)
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect()
            };
            let bad: Vec<usize> =
                (3..7).filter(|&column| !text(column).is_empty() && text(column).parse::<u16>().is_err()).collect();
            let count = |column: usize| text(column).parse().unwrap_or(0);
            let composition =
                Composition { police: count(3), auxiliaries: count(4), officers: count(5), assistants: count(6) };
            let squad = Squad {
                code: text(0),
                name: text(1),
                town: text(2),
                composition,
                agencies: list(7),
                vehicles: Squad::vehicles_of(&text(9)),
            };
            rows.push((Row { squad, grids: list(8), file: source.name() }, (bad, row.stray_quote)));
        },
    );
    let file = source.name();
    let (rows, odd): (Vec<Row>, Vec<(Vec<usize>, bool)>) = rows.into_iter().flatten().unzip();
    let note = |reason| Problem { file: Some(file.clone()), ..Problem::new(Rule::BadValue, Severity::Warning, reason) };
    let mut notes = Vec::new();
    for (row, (bad, stray_quote)) in (1..).zip(odd) {
        if !bad.is_empty() {
            notes.push(note(Text::new(
                format!("row {row}: a number of staff is no whole number; taken as 0"),
                format!("第 {row} 行:人数不是整数,按 0 计"),
            )));
        }
        if stray_quote {
            let words = Diagnosis::StrayQuote.words();
            notes.push(note(Text::new(format!("row {row}: {}", words.en), format!("第 {row} 行:{}", words.zh))));
        }
    }
    Ok((rows, notes))
}

/// Puts squads and beats into a plan; codes of grids that are not there are listed.
#[must_use]
pub fn place_in(plan: &mut Plan, rows: Vec<Row>) -> Vec<Problem> {
    let grids = plan.tier_of(Role::Grid).map(|(_, tier)| tier.clone());
    let mut problems = Vec::new();
    for Row { squad, grids: codes, file } in rows {
        let name = squad.name.clone();
        let id = plan.squads.push(squad);
        for code in codes {
            match grids.as_ref().and_then(|tier| tier.by_code(&code)) {
                Some(zone) => plan.beats.set(zone, Some(id)),
                None => problems.push(Problem {
                    file: Some(file.clone()),
                    zones: vec![code.clone()],
                    ..Problem::new(
                        Rule::BadValue,
                        Severity::Warning,
                        Text::new(
                            format!("{name} patrols grid {code}, which is in no layer"),
                            format!("{name}的责任网格 {code} 不在任何图层中"),
                        ),
                    )
                }),
            }
        }
    }
    problems
}
