//! The duty list as an Excel workbook.

use std::path::Path;

use super::workbook::{self, Cell, FOOTER, Sheet};
use super::{ExportError, Exported};
use crate::balance::duty::{DutyLine, DutyList, turn_words};
use crate::base::{Lang, Text};

/// Columns: title, width in characters.
const COLUMNS: [(&str, f64); 12] = [
    ("分队", 20.0),
    ("人员", 30.0),
    ("参与单位", 18.0),
    ("星期一", 15.0),
    ("星期二", 15.0),
    ("星期三", 15.0),
    ("星期四", 15.0),
    ("星期五", 15.0),
    ("星期六", 15.0),
    ("星期日", 15.0),
    ("工时", 7.0),
    ("巡区", 40.0),
];

/// Writes the duty list of a week. Chinese, as the sheet it stands for.
///
/// # Errors
/// When it cannot be written; what stood there is untouched.
pub fn duty_list(list: &DutyList, path: &Path) -> Result<Exported, ExportError> {
    let mut sheets = vec![Sheet {
        name: "勤务表",
        title: format!("{}联合巡逻勤务表", list.town),
        line: format!(
            "{} 至 {}  班制:{}  与需求相比缺少 {} 个分队工时  {FOOTER}",
            list.date(0),
            list.date(6),
            list.by.zh,
            list.missing
        ),
        columns: &COLUMNS,
        rows: list.lines.iter().map(row).collect(),
    }];
    if let Some(other) = &list.other {
        let beat =
            |(squad, grids): &(String, Vec<String>)| vec![Cell::Text(squad.clone()), Cell::Text(grids.join("、"))];
        sheets.push(Sheet {
            name: "其他时段巡区",
            title: format!("{}巡区", list.town),
            line: format!("{}  {FOOTER}", other.hours.zh),
            columns: &[("值守分队", 24.0), ("巡区网格", 90.0)],
            rows: other.beats.iter().map(beat).collect(),
        });
    }
    workbook::write(path, &sheets, Vec::<Text>::new())
}

fn row(line: &DutyLine) -> Vec<Cell> {
    let people = line.people;
    let staff = format!(
        "民警{} 辅警{} 执法队员{} 协管员{}",
        people.police, people.auxiliaries, people.officers, people.assistants
    );
    let mut cells = vec![Cell::Text(line.squad.clone()), Cell::Text(staff), Cell::Text(line.agencies.join("、"))];
    cells.extend((0..7).map(|day| Cell::Text(turn_words(line.turns.get(day).copied().flatten(), Lang::Zh))));
    cells.extend([Cell::Whole(f64::from(line.hours)), Cell::Text(line.beat.join("、"))]);
    cells
}
