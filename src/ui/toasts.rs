//! Short words over the map for what cannot be seen: gone after a while, errors on a click.

use std::time::Duration;

use eframe::egui::accesskit::Live;
use eframe::egui::{Align, Align2, Area, Context, Frame, Id, Layout, Order, Sense, Stroke, TextStyle, vec2};

use crate::base::plain_lines;

use super::theme::{Palette, STATUS};

/// How long a toast stays, seconds; a refusal is longer because it is to be read.
const STAY: f64 = 4.0;
const STAY_REFUSAL: f64 = 12.0;
/// How many are shown at once.
const MOST: usize = 4;
/// Widest, points.
const WIDTH: f32 = 560.0;

/// What a toast tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Done.
    Done,
    /// It could not be done.
    Refused,
}

#[derive(Debug)]
struct Toast {
    text: String,
    tone: Tone,
    until: Option<f64>,
}

/// The toasts that are shown, oldest first.
#[derive(Debug, Default)]
pub(super) struct Toasts(Vec<Toast>);

impl Toasts {
    /// Adds one. The same words are not shown twice.
    pub(super) fn add(&mut self, tone: Tone, text: impl Into<String>) {
        // Names of files and zones are in it.
        let text = plain_lines(&text.into());
        self.0.retain(|toast| toast.text != text);
        self.0.push(Toast { text, tone, until: None });
        let over = self.0.len().saturating_sub(MOST);
        self.0.drain(..over);
    }

    /// Shows them above the status line.
    pub(super) fn show(&mut self, ctx: &Context, dark: bool) {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.0 {
            let stay = if toast.tone == Tone::Done { STAY } else { STAY_REFUSAL };
            toast.until.get_or_insert(now + stay);
        }
        self.0.retain(|toast| toast.until.is_none_or(|until| until > now));
        let Some(next) = self.0.iter().filter_map(|toast| toast.until).reduce(f64::min) else { return };
        ctx.request_repaint_after(Duration::from_secs_f64((next - now).max(0.0) + 0.01));
        let palette = Palette::of(dark);
        let mut clicked = None;
        Area::new(Id::unique("toasts"))
            .order(Order::Tooltip)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -STATUS - 16.0))
            .interactable(true)
            .show(ctx, |ui| {
                ui.with_layout(Layout::top_down(Align::Center), |ui| {
                    for (at, toast) in self.0.iter().enumerate() {
                        let edge = if toast.tone == Tone::Done { palette.line } else { palette.over };
                        let frame = Frame::popup(ui.style()).fill(palette.card).stroke(Stroke::new(1.0, edge));
                        let font = TextStyle::Body.resolve(ui.style());
                        let words = ui.painter().layout(toast.text.clone(), font, palette.text, WIDTH);
                        let response = frame.inner_margin(10).show(ui, |ui| ui.label(words));
                        ctx.accesskit_node_builder(response.inner.id, |node| node.set_live(Live::Polite));
                        if response.response.interact(Sense::click()).clicked() {
                            clicked = Some(at);
                        }
                    }
                });
            });
        if let Some(at) = clicked {
            self.0.remove(at);
        }
    }
}
