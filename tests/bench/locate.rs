//! Reading and joining at the size of a city: `WANGGE_CITY=DIR cargo bench --no-default-features --bench locate`.
//!
//! The folder holds what `wangge sample --units 20000 --grids 8000 --incidents 1000000 -o DIR` wrote.

#![allow(clippy::print_stdout, reason = "a bench that is skipped says so")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use wangge::base::Progress;
use wangge::index::{Strips, join};
use wangge::io::{Layer, incidents};

fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = folder.join(name);
    if !path.exists() {
        println!("SKIPPED: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

fn strips(layer: &Layer<[f64; 2]>) -> Strips<'_, [f64; 2]> {
    let areas = &layer.polygons;
    let range = |ends: &[u32], at: usize| (if at == 0 { 0 } else { ends[at - 1] }) as usize..ends[at] as usize;
    Strips::of_rings(&areas.points, &areas.ring_ends, areas.unit_ends.len(), |unit| {
        let polygons = range(&areas.unit_ends, unit);
        let from = polygons.clone().next().map_or(0, |first| range(&areas.polygon_ends, first).start);
        let to = polygons.last().map_or(from, |last| range(&areas.polygon_ends, last).end);
        from..to
    })
}

fn locate(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("WANGGE_CITY").map(PathBuf::from) else {
        println!("SKIPPED: WANGGE_CITY names no folder");
        return;
    };
    let progress = Progress::default();
    let mut group = criterion.benchmark_group("locate");
    group.sample_size(10);
    if let Some(units) = file(&folder, "units.geojson") {
        group.bench_function("read units to the lattice", |bench| {
            bench.iter(|| black_box(Layer::<wangge::geometry::Point>::read(&units, &progress)));
        });
    }
    let Some((zones, points)) = file(&folder, "grids.geojson").zip(file(&folder, "incidents.csv")) else { return };
    group.bench_function("read grids as written", |bench| {
        bench.iter(|| black_box(Layer::<[f64; 2]>::read(&zones, &progress)));
    });
    group.bench_function("read incidents", |bench| bench.iter(|| black_box(incidents::read(&points, &progress))));
    let (Ok(layer), Ok(file)) = (Layer::<[f64; 2]>::read(&zones, &progress), incidents::read(&points, &progress))
    else {
        return;
    };
    let places: Vec<[f64; 2]> =
        (0..file.incidents.len()).filter_map(|row| file.incidents.point(row)).map(|at| [at.lon(), at.lat()]).collect();
    group.bench_function("prepare grids", |bench| bench.iter(|| black_box(strips(&layer))));
    let prepared = strips(&layer);
    group.bench_function("join", |bench| bench.iter(|| black_box(join(&prepared, &places, &progress))));
}

criterion_group!(benches, locate);
criterion_main!(benches);
