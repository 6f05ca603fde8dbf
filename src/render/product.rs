//! Everything that can be handed over: the one list that the window, the command line and the tests go by.

use std::path::{Path, PathBuf};

use super::paper::{self, Imprint, PaperError};
use crate::base::{Progress, Refusal, Text};
use crate::check::{self, Gate};
use crate::edit::History;
use crate::io::atomic_file::is_stream;
use crate::io::crs::System;
use crate::io::export::{self, Certificate, ExportError, ExportOptions, Exported, Imprinted};
use crate::io::layer::Format;
use crate::io::project;
use crate::model::{Plan, people};

/// What a tier, or the whole plan, is handed over as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// A layer of another system, a table, or the register.
    Layer(Format),
    /// The whole plan without its history.
    Project,
    /// One overview and one sheet a zone.
    Pdf,
    /// The overview, and with [`Order::each`] a file a zone.
    Svg,
    /// A page with a certificate, a register and a map.
    Html,
}

impl Product {
    /// All of them, the most asked for first.
    pub const ALL: [Self; 12] = [
        Self::Layer(Format::GeoJson),
        Self::Layer(Format::Shapefile),
        Self::Layer(Format::GeoPackage),
        Self::Layer(Format::Kml),
        Self::Layer(Format::TopoJson),
        Self::Layer(Format::FlatGeobuf),
        Self::Layer(Format::Xlsx),
        Self::Layer(Format::Csv),
        Self::Pdf,
        Self::Svg,
        Self::Html,
        Self::Project,
    ];

    /// The name of `--format`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Layer(Format::GeoJson) => "geojson",
            Self::Layer(Format::TopoJson) => "topojson",
            Self::Layer(Format::Shapefile) => "shp",
            Self::Layer(Format::GeoPackage) => "gpkg",
            Self::Layer(Format::Kml) => "kml",
            Self::Layer(Format::Gpx) => "gpx",
            Self::Layer(Format::EsriJson) => "esrijson",
            Self::Layer(Format::FlatGeobuf) => "fgb",
            Self::Layer(Format::Csv) => "csv",
            Self::Layer(Format::Xlsx) => "xlsx",
            Self::Project => "project",
            Self::Pdf => "pdf",
            Self::Svg => "svg",
            Self::Html => "html",
        }
    }

    /// The one of a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.key() == key)
    }

    /// The ending of its main file.
    #[must_use]
    pub fn ending(self) -> &'static str {
        self.endings().first().copied().unwrap_or_default()
    }

    /// The endings that its main file may have, the usual one first.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Layer(Format::GeoJson) => &["geojson", "json"],
            Self::Layer(Format::TopoJson) => &["topojson", "json"],
            Self::Layer(Format::Shapefile) => &["shp"],
            Self::Layer(Format::GeoPackage) | Self::Project => &["gpkg"],
            Self::Layer(Format::Kml) => &["kml"],
            Self::Layer(Format::Gpx) => &["gpx"],
            Self::Layer(Format::FlatGeobuf) => &["fgb"],
            // It is read only.
            Self::Layer(Format::EsriJson) => &["json"],
            Self::Layer(Format::Csv) => &["csv"],
            Self::Layer(Format::Xlsx) => &["xlsx"],
            Self::Pdf => &["pdf"],
            Self::Svg => &["svg"],
            Self::Html => &["html", "htm"],
        }
    }

    /// Whether a file of that name can be it: by its ending, or because it has none. Devices and pipes have names of
    /// their own.
    #[must_use]
    pub fn fits(self, path: &Path) -> bool {
        is_stream(path) || ending_of(path).is_none_or(|ending| self.endings().contains(&ending.as_str()))
    }

    /// What it is, for a reader.
    #[must_use]
    pub fn title(self) -> Text {
        let (en, zh) = match self {
            Self::Layer(Format::Xlsx) => ("Register (XLSX)", "网格划分登记表（XLSX）"),
            Self::Layer(Format::Csv) => ("Table without geometry (CSV)", "属性表（CSV，无图形）"),
            Self::Layer(Format::GeoPackage) => ("GeoPackage layer", "GeoPackage 图层"),
            Self::Layer(Format::Shapefile) => ("Shapefile", "Shapefile（UTF-8）"),
            Self::Layer(format) => (format.name(), format.name()),
            Self::Project => ("Plan copy without edit history", "方案副本（不含修改记录）"),
            Self::Pdf => ("Map book: overview and one sheet per grid (PDF)", "图集：总图和分网格图（PDF）"),
            Self::Svg => ("Overview map (SVG)", "总图（SVG）"),
            Self::Html => ("Report with map (HTML, internal)", "划分报告（HTML，内部）"),
        };
        Text::new(en, zh)
    }

    /// Whether it is printed: paper, maker and date stand on it.
    #[must_use]
    pub fn is_printed(self) -> bool {
        matches!(self, Self::Pdf | Self::Svg | Self::Html | Self::Layer(Format::Xlsx))
    }

    /// Whether it carries shapes that can be parted, moved and renamed.
    #[must_use]
    pub fn has_options(self) -> bool {
        matches!(self, Self::Layer(format) if !format.is_table())
    }

    /// Whether figures can be written into it as properties.
    #[must_use]
    pub fn has_fields(self) -> bool {
        matches!(self, Self::Layer(format) if format != Format::Xlsx)
    }

    /// Whether it is taken for the plan itself, so that nothing that is wrong may be in it. Drawings and the report are
    /// what a plan is discussed with.
    #[must_use]
    pub fn is_gated(self) -> bool {
        matches!(self, Self::Layer(_) | Self::Project)
    }

    /// Why it cannot be in a system, if so.
    #[must_use]
    pub fn why_not(self, system: &System) -> Option<Text> {
        match self {
            Self::Layer(format) => export::why_not(format, system),
            _ => None,
        }
    }
}

/// The ending of a file name in small letters, where it has one.
#[must_use]
pub fn ending_of(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

/// What is to be handed over, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// The tier, by its place in the plan's order.
    pub tier: usize,
    /// As what.
    pub product: Product,
    /// How a layer is written.
    pub options: ExportOptions,
    /// What is printed on sheets.
    pub imprint: Imprint,
    /// A file a zone beside the overview.
    pub each: bool,
    /// A certificate beside it.
    pub certificate: bool,
}

/// Hands a tier over, if nothing stands in the way, with a certificate beside it where one is asked for. Everything is
/// written beside, read again and checked as its [`Exported::checked`] says before it takes its name. Long jobs can be
/// cancelled and leave no half file.
///
/// # Errors
/// [`PaperError::Blocked`] with the findings in the way; else when it cannot be made or written, or was cancelled.
pub fn hand_over(plan: &Plan, order: &Order, path: &Path, progress: &Progress) -> Result<Exported, PaperError> {
    may_write(order, path)?;
    let (bare, left) = if order.options.personal { (plan.clone(), Vec::new()) } else { people::strip(plan) };
    let plan = &bare;
    let gate = check::gate(plan, order.tier);
    progress.check()?;
    if order.product.is_gated() && !gate.blocking.is_empty() {
        return Err(PaperError::Blocked(gate.blocking));
    }
    let options = ExportOptions { date: order.imprint.date.clone(), personal: true, ..order.options.clone() };
    let mut done = match order.product {
        Product::Layer(format) => export::write(format, plan, order.tier, path, &options, progress)?,
        Product::Project => project_copy(plan, path, progress)?,
        Product::Pdf => paper::write_pdf(plan, order.tier, &order.imprint, path, progress)?,
        Product::Svg => paper::write_svg(plan, order.tier, &order.imprint, order.each, path, progress)?,
        Product::Html => paper::write_report(plan, order.tier, gate.clone(), &order.imprint, path, progress)?,
    };
    if !left.is_empty() {
        done.notes.push(Text::new(
            format!("people stay in the office: {} left out. --personal asks for them", left.join(", ")),
            format!("未导出个人信息：{}", left.join("、")),
        ));
    }
    if order.certificate {
        done.files.push(certify(plan, order, gate, &done, progress)?);
    }
    Ok(done)
}

/// Refuses a name that says another format, and a certificate of what cannot be read again.
fn may_write(order: &Order, path: &Path) -> Result<(), ExportError> {
    let cannot = || {
        let path = path.display();
        Text::new(format!("cannot write {path}"), format!("无法写入 {path}"))
    };
    if !order.product.fits(path) {
        let (title, ending) = (order.product.title(), order.product.ending());
        let because =
            Text::new(format!("its ending is not that of {}", title.en), format!("文件扩展名与格式“{}”不符", title.zh));
        let instead = Text::new(
            format!("Give it the ending .{ending}, or choose the format of its name"),
            format!("请使用扩展名 .{ending}，或选择与文件名相符的格式"),
        );
        return Err(Refusal::new(cannot(), because, instead).into());
    }
    if order.certificate && is_stream(path) {
        let because = Text::new("a certificate needs a file that can be read again", "质检报告需要可回读的文件");
        let instead = Text::new("Name a file, or leave the certificate out", "请给出文件名，或不附质检报告");
        return Err(Refusal::new(cannot(), because, instead).into());
    }
    Ok(())
}

fn certify(
    plan: &Plan,
    order: &Order,
    gate: Gate,
    done: &Exported,
    progress: &Progress,
) -> Result<PathBuf, PaperError> {
    // What is drawn is always in degrees.
    let system = order.options.system.as_ref().filter(|_| matches!(order.product, Product::Layer(_)));
    let system = system.map_or_else(export::degrees, System::title);
    let how = format!("{}；{}", order.product.title().zh, system.zh);
    let made = Imprinted { maker: &order.imprint.maker, date: &order.imprint.date, how: &how };
    let beside = Certificate::path_of(done.path());
    Ok(Certificate::of(plan, order.tier, gate, progress)?.write(done, &made, &beside)?)
}

/// The plan without its history, opened again and compared before this is said.
fn project_copy(plan: &Plan, path: &Path, progress: &Progress) -> Result<Exported, PaperError> {
    let prepared = project::Prepared::new(plan, &History::default(), path, None, progress)?;
    let different = |text| ExportError::Different { path: path.to_owned(), text };
    let broken = |error: project::OpenError| different(Text::new(error.to_string(), format!("无法重新打开：{error}")));
    let again = project::open(prepared.path(), progress).map_err(broken)?;
    if again.plan.canonical_hash() != plan.canonical_hash() {
        return Err(different(Text::new("the plan differs", "方案不一致")).into());
    }
    let saved = prepared.place()?;
    let features = plan.tiers.iter().map(|tier| tier.zones.count()).sum();
    let checked = Text::new("Opened again, its check value is that of the plan", "已重新打开，校验值与方案一致");
    Ok(Exported { files: vec![saved.path], features, checked, notes: saved.aside.into_iter().collect() })
}
