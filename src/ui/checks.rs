//! What the checks found: grouped by cause, mine apart from inherited, one by one, mended or left with a reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{self, Align2, Key, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, vec2};

use crate::base::{Problem, Severity};
use crate::check::{self, Mend};
use crate::edit;
use crate::geometry::{Bounds, Point};
use crate::model::{Accepted, Checking, Plan, Settings};

use super::app::App;
use super::command::Command;
use super::icons::{self, Icon};
use super::remedies::is_of_another_zone;
use super::tasks::{Done, Kind};
use super::terms::Terms;
use super::theme::ROW;
use super::words;

/// Half the side of what is looked at around a problem, lattice cells (about 200 m).
const AROUND: i32 = 20_000;
/// Width of the column that tells of one finding.
const DETAIL: f32 = 330.0;

/// A finding.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was found.
    pub problem: Problem,
    /// [`Problem::key`].
    pub key: String,
    /// Whether it was there when the plan was opened.
    pub inherited: bool,
}

/// Findings of the files the plan was read from, and of the plan as it stands.
#[derive(Debug, Default)]
pub struct Checks {
    /// What the readers said, as grave as the plan asks for.
    read: Vec<Found>,
    stands: Vec<Found>,
    /// Keys of what was found at the opening, and of what other rules found in the same land.
    before: BTreeSet<String>,
    /// What was checked for last.
    asked: Checking,
}

impl Checks {
    /// What was found when a plan was opened. What names a file is kept with the plan; the rest is about it as it stands.
    #[must_use]
    pub fn at_opening(problems: Vec<Problem>, plan: &Plan) -> Self {
        let before = problems.iter().map(Problem::key).collect();
        let mut checks = Self { before, asked: plan.settings.checking.clone(), ..Self::default() };
        checks.take(problems.into_iter().filter(|problem| problem.file.is_none()).collect(), plan);
        checks
    }

    /// Takes what was found in the plan as it stands, and judges what the readers said as it asks for now.
    fn take(&mut self, problems: Vec<Problem>, plan: &Plan) {
        let checking = &plan.settings.checking;
        let told = |problem: Problem| Found { key: problem.key(), inherited: true, problem };
        if self.asked != *checking {
            // Another rule, not another hand.
            self.before.extend(problems.iter().map(Problem::key));
            self.asked.clone_from(checking);
        }
        self.read = check::judged(plan.intake.findings.iter().cloned(), checking).into_iter().map(told).collect();
        let found = |problem: Problem| {
            let key = problem.key();
            Found { inherited: self.before.contains(&key), key, problem }
        };
        self.stands = problems.into_iter().map(found).collect();
    }

    /// All findings, those of the plan first.
    pub fn found(&self) -> impl Iterator<Item = &Found> {
        self.stands.iter().chain(&self.read)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.stands.len() + self.read.len()
    }
}

/// Which findings are listed, and which one is looked at.
#[derive(Debug, Default)]
pub(super) struct ChecksView {
    whose: Whose,
    in_view: bool,
    ignored: bool,
    /// Groups that are folded, by the cause they have in common.
    folded: BTreeSet<String>,
    /// Key of the finding that is looked at.
    current: Option<String>,
    /// Whether the list is to be moved so that it is seen.
    scroll: bool,
    /// What would mend it, for the revision of the plan it was asked for.
    mends: Option<(String, u64, Vec<Mend>)>,
    reason: String,
}

impl ChecksView {
    /// Looks at a finding, and brings it into view.
    pub(super) fn look(&mut self, key: String) {
        self.current = Some(key);
        self.scroll = true;
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Whose {
    #[default]
    All,
    Mine,
    Inherited,
}

/// A line of the list.
enum Line<'a> {
    /// A cause and how many findings share it.
    Group(String, String, usize, Severity),
    One(&'a Found),
}

impl App {
    /// Checks the plan again in the background.
    pub(super) fn check(&mut self) {
        let (plan, revision) = (Arc::clone(&self.doc.plan), self.doc.revision);
        self.jobs.start(Kind::Check, move |_| {
            let mut problems = check::plan(&plan);
            check::sort(&mut problems);
            Done::Checked(problems, revision)
        });
    }

    /// Takes what the checks found, unless the plan has changed since.
    pub(super) fn checked(&mut self, problems: Vec<Problem>, revision: u64) {
        if revision == self.doc.revision {
            self.doc.checks.take(problems, &self.doc.plan);
        }
    }

    /// The list of findings with the one that is looked at beside it.
    pub(super) fn checks_ui(&mut self, ui: &mut Ui) {
        self.accounts_ui(ui);
        if self.doc.plan.tiers.is_empty() {
            self.nothing_open_ui(ui);
            return;
        }
        if self.doc.checks.count() == 0 {
            ui.horizontal(|ui| {
                ui.label(RichText::new(self.words().no_problems).weak());
                self.rules_button(ui);
            });
            return;
        }
        let plan = Arc::clone(&self.doc.plan);
        let checks = std::mem::take(&mut self.doc.checks);
        let listed = self.passing(&checks);
        self.checks_bar(ui, &checks, &listed);
        ui.add_space(2.0);
        let looked_at = listed.iter().find(|found| Some(&found.key) == self.checks.current.as_ref()).copied();
        let height = ui.available_height();
        ui.horizontal_top(|ui| {
            let detail = if looked_at.is_some() { DETAIL } else { 0.0 };
            let size = vec2((ui.available_width() - detail).max(160.0), height);
            ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Min), |ui| {
                self.checks_list(ui, &listed, &plan);
            });
            if let Some(found) = looked_at {
                ui.separator();
                let size = vec2(ui.available_width(), height);
                ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Min), |ui| {
                    ScrollArea::vertical().id_salt("finding").show(ui, |ui| self.finding_ui(ui, found, &plan));
                });
            }
        });
        self.doc.checks = checks;
    }

    /// Nothing is open, so nothing was checked.
    fn nothing_open_ui(&mut self, ui: &mut Ui) {
        ui.label(RichText::new(Terms::of(self.prefs.lang).nothing_open).weak());
        if ui.button(Command::Open.text(self.prefs.lang)).clicked() {
            self.queue.push(Command::Open);
        }
    }

    /// What became of the features of each file, a line a file.
    fn accounts_ui(&self, ui: &mut Ui) {
        let (files, lang) = (&self.doc.plan.intake.files, self.prefs.lang);
        if files.is_empty() {
            return;
        }
        egui::CollapsingHeader::new(format!("{} {}", Terms::of(lang).accounts, files.len())).show(ui, |ui| {
            let area = ScrollArea::vertical().id_salt("accounts").max_height(5.0 * ROW);
            area.show_rows(ui, ROW, files.len(), |ui, range| {
                for account in files.get(range).unwrap_or_default() {
                    ui.add(egui::Label::new(account.line().in_lang(lang)).truncate());
                }
            });
        });
    }

    /// Findings that pass the switches, those of one cause together.
    fn passing<'a>(&self, checks: &'a Checks) -> Vec<&'a Found> {
        let view = &self.checks;
        let seen = self.canvas.camera.view().bounds();
        let mut listed: Vec<&Found> = checks
            .found()
            .filter(|found| match view.whose {
                Whose::All => true,
                Whose::Mine => !found.inherited,
                Whose::Inherited => found.inherited,
            })
            .filter(|found| view.ignored || self.left_because(found).is_none())
            .filter(|found| !view.in_view || place(&found.problem).is_some_and(|point| seen.contains(point)))
            .collect();
        let rank = |problem: &Problem| {
            let rank = check::rank(problem);
            (rank.0, !is_of_another_zone(problem), rank)
        };
        listed.sort_by_key(|found| (rank(&found.problem), cause(&found.problem)));
        listed
    }

    fn checks_bar(&mut self, ui: &mut Ui, checks: &Checks, listed: &[&Found]) {
        let words = self.words();
        let mine = checks.found().filter(|found| !found.inherited).count();
        let ignored = checks.found().filter(|found| self.left_because(found).is_some()).count();
        ui.horizontal(|ui| {
            let all = format!("{} {}", words.checks_all, checks.count());
            ui.selectable_value(&mut self.checks.whose, Whose::All, all);
            ui.selectable_value(&mut self.checks.whose, Whose::Mine, format!("{} {mine}", words.checks_mine));
            let inherited = format!("{} {}", words.checks_inherited, checks.count() - mine);
            ui.selectable_value(&mut self.checks.whose, Whose::Inherited, inherited);
            ui.separator();
            ui.checkbox(&mut self.checks.in_view, words.checks_in_view);
            if ignored > 0 {
                ui.checkbox(&mut self.checks.ignored, format!("{} {ignored}", words.checks_ignored));
            }
            ui.separator();
            let some = !listed.is_empty();
            let back = icons::button(ui, Icon::Back, words.checks_before, false, some, words.checks_before).clicked();
            let on = icons::button(ui, Icon::Forward, words.checks_next, false, some, words.checks_next).clicked();
            if back || on {
                let now = listed.iter().position(|found| Some(&found.key) == self.checks.current.as_ref());
                let count = listed.len();
                let next = match (now, on) {
                    (None, true) => 0,
                    (None, false) => count.saturating_sub(1),
                    (Some(at), true) => (at + 1) % count.max(1),
                    (Some(at), false) => (at + count.max(1) - 1) % count.max(1),
                };
                if let Some(found) = listed.get(next) {
                    self.look_at(found);
                }
            }
            if let Some(at) = listed.iter().position(|found| Some(&found.key) == self.checks.current.as_ref()) {
                ui.label(RichText::new(format!("{} / {}", at + 1, listed.len())).weak());
            }
            ui.separator();
            self.rules_button(ui);
        });
    }

    /// Opens the rules.
    fn rules_button(&mut self, ui: &mut Ui) {
        if !self.doc.plan.tiers.is_empty() && ui.button(Terms::of(self.prefs.lang).rules).clicked() {
            self.queue.push(Command::CheckRules);
        }
    }

    /// Makes a finding the one that is looked at, on the map too.
    fn look_at(&mut self, found: &Found) {
        self.checks.current = Some(found.key.clone());
        self.checks.scroll = true;
        self.checks.folded.remove(&cause(&found.problem));
        self.checks.reason.clear();
        self.canvas.first = Vec::new();
        if let Some(point) = place(&found.problem) {
            self.canvas.fit_next(Bounds::of(&[point]).grown(AROUND));
            self.canvas.mark = Some(point);
        }
    }

    /// A line for each cause, and one for each of its findings where it is open.
    fn lines<'a>(&self, listed: &[&'a Found], plan: &Plan) -> Vec<Line<'a>> {
        let mut lines: Vec<Line<'a>> = Vec::with_capacity(listed.len());
        for group in listed.chunk_by(|a, b| cause(&a.problem) == cause(&b.problem)) {
            let Some(first) = group.first() else { continue };
            let key = cause(&first.problem);
            let tier = plan.tiers.iter().find(|tier| Some(&tier.name) == first.problem.tier.as_ref());
            let tier = tier.map(|tier| words::tier(self.prefs.lang, tier)).or(first.problem.tier.as_deref());
            let whose = first.problem.file.as_deref().or(tier).unwrap_or("");
            let (lang, title) = (self.prefs.lang, first.problem.title());
            let apart = is_of_another_zone(&first.problem);
            let title = if apart { Terms::of(lang).times_apart } else { title.in_lang(lang) };
            let title = format!("{title} · {whose}");
            let open = !self.checks.folded.contains(&key);
            lines.push(Line::Group(key, title, group.len(), first.problem.severity));
            if open {
                lines.extend(group.iter().map(|found| Line::One(found)));
            }
        }
        lines
    }

    fn checks_list(&mut self, ui: &mut Ui, listed: &[&Found], plan: &Plan) {
        let (lang, palette) = (self.prefs.lang, self.palette());
        let lines = self.lines(listed, plan);
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut look = None;
        let mut area = ScrollArea::vertical().id_salt("findings").auto_shrink(false);
        let is_current =
            |line: &Line<'_>| matches!(line, Line::One(found) if Some(&found.key) == self.checks.current.as_ref());
        if std::mem::take(&mut self.checks.scroll)
            && let Some(at) = lines.iter().position(is_current)
        {
            area = area.vertical_scroll_offset((at as f32 - 1.0).max(0.0) * ROW);
        }
        area.show_rows(ui, ROW, lines.len(), |ui, range| {
            for line in lines.get(range).unwrap_or_default() {
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                let hovered = response.hovered() || response.has_focus();
                let current = matches!(line, Line::One(found) if Some(&found.key) == self.checks.current.as_ref());
                if hovered || current {
                    let fill = if current { palette.accent_soft } else { palette.hover };
                    ui.painter().rect_filled(rect, 4.0, fill);
                }
                let painter = ui.painter().with_clip_rect(rect);
                let font = TextStyle::Body.resolve(ui.style());
                let at = |x| rect.left_center() + vec2(x, 0.0);
                match line {
                    Line::Group(key, title, count, severity) => {
                        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, title));
                        let colour = match severity {
                            Severity::Note => palette.weak,
                            Severity::Warning => palette.warn,
                            Severity::Error => palette.error,
                        };
                        painter.circle_filled(at(8.0), 3.5, colour);
                        let folded = self.checks.folded.contains(key);
                        let text = format!("{title}  {}{}", words::count(*count), if folded { "  …" } else { "" });
                        painter.text(at(20.0), Align2::LEFT_CENTER, text, font, colour);
                        if response.clicked() && !self.checks.folded.remove(key) {
                            self.checks.folded.insert(key.clone());
                        }
                    }
                    Line::One(found) => {
                        let whole = words::problem(lang, &found.problem);
                        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &whole));
                        let left = self.left_because(found);
                        let colour = if left.is_some() { palette.weak } else { palette.text };
                        let reason = found.problem.reason.in_lang(lang);
                        let text = left.map_or_else(|| reason.to_owned(), |why| format!("{reason} — {why}"));
                        painter.text(at(34.0), Align2::LEFT_CENTER, text, font, colour);
                        if response.on_hover_text(whole).clicked() {
                            look = Some(*found);
                        }
                    }
                }
            }
        });
        if let Some(found) = look {
            self.look_at(found);
            // It is seen already.
            self.checks.scroll = false;
        }
    }

    /// One finding: why, what would mend it, and why it may stay.
    fn finding_ui(&mut self, ui: &mut Ui, found: &Found, plan: &Arc<Plan>) {
        let (words, lang) = (self.words(), self.prefs.lang);
        ui.set_width(DETAIL - 24.0);
        let bare = Problem { remedies: Vec::new(), ..found.problem.clone() };
        ui.label(words::problem(lang, &bare));
        ui.add_space(4.0);
        self.remedies_ui(ui, &found.problem);
        let mends = self.mends_of(found, plan);
        let mut hovered = Vec::new();
        let mut chosen = None;
        ui.horizontal_wrapped(|ui| {
            for mend in &mends {
                let button = ui.button(mend.does.in_lang(lang)).on_hover_text(words.checks_mend_hint);
                if button.hovered() || button.has_focus() {
                    hovered.clone_from(&mend.faces);
                }
                if button.clicked() {
                    chosen = Some(mend.command.clone());
                }
            }
        });
        if !mends.is_empty() {
            // The land in question is outlined on the map before anything is done.
            self.canvas.first = hovered;
        }
        if let Some(command) = chosen {
            self.checks.mends = None;
            if self.apply(&command) {
                self.tell_last();
            }
        }
        if let Some(accepted) = plan.settings.accepted.get(&found.key) {
            ui.label(RichText::new(format!("{}:{}", words.checks_left, accepted.reason)).weak());
            if ui.button(words.checks_list_again).clicked() {
                self.leave(&found.key, None);
            }
        } else {
            ui.horizontal(|ui| {
                let field = TextEdit::singleline(&mut self.checks.reason);
                let field = field.hint_text(words.checks_reason).desired_width(190.0);
                let response = ui.add(field).accessible_name(words.checks_reason);
                let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                let reason = self.checks.reason.trim().to_owned();
                let button = ui.add_enabled(!reason.is_empty(), egui::Button::new(words.checks_leave));
                if (button.clicked() || entered) && !reason.is_empty() {
                    self.leave(&found.key, Some(reason));
                    self.checks.reason.clear();
                }
            });
        }
    }

    /// What would mend a finding; asked once for a state of the plan.
    fn mends_of(&mut self, found: &Found, plan: &Arc<Plan>) -> Vec<Mend> {
        let known = self.checks.mends.as_ref();
        if let Some((_, _, mends)) =
            known.filter(|(key, revision, _)| *key == found.key && *revision == self.doc.revision)
        {
            return mends.clone();
        }
        let Some(measures) = self.doc.measures.as_ref().filter(|measures| measures.is_of(plan)) else {
            return Vec::new();
        };
        let mends = check::mends(plan, &measures.index, &found.problem);
        self.checks.mends = Some((found.key.clone(), self.doc.revision, mends.clone()));
        mends
    }

    /// Leaves a finding as it is for a reason, or lists it again.
    fn leave(&mut self, key: &str, reason: Option<String>) {
        let mut settings = Settings::clone(&self.doc.plan.settings);
        match reason {
            Some(reason) => {
                let time = jiff::Timestamp::now().as_second();
                settings.accepted.insert(key.to_owned(), Accepted { reason, time });
            }
            None => {
                settings.accepted.remove(key);
            }
        }
        self.apply(&edit::Command::SetSettings { settings: Box::new(settings) });
    }
}

/// What findings of one cause have in common: the rule, and the file or the tier.
fn cause(problem: &Problem) -> String {
    let whose = problem.file.as_ref().or(problem.tier.as_ref()).map_or("", String::as_str);
    let zone = if is_of_another_zone(problem) { "|zone" } else { "" };
    format!("{}|{whose}{zone}", problem.rule.name())
}

fn place(problem: &Problem) -> Option<Point> {
    problem.place.and_then(|place| Point::from_degrees(place.lon, place.lat).ok())
}
