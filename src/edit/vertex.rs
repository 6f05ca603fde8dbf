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
    let step = Change::of(plan, border, at, &cannot)?;
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
    let step = Change::along(plan, &[border], &cannot)?;
    step.done(plan.coverage.insert_vertex(border, after, at, context.near), "Added a vertex to", "增加折点")
}

/// Takes a vertex out.
pub(super) fn delete(plan: &Plan, border: BorderId, at: usize, context: &Context<'_>) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot delete the vertex", "无法删除折点");
    let step = Change::of(plan, border, at, &cannot)?;
    step.done(plan.coverage.delete_vertex(border, at, context.near), "Deleted a vertex of", "删除折点")
}

/// Moves points of a border together: a whole edge, or a piece of it.
pub(super) fn drag(
    plan: &Plan,
    border: BorderId,
    points: std::ops::RangeInclusive<usize>,
    by: [i32; 2],
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot move the border", "无法移动边界");
    let mut borders: Vec<BorderId> = [*points.start(), *points.end()]
        .into_iter()
        .flat_map(|at| plan.coverage.borders_through(border, at))
        .map(|(id, _)| id)
        .chain([border])
        .collect();
    borders.sort_unstable();
    borders.dedup();
    let step = Change::along(plan, &borders, &cannot)?;
    step.done(plan.coverage.shift_points(border, points, by, context.near), "Moved", "移动")
}

/// Makes a piece of a border straight.
pub(super) fn straighten(
    plan: &Plan,
    border: BorderId,
    (from, to): (usize, usize),
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot straighten the border", "无法拉直边界");
    let step = Change::along(plan, &[border], &cannot)?;
    step.done(plan.coverage.straighten(border, from, to, context.near), "Straightened", "拉直")
}

/// Takes vertices out of borders; those that every zone with an edge on them allows.
pub(super) fn simplify(
    plan: &Plan,
    borders: &[BorderId],
    tolerance_m: f64,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot simplify the borders", "无法简化边界");
    if !tolerance_m.is_finite() || tolerance_m <= 0.0 {
        return Err(Refusal::new(
            cannot,
            Text::new("the tolerance is no length", "容差不是有效长度"),
            Text::new("Give a tolerance in metres", "请填写以米为单位的容差"),
        ));
    }
    let step = Change::along(plan, borders, &cannot)?;
    let changed = plan.coverage.simplify(borders, tolerance_m, context.near);
    let (coverage, gone) = changed.map_err(|obstacle| words::blocked(&cannot, plan, obstacle))?;
    if gone == 0 {
        return Err(Refusal::new(
            cannot,
            Text::new("no vertex can go", "没有可以去除的折点"),
            Text::new("Choose a larger tolerance", "请增大容差"),
        ));
    }
    let sentence = Text::new(
        format!("Simplified {}: {gone} vertices less", step.name.en),
        format!("简化{}:减少 {gone} 个折点", step.name.zh),
    );
    Ok(Step { plan: Plan { coverage, ..plan.clone() }, sentence, selection: step.zones })
}

/// A change of line that every tier with an edge on it allows.
struct Change<'a> {
    plan: &'a Plan,
    cannot: &'a Text,
    /// The border in words.
    name: Text,
    /// Zones whose edge it is, in all tiers.
    zones: Vec<(usize, ZoneId)>,
}

impl<'a> Change<'a> {
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
