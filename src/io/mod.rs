//! One file a format; encodings, coordinate systems, the project file and its working copy.
