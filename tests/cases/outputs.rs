//! Outputs do no harm, and work is never offered wrongly or kept quiet.
