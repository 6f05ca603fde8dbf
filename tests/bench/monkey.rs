//! A window at the mercy of a seeded monkey: `cargo bench --bench monkey -- --seconds 60 --seed 1 [FILE…]`.
//!
//! Random clicks, drags, wheels, keys, words and commands, without a screen; no file means the sample city. Every few
//! hundred events the jobs are left to end and the rules of the plan are checked; then everything is undone and done
//! again, and must come out the same. Prints what was done and how much memory is held. A panic or a broken rule ends it
//! with the seed and the last events. It works in an empty folder of its own, since it also saves and exports.

#![allow(clippy::print_stdout, reason = "it prints its figures")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it fails by panicking")]

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, vec2,
};
use egui_kittest::Harness;
use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use wangge::base::{Lang, Progress};
use wangge::index::{Index, Located};
use wangge::ui::{App, Command, Start, What};

/// Events between two checks of the rules.
const BETWEEN: usize = 400;
/// Events told after a failure.
const TOLD: usize = 40;
const SIZE: Vec2 = vec2(1366.0, 768.0);

fn main() {
    let (mut seconds, mut seed, mut files) = (20, 1, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => seconds = args.next().and_then(|word| word.parse().ok()).expect("--seconds N"),
            "--seed" => seed = args.next().and_then(|word| word.parse().ok()).expect("--seed N"),
            "--bench" => {}
            file => files.push(std::fs::canonicalize(file).expect("a file")),
        }
    }
    let folder = tempfile::tempdir().expect("a folder to work in");
    std::env::set_current_dir(folder.path()).expect("a folder to work in");
    let mut monkey = Monkey::new(seed, files, folder.path().join("state"));
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        monkey.round();
    }
}

struct Monkey {
    window: Harness<'static, App>,
    random: Xoshiro256PlusPlus,
    seed: u64,
    at: Pos2,
    events: usize,
    last: VecDeque<String>,
}

impl Monkey {
    fn new(seed: u64, files: Vec<PathBuf>, state: PathBuf) -> Self {
        let sample = || vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/maps/haikou"))];
        let files = if files.is_empty() { sample() } else { files };
        let what = What::Files(files, Box::default());
        let start = Start { what, lang: Some(Lang::Zh), state: Some(state), ..Start::default() };
        let window = Harness::builder().with_size(SIZE).build_eframe(|cc| App::new(cc, start));
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut monkey = Self { window, random, seed, at: Pos2::ZERO, events: 0, last: VecDeque::new() };
        monkey.settle();
        monkey
    }

    /// Some hundred events, and a look at what they did.
    fn round(&mut self) {
        let acted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..BETWEEN {
                self.act();
                self.window.step();
                self.events += 1;
            }
            self.settle();
            self.check();
        }));
        if acted.is_err() {
            println!("seed {}, after {} events; the last of them:", self.seed, self.events);
            self.last.iter().for_each(|event| println!("  {event}"));
            std::process::exit(1);
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.random.next_u64() % bound as u64) as usize
    }

    fn tell(&mut self, what: String) {
        self.last.push_back(what);
        if self.last.len() > TOLD {
            self.last.pop_front();
        }
    }

    fn act(&mut self) {
        match self.below(20) {
            0..=5 => self.click(),
            6..=9 => self.drag(),
            10 | 11 => self.wheel(),
            12..=15 => self.command(),
            16 | 17 => self.key(),
            18 => self.write(),
            _ => self.wander(),
        }
    }

    fn modifiers(&mut self) -> Modifiers {
        match self.below(8) {
            0 => Modifiers::COMMAND,
            1 => Modifiers::SHIFT,
            2 => Modifiers::ALT,
            _ => Modifiers::NONE,
        }
    }

    /// Anywhere, mostly on the map or near where the pointer is.
    fn wander(&mut self) {
        let step = |random: usize| random as f32 - 60.0;
        self.at = match self.below(4) {
            0 => Pos2::new(self.below(SIZE.x as usize) as f32, self.below(SIZE.y as usize) as f32),
            1 => self.at + vec2(step(self.below(121)), step(self.below(121))),
            _ => Pos2::new(300.0 + self.below(700) as f32, 80.0 + self.below(520) as f32),
        };
        self.window.event(Event::PointerMoved(self.at));
    }

    fn button(&mut self, pressed: bool, button: PointerButton, modifiers: Modifiers) {
        self.window.event(Event::PointerButton { pos: self.at, button, pressed, modifiers });
    }

    fn which(&mut self) -> PointerButton {
        match self.below(10) {
            0 => PointerButton::Secondary,
            1 => PointerButton::Middle,
            _ => PointerButton::Primary,
        }
    }

    fn click(&mut self) {
        self.wander();
        let (button, modifiers, times) = (self.which(), self.modifiers(), 1 + self.below(6) / 5);
        self.tell(format!("click {button:?} {modifiers:?} × {times} at {:?}", self.at));
        for _ in 0..times {
            self.button(true, button, modifiers);
            self.window.step();
            self.button(false, button, modifiers);
        }
    }

    fn drag(&mut self) {
        self.wander();
        let (button, modifiers, steps) = (self.which(), self.modifiers(), 1 + self.below(6));
        self.tell(format!("drag {button:?} {modifiers:?} from {:?}", self.at));
        self.button(true, button, modifiers);
        for _ in 0..steps {
            self.window.step();
            self.wander();
        }
        self.window.step();
        self.tell(format!("  to {:?}", self.at));
        self.button(false, button, modifiers);
    }

    fn wheel(&mut self) {
        let delta = vec2(0.0, if self.below(2) == 0 { 40.0 } else { -40.0 });
        self.tell(format!("wheel {delta:?} at {:?}", self.at));
        let modifiers = self.modifiers();
        self.window.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            modifiers,
            source: MouseWheelSource::Wheel,
        });
    }

    /// A command by its key. The program stays open, and no file manager of the machine is started.
    fn command(&mut self) {
        let command = Command::ALL[self.below(Command::ALL.len())];
        if matches!(command, Command::Quit | Command::LogFolder | Command::OpenSample) {
            return;
        }
        if let Some(key) = command.key() {
            self.tell(format!("command {command:?}"));
            self.window.key_press_modifiers(key.modifiers, key.logical_key);
        }
    }

    fn key(&mut self) {
        const KEYS: [Key; 16] = [
            Key::Enter,
            Key::Enter,
            Key::Escape,
            Key::Escape,
            Key::Tab,
            Key::Tab,
            Key::Space,
            Key::ArrowLeft,
            Key::ArrowRight,
            Key::ArrowUp,
            Key::ArrowDown,
            Key::Delete,
            Key::Backspace,
            Key::Home,
            Key::PageDown,
            Key::F10,
        ];
        let (key, modifiers) = (KEYS[self.below(KEYS.len())], self.modifiers());
        self.tell(format!("key {modifiers:?} {key:?}"));
        self.window.key_press_modifiers(modifiers, key);
    }

    fn write(&mut self) {
        const WORDS: [&str; 10] = ["网格", "460105007", "0", "-1", "1e308", "金贸", "a", "😀", "3,000", "  "];
        let words = WORDS[self.below(WORDS.len())];
        self.tell(format!("write {words:?}"));
        self.window.event(Event::Text(words.to_owned()));
    }

    /// Frames until no job is at work.
    fn settle(&mut self) {
        let begun = Instant::now();
        loop {
            self.window.step();
            if self.window.state().is_idle() {
                break;
            }
            // A rebalancing goes on for as long as it was asked to.
            if begun.elapsed() > Duration::from_secs(20) {
                self.window.key_press(Key::Escape);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.window.step();
    }

    /// The rules of the plan, as it is, undone, and done again.
    fn check(&mut self) {
        (0..4).for_each(|_| {
            self.window.key_press(Key::Escape);
            self.settle();
        });
        self.all(Command::Redo);
        self.rules();
        let hash = |monkey: &Self| monkey.window.state().document().plan.canonical_hash();
        let here = hash(self);
        let undone = self.all(Command::Undo);
        self.rules();
        let again = self.all(Command::Redo);
        assert_eq!(undone, again, "undone and done again in another number of steps");
        assert_eq!(hash(self), here, "all undone and done again is another plan");
        println!("{} events; {undone} changes undone and done again; {} MB held", self.events, held_mb());
    }

    /// Gives a command by its key until it is not ready; how often.
    fn all(&mut self, command: Command) -> usize {
        let key = command.key().expect("a key");
        for times in 0..10_000 {
            if command.why_not(&self.window.state().facts()).is_some() {
                return times;
            }
            self.window.key_press_modifiers(key.modifiers, key.logical_key);
            self.settle();
        }
        panic!("{command:?} is always ready");
    }

    fn rules(&self) {
        let plan = &self.window.state().document().plan;
        plan.coverage.prove().expect("a coverage");
        let located = Located::of(plan, &Index::of(&plan.coverage), &Progress::default()).expect("not cancelled");
        for tier in &plan.tiers {
            assert!(located.tier(plan, tier).sum().holds(), "an incident is lost in {}", tier.name);
            let is_there = |zone| tier.zones.get(zone).is_some();
            let owners = plan.coverage.faces().iter().filter_map(|(face, _)| tier.owner_of(face));
            assert!(owners.into_iter().all(is_there), "land of {} has an owner that is not there", tier.name);
        }
    }
}

/// Memory that the program holds, MB; 0 where the system does not say.
fn held_mb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) / 1024
}
