//! Zones and points of any kind, read by the doors that `check` reads by.

use std::sync::Arc;

use super::quick::no_key;
use super::{Args, Failure, Found, Rows, Seconds, far, row_of_place, timed};
use crate::base::Progress;
use crate::cli::inputs::{Inputs, not_opened};
use crate::geometry::{Bounds, Point};
use crate::index::join;
use crate::io::open::{Land, Lands, Places, lands, places};
use crate::io::roles::Role;
use crate::io::{Fault, OpenError, Options};

/// Zones and points.
///
/// # Errors
/// Files that cannot be read, or a text in doubt where something is to be written.
pub(super) fn find(args: &Args, seconds: &mut Seconds) -> Result<Found, Failure> {
    let mut options = args.inputs.options.clone();
    if let Some((key, code)) = args.key.as_ref().zip(Role::named("code")) {
        let asked = args.zones.iter().map(|zones| (zones.clone(), code, key.clone()));
        Arc::make_mut(&mut options.columns).asked.extend(asked);
    }
    let (lands, mut places) = read(args, &options, seconds)?;
    if args.writes() {
        Inputs::certain(&lands.doubts)?;
        Inputs::certain(&places.doubts)?;
    }
    let mut from: Vec<String> = lands.files.iter().map(|account| format!("zones from {}", account.line().en)).collect();
    from.extend(places.files.iter().map(|account| format!("points from {}", account.line().en)));
    let others: Vec<String> = lands.lands.iter().skip(1).map(|land| land.name.clone()).collect();
    let Some(land) = lands.lands.into_iter().next() else { return Err(not_opened(OpenError::NoZones)) };
    if !others.is_empty() {
        from.push(format!(
            "zones are those of {}; not of {}: --layer FILE=NAME takes another",
            land.name,
            others.join(", ")
        ));
    }
    if let Some(key) = args.key.as_ref().filter(|_| land.zones.iter().all(|[code, _]| code.is_empty())) {
        return Err(no_key(&land.file, key, &[]));
    }
    let (strips, took) = timed(|| land.polygons.strips());
    seconds.index = took;
    let at: Vec<Point> = places.at.iter().flatten().copied().collect();
    let (joined, took) = timed(|| join(&strips, &at, &Progress::default()));
    seconds.join = took;
    let unplaced: Vec<u32> = (0..).zip(&places.at).filter(|(_, at)| at.is_none()).map(|(row, _)| row).collect();
    let far = far(row_of_place(places.at.len(), &unplaced), &at, strips.bounds());
    let mut notes = lands.problems;
    notes.append(&mut places.problems);
    Ok(Found {
        count: places.rows.len(),
        unplaced,
        far,
        join: joined.map_err(|_| Failure::File("cancelled".to_owned()))?,
        with_land: with_land(&land),
        rows: Rows::Fields(places.names, places.rows),
        zones: land.zones,
        from,
        notes,
        mark: true,
    })
}

fn with_land(land: &Land) -> usize {
    let ends = &land.polygons.unit_ends;
    let starts = std::iter::once(0).chain(ends.iter().copied());
    ends.iter().zip(starts).filter(|&(&end, start)| end > start).count()
}

/// Reads both; where the numbers of the zones are metres of a zone that nothing names, the points may place them.
fn read(args: &Args, options: &Options, seconds: &mut Seconds) -> Result<(Lands, Places), Failure> {
    let progress = Progress::default();
    let points = |around| places(&args.points, options, around, &progress).map_err(not_opened);
    let (zones, took) = timed(|| lands(&args.zones, options, Bounds::EMPTY, &progress));
    seconds.read_zones = took;
    let (both, took) = timed(|| match zones {
        Err(OpenError::Read(error)) if matches!(error.fault, Fault::Zone(_)) => {
            let points = points(Bounds::EMPTY)?;
            let placed: Vec<Point> = points.at.iter().flatten().copied().collect();
            Ok((lands(&args.zones, options, Bounds::of(&placed), &progress).map_err(not_opened)?, points))
        }
        Err(error) => Err(not_opened(error)),
        Ok(zones) => {
            let bounds = zones.lands.iter().map(|land| Bounds::of(&land.polygons.points));
            let points = points(bounds.fold(Bounds::EMPTY, Bounds::join))?;
            Ok((zones, points))
        }
    });
    seconds.read_points = took;
    both
}
