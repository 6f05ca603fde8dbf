//! Words of documents (wording 2.8): reports, sheets, drawings, duty lists say them in one way everywhere.

use calamine::Reader as _;
use wangge::balance::duty::{Basis, DutyList, Roster};
use wangge::balance::{Loads, faces_of_incidents, squads_of};
use wangge::base::{Lang, Progress};
use wangge::edit::History;
use wangge::index::{Index, Located};
use wangge::io::{export, project};
use wangge::model::{Minute, Role, ZoneId};
use wangge::render::paper::{Imprint, sheets};
use wangge::render::{self, Product};

use super::city::{City, place, sample};
use super::rows::word_texts;
use crate::cases::wangge;

/// Signs that Chinese words have in full width.
fn is_half_width(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let han = |c: Option<&char>| c.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    letters.iter().enumerate().any(|(at, c)| {
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        match c {
            ',' | ';' | ':' | '?' | '!' => han(before) || han(after),
            '(' => han(before),
            _ => false,
        }
    })
}

#[test]
fn words_2_8_products_are_called_what_they_are() {
    let titles: Vec<[String; 2]> =
        Product::ALL.into_iter().map(Product::title).map(|title| [title.zh, title.en]).collect();
    for wanted in [
        ["网格划分登记表（XLSX）", "Register (XLSX)"],
        ["划分报告（HTML，内部）", "Report with map (HTML, internal)"],
        ["总图（SVG）", "Overview map (SVG)"],
        ["图集：总图和分网格图（PDF）", "Map book: overview and one sheet per grid (PDF)"],
        ["方案副本（不含修改记录）", "Plan copy without edit history"],
    ] {
        assert!(titles.iter().any(|title| *title == wanted), "{wanted:?}: {titles:?}");
    }
    assert!(titles.iter().all(|[zh, _]| !is_half_width(zh)), "{titles:?}");
}

#[test]
fn words_2_8_the_drawings() {
    let plan = sample();
    let at = place(&plan, Role::Grid);
    let texts = |lang| -> Vec<String> {
        let imprint =
            Imprint { lang, maker: "综合执法局".to_owned(), date: "2026-11-28".to_owned(), ..Imprint::default() };
        let all = sheets(&plan, at, &imprint, &Progress::default()).unwrap();
        all[0].texts().map(str::to_owned).collect()
    };
    let (zh, en) = (texts(Lang::Zh), texts(Lang::En));
    let has = |texts: &[String], words: &str| {
        assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
    };
    for words in [
        "示意城责任网格划分图",
        "编制单位：综合执法局",
        "编制日期：2026年11月28日",
        "坐标系：WGS 84／CGCS2000 经纬度；比例以图幅中心为准",
        "内部资料，不作为行政区域界线划定依据",
        "颜色：所属分队",
        "区县界",
        "重点场所",
        "视频监控点",
    ] {
        has(&zh, words);
    }
    for words in [
        "Responsibility grid map, 示意城",
        "Prepared by 综合执法局",
        "Internal document. Not a legal boundary.",
        "Coordinates: WGS 84 / CGCS2000 degrees; scale at sheet centre",
        "Colour: squad",
        "Key site",
        "Camera",
    ] {
        has(&en, words);
    }
    assert!(zh.iter().all(|text| !is_half_width(text)), "{zh:?}");
    for old in ["街区界", "区界\u{ff0c}", "监控探头", "视频探头", "重点部位", "制图单位"] {
        assert!(!zh.iter().any(|text| text.contains(old)), "{old}");
    }
}

#[test]
fn words_2_8_the_duty_list_says_the_same_on_the_page_and_in_the_workbook() {
    let plan = sample();
    let located = Located::of(&plan, &Index::of(&plan.coverage), &Progress::default()).unwrap();
    let loads = Loads::of(&plan, &faces_of_incidents(&plan, &located), &Progress::default()).unwrap();
    let (_, towns) = plan.tier_of(Role::Town).unwrap();
    let town: ZoneId = towns.zones.ids().find(|&town| squads_of(&plan, town).len() > 1).unwrap();
    let name = towns.zones.get(town).unwrap().name.clone();
    let monday = Minute::of_day("2026-11-23").unwrap();
    let roster = Roster::of(&plan, &loads, town, (monday, Basis::Pattern));
    let list = DutyList::of(&plan, &roster, &[5; 168]);
    let page = render::duty_list(&list, Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("duty.xlsx");
    export::duty_list(&list, &path).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    assert_eq!(book.sheet_names(), ["勤务表", "各时段巡区"]);
    let cells: Vec<String> = book
        .sheet_names()
        .iter()
        .flat_map(|name| {
            book.worksheet_range(name).unwrap().rows().flatten().map(ToString::to_string).collect::<Vec<_>>()
        })
        .collect();
    let told = |words: &str| {
        assert!(page.contains(words), "{words} is not on the page");
        assert!(cells.iter().any(|cell| cell.contains(words)), "{words} is not in the workbook");
    };
    told(&format!("{name}联合巡逻勤务表"));
    for words in ["编制：", "审核：", "批准：", "日期：", "全周分队工时缺口：", "星期一", "当班分队"]
    {
        told(words);
    }
    // The people of each squad, in full, the same text in both.
    for line in &list.lines {
        let people = line.people;
        told(&format!(
            "民警 {} 人、辅警 {} 人、执法人员 {} 人、协管员 {} 人",
            people.police, people.auxiliaries, people.officers, people.assistants
        ));
    }
    let english = render::duty_list(&list, Lang::En);
    for words in ["shift pattern", "Prepared by", "Squad hours short over the week", "<td class=\"off\">off</td>"] {
        assert!(english.contains(words), "{words}");
    }
    for old in ["并网", "执法队员", "turns", "Made by", ">free<"] {
        assert!(!page.contains(old) && !english.contains(old) && !cells.iter().any(|cell| cell.contains(old)), "{old}");
    }
    assert!(cells.iter().all(|cell| !is_half_width(cell)), "{:?}", cells.iter().find(|cell| is_half_width(cell)));
}

#[test]
fn words_2_8_the_certificate_names_tiers_and_levels_and_ends_with_the_check_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    project::save(&City::new(3, 8).plan(), &History::default(), &path, None, &Progress::default()).unwrap();
    let args =
        ["export", "plan.gpkg", "--certificate", "--codes", "community=9+3", "--severity", "duplicate-name=error"];
    let output = wangge(
        folder.path(),
        &[&args[..], &["--severity", "enclave=off", "--accept", "ok", "-o", "g.geojson"]].concat(),
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = word_texts(&folder.path().join("g.geojson-质检报告.docx"));
    let at = |what: &str| words.iter().position(|text| text == what).unwrap_or_else(|| panic!("{what}: {words:?}"));
    let changed = &words[at("规则调整情况") + 1];
    assert!(changed.contains("：错误") && changed.contains("：关闭") && changed.contains("9+3"), "{changed}");
    assert!(!changed.contains("communit") && !changed.contains("duplicate") && !is_half_width(changed), "{changed}");
    // Both at the end of the first table.
    let table = &words[at("一、基本情况")..at("二、质检项目及结果")];
    let digest = table.iter().position(|text| text == "数据校验值").unwrap_or_else(|| panic!("{table:?}"));
    assert_eq!(table[digest + 2], "生成软件");
    assert!(table[digest + 3].starts_with("网格 ") && table.len() <= digest + 5, "{table:?}");
    // Areas in square kilometres with two decimals, counts with separators.
    let area = &words[at("网格总面积（平方公里）") + 1];
    assert!(area.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2), "{area}");
    assert!(words[at("未划入面积（平方公里）") + 1].ends_with(" 个图斑）"));
    for old in ["方案指纹", "无主", "已忽略", "错漏", "字节 ", "程序 "] {
        assert!(!words.iter().any(|text| text.contains(old)), "{old}: {words:?}");
    }
    assert!(table.iter().all(|text| !is_half_width(text)), "{table:?}");
}
