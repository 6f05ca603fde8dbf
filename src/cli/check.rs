//! `wangge check`: all problems of files, judged as read.

use serde_json::json;

use super::inputs::{Inputs, account_json, exit, number, problem_json, problem_line};
use super::{Outcome, print};
use crate::check::counts;

/// Runs the command on its arguments. Nothing is snapped unless `--tolerance` asks for it: the file is judged, not what
/// could be made of it.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let mut gap_width_m = None;
    let mut inputs = Inputs::parse(args, |name, args| {
        if name == "gap-width" {
            gap_width_m = Some(number(args, "--gap-width")?);
        }
        Ok(name == "gap-width")
    })?;
    inputs.options.gap_width_m = gap_width_m;
    inputs.options.as_written = inputs.options.tolerance_m.is_none();
    inputs.options.tolerance_m = Some(inputs.options.tolerance_m.unwrap_or(0.0));
    report(&inputs)
}

/// Opens the files and prints what is wrong with them.
pub(super) fn report(inputs: &Inputs) -> Outcome {
    let opened = inputs.open()?;
    let problems = &opened.problems;
    if inputs.json {
        let report = json!({
            "tolerance_m": opened.tolerance_m, "gap_width_m": opened.gap_width_m,
            "files": opened.plan.intake.files.iter().map(account_json).collect::<Vec<_>>(),
            "counts": counts(problems),
            "problems": problems.iter().map(problem_json).collect::<Vec<_>>(),
        });
        print(&format!("{report}\n"));
    } else {
        problems.iter().for_each(|problem| print(&format!("{}\n", problem_line(problem))));
        opened.plan.intake.files.iter().for_each(|account| print(&format!("{}\n", account.line().en)));
        let tiers = &opened.plan.tiers;
        let read: Vec<String> = tiers.iter().map(|tier| format!("{} {}", tier.zones.count(), tier.name)).collect();
        print(&format!("{}; {} problems\n", read.join(", "), problems.len()));
    }
    let exit = exit(problems);
    // What is left is given back by the system at once; freeing it piece by piece would take as long as a phase.
    std::mem::forget(opened);
    Ok(exit)
}
