//! What is handed over, read by others.

use std::path::Path;

use wangge::base::Progress;
use wangge::io::export::{self, ExportError, Exported, GeoJsonOptions};
use wangge::io::{Options, open};
use wangge::model::{Plan, Tier};

use super::{layers, outside, progress};

type Writer = fn(&Plan, &Tier, &Path, GeoJsonOptions, &Progress) -> Result<Exported, ExportError>;

const WRITERS: [(&str, Writer); 5] = [
    ("geojson", export::geojson),
    ("topojson", export::topojson),
    ("shp", export::shapefile),
    ("kml", export::kml),
    ("fgb", export::flatgeobuf),
];

fn haikou() -> Plan {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let files = ["blocks.geojson", "grids.geojson", "towns.geojson", "communities.geojson", "squads.csv"]
        .map(|file| sample.join(file));
    open(&files, &Options::default(), &progress()).unwrap().plan
}

#[test]
fn every_format_is_read_by_gdal_and_by_us() {
    let plan = haikou();
    let (_, tier) = plan.tier_named("grid").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut right = None;
    for (ending, write) in WRITERS {
        let path = folder.path().join(format!("网格.{ending}"));
        let done = write(&plan, tier, &path, GeoJsonOptions::default(), &progress()).unwrap();
        assert_eq!((done.features, done.path.exists()), (123, true), "{ending}");
        let layer = layers(&done.path).unwrap().remove(0);
        let mut points = layer.polygons.points.clone();
        points.sort();
        let right = right.get_or_insert(points.clone());
        assert_eq!(&points, right, "{ending}: other vertices");
        let Some(seen) = outside("ogrinfo", &["-ro", "-al", "-so", done.path.to_str().unwrap()]) else { continue };
        assert!(seen.contains("Feature Count: 123"), "{ending}: {seen}");
        let Some(all) = outside("ogrinfo", &["-ro", "-al", "-q", "-geom=NO", done.path.to_str().unwrap()]) else {
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
    for tier in &plan.tiers {
        for (ending, write) in WRITERS {
            for polygons_only in [false, true] {
                let path = folder.path().join(format!("a.{ending}"));
                let done = write(&plan, tier, &path, GeoJsonOptions { polygons_only }, &progress());
                let done = done.unwrap_or_else(|error| panic!("{ending} {}: {error}", tier.name));
                let layer = layers(&done.path).unwrap().remove(0);
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
    let tier = &plan.tiers[1];
    let done = export::shapefile(&plan, tier, &folder.path().join("a.shp"), GeoJsonOptions::default(), &progress());
    let done = done.unwrap();
    let notes: String = done.notes.iter().map(|note| note.en.clone()).collect();
    assert!(notes.contains("所属街道编码 -> 所属街") && notes.contains("254 bytes"), "{notes}");
    let layer = layers(&done.path).unwrap().remove(0);
    let keys: Vec<&str> = layer.features[0].attributes.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "name", "所属街", "所属_1", "长"]);
    assert_eq!(layer.features[0].attributes["长"].as_str().unwrap().chars().count(), 84);
}

#[test]
fn sheets_keep_codes_as_text_and_run_nothing() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    export::csv(&plan, &plan.tiers[1], &csv, &progress()).unwrap();
    let text = std::fs::read(&csv).unwrap();
    assert!(text.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("'=1+1") && text.contains("\"金贸\"\"一\"\"\""), "{text}");
    let book = folder.path().join("a.xlsx");
    export::register(&plan, 1, "2016-05-01", &book, &progress()).unwrap();
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&book).unwrap()).unwrap();
    let mut sheet = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(!sheet.contains("<f>"), "a formula");
    let mut strings = String::new();
    zip.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut strings).unwrap();
    assert!(strings.contains("460105001") && strings.contains("=1+1") && strings.contains("内部资料,不作划界依据"));
}

#[test]
fn an_export_that_cannot_be_written_leaves_what_was_there() {
    let plan = crate::project::plan();
    let folder = tempfile::tempdir().unwrap();
    for (ending, write) in WRITERS {
        let path = folder.path().join("missing").join(format!("a.{ending}"));
        assert!(matches!(
            write(&plan, &plan.tiers[1], &path, GeoJsonOptions::default(), &progress()),
            Err(ExportError::Failed { .. })
        ));
        let kept = folder.path().join(format!("kept.{ending}"));
        std::fs::write(&kept, "mine").unwrap();
        let cancelled = Progress::default();
        cancelled.cancel();
        assert!(write(&plan, &plan.tiers[1], &kept, GeoJsonOptions::default(), &cancelled).is_err());
        assert_eq!(std::fs::read(&kept).unwrap(), b"mine");
    }
}
