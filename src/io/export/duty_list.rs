//! The duty list of a week as an Excel workbook.

use std::path::Path;

use super::workbook::{self, Cell, FOOTER, Sheet};
use super::{ExportError, Exported};
use crate::balance::duty::{DutyList, OtherBeats, turn_words};
use crate::base::Lang;

/// Titles of the columns before and after the days, and their widths.
const BEFORE: [(&str, f64); 4] = [("分队", 20.0), ("人员", 26.0), ("参与单位", 18.0), ("车辆", 14.0)];
const AFTER: [(&str, f64); 2] = [("工时", 7.0), ("巡区", 40.0)];
const DAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
/// Beats that differ by the hour, on a sheet of their own.
const BEATS: [(&str, f64); 3] = [("时段", 20.0), ("分队", 20.0), ("巡区", 80.0)];

/// Writes the duty list of a week. Chinese, as the sheet it stands for.
///
/// # Errors
/// When it cannot be written, or reads differently afterwards; what stood there is untouched.
pub fn duty_list(list: &DutyList, path: &Path) -> Result<Exported, ExportError> {
    let days: Vec<String> = (0..7).map(|day| format!("{} {}", DAYS[day], &list.date(day)[5..])).collect();
    let days = days.iter().map(|day| (day.as_str(), 15.0));
    let columns: Vec<(&str, f64)> = BEFORE.into_iter().chain(days).chain(AFTER).collect();
    let rows = list.lines.iter().map(|line| {
        let people = line.people;
        let staff = format!(
            "民警{} 辅警{} 执法队员{} 协管员{}",
            people.police, people.auxiliaries, people.officers, people.assistants
        );
        let before =
            [line.squad.clone(), staff, line.agencies.join("、"), line.vehicles.clone()].into_iter().map(Cell::Text);
        let turns = line.turns.iter().map(|turn| Cell::Text(turn_words(*turn, Lang::Zh)));
        before.chain(turns).chain([Cell::Whole(f64::from(line.hours)), Cell::Text(line.beat.join("、"))]).collect()
    });
    let title = format!("{}联合巡逻勤务表", list.town);
    let line =
        format!("{} 至 {}  班制:{}  缺少工时:{}  {FOOTER}", list.date(0), list.date(6), list.by.zh, list.missing);
    let mut sheets = vec![Sheet {
        name: "勤务表",
        title: title.clone(),
        line: line.clone(),
        columns: &columns,
        rows: rows.collect(),
    }];
    if !list.others.is_empty() {
        let cells = |other: &OtherBeats| -> Vec<Vec<Cell>> {
            let cells = |(squad, grids): &(String, Vec<String>)| {
                [other.hours.zh.clone(), squad.clone(), grids.join("、")].map(Cell::Text).to_vec()
            };
            other.beats.iter().map(cells).collect()
        };
        let rows = list.others.iter().flat_map(cells).collect();
        sheets.push(Sheet { name: "并网巡区", title, line, columns: &BEATS, rows });
    }
    workbook::write(path, &sheets, Vec::new())
}
