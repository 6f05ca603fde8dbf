//! Sentences of history, comparison and campaign, in both languages.

use std::path::{Path, PathBuf};

use crate::base::{Lang, Text};
use crate::io::hold::Holder;

use super::words::{count, either};

/// Day and time of a moment in seconds since 1970, as the machine's clock shows them.
#[must_use]
pub(super) fn clock(seconds: i64) -> String {
    let Ok(moment) = jiff::Timestamp::from_second(seconds) else { return String::new() };
    moment.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Who has the project, and what can be done meanwhile.
#[must_use]
pub(super) fn taken(holder: Option<Holder>) -> Text {
    let (en, zh) = holder.map_or_else(Default::default, |Holder { process, since }| {
        let since = clock(since);
        (format!(" since {since} (process {process})"), format!("(自 {since},进程 {process})"))
    });
    Text::new(
        format!(
            "Read only: this project is open in another window{en}. Look, measure and export, or save it under another name to change it."
        ),
        format!("只读:该方案已在另一窗口打开{zh}。可以查看、测量和导出;如需修改,请另存为新方案。"),
    )
}

/// What the plan is called at the moment it is handed out.
#[must_use]
pub(super) fn handed_out(lang: Lang, clock: &str) -> String {
    either(lang, || format!("下发 {clock}"), || format!("Handed out {clock}"))
}

/// Which packages were written.
#[must_use]
pub(super) fn packages(lang: Lang, files: &[PathBuf]) -> String {
    let folder = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("")).display();
    let files = files.len();
    either(
        lang,
        || format!("已为 {files} 个镇街各写出一个方案包:{folder}"),
        || format!("Wrote a package for each of {files} towns: {folder}"),
    )
}

/// What came of taking back.
#[must_use]
pub(super) fn taken_back(lang: Lang, packages: usize, zones: usize, conflicts: usize) -> String {
    either(
        lang,
        || format!("已回收 {packages} 个方案包,{zones} 个区划有改动,{conflicts} 处冲突"),
        || format!("Took back {packages} packages: {zones} zones changed, {conflicts} conflicts"),
    )
}

/// How many commands a way that was given up has, and the last of them.
#[must_use]
pub(super) fn branch(lang: Lang, steps: usize, last: &str) -> String {
    let steps = count(steps);
    either(lang, || format!("{steps} 步:{last}"), || format!("{steps} steps: {last}"))
}

/// What a plan is compared with.
#[must_use]
pub(super) fn compared(lang: Lang, with: &str, zones: usize) -> String {
    let zones = count(zones);
    either(lang, || format!("与“{with}”相比,{zones} 个区划有变化"), || format!("{zones} zones differ from “{with}”"))
}

/// The state after a step of the present line.
#[must_use]
pub(super) fn after_step(lang: Lang, place: usize) -> String {
    either(lang, || format!("第 {place} 步之后"), || format!("after step {place}"))
}

/// What was undone.
#[must_use]
pub(super) fn undid(lang: Lang, sentence: &str) -> String {
    either(lang, || format!("已撤销:{sentence}"), || format!("Undone: {sentence}"))
}

/// What was done again.
#[must_use]
pub(super) fn redid(lang: Lang, sentence: &str) -> String {
    either(lang, || format!("已重做:{sentence}"), || format!("Done again: {sentence}"))
}

/// That a file was read from and is not written over.
#[must_use]
pub(super) fn is_read(lang: Lang, path: &Path) -> String {
    let path = path.display();
    either(
        lang,
        || format!("无法写入 {path}：方案由该文件读入。请换一个文件名"),
        || format!("Cannot write {path}: the plan was read from it. Choose another name"),
    )
}

/// Where a plan was saved.
#[must_use]
pub(super) fn saved(lang: Lang, path: &Path, aside: Option<&Text>) -> String {
    let path = path.display();
    match aside {
        None => either(lang, || format!("已保存 {path}"), || format!("Saved {path}")),
        Some(why) => {
            let why = why.in_lang(lang);
            either(lang, || format!("{why};已另存为 {path}"), || format!("Saved as {path} instead: {why}"))
        }
    }
}
