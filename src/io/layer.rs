//! What every reader of boundaries, lines and points yields.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::Source;
use super::decimal::Coordinate;
use super::encoding::Encoding;
use super::geojson;
use super::{Fault, ReadError};
use crate::base::{Problem, Progress, Text};
use crate::geometry::{Areas, Point};
use crate::model::{Attributes, Reference, Shape};

/// A file format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 7946 or its 2008 flavour.
    GeoJson,
    /// A table of text.
    Csv,
}

impl Format {
    /// The name printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::Csv => "CSV",
        }
    }
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature {
    /// Its properties in the order they were read.
    pub attributes: Arc<Attributes>,
    /// Its `id` and unknown members.
    pub foreign: Arc<Attributes>,
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
    /// What was odd, and what was done about it.
    pub notes: Vec<Problem>,
    /// Members of the collection other than `type`, `features` and a `crs` that says degrees.
    pub foreign: Arc<Attributes>,
}

impl<P: Coordinate> Layer<P> {
    /// Reads a file of boundaries, lines or points. O(bytes), in parallel.
    ///
    /// # Errors
    /// When the file cannot be read, is no `GeoJSON`, is not in degrees, or has nothing left.
    pub fn read(path: &Path, progress: &Progress) -> Result<Self, ReadError> {
        Self::from_source(&Source::read(path)?, progress)
    }

    /// Reads what was read into memory before.
    ///
    /// # Errors
    /// See [`Layer::read`].
    pub fn from_source(source: &Source, progress: &Progress) -> Result<Self, ReadError> {
        let starts_json = source.text().trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['));
        if !starts_json
            && !source
                .path
                .extension()
                .is_some_and(|end| end.eq_ignore_ascii_case("geojson") || end.eq_ignore_ascii_case("json"))
        {
            let text = Text::new(
                "boundaries are read from GeoJSON, and this is not JSON. Export the layer as GeoJSON",
                "边界从 GeoJSON 读取,而此文件不是 JSON。请将图层导出为 GeoJSON",
            );
            return Err(ReadError::new(&source.path, Fault::NotGeoJson, text));
        }
        geojson::read(source, progress)
    }

    /// Number of features with polygons, with lines and with points.
    #[must_use]
    pub fn kinds(&self) -> [usize; 3] {
        let filled = |ends: &[u32]| (0..ends.len()).filter(|&unit| !range(ends, unit).is_empty()).count();
        [filled(&self.polygons.unit_ends), filled(&self.lines.unit_ends), filled(&self.dots.unit_ends)]
    }
}

impl Layer {
    /// The layer as a read-only reference: polygons as rings, lines, points.
    #[must_use]
    pub fn into_reference(self) -> Reference {
        let Self { name, features, polygons, lines, dots, .. } = self;
        let mut shapes = Vec::with_capacity(features.len());
        let areas = Areas::from(polygons);
        for (unit, feature) in features.into_iter().enumerate() {
            let attributes = Arc::unwrap_or_clone(feature.attributes);
            let owned = |paths: &Paths<Point>| paths.of(unit).map(<[Point]>::to_vec).collect::<Vec<_>>();
            let rings: Vec<_> = areas.rings_of_unit(unit).map(<[Point]>::to_vec).collect();
            let (lines, points) = (owned(&lines), owned(&dots).concat());
            if !rings.is_empty() {
                shapes.push((Shape::Rings(rings), attributes.clone()));
            }
            if !lines.is_empty() {
                shapes.push((Shape::Lines(lines), attributes.clone()));
            }
            if !points.is_empty() {
                shapes.push((Shape::Points(points), attributes));
            }
        }
        Reference { name, features: shapes.into(), visible: true, opacity: 1.0 }
    }
}
