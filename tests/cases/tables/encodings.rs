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
