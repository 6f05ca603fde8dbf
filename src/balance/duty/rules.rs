//! What the law and common sense say of a squad's composition: warnings, never blocks.

use std::collections::BTreeMap;

use crate::base::Text;
use crate::model::{Composition, Plan, Role, Squad, SquadId};

/// Something a planner should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The squad it is about; `None` where it is about all of them.
    pub squad: Option<SquadId>,
    /// What is noticed.
    pub what: Text,
    /// What it rests on.
    pub source: Text,
}

/// Warnings of all squads, squads ascending, the whole last. O(squads + beats).
#[must_use]
pub fn warnings(plan: &Plan) -> Vec<Warning> {
    let mut found = Vec::new();
    for (id, squad) in plan.squads.iter() {
        let mut warn = |what, source| found.push(Warning { squad: Some(id), what, source });
        alone(squad.composition, &mut warn);
        let towns = plan.tier_of(Role::Town).map(|(_, tier)| tier);
        if towns.is_some_and(|towns| towns.by_code(&squad.town).is_none()) {
            warn(
                Text::new(
                    format!("its home town {} is not in the plan", squad.town),
                    format!("所属镇街 {} 不在方案中", squad.town),
                ),
                Text::new("squads keep to their home town", "分队在本镇街内巡逻"),
            );
        }
        if !plan.beats.iter().any(|(_, owner)| *owner == id) {
            warn(Text::new("it has no beat", "未划定巡区"), Text::new("every squad patrols grids", "每个分队均有巡区"));
        }
    }
    found.extend(vehicles(plan));
    let all = plan.squads.iter().fold([0_u32; 2], |sum, (_, squad)| {
        [sum[0] + u32::from(squad.composition.assistants), sum[1] + u32::from(squad.composition.officers)]
    });
    if all[0] > all[1] && all[1] > 0 {
        found.push(Warning {
            squad: None,
            what: Text::new(
                format!(
                    "{} assistants for {} officers in these squads; compare with the bureau's whole establishment",
                    all[0], all[1]
                ),
                format!("各分队合计协管员 {} 人、执法队员 {} 人,请与全局在编人数核对", all[0], all[1]),
            ),
            source: Text::new(
                "Zhongfa [2015] No. 37: no more assistants than established officers",
                "中发〔2015〕37号:协管人员数量不得超过在编人员",
            ),
        });
    }
    found.extend(strangers(plan));
    found
}

/// Squads with fewer vehicles than posts that patrol at once, where vehicles are written down at all. A post is two
/// officers, who may act by themselves, with whoever goes with them.
fn vehicles(plan: &Plan) -> Vec<Warning> {
    if plan.squads.iter().all(|(_, squad)| squad.vehicles.is_empty()) {
        return Vec::new();
    }
    let warning = |(id, squad): (SquadId, &Squad)| {
        let (has, posts) = (squad.vehicle_count(), u32::from(squad.composition.officers / 2).max(1));
        (has < posts).then(|| Warning {
            squad: Some(id),
            what: Text::new(
                format!("{has} vehicles for {posts} patrol posts"),
                format!("车辆 {has} 台,少于 {posts} 个巡逻岗"),
            ),
            source: Text::new("every patrol post has a vehicle", "每个巡逻岗(两名执法队员)配一台车辆"),
        })
    };
    plan.squads.iter().filter_map(warning).collect()
}

/// Rules on the people of one squad.
fn alone(people: Composition, warn: &mut impl FnMut(Text, Text)) {
    if people.people() == 0 {
        let source = Text::new("a squad needs people to patrol", "分队须有人员方可巡逻");
        return warn(Text::new("nobody is in it", "无人员"), source);
    }
    if people.officers < 2 {
        warn(
            Text::new(
                format!("only {} enforcement officer", people.officers),
                format!("执法队员仅 {} 人", people.officers),
            ),
            Text::new(
                "Administrative Penalty Law art. 42: two officers on the spot",
                "行政处罚法第四十二条:执法人员不得少于两人",
            ),
        );
    }
    if people.auxiliaries > 0 && people.police == 0 {
        warn(
            Text::new("auxiliaries without a police officer", "有辅警而无民警"),
            Text::new("auxiliaries act under a police officer", "辅警须在民警带领下开展工作"),
        );
    }
}

/// Beats outside the squad's home town.
fn strangers(plan: &Plan) -> Vec<Warning> {
    let (Some((_, towns)), Some((at, _))) = (plan.tier_of(Role::Town), plan.tier_of(Role::Grid)) else {
        return Vec::new();
    };
    let parents = crate::balance::districts::parents_of(plan, at);
    let mut outside: BTreeMap<SquadId, u32> = BTreeMap::new();
    for (grid, &squad) in plan.beats.iter() {
        let town = parents.get(grid.0 as usize).copied().flatten();
        let code = town.and_then(|town| towns.zones.get(crate::model::ZoneId(town))).map(|zone| &zone.code);
        if code.is_some() && code != plan.squads.get(squad).map(|squad| &squad.town) {
            *outside.entry(squad).or_default() += 1;
        }
    }
    let warning = |(squad, grids): (SquadId, u32)| Warning {
        squad: Some(squad),
        what: Text::new(
            format!("{grids} of its grids lie outside its home town"),
            format!("{grids} 个网格不在所属镇街内"),
        ),
        source: Text::new("squads keep to their home town", "分队在本镇街内巡逻"),
    };
    outside.into_iter().map(warning).collect()
}
