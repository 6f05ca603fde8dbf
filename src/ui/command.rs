//! The one list of commands. Menu, palette, keys, toolbar and tests are all made from it.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use crate::base::{Lang, Text};

/// The menu a command stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// 文件.
    File,
    /// 编辑.
    Edit,
    /// 视图.
    View,
    /// 工具.
    Tools,
    /// 帮助.
    Help,
}

impl Group {
    /// The menus from left to right.
    pub const ALL: [Self; 5] = [Self::File, Self::Edit, Self::View, Self::Tools, Self::Help];
}

/// Declares [`Command`]: name, menu, Chinese, English, key.
macro_rules! commands {
    ($($name:ident: $group:ident, $zh:literal, $en:literal, $key:expr;)*) => {
        /// Everything the window can be told to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $(#[doc = $en] $name,)*
        }

        impl Command {
            /// All commands in the order of the menus.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it is called.
            #[must_use]
            pub fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Zh) => $zh, (Self::$name, Lang::En) => $en,)*
                }
            }

            /// The menu it stands in.
            #[must_use]
            pub fn group(self) -> Group {
                match self { $(Self::$name => Group::$group,)* }
            }

            /// Its key, if it has one.
            #[must_use]
            pub fn key(self) -> Option<KeyboardShortcut> {
                match self { $(Self::$name => $key,)* }
            }
        }
    };
}

/// A key with Ctrl (⌘ on a Mac).
const fn ctrl(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

/// A key with Ctrl and Shift.
const fn ctrl_shift(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key))
}

/// A key alone; dead while a text field has the focus.
const fn single(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::NONE, key))
}

/// A key with Alt.
const fn alt(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::ALT, key))
}

commands! {
    Open: File, "打开…", "Open…", ctrl(Key::O);
    AddLayers: File, "添加图层…", "Add layers…", ctrl_shift(Key::O);
    ControlPoints: File, "用控制点添加图层…", "Add a layer by control points…", None;
    OpenSample: File, "打开示例城市", "Open the sample city", None;
    Save: File, "保存", "Save", ctrl(Key::S);
    SaveAs: File, "另存为…", "Save as…", ctrl_shift(Key::S);
    Export: File, "导出…", "Export…", ctrl(Key::E);
    ExportChanges: File, "导出变更登记与交接清单…", "Export the register of changes…", None;
    HandOut: File, "下发各镇街…", "Hand out to the towns…", None;
    TakeBack: File, "回收各镇街…", "Take back from the towns…", None;
    Purge: File, "清除个人信息…", "Take people out…", None;
    Settings: File, "设置…", "Settings…", ctrl(Key::Comma);
    Quit: File, "退出", "Quit", ctrl(Key::Q);

    Undo: Edit, "撤销", "Undo", ctrl(Key::Z);
    Redo: Edit, "重做", "Redo", ctrl(Key::Y);
    SelectAll: Edit, "全选当前层级", "Select the whole tier", ctrl(Key::A);
    ClearSelection: Edit, "取消选中", "Clear the selection", single(Key::Escape);
    NameVersion: Edit, "命名当前版本…", "Name this version…", single(Key::N);
    Compare: Edit, "对比版本", "Compare versions", single(Key::H);
    Pin: Edit, "置顶/取消置顶选中", "Pin or unpin the selection", single(Key::P);
    LockZones: Edit, "锁定/解锁选中网格", "Lock or unlock the selected zones", single(Key::Q);
    LockLine: Edit, "锁定/解锁选中两者的边界", "Lock or unlock the border of the two selected", alt(Key::L);
    KeepTogether: Edit, "选中的同归一格(网格:同归一队)", "Keep the selected in one grid (grids: with one squad)", alt(Key::G);
    KeepApart: Edit, "选中的不可同格(网格:不可同队)", "Keep the selected in different grids (grids: squads)", alt(Key::X);
    ClearFilter: Edit, "清除案件筛选", "Clear the filter of incidents", None;
    NightFilter: Edit, "只看夜间案件(22–6 时)", "Look at the night alone (22–6)", None;

    Palette: View, "命令面板…", "Command palette…", ctrl(Key::K);
    ZoomIn: View, "放大", "Zoom in", single(Key::Plus);
    ZoomOut: View, "缩小", "Zoom out", single(Key::Minus);
    Fit: View, "显示全图", "Fit the whole plan", single(Key::F);
    FitSelection: View, "缩放至选中", "Zoom to the selection", single(Key::Z);
    ViewBack: View, "上一视图", "View before", alt(Key::ArrowLeft);
    ViewForward: View, "下一视图", "View after", alt(Key::ArrowRight);
    Reclassify: View, "重新分级", "Reclassify the map", None;
    ToggleIncidents: View, "在地图上显示案件", "Incidents on the map", single(Key::I);
    ToggleLayers: View, "图层面板", "Layers panel", ctrl(Key::Num1);
    ToggleZones: View, "列表面板", "Zones panel", ctrl(Key::Num2);
    ToggleDrawer: View, "质检、变更、案件、均衡", "Checks, changes, incidents, balance", ctrl(Key::Num3);
    ListIncidents: View, "案件列表", "List of incidents", ctrl(Key::Num4);
    ShowDuty: View, "勤务:分队与排班", "Squads and shifts", ctrl(Key::Num5);
    FilterZones: View, "在列表中查找", "Find in the list", ctrl(Key::F);
    NextRegion: View, "切换焦点:地图、列表、图层", "Focus: map, list, layers", single(Key::F6);
    Language: View, "切换到 English", "切换到中文 (Chinese)", ctrl_shift(Key::L);
    Theme: View, "切换浅色/深色", "Switch light/dark", ctrl_shift(Key::D);

    SelectTool: Tools, "选择工具", "Select tool", single(Key::V);
    BoxTool: Tools, "框选工具", "Box select tool", single(Key::S);
    LassoTool: Tools, "套索工具", "Lasso tool", single(Key::A);
    BoxZoomTool: Tools, "框选放大", "Box zoom", single(Key::X);
    MeasureTool: Tools, "测量距离与面积", "Measure distance and area", single(Key::W);
    PaintTool: Tools, "划入工具", "Paint tool", single(Key::B);
    SplitTool: Tools, "拆分工具", "Split tool", single(Key::K);
    ReshapeTool: Tools, "调整边界工具", "Reshape tool", single(Key::R);
    DrawTool: Tools, "绘制新网格工具", "Draw a new zone", single(Key::D);
    VertexTool: Tools, "折点工具", "Vertex tool", single(Key::E);
    Merge: Tools, "合并选中…", "Merge the selection…", single(Key::M);
    CutFaces: Tools, "切分图斑…", "Cut faces…", single(Key::C);
    Dissolve: Tools, "消除选中内的切口", "Dissolve the cuts in the selection", single(Key::J);
    Simplify: Tools, "简化选中的边界…", "Simplify the borders of the selection…", single(Key::G);
    Retire: Tools, "停用选中网格", "Retire the selected zones", None;
    CopyTier: Tools, "复制当前层级…", "Copy the active tier…", single(Key::T);
    RemoveTier: Tools, "删除当前层级", "Remove the active tier", None;
    Renumber: Tools, "按规则重新编码", "Renumber by rule", None;
    LockTier: Tools, "锁定/解锁当前层级", "Lock or unlock the active tier", single(Key::L);
    CheckRules: Tools, "质检规则…", "Rules of the checks…", None;
    Band: Tools, "工作量区间…", "Band of work…", None;
    Rebalance: Tools, "均衡调整…", "Rebalance…", ctrl(Key::R);

    Keys: Help, "快捷键", "Keys", single(Key::Questionmark);
    Tour: Help, "新手引导", "Tour of the window", None;
    LogFolder: Help, "打开日志文件夹", "Open the folder of logs", None;
    About: Help, "关于", "About", None;
}

/// Why a plan that a job is at work on is left alone.
pub(super) fn busy() -> Text {
    Text::new("A job is at work on the plan. Wait or cancel it.", "后台任务正在处理方案,请等待或取消。")
}

/// What a command's readiness depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether there is land to show.
    pub has_land: bool,
    /// What undo would undo.
    pub undo: Option<Text>,
    /// What redo would do again.
    pub redo: Option<Text>,
    /// Zones selected in the active tier.
    pub selected: usize,
    /// Whether the active tier is locked.
    pub tier_locked: bool,
    /// Whether the active tier is the one whose zones are made by the base's faces one to one.
    pub tier_is_base: bool,
    /// Whether there is a tier of towns.
    pub has_towns: bool,
    /// Whether the active tier is the last of the order.
    pub tier_is_last: bool,
    /// Why nothing can be changed: another window has the project.
    pub taken: Option<Text>,
    /// Whether something changed since the last save.
    pub unsaved: bool,
    /// Whether the plan has a project file.
    pub has_file: bool,
    /// Whether loads are known for the plan as it stands.
    pub measured: bool,
    /// Whether only some incidents are looked at.
    pub filtered: bool,
    /// Whether there are incidents.
    pub has_incidents: bool,
    /// Whether there is a view to go back to.
    pub view_back: bool,
    /// Whether there is a view to go forward to.
    pub view_forward: bool,
    /// Whether there is a folder of logs.
    pub has_logs: bool,
    /// Whether people were taken out of the plan for good.
    pub purged: bool,
    /// Whether a job that replaces the plan is at work.
    pub busy: bool,
}

impl Command {
    /// Why it cannot be done now, and what to do instead; `None` when it can.
    #[must_use]
    pub fn why_not(self, facts: &Facts) -> Option<Text> {
        let no_plan = || Text::new("There is no plan. Open one first.", "还没有方案,请先打开。");
        match self {
            _ if facts.taken.is_some() && self.changes() => facts.taken.clone(),
            Self::Undo if facts.undo.is_none() && facts.purged => Some(Text::new(
                "Nothing to undo: people were taken out of the plan, and what was done before is not kept.",
                "没有可撤销的操作：方案已清除个人信息，此前的操作记录未保留。",
            )),
            Self::Purge if facts.has_land && (facts.unsaved || !facts.has_file) => {
                Some(Text::new("Save the project first.", "请先保存方案。"))
            }
            Self::Undo if facts.undo.is_none() => {
                Some(Text::new("Nothing to undo: nothing was changed.", "没有可撤销的:尚无变更。"))
            }
            Self::Redo if facts.redo.is_none() => {
                Some(Text::new("Nothing to redo: nothing was undone.", "没有可重做的:尚未撤销。"))
            }
            Self::Save if facts.has_land && !facts.unsaved && facts.has_file => {
                Some(Text::new("Nothing changed since the last save.", "自上次保存以来没有变更。"))
            }
            Self::ExportChanges if facts.has_land && facts.undo.is_none() => {
                Some(Text::new("Nothing was changed since the plan was begun.", "尚无变更,没有可登记的内容。"))
            }
            Self::ClearFilter if !facts.filtered => {
                Some(Text::new("Nothing is filtered: all incidents are looked at.", "没有筛选:显示的是全部案件。"))
            }
            Self::NightFilter | Self::ToggleIncidents | Self::ListIncidents
                if facts.has_land && !facts.has_incidents =>
            {
                Some(Text::new("The plan has no incidents. Add a table of them.", "方案中没有案件,请添加案件表。"))
            }
            Self::ViewBack if !facts.view_back => {
                Some(Text::new("There is no view before this one.", "没有更早的视图。"))
            }
            Self::ViewForward if !facts.view_forward => {
                Some(Text::new("There is no view after this one.", "没有更新的视图。"))
            }
            Self::LogFolder if !facts.has_logs => Some(Text::new(
                "No folder of logs: the machine has no place for them.",
                "没有日志文件夹:系统未提供存放位置。",
            )),
            Self::ClearSelection
            | Self::FitSelection
            | Self::Pin
            | Self::LockZones
            | Self::CutFaces
            | Self::Dissolve
            | Self::Simplify
            | Self::Retire
                if facts.selected == 0 =>
            {
                Some(Text::new("Nothing is selected. Click a zone first.", "没有选中任何网格,请先点选。"))
            }
            Self::Save | Self::SaveAs | Self::Export | Self::ExportChanges if facts.busy => Some(busy()),
            _ if self.needs_land() && !facts.has_land => Some(no_plan()),
            _ => self.why_no_change(facts),
        }
    }

    /// Why a command that changes the plan cannot be done now.
    fn why_no_change(self, facts: &Facts) -> Option<Text> {
        match self {
            Self::Merge if facts.selected < 2 => Some(Text::new(
                "A merge needs two zones or more. Ctrl-click to select them.",
                "合并需要至少两个网格,请按住 Ctrl 点选。",
            )),
            Self::KeepTogether | Self::KeepApart if facts.selected < 2 => Some(Text::new(
                "It takes two zones or more. Ctrl-click to select them.",
                "需要至少两个区划,请按住 Ctrl 点选。",
            )),
            Self::LockLine if facts.selected != 2 => Some(Text::new(
                "A border lies between two zones. Select both, with Ctrl.",
                "边界在两个网格之间,请按住 Ctrl 选中两者。",
            )),
            Self::Merge
            | Self::PaintTool
            | Self::SplitTool
            | Self::ReshapeTool
            | Self::DrawTool
            | Self::Retire
            | Self::RemoveTier
            | Self::Renumber
                if facts.tier_locked =>
            {
                Some(Text::new(
                    "The active tier is locked. Unlock it in the layers panel first.",
                    "当前层级已锁定,请先在图层面板解锁。",
                ))
            }
            Self::HandOut | Self::TakeBack if !facts.has_towns => {
                Some(Text::new("The plan has no towns. Add the town tier.", "方案中没有镇街层级,请添加镇街边界图层。"))
            }
            Self::RemoveTier if facts.tier_is_base => Some(Text::new(
                "The base tier makes the land of all others. Choose a tier that was copied.",
                "基础层级构成所有层级的图斑,请选择复制出来的层级。",
            )),
            Self::RemoveTier if !facts.tier_is_last => Some(Text::new(
                "Other tiers came after it. Choose the last tier.",
                "其后还有其他层级,请先选择最后一个层级。",
            )),
            Self::Rebalance if !facts.measured => {
                Some(Text::new("The plan is still being measured.", "正在统计工作量,请稍候。"))
            }
            Self::ReshapeTool if facts.selected != 1 => {
                Some(Text::new("Reshaping needs one zone. Select it first.", "调整边界需要先选中一个网格,请先点选。"))
            }
            Self::PaintTool if facts.tier_is_base => Some(Text::new(
                "The base tier is what land is made of. Choose a coarser tier first.",
                "基础层级是最小地块,请先选择更粗的层级。",
            )),
            _ if facts.busy && self.changes() => Some(busy()),
            _ => None,
        }
    }

    /// Whether it changes the plan, or takes a tool in hand that does.
    fn changes(self) -> bool {
        matches!(
            self,
            Self::Undo
                | Self::Redo
                | Self::AddLayers
                | Self::ControlPoints
                | Self::NameVersion
                | Self::HandOut
                | Self::TakeBack
                | Self::Purge
                | Self::LockZones
                | Self::LockLine
                | Self::KeepTogether
                | Self::KeepApart
                | Self::LockTier
                | Self::PaintTool
                | Self::SplitTool
                | Self::ReshapeTool
                | Self::DrawTool
                | Self::VertexTool
                | Self::Merge
                | Self::CutFaces
                | Self::Dissolve
                | Self::Simplify
                | Self::Retire
                | Self::CopyTier
                | Self::Band
                | Self::RemoveTier
                | Self::Renumber
                | Self::CheckRules
                | Self::Rebalance
        )
    }

    /// Whether it works on the land of a plan.
    fn needs_land(self) -> bool {
        !matches!(
            self,
            Self::Open
                | Self::ControlPoints
                | Self::OpenSample
                | Self::Settings
                | Self::Quit
                | Self::Palette
                | Self::NextRegion
                | Self::Tour
                | Self::LogFolder
                | Self::ToggleLayers
                | Self::ToggleZones
                | Self::ToggleDrawer
                | Self::Language
                | Self::Theme
                | Self::SelectTool
                | Self::Keys
                | Self::About
        )
    }

    /// Its key in words: `Ctrl+Shift+S`, `?`.
    #[must_use]
    pub fn key_text(self) -> Option<String> {
        let key = self.key()?;
        let mut text = String::new();
        if key.modifiers.command {
            text += if cfg!(target_os = "macos") { "⌘" } else { "Ctrl+" };
        }
        if key.modifiers.alt {
            text += "Alt+";
        }
        if key.modifiers.shift {
            text += "Shift+";
        }
        text += match key.logical_key {
            Key::Escape => "Esc",
            Key::Plus => "+",
            Key::Minus => "-",
            Key::Questionmark => "?",
            Key::Comma => ",",
            Key::ArrowLeft => "←",
            Key::ArrowRight => "→",
            other => other.name(),
        };
        Some(text)
    }

    /// All keys, those with more modifiers first: Ctrl+Shift+S must not be taken for Ctrl+S.
    #[must_use]
    pub fn keys_by_modifiers() -> Vec<(KeyboardShortcut, Self)> {
        let own = Self::ALL.iter().filter_map(|&command| Some((command.key()?, command)));
        // Other habits of the hand: Ctrl+Shift+Z, and the plus sign without Shift.
        let habits = [(ctrl_shift(Key::Z), Self::Redo), (single(Key::Equals), Self::ZoomIn)];
        let habits = habits.into_iter().filter_map(|(key, command)| Some((key?, command)));
        let mut keys: Vec<_> = own.chain(habits).collect();
        keys.sort_by_key(|(key, _)| std::cmp::Reverse(u8::from(key.modifiers.command) + u8::from(key.modifiers.shift)));
        keys
    }
}
