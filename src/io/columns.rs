//! The names under which the columns and properties we need stand in the files of the field: one table for all readers.
//!
//! From the exports of digital city management platforms (eGova, `smart_cityguard`), GB/T 47678.5 abbreviations, `DataV`,
//! police open data; letter case, spaces and signs do not count. What no list knows may be told by the words in it, or be
//! said: [`Columns`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::angle::Axis;
use super::doubt::is_named;
use crate::base::{Text, half_width};
use crate::model::people::is_about_people;

/// Rows among which the names of the columns are looked for.
pub(super) const HEAD: usize = 20;

/// A column or property that means something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Longitude.
    Lon,
    /// Latitude.
    Lat,
    /// Both in one cell.
    Coordinates,
    /// Number of an incident.
    Number,
    /// Enforcement field.
    Field,
    /// Class.
    Class,
    /// Source.
    Source,
    /// State.
    State,
    /// When reported.
    Reported,
    /// When filed.
    Filed,
    /// When due.
    Due,
    /// When handled.
    Handled,
    /// When closed.
    Closed,
    /// Code of the zone of an incident.
    PlaceCode,
    /// Name of the zone of an incident.
    PlaceName,
    /// Code of a zone.
    Code,
    /// Name of a zone.
    Name,
    /// Code or name of the zone above.
    Parent,
}

/// Aliases by column, most telling first, written as [`plain`] leaves them.
const ALIASES: [(Column, &[&str]); 18] = [
    (
        Column::Lon,
        &[
            "lon",
            "lng",
            "longitude",
            "long",
            "经度",
            "coordinatex",
            "x",
            "xcoord",
            "pointx",
            "centerlng",
            "reportlng",
            "gpsx",
            "坐标x",
            "x坐标",
            "wgslng",
            "wgs84lng",
        ],
    ),
    (
        Column::Lat,
        &[
            "lat",
            "latitude",
            "纬度",
            "coordinatey",
            "y",
            "ycoord",
            "pointy",
            "centerlat",
            "reportlat",
            "gpsy",
            "坐标y",
            "y坐标",
            "wgslat",
            "wgs84lat",
        ],
    ),
    (
        Column::Coordinates,
        &[
            "coordinates",
            "coordinate",
            "coords",
            "coord",
            "lnglat",
            "lonlat",
            "latlng",
            "latlon",
            "location",
            "position",
            "point",
            "wkt",
            "ewkt",
            "wkb",
            "ewkb",
            "geom",
            "thegeom",
            "geometry",
            "wkbgeometry",
            "shape",
            "坐标",
            "经纬度",
            "经纬度坐标",
            "坐标经纬度",
            "地理坐标",
            "位置坐标",
            "位置",
            "定位",
        ],
    ),
    (
        Column::Number,
        &[
            "number",
            "tasknum",
            "任务号",
            "casecode",
            "案件编号",
            "案件号",
            "案卷编号",
            "编号",
            "recid",
            "诉求编号",
            "信件编号",
            "工单编号",
            "工单号",
            "casenumber",
            "incidentnumber",
            "incidentid",
            "caseid",
            "eventid",
            "id",
        ],
    ),
    (
        Column::Field,
        &[
            "field",
            "领域",
            "执法领域",
            "maintypename",
            "bigname",
            "大类名称",
            "大类",
            "问题大类",
            "一级分类",
            "诉求类型",
        ],
    ),
    (
        Column::Class,
        &[
            "class",
            "subtypename",
            "smallname",
            "小类名称",
            "小类",
            "问题小类",
            "警情类别",
            "案件类别",
            "类别",
            "二级分类",
            "category",
            "offense",
            "crimetype",
            "primarytype",
            "type",
            "rectypename",
            "问题类型",
        ],
    ),
    (
        Column::Source,
        &[
            "source",
            "eventsrcname",
            "sourcetype",
            "来源",
            "问题来源",
            "案件来源",
            "上报来源",
            "来信渠道",
            "渠道",
            "channel",
        ],
    ),
    (
        Column::State,
        &[
            "state",
            "eventstatename",
            "casestatus",
            "状态",
            "案件状态",
            "处理状态",
            "当前状态",
            "办理状态",
            "status",
            "eventstateid",
        ],
    ),
    (
        Column::Reported,
        &[
            "reported",
            "reporttime",
            "reportedat",
            "createtime",
            "上报时间",
            "发现时间",
            "发生时间",
            "递交时间",
            "来信时间",
            "报警时间",
            "受理时间",
            "时间",
            "time",
            "datetime",
            "date",
            "日期",
            "createdat",
            "month",
        ],
    ),
    (Column::Filed, &["filed", "accepttime", "立案时间", "filedat", "filetime", "filingtime"]),
    (
        Column::Due,
        &["due", "deadlinetime", "处置截止时间", "截止时间", "处置截止", "应处置时间", "dueat", "duetime", "deadline"],
    ),
    (
        Column::Handled,
        &["handled", "handlefinishtime", "处置时间", "处置完成时间", "办结时间", "handledat", "handletime"],
    ),
    (Column::Closed, &["closed", "archivetime", "closetime", "结案时间", "归档时间", "closedat"]),
    (
        Column::PlaceCode,
        &[
            "dutygridcode",
            "respgridcode",
            "gridcode",
            "网格编码",
            "网格代码",
            "责任网格编码",
            "szdywgbsm",
            "szsqdm",
            "communitycode",
            "社区编码",
            "社区代码",
            "unitgridid",
            "cellid",
            "szjddm",
            "streetcode",
            "街道编码",
            "街道代码",
        ],
    ),
    (
        Column::PlaceName,
        &[
            "grid",
            "community",
            "dutygridname",
            "respgridname",
            "gridname",
            "责任网格",
            "网格名称",
            "所属网格",
            "网格",
            "communityname",
            "社区名称",
            "所属社区",
            "社区",
            "szsqmc",
            "streetname",
            "街道名称",
            "所属街道",
            "街道",
            "镇街",
            "所属镇街",
            "szjdmc",
        ],
    ),
    (
        Column::Code,
        &[
            "code",
            "编码",
            "代码",
            "网格编码",
            "网格代码",
            "gridcode",
            "wgbm",
            "wgdm",
            "dygbm",
            "dywgcode",
            "dutygridcode",
            "respgridcode",
            "unitgridid",
            "mnggridid",
            "managegridid",
            "szdywgbsm",
            "adcode",
            "xzqdm",
            "zldwdm",
            "szsqdm",
            "szjddm",
            "communitycode",
            "streetcode",
            "社区编码",
            "社区代码",
            "街道代码",
            "geoid",
            "villcode",
            "towncode",
            "countycode",
            "id",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "名称",
            "网格名称",
            "社区名称",
            "街道名称",
            "wgmc",
            "xzqmc",
            "zldwmc",
            "gridname",
            "respgridname",
            "dutygridname",
            "unitgridname",
            "mnggridname",
            "managegridname",
            "szsqmc",
            "szjdmc",
            "communityname",
            "streetname",
            "town",
            "villname",
            "townname",
            "countyname",
            "title",
            "label",
        ],
    ),
    (
        Column::Parent,
        &[
            "parent",
            "parentcode",
            "pid",
            "所属街道",
            "街道名称",
            "streetname",
            "streetcode",
            "szjddm",
            "szjdmc",
            "townstreetid",
            "town",
            "towncode",
            "所属社区",
            "communityname",
            "szsqdm",
            "szsqmc",
            "commid",
            "communityid",
            "所属镇街",
            "镇街",
        ],
    ),
];

/// Words before a place that say no more than 所属, "belonging to".
const BELONGING: [&str; 4] = ["所在", "事发", "案发", "发生"];

/// A name as it is compared: lower case, only letters and digits in half width, without what stands in brackets.
#[must_use]
pub fn plain(name: &str) -> String {
    let name = half_width(name);
    let bare = name.split(['(', '[']).next().filter(|bare| !bare.trim().is_empty()).unwrap_or(&name);
    let plain: String = bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let place = |rest: &&str| ["社区", "街道", "镇街", "网格"].iter().any(|place| rest.starts_with(place));
    let belongs = BELONGING.iter().find_map(|before| plain.strip_prefix(before)).filter(place);
    belongs.map_or(plain.clone(), |rest| format!("所属{rest}"))
}

/// The column among `names` that holds `column`: the most telling alias wins, then the first of that name, then the first
/// name that was cut at the ten bytes of a shapefile.
#[must_use]
pub fn find(names: &[&str], column: Column) -> Option<usize> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let aliases = aliases(column);
    let whole = aliases.iter().find_map(|alias| plain.iter().position(|name| name == alias));
    whole.or_else(|| plain.iter().position(|name| is_cut(name) && aliases.iter().any(|alias| cut_from(name, alias))))
}

/// Whether a name stands for a column.
#[must_use]
pub fn is(name: &str, column: Column) -> bool {
    find(&[name], column).is_some()
}

/// Whether a name stands for any column, or is about people.
#[must_use]
pub fn is_known(name: &str) -> bool {
    is_about_people(name) || has_alias(&plain(name)) || axis_word(name).is_some_and(|word| word.telling)
}

fn has_alias(plain: &str) -> bool {
    ALIASES.iter().any(|(_, aliases)| aliases.contains(&plain))
}

fn aliases(column: Column) -> &'static [&'static str] {
    ALIASES.iter().find(|&&(known, _)| known == column).map_or(&[], |&(_, aliases)| aliases)
}

/// Bytes of a name in the table of a shapefile.
const NAME: usize = 10;

/// Whether a name may be what ten bytes leave of a longer one: three Chinese characters of UTF-8 or five of GBK, and no name
/// that is known as it stands.
fn is_cut(plain: &str) -> bool {
    let plain = without_number(plain);
    let wide = plain.chars().filter(|c| !c.is_ascii()).count();
    let narrow = plain.len() - plain.chars().filter(|c| !c.is_ascii()).map(char::len_utf8).sum::<usize>();
    let fills = |bytes: usize| bytes == NAME || (bytes + 1 == NAME && wide > 0);
    wide > 0 && (fills(plain.len()) || fills(narrow + 2 * wide) || plain.len() + 2 == NAME) && !has_alias(plain)
}

fn cut_from(plain: &str, alias: &str) -> bool {
    alias.len() > NAME && alias.starts_with(without_number(plain))
}

/// A name without the number that a second column of the same name gets.
fn without_number(plain: &str) -> &str {
    plain.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The row that names the columns, and how many of its texts this program knows: the row with most of them, the lowest of
/// those; of rows with a single one the first, for a kind of zone (责任网格) stands in rows of data too; without any, the
/// first row with more than one text. What is said again right below is data, or a cell merged down.
pub(super) fn head_row(rows: &[Vec<String>]) -> Option<(usize, usize)> {
    let known = |at: usize, row: &Vec<String>| {
        let below = rows.get(at + 1);
        let again = |column: usize, text: &String| below.and_then(|below| below.get(column)) == Some(text);
        row.iter().enumerate().filter(|&(column, text)| is_known(text) && !again(column, text)).count()
    };
    let counts: Vec<usize> = rows.iter().enumerate().map(|(at, row)| known(at, row)).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    // A head that is said again further down is one still.
    let first_said = |at: &usize| rows.get(*at).and_then(|row| rows.iter().position(|other| other == row)) == Some(*at);
    let mut best = (0..rows.len()).filter(|&at| most > 0 && counts.get(at) == Some(&most)).filter(first_said);
    let best = if most > 1 { best.next_back() } else { best.next() };
    let distinct =
        |row: &Vec<String>| row.iter().filter(|text| !text.is_empty()).collect::<std::collections::BTreeSet<_>>().len();
    let remark = |row: &Vec<String>| row.first().is_some_and(|text| text.starts_with('#'));
    let at = best
        .or_else(|| rows.iter().position(|row| distinct(row) > 1 && !remark(row)))
        .or_else(|| rows.iter().position(|row| distinct(row) > 0 && !remark(row)))?;
    Some((at, most))
}

/// What a name says about an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AxisWord {
    pub(super) axis: Axis,
    /// The rest of the name: the same for the two columns of a pair.
    pub(super) stem: String,
    /// Whether the word can mean nothing else.
    pub(super) telling: bool,
}

/// Words for longitude and latitude: whole ones, and those that others are joined to.
const EAST: [&[&str]; 2] = [
    &["lon", "lng", "long", "longitude", "longtitude", "longitud", "longi", "jd", "jingdu", "x", "经", "经度", "東經"],
    &["longitude", "longtitude", "lng", "lon", "jingdu", "经度", "經度", "东经", "横坐标"],
];
const NORTH: [&[&str]; 2] = [
    &["lat", "latitude", "lattitude", "latitud", "latitute", "lati", "wd", "weidu", "y", "纬", "纬度", "北緯"],
    &["latitude", "lattitude", "lat", "weidu", "纬度", "緯度", "北纬", "纵坐标"],
];

/// The axis that a name has a word for, if it is one alone.
pub(super) fn axis_word(name: &str) -> Option<AxisWord> {
    // What speaks of both says nothing of either.
    let name = half_width(name).replace("经纬度", "").replace("经纬", "");
    let parts = words(&name);
    let found = |[whole, joined]: [&[&str]; 2], axis: Axis| {
        let by_whole = parts.iter().enumerate().find_map(|(at, part)| {
            whole.contains(&part.as_str()).then(|| (at, String::new(), part.chars().count() > 1 && part.len() > 2))
        });
        let by_part = || {
            parts.iter().enumerate().find_map(|(at, part)| {
                let ascii = |word: &str| word.is_ascii();
                let word = joined.iter().find(|word| {
                    if ascii(word) {
                        part.ends_with(*word) || word.len() > 4 && part.starts_with(*word)
                    } else {
                        part.contains(*word)
                    }
                })?;
                // Salon and flat end in such a word too.
                Some((at, part.replacen(word, "", 1), word.len() > 3))
            })
        };
        let (at, rest, telling) = by_whole.or_else(by_part)?;
        let others = parts.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, part)| part.as_str());
        Some(AxisWord { axis, stem: others.chain([rest.as_str()]).collect(), telling })
    };
    match (found(EAST, Axis::East), found(NORTH, Axis::North)) {
        (Some(east), None) => Some(east),
        (None, Some(north)) => Some(north),
        _ => None,
    }
}

/// The words of a name in lower case: parted by signs, between letters and digits, letters of different scripts, and where
/// a capital follows a small letter.
pub(super) fn words(name: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => 1,
        c if c.is_ascii_alphabetic() => 2,
        c if c.is_alphanumeric() => 3,
        _ => 0,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let joins = kind(c) == kind(before) && !(before.is_ascii_lowercase() && c.is_ascii_uppercase());
        if kind(c) != 0 {
            match parts.last_mut() {
                Some(part) if joins => part.extend(c.to_lowercase()),
                _ => parts.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    parts
}

/// The coordinate system that a name speaks of: those of Chinese maps that are shifted.
pub(super) fn shifted_system(name: &str) -> Option<&'static str> {
    let name = plain_whole(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["gcj", "高德", "火星", "腾讯", "amap", "gaode"]) {
        Some("GCJ-02")
    } else if has(&["bd09", "百度", "baidu"]) {
        Some("BD-09")
    } else {
        None
    }
}

/// A name with what stands in its brackets.
fn plain_whole(name: &str) -> String {
    half_width(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

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
            let (file, role) = text.get(..at)?.rsplit_once(':')?;
            Some((file, Role::named(role)?, text.get(at + 1..)?))
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
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = rustc_hash::FxHasher::default();
    names.iter().for_each(|name| name.trim().hash(&mut hasher));
    hasher.finish()
}

/// The column of a name that somebody said: as it stands, or as names are compared.
pub(super) fn named(names: &[String], name: &str) -> Option<usize> {
    let as_it_stands = names.iter().position(|known| known == name);
    as_it_stands.or_else(|| names.iter().position(|known| plain_whole(known) == plain_whole(name)))
}
