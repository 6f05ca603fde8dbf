//! A tier as a table of text for a spreadsheet: UTF-8 with a mark, codes and names first.

use std::path::Path;

use super::columns::columns;
use super::{ExportError, Exported, Job};
use crate::base::{Key as _, Text};
use crate::io::csv::{Row, Table};
use crate::io::door;
use crate::measures::place_inside;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Writes a tier as CSV (RFC 4180, CRLF): its properties, area and a place inside each zone, no geometry. A text that a
/// spreadsheet would take for a formula begins with an apostrophe.
pub(super) fn write(job: &Job<'_>, mut notes: Vec<Text>, path: &Path) -> Result<Exported, ExportError> {
    let &Job { plan, tier, features, options, .. } = job;
    let columns = columns(features);
    let metres = options.system.as_ref().is_some_and(|system| !system.is_degrees() && !system.is_shifted());
    let own = [if metres { "east" } else { "lon" }, if metres { "north" } else { "lat" }];
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|column| column.name.clone()).collect()];
    rows[0].extend(own.map(str::to_owned));
    let (faces, mut long) = (tier.faces_by_zone(), 0);
    for ((id, _), feature) in tier.zones.iter().zip(features) {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| plain(&value), str::to_owned);
        let mut row: Vec<String> = columns.iter().map(|column| text(column.value(feature))).collect();
        let digits = |text: &String| text.len() > DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        long += row.iter().filter(|text| digits(text)).count();
        let at = place_inside(&plan.coverage, faces.get(id.index()).map_or(&[], Vec::as_slice));
        let mut place = String::from(",");
        if let Some(at) = at {
            place.clear();
            options.text(&mut place, at, ',');
        }
        row.extend(place.split(',').map(str::to_owned));
        rows.push(row);
    }
    rows.iter_mut().flatten().for_each(|field| *field = crate::io::csv::harmless(field));
    if long > 0 {
        notes.push(Text::new(
            format!("{long} codes have more than {DIGITS} digits: opened by double click, a spreadsheet destroys them. Use XLSX"),
            format!("{long} 个编码超过 {DIGITS} 位：直接用表格软件打开会被截断，请改用 XLSX"),
        ));
    }
    let mut out = String::from("\u{feff}");
    rows.iter().for_each(|row| line(&mut out, row));
    compare(path, out.clone().into_bytes(), &rows).map_err(|text| super::different(path, text))?;
    let files = vec![super::whole(path, out.as_bytes())?];
    let checked = Text::new("Read back and checked row by row", "已重新读取并逐行核对");
    Ok(Exported { files, features: features.len(), checked, notes })
}

/// Whether the table says what the rows say, by the reader of tables.
fn compare(path: &Path, bytes: Vec<u8>, rows: &[Vec<String>]) -> Result<(), Text> {
    let mut opened = door::Opening::default();
    door::of_bytes(path, bytes, Vec::new(), &mut opened).map_err(|error| error.text)?;
    let source = opened.sources.first().ok_or_else(|| Text::new("it holds no table", "其中没有表格"))?;
    let table = Table::open(source).map_err(|error| error.text)?;
    let width = rows.first().map_or(0, Vec::len);
    let text = |field: std::borrow::Cow<'_, [u8]>| String::from_utf8_lossy(&field).into_owned();
    let fields = |row: &Row<'_>| (0..width).map(|column| text(row.field(column))).collect::<Vec<_>>();
    let found = table.blocks(usize::MAX, |_| Vec::new(), |found, row| found.push(fields(row))).concat();
    let differs = found.iter().zip(rows.iter().skip(1)).position(|(found, wanted)| found != wanted);
    match differs {
        Some(row) => Err(Text::new(format!("row {} differs", row + 1), format!("第 {} 行不一致", row + 1))),
        None if found.len() + 1 != rows.len() => {
            Err(Text::new(format!("it has {} rows", found.len()), format!("有 {} 行", found.len())))
        }
        None => Ok(()),
    }
}

fn plain(value: &serde_json::Value) -> String {
    if value.is_null() { String::new() } else { value.to_string() }
}

fn line(out: &mut String, fields: &[String]) {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push_str("\r\n");
}
