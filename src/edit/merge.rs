//! Joining zones, and ending one.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Refusal, Text};
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::codes::take_out;
use super::command::Step;
use super::paint::{Owners, relabel};
use super::words::{self, label};

/// Joins zones to one; faces and borders stay as they are.
pub(super) fn merge(plan: &Plan, at: usize, keep: ZoneId, others: &[ZoneId], time: i64) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, keep)?;
    let name = label(tier, keep);
    let others: BTreeSet<ZoneId> = others.iter().copied().filter(|&other| other != keep).collect();
    let names = words::listed(tier, &others);
    let cannot = Text::new(format!("Cannot merge {} into {name}", names.en), format!("无法将{}并入{name}", names.zh));
    words::tier_open(tier, &cannot)?;
    for &zone in others.iter().chain([&keep]) {
        words::zone_open(tier, zone, &cannot)?;
    }
    touching(plan, tier, keep, &others, &cannot)?;
    let given = tier.owner.iter().filter(|(_, owner)| others.contains(owner));
    let owners: Owners = given.map(|(face, _)| (face, Some(keep))).collect();
    let mut changed = if owners.is_empty() { plan.clone() } else { relabel(plan, at, &owners, &cannot)?.0 };
    let by = tier.zones.get(keep).map(|zone| zone.code.as_str());
    for &other in &others {
        end(&mut changed, at, other, by, time);
    }
    let sentence = Text::new(format!("Merged {} into {name}", names.en), format!("将{}并入{name}", names.zh));
    let selection = others.into_iter().chain([keep]).map(|zone| (at, zone)).collect();
    Ok(Step { plan: changed, sentence, selection })
}

/// Every zone with land can be reached from the one that stays over borders within the zones to be joined.
fn touching(plan: &Plan, tier: &Tier, keep: ZoneId, others: &BTreeSet<ZoneId>, cannot: &Text) -> Result<(), Refusal> {
    let mut faces: FxHashMap<ZoneId, Vec<FaceId>> = FxHashMap::default();
    for (face, &zone) in tier.owner.iter().filter(|&(_, zone)| *zone == keep || others.contains(zone)) {
        faces.entry(zone).or_default().push(face);
    }
    let (mut reached, mut queue) = (BTreeSet::from([keep]), vec![keep]);
    while let Some(zone) = queue.pop() {
        for next in faces.get(&zone).into_iter().flatten().flat_map(|&face| plan.coverage.neighbours(face)) {
            if let Some(owner) = tier.owner_of(next)
                && others.contains(&owner)
                && reached.insert(owner)
            {
                queue.push(owner);
            }
        }
    }
    let apart = others.iter().find(|other| !reached.contains(other) && faces.contains_key(other));
    let Some(&apart) = apart.filter(|_| faces.contains_key(&keep)) else { return Ok(()) };
    let (name, other) = (label(tier, keep), label(tier, apart));
    Err(Refusal::new(
        cannot.clone(),
        Text::new(format!("{other} does not touch {name}"), format!("{other}与{name}不相邻")),
        Text::new(
            "Choose zones that share a border, or merge those in between too",
            "请选择相邻的区划,或将中间的一并合并",
        ),
    ))
}

/// Ends a zone: its land belongs to nobody, its code is out of use for good.
pub(super) fn retire(plan: &Plan, at: usize, id: ZoneId, time: i64) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, id)?;
    let name = label(tier, id);
    let cannot = Text::new(format!("Cannot retire {name}"), format!("无法停用{name}"));
    words::tier_open(tier, &cannot)?;
    words::zone_open(tier, id, &cannot)?;
    let owners: Owners = tier.faces_of(id).into_iter().map(|face| (face, None)).collect();
    let mut changed = if owners.is_empty() { plan.clone() } else { relabel(plan, at, &owners, &cannot)?.0 };
    end(&mut changed, at, id, None, time);
    let sentence = Text::new(format!("Retired {name}"), format!("停用{name}"));
    Ok(Step { plan: changed, sentence, selection: vec![(at, id)] })
}

/// Takes a zone without land away, with its beat, and its code out of use.
fn end(plan: &mut Plan, at: usize, id: ZoneId, by: Option<&str>, time: i64) {
    if let Some(zone) = plan.tiers[at].zones.get(id).cloned() {
        take_out(plan, at, &zone, by, time);
    }
    Arc::make_mut(&mut plan.tiers[at]).zones.set(id, None);
    if plan.tier_of(Role::Grid).is_some_and(|(grids, _)| grids == at) && plan.beats.get(id).is_some() {
        plan.beats.set(id, None);
    }
}
