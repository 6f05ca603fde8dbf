//! Coordinate systems against PROJ and against the published vectors.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wangge::base::Rule;
use wangge::edit::History;
use wangge::geometry::Bounds;
use wangge::io::crs::{System, control_points, fit, from_bd, from_gcj, gcj_to_bd, to_bd, to_gcj};
use wangge::io::export::ExportOptions;
use wangge::io::journal::{Base, Journal};
use wangge::io::layer::Format;
use wangge::io::{Options, open};
use wangge::model::Plan;
use wangge::render::paper::Imprint;
use wangge::render::{Order, Product, hand_over};

use super::{layer_of, layers, outside, progress, says};

/// Metres between two places in degrees, near enough for what is asked here.
fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    let across = (a[0] - b[0]) * 111_320.0 * a[1].to_radians().cos();
    across.hypot((a[1] - b[1]) * 110_900.0)
}

#[test]
fn gcj_and_bd_follow_the_published_vectors() {
    // From the tests of public implementations of the formula.
    let near = |a: [f64; 2], b: [f64; 2]| assert!((a[0] - b[0]).hypot(a[1] - b[1]) < 1e-9, "{a:?} {b:?}");
    near(to_gcj([116.404, 39.915]), [116.410_244_499_169_38, 39.916_404_281_501_64]);
    near(gcj_to_bd([116.404, 39.915]), [116.410_369_493_710_29, 39.921_336_993_510_22]);
    // Haikou: 435 to 469 m east, 177 to 268 m south.
    let haikou = [110.33, 20.03];
    assert!((500.0..520.0).contains(&metres(haikou, to_gcj(haikou))));
    assert!((1_200.0..1_225.0).contains(&metres(haikou, to_bd(haikou))));
    // Outside the box nothing is shifted.
    assert_eq!(to_gcj([0.0, 51.5]), [0.0, 51.5]);
}

#[test]
fn inverse_of_gcj_and_bd_is_good_to_a_centimetre() {
    let mut worst = [0.0f64; 2];
    for at in 0..100_000u32 {
        // A lattice over the mainland that meets no line of the formula twice.
        let place = [74.0 + f64::from(at % 317) * 0.191, 18.2 + f64::from(at / 317) * 0.110_3];
        for (slot, [there, back]) in
            [[to_gcj as fn([f64; 2]) -> [f64; 2], from_gcj as fn([f64; 2]) -> [f64; 2]], [to_bd, from_bd]]
                .into_iter()
                .enumerate()
        {
            worst[slot] = worst[slot].max(metres(place, back(there(place))));
        }
    }
    assert!(worst.iter().all(|&worst| worst < 0.01), "{worst:?} m");
}

#[test]
fn projections_agree_with_proj_to_a_millimetre() {
    let mut places = Vec::new();
    for dx in -4..=4 {
        for dy in 0..=8 {
            places.push([f64::from(dx) * 0.83 + 0.123_456_7, 18.1 + f64::from(dy) * 4.31]);
        }
    }
    let systems = [
        (4546, 111.0),
        (4525, 111.0),
        (4547, 114.0),
        (4508, 111.0),
        (4497, 111.0),
        (4513, 75.0),
        (4533, 135.0),
        (4534, 75.0),
        (4554, 135.0),
        (4491, 75.0),
        (4502, 75.0),
        (4512, 135.0),
        (32_649, 111.0),
        (32_650, 117.0),
        (3857, 111.0),
        (2365, 123.0),
        (2384, 117.0),
        (2417, 123.0),
        (2436, 117.0),
        (2333, 111.0),
        (21_419, 111.0),
        (3826, 121.0),
    ];
    for (code, meridian) in systems {
        let system = System::epsg(code).unwrap();
        let base = match code {
            2327..=2390 => "EPSG:4610",
            2401..=2442 | 21_413..=21_463 => "EPSG:4214",
            32_601..=32_660 | 3857 => "EPSG:4326",
            3826 => "EPSG:3824",
            _ => "EPSG:4490",
        };
        let child = Command::new("cs2cs")
            .args(["-f", "%.6f", base, "+to", &format!("EPSG:{code}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else { return println!("SKIPPED: cs2cs (proj-bin) is not installed") };
        // These degrees have latitude first, and Gauss–Krüger has north first.
        let lines: String =
            places.iter().map(|place| format!("{:.10} {:.10}\n", place[1], place[0] + meridian)).collect();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let east_first = matches!(code, 32_601..=32_660 | 3857 | 3826);
        for (place, line) in places.iter().zip(text.lines()) {
            let numbers: Vec<f64> = line.split_whitespace().take(2).map(|number| number.parse().unwrap()).collect();
            let right = if east_first { [numbers[0], numbers[1]] } else { [numbers[1], numbers[0]] };
            let place = [place[0] + meridian, place[1]];
            let ours = system.from_degrees(place);
            assert!((ours[0] - right[0]).hypot(ours[1] - right[1]) < 1e-3, "EPSG:{code} {place:?}: {ours:?} {right:?}");
            assert!(metres(place, system.to_degrees(ours)) < 1e-3, "EPSG:{code} {place:?} back");
        }
        assert_eq!(text.lines().count(), places.len());
    }
}

/// The same city in several systems, formats and encodings lands on the same vertices within 3 cm.
#[test]
fn one_city_in_many_systems_and_formats_lands_on_one_place() {
    let towns = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou/towns.geojson");
    let original = &layers(&towns).unwrap()[0];
    let folder = tempfile::tempdir().unwrap();
    for (driver, ending, codes) in [
        ("ESRI Shapefile", "shp", &[4326, 4490, 4546, 4525, 32_649, 3857][..]),
        ("GPKG", "gpkg", &[4326, 4490, 4546, 4525, 4508]),
        ("GeoJSON", "geojson", &[4326, 4490, 4546, 4525, 3857]),
        ("FlatGeobuf", "fgb", &[4326, 4546]),
        ("KML", "kml", &[4326]),
    ] {
        for &code in codes {
            let path = folder.path().join(format!("towns_{code}.{ending}"));
            let system = format!("EPSG:{code}");
            let mut args = vec!["-f", driver, "-t_srs", &system, path.to_str().unwrap(), towns.to_str().unwrap()];
            match driver {
                "ESRI Shapefile" => args.extend(["-lco", "ENCODING=GBK"]),
                "GeoJSON" => args.extend(["-lco", "COORDINATE_PRECISION=9"]),
                _ => {}
            }
            if outside("ogr2ogr", &args).is_none() {
                return;
            }
            let what = format!("{driver} {code}");
            let all = layers(&path).unwrap();
            let layer = &all[0];
            assert_eq!(layer.features.len(), original.features.len(), "{what}");
            let mut ours = original.polygons.points.clone();
            ours.sort();
            assert_eq!(layer.polygons.points.len(), ours.len(), "{what}");
            for point in &layer.polygons.points {
                // 3 cm are two cells and a half of latitude.
                let from = ours.partition_point(|other| other.x < point.x - 2);
                let near = ours[from..].iter().take_while(|other| other.x <= point.x + 2);
                assert!(near.clone().any(|other| (other.y - point.y).abs() <= 2), "{what}: {point:?} is nobody's");
            }
            // FlatGeobuf keeps features in the order of its index.
            let names = |layer: &wangge::io::Layer| {
                let mut names: Vec<String> =
                    layer.features.iter().map(|feature| feature.attributes["name"].to_string()).collect();
                names.sort();
                names
            };
            assert_eq!(names(layer), names(original), "{what}");
        }
    }
}

#[test]
fn numbers_go_before_a_wrong_declaration() {
    let with = |crs: &str, ring: &str| {
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
        )
    };
    let degrees = "[[110.33,20.03],[110.34,20.03],[110.34,20.04],[110.33,20.03]]";
    let layer = layer_of("a.geojson", with("urn:ogc:def:crs:EPSG::4546", degrees)).unwrap();
    assert!((layer.polygons.points[0].lon() - 110.33).abs() < 1e-6);
    assert!(says(&layer.notes, "but its numbers are degrees"));
    // Declared degrees, written metres with the zone before the easting, north first.
    let metres = "[[2215827.8,37429898.5],[2215827.8,37430898.5],[2216827.8,37430898.5],[2215827.8,37429898.5]]";
    let layer = layer_of("a.geojson", with("urn:ogc:def:crs:OGC:1.3:CRS84", metres)).unwrap();
    let found = layer.polygons.points[0];
    // Measured with PROJ 9.5 (EPSG:4525): this is 110.33 E, 20.03 N.
    assert!((found.lon() - 110.33).abs() < 1e-6 && (found.lat() - 20.03).abs() < 1e-6, "{found:?}");
    assert!(says(&layer.notes, "zone 37") && says(&layer.notes, "swapped"));
    // A zone declared with its number, written without it.
    let bare = "[[429898.5,2215827.8],[430898.5,2215827.8],[430898.5,2216827.8],[429898.5,2215827.8]]";
    let found = layer_of("a.geojson", with("EPSG:4525", bare)).unwrap().polygons.points[0];
    assert!((found.lon() - 110.33).abs() < 1e-6 && (found.lat() - 20.03).abs() < 1e-6, "{found:?}");
    // Latitude before longitude.
    let swapped = "[[20.03,110.33],[20.03,110.34],[20.04,110.34],[20.03,110.33]]";
    let layer = layer_of("a.geojson", with("EPSG:4490", swapped)).unwrap();
    assert!((layer.polygons.points[0].lat() - 20.03).abs() < 1e-6 && says(&layer.notes, "north stands before east"));
}

#[test]
fn metres_without_a_zone_are_placed_by_the_other_layers_or_asked_for() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let (towns, blocks) = (sample.join("towns.geojson"), sample.join("blocks.geojson"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns_metres.geojson");
    let args = ["-f", "GeoJSON", "-t_srs", "EPSG:4546", "-lco", "COORDINATE_PRECISION=4"];
    let args: Vec<&str> = args.into_iter().chain([path.to_str().unwrap(), towns.to_str().unwrap()]).collect();
    if outside("ogr2ogr", &args).is_none() {
        return;
    }
    // What declares nothing: the crs member taken away.
    let text = std::fs::read_to_string(&path).unwrap();
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("\"crs\"")).collect();
    std::fs::write(&path, text.join("\n")).unwrap();
    let alone = open(std::slice::from_ref(&path), &Options::default(), &progress()).unwrap_err().to_string();
    assert!(alone.contains("--crs"), "{alone}");
    let options = Options { systems: vec![(path.clone(), System::named("4546").unwrap())], ..Options::default() };
    assert_eq!(open(std::slice::from_ref(&path), &options, &progress()).unwrap().plan.tiers[0].zones.count(), 28);
    let both = open(&[blocks, path], &Options::default(), &progress()).unwrap();
    assert_eq!(both.plan.tiers.len(), 2);
    assert!(says(&both.problems, "EPSG:4546"), "{:?}", both.problems);
}

#[test]
fn a_local_system_is_fitted_on_control_points_and_nothing_of_it_is_kept() {
    // A grid turned by half a degree, 40 ppm long, its origin moved: as cities have them.
    let plane = System::epsg(4546).unwrap();
    let (sin, cos) = 0.5_f64.to_radians().sin_cos();
    let local = |place: [f64; 2]| {
        let [x, y] = plane.from_degrees(place);
        let [x, y] = [x - 410_000.0, y - 2_190_000.0];
        [1.000_04 * (cos * x - sin * y) + 5_000.0, 1.000_04 * (sin * x + cos * y) + 3_000.0]
    };
    let line = |[lon, lat]: [f64; 2]| {
        let [x, y] = local([lon, lat]);
        format!("{x:.4},{y:.4},{lon},{lat}\n")
    };
    // Between the points of the lattice, so that no layer has them by chance.
    let corners = [
        [110.120_345_678_9, 19.951_234_567_8],
        [110.551_234_543_2, 19.932_345_671_2],
        [110.330_123_454_3, 20.061_234_542_1],
        [110.421_234_565_4, 20.012_345_673_4],
    ];
    let text = format!("东,北,经度,纬度\n{}", corners.map(line).concat());
    let fitted = fit(&control_points(&text).unwrap()).unwrap();
    assert!(fitted.residuals_m.iter().all(|&off| off < 0.02), "{:?}", fitted.residuals_m);
    let middle = [110.3, 19.99];
    assert!(metres(middle, fitted.system.to_degrees(local(middle))) < 0.02);
    let back = fitted.system.from_degrees(middle);
    assert!((back[0] - local(middle)[0]).hypot(back[1] - local(middle)[1]) < 0.02);
    assert!(!format!("{:?}", fitted.system).contains("410"), "{:?}", fitted.system);
    // A slip of the pen is seen, and bad points are refused.
    let slip = text.replace("110.33012", "110.33112");
    assert!(fit(&control_points(&slip).unwrap()).unwrap().residuals_m.iter().any(|&off| off > 10.0));
    assert!(fit(&control_points(&line(corners[0])).unwrap()).is_err());
    assert!(control_points("1,2,3\n").err().unwrap().en.contains("line 1"));
    // A layer in it comes back to its lattice points, within three cells.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou/towns.geojson");
    let right = layers(&sample).unwrap().remove(0);
    let mut moved: serde_json::Value = serde_json::from_slice(&std::fs::read(&sample).unwrap()).unwrap();
    for feature in moved["features"].as_array_mut().unwrap() {
        shift_by(&mut feature["geometry"]["coordinates"], &local);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns.geojson");
    std::fs::write(&path, moved.to_string()).unwrap();
    let options = Options { systems: vec![(path.clone(), fitted.system)], ..Options::default() };
    let opened = open(std::slice::from_ref(&path), &options, &progress()).unwrap();
    assert!(says(&opened.problems, "由 4 个控制点拟合"), "{:?}", opened.problems);
    let (ours, theirs) = (opened.plan.coverage.bounds(), Bounds::of(&right.polygons.points));
    for (a, b) in [(ours.min, theirs.min), (ours.max, theirs.max)] {
        assert!(a.x.abs_diff(b.x) <= 3 && a.y.abs_diff(b.y) <= 3, "{a:?} {b:?}");
    }
    let written = everything_written(&opened.plan, folder.path());
    let numbers = corners.into_iter().flat_map(|corner| local(corner).into_iter().chain(corner));
    // As they were read, and the scale and the turn in the forms they are known by.
    let texts = corners.iter().flat_map(|&corner| line(corner).split(',').map(str::to_owned).collect::<Vec<_>>());
    let texts = texts.filter(|text| text.len() >= 9).chain(["1.00004", "0.00872653", "0.00872688"].map(str::to_owned));
    let mut secrets: Vec<Vec<u8>> = texts.map(|text| text.trim().as_bytes().to_vec()).collect();
    secrets.extend(numbers.flat_map(|number| [number.to_le_bytes().to_vec(), number.to_be_bytes().to_vec()]));
    for (file, bytes) in &written {
        for secret in &secrets {
            let found = memchr::memmem::find(bytes, secret);
            assert!(found.is_none(), "{} is in {}", String::from_utf8_lossy(secret), file.display());
        }
    }
}

/// Every file a plan leaves behind: project, working copy, layer with its certificate, report, register.
fn everything_written(plan: &Plan, folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = folder.join("written");
    std::fs::create_dir(&folder).unwrap();
    let history = History::default();
    wangge::io::project::save(plan, &history, &folder.join("plan.gpkg"), None, &progress()).unwrap();
    let copy = Journal::begin(&folder.join("state/copy.sqlite"), Base::Plan(plan, &history, None)).unwrap();
    copy.sync().unwrap();
    for (product, name) in [
        (Product::Layer(Format::GeoJson), "layer.geojson"),
        (Product::Layer(Format::Shapefile), "layer.shp"),
        (Product::of_key("xlsx").unwrap(), "register.xlsx"),
        (Product::of_key("html").unwrap(), "report.html"),
    ] {
        let (options, imprint) = (ExportOptions::default(), Imprint::default());
        let order = Order { tier: 0, product, options, imprint, each: false, certificate: true };
        hand_over(plan, &order, &folder.join(name), &progress()).unwrap();
    }
    let (mut folders, mut files) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), std::fs::read(path).unwrap()));
            }
        }
    }
    assert!(files.len() >= 9, "{}", files.len());
    files
}

#[test]
fn a_layer_in_gcj_is_measured_and_named_and_converting_it_mends_it() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/haikou");
    let (towns, blocks) = (sample.join("towns.geojson"), sample.join("blocks.geojson"));
    let folder = tempfile::tempdir().unwrap();
    for (name, formula) in [("GCJ-02", to_gcj as fn([f64; 2]) -> [f64; 2]), ("BD-09", to_bd)] {
        let mut shifted: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&towns).unwrap()).unwrap();
        for feature in shifted["features"].as_array_mut().unwrap() {
            shift_by(&mut feature["geometry"]["coordinates"], &formula);
        }
        let path = folder.path().join("shifted_towns.geojson");
        std::fs::write(&path, shifted.to_string()).unwrap();
        let files = [blocks.clone(), path.clone()];
        let opened = open(&files, &Options::default(), &progress()).unwrap();
        let found: Vec<_> =
            opened.problems.iter().filter(|problem| problem.rule == Rule::SuspectedDatumShift).collect();
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].file.as_deref(), Some("shifted_towns.geojson"), "{name}: {}", found[0].reason);
        assert!(found[0].reason.en.contains(name) && found[0].remedies[0].en.contains(name), "{}", found[0].reason);
        let options = Options { systems: vec![(path, System::named(name).unwrap())], ..Options::default() };
        let mended = open(&files, &options, &progress()).unwrap();
        assert!(mended.problems.iter().all(|problem| problem.rule != Rule::SuspectedDatumShift));
        assert!(says(&mended.problems, "近似,仅供叠合"));
        assert_eq!(mended.plan.tiers.len(), 2, "{name}");
    }
    let right = open(&[blocks, towns], &Options::default(), &progress()).unwrap();
    assert!(right.problems.iter().all(|problem| problem.rule != Rule::SuspectedDatumShift));
}

fn shift_by(value: &mut serde_json::Value, formula: &impl Fn([f64; 2]) -> [f64; 2]) {
    let list = value.as_array_mut().unwrap();
    if let (Some(lon), Some(lat)) = (list[0].as_f64(), list.get(1).and_then(serde_json::Value::as_f64)) {
        let [lon, lat] = formula([lon, lat]);
        *list = vec![lon.into(), lat.into()];
    } else {
        list.iter_mut().for_each(|member| shift_by(member, formula));
    }
}
