//! Files on their way into the plan, and what has to be asked on it: in which encoding a short text is, what a column holds.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Label, RichText, ScrollArea, Ui};

use crate::base::Text;
use crate::io::bytes::file_name;
use crate::io::doubt::Doubt;
use crate::io::encoding::Encoding;
use crate::io::heads::Unnamed;
use crate::io::{Fault, OpenError, Options};
use crate::model::Role;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::agree_or_cancel;
use super::terms::{self, Terms};
use super::words;

/// Files that are read, how, and whether they join the plan that is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Errand {
    pub paths: Vec<PathBuf>,
    pub options: Options,
    pub adds: bool,
}

/// Why files were not opened.
pub(super) struct NotOpened {
    pub why: Text,
    /// The file whose numbers could not be placed, where it was that.
    pub unplaced: Option<PathBuf>,
    /// The table whose columns could not be told, where it was that.
    pub unnamed: Option<Box<Unnamed>>,
    /// Files that were read as the same, and as what, where it was that.
    pub rivals: Option<(Vec<PathBuf>, Role)>,
}

impl From<Text> for NotOpened {
    fn from(why: Text) -> Self {
        Self { why, unplaced: None, unnamed: None, rivals: None }
    }
}

impl From<OpenError> for NotOpened {
    fn from(error: OpenError) -> Self {
        let unplaced = match &error {
            OpenError::Read(error) if matches!(error.fault, Fault::Crs | Fault::Zone(_)) => Some(error.path.clone()),
            _ => None,
        };
        let rivals = match &error {
            OpenError::Rivals(files, role) => Some((files.clone(), *role)),
            _ => None,
        };
        let why = words::not_opened(&error);
        let unnamed = if let OpenError::Read(error) = error { error.unnamed } else { None };
        Self { why, unplaced, unnamed, rivals }
    }
}

/// Encodings that were chosen for texts that do not tell theirs, the last one last.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Settled(Vec<(u64, String)>);

impl Settled {
    /// How many are remembered.
    const MOST: usize = 200;

    fn add(&mut self, key: u64, encoding: Encoding) {
        self.0.retain(|(known, _)| *known != key);
        self.0.push((key, encoding.name().to_owned()));
        let many = self.0.len().saturating_sub(Self::MOST);
        self.0.drain(..many);
    }
}

/// Which way each text is read.
#[derive(Debug)]
pub(super) struct EncodingForm {
    errand: Errand,
    doubts: Vec<(Doubt, Encoding)>,
}

impl App {
    /// Reads files into the window, in the background.
    pub(super) fn run_errand(&mut self, errand: Errand) {
        if errand.adds {
            self.add_files_with(errand);
        } else {
            self.open_files_with(errand.paths, errand.options);
        }
    }

    /// The same options with what was chosen before about encodings and columns.
    pub(super) fn settled(&self, mut options: Options) -> Options {
        let known = self.prefs.encodings.0.iter();
        Arc::make_mut(&mut options.encodings).settled =
            known.filter_map(|(key, name)| Some((*key, Encoding::named(name)?))).collect();
        self.prefs.fields.put(Arc::make_mut(&mut options.columns));
        options
    }

    /// Says why files were not opened; where their numbers could not be placed, asks for what places them, where their
    /// columns could not be told, what they are, and where two were read as the same, which one is the plan.
    pub(super) fn not_opened(&mut self, found: NotOpened, errand: Errand) {
        let NotOpened { why, unplaced, unnamed, rivals } = found;
        if let Some((files, role)) = rivals {
            self.ask_rivals(errand, files, role);
            return;
        }
        match (unplaced, unnamed) {
            (_, Some(table)) => self.ask_fields(*table, errand),
            (Some(file), None) => self.ask_control(file, errand),
            (None, None) => self.toasts.add(super::toasts::Tone::Refused, why.in_lang(self.prefs.lang)),
        }
    }

    /// Asks which way texts are read.
    pub(super) fn ask_encodings(&mut self, doubts: Vec<Doubt>, errand: Errand) {
        let first = |doubt: Doubt| {
            let encoding = doubt.ways.first()?.encoding;
            Some((doubt, encoding))
        };
        let doubts: Vec<_> = doubts.into_iter().filter_map(first).collect();
        if !doubts.is_empty() {
            self.ask_in_turn(Dialog::Encodings(Box::new(EncodingForm { errand, doubts })));
        }
    }

    pub(super) fn encodings_ui(&mut self, ui: &mut Ui, mut form: Box<EncodingForm>) -> Next {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        ui.set_width(540.0);
        ui.heading(terms.encodings_title);
        ui.add(Label::new(RichText::new(terms.encodings_about).weak()).wrap());
        ui.add_space(10.0);
        let height = (ui.ctx().content_rect().height() - 200.0).max(120.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for (doubt, chosen) in &mut form.doubts {
                doubt_ui(ui, doubt, chosen);
            }
        });
        ui.add_space(12.0);
        let (agreed, cancelled) = agree_or_cancel(ui, words, terms.encodings_use, true);
        if agreed {
            // The text is read once more, and nothing is asked about it again.
            for (doubt, chosen) in &form.doubts {
                self.prefs.encodings.add(doubt.key, *chosen);
            }
            self.run_errand(form.errand);
            return Next::Close;
        }
        if cancelled { Next::Close } else { Next::Stay(Dialog::Encodings(form)) }
    }
}

/// The ways to read one text, each with what it says then.
fn doubt_ui(ui: &mut Ui, doubt: &Doubt, chosen: &mut Encoding) {
    ui.label(RichText::new(file_name(&doubt.path)).strong());
    ui.add_space(2.0);
    ui.columns(doubt.ways.len().max(1), |columns| {
        for (ui, way) in columns.iter_mut().zip(&doubt.ways) {
            ui.radio_value(chosen, way.encoding, terms::encoding(way.encoding));
            for row in &way.rows {
                ui.horizontal(|ui| {
                    ui.add_space(20.0);
                    ui.add(Label::new(row).truncate());
                });
            }
        }
    });
    ui.add_space(10.0);
}
