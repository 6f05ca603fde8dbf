//! Incidents without coordinates that name a zone.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::located::Located;
use crate::base::{Key as _, Text, bare, half_width};
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

    /// The zone of a tier for each place that rows without coordinates name.
    pub(super) fn zones_by_code(&self, plan: &Plan, tier: &Tier) -> FxHashMap<u16, ZoneId> {
        if self.by_code.is_empty() {
            return FxHashMap::default();
        }
        named(plan, tier).into_iter().filter_map(|(place, named)| Some((place, named.to?))).collect()
    }
}

/// Faces by zone slot.
type FacesByZone = Vec<Vec<FaceId>>;

/// A zone that rows without coordinates name, and where in a tier its rows are counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What the zone is called.
    pub name: String,
    /// The zone of the tier its rows are counted for.
    pub to: Option<ZoneId>,
    /// How much of its land that zone has, of all: 1 where it has all of it.
    pub share: f64,
    /// Rows that name it.
    pub rows: Vec<u32>,
}

/// Zones that rows without coordinates name and that lie in several zones of a tier, or in none. O(faces + rows).
#[must_use]
pub fn divided(plan: &Plan, tier: &Tier) -> Vec<Named> {
    let incidents = &plan.incidents;
    let by_code = |row: &usize| incidents.placement.get(*row) == Some(&Placement::Code);
    let mut rows: FxHashMap<u16, Vec<u32>> = FxHashMap::default();
    for row in (0..incidents.len()).filter(by_code) {
        if let Some(&place) = incidents.place.get(row) {
            rows.entry(place).or_default().push(row as u32);
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let divided = named(plan, tier).into_iter().filter(|(_, named)| named.share < 1.0);
    divided.filter_map(|(place, named)| Some(Named { rows: rows.remove(&place)?, ..named })).collect()
}

/// The zone of a tier for each place by code, by a name that stands once, or through a zone of another tier: the one that
/// has all of its land, else most of it. A zone of a coarser tier says too little unless one zone has more than half of it.
/// Dividing a zone of a finer tier never makes its rows uncounted.
fn named(plan: &Plan, tier: &Tier) -> Vec<(u16, Named)> {
    let others = plan.tiers.iter().map(|tier| &**tier).filter(|other| other.name != tier.name);
    let known: Vec<(&Tier, ByText<'_>, OnceCell<FacesByZone>)> =
        std::iter::once(tier).chain(others).map(|tier| (tier, zones_by_text(plan, tier), OnceCell::new())).collect();
    let of = |text: &String| {
        let (found, id, faces) =
            known.iter().find_map(|(tier, zones, faces)| Some((*tier, zones.get(text)?, faces)))?;
        let name = found.zones.get(id).map_or_else(String::new, |zone| zone.called().to_owned());
        if std::ptr::eq(found, tier) {
            return Some(Named { name, to: Some(id), share: 1.0, rows: Vec::new() });
        }
        let faces = faces.get_or_init(|| found.faces_by_zone()).get(id.index())?;
        let (most, share) = most_of(plan, tier, faces);
        let tells = found.role >= tier.role || share > 0.5;
        Some(Named { name, to: most.filter(|_| tells), share, rows: Vec::new() })
    };
    let texts = plan.incidents.places.0.iter().enumerate();
    texts.filter_map(|(place, text)| Some((u16::try_from(place).ok()?, of(text)?))).collect()
}

/// The owner of most of some faces, the lower id of two alike, and its share of their land.
fn most_of(plan: &Plan, tier: &Tier, faces: &[FaceId]) -> (Option<ZoneId>, f64) {
    let (mut all, mut owners): (i128, BTreeMap<ZoneId, i128>) = (0, BTreeMap::new());
    for &face in faces {
        let area = plan.coverage.faces().get(face).map_or(0, |face| face.doubled_area);
        all += area;
        if let Some(owner) = tier.owner_of(face) {
            *owners.entry(owner).or_default() += area;
        }
    }
    let most = owners.into_iter().max_by_key(|&(zone, area)| (area, Reverse(zone)));
    most.map_or((None, 0.0), |(zone, area)| {
        let share = if area == all { 1.0 } else { area as f64 / all as f64 };
        (Some(zone), share)
    })
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
    // The order makes no difference: a number of two zones is that of none.
    zones.iter().filter_map(|(&text, &zone)| Some((number(bare(text))?, zone))).for_each(|(number, zone)| {
        numbers.entry(number).and_modify(|known| *known = known.filter(|known| *known == zone)).or_insert(Some(zone));
    });
    ByText { zones, numbers }
}

/// Zones of a tier by what a table calls them.
struct ByText<'a> {
    zones: FxHashMap<&'a str, ZoneId>,
    /// By the number that a code is: none where two codes are one number.
    numbers: FxHashMap<&'a str, Option<ZoneId>>,
}

impl ByText<'_> {
    /// The zone of a text: as it stands, in half width, without what makes it a text in a sheet, or as the number that a
    /// spreadsheet makes of a code (1 for 001).
    fn get(&self, text: &str) -> Option<ZoneId> {
        let exact = |text: &str| self.zones.get(text).copied();
        let text = half_width(text.trim());
        let bare = bare(&text);
        exact(&text)
            .or_else(|| exact(bare))
            .or_else(|| *self.numbers.get(number(bare.strip_suffix(".0").unwrap_or(bare))?)?)
    }
}

/// The digits of a whole number without zeros before them.
fn number(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = text.trim_start_matches('0');
    digits.then_some(if bare.is_empty() { "0" } else { bare })
}

/// What rows without coordinates name as their zone and no tier has, with the number of such rows. O(zones + incidents).
fn unknown_places(plan: &Plan) -> Vec<(&str, usize)> {
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

/// What [`unknown_places`] finds, in one sentence; `None` where it finds nothing.
#[must_use]
pub fn unknown_words(plan: &Plan) -> Option<Text> {
    /// So many are named.
    const NAMED: usize = 5;
    let unknown = unknown_places(plan);
    let rows: usize = unknown.iter().map(|(_, rows)| rows).sum();
    let named = |between: &str| {
        let first: Vec<&str> = unknown.iter().take(NAMED).map(|&(text, _)| text).collect();
        let more = if unknown.len() > NAMED { "…" } else { "" };
        format!("{}{more}", first.join(between))
    };
    let count = unknown.len();
    let text = Text::new(
        format!("{count} codes match no zone: {}. {rows} incidents name them and have no other place", named(", ")),
        format!("{count} 个编码没有对应的区域：{}。{rows} 件案件只有这些编码，未定位", named("、")),
    );
    (count > 0).then_some(text)
}
