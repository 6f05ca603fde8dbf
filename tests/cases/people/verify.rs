//! A certificate held against its files, years later.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cases::{json, nine, wangge};

/// A folder with an export and its certificate, and nothing else.
fn certified(folder: &Path, format: &str, ending: &str) -> String {
    fs::create_dir_all(folder.join("to")).unwrap();
    let out = format!("to/grids.{ending}");
    let zones = nine();
    let args = ["export", zones.to_str().unwrap(), "--format", format, "--certificate", "--accept", "ok", "-o", &out];
    let output = wangge(folder, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("to/grids.{ending}-质检报告.docx")
}

fn verdicts(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let files = answer["files"].as_array().unwrap().iter();
    files.map(|file| (text(&file["name"]), text(&file["verdict"]))).collect()
}

#[test]
fn verify_says_of_every_file_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let certificate = certified(folder, "shp", "shp");
    let run = |paths: &[&str]| {
        let output = wangge(folder, &[&["verify", &certificate, "--json"][..], paths].concat());
        (output.status.code(), json(&output))
    };
    let (code, answer) = run(&["to"]);
    assert_eq!(code, Some(0), "{answer}");
    assert!(verdicts(&answer).len() >= 4 && verdicts(&answer).iter().all(|(_, verdict)| verdict == "same"), "{answer}");
    // Renamed and in another folder: known by the digest.
    fs::create_dir_all(folder.join("deep/er")).unwrap();
    for file in fs::read_dir(folder.join("to")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if [Some("shp"), Some("dbf")].contains(&Path::new(&name).extension().and_then(|ending| ending.to_str())) {
            fs::rename(&file, folder.join("deep/er").join(format!("old-{name}"))).unwrap();
        }
    }
    let (code, answer) = run(&["to", "deep"]);
    assert_eq!(code, Some(0), "{answer}");
    // Missing.
    fs::remove_file(folder.join("deep/er/old-grids.dbf")).unwrap();
    let (code, answer) = run(&["to", "deep"]);
    assert_eq!(code, Some(1));
    assert!(verdicts(&answer).contains(&("grids.dbf".to_owned(), "missing".to_owned())), "{answer}");
    // A file beside it that is not named: told; given by its own name it is not what was certified.
    fs::write(folder.join("deep/other.txt"), "x").unwrap();
    let (_, answer) = run(&["to", "deep"]);
    assert!(verdicts(&answer).iter().any(|(_, verdict)| verdict == "not named"), "{answer}");
    assert_eq!(run(&["deep/other.txt"]).0, Some(1));
}

#[test]
fn verify_names_the_figure_that_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let certificate = certified(folder, "geojson", "geojson");
    let path = folder.join("to/grids.geojson");
    let text = fs::read_to_string(&path).unwrap();
    let mut map: Value = serde_json::from_str(&text).unwrap();
    map["features"].as_array_mut().unwrap().pop();
    fs::write(&path, map.to_string()).unwrap();
    let answer = json(&wangge(folder, &["verify", &certificate, "to", "--json"]));
    let file = &answer["files"][0];
    assert_eq!(file["verdict"], "changed");
    assert_eq!((&file["features"]["certified"], &file["features"]["now"]), (&9.into(), &8.into()));
    assert_ne!(file["bytes"]["certified"], file["bytes"]["now"]);
    let output = wangge(folder, &["verify", &certificate, "to"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("9 features became 8"));
    // One byte of the same length.
    fs::write(&path, text.replacen("460105001001", "460105001009", 1)).unwrap();
    let answer = json(&wangge(folder, &["verify", &certificate, path.to_str().unwrap(), "--json"]));
    assert_eq!(answer["files"][0]["verdict"], "changed");
    assert_eq!(answer["files"][0]["bytes"]["certified"], answer["files"][0]["bytes"]["now"]);
}

/// The document packed anew, its texts passed through a change; `parts` says which entries stay.
fn repacked(path: &Path, parts: impl Fn(&str) -> bool, change: impl Fn(&str, String) -> String) {
    use std::io::{Read as _, Write as _};
    let mut old = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut entry = old.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        if parts(&name) {
            new.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
            new.write_all(change(&name, text).as_bytes()).unwrap();
        }
    }
    fs::write(path, new.finish().unwrap().into_inner()).unwrap();
}

#[test]
fn verify_says_when_the_document_itself_was_changed_or_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let certificate = certified(folder, "geojson", "geojson");
    let document = folder.join(&certificate);
    let whole = fs::read(&document).unwrap();
    let run = || {
        let output = wangge(folder, &["verify", &certificate, "to", "--json"]);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // Saved again by a word processor: other markup, the same texts.
    repacked(
        &document,
        |_| true,
        |name, text| if name == "word/document.xml" { text.replace("<w:b/>", "") } else { text },
    );
    assert_eq!(run().0, Some(0));
    // Without the part for programs the table is read, and nobody can tell whether it was altered: of another file it
    // proves nothing either.
    repacked(&document, |name| !name.contains("customXml"), |_, text| text);
    let (code, text) = run();
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("\"same\"") && text.contains("nobody can tell"), "{text}");
    let own = fs::read(folder.join("to/grids.geojson")).unwrap();
    let size = wangge::measures::round::grouped(own.len() as f64);
    fs::write(&document, &whole).unwrap();
    repacked(
        &document,
        |name| !name.contains("customXml"),
        |_, text| text.replace(&size, "5").replace("wangge", "another"),
    );
    let (code, text) = run();
    assert_eq!(code, Some(1), "the size of the table is not that of the file: {text}");
    assert!(text.contains("\"changed\""), "{text}");
    // A word changed; a digest of the table changed; the data torn.
    let changes: [(&str, &dyn Fn(String) -> String); 3] = [
        ("word/document.xml", &|text| text.replace("质检报告", "质检证明")),
        ("word/document.xml", &|text| {
            let at = text.find("<w:t xml:space=\"preserve\">grids.geojson<").unwrap();
            format!("{}{}", &text[..at], text[at..].replacen("grids.geojson", "other.geojson", 1))
        }),
        ("customXml/item1.xml", &|text| text.replace("{&quot;", "{{&quot;")),
    ];
    for (part, change) in changes {
        fs::write(&document, &whole).unwrap();
        repacked(&document, |_| true, |name, text| if name == part { change(text) } else { text });
        let (code, text) = run();
        assert_eq!(code, Some(1), "{part}: {text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer["altered"].is_string(), "{text}");
    }
    // Torn in the middle, and no document at all.
    fs::write(&document, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(run().0, Some(2));
    let mut torn = whole.clone();
    let middle = torn.len() / 3;
    torn[middle] ^= 0xff;
    fs::write(&document, &torn).unwrap();
    assert_ne!(run().0, Some(0));
    fs::write(&document, "no document").unwrap();
    assert_eq!(run().0, Some(2));
}
