//! Every product of a plan, written and read by another reader, and its figures held against each other.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;
use wangge::base::{Lang, Progress};
use wangge::io::export::{self, ExportOptions, Field};
use wangge::io::layer::Format;
use wangge::measures::Measures;
use wangge::model::{Filter, Plan, Role};
use wangge::render::paper::{Imprint, sheets};
use wangge::render::{Order, Product, hand_over};

/// What is said of each zone: by code and what it is, the text of every product.
#[derive(Default)]
struct Told(BTreeMap<(String, &'static str), BTreeMap<&'static str, String>>);

impl Told {
    fn add(&mut self, product: &'static str, code: &str, what: &'static str, text: impl Into<String>) {
        let said = self.0.entry((code.to_owned(), what)).or_default();
        assert!(said.insert(product, text.into()).is_none(), "{product} says {what} of {code} twice");
    }

    /// A number as text: whole where it is.
    fn number(&mut self, product: &'static str, code: &str, what: &'static str, value: &Value) {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.trim().replace(',', ""),
            other => other.to_string(),
        };
        let plain = text.parse::<f64>().map_or(text.clone(), |number| format!("{number}"));
        self.add(product, code, what, plain);
    }
}

/// Writes all products of the grids and compares what they say.
pub(super) fn agree(plan: &Plan) {
    let folder = tempfile::tempdir().unwrap();
    let at = plan.tier_of(Role::Grid).unwrap().0;
    let codes: Vec<&str> = plan.tiers[at].zones.iter().map(|(_, zone)| zone.code.as_str()).collect();
    let mut told = Told::default();
    layers(&mut told, plan, at, folder.path());
    register(&mut told, plan, at, folder.path());
    report(&mut told, plan, at, folder.path());
    drawn(&mut told, plan, at);
    window(&mut told, plan, at);
    for ((code, what), said) in &told.0 {
        let mut texts: Vec<&String> = said.values().collect();
        texts.dedup();
        assert_eq!(texts.len(), 1, "{code} {what}: {said:?}");
    }
    let products = |wanted: &str| -> Vec<usize> {
        told.0.iter().filter(|((_, what), _)| *what == wanted).map(|(_, said)| said.len()).collect()
    };
    for (wanted, least) in [("area m²", 6), ("area km²", 2), ("incidents", 8), ("hours", 8), ("squad", 7), ("town", 8)]
    {
        let counts = products(wanted);
        assert_eq!(counts.len(), codes.len(), "{wanted}");
        assert!(counts.iter().all(|&count| count >= least), "{wanted} stands in {counts:?} products");
    }
    // What is printed in km² is what is written in m².
    for ((code, what), said) in &told.0 {
        if *what == "area km²" {
            let m2: f64 = told.0[&(code.clone(), "area m²")]["geojson"].parse().unwrap();
            let digits = if m2 >= 1e5 { 2 } else { 4 };
            let unit = 10f64.powi(digits);
            let wanted = format!("{:.*}", digits as usize, (m2 / 1e6 * unit).round() / unit);
            assert!(said.values().all(|text| *text == wanted), "{code}: {said:?}, not {wanted}");
        }
    }
}

fn options() -> ExportOptions {
    ExportOptions { fields: Field::ALL.to_vec(), date: "2026-11-28".to_owned(), ..ExportOptions::default() }
}

/// What a property is in the words of this test.
fn meaning(key: &str) -> Option<&'static str> {
    Some(match key {
        "name" => "name",
        "town" => "town",
        "communities" | "communitie" => "communities by code",
        "area_m2" => "area m²",
        "border_m" => "border m",
        "incidents" => "incidents",
        "load_hours" => "hours",
        "households" => "households",
        "squad" => "squad",
        _ => return None,
    })
}

fn properties<'a>(told: &mut Told, product: &'static str, all: impl IntoIterator<Item = (&'a String, &'a Value)>) {
    let all: Vec<_> = all.into_iter().collect();
    let code = all.iter().find(|(key, _)| *key == "code").unwrap().1.as_str().unwrap().to_owned();
    for (key, value) in all {
        if let Some(what) = meaning(key) {
            told.number(product, &code, what, value);
        }
    }
}

fn layers(told: &mut Told, plan: &Plan, at: usize, folder: &Path) {
    let progress = Progress::default();
    let write = |format: Format, name: &str| {
        let path = folder.join(name);
        export::write(format, plan, at, &path, &options(), &progress).unwrap();
        path
    };
    let json: Value = serde_json::from_slice(&std::fs::read(write(Format::GeoJson, "g.geojson")).unwrap()).unwrap();
    for feature in json["features"].as_array().unwrap() {
        properties(told, "geojson", feature["properties"].as_object().unwrap());
    }
    let json: Value = serde_json::from_slice(&std::fs::read(write(Format::TopoJson, "g.topojson")).unwrap()).unwrap();
    for feature in json["objects"].as_object().unwrap().values().next().unwrap()["geometries"].as_array().unwrap() {
        properties(told, "topojson", feature["properties"].as_object().unwrap());
    }
    for row in table(&std::fs::read_to_string(write(Format::Csv, "g.csv")).unwrap()) {
        properties(told, "csv", &row);
    }
    write(Format::Shapefile, "s.shp");
    for row in dbf(&std::fs::read(folder.join("s.dbf")).unwrap()) {
        properties(told, "shapefile", &row);
    }
    for row in geopackage(&write(Format::GeoPackage, "g.gpkg")) {
        properties(told, "geopackage", &row);
    }
    let text = std::fs::read_to_string(write(Format::Kml, "g.kml")).unwrap();
    for placemark in text.split("<Placemark>").skip(1) {
        let mut row = vec![("name".to_owned(), Value::from(between(placemark, "<name>", "</name>").unwrap_or("")))];
        for data in placemark.split("<Data name=\"").skip(1) {
            let (key, rest) = data.split_once('"').unwrap();
            row.push((key.to_owned(), Value::from(between(rest, "<value>", "</value>").unwrap())));
        }
        properties(told, "kml", row.iter().map(|(key, value)| (key, value)));
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inner, _)| inner)
}

/// A CSV of RFC 4180 with a head.
fn table(text: &str) -> Vec<BTreeMap<String, Value>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => field.push(other),
        }
    }
    let head = rows.remove(0);
    let named = |row: Vec<String>| head.iter().cloned().zip(row.into_iter().map(Value::from)).collect();
    rows.into_iter().map(named).collect()
}

/// The rows of a dBASE table.
fn dbf(bytes: &[u8]) -> Vec<BTreeMap<String, Value>> {
    let word = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let count = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    let (start, width) = (word(8), word(10));
    let fields: Vec<(String, usize)> = bytes[32..start - 1]
        .chunks_exact(32)
        .map(|field| {
            let name: Vec<u8> = field[..11].iter().copied().take_while(|&byte| byte != 0).collect();
            assert!(name.len() <= 10);
            (String::from_utf8(name).unwrap(), usize::from(field[16]))
        })
        .collect();
    (0..count)
        .map(|row| {
            let mut at = start + row * width + 1;
            let field = |(name, width): &(String, usize)| {
                let text = std::str::from_utf8(&bytes[at..at + width]).unwrap().trim().to_owned();
                at += width;
                (name.clone(), Value::from(text))
            };
            fields.iter().map(field).collect()
        })
        .collect()
}

fn geopackage(path: &Path) -> Vec<BTreeMap<String, Value>> {
    let db = rusqlite::Connection::open(path).unwrap();
    let layer: String = db.query_row("SELECT table_name FROM gpkg_contents", [], |row| row.get(0)).unwrap();
    let mut select = db.prepare(&format!("SELECT * FROM \"{layer}\"")).unwrap();
    let names: Vec<String> = select.column_names().map(str::to_owned).collect();
    let mut rows = select.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let value = |at: usize| match row.get_ref(at).unwrap() {
            rusqlite::types::ValueRef::Integer(number) => Value::from(number),
            rusqlite::types::ValueRef::Real(number) => Value::from(number),
            rusqlite::types::ValueRef::Text(text) => Value::from(std::str::from_utf8(text).unwrap()),
            _ => Value::Null,
        };
        all.push(names.iter().cloned().enumerate().map(|(at, name)| (name, value(at))).collect());
    }
    all
}

/// The register: heads in the third row, zones below.
fn register(told: &mut Told, plan: &Plan, at: usize, folder: &Path) {
    let path = folder.join("r.xlsx");
    export::write(Format::Xlsx, plan, at, &path, &options(), &Progress::default()).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook(&path).unwrap();
    assert_eq!(book.sheet_names(), ["责任网格划分登记表"]);
    let sheet = book.worksheet_range("责任网格划分登记表").unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    assert_eq!(rows[0][0].to_string(), "示意城责任网格划分登记表");
    assert_eq!(rows[1][0].to_string(), format!("编制日期：2026年11月28日  共 {} 个网格", rows.len() - 3));
    let heads: Vec<String> = rows[2].iter().map(ToString::to_string).collect();
    for row in &rows[3..] {
        let of = |head: &str| {
            let at = heads.iter().position(|known| known == head).unwrap_or_else(|| panic!("{head}: {heads:?}"));
            row[at].to_string().replace('\n', "")
        };
        let code = of("编码");
        let number = |head: &str| of(head).parse::<f64>().map_or_else(|_| of(head), |number| format!("{number}"));
        told.add("xlsx", &code, "name", of("名称"));
        told.add("xlsx", &code, "town", of("所属镇街"));
        told.add("xlsx", &code, "communities", of("包含社区"));
        told.add("xlsx", &code, "area m²", number("面积（平方米）"));
        told.add("xlsx", &code, "border m", number("边界长度（米）"));
        told.add("xlsx", &code, "households", number("户数"));
        told.add("xlsx", &code, "incidents", number("案件数"));
        told.add("xlsx", &code, "hours", number("工作量（小时/周）"));
        told.add("xlsx", &code, "squad", of("责任分队"));
        told.add("xlsx", &code, "neighbours", of("相邻网格"));
    }
}

/// The report, with the certificate beside it: rows of its table, and facts that stand in both.
fn report(told: &mut Told, plan: &Plan, at: usize, folder: &Path) {
    let imprint =
        Imprint {
            lang: Lang::Zh, maker: "综合执法局".to_owned(), date: "2026-11-28".to_owned(), ..Imprint::default()
        };
    let options = options();
    let order = Order { tier: at, product: Product::Html, options, imprint, each: false, certificate: true };
    let done = hand_over(plan, &order, &folder.join("b.html"), &Progress::default()).unwrap();
    let html = std::fs::read_to_string(done.path()).unwrap();
    for row in html.split("<tr data-zone=").skip(1) {
        let cells: Vec<&str> = row.split("<td").skip(1).filter_map(|cell| between(cell, ">", "</td>")).collect();
        let [code, name, town, communities, km2, incidents, hours, households, squad] = cells[..] else {
            panic!("{cells:?}")
        };
        told.add("html", code, "name", name);
        told.add("html", code, "town", town);
        told.add("html", code, "communities", communities);
        told.add("html", code, "area km²", km2);
        told.number("html", code, "incidents", &Value::from(incidents));
        told.number("html", code, "hours", &Value::from(hours));
        told.number("html", code, "households", &Value::from(households));
        told.add("html", code, "squad", squad);
    }
    let mut word = zip::ZipArchive::new(std::fs::File::open(&done.files[1]).unwrap()).unwrap();
    let mut text = String::new();
    word.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    let texts: Vec<&str> = text
        .split("<w:t xml:space=\"preserve\">")
        .skip(1)
        .filter_map(|part| Some(part.split_once("</w:t>")?.0))
        .collect();
    let mut facts = 0;
    for fact in html.split("<dt>").skip(1) {
        let (name, value) = (between(fact, "", "</dt>").unwrap(), between(fact, "<dd>", "</dd>").unwrap());
        let Some(place) = texts.iter().position(|text| *text == name) else { continue };
        let said = texts[place + 1];
        assert!(value == said || value.contains(&format!("（{said}）")), "{name}: {value} and {said}");
        facts += 1;
    }
    assert!(facts >= 15, "only {facts} facts stand in both");
    let zones = plan.tiers[at].zones.count();
    let place = texts.iter().position(|text| *text == "网格数").unwrap();
    assert_eq!(texts[place + 1], zones.to_string(), "fewer than a thousand");
    let total: f64 = told
        .0
        .iter()
        .filter(|((_, what), _)| *what == "area m²")
        .map(|(_, said)| said["csv"].parse::<f64>().unwrap())
        .sum();
    let place = texts.iter().position(|text| *text == "网格总面积（平方公里）").unwrap();
    let printed: f64 = texts[place + 1].parse().unwrap();
    assert!((printed - total / 1e6).abs() <= 0.005 + zones as f64 * 1e-6, "{printed} km², and {total} m² in the table");
}

/// The sheets on paper, by the texts that are drawn.
fn drawn(told: &mut Told, plan: &Plan, at: usize) {
    let imprint = Imprint { lang: Lang::Zh, ..Imprint::default() };
    for sheet in sheets(plan, at, &imprint, &Progress::default()).unwrap().iter().skip(1) {
        let texts: Vec<&str> = sheet.texts().collect();
        let of = |name: &str| texts.iter().position(|text| *text == name).and_then(|at| texts.get(at + 1).copied());
        let code = of("编码").unwrap().to_owned();
        told.add("sheet", &code, "name", of("名称").unwrap());
        told.add("sheet", &code, "town", of("所属镇街").unwrap_or(""));
        told.add("sheet", &code, "area km²", of("面积（平方公里）").unwrap());
        told.number("sheet", &code, "incidents", &Value::from(of("案件数").unwrap()));
        told.number("sheet", &code, "hours", &Value::from(of("工作量（小时/周）").unwrap()));
        told.number("sheet", &code, "households", &Value::from(of("户数").unwrap_or("")));
        told.add("sheet", &code, "squad", of("所属分队").unwrap_or(""));
    }
}

/// What the lists of the window are made of.
fn window(told: &mut Told, plan: &Plan, at: usize) {
    let plan = std::sync::Arc::new(plan.clone());
    let measures = Measures::of(plan, Filter::default(), None, &Progress::default()).unwrap();
    for row in &measures.tiers[at].rows {
        told.add("window", &row.code, "name", row.name.clone());
        told.add("window", &row.code, "town", row.parent.clone());
        told.add("window", &row.code, "area m²", format!("{}", (row.area_km2 * 1e6).round()));
        told.add("window", &row.code, "incidents", row.incidents.to_string());
        told.number("window", &row.code, "hours", &Value::from(wangge::measures::round::hours(row.load_hours)));
        told.add("window", &row.code, "squad", row.squad.clone());
    }
}
