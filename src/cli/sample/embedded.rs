//! The sample city inside the program, so that a moved binary opens it.

/// Its files: name and bytes, as `wangge sample -o maps/haikou` writes them.
pub(crate) fn embedded() -> &'static [(&'static str, &'static [u8])] {
    macro_rules! files {
        ($($name:literal),*) => { &[$(($name, include_bytes!(concat!("../../../maps/haikou/", $name)))),*] };
    }
    files!(
        "districts.geojson",
        "towns.geojson",
        "communities.geojson",
        "blocks.geojson",
        "grids.geojson",
        "streets.geojson",
        "places.geojson",
        "cameras.geojson",
        "squads.csv",
        "incidents.csv"
    )
}
