//! Drawings and the report: what is on them, and what others make of them.

use std::path::Path;
use std::process::Command;

use wangge::base::{Lang, Progress};
use wangge::check;
use wangge::io::{Options, open};
use wangge::model::Plan;
use wangge::render::paper::{self, Imprint, Paper};

fn progress() -> Progress {
    Progress::default()
}

fn haikou() -> Plan {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let files = ["blocks.geojson", "grids.geojson", "towns.geojson", "communities.geojson", "squads.csv"];
    open(&files.map(|file| sample.join(file)), &Options::default(), &progress()).unwrap().plan
}

fn imprint() -> Imprint {
    Imprint {
        lang: Lang::Zh,
        maker: "市综合行政执法局".to_owned(),
        date: "2016-05-01".to_owned(),
        ..Imprint::default()
    }
}

/// What a program says, `None` (said aloud) where it is not installed.
fn outside(program: &str, args: &[&str]) -> Option<String> {
    let Ok(done) = Command::new(program).args(args).output() else {
        println!("SKIPPED: {program} is not installed");
        return None;
    };
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_pdf_has_a_page_for_each_grid_and_its_chinese_can_be_read() {
    let plan = haikou();
    let (at, tier) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("网格.pdf");
    let done = paper::write_pdf(&plan, at, &imprint(), &path, &progress()).unwrap();
    assert_eq!(done.features, tier.zones.count() + 1);
    assert!(done.notes.is_empty(), "{:?}", done.notes);
    let path = path.to_str().unwrap();
    if let Some(about) = outside("pdfinfo", &[path]) {
        assert!(about.contains("Pages:           124") && about.contains("(A3)"), "{about}");
    }
    if let Some(text) = outside("pdftotext", &["-raw", path, "-"]) {
        assert!(
            text.contains("责任网格划分图")
                && text.contains("内部资料，不作为行政区域界线划定依据")
                && text.contains("编制单位：市综合行政执法局")
        );
        // Each page names its own zone: pages are parted by a form feed.
        let pages: Vec<&str> = text.split('\u{c}').collect();
        let mut zones: Vec<_> = tier.zones.iter().map(|(_, zone)| (zone.code.clone(), zone.name.clone())).collect();
        zones.sort();
        for ((code, name), page) in zones.iter().zip(&pages[1..]) {
            assert!(page.contains(code.as_str()) && page.contains(name.as_str()), "{code} {name}: {page}");
        }
    }
    if let Some(fonts) = outside("pdffonts", &[path]) {
        // Embedded, cut down, and with a table of what its glyphs say.
        assert!(fonts.contains("WANGGE+") && fonts.contains("yes yes yes"), "{fonts}");
    }
    // The same plan gives the same bytes.
    let again = folder.path().join("b.pdf");
    paper::write_pdf(&plan, at, &imprint(), &again, &progress()).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(again).unwrap());
}

#[test]
fn drawings_have_the_size_of_their_paper_and_need_no_font() {
    let plan = haikou();
    let (at, _) = plan.tier_named("grid").unwrap();
    for (paper, size) in [(Paper::A4, "297.00mm"), (Paper::A3, "420.00mm"), (Paper::A0, "1189.00mm")] {
        let imprint = Imprint { paper, ..imprint() };
        let text = paper::svg(&paper::overview(&plan, at, &imprint, &progress()).unwrap());
        assert!(
            text.contains(&format!("width=\"{size}\"")) && !text.contains("<text") && !text.contains("NaN"),
            "{size}"
        );
        well_formed(&text);
        assert!(text.contains("aria-label=\"责任网格划分图\""));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.svg");
    let done = paper::write_svg(&plan, at, &imprint(), true, &path, &progress()).unwrap();
    assert_eq!((done.features, done.path() == path), (124, true));
    assert!(folder.path().join("a-123.svg").exists());
}

/// Every element is closed, by a reader of XML that is not ours.
fn well_formed(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return,
            Ok(_) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Every zone named as nobody should be.
fn hostile(mut plan: Plan) -> Plan {
    for tier in &mut plan.tiers {
        let tier = std::sync::Arc::make_mut(tier);
        let ids: Vec<_> = tier.zones.ids().collect();
        for id in ids {
            let mut zone = tier.zones.get(id).unwrap().clone();
            "</title><script>alert(1)</script>&\"'\u{7}\u{e000}".clone_into(&mut zone.name);
            zone.code = format!("\"><img src=x onerror=alert({})>", id.0);
            tier.zones.set(id, Some(zone));
        }
    }
    plan
}

#[test]
fn names_in_drawings_and_reports_are_text_and_nothing_else() {
    let plan = hostile(haikou());
    let (at, _) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.html");
    paper::write_report(&plan, at, check::gate(&plan, at), &imprint(), &path, &progress()).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    let scripts = page.matches("<script").count();
    assert_eq!((scripts, page.contains("<img"), page.contains("onerror=alert(1)>")), (1, false, false));
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("default-src 'none'"));
    // Nothing is fetched: the only addresses are names of namespaces.
    let addresses = page.matches("http").count();
    assert_eq!(addresses, page.matches("http://www.w3.org/").count() + page.matches("http-equiv").count());
    let sheets = paper::sheets(&plan, at, &imprint(), &progress()).unwrap();
    for sheet in sheets.iter().take(3) {
        let text = paper::svg(sheet);
        well_formed(&text);
        assert!(!text.contains("<script") && !text.contains("<img"));
    }
    // What the font lacks is said.
    let done = paper::write_pdf(&plan, at, &imprint(), &folder.path().join("a.pdf"), &progress()).unwrap();
    assert!(done.notes.iter().any(|note| note.en.contains('\u{e000}')), "{:?}", done.notes);
}

#[test]
fn a_drawing_that_was_stopped_leaves_what_was_there() {
    let plan = haikou();
    let (at, _) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, "mine").unwrap();
    let stopped = progress();
    stopped.cancel();
    assert!(paper::write_pdf(&plan, at, &imprint(), &path, &stopped).is_err());
    assert!(paper::write_pdf(&plan, at, &imprint(), &folder.path().join("no/a.pdf"), &progress()).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// An empty tier, and a zone without land, still make pages.
#[test]
fn plans_without_land_make_pages_too() {
    let empty = Plan::default();
    assert_eq!(paper::sheets(&empty, 0, &imprint(), &progress()).unwrap().len(), 1);
    let mut plan = haikou();
    let (at, _) = plan.tier_named("grid").unwrap();
    let tier = std::sync::Arc::make_mut(&mut plan.tiers[at]);
    tier.owner = wangge::base::Table::default();
    let sheets = paper::sheets(&plan, at, &imprint(), &progress()).unwrap();
    assert_eq!(sheets.len(), 124);
    assert!(!paper::pdf("", &sheets, &progress()).unwrap().is_empty());
}

/// What is handed over is drawn by the bundled font alone, the same from every machine.
#[test]
fn names_the_font_cannot_write_stand_as_codes_and_are_told() {
    let mut plan = haikou();
    let (at, tier) = plan.tier_named("grid").unwrap();
    let first = tier.zones.ids().next().unwrap();
    let zone = tier.zones.get(first).unwrap().clone();
    let tier = std::sync::Arc::make_mut(&mut plan.tiers[at]);
    tier.zones.set(first, Some(wangge::model::Zone { name: "新竹縣".to_owned(), ..zone }));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("总图.svg");
    let done = paper::write_svg(&plan, at, &imprint(), false, &path, &progress()).unwrap();
    assert!(done.notes.iter().any(|note| note.zh.contains("以编码标注:新竹縣")), "{:?}", done.notes);
}
