//! Properties that are computed: what their values are, so that they can be kept up to date.

use serde::{Deserialize, Serialize};

/// How a zone is named in a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Naming {
    /// By its code.
    Code,
    /// By its name.
    Name,
}

/// What the values of a property are, where they are those the program computes itself: found when the file is opened, by
/// the values of all zones that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Computed {
    /// The zone of another tier that holds most of it.
    Owner {
        /// The other tier's name.
        tier: String,
        /// How the zone is named.
        naming: Naming,
    },
    /// The zones of another tier it has land of.
    Within {
        /// The other tier's name.
        tier: String,
        /// How the zones are named.
        naming: Naming,
        /// Whether those with most of the land come first; else they stand in the order of their texts.
        most_first: bool,
        /// What stands between two of them; `None` for an array.
        between: Option<String>,
    },
    /// How many zones of another tier it has land of.
    Count {
        /// The other tier's name.
        tier: String,
    },
    /// Its area in a unit of so many m².
    Area {
        /// The unit, thousandths of a m²: 666,667 for 亩.
        unit: u64,
        /// Decimals.
        decimals: u8,
    },
    /// The length of its border in a unit of so many metres.
    Border {
        /// The unit, metres.
        unit: u32,
        /// Decimals.
        decimals: u8,
    },
    /// Households in it.
    Households,
    /// Incidents in it.
    Incidents,
    /// Hours of work a week.
    Load {
        /// Decimals.
        decimals: u8,
    },
    /// The squad that patrols it.
    Squad {
        /// How the squad is named.
        naming: Naming,
    },
}
