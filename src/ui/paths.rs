//! A dialog for paths of our own: desktops without a portal have none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eframe::egui::{
    self, Align2, Button, Key, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, vec2,
};

use super::app::App;
use super::dialogs::{Dialog, Next, PathFor};
use super::forms::agree_or_cancel;
use super::icons::{self, Icon};
use super::tasks::{Done, Kind};
use super::terms::Terms;
use super::theme::ROW;

/// What is typed and chosen.
#[derive(Debug)]
pub(super) struct PathForm {
    purpose: PathFor,
    folder: PathBuf,
    /// What is typed: a path, or a name in the folder.
    text: String,
    chosen: BTreeSet<PathBuf>,
    /// Whether the folder is one that was asked for: then it can be opened as a whole.
    looked_into: bool,
    /// Whether the field had the focus once.
    focused: bool,
}

/// A folder or file that is listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    is_file: bool,
    name: String,
}

/// What a folder holds, as it was read last.
#[derive(Debug, Default)]
pub(super) struct Listing {
    folder: Option<PathBuf>,
    entries: Vec<Entry>,
}

/// Reads a folder: folders first, hidden ones left out.
pub(super) fn list(folder: PathBuf) -> Listing {
    let found = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = !entry.path().is_dir();
        (!name.starts_with('.')).then_some(Entry { is_file, name })
    });
    let mut entries: Vec<Entry> = found.collect();
    entries.sort();
    Listing { folder: Some(folder), entries }
}

/// The home of the user, or where the program was started.
fn home() -> PathBuf {
    let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    home.filter(|home| home.is_dir()).or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

impl PathForm {
    /// A form that begins with what is suggested.
    pub(super) fn new(purpose: PathFor, suggested: PathBuf) -> Self {
        let is_folder = suggested.is_dir();
        let folder = if is_folder { Some(suggested.as_path()) } else { suggested.parent() };
        let folder = folder.filter(|folder| folder.is_dir()).map_or_else(home, Path::to_path_buf);
        let name = if is_folder { None } else { suggested.file_name() };
        let text = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { purpose, folder, text, chosen: BTreeSet::new(), looked_into: false, focused: false }
    }

    fn enter(&mut self, folder: PathBuf) {
        self.folder = folder;
        self.looked_into = true;
        self.chosen.clear();
        if self.purpose.opens() {
            self.text.clear();
        }
    }

    /// What is meant: the files chosen, else what is typed, else all that the folder holds.
    fn paths(&self) -> Vec<PathBuf> {
        let text = self.text.trim();
        match (self.chosen.is_empty(), text) {
            (false, _) => self.chosen.iter().cloned().collect(),
            (true, "") if self.purpose.takes_folder() && self.looked_into => vec![self.folder.clone()],
            (true, "") => Vec::new(),
            (true, text) => vec![self.folder.join(text)],
        }
    }
}

impl App {
    /// A path field over what the folder holds.
    pub(super) fn path_ui(&mut self, ui: &mut Ui, mut form: PathForm) -> Next {
        let words = self.words();
        ui.set_width(560.0);
        ui.heading(form.purpose.title(words, Terms::of(self.prefs.lang)));
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            if icons::button(ui, Icon::Back, words.folder_up, false, form.folder.parent().is_some(), words.folder_up)
                .clicked()
                && let Some(above) = form.folder.parent().map(Path::to_path_buf)
            {
                form.enter(above);
            }
            if ui.add(Button::new(words.folder_home).small()).clicked() {
                form.enter(home());
            }
            ui.add(egui::Label::new(RichText::new(form.folder.display().to_string()).weak()).truncate());
        });
        ui.add_space(4.0);
        let opened = self.entries_ui(ui, &mut form);
        ui.add_space(8.0);
        let field = TextEdit::singleline(&mut form.text).hint_text(words.path_hint).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(words.path_hint);
        if response.changed() {
            form.chosen.clear();
        }
        if !form.focused {
            response.request_focus();
            form.focused = true;
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(12.0);
        let paths = form.paths();
        let whole = paths.first() == Some(&form.folder);
        let agree = if whole && form.purpose.opens() { Terms::of(self.prefs.lang).open_whole_folder } else { words.ok };
        let (agreed, cancelled) = agree_or_cancel(ui, words, agree, !paths.is_empty());
        let done = agreed || entered || opened;
        if cancelled {
            self.after_save = None;
            // Where a dialog asked for the path, it goes on.
            return if form.purpose == PathFor::Points { Next::Stay(Dialog::Control) } else { Next::Close };
        }
        match paths.as_slice() {
            _ if !done => {}
            // Enter on a folder looks into it; the button, or Enter once more, opens what is in it.
            [folder] if entered && !whole && form.chosen.is_empty() && folder.is_dir() => {
                form.enter(folder.clone());
                form.text.clear();
                form.focused = false;
            }
            [] => {}
            _ => {
                self.use_paths(form.purpose, paths);
                return Next::Close;
            }
        }
        Next::Stay(Dialog::Path(form))
    }

    /// What the folder holds; whether a file was opened by a double click.
    fn entries_ui(&mut self, ui: &mut Ui, form: &mut PathForm) -> bool {
        if self.listing.folder.as_ref() != Some(&form.folder) {
            self.listing = Listing { folder: Some(form.folder.clone()), entries: Vec::new() };
            let folder = form.folder.clone();
            self.jobs.start(Kind::List, move |_| Done::Listed(list(folder)));
        }
        let (words, palette) = (self.words(), self.palette());
        let mut opened = false;
        let mut entered = None;
        let frame = egui::Frame::new().fill(palette.panel).stroke(egui::Stroke::new(1.0, palette.line));
        frame.corner_radius(5.0).inner_margin(4.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let entries = &self.listing.entries;
            let area = ScrollArea::vertical().max_height(ROW * 11.0).min_scrolled_height(ROW * 11.0);
            area.auto_shrink(false).show_rows(ui, ROW, entries.len().max(1), |ui, range| {
                if entries.is_empty() {
                    ui.label(RichText::new(words.folder_empty).weak());
                }
                for entry in entries.get(range).unwrap_or_default() {
                    let path = form.folder.join(&entry.name);
                    let chosen = form.chosen.contains(&path);
                    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &entry.name));
                    if chosen || response.hovered() || response.has_focus() {
                        let fill = if chosen { palette.accent_soft } else { palette.hover };
                        ui.painter().rect_filled(rect, 4.0, fill);
                    }
                    let icon = if entry.is_file { Icon::File } else { Icon::Folder };
                    let place = egui::Rect::from_center_size(rect.left_center() + vec2(12.0, 0.0), vec2(16.0, 16.0));
                    icons::draw(ui.painter(), place, icon, palette.weak);
                    let font = TextStyle::Body.resolve(ui.style());
                    let left = rect.left_center() + vec2(28.0, 0.0);
                    ui.painter().text(left, Align2::LEFT_CENTER, &entry.name, font, palette.text);
                    if !response.clicked() {
                        continue;
                    }
                    if !entry.is_file {
                        entered = Some(path);
                    } else if form.purpose.opens() {
                        if !ui.input(|input| input.modifiers.command) {
                            form.chosen.clear();
                        }
                        form.text.clone_from(&entry.name);
                        form.chosen.insert(path);
                        opened |= response.double_clicked();
                    } else {
                        form.text.clone_from(&entry.name);
                    }
                }
            });
        });
        if let Some(folder) = entered {
            form.enter(folder);
        }
        opened
    }

    /// Takes what a folder holds.
    pub(super) fn take_listing(&mut self, listing: Listing) {
        if self.listing.folder == listing.folder {
            self.listing = listing;
        }
    }
}
