//! Small cities with everything a document speaks of, and random edits of them.

use std::fmt::Write as _;
use std::path::Path;

use wangge::base::Progress;
use wangge::edit::{Command, Context, Side, free_code};
use wangge::geometry::{Bounds, Point};
use wangge::io::{Options, open, open_embedded};
use wangge::model::{Plan, Role, SquadId, Tier, ZoneId};
use wangge::topology::{FaceId, scan};

/// Degrees of a side of a block, about 500 m.
const BLOCK: f64 = 0.005;

/// Numbers that look random and are the same again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below another (splitmix64).
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

/// Blocks of 500 m in grids of 2 × 2, communities of 1 × 2, two towns, two squads a town, and incidents of which some name
/// only their community.
pub(super) struct City {
    pub(super) files: Vec<(String, String)>,
}

impl City {
    pub(super) fn new(half: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let side = half * 2;
        let town_of = |x: usize| usize::from(x >= half / 2 * 2);
        let mut blocks = Vec::new();
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let people = format!("\"households\":{},\"kind\":\"居住\"", dice.below(400));
            blocks.push(feature(&format!("4601050010{:05}", y * side + x + 1), "块", &people, [x, y, 1, 1]));
        }
        let community = |x: usize, y: usize| format!("46010500{}{:03}", town_of(x) + 1, y * side + x + 1);
        let (mut communities, mut grids, mut squads) = (Vec::new(), Vec::new(), vec![Vec::new(); 4]);
        for (y, x) in (0..half).flat_map(|y| (0..side).map(move |x| (y * 2, x))) {
            communities.push(feature(&community(x, y), &format!("社区{}-{}", x, y / 2), "\"note\":\"\"", [x, y, 1, 2]));
        }
        for (at, (y, x)) in (0..half).flat_map(|y| (0..half).map(move |x| (y * 2, x * 2))).enumerate() {
            let code = format!("46010500{}{:03}", town_of(x) + 1, at + 501);
            let held = format!("{} {}", community(x, y), community(x + 1, y));
            let own = format!(
                "\"town\":\"{}\",\"communities\":\"{held}\",\"remark\":\"甲\",\"visits\":{}",
                ["东街", "西街"][town_of(x)],
                dice.below(90)
            );
            grids.push(feature(&code, &format!("网格{}", at + 1), &own, [x, y, 2, 2]));
            squads[town_of(x) * 2 + dice.below(2)].push(code);
        }
        let edge = half / 2 * 2;
        let towns = [
            feature("460105001", "东街", "\"kind\":1", [0, 0, edge, side]),
            feature("460105002", "西街", "\"kind\":1", [edge, 0, side - edge, side]),
        ];
        let mut rows = String::from("number,field,class,source,state,lon,lat,community,reported\n");
        for number in 0..60 + dice.below(200) {
            let (x, y) = (dice.below(side), dice.below(side));
            let at = |of: usize, dice: &mut Dice| (of as f64 + 0.02 + dice.below(96) as f64 / 100.0) * BLOCK;
            let (lon, lat) = (110.3 + at(x, &mut dice), 20.0 + at(y, &mut dice));
            let day = 1 + dice.below(28);
            let place = if dice.below(5) == 0 {
                format!(",,{}", community(x, y / 2 * 2))
            } else {
                format!("{lon:.6},{lat:.6},")
            };
            let _ = writeln!(rows, "{number},市容管理,占道,110,结案,{place},2016-10-{day:02} {:02}:10", dice.below(24));
        }
        let mut table =
            String::from("code,name,town_code,town,police,auxiliaries,officers,assistants,agencies,grids\n");
        for (at, grids) in squads.iter().enumerate() {
            let (town, name) = (at / 2 + 1, ["东街", "西街"][at / 2]);
            let number = at % 2 + 1;
            let _ = writeln!(
                table,
                "46010500{town}-{number},{name}{number}分队,46010500{town},{name},1,2,2,4,公安;城管,{}",
                grids.join(";")
            );
        }
        let layer = |features: &[String]| {
            format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"))
        };
        let files = vec![
            ("blocks.geojson".to_owned(), layer(&blocks)),
            ("communities.geojson".to_owned(), layer(&communities)),
            ("grids.geojson".to_owned(), layer(&grids)),
            ("towns.geojson".to_owned(), layer(&towns)),
            ("incidents.csv".to_owned(), rows),
            ("squads.csv".to_owned(), table),
        ];
        Self { files }
    }

    pub(super) fn plan(&self) -> Plan {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let plan = open_embedded(&files, &Progress::default()).unwrap().plan;
        Plan { name: "示意城".to_owned(), ..plan }
    }
}

fn feature(code: &str, name: &str, own: &str, [x, y, wide, high]: [usize; 4]) -> String {
    let at = |x: usize, y: usize| format!("[{:.3},{:.3}]", 110.3 + x as f64 * BLOCK, 20.0 + y as f64 * BLOCK);
    let ring = [at(x, y), at(x + wide, y), at(x + wide, y + high), at(x, y + high), at(x, y)].join(",");
    let name = if name == "块" { format!("块{x}-{y}") } else { name.to_owned() };
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"name\":\"{name}\",{own}}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}}}}"
    )
}

/// The sample city that comes with the program.
pub(super) fn sample() -> Plan {
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let plan = open(&[maps], &Options::default(), &Progress::default()).unwrap().plan;
    Plan { name: "示意城".to_owned(), ..plan }
}

pub(super) fn apply(plan: &Plan, command: &Command) -> Option<Plan> {
    let near = scan(&plan.coverage);
    command.apply(plan, &Context { near: &near, time: 1_700_000_000, camera: None }).ok().map(|done| done.plan)
}

/// The place of the tier of a role.
pub(super) fn place(plan: &Plan, role: Role) -> usize {
    plan.tier_of(role).unwrap().0
}

/// A plan after random edits; what is refused changes nothing. What must never change is looked at after each.
pub(super) fn edited(mut plan: Plan, edits: &[[u32; 4]]) -> Plan {
    for edit in edits {
        let Some(command) = command(&plan, *edit) else { continue };
        if let Some(next) = apply(&plan, &command) {
            kept(&plan, &next, &command);
            plan = next;
        }
    }
    plan
}

/// Households are those of before, and no incident that names a zone drops out of a tier.
fn kept(before: &Plan, after: &Plan, command: &Command) {
    let homes = |plan: &Plan| wangge::balance::households_of_faces(plan).0.iter().sum::<f64>();
    let (had, has) = (homes(before), homes(after));
    assert!((had - has).abs() < 1e-6, "{command:?}: {had} households became {has}");
    let by_code = |plan: &Plan, at: usize| {
        let index = wangge::index::Index::of(&plan.coverage);
        let located = wangge::index::Located::of(plan, &index, &Progress::default()).unwrap();
        located.tier(plan, &plan.tiers[at]).sum().by_code
    };
    for role in [Role::Grid, Role::Community, Role::Town] {
        let at = place(before, role);
        let (had, has) = (by_code(before, at), by_code(after, at));
        assert!(has >= had, "{command:?}: of {had} incidents placed by code {has} are left in {role:?}");
    }
}

fn command(plan: &Plan, [kind, a, b, c]: [u32; 4]) -> Option<Command> {
    let grids = place(plan, Role::Grid);
    let tier = &plan.tiers[grids];
    let zones: Vec<ZoneId> = tier.zones.ids().collect();
    let zone = *zones.get(a as usize % zones.len().max(1))?;
    match kind % 8 {
        0 | 6 => {
            let face = tier.faces_of(zone).into_iter().cycle().nth(b as usize % 31)?;
            let other = plan
                .coverage
                .neighbours(face)
                .into_iter()
                .find_map(|next| tier.owner_of(next).filter(|other| *other != zone))?;
            let mut faces = vec![face];
            // Sometimes a whole community.
            if c % 2 == 0 {
                let communities = &plan.tiers[place(plan, Role::Community)];
                let community = communities.owner_of(face)?;
                faces = communities.faces_of(community);
                faces.retain(|&face| tier.owner_of(face) == Some(zone));
            }
            Some(Command::Paint { tier: grids, faces, to: Some(other) })
        }
        1 => split(plan, grids, zone, (b, c)),
        2 => {
            let other = plan.tiers[grids].neighbours(&plan.coverage, zone);
            let other = other.into_iter().filter_map(|next| next.zone).cycle().nth(b as usize % 7)?;
            Some(Command::Merge { tier: grids, keep: zone, others: vec![other] })
        }
        3 => Some(Command::Renumber { tier: grids, zones: Vec::new(), all: c % 2 == 0 }),
        4 => {
            let squads: Vec<SquadId> = plan.squads.ids().collect();
            let squad = squads.get(b as usize % (squads.len() + 1)).copied();
            Some(Command::Beat { grid: zone, squad })
        }
        5 => {
            let borders: Vec<_> =
                plan.coverage.borders().iter().filter(|(_, border)| border.points.len() > 1).collect();
            let (border, value) = borders.get(b as usize % borders.len().max(1))?;
            let at = c as usize % value.points.len();
            let from = value.points[at];
            let to = Point::new(from.x + (a % 9_000) as i32 - 4_500, from.y + (c % 9_000) as i32 - 4_500);
            Some(Command::MoveVertex { border: *border, at, to })
        }
        _ => {
            let base = plan.base;
            let units: Vec<ZoneId> = plan.tiers[base].zones.ids().collect();
            split(plan, base, *units.get(a as usize % units.len().max(1))?, (b, c))
        }
    }
}

/// A stroke across a zone, through the middle of it or beside.
fn split(plan: &Plan, at: usize, zone: ZoneId, (b, c): (u32, u32)) -> Option<Command> {
    let tier: &Tier = &plan.tiers[at];
    let faces: Vec<FaceId> = tier.faces_of(zone);
    let bounds = faces
        .iter()
        .filter_map(|&face| plan.coverage.faces().get(face))
        .fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
    let part = |from: i32, to: i32| from + (i64::from(to - from) * i64::from(10 + b % 80) / 100) as i32;
    let far = 3_000;
    let stroke = if c % 2 == 0 {
        let x = part(bounds.min.x, bounds.max.x);
        vec![Point::new(x, bounds.min.y - far), Point::new(x, bounds.max.y + far)]
    } else {
        let y = part(bounds.min.y, bounds.max.y);
        vec![Point::new(bounds.min.x - far, y), Point::new(bounds.max.x + far, y)]
    };
    let value = tier.zones.get(zone)?;
    let code = free_code(plan, tier, &value.code, &[]);
    Some(Command::Split { tier: at, zone, stroke, keeps: Side::Left, name: format!("新{}", value.name), code })
}
