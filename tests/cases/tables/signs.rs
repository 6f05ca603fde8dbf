//! Signs as Chinese input methods type them.

use proptest::prelude::*;
use wangge::base::{folded, half_width, parts_list};
use wangge::io::crs::{control_points, fit};
use wangge::model::Squad;

/// A text as an input method in full width types it.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        _ => c,
    };
    text.chars().map(wide).collect()
}

#[test]
fn wording_2_11_vehicles_and_lists() {
    let wanted = Squad::vehicles_of("巡逻车×1;电动车×2");
    assert_eq!((wanted.len(), wanted[1].count), (2, 2));
    for words in [
        "巡逻车×1\u{ff1b}电动车×2",
        "巡逻车×1\u{ff0c}电动车×2",
        "巡逻车x1、电动车X2",
        "巡逻车\u{ff0a}\u{ff11}、电动车ｘ２",
        "巡逻车*1,电动车 × 2",
    ] {
        assert_eq!(Squad::vehicles_of(words), wanted, "{words}");
    }
    let text = "code,name,towncode,police,auxiliaries,officers,assistants,agencies,grids\n1,一队,T,1,2,2,4,公安\u{ff1b}城管\u{ff0c}交警、消防,A1\u{ff0c}A2\u{ff1b}A3\n";
    let source = wangge::io::Source::from_bytes("a.csv".as_ref(), text.as_bytes().to_vec()).unwrap();
    let (rows, _) = wangge::io::squads::read(&source).unwrap();
    assert_eq!(rows[0].squad.agencies, ["公安", "城管", "交警", "消防"]);
    assert_eq!(rows[0].grids, ["A1", "A2", "A3"]);
}

#[test]
fn wording_2_11_control_points() {
    let plain = control_points("P1,429898.5,2215827.8,110.33,20.03\nP2 429998.5 2215927.8 110.331 20.031").unwrap();
    let typed = control_points("P1\u{ff0c}429898.5\u{ff0c}2215827.8\u{ff0c}110.33、20.03\nP2\u{ff1b}４２９９９８．５\u{ff1b}2215927.8\u{3000}110.331\u{ff0c}20.031").unwrap();
    assert_eq!(plain.len(), 2);
    assert_eq!(fit(&plain).unwrap().system, fit(&typed).unwrap().system);
}

proptest! {
    /// What is typed in full width is found by what stands in half width, and the other way round; lists part alike.
    #[test]
    fn full_width_is_half_width(text in "[ -~一-龥]{0,30}") {
        prop_assert_eq!(half_width(&full_width(&text)).into_owned(), half_width(&text).into_owned());
        prop_assert_eq!(folded(&full_width(&text)), folded(&text));
        let parts = |text: &str| text.split(parts_list).count();
        prop_assert_eq!(parts(&full_width(&text)), parts(&text));
        prop_assert_eq!(half_width(&half_width(&text)).into_owned(), half_width(&text).into_owned());
    }
}
