//! The certificate against planted faults: of every rule, every diagnosis and every fate, one at a time and in pairs, in
//! random cities. The certificate names each, or the gate stops the hand-over.

mod city;
mod faults;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wangge::base::{Problem, Progress};
use wangge::check::{self, Gate};
use wangge::edit::{Command, Context};
use wangge::io::export::ExportOptions;
use wangge::io::layer::Format;
use wangge::io::open::add;
use wangge::io::{OpenError, Options, open};
use wangge::model::{Accepted, Fate, FileAccount, Plan, Role};
use wangge::render::paper::Imprint;
use wangge::render::{Order, Product, hand_over};

use city::{City, Dice};
use faults::{Asked, Fault};

/// Faults to be planted, the first in the first town and the second in the last.
type Pair<'a> = [Option<&'a Fault>; 2];

/// A city with faults, opened. An error where it cannot be opened at all, which is a stop as well.
fn opened(faults: Pair<'_>, seed: u64, folder: &Path) -> Result<Plan, OpenError> {
    let mut city = City::random(seed);
    let mut dice = Dice::new(seed ^ 0x5eed);
    let places = city.places(&mut dice);
    let pairs = faults.into_iter().zip(places);
    let asked: Vec<Asked> = pairs.filter_map(|(fault, at)| Some(fault?.plant(&mut city, at, &mut dice))).collect();
    open_city(&city, &asked, folder)
}

fn open_city(city: &City, asked: &[Asked], folder: &Path) -> Result<Plan, OpenError> {
    let paths = city.write(folder);
    let mut options = Options::default();
    for asked in asked {
        options.checking.codes.extend(asked.grids.map(|form| ("grids".to_owned(), form)));
        options.checking.band_percent = asked.band.or(options.checking.band_percent);
    }
    let progress = Progress::default();
    let mut plan = open(&paths, &options, &progress)?.plan;
    for (number, text) in asked.iter().filter_map(|asked| asked.added.as_ref()).enumerate() {
        let ending = if text.starts_with('{') { "geojson" } else { "csv" };
        let path = folder.join(format!("added{number}.{ending}"));
        std::fs::write(&path, text).unwrap();
        let added = add(&plan, &[path], &options, &progress)?;
        let near = wangge::topology::scan(&plan.coverage);
        let done = added.addition.apply(&plan, &Context { near: &near, time: 0, camera: None });
        drop(near);
        if let Ok(done) = done {
            plan = done.plan;
        }
    }
    for code in asked.iter().filter_map(|asked| asked.painted.as_ref()) {
        plan = painted(&plan, code);
    }
    Ok(plan)
}

/// The plan after a grid took a face of another one of its town.
fn painted(plan: &Plan, code: &str) -> Plan {
    let (tier, grids) = plan.tier_of(Role::Grid).unwrap();
    let codes = || grids.zones.iter().map(|(_, zone)| zone.code.clone()).collect::<Vec<_>>();
    let found = grids.zones.iter().find(|(_, zone)| zone.code == code);
    let (to, _) = found.unwrap_or_else(|| panic!("{code} is none of {:?}", codes()));
    let near = wangge::topology::scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let others = plan.coverage.faces().ids().filter(|&face| grids.owner_of(face).is_some_and(|owner| owner != to));
    let mut done = others.filter_map(|face| {
        Command::Paint { tier, faces: vec![face], to: Some(to) }.apply(plan, &context).ok().map(|done| done.plan)
    });
    done.next().unwrap_or_else(|| panic!("{code} takes no face"))
}

/// All text of the certificate of a tier, handed over with every error accepted for a reason.
fn certificate(plan: &Plan, tier: usize, gate: &Gate, folder: &Path) -> String {
    let mut plan = plan.clone();
    let accepted = Accepted { reason: "示例理由".to_owned(), time: 0 };
    let keys = gate.blocking.iter().map(|problem| (problem.key(), accepted.clone()));
    Arc::make_mut(&mut plan.settings).accepted.extend(keys);
    let order = Order {
        tier,
        product: Product::Layer(Format::Csv),
        options: ExportOptions::default(),
        imprint: Imprint::default(),
        each: false,
        certificate: true,
    };
    let done = hand_over(&plan, &order, &folder.join("out.csv"), &Progress::default()).unwrap();
    text_of(done.files.last().unwrap())
}

/// All text of a Word document, in the order it is read.
fn text_of(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let texts = xml.split("<w:t").skip(1).filter_map(|run| run.split_once('>')?.1.split_once("</w:t>"));
    let all: String = texts.map(|(text, _)| text).collect();
    ["&lt;<", "&gt;>", "&quot;\"", "&apos;'", "&amp;&"].iter().fold(all, |all, pair| {
        let (escaped, plain) = pair.split_at(pair.len() - 1);
        all.replace(escaped, plain)
    })
}

/// A tier at the gate, and its certificate.
struct HandedOver {
    gate: Gate,
    certificate: String,
}

/// What became of a city; `None` where it could not be opened, so that nothing of it is handed over.
type Outcome = Option<(Vec<HandedOver>, Vec<FileAccount>)>;

fn outcome(faults: Pair<'_>, seed: u64) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let plan = match opened(faults, seed, folder.path()) {
        Ok(plan) => plan,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{faults:?}");
            return None;
        }
    };
    let tiers = (0..plan.tiers.len()).map(|tier| {
        let gate = check::gate(&plan, tier);
        let certificate = certificate(&plan, tier, &gate, folder.path());
        HandedOver { gate, certificate }
    });
    Some((tiers.collect(), plan.intake.files.clone()))
}

/// What tells a finding from all others.
fn told_by(problem: &Problem) -> (String, &str) {
    (problem.key(), &problem.reason.zh)
}

/// Why a fault is not told, if so: it must stand in the certificate of its tier, and be told by something that is not told
/// of the same city without it.
fn untold(fault: &Fault, (tiers, files): &(Vec<HandedOver>, Vec<FileAccount>), without: &Outcome) -> Option<String> {
    let (known_tiers, known_files) = without.as_ref().map_or((&[][..], &[][..]), |(tiers, files)| (tiers, files));
    if let Fault::Fate(fate) = fault {
        let met = |known: &Fate| {
            let alike = std::mem::discriminant(known) == std::mem::discriminant(fate);
            alike && (known == fate || !matches!(fate, Fate::LeftOut(_)))
        };
        let count = |files: &[FileAccount]| -> u64 {
            files.iter().flat_map(FileAccount::tally).filter(|(known, _)| met(known)).map(|(_, count)| count).sum()
        };
        // Zones and incidents are in every city.
        let new = matches!(fate, Fate::Zone | Fate::Incidents) || count(files) > count(known_files);
        if !new || count(files) == 0 {
            return Some("no file has such a feature".to_owned());
        }
        let accounts = files.iter().filter(|account| account.tally().iter().any(|(known, _)| met(known)));
        let stands = |sum: &String| tiers.iter().any(|tier| tier.certificate.contains(sum.as_str()));
        let mut sums = accounts.map(|account| account.sum().zh);
        return sums.find(|sum| !stands(sum)).map(|sum| format!("in no certificate: {sum}"));
    }
    let known: Vec<_> = known_tiers.iter().flat_map(|tier| tier.gate.all_open()).map(told_by).collect();
    let found: Vec<(&Problem, &str)> = tiers
        .iter()
        .flat_map(|tier| tier.gate.all_open().map(|problem| (problem, tier.certificate.as_str())))
        .filter(|(problem, _)| fault.is_found_by(problem) && !known.contains(&told_by(problem)))
        .collect();
    if found.is_empty() {
        return Some("not found at the gate".to_owned());
    }
    let silent = found.into_iter().find(|(problem, certificate)| !certificate.contains(&*problem.reason.zh));
    silent.map(|(problem, _)| format!("not in the certificate: {}", problem.reason.zh))
}

/// Does work on as many threads as there are processors; in the order of the jobs. A panic is a complaint as well.
fn on_all_threads<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<Result<R, String>> {
    let next = AtomicUsize::new(0);
    let one = |job: &T| {
        catch_unwind(AssertUnwindSafe(|| work(job))).map_err(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
        })
    };
    let some = || -> Vec<_> {
        let mine = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            Some((at, one(jobs.get(at)?)))
        });
        mine.collect()
    };
    let mut done: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..num_threads()).map(|_| scope.spawn(some)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn num_threads() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// Cities that faults are planted in.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;

/// A fault with nothing else in its city: which of all it is, whether it is the second, and the city's seed.
type Alone = (usize, bool, u64);

fn alone(fault: &Fault, second: bool) -> Pair<'_> {
    if second { [None, Some(fault)] } else { [Some(fault), None] }
}

/// What becomes of every fault alone, and what is wrong with that.
fn all_alone(all: &[Fault]) -> (BTreeMap<Alone, Outcome>, Vec<String>) {
    let places = || SEEDS.flat_map(|seed| [false, true].map(|second| (second, seed)));
    let jobs: Vec<Alone> =
        (0..all.len()).flat_map(|at| places().map(move |(second, seed)| (at, second, seed))).collect();
    let done = on_all_threads(&jobs, |&(at, second, seed)| outcome(alone(&all[at], second), seed));
    let (mut outcomes, mut wrong) = (BTreeMap::new(), Vec::new());
    for (job, done) in jobs.into_iter().zip(done) {
        let fault = &all[job.0];
        let why = match &done {
            Ok(Some(city)) => untold(fault, city, &None),
            Ok(None) => None,
            Err(panic) => Some(panic.clone()),
        };
        wrong.extend(why.map(|why| format!("{fault:?}, seed {}: {why}", job.2)));
        outcomes.insert(job, done.unwrap_or_default());
    }
    (outcomes, wrong)
}

#[test]
fn a_clean_city_has_nothing_that_is_planted() {
    for seed in 1..6 {
        let folder = tempfile::tempdir().unwrap();
        let plan = opened([None, None], seed, folder.path()).unwrap();
        let tiers = 0..plan.tiers.len();
        let open: Vec<Problem> =
            tiers.flat_map(|tier| check::gate(&plan, tier).all_open().cloned().collect::<Vec<_>>()).collect();
        assert!(open.is_empty(), "{open:#?}");
        assert!(plan.intake.files.iter().all(FileAccount::closes), "{:?}", plan.intake.files);
    }
}

/// One at a time and in pairs: one pair of every seventeen, or of every `WANGGE_PAIRS`.
#[test]
fn every_planted_fault_is_named_or_stopped() {
    let all = Fault::all();
    let (outcomes, mut wrong) = all_alone(&all);
    let step = std::env::var("WANGGE_PAIRS").ok().and_then(|step| step.parse().ok()).unwrap_or(17);
    let pairs = (0..all.len()).flat_map(|one| (one + 1..all.len()).map(move |two| (one, two)));
    let jobs: Vec<_> = pairs.step_by(step).zip(SEEDS.cycle()).collect();
    let done = on_all_threads(&jobs, |&((one, two), seed)| {
        let pair = [&all[one], &all[two]];
        let city = outcome(pair.map(Some), seed)?;
        let others = [(two, true, seed), (one, false, seed)].map(|other| &outcomes[&other]);
        let told = pair
            .into_iter()
            .zip(others)
            .filter_map(|(fault, other)| untold(fault, &city, other).map(|why| format!("{fault:?}: {why}")));
        Some(told.collect::<Vec<_>>())
    });
    let mut stopped = Vec::new();
    for (((one, two), seed), done) in jobs.iter().zip(done) {
        let complain = |why: String| format!("{:?} and {:?}, seed {seed}: {why}", all[*one], all[*two]);
        match done {
            Ok(Some(untold)) => wrong.extend(untold.into_iter().map(complain)),
            Ok(None) => stopped.push(complain("not opened".to_owned())),
            Err(panic) => wrong.push(complain(panic)),
        }
    }
    println!("{} pairs were planted, {} of them could not be opened: {stopped:#?}", jobs.len(), stopped.len());
    assert!(wrong.is_empty(), "{} complaints: {wrong:#?}", wrong.len());
}

/// Zones joined by `clean --dissolve` are counted as such; no other command joins any.
#[test]
fn zones_that_are_joined_are_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::random(5);
    city.grids[1].name = city.grids[0].name.clone();
    city.write(folder.path());
    let args = ["clean", "grids.geojson", "--dissolve", "name", "-o", "out.geojson", "--json"];
    let text = super::wangge(folder.path(), &args).stdout;
    assert!(String::from_utf8_lossy(&text).contains("joined-into"), "{}", String::from_utf8_lossy(&text));
}
