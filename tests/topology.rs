//! The coverage: built from real layers and from hand-made ones.

use std::path::Path;

use serde_json::Value;
use wangge::base::Progress;
use wangge::geometry::{Areas, Point};
use wangge::topology::{Built, Fault, build};

use crate::data::shared;

/// Reads polygons with a reader that shares no code with the program's.
pub fn areas_of(path: &Path) -> Areas {
    let value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut areas = Areas::default();
    for feature in value["features"].as_array().unwrap() {
        let geometry = &feature["geometry"];
        let polygons: Vec<&Value> = match geometry["type"].as_str() {
            Some("Polygon") => vec![&geometry["coordinates"]],
            Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().iter().collect(),
            _ => Vec::new(),
        };
        for polygon in polygons {
            for ring in polygon.as_array().unwrap() {
                let points: Vec<Point> = ring
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|p| Point::from_degrees(p[0].as_f64().unwrap(), p[1].as_f64().unwrap()).unwrap())
                    .collect();
                areas.push_ring(&points);
            }
            areas.end_polygon();
        }
        areas.end_unit();
    }
    areas
}

pub fn built(areas: &Areas) -> Built {
    build(areas, &[], None, &Progress::default()).unwrap()
}

#[test]
fn survey_of_real_layers() {
    let Some(root) = shared("data") else { return };
    let Ok(wanted) = std::env::var("WANGGE_SURVEY") else { return };
    for file in wanted.split(',') {
        let areas = areas_of(&root.join(file));
        let start = std::time::Instant::now();
        let built = built(&areas);
        let (mut overlaps, mut gaps) = ((0, 0.0), (0, 0.0));
        for fault in &built.faults {
            match fault {
                Fault::Overlap { area_m2, .. } => overlaps = (overlaps.0 + 1, overlaps.1 + area_m2),
                Fault::Gap { area_m2, .. } => gaps = (gaps.0 + 1, gaps.1 + area_m2),
                other => println!("   {other:?}"),
            }
        }
        println!(
            "{file}: {} units {} points -> {} nodes {} borders {} faces; tolerance {:.3} snapped {} added {} overlaps {overlaps:?} gaps {gaps:?} {:?}",
            areas.units(), areas.points.len(), built.coverage.nodes().count(), built.coverage.borders().count(),
            built.coverage.faces().count(), built.tolerance_m, built.snapped, built.added.len(), start.elapsed()
        );
    }
}
