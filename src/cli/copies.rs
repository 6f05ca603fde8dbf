//! `wangge copies`: unsaved work that waits in the state folder.

use serde_json::{Value, json};

use super::inputs::Inputs;
use super::{Exit, Failure, Outcome, note, print};
use crate::io::journal;
use crate::io::kept::{Kept, kept};

/// Runs `copies [--json]`.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let folder = journal::folder().ok_or_else(|| {
        Failure::File("this system has no folder for the state of programs; name one by WANGGE_STATE".to_owned())
    })?;
    let all = kept(&folder);
    if inputs.json {
        let all: Vec<Value> = all.iter().map(as_json).collect();
        print(&format!("{}\n", json!({"folder": folder.display().to_string(), "copies": all})));
        return Ok(Exit::Well);
    }
    all.iter().for_each(|kept| print(&format!("{}\n", line(kept))));
    note(&format!("{} working copies wait in {}", all.len(), folder.display()));
    Ok(Exit::Well)
}

/// When a working copy was last written, in UTC.
fn when(kept: &Kept) -> Option<String> {
    let time = jiff::Timestamp::try_from(kept.modified?).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn line(kept: &Kept) -> String {
    let (path, when) = (kept.path.display(), when(kept).unwrap_or_default());
    let content = match &kept.content {
        Err(why) => return format!("{when}  cannot be read: {why}  {path}"),
        Ok(content) => content,
    };
    let file =
        content.file.as_ref().map_or_else(|| "a plan never saved".to_owned(), |(file, _)| file.display().to_string());
    let missing = if kept.missing().is_some() { " (not there: open it where it is now)" } else { "" };
    format!("{when}  {} steps on {file}{missing}  {path}", content.steps)
}

fn as_json(kept: &Kept) -> Value {
    let content = kept.content.as_ref().ok();
    json!({
        "path": kept.path.display().to_string(),
        "modified": when(kept),
        "project": content.and_then(|content| content.file.as_ref()).map(|(file, _)| file.display().to_string()),
        "steps": content.map(|content| content.steps),
        "missing": kept.missing().is_some(),
        "why": kept.content.as_ref().err().map(|why| why.en.as_str()),
    })
}
