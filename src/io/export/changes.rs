//! What changed between two states of a plan, as those who must act on it take it over: the register of changes
//! (变更登记表), what changes hands between squads (交接清单), and old codes to new ones (编码对照表).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::workbook::{self, Cell, Sheet};
use super::{ExportError, Exported, printed_date};
use crate::balance::{Counted, Loads, faces_of_incidents, households_of_faces};
use crate::base::{Key as _, Lang, Progress, Text};
use crate::edit::{History, Record, ZoneChange, since};
use crate::geometry::Point;
use crate::index::{Index, Located, Spot};
use crate::measures::round;
use crate::model::{Minute, Plan, Role, Shape, Zone, ZoneId};

const REGISTER: [(&str, f64); 19] = [
    ("序号", 6.0),
    ("层级", 11.0),
    ("变更前编码", 18.0),
    ("变更后编码", 18.0),
    ("变更前名称", 16.0),
    ("变更后名称", 16.0),
    ("变更前面积（平方米）", 14.0),
    ("变更后面积（平方米）", 14.0),
    ("变更前户数", 11.0),
    ("变更后户数", 11.0),
    ("变更前工作量（小时/周）", 13.0),
    ("变更后工作量（小时/周）", 13.0),
    ("划入（平方米）", 41.0),
    ("划出（平方米）", 41.0),
    ("变更时间", 19.0),
    ("变更内容", 24.0),
    ("编制单位", 16.0),
    // Filled in by hand: the program knows neither.
    ("变更事由", 24.0),
    ("经办人", 11.0),
];
const STEPS: [(&str, f64); 4] = [("序号", 6.0), ("时间", 20.0), ("变更内容", 60.0), ("涉及编码", 78.0)];
/// Zones of a step that are listed; the register lists them all.
const LISTED: usize = 60;
const HANDOVER: [(&str, f64); 9] = [
    ("序号", 6.0),
    ("类别", 10.0),
    ("名称或编号", 26.0),
    ("说明", 30.0),
    ("面积（平方米）", 15.0),
    ("移出网格", 28.0),
    ("移出分队", 22.0),
    ("接收网格", 28.0),
    ("接收分队", 22.0),
];
const CODES: [(&str, f64); 6] =
    [("序号", 6.0), ("层级", 12.0), ("原编码", 20.0), ("原名称", 22.0), ("现编码", 20.0), ("时间", 20.0)];

/// Writes what changed from one state of a plan to another as a workbook of four sheets. `history` tells the steps between,
/// `maker` is who answers for them. O(plan).
///
/// # Errors
/// When it cannot be written, differs when read again, or the job was cancelled; what stood there is untouched.
pub fn changes(
    before: &Plan,
    after: &Plan,
    history: &History,
    (maker, date): (&str, &str),
    path: &Path,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let changes = since(before, after, progress)?;
    let states = [State::of(before, progress)?, State::of(after, progress)?];
    progress.check()?;
    let title = |what: &str| format!("{} {what}", after.name).trim().to_owned();
    let sheet = |name, columns, rows: Vec<Vec<Cell>>| Sheet {
        name,
        title: title(name),
        line: format!("编制日期：{}  共 {} 条", printed_date(date, Lang::Zh), rows.len()),
        columns,
        rows: numbered(rows),
    };
    let sheets = [
        sheet(
            "变更登记表",
            &REGISTER[..],
            changes.iter().map(|change| registered(&states, change, history, maker)).collect(),
        ),
        sheet("变更过程", &STEPS, steps(after, history)),
        sheet("交接清单", &HANDOVER, handed_over(&states, &changes)),
        sheet("编码对照表", &CODES, retired(after)),
    ];
    let none = changes.is_empty().then(|| Text::new("No changes", "没有变更"));
    workbook::write(path, &sheets, none.into_iter().collect())
}

/// Puts a number before every row.
fn numbered(rows: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    let numbers = (1_u32..).map(|number| Cell::Whole(f64::from(number)));
    numbers.zip(rows).map(|(number, row)| std::iter::once(number).chain(row).collect()).collect()
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// A plan with what is asked of it again and again.
struct State<'a> {
    plan: &'a Plan,
    index: Index,
    loads: Loads,
    /// Of each face; `None` where no unit says how many it has.
    households: Option<Vec<f64>>,
    /// Place of the grid tier, else of the finest.
    grids: usize,
}

impl<'a> State<'a> {
    fn of(plan: &'a Plan, progress: &Progress) -> Result<Self, ExportError> {
        let index = Index::of(&plan.coverage);
        let located = Located::of(plan, &index, progress)?;
        let loads = Loads::of(plan, &faces_of_incidents(plan, &located), progress)?;
        let grids = plan.tier_of(Role::Grid).map_or(plan.base, |(at, _)| at);
        let (households, counted) = households_of_faces(plan);
        Ok(Self { plan, index, loads, households: (counted != Counted::Nowhere).then_some(households), grids })
    }

    fn zone_at(&self, tier: usize, point: Point) -> Option<ZoneId> {
        match self.index.face_at(&self.plan.coverage, point).spot(self.plan.tiers.get(tier)?) {
            Spot::Inside(zone) | Spot::Border(zone) => Some(zone),
            Spot::Unowned | Spot::Outside => None,
        }
    }

    fn name(&self, tier: usize, zone: Option<ZoneId>) -> String {
        let zone = zone.and_then(|zone| self.plan.tiers.get(tier)?.zones.get(zone));
        zone.map_or_else(|| "未划入".to_owned(), |zone| format!("{} {}", zone.code, zone.name).trim().to_owned())
    }

    /// The name of a zone alone.
    fn called(&self, tier: usize, zone: Option<ZoneId>) -> String {
        let zone = zone.and_then(|zone| self.plan.tiers.get(tier)?.zones.get(zone));
        zone.map_or("未划入", Zone::called).to_owned()
    }

    fn squad(&self, grid: Option<ZoneId>) -> String {
        let squad = grid.and_then(|grid| self.plan.beats.get(grid)).and_then(|&squad| self.plan.squads.get(squad));
        squad.map_or_else(String::new, |squad| squad.name.clone())
    }

    /// Households of a zone: those of the units it holds, of a unit that is cut by area.
    fn households(&self, tier: usize, zone: ZoneId) -> Cell {
        let Some((all, tier)) = self.households.as_ref().zip(self.plan.tiers.get(tier)) else { return text("") };
        Cell::Whole(tier.faces_of(zone).iter().filter_map(|face| all.get(face.index())).sum())
    }

    fn hours(&self, tier: usize, zone: ZoneId) -> f64 {
        self.plan.tiers.get(tier).map_or(0.0, |tier| self.loads.hours(&tier.faces_of(zone)))
    }
}

/// One zone before and after.
fn registered(states: &[State<'_>; 2], change: &ZoneChange, history: &History, maker: &str) -> Vec<Cell> {
    let [old, new] = states;
    let tier = new.plan.tiers.get(change.tier).map_or("", |tier| tier.called(Lang::Zh));
    let of = |pick: fn(&crate::edit::ZoneState) -> &String| {
        [&change.before, &change.after].map(|state| text(state.as_ref().map_or("", |state| pick(state))))
    };
    let ([code, new_code], [name, new_name]) = (of(|state| &state.code), of(|state| &state.name));
    // What is not there has no area, and no work.
    let [was, is] = [&change.before, &change.after].map(|state| {
        let area = state.as_ref().map(|state| state.area_m2);
        move |cell: Cell| if area.is_some() { cell } else { text("") }
    });
    let areas = [&change.before, &change.after].map(|state| state.as_ref().map_or(0.0, |state| state.area_m2));
    let list = |state: &State<'_>, pieces: &BTreeMap<Option<ZoneId>, f64>| {
        let part = |(&zone, &area): (&Option<ZoneId>, &f64)| {
            format!("{}（{}）", state.called(change.tier, zone), round::grouped(area))
        };
        Cell::List(pieces.iter().map(part).collect())
    };
    let concerned: Vec<_> =
        standing(history).filter(|record| record.selection.contains(&(change.tier, change.zone))).collect();
    let what: BTreeSet<&str> = concerned.iter().map(|record| record.sentence.zh.as_str()).collect();
    vec![
        text(tier),
        code,
        new_code,
        name,
        new_name,
        was(Cell::Whole(areas[0])),
        is(Cell::Whole(areas[1])),
        was(old.households(change.tier, change.zone)),
        is(new.households(change.tier, change.zone)),
        was(Cell::Tenth(old.hours(change.tier, change.zone))),
        is(Cell::Tenth(new.hours(change.tier, change.zone))),
        list(old, &change.from),
        list(new, &change.to),
        text(concerned.last().map_or_else(String::new, |record| moment(record.time))),
        text(what.into_iter().collect::<Vec<_>>().join("；")),
        text(maker),
        text(""),
        text(""),
    ]
}

/// The commands that stand, oldest first.
fn standing(history: &History) -> impl Iterator<Item = &Arc<Record>> {
    history.records().iter().take(history.standing())
}

/// What was done, oldest first.
fn steps(plan: &Plan, history: &History) -> Vec<Vec<Cell>> {
    let row = |record: &Arc<Record>| {
        let zones: BTreeSet<&str> = record
            .selection
            .iter()
            .filter_map(|&(tier, zone)| Some(plan.tiers.get(tier)?.zones.get(zone)?.code.as_str()))
            .collect();
        let count = zones.len();
        let mut zones: Vec<String> = zones.into_iter().take(LISTED).map(str::to_owned).collect();
        if count > LISTED {
            zones.push(format!("等 {count} 个"));
        }
        vec![text(moment(record.time)), text(record.sentence.zh.as_str()), Cell::List(zones)]
    };
    standing(history).map(row).collect()
}

/// What each squad gives to another: land with its communities, open incidents, places of reference layers.
fn handed_over(states: &[State<'_>; 2], changes: &[ZoneChange]) -> Vec<Vec<Cell>> {
    let [old, new] = states;
    let grids = new.grids;
    let row = |kind: &str, names: Vec<String>, note: String, area: Option<f64>, [from, to]: [Option<ZoneId>; 2]| {
        vec![
            text(kind),
            Cell::List(names),
            text(note),
            area.map_or_else(|| text(""), Cell::Whole),
            text(old.name(grids, from)),
            text(old.squad(from)),
            text(new.name(grids, to)),
            text(new.squad(to)),
        ]
    };
    let mut rows = Vec::new();
    let communities = communities(states);
    for change in changes.iter().filter(|change| change.tier == grids) {
        for (&from, &area) in &change.from {
            let pair = [from, Some(change.zone)];
            let names = communities.get(&pair).map_or_else(Vec::new, |names| Vec::from_iter(names.clone()));
            rows.push(row("地块", names, "涉及社区".to_owned(), Some(area), pair));
        }
    }
    for (grid, _) in new.plan.tiers.get(grids).into_iter().flat_map(|tier| tier.zones.iter()) {
        let was = old.squad(Some(grid));
        if !was.is_empty() && was != new.squad(Some(grid)) {
            rows.push(row("巡区", vec![new.name(grids, Some(grid))], "整网格移交".to_owned(), None, [Some(grid); 2]));
        }
    }
    let moved = |point: Point| {
        let pair = [old.zone_at(grids, point), new.zone_at(grids, point)];
        let squads = [old.squad(pair[0]), new.squad(pair[1])];
        (pair[0] != pair[1] || squads[0] != squads[1]).then_some(pair)
    };
    let incidents = &new.plan.incidents;
    for at in
        (0..incidents.len()).filter(|&at| !incidents.closed.get(at).is_some_and(|minute| Minute::is_some(*minute)))
    {
        let Some((incident, pair)) = incidents.get(at).and_then(|one| Some((one.clone(), moved(one.point?)?))) else {
            continue;
        };
        let note = [incident.class, incident.state, &incident.reported.to_string()].join(" ");
        rows.push(row("未结案件", vec![incident.number.to_owned()], note.trim().to_owned(), None, pair));
    }
    for layer in &new.plan.references {
        for (shape, attributes) in layer.features.iter() {
            let Shape::Points(points) = shape else { continue };
            let Some(pair) = points.first().and_then(|&point| moved(point)) else { continue };
            let name = ["name", "名称"].iter().find_map(|key| attributes.get(*key)?.as_str()).unwrap_or("");
            rows.push(row("重点场所", vec![name.to_owned()], layer.name.clone(), None, pair));
        }
    }
    rows
}

/// Communities with land that went from one grid to another.
fn communities([old, new]: &[State<'_>; 2]) -> BTreeMap<[Option<ZoneId>; 2], BTreeSet<String>> {
    let mut names: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let (Some(grids), Some((_, communities))) = (new.plan.tiers.get(new.grids), new.plan.tier_of(Role::Community))
    else {
        return names;
    };
    for face in new.plan.coverage.faces().ids() {
        let Some(point) = new.plan.coverage.point_in(face) else { continue };
        let pair = [old.zone_at(old.grids, point), grids.owner_of(face)];
        let community = communities.owner_of(face).and_then(|zone| communities.zones.get(zone));
        if let Some(community) = community.filter(|_| pair[0] != pair[1]) {
            names.entry(pair).or_default().insert(community.name.clone());
        }
    }
    names
}

/// The codes out of use.
fn retired(plan: &Plan) -> Vec<Vec<Cell>> {
    let row = |(_, code): (_, &crate::model::Retired)| {
        let by = code.by.as_deref().unwrap_or("（停用）");
        vec![text(&*code.tier), text(&*code.code), text(&*code.name), text(by), text(moment(code.time))]
    };
    plan.retired.iter().map(row).collect()
}

/// Seconds since 1970 as local date and time.
fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| String::new(),
        |time| time.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}
