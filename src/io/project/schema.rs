//! Our tables in the project file.

/// Version of these tables. A newer file is refused in words; an older one is raised while it is read.
///
/// 2: branches and named versions of the history, codes out of use. In version 1 the history is one line.
/// 3: vehicles of squads; in the settings, what is kept together or apart and night plans.
/// 4: what became of the files the plan was read from, and what was found in them.
pub(super) const VERSION: u32 = 4;

/// Tables in the order they are written; every one has an integer key first, as GeoPackage wants of `attributes`. The first
/// [`SINCE_FIRST`] are in files of version 1 too.
pub(super) const TABLES: [&str; 16] = [
    "wangge_project",
    "wangge_node",
    "wangge_border",
    "wangge_face",
    "wangge_tier",
    "wangge_zone",
    "wangge_squad",
    "wangge_beat",
    "wangge_incidents",
    "wangge_reference",
    "wangge_shape",
    "wangge_history",
    "wangge_layer",
    "wangge_version",
    "wangge_retired",
    "wangge_intake",
];

/// How many of the tables every version has.
pub(super) const SINCE_FIRST: usize = 13;

/// Makes them. Points are pairs of little-endian `i32` counts of 1e-7 degree; edges are `u32`, twice the border's id plus
/// one when it is walked backwards; ids are those of the plan. `before` is the command that one was done after.
pub(super) const CREATE: &str = "
CREATE TABLE wangge_project (id INTEGER PRIMARY KEY NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
CREATE TABLE wangge_node (id INTEGER PRIMARY KEY NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, edges BLOB NOT NULL);
CREATE TABLE wangge_border (id INTEGER PRIMARY KEY NOT NULL, from_node INTEGER NOT NULL, to_node INTEGER NOT NULL,
  left_face INTEGER, right_face INTEGER, points BLOB NOT NULL);
CREATE TABLE wangge_face (id INTEGER PRIMARY KEY NOT NULL, doubled_area TEXT NOT NULL, min_x INTEGER NOT NULL,
  min_y INTEGER NOT NULL, max_x INTEGER NOT NULL, max_y INTEGER NOT NULL, rings BLOB NOT NULL);
CREATE TABLE wangge_tier (id INTEGER PRIMARY KEY NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, locked INTEGER NOT NULL,
  code_key TEXT, name_key TEXT, members TEXT NOT NULL, zone_slots INTEGER NOT NULL, owners BLOB NOT NULL);
CREATE TABLE wangge_zone (id INTEGER PRIMARY KEY NOT NULL, tier INTEGER NOT NULL, zone INTEGER NOT NULL, code TEXT NOT NULL,
  name TEXT NOT NULL, locked INTEGER NOT NULL, attributes TEXT NOT NULL, members TEXT NOT NULL);
CREATE TABLE wangge_squad (id INTEGER PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, town TEXT NOT NULL,
  police INTEGER NOT NULL, auxiliaries INTEGER NOT NULL, officers INTEGER NOT NULL, assistants INTEGER NOT NULL,
  agencies TEXT NOT NULL, vehicles TEXT NOT NULL);
CREATE TABLE wangge_beat (id INTEGER PRIMARY KEY NOT NULL, squad INTEGER NOT NULL);
CREATE TABLE wangge_incidents (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE wangge_reference (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, visible INTEGER NOT NULL,
  opacity REAL NOT NULL);
CREATE TABLE wangge_shape (id INTEGER PRIMARY KEY NOT NULL, reference INTEGER NOT NULL, kind TEXT NOT NULL,
  points BLOB NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE wangge_history (id INTEGER PRIMARY KEY NOT NULL, time INTEGER NOT NULL, sentence TEXT NOT NULL,
  record TEXT NOT NULL, before INTEGER);
CREATE TABLE wangge_layer (id INTEGER PRIMARY KEY NOT NULL, table_name TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE wangge_version (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,
  after INTEGER, effective TEXT NOT NULL);
CREATE TABLE wangge_retired (id INTEGER PRIMARY KEY NOT NULL, tier TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
  by_code TEXT, time INTEGER NOT NULL);
CREATE TABLE wangge_intake (id INTEGER PRIMARY KEY NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
";
