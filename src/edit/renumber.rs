//! Codes by rule: the code of the zone above and three digits, row by row from north to south, west to east in each.
//!
//! DB11 (Beijing) and CJ/T 349-2010 number cells inside a community in this order; a responsibility grid is numbered below
//! its town (9 + 3 digits), what lies below a community 12 + 3.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Lang, Refusal, Text};
use crate::geometry::{Point, area_m2};
use crate::model::{Plan, Zone, ZoneId};
use crate::topology::FaceId;

use super::codes::{entitle, is_out_of_use, take_out};
use super::command::Step;
use super::words::{self, label};

/// Digits of the number behind the code of the zone above.
const DIGITS: usize = 3;

/// Where a zone stands in the order.
struct Seat {
    zone: ZoneId,
    at: Point,
    height: i64,
}

/// Numbers zones of a tier. `all`: every one anew; otherwise a code that is by rule already stays. Locked zones and zones
/// without land keep theirs. A number that was ever in use by another zone is passed over, except that the zones
/// numbered anew may take each other's.
pub(super) fn renumber(plan: &Plan, at: usize, zones: &[ZoneId], all: bool, time: i64) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let cannot = Text::new(
        format!("Cannot renumber {}", tier.called(Lang::En)),
        format!("无法对{}重新编码", tier.called(Lang::Zh)),
    );
    words::tier_open(tier, &cannot)?;
    let Some(up) = plan.parent_of(at) else {
        return Err(Refusal::new(
            cannot,
            Text::new("no tier above gives the first digits", "没有上级层级提供编码前段"),
            Text::new("Open the towns or communities first", "请先打开镇街或社区层级"),
        ));
    };
    let parent = &plan.tiers[up];
    let asked: BTreeSet<ZoneId> = zones.iter().copied().collect();
    let by_zone = tier.faces_by_zone();
    let mut rows: BTreeMap<ZoneId, Vec<Seat>> = BTreeMap::new();
    for (id, zone) in tier.zones.iter() {
        let faces = by_zone.get(id.0 as usize).map_or(&[][..], Vec::as_slice);
        if zone.locked || faces.is_empty() || !(asked.is_empty() || asked.contains(&id)) {
            continue;
        }
        let Some(home) = home(plan, up, faces) else { continue };
        rows.entry(home).or_default().push(seat(plan, id, faces));
    }
    let mut changed = plan.clone();
    let mut codes: BTreeMap<ZoneId, String> = BTreeMap::new();
    for (home, seats) in rows {
        let prefix = parent.zones.get(home).map_or("", |zone| zone.code.as_str());
        if prefix.is_empty() {
            let name = label(parent, home);
            return Err(Refusal::new(
                cannot,
                Text::new(format!("{name} has no code"), format!("{name}没有编码")),
                Text::new(format!("Give {name} a code first"), format!("请先为{name}编码")),
            ));
        }
        number(plan, at, prefix, in_order(seats), all, &mut codes).map_err(|()| {
            let name = label(parent, home);
            Refusal::new(
                cannot.clone(),
                Text::new(
                    format!("three digits are not enough for {name}: retired numbers are not used again"),
                    format!("{name}的三位顺序号不够用(停用编码不再启用)"),
                ),
                Text::new("Merge zones, or number those below communities", "请合并区划,或改在社区以下编码"),
            )
        })?;
    }
    codes.retain(|&zone, code| tier.zones.get(zone).is_some_and(|zone| zone.code != *code));
    if codes.is_empty() {
        return Err(words::nothing());
    }
    give(&mut changed, at, &codes, time);
    let sentence = Text::new(
        format!("Renumbered {} zones of {}", codes.len(), tier.called(Lang::En)),
        format!("对{}的 {} 个区划重新编码", tier.called(Lang::Zh), codes.len()),
    );
    Ok(Step { plan: changed, sentence, selection: codes.into_keys().map(|zone| (at, zone)).collect() })
}

/// The zone of the tier at place `up` that holds most land of some faces; of equals the one of the lower id.
#[must_use]
pub fn home(plan: &Plan, up: usize, faces: &[FaceId]) -> Option<ZoneId> {
    let mut held: BTreeMap<ZoneId, i128> = BTreeMap::new();
    for &face in faces {
        if let (Some(owner), Some(value)) = (plan.tiers[up].owner_of(face), plan.coverage.faces().get(face)) {
            *held.entry(owner).or_default() += value.doubled_area;
        }
    }
    held.into_iter().max_by_key(|&(owner, area)| (area, std::cmp::Reverse(owner))).map(|(owner, _)| owner)
}

/// The middle of a zone, by area of its faces' boxes, and its height.
fn seat(plan: &Plan, zone: ZoneId, faces: &[FaceId]) -> Seat {
    let (mut x, mut y, mut weight) = (0.0, 0.0, 0.0);
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for face in faces.iter().filter_map(|&face| plan.coverage.faces().get(face)) {
        let (centre, area) = (face.bounds.centre(), area_m2(face.doubled_area, face.bounds.centre().y));
        x += f64::from(centre.x) * area;
        y += f64::from(centre.y) * area;
        weight += area;
        low = low.min(i64::from(face.bounds.min.y));
        high = high.max(i64::from(face.bounds.max.y));
    }
    let weight = if weight > 0.0 { weight } else { 1.0 };
    Seat { zone, at: Point::new((x / weight).round() as i32, (y / weight).round() as i32), height: high - low }
}

/// Rows from north to south, each from west to east. A row is what lies within half a middling height of its northernmost.
fn in_order(mut seats: Vec<Seat>) -> Vec<ZoneId> {
    let mut heights: Vec<i64> = seats.iter().map(|seat| seat.height).collect();
    heights.sort_unstable();
    let band = heights.get(heights.len() / 2).map_or(0, |height| height / 2);
    seats.sort_by_key(|seat| (std::cmp::Reverse(seat.at.y), seat.at.x, seat.zone));
    let mut order = Vec::new();
    let mut rest = seats.as_slice();
    while let Some(first) = rest.first() {
        let end = rest.partition_point(|seat| i64::from(first.at.y) - i64::from(seat.at.y) <= band);
        let mut row: Vec<&Seat> = rest[..end].iter().collect();
        row.sort_by_key(|seat| (seat.at.x, std::cmp::Reverse(seat.at.y), seat.zone));
        order.extend(row.into_iter().map(|seat| seat.zone));
        rest = &rest[end..];
    }
    order
}

/// Numbers below one zone above. `Err` when there are no more.
fn number(
    plan: &Plan,
    at: usize,
    prefix: &str,
    order: Vec<ZoneId>,
    all: bool,
    codes: &mut BTreeMap<ZoneId, String>,
) -> Result<(), ()> {
    let tier = &plan.tiers[at];
    let by_rule = |code: &str| {
        let tail = code.strip_prefix(prefix);
        tail.is_some_and(|tail| tail.len() == DIGITS && tail.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let code = |zone: &ZoneId| tier.zones.get(*zone).map_or("", |zone| zone.code.as_str());
    let mut seen = BTreeSet::new();
    let stays =
        |zone: &ZoneId, seen: &mut BTreeSet<String>| !all && by_rule(code(zone)) && seen.insert(code(zone).to_owned());
    let anew: Vec<ZoneId> = order.iter().copied().filter(|zone| !stays(zone, &mut seen)).collect();
    let mine: BTreeSet<ZoneId> = anew.iter().copied().collect();
    let taken: BTreeSet<&str> =
        tier.zones.iter().filter(|(id, _)| !mine.contains(id)).map(|(_, zone)| zone.code.as_str()).collect();
    let own = |zone: ZoneId, text: &str| all && code(&zone) == text;
    let mut numbers = 1..10_usize.pow(DIGITS as u32);
    for zone in anew {
        let free = numbers
            .by_ref()
            .map(|number| format!("{prefix}{number:0DIGITS$}"))
            .find(|text| !taken.contains(text.as_str()) && (own(zone, text) || !is_out_of_use(plan, &tier.name, text)));
        codes.insert(zone, free.ok_or(())?);
    }
    Ok(())
}

/// Writes the codes; those that nobody has any more go out of use.
fn give(changed: &mut Plan, at: usize, codes: &BTreeMap<ZoneId, String>, time: i64) {
    let before: Vec<(Zone, String)> = codes
        .iter()
        .filter_map(|(&zone, code)| Some((changed.tiers[at].zones.get(zone)?.clone(), code.clone())))
        .collect();
    let tier = Arc::make_mut(&mut changed.tiers[at]);
    for (&id, code) in codes {
        let Some(mut zone) = tier.zones.get(id).cloned() else { continue };
        let name = zone.name.clone();
        let keys = tier.clone();
        entitle(&keys, &mut zone, code, &name);
        tier.zones.set(id, Some(zone));
    }
    for (zone, code) in before {
        take_out_unless_used(changed, at, &zone, &code, time);
    }
}

fn take_out_unless_used(changed: &mut Plan, at: usize, old: &Zone, by: &str, time: i64) {
    if changed.tiers[at].by_code(&old.code).is_none() {
        take_out(changed, at, old, Some(by), time);
    }
}
