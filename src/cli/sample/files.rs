//! The sample's files, as names and bytes.

use super::city::{Block, City};
use super::dirt::soil;
use super::geojson::{self, Properties};
use super::lines::{Frame, Lines};
use super::zones::outlines;

/// A file: its name and its bytes.
pub(super) type File = (&'static str, Vec<u8>);

/// The files of zones of Haikou, districts first.
pub(super) fn zones(city: &City, lines: &Lines, dirt: Option<Dirt>) -> Vec<File> {
    let mesh = &city.mesh;
    let block = |face: u32| &city.blocks[face as usize];
    let district = |face: u32| {
        let town = &city.towns[block(face).town];
        city.districts.iter().position(|(code, _)| town.code.starts_with(code.as_str()))
    };
    let properties: Vec<Properties> =
        city.districts.iter().map(|(code, name)| Properties::default().text("code", code).text("name", name)).collect();
    let districts = geojson::zones("districts", &outlines(mesh, lines, city.districts.len(), district), &properties);
    let properties: Vec<Properties> = city
        .towns
        .iter()
        .map(|town| {
            let base = Properties::default().text("code", &town.code).text("name", &town.name);
            let parent = town.code.get(..6).unwrap_or("");
            let name = city.districts.iter().find(|(code, _)| code == parent).map_or("", |(_, name)| name.as_str());
            base.text("district", name).flag("patrol", town.patrol)
        })
        .collect();
    let towns = outlines(mesh, lines, city.towns.len(), |face| Some(block(face).town));
    let towns = geojson::zones("towns", &towns, &properties);
    let properties: Vec<Properties> = city
        .communities
        .iter()
        .map(|zone| {
            let base = Properties::default().text("code", &zone.code).text("name", &zone.name);
            base.text("town", &city.towns[zone.town].name)
        })
        .collect();
    let communities = outlines(mesh, lines, city.communities.len(), |face| block(face).community);
    let communities = geojson::zones("communities", &communities, &properties);
    vec![
        ("districts.geojson", districts),
        ("towns.geojson", towns),
        ("communities.geojson", communities),
        ("blocks.geojson", blocks(city, lines, dirt)),
        ("grids.geojson", grids(city, lines)),
    ]
}

/// How dirty the base tier shall be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dirt {
    pub(super) metres: f64,
    pub(super) frame: Frame,
    pub(super) seed: u64,
}

/// Zones, towns and grids of a plain city.
pub(super) fn plain(city: &City, lines: &Lines, dirt: Option<Dirt>) -> Vec<File> {
    let properties: Vec<Properties> =
        city.towns.iter().map(|town| Properties::default().text("code", &town.code).text("name", &town.name)).collect();
    let towns = outlines(&city.mesh, lines, city.towns.len(), |face| Some(city.blocks[face as usize].town));
    let units = base(city, lines, dirt, "units", |block| {
        let unit = block.community.map(|at| &city.communities[at]);
        let base = Properties::default().text("code", unit.map_or("", |unit| &unit.code));
        let base = base.text("name", unit.map_or("", |unit| &unit.name)).text("town", &city.towns[block.town].code);
        base.number("households", u64::from(block.households))
    });
    vec![
        ("towns.geojson", geojson::zones("towns", &towns, &properties)),
        ("units.geojson", units),
        ("grids.geojson", grids(city, lines)),
    ]
}

fn blocks(city: &City, lines: &Lines, dirt: Option<Dirt>) -> Vec<u8> {
    base(city, lines, dirt, "blocks", |block| {
        let base = Properties::default().text("code", &block.code).text("name", &block.name);
        base.number("households", u64::from(block.households))
    })
}

/// The base tier, in the order of codes.
fn base(
    city: &City,
    lines: &Lines,
    dirt: Option<Dirt>,
    name: &str,
    properties: impl Fn(&Block) -> Properties,
) -> Vec<u8> {
    let mut order: Vec<usize> = (0..city.blocks.len()).collect();
    order.sort_by(|&a, &b| city.blocks[a].code.cmp(&city.blocks[b].code));
    let mut rank = vec![0; order.len()];
    for (place, &face) in order.iter().enumerate() {
        rank[face] = place;
    }
    let properties: Vec<Properties> = order.iter().map(|&face| properties(&city.blocks[face])).collect();
    let outlines = match dirt {
        Some(Dirt { metres, frame, seed }) => soil(city, lines, frame, &order, metres, seed),
        None => outlines(&city.mesh, lines, order.len(), |face| Some(rank[face as usize])),
    };
    geojson::zones(name, &outlines, &properties)
}

/// Today's grids, each with the communities it has land of.
pub(super) fn grids(city: &City, lines: &Lines) -> Vec<u8> {
    let mut parts = vec![std::collections::BTreeSet::new(); city.grids.len()];
    for block in &city.blocks {
        if let (Some(grid), Some(community)) = (block.grid, block.community) {
            parts[grid].insert(city.communities[community].code.as_str());
        }
    }
    let properties: Vec<Properties> = city
        .grids
        .iter()
        .zip(&parts)
        .map(|(zone, parts)| {
            let base = Properties::default().text("code", &zone.code).text("name", &zone.name);
            let communities: Vec<&str> = parts.iter().copied().collect();
            base.text("town", &city.towns[zone.town].name).text("communities", &communities.join(" "))
        })
        .collect();
    let outlines = outlines(&city.mesh, lines, city.grids.len(), |face| city.blocks[face as usize].grid);
    geojson::zones("grids", &outlines, &properties)
}
