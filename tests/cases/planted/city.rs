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

    /// Its name without the ending, which its layer has.
    pub(super) fn layer(self) -> &'static str {
        self.name().trim_end_matches(".geojson")
    }
}

/// Changes what is written for a file: its features as JSON.
type Patch = Box<dyn Fn(&mut Vec<Value>)>;

/// Writes a file anew in another format, from the one in a folder; its path.
type Rewrite = Box<dyn Fn(&Path, File) -> PathBuf>;

/// In which order features are changed, so that each change finds them as it expects them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// All features of a file, while each is a clean one.
    All,
    /// One feature by its place, while none is gone.
    One,
    /// How many there are.
    Number,
}

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
    /// Grids that a fault changes or is to change.
    used: Vec<usize>,
    /// Changes to features, after they were made.
    patches: Vec<(File, Step, Patch)>,
    /// Changes to the text of a file, last of all: what stands there, and what instead.
    pub(super) texts: Vec<(File, String, String)>,
    /// Further files.
    extra: Vec<(String, Vec<u8>)>,
    /// Files in other formats, each instead of one that is not changed as JSON, which another format would lose.
    rewrites: Vec<Rewrite>,
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
const GRIDS: usize = TOWN.0 * TOWN.1;
/// The grid whose place in the file faults of a format have.
const OF_FORMAT: usize = 1;

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
            for grid in 0..GRIDS {
                let of = (east * TOWN.0 + grid % TOWN.0, north * TOWN.1 + grid / TOWN.0);
                let name = format!("镇{}网格{}", town + 1, grid + 1);
                grids.push(Zone { cells: block(of, GRID), code: format!("{code}{:03}", grid + 1), name });
            }
        }
        let used = vec![OF_FORMAT];
        let mut city = Self { columns, rows, nodes, grids, towns, used, ..Self::default() };
        for number in 0..30 {
            let [x, y] = city.middle((dice.below(columns), dice.below(rows)));
            city.incidents.push(format!("{x:.7},{y:.7},2026-05-{:02} {:02}:10,乱停车", 1 + number % 28, number % 24));
        }
        city
    }

    /// Two grids for two faults, one in the first town and one in the last.
    pub(super) fn places(&mut self, dice: &mut Dice) -> [usize; 2] {
        let last = self.grids.len() - 1;
        let places = [[0, 2, 3][dice.below(3)], last - dice.below(3)];
        self.used.extend(places);
        places
    }

    /// The town of a grid that every city has.
    pub(super) fn town_of(&self, grid: usize) -> &Zone {
        &self.towns[grid / GRIDS]
    }

    /// Another grid, of the same town or of another one, which no other fault changes.
    pub(super) fn another(&mut self, at: usize, same_town: bool) -> usize {
        let fits = |&grid: &usize| (grid / GRIDS == at / GRIDS) == same_town && !self.used.contains(&grid);
        let found = (0..self.towns.len() * GRIDS).rev().find(fits).unwrap();
        self.used.push(found);
        found
    }

    /// Changes features of a file.
    pub(super) fn patch(&mut self, file: File, step: Step, change: impl Fn(&mut Vec<Value>) + 'static) {
        self.patches.push((file, step, Box::new(change)));
    }

    /// Whether a file is changed as JSON.
    fn touches(&self, file: File) -> bool {
        self.patches.iter().any(|(of, ..)| *of == file) || self.texts.iter().any(|(of, ..)| *of == file)
    }

    /// Writes a file in another format.
    pub(super) fn rewrite(&mut self, make: impl Fn(&Path, File) -> PathBuf + 'static) {
        self.rewrites.push(Box::new(make));
    }

    /// Adds a file, under a name that no other has.
    pub(super) fn add(&mut self, stem: &str, ending: &str, text: String) {
        self.extra.push((format!("{stem}{}.{ending}", self.extra.len()), text.into_bytes()));
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
        let mut patches: Vec<_> = self.patches.iter().collect();
        patches.sort_by_key(|(_, step, _)| *step);
        for file in [File::Units, File::Grids, File::Towns] {
            let mut features = self.features(file);
            patches.iter().filter(|(of, ..)| *of == file).for_each(|(.., patch)| patch(&mut features));
            let mut text = json!({"type": "FeatureCollection", "features": features}).to_string();
            for (_, from, to) in self.texts.iter().filter(|(of, ..)| *of == file) {
                assert!(text.contains(from), "{from} stands nowhere");
                text = text.replacen(from, to, 1);
            }
            put(file.name(), text.as_bytes());
        }
        // Few rows say a grid; the others end in an empty field, for a shorter row is a fault of its own.
        let ended = |row: &String| format!("{row}{}\n", if row.matches(',').count() == 3 { "," } else { "" });
        let rows: String = self.incidents.iter().map(ended).collect();
        put("incidents.csv", format!("lon,lat,time,class,gridcode\n{rows}").as_bytes());
        self.extra.iter().for_each(|(name, bytes)| put(name, bytes));
        let free = [File::Grids, File::Towns, File::Units].into_iter().filter(|file| !self.touches(*file));
        let rewritten: Vec<_> = self.rewrites.iter().zip(free).collect();
        assert_eq!(rewritten.len(), self.rewrites.len(), "no file is left for a fault of a format");
        for (make, file) in rewritten {
            let (clean, other) = (folder.join(file.name()), make(folder, file));
            paths.iter_mut().filter(|path| **path == clean).for_each(|path| path.clone_from(&other));
        }
        paths
    }
}
