//! Rows of tables and sheets of workbooks.

use wangge::io::Fault;

use super::super::{case, json, wangge};
use super::{file, nine_places, places, same_places, says, table, warns};

#[test]
fn a_038_unbalanced_quote_start() {
    let file = file("038-csv-rows/unbalanced_quote_start.csv").unwrap();
    same_places(&places(&file), &nine_places(), "nine rows");
    assert!(warns(&file.notes, "row 3: a quote opens a field and none closes it"), "{:?}", file.notes);
    assert!(says(&file.notes, "好又多超市"));
}

/// The same through `check` and `locate`: the row is named, nine rows are in the plan and in the table that is written, each
/// with its zone.
#[test]
fn a_038_unbalanced_quote_start_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let table = case("038-csv-rows/unbalanced_quote_start.csv");
    let zones = super::super::nine();
    let check: [&std::ffi::OsStr; 4] = ["check".as_ref(), zones.as_ref(), table.as_ref(), "--json".as_ref()];
    let told = json(&wangge(folder.path(), &check));
    assert_eq!(told["files"][1]["read"], 9, "{told}");
    assert!(told["problems"].to_string().contains("row 3: a quote opens a field and none closes it"), "{told}");
    let locate: [&std::ffi::OsStr; 7] = [
        "locate".as_ref(),
        "--zones".as_ref(),
        zones.as_ref(),
        "--points".as_ref(),
        table.as_ref(),
        "-o".as_ref(),
        "out.csv".as_ref(),
    ];
    let output = wangge(folder.path(), &locate);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("row 3: a quote opens"), "{said}");
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == "zone_code").unwrap();
    let codes: Vec<String> = reader.records().map(|row| row.unwrap()[at].to_owned()).collect();
    assert_eq!(codes, (1..=9).map(|number| format!("46010500100{number}")).collect::<Vec<_>>());
}

/// A table of squads has rows too.
#[test]
fn kin_of_038_a_stray_quote_in_a_table_of_squads_is_named() {
    let text = "code,name,police,grids\n1,\"一队,1,A1\n2,二队,1,A2\n3,三队,x,A3\n";
    let source = wangge::io::Source::from_bytes("squads.csv".as_ref(), text.as_bytes().to_vec()).unwrap();
    let (rows, notes) = wangge::io::squads::read(&source).unwrap();
    assert_eq!(rows.iter().map(|row| row.squad.name.as_str()).collect::<Vec<_>>(), ["一队", "二队", "三队"]);
    assert!(warns(&notes, "row 1: a quote opens") && warns(&notes, "row 3: a number of staff"), "{notes:?}");
    assert_eq!(notes.len(), 2);
}

/// Times that a workbook holds as texts.
#[test]
fn b_016_xlsx_dates_text_are_read_to_the_minute() {
    let file = file("016-xlsx/dates_text.xlsx").unwrap();
    let times: Vec<String> = file.incidents.reported.iter().map(ToString::to_string).collect();
    let at = "2016-01-05 15:20";
    assert_eq!(times, [at, "2016-01-05 00:00", at, at, at, "2016-01-05 00:00", at, at, at]);
    assert!(warns(&file.notes, "1 times of 上报时间 are of UTC"), "{:?}", file.notes);
}

#[test]
fn kin_of_038_quotes_that_never_close() {
    let head = "编号,名称,说明,经度,纬度\n";
    let row = |number: u32, name: &str, more: &str| format!("{number},{name},{more},110.3{number:02},20.0\n");
    for (rows, stray, count) in [
        // In the last column, in the last row, in the first row, twice.
        (vec![row(1, "\"甲", "x"), row(2, "乙", "y")], vec![1], 2),
        (vec![row(1, "甲", "x"), row(2, "\"乙", "y")], vec![2], 2),
        (vec![row(1, "\"甲", "x"), row(2, "\"乙", "y"), row(3, "丙", "z")], vec![1, 2], 3),
        // Good fields in quotes, and doubled quotes, after it.
        (vec![row(1, "\"甲", "x"), row(2, "\"乙\"", "y"), row(3, "丙", "\"z\"\"q\"\"\"")], vec![1], 3),
        (vec![row(1, "\"甲", "x"), row(2, "\"\"", "y"), row(3, "丙", "5\"")], vec![1], 3),
        // A quote that ends a field rows later.
        (vec![row(1, "\"甲", "x"), row(2, "乙", "y"), row(3, "丙", "5\""), row(4, "丁", "w")], vec![1], 4),
        // Fields with line ends and separators in them are whole.
        (vec![row(1, "\"甲\n乙\"", "x"), row(2, "\"a,b\nc,d\"", "y")], vec![], 2),
        (vec![row(1, "\"say \"\"hi\"\"\nthere\"", "\"x\n\"")], vec![], 1),
    ] {
        let text = format!("{head}{}", rows.concat());
        let file = table("a.csv", text.clone()).unwrap();
        assert_eq!(file.incidents.len(), count, "{text}");
        assert!(places(&file).iter().all(Option::is_some), "{text}");
        for at in 1..=count {
            assert_eq!(
                warns(&file.notes, &format!("row {at}: a quote opens")),
                stray.contains(&at),
                "row {at} of {text}"
            );
        }
    }
}

/// In a table of several blocks every row stays, wherever the quote stands.
#[test]
fn kin_of_038_a_stray_quote_in_a_long_table_loses_no_row() {
    for stray in [0, 20_000, 59_999] {
        let mut text = String::from("编号,名称,经度,纬度\n");
        for row in 0..60_000 {
            let name = if row == stray {
                "\"好又多超市"
            } else if row % 7 == 0 {
                "\"多,行\""
            } else {
                "超市"
            };
            text.push_str(&format!("{row},{name},110.3{:03},20.0\n", row % 1000));
        }
        let file = table("a.csv", text).unwrap();
        assert_eq!(file.incidents.len(), 60_000, "{stray}");
        assert_eq!(file.incidents.number(59_999), "59999");
        assert!(warns(&file.notes, &format!("row {}: a quote opens", stray + 1)), "{:?}", file.notes);
    }
}

#[test]
fn b_016_xlsx_empty_header_only_and_formulas_say_the_true_reason() {
    let error = file("016-xlsx/empty.xlsx").unwrap_err();
    assert!(
        error.text.en.contains("no visible sheet of the workbook holds anything") && error.path.ends_with("empty.xlsx"),
        "{error}"
    );
    let error = file("016-xlsx/header_only.xlsx").unwrap_err();
    assert_eq!(error.text.en, "the table has a header and no row");
    let error = file("016-xlsx/formula_nocache.xlsx").unwrap_err();
    assert!(error.text.en.contains("the formulas of 经度, 纬度, 加 were saved without their results"), "{error}");
    assert_eq!(error.fault, Fault::NothingLeft);
    let dates = file("016-xlsx/dates_text.xlsx").unwrap();
    assert!(!warns(&dates.notes, "cannot be read"), "{:?}", dates.notes);
    // The same as a command says it.
    let folder = tempfile::tempdir().unwrap();
    for (name, words) in [
        ("empty", "empty.xlsx: no visible sheet"),
        ("header_only", "header_only.xlsx: the table has a header"),
        ("formula_nocache", "formula_nocache.xlsx: the formulas of"),
    ] {
        let output =
            wangge(folder.path(), &[std::ffi::OsStr::new("info"), case(&format!("016-xlsx/{name}.xlsx")).as_os_str()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The same workbook with its coordinates as numbers: what else has no result is said, and its rows are read.
#[test]
fn kin_of_016_some_formulas_without_results_are_said() {
    use std::io::{Read as _, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    let mut from = zip::ZipArchive::new(std::fs::File::open(case("016-xlsx/formula_nocache.xlsx")).unwrap()).unwrap();
    let mut to = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for at in 0..from.len() {
        let mut member = from.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        if name.ends_with("sheet1.xml") {
            let text = String::from_utf8(bytes).unwrap().replace("<f>110+0.", "<v>110.").replace("<f>20+0.", "<v>20.");
            // Of a formula in digits the end closes a value now.
            bytes = text.replace("000</f><v />", "000</v>").into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap();
    let file = wangge::io::incidents::read(&path, &wangge::base::Progress::default()).unwrap();
    same_places(&places(&file), &nine_places(), "numbers");
    assert!(warns(&file.notes, "the formulas of 加 were saved without their results"), "{:?}", file.notes);
}

#[test]
fn b_016_xlsx_two_sheets_are_both_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = case("016-xlsx/two_sheets.xlsx");
    let output =
        wangge(folder.path(), &[std::ffi::OsStr::new("info"), std::ffi::OsStr::new("--json"), path.as_os_str()]);
    let files = json(&output)["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["incidents"].as_u64().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(files, [4, 5]);
}

/// Tables that `locate` writes open in Excel whatever the input was written in.
#[test]
fn b_tables_written_from_gbk_and_utf16_have_a_mark() {
    let folder = tempfile::tempdir().unwrap();
    let text = "编号,名称,经度,纬度\n1,海甸岛社区居民委员会占道经营,110.305,20.005\n2,金贸街道国贸社区夜间施工扰民问题,110.315,20.005\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (name, bytes, marked) in [
        ("gbk.csv", encoding_rs::GBK.encode(text).0.into_owned(), true),
        ("utf16.csv", utf16, true),
        ("bom.csv", format!("\u{feff}{text}").into_bytes(), true),
        ("utf8.csv", text.as_bytes().to_vec(), false),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let zones = super::super::nine();
        let out = format!("out-{name}");
        let output = wangge(
            folder.path(),
            &[
                std::ffi::OsStr::new("locate"),
                "--zones".as_ref(),
                zones.as_os_str(),
                "--points".as_ref(),
                name.as_ref(),
                "-o".as_ref(),
                out.as_ref(),
            ],
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let out = std::fs::read(folder.path().join(&out)).unwrap();
        assert_eq!(out.starts_with("\u{feff}".as_bytes()), marked, "{name}");
        assert!(String::from_utf8(out).unwrap().contains("海甸岛社区"), "{name}");
    }
}

/// `wangge locate` on the nine grids; what it wrote, split at its commas, and what it said.
fn located(text: &[u8]) -> (Vec<Vec<String>>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.csv"), text).unwrap();
    let zones = super::super::nine().display().to_string();
    let output = wangge(folder.path(), &["locate", "--zones", &zones, "--points", "p.csv", "-o", "out.csv"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let out = std::fs::read(folder.path().join("out.csv")).unwrap_or_else(|_| panic!("{told}"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(out.as_slice());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    (rows, told)
}

#[test]
fn kin_of_038_ragged_rows_stay_under_their_columns() {
    let head = "编号,经度,纬度,备注\n";
    for (rows, told) in [
        ("1,110.305,20.005\n2,110.315,20.005,乙\n", "fewer fields"),
        ("1,110.305,20.005,甲\n2,110.315,20.005,乙,多\n", "row 2: it has more fields than there are columns"),
        ("1,110.305,20.005,甲,多,余\n2,110.315,20.005\n", "row 1: it has more fields than there are columns"),
        ("1,110.305,20.005,甲,\n2,110.315,20.005,乙,\n", ""),
        ("1,110.305,20.005,甲,,,\n2,110.315,20.005,乙\n", ""),
        ("1,110.305,20.005,\"甲\n一\"\n2,110.315,20.005,\"乙,二\",\n", ""),
    ] {
        let (found, said) = located(format!("{head}{rows}").as_bytes());
        assert!(said.contains(told), "{rows}: {said}");
        assert!(!told.is_empty() || !said.contains("fields than"), "{rows}: {said}");
        assert_eq!(found.len(), 3, "{rows}");
        for row in &found {
            assert_eq!(row.len(), 8, "{rows}: {row:?}");
        }
        assert_eq!(found[0][4..], ["zone_index", "zone_code", "zone_name", "zones"]);
        assert_eq!([&found[1][5], &found[2][5]], ["460105001001", "460105001002"], "{rows}");
    }
    // A good table is copied as it stands.
    let (found, said) = located(format!("{head}1,110.305,20.005,\" 甲 \"\n").as_bytes());
    assert_eq!(found[1][3], " 甲 ");
    assert!(!said.contains("fields"), "{said}");
}

#[test]
fn kin_of_038_an_open_quote_is_told_by_locate_and_closed() {
    let text = std::fs::read(case("038-csv-rows/unbalanced_quote_start.csv")).unwrap();
    let (found, said) = located(&text);
    assert_eq!(found.len(), 10, "{said}");
    assert!(said.contains("row 3: a quote opens a field and none closes it"), "{said}");
}

#[test]
fn kin_of_038_check_tells_rows_with_too_many_fields() {
    let file = table("a.csv", "编号,经度,纬度\n1,110.3,20.0,多\n2,110.3,20.0\n3,110.3\n").unwrap();
    assert!(warns(&file.notes, "row 1: it has more fields than there are columns"), "{:?}", file.notes);
    assert!(says(&file.notes, "row 3: it has fewer fields"), "{:?}", file.notes);
}

#[test]
fn kin_of_038_lines_that_end_as_on_old_macs() {
    let rows = "编号,经度,纬度,备注\r1,110.305,20.005,\"甲\r乙\"\r2,110.315,20.005,丙";
    for text in [rows.to_owned(), format!("{rows}\r"), format!("\u{feff}{rows}\r")] {
        let file = table("a.csv", text.clone()).unwrap();
        assert_eq!(file.incidents.len(), 2, "{text:?}");
        assert!(places(&file).iter().all(Option::is_some), "{text:?}");
    }
    let (found, said) = located(rows.as_bytes());
    assert_eq!(found.len(), 3, "{said}");
    // In a cell alone it stays what it is.
    let file = table("a.csv", "编号,经度,纬度,备注\n1,110.305,20.005,\"甲\r乙\"\n").unwrap();
    assert_eq!(file.incidents.len(), 1);
    // GBK and tabs too.
    let text = encoding_rs::GBK.encode(&rows.replace(',', "\t")).0.into_owned();
    assert_eq!(table("a.txt", text).unwrap().incidents.len(), 2);
}
