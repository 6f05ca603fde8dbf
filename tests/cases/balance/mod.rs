//! Rebalancing and duty: figures follow what is accepted, and who is on duty is on duty.

mod command;
mod duty;
mod moves;

use std::path::PathBuf;
use std::sync::Arc;

use wangge::balance::{Loads, faces_of_incidents};
use wangge::base::Progress;
use wangge::index::{Index, Located};
use wangge::io::{Options, open};
use wangge::model::{Incidents, Minute, Placement, Plan, Role, Tier, Zone, ZoneId};
use wangge::topology::FaceId;

/// Numbers drawn at random, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Squares in `across` columns and `up` rows, each a unit; no other tier.
fn squares(across: usize, up: usize) -> Plan {
    let square = |at: usize| {
        let (x, y) = (110.3 + (at % across) as f64 * 0.002, 20.0 + (at / across) as f64 * 0.002);
        let ring: Vec<String> = [(0.0, 0.0), (0.002, 0.0), (0.002, 0.002), (0.0, 0.002), (0.0, 0.0)]
            .iter()
            .map(|(dx, dy)| format!("[{:.4},{:.4}]", x + dx, y + dy))
            .collect();
        format!(
            r#"{{"type":"Feature","properties":{{"code":"U{at:03}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )
    };
    let features: Vec<String> = (0..across * up).map(square).collect();
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("units.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let options = Options { tiers: vec![("unit".to_owned(), path.clone())], ..Options::default() };
    open(&[path], &options, &Progress::default()).unwrap().plan
}

/// The plan with a tier of grids: the owner of each face.
fn with_grids(plan: &Plan, owners: &[(FaceId, u32)]) -> Plan {
    let mut plan = plan.clone();
    let count = owners.iter().map(|(_, grid)| grid + 1).max().unwrap();
    let mut tier = Tier::new(Role::Grid, "grids");
    for at in 0..count {
        let (code, name) = (format!("G{at}"), format!("网格{at}"));
        tier.zones.push(Zone { code, name, ..Zone::default() });
    }
    owners.iter().for_each(|&(face, grid)| tier.owner.set(face, Some(ZoneId(grid))));
    plan.tiers.push(Arc::new(tier));
    plan
}

/// Incidents without coordinates of their own: one for each minute.
fn incidents(minutes: &[Minute]) -> Incidents {
    let mut incidents = Incidents::default();
    for &reported in minutes {
        incidents.numbers.push('T');
        incidents.number_ends.push(incidents.numbers.len() as u32);
        incidents.points.push(wangge::geometry::Point::default());
        incidents.placement.push(Placement::Nowhere);
        incidents.place.push(u16::MAX);
        let field = incidents.fields.index_of("市容");
        incidents.field.push(field);
        for (column, words) in [
            (&mut incidents.class, &mut incidents.classes),
            (&mut incidents.source, &mut incidents.sources),
            (&mut incidents.state, &mut incidents.states),
        ] {
            column.push(words.index_of("–"));
        }
        incidents.reported.push(reported);
        for column in [&mut incidents.filed, &mut incidents.due, &mut incidents.handled, &mut incidents.closed] {
            column.push(Minute::NONE);
        }
    }
    incidents
}

/// The sample city with its loads, and the faces of its incidents.
fn city() -> (Plan, Loads, Vec<Option<FaceId>>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let plan = open(&[folder], &Options::default(), &Progress::default()).unwrap().plan;
    let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let faces = faces_of_incidents(&plan, &located);
    let loads = Loads::of(&plan, &faces, &Progress::default()).unwrap();
    (plan, loads, faces)
}

/// A town of a plan by its name.
fn town(plan: &Plan, name: &str) -> ZoneId {
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    towns.zones.iter().find(|(_, zone)| zone.name == name).unwrap().0
}
