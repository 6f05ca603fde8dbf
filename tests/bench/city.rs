//! The figures of a large city: `WANGGE_CITY=DIR cargo bench --no-default-features --bench city`.
//!
//! The folder holds what `wangge sample --units 20000 --grids 8000 --incidents 1000000 -o DIR` wrote.

#![allow(clippy::print_stdout, reason = "a bench that is skipped says so")]

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use wangge::balance::{Loads, faces_of_incidents};
use wangge::base::{Progress, Text};
use wangge::index::{Index, Located};
use wangge::io::{Options, open};
use wangge::model::{Plan, Role};
use wangge::render::{Dots, Fill, Kind, Measure, Scene, Show, Style, View, raster};

fn city(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("WANGGE_CITY").map(PathBuf::from) else {
        println!("SKIPPED: WANGGE_CITY names no folder");
        return;
    };
    let progress = Progress::default();
    let files = |names: &[&str]| names.iter().map(|name| folder.join(name)).collect::<Vec<_>>();
    let mut group = criterion.benchmark_group("city");
    group.sample_size(10);
    let units = files(&["units.geojson"]);
    group.bench_function("read units, build and prove the coverage", |bench| {
        bench.iter(|| black_box(open(&units, &Options::default(), &progress)));
    });
    let all = files(&["units.geojson", "grids.geojson", "towns.geojson", "incidents.csv"]);
    group.bench_function("open everything", |bench| {
        bench.iter(|| black_box(open(&all, &Options::default(), &progress)));
    });
    let Ok(opened) = open(&all, &Options::default(), &progress) else {
        println!("SKIPPED: {} holds no city", folder.display());
        return;
    };
    let plan = opened.plan;
    group.bench_function("prove the coverage from its tables", |bench| bench.iter(|| black_box(plan.coverage.prove())));
    group.bench_function("index it", |bench| bench.iter(|| black_box(Index::of(&plan.coverage))));
    let index = Index::of(&plan.coverage);
    group.bench_function("locate a million incidents", |bench| {
        bench.iter(|| black_box(Located::of(&plan, &index, &progress)));
    });
    let Ok(located) = Located::of(&plan, &index, &progress) else { return };
    group.bench_function("loads by face and hour", |bench| {
        bench.iter(|| black_box(Loads::of(&plan, &faces_of_incidents(&plan, &located), &progress)));
    });
    draw(&mut group, &plan, &located);
}

/// Pictures of 1600 by 1000 pixels: whole, and a tenth of the way in.
fn draw(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>, plan: &Plan, located: &Located) {
    let progress = Progress::default();
    let show = Show { fill: fill(plan, located), labels: true, ..Show::default() };
    group.bench_function("a scene of it", |bench| {
        bench.iter(|| black_box(Scene::new(plan, show.clone(), Style::light())));
    });
    let scene = Scene::new(plan, show.clone(), Style::light());
    let dotted = scene.showing(Show { dots: Dots::All, ..show }, Style::light());
    let whole = scene.whole(1600.0, 1000.0);
    let near = View { metres_per_point: whole.metres_per_point / 10.0, ..whole };
    for (name, scene, view) in [
        ("draw it whole", &scene, &whole),
        ("draw it ten times nearer", &scene, &near),
        ("draw it whole with its incidents", &dotted, &whole),
    ] {
        group.bench_function(name, |bench| bench.iter(|| black_box(raster::draw(scene, view, &progress))));
    }
}

/// Zones coloured by incidents.
fn fill(plan: &Plan, located: &Located) -> Fill {
    let Some((tier, grids)) = plan.tier_of(Role::Grid) else { return Fill::Plain };
    let values = located.tier(plan, grids).by_zone.iter().map(|&count| Some(f64::from(count))).collect();
    let measure = Measure {
        name: Text::new("Incidents", "案件"),
        unit: Text::default(),
        kind: Kind::Amount,
        values,
        breaks: None,
    };
    Fill::Measure { tier, measure: measure.into() }
}

criterion_group!(benches, city);
criterion_main!(benches);
