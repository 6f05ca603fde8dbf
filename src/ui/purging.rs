//! People taken out of the project for good, from the window: asked first, done to the file, which is then opened again.

use std::path::PathBuf;

use eframe::egui::{self, Label, Ui};

use crate::base::{Lang, Text};
use crate::io::purge::{self, Purged};

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::default_button;
use super::tasks::{Done, Kind};
use super::terms::Terms;
use super::toasts::Tone;

impl App {
    /// Says what goes and asks whether it may.
    pub(super) fn purge_ui(&mut self, ui: &mut Ui) -> Next {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        ui.set_width(420.0);
        ui.heading(terms.purge_title);
        ui.add_space(4.0);
        ui.add(Label::new(terms.purge_body).wrap());
        ui.add_space(14.0);
        let (mut purges, mut closes) = (false, false);
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                closes = default_button(ui, words.cancel, true);
                purges = ui.button(terms.purge_do).clicked();
            },
        );
        if purges {
            self.purge();
        }
        if purges || closes { Next::Close } else { Next::Stay(Dialog::Purge) }
    }

    /// Purges the project file in the background. Nothing is unsaved: the command asks for that.
    fn purge(&mut self) {
        let Some(path) = self.doc.project.as_ref().map(|project| project.path.clone()) else { return };
        self.end_copy();
        let (state, time) = (self.copy.folder().map(PathBuf::from), super::edits::now());
        self.jobs.start(Kind::Change, move |progress| {
            let outcome = purge::purge_held(&path, state.as_deref(), time, progress);
            Done::Purged(outcome.map_err(|why| why.to_string()), path)
        });
    }

    /// Says what was done and opens the project as it is now.
    pub(super) fn purged(&mut self, outcome: Result<Purged, String>, path: PathBuf) {
        let lang = self.prefs.lang;
        match outcome {
            Err(why) => self.toasts.add(Tone::Refused, why),
            // The working copy was let go before: it is begun anew with the file.
            Ok(purged) => {
                self.toasts.add(Tone::Done, told(&purged).in_lang(lang).to_owned());
                for (package, somebody) in &purged.packages {
                    self.toasts.add(Tone::Refused, package_out(package, *somebody, lang));
                }
                for aside in &purged.saved {
                    let name = aside.display();
                    let text = Text::new(
                        format!("Unsaved work of a working copy was saved, without people, to {name}"),
                        format!("工作副本中未保存的操作已清除个人信息并存至 {name}"),
                    );
                    self.toasts.add(Tone::Done, text.in_lang(lang).to_owned());
                }
                self.open_files(vec![path]);
            }
        }
    }
}

fn told(purged: &Purged) -> Text {
    if purged.nobody {
        return Text::new("Nobody is in the plan: nothing was changed", "方案中没有个人信息，未作改动");
    }
    let (columns, steps, versions, copies) =
        (purged.columns.len(), purged.steps, purged.versions, purged.removed.len());
    Text::new(
        format!(
            "People were taken out: {columns} columns, {steps} steps of history, {versions} versions, {copies} copies"
        ),
        format!("已清除个人信息：字段 {columns} 个、历史操作 {steps} 步、版本 {versions} 个、副本 {copies} 个"),
    )
}

fn package_out(package: &std::path::Path, somebody: bool, lang: Lang) -> String {
    let name = package.display();
    let text = if somebody {
        Text::new(format!("A package with people in it is out: {name}"), format!("已下发的方案含个人信息：{name}"))
    } else {
        Text::new(format!("A package is out: {name}"), format!("已下发的方案：{name}"))
    };
    text.in_lang(lang).to_owned()
}
