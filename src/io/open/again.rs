//! Remedies of files: what is asked for when the files are opened once more. Each names the option of the command line that
//! does it, and the window does the same by a button.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Nesting, Options};
use crate::base::{Lang, Remedy, Text};
use crate::io::crs::System;
use crate::io::encoding::Encoding;

/// A remedy in plain words, and the options the files are opened again with, where it asks for that.
#[must_use]
pub fn again(options: &Options, remedy: &Remedy) -> (Text, Option<Options>) {
    let Some((flag, en)) = remedy.en.strip_prefix("--").and_then(|rest| rest.split_once(": ")) else {
        return (remedy.clone(), None);
    };
    let zh = remedy.in_lang(Lang::Zh).rsplit_once(['\u{ff1a}', ':']).map_or(en, |(_, zh)| zh);
    let mut options = options.clone();
    let known = match flag.split_once(' ') {
        Some(("nest", how)) => Nesting::named(how).map(|nesting| options.nesting = Some(nesting)),
        Some(("crs", pair)) => pair.rsplit_once('=').and_then(|(file, name)| {
            let system = System::named(name)?;
            options.systems.retain(|(known, _)| known.as_os_str() != file);
            options.systems.push((PathBuf::from(file), system));
            Some(())
        }),
        Some(("encoding", pair)) => pair.rsplit_once('=').and_then(|(file, name)| {
            Arc::make_mut(&mut options.encodings).asked.push((PathBuf::from(file), Encoding::named(name)?));
            Some(())
        }),
        Some(("column", asked)) => Arc::make_mut(&mut options.columns).ask(asked).ok(),
        _ => None,
    };
    (Text::new(en, zh), known.map(|()| options))
}
