//! What is handed over, read by others.

use std::path::Path;

use wangge::base::Progress;
use wangge::geometry::Point;
use wangge::io::crs::System;
use wangge::io::export::{self, ExportError, ExportOptions, Exported};
use wangge::io::layer::{Format, Reading};
use wangge::io::{Layer, Options, door, open};
use wangge::model::{Accepted, Plan};
use wangge::render::paper::{Imprint, PaperError};
use wangge::render::{Order, Product, hand_over};

use super::{layers, outside, progress};

/// Formats with shapes, and endings.
const FORMATS: [(&str, Format); 6] = [
    ("geojson", Format::GeoJson),
    ("topojson", Format::TopoJson),
    ("shp", Format::Shapefile),
    ("gpkg", Format::GeoPackage),
    ("kml", Format::Kml),
    ("fgb", Format::FlatGeobuf),
];

fn write(format: Format, plan: &Plan, tier: usize, path: &Path) -> Result<Exported, ExportError> {
    export::write(format, plan, tier, path, &ExportOptions::default(), &progress())
}

fn haikou() -> Plan {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let files = ["blocks.geojson", "grids.geojson", "towns.geojson", "communities.geojson", "squads.csv"]
        .map(|file| sample.join(file));
    open(&files, &Options::default(), &progress()).unwrap().plan
}

#[test]
fn every_format_is_read_by_gdal_and_by_us() {
    let plan = haikou();
    let (at, tier) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut right = None;
    for (ending, format) in FORMATS {
        let path = folder.path().join(format!("网格.{ending}"));
        let done = write(format, &plan, at, &path).unwrap();
        assert_eq!((done.features, done.path().exists()), (123, true), "{ending}");
        let layer = layers(done.path()).unwrap().remove(0);
        let mut points = layer.polygons.points.clone();
        points.sort();
        let right = right.get_or_insert(points.clone());
        assert_eq!(&points, right, "{ending}: other vertices");
        let Some(seen) = outside("ogrinfo", &["-ro", "-al", "-so", done.path().to_str().unwrap()]) else { continue };
        assert!(seen.contains("Feature Count: 123"), "{ending}: {seen}");
        let Some(all) = outside("ogrinfo", &["-ro", "-al", "-q", "-geom=NO", done.path().to_str().unwrap()]) else {
            continue;
        };
        for (_, zone) in tier.zones.iter() {
            assert!(all.contains(&zone.name) && all.contains(&zone.code), "{ending}: {} {}", zone.code, zone.name);
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".saving")), "{left:?}");
}

/// Awkward zones: a hole, an island in it, several parts, null and odd values, names that collide when cut.
#[test]
fn awkward_plans_come_back_from_every_format() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    for (at, tier) in plan.tiers.iter().enumerate() {
        for (ending, format) in FORMATS {
            for polygons_only in [false, true] {
                let path = folder.path().join(format!("a.{ending}"));
                let options = ExportOptions { polygons_only, ..ExportOptions::default() };
                let done = export::write(format, &plan, at, &path, &options, &progress());
                let done = done.unwrap_or_else(|error| panic!("{ending} {}: {error}", tier.name));
                let layer = layers(done.path()).unwrap().remove(0);
                assert_eq!(layer.features.len(), done.features, "{ending}");
            }
        }
    }
}

#[test]
fn names_of_fields_are_cut_and_told_apart() {
    let mut plan = crate::project::plan();
    let tier = std::sync::Arc::make_mut(&mut plan.tiers[1]);
    let ids: Vec<_> = tier.zones.ids().collect();
    for id in ids {
        let mut zone = tier.zones.get(id).unwrap().clone();
        let long = "很".repeat(100);
        let value = serde_json::json!({"所属街道编码": "a", "所属街道名称": "b", "长": long});
        zone.attributes = std::sync::Arc::new(value.as_object().unwrap().clone());
        tier.zones.set(id, Some(zone));
    }
    let folder = tempfile::tempdir().unwrap();
    let done = write(Format::Shapefile, &plan, 1, &folder.path().join("a.shp")).unwrap();
    let notes: String = done.notes.iter().map(|note| note.en.clone()).collect();
    assert!(notes.contains("所属街道编码 -> 所属街") && notes.contains("254 bytes"), "{notes}");
    let layer = layers(done.path()).unwrap().remove(0);
    let keys: Vec<&str> = layer.features[0].attributes.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "name", "所属街", "所属_1", "长"]);
    assert_eq!(layer.features[0].attributes["长"].as_str().unwrap().chars().count(), 84);
}

#[test]
fn sheets_keep_codes_as_text_and_run_nothing() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    write(Format::Csv, &plan, 1, &csv).unwrap();
    let text = std::fs::read(&csv).unwrap();
    assert!(text.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("'=1+1") && text.contains("\"金贸\"\"一\"\"\""), "{text}");
    let book = folder.path().join("a.xlsx");
    write(Format::Xlsx, &plan, 1, &book).unwrap();
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&book).unwrap()).unwrap();
    let mut sheet = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(!sheet.contains("<f>"), "a formula");
    let mut strings = String::new();
    zip.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut strings).unwrap();
    assert!(strings.contains("460105001") && strings.contains("=1+1"));
    assert!(sheet.contains("内部资料，不作为行政区域界线划定依据"), "its footer");
}

#[test]
fn an_export_that_cannot_be_written_leaves_what_was_there() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    for (ending, format) in FORMATS {
        let path = folder.path().join("missing").join(format!("a.{ending}"));
        assert!(matches!(write(format, &plan, 1, &path), Err(ExportError::Failed { .. })));
        let kept = folder.path().join(format!("kept.{ending}"));
        std::fs::write(&kept, "mine").unwrap();
        let cancelled = Progress::default();
        cancelled.cancel();
        assert!(export::write(format, &plan, 1, &kept, &ExportOptions::default(), &cancelled).is_err());
        assert_eq!(std::fs::read(&kept).unwrap(), b"mine");
    }
}

/// Points of a file read in the system it was written in, sorted.
fn points(path: &Path, system: Option<System>) -> Vec<Point> {
    let opened = door::sources(&[path.to_owned()]).unwrap();
    let reading = Reading { system, ..Reading::default() };
    let layer = Layer::<Point>::all(&opened.sources[0], &reading, &progress()).unwrap().remove(0);
    let mut points = layer.polygons.points;
    points.sort();
    points
}

/// Every system a city can be handed over in brings every vertex back to its very lattice point, in every format that
/// holds it; GDAL, told nothing but what the file declares, finds the same places.
#[test]
fn every_system_brings_every_vertex_back() {
    let plan = haikou();
    let (at, _) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.geojson");
    write(Format::GeoJson, &plan, at, &plain).unwrap();
    let wanted = points(&plain, None);
    let systems = System::handed_over_at(plan.coverage.bounds().centre());
    let names: Vec<&str> = systems.iter().map(|system| system.name.as_str()).collect();
    assert_eq!(names, ["EPSG:4326", "EPSG:4490", "EPSG:4546", "EPSG:4525", "GCJ-02"]);
    for system in systems.iter().chain([&System::epsg(32649).unwrap(), &System::epsg(4508).unwrap()]) {
        for (ending, format) in FORMATS {
            let path = folder.path().join(format!("a.{ending}"));
            let options = ExportOptions { system: Some(system.clone()), ..ExportOptions::default() };
            let done = export::write(format, &plan, at, &path, &options, &progress());
            if export::why_not(format, system).is_some() {
                assert!(matches!(done, Err(ExportError::Failed { .. })), "{ending} {}", system.name);
                continue;
            }
            let done = done.unwrap_or_else(|error| panic!("{ending} {}: {error}", system.name));
            let shifted = system.is_shifted().then(|| system.clone());
            assert_eq!(points(done.path(), shifted.clone()), wanted, "{ending} {}", system.name);
            assert_eq!(done.notes.iter().any(|note| note.zh.contains("近似，仅供叠合")), shifted.is_some());
            let back = folder.path().join("back.csv");
            let _old = std::fs::remove_file(&back);
            let to = ["-t_srs", "EPSG:4326", "-lco", "GEOMETRY=AS_WKT", "-f", "CSV"];
            if shifted.is_some() || !matches!(ending, "shp" | "gpkg" | "fgb") {
                continue;
            }
            let args = [&to[..], &[back.to_str().unwrap(), done.path().to_str().unwrap()]].concat();
            if outside("ogr2ogr", &args).is_some() {
                near(&std::fs::read_to_string(&back).unwrap(), &wanted, &format!("{ending} {}", system.name));
            }
        }
    }
}

/// Every point of a table of well-known text lies within a cell of one that is wanted, and there are as many.
fn near(table: &str, wanted: &[Point], what: &str) {
    let number = |text: &str| text.trim_matches(|c| matches!(c, '(' | ')' | '"')).parse::<f64>();
    let mut found: Vec<Point> = Vec::new();
    for line in table.lines().skip(1) {
        let shape = line.split(",\"").next().unwrap_or(line);
        let body = shape.find("((").map_or("", |start| &shape[start..]);
        let places = body.split(',').filter_map(|place| place.trim().split_once(' '));
        for (lon, lat) in places {
            let (Ok(lon), Ok(lat)) = (number(lon), number(lat.split(')').next().unwrap_or(lat))) else { continue };
            found.push(Point::from_degrees(lon, lat).unwrap());
        }
    }
    assert!(!found.is_empty(), "{what}: {}", &table[..table.len().min(300)]);
    let all: std::collections::HashSet<Point> = wanted.iter().copied().collect();
    let around =
        |point: &Point| (-1..=1).any(|x| (-1..=1).any(|y| all.contains(&Point::new(point.x + x, point.y + y))));
    assert!(found.iter().all(around), "{what}: a vertex is off by more than a cell");
}

#[test]
fn properties_are_renamed_in_their_places() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    let renames = vec![pair("dm", "WGBM"), pair("pop", "name"), pair("code", "编码")];
    let options = ExportOptions { renames, ..ExportOptions::default() };
    let done = export::write(Format::GeoJson, &plan, 1, &path, &options, &progress()).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let keys: Vec<&String> = value["features"][0]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["WGBM", "pop", "x", "名", "编码", "name"]);
    assert!(done.notes.iter().any(|note| note.en.contains("pop was not renamed")), "{:?}", done.notes);
}

fn order(product: Product, tier: usize) -> Order {
    let (options, imprint) = (ExportOptions::default(), Imprint::default());
    Order { tier, product, options, imprint, each: false, certificate: true }
}

/// Two zones with one code stop every hand-over until somebody takes it on himself, and the certificate says who said what.
#[test]
fn nothing_is_handed_over_past_an_error_that_nobody_took_on_himself() {
    let mut plan = haikou();
    let (at, tier) = plan.tier_named("grid").unwrap();
    let [first, second] = [0, 1].map(|at| tier.zones.ids().nth(at).unwrap());
    let code = tier.zones.get(first).unwrap().code.clone();
    let tier = std::sync::Arc::make_mut(&mut plan.tiers[at]);
    let doubled = wangge::model::Zone { code, ..tier.zones.get(second).unwrap().clone() };
    tier.zones.set(second, Some(doubled));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("网格.geojson");
    let json = order(Product::Layer(Format::GeoJson), at);
    let Err(PaperError::Blocked(problems)) = hand_over(&plan, &json, &path, &progress()) else { panic!("handed over") };
    assert_eq!((problems.len(), std::fs::read_dir(folder.path()).unwrap().count()), (1, 0));
    let reason = "报批中,编码待民政部门确认".to_owned();
    let accepted = [(problems[0].key(), Accepted { reason: reason.clone(), time: 0 })].into_iter().collect();
    std::sync::Arc::make_mut(&mut plan.settings).accepted = accepted;
    let done = hand_over(&plan, &json, &path, &progress()).unwrap();
    let [main, certificate] = done.files.as_slice() else { panic!("{:?}", done.files) };
    let text = words(certificate);
    assert!(text.contains(&reason) && text.contains("编码重复"), "{text}");
    // The digest is that of the file, by another program.
    if let Some(digest) = outside("sha256sum", &[main.to_str().unwrap()]) {
        assert!(text.contains(digest.split_whitespace().next().unwrap()), "{digest} is not in {text}");
    }
}

/// The text of a Word document.
fn words(path: &Path) -> String {
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Everything in the list of products can be made of the sample city, says how it was checked, and has its certificate.
#[test]
fn every_product_is_made_and_says_how_it_was_checked() {
    let plan = haikou();
    let (at, _) = plan.tier_named("town").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for product in Product::ALL {
        assert_eq!(Product::of_key(product.key()), Some(product));
        let path = folder.path().join(format!("{}.{}", product.key(), product.ending()));
        let done = hand_over(&plan, &order(product, at), &path, &progress()).unwrap();
        assert!(done.files.iter().all(|file| file.metadata().unwrap().len() > 0), "{:?}", done.files);
        assert!(!done.checked.zh.is_empty() && done.files.len() >= 2, "{product:?}");
        assert!(words(done.files.last().unwrap()).contains("SHA-256"));
    }
}

/// A grid that takes a block and a beat that changes its squad stand in the workbook with both sides named.
#[test]
fn what_changed_is_registered_with_both_sides() {
    use wangge::edit::{Command, Context, History};
    let plan = haikou();
    let (at, tier) = plan.tier_named("grid").unwrap();
    let near = wangge::topology::scan(&plan.coverage);
    let context = Context { near: &near, time: 1_480_000_000, camera: None };
    let (done, from, to) = plan
        .coverage
        .borders()
        .iter()
        .find_map(|(_, border)| {
            let owner = |face: Option<_>| tier.owner_of(face?);
            let (from, to) = (owner(border.left)?, owner(border.right)?);
            let paint = Command::Paint { tier: at, faces: vec![border.left?], to: Some(to) };
            let done = (from != to).then(|| paint.apply(&plan, &context).ok())?;
            Some((done?, from, to))
        })
        .unwrap();
    let mut history = History::default();
    history.push(done.record);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("变更.xlsx");
    let written = export::changes(&plan, &done.plan, &history, ("王工", "2016-12-01"), &path, &progress()).unwrap();
    assert!(written.features >= 4, "two zones, one step, one piece of land: {}", written.features);
    let opened = door::sources(&[path]).unwrap();
    let all: String = opened.sources.iter().map(|source| String::from_utf8_lossy(source.text()).into_owned()).collect();
    for zone in [from, to] {
        assert!(all.contains(&tier.zones.get(zone).unwrap().code), "{all}");
    }
    for squad in [from, to].map(|grid| plan.squads.get(*plan.beats.get(grid).unwrap()).unwrap()) {
        assert!(all.contains(&squad.name), "{}", squad.name);
    }
}
