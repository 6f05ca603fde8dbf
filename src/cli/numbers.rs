//! `wangge rebalance -k A-B` and `wangge partition -k A-B`: the number left free within a range.

use serde_json::{Value, json};

use super::rebalance::rebalance_json;
use super::{Failure, note};
use crate::balance::{Loads, Numbered, Rebalancing, best_number, grids_of, numbers};
use crate::base::Progress;
use crate::edit::Context;
use crate::model::{Plan, Role, ZoneId};
use crate::topology::scan;

/// A number, or a range of them: `8` or `6-10`.
pub(super) fn range(text: &str) -> Result<(usize, usize), String> {
    let whole = |text: &str| text.trim().parse::<usize>().ok().filter(|&number| number > 0);
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let range = whole(least).zip(whole(most)).filter(|(least, most)| least <= most);
    range.ok_or_else(|| "this is no number of 1 or more and no range of them, like 6-10".to_owned())
}

/// Gives every town that is asked about the number of its grids that meets the band best: the plan then, and for each town
/// the table of all numbers as JSON.
pub(super) fn free(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    (range, band): ((usize, usize), Option<(f64, f64)>),
) -> Result<(Plan, Value), Failure> {
    let towns: Vec<ZoneId> = match plan.tier_of(Role::Town) {
        Some((_, towns)) if options.towns.is_empty() => towns.zones.ids().collect(),
        Some(_) => options.towns.clone(),
        None => vec![ZoneId(0)],
    };
    let mut plan = plan.clone();
    let mut told = Vec::new();
    for town in towns.into_iter().filter(|&town| !grids_of(&plan, town).is_empty()).collect::<Vec<_>>() {
        let one = plan.tier_of(Role::Town).map(|_| town).into_iter().collect();
        let options = Rebalancing { towns: one, ..options.clone() };
        let found = numbers(&plan, loads, &options, (range, band), &Progress::default())?;
        let Some(best) = best_number(&found).and_then(|at| found.get(at)) else { continue };
        let name = plan.tier_of(Role::Town).and_then(|(_, towns)| towns.zones.get(town)).map(|town| town.code.clone());
        told.push(json!({
            "town": name,
            "now": grids_of(&plan, town).len(),
            "chosen": best.count,
            "table": found.iter().map(row).collect::<Vec<_>>(),
            "rebalance": rebalance_json(&best.answer),
        }));
        for one in &found {
            let chosen = if one.count == best.count { "  <- chosen" } else { "" };
            let after = &one.answer.after;
            note(&format!(
                "{} {} grids: largest deviation {:.1} %, {:.1} to {:.1} a grid, misses the band by {:.1}, borders {:.1} km, {:.1} % changes hands{chosen}",
                name.as_deref().unwrap_or_default(),
                one.count,
                after.max_deviation * 100.0,
                one.hours.0,
                one.hours.1,
                one.missed,
                after.cut_km,
                one.moved_share * 100.0,
            ));
        }
        if best.first.is_some() || !best.answer.moves.is_empty() {
            let done = {
                let near = scan(&plan.coverage);
                best.command().apply(&plan, &Context { near: &near, time: 0, camera: None })?
            };
            plan = done.plan;
        }
    }
    Ok((plan, Value::Array(told)))
}

fn row(one: &Numbered) -> Value {
    let after = &one.answer.after;
    json!({
        "grids": one.count,
        "max_deviation": after.max_deviation,
        "least": one.hours.0,
        "most": one.hours.1,
        "outside_band": one.missed,
        "cut_km": after.cut_km,
        "moved_share": one.moved_share,
    })
}
