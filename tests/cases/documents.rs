//! Documents agree: a figure that stands in two products is the same in both.
