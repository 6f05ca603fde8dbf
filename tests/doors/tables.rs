//! Tables, their encodings, and the people in them.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};
use wangge::base::Rule;
use wangge::io::layer::Reading;
use wangge::io::{Layer, Options, Source, door, incidents, open};
use wangge::model::{Minute, Placement};

use super::{layer_of, progress, says};

/// A workbook as an information centre hands it over: a title over everything, groups over columns, cells merged down.
fn workbook(path: &Path) {
    let mut book = Workbook::new();
    let plain = Format::new();
    let sheet = book.add_worksheet();
    sheet.set_name("案件").unwrap();
    sheet.merge_range(0, 0, 0, 6, "2016年网格案件登记表", &plain).unwrap();
    sheet.merge_range(1, 0, 2, 0, "任务号", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 2, "位置", &plain).unwrap();
    sheet.write(2, 1, "所属社区").unwrap();
    sheet.write(2, 2, "地址").unwrap();
    sheet.merge_range(1, 3, 1, 4, "问题", &plain).unwrap();
    sheet.write(2, 3, "大类名称").unwrap();
    sheet.write(2, 4, "小类名称").unwrap();
    sheet.merge_range(1, 5, 2, 5, "上报时间", &plain).unwrap();
    sheet.merge_range(1, 6, 2, 6, "联系电话", &plain).unwrap();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    sheet.merge_range(3, 1, 4, 1, "金贸社区", &plain).unwrap();
    for (row, number) in [(3, "22041800001"), (4, "22041800002"), (5, "22041800003")] {
        sheet.write_string(row, 0, number).unwrap();
        sheet.write(row, 3, "街面秩序类").unwrap();
        sheet.write(row, 4, "占道经营").unwrap();
        // 2016-02-05 08:30 as Excel counts days.
        sheet.write_number_with_format(row, 5, 42_405.0 + 8.5 / 24.0, &date).unwrap();
        sheet.write_string(row, 6, "13800138000").unwrap();
    }
    sheet.write(5, 1, "滨海社区").unwrap();
    book.save(path).unwrap();
}

#[test]
fn a_workbook_with_merged_headers_and_no_coordinates_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("案件.xlsx");
    workbook(&path);
    let file = incidents::read(&path, &progress()).unwrap();
    let rows = &file.incidents;
    assert_eq!((rows.len(), rows.number(1)), (3, "22041800002"));
    assert!(rows.placement.iter().all(|&placement| placement == Placement::Code));
    assert_eq!(rows.places.text(rows.place[1]), "金贸社区");
    assert_eq!(rows.get(2).unwrap().class, "占道经营");
    // 2016-02-05 08:30 is 16836 days and 510 minutes after 1970-01-01 (GNU date).
    assert_eq!(rows.reported[0], Minute(16_836 * 1440 + 510));
    assert!(says(&file.notes, "联系电话") && !format!("{rows:?}").contains("138001"));
    // Together with the zones they name.
    let zone = |name: &str, x: u32| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}","code":"{x}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},20],[{},20],[{},21],[{x},20]]]}}}}"#,
            x + 1,
            x + 1
        )
    };
    let zones = folder.path().join("社区.geojson");
    let text =
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, zone("金贸社区", 110), zone("滨海社区", 111));
    std::fs::write(&zones, text).unwrap();
    let opened = open(&[zones, path], &Options::default(), &progress()).unwrap();
    let index = wangge::index::Index::of(&opened.plan.coverage);
    let located = wangge::index::Located::of(&opened.plan, &index, &progress()).unwrap();
    let sum = located.tier(&opened.plan, &opened.plan.tiers[0]);
    assert_eq!((sum.by_code.len(), sum.by_zone), (3, vec![2, 1]));
}

/// The name of a kind of zone stands in rows of data as well as in headings.
#[test]
fn a_row_of_data_is_not_taken_for_the_head_of_a_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名册.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 2, "二〇一六年名册", &Format::new()).unwrap();
    let rows =
        [["甲", "社区", "乙"], ["1", "金贸社区", "责任网格"], ["2", "滨海社区", "镇街"], ["3", "盐灶社区", "责任网格"]];
    for (at, row) in (1..).zip(rows) {
        sheet.write_row(at, 0, row).unwrap();
    }
    book.save(&path).unwrap();
    let source = Source::read(&path).unwrap();
    let text = std::str::from_utf8(source.text()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), (r#""甲","社区","乙""#, 4), "{text}");
}

#[test]
fn a_sheet_that_claims_to_be_huge_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corner.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["lon", "lat", "time"].iter().enumerate() {
        sheet.write(0, column as u16, *text).unwrap();
    }
    sheet.write(1, 0, 110.1).unwrap();
    sheet.write(1, 1, 20.1).unwrap();
    sheet.write(1_048_575, 0, 110.2).unwrap();
    sheet.write(1_048_575, 1, 20.2).unwrap();
    book.save(&path).unwrap();
    assert_eq!(incidents::read(&path, &progress()).unwrap().incidents.len(), 2);
}

#[test]
fn coordinates_of_a_table_in_metres_or_turned_round_are_told() {
    let read = |text: &str| {
        let source = Source::from_bytes(Path::new("t.csv"), text.as_bytes().to_vec()).unwrap();
        incidents::from_source(&source, &Reading::default(), &progress())
    };
    // EPSG:4525, north in the column called X as surveyors have it.
    let file =
        read("任务号,X坐标,Y坐标,上报时间\n1,2215827.8,37429898.5,2016-02-05\n2,2215927.8,37429998.5,2016-02-05\n")
            .unwrap();
    let at = file.incidents.point(0).unwrap();
    assert!((at.lon() - 110.33).abs() < 1e-6 && (at.lat() - 20.03).abs() < 1e-6, "{at:?}");
    assert!(says(&file.notes, "EPSG:4525") && says(&file.notes, "swapped"));
    assert_eq!(file.crs, "EPSG:4525");
    let file = read("id,lon,lat,time\n1,20.03,110.33,2016-02-05\n").unwrap();
    assert!((file.incidents.point(0).unwrap().lon() - 110.33).abs() < 1e-9);
    let error = read("id,x,y,time\n1,429898.5,2215827.8,2016-02-05\n").unwrap_err();
    assert!(error.text.en.contains("--crs"), "{error}");
}

const CHINESE: &str = "任务号,lon,lat,社区名称,大类名称,来源\n1,110.3,20,海甸岛社区,市容环境类,巡查发现并上报的占道经营问题\n\
                       2,110.3,20,金贸街道国贸社区,街面秩序类,市民热线电话举报夜间施工扰民\n";
const TAIWAN: &str = "編號,lon,lat,里名,類別,來源\n1,121.5,25,大安區龍門里,環境衛生與市容管理,民眾電話通報違規攤販佔用騎樓\n\
                      2,121.5,25,中正區黎明里,交通秩序與停車管理,巡邏發現路面坑洞及積水問題\n";
const JAPAN: &str = "番号,lon,lat,町名,種別,備考\n1,139.7,35.6,千代田区丸の内一丁目,放置自転車の苦情,パトロール中に発見した道路の破損について\n\
                     2,139.7,35.6,港区六本木,ごみの不法投棄,住民からの通報による確認をお願いします\n";
const KOREA: &str = "번호,lon,lat,동이름,유형,내용\n1,126.9,37.5,서울특별시 종로구 청운동,불법 주정차 신고,순찰 중에 발견한 도로 파손 문제입니다\n\
                     2,126.9,37.5,중구 명동,쓰레기 무단 투기,주민 신고에 따라 확인을 부탁드립니다\n";

#[test]
fn encodings_of_east_asia_are_told_by_evidence() {
    for (text, encoding, name) in [
        (CHINESE, encoding_rs::GBK, "GB18030"),
        (TAIWAN, encoding_rs::BIG5, "Big5"),
        (JAPAN, encoding_rs::SHIFT_JIS, "Shift_JIS"),
        (KOREA, encoding_rs::EUC_KR, "EUC-KR"),
    ] {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy);
        let source = Source::from_bytes(Path::new("t.csv"), bytes.into_owned()).unwrap();
        assert_eq!(source.encoding().name(), name);
        assert_eq!(std::str::from_utf8(source.text()).unwrap(), text, "{name}");
    }
    // Four-byte characters are GB18030 alone.
    let rare = CHINESE.replace("海甸岛", "㙍𠮷岛");
    let bytes = encoding_rs::GB18030.encode(&rare).0.into_owned();
    let source = Source::from_bytes(Path::new("t.csv"), bytes).unwrap();
    assert_eq!(std::str::from_utf8(source.text()).unwrap(), rare);
}

#[test]
fn properties_about_people_are_left_out_unless_asked_for() {
    let feature = |number: u32| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{number}","网格员姓名":"张三","联系电话":"0898-1","memo":"1380013800{number}","证":"11010519491231002X"}},"geometry":{{"type":"Point","coordinates":[110,20]}}}}"#
        )
    };
    let text = format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, feature(1), feature(2));
    let layer = layer_of("a.geojson", text.clone()).unwrap();
    let keys: Vec<&str> = layer.features[0].attributes.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code"]);
    assert!(layer.notes.iter().any(|note| note.rule == Rule::BadValue && note.reason.en.contains("memo")));
    let source = Source::from_bytes(Path::new("a.geojson"), text.into_bytes()).unwrap();
    let kept =
        Layer::<wangge::geometry::Point>::all(&source, &Reading { personal: true, ..Reading::default() }, &progress());
    assert_eq!(kept.unwrap()[0].features[0].attributes.len(), 5);
}

#[test]
fn a_zip_of_shapefiles_in_gbk_opens_as_one_city() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("in");
    std::fs::create_dir(&inside).unwrap();
    for (from, to, system) in [
        ("towns", "镇街", "EPSG:4546"),
        ("grids", "责任网格", "EPSG:4525"),
        ("communities", "社区", "EPSG:4490"),
        ("blocks", "街区", "EPSG:4326"),
    ] {
        let args = ["-f", "ESRI Shapefile", "-t_srs", system, "-lco", "ENCODING=GBK"];
        let (from, to) = (sample.join(format!("{from}.geojson")), inside.join(format!("{to}.shp")));
        let args: Vec<&str> = args.into_iter().chain([to.to_str().unwrap(), from.to_str().unwrap()]).collect();
        if super::outside("ogr2ogr", &args).is_none() {
            return;
        }
    }
    let mut zip = zip::ZipWriter::new(std::fs::File::create(folder.path().join("市.zip")).unwrap());
    for entry in std::fs::read_dir(&inside).unwrap().flatten() {
        use std::io::Write as _;
        let name = entry.file_name().to_string_lossy().into_owned();
        zip.start_file(format!("数据/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&std::fs::read(entry.path()).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    let opened = open(&[folder.path().join("市.zip")], &Options::default(), &progress()).unwrap();
    let tiers: Vec<(&str, usize)> =
        opened.plan.tiers.iter().map(|tier| (tier.name.as_str(), tier.zones.count())).collect();
    assert_eq!(tiers[..3], [("镇街", 28), ("责任网格", 123), ("社区", 191)]);
    assert_eq!(tiers.len(), 4);
    // The same from the folder, and a part of a shapefile named alone.
    assert_eq!(open(std::slice::from_ref(&inside), &Options::default(), &progress()).unwrap().plan.tiers.len(), 4);
    assert_eq!(door::sources(&[inside.join("镇街.dbf")]).unwrap().sources.len(), 1);
}

/// Names of columns as the exports of offices have them, with nothing but the community to tell the place.
#[test]
fn a_community_is_place_enough_whatever_its_column_is_called() {
    for head in ["所在社区", "所属社区", "事发社区", "社区名称", "社区", "发生社区(村)"] {
        let text = format!("任务号,大类,{head},上报时间,姓名\n1,市容,金贸社区,2016-10-01 08:00,张三\n");
        let source = Source::from_bytes(Path::new("a.csv"), text.into_bytes()).unwrap();
        let file = incidents::from_source(&source, &Reading::default(), &progress()).unwrap();
        let rows = file.incidents;
        assert_eq!((rows.len(), rows.places.text(rows.place[0])), (1, "金贸社区"), "{head}");
    }
}
