//! What a command changed: old and new values, a sentence, a selection and a camera. History and journal are made of these.

use serde::{Deserialize, Serialize};

use crate::base::Text;
use crate::model::{Settings, Squad, SquadId, Zone, ZoneId};
use crate::topology::{Border, BorderId, Face, FaceId, Node, NodeId};

/// Where the map looked when a command was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Longitude of the middle, degrees.
    pub lon: f64,
    /// Latitude of the middle, degrees.
    pub lat: f64,
    /// Metres per point of the screen.
    pub metres_per_point: f64,
}

/// The old and the new value of one slot of one table; `None` is an empty slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A node of the coverage.
    Node(NodeId, Option<Node>, Option<Node>),
    /// A border of the coverage.
    Border(BorderId, Option<Border>, Option<Border>),
    /// A face of the coverage.
    Face(FaceId, Option<Face>, Option<Face>),
    /// The owner of a face in the tier of this place in the order.
    Owner(usize, FaceId, Option<ZoneId>, Option<ZoneId>),
    /// A zone of the tier of this place in the order.
    Zone(usize, ZoneId, Option<Box<Zone>>, Option<Box<Zone>>),
    /// The lock of a tier.
    TierLock(usize, bool, bool),
    /// A squad.
    Squad(SquadId, Option<Box<Squad>>, Option<Box<Squad>>),
    /// The squad of a grid.
    Beat(ZoneId, Option<SquadId>, Option<SquadId>),
    /// The settings.
    Settings(Box<Settings>, Box<Settings>),
}

/// One command done: enough to undo it, to do it again, to say what it was and to fly there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What was done, in words.
    pub sentence: Text,
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Slots that changed.
    pub changes: Vec<Change>,
    /// Zones concerned: place of the tier and zone.
    pub selection: Vec<(usize, ZoneId)>,
    /// Where the map looked.
    pub camera: Option<Camera>,
}
