//! One door, every feature counted once, and one list of findings.
