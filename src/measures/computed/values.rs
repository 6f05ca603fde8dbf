//! The values of computed properties, each measured when it is first asked for.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use crate::balance::{Counted, Loads, faces_of_incidents, households_of_faces};
use crate::base::{Cancelled, Key as _, Progress};
use crate::index::{Index, Located};
use crate::measures::figures::{border_m, holders};
use crate::measures::{Measures, named, squad_called};
use crate::model::{Computed, Naming, Plan, Role, Tier, Zone, ZoneId, value_text};
use crate::topology::FaceId;

/// One value as it is computed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    Text(String),
    Number(f64),
    List(Vec<String>),
}

/// Zones of another tier by zone slot, those with most of its land first.
type Held<'a> = Vec<Vec<(ZoneId, &'a Zone)>>;

/// What was measured of a plan so far, for all its tiers.
#[derive(Default)]
pub(super) struct Measured {
    households: OnceCell<(Vec<f64>, Counted)>,
    located: OnceCell<Arc<Located>>,
    loads: OnceCell<Loads>,
}

impl Measured {
    /// What measures know already; the work only where they are of all incidents.
    pub(super) fn known(measures: &Measures) -> Self {
        let known = Self { located: OnceCell::from(Arc::clone(&measures.located)), ..Self::default() };
        if measures.filter.is_open() {
            let _was_empty = known.loads.set(measures.loads.clone());
        }
        known
    }
}

/// A tier, and what was measured of it so far.
pub(super) struct Source<'a> {
    pub(super) plan: &'a Plan,
    pub(super) at: usize,
    pub(super) tier: &'a Tier,
    progress: &'a Progress,
    measured: Rc<Measured>,
    faces: Vec<Vec<FaceId>>,
    held: Vec<OnceCell<Held<'a>>>,
    incidents: OnceCell<Vec<u32>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        (at, tier): (usize, &'a Tier),
        measured: Rc<Measured>,
        progress: &'a Progress,
    ) -> Self {
        let held = plan.tiers.iter().map(|_| OnceCell::new()).collect();
        Self { plan, at, tier, progress, measured, faces: tier.faces_by_zone(), held, incidents: OnceCell::new() }
    }

    /// What a property of a zone should say; `None` where it cannot be told from this plan.
    pub(super) fn figure(&self, computed: &Computed, zone: ZoneId) -> Result<Option<Figure>, Cancelled> {
        let own = self.faces(zone);
        Ok(match computed {
            Computed::Owner { tier, naming } => self.held(tier, zone).map(|held| {
                let owner = held.first().map(|(_, zone)| text(zone, *naming));
                Figure::Text(owner.unwrap_or_default())
            }),
            Computed::Within { tier, naming, most_first, .. } => self.held(tier, zone).map(|held| {
                let mut items: Vec<String> = held.iter().map(|(_, zone)| text(zone, *naming)).collect();
                if !most_first {
                    items.sort();
                }
                Figure::List(items)
            }),
            Computed::Count { tier } => self.held(tier, zone).map(|held| Figure::Number(held.len() as f64)),
            Computed::Area { unit, .. } => {
                let unit = *unit as f64 / 1000.0;
                Some(Figure::Number(self.plan.coverage.area_of_m2(own) / unit))
            }
            Computed::Border { unit, .. } => {
                Some(Figure::Number(border_m(&self.plan.coverage, own) / f64::from(*unit)))
            }
            Computed::Households => self.households(zone).map(Figure::Number),
            Computed::Incidents if self.plan.incidents.is_empty() => None,
            Computed::Incidents => {
                let located = self.located()?;
                let counts = self.incidents.get_or_init(|| located.tier(self.plan, self.tier).by_zone);
                Some(Figure::Number(f64::from(counts.get(zone.index()).copied().unwrap_or(0))))
            }
            Computed::Load { .. } => Some(Figure::Number(self.loads()?.hours(own))),
            Computed::Squad { .. } if self.plan.squads.count() == 0 => None,
            Computed::Squad { naming } => {
                let squad = self.plan.beats.get(zone).and_then(|&id| self.plan.squads.get(id));
                Some(Figure::Text(squad.map_or_else(String::new, |squad| match naming {
                    Naming::Code => squad.code.clone(),
                    Naming::Name => squad_called(squad).to_owned(),
                })))
            }
        })
    }

    fn faces(&self, zone: ZoneId) -> &[FaceId] {
        self.faces.get(zone.index()).map_or(&[], Vec::as_slice)
    }

    /// The zones of another tier that hold the land of a zone.
    fn held(&self, name: &str, zone: ZoneId) -> Option<&[(ZoneId, &'a Zone)]> {
        let at = self.plan.tiers.iter().position(|tier| tier.name == name)?;
        let all = self.held.get(at)?.get_or_init(|| {
            let tier = &self.plan.tiers[at];
            self.faces.iter().map(|faces| holders(self.plan, tier, faces)).collect()
        });
        Some(all.get(zone.index()).map_or(&[], Vec::as_slice))
    }

    /// Households of a zone; `None` where they are not known.
    fn households(&self, zone: ZoneId) -> Option<f64> {
        let (counts, counted) = self.counted();
        let known = *counted != Counted::Nowhere;
        known.then(|| self.faces(zone).iter().filter_map(|face| counts.get(face.index())).sum())
    }

    fn counted(&self) -> &(Vec<f64>, Counted) {
        self.measured.households.get_or_init(|| households_of_faces(self.plan))
    }

    /// Whether it is the zones themselves that say how many households there are.
    pub(super) fn says_households(&self) -> bool {
        self.at == self.plan.base && matches!(self.counted().1, Counted::Units(_))
    }

    fn located(&self) -> Result<&Located, Cancelled> {
        if let Some(known) = self.measured.located.get() {
            return Ok(known);
        }
        let located = Located::of(self.plan, &Index::of(&self.plan.coverage), self.progress)?;
        Ok(self.measured.located.get_or_init(|| Arc::new(located)))
    }

    fn loads(&self) -> Result<&Loads, Cancelled> {
        if let Some(known) = self.measured.loads.get() {
            return Ok(known);
        }
        let faces = faces_of_incidents(self.plan, self.located()?);
        let loads = Loads::of(self.plan, &faces, self.progress)?;
        Ok(self.measured.loads.get_or_init(|| loads))
    }

    /// Whether the tier's zones have squads.
    pub(super) fn has_squads(&self) -> bool {
        self.tier.role == Role::Grid && self.plan.beats.iter().next().is_some()
    }
}

fn text(zone: &Zone, naming: Naming) -> String {
    match naming {
        Naming::Code => zone.code.clone(),
        Naming::Name => named(&zone.name, &zone.code),
    }
}

/// A value as a number, also where it is written as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// Signs that part the items of a list.
pub(super) const BETWEEN: [&str; 12] = ["、", "; ", ", ", "；", "，", ";", ",", "|", "/", "\n", "\u{3000}", " "];

/// The items of a list.
pub(super) fn items(value: &Value, computed: &Computed) -> Vec<String> {
    let texts: Vec<String> = match (value, computed) {
        (Value::Array(items), _) => items.iter().map(value_text).collect(),
        (value, Computed::Within { between: Some(between), .. }) => {
            value_text(value).split(between.as_str()).map(|item| item.trim().to_owned()).collect()
        }
        (value, _) => vec![value_text(value)],
    };
    texts.into_iter().filter(|item| !item.is_empty()).collect()
}

/// Decimals that a computed number is written with.
pub(super) fn decimals_of(computed: &Computed) -> i32 {
    match computed {
        Computed::Area { decimals, .. } | Computed::Border { decimals, .. } | Computed::Load { decimals } => {
            i32::from(*decimals)
        }
        _ => 0,
    }
}

/// The most decimals that numbers are written with.
pub(super) fn decimals<'a>(values: impl Iterator<Item = &'a Value>) -> u8 {
    let of = |value: &Value| {
        let text = value_text(value);
        text.split_once('.').map_or(0, |(_, part)| if part.contains(['e', 'E']) { 9 } else { part.len().min(9) as u8 })
    };
    values.map(of).max().unwrap_or(0)
}

/// The values of a property in the first zones of a tier, without those that say nothing.
pub(super) fn values_of<'a>(tier: &'a Tier, key: &str, zones: usize) -> Vec<(ZoneId, &'a Value)> {
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    };
    let values = tier.zones.iter().take(zones).filter_map(|(id, zone)| Some((id, zone.attributes.get(key)?)));
    values.filter(|(_, value)| says(value)).collect()
}
