//! Incidents that no zone has, and grids with too much or too little work.

use crate::balance::{Balance, Loads, faces_of_incidents};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::index::{Index, Located, Named, divided, strays, unknown_words};
use crate::measures::round;
use crate::model::{Plan, Role, Zone, ZoneId};

/// What grids have to do with incidents: looked at only where there are any and somebody asks. O(faces + incidents).
#[must_use]
pub fn work(plan: &Plan, at: usize) -> Vec<Problem> {
    let checking = &plan.settings.checking;
    let patrolled = plan.tier_of(Role::Grid).map_or(plan.base, |(grids, _)| grids);
    let band = checking.band_percent.filter(|_| checking.asks(Rule::OutOfBand));
    let lost = !plan.incidents.is_empty() && checking.asks(Rule::IncidentsOutside);
    let mut problems = if at == patrolled { by_most(plan, at) } else { Vec::new() };
    if at != patrolled || !(lost || band.is_some()) {
        return problems;
    }
    let progress = Progress::default();
    if lost {
        problems.extend(outside(plan, at, &progress));
        problems.extend(unknown_codes(plan, at));
    }
    if let Some(percent) = band
        && let Ok(located) = Located::of(plan, &Index::of(&plan.coverage), &progress)
        && let Ok(loads) = Loads::of(plan, &faces_of_incidents(plan, &located), &progress)
    {
        problems.extend(out_of_band(plan, at, &loads, percent));
    }
    problems
}

/// Incidents that name a zone which several zones of a tier share, a sentence for each zone named.
fn by_most(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let problem = |named: Named| {
        let (name, count) = (&named.name, named.rows.len());
        let to = named.to.and_then(|zone| tier.zones.get(zone));
        let percent = 100.0 * named.share;
        let reason = match to.map(Zone::called) {
            Some(to) => Text::new(
                format!(
                    "{count} incidents name only {name}, which lies in several zones: counted for {to}, which has \
                     {percent:.0}% of it"
                ),
                format!(
                    "{count} 件案件只注明“{name}”，其范围分属多个区划，已按面积最大者计入“{to}”（占 {percent:.0}%）"
                ),
            ),
            None => Text::new(
                format!("{count} incidents name only {name}, which lies in several zones: counted for none of them"),
                format!("{count} 件案件只注明“{name}”，其范围分属多个区划，未计入任何区划"),
            ),
        };
        Problem {
            tier: Some(tier.name.clone()),
            // What is named tells it from others that are counted for the same zone.
            zones: to.map(|zone| zone.code.clone()).into_iter().chain([name.clone()]).collect(),
            remedies: vec![Text::new(
                "Give these incidents coordinates, or the code of their zone",
                "请补充案件坐标或所在区划编码",
            )],
            ..Problem::new(Rule::DividedPlace, Severity::Warning, reason)
        }
    };
    divided(plan, tier).into_iter().map(problem).collect()
}

/// Incidents that no zone of a tier has, in one sentence.
fn outside(plan: &Plan, at: usize, progress: &Progress) -> Option<Problem> {
    let tier = plan.tiers.get(at)?;
    let [unowned, outside] = strays(plan, tier, progress).ok()?;
    let first = *unowned.first().or(outside.first())?;
    let (unowned, outside, total) = (unowned.len(), outside.len(), plan.incidents.len());
    let count = outside + unowned;
    Some(Problem {
        tier: Some(tier.name.clone()),
        place: plan.incidents.point(first as usize).map(Into::into),
        remedies: vec![Text::new(
            "Correct their coordinates, or give the land around them to a zone",
            "更正其坐标,或将所在土地划入区划",
        )],
        ..Problem::new(
            Rule::IncidentsOutside,
            Severity::Note,
            Text::new(
                format!("{count} of {total} incidents lie in no zone: {unowned} in unowned land, {outside} outside"),
                format!("{total} 件案件中有 {count} 件不在任何区划内:无主地 {unowned} 件,范围外 {outside} 件"),
            ),
        )
    })
}

/// Codes and names in a table of incidents that no zone of any tier has, in one sentence.
fn unknown_codes(plan: &Plan, at: usize) -> Option<Problem> {
    let tier = plan.tiers.get(at)?;
    let reason = unknown_words(plan)?;
    Some(Problem {
        tier: Some(tier.name.clone()),
        remedies: vec![Text::new(
            "Correct the codes in the table, or add coordinates to it",
            "更正表中的编码\u{ff0c}或补充坐标",
        )],
        ..Problem::new(Rule::IncidentsOutside, Severity::Warning, reason)
    })
}

/// Zones whose work is further off the mean of their town than asked for.
fn out_of_band(plan: &Plan, at: usize, loads: &Loads, percent: f64) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let faces = tier.faces_by_zone();
    let off = Balance::of_tier(plan, at, loads).deviations.into_iter().enumerate();
    off.filter_map(|(slot, deviation)| {
        let deviation = 100.0 * deviation?;
        let zone = ZoneId(slot as u32);
        tier.zones.get(zone).filter(|_| deviation.abs() > percent)?;
        let (code, name) = tier.words(zone);
        let own = faces.get(slot)?;
        let hours = round::hours(loads.hours(own));
        Some(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code],
            place: own.first().and_then(|&face| plan.coverage.point_in(face)).map(Into::into),
            remedies: vec![Text::new("Rebalance its town", "对所在镇街作均衡调整")],
            ..Problem::new(
                Rule::OutOfBand,
                Severity::Warning,
                Text::new(
                    format!(
                        "{name} has {hours} hours a week, {} off the mean (band ±{percent} %)",
                        round::percent(deviation)
                    ),
                    format!("{name}工作量 {hours} 小时/周,偏离均值 {}(允许 ±{percent}%)", round::percent(deviation)),
                ),
            )
        })
    })
    .collect()
}
