//! `wangge verify CERTIFICATE FILES`: what was certified, is it still the same?

use std::path::Path;

use serde_json::{Value, json};

use super::inputs::Inputs;
use super::{Exit, Failure, Outcome, print};
use crate::base::Progress;
use crate::io::export::{self, Verdict, Verified, VerifiedFile};

/// Runs the command on its arguments.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let inputs = Inputs::parse(args, |_, _| Ok(false))?;
    let [certificate, files @ ..] = inputs.paths.as_slice() else {
        return Err(Failure::File("name the certificate, then the files or their folder".to_owned()));
    };
    let beside =
        [certificate.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()];
    let files = if files.is_empty() { &beside[..] } else { files };
    let verified = export::verify(certificate, files, &Progress::default());
    let verified = verified.map_err(|text| Failure::File(text.en))?;
    if inputs.json {
        print(&format!("{}\n", as_value(certificate, &verified)));
    } else {
        verified.altered.iter().for_each(|why| print(&format!("the certificate: {}\n", why.en)));
        verified.files.iter().for_each(|file| print(&format!("{}\n", line(file))));
    }
    Ok(if verified.holds() { Exit::Well } else { Exit::Problems })
}

fn line(file: &VerifiedFile) -> String {
    let name = file.certified.as_ref().map(|file| file.name.as_str()).unwrap_or_default();
    match (&file.certified, &file.found) {
        (Some(was), Some((path, now))) if file.verdict == Verdict::Same => {
            let renamed = if was.name == now.name { String::new() } else { format!(" (now {})", path.display()) };
            format!("same      {name}{renamed}")
        }
        (Some(was), Some((path, now))) => {
            let mut told = Vec::new();
            if was.bytes != now.bytes {
                told.push(format!("{} bytes became {}", was.bytes, now.bytes));
            }
            match (was.features, now.features) {
                (Some(a), Some(b)) if a != b => told.push(format!("{a} features became {b}")),
                (Some(_), None) => told.push("its features cannot be read".to_owned()),
                _ => {}
            }
            let short = |digest: &str| digest.chars().take(12).collect::<String>();
            told.push(format!("SHA-256 {}… became {}…", short(&was.sha256), short(&now.sha256)));
            format!("changed   {name} ({}): {}", path.display(), told.join(", "))
        }
        (None, Some((path, _))) => format!("not named {}", path.display()),
        (_, None) => format!("missing   {name}"),
    }
}

fn as_value(certificate: &Path, verified: &Verified) -> Value {
    let files: Vec<Value> = verified.files.iter().map(|file| {
        let (was, now) = (file.certified.as_ref(), file.found.as_ref());
        let both = |was: Option<Value>, now: Option<Value>| json!({"certified": was, "now": now});
        json!({
            "name": was.map(|file| &file.name),
            "path": now.map(|(path, _)| path.display().to_string()),
            "verdict": file.verdict.key(),
            "bytes": both(was.map(|file| file.bytes.into()), now.map(|(_, file)| file.bytes.into())),
            "sha256": both(was.map(|file| file.sha256.clone().into()), now.map(|(_, file)| file.sha256.clone().into())),
            "features": both(was.and_then(|file| file.features).map(Into::into), now.and_then(|(_, file)| file.features).map(Into::into)),
        })
    }).collect();
    json!({
        "certificate": certificate.display().to_string(),
        "date": verified.date,
        "altered": verified.altered.as_ref().map(|text| text.en.as_str()),
        "holds": verified.holds(),
        "files": files,
    })
}
