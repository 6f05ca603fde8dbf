//! Sentences with figures in them, in both languages.

use crate::base::Lang;
use crate::index::Sum;
use crate::measures::{Way, round};

use super::words::{count, either};

/// A length in metres or kilometres.
#[must_use]
pub(super) fn length(metres: f64) -> String {
    if metres >= 1000.0 { format!("{:.2} km", metres / 1000.0) } else { format!("{metres:.0} m") }
}

/// How much of the load falls into the night.
#[must_use]
pub(super) fn night_share(lang: Lang, hours: f64, share: f64) -> String {
    let percent = share * 100.0;
    either(
        lang,
        || format!("夜间(22–6 时){hours:.1} 时/周,占 {percent:.0}%"),
        || format!("At night (22–6) {hours:.1} h/week, {percent:.0}%"),
    )
}

/// A grid that falls into parts of so many hours a week.
#[must_use]
pub(super) fn split_into(lang: Lang, name: &str, (amounts, unit, decimals): (&[f64], &str, usize)) -> String {
    let sum: f64 = amounts.iter().sum();
    let parts: Vec<String> = amounts.iter().map(|part| format!("{part:.decimals$}")).collect();
    either(
        lang,
        || format!("拆分 {name}:{sum:.decimals$} → {} {unit}", parts.join(" + ")),
        || format!("Split {name}: {sum:.decimals$} → {} {unit}", parts.join(" + ")),
    )
}

/// A grid that joins another; both carry so much together.
#[must_use]
pub(super) fn merge_into(lang: Lang, [name, into]: [&str; 2], (amount, unit, decimals): (f64, &str, usize)) -> String {
    either(
        lang,
        || format!("{name} 并入 {into} → {amount:.decimals$} {unit}"),
        || format!("{name} joins {into} → {amount:.decimals$} {unit}"),
    )
}

/// The left side of the sum of rule 4: how many incidents are looked at, of how many.
#[must_use]
pub(super) fn sum_total(lang: Lang, sum: &Sum, all: usize) -> String {
    let (total, whole) = (count(sum.total), count(all));
    if sum.total == all {
        return either(lang, || format!("案件 {total}"), || format!("{total} incidents"));
    }
    either(lang, || format!("筛选后 {total} / {whole} 件"), || format!("{total} of {whole} incidents"))
}

/// How many zones are locked.
#[must_use]
pub(super) fn locked_zones(lang: Lang, zones: usize) -> String {
    match zones {
        0 => either(
            lang,
            || "没有锁定的网格;可先选中再锁定,使其不参与调整".to_owned(),
            || "No grid is locked. Select some and lock them to keep them as they are".to_owned(),
        ),
        zones => {
            either(lang, || format!("{zones} 个网格已锁定,不参与调整"), || format!("{zones} grids are locked and stay"))
        }
    }
}

/// That only some incidents count.
#[must_use]
pub(super) fn filtered_balance(lang: Lang, rows: usize) -> String {
    let rows = count(rows);
    either(
        lang,
        || format!("只按筛选出的 {rows} 件案件均衡"),
        || format!("Evens out the {rows} incidents that pass the filter"),
    )
}

/// How far a search is.
#[must_use]
pub(super) fn best_so_far(lang: Lang, known: usize, towns: usize, worst: f64, faces: usize) -> String {
    let worst = worst * 100.0;
    either(
        lang,
        || format!("目前最好:最大偏差 {worst:.0}%,{faces} 个图斑换手({known} / {towns} 个镇街)"),
        || format!("Best so far: worst deviation {worst:.0}%, {faces} faces change hands ({known} of {towns} towns)"),
    )
}

/// A distance, and the area where there is one.
#[must_use]
pub(super) fn measured(lang: Lang, metres: f64, area: Option<String>) -> String {
    let length = length(metres);
    match area {
        Some(area) => either(lang, || format!("长 {length},围合 {area}"), || format!("{length}, encloses {area}")),
        None => length,
    }
}

/// The way a figure goes.
#[must_use]
pub(super) fn arrow(change: f64) -> &'static str {
    if change > 0.0 {
        "↑"
    } else if change < 0.0 {
        "↓"
    } else {
        ""
    }
}

/// Which of the vertices in view the crosshair is at.
#[must_use]
pub(super) fn vertex_at(lang: Lang, at: usize, of: usize) -> String {
    either(lang, || format!("折点 {at} / {of}"), || format!("Vertex {at} of {of}"))
}

/// How far a share is from the mean. Eleven times the mean has no room as a percentage, and reads better as a multiple.
#[must_use]
pub(super) fn deviation(share: f64) -> String {
    if share < 11.0 { round::deviation(share) } else { format!("×{share:.0}") }
}

/// Zones that are not shown one by one.
#[must_use]
pub(super) fn more_zones(lang: Lang, count: usize) -> String {
    either(lang, || format!("另有 {count} 个区划变化"), || format!("and {count} more zones"))
}

/// How far a zone is from the band of work, and what would bring it nearer.
#[must_use]
pub(super) fn way(lang: Lang, way: &Way) -> String {
    let Way { zone, hours, land } = way;
    let (over, hours) = (*hours > 0.0, hours.abs());
    let join =
        |word: &str, named: &dyn Fn(&(String, String)) -> String| land.iter().map(named).collect::<Vec<_>>().join(word);
    either(
        lang,
        || {
            let far = format!("{zone}{} {hours:.1} 时/周", if over { "仍超" } else { "仍少" });
            match (land.is_empty(), over) {
                (true, _) => far,
                (_, true) => format!("{far}:可将{}", join(",或", &|(land, to)| format!("{land}划给{to}"))),
                (_, false) => format!("{far}:可划入{}", join("或", &|(land, from)| format!("{land}({from})"))),
            }
        },
        || {
            let far = format!("{zone} is still {hours:.1} h/week {}", if over { "over" } else { "short" });
            match (land.is_empty(), over) {
                (true, _) => far,
                (_, true) => format!("{far}: give {}", join(", or ", &|(land, to)| format!("{land} to {to}"))),
                (_, false) => format!("{far}: take {}", join(" or ", &|(land, from)| format!("{land} from {from}"))),
            }
        },
    )
}
