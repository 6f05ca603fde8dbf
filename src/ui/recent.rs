//! What was opened before: files that were opened together, and where the map looked.

use std::path::PathBuf;

use eframe::egui::{Button, Ui};

use crate::edit::Camera;

use super::app::App;
use super::dialogs::Dialog;

/// How many are remembered.
const MOST: usize = 8;

/// Files that were opened together, or one project.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct Recent {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// Where the map looked last.
    pub camera: Option<Camera>,
}

impl App {
    /// Opens what was open last; the sample city where nothing was, or where it is gone.
    pub(super) fn open_last(&mut self) {
        let last = self.prefs.recent.first().filter(|_| self.prefs.reopen);
        match last.filter(|last| last.paths.iter().all(|path| path.exists())).map(|last| last.paths.clone()) {
            Some(paths) => self.open_files(paths),
            None => self.open_sample(),
        }
    }

    /// Puts the files of the open plan first among what was opened; where the map looked then.
    pub(super) fn remember(&mut self) -> Option<Camera> {
        let paths = self.doc.source.clone();
        self.prefs.reopen = !paths.is_empty();
        if paths.is_empty() {
            return None;
        }
        let recent = &mut self.prefs.recent;
        let known = recent.iter().position(|entry| entry.paths == paths).map(|at| recent.remove(at));
        let camera = known.and_then(|entry| entry.camera);
        recent.insert(0, Recent { paths, camera });
        recent.truncate(MOST);
        camera
    }

    /// Remembers where the map looks.
    pub(super) fn remember_view(&mut self) {
        let camera = self.canvas.camera.record();
        if let Some(entry) = self.prefs.recent.first_mut().filter(|entry| entry.paths == self.doc.source) {
            entry.camera = Some(camera);
        }
    }

    /// The list of them in the file menu.
    pub(super) fn recent_menu(&mut self, ui: &mut Ui) {
        let entries = self.prefs.recent.clone();
        ui.add_enabled_ui(!entries.is_empty(), |ui| {
            ui.menu_button(self.words().recent, |ui| {
                for entry in &entries {
                    let Some(first) = entry.paths.first() else { continue };
                    let name = match entry.paths.len() {
                        1 => first.file_name().unwrap_or(first.as_os_str()).to_string_lossy().into_owned(),
                        more => format!("{} (+{})", first.file_name().unwrap_or_default().to_string_lossy(), more - 1),
                    };
                    let told = entry.paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
                    if ui.add(Button::new(name)).on_hover_text(told).clicked() {
                        self.open_or_ask(entry.paths.clone());
                    }
                }
            });
        });
    }

    /// Opens files, once what is not saved is saved or given up.
    pub(super) fn open_or_ask(&mut self, paths: Vec<PathBuf>) {
        if self.doc.is_unsaved() {
            self.to_open = paths;
            self.dialog = Some(Dialog::Unsaved(super::Command::Open));
        } else {
            self.open_files(paths);
        }
    }
}
