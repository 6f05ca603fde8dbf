//! Times of tables.

use wangge::model::Minute;

use super::{asked, file, says, table, warns};

/// Minutes since 1970 of a time as the calendar of another program counts them.
fn minute(text: &str) -> Minute {
    let time: jiff::civil::DateTime = text.parse().unwrap();
    Minute((time.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs() / 60) as i32)
}

fn read(times: &[&str]) -> Vec<Minute> {
    let rows: String = times.iter().map(|time| format!("1,110.3,20,\"{time}\"\n")).collect();
    table("a.csv", format!("编号,经度,纬度,上报时间\n{rows}")).unwrap().incidents.reported
}

#[test]
fn b_034_times_in_words() {
    let file = file("034-times/all.csv").unwrap();
    let reported = &file.incidents.reported;
    // Rows by what they should be; all others are of another day or none.
    let at_3_20 =
        [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 18, 19, 22, 23, 27, 28, 29, 32, 33, 34, 35, 36, 50, 51, 52];
    for row in at_3_20 {
        assert_eq!(reported[row], minute("2016-01-05T15:20"), "row {row}");
    }
    for (row, time) in [
        (2, "2016-01-05T09:05"),
        (3, "2016-01-05T00:00"),
        (13, "2016-01-05T00:00"),
        (14, "2016-01-05T00:00"),
        (17, "2016-01-05T00:00"),
        (21, "2016-01-05T00:00"),
        (24, "2016-01-05T00:00"),
        (25, "2016-01-05T07:20"),
        (26, "2016-01-05T07:20"),
        (30, "2016-01-06T00:00"),
        (37, "2016-01-05T07:20"),
        (38, "2016-01-01T00:00"),
        (45, "2016-05-13T15:20"),
    ] {
        assert_eq!(reported[row], minute(time), "row {row}");
    }
    for row in [31, 39, 41, 42, 43, 44, 46, 47, 48, 53] {
        assert_eq!(reported[row], Minute::NONE, "row {row}");
    }
    assert!(warns(&file.notes, "a time that cannot be read"));
    // What is of another zone is said, with what moves it.
    assert!(warns(&file.notes, "were read as they stand"), "{:?}", file.notes);
}

#[test]
fn b_034_a_zone_is_said_and_can_be_moved_to_local_time() {
    let file = file("049-dmy/utc.csv").unwrap();
    assert_eq!(file.incidents.reported[0], minute("2016-01-05T15:20"));
    let note = file.notes.iter().find(|note| note.reason.en.contains("9 times of reported are of UTC")).unwrap();
    assert!(note.remedies[0].en.starts_with("--column utc.csv:utc+8=reported: "), "{note:?}");
    let text = std::fs::read(crate::cases::case("049-dmy/utc.csv")).unwrap();
    let moved = asked("utc.csv", text, &["utc+8=reported"]).unwrap();
    assert_eq!(moved.incidents.reported[0], minute("2016-01-05T23:20"));
    assert!(!warns(&moved.notes, "UTC"), "{:?}", moved.notes);
    // What says its own zone comes from there; what is local already is not said.
    let text = "id,lon,lat,time\n1,110,20,2016-01-05T15:20:00+08:00\n2,110,20,2016-01-05T02:20:00-05:00\n";
    let both = asked("a.csv", text, &["utc+8=time"]).unwrap();
    assert_eq!(both.incidents.reported, [minute("2016-01-05T15:20"), minute("2016-01-05T15:20")]);
    let local = table("a.csv", "id,lon,lat,time\n1,110,20,2016-01-05T15:20:00+08:00\n").unwrap();
    assert!(!says(&local.notes, "zone") && !warns(&local.notes, "UTC"), "{:?}", local.notes);
    // Half hours east and hours west.
    let india = asked("a.csv", "id,lon,lat,time\n1,77,28,2016-01-05T15:20:00Z\n", &["utc+5:30=time"]).unwrap();
    assert_eq!(india.incidents.reported, [minute("2016-01-05T20:50")]);
}

#[test]
fn b_049_dmy_is_proven_by_the_column() {
    let file = file("049-dmy/dmy.csv").unwrap();
    let wanted = [
        "2016-02-01",
        "2016-01-05",
        "2016-01-13",
        "2016-02-28",
        "2016-12-31",
        "2016-03-02",
        "2016-11-12",
        "2016-08-07",
        "2016-06-30",
    ];
    let wanted: Vec<Minute> = wanted.iter().map(|day| minute(&format!("{day}T08:00"))).collect();
    assert_eq!(file.incidents.reported, wanted);
    assert!(says(&file.notes, "days first") && !warns(&file.notes, "first"), "{:?}", file.notes);
    let file = super::file("062-words/dates-day-first.csv").unwrap();
    assert_eq!(file.incidents.reported[0], minute("2010-07-05T17:26"));
    assert_eq!(file.incidents.reported[1], minute("2010-06-28T23:06"));
}

#[test]
fn kin_of_049_months_first_neither_and_both() {
    let of = |dates: &[&str]| {
        let rows: String = dates.iter().map(|date| format!("1,110.3,20,{date}\n")).collect();
        table("a.csv", format!("id,lon,lat,date\n{rows}")).unwrap()
    };
    let months = of(&["01/02/2016 08:00", "01/13/2016"]);
    assert_eq!(months.incidents.reported[0], minute("2016-01-02T08:00"));
    assert!(!warns(&months.notes, "first"), "{:?}", months.notes);
    let neither = of(&["01/02/2016", "03/04/2016"]);
    assert!(warns(&neither.notes, "nothing proves"), "{:?}", neither.notes);
    let remedy = neither.notes.iter().find_map(|note| note.remedies.first()).unwrap();
    assert!(remedy.en.starts_with("--column a.csv:day-first=date: "), "{remedy:?}");
    let both = of(&["13/01/2016", "01/13/2016", "02/03/2016"]);
    assert!(warns(&both.notes, "days first as well as months first"), "{:?}", both.notes);
    // The same day either way proves nothing and needs nothing.
    assert!(!warns(&of(&["05/05/2016", "06/06/2016"]).notes, "first"));
    // With points between, the day stands first everywhere; with dashes it is as with strokes.
    assert_eq!(
        read(&["05.01.2016 15:20", "13-01-2016", "02-01-2016"])[..],
        [minute("2016-01-05T15:20"), minute("2016-01-13T00:00"), minute("2016-01-02T00:00")]
    );
    // Said, it is so, and nothing is asked.
    let asked = asked("a.csv", "id,lon,lat,date\n1,110,20,01/02/2016\n", &["day-first=date"]).unwrap();
    assert_eq!(asked.incidents.reported, [minute("2016-02-01T00:00")]);
    assert!(!warns(&asked.notes, "first"));
}

/// Years of two digits: where they stand is told by the whole column, and where nothing tells the times are not guessed.
#[test]
fn kin_of_034_years_of_two_digits() {
    let of = |dates: &[&str]| {
        let rows: String = dates.iter().map(|date| format!("1,110.3,20,{date}\n")).collect();
        table("a.csv", format!("id,lon,lat,date\n{rows}")).unwrap()
    };
    for (dates, wanted) in [
        (&["1/5/16 15:20", "1/25/16 8:00"][..], &["2016-01-05T15:20", "2016-01-25T08:00"][..]),
        (&["05/01/16", "25/12/16", "03/02/16"][..], &["2016-01-05T00:00", "2016-12-25T00:00", "2016-02-03T00:00"][..]),
        (&["05-01-16 10:00", "25-12-16 10:00"][..], &["2016-01-05T10:00", "2016-12-25T10:00"][..]),
        (&["05.01.16", "03.02.16", "09.03.16"][..], &["2016-01-05T00:00", "2016-02-03T00:00", "2016-03-09T00:00"][..]),
        (
            &["16/01/05 10:00", "16/02/07 10:00", "16/12/30 10:00"][..],
            &["2016-01-05T10:00", "2016-02-07T10:00", "2016-12-30T10:00"][..],
        ),
        (&["99-12-31", "99-11-30"][..], &["1999-12-31T00:00", "1999-11-30T00:00"][..]),
    ] {
        let file = of(dates);
        let wanted: Vec<Minute> = wanted.iter().map(|time| minute(time)).collect();
        assert_eq!(file.incidents.reported, wanted, "{dates:?}: {:?}", file.notes);
    }
    let either = of(&["01/02/03"]);
    assert_eq!(either.incidents.reported, [Minute::NONE]);
    assert!(warns(&either.notes, "a time that cannot be read"), "{:?}", either.notes);
    // The order of day and month is asked for as with long years.
    assert!(warns(&of(&["1/5/16", "2/6/16"]).notes, "nothing proves"));
}

/// Incidents that are points of a layer: the day that proves the order may be that of the last one.
#[test]
fn kin_of_049_the_proof_may_be_the_last_point() {
    let feature = |at: usize, date: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":{at},"time":"{date}"}},"geometry":{{"type":"Point","coordinates":[110.3,20]}}}}"#
        )
    };
    let mut features: Vec<String> = (0..2_000).map(|at| feature(at, "01/02/2016 08:00")).collect();
    features.push(feature(2_000, "31/12/2016 08:00"));
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let file = table("a.geojson", text).unwrap();
    assert!(
        file.incidents.reported[..2_000].iter().all(|&time| time == minute("2016-02-01T08:00")),
        "{:?}",
        file.notes
    );
    assert_eq!(file.incidents.reported[2_000], minute("2016-12-31T08:00"));
    assert!(says(&file.notes, "days first"), "{:?}", file.notes);
}

/// What proves the order may be the last row of a long table: all are read by it.
#[test]
fn kin_of_049_the_proof_may_be_the_last_row() {
    let mut text = String::from("id,lon,lat,date\n");
    (0..40_000).for_each(|row| text.push_str(&format!("{row},110.3,20.0,01/02/2016 08:00\n")));
    text.push_str("40000,110.3,20.0,31/12/2016 08:00\n");
    let file = table("a.csv", text).unwrap();
    assert!(file.incidents.reported[..40_000].iter().all(|&time| time == minute("2016-02-01T08:00")));
    assert_eq!(file.incidents.reported[40_000], minute("2016-12-31T08:00"));
}

/// Columns of times are found by what stands in them, the one of the report first; and that there is none is said.
#[test]
fn b_062_time_columns_under_other_names() {
    for (name, other) in [
        ("FIRST_OCCURRENCE_DATE", "LAST_OCCURRENCE_DATE"),
        ("DateOpened", "DateClosed"),
        ("Opened", "Updated"),
        ("案发日期时间", "办结日期时间"),
        ("dt", "modified"),
    ] {
        let text = format!(
            "Serial,{other},{name},lat,lon\n1,2010-08-01 10:00,2010-07-05 17:26,18.2,-72.5\n2,2010-08-02 10:00,2010-07-06 17:26,18.2,-72.5\n"
        );
        let file = table("a.csv", text).unwrap();
        assert_eq!(file.incidents.reported[0], minute("2010-07-05T17:26"), "{name}");
        assert!(says(&file.notes, &format!("times were read from {name}")), "{:?}", file.notes);
    }
    let none = table("a.csv", "Serial,lat,lon,code\n1,18.2,-72.5,20160105\n").unwrap();
    assert!(says(&none.notes, "no column of it holds times"), "{:?}", none.notes);
    assert_eq!(none.incidents.reported, [Minute::NONE]);
}

/// Houston: `time` is UTC, `date` and `hour` are local, five hours apart in summer and six in winter.
#[test]
fn m12_two_time_columns_that_differ_by_a_constant_are_noticed() {
    let mut text = String::from("time,date,hour,lon,lat\n");
    for day in 1..=20 {
        text.push_str(&format!("2010-01-{day:02} 12:30:00,1/{day}/2010,6,-95.4,29.7\n"));
        text.push_str(&format!("2010-07-{day:02} 12:30:00,7/{day}/2010,7,-95.4,29.7\n"));
    }
    let file = table("a.csv", text.clone()).unwrap();
    let note = file.notes.iter().find(|note| note.reason.en.contains("one of the two is not local time")).unwrap();
    assert!(note.reason.en.contains("5 or 6 h ahead of those of date + hour"), "{note:?}");
    let remedy = &note.remedies[0].en;
    assert!(
        remedy.starts_with("--column a.csv:utc-6=time: ") || remedy.starts_with("--column a.csv:utc-5=time: "),
        "{remedy}"
    );
    let flag = remedy.split(": ").next().unwrap().trim_start_matches("--column a.csv:").to_owned();
    let moved = asked("a.csv", text, &[&flag]).unwrap();
    assert!(moved.incidents.reported[0] < file.incidents.reported[0]);
    assert!(!warns(&moved.notes, "local time"), "{:?}", moved.notes);
    // Two columns of full times, eight hours apart.
    let mut text = String::from("reported,local,lon,lat\n");
    (0..20).for_each(|hour| {
        text.push_str(&format!(
            "2016-01-05 {hour:02}:00,2016-01-{:02} {:02}:00,110.3,20\n",
            5 + (hour + 8) / 24,
            (hour + 8) % 24
        ));
    });
    assert!(warns(&table("a.csv", text).unwrap().notes, "8 h behind those of local"));
    // Times of the same thing, and times that follow each other at will, are nothing to say.
    let mut text = String::from("reported,filed,closed,lon,lat\n");
    (0..20).for_each(|row| {
        text.push_str(&format!(
            "2016-01-05 08:{row:02},2016-01-05 08:{row:02},2016-01-05 1{}:{row:02},110.3,20\n",
            row % 5
        ));
    });
    assert!(!warns(&table("a.csv", text).unwrap().notes, "local time"));
}

#[test]
fn m12_all_times_can_be_moved_and_moved_back() {
    use wangge::edit::{Command, Context};
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases.csv");
    std::fs::write(
        &cases,
        "id,lon,lat,time,filed\n1,110.305,20.005,2016-01-05 20:30,\n2,110.305,20.005,,2016-01-05 21:00\n",
    )
    .unwrap();
    let plan = wangge::io::open(
        &[crate::cases::nine(), cases],
        &wangge::io::Options::default(),
        &wangge::base::Progress::default(),
    )
    .unwrap()
    .plan;
    let context = Context { near: &|_| Vec::new(), time: 0, camera: None };
    let done = Command::MoveTimes { minutes: 480 }.apply(&plan, &context).unwrap();
    assert_eq!(done.plan.incidents.reported, [minute("2016-01-06T04:30"), Minute::NONE]);
    assert_eq!(done.plan.incidents.filed, [Minute::NONE, minute("2016-01-06T05:00")]);
    let undone = done.record.undo(&done.plan);
    assert_eq!(undone.incidents, plan.incidents);
    assert_eq!(undone.canonical_hash(), plan.canonical_hash());
    assert_eq!(done.record.redo(&undone).incidents, done.plan.incidents);
    // The record is what the journal and the project keep.
    let kept: wangge::edit::Record = serde_json::from_str(&serde_json::to_string(&done.record).unwrap()).unwrap();
    assert_eq!(kept, done.record);
    for minutes in [0, 1441, -5000] {
        assert!(Command::MoveTimes { minutes }.apply(&plan, &context).is_err(), "{minutes}");
    }
}
