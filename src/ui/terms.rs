//! The words of rebalancing, of duty and of the rules of the checks, as [`super::words`] has those of the rest of the window.

use crate::balance::{Figures, Rebalanced};
use crate::base::{Lang, Text};
use crate::io::columns::Column;
use crate::io::encoding::Encoding;
use crate::io::roles::Role;

pub(super) use super::duty_terms::{
    added, called, even, foreseen, hour_told, missing, night, short_day, shortage, simulated, taken, town_has,
};
use super::words::{either, words};

words! {
    Terms:
    brush_free: "画刷", "Brush";
    brush_box: "框选", "Box";
    brush_lasso: "套索", "Lasso";
    brush_gives: "划入", "Give";
    brush_gives_hint: "图斑划入选中的区划;按住 Shift 为划出", "Faces go to the selected zone; Shift takes them away";
    brush_takes: "划出", "Take";
    brush_takes_hint: "图斑从选中的区划中划出,成为未分配;按住 Shift 为划入",
        "Faces of the selected zone are taken away and belong to nobody; Shift gives them";
    brush_unassigned: "仅未分配", "Only unassigned";
    brush_unassigned_hint: "已有归属的图斑不动", "Land that somebody owns stays";
    brush_inside: "限上级内", "Inside the zone above";
    brush_inside_hint: "越出上级区划的图斑不动", "Land outside the zone above stays";
    brush_unlocked: "跳过锁定", "Not locked ones";
    brush_unlocked_hint: "锁定区划的图斑不动,其余照常划入", "Land of locked zones stays, the rest is given";
    merge: "合并", "Merge";
    handing_personal: "含个人信息", "With columns about people";
    handing_personal_hint: "默认不导出姓名、电话、住址等字段", "Names, telephones, addresses and the like are left out otherwise";
    purge_title: "清除个人信息？", "Take people out?";
    purge_body: "将从方案文件中清除姓名、电话、住址等个人信息。操作记录、命名版本、工作副本和备份一并删除，此后不能撤销到清除之前，已下发的方案也不能再汇总。请先汇总各镇街方案。", "Names, telephones, addresses and the like go out of the project file for good. Its history, named versions, working copies and backup go too: undo then begins here, and packages that are out can no longer be taken back. Take them back first.";
    purge_do: "清除", "Take out";
    open_whole_folder: "打开整个文件夹", "Open the whole folder";
    encodings_title: "文字编码", "Encoding of the text";
    encodings_about: "文字太短,无法断定编码。请选择读得通的一种;以后打开同样的内容不再询问。",
        "The text is too short to tell its encoding. Choose the one that makes sense; the same text is not asked about again.";
    encodings_use: "按所选读取", "Read it so";
    times_move: "时间平移", "Move times";
    times_hint: "案件表用其他时区\u{ff08}如 UTC\u{ff09}时\u{ff0c}将全部案件时间移动若干小时\u{ff1b}可撤销", "Where the table is of another time zone (as UTC): all times are moved by so many hours. Can be undone";
    times_do: "平移", "Move";
    times_apart: "时间不一致", "Times of another zone";
    times_two: "全部时间一同平移；上面列出两个时差（夏令时）的，平移后仍有一部分相差 1 小时。",
        "All times are moved alike: where two numbers of hours are named above (summer time), some stay an hour off.";
    not_kept: "未自动备份", "Not backed up";
    nothing_open: "没有打开方案。", "No plan is open.";
    fields_title: "字段对应", "What the columns hold";
    fields_about: "无法判断各列的含义。请选择坐标所在的列\u{ff08}或所属区域的编码\u{ff09}\u{ff1b}以后打开表头相同的文件不再询问。",
        "The columns could not be told. Choose those of the coordinates, or of the code of the zone. Files with the same columns are not asked about again.";
    fields_none: "无", "None";
    fields_use: "按此读取", "Read it so";
    fields_lon: "经度或东坐标", "Longitude or east";
    fields_lat: "纬度或北坐标", "Latitude or north";
    fields_both: "坐标\u{ff08}经度,纬度\u{ff09}", "Coordinates (lon, lat)";
    fields_turned: "坐标\u{ff08}纬度,经度\u{ff09}", "Coordinates (lat, lon)";
    fields_number: "编号", "Number";
    fields_time: "上报时间", "Reported";
    fields_class: "小类", "Subcategory";
    fields_source: "来源", "Source";
    fields_zone: "网格编码", "Code of the grid";
    fields_again: "字段对应…", "Columns…";
    fields_again_hint: "重新选择各列的含义并再次读取", "Say anew what the columns are, and read the table once more";
    fields_again_added: "其后又有修改：请先撤销到添加该表为止", "Other changes came after it: undo them up to the adding of this table";
    fields_known: "已记住的字段对应", "Columns remembered";
    fields_forget_hint: "忘记后，再次打开这些表时重新询问", "These tables are asked about once more when they are next opened";
    rivals_title: "哪一个是方案？", "Which one is the plan?";
    rivals_use: "按此打开", "Open it so";
    accounts: "读入明细", "What was read";
    control_title: "图层定位", "Where the layer lies";
    control_about: "坐标为地方坐标或未注明分带,无法直接落图。参数和控制点只留在内存中,不写入任何文件。",
        "Its coordinates are of a local system or of a zone nobody names. Parameters and points stay in memory and are written nowhere.";
    control_points: "用控制点拟合(四参数)", "Fit on control points";
    control_system: "已知坐标系", "Known system";
    control_system_hint: "EPSG 编号,如 4546;或 GCJ-02、BD-09", "Number of EPSG, as 4546; or GCJ-02, BD-09";
    control_hint: "每行一个点:东坐标, 北坐标, 经度, 纬度", "A point a line: east, north, longitude, latitude";
    control_read: "读入控制点", "Take the points";
    control_file: "从文件读入…", "From a file…";
    control_file_title: "控制点文件", "File of control points";
    control_use: "按此定位", "Place it so";
    rules: "规则…", "Rules…";
    rules_title: "质检规则", "Rules of the checks";
    rules_note: "随方案保存;设为“错误”的规则未处理前不能导出,“关闭”的不再列出。质检报告会注明改动。",
        "Kept with the plan. Errors stand in the way of a hand-over; what is off is not listed. The certificate says what was changed.";
    rules_own: "默认", "its own";
    rules_codes: "编码格式", "Form of codes";
    rules_band: "工作量范围", "Band of work";
    rules_band_within: "偏离本镇街均值不超过", "Within so much of the mean of the town";
    rules_restore: "恢复默认", "Restore";
    level_number: "责任网格 → 另一分队数", "Grids to another number of squads";
    number: "分队数", "Squads";
    on_duty: "当班", "On duty";
    scope: "范围", "Where";
    whole_city: "全市", "Whole city";
    communities: "社区", "Communities";
    whole_free: "可拆分", "May be cut";
    whole_wanted: "尽量完整", "Whole if possible";
    whole_kept: "必须完整", "Always whole";
    barriers: "不跨越", "Not across";
    barriers_none: "没有线状参考图层(河流、铁路等)", "No reference layer of lines (rivers, railways)";
    keep_rejected: "不采纳的土地不动", "What was not accepted stays";
    sheet_moves: "逐项", "Moves";
    sheet_frontier: "变动与均衡", "Change against balance";
    sheet_alternatives: "三个备选", "Three alternatives";
    sheet_binding: "受什么限制", "What binds";
    improve: "继续优化", "Improve further";
    improve_hint: "从当前结果接着搜索,结果不会更差", "Searches on from this answer; never worse than it";
    ask: "计算", "Work it out";
    ask_again: "重新计算", "Work it out again";
    asking: "正在计算……", "Working it out…";
    stale: "方案已变更,下面是变更前的结果", "The plan changed; these are answers from before";
    frontier_hint: "每个点是一个方案:越往右换手越多。点选即采用为当前建议。",
        "Each point is a plan; the further right, the more changes hands. Click one to make it the proposal.";
    frontier_axes: "纵轴:最大偏差;横轴:换手的工作量;虚线:理论下限", "Up: worst deviation; right: work that changes hands; dashed: lower bound";
    today: "现状", "Today";
    alternatives_hint: "三个确有不同的方案,按最大偏差着色,蓝线为换手的土地；范围为所调整的镇街，全市时与地图一致。",
        "Three plans that really differ, coloured by deviation, land that changes hands outlined; of the towns asked for, or of what the map shows.";
    binding_hint: "逐一去掉锁定、变动上限与阻隔后重新求解,看最大偏差能降多少。",
        "Each lock, the budget and the barriers are taken away in turn, and the town is solved again.";
    binding_none: "锁定、变动上限和阻隔都没有妨碍均衡。", "Neither locks nor budget nor barriers stand in the way.";
    choose: "选用", "Choose";
    chosen: "当前建议", "The proposal";
    figure_worst: "最大偏差", "Worst deviation";
    figure_cv: "离散系数", "CV";
    figure_borders: "边界", "Borders";
    figure_split: "拆分社区", "Cut communities";
    figure_moved: "换手", "Changes hands";
    figure_moves: "移动项", "Moves";
    figure_apart: "与方案一不同", "Unlike plan 1";
    copy: "复制来源", "Copy where from";
    copy_hint: "数据指纹、种子、轮数、权重:凭此可以重现同一结果", "Data, seed, epochs, weights: the answer can be had again by it";

    duty: "勤务", "Duty";
    no_squads: "方案中没有分队:请与边界一起打开分队表(squads.csv)。", "The plan has no squads: open a table of them (squads.csv) with the zones.";
    part_need: "需求曲线", "Need";
    part_squads: "分队编成", "Squads";
    part_covers: "增减一队", "One more or fewer";
    part_rota: "班制与排班", "Patterns and rota";
    town_of_selection: "看选中网格的镇街", "The town of the selection";
    change_number: "改变分队数…", "Another number…";
    change_number_hint: "增设或撤销分队,并重新划分巡区", "Add or disband squads and deal out the beats anew";
    scope_of: "看谁的工作量", "Whose load";
    scope_town: "全镇街", "The whole town";
    scope_selection: "选中的网格", "The selected grids";
    minutes: " 分", " min";
    standard_call: "每件占用", "A call binds";
    standard_wait: "等候不超过", "waits at most";
    standard_late: "超时比例", "late";
    standard_filled: "最多占满", "filled at most";
    standard_least: "最少在岗", "on duty at least";
    curve_work: "工作量(占用的分队数,案件按时滞)", "Work (squads bound, calls lagged)";
    curve_need: "需要的分队数(Erlang-C)", "Squads needed (Erlang C)";
    curve_duty: "在岗(含备勤)", "On duty (on call included)";
    curve_patrol: "其中巡逻", "of these on patrol";
    squad_code: "编码", "Code";
    squad_name: "名称", "Name";
    police: "民警", "Police";
    auxiliaries: "辅警", "Auxiliaries";
    officers: "执法队员", "Officers";
    assistants: "协管员", "Assistants";
    people: "合计", "In all";
    agencies: "参与单位(2+X)", "Agencies (2+X)";
    beat: "巡区网格", "Grids";
    squad_work: "时/周", "h/week";
    squads_hint: "只提醒,不阻止;参与单位、车辆(巡逻车×1)以分号隔开。", "Warnings never block. Agencies and vehicles (car×1) are parted by semicolons.";
    tuesday_night: "周二夜", "Tuesday night";
    cover_hours: "时段", "Hours";
    cover_hint: "拖动选择时段,右侧立即回答。", "Drag to choose hours; the answer stands at the right.";
    one_fewer: "少一队", "One fewer";
    as_is: "现有", "As it is";
    one_more: "多一队", "One more";
    band_title: "工作量区间", "Band of work";
    band_hint: "过重的拆成相连的几块,过轻的并入本镇街邻格;锁定的不动。", "Grids that carry too much fall into connected parts, those that carry too little join a neighbour of their town; locked ones stay.";
    band_range: "区间", "Band";
    band_least: "下限", "At least";
    band_most: "上限", "At most";
    band_none: "没有网格在区间之外,或没有可行的拆分与合并。", "No grid is outside, or nothing brings it in.";
    band_do: "执行所选", "Do what is ticked";
    band_hours: "工作量(时/周)", "Work (h/week)";
    band_households: "户数", "Households";
    unit_households: "户", "households";
    in_one_grid: "同归一格", "In one grid";
    in_two_grids: "不可同格", "Never in one grid";
    in_one_squad: "同归一队", "With one squad";
    in_two_squads: "不可同队", "Never with one squad";
    bonds: "同格要求", "Together, apart";
    bond_remove: "删除", "Remove";
    bond_stands: "已满足", "stands";
    bond_broken: "现状不满足", "not so today";
    bond_selection: "将选中的设为:", "The selected:";
    bond_hint: "(先选中两个以上的社区、图斑或网格)", "(select two communities, blocks or grids first)";
    free_number: "网格数", "Grids";
    free_on: "区数可变", "free";
    free_least: "最少网格数", "Fewest grids";
    free_most: "最多网格数", "Most grids";
    free_now: "现有", "now";
    free_band: "每格区间", "Each grid";
    free_each: "要求", "wanted";
    sheet_numbers: "网格数", "Number of grids";
    numbers_hint: "每个网格数各求一次;选用后先拆分或合并网格(可撤销),再逐项采纳移动。原编码留给最大的一块,新编码不重复使用。",
        "Each number was solved. Choosing one splits or merges grids (can be undone), then proposes the moves. Codes stay with the largest part; new ones were never in use.";
    numbers_stale: "方案已变更,请重新计算后再选用。", "The plan changed: work it out again before choosing.";
    numbers_hours: "每格 时/周", "h/week a grid";
    numbers_missed: "偏出区间 时", "Outside band, h";
    numbers_best: "建议", "best";
    vehicles: "车辆", "Vehicles";
    vehicles_hint: "种类×数量,以分号隔开:巡逻车×1;电动车×2", "kind×number, parted by semicolons: car×1;moped×2";
    keep_night: "存为夜间方案", "Keep as a night plan";
    keep_night_hint: "与方案一同保存，可撤销；需求曲线、排班与勤务表随之改变", "Kept with the plan, can be undone; the need curve, the rota and the duty list follow it";
    nights: "已存的夜间方案", "Night plans";
    band_week: "全周", "Week";
    band_day: "昼", "Day";
    band_night: "夜", "Night";
    foreseen_title: "响应", "Response";
    foreseen_hint: "采纳前 → 采纳后；夜为 22–6 时，昼为其余。按该时段的案件逐件推演：派当班的最近空闲分队，都忙则等候；到场 = 等候 + 路程。",
        "Before → after; night is 22 to 6, day the rest. The incidents one by one: the nearest free squad on duty goes, where all are busy the call waits; there = wait + travel.";
    unmanned: "无人当班/件", "Nobody on duty";
    mean_response: "平均到场/分", "Mean until there, min";
    mean_wait: "其中等候", "of it waiting";
    p90_minutes: "九成到场/分", "90% there in, min";
    home_share: "本队处置", "By home squad";
    all_busy: "全忙", "All busy";
    busiest: "最忙队", "Busiest";
    uneven: "工作量偏差", "Deviation";
    no_calls: "该时段没有案件", "No calls come in these hours";
    simulated_hint: "表中各项都由案件逐件推演而来：按报案时刻派当班的最近空闲分队，都忙则等候先空的一队；处置时间按指数分布抽取 16 次取平均。",
        "All figures of the table come from the incidents one by one: the nearest free squad on duty goes when it came, where all are busy the call waits for the first; times of calls are exponential, drawn 16 times.";
    cover_beats: "巡区（地图上同色线）", "Beats (outlined on the map)";
    week_before: "上一周", "Week before";
    week_after: "下一周", "Week after";
    by_pattern: "按班制", "By the pattern";
    by_need: "按需求", "By need";
    print_list: "勤务表…", "Duty list…";
    print_hint: "写成可打印的网页(.html)或表格(.xlsx)", "A page to be printed (.html) or a workbook (.xlsx)";
    week_hours: "周工时", "Hours a week";
    leave: "休假与培训", "Leave, training";
    pattern_crews: "班数", "Crews";
    pattern_rest: "最短间歇(时)", "Least rest, h";
    pattern_people: "每岗人数", "People a post";
    pattern_needs: "一队在岗需", "One squad always on takes";
    pattern_verdict: "本镇街", "This town";
    verdict_well: "够", "Enough";
    verdict_standby: "够,部分为备勤", "Enough, partly on call";
    verdict_tight: "人数不足(含休假)", "Too few people, leave counted";
    verdict_short: "分队少于班数,有空档", "Fewer squads than crews: gaps";
    patterns_hint: "* 周均超过 40 小时,需经综合计算工时审批。点选即改用该班制。",
        "* More than 40 hours a week in the mean: needs a permit. Click a pattern to use it.";
}

/// What a rebalancing does, in figures.
#[must_use]
pub(super) fn rebalanced(before: &Figures, (after, moved_share): (&Figures, f64), moves: usize) -> Text {
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    let (before, after) = (percent(before.max_deviation), percent(after.max_deviation));
    let moved = percent(moved_share);
    Text::new(
        format!("Rebalanced: worst deviation {before} to {after}, {moves} moves, {moved} of the work"),
        format!("均衡调整：最大偏差 {before} → {after}，{moves} 项移动，涉及 {moved} 的工作量"),
    )
}

/// What stands in the way by nature: the bound of an answer.
#[must_use]
pub(super) fn bound(lang: Lang, answer: &Rebalanced) -> String {
    let (bound, after) = (answer.bound * 100.0, answer.after.max_deviation * 100.0);
    either(
        lang,
        || format!("在现有图斑和限制下,任何方案的最大偏差都不低于 {bound:.1}%;当前建议为 {after:.1}%。"),
        || {
            format!(
                "With these faces and limits no plan has a worst deviation below {bound:.1}%; this one has {after:.1}%."
            )
        },
    )
}

/// What a point of the frontier is.
#[must_use]
pub(super) fn point(lang: Lang, answer: &Rebalanced) -> String {
    let (moved, worst, moves) = (answer.moved_share * 100.0, answer.after.max_deviation * 100.0, answer.moves.len());
    either(
        lang,
        || format!("换手 {moved:.1}%,最大偏差 {worst:.1}%,{moves} 项"),
        || format!("{moved:.1}% changes hands, worst deviation {worst:.1}%, {moves} moves"),
    )
}

/// The name of an alternative.
#[must_use]
pub(super) fn alternative(lang: Lang, number: usize) -> String {
    either(lang, || format!("方案 {number}"), || format!("Plan {number}"))
}

/// How many squads a town has.
#[must_use]
pub(super) fn squads(lang: Lang, count: usize) -> String {
    either(lang, || format!("{count} 个分队"), || format!("{count} squads"))
}

/// A field of a squad.
#[must_use]
pub(super) fn of_squad(word: &str, code: &str) -> String {
    format!("{word} {code}")
}

/// The moves that a move needs, by their numbers, before its reason.
#[must_use]
pub(super) fn needs(lang: Lang, moves: &[usize]) -> String {
    let moves = numbered(moves);
    either(lang, || format!("连同第 {moves} 项一并采纳。"), || format!("Goes together with {moves}. "))
}

/// Why a move cannot be done: those it needs are not wanted.
#[must_use]
pub(super) fn stopped(lang: Lang, moves: &[usize]) -> String {
    let moves = numbered(moves);
    either(
        lang,
        || format!("须与第 {moves} 项一并采纳，而该项不采纳"),
        || format!("Needs {moves}, which is not accepted"),
    )
}

/// Moves by their numbers, counted from 1.
fn numbered(moves: &[usize]) -> String {
    moves.iter().map(|at| (at + 1).to_string()).collect::<Vec<_>>().join("、")
}

/// What comes of the moves that are left, when some were rejected.
#[must_use]
pub(super) fn if_rest(lang: Lang, moves: usize, told: &str) -> String {
    either(lang, || format!("若仅采纳其余 {moves} 项：{told}"), || format!("With the other {moves} alone: {told}"))
}

/// A text with what it is about before it.
#[must_use]
pub(super) fn about(lang: Lang, what: &str, text: &str) -> String {
    either(lang, || format!("{what}：{text}"), || format!("{what}: {text}"))
}

/// The week that the rota of the figures is of.
#[must_use]
pub(super) fn of_week(lang: Lang, from: &str) -> String {
    either(lang, || format!("按 {from} 起一周的排班"), || format!("By the rota of the week from {from}"))
}

/// By how many hours all times were moved.
#[must_use]
pub(super) fn times_moved(lang: Lang, minutes: i32) -> String {
    let hours = signed_hours(minutes);
    either(lang, || format!("已平移 {hours} 小时"), || format!("Moved by {hours} h"))
}

/// What moves all times.
#[must_use]
pub(super) fn move_all_times(lang: Lang, minutes: i32) -> String {
    let hours = signed_hours(minutes);
    either(lang, || format!("全部时间平移 {hours} 小时"), || format!("Move all times by {hours} h"))
}

/// Minutes as hours with their sign.
fn signed_hours(minutes: i32) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "+" };
    format!("{sign}{}", f64::from(minutes.abs()) / 60.0)
}

/// Gives up what is remembered about the columns of tables.
#[must_use]
pub(super) fn forget_fields(lang: Lang, tables: usize) -> String {
    either(lang, || format!("忘记 {tables} 种表"), || format!("Forget {tables}"))
}

/// How many zones a file has, and when it was written last.
#[must_use]
pub(super) fn rival(lang: Lang, zones: Option<usize>, written: Option<&str>) -> String {
    let zones = zones.map(|zones| either(lang, || format!("{zones} 个区划"), || format!("{zones} zones")));
    let written = written.map(|day| either(lang, || format!("修改于 {day}"), || format!("written {day}")));
    let comma = either(lang, || "，".to_owned(), || ", ".to_owned());
    zones.into_iter().chain(written).collect::<Vec<_>>().join(&comma)
}

/// What files are read as that may not be it together.
#[must_use]
pub(super) fn rivals_about(lang: Lang, tier: &str) -> String {
    either(
        lang,
        || format!("这些文件都读作“{tier}”，而同一片土地上的界线不同。其余的作参考图层打开。"),
        || {
            format!(
                "These files are all read as “{tier}” and draw different lines over the same land. The others are opened as reference layers."
            )
        },
    )
}

/// What a role of a column is called.
pub(super) fn field_role(role: Role, terms: &Terms) -> &'static str {
    match role {
        Role::Holds(Column::Lon) => terms.fields_lon,
        Role::Holds(Column::Lat) => terms.fields_lat,
        Role::Holds(Column::Coordinates) => terms.fields_both,
        Role::LatLon => terms.fields_turned,
        Role::Holds(Column::Number) => terms.fields_number,
        Role::Holds(Column::Reported) => terms.fields_time,
        Role::Holds(Column::Class) => terms.fields_class,
        Role::Holds(Column::Source) => terms.fields_source,
        _ => terms.fields_zone,
    }
}

/// An encoding with the script it is used for.
#[must_use]
pub(super) fn encoding(encoding: Encoding) -> String {
    let name = encoding.name();
    match name {
        "GB18030" => format!("{name} 简体"),
        "Big5" => format!("{name} 繁體"),
        "Shift_JIS" => format!("{name} 日本語"),
        "EUC-KR" => format!("{name} 한국어"),
        _ => name.to_owned(),
    }
}

/// A control point by its number.
#[must_use]
pub(super) fn control_point(lang: Lang, number: usize) -> String {
    either(lang, || format!("控制点 {number}"), || format!("Point {number}"))
}

/// How well control points fit, by how far each is off in metres.
#[must_use]
pub(super) fn control_fit(lang: Lang, residuals_m: &[f64]) -> String {
    let points = residuals_m.len();
    if points == 2 {
        return either(
            lang,
            || "只有两个控制点,没有多余点可供检核".to_owned(),
            || "Two points only, which nothing checks".to_owned(),
        );
    }
    let mean = residuals_m.iter().sum::<f64>() / points.max(1) as f64;
    let most = residuals_m.iter().copied().fold(0.0, f64::max);
    either(
        lang,
        || format!("{points} 个点:平均残差 {mean:.3} 米,最大 {most:.3} 米"),
        || format!("{points} points: mean {mean:.3} m off, the worst {most:.3} m"),
    )
}

/// Hours of work in the span that is looked at.
#[must_use]
pub(super) fn hours_in_span(lang: Lang, hours: f64) -> String {
    either(lang, || format!("时段内 {hours:.1} 时"), || format!("{hours:.1} h in these hours"))
}
