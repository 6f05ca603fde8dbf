//! Who is on duty is on duty: in the need curve, another number of squads, night plans, beats and the duty list alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wangge::balance::duty::{Basis, DutyList, Limits, Roster, mean_wait, patterns, rota};
use wangge::balance::response::{Hypercube, Line, Manned, respond, simulate, simulate_bands};
use wangge::balance::{Change, Loads, Other, WEEK, cover, grids_of, squads_of};
use wangge::base::{Lang, Progress, Text};
use wangge::io::export;
use wangge::model::{Duty, Hours, Minute, Night, Pattern, Plan, Role, Settings, Shift, Squad, SquadId, ZoneId};
use wangge::render;
use wangge::topology::FaceId;

use super::{Draw, city, incidents, squares, town, with_grids};

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// Nine grids of one face, nobody's.
fn ground() -> (Plan, Loads) {
    let ground = squares(3, 3);
    let faces: Vec<FaceId> = ground.coverage.faces().ids().collect();
    let owners: Vec<(FaceId, u32)> = faces.iter().copied().zip(0..).collect();
    let mut plan = with_grids(&ground, &owners);
    let of: Vec<Option<FaceId>> = (0..60).map(|at| Some(faces[at * at % 9])).collect();
    // Two weeks from Monday 2026-11-09 on, every five hours or so.
    let monday = Minute::of_day("2026-11-09").unwrap().0;
    let minutes: Vec<Minute> = (0..60).map(|at| Minute(monday + at * 331)).collect();
    plan.incidents = Arc::new(incidents(&minutes));
    let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
    (plan, loads)
}

/// A pattern, squads with beats, and night plans, all at random.
fn random_duty(ground: &Plan, draw: &mut Draw) -> Plan {
    let mut plan = ground.clone();
    let squads = 1 + draw.below(5);
    for at in 0..squads {
        let code = format!("S{at}");
        plan.squads.push(Squad { name: format!("{}分队", at + 1), code, ..Squad::default() });
    }
    for grid in 0..9 {
        let squad = draw.below(squads + 1);
        plan.beats.set(ZoneId(grid), (squad < squads).then_some(SquadId(squad as u32)));
    }
    let crews = 1 + draw.below(4);
    let turn = |draw: &mut Draw| {
        let hours = 1 + draw.below(24) as u8;
        let shift = Shift { start: draw.below(25) as u8, hours, standby: draw.below(usize::from(hours) + 1) as u8 };
        (draw.below(3) > 0).then_some(shift)
    };
    let cycle = (0..crews * (1 + draw.below(3))).map(|_| turn(draw)).collect();
    let pattern = Pattern { name: Text::new("random", "随机"), crews: crews as u8, cycle };
    let usual = patterns();
    let pattern = if draw.below(2) == 0 { pattern } else { usual[draw.below(usual.len())].clone() };
    let night = |draw: &mut Draw| {
        let (from, length) = (draw.below(WEEK), 1 + draw.below(60));
        let hours = Hours::of(|day, hour| (day * 24 + hour + WEEK - from) % WEEK < length);
        let named = 1 + draw.below(squads);
        let mut beats: Vec<(String, Vec<ZoneId>)> = Vec::new();
        for at in 0..named {
            // By code, by name, or one that is gone.
            let squad = (draw.below(squads) + at) % squads;
            let names = [format!("S{squad}"), format!("{}分队", squad + 1), "撤销的分队".to_owned()];
            let name = names[draw.below(9) / 4].clone();
            if beats.iter().all(|(other, _)| *other != name) {
                beats.push((name, (0..9).filter(|_| draw.below(2) == 0).map(ZoneId).collect()));
            }
        }
        Night { town: ZoneId(0), hours, beats }
    };
    let nights = (0..draw.below(3)).map(|_| night(draw)).collect();
    let duty = Duty { pattern, nights, ..Duty::default() };
    plan.settings = Arc::new(Settings { duty, ..(*plan.settings).clone() });
    plan
}

/// The squads whose turn by the pattern an hour falls into, reckoned apart.
fn by_pattern(plan: &Plan, monday: Minute, hour: usize) -> BTreeSet<SquadId> {
    let pattern = &plan.settings.duty.pattern;
    let now = i64::from(monday.0 / DAY) * 24 + hour as i64;
    let on = |squad: &SquadId| {
        let crew = squad.0 as usize % usize::from(pattern.crews);
        (now / 24 - 2..=now / 24).any(|day| {
            let ahead = pattern.cycle.len() / usize::from(pattern.crews);
            let turn = pattern.cycle[(day as usize + crew * ahead) % pattern.cycle.len()];
            turn.is_some_and(|turn| {
                let start = day * 24 + i64::from(turn.start);
                (start..start + i64::from(turn.hours)).contains(&now)
            })
        })
    };
    plan.squads.ids().filter(on).collect()
}

/// The hours of the week that a duty list's table of squads has each of them on duty, from its words.
fn table_of_squads(rows: &[(String, Vec<String>)]) -> BTreeMap<String, BTreeSet<usize>> {
    let clock = |text: &str| -> usize {
        let (days, text) = text.strip_prefix("次日").map_or((0, text), |text| (24, text));
        days + text.split(':').next().unwrap().parse::<usize>().unwrap()
    };
    let mut on: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (squad, cells) in rows {
        let hours = on.entry(squad.clone()).or_default();
        for (day, cell) in cells.iter().enumerate().filter(|(_, cell)| *cell != "休") {
            for part in cell.split('；') {
                let part = part.strip_prefix("续上周日班 ").unwrap_or(part);
                let part = part.split('（').next().unwrap();
                for span in part.split('、') {
                    let (from, to) = span.split_once('–').unwrap_or_else(|| panic!("{cell}"));
                    hours.extend((clock(from)..clock(to)).map(|hour| day * 24 + hour).filter(|hour| *hour < WEEK));
                }
            }
        }
    }
    on
}

/// The squads of each hour by the table of beats, from its words.
fn table_of_beats(rows: &[(String, String)]) -> Vec<BTreeSet<String>> {
    let names = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let clock = |text: &str| text.split(':').next().unwrap().parse::<usize>().unwrap();
    let day = |text: &str| names.iter().position(|name| *name == text).unwrap_or_else(|| panic!("{text}"));
    let (mut on, mut told) = (vec![BTreeSet::new(); WEEK], vec![false; WEEK]);
    for (hours, squad) in rows.iter().filter(|(hours, _)| !hours.is_empty()) {
        for part in hours.split('，') {
            let (days, times) = part.split_once(' ').unwrap();
            let (first, last) = days.split_once('至').unwrap_or((days, days));
            for (from, to) in times.split('、').map(|span| span.split_once('—').unwrap()) {
                for day in day(first)..=day(last) {
                    for hour in clock(from)..clock(to) {
                        told[day * 24 + hour] = true;
                        if !squad.is_empty() {
                            on[day * 24 + hour].insert(squad.clone());
                        }
                    }
                }
            }
        }
    }
    assert!(told.iter().all(|told| *told), "an hour is in no row");
    on
}

/// The cells of the tables of a page, row by row.
fn cells(table: &str) -> Vec<Vec<String>> {
    let text = |cell: &str| {
        let cell = &cell[cell.find('>').unwrap() + 1..cell.find("</td>").unwrap()];
        // A squad's cell has its name in bold, its people below.
        let cell = cell.strip_prefix("<b>").map_or(cell, |bold| &bold[..bold.find("</b>").unwrap()]);
        cell.to_owned()
    };
    table
        .split("<tr>")
        .skip(1)
        .filter(|row| row.contains("<td"))
        .map(|row| row.split("<td").skip(1).map(text).collect())
        .collect()
}

/// The two tables of the page: what each squad does on each day, and who is on duty in which hours.
fn tables_of_page(page: &str) -> (Vec<(String, Vec<String>)>, Vec<(String, String)>) {
    let mut tables = page.split("<table>").skip(1);
    let squads = cells(tables.next().unwrap());
    let beats = cells(tables.next().unwrap());
    (
        squads.into_iter().map(|row| (row[0].clone(), row[1..8].to_vec())).collect(),
        beats.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect(),
    )
}

/// Holds both tables of a duty list against each other and against the roster, hour by hour.
fn check_tables(squads: &[(String, Vec<String>)], beats: &[(String, String)], roster: &Roster, plan: &Plan) {
    let (by_squad, by_hour) = (table_of_squads(squads), table_of_beats(beats));
    for hour in 0..WEEK {
        let own: BTreeSet<String> =
            by_squad.iter().filter(|(_, hours)| hours.contains(&hour)).map(|(squad, _)| squad.clone()).collect();
        assert_eq!(own, by_hour[hour], "hour {hour}: {squads:?} {beats:?}");
        let name = |squad: SquadId| plan.squads.get(squad).unwrap().name.clone();
        assert_eq!(own, roster.on_duty(hour).into_iter().map(name).collect(), "hour {hour}");
    }
}

/// Random rosters and night plans: at every hour of the week the squads on duty are the same wherever they are told.
#[test]
fn m1_at_every_hour_those_on_duty_are_the_same_wherever_they_are_told() {
    let (ground, loads) = ground();
    let faces = vec![None; ground.incidents.len()];
    let mut draw = Draw(1);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000);
    let (mut stood_in, mut released) = (0, 0);
    for case in 0..cases {
        let plan = random_duty(&ground, &mut draw);
        let monday = Minute(4 * DAY + 7 * DAY * draw.below(3000) as i32);
        let squads = squads_of(&plan, ZoneId(0));
        let roster = Roster::of(&plan, &loads, ZoneId(0), (monday, Basis::Pattern));
        let curve = roster.counts(&squads);
        for hour in 0..WEEK {
            let on: BTreeSet<SquadId> = roster.on_duty(hour).into_iter().collect();
            let rota = by_pattern(&plan, monday, hour);
            assert!(on.is_subset(&rota), "a squad that is off is on duty: case {case}, hour {hour}");
            let night = plan.settings.duty.nights.iter().rfind(|night| night.hours.has(hour));
            match night.filter(|night| night.beats.len() <= rota.len()) {
                Some(night) => assert_eq!(on.len(), night.beats.len(), "case {case}, hour {hour}"),
                None => assert_eq!(on, rota, "case {case}, hour {hour}"),
            }
            assert_eq!(curve[hour].0 as usize, on.len(), "the need curve: case {case}, hour {hour}");
            assert!(curve[hour].1 <= curve[hour].0);
        }
        for watch in &roster.watches {
            let mut patrolled: Vec<ZoneId> = Vec::new();
            for post in &watch.posts {
                patrolled.extend(post.own.iter().chain(post.covered.iter().flat_map(|(_, grids)| grids)));
            }
            patrolled.sort_unstable();
            let all: Vec<ZoneId> = if watch.posts.is_empty() { Vec::new() } else { (0..9).map(ZoneId).collect() };
            assert_eq!(patrolled, all, "every grid is on the beat of one squad on duty: case {case}");
            released += watch.released.len();
            stood_in += usize::from(watch.notes.iter().any(|note| note.zh.contains("顶替")));
        }
        let list = DutyList::of(&plan, &roster, &[]);
        for (line, &squad) in list.lines.iter().zip(&squads) {
            let hours: BTreeSet<usize> = (line.days.iter().enumerate())
                .flat_map(|(day, it)| {
                    it.spans
                        .iter()
                        .chain(&it.carried)
                        .flat_map(move |&(from, to)| (from..to).map(move |hour| day * 24 + hour as usize))
                })
                .collect();
            for hour in 0..WEEK {
                assert_eq!(hours.contains(&hour), roster.on_duty(hour).contains(&squad), "case {case}, hour {hour}");
            }
        }
        if case % 20 == 0 {
            let (squads, beats) = tables_of_page(&render::duty_list(&list, Lang::Zh));
            check_tables(&squads, &beats, &roster, &plan);
        }
        if case % 50 == 0 {
            let hours: Vec<usize> = (0..WEEK).filter(|_| draw.below(4) == 0).collect();
            for change in [Change::Fewer, Change::AsIs, Change::More] {
                let Ok(found) = cover(&plan, (&loads, &faces), (&roster, change), &hours, &Progress::default()) else {
                    assert!(hours.iter().any(|&hour| roster.on_duty(hour).len() < 2) || change == Change::More);
                    continue;
                };
                assert_eq!(found.watches.iter().map(|one| one.hours.len()).sum::<usize>(), hours.len());
                for one in &found.watches {
                    let on: BTreeSet<SquadId> = roster.on_duty(one.hours[0]).into_iter().collect();
                    let own: BTreeSet<SquadId> = one.squads.iter().copied().collect();
                    match one.other {
                        None => assert_eq!(own, on),
                        Some(Other::Taken(squad)) => {
                            assert!(on.contains(&squad) && !own.contains(&squad));
                            assert!(own.is_subset(&on));
                        }
                        Some(Other::Called(squad)) => assert!(!on.contains(&squad) && own.contains(&squad)),
                        Some(Other::New(squad)) => assert!(plan.squads.get(squad).is_none() && own.contains(&squad)),
                    }
                    assert_eq!(
                        own.len() as i64 - on.len() as i64,
                        match change {
                            Change::Fewer => -1,
                            Change::AsIs => 0,
                            Change::More => 1,
                        }
                    );
                }
                // What is kept as a night plan of this week is what is on duty then.
                let Ok(nights) = found.nights(&plan, ZoneId(0)) else { continue };
                let mut kept = plan.clone();
                Arc::make_mut(&mut kept.settings).duty.nights.extend(nights);
                let then = Roster::of(&kept, &loads, ZoneId(0), (monday, Basis::Pattern));
                for one in &found.watches {
                    for &hour in &one.hours {
                        assert_eq!(
                            then.on_duty(hour).into_iter().collect::<BTreeSet<_>>(),
                            one.squads.iter().copied().collect()
                        );
                    }
                }
            }
        }
    }
    println!(
        "{cases} rosters, {stood_in} watches with somebody standing in, {released} squads a night plan does without"
    );
    assert!(cases < 1000 || stood_in > 100 && released > 100);
}

/// The roster that follows the need is one answer too.
#[test]
fn m1_a_rota_by_need_is_told_the_same_everywhere() {
    let (ground, loads) = ground();
    let mut draw = Draw(8);
    for _ in 0..60 {
        let plan = random_duty(&ground, &mut draw);
        let squads = squads_of(&plan, ZoneId(0));
        let need: Vec<u32> = (0..WEEK).map(|_| draw.below(3) as u32).collect();
        let week = rota(&need, squads.len(), &Limits::default());
        let (on, missing) = (week.on_duty(), week.missing(&need));
        let monday = Minute::of_day("2026-11-23").unwrap();
        let roster = Roster::of(&plan, &loads, ZoneId(0), (monday, Basis::Need(week)));
        let nights = plan.settings.duty.nights.clone();
        for hour in (0..WEEK).filter(|&hour| nights.iter().all(|night| !night.hours.has(hour))) {
            assert_eq!(roster.on_duty(hour).len(), on[hour].0 as usize);
        }
        if nights.is_empty() {
            assert_eq!(roster.missing(&need), missing);
        }
        let list = DutyList::of(&plan, &roster, &need);
        let (squads, beats) = tables_of_page(&render::duty_list(&list, Lang::Zh));
        check_tables(&squads, &beats, &roster, &plan);
    }
}

/// The case as it was met: two squads of a town take turns of 24 hours, and one of them is taken away on Tuesday night.
#[test]
fn m1_the_squad_on_duty_cannot_be_taken_away_alone_and_no_list_contradicts_itself() {
    let (mut plan, loads, faces) = city();
    let town = town(&plan, "海垦街道");
    let monday = Minute::of_day("2026-11-23").unwrap();
    let tuesday = Hours::of(|day, hour| day == 1 && hour >= 18 || day == 2 && hour < 6);
    let roster = |plan: &Plan| Roster::of(plan, &loads, town, (monday, Basis::Pattern));
    let now = roster(&plan);
    let on = now.on_duty(24 + 18);
    assert_eq!(on.len(), 1, "of two squads one is off");
    let fewer = cover(&plan, (&loads, &faces), (&now, Change::Fewer), &tuesday.list(), &Progress::default());
    let name = plan.squads.get(on[0]).unwrap().name.clone();
    assert!(fewer.unwrap_err().because.zh.contains(&format!("仅{name}一队")));
    // Whoever is on duty has the whole town, and it is said whose grids it takes over.
    let watch = now.watch(24 + 18).unwrap();
    let covered: usize = watch.posts[0].covered.iter().map(|(_, grids)| grids.len()).sum();
    assert_eq!(watch.posts[0].own.len() + covered, grids_of(&plan, town).len());
    assert!(covered > 0);
    // A night plan of an older file names the squad that is off: the other stands in, and it is said.
    let off = squads_of(&plan, town).into_iter().find(|squad| !on.contains(squad)).unwrap();
    let named = plan.squads.get(off).unwrap().name.clone();
    let night = Night { town, hours: tuesday, beats: vec![(named.clone(), grids_of(&plan, town))] };
    Arc::make_mut(&mut plan.settings).duty.nights.push(night);
    let then = roster(&plan);
    assert_eq!(then.on_duty(24 + 18), on);
    let list = DutyList::of(&plan, &then, &[]);
    let page = render::duty_list(&list, Lang::Zh);
    assert!(page.contains(&format!("安排{named}，其时不当班：由{name}顶替")));
    let (squads, beats) = tables_of_page(&page);
    check_tables(&squads, &beats, &then, &plan);
    // The workbook says the same.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("duty.xlsx");
    export::duty_list(&list, &path).unwrap();
    let (squads, beats) = tables_of_book(&path);
    check_tables(&squads, &beats, &then, &plan);
}

/// The two tables of the workbook.
fn tables_of_book(path: &std::path::Path) -> (Vec<(String, Vec<String>)>, Vec<(String, String)>) {
    use calamine::Reader as _;
    let mut book = calamine::open_workbook_auto(path).unwrap();
    let mut sheet = |name: &str| -> Vec<Vec<String>> {
        let range = book.worksheet_range(name).unwrap();
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let squads = sheet("勤务表");
    let head = squads.iter().position(|row| row[0] == "分队").unwrap();
    let beats = sheet("各时段巡区");
    let from = beats.iter().position(|row| row[0] == "时段").unwrap();
    (
        squads[head + 1..]
            .iter()
            .filter(|row| row[4].contains('–') || row[4] == "休" || !row[1].is_empty())
            .map(|row| (row[0].clone(), row[4..11].to_vec()))
            .collect(),
        beats[from + 1..]
            .iter()
            .filter(|row| row[0].starts_with('周'))
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect(),
    )
}

/// What is waited for is in the figures: held against Erlang's table, and the simulation against both where calls come
/// evenly.
#[test]
fn m2_the_wait_is_erlangs_where_calls_come_evenly() {
    let Some(table) = crate::data::shared("bench/hypercube/erlang_c_vectors.csv") else { return };
    let mut rows = 0;
    for row in csv::Reader::from_path(table).unwrap().records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let (load, servers) = (number(0), number(1) as u32);
        if load < f64::from(servers) {
            assert!((mean_wait(load, servers) - number(4)).abs() < 1e-6);
            rows += 1;
            // The queueing model of as many squads waits as long.
            if servers <= 8 {
                let minutes = vec![vec![1.0]; servers as usize];
                let model = Hypercube::nearest(vec![load], minutes, 60.0, Line::Queue).unwrap().exact().unwrap();
                assert!((model.all_busy - number(3)).abs() < 1e-6);
            }
        }
    }
    assert!(rows > 10);
    // Calls that come evenly at random for forty weeks, to one squad and to two.
    let (ground, _) = ground();
    let faces: Vec<FaceId> = ground.coverage.faces().ids().collect();
    let (from, weeks) = (Minute::of_day("2026-01-05").unwrap().0, 40);
    for (squads, calls) in [(1, 100), (2, 260)] {
        let mut plan = ground.clone();
        for at in 0..squads {
            plan.squads.push(Squad { code: format!("S{at}"), name: format!("{at}"), ..Squad::default() });
        }
        (0..9).for_each(|grid| plan.beats.set(ZoneId(grid), Some(SquadId(grid % squads))));
        let mut draw = Draw(u64::from(squads));
        let mut minutes: Vec<Minute> =
            (0..calls * weeks).map(|_| Minute(from + draw.below(weeks * 7 * 24 * 60) as i32)).collect();
        minutes.sort_unstable_by_key(|minute| minute.0);
        let of: Vec<Option<FaceId>> = minutes.iter().map(|_| Some(faces[draw.below(9)])).collect();
        plan.incidents = Arc::new(incidents(&minutes));
        let duty = Arc::make_mut(&mut plan.settings);
        duty.load.minutes_default = duty.duty.standard.call_minutes;
        let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
        let (own, week) = (squads_of(&plan, ZoneId(0)), (0..WEEK).collect::<Vec<_>>());
        let model = respond(&plan, &loads, &own, &week).unwrap();
        let found = simulate(&[vec![Manned { plan: &plan, squads: &own, hours: &week }]], (&loads, &of), 1).unwrap();
        assert_eq!((found.calls, found.unmanned), (calls * weeks, 0));
        assert!(
            (found.mean_wait / model.mean_wait - 1.0).abs() < 0.12,
            "{squads}: {} {}",
            found.mean_wait,
            model.mean_wait
        );
        assert!((found.all_busy - model.all_busy).abs() < 0.03, "{squads}: {} {}", found.all_busy, model.all_busy);
        assert!((found.mean_response() - found.mean_wait - found.mean_minutes).abs() < 1e-9);
    }
}

/// Calls that come when nobody is on duty are counted and in no mean.
#[test]
fn m2_calls_without_anybody_on_duty_are_said() {
    let (mut plan, _) = ground();
    let faces: Vec<FaceId> = plan.coverage.faces().ids().collect();
    let of: Vec<Option<FaceId>> = (0..plan.incidents.len()).map(|at| Some(faces[at % 9])).collect();
    plan.squads.push(Squad { code: "S0".to_owned(), ..Squad::default() });
    plan.squads.push(Squad { code: "S1".to_owned(), ..Squad::default() });
    // Two squads in a pattern of four crews: half of the hours are nobody's.
    let pattern = patterns().into_iter().find(|pattern| pattern.crews == 4).unwrap();
    Arc::make_mut(&mut plan.settings).duty.pattern = pattern;
    let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
    let monday = Minute::of_day("2026-11-23").unwrap();
    let roster = Roster::of(&plan, &loads, ZoneId(0), (monday, Basis::Pattern));
    let week: Vec<usize> = (0..WEEK).collect();
    let found = cover(&plan, (&loads, &of), (&roster, Change::AsIs), &week, &Progress::default()).unwrap();
    let found = found.simulated.unwrap();
    let unmanned = |minute: &&Minute| roster.on_duty(minute.hour_of_week().unwrap()).is_empty();
    let expected = plan.incidents.reported.iter().filter(unmanned).count();
    assert!(expected > 0);
    assert_eq!((found.calls, found.unmanned), (plan.incidents.len() - expected, expected));
    let page = render::duty_list(&DutyList::of(&plan, &roster, &[]), Lang::Zh);
    assert!(page.contains("无分队当班"));
    assert!(plan.tier_of(Role::Grid).is_some());
}

proptest::proptest! {
    #![proptest_config(crate::cases(24))]

    /// M2: the whole week is the mean of its parts, weighted by calls: who calls at night waits behind the evening. No
    /// squad is bound for longer than it is on duty.
    #[test]
    fn m2_the_whole_lies_between_its_parts(seed in proptest::prelude::any::<u64>(), from in 0_usize..WEEK, length in 1_usize..WEEK) {
        let (ground, _) = ground();
        let mut draw = Draw(seed);
        let mut plan = random_duty(&ground, &mut draw);
        let start = Minute::of_day("2026-11-09").unwrap().0;
        let count = 20 + draw.below(400);
        let minutes: Vec<Minute> = (0..count).map(|_| Minute(start + draw.below(2 * 7 * 24 * 60) as i32)).collect();
        plan.incidents = Arc::new(incidents(&minutes));
        let faces: Vec<FaceId> = plan.coverage.faces().ids().collect();
        let of: Vec<Option<FaceId>> = minutes.iter().map(|_| Some(faces[draw.below(9)])).collect();
        let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
        let monday = Minute::of_day("2026-11-23").unwrap();
        let roster = Roster::of(&plan, &loads, ZoneId(0), (monday, Basis::Pattern));
        let squads: Vec<Vec<SquadId>> = roster.watches.iter().map(wangge::balance::duty::Watch::squads).collect();
        let town: Vec<Manned<'_>> = roster
            .watches
            .iter()
            .zip(&squads)
            .map(|(watch, squads)| Manned { plan: &watch.plan, squads, hours: &watch.hours })
            .collect();
        let (part, rest): (Vec<usize>, Vec<usize>) = (0..WEEK).partition(|hour| (hour + WEEK - from) % WEEK < length);
        let week: Vec<usize> = (0..WEEK).collect();
        let found = simulate_bands(&[town], (&loads, &of), &[&week, &part, &rest], 7);
        let parts: Vec<_> = found[1..].iter().flatten().collect();
        let calls: usize = parts.iter().map(|part| part.calls).sum();
        let Some(whole) = &found[0] else {
            proptest::prop_assert_eq!(calls, 0);
            return Ok(());
        };
        proptest::prop_assert_eq!(calls, whole.calls);
        let mean = |of: &dyn Fn(&wangge::balance::response::Simulated) -> f64| {
            parts.iter().map(|part| of(part) * part.calls as f64).sum::<f64>() / calls as f64
        };
        let of: [&dyn Fn(&wangge::balance::response::Simulated) -> f64; 4] =
            [&|one| one.mean_wait, &|one| one.mean_minutes, &|one| one.all_busy, &|one| one.mean_response()];
        for of in of {
            proptest::prop_assert!((mean(of) - of(whole)).abs() <= 1e-9 * (1.0 + of(whole)), "{} {}", mean(of), of(whole));
        }
        for one in found.iter().flatten() {
            proptest::prop_assert!(one.workloads.iter().all(|load| (0.0..=1.0).contains(load)), "{:?}", one.workloads);
            proptest::prop_assert_eq!(one.workloads.len(), one.squads.len());
        }
    }
}

/// M2: a queue that came in the evening is there at night.
#[test]
fn m2_the_night_waits_behind_the_evening() {
    let (ground, _) = ground();
    let mut plan = ground.clone();
    plan.squads.push(Squad { code: "S0".to_owned(), ..Squad::default() });
    (0..9).for_each(|grid| plan.beats.set(ZoneId(grid), Some(SquadId(0))));
    let monday = Minute::of_day("2026-11-09").unwrap().0;
    // Thirty calls at nine in the evening, one at eleven.
    let minutes: Vec<Minute> =
        (0..30).map(|at| Minute(monday + 21 * 60 + at)).chain([Minute(monday + 23 * 60)]).collect();
    plan.incidents = Arc::new(incidents(&minutes));
    let faces: Vec<FaceId> = plan.coverage.faces().ids().collect();
    let of: Vec<Option<FaceId>> = (0..31).map(|at| Some(faces[at % 9])).collect();
    let loads = Loads::of(&plan, &of, &Progress::default()).unwrap();
    let (own, week) = (squads_of(&plan, ZoneId(0)), (0..WEEK).collect::<Vec<_>>());
    let town = vec![Manned { plan: &plan, squads: &own, hours: &week }];
    let night: Vec<usize> = week.iter().copied().filter(|&hour| Hours::night().has(hour)).collect();
    let found = simulate_bands(&[town], (&loads, &of), &[&night], 1).remove(0).unwrap();
    assert_eq!(found.calls, 1);
    assert!(found.mean_wait > plan.settings.duty.standard.call_minutes * 10.0, "{}", found.mean_wait);
}
