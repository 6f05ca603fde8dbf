//! Which column of a table holds what: by what was said, by the names that are known, by the words in a name, and by what
//! stands below it. Where that leaves several, nobody is asked to guess: the table is refused with its names and first rows.

use std::path::{Path, PathBuf};

use super::angle::{self, Axis};
use super::axes;
use super::columns::{self, Column};
use super::csv::Table;
use super::roles::{self, Columns, Role};
use super::time;
use super::years::Year;
use super::{Fault, ReadError};
use crate::base::Text;

/// Rows looked at to tell what a column holds.
pub(super) const SAMPLE: usize = 400;
/// Rows that are shown where somebody is asked.
const SHOWN: usize = 5;

/// The names of the columns of a table and some of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Names, in the order of the columns.
    pub names: Vec<String>,
    /// Rows from all over the table, the first ones first.
    pub rows: Vec<Vec<String>>,
}

/// A table whose columns cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// The file.
    pub path: PathBuf,
    /// Its columns, with five rows.
    pub head: Head,
    /// What could be told: a role and the place of its column.
    pub guess: Vec<(Role, usize)>,
}

/// Where a table has its coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Where {
    #[default]
    Nowhere,
    /// Longitude, or east, and latitude, or north.
    Two(usize, usize),
    /// Both in one cell, and whether latitude stands first where the cell does not say.
    One(usize, bool),
}

impl Where {
    /// The columns.
    pub(super) fn columns(self) -> impl Iterator<Item = usize> {
        let (a, b) = match self {
            Self::Nowhere => (None, None),
            Self::Two(lon, lat) => (Some(lon), Some(lat)),
            Self::One(at, _) => (Some(at), None),
        };
        a.into_iter().chain(b)
    }
}

/// What is to be said of a table: whether it is in doubt, the sentence, and what would settle it.
type Note = (bool, Text, Vec<Text>);

/// What was told of the coordinates and the time of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) place: Where,
    /// The column of the time, where its name is not known.
    pub(super) time: Option<usize>,
    /// What the names say of the coordinate system.
    pub(super) system: Option<&'static str>,
    /// What was taken by evidence, and what is not certain.
    pub(super) notes: Vec<Note>,
}

impl Head {
    /// Names and rows of a table.
    pub(super) fn of(table: &Table<'_>) -> Self {
        let names = table.names.clone();
        let row = |row: &super::csv::Row<'_>| {
            let field = |at| String::from_utf8_lossy(&row.field(at)).into_owned();
            (!row.is_empty()).then(|| (0..names.len()).map(field).collect())
        };
        Self { rows: table.sample(names.len(), SAMPLE, row), names }
    }

    /// What stands in a column, where anything does.
    fn filled(&self, column: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.get(column));
        cells.map(|cell| cell.trim()).filter(|cell| !super::rows::is_nothing(cell.as_bytes()))
    }

    /// Whether nearly all that stands in a column passes, and something stands there.
    fn mostly(&self, column: usize, passes: impl Fn(&str) -> bool) -> bool {
        let (all, good) =
            self.filled(column).fold((0, 0), |(all, good), cell| (all + 1, good + usize::from(passes(cell))));
        all > 0 && good * 10 >= all * 8
    }

    fn is_empty(&self, column: usize) -> bool {
        self.filled(column).next().is_none()
    }

    fn shown(mut self) -> Self {
        self.rows.truncate(SHOWN);
        self
    }
}

fn find(names: &[String], column: Column) -> Option<usize> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    columns::find(&names, column)
}

/// Coordinates that were found.
enum Found {
    /// Certain by their names.
    Known(Where),
    /// By words of their names and their values.
    Taken(Where),
    /// Several that could be: pairs of columns, or single ones.
    Several(Vec<Where>),
    None,
}

fn coordinates(head: &Head) -> Found {
    let known = find(&head.names, Column::Lon).zip(find(&head.names, Column::Lat));
    let pairs: Vec<Where> = pairs(head).into_iter().map(|(lon, lat)| Where::Two(lon, lat)).collect();
    if let Some((lon, lat)) = known {
        // Columns that are there and hold nothing are not the ones, where others do.
        let empty = head.is_empty(lon) && head.is_empty(lat);
        if !(empty && pairs.len() == 1) {
            return Found::Known(Where::Two(lon, lat));
        }
    }
    match pairs[..] {
        [one] => return Found::Taken(one),
        [] => {}
        _ => return Found::Several(pairs),
    }
    let cells = cells(head);
    match cells[..] {
        [] => Found::None,
        [one] => Found::Taken(Where::One(one, latitude_first(head, one).unwrap_or(false))),
        _ => Found::Several(cells.iter().map(|&at| Where::One(at, false)).collect()),
    }
}

/// Pairs of columns whose names have words for the two axes and are else alike, and whose values are numbers; where there is
/// none alike, the only two.
fn pairs(head: &Head) -> Vec<(usize, usize)> {
    let words: Vec<_> = head.names.iter().map(|name| axes::axis_word(name)).collect();
    let of = |axis: Axis| {
        let all = words.iter().enumerate().filter_map(move |(at, word)| Some((at, word.as_ref()?)));
        all.filter(move |(at, word)| word.axis == axis && are_numbers(head, *at)).collect::<Vec<_>>()
    };
    let (east, north) = (of(Axis::East), of(Axis::North));
    let mut pairs = Vec::new();
    for (lon, word) in &east {
        pairs.extend(north.iter().filter(|(_, other)| other.stem == word.stem).map(|&(lat, _)| (*lon, lat)));
    }
    if let ([], [(lon, _)], [(lat, _)]) = (&pairs[..], &east[..], &north[..]) {
        pairs.push((*lon, *lat));
    }
    pairs.retain(|&(lon, lat)| !(head.is_empty(lon) || head.is_empty(lat)) || head.rows.is_empty());
    pairs
}

fn are_numbers(head: &Head, column: usize) -> bool {
    head.is_empty(column) || head.mostly(column, |cell| angle::number(cell.as_bytes()).is_some())
}

/// Columns whose cells hold two numbers: those of a telling name where there are any, else those that can be nothing else.
fn cells(head: &Head) -> Vec<usize> {
    let fits = |at: usize| head.mostly(at, |cell| cell.len() <= 256 && angle::pair(cell.as_bytes()).is_some());
    let all: Vec<usize> = (0..head.names.len()).filter(|&at| fits(at)).collect();
    let named = |at: usize| {
        head.names.get(at).is_some_and(|name| {
            columns::is(name, Column::Coordinates) || name.contains("经纬") || name.contains("坐标")
        })
    };
    let by_name: Vec<usize> = all.iter().copied().filter(|&at| named(at)).collect();
    if !by_name.is_empty() {
        return by_name;
    }
    // Two plain numbers may be anything but for their decimals.
    let exact = |cell: &str| {
        let decimals = cell.split([',', ';', ' ', '\u{ff0c}']).filter(|part| !part.is_empty());
        let fine =
            |part: &str| part.split_once('.').is_some_and(|(_, decimals)| decimals.trim_end_matches(')').len() >= 3);
        let fits = |[x, y]: [f64; 2]| x.abs() <= 180.0 && y.abs() <= 180.0 || x.abs() >= 1e4 && y.abs() >= 1e4;
        let is_place =
            |pair: angle::Pair| fits(pair.at) && if pair.told { !pair.rough } else { decimals.clone().all(fine) };
        angle::pair(cell.as_bytes()).is_some_and(is_place)
    };
    // What a name says to be something else is that.
    let free = |&at: &usize| head.names.get(at).is_none_or(|name| !columns::is_else(name));
    all.into_iter().filter(free).filter(|&at| head.mostly(at, exact)).collect()
}

/// Whether latitude stands first in a column of two numbers a cell; `None` where nothing tells.
fn latitude_first(head: &Head, column: usize) -> Option<bool> {
    let pairs: Vec<_> = head.filled(column).filter_map(|cell| angle::pair(cell.as_bytes())).collect();
    if pairs.iter().all(|pair| pair.told) {
        return Some(false);
    }
    let beyond = |place: usize| pairs.iter().any(|pair| !pair.told && (90.0..=180.0).contains(&pair.at[place].abs()));
    let metres = pairs.iter().any(|pair| !pair.told && pair.at.iter().any(|number| number.abs() > 180.0));
    if beyond(0) || metres {
        return Some(false);
    }
    if beyond(1) {
        return Some(true);
    }
    let name = head.names.get(column).map_or("", String::as_str).to_lowercase();
    let place = |words: &[&str]| words.iter().filter_map(|word| name.find(word)).min();
    match (place(&["lon", "lng", "经"]), place(&["lat", "纬"])) {
        (Some(lon), Some(lat)) => Some(lat < lon),
        _ => None,
    }
}

/// Tells where a table has its coordinates and its time.
///
/// # Errors
/// A column that was said and is not there; several that could be; none at all where no zone is named either.
pub(super) fn tell(path: &Path, head: Head, said: &Columns) -> Result<Told, ReadError> {
    let mut told = Told::default();
    let said = said.of(path, &head.names);
    let at = |wanted: Role| {
        said.iter().find(|(role, _)| *role == wanted).map(|(_, name)| place(path, &head.names, name)).transpose()
    };
    let (lon, lat) = (at(Role::Holds(Column::Lon))?, at(Role::Holds(Column::Lat))?);
    let one = at(Role::Holds(Column::Coordinates))?;
    let turned = at(Role::LatLon)?;
    let known = (find(&head.names, Column::Lon), find(&head.names, Column::Lat));
    told.place = match (lon, lat, one, turned) {
        (.., Some(at)) => Where::One(at, true),
        (.., Some(at), None) => Where::One(at, latitude_first(&head, at).unwrap_or(false)),
        (Some(lon), Some(lat), ..) => Where::Two(lon, lat),
        (Some(lon), None, ..) if let Some(lat) = known.1 => Where::Two(lon, lat),
        (None, Some(lat), ..) if let Some(lon) = known.0 => Where::Two(lon, lat),
        (None, None, ..) => by_evidence(path, &head, &mut told.notes)?,
        _ => return Err(unnamed(path, head, "only one of longitude and latitude was named", "只指定了经度和纬度之一")),
    };
    told.system = told.place.columns().find_map(|at| axes::shifted_system(head.names.get(at)?));
    told.tell_time(path, &head, &said);
    Ok(told)
}

/// Tells where a layer of points has its time.
pub(super) fn tell_time(path: &Path, head: &Head, said: &Columns) -> Told {
    let mut told = Told::default();
    told.tell_time(path, head, &said.of(path, &head.names));
    told
}

impl Told {
    fn tell_time(&mut self, path: &Path, head: &Head, said: &[(Role, String)]) {
        let is_said = |wanted: fn(&Role) -> bool| said.iter().any(|(role, _)| wanted(role));
        let timed = find(&head.names, Column::Reported).is_some();
        if !timed && !is_said(|role| *role == Role::Holds(Column::Reported)) {
            self.time = time_of(head, self.place);
            self.notes.push((false, time_note(head, self.time), Vec::new()));
        }
        if !is_said(|role| matches!(role, Role::Zone(_)))
            && let Some(note) = apart(path, head)
        {
            self.notes.push(note);
        }
    }
}

/// How the first rows of a column say that it is read, where nobody said so: where its years stand, and whether its days stand
/// before its months.
pub(super) fn learn(head: &Head, column: usize, how: &mut time::How) {
    how.year = Year::of(head.filled(column));
    if how.asked {
        return;
    }
    let mut seen = time::Seen::default();
    for cell in head.filled(column) {
        time::read(cell.as_bytes(), time::How { year: how.year, ..time::How::default() }, &mut seen);
    }
    how.day_first |= seen.day_first > 0 && seen.month_first == 0;
}

/// The place of a column that was said.
///
/// # Errors
/// There is none of that name.
pub(super) fn place(path: &Path, names: &[String], name: &str) -> Result<usize, ReadError> {
    roles::named(names, name).ok_or_else(|| {
        let text = Text::new(
            format!("--column names {name}, which is no column of it; there are: {}", names.join(", ")),
            format!("--column 指定的“{name}”不是其中的列\u{ff1b}现有列\u{ff1a}{}", names.join("、")),
        );
        ReadError::new(path, Fault::NotTable, text)
    })
}

fn by_evidence(path: &Path, head: &Head, notes: &mut Vec<Note>) -> Result<Where, ReadError> {
    match coordinates(head) {
        Found::Known(place) => Ok(place),
        Found::Taken(place) => {
            notes.push((false, taken(head, place), Vec::new()));
            if let Where::One(at, _) = place
                && latitude_first(head, at).is_none()
            {
                notes.push(either_way(path, head, at));
            }
            Ok(place)
        }
        Found::Several(several) => {
            let names: Vec<String> = several.iter().map(|&place| listed(head, place)).collect();
            let (en, zh) = (names.join(" or "), names.join(" 或 "));
            Err(unnamed(
                path,
                head.clone(),
                &format!("several columns could be its coordinates: {en}"),
                &format!("有多列可能是坐标\u{ff1a}{zh}"),
            ))
        }
        Found::None => {
            let zoned = find(&head.names, Column::PlaceCode).or(find(&head.names, Column::PlaceName));
            if zoned.is_some() {
                return Ok(Where::Nowhere);
            }
            if let Some(name) = shapes(head) {
                return Err(no_points(path, name));
            }
            Err(unnamed(
                path,
                head.clone(),
                "no column is known to hold longitude and latitude, and none a zone",
                "找不到经纬度列\u{ff0c}也没有所属区域列",
            ))
        }
    }
}

/// The name of a column that holds geometries that are no points, as text.
fn shapes(head: &Head) -> Option<&str> {
    let is = |cell: &str| {
        let text = cell.rsplit(';').next().unwrap_or("").trim_start().to_ascii_uppercase();
        ["POLYGON", "MULTI", "LINESTRING", "CURVE", "GEOMETRYCOLLECTION"].iter().any(|name| text.starts_with(name))
            && text.ends_with(')')
    };
    let at = (0..head.names.len()).find(|&at| head.mostly(at, is))?;
    head.names.get(at).map(String::as_str)
}

fn no_points(path: &Path, name: &str) -> ReadError {
    let text = Text::new(
        format!(
            "its column {name} holds geometries that are no single points: tables are read for points alone. Save the layer as GeoJSON, a shapefile or GeoPackage"
        ),
        format!(
            "列 {name} 中是面、线或多点图形（WKT），表格只能读取单点。请将该图层另存为 GeoJSON、Shapefile 或 GeoPackage"
        ),
    );
    ReadError::new(path, Fault::Columns, text)
}

fn listed(head: &Head, place: Where) -> String {
    place.columns().filter_map(|at| head.names.get(at)).cloned().collect::<Vec<_>>().join(" + ")
}

fn taken(head: &Head, place: Where) -> Text {
    let names = listed(head, place);
    Text::new(
        format!("its coordinates were read from {names}, told by the name and what stands there"),
        format!("坐标取自列 {names}\u{ff08}按列名和数值判断\u{ff09}"),
    )
}

/// Two numbers that could each be either.
fn either_way(path: &Path, head: &Head, at: usize) -> Note {
    let name = head.names.get(at).map_or("", String::as_str);
    let file = super::bytes::file_name(path);
    let text = Text::new(
        format!("{name} does not tell which of its two numbers is the longitude; the first was taken for it"),
        format!("列 {name} 未说明哪个数是经度\u{ff0c}已按先经后纬读取"),
    );
    let flag = format!("--column {file}:lat-lon={name}");
    let remedy = Text::new(format!("{flag}: latitude stands first"), format!("{flag}\u{ff1a}纬度在前"));
    (true, text, vec![remedy])
}

/// The error of a table whose columns cannot be told.
fn unnamed(path: &Path, head: Head, en: &str, zh: &str) -> ReadError {
    let file = super::bytes::file_name(path);
    let guess = guess(&head);
    let name = |wanted: Role| {
        let at = guess.iter().find(|(role, _)| *role == wanted).map(|&(_, at)| at);
        at.and_then(|at| head.names.get(at)).map_or("NAME", String::as_str).to_owned()
    };
    let (lon, lat) = (name(Role::Holds(Column::Lon)), name(Role::Holds(Column::Lat)));
    let flags = format!("--column {file}:lon={lon} --column {file}:lat={lat}");
    let text = Text::new(
        format!("{en}. Its columns are: {}. Say which with {flags}", head.names.join(", ")),
        format!("{zh}。现有列\u{ff1a}{}。请用 {flags} 指定", head.names.join("、")),
    );
    let mut error = ReadError::new(path, Fault::Columns, text);
    error.unnamed = Some(Box::new(Unnamed { path: path.to_owned(), head: head.shown(), guess }));
    error
}

/// What the values alone make likely: shown where somebody is asked, and never taken unasked.
fn guess(head: &Head) -> Vec<(Role, usize)> {
    let numbers = |low: f64, high: f64| {
        let inside = move |cell: &str| {
            cell.contains('.')
                && angle::number(cell.as_bytes()).is_some_and(|angle| (low..=high).contains(&angle.value.abs()))
        };
        (0..head.names.len()).filter(|&at| head.mostly(at, inside)).collect::<Vec<_>>()
    };
    let east = pairs(head).first().map(|&(lon, _)| lon).or_else(|| numbers(60.0, 180.0).first().copied());
    let north = pairs(head).first().map(|&(_, lat)| lat);
    let north = north.or_else(|| numbers(1.0, 60.0).into_iter().find(|at| Some(*at) != east));
    let single = |column| find(&head.names, column).map(|at| (Role::Holds(column), at));
    let others = [Column::Number, Column::Reported, Column::Class, Column::Source, Column::PlaceCode].map(single);
    let coordinates = [(Column::Lon, east), (Column::Lat, north)].map(|(column, at)| Some((Role::Holds(column), at?)));
    coordinates.into_iter().chain(others).flatten().collect()
}

/// A text as a time, minutes since 1970.
fn minute(cell: &str) -> Option<i64> {
    let read = time::read(cell.trim().as_bytes(), time::How::default(), &mut time::Seen::default());
    read.is_some().then_some(i64::from(read.0))
}

/// Whether what stands in a column are times that can be nothing else: not numbers alone.
fn are_times(head: &Head, column: usize) -> bool {
    let signed = |cell: &str| cell.len() >= 8 && cell.contains(['-', '/', ':', ',', '\u{5e74}', ' ']);
    head.mostly(column, |cell| signed(cell) && minute(cell).is_some())
}

/// The column of times whose name is known to nobody: of those that hold times, the one whose name speaks of a report, the
/// first of the others, and last those that speak of an end.
fn time_of(head: &Head, place: Where) -> Option<usize> {
    const BEGINS: [&str; 16] = [
        "report", "occur", "open", "creat", "incident", "receiv", "call", "start", "first", "from", "上报", "发生",
        "受理", "接", "报", "登记",
    ];
    const ENDS: [&str; 16] = [
        "clos", "end", "updat", "modif", "due", "last", "resol", "finish", "complet", "until", "结", "办", "截止",
        "更新", "修改", "完成",
    ];
    let taken: Vec<usize> = place.columns().collect();
    let known = [Column::Filed, Column::Due, Column::Handled, Column::Closed].map(|column| find(&head.names, column));
    let free = |at: &usize| !taken.contains(at) && !known.contains(&Some(*at));
    let rank = |at: usize| {
        let name = head.names.get(at).map_or_else(String::new, |name| name.to_lowercase());
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&ENDS) { 2 } else { usize::from(!has(&BEGINS)) }
    };
    (0..head.names.len()).filter(free).filter(|&at| are_times(head, at)).min_by_key(|&at| (rank(at), at))
}

fn time_note(head: &Head, time: Option<usize>) -> Text {
    match time.and_then(|at| head.names.get(at)) {
        Some(name) => Text::new(
            format!("its times were read from {name}, told by what stands there"),
            format!("时间取自列 {name}\u{ff08}按内容判断\u{ff09}"),
        ),
        None => Text::new(
            "no column of it holds times; filters by date and hour leave it out",
            "没有时间列\u{ff1b}按日期、时段筛选时不含这些记录",
        ),
    }
}

/// Two columns of times that are always the same number of hours apart, or the two numbers of a summer time: one of them is
/// of another zone.
fn apart(path: &Path, head: &Head) -> Option<Note> {
    let time = find(&head.names, Column::Reported)?;
    let hour = head.names.iter().position(|name| ["hour", "小时", "时"].contains(&columns::plain(name).as_str()));
    (0..head.names.len()).filter(|&at| at != time && are_times(head, at)).find_map(|other| {
        // A day alone is no time, but with its hour beside it.
        let days_alone = head.filled(other).filter_map(minute).all(|minute| minute % (24 * 60) == 0);
        let hour = if days_alone { Some(hour?) } else { None };
        let hours = steady(&gaps(head, time, other, hour))?;
        let name = |at: usize| head.names.get(at).map_or("", String::as_str);
        let against = hour.map_or_else(|| name(other).to_owned(), |hour| format!("{} + {}", name(other), name(hour)));
        Some(gap_note(path, name(time), &against, hours))
    })
}

/// Minutes from one column to another, of the rows that have both.
fn gaps(head: &Head, time: usize, other: usize, hour: Option<usize>) -> Vec<i64> {
    let gap = |row: &Vec<String>| {
        let (one, two) = (minute(row.get(time)?)?, minute(row.get(other)?)?);
        let Some(hour) = hour else { return Some(one - two) };
        let hour: i64 = row.get(hour)?.trim().parse().ok().filter(|hour| (0..24).contains(hour))?;
        Some(one.div_euclid(60) * 60 - two - 60 * hour)
    };
    head.rows.iter().filter_map(gap).collect()
}

/// The hours that nearly all of some gaps are: one number, or two that follow each other; `None` where they are none at all.
fn steady(gaps: &[i64]) -> Option<[i64; 2]> {
    /// Fewer rows prove nothing.
    const ROWS: usize = 8;
    let mut counts = std::collections::BTreeMap::<i64, usize>::new();
    gaps.iter().for_each(|&gap| *counts.entry(gap).or_default() += 1);
    let most = *counts.iter().max_by_key(|&(_, count)| count)?.0;
    let count = |gap: i64| counts.get(&gap).copied().unwrap_or(0);
    let beside = if count(most + 60) > count(most - 60) { most + 60 } else { most - 60 };
    let whole = most % 60 == 0 && most != 0 && most.abs() <= 14 * 60 && gaps.len() >= ROWS;
    if !whole || (count(most) + count(beside)) * 20 < gaps.len() * 19 {
        return None;
    }
    let other = if count(beside) > 0 { beside } else { most };
    Some([most / 60, other / 60])
}

fn gap_note(path: &Path, time: &str, against: &str, [hours, other]: [i64; 2]) -> Note {
    let (en, zh) = if hours == other {
        (format!("{} h", hours.abs()), format!("{} 小时", hours.abs()))
    } else {
        let (low, high) = (hours.abs().min(other.abs()), hours.abs().max(other.abs()));
        (format!("{low} or {high} h"), format!("{low} 或 {high} 小时"))
    };
    let (side_en, side_zh) = if hours > 0 { ("ahead of", "晚") } else { ("behind", "早") };
    let text = Text::new(
        format!(
            "the times of {time} are always {en} {side_en} those of {against}: one of the two is not local time. {time} was read as it stands"
        ),
        format!("列 {time} 的时间始终比 {against} {side_zh} {zh}\u{ff1a}其中之一不是当地时间。已按 {time} 原样读取"),
    );
    let file = super::bytes::file_name(path);
    let role = Role::Zone(i32::try_from(-60 * hours).unwrap_or(0)).name();
    let flag = format!("--column {file}:{role}={time}");
    let remedy = Text::new(
        format!("{flag}: move its times by {} h, as those of {against} are", -hours),
        format!("{flag}\u{ff1a}将其时间移动 {} 小时\u{ff0c}与 {against} 一致", -hours),
    );
    (true, text, vec![remedy])
}
