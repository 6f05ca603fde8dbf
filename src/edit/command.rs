//! The commands, as data, and what they are applied with.

use serde::{Deserialize, Serialize};

use crate::base::{Refusal, Text};
use crate::geometry::{Bounds, Point};
use crate::model::{Attributes, Bond, Plan, Settings, Squad, SquadId, ZoneId};
use crate::topology::{BorderId, FaceId};

use super::record::changes;
use super::{
    Camera, Cutter, Half, Only, Portion, Record, Take, bonds, counts, cutting, dissolve, divide, draw, line_locks,
    merge, paint, renumber, reshape, squads, stale, tiers, vertex, words, zones,
};

/// A side of a stroke, seen along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The left hand.
    Left,
    /// The right hand.
    Right,
}

/// Something a planner can do to a plan; data only. Tiers are named by their place in the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Gives faces to a zone of a tier, or to nobody.
    Paint {
        /// The tier.
        tier: usize,
        /// The faces; those that are there already are passed over.
        faces: Vec<FaceId>,
        /// The zone that takes them.
        to: Option<ZoneId>,
    },
    /// Cuts a zone, and the faces that are in the way, along a stroke.
    Split {
        /// The tier.
        tier: usize,
        /// The zone.
        zone: ZoneId,
        /// The stroke; what lies outside the zone does not matter.
        stroke: Vec<Point>,
        /// The side that keeps the zone's code, name and squad.
        keeps: Side,
        /// Code of the zone on the other side.
        code: String,
        /// Name of the zone on the other side.
        name: String,
    },
    /// Gives parts of a zone to new zones, face by face; what is left keeps its code, name and squad.
    Part {
        /// The tier.
        tier: usize,
        /// The zone.
        zone: ZoneId,
        /// The parts that become zones of their own.
        portions: Vec<Portion>,
    },
    /// Cuts several zones along one stroke, each in two.
    SplitAcross {
        /// The tier.
        tier: usize,
        /// The stroke; what lies outside the zones does not matter.
        stroke: Vec<Point>,
        /// The side on which each keeps its code, name and squad.
        keeps: Side,
        /// The zones, and what their new halves are called.
        halves: Vec<Half>,
    },
    /// Gives those faces to a zone that the brush does not pass over.
    PaintOnly {
        /// The tier.
        tier: usize,
        /// The faces.
        faces: Vec<FaceId>,
        /// The zone that takes them.
        to: Option<ZoneId>,
        /// What the brush passes over.
        only: Only,
    },
    /// Redraws the border of a zone by a stroke that leaves it and comes back to it.
    Reshape {
        /// The tier.
        tier: usize,
        /// The zone.
        zone: ZoneId,
        /// The stroke.
        stroke: Vec<Point>,
        /// Whether land of more than one neighbour may change hands.
        several: bool,
    },
    /// Makes a new zone of the land inside a ring.
    Draw {
        /// The tier.
        tier: usize,
        /// The ring, closed or not.
        ring: Vec<Point>,
        /// What it may take.
        take: Take,
        /// Code of the zone.
        code: String,
        /// Name of the zone.
        name: String,
    },
    /// Moves points of a border together: from the first to the last the whole edge, with its nodes and the borders that
    /// meet there.
    MoveEdge {
        /// The border.
        border: BorderId,
        /// The first of its points that moves.
        from: usize,
        /// The last of its points that moves.
        to: usize,
        /// How far east and north, in cells.
        by: [i32; 2],
    },
    /// Makes a border straight between two of its points.
    Straighten {
        /// The border.
        border: BorderId,
        /// One point.
        from: usize,
        /// A later point.
        to: usize,
    },
    /// Takes vertices out of borders where the line changes least; no gap or crossing can come of it.
    Simplify {
        /// The borders.
        borders: Vec<BorderId>,
        /// Vertices go whose triangle is smaller than the square of this, metres.
        tolerance_m: f64,
    },
    /// Cuts faces along lines or into cells; the zones stay what they are.
    CutFaces {
        /// The faces.
        faces: Vec<FaceId>,
        /// What they are cut with.
        with: Cutter,
        /// Pieces smaller than this go to the neighbouring piece with the longest shared border, m².
        leftover_m2: f64,
    },
    /// Joins faces that lie side by side in the same zones of all tiers.
    Dissolve {
        /// The faces.
        faces: Vec<FaceId>,
    },
    /// Copies a tier as the start of a new one.
    CopyTier {
        /// The tier.
        tier: usize,
        /// Name of the new one.
        name: String,
    },
    /// Takes the last tier away.
    RemoveTier {
        /// The tier.
        tier: usize,
    },
    /// Ends a zone: its land is left unassigned, its code never used again.
    Retire {
        /// The tier.
        tier: usize,
        /// The zone.
        zone: ZoneId,
    },
    /// Numbers zones by rule: the code of the zone above and three digits, west to east and north to south.
    Renumber {
        /// The tier.
        tier: usize,
        /// The zones; all where none is named.
        zones: Vec<ZoneId>,
        /// Whether codes that are by rule already are given anew.
        all: bool,
    },
    /// Joins zones to one.
    Merge {
        /// The tier.
        tier: usize,
        /// The zone whose code survives.
        keep: ZoneId,
        /// The zones that end.
        others: Vec<ZoneId>,
    },
    /// Moves a vertex of a border; at either end of the border its node, with all its borders.
    MoveVertex {
        /// The border.
        border: BorderId,
        /// Which of its points.
        at: usize,
        /// Where to.
        to: Point,
    },
    /// Adds a vertex to a border.
    InsertVertex {
        /// The border.
        border: BorderId,
        /// The point it follows.
        after: usize,
        /// Where.
        at: Point,
    },
    /// Takes a vertex out of a border; at an end of the border its node, where only two borders meet there.
    DeleteVertex {
        /// The border.
        border: BorderId,
        /// Which of its points.
        at: usize,
    },
    /// Gives a grid to a squad, or to nobody.
    Beat {
        /// Zone of the grid tier.
        grid: ZoneId,
        /// The squad.
        squad: Option<SquadId>,
    },
    /// Adds a squad, changes it, or disbands it.
    Squad {
        /// The squad; a new one where there is none.
        id: Option<SquadId>,
        /// What it shall be; disbanded where there is nothing.
        squad: Option<Squad>,
    },
    /// Locks or unlocks a tier or one of its zones.
    Lock {
        /// The tier.
        tier: usize,
        /// The zone; the whole tier where there is none.
        zone: Option<ZoneId>,
        /// Whether it is to be locked.
        locked: bool,
        /// Why; needed to unlock a tier of districts, towns or communities (a document number).
        reason: String,
    },
    /// Locks or unlocks the line between two zones.
    LockLine {
        /// The tier.
        tier: usize,
        /// The zones.
        zones: [ZoneId; 2],
        /// Whether it is to be locked.
        locked: bool,
    },
    /// Keeps zones together or apart, or no longer.
    Bond {
        /// The zones and how.
        bond: Bond,
        /// Whether it is to be kept.
        kept: bool,
    },
    /// Changes code, name and properties of a zone.
    SetZone {
        /// The tier.
        tier: usize,
        /// The zone.
        zone: ZoneId,
        /// Its code.
        code: String,
        /// Its name.
        name: String,
        /// Its properties; code and name are written into them under the tier's own keys.
        attributes: Attributes,
    },
    /// Moves all times of the incidents: those of a table in another zone.
    MoveTimes {
        /// Minutes, a day at most.
        minutes: i32,
    },
    /// Changes the settings of the plan, the weights of load among them.
    SetSettings {
        /// The settings as they shall be.
        settings: Box<Settings>,
    },
    /// Commands done as one. Paints of one tier that stand together are judged by their outcome.
    Many {
        /// What they do together, in words.
        sentence: Text,
        /// The commands, in order.
        commands: Vec<Self>,
    },
}

/// What a command needs to know beside the plan.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Borders whose boxes may meet a box; more than needed is no harm. See [`crate::topology::scan`].
    pub near: crate::topology::Near<'a>,
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Where the map looks.
    pub camera: Option<Camera>,
}

/// A command done.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The plan after it.
    pub plan: Plan,
    /// What it changed.
    pub record: Record,
}

/// A plan on the way through a command: the plan so far, what was done in words, and the zones concerned.
pub(super) struct Step {
    pub(super) plan: Plan,
    pub(super) sentence: Text,
    pub(super) selection: Vec<(usize, ZoneId)>,
}

impl Command {
    /// Does the command. Pure: the plan given is not changed, and a refusal changes nothing.
    ///
    /// # Errors
    /// Why it cannot be done, and what would make it possible.
    pub fn apply(&self, plan: &Plan, context: &Context<'_>) -> Result<Done, Refusal> {
        let mut step = self.step(plan, context)?;
        step.plan = stale::marked(plan, counts::carried(plan, line_locks::kept(plan, step.plan)?));
        step.selection.sort_unstable();
        step.selection.dedup();
        let record = Record {
            sentence: step.sentence,
            time: context.time,
            changes: changes(plan, &step.plan),
            selection: step.selection,
            camera: context.camera,
        };
        if record.changes.is_empty() {
            return Err(words::nothing());
        }
        Ok(Done { plan: step.plan, record })
    }

    fn step(&self, plan: &Plan, context: &Context<'_>) -> Result<Step, Refusal> {
        match self {
            Self::Paint { tier, faces, to } => paint::paint(plan, *tier, &[(faces, *to)]),
            Self::PaintOnly { tier, faces, to, only } => paint::paint_only(plan, *tier, faces, *to, *only),
            Self::Split { tier, zone, stroke, keeps, code, name } => {
                let half = Half { zone: *zone, code: code.clone(), name: name.clone() };
                divide::split(plan, *tier, stroke, *keeps, &[half], context)
            }
            Self::Part { tier, zone, portions } => divide::part(plan, (*tier, *zone), portions),
            Self::SplitAcross { tier, stroke, keeps, halves } => {
                divide::split(plan, *tier, stroke, *keeps, halves, context)
            }
            Self::Merge { tier, keep, others } => merge::merge(plan, *tier, *keep, others, context.time),
            Self::Reshape { tier, zone, stroke, several } => {
                reshape::reshape(plan, (*tier, *zone), stroke, *several, context)
            }
            Self::Draw { tier, ring, take, code, name } => draw::draw(plan, *tier, ring, *take, (code, name), context),
            Self::MoveVertex { border, at, to } => vertex::shift(plan, *border, *at, *to, context),
            Self::InsertVertex { border, after, at } => vertex::insert(plan, *border, *after, *at, context),
            Self::DeleteVertex { border, at } => vertex::delete(plan, *border, *at, context),
            Self::Beat { grid, squad } => zones::beat(plan, *grid, *squad),
            Self::Squad { id, squad } => squads::set(plan, *id, squad.as_ref()),
            Self::Lock { tier, zone, locked, reason } => zones::lock(plan, *tier, *zone, *locked, reason),
            Self::LockLine { tier, zones, locked } => line_locks::set(plan, *tier, *zones, *locked),
            Self::Bond { bond, kept } => bonds::set(plan, bond, *kept),
            Self::SetZone { tier, zone, code, name, attributes } => {
                zones::set(plan, (*tier, *zone), code, name, attributes, context.time)
            }
            Self::SetSettings { settings } => zones::settings(plan, settings),
            Self::MoveTimes { minutes } => zones::move_times(plan, *minutes),
            Self::MoveEdge { border, from, to, by } => vertex::drag(plan, *border, *from..=*to, *by, context),
            Self::Straighten { border, from, to } => vertex::straighten(plan, *border, (*from, *to), context),
            Self::Simplify { borders, tolerance_m } => vertex::simplify(plan, borders, *tolerance_m, context),
            Self::CutFaces { faces, with, leftover_m2 } => cutting::cut(plan, faces, with, *leftover_m2, context),
            Self::Dissolve { faces } => dissolve::dissolve(plan, faces),
            Self::CopyTier { tier, name } => tiers::copy(plan, *tier, name),
            Self::RemoveTier { tier } => tiers::remove(plan, *tier),
            Self::Retire { tier, zone } => merge::retire(plan, *tier, *zone, context.time),
            Self::Renumber { tier, zones, all } => renumber::renumber(plan, *tier, zones, *all, context.time),
            Self::Many { sentence, commands } => many(plan, sentence, commands, context),
        }
    }
}

/// Commands one after the other; paints of one tier that stand together as one.
fn many(plan: &Plan, sentence: &Text, commands: &[Command], context: &Context<'_>) -> Result<Step, Refusal> {
    let mut step = Step { plan: plan.clone(), sentence: sentence.clone(), selection: Vec::new() };
    let tier_painted = |command: &Command| if let Command::Paint { tier, .. } = command { Some(*tier) } else { None };
    // Earlier commands of the list move borders a little: what the index knows of is no longer enough.
    let moved = std::cell::RefCell::new(Vec::new());
    let near = |bounds: Bounds| {
        let mut found = (context.near)(bounds);
        found.extend_from_slice(&moved.borrow());
        found
    };
    let context = Context { near: &near, ..*context };
    for run in commands.chunk_by(|a, b| tier_painted(a).is_some() && tier_painted(a) == tier_painted(b)) {
        let next = match run {
            [Command::Paint { tier, .. }, ..] => {
                let moves: Vec<_> = run
                    .iter()
                    .filter_map(|command| {
                        if let Command::Paint { faces, to, .. } = command {
                            Some((faces.as_slice(), *to))
                        } else {
                            None
                        }
                    })
                    .collect();
                paint::paint(&step.plan, *tier, &moves)?
            }
            _ => run[0].step(&step.plan, &context)?,
        };
        let borders = step.plan.coverage.borders().changed(next.plan.coverage.borders());
        moved.borrow_mut().extend(borders);
        step.plan = next.plan;
        step.selection.extend(next.selection);
    }
    Ok(step)
}
