//! Ctrl+K: every command and every zone of the active tier, found by any part of its words.

use eframe::egui::{self, Align2, Key, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, vec2};

use crate::base::{Lang, folded};
use crate::geometry::{Bounds, Point};
use crate::model::ZoneId;

use super::app::App;
use super::command::Command;
use super::dialogs::{Dialog, Next};
use super::{units, words};

/// Most zones listed; more words narrow them.
const MOST_ZONES: usize = 40;
const ROW: f32 = 30.0;
/// Half the side of what is looked at around a place, lattice cells (about 1 km).
const AROUND: i32 = 100_000;

/// What was typed and which line is chosen.
#[derive(Debug, Default)]
pub(super) struct Search {
    text: String,
    at: usize,
    focused: bool,
}

/// A line of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hit {
    Command(Command),
    /// A zone of a tier.
    Zone(usize, ZoneId),
    Place(Point),
}

impl App {
    /// The palette.
    pub(super) fn palette_ui(&mut self, ui: &mut Ui, mut search: Search) -> Next {
        let words = self.words();
        ui.set_width(560.0);
        let field = TextEdit::singleline(&mut search.text).hint_text(words.search).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(words.search);
        if !search.focused {
            response.request_focus();
            search.focused = true;
        }
        if response.changed() {
            search.at = 0;
        }
        let hits = self.hits(&search.text);
        let (up, down, enter) = ui.input(|input| {
            (input.key_pressed(Key::ArrowUp), input.key_pressed(Key::ArrowDown), input.key_pressed(Key::Enter))
        });
        search.at = (search.at + usize::from(down)).min(hits.len().saturating_sub(1)).saturating_sub(usize::from(up));
        ui.add_space(6.0);
        let mut chosen = hits.get(search.at).copied().filter(|_| enter);
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().max_height(ROW * 12.0).show(ui, |ui| {
            for (at, &hit) in hits.iter().enumerate() {
                let response = self.hit_ui(ui, hit, at == search.at);
                if at == search.at && (up || down) {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(hit);
                }
            }
            if hits.is_empty() {
                ui.label(RichText::new(words.nothing_found).weak());
            }
        });
        match chosen {
            Some(Hit::Command(command)) => self.queue.push(command),
            Some(Hit::Zone(tier, zone)) => {
                self.doc.activate(tier);
                self.fly_to(zone);
            }
            Some(Hit::Place(point)) => {
                self.canvas.mark = Some(point);
                self.canvas.fit_next(Bounds::of(&[point]).grown(AROUND));
            }
            None => return Next::Stay(Dialog::Palette(search)),
        }
        Next::Close
    }

    fn hits(&self, text: &str) -> Vec<Hit> {
        let wanted = folded(text.trim());
        let fits = |words: &str| folded(words).contains(&wanted);
        // A command is found by its words in either language.
        let commands = Command::ALL.iter().copied().filter(|&command| command != Command::Palette);
        let commands = commands.filter(|command| fits(command.text(Lang::Zh)) || fits(command.text(Lang::En)));
        let mut hits: Vec<Hit> = commands.map(Hit::Command).collect();
        if !wanted.is_empty() {
            let tiers = self.doc.measures.as_ref().map_or(&[][..], |measures| &measures.tiers);
            // The active tier first: what is being worked on.
            let order = std::iter::once(self.doc.active).chain((0..tiers.len()).filter(|&at| at != self.doc.active));
            let zones = order.filter_map(|at| Some((at, tiers.get(at)?)));
            let zones = zones.flat_map(|(at, tier)| tier.rows.iter().map(move |row| (at, row)));
            let found = zones.filter(|(_, row)| fits(&row.name) || fits(&row.code)).take(MOST_ZONES);
            let found: Vec<Hit> = found.map(|(at, row)| Hit::Zone(at, row.zone)).collect();
            hits.splice(0..0, units::place(text).map(Hit::Place));
            hits.extend(found);
        }
        hits
    }

    fn hit_ui(&self, ui: &mut Ui, hit: Hit, at: bool) -> egui::Response {
        let (lang, palette) = (self.prefs.lang, self.palette());
        let (text, beside, why) = match hit {
            Hit::Command(command) => {
                let key = command.key_text().unwrap_or_default();
                (command.text(lang).to_owned(), key, command.why_not(&self.facts()))
            }
            Hit::Zone(at, zone) => {
                let measures = self.doc.measures.as_ref().and_then(|measures| measures.tiers.get(at));
                let tier = self.doc.plan.tiers.get(at).map_or("", |tier| words::tier(lang, tier));
                let row = measures.and_then(|tier| tier.row(zone));
                row.map_or_else(Default::default, |row| (row.name.clone(), format!("{tier}  {}", row.code), None))
            }
            Hit::Place(point) => (self.words().go_to_place.to_owned(), self.prefs.coordinates.text(point), None),
        };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, why.is_none(), at, &text));
        if at || response.hovered() {
            let fill = if at { palette.accent_soft } else { palette.hover };
            ui.painter().rect_filled(rect, 5.0, fill);
        }
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let painter = ui.painter().with_clip_rect(rect);
        let colour = if why.is_some() { palette.weak } else { palette.text };
        let words = painter.text(rect.left_center() + vec2(10.0, 0.0), Align2::LEFT_CENTER, text, font, colour);
        let right = painter.text(
            rect.right_center() - vec2(10.0, 0.0),
            Align2::RIGHT_CENTER,
            beside,
            small.clone(),
            palette.weak,
        );
        if let Some(why) = why {
            let room = egui::Rect::from_min_max(words.right_top(), right.left_bottom()).shrink2(vec2(12.0, 0.0));
            let clipped = painter.with_clip_rect(room);
            clipped.text(room.left_center(), Align2::LEFT_CENTER, why.in_lang(lang), small, palette.weak);
        }
        response
    }
}
