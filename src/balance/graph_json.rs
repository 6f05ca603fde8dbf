//! Reads a graph from JSON text: `{nodes, edges: [[i, j, length]]}` or `NetworkX` adjacency data, either with `costs`: a row
//! for each centre of what serving each node from it costs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Graph, Unit};

/// Counts of length per unit of the file: six decimals are kept.
const LENGTH_UNIT: f64 = 1e6;

/// A graph as read, with what leads back to the file's own units.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphFile {
    /// The graph.
    pub graph: Graph,
    /// Counts of weight per unit of the file: 1 where all weights are whole numbers, else 1000.
    pub weight_unit: f64,
    /// Counts of length per unit of the file.
    pub length_unit: f64,
    /// Whether every adjacency has a length.
    pub has_lengths: bool,
    /// Whether every unit has a place.
    pub has_places: bool,
    /// Whether every unit has an area.
    pub has_areas: bool,
    /// Whether there is a table of costs.
    pub has_costs: bool,
}

/// Names under which a value of a node or an adjacency is known, the first found is taken.
const WEIGHTS: &[&str] = &["pop", "population", "TOTPOP", "weight"];
const LENGTHS: &[&str] = &["shared_perim", "shared_length", "length"];
const OUTLINES: &[&str] = &["boundary_perim_m", "boundary_perim_deg", "boundary_perim"];
const AREAS: &[&str] = &["area_m2", "area_deg2", "area"];
const EAST: &[&str] = &["x", "lon", "INTPTLON10", "INTPTLON"];
const NORTH: &[&str] = &["y", "lat", "INTPTLAT10", "INTPTLAT"];

/// Reads a graph. `weight` names the property that is balanced; `None` takes the first of `pop`, `population`,
/// `TOTPOP`, `weight` that the nodes have.
///
/// # Errors
/// In words: what is wrong, at which node or adjacency (counted from 0, as in the file), and what to do.
pub fn read_graph(text: &str, weight: Option<&str>) -> Result<GraphFile, String> {
    let root: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let nodes = root.get("nodes").and_then(Value::as_array).ok_or("there is no list \"nodes\": this is no graph")?;
    if nodes.is_empty() {
        return Err("the list \"nodes\" is empty".to_owned());
    }
    let nodes: Vec<&Map<String, Value>> = (nodes.iter().enumerate())
        .map(|(at, node)| node.as_object().ok_or(format!("node {at} is no object")))
        .collect::<Result<_, _>>()?;
    let edges = match (root.get("edges"), root.get("adjacency")) {
        (Some(edges), _) => listed(edges)?,
        (_, Some(rows)) => adjacent(rows, &nodes)?,
        _ => return Err("there is neither \"edges\" nor \"adjacency\": this is no graph".to_owned()),
    };
    let key = weight_key(nodes[0], weight)?;
    let weights = weights(&nodes, key)?;
    let weight_unit = if weights.iter().all(|weight| weight.fract() == 0.0) { 1.0 } else { 1000.0 };
    let units = nodes.iter().zip(&weights).map(|(node, weight)| unit(node, weight * weight_unit)).collect();
    let costs = root.get("costs").map(|rows| costs(rows, nodes.len())).transpose()?;
    let graph = Graph::new(units, &whole(&edges, nodes.len())?);
    Ok(GraphFile {
        has_costs: costs.is_some(),
        graph: match costs {
            Some(costs) => graph.with_costs(&costs),
            None => graph,
        },
        weight_unit,
        length_unit: LENGTH_UNIT,
        has_lengths: edges.iter().all(|edge| edge.2.is_some()),
        has_places: nodes.iter().all(|node| number(node, EAST).is_some() && number(node, NORTH).is_some()),
        has_areas: nodes.iter().all(|node| number(node, AREAS).is_some_and(|area| area > 0.0)),
    })
}

/// Adjacencies with their lengths, as read.
type Edges = Vec<(usize, usize, Option<f64>)>;

fn listed(edges: &Value) -> Result<Edges, String> {
    let edges = edges.as_array().ok_or("\"edges\" is no list")?;
    let edge = |(at, edge): (usize, &Value)| {
        let row = edge.as_array().filter(|row| row.len() >= 2);
        let end = |side: usize| row?.get(side)?.as_u64().map(|end| end as usize);
        let (a, b) = end(0).zip(end(1)).ok_or(format!("edge {at} is not [node, node, length]"))?;
        Ok((a, b, row.and_then(|row| row.get(2)).and_then(Value::as_f64)))
    };
    edges.iter().enumerate().map(edge).collect()
}

/// A table of costs, as many rows and columns as there are nodes.
fn costs(rows: &Value, nodes: usize) -> Result<Vec<Vec<f64>>, String> {
    let rows = rows.as_array().filter(|rows| rows.len() == nodes).ok_or("\"costs\" wants a row for each node")?;
    let cost = |value: &Value| value.as_f64().filter(|cost| (0.0..1e12).contains(cost));
    let row = |(at, row): (usize, &Value)| {
        let row = row.as_array().filter(|row| row.len() == nodes);
        let row: Option<Vec<f64>> = row.and_then(|row| row.iter().map(cost).collect());
        row.ok_or(format!("row {at} of \"costs\" wants a number of 0 or more for each node"))
    };
    rows.iter().enumerate().map(row).collect()
}

fn adjacent(rows: &Value, nodes: &[&Map<String, Value>]) -> Result<Edges, String> {
    let rows = rows.as_array().ok_or("\"adjacency\" is no list")?;
    if rows.len() != nodes.len() {
        return Err(format!("there are {} nodes, but {} rows of adjacency", nodes.len(), rows.len()));
    }
    let mut index = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let id = node.get("id").ok_or(format!("node {at} has no id"))?.to_string();
        if index.insert(id.clone(), at).is_some() {
            return Err(format!("node {at}: the id {id} stands twice"));
        }
    }
    let mut edges = BTreeMap::new();
    for (a, row) in rows.iter().enumerate() {
        for (place, edge) in row.as_array().ok_or(format!("adjacency row {a} is no list"))?.iter().enumerate() {
            let found = edge.get("id").and_then(|id| index.get(&id.to_string()));
            let &b = found.ok_or(format!("adjacency row {a}, entry {place}: its id is no node's id"))?;
            edges.insert((a.min(b), a.max(b)), edge.as_object().and_then(|edge| number(edge, LENGTHS)));
        }
    }
    Ok(edges.into_iter().map(|((a, b), length)| (a, b, length)).collect())
}

/// Adjacencies in counts of length, checked.
fn whole(edges: &Edges, nodes: usize) -> Result<Vec<(u32, u32, i64)>, String> {
    let edge = |(at, &(a, b, length)): (usize, &(usize, usize, Option<f64>))| {
        if a >= nodes || b >= nodes {
            return Err(format!("edge {at} names node {}, but there are {nodes} nodes (counted from 0)", a.max(b)));
        }
        if a == b {
            return Err(format!("edge {at} joins node {a} to itself: leave it out"));
        }
        let length = length.unwrap_or(0.0);
        if !(0.0..1e11).contains(&length) {
            return Err(format!("edge {at}: {length} is no length"));
        }
        Ok((a as u32, b as u32, (length * LENGTH_UNIT).round() as i64))
    };
    edges.iter().enumerate().map(edge).collect()
}

fn weight_key<'a>(node: &Map<String, Value>, wanted: Option<&'a str>) -> Result<&'a str, String> {
    let found = wanted.or_else(|| WEIGHTS.iter().copied().find(|&key| node.contains_key(key)));
    found.ok_or_else(|| {
        let keys: Vec<&str> = node.keys().map(String::as_str).collect();
        format!("which property is to be balanced? Say --weight FIELD with one of: {}", keys.join(", "))
    })
}

fn weights(nodes: &[&Map<String, Value>], key: &str) -> Result<Vec<f64>, String> {
    let weight = |(at, node): (usize, &&Map<String, Value>)| match node.get(key).map(as_number) {
        Some(Some(weight)) if (0.0..1e12).contains(&weight) => Ok(weight),
        Some(_) => Err(format!("node {at}: \"{key}\" is no weight (a number of 0 or more)")),
        None => Err(format!("node {at} has no \"{key}\": say --weight FIELD with a property that every node has")),
    };
    nodes.iter().enumerate().map(weight).collect()
}

fn unit(node: &Map<String, Value>, weight: f64) -> Unit {
    let counts = |value: f64| (value.clamp(0.0, 1e11) * LENGTH_UNIT).round() as i64;
    Unit {
        weight: weight.round() as i64,
        outline: counts(number(node, OUTLINES).unwrap_or(0.0)),
        area: (number(node, AREAS).unwrap_or(0.0).clamp(0.0, 1e15) * LENGTH_UNIT * LENGTH_UNIT).round() as i128,
        at: [number(node, EAST).unwrap_or(0.0), number(node, NORTH).unwrap_or(0.0)],
    }
}

fn number(node: &Map<String, Value>, names: &[&str]) -> Option<f64> {
    names.iter().find_map(|&name| as_number(node.get(name)?))
}

/// A number, also one written as text.
fn as_number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}
