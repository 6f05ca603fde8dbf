//! Which of the two back ends draws the ground of the window's map.

use serde::{Deserialize, Serialize};

/// What draws the ground of the window's map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backend {
    /// The graphics card where there is one, else the processor.
    #[default]
    Auto,
    /// The graphics card, be it one that software plays.
    Gpu,
    /// The processor.
    Raster,
}

impl Backend {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Gpu, Self::Raster];

    /// The one of a name as it is given on the command line: `auto`, `gpu`, `raster`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|backend| format!("{backend:?}").eq_ignore_ascii_case(name))
    }
}
