//! Attack D: the rare failures of taking back, as they were found.

use crate::edit::Choice;
use crate::edit::campaign::laid_together;

/// What is no work at all.
const NOTHING: Choice = (0, 0, 0, 0, 0, 0, 0);

/// Seed 1, case 9,683 (`campaign/shrunk-case.txt`): the office drags a border of grid 3 by one vertex, the town splits grid
/// 3 and merges the rest away; a line that start and package share and the office moved parted the two fates.
#[test]
fn attacks_d_a_line_moved_here_parts_what_became_of_the_land() {
    let text = std::fs::read_to_string(crate::cases::case("campaign/shrunk-case.txt")).unwrap();
    assert!(text.contains("3980559472") && text.contains("1924009369"), "the case is another");
    let east = vec![(60, 3_980_559_472, 3_311_435_701, 0, 200, 92, -9), (6, 6_035_998, 2_813_038_851, 0, 0, 0, 0)];
    let office = vec![(18, 1_924_009_369, 125_620_484, 0, -13, 0, 0)];
    laid_together(vec![NOTHING], east, office).unwrap();
}

/// Seed 20261128: what arrived was looked up at a place that lies on a border once it is rounded.
#[test]
fn attacks_d_a_place_counts_only_well_within_a_face() {
    let west = vec![(63, 3_001_191_372, 1_527_099_871, 0, 21, 0, 0), (245, 0, 1_033_360_080, 210, 109, 64, -22)];
    laid_together(west, vec![NOTHING], Vec::new()).unwrap();
}
