//! Rebalancing and duty: figures follow what is accepted, and who is on duty is on duty.
