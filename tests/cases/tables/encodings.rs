//! Texts that do not say how they are written.

use std::path::Path;

use proptest::prelude::*;
use wangge::geometry::Point;
use wangge::io::{Layer, Source};

use super::super::case;

fn source(name: &str, bytes: Vec<u8>) -> Source {
    Source::from_bytes(Path::new(name), bytes).unwrap()
}

/// GB18030, for certain or as the first of several ways.
fn is_chinese(source: &Source, text: &str) {
    assert_eq!(source.encoding().name(), "GB18030", "{text}");
    assert_eq!(std::str::from_utf8(source.text()).unwrap(), text);
}

#[test]
fn a_042_gbk_repeated_is_gb18030_or_a_doubt() {
    for name in ["buildings.csv", "cases_cn_header.csv", "school_zones.csv", "grids.geojson", "declared_gbk.kml"] {
        let bytes = std::fs::read(case(&format!("042-gbk-repeated/{name}"))).unwrap();
        let text = encoding_rs::GB18030.decode(&bytes).0.into_owned();
        is_chinese(&source(name, bytes), &text);
    }
    let columns = super::file("042-gbk-repeated/cases_cn_header.csv").unwrap().columns;
    assert_eq!(columns[2].0, "经度");
}

#[test]
fn a_023_kml_gb2312_declared_is_obeyed() {
    let layer = |bytes: Vec<u8>| {
        Layer::<Point>::from_source(&source("a.kml", bytes), &wangge::base::Progress::default()).unwrap()
    };
    let kept = layer(std::fs::read(case("023-kml/gb2312_declared.kml")).unwrap());
    assert_eq!(kept.encoding.name(), "GB18030");
    assert!(kept.doubt.is_none());
    assert_eq!(kept.features[0].attributes["name"], "测试1网格");
    // Other declarations, other quotes, and names so short that nothing else would tell.
    for (label, encoding) in [
        ("GBK", encoding_rs::GBK),
        ("gb2312", encoding_rs::GBK),
        ("GB18030", encoding_rs::GB18030),
        ("Big5", encoding_rs::BIG5),
        ("Shift_JIS", encoding_rs::SHIFT_JIS),
        ("EUC-KR", encoding_rs::EUC_KR),
        ("ISO-8859-1", encoding_rs::WINDOWS_1252),
        ("windows-1251", encoding_rs::WINDOWS_1251),
    ] {
        let name = match label {
            "Shift_JIS" => "港町",
            "EUC-KR" => "강남",
            "ISO-8859-1" => "Zürich",
            "windows-1251" => "Москва",
            "Big5" => "東區",
            _ => "一区",
        };
        for quote in ['"', '\''] {
            let text = format!(
                "<?xml version={quote}1.0{quote} encoding={quote}{label}{quote}?><kml><Placemark><name>{name}</name><Point><coordinates>110,20</coordinates></Point></Placemark></kml>"
            );
            let kept = layer(encoding.encode(&text).0.into_owned());
            assert_eq!(kept.features[0].attributes["name"], name, "{label}");
        }
    }
    // One that cannot be true is not obeyed.
    let text = "<?xml version='1.0' encoding='GBK'?><kml><Placemark><name>区</name><Point><coordinates>110,20</coordinates></Point></Placemark></kml>";
    assert_eq!(layer(text.as_bytes().to_vec()).features[0].attributes["name"], "区");
}

/// Other files of markup, packed ones, and labels as old programs write them; a mark goes before what is declared.
#[test]
fn a_023_kml_kin_declared_in_other_files() {
    let kml = |label: &str| {
        format!(
            "<?xml version='1.0' encoding='{label}' standalone=\"yes\"?>\n<kml><Placemark><name>一区</name><Point><coordinates>110,20</coordinates></Point></Placemark></kml>"
        )
    };
    let name = |name: &str, bytes: Vec<u8>| {
        let layer = Layer::<Point>::from_source(&source(name, bytes), &wangge::base::Progress::default()).unwrap();
        (layer.features[0].attributes["name"].clone(), layer.doubt.is_some())
    };
    for label in ["GB2312", "gb_2312-80", "GB2312-80", "CP936", "cp936", "windows-936", "x-gbk", "GBK ", "csGB2312"] {
        let bytes = encoding_rs::GBK.encode(&kml(label)).0.into_owned();
        assert_eq!(name("a.kml", bytes), ("一区".into(), false), "{label}");
    }
    let gpx = "<?xml version=\"1.0\" encoding=\"GBK\"?><gpx version=\"1.1\"><wpt lat=\"20\" lon=\"110\"><name>一区</name></wpt></gpx>";
    assert_eq!(name("a.gpx", encoding_rs::GBK.encode(gpx).0.into_owned()), ("一区".into(), false));
    // Said to be Chinese and written with a mark of UTF-8 or UTF-16: the mark is right.
    let marked = format!("\u{feff}{}", kml("GBK"));
    assert_eq!(name("a.kml", marked.clone().into_bytes()).0, "一区");
    assert_eq!(name("a.kml", marked.encode_utf16().flat_map(u16::to_le_bytes).collect()).0, "一区");
    // Packed as KMZ.
    let packed = {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("doc.kml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&encoding_rs::GBK.encode(&kml("GB2312")).0).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.kmz");
    std::fs::write(&path, packed).unwrap();
    let opened = wangge::io::door::sources(&[path]).unwrap();
    let layer = Layer::<Point>::from_source(&opened.sources[0], &wangge::base::Progress::default()).unwrap();
    assert_eq!(layer.features[0].attributes["name"], "一区");
}

/// As `info` says it of the files of the case.
#[test]
fn a_042_gbk_repeated_as_info_says_it() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "042-gbk-repeated/buildings.csv",
        "042-gbk-repeated/cases_cn_header.csv",
        "042-gbk-repeated/school_zones.csv",
        "042-gbk-repeated/grids.geojson",
        "042-gbk-repeated/declared_gbk.kml",
        "023-kml/gb2312_declared.kml",
    ] {
        let path = case(name);
        let output = super::super::wangge(folder.path(), &["info".as_ref(), path.as_os_str(), "--json".as_ref()]);
        let told = super::super::json(&output);
        assert_eq!(told["files"][0]["encoding"], "GB18030", "{name}: {told}");
    }
}

#[test]
fn b_062_words_utf16_bom_chinese() {
    let file = super::file("062-words/utf16-bom-chinese.txt").unwrap();
    assert_eq!(file.incidents.len(), 3);
    assert_eq!(file.columns[0].0, "案件编号");
    // High byte first too, whatever the characters.
    for name in ["a.txt", "a.csv"] {
        let text = "案件编号\t经度\t纬度\t说明\n1\t110.3\t20.0\t龘龘龘龘龘龘龘龘龘龘龘龘龘\u{4e0a}\u{4e0b}\u{0101}\n";
        for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
            let mut bytes = mark.to_vec();
            bytes.extend(
                text.encode_utf16()
                    .flat_map(|unit| if mark[0] == 0xff { unit.to_le_bytes() } else { unit.to_be_bytes() }),
            );
            assert_eq!(std::str::from_utf8(source(name, bytes).text()).unwrap(), text);
        }
    }
}

/// Other encodings stay what they are, said again and again too.
#[test]
fn kin_of_042_other_encodings_are_not_taken_for_chinese() {
    let many = |word: &str, rows: usize| {
        (0..rows).fold(String::from("id,name,lon,lat\n"), |text, row| text + &format!("{row},{word}{row},110.3,20.0\n"))
    };
    for (word, encoding, name) in [
        ("улица Ленина, дом номер ", encoding_rs::WINDOWS_1251, "windows-1251"),
        ("Bürgersteig großer Straße ", encoding_rs::WINDOWS_1252, "windows-1252"),
        ("ごみの不法投棄と放置自転車の苦情について", encoding_rs::SHIFT_JIS, "Shift_JIS"),
        ("쓰레기 무단 투기 및 불법 주정차 신고 처리", encoding_rs::EUC_KR, "EUC-KR"),
        ("民眾電話通報違規攤販佔用騎樓與環境衛生", encoding_rs::BIG5, "Big5"),
    ] {
        let text = many(&word.replace(',', ""), 40);
        let bytes = encoding.encode(&text).0.into_owned();
        let source = source("a.csv", bytes);
        assert_eq!(source.encoding().name(), name, "{word}");
    }
}

/// Words that stand in tables of grids; few of them, many rows.
const WORDS: [&str; 20] = [
    "栋",
    "号楼",
    "网格",
    "学区",
    "小学",
    "社区",
    "路",
    "巷",
    "单元",
    "片区",
    "责任区",
    "东",
    "北",
    "村",
    "组",
    "号",
    "占道经营",
    "违停",
    "街道",
    "楼",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Short Chinese texts said again and again, with ASCII between: GB18030, or a doubt that offers it.
    #[test]
    fn repeated_chinese_is_never_an_alphabet(words in prop::collection::vec(0_usize..WORDS.len(), 1..4), rows in 1_usize..120, ascii in "[a-z]{0,8}") {
        let word: String = words.iter().map(|&at| WORDS[at]).collect();
        let text = (0..rows).fold(String::from("code,name,lon,lat\n"), |text, row| text + &format!("{row},{ascii}{row}{word},110.3,20.0\n"));
        let source = source("a.csv", encoding_rs::GBK.encode(&text).0.into_owned());
        let offered = |name: &str| source.doubt().is_some_and(|doubt| doubt.ways.iter().any(|way| way.encoding.name() == name));
        let name = source.encoding().name();
        prop_assert!(name == "GB18030" || offered("GB18030"), "{name}: {text}");
        prop_assert!(!["EUC-JP", "ISO-8859-5", "windows-874"].contains(&name), "{name}: {text}");
    }
}

/// GB18030 with so many broken characters at most, or a doubt that offers it.
fn stays_chinese(source: &Source, what: &str) {
    let doubt = source.doubt();
    let offers = doubt.is_some_and(|doubt| doubt.ways.iter().any(|way| way.encoding.name() == "GB18030"));
    assert!(source.encoding().name() == "GB18030" || offers, "{what}: {}", source.encoding().name());
}

/// Names of grids as tables of the field have them.
const NAMES: [&str; 9] = [
    "龙华区金贸街道玉沙社区第一网格",
    "龙华区金贸街道龙昆南社区第二网格",
    "美兰区海府路街道白沙坊网格",
    "美兰区和平南街道振兴路责任区",
    "琼山区府城街道文庄社区巡查片",
    "琼山区凤翔街道那央村委会网格",
    "秀英区海秀镇水头村委会第四网格",
    "秀英区长流镇会南村委会第五网格",
    "龙华区城西镇丁村社区第六网格",
];

fn as_features(names: &[&str]) -> String {
    let feature = |(at, name): (usize, &&str)| {
        let west = 110.3 + at as f64 / 100.0;
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"4601050010{at:02}\",\"name\":\"{name}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},20],[{},20],[{},20.01],[{west},20.01],[{west},20]]]}}}}",
            west + 0.01,
            west + 0.01
        )
    };
    let features: Vec<String> = names.iter().enumerate().map(feature).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(",\n"))
}

fn as_rows(names: &[&str]) -> String {
    let row = |(at, name): (usize, &&str)| format!("{at},{name},110.3{at:02},20.0\n");
    format!("编号,名称,经度,纬度\n{}", names.iter().enumerate().map(row).collect::<String>())
}

#[test]
fn kin_of_042_one_damaged_character_leaves_the_rest_readable() {
    let short = ["测试1网格", "测试2网格", "测试3网格"];
    for (name, text) in [
        ("a.geojson", as_features(&NAMES)),
        ("a.csv", as_rows(&NAMES)),
        ("b.geojson", as_features(&short)),
        ("b.csv", as_rows(&short)),
    ] {
        let bytes = encoding_rs::GBK.encode(&text).0.into_owned();
        let high: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] >= 0x80).collect();
        for &at in high.iter().step_by(3) {
            let mut lost = bytes.clone();
            lost.remove(at);
            let lost = source(name, lost);
            stays_chinese(&lost, &format!("{name} without byte {at}"));
            if name.starts_with('a') {
                assert_eq!(lost.encoding().name(), "GB18030", "{name} without byte {at}");
                assert!(std::str::from_utf8(lost.text()).unwrap().matches("网格").count() >= 6, "{name}");
            }
            let mut spoilt = bytes.clone();
            spoilt[at] = b'?';
            stays_chinese(&source(name, spoilt), &format!("{name} with byte {at} spoilt"));
        }
    }
    // What is broken is said.
    let mut bytes = encoding_rs::GBK.encode(&as_rows(&NAMES)).0.into_owned();
    let last = bytes.iter().rposition(|&byte| byte >= 0x80).unwrap();
    bytes.remove(last);
    let file = super::table("a.csv", bytes).unwrap();
    assert!(super::warns(&file.notes, "1 broken characters"), "{:?}", file.notes);
    // The same of other encodings of two bytes.
    for (encoding, name, word) in [
        (encoding_rs::BIG5, "Big5", "民眾電話通報違規攤販佔用騎樓與環境衛生"),
        (encoding_rs::EUC_KR, "EUC-KR", "쓰레기 무단 투기 및 불법 주정차 신고 처리"),
    ] {
        let rows: String = (0..30).map(|at| format!("{at},{}{at},110.3,20.0\n", &word)).collect();
        let mut bytes = encoding.encode(&format!("id,name,lon,lat\n{rows}")).0.into_owned();
        let last = bytes.iter().rposition(|&byte| byte >= 0x80).unwrap();
        bytes.remove(last);
        let source = source("a.csv", bytes);
        let offered = source.doubt().is_some_and(|doubt| doubt.ways.iter().any(|way| way.encoding.name() == name));
        assert!(source.encoding().name() == name || offered, "{}", source.encoding().name());
    }
}

/// The table of a shapefile: one column of texts of some width.
fn dbf(width: u8, texts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![3, 126, 1, 1];
    bytes.extend((texts.len() as u32).to_le_bytes());
    bytes.extend(65_u16.to_le_bytes());
    bytes.extend((u16::from(width) + 1).to_le_bytes());
    bytes.resize(32, 0);
    bytes.extend(b"NAME\0\0\0\0\0\0\0C\0\0\0\0");
    bytes.push(width);
    bytes.resize(64, 0);
    bytes.push(0x0d);
    for text in texts {
        let mut field = text.clone();
        field.resize(usize::from(width), b' ');
        bytes.push(b' ');
        bytes.extend(field);
    }
    bytes
}

/// A shapefile of points with a table.
fn shapefile(folder: &Path, dbf: &[u8], count: u32) -> std::path::PathBuf {
    let mut records = Vec::new();
    for at in 0..count {
        records.extend((at + 1).to_be_bytes());
        records.extend(10_u32.to_be_bytes());
        records.extend(1_u32.to_le_bytes());
        records.extend((110.3 + f64::from(at) / 100.0).to_le_bytes());
        records.extend(20.0_f64.to_le_bytes());
    }
    let mut head = vec![0_u8; 100];
    head[..4].copy_from_slice(&9994_u32.to_be_bytes());
    head[24..28].copy_from_slice(&u32::midpoint(100, records.len() as u32).to_be_bytes());
    head[28..32].copy_from_slice(&1000_u32.to_le_bytes());
    head[32..36].copy_from_slice(&1_u32.to_le_bytes());
    head.extend(records);
    std::fs::write(folder.join("a.shp"), head).unwrap();
    std::fs::write(folder.join("a.dbf"), dbf).unwrap();
    folder.join("a.shp")
}

#[test]
fn kin_of_042_fields_cut_inside_a_character_stay_chinese() {
    let real: Vec<&str> = NAMES.to_vec();
    let short: Vec<String> = (1..10).map(|at| format!("测试网格{at}")).collect();
    let short: Vec<&str> = short.iter().map(String::as_str).collect();
    for names in [real, short] {
        for width in [5, 7, 9, 11, 15, 21] {
            let cut = |name: &&str| {
                let mut bytes = encoding_rs::GBK.encode(name).0.into_owned();
                bytes.truncate(width.into());
                bytes
            };
            let texts: Vec<Vec<u8>> = names.iter().map(cut).collect();
            let folder = tempfile::tempdir().unwrap();
            let path = shapefile(folder.path(), &dbf(width, &texts), names.len() as u32);
            let source = Source::read(&path).unwrap();
            let layer = Layer::<Point>::from_source(&source, &wangge::base::Progress::default()).unwrap();
            let ways = layer.doubt.iter().flat_map(|doubt| &doubt.ways).map(|way| way.encoding.name());
            let told: Vec<&str> = ways.chain([layer.encoding.name()]).collect();
            assert!(told.contains(&"GB18030"), "width {width}: {told:?} of {names:?}");
            if layer.encoding.name() == "GB18030" {
                let name = layer.features[0].attributes["NAME"].as_str().unwrap();
                assert!(names[0].starts_with(name), "{name}");
            }
        }
    }
}

#[test]
fn kin_of_023_a_declaration_over_good_utf_8_is_a_doubt() {
    let kml = |label: &str, name: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{label}\"?><kml><Placemark><name>{name}</name><Point><coordinates>110,20</coordinates></Point></Placemark></kml>"
        )
    };
    for label in ["GB2312", "gbk", "GB18030", "ISO-8859-1", "windows-1252"] {
        for name in ["测试2网格", "测试网格", "龙华区金贸街道玉沙社区第一网格", "中山路街道"]
        {
            let source = source("a.kml", kml(label, name).into_bytes());
            let Some(doubt) = source.doubt() else {
                // An odd number of bytes is no GBK.
                assert_eq!(source.encoding().name(), "UTF-8", "{label} {name}");
                continue;
            };
            let ways: Vec<&str> = doubt.ways.iter().map(|way| way.encoding.name()).collect();
            assert_eq!(ways[0], "UTF-8", "{label} {name}");
            assert_eq!(ways.len(), 2, "{label} {name}");
        }
    }
    let known = source("a.kml", kml("GB2312", "测试2网格").into_bytes());
    assert!(known.doubt().is_some());
    // ASCII alone is the same either way; a true declaration is no doubt, nor is one over a damaged text.
    assert!(source("a.kml", kml("GB2312", "grid 2").into_bytes()).doubt().is_none());
    let mut bytes = encoding_rs::GBK.encode(&kml("GB2312", "测试2网格</name><name>龙华区金贸街道")).0.into_owned();
    let at = bytes.iter().position(|&byte| byte >= 0x80).unwrap();
    bytes.remove(at + 1);
    let source = source("a.kml", bytes);
    assert_eq!((source.encoding().name(), source.doubt()), ("GB18030", None));
}

#[test]
fn kin_of_042_columns_that_nobody_knows_are_refused_with_the_encoding() {
    let text = "улица,дом,номер\nЛенина,северный,седьмой\nМира,южный,восьмой\n".repeat(4);
    let error = super::table("a.csv", encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()).unwrap_err();
    assert!(error.text.en.contains("its text was read as windows-1251 (--encoding a.csv=NAME"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Names of syllables at random: never Korean for certain.
    #[test]
    fn chinese_names_are_not_korean(names in prop::collection::vec("[大和府桂民门平华仁灵丰阁龙安东福海江金兰林]{2,5}", 1..9)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let source = source("a.csv", encoding_rs::GBK.encode(&as_rows(&names)).0.into_owned());
        stays_chinese(&source, &names.join(" "));
    }

    /// One byte lost anywhere in Chinese names at random.
    #[test]
    fn chinese_that_lost_a_byte_is_never_an_alphabet(names in prop::collection::vec(0_usize..WORDS.len() * WORDS.len(), 2..40), place in 0.0..1.0_f64) {
        let names: Vec<String> = names.iter().map(|at| [WORDS[at % WORDS.len()], WORDS[at / WORDS.len()]].concat()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut bytes = encoding_rs::GBK.encode(&as_features(&names)).0.into_owned();
        let high: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] >= 0x80).collect();
        bytes.remove(high[(place * high.len() as f64) as usize]);
        stays_chinese(&source("a.geojson", bytes), &names.join(" "));
    }
}
