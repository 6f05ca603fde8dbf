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
use wangge::model::{Accepted, Fate, Plan, Role};
use wangge::render::paper::Imprint;
use wangge::render::{Order, Product, hand_over};

use city::{City, Dice};
use faults::{Asked, Fault};

/// A city with faults, opened. An error where it cannot be opened at all, which is a stop as well.
fn opened(faults: &[Fault], seed: u64, folder: &Path) -> Result<Plan, OpenError> {
    let mut city = City::random(seed);
    let mut dice = Dice::new(seed ^ 0x5eed);
    let all = city.grids.len();
    let first = dice.below(all);
    // Each fault has a grid of its own, no neighbours.
    let places = [first, (first + all / 2) % all];
    let asked: Vec<Asked> =
        faults.iter().zip(places).map(|(fault, at)| fault.plant(&mut city, at, &mut dice)).collect();
    let paths = city.write(folder);
    let mut options = Options::default();
    for asked in &asked {
        options.checking.codes.extend(asked.grids.map(|form| ("grids".to_owned(), form)));
        options.checking.band_percent = asked.band.or(options.checking.band_percent);
    }
    let progress = Progress::default();
    let mut plan = open(&paths, &options, &progress)?.plan;
    for (number, text) in asked.iter().filter_map(|asked| asked.added.as_ref()).enumerate() {
        let path = folder.join(format!("added{number}.geojson"));
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

/// Why a fault is not told, if so: it must stand in the certificate, and hold the hand-over up where it is an error.
fn untold(fault: &Fault, plan: &Plan, gate: &Gate, certificate: &str) -> Option<String> {
    let stands = |text: &str| certificate.contains(text);
    if let Fault::Fate(fate) = fault {
        let met = |known: &Fate| {
            std::mem::discriminant(known) == std::mem::discriminant(fate)
                && (!matches!(fate, Fate::LeftOut(_)) || known == fate)
        };
        let accounts = plan.intake.files.iter().filter(|account| account.tally().iter().any(|(known, _)| met(known)));
        let lines: Vec<String> = accounts.map(|account| account.line().zh).collect();
        if lines.is_empty() {
            return Some("no file has such a feature".to_owned());
        }
        return lines.into_iter().find(|line| !stands(line)).map(|line| format!("not in the certificate: {line}"));
    }
    let found: Vec<&Problem> = gate.all_open().filter(|problem| fault.is_found_by(problem)).collect();
    if found.is_empty() {
        return Some("not found at the gate".to_owned());
    }
    found
        .into_iter()
        .find(|problem| !stands(&problem.reason.zh))
        .map(|problem| format!("not in the certificate: {}", problem.reason.zh))
}

/// Plants faults and looks whether each is told; the complaints.
fn complaints(faults: &[Fault], seed: u64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let plan = match opened(faults, seed, folder.path()) {
        Ok(plan) => plan,
        // Nothing is handed over.
        Err(error) => {
            return if error.to_string().is_empty() { vec!["an error without words".to_owned()] } else { Vec::new() };
        }
    };
    let tier = plan.tier_of(Role::Grid).map_or(plan.base, |(at, _)| at);
    let gate = check::gate(&plan, tier);
    let certificate = certificate(&plan, tier, &gate, folder.path());
    let told =
        |fault: &Fault| untold(fault, &plan, &gate, &certificate).map(|why| format!("{faults:?}, seed {seed}: {why}"));
    faults.iter().filter_map(told).collect()
}

#[test]
fn a_clean_city_has_nothing_that_is_planted() {
    for seed in 1..6 {
        let folder = tempfile::tempdir().unwrap();
        let plan = opened(&[], seed, folder.path()).unwrap();
        let (tier, _) = plan.tier_of(Role::Grid).unwrap();
        let open: Vec<Problem> = check::gate(&plan, tier).all_open().cloned().collect();
        assert!(open.is_empty(), "{open:#?}");
        assert!(plan.intake.files.iter().all(|account| account.closes()), "{:?}", plan.intake.files);
    }
}

#[test]
fn every_planted_fault_is_named_or_stopped() {
    let all = Fault::all();
    let wrong: Vec<String> =
        (1..4).flat_map(|seed| all.iter().flat_map(move |fault| complaints(&[fault.clone()], seed))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// As many pairs as are asked for by `WANGGE_PAIRS`, or every seventeenth.
#[test]
fn every_pair_of_planted_faults_is_named_or_stopped() {
    let all = Fault::all();
    let step = std::env::var("WANGGE_PAIRS").ok().and_then(|step| step.parse().ok()).unwrap_or(17);
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |two| [one.clone(), two.clone()]));
    let wrong: Vec<String> =
        pairs.step_by(step).enumerate().flat_map(|(seed, pair)| complaints(&pair, seed as u64 + 1)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
