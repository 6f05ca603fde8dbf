//! Codes and names of zones, codes in tables, and points that are incidents.

use std::ffi::OsStr;
use std::path::PathBuf;

use wangge::base::{Progress, Rule, Severity};
use wangge::geometry::Point;
use wangge::index::{Index, Located};
use wangge::io::roles::Columns;
use wangge::io::{Layer, Options, Source, open, tiers};

use super::super::{case, json, nine, wangge};

fn guess(layer: &Layer) -> tiers::TierGuess {
    tiers::guess(layer, &Columns::default())
}

fn layer_of(path: &str) -> Layer {
    Layer::<Point>::read(&case(path), &Progress::default()).unwrap()
}

/// A layer of squares with some properties, each a list of values.
fn squares(properties: &[(&str, &[&str])]) -> Layer {
    let count = properties[0].1.len();
    let features: Vec<String> = (0..count)
        .map(|at| {
            let own: Vec<String> = properties.iter().map(|(key, values)| format!("{key:?}:{:?}", values[at])).collect();
            let x = 110.0 + at as f64;
            format!(
                r#"{{"type":"Feature","properties":{{{}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},20],[{},20],[{},21],[{x},20]]]}}}}"#,
                own.join(","),
                x + 1.0,
                x + 1.0
            )
        })
        .collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    Layer::from_source(&Source::from_bytes("a.geojson".as_ref(), text.into_bytes()).unwrap(), &Progress::default())
        .unwrap()
}

#[test]
fn a_017_code_match_lead0() {
    let paths = [case("017-code-match/lead0/zones_001.geojson"), case("017-code-match/lead0/leading_zero_format.xlsx")];
    let opened = open(&paths, &Options::default(), &Progress::default()).unwrap();
    let plan = &opened.plan;
    let located = Located::of(plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let sum = located.tier(plan, &plan.tiers[0]);
    assert_eq!((sum.by_code.len(), sum.nowhere.len()), (9, 0));
    assert_eq!(sum.by_zone, [1; 9]);
    assert!(!opened.problems.iter().any(|problem| problem.rule == Rule::IncidentsOutside));
}

#[test]
fn kin_of_017_codes_that_match_by_number_alone_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let check = |codes: &[&str], zones: [&str; 2]| {
        let features: Vec<String> = zones
            .iter()
            .enumerate()
            .map(|(at, code)| {
                format!(r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{0},20],[{1},20],[{1},21],[{0},20]]]}}}}"#, 110 + at, 111 + at)
            })
            .collect();
        let grids = folder.path().join("grids.geojson");
        std::fs::write(&grids, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
            .unwrap();
        let cases = folder.path().join("cases.csv");
        std::fs::write(
            &cases,
            format!("编号,网格编码\n{}", codes.iter().map(|code| format!("1,{code}\n")).collect::<String>()),
        )
        .unwrap();
        let opened = open(&[grids, cases], &Options::default(), &Progress::default()).unwrap();
        let plan = opened.plan;
        let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
        let unknown = opened.problems.into_iter().find(|problem| problem.reason.en.contains("match no zone"));
        (located.tier(&plan, &plan.tiers[0]).by_zone, unknown)
    };
    for codes in [["1", "2"], ["01", "0002"], ["1.0", "2.0"], ["００１", "２"]] {
        let (by_zone, unknown) = check(&codes, ["001", "002"]);
        assert_eq!((by_zone, unknown), (vec![1, 1], None), "{codes:?}");
    }
    // An apostrophe or a formula makes a text of a number in a sheet.
    for codes in [["'001", "'002"], ["=\"001\"", "=\"002\""], ["'1", "'002'"], ["’001", "‘002"]] {
        let codes = codes.map(|code| format!("\"{}\"", code.replace('"', "\"\"")));
        let (by_zone, unknown) = check(&codes.each_ref().map(String::as_str), ["001", "002"]);
        assert_eq!((by_zone, unknown), (vec![1, 1], None), "{codes:?}");
    }
    assert_eq!(check(&["A1", "'B2"], ["'A1", "B2"]).0[1], 1);
    assert_eq!(check(&["001", "002"], ["'001", "'002"]).0, [1, 1]);
    // The other way round, and as it stands before all else.
    assert_eq!(check(&["001", "002"], ["1", "2"]).0, [1, 1]);
    assert_eq!(check(&["1", "01"], ["1", "01"]).0, [1, 1]);
    // Where two zones are one number, neither is meant; said with what was named.
    let (by_zone, unknown) = check(&["001", "1", "7", "南"], ["1", "01"]);
    assert_eq!(by_zone, [1, 0]);
    let unknown = unknown.unwrap();
    assert_eq!(unknown.severity, Severity::Warning);
    assert!(unknown.reason.en.starts_with("3 codes match no zone: 001, 7, 南."), "{}", unknown.reason.en);
}

#[test]
fn a_017_codes_without_a_zone_stand_in_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cases.csv"), "编号,网格编码\n1,X1\n2,X2\n").unwrap();
    let zones = nine();
    let args = |more: &[&'static str]| -> Vec<std::ffi::OsString> {
        [OsStr::new("check"), zones.as_os_str(), OsStr::new("cases.csv")]
            .iter()
            .map(|arg| (*arg).to_owned())
            .chain(more.iter().map(Into::into))
            .collect()
    };
    let output = wangge(folder.path(), &args(&["--json"]));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("2 codes match no zone: X1, X2"),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let export: Vec<std::ffi::OsString> = vec![
        "export".into(),
        zones.as_os_str().to_owned(),
        "cases.csv".into(),
        "--format".into(),
        "geojson".into(),
        "--certificate".into(),
        "-o".into(),
        "out.geojson".into(),
    ];
    let output = wangge(folder.path(), &export);
    assert!(folder.path().join("out.geojson").is_file(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::File::open(folder.path().join("out.geojson-质检报告.docx")).unwrap();
    let mut text = String::new();
    let mut report = zip::ZipArchive::new(report).unwrap();
    std::io::Read::read_to_string(&mut report.by_name("word/document.xml").unwrap(), &mut text).unwrap();
    assert!(text.contains("X1") && text.contains("X2"), "{text}");
}

#[test]
fn b_006_ids_and_028_topo_ids_are_offered_as_codes() {
    for (path, first) in
        [("006-ids/big_int_ids.geojson", "4601050010010001"), ("028-topo/ids.topojson", "460105001001")]
    {
        let layer = layer_of(path);
        let guess = guess(&layer);
        assert!(guess.code_is_id && guess.code_key.is_none());
        assert_eq!(guess.code(&layer.features[0]), first, "{path}");
        assert!(guess.note("f").is_some());
        let opened = open(&[case(path)], &Options::default(), &Progress::default()).unwrap();
        assert!(opened.problems.iter().any(|problem| problem.reason.en.contains("\"id\" of the features")));
        assert!(!opened.problems.iter().any(|problem| problem.rule == Rule::MissingCode));
    }
    // A property goes before; ids that stand twice are no codes.
    assert!(!guess(&layer_of("000-base/zones.geojson")).code_is_id);
}

#[test]
fn b_019_shp_cn_names_cut_at_ten_bytes_are_known() {
    for folder in ["ms", "ogr"] {
        let layer = layer_of(&format!("019-shp-cn/{folder}/grids.shp"));
        let guess = guess(&layer);
        assert_eq!(guess.code(&layer.features[0]), "460105001001", "{folder}");
        assert_eq!(guess.zone_name(&layer.features[0]), "测试1网格", "{folder}");
        // People are still left out.
        let all = format!("{:?}", layer.features);
        assert!(!all.contains("13800000000") && !all.contains("某某"), "{folder}: {all}");
    }
    // Five characters of GBK, ten letters of ASCII with Chinese; whole names go before.
    let layer = squares(&[("责任网格编", &["1", "2"]), ("责任网格", &["甲", "乙"])]);
    assert_eq!(guess(&layer).code_key.as_deref(), Some("责任网格编"));
    let layer = squares(&[("社区编", &["1", "2"]), ("社区名", &["甲", "乙"])]);
    assert_eq!(
        (guess(&layer).code_key.as_deref(), guess(&layer).name_key.as_deref()),
        (Some("社区编"), Some("社区名"))
    );
}

/// Codes and names under words of other countries: never a measure or a code where a name stands beside it.
#[test]
fn c_also_names_and_codes_by_the_words_they_end_in() {
    for (properties, code, name) in [
        (
            &[("OA11CD", &["E00000001", "E00000002", "E00000003"][..]), ("LAD11NM", &["City", "City", "City"][..])][..],
            Some("OA11CD"),
            None,
        ),
        (
            &[
                ("SHAPE_AREA", &["1.5", "2.5", "3.5"][..]),
                ("NBHD_ID", &["1.1", "1.2", "2.1"][..]),
                ("NBHD_NAME", &["Elm", "Oak", "Fir"][..]),
            ],
            Some("NBHD_ID"),
            Some("NBHD_NAME"),
        ),
        (&[("PRECINCTID", &["A1", "A2", "A3"][..]), ("SHAPE_LEN", &["9", "8", "7"][..])], Some("PRECINCTID"), None),
        (
            &[("WARDCODE", &["E1", "E2", "E3"][..]), ("WARDNAME", &["North", "South", "East"][..])],
            Some("WARDCODE"),
            Some("WARDNAME"),
        ),
        (
            &[
                ("WD13CD", &["E05000650", "E05000651", "E05000652"][..]),
                ("WD13NM", &["Ancoats", "Ardwick", "Baguley"][..]),
            ],
            Some("WD13CD"),
            Some("WD13NM"),
        ),
        (
            &[
                ("OBJECTID", &["1", "2", "3"][..]),
                ("区域代码", &["a", "b", "c"][..]),
                ("区域名", &["东", "西", "南"][..]),
            ],
            Some("区域代码"),
            Some("区域名"),
        ),
        (
            &[("edited", &["2020-01-01", "2020-01-02", "2020-01-03"][..]), ("beat_num", &["111", "112", "113"][..])],
            Some("beat_num"),
            None,
        ),
    ] {
        let guess = guess(&squares(properties));
        assert_eq!((guess.code_key.as_deref(), guess.name_key.as_deref()), (code, name), "{properties:?}");
    }
}

#[test]
fn columns_of_zones_can_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("a.geojson");
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","name":"x","k":"K7","n":"甲"},"geometry":{"type":"Polygon","coordinates":[[[110,20],[111,20],[111,21],[110,20]]]}}]}"#;
    std::fs::write(&path, text).unwrap();
    let mut options = Options::default();
    let columns = std::sync::Arc::make_mut(&mut options.columns);
    columns.ask("a.geojson:code=k").unwrap();
    columns.ask("a.geojson:name=n").unwrap();
    let plan = open(&[path], &options, &Progress::default()).unwrap().plan;
    let zone = plan.tiers[0].zones.iter().next().unwrap().1;
    assert_eq!((zone.code.as_str(), zone.name.as_str()), ("K7", "甲"));
}

#[test]
fn a_041_points_are_taken_as_incidents_by_the_evidence_of_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let points = |properties: &str| {
        let path = folder.path().join("points.geojson");
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Point","coordinates":[110.305,20.005]}}}}]}}"#
        );
        std::fs::write(&path, text).unwrap();
        path
    };
    let opened = |path: PathBuf, options: &Options| open(&[nine(), path], options, &Progress::default()).unwrap();
    for properties in [
        r#""time":"2016-01-05""#,
        r#""source":"12345","status":"open""#,
        r#""status":"open","type":"x""#,
        r#""小类名称":"占道","来源":"巡查""#,
        r#""上报时间":"2016-01-05 08:00","id":3"#,
    ] {
        assert_eq!(opened(points(properties), &Options::default()).plan.incidents.len(), 1, "{properties}");
    }
    // Without any evidence they are drawn; that is said, with what makes them incidents.
    let path = points(r#""id":1"#);
    let drawn = opened(path.clone(), &Options::default());
    assert_eq!((drawn.plan.incidents.len(), drawn.plan.references.len()), (0, 1));
    let note = drawn.problems.iter().find(|problem| problem.reason.en.contains("are a reference layer")).unwrap();
    assert!(note.remedies[0].en.starts_with("--tier incidents=points.geojson: "), "{note:?}");
    let asked = Options { tiers: vec![("incidents".to_owned(), path.clone())], ..Options::default() };
    assert_eq!(opened(path, &asked).plan.incidents.len(), 1);
}

#[test]
fn a_041_incidents_points_with_031_as_the_same_rows_in_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let cases = case("041-incidents-points/cases.geojson");
    let json_of = |cases: &OsStr| {
        let (grids, units) = (case("031-rebalance/grids.geojson"), case("031-rebalance/units.geojson"));
        let args: Vec<&OsStr> = vec![
            "rebalance".as_ref(),
            "--zones".as_ref(),
            grids.as_os_str(),
            "--units".as_ref(),
            units.as_os_str(),
            "--incidents".as_ref(),
            cases,
            "--epochs".as_ref(),
            "2".as_ref(),
            "--json".as_ref(),
            "-o".as_ref(),
            "out.gpkg".as_ref(),
        ];
        let output = wangge(folder.path(), &args);
        let _gone = std::fs::remove_file(folder.path().join("out.gpkg"));
        json(&output)
    };
    // The same rows as a table.
    let layer = Layer::<Point>::read(&cases, &Progress::default()).unwrap();
    let rows: String = layer
        .dots
        .points
        .iter()
        .enumerate()
        .map(|(at, point)| format!("{at},{},{}\n", point.lon(), point.lat()))
        .collect();
    std::fs::write(folder.path().join("cases.csv"), format!("id,lon,lat\n{rows}")).unwrap();
    let (points, table) = (json_of(cases.as_os_str()), json_of("cases.csv".as_ref()));
    assert_eq!(points["before"], table["before"], "{points}");
    assert!(
        !points["before"].is_null() && points["before"]["max_deviation"].to_string().starts_with("2.995"),
        "{points}"
    );
}
