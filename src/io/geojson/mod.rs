//! `GeoJSON` (RFC 7946 and its 2008 flavour): a scanner of its own, parallel over the features.
//!
//! A first pass finds where features begin and end (only quotes and braces matter for that); then blocks of features are
//! read in parallel, coordinates straight from their digits. The blocks do not depend on the number of threads.

mod feature;
mod root;
mod walk;

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::assemble::{self, Found};
use super::bytes::Source;
use super::crs::{self, Declared, Unclear};
use super::decimal::{Coordinate, Plane};
use super::diagnosis::Diagnosis;
use super::json::{JsonError, line_column};
use super::layer::{Layer, Reading};
use super::part::Part;
use super::room::{self, Room};
use super::{Fault, ReadError};
use crate::base::{Progress, Text};
use feature::Unread;
use root::{Content, Root};

/// Bytes of features read as one piece of work.
const BLOCK: usize = 1 << 20;

/// A file of JSON that is to be read.
pub(super) enum Json<P> {
    /// `GeoJSON`: its one layer.
    Layer(Box<Layer<P>>),
    /// `TopoJSON`, which another reader reads.
    Topology,
    /// The answer of an ESRI server, which another reader reads: where its features begin, and its other members.
    Esri(Vec<u32>, Map<String, Value>),
}

/// Reads a layer; see [`Layer::read`]. Degrees go to the lattice digit by digit; all else is read as it stands, and then
/// converted.
pub(super) fn read<P: Coordinate>(
    source: &Source,
    reading: &Reading,
    progress: &Progress,
) -> Result<Json<P>, ReadError> {
    let root = match Root::read(source.text(), progress) {
        Ok(Root { content: Content::Esri(features, others), .. }) => return Ok(Json::Esri(features, others)),
        Ok(root) => root,
        Err(root::RootError::Cancelled) => return Err(ReadError::cancelled(&source.path)),
        Err(root::RootError::Topology) => return Ok(Json::Topology),
        Err(root::RootError::Json(error)) => return Err(json_error(source, &error)),
        Err(root::RootError::NotGeoJson(why)) => return Err(ReadError::new(&source.path, Fault::NotGeoJson, why)),
    };
    let name = source.name();
    progress.phase(Text::new(format!("Reading {name}"), format!("读取 {name}")), source.text().len() as u64);
    let declared = root.declared.clone();
    let in_degrees = match (&reading.system, &declared) {
        (Some(system), _) | (None, Declared::Known(system)) => system.is_degrees(),
        (None, Declared::Nothing) => true,
        (None, Declared::Unknown(_)) => false,
    };
    let layer = if in_degrees {
        let part = contents::<P>(source, &root, progress)?;
        let found =
            |part| Found { foreign: root.foreign.clone(), ..Found::new(source, with_root(part, &root), progress) };
        let finish = |part| assemble::finish(source, found(part), assemble::assumed(&declared), reading);
        if part.odd.has(Diagnosis::OutOfRange) && reading.system.is_none() {
            // Metres, or north before east? What most of the numbers are decides.
            let plane = contents::<Plane>(source, &root, progress)?;
            let sample = assemble::sample(&plane);
            match crs::decide(reading, &declared, &sample) {
                Ok(decision) if !decision.system.is_degrees() || decision.swapped => {
                    let found = Found {
                        foreign: root.foreign.clone(),
                        ..Found::new(source, with_root(plane, &root), progress)
                    };
                    assemble::placed(source, found, &decision, reading)?
                }
                Err(unclear @ (Unclear::Zone { .. } | Unclear::Forbidden(_))) => {
                    return Err(assemble::unclear_error(source, unclear, &sample));
                }
                Ok(_) => finish(part)?,
                // Of a few stray features the others are left; where nothing is, the numbers are of a system of their own.
                Err(unclear @ Unclear::Unknown(_)) => finish(part).map_err(|error| match error.fault {
                    Fault::NothingLeft => assemble::unclear_error(source, unclear, &sample),
                    _ => error,
                })?,
            }
        } else {
            finish(part)?
        }
    } else {
        let plane = contents::<Plane>(source, &root, progress)?;
        let found = Found { foreign: root.foreign.clone(), ..Found::new(source, with_root(plane, &root), progress) };
        assemble::layer(source, found, &declared, reading)?
    };
    Ok(Json::Layer(Box::new(layer)))
}

/// A part with what was odd about the outermost object before what was odd about its features.
fn with_root<P>(mut part: Part<P>, root: &Root) -> Part<P> {
    let mut odd = root.odd.clone();
    odd.append(std::mem::take(&mut part.odd));
    Part { odd, ..part }
}

/// Reads what a file holds, coordinates as `P`.
fn contents<P: Coordinate>(source: &Source, root: &Root, progress: &Progress) -> Result<Part<P>, ReadError> {
    let text = source.text();
    let json = |error: JsonError| json_error(source, &error);
    match &root.content {
        Content::Features(features) | Content::Esri(features, _) => blocks(text, features, progress, source),
        Content::Feature(at) => Part::of_feature(text, *at).map_err(json),
        Content::Geometry(at) => Part::of_geometry(text, *at).map_err(json),
    }
}

/// Reads features in blocks, in parallel, and joins the blocks in order.
fn blocks<P: Coordinate>(
    text: &[u8],
    features: &[u32],
    progress: &Progress,
    source: &Source,
) -> Result<Part<P>, ReadError> {
    let room = Room::of(source);
    let mut cuts = vec![0];
    for (index, &at) in features.iter().enumerate() {
        let block_start = cuts.last().and_then(|&first: &usize| features.get(first)).map_or(0, |&start| start as usize);
        if at as usize - block_start >= BLOCK {
            cuts.push(index);
        }
    }
    cuts.push(features.len());
    let parts: Vec<Result<Part<P>, ReadError>> = cuts
        .par_windows(2)
        .map(|range| {
            let block = features.get(range[0]..range[1]).unwrap_or(&[]);
            if progress.is_cancelled() {
                return Ok(Part::default());
            }
            let part = Part::of_features(text, block, range[0], &room).map_err(|trouble| match trouble {
                Unread::Json(error) => json_error(source, &error),
                Unread::NoRoom => room::no_room(source),
            })?;
            let bytes = block.first().zip(block.last()).map_or(0, |(&from, &to)| to - from);
            progress.add(u64::from(bytes));
            Ok(part)
        })
        .collect();
    progress.check().map_err(|_| ReadError::cancelled(&source.path))?;
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Part::join(parts))
}

/// Broken JSON with its line and column.
pub(super) fn json_error(source: &Source, error: &JsonError) -> ReadError {
    let (line, column) = line_column(source.text(), error.at);
    let text = Text::new(
        format!("the JSON is broken at line {line}, column {column}: {}", error.what.en),
        format!("JSON 有误,第 {line} 行第 {column} 列:{}", error.what.zh),
    );
    ReadError::new(&source.path, Fault::Json, text)
}
