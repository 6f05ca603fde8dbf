//! Sentences about duty and response, in both languages.

use super::words::either;
use crate::balance::duty::DutyDay;
use crate::balance::response::{Response, Simulated};
use crate::base::Lang;

/// What is at an hour: work, need, on duty, on patrol.
#[must_use]
pub(super) fn hour_told(lang: Lang, day: &str, hour: usize, [work, need, duty, patrol]: [f64; 4]) -> String {
    either(
        lang,
        || {
            format!(
                "星期{day} {hour:02}:00  占用 {work:.2} 队,需要 {need:.0} 队,在岗 {duty:.0} 队,其中巡逻 {patrol:.0} 队"
            )
        },
        || {
            format!(
                "{day} {hour:02}:00  binds {work:.2} squads, needs {need:.0}, on duty {duty:.0}, on patrol {patrol:.0}"
            )
        },
    )
}

/// What the squads on duty lack against the need.
#[must_use]
pub(super) fn shortage(lang: Lang, short: u32, most: u32) -> String {
    match short {
        0 => either(
            lang,
            || format!("每个小时在岗分队都够(最多需要 {most} 队)"),
            || format!("Enough squads on duty at every hour (at most {most} are needed)"),
        ),
        short => either(
            lang,
            || format!("全周缺 {short} 个分队工时;最忙时需要 {most} 队在岗"),
            || format!("{short} squad hours are missing in the week; at the busiest {most} squads are needed"),
        ),
    }
}

/// Response before and after some moves in some hours.
#[must_use]
pub(super) fn foreseen(lang: Lang, hours: &str, [before, after]: &[Simulated; 2]) -> String {
    let (mean, wait) = ((before.mean_response(), after.mean_response()), (before.mean_wait, after.mean_wait));
    let p90 = (before.p90_minutes, after.p90_minutes);
    let home = (before.home_share * 100.0, after.home_share * 100.0);
    either(
        lang,
        || {
            format!(
                "{hours} 平均到场 {:.1}→{:.1} 分（其中等候 {:.1}→{:.1}），90 % 到场 {:.1}→{:.1} 分，由本队处置 {:.0}→{:.0} %",
                mean.0, mean.1, wait.0, wait.1, p90.0, p90.1, home.0, home.1
            )
        },
        || {
            format!(
                "{hours}: there in {:.1}→{:.1} min (waiting {:.1}→{:.1}), 90 % in {:.1}→{:.1}, by the home squad {:.0}→{:.0} %",
                mean.0, mean.1, wait.0, wait.1, p90.0, p90.1, home.0, home.1
            )
        },
    )
}

/// What the figures of the table rest on, and calls that came when nobody was on duty.
#[must_use]
pub(super) fn simulated(lang: Lang, found: &Simulated) -> String {
    let (calls, unmanned) = (found.calls, found.unmanned);
    let missed = match unmanned {
        0 => String::new(),
        _ => either(
            lang,
            || format!("；另有 {unmanned} 件发生时无分队当班，未计入"),
            || format!("; {unmanned} more came when nobody was on duty and are not counted"),
        ),
    };
    either(
        lang,
        || format!("按实际 {calls} 件案件逐件推演{missed}"),
        || format!("From the {calls} incidents one by one{missed}"),
    )
}

/// What the queueing model says of the same squads, and why it differs from the wait that was played through.
#[must_use]
pub(super) fn even(lang: Lang, found: Option<&Response>, played: f64) -> String {
    let Some(found) = found else {
        return either(
            lang,
            || "排队模型不适用：其间换班，或案件多于分队所能承担".to_owned(),
            || "The queueing model does not hold here: squads change, or calls are more than they can bear.".to_owned(),
        );
    };
    let (wait, busy) = (found.mean_wait, found.all_busy * 100.0);
    let (zh, en) = if wait < played {
        ("；实际案件扎堆", ": in truth they come bunched")
    } else if wait > played {
        (
            "；模型按此强度永不间断计算，实际有间歇，等候较短",
            ": the model goes on so for ever, in truth there are breaks and the wait is shorter",
        )
    } else {
        ("", "")
    };
    either(
        lang,
        || format!("若案件均匀到来（排队模型）：等候 {wait:.1} 分，全忙 {busy:.0} %{zh}"),
        || format!("If calls came evenly (queueing model): mean wait {wait:.1} min, all busy {busy:.0} %{en}."),
    )
}

/// Which squad makes the difference in some hours, where it is taken away, called in, or new.
#[must_use]
pub(super) fn taken(lang: Lang, squad: &str) -> String {
    either(lang, || format!("减{squad}"), || format!("without {squad}"))
}

/// See [`taken`].
#[must_use]
pub(super) fn called(lang: Lang, squad: &str) -> String {
    either(lang, || format!("加派{squad}（其时不当班）"), || format!("with {squad}, which is off then"))
}

/// See [`taken`].
#[must_use]
pub(super) fn added(lang: Lang, squad: &str) -> String {
    either(lang, || format!("新增{squad}"), || format!("with a new {squad}"))
}

/// What a rota lacks, and what any would lack.
#[must_use]
pub(super) fn missing(lang: Lang, missing: u32, least: u32, by_need: bool) -> String {
    let bound = if by_need {
        either(
            lang,
            || format!("(每队每周至多 48 时、两班间歇至少 11 时;无论怎样排至少缺 {least})"),
            || format!(" (48 h a week and 11 h of rest for each; any rota lacks at least {least})"),
        )
    } else {
        String::new()
    };
    either(
        lang,
        || format!("与需求相比全周缺 {missing} 个分队工时{bound}"),
        || format!("{missing} squad hours are missing against the need{bound}"),
    )
}

/// What a town has.
#[must_use]
pub(super) fn town_has(lang: Lang, squads: usize, people: u32, post: u32) -> String {
    either(
        lang,
        || format!("本镇街 {squads} 个分队共 {people} 人,每队 {post} 人"),
        || format!("This town has {squads} squads, {people} people, {post} a squad"),
    )
}

/// A day in a narrow cell: `8–次8`, and what of it is on call.
#[must_use]
pub(super) fn short_day(lang: Lang, day: &DutyDay) -> String {
    let hour = |at: u32| match at {
        0..=24 => at.to_string(),
        _ => either(lang, || format!("次{}", at - 24), || format!("{}+", at - 24)),
    };
    let spans = |spans: &[(u32, u32)]| {
        spans.iter().map(|&(from, to)| format!("{}–{}", hour(from), hour(to))).collect::<Vec<_>>().join("、")
    };
    let carried = spans(&day.carried);
    let carried = (!carried.is_empty()).then(|| either(lang, || format!("续 {carried}"), || format!("({carried})")));
    let own = (!day.spans.is_empty()).then(|| match day.standby {
        0 => spans(&day.spans),
        hours => {
            either(lang, || format!("{} 备{hours}", spans(&day.spans)), || format!("{} c{hours}", spans(&day.spans)))
        }
    });
    let parts: Vec<String> = carried.into_iter().chain(own).collect();
    if parts.is_empty() { either(lang, || "休".to_owned(), || "–".to_owned()) } else { parts.join(" ") }
}

/// A night plan: its hours and how many squads.
#[must_use]
pub(super) fn night(lang: Lang, hours: &str, squads: usize) -> String {
    either(lang, || format!("{hours}，{squads} 个分队"), || format!("{hours}, {squads} squads"))
}
