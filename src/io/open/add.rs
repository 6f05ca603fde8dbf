//! Files to layers of a plan that is open already: what fits its faces is a tier, all else a reference layer or incidents.

use std::path::PathBuf;
use std::sync::Arc;

use super::ledger::{Became, Ledger};
use super::tier::Source;
use super::{Nesting, OpenError, Options, gather, tier};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::edit::Addition;
use crate::geometry::{Bounds, Scale};
use crate::io::door;
use crate::io::doubt::Doubt;
use crate::io::project::is_project_file;
use crate::measures;
use crate::model::{Fate, FileAccount, Incidents, Intake, LeftOutReason, Plan, Reference, Shape};

/// What can be added to a plan.
#[derive(Clone, Debug)]
pub struct Added {
    /// The layers.
    pub addition: Addition,
    /// Everything odd about their files, the gravest first.
    pub problems: Vec<Problem>,
    /// Texts whose encoding is not certain.
    pub doubts: Vec<Doubt>,
}

/// Reads files to be added to a plan. A layer of zones becomes a tier where it fits the faces of the plan: where less than
/// one part in [`super::NESTED_WITHIN`] of its land disagrees, or where `options` ask for it. What lies wholly elsewhere is
/// not added.
///
/// # Errors
/// A file that cannot be read, or nothing that can be added; a cancelled job.
pub fn add(plan: &Plan, paths: &[PathBuf], options: &Options, progress: &Progress) -> Result<Added, OpenError> {
    if let Some(whole) = paths.iter().find(|path| is_project_file(path)) {
        let name = whole.file_name().unwrap_or_default().to_string_lossy();
        return Err(OpenError::Unfit(Text::new(
            format!("{name} is a whole plan, no layer: open it instead"),
            format!("{name}是完整方案而不是图层:请直接打开"),
        )));
    }
    let land = plan.coverage.bounds();
    let parts = gather(door::sources_in(paths, &options.encodings, progress)?, options, land, progress)?;
    let added = Added { addition: Addition::default(), problems: parts.problems, doubts: parts.doubts };
    let mut adding = Adding { plan, land, added, accounts: parts.accounts, ledgers: parts.ledgers };
    if !parts.squads.is_empty() {
        let out = Fate::LeftOut(LeftOutReason::NotAdded);
        adding.accounts.iter_mut().for_each(|account| account.turn(&Fate::Squad, &out));
        adding.leave_out(Text::new(
            "a table of squads is opened together with its plan, and not added",
            "分队表须与方案一起打开,不能单独添加",
        ));
    }
    for source in parts.zones {
        adding.zones(source, options, progress)?;
    }
    parts.references.into_iter().for_each(|(layer, account)| adding.reference(layer, account));
    parts.incidents.into_iter().for_each(|(rows, account)| adding.incidents(rows, account));
    adding.recognise(progress)?;
    adding.end()
}

struct Adding<'a> {
    plan: &'a Plan,
    /// The box around the plan.
    land: Bounds,
    added: Added,
    accounts: Vec<FileAccount>,
    ledgers: Vec<Ledger>,
}

impl Adding<'_> {
    fn zones(&mut self, source: Source, options: &Options, progress: &Progress) -> Result<(), OpenError> {
        let mut ledger = source.ledger.named(&source.tier.name);
        if !self.is_here(&source.tier.name, source.areas.bounds()) {
            let became = Became::LeftOut(LeftOutReason::Elsewhere);
            self.ledgers.push(Ledger { tier: None, became, ..ledger });
            return Ok(());
        }
        let problems = &mut self.added.problems;
        problems.extend(source.problems(&source.build(options, progress)?, options, progress)?);
        let labels = source.label(&self.plan.coverage, options.tolerance_m, progress)?;
        // The faces of a plan that is worked on are not cut: its history stands on them.
        let is_tier = source.nesting(options, &labels, None) != Nesting::Reference;
        let kept_out = (!is_tier).then_some(Severity::Warning);
        let base = self.plan.tiers.get(self.plan.base).map_or("", |tier| tier.name.as_str());
        problems.extend(tier::disagreements(&source, base, &labels.disagreements, kept_out));
        if is_tier {
            self.added.addition.tiers.push(source.owned(&labels.owner));
        } else {
            ledger = Ledger { tier: None, became: Became::Reference, ..ledger };
            self.added.addition.references.push(Arc::new(source.reference()));
        }
        self.ledgers.push(ledger);
        Ok(())
    }

    fn reference(&mut self, layer: Arc<Reference>, account: usize) {
        let bounds = layer.features.iter().fold(Bounds::EMPTY, |bounds, (shape, _)| match shape {
            Shape::Points(points) => bounds.join(Bounds::of(points)),
            Shape::Lines(paths) | Shape::Rings(paths) => {
                paths.iter().fold(bounds, |bounds, path| bounds.join(Bounds::of(path)))
            }
        });
        if self.is_here(&layer.name, bounds) {
            self.added.addition.references.push(layer);
        } else {
            let of_it = |ledger: &&mut Ledger| ledger.stretches.iter().any(|&(at, _)| at == account);
            if let Some(ledger) = self.ledgers.iter_mut().find(of_it).filter(|ledger| ledger.tier.is_none()) {
                ledger.became = Became::LeftOut(LeftOutReason::Elsewhere);
            }
        }
    }

    fn incidents(&mut self, rows: Incidents, account: usize) {
        // Rows placed by the code of a zone have no box.
        let bounds = rows.bounds();
        if bounds.is_empty() || self.is_here("incidents", bounds) {
            let known = std::mem::take(&mut self.added.addition.incidents);
            self.added.addition.incidents = known.joined(rows);
        } else if let Some(account) = self.accounts.get_mut(account) {
            account.turn(&Fate::Incidents, &Fate::LeftOut(LeftOutReason::Elsewhere));
        }
    }

    /// Whether a box meets the plan; said where it does not.
    fn is_here(&mut self, name: &str, bounds: Bounds) -> bool {
        if bounds.meets(self.land) {
            return true;
        }
        let (here, there) = (self.land.centre(), bounds.centre());
        let km = Scale::at(here.y).distance(here, there) / 1000.0;
        self.leave_out(Text::new(
            format!("{name} lies {km:.0} km away from this plan; was it read in the right coordinate system?"),
            format!("{name}与本方案相距 {km:.0} 公里,未添加;请核对其坐标系"),
        ));
        false
    }

    /// Finds which properties of the new tiers are computed.
    fn recognise(&mut self, progress: &Progress) -> Result<(), OpenError> {
        let (tiers, first) = (&mut self.added.addition.tiers, self.plan.tiers.len());
        let mut plan = self.plan.clone();
        plan.tiers.extend(tiers.iter().cloned().map(Arc::new));
        let new: Vec<usize> = (first..plan.tiers.len()).collect();
        measures::recognise(&mut plan, &new, progress)?;
        for (tier, found) in tiers.iter_mut().zip(plan.tiers.split_off(first)) {
            tier.computed.clone_from(&found.computed);
        }
        Ok(())
    }

    fn leave_out(&mut self, why: Text) {
        self.added.problems.push(Problem::new(Rule::BadValue, Severity::Error, why));
    }

    fn end(self) -> Result<Added, OpenError> {
        let Added { mut addition, mut problems, doubts } = self.added;
        crate::check::sort(&mut problems);
        if addition == Addition::default() {
            let why = problems.into_iter().next().map(|problem| problem.reason);
            let nothing = || Text::new("nothing in it can be added", "其中没有可添加的内容");
            return Err(OpenError::Unfit(why.unwrap_or_else(nothing)));
        }
        // Its remedies open the plan's own files once more.
        problems.iter_mut().for_each(|problem| problem.remedies.clear());
        let mut accounts = self.accounts;
        for ledger in &self.ledgers {
            let tier = addition.tiers.iter().find(|tier| Some(&tier.name) == ledger.tier.as_ref());
            ledger.settle(tier, &mut accounts);
        }
        addition.intake = Intake { files: accounts, findings: problems.clone(), limits: None };
        Ok(Added { addition, problems, doubts })
    }
}
