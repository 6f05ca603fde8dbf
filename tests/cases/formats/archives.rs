//! Archives and workbooks that unpack to more than they are; pipes and devices without an end.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use wangge::base::Progress;
use wangge::io::{Fault, Source, door};

use super::make::{cell, packed, sheet, workbook};
use super::{case, refusal};
use crate::doors::layers;

fn open(name: &str, bytes: Vec<u8>) -> Result<Source, wangge::io::ReadError> {
    Source::from_bytes(Path::new(name), bytes)
}

#[test]
fn attacks_h_overlapping_entries() {
    let said = refusal(&case("hostile/overlap130.zip"));
    assert!(said.contains("unpacks to") || said.contains("lie over each other"), "{said}");
    // Two entries of one stretch of bytes that together unpack to little are a trap all the same.
    let text = r#"{"type":"Point","coordinates":[110,20]}"#;
    let mut zip = packed(&[("aa.geojson", text), ("bb.geojson", text)]);
    let central = zip.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let second = central + zip[central + 1..].windows(4).position(|four| four == b"PK\x01\x02").unwrap() + 1;
    // The second entry of the list is said to stand where the first one does.
    zip[second + 42..second + 46].copy_from_slice(&0u32.to_le_bytes());
    let error = open("a.zip", zip).unwrap_err();
    assert!(error.text.en.contains("lie over each other"), "{error}");
}

#[test]
fn attacks_h_workbooks_that_are_refused_count_too() {
    // Each unpacks to eight megabytes and is no workbook then; together to half a gigabyte.
    let inner = packed(&[("xl/workbook.xml", vec![b' '; 8 << 20])]);
    let names: Vec<String> = (0..60).map(|at| format!("{at}.xlsx")).collect();
    let map = std::fs::read(crate::cases::nine()).unwrap();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
    files.push(("a.geojson", map.as_slice()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, packed(&files)).unwrap();
    let opened = door::sources(&[path]).unwrap();
    assert_eq!(opened.sources.len(), 1);
    let dear = opened.notes.iter().filter(|note| note.reason.en.contains("unpacks to")).count();
    assert!(dear > 40, "{dear} of {}", opened.notes.len());
}

#[test]
fn attacks_h_the_ratio_counts_over_the_whole_archive() {
    let piece = vec![b' '; 64 << 10];
    let many: Vec<(String, &[u8])> = (0..1000).map(|at| (format!("{at}.geojson"), piece.as_slice())).collect();
    let error = open("a.zip", packed(&many)).unwrap_err();
    assert!(error.text.en.contains("unpacks to"), "{error}");
    // Workbooks within: what each unpacks to counts together.
    let blank = format!("<row>{}</row>", " ".repeat(6 << 20));
    let book = workbook(&[("a", "a.xml")], &[("a.xml", sheet(&blank, ""))], "");
    let books: Vec<(String, &[u8])> = (0..20).map(|at| (format!("{at}.xlsx"), book.as_slice())).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, packed(&books)).unwrap();
    assert!(door::sources(&[path]).is_err());
}

#[test]
fn attacks_h_archives_in_archives_are_not_followed() {
    let point = r#"{"type":"Point","coordinates":[110,20]}"#;
    let mut inner = packed(&[("a.geojson", point)]);
    for depth in 0..30 {
        inner = packed(&[(if depth % 2 == 0 { "a.xlsx" } else { "a.kmz" }, inner)]);
    }
    let error = open("a.zip", inner).unwrap_err();
    assert!(error.text.en.contains("an archive inside"), "{error}");
}

#[test]
fn attacks_f_sparse_corner_cell() {
    let start = Instant::now();
    let said = refusal(&case("hostile/corner.xlsx"));
    println!("corner.xlsx: {:?}", start.elapsed());
    assert!(!said.is_empty());
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn attacks_f_sheets_that_share_a_part() {
    let row = format!("<row>{}{}</row>", cell("A1", "lon"), cell("B1", "lat"));
    let rows: String = (0..20_000).map(|_| row.as_str()).collect();
    let names: Vec<String> = (0..400).map(|at| format!("s{at}")).collect();
    let sheets: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "a.xml")).collect();
    let error = open("a.xlsx", workbook(&sheets, &[("a.xml", sheet(&rows, ""))], "")).unwrap_err();
    assert!(error.text.en.contains("many sheets share one part"), "{error}");
}

#[test]
fn attacks_f_shared_texts_are_limited_in_their_sum() {
    let list = |count: &str, texts: &str| {
        format!(
            r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {count}>{texts}</sst>"#
        )
    };
    let book =
        |rows: &str, more: &str, shared: &str| workbook(&[("a", "a.xml")], &[("a.xml", sheet(rows, more))], shared);
    // A claim of a trillion texts, for which room would be made.
    for count in [r#"uniqueCount="1000000000000""#, "uniqueCount = '99999999999999999999999'"] {
        let error = open("a.xlsx", book("", "", &list(count, "<si><t>a</t></si>"))).unwrap_err();
        assert!(error.text.en.contains("more than a table of its size"), "{error}");
    }
    // One text of a megabyte in a hundred thousand cells.
    let shared = list(r#"uniqueCount="1""#, &format!("<si><t>{}</t></si>", "x".repeat(1 << 20)));
    let rows: String = (1..=100_000).map(|row| format!(r#"<row><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
    assert!(open("a.xlsx", book(&rows, "", &shared)).unwrap_err().text.en.contains("more than a table of its size"));
    // The same, merged over a million cells.
    let rows: String = (1..=1000).map(|row| format!("<row>{}</row>", cell(&format!("ALL{row}"), "a"))).collect();
    let first = format!("<row>{}</row>", cell("A1", &"x".repeat(30_000)));
    let merged = r#"<mergeCells><mergeCell ref="A1:ALK1000"/></mergeCells>"#;
    assert!(
        open("a.xlsx", book(&(first + &rows), merged, ""))
            .unwrap_err()
            .text
            .en
            .contains("more than a table of its size")
    );
}

#[test]
fn attacks_f_usual_workbooks_are_read() {
    let head = format!("<row>{}{}{}</row>", cell("A1", "lon"), cell("B1", "lat"), cell("C1", "time"));
    let rows: String = (2..2000)
        .map(|row| format!("<row>{}{}</row>", cell(&format!("A{row}"), "110.5"), cell(&format!("B{row}"), "20.5")))
        .collect();
    // Formatted down to the last row, as spreadsheets are.
    let blank: String = (2000..60_000).map(|row| format!(r#"<row r="{row}"><c r="A{row}" s="0"/></row>"#)).collect();
    let book = workbook(
        &[("a", "a.xml"), ("b", "b.xml")],
        &[("a.xml", sheet(&(head.clone() + &rows + &blank), "")), ("b.xml", sheet(&(head + &rows), ""))],
        "",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    std::fs::write(&path, book).unwrap();
    assert_eq!(door::sources(&[path]).unwrap().sources.len(), 2);
}

#[cfg(unix)]
#[test]
fn attacks_t_endless_files_and_devices() {
    for device in ["/dev/zero", "/dev/urandom"] {
        let start = Instant::now();
        let error = layers(Path::new(device)).unwrap_err();
        assert!(matches!(error.fault, Fault::Binary | Fault::TooLarge | Fault::OtherFormat), "{device}: {error}");
        println!("{device}: {:?}", start.elapsed());
    }
    // Text without an end, through a pipe.
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("a.geojson");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let to = pipe.clone();
    let writer = std::thread::spawn(move || {
        let mut file = std::fs::OpenOptions::new().write(true).open(to).unwrap();
        let piece = vec![b' '; 1 << 20];
        while file.write_all(&piece).is_ok() {}
    });
    let error = layers(&pipe).unwrap_err();
    assert_eq!(error.fault, Fault::TooLarge, "{error}");
    assert!(error.text.en.contains("no end"), "{error}");
    writer.join().unwrap();
}

#[cfg(unix)]
#[test]
fn attacks_t_what_comes_through_a_pipe_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("zones");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let to = pipe.clone();
    let writer = std::thread::spawn(move || std::fs::write(to, std::fs::read(super::super::nine()).unwrap()).unwrap());
    assert_eq!(layers(&pipe).unwrap()[0].features.len(), 9);
    writer.join().unwrap();
}

#[cfg(unix)]
#[test]
fn attacks_t_a_pipe_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("a.geojson");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Nobody writes into it; then somebody opens it and writes nothing.
    for held in [false, true] {
        let progress = Progress::default();
        let job = progress.clone();
        let path = pipe.clone();
        let reader = std::thread::spawn(move || door::sources_in(&[path], &std::sync::Arc::default(), &job).map(drop));
        let writer = held.then(|| std::fs::OpenOptions::new().write(true).open(&pipe).unwrap());
        std::thread::sleep(Duration::from_millis(100));
        let start = Instant::now();
        progress.cancel();
        let error = reader.join().unwrap().unwrap_err();
        println!("cancelled within {:?}", start.elapsed());
        assert_eq!(error.fault, Fault::Cancelled);
        assert!(start.elapsed() < Duration::from_secs(1));
        drop(writer);
    }
}

#[cfg(unix)]
#[test]
fn attacks_t_a_file_that_was_never_filled_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(r#"{"type":"FeatureCollection","features":["#.as_bytes()).unwrap();
    if file.set_len(2 << 30).is_err() {
        return println!("SKIPPED: this file system makes no sparse files");
    }
    let error = layers(&path).unwrap_err();
    assert!(error.text.en.contains("most of the file is empty"), "{error}");
}

#[test]
fn b_016_a_sheet_without_places_is_named_beside_one_that_has_them() {
    let row = |at: usize, texts: [&str; 3]| {
        let cells: String =
            texts.iter().zip(["A", "B", "C"]).map(|(text, column)| cell(&format!("{column}{at}"), text)).collect();
        format!("<row>{cells}</row>")
    };
    let cases =
        row(1, ["lon", "lat", "class"]) + &row(2, ["110.305", "20.005", "a"]) + &row(3, ["110.3", "20.01", "b"]);
    let words = row(1, ["class", "field", "words"]) + &row(2, ["a", "b", "c"]);
    let book = |second: &str| {
        let parts = [("a.xml", sheet(&cases, "")), ("b.xml", sheet(second, ""))];
        workbook(&[("案件", "a.xml"), ("字典", "b.xml")], &parts, "")
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    std::fs::write(&path, book(&words)).unwrap();
    let paths = [crate::cases::nine(), path.clone()];
    let opened = wangge::io::open(&paths, &wangge::io::Options::default(), &Progress::default()).unwrap();
    assert_eq!(opened.plan.incidents.len(), 2);
    let told = opened.problems.iter().find(|problem| problem.reason.en.starts_with("the sheet 字典 was not read: "));
    assert!(told.is_some(), "{:?}", opened.problems);
    let args = ["locate", "--zones", paths[0].to_str().unwrap(), "--points", path.to_str().unwrap(), "--json"];
    let located = crate::cases::json(&crate::cases::wangge(folder.path(), &args));
    assert_eq!(located["points"], 2, "{located}");
}
