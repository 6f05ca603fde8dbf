//! The register of a tier (网格划分登记表) as an Excel workbook: what is text stays text, and nothing is a formula.

use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::entries::{Entry, entries};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::io::door;
use crate::model::{Plan, Role};

/// Columns: title, width in characters.
const COLUMNS: [(&str, f64); 12] = [
    ("序号", 6.0),
    ("网格编码", 20.0),
    ("网格名称", 22.0),
    ("所属镇街", 14.0),
    ("包含社区", 28.0),
    ("面积(平方米)", 15.0),
    ("边界长(米)", 13.0),
    ("案件数", 9.0),
    ("工作量(小时/周)", 16.0),
    ("责任分队", 16.0),
    ("相邻网格", 30.0),
    ("备注", 14.0),
];
/// Most characters a cell holds.
const CELL: usize = 32_767;
/// What every sheet says (design §10).
pub(super) const FOOTER: &str = "内部资料,不作划界依据";

/// Writes the register of a tier, given by its place in the plan's order, with a date to be printed. Proven by reading it
/// again. O(plan).
///
/// # Errors
/// When it cannot be written, or when, read again, its codes differ; what stood there is untouched.
pub fn register(
    plan: &Plan,
    tier: usize,
    date: &str,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let entries = entries(plan, tier, progress)?;
    let role = plan.tiers.get(tier).map_or(Role::Other, |tier| tier.role);
    let bytes = workbook(plan, role, &entries, date).map_err(|error| not_made(path, &error))?;
    progress.check()?;
    compare(path, bytes.clone(), &entries).map_err(|text| ExportError::Different { path: path.to_owned(), text })?;
    let path = super::whole(path, &bytes)?;
    Ok(Exported { path, features: entries.len(), notes: Vec::new() })
}

/// That a workbook could not be made.
pub(super) fn not_made(path: &Path, error: &XlsxError) -> ExportError {
    let text = Text::new(format!("the workbook could not be made: {error}"), format!("工作簿生成失败:{error}"));
    ExportError::Failed { path: path.to_owned(), text }
}

fn workbook(plan: &Plan, role: Role, entries: &[Entry], date: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let cell =
        || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_font_name("宋体");
    let head = cell().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let text = cell().set_num_format("@").set_text_wrap();
    let (whole, tenth) = (cell().set_num_format("#,##0"), cell().set_num_format("#,##0.0"));
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center).set_font_name("宋体");
    let sheet = book.add_worksheet();
    sheet.set_name("网格划分登记表")?;
    let what = if role == Role::Grid {
        "网格划分登记表".to_owned()
    } else {
        format!("{}划分登记表", role_word(role))
    };
    let name = if plan.name.is_empty() { what } else { format!("{} {what}", plan.name) };
    let last = COLUMNS.len() as u16 - 1;
    sheet.merge_range(0, 0, 0, last, &clean(&name), &title)?;
    let plain = Format::new().set_font_name("宋体");
    let line = format!("编制日期:{date}  共 {} 个  {FOOTER}", entries.len());
    sheet.merge_range(1, 0, 1, last, &clean(&line), &plain)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(2, column, title, &head)?;
        sheet.set_column_width(column, width)?;
    }
    for (number, entry) in (1_u32..).zip(entries) {
        let row = number + 2;
        sheet.write_number_with_format(row, 0, number, &whole)?;
        let (communities, neighbours) = (entry.communities.join("、"), entry.neighbours.join("、"));
        let texts = [
            (1, &entry.code),
            (2, &entry.name),
            (3, &entry.parent),
            (4, &communities),
            (9, &entry.squad),
            (10, &neighbours),
            (11, &String::new()),
        ];
        for (column, value) in texts {
            sheet.write_string_with_format(row, column, clean(value), &text)?;
        }
        sheet.write_number_with_format(row, 5, entry.area_m2.round(), &whole)?;
        sheet.write_number_with_format(row, 6, entry.border_m.round(), &whole)?;
        sheet.write_number_with_format(row, 7, entry.incidents, &whole)?;
        sheet.write_number_with_format(row, 8, (entry.hours * 10.0).round() / 10.0, &tenth)?;
    }
    sheet.set_freeze_panes(3, 3)?;
    sheet.set_repeat_rows(0, 2)?;
    sheet.set_landscape();
    // 8 is A3.
    sheet.set_paper_size(8);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer(format!("&L{FOOTER}&R第 &P 页,共 &N 页"));
    book.save_to_buffer()
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::District => "行政区",
        Role::Town => "镇街",
        Role::Grid => "责任网格",
        Role::Community => "社区",
        Role::Unit => "单元网格",
        Role::Other => "区域",
    }
}

/// A text as a cell can hold it.
pub(super) fn clean(text: &str) -> String {
    super::without_controls(text).chars().take(CELL).collect()
}

/// Whether the codes and names of a workbook are those that were written, by the reader of workbooks.
fn compare(path: &Path, bytes: Vec<u8>, entries: &[Entry]) -> Result<(), Text> {
    let mut opened = door::Opening::default();
    door::of_bytes(path, bytes, Vec::new(), &mut opened).map_err(|error| error.text)?;
    let source = opened.sources.first().ok_or_else(|| Text::new("it holds no sheet", "其中没有工作表"))?;
    let table = crate::io::csv::Table::open(source).map_err(|error| error.text)?;
    let at = |title: &str| table.names.iter().position(|name| name == title).unwrap_or(usize::MAX);
    let (code, name) = (at("网格编码"), at("网格名称"));
    let text = |field: std::borrow::Cow<'_, [u8]>| String::from_utf8_lossy(&field).into_owned();
    let rows = table
        .blocks(usize::MAX, |_| Vec::new(), |rows, row| rows.push((text(row.field(code)), text(row.field(name)))))
        .concat();
    let wanted =
        entries.iter().map(|entry| (clean(&entry.code).trim().to_owned(), clean(&entry.name).trim().to_owned()));
    match rows.iter().cloned().zip(wanted.clone()).position(|(found, wanted)| found != wanted) {
        Some(row) => Err(Text::new(format!("row {} differs", row + 1), format!("第 {} 行不一致", row + 1))),
        None if rows.len() != entries.len() => {
            Err(Text::new(format!("it has {} rows", rows.len()), format!("有 {} 行", rows.len())))
        }
        None => Ok(()),
    }
}
