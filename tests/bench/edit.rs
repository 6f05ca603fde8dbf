//! Editing at the size of a city: `WANGGE_CITY=DIR cargo bench --no-default-features --bench edit`.
//!
//! The folder holds what `wangge sample --units 20000 --grids 8000 --incidents 1000000 -o DIR` wrote. Every command is
//! one of a long row on the same plan, with what the hand is shown: the effect on both sides, loads included. Printed are
//! the median, the 99th percentile and the longest, and what 10 000 commands take in memory.

#![allow(clippy::print_stdout, reason = "a bench prints")]
#![allow(clippy::panic, clippy::expect_used, reason = "a bench that cannot run says why")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wangge::balance::Live;
use wangge::base::Progress;
use wangge::edit::{Change, Command, Context, Effect, History, Record, Side, preview};
use wangge::geometry::{Bounds, Point};
use wangge::index::{Index, Located};
use wangge::io::{Options, open};
use wangge::model::{Plan, Role, ZoneId};
use wangge::topology::FaceId;

/// The plan in hand and what is derived of it.
struct Bench {
    plan: Plan,
    index: Index,
    located: Located,
    live: Live,
    history: History,
    grids: usize,
    dice: u64,
}

impl Bench {
    fn open(folder: &Path) -> Self {
        let files = ["units.geojson", "grids.geojson", "towns.geojson", "incidents.csv"].map(|name| folder.join(name));
        let opened = open(&files, &Options::default(), &Progress::default()).expect("the city opens");
        let mut plan = opened.plan;
        let index = Index::of(&plan.coverage);
        for (tier, locked) in plan.tiers.iter().map(|tier| tier.locked).enumerate().collect::<Vec<_>>() {
            if locked {
                let unlock = Command::Lock { tier, zone: None, locked: false, reason: "bench".into() };
                let near = |bounds| index.borders_in(bounds);
                let context = Context { near: &near, time: 0, camera: None };
                plan = unlock.apply(&plan, &context).expect("a reason is given").plan;
            }
        }
        let located = Located::of(&plan, &index, &Progress::default()).expect("nobody cancels");
        let (grids, _) = plan.tier_of(Role::Grid).expect("a tier of grids");
        Self {
            live: Live::of(&plan, [None; 2], |_| true),
            plan,
            index,
            located,
            history: History::default(),
            grids,
            dice: 1,
        }
    }

    /// A number below `end`; xorshift (Marsaglia 2003), the same row every time.
    fn below(&mut self, end: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) as usize % end.max(1)
    }

    /// Tries a command, brings up what is derived, says both sides' loads, and does it. How long all of it took; `None`
    /// where it was refused.
    fn time(&mut self, command: &Command) -> Option<Duration> {
        let start = Instant::now();
        let near = |bounds| self.index.borders_in(bounds);
        let effect = preview(&self.plan, command, &Context { near: &near, time: 0, camera: None }).ok()?;
        let Effect { done, difference, .. } = effect;
        let index = self.index.updated(&done.plan.coverage, &difference.faces, &difference.borders);
        let located = self.located.updated(&done.plan, &index, &difference.faces);
        let before = self.live.faces(&self.plan, &self.index, &self.located, &difference.faces);
        let after = self.live.faces(&done.plan, &index, &located, &difference.faces);
        assert_eq!(before.len(), after.len());
        let took = start.elapsed();
        (self.plan, self.index, self.located) = (done.plan, index, located);
        self.history.push(done.record);
        Some(took)
    }

    /// Moves a vertex by a metre or so.
    fn shift(&mut self) -> Option<Command> {
        let borders = self.plan.coverage.borders().slots();
        let border = wangge::topology::BorderId(self.below(borders) as u32);
        let count = self.plan.coverage.borders().get(border)?.points.len();
        let at = self.below(count);
        let from = *self.plan.coverage.borders().get(border)?.points.get(at)?;
        let to = Point::new(from.x + self.below(200) as i32 - 100, from.y + self.below(200) as i32 - 100);
        Some(Command::MoveVertex { border, at, to })
    }

    fn face(&mut self) -> Option<(FaceId, ZoneId)> {
        let slots = self.plan.coverage.face_slots();
        let face = FaceId(self.below(slots) as u32);
        Some((face, self.plan.tiers[self.grids].owner_of(face)?))
    }

    /// A face, its grid and another grid beside it.
    fn neighbours(&mut self) -> Option<(FaceId, ZoneId, ZoneId)> {
        let (face, zone) = self.face()?;
        let next = self.plan.coverage.neighbours(face);
        let other = next.into_iter().filter_map(|next| self.plan.tiers[self.grids].owner_of(next));
        Some((face, zone, other.into_iter().find(|&other| other != zone)?))
    }

    fn paint(&mut self) -> Option<Command> {
        let (face, _, to) = self.neighbours()?;
        Some(Command::Paint { tier: self.grids, faces: vec![face], to: Some(to) })
    }

    fn merge(&mut self) -> Option<Command> {
        let (_, keep, other) = self.neighbours()?;
        Some(Command::Merge { tier: self.grids, keep, others: vec![other] })
    }

    /// Cuts a grid from west to east through its middle.
    fn split(&mut self) -> Option<Command> {
        let (_, zone) = self.face()?;
        let faces = self.plan.tiers[self.grids].faces_of(zone);
        let faces = faces.iter().filter_map(|&face| self.plan.coverage.faces().get(face));
        let bounds = faces.map(|face| face.bounds).fold(Bounds::EMPTY, Bounds::join);
        let y = bounds.centre().y;
        let stroke = vec![Point::new(bounds.min.x - 100, y), Point::new(bounds.max.x + 100, y + 7)];
        Some(Command::Split {
            tier: self.grids,
            zone,
            stroke,
            keeps: Side::Left,
            code: String::new(),
            name: "x".into(),
        })
    }

    fn row(&mut self, name: &str, count: usize, make: impl Fn(&mut Self) -> Option<Command>) {
        let (mut took, mut refused) = (Vec::new(), 0);
        while took.len() < count && refused < 50 * count {
            match make(self).and_then(|command| self.time(&command)) {
                Some(time) => took.push(time),
                None => refused += 1,
            }
        }
        report(name, took, refused);
    }
}

fn report(name: &str, mut took: Vec<Duration>, refused: usize) {
    took.sort_unstable();
    let at = |share: f64| took.get(((took.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default();
    println!(
        "{name:>28}: {} done, {refused} refused; median {:?}, p99 {:?}, longest {:?}",
        took.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Bytes that the records of a history hold on the heap; what several share counts once, what the plan shares too.
fn heap_bytes(history: &History) -> usize {
    let mut seen = HashSet::new();
    let mut shared = |at: *const u8, bytes: usize| if seen.insert(at) { bytes + 16 } else { 0 };
    let mut bytes = 0;
    for (_, record) in history.steps() {
        bytes += size_of::<Record>() + record.changes.capacity() * size_of::<Change>();
        bytes += record.sentence.en.capacity() + record.sentence.zh.capacity() + 16 * record.selection.capacity();
        for change in &record.changes {
            match change {
                Change::Node(_, a, b) => {
                    for node in [a, b].into_iter().flatten() {
                        bytes += shared(node.out.as_ptr().cast(), size_of_val(&*node.out));
                    }
                }
                Change::Border(_, a, b) => {
                    for border in [a, b].into_iter().flatten() {
                        bytes += shared(border.points.as_ptr().cast(), size_of_val(&*border.points));
                    }
                }
                Change::Face(_, a, b) => {
                    for face in [a, b].into_iter().flatten() {
                        bytes += shared(face.rings.as_ptr().cast(), size_of_val(&*face.rings));
                        let rings = face.rings.iter();
                        bytes += rings.map(|ring| shared(ring.as_ptr().cast(), size_of_val(&**ring))).sum::<usize>();
                    }
                }
                Change::Zone(_, _, a, b) => {
                    for zone in [a, b].into_iter().flatten() {
                        bytes += size_of_val(&**zone) + zone.code.capacity() + zone.name.capacity();
                    }
                }
                Change::Retired(_, a, b) => {
                    bytes += [a, b].into_iter().flatten().map(|gone| size_of_val(&**gone) + 64).sum::<usize>()
                }
                _ => {}
            }
        }
    }
    bytes
}

fn main() {
    let Some(folder) = std::env::var_os("WANGGE_CITY").map(PathBuf::from) else {
        println!("SKIPPED: WANGGE_CITY names no folder");
        return;
    };
    let mut bench = Bench::open(&folder);
    let (faces, rows) = (bench.plan.coverage.faces().count(), bench.plan.incidents.len());
    println!("{faces} faces, {rows} incidents");
    let snapshots = (0..1000).map(|_| {
        let start = Instant::now();
        std::hint::black_box((bench.plan.clone(), bench.index.clone()));
        start.elapsed()
    });
    report("snapshot", snapshots.collect(), 0);
    bench.row("move a vertex, loads live", 4000, Bench::shift);
    bench.row("paint", 500, Bench::paint);
    bench.row("split", 500, Bench::split);
    bench.row("merge", 500, Bench::merge);
    let before = heap_bytes(&bench.history);
    let (mut done, mut kinds) =
        (0, [Bench::shift, Bench::paint, Bench::split, Bench::shift, Bench::merge].iter().cycle());
    while done < 10_000 {
        let Some(make) = kinds.next() else { return };
        done += usize::from(make(&mut bench).and_then(|command| bench.time(&command)).is_some());
    }
    let grown = heap_bytes(&bench.history) - before;
    println!("{:>28}: {:.1} MB of history", "10 000 commands of all sorts", grown as f64 / 1e6);
    let start = Instant::now();
    let mut undone = 0;
    while let Some((plan, _)) = bench.history.undo(&bench.plan) {
        bench.plan = plan;
        undone += 1;
    }
    println!("{:>28}: {undone} in {:?}", "undone", start.elapsed());
}
