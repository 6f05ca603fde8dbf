//! The window: a map, lists and one list of commands (design §12).
//!
//! `App` owns the open [`Document`], the jobs and the preferences. Panels read them and push commands into a queue,
//! which is run after the panels are laid out: no panel changes a plan.

mod words;
mod command;
mod theme;
mod icons;
mod camera;
mod measures;
mod document;
mod picture;
mod toasts;
mod app;
mod tasks;
mod perform;
mod copy;
mod edits;
mod bar;
mod layers;
mod zones;
mod drawer;
mod status;
mod canvas;
mod tools;
mod overlay;
mod legend;
mod palette;
mod dialogs;
mod forms;
mod start;

pub use app::App;
pub use camera::Camera;
pub use command::{Command, Facts, Group};
pub use document::Document;
pub use start::{Start, What, WindowError, run};
pub use words::Words;
