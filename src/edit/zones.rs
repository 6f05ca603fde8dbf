//! Locks, codes, names, properties, beats, and settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Lang, Refusal, Text};
use crate::model::{Attributes, Plan, Role, Settings, SquadId, Zone, ZoneId};

use super::codes::{code_free, entitle, take_out, was_its_own};
use super::command::Step;
use super::words::{self, label};

/// Locks or unlocks a tier or a zone.
pub(super) fn lock(plan: &Plan, at: usize, zone: Option<ZoneId>, locked: bool, reason: &str) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let mut changed = plan.clone();
    let target = Arc::make_mut(&mut changed.tiers[at]);
    let name = if let Some(id) = zone {
        let old = words::zone(tier, id)?;
        target.zones.set(id, Some(Zone { locked, ..old.clone() }));
        let name = label(tier, id);
        Text::new(name.clone(), name)
    } else {
        if !locked && tier.role.opens_locked() && reason.trim().is_empty() {
            return Err(Refusal::new(
                Text::new(
                    format!("Cannot unlock {}", tier.called(Lang::En)),
                    format!("无法解锁{}", tier.called(Lang::Zh)),
                ),
                Text::new("it is a statutory tier", "该层级为法定区划"),
                Text::new("Give the reason, for example the number of the document", "请填写依据(如批复文号)"),
            ));
        }
        target.locked = locked;
        Text::new(tier.called(Lang::En), tier.called(Lang::Zh))
    };
    let (en, zh) = if locked { ("Locked", "锁定") } else { ("Unlocked", "解锁") };
    let reason = reason.trim();
    let sentence = if reason.is_empty() {
        Text::new(format!("{en} {}", name.en), format!("{zh}{}", name.zh))
    } else {
        Text::new(format!("{en} {}: {reason}", name.en), format!("{zh}{}(依据:{reason})", name.zh))
    };
    Ok(Step { plan: changed, sentence, selection: zone.map(|zone| (at, zone)).into_iter().collect() })
}

/// Changes code, name and properties of a zone.
pub(super) fn set(
    plan: &Plan,
    (at, id): (usize, ZoneId),
    code: &str,
    name: &str,
    attributes: &Attributes,
    time: i64,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let old = words::zone(tier, id)?;
    let title = label(tier, id);
    let cannot = Text::new(format!("Cannot change {title}"), format!("无法修改{title}"));
    words::zone_open(tier, id, &cannot)?;
    let returns = code != old.code && was_its_own(plan, &tier.name, old, code);
    if code != old.code && !returns {
        code_free(plan, tier, code, &cannot)?;
    }
    let mut zone = Zone { attributes: Arc::new(attributes.clone()), ..old.clone() };
    entitle(tier, &mut zone, code, name);
    let sentence = if (old.code.as_str(), old.name.as_str()) == (code, name) {
        Text::new(format!("Changed the properties of {title}"), format!("修改{title}的属性"))
    } else {
        Text::new(
            format!("Renamed {} {} to {code} {name}", old.code, old.name),
            format!("将 {} {} 改为 {code} {name}", old.code, old.name),
        )
    };
    let mut changed = plan.clone();
    Arc::make_mut(&mut changed.tiers[at]).zones.set(id, Some(zone));
    if code != old.code {
        take_out(&mut changed, at, old, Some(code), time);
    }
    Ok(Step { plan: changed, sentence, selection: vec![(at, id)] })
}

/// Gives a grid to a squad of its town, or to nobody.
pub(super) fn beat(plan: &Plan, grid: ZoneId, squad: Option<SquadId>) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot change the beat", "无法调整巡区");
    let Some((at, tier)) = plan.tier_of(Role::Grid) else {
        return Err(Refusal::new(
            cannot,
            Text::new("the plan has no tier of grids", "方案中没有责任网格层级"),
            Text::new("Say which tier holds the grids", "请先指定责任网格层级"),
        ));
    };
    words::zone(tier, grid)?;
    let name = label(tier, grid);
    let Some(id) = squad else {
        let mut changed = plan.clone();
        changed.beats.set(grid, None);
        let sentence = Text::new(format!("Took {name} off its beat"), format!("将{name}移出巡区"));
        return Ok(Step { plan: changed, sentence, selection: vec![(at, grid)] });
    };
    let Some(squad) = plan.squads.get(id) else {
        return Err(Refusal::new(
            cannot,
            Text::new(format!("there is no squad #{}", id.0), format!("没有编号为 #{} 的分队", id.0)),
            Text::new("Choose one of the plan's squads", "请选择方案中已有的分队"),
        ));
    };
    if let Some((_, towns)) = plan.tier_of(Role::Town) {
        let homes: BTreeSet<ZoneId> = tier.faces_of(grid).into_iter().filter_map(|face| towns.owner_of(face)).collect();
        let at_home = homes.iter().filter_map(|&town| towns.zones.get(town)).any(|town| town.code == squad.town);
        if !squad.town.is_empty() && !homes.is_empty() && !at_home {
            let town = label(towns, *homes.first().unwrap_or(&ZoneId(0)));
            return Err(Refusal::new(
                cannot,
                Text::new(
                    format!("{name} lies in {town}, not in the town of {}", squad.name),
                    format!("{name}位于{town},不在{}所属镇街", squad.name),
                ),
                Text::new(format!("Choose a squad of {town}"), format!("请选择{town}的分队")),
            ));
        }
    }
    let mut changed = plan.clone();
    changed.beats.set(grid, Some(id));
    let sentence = Text::new(format!("Gave {name} to {}", squad.name), format!("将{name}划归{}巡逻", squad.name));
    Ok(Step { plan: changed, sentence, selection: vec![(at, grid)] })
}

/// Moves all times of the incidents: those of a table in another zone.
pub(super) fn move_times(plan: &Plan, minutes: i32) -> Result<Step, Refusal> {
    let known = plan.incidents.reported.iter().any(|time| time.is_some());
    if !known || minutes.unsigned_abs() > super::record::MOST_MINUTES {
        return Err(Refusal::new(
            Text::new("Cannot move the times of the incidents", "无法移动案件时间"),
            Text::new("there are none, or by more than a day", "案件没有时间\u{ff0c}或移动超过一天"),
            Text::new("Give hours from -24 to 24", "请填写 -24 至 24 小时"),
        ));
    }
    let hours = f64::from(minutes) / 60.0;
    Ok(Step {
        plan: Plan { incidents: Arc::new(plan.incidents.moved(minutes)), ..plan.clone() },
        sentence: Text::new(
            format!("Moved the times of the incidents by {hours:+} h"),
            format!("案件时间移动 {hours:+} 小时"),
        ),
        selection: Vec::new(),
    })
}

/// Changes the settings; weights are numbers of minutes, none below 0.
pub(super) fn settings(plan: &Plan, settings: &Settings) -> Result<Step, Refusal> {
    let load = &settings.load;
    let single = [
        load.minutes_default,
        load.half_life_weeks,
        load.patrol_minutes_per_km,
        load.patrol_minutes_per_km2,
        load.minutes_per_household,
    ];
    let all = single.iter().chain(load.minutes_by_source.values()).chain(load.minutes_by_class.values());
    if let Some(wrong) = all.copied().find(|weight| !weight.is_finite() || *weight < 0.0) {
        return Err(Refusal::new(
            Text::new("Cannot change the weights of load", "无法修改工作量权重"),
            Text::new(format!("{wrong} is no number of minutes"), format!("{wrong} 不是有效的分钟数")),
            Text::new("Give 0 or more", "请填写 0 或更大的数"),
        ));
    }
    let (standard, travel) = (&settings.duty.standard, &settings.duty.travel);
    let well = [
        (standard.wait_minutes, 0.0..=1440.0),
        (standard.late, 0.001..=0.999),
        (standard.call_minutes, 1.0..=1440.0),
        (standard.filled, 0.05..=1.0),
        (settings.duty.leave, 0.0..=0.9),
        (travel.speed_kmh, 1.0..=200.0),
        (travel.detour, 1.0..=10.0),
    ];
    if let Some((wrong, range)) = well.iter().find(|(value, range)| !range.contains(value)) {
        let (least, most) = (range.start(), range.end());
        return Err(Refusal::new(
            Text::new("Cannot change the staffing", "无法修改排班设置"),
            Text::new(format!("{wrong} is out of range"), format!("{wrong} 超出范围")),
            Text::new(format!("Give {least} to {most}"), format!("请填写 {least} 至 {most}")),
        ));
    }
    let mut changed = plan.clone();
    changed.settings = Arc::new(settings.clone());
    let newly = settings.accepted.iter().find(|(key, _)| !plan.settings.accepted.contains_key(*key));
    let sentence = if let Some((_, accepted)) = newly {
        let reason = &accepted.reason;
        Text::new(format!("Left findings as they are: {reason}"), format!("忽略质检问题:{reason}"))
    } else if plan.settings.accepted != settings.accepted {
        Text::new("Ignored findings are listed again", "恢复已忽略的质检问题")
    } else if plan.settings.checking != settings.checking {
        let now = settings.checking.title_in(plan);
        let told = |text: &str, between: &str| if text.is_empty() { String::new() } else { format!("{between}{text}") };
        Text::new(
            format!("Changed the rules of the checks{}", told(&now.en, ": ")),
            format!("修改质检规则{}", told(&now.zh, "：")),
        )
    } else if plan.settings.duty.nights.len() < settings.duty.nights.len() {
        Text::new("Kept a night plan", "已存为夜间方案")
    } else if plan.settings.duty.nights != settings.duty.nights {
        Text::new("Changed the night plans", "修改夜间方案")
    } else if plan.settings.duty != settings.duty {
        Text::new("Changed the staffing", "修改排班设置")
    } else if plan.settings.load == settings.load {
        Text::new("Changed the settings", "修改方案设置")
    } else {
        Text::new("Changed the weights of load", "修改工作量权重")
    };
    Ok(Step { plan: changed, sentence, selection: Vec::new() })
}
