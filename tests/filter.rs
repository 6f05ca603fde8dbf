//! The filter of incidents against a reading of the same rules row by row.

use std::collections::BTreeSet;

use proptest::prelude::*;
use wangge::base::Progress;
use wangge::model::{Dictionary, Facet, Filter, Hours, Incidents, Minute, Placement};

/// One row: a value of each column, and the minute it was reported.
type Row = ([u16; 4], Option<i32>);

fn incidents(rows: &[Row]) -> Incidents {
    let column = |facet: usize| rows.iter().map(|(values, _)| values[facet]).collect::<Vec<u16>>();
    let words = |sign: &str| Dictionary((0..3).map(|at| format!("{sign}{at}")).collect());
    Incidents {
        placement: vec![Placement::Nowhere; rows.len()],
        field: column(0),
        class: column(1),
        source: column(2),
        state: column(3),
        reported: rows.iter().map(|(_, minute)| minute.map_or(Minute::NONE, Minute)).collect(),
        fields: words("f"),
        classes: words("c"),
        sources: words("s"),
        states: words("t"),
        ..Incidents::default()
    }
}

/// A row meets the conditions on: each column, the days, the hours.
fn conditions(filter: &Filter, rows: &Incidents, row: usize) -> [bool; 6] {
    let incident = rows.get(row).unwrap();
    let words = [incident.field, incident.class, incident.source, incident.state];
    let mut met = [true; 6];
    for (at, facet) in Facet::ALL.into_iter().enumerate() {
        let wanted = filter.values(facet);
        met[at] = wanted.is_empty() || wanted.contains(words[at]);
    }
    let minute = incident.reported;
    met[4] = match (filter.from, filter.until) {
        (None, None) => true,
        (from, until) => {
            minute.is_some() && from.is_none_or(|from| from <= minute) && until.is_none_or(|until| minute < until)
        }
    };
    met[5] = minute.hour_of_week().map_or(filter.hours == Hours::ALL, |hour| filter.hours.has(hour));
    met
}

fn some_of(sign: &'static str) -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(0..3_u16, 0..3)
        .prop_map(move |chosen| chosen.into_iter().map(|at| format!("{sign}{at}")).collect())
}

fn filters() -> impl Strategy<Value = Filter> {
    let sets = (some_of("f"), some_of("c"), some_of("s"), some_of("t"));
    let days = (prop::option::of(0..20_000), prop::option::of(0..20_000));
    let hours = prop_oneof![Just(Hours::ALL), Just(Hours::night()), Just(Hours::of(|day, hour| day == 2 && hour < 9))];
    (sets, days, hours).prop_map(|((fields, classes, sources, states), (from, until), hours)| Filter {
        fields,
        classes,
        sources,
        states,
        from: from.map(Minute),
        until: until.map(Minute),
        hours,
    })
}

proptest! {
    #[test]
    fn the_mask_and_every_count_are_those_of_the_rules_read_row_by_row(
        rows in prop::collection::vec((prop::array::uniform4(0..3_u16), prop::option::of(0..20_000)), 0..300),
        filter in filters(),
    ) {
        let rows = incidents(&rows);
        let passing = filter.apply(&rows, &Progress::default()).unwrap();
        let (mut listed, mut hours) = (Vec::new(), vec![0; 168]);
        let mut values = [[0; 3]; 4];
        for row in 0..rows.len() {
            let met = conditions(&filter, &rows, row);
            let but = |at: usize| met.iter().enumerate().all(|(other, met)| other == at || *met);
            if met == [true; 6] {
                listed.push(row as u32);
            }
            for (facet, column) in [&rows.field, &rows.class, &rows.source, &rows.state].into_iter().enumerate() {
                values[facet][usize::from(column[row])] += u32::from(but(facet));
            }
            if let Some(hour) = rows.reported[row].hour_of_week() {
                hours[hour] += u32::from(but(5));
            }
        }
        prop_assert_eq!(passing.mask.rows(), &listed[..]);
        prop_assert_eq!(passing.mask.passing(), listed.len());
        prop_assert!((0..rows.len() as u32).all(|row| passing.mask.has(row) == listed.contains(&row)));
        prop_assert_eq!(passing.hours, hours);
        prop_assert_eq!(passing.values, values.map(Vec::from));
    }

    #[test]
    fn a_minute_is_written_as_the_day_it_is_read_from(day in -20_000..40_000_i32) {
        let text = Minute(day * 24 * 60 + 61).to_string();
        prop_assert_eq!(&text[text.len() - 5..], "01:01");
        prop_assert_eq!(Minute::of_day(&text[..text.len() - 6]), Some(Minute(day * 24 * 60)));
    }
}

#[test]
fn a_job_told_to_stop_brings_nothing() {
    let progress = Progress::default();
    progress.cancel();
    let rows = incidents(&[([0; 4], None); 70]);
    assert!(Filter::default().apply(&rows, &progress).is_err());
}

#[test]
fn hours_are_counted_from_monday() {
    // 2024-01-01 was a Monday.
    let monday = Minute::of_day("2024-01-01").unwrap();
    assert_eq!(monday.hour_of_week(), Some(0));
    assert_eq!(Minute(monday.0 + 23 * 60 + 24 * 60 * 6).hour_of_week(), Some(167));
    assert_eq!(Hours::night().count(), 7 * 8);
    assert_eq!(Minute::of_day("2024-02-30"), None);
}
