//! The register of a tier (网格划分登记表) as an Excel workbook.

use std::path::Path;

use super::entries::entries;
use super::workbook::{self, Cell, FOOTER, Sheet};
use super::{ExportError, Exported};
use crate::base::Progress;
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
    let entries = entries(plan, tier, progress)?;
    let what = match plan.tiers.get(tier).map_or(Role::Other, |tier| tier.role) {
        Role::Grid => "网格",
        Role::District => "行政区",
        Role::Town => "镇街",
        Role::Community => "社区",
        Role::Unit => "单元网格",
        Role::Other => "区域",
    };
    let rows = (1_u32..).zip(&entries).map(|(number, entry)| {
        let text = |text: &str| Cell::Text(text.to_owned());
        vec![
            Cell::Whole(f64::from(number)),
            text(&entry.code),
            text(&entry.name),
            text(&entry.parent),
            Cell::List(entry.communities.clone()),
            Cell::Whole(entry.area_m2),
            Cell::Whole(entry.border_m),
            Cell::Whole(f64::from(entry.incidents)),
            Cell::Tenth(entry.hours),
            text(&entry.squad),
            Cell::List(entry.neighbours.clone()),
            text(""),
        ]
    });
    let sheet = Sheet {
        name: "网格划分登记表",
        title: format!("{} {what}划分登记表", plan.name).trim().to_owned(),
        line: format!("编制日期:{date}  共 {} 个  {FOOTER}", entries.len()),
        columns: &COLUMNS,
        rows: rows.collect(),
    };
    workbook::write(path, &[sheet], Vec::new())
}
