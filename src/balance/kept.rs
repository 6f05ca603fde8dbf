//! What the plan keeps together or apart, as the engine sees it: units of a district, and why that cannot be.

use std::collections::BTreeSet;

use crate::base::{Refusal, Text};
use crate::model::{Bond, Plan, Role, Tier, Zone, ZoneId, opposed};
use crate::topology::FaceId;

use super::Dealt;
use super::bonds::Bonds;
use super::districts::District;

/// The bonds of a plan that a question is about: communities and blocks where land is dealt out, grids where grids are.
fn asked(plan: &Plan, dealt: Dealt) -> impl Iterator<Item = &Bond> {
    let grids = plan.tier_of(Role::Grid).map(|(at, _)| at);
    let concerns = move |bond: &&Bond| (Some(bond.tier) == grids) == (dealt == Dealt::Squads);
    plan.settings.bonds.iter().filter(concerns)
}

/// Whether a bond stands in a plan: zones of the tier of grids as to their squad, all others as to their grid. Land that is
/// nobody's breaks nothing. O(faces of its zones).
#[must_use]
pub fn stands(plan: &Plan, bond: &Bond) -> bool {
    let Some((at, grids)) = plan.tier_of(Role::Grid) else { return true };
    let owner = |face: FaceId| {
        let grid = grids.owner_of(face)?;
        if at == bond.tier { plan.beats.get(grid).map(|squad| squad.0) } else { Some(grid.0) }
    };
    stands_by(plan, bond, owner)
}

fn stands_by(plan: &Plan, bond: &Bond, owner: impl Fn(FaceId) -> Option<u32>) -> bool {
    let Some(tier) = plan.tiers.get(bond.tier) else { return true };
    let owners = |zone: &ZoneId| tier.faces_of(*zone).into_iter().filter_map(&owner).collect::<BTreeSet<u32>>();
    let all: Vec<BTreeSet<u32>> = bond.zones.iter().map(owners).collect();
    let union: BTreeSet<u32> = all.iter().flatten().copied().collect();
    if bond.apart { union.len() == all.iter().map(BTreeSet::len).sum::<usize>() } else { union.len() <= 1 }
}

/// What is kept among some faces, ascending, that are to be divided into grids: each face is known by its place.
pub(super) fn bonds_among(plan: &Plan, faces: &[FaceId]) -> Bonds {
    let (mut together, mut apart) = (Vec::new(), Vec::new());
    for bond in asked(plan, Dealt::Grids) {
        let Some(tier) = plan.tiers.get(bond.tier) else { continue };
        let of = |zone: &ZoneId| -> Vec<u32> {
            let own = faces.iter().enumerate().filter(|(_, face)| tier.owner_of(**face) == Some(*zone));
            own.map(|(at, _)| at as u32).collect()
        };
        let groups: Vec<Vec<u32>> = bond.zones.iter().map(of).collect();
        if bond.apart { apart.push(groups) } else { together.push(groups.concat()) }
    }
    Bonds::new(&together, &apart)
}

/// Whether two grids hold what may not be in one.
pub(super) fn meets_apart(plan: &Plan, grids: &Tier, pair: [ZoneId; 2]) -> bool {
    let joined = |face: FaceId| grids.owner_of(face).map(|grid| if grid == pair[1] { pair[0].0 } else { grid.0 });
    let apart = || asked(plan, Dealt::Grids).filter(|bond| bond.apart);
    apart().any(|bond| stands(plan, bond) && !stands_by(plan, bond, joined))
}

/// Gives a district what is kept among its units.
///
/// # Errors
/// Where rules contradict each other or a lock, or a town has too few zones for them; with a remedy.
pub(super) fn bind(plan: &Plan, district: &mut District, dealt: Dealt) -> Result<(), Refusal> {
    if let Some((at, zones)) = opposed(&plan.settings.bonds) {
        let names = names(plan, at, zones);
        let why = Text::new("they would have to be apart too", "它们又被设为不可同处");
        return Err(refusal(&names, false, why, lift()));
    }
    let (mut together, mut apart) = (Vec::new(), Vec::new());
    for bond in asked(plan, dealt) {
        let Some(tier) = plan.tiers.get(bond.tier) else { continue };
        let faces: Vec<BTreeSet<FaceId>> =
            bond.zones.iter().map(|&zone| tier.faces_of(zone).into_iter().collect()).collect();
        let units = |land: &BTreeSet<FaceId>| -> Vec<u32> {
            let own =
                district.faces.iter().enumerate().filter(|(_, faces)| faces.iter().any(|face| land.contains(face)));
            own.map(|(unit, _)| unit as u32).collect()
        };
        let groups: Vec<Vec<u32>> = faces.iter().map(units).filter(|units| !units.is_empty()).collect();
        if groups.is_empty() {
            continue;
        }
        let names = || names(plan, bond.tier, bond.zones.iter().copied());
        if bond.apart {
            check_apart(plan, district, &groups, &names)?;
            apart.push(groups);
        } else {
            if groups.len() < faces.iter().filter(|land| !land.is_empty()).count() {
                let why = Text::new("they do not lie in one town", "它们不在同一镇街(或部分未划入网格)");
                return Err(refusal(&names(), false, why, lift()));
            }
            let group = groups.concat();
            check_together(plan, district, &group, &names)?;
            together.push(group);
        }
    }
    district.bonds = Bonds::new(&together, &apart);
    let communities = district.community.iter().max().map_or(0, |last| last + 1);
    district.block.clone_from(&district.community);
    for (unit, group) in district.bonds.groups() {
        district.block[unit as usize] = communities + group as u32;
    }
    Ok(())
}

fn check_together(plan: &Plan, district: &District, group: &[u32], names: &impl Fn() -> Text) -> Result<(), Refusal> {
    let held: BTreeSet<u32> = group
        .iter()
        .filter(|&&unit| district.pinned[unit as usize])
        .map(|&unit| district.home[unit as usize])
        .collect();
    let Some(&zone) = held.first() else { return Ok(()) };
    let all_there = group.iter().all(|&unit| district.home[unit as usize] == zone);
    if held.len() > 1 || (district.is_fixed(zone as usize) && !all_there) {
        return Err(locked(plan, district, zone, false, &names()));
    }
    Ok(())
}

fn check_apart(
    plan: &Plan,
    district: &District,
    groups: &[Vec<u32>],
    names: &impl Fn() -> Text,
) -> Result<(), Refusal> {
    let zones = district.zones.len();
    if groups.len() > zones {
        let why = Text::new(
            format!("{} of them, but {zones} to put them in", groups.len()),
            format!("共 {} 个,却只有 {zones} 个可归入", groups.len()),
        );
        return Err(refusal(&names(), true, why, lift()));
    }
    let mut pinned: BTreeSet<u32> = BTreeSet::new();
    for group in groups {
        let held = group.iter().filter(|&&unit| district.pinned[unit as usize]);
        let held: BTreeSet<u32> = held.map(|&unit| district.home[unit as usize]).collect();
        if let Some(&zone) = held.iter().find(|zone| !pinned.insert(**zone)) {
            return Err(locked(plan, district, zone, true, &names()));
        }
    }
    Ok(())
}

/// The refusal of an answer in which a bond does not stand, where there is one.
///
/// # Errors
/// That refusal.
pub(super) fn check(plan: &Plan, district: &District, labels: &[u32], dealt: Dealt) -> Result<(), Refusal> {
    if district.bonds.broken(district.zones.len(), labels) == 0 {
        return Ok(());
    }
    let owner = |face: FaceId| {
        let unit = district.faces.iter().position(|faces| faces.contains(&face))?;
        labels.get(unit).copied()
    };
    let broken = asked(plan, dealt).find(|bond| !stands_by(plan, bond, owner));
    let (names, apart) =
        broken.map_or_else(Default::default, |bond| (names(plan, bond.tier, bond.zones.iter().copied()), bond.apart));
    let why = Text::new("no connected division was found that does", "未找到既连通又满足该要求的方案");
    let instead = Text::new(
        "Allow more time or change, unlock what lies between, or take the rule away",
        "请延长时间、放宽变动上限、解锁其间网格,或删除该规则",
    );
    Err(refusal(&names, apart, why, instead))
}

fn locked(plan: &Plan, district: &District, zone: u32, apart: bool, names: &Text) -> Refusal {
    let grids = plan.tier_of(Role::Grid).map(|(_, grids)| grids);
    let id = district.zones.get(zone as usize).copied().unwrap_or(u32::MAX);
    let grid = if district.grids.is_empty() { grids.and_then(|grids| grids.zones.get(ZoneId(id))) } else { None };
    let name = grid.map(Zone::called);
    let why = match name {
        Some(name) => {
            Text::new(format!("{name} is locked, or land in it is to stay"), format!("{name}已锁定,或其中地块须保留"))
        }
        None => Text::new("their grids are locked", "相关网格已锁定"),
    };
    let instead = Text::new("Unlock it, or take the rule away", "请先解锁,或删除该规则");
    refusal(names, apart, why, instead)
}

fn refusal(names: &Text, apart: bool, why: Text, instead: Text) -> Refusal {
    let cannot = if apart {
        Text::new(format!("Cannot keep {} apart", names.en), format!("无法使{}不同处", names.zh))
    } else {
        Text::new(format!("Cannot keep {} together", names.en), format!("无法使{}同处", names.zh))
    };
    Refusal::new(cannot, why, instead)
}

fn lift() -> Text {
    Text::new("Take one of the rules away", "请删除其中一条规则")
}

/// What some zones of a tier are called.
fn names(plan: &Plan, tier: usize, zones: impl IntoIterator<Item = ZoneId>) -> Text {
    let name = |zone: ZoneId| plan.tiers.get(tier)?.zones.get(zone).map(Zone::called);
    let names: Vec<&str> = zones.into_iter().filter_map(name).collect();
    Text::new(names.join(", "), names.join("、"))
}
