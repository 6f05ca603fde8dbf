//! The picture: properties of scenes, labels, levels and pixels.

use std::f64::consts::TAU;
use std::sync::Arc;

use wangge::base::{Progress, Table, Text};
use wangge::geometry::{Bounds, Point};
use wangge::model::{Plan, Role, Tier, Zone};
use wangge::render::{Fill, Furniture, Kind, Measure, Scene, Show, Style, View, raster};
use wangge::topology::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};

/// A city of `n` × `n` blocks of about 800 m with wobbly borders at 110.3° 20.0°.
struct Blocks {
    n: usize,
}

impl Blocks {
    const SIZE: i32 = 80_000;

    fn corner(column: usize, row: usize) -> Point {
        Point::new(1_103_000_000 + column as i32 * Self::SIZE, 200_000_000 + row as i32 * Self::SIZE)
    }

    fn node(&self, column: usize, row: usize) -> NodeId {
        NodeId((row * (self.n + 1) + column) as u32)
    }

    fn face(&self, column: i64, row: i64) -> Option<FaceId> {
        let n = self.n as i64;
        ((0..n).contains(&column) && (0..n).contains(&row)).then(|| FaceId((row * n + column) as u32))
    }

    /// Border that goes east from a corner, or north.
    fn border(&self, column: usize, row: usize, north: bool) -> BorderId {
        let east = self.n * (self.n + 1);
        BorderId(if north { east + row * (self.n + 1) + column } else { row * self.n + column } as u32)
    }

    fn wobble(from: Point, to: Point, seed: usize) -> Arc<[Point]> {
        let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
        let at = |step: i32| {
            let along = f64::from(step) / 40.0;
            let off = 0.06 * (along * TAU).sin() * ((seed % 5) as f64 - 2.0) + 0.01 * (along * TAU * 7.0).sin();
            Point::new(from.x + (dx * along - dy * off) as i32, from.y + (dy * along + dx * off) as i32)
        };
        (0..=40).map(|step| if step == 40 { to } else { at(step) }).collect()
    }

    fn coverage(&self) -> Coverage {
        let n = self.n;
        let mut borders: Table<BorderId, Border> = Table::default();
        for (north, rows, columns) in [(false, n + 1, n), (true, n, n + 1)] {
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                let (c, r) = (column as i64, row as i64);
                let (end_c, end_r) = if north { (column, row + 1) } else { (column + 1, row) };
                let (left, right) = if north { ((c - 1, r), (c, r)) } else { ((c, r), (c, r - 1)) };
                borders.push(Border {
                    points: Self::wobble(Self::corner(column, row), Self::corner(end_c, end_r), row * 7 + column * 3),
                    from: self.node(column, row),
                    to: self.node(end_c, end_r),
                    left: self.face(left.0, left.1),
                    right: self.face(right.0, right.1),
                });
            }
        }
        let face = |at: usize| {
            let (column, row) = (at % n, at / n);
            let ring: Arc<[Directed]> = [
                Directed::forward(self.border(column, row, false)),
                Directed::forward(self.border(column + 1, row, true)),
                Directed::backward(self.border(column, row + 1, false)),
                Directed::backward(self.border(column, row, true)),
            ]
            .into();
            let bounds = ring.iter().filter_map(|edge| borders.get(edge.border()));
            let bounds = bounds.fold(Bounds::EMPTY, |all, border| all.join(Bounds::of(&border.points)));
            Face { rings: [ring].into(), doubled_area: 2 * i128::from(Self::SIZE).pow(2), bounds }
        };
        let faces = (0..n * n).map(face).collect();
        let nodes =
            (0..(n + 1) * (n + 1)).map(|at| Node { at: Self::corner(at % (n + 1), at / (n + 1)), out: [].into() });
        Coverage::from_tables(nodes.collect(), borders, faces)
    }

    /// Units, grids of 2 × 2 units and towns of 4 × 4, named.
    fn plan(&self) -> Plan {
        let tier = |role: Role, name: &str, block: usize, words: &str| {
            let mut tier = Tier::new(role, name);
            let across = self.n.div_ceil(block);
            for at in 0..across * across {
                let zone = Zone { code: format!("{at:03}"), name: format!("{words}{}", at + 1), ..Zone::default() };
                tier.zones.push(zone);
            }
            for at in 0..self.n * self.n {
                let zone = (at / self.n / block) * across + at % self.n / block;
                tier.owner.set(FaceId(at as u32), Some(wangge::model::ZoneId(zone as u32)));
            }
            Arc::new(tier)
        };
        let tiers = vec![
            tier(Role::Town, "towns", 4, "滨海街道"),
            tier(Role::Grid, "grids", 2, "网格"),
            tier(Role::Unit, "units", 1, ""),
        ];
        Plan { name: "blocks".to_owned(), coverage: self.coverage(), tiers, base: 2, ..Plan::default() }
    }
}

fn deviation(zones: usize) -> Arc<Measure> {
    let values = (0..zones).map(|at| (at % 9 != 4).then(|| (at as f64 * 37.0) % 160.0 - 70.0)).collect();
    Arc::new(Measure {
        name: Text::new("Load against the target", "工作量偏差"),
        unit: Text::new("percent of the mean", "相对平均值"),
        kind: Kind::Deviation,
        values,
        breaks: None,
    })
}

#[test]
fn a_picture_to_look_at() {
    let Some(out) = std::env::var_os("WANGGE_LOOK") else { return };
    let plan = Blocks { n: 12 }.plan();
    let furniture = Furniture {
        title: Some(Text::new("Blocks", "海口市责任网格图")),
        subtitle: Some(Text::new("Load today", "2016年 工作量与平均值之比")),
        note: Some(Text::new("Made up", "示意数据 · 内部资料,不作划界依据")),
        legend: true,
        scale_bar: true,
        north: true,
    };
    let show = Show {
        fill: Fill::Measure { tier: 1, measure: deviation(36) },
        labels: true,
        furniture,
        selection: vec![(1, wangge::model::ZoneId(14))],
        ..Show::default()
    };
    let png = wangge::render::map_png(&plan, show.clone(), Style::light(), (1600, 1000), &Progress::default()).unwrap();
    std::fs::write(std::path::Path::new(&out).join("blocks.png"), png).unwrap();
    let png = wangge::render::map_png(&plan, show, Style::dark(), (1600, 1000), &Progress::default()).unwrap();
    std::fs::write(std::path::Path::new(&out).join("dark.png"), png).unwrap();
}

#[test]
fn sea_is_sea_and_a_zone_has_the_colour_of_its_class() {
    let plan = Blocks { n: 8 }.plan();
    let fill = Fill::Measure { tier: 1, measure: deviation(16) };
    let scene = Scene::new(&plan, Show { fill, ..Show::default() }, Style::light());
    let view = View::fit(plan.coverage.bounds(), 400.0, 300.0, 20.0);
    let picture = raster::draw(&scene, &view, &Progress::default()).unwrap();
    assert_eq!(picture.pixel(3, 3), Some(Style::light().sea));
    for (id, face) in plan.coverage.faces().iter() {
        let (x, y) = view.to_screen(face.bounds.centre());
        let pixel = picture.pixel(x as u32, y as u32).unwrap();
        let colour = scene.colour_of(Some(id));
        // A hatch may lie over the colour; without one they are equal.
        let value = deviation(16).values[plan.tiers[1].owner_of(id).unwrap().0 as usize];
        if value.is_none_or(|value| (-50.0..50.0).contains(&value)) {
            assert_eq!(pixel, colour, "{id:?}");
        }
    }
}
