//! Texts that do not tell their encoding: the choice, and what it takes to be asked for it.

use std::path::Path;
use std::sync::Arc;

use encoding_rs::{BIG5, EUC_KR, Encoding as Legacy, GBK, SHIFT_JIS};
use wangge::io::doubt::{Doubt, Encodings};
use wangge::io::encoding::Encoding;
use wangge::io::{Options, Source, door, open};

use super::{outside, progress};

const CHINESE: [&str; 24] = [
    "中山",
    "秀英街道",
    "海甸",
    "灵山",
    "龙华区",
    "大致坡",
    "三江",
    "演丰镇",
    "云龙",
    "美兰",
    "东山",
    "金贸社区",
    "滨海",
    "府城",
    "新坡",
    "石山",
    "永兴",
    "长流",
    "白沙",
    "蓝天",
    "博爱",
    "人民路",
    "海府",
    "和平南",
];
const TAIWAN: [&str; 16] = [
    "中山",
    "信義",
    "大安區",
    "萬華",
    "臺北市",
    "板橋",
    "淡水鎮",
    "烏來鄉",
    "鹿港",
    "旗津",
    "林口",
    "霧峰",
    "善化",
    "三重",
    "新店",
    "玉井",
];
const JAPAN: [&str; 16] = [
    "中央区",
    "千代田",
    "港区",
    "しながわ",
    "世田谷",
    "渋谷区",
    "みなと",
    "横浜",
    "さいたま",
    "川崎",
    "名古屋",
    "大阪",
    "ニセコ",
    "京都",
    "広島",
    "札幌市",
];
const KOREA: [&str; 16] = [
    "종로구",
    "중구",
    "강남",
    "마포",
    "서초동",
    "성북",
    "노원",
    "송파",
    "부산",
    "수원시",
    "용산",
    "관악",
    "은평",
    "강릉",
    "제주",
    "광진",
];

fn source(text: &str, encoding: &'static Legacy, known: &Encodings) -> Source {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let (bytes, _, fails) = encoding.encode(text);
    assert!(!fails, "{text}");
    std::fs::write(&path, bytes).unwrap();
    door::sources_in(&[path], &Arc::new(known.clone()), &progress()).unwrap().sources.remove(0)
}

fn table(names: &[&str]) -> String {
    let rows = names.iter().enumerate().map(|(at, name)| format!("{},{name},110.{at},20.0{at}\n", at + 1));
    format!("id,name,lon,lat\n{}", rows.collect::<String>())
}

/// The doubt about a text, which must be there unless the text was read right.
fn right_or_doubted(text: &str, encoding: &'static Legacy) -> Option<Doubt> {
    let read = source(text, encoding, &Encodings::default());
    let doubt = read.doubt().cloned();
    let right = std::str::from_utf8(read.text()).unwrap() == text;
    let has = |doubt: &Doubt| doubt.ways.iter().any(|way| text.contains(&way.rows[0]));
    assert!(right || doubt.as_ref().is_some_and(has), "{text} in {} is {:?}", encoding.name(), doubt);
    doubt
}

#[test]
fn no_short_text_is_read_wrong_without_a_word() {
    for (names, encoding) in [(&CHINESE[..], GBK), (&TAIWAN, BIG5), (&JAPAN, SHIFT_JIS), (&KOREA, EUC_KR)] {
        for length in 1..=names.len() {
            let doubted = names.windows(length).filter(|names| right_or_doubted(&table(names), encoding).is_some());
            // What is long enough is told, and nobody is asked.
            let (count, all) = (doubted.count(), names.len() + 1 - length);
            assert!(length < 8 || count == 0, "{count} of {all} with {length} names in {}", encoding.name());
        }
    }
}

#[test]
fn a_word_for_a_place_tells_the_encoding() {
    let korean = ["서초동", "중구"];
    for (names, encoding) in [
        (&["秀英街道"][..], GBK),
        (&["金贸社区"], GBK),
        (&["演丰镇", "龙华区"], GBK),
        (&["大安區", "淡水鎮"], BIG5),
        (&korean, EUC_KR),
    ] {
        assert_eq!(right_or_doubted(&table(names), encoding), None, "{names:?}");
    }
}

#[test]
fn a_doubt_shows_three_rows_each_way_and_a_choice_settles_it() {
    let names = ["海甸", "灵山", "东山", "府城"];
    let text = table(&names);
    let doubt = right_or_doubted(&table(&names[..1]), GBK).unwrap();
    assert!(doubt.ways.len() >= 2 && doubt.ways.iter().all(|way| way.rows.len() == 1), "{doubt:?}");
    let big5: String = BIG5.decode(&GBK.encode("海甸").0).0.into_owned();
    // What was chosen once is taken, and not asked again.
    let mut known = Encodings::default();
    for way in &doubt.ways {
        known.settled.insert(doubt.key, way.encoding);
        let read = source(&table(&names[..1]), GBK, &known);
        assert!(read.doubt().is_none());
        assert_eq!(read.encoding(), way.encoding);
    }
    // What is asked for by name goes before everything.
    known.asked.push(("t.csv".into(), Encoding::named("big5").unwrap()));
    let read = source(&table(&names[..1]), GBK, &known);
    assert!(std::str::from_utf8(read.text()).unwrap().contains(&big5));
    // Three names at most stand for the text.
    let rows = source(&text, GBK, &Encodings::default()).doubt().map(|doubt| doubt.ways[0].rows.len());
    assert!(rows.is_none_or(|rows| rows == 3), "{rows:?}");
}

#[test]
fn names_are_those_of_the_standard() {
    for (name, encoding) in [
        ("GBK", Encoding::Gb18030),
        ("gb2312", Encoding::Gb18030),
        ("UTF-8", Encoding::Utf8),
        ("Shift_JIS", Encoding::Other("Shift_JIS")),
        ("euc-kr", Encoding::Other("EUC-KR")),
    ] {
        assert_eq!(Encoding::named(name), Some(encoding));
    }
    assert_eq!(Encoding::named("utf9"), None);
}

#[test]
fn the_table_of_a_shapefile_is_asked_about_too() {
    let folder = tempfile::tempdir().unwrap();
    let (json, shape) = (folder.path().join("zones.geojson"), folder.path().join("zones.shp"));
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","name":"海甸"},"geometry":{"type":"Polygon","coordinates":[[[110,20],[110.1,20],[110.1,20.1],[110,20]]]}}]}"#;
    std::fs::write(&json, text).unwrap();
    let [from, to] = [&json, &shape].map(|path| path.to_str().unwrap());
    if outside("ogr2ogr", &["-f", "ESRI Shapefile", "-lco", "ENCODING=GBK", to, from]).is_none() {
        return;
    }
    let zone = |options: &Options| {
        let opened = open(std::slice::from_ref(&shape), options, &progress()).unwrap();
        (opened.plan.tiers[0].zones.iter().next().unwrap().1.name.clone(), opened.doubts)
    };
    // Its own word is believed where the bytes allow it, and asked for where there is none.
    assert_eq!(zone(&Options::default()), ("海甸".to_owned(), Vec::new()));
    std::fs::remove_file(folder.path().join("zones.cpg")).unwrap();
    let mut table = std::fs::read(folder.path().join("zones.dbf")).unwrap();
    table[29] = 0;
    std::fs::write(folder.path().join("zones.dbf"), table).unwrap();
    let (_, doubts) = zone(&Options::default());
    assert_eq!(doubts.len(), 1);
    let chosen = |name: &str| {
        let mut options = Options::default();
        Arc::make_mut(&mut options.encodings)
            .asked
            .push((Path::new("zones.shp").to_owned(), Encoding::named(name).unwrap()));
        zone(&options)
    };
    assert_eq!(chosen("GB18030"), ("海甸".to_owned(), Vec::new()));
    assert_ne!(chosen("Big5").0, "海甸");
}
