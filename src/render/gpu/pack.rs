//! What the graphics card is given of a cell at one level of detail: corners and triangles of its faces, segments of its
//! borders.

use std::sync::Arc;

use earcut::Earcut;
use eframe::wgpu::util::{BufferInitDescriptor, DeviceExt as _};
use eframe::wgpu::{Buffer, BufferUsages, Device};

use crate::base::Key as _;
use crate::geometry::{Point, Scale};
use crate::topology::{BorderId, Directed, FaceId};

use super::super::borders::kept;
use super::super::scene::Scene;
use super::cells::{Cell, Lines};

/// Place of a corner in lattice cells, and the slot of its face.
type Corner = [u32; 3];
/// Both places in lattice cells, the slot of the border, and how far along it the segment begins: cells of latitude as a
/// float.
type Segment = [u32; 6];

/// Bytes of a [`Corner`].
pub(super) const CORNER: u64 = size_of::<Corner>() as u64;
/// Bytes of a [`Segment`].
pub(super) const SEGMENT: u64 = size_of::<Segment>() as u64;

/// Buffers on the card.
#[derive(Debug)]
pub(super) struct Pack {
    /// Corners, triangles as numbers of corners, and how many numbers those are.
    pub(super) faces: Option<(Buffer, Buffer, u32)>,
    /// Segments and how many.
    pub(super) segments: Option<(Buffer, u32)>,
    /// Bytes of all buffers.
    pub(super) bytes: usize,
}

/// Shapes on the way to the card.
#[derive(Default)]
struct Shapes {
    corners: Vec<Corner>,
    triangles: Vec<u32>,
    segments: Vec<Segment>,
}

impl Pack {
    /// Packs a cell at a level of detail. O(n log n) in its vertices as a rule.
    pub(super) fn of_cell(device: &Device, scene: &Scene, cell: &Cell, level: u8) -> Arc<Self> {
        let mut shapes = Shapes::default();
        let mut cutter = Cutter::default();
        cell.faces.iter().for_each(|&slot| cutter.face(scene, slot, level, &mut shapes));
        for &slot in &cell.borders {
            let Some(border) = scene.plan.coverage.borders().get(BorderId::from_index(slot as usize)) else { continue };
            let ranks = scene.borders.ranks_of(slot as usize);
            let drawn = border.points.iter().zip(ranks).filter(|&(_, &rank)| kept(rank, level));
            shapes.line(drawn.map(|(&point, _)| point), slot);
        }
        shapes.packed(device)
    }

    /// Packs the lines of a reference layer. O(vertices).
    pub(super) fn of_lines(device: &Device, lines: &Lines) -> Arc<Self> {
        let mut shapes = Shapes::default();
        for line in lines.features.iter().flat_map(|(shape, _)| shape.lines()) {
            shapes.line(line.iter().copied(), 0);
        }
        shapes.packed(device)
    }
}

impl Shapes {
    fn line(&mut self, points: impl Iterator<Item = Point>, slot: u32) {
        let (mut last, mut along, mut aspect) = (None::<Point>, 0.0, 1.0);
        for point in points {
            if let Some(last) = last {
                let place = [last.x, last.y, point.x, point.y].map(i32::cast_unsigned);
                self.segments.push([place[0], place[1], place[2], place[3], slot, (along as f32).to_bits()]);
                let (dx, dy) = (f64::from(point.x) - f64::from(last.x), f64::from(point.y) - f64::from(last.y));
                along += (dx * aspect).hypot(dy);
            } else {
                let scale = Scale::at(point.y);
                aspect = scale.x / scale.y;
            }
            last = Some(point);
        }
    }

    fn packed(self, device: &Device) -> Arc<Pack> {
        let buffer = |contents: &[u8], usage| {
            (!contents.is_empty())
                .then(|| device.create_buffer_init(&BufferInitDescriptor { label: Some("map"), contents, usage }))
        };
        let corners: &[u8] = bytemuck::cast_slice(&self.corners);
        let triangles: &[u8] = bytemuck::cast_slice(&self.triangles);
        let segments: &[u8] = bytemuck::cast_slice(&self.segments);
        let faces = buffer(corners, BufferUsages::VERTEX).zip(buffer(triangles, BufferUsages::INDEX));
        Arc::new(Pack {
            faces: faces.map(|(corners, triangles)| (corners, triangles, self.triangles.len() as u32)),
            segments: buffer(segments, BufferUsages::VERTEX).map(|buffer| (buffer, self.segments.len() as u32)),
            bytes: corners.len() + triangles.len() + segments.len(),
        })
    }
}

/// Cuts faces into triangles; its lists are used again for the next face.
#[derive(Default)]
struct Cutter {
    earcut: Earcut<f64>,
    points: Vec<Point>,
    places: Vec<[f64; 2]>,
    holes: Vec<u32>,
    triangles: Vec<u32>,
}

impl Cutter {
    /// A face whose rings are thinned to a level: neighbours thin the border they share alike, so that no gap opens. A
    /// ring of less than three points has no land left at that level.
    fn face(&mut self, scene: &Scene, slot: u32, level: u8, shapes: &mut Shapes) {
        let Some(face) = scene.plan.coverage.faces().get(FaceId::from_index(slot as usize)) else { return };
        self.points.clear();
        self.holes.clear();
        for (at, ring) in face.rings.iter().enumerate() {
            let start = self.points.len();
            ring.iter().for_each(|&edge| self.edge(scene, edge, level));
            if self.points.len() < start + 3 {
                self.points.truncate(start);
                if at == 0 {
                    return;
                }
            } else if at > 0 {
                self.holes.push(start as u32);
            }
        }
        self.places.clear();
        self.places.extend(self.points.iter().map(|point| [f64::from(point.x), f64::from(point.y)]));
        self.earcut.earcut_slice(&self.places, &self.holes, &mut self.triangles);
        let first = shapes.corners.len() as u32;
        shapes.corners.extend(self.points.iter().map(|point| [point.x.cast_unsigned(), point.y.cast_unsigned(), slot]));
        shapes.triangles.extend(self.triangles.iter().map(|corner| first + corner));
    }

    /// The points of an edge that are kept, but for the last one, where the next edge begins.
    fn edge(&mut self, scene: &Scene, edge: Directed, level: u8) {
        let Some(border) = scene.plan.coverage.borders().get(edge.border()) else { return };
        let ranks = scene.borders.ranks_of(edge.border().index());
        let drawn = border.points.iter().zip(ranks).filter(|&(_, &rank)| kept(rank, level)).map(|(&point, _)| point);
        if edge.is_backward() {
            self.points.extend(drawn.rev());
        } else {
            self.points.extend(drawn);
        }
        self.points.pop();
    }
}
