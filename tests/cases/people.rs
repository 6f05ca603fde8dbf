//! People, certificates that can be checked, and campaigns.
