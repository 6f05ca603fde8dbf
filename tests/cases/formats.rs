//! Formats of boundaries, and files that are out to do harm.
