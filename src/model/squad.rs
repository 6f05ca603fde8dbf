//! Joint patrol squads and the grids they patrol.

use serde::{Deserialize, Serialize};

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
}
