//! `wangge locate` against counts measured with GEOS.

use std::ffi::OsString;
use std::path::Path;

use crate::data::shared;

/// Runs the command and reads the counts it wrote, in the order of the features.
fn counts(zones: &Path, points: &Path) -> Vec<u32> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("counts.csv");
    let args: Vec<OsString> = ["wangge", "locate", "--zones"]
        .iter()
        .map(OsString::from)
        .chain([zones.into(), "--points".into(), points.into()])
        .collect();
    let code = wangge::cli::main(args.into_iter().chain(["--counts".into(), out.clone().into()]));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
    let mut reader = csv::Reader::from_path(&out).unwrap();
    reader.records().map(|record| record.unwrap()[3].parse().unwrap()).collect()
}

/// The counts of a PIP file.
fn right(path: &Path) -> Vec<u32> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').nth(2).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn houston_crimes_in_neighbourhoods() {
    let Some(root) = shared("data/4a-houston-crime-2010") else { return };
    let found = counts(&root.join("houston_super_neighborhoods.geojson"), &root.join("houston_crime_2010.csv"));
    assert_eq!(found, right(&root.join("PIP_super_neighborhoods.tsv")));
}

#[test]
fn manchester_burglaries_in_wards_and_lsoa() {
    let (Some(points), Some(zones)) =
        (shared("data/4c-manchester-burglary"), shared("data/3d-uk-wards-manchester-bristol/E08000003"))
    else {
        return;
    };
    for (zone_file, answers) in
        [("wards_by_lad.json", "PIP_manchester_wards.tsv"), ("lsoa_by_lad.json", "PIP_manchester_lsoa.tsv")]
    {
        let found = counts(&zones.join(zone_file), &points.join("gmp_bur.csv"));
        assert_eq!(found, right(&points.join(answers)), "{zone_file}");
    }
}

const ZONES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"A","name":"=cmd"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]],[[0.5,0.5],[1,0.5],[1,1],[0.5,1],[0.5,0.5]]]}},
{"type":"Feature","properties":{"code":"B","name":"东"},"geometry":{"type":"Polygon","coordinates":[[[1.5,0],[3,0],[3,2],[1.5,2],[1.5,0]]]}}]}"#;

#[test]
fn points_come_back_with_their_zones() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("zones.geojson"), ZONES).unwrap();
    // Inside A, in both, in the hole, on the edge of the hole, without a place, outside, inside B.
    std::fs::write(
        path("points.csv"),
        "id;lon;lat\n1;0.1;0.1\n2;1.7;1\n3;0.7;0.7\n4;0.5;0.7\n5;;\n6;9;9\n\"7\";2.5;1\n",
    )
    .unwrap();
    let args = ["wangge", "locate", "--zones"].map(OsString::from).into_iter();
    let args = args.chain([
        path("zones.geojson").into(),
        "--points".into(),
        path("points.csv").into(),
        "-o".into(),
        path("out.csv").into(),
    ]);
    wangge::cli::main(args);
    let text = std::fs::read_to_string(path("out.csv")).unwrap();
    let right = "id;lon;lat;zone_index;zone_code;zone_name;zones\n\
                 1;0.1;0.1;0;A;'=cmd;1\n2;1.7;1;0;A;'=cmd;2\n3;0.7;0.7;;;;0\n4;0.5;0.7;0;A;'=cmd;1\n5;;;;;;0\n6;9;9;;;;0\n\
                 \"7\";2.5;1;1;B;东;1\n";
    assert_eq!(text, right);
}
