//! Files made for the tests, byte by byte where no writer would write them.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A square of 0.01° with its corner at a place, closed, clockwise.
pub(super) fn square(x: f64, y: f64) -> Vec<[f64; 2]> {
    vec![[x, y], [x, y + 0.01], [x + 0.01, y + 0.01], [x + 0.01, y], [x, y]]
}

/// The content of a polygon record of a shapefile.
pub(super) fn polygon(rings: &[Vec<[f64; 2]>]) -> Vec<u8> {
    let mut content = 5u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend((rings.len() as u32).to_le_bytes());
    content.extend((rings.iter().map(Vec::len).sum::<usize>() as u32).to_le_bytes());
    let mut start = 0;
    for ring in rings {
        content.extend((start as u32).to_le_bytes());
        start += ring.len();
    }
    content.extend(rings.iter().flatten().flatten().flat_map(|number| number.to_le_bytes()));
    content
}

/// A piece of the body of a shapefile.
pub(super) enum Piece {
    /// A record with its number.
    Record(u32, Vec<u8>),
    /// Bytes that are no record.
    Hole(Vec<u8>),
}

/// The header of `.shp` and `.shx`, with a body behind it.
fn with_header(body: &[u8]) -> Vec<u8> {
    let mut file = 9994u32.to_be_bytes().to_vec();
    file.extend([0; 20]);
    file.extend(((100 + body.len()) as u32 / 2).to_be_bytes());
    file.extend(1000u32.to_le_bytes());
    file.extend(5u32.to_le_bytes());
    file.extend([0; 64]);
    file.extend(body);
    file
}

/// A `.shp` of pieces, and where each of them begins, with its length, in bytes.
pub(super) fn shp(pieces: &[Piece]) -> (Vec<u8>, Vec<(usize, usize)>) {
    let (mut body, mut places) = (Vec::new(), Vec::new());
    for piece in pieces {
        let start = 100 + body.len();
        match piece {
            Piece::Record(number, content) => {
                body.extend(number.to_be_bytes());
                body.extend((content.len() as u32 / 2).to_be_bytes());
                body.extend(content);
                places.push((start, content.len()));
            }
            Piece::Hole(bytes) => {
                body.extend(bytes);
                places.push((start, bytes.len()));
            }
        }
    }
    (with_header(&body), places)
}

/// A `.shx` that names records at places of a length.
pub(super) fn shx(records: &[(usize, usize)]) -> Vec<u8> {
    let words = |&(start, length): &(usize, usize)| [start as u32 / 2, length as u32 / 2];
    with_header(&records.iter().flat_map(words).flat_map(u32::to_be_bytes).collect::<Vec<_>>())
}

/// A `.dbf` of text columns that promises so many rows.
pub(super) fn dbf(promised: u32, columns: &[(&str, u8)], rows: &[Vec<&str>]) -> Vec<u8> {
    let width = 1 + columns.iter().map(|(_, width)| usize::from(*width)).sum::<usize>();
    let mut out = vec![3, 126, 1, 1];
    out.extend(promised.to_le_bytes());
    out.extend((32 * columns.len() as u16 + 33).to_le_bytes());
    out.extend((width as u16).to_le_bytes());
    out.extend([0; 20]);
    for (name, width) in columns {
        let mut name = name.as_bytes().to_vec();
        name.resize(11, 0);
        out.extend(name);
        out.push(b'C');
        out.extend([0; 4]);
        out.extend([*width, 0]);
        out.extend([0; 14]);
    }
    out.push(0x0d);
    for row in rows {
        out.push(b' ');
        for ((_, width), text) in columns.iter().zip(row) {
            let mut text = text.as_bytes().to_vec();
            text.resize(usize::from(*width), b' ');
            out.extend(text);
        }
    }
    out.push(0x1a);
    out
}

/// Files packed together.
pub(super) fn packed<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_ref(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of sheets that lie in parts, with a list of shared texts.
pub(super) fn workbook(sheets: &[(&str, &str)], parts: &[(&str, String)], shared: &str) -> Vec<u8> {
    let list: String = sheets
        .iter()
        .enumerate()
        .map(|(at, (name, _))| format!(r#"<sheet name="{name}" sheetId="{0}" r:id="rId{0}"/>"#, at + 1))
        .collect();
    let targets: String = sheets
        .iter()
        .enumerate()
        .map(|(at, (_, part))| {
            format!(
                r#"<Relationship Id="rId{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/{part}"/>"#,
                at + 1
            )
        })
        .collect();
    let none = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></sst>"#;
    let shared = if shared.is_empty() { none } else { shared };
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#.to_owned(),
        ),
        (
            "_rels/.rels".to_owned(),
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned(),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}</Relationships>"#
            ),
        ),
        ("xl/sharedStrings.xml".to_owned(), shared.to_owned()),
    ];
    files.extend(parts.iter().map(|(name, text)| (format!("xl/worksheets/{name}"), text.clone())));
    packed(&files)
}

/// The part of a sheet with these rows and what follows them.
pub(super) fn sheet(rows: &str, more: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{more}</worksheet>"#
    )
}

/// A cell of text.
pub(super) fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// Well-known binary of a kind with so many members claimed, and what follows.
pub(super) fn wkb(kind: u32, count: u32, body: &[u8]) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(kind.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(body);
    out
}

pub(super) fn numbers(places: &[[f64; 2]]) -> Vec<u8> {
    places.iter().flatten().flat_map(|number| number.to_le_bytes()).collect()
}

/// A `GeoPackage` whose layers are listed; `more` makes and fills their tables.
pub(super) fn geopackage(path: &std::path::Path, layers: &[&str], more: &str) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA application_id = 0x47504B47;
         CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('w', 4326, 'EPSG', 4326, '');",
    )
    .unwrap();
    for layer in layers {
        db.execute("INSERT INTO gpkg_contents VALUES (?, 'features', 4326)", [layer]).unwrap();
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 4326)", [layer]).unwrap();
    }
    db.execute_batch(more).unwrap();
    db
}

/// A blob of a `GeoPackage` around well-known binary.
pub(super) fn blob(wkb: &[u8]) -> Vec<u8> {
    let mut blob = b"GP\0\x01".to_vec();
    blob.extend(4326i32.to_le_bytes());
    blob.extend(wkb);
    blob
}
