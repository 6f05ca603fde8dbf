//! A campaign with the towns: a package for each, its own land open and all else locked; taken back, their work is laid
//! together.

mod hand_out;
mod lay;
mod take_back;

pub use hand_out::{hand_out, town_of, towns};
pub use take_back::{Conflict, Package, Taken, Version, is_start, take_back};
