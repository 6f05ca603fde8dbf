//! Work is never lost: branches, versions and codes in the file and in the working copy, old files, killed programs, and
//! others who have the project open.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use tempfile::tempdir;
use wangge::base::Progress;
use wangge::edit::{Command, History, Version};
use wangge::io::hold;
use wangge::io::journal::{self, Base, Journal, JournalError};
use wangge::io::project::{self, Opened, Saved};
use wangge::model::{Plan, ZoneId};

use crate::edit::{Choice, apply, command, plan};
use crate::topology::units;

const GRID: usize = 1;

/// Sixteen blocks of 111 m, grids of two blocks, two towns.
fn blocks() -> Plan {
    let square = |(x, y): (i32, i32)| vec![(x, y), (x + 10_000, y), (x + 10_000, y + 10_000), (x, y + 10_000)];
    let squares: Vec<_> = (0..16).map(|at| square((at % 4 * 10_000, at / 4 * 10_000))).collect();
    let grid: Vec<u32> = (0..16).map(|block| block / 2).collect();
    let town: Vec<u32> = (0..16).map(|block| block % 4 / 2).collect();
    plan(&units(&squares), &grid, &town)
}

/// What a planner did, as the working copy is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Nothing,
    Did,
    Undid(u32),
    Redid(u32),
    Switched(u32),
    Named,
    Saved,
}

/// A planner at work: the same row of steps for the same seed.
struct Script {
    plan: Plan,
    history: History,
    dice: u64,
}

impl Script {
    fn new(seed: u64) -> Self {
        Self { plan: blocks(), history: History::default(), dice: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    fn roll(&mut self, end: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) % end
    }

    fn step(&mut self) -> Action {
        match self.roll(20) {
            0..=2 => {
                let Some(here) = self.history.here() else { return Action::Nothing };
                self.plan = self.history.undo(&self.plan).unwrap().0;
                Action::Undid(here)
            }
            3 | 4 => {
                let Some(ahead) = self.history.ahead() else { return Action::Nothing };
                self.plan = self.history.redo(&self.plan).unwrap().0;
                Action::Redid(ahead)
            }
            5 => {
                let Some(tip) = self.history.branches().first().map(|branch| branch.tip) else {
                    return Action::Nothing;
                };
                self.plan = self.history.switch(&self.plan, tip).unwrap();
                Action::Switched(tip)
            }
            6 => {
                let name = format!("v{}", self.roll(5));
                self.history.name(name, 7, "2026-12-01");
                Action::Named
            }
            7 => Action::Saved,
            _ => {
                let at = |script: &mut Self| script.roll(44_000) as i32 - 2_000;
                let choice: Choice = (
                    self.roll(256) as u8,
                    self.roll(1 << 30) as u32,
                    self.roll(1 << 30) as u32,
                    at(self),
                    at(self),
                    at(self),
                    at(self),
                );
                let done = command(&self.plan, choice, 6_000).and_then(|command| apply(&self.plan, &command).ok());
                let Some(done) = done else { return Action::Nothing };
                self.history.push(done.record);
                self.plan = done.plan;
                Action::Did
            }
        }
    }
}

/// What must be there again: the plan, where it stands, and the named versions.
fn mark(plan: &Plan, history: &History) -> (u64, Option<u32>, Vec<Version>) {
    let mut versions = history.versions().to_vec();
    versions.sort_by(|a, b| a.name.cmp(&b.name));
    (plan.canonical_hash(), history.here(), versions)
}

fn save(script: &Script, file: &Path, before: Option<&Saved>) -> Saved {
    let opened = before.map(|saved| &saved.stamp);
    let saved = project::save(&script.plan, &script.history, file, opened, &Progress::default()).unwrap();
    assert_eq!(saved.aside, None);
    saved
}

/// Does one step and keeps it.
fn work(script: &mut Script, journal: &mut Option<Journal>, saved: &mut Saved, copy: &Path) {
    let action = script.step();
    let kept = journal.as_ref().unwrap();
    match action {
        Action::Nothing => {}
        Action::Did => kept.append(script.history.next_undo().unwrap()).unwrap(),
        Action::Undid(step) => kept.undone(step).unwrap(),
        Action::Redid(step) => kept.redone(step).unwrap(),
        Action::Switched(tip) => kept.switched(tip).unwrap(),
        Action::Named => kept.named(script.history.versions().last().unwrap()).unwrap(),
        Action::Saved => {
            let file = saved.path.clone();
            *saved = save(script, &file, Some(saved));
            drop(journal.take());
            *journal = Some(Journal::begin(copy, Base::File(&file, &saved.stamp)).unwrap());
        }
    }
}

/// What a restart finds.
fn restart(file: &Path, copy: &Path) -> (Plan, History) {
    let opened = project::open(file, &Progress::default()).unwrap();
    match journal::recover(copy, &Progress::default()).unwrap() {
        Some(recovered) => {
            assert_eq!(recovered.notes, []);
            (recovered.plan, recovered.history)
        }
        None => (opened.plan, opened.history),
    }
}

/// The child of the next test: works until it is killed. Does nothing when the tests are run by hand.
#[test]
fn editor() {
    let Some(folder) = std::env::var_os("WANGGE_TEST_EDITOR") else { return };
    let seed = std::env::var("WANGGE_TEST_SEED").unwrap().parse().unwrap();
    let (file, copy) = (Path::new(&folder).join("plan.gpkg"), Path::new(&folder).join("plan.journal"));
    let mut script = Script::new(seed);
    let mut saved = save(&script, &file, None);
    let mut journal = Some(Journal::begin(&copy, Base::File(&file, &saved.stamp)).unwrap());
    eprintln!("did 0");
    for number in 1.. {
        work(&mut script, &mut journal, &mut saved, &copy);
        eprintln!("did {number}");
    }
}

/// Killed at random moments, saves among them: at most the step in hand is lost. `WANGGE_KILLS` asks for more of them.
#[test]
fn a_planner_killed_at_any_moment_loses_the_step_in_hand_at_most() {
    let kills = std::env::var("WANGGE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4);
    let (mut done, mut in_hand) = (0, 0);
    for kill in 0..kills {
        let folder = tempdir().unwrap();
        let mut child = Process::new(std::env::current_exe().unwrap())
            .args(["safety::editor", "--exact", "--nocapture"])
            .env("WANGGE_TEST_EDITOR", folder.path())
            .env("WANGGE_TEST_SEED", format!("{}", kill + 1))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = |line: &str| line.strip_prefix("did ").and_then(|number| number.parse::<usize>().ok());
        while lines.next().unwrap().unwrap() != "did 0" {}
        std::thread::sleep(Duration::from_micros(Script::new(kill + 77).roll(400_000)));
        child.kill().unwrap();
        let last = lines.map_while(Result::ok).filter_map(|line| told(&line)).last().unwrap_or(0);
        child.wait().unwrap();
        let (plan, history) = restart(&folder.path().join("plan.gpkg"), &folder.path().join("plan.journal"));
        let mut script = Script::new(kill + 1);
        for _ in 0..last {
            script.step();
        }
        let found = mark(&plan, &history);
        if found != mark(&script.plan, &script.history) {
            script.step();
            in_hand += 1;
            assert_eq!(found, mark(&script.plan, &script.history), "kill {kill} after step {last}");
        }
        done += last;
    }
    println!("{kills} kills after {done} steps: none lost; {in_hand} times the step in hand was kept too");
}

#[test]
fn a_save_cut_off_before_the_working_copy_ends_is_not_done_twice() {
    // Undone, saved, and killed before the working copy was taken away.
    for seed in 1..40 {
        let folder = tempdir().unwrap();
        let (file, copy) = (folder.path().join("plan.gpkg"), folder.path().join("plan.journal"));
        let mut script = Script::new(seed);
        let mut saved = save(&script, &file, None);
        let mut journal = Some(Journal::begin(&copy, Base::File(&file, &saved.stamp)).unwrap());
        for _ in 0..12 {
            work(&mut script, &mut journal, &mut saved, &copy);
        }
        save(&script, &file, Some(&saved));
        drop(journal);
        let (plan, history) = restart(&file, &copy);
        assert_eq!(mark(&plan, &history), mark(&script.plan, &script.history), "seed {seed}");
    }
}

/// A history with everything in it.
fn busy() -> Script {
    let mut script = Script::new(5);
    while script.history.branches().len() < 2 || script.history.versions().is_empty() {
        script.step();
    }
    let retire = Command::Retire { tier: GRID, zone: script.plan.tiers[GRID].zones.ids().next().unwrap() };
    let done = apply(&script.plan, &retire).unwrap();
    script.history.push(done.record);
    script.plan = done.plan;
    assert!(script.plan.retired.count() > 0);
    script
}

#[test]
fn branches_versions_and_retired_codes_come_back() {
    let folder = tempdir().unwrap();
    let (file, copy) = (folder.path().join("plan.gpkg"), folder.path().join("plan.journal"));
    let script = busy();
    save(&script, &file, None);
    let opened = project::open(&file, &Progress::default()).unwrap();
    assert_eq!(opened.plan, script.plan);
    assert_eq!(opened.history, script.history);
    drop(Journal::begin(&copy, Base::Plan(&script.plan, &script.history, None)).unwrap());
    let recovered = journal::recover(&copy, &Progress::default()).unwrap().unwrap();
    assert_eq!((recovered.plan, recovered.history), (script.plan, script.history));
}

/// A file of the first version, made by taking away what the second added.
#[test]
fn a_file_of_the_first_version_opens() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("plan.gpkg");
    let mut script = Script { plan: blocks(), history: History::default(), dice: 1 };
    // A block of the southern grid of a town to the northern one, back, and again.
    for to in [0, 2, 0] {
        let faces = script.plan.tiers[GRID].faces_of(ZoneId(2 - to)).into_iter().next_back().into_iter().collect();
        let paint = Command::Paint { tier: GRID, faces, to: Some(ZoneId(to)) };
        let done = apply(&script.plan, &paint).unwrap();
        script.history.push(done.record);
        script.plan = done.plan;
    }
    script.plan = script.history.undo(&script.plan).unwrap().0;
    save(&script, &file, None);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch(
        "ALTER TABLE wangge_squad DROP COLUMN vehicles; DROP TABLE wangge_version; DROP TABLE wangge_retired; ALTER TABLE wangge_history DROP COLUMN before;
         DELETE FROM gpkg_contents WHERE table_name IN ('wangge_version', 'wangge_retired');
         DELETE FROM wangge_project WHERE key IN ('tip', 'retired_slots');
         UPDATE wangge_project SET value = '1' WHERE key = 'schema';",
    )
    .unwrap();
    drop(db);
    let opened = project::open(&file, &Progress::default()).unwrap();
    assert_eq!(opened.plan, script.plan);
    assert_eq!(opened.history, script.history);
    // Saved again it is of the present version.
    let Opened { plan, history, stamp, .. } = opened;
    project::save(&plan, &history, &file, Some(&stamp), &Progress::default()).unwrap();
    assert_eq!(project::open(&file, &Progress::default()).unwrap().history, script.history);
}

#[test]
fn a_second_window_may_look() {
    let folder = tempdir().unwrap();
    let copy = journal::path_of(folder.path(), Some(Path::new("plan.gpkg")));
    let first = hold::hold(&copy).unwrap();
    assert!(matches!(hold::hold(&copy), Err(JournalError::InUse)));
    assert_eq!(hold::holder(&copy).unwrap().process, std::process::id());
    assert!(hold::hold(&journal::path_of(folder.path(), Some(Path::new("other.gpkg")))).is_ok());
    // What the first one keeps is not in its way.
    let script = Script::new(1);
    drop(Journal::begin(&copy, Base::Plan(&script.plan, &script.history, None)).unwrap());
    drop(first);
    assert_eq!(hold::holder(&copy), None);
    hold::hold(&copy).unwrap();
}
