//! Steps through the text of a geometry.

use crate::io::decimal::{self, Decimal};
use crate::io::diagnosis::Diagnosis;
use crate::io::json::{Cursor, JsonError};

/// Why a geometry could not be read: broken JSON ends the file, all else the geometry.
#[derive(Debug)]
pub(super) enum Reason {
    Json(JsonError),
    Odd(Diagnosis, String),
}

/// A reason behind a pointer: what is read millions of times comes back in registers.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) Box<Reason>);

impl From<JsonError> for Trouble {
    #[cold]
    fn from(error: JsonError) -> Self {
        Self(Box::new(Reason::Json(error)))
    }
}

/// A kind of oddity without details.
#[cold]
pub(super) fn odd(kind: Diagnosis) -> Trouble {
    odd_because(kind, String::new())
}

/// A kind of oddity with what was found.
#[cold]
pub(super) fn odd_because(kind: Diagnosis, detail: String) -> Trouble {
    Trouble(Box::new(Reason::Odd(kind, detail)))
}

/// Reads a number of a position.
#[inline(always)]
#[expect(clippy::inline_always, reason = "millions a file: a call of its own costs a tenth of the reader's time")]
pub(super) fn coordinate<'a>(cursor: &mut Cursor<'a>) -> Result<Decimal<'a>, Trouble> {
    cursor.space();
    match decimal::read(cursor.text.get(cursor.at..).unwrap_or(&[])) {
        Some((number, length)) => {
            cursor.at += length;
            Ok(number)
        }
        None if cursor.peek() == Some(b'[') => Err(odd(Diagnosis::Nesting)),
        None => Err(odd(Diagnosis::NotNumber)),
    }
}

/// Calls `member` for each member of a list; it must pass it.
#[inline]
pub(super) fn list(
    cursor: &mut Cursor<'_>,
    mut member: impl FnMut(&mut Cursor<'_>) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    if !cursor.take(b'[') {
        return Err(odd(Diagnosis::Nesting));
    }
    if cursor.take(b']') {
        return Ok(());
    }
    loop {
        member(cursor)?;
        if !cursor.take(b',') {
            return Ok(cursor.expect(b']')?);
        }
    }
}

/// The type of the geometry that begins here. Where it stands behind the coordinates, these are passed over first: they
/// hold no quote and no brace, so the next one of those follows them.
pub(super) fn kind_of(mut cursor: Cursor<'_>) -> Result<Option<&[u8]>, JsonError> {
    let mut kind = None;
    let found: Result<(), Found> = cursor.members(|cursor, key| {
        if key == b"type" {
            if cursor.next() == Some(b'"') {
                kind = Some(cursor.string()?);
            }
            return Err(Found::Yes);
        }
        if key == b"coordinates" {
            let rest = cursor.text.get(cursor.at..).unwrap_or(&[]);
            let length = memchr::memchr3(b'"', b'{', b'}', rest).unwrap_or(rest.len());
            if rest.get(length) == Some(&b'"') {
                let before = rest.get(..length).unwrap_or(&[]).trim_ascii_end();
                if let Some(stripped) = before.strip_suffix(b",") {
                    cursor.at += stripped.len();
                    return Ok(());
                }
            }
        }
        cursor.skip()?;
        Ok(())
    });
    if let Err(Found::Broken(error)) = found {
        return Err(error);
    }
    let known = |kind: &&[u8]| super::root::GEOMETRIES.iter().any(|name| name.as_bytes() == *kind);
    Ok(kind.filter(known))
}

/// Why the search for a type ended.
enum Found {
    Yes,
    Broken(JsonError),
}

impl From<JsonError> for Found {
    fn from(error: JsonError) -> Self {
        Self::Broken(error)
    }
}
