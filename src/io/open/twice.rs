//! The same zones in two files.

use std::collections::BTreeMap;

use super::tier::Source;
use crate::base::{Problem, Rule, Severity, Text};
use crate::model::{Role, Tier, Zone, ZoneId};
use crate::topology::FaceId;

/// Says that every zone of a layer is a whole zone of the first one, of the same kind or with the same code. `owner` has its
/// unit by face. O(faces).
pub(super) fn twice(source: &Source, first: &Source, base: &Tier, owner: &[Option<u32>]) -> Option<Problem> {
    let mut unit_of: BTreeMap<ZoneId, Option<u32>> = BTreeMap::new();
    let mut zone_of: BTreeMap<u32, ZoneId> = BTreeMap::new();
    for (face, &unit) in owner.iter().enumerate() {
        let Some(zone) = base.owner_of(FaceId(face as u32)) else {
            if unit.is_some() {
                return None;
            }
            continue;
        };
        let known = *unit_of.entry(zone).or_insert(unit);
        let twin = unit.map(|unit| *zone_of.entry(unit).or_insert(zone));
        if known != unit || twin.is_some_and(|twin| twin != zone) {
            return None;
        }
    }
    let (role, other) = (source.tier.role, base.role);
    let one_kind = role == other || role == Role::Other || other == Role::Other;
    let code = |zone: Option<&Zone>| zone.map(|zone| zone.code.clone()).filter(|code| !code.is_empty());
    let same_code = |(&unit, &zone): (&u32, &ZoneId)| {
        code(source.zone(unit)).is_some_and(|own| Some(own) == code(base.zones.get(zone)))
    };
    if !one_kind && !zone_of.iter().all(same_code) {
        return None;
    }
    let count = zone_of.len();
    let (file, same) = (&source.file, &first.file);
    let reason = Text::new(
        format!("{file} holds the same zones as {same}: each of its {count} is one of them. Open one of the two"),
        format!("{file}与{same}的区划相同：其 {count} 个区划都在后者之中。请只打开其中一个"),
    );
    let problem = Problem::new(Rule::BadValue, Severity::Warning, reason);
    (count > 0).then(|| Problem { file: Some(file.clone()), tier: Some(source.tier.name.clone()), ..problem })
}
