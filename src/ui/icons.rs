//! Line icons drawn on a grid of 16 points, so that no icon font is needed.

use eframe::egui::{
    Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::theme::{ICON, Palette};

/// The icons of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// An arrow turning left.
    Undo,
    /// An arrow turning right.
    Redo,
    /// A plus.
    Plus,
    /// A minus.
    Minus,
    /// Four corners.
    Fit,
    /// An arrow pointer.
    Select,
    /// A brush.
    Paint,
    /// A shape cut in two.
    Split,
    /// A border with a bulge.
    Reshape,
    /// A shape with a plus.
    Draw,
    /// A line with handles.
    Vertex,
    /// A lens.
    Search,
    /// A half-lit disc.
    Theme,
    /// A window with a part filled: left, right, bottom.
    Side(Side),
    /// A closed lock.
    Locked,
    /// An open lock.
    Unlocked,
    /// An eye.
    Shown,
    /// An eye struck out.
    Hidden,
    /// A cross.
    Close,
    /// A tick.
    Check,
    /// Three columns.
    Columns,
    /// A pin.
    Pin,
    /// A dashed box.
    Box,
    /// A loop of rope.
    Lasso,
    /// A ruler.
    Ruler,
    /// A lens with a plus.
    BoxZoom,
    /// An arrow upwards.
    Raise,
    /// An arrow to the left.
    Back,
    /// An arrow to the right.
    Forward,
    /// A folder.
    Folder,
    /// A sheet.
    File,
}

/// The part of the window a panel stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Bottom.
    Bottom,
}

/// Draws an icon in the middle of a rectangle.
#[allow(clippy::too_many_lines, reason = "one arm an icon, a drawing and nothing else")]
pub(super) fn draw(painter: &Painter, rect: Rect, icon: Icon, colour: Color32) {
    let origin = rect.center() - vec2(8.0, 8.0);
    let at = |x: f32, y: f32| pos2(origin.x + x, origin.y + y);
    let stroke = Stroke::new(1.4, colour);
    let line = |points: &[(f32, f32)]| {
        painter.add(Shape::line(points.iter().map(|&(x, y)| at(x, y)).collect(), stroke));
    };
    let frame = |a: Pos2, b: Pos2, radius: f32| {
        painter.rect_stroke(Rect::from_two_pos(a, b), radius, stroke, StrokeKind::Middle);
    };
    match icon {
        Icon::Undo => {
            line(&[(6.0, 3.0), (2.5, 6.5), (6.0, 10.0)]);
            line(&[(2.5, 6.5), (10.0, 6.5), (12.6, 7.6), (13.5, 10.0), (12.6, 12.2), (10.0, 13.2), (7.0, 13.2)]);
        }
        Icon::Redo => {
            line(&[(10.0, 3.0), (13.5, 6.5), (10.0, 10.0)]);
            line(&[(13.5, 6.5), (6.0, 6.5), (3.4, 7.6), (2.5, 10.0), (3.4, 12.2), (6.0, 13.2), (9.0, 13.2)]);
        }
        Icon::Plus => {
            line(&[(3.0, 8.0), (13.0, 8.0)]);
            line(&[(8.0, 3.0), (8.0, 13.0)]);
        }
        Icon::Raise => {
            line(&[(4.0, 7.5), (8.0, 3.5), (12.0, 7.5)]);
            line(&[(8.0, 3.5), (8.0, 12.5)]);
        }
        Icon::Minus => line(&[(3.0, 8.0), (13.0, 8.0)]),
        Icon::Fit => {
            line(&[(2.5, 6.0), (2.5, 2.5), (6.0, 2.5)]);
            line(&[(10.0, 2.5), (13.5, 2.5), (13.5, 6.0)]);
            line(&[(13.5, 10.0), (13.5, 13.5), (10.0, 13.5)]);
            line(&[(6.0, 13.5), (2.5, 13.5), (2.5, 10.0)]);
        }
        Icon::Select => {
            line(&[
                (4.0, 2.0),
                (4.0, 12.5),
                (6.8, 9.9),
                (8.6, 14.0),
                (10.4, 13.2),
                (8.7, 9.2),
                (12.5, 9.0),
                (4.0, 2.0),
            ]);
        }
        Icon::Paint => {
            line(&[(13.5, 2.5), (8.0, 8.0)]);
            line(&[(6.3, 7.0), (9.0, 9.7), (8.0, 12.2), (5.6, 13.6), (2.5, 13.5), (4.0, 11.8), (4.3, 8.8), (6.3, 7.0)]);
        }
        Icon::Split => {
            frame(at(2.5, 3.5), at(13.5, 12.5), 1.5);
            line(&[(10.5, 1.2), (5.5, 14.8)]);
        }
        Icon::Reshape => {
            line(&[(2.0, 13.0), (2.0, 8.5), (14.0, 8.5), (14.0, 13.0)]);
            line(&[(4.0, 8.5), (5.2, 5.0), (8.0, 3.4), (10.8, 5.0), (12.0, 8.5)]);
        }
        Icon::Draw => {
            line(&[(3.0, 6.0), (8.5, 2.5), (13.5, 6.5)]);
            line(&[(3.0, 6.0), (4.5, 12.8), (8.0, 13.2)]);
            line(&[(9.2, 11.0), (14.2, 11.0)]);
            line(&[(11.7, 8.5), (11.7, 13.5)]);
        }
        Icon::Vertex => {
            line(&[(3.0, 12.5), (7.0, 4.0), (13.0, 9.5)]);
            for (x, y) in [(3.0, 12.5), (7.0, 4.0), (13.0, 9.5)] {
                painter.rect_filled(Rect::from_center_size(at(x, y), Vec2::splat(4.4)), 1.0, colour);
            }
        }
        Icon::Search => {
            painter.circle_stroke(at(7.0, 7.0), 4.3, stroke);
            line(&[(10.2, 10.2), (13.6, 13.6)]);
        }
        Icon::Theme => {
            painter.circle_stroke(at(8.0, 8.0), 5.3, stroke);
            let half = (0..=16).map(|step| {
                let angle = std::f32::consts::PI * (0.5 - step as f32 / 16.0);
                at(8.0 + 5.3 * angle.cos(), 8.0 + 5.3 * angle.sin())
            });
            painter.add(Shape::convex_polygon(half.collect(), colour, Stroke::NONE));
        }
        Icon::Side(side) => {
            frame(at(2.0, 3.0), at(14.0, 13.0), 1.5);
            let (a, b) = match side {
                Side::Left => (at(2.5, 3.5), at(6.0, 12.5)),
                Side::Right => (at(10.0, 3.5), at(13.5, 12.5)),
                Side::Bottom => (at(2.5, 9.5), at(13.5, 12.5)),
            };
            painter.rect_filled(Rect::from_two_pos(a, b), 0.5, colour);
        }
        Icon::Locked | Icon::Unlocked => {
            painter.rect_filled(Rect::from_two_pos(at(3.5, 7.5), at(12.5, 13.5)), 1.5, colour);
            let open = icon == Icon::Unlocked;
            let right = if open { 4.6 } else { 7.5 };
            line(&[(5.3, 7.5), (5.3, 4.8), (6.3, 3.0), (8.0, 2.4), (9.7, 3.0), (10.7, 4.8), (10.7, right)]);
        }
        Icon::Shown | Icon::Hidden => {
            line(&[
                (1.5, 8.0),
                (4.5, 4.8),
                (8.0, 3.8),
                (11.5, 4.8),
                (14.5, 8.0),
                (11.5, 11.2),
                (8.0, 12.2),
                (4.5, 11.2),
                (1.5, 8.0),
            ]);
            if icon == Icon::Shown {
                painter.circle_filled(at(8.0, 8.0), 2.1, colour);
            } else {
                line(&[(3.0, 13.0), (13.0, 3.0)]);
            }
        }
        Icon::Check => line(&[(3.0, 8.5), (6.5, 12.0), (13.0, 4.5)]),
        Icon::Columns => {
            frame(at(2.5, 3.0), at(13.5, 13.0), 1.5);
            line(&[(6.2, 3.0), (6.2, 13.0)]);
            line(&[(9.8, 3.0), (9.8, 13.0)]);
        }
        Icon::Pin => {
            line(&[(5.5, 2.5), (10.5, 2.5), (9.8, 7.0), (12.0, 9.0), (4.0, 9.0), (6.2, 7.0), (5.5, 2.5)]);
            line(&[(8.0, 9.0), (8.0, 14.0)]);
        }
        Icon::Box => {
            for corner in [(2.5, 3.5), (13.5, 3.5), (13.5, 12.5), (2.5, 12.5)] {
                let (x, y) = corner;
                let inward = |from: f32| if from < 8.0 { 1.0 } else { -1.0 };
                line(&[(x + 3.2 * inward(x), y), (x, y), (x, y + 2.6 * inward(y))]);
            }
            painter.circle_filled(at(8.0, 8.0), 1.6, colour);
        }
        Icon::Lasso => {
            line(&[
                (5.5, 10.8),
                (3.0, 9.2),
                (2.4, 6.6),
                (4.2, 4.0),
                (7.6, 2.8),
                (11.2, 3.4),
                (13.5, 5.8),
                (13.0, 8.6),
                (10.4, 10.6),
                (6.8, 11.2),
                (5.5, 10.8),
                (4.6, 12.0),
                (5.0, 13.8),
            ]);
        }
        Icon::Ruler => {
            line(&[(2.2, 10.6), (10.6, 2.2), (13.8, 5.4), (5.4, 13.8), (2.2, 10.6)]);
            for step in [1.0_f32, 2.0, 3.0] {
                let (x, y) = (2.2 + 2.1 * step, 10.6 - 2.1 * step);
                line(&[(x, y), (x + 1.4, y + 1.4)]);
            }
        }
        Icon::BoxZoom => {
            frame(at(2.5, 2.5), at(10.5, 9.5), 1.0);
            painter.circle_stroke(at(10.2, 9.8), 3.0, stroke);
            line(&[(12.4, 12.0), (14.2, 13.8)]);
        }
        Icon::Back => line(&[(10.0, 3.0), (5.0, 8.0), (10.0, 13.0)]),
        Icon::Forward => line(&[(6.0, 3.0), (11.0, 8.0), (6.0, 13.0)]),
        Icon::Folder => {
            line(&[(2.0, 12.5), (2.0, 4.0), (6.5, 4.0), (8.0, 5.8), (14.0, 5.8), (14.0, 12.5), (2.0, 12.5)]);
        }
        Icon::File => {
            line(&[(3.8, 2.0), (9.5, 2.0), (12.5, 5.0), (12.5, 14.0), (3.8, 14.0), (3.8, 2.0)]);
            line(&[(9.5, 2.0), (9.5, 5.0), (12.5, 5.0)]);
        }
        Icon::Close => {
            line(&[(4.0, 4.0), (12.0, 12.0)]);
            line(&[(12.0, 4.0), (4.0, 12.0)]);
        }
    }
}

/// A square button with an icon, a name for screen readers, and a tooltip.
pub(super) fn button(ui: &mut Ui, icon: Icon, name: &str, selected: bool, enabled: bool, tip: &str) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(ICON), sense);
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, selected, name));
    if ui.is_rect_visible(rect) {
        let palette = Palette::of(ui.visuals().dark_mode);
        let colour = match (enabled, selected) {
            (false, _) => palette.weak.gamma_multiply(0.45),
            (true, true) => palette.accent,
            (true, false) => palette.text,
        };
        let back = rect.shrink(1.0);
        if selected {
            ui.painter().rect_filled(back, 5.0, palette.accent_soft);
        } else if enabled && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(back, 5.0, palette.hover);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(back, 5.0, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
        }
        draw(ui.painter(), rect, icon, colour);
    }
    if tip.is_empty() { response } else { response.on_hover_text(tip) }
}
