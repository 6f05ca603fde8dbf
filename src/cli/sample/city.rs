//! A city before it is written: the mesh, and for each block the zones it belongs to.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::cut::cut;
use super::dice::Dice;
use super::mesh::{Kind, Mesh, Spot, centre};

/// How much traffic a street carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Arterial,
    Secondary,
    Street,
    Lane,
}

/// A street.
#[derive(Clone, Debug)]
pub(super) struct Road {
    pub(super) name: String,
    pub(super) class: Class,
}

/// A town as drawn.
#[derive(Clone, Debug)]
pub(super) struct Town {
    pub(super) code: String,
    pub(super) name: String,
    /// In the patrol area.
    pub(super) patrol: bool,
    /// Where it is busiest.
    pub(super) heart: Spot,
    /// Distance in metres over which it thins out to half.
    pub(super) reach: f64,
    /// Incidents compared with other towns.
    pub(super) busy: f64,
    /// Direction of its streets.
    pub(super) grain: Spot,
    pub(super) communities: usize,
    pub(super) grids: usize,
    pub(super) blocks: usize,
    /// Names for its main streets, most important first.
    pub(super) streets: Vec<&'static str>,
    /// Names of communities that are known.
    pub(super) known: Vec<&'static str>,
}

impl Town {
    /// The name without 街道 or 镇.
    pub(super) fn short(&self) -> &str {
        self.name.trim_end_matches("街道").trim_end_matches('镇')
    }

    /// How densely built a place is, 0 ..= 1.
    pub(super) fn density(&self, spot: Spot) -> f64 {
        let away = (spot - self.heart).length() / self.reach;
        1.0 / (1.0 + away * away)
    }
}

/// A community (or unit), or a grid.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) town: usize,
}

/// A block: a face of the mesh.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) town: usize,
    /// Number of its community; none in towns drawn without.
    pub(super) community: Option<usize>,
    /// Number of its grid; none outside the patrol area.
    pub(super) grid: Option<usize>,
    pub(super) centre: Spot,
    pub(super) area_m2: f64,
    pub(super) households: u32,
    /// Expected incidents, relative.
    pub(super) rate: f64,
}

/// The whole city.
#[derive(Clone, Debug, Default)]
pub(super) struct City {
    pub(super) mesh: Mesh,
    pub(super) roads: Vec<Road>,
    /// Code and name.
    pub(super) districts: Vec<(String, String)>,
    pub(super) towns: Vec<Town>,
    pub(super) communities: Vec<Zone>,
    pub(super) grids: Vec<Zone>,
    /// By face.
    pub(super) blocks: Vec<Block>,
}

/// A face waiting to be cut, the heaviest first.
#[derive(PartialEq)]
struct Waiting {
    weight: f64,
    face: u32,
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.weight.total_cmp(&other.weight).then(other.face.cmp(&self.face))
    }
}

/// Cuts faces until there are `count`, the heaviest always first. `name` makes the street of each cut.
///
/// Faces that cannot be cut without a sliver stay; the number may then fall short.
pub(super) fn divide(
    mesh: &mut Mesh,
    faces: Vec<u32>,
    count: usize,
    weight: impl Fn(&[Spot]) -> f64,
    grain: Spot,
    dice: &mut Dice,
    mut road: impl FnMut(usize) -> u32,
) -> Vec<u32> {
    let weigh = |mesh: &Mesh, face| Waiting { weight: weight(&mesh.ring_spots(face)), face };
    let mut waiting: BinaryHeap<_> = faces.into_iter().map(|face| weigh(mesh, face)).collect();
    let mut done = Vec::new();
    let mut cuts = 0;
    while done.len() + waiting.len() < count {
        let Some(Waiting { face, .. }) = waiting.pop() else { break };
        // Marked first, numbered when the cut exists.
        match cut(mesh, face, grain, Kind::Road(u32::MAX), dice) {
            None => done.push(face),
            Some(new) => {
                let number = road(cuts);
                cuts += 1;
                for half in mesh.ring(new) {
                    if mesh.kinds[half as usize / 2] == Kind::Road(u32::MAX) {
                        mesh.kinds[half as usize / 2] = Kind::Road(number);
                    }
                }
                waiting.extend([weigh(mesh, face), weigh(mesh, new)]);
            }
        }
    }
    done.extend(waiting.into_iter().map(|waiting| waiting.face));
    done.sort_unstable();
    done
}

/// The order of numbers inside a parent: bands from north to south, in each from west to east.
pub(super) fn by_rows(mesh: &Mesh, faces: &[Vec<u32>]) -> Vec<usize> {
    let places: Vec<Spot> = faces
        .iter()
        .map(|faces| {
            let rings = faces.iter().map(|&face| (mesh.area(face), centre(&mesh.ring_spots(face))));
            let (area, sum) =
                rings.fold((0.0, Spot::default()), |(total, sum), (area, spot)| (total + area, sum + spot * area));
            sum * (1.0 / area.max(1e-9))
        })
        .collect();
    let ys = places.iter().map(|spot| spot.y);
    let (south, north) = ys.fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
    let bands = (places.len() as f64).sqrt().round().max(1.0);
    let band = |spot: Spot| ((north - spot.y) / (north - south).max(1e-9) * bands).floor().min(bands - 1.0) as u32;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| {
        band(places[a]).cmp(&band(places[b])).then(places[a].x.total_cmp(&places[b].x)).then(a.cmp(&b))
    });
    order
}
