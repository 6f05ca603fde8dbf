//! Vertices: a border moves once, for every tier on it.

use crate::base::{Refusal, Text};
use crate::geometry::Point;
use crate::model::{Plan, ZoneId};
use crate::topology::{BorderId, Coverage, Directed, Obstacle};

use super::command::{Context, Step};
use super::words::{self, owner_label};

/// Moves a vertex.
pub(super) fn shift(
    plan: &Plan,
    border: BorderId,
    at: usize,
    to: Point,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot move the vertex", "无法移动折点");
    let step = Reshape::of(plan, border, at, &cannot)?;
    step.done(plan.coverage.shift_vertex(border, at, to, context.near), "Moved a vertex of", "移动折点")
}

/// Adds a vertex.
pub(super) fn insert(
    plan: &Plan,
    border: BorderId,
    after: usize,
    at: Point,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot add a vertex", "无法增加折点");
    // A new vertex bends this border alone, also where it follows a node.
    let step = Reshape::along(plan, &[border], &cannot)?;
    step.done(plan.coverage.insert_vertex(border, after, at, context.near), "Added a vertex to", "增加折点")
}

/// Takes a vertex out.
pub(super) fn delete(plan: &Plan, border: BorderId, at: usize, context: &Context<'_>) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot delete the vertex", "无法删除折点");
    let step = Reshape::of(plan, border, at, &cannot)?;
    step.done(plan.coverage.delete_vertex(border, at, context.near), "Deleted a vertex of", "删除折点")
}

/// A change of line that every tier with an edge on it allows.
struct Reshape<'a> {
    plan: &'a Plan,
    cannot: &'a Text,
    /// The border in words.
    name: Text,
    /// Zones whose edge it is, in all tiers.
    zones: Vec<(usize, ZoneId)>,
}

impl<'a> Reshape<'a> {
    /// A change at a vertex: of all borders through it.
    fn of(plan: &'a Plan, border: BorderId, at: usize, cannot: &'a Text) -> Result<Self, Refusal> {
        let mut borders: Vec<BorderId> =
            plan.coverage.borders_through(border, at).into_iter().map(|(id, _)| id).collect();
        borders.dedup();
        Self::along(plan, &borders, cannot)
    }

    fn along(plan: &'a Plan, borders: &[BorderId], cannot: &'a Text) -> Result<Self, Refusal> {
        let mut found = Self { plan, cannot, name: Text::default(), zones: Vec::new() };
        for (at, tier) in plan.tiers.iter().enumerate() {
            for &border in borders {
                let edge = Directed::forward(border);
                let owner = |edge| plan.coverage.face_left_of(edge).and_then(|face| tier.owner_of(face));
                let sides = [owner(edge), owner(edge.reversed())];
                if sides[0] == sides[1] {
                    continue;
                }
                words::tier_open(tier, cannot)?;
                for zone in sides.into_iter().flatten() {
                    words::zone_open(tier, zone, cannot)?;
                    found.zones.push((at, zone));
                }
                if found.name.en.is_empty() {
                    let [a, b] = sides.map(|side| owner_label(tier, side));
                    found.name = Text::new(
                        format!("the border between {} and {}", a.en, b.en),
                        format!("{}与{}之间的边界", a.zh, b.zh),
                    );
                }
            }
        }
        if found.name.en.is_empty() {
            found.name = Text::new("a border", "边界");
        }
        Ok(found)
    }

    fn done(self, changed: Result<Coverage, Obstacle>, en: &str, zh: &str) -> Result<Step, Refusal> {
        let coverage = changed.map_err(|obstacle| words::blocked(self.cannot, self.plan, obstacle))?;
        let sentence = Text::new(format!("{en} {}", self.name.en), format!("{zh}:{}", self.name.zh));
        Ok(Step { plan: Plan { coverage, ..self.plan.clone() }, sentence, selection: self.zones })
    }
}
