//! What each move is called and why it is made, in plain words.

use std::collections::BTreeSet;

use crate::base::Text;
use crate::model::{Plan, Role, SquadId, Tier, ZoneId};
use crate::topology::FaceId;

use super::districts::District;
use super::moves::Group;
use super::rebalance::{Dealt, Given, Move};

/// The moves of a district in words, in order; `first` moves stand before them in the answer.
pub(super) fn explain(plan: &Plan, district: &District, groups: &[Group], (dealt, first): (Dealt, usize)) -> Vec<Move> {
    let of_group = places(groups, dealt, first);
    let mut works = vec![0_i64; district.zones.len()];
    for (unit, &home) in district.graph.units().iter().zip(&district.home) {
        works[home as usize] += unit.weight;
    }
    let mean = district.graph.total_weight() as f64 / district.zones.len().max(1) as f64;
    let mut homeless = district.homeless.clone();
    let mut moves = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let (from, to) = (group.from as usize, group.to as usize);
        let worst = |works: &[i64]| {
            let off = |zone: usize| (works[zone] as f64 / mean.max(1.0) - 1.0).abs();
            off(from).max(off(to))
        };
        let before = worst(&works);
        for &unit in &group.units {
            let work = district.graph.units()[unit as usize].weight;
            works[from] -= work;
            works[to] += work;
        }
        let after = worst(&works);
        let words = |unit: &str, taker: &Text| reason(unit, taker, before, after);
        let own = moves.len();
        match dealt {
            Dealt::Grids => moves.push(land(plan, district, group, before - after, words)),
            Dealt::Squads => {
                for &unit in &group.units {
                    let nobody = std::mem::take(&mut homeless[unit as usize]);
                    moves.push(beat(plan, district, group, unit, nobody, before - after));
                    if let Some(made) = moves.last_mut() {
                        made.reason = words(&made.unit, &squad_text(plan, district.zones[to]));
                    }
                }
            }
        }
        // Grids that go together need each other.
        for (made, place) in moves[own..].iter_mut().zip(of_group[at].clone()) {
            let others = of_group[at].clone().filter(|other| *other != place);
            made.needs = others.chain(group.needs.iter().map(|&need| of_group[need].start)).collect();
        }
    }
    moves
}

/// The places of each group's moves in the answer.
fn places(groups: &[Group], dealt: Dealt, first: usize) -> Vec<std::ops::Range<usize>> {
    let mut next = first;
    let mut place = |group: &Group| {
        let start = next;
        next += if dealt == Dealt::Grids { 1 } else { group.units.len() };
        start..next
    };
    groups.iter().map(&mut place).collect()
}

fn reason(unit: &str, taker: &Text, before: f64, after: f64) -> Text {
    let [before, after] = [before, after].map(|share| (share * 100.0).round());
    if (before - after).abs() < 0.5 {
        return Text::new(format!("{unit} → {}", taker.en), format!("{unit} → {}", taker.zh));
    }
    let way = if after > before { ("; opens the way for the next moves", ",为后续调整让路") } else { ("", "") };
    Text::new(
        format!("{unit} → {}: largest deviation of the two {before:.0} % → {after:.0} %{}", taker.en, way.0),
        format!("{unit} → {}:两者最大偏差 {before:.0} % → {after:.0} %{}", taker.zh, way.1),
    )
}

fn land(plan: &Plan, district: &District, group: &Group, gain: f64, words: impl Fn(&str, &Text) -> Text) -> Move {
    let mut faces: Vec<FaceId> =
        group.units.iter().flat_map(|&unit| district.faces[unit as usize].iter().copied()).collect();
    faces.sort_unstable();
    let zone = |at: u32| ZoneId(district.zones[at as usize]);
    let (from, to) = (zone(group.from), zone(group.to));
    let grids = plan.tier_of(Role::Grid).map(|(_, tier)| tier.as_ref());
    let unit = unit_name(plan, &faces);
    let taker = grids.map(|tier| called(tier, to)).unwrap_or_default();
    Move {
        reason: words(&unit, &Text::new(taker.clone(), taker)),
        given: Given::Land { faces, from, to },
        unit,
        from: grids.map(|tier| code(tier, from)).unwrap_or_default(),
        to: grids.map(|tier| code(tier, to)).unwrap_or_default(),
        gain,
        needs: Vec::new(),
    }
}

fn beat(plan: &Plan, district: &District, group: &Group, unit: u32, nobody: bool, gain: f64) -> Move {
    let grid = district.grids.get(unit as usize).copied().unwrap_or(ZoneId(u32::MAX));
    let squad = |at: u32| SquadId(district.zones[at as usize]);
    let squad_code = |id: SquadId| plan.squads.get(id).map(|squad| squad.code.clone()).unwrap_or_default();
    let from = (!nobody).then(|| squad(group.from));
    let to = squad(group.to);
    Move {
        given: Given::Beat { grid, from, to },
        unit: plan.tier_of(Role::Grid).map(|(_, tier)| called(tier, grid)).unwrap_or_default(),
        from: from.map(squad_code).unwrap_or_default(),
        to: squad_code(to),
        gain,
        reason: Text::default(),
        needs: Vec::new(),
    }
}

fn squad_text(plan: &Plan, squad: u32) -> Text {
    let squad = plan.squads.get(SquadId(squad));
    let name = squad.map(|squad| if squad.name.is_empty() { &squad.code } else { &squad.name });
    let name = name.cloned().unwrap_or_default();
    Text::new(name.clone(), name)
}

/// A community's name where all its land in the plan moves, else the community and the number of blocks, else the
/// codes of the blocks.
pub(super) fn unit_name(plan: &Plan, faces: &[FaceId]) -> String {
    let community = plan.tier_of(Role::Community).map(|(_, tier)| tier);
    if let Some((tier, zone)) = community.and_then(|tier| Some((tier, tier.owner_of(*faces.first()?)?)))
        && faces.iter().all(|&face| tier.owner_of(face) == Some(zone))
    {
        let name = called(tier, zone);
        let whole = tier.faces_of(zone).len() == faces.len();
        return if whole { name } else { format!("{name} ({})", blocks(plan, faces)) };
    }
    if let Some(names) = community.and_then(|tier| whole_zones(tier, faces)) {
        return names.join("、");
    }
    blocks(plan, faces)
}

/// Names of the zones of which the faces are all the land; `None` where they are only a part of one.
fn whole_zones(tier: &Tier, faces: &[FaceId]) -> Option<Vec<String>> {
    let zones: Option<BTreeSet<ZoneId>> = faces.iter().map(|&face| tier.owner_of(face)).collect();
    let zones = zones.filter(|zones| zones.len() <= 4)?;
    let land: usize = zones.iter().map(|&zone| tier.faces_of(zone).len()).sum();
    (land == faces.len()).then(|| zones.into_iter().map(|zone| called(tier, zone)).collect())
}

/// Codes of the base units, the first three and how many more.
fn blocks(plan: &Plan, faces: &[FaceId]) -> String {
    let Some(base) = plan.tiers.get(plan.base) else { return format!("{}", faces.len()) };
    let mut codes: Vec<String> =
        faces.iter().filter_map(|&face| base.owner_of(face)).map(|zone| code(base, zone)).collect();
    codes.dedup();
    let more = codes.len().saturating_sub(3);
    codes.truncate(3);
    let listed = codes.join(", ");
    if more > 0 { format!("{listed} +{more}") } else { listed }
}

fn code(tier: &Tier, zone: ZoneId) -> String {
    let found = tier.zones.get(zone).filter(|zone| zone.code.is_empty() && !zone.name.is_empty());
    found.map_or_else(|| tier.words(zone).0, |zone| zone.name.clone())
}

fn called(tier: &Tier, zone: ZoneId) -> String {
    tier.words(zone).1
}
