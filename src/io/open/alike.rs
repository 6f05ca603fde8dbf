//! Layers of one kind whose land is apart: a file a town, a folder a community, a file a zone. They are one tier.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::parts::ZoneLayer;
use super::tier::area_m2;
use crate::base::Progress;
use crate::geometry::{Bounds, Point, Scale};
use crate::index::{Join, Strips, join};
use crate::io::Layer;
use crate::io::bytes::file_name;
use crate::io::layer::Polygons;
use crate::io::tiers::TierGuess;
use crate::model::{Attributes, Role};

/// Layers are apart where less than this share of the smaller one's land lies in the other too.
const APART: f64 = 0.01;
/// Places at which two layers whose boxes meet are compared.
const PLACES: u32 = 8192;
/// The property that keeps the name of the file or folder a zone came from.
const KEY: &str = "file";

/// Layers of one kind whose land is apart put together, all others as they are; in the order of their first files.
pub(super) fn together(layers: Vec<ZoneLayer>) -> Vec<ZoneLayer> {
    if layers.len() < 2 {
        return layers;
    }
    let mut kinds: BTreeMap<Kind<'_>, Vec<usize>> = BTreeMap::new();
    layers.iter().enumerate().for_each(|(at, zones)| kinds.entry(Kind::of(zones)).or_default().push(at));
    let mut groups: Vec<Vec<usize>> = kinds.into_values().flat_map(|kind| apart(&layers, kind)).collect();
    groups.sort_unstable();
    let mut layers: Vec<Option<ZoneLayer>> = layers.into_iter().map(Some).collect();
    let mut taken = |group: Vec<usize>| group.into_iter().filter_map(|at| layers.get_mut(at)?.take()).collect();
    groups.into_iter().filter_map(|group| joined(taken(group))).collect()
}

/// What tells layers of one kind: what they were said to be; else their role, and where nothing tells a role, the names of
/// their properties.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind<'a> {
    asked: Option<&'a str>,
    role: Role,
    keys: BTreeSet<&'a str>,
}

impl<'a> Kind<'a> {
    fn of(zones: &'a ZoneLayer) -> Self {
        let (asked, role) = (zones.asked.as_deref(), zones.guess.role);
        let known = role != Role::Other || asked.is_some();
        let features = zones.layer.features.iter().take(if known { 0 } else { 50 });
        let keys = features.flat_map(|feature| feature.attributes.keys().map(String::as_str)).collect();
        Self { asked, role, keys }
    }
}

/// Layers of one kind in groups whose land is apart.
fn apart(layers: &[ZoneLayer], kind: Vec<usize>) -> Vec<Vec<usize>> {
    if kind.len() < 2 {
        return vec![kind];
    }
    let lands: BTreeMap<usize, Land<'_>> =
        kind.iter().filter_map(|&at| Some((at, Land::of(&layers.get(at)?.layer.polygons)))).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (&at, land) in &lands {
        let fits =
            |group: &&mut Vec<usize>| group.iter().filter_map(|at| lands.get(at)).all(|other| land.is_apart(other));
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// The land of a layer, prepared to be looked into.
struct Land<'a> {
    bounds: Bounds,
    area_m2: f64,
    strips: Strips<'a, Point>,
}

impl<'a> Land<'a> {
    fn of(polygons: &'a Polygons<Point>) -> Self {
        let area_m2 = area_m2(&polygons.points, &polygons.ring_ends, &polygons.polygon_ends);
        Self { bounds: Bounds::of(&polygons.points), area_m2, strips: polygons.strips() }
    }

    fn is_apart(&self, other: &Self) -> bool {
        self.overlap_m2(other) < APART * self.area_m2.min(other.area_m2)
    }

    /// Land that lies in both, measured at places all over the box that they have in common.
    fn overlap_m2(&self, other: &Self) -> f64 {
        let corner =
            |pick: fn(i32, i32) -> i32, one: Point, two: Point| Point::new(pick(one.x, two.x), pick(one.y, two.y));
        let min = corner(Ord::max, self.bounds.min, other.bounds.min);
        let max = corner(Ord::min, self.bounds.max, other.bounds.max);
        if min.x >= max.x || min.y >= max.y {
            return 0.0;
        }
        let (width, height) = (f64::from(max.x) - f64::from(min.x), f64::from(max.y) - f64::from(min.y));
        // Roberts' R2 sequence: even everywhere, and in step with no lattice of zones.
        let place = |at: u32| {
            let part = |step: f64| (0.5 + step * f64::from(at)).fract();
            let (x, y) = (part(0.754_877_666_246_692_8) * width, part(0.569_840_290_998_053_2) * height);
            Point::new(min.x + x as i32, min.y + y as i32)
        };
        let places: Vec<Point> = (0..PLACES).map(place).collect();
        let found = |land: &Self| join(&land.strips, &places, &Progress::default()).unwrap_or_default().first;
        let both =
            found(self).into_iter().zip(found(other)).filter(|&(a, b)| a != Join::NONE && b != Join::NONE).count();
        let scale = Scale::at(min.y);
        both as f64 / f64::from(PLACES) * width * height * scale.x * scale.y
    }
}

/// Layers put together: each feature keeps the name of the file or folder it came from, which is its code where it has none
/// and is alone in it.
fn joined(mut layers: Vec<ZoneLayer>) -> Option<ZoneLayer> {
    if layers.len() < 2 {
        return layers.pop();
    }
    let one_each = layers.iter().all(|zones| zones.layer.kinds()[0] == 1);
    let no_code = layers.iter().all(|zones| zones.guess.code_key.is_none() && !zones.guess.code_is_id);
    let is_taken = |key: &str| {
        let mut features = layers.iter().flat_map(|zones| &zones.layer.features);
        features.any(|feature| feature.attributes.contains_key(key))
    };
    let key = crate::edit::free_name(KEY, is_taken);
    let name = name_of(&layers);
    let mut layers = layers.into_iter();
    let mut whole = layers.next()?;
    mark(&mut whole.layer, &key);
    for mut next in layers {
        mark(&mut next.layer, &key);
        append(&mut whole, next);
    }
    whole.guess = TierGuess { name, ..whole.guess };
    if one_each && no_code {
        whole.guess.code_key = Some(key);
    }
    Some(whole)
}

/// What layers are called together: as their role, or as the folder, archive or file that holds them.
fn name_of(layers: &[ZoneLayer]) -> String {
    let first = layers.first();
    if let Some(role) = first.map(|zones| zones.guess.role).filter(|&role| role != Role::Other) {
        return role.key().to_owned();
    }
    let paths: Vec<&Path> = layers.iter().map(|zones| zones.layer.path.as_path()).collect();
    let one = first.map_or(Path::new(""), |zones| zones.layer.path.as_path());
    let holds =
        if paths.iter().all(|path| *path == one) { one.file_stem() } else { one.parent().and_then(Path::file_stem) };
    let name = holds.map(|name| name.to_string_lossy().into_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| file_name(one))
}

/// Writes the name of its layer into each feature.
fn mark(layer: &mut Layer, key: &str) {
    for feature in &mut layer.features {
        Arc::make_mut(&mut feature.attributes).insert(key.to_owned(), Value::String(layer.name.clone()));
    }
}

/// Puts the features of a layer behind those of another.
fn append(whole: &mut ZoneLayer, next: ZoneLayer) {
    let before = whole.layer.features.len() as u32;
    whole.stretches.extend(next.stretches);
    whole.beside.extend(next.beside);
    let (mine, mut its) = (&mut whole.layer, next.layer);
    let moved = its.left_out.into_iter().map(|(number, why)| (number.map(|number| number + before), why));
    mine.left_out.extend(moved);
    mine.features.append(&mut its.features);
    mine.polygons.append(its.polygons);
    mine.lines.append(its.lines);
    mine.dots.append(its.dots);
    let same = |key: &String, value: &mut Value| its.foreign.get(key) == Some(value);
    let mut members: Attributes = (*mine.foreign).clone();
    members.retain(same);
    mine.foreign = Arc::new(members);
    whole.written = match (whole.written.take(), next.written) {
        (Some(mut mine), Some(its)) => {
            mine.append(its);
            Some(mine)
        }
        _ => None,
    };
    let guess = &mut whole.guess;
    guess.code_key = guess.code_key.take().or(next.guess.code_key);
    guess.code_is_id &= next.guess.code_is_id;
    guess.name_key = guess.name_key.take().or(next.guess.name_key);
    guess.parent_key = guess.parent_key.take().or(next.guess.parent_key);
}
