//! Files to a plan: read, told apart, built, nested, and everything odd listed.

mod add;
mod again;
mod datum;
mod tier;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Cancelled, Problem, Progress, Rule, Severity, Text};
use crate::check::{self, Repair};
use crate::geometry::Bounds;
use crate::model::{Checking, Incidents, Plan, Reference, Tier};
use crate::topology::{BuildError, Settling, overlay};

use super::bytes::Source as Bytes;
use super::crs::{System, guess_zone};
use super::doubt::{Doubt, Encodings, is_named};
use super::layer::{Format, Polygons, Reading};
use crate::edit::free_name;

use super::{Fault, Layer, ReadError, door, incidents, squads, tiers};
use tier::Source;

pub use add::{Added, add};
pub use again::again;

/// What becomes of a tier that does not nest (design §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// Each face goes to the zone that holds most of it.
    Label,
    /// Its lines cut the faces.
    Overlay,
    /// It is drawn and measured, but is no tier.
    Reference,
}

impl Nesting {
    /// By the name of `--nest`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "label" => Some(Self::Label),
            "overlay" => Some(Self::Overlay),
            "reference" => Some(Self::Reference),
            _ => None,
        }
    }
}

/// How files are opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What a file is, by its path: the key of a role or a tier name.
    pub tiers: Vec<(String, PathBuf)>,
    /// Snapping tolerance in metres; `None` measures it.
    pub tolerance_m: Option<f64>,
    /// `None`: label where less than one part in [`NESTED_WITHIN`] of the land disagrees, reference otherwise.
    pub nesting: Option<Nesting>,
    /// The coordinate system of a file by its path or its name, whatever it declares.
    pub systems: Vec<(PathBuf, System)>,
    /// What was said about the encodings of files.
    pub encodings: Arc<Encodings>,
    /// Whether properties about people are kept.
    pub personal: bool,
    /// How overlaps are settled, and which gaps are closed.
    pub settling: Settling,
    /// Whether faults are those of the coordinates as written, before any rounding.
    pub as_written: bool,
    /// What the plan is checked for.
    pub checking: Checking,
}

impl Options {
    /// The same files as they are: nothing snapped, overlaps and gaps left to be listed.
    #[must_use]
    pub fn as_found(&self) -> Self {
        Self { tolerance_m: Some(0.0), settling: Settling::default(), ..self.clone() }
    }

    /// How one of the files is read.
    #[must_use]
    pub fn reading(&self, source: &Bytes) -> Reading {
        let named = self.systems.iter().find(|(path, _)| is_named(&source.path, path));
        let system = named.map(|(_, system)| system.clone());
        Reading { system, personal: self.personal, compares: false }
    }
}

/// A layer nests where no more than this share of its land disagrees: roundings and slips of the pen, not another map.
pub const NESTED_WITHIN: f64 = 0.005;

/// What became of the files.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The plan.
    pub plan: Plan,
    /// Everything odd, the gravest first.
    pub problems: Vec<Problem>,
    /// Snapping tolerance the base tier was built with, metres.
    pub tolerance_m: f64,
    /// Points that snapping moved or inserted, and points added where lines crossed.
    pub repaired_points: usize,
    /// What was done to the layers to make them coverages, each repair with its place.
    pub repairs: Vec<Repair>,
    /// Texts whose encoding is not certain.
    pub doubts: Vec<Doubt>,
}

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file that cannot be read; the message names it, the reason and the remedy.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The borders could not be made a coverage.
    #[error("{0}: {1}")]
    Build(String, BuildError),
    /// No file holds zones.
    #[error("none of the files holds polygons: open at least one layer of zones")]
    NoZones,
    /// Nothing that can be added to the plan that is open.
    #[error("{0}")]
    Unfit(Text),
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// One file read.
enum Read {
    /// With its polygons as written, where they are wanted.
    Layer(Box<Layer>, Option<Polygons<[f64; 2]>>),
    Incidents(Box<Incidents>, Vec<Problem>),
    Squads(Vec<squads::Row>, Vec<Problem>),
}

/// Opens files together, whatever they are and whatever packs them: one layer of polygons makes the faces (the one with
/// most zones), the others become tiers over it, lines and points reference layers, tables incidents or squads.
///
/// # Errors
/// A file named that cannot be read at all, no zones, or a cancelled job. Everything less is listed in
/// [`Opened::problems`].
pub fn open(paths: &[PathBuf], options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
    open_sources(door::sources_in(paths, &options.encodings)?, options, progress)
}

/// As [`open`], and what is wrong with the files as they are, before anything is snapped or settled. They are read once.
///
/// # Errors
/// As [`open`].
pub fn open_and_judge(
    paths: &[PathBuf],
    options: &Options,
    progress: &Progress,
) -> Result<(Opened, Vec<Problem>), OpenError> {
    let mut parts = gather(door::sources(paths)?, options, Bounds::EMPTY, progress)?;
    let matched = |source: Source| {
        let file = source.file.clone();
        source.matched(progress).map_err(|error| failed(file, error))
    };
    parts.zones = parts.zones.into_iter().map(matched).collect::<Result<_, _>>()?;
    let as_found = parts.clone();
    // Where one waits for a step that goes one by one, the other works.
    let (opened, found) = rayon::join(
        || parts.into_plan(options, progress),
        || as_found.into_plan(&options.as_found(), progress).map(|opened| opened.problems),
    );
    Ok((opened?, found?))
}

/// Opens files that are in memory already: each a name and its bytes.
///
/// # Errors
/// As [`open`].
pub fn open_embedded(files: &[(&str, &[u8])], progress: &Progress) -> Result<Opened, OpenError> {
    let mut opening = door::Opening::default();
    for &(name, bytes) in files {
        door::of_bytes(Path::new(name), bytes.to_vec(), Vec::new(), &mut opening)?;
    }
    open_sources(opening, &Options::default(), progress)
}

fn open_sources(opening: door::Opening, options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
    gather(opening, options, Bounds::EMPTY, progress)?.into_plan(options, progress)
}

/// Reads everything and sorts it by what it is. `around` is where the files are said to lie, where that is known.
fn gather(opening: door::Opening, options: &Options, around: Bounds, progress: &Progress) -> Result<Parts, OpenError> {
    let door::Opening { sources, notes, .. } = opening;
    progress.phase(Text::new("Reading", "读取文件"), sources.len() as u64);
    let results: Vec<Result<Vec<Read>, ReadError>> = sources
        .par_iter()
        .map(|source| read(source, &options.reading(source), options, progress).inspect(|_| progress.add(1)))
        .collect();
    progress.check()?;
    let mut parts = Parts { problems: notes, around, ..Parts::default() };
    let mut later = Vec::new();
    for (source, result) in sources.iter().zip(results) {
        parts.doubts.extend(source.doubt().cloned());
        match result {
            Ok(all) => all.into_iter().for_each(|read| parts.take(read, options)),
            Err(ReadError { fault: Fault::Zone(corners), text, .. }) => later.push((source, corners, text)),
            Err(error) if source.found => parts.problems.push(left_out(&source.name(), error.text)),
            Err(error) => return Err(error.into()),
        }
    }
    for (source, corners, text) in later {
        parts.take_zoneless(source, corners, text, options, progress)?;
    }
    Ok(parts)
}

/// A file of a folder or an archive that could not be used; the others are opened without it.
fn left_out(file: &str, why: Text) -> Problem {
    Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Error, why) }
}

/// Reads one set of data as `reading` says.
fn read(source: &Bytes, reading: &Reading, options: &Options, progress: &Progress) -> Result<Vec<Read>, ReadError> {
    if squads::is_squads(source) {
        let (rows, notes) = squads::read(source)?;
        return Ok(vec![Read::Squads(rows, notes)]);
    }
    if source.format.is_table() {
        let file = incidents::from_source(source, reading, progress)?;
        return Ok(vec![Read::Incidents(Box::new(file.incidents), file.notes)]);
    }
    let written = if options.as_written { Layer::<[f64; 2]>::all(source, reading, progress)? } else { Vec::new() };
    let mut written = written.into_iter().map(|layer| layer.polygons);
    let layers = Layer::all(source, reading, progress)?.into_iter().map(|layer| {
        let written = written.next();
        if incidents::are_incidents(&layer) && layer.format != Format::Gpx {
            let file = incidents::from_layer(&layer)?;
            return Ok(Read::Incidents(Box::new(file.incidents), file.notes));
        }
        Ok(Read::Layer(Box::new(layer), written))
    });
    layers.collect()
}

/// Files sorted by what they are.
#[derive(Clone, Default)]
struct Parts {
    zones: Vec<Source>,
    references: Vec<Arc<Reference>>,
    incidents: Vec<Incidents>,
    squads: Vec<squads::Row>,
    problems: Vec<Problem>,
    doubts: Vec<Doubt>,
    /// Where they are said to lie; empty where nobody says.
    around: Bounds,
}

impl Parts {
    fn take(&mut self, read: Read, options: &Options) {
        match read {
            Read::Squads(rows, notes) => {
                self.squads.extend(rows);
                self.problems.extend(notes);
            }
            Read::Incidents(rows, notes) => {
                self.incidents.push(*rows);
                self.problems.extend(notes);
            }
            Read::Layer(mut layer, written) => {
                // That of a text was told by its source already.
                self.doubts.extend(layer.doubt.take().filter(|_| layer.format == Format::Shapefile));
                self.problems.append(&mut layer.notes);
                let [polygons, lines, dots] = layer.kinds();
                if polygons == 0 || lines + dots > polygons {
                    self.references.push(Arc::new(layer.into_reference()));
                } else {
                    let asked = options.tiers.iter().find(|(_, path)| *path == layer.path);
                    let guess = tiers::guess(&layer);
                    let guess = asked.map_or(guess.clone(), |(name, _)| tier::asked(guess, name));
                    self.zones.push(Source::of(*layer, written, guess));
                }
            }
        }
    }

    /// Reads a file in metres of a zone that nothing names: the zone that puts it on what was read already.
    fn take_zoneless(
        &mut self,
        source: &Bytes,
        corners: [i64; 4],
        why: Text,
        options: &Options,
        progress: &Progress,
    ) -> Result<(), OpenError> {
        let bounds = self.zones.iter().fold(self.around, |bounds, zone| bounds.join(zone.areas.bounds()));
        let bounds = self.incidents.iter().fold(bounds, |bounds, rows| bounds.join(rows.bounds()));
        let system = guess_zone(corners.map(|metres| metres as f64), bounds);
        let Some(system) = system else {
            let error = ReadError::new(&source.path, Fault::Zone(corners), why);
            if !source.found {
                return Err(error.into());
            }
            self.problems.push(left_out(&source.name(), error.text));
            return Ok(());
        };
        let reason = Text::new(
            format!(
                "no zone is declared; read as {}, which puts it on the other layers. --crs overrules it",
                system.name
            ),
            format!("未声明分带;已按与其他图层吻合的 {} 读取。可用 --crs 更改", system.name),
        );
        let note = Problem::new(Rule::BadValue, Severity::Warning, reason);
        self.problems.push(Problem { file: Some(source.name()), ..note });
        let reading = Reading { system: Some(system), ..options.reading(source) };
        read(source, &reading, options, progress)?.into_iter().for_each(|read| self.take(read, options));
        Ok(())
    }

    fn into_plan(mut self, options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
        self.zones.sort_by_key(|source| tier::order(&source.tier));
        let finest = self.zones.iter().enumerate().max_by_key(|(at, source)| (source.tier.zones.slots(), *at));
        let Some((finest, _)) = finest else { return Err(OpenError::NoZones) };
        self.problems.extend(datum::shifted(&self.zones.iter().collect::<Vec<_>>()));
        let base = self.zones.remove(finest);
        let of = |source: &Source| {
            let file = source.file.clone();
            move |error| failed(file, error)
        };
        let built = base.build(options, progress).map_err(of(&base))?;
        self.problems.extend(base.problems(&built, progress).map_err(of(&base))?);
        let mut opened = Opened {
            repairs: check::repairs(&built, |unit| base.words(unit)),
            plan: Plan { coverage: built.coverage, ..Plan::default() },
            problems: Vec::new(),
            tolerance_m: built.tolerance_m,
            repaired_points: built.snapped + built.added.len(),
            doubts: std::mem::take(&mut self.doubts),
        };
        let mut tiers = vec![Arc::new(base.owned(&built.owner))];
        for source in std::mem::take(&mut self.zones) {
            self.nest(&source, options, &mut opened, &mut tiers, progress).map_err(of(&source))?;
        }
        let base = tiers[0].name.clone();
        tiers.sort_by_key(|tier| tier::order(tier));
        unique_names(&mut tiers);
        opened.plan.base = tiers.iter().position(|tier| tier.name == base).unwrap_or(tiers.len() - 1);
        opened.plan.tiers = tiers;
        self.finish(opened, &options.checking)
    }

    /// Makes a layer a tier over the faces, or a reference where it does not fit them.
    fn nest(
        &mut self,
        source: &Source,
        options: &Options,
        opened: &mut Opened,
        tiers: &mut Vec<Arc<Tier>>,
        progress: &Progress,
    ) -> Result<(), BuildError> {
        let base = tiers[0].name.clone();
        let own = source.build(options, progress)?;
        self.problems.extend(source.problems(&own, progress)?);
        opened.repairs.extend(check::repairs(&own, |unit| source.words(unit)));
        let plan = &mut opened.plan;
        let labels = source.label(&plan.coverage, options.tolerance_m, progress)?;
        match source.nesting(options, &labels) {
            Nesting::Overlay if labels.wide_m2() > 0.0 => {
                let cut = overlay(&plan.coverage, &source.areas, options.tolerance_m, progress)?;
                plan.coverage = cut.coverage;
                tiers.iter_mut().for_each(|tier| *tier = tier::carried(tier, &cut.from));
                tiers.push(Arc::new(source.owned(&cut.unit)));
            }
            Nesting::Label | Nesting::Overlay => {
                self.problems.extend(tier::disagreements(source, &base, &labels.disagreements, true));
                tiers.push(Arc::new(source.owned(&labels.owner)));
            }
            Nesting::Reference => {
                self.problems.extend(tier::disagreements(source, &base, &labels.disagreements, false));
                self.references.push(Arc::new(source.reference()));
            }
        }
        Ok(())
    }

    fn finish(mut self, mut opened: Opened, checking: &Checking) -> Result<Opened, OpenError> {
        opened.plan.references = self.references;
        let mut incidents = self.incidents.into_iter();
        if let Some(first) = incidents.next() {
            opened.plan.incidents = Arc::new(incidents.fold(first, Incidents::joined));
        }
        self.problems.extend(squads::place_in(&mut opened.plan, self.squads));
        Arc::make_mut(&mut opened.plan.settings).checking = checking.named_in(&opened.plan);
        self.problems.extend(check::plan(&opened.plan));
        check::sort(&mut self.problems);
        opened.problems = self.problems;
        Ok(opened)
    }
}

/// A layer of a file that could not be built.
fn failed(file: String, error: BuildError) -> OpenError {
    match error {
        BuildError::Cancelled(cancelled) => OpenError::Cancelled(cancelled),
        error @ BuildError::StillCrossing(_) => OpenError::Build(file, error),
    }
}

/// Tiers are asked for by name: a name that stands twice gets a number.
fn unique_names(tiers: &mut [Arc<Tier>]) {
    for at in 1..tiers.len() {
        let (before, rest) = tiers.split_at_mut(at);
        let Some(tier) = rest.first_mut() else { return };
        let taken = |name: &str| before.iter().any(|other| other.name == name);
        if taken(&tier.name) {
            Arc::make_mut(tier).name = free_name(&tier.name, taken);
        }
    }
}
