//! Incidents of the squares for tests: filters, lists, the sum of rule 4.

use std::sync::Arc;

use wangge::model::{Incidents, Minute, Placement, Plan};

use super::squares;

/// One incident in the middle of each square of the lower half, by day in even columns, by night in odd ones; one on a
/// border; one without a place.
pub(super) fn plan() -> Plan {
    let mut plan = squares::plan(8);
    let mut incidents = Incidents::default();
    let monday = Minute::of_day("2025-03-03").unwrap();
    for (x, y) in (0..4).flat_map(|y| (0..8).map(move |x| (x, y))) {
        let corner = squares::corner(x, y);
        let middle = wangge::geometry::Point::new(corner.x + 25_000, corner.y + 25_000);
        let hour = if x % 2 == 0 { 10 } else { 23 };
        let day = (y as i32) * 24 * 60;
        push(&mut incidents, Some(middle), if y < 2 { "市容" } else { "环保" }, Minute(monday.0 + day + hour * 60));
    }
    push(&mut incidents, Some(squares::corner(4, 4)), "市容", Minute(monday.0 + 10 * 60));
    push(&mut incidents, None, "环保", Minute::NONE);
    plan.incidents = Arc::new(incidents);
    plan
}

fn push(incidents: &mut Incidents, point: Option<wangge::geometry::Point>, field: &str, reported: Minute) {
    let number = format!("T{:03}", incidents.len() + 1);
    incidents.numbers.push_str(&number);
    incidents.number_ends.push(incidents.numbers.len() as u32);
    incidents.points.push(point.unwrap_or_default());
    incidents.placement.push(if point.is_some() { Placement::Point } else { Placement::Nowhere });
    incidents.place.push(u16::MAX);
    let field = incidents.fields.index_of(field);
    incidents.field.push(field);
    for (column, words, word) in [
        (&mut incidents.class, &mut incidents.classes, "占道"),
        (&mut incidents.source, &mut incidents.sources, "巡查"),
        (&mut incidents.state, &mut incidents.states, "已结案"),
    ] {
        column.push(words.index_of(word));
    }
    incidents.reported.push(reported);
    for column in [&mut incidents.filed, &mut incidents.due, &mut incidents.handled, &mut incidents.closed] {
        column.push(Minute::NONE);
    }
}
