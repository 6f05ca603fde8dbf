//! Files to a plan: read, told apart, built, nested, and everything odd listed.

mod tier;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Cancelled, Problem, Progress, Text};
use crate::check::{self, Repair};
use crate::model::{Incidents, Plan, Reference, Tier};
use crate::topology::{BuildError, Settling, overlay};

use super::bytes::Source as Bytes;
use super::layer::Polygons;
use super::{Layer, ReadError, incidents, squads, tiers};
use tier::Source;

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

/// How files are opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What a file is, by its path: the key of a role or a tier name.
    pub tiers: Vec<(String, PathBuf)>,
    /// Snapping tolerance in metres; `None` measures it.
    pub tolerance_m: Option<f64>,
    /// `None`: label where less than one part in [`NESTED_WITHIN`] of the land disagrees, reference otherwise.
    pub nesting: Option<Nesting>,
    /// How overlaps are settled, and which gaps are closed.
    pub settling: Settling,
    /// Whether faults are those of the coordinates as written, before any rounding.
    pub as_written: bool,
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
    #[error("none of the files holds polygons: open at least one layer of zones as GeoJSON")]
    NoZones,
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

/// Opens files together: one layer of polygons makes the faces (the one with most zones), the others become tiers over
/// it, lines and points reference layers, tables incidents or squads.
///
/// # Errors
/// A file that cannot be read at all, no zones, or a cancelled job. Everything less is listed in [`Opened::problems`].
pub fn open(paths: &[PathBuf], options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
    let bytes = |path: &PathBuf| Bytes::read(path);
    let sources: Vec<Bytes> = paths.iter().map(bytes).collect::<Result<_, _>>()?;
    open_sources(sources, options, progress)
}

/// Opens files that are in memory already: each a name and its bytes.
///
/// # Errors
/// As [`open`].
pub fn open_embedded(files: &[(&str, &[u8])], progress: &Progress) -> Result<Opened, OpenError> {
    let bytes = |&(name, bytes): &(&str, &[u8])| Bytes::from_bytes(Path::new(name), bytes.to_vec());
    let sources = files.iter().map(bytes).collect::<Result<_, _>>()?;
    open_sources(sources, &Options::default(), progress)
}

fn open_sources(sources: Vec<Bytes>, options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
    progress.phase(Text::new("Reading", "读取文件"), sources.len() as u64);
    let read: Vec<Read> = sources
        .par_iter()
        .map(|source| read(source, options, progress).inspect(|_| progress.add(1)))
        .collect::<Result<_, _>>()?;
    drop(sources);
    progress.check()?;
    let mut parts = Parts::default();
    read.into_iter().for_each(|read| parts.take(read, options));
    parts.into_plan(options, progress)
}

fn read(source: &Bytes, options: &Options, progress: &Progress) -> Result<Read, ReadError> {
    if squads::is_squads(source) {
        let (rows, notes) = squads::read(source)?;
        return Ok(Read::Squads(rows, notes));
    }
    if is_table(source) {
        let file = incidents::from_source(source, progress)?;
        return Ok(Read::Incidents(Box::new(file.incidents), file.notes));
    }
    let layer = Layer::from_source(source, progress)?;
    if incidents::are_incidents(&layer) {
        let file = incidents::from_layer(&layer)?;
        return Ok(Read::Incidents(Box::new(file.incidents), file.notes));
    }
    let written = options.as_written.then(|| Layer::from_source(source, progress)).transpose()?;
    Ok(Read::Layer(Box::new(layer), written.map(|layer| layer.polygons)))
}

/// Whether a file is a table by its ending, or, without one, by not being JSON.
fn is_table(source: &Bytes) -> bool {
    let ending = source.path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let looks_json = || matches!(source.text().trim_ascii_start().first(), Some(b'{' | b'['));
    ending.map_or_else(|| !looks_json(), |ending| ["csv", "tsv", "txt"].iter().any(|table| ending == *table))
}

/// Files sorted by what they are.
#[derive(Default)]
struct Parts {
    zones: Vec<Source>,
    references: Vec<Arc<Reference>>,
    incidents: Vec<Incidents>,
    squads: Vec<squads::Row>,
    problems: Vec<Problem>,
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

    fn into_plan(mut self, options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
        self.zones.sort_by_key(|source| tier::order(&source.tier));
        let finest = self.zones.iter().enumerate().max_by_key(|(at, source)| (source.tier.zones.slots(), *at));
        let Some((finest, _)) = finest else { return Err(OpenError::NoZones) };
        let base = self.zones.remove(finest);
        let failed = |source: &Source| {
            let file = source.file.clone();
            move |error| match error {
                BuildError::Cancelled(cancelled) => OpenError::Cancelled(cancelled),
                error @ BuildError::StillCrossing(_) => OpenError::Build(file, error),
            }
        };
        let built = base.build(options, progress).map_err(failed(&base))?;
        self.problems.extend(base.problems(&built, progress).map_err(failed(&base))?);
        let mut opened = Opened {
            repairs: check::repairs(&built, |unit| base.words(unit)),
            plan: Plan { coverage: built.coverage, ..Plan::default() },
            problems: Vec::new(),
            tolerance_m: built.tolerance_m,
            repaired_points: built.snapped + built.added.len(),
        };
        let mut tiers = vec![Arc::new(base.owned(&built.owner))];
        for source in std::mem::take(&mut self.zones) {
            self.nest(&source, options, &mut opened, &mut tiers, progress).map_err(failed(&source))?;
        }
        let base = tiers[0].name.clone();
        tiers.sort_by_key(|tier| tier::order(tier));
        unique_names(&mut tiers);
        opened.plan.base = tiers.iter().position(|tier| tier.name == base).unwrap_or(tiers.len() - 1);
        opened.plan.tiers = tiers;
        self.finish(opened)
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
        let fits = labels.wide_m2() <= NESTED_WITHIN * source.area_m2();
        let nesting = options.nesting.unwrap_or(if fits { Nesting::Label } else { Nesting::Reference });
        match nesting {
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

    fn finish(mut self, mut opened: Opened) -> Result<Opened, OpenError> {
        opened.plan.references = self.references;
        let mut incidents = self.incidents.into_iter();
        if let Some(first) = incidents.next() {
            opened.plan.incidents = Arc::new(incidents.fold(first, Incidents::joined));
        }
        self.problems.extend(squads::place_in(&mut opened.plan, self.squads));
        self.problems.extend(check::plan(&opened.plan));
        check::sort(&mut self.problems);
        opened.problems = self.problems;
        Ok(opened)
    }
}

/// Tiers are asked for by name: a name that stands twice gets a number.
fn unique_names(tiers: &mut [Arc<Tier>]) {
    for at in 1..tiers.len() {
        let (before, rest) = tiers.split_at_mut(at);
        let Some(tier) = rest.first_mut() else { return };
        let taken = |name: &str| before.iter().any(|other| other.name == name);
        if taken(&tier.name) {
            let name = (2..).map(|number| format!("{} {number}", tier.name)).find(|name| !taken(name));
            Arc::make_mut(tier).name = name.unwrap_or_default();
        }
    }
}
