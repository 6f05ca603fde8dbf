//! Tables and what stands in them: texts, columns, coordinates, codes, times.

mod coordinates;
mod encodings;
mod heads;
mod rows;
mod signs;
mod times;
mod zones;

use std::path::{Path, PathBuf};

use wangge::base::{Problem, Progress, Severity};
use wangge::io::incidents::{self, IncidentFile};
use wangge::io::layer::Reading;
use wangge::io::roles::Columns;
use wangge::io::{ReadError, Source};

/// Reads a text as the table of a file.
fn table(name: &str, text: impl Into<Vec<u8>>) -> Result<IncidentFile, ReadError> {
    asked(name, text, &[])
}

/// The same with what was said by `--column`.
fn asked(name: &str, text: impl Into<Vec<u8>>, columns: &[&str]) -> Result<IncidentFile, ReadError> {
    let mut said = Columns::default();
    for column in columns {
        said.ask(&format!("{name}:{column}")).unwrap();
    }
    let reading = Reading { columns: said.into(), ..Reading::default() };
    incidents::from_source(&Source::from_bytes(Path::new(name), text.into())?, &reading, &Progress::default())
}

/// Reads an input of the cases.
fn file(path: &str) -> Result<IncidentFile, ReadError> {
    let path: PathBuf = super::case(path);
    incidents::read(&path, &Progress::default())
}

/// Whether a note says something.
fn says(notes: &[Problem], words: &str) -> bool {
    notes.iter().any(|note| note.reason.en.contains(words))
}

/// Whether a note of more than a notice says something.
fn warns(notes: &[Problem], words: &str) -> bool {
    notes.iter().any(|note| note.severity > Severity::Note && note.reason.en.contains(words))
}

/// Places of all rows, degrees; `None` for a row without one.
fn places(file: &IncidentFile) -> Vec<Option<[f64; 2]>> {
    let rows = 0..file.incidents.len();
    rows.map(|row| file.incidents.point(row).map(|point| [point.lon(), point.lat()])).collect()
}

/// The nine places of the inputs: the middles of the nine squares.
fn nine_places() -> Vec<Option<[f64; 2]>> {
    (0..9)
        .map(|at| Some([f64::from(110_305 + at % 3 * 10) / 1000.0, f64::from(20_005 + at / 3 * 10) / 1000.0]))
        .collect()
}

/// Asserts that places are where they should be, to two cells of the lattice.
fn same_places(found: &[Option<[f64; 2]>], wanted: &[Option<[f64; 2]>], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let near = match (found, wanted) {
            (Some(a), Some(b)) => (a[0] - b[0]).abs() < 2.5e-7 && (a[1] - b[1]).abs() < 2.5e-7,
            (None, None) => true,
            _ => false,
        };
        assert!(near, "{what}, row {}: {found:?} is not {wanted:?}", at + 1);
    }
}
