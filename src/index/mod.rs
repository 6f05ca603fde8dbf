//! What is under this point, in this box, near this place (rstar). Boxes and ids only, no copies of geometry.
