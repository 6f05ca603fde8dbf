//! The names under which the columns and properties we need stand in the files of the field: one table for all readers.
//!
//! From the exports of digital city management platforms (eGova, `smart_cityguard`), GB/T 47678.5 abbreviations, `DataV`,
//! police open data; letter case, spaces and signs do not count.

use crate::model::people::is_about_people;

/// A column or property that means something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Longitude.
    Lon,
    /// Latitude.
    Lat,
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
const ALIASES: [(Column, &[&str]); 17] = [
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

/// A name as it is compared: lower case, only letters and digits, without what stands in brackets.
#[must_use]
pub fn plain(name: &str) -> String {
    let bare = name.split(['(', '(', '[', '【']).next().filter(|bare| !bare.trim().is_empty()).unwrap_or(name);
    let plain: String = bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let place = |rest: &&str| ["社区", "街道", "镇街", "网格"].iter().any(|place| rest.starts_with(place));
    let belongs = BELONGING.iter().find_map(|before| plain.strip_prefix(before)).filter(place);
    belongs.map_or(plain.clone(), |rest| format!("所属{rest}"))
}

/// The column among `names` that holds `column`: the most telling alias wins, then the first of that name.
#[must_use]
pub fn find(names: &[&str], column: Column) -> Option<usize> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    aliases(column).iter().find_map(|alias| plain.iter().position(|name| name == alias))
}

/// Whether a name stands for a column.
#[must_use]
pub fn is(name: &str, column: Column) -> bool {
    aliases(column).contains(&plain(name).as_str())
}

/// Whether a name stands for any column, or is about people.
#[must_use]
pub fn is_known(name: &str) -> bool {
    if is_about_people(name) {
        return true;
    }
    let name = plain(name);
    ALIASES.iter().any(|(_, aliases)| aliases.contains(&name.as_str()))
}

fn aliases(column: Column) -> &'static [&'static str] {
    ALIASES.iter().find(|&&(known, _)| known == column).map_or(&[], |&(_, aliases)| aliases)
}
