//! The picture: properties of scenes, labels, levels and pixels.

use std::f64::consts::TAU;
use std::sync::Arc;

use proptest::prelude::*;
use wangge::base::{Lang, Progress, Table, Text};
use wangge::geometry::{Bounds, Point};
use wangge::model::{Plan, Role, Squad, Tier, Zone, ZoneId};
use wangge::render::{
    Classes, Fill, Furniture, Kind, Measure, Pixels, Scene, Show, Style, View, font, map_png, raster, round_length,
};
use wangge::topology::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};

/// A city of `n` × `n` blocks of about 800 m with wobbly borders at 110.3° 20.0°.
struct Blocks {
    n: usize,
}

/// Cells of a block's side.
const SIZE: i32 = 80_000;

impl Blocks {
    fn corner(column: usize, row: usize) -> Point {
        Point::new(1_103_000_000 + column as i32 * SIZE, 200_000_000 + row as i32 * SIZE)
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
            Face { rings: [ring].into(), doubled_area: 2 * i128::from(SIZE).pow(2), bounds }
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
                tier.owner.set(FaceId(at as u32), Some(ZoneId(zone as u32)));
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

#[test]
fn the_hatch_lies_over_the_extreme_classes_only() {
    let plan = Blocks { n: 4 }.plan();
    let values = vec![Some(80.0), Some(-80.0), Some(0.0), None];
    let measure = Measure { values, ..Arc::unwrap_or_clone(deviation(4)) };
    let scene = Scene::new(
        &plan,
        Show { fill: Fill::Measure { tier: 1, measure: Arc::new(measure) }, hidden: vec![2], ..Show::default() },
        Style::light(),
    );
    let view = View::fit(plan.coverage.bounds(), 400.0, 400.0, 20.0);
    let picture = raster::draw(&scene, &view, &Progress::default()).unwrap();
    let colours_in = |zone: u32| {
        let faces = plan.tiers[1].faces_of(ZoneId(zone));
        let face = plan.coverage.faces().get(faces[0]).unwrap();
        let (x, y) = view.to_screen(face.bounds.centre());
        let near = (-12..=12).flat_map(|dy| (-12..=12).map(move |dx| (x as i32 + dx, y as i32 + dy)));
        let mut colours: Vec<_> = near.filter_map(|(x, y)| picture.pixel(x as u32, y as u32)).map(|c| c.0).collect();
        colours.sort_unstable();
        colours.dedup();
        colours.len()
    };
    assert!(colours_in(0) > 3 && colours_in(1) > 3);
    assert_eq!((colours_in(2), colours_in(3)), (1, 1));
}

#[test]
fn a_partition_is_filled_without_seams_at_every_scale() {
    // Where all zones have one colour, nothing of the borders between them may show in the fill.
    let mut plan = Blocks { n: 9 }.plan();
    let value = Arc::new(Measure { values: vec![Some(0.0); 25], ..Arc::unwrap_or_clone(deviation(25)) });
    plan.tiers.truncate(2);
    let show = Show { fill: Fill::Measure { tier: 1, measure: value }, hidden: vec![0, 1], ..Show::default() };
    let scene = Scene::new(&plan, show, Style::light());
    let inside = scene.colour_of(Some(FaceId(0)));
    for zoom in [1.0, 1.7, 9.0, 77.0] {
        let mut view = View::fit(plan.coverage.bounds(), 300.0, 260.0, -80.0);
        view.metres_per_point /= zoom;
        view.pan(3.3, -1.7);
        let picture = raster::draw(&scene, &view, &Progress::default()).unwrap();
        let odd =
            (0..260).flat_map(|y| (0..300).map(move |x| (x, y))).find(|&(x, y)| picture.pixel(x, y) != Some(inside));
        assert_eq!(odd, None, "zoom {zoom}");
    }
}

#[test]
fn every_border_is_drawn_once_with_its_coarsest_tier() {
    let plan = Blocks { n: 8 }.plan();
    let scene = Scene::new(&plan, Show::default(), Style::light());
    for (id, border) in plan.coverage.borders().iter() {
        let (Some(left), Some(right)) = (border.left, border.right) else {
            assert_eq!(scene.tier_of_border(id), None, "the coast belongs to no tier");
            continue;
        };
        let coarsest = plan.tiers.iter().position(|tier| tier.owner_of(left) != tier.owner_of(right));
        assert_eq!(scene.tier_of_border(id), coarsest);
    }
    let hidden = Scene::new(&plan, Show { hidden: vec![0], ..Show::default() }, Style::light());
    assert!(plan.coverage.borders().ids().all(|id| hidden.tier_of_border(id) != Some(0)));
}

#[test]
fn names_never_overlap_are_whole_and_lie_on_their_own_land() {
    let plan = Blocks { n: 12 }.plan();
    let scene = Scene::new(&plan, Show { labels: true, ..Show::default() }, Style::light());
    let taken = Pixels { left: 0.0, top: 0.0, right: 260.0, bottom: 140.0 };
    let mut seen = 0;
    for (zoom, pixels_per_point) in [(0.3, 1.0), (1.0, 1.0), (1.0, 2.0), (2.5, 1.25), (6.0, 1.0), (20.0, 1.5)] {
        let mut view = View::fit(plan.coverage.bounds(), 1000.0, 700.0, 20.0);
        view.pixels_per_point = pixels_per_point;
        view.metres_per_point /= zoom;
        let labels = scene.labels(&view, &[taken]);
        let (width, height) = view.pixels();
        let frame = Pixels { left: 0.0, top: 0.0, right: width as f32, bottom: height as f32 };
        for (at, label) in labels.iter().enumerate() {
            assert!(frame.holds(&label.room) && !taken.meets(&label.room), "{label:?}");
            assert!(labels[at + 1..].iter().all(|other| !other.room.meets(&label.room)), "{label:?}");
            let middle = (f64::from(label.room.left + label.room.right), f64::from(label.room.top + label.room.bottom));
            let scale = 2.0 * view.pixels_per_point;
            let place = view.point_at(middle.0 / scale, middle.1 / scale).unwrap();
            let tier = &plan.tiers[label.tier];
            let (column, row) = ((place.x - 1_103_000_000) / SIZE, (place.y - 200_000_000) / SIZE);
            let face = FaceId((row * 12 + column) as u32);
            // Wobbly borders: only a middle well inside its block tells.
            let off = |cells: i32| (cells.rem_euclid(SIZE) - SIZE / 2).abs() < SIZE / 4;
            if off(place.x - 1_103_000_000) && off(place.y - 200_000_000) {
                assert_eq!(tier.owner_of(face), Some(label.zone), "{label:?}");
            }
        }
        seen += labels.len();
    }
    assert!(seen > 40, "{seen} names in all");
}

#[test]
fn neighbours_have_squads_of_different_colours() {
    let mut plan = Blocks { n: 12 }.plan();
    for zone in 0..36u32 {
        let squad = plan.squads.push(Squad { code: format!("{zone}"), ..Squad::default() });
        plan.beats.set(ZoneId(zone), Some(squad));
    }
    let scene = Scene::new(&plan, Show { fill: Fill::Squads, ..Show::default() }, Style::light());
    let grids = &plan.tiers[1];
    for (_, border) in plan.coverage.borders().iter() {
        let (Some(left), Some(right)) = (border.left, border.right) else { continue };
        if grids.owner_of(left) != grids.owner_of(right) {
            assert_ne!(scene.colour_of(Some(left)), scene.colour_of(Some(right)));
        }
    }
}

#[test]
fn an_updated_scene_is_the_scene_of_the_new_plan() {
    let plan = Blocks { n: 8 }.plan();
    let show = Show { labels: true, fill: Fill::Measure { tier: 1, measure: deviation(16) }, ..Show::default() };
    let view = View::fit(plan.coverage.bounds(), 500.0, 400.0, 20.0);
    let picture = |scene: &Scene| raster::draw(scene, &view, &Progress::default()).unwrap();
    let old = Scene::new(&plan, show.clone(), Style::light());
    let before = picture(&old);
    let mut next = plan.clone();
    // Face 1 goes to the next grid, and one border inside the map is bent.
    Arc::make_mut(&mut next.tiers[1]).owner.set(FaceId(1), Some(ZoneId(1)));
    let mut borders = next.coverage.borders().clone();
    let id = BorderId(20);
    let mut border = borders.get(id).unwrap().clone();
    let mut points = border.points.to_vec();
    let middle = points.len() / 2;
    points[middle].y += SIZE / 5;
    border.points = points.into();
    borders.set(id, Some(border));
    next.coverage = Coverage::from_tables(next.coverage.nodes().clone(), borders, next.coverage.faces().clone());
    let updated = picture(&old.updated(&next));
    assert_eq!(updated, picture(&Scene::new(&next, show, Style::light())));
    assert_ne!(updated, before);
}

#[test]
fn the_picture_does_not_hang_on_threads() {
    let plan = Blocks { n: 8 }.plan();
    let show = Show { labels: true, fill: Fill::Measure { tier: 1, measure: deviation(16) }, ..Show::default() };
    let scene = Scene::new(&plan, show, Style::dark());
    let view = View::fit(plan.coverage.bounds(), 300.0, 300.0, 10.0);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| raster::draw(&scene, &view, &Progress::default()).unwrap())
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn a_cancelled_picture_stops() {
    let plan = Blocks { n: 4 }.plan();
    let scene = Scene::new(&plan, Show::default(), Style::light());
    let progress = Progress::default();
    progress.cancel();
    let view = View::fit(plan.coverage.bounds(), 100.0, 100.0, 5.0);
    assert!(raster::draw(&scene, &view, &progress).is_err());
}

#[test]
fn scale_bars_are_round_and_true() {
    for at in 0..4000 {
        let metres = 0.003 * 1.005f64.powi(at);
        let round = round_length(metres);
        assert!(round <= metres && round * 2.5 > metres * 0.999, "{metres} {round}");
        let digits = format!("{round:e}");
        assert!(matches!(digits.chars().next(), Some('1' | '2' | '5')) && !digits.contains('.'), "{digits}");
    }
    assert_eq!([0.0, -1.0, f64::NAN, f64::INFINITY].map(round_length), [0.0; 4]);
    // What the bar says is what the ground says: against the ellipsoid's own lengths.
    for lat in [0.0, 20.03, 45.0, 60.0] {
        let view = View { lat, ..View::fit(Blocks { n: 4 }.coverage().bounds(), 800.0, 600.0, 0.0) };
        let (a, b) = (view.point_at(300.0, 300.0).unwrap(), view.point_at(500.0, 300.0).unwrap());
        let ground = wangge::geometry::length_m(&[a, b]);
        assert!((ground / (200.0 * view.metres_per_point) - 1.0).abs() < 0.005, "{lat}: {ground}");
    }
}

proptest! {
    #[test]
    fn a_view_goes_there_and_back(lon in -179.0..179.0f64, lat in -80.0..80.0f64, log in -1.0..4.0f64,
        x in 0.0..1600.0f64, y in 0.0..1000.0f64, factor in 0.2..5.0f64) {
        let mut view = View { lon, lat, metres_per_point: 10f64.powf(log), width: 1600.0, height: 1000.0, pixels_per_point: 1.5 };
        let (px, py) = view.from_screen(x, y);
        prop_assume!(px.abs() < 180.0 && py.abs() < 84.0);
        let place = Point::from_degrees(px, py).unwrap();
        let (bx, by) = view.to_screen(place);
        // Half a lattice cell of rounding.
        let cell = 0.02 / view.metres_per_point + 1e-6;
        prop_assert!((bx - x).abs() < cell && (by - y).abs() < cell, "{bx} {by}");
        // Zooming keeps the place below the hand.
        view.zoom_at(factor, x, y);
        let (bx, by) = view.to_screen(place);
        prop_assume!(view.lat.abs() < 84.9 && view.lon.abs() < 179.9);
        prop_assert!((bx - x).abs() < 0.05 + cell * factor && (by - y).abs() < 0.05 + cell * factor, "{bx} {by}");
    }
}

#[test]
fn fit_shows_everything_and_no_more() {
    let bounds = Blocks { n: 7 }.coverage().bounds();
    let view = View::fit(bounds, 640.0, 480.0, 25.0);
    let (left, bottom) = view.to_screen(bounds.min);
    let (right, top) = view.to_screen(bounds.max);
    assert!(left >= 24.9 && top >= 24.9 && right <= 615.1 && bottom <= 455.1);
    assert!((left - 25.0).abs() < 0.1 || (top - 25.0).abs() < 0.1);
    assert!(View::fit(Bounds::EMPTY, 640.0, 480.0, 25.0).metres_per_point > 0.0);
}

#[test]
fn the_font_writes_every_name_of_the_sample_and_every_word_of_the_room() {
    let names =
        "琼山区龙华区秀英区美兰区海甸新埠灵山演丰三江大致坡云龙龙桥府城滨江凤翔国兴白龙博爱和平南人民白沙海府蓝天";
    assert!(font::can_write(names));
    assert!(font::can_write("0123456789 ABCabc ±%°²³×→←↑↓·…—“”‘’《》【】、。,;:?!¥□■●○▲△▼▽◆◇★☆✓›−–≥≤"));
    let Some(maps) =
        Some(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou")).filter(|maps| maps.exists())
    else {
        return;
    };
    for file in std::fs::read_dir(maps).unwrap().map(|file| file.unwrap().path()) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let missing: std::collections::BTreeSet<char> =
            text.chars().filter(|c| !c.is_control() && *c != '\u{feff}' && !font::can_write(&c.to_string())).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", file.display());
    }
}

#[test]
fn classes_hold_what_they_say() {
    let amount =
        |values: Vec<Option<f64>>| Measure { kind: Kind::Amount, values, ..Arc::unwrap_or_clone(deviation(1)) };
    let many = amount((0..600).map(|at| Some(f64::from(at * at) / 7.0)).collect());
    let classes = Classes::of(&many);
    assert_eq!(classes.count(), 6);
    assert!(classes.breaks.is_sorted());
    for (value, class) in many.values.iter().flatten().map(|&value| (value, classes.class(value))) {
        assert!(class == 0 || classes.breaks[class - 1] <= value);
        assert!(class == classes.breaks.len() || value < classes.breaks[class]);
    }
    // Few or equal values make few classes, none of them empty by construction.
    assert_eq!(Classes::of(&amount(vec![Some(3.0); 50])).count(), 1);
    assert_eq!(Classes::of(&amount(vec![None, Some(f64::NAN)])).count(), 1);
    // Small values are told apart too.
    let small = Classes::of(&amount((1..600).map(|at| Some(f64::from(at) * 1e-6)).collect()));
    let labels: Vec<String> = (0..small.count()).map(|class| small.label(class, Kind::Amount, Lang::En)).collect();
    assert_eq!(labels[1], "0.0001–0.0002");
    let band = Classes::of(&deviation(3));
    assert_eq!(band.label(band.class(0.0), Kind::Deviation, Lang::Zh), "−10%–+10%");
}

#[test]
fn a_map_is_a_png_of_the_size_asked_for() {
    let plan = Blocks { n: 4 }.plan();
    let furniture = Furniture {
        title: Some(Text::new("Blocks", "示意图")),
        subtitle: Some(Text::new("today", "现状")),
        note: Some(Text::new("made up", "示意数据")),
        legend: true,
        scale_bar: true,
        north: true,
    };
    let show =
        Show { fill: Fill::Measure { tier: 1, measure: deviation(4) }, labels: true, furniture, ..Show::default() };
    let png = map_png(&plan, show.clone(), Style::light(), (640, 400), &Progress::default()).unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!((&png[16..20], &png[20..24]), (&640u32.to_be_bytes()[..], &400u32.to_be_bytes()[..]));
    // A plan without land, and a picture too small for any furniture, are pictures still.
    assert!(map_png(&Plan::default(), show.clone(), Style::dark(), (300, 200), &Progress::default()).is_ok());
    assert!(map_png(&plan, show, Style::light(), (1, 1), &Progress::default()).is_ok());
}
