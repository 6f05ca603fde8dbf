//! The names of columns, and the row that has them.

use wangge::io::Fault;
use wangge::io::columns::Column;
use wangge::io::roles::Role;

use super::{asked, file, nine_places, places, same_places, says, table, warns};

#[test]
fn b_014_headers_with_a_word_for_longitude_are_taken() {
    for name in ["GPS经度", "Longitude_WGS84", "POINT_X", "geo_lng", "longtitude", "上报经度", "经度坐标"] {
        let path = format!("014-headers/h_{name}.csv");
        same_places(&places(&file(&path).unwrap()), &nine_places(), name);
    }
    // This one says that its numbers are shifted.
    assert_eq!(file("014-headers/h_经度_GCJ02.csv").unwrap().crs, "GCJ-02");
}

#[test]
fn b_062_words_columns() {
    for path in ["062-words/columns-anjian-jingdu.csv", "062-words/columns-geo-lon.csv"] {
        same_places(&places(&file(path).unwrap()), &[Some([110.35, 20.02]), Some([110.36, 20.03])], path);
    }
}

#[test]
fn m13_columns_of_offices() {
    for (lon, lat) in [
        ("GEO_LON", "GEO_LAT"),
        ("GPS_LNG", "GPS_LAT"),
        ("经度坐标", "纬度坐标"),
        ("案发地经度", "案发地纬度"),
        ("经度\u{ff08}度\u{ff09}", "纬度\u{ff08}度\u{ff09}"),
        ("ＬＯＮ", "ＬＡＴ"),
        ("坐标_经", "坐标_纬"),
        ("jd", "wd"),
        ("EventLongitude", "EventLatitude"),
        ("longitute", "latitute"),
        ("経度", "緯度"),
        ("경도", "위도"),
        ("start_lng", "start_lat"),
        ("地址X坐标", "地址Y坐标"),
        ("事件经度 ", " 事件纬度"),
        ("小区GPS经度(WGS84)", "小区GPS纬度(WGS84)"),
    ] {
        let text = format!("编号,{lon},{lat},类型\n1,110.305,20.005,占道\n");
        let file = table("a.csv", text).unwrap_or_else(|error| panic!("{error}"));
        same_places(&places(&file), &[Some([110.305, 20.005])], lon);
    }
    // What is taken by evidence is said; what is known by its name needs no word.
    assert!(says(
        &table("a.csv", "GEO_LON,GEO_LAT\n110.3,20\n").unwrap().notes,
        "coordinates were read from GEO_LON + GEO_LAT"
    ));
    assert!(!says(&table("a.csv", "lon,lat\n110.3,20\n").unwrap().notes, "coordinates were read"));
}

/// Several pairs that could be it: nobody is asked to guess.
#[test]
fn several_pairs_are_asked_about_by_name() {
    let text = "编号,上报经度,上报纬度,处置经度,处置纬度\n1,110.305,20.005,110.4,20.1\n";
    let error = table("案件.csv", text).unwrap_err();
    assert_eq!(error.fault, Fault::Columns);
    assert!(error.text.en.contains("上报经度 + 上报纬度 or 处置经度 + 处置纬度"), "{error}");
    assert!(error.text.en.contains("--column 案件.csv:lon=上报经度 --column 案件.csv:lat=上报纬度"), "{error}");
    let unnamed = error.unnamed.unwrap();
    assert_eq!((unnamed.head.names.len(), unnamed.head.rows[0][3].as_str()), (5, "110.4"));
    assert!(unnamed.guess.contains(&(Role::Holds(Column::Lon), 1)));
    let file = asked("案件.csv", text, &["lon=处置经度", "lat=处置纬度"]).unwrap();
    same_places(&places(&file), &[Some([110.4, 20.1])], "asked");
    // Where the other one is empty there is no doubt; and a plain name goes before all others.
    let half = "编号,上报经度,上报纬度,处置经度,处置纬度\n1,110.305,20.005,,\n";
    same_places(&places(&table("a.csv", half).unwrap()), &[Some([110.305, 20.005])], "half");
    let plain = "编号,高德经度,高德纬度,经度,纬度\n1,110.4,20.1,110.305,20.005\n";
    same_places(&places(&table("a.csv", plain).unwrap()), &[Some([110.305, 20.005])], "plain");
    // A word for one axis alone is no pair, and words that end alike are none.
    for text in ["salon,flat\nx,3\n", "编号,经度\n1,110.3\n", "a,b\n1,2\n"] {
        assert_eq!(table("a.csv", text).unwrap_err().fault, Fault::Columns, "{text}");
    }
}

#[test]
fn columns_that_nobody_knows_can_be_named() {
    let text = "a,b,c,d\n1,110.305,20.005,x\n2,110.315,20.005,y\n";
    let error = table("a.csv", text).unwrap_err();
    assert!(
        error.text.en.contains("a, b, c, d") && error.text.en.contains("--column a.csv:lon=b --column a.csv:lat=c"),
        "{error}"
    );
    let file = asked("a.csv", text, &["lon=b", "lat=c", "class=d", "number=a"]).unwrap();
    same_places(&places(&file), &[Some([110.305, 20.005]), Some([110.315, 20.005])], "named");
    assert_eq!((file.incidents.get(1).unwrap().class, file.incidents.number(0)), ("y", "1"));
    // By name in half width, and a column that is not there is an error that lists those that are.
    assert!(asked("a.csv", text, &["lon=ｂ", "lat=C"]).is_ok());
    let error = asked("a.csv", text, &["lon=e", "lat=c"]).unwrap_err();
    assert!(error.text.en.contains("names e, which is no column of it; there are: a, b, c, d"), "{error}");
}

#[test]
fn an_option_for_a_column_says_what_it_wants() {
    let mut said = wangge::io::roles::Columns::default();
    for good in ["a.csv:lon=经度", r"C:\data\a.csv:utc-5:30=time", "a=b.csv:day-first=d=1", "a.csv:lat-lon=位置"] {
        said.ask(good).unwrap();
    }
    assert_eq!(said.asked[1].1, Role::Zone(-330));
    assert_eq!((said.asked[2].0.to_str().unwrap(), said.asked[2].2.as_str()), ("a=b.csv", "d=1"));
    for bad in ["a.csv", "a.csv:lon", "a.csv:nothing=x", ":lon=x", "a.csv:lon=", "a.csv:utc+99=t"] {
        assert!(said.ask(bad).unwrap_err().en.contains("FILE:ROLE=NAME"), "{bad}");
    }
    for role in said.asked.iter().map(|(_, role, _)| *role) {
        assert_eq!(Role::named(&role.name()), Some(role));
    }
}

#[test]
fn b_038_csv_rows_title_and_comment_above_the_head() {
    for name in ["title_first", "comment_first"] {
        let file = file(&format!("038-csv-rows/{name}.csv")).unwrap();
        same_places(&places(&file), &nine_places(), name);
        assert!(says(&file.notes, "1 lines above the names"), "{:?}", file.notes);
    }
    // Kin: more lines, empty ones, other separators, signs in the title, a head that stands again in the middle.
    for text in [
        "台账\n单位\u{ff1a}城管局\n\n编号,经度,纬度\n0,110.305,20.005\n",
        "# a, b, c, d\n# e\nid;lon;lat\n0;110.305;20.005\n",
        "导出时间:2024-03-01,共1条\n编号\t经度\t纬度\n0\t110.305\t20.005\n",
        "\"2024年\n案件台账\",,\n编号,经度,纬度\n0,110.305,20.005\n",
        "\u{feff}\n\n编号,经度,纬度\n0,110.305,20.005\n",
    ] {
        let file = table("a.csv", text).unwrap_or_else(|error| panic!("{text}: {error}"));
        same_places(&places(&file), &[Some([110.305, 20.005])], text);
    }
    let again = table("a.csv", "编号,经度,纬度\n0,110.305,20.005\n编号,经度,纬度\n1,110.315,20.005\n").unwrap();
    assert_eq!(again.incidents.len(), 3);
    assert!(warns(&again.notes, "row 2: the coordinates are not"), "{:?}", again.notes);
}

#[test]
fn kin_of_014_spellings_of_longitude_and_latitude() {
    for (lon, lat) in [
        ("longitute", "lattitude"),
        ("lontitude", "latitute"),
        ("longtitude", "lattitute"),
        ("logitude", "latitud"),
        ("LONGITUD", "LATITIUDE"),
        ("lngtd", "lattd"),
        ("case_longitute", "case_lattitude"),
        ("경도", "위도"),
        ("E", "N"),
    ] {
        let text = format!("id,{lon},{lat}\n1,110.305,20.005\n2,110.315,20.005\n");
        let file = table("a.csv", text).unwrap_or_else(|why| panic!("{lon}: {why}"));
        same_places(&places(&file), &[Some([110.305, 20.005]), Some([110.315, 20.005])], lon);
    }
    // A height is no latitude.
    let text = "id,longitude,altitude,latitude\n1,110.305,12.5,20.005\n";
    let file = table("a.csv", text).unwrap();
    same_places(&places(&file), &[Some([110.305, 20.005])], "a height between");
    assert!(table("a.csv", "id,magnitude,altitude\n1,110.305,20.005\n").is_err());
}

#[test]
fn kin_of_014_metres_under_other_names() {
    for (east, north) in [("Easting", "Northing"), ("E", "N"), ("东坐标", "北坐标"), ("E(m)", "N(m)")] {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("id,{east},{north}\n1,427328.97,2212237.83\n2,428375.46,2212233.09\n");
        std::fs::write(folder.path().join("p.csv"), text).unwrap();
        let zones = super::super::nine().display().to_string();
        let args = ["locate", "--zones", &zones, "--points", "p.csv", "--crs", "p.csv=EPSG:32649", "--json"];
        let output = super::super::wangge(folder.path(), &args);
        assert!(output.status.success(), "{east}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(super::super::json(&output)["in_one"], 2, "{east}");
    }
}

#[test]
fn kin_of_014_the_first_of_two_pairs_may_be_empty() {
    let text = "id,经度,纬度,经度,纬度\n1,,,110.305,20.005\n2,,,110.315,20.005\n";
    let file = table("a.csv", text).unwrap();
    assert!(places(&file).iter().all(Option::is_some), "{:?}", file.notes);
}
