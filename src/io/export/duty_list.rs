//! The duty list as an Excel workbook: what is text stays text, and nothing is a formula.

use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::register::{FOOTER, clean, not_made};
use super::{ExportError, Exported};
use crate::balance::duty::{DutyList, turn_words};
use crate::base::Lang;

/// Titles of the columns before and after the days.
const BEFORE: [(&str, f64); 3] = [("分队", 20.0), ("人员", 26.0), ("参与单位", 18.0)];
const AFTER: [(&str, f64); 2] = [("工时", 7.0), ("巡区", 40.0)];
const DAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// Writes the duty list of a week. Chinese, as the sheet it stands for.
///
/// # Errors
/// When it cannot be written; what stood there is untouched.
pub fn duty_list(list: &DutyList, path: &Path) -> Result<Exported, ExportError> {
    let bytes = workbook(list).map_err(|error| not_made(path, &error))?;
    Ok(Exported { path: super::whole(path, &bytes)?, features: list.lines.len(), notes: Vec::new() })
}

fn workbook(list: &DutyList) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let plain = || Format::new().set_font_name("宋体");
    let cell = || plain().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let head = cell().set_bold().set_align(FormatAlign::Center);
    let text = cell().set_num_format("@");
    let title = plain().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let sheet = book.add_worksheet();
    sheet.set_name("勤务表")?;
    let last = (BEFORE.len() + DAYS.len() + AFTER.len()) as u16 - 1;
    sheet.merge_range(0, 0, 0, last, &clean(&format!("{}联合巡逻勤务表", list.town)), &title)?;
    let line =
        format!("{} 至 {}  班制:{}  缺少工时:{}  {FOOTER}", list.date(0), list.date(6), list.by.zh, list.missing);
    sheet.merge_range(1, 0, 1, last, &clean(&line), &plain())?;
    let days = (0..7).map(|day| (format!("{} {}", DAYS[day], &list.date(day)[5..]), 15.0));
    let named = |(title, width): (&str, f64)| (title.to_owned(), width);
    let columns = BEFORE.into_iter().map(named).chain(days).chain(AFTER.into_iter().map(named));
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.write_string_with_format(2, column, title, &head)?;
        sheet.set_column_width(column, width)?;
    }
    for (row, line) in (3_u32..).zip(&list.lines) {
        let people = line.people;
        let staff = format!(
            "民警{} 辅警{} 执法队员{} 协管员{}",
            people.police, people.auxiliaries, people.officers, people.assistants
        );
        let turns = line.turns.iter().map(|turn| turn_words(*turn, Lang::Zh));
        let fields = [line.squad.clone(), staff, line.agencies.join("、")].into_iter().chain(turns);
        let mut column = 0;
        for field in fields {
            sheet.write_string_with_format(row, column, clean(&field), &text)?;
            column += 1;
        }
        sheet.write_number_with_format(row, column, line.hours, &cell())?;
        sheet.write_string_with_format(row, column + 1, clean(&line.beat.join("、")), &text)?;
    }
    let after = 4 + list.lines.len() as u32;
    let other = list.other.iter().flat_map(|other| other.beats.iter().map(|row| (&other.hours, row)));
    for (row, (hours, (squad, grids))) in (after..).zip(other) {
        let words = format!("{} {squad}:{}", hours.zh, grids.join("、"));
        sheet.merge_range(row, 0, row, last, &clean(&words), &text)?;
    }
    sheet.set_landscape();
    // 9 is A4.
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer(format!("&L{FOOTER}&R第 &P 页,共 &N 页"));
    book.save_to_buffer()
}
