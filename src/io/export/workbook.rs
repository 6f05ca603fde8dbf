//! Excel workbooks: what is text stays text, nothing is a formula, every sheet prints.

use std::io::Cursor;
use std::path::Path;

use calamine::{Reader as _, Xlsx};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::{ExportError, Exported};
use crate::base::Text;
use crate::measures::round;

/// Most characters a cell holds.
const CELL: usize = 32_767;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A text, whatever it looks like.
    Text(String),
    /// Names or codes, none of which is broken across two lines.
    List(Vec<String>),
    /// A number without decimals.
    Whole(f64),
    /// A number with one decimal.
    Tenth(f64),
}

/// One sheet.
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) title: String,
    /// The line below the title.
    pub(super) line: String,
    /// Titles of the columns, and their widths in characters.
    pub(super) columns: &'a [(&'a str, f64)],
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A name as a sheet may have it: 31 characters, none of those that Excel forbids.
pub(super) fn sheet_name(name: &str) -> String {
    let plain = name.chars().map(|sign| if "[]:*?/\\".contains(sign) { '_' } else { sign });
    plain.filter(|sign| !sign.is_control()).take(31).collect::<String>().trim_matches('\'').to_owned()
}

/// Writes a workbook, read again before it takes its name: every text of every row is compared.
pub(super) fn write(path: &Path, sheets: &[Sheet<'_>], notes: Vec<Text>) -> Result<Exported, ExportError> {
    let failed = |error: XlsxError| {
        let text = Text::new(format!("the workbook could not be made: {error}"), format!("工作簿生成失败:{error}"));
        ExportError::Failed { path: path.to_owned(), text }
    };
    let bytes = workbook(sheets).map_err(failed)?;
    compare(bytes.clone(), sheets).map_err(|text| super::different(path, text))?;
    let files = vec![super::whole(path, &bytes)?];
    let features = sheets.iter().map(|sheet| sheet.rows.len()).sum();
    let checked = Text::new("Read back and checked row by row", "已重新读取并逐行核对");
    Ok(Exported { files, features, checked, notes })
}

fn workbook(sheets: &[Sheet<'_>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let cell =
        || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_font_name("宋体");
    let head = cell().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    // Room between a number and the text right of it.
    let number = || cell().set_align(FormatAlign::Right).set_indent(1);
    let text = cell().set_num_format("@").set_text_wrap().set_align(FormatAlign::Left).set_indent(1);
    let (whole, tenth) = (number().set_num_format("#,##0"), number().set_num_format("#,##0.0"));
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center).set_font_name("宋体");
    let plain = Format::new().set_font_name("宋体");
    for Sheet { name, title: heading, line, columns, rows } in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name)?;
        let last = columns.len() as u16 - 1;
        sheet.merge_range(0, 0, 0, last, &clean(heading), &title)?;
        sheet.merge_range(1, 0, 1, last, &clean(line), &plain)?;
        for (column, (title, width)) in (0..).zip(*columns) {
            sheet.write_string_with_format(2, column, *title, &head)?;
            sheet.set_column_width(column, *width)?;
        }
        let heads = columns.iter().map(|(title, width)| wrapped(title, *width)).max().unwrap_or(1);
        sheet.set_row_height(2, height(heads))?;
        for (row, cells) in (3_u32..).zip(rows) {
            // Not every program makes room for what is wrapped.
            let lines = cells.iter().zip(*columns).map(|(cell, (_, width))| lines(cell, *width)).max().unwrap_or(1);
            sheet.set_row_height(row, height(lines))?;
            for ((column, cell), (_, width)) in (0..).zip(cells).zip(*columns) {
                match cell {
                    Cell::Text(_) | Cell::List(_) => {
                        sheet.write_string_with_format(row, column, clean(&written(cell, *width)), &text)?
                    }
                    Cell::Whole(value) => sheet.write_number_with_format(row, column, round::whole(*value), &whole)?,
                    Cell::Tenth(value) => sheet.write_number_with_format(row, column, round::tenth(*value), &tenth)?,
                };
            }
        }
        sheet.set_freeze_panes(3, 3)?;
        sheet.set_repeat_rows(0, 2)?;
        sheet.set_landscape();
        // 8 is A3.
        sheet.set_paper_size(8);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_footer(format!("&L{}&R第 &P 页，共 &N 页", super::secrecy().zh));
    }
    book.save_to_buffer()
}

/// Height of a line, points, and of the room above and below; most lines of a row: Excel takes 409 points.
const LINE: f64 = 15.0;
const AROUND: f64 = 4.0;
const LINES: usize = 27;

/// Height of a row of so many lines, points.
fn height(lines: usize) -> f64 {
    LINE * lines as f64 + AROUND
}

/// Characters of a column that hold nothing: the indent and the rim.
const RIM: f64 = 3.0;

/// Lines that a cell takes in a column of a width in characters.
fn lines(cell: &Cell, width: f64) -> usize {
    written(cell, width).lines().map(|line| wrapped(line, width)).sum::<usize>().clamp(1, LINES)
}

/// Lines that a text takes in a column of a width in characters.
fn wrapped(text: &str, width: f64) -> usize {
    ((wide(text) as f64 / (width - RIM).max(1.0)).ceil() as usize).max(1)
}

/// Characters that a text is wide; Han characters are two.
fn wide(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// The text of a cell in a column of a width in characters; nothing of a number.
fn written(cell: &Cell, width: f64) -> String {
    let items = match cell {
        Cell::Text(text) => return text.clone(),
        Cell::Whole(_) | Cell::Tenth(_) => return String::new(),
        Cell::List(items) => items,
    };
    let (mut text, mut taken) = (String::new(), 0);
    for (at, item) in items.iter().enumerate() {
        let mark = if at + 1 < items.len() { "、" } else { "" };
        let wide = wide(item) + wide(mark);
        if taken > 0 && (taken + wide) as f64 > width - RIM {
            text.push('\n');
            taken = 0;
        }
        text.push_str(item);
        text.push_str(mark);
        taken += wide;
    }
    text
}

/// A text as a cell can hold it.
fn clean(text: &str) -> String {
    super::without_controls(text).chars().take(CELL).collect()
}

/// Whether the texts of a workbook are those that were written, by the reader of workbooks.
fn compare(bytes: Vec<u8>, sheets: &[Sheet<'_>]) -> Result<(), Text> {
    let lost = |sheet: &Sheet<'_>| {
        Text::new(format!("the sheet {} is missing", sheet.name), format!("缺少工作表“{}”", sheet.name))
    };
    let unreadable =
        |error: calamine::XlsxError| Text::new(format!("it cannot be read: {error}"), format!("无法读取:{error}"));
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    for sheet in sheets {
        let range = book.worksheet_range(sheet.name).map_err(|_| lost(sheet))?;
        // Title, line and heads stand before the rows.
        let found: Vec<_> = range.rows().skip(3).collect();
        let same = |((cell, (_, width)), found): ((&Cell, &(&str, f64)), &calamine::Data)| match cell {
            Cell::Text(_) | Cell::List(_) => clean(&written(cell, *width)).trim() == found.to_string().trim(),
            Cell::Whole(_) | Cell::Tenth(_) => true,
        };
        let alike = |row: &[Cell], found: &[calamine::Data]| row.iter().zip(sheet.columns).zip(found).all(same);
        let differs = sheet.rows.iter().zip(&found).position(|(row, found)| !alike(row, found));
        if let Some(row) = differs {
            return Err(Text::new(format!("row {} differs", row + 1), format!("第 {} 行不一致", row + 1)));
        }
        if found.len() != sheet.rows.len() {
            return Err(Text::new(format!("it has {} rows", found.len()), format!("有 {} 行", found.len())));
        }
    }
    Ok(())
}
