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
    let mut view = View::fit(plan.coverage.bounds(), f64::from(width), f64::from(height), 0.0);
    let top = if scene.show().furniture.title.is_some() { 60.0 } else { 24.0 };
    view.fit_to(plan.coverage.bounds(), [24.0, top, 24.0, 36.0]);
    Ok(raster::draw(&scene, &view, progress)?.png()?)
}
