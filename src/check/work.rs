//! Incidents that no zone has, and grids with too much or too little work.

use crate::balance::{Balance, Loads, faces_of_incidents};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::index::{Index, Located, strays, unknown_places};
use crate::model::{Plan, Role, ZoneId};

/// What grids have to do with incidents: looked at only where there are any and somebody asks. O(faces + incidents).
#[must_use]
pub fn work(plan: &Plan, at: usize) -> Vec<Problem> {
    let checking = &plan.settings.checking;
    let patrolled = plan.tier_of(Role::Grid).map_or(plan.base, |(grids, _)| grids);
    let band = checking.band_percent.filter(|_| checking.asks(Rule::OutOfBand));
    let lost = !plan.incidents.is_empty() && checking.asks(Rule::IncidentsOutside);
    if at != patrolled || !(lost || band.is_some()) {
        return Vec::new();
    }
    let progress = Progress::default();
    let mut problems: Vec<Problem> = Vec::new();
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
    /// So many are named.
    const NAMED: usize = 5;
    let tier = plan.tiers.get(at)?;
    let unknown = unknown_places(plan);
    let rows: usize = unknown.iter().map(|(_, rows)| rows).sum();
    let named = |between: &str| {
        let first: Vec<&str> = unknown.iter().take(NAMED).map(|&(text, _)| text).collect();
        let more = if unknown.len() > NAMED { "…" } else { "" };
        format!("{}{more}", first.join(between))
    };
    let reason = Text::new(
        format!(
            "{} codes match no zone: {}. {rows} incidents name them and have no other place",
            unknown.len(),
            named(", ")
        ),
        format!(
            "{} 个编码没有对应的区域\u{ff1a}{}。{rows} 件案件只有这些编码\u{ff0c}未定位",
            unknown.len(),
            named("、")
        ),
    );
    (!unknown.is_empty()).then(|| Problem {
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
        let hours = loads.hours(own);
        Some(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code],
            place: own.first().and_then(|&face| plan.coverage.point_in(face)).map(Into::into),
            remedies: vec![Text::new("Rebalance its town", "对所在镇街作均衡调整")],
            ..Problem::new(
                Rule::OutOfBand,
                Severity::Warning,
                Text::new(
                    format!("{name} has {hours:.1} hours a week, {deviation:+.0} % off the mean (band ±{percent} %)"),
                    format!("{name}工作量 {hours:.1} 小时/周,偏离均值 {deviation:+.0}%(允许 ±{percent}%)"),
                ),
            )
        })
    })
    .collect()
}
