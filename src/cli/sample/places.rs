//! Key places, cameras and streets.

use std::collections::BTreeMap;

use super::build::neighbours;
use super::city::{City, Class};
use super::cut::winds;
use super::dice::{Dice, cumulate};
use super::geojson::{self, Properties};
use super::haikou;
use super::lines::{Frame, Lines};
use super::mesh::{Kind, Spot};
use crate::geometry::Point;

/// A key place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) spot: Spot,
    /// The block it is in.
    pub(super) face: u32,
}

/// Kinds of places found in every town, and how many a community has on average.
const COMMON: [(&str, f64); 7] = [
    ("农贸市场", 0.40),
    ("学校", 0.62),
    ("医院", 0.22),
    ("商场", 0.22),
    ("公园", 0.2),
    ("公交站", 0.6),
    ("派出所", 0.12),
];

/// Places everybody knows, roughly where they are.
const LANDMARKS: &[(&str, &str, f64, f64)] = &[
    ("火车站", "海口站", 110.163, 20.030),
    ("火车站", "海口东站", 110.343, 19.986),
    ("港口", "秀英港", 110.281, 20.0265),
    ("公园", "万绿园", 110.312, 20.0325),
    ("公园", "人民公园", 110.341, 20.0335),
    ("公园", "金牛岭公园", 110.313, 20.0125),
    ("公园", "白沙门公园", 110.333, 20.0790),
    ("公园", "假日海滩", 110.230, 20.0375),
    ("景点", "骑楼老街", 110.3475, 20.0435),
    ("景点", "五公祠", 110.3545, 20.0065),
    ("学校", "海南大学", 110.325, 20.0600),
    ("商场", "明珠广场", 110.341, 20.0290),
];

/// Makes the places of all towns.
pub(super) fn places(city: &City, seed: u64) -> Vec<Place> {
    let mut places = Vec::new();
    for &(kind, name, lon, lat) in LANDMARKS {
        let spot = haikou::metres(lon, lat);
        let inside = |face: &u32| winds(&city.mesh.ring_spots(*face), spot);
        if let Some(face) = (0..city.mesh.faces.len() as u32).find(inside) {
            places.push(Place { kind, name: format!("{name}(示意)"), spot, face });
        }
    }
    for (number, town) in city.towns.iter().enumerate().filter(|(_, town)| town.patrol) {
        let faces: Vec<u32> =
            (0..city.blocks.len() as u32).filter(|&face| city.blocks[face as usize].town == number).collect();
        let weights = cumulate(faces.iter().map(|&face| city.blocks[face as usize].rate));
        let short = town.short();
        let mut dice = Dice::new(seed, "places", number as u64);
        for (kind, each) in COMMON {
            for serial in 1..=(town.communities as f64 * each).round().max(1.0) as usize {
                let face = faces[dice.weighted(&weights)];
                let spot = roadside(city, face, &mut dice);
                places.push(Place { kind, name: format!("{short}示意{serial}{kind}"), spot, face });
            }
        }
    }
    places
}

/// A place a little inside a block, off one of its streets.
fn roadside(city: &City, face: u32, dice: &mut Dice) -> Spot {
    let ring = city.mesh.ring_spots(face);
    let block = &city.blocks[face as usize];
    for _ in 0..12 {
        let at = dice.below(ring.len() - 1);
        let way = ring[at + 1] - ring[at];
        let depth = 12.0 + 0.06 * block.area_m2.sqrt();
        let spot = ring[at] + way * dice.between(0.2, 0.8) + way.left().normal() * depth;
        if winds(&ring, spot) {
            return spot;
        }
    }
    block.centre
}

/// The file of places.
pub(super) fn places_file(places: &[Place], frame: Frame) -> Vec<u8> {
    let features: Vec<(Properties, Point)> = places
        .iter()
        .map(|place| {
            (Properties::default().text("name", &place.name).text("kind", place.kind), frame.point(place.spot))
        })
        .collect();
    geojson::points("重点场所", &features)
}

/// The file of cameras: at crossings, most where most happens.
pub(super) fn cameras_file(city: &City, lines: &Lines, seed: u64) -> Vec<u8> {
    const SOURCES: [&str; 4] = ["公安天网", "城管视频", "交警电子警察", "社会单位"];
    let mesh = &city.mesh;
    let mut arms: BTreeMap<u32, (usize, f64, bool)> = BTreeMap::new();
    for half in 0..mesh.halves.len() as u32 {
        let entry = arms.entry(mesh.half(half).origin).or_default();
        entry.0 += 1;
        entry.2 |= !matches!(mesh.kinds[half as usize / 2], Kind::Road(_));
        if let Some(block) = city.blocks.get(mesh.half(half).face as usize) {
            entry.1 += block.rate;
        }
    }
    let total: f64 = arms.values().map(|(_, rate, _)| rate).sum();
    let mut features = Vec::new();
    for (&vertex, &(count, rate, edge)) in &arms {
        let mut dice = Dice::new(seed, "camera", u64::from(vertex));
        if count < 3 || edge || !dice.chance(rate / total * 620.0) {
            continue;
        }
        let serial = features.len() + 1;
        let properties = Properties::default()
            .text("code", &format!("SX{serial:04}"))
            .text("name", &format!("示意{serial}号探头"))
            .text("source", SOURCES[dice.below(SOURCES.len())]);
        features.push((properties, lines.corners[vertex as usize]));
    }
    geojson::points("视频监控点", &features)
}

/// The file of streets: every road as the longest lines its pieces make.
pub(super) fn streets_file(city: &City, lines: &Lines) -> Vec<u8> {
    let mut edges: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (edge, kind) in city.mesh.kinds.iter().enumerate() {
        if let Kind::Road(road) = kind {
            edges.entry(*road).or_default().push(edge as u32);
        }
    }
    let mut features = Vec::new();
    for (road, edges) in edges {
        let Some(road) = city.roads.get(road as usize) else { continue };
        let class = match road.class {
            Class::Arterial => "主干路",
            Class::Secondary => "次干路",
            Class::Street => "支路",
            Class::Lane => "巷",
        };
        for path in paths(city, lines, edges) {
            features.push((Properties::default().text("name", &road.name).text("class", class), path));
        }
    }
    geojson::lines("道路", &features)
}

/// Joins edges end to end.
fn paths(city: &City, lines: &Lines, edges: Vec<u32>) -> Vec<Vec<Point>> {
    let mut at: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &edge in &edges {
        let (a, b) = city.mesh.ends(2 * edge);
        at.entry(a).or_default().push(2 * edge);
        at.entry(b).or_default().push(2 * edge + 1);
    }
    let mut left: std::collections::BTreeSet<u32> = edges.into_iter().collect();
    // Ends of lines first, then whatever closes on itself.
    let mut starts: Vec<u32> = at.iter().filter(|(_, halves)| halves.len() != 2).map(|(&vertex, _)| vertex).collect();
    starts.extend(at.keys());
    let mut paths = Vec::new();
    for start in starts {
        let mut vertex = start;
        let mut path = Vec::new();
        while let Some(&half) = at[&vertex].iter().find(|&&half| left.contains(&(half / 2))) {
            left.remove(&(half / 2));
            path.extend(lines.along(&city.mesh, half));
            vertex = city.mesh.ends(half).1;
        }
        if !path.is_empty() {
            path.push(lines.corners[vertex as usize]);
            paths.push(path);
        }
    }
    paths
}

/// Faces around each place, its own first, where things happen that it attracts.
pub(super) fn surroundings(city: &City, places: &[Place]) -> Vec<Vec<u32>> {
    let neighbours = neighbours(&city.mesh);
    places
        .iter()
        .map(|place| std::iter::once(place.face).chain(neighbours[place.face as usize].iter().copied()).collect())
        .collect()
}
