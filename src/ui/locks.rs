//! Locked lines on the map, and the command that locks what two selected zones share.

use eframe::egui::{Painter, Stroke};

use crate::edit::{self, locked_lines};
use crate::geometry::Point;
use crate::model::{LockedLine, Plan};

use super::app::App;
use super::camera::Camera;
use super::overlay;
use super::theme::Palette;

/// The locked lines of a tier, kept until the plan or the tier is another.
#[derive(Debug, Default)]
pub(super) struct Locked {
    key: Option<(u64, usize)>,
    lines: Vec<Vec<Point>>,
}

impl Locked {
    /// Paints the locked lines of a tier. O(borders) where the plan changed and something is locked.
    pub(super) fn paint(
        &mut self,
        painter: &Painter,
        camera: &Camera,
        plan: &Plan,
        key: (u64, usize),
        palette: &Palette,
    ) {
        if self.key != Some(key) {
            let of_tier = plan.settings.locked_lines.iter().filter(|line| line.tier == key.1);
            let lines = of_tier.flat_map(|&line| locked_lines(plan, line)).map(|points| points.to_vec());
            self.lines = lines.collect();
            self.key = Some(key);
        }
        // A line beside a line, as a wall is drawn.
        overlay::lines(painter, camera, &self.lines, Stroke::new(4.0, palette.text), palette.card);
        overlay::lines(painter, camera, &self.lines, Stroke::new(1.2, palette.card), palette.text);
    }
}

impl App {
    /// Locks the line between the two selected zones, or unlocks it.
    pub(super) fn lock_line(&mut self) {
        let zones: Vec<_> = self.doc.selection.iter().copied().collect();
        let &[a, b] = zones.as_slice() else { return };
        let tier = self.doc.active;
        let locked = !self.doc.plan.settings.locked_lines.contains(&LockedLine::between(tier, a, b));
        if self.apply(&edit::Command::LockLine { tier, zones: [a, b], locked }) {
            self.tell_last();
        }
    }
}
