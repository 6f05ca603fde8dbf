//! The duty list of a week as an Excel workbook.

use std::path::Path;

use super::workbook::{self, Cell, Sheet};
use super::{ExportError, Exported};
use crate::balance::duty::{DutyList, DutyWatch, day_words};
use crate::base::{Lang, Text};
use crate::model::Composition;

/// Titles of the columns before and after the days, and their widths.
const BEFORE: [(&str, f64); 4] = [("分队", 20.0), ("人员", 26.0), ("参与单位", 18.0), ("车辆", 14.0)];
const AFTER: [(&str, f64); 2] = [("工时", 7.0), ("本队巡区", 40.0)];
const DAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
/// Who patrols where in which hours, on a sheet of its own.
const BEATS: [(&str, f64); 3] = [("时段", 40.0), ("当班分队", 20.0), ("巡区", 80.0)];

/// The people of a squad in words: 民警 2 人、辅警 4 人.
#[must_use]
pub fn staff(people: Composition) -> String {
    let Composition { police, auxiliaries, officers, assistants } = people;
    format!("民警 {police} 人、辅警 {auxiliaries} 人、执法人员 {officers} 人、协管员 {assistants} 人")
}

/// How many squad hours of the week are missing against the need.
#[must_use]
pub fn missing(list: &DutyList) -> Text {
    let hours = list.missing;
    Text::new(format!("Squad hours short over the week: {hours}"), format!("全周分队工时缺口：{hours} 小时"))
}

/// Writes the duty list of a week. Chinese, as the sheet it stands for.
///
/// # Errors
/// When it cannot be written, or reads differently afterwards; what stood there is untouched.
pub fn duty_list(list: &DutyList, path: &Path) -> Result<Exported, ExportError> {
    let days: Vec<String> = (0..7).map(|day| format!("{} {}", DAYS[day], &list.date(day)[5..])).collect();
    let days = days.iter().map(|day| (day.as_str(), 15.0));
    let columns: Vec<(&str, f64)> = BEFORE.into_iter().chain(days).chain(AFTER).collect();
    let rows = list.lines.iter().map(|line| {
        let before = [line.squad.clone(), staff(line.people), line.agencies.join("、"), line.vehicles.clone()]
            .into_iter()
            .map(Cell::Text);
        let turns = line.days.iter().map(|day| Cell::Text(day_words(day, Lang::Zh)));
        before.chain(turns).chain([Cell::Whole(f64::from(line.hours)), Cell::Text(line.beat.join("、"))]).collect()
    });
    let title = format!("{}联合巡逻勤务表", list.town);
    let line = format!(
        "{} 至 {}  班制：{}  {}  编制：        审核：        批准：        日期：",
        list.date(0),
        list.date(6),
        list.by.zh,
        missing(list).zh
    );
    let beats = |watch: &DutyWatch| -> Vec<Vec<Cell>> {
        let hours = &watch.hours.zh;
        let row = |squad: &str, grids: String| [hours.clone(), squad.to_owned(), grids].map(Cell::Text).to_vec();
        let posts = watch.posts.iter().map(|post| row(&post.squad, post.words(Lang::Zh)));
        let nobody = watch.posts.is_empty().then(|| row("", "无分队当班".to_owned()));
        let notes = watch.notes.iter().map(|note| row("", note.zh.clone()));
        nobody.into_iter().chain(posts).chain(notes).collect()
    };
    let sheets = [
        Sheet { name: "勤务表", title: title.clone(), line: line.clone(), columns: &columns, rows: rows.collect() },
        Sheet {
            name: "各时段巡区", title, line, columns: &BEATS, rows: list.watches.iter().flat_map(beats).collect()
        },
    ];
    workbook::write(path, &sheets, Vec::new())
}
