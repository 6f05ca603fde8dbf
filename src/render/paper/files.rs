//! Drawings and the report as files: written beside, flushed, and only then in their places.

use std::path::{Path, PathBuf};

use super::{Imprint, PaperError, Sheet, overview, pdf, sheets, svg};
use crate::base::{Problem, Progress, Text};
use crate::io::export::{Exported, entries, whole};
use crate::model::Plan;
use crate::render::report;

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
    Ok(Exported { path: whole(path, &bytes)?, features: all.len(), notes: missing(&all) })
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
    let mut done = Exported { path: path.to_owned(), features: all.len(), notes: missing(&all) };
    for (number, sheet) in all.iter().enumerate().rev() {
        progress.check()?;
        let target = if number == 0 { path.to_owned() } else { numbered(path, number, all.len()) };
        done.path = whole(&target, svg(sheet).as_bytes())?;
    }
    Ok(done)
}

/// Writes the report of a tier with the problems found in the plan.
///
/// # Errors
/// See [`write_pdf`].
pub fn write_report(
    plan: &Plan,
    tier: usize,
    problems: &[Problem],
    imprint: &Imprint,
    path: &Path,
    progress: &Progress,
) -> Result<Exported, PaperError> {
    let zones = entries(plan, tier, progress)?.len();
    let text = report(plan, tier, problems, imprint, progress)?;
    Ok(Exported { path: whole(path, text.as_bytes())?, features: zones, notes: Vec::new() })
}

/// `map.svg` as `map-007.svg`: a number, since codes may hold what file names may not.
fn numbered(path: &Path, number: usize, all: usize) -> PathBuf {
    let digits = all.to_string().len();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{number:0digits$}.svg"))
}

/// Says which characters are drawn as boxes.
fn missing(sheets: &[Sheet]) -> Vec<Text> {
    let mut all: Vec<char> = sheets.iter().flat_map(Sheet::missing).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return Vec::new();
    }
    let some: String = all.iter().take(30).collect();
    vec![Text::new(
        format!("{} characters are not in the bundled font and are drawn as boxes: {some}", all.len()),
        format!("内置字体缺少 {} 个字,以方框代替:{some}", all.len()),
    )]
}
