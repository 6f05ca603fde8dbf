//! The sample city: what is in `maps/haikou`, and that the command makes it again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wangge::geometry::{Bounds, Point, doubled_area, winding};

/// A feature: its properties and its polygons.
struct Feature {
    properties: Value,
    polygons: Vec<Vec<Vec<Point>>>,
}

impl Feature {
    fn text(&self, key: &str) -> &str {
        self.properties[key].as_str().unwrap()
    }

    fn rings(&self) -> impl Iterator<Item = &Vec<Point>> {
        self.polygons.iter().flatten()
    }

    fn area(&self) -> i128 {
        self.rings().map(|ring| doubled_area(ring)).sum()
    }
}

fn haikou() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou")
}

fn sample(arguments: &[&str], out: &Path) -> String {
    let arguments = ["wangge", "sample"].iter().chain(arguments).map(std::ffi::OsString::from);
    let arguments = arguments.chain(["-o".into(), out.as_os_str().to_owned()]);
    format!("{:?}", wangge::cli::main(arguments))
}

fn well() -> String {
    format!("{:?}", std::process::ExitCode::SUCCESS)
}

fn ring(value: &Value) -> Vec<Point> {
    let position = |at: &Value| Point::from_degrees(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).unwrap();
    value.as_array().unwrap().iter().map(position).collect()
}

fn tier(folder: &Path, name: &str) -> Vec<Feature> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.geojson"))).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert!(file["note"].as_str().unwrap().contains("示意数据"));
    let features = file["features"].as_array().unwrap();
    assert_eq!(text.lines().count(), features.len() + 2, "one feature a line");
    features
        .iter()
        .map(|feature| {
            let coordinates = &feature["geometry"]["coordinates"];
            let polygon = |rings: &Value| rings.as_array().unwrap().iter().map(ring).collect();
            let polygons = match feature["geometry"]["type"].as_str().unwrap() {
                "Polygon" => vec![polygon(coordinates)],
                "MultiPolygon" => coordinates.as_array().unwrap().iter().map(polygon).collect(),
                other => panic!("{other}"),
            };
            Feature { properties: feature["properties"].clone(), polygons }
        })
        .collect()
}

/// Directed edges and how often each occurs.
fn edges(features: &[Feature]) -> HashMap<(Point, Point), usize> {
    let mut edges = HashMap::new();
    for pair in features.iter().flat_map(Feature::rings).flat_map(|ring| ring.windows(2)) {
        *edges.entry((pair[0], pair[1])).or_default() += 1;
    }
    edges
}

fn codes(features: &[Feature]) -> BTreeSet<&str> {
    let codes: BTreeSet<&str> = features.iter().map(|feature| feature.text("code")).collect();
    assert_eq!(codes.len(), features.len(), "codes are unique");
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_digit())));
    codes
}

#[test]
fn the_command_makes_the_files_in_the_tree_on_any_number_of_threads() {
    for threads in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| sample(&[], folder.path())), well());
        let names = |folder: &Path| -> BTreeSet<_> {
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
        };
        assert_eq!(names(folder.path()), names(&haikou()));
        let mut total = 0;
        for name in names(&haikou()) {
            let made = std::fs::read(folder.path().join(&name)).unwrap();
            total += made.len();
            assert!(made == std::fs::read(haikou().join(&name)).unwrap(), "{} differs", name.display());
        }
        assert!(total < 12_000_000, "{total}");
    }
}

#[test]
fn counts_codes_and_names_are_those_of_haikou() {
    let [districts, towns, communities, blocks, grids] =
        ["districts", "towns", "communities", "blocks", "grids"].map(|name| tier(&haikou(), name));
    assert_eq!([districts.len(), towns.len(), communities.len(), grids.len()], [4, 28, 191, 123]);
    assert_eq!(towns.iter().filter(|town| town.properties["patrol"] == true).count(), 26);
    assert!((2_800..3_200).contains(&blocks.len()), "{}", blocks.len());
    let inside = |children: &[Feature], parents: &[Feature], length: usize, child_length: usize| {
        let known = codes(parents);
        for code in codes(children) {
            assert_eq!(code.len(), child_length);
            assert!(known.contains(&code[..length]), "{code} has no parent");
        }
    };
    inside(&towns, &districts, 6, 9);
    inside(&communities, &towns, 9, 12);
    inside(&grids, &towns, 9, 12);
    let known = codes(&communities);
    for code in codes(&blocks) {
        let drawn_only = ["460106101000", "460107102000"].contains(&&code[..12]);
        assert!(code.len() == 15 && (drawn_only || known.contains(&code[..12])), "{code}");
    }
    for feature in [&districts, &towns, &communities, &blocks, &grids].into_iter().flatten() {
        let (bytes, _, bad) = encoding_rs::GBK.encode(feature.text("name"));
        // GB 2312 is the part of GBK whose both bytes are A1 or more and whose first is F7 or less.
        let mut bytes = bytes.iter();
        while let Some(&first) = bytes.next() {
            let plain = first < 0x80;
            assert!(!bad && (plain || (0xA1..=0xF7).contains(&first) && *bytes.next().unwrap() >= 0xA1));
        }
    }
    if let Some(list) = crate::data::shared("reference/haikou/towns_9digit.csv") {
        let list = std::fs::read_to_string(list).unwrap();
        for town in &towns {
            let line = format!("{},\"{}\"", town.text("code"), town.text("name"));
            assert!(list.contains(&line), "{line} is not in the list of 2023");
        }
    }
}

#[test]
fn borders_are_shared_exactly_and_tiers_are_unions_of_blocks() {
    let blocks = tier(&haikou(), "blocks");
    let known = edges(&blocks);
    assert!(known.values().all(|&count| count == 1), "no directed edge twice");
    for name in ["districts", "towns", "communities", "grids"] {
        for feature in tier(&haikou(), name) {
            let code = feature.text("code");
            assert!(name == "districts" || feature.polygons.len() == 1, "{code} is in parts");
            let edges = edges(std::slice::from_ref(&feature));
            assert!(edges.keys().all(|edge| known.contains_key(edge)), "{code} leaves the blocks' borders");
            if name != "grids" {
                let own = blocks.iter().filter(|block| block.text("code").starts_with(code));
                assert_eq!(own.map(Feature::area).sum::<i128>(), feature.area(), "{code}");
            }
        }
    }
    for block in &blocks {
        let [ring] = block.polygons[0].as_slice() else { panic!("a block with a hole") };
        assert!(doubled_area(ring) > 0 && ring.first() == ring.last() && ring.len() > 3);
    }
}

#[test]
fn grids_cover_the_patrol_area_once() {
    let (towns, grids) = (tier(&haikou(), "towns"), tier(&haikou(), "grids"));
    assert!(edges(&grids).values().all(|&count| count == 1));
    for town in &towns {
        let own: Vec<&Feature> = grids.iter().filter(|grid| grid.text("code").starts_with(town.text("code"))).collect();
        let wanted = if town.properties["patrol"] == true { town.area() } else { 0 };
        assert_eq!(own.iter().map(|grid| grid.area()).sum::<i128>(), wanted, "{}", town.text("code"));
    }
}

/// Rows of a table by column name.
fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(haikou().join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Features by cells of a coarse grid, for finding points.
fn finder(features: &[Feature]) -> impl Fn(Point) -> Vec<usize> {
    let boxes: Vec<Bounds> = features.iter().map(|feature| Bounds::of(&feature.polygons[0][0])).collect();
    move |point| {
        let near = boxes.iter().enumerate().filter(|(_, bounds)| bounds.contains(point)).map(|(at, _)| at);
        near.filter(|&at| winding(&features[at].polygons[0][0], point).is_some_and(|turns| turns != 0)).collect()
    }
}

#[test]
fn incidents_lie_on_land_and_make_sense() {
    let (blocks, rows) = (tier(&haikou(), "blocks"), table("incidents.csv"));
    let find = finder(&blocks);
    assert_eq!(rows.len(), 45_000);
    let numbers: BTreeSet<&String> = rows.iter().map(|row| &row["number"]).collect();
    assert_eq!(numbers.len(), rows.len());
    let fields: BTreeSet<&String> = rows.iter().map(|row| &row["field"]).collect();
    assert_eq!(fields.len(), 8);
    let (mut by_code, mut nowhere, mut last) = (0, 0, "2016-10-01 00:00");
    let mut towns: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hours: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for row in &rows {
        assert!(last <= row["reported"].as_str() && row["reported"].starts_with("2016-1"));
        last = &row["reported"];
        let times: Vec<&String> = ["reported", "filed", "handled", "closed"].iter().map(|key| &row[*key]).collect();
        assert!(times.windows(2).all(|pair| pair[1].is_empty() || pair[0] <= pair[1]), "{row:?}");
        assert_eq!(row["closed"].is_empty(), row["state"] != "结案");
        if row["class"] == "早(夜)市管理问题" {
            *hours.entry((row["source"] == "巡查", &row["reported"][11..13])).or_default() += 1;
        }
        match (row["lon"].parse(), row["lat"].parse()) {
            (Ok(lon), Ok(lat)) => {
                let found = find(Point::from_degrees(lon, lat).unwrap());
                let [block] = found.as_slice() else { panic!("{} is in {} blocks", row["number"], found.len()) };
                *towns.entry(&blocks[*block].text("code")[..9]).or_default() += 1;
            }
            _ if row["community"].is_empty() => nowhere += 1,
            _ => by_code += 1,
        }
    }
    assert_eq!((by_code, nowhere), (30, 3));
    assert!(towns["460106003"] > 3 * towns["460108101"], "金贸 is busier than 灵山");
    assert!(!towns.contains_key("460106101") && !towns.contains_key("460107102"));
    let at = |hour| hours.iter().filter(|(key, _)| key.1 == hour).map(|(_, count)| count).sum::<usize>();
    assert!(at("20") > 10 * at("10"), "night markets are noticed at night");
}

#[test]
fn loads_of_todays_grids_are_uneven() {
    let (grids, rows) = (tier(&haikou(), "grids"), table("incidents.csv"));
    let find = finder(&grids);
    let mut counts = vec![0.0; grids.len()];
    for row in rows.iter().filter(|row| !row["lon"].is_empty()) {
        let point = Point::from_degrees(row["lon"].parse().unwrap(), row["lat"].parse().unwrap()).unwrap();
        counts[find(point)[0]] += 1.0;
    }
    let mut towns: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (grid, count) in grids.iter().zip(counts) {
        towns.entry(&grid.text("code")[..9]).or_default().push(count);
    }
    for (town, counts) in towns {
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        let worst = counts.iter().map(|count| (count - mean).abs() / mean).fold(0.0, f64::max);
        assert!((0.35..0.95).contains(&worst), "{town}: {worst}");
    }
}

#[test]
fn every_grid_has_one_squad_of_its_town() {
    let (grids, squads) = (tier(&haikou(), "grids"), table("squads.csv"));
    let patrolling: Vec<_> = squads.iter().filter(|squad| !squad["grids"].is_empty()).collect();
    assert_eq!((squads.len(), patrolling.len()), (54, 52));
    let mut seen = BTreeSet::new();
    for squad in &patrolling {
        let people = ["police", "auxiliaries", "officers", "assistants"].map(|kind| squad[kind].as_str());
        assert_eq!(people, ["1", "2", "2", "4"]);
        for grid in squad["grids"].split(';') {
            assert!(grid.starts_with(&squad["town_code"]) && seen.insert(grid));
        }
    }
    assert_eq!(seen, codes(&grids));
}

#[test]
fn dirt_moves_borders_by_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(sample(&["--dirt", "0.8", "--incidents", "0"], folder.path()), well());
    let (clean, dirty) = (tier(&haikou(), "blocks"), tier(folder.path(), "blocks"));
    assert_eq!(clean.len(), dirty.len());
    let scale = wangge::geometry::Scale::at(200_000_000);
    let away = |p: Point, a: Point, b: Point| {
        let metres = |q: Point| (f64::from(q.x - a.x) * scale.x, f64::from(q.y - a.y) * scale.y);
        let ((px, py), (bx, by)) = (metres(p), metres(b));
        let along = ((px * bx + py * by) / (bx * bx + by * by)).clamp(0.0, 1.0);
        (px - along * bx).hypot(py - along * by)
    };
    let (mut moved, mut missing) = (0, 0);
    for (clean, dirty) in clean.iter().zip(&dirty) {
        assert_eq!(clean.properties, dirty.properties);
        let (old, new) = (&clean.polygons[0][0], &dirty.polygons[0][0]);
        let furthest = |points: &[Point], line: &[Point]| {
            let nearest = |&p: &Point| line.windows(2).map(|pair| away(p, pair[0], pair[1])).fold(f64::MAX, f64::min);
            points.iter().map(nearest).fold(0.0, f64::max)
        };
        assert!(furthest(new, old) < 0.85 && furthest(old, new) < 1.65);
        moved += usize::from(furthest(new, old) > 0.05);
        missing += usize::from(new.len() < old.len());
    }
    assert!(moved > 500 && missing > 20, "{moved} {missing}");
    let crossed = dirty.iter().filter(|block| crosses(&block.polygons[0][0])).count();
    assert!((2..40).contains(&crossed), "{crossed}");
    assert!(!clean.iter().any(|block| crosses(&block.polygons[0][0])));
}

/// Whether a ring meets itself anywhere but at ends.
fn crosses(ring: &[Point]) -> bool {
    use wangge::geometry::{Meeting, meeting};
    let edges: Vec<&[Point]> = ring.windows(2).collect();
    (0..edges.len()).any(|one| {
        (0..one).any(|two| {
            let met = meeting(edges[one][0], edges[one][1], edges[two][0], edges[two][1]);
            !matches!(met, Meeting::Apart | Meeting::Ends)
        })
    })
}

#[test]
fn a_plain_city_has_the_size_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let size = ["--units", "160", "--towns", "9", "--grids", "70", "--incidents", "900", "--seed", "7"];
    assert_eq!(sample(&size, folder.path()), well());
    let [towns, units, grids] = ["towns", "units", "grids"].map(|name| tier(folder.path(), name));
    assert_eq!([towns.len(), units.len(), grids.len()], [9, 160, 70]);
    let vertices: usize = units.iter().flat_map(Feature::rings).map(|ring| ring.len() - 1).sum();
    assert!((180..200).contains(&(vertices / units.len())), "{vertices}");
    let known = edges(&units);
    for feature in towns.iter().chain(&grids) {
        assert!(edges(std::slice::from_ref(feature)).keys().all(|edge| known.contains_key(edge)));
    }
    let area = |features: &[Feature]| features.iter().map(Feature::area).sum::<i128>();
    assert!(area(&towns) == area(&units) && area(&grids) == area(&units));
    let find = finder(&units);
    let mut rows = csv::Reader::from_path(folder.path().join("incidents.csv")).unwrap();
    let mut count = 0;
    for row in rows.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let point = Point::from_degrees(row["lon"].parse().unwrap(), row["lat"].parse().unwrap()).unwrap();
        assert_eq!(find(point).len(), 1);
        count += 1;
    }
    assert_eq!(count, 900);
}

#[test]
fn bad_arguments_end_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let two = format!("{:?}", std::process::ExitCode::from(2));
    for arguments in [&["--units", "many"][..], &["--what"], &["--dirt", "-1"], &["--units", "0"], &["--dirt", "NaN"]] {
        assert_eq!(sample(arguments, folder.path()), two, "{arguments:?}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(sample(&["--units", "2", "--towns", "1", "--incidents", "1"], &file), two);
}
