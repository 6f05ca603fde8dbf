//! What is known of the selection: figures, properties to edit, hours, neighbours, history.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Button, Grid, Rect, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, pos2,
    vec2,
};
use serde_json::Value;

use crate::base::Progress;
use crate::edit;
use crate::model::{Attributes, Neighbour, ZoneId};

use super::app::App;
use super::columns::share_bar;
use super::document::Document;
use super::strip;
use super::terms;
use super::theme::{Palette, ROW};
use super::words;
use crate::measures::{Current, Measure, Measures, Row, round};

/// The parts of the inspector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Leaf {
    /// Figures, and what makes the load.
    #[default]
    Figures,
    /// Code, name and properties.
    Properties,
    /// Load by the hour of the week.
    Hours,
    /// What lies beside it.
    Neighbours,
    /// What was changed of it.
    History,
}

/// The inspector between frames.
#[derive(Debug, Default)]
pub(super) struct Inspector {
    facts: Option<(FactsKey, Arc<ZoneFacts>)>,
    form: Option<Form>,
}

/// What the facts depend on.
#[derive(Clone, Debug, PartialEq)]
struct FactsKey {
    opened: u64,
    revision: u64,
    measured: u64,
    tier: usize,
    zones: Vec<ZoneId>,
}

/// What is looked up of the selection when it changes.
#[derive(Debug, Default)]
struct ZoneFacts {
    /// Hours of work in each hour of the week.
    curve: Vec<f64>,
    /// Hours a week no incident makes.
    steady: f64,
    /// Hours a week in all.
    total: f64,
    /// Incidents by enforcement field, most first.
    causes: Vec<(String, usize)>,
    /// What lies beside the one zone that is selected.
    neighbours: Vec<Neighbour>,
    /// Records of the history that concern the selection, newest first.
    records: Vec<usize>,
    /// The computed properties of the one zone that is selected, as they are now.
    computed: Vec<(String, String)>,
}

impl ZoneFacts {
    /// O(faces + borders + incidents of the zones).
    fn of(doc: &Document, zones: &[ZoneId]) -> Option<Self> {
        let (plan, measures) = (&doc.plan, doc.measures.as_ref()?);
        let tier = plan.tiers.get(doc.active)?;
        let inside = |zone: ZoneId| zones.binary_search(&zone).is_ok();
        let faces: Vec<_> = tier.owner.iter().filter(|(_, zone)| inside(**zone)).map(|(face, _)| face).collect();
        let incidents = &plan.incidents;
        let mut counts = vec![0; incidents.fields.0.len()];
        for row in measures.shown.rows_in(plan, tier, inside) {
            let field = incidents.field.get(row as usize).map(|&field| usize::from(field));
            if let Some(count) = field.and_then(|field| counts.get_mut(field)) {
                *count += 1;
            }
        }
        let named = incidents.fields.0.iter().cloned().zip(counts);
        let mut causes: Vec<_> = named.filter(|(_, count)| *count > 0).collect();
        causes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let neighbours = match zones {
            [one] => tier.neighbours(&plan.coverage, *one),
            _ => Vec::new(),
        };
        let computed = match zones {
            [one] => computed(measures, doc.active, *one),
            _ => Vec::new(),
        };
        let concerns =
            |record: &edit::Record| record.selection.iter().any(|&(tier, zone)| tier == doc.active && inside(zone));
        let records = doc.history.records().iter().take(doc.history.standing()).enumerate();
        Some(Self {
            curve: measures.loads.curve(&faces),
            steady: measures.loads.steady_hours(&faces),
            total: measures.loads.hours(&faces),
            causes,
            neighbours,
            computed,
            records: records.rev().filter(|(_, record)| concerns(record)).map(|(at, _)| at).collect(),
        })
    }
}

/// Computed properties of a zone in the order of its own, as text.
fn computed(measures: &Measures, tier: usize, zone: ZoneId) -> Vec<(String, String)> {
    let progress = Progress::default();
    let current = Current::measured(measures, tier, &progress);
    let told = current.and_then(|current| {
        let tier = measures.plan().tiers.get(tier)?;
        let attributes = current.attributes(zone, tier.zones.get(zone)?).ok()?;
        let own = |(key, _): &(&String, &Value)| tier.computed.contains_key(*key);
        Some(attributes.iter().filter(own).map(|(key, value)| (key.clone(), shown(value))).collect())
    });
    told.unwrap_or_default()
}

/// The properties of a zone as they are being edited.
#[derive(Clone, Debug)]
struct Form {
    of: (u64, u64, usize, ZoneId),
    code: String,
    name: String,
    values: Vec<(String, String)>,
    /// Name of a property to be added.
    added: String,
}

impl App {
    /// What is known of the selection.
    pub(super) fn inspector_ui(&mut self, ui: &mut Ui) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let Some(measures) = self.doc.measures.clone() else { return };
        let Some(tier) = measures.tiers.get(self.doc.active) else { return };
        let rows: Vec<&Row> = self.doc.selection.iter().filter_map(|&zone| tier.row(zone)).collect();
        let title = match rows.as_slice() {
            [one] => one.name.clone(),
            many => words::selected(lang, many.len()),
        };
        ui.add(egui::Label::new(RichText::new(title).heading().strong()).truncate());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (leaf, word) in [
                (Leaf::Figures, words.leaf_figures),
                (Leaf::Properties, words.leaf_properties),
                (Leaf::Hours, words.leaf_hours),
                (Leaf::Neighbours, words.leaf_neighbours),
                (Leaf::History, words.leaf_history),
            ] {
                ui.selectable_value(&mut self.prefs.leaf, leaf, RichText::new(word).small());
            }
        });
        ui.add_space(4.0);
        let facts = self.zone_facts();
        ScrollArea::vertical().auto_shrink(false).id_salt(self.prefs.leaf as u8).show(ui, |ui| match self.prefs.leaf {
            Leaf::Figures => {
                if let [one] = rows.as_slice() {
                    self.squad_ui(ui, one.zone);
                }
                self.figures_ui(ui, &rows, &facts);
            }
            Leaf::Properties => match rows.as_slice() {
                [one] => self.properties_ui(ui, one.zone, &facts),
                _ => weak(ui, words.one_zone_only),
            },
            Leaf::Hours => {
                strip::shown(ui, lang, words.leaf_hours, &facts.curve);
                let night: f64 =
                    (0..168).filter(|hour| !(6..22).contains(&(hour % 24))).filter_map(|at| facts.curve.get(at)).sum();
                let share = if facts.total > 0.0 { night / facts.total } else { 0.0 };
                weak(ui, &words::night_share(lang, night, share));
            }
            Leaf::Neighbours if rows.len() == 1 => self.neighbours_ui(ui, &facts),
            Leaf::Neighbours => weak(ui, words.one_zone_only),
            Leaf::History => self.zone_history_ui(ui, &facts),
        });
    }

    fn zone_facts(&mut self) -> Arc<ZoneFacts> {
        let doc = &self.doc;
        let zones: Vec<ZoneId> = doc.selection.iter().copied().collect();
        let (opened, revision, measured) = (doc.opened, doc.revision, doc.measured);
        let key = FactsKey { opened, revision, measured, tier: doc.active, zones };
        if let Some((known, facts)) = &self.inspector.facts
            && *known == key
        {
            return Arc::clone(facts);
        }
        let facts = Arc::new(ZoneFacts::of(doc, &key.zones).unwrap_or_default());
        self.inspector.facts = Some((key, Arc::clone(&facts)));
        facts
    }

    fn figures_ui(&self, ui: &mut Ui, rows: &[&Row], facts: &ZoneFacts) {
        let (words, palette, area) = (self.words(), self.palette(), self.prefs.area);
        let sum = |of: fn(&Row) -> f64| rows.iter().map(|row| of(row)).sum::<f64>();
        let load = sum(|row| row.load_hours);
        let share = sum(|row| row.share) / rows.len().max(1) as f64;
        Grid::new("inspector").num_columns(4).spacing([12.0, 4.0]).show(ui, |ui| {
            let mut pair = |name: &str, value: String, end: bool| {
                ui.label(RichText::new(name).small().weak());
                ui.label(value);
                if end {
                    ui.end_row();
                }
            };
            if let [one] = rows {
                pair(words.code, one.code.clone(), false);
                pair(words.parent, one.parent.clone(), true);
            }
            pair(words.measure_load, format!("{} {}", words::value(Measure::Load, load), words.hours_week), false);
            pair(words.share_of_mean, format!("{:.0}%", share * 100.0), true);
            pair(words.measure_incidents, words::count(sum(|row| f64::from(row.incidents)) as usize), false);
            pair(words.measure_area, area.text(sum(|row| row.area_km2)), true);
        });
        ui.add_space(6.0);
        ui.label(RichText::new(words.causes).small().weak());
        let made = facts.total - facts.steady;
        let hours = |hours: f64| format!("{} {}", round::hours(hours), words.hours_week);
        let parts = [(words.cause_steady, facts.steady), (words.cause_incidents, made)];
        for (name, part) in parts {
            bar_row(ui, palette, name, part / facts.total.max(f64::MIN_POSITIVE), &hours(part));
        }
        let all: usize = facts.causes.iter().map(|(_, count)| count).sum();
        for (name, count) in &facts.causes {
            let share = *count as f64 / all.max(1) as f64;
            let name = if name.is_empty() { "–" } else { name.as_str() };
            bar_row(
                ui,
                palette,
                &format!("    {name}"),
                share * made / facts.total.max(f64::MIN_POSITIVE),
                &words::count(*count),
            );
        }
    }

    /// Code, name and properties of a zone, changed by one command.
    fn properties_ui(&mut self, ui: &mut Ui, zone: ZoneId, facts: &ZoneFacts) {
        let words = self.words();
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active).cloned() else { return };
        let Some(value) = tier.zones.get(zone) else { return };
        let of = (self.doc.opened, self.doc.revision, self.doc.active, zone);
        let own = |key: &String| {
            [tier.code_key.as_ref(), tier.name_key.as_ref()].contains(&Some(key)) || tier.computed.contains_key(key)
        };
        let listed = |key: &String| !own(key);
        let fresh = || Form {
            of,
            code: value.code.clone(),
            name: value.name.clone(),
            values: value
                .attributes
                .iter()
                .filter(|(key, _)| listed(key))
                .map(|(k, v)| (k.clone(), shown(v)))
                .collect(),
            added: String::new(),
        };
        let mut form = self.inspector.form.take().filter(|form| form.of == of).unwrap_or_else(fresh);
        let mut removed = None;
        for (name, text) in [(words.code, &mut form.code), (words.name, &mut form.name)] {
            property(ui, name, text, true, None);
        }
        for (at, (key, text)) in form.values.iter_mut().enumerate() {
            let open = value.attributes.get(key).is_none_or(|value| !value.is_array() && !value.is_object());
            if property(ui, key, text, open, Some(words.remove)) {
                removed = Some(at);
            }
            if value.stale.contains(key) {
                let mark = terms::about(self.prefs.lang, key, words.property_stale);
                ui.label(RichText::new(mark).small().color(self.palette().warn));
            }
        }
        for (key, text) in &facts.computed {
            property(ui, key, &mut text.clone(), false, None);
        }
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut form.added).hint_text(words.property_new).desired_width(110.0);
            ui.add(field).accessible_name(words.property_new);
            if ui.add_enabled(!form.added.trim().is_empty(), Button::new(words.add)).clicked() {
                form.values.push((std::mem::take(&mut form.added).trim().to_owned(), String::new()));
            }
        });
        removed.map(|at| form.values.remove(at));
        let attributes = edited(&value.attributes, &form.values, own);
        let same = form.code == value.code && form.name == value.name && attributes == *value.attributes;
        let mut reverted = false;
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            if ui.add_enabled(!same, Button::new(words.apply)).clicked() {
                let (code, name) = (form.code.trim().to_owned(), form.name.trim().to_owned());
                self.apply(&edit::Command::SetZone { tier: self.doc.active, zone, code, name, attributes });
            }
            reverted = ui.add_enabled(!same, Button::new(words.revert)).clicked();
        });
        self.inspector.form = (!reverted).then_some(form);
    }

    fn neighbours_ui(&mut self, ui: &mut Ui, facts: &ZoneFacts) {
        let (words, palette) = (self.words(), self.palette());
        let Some(measures) = self.doc.measures.clone() else { return };
        let Some(tier) = measures.tiers.get(self.doc.active) else { return };
        let mut chosen = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        for &Neighbour { zone, metres } in &facts.neighbours {
            let row = zone.and_then(|zone| tier.row(zone));
            let name = row.map_or(words.nobodys, |row| row.name.as_str());
            let length = words::length(metres);
            let told = format!("{name} {length}");
            let sense = if zone.is_some() { Sense::click() } else { Sense::hover() };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, zone.is_some(), &told));
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(rect, 4.0, palette.hover);
                self.list.hovered = zone;
            }
            let font = TextStyle::Body.resolve(ui.style());
            let left = Rect::from_min_max(rect.min, pos2(rect.right() - 186.0, rect.bottom()));
            let painter = ui.painter().with_clip_rect(left.intersect(ui.clip_rect()));
            painter.text(rect.left_center() + vec2(4.0, 0.0), Align2::LEFT_CENTER, name, font.clone(), palette.text);
            let at = pos2(rect.right() - 116.0, rect.center().y);
            ui.painter().text(at, Align2::RIGHT_CENTER, length, font, palette.weak);
            if let Some(row) = row {
                let place = Rect::from_min_max(pos2(rect.right() - 104.0, rect.top()), rect.max - vec2(4.0, 0.0));
                share_bar(ui, ui.painter(), place, row.share, palette);
            }
            if response.clicked() {
                chosen = zone;
            }
        }
        if let Some(zone) = chosen {
            self.fly_to(zone);
        }
    }

    fn zone_history_ui(&mut self, ui: &mut Ui, facts: &ZoneFacts) {
        let lang = self.prefs.lang;
        if facts.records.is_empty() {
            weak(ui, self.words().no_changes);
        }
        let mut fly = None;
        for &at in &facts.records {
            let Some(record) = self.doc.history.records().get(at) else { continue };
            let text = format!("{}  {}", words::clock(record.time), record.sentence.in_lang(lang));
            if ui.add(Button::new(text).frame(false).truncate()).clicked() {
                fly = record.camera;
            }
        }
        if let Some(camera) = fly {
            self.canvas.camera.look(camera);
        }
    }
}

/// A value as it stands in a field.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The properties after editing: what was a number stays one as long as the text is one.
fn edited(before: &Attributes, values: &[(String, String)], own: impl Fn(&String) -> bool) -> Attributes {
    let mut after: Attributes = Attributes::new();
    for (key, value) in before {
        if own(key) {
            after.insert(key.clone(), value.clone());
        }
        if let Some((_, text)) = values.iter().find(|(name, _)| name == key) {
            let kept = if shown(value) == *text { value.clone() } else { read(value, text) };
            after.insert(key.clone(), kept);
        }
    }
    for (key, text) in values.iter().filter(|(key, _)| !before.contains_key(key)) {
        after.insert(key.clone(), Value::String(text.clone()));
    }
    after
}

fn read(before: &Value, text: &str) -> Value {
    let number = || text.trim().parse::<serde_json::Number>().ok().map(Value::Number);
    let parsed = match before {
        Value::Number(_) => number(),
        Value::Bool(_) => text.trim().parse().ok().map(Value::Bool),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A property with its name; whether it is to be removed.
fn property(ui: &mut Ui, name: &str, text: &mut String, open: bool, remove: Option<&str>) -> bool {
    let mut removed = false;
    ui.horizontal(|ui| {
        let label = egui::Label::new(RichText::new(name).small().weak()).truncate();
        ui.add_sized([92.0, ROW], label.halign(egui::Align::Min));
        let width = (ui.available_width() - 34.0).max(80.0);
        ui.add_enabled(open, TextEdit::singleline(text).desired_width(width)).accessible_name(name);
        if let Some(remove) = remove {
            removed = small_button(ui, "×", &format!("{remove} {name}"));
        }
    });
    removed
}

fn weak(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).weak());
}

fn small_button(ui: &mut Ui, sign: &str, name: &str) -> bool {
    let response = ui.add(Button::new(sign).frame(false).small()).on_hover_text(name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.clicked()
}

/// A name, a bar of a share, and a figure.
fn bar_row(ui: &mut Ui, palette: &Palette, name: &str, share: f64, figure: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {figure}")));
    let small = TextStyle::Small.resolve(ui.style());
    let name_place = Rect::from_min_max(rect.min, pos2(rect.left() + 112.0, rect.bottom()));
    ui.painter().with_clip_rect(name_place).text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        small.clone(),
        palette.text,
    );
    ui.painter().text(rect.right_center(), Align2::RIGHT_CENTER, figure, small, palette.weak);
    let bar = Rect::from_min_max(pos2(name_place.right() + 6.0, rect.top() + 6.0), rect.max - vec2(84.0, 6.0));
    ui.painter().rect_filled(bar, 2.0, palette.well);
    let reach = bar.width() * share.clamp(0.0, 1.0) as f32;
    ui.painter().rect_filled(Rect::from_min_size(bar.min, vec2(reach, bar.height())), 2.0, palette.accent);
}
