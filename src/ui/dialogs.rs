//! What stands over the window: a path to type, the question before work is lost, the keys, about, the palette.

use std::path::PathBuf;

use eframe::egui::{self, Context, Grid, Id, Key, Label, Modal, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::balance::Rebalanced;
use crate::edit::Side;
use crate::geometry::Point;
use crate::model::ZoneId;

use super::app::App;
use super::command::{Command, Group};
use super::palette::Search;
use super::words::Words;

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathFor {
    /// To open.
    Open,
    /// To save the project.
    Save,
    /// To export the active tier.
    Export,
}

impl PathFor {
    /// The title of the dialog.
    #[must_use]
    pub(super) fn title(self, words: &Words) -> &'static str {
        match self {
            Self::Open => words.open_title,
            Self::Save => words.save_title,
            Self::Export => words.export_title,
        }
    }
}

/// The dialog that is open.
#[derive(Debug)]
pub(super) enum Dialog {
    /// A path field, for desktops without a file dialog.
    Path {
        /// What for.
        purpose: PathFor,
        /// What was typed.
        text: String,
        /// Whether the field had the focus once.
        focused: bool,
    },
    /// Before work is lost by a command.
    Unsaved(Command),
    /// Work that a killed run left.
    Recover(Box<super::copy::Left>),
    /// Which zone's code survives a merge.
    Merge,
    /// Why a tier is unlocked.
    Unlock {
        /// What was typed.
        reason: String,
        /// Whether the field had the focus once.
        focused: bool,
    },
    /// What becomes of the two sides of a stroke.
    Split(SplitForm),
    /// The moves of a rebalancing, to be accepted or not.
    Moves(Box<Rebalanced>),
    /// The keys.
    Keys,
    /// About the program.
    About,
    /// Commands and zones by search.
    Palette(Search),
}

impl Dialog {
    /// A path field.
    #[must_use]
    pub(super) fn path(purpose: PathFor, suggested: PathBuf) -> Self {
        Self::Path { purpose, text: suggested.display().to_string(), focused: false }
    }

    /// The palette.
    #[must_use]
    pub(super) fn palette() -> Self {
        Self::Palette(Search::default())
    }
}

/// What a split asks for.
#[derive(Clone, Debug)]
pub(super) struct SplitForm {
    /// The zone that is cut.
    pub zone: ZoneId,
    /// Where.
    pub stroke: Vec<Point>,
    /// The side that keeps the code.
    pub keeps: Side,
    /// Code of the other side.
    pub code: String,
    /// Name of the other side.
    pub name: String,
}

/// What a dialog leaves behind after a frame.
pub(super) enum Next {
    Stay(Dialog),
    Close,
}

impl App {
    /// The dialog that is open, if any.
    pub(super) fn dialogs_ui(&mut self, ctx: &Context) {
        let Some(dialog) = self.dialog.take() else { return };
        let mut modal = Modal::new(Id::unique("dialog"));
        if matches!(dialog, Dialog::Palette(_)) {
            modal =
                modal.area(Modal::default_area(Id::unique("dialog")).anchor(egui::Align2::CENTER_TOP, vec2(0.0, 60.0)));
        }
        let frame = egui::Frame::window(&ctx.global_style()).inner_margin(16);
        let shown = modal.frame(frame).show(ctx, |ui| match dialog {
            Dialog::Path { purpose, text, focused } => self.path_ui(ui, purpose, text, focused),
            Dialog::Unsaved(command) => self.unsaved_ui(ui, command),
            Dialog::Recover(left) => self.recover_ui(ui, left),
            Dialog::Merge => self.merge_ui(ui),
            Dialog::Unlock { reason, focused } => self.unlock_ui(ui, reason, focused),
            Dialog::Split(form) => self.split_ui(ui, form),
            Dialog::Moves(answer) => self.moves_ui(ui, answer),
            Dialog::Keys => self.keys_ui(ui),
            Dialog::About => self.about_ui(ui),
            Dialog::Palette(search) => self.palette_ui(ui, search),
        });
        let closed = shown.should_close();
        if let Next::Stay(dialog) = shown.inner
            && !closed
        {
            // A command run from the dialog may have opened the next one.
            self.dialog.get_or_insert(dialog);
        }
    }

    fn path_ui(&mut self, ui: &mut Ui, purpose: PathFor, mut text: String, focused: bool) -> Next {
        let words = self.words();
        ui.set_width(520.0);
        ui.heading(purpose.title(words));
        ui.add_space(8.0);
        let field = TextEdit::singleline(&mut text).hint_text(words.path_hint).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(words.path_hint);
        if !focused {
            response.request_focus();
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(12.0);
        let mut done = entered;
        let mut cancelled = false;
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                done |= ui.button(words.ok).clicked();
                cancelled = ui.button(words.cancel).clicked();
            },
        );
        if cancelled {
            self.after_save = None;
            return Next::Close;
        }
        if done && !text.trim().is_empty() {
            self.use_path(purpose, PathBuf::from(text.trim()));
            return Next::Close;
        }
        Next::Stay(Dialog::Path { purpose, text, focused: true })
    }

    fn unsaved_ui(&mut self, ui: &mut Ui, command: Command) -> Next {
        let words = self.words();
        ui.set_width(360.0);
        ui.heading(words.unsaved_title);
        ui.add_space(4.0);
        ui.label(words.unsaved_body);
        ui.add_space(14.0);
        let mut next = Next::Stay(Dialog::Unsaved(command));
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                if ui.button(words.save_and_go).clicked() {
                    self.after_save = Some(command);
                    self.queue.push(Command::Save);
                    next = Next::Close;
                }
                if ui.button(words.dont_save).clicked() {
                    self.doc.forget_changes();
                    self.end_copy();
                    self.queue.push(command);
                    next = Next::Close;
                }
                if ui.button(words.cancel).clicked() {
                    next = Next::Close;
                }
            },
        );
        next
    }

    fn keys_ui(&mut self, ui: &mut Ui) -> Next {
        let (words, lang) = (self.words(), self.prefs.lang);
        ui.heading(words.keys_title);
        ui.label(RichText::new(words.keys_note).small().weak());
        ui.add_space(10.0);
        ScrollArea::vertical().max_height(ui.ctx().content_rect().height() - 180.0).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let titles = [words.menu_file, words.menu_edit, words.menu_view, words.menu_tools, words.menu_help];
                for groups in [&[0_usize, 1][..], &[2], &[3, 4]] {
                    ui.vertical(|ui| {
                        for (group, title) in groups.iter().filter_map(|&at| Group::ALL.get(at).zip(titles.get(at))) {
                            let keyed = Command::ALL.iter().filter(|command| command.group() == *group);
                            let rows = keyed.filter_map(|command| Some((command.key_text()?, command.text(lang))));
                            let rows = rows.collect::<Vec<_>>();
                            key_table(ui, title, rows.iter().map(|(key, text)| (key.as_str(), *text)));
                        }
                    });
                    ui.add_space(18.0);
                }
                ui.vertical(|ui| {
                    key_table(
                        ui,
                        words.group_map,
                        [
                            (words.key_drag, words.key_drag_does),
                            (words.key_wheel, words.key_wheel_does),
                            (words.key_click, words.key_click_does),
                            (words.key_double, words.key_double_does),
                            (words.key_space, words.key_space_does),
                            (words.key_arrows, words.key_arrows_does),
                            (words.key_esc, words.key_esc_does),
                        ],
                    );
                });
            });
        });
        ui.add_space(8.0);
        self.close_button(ui, Dialog::Keys)
    }

    fn about_ui(&mut self, ui: &mut Ui) -> Next {
        let words = self.words();
        ui.set_width(420.0);
        ui.heading(words.about_title);
        ui.label(RichText::new(env!("CARGO_PKG_VERSION")).weak());
        ui.add_space(8.0);
        ui.add(Label::new(words.about_body).wrap());
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(words.about_fonts).weak()).wrap());
        ui.add_space(12.0);
        self.close_button(ui, Dialog::About)
    }

    fn close_button(&self, ui: &mut Ui, stay: Dialog) -> Next {
        let mut closed = false;
        egui::Sides::new().show(ui, |_| {}, |ui| closed = ui.button(self.words().close).clicked());
        if closed { Next::Close } else { Next::Stay(stay) }
    }
}

fn key_table<'a>(ui: &mut Ui, title: &str, rows: impl IntoIterator<Item = (&'a str, &'a str)>) {
    super::layers::heading(ui, title);
    Grid::new(("keys", title)).num_columns(2).spacing([14.0, 5.0]).show(ui, |ui| {
        for (key, text) in rows {
            ui.label(RichText::new(key).monospace());
            ui.label(text);
            ui.end_row();
        }
    });
    ui.add_space(10.0);
}
