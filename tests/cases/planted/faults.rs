//! A fault of every kind, and how it is planted in a city. The matches name every variant: a new rule, diagnosis or fate
//! without a planted fault does not compile.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wangge::base::{Problem, Progress, Rule};
use wangge::io::export::{self, ExportOptions};
use wangge::io::layer::Format;
use wangge::io::{Diagnosis, Options};
use wangge::model::{CodeForm, Fate, LeftOutReason};

use super::city::{Cell, City, Dice, File, Step, Zone};

/// What is planted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    Rule(Rule),
    Diagnosis(Diagnosis),
    Fate(Fate),
}

impl Fault {
    /// One of each.
    pub(super) fn all() -> Vec<Self> {
        let rules = Rule::ALL.into_iter().map(Self::Rule);
        let diagnoses = Diagnosis::ALL.into_iter().map(Self::Diagnosis);
        let fates = Fate::all().into_iter().filter(|fate| !matches!(fate, Fate::JoinedInto(_)));
        rules.chain(diagnoses).chain(fates.map(Self::Fate)).collect()
    }

    /// Whether a finding is about it.
    pub(super) fn is_found_by(&self, problem: &Problem) -> bool {
        match self {
            Self::Rule(rule) => problem.rule == *rule,
            Self::Diagnosis(diagnosis) => problem.reason.zh.contains(diagnosis.words().zh.as_str()),
            Self::Fate(_) => false,
        }
    }

    /// Plants it in a city whose grid `at` is looked at.
    pub(super) fn plant(&self, city: &mut City, at: usize, dice: &mut Dice) -> Asked {
        match self {
            Self::Rule(rule) => plant_rule(*rule, city, at, dice),
            Self::Diagnosis(diagnosis) => plant_diagnosis(*diagnosis, city, at),
            Self::Fate(fate) => plant_fate(fate, city, at),
        }
    }
}

/// What the plan is checked for beside the usual.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) grids: Option<CodeForm>,
    pub(super) band: Option<f64>,
    /// The code of a grid that takes land of a neighbour when the plan is open.
    pub(super) painted: Option<String>,
    /// What is added when the plan is open already.
    pub(super) added: Option<String>,
}

/// One metre and a little, in degrees.
const METRE: f64 = 1e-5;

/// Changes one feature of a file.
fn patch(city: &mut City, file: File, at: usize, change: impl Fn(&mut Value) + 'static) {
    city.patch(file, Step::One, move |features| change(&mut features[at]));
}

/// The outer ring of a feature.
fn ring(feature: &mut Value) -> &mut Vec<Value> {
    let coordinates = &mut feature["geometry"]["coordinates"];
    let polygon = if coordinates[0][0][0].is_array() { &mut coordinates[0] } else { coordinates };
    polygon[0].as_array_mut().unwrap()
}

fn moved(point: &Value, east: f64, north: f64) -> Value {
    json!([point[0].as_f64().unwrap() + east, point[1].as_f64().unwrap() + north])
}

/// The most south-western cell of a grid.
fn corner(city: &City, at: usize) -> Cell {
    *city.grids[at].cells.iter().min().unwrap()
}

fn plant_rule(rule: Rule, city: &mut City, at: usize, dice: &mut Dice) -> Asked {
    let mut asked = Asked::default();
    let (column, row) = corner(city, at);
    let middle = (column + 1, row + 1);
    match rule {
        Rule::Overlap => {
            let unit = unit_of(city, middle);
            patch(city, File::Units, unit, |unit| {
                let ring = ring(unit);
                ring[1] = moved(&ring[1], 40.0 * METRE, -40.0 * METRE);
            });
        }
        Rule::Gap => {
            let unit = unit_of(city, middle);
            city.patch(File::Units, Step::Number, move |units| drop(units.remove(unit)));
        }
        Rule::Sliver => {
            let unit = unit_of(city, middle);
            patch(city, File::Units, unit, |unit| {
                // A tooth 2 m wide and 0.2 m deep in an edge that runs east.
                let ring = ring(unit);
                let (from, to) = (ring[0].clone(), ring[1].clone());
                let along = |share: f64| {
                    let between = |axis: usize| {
                        let (a, b) = (from[axis].as_f64().unwrap(), to[axis].as_f64().unwrap());
                        a + (b - a) * share
                    };
                    [between(0), between(1)]
                };
                let [x, y] = along(0.5);
                let tooth = [along(0.497), [x, y - 0.2 * METRE], along(0.503)];
                ring.splice(1..1, tooth.map(|point| json!(point)));
            });
        }
        Rule::OutsideParent => {
            // A unit of the neighbouring town.
            let other = city.another(at, false);
            let cell = city.grids[other].cells.pop().unwrap();
            city.grids[at].cells.push(cell);
        }
        Rule::ParentNotCovered => {
            city.grids[at].cells.retain(|&cell| cell != (column, row));
        }
        Rule::NotContiguous => {
            let far = city.another(at, true);
            let away = |cell: &Cell| cell.0.abs_diff(column) + cell.1.abs_diff(row);
            let cell = city.grids[far].cells.iter().copied().max_by_key(away).unwrap();
            city.grids[far].cells.retain(|&other| other != cell);
            // Of a grid of three by three only the middle and one corner are left with it.
            city.grids[at].cells = vec![(column, row), cell];
        }
        Rule::PointTouch => city.grids[at].cells = vec![(column, row), middle],
        Rule::SelfCrossing => {
            let unit = unit_of(city, middle);
            patch(city, File::Units, unit, |unit| ring(unit).swap(1, 2));
        }
        Rule::UnclosedRing => patch(city, File::Grids, at, |grid| drop(ring(grid).pop())),
        Rule::Hairline => {
            // The east side of a unit at the southern rim, half a metre short.
            let unit = unit_of(city, (column, 0));
            patch(city, File::Units, unit, |unit| {
                let ring = ring(unit);
                ring[1] = moved(&ring[1], -0.5 * METRE, 0.0);
                ring[2] = moved(&ring[2], -0.5 * METRE, 0.0);
            });
        }
        Rule::Spike => patch(city, File::Grids, at, |grid| {
            let ring = ring(grid);
            let out = moved(&ring[1], 30.0 * METRE, 30.0 * METRE);
            let back = ring[1].clone();
            ring.splice(2..2, [out, back]);
        }),
        Rule::DuplicateVertex => patch(city, File::Grids, at, |grid| {
            let ring = ring(grid);
            let twice = ring[1].clone();
            ring.insert(1, twice);
        }),
        Rule::DuplicateCode => {
            let other = city.another(at, true);
            let code = city.grids[other].code.clone();
            city.grids[at].code = code;
        }
        Rule::MissingCode => city.grids[at].code = String::new(),
        Rule::MissingName => city.grids[at].name = String::new(),
        Rule::NullGeometry => patch(city, File::Grids, at, |grid| grid["geometry"] = Value::Null),
        Rule::SuspectedDatumShift => city.patch(File::Grids, Step::All, |grids| {
            for grid in grids {
                ring(grid).iter_mut().for_each(|point| *point = moved(point, 430.0 * METRE, -260.0 * METRE));
            }
        }),
        Rule::BadValue => {
            patch(city, File::Grids, at, |grid| grid["properties"]["mark"] = "not a number".into());
            city.texts.push((File::Grids, "\"not a number\"".to_owned(), "NaN".to_owned()));
        }
        Rule::NotUpdated => {
            // A property that is no figure of ours, and land that changes hands later.
            city.patch(File::Grids, Step::All, |grids| {
                for (at, grid) in grids.iter_mut().enumerate() {
                    grid["properties"]["shops"] = json!(7 * at + 3);
                }
            });
            asked.painted = Some(city.grids[at].code.clone());
        }
        Rule::DividedPlace => {
            // It names a town, which has four grids.
            let town = city.town_of(at).code.clone();
            city.incidents.push(format!(",,2026-05-04 11:10,乱停车,{town}"));
        }
        Rule::MalformedCode => {
            "A7".clone_into(&mut city.grids[at].code);
            asked.grids = Some(CodeForm::BelowTown);
        }
        Rule::DuplicateName => {
            let other = city.another(at, true);
            let name = city.grids[other].name.clone();
            city.grids[at].name = name;
        }
        Rule::Enclave => {
            // The middle of a grid is a grid of its own.
            city.grids[at].cells.retain(|&cell| cell != middle);
            let code = format!("{}9", &city.grids[at].code[..11]);
            city.grids.push(Zone { cells: vec![middle], code, name: "园中园".to_owned() });
        }
        Rule::ThinNeck => {
            // Two units that share five metres: the nodes of their common side are drawn together.
            let (low, high) = (city.node(column + 1, row + 1), city.node(column + 1, row + 2));
            let half = [low[0].midpoint(high[0]), low[1].midpoint(high[1])];
            city.place(column + 1, row + 1, [half[0], half[1] - 2.3 * METRE]);
            city.place(column + 1, row + 2, [half[0], half[1] + 2.3 * METRE]);
            city.grids[at].cells = vec![(column, row + 1), middle];
        }
        Rule::IncidentsOutside => {
            let [x, y] = city.node(0, 0);
            let (x, y) = (x - 0.01 - dice.below(50) as f64 * 1e-4, y - 0.01);
            city.incidents.push(format!("{x:.7},{y:.7},2026-05-04 11:10,乱停车"));
        }
        Rule::OutOfBand => {
            let [x, y] = city.middle(middle);
            let rows = (0..400).map(|day| format!("{x:.7},{y:.7},2026-05-{:02} 11:10,乱停车", 1 + day % 28));
            city.incidents.extend(rows.collect::<Vec<_>>());
            asked.band = Some(10.0);
        }
    }
    asked
}

/// The place of a cell's unit in its file.
fn unit_of(city: &City, (column, row): Cell) -> usize {
    row * city.columns() + column
}

/// Sets what a JSON pointer names in a grid.
fn set(city: &mut City, at: usize, path: &'static str, value: Value) {
    patch(city, File::Grids, at, move |grid| *grid.pointer_mut(path).unwrap() = value.clone());
}

/// Gives a grid a member, a property or an id.
fn give(city: &mut City, at: usize, path: &'static str, key: &'static str, value: Value) {
    patch(city, File::Grids, at, move |grid| grid.pointer_mut(path).unwrap()[key] = value.clone());
}

/// Writes something into the text of the file of grids that no JSON value can hold.
fn write(city: &mut City, at: usize, text: &str) {
    give(city, at, "/properties", "mark", "HERE".into());
    city.texts.push((File::Grids, "\"mark\":\"HERE\"".to_owned(), text.to_owned()));
}

fn plant_diagnosis(diagnosis: Diagnosis, city: &mut City, at: usize) -> Asked {
    let [x, y] = city.middle(corner(city, at));
    match diagnosis {
        Diagnosis::NoGeometry => set(city, at, "/geometry", Value::Null),
        Diagnosis::NotFeature => city.patch(File::Grids, Step::Number, |features| features.push(json!(5))),
        Diagnosis::Unmarked => set(city, at, "/type", "Thing".into()),
        Diagnosis::BareGeometry => patch(city, File::Grids, at, |grid| *grid = grid["geometry"].clone()),
        Diagnosis::UnknownType => set(city, at, "/geometry/type", "Blob".into()),
        Diagnosis::NoCoordinates => set(city, at, "/geometry", json!({"type": "Polygon"})),
        Diagnosis::Nesting => set(city, at, "/geometry/coordinates", json!([1, 2])),
        Diagnosis::NotNumber => patch(city, File::Grids, at, |grid| ring(grid)[1] = json!(["east", 20])),
        Diagnosis::OutOfRange => patch(city, File::Grids, at, |grid| ring(grid)[1] = json!([500_000, 20])),
        Diagnosis::Unclosed => patch(city, File::Grids, at, |grid| drop(ring(grid).pop())),
        Diagnosis::ShortRing => patch(city, File::Grids, at, move |grid| {
            let polygon = grid["geometry"]["coordinates"].as_array_mut().unwrap();
            polygon.push(json!([[x, y], [x + METRE, y], [x, y]]));
        }),
        Diagnosis::ShortLine => extra(city, &json!({"type": "LineString", "coordinates": [[x, y]]})),
        Diagnosis::Heights => patch(city, File::Grids, at, |grid| {
            ring(grid).iter_mut().for_each(|point| point.as_array_mut().unwrap().push(json!(3.5)));
        }),
        Diagnosis::NestedCollection => wrap(city, at, 2),
        Diagnosis::DeepCollection => wrap(city, at, 20),
        Diagnosis::StrayMember => give(city, at, "", "coordinates", json!([])),
        Diagnosis::BadId => give(city, at, "", "id", json!({"number": 4})),
        Diagnosis::BadBbox => give(city, at, "", "bbox", json!([1])),
        Diagnosis::BadProperties => set(city, at, "/properties", json!(5)),
        Diagnosis::Doubled => write(city, at, "\"mark\":1,\"mark\":2"),
        Diagnosis::NotFinite => write(city, at, "\"mark\":NaN"),
        Diagnosis::LongNumber => write(city, at, "\"mark\":1234567890123456789012"),
        Diagnosis::HalfCharacter => write(city, at, "\"mark\":\"\\ud800\""),
        // A TIN.
        Diagnosis::OtherGeometry => city.rewrite(|folder, file| geopackage(folder, file, |wkb| wkb[1] = 16)),
        Diagnosis::BrokenGeometry => city.rewrite(|folder, file| geopackage(folder, file, |wkb| wkb[7] = 0x7f)),
        Diagnosis::PiledRings => city.add("piled", "json", piled([x, y])),
        Diagnosis::Arcs => city.rewrite(move |folder, file| geopackage(folder, file, |wkb| *wkb = disc([x, y], 1))),
        // Ten thousand circles, each of which is many lines.
        Diagnosis::TooManyArcs => {
            city.rewrite(move |folder, file| geopackage(folder, file, |wkb| *wkb = disc([x, y], 100_000)));
        }
        Diagnosis::NotKept => city.rewrite(|folder, file| {
            let change = format!("UPDATE {} SET name = x'00ff00' WHERE rowid = 2", file.layer());
            stored(folder, file, |database| database.execute_batch(&change).unwrap())
        }),
        Diagnosis::Deleted => city.rewrite(|folder, file| {
            shapefile(folder, file, |dbf| {
                let (head, row) = (usize::from(dbf[8]) + 256 * usize::from(dbf[9]), usize::from(dbf[10]));
                dbf[head + row] = b'*';
            })
        }),
        Diagnosis::RowAlone => city.rewrite(|folder, file| {
            shapefile(folder, file, |dbf| {
                let row = usize::from(dbf[10]);
                let end = dbf.len() - 1 - row;
                let last = dbf[end..end + row].to_vec();
                dbf.splice(end..end, last);
                dbf[4] += 1;
            })
        }),
        Diagnosis::Entity => {
            let text = format!(
                "<?xml version=\"1.0\"?><!DOCTYPE kml [<!ENTITY who \"me\">]><kml><Placemark><name>&who;</name><Point>\
                 <coordinates>{x},{y}</coordinates></Point></Placemark></kml>"
            );
            city.add("named", "kml", text);
        }
        Diagnosis::Linked => {
            let text = format!(
                "<kml><Document><NetworkLink><Link><href>a.kml</href></Link></NetworkLink><Placemark><name>a</name><Point>\
                 <coordinates>{x},{y}</coordinates></Point></Placemark></Document></kml>"
            );
            city.add("places", "kml", text);
        }
        Diagnosis::NotedPoints => walk(city, [x, y], "<ele>4</ele>"),
        Diagnosis::Extensions => walk(city, [x, y], "<extensions><a>4</a></extensions>"),
        Diagnosis::NoPlace => city.incidents.push(",,2026-05-04 11:10,乱停车".to_owned()),
        Diagnosis::BadPlace => city.incidents.push("somewhere,here,2026-05-04 11:10,乱停车".to_owned()),
        Diagnosis::BadTime => city.incidents.push(format!("{x:.7},{y:.7},some day,乱停车")),
        Diagnosis::LongRow => city.incidents.push(format!("{x:.7},{y:.7},2026-05-04 11:10,乱停车,,more")),
        Diagnosis::ShortRow => city.incidents.push(format!("{x:.7},{y:.7},2026-05-04 11:10")),
        Diagnosis::StrayQuote => city.incidents.push(format!("{x:.7},{y:.7},2026-05-04 11:10,\"乱停车")),
    }
    Asked::default()
}

/// A track with something noted at its points.
fn walk(city: &mut City, [x, y]: [f64; 2], noted: &str) {
    let point = |lon: f64| format!("<trkpt lat=\"{y}\" lon=\"{lon}\">{noted}</trkpt>");
    let (one, two) = (point(x), point(x + METRE));
    let text = format!("<gpx version=\"1.1\"><trk><name>walk</name><trkseg>{one}{two}</trkseg></trk></gpx>");
    city.add("walk", "gpx", text);
}

/// A shape as `ArcGIS` writes it whose rings all lie over each other, none of them clockwise.
fn piled([x, y]: [f64; 2]) -> String {
    let ring = json!([[x, y], [x + METRE, y], [x + METRE, y + METRE], [x, y]]);
    let rings = vec![ring; 6_000];
    let feature = json!({"attributes": {"name": "piled"}, "geometry": {"rings": rings}});
    let reference = json!({"wkid": 4326});
    json!({"geometryType": "esriGeometryPolygon", "spatialReference": reference, "features": [feature]}).to_string()
}

/// A further file: a feature, and a road.
fn extra(city: &mut City, geometry: &Value) {
    let other = json!({"type": "LineString", "coordinates": [city.node(0, 0), city.node(1, 0)]});
    let features =
        [geometry, &other].map(|geometry| json!({"type": "Feature", "properties": {}, "geometry": geometry}));
    let text = json!({"type": "FeatureCollection", "features": features}).to_string();
    city.add("road", "geojson", text);
}

/// Puts the geometry of a grid into so many collections.
fn wrap(city: &mut City, at: usize, depth: usize) {
    patch(city, File::Grids, at, move |grid| {
        for _ in 0..depth {
            grid["geometry"] = json!({"type": "GeometryCollection", "geometries": [grid["geometry"]]});
        }
    });
}

/// A clean file of a folder written in another format.
fn rewritten(folder: &Path, file: File, format: Format, ending: &str) -> PathBuf {
    let progress = Progress::default();
    let plan = wangge::io::open(&[folder.join(file.name())], &Options::default(), &progress).unwrap().plan;
    let path = folder.join(format!("{}.{ending}", file.layer()));
    export::write(format, &plan, 0, &path, &ExportOptions::default(), &progress).unwrap();
    path
}

/// A file as a GeoPackage in which something was changed by hand.
fn stored(folder: &Path, file: File, change: impl Fn(&rusqlite::Connection)) -> PathBuf {
    let path = rewritten(folder, file, Format::GeoPackage, "gpkg");
    let database = rusqlite::Connection::open(&path).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut rows = database.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for trigger in names("SELECT name FROM sqlite_master WHERE type = 'trigger'") {
        database.execute_batch(&format!("DROP TRIGGER \"{trigger}\"")).unwrap();
    }
    change(&database);
    drop(database);
    path
}

/// A file as a GeoPackage in which the WKB of one geometry was changed.
fn geopackage(folder: &Path, file: File, change: impl Fn(&mut Vec<u8>)) -> PathBuf {
    let layer = file.layer();
    stored(folder, file, |database| {
        let read = format!("SELECT geom FROM {layer} WHERE rowid = 2");
        let blob: Vec<u8> = database.query_row(&read, [], |row| row.get(0)).unwrap();
        let envelope = [0, 32, 48, 48, 64][usize::from(blob[3] >> 1 & 7)];
        let (head, wkb) = blob.split_at(8 + envelope);
        let mut wkb = wkb.to_vec();
        change(&mut wkb);
        let blob = [head, &wkb].concat();
        database.execute(&format!("UPDATE {layer} SET geom = ?1 WHERE rowid = 2"), [blob]).unwrap();
    })
}

/// A file as a shapefile whose table was changed.
fn shapefile(folder: &Path, file: File, change: impl Fn(&mut Vec<u8>)) -> PathBuf {
    let path = rewritten(folder, file, Format::Shapefile, "shp");
    let table = path.with_extension("dbf");
    let mut bytes = std::fs::read(&table).unwrap();
    change(&mut bytes);
    std::fs::write(table, bytes).unwrap();
    path
}

/// A disc of half circles as a CURVEPOLYGON of one CIRCULARSTRING, in WKB.
fn disc([x, y]: [f64; 2], circles: u32) -> Vec<u8> {
    let radius = 20.0 * METRE;
    let count = 4 * circles + 1;
    let mut wkb = vec![1, 10, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0];
    wkb.extend(count.to_le_bytes());
    for quarter in 0..count {
        let angle = f64::from(quarter) * std::f64::consts::FRAC_PI_2;
        wkb.extend((x + radius * angle.cos()).to_le_bytes());
        wkb.extend((y + radius * angle.sin()).to_le_bytes());
    }
    wkb
}

fn plant_fate(fate: &Fate, city: &mut City, at: usize) -> Asked {
    let [x, y] = city.middle(corner(city, at));
    match fate {
        // What every city has; zones are joined by one command alone, which has a test of its own.
        Fate::Zone | Fate::Incidents | Fate::JoinedInto(_) => Asked::default(),
        Fate::Record => plant_rule(Rule::NullGeometry, city, at, &mut Dice::new(1)),
        Fate::Reference => {
            extra(city, &json!({"type": "LineString", "coordinates": [[x, y], [x + METRE, y]]}));
            Asked::default()
        }
        Fate::Squad => {
            let grid = &city.grids[at].code;
            let text = format!("code,name,police,officers,grids\nS1,一分队,1,2,{grid}\n");
            city.add("squads", "csv", text);
            Asked::default()
        }
        Fate::LeftOut(why) => match why {
            LeftOutReason::NoFeature => plant_diagnosis(Diagnosis::NotFeature, city, at),
            LeftOutReason::Deleted => plant_diagnosis(Diagnosis::Deleted, city, at),
            LeftOutReason::NoGeometry => {
                extra(city, &Value::Null);
                Asked::default()
            }
            LeftOutReason::Elsewhere => added(json!({"type": "Point", "coordinates": [x + 40.0, y]}).to_string()),
            LeftOutReason::NotAdded => added("code,name,police,officers,grids\nS1,一分队,1,2,x\n".to_owned()),
        },
    }
}

/// A file that is added to the plan when it is open.
fn added(text: String) -> Asked {
    Asked { added: Some(text), ..Asked::default() }
}
