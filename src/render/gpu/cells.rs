//! A plan cut into cells of neighbouring faces and borders, so that only what is in view is packed, kept and drawn, and an
//! edit packs again only the cells it touched.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::Key as _;
use crate::geometry::{Bounds, Point};
use crate::model::{Attributes, Shape};
use crate::topology::{BorderId, Coverage, FaceId};

use super::super::scene::Scene;

/// Vertices of borders a cell is meant for: fewer cells are fewer calls to the card for a frame, smaller ones less to pack
/// again after an edit.
const VERTICES: f64 = 24_000.0;
/// Most cells side by side.
const SIDE: f64 = 24.0;

/// What is drawn of a plan by the graphics card: its scene, cut into cells.
#[derive(Clone, Debug)]
pub struct Ground {
    pub(super) scene: Arc<Scene>,
    grid: Grid,
    pub(super) cells: Vec<Arc<Cell>>,
    /// By reference layer.
    pub(super) references: Vec<Arc<Lines>>,
}

/// Faces and borders that lie together, by slot. Never changes: another content is another cell with another id.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) id: u64,
    pub(super) bounds: Bounds,
    pub(super) faces: Vec<u32>,
    pub(super) borders: Vec<u32>,
    /// Vertices of the borders, and of the rings of the faces.
    pub(super) vertices: usize,
}

/// The lines of a reference layer.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) id: u64,
    pub(super) bounds: Bounds,
    pub(super) vertices: usize,
    pub(super) features: Arc<[(Shape, Attributes)]>,
}

/// An id no other cell or layer of lines has.
fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Equal squares over the box of a plan; what lies beyond belongs to the nearest one.
#[derive(Clone, Copy, Debug)]
struct Grid {
    min: Point,
    /// Lattice cells across and up one square.
    square: (f64, f64),
    side: usize,
}

impl Grid {
    fn over(scene: &Scene) -> Self {
        let bounds = scene.plan.coverage.bounds();
        let vertices: usize = scene.plan.coverage.borders().iter().map(|(_, border)| border.points.len()).sum();
        let side = (vertices as f64 / VERTICES).sqrt().ceil().clamp(1.0, SIDE);
        let span = |min: i32, max: i32| ((f64::from(max) - f64::from(min)) / side).max(1.0);
        let square = (span(bounds.min.x, bounds.max.x), span(bounds.min.y, bounds.max.y));
        Self { min: bounds.min, square, side: side as usize }
    }

    fn cell(&self, bounds: Bounds) -> usize {
        let centre = bounds.centre();
        let along = |at: i32, min: i32, square: f64| {
            (((f64::from(at) - f64::from(min)) / square).max(0.0) as usize).min(self.side - 1)
        };
        let column = along(centre.x, self.min.x, self.square.0);
        along(centre.y, self.min.y, self.square.1) * self.side + column
    }
}

impl Ground {
    /// Cuts a scene. O(faces + borders).
    #[must_use]
    pub fn new(scene: Arc<Scene>) -> Self {
        let grid = Grid::over(&scene);
        let cells = contents(&scene, &grid).into_iter().map(Content::into_cell).collect();
        let references = lines(&scene, &[]);
        Self { scene, grid, cells, references }
    }

    /// The ground of a scene that came out of this one's by commands or shows it in another way: cells whose content is
    /// the same are shared. O(faces + borders) after an edit, O(1) without one.
    #[must_use]
    pub fn next(&self, scene: Arc<Scene>) -> Self {
        let (old, new) = (&self.scene.plan.coverage, &scene.plan.coverage);
        let stale = Stale::between(old, new);
        let cells = if stale.is_empty() {
            self.cells.clone()
        } else {
            let all = contents(&scene, &self.grid).into_iter().zip(&self.cells);
            all.map(|(content, cell)| {
                let same = content.faces == cell.faces && content.borders == cell.borders && !stale.touches(cell);
                if same { Arc::clone(cell) } else { content.into_cell() }
            })
            .collect()
        };
        let references = lines(&scene, &self.references);
        Self { scene, grid: self.grid, cells, references }
    }

    /// The scene it was cut from.
    #[must_use]
    pub fn scene(&self) -> &Arc<Scene> {
        &self.scene
    }
}

/// A cell to be.
#[derive(Default)]
struct Content {
    bounds: Bounds,
    faces: Vec<u32>,
    borders: Vec<u32>,
    vertices: usize,
}

impl Content {
    fn into_cell(self) -> Arc<Cell> {
        let Self { bounds, faces, borders, vertices } = self;
        Arc::new(Cell { id: fresh(), bounds, faces, borders, vertices })
    }
}

/// The squares with what lies in them: each face and each border once, by the middle of its box.
fn contents(scene: &Scene, grid: &Grid) -> Vec<Content> {
    let mut contents: Vec<Content> = Vec::new();
    contents.resize_with(grid.side * grid.side, Content::default);
    let points = |id: BorderId| scene.plan.coverage.borders().get(id).map_or(0, |border| border.points.len());
    for (id, face) in scene.plan.coverage.faces().iter() {
        let content = &mut contents[grid.cell(face.bounds)];
        let edges = face.rings.iter().flat_map(|ring| ring.iter());
        content.vertices += edges.map(|edge| points(edge.border())).sum::<usize>();
        content.bounds = content.bounds.join(face.bounds);
        content.faces.push(id.index() as u32);
    }
    for (slot, &bounds) in scene.borders.bounds.iter().enumerate().filter(|(_, bounds)| !bounds.is_empty()) {
        let content = &mut contents[grid.cell(bounds)];
        content.bounds = content.bounds.join(bounds);
        content.borders.push(slot as u32);
        content.vertices += points(BorderId::from_index(slot));
    }
    contents
}

/// The lines of the reference layers; those of `before` whose features are the same are shared.
fn lines(scene: &Scene, before: &[Arc<Lines>]) -> Vec<Arc<Lines>> {
    let of = |features: &Arc<[(Shape, Attributes)]>| {
        let known = before.iter().find(|lines| Arc::ptr_eq(&lines.features, features));
        known.map_or_else(
            || {
                let all = || features.iter().flat_map(|(shape, _)| shape.lines());
                let bounds = all().fold(Bounds::EMPTY, |bounds, line| bounds.join(Bounds::of(line)));
                let vertices = all().map(Vec::len).sum();
                Arc::new(Lines { id: fresh(), bounds, vertices, features: Arc::clone(features) })
            },
            Arc::clone,
        )
    };
    scene.plan.references.iter().map(|reference| of(&reference.features)).collect()
}

/// Faces and borders that are drawn otherwise than before, by slot.
struct Stale {
    faces: Vec<bool>,
    borders: Vec<bool>,
}

impl Stale {
    fn between(old: &Coverage, new: &Coverage) -> Self {
        let changed = new.borders().changed(old.borders());
        let redrawn = new.faces().changed(old.faces());
        if changed.is_empty() && redrawn.is_empty() {
            return Self { faces: Vec::new(), borders: Vec::new() };
        }
        let mut stale = Self { faces: vec![false; new.face_slots()], borders: vec![false; new.borders().slots()] };
        redrawn.into_iter().for_each(|face| stale.face(Some(face)));
        for id in changed {
            if let Some(flag) = stale.borders.get_mut(id.index()) {
                *flag = true;
            }
            if let Some(border) = new.borders().get(BorderId::from_index(id.index())) {
                stale.face(border.left);
                stale.face(border.right);
            }
        }
        stale
    }

    fn face(&mut self, face: Option<FaceId>) {
        if let Some(flag) = face.and_then(|face| self.faces.get_mut(face.index())) {
            *flag = true;
        }
    }

    fn is_empty(&self) -> bool {
        self.faces.is_empty() && self.borders.is_empty()
    }

    fn touches(&self, cell: &Cell) -> bool {
        let any = |flags: &[bool], slots: &[u32]| slots.iter().any(|&slot| flags.get(slot as usize) == Some(&true));
        any(&self.faces, &cell.faces) || any(&self.borders, &cell.borders)
    }
}
