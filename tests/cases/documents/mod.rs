//! Documents agree: a figure that stands in two products is the same in both, after whatever edits.

mod city;
mod products;
mod rows;
mod words;

use city::{City, edited};
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::cases(12))]

    /// Random edits of a random city; every product is written and read by another reader, and every figure that stands
    /// in two of them is the same. No household and no incident placed by code is lost or counted twice on the way.
    #[test]
    fn documents_agree_after_random_edits(
        side in 3_usize..6,
        seed in any::<u64>(),
        edits in proptest::collection::vec(any::<[u32; 4]>(), 0..14),
    ) {
        let city = City::new(side, seed);
        let plan = edited(city.plan(), &edits);
        products::agree(&plan);
    }
}

/// The sample city, edited, in every product.
#[test]
fn documents_of_the_sample_agree() {
    let plan = edited(city::sample(), &[[0, 17, 3, 9], [1, 40, 1, 7], [2, 8, 1, 2], [4, 5, 3, 1]]);
    products::agree(&plan);
}
