//! How a layer is handed over: what other platforms ask for.

use std::fmt::Write as _;

use super::feature::decimal;
use super::polygons::Polygon;
use crate::base::Text;
use crate::geometry::Point;
use crate::io::crs::System;
use crate::io::layer::Reading;

/// How a tier is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportOptions {
    /// One feature for each part, for systems that pass over every `MultiPolygon`.
    pub polygons_only: bool,
    /// The coordinate system; `None` is degrees of WGS 84 as they stand on the lattice.
    pub system: Option<System>,
    /// Properties under other names: the one they have, the one they get.
    pub renames: Vec<(String, String)>,
    /// The date that registers carry, as it is to be printed.
    pub date: String,
    /// Whether columns about people go along.
    pub personal: bool,
}

impl ExportOptions {
    /// East and north of a lattice point in the system of the file. The same point gives the same numbers wherever it
    /// stands, so that what shares a border shares it in the file.
    pub(super) fn place(&self, point: Point) -> [f64; 2] {
        let degrees = [point.lon(), point.lat()];
        self.system.as_ref().map_or(degrees, |system| system.from_degrees(degrees))
    }

    /// A lattice point as text: exactly, or with digits enough to find it again.
    pub(super) fn text(&self, out: &mut String, point: Point, between: char) {
        if self.system.as_ref().is_none_or(System::is_degrees) {
            decimal(out, point.x);
            out.push(between);
            decimal(out, point.y);
        } else {
            let [x, y] = self.place(point);
            let _never_fails = write!(out, "{x:.9}{between}{y:.9}");
        }
    }

    /// Least and greatest east and north of some polygons; `None` without any.
    pub(super) fn corners<'a>(&self, polygons: impl IntoIterator<Item = &'a Polygon>) -> Option<[f64; 4]> {
        let places = polygons.into_iter().flat_map(|polygon| &polygon.outer).map(|&point| self.place(point));
        places.fold(None, |all: Option<[f64; 4]>, [x, y]| {
            let [west, south, east, north] = all.unwrap_or([x, y, x, y]);
            Some([west.min(x), south.min(y), east.max(x), north.max(y)])
        })
    }

    /// How the file is read again.
    pub(super) fn reading(&self) -> Reading {
        Reading { system: self.system.clone(), personal: true, compares: true, ..Reading::default() }
    }

    /// What a reader of the file must know about its system.
    pub(super) fn caution(&self) -> Option<Text> {
        let system = self.system.as_ref().filter(|system| system.is_shifted())?;
        Some(Text::new(
            format!("converted to {} by the published formula: approximate, for overlay only", system.name),
            format!("已按公开公式换算为 {}:近似,仅供叠合", system.name),
        ))
    }
}
