//! The hypercube against vectors that were worked out elsewhere.

use serde_json::Value;
use wangge::balance::response::{Dispatch, Hypercube, Line};

use crate::data::shared;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Largest relative error of a workload.
fn off(answer: &Dispatch, right: &[f64]) -> f64 {
    answer.workloads.iter().zip(right).map(|(got, right)| (got / right - 1.0).abs()).fold(0.0, f64::max)
}

#[test]
fn hypercube_matches_the_vectors() {
    let Some(path) = shared("bench/hypercube/exact_vectors.json") else { return };
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for vector in vectors.as_array().unwrap() {
        let minutes: Vec<Vec<f64>> = vector["T"].as_array().unwrap().iter().map(numbers).collect();
        let line = if vector["capacity"] == "zero" { Line::Lost } else { Line::Queue };
        let model = Hypercube::nearest(numbers(&vector["lam"]), minutes, 60.0, line).unwrap();
        let result = &vector["result"];
        let workloads = numbers(&result["workload"]);
        let exact = model.exact().unwrap();
        assert!(off(&exact, &workloads) < 1e-9);
        for (row, right) in exact.shares.iter().zip(result["dispatch_fraction"].as_array().unwrap()) {
            assert!(row.iter().zip(numbers(right)).all(|(got, right)| (got - right).abs() < 1e-9));
        }
        assert!((exact.all_busy - result["P_all_busy_or_queued"].as_f64().unwrap()).abs() < 1e-9);
        let minutes = result["mean_travel_time"].as_f64().unwrap();
        assert!((exact.mean_minutes - minutes).abs() < 1e-9);
        let approximate = model.approximate().unwrap();
        assert!(off(&approximate, &workloads) < 0.02);
        assert!((approximate.mean_minutes / minutes - 1.0).abs() < 0.02);
    }
}

/// With a line the share that waits is Erlang's, and everybody is answered by somebody.
#[test]
fn a_line_answers_every_call() {
    let minutes = vec![vec![1.0, 5.0, 9.0], vec![6.0, 2.0, 4.0]];
    let model = Hypercube::nearest(vec![0.6, 0.3, 0.3], minutes, 60.0, Line::Queue).unwrap();
    let exact = model.exact().unwrap();
    assert!((exact.all_busy - wangge::balance::duty::erlang_c(1.2, 2)).abs() < 1e-12);
    assert!((exact.workloads.iter().sum::<f64>() - 1.2).abs() < 1e-12);
    assert!((exact.shares.iter().flatten().sum::<f64>() - 1.0).abs() < 1e-12);
    let walked = model.approximate().unwrap();
    assert!(off(&walked, &exact.workloads) < 0.02);
    assert_eq!(walked, model.approximate().unwrap());
    // More calls than the squads can bear: no answer rather than a wrong one.
    assert!(Hypercube::nearest(vec![3.0], vec![vec![1.0]; 2], 60.0, Line::Queue).unwrap().dispatch().is_none());
}
