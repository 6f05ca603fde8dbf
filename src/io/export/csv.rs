//! A tier as a table of text for a spreadsheet: UTF-8 with a mark, codes and names first.

use std::path::Path;

use super::columns::columns;
use super::entries::inside;
use super::feature::{GeoJsonOptions, decimal, features};
use super::{ExportError, Exported};
use crate::base::{Progress, Text};
use crate::geometry::{area_m2, doubled_area};
use crate::model::{Plan, Tier};

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Writes a tier as CSV (RFC 4180, CRLF): its properties, area and a place inside each zone, no geometry. A text that a
/// spreadsheet would take for a formula begins with an apostrophe. O(points).
///
/// # Errors
/// When it cannot be written, or when, read again, it has other rows; what stood there is untouched.
pub fn csv(plan: &Plan, tier: &Tier, path: &Path, progress: &Progress) -> Result<Exported, ExportError> {
    let mut notes = Vec::new();
    let features = features(plan, tier, GeoJsonOptions::default(), &mut notes, progress)?;
    let columns = columns(&features);
    let own = ["area_m2", "lon", "lat"];
    let mut out = String::from("\u{feff}");
    let names = columns.iter().map(|column| column.name.clone()).chain(own.map(str::to_owned));
    line(&mut out, names);
    let (faces, mut long) = (tier.faces_by_zone(), 0);
    for ((id, _), feature) in tier.zones.iter().zip(&features) {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| plain(&value), str::to_owned);
        let texts: Vec<String> = columns.iter().map(|column| text(column.value(feature))).collect();
        let digits = |text: &String| text.len() > DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        long += texts.iter().filter(|text| digits(text)).count();
        let area: f64 = feature
            .polygons
            .iter()
            .map(|polygon| {
                let doubled: i128 = polygon.rings().map(|ring| doubled_area(ring)).sum();
                area_m2(doubled, crate::geometry::Bounds::of(&polygon.outer).centre().y)
            })
            .sum();
        let at = inside(&plan.coverage, faces.get(id.0 as usize).map_or(&[], Vec::as_slice));
        let place = at.map_or_else(Default::default, |at| {
            [at.x, at.y].map(|count| {
                let mut text = String::new();
                decimal(&mut text, count);
                text
            })
        });
        line(&mut out, texts.into_iter().chain([format!("{area:.1}")]).chain(place));
    }
    if long > 0 {
        notes.push(Text::new(
            format!("{long} codes have more than {DIGITS} digits: opened by double click, a spreadsheet destroys them. Use XLSX"),
            format!("{long} 个编码超过 {DIGITS} 位:直接用表格软件打开会被截断,请改用 XLSX"),
        ));
    }
    let path = super::whole(path, out.as_bytes())?;
    Ok(Exported { path, features: features.len(), notes })
}

/// Writes the table of codes out of use: the tier, the code, what it was called, the code its land has now and since when.
/// O(codes).
///
/// # Errors
/// When it cannot be written; what stood there is untouched.
pub fn codes(plan: &Plan, path: &Path) -> Result<Exported, ExportError> {
    let mut out = String::from("\u{feff}");
    line(&mut out, ["tier", "old_code", "name", "new_code", "since"].map(str::to_owned).into_iter());
    for (_, gone) in plan.retired.iter() {
        let day = jiff::Timestamp::from_second(gone.time).map_or_else(|_| String::new(), |time| time.to_string());
        let new = gone.by.clone().unwrap_or_default();
        line(&mut out, [gone.tier.clone(), gone.code.clone(), gone.name.clone(), new, day].into_iter());
    }
    let path = super::whole(path, out.as_bytes())?;
    Ok(Exported { path, features: plan.retired.count(), notes: Vec::new() })
}

fn plain(value: &serde_json::Value) -> String {
    if value.is_null() { String::new() } else { value.to_string() }
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(',');
        }
        let field = crate::io::csv::harmless(&field);
        if field.contains(['"', ',', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push_str("\r\n");
}
