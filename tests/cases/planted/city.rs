//! A random small city as files: units, grids, towns and incidents over one jittered lattice of cells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// A cell of the lattice: column and row.
pub(super) type Cell = (usize, usize);

/// A zone: its cells, code and name.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) cells: Vec<Cell>,
    pub(super) code: String,
    pub(super) name: String,
}

/// One of the files of boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum File {
    Units,
    Grids,
    Towns,
}

impl File {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Units => "units.geojson",
            Self::Grids => "grids.geojson",
            Self::Towns => "towns.geojson",
        }
    }
}

/// Changes what is written for a file: its features as JSON.
pub(super) type Patch = Box<dyn Fn(&mut Vec<Value>)>;

/// A city before it is written.
#[derive(Default)]
pub(super) struct City {
    columns: usize,
    rows: usize,
    /// Longitude and latitude of each node, row by row.
    nodes: Vec<[f64; 2]>,
    pub(super) grids: Vec<Zone>,
    pub(super) towns: Vec<Zone>,
    pub(super) incidents: Vec<String>,
    /// Changes to features, after they were made.
    pub(super) patches: Vec<(File, Patch)>,
    /// Changes to the text of a file, last of all: what stands there, and what instead.
    pub(super) texts: Vec<(File, String, String)>,
    /// Further files.
    pub(super) extra: Vec<(String, Vec<u8>)>,
    /// Writes the file of grids in another format instead, from the clean one; its path.
    pub(super) instead: Option<Box<dyn Fn(&Path) -> PathBuf>>,
    /// How often that was asked for.
    pub(super) rewrites: usize,
}

/// Numbers that look random, the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % end
    }
}

/// Side of a cell, degrees: some 330 m.
const SIDE: f64 = 0.003;
/// Columns and rows of a grid, and grids of a town.
pub(super) const GRID: Cell = (3, 3);
const TOWN: Cell = (2, 2);

impl City {
    /// A city of 2 × 1 towns of four grids of nine units, or one more town each way.
    pub(super) fn random(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (across, up) = (2 + dice.below(2), 1 + dice.below(2));
        let (columns, rows) = (across * TOWN.0 * GRID.0, up * TOWN.1 * GRID.1);
        let mut nodes = Vec::new();
        for row in 0..=rows {
            for column in 0..=columns {
                let mut off = || (dice.below(2001) as f64 - 1000.0) * 4e-7;
                let at = [110.3 + column as f64 * SIDE + off(), 20.0 + row as f64 * SIDE + off()];
                nodes.push(at.map(|degrees| (degrees * 1e7).round() / 1e7));
            }
        }
        let block = |of: Cell, size: Cell| -> Vec<Cell> {
            let columns = of.0 * size.0..(of.0 + 1) * size.0;
            columns.flat_map(|column| (of.1 * size.1..(of.1 + 1) * size.1).map(move |row| (column, row))).collect()
        };
        let (mut grids, mut towns) = (Vec::new(), Vec::new());
        for town in 0..across * up {
            let (east, north) = (town % across, town / across);
            let code = format!("460105{:03}", town + 1);
            let size = (TOWN.0 * GRID.0, TOWN.1 * GRID.1);
            towns
                .push(Zone { cells: block((east, north), size), code: code.clone(), name: format!("镇{}", town + 1) });
            for grid in 0..TOWN.0 * TOWN.1 {
                let of = (east * TOWN.0 + grid % TOWN.0, north * TOWN.1 + grid / TOWN.0);
                let name = format!("镇{}网格{}", town + 1, grid + 1);
                grids.push(Zone { cells: block(of, GRID), code: format!("{code}{:03}", grid + 1), name });
            }
        }
        let mut city = Self { columns, rows, nodes, grids, towns, ..Self::default() };
        for number in 0..30 {
            let [x, y] = city.middle((dice.below(columns), dice.below(rows)));
            city.incidents.push(format!("{x:.7},{y:.7},2026-05-{:02} {:02}:10,乱停车", 1 + number % 28, number % 24));
        }
        city
    }

    /// Whether the file of grids is changed as JSON, which another format would lose.
    pub(super) fn touches_grids(&self) -> bool {
        self.patches.iter().any(|(file, _)| *file == File::Grids)
            || self.texts.iter().any(|(file, ..)| *file == File::Grids)
    }

    /// Writes the grids in another format.
    pub(super) fn rewrite(&mut self, make: impl Fn(&Path) -> PathBuf + 'static) {
        self.rewrites += 1;
        self.instead = Some(Box::new(make));
    }

    /// A place well inside a cell.
    pub(super) fn middle(&self, (column, row): Cell) -> [f64; 2] {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(x, y)| self.node(column + x, row + y));
        [0, 1].map(|axis| corners.iter().map(|corner| corner[axis]).sum::<f64>() / 4.0)
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn node(&self, column: usize, row: usize) -> [f64; 2] {
        self.nodes[row * (self.columns + 1) + column]
    }

    /// Puts a node elsewhere, for all zones.
    pub(super) fn place(&mut self, column: usize, row: usize, at: [f64; 2]) {
        self.nodes[row * (self.columns + 1) + column] = at;
    }

    /// Rings of a set of cells: their directed edges without those that run both ways, chained.
    fn rings(&self, cells: &[Cell]) -> Vec<Vec<[f64; 2]>> {
        let mut next: BTreeMap<Cell, Vec<Cell>> = BTreeMap::new();
        for &(x, y) in cells {
            let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
            for at in 0..4 {
                let (from, to) = (corners[at], corners[(at + 1) % 4]);
                let back = next.get_mut(&to).and_then(|ends| {
                    let found = ends.iter().position(|end| *end == from)?;
                    Some(ends.swap_remove(found))
                });
                if back.is_none() {
                    next.entry(from).or_default().push(to);
                }
            }
        }
        next.retain(|_, ends| !ends.is_empty());
        let mut rings = Vec::new();
        while let Some((&start, _)) = next.first_key_value() {
            let (mut ring, mut at) = (Vec::new(), start);
            loop {
                ring.push(self.node(at.0, at.1));
                let Some(ends) = next.get_mut(&at) else { break };
                let to = ends.pop().unwrap();
                if ends.is_empty() {
                    next.remove(&at);
                }
                at = to;
                if at == start {
                    break;
                }
            }
            ring.push(ring[0]);
            rings.push(ring);
        }
        rings
    }

    fn geometry(&self, cells: &[Cell]) -> Value {
        let area = |ring: &[[f64; 2]]| -> f64 {
            ring.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum()
        };
        let (outer, holes): (Vec<_>, Vec<_>) = self.rings(cells).into_iter().partition(|ring| area(ring) > 0.0);
        if outer.len() == 1 {
            let rings: Vec<_> = outer.into_iter().chain(holes).collect();
            return json!({"type": "Polygon", "coordinates": rings});
        }
        let parts: Vec<_> = outer.into_iter().map(|ring| vec![ring]).collect();
        json!({"type": "MultiPolygon", "coordinates": parts})
    }

    fn features(&self, file: File) -> Vec<Value> {
        let feature = |zone: &Zone| {
            let mut properties = Map::new();
            properties.insert("code".to_owned(), zone.code.clone().into());
            properties.insert("name".to_owned(), zone.name.clone().into());
            json!({"type": "Feature", "properties": properties, "geometry": self.geometry(&zone.cells)})
        };
        match file {
            File::Grids => self.grids.iter().map(feature).collect(),
            File::Towns => self.towns.iter().map(feature).collect(),
            File::Units => {
                let unit = |at: usize| Zone {
                    cells: vec![(at % self.columns, at / self.columns)],
                    code: format!("460105900000{at:03}"),
                    name: format!("单元{at}"),
                };
                (0..self.columns * self.rows).map(|at| feature(&unit(at))).collect()
            }
        }
    }

    /// Writes the files to a folder; their paths.
    pub(super) fn write(&self, folder: &Path) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        let mut put = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).unwrap();
            paths.push(path);
        };
        for file in [File::Units, File::Grids, File::Towns] {
            let mut features = self.features(file);
            self.patches.iter().filter(|(of, _)| *of == file).for_each(|(_, patch)| patch(&mut features));
            let mut text = json!({"type": "FeatureCollection", "features": features}).to_string();
            for (_, from, to) in self.texts.iter().filter(|(of, ..)| *of == file) {
                assert!(text.contains(from), "{from} stands nowhere");
                text = text.replacen(from, to, 1);
            }
            put(file.name(), text.as_bytes());
        }
        let rows: String = self.incidents.iter().map(|row| format!("{row}\n")).collect();
        put("incidents.csv", format!("lon,lat,time,class,gridcode\n{rows}").as_bytes());
        self.extra.iter().for_each(|(name, bytes)| put(name, bytes));
        if let Some(make) = &self.instead {
            let (grids, other) = (folder.join(File::Grids.name()), make(folder));
            paths.iter_mut().filter(|path| **path == grids).for_each(|path| path.clone_from(&other));
        }
        paths
    }
}
