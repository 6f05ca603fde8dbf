//! Two joint squads a town, each with grids of its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::city::City;
use super::dice::Dice;
use super::grids::halve;
use super::mesh::{OUTSIDE, twin};

/// The two drawn towns outside the patrol area and who joins their squads: 2+X as the report tells it.
const PILOTS: [(&str, &str); 2] =
    [("460106101", "公安;城管;环卫;监督员;志愿者"), ("460107102", "公安;城管;工商;食药监;规划;国土;安监;消防")];

/// The file of squads: 1 police officer, 2 auxiliaries, 2 enforcement officers, 4 assistants each.
pub(super) fn file(city: &City, seed: u64) -> Vec<u8> {
    let neighbours = neighbours(city);
    let mut out = "code,name,town_code,town,police,auxiliaries,officers,assistants,agencies,grids\n".to_owned();
    for (number, town) in city.towns.iter().enumerate() {
        let short = town.short();
        let mut row = |serial: usize, agencies: &str, grids: &[u32]| {
            let mut codes: Vec<&str> = grids.iter().map(|&grid| city.grids[grid as usize].code.as_str()).collect();
            codes.sort_unstable();
            let _infallible = writeln!(
                out,
                "{0}-{serial},{short}联合巡逻{serial}分队,{0},{1},1,2,2,4,{agencies},{2}",
                town.code,
                town.name,
                codes.join(";")
            );
        };
        let mut first: Vec<u32> =
            (0..city.grids.len() as u32).filter(|&grid| city.grids[grid as usize].town == number).collect();
        if let Some((_, agencies)) = PILOTS.iter().find(|(code, _)| *code == town.code) {
            row(1, agencies, &[]);
        } else {
            let mut dice = Dice::new(seed, "squads", number as u64);
            let second = halve(&mut first, &neighbours, &mut dice).unwrap_or_default();
            row(1, "公安;城管", &first);
            row(2, "公安;城管", &second);
        }
    }
    out.into_bytes()
}

/// Grids that share an edge.
fn neighbours(city: &City) -> Vec<Vec<u32>> {
    let mut sets = vec![BTreeSet::new(); city.grids.len()];
    let grid = |half: u32| match city.mesh.half(half).face {
        OUTSIDE => None,
        face => city.blocks[face as usize].grid,
    };
    for half in 0..city.mesh.halves.len() as u32 {
        if let (Some(here), Some(there)) = (grid(half), grid(twin(half)))
            && here != there
        {
            sets[here].insert(there as u32);
        }
    }
    sets.into_iter().map(|set| set.into_iter().collect()).collect()
}
