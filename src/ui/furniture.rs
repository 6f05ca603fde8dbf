//! What floats over the map: tools, zoom buttons, scale bar, legend.

use eframe::egui::{self, Align2, FontId, Pos2, Rect, Stroke, Ui, Vec2, pos2, vec2};

use crate::render;

use super::app::App;
use super::camera::Camera;
use super::canvas::Tool;
use super::command::Command;
use super::icons::{self, Icon};
use super::legend;
use super::theme::{ICON, Palette};
use crate::measures::Measure;

/// A map lower than this has no room for the legend below the zoom buttons, points.
const LOW: f32 = 400.0;

impl App {
    /// Tools at the left, zoom buttons at the right, the scale bar below.
    pub(super) fn furniture_ui(&mut self, ui: &mut Ui, rect: Rect) {
        let facts = self.facts();
        let tools = [
            (Icon::Select, Command::SelectTool, Tool::Select),
            (Icon::Box, Command::BoxTool, Tool::Box),
            (Icon::Lasso, Command::LassoTool, Tool::Lasso),
            (Icon::Paint, Command::PaintTool, Tool::Paint),
            (Icon::Split, Command::SplitTool, Tool::Split),
            (Icon::Reshape, Command::ReshapeTool, Tool::Reshape),
            (Icon::Draw, Command::DrawTool, Tool::Draw),
            (Icon::Vertex, Command::VertexTool, Tool::Vertex),
            (Icon::Ruler, Command::MeasureTool, Tool::Measure),
        ];
        let at = rect.min + vec2(12.0, 12.0);
        let tool = self.canvas.tool;
        self.column(ui, at, &tools.map(|(icon, command, of)| (icon, command, of == tool)), &facts);
        let zooms = [
            (Icon::Plus, Command::ZoomIn, false),
            (Icon::Minus, Command::ZoomOut, false),
            (Icon::BoxZoom, Command::BoxZoomTool, tool == Tool::BoxZoom),
            (Icon::Fit, Command::Fit, false),
            (Icon::Back, Command::ViewBack, false),
            (Icon::Forward, Command::ViewForward, false),
        ];
        let at = pos2(rect.right() - 12.0 - ICON - 6.0, rect.top() + 12.0);
        self.column(ui, at, &zooms, &facts);
        scale_bar(ui, rect, &self.canvas.camera, self.palette());
        if let Some((_, scene)) = self.picture.scene() {
            let painter = ui.painter().with_clip_rect(rect);
            // On a low map it stands beside the zoom buttons, not over them.
            let beside = if rect.height() < LOW { ICON + 18.0 } else { 0.0 };
            let corner = (rect.right() - 12.0 - beside, rect.bottom() - 12.0);
            let symbols = self.shown_symbols(scene);
            legend::paint(&painter, corner, &self.legend_title(), (scene.legend(), &symbols), self.palette());
        }
    }

    /// The symbols on the map with the names of their layers.
    fn shown_symbols(&self, scene: &render::Scene) -> Vec<(render::Symbol, String)> {
        let layers = render::symbols_of(scene.plan()).into_iter().zip(&scene.plan().references);
        let named = |(symbol, layer): (Option<render::Symbol>, &std::sync::Arc<crate::model::Reference>)| {
            let name = render::layer_name(&layer.name).in_lang(self.prefs.lang).to_owned();
            layer.visible.then_some((symbol?, name))
        };
        layers.filter_map(named).collect()
    }

    /// What the zones are coloured by, with its unit.
    fn legend_title(&self) -> String {
        let words = self.words();
        let unit = match self.prefs.measure {
            Measure::Load => words.hours_week,
            Measure::Area => "km²",
            Measure::Deviation => words.of_mean,
            Measure::Incidents | Measure::Squads | Measure::None => "",
        };
        format!("{}  {unit}", self.prefs.measure.word(words))
    }

    /// A card with icon buttons one below the other.
    fn column(&mut self, ui: &mut Ui, at: Pos2, buttons: &[(Icon, Command, bool)], facts: &super::Facts) {
        let size = vec2(ICON, ICON * buttons.len() as f32);
        let palette = self.palette();
        let card = Rect::from_min_size(at, size + Vec2::splat(6.0));
        if buttons.iter().any(|(_, command, _)| *command == Command::PaintTool) {
            self.spots.tools = card;
        }
        ui.painter().rect(card, 7.0, palette.card, Stroke::new(1.0, palette.line), egui::StrokeKind::Inside);
        let inner = card.shrink(3.0);
        let mut column =
            ui.new_child(egui::UiBuilder::new().max_rect(inner).layout(egui::Layout::top_down(egui::Align::Min)));
        column.spacing_mut().item_spacing = Vec2::ZERO;
        for &(icon, command, selected) in buttons {
            self.command_button(&mut column, icon, command, selected, facts);
        }
    }

    /// An icon button of a command; disabled it says why.
    pub(super) fn command_button(
        &mut self,
        ui: &mut Ui,
        icon: Icon,
        command: Command,
        selected: bool,
        facts: &super::Facts,
    ) {
        let lang = self.prefs.lang;
        let name = command.text(lang);
        let why = command.why_not(facts);
        let mut tip = name.to_owned();
        if let Some(key) = command.key_text() {
            tip += &format!("  ({key})");
        }
        if let Some(why) = &why {
            tip += &format!("\n{}", why.in_lang(lang));
        }
        if icons::button(ui, icon, name, selected, why.is_none(), &tip).clicked() {
            self.queue.push(command);
        }
    }
}

/// A bar of a round length in metres, with its length.
fn scale_bar(ui: &Ui, rect: Rect, camera: &Camera, palette: &Palette) {
    let metres = render::round_length(camera.view().metres_per_point * 120.0);
    let width = (metres / camera.view().metres_per_point) as f32;
    let words = if metres >= 1000.0 { format!("{} km", metres / 1000.0) } else { format!("{metres} m") };
    let left = rect.left_bottom() + vec2(14.0, -14.0);
    let painter = ui.painter().with_clip_rect(rect);
    let halo = Stroke::new(3.5, palette.card.gamma_multiply(0.8));
    for stroke in [halo, Stroke::new(1.5, palette.text)] {
        let points = [vec2(0.0, -5.0), vec2(0.0, 0.0), vec2(width, 0.0), vec2(width, -5.0)];
        painter.add(egui::Shape::line(points.map(|off| left + off).to_vec(), stroke));
    }
    let galley = painter.layout_no_wrap(words, FontId::proportional(11.5), palette.text);
    let place = Align2::CENTER_BOTTOM.anchor_size(left + vec2(width / 2.0, -4.0), galley.size());
    painter.rect_filled(place.expand2(vec2(3.0, 0.0)), 3.0, palette.card.gamma_multiply(0.8));
    painter.galley(place.min, galley, palette.text);
}
