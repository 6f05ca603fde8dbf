//! Changes real files at random and reads them, each reader for as long as it is told. Prints what ended the program or
//! took too long, and keeps the bytes. What is packed is changed inside and packed again as well, since its checksums turn
//! most changes away at the door.
//!
//! `cargo bench --bench fuzz -- SECONDS FOLDER FILE...`: the files are the seeds, their endings say whose turn it is.

#![allow(clippy::print_stdout, reason = "it prints what it found")]

use std::io::{Cursor, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use wangge::base::Progress;
use wangge::geometry::Point;
use wangge::io::layer::Reading;
use wangge::io::{Layer, Source, incidents, squads};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Longer than this, and a reader is said to hang.
const SLOW: Duration = Duration::from_secs(2);
/// Largest seed, bytes.
const LARGEST: u64 = 1 << 20;
/// Pieces that readers look for.
const WORDS: [&[u8]; 23] = [
    b"{",
    b"[[",
    b"]]",
    b"\"coordinates\":",
    b"null",
    b"1e999",
    b"-0.0000001",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\"",
    b"<Placemark>",
    b"<trkpt lat=\"20.0\" lon=\"110.3\">",
    b"&amp;",
    b"<mergeCell ref=\"A1:XFD1048576\"/>",
    b"<c r=\"XFD1048576\" t=\"s\"><v>4294967295</v></c>",
    b"<row r=\"0\">",
    b" t=\"inlineStr\"",
    b"ref=\"B2:A1\"",
    b"<!ENTITY a \"&a;\">",
    b",",
    b"\n",
];

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let (Some(seconds), Some(folder)) = (args.next().and_then(|text| text.parse().ok()), args.next()) else {
        println!("usage: cargo bench --bench fuzz -- SECONDS FOLDER FILE...");
        return;
    };
    let seeds: Vec<PathBuf> = args.map(PathBuf::from).filter(|path| small(path)).collect();
    let mut by_ending: std::collections::BTreeMap<String, Vec<Vec<u8>>> = std::collections::BTreeMap::new();
    for path in &seeds {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if let Ok(bytes) = std::fs::read(path) {
            by_ending.entry(ending).or_default().push(bytes);
        }
    }
    std::panic::set_hook(Box::new(|_| {}));
    for (ending, seeds) in by_ending {
        let found = run(&ending, &seeds, Duration::from_secs(seconds), Path::new(&folder));
        println!("{ending}: {found}");
    }
}

fn small(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.len() > 0 && data.len() <= LARGEST)
}

fn run(ending: &str, seeds: &[Vec<u8>], time: Duration, folder: &Path) -> String {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(1);
    let begun = Instant::now();
    let (mut runs, mut read, mut ended, mut slow) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut slowest = Duration::ZERO;
    while begun.elapsed() < time {
        let bytes = changed(seeds, &mut dice);
        let name = PathBuf::from(format!("a.{ending}"));
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| look(&name, bytes.clone())));
        let mut took = started.elapsed();
        if took > SLOW && outcome.is_ok() {
            // The machine may have been busy with something else.
            let again = Instant::now();
            look(&name, bytes.clone());
            took = took.min(again.elapsed());
        }
        slowest = slowest.max(took);
        runs += 1;
        let kept = match outcome {
            Ok(well) => {
                read += u64::from(well);
                (took > SLOW).then_some("slow")
            }
            Err(_) => Some("ended"),
        };
        if let Some(what) = kept {
            let count = if what == "slow" { &mut slow } else { &mut ended };
            *count += 1;
            let _cannot = std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(folder.join(format!("{what}-{runs}.{ending}")), &bytes));
        }
    }
    format!(
        "{} seeds, {runs} runs, {read} read, {ended} ended the program, {slow} took more than {} s, slowest {:.2} s",
        seeds.len(),
        SLOW.as_secs(),
        slowest.as_secs_f64()
    )
}

/// Everything a file goes through when it is opened, up to the lattice.
fn look(name: &Path, bytes: Vec<u8>) -> bool {
    let Ok(source) = Source::from_bytes(name, bytes) else { return false };
    let progress = Progress::default();
    if source.format.is_table() {
        incidents::from_source(&source, &Reading::default(), &progress).is_ok() | squads::read(&source).is_ok()
    } else {
        Layer::<Point>::all(&source, &Reading::default(), &progress).is_ok()
    }
}

fn changed(seeds: &[Vec<u8>], dice: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let seed = seeds[below(dice, seeds.len())].clone();
    let inside = seed.starts_with(b"PK") && below(dice, 8) > 0;
    if inside && let Some(packed) = changed_inside(&seed, dice) { packed } else { mutated(seed, dice) }
}

fn below(dice: &mut Xoshiro256PlusPlus, most: usize) -> usize {
    (dice.next_u64() % most.max(1) as u64) as usize
}

/// An archive with one of its files changed, its checksums as they should be.
fn changed_inside(seed: &[u8], dice: &mut Xoshiro256PlusPlus) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(seed)).ok()?;
    let chosen = below(dice, archive.len());
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        if at == chosen && !bytes.is_empty() {
            bytes = mutated(bytes, dice);
        }
        let name = file.name().ok()?.into_owned();
        packed.start_file(name, options).and_then(|()| packed.write_all(&bytes).map_err(Into::into)).ok()?;
    }
    Some(packed.finish().ok()?.into_inner())
}

fn mutated(mut bytes: Vec<u8>, dice: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let mut below = |most: usize| below(dice, most);
    for _ in 0..=below(8) {
        let at = below(bytes.len());
        match below(7) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = below(256) as u8;
                }
            }
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << below(8);
                }
            }
            2 => bytes.truncate(at.max(1)),
            3 => {
                let end = (at + below(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let end = (at + below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let word = WORDS[below(WORDS.len())];
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word.iter().copied());
            }
            _ => {
                let word = WORDS[below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
    bytes
}
