//! Tests of this room.

use std::path::Path;

use wangge::balance::{Loads, faces_of_incidents};
use wangge::base::Progress;
use wangge::index::{Index, Located};
use wangge::io::{Options, open};
use wangge::model::Plan;
use wangge::topology::FaceId;

mod bonds;
mod checker;
mod duty;
mod numbers;
mod partition;
mod planner;
mod response;
mod squads;

/// The sample city with its loads, and the faces of its incidents.
fn city() -> (Plan, Loads, Vec<Option<FaceId>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let plan = open(&[folder], &Options::default(), &Progress::default()).unwrap().plan;
    let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let faces = faces_of_incidents(&plan, &located);
    let loads = Loads::of(&plan, &faces, &Progress::default()).unwrap();
    (plan, loads, faces)
}
