//! Tables: columns, coordinates, codes, times and encodings.
