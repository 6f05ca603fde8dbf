//! Layers that come to a plan that is open already: tiers over its faces, reference layers, incidents.

use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::model::{Incidents, Intake, Plan, Reference, Tier};

use super::record::changes;
use super::{Context, Done, Record, words};

/// What is added. A tier says who owns each face of the plan it was made for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addition {
    /// Tiers.
    pub tiers: Vec<Tier>,
    /// Reference layers.
    pub references: Vec<Arc<Reference>>,
    /// Incidents, behind those the plan has.
    pub incidents: Incidents,
    /// What became of the files they were read from, and what was found in them.
    pub intake: Intake,
}

impl Addition {
    /// Adds the layers as one command: they stand behind all others, so that those keep their places. A name that is
    /// taken gets a number.
    ///
    /// # Errors
    /// When there is nothing to add.
    pub fn apply(self, plan: &Plan, context: &Context<'_>) -> Result<Done, Refusal> {
        let sentence = self.sentence();
        let Self { tiers, references, incidents, mut intake } = self;
        let mut changed = plan.clone();
        for mut tier in tiers {
            let name = free_name(&tier.name, |name| changed.tiers.iter().any(|other| other.name == name));
            intake.rename_tier(&tier.name, &name);
            tier.name = name;
            changed.tiers.push(Arc::new(tier));
        }
        for mut layer in references {
            let name = free_name(&layer.name, |name| changed.references.iter().any(|other| other.name == name));
            if name != layer.name {
                Arc::make_mut(&mut layer).name = name;
            }
            changed.references.push(layer);
        }
        if !incidents.is_empty() {
            changed.incidents = Arc::new(Incidents::clone(&plan.incidents).joined(incidents));
        }
        if intake != Intake::default() {
            Arc::make_mut(&mut changed.intake).join(&intake);
        }
        let record = Record {
            sentence,
            time: context.time,
            changes: changes(plan, &changed),
            selection: Vec::new(),
            camera: context.camera,
        };
        if record.changes.is_empty() { Err(words::nothing()) } else { Ok(Done { plan: changed, record }) }
    }

    /// What is added, in words.
    fn sentence(&self) -> Text {
        let names = self.tiers.iter().map(|tier| &tier.name);
        let names = names.chain(self.references.iter().map(|layer| &layer.name));
        let (mut en, mut zh): (Vec<String>, Vec<String>) = names.map(|name| (name.clone(), name.clone())).unzip();
        let count = self.incidents.len();
        if count > 0 {
            en.push(format!("{count} incidents"));
            zh.push(format!("{count} 条案件"));
        }
        Text::new(format!("Added {}", en.join(", ")), format!("添加{}", zh.join("、")))
    }
}

/// A name, with a number where it is taken: layers are asked for by name.
pub(crate) fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let others = (2..).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(others).find(|name| !taken(name)).unwrap_or_default()
}
