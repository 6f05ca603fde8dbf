//! One window writes to a project: another one that opens it may only look.

use eframe::egui::{Frame, Label, Margin, Panel, RichText, Sides, Ui};

use crate::io::hold::{Hold, Holder, hold, holder};
use crate::io::journal::{JournalError, path_of};

use super::app::App;
use super::command::{Command, busy};
use super::tasks::Kind;
use super::toasts::Tone;
use super::words;

/// Whether this window may change the plan.
#[derive(Debug, Default)]
pub(super) enum Seat {
    /// It may: the plan has no file, or nothing can be kept.
    #[default]
    Free,
    /// It may, and no other window can.
    Held(Hold),
    /// Another window has the project.
    Taken(Option<Holder>),
}

impl App {
    /// Takes the project that is open for writing, where no other window has it.
    pub(super) fn take_seat(&mut self) {
        let project = self.doc.project.as_ref().map(|project| project.path.as_path());
        let Some((folder, project)) = self.copy.folder().zip(project) else {
            self.seat = Seat::Free;
            return;
        };
        let path = path_of(folder, Some(project));
        if matches!(&self.seat, Seat::Held(held) if held.is_of(&path)) {
            return;
        }
        self.seat = match hold(&path) {
            Ok(held) => Seat::Held(held),
            Err(JournalError::InUse) => Seat::Taken(holder(&path)),
            Err(error) => {
                log::warn!("the project is not held: {error}");
                Seat::Free
            }
        };
    }

    /// Why nothing can be changed, if so.
    pub(super) fn taken(&self) -> Option<crate::base::Text> {
        if let Seat::Taken(holder) = &self.seat { Some(words::taken(*holder)) } else { None }
    }

    /// Whether the plan may be changed; says why where it may not.
    pub(super) fn may_change(&mut self) -> bool {
        let at_work = || self.jobs.is_running(Kind::Change).then(busy);
        let why = self.taken().or_else(at_work);
        if let Some(why) = &why {
            self.toasts.add(Tone::Refused, why.in_lang(self.prefs.lang));
        }
        why.is_none()
    }

    /// A line under the bar that says who has the project, while another window does.
    pub(super) fn seat_ui(&mut self, ui: &mut Ui) {
        let Some(why) = self.taken() else { return };
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let frame = Frame::new().fill(palette.accent_soft).inner_margin(Margin::symmetric(12, 5));
        Panel::top("seat").frame(frame).show(ui, |ui| {
            Sides::new().shrink_left().show(
                ui,
                |ui| {
                    let told = RichText::new(why.in_lang(lang)).color(palette.text);
                    ui.add(Label::new(told).wrap());
                },
                |ui| {
                    if ui.button(words.seat_retry).clicked() {
                        self.open_or_ask(self.doc.source.clone());
                    }
                    if ui.button(Command::SaveAs.text(lang)).clicked() {
                        self.queue.push(Command::SaveAs);
                    }
                },
            );
        });
    }
}
