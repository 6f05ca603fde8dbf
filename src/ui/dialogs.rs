//! What stands over the window: a path to type, the question before work is lost, the keys, about, the palette.

use std::path::PathBuf;

use eframe::egui::{self, Context, Grid, Id, Label, LayerId, Modal, RichText, ScrollArea, Ui, vec2};

use crate::edit::{self, Half, Side, Take};
use crate::geometry::Point;
use crate::model::{Checking, Settings, ZoneId};

use super::app::App;
use super::banding::BandForm;
use super::changes::VersionForm;
use super::command::{Command, Group};
use super::cutting::{CutForm, SimplifyForm};
use super::errand::EncodingForm;
use super::forms::default_button;
use super::palette::Search;
use super::paths::PathForm;
use super::rivals::RivalsForm;
use super::settings::SettingsForm;
use super::terms::Terms;
use super::trial::Trial;
use super::words::Words;

/// Whose work is built in, and under which terms.
const LICENCES: &str = include_str!("../../assets/third-party.txt");

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathFor {
    /// To open.
    Open,
    /// To add to the plan that is open.
    Add,
    /// To save the project.
    Save,
    /// To hand a tier over.
    Export,
    /// To write a package for each town into.
    HandOut,
    /// To take packages back.
    TakeBack,
    /// To write what changed.
    Changes,
    /// To write the duty list.
    DutyList,
    /// To add a layer that control points place.
    Unplaced,
    /// To read control points from.
    Points,
}

impl PathFor {
    /// Whether files that are there are meant.
    #[must_use]
    pub(super) fn opens(self) -> bool {
        matches!(self, Self::Open | Self::Add | Self::TakeBack | Self::Unplaced | Self::Points)
    }

    /// Whether a folder can be meant: all that is in it, or where the packages go.
    #[must_use]
    pub(super) fn takes_folder(self) -> bool {
        matches!(self, Self::Open | Self::Add | Self::TakeBack | Self::HandOut)
    }

    /// The title of the dialog.
    #[must_use]
    pub(super) fn title(self, words: &Words, terms: &Terms) -> &'static str {
        match self {
            Self::Open => words.open_title,
            Self::Add => words.add_title,
            Self::Save => words.save_title,
            Self::Export => words.export_title,
            Self::HandOut => words.hand_out_title,
            Self::TakeBack => words.take_back_title,
            Self::Changes => words.changes_title,
            Self::DutyList => words.duty_list_title,
            Self::Unplaced => terms.control_title,
            Self::Points => terms.control_file_title,
        }
    }
}

/// The dialog that is open.
#[derive(Debug)]
pub(super) enum Dialog {
    /// A path, for desktops without a file dialog.
    Path(PathForm),
    /// Before work is lost by a command.
    Unsaved(Command),
    /// What becomes of files that were dropped on the window.
    Dropped(Vec<PathBuf>),
    /// In which encodings texts are, where they do not tell.
    Encodings(Box<EncodingForm>),
    /// Which column of a table is what, where it does not tell.
    Fields(Box<super::fields::FieldsForm>),
    /// Which of some files is the plan.
    Rivals(Box<RivalsForm>),
    /// What places a layer: see [`App::ask_control`].
    Control,
    /// Work that a killed run left.
    Recover(Box<super::copy::Left>),
    /// Before people are taken out for good.
    Purge,
    /// Which zone's code survives a merge.
    Merge(ZoneId),
    /// Why a tier is unlocked.
    Unlock {
        /// What was typed.
        reason: String,
        /// Whether the field had the focus once.
        focused: bool,
    },
    /// What becomes of the two sides of a stroke.
    Split(SplitForm),
    /// What a zone drawn as a ring is called.
    Draw(DrawForm),
    /// What faces are cut with.
    Cut(CutForm),
    /// How far borders are simplified.
    Simplify(SimplifyForm),
    /// What the copy of a tier is called.
    CopyTier(String),
    /// The band of work of the grids.
    Band(BandForm),
    /// What a version is called.
    Version(VersionForm),
    /// What a rebalancing is asked for with.
    Rebalance,
    /// What is handed over, and how.
    Handing,
    /// Language, looks, units, weights.
    Settings(SettingsForm),
    /// What the plan is checked for.
    Rules(Checking),
    /// A step of the tour of the window.
    Tour(usize),
    /// The keys.
    Keys,
    /// About the program.
    About {
        /// Whether the licences of others are shown.
        licences: bool,
    },
    /// Commands and zones by search.
    Palette(Search),
}

impl Dialog {
    /// A path field.
    #[must_use]
    pub(super) fn path(purpose: PathFor, suggested: PathBuf) -> Self {
        Self::Path(PathForm::new(purpose, suggested))
    }

    /// The settings.
    #[must_use]
    pub(super) fn settings(settings: &Settings) -> Self {
        Self::Settings(SettingsForm::new(settings))
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
    /// Where.
    pub stroke: Vec<Point>,
    /// The side that keeps the code.
    pub keeps: Side,
    /// The zones the stroke goes over, what their other sides are called, and whether they are cut.
    pub halves: Vec<(Half, bool)>,
}

impl SplitForm {
    /// The command that was asked for.
    pub(super) fn command(&self, tier: usize) -> edit::Command {
        let (stroke, keeps) = (self.stroke.clone(), self.keeps);
        let mut halves: Vec<Half> = self.halves.iter().filter(|(_, cut)| *cut).map(|(half, _)| half.clone()).collect();
        match (halves.pop(), halves.is_empty()) {
            (Some(Half { zone, code, name }), true) => edit::Command::Split { tier, zone, stroke, keeps, code, name },
            (last, _) => {
                halves.extend(last);
                edit::Command::SplitAcross { tier, stroke, keeps, halves }
            }
        }
    }
}

/// What a new zone asks for.
#[derive(Clone, Debug)]
pub(super) struct DrawForm {
    /// Where.
    pub ring: Vec<Point>,
    /// What it may take.
    pub take: Take,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a dialog leaves behind after a frame.
pub(super) enum Next {
    Stay(Dialog),
    Close,
}

impl App {
    /// Opens a dialog nobody asked for by hand: after the one that is open, if one is.
    pub(super) fn ask_in_turn(&mut self, dialog: Dialog) {
        let place = if self.dialog.is_none() { &mut self.dialog } else { &mut self.next_dialog };
        *place = Some(dialog);
    }

    /// The dialog that is open, if any.
    pub(super) fn dialogs_ui(&mut self, ctx: &Context) {
        let Some(dialog) = self.dialog.take().or_else(|| self.next_dialog.take()) else { return };
        if let Dialog::Tour(step) = dialog {
            self.dialog = self.tour_ui(ctx, step).map(Dialog::Tour);
            return;
        }
        let (was_path, was_control) = (matches!(dialog, Dialog::Path(_)), matches!(dialog, Dialog::Control));
        let mut modal = Modal::new(Id::unique("dialog"));
        if matches!(dialog, Dialog::Palette(_)) {
            modal =
                modal.area(Modal::default_area(Id::unique("dialog")).anchor(egui::Align2::CENTER_TOP, vec2(0.0, 60.0)));
        }
        if matches!(dialog, Dialog::Split(_) | Dialog::Cut(_) | Dialog::Simplify(_) | Dialog::Band(_)) {
            // What would be done is drawn on the map: the dialog stands aside and the map is not dimmed.
            let corner = vec2(8.0, super::theme::BAR + 8.0);
            modal = modal
                .area(Modal::default_area(Id::unique("dialog")).anchor(egui::Align2::LEFT_TOP, corner))
                .backdrop_color(egui::Color32::TRANSPARENT);
        }
        let frame = egui::Frame::window(&ctx.global_style()).inner_margin(16);
        let shown = modal.frame(frame).show(ctx, |ui| match dialog {
            Dialog::Path(form) => self.path_ui(ui, form),
            Dialog::Unsaved(command) => self.unsaved_ui(ui, command),
            Dialog::Dropped(paths) => self.dropped_ui(ui, paths),
            Dialog::Encodings(form) => self.encodings_ui(ui, form),
            Dialog::Fields(form) => self.fields_ui(ui, form),
            Dialog::Rivals(form) => self.rivals_ui(ui, form),
            Dialog::Control => self.control_ui(ui),
            Dialog::Recover(left) => self.recover_ui(ui, left),
            Dialog::Purge => self.purge_ui(ui),
            Dialog::Merge(keep) => self.merge_ui(ui, keep),
            Dialog::Unlock { reason, focused } => self.unlock_ui(ui, reason, focused),
            Dialog::Split(form) => self.split_ui(ui, form),
            Dialog::Draw(form) => self.draw_ui(ui, form),
            Dialog::Cut(form) => self.cut_ui(ui, form),
            Dialog::Simplify(form) => self.simplify_ui(ui, form),
            Dialog::Band(form) => self.band_ui(ui, form),
            Dialog::CopyTier(name) => self.copy_tier_ui(ui, name),
            Dialog::Version(form) => self.version_ui(ui, form),
            Dialog::Rebalance => self.rebalance_ui(ui),
            Dialog::Handing => self.handing_ui(ui),
            Dialog::Settings(form) => self.settings_ui(ui, form),
            Dialog::Rules(form) => self.rules_ui(ui, form),
            Dialog::Keys => self.keys_ui(ui),
            Dialog::About { licences } => self.about_ui(ui, licences),
            Dialog::Palette(search) => self.palette_ui(ui, search),
            Dialog::Tour(step) => Next::Stay(Dialog::Tour(step)),
        });
        keep_lists_above(ctx, shown.response.layer_id);
        settle_place(ctx, shown.response.rect);
        let closed = shown.should_close();
        if let Next::Stay(dialog) = shown.inner
            && !closed
        {
            // A command run from the dialog may have opened the next one.
            self.dialog.get_or_insert(dialog);
        }
        if closed {
            self.to_open.clear();
            if was_control {
                self.control = None;
            } else if was_path && self.control.is_some() {
                // A path that was asked for by a dialog is given up without the dialog.
                self.ask_in_turn(Dialog::Control);
            }
        }
        if self.dialog.is_none() {
            self.trial = Trial::default();
        }
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
                if default_button(ui, words.save_and_go, true) {
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
                    self.to_open.clear();
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
                        if groups.contains(&4) {
                            key_table(ui, words.group_map, words.map_keys());
                        }
                        for (group, title) in groups.iter().filter_map(|&at| Group::ALL.get(at).zip(titles.get(at))) {
                            let keyed = Command::ALL.iter().filter(|command| command.group() == *group);
                            let rows = keyed.filter_map(|command| Some((command.key_text()?, command.text(lang))));
                            let rows = rows.collect::<Vec<_>>();
                            key_table(ui, title, rows.iter().map(|(key, text)| (key.as_str(), *text)));
                        }
                    });
                    ui.add_space(18.0);
                }
            });
        });
        ui.add_space(8.0);
        self.close_button(ui, Dialog::Keys)
    }

    fn about_ui(&mut self, ui: &mut Ui, mut licences: bool) -> Next {
        let (words, lang) = (self.words(), self.prefs.lang);
        ui.set_width(if licences { 620.0 } else { 420.0 });
        ui.heading(words.about_title);
        ui.label(RichText::new(env!("CARGO_PKG_VERSION")).weak());
        ui.add_space(8.0);
        if licences {
            let height = (ui.ctx().content_rect().height() - 220.0).max(120.0);
            let lines: Vec<&str> = LICENCES.lines().collect();
            ScrollArea::vertical().max_height(height).auto_shrink(false).show_rows(
                ui,
                15.0,
                lines.len(),
                |ui, range| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    for line in lines.get(range).unwrap_or_default() {
                        ui.allocate_ui(vec2(ui.available_width(), 15.0), |ui| {
                            ui.set_min_height(15.0);
                            ui.label(RichText::new(*line).small());
                        });
                    }
                },
            );
        } else {
            ui.add(Label::new(words.about_body).wrap());
            ui.add_space(4.0);
            ui.add(Label::new(RichText::new(words.about_fonts).weak()).wrap());
        }
        ui.add_space(12.0);
        let mut closed = false;
        egui::Sides::new().show(
            ui,
            |ui| {
                ui.toggle_value(&mut licences, words.licences);
                if self.logs.is_some() && ui.button(Command::LogFolder.text(lang)).clicked() {
                    self.queue.push(Command::LogFolder);
                }
            },
            |ui| closed = default_button(ui, words.close, true),
        );
        if closed { Next::Close } else { Next::Stay(Dialog::About { licences }) }
    }

    fn close_button(&self, ui: &mut Ui, stay: Dialog) -> Next {
        let mut closed = false;
        egui::Sides::new().show(ui, |_| {}, |ui| closed = default_button(ui, self.words().close, true));
        if closed { Next::Close } else { Next::Stay(stay) }
    }
}

/// Keeps lists of words that opened in a dialog above it. A press and a release within one frame have both ask for the
/// top, and the one that was there first stays below.
fn keep_lists_above(ctx: &Context, dialog: LayerId) {
    if egui::Popup::is_any_open(ctx) {
        let layers = ctx.memory(|memory| memory.areas().visible_layer_ids());
        let mut lists: Vec<LayerId> = layers.into_iter().filter(|layer| layer.order == dialog.order).collect();
        lists.sort_unstable_by_key(|layer| layer.id.value());
        for list in lists.into_iter().filter(|list| *list != dialog) {
            ctx.set_sublayer(dialog, list);
        }
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

/// Draws once more where a dialog moved: what was just laid out for the first time is placed by a size it did not have yet.
fn settle_place(ctx: &Context, rect: egui::Rect) {
    let place = Some(rect);
    let before = ctx.data_mut(|data| {
        std::mem::replace(data.get_temp_mut_or_default::<Option<egui::Rect>>(Id::unique("dialog place")), place)
    });
    if before != place {
        ctx.request_repaint();
    }
}
