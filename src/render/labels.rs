//! Names on the map: coarse tiers first, large zones first, never over each other, never cut.

use crate::model::{Role, ZoneId};

use super::anchors::Names;
use super::font::Line;
use super::frame::Projection;
use super::scene::Scene;
use super::style::Colour;
use super::text::{Canvas, Ink};
use super::view::View;

/// A box in pixels, y down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pixels {
    /// Left rim.
    pub left: f32,
    /// Upper rim.
    pub top: f32,
    /// Right rim.
    pub right: f32,
    /// Lower rim.
    pub bottom: f32,
}

impl Pixels {
    /// A box of a size around a middle.
    #[must_use]
    pub fn around(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    /// Whether two boxes share land.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Whether a box lies inside this one.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.left <= other.left && other.right <= self.right && self.top <= other.top && other.bottom <= self.bottom
    }
}

/// A name that found its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Place of the tier in the plan's order.
    pub tier: usize,
    /// The zone.
    pub zone: ZoneId,
    /// What is written.
    pub text: String,
    /// The room it takes, halo included, in pixels.
    pub room: Pixels,
}

/// How the names of a tier are written.
struct Hand {
    /// Size in points.
    size: f32,
    bold: f32,
    /// Share of the size between characters.
    spacing: f32,
    quiet: bool,
    /// How much wider than the free room a name may be.
    over: f32,
    /// Points across that the median zone must have before any name of its tier shows.
    least: f64,
}

impl Hand {
    /// Han characters are set apart, letters and digits are not.
    fn spacing_of(&self, text: &str) -> f32 {
        if text.is_ascii() { 0.0 } else { self.spacing }
    }
}

fn hand(role: Role) -> Hand {
    let (size, bold, spacing, quiet, over, least) = match role {
        Role::District => (19.0, 0.3, 0.55, true, 1.6, 0.0),
        Role::Town => (14.0, 0.3, 0.06, false, 1.5, 0.0),
        Role::Grid => (11.5, 0.0, 0.0, false, 1.15, 64.0),
        Role::Community => (11.0, 0.0, 0.0, true, 1.1, 88.0),
        Role::Unit | Role::Other => (10.0, 0.0, 0.0, true, 1.0, 100.0),
    };
    Hand { size, bold, spacing, quiet, over, least }
}

/// Zones whose box is in the picture and wide enough for a name, the largest first.
fn in_view(names: &Names, projection: &Projection, frame: &Pixels, size: f32) -> Vec<usize> {
    let mut order: Vec<(f32, usize)> = names
        .boxes()
        .filter_map(|(slot, bounds)| {
            let ([left, bottom], [right, top]) = (projection.pixel(bounds.min), projection.pixel(bounds.max));
            let room = Pixels { left, top, right, bottom };
            let (width, height) = (right - left, bottom - top);
            (room.meets(frame) && width > size && height > size * 0.6).then_some((width * height, slot))
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, slot)| slot).collect()
}

/// Points of halo around a name.
const HALO: f32 = 1.6;

impl Scene {
    /// The names in a picture: by tier from coarse to fine, by area within a tier, each where its zone has most room,
    /// only where it fits, clear of each other and of the boxes `taken`, and whole.
    #[must_use]
    pub fn labels(&self, view: &View, taken: &[Pixels]) -> Vec<Label> {
        if !self.show.labels {
            return Vec::new();
        }
        let mut placed = Boxes::new(view, taken);
        let mut labels = Vec::new();
        for layer in self.layers.iter().rev() {
            let Some(tier) = layer.tier else { continue };
            self.label_tier(tier, layer.role, view, &mut placed, &mut labels);
        }
        labels
    }

    fn label_tier(&self, at: usize, role: Role, view: &View, placed: &mut Boxes, labels: &mut Vec<Label>) {
        let (Some(tier), Some(names)) = (self.plan.tiers.get(at), self.names.get(at)) else { return };
        let hand = hand(role);
        let coarsest = self.layers.iter().rev().find_map(|layer| layer.tier) == Some(at);
        if !coarsest && names.median_m < hand.least * view.metres_per_point {
            return;
        }
        let scale = view.pixels_per_point as f32;
        let (size, halo) = (hand.size * scale, HALO * scale);
        let projection = Projection::new(view);
        let (sx, sy) = projection.per_cell();
        for slot in in_view(names, &projection, &placed.frame, size) {
            let zone = ZoneId(slot as u32);
            let Some(text) = tier.zones.get(zone).and_then(|zone| self.written(&zone.name, &zone.code)) else {
                continue;
            };
            let anchor = names.anchor(&self.plan, tier, &self.borders, slot);
            let Some([x, y]) = anchor.at.map(|point| projection.pixel(point)) else { continue };
            let (across, up) = (anchor.across * sx as f32, anchor.up * sy as f32);
            let width = Line::of(text, size, hand.spacing_of(text) * size, self.show.fonts).width;
            if width > across * 2.0 * hand.over || size > up * 2.0 * hand.over {
                continue;
            }
            // The best place, else a little beside it but still on its own land.
            let (dx, dy) = ((across - width / 2.0).max(0.0) * 0.8, (up - size / 2.0).max(0.0) * 0.8);
            let steps = [(0.0, 0.0), (0.0, dy), (0.0, -dy), (dx, 0.0), (-dx, 0.0)];
            let room = |(dx, dy)| Pixels::around(x + dx, y + dy, width + 2.0 * halo, size * 1.1 + 2.0 * halo);
            if let Some(room) = steps.into_iter().map(room).find(|room| placed.take(*room)) {
                labels.push(Label { tier: at, zone, text: text.to_owned(), room });
            }
        }
    }

    /// The name, or the code where there is none or no font can write it.
    fn written<'a>(&self, name: &'a str, code: &'a str) -> Option<&'a str> {
        [name, code].into_iter().map(str::trim).find(|text| !text.is_empty() && self.show.fonts.can_write(text))
    }

    /// Writes the names, each with a halo.
    pub(super) fn write_labels(&self, canvas: &mut Canvas<'_>, labels: &[Label]) {
        for label in labels {
            let Some(LabelInk { size, colour, bold, spacing, halo }) = self.ink_of(label, canvas.scale) else {
                continue;
            };
            let line = Line::of(&label.text, size, spacing, self.show.fonts);
            let ink = Ink { size, colour, bold, spacing };
            let (x, y) = (label.room.left + halo, f32::midpoint(label.room.top, label.room.bottom));
            let around = Ink { colour: self.style.paper.with_alpha(215), bold: halo, ..ink };
            canvas.write(&line, x, y, around);
            canvas.write(&line, x, y, ink);
        }
    }

    /// How a name is written, with `scale` pixels for one point.
    pub(super) fn ink_of(&self, label: &Label, scale: f32) -> Option<LabelInk> {
        let hand = hand(self.plan.tiers.get(label.tier)?.role);
        let size = hand.size * scale;
        Some(LabelInk {
            size,
            colour: if hand.quiet { self.style.quiet_ink } else { self.style.ink },
            bold: hand.bold * scale,
            spacing: hand.spacing_of(&label.text) * size,
            halo: HALO * scale,
        })
    }
}

/// How a name is written, lengths in pixels.
pub(super) struct LabelInk {
    pub(super) size: f32,
    pub(super) colour: Colour,
    pub(super) bold: f32,
    pub(super) spacing: f32,
    pub(super) halo: f32,
}

/// Boxes taken, in coarse cells so that a new one meets few.
struct Boxes {
    frame: Pixels,
    cells: Vec<Vec<Pixels>>,
    columns: usize,
}

/// Pixels of a cell.
const CELL: f32 = 64.0;

impl Boxes {
    fn new(view: &View, taken: &[Pixels]) -> Self {
        let (width, height) = view.pixels();
        let (columns, rows) = (width as usize / CELL as usize + 1, height as usize / CELL as usize + 1);
        let frame = Pixels { left: 0.0, top: 0.0, right: width as f32, bottom: height as f32 };
        let mut boxes = Self { frame, cells: vec![Vec::new(); columns * rows], columns };
        for taken in taken {
            boxes.put(*taken);
        }
        boxes
    }

    fn cells_of(&self, room: &Pixels) -> impl Iterator<Item = usize> + use<> {
        let columns = self.columns;
        let rows = self.cells.len() / columns;
        let at = |pixel: f32, most: usize| ((pixel.max(0.0) / CELL) as usize).min(most - 1);
        let across = at(room.left, columns)..=at(room.right, columns);
        let down = at(room.top, rows)..=at(room.bottom, rows);
        down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }

    fn put(&mut self, room: Pixels) {
        for cell in self.cells_of(&room) {
            self.cells[cell].push(room);
        }
    }

    /// Takes a box where it is free and inside the picture.
    fn take(&mut self, room: Pixels) -> bool {
        let free = self.frame.holds(&room)
            && self.cells_of(&room).all(|cell| self.cells[cell].iter().all(|other| !other.meets(&room)));
        if free {
            self.put(room);
        }
        free
    }
}
