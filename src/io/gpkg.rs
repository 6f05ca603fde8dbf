//! The tables every GeoPackage has (OGC 12-128r17, version 1.3), and the layers we put into it.

use rusqlite::{Connection, Result, params};

use rustc_hash::FxHashSet;

use super::crs::System;

/// "GPKG" in ASCII, the application id of every `GeoPackage` since 1.2.
const APPLICATION_ID: i32 = 0x4750_4B47;
/// 1.3: read without a warning by the QGIS and GDAL of today's office machines.
const USER_VERSION: i32 = 10_300;

/// A coordinate system by its number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Srs(pub(super) i32);

impl Srs {
    /// What the layers of a project are in, and `GeoJSON` too.
    pub(super) const WGS_84: Self = Self(4326);
    /// Degrees that nothing declares.
    const UNDEFINED: Self = Self(0);
}

const CREATE: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
";

const UNDEFINED: &str = "undefined";
const WGS_84: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]"#;
const CGCS2000: &str = r#"GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4490"]]"#;

/// Makes the tables of an empty `GeoPackage`.
pub(super) fn create(db: &Connection) -> Result<()> {
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", USER_VERSION)?;
    db.execute_batch(CREATE)?;
    let mut insert = db.prepare("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)")?;
    for (name, id, organization, definition, description) in [
        ("Undefined cartesian SRS", -1, "NONE", UNDEFINED, "undefined cartesian coordinate reference system"),
        ("Undefined geographic SRS", 0, "NONE", UNDEFINED, "undefined geographic coordinate reference system"),
        ("WGS 84 geodetic", 4326, "EPSG", WGS_84, "longitude and latitude in degrees on WGS 84"),
        ("CGCS2000 geodetic", 4490, "EPSG", CGCS2000, "longitude and latitude in degrees on CGCS2000"),
    ] {
        insert.execute(params![name, id, organization, id, definition, description])?;
    }
    Ok(())
}

/// Lists a coordinate system where it is not listed yet; one without a number of EPSG is undefined.
pub(super) fn add_system(db: &Connection, system: &System) -> Result<Srs> {
    let (Some(number), Some(definition)) = (system.number(), system.well_known_text()) else {
        return Ok(Srs::UNDEFINED);
    };
    let sql = "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)";
    db.execute(sql, params![system.title().en, number, number, definition])?;
    Ok(Srs(number as i32))
}

/// A name for a column that no other has, whatever the case.
pub(super) fn free_name(wanted: &str, taken: &mut FxHashSet<String>) -> String {
    let plain: String = wanted.chars().filter(|letter| !letter.is_control()).collect();
    let (mut name, mut number) = (plain.clone(), 1);
    while name.is_empty() || !taken.insert(name.to_lowercase()) {
        number += 1;
        name = format!("{plain}_{number}");
    }
    name
}

/// Whether a database says it is a `GeoPackage`.
pub(super) fn is_geopackage(db: &Connection) -> Result<bool> {
    Ok(db.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))? == APPLICATION_ID)
}

/// Lists a table without geometry, so that other programs know that it belongs here.
pub(super) fn register_attributes(db: &Connection, table: &str) -> Result<()> {
    db.prepare_cached("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)")?
        .execute([table, table])
        .map(drop)
}

/// Lists a layer of polygons with its spatial index.
pub(super) fn register_layer(db: &Connection, table: &str, corners: Option<[f64; 4]>, srs: Srs) -> Result<()> {
    let corner = |at: usize| corners.map(|corners| corners[at]);
    db.prepare_cached(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)
         VALUES (?, 'features', ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![table, table, corner(0), corner(1), corner(2), corner(3), srs.0])?;
    db.prepare_cached("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)")?
        .execute(params![table, srs.0])?;
    db.prepare_cached(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index',
         'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
    )?
    .execute([table])
    .map(drop)
}

/// A name as an SQL identifier.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The triggers that keep a spatial index in step when another program edits the layer (annex F.3 of the standard). They
/// call functions that such a program brings along; ours makes them last and never fires them.
pub(super) fn triggers(table: &str) -> String {
    let (layer, tree) = (quoted(table), quoted(&format!("rtree_{table}_geom")));
    let name = |end: &str| quoted(&format!("rtree_{table}_geom_{end}"));
    let full = "NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)";
    let empty = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    let put = format!(
        "INSERT OR REPLACE INTO {tree} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), \
         ST_MaxY(NEW.geom));"
    );
    [
        format!("CREATE TRIGGER {} AFTER INSERT ON {layer} WHEN {full} BEGIN {put} END;", name("insert")),
        format!(
            "CREATE TRIGGER {} AFTER UPDATE OF geom ON {layer} WHEN OLD.fid = NEW.fid AND {full} BEGIN {put} END;",
            name("update1")
        ),
        format!(
            "CREATE TRIGGER {} AFTER UPDATE OF geom ON {layer} WHEN OLD.fid = NEW.fid AND {empty} \
             BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END;",
            name("update2")
        ),
        format!(
            "CREATE TRIGGER {} AFTER UPDATE ON {layer} WHEN OLD.fid != NEW.fid AND {full} \
             BEGIN DELETE FROM {tree} WHERE id = OLD.fid; {put} END;",
            name("update3")
        ),
        format!(
            "CREATE TRIGGER {} AFTER UPDATE ON {layer} WHEN OLD.fid != NEW.fid AND {empty} \
             BEGIN DELETE FROM {tree} WHERE id IN (OLD.fid, NEW.fid); END;",
            name("update4")
        ),
        format!(
            "CREATE TRIGGER {} AFTER DELETE ON {layer} WHEN OLD.geom NOTNULL \
             BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END;",
            name("delete")
        ),
    ]
    .concat()
}
