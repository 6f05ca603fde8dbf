//! The project: one `GeoPackage` with a layer for each tier, which other programs open as it is, and our own tables, which
//! are the truth (design §10).

mod blob;
mod columns;
mod history;
mod properties;
mod open;
mod read;
mod save;
mod schema;
mod stamp;
mod write;

pub use open::{OpenError, Opened, is_project_file, open};
pub use save::{Prepared, SaveError, Saved, save};
pub use stamp::Stamp;

pub(in crate::io) use read::{Fault, read};
pub(in crate::io) use save::sql_reason;
pub(in crate::io) use write::write;
