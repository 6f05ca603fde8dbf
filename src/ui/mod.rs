//! The window: a map, lists and one list of commands (design §12).
//!
//! `App` owns the open [`Document`], the jobs and the preferences. Panels read them and push commands into a queue,
//! which is run after the panels are laid out: no panel changes a plan.

mod words;
mod say;
mod tell;
mod units;
mod command;
mod theme;
mod icons;
mod camera;
mod views;
mod measures;
mod document;
mod picture;
mod toasts;
mod app;
mod tasks;
mod perform;
mod copy;
mod seat;
mod edits;
mod recent;
mod bar;
mod layers;
mod filters;
mod strip;
mod references;
mod zones;
mod inspector;
mod drawer;
mod changes;
mod compare;
mod incidents;
mod rebalancing;
mod moves;
mod status;
mod canvas;
mod furniture;
mod cross;
mod tools;
mod picking;
mod effect;
mod overlay;
mod trial;
mod legend;
mod palette;
mod dialogs;
mod paths;
mod settings;
mod tour;
mod forms;
mod cutting;
mod logs;
mod ime;
mod trace;
mod start;

pub use app::App;
pub use camera::Camera;
pub use command::{Command, Facts, Group};
pub use document::Document;
pub use logs::keep_log;
pub use references::ReferenceLook;
pub use start::{Start, What, WindowError, run};
pub use trace::Trace;
pub use words::Words;
