//! How a layer is handed over: what other platforms ask for.

use std::fmt::Write as _;

use super::feature::decimal;
use super::polygons::Polygon;
use crate::base::Text;
use crate::geometry::Point;
use crate::io::crs::System;
use crate::io::layer::Reading;
use crate::model::{Computed, Naming, Plan};

/// A figure that a layer or a table can carry as a property, whatever its file had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The squad that patrols it.
    Squad,
    /// Hours of work a week.
    Load,
    /// Incidents in it.
    Incidents,
    /// Its area.
    Area,
    /// Households in it.
    Households,
    /// The zone above that holds most of it.
    Town,
    /// The length of its border.
    Border,
}

impl Field {
    /// All of them in the order they are written.
    pub const ALL: [Self; 7] =
        [Self::Town, Self::Area, Self::Border, Self::Incidents, Self::Load, Self::Households, Self::Squad];

    /// The word of `--fields`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Squad => "squad",
            Self::Load => "load",
            Self::Incidents => "incidents",
            Self::Area => "area",
            Self::Households => "households",
            Self::Town => "town",
            Self::Border => "border",
        }
    }

    /// The name of its property: ten bytes at most, which is what a shapefile holds.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Load => "load_hours",
            Self::Area => "area_m2",
            Self::Border => "border_m",
            other => other.key(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(self) -> Text {
        let (en, zh) = match self {
            Self::Squad => ("Squad", "责任分队"),
            Self::Load => ("Workload (h/week)", "工作量（小时/周）"),
            Self::Incidents => ("Incidents", "案件数"),
            Self::Area => ("Area (m²)", "面积（平方米）"),
            Self::Households => ("Households", "户数"),
            Self::Town => ("Town", "所属镇街"),
            Self::Border => ("Border length (m)", "边界长度（米）"),
        };
        Text::new(en, zh)
    }

    /// What its values are, of a tier given by its place in the plan's order; `None` where the plan has nothing of it.
    pub(super) fn computed(self, plan: &Plan, at: usize) -> Option<Computed> {
        Some(match self {
            Self::Squad => Computed::Squad { naming: Naming::Name },
            Self::Load => Computed::Load { decimals: 1 },
            Self::Incidents => Computed::Incidents,
            Self::Area => Computed::Area { unit: 1000, decimals: 0 },
            Self::Households => Computed::Households,
            Self::Town => {
                let above = plan.tiers.get(plan.parent_of(at)?)?;
                Computed::Owner { tier: above.name.clone(), naming: Naming::Name }
            }
            Self::Border => Computed::Border { unit: 1, decimals: 0 },
        })
    }
}

/// How a tier is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportOptions {
    /// One feature for each part, for systems that pass over every `MultiPolygon`.
    pub polygons_only: bool,
    /// The coordinate system; `None` is degrees of WGS 84 as they stand on the lattice.
    pub system: Option<System>,
    /// Properties under other names: the one they have, the one they get.
    pub renames: Vec<(String, String)>,
    /// Figures that are written as properties beside those of the file.
    pub fields: Vec<Field>,
    /// The date that registers carry, as it is to be printed.
    pub date: String,
    /// Whether columns about people go along.
    pub personal: bool,
}

impl ExportOptions {
    /// The same for a table: one row a zone, with its area.
    pub(super) fn of_table(&self) -> Self {
        let mut fields = self.fields.clone();
        if !fields.contains(&Field::Area) {
            fields.push(Field::Area);
        }
        Self { polygons_only: false, fields, ..self.clone() }
    }

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
            format!("已按公开公式换算为 {}：近似，仅供叠合", system.name),
        ))
    }
}
