//! What to draw (`scene`, pure), labels, and the picture of it (`raster`).
