//! `wangge purge PROJECT`: people out of a project for good.

use serde_json::{Value, json};

use super::inputs::Inputs;
use super::{Exit, Failure, Outcome, note, print};
use crate::base::Progress;
use crate::io::{journal, purge};

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let [path] = inputs.paths.as_slice() else {
        return Err(Failure::File("name one project: wangge purge PROJECT".to_owned()));
    };
    let time = jiff::Timestamp::now().as_second();
    let purged = purge::purge(path, journal::folder().as_deref(), time, &Progress::default());
    let purged = purged.map_err(|error| Failure::File(error.to_string()))?;
    let text = |paths: &[std::path::PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    if inputs.json {
        let packages: Vec<Value> = purged
            .packages
            .iter()
            .map(|(path, somebody)| json!({"package": path.display().to_string(), "people": somebody}))
            .collect();
        let answer = json!({
            "project": path.display().to_string(), "nobody": purged.nobody, "columns": purged.columns, "steps": purged.steps,
            "versions": purged.versions, "removed": text(&purged.removed), "saved": text(&purged.saved), "packages": packages,
        });
        print(&format!("{answer}\n"));
        return Ok(Exit::Well);
    }
    if purged.nobody {
        note(&format!("nobody is in {}, its history and what lies beside it: nothing was changed", path.display()));
        tell_packages(&purged);
        return Ok(Exit::Well);
    }
    let list = |texts: &[String]| if texts.is_empty() { "none".to_owned() } else { texts.join(", ") };
    note(&format!("taken out of {}: {}", path.display(), list(&purged.columns)));
    note(&format!(
        "no longer kept: {} steps of history, {} named versions; undo begins here",
        purged.steps, purged.versions
    ));
    purged.removed.iter().for_each(|path| note(&format!("removed {}", path.display())));
    purged
        .saved
        .iter()
        .for_each(|path| note(&format!("unsaved work was saved, without people, to {}", path.display())));
    tell_packages(&purged);
    Ok(Exit::Well)
}

fn tell_packages(purged: &purge::Purged) {
    for (path, somebody) in &purged.packages {
        let people = if *somebody { "; there are people in it" } else { "" };
        let back = if purged.nobody { "" } else { ". What comes back from it cannot be taken back now" };
        note(&format!("a package is out: {}{people}{back}", path.display()));
    }
}
