//! Short words over the map for what cannot be seen: gone after a while, errors on a click. A refusal has its land outlined
//! as long as it is shown.

use std::collections::BTreeSet;
use std::time::Duration;

use eframe::egui::accesskit::Live;
use eframe::egui::{Area, Context, Frame, Id, Margin, Order, Pos2, Rect, Sense, Stroke, TextStyle, pos2, vec2};

use crate::base::plain_lines;
use crate::model::ZoneId;
use crate::topology::FaceId;

use super::theme::Palette;

/// How long a toast stays, seconds; a refusal is longer because it is to be read.
const STAY: f64 = 4.0;
const STAY_REFUSAL: f64 = 12.0;
/// How many are shown at once.
const MOST: usize = 4;
/// Widest, points.
const WIDTH: f32 = 560.0;
/// Room around the words, and between toasts and to the edge of the map.
const MARGIN: i8 = 10;
const GAP: f32 = 8.0;

/// What a toast tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Done.
    Done,
    /// It could not be done.
    Refused,
}

/// The state of the window a refusal was said in: the plan by its numbers, and the selection.
pub(super) type State<'a> = ((u64, u64), &'a BTreeSet<ZoneId>);

/// Land that a refusal is about; of no meaning in another state.
#[derive(Debug)]
struct Land {
    faces: Vec<FaceId>,
    revision: (u64, u64),
    selection: BTreeSet<ZoneId>,
}

#[derive(Debug)]
struct Toast {
    text: String,
    tone: Tone,
    until: Option<f64>,
    land: Option<Land>,
}

/// The toasts that are shown, oldest first.
#[derive(Debug, Default)]
pub(super) struct Toasts(Vec<Toast>);

impl Toasts {
    /// Adds one. The same words are not shown twice.
    pub(super) fn add(&mut self, tone: Tone, text: impl Into<String>) {
        self.push(tone, text.into(), None);
    }

    /// Adds a refusal that is about some land.
    pub(super) fn refuse(&mut self, text: String, faces: Vec<FaceId>, (revision, selection): State<'_>) {
        self.push(Tone::Refused, text, Some(Land { faces, revision, selection: selection.clone() }));
    }

    fn push(&mut self, tone: Tone, text: String, land: Option<Land>) {
        // Names of files and zones are in it.
        let text = plain_lines(&text);
        self.0.retain(|toast| toast.text != text);
        self.0.push(Toast { text, tone, until: None, land });
        let over = self.0.len().saturating_sub(MOST);
        self.0.drain(..over);
    }

    /// The land of the refusals that are shown, as long as plan and selection are as they were.
    pub(super) fn land(&self, (revision, selection): State<'_>) -> Vec<FaceId> {
        let lands = self.0.iter().filter_map(|toast| toast.land.as_ref());
        let now = lands.filter(|land| land.revision == revision && land.selection == *selection);
        now.flat_map(|land| land.faces.iter().copied()).collect()
    }

    /// Outlines no land any more: the hand went on.
    pub(super) fn leave_land(&mut self) {
        self.0.iter_mut().for_each(|toast| toast.land = None);
    }

    /// Takes away what was shown long enough; when the next one goes, if any is left.
    fn pass(&mut self, now: f64) -> Option<f64> {
        for toast in &mut self.0 {
            let stay = if toast.tone == Tone::Done { STAY } else { STAY_REFUSAL };
            toast.until.get_or_insert(now + stay);
        }
        self.0.retain(|toast| toast.until.is_none_or(|until| until > now));
        self.0.iter().filter_map(|toast| toast.until).reduce(f64::min)
    }

    /// Shows them at the bottom of the map, the last one lowest; dialogs stand above them.
    pub(super) fn show(&mut self, ctx: &Context, map: Rect, dark: bool) {
        let now = ctx.input(|input| input.time);
        let shown = self.0.len();
        let next = self.pass(now);
        if self.0.len() < shown {
            // What was outlined with them was painted already in this frame.
            ctx.request_repaint();
        }
        let Some(next) = next else { return };
        ctx.request_repaint_after(Duration::from_secs_f64((next - now).max(0.0) + 0.01));
        let palette = Palette::of(dark);
        let (mut bottom, mut clicked) = (map.bottom() - GAP, None);
        for (at, toast) in self.0.iter().enumerate().rev() {
            let (top, is_clicked) = toast.show(ctx, (map, bottom), palette);
            bottom = top - GAP;
            if is_clicked {
                clicked = Some(at);
            }
        }
        if let Some(at) = clicked {
            self.0.remove(at);
            ctx.request_repaint();
        }
    }
}

impl Toast {
    /// Shows it as wide as its words above a line; where it begins, and whether it was clicked.
    fn show(&self, ctx: &Context, (map, bottom): (Rect, f32), palette: &Palette) -> (f32, bool) {
        let font = TextStyle::Body.resolve(&ctx.global_style());
        let room = 2.0 * (f32::from(MARGIN) + 1.0);
        let width = WIDTH.min(map.width() - 2.0 * GAP - room).max(80.0);
        let words = ctx.fonts_mut(|fonts| fonts.layout(self.text.clone(), font, palette.text, width));
        let size = words.size() + vec2(room, room);
        let at: Pos2 = pos2((map.center().x - size.x / 2.0).round(), (bottom - size.y).max(map.top()).round());
        let edge = if self.tone == Tone::Done { palette.line } else { palette.over };
        // Named by its words: the size of another one is not its own.
        let area = Area::new(Id::unique(("toast", &self.text))).order(Order::Middle).fixed_pos(at);
        let shown = area.show(ctx, |ui| {
            let frame = Frame::popup(ui.style()).fill(palette.card).stroke(Stroke::new(1.0, edge));
            let shown = frame.inner_margin(Margin::same(MARGIN)).show(ui, |ui| ui.label(words));
            ctx.accesskit_node_builder(shown.inner.id, |node| node.set_live(Live::Polite));
            shown.response.interact(Sense::click()).clicked()
        });
        (at.y, shown.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m4_the_land_of_a_refusal_goes_with_its_words_and_with_what_it_was_said_of() {
        let (faces, mine, other) = (vec![FaceId(3)], BTreeSet::from([ZoneId(1)]), BTreeSet::from([ZoneId(2)]));
        let refused = || {
            let mut toasts = Toasts::default();
            toasts.refuse("no".to_owned(), faces.clone(), ((1, 1), &mine));
            toasts.pass(0.0);
            toasts
        };
        let mut toasts = refused();
        assert_eq!(toasts.land(((1, 1), &mine)), faces);
        assert!(toasts.land(((1, 1), &other)).is_empty(), "another selection");
        assert!(toasts.land(((1, 2), &mine)).is_empty(), "the plan was changed");
        toasts.pass(STAY_REFUSAL - 1.0);
        assert_eq!(toasts.land(((1, 1), &mine)), faces);
        toasts.pass(STAY_REFUSAL + 1.0);
        assert!(toasts.land(((1, 1), &mine)).is_empty(), "its words are gone");
        let mut toasts = refused();
        toasts.leave_land();
        assert!(toasts.land(((1, 1), &mine)).is_empty(), "the hand went on");
        assert_eq!(toasts.0.len(), 1, "and its words stay to be read");
    }
}
