//! Files read and sorted by what they are, each feature on its way to its fate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::alike;
use super::ledger::Ledger;
use super::places::assumed;
use super::tier::{self, Source};
use super::{INCIDENTS, OpenError, Options};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::geometry::Bounds;
use crate::io::bytes::{Source as Bytes, file_name};
use crate::io::crs::guess_zone;
use crate::io::decimal::Coordinate;
use crate::io::doubt::{Doubt, is_named};
use crate::io::layer::{Format, Polygons, Reading};
use crate::io::tiers::{self, TierGuess};
use crate::io::{Fault, Layer, ReadError, door, incidents, squads};
use crate::model::{Counted, Fate, FileAccount, Incidents, LeftOutReason, Reference};

/// One file read.
enum Read {
    /// With its polygons as written, where they are wanted.
    Layer(Box<Layer>, Option<Polygons<[f64; 2]>>),
    Incidents(Box<Incidents>, Vec<Problem>, FileAccount),
    Squads(Vec<squads::Row>, Vec<Problem>, FileAccount),
}

/// A layer of polygons that is to be zones.
pub(super) struct ZoneLayer {
    pub(super) layer: Layer,
    pub(super) written: Option<Polygons<[f64; 2]>>,
    pub(super) guess: TierGuess,
    /// What each of its files was taken for, by place as `stretches`: code and name have their own columns in each.
    pub(super) own: Vec<TierGuess>,
    /// Whether it has more lines and points than polygons.
    pub(super) mostly_others: bool,
    /// What it was said to be by name.
    pub(super) asked: Option<String>,
    /// Whose features it holds: places of accounts, each with its number of features.
    pub(super) stretches: Vec<(usize, usize)>,
    /// Features that were left out and have no place among the others, by account.
    pub(super) beside: Vec<(usize, LeftOutReason)>,
}

/// Files sorted by what they are. What stands beside a layer or table is the place of its account.
#[derive(Clone, Default)]
pub(super) struct Parts {
    pub(super) zones: Vec<Source>,
    pub(super) references: Vec<(Arc<Reference>, usize)>,
    pub(super) incidents: Vec<(Incidents, usize)>,
    pub(super) squads: Vec<squads::Row>,
    /// What was found, apart from what the plan is like by itself.
    pub(super) problems: Vec<Problem>,
    pub(super) doubts: Vec<Doubt>,
    pub(super) accounts: Vec<FileAccount>,
    /// Fates that are known when the plan is there.
    pub(super) ledgers: Vec<Ledger>,
}

/// Reads everything and sorts it by what it is. `around` is where the files are said to lie, where that is known.
pub(super) fn gather(
    opening: door::Opening,
    options: &Options,
    around: Bounds,
    progress: &Progress,
) -> Result<Parts, OpenError> {
    let door::Opening { sources, notes, .. } = opening;
    let sources = wanted(sources, options)?;
    progress.phase(Text::new("Reading", "读取文件"), sources.len() as u64);
    let results: Vec<Result<Vec<Read>, ReadError>> = sources
        .par_iter()
        .map(|source| read(source, &options.reading(source), options, progress).inspect(|_| progress.add(1)))
        .collect();
    progress.check()?;
    let mut sorting = Sorting {
        parts: Parts { problems: notes, ..Parts::default() },
        layers: Vec::new(),
        mixed: Vec::new(),
        options,
    };
    let mut later = Vec::new();
    let books: Vec<&Path> =
        sources.iter().zip(&results).filter(|(_, read)| read.is_ok()).map(|(of, _)| &*of.path).collect();
    for (source, result) in sources.iter().zip(results) {
        sorting.parts.doubts.extend(source.doubt().cloned());
        match result {
            Ok(all) => sorting.take_all(all, source),
            Err(ReadError { fault: Fault::Zone(corners), text, .. }) => later.push((source, corners, text)),
            Err(error) if source.sheet.is_some() && books.contains(&&*source.path) => {
                sorting.parts.problems.extend(no_sheet(source, &error.text));
            }
            Err(error) if source.found => sorting.parts.problems.push(left_out(&source.name(), error.text)),
            Err(error) => return Err(error.into()),
        }
    }
    for (source, corners, text) in later {
        sorting.take_zoneless(source, (corners, text), around, progress)?;
    }
    Ok(sorting.sorted())
}

/// The sets of data that are asked for, where sheets of a workbook are.
///
/// # Errors
/// A sheet that is not there.
pub(super) fn wanted(sources: Vec<Bytes>, options: &Options) -> Result<Vec<Bytes>, OpenError> {
    let sheets: Vec<(PathBuf, String)> =
        sources.iter().filter_map(|source| Some((source.path.clone(), source.sheet.clone()?))).collect();
    for (file, asked) in &options.layers {
        let own: Vec<&(PathBuf, String)> = sheets.iter().filter(|(path, _)| is_named(path, file)).collect();
        if let Some((path, _)) = own.first()
            && own.iter().all(|(_, sheet)| sheet != asked)
        {
            let own: Vec<&str> = own.iter().map(|(_, sheet)| sheet.as_str()).collect();
            return Err(no_layer(path, asked, &own));
        }
    }
    let is_wanted = |source: &Bytes| source.sheet.as_ref().is_none_or(|sheet| options.wants(&source.path, sheet));
    Ok(sources.into_iter().filter(is_wanted).collect())
}

/// A layer or sheet that was asked for and is not there.
fn no_layer(file: &Path, asked: &str, own: &[&str]) -> OpenError {
    let (file, own) = (file.display(), own.join(", "));
    OpenError::Unfit(Text::new(
        format!("{file} has no layer {asked}; there are: {own}"),
        format!("{file}中没有图层“{asked}”；有：{own}"),
    ))
}

/// The layers of a set of data that are asked for.
///
/// # Errors
/// A set of which none is.
pub(super) fn layers<P: Coordinate>(
    source: &Bytes,
    reading: &Reading,
    options: &Options,
    progress: &Progress,
) -> Result<Vec<Layer<P>>, ReadError> {
    let mut all = Layer::<P>::all(source, reading, progress)?;
    let names: Vec<String> = all.iter().map(|layer| layer.name.clone()).collect();
    if all.len() > 1 {
        all.retain(|layer| options.wants(&source.path, &layer.name));
    }
    if all.is_empty() {
        let names = names.join(", ");
        let text = Text::new(
            format!("no layer of the name asked for; there are: {names}"),
            format!("没有所指定的图层；有：{names}"),
        );
        return Err(ReadError::new(&source.path, Fault::NothingLeft, text));
    }
    Ok(all)
}

/// A file of a folder or an archive that could not be used; the others are opened without it.
pub(super) fn left_out(file: &str, why: Text) -> Problem {
    Problem { file: Some(file.to_owned()), ..Problem::new(Rule::BadValue, Severity::Error, why) }
}

/// A sheet of a workbook that could not be used beside others that could: a dictionary, a summary.
pub(super) fn no_sheet(source: &Bytes, why: &Text) -> Option<Problem> {
    let (file, sheet) = (source.name(), source.sheet.as_ref()?);
    let reason = Text::new(
        format!("the sheet {sheet} was not read: {}", why.en),
        format!("工作表“{sheet}”未读取\u{ff1a}{}", why.zh),
    );
    Some(Problem { file: Some(file), ..Problem::new(Rule::BadValue, Severity::Warning, reason) })
}

/// Reads one set of data as `reading` says.
fn read(source: &Bytes, reading: &Reading, options: &Options, progress: &Progress) -> Result<Vec<Read>, ReadError> {
    if squads::is_squads(source) {
        let (squads, notes) = squads::read(source)?;
        let account = rows(source, squads.len(), Fate::Squad);
        return Ok(vec![Read::Squads(squads, notes, account)]);
    }
    if source.format.is_table() {
        let file = incidents::from_source(source, reading, progress)?;
        let account = rows(source, file.incidents.len(), Fate::Incidents);
        return Ok(vec![Read::Incidents(Box::new(file.incidents), file.notes, account)]);
    }
    let written = if options.as_written { layers::<[f64; 2]>(source, reading, options, progress)? } else { Vec::new() };
    let mut written = written.into_iter().map(|layer| layer.polygons);
    let layers = layers(source, reading, options, progress)?.into_iter();
    layers.map(|layer| sorted(layer, written.next(), reading, options)).collect()
}

/// A layer as what it is: incidents, or shapes.
fn sorted(
    mut layer: Layer,
    written: Option<Polygons<[f64; 2]>>,
    reading: &Reading,
    options: &Options,
) -> Result<Read, ReadError> {
    let told = incidents::are_incidents(&layer) && layer.format != Format::Gpx;
    let said = options.says_incidents(&layer);
    let [polygons, lines, points] = layer.kinds();
    if said && (polygons + lines > 0 || points == 0) {
        return Err(no_points(&layer.path, [polygons, lines, points]));
    }
    if !told && !said {
        layer.notes.extend(only_drawn(&layer, options));
        return Ok(Read::Layer(Box::new(layer), written));
    }
    let file = incidents::from_layer(&layer, &reading.columns)?;
    let (mut account, reasons) = (layer.account(), layer.reasons());
    for unit in 0..layer.features.len() {
        account.add(reasons.get(&unit).map_or(Fate::Incidents, |&why| Fate::LeftOut(why)), 1);
        account.by_products += further(layer.dots.of(unit).flatten().count());
    }
    layer.beside(0).into_iter().for_each(|(_, why)| account.add(Fate::LeftOut(why), 1));
    Ok(Read::Incidents(Box::new(file.incidents), file.notes, account))
}

/// Incidents that are said to be in a layer of other shapes.
fn no_points(path: &Path, [polygons, lines, points]: [usize; 3]) -> ReadError {
    let text = Text::new(
        format!(
            "it was said to hold incidents, but holds {polygons} polygons, {lines} lines and {points} points. Incidents are points alone, or rows of a table with coordinates or codes of zones"
        ),
        format!(
            "指定为案件，但其中有 {polygons} 个面、{lines} 条线和 {points} 个点。案件只能是点图层，或含坐标或区域编码的表格"
        ),
    );
    ReadError::new(path, Fault::NothingLeft, text)
}

/// Says that points are no incidents, where nobody said what they are.
fn only_drawn(layer: &Layer, options: &Options) -> Option<Problem> {
    let known = layer.format == Format::Gpx || options.asked_of(&layer.path).is_some();
    if known || !incidents::are_points(layer) {
        return None;
    }
    let (file, points) = (file_name(&layer.path), layer.features.len());
    let reason = Text::new(
        format!(
            "its {points} points are a reference layer: no property is a time, and no two are a source, a state or a class"
        ),
        format!("其 {points} 个点作为参考图层\u{ff1a}属性中没有时间\u{ff0c}来源、状态、类别也不足两项"),
    );
    let flag = format!("--tier {INCIDENTS}={file}");
    let remedies = vec![Text::new(format!("{flag}: take them as incidents"), format!("{flag}\u{ff1a}作为案件读取"))];
    Some(Problem { file: Some(file), remedies, ..Problem::new(Rule::BadValue, Severity::Note, reason) })
}

/// The account of a layer by itself, before it is a plan.
///
/// # Errors
/// A layer of incidents that holds none.
pub fn account(layer: Layer, source: &Bytes, options: &Options) -> Result<FileAccount, ReadError> {
    let mut sorting = Sorting::new(options);
    sorting.take(sorted(layer, None, &options.reading(source), options)?, source, false);
    let mut parts = sorting.sorted();
    let ledgers = parts.zones.iter().map(|source| &source.ledger).chain(&parts.ledgers);
    ledgers.for_each(|ledger| ledger.settle(None, &mut parts.accounts));
    Ok(parts.accounts.into_iter().next().unwrap_or_default())
}

/// The account of a table: every row of one fate.
pub fn rows(source: &Bytes, count: usize, fate: Fate) -> FileAccount {
    let mut account =
        FileAccount { file: source.name(), counted: Counted::Rows, read: count as u64, ..FileAccount::default() };
    account.add(fate, count as u64);
    account
}

/// Shapes of a feature beyond its first.
pub(super) fn further(shapes: usize) -> u64 {
    shapes.saturating_sub(1) as u64
}

/// Parts under way.
struct Sorting<'a> {
    parts: Parts,
    layers: Vec<ZoneLayer>,
    /// Layers that hold polygons, but more of lines and points.
    mixed: Vec<ZoneLayer>,
    options: &'a Options,
}

impl<'a> Sorting<'a> {
    fn new(options: &'a Options) -> Self {
        Self { parts: Parts::default(), layers: Vec::new(), mixed: Vec::new(), options }
    }

    fn take_all(&mut self, all: Vec<Read>, source: &Bytes) {
        let several = all.len() > 1;
        for read in all {
            self.take(read, source, several);
        }
    }

    /// Takes one of the things a file holds.
    fn take(&mut self, read: Read, source: &Bytes, several: bool) {
        let parts = &mut self.parts;
        let account = parts.accounts.len();
        match read {
            Read::Squads(rows, notes, counted) => {
                parts.squads.extend(rows);
                parts.problems.extend(notes);
                parts.accounts.push(counted);
            }
            Read::Incidents(rows, notes, counted) => {
                parts.incidents.push((*rows, account));
                parts.problems.extend(notes);
                parts.accounts.push(counted);
            }
            Read::Layer(mut layer, written) => {
                // That of a text was told by its source already.
                parts.doubts.extend(layer.doubt.take().filter(|_| layer.format == Format::Shapefile));
                parts.problems.append(&mut layer.notes);
                let mut counted = layer.account();
                counted.file = source.name();
                counted.layer = several.then(|| layer.name.clone());
                parts.accounts.push(counted);
                let [polygons, lines, dots] = layer.kinds();
                if polygons == 0 {
                    self.reference(*layer, account);
                    return;
                }
                let asked = self.options.asked_of(&layer.path).map(str::to_owned);
                let guess = tiers::guess(&layer, &self.options.columns);
                parts.problems.extend(guess.note(&source.name()));
                let guess = asked.as_ref().map_or(guess.clone(), |name| tier::asked(guess, name));
                let (stretches, beside) = (vec![(account, layer.features.len())], layer.beside(account));
                let mostly_others = lines + dots > polygons;
                let to = if mostly_others && asked.is_none() { &mut self.mixed } else { &mut self.layers };
                let own = vec![guess.clone()];
                to.push(ZoneLayer { layer: *layer, written, guess, own, mostly_others, asked, stretches, beside });
            }
        }
    }

    /// Takes a layer as a reference.
    fn reference(&mut self, layer: Layer, at: usize) {
        self.parts.ledgers.push(Ledger::of_reference(&layer, at));
        self.parts.references.push((Arc::new(layer.into_reference()), at));
    }

    /// Reads a file in metres of a zone that nothing names: the zone that puts it on what was read already.
    fn take_zoneless(
        &mut self,
        source: &Bytes,
        (corners, why): ([i64; 4], Text),
        around: Bounds,
        progress: &Progress,
    ) -> Result<(), OpenError> {
        let layers = self.layers.iter().map(|zones| Bounds::of(&zones.layer.polygons.points));
        let bounds = layers.fold(around, Bounds::join);
        let bounds = self.parts.incidents.iter().fold(bounds, |bounds, (rows, _)| bounds.join(rows.bounds()));
        let system = guess_zone(corners.map(|metres| metres as f64), bounds);
        let Some(system) = system else {
            let error = ReadError::new(&source.path, Fault::Zone(corners), why);
            if !source.found {
                return Err(error.into());
            }
            self.parts.problems.push(left_out(&source.name(), error.text));
            return Ok(());
        };
        self.parts.problems.push(assumed(source, &system.name));
        let reading = Reading { system: Some(system), ..self.options.reading(source) };
        let all = read(source, &reading, self.options, progress)?;
        self.take_all(all, source);
        Ok(())
    }

    /// Everything sorted: files of one kind together, and layers of lines with some polygons as references, unless there
    /// is nothing else that could be zones.
    fn sorted(mut self) -> Parts {
        if self.layers.is_empty() {
            self.layers = std::mem::take(&mut self.mixed);
        }
        for ZoneLayer { layer, stretches, .. } in std::mem::take(&mut self.mixed) {
            let at = stretches.first().map_or(0, |&(at, _)| at);
            self.reference(layer, at);
        }
        let mut parts = self.parts;
        let (together, said) = alike::together(self.layers);
        parts.problems.extend(said);
        for zones in together {
            let (source, beside) = Source::of(zones);
            parts.problems.extend(source.without_land());
            if let Some(beside) = beside {
                let at = source.ledger.stretches.first().map_or(0, |&(at, _)| at);
                parts.references.push((Arc::new(beside), at));
            }
            parts.zones.push(source);
        }
        parts
    }
}
