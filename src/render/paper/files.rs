//! Drawings and the report as files: written beside, read again, flushed, and only then in their places.

use std::path::{Path, PathBuf};

use super::{Imprint, PaperError, Sheet, overview, pdf, sheets, svg};
use crate::base::{Progress, Text};
use crate::check::Gate;
use crate::io::export::{Certificate, ExportError, Exported, whole};
use crate::io::file_names::shortened;
use crate::model::Plan;
use crate::render::{font, report};

/// Writes the overview of a tier, given by its place in the plan's order, and one page for each of its zones as one PDF.
/// Long jobs report a page at a time and can be cancelled; what stood there is untouched until the file is whole.
///
/// # Errors
/// When asked to stop, or when it cannot be made or written.
pub fn write_pdf(
    plan: &Plan,
    tier: usize,
    imprint: &Imprint,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, PaperError> {
    let all = sheets(plan, tier, imprint, progress)?;
    let bytes = pdf(&plan.name, &all, progress)?;
    progress.check()?;
    if pages(&bytes) != Some(all.len()) {
        return Err(different(path, "its pages are not those drawn", "页数与图幅不符"));
    }
    let checked = Text::new("Read back and pages counted", "已重新读取，页数一致");
    Ok(Exported { files: vec![whole(path, &bytes)?], features: all.len(), checked, notes: missing(plan, &all) })
}

fn different(path: &Path, en: &str, zh: &str) -> PaperError {
    ExportError::Different { path: path.to_owned(), text: Text::new(en, zh) }.into()
}

/// Pages of a PDF, where its table of objects is where its end says.
fn pages(pdf: &[u8]) -> Option<usize> {
    const PAGE: &[u8] = b"/Type /Page\n";
    let end =
        std::str::from_utf8(pdf.get(pdf.len().saturating_sub(64)..)?.split(|&byte| byte > 127).next_back()?).ok()?;
    let start: usize = end.split("startxref").nth(1)?.split_whitespace().next()?.parse().ok()?;
    let whole = pdf.starts_with(b"%PDF") && end.contains("%%EOF") && pdf.get(start..)?.starts_with(b"xref");
    whole.then(|| memchr::memmem::find_iter(pdf, PAGE).count())
}

/// Writes the overview of a tier as SVG; with `each`, also one file a zone beside it, numbered in the order of their codes.
///
/// # Errors
/// See [`write_pdf`].
pub fn write_svg(
    plan: &Plan,
    tier: usize,
    imprint: &Imprint,
    each: bool,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, PaperError> {
    let all =
        if each { sheets(plan, tier, imprint, progress)? } else { vec![overview(plan, tier, imprint, progress)?] };
    let mut files = Vec::with_capacity(all.len());
    for (number, sheet) in all.iter().enumerate() {
        progress.check()?;
        let target = if number == 0 { path.to_owned() } else { numbered(path, number, all.len()) };
        let text = svg(sheet);
        if !is_well_formed(&text) {
            return Err(different(&target, "it is no well-formed XML", "不是规范的 XML"));
        }
        files.push(whole(&target, text.as_bytes())?);
    }
    let checked = Text::new("Read back, well-formed", "已重新读取，格式规范");
    Ok(Exported { files, features: all.len(), checked, notes: missing(plan, &all) })
}

fn is_well_formed(xml: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Writes the report of a tier with its findings.
///
/// # Errors
/// See [`write_pdf`].
pub fn write_report(
    plan: &Plan,
    tier: usize,
    gate: Gate,
    imprint: &Imprint,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, PaperError> {
    let certificate = Certificate::of(plan, tier, gate, progress)?;
    let text = report(plan, tier, &certificate, imprint, progress)?;
    let zones = plan.tiers.get(tier).map_or(0, |tier| tier.zones.count());
    if memchr::memmem::find_iter(text.as_bytes(), b"<tr data-zone=").count() != zones {
        return Err(different(path, "it does not list every zone", "登记表缺少区划"));
    }
    let checked = Text::new("Read back, every zone is listed", "已重新读取，区划齐全");
    Ok(Exported { files: vec![whole(path, text.as_bytes())?], features: zones, checked, notes: Vec::new() })
}

/// `map.svg` as `map-007.svg`: a number, since codes may hold what file names may not.
fn numbered(path: &Path, number: usize, all: usize) -> PathBuf {
    let digits = all.to_string().len();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{}-{number:0digits$}.svg", shortened(&stem, 200)))
}

/// Says which names stand as codes on the map, and which characters are drawn as boxes elsewhere, for want of them in the
/// bundled font.
fn missing(plan: &Plan, sheets: &[Sheet]) -> Vec<Text> {
    let zones = plan.tiers.iter().flat_map(|tier| tier.zones.iter());
    let unwritten: Vec<&str> = zones.map(|(_, zone)| zone.name.trim()).filter(|name| !font::can_write(name)).collect();
    let mut notes = Vec::new();
    if !unwritten.is_empty() {
        let (count, some) = (unwritten.len(), unwritten.iter().take(10).copied().collect::<Vec<_>>().join("、"));
        notes.push(Text::new(
            format!("{count} names have characters that the bundled font lacks; the map shows their codes: {some}"),
            format!("{count} 个名称含内置字体缺少的字,图中以编码标注:{some}"),
        ));
    }
    let mut all: Vec<char> = sheets.iter().flat_map(Sheet::missing).collect();
    all.sort_unstable();
    all.dedup();
    if !all.is_empty() {
        let some: String = all.iter().take(30).collect();
        notes.push(Text::new(
            format!("{} characters are not in the bundled font and are drawn as boxes: {some}", all.len()),
            format!("内置字体缺少 {} 个字,以方框代替:{some}", all.len()),
        ));
    }
    notes
}
