//! Joint patrol squads and the grids they patrol.

use serde::{Deserialize, Serialize};

use crate::base::{half_width, parts_list};
use crate::id;

id!(
    /// A squad of the plan.
    SquadId
);

/// How many of each kind of staff; Haikou's joint squad is 1 + 2 + 2 + 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Composition {
    /// 民警.
    pub police: u16,
    /// 辅警.
    pub auxiliaries: u16,
    /// 城管执法队员.
    pub officers: u16,
    /// 协管员.
    pub assistants: u16,
}

impl Composition {
    /// People in all.
    #[must_use]
    pub fn people(self) -> u32 {
        [self.police, self.auxiliaries, self.officers, self.assistants].into_iter().map(u32::from).sum()
    }
}

/// A joint patrol squad (联合巡逻执法分队).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squad {
    /// Unique in the plan.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Code of its home town; its beat stays inside.
    pub town: String,
    /// Who is in it.
    pub composition: Composition,
    /// Agencies that join it: the X of 2+X.
    pub agencies: Vec<String>,
    /// What it drives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<Vehicles>,
}

/// Vehicles of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vehicles {
    /// What they are: 巡逻车, 电动车.
    pub kind: String,
    /// How many.
    pub count: u16,
}

impl Squad {
    /// Vehicles in all.
    #[must_use]
    pub fn vehicle_count(&self) -> u32 {
        self.vehicles.iter().map(|kind| u32::from(kind.count)).sum()
    }

    /// Its vehicles in words: `巡逻车×1;电动车×2`.
    #[must_use]
    pub fn vehicle_words(&self) -> String {
        let kinds: Vec<String> = self.vehicles.iter().map(|one| format!("{}×{}", one.kind, one.count)).collect();
        kinds.join(";")
    }

    /// Vehicles from words: kinds parted by `;`, `,` or `、`, each with its number behind `×`, `x` or `*`; one without. Signs
    /// may be full-width.
    #[must_use]
    pub fn vehicles_of(words: &str) -> Vec<Vehicles> {
        let one = |part: &str| {
            let times = |c: char| c == '×' || ["x", "X", "*"].contains(&&*half_width(&c.to_string()));
            let (kind, count) = part.rsplit_once(times).unwrap_or((part, ""));
            match half_width(count).trim().parse() {
                Ok(count) => Vehicles { kind: kind.trim().to_owned(), count },
                Err(_) => Vehicles { kind: part.trim().to_owned(), count: 1 },
            }
        };
        let parts = words.split(parts_list).filter(|part| !part.trim().is_empty());
        parts.map(one).filter(|one| !one.kind.is_empty() && one.count > 0).collect()
    }
}
