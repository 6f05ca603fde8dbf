//! The certificate against planted faults: of every rule, every diagnosis and every fate, one at a time and in pairs, in
//! random cities. The certificate names each, or the gate stops the hand-over.

mod city;
mod faults;

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

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

/// A city with faults, opened. `None` where the two cannot stand in one file: one is of a format that the other is lost in.
/// An error where it cannot be opened at all, which is a stop as well.
fn opened(faults: &[Fault], seed: u64, folder: &Path) -> Option<Result<Plan, OpenError>> {
    let mut city = City::random(seed);
    let mut dice = Dice::new(seed ^ 0x5eed);
    let last = city.grids.len() - 1;
    // Each fault has a grid of its own, in another town; the second grid is that of faults of a format.
    let places = [[0, 2, 3][dice.below(3)], last - dice.below(3)];
    let mut asked: Vec<Asked> = Vec::new();
    for (fault, at) in faults.iter().zip(places) {
        let rewritten = city.instead.is_some();
        asked.push(fault.plant(&mut city, at, &mut dice));
        if rewritten && city.rewrites > 1 {
            return None;
        }
    }
    if city.instead.is_some() && city.touches_grids() {
        return None;
    }
    Some(open_city(&city, &asked, folder))
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
    let (to, _) = grids.zones.iter().find(|(_, zone)| zone.code == code).unwrap();
    let near = wangge::topology::scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let others = plan.coverage.faces().ids().filter(|&face| grids.owner_of(face).is_some_and(|owner| owner != to));
    let mut done = others.filter_map(|face| {
        Command::Paint { tier, faces: vec![face], to: Some(to) }.apply(plan, &context).ok().map(|done| done.plan)
    });
    done.next().unwrap()
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

/// Why a fault is not told, if so: it must stand in the certificate of its tier, and hold that one up where it is an error.
fn untold(fault: &Fault, plan: &Plan, tiers: &[HandedOver]) -> Option<String> {
    if let Fault::Fate(fate) = fault {
        let met = |known: &Fate| {
            let alike = std::mem::discriminant(known) == std::mem::discriminant(fate);
            alike && (known == fate || !matches!(fate, Fate::LeftOut(_)))
        };
        let accounts = plan.intake.files.iter().filter(|account| account.tally().iter().any(|(known, _)| met(known)));
        let sums: Vec<String> = accounts.map(|account| account.sum().zh).collect();
        if sums.is_empty() {
            return Some("no file has such a feature".to_owned());
        }
        let stands = |sum: &String| tiers.iter().any(|tier| tier.certificate.contains(sum.as_str()));
        return sums.into_iter().find(|sum| !stands(sum)).map(|sum| format!("in no certificate: {sum}"));
    }
    let found: Vec<(&Problem, &str)> = tiers
        .iter()
        .flat_map(|tier| tier.gate.all_open().map(|problem| (problem, tier.certificate.as_str())))
        .filter(|(problem, _)| fault.is_found_by(problem))
        .collect();
    if found.is_empty() {
        return Some("not found at the gate".to_owned());
    }
    let silent = found.into_iter().find(|(problem, certificate)| !certificate.contains(&*problem.reason.zh));
    silent.map(|(problem, _)| format!("not in the certificate: {}", problem.reason.zh))
}

/// Plants faults and looks whether each is told; the complaints, or `None` where they cannot be planted together.
fn complaints(faults: &[Fault], seed: u64) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let plan = match opened(faults, seed, folder.path())? {
        Ok(plan) => plan,
        // Nothing is handed over.
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{faults:?}");
            return Some(Vec::new());
        }
    };
    let tiers: Vec<HandedOver> = (0..plan.tiers.len())
        .map(|tier| {
            let gate = check::gate(&plan, tier);
            let certificate = certificate(&plan, tier, &gate, folder.path());
            HandedOver { gate, certificate }
        })
        .collect();
    let told = |fault: &Fault| untold(fault, &plan, &tiers).map(|why| format!("{faults:?}, seed {seed}: {why}"));
    Some(faults.iter().filter_map(told).collect())
}

#[test]
fn a_clean_city_has_nothing_that_is_planted() {
    for seed in 1..6 {
        let folder = tempfile::tempdir().unwrap();
        let plan = opened(&[], seed, folder.path()).unwrap().unwrap();
        let tiers = 0..plan.tiers.len();
        let open: Vec<Problem> =
            tiers.flat_map(|tier| check::gate(&plan, tier).all_open().cloned().collect::<Vec<_>>()).collect();
        assert!(open.is_empty(), "{open:#?}");
        assert!(plan.intake.files.iter().all(FileAccount::closes), "{:?}", plan.intake.files);
    }
}

#[test]
fn every_planted_fault_is_named_or_stopped() {
    let all = Fault::all();
    let each = (1..4).flat_map(|seed| all.iter().map(move |fault| (fault, seed)));
    let wrong: Vec<String> =
        each.filter_map(|(fault, seed)| complaints(std::slice::from_ref(fault), seed)).flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One pair of every seventeen, or of every `WANGGE_PAIRS`.
#[test]
fn every_pair_of_planted_faults_is_named_or_stopped() {
    let all = Fault::all();
    let step = std::env::var("WANGGE_PAIRS").ok().and_then(|step| step.parse().ok()).unwrap_or(17);
    let (mut planted, mut wrong) = (0, Vec::new());
    let pairs = all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |two| [one, two]));
    for (seed, pair) in (1..).zip(pairs.step_by(step)) {
        if let Some(complaints) = complaints(&pair.map(Clone::clone), seed) {
            planted += 1;
            wrong.extend(complaints);
        }
    }
    println!("{planted} pairs were planted");
    assert!(planted > 20 && wrong.is_empty(), "{wrong:#?}");
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
