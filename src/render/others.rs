//! Fonts of the machine, for characters the bundled one lacks: the map in the window writes such names with them. What is
//! handed over uses the bundled font alone, so that it is the same from every machine.

use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use rustc_hash::FxHashMap;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

/// The bytes of a font file, and the place of a face in it.
pub type Face = (Arc<dyn AsRef<[u8]> + Send + Sync>, u32);

/// Finds a face that has a character.
type Find = Box<dyn Fn(char) -> Option<Face> + Send + Sync>;

static FIND: OnceLock<Find> = OnceLock::new();
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// What was looked up so far.
#[derive(Default)]
struct Known {
    faces: Vec<Face>,
    glyphs: FxHashMap<char, Option<(usize, GlyphId)>>,
}

/// Says once where fonts of the machine are looked for; without it there are none.
pub fn look_in(find: impl Fn(char) -> Option<Face> + Send + Sync + 'static) {
    let _set_before = FIND.set(Box::new(find));
}

/// The face, by its number, and the glyph of a character; `None` where no font of the machine has it. The first question
/// may wait until the system has listed its fonts.
pub(super) fn glyph(c: char) -> Option<(usize, GlyphId)> {
    let find = FIND.get()?;
    let mut known = KNOWN.lock().ok()?;
    if let Some(&found) = known.glyphs.get(&c) {
        return found;
    }
    let found = known.look(c, find);
    known.glyphs.insert(c, found);
    found
}

/// A face by its number.
pub(super) fn face(number: usize) -> Option<Face> {
    KNOWN.lock().ok()?.faces.get(number).cloned()
}

impl Known {
    fn look(&mut self, c: char, find: &Find) -> Option<(usize, GlyphId)> {
        // A face that is in use already makes names of one hand.
        for (number, face) in self.faces.iter().enumerate() {
            if let Some(glyph) = glyph_in(face, c) {
                return Some((number, glyph));
            }
        }
        let face = find(c)?;
        let glyph = glyph_in(&face, c)?;
        self.faces.push(face);
        Some((self.faces.len() - 1, glyph))
    }
}

fn glyph_in((bytes, index): &Face, c: char) -> Option<GlyphId> {
    let font = FontRef::from_index((**bytes).as_ref(), *index).ok()?;
    font.charmap().map(c).filter(|glyph| glyph.to_u32() != 0)
}
