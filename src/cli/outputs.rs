//! Where a command writes: the ending of the name decides the format, and nothing that was read is written over.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::inputs::Inputs;
use super::{Failure, note, print};
use crate::base::{Refusal, Text};
pub(super) use crate::io::atomic_file::is_stdout;
use crate::io::atomic_file::{AtomicFile, Over, is_same_file, is_stream};
use crate::io::file_names::FileNames;
use crate::io::layer::Format;
use crate::io::project::is_project_file;
use crate::io::streams;
use crate::render::{Product, ending_of};

/// Endings of a table that a command writes as CSV.
pub(super) const TABLE: &[&str] = &["csv", "tsv", "txt"];
/// Endings of labels, one a line.
pub(super) const LABELS: &[&str] = &["txt", "csv", "labels", "out"];
/// Endings of a project.
pub(super) const PROJECT: &[&str] = &["gpkg"];

/// Refuses to write over a file that the command reads, by whatever name or link, or that a folder it reads holds.
pub(super) fn keeps_inputs(out: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    // A device or a pipe keeps nothing; standard output and its like may be files.
    if !streams::about(out).is_ok_and(|about| about.is_file() || about.is_dir()) {
        return Ok(());
    }
    let real = streams::real(out);
    let is_read = |input: &PathBuf| {
        let inside = input.is_dir()
            && real.as_ref().is_ok_and(|out| input.canonicalize().is_ok_and(|folder| out.starts_with(folder)));
        inside || is_same_file(out, input)
    };
    let Some(input) = inputs.iter().find(|input| is_read(input)) else { return Ok(()) };
    let input = input.display();
    Err(refused(
        out,
        Text::new(format!("it is read from, as {input}"), format!("该文件正作为输入读取（{input}）")),
        Text::new("Give another name with -o", "请用 -o 给出另一个文件名"),
    ))
}

/// Refuses to print where standard output is a project, or a file that the command line names: what is printed would
/// stand over it.
pub(super) fn keeps_stdout(args: &[OsString]) -> Result<(), Failure> {
    let out = Path::new("-");
    if !streams::about(out).is_ok_and(|about| about.is_file() && about.len() > 0) {
        return Ok(());
    }
    let named = args.iter().filter_map(|arg| arg.to_str()).flat_map(|arg| arg.split('=').chain([arg]));
    let is_named = named.map(Path::new).filter(|path| !is_stream(path)).any(|path| is_same_file(out, path));
    if !is_named && !streams::real(out).is_ok_and(|path| is_project_file(&path)) {
        return Ok(());
    }
    Err(Failure::Refused(Refusal::new(
        Text::new("cannot print to standard output", "无法写入标准输出"),
        Text::new("it is a project, or a file of this command", "标准输出指向方案文件，或本命令所用的文件"),
        Text::new("Send it into another file", "请重定向到另一个文件"),
    )))
}

/// Refuses a result and `--json` that would both go to standard output.
pub(super) fn leaves_room(json: bool, outs: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<(), Failure> {
    if json && outs.into_iter().any(|out| is_stdout(out.as_ref())) {
        return Err(Failure::File("-o - and --json would both write to standard output: leave one out".to_owned()));
    }
    Ok(())
}

/// Says what was done: on standard output, unless the result goes there.
pub(super) fn say(out: Option<&Path>, text: &str) {
    if out.is_some_and(is_stdout) { note(text.trim_end()) } else { print(text) }
}

/// Refuses two outputs of one name.
pub(super) fn are_apart(a: &Path, b: &Path) -> Result<(), Failure> {
    let both = is_stdout(a) && is_stdout(b);
    if both || (!is_stream(a) && (a == b || is_same_file(a, b))) {
        return Err(refused(
            a,
            Text::new("two results would have this name", "两个结果使用了同一文件名"),
            Text::new("Give each a name of its own", "请分别给出文件名"),
        ));
    }
    Ok(())
}

/// Refuses a name whose ending says another format; what has no ending, and devices and pipes, take any.
pub(super) fn has_ending(out: &Path, endings: &[&str]) -> Result<(), Failure> {
    match ending_of(out).filter(|_| !is_stream(out)) {
        Some(ending) if !endings.contains(&ending.as_str()) => Err(other_format(out, endings)),
        _ => Ok(()),
    }
}

/// The product that the ending of a name says, of those that a command writes, each with its endings from
/// [`Product::endings`]; the first where the name says none.
pub(super) fn product_of(out: &Path, written: &[Product]) -> Result<Product, Failure> {
    let fits = written.iter().copied().find(|product| product.fits(out));
    fits.ok_or_else(|| {
        let endings: Vec<&str> = written.iter().flat_map(|product| product.endings()).copied().collect();
        other_format(out, &endings)
    })
}

/// Maps of zones that every program reads.
pub(super) const MAPS: &[Product] = &[
    Product::Layer(Format::GeoJson),
    Product::Layer(Format::Shapefile),
    Product::Layer(Format::GeoPackage),
    Product::Layer(Format::Kml),
    Product::Layer(Format::TopoJson),
    Product::Layer(Format::FlatGeobuf),
];

fn other_format(out: &Path, endings: &[&str]) -> Failure {
    let known = endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>();
    let (en, zh) = (known.join(", "), known.join("、"));
    refused(
        out,
        Text::new("its ending is not that of a format written here", "文件扩展名不是此命令可写的格式"),
        Text::new(format!("Use one of {en}"), format!("请使用 {zh}")),
    )
}

fn refused(out: &Path, because: Text, instead: Text) -> Failure {
    let out = out.display();
    let cannot = Text::new(format!("cannot write {out}"), format!("无法写入 {out}"));
    Refusal::new(cannot, because, instead).into()
}

/// Where the cleaned layers go: one to the file named, several into it as a folder.
pub(super) struct Targets<'a> {
    out: &'a Path,
    inputs: &'a Inputs,
    pub(super) format: Format,
    /// Names taken in the folder; `None` for a file.
    folder: Option<FileNames>,
    /// Holds what goes into a device or a pipe until it was looked at again.
    staged: Option<AtomicFile>,
}

impl<'a> Targets<'a> {
    /// Refuses what may not be written before anything is read.
    pub(super) fn of(inputs: &'a Inputs) -> Result<Self, Failure> {
        let out = inputs.out.as_deref().unwrap_or(Path::new(""));
        let is_folder = inputs.paths.len() > 1 || out.is_dir();
        let folder = is_folder.then(FileNames::default);
        let out = if is_folder { inputs.named_out()? } else { inputs.out()? };
        let product = if is_folder { MAPS[0] } else { product_of(out, MAPS)? };
        let Product::Layer(format) = product else { return Err(Failure::File("clean writes maps".to_owned())) };
        let staged = is_stream(out).then(|| AtomicFile::new(out, Over::Files)).transpose();
        let staged = staged.map_err(|error| Failure::File(error.to_string()))?;
        Ok(Self { out, inputs, format, folder, staged })
    }

    /// The file of a layer of a name, one of `several`.
    pub(super) fn next(&mut self, name: &str, several: bool) -> Result<PathBuf, Failure> {
        if self.folder.is_none() && several && !is_stream(self.out) && ending_of(self.out).is_none() {
            self.folder = Some(FileNames::default());
        }
        let Some(names) = &mut self.folder else {
            if several {
                return Err(Failure::File(format!(
                    "{}: several layers do not go into one file; name a folder",
                    self.out.display()
                )));
            }
            return Ok(self.staged.as_ref().map_or(self.out, AtomicFile::path).to_owned());
        };
        let failed = |error| Failure::File(format!("{}: {error}", self.out.display()));
        std::fs::create_dir_all(self.out).map_err(failed)?;
        let target = self.out.join(names.free(name, "geojson"));
        keeps_inputs(&target, &self.inputs.paths)?;
        Ok(target)
    }

    /// Sends what was held back.
    pub(super) fn send(self) -> Result<(), Failure> {
        let sent = self.staged.map(|mut staged| staged.replace()).transpose();
        sent.map(|_| ()).map_err(|error| Failure::File(format!("{}: {error}", self.out.display())))
    }
}
