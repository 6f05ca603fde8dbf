//! The columns of the list of zones: what they hold, where they stand in a row, and how they give way to each other.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use eframe::egui::{Align2, Painter, Rect, Stroke, TextStyle, Ui, pos2, vec2};

use crate::measures::Row;

use super::theme::Palette;
use super::words::Words;

/// Room for the pin before the first column.
const GUTTER: f32 = 16.0;
/// Width of the bar in the column of the share.
const SHARE_BAR: f32 = 58.0;
/// The least a column of words is narrowed to.
const NARROWEST: f32 = 40.0;

/// Columns of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(super) enum Column {
    /// The code.
    Code,
    /// The name.
    Name,
    /// The zone above.
    Parent,
    /// Hours of work a week.
    Load,
    /// Number of incidents.
    Incidents,
    /// Area.
    Area,
    /// Number of faces.
    Faces,
    /// The squad that patrols it.
    Squad,
    /// The bar around the 100 % line.
    #[default]
    Share,
}

impl Column {
    /// All of them, from left to right.
    pub(super) const ALL: [Self; 9] = [
        Self::Code,
        Self::Name,
        Self::Parent,
        Self::Load,
        Self::Incidents,
        Self::Area,
        Self::Faces,
        Self::Squad,
        Self::Share,
    ];

    /// Those that are shown until the planner chooses others.
    pub(super) fn usual() -> BTreeSet<Self> {
        [Self::Code, Self::Name, Self::Load, Self::Share].into()
    }

    /// What stands above it.
    pub(super) fn word(self, words: &Words) -> &'static str {
        match self {
            Self::Code => words.code,
            Self::Name => words.name,
            Self::Parent => words.parent,
            Self::Load => words.measure_load,
            Self::Incidents => words.measure_incidents,
            Self::Area => words.measure_area,
            Self::Faces => words.faces,
            Self::Squad => words.measure_squads,
            Self::Share => words.measure_deviation,
        }
    }

    /// Its width, points; the name takes what is left.
    fn width(self) -> f32 {
        match self {
            Self::Code => 78.0,
            Self::Name => 60.0,
            Self::Parent | Self::Squad => 74.0,
            Self::Load | Self::Incidents | Self::Area => 48.0,
            Self::Faces => 44.0,
            Self::Share => 96.0,
        }
    }

    /// Whether it holds words, not numbers.
    pub(super) fn is_words(self) -> bool {
        matches!(self, Self::Code | Self::Name | Self::Parent | Self::Squad)
    }

    /// Which of two rows stands first.
    pub(super) fn compare(self, a: &Row, b: &Row) -> Ordering {
        match self {
            Self::Code => a.code.cmp(&b.code),
            Self::Name => a.name.cmp(&b.name),
            Self::Parent => a.parent.cmp(&b.parent),
            Self::Load => a.load_hours.total_cmp(&b.load_hours),
            Self::Incidents => a.incidents.cmp(&b.incidents),
            Self::Area => a.area_km2.total_cmp(&b.area_km2),
            Self::Faces => a.faces.cmp(&b.faces),
            Self::Squad => a.squad.cmp(&b.squad),
            Self::Share => a.share.total_cmp(&b.share),
        }
    }
}

/// The columns of a row from left to right. Where there is not room for all, the bar of the share gives way first, leaving
/// its number, then the words.
pub(super) fn places(columns: &BTreeSet<Column>, row: Rect) -> Vec<(Column, Rect)> {
    let inner = Rect::from_min_max(pos2(row.left() + GUTTER, row.top()), pos2(row.right() - 6.0, row.bottom()));
    let gap = 8.0;
    let others = || columns.iter().copied().filter(|&column| column != Column::Name);
    let fixed: f32 = others().map(|column| column.width() + gap).sum();
    let lacks = (fixed + Column::Name.width() - inner.width()).max(0.0);
    let bar = if columns.contains(&Column::Share) { lacks.min(SHARE_BAR) } else { 0.0 };
    let words = others().filter(|column| column.is_words()).count().max(1) as f32;
    let given = |column: Column| match column {
        Column::Share => bar,
        _ if column.is_words() => ((lacks - bar) / words).min(column.width() - NARROWEST),
        _ => 0.0,
    };
    let taken: f32 = others().map(|column| column.width() - given(column) + gap).sum();
    let name = (inner.width() - taken).max(Column::Name.width());
    let mut left = inner.left();
    let mut found = Vec::with_capacity(columns.len());
    for &column in columns {
        let width = if column == Column::Name { name } else { column.width() - given(column) };
        let place = Rect::from_min_max(pos2(left, inner.top()), pos2(left + width, inner.bottom()));
        found.push((column, place));
        left += width + gap;
    }
    found
}

/// A text that fits by its width, cut in the middle where it has to be: names differ at their ends.
pub(super) fn cut_middle(text: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(text) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = |kept: usize| {
        // The end has the larger half.
        let (head, tail) = (kept / 2, kept - kept / 2);
        let (head, tail) = (letters.iter().take(head), letters.iter().skip(letters.len() - tail));
        head.chain(&['\u{2026}']).chain(tail).collect::<String>()
    };
    let kept = (1..letters.len()).rev().find(|&kept| fits(&cut(kept))).unwrap_or(1);
    cut(kept.min(letters.len()))
}

/// A bar from the 100 % line to the share, right and vermilion above, left and blue below, with the deviation in words:
/// direction and sign say it without colour too.
pub(super) fn share_bar(ui: &Ui, painter: &Painter, place: Rect, share: f64, palette: &Palette) {
    let colour = palette.of_share(share);
    let width = (place.width() - (Column::Share.width() - SHARE_BAR)).min(SHARE_BAR);
    // A bar of a few points says nothing: the number stands alone.
    if width >= 20.0 {
        let bar = Rect::from_min_max(place.min, pos2(place.left() + width, place.bottom())).shrink2(vec2(0.0, 7.0));
        painter.rect_filled(bar, 2.0, palette.well);
        let middle = bar.center().x;
        let reach = ((share - 1.0).clamp(-1.0, 1.0) as f32) * bar.width() / 2.0;
        let filled = Rect::from_two_pos(pos2(middle, bar.top()), pos2(middle + reach, bar.bottom()));
        painter.rect_filled(filled, 2.0, colour);
        painter.vline(middle, (bar.top() - 2.0)..=(bar.bottom() + 2.0), Stroke::new(1.0, palette.weak));
    }
    let words = super::say::deviation(share);
    painter.text(place.right_center(), Align2::RIGHT_CENTER, words, TextStyle::Small.resolve(ui.style()), colour);
}

#[cfg(test)]
mod tests {
    use super::super::theme::ROW;
    use super::*;

    #[test]
    fn m6_all_columns_stay_inside_the_panel_and_a_name_keeps_its_end() {
        let row = Rect::from_min_max(pos2(0.0, 0.0), pos2(336.0, ROW));
        let mut columns = Column::usual();
        columns.insert(Column::Squad);
        let places = places(&columns, row);
        let right = places.iter().map(|(_, place)| place.right()).fold(0.0, f32::max);
        assert!(right <= row.right(), "{places:?}");
        let width = |column| places.iter().find(|(other, _)| *other == column).map_or(0.0, |(_, place)| place.width());
        assert!(width(Column::Squad) >= 60.0 && width(Column::Share) >= 36.0, "{places:?}");
        // Squads of one town differ in the last letters alone.
        let cut = |text: &str| cut_middle(text, |text| text.chars().count() <= 6);
        assert_eq!(cut("海垦联合巡逻1分队"), "海垦\u{2026}1分队");
        assert_eq!(cut("1分队"), "1分队");
        assert_eq!(cut_middle("海垦", |_| false), "\u{2026}垦");
    }
}
