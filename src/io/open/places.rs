//! Points of files with all their fields, for whoever looks them up in zones.

use std::path::PathBuf;

use super::parts::{layers, left_out, no_sheet, wanted};
use super::{OpenError, Options, rows};
use crate::base::{Problem, Progress, Rule, Severity, Text};
use crate::geometry::{Bounds, Point};
use crate::io::bytes::Source as Bytes;
use crate::io::crs::guess_zone;
use crate::io::csv::Table;
use crate::io::doubt::Doubt;
use crate::io::layer::Reading;
use crate::io::{Fault, Layer, ReadError, door, incidents, tiers};
use crate::model::{Fate, FileAccount, Placement};

/// Rows of points as a table.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Names of the columns.
    pub names: Vec<String>,
    /// Fields of each row; a row may be shorter than the names.
    pub rows: Vec<Vec<String>>,
    /// Where each row lies; `None` where it does not say.
    pub at: Vec<Option<Point>>,
    /// An account of each file.
    pub files: Vec<FileAccount>,
    /// What was found.
    pub problems: Vec<Problem>,
    /// Texts whose encoding is not certain.
    pub doubts: Vec<Doubt>,
}

/// Reads points by the doors that open incidents: every row of every table and sheet, every point of every layer. `around`
/// is where they are said to lie, where that is known.
///
/// # Errors
/// A file that cannot be read, or whose coordinates are not clear.
pub fn places(paths: &[PathBuf], options: &Options, around: Bounds, progress: &Progress) -> Result<Places, OpenError> {
    let door::Opening { sources, notes, .. } = door::sources_in(paths, &options.encodings, progress)?;
    let mut places = Places { problems: notes, ..Places::default() };
    let (mut books, mut unread) = (Vec::new(), Vec::new());
    for source in wanted(sources, options)? {
        places.doubts.extend(source.doubt().cloned());
        let reading = options.reading(&source);
        let taken = match places.take(&source, &reading, options, progress) {
            Err(ReadError { fault: Fault::Zone(corners), path, text, .. }) => {
                let system = guess_zone(corners.map(|metres| metres as f64), around);
                let system = system.ok_or_else(|| ReadError::new(&path, Fault::Zone(corners), text))?;
                places.problems.push(assumed(&source, &system.name));
                places.take(&source, &Reading { system: Some(system), ..reading }, options, progress)
            }
            other => other,
        };
        match taken {
            Ok(()) => books.push(source.path),
            Err(error) if source.sheet.is_some() => unread.push((source, error)),
            Err(error) if source.found => {
                let problem = Problem::new(Rule::BadValue, Severity::Error, error.text);
                places.problems.push(Problem { file: Some(source.name()), ..problem });
            }
            Err(error) => return Err(error.into()),
        }
    }
    for (source, error) in unread {
        let beside = books.contains(&source.path);
        if !beside && !source.found {
            return Err(error.into());
        }
        let lost = || left_out(&source.name(), error.text.clone());
        places.problems.push(no_sheet(&source, &error.text).filter(|_| beside).unwrap_or_else(lost));
    }
    Ok(places)
}

/// A zone that nothing names, guessed.
pub(super) fn assumed(source: &Bytes, system: &str) -> Problem {
    let reason = Text::new(
        format!("no zone is declared; read as {system}, which puts it on the other layers. --crs overrules it"),
        format!("未声明分带；已按与其他图层吻合的 {system} 读取。可用 --crs 更改"),
    );
    Problem { file: Some(source.name()), ..Problem::new(Rule::BadValue, Severity::Warning, reason) }
}

/// Says that features are drawn as something else than points, and so have no place.
fn not_points(layer: &Layer, file: &str) -> Option<Problem> {
    let is_drawn = |&unit: &usize| layer.dots.of(unit).next().is_none() && layer.shapes_of(unit) > 0;
    let count = (0..layer.features.len()).filter(is_drawn).count();
    let reason = Text::new(
        format!("{count} features are lines or areas, not points: their rows have no place"),
        format!("{count} 个要素是线或面，不是点：这些行没有位置"),
    );
    let problem = Problem::new(Rule::BadValue, Severity::Warning, reason);
    (count > 0).then(|| Problem { file: Some(file.to_owned()), ..problem })
}

impl Places {
    fn take(
        &mut self,
        source: &Bytes,
        reading: &Reading,
        options: &Options,
        progress: &Progress,
    ) -> Result<(), ReadError> {
        if source.format.is_table() {
            return self.table(source, reading, progress);
        }
        let all = layers(source, reading, options, progress)?;
        let several = all.len() > 1;
        for layer in all {
            self.layer(layer, several);
        }
        Ok(())
    }

    /// Where a column of this name stands, new ones at the end.
    fn column(&mut self, name: &str) -> usize {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    fn table(&mut self, source: &Bytes, reading: &Reading, progress: &Progress) -> Result<(), ReadError> {
        let file = incidents::from_source(source, reading, progress)?;
        let table = Table::open(source)?;
        let columns: Vec<usize> = table.names.iter().map(|name| self.column(name)).collect();
        let width = self.names.len();
        let rows_of = |rows: &mut Vec<Vec<String>>, row: &crate::io::csv::Row<'_>| {
            let mut fields = vec![String::new(); width];
            for (at, &to) in columns.iter().enumerate() {
                if let Some(field) = fields.get_mut(to) {
                    *field = String::from_utf8_lossy(&row.field(at)).into_owned();
                }
            }
            rows.push(fields);
        };
        let read = table.blocks(usize::MAX, |_| Vec::new(), rows_of).concat();
        let at = (0..file.incidents.len()).map(|row| {
            let placed = file.incidents.placement.get(row) == Some(&Placement::Point);
            file.incidents.points.get(row).copied().filter(|_| placed)
        });
        if read.len() != file.incidents.len() {
            let text = Text::new(
                format!("{} rows were read, and {} of them as points", read.len(), file.incidents.len()),
                format!("读入 {} 行，其中 {} 行为点位", read.len(), file.incidents.len()),
            );
            return Err(ReadError::new(&source.path, Fault::NotTable, text));
        }
        self.at.extend(at);
        self.files.push(rows(source, read.len(), Fate::Incidents));
        self.rows.extend(read);
        self.problems.extend(file.notes);
        Ok(())
    }

    /// A row for each point of a layer; one without a place for a feature that has none.
    fn layer(&mut self, layer: Layer, several: bool) {
        let mut account = layer.account();
        account.layer = several.then(|| layer.name.clone());
        let reasons = layer.reasons();
        self.problems.extend(layer.notes.iter().cloned());
        self.doubts.extend(layer.doubt.clone());
        self.problems.extend(not_points(&layer, &account.file));
        for (unit, feature) in layer.features.iter().enumerate() {
            if let Some(&why) = reasons.get(&unit) {
                account.add(Fate::LeftOut(why), 1);
                continue;
            }
            account.add(Fate::Incidents, 1);
            let points: Vec<Option<Point>> = layer.dots.of(unit).flatten().copied().map(Some).collect();
            let points = if points.is_empty() { vec![None] } else { points };
            account.by_products += points.len() as u64 - 1;
            let fields: Vec<(usize, String)> =
                feature.attributes.iter().map(|(key, value)| (self.column(key), tiers::text(value))).collect();
            let (lon, lat) = (self.column("lon"), self.column("lat"));
            for at in points {
                let mut row = vec![String::new(); self.names.len()];
                let place = at.map(|at| [(lon, at.lon().to_string()), (lat, at.lat().to_string())]);
                for (column, text) in place.into_iter().flatten().chain(fields.iter().cloned()) {
                    if let Some(field) = row.get_mut(column) {
                        *field = text;
                    }
                }
                self.rows.push(row);
                self.at.push(at);
            }
        }
        layer.beside(0).into_iter().for_each(|(_, why)| account.add(Fate::LeftOut(why), 1));
        self.files.push(account);
    }
}
