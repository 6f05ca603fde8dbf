//! The words every room shares: tables, problems, refusals, text in two languages, progress.

mod deal;
mod problem;
mod progress;
mod table;
mod text;

pub(crate) use deal::{Dealt, deal, joined};
pub use problem::{Level, Place, Problem, Refusal, Remedy, Rule, Severity};
pub use progress::{Cancelled, Progress};
pub use table::{Key, Table};
pub use text::{Lang, Text, bare, folded, half_width, is_obeyed, parts_list, plain, plain_lines};

/// Declares a `u32` id as a type of its own, so that a face is never mistaken for a zone.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl $crate::base::Key for $name {
            fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
