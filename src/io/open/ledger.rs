//! The features of a layer on their way: what each is, until the plan says what became of it.

use super::parts::further;
use crate::io::Layer;
use crate::model::{Fate, FileAccount, LeftOutReason, Tier, ZoneId};

/// What a feature of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// A zone with the polygons it was read with.
    Zone(ZoneId),
    /// A zone without any.
    Record(ZoneId),
    /// Lines, points or rings of a reference layer.
    Reference,
    /// In nothing.
    LeftOut(LeftOutReason),
}

/// What became of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    /// A tier, or a reference from the beginning.
    Plan,
    /// A reference layer instead of a tier.
    Reference,
    /// Nothing, for one reason.
    LeftOut(LeftOutReason),
}

/// The features of one layer, which may come from several files.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    pub(super) members: Vec<Member>,
    /// Places of accounts, each with its number of features, in order.
    pub(super) stretches: Vec<(usize, usize)>,
    /// Features that are not among the members, by the account they are of.
    pub(super) beside: Vec<(usize, LeftOutReason)>,
    /// Further shapes of features that are counted already, by account.
    pub(super) further: Vec<(usize, u64)>,
    /// The tier its zones are of.
    pub(super) tier: Option<String>,
    pub(super) became: Became,
}

impl Ledger {
    /// An empty one for features of some accounts.
    pub(super) fn new(stretches: Vec<(usize, usize)>, beside: Vec<(usize, LeftOutReason)>) -> Self {
        Self { members: Vec::new(), stretches, beside, further: Vec::new(), tier: None, became: Became::Plan }
    }

    /// That of a layer of which all shapes are a reference.
    pub(super) fn of_reference(layer: &Layer, account: usize) -> Self {
        let mut ledger = Self::new(vec![(account, layer.features.len())], layer.beside(account));
        let (reasons, mut more) = (layer.reasons(), 0);
        for unit in 0..layer.features.len() {
            let shapes = layer.shapes_of(unit);
            more += further(shapes);
            let none = if shapes == 0 { Member::LeftOut(LeftOutReason::NoGeometry) } else { Member::Reference };
            ledger.members.push(reasons.get(&unit).map_or(none, |&why| Member::LeftOut(why)));
        }
        ledger.further.push((account, more));
        ledger
    }

    /// The same, of a tier.
    pub(super) fn named(&self, tier: &str) -> Self {
        Self { tier: Some(tier.to_owned()), ..self.clone() }
    }

    /// Writes the fates into the accounts, now that the tier is there; as they were read where there is none. O(features +
    /// faces).
    pub(super) fn settle(&self, tier: Option<&Tier>, accounts: &mut [FileAccount]) {
        let mut has_land = vec![false; tier.map_or(0, |tier| tier.zones.slots())];
        for (_, zone) in tier.into_iter().flat_map(|tier| tier.owner.iter()) {
            if let Some(has) = has_land.get_mut(zone.0 as usize) {
                *has = true;
            }
        }
        let fate = |member: &Member| match (self.became, *member) {
            (_, Member::LeftOut(why)) | (Became::LeftOut(why), _) => Fate::LeftOut(why),
            (_, Member::Reference) | (Became::Reference, Member::Zone(_)) => Fate::Reference,
            (Became::Reference, Member::Record(_)) => Fate::LeftOut(LeftOutReason::NoGeometry),
            (Became::Plan, Member::Zone(zone) | Member::Record(zone)) => {
                let as_read = matches!(member, Member::Zone(_));
                if has_land.get(zone.0 as usize).copied().unwrap_or(tier.is_none() && as_read) {
                    Fate::Zone
                } else {
                    Fate::Record
                }
            }
        };
        let mut members = self.members.iter();
        for &(at, count) in &self.stretches {
            let Some(account) = accounts.get_mut(at) else { continue };
            members.by_ref().take(count).for_each(|member| account.add(fate(member), 1));
            account.tier = tier.map(|tier| tier.name.clone());
        }
        for &(at, more) in &self.further {
            if let Some(account) = accounts.get_mut(at) {
                account.by_products += more;
            }
        }
        for &(at, why) in &self.beside {
            if let Some(account) = accounts.get_mut(at) {
                account.add(Fate::LeftOut(why), 1);
            }
        }
    }
}
