//! Divisions against published optima. Effort is counted in epochs; how long they take, the benches say.

use wangge::balance::{Bonds, Budget, Graph, Objective, Partitioned, Partitioning, Unit, partition, read_graph};
use wangge::base::Progress;

use super::checker::Outside;
use crate::data::shared;

fn divide(path: &std::path::Path, zones: usize, window: (i64, i64), objective: Objective, epochs: u32) -> Partitioned {
    let file = read_graph(&std::fs::read_to_string(path).unwrap(), Some("pop")).unwrap();
    let wanted = Partitioning {
        zones,
        window,
        bonds: Bonds::default(),
        objective,
        seed: 1,
        budget: Budget::Epochs(epochs),
        length_unit: file.length_unit,
    };
    partition(&file.graph, &wanted, &Progress::default()).unwrap()
}

fn rows(path: &std::path::Path) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .has_headers(true)
        .flexible(true)
        .from_path(path)
        .unwrap()
        .records()
        .map(Result::unwrap)
        .collect()
}

fn whole<T: std::str::FromStr>(row: &csv::StringRecord, column: usize) -> T
where
    T::Err: std::fmt::Debug,
{
    row[column].parse().unwrap()
}

/// Every answer is feasible, connected and worth what it says, and every proven optimum is met.
#[test]
fn fewest_cuts_are_those_published() {
    let Some(table) = shared("bench/min_cut_best_known.csv") else { return };
    for row in rows(&table) {
        let name = format!("{}_{}", &row[0], &row[1]);
        let (zones, low, high) = (whole(&row, 4), whole(&row, 5), whole(&row, 6));
        let path = table.with_file_name(format!("graphs/{name}.json"));
        let found = divide(&path, zones, (low, high), Objective::Cut, 20);
        let verdict = Outside::read(&path).judge(&found.labels, zones);
        assert!(verdict.connected, "{name}");
        assert!(verdict.weights.iter().all(|&weight| low as f64 <= weight && weight <= high as f64), "{name}");
        assert_eq!(verdict.cut as f64, found.certificate.value, "{name}");
        let best: usize = whole(&row, 13);
        assert!(verdict.cut <= best || &row[9] != "optimal", "{name}: {} cut, {best} known", verdict.cut);
        assert!(verdict.cut >= whole(&row, 7), "{name}: {} is below the proven bound", verdict.cut);
    }
}

#[test]
fn inertia_is_measured_as_published() {
    let Some(table) = shared("bench/moment_of_inertia_best_known.csv") else { return };
    for row in rows(&table) {
        let (zones, low, high, best): (usize, i64, i64, f64) =
            (whole(&row, 4), whole(&row, 5), whole(&row, 6), whole(&row, 8));
        let path = table.with_file_name(format!("graphs/{}_{}.json", &row[0], &row[1]));
        let found = divide(&path, zones, (low, high), Objective::Inertia, 12);
        let outside = Outside::read(&path);
        assert!(outside.judge(&found.labels, zones).connected);
        let value = outside.inertia(&found.labels, zones);
        assert!((value - found.certificate.value).abs() < 1e-6 * value, "{value} {}", found.certificate.value);
        // Published to the cent, perhaps cut off.
        assert!(found.certificate.feasible && (value - best).abs() < 0.01, "{}: {value} against {best}", &row[0]);
    }
}

#[test]
fn roundness_is_that_published() {
    let Some(table) = shared("bench/polsby_popper/published.csv") else { return };
    for row in rows(&table).iter().filter(|row| &row[2] == "invpp") {
        let (zones, low, high, best): (usize, i64, i64, f64) =
            (whole(row, 4), whole(row, 5), whole(row, 6), whole(row, 13));
        let path = table.with_file_name(format!("{}_county_2020.json", &row[0]));
        let found = divide(&path, zones, (low, high), Objective::PolsbyPopper, 12);
        let outside = Outside::read(&path);
        assert!(outside.judge(&found.labels, zones).connected && found.certificate.feasible);
        let value = outside.polsby_popper(&found.labels, zones);
        assert!((value - best).abs() < 1e-6, "{}: {value} against {best}", &row[0]);
    }
}

/// Every plan of 25 precincts is known: the least cut at every tolerance is exact.
#[test]
fn every_tolerance_of_the_enumerated_set_is_exact() {
    let Some(table) = shared("bench/enumerated/exact_optima.csv") else { return };
    let path = table.with_file_name("fl25.json");
    let outside = Outside::read(&path);
    let total: f64 = outside.nodes.iter().map(|node| node["pop"].as_f64().unwrap()).sum();
    for row in rows(&table) {
        let (tolerance, best): (f64, usize) = (whole(&row, 0), whole(&row, 2));
        let mean = total / 3.0;
        let window = ((mean * (1.0 - tolerance)).ceil().max(0.0) as i64, (mean * (1.0 + tolerance)).floor() as i64);
        let found = divide(&path, 3, window, Objective::Cut, 6);
        let verdict = outside.judge(&found.labels, 3);
        assert!(verdict.connected && found.certificate.feasible, "{tolerance}");
        assert_eq!(verdict.cut, best, "{tolerance}");
    }
}

#[test]
fn threads_do_not_change_an_answer() {
    let Some(path) = shared("bench/graphs/MS_county.json") else { return };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| divide(&path, 4, (738_116, 745_533), Objective::Cut, 3).labels)
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(4));
}

/// A board of 90 × 90 in nine zones: three by three squares cut 360 times.
#[test]
fn large_graphs_are_divided_by_levels() {
    const SIDE: u32 = 90;
    let at = |x: u32, y: u32| y * SIDE + x;
    let cells = || (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    let right = cells().filter(|&(x, _)| x + 1 < SIDE).map(|(x, y)| (at(x, y), at(x + 1, y), 1));
    let down = cells().filter(|&(_, y)| y + 1 < SIDE).map(|(x, y)| (at(x, y), at(x, y + 1), 1));
    let edges: Vec<(u32, u32, i64)> = right.chain(down).collect();
    let units = cells().map(|_| Unit { weight: 1, ..Unit::default() }).collect();
    let graph = Graph::new(units, &edges);
    let wanted = Partitioning {
        zones: 9,
        window: (891, 909),
        bonds: Bonds::default(),
        objective: Objective::Cut,
        seed: 1,
        budget: Budget::Epochs(2),
        length_unit: 1.0,
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| partition(&graph, &wanted, &Progress::default()).unwrap())
    };
    let found = on(1);
    assert!(found.certificate.feasible && found.certificate.contiguous);
    let cut = edges.iter().filter(|&&(a, b, _)| found.labels[a as usize] != found.labels[b as usize]).count();
    assert_eq!(cut as f64, found.certificate.value);
    assert!(cut <= 400, "{cut}");
    assert_eq!(found.labels, on(4).labels);
}
