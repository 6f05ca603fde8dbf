//! The map of a whole city as one file, worth showing.

use crate::base::{Cancelled, Progress};
use crate::model::Plan;

use super::raster::{self, PngError};
use super::scene::{Scene, Show};
use super::style::Style;
use super::view::View;

/// Why a map could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// Asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The picture could not be encoded.
    #[error(transparent)]
    Png(#[from] PngError),
}

/// The whole plan on a picture of `width` x `height` pixels, as a PNG file.
///
/// # Errors
/// When asked to stop, or when the encoder gives up.
pub fn map_png(
    plan: &Plan,
    show: Show,
    style: Style,
    (width, height): (u32, u32),
    progress: &Progress,
) -> Result<Vec<u8>, MapError> {
    let scene = Scene::new(plan, show, style);
    let view = scene.whole(f64::from(width), f64::from(height));
    Ok(raster::draw(&scene, &view, progress)?.png()?)
}

impl Scene {
    /// The camera that shows the whole plan, clear of the rim.
    #[must_use]
    pub fn whole(&self, width: f64, height: f64) -> View {
        View::fit(self.plan().coverage.bounds(), width, height, 30.0)
    }
}
