//! Judges divisions from the files alone; shares no code with the engine, which it does not import.

use std::path::Path;

use serde_json::Value;

/// A graph as its file says.
pub(super) struct Outside {
    pub(super) nodes: Vec<Value>,
    edges: Vec<(usize, usize, f64)>,
}

/// What is true of a division.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) weights: Vec<f64>,
    pub(super) connected: bool,
    pub(super) cut: usize,
}

impl Outside {
    pub(super) fn read(path: &Path) -> Self {
        let root: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let nodes = root["nodes"].as_array().unwrap().clone();
        let edge = |edge: &Value| {
            let end = |side: usize| edge[side].as_u64().unwrap() as usize;
            (end(0), end(1), edge[2].as_f64().unwrap_or(0.0))
        };
        Self { nodes, edges: root["edges"].as_array().unwrap().iter().map(edge).collect() }
    }

    fn number(&self, node: usize, key: &str) -> f64 {
        self.nodes[node][key].as_f64().unwrap_or_else(|| panic!("node {node} has no {key}"))
    }

    pub(super) fn judge(&self, labels: &[u32], zones: usize) -> Verdict {
        assert_eq!(labels.len(), self.nodes.len());
        let mut weights = vec![0.0; zones];
        for (node, &label) in labels.iter().enumerate() {
            weights[label as usize] += self.number(node, "pop");
        }
        // Union-find over the edges inside zones: one root a zone means connected.
        let mut root: Vec<usize> = (0..labels.len()).collect();
        fn find(root: &mut [usize], mut node: usize) -> usize {
            while root[node] != node {
                root[node] = root[root[node]];
                node = root[node];
            }
            node
        }
        for &(a, b, _) in &self.edges {
            if labels[a] == labels[b] {
                let (a, b) = (find(&mut root, a), find(&mut root, b));
                root[a] = b;
            }
        }
        let roots = (0..labels.len()).filter(|&node| root[node] == node).count();
        let mut used = labels.to_vec();
        used.sort_unstable();
        used.dedup();
        let cut = self.edges.iter().filter(|&&(a, b, _)| labels[a] != labels[b]).count();
        Verdict { weights, connected: roots == zones && used.len() == zones, cut }
    }

    /// Σ pop · (km, rounded)² / 1e6 to the best unit of each zone.
    pub(super) fn inertia(&self, labels: &[u32], zones: usize) -> f64 {
        let place = |node: usize| (self.number(node, "x"), self.number(node, "y"));
        let squared = |a: usize, b: usize| (vincenty(place(a), place(b)) / 1000.0).round().powi(2);
        (0..zones as u32)
            .map(|zone| {
                let members: Vec<usize> = (0..labels.len()).filter(|&node| labels[node] == zone).collect();
                let from = |&centre: &usize| {
                    members.iter().map(|&node| self.number(node, "pop") * squared(node, centre)).sum()
                };
                members.iter().map(from).fold(f64::INFINITY, f64::min)
            })
            .sum::<f64>()
            / 1e6
    }

    /// Mean perimeter² / 4πA.
    pub(super) fn polsby_popper(&self, labels: &[u32], zones: usize) -> f64 {
        let mut shapes = vec![(0.0, 0.0); zones];
        for (node, &label) in labels.iter().enumerate() {
            shapes[label as usize].0 += self.number(node, "boundary_perim_m");
            shapes[label as usize].1 += self.number(node, "area_m2");
        }
        for &(a, b, length) in self.edges.iter().filter(|edge| labels[edge.0] != labels[edge.1]) {
            shapes[labels[a] as usize].0 += length;
            shapes[labels[b] as usize].0 += length;
        }
        shapes.iter().map(|(around, area)| around * around / (4.0 * std::f64::consts::PI * area)).sum::<f64>()
            / zones as f64
    }
}

/// Metres between two places given as degrees east and north (Vincenty 1975, inverse formula, WGS 84).
fn vincenty(a: (f64, f64), b: (f64, f64)) -> f64 {
    const MAJOR: f64 = 6_378_137.0;
    const FLAT: f64 = 1.0 / 298.257_223_563;
    if a == b {
        return 0.0;
    }
    let minor = MAJOR * (1.0 - FLAT);
    let reduced = |latitude: f64| ((1.0 - FLAT) * latitude.to_radians().tan()).atan();
    let (u1, u2) = (reduced(a.1), reduced(b.1));
    let apart = (b.0 - a.0).to_radians();
    let mut lambda = apart;
    loop {
        let (sl, cl) = lambda.sin_cos();
        let sin = ((u2.cos() * sl).powi(2) + (u1.cos() * u2.sin() - u1.sin() * u2.cos() * cl).powi(2)).sqrt();
        let cos = u1.sin() * u2.sin() + u1.cos() * u2.cos() * cl;
        let sigma = sin.atan2(cos);
        let alpha = u1.cos() * u2.cos() * sl / sin;
        let cos2 = 1.0 - alpha * alpha;
        let middle = cos - 2.0 * u1.sin() * u2.sin() / cos2;
        let c = FLAT / 16.0 * cos2 * (4.0 + FLAT * (4.0 - 3.0 * cos2));
        let inner = sigma + c * sin * (middle + c * cos * (2.0 * middle * middle - 1.0));
        let next = apart + (1.0 - c) * FLAT * alpha * inner;
        if (next - lambda).abs() < 1e-12 {
            let k = cos2 * (MAJOR * MAJOR - minor * minor) / (minor * minor);
            let big = 1.0 + k / 16384.0 * (4096.0 + k * (-768.0 + k * (320.0 - 175.0 * k)));
            let small = k / 1024.0 * (256.0 + k * (-128.0 + k * (74.0 - 47.0 * k)));
            let third = small / 6.0 * middle * (4.0 * sin * sin - 3.0) * (4.0 * middle * middle - 3.0);
            let turn = small * sin * (middle + small / 4.0 * (cos * (2.0 * middle * middle - 1.0) - third));
            return minor * big * (sigma - turn);
        }
        lambda = next;
    }
}
