//! What to draw (`scene`, pure), labels, and the picture of it (`raster`, or `gpu` for the window's ground).
//!
//! A [`Scene`] is made of a plan and of what shall be shown ([`Show`]); [`raster::draw`] turns it and a [`View`] into a
//! [`Picture`]. Nothing here knows a window; `gpu` alone knows a graphics card.

mod anchors;
mod backend;
mod borders;
mod duty_list;
mod fill;
pub mod font;
pub mod others;
mod frame;
mod furniture;
#[cfg(feature = "ui")]
pub mod gpu;
mod labels;
mod legend;
mod map;
mod measure;
pub mod paper;
mod pens;
mod points;
mod product;
pub mod raster;
mod report;
mod scene;
mod stroke;
mod style;
mod text;
mod view;

pub use backend::Backend;
pub use duty_list::duty_list;
pub use furniture::{Furniture, round_length};
pub use labels::{Label, Pixels};
pub use map::{MapError, map_png};
pub use measure::{Classes, Kind, Measure};
pub use points::{Symbol, layer_name, symbols_of};
pub use product::{Order, Product, ending_of, hand_over};
pub use raster::Picture;
pub use report::report;
pub use scene::{Dots, Fill, LegendEntry, Scene, Show};
pub use style::{Colour, Hatch, Pen, Style};
pub use view::View;
