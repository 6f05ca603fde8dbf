//! Formats that are known and not read: named as what they are, with what to ask for instead.

use std::path::Path;

use crate::base::{Severity, Text};

/// What to ask for in place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// A drawing or a map of another program.
    Boundaries,
    /// A database.
    Layers,
    /// A table.
    Table,
    /// What is packed in it.
    Unpacked,
    /// A document or a picture: it holds no data.
    Data,
}

/// A format that is known and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    en: &'static str,
    zh: &'static str,
    ask: Ask,
    /// Endings of its files, and whether such an ending is proof enough.
    endings: &'static [&'static str],
    by_ending: bool,
    /// Bytes its files begin with.
    heads: &'static [&'static [u8]],
}

macro_rules! known {
    ($($en:literal, $zh:literal, $ask:ident, [$($ending:literal),*], $by:literal, [$($head:literal),*];)*) => {
        const KNOWN: &[Known] = &[$(Known {
            en: $en, zh: $zh, ask: Ask::$ask, endings: &[$($ending),*], by_ending: $by, heads: &[$($head),*],
        }),*];
    };
}

known! {
    "a drawing in DXF", "DXF 图形", Boundaries, ["dxf"], true, [b"AutoCAD Binary DXF"];
    "an AutoCAD drawing (DWG)", "AutoCAD 图形（DWG）", Boundaries, ["dwg"], true, [b"AC10"];
    "a MapInfo table (TAB)", "MapInfo 表（TAB）", Boundaries, ["tab", "map", "dat", "id", "ind"], false, [b"!table", b"!Table"];
    "a MapInfo interchange file (MIF)", "MapInfo 交换文件（MIF）", Boundaries, ["mif", "mid"], true, [];
    "an ArcInfo interchange file (E00)", "ArcInfo 交换文件（E00）", Boundaries, ["e00"], true, [b"EXP  0", b"EXP  1"];
    "a file geodatabase (GDB)", "文件地理数据库（GDB）", Layers, ["gdb", "gdbtable", "gdbtablx"], true, [];
    "an Access or personal geodatabase (MDB)", "Access 或个人地理数据库（MDB）", Layers, ["mdb", "accdb"], true,
        [b"\0\x01\0\0Standard Jet DB", b"\0\x01\0\0Standard ACE DB"];
    "an SQL script", "SQL 脚本", Layers, ["sql"], true, [];
    "a GeoParquet or Parquet file", "Parquet 文件", Layers, ["parquet", "geoparquet"], false, [b"PAR1"];
    "GML", "GML", Boundaries, ["gml"], false, [];
    "map data of OpenStreetMap (PBF)", "OpenStreetMap 数据（PBF）", Boundaries, ["pbf"], true, [];
    "an old Excel file (.xls)", "旧版 Excel 文件（.xls）", Table, ["xls"], false, [b"\xd0\xcf\x11\xe0"];
    "an OpenDocument table (.ods)", "OpenDocument 表格（.ods）", Table, ["ods"], true, [];
    "a gzip file", "gzip 压缩文件", Unpacked, ["gz", "tgz"], false, [b"\x1f\x8b"];
    "a RAR archive", "RAR 压缩包", Unpacked, ["rar"], false, [b"Rar!"];
    "a 7-Zip archive", "7-Zip 压缩包", Unpacked, ["7z"], false, [b"7z\xbc\xaf\x27\x1c"];
    "a PDF", "PDF", Data, ["pdf"], false, [b"%PDF"];
    "a picture or raster", "图片或栅格", Data, ["png", "jpg", "jpeg", "tif", "tiff"], false,
        [b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0"];
    "a Word document", "Word 文档", Data, ["doc", "docx"], true, [];
}

impl Known {
    /// By the first bytes of a file that is no text.
    pub(super) fn by_bytes(bytes: &[u8]) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.heads.iter().any(|head| bytes.starts_with(head)))
    }

    /// By the first words of a text.
    pub(super) fn by_text(text: &[u8]) -> Option<&'static Self> {
        let head = text.get(..text.len().min(4096)).unwrap_or(text);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
        let (first, second) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let is_dxf = (first == "0" && second == "SECTION") || first == "999";
        let is_mif = first.strip_prefix("Version ").is_some_and(|number| number.parse::<u32>().is_ok());
        let upper = head.to_ascii_uppercase();
        let is_sql = ["CREATE TABLE ", "INSERT INTO ", "DROP TABLE "].iter().any(|words| {
            upper.lines().any(|line| line.trim_start().starts_with(words)) && !first.contains([',', '\t'])
        });
        let ending = [(is_dxf, "dxf"), (is_mif, "mif"), (is_sql, "sql")].into_iter().find(|&(is, _)| is);
        ending.and_then(|(_, ending)| Self::of_ending(ending)).or_else(|| Self::by_bytes(head.trim_start().as_bytes()))
    }

    /// By the ending of a name, where nothing else is known of the file.
    pub(super) fn by_name(path: &Path) -> Option<&'static Self> {
        Self::of_ending(&path.extension()?.to_string_lossy())
    }

    /// By the ending of a name that proves what a file is, whatever stands in it.
    pub(super) fn proven_by_name(path: &Path) -> Option<&'static Self> {
        Self::by_name(path).filter(|known| known.by_ending)
    }

    fn of_ending(ending: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
    }

    /// How grave it is that such a file lies in a folder and is not read: it may hold land.
    pub(super) fn severity(&self) -> Severity {
        if matches!(self.ask, Ask::Boundaries | Ask::Layers) { Severity::Warning } else { Severity::Note }
    }

    /// What it is, and what to ask for.
    pub(super) fn text(&self) -> Text {
        let (en, zh) = match self.ask {
            Ask::Boundaries => (
                "Ask for its boundaries as Shapefile, GeoPackage or GeoJSON",
                "请向提供方索取 Shapefile、GeoPackage 或 GeoJSON 格式的边界",
            ),
            Ask::Layers => (
                "Ask for its layers as GeoPackage, Shapefile or GeoJSON, its tables as CSV",
                "请向提供方索取 GeoPackage、Shapefile 或 GeoJSON 格式的图层，或 CSV 格式的表",
            ),
            Ask::Table => ("Save it as .xlsx or .csv", "请另存为 .xlsx 或 .csv"),
            Ask::Unpacked => ("Unpack it and open the files in it", "请解压后打开其中的文件"),
            Ask::Data => (
                "It holds no data: ask for the boundaries as GeoJSON, for incidents as CSV or XLSX",
                "其中没有数据：请索取 GeoJSON 格式的边界，或 CSV、XLSX 格式的案件",
            ),
        };
        Text::new(format!("this is {}, which is not read. {en}", self.en), format!("这是{}，无法读取。{zh}", self.zh))
    }
}
