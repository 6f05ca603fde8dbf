//! Incidents without coordinates that name a zone.

use rustc_hash::FxHashMap;

use super::located::Located;
use crate::base::{Key as _, half_width};
use crate::model::{Placement, Plan, Tier, ZoneId};
use crate::topology::FaceId;

impl Located {
    /// Rows without coordinates, each in a face of the finest zone it names, as an estimate of where its work is: the more
    /// land a face has of the zone, the more rows. The same row stays where it is whatever else is looked at.
    /// O(faces of the tiers + rows).
    #[must_use]
    pub fn by_code_in_faces(&self, plan: &Plan) -> Vec<(u32, FaceId)> {
        if self.by_code.is_empty() {
            return Vec::new();
        }
        let known: Vec<_> =
            plan.tiers.iter().rev().map(|tier| (zones_by_text(plan, tier), tier.faces_by_zone())).collect();
        // For each place its faces, each with the share of the land that they reach to.
        let reach = |text: &String| -> Vec<(f64, FaceId)> {
            let faces = known.iter().find_map(|(zones, faces)| faces.get(zones.get(text)?.index()));
            let mut sum = 0.0;
            let one = |&face: &FaceId| {
                sum += plan.coverage.faces().get(face)?.doubled_area as f64;
                Some((sum, face))
            };
            let faces: Vec<(f64, FaceId)> = faces.into_iter().flatten().filter_map(one).collect();
            faces.into_iter().map(|(upto, face)| (upto / sum, face)).collect()
        };
        let places: Vec<Vec<(f64, FaceId)>> = plan.incidents.places.0.iter().map(reach).collect();
        let face = |&row: &u32| {
            let faces = places.get(usize::from(*plan.incidents.place.get(row as usize)?))?;
            // Multiples of the golden ratio fall evenly on a circle (Knuth, TAOCP 3, §6.4).
            let at = (f64::from(row) * 0.618_033_988_749_894_9).fract();
            let (_, face) = faces.get(faces.partition_point(|&(upto, _)| upto <= at)).or(faces.last())?;
            Some((row, *face))
        };
        self.by_code.iter().filter_map(face).collect()
    }

    /// The zone of a tier for each place that rows without coordinates name: by code, by a name that stands once, or
    /// through a zone of another tier whose land has one owner here.
    pub(super) fn zones_by_code(&self, plan: &Plan, tier: &Tier) -> FxHashMap<u16, ZoneId> {
        if self.by_code.is_empty() {
            return FxHashMap::default();
        }
        let others = plan.tiers.iter().map(|tier| &**tier).filter(|other| other.name != tier.name);
        let known: Vec<(&Tier, ByText<'_>)> =
            std::iter::once(tier).chain(others).map(|tier| (tier, zones_by_text(plan, tier))).collect();
        let texts = plan.incidents.places.0.iter().enumerate();
        texts
            .filter_map(|(place, text)| {
                let (found_in, zone) = known.iter().find_map(|(tier, zones)| Some((*tier, zones.get(text)?)))?;
                let zone = if std::ptr::eq(found_in, tier) { zone } else { one_owner(tier, &found_in.faces_of(zone))? };
                Some((u16::try_from(place).ok()?, zone))
            })
            .collect()
    }
}

/// The only owner of some faces.
fn one_owner(tier: &Tier, faces: &[FaceId]) -> Option<ZoneId> {
    let first = tier.owner_of(*faces.first()?)?;
    faces.iter().all(|&face| tier.owner_of(face) == Some(first)).then_some(first)
}

/// Zones by code, by names that stand once, and by codes and names that are out of use: those lead to the zone that has
/// their land now. A name or code in use comes first.
fn zones_by_text<'a>(plan: &'a Plan, tier: &'a Tier) -> ByText<'a> {
    let mut names: FxHashMap<&str, Option<ZoneId>> = FxHashMap::default();
    for (id, zone) in tier.zones.iter() {
        names.entry(&zone.name).and_modify(|known| *known = None).or_insert(Some(id));
    }
    let mut zones: FxHashMap<&str, ZoneId> = FxHashMap::default();
    let gone = || plan.retired.iter().map(|(_, gone)| gone).filter(|gone| gone.tier == tier.name);
    let by: FxHashMap<&str, &str> = gone().filter_map(|gone| Some((gone.code.as_str(), gone.by.as_deref()?))).collect();
    for gone in gone() {
        // A chain of merges; it cannot be longer than the table, even if a damaged file makes it a ring.
        let chain = std::iter::successors(by.get(gone.code.as_str()).copied(), |code| by.get(code).copied());
        if let Some(zone) = chain.take(by.len()).find_map(|code| tier.by_code(code)) {
            zones.extend([(gone.name.as_str(), zone), (gone.code.as_str(), zone)]);
        }
    }
    zones.extend(names.into_iter().filter_map(|(name, id)| Some((name, id?))));
    zones.extend(tier.zones.iter().map(|(id, zone)| (zone.code.as_str(), id)));
    zones.remove("");
    let mut numbers: FxHashMap<&str, Option<ZoneId>> = FxHashMap::default();
    for (&text, &zone) in &zones {
        if let Some(number) = number(text) {
            numbers
                .entry(number)
                .and_modify(|known| *known = known.filter(|known| *known == zone))
                .or_insert(Some(zone));
        }
    }
    ByText { zones, numbers }
}

/// Zones of a tier by what a table calls them.
struct ByText<'a> {
    zones: FxHashMap<&'a str, ZoneId>,
    /// By the number that a code is: none where two codes are one number.
    numbers: FxHashMap<&'a str, Option<ZoneId>>,
}

impl ByText<'_> {
    /// The zone of a text: as it stands, in half width, or as the number that a spreadsheet makes of a code (1 for 001).
    fn get(&self, text: &str) -> Option<ZoneId> {
        let exact = |text: &str| self.zones.get(text).copied();
        let text = half_width(text.trim());
        exact(&text).or_else(|| *self.numbers.get(number(text.strip_suffix(".0").unwrap_or(&text))?)?)
    }
}

/// The digits of a whole number without zeros before them.
fn number(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = text.trim_start_matches('0');
    digits.then_some(if bare.is_empty() { "0" } else { bare })
}

/// What rows without coordinates name as their zone and no tier has, with the number of such rows. O(zones + incidents).
#[must_use]
pub fn unknown_places(plan: &Plan) -> Vec<(&str, usize)> {
    let incidents = &*plan.incidents;
    let mut rows = vec![0; incidents.places.0.len()];
    for (placement, place) in incidents.placement.iter().zip(&incidents.place) {
        if let (Placement::Code, Some(count)) = (placement, rows.get_mut(usize::from(*place))) {
            *count += 1;
        }
    }
    if rows.iter().all(|&count| count == 0) {
        return Vec::new();
    }
    let known: Vec<ByText<'_>> = plan.tiers.iter().map(|tier| zones_by_text(plan, tier)).collect();
    let all = incidents.places.0.iter().map(String::as_str).zip(rows);
    all.filter(|&(text, count)| count > 0 && known.iter().all(|zones| zones.get(text).is_none())).collect()
}
