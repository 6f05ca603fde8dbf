//! What every reader of boundaries, lines and points yields.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bytes::{Source, file_name};
use super::crs::System;
use super::decimal::Coordinate;
use super::doubt::Doubt;
use super::encoding::Encoding;
use super::geojson::{self, Json};
use super::roles::Columns;
use super::{Fault, ReadError, esri, flatgeobuf, geopackage, gpx, kml, shapefile, topojson};
use crate::base::{Problem, Progress, Text};
use crate::geometry::{Areas, Point};
use crate::index::{Plane, Strips};
use crate::model::{Attributes, Counted, FileAccount, LeftOutReason, Reference, Shape};

pub use super::format::Format;

/// Most layers of a file that are read: each of them is laid over all others.
pub(super) const LAYERS: usize = 200;

/// How one file is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Its coordinate system, whatever it declares.
    pub system: Option<System>,
    /// What was said about columns.
    pub columns: Arc<Columns>,
    /// Whether columns and properties about people are kept.
    pub personal: bool,
    /// Whether it is read to be compared with what was just written and is then forgotten: allowed in any system.
    pub compares: bool,
}

/// Polygons of many features: units made of polygons made of rings made of points, each level one array of ends.
///
/// As [`Areas`], for coordinates of any kind: rings without the repeated last point, the first ring of a polygon outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygons<P> {
    /// Points of all rings.
    pub points: Vec<P>,
    /// For each ring, where its points end.
    pub ring_ends: Vec<u32>,
    /// For each polygon, where its rings end.
    pub polygon_ends: Vec<u32>,
    /// For each feature, where its polygons end.
    pub unit_ends: Vec<u32>,
}

impl<P> Polygons<P> {
    /// Puts the features of another layer behind these.
    pub(super) fn append(&mut self, mut later: Self) {
        let before = [self.points.len(), self.ring_ends.len(), self.polygon_ends.len()].map(|count| count as u32);
        self.points.append(&mut later.points);
        self.ring_ends.extend(later.ring_ends.iter().map(|end| end + before[0]));
        self.polygon_ends.extend(later.polygon_ends.iter().map(|end| end + before[1]));
        self.unit_ends.extend(later.unit_ends.iter().map(|end| end + before[2]));
    }
}

impl<P: Plane> Polygons<P> {
    /// The polygons of each feature, prepared for many points. O(edges), in parallel.
    #[must_use]
    pub fn strips(&self) -> Strips<'_, P> {
        Strips::of_rings(&self.points, &self.ring_ends, self.unit_ends.len(), |unit| {
            let polygons = range(&self.unit_ends, unit);
            let ring = |polygon| range(&self.polygon_ends, polygon);
            if polygons.is_empty() { 0..0 } else { ring(polygons.start).start..ring(polygons.end - 1).end }
        })
    }
}

impl From<Areas> for Polygons<Point> {
    fn from(from: Areas) -> Self {
        let Areas { points, ring_ends, polygon_ends, unit_ends } = from;
        Self { points, ring_ends, polygon_ends, unit_ends }
    }
}

impl From<Polygons<Point>> for Areas {
    fn from(from: Polygons<Point>) -> Self {
        let Polygons { points, ring_ends, polygon_ends, unit_ends } = from;
        Self { points, ring_ends, polygon_ends, unit_ends }
    }
}

/// Lines, or groups of points, of many features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths<P> {
    /// Points of all paths.
    pub points: Vec<P>,
    /// For each path, where its points end.
    pub path_ends: Vec<u32>,
    /// For each feature, where its paths end.
    pub unit_ends: Vec<u32>,
}

impl<P> Paths<P> {
    /// Puts the features of another layer behind these.
    pub(super) fn append(&mut self, mut later: Self) {
        let before = [self.points.len(), self.path_ends.len()].map(|count| count as u32);
        self.points.append(&mut later.points);
        self.path_ends.extend(later.path_ends.iter().map(|end| end + before[0]));
        self.unit_ends.extend(later.unit_ends.iter().map(|end| end + before[1]));
    }

    /// The paths of a feature.
    pub fn of(&self, unit: usize) -> impl Iterator<Item = &[P]> {
        range(&self.unit_ends, unit).filter_map(|path| self.points.get(range(&self.path_ends, path)))
    }
}

/// The range `index` of an array of ends; empty beyond it.
pub(super) fn range(ends: &[u32], index: usize) -> std::ops::Range<usize> {
    let end = ends.get(index).map_or(0, |&end| end as usize);
    let start = index.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&start| start as usize);
    start.min(end)..end
}

/// One feature without its geometry.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its properties in the order they were read.
    pub attributes: Arc<Attributes>,
    /// Its `id` and unknown members.
    pub foreign: Arc<Attributes>,
}

thread_local! {
    /// What features without properties share: a file may hold millions of them.
    static NOTHING: Arc<Attributes> = Arc::default();
}

impl Default for Feature {
    fn default() -> Self {
        let nothing = NOTHING.with(Arc::clone);
        Self { attributes: Arc::clone(&nothing), foreign: nothing }
    }
}

/// A file of features, coordinates as `P`: lattice points, or two `f64` as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<P = Point> {
    /// The file.
    pub path: PathBuf,
    /// The file's name without ending.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// How its text was written.
    pub encoding: Encoding,
    /// What else it could be written in.
    pub doubt: Option<Doubt>,
    /// The coordinate system it declares, or what was assumed.
    pub crs: String,
    /// All members of `features`, in order; one that is no feature stands as an empty one, so that places agree.
    pub features: Vec<Feature>,
    /// Polygons; unit i is feature i.
    pub polygons: Polygons<P>,
    /// Lines; unit i is feature i.
    pub lines: Paths<P>,
    /// Points; unit i is feature i.
    pub dots: Paths<P>,
    /// Features that are not in the plan, and why: by their number, from 1, where they have a place in `features`.
    pub left_out: Vec<(Option<u32>, LeftOutReason)>,
    /// What was odd, and what was done about it.
    pub notes: Vec<Problem>,
    /// Members of the collection other than `type`, `features` and a `crs` that says degrees.
    pub foreign: Arc<Attributes>,
}

impl<P: Coordinate> Layer<P> {
    /// Reads the one layer of a file of boundaries, lines or points; of several, the one with most polygons. O(bytes), in
    /// parallel where the format allows.
    ///
    /// # Errors
    /// When the file cannot be read, holds no features, its coordinate system is not clear, or nothing is left.
    pub fn read(path: &Path, progress: &Progress) -> Result<Self, ReadError> {
        Self::from_source(&Source::read(path)?, progress)
    }

    /// Reads what was read into memory before.
    ///
    /// # Errors
    /// See [`Layer::read`].
    pub fn from_source(source: &Source, progress: &Progress) -> Result<Self, ReadError> {
        let layers = Self::all(source, &Reading::default(), progress)?;
        let largest = layers.into_iter().max_by_key(|layer| layer.polygons.points.len());
        largest.ok_or_else(|| {
            let text = Text::new("it holds no layer", "文件中没有图层");
            ReadError::new(&source.path, Fault::NothingLeft, text)
        })
    }

    /// Reads all layers of a set of data: one for most formats, several for a `GeoPackage`, a `TopoJSON` or a KML.
    ///
    /// # Errors
    /// See [`Layer::read`].
    pub fn all(source: &Source, reading: &Reading, progress: &Progress) -> Result<Vec<Self>, ReadError> {
        match source.format {
            Format::GeoJson | Format::TopoJson | Format::EsriJson => match geojson::read(source, reading, progress)? {
                Json::Layer(layer) => Ok(vec![*layer]),
                Json::Topology => topojson::read(source, reading, progress),
                Json::Esri(features, others) => Ok(vec![esri::read(source, &features, &others, reading, progress)?]),
            },
            Format::Shapefile => Ok(vec![shapefile::read(source, reading, progress)?]),
            Format::GeoPackage => geopackage::read(source, reading, progress),
            Format::Kml => kml::read(source, reading, progress),
            Format::Gpx => Ok(vec![gpx::read(source, reading, progress)?]),
            Format::FlatGeobuf => Ok(vec![flatgeobuf::read(source, reading, progress)?]),
            Format::Csv | Format::Xlsx => {
                let text = Text::new(
                    "boundaries are read from GeoJSON, TopoJSON, Shapefile, GeoPackage, KML, GPX and FlatGeobuf; this is a table",
                    "边界从 GeoJSON、TopoJSON、Shapefile、GeoPackage、KML、GPX、FlatGeobuf 读取,而此文件是表格",
                );
                Err(ReadError::new(&source.path, Fault::NotGeoJson, text))
            }
        }
    }

    /// The account of its features before any has a fate.
    #[must_use]
    pub fn account(&self) -> FileAccount {
        let beside = self.left_out.iter().filter(|(number, _)| number.is_none()).count();
        let read = (self.features.len() + beside) as u64;
        FileAccount { file: file_name(&self.path), counted: Counted::Features, read, ..FileAccount::default() }
    }

    /// Why features that have a place among the others were left out, by that place.
    #[must_use]
    pub fn reasons(&self) -> FxHashMap<usize, LeftOutReason> {
        let placed = self.left_out.iter().filter_map(|&(number, why)| Some((number?.checked_sub(1)? as usize, why)));
        placed.collect()
    }

    /// Features that were left out and have no place among the others, each with the account it is of.
    #[must_use]
    pub fn beside(&self, account: usize) -> Vec<(usize, LeftOutReason)> {
        self.left_out.iter().filter(|(number, _)| number.is_none()).map(|&(_, why)| (account, why)).collect()
    }

    /// How many shapes a feature is in a reference layer.
    #[must_use]
    pub fn shapes_of(&self, unit: usize) -> usize {
        let ends = [&self.polygons.unit_ends, &self.lines.unit_ends, &self.dots.unit_ends];
        ends.into_iter().filter(|ends| !range(ends, unit).is_empty()).count()
    }

    /// Number of features with polygons, with lines and with points.
    #[must_use]
    pub fn kinds(&self) -> [usize; 3] {
        let filled = |ends: &[u32]| (0..ends.len()).filter(|&unit| !range(ends, unit).is_empty()).count();
        [filled(&self.polygons.unit_ends), filled(&self.lines.unit_ends), filled(&self.dots.unit_ends)]
    }
}

impl Layer {
    /// The layer as a read-only reference: polygons as rings, lines, points. Its name is the one the file gives itself,
    /// or else that of the file.
    #[must_use]
    pub fn into_reference(self) -> Reference {
        let Self { name, foreign, features, polygons, lines, dots, .. } = self;
        let own = foreign.get("name").and_then(|name| name.as_str()).map(str::trim).filter(|name| !name.is_empty());
        let name = own.map_or(name, str::to_owned);
        let mut shapes = Vec::with_capacity(features.len());
        let areas = Areas::from(polygons);
        for (unit, feature) in features.into_iter().enumerate() {
            let attributes = Arc::unwrap_or_clone(feature.attributes);
            let rings: Vec<_> = areas.rings_of_unit(unit).map(<[Point]>::to_vec).collect();
            if !rings.is_empty() {
                shapes.push((Shape::Rings(rings), attributes.clone()));
            }
            let others = lines_and_points(&lines, &dots, unit);
            shapes.extend(others.map(|shape| (shape, attributes.clone())));
        }
        Reference { name, features: shapes.into(), visible: true, opacity: 1.0 }
    }

    /// The lines and the points of a feature, each as one shape.
    pub(super) fn lines_and_points_of(&self, unit: usize) -> impl Iterator<Item = Shape> {
        lines_and_points(&self.lines, &self.dots, unit)
    }
}

fn lines_and_points(lines: &Paths<Point>, dots: &Paths<Point>, unit: usize) -> impl Iterator<Item = Shape> + use<> {
    let owned = |paths: &Paths<Point>| paths.of(unit).map(<[Point]>::to_vec).collect::<Vec<_>>();
    let (lines, points) = (owned(lines), owned(dots).concat());
    let lines = (!lines.is_empty()).then_some(Shape::Lines(lines));
    lines.into_iter().chain((!points.is_empty()).then_some(Shape::Points(points)))
}
