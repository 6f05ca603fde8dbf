//! A certificate held against files, years later: what was certified, is it still the same? The certificate says it for
//! programs in a part of its own; one without it is read from its table.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::{sha256, sha256_of};
use super::docx;
use crate::base::{Progress, Text};
use crate::geometry::Point;
use crate::io::bytes;
use crate::io::door;
use crate::io::layer::{Layer, Reading};

/// Most bytes of a certificate.
const DOCUMENT: u64 = 64 << 20;
/// What a certificate says of itself to its reader.
pub(super) const HOW: &str = "核验：将上列文件与本报告放在一起，运行 wangge verify 本报告 文件或文件夹，即可逐一核对；\
也可用 certutil -hashfile 文件 SHA256 或 sha256sum 文件，与上表的 SHA-256 比对。";

/// What tells a certificate of this program: how it is verified.
const COMMAND: &str = "wangge verify";

/// A file as it was certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertifiedFile {
    /// Its name, without its folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its digest, hexadecimal.
    pub sha256: String,
    /// Features, sheets or rows, where it is the main file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<u64>,
}

/// What a certificate says for programs.
#[derive(Serialize, Deserialize)]
struct Data {
    program: String,
    date: String,
    /// Digest of the texts of the document, a line each.
    text: String,
    files: Vec<CertifiedFile>,
}

/// The data of a certificate of these files and texts.
pub(super) fn data(files: Vec<CertifiedFile>, date: &str, texts: &[String]) -> String {
    let program = concat!("wangge ", env!("CARGO_PKG_VERSION")).to_owned();
    let data = Data { program, date: date.to_owned(), text: digest_of(texts), files };
    serde_json::to_string(&data).unwrap_or_default()
}

fn digest_of(texts: &[String]) -> String {
    let full: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    sha256(full.join("\n").as_bytes())
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Byte by byte what was certified.
    Same,
    /// There is a file of that name with other bytes.
    Changed,
    /// There is none.
    Missing,
    /// The certificate does not name it.
    NotNamed,
}

impl Verdict {
    /// The word of it in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::NotNamed => "not named",
        }
    }
}

/// One file held against a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    /// What it turned out to be.
    pub verdict: Verdict,
    /// As it was certified; `None` where it is not named.
    pub certified: Option<CertifiedFile>,
    /// The file found, and what it is now; `None` where there is none.
    pub found: Option<(PathBuf, CertifiedFile)>,
    /// Whether it was given by its own path, not with a folder.
    pub given: bool,
}

/// A certificate and the files held against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// When it was made, as it says; empty where it does not.
    pub date: String,
    /// Why the document is not what it was; `None` where it is.
    pub altered: Option<Text>,
    /// The files it names in its order, then those it does not.
    pub files: Vec<VerifiedFile>,
}

impl Verified {
    /// Whether everything is what was certified. In a folder other files may lie beside it.
    #[must_use]
    pub fn holds(&self) -> bool {
        let other = |file: &VerifiedFile| file.verdict == Verdict::NotNamed && !file.given;
        self.altered.is_none() && self.files.iter().all(|file| file.verdict == Verdict::Same || other(file))
    }
}

/// Holds files, and all files of folders, against a certificate. A file is known by its digest, whatever it is called now
/// and wherever it lies. O(bytes).
///
/// # Errors
/// When the certificate cannot be read or names no file, or a file cannot be read.
pub fn verify(certificate: &Path, paths: &[PathBuf], progress: &Progress) -> Result<Verified, Text> {
    let trouble = |path: &Path, error: &std::io::Error| named(path, &bytes::device(error).1);
    let document = bytes::read_plain(certificate, DOCUMENT).map_err(|error| named(certificate, &error.text))?;
    let document = docx::read(&document).map_err(|why| {
        let text = Text::new(
            format!("the document is damaged, or no certificate: {}", why.en),
            format!("文档已损坏，或不是质检报告：{}", why.zh),
        );
        named(certificate, &text)
    })?;
    let table = table(&document.texts);
    let data: Option<Data> = document.data.as_deref().and_then(|data| serde_json::from_str(data).ok());
    let altered = altered(&document, data.as_ref(), &table);
    let (date, certified) = data.map_or_else(|| (String::new(), table), |data| (data.date, data.files));
    if certified.is_empty() {
        let text = Text::new("it names no file: this is no certificate", "其中没有列出文件：不是质检报告");
        return Err(named(certificate, &text));
    }
    let mut given = Vec::new();
    let own = std::fs::canonicalize(certificate).ok();
    for path in files_of(paths)? {
        if std::fs::canonicalize(&path).ok() != own {
            let (bytes, sha256) = sha256_of(&path).map_err(|error| trouble(&path, &error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let file = CertifiedFile { name, bytes, sha256, features: None };
            given.push(Some((path, file)));
        }
    }
    let mut files = compared(certified, given, progress);
    for file in &mut files {
        file.given = file.found.as_ref().is_some_and(|(path, _)| paths.contains(path));
    }
    Ok(Verified { date, altered, files })
}

fn named(path: &Path, text: &Text) -> Text {
    let path = path.display();
    Text::new(format!("{path}: {}", text.en), format!("{path}：{}", text.zh))
}

/// The files among some paths and in folders among them, by name.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Text> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(path) = open.pop() {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let entries = std::fs::read_dir(&path).map_err(|error| named(&path, &bytes::device(&error).1))?;
        // A link may lead back into a folder it lies in, and what is no file may have no end.
        let is_read = |kind: std::fs::FileType| kind.is_dir() || kind.is_file();
        let entries = entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_ok_and(is_read));
        let mut within: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        within.sort_unstable_by(|a, b| b.cmp(a));
        open.extend(within);
    }
    files.dedup();
    Ok(files)
}

/// Whether the document says what it was written with.
fn altered(document: &docx::Read, data: Option<&Data>, table: &[CertifiedFile]) -> Option<Text> {
    let Some(data) = data else {
        if document.data.is_some() {
            let text = ("what it says for programs is damaged; its table was read", "其机读数据已损坏，以下按表格核对");
            return Some(Text::new(text.0, text.1));
        }
        // Ours has such data: without them anybody may have written the table.
        return document.texts.iter().any(|text| text.contains(COMMAND)).then(|| {
            Text::new(
                "it carries no data for programs any more, so nobody can tell whether it was altered; its table was read",
                "其机读数据已被移除，无法判断是否被改动，以下按表格核对",
            )
        });
    };
    let is_in_table = |file: &CertifiedFile| {
        table.iter().any(|row| row.sha256 == file.sha256 && row.bytes == file.bytes && row.name == file.name)
    };
    let differs = table.len() != data.files.len() || !data.files.iter().all(is_in_table);
    let text = if differs {
        Text::new(
            "its table of files was changed since it was made; the files are held against what it was made with",
            "其文件表在出具之后被改动，以下按出具时的数据核对",
        )
    } else if digest_of(&document.texts) != data.text {
        Text::new("its text was changed since it was made", "其文字在出具之后被改动")
    } else {
        return None;
    };
    Some(text)
}

/// The files of a table of names, sizes and digests, wherever in the document it stands.
fn table(texts: &[String]) -> Vec<CertifiedFile> {
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let row = |at: usize| {
        let before = texts.get(at.saturating_sub(4)..at)?;
        let bytes = before.iter().rev().find_map(|text| size(text))?;
        let name = before.iter().rev().find(|text| size(text).is_none() && !is_digest(text))?;
        Some(CertifiedFile { name: name.clone(), bytes, sha256: texts[at].to_lowercase(), features: None })
    };
    (0..texts.len()).filter(|&at| is_digest(&texts[at])).filter_map(row).collect()
}

/// A size as a table has it, its thousands set apart or not.
fn size(text: &str) -> Option<u64> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')).collect();
    digits.parse().ok()
}

/// Every certified file with the one found for it: by its digest and name, by its digest, else by its name.
fn compared(
    certified: Vec<CertifiedFile>,
    mut given: Vec<Option<(PathBuf, CertifiedFile)>>,
    progress: &Progress,
) -> Vec<VerifiedFile> {
    let mut found: Vec<Option<(PathBuf, CertifiedFile)>> = vec![None; certified.len()];
    let rounds: [fn(&CertifiedFile, &CertifiedFile) -> bool; 3] = [
        |a, b| a.sha256 == b.sha256 && a.bytes == b.bytes && a.name == b.name,
        |a, b| a.sha256 == b.sha256 && a.bytes == b.bytes,
        |a, b| a.name == b.name,
    ];
    for fits in rounds {
        for (file, found) in certified.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let is = |one: &&mut Option<(PathBuf, CertifiedFile)>| one.as_ref().is_some_and(|(_, now)| fits(file, now));
            *found = given.iter_mut().find(is).and_then(Option::take);
        }
    }
    let mut files: Vec<VerifiedFile> = Vec::new();
    for (file, found) in certified.into_iter().zip(found) {
        let Some((path, mut now)) = found else {
            files.push(VerifiedFile { verdict: Verdict::Missing, certified: Some(file), found: None, given: false });
            continue;
        };
        // A table that was changed may pair a digest with another size.
        let same = now.sha256 == file.sha256 && now.bytes == file.bytes;
        let verdict = if same { Verdict::Same } else { Verdict::Changed };
        now.features = match verdict {
            Verdict::Same => file.features,
            _ => file.features.and_then(|_| features(&path, progress)),
        };
        files.push(VerifiedFile { verdict, certified: Some(file), found: Some((path, now)), given: false });
    }
    let more = given.into_iter().flatten();
    files.extend(more.map(|file| VerifiedFile {
        verdict: Verdict::NotNamed,
        certified: None,
        found: Some(file),
        given: false,
    }));
    files
}

/// How many features a layer has now; `None` where it cannot be read as one.
fn features(path: &Path, progress: &Progress) -> Option<u64> {
    let opened = door::sources(&[path.to_owned()]).ok()?;
    let reading = Reading { compares: true, personal: true, ..Reading::default() };
    let layers = opened.sources.iter().map(|source| Layer::<Point>::all(source, &reading, progress));
    let layers: Vec<_> = layers.collect::<Result<Vec<_>, _>>().ok()?;
    Some(layers.iter().flatten().map(|layer| layer.features.len() as u64).sum())
}
