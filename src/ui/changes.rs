//! The history in the drawer: commands done and undone, named versions, ways that were given up.

use eframe::egui::{
    self, Align2, Button, Grid, Key, Label, Panel, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui,
    WidgetInfo, vec2,
};

use crate::edit::{StepId, Version, Way};

use super::app::App;
use super::command::Command;
use super::compare::With;
use super::copy::Step;
use super::dialogs::{Dialog, Next};
use super::drawer::Tab;
use super::forms::agree_or_cancel;
use super::theme::ROW;
use super::words;

/// What a version is called while it is being named.
#[derive(Clone, Debug, Default)]
pub(super) struct VersionForm {
    name: String,
    effective: String,
    /// Whether the field had the focus once.
    focused: bool,
}

/// What is asked of a state in the history.
enum Ask {
    Go(Option<StepId>),
    Compare(With),
}

impl App {
    /// Goes to the state of the plan after a command, whatever way it was on.
    pub(super) fn go_to(&mut self, after: Option<StepId>) {
        if !self.may_change() {
            return;
        }
        match self.doc.history.way_to(after) {
            Some(Way::Back(steps)) => self.walk(true, steps),
            Some(Way::Forward(steps)) => self.walk(false, steps),
            Some(Way::Over(tip)) => {
                self.keep(&Step::Switched(tip));
                self.doc.switch(tip);
            }
            None => return,
        }
        self.canvas.first = Vec::new();
        self.follow();
    }

    fn walk(&mut self, back: bool, steps: usize) {
        for _ in 0..steps {
            self.keep(if back { &Step::Undone } else { &Step::Redone });
            self.doc.step(back);
        }
    }

    /// Gives the plan as it stands a name.
    pub(super) fn name_version(&mut self, name: &str, effective: &str) {
        if !self.may_change() {
            return;
        }
        let version = Version {
            name: name.trim().to_owned(),
            time: super::edits::now(),
            after: self.doc.history.here(),
            effective: effective.trim().to_owned(),
        };
        self.keep(&Step::Named(&version));
        self.doc.history.keep(&version);
        self.prefs.drawer_open = true;
        self.prefs.tab = Tab::Changes;
    }

    /// Opens the comparison; with the last save where nothing was compared yet.
    pub(super) fn open_comparison(&mut self) {
        let saved = if self.doc.saved_step().is_some() { With::Saved } else { With::Start };
        self.comparison.with.get_or_insert(saved);
        self.prefs.drawer_open = true;
        self.prefs.tab = Tab::Compare;
    }

    /// What the version is called and when it takes effect.
    pub(super) fn version_ui(&mut self, ui: &mut Ui, mut form: VersionForm) -> Next {
        let words = self.words();
        ui.set_width(420.0);
        ui.heading(words.version_title);
        ui.add_space(8.0);
        let mut entered = false;
        Grid::new("version").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
            ui.label(RichText::new(words.version_name).weak());
            let name = ui.add(TextEdit::singleline(&mut form.name).desired_width(260.0));
            let name = name.accessible_name(words.version_name);
            if !form.focused {
                name.request_focus();
                form.focused = true;
            }
            ui.end_row();
            ui.label(RichText::new(words.version_effective).weak());
            let day = ui.add(TextEdit::singleline(&mut form.effective).desired_width(260.0));
            let day = day.accessible_name(words.version_effective);
            entered =
                [name, day].iter().any(egui::Response::lost_focus) && ui.input(|input| input.key_pressed(Key::Enter));
            ui.end_row();
        });
        let day = form.effective.trim();
        let dated = day.is_empty() || day.parse::<jiff::civil::Date>().is_ok();
        let ready = !form.name.trim().is_empty() && dated;
        ui.add_space(12.0);
        let (agreed, cancelled) = agree_or_cancel(ui, words, words.version_keep, ready);
        let done = agreed || entered && ready;
        if done {
            self.name_version(&form.name, &form.effective);
        }
        if done || cancelled { Next::Close } else { Next::Stay(Dialog::Version(form)) }
    }

    /// Commands at the left, versions and branches at the right.
    pub(super) fn changes_ui(&mut self, ui: &mut Ui) {
        let mut ask = None;
        let side = Panel::right("versions").default_size(330.0).size_range(220.0..=520.0).resizable(true);
        side.frame(egui::Frame::NONE.inner_margin(egui::Margin { left: 10, ..Default::default() })).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                self.versions_ui(ui, &mut ask);
                ui.add_space(8.0);
                self.branches_ui(ui, &mut ask);
            });
        });
        self.commands_ui(ui, &mut ask);
        match ask {
            Some(Ask::Go(after)) => self.go_to(after),
            Some(Ask::Compare(with)) => {
                self.comparison.with = Some(with);
                self.open_comparison();
            }
            None => {}
        }
    }

    fn versions_ui(&mut self, ui: &mut Ui, ask: &mut Option<Ask>) {
        let (words, lang) = (self.words(), self.prefs.lang);
        ui.horizontal(|ui| {
            super::layers::heading(ui, words.versions);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let facts = self.facts();
                let why = Command::NameVersion.why_not(&facts);
                let button = ui.add_enabled(why.is_none(), Button::new(Command::NameVersion.text(lang)).small());
                let button = match why {
                    Some(why) => button.on_disabled_hover_text(why.in_lang(lang)),
                    None => button,
                };
                if button.clicked() {
                    self.queue.push(Command::NameVersion);
                }
            });
        });
        if self.doc.history.versions().is_empty() {
            ui.add(Label::new(RichText::new(words.no_versions).weak()).wrap());
        }
        for version in self.doc.history.versions() {
            let here = version.after == self.doc.history.here();
            let time = words::clock(version.time);
            let small = if version.effective.is_empty() {
                time
            } else {
                format!("{time} · {} {}", version.effective, words.version_since)
            };
            let name = RichText::new(&version.name);
            egui::Sides::new().shrink_left().truncate().show(
                ui,
                |ui| {
                    ui.label(if here { name.strong() } else { name });
                    ui.label(RichText::new(small).small().weak());
                },
                |ui| {
                    let compare = ui.add(Button::new(words.compare).small());
                    named(&compare, words.compare, &version.name);
                    if compare.clicked() {
                        *ask = Some(Ask::Compare(With::Version(version.name.clone())));
                    }
                    let go = ui.add_enabled(!here, Button::new(words.go_there).small());
                    named(&go, words.go_there, &version.name);
                    if go.clicked() {
                        *ask = Some(Ask::Go(version.after));
                    }
                },
            );
        }
    }

    /// Ways that were given up: what was undone before something else was done.
    fn branches_ui(&self, ui: &mut Ui, ask: &mut Option<Ask>) {
        let (words, lang) = (self.words(), self.prefs.lang);
        super::layers::heading(ui, words.branches);
        let branches = self.doc.history.branches();
        if branches.is_empty() {
            ui.add(Label::new(RichText::new(words.no_branches).weak()).wrap());
        }
        for branch in branches {
            let last = branch.records.last().map_or("", |record| record.sentence.in_lang(lang));
            let text = words::branch(lang, branch.records.len(), last);
            egui::Sides::new().shrink_left().truncate().show(
                ui,
                |ui| ui.label(&text).on_hover_text(&text),
                |ui| {
                    let compare = ui.add(Button::new(words.compare).small());
                    named(&compare, words.compare, &text);
                    if compare.clicked() {
                        *ask = Some(Ask::Compare(With::Step(branch.tip)));
                    }
                    let go = ui.add(Button::new(words.go_there).small());
                    named(&go, words.go_there, &text);
                    if go.clicked() {
                        *ask = Some(Ask::Go(Some(branch.tip)));
                    }
                },
            );
        }
    }

    /// Commands done, newest first; those undone above them, grey.
    fn commands_ui(&mut self, ui: &mut Ui, ask: &mut Option<Ask>) {
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let records = self.doc.history.records();
        if records.is_empty() {
            ui.label(RichText::new(words.no_changes).weak());
            return;
        }
        let standing = self.doc.history.standing();
        let mut fly = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, records.len(), |ui, range| {
            for (at, record) in records.iter().enumerate().rev().skip(range.start).take(range.len()) {
                let sentence = record.sentence.in_lang(lang);
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, sentence));
                if response.hovered() || response.has_focus() {
                    ui.painter().rect_filled(rect, 4.0, palette.hover);
                }
                let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
                let font = TextStyle::Body.resolve(ui.style());
                let small = TextStyle::Small.resolve(ui.style());
                let stands = at < standing;
                let colour = if stands { palette.text } else { palette.weak };
                let place = |x| rect.left_center() + vec2(x, 0.0);
                painter.text(place(28.0), Align2::RIGHT_CENTER, at + 1, font.clone(), palette.weak);
                let time = words::clock(record.time);
                painter.text(place(40.0), Align2::LEFT_CENTER, time, small, palette.weak);
                let mark = if stands { String::new() } else { format!("{} · ", words.undone) };
                painter.text(place(150.0), Align2::LEFT_CENTER, format!("{mark}{sentence}"), font, colour);
                response.context_menu(|ui| {
                    let step = self.doc.history.step_at(at);
                    if ui.button(words.go_here).clicked() {
                        *ask = Some(Ask::Go(step));
                    }
                    if ui.button(words.compare_step).clicked() {
                        *ask = step.map(|step| Ask::Compare(With::Step(step)));
                    }
                });
                if response.on_hover_text(words.step_hint).clicked() {
                    fly = record.camera;
                }
            }
        });
        if let Some(camera) = fly {
            self.canvas.camera.look(camera);
        }
    }
}

/// Tells a screen reader which of several buttons of one word it is.
fn named(button: &egui::Response, word: &str, of: &str) {
    let name = format!("{word} {of}");
    button.widget_info(|| WidgetInfo::labeled(Role::Button, button.enabled(), &name));
}
