//! Handing over: which tier, as what, in which system, and what stands in the way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{ComboBox, Grid, RichText, ScrollArea, Sides, TextEdit, Ui};

use crate::base::Severity;
use crate::check;
use crate::io::crs::System;
use crate::io::export::{self, ExportError, ExportOptions, Exported, Field};
use crate::io::file_names::legal;
use crate::io::layer::Format;
use crate::render::paper::{Imprint, Paper, PaperError};
use crate::render::{Order, Product, hand_over};

use super::app::App;
use super::dialogs::{Dialog, Next, PathFor};
use super::drawer::Tab;
use super::tasks::{Done, Kind};
use super::toasts::Tone;
use super::words;

/// What a hand-over is asked for with; remembered as the planner's profile.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct HandingForm {
    /// The tier, by its place in the plan's order.
    #[serde(skip)]
    tier: usize,
    /// [`Product::key`].
    product: String,
    /// Name of the coordinate system.
    system: String,
    polygons_only: bool,
    certificate: bool,
    personal: bool,
    /// A file a zone beside the overview.
    each: bool,
    /// Figures written as properties.
    fields: BTreeSet<Field>,
    /// A line for each: old name, equals sign, new name.
    renames: String,
    paper: Paper,
    maker: String,
    /// The folder that files were written to last.
    pub(super) folder: Option<PathBuf>,
}

impl Default for HandingForm {
    fn default() -> Self {
        Self {
            tier: 0,
            product: Product::ALL[0].key().to_owned(),
            system: "EPSG:4326".to_owned(),
            polygons_only: false,
            certificate: true,
            personal: false,
            each: false,
            fields: BTreeSet::new(),
            renames: String::new(),
            paper: Paper::A3,
            maker: String::new(),
            folder: None,
        }
    }
}

impl HandingForm {
    fn product(&self) -> Product {
        Product::of_key(&self.product).unwrap_or(Product::Layer(Format::GeoJson))
    }

    /// The system chosen; `None` where the product is in degrees of WGS 84 whatever is chosen.
    fn system(&self) -> Option<System> {
        let system = System::named(&self.system)?;
        (self.product().has_options() && self.product().why_not(&system).is_none()).then_some(system)
    }

    fn order(&self, lang: crate::base::Lang) -> Order {
        let product = self.product();
        let pair = |line: &str| {
            let (old, new) = line.split_once('=')?;
            Some((old.trim().to_owned(), new.trim().to_owned()))
        };
        let plain = product.has_options();
        let options = ExportOptions {
            polygons_only: plain && self.polygons_only,
            system: self.system(),
            renames: if plain { self.renames.lines().filter_map(pair).collect() } else { Vec::new() },
            fields: if product.has_fields() { self.fields.iter().copied().collect() } else { Vec::new() },
            date: String::new(),
            personal: self.personal,
        };
        let date = jiff::ZonedDateTime::now().date().to_string();
        let imprint = Imprint { paper: self.paper, lang, maker: self.maker.trim().to_owned(), date };
        Order { tier: self.tier, product, options, imprint, each: self.each, certificate: self.certificate }
    }

    /// A file name for it: tier, and the system where it is no plain one.
    fn file_name(&self, tier: &str, plan: &str) -> String {
        let system = self.system().filter(|system| system.name != "EPSG:4326");
        let system = system.map_or_else(String::new, |system| format!("_{}", system.name.replace(':', "")));
        let name = legal(if self.product() == Product::Project { plan } else { tier });
        format!("{name}{system}.{}", self.product().ending())
    }
}

impl App {
    /// Opens the dialog on the active tier.
    pub(super) fn ask_handing(&mut self) {
        self.prefs.handing.tier = self.doc.active;
        self.dialog = Some(Dialog::Handing);
    }

    /// What is handed over, and how.
    pub(super) fn handing_ui(&mut self, ui: &mut Ui) -> Next {
        let words = self.words();
        ui.set_width(620.0);
        ui.heading(words.handing_title);
        ui.add_space(8.0);
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(290.0);
                super::layers::heading(ui, words.handing_product);
                let lang = self.prefs.lang;
                for product in Product::ALL {
                    let key = product.key().to_owned();
                    ui.radio_value(&mut self.prefs.handing.product, key, product.title().in_lang(lang));
                }
            });
            ui.add_space(14.0);
            ui.vertical(|ui| self.handing_options(ui));
        });
        ui.add_space(10.0);
        let blocked = self.gate_ui(ui);
        ui.add_space(10.0);
        let (mut done, mut checks, mut cancelled) = (false, false, false);
        Sides::new().show(
            ui,
            |ui| checks = blocked && ui.button(words.handing_show_checks).clicked(),
            |ui| {
                done = super::forms::default_button(ui, words.handing_go, !blocked);
                cancelled = ui.button(words.cancel).clicked();
            },
        );
        if checks {
            self.prefs.drawer_open = true;
            self.prefs.tab = Tab::Checks;
            return Next::Close;
        }
        if done {
            self.pick(PathFor::Export);
        }
        if done || cancelled { Next::Close } else { Next::Stay(Dialog::Handing) }
    }

    fn handing_options(&mut self, ui: &mut Ui) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let (plan, form) = (Arc::clone(&self.doc.plan), &mut self.prefs.handing);
        let product = form.product();
        super::layers::heading(ui, words.handing_how);
        Grid::new("handing").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
            if product != Product::Project {
                ui.label(RichText::new(words.handing_tier).weak());
                let name = |at: usize| plan.tiers.get(at).map_or("", |tier| words::tier(lang, tier));
                let combo = ComboBox::from_id_salt("tier").width(190.0).selected_text(name(form.tier));
                let combo = combo.show_ui(ui, |ui| {
                    for at in 0..plan.tiers.len() {
                        ui.selectable_value(&mut form.tier, at, name(at));
                    }
                });
                combo.response.accessible_name(words.handing_tier);
                ui.end_row();
            }
            if product.has_options() {
                ui.label(RichText::new(words.handing_system).weak());
                systems(ui, form, plan.coverage.bounds().centre(), words.handing_system, lang);
                ui.end_row();
            }
            if product.is_printed() {
                ui.label(RichText::new(words.handing_paper).weak());
                ui.horizontal(|ui| {
                    for paper in Paper::ALL {
                        ui.radio_value(&mut form.paper, paper, paper.name());
                    }
                });
                ui.end_row();
            }
            ui.label(RichText::new(words.handing_maker).weak());
            ui.add(TextEdit::singleline(&mut form.maker).desired_width(190.0)).accessible_name(words.handing_maker);
            ui.end_row();
        });
        ui.add_space(6.0);
        ui.checkbox(&mut form.certificate, words.handing_certificate).on_hover_text(words.handing_certificate_hint);
        let terms = super::terms::Terms::of(lang);
        ui.checkbox(&mut form.personal, terms.handing_personal).on_hover_text(terms.handing_personal_hint);
        if product == Product::Svg {
            ui.checkbox(&mut form.each, words.handing_each);
        }
        if product.has_fields() {
            ui.label(RichText::new(words.handing_fields).weak());
            ui.horizontal_wrapped(|ui| {
                ui.set_max_width(290.0);
                for field in Field::ALL {
                    let mut ticked = form.fields.contains(&field);
                    if ui.checkbox(&mut ticked, field.title().in_lang(lang)).changed() {
                        if ticked {
                            form.fields.insert(field)
                        } else {
                            form.fields.remove(&field)
                        };
                    }
                }
            });
        }
        if product.has_options() {
            ui.checkbox(&mut form.polygons_only, words.handing_polygons).on_hover_text(words.handing_polygons_hint);
            ui.label(RichText::new(words.handing_renames).weak());
            let hint = "dm=WGBM\nmc=WGMC";
            let field = TextEdit::multiline(&mut form.renames).desired_rows(2).desired_width(280.0).hint_text(hint);
            ScrollArea::vertical().max_height(66.0).show(ui, |ui| ui.add(field).accessible_name(words.handing_renames));
        }
    }

    /// What stands in the way, if anything does.
    fn gate_ui(&self, ui: &mut Ui) -> bool {
        let (form, palette, lang) = (&self.prefs.handing, self.palette(), self.prefs.lang);
        let plan = &self.doc.plan;
        let tier = plan.tiers.get(form.tier).map_or("", |tier| tier.name.as_str());
        let blocking: Vec<_> = self
            .doc
            .checks
            .found()
            .filter(|found| found.problem.severity == Severity::Error && check::concerns(plan, &found.problem, tier))
            .filter(|found| !plan.settings.accepted.contains_key(&found.key))
            .collect();
        let blocks = form.product().is_gated() && !blocking.is_empty();
        if blocks {
            ui.colored_label(palette.error, words::blocked(lang, blocking.len()));
            for found in blocking.iter().take(3) {
                ui.label(RichText::new(format!("· {}", found.problem.reason.in_lang(lang))).small());
            }
        } else if form.product().is_gated() {
            ui.colored_label(palette.weak, self.words().handing_free);
        }
        if self.prefs.handing.system().is_some_and(|system| system.is_shifted()) {
            ui.colored_label(palette.warn, self.words().handing_shifted);
        }
        blocks
    }

    /// The path a hand-over starts with.
    pub(super) fn suggested_export(&self, purpose: PathFor) -> PathBuf {
        let form = &self.prefs.handing;
        let beside = self.doc.project.as_ref().and_then(|project| project.path.parent().map(Path::to_path_buf));
        let folder = form.folder.clone().filter(|folder| folder.is_dir()).or(beside).unwrap_or_default();
        let tier = self.doc.plan.tiers.get(form.tier).map_or("", |tier| words::tier(self.prefs.lang, tier));
        match purpose {
            PathFor::Changes => folder.join(format!("{}-变更登记.xlsx", self.doc.name)),
            _ => folder.join(form.file_name(tier, &self.doc.name)),
        }
    }

    /// Hands over what the form says.
    pub(super) fn export(&mut self, path: PathBuf) {
        let (plan, order) = (self.doc.as_seen(), self.prefs.handing.order(self.prefs.lang));
        let path = with_ending(path, order.product.ending());
        if self.is_read(&path) {
            return;
        }
        self.prefs.handing.folder = path.parent().map(Path::to_path_buf);
        self.jobs.start(Kind::Export, move |progress| Done::Exported(hand_over(&plan, &order, &path, progress)));
    }

    /// Writes what changed since the plan was begun.
    pub(super) fn export_changes(&mut self, path: PathBuf) {
        let (plan, history) = (Arc::clone(&self.doc.plan), self.doc.history.clone());
        let (path, maker) = (with_ending(path, "xlsx"), self.prefs.handing.maker.trim().to_owned());
        if self.is_read(&path) {
            return;
        }
        self.prefs.handing.folder = path.parent().map(Path::to_path_buf);
        self.jobs.start(Kind::Export, move |progress| {
            let before = history.plan_at(&plan, None).unwrap_or_else(|| (*plan).clone());
            let date = jiff::ZonedDateTime::now().date().to_string();
            let written = export::changes(&before, &plan, &history, (&maker, &date), &path, progress);
            Done::Exported(written.map_err(PaperError::from))
        });
    }

    /// Says what was handed over, or why not.
    pub(super) fn exported(&mut self, outcome: Result<Exported, PaperError>) {
        let lang = self.prefs.lang;
        match outcome {
            Ok(exported) => self.toasts.add(Tone::Done, words::wrote(lang, &exported)),
            Err(PaperError::Cancelled(_) | PaperError::Export(ExportError::Cancelled(_))) => {
                self.toasts.add(Tone::Done, self.words().cancelled);
            }
            Err(PaperError::Blocked(problems)) => {
                self.prefs.drawer_open = true;
                self.prefs.tab = Tab::Checks;
                self.toasts.add(Tone::Refused, words::blocked(lang, problems.len()));
            }
            Err(why) => self.toasts.add(Tone::Refused, words::not_exported(lang, &why)),
        }
    }
}

fn systems(ui: &mut Ui, form: &mut HandingForm, middle: crate::geometry::Point, name: &str, lang: crate::base::Lang) {
    let product = form.product();
    let shown = form.system().unwrap_or_else(|| System::degrees("EPSG:4326"));
    let combo = ComboBox::from_id_salt("system").width(190.0).truncate().selected_text(shown.title().in_lang(lang));
    let combo = combo.show_ui(ui, |ui| {
        ui.set_min_width(330.0);
        for system in System::handed_over_at(middle) {
            let why = product.why_not(&system);
            ui.add_enabled_ui(why.is_none(), |ui| {
                let title = system.title();
                let row = ui.selectable_value(&mut form.system, system.name.clone(), title.in_lang(lang));
                if let Some(why) = &why {
                    row.on_disabled_hover_text(why.in_lang(lang));
                }
            });
        }
    });
    combo.response.accessible_name(name);
}

fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_none() { path.with_extension(ending) } else { path }
}
