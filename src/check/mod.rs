//! One rule a file: faults of the data with place, reason and remedy.
