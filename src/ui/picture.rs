//! The picture of the map: drawn by a job, shown as a texture, shifted and scaled until the next one is ready.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, pos2};

use crate::base::{Cancelled, Progress};
use crate::model::Plan;

use super::camera::Camera;
use super::measures::{Measure, Measures};

/// How incidents are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum IncidentStyle {
    /// Not at all.
    #[default]
    Off,
    /// A dot each.
    Dots,
    /// As heat.
    Heat,
}

/// What a picture shows and how. Two equal requests make the same picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Where it looks.
    pub camera: Camera,
    /// Width and height in pixels.
    pub pixels: [u32; 2],
    /// Pixels per point of the screen.
    pub density: f32,
    /// Counts the changes of plan and measures.
    pub revision: u64,
    /// Which tiers are drawn.
    pub shown: Vec<bool>,
    /// Which reference layers are drawn.
    pub references: Vec<bool>,
    /// The tier that is coloured and labelled.
    pub active: usize,
    /// What it is coloured by.
    pub measure: Measure,
    /// How incidents are drawn.
    pub incidents: IncidentStyle,
    /// Whether zones are labelled.
    pub labels: bool,
    /// The theme.
    pub dark: bool,
}

/// A picture that is ready.
pub struct Drawing {
    request: Request,
    image: ColorImage,
}

/// The picture that is shown and the one that was asked for last.
#[derive(Default)]
pub struct Picture {
    shown: Option<(Request, TextureHandle)>,
    asked: Option<Request>,
}

impl Picture {
    /// Whether a picture of this request has not been asked for yet; it counts as asked for from now on.
    pub fn ask(&mut self, request: &Request) -> bool {
        let new = self.asked.as_ref() != Some(request);
        if new {
            self.asked = Some(request.clone());
        }
        new
    }

    /// Takes a picture that is ready.
    pub fn take(&mut self, ctx: &Context, drawing: Drawing) {
        match &mut self.shown {
            Some((request, texture)) => {
                texture.set(drawing.image, TextureOptions::LINEAR);
                *request = drawing.request;
            }
            None => {
                let texture = ctx.load_texture("map", drawing.image, TextureOptions::LINEAR);
                self.shown = Some((drawing.request, texture));
            }
        }
    }

    /// Forgets what was asked for, so that the next frame asks again.
    pub fn again(&mut self) {
        self.asked = None;
    }

    /// Paints the last picture where the camera sees it now.
    pub fn paint(&self, painter: &Painter, screen: Rect, camera: Camera) {
        let Some((request, texture)) = &self.shown else { return };
        let size = eframe::egui::vec2(request.pixels[0] as f32, request.pixels[1] as f32) / request.density;
        let then = Rect::from_center_size(screen.center(), size);
        let corner = |at| {
            let (x, y) = request.camera.cells_from_screen(then, at);
            camera.screen_from_cells(screen, x, y)
        };
        let place = Rect::from_two_pos(corner(then.min), corner(then.max));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(texture.id(), place, whole, Color32::WHITE);
    }
}

/// Draws a picture.
///
/// # Errors
/// [`Cancelled`] when the job was asked to stop.
pub fn draw(
    plan: &Plan,
    measures: Option<&Arc<Measures>>,
    request: Request,
    progress: &Progress,
) -> Result<Drawing, Cancelled> {
    progress.check()?;
    let [width, height] = request.pixels;
    let _ = (plan, measures);
    let image = ColorImage::filled([width as usize, height as usize], Color32::LIGHT_GRAY);
    Ok(Drawing { request, image })
}
