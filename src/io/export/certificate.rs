//! The certificate of a hand-over (质检报告): what was counted, proven and found, which files it is about, and what was
//! left as it is and why.

use std::path::{Path, PathBuf};

use super::digest::sha256;
use super::docx::Docx;
use super::verify::{self, CertifiedFile};
use super::workbook::FOOTER;
use super::{ExportError, Exported};
use crate::base::{Lang, Problem, Progress, Rule, Text};
use crate::check::Gate;
use crate::index::{Index, Located};
use crate::model::{Accepted, Plan};

/// What a tier was found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// What was counted: name and figure.
    pub facts: Vec<(Text, String)>,
    /// What was checked, what came of it, and whether it is as it should be.
    pub checks: Vec<(Text, Text, bool)>,
    /// Findings that are open, the gravest first.
    pub open: Vec<Problem>,
    /// Findings that were left as they are.
    pub accepted: Vec<(Problem, Accepted)>,
}

/// Rules that have a line of their own, whether anything was found or not.
const RULES: [Rule; 8] = [
    Rule::Overlap,
    Rule::DuplicateCode,
    Rule::MissingCode,
    Rule::MissingName,
    Rule::OutsideParent,
    Rule::ParentNotCovered,
    Rule::NotContiguous,
    Rule::PointTouch,
];

impl Certificate {
    /// Counts and proves a tier, given by its place in the plan's order, as it stands. O(plan).
    ///
    /// # Errors
    /// When the job was cancelled.
    pub fn of(plan: &Plan, at: usize, gate: Gate, progress: &Progress) -> Result<Self, ExportError> {
        progress.phase(Text::new("Certifying", "质检"), 0);
        let Some(tier) = plan.tiers.get(at) else {
            return Ok(Self { facts: Vec::new(), checks: Vec::new(), open: Vec::new(), accepted: Vec::new() });
        };
        let (mut owned, mut bare, mut without) = (0.0, 0.0, 0_usize);
        for (id, face) in plan.coverage.faces().iter() {
            let area = plan.coverage.area_m2(face);
            if tier.owner_of(id).is_some() {
                owned += area;
            } else {
                bare += area;
                without += 1;
            }
        }
        let sum = Located::of(plan, &Index::of(&plan.coverage), progress)?.tier(plan, tier).sum();
        let fact = |en: &str, zh: &str, value: String| (Text::new(en, zh), value);
        let mut facts = vec![
            fact("Plan", "方案", plan.name.clone()),
            fact("Tier", "层级", tier.called(Lang::Zh).to_owned()),
            fact("Zones", "区划数", tier.zones.count().to_string()),
            fact("Area of the zones, km²", "区划面积(平方公里)", format!("{:.6}", owned / 1e6)),
            fact("Land without a zone, km²", "无主土地(平方公里)", format!("{:.6}({without})", bare / 1e6)),
            fact("Borders", "边界段", plan.coverage.borders().ids().count().to_string()),
            fact("Fingerprint of the plan", "方案指纹", format!("{:016x}", plan.canonical_hash())),
            fact("Program", "程序", concat!("网格 ", env!("CARGO_PKG_VERSION")).to_owned()),
        ];
        // A plan may have no name.
        facts.retain(|(_, value)| !value.is_empty());
        let asked = plan.settings.checking.title();
        if !asked.zh.is_empty() {
            facts.push((Text::new("Rules set by hand", "规则设置(与默认不同)"), asked.zh));
        }
        facts.extend(plan.intake.files.iter().map(|account| {
            let title = account.title();
            (Text::new(format!("Read from {title}"), format!("读入 {title}")), account.sum().zh)
        }));
        progress.check()?;
        let mut checks = vec![topology(plan), incidents(&sum)];
        checks.extend(RULES.iter().map(|&rule| of_rule(rule, &gate)));
        let open = gate.all_open().cloned().collect();
        Ok(Self { facts, checks, open, accepted: gate.accepted })
    }

    /// Writes the certificate of files as a Word document beside them; it names each with its digest. In Chinese, as what
    /// it goes along with.
    ///
    /// # Errors
    /// When a file cannot be read again, or the document cannot be written.
    pub fn write(&self, about: &Exported, made: &Imprinted<'_>, path: &Path) -> Result<PathBuf, ExportError> {
        let zh = |text: &Text| text.in_lang(Lang::Zh).to_owned();
        let mut page = Docx::default();
        page.title("网格划分质检报告");
        let maker = if made.maker.is_empty() { String::new() } else { format!("{}  ", made.maker) };
        page.line(&format!("{maker}{}  {FOOTER}", made.date));
        page.heading("一、概况");
        let rows = self.facts.iter().map(|(name, value)| vec![zh(name), value.clone()]);
        page.table(&[3, 7], &std::iter::once(row(["项目", "结果"])).chain(rows).collect::<Vec<_>>());
        page.heading("二、检查项");
        let rows = self
            .checks
            .iter()
            .map(|(what, found, good)| vec![zh(what), zh(found), if *good { "合格" } else { "见说明" }.to_owned()]);
        page.table(&[3, 6, 2], &std::iter::once(row(["检查", "结果", "结论"])).chain(rows).collect::<Vec<_>>());
        page.heading("三、文件");
        let mut rows = vec![row(["文件", "字节", "SHA-256"])];
        let mut files = Vec::with_capacity(about.files.len());
        for file in &about.files {
            let bytes = std::fs::read(file).map_err(|error| ExportError::failed(file, &error))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (size, digest) = (bytes.len() as u64, sha256(&bytes));
            rows.push(vec![name.clone(), size.to_string(), digest.clone()]);
            let features = (file == about.path()).then_some(about.features as u64);
            files.push(CertifiedFile { name, bytes: size, sha256: digest, features });
        }
        page.table(&[3, 2, 6], &rows);
        page.line(&format!("{};{};共 {} 个要素;文字编码 UTF-8", made.how, about.checked.zh, about.features));
        about.notes.iter().for_each(|note| page.line(&note.zh));
        findings(&mut page, "四、未处理的问题", self.open.iter().map(|problem| (problem, None)));
        findings(&mut page, "五、已忽略的问题", self.accepted.iter().map(|(problem, why)| (problem, Some(why))));
        page.line(verify::HOW);
        page.data(verify::data(files, made.date, page.texts()));
        page.write(path)
    }
}

/// What a certificate is written with.
#[derive(Clone, Debug)]
pub struct Imprinted<'a> {
    /// Who makes it; empty leaves it out.
    pub maker: &'a str,
    /// The date, as it is to be printed.
    pub date: &'a str,
    /// Format and coordinate system, in words.
    pub how: &'a str,
}

fn row<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn findings<'a>(page: &mut Docx, heading: &str, all: impl Iterator<Item = (&'a Problem, Option<&'a Accepted>)>) {
    page.heading(heading);
    let mut rows = vec![row(["规则", "说明", "位置", "理由"])];
    rows.extend(all.map(|(problem, why)| {
        let place = problem.place.map_or_else(String::new, |at| format!("{:.6}, {:.6}", at.lon, at.lat));
        let reason = why.map_or_else(String::new, |why| why.reason.clone());
        vec![problem.rule.title().zh, problem.reason.zh.clone(), place, reason]
    }));
    if rows.len() > 1 { page.table(&[2, 5, 3, 3], &rows) } else { page.line("无") }
}

/// The proof of the whole map: shared borders, closed rings, no crossing.
fn topology(plan: &Plan) -> (Text, Text, bool) {
    let what = Text::new("Shared borders, no crossing", "公共边界唯一、无相交");
    match plan.coverage.prove() {
        Ok(()) => {
            let faces = plan.coverage.faces().ids().count();
            (what, Text::new(format!("proven on {faces} faces"), format!("{faces} 个图斑全部通过")), true)
        }
        Err(broken) => (what, Text::new(broken.to_string(), format!("未通过:{broken}")), false),
    }
}

fn incidents(sum: &crate::index::Sum) -> (Text, Text, bool) {
    (Text::new("Every incident counted once", "案件不重不漏"), sum.line(), sum.holds())
}

fn of_rule(rule: Rule, gate: &Gate) -> (Text, Text, bool) {
    let open = gate.all_open().filter(|problem| problem.rule == rule).count();
    let accepted = gate.accepted.iter().filter(|(problem, _)| problem.rule == rule).count();
    let found = match (open, accepted) {
        (0, 0) => Text::new("none", "无"),
        _ => Text::new(format!("{open} open, {accepted} accepted"), format!("{open} 处未处理,{accepted} 处已忽略")),
    };
    (rule.title(), found, open == 0)
}
