//! The graphics card draws what the raster draws, at any scale, after edits, and within the limits of WebGL 2.

use std::path::Path;
use std::sync::Arc;

use wangge::base::{Progress, Text};
use wangge::edit::Command;
use wangge::geometry::{Bounds, Point};
use wangge::io::{Options, open};
use wangge::model::{Attributes, Plan, Reference, Role, Shape};
use wangge::render::gpu::{Gpu, Ground, Screen};
use wangge::render::{Fill, Kind, Measure, Picture, Scene, Show, Style, View, raster};

use crate::card::card;
use crate::edit::apply;

fn haikou() -> Plan {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let files = ["blocks.geojson", "grids.geojson", "towns.geojson", "communities.geojson"];
    open(&files.map(|file| sample.join(file)), &Options::default(), &Progress::default()).unwrap().plan
}

fn gpu() -> Option<Gpu> {
    card(false).map(|state| Gpu::new(&state.device, &state.queue))
}

/// Grids coloured by a value that gives them hatched classes too.
fn shown(plan: &Plan) -> Show {
    let (tier, grids) = plan.tier_of(Role::Grid).unwrap();
    let values = (0..grids.zones.slots()).map(|slot| Some((slot * 37 % 101) as f64 - 50.0)).collect();
    let (name, unit) = (Text::default(), Text::default());
    let measure = Measure { name, unit, kind: Kind::Deviation, values, breaks: None };
    Show { fill: Fill::Measure { tier, measure: Arc::new(measure) }, ..Show::default() }
}

fn by_card(gpu: &Gpu, screen: &mut Screen, ground: &Ground, view: &View) -> Picture {
    gpu.pack(ground, view, &Progress::default()).unwrap();
    screen.draw(gpu, ground, view);
    screen.read(gpu).unwrap()
}

/// Mean difference of a channel, and the share of pixels where one is off by more than a quarter of its range.
fn difference(a: &Picture, b: &Picture) -> (f64, f64) {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let off = |at: usize| a.rgba[at].abs_diff(b.rgba[at]);
    let sum: u64 = (0..a.rgba.len()).map(|at| u64::from(off(at))).sum();
    let wrong = (0..a.rgba.len() / 4).filter(|pixel| (0..4).any(|part| off(pixel * 4 + part) > 64)).count();
    let pixels = a.rgba.len() as f64 / 4.0;
    (sum as f64 / (pixels * 3.0), wrong as f64 / pixels)
}

/// Whole, near, very near, far off the middle of the data, and on a fine screen.
fn views(plan: &Plan) -> Vec<View> {
    let whole = View::fit(plan.coverage.bounds(), 900.0, 640.0, 20.0);
    let corner = plan.coverage.borders().iter().nth(100).unwrap().1.points[0];
    let near = |metres_per_point| View { lon: corner.lon(), lat: corner.lat(), metres_per_point, ..whole };
    vec![whole, near(12.0), near(2.0), near(0.02), View { pixels_per_point: 1.5, ..near(8.0) }]
}

#[test]
fn the_card_draws_what_the_raster_draws() {
    let Some(gpu) = gpu() else { return };
    let plan = haikou();
    let mut screen = Screen::new(&gpu);
    for (style, hidden) in [(Style::light(), vec![]), (Style::dark(), vec![0])] {
        let scene = Arc::new(Scene::new(&plan, Show { hidden, ..shown(&plan) }, style));
        let ground = Ground::new(Arc::clone(&scene));
        for view in views(&plan) {
            let card = by_card(&gpu, &mut screen, &ground, &view);
            let raster = raster::draw(&scene, &view, &Progress::default()).unwrap();
            let (mean, wrong) = difference(&card, &raster);
            println!(
                "{:.2} m a point: off by {mean:.2} of 255, {:.3} % of pixels wrong",
                view.metres_per_point,
                wrong * 100.0
            );
            assert!(mean < 1.0 && wrong < 0.002, "{view:?}: {mean} {wrong}");
        }
    }
}

#[test]
fn reference_lines_are_drawn_while_they_are_visible() {
    let Some(gpu) = gpu() else { return };
    let mut plan = haikou();
    let view = View::fit(plan.coverage.bounds(), 500.0, 400.0, 10.0);
    let Bounds { min, max } = plan.coverage.bounds();
    let lines = vec![vec![min, max], vec![Point::new(min.x, max.y), Point::new(max.x, min.y)]];
    let features = [(Shape::Lines(lines), Attributes::new())].into();
    plan.references.push(Arc::new(Reference { name: "roads".to_owned(), features, visible: true, opacity: 1.0 }));
    let scene = |plan: &Plan| Arc::new(Scene::new(plan, shown(plan), Style::light()));
    let mut screen = Screen::new(&gpu);
    let with = scene(&plan);
    let ground = Ground::new(Arc::clone(&with));
    let card = by_card(&gpu, &mut screen, &ground, &view);
    let (mean, wrong) = difference(&card, &raster::draw(&with, &view, &Progress::default()).unwrap());
    assert!(mean < 1.0 && wrong < 0.002, "{mean} {wrong}");
    Arc::make_mut(&mut plan.references[0]).visible = false;
    let without = scene(&plan);
    let next = by_card(&gpu, &mut screen, &ground.next(Arc::clone(&without)), &view);
    assert_ne!(card, next);
    let (mean, wrong) = difference(&next, &raster::draw(&without, &view, &Progress::default()).unwrap());
    assert!(mean < 1.0 && wrong < 0.002, "{mean} {wrong}");
}

#[test]
fn the_ground_after_an_edit_is_the_ground_of_the_new_plan() {
    let Some(gpu) = gpu() else { return };
    let mut plan = haikou();
    let scene = |plan: &Plan| Arc::new(Scene::new(plan, shown(plan), Style::light()));
    let mut ground = Ground::new(scene(&plan));
    let (mut screen, mut fresh) = (Screen::new(&gpu), Screen::new(&gpu));
    let mut moved = 0;
    for step in 0..8 {
        let (border, points) =
            plan.coverage.borders().iter().nth(50 + step * 30).map(|(id, it)| (id, &it.points)).unwrap();
        let middle = points.len() / 2;
        let at = points[middle];
        let to = Point::new(at.x + 300, at.y + 200);
        let view = View { lon: at.lon(), lat: at.lat(), metres_per_point: 3.0, ..views(&plan)[0] };
        let Ok(done) = apply(&plan, &Command::MoveVertex { border, at: middle, to }) else { continue };
        moved += 1;
        let before = by_card(&gpu, &mut screen, &ground, &view);
        plan = done.plan;
        ground = ground.next(scene(&plan));
        let updated = by_card(&gpu, &mut screen, &ground, &view);
        let anew = by_card(&gpu, &mut fresh, &Ground::new(scene(&plan)), &view);
        assert_eq!(updated, anew);
        assert_ne!(updated, before);
    }
    assert!(moved > 2, "{moved} vertices moved");
}

#[test]
fn what_stands_on_the_ground_lies_on_it_as_if_drawn_with_it() {
    let plan = haikou();
    let show = shown(&plan);
    let view = View::fit(plan.coverage.bounds(), 900.0, 640.0, 20.0);
    let bare = raster::draw(&Scene::new(&plan, show.clone(), Style::light()), &view, &Progress::default()).unwrap();
    let named = Scene::new(&plan, Show { labels: true, ..show }, Style::light());
    let whole = raster::draw(&named, &view, &Progress::default()).unwrap();
    let marks = raster::marks(&named, &view, &Progress::default()).unwrap();
    let over = |at: usize| {
        let clear = 255 - u32::from(marks.rgba[at / 4 * 4 + 3]);
        u32::from(marks.rgba[at]) + (u32::from(bare.rgba[at]) * clear + 127) / 255
    };
    let most = (0..bare.rgba.len()).map(|at| over(at).abs_diff(u32::from(whole.rgba[at]))).max();
    assert!(most <= Some(4), "off by {most:?}");
    assert_ne!(bare, whole);
}
