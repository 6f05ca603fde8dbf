//! Files to a plan: read, told apart, built, nested, and everything odd listed.

mod add;
mod again;
mod alike;
mod apart;
mod beside;
mod datum;
mod joined;
mod lands;
mod ledger;
mod parts;
mod places;
mod tier;
mod twice;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{Cancelled, Lang, Problem, Progress, Text};
use crate::check::{self, Repair};
use crate::geometry::Bounds;
use crate::model::{Checking, FileAccount, Incidents, Intake, Limits, Plan, Role, Tier};
use crate::topology::{Settling, overlay};

use super::bytes::{Source as Bytes, file_name};
use super::crs::System;
use super::doubt::{Doubt, Encodings, is_named};
use super::layer::Reading;
use super::roles::Columns;
use crate::edit::free_name;
use crate::measures;

use super::{Layer, ReadError, door, squads};
use ledger::{Became, Ledger};
use parts::{Parts, gather};
use tier::Source;

pub use add::{Added, add};
pub use again::again;
pub use lands::{Land, Lands, lands};
pub use parts::{account, rows};
pub use places::{Places, places};

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
    /// What a file is, by its path or its name: the key of a role or a tier name.
    pub tiers: Vec<(String, PathBuf)>,
    /// Snapping tolerance in metres; `None` measures it.
    pub tolerance_m: Option<f64>,
    /// `None`: label where less than one part in [`NESTED_WITHIN`] of the land disagrees, reference otherwise.
    pub nesting: Option<Nesting>,
    /// The coordinate system of a file by its path or its name, whatever it declares.
    pub systems: Vec<(PathBuf, System)>,
    /// The layer or sheet of a file that is read, by the file's path or name; others are not read then.
    pub layers: Vec<(PathBuf, String)>,
    /// What was said about the encodings of files.
    pub encodings: Arc<Encodings>,
    /// What was said about the columns of files.
    pub columns: Arc<Columns>,
    /// Whether properties about people are kept.
    pub personal: bool,
    /// How overlaps are settled, and which gaps are closed.
    pub settling: Settling,
    /// How wide strips between two zones are looked for, metres, where somebody says so.
    pub gap_width_m: Option<f64>,
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

    /// Whether a layer or sheet of a file is wanted.
    #[must_use]
    pub(super) fn wants(&self, file: &Path, layer: &str) -> bool {
        let mut asked = self.layers.iter().filter(|(path, _)| is_named(file, path)).peekable();
        asked.peek().is_none() || asked.any(|(_, name)| name == layer)
    }

    /// Whether a layer is said to hold incidents.
    fn says_incidents(&self, layer: &Layer) -> bool {
        self.asked_of(&layer.path) == Some(INCIDENTS)
    }

    /// What a file is said to be: by its path, else by its name or the folder or archive it is in.
    fn asked_of(&self, file: &Path) -> Option<&str> {
        let by_path = self.tiers.iter().find(|(_, path)| path == file);
        let asked = by_path.or_else(|| self.tiers.iter().find(|(_, path)| is_named(file, path)));
        asked.map(|(name, _)| name.as_str())
    }

    /// How one of the files is read.
    #[must_use]
    pub fn reading(&self, source: &Bytes) -> Reading {
        let named = self.systems.iter().find(|(path, _)| is_named(&source.path, path));
        let system = named.map(|(_, system)| system.clone());
        Reading { system, columns: Arc::clone(&self.columns), personal: self.personal, compares: false }
    }
}

/// A layer nests where no more than this share of its land disagrees: roundings and slips of the pen, not another map.
pub const NESTED_WITHIN: f64 = 0.005;

/// What [`Options::tiers`] calls a file whose points are incidents, whatever columns it has.
pub const INCIDENTS: &str = "incidents";

/// What became of the files.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The plan.
    pub plan: Plan,
    /// Everything odd, the gravest first.
    pub problems: Vec<Problem>,
    /// Snapping tolerance the base tier was built with, metres.
    pub tolerance_m: f64,
    /// How wide strips between two zones were looked for, metres.
    pub gap_width_m: f64,
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
    /// No file holds zones.
    #[error("none of the files holds polygons: open at least one layer of zones")]
    NoZones,
    /// Layers of one role that draw different land over each other.
    #[error("{}", rivals(.0, *.1))]
    Rivals(Vec<PathBuf>, Role),
    /// Nothing that can be added to the plan that is open.
    #[error("{0}")]
    Unfit(Text),
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Opens files together, whatever they are and whatever packs them: one layer of polygons makes the faces (the one with
/// most zones), the others become tiers over it, lines and points reference layers, tables incidents or squads.
///
/// # Errors
/// A file named that cannot be read at all, no zones, or a cancelled job. Everything less is listed in
/// [`Opened::problems`].
pub fn open(paths: &[PathBuf], options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
    open_sources(door::sources_in(paths, &options.encodings, progress)?, options, progress)
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
    let mut parts = gather(door::sources_in(paths, &options.encodings, progress)?, options, Bounds::EMPTY, progress)?;
    parts.zones = parts.zones.into_iter().map(|source| source.matched(progress)).collect::<Result<_, _>>()?;
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

impl Parts {
    fn into_plan(mut self, options: &Options, progress: &Progress) -> Result<Opened, OpenError> {
        self.zones.sort_by_key(|source| tier::order(&source.tier));
        unique_names(&mut self.zones);
        let finest = self.zones.iter().enumerate().max_by_key(|(at, source)| (source.tier.zones.slots(), *at));
        let Some((finest, _)) = finest else { return Err(OpenError::NoZones) };
        self.problems.extend(datum::shifted(&self.zones.iter().collect::<Vec<_>>()));
        let base = self.zones.remove(finest);
        let built = base.build(options, progress)?;
        self.problems.extend(base.problems(&built, options, progress)?);
        let mut opened = Opened {
            repairs: check::repairs(&built, |unit| base.words(unit)),
            plan: Plan { coverage: built.coverage, ..Plan::default() },
            problems: Vec::new(),
            tolerance_m: built.tolerance_m,
            gap_width_m: options.gap_width_m.unwrap_or(check::STRIP_M),
            repaired_points: built.snapped + built.added.len(),
            doubts: std::mem::take(&mut self.doubts),
        };
        let mut tiers = vec![Arc::new(base.owned(&built.owner))];
        self.ledgers.push(base.ledger.named(&base.tier.name));
        for source in std::mem::take(&mut self.zones) {
            self.nest(&source, (&base, options), &mut opened, &mut tiers, progress)?;
        }
        let base = tiers[0].name.clone();
        tiers.sort_by_key(|tier| tier::order(tier));
        opened.plan.base = tiers.iter().position(|tier| tier.name == base).unwrap_or(tiers.len() - 1);
        opened.plan.tiers = tiers;
        self.finish(opened, &options.checking, progress)
    }

    /// Makes a layer a tier over the faces, or a reference where it does not fit them.
    fn nest(
        &mut self,
        source: &Source,
        (first, options): (&Source, &Options),
        opened: &mut Opened,
        tiers: &mut Vec<Arc<Tier>>,
        progress: &Progress,
    ) -> Result<(), OpenError> {
        let base = tiers[0].name.clone();
        let own = source.build(options, progress)?;
        self.problems.extend(source.problems(&own, options, progress)?);
        opened.repairs.extend(check::repairs(&own, |unit| source.words(unit)));
        let plan = &mut opened.plan;
        let labels = source.label(&plan.coverage, options.tolerance_m, progress)?;
        let nesting = source.nesting(options, &labels, Some(first.tier.role));
        let mut ledger = source.ledger.named(&source.tier.name);
        match nesting {
            Nesting::Reference if options.nesting.is_none() && source.rivals(first) => {
                return Err(OpenError::Rivals(vec![first.path.clone(), source.path.clone()], source.tier.role));
            }
            Nesting::Overlay if labels.wide_m2() > 0.0 => {
                let cut = overlay(&plan.coverage, &source.areas, options.tolerance_m, progress)?;
                plan.coverage = cut.coverage;
                tiers.iter_mut().for_each(|tier| *tier = tier::carried(tier, &cut.from));
                tiers.push(Arc::new(source.owned(&cut.unit)));
            }
            Nesting::Label | Nesting::Overlay => {
                self.problems.extend(tier::disagreements(source, &base, &labels.disagreements, None));
                self.problems.extend(twice::twice(source, first, &tiers[0], &labels.owner));
                tiers.push(Arc::new(source.owned(&labels.owner)));
            }
            Nesting::Reference => {
                let grave = source.kept_out(first, options);
                self.problems.extend(tier::disagreements(source, &base, &labels.disagreements, Some(grave)));
                ledger = Ledger { tier: None, became: Became::Reference, ..ledger };
                let at = ledger.stretches.first().map_or(0, |&(at, _)| at);
                self.references.push((Arc::new(source.reference()), at));
            }
        }
        self.ledgers.push(ledger);
        Ok(())
    }

    fn finish(mut self, mut opened: Opened, checking: &Checking, progress: &Progress) -> Result<Opened, OpenError> {
        opened.plan.references = self.references.into_iter().map(|(layer, _)| layer).collect();
        let mut incidents = self.incidents.into_iter().map(|(rows, _)| rows);
        if let Some(first) = incidents.next() {
            opened.plan.incidents = Arc::new(incidents.fold(first, Incidents::joined));
        }
        self.problems.extend(squads::place_in(&mut opened.plan, self.squads));
        Arc::make_mut(&mut opened.plan.settings).checking = checking.named_in(&opened.plan);
        let tiers: Vec<usize> = (0..opened.plan.tiers.len()).collect();
        measures::recognise(&mut opened.plan, &tiers, progress)?;
        let mut accounts = self.accounts;
        for ledger in &self.ledgers {
            let tier = opened.plan.tiers.iter().find(|tier| Some(&tier.name) == ledger.tier.as_ref());
            ledger.settle(tier.map(|tier| &**tier), &mut accounts);
        }
        debug_assert!(accounts.iter().all(FileAccount::closes), "every feature has one fate: {accounts:?}");
        debug_assert!(self.problems.iter().all(|problem| problem.file.is_some()), "every finding names its file");
        check::sort(&mut self.problems);
        let limits = Limits { tolerance_m: opened.tolerance_m, gap_width_m: opened.gap_width_m };
        opened.plan.intake =
            Arc::new(Intake { files: accounts, findings: self.problems.clone(), limits: Some(limits) });
        self.problems.extend(check::plan(&opened.plan));
        check::sort(&mut self.problems);
        opened.problems = self.problems;
        Ok(opened)
    }
}

/// Two files that are both said to be the same, in words.
#[must_use]
pub fn rivals(files: &[PathBuf], role: Role) -> Text {
    let names: Vec<String> = files.iter().map(|path| file_name(path)).collect();
    let (key, example) = (role.key(), names.first().map_or("", String::as_str));
    Text::new(
        format!(
            "{} are both read as {key} and draw different lines over the same land. Say which one is the plan with \
             --tier {key}={example}, or open them one at a time",
            names.join(" and ")
        ),
        format!(
            "{}都读作{}，而同一片土地上的界线不同。请用 --tier {key}={example} 指定其中一个，或分别打开",
            names.join("和"),
            role.word(Lang::Zh)
        ),
    )
}

/// Tiers are asked for by name: a name that stands twice gets a number.
fn unique_names(sources: &mut [Source]) {
    for at in 1..sources.len() {
        let (before, rest) = sources.split_at_mut(at);
        let Some(source) = rest.first_mut() else { return };
        let taken = |name: &str| before.iter().any(|other| other.tier.name == name);
        if taken(&source.tier.name) {
            source.tier.name = free_name(&source.tier.name, taken);
        }
    }
}
