//! A tour of the window in six steps: what is where, each step with its part of the window lit.

use eframe::egui::{
    Align2, Area, Color32, Context, Frame, Id, Key, Label, Order, Painter, Rect, RichText, Sense, Stroke, StrokeKind,
    pos2, vec2,
};

use super::app::App;
use super::theme::Palette;

/// Where the parts of the window stood at the last frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spots {
    pub map: Rect,
    pub layers: Rect,
    pub filters: Rect,
    pub zones: Rect,
    pub tools: Rect,
    pub search: Rect,
}

impl Default for Spots {
    fn default() -> Self {
        let [map, layers, filters, zones, tools, search] = [Rect::ZERO; 6];
        Self { map, layers, filters, zones, tools, search }
    }
}

/// Widest card, points.
const WIDTH: f32 = 330.0;

impl App {
    /// A step of the tour; the step to show next, `None` when it is over.
    pub(super) fn tour_ui(&mut self, ctx: &Context, step: usize) -> Option<usize> {
        let (words, palette) = (self.words(), self.palette());
        self.prefs.layers_open = true;
        self.prefs.zones_open = true;
        self.prefs.toured = true;
        let spots = self.spots;
        let steps = [
            (spots.map, words.tour_map),
            (spots.layers, words.tour_layers),
            (spots.filters, words.tour_filters),
            (spots.zones, words.tour_zones),
            (spots.tools, words.tour_tools),
            (spots.search, words.tour_search),
        ];
        let (spot, told) = steps.get(step).copied()?;
        let screen = ctx.content_rect();
        let shade = Area::new(Id::unique("tour shade")).order(Order::Foreground).fixed_pos(screen.min);
        shade.show(ctx, |ui| {
            // What lies below hears nothing until the tour is over.
            ui.allocate_rect(screen, Sense::click_and_drag());
            dim(ui.painter(), screen, spot, palette);
        });
        let (pivot, at) = beside(screen, spot);
        let mut next = Some(step);
        let last = step + 1 == steps.len();
        let (back, forward, escape) = ctx.input(|input| {
            let pressed = |key| input.key_pressed(key);
            let forward = pressed(Key::ArrowRight) || pressed(Key::Enter);
            (pressed(Key::ArrowLeft), forward, pressed(Key::Escape))
        });
        let card = Area::new(Id::unique("tour")).order(Order::Tooltip).pivot(pivot).fixed_pos(at).constrain_to(screen);
        card.show(ctx, |ui| {
            Frame::window(ui.style()).inner_margin(16.0).show(ui, |ui| {
                ui.set_width(WIDTH);
                let response = ui.add(Label::new(told).wrap());
                ctx.accesskit_node_builder(response.id, |node| {
                    node.set_live(eframe::egui::accesskit::Live::Polite);
                });
                ui.add_space(10.0);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(format!("{} / {}", step + 1, steps.len())).small().weak());
                    if !last && ui.button(words.tour_skip).clicked() {
                        next = None;
                    }
                    ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| {
                        let word = if last { words.tour_done } else { words.tour_next };
                        if ui.button(word).clicked() || forward {
                            next = (!last).then_some(step + 1);
                        }
                        if step > 0 && (ui.button(words.tour_back).clicked() || back) {
                            next = Some(step - 1);
                        }
                    });
                });
            });
        });
        next.filter(|_| !escape)
    }
}

/// Darkens all but a part of the screen, and frames that.
fn dim(painter: &Painter, screen: Rect, spot: Rect, palette: &Palette) {
    let shade = Color32::from_black_alpha(120);
    let spot = spot.intersect(screen);
    let parts = [
        Rect::from_min_max(screen.min, pos2(screen.right(), spot.top())),
        Rect::from_min_max(pos2(screen.left(), spot.bottom()), screen.max),
        Rect::from_min_max(pos2(screen.left(), spot.top()), spot.left_bottom()),
        Rect::from_min_max(spot.right_top(), pos2(screen.right(), spot.bottom())),
    ];
    for part in parts {
        painter.rect_filled(part, 0.0, shade);
    }
    painter.rect_stroke(spot, 4.0, Stroke::new(2.0, palette.accent), StrokeKind::Outside);
}

/// Where the card stands: beside the part where there is room, else in its middle.
fn beside(screen: Rect, spot: Rect) -> (Align2, eframe::egui::Pos2) {
    let gap = 14.0;
    let room = WIDTH + 60.0;
    if spot.width() > screen.width() * 0.4 && spot.height() > screen.height() * 0.4 {
        (Align2::CENTER_CENTER, spot.center())
    } else if screen.right() - spot.right() > room {
        (Align2::LEFT_TOP, pos2(spot.right() + gap, spot.top()) + vec2(0.0, 4.0))
    } else {
        (Align2::RIGHT_TOP, pos2(spot.left() - gap, spot.top()) + vec2(0.0, 4.0))
    }
}
