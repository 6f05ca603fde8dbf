//! One city in every encoding, system and format it is met in lands on the same faces.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wangge::geometry::{Point, Scale};
use wangge::io::crs::{System, to_gcj};
use wangge::io::{Options, open};
use wangge::model::Plan;

use super::{outside, progress};

/// How far a vertex may land from its place, metres.
const WITHIN_M: f64 = 0.03;
const LAYERS: [&str; 3] = ["blocks", "grids", "towns"];

fn sample(layer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("maps/haikou/{layer}.geojson"))
}

/// What stands on each base unit, by its code: all vertices of its faces, sorted, and its names in the tiers.
fn faces(plan: &Plan) -> BTreeMap<String, (Vec<Point>, Vec<String>)> {
    let base = &plan.tiers[plan.base];
    let mut found: BTreeMap<String, (Vec<Point>, Vec<String>)> = BTreeMap::new();
    for (id, face) in plan.coverage.faces().iter() {
        let Some(zone) = base.owner_of(id).and_then(|zone| base.zones.get(zone)) else { continue };
        let entry = found.entry(zone.code.clone()).or_default();
        entry.0.extend(face.rings.iter().flat_map(|ring| plan.coverage.ring_points(ring)));
        let names = plan.tiers.iter().map(|tier| {
            tier.owner_of(id).and_then(|zone| tier.zones.get(zone)).map_or_else(String::new, |zone| zone.name.clone())
        });
        entry.1 = names.collect();
    }
    found.values_mut().for_each(|(points, _)| {
        points.sort_unstable();
        points.dedup();
    });
    found
}

/// The farthest a vertex of one list is from the nearest of another, metres.
fn farthest(from: &[Point], to: &[Point]) -> f64 {
    let nearest = |point: &Point| {
        let scale = Scale::at(point.y);
        to.iter().map(|other| scale.distance(*point, *other)).fold(f64::MAX, f64::min)
    };
    from.iter().map(nearest).fold(0.0, f64::max)
}

fn shifted(value: &mut serde_json::Value) {
    let list = value.as_array_mut().unwrap();
    if let (Some(lon), Some(lat)) = (list[0].as_f64(), list.get(1).and_then(serde_json::Value::as_f64)) {
        *list = to_gcj([lon, lat]).map(serde_json::Value::from).to_vec();
    } else {
        list.iter_mut().for_each(shifted);
    }
}

/// Makes a layer of the sample in GCJ-02, as `GeoJSON`.
fn in_gcj(layer: &str, folder: &Path) -> PathBuf {
    let mut all: serde_json::Value = serde_json::from_slice(&std::fs::read(sample(layer)).unwrap()).unwrap();
    for feature in all["features"].as_array_mut().unwrap() {
        shifted(&mut feature["geometry"]["coordinates"]);
    }
    let path = folder.join(format!("{layer}.geojson"));
    std::fs::write(&path, all.to_string()).unwrap();
    path
}

/// A way to write the city: GDAL's driver, the ending, the system, and whether its text is GB18030.
#[derive(Clone, Copy, Debug)]
struct Way(&'static str, &'static str, &'static str, bool);

impl Way {
    /// Writes a layer; `None`, said aloud, without GDAL.
    fn write(self, layer: &str, folder: &Path) -> Option<PathBuf> {
        let Self(driver, ending, system, chinese) = self;
        let gcj = system == "GCJ-02";
        let from = if gcj { in_gcj(layer, folder) } else { sample(layer) };
        let path = folder.join(format!("{layer}.{ending}"));
        if path != from {
            let to = if gcj { "EPSG:4326" } else { system };
            let mut args = vec!["-f", driver, "-t_srs", to, "-nln", layer];
            match driver {
                "ESRI Shapefile" if chinese => args.extend(["-lco", "ENCODING=GB18030"]),
                "ESRI Shapefile" => args.extend(["-lco", "ENCODING=UTF-8"]),
                "GeoJSON" => args.extend(["-lco", "COORDINATE_PRECISION=9"]),
                _ => {}
            }
            args.extend([path.to_str().unwrap(), from.to_str().unwrap()]);
            outside("ogr2ogr", &args)?;
            if gcj {
                std::fs::remove_file(from).unwrap();
            }
        }
        if chinese && driver == "GeoJSON" {
            let text = std::fs::read_to_string(&path).unwrap();
            let (bytes, _, lost) = encoding_rs::GB18030.encode(&text);
            assert!(!lost);
            std::fs::write(&path, bytes).unwrap();
        }
        Some(path)
    }
}

#[test]
fn one_city_lands_on_the_same_faces_however_it_is_written() {
    let right = open(&LAYERS.map(sample), &Options::default(), &progress()).unwrap().plan;
    let right = faces(&right);
    assert_eq!(right.len(), 2969);
    let mut ways: Vec<[Way; 3]> = Vec::new();
    for system in ["EPSG:4326", "GCJ-02", "EPSG:4546", "EPSG:4525"] {
        for (driver, ending) in [("GeoJSON", "geojson"), ("ESRI Shapefile", "shp")] {
            ways.extend([false, true].map(|chinese| [Way(driver, ending, system, chinese); 3]));
        }
        // A GeoPackage is UTF-8 by its standard.
        ways.push([Way("GPKG", "gpkg", system, false); 3]);
    }
    // And each layer from another office.
    ways.push([
        Way("GPKG", "gpkg", "EPSG:4525", false),
        Way("ESRI Shapefile", "shp", "EPSG:4546", true),
        Way("GeoJSON", "geojson", "GCJ-02", true),
    ]);
    for way in ways {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::default();
        let mut files = Vec::new();
        for (layer, way) in LAYERS.into_iter().zip(way) {
            let Some(path) = way.write(layer, folder.path()) else { return };
            if way.2 == "GCJ-02" {
                options.systems.push((path.clone(), System::named("GCJ-02").unwrap()));
            }
            files.push(path);
        }
        let plan = open(&files, &options, &progress()).unwrap().plan;
        let found = faces(&plan);
        assert_eq!(found.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "{way:?}");
        for (code, (points, names)) in &found {
            let (wanted, called) = &right[code];
            assert_eq!(names, called, "{way:?} {code}");
            let off = farthest(points, wanted).max(farthest(wanted, points));
            assert!(off <= WITHIN_M, "{way:?} {code}: a vertex is {off:.3} m off");
        }
    }
}
