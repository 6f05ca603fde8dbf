//! Every word of the window, both languages side by side. A missing one does not compile.

use std::path::Path;

use crate::base::{Lang, Problem, Text};
use crate::io::Options;
use crate::io::export::{ExportError, Exported};
use crate::io::open::{OpenError, again};
use crate::io::project::{self, SaveError};
use crate::model::Tier;
use crate::render::paper::PaperError;

pub(super) use super::say::{
    arrow, best_so_far, filtered_balance, length, locked_zones, measured, merge_into, night_share, split_into,
    sum_total, vertex_at,
};
pub(super) use super::tell::{
    after_step, branch, clock, compared, handed_out, is_read, packages, redid, saved, taken, taken_back, undid,
};
use crate::measures::{Measure, round};

/// Declares a struct of words, one value of it for each language, and which is whose.
macro_rules! words {
    ($words:ident: $($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub struct $words {
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static ZH: $words = $words { $($name: $zh,)* };
        static EN: $words = $words { $($name: $en,)* };

        impl $words {
            /// The words of a language.
            #[must_use]
            pub fn of(lang: Lang) -> &'static Self {
                match lang {
                    Lang::Zh => &ZH,
                    Lang::En => &EN,
                }
            }
        }
    };
}
pub(super) use words;

words! {
    Words:
    app: "网格", "Wangge";
    sample_city: "海口示例城市(示意数据)", "Haikou sample city (drawn by us)";
    untitled: "未命名方案", "Untitled plan";
    map: "地图", "Map";

    menu_file: "文件", "File";
    menu_edit: "编辑", "Edit";
    menu_view: "视图", "View";
    menu_tools: "工具", "Tools";
    menu_help: "帮助", "Help";

    search: "搜索命令、网格、编码、坐标", "Search commands, zones, places";
    nothing_found: "没有相符的命令、网格或坐标", "No command, zone or place matches";
    go_to_place: "前往坐标", "Go to the place";
    recent: "最近打开", "Open recent";

    tiers: "层级", "Tiers";
    tier_show: "显示", "Show";
    locked: "已锁定", "Locked";
    measure: "着色指标", "Colour by";
    measure_load: "工作量", "Load";
    measure_incidents: "案件数", "Incidents";
    measure_area: "面积", "Area";
    measure_deviation: "偏差", "Deviation";
    measure_squads: "分队", "Squads";
    no_squad: "未分配", "None";
    measure_none: "不着色", "None";
    hours_week: "时/周", "h/week";
    incidents: "案件", "Incidents";
    incidents_show: "案件点", "Incidents";
    labels: "注记", "Labels";
    raise: "上移一层", "One layer up";
    references: "参考图层", "Reference layers";
    opacity: "不透明度", "Opacity";

    filters: "案件筛选", "Filter incidents";
    all: "全部", "All";
    incident_field: "领域", "Field";
    incident_class: "类别", "Class";
    incident_source: "来源", "Source";
    incident_state: "状态", "State";
    incident_reported: "上报", "Reported";
    incident_filed: "立案", "Filed";
    incident_due: "截止", "Due";
    incident_handled: "处置", "Handled";
    incident_closed: "结案", "Closed";
    place: "位置", "Place";
    day_from: "起始日期", "From day";
    day_until: "截止日期", "To day";
    day_hint: "年-月-日,如 2025-03-04;留空不限", "Year-month-day, such as 2025-03-04; empty: no limit";
    hours_of_week: "时段(周×小时)", "Hours of the week";
    strip_hint: "拖动只看这些时段;Ctrl 加,Shift 减;双击看整周。方向键移动,空格切换,回车只看该小时。",
        "Drag to look at these hours alone; Ctrl adds, Shift takes away; double click: the whole week. Arrows move, Space switches, Enter: this hour alone.";
    hours_all: "整周", "Week";
    hours_day: "白天", "Day";
    hours_night: "夜间", "Night";
    hours_weekend: "周末", "Sat, Sun";
    part_all: "全部", "All";
    part_selection: "选中网格内", "In the selection";
    part_inside: "区内", "inside";
    part_border: "边界", "on a border";
    part_unowned: "无主地", "unowned";
    part_outside: "范围外", "outside";
    part_by_code: "按编码", "by code";
    part_nowhere: "未落图", "no place";
    no_incidents: "没有符合条件的案件", "No incident is of this kind";

    zones: "网格列表", "Zones";
    code: "编码", "Code";
    name: "名称", "Name";
    filter: "按编码或名称筛选", "Filter by code or name";
    clear: "清除", "Clear";
    columns: "选择列", "Choose columns";
    no_zone_fits: "没有相符的网格", "No zone matches";
    leaf_figures: "概况", "Figures";
    leaf_properties: "属性", "Properties";
    leaf_hours: "时段", "Hours";
    leaf_neighbours: "相邻", "Neighbours";
    leaf_history: "历史", "History";
    one_zone_only: "请只选一个网格", "Select one zone alone";
    causes: "工作量构成", "What makes the load";
    cause_steady: "巡逻与户数", "Patrol, households";
    cause_incidents: "案件", "Incidents";
    nobodys: "无主地或范围外", "Nobody's, or outside";
    remove: "删除", "Remove";
    add: "添加", "Add";
    property_stale: "范围变更后未更新", "Not updated since its land changed";
    property_new: "新属性名", "New property";
    apply: "应用", "Apply";
    revert: "还原", "Revert";
    selection: "选中", "Selection";
    of_mean: "与平均之差", "from the mean";
    share_of_mean: "占平均", "Of the mean";
    faces: "图斑数", "Faces";
    parent: "上级", "Parent";

    checks: "数据质检", "Data checks";
    changes: "变更", "Changes";
    no_problems: "没有发现错漏", "No problems found";
    checks_all: "全部", "All";
    checks_mine: "我的改动", "Mine";
    checks_inherited: "原有", "Inherited";
    checks_in_view: "仅视野内", "In view only";
    checks_ignored: "显示已忽略", "Show ignored";
    checks_before: "上一个", "Previous";
    checks_next: "下一个", "Next";
    checks_reason: "忽略的理由", "Why it may stay";
    checks_leave: "忽略", "Ignore";
    checks_left: "已忽略", "Ignored";
    checks_again: "重新打开", "Open again";
    checks_again_unsaved: "有未保存的更改:请先保存或撤销", "There are unsaved changes: save or undo them first";
    checks_list_again: "恢复列出", "List it again";
    checks_mend_hint: "地图上已标出涉及的土地;可撤销", "The land is outlined on the map; can be undone";
    no_changes: "尚无变更", "No changes yet";
    undone: "已撤销", "Undone";
    outside: "范围外", "outside";
    hide: "收起", "Hide";

    job_change: "正在修改", "Changing";
    job_add: "正在添加", "Adding";
    job_open: "正在打开", "Opening";
    job_measure: "正在统计", "Measuring";
    job_draw: "正在绘图", "Drawing";
    job_save: "正在保存", "Saving";
    job_export: "正在导出", "Exporting";
    job_rebalance: "正在均衡", "Rebalancing";
    cancel: "取消", "Cancel";
    cancelled: "已取消", "Cancelled";
    broken: "后台任务意外中止;方案未受影响", "A background job broke off; the plan is as it was";

    ok: "确定", "OK";
    close: "关闭", "Close";
    dropped_title: "打开还是添加?", "Open or add?";
    dropped_add: "添加到当前方案", "Add to this plan";
    dropped_open: "另行打开", "Open instead";
    dropped_about: "添加:区划成为新层级(须与现有图斑吻合),线、点、轨迹成为参考图层,表格成为案件;可以撤销。\n另行打开:关闭当前方案。",
        "Add: zones become a tier (where they fit the faces), lines, points and tracks a reference layer, tables incidents; it can be undone.\nOpen instead: this plan is closed.";
    add_again: "方案在读取期间有改动,请再次添加", "The plan changed meanwhile: add them again";
    add_title: "添加图层到当前方案", "Add layers to this plan";
    open_title: "打开", "Open";
    save_title: "另存为", "Save as";
    export_title: "导出到", "Export to";
    changes_title: "导出变更登记与交接清单", "Export the register of changes";
    handing_title: "导出", "Export";
    handing_product: "导出为", "As";
    handing_how: "选项", "Options";
    handing_tier: "层级", "Tier";
    handing_system: "坐标系", "Coordinates";
    handing_paper: "纸张", "Paper";
    handing_maker: "编制单位", "Prepared by";
    handing_certificate: "附质检报告(DOCX)", "With a certificate (DOCX)";
    handing_certificate_hint: "检查结果、未处理与已忽略的问题、文件指纹(SHA-256)", "What was checked and found, what was left as it is, digests of the files (SHA-256)";
    handing_each: "每个网格另存一幅", "A drawing for each zone too";
    handing_polygons: "拆分为单个多边形", "Single polygons only";
    handing_polygons_hint: "部分平台不接收 MultiPolygon:每个部分一个要素并编号", "Some platforms pass over shapes of several parts: one feature for each part, numbered";
    handing_fields: "附加计算字段", "Add computed fields";
    handing_renames: "字段改名(每行:原名=新名)", "Rename fields (a line each: old=new)";
    handing_free: "没有阻止导出的错误", "No error stands in the way";
    handing_shifted: "GCJ-02:近似,仅供叠合", "GCJ-02: approximate, for overlay only";
    handing_show_checks: "查看质检", "Show the checks";
    handing_go: "选择位置…", "Choose where…";
    duty_list_title: "勤务表", "Duty list";
    path_hint: "输入文件或文件夹的路径", "Type the path of a file or folder";
    copy_failed: "无法自动备份，请及时保存", "Automatic backup is not possible. Save often";
    not_kept: "（未自动备份）", " (not backed up)";
    recover_title: "恢复未保存的工作?", "Restore unsaved work?";
    recover_restore: "恢复", "Restore";
    recover_discard: "放弃", "Discard";
    recover_later: "稍后", "Later";
    unsaved_title: "保存更改?", "Save changes?";
    unsaved_body: "方案有未保存的更改。", "The plan has unsaved changes.";
    dont_save: "不保存", "Don't save";
    save_and_go: "保存", "Save";
    keys_title: "快捷键", "Keys";
    keys_note: "单键在文本框内不起作用。", "Single keys do nothing inside a text field.";
    about_title: "关于 网格", "About Wangge";
    about_body: "责任网格规划的桌面 GIS。许可:MIT 或 Apache-2.0。示意数据不作划界依据。",
        "A desktop GIS for planners of responsibility grids. Licence: MIT or Apache-2.0. Sample borders are drawn by us and are no legal boundaries.";
    about_fonts: "内置字体 Noto Sans CJK SC(SIL OFL 1.1)。", "Bundled font: Noto Sans CJK SC (SIL OFL 1.1).";
    paint_needs_one: "划入需要先选中一个接收网格,请在选择工具下点选。",
        "Painting needs one zone that takes the land. Select it first.";
    unlock_title: "解锁当前层级", "Unlock the active tier";
    unlock_reason: "依据(如批复文号)", "Reason, such as the number of the document";
    unlock: "解锁", "Unlock";
    split_title: "拆分网格", "Split the zone";
    split_side: "沿笔画方向,哪一侧保留原编码?", "Seen along the stroke, which side keeps the code?";
    split_left: "左侧", "Left";
    split_right: "右侧", "Right";
    split_code: "新网格编码", "Code of the new zone";
    split_name: "新网格名称", "Name of the new zone";
    split: "拆分", "Split";
    split_misses: "笔画未落在任何网格上,请从网格外划入并划出。",
        "The stroke meets no zone. Draw it across one, from outside to outside.";
    draw_title: "新网格", "A new zone";
    draw_all: "取得圈内全部土地(含相邻网格的)", "Take all land inside, neighbours' too";
    draw_free: "只取得无主地", "Take only land that nobody owns";
    draw_make: "新建", "Make it";
    moves: "均衡", "Balance";
    moves_bound: "理论下限", "Lower bound";
    moves_none: "已在目标范围内,无需移动。", "Everything is within the target; nothing has to move.";
    accept_all: "采纳全部", "Accept all:";
    accept_rest: "采纳其余", "Accept the rest:";
    dismiss: "关闭建议", "Dismiss";
    no_moves_yet: "尚无调整建议", "No moves proposed yet";
    move_accept: "采纳", "Accept";
    move_reject: "不采纳", "Reject";
    move_restore: "恢复", "Restore";
    move_done: "已采纳", "done";
    rebalance_title: "均衡调整", "Rebalance";
    rebalance_dealt: "调整", "Deal out";
    dealt_grids: "地块 → 责任网格", "Land to grids";
    dealt_squads: "责任网格 → 分队", "Grids to squads";
    rebalance_measure: "均衡指标", "Even out";
    evened_households: "户数", "Households";
    evened_streets: "道路长度", "Street length";
    rebalance_within: "目标范围", "Target band";
    rebalance_within_hint: "以内即为均衡", "off the mean is even";
    rebalance_budget: "调整上限", "Budget";
    rebalance_budget_hint: "的工作量可换手", "of the work may change hands";
    rebalance_time: "时间", "Time";
    rebalance_time_hint: "之后取最好结果,可提前停止", "then the best so far; can be stopped sooner";
    rebalance_seed: "随机种子", "Seed";
    rebalance_seed_hint: "相同种子与轮数得相同结果", "same seed and epochs, same answer";
    rebalance_start: "开始", "Start";
    rebalance_stop: "停止并取最好结果", "Stop with the best so far";
    rebalance_on_map: "地图上以蓝线标出将换手的土地", "Land that would change hands is outlined on the map";
    merge_title: "合并后保留哪个编码?", "Whose code survives the merge?";

    packages_folder: "下发", "packages";
    hand_out_title: "下发到文件夹", "Hand out into a folder";
    take_back_title: "回收方案包", "Take packages back";
    take_again: "方案在回收期间有改动,请再次回收", "The plan changed meanwhile: take back again";
    job_take: "正在回收", "Taking back";
    conflicts: "冲突", "Conflicts";
    no_conflicts: "没有冲突", "No conflicts";
    conflict_ours: "保留:", "Keep: ";
    conflict_theirs: "采用镇街:", "Take the town's: ";
    seat_retry: "重试", "Try again";
    versions: "版本", "Versions";
    no_versions: "尚无命名版本", "No version was named";
    branches: "支线", "Branches";
    no_branches: "撤销后另行修改时,原来的做法保留在此", "What was undone before something else was done is kept here";
    version_title: "命名当前版本", "Name the plan as it stands";
    version_name: "版本名称", "Name of the version";
    version_effective: "生效日期(可空,如 2026-12-01)", "Takes effect on (may be empty, such as 2026-12-01)";
    version_keep: "保存版本", "Keep the version";
    version_since: "起生效", "takes effect";
    go_there: "前往", "Go there";
    go_here: "回到这一步", "Go to this step";
    step_hint: "单击前往当时的视图;右键可回到这一步或与其对比", "Click: look where it was done. Right click: go to this step, or compare with it";
    compare_step: "与这一步之后对比", "Compare with the plan after this step";
    trying: "正在试算…", "Trying…";
    compare: "对比", "Compare";
    compare_with: "对比对象", "Compare with";
    compare_nothing: "不对比", "Nothing";
    compare_start: "最初", "the beginning";
    compare_saved: "上次保存", "the last save";
    compare_same: "没有差别", "Nothing differs";
    compare_working: "正在对比…", "Comparing…";
    snap_vertex: "吸附到参考线折点", "On a vertex of a reference line";
    snap_line: "吸附到参考线", "On a reference line";
    snap_right: "直角", "Right angle";
    snap_straight: "共线", "In line";

    compare_beside: "两图并排", "Side by side";
    compare_now: "现在", "Now";
    compare_was: "原边界", "was";
    compare_is: "现边界", "is";
    zone_new: "新设", "new";
    zone_ended: "已停用", "ended";
    taken_from: "划入", "took";
    given_to: "划出", "gave";
    nobody: "无主地", "nobody";
    cut_title: "切分图斑", "Cut faces";
    cut_with: "切分依据", "Cut along";
    cut_squares: "正方形", "Squares";
    cut_hexagons: "六边形", "Hexagons";
    cut_area: "单元面积(公顷)", "Area of a cell, ha";
    cut_leftover: "碎块下限(平方米)", "Leftovers below, m²";
    cut_leftover_hint: "更小的碎块并入相邻图斑", "go to the neighbour they share most border with";
    cut: "切分", "Cut";
    cut_keeps_zones: "区划不变,只把图斑切小;可用“消除切口”还原。", "Zones stay what they are; dissolving the cuts takes it back.";
    simplify_title: "简化选中网格的边界", "Simplify the borders of the selection";
    simplify_tolerance: "容差(米)", "Tolerance, m";
    simplify: "简化", "Simplify";
    copy_tier_title: "复制当前层级", "Copy the active tier";
    copy_tier_name: "新层级名称", "Name of the new tier";
    copy_tier_suggested: "夜间网格", "Night grids";
    copy_tier_hint: "新层级与原层级共用同一套图斑,可合并网格作为夜间方案。", "The new tier lies on the same faces; merge its zones for a night plan.";
    copy_tier: "复制", "Copy";

    key_drag: "拖动", "Drag";
    key_drag_does: "平移地图", "Pan the map";
    key_wheel: "滚轮", "Wheel";
    key_wheel_does: "以光标为中心缩放", "Zoom at the cursor";
    key_click: "单击", "Click";
    key_click_does: "选中;Ctrl 加选", "Select; Ctrl adds";
    key_double: "双击", "Double click";
    key_double_does: "缩放至该网格", "Zoom to the zone";
    key_follow: "单击参考线", "Click a reference line";
    key_follow_does: "拆分、调整边界时以该线为笔画", "Split and reshape take it as the stroke";
    key_space: "空格 + 拖动", "Space + drag";
    key_space_does: "任何工具下平移", "Pan in any tool";
    key_arrows: "方向键", "Arrows";
    key_arrows_does: "平移;Shift 大步", "Pan; Shift larger steps";
    key_focus: "F6", "F6";
    key_focus_does: "在地图、列表、图层间切换焦点", "Focus on map, list, layers in turn";
    key_cross: "方向键(地图有焦点)", "Arrows (map focused)";
    key_cross_does: "移动十字光标;回车操作", "Move the crosshair; Enter acts";
    key_brackets: "[ ]", "[ ]";
    key_brackets_does: "十字光标逐个移到折点", "Crosshair from vertex to vertex";
    key_vertex: "E,拖动", "E, drag";
    key_vertex_does: "移动折点;拖边移动该边,Shift 移动整条;Shift 从一点到另一点拉直;Alt 不吸附",
        "A vertex; an edge, with Shift the whole border; Shift from vertex to vertex: straight; Alt: no snapping";
    key_esc: "Esc", "Esc";
    key_esc_does: "取消选中,回到选择工具", "Clear the selection, back to the select tool";
    group_map: "地图", "Map";

    settings_title: "设置", "Settings";
    settings_lang: "语言", "Language";
    settings_theme: "主题", "Theme";
    settings_backend: "地图绘制", "Map drawn by";
    backend_auto: "自动", "Automatic";
    backend_gpu: "显卡", "Graphics card";
    backend_raster: "处理器", "Processor";
    theme_light: "浅色", "Light";
    theme_dark: "深色", "Dark";
    settings_area: "面积单位", "Unit of area";
    settings_coordinates: "坐标显示", "Coordinates";
    settings_zoom: "界面缩放", "Size of the window's words";
    settings_weights: "工作量权重(随方案保存)", "Weights of load (kept with the plan)";
    weight_default: "每件案件(分钟)", "Minutes an incident";
    weight_half_life: "半衰期(周,0 为不衰减)", "Half-life, weeks (0: none)";
    weight_km: "巡逻每公里道路(分钟/周)", "Patrol a km of street, min/week";
    weight_km2: "巡逻每平方公里(分钟/周)", "Patrol a km², min/week";
    weight_household: "每户(分钟/周)", "A household, min/week";
    weight_sources: "按来源(分钟/件)", "By source, minutes each";
    folder_up: "上级文件夹", "Folder above";
    folder_home: "主文件夹", "Home folder";
    folder_empty: "文件夹为空", "The folder is empty";
    tour_next: "下一步", "Next";
    tour_back: "上一步", "Back";
    tour_skip: "跳过", "Skip";
    tour_done: "开始使用", "Begin";
    tour_map: "这是地图。拖动平移,滚轮以光标为中心缩放,单击选中网格,双击放大到它。",
        "This is the map. Drag to pan, wheel to zoom at the cursor, click to select a zone, double click to zoom to it.";
    tour_layers: "左侧选择当前层级、着色指标和要显示的内容。锁表示该层级不可改动。",
        "At the left: the active tier, what it is coloured by, what is shown. A lock means that a tier keeps its land.";
    tour_filters: "按领域、来源、日期和时段筛选案件:拖动 7×24 时段条,所有数字与地图立即跟随。",
        "Filter incidents by field, source, day and hour: brush the 7×24 strip, and every number and the map follow at once.";
    tour_zones: "右侧列表以 100% 线为准显示每个网格的工作量。单击即定位;下方是选中网格的详情。",
        "At the right: each zone's load around the 100 % line. A click flies there; details of the selection stand below.";
    tour_tools: "用划入、拆分、折点工具改动边界。相邻网格共用一条边界,不会产生重叠或缝隙;每一步都可撤销。",
        "Change borders with the paint, split and vertex tools. Neighbours share one border: no overlap, no gap. Every step can be undone.";
    tour_search: "Ctrl+K 可搜索任何命令、网格编码或坐标;按 ? 查看全部快捷键。",
        "Ctrl+K finds any command, zone code or place; ? shows all keys.";
    licences: "第三方许可", "Third-party licences";
    no_folder: "无法打开文件夹", "The folder cannot be opened";
    measured_none: "单击加点,双击或回车结束,Esc 清除", "Click to add points, double click or Enter to end, Esc clears";
    vertex_held: "已抓起折点:方向键移动,回车放下,Esc 取消", "Vertex held: arrows move it, Enter drops it, Esc puts it back";
    no_change: "没有变化", "Nothing changes";
    esc_puts_back: "松开即生效,Esc 取消", "Takes effect on release; Esc puts it back";
}

impl Words {
    /// What mouse and keys do on the map beside the commands: keys and what they do.
    #[must_use]
    pub fn map_keys(&self) -> [(&'static str, &'static str); 12] {
        [
            (self.key_drag, self.key_drag_does),
            (self.key_wheel, self.key_wheel_does),
            (self.key_click, self.key_click_does),
            (self.key_double, self.key_double_does),
            (self.key_follow, self.key_follow_does),
            (self.key_space, self.key_space_does),
            (self.key_arrows, self.key_arrows_does),
            (self.key_focus, self.key_focus_does),
            (self.key_cross, self.key_cross_does),
            (self.key_brackets, self.key_brackets_does),
            (self.key_vertex, self.key_vertex_does),
            (self.key_esc, self.key_esc_does),
        ]
    }
}

/// `zh` or `en`, built only for the language asked for.
pub(super) fn either(lang: Lang, zh: impl FnOnce() -> String, en: impl FnOnce() -> String) -> String {
    match lang {
        Lang::Zh => zh(),
        Lang::En => en(),
    }
}

/// What was opened.
#[must_use]
pub(super) fn opened(lang: Lang, name: &str, problems: usize) -> String {
    match (lang, problems) {
        (Lang::Zh, 0) => format!("已打开 {name}"),
        (Lang::Zh, n) => format!("已打开 {name};数据质检列出 {n} 条"),
        (Lang::En, 0) => format!("Opened {name}"),
        (Lang::En, n) => format!("Opened {name}; data checks list {n}"),
    }
}

/// What was exported.
#[must_use]
pub(super) fn wrote(lang: Lang, exported: &Exported) -> String {
    let (path, features) = (exported.path().display(), count(exported.features));
    let checked = exported.checked.in_lang(lang);
    let mut text =
        either(lang, || format!("{path}:{features} 项,{checked}"), || format!("{path}: {features} items, {checked}"));
    for more in exported.files.iter().skip(1).filter(|file| file.extension().is_some_and(|ending| ending == "docx")) {
        text += &format!("\n{}", more.display());
    }
    for note in &exported.notes {
        text += "\n";
        text += note.in_lang(lang);
    }
    text
}

/// Why files could not be opened.
#[must_use]
pub(super) fn not_opened(why: &OpenError) -> Text {
    match why {
        OpenError::Read(error) => named_file(&error.path, &error.text),
        OpenError::NoZones => Text::new(why.to_string(), "这些文件中没有面:请至少打开一个区划图层"),
        OpenError::Unfit(why) => why.clone(),
        OpenError::Rivals(files, role) => crate::io::open::rivals(files, *role),
        OpenError::Cancelled(_) => Text::new(EN.cancelled, ZH.cancelled),
    }
}

/// Why a project could not be opened.
#[must_use]
pub(super) fn project_not_opened(why: &project::OpenError) -> Text {
    match why {
        project::OpenError::Failed { path, text } => named_file(path, text),
        project::OpenError::Cancelled(_) => Text::new(EN.cancelled, ZH.cancelled),
    }
}

fn named_file(path: &Path, text: &Text) -> Text {
    let path = path.display();
    Text::new(format!("Cannot open {path}: {}", text.en), format!("无法打开 {path}:{}", text.zh))
}

/// Why nothing was exported.
#[must_use]
pub(super) fn not_exported(lang: Lang, why: &PaperError) -> String {
    match (lang, why) {
        (Lang::Zh, PaperError::Export(ExportError::Failed { path, text })) => {
            format!("无法写入 {}:{}", path.display(), text.zh)
        }
        (Lang::Zh, PaperError::Export(ExportError::Different { path, text })) => {
            format!("{} 未保留:回读核对,{}", path.display(), text.zh)
        }
        (_, PaperError::Save(why)) => not_saved(lang, why),
        (_, PaperError::Export(ExportError::Refused(why))) => why.in_lang(lang),
        (_, why) => why.to_string(),
    }
}

/// How many findings stand in the way of a hand-over, and what to do.
#[must_use]
pub(super) fn blocked(lang: Lang, findings: usize) -> String {
    either(
        lang,
        || format!("有 {findings} 处错误,不能导出:请修复,或注明理由后忽略"),
        || format!("{findings} errors stand in the way: mend them, or leave them with a reason"),
    )
}

/// A number with thousands apart.
#[must_use]
pub(super) fn count(value: usize) -> String {
    round::grouped(value as f64)
}

/// A problem with everything known about it, a line a thing.
#[must_use]
pub(super) fn problem(lang: Lang, problem: &Problem) -> String {
    let mut lines = vec![format!("{}:{}", problem.rule.title().in_lang(lang), problem.reason.in_lang(lang))];
    lines.extend(problem.file.clone());
    if !problem.zones.is_empty() {
        lines.push(problem.zones.join(", "));
    }
    lines.extend(problem.area_m2.map(|area| format!("{area:.1} m²")));
    lines.extend(
        problem.remedies.iter().map(|remedy| format!("→ {}", again(&Options::default(), remedy).0.in_lang(lang))),
    );
    lines.join("\n")
}

/// A value of a measure, without its unit.
#[must_use]
pub(super) fn value(measure: Measure, value: f64) -> String {
    match measure {
        Measure::Load => round::hours(value),
        Measure::Deviation => round::percent(value * 100.0),
        Measure::Incidents => count(value as usize),
        Measure::Area => format!("{value:.2}"),
        Measure::Squads | Measure::None => String::new(),
    }
}

/// How many zones are selected.
#[must_use]
pub(super) fn selected(lang: Lang, zones: usize) -> String {
    either(lang, || format!("已选 {zones} 个"), || format!("{zones} selected"))
}

/// Why a plan was not saved.
#[must_use]
pub(super) fn not_saved(lang: Lang, why: &SaveError) -> String {
    match (lang, why) {
        (Lang::Zh, SaveError::Failed { path, text }) => format!("无法保存 {}:{}", path.display(), text.zh),
        (Lang::Zh, SaveError::Cancelled(_)) => ZH.cancelled.to_owned(),
        (Lang::Zh, SaveError::Refused(why)) => why.in_lang(lang),
        (Lang::En, why) => why.to_string(),
    }
}

/// A tier by the word of its role, unless its own name says more: file names such as `grids` do not.
#[must_use]
pub(super) fn tier(lang: Lang, tier: &Tier) -> &str {
    tier.called(lang)
}
