//! Files that are read as the same tier and draw different lines: which one of them is the plan.

use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use eframe::egui::{Label, RichText, Ui};

use crate::base::Progress;
use crate::io::{self, Options};
use crate::model::Role;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::errand::Errand;
use super::forms::agree_or_cancel;
use super::tasks::{Done, Kind};
use super::tell::clock;
use super::terms::{self, Terms};

/// Which of some files is the plan.
#[derive(Debug)]
pub(super) struct RivalsForm {
    errand: Errand,
    files: Vec<Rival>,
    role: Role,
    chosen: usize,
}

/// One of the files.
#[derive(Clone, Debug)]
struct Rival {
    path: PathBuf,
    /// As much of the path as tells it from the others.
    name: String,
    /// When it was written last.
    written: Option<String>,
    /// How many zones it has, once that is known.
    zones: Option<usize>,
}

/// Of each path the fewest of its last parts that tell all of them apart.
fn told_apart(paths: &[PathBuf]) -> Vec<String> {
    let tail = |path: &PathBuf, parts: usize| {
        let all: Vec<_> = path.components().filter(|part| !matches!(part, Component::RootDir)).collect();
        let tail: PathBuf = all.iter().skip(all.len().saturating_sub(parts)).collect();
        tail.display().to_string()
    };
    let longest = paths.iter().map(|path| path.components().count()).max().unwrap_or(1);
    let names = |parts: usize| paths.iter().map(|path| tail(path, parts)).collect::<Vec<_>>();
    let are_apart = |names: &Vec<String>| names.iter().collect::<std::collections::BTreeSet<_>>().len() == names.len();
    (1..=longest).map(names).find(are_apart).unwrap_or_else(|| names(longest))
}

/// The day and time a file was written last.
fn written(path: &Path) -> Option<String> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    Some(clock(i64::try_from(written.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?))
}

/// How many zones of a role a file has by itself.
fn zones_in(path: &Path, options: &Options, role: Role, progress: &Progress) -> Option<usize> {
    let opened = io::open(&[path.to_path_buf()], options, progress).ok()?;
    let (_, tier) = opened.plan.tier_of(role)?;
    Some(tier.zones.iter().count())
}

impl App {
    /// Asks which of some files is the plan; how many zones they have is found out meanwhile.
    pub(super) fn ask_rivals(&mut self, errand: Errand, mut paths: Vec<PathBuf>, role: Role) {
        // In the order they were named, else in that of their paths.
        let place = |path: &PathBuf| errand.paths.iter().position(|named| named == path).unwrap_or(usize::MAX);
        paths.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
        let names = told_apart(&paths);
        let rival = |(path, name): (&PathBuf, String)| {
            let (path, written) = (path.clone(), written(path));
            Rival { path, name, written, zones: None }
        };
        let files = paths.iter().zip(names).map(rival).collect();
        let options = errand.options.clone();
        self.jobs.start(Kind::Count, move |progress| {
            Done::Counted(paths.into_iter().map(|path| (zones_in(&path, &options, role, progress), path)).collect())
        });
        self.ask_in_turn(Dialog::Rivals(Box::new(RivalsForm { errand, files, role, chosen: 0 })));
    }

    /// Takes how many zones files have.
    pub(super) fn take_counts(&mut self, counts: Vec<(Option<usize>, PathBuf)>) {
        let mut dialogs = self.dialog.iter_mut().chain(&mut self.next_dialog);
        let form = dialogs.find_map(|dialog| if let Dialog::Rivals(form) = dialog { Some(form) } else { None });
        let Some(form) = form else { return };
        for (zones, path) in counts {
            form.files.iter_mut().filter(|file| file.path == path).for_each(|file| file.zones = zones);
        }
    }

    /// Asks which of some files is the plan, where they were read as the same tier.
    pub(super) fn rivals_ui(&mut self, ui: &mut Ui, mut form: Box<RivalsForm>) -> Next {
        let (words, lang) = (self.words(), self.prefs.lang);
        let terms = Terms::of(lang);
        ui.set_width(480.0);
        ui.heading(terms.rivals_title);
        let about = terms::rivals_about(lang, form.role.word(lang));
        ui.add(Label::new(RichText::new(about).weak()).wrap());
        ui.add_space(10.0);
        for (at, file) in form.files.iter().enumerate() {
            ui.radio_value(&mut form.chosen, at, &file.name).on_hover_text(file.path.display().to_string());
            ui.horizontal(|ui| {
                ui.add_space(22.0);
                let about = terms::rival(lang, file.zones, file.written.as_deref());
                ui.label(RichText::new(about).small().weak());
            });
        }
        ui.add_space(12.0);
        let (agreed, cancelled) = agree_or_cancel(ui, words, terms.rivals_use, true);
        if agreed {
            let RivalsForm { mut errand, files, role, chosen } = *form;
            let plan = files.into_iter().nth(chosen).map(|file| (role.key().to_owned(), file.path));
            errand.options.tiers.extend(plan);
            self.run_errand(errand);
            return Next::Close;
        }
        if cancelled { Next::Close } else { Next::Stay(Dialog::Rivals(form)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_name_are_told_by_what_differs_in_their_paths() {
        let names = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| path.split('/').collect()).collect();
            told_apart(&paths).iter().map(|name| name.replace('\\', "/")).collect::<Vec<_>>()
        };
        assert_eq!(names(&["city/a.geojson", "city/b.geojson"]), ["a.geojson", "b.geojson"]);
        assert_eq!(
            names(&["city/old/grids.geojson", "city/new/grids.geojson"]),
            ["old/grids.geojson", "new/grids.geojson"]
        );
        assert_eq!(names(&["a/x/grids.shp", "b/x/grids.shp"]), ["a/x/grids.shp", "b/x/grids.shp"]);
        assert_eq!(names(&["x/grids.shp", "x/grids.shp"]), ["x/grids.shp", "x/grids.shp"]);
    }
}
