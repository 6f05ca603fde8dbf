//! The bar at the top: menus, the name of the plan, search, undo and redo, panels, language and theme.

use eframe::egui::{self, Align, Button, Frame, Layout, Margin, MenuBar, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::base::Lang;

use super::app::App;
use super::command::{Command, Facts, Group};
use super::icons::{self, Icon, Side};
use super::terms::Terms;

impl App {
    /// The bar at the top.
    pub(super) fn bar_ui(&mut self, ui: &mut Ui) {
        let facts = self.facts();
        let margin = Margin { left: 8, right: 8, top: 5, bottom: 5 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                MenuBar::new().ui(ui, |ui| {
                    for group in Group::ALL {
                        self.menu(ui, group, &facts);
                    }
                    ui.add_space(8.0);
                    self.search_box(ui);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.bar_right(ui, &facts));
                });
            });
        });
    }

    fn bar_right(&mut self, ui: &mut Ui, facts: &Facts) {
        ui.spacing_mut().item_spacing.x = 2.0;
        self.command_button(ui, Icon::Theme, Command::Theme, false, facts);
        self.language_button(ui);
        ui.add_space(6.0);
        let panels = [
            (Side::Right, Command::ToggleZones, self.prefs.zones_open),
            (Side::Bottom, Command::ToggleDrawer, self.prefs.drawer_open),
            (Side::Left, Command::ToggleLayers, self.prefs.layers_open),
        ];
        for (side, command, open) in panels {
            self.command_button(ui, Icon::Side(side), command, open, facts);
        }
        ui.add_space(6.0);
        self.command_button(ui, Icon::Redo, Command::Redo, false, facts);
        self.command_button(ui, Icon::Undo, Command::Undo, false, facts);
        ui.add_space(10.0);
        self.not_kept_ui(ui);
        let star = if facts.unsaved { " *" } else { "" };
        let name = RichText::new(format!("{}{star}", self.doc.name)).strong();
        ui.add(egui::Label::new(name).truncate());
    }

    /// That steps are not backed up, where they are not; a click says why once more.
    fn not_kept_ui(&mut self, ui: &mut Ui) {
        let Some(why) = self.copy.failure().cloned() else { return };
        let mark = RichText::new(Terms::of(self.prefs.lang).not_kept).small().strong().color(self.palette().error);
        if ui.add(Button::new(mark)).on_hover_text(why.in_lang(self.prefs.lang)).clicked() {
            self.say_not_kept(&why);
        }
        ui.add_space(6.0);
    }

    fn language_button(&mut self, ui: &mut Ui) {
        let (other, lang) = (if self.prefs.lang == Lang::Zh { "EN" } else { "中" }, self.prefs.lang);
        let button =
            Button::new(other).frame_when_inactive(false).min_size(vec2(super::theme::ICON, super::theme::ICON));
        let response = ui.add(button).on_hover_text(Command::Language.text(lang));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, Command::Language.text(lang)));
        if response.clicked() {
            self.queue.push(Command::Language);
        }
    }

    fn menu(&mut self, ui: &mut Ui, group: Group, facts: &Facts) {
        let words = self.words();
        let title = match group {
            Group::File => words.menu_file,
            Group::Edit => words.menu_edit,
            Group::View => words.menu_view,
            Group::Tools => words.menu_tools,
            Group::Help => words.menu_help,
        };
        ui.menu_button(title, |ui| {
            for &command in Command::ALL.iter().filter(|command| command.group() == group) {
                self.menu_item(ui, command, facts);
                if command == Command::OpenSample {
                    self.recent_menu(ui);
                }
            }
        });
    }

    /// A command in a menu; disabled it says why.
    pub(super) fn menu_item(&mut self, ui: &mut Ui, command: Command, facts: &Facts) {
        let lang = self.prefs.lang;
        let mut button = Button::new(command.text(lang));
        if let Some(key) = command.key_text() {
            button = button.shortcut_text(key);
        }
        let why = command.why_not(facts);
        let response = ui.add_enabled(why.is_none(), button);
        let response = match why {
            Some(why) => response.on_disabled_hover_text(why.in_lang(lang)),
            None => response,
        };
        if response.clicked() {
            self.queue.push(command);
        }
    }

    /// Looks like a field, opens the palette.
    fn search_box(&mut self, ui: &mut Ui) {
        let (words, palette) = (self.words(), self.palette());
        let (rect, response) = ui.allocate_exact_size(vec2(280.0, 28.0), Sense::click());
        self.spots.search = rect;
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.search));
        let edge = if response.hovered() || response.has_focus() { palette.accent } else { palette.line };
        let painter = ui.painter();
        painter.rect(rect, 6.0, palette.well, egui::Stroke::new(1.0, edge), egui::StrokeKind::Inside);
        let icon = egui::Rect::from_center_size(rect.left_center() + vec2(16.0, 0.0), vec2(16.0, 16.0));
        icons::draw(painter, icon, Icon::Search, palette.weak);
        let font = egui::TextStyle::Body.resolve(ui.style());
        let key = Command::Palette.key_text().unwrap_or_default();
        let right = rect.right_center() - vec2(10.0, 0.0);
        let small = egui::TextStyle::Small.resolve(ui.style());
        let key = painter.text(right, egui::Align2::RIGHT_CENTER, key, small, palette.weak);
        let left = rect.left_center() + vec2(30.0, 0.0);
        let room = egui::Rect::from_min_max(rect.min, egui::pos2(key.left() - 8.0, rect.bottom()));
        let clipped = painter.with_clip_rect(room.intersect(painter.clip_rect()));
        clipped.text(left, egui::Align2::LEFT_CENTER, words.search, font, palette.weak);
        if response.clicked() {
            self.queue.push(Command::Palette);
        }
    }
}
