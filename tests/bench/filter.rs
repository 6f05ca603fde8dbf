//! A filter over a million incidents: `cargo bench --no-default-features --bench filter`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use wangge::base::Progress;
use wangge::model::{Dictionary, Filter, Hours, Incidents, Minute, Placement};

const ROWS: usize = 1_000_000;

/// Rows whose values follow no order, from a linear congruence.
fn incidents() -> Incidents {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut column = |below: u64| (0..ROWS).map(|_| next(below) as u16).collect::<Vec<u16>>();
    let (field, class, source, condition) = (column(8), column(40), column(6), column(5));
    let reported = (0..ROWS).map(|_| Minute(28_000_000 + next(525_600) as i32)).collect();
    let words = |count: usize| Dictionary((0..count).map(|at| format!("word {at}")).collect());
    Incidents {
        placement: vec![Placement::Point; ROWS],
        field,
        class,
        source,
        state: condition,
        reported,
        fields: words(8),
        classes: words(40),
        sources: words(6),
        states: words(5),
        ..Incidents::default()
    }
}

fn filter(criterion: &mut Criterion) {
    let rows = incidents();
    let progress = Progress::default();
    let mut group = criterion.benchmark_group("filter");
    group.sample_size(20);
    let night = Filter { hours: Hours::night(), ..Filter::default() };
    let narrow = Filter { fields: ["word 1".to_owned(), "word 2".to_owned()].into(), ..night.clone() };
    for (name, filter) in [("open", Filter::default()), ("night", night), ("night, two fields", narrow)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(filter.apply(&rows, &progress).map(|passing| passing.mask.passing())));
        });
    }
    group.finish();
}

criterion_group!(benches, filter);
criterion_main!(benches);
