//! Locked lines: what two zones share stays, whatever the command.

use wangge::edit::{Command, locked_lines};
use wangge::model::{LockedLine, Plan, ZoneId};

use super::{GRID, apply, done, paint, point, refused, split, three_columns, vertex_at};

fn lock(a: u32, b: u32, locked: bool) -> Command {
    Command::LockLine { tier: GRID, zones: [ZoneId(a), ZoneId(b)], locked }
}

fn locks(plan: &Plan) -> Vec<[u32; 2]> {
    plan.settings.locked_lines.iter().map(|line| line.zones.map(|zone| zone.0)).collect()
}

fn shift(plan: &Plan, from: (i32, i32), to: (i32, i32)) -> Command {
    let (border, at) = vertex_at(plan, from.0, from.1);
    Command::MoveVertex { border, at, to: point(to.0, to.1) }
}

#[test]
fn a_locked_line_is_not_moved_nor_given_away_and_says_its_name() {
    let plan = done(&three_columns(), &lock(1, 0, true));
    assert_eq!(locks(&plan), [[0, 1]]);
    let line = LockedLine::between(GRID, ZoneId(0), ZoneId(1));
    assert_eq!(locked_lines(&plan, line).map(|points| points.len() - 1).sum::<usize>(), 3);
    for command in [
        shift(&plan, (100, 100), (105, 100)),
        paint(&plan, &[(150, 50)], Some(0)),
        Command::Merge { tier: GRID, keep: ZoneId(0), others: vec![ZoneId(1)] },
    ] {
        let refusal = refused(&plan, &command);
        assert!(refusal.cannot.en.contains("the border between grid 0 and grid 1"), "{refusal}");
        assert!(refusal.because.en.contains("locked"), "{refusal}");
    }
    // The other border of the same zone is free; so is the locked one, once unlocked.
    done(&plan, &shift(&plan, (200, 100), (205, 100)));
    done(&plan, &paint(&plan, &[(250, 50)], Some(1)));
    let open = done(&plan, &lock(0, 1, false));
    assert_eq!(locks(&open), Vec::<[u32; 2]>::new());
    done(&open, &shift(&open, (100, 100), (105, 100)));
}

#[test]
fn a_lock_goes_with_both_parts_of_a_zone_that_is_split() {
    let plan = done(&three_columns(), &lock(0, 1, true));
    // The stroke meets the locked line in a new node: that bends it by less than a cell.
    let cut = done(&plan, &split(GRID, 1, &[(50, 133), (250, 171)]));
    let new = cut.tiers[GRID].by_code("new").unwrap();
    assert_eq!(locks(&cut), [[0, 1], [0, new.0]]);
    for cells in [[(150, 50)], [(150, 250)]] {
        assert!(refused(&cut, &paint(&cut, &cells, Some(0))).because.en.contains("locked"));
    }
}

#[test]
fn only_zones_side_by_side_have_a_line_to_lock() {
    let plan = three_columns();
    assert!(refused(&plan, &lock(0, 2, true)).because.en.contains("share none"));
    assert!(apply(&plan, &lock(0, 9, true)).is_err());
}
