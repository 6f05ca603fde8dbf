//! Files, options and output that several commands take alike.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Exit, Failure, note, outputs};
use crate::base::{Level, Problem, Progress, Refusal, Rule, Severity, Text};
use crate::check;
use crate::io::atomic_file::is_same_file;
use crate::io::bytes::{file_name, read_plain};
use crate::io::crs::{System, control_points, fit};
use crate::io::doubt::Doubt;
use crate::io::encoding::Encoding;
use crate::io::open::Nesting;
use crate::io::{Fault, OpenError, Opened, Options, ReadError, open, project};
use crate::model::{CodeForm, Counted, Fate, FileAccount};

/// Most bytes of a file of control points.
const CONTROL: u64 = 16 << 20;

/// What stands on the command line of a command that opens files.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The files.
    pub(super) paths: Vec<PathBuf>,
    /// How to open them.
    pub(super) options: Options,
    /// Print one JSON object.
    pub(super) json: bool,
    /// Where to write.
    pub(super) out: Option<PathBuf>,
    /// Files that options name and that are read as well.
    pub(super) also_read: Vec<PathBuf>,
}

impl Inputs {
    /// Reads a command line: paths, `--tier NAME=FILE`, `--tolerance M`, `--nest HOW`, `--crs FILE=EPSG`,
    /// `--encoding FILE=NAME`, `--column FILE:ROLE=NAME`, `--layer [FILE=]NAME`, `--personal`, `--control FILE=POINTS`, `--codes TIER=FORM`, `--severity RULE=LEVEL`,
    /// `--within PCT`, `--json`, `-o OUT`, and what
    /// `more` takes: it is asked first, with the name of an option and the rest of the line, and says whether it knows it.
    pub(super) fn parse(
        mut args: lexopt::Parser,
        mut more: impl FnMut(&str, &mut lexopt::Parser) -> Result<bool, Failure>,
    ) -> Result<Self, Failure> {
        let mut inputs = Self::default();
        while let Some(arg) = args.next()? {
            let name = match arg {
                lexopt::Arg::Value(path) => {
                    inputs.paths.push(PathBuf::from(path));
                    continue;
                }
                lexopt::Arg::Short(letter) => letter.to_string(),
                lexopt::Arg::Long(name) => name.to_owned(),
            };
            if more(&name, &mut args)? {
                continue;
            }
            match name.as_str() {
                "tier" => inputs.take_tier(&text(&mut args)?)?,
                "tolerance" => inputs.options.tolerance_m = Some(number(&mut args, "--tolerance")?),
                "encoding" => inputs.take_encoding(&text(&mut args)?)?,
                "layer" => inputs.take_layer(&text(&mut args)?)?,
                "column" => {
                    let asked = text(&mut args)?;
                    Arc::make_mut(&mut inputs.options.columns).ask(&asked).map_err(|why| Failure::File(why.en))?;
                }
                "crs" => inputs.take_system(&text(&mut args)?)?,
                "codes" => inputs.take_codes(&text(&mut args)?)?,
                "severity" => inputs.take_severity(&text(&mut args)?)?,
                "within" => inputs.options.checking.band_percent = Some(number(&mut args, "--within")?),
                "control" => inputs.take_control(&text(&mut args)?)?,
                "personal" => inputs.options.personal = true,
                "nest" => inputs.options.nesting = Some(nesting(&text(&mut args)?)?),
                "json" => inputs.json = true,
                "o" | "out" => inputs.out = Some(PathBuf::from(args.value()?)),
                _ => return Err(lexopt::Error::UnexpectedOption(name).into()),
            }
        }
        inputs.take_named();
        Ok(inputs)
    }

    /// Takes the files that `--tier` names and that are not among the others, nor in a folder or an archive among them.
    fn take_named(&mut self) {
        for (_, file) in &self.options.tiers {
            let holds = |path: &PathBuf| {
                let packs = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
                path == file || Path::new(&file_name(path)) == file || has_file(path, file) || packs && !file.exists()
            };
            if !self.paths.iter().any(holds) {
                self.paths.push(file.clone());
            }
        }
    }

    fn take_tier(&mut self, text: &str) -> Result<(), Failure> {
        let (name, file) = text.split_once('=').ok_or_else(|| {
            Failure::File(format!("--tier wants NAME=FILE, as in --tier grid=beats.geojson; it got {text}"))
        })?;
        let file = PathBuf::from(file);
        self.options.tiers.push((name.to_owned(), file));
        Ok(())
    }

    fn take_system(&mut self, text: &str) -> Result<(), Failure> {
        let (file, name) = text.rsplit_once('=').ok_or_else(|| {
            Failure::File(format!(
                "--crs wants FILE=EPSG, as in --crs grids.shp=4546 or --crs grids.json=GCJ-02; it got {text}"
            ))
        })?;
        let system = System::named(name).ok_or_else(|| {
            Failure::File(format!("{name} is no coordinate system known here; there are EPSG numbers (4490, 4513-4554, UTM, 3857…), GCJ-02 and BD-09"))
        })?;
        self.options.systems.push((PathBuf::from(file), system));
        Ok(())
    }

    /// A layer of one file, or, without a file, of all files that have several.
    fn take_layer(&mut self, text: &str) -> Result<(), Failure> {
        let (file, name) = text.split_once('=').unwrap_or(("", text));
        if name.is_empty() {
            return Err(Failure::File(format!(
                "--layer wants NAME or FILE=NAME, as in --layer cases.xlsx=Sheet1; it got {text}"
            )));
        }
        self.options.layers.push((PathBuf::from(file), name.to_owned()));
        Ok(())
    }

    fn take_encoding(&mut self, text: &str) -> Result<(), Failure> {
        let (file, name) = text.rsplit_once('=').ok_or_else(|| {
            Failure::File(format!("--encoding wants FILE=NAME, as in --encoding grids.shp=GB18030; it got {text}"))
        })?;
        let encoding = Encoding::named(name).ok_or_else(|| {
            Failure::File(format!(
                "{name} is no encoding known here; there are UTF-8, GB18030, Big5, Shift_JIS, EUC-KR and others"
            ))
        })?;
        Arc::make_mut(&mut self.options.encodings).asked.push((PathBuf::from(file), encoding));
        Ok(())
    }

    /// Fits the system of a file on control points and says how far each is off; the points themselves are not said.
    fn take_control(&mut self, text: &str) -> Result<(), Failure> {
        let (file, points) = text.rsplit_once('=').ok_or_else(|| {
            Failure::File(format!("--control wants FILE=POINTS, as in --control grids.shp=points.csv; it got {text}"))
        })?;
        let failed = |why: &dyn std::fmt::Display| Failure::File(format!("{points}: {why}"));
        self.also_read.push(PathBuf::from(points));
        let lines = read_plain(Path::new(points), CONTROL).map_err(|error| Failure::File(error.to_string()))?;
        let lines = String::from_utf8(lines).map_err(|_| failed(&"this is no text in UTF-8"))?;
        let fitted = control_points(&lines).and_then(|points| fit(&points)).map_err(|why| failed(&why))?;
        for (at, off) in (1..).zip(&fitted.residuals_m) {
            note(&format!("control point {at}: {off:.3} m off"));
        }
        self.options.systems.push((PathBuf::from(file), fitted.system));
        Ok(())
    }

    fn take_codes(&mut self, text: &str) -> Result<(), Failure> {
        let pair = text.split_once('=').and_then(|(tier, name)| Some((tier.to_owned(), CodeForm::named(name)?)));
        let (tier, form) = pair.ok_or_else(|| {
            let forms = CodeForm::ALL.map(CodeForm::name).join(", ");
            Failure::File(format!("--codes wants TIER=FORM, as in --codes grid=9+3; forms are {forms}; it got {text}"))
        })?;
        self.options.checking.codes.insert(tier, form);
        Ok(())
    }

    fn take_severity(&mut self, text: &str) -> Result<(), Failure> {
        let pair = text.split_once('=').and_then(|(rule, level)| Some((Rule::named(rule)?, Level::named(level)?)));
        let (rule, level) = pair.ok_or_else(|| {
            let (rules, levels) =
                (Rule::ALL.map(Rule::name).join(", "), Level::ALL.map(|level| level.title().en).join(", "));
            Failure::File(format!("--severity wants RULE=LEVEL; rules are {rules}; levels are {levels}; it got {text}"))
        })?;
        self.options.checking.levels.insert(rule, level);
        Ok(())
    }

    /// Opens the files together, or the one project named; what is found is as grave as was asked for.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::File(error.to_string());
        match self.paths.as_slice() {
            [] => Err(Failure::File("name at least one file".to_owned())),
            [path] if project::is_project_file(path) => {
                let mut opened = project::open(path, &Progress::default()).map_err(|error| failed(&error))?;
                opened.notes.iter().for_each(|text| note(&text.en));
                let asked = self.options.checking.named_in(&opened.plan);
                Arc::make_mut(&mut opened.plan.settings).checking.overrule(asked);
                let problems = check::findings(&opened.plan);
                Ok(Opened {
                    plan: opened.plan,
                    problems,
                    tolerance_m: 0.0,
                    gap_width_m: 0.0,
                    repaired_points: 0,
                    repairs: Vec::new(),
                    doubts: Vec::new(),
                })
            }
            paths => {
                let mut opened = open(paths, &self.options, &Progress::default()).map_err(not_opened)?;
                opened.problems = check::findings(&opened.plan);
                Ok(opened)
            }
        }
    }

    /// As [`Inputs::open`], for a command that writes something: refused while the encoding of a text is in doubt.
    pub(super) fn open_certain(&self) -> Result<Opened, Failure> {
        let opened = self.open()?;
        Self::certain(&opened.doubts)?;
        Ok(opened)
    }

    /// Refuses to go on while the encoding of a text is in doubt: what is written from it would be garbled.
    pub(super) fn certain(doubts: &[Doubt]) -> Result<(), Failure> {
        let Some(doubt) = doubts.first() else { return Ok(()) };
        let ways: String = doubt.remedies().map(|way| format!("\n    -> {}", way.en)).collect();
        let first = doubt.ways.first().map_or("", |way| way.encoding.name());
        let file = file_name(&doubt.path);
        Err(Failure::File(format!(
            "{}: {}. Nothing was written; say which it is:\n    -> --encoding {file}={first}: read it as {first}{ways}",
            doubt.path.display(),
            doubt.text().en
        )))
    }

    /// The file to write, or a message that there is none, or that it is one of those read.
    pub(super) fn out(&self) -> Result<&Path, Failure> {
        let out = self.named_out()?;
        outputs::keeps_inputs(out, &self.paths)?;
        outputs::keeps_inputs(out, &self.also_read)?;
        Ok(out)
    }

    /// As [`Inputs::out`]; a project may be written over itself, with the stamp of what it is.
    pub(super) fn project_out(&self) -> Result<&Path, Failure> {
        let out = self.named_out()?;
        outputs::has_ending(out, outputs::PROJECT)?;
        let is_itself = self.paths.first().is_some_and(|project| is_same_file(out, project));
        if is_itself { Ok(out) } else { self.out() }
    }

    /// The file or folder to write, or a message that there is none.
    pub(super) fn named_out(&self) -> Result<&Path, Failure> {
        let out = self.out.as_deref().ok_or_else(|| Failure::File("say where to write: -o FILE".to_owned()))?;
        outputs::leaves_room(self.json, [out])?;
        Ok(out)
    }
}

/// Files that may not be opened are refused; all else that keeps them shut is trouble with the files.
pub(super) fn not_opened(error: OpenError) -> Failure {
    match error {
        OpenError::Read(ReadError { path, fault: Fault::Forbidden, text, .. }) => Failure::Refused(Refusal::new(
            Text::new(format!("cannot open {}", path.display()), format!("无法打开 {}", path.display())),
            text,
            Text::new("Or ask the administrator to allow it", "或请管理员放行"),
        )),
        other => Failure::File(other.to_string()),
    }
}

/// What `--nest` says.
fn nesting(text: &str) -> Result<Nesting, Failure> {
    Nesting::named(text).ok_or_else(|| Failure::File(format!("--nest is label, overlay or reference, not {text}")))
}

/// The value of an option as text.
pub(super) fn text(args: &mut lexopt::Parser) -> Result<String, Failure> {
    args.value()?.into_string().map_err(|text| lexopt::Error::NonUnicodeValue(text).into())
}

/// The value of an option as a number that is finite and not negative.
pub(super) fn number(args: &mut lexopt::Parser, option: &str) -> Result<f64, Failure> {
    let text = text(args)?;
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| Failure::File(format!("{option} wants a number, not {text}")))
}

/// The value of an option as a whole number.
pub(super) fn count(args: &mut lexopt::Parser, option: &str) -> Result<u64, Failure> {
    let text = text(args)?;
    text.parse().map_err(|_| Failure::File(format!("{option} wants a whole number, not {text}")))
}

/// A problem as the command line prints it.
pub(super) fn problem_json(problem: &Problem) -> Value {
    json!({
        "rule": problem.rule.name(),
        "severity": problem.severity,
        "file": problem.file,
        "tier": problem.tier,
        "zones": problem.zones,
        "area_m2": problem.area_m2,
        "lon": problem.place.map(|place| place.lon),
        "lat": problem.place.map(|place| place.lat),
        "reason": problem.reason.en,
        "remedies": problem.remedies.iter().map(|remedy| remedy.en.as_str()).collect::<Vec<_>>(),
    })
}

/// Whether a folder has a file: by its path, or by its name in it or in a folder of it.
fn has_file(folder: &Path, file: &Path) -> bool {
    let inside =
        |entry: std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && has_file(&entry.path(), file);
    folder.is_dir()
        && (file.starts_with(folder) && file.is_file()
            || folder.join(file).is_file()
            || std::fs::read_dir(folder).into_iter().flatten().flatten().any(inside))
}

/// The account of a file as the command line prints it.
pub(super) fn account_json(account: &FileAccount) -> Value {
    let fates = account.tally().into_iter().map(|(fate, count)| {
        let (kind, more) = match &fate {
            Fate::Zone => ("zone", None),
            Fate::JoinedInto(zone) => ("joined-into", Some(("zone", json!(zone)))),
            Fate::Record => ("record", None),
            Fate::Reference => ("reference", None),
            Fate::Incidents => ("incident", None),
            Fate::Squad => ("squad", None),
            Fate::LeftOut(why) => ("left-out", Some(("reason", json!(why.title().en)))),
        };
        let mut value = json!({"fate": kind, "count": count});
        if let (Some((key, more)), Some(map)) = (more, value.as_object_mut()) {
            map.insert(key.to_owned(), more);
        }
        value
    });
    let unit = match account.counted {
        Counted::Features => "features",
        Counted::Rows => "rows",
    };
    json!({
        "file": account.file, "layer": account.layer, "tier": account.tier, "unit": unit, "read": account.read,
        "fates": fates.collect::<Vec<_>>(), "by_products": account.by_products,
    })
}

/// A problem as a line of text.
pub(super) fn problem_line(problem: &Problem) -> String {
    let place = problem.place.map_or_else(String::new, |place| format!(" at {:.6},{:.6}", place.lon, place.lat));
    let file = problem.file.as_deref().map_or_else(String::new, |file| format!("{file}: "));
    let severity = match problem.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let remedies: String = problem.remedies.iter().map(|remedy| format!("\n    -> {}", remedy.en)).collect();
    format!("{severity} [{}] {file}{}{place}{remedies}", problem.rule.name(), problem.reason.en)
}

/// 1 where a problem needs looking at.
pub(super) fn exit(problems: &[Problem]) -> Exit {
    if problems.iter().any(|problem| problem.severity > Severity::Note) { Exit::Problems } else { Exit::Well }
}
