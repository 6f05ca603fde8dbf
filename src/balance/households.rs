//! Households of the land: counted at points where a layer has them, else those of the base units, by area where a unit is cut.

use std::collections::BTreeMap;

use crate::base::{Key as _, Text};
use crate::index::Index;
use crate::model::{Attributes, Plan, Reference, Shape, ZoneId};
use crate::topology::FaceId;

use super::streets::owner;

/// Where households are known from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Nobody says how many there are.
    #[default]
    Nowhere,
    /// At the points of a reference layer, by its name.
    Points(String),
    /// Of so many base units; the part of a unit has its share by area (estimated).
    Units(usize),
}

impl Counted {
    /// Where from, in words.
    #[must_use]
    pub fn told(&self) -> Text {
        match self {
            Self::Nowhere => Text::new("No households are known", "没有户数资料"),
            Self::Points(layer) => {
                Text::new(format!("Households by points of {layer}"), format!("户数按{layer}的点计"))
            }
            Self::Units(known) => Text::new(
                format!("Households of {known} units, by area where a unit is cut (estimated)"),
                format!("户数取自 {known} 个单元,单元被切分处按面积估算"),
            ),
        }
    }
}

/// Households of each face, by its slot, and where they are from. O(faces), with points O(points log faces).
#[must_use]
pub fn households_of_faces(plan: &Plan) -> (Vec<f64>, Counted) {
    let mut counts = vec![0.0; plan.coverage.face_slots()];
    if let Some(layer) = layer_of(plan) {
        let index = Index::of(&plan.coverage);
        for (at, count) in points(layer) {
            if let Some(sum) = owner(plan, &index, at).and_then(|face| counts.get_mut(face.index())) {
                *sum += count;
            }
        }
        return (counts, Counted::Points(layer.name.clone()));
    }
    let Some(base) = plan.tiers.get(plan.base) else { return (counts, Counted::Nowhere) };
    let (mut known, faces) = (0, base.faces_by_zone());
    for (id, zone) in base.zones.iter() {
        let (Some(households), Some(faces)) = (count(&zone.attributes), faces.get(id.index())) else { continue };
        let area = plan.coverage.doubled_area_of(faces).max(1) as f64;
        for &face in faces {
            if let Some(count) = counts.get_mut(face.index()) {
                *count += households * plan.coverage.doubled_area_of(&[face]) as f64 / area;
            }
        }
        known += 1;
    }
    (counts, if known > 0 { Counted::Units(known) } else { Counted::Nowhere })
}

/// The same for some faces alone, in their order. O(points, or all faces).
#[must_use]
pub fn households_of(plan: &Plan, index: &Index, faces: &[FaceId]) -> Vec<f64> {
    if let Some(layer) = layer_of(plan) {
        let mut counts = vec![0.0; faces.len()];
        let bounds: Vec<_> =
            faces.iter().map(|&face| plan.coverage.faces().get(face).map(|face| face.bounds)).collect();
        for (at, count) in points(layer).filter(|(at, _)| bounds.iter().flatten().any(|bounds| bounds.contains(*at))) {
            let place = owner(plan, index, at).and_then(|face| faces.iter().position(|&one| one == face));
            if let Some(place) = place {
                counts[place] += count;
            }
        }
        return counts;
    }
    let Some(base) = plan.tiers.get(plan.base) else { return vec![0.0; faces.len()] };
    let area_of = |face: FaceId| plan.coverage.doubled_area_of(&[face]);
    let mut areas: BTreeMap<ZoneId, i128> = faces.iter().filter_map(|&face| Some((base.owner_of(face)?, 0))).collect();
    for (face, unit) in base.owner.iter() {
        if let Some(area) = areas.get_mut(unit) {
            *area += area_of(face);
        }
    }
    let of = |&face: &FaceId| {
        let unit = base.owner_of(face)?;
        let share = area_of(face) as f64 / (*areas.get(&unit)?).max(1) as f64;
        Some(count(&base.zones.get(unit)?.attributes)? * share)
    };
    faces.iter().map(|face| of(face).unwrap_or(0.0)).collect()
}

/// The first layer of points that says how many households there are.
fn layer_of(plan: &Plan) -> Option<&Reference> {
    let has = |layer: &&Reference| points(layer).next().is_some();
    plan.references.iter().map(AsRef::as_ref).find(has)
}

fn points(layer: &Reference) -> impl Iterator<Item = (crate::geometry::Point, f64)> + '_ {
    layer.features.iter().filter_map(|(shape, attributes)| {
        let Shape::Points(points) = shape else { return None };
        points.first().copied().zip(count(attributes))
    })
}

/// Households where properties say how many.
fn count(attributes: &Attributes) -> Option<f64> {
    crate::model::households(attributes).map(|(_, count)| count)
}
