//! The certificate of a hand-over (质检报告): what was counted, proven and found, which files it is about, and what was
//! left as it is and why.

use std::path::{Path, PathBuf};

use super::digest::{sha256, sha256_of};
use super::docx::Docx;
use super::verify::{self, CertifiedFile};
use super::{ExportError, Exported, printed_date, secrecy, short};
use crate::base::{Lang, Problem, Progress, Rule, Severity, Text};
use crate::check::Gate;
use crate::index::{Index, Located};
use crate::io::file_names::shortened;
use crate::measures::round;
use crate::model::{Accepted, Plan};

/// Most bytes of a name that another name is made of.
const STEM: usize = 200;

/// What a tier was found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// The plan it is about.
    pub plan: String,
    /// What the tier is called.
    pub tier: Text,
    /// What was counted: name and figure.
    pub facts: Vec<(Text, Text)>,
    /// What was checked, what came of it, and the verdict.
    pub checks: Vec<(Text, Text, Conclusion)>,
    /// Findings that are open, the gravest first.
    pub open: Vec<Problem>,
    /// What is worth knowing, and nothing is to be mended.
    pub notes: Vec<Problem>,
    /// Findings that were left as they are.
    pub accepted: Vec<(Problem, Accepted)>,
}

/// What a check comes to (结论).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing was found that matters.
    Pass,
    /// Something is open.
    Fail,
    /// What was found was accepted, with a reason.
    Excepted,
}

impl Conclusion {
    fn of(good: bool) -> Self {
        if good { Self::Pass } else { Self::Fail }
    }

    /// The verdict in words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Pass => Text::new("pass", "合格"),
            Self::Fail => Text::new("fail", "不合格"),
            Self::Excepted => Text::new("accepted", "例外"),
        }
    }
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
            return Ok(Self {
                plan: plan.name.clone(),
                tier: Text::default(),
                facts: Vec::new(),
                checks: Vec::new(),
                open: Vec::new(),
                notes: Vec::new(),
                accepted: Vec::new(),
            });
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
        let called = Text::new(tier.called(Lang::En), tier.called(Lang::Zh));
        let short = short(&called.zh).to_owned();
        let fact = |en: &str, zh: &str, value: String| (Text::new(en, zh), Text::new(value.clone(), value));
        let count = |count: usize| round::grouped(count as f64);
        let bare = round::km2(bare);
        let mut facts = vec![
            fact("Plan", "方案名称", plan.name.clone()),
            (Text::new("Tier", "层级"), called.clone()),
            fact("Number of zones", &format!("{short}数"), count(tier.zones.count())),
            fact("Total area (km²)", &format!("{short}总面积（平方公里）"), round::km2(owned)),
            (
                Text::new("Land without a zone (km²)", "未划入面积（平方公里）"),
                Text::new(
                    format!("{bare} ({} blocks)", count(without)),
                    format!("{bare}（{} 个图斑）", count(without)),
                ),
            ),
            fact("Border lines", "边界线数", count(plan.coverage.borders().ids().count())),
        ];
        if let Some(limits) = plan.intake.limits {
            facts.push(fact("Snapping tolerance, m", "捕捉容差（米）", format!("{:.3}", limits.tolerance_m)));
            facts.push(fact("Strips looked for up to, m", "窄缝检查宽度（米）", format!("{:.2}", limits.gap_width_m)));
        }
        // A plan may have no name.
        facts.retain(|(_, value)| !value.zh.is_empty());
        let asked = plan.settings.checking.title_in(plan);
        if !asked.zh.is_empty() {
            facts.push((Text::new("Rules changed", "规则调整情况"), asked));
        }
        facts.extend(plan.intake.files.iter().map(|account| {
            let title = account.title();
            (Text::new(format!("Read from {title}"), format!("读入 {title}")), account.sum())
        }));
        facts.push(fact("Check value of the data", "数据校验值", format!("{:016x}", plan.canonical_hash())));
        let version = env!("CARGO_PKG_VERSION");
        facts.push((
            Text::new("Made with", "生成软件"),
            Text::new(format!("Wangge {version}"), format!("网格 {version}")),
        ));
        progress.check()?;
        let mut checks = vec![topology(plan), incidents(&sum)];
        checks.extend(RULES.iter().map(|&rule| of_rule(rule, &gate)));
        let (notes, open) = gate.all_open().cloned().partition(|problem| problem.severity == Severity::Note);
        Ok(Self { plan: plan.name.clone(), tier: called, facts, checks, open, notes, accepted: gate.accepted })
    }

    /// Where the certificate of a file lies: named after its whole name with the ending, so that those of two files of one
    /// folder never meet. A name too long for that is cut, and told by its digest.
    #[must_use]
    pub fn path_of(main: &Path) -> PathBuf {
        let name = main.file_name().unwrap_or_default().to_string_lossy();
        let stem = match shortened(&name, STEM) {
            whole if whole.len() == name.len() => name.into_owned(),
            cut => format!("{cut}-{:.8}", sha256(name.as_bytes())),
        };
        main.with_file_name(format!("{stem}-质检报告.docx"))
    }

    /// Writes the certificate of files as a Word document beside them; it names each with its digest. In Chinese, as what
    /// it goes along with.
    ///
    /// # Errors
    /// When a file cannot be read again, or the document cannot be written.
    pub fn write(&self, about: &Exported, made: &Imprinted<'_>, path: &Path) -> Result<PathBuf, ExportError> {
        let zh = |text: &Text| text.in_lang(Lang::Zh).to_owned();
        let mut page = Docx::default();
        page.above(&self.plan);
        page.title(&format!("{}划分质检报告", self.tier.zh));
        let date = printed_date(made.date, Lang::Zh);
        page.line(&format!("编制单位：{}    编制日期：{date}", made.maker));
        page.heading("一、基本情况");
        let rows = self.facts.iter().map(|(name, value)| vec![zh(name), zh(value)]);
        page.table(&[3, 7], &std::iter::once(row(["项目", "结果"])).chain(rows).collect::<Vec<_>>());
        page.heading("二、质检项目及结果");
        let rows = self.checks.iter().map(|(what, found, verdict)| vec![zh(what), zh(found), verdict.title().zh]);
        page.table(&[3, 6, 2], &std::iter::once(row(["质检项目", "结果", "结论"])).chain(rows).collect::<Vec<_>>());
        page.heading("三、成果文件");
        let mut rows = vec![row(["文件名", "大小（字节）", "校验值（SHA-256）"])];
        let mut files = Vec::with_capacity(about.files.len());
        for file in &about.files {
            let (size, digest) = sha256_of(file).map_err(|error| ExportError::failed(file, error))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            rows.push(vec![name.clone(), round::grouped(size as f64), digest.clone()]);
            let features = (file == about.path()).then_some(about.features as u64);
            files.push(CertifiedFile { name, bytes: size, sha256: digest, features });
        }
        page.table(&[3, 2, 6], &rows);
        page.line(&format!("{}；{}；共 {} 个要素；文字编码 UTF-8", made.how, about.checked.zh, about.features));
        about.notes.iter().for_each(|note| page.line(&note.zh));
        findings(&mut page, "四、待处理问题", self.open.iter().map(|problem| (problem, None)));
        findings(&mut page, "五、例外事项", self.accepted.iter().map(|(problem, why)| (problem, Some(why))));
        findings(&mut page, "六、说明事项", self.notes.iter().map(|problem| (problem, None)));
        page.line("质检人：            审核人：            签章：");
        page.line(&secrecy().zh);
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
    let mut rows = vec![row(["质检项目", "说明", "位置", "处理理由"])];
    rows.extend(all.map(|(problem, why)| {
        let place = problem.place.map_or_else(String::new, |at| format!("{:.6}, {:.6}", at.lon, at.lat));
        let reason = why.map_or_else(String::new, |why| why.reason.clone());
        let told = match &problem.file {
            Some(file) if !problem.reason.zh.contains(file.as_str()) => format!("{file}：{}", problem.reason.zh),
            _ => problem.reason.zh.clone(),
        };
        vec![problem.title().zh, told, place, reason]
    }));
    if rows.len() > 1 { page.table(&[2, 5, 3, 3], &rows) } else { page.line("无") }
}

/// The proof of the whole map: shared borders, closed rings, no crossing.
fn topology(plan: &Plan) -> (Text, Text, Conclusion) {
    let what = Text::new("Shared borders, no crossing", "公共边界一致、互不相交");
    match plan.coverage.prove() {
        Ok(()) => {
            let faces = round::grouped(plan.coverage.faces().ids().count() as f64);
            let found =
                Text::new(format!("{faces} blocks checked, none fails"), format!("共检查 {faces} 个图斑，全部合格"));
            (what, found, Conclusion::Pass)
        }
        Err(broken) => (what, Text::new(broken.to_string(), format!("不合格：{broken}")), Conclusion::Fail),
    }
}

fn incidents(sum: &crate::index::Sum) -> (Text, Text, Conclusion) {
    (Text::new("Every incident counted once", "案件不重不漏"), sum.line(), Conclusion::of(sum.holds()))
}

fn of_rule(rule: Rule, gate: &Gate) -> (Text, Text, Conclusion) {
    let found = || gate.all_open().filter(|problem| problem.rule == rule);
    let open = found().filter(|problem| problem.severity > Severity::Note).count();
    let notes = found().count() - open;
    let accepted = gate.accepted.iter().filter(|(problem, _)| problem.rule == rule).count();
    let mut found = match (open, accepted) {
        (0, 0) => Text::new("none", "无"),
        _ => Text::new(format!("{open} open, {accepted} accepted"), format!("待处理 {open} 处，例外 {accepted} 处")),
    };
    if notes > 0 {
        found = Text::new(format!("{}, {notes} notes", found.en), format!("{}，说明 {notes} 处", found.zh));
    }
    let verdict = match (open, accepted) {
        (0, 0) => Conclusion::Pass,
        (0, _) => Conclusion::Excepted,
        _ => Conclusion::Fail,
    };
    (rule.title(), found, verdict)
}
