//! People are found by the names of columns, by their values and within texts; registers and counts are not.

use std::path::Path;

use serde_json::{Value, json};

use crate::cases::{case, json as answer, nine, wangge};

/// Zones with properties: `values` gives those of a zone by its number.
pub(super) fn zones(folder: &Path, values: impl Fn(usize) -> Value) {
    let mut map: Value = serde_json::from_str(&std::fs::read_to_string(nine()).unwrap()).unwrap();
    for (at, feature) in map["features"].as_array_mut().unwrap().iter_mut().enumerate() {
        let more = values(at);
        feature["properties"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    }
    std::fs::write(folder.join("zones.geojson"), map.to_string()).unwrap();
}

/// The text of all that an export writes.
fn exported(folder: &Path, source: &Path, more: &[&str]) -> String {
    let mut args =
        vec!["export", source.to_str().unwrap(), "--format", "geojson", "--accept", "ok", "-o", "out.geojson"];
    args.extend(more);
    let output = wangge(folder, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(folder.join("out.geojson")).unwrap()
}

/// 020: every one of sixty usual columns about people.
#[test]
fn a_020_personal_columns_about_people_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let input = case("020-personal/grids.geojson");
    let text = exported(folder.path(), &input, &[]);
    assert!(!text.contains("测试甲"), "{text}");
    assert!(text.contains("460105001001") && text.contains("测试1网格"));
    // What was left out is named, each column of it.
    let told = answer(&wangge(folder.path(), &["info", input.to_str().unwrap(), "--json"])).to_string();
    let map: Value = serde_json::from_str(&std::fs::read_to_string(&input).unwrap()).unwrap();
    let keys = map["features"][0]["properties"].as_object().unwrap().keys();
    for key in keys.filter(|key| !["code", "name"].contains(&key.as_str())) {
        assert!(told.contains(key.as_str()), "{key} is not named");
    }
    assert!(exported(folder.path(), &input, &["--personal"]).contains("测试甲0"));
}

/// 019: names of columns cut at ten bytes by other programs.
#[test]
fn a_019_shp_cn_people_are_left_out_where_names_are_cut() {
    for program in ["ms", "ogr"] {
        let folder = tempfile::tempdir().unwrap();
        let input = case(&format!("019-shp-cn/{program}/grids.shp"));
        let all = exported(folder.path(), &input, &["--personal"]);
        let left = exported(folder.path(), &input, &[]);
        let members = |text: &str| -> Vec<(String, String)> {
            let map: Value = serde_json::from_str(text).unwrap();
            let features = map["features"].as_array().unwrap().iter();
            let all = features.flat_map(|feature| feature["properties"].as_object().unwrap().clone());
            all.map(|(key, value)| (key, value.to_string())).collect()
        };
        let (all, left) = (members(&all), members(&left));
        for (key, value) in &left {
            // 无 in all rows is nobody.
            let nobody = value == "\"无\"";
            assert!(nobody || !key.contains("网格员") && !value.contains("1380"), "{program} {key} {value}");
        }
        assert!(all.len() > left.len() && left.iter().any(|(key, _)| key.contains("工作量")), "{program}: {left:?}");
    }
}

/// Attack I: numbers in any dress, anywhere in a text or a nested value.
#[test]
fn attacks_i_numbers_are_taken_out_of_texts() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        "请拨13800138000",
        "电话:138 0013 8000。",
        "138-0013-8000(张)",
        "+86 13800138000",
        "\u{ff11}\u{ff13}\u{ff18}\u{ff10}\u{ff10}\u{ff11}\u{ff13}\u{ff18}\u{ff10}\u{ff10}\u{ff10}",
        "证号11010519491231002X",
        "mail to li.si@example.com",
        "停着琼A12345的车",
        "无",
    ];
    zones(folder.path(), |at| {
        json!({
            "备注": texts[at],
            "更多": {"说明": [texts[at]], "phone": "0898-1234"},
            "联系": if at % 2 == 0 { json!(13_800_138_000_u64) } else { json!(13_900_139_001_u64) },
        })
    });
    let text = exported(folder.path(), &folder.path().join("zones.geojson"), &[]);
    for mark in ["13800138000", "0013", "1949", "example.com", "12345", "0898", "13900139001", "\u{ff11}\u{ff13}"] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
    assert!(text.contains("请拨***") && text.contains("停着***的车") && text.contains("\"无\""), "{text}");
    let told = answer(&wangge(folder.path(), &["info", "zones.geojson", "--json"])).to_string();
    assert!(told.contains("备注 (8)") && told.contains("联系"), "{told}");
}

/// Words of incidents: a telephone that stands in the column of sources.
#[test]
fn attacks_i_numbers_are_taken_out_of_words_of_incidents() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "number,lon,lat,source,class,报案人,电话\n1,110.305,20.005,来电13800138000,占道,张三,13800138000\n2,110.315,20.005,巡查,占道,李四,无\n";
    std::fs::write(folder.path().join("cases.csv"), rows).unwrap();
    let told = answer(&wangge(folder.path(), &["info", "cases.csv", "--json"])).to_string();
    assert!(
        told.contains("taken out of 1 words") && told.contains("报案人") && !told.contains("13800138000"),
        "{told}"
    );
    std::fs::copy(nine(), folder.path().join("grids.geojson")).unwrap();
    let args = ["export", "grids.geojson", "cases.csv", "--format", "project", "--accept", "ok", "-o", "p.gpkg"];
    assert!(wangge(folder.path(), &args).status.success());
    let text = String::from_utf8_lossy(&std::fs::read(folder.path().join("p.gpkg")).unwrap()).into_owned();
    assert!(!text.contains("13800138000") && !text.contains("张三") && text.contains("来电***"));
}

/// Attack I: columns by their endings and words, in both languages.
#[test]
fn attacks_i_columns_of_people_in_both_languages() {
    let columns = [
        "报案人",
        "当事人",
        "户主",
        "住址",
        "联系地址",
        "网格员",
        "负责人",
        "车牌号",
        "微信号",
        "邮箱",
        "出生日期",
        "性别",
        "Caller",
        "Phone Number",
        "contact",
        "address",
        "passport",
        "plate",
        "第二联系人",
        "驻点民警",
        "owner_name",
        "HomeAddress",
        "cell_phone",
        "负责人（街道）",
    ];
    let folder = tempfile::tempdir().unwrap();
    zones(folder.path(), |at| {
        let one = |key: &&str| ((*key).to_owned(), json!(format!("某某{at}")));
        Value::Object(columns.iter().map(one).collect())
    });
    let text = exported(folder.path(), &folder.path().join("zones.geojson"), &[]);
    assert!(!text.contains("某某"), "{text}");
}

/// Precision: numbers of staff, codes, measures, names of places.
#[test]
fn attacks_i_registers_and_counts_stay() {
    let folder = tempfile::tempdir().unwrap();
    zones(folder.path(), |at| {
        json!({
            "民警": 2, "辅警": "3", "网格员": at, "党员": "12", "地址编码": format!("4601060010{at:02}"), "GEOID": format!("171670100{at:02}"),
            "ALAND": 13_800_138_000_u64 + at as u64 * 7_000_000_000, "人口": 13_800, "是否党员": "是", "责任单位": "某街道办", "类型": "居住",
            "事发地址": "海秀路 1 号", "FULLNAME": "Main St", "owner_type": "public", "投诉渠道": "12345", "SHAPE_AREA": 1.25e10, "周长": "1200米",
        })
    });
    let text = exported(folder.path(), &folder.path().join("zones.geojson"), &[]);
    let map: Value = serde_json::from_str(&text).unwrap();
    let members = map["features"][1]["properties"].as_object().unwrap();
    for key in [
        "民警",
        "辅警",
        "网格员",
        "党员",
        "地址编码",
        "GEOID",
        "ALAND",
        "人口",
        "是否党员",
        "责任单位",
        "类型",
        "事发地址",
        "FULLNAME",
        "owner_type",
        "投诉渠道",
        "SHAPE_AREA",
        "周长",
    ] {
        assert!(members.contains_key(key), "{key} was left out");
    }
    assert!(!text.contains("***"), "{text}");
}

/// A project with people in it, made with `--personal`.
pub(super) fn office(folder: &Path) {
    let towns = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "460105001", "name": "镇"},
        "geometry": {"type": "Polygon", "coordinates": [[[110.30, 20.0], [110.33, 20.0], [110.33, 20.03], [110.30, 20.03], [110.30, 20.0]]]}}]});
    std::fs::write(folder.join("towns.geojson"), towns.to_string()).unwrap();
    zones(
        folder,
        |at| json!({"负责人": format!("欧阳标记{at}"), "电话": format!("1380013800{at}"), "备注": format!("找欧阳标记{at},13900139000")}),
    );
    std::fs::rename(folder.join("zones.geojson"), folder.join("grids.geojson")).unwrap();
    let files = ["towns.geojson", "grids.geojson", "--personal", "--format", "project", "--accept", "ok"];
    let args = [&["export"][..], &files, &["-o", "office.gpkg"]].concat();
    let output = wangge(folder, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What is kept with `--personal` stays in the office: in the project, never in packages or exports unasked.
#[test]
fn people_stay_in_the_office() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    office(folder);
    let bytes = |path: &str| String::from_utf8_lossy(&std::fs::read(folder.join(path)).unwrap()).into_owned();
    assert!(bytes("office.gpkg").contains("欧阳标记3"));
    let output = wangge(folder, &["hand-out", "office.gpkg", "-o", "out"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let package = std::fs::read_dir(folder.join("out")).unwrap().next().unwrap().unwrap().path();
    let text = String::from_utf8_lossy(&std::fs::read(&package).unwrap()).into_owned();
    assert!(!text.contains("13800138") && !text.contains("13900139"), "a package carries people");
    assert!(!text.contains("\"负责人\""));
    for (format, ending) in
        [("geojson", "geojson"), ("csv", "csv"), ("kml", "kml"), ("project", "gpkg"), ("html", "html")]
    {
        let out = format!("x.{ending}");
        let args = ["export", "office.gpkg", "--format", format, "--accept", "ok", "-o", &out];
        let output = wangge(folder, &args);
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stderr).contains("people stay in the office"), "{format}");
        assert!(!bytes(&out).contains("13800138"), "{format}");
        if ["geojson", "csv", "kml"].contains(&format) {
            let asked = [&args[..], &["--personal"]].concat();
            assert!(wangge(folder, &asked).status.success());
            assert!(bytes(&out).contains("13800138"), "{format}");
        }
    }
    // Back from the town, the office has what it had.
    let output = wangge(folder, &["take-back", "office.gpkg", "out", "-o", "back.gpkg"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(bytes("back.gpkg").contains("欧阳标记3"));
}

/// Attack G20: names that a table cut, short forms in pinyin by their values, landlines.
#[test]
fn attacks_i_cut_names_short_forms_and_landlines() {
    let folder = tempfile::tempdir().unwrap();
    let people =
        ["户主联系电", "紧急联", "居民身", "值班电", "固话", "传真", "牌照号", "sfzh", "lxdh", "WGY_NAME", "gridman"];
    zones(folder.path(), |at| {
        let mut all: serde_json::Map<String, Value> =
            people.iter().map(|key| ((*key).to_owned(), json!(format!("某某{at}")))).collect();
        let names = ["张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十", "冯一"];
        let more = json!({
            "xm": names[at], "dh": format!("667766{at}7"), "police": names[at],
            "说明": format!("值班室0898-6677667{at},白天"), "项目": "x", "DH": format!("{at}"), "XM": "滨海大道改造项目",
        });
        all.extend(more.as_object().unwrap().clone());
        Value::Object(all)
    });
    let text = exported(folder.path(), &folder.path().join("zones.geojson"), &[]);
    for mark in ["某某", "张三", "667766", "6677667"] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
    assert!(text.contains("值班室***,白天") && text.contains("滨海大道改造项目") && text.contains("\"DH\""), "{text}");
}

/// Attack I: people stay out of the table that `locate` writes, by either way of reading it, unless they are asked for.
#[test]
fn attacks_i_locate_leaves_people_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = "number,lon,lat,报案人,电话,描述\n1,110.305,20.005,张三,13800138000,\"找我,13800138000\"\n\
                2,110.315,20.005,李四,13900139000,占道\n";
    std::fs::write(folder.join("cases.csv"), rows).unwrap();
    let zones = nine();
    let zones = zones.to_str().unwrap();
    for more in [&[][..], &["--encoding", "cases.csv=UTF-8"]] {
        let args = [&["locate", "--zones", zones, "--points", "cases.csv", "-o", "out.csv"][..], more].concat();
        let output = wangge(folder, &args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && told.contains("报案人") && told.contains("--personal"), "{told}");
        let text = std::fs::read_to_string(folder.join("out.csv")).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        assert!(text.starts_with("number,lon,lat,描述,zone_index"), "{text}");
        for mark in ["张三", "李四", "13800138000", "13900139000"] {
            assert!(!text.contains(mark), "{mark}: {text}");
        }
        assert!(text.contains("\"找我,***\"") && text.contains("占道,0,") || text.contains("占道,1,"), "{text}");
        let asked = [&args[..], &["--personal"]].concat();
        assert!(wangge(folder, &asked).status.success());
        assert!(std::fs::read_to_string(folder.join("out.csv")).unwrap().contains("13900139000"));
    }
}
