//! Work in the background: progress, cancel, newest wins.
