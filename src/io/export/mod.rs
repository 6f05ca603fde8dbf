//! Files for other systems: written beside, flushed, read again and compared before they are called done.

mod certificate;
mod changes;
mod columns;
mod csv;
mod digest;
mod docx;
mod duty_list;
mod feature;
mod flatgeobuf;
mod geojson;
mod geopackage;
mod kml;
mod options;
pub(in crate::io) mod polygons;
mod proven;
mod register;
mod shapefile;
mod topojson;
mod verify;
mod workbook;

use std::path::{Path, PathBuf};

use super::atomic_file::{self, AtomicFile, WriteError, is_stream};
use super::layer::Format;
use crate::base::{Cancelled, Lang, Progress, Refusal, Text};
use crate::measures;
use crate::model::{Plan, Tier, people};
use feature::Feature;

pub use certificate::{Certificate, Conclusion, Imprinted};
pub use changes::changes;
pub use duty_list::{duty_list, missing, staff};
pub use options::{ExportOptions, Field};
pub use verify::{Verdict, Verified, VerifiedFile, verify};

/// Files that were written, read again and found to say what they should.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The files, the main one first.
    pub files: Vec<PathBuf>,
    /// Features, sheets or rows in them.
    pub features: usize,
    /// How they were checked: no more than was done.
    pub checked: Text,
    /// What was left out or changed on the way.
    pub notes: Vec<Text>,
}

impl Exported {
    /// The main file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }
}

/// A tier on its way into a file.
struct Job<'a> {
    plan: &'a Plan,
    tier: &'a Tier,
    options: &'a ExportOptions,
    features: &'a [Feature],
    progress: &'a Progress,
}

/// Writes a tier, given by its place in the plan's order: every zone with all its properties in their order, its code
/// and name among them, coordinates exactly as they are on the lattice or in the system asked for. The same plan
/// gives the same bytes. Columns about people are left out unless they are asked for. Written beside, flushed, read again by
/// our own reader and compared feature by feature before it
/// takes its name. CSV is the table alone, XLSX the register. O(points).
///
/// # Errors
/// When it cannot be written, differs when read again, or the job was cancelled; what stood there is untouched.
pub fn write(
    format: Format,
    plan: &Plan,
    tier: usize,
    path: &Path,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let failed = |text: Text| ExportError::Failed { path: path.to_owned(), text };
    let at = tier;
    if let Some(why) = options.system.as_ref().and_then(|system| why_not(format, system)) {
        return Err(failed(why));
    }
    let bare;
    let plan = if options.personal {
        plan
    } else {
        bare = people::strip(plan).0;
        &bare
    };
    if format == Format::Xlsx {
        return register::write(plan, at, &options.date, path, progress);
    }
    let tier = plan.tiers.get(at).ok_or_else(|| failed(Text::new("there is no such tier", "没有该层级")))?;
    let options = &if format.is_table() { options.of_table() } else { options.clone() };
    let mut notes: Vec<Text> = options.caution().into_iter().collect();
    let tier = &*measures::brought_up(plan, (at, tier), progress)?;
    let holds_ids = matches!(format, Format::GeoJson | Format::TopoJson);
    let features = feature::features((plan, at, tier), (options, holds_ids), &mut notes, progress)?;
    let job = Job { plan, tier, options, features: &features, progress };
    let made = match format {
        Format::GeoJson => geojson::make(&job, &mut notes).map_err(|text| different(path, text))?,
        Format::TopoJson => topojson::make(&job, &mut notes),
        Format::Shapefile => shapefile::make(&job, &mut notes)?,
        Format::Kml => kml::make(&job),
        Format::FlatGeobuf => flatgeobuf::make(&job)?,
        Format::GeoPackage => geopackage::make(&job).map_err(|error| {
            let text = (format!("the database could not be made: {error}"), format!("数据库生成失败:{error}"));
            failed(Text::new(text.0, text.1))
        })?,
        Format::Gpx => return Err(failed(lines_only())),
        Format::EsriJson => return Err(failed(read_only())),
        Format::Csv | Format::Xlsx => return csv::write(&job, notes, path),
    };
    let main =
        if format == Format::Shapefile && !is_stream(path) { path.with_extension("shp") } else { path.to_owned() };
    proven::write(&main, made, &options.reading(), notes, progress)
}

/// Why a format does not hold a system, if so.
#[must_use]
pub fn why_not(format: Format, system: &super::crs::System) -> Option<Text> {
    let plain = matches!(format, Format::GeoJson | Format::TopoJson | Format::Kml);
    system.why_not_written().or_else(|| {
        (plain && !system.is_degrees() && !system.is_shifted()).then(|| {
            let name = format.name();
            Text::new(
                format!("{name} holds degrees only: take Shapefile, GeoPackage or FlatGeobuf for metres"),
                format!("{name} 只能是经纬度:米制坐标请用 Shapefile、GeoPackage 或 FlatGeobuf"),
            )
        })
    })
}

fn read_only() -> Text {
    Text::new("Esri JSON is read, but not written: take GeoJSON", "Esri JSON 只能读取，不能写出：请用 GeoJSON")
}

fn lines_only() -> Text {
    Text::new("GPX holds lines and points, no land: take KML", "GPX 只能存线和点,不能存区域:请用 KML")
}

fn different(path: &Path, text: Text) -> ExportError {
    ExportError::Different { path: path.to_owned(), text }
}

/// Why a file could not be written. What stood under its name is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Which file, why, and what to do.
    #[error("cannot write {}: {text}", path.display())]
    Failed {
        /// The file asked for.
        path: PathBuf,
        /// The reason and the remedy.
        text: Text,
    },
    /// What stands there may not be replaced, or the name does not fit what is written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Read again, the file does not say what was to be written: a fault of this program or of the drive.
    #[error("{} was not kept: read again, {text}", path.display())]
    Different {
        /// The file asked for.
        path: PathBuf,
        /// Which feature differs, and how.
        text: Text,
    },
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Writes a file whole: beside, read again, flushed, and only then in its place.
///
/// # Errors
/// When it cannot be written; what stood there is untouched.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<PathBuf, ExportError> {
    let put = AtomicFile::filled(path, bytes).and_then(|mut new| Ok(new.replace()?));
    put.map_err(|error| ExportError::failed(path, error))
}

/// The system of everything that is written without asking for another, and of all that is drawn: for both the program
/// takes the two as one.
#[must_use]
pub fn degrees() -> Text {
    Text::new("WGS 84 / CGCS2000 degrees", "WGS 84／CGCS2000 经纬度")
}

/// What every document says that goes to a reader (design §10).
#[must_use]
pub fn secrecy() -> Text {
    Text::new("Internal document. Not a legal boundary.", "内部资料，不作为行政区域界线划定依据")
}

/// What zones of a tier are called beside a number: 网格 for 责任网格.
fn short(tier: &str) -> &str {
    tier.strip_prefix("责任").unwrap_or(tier)
}

/// A date as a document prints it: 2026年11月28日; as it is where it is no date of the calendar.
#[must_use]
pub fn printed_date(date: &str, lang: Lang) -> String {
    match (date.trim().parse::<jiff::civil::Date>(), lang) {
        (Ok(day), Lang::Zh) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        _ => date.to_owned(),
    }
}

/// A text for XML and HTML: the five signs as entities, control characters left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in without_controls(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A text without characters that XML 1.0 cannot hold.
fn without_controls(text: &str) -> String {
    let holds = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(holds).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

impl ExportError {
    fn failed(path: &Path, error: impl Into<WriteError>) -> Self {
        match error.into() {
            WriteError::Refused(refusal) => Self::Refused(refusal),
            WriteError::Io(error) => Self::Failed { path: path.to_owned(), text: atomic_file::reason(&error) },
        }
    }
}
