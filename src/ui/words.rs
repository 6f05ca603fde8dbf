//! Every word of the window, both languages side by side. A missing one does not compile.

use std::path::Path;

use crate::balance::Rebalanced;
use crate::base::{Lang, Problem, Text};
use crate::index::Sum;
use crate::io::export::{ExportError, Exported};
use crate::io::project::SaveError;
use crate::model::{Role as TierRole, Tier};

use super::measures::Measure;

/// Declares [`Words`] and one value of it for each language.
macro_rules! words {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub struct Words {
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static ZH: Words = Words { $($name: $zh,)* };
        static EN: Words = Words { $($name: $en,)* };
    };
}

words! {
    app: "网格", "Wangge";
    tagline: "责任网格规划", "Responsibility grids";
    sample_city: "海口示例城市(示意数据)", "Haikou sample city (drawn by us)";
    untitled: "未命名方案", "Untitled plan";
    map: "地图", "Map";

    menu_file: "文件", "File";
    menu_edit: "编辑", "Edit";
    menu_view: "视图", "View";
    menu_tools: "工具", "Tools";
    menu_help: "帮助", "Help";

    search: "搜索命令或网格", "Search commands or zones";
    nothing_found: "没有相符的命令或网格", "No command or zone matches";

    tiers: "层级", "Tiers";
    tier_active: "当前层级", "Active tier";
    tier_show: "显示", "Show";
    locked: "已锁定", "Locked";
    measure: "着色指标", "Colour by";
    measure_load: "工作量", "Load";
    measure_incidents: "案件数", "Incidents";
    measure_area: "面积", "Area";
    measure_deviation: "偏差", "Deviation";
    measure_none: "不着色", "None";
    hours_week: "时/周", "h/week";
    incidents: "案件", "Incidents";
    incidents_show: "在地图上显示", "Show on the map";
    labels: "注记", "Labels";

    zones: "网格列表", "Zones";
    code: "编码", "Code";
    name: "名称", "Name";
    filter: "按编码或名称筛选", "Filter by code or name";
    clear: "清除", "Clear";
    selection: "选中", "Selection";
    none_selected: "在地图或列表中点选;按住 Ctrl 可多选", "Click a zone on the map or in the list; Ctrl adds";
    of_mean: "与平均之差", "from the mean";
    share_of_mean: "占平均", "Of the mean";
    faces: "图斑", "Faces";
    parent: "上级", "Parent";

    checks: "数据质检", "Data checks";
    changes: "变更", "Changes";
    no_problems: "没有发现错漏", "No problems found";
    no_changes: "尚无变更", "No changes yet";
    undone: "已撤销", "Undone";
    outside: "范围外", "outside";
    hide: "收起", "Hide";

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
    open_title: "打开", "Open";
    save_title: "另存为", "Save as";
    export_title: "导出 GeoJSON", "Export GeoJSON";
    path_hint: "输入文件或文件夹的路径", "Type the path of a file or folder";
    browse: "浏览…", "Browse…";
    drop_here: "松开鼠标即可打开", "Drop to open";
    copy_failed: "无法保留工作副本,请及时保存", "No working copy can be kept: save often";
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
    moves_title: "均衡调整建议", "Proposed moves";
    moves_bound: "理论下限", "Lower bound";
    moves_none: "已在目标范围内,无需移动。", "Everything is within the target; nothing has to move.";
    accept: "全部采纳", "Accept all";
    dismiss: "不采纳", "Dismiss";
    merge_title: "合并后保留哪个编码?", "Whose code survives the merge?";

    key_drag: "拖动", "Drag";
    key_drag_does: "平移地图", "Pan the map";
    key_wheel: "滚轮", "Wheel";
    key_wheel_does: "以光标为中心缩放", "Zoom at the cursor";
    key_click: "单击", "Click";
    key_click_does: "选中;Ctrl 加选", "Select; Ctrl adds";
    key_double: "双击", "Double click";
    key_double_does: "缩放至该网格", "Zoom to the zone";
    key_space: "空格 + 拖动", "Space + drag";
    key_space_does: "任何工具下平移", "Pan in any tool";
    key_arrows: "方向键", "Arrows";
    key_arrows_does: "平移;Shift 大步", "Pan; Shift larger steps";
    key_esc: "Esc", "Esc";
    key_esc_does: "取消选中,回到选择工具", "Clear the selection, back to the select tool";
    group_map: "地图", "Map";
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }
}

/// The name of a role.
#[must_use]
pub(super) fn role(lang: Lang, role: TierRole) -> &'static str {
    let (zh, en) = match role {
        TierRole::District => ("区", "District"),
        TierRole::Town => ("镇街", "Town"),
        TierRole::Grid => ("责任网格", "Grid"),
        TierRole::Community => ("社区(村)", "Community"),
        TierRole::Unit => ("单元网格", "Unit"),
        TierRole::Other => ("其他", "Other"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
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

/// What was undone.
#[must_use]
pub(super) fn undid(lang: Lang, sentence: &str) -> String {
    either(lang, || format!("已撤销:{sentence}"), || format!("Undone: {sentence}"))
}

/// What was done again.
#[must_use]
pub(super) fn redid(lang: Lang, sentence: &str) -> String {
    either(lang, || format!("已重做:{sentence}"), || format!("Done again: {sentence}"))
}

/// What was exported.
#[must_use]
pub(super) fn wrote(lang: Lang, exported: &Exported) -> String {
    let (path, features) = (exported.path.display(), count(exported.features));
    let mut text = either(
        lang,
        || format!("已写入并回读核对:{path}({features} 个要素)"),
        || format!("Wrote {path}, read it again and compared it ({features} features)"),
    );
    for note in &exported.notes {
        text += "\n";
        text += note.in_lang(lang);
    }
    text
}

/// Why nothing was exported.
#[must_use]
pub(super) fn not_exported(lang: Lang, why: &ExportError) -> String {
    match (lang, why) {
        (Lang::Zh, ExportError::Failed { path, text }) => format!("无法写入 {}:{}", path.display(), text.zh),
        (Lang::Zh, ExportError::Different { path, text }) => format!("{} 未保留:回读核对,{}", path.display(), text.zh),
        (Lang::Zh, ExportError::Cancelled(_)) => ZH.cancelled.to_owned(),
        (Lang::En, why) => why.to_string(),
    }
}

/// A number with thousands apart.
#[must_use]
pub(super) fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many incidents there are.
#[must_use]
pub(super) fn incident_count(lang: Lang, total: usize) -> String {
    either(lang, || format!("共 {} 件", count(total)), || format!("{} in all", count(total)))
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
    lines.extend(problem.remedies.iter().map(|remedy| format!("→ {}", remedy.in_lang(lang))));
    lines.join("\n")
}

/// A value of a measure, without its unit.
#[must_use]
pub(super) fn value(measure: Measure, value: f64) -> String {
    match measure {
        Measure::Load => format!("{value:.1}"),
        Measure::Deviation => format!("{:+.0}%", value * 100.0),
        Measure::Incidents => count(value as usize),
        Measure::Area => format!("{value:.2}"),
        Measure::None => String::new(),
    }
}

/// How many zones are selected.
#[must_use]
pub(super) fn selected(lang: Lang, zones: usize) -> String {
    either(lang, || format!("已选 {zones} 个"), || format!("{zones} selected"))
}

/// The sum of rule 4, short: parts that are empty are left out.
#[must_use]
pub(super) fn sum(lang: Lang, sum: &Sum) -> String {
    let parts = [
        (sum.inside, "区内", "inside"),
        (sum.on_border, "边界", "on a border"),
        (sum.unowned, "无主地", "unowned"),
        (sum.outside, "范围外", "outside"),
        (sum.by_code, "按编码", "by code"),
        (sum.nowhere, "未落图", "no place"),
    ];
    let parts = parts.into_iter().filter(|(rows, ..)| *rows > 0);
    let parts = parts.map(|(rows, zh, en)| match lang {
        Lang::Zh => format!("{zh} {}", count(rows)),
        Lang::En => format!("{} {en}", count(rows)),
    });
    let parts = parts.collect::<Vec<_>>().join(" + ");
    let total = count(sum.total);
    either(lang, || format!("案件 {total} = {parts}"), || format!("{total} incidents = {parts}"))
}

/// What a rebalancing does, in figures.
#[must_use]
pub(super) fn rebalanced(answer: &Rebalanced) -> Text {
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    let (before, after) = (percent(answer.before.max_deviation), percent(answer.after.max_deviation));
    let (moves, moved) = (answer.moves.len(), percent(answer.moved_share));
    Text::new(
        format!("Rebalanced: worst deviation {before} to {after}, {moves} moves, {moved} of the work"),
        format!("均衡调整:最大偏差 {before} → {after},{moves} 项移动,涉及 {moved} 的工作量"),
    )
}

/// Where a plan was saved.
#[must_use]
pub(super) fn saved(lang: Lang, path: &Path, aside: Option<&Text>) -> String {
    let path = path.display();
    match aside {
        None => either(lang, || format!("已保存 {path}"), || format!("Saved {path}")),
        Some(why) => {
            let why = why.in_lang(lang);
            either(lang, || format!("{why};已另存为 {path}"), || format!("Saved as {path} instead: {why}"))
        }
    }
}

/// Why a plan was not saved.
#[must_use]
pub(super) fn not_saved(lang: Lang, why: &SaveError) -> String {
    match (lang, why) {
        (Lang::Zh, SaveError::Failed { path, text }) => format!("无法保存 {}:{}", path.display(), text.zh),
        (Lang::Zh, SaveError::Cancelled(_)) => ZH.cancelled.to_owned(),
        (Lang::En, why) => why.to_string(),
    }
}

/// A tier by the word of its role, unless its own name says more: file names such as `grids` do not.
#[must_use]
pub(super) fn tier(lang: Lang, tier: &Tier) -> &str {
    if tier.name.is_ascii() && tier.role != TierRole::Other { role(lang, tier.role) } else { &tier.name }
}
