//! Random arrangements of lines that nearly coincide: a proven coverage always comes out, near where the lines were.

use proptest::prelude::*;
use wangge::base::Progress;
use wangge::geometry::{Areas, Point, Scale};
use wangge::topology::{Built, Settling, label, overlay, settle};

/// Metres a cell is high.
const CELL_M: f64 = 0.0112;

type Ring = Vec<(i32, i32)>;

/// Areas of one unit a ring.
fn units(rings: &[Ring]) -> Areas {
    let mut areas = Areas::default();
    for ring in rings {
        let points: Vec<Point> = ring.iter().map(|&(x, y)| Point::new(x, y)).collect();
        areas.push_ring(&points);
        areas.end_polygon();
        areas.end_unit();
    }
    areas
}

fn built(areas: &Areas, tolerance_m: Option<f64>) -> Built {
    let built = settle(areas, &[], tolerance_m, Settling::default(), &Progress::default()).unwrap();
    assert_eq!(built.coverage.prove(), Ok(()));
    built
}

/// How far a point lies from the nearest line of some areas, metres.
fn from_lines(areas: &Areas, p: Point) -> f64 {
    let scale = Scale::at(p.y);
    let rings = (0..areas.ring_ends.len()).map(|ring| areas.ring(ring));
    let pairs = rings.flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    pairs
        .map(|(a, b)| {
            let way = |to: &Point| [f64::from(to.x - p.x) * scale.x, f64::from(to.y - p.y) * scale.y];
            let (a, b) = (way(a), way(b));
            let d = [b[0] - a[0], b[1] - a[1]];
            let length2 = d[0] * d[0] + d[1] * d[1];
            let t = if length2 > 0.0 { (-(a[0] * d[0] + a[1] * d[1]) / length2).clamp(0.0, 1.0) } else { 0.0 };
            (a[0] + t * d[0]).hypot(a[1] + t * d[1])
        })
        .fold(f64::INFINITY, f64::min)
}

/// What building promises of any areas at any tolerance.
fn comes_out(areas: &Areas, tolerance_m: Option<f64>) -> Built {
    let built = built(areas, tolerance_m);
    // With strips closed it is a coverage too.
    let closing = Settling { gap_width_m: 0.05, strip_width_m: 0.05, ..Settling::default() };
    let closed = settle(areas, &[], tolerance_m, closing, &Progress::default()).unwrap();
    assert_eq!(closed.coverage.prove(), Ok(()));
    let reach = built.tolerance_m + CELL_M;
    assert!(built.furthest.is_none_or(|(far, _)| far <= reach), "{:?}", built.furthest);
    for (_, border) in built.coverage.borders().iter() {
        for &point in border.points.iter() {
            let far = from_lines(areas, point);
            assert!(far <= reach, "{point:?} is {far} m from every line, tolerance {}", built.tolerance_m);
        }
    }
    built
}

/// Stations of a line that two sides draw, each for itself: the line is the same but for some cells, and one side leaves
/// out what the other has. `kind` says how the line runs.
fn seam(stations: &[(i32, i32)], jitter: &[(i32, i32)], leave: &[bool]) -> Ring {
    let moved = stations.iter().zip(jitter).map(|(&(x, y), &(dx, dy))| (x + dx, y + dy));
    let last = stations.len() - 1;
    moved.enumerate().filter(|&(at, _)| at == 0 || at == last || !leave[at]).map(|(_, point)| point).collect()
}

prop_compose! {
    /// Zones around a point and along seams: each side has vertices 0 to 3 cells from those of the other, or none.
    fn neighbours()(
        step in prop::sample::select(vec![5, 40, 900, 30_000]),
        bends in prop::collection::vec((-3..4_i32, 0..4_i32), 7),
        jitter in prop::collection::vec((-2..2_i32, -2..2_i32), 4 * 7),
        leave in prop::collection::vec(prop::bool::weighted(0.3), 4 * 7),
        slope in -3..4_i32,
        fan in prop::collection::vec((-3..4_i32, -3..4_i32), 6),
    ) -> Vec<Ring> {
        let stations = |row: i32| -> Vec<(i32, i32)> {
            let place = |at: i32, (dx, dy): (i32, i32)| (at * step + dx, row * 3 * step + slope * at * step / 7 + dy);
            (0..).zip(&bends).map(|(at, &bend)| place(at, bend)).collect()
        };
        let side = |row: i32, from: usize| seam(&stations(row), &jitter[from * 7..][..7], &leave[from * 7..][..7]);
        // A strip below the first seam, one between the two, one above: four sides drawn.
        let strip = |low: Ring, high: Ring| low.into_iter().chain(high.into_iter().rev()).collect::<Ring>();
        let mut rings = vec![
            strip(stations(-1), side(0, 0)),
            strip(side(0, 1), side(1, 2)),
            strip(side(1, 3), stations(2)),
        ];
        // Triangles that meet in one point, each with its own copy of it.
        let around = [(9, 0), (6, 8), (-5, 9), (-9, -1), (-4, -9), (6, -8)];
        for (at, &(dx, dy)) in fan.iter().enumerate() {
            let corner = |at: usize| (around[at % 6].0 * step, around[at % 6].1 * step - 20 * step);
            let (a, b) = (corner(at), corner(at + 1));
            rings.push(vec![(dx, dy - 20 * step), (a.0 + dy, a.1 - dx), (b.0 - dx, b.1 + dy)]);
        }
        rings
    }
}

/// Rings on so few cells that nearly all of them meet.
fn crowded() -> impl Strategy<Value = Vec<Ring>> {
    prop_oneof![Just(6), Just(14), Just(60)]
        .prop_flat_map(|size| prop::collection::vec(prop::collection::vec((0..size, 0..size), 3..8), 1..6))
}

/// Thin triangles over each other: nearly parallel lines, which cross where rounding moves most.
fn slender() -> impl Strategy<Value = Vec<Ring>> {
    let corner = || (-4..5_i32, -4..5_i32);
    prop::collection::vec((corner(), corner(), corner()), 2..6).prop_map(|all| {
        let place = |base: (i32, i32), (dx, dy): (i32, i32)| (base.0 + dx, base.1 + dy);
        let ring = |(a, b, c): ((i32, i32), (i32, i32), (i32, i32))| {
            vec![place((0, 0), a), place((10_038, 1_244), b), place((-7_596, -4_605), c)]
        };
        all.into_iter().map(ring).collect()
    })
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn neighbours_come_out(rings in neighbours(), tolerance_m in prop::sample::select(vec![None, Some(0.0), Some(0.03)])) {
        comes_out(&units(&rings), tolerance_m);
    }

    #[test]
    fn crowded_rings_come_out(rings in crowded(), tolerance_m in prop::sample::select(vec![None, Some(0.0), Some(0.03)])) {
        comes_out(&units(&rings), tolerance_m);
    }

    #[test]
    fn slender_rings_come_out(rings in slender(), tolerance_m in prop::sample::select(vec![None, Some(0.0)])) {
        comes_out(&units(&rings), tolerance_m);
    }

    /// A second and a third layer over the first, all a few cells apart.
    #[test]
    fn layers_come_out(
        rings in prop_oneof![neighbours(), crowded(), slender()],
        moved in prop::collection::vec((-3..4_i32, -3..4_i32), 24),
        tolerance_m in prop::sample::select(vec![None, Some(0.0)]),
    ) {
        let base = built(&units(&rings), tolerance_m).coverage;
        let mut step = moved.iter().cycle();
        let mut shifted = |rings: &[Ring]| -> Areas {
            let shift = |&(x, y): &(i32, i32), (dx, dy): (i32, i32)| (x + dx, y + dy);
            let ring = |ring: &Ring| ring.iter().zip(step.by_ref()).map(|(point, &by)| shift(point, by)).collect();
            units(&rings.iter().map(ring).collect::<Vec<Ring>>())
        };
        let progress = Progress::default();
        let (second, third) = (shifted(&rings), shifted(&rings));
        label(&base, &second, tolerance_m, &progress).unwrap();
        let over = overlay(&base, &second, tolerance_m, &progress).unwrap();
        prop_assert_eq!(over.coverage.prove(), Ok(()));
        let over = overlay(&over.coverage, &third, tolerance_m, &progress).unwrap();
        prop_assert_eq!(over.coverage.prove(), Ok(()));
    }

    /// The order of the zones, and where their rings begin, does not matter.
    #[test]
    fn the_order_does_not_matter(
        rings in prop_oneof![neighbours(), crowded(), slender()],
        keys in prop::collection::vec(0..1_000_u32, 12),
        turn in 0..7_usize,
        tolerance_m in prop::sample::select(vec![None, Some(0.0), Some(0.03)]),
    ) {
        let count = rings.len();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&at| keys[at % keys.len()]);
        let turned = |ring: &Ring| {
            let mut ring = ring.clone();
            let by = turn % ring.len();
            ring.rotate_left(by);
            if turn % 2 == 1 {
                ring.reverse();
            }
            ring
        };
        let shuffled: Vec<Ring> = order.iter().map(|&at| turned(&rings[at])).collect();
        let settling = Settling::default();
        let ranks: Vec<u32> = (0..count as u32).collect();
        let moved: Vec<u32> = order.iter().map(|&at| at as u32).collect();
        let one = settle(&units(&rings), &ranks, tolerance_m, settling, &Progress::default()).unwrap();
        let two = settle(&units(&shuffled), &moved, tolerance_m, settling, &Progress::default()).unwrap();
        prop_assert_eq!(land(&one, &ranks), land(&two, &moved));
    }
}

/// The rings of each zone, by its rank, from the least point of each.
fn land(built: &Built, rank: &[u32]) -> Vec<(u32, Vec<Point>)> {
    let mut land = Vec::new();
    for (id, face) in built.coverage.faces().iter() {
        let Some(unit) = built.owner[id.0 as usize] else { continue };
        for ring in face.rings.iter() {
            let mut points = built.coverage.ring_points(ring);
            points.pop();
            let least = (0..points.len()).min_by_key(|&at| points[at]).unwrap();
            points.rotate_left(least);
            land.push((rank[unit as usize], points));
        }
    }
    land.sort_unstable();
    land
}
