//! A plan of squares for tests: `side` × `side` faces in units, blocks of 2 × 2 in grids, everything in one town.

use std::sync::Arc;

use wangge::base::Table;
use wangge::geometry::{Bounds, Point};
use wangge::model::{Plan, Role, Tier, Zone, ZoneId};
use wangge::topology::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};

/// Lattice cells of a side of a square, about 500 m.
const CELLS: i32 = 50_000;

/// The squares.
pub(crate) fn plan(side: usize) -> Plan {
    let mut plan = Plan { name: "方格".to_owned(), coverage: coverage(side), base: 2, ..Plan::default() };
    let owner = |of: &dyn Fn(usize, usize) -> usize| -> Table<FaceId, ZoneId> {
        (0..side * side).map(|face| ZoneId(of(face % side, face / side) as u32)).collect()
    };
    let blocks = side.div_ceil(2);
    let tiers = [
        (Role::Town, "镇街", 1, owner(&|_, _| 0)),
        (Role::Grid, "责任网格", blocks * blocks, owner(&|x, y| x / 2 + y / 2 * blocks)),
        (Role::Unit, "单元网格", side * side, owner(&|x, y| x + y * side)),
    ];
    for (role, name, zones, owner) in tiers {
        let mut tier = Tier::new(role, name);
        tier.zones = (0..zones).map(|at| zone(role, at)).collect();
        tier.owner = owner;
        plan.tiers.push(Arc::new(tier));
    }
    plan
}

fn zone(role: Role, at: usize) -> Zone {
    let code = format!("460105{:03}", at + 1);
    let name = match role {
        Role::Town => "示意镇".to_owned(),
        Role::Grid => format!("网格{}", at + 1),
        _ => format!("地块{}", at + 1),
    };
    Zone { code, name, ..Zone::default() }
}

/// A corner of the squares, counted from the south-west.
pub(crate) fn corner(x: usize, y: usize) -> Point {
    Point::new(1_103_300_000 + x as i32 * CELLS, 200_200_000 + y as i32 * CELLS)
}

/// Borders going east first, row by row, then those going north, column by column.
fn coverage(side: usize) -> Coverage {
    let across = |x: usize, y: usize| BorderId((y * side + x) as u32);
    let up = |x: usize, y: usize| BorderId((side * (side + 1) + x * side + y) as u32);
    let face = |x: Option<usize>, y: Option<usize>| -> Option<FaceId> {
        let (x, y) = (x.filter(|&x| x < side)?, y.filter(|&y| y < side)?);
        Some(FaceId((y * side + x) as u32))
    };
    let node = |x: usize, y: usize| NodeId((y * (side + 1) + x) as u32);
    let mut nodes = Table::default();
    for (y, x) in (0..=side).flat_map(|y| (0..=side).map(move |x| (y, x))) {
        let mut out = Vec::new();
        out.extend((x < side).then(|| Directed::forward(across(x, y))));
        out.extend((y < side).then(|| Directed::forward(up(x, y))));
        out.extend((x > 0).then(|| Directed::backward(across(x.saturating_sub(1), y))));
        out.extend((y > 0).then(|| Directed::backward(up(x, y.saturating_sub(1)))));
        nodes.push(Node { at: corner(x, y), out: out.into() });
    }
    let mut borders = Table::default();
    for (y, x) in (0..=side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        let points = [corner(x, y), corner(x + 1, y)].into();
        let (left, right) = (face(Some(x), Some(y)), face(Some(x), y.checked_sub(1)));
        borders.push(Border { points, from: node(x, y), to: node(x + 1, y), left, right });
    }
    for (x, y) in (0..=side).flat_map(|x| (0..side).map(move |y| (x, y))) {
        let points = [corner(x, y), corner(x, y + 1)].into();
        let (left, right) = (face(x.checked_sub(1), Some(y)), face(Some(x), Some(y)));
        borders.push(Border { points, from: node(x, y), to: node(x, y + 1), left, right });
    }
    let mut faces = Table::default();
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        let ring: Arc<[Directed]> = [
            Directed::forward(across(x, y)),
            Directed::forward(up(x + 1, y)),
            Directed::backward(across(x, y + 1)),
            Directed::backward(up(x, y)),
        ]
        .into();
        let bounds = Bounds { min: corner(x, y), max: corner(x + 1, y + 1) };
        faces.push(Face { rings: [ring].into(), doubled_area: 2 * i128::from(CELLS) * i128::from(CELLS), bounds });
    }
    Coverage::from_tables(nodes, borders, faces)
}
