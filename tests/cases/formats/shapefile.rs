//! Shapefiles: which records count, which rows, which columns.

use proptest::prelude::*;
use wangge::io::Layer;

use super::make::{Piece, dbf, polygon, shp, shx, square};
use super::{case, codes, info, land, nine_codes};
use crate::cases as tests;
use crate::doors::{layers, says};

/// The one layer of a shapefile of these files.
fn read(files: &[(&str, &[u8])]) -> Layer {
    let folder = tempfile::tempdir().unwrap();
    for (ending, bytes) in files {
        std::fs::write(folder.path().join(format!("a.{ending}")), bytes).unwrap();
    }
    layers(&folder.path().join("a.shp")).unwrap().remove(0)
}

fn table(count: usize) -> Vec<u8> {
    let codes: Vec<String> = (1..=count).map(|number| format!("{number:03}")).collect();
    let rows: Vec<Vec<&str>> = codes.iter().map(|code| vec![code.as_str()]).collect();
    dbf(count as u32, &[("CODE", 12)], &rows)
}

/// The record of the square in a column of the lattice of tests.
fn record(number: u32, column: u32) -> Piece {
    Piece::Record(number, polygon(&[square(110.0 + f64::from(column) * 0.01, 20.0)]))
}

/// West of each feature, in columns.
fn columns(layer: &Layer) -> Vec<i32> {
    let west = |unit: usize| {
        let areas = wangge::geometry::Areas::from(layer.polygons.clone());
        areas.rings_of_unit(unit).flatten().map(|point| point.x).min().map_or(-1, |x| (x - 1_100_000_000) / 100_000)
    };
    (0..layer.features.len()).map(west).collect()
}

#[test]
fn a_018_shp_gap_between_records() {
    let layer = layers(&case("018-shp/gap_between_records/grids.shp")).unwrap().remove(0);
    assert_eq!(codes(&layer), nine_codes());
    assert!(land(&layer).iter().all(|&land| land > 0));
    assert!(says(&layer.notes, "holes between its records"), "{:?}", layer.notes);
    let (value, _) = info(&[case("018-shp/gap_between_records/grids.shp")]);
    assert_eq!(value["files"][0]["features"], 9);
}

#[test]
fn a_018_shp_gap_goes_out_whole() {
    let folder = tempfile::tempdir().unwrap();
    let shp = case("018-shp/gap_between_records/grids.shp");
    let out = folder.path().join("out.geojson");
    let args =
        ["export".as_ref(), shp.as_os_str(), "--format".as_ref(), "geojson".as_ref(), "-o".as_ref(), out.as_os_str()];
    let output = tests::wangge(folder.path(), &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(codes(&layers(&out).unwrap()[0]), nine_codes());
}

#[test]
fn a_018_shp_without_a_whole_index_the_table_tells() {
    let folder = case("018-shp/gap_between_records");
    let bytes = |ending: &str| std::fs::read(folder.join(format!("grids.{ending}"))).unwrap();
    let (main, table, whole) = (bytes("shp"), bytes("dbf"), bytes("shx"));
    let sound = read(&[("shp", &main), ("dbf", &table), ("shx", &whole)]);
    let short = |entries: usize| whole[..100 + 8 * entries].to_vec();
    let noise = [&whole[..100], &[0x5a; 72]].concat();
    for index in [None, Some(short(0)), Some(short(2)), Some(short(5)), Some(short(8)), Some(Vec::new()), Some(noise)] {
        let mut files = vec![("shp", main.as_slice()), ("dbf", table.as_slice())];
        files.extend(index.as_deref().map(|index| ("shx", index)));
        let layer = read(&files);
        assert_eq!(codes(&layer), nine_codes());
        assert_eq!(land(&layer), land(&sound), "{:?}: {:?}", index.map(|index| index.len()), layer.notes);
        assert!(says(&layer.notes, "found behind, by the numbers they have"), "{:?}", layer.notes);
    }
}

#[test]
fn a_018_shp_what_is_lost_behind_a_hole_is_an_error() {
    let is_error = |layer: &Layer| layer.notes.iter().any(|note| note.severity == wangge::base::Severity::Error);
    let hole = || Piece::Hole(vec![0xee; 60]);
    // The fourth record is gone; or it stands there twice, and nothing tells which counts.
    for pieces in [
        vec![record(1, 0), hole(), record(2, 1), record(3, 2), hole()],
        vec![record(1, 0), hole(), record(2, 1), record(4, 3), hole(), record(3, 2), record(4, 4)],
    ] {
        let (bytes, places) = shp(&pieces);
        let two = shx(&[places[0], places[2]]);
        let layer = read(&[("shp", &bytes), ("shx", &two), ("dbf", &table(4))]);
        assert_eq!(columns(&layer), [0, 1, -1, -1]);
        assert!(is_error(&layer) && says(&layer.notes, "ends at 2 of 4 rows"), "{:?}", layer.notes);
    }
    // Cut off between two records: the index knows of more.
    let (bytes, places) = shp(&[record(1, 0), record(2, 1), record(3, 2)]);
    let layer = read(&[("shp", &bytes[..places[2].0]), ("shx", &shx(&places)), ("dbf", &table(3))]);
    assert!(is_error(&layer), "{:?}", layer.notes);
}

#[test]
fn a_018_shp_without_its_index_the_loss_is_told() {
    let folder = case("018-shp/gap_between_records");
    let bytes = |ending: &str| std::fs::read(folder.join(format!("grids.{ending}"))).unwrap();
    // The type of the last record is no type of the file.
    let mut main = bytes("shp");
    let record = main.len() - 4 - 5 * 16 - 44;
    main[record] = 77;
    let layer = read(&[("shp", &main), ("dbf", &bytes("dbf"))]);
    // Nine rows in the table: nine features, five without land.
    assert_eq!(codes(&layer), nine_codes());
    assert_eq!(layer.kinds()[0], 4);
    assert!(says(&layer.notes, "damaged there; the shapes that follow are lost"), "{:?}", layer.notes);
    assert!(layer.notes.iter().any(|note| note.severity == wangge::base::Severity::Error));
    assert_eq!(
        layer.notes.iter().filter(|note| note.reason.en.contains("a row of the table without a shape")).count(),
        5
    );
}

#[test]
fn b_018_shp_dupfields() {
    let layer = layers(&case("018-shp/dupfields/grids.shp")).unwrap().remove(0);
    assert_eq!(layer.features[0].attributes["NAME"], "测试1网格");
    assert_eq!(layer.features[0].attributes["NAME_2"], "别名");
    assert!(says(&layer.notes, "NAME → NAME_2"), "{:?}", layer.notes);
    // Three of one name, one of them in lower case, one called as the second is renamed.
    let names = [("NAME", 4), ("name", 4), ("NAME_2", 4), ("NAME", 4)];
    let table = dbf(1, &names, &[vec!["a", "b", "c", "d"]]);
    let (shp, _) = shp(&[record(1, 0)]);
    let values = read(&[("shp", &shp), ("dbf", &table)]).features[0].attributes.values().cloned().collect::<Vec<_>>();
    assert_eq!(values, ["a", "b", "c", "d"]);
}

#[test]
fn b_018_shp_nrec0() {
    let layer = layers(&case("018-shp/nrec0/grids.shp")).unwrap().remove(0);
    assert_eq!(codes(&layer), nine_codes());
    assert!(says(&layer.notes, "promises 0 rows, 9 were read"), "{:?}", layer.notes);
    // Any other wrong number, too few or too many, where the shapes go with the rows that are there.
    let (shp, _) = shp(&[record(1, 0), record(2, 1), record(3, 2)]);
    for promised in [1, 2, 4, 70_000] {
        let rows = [vec!["1"], vec!["2"], vec!["3"]];
        let layer = read(&[("shp", &shp), ("dbf", &dbf(promised, &[("CODE", 4)], &rows))]);
        assert_eq!(codes(&layer), ["1", "2", "3"], "{promised}");
    }
}

#[test]
fn a_036_shp_ogr_edited_without_repacking() {
    let layer = layers(&case("036-shp-ogr/grids.shp")).unwrap().remove(0);
    let packed = layers(&case("036-shp-ogr/default/grids.shp")).unwrap().remove(0);
    assert_eq!(codes(&layer), nine_codes());
    // The first outline is the edited one, of seven corners, as after repacking.
    assert_eq!(land(&layer)[0], land(&packed)[0]);
    assert_ne!(land(&layer)[0], land(&layer)[8]);
    assert!(says(&layer.notes, "left over from editing"), "{:?}", layer.notes);
    assert!(!says(&packed.notes, ".shx"), "{:?}", packed.notes);
}

#[test]
fn a_036_shp_an_index_that_does_not_fit_is_told() {
    let (bytes, places) = shp(&[record(1, 0), record(2, 1), record(3, 2)]);
    let rows = table(3);
    let sound = |index: &[(usize, usize)]| read(&[("shp", &bytes), ("shx", &shx(index)), ("dbf", &rows)]);
    // Of an older, shorter file; of another file; of one place for all; of nothing.
    let others: [&[(usize, usize)]; 4] =
        [&places[..2], &[(100, 40), (148, 40), (196, 40)], &[places[0], places[0], places[0]], &[]];
    for index in others {
        let layer = sound(index);
        assert_eq!(columns(&layer), [0, 1, 2]);
        assert!(says(&layer.notes, "does not fit the file: 3 were read"), "{:?}", layer.notes);
    }
    assert!(!says(&sound(&places).notes, ".shx"));
}

#[test]
fn a_036_shp_a_damaged_index_of_a_damaged_file_saves_what_it_can() {
    // The second record is overwritten: what follows it is known by the index alone.
    let (bytes, places) = shp(&[record(1, 0), Piece::Hole(vec![0xde; 136]), record(3, 2), record(4, 3)]);
    let layer = read(&[("shp", &bytes), ("shx", &shx(&places)), ("dbf", &table(4))]);
    assert_eq!(columns(&layer), [0, -1, 2, 3]);
    assert!(says(&layer.notes, "1 are not where it says"), "{:?}", layer.notes);
    assert!(layer.notes.iter().any(|note| note.severity == wangge::base::Severity::Error));
}

proptest! {
    #![proptest_config(crate::cases(200))]

    /// However a file was edited in place, what its index names is what is read, in the order of the index.
    #[test]
    fn a_036_shp_edited_at_random(edits in prop::collection::vec((0usize..6, any::<bool>(), 0usize..40), 0..8)) {
        let mut pieces: Vec<Piece> = (0..6).map(|column| record(column + 1, column)).collect();
        let mut at: Vec<usize> = (0..6).collect();
        let mut expected: Vec<u32> = (0..6).collect();
        for (edit, &(feature, replace, hole)) in (10u32..).zip(&edits) {
            if hole > 20 {
                pieces.push(Piece::Hole(vec![0xee; hole / 2 * 2]));
            }
            if replace {
                at[feature] = pieces.len();
                expected[feature] = edit;
                pieces.push(record(feature as u32 + 1, edit));
            }
        }
        let (bytes, places) = shp(&pieces);
        let index: Vec<(usize, usize)> = at.iter().map(|&piece| places[piece]).collect();
        let layer = read(&[("shp", &bytes), ("shx", &shx(&index)), ("dbf", &table(6))]);
        let wanted: Vec<i32> = expected.iter().map(|&column| column as i32).collect();
        prop_assert_eq!(columns(&layer), wanted);
        prop_assert_eq!(codes(&layer), ["001", "002", "003", "004", "005", "006"]);
    }
}
