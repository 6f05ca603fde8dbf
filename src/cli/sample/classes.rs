//! What happens in the sample: classes by field, when in the day, near what, how soon it is due.
//!
//! Class names are those of GB/T 47678.5-2026 (reference/domain.md §1.5). 树木倒伏 and 道路积水 are local extensions of
//! 突发事件, as the standard allows. The eight fields are our reading of the reform of 2016; shares are invented.

/// When in the day something is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Stalls at six to eight.
    Breakfast,
    /// Office hours.
    Day,
    /// The way to work and back.
    Rush,
    /// From seven in the evening.
    Night,
    /// Whenever people are awake, more after dark.
    Calls,
}

impl When {
    /// Weight of each hour of the day.
    pub(super) const fn hours(self) -> [f64; 24] {
        match self {
            Self::Breakfast => [
                0., 0., 0., 0., 0.2, 1.5, 8., 10., 6., 2., 1., 1., 1.2, 0.6, 0.4, 0.6, 1., 1.6, 1.4, 0.8, 0.4, 0.2, 0.,
                0.,
            ],
            Self::Day => [
                0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 1.5, 5., 7., 7., 5., 2., 1.5, 4.5, 6.5, 6.5, 4., 1.5, 1., 0.8, 0.6,
                0.3, 0.2,
            ],
            Self::Rush => [
                0.3, 0.2, 0.1, 0.1, 0.2, 0.5, 1.5, 5., 6., 4., 3., 3., 3., 2., 2.5, 3., 4., 6., 6., 4.5, 4., 3., 1.5,
                0.7,
            ],
            Self::Night => [
                2., 1., 0.4, 0.1, 0., 0., 0., 0., 0., 0.1, 0.2, 0.3, 0.5, 0.3, 0.2, 0.3, 0.6, 1.5, 3.5, 7., 9., 9., 7.,
                4.,
            ],
            Self::Calls => [
                3.5, 2.2, 1.3, 0.8, 0.5, 0.6, 1.2, 1.8, 2., 2., 2., 1.8, 2.2, 2.4, 1.6, 1.6, 1.8, 2., 3., 4.5, 6., 7.,
                6.5, 5.,
            ],
        }
    }
}

/// Near what it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    Street,
    Market,
    School,
    /// Where the town thins out: sites and old villages.
    Edge,
    /// Blocks on the water.
    Bank,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub(super) field: &'static str,
    pub(super) name: &'static str,
    /// Share of all incidents, relative.
    pub(super) share: f64,
    /// Hours from filing to due.
    pub(super) limit_hours: i32,
    pub(super) when: When,
    pub(super) near: Near,
    /// Share found by patrols; the rest is called in or seen by cameras.
    pub(super) patrol: f64,
}

const fn class(
    field: &'static str,
    name: &'static str,
    share: f64,
    limit_hours: i32,
    when: When,
    near: Near,
    patrol: f64,
) -> Class {
    Class { field, name, share, limit_hours, when, near, patrol }
}

/// Of an ordinary day.
#[rustfmt::skip]
pub(super) const ORDINARY: &[Class] = &[
    class("市容管理", "占道经营", 9.0, 4, When::Breakfast, Near::Market, 0.75),
    class("市容管理", "占道经营", 5.0, 4, When::Day, Near::Street, 0.8),
    class("市容管理", "店外经营", 9.0, 4, When::Day, Near::Street, 0.8),
    class("市容管理", "无照经营游商", 4.0, 4, When::Breakfast, Near::School, 0.7),
    class("市容管理", "早(夜)市管理问题", 4.0, 4, When::Night, Near::Market, 0.55),
    class("市容管理", "露天烧烤", 3.5, 4, When::Night, Near::Market, 0.45),
    class("市容管理", "非法小广告", 5.0, 24, When::Day, Near::Street, 0.9),
    class("市容管理", "违规户外广告", 2.0, 72, When::Day, Near::Street, 0.8),
    class("市容管理", "沿街晾挂", 2.0, 8, When::Day, Near::Street, 0.9),
    class("规划国土", "私搭乱建", 3.5, 168, When::Day, Near::Edge, 0.45),
    class("规划国土", "无证建设", 1.2, 168, When::Day, Near::Edge, 0.4),
    class("市政园林", "暴露垃圾", 8.0, 4, When::Day, Near::Street, 0.75),
    class("市政园林", "道路不洁", 4.5, 4, When::Day, Near::Street, 0.85),
    class("市政园林", "积存垃圾渣土", 2.5, 48, When::Day, Near::Edge, 0.65),
    class("市政园林", "道路破损", 2.2, 72, When::Day, Near::Street, 0.6),
    class("市政园林", "绿地脏乱", 1.8, 24, When::Day, Near::Street, 0.85),
    class("市政园林", "路缘石缺损", 0.8, 120, When::Day, Near::Street, 0.8),
    class("环境保护", "噪声扰民", 5.5, 4, When::Calls, Near::Street, 0.06),
    class("环境保护", "油烟污染", 3.0, 72, When::Night, Near::Market, 0.15),
    class("环境保护", "水域不洁", 0.8, 24, When::Day, Near::Bank, 0.7),
    class("环境保护", "焚烧垃圾树叶", 0.9, 4, When::Calls, Near::Edge, 0.35),
    class("环境保护", "工地扬尘", 1.4, 24, When::Day, Near::Edge, 0.5),
    class("工商食药", "无证餐饮", 2.8, 72, When::Night, Near::Market, 0.45),
    class("工商食药", "农贸市场秩序问题", 2.4, 8, When::Breakfast, Near::Market, 0.7),
    class("工商食药", "占道促销宣传", 1.3, 4, When::Night, Near::Street, 0.7),
    class("住房建设", "施工扰民", 3.0, 4, When::Calls, Near::Edge, 0.05),
    class("住房建设", "渣土车未密闭", 1.3, 4, When::Calls, Near::Edge, 0.35),
    class("住房建设", "施工占道", 1.4, 24, When::Day, Near::Street, 0.65),
    class("住房建设", "围挡问题", 0.7, 48, When::Day, Near::Edge, 0.7),
    class("交通秩序", "机动车乱停放", 9.0, 4, When::Rush, Near::Street, 0.5),
    class("交通秩序", "非机动车乱停放", 6.0, 4, When::Rush, Near::School, 0.75),
    class("交通秩序", "占用消防通道", 1.2, 4, When::Calls, Near::Street, 0.4),
    class("治安管理", "流浪乞讨", 0.9, 4, When::Day, Near::Market, 0.6),
    class("治安管理", "街头散发广告", 1.4, 4, When::Rush, Near::Street, 0.85),
    class("治安管理", "废品收购乱象", 0.9, 72, When::Day, Near::Edge, 0.6),
];

/// Of the typhoon's week.
#[rustfmt::skip]
pub(super) const TYPHOON: &[Class] = &[
    class("市政园林", "树木倒伏", 6.0, 24, When::Day, Near::Street, 0.45),
    class("市政园林", "道路积水", 3.0, 8, When::Calls, Near::Street, 0.25),
    class("市政园林", "架空线缆脱落", 0.8, 8, When::Calls, Near::Street, 0.2),
    class("市容管理", "违规户外广告", 0.8, 24, When::Day, Near::Street, 0.5),
];

/// Weight of each weekday, Monday first.
pub(super) const WEEK: [f64; 7] = [1.06, 1.0, 0.98, 1.0, 1.08, 1.0, 0.88];

/// Days of the quarter, from 1 October 2016 (a Saturday).
pub(super) const DAYS: usize = 92;

/// Typhoon Sarika passed over Hainan on 18 October 2016: its share of all incidents by day from the 18th on.
pub(super) const AFTERMATH: [f64; 7] = [0.012, 0.019, 0.014, 0.009, 0.005, 0.003, 0.002];

/// Day of the quarter on which the typhoon came.
pub(super) const LANDFALL: usize = 17;

/// Ordinary traffic of a day: the week's rhythm, the holiday of 1 to 7 October, empty streets in the storm.
pub(super) fn ordinary(day: usize) -> f64 {
    let weekday = WEEK[(day + 5) % 7];
    let special = match day {
        0..=6 => 1.12,
        LANDFALL => 0.3,
        18 => 0.55,
        _ => 1.0,
    };
    weekday * special
}
