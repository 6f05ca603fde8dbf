//! One file a format; encodings, coordinate systems, the project file and its working copy.

mod beside;
pub mod bytes;
pub mod columns;
pub mod csv;
mod decimal;
pub mod encoding;
pub mod export;
pub mod geojson;
mod gpkg;
mod gpkg_layer;
pub mod incidents;
pub mod journal;
mod json;
pub mod layer;
pub mod open;
pub mod squads;
mod oddity;
pub mod project;
mod rows;
pub mod tiers;
mod time;

pub use bytes::{Fault, ReadError, Source};
pub use layer::{Feature, Layer};
pub use open::{OpenError, Opened, Options, open, open_embedded};
