//! The register of a tier (网格划分登记表) as an Excel workbook.

use std::path::Path;

use super::workbook::{self, Cell, Sheet, sheet_name};
use super::{ExportError, Exported, printed_date, short};
use crate::base::{Lang, Progress};
use crate::measures::figures;
use crate::model::Plan;

/// Columns: title, width in characters.
const COLUMNS: [(&str, f64); 13] = [
    ("序号", 6.0),
    ("编码", 20.0),
    ("名称", 22.0),
    ("所属镇街", 14.0),
    ("包含社区", 28.0),
    ("面积（平方米）", 15.0),
    ("边界长度（米）", 13.0),
    ("户数", 9.0),
    ("案件数", 9.0),
    ("工作量（小时/周）", 16.0),
    ("责任分队", 16.0),
    ("相邻网格", 31.0),
    ("备注", 14.0),
];

/// Writes the register of a tier, given by its place in the plan's order, with a date to be printed. O(plan).
pub(super) fn write(
    plan: &Plan,
    tier: usize,
    date: &str,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let figures = figures(plan, tier, progress)?;
    let what = plan.tiers.get(tier).map_or("", |tier| tier.called(Lang::Zh));
    let rows = (1_u32..).zip(&figures).map(|(number, entry)| {
        let text = |text: &str| Cell::Text(text.to_owned());
        vec![
            Cell::Whole(f64::from(number)),
            text(&entry.code),
            text(&entry.name),
            text(&entry.parent),
            Cell::List(entry.communities.clone()),
            Cell::Whole(entry.area_m2),
            Cell::Whole(entry.border_m),
            entry.households.map_or_else(|| text(""), Cell::Whole),
            entry.incidents.map_or_else(|| text(""), |count| Cell::Whole(f64::from(count))),
            Cell::Tenth(entry.hours),
            text(&entry.squad),
            Cell::List(entry.neighbours.clone()),
            text(""),
        ]
    });
    let name = sheet_name(&format!("{what}划分登记表"));
    let sheet = Sheet {
        name: &name,
        title: format!("{}{name}", plan.name),
        line: format!("编制日期：{}  共 {} 个{}", printed_date(date, Lang::Zh), figures.len(), short(what)),
        columns: &COLUMNS,
        rows: rows.collect(),
    };
    workbook::write(path, &[sheet], Vec::new())
}
