//! People, certificates that can be checked, and campaigns.

mod found;
mod purge;
mod take_back;
mod verify;
#[cfg(feature = "ui")]
mod window;
