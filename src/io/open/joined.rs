//! Layers put together to one: each feature keeps the name of the file or folder it came from.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::parts::ZoneLayer;
use crate::io::Layer;
use crate::io::bytes::file_name;
use crate::io::tiers::TierGuess;
use crate::model::{Attributes, Role};

/// The property that keeps the name of the file or folder a zone came from.
const KEY: &str = "file";

/// Layers put together as one of a role. Where each is one zone without a code, and no two are called the same, what they
/// are called is their code.
pub(super) fn joined(mut layers: Vec<ZoneLayer>, role: Role) -> Option<ZoneLayer> {
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
    let (name, called) = (name_of(&layers, role), called(&layers));
    let is_code = one_each && no_code && all_differ(&called);
    let marked = layers.into_iter().zip(called).map(|(mut zones, called)| {
        mark(&mut zones.layer, &key, &called);
        if is_code {
            let own = std::iter::once(&mut zones.guess).chain(&mut zones.own);
            own.for_each(|guess| guess.code_key = Some(key.clone()));
        }
        zones
    });
    let mut whole = marked.reduce(append)?;
    whole.guess = TierGuess { role, name, ..whole.guess };
    Some(whole)
}

/// What layers are called together: as their role, or as the folder, archive or file that holds them.
fn name_of(layers: &[ZoneLayer], role: Role) -> String {
    if role != Role::Other {
        return role.key().to_owned();
    }
    let paths: Vec<&Path> = layers.iter().map(|zones| zones.layer.path.as_path()).collect();
    let one = paths.first().copied().unwrap_or(Path::new(""));
    let holds =
        if paths.iter().all(|path| *path == one) { one.file_stem() } else { one.parent().and_then(Path::file_stem) };
    let name = holds.map(|name| name.to_string_lossy().into_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| file_name(one))
}

fn all_differ(texts: &[String]) -> bool {
    texts.iter().collect::<BTreeSet<_>>().len() == texts.len()
}

/// What tells layers from each other: their names, and where two have the same, the parts of their paths that differ.
fn called(layers: &[ZoneLayer]) -> Vec<String> {
    let names: Vec<String> = layers.iter().map(|zones| zones.layer.name.clone()).collect();
    if all_differ(&names) {
        return names;
    }
    let whole = |zones: &ZoneLayer| -> Vec<String> {
        let folders = zones.layer.path.parent().into_iter().flat_map(Path::components);
        let folders = folders.map(|part| part.as_os_str().to_string_lossy().into_owned());
        folders.chain(std::iter::once(zones.layer.name.clone())).collect()
    };
    let mut paths: Vec<Vec<String>> = layers.iter().map(whole).collect();
    let shared = |paths: &[Vec<String>], part: fn(&Vec<String>) -> Option<&String>| {
        let first = paths.first().and_then(part);
        first.is_some() && paths.iter().all(|path| part(path) == first)
    };
    while shared(&paths, |path| path.first()) {
        paths.iter_mut().for_each(|path| drop(path.remove(0)));
    }
    while shared(&paths, |path| path.last()) {
        paths.iter_mut().for_each(|path| drop(path.pop()));
    }
    let told = paths.into_iter().zip(names);
    told.map(|(path, name)| if path.is_empty() { name } else { path.join("/") }).collect()
}

/// Writes what its layer is called into each feature.
fn mark(layer: &mut Layer, key: &str, called: &str) {
    for feature in &mut layer.features {
        Arc::make_mut(&mut feature.attributes).insert(key.to_owned(), Value::String(called.to_owned()));
    }
}

/// Puts the features of a layer behind those of another.
fn append(mut whole: ZoneLayer, next: ZoneLayer) -> ZoneLayer {
    let before = whole.layer.features.len() as u32;
    whole.stretches.extend(next.stretches);
    whole.own.extend(next.own);
    whole.beside.extend(next.beside);
    whole.mostly_others |= next.mostly_others;
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
    whole
}
