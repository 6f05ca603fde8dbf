//! The names under which the columns and properties we need stand in the files of the field: one table for all readers.
//!
//! From the exports of digital city management platforms (eGova, `smart_cityguard`), GB/T 47678.5 abbreviations, `DataV`,
//! police open data; letter case, spaces and signs do not count. What no list knows may be told by the words in it, or be
//! said: [`super::roles`].

use super::axes::axis_word;
use crate::base::half_width;
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
            "责任网格编码",
            "单元网格编码",
            "社区网格编码",
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
            "责任网格名称",
            "单元网格名称",
            "社区网格名称",
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

/// Whether a name stands for a column, and for none of a place.
#[must_use]
pub(super) fn is_else(name: &str) -> bool {
    let plain = plain(name);
    let places = [Column::Lon, Column::Lat, Column::Coordinates];
    let other = |(column, aliases): &(Column, &[&str])| !places.contains(column) && aliases.contains(&plain.as_str());
    ALIASES.iter().any(other) && !places.iter().any(|&column| is(name, column))
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
        let numbers = row.iter().filter(|text| text.trim().parse::<f64>().is_ok()).count();
        let filled = row.iter().filter(|text| !text.trim().is_empty()).count();
        let known = row.iter().enumerate().filter(|&(column, text)| is_known(text) && !again(column, text)).count();
        // A row of numbers is data, whatever word stands in it.
        if numbers * 2 >= filled { 0 } else { known }
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
