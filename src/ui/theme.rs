//! Colours, spacing and fonts of the window, one hand for light and dark.

use std::sync::Arc;

use eframe::egui::epaint::text::{FallbackRequest, FontInsert, FontPriority, FontProvider as _, InsertFontFamily};
use eframe::egui::{
    Color32, Context, CornerRadius, FontData, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme,
    Visuals, vec2,
};

/// Height of the bar at the top, points.
pub(super) const BAR: f32 = 40.0;
/// Height of the status line, points.
pub(super) const STATUS: f32 = 26.0;
/// Height of a row of a list, points.
pub(super) const ROW: f32 = 24.0;
/// Side of an icon button, points.
pub(super) const ICON: f32 = 28.0;
/// The step all distances are made of, points.
pub(super) const STEP: f32 = 4.0;

/// The colours of one theme, by what they are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// Panels.
    pub panel: Color32,
    /// Cards that float over the map.
    pub card: Color32,
    /// Wells: text fields, empty parts of bars.
    pub well: Color32,
    /// Hairlines between parts.
    pub line: Color32,
    /// Words that matter.
    pub text: Color32,
    /// Words beside them.
    pub weak: Color32,
    /// What is chosen.
    pub accent: Color32,
    /// The outline of what is selected on the map.
    pub chosen: Color32,
    /// Behind what is chosen.
    pub accent_soft: Color32,
    /// Behind what the pointer is on.
    pub hover: Color32,
    /// Above the target. Vermilion and blue are told apart by colour-blind eyes (Okabe and Ito 2008).
    pub over: Color32,
    /// Below the target.
    pub under: Color32,
    /// Near the target.
    pub even: Color32,
    /// Nearer to the target than before.
    pub better: Color32,
    /// Warnings.
    pub warn: Color32,
    /// Errors.
    pub error: Color32,
    /// The map where no picture is yet.
    pub paper: Color32,
}

const LIGHT: Palette = Palette {
    panel: Color32::from_rgb(0xf6, 0xf7, 0xf9),
    card: Color32::from_rgb(0xff, 0xff, 0xff),
    well: Color32::from_rgb(0xe9, 0xec, 0xf0),
    line: Color32::from_rgb(0xdd, 0xe1, 0xe6),
    text: Color32::from_rgb(0x1d, 0x25, 0x2e),
    weak: Color32::from_rgb(0x5c, 0x68, 0x75),
    accent: Color32::from_rgb(0x0f, 0x62, 0xb4),
    chosen: Color32::from_rgb(0xd6, 0x1f, 0x69),
    accent_soft: Color32::from_rgb(0xd8, 0xe7, 0xf7),
    hover: Color32::from_rgb(0xe8, 0xeb, 0xef),
    over: Color32::from_rgb(0xc8, 0x50, 0x0a),
    under: Color32::from_rgb(0x1b, 0x6f, 0xb5),
    even: Color32::from_rgb(0x7c, 0x88, 0x94),
    better: Color32::from_rgb(0x0b, 0x76, 0x5a),
    warn: Color32::from_rgb(0x9a, 0x62, 0x00),
    error: Color32::from_rgb(0xb8, 0x24, 0x1c),
    paper: Color32::from_rgb(0xee, 0xf2, 0xf5),
};

const DARK: Palette = Palette {
    panel: Color32::from_rgb(0x1a, 0x1e, 0x24),
    card: Color32::from_rgb(0x23, 0x28, 0x30),
    well: Color32::from_rgb(0x12, 0x15, 0x1a),
    line: Color32::from_rgb(0x30, 0x37, 0x40),
    text: Color32::from_rgb(0xe3, 0xe8, 0xee),
    weak: Color32::from_rgb(0x98, 0xa4, 0xb1),
    accent: Color32::from_rgb(0x6c, 0xb2, 0xf5),
    chosen: Color32::from_rgb(0xff, 0x6f, 0xa8),
    accent_soft: Color32::from_rgb(0x1f, 0x3c, 0x5a),
    hover: Color32::from_rgb(0x2b, 0x32, 0x3b),
    over: Color32::from_rgb(0xf0, 0x8a, 0x4b),
    under: Color32::from_rgb(0x5f, 0xae, 0xec),
    even: Color32::from_rgb(0x83, 0x8f, 0x9b),
    better: Color32::from_rgb(0x4f, 0xc9, 0xa0),
    warn: Color32::from_rgb(0xe8, 0xb3, 0x4a),
    error: Color32::from_rgb(0xf2, 0x7d, 0x72),
    paper: Color32::from_rgb(0x14, 0x19, 0x1f),
};

impl Palette {
    /// The palette of a theme.
    #[must_use]
    pub(super) fn of(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }

    /// The colour of a share of the target, 1.0 = as wanted: within a tenth it is even.
    #[must_use]
    pub(super) fn of_share(&self, share: f64) -> Color32 {
        if share > 1.1 {
            self.over
        } else if share < 0.9 {
            self.under
        } else {
            self.even
        }
    }
}

/// Sets both themes and the fonts. Called once at the start.
pub(super) fn install(ctx: &Context) {
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme == Theme::Dark));
    }
    fonts(ctx);
}

/// The bundled font first, so that words look the same everywhere; then what the system has for characters it lacks.
fn fonts(ctx: &Context) {
    let families = [(FontFamily::Proportional, FontPriority::Highest), (FontFamily::Monospace, FontPriority::Lowest)];
    ctx.add_font(FontInsert {
        name: "wangge".to_owned(),
        data: FontData::from_static(crate::render::font::BYTES),
        families: families.map(|(family, priority)| InsertFontFamily { family, priority }).to_vec(),
    });
    let system = Arc::new(egui_system_font_provider::SystemFontProvider::new().with_locale(Some("zh-Hans")));
    ctx.add_font_provider(Arc::<egui_system_font_provider::SystemFontProvider>::clone(&system));
    // The map as well.
    crate::render::others::look_in(move |c| {
        let mut text = [0; 4];
        let request = FallbackRequest { cluster: c.encode_utf8(&mut text), family: &FontFamily::Proportional };
        let found = system.font_for(&request)?.data;
        Some((found.font, found.index))
    });
}

fn style(dark: bool) -> Style {
    let mut style = Style { visuals: visuals(dark), ..Style::default() };
    style.text_styles = [
        (TextStyle::Heading, FontId::new(15.0, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(13.0, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(13.0, FontFamily::Proportional)),
        (TextStyle::Small, FontId::new(11.5, FontFamily::Proportional)),
        (TextStyle::Monospace, FontId::new(12.5, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(2.0 * STEP, STEP);
    spacing.button_padding = vec2(2.0 * STEP, 3.0);
    spacing.interact_size = vec2(32.0, ROW);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.menu_width = 220.0;
    spacing.tooltip_width = 340.0;
    spacing.icon_width = 14.0;
    spacing.icon_width_inner = 8.0;
    spacing.icon_spacing = 6.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    // Idle costs nothing and a click shows at once: no fades.
    style.animation_time = 0.0;
    style.visuals.text_cursor.blink = false;
    style
}

fn visuals(dark: bool) -> Visuals {
    let palette = Palette::of(dark);
    let mut visuals = if dark { Visuals::dark() } else { Visuals::light() };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.weak);
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.card;
    visuals.extreme_bg_color = palette.well;
    visuals.faint_bg_color = palette.hover;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
    let shade = Color32::from_black_alpha(if dark { 110 } else { 36 });
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 14, spread: 0, color: shade };
    visuals.window_shadow = Shadow { offset: [0, 8], blur: 28, spread: 0, color: shade };
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.error;
    visuals.hyperlink_color = palette.accent;
    visuals.selection.bg_fill = palette.accent_soft;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    let radius = CornerRadius::same(5);
    let widgets = &mut visuals.widgets;
    for widget in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        widget.corner_radius = radius;
        widget.expansion = 0.0;
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.bg_stroke = Stroke::NONE;
        widget.bg_fill = palette.well;
        widget.weak_bg_fill = palette.well;
    }
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, palette.line);
    widgets.inactive.bg_stroke = Stroke::new(1.0, palette.line);
    widgets.hovered.bg_stroke = Stroke::new(1.0, palette.even);
    widgets.hovered.weak_bg_fill = palette.hover;
    widgets.hovered.bg_fill = palette.hover;
    widgets.active.weak_bg_fill = palette.accent_soft;
    widgets.active.bg_fill = palette.accent_soft;
    widgets.active.bg_stroke = Stroke::new(1.0, palette.accent);
    widgets.open.weak_bg_fill = palette.hover;
    visuals
}
