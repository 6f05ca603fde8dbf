//! Geometry that always comes out.
