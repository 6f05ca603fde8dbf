//! Properties that the program computes itself, kept up to date: found when files are opened, told anew wherever the
//! properties of a zone are shown or written.

mod found;
mod values;

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::Measures;
use crate::base::{Cancelled, Progress};
use crate::model::{Attributes, Computed, Plan, Tier, Zone, ZoneId};
use values::{Figure, Measured, Source};

pub use found::recognise;

/// What the computed properties of the zones of a tier are now.
pub struct Current<'a> {
    source: Source<'a>,
    tier: &'a Tier,
}

impl<'a> Current<'a> {
    /// Makes ready to tell them; `None` where the tier has none. What a property needs is measured once it is asked for.
    #[must_use]
    pub fn of(plan: &'a Plan, at: usize, progress: &'a Progress) -> Option<Self> {
        let tier = plan.tiers.get(at).filter(|tier| !tier.computed.is_empty())?;
        Some(Self { source: Source::new(plan, (at, tier), Rc::default(), progress), tier })
    }

    /// The same with what was measured of the plan already.
    #[must_use]
    pub fn measured(measures: &'a Measures, at: usize, progress: &'a Progress) -> Option<Self> {
        let plan = &*measures.plan;
        let tier = plan.tiers.get(at).filter(|tier| !tier.computed.is_empty())?;
        let known = Rc::new(Measured::known(measures));
        Some(Self { source: Source::new(plan, (at, tier), known, progress), tier })
    }

    /// The properties of a zone; those that are as they should be are the very same.
    ///
    /// # Errors
    /// When the job was cancelled.
    pub fn attributes(&self, id: ZoneId, zone: &Zone) -> Result<Arc<Attributes>, Cancelled> {
        let mut changed: Option<Attributes> = None;
        for (key, computed) in &self.tier.computed {
            let old = match zone.attributes.get(key) {
                Some(value) => value,
                // A zone that was drawn has no properties yet; one that never had this one goes on without it.
                None if zone.attributes.keys().all(|key| self.is_own(key)) => &Value::Null,
                None => continue,
            };
            let Some(figure) = self.source.figure(computed, id)? else { continue };
            if !figure.is(old, computed) {
                let new = figure.written(old, computed);
                changed.get_or_insert_with(|| (*zone.attributes).clone()).insert(key.clone(), new);
            }
        }
        Ok(changed.map_or_else(|| Arc::clone(&zone.attributes), Arc::new))
    }

    fn is_own(&self, key: &str) -> bool {
        [self.tier.code_key.as_deref(), self.tier.name_key.as_deref()].contains(&Some(key))
    }
}

/// The tier with its computed properties as they are now; itself where nothing changes.
///
/// # Errors
/// When the job was cancelled.
pub fn brought_up(plan: &Plan, (at, tier): (usize, &Arc<Tier>), progress: &Progress) -> Result<Arc<Tier>, Cancelled> {
    let Some(current) = Current::of(plan, at, progress) else { return Ok(Arc::clone(tier)) };
    let mut new: Option<Tier> = None;
    for (id, zone) in tier.zones.iter() {
        let attributes = current.attributes(id, zone)?;
        if !Arc::ptr_eq(&attributes, &zone.attributes) {
            let tier = new.get_or_insert_with(|| Tier::clone(tier));
            tier.zones.set(id, Some(Zone { attributes, ..zone.clone() }));
        }
    }
    Ok(new.map_or_else(|| Arc::clone(tier), Arc::new))
}

/// Values of one property for all zones of a tier in their order, as they are computed; null where they cannot be told.
///
/// # Errors
/// When the job was cancelled.
pub fn told(plan: &Plan, at: usize, all: &[Computed], progress: &Progress) -> Result<Vec<Vec<Value>>, Cancelled> {
    let Some(tier) = plan.tiers.get(at) else { return Ok(Vec::new()) };
    let source = Source::new(plan, (at, tier), Rc::default(), progress);
    let of_zone = |computed: &Computed, id| {
        let figure = source.figure(computed, id)?;
        Ok(figure.map_or(Value::Null, |figure| figure.written(&Value::Null, computed)))
    };
    all.iter().map(|computed| tier.zones.ids().map(|id| of_zone(computed, id)).collect()).collect()
}

impl Figure {
    /// Whether a value says the figure; lists in whatever order.
    fn is(&self, value: &Value, computed: &Computed) -> bool {
        match self {
            Self::Text(text) => crate::model::value_text(value) == *text,
            Self::Number(number) => values::number(value).is_some_and(|found| {
                let decimals = values::decimals_of(computed);
                (found - number).abs() <= 0.5 * 10f64.powi(-decimals) + 1e-9 + number.abs() * 1e-9
            }),
            Self::List(items) => {
                let (mut found, mut wanted) = (values::items(value, computed), items.clone());
                found.sort();
                wanted.sort();
                found == wanted
            }
        }
    }

    /// The figure as a value of the kind the old one is.
    fn written(&self, old: &Value, computed: &Computed) -> Value {
        match self {
            Self::Text(text) if text.is_empty() && !old.is_string() => Value::Null,
            Self::Text(text) => match (old, text.parse::<i64>()) {
                (Value::Number(_), Ok(number)) if number.to_string() == *text => Value::from(number),
                _ => Value::String(text.clone()),
            },
            Self::Number(number) => {
                let decimals = values::decimals_of(computed);
                let rounded = super::round::places(*number, decimals);
                match old {
                    Value::String(_) => Value::String(format!("{rounded:.0$}", decimals.max(0) as usize)),
                    _ if decimals <= 0 && !old.is_f64() => Value::from(rounded as i64),
                    _ => Value::from(rounded),
                }
            }
            Self::List(items) => match computed {
                Computed::Within { between: Some(between), .. } => Value::String(items.join(between)),
                _ => Value::Array(items.iter().cloned().map(Value::String).collect()),
            },
        }
    }
}
