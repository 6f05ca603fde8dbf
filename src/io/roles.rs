//! What is said about the columns of files: `--column FILE:ROLE=NAME`, and what was chosen before for files of one head.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use super::axes::plain_whole;
use super::columns::Column;
use super::doubt::is_named;
use crate::base::Text;

impl Column {
    /// Those that can be said, with the name of each.
    const NAMED: [(Self, &'static str); 17] = [
        (Self::Lon, "lon"),
        (Self::Lat, "lat"),
        (Self::Coordinates, "coordinates"),
        (Self::Number, "number"),
        (Self::Reported, "time"),
        (Self::Filed, "filed"),
        (Self::Due, "due"),
        (Self::Handled, "handled"),
        (Self::Closed, "closed"),
        (Self::Field, "field"),
        (Self::Class, "class"),
        (Self::Source, "source"),
        (Self::State, "state"),
        (Self::PlaceCode, "zone"),
        (Self::Code, "code"),
        (Self::Name, "name"),
        (Self::Parent, "parent"),
    ];
}

/// What a column is said to be: the role of `--column FILE:ROLE=NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It holds this.
    Holds(Column),
    /// Both coordinates, latitude first.
    LatLon,
    /// Its days stand before its months.
    DayFirst,
    /// Its months stand before its days.
    MonthFirst,
    /// Its times are moved to this zone, minutes east of Greenwich; those that say none are of UTC.
    Zone(i32),
}

impl Role {
    /// By its name: `lon`, `time`, `lat-lon`, `day-first`, `utc+8`, `utc-5:30`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("utc") {
            let (sign, rest) =
                rest.strip_prefix('-').map_or((1, rest.strip_prefix('+').unwrap_or(rest)), |rest| (-1, rest));
            let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
            let hours: i32 = if hours.is_empty() { 0 } else { hours.parse().ok()? };
            let minutes: i32 = minutes.parse().ok()?;
            let fits = (0..=14).contains(&hours) && (0..60).contains(&minutes);
            return fits.then_some(Self::Zone(sign * (60 * hours + minutes)));
        }
        match name {
            "lat-lon" => Some(Self::LatLon),
            "day-first" => Some(Self::DayFirst),
            "month-first" => Some(Self::MonthFirst),
            _ => Column::NAMED.iter().find(|(_, known)| *known == name).map(|&(column, _)| Self::Holds(column)),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Holds(column) => {
                let known = Column::NAMED.iter().find(|(known, _)| *known == column);
                known.map_or_else(String::new, |&(_, name)| name.to_owned())
            }
            Self::LatLon => "lat-lon".to_owned(),
            Self::DayFirst => "day-first".to_owned(),
            Self::MonthFirst => "month-first".to_owned(),
            Self::Zone(minutes) => {
                let (sign, minutes) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
                let rest = if minutes % 60 == 0 { String::new() } else { format!(":{:02}", minutes % 60) };
                format!("utc{sign}{}{rest}", minutes / 60)
            }
        }
    }

    /// The names of all roles, for a message.
    #[must_use]
    pub fn names() -> String {
        let columns: Vec<&str> = Column::NAMED.iter().map(|&(_, name)| name).collect();
        format!("{}, lat-lon, day-first, month-first, utc+8", columns.join(", "))
    }
}

/// What was said about the columns of files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Of files by path or name: what a column is, and the name of that column.
    pub asked: Vec<(PathBuf, Role, String)>,
    /// Of all files with a head that was asked about before, by [`head_key`].
    pub settled: BTreeMap<u64, Vec<(Role, String)>>,
}

impl Columns {
    /// Adds what stands behind `--column`: `FILE:ROLE=NAME`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn ask(&mut self, text: &str) -> Result<(), Text> {
        // A path may hold a colon, and a name a sign of equality.
        let ends = text.match_indices('=').find_map(|(at, _)| {
            let left = text.get(..at)?;
            let (colon, role) =
                left.rmatch_indices(':').find_map(|(at, _)| Some((at, Role::named(left.get(at + 1..)?)?)))?;
            Some((left.get(..colon)?, role, text.get(at + 1..)?))
        });
        let (file, role, name) = ends.filter(|(file, _, name)| !file.is_empty() && !name.is_empty()).ok_or_else(|| {
            let roles = Role::names();
            Text::new(
                format!("--column wants FILE:ROLE=NAME, as in --column cases.csv:lon=GEO_LON; roles are {roles}; it got {text}"),
                format!("--column 的格式是 文件:角色=列名\u{ff0c}例如 --column cases.csv:lon=经度坐标\u{ff1b}角色有 {roles}\u{ff1b}收到的是 {text}"),
            )
        })?;
        self.asked.push((PathBuf::from(file), role, name.to_owned()));
        Ok(())
    }

    /// What was said of a file with these names of columns.
    pub(super) fn of(&self, path: &Path, names: &[String]) -> Vec<(Role, String)> {
        let asked = self.asked.iter().filter(|(named, ..)| is_named(path, named));
        let asked = asked.map(|(_, role, name)| (*role, name.clone()));
        let settled = self.settled.get(&head_key(names)).into_iter().flatten().cloned();
        asked.chain(settled).collect()
    }
}

/// What is the same for all files with the same names of columns.
#[must_use]
pub fn head_key(names: &[String]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    names.iter().for_each(|name| name.trim().hash(&mut hasher));
    hasher.finish()
}

/// The column of a name that somebody said: as it stands, or as names are compared.
pub(super) fn named(names: &[String], name: &str) -> Option<usize> {
    let as_it_stands = names.iter().position(|known| known == name);
    as_it_stands.or_else(|| names.iter().position(|known| plain_whole(known) == plain_whole(name)))
}
