//! A layer whose numbers nothing places: its coordinate system is named, or fitted on control points.
//!
//! Points and what is fitted stay in memory and are forgotten with the dialog and the plan; the window shows how far each
//! point is off, and nothing else of them.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Button, Grid, Label, RichText, ScrollArea, TextEdit, Ui};

use crate::io::bytes::file_name;
use crate::io::crs::{Control, Fit, System, control_points, fit};

use super::app::App;
use super::dialogs::{Dialog, Next, PathFor};
use super::errand::Errand;
use super::forms::agree_or_cancel;
use super::terms::{self, Terms};
use super::toasts::Tone;

/// Width of the longest bar, points.
const BAR: f32 = 220.0;

/// What places the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Points,
    Name,
}

/// What is asked.
pub(super) struct ControlForm {
    file: PathBuf,
    errand: Errand,
    by: By,
    /// The name of a system as it is typed.
    name: String,
    /// Points as they were pasted; given up once they are read.
    text: String,
    points: Vec<(Control, bool)>,
    fitted: Option<Fit>,
    /// What is wrong with the points.
    trouble: Option<String>,
}

impl ControlForm {
    /// Fits the system on the points that are switched on.
    fn fit(&mut self, lang: crate::base::Lang) {
        let used: Vec<Control> = self.points.iter().filter(|(_, used)| *used).map(|(point, _)| *point).collect();
        match fit(&used) {
            Ok(fitted) => (self.fitted, self.trouble) = (Some(fitted), None),
            Err(why) => (self.fitted, self.trouble) = (None, Some(why.in_lang(lang).to_owned())),
        }
    }

    /// Takes points out of a text.
    fn read(&mut self, lang: crate::base::Lang, text: &str) {
        match control_points(text) {
            Ok(points) => {
                self.points = points.into_iter().map(|point| (point, true)).collect();
                self.text.clear();
                self.fit(lang);
            }
            Err(why) => (self.fitted, self.trouble) = (None, Some(why.in_lang(lang).to_owned())),
        }
    }

    /// The system that was settled on, if one was.
    fn system(&self) -> Option<System> {
        match self.by {
            By::Points => self.fitted.as_ref().map(|fitted| fitted.system.clone()),
            By::Name => System::named(&self.name),
        }
    }
}

impl App {
    /// Asks what places a layer.
    pub(super) fn ask_control(&mut self, file: PathBuf, errand: Errand) {
        self.control = Some(ControlForm {
            file,
            errand,
            by: By::Points,
            name: String::new(),
            text: String::new(),
            points: Vec::new(),
            fitted: None,
            trouble: None,
        });
        self.ask_in_turn(Dialog::Control);
    }

    /// Asks it of a file that was chosen for that, to be added to the plan, or opened where there is none.
    pub(super) fn ask_control_of(&mut self, paths: Vec<PathBuf>) {
        let Some(file) = paths.first().cloned() else { return };
        let adds = !self.doc.plan.tiers.is_empty();
        self.ask_control(file, Errand { paths, adds, ..Errand::default() });
    }

    /// Takes the points of a file into the dialog.
    pub(super) fn read_points(&mut self, path: &Path) {
        let Some(form) = &mut self.control else { return };
        match std::fs::read_to_string(path) {
            Ok(text) => form.read(self.prefs.lang, &text),
            Err(error) => self.toasts.add(Tone::Refused, error.to_string()),
        }
        self.dialog = Some(Dialog::Control);
    }

    pub(super) fn control_ui(&mut self, ui: &mut Ui) -> Next {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        let Some(mut form) = self.control.take() else { return Next::Close };
        ui.set_width(520.0);
        ui.heading(terms.control_title);
        ui.add(Label::new(RichText::new(file_name(&form.file)).strong()).truncate());
        ui.add(Label::new(RichText::new(terms.control_about).weak()).wrap());
        ui.add_space(10.0);
        ui.horizontal(|ui| {
            ui.radio_value(&mut form.by, By::Points, terms.control_points);
            ui.radio_value(&mut form.by, By::Name, terms.control_system);
        });
        ui.add_space(6.0);
        let mut asked_file = false;
        match form.by {
            By::Name => {
                let field = TextEdit::singleline(&mut form.name).hint_text(terms.control_system_hint);
                ui.add(field.desired_width(f32::INFINITY)).accessible_name(terms.control_system);
            }
            By::Points => asked_file = self.points_ui(ui, &mut form),
        }
        ui.add_space(12.0);
        let system = form.system();
        let (agreed, cancelled) = agree_or_cancel(ui, words, terms.control_use, system.is_some());
        if let Some(system) = system.filter(|_| agreed) {
            let Errand { paths, mut options, adds } = form.errand;
            options.systems.retain(|(path, _)| *path != form.file);
            options.systems.push((form.file, system));
            self.run_errand(Errand { paths, options, adds });
            return Next::Close;
        }
        if cancelled {
            return Next::Close;
        }
        self.control = Some(form);
        if asked_file {
            self.pick(PathFor::Points);
        }
        Next::Stay(Dialog::Control)
    }

    /// The points, and how far each is off; whether a file of them is asked for.
    fn points_ui(&self, ui: &mut Ui, form: &mut ControlForm) -> bool {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        let field = TextEdit::multiline(&mut form.text).hint_text(terms.control_hint).desired_rows(4).code_editor();
        ui.add(field.desired_width(f32::INFINITY)).accessible_name(terms.control_points);
        ui.add_space(4.0);
        let mut asked_file = false;
        ui.horizontal(|ui| {
            let pasted = !form.text.trim().is_empty();
            if ui.add_enabled(pasted, Button::new(terms.control_read)).clicked() {
                let text = std::mem::take(&mut form.text);
                form.read(lang, &text);
                if form.points.is_empty() || form.trouble.is_some() {
                    form.text = text;
                }
            }
            asked_file = ui.button(terms.control_file).clicked();
        });
        if let Some(trouble) = &form.trouble {
            ui.add_space(4.0);
            ui.add(Label::new(RichText::new(trouble).color(self.palette().error)).wrap());
        }
        if form.points.is_empty() {
            return asked_file;
        }
        ui.add_space(6.0);
        let mut changed = false;
        let fitted = form.fitted.as_ref();
        let off_of = |point: &Control| fitted.and_then(|fitted| fitted.off(point));
        let worst = form.points.iter().filter_map(|(point, _)| off_of(point)).fold(f64::MIN_POSITIVE, f64::max);
        ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
            Grid::new("control points").num_columns(3).spacing([18.0, 4.0]).show(ui, |ui| {
                for (at, (point, used)) in form.points.iter_mut().enumerate() {
                    changed |= ui.checkbox(used, terms::control_point(lang, at + 1)).changed();
                    let off = off_of(point);
                    let told = off.map_or_else(|| "–".to_owned(), |off| format!("{off:.3} m"));
                    let told = if *used { RichText::new(told) } else { RichText::new(told).weak() };
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.monospace(told));
                    // How far off, beside the others.
                    let (place, _) = ui.allocate_exact_size(egui::vec2(BAR, 6.0), egui::Sense::hover());
                    let share = (off.unwrap_or(0.0) / worst) as f32;
                    let bar = egui::Rect::from_min_size(place.min, egui::vec2(BAR * share, place.height()));
                    let colour = if *used { self.palette().accent } else { self.palette().line };
                    ui.painter().rect_filled(bar, 2.0, colour);
                    ui.end_row();
                }
            });
        });
        if changed {
            form.fit(lang);
        }
        if let Some(fitted) = &form.fitted {
            ui.add_space(4.0);
            ui.label(RichText::new(terms::control_fit(lang, &fitted.residuals_m)).strong());
        }
        asked_file
    }
}
