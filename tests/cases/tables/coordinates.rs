//! Coordinates as people write them.

use proptest::prelude::*;

use super::{asked, file, nine_places, places, same_places, says, table, warns};

fn reads_nine(path: &str) {
    let file = file(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    same_places(&places(&file), &nine_places(), path);
}

#[test]
fn b_011_csv_sep_decimal_commas_and_the_line_that_names_the_separator() {
    for name in ["quoted_decimal_comma.csv", "semicolon_decimal_comma.csv", "sep_line.csv", "tab_decimal_comma.tsv"] {
        reads_nine(&format!("011-csv-sep/{name}"));
    }
    // The line in quotes, and signs that it names though others are met more often.
    for text in [
        "\"sep=;\"\nid;lon;lat\n1;110,3;20,1\n",
        "sep=|\r\nid|lon|lat\r\n1|110.3|20.1\r\n",
        "sep=\t\nid\tlon\tlat\n1\t110,3\t20,1\n",
    ] {
        same_places(&places(&table("a.csv", text).unwrap()), &[Some([110.3, 20.1])], text);
    }
}

#[test]
fn b_012_csv_coord_is_read_in_every_form() {
    for name in [
        "apostrophe",
        "dms_cn",
        "dms_cnh",
        "dms_prime",
        "dms_sym",
        "ewkb_hex",
        "ewkt",
        "excel_formula",
        "nbsp",
        "one_col_fwcomma",
        "one_col_lnglat",
        "one_col_location_amap",
        "one_col_space",
        "wkt_point",
    ] {
        reads_nine(&format!("012-csv-coord/{name}.csv"));
    }
}

#[test]
fn b_013_csv_cells_with_spaces_that_are_not_seen() {
    for name in ["idspace", "zwsp"] {
        reads_nine(&format!("013-csv-cells/{name}.csv"));
    }
}

/// Two cells, and what they say, worked out by hand: 110° 18′ 18″ = 110.305, 20° 0′ 18″ = 20.005.
#[test]
fn kin_of_012_two_cells() {
    let near = [110.305, 20.005];
    for (lon, lat, [x, y]) in [
        ("110°18'18\"", "20°0'18\"", near),
        ("110° 18' 18.0\" E", "20° 00' 18.0\" N", near),
        ("E110°18′18″", "N20°0′18″", near),
        ("E 110 18 18", "N 20 0 18", near),
        ("110 18 18.0", "20 0 18.0", near),
        ("110:18:18", "20:00:18", near),
        ("110-18-18", "20-00-18", near),
        ("110°18.3′", "20°0.3′", near),
        ("110度18分18秒", "20度0分18秒", near),
        ("东经110度18分18秒", "北纬20度0分18秒", near),
        ("110度18分18秒东", "20度0分18秒北", near),
        ("\u{ff11}\u{ff11}\u{ff10}．\u{ff13}\u{ff10}\u{ff15}", "20．005", near),
        ("110º18’18”", "20º0’18”", near),
        ("110°18'18''", "20°0'18''", near),
        ("110d18m18sE", "20d0m18sN", near),
        ("+110.305", "+20.005", near),
        ("110.305°", "20.005°", near),
        ("110.305E", "20.005N", near),
        ("=\"110.305\"", "=\"20.005\"", near),
        ("‘110.305", "'20.005", near),
        ("\u{200b}110.305\u{a0}", "\u{3000}20.005\u{feff}", near),
        ("110,305", "20,005", near),
        ("W87°37′48″", "N41°53′24″", [-87.63, 41.89]),
        ("87.63W", "33.45S", [-87.63, -33.45]),
        ("西经87度37分48秒", "南纬33度27分", [-87.63, -33.45]),
        ("−87.63", "−33.45", [-87.63, -33.45]),
        ("-87°37′48″", "-33°27′0″", [-87.63, -33.45]),
    ] {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let text = format!("编号,经度,纬度\n1,{},{}\n", quoted(lon), quoted(lat));
        same_places(&places(&table("a.csv", text).unwrap()), &[Some([x, y])], lon);
    }
    // Turned round where each cell says that it is the other.
    let file = table("a.csv", "编号,经度,纬度\n1,北纬20.005°,东经110.305°\n2,110.305,20.005\n").unwrap();
    same_places(&places(&file), &[Some(near), Some(near)], "turned round");
    // What is no angle is listed with its row and text, and is not guessed at.
    for bad in ["110°61′0″", "abc", "110.305.1", "110°18′", "N110.305"] {
        let text = format!("编号,经度,纬度\n1,{bad},20.005\n2,110.305,20.005\n");
        let file = table("a.csv", text).unwrap();
        let expected = if bad == "110°18′" { Some([110.3, 20.005]) } else { None };
        same_places(&places(&file), &[expected, Some(near)], bad);
        assert_eq!(expected.is_none(), warns(&file.notes, "row 1: the coordinates"), "{bad}: {:?}", file.notes);
    }
}

#[test]
fn kin_of_012_one_cell() {
    let near = Some([110.305, 20.005]);
    for cell in [
        "110.305,20.005",
        "110.305\u{ff0c}20.005",
        "110.305、20.005",
        "110.305;20.005",
        "110.305 20.005",
        "110.305|20.005",
        "110.305/20.005",
        "(110.305, 20.005)",
        "[110.305,20.005]",
        "\u{ff08}110.305\u{ff0c}20.005\u{ff09}",
        "20.005,110.305",
        "110.305,20.005,12.5",
        "110,305;20,005",
        "110,305 20,005",
        "110,305,20,005",
        "E110.305,N20.005",
        "N20.005 E110.305",
        "20.005N, 110.305E",
        "东经110.305\u{ff0c}北纬20.005",
        "北纬20°0′18″\u{ff0c}东经110°18′18″",
        "110°18′18″E 20°0′18″N",
        "110°18′18″ E 20°0′18″ N",
        "110.305 E 20.005 N",
        "20.005 N  110.305 E",
        "20.005 北 110.305 东",
        "{\"lng\": 110.305, \"lat\": 20.005}",
        "{\"latitude\":\"20.005\",\"longitude\":\"110.305\"}",
        "110°18'18\" 20°0'18\"",
        "经度:110.305,纬度:20.005",
        "lng=110.305&lat=20.005",
        "110 18 18 20 0 18",
        "POINT(110.305 20.005)",
        "point z (110.305 20.005 3)",
        "SRID=4490;POINT (110.305 20.005)",
        "{\"type\":\"Point\",\"coordinates\":[110.305,20.005]}",
        // PostGIS: ST_AsEWKB of the same, high byte first; with and without a number of EPSG.
        "0020000001000010E6405B9385 1EB851EC4034 0147AE147AE1",
    ] {
        let cell = if cell.starts_with("0020") { cell.replace(' ', "") } else { cell.to_owned() };
        let text = format!("编号,坐标,类型\n1,\"{}\",占道\n", cell.replace('"', "\"\""));
        let file = table("a.csv", text).unwrap_or_else(|error| panic!("{cell}: {error}"));
        same_places(&places(&file), &[near], &cell);
        assert_eq!(file.columns[1].1.map(|column| format!("{column:?}")).as_deref(), Some("Coordinates"), "{cell}");
    }
    // Another name over it, where nothing but places can be meant.
    for name in ["发生地点", "gps", "pt", "LngLat"] {
        let text = format!("编号,{name},类型\n1,\"110.305,20.005\",占道\n2,\"110.315,20.005\",占道\n");
        same_places(&places(&table("a.csv", text).unwrap()), &[near, Some([110.315, 20.005])], name);
    }
}

/// Of two numbers below ninety neither is the longitude for certain: said, with what turns them round.
#[test]
fn two_numbers_that_could_each_be_either_are_said() {
    let text = "id,location\n1,\"(41.882, -87.631)\"\n2,\"(41.9, -87.7)\"\n";
    let file = table("a.csv", text).unwrap();
    assert!(warns(&file.notes, "which of its two numbers"), "{:?}", file.notes);
    assert!(
        file.notes
            .iter()
            .any(|note| note.remedies.iter().any(|remedy| remedy.en.contains("--column a.csv:lat-lon=location")))
    );
    let file = asked("a.csv", text, &["lat-lon=location"]).unwrap();
    same_places(&places(&file), &[Some([-87.631, 41.882]), Some([-87.7, 41.9])], "asked");
    assert!(!warns(&file.notes, "which of its two"));
    // A name that tells.
    let file = table("a.csv", "id,lat_lng\n1,\"41.882,-87.631\"\n").unwrap();
    same_places(&places(&file), &[Some([-87.631, 41.882])], "lat_lng");
}

/// The number of EPSG in a cell is obeyed: metres of zone 111° east. The numbers are GDAL's (`gdaltransform`).
#[test]
fn the_system_that_a_cell_names_is_obeyed() {
    let text = "id,geom\n1,SRID=4546;POINT(429898.5 2215827.8)\n";
    let file = table("a.csv", text).unwrap();
    let [lon, lat] = places(&file)[0].unwrap();
    assert!((lon - 110.33).abs() < 1e-6 && (lat - 20.03).abs() < 1e-6, "{lon}, {lat}");
    assert_eq!(file.crs, "EPSG:4546");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any place written in degrees, minutes and seconds with whatever signs is read to the lattice.
    #[test]
    fn angles_come_back(lon in -1_799_999_999_i64..1_799_999_999, lat in -899_999_999_i64..899_999_999, style in 0_usize..8, one in any::<bool>()) {
        let write = |units: i64, east: bool| {
            let size = units.abs();
            // Hundred-thousandths of a second are less than a cell.
            let seconds = size as f64 * 3600.0 / 1e7;
            let (d, m) = ((seconds / 3600.0).floor(), (seconds / 60.0).floor() % 60.0);
            let s = seconds - d * 3600.0 - m * 60.0;
            let letter = match (east, units < 0) { (true, false) => "E", (true, true) => "W", (false, false) => "N", (false, true) => "S" };
            let word = match (east, units < 0) { (true, false) => "东经", (true, true) => "西经", (false, false) => "北纬", (false, true) => "南纬" };
            let minus = if units < 0 { "-" } else { "" };
            let plain = size as f64 / 1e7;
            match style {
                0 => format!("{d}°{m}′{s:.5}″{letter}"),
                1 => format!("{letter}{d}°{m}'{s:.5}\""),
                2 => format!("{word}{d}度{m}分{s:.5}秒"),
                3 => format!("{d}度{m}分{s:.5}秒{letter}"),
                4 => format!("{minus}{d}° {m}' {s:.5}\""),
                5 => format!("{letter} {plain:.7}"),
                6 => format!("{plain:.7}°{letter}"),
                _ => format!("{minus}{plain:.7}°"),
            }
        };
        prop_assume!((lon.abs() as f64 * 3600.0 / 1e7) % 60.0 < 59.999 && (lat.abs() as f64 * 3600.0 / 1e7) % 60.0 < 59.999);
        let (x, y) = (write(lon, true), write(lat, false));
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let text = if one { format!("id,坐标\n1,{}\n", quoted(&format!("{x}\u{ff0c}{y}"))) } else { format!("id,经度,纬度\n1,{},{}\n", quoted(&x), quoted(&y)) };
        let file = table("a.csv", text.clone());
        let found = places(&file.unwrap_or_else(|error| panic!("{text}: {error}")))[0].unwrap();
        let wanted = [lon as f64 / 1e7, lat as f64 / 1e7];
        // Degrees alone in one cell do not say which of them is which.
        let turned = one && (style > 6 || style == 4);
        let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < 2.5e-7 && (a[1] - b[1]).abs() < 2.5e-7;
        prop_assert!(near(found, wanted) || turned && near(found, [wanted[1], wanted[0]]), "{}: {:?} {:?}", text, found, wanted);
    }
}

#[test]
fn m13_shifted_systems_are_told_by_the_name_of_the_column() {
    for (lon, lat, system) in [
        ("高德经度", "高德纬度", "GCJ-02"),
        ("经度_GCJ02", "纬度_GCJ02", "GCJ-02"),
        ("百度经度", "百度纬度", "BD-09"),
        ("bd09_lng", "bd09_lat", "BD-09"),
    ] {
        let file = table("a.csv", format!("编号,{lon},{lat}\n1,110.305,20.005\n")).unwrap();
        assert_eq!(file.crs, system, "{lon}");
        assert!(warns(&file.notes, &format!("converted from {system}")), "{:?}", file.notes);
        let at = places(&file)[0].unwrap();
        // A few hundred metres west of what stands there.
        assert!((at[0] - 110.305).abs() > 0.002 && (at[0] - 110.305).abs() < 0.02, "{at:?}");
    }
    assert!(!says(&file("014-headers/h_GPS经度.csv").unwrap().notes, "converted"));
}

/// Numbers with an exponent, and codes with letters of the sides, are no coordinates.
#[test]
fn kin_of_012_and_017_numbers_with_an_exponent_are_no_places() {
    for cells in [
        ["1E3", "2E4", "3E3"],
        ["1e5", "2e5", "3e5"],
        ["0.5E1", "1.25E2", "3.75E-1"],
        ["1.5E+3", "2.25E+04", "3.125e+3"],
        ["E12N5", "E13N6", "E14N7"],
        ["12E5N", "13E6N", "14E7N"],
        ["1E3,2E4", "2E3,2E4", "3E3,2E4"],
    ] {
        let rows: Vec<String> = (1..).zip(cells).map(|(at, cell)| format!("{at}\t{cell}\t46010500100{at}\n")).collect();
        let file = table("a.csv", format!("id\t单价\t网格编码\n{}", rows.concat())).unwrap();
        assert!(places(&file).iter().all(Option::is_none), "{cells:?}: {:?}", places(&file));
        let codes: Vec<String> = file.columns.iter().map(|(name, role)| format!("{name} {role:?}")).collect();
        assert!(codes[1].ends_with("None") && codes[2].contains("PlaceCode"), "{codes:?}");
        // Without a zone beside it there is no place at all.
        let rows: Vec<String> = (1..).zip(cells).map(|(at, cell)| format!("{at}\t{cell}\n")).collect();
        assert!(table("a.csv", format!("id\t单价\n{}", rows.concat())).is_err(), "{cells:?}");
    }
    // Codes as Excel spoils them are codes still.
    let file = table("a.csv", "网格编码,说明\n4.60105E+11,甲\n4.60105E+11,乙\n").unwrap();
    assert!(places(&file).iter().all(Option::is_none));
    assert_eq!(file.incidents.places.0, ["4.60105E+11"]);
    // A code column is one whatever it looks like.
    let file = table("a.csv", "网格编码,说明\n\"110.305,20.005\",甲\n\"110.315,20.005\",乙\n").unwrap();
    assert!(places(&file).iter().all(Option::is_none));
    // Longitudes may have an exponent.
    let file = table("a.csv", "id,lon,lat\n1,1.10305E+02,2.0005E1\n2,1.10315E2,20.005\n").unwrap();
    same_places(&places(&file), &[Some([110.305, 20.005]), Some([110.315, 20.005])], "exponents");
}

#[test]
fn kin_of_012_more_ways_to_write_a_place() {
    let wanted = [Some([110.305, 20.005])];
    for cell in [
        "MULTIPOINT ((110.305 20.005))",
        "MULTIPOINT(110.305 20.005)",
        "SRID=4326;MULTIPOINT((110.305 20.005))",
        "\\x0101000000EC51B81E85935B40E17A14AE47013440",
        "0x0101000000EC51B81E85935B40E17A14AE47013440",
        "0101000000EC51B81E85935B40E17A14AE47013440",
        "{\"lng\":110.305,\"lat\":20.005}",
        "{\"lat\":20.005,\"lng\":110.305}",
        "{\"longitude\":\"110.305\",\"latitude\":\"20.005\"}",
        "{\"x\":110.305,\"y\":20.005}",
        "110.305(E), 20.005(N)",
        "110.305 (E) 20.005 (N)",
        "110.305 East, 20.005 North",
        "20.005 North 110.305 East",
        "110.305E20.005N",
        "'110.305,20.005'",
        "\u{202a}110.305,20.005\u{202c}",
        "110º18´18.0´´E 20º0´18.0´´N",
    ] {
        let quoted = format!("\"{}\"", cell.replace('"', "\"\""));
        let file = table("a.csv", format!("id,坐标\n1,{quoted}\n")).unwrap_or_else(|why| panic!("{cell}: {why}"));
        same_places(&places(&file), &wanted, cell);
    }
    for (lon, lat) in [
        ("110.305(E)", "20.005(N)"),
        ("110.305 East", "20.005 North"),
        ("'110.305'", "'20.005'"),
        ("\u{202d}110.305\u{202c}", "\u{2066}20.005\u{2069}"),
        ("110º18´18.0´´", "20º0´18.0´´"),
        ("东经110.305", "北纬20.005"),
    ] {
        let file = table("a.csv", format!("id,lon,lat\n1,{lon},{lat}\n")).unwrap_or_else(|why| panic!("{lon}: {why}"));
        same_places(&places(&file), &wanted, lon);
    }
    // Shapes that are no points are named as what they are.
    for shape in [
        "POLYGON ((1 1, 2 1, 2 2, 1 1))",
        "SRID=4326;MULTIPOLYGON (((1 1, 2 1, 2 2, 1 1)))",
        "LINESTRING (1 1, 2 2)",
        "MULTIPOINT ((1 1), (2 2))",
    ] {
        let error = table("a.csv", format!("id,geom\n1,\"{shape}\"\n")).unwrap_err();
        assert!(
            error.text.en.contains("its column geom holds geometries that are no single points"),
            "{shape}: {error}"
        );
    }
}
