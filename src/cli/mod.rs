//! The same commands without a window (design §11). Data to stdout or `-o`, messages to stderr.

mod campaign;
mod check;
mod clean;
mod copies;
mod demo;
mod export;
mod info;
mod inputs;
mod locate;
mod numbers;
mod outputs;
mod partition;
mod rebalance;
mod purge;
mod sample;
mod verify;
mod window;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::OnceLock;

use crate::base::{Refusal, is_obeyed, plain_lines};
use crate::io::export::ExportError;
use crate::io::project::SaveError;
use crate::render::paper::PaperError;

/// How a command that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// 0.
    Well,
    /// 1: it worked and found problems.
    Problems,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// 2: bad arguments.
    #[error("{0}")]
    Arguments(#[from] lexopt::Error),
    /// 2: a file cannot be read or written, or is not what it should be. The message names the file, the place and the remedy.
    #[error("{0}")]
    File(String),
    /// 3: a command that cannot be done.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Arguments(_) | Self::File(_) => 2,
            Self::Refused(_) => 3,
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Refused(refusal) => Self::Refused(refusal),
            other => Self::File(other.to_string()),
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Refused(refusal) => Self::Refused(refusal),
            other => Self::File(other.to_string()),
        }
    }
}

impl From<PaperError> for Failure {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::Export(error) => error.into(),
            PaperError::Save(error) => error.into(),
            other => Self::File(other.to_string()),
        }
    }
}

/// What a command returns.
type Outcome = Result<Exit, Failure>;

/// Runs the program with its arguments, the program's own name first.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let outcome = outputs::keeps_stdout(&args).and_then(|()| run(lexopt::Parser::from_iter(args)));
    match outcome.and_then(|exit| printed().map(|()| exit)) {
        Ok(Exit::Well) => ExitCode::SUCCESS,
        Ok(Exit::Problems) => ExitCode::from(1),
        Err(failure) => {
            note(&format!("wangge: {failure}"));
            ExitCode::from(failure.code())
        }
    }
}

fn run(mut args: lexopt::Parser) -> Outcome {
    let first = args.raw_args()?.peek().and_then(|arg| arg.to_str().map(str::to_owned));
    let command: fn(lexopt::Parser) -> Outcome = match first.as_deref() {
        Some("demo") => demo::run,
        Some("info") => info::run,
        Some("check") => check::run,
        Some("clean") => clean::run,
        Some("locate") => locate::run,
        Some("rebalance") => rebalance::run,
        Some("partition") => partition::run,
        Some("export") => export::run,
        Some("copies") => copies::run,
        Some("hand-out") => campaign::hand_out,
        Some("take-back") => campaign::take_back,
        Some("purge") => purge::run,
        Some("verify") => verify::run,
        Some("sample") => sample::run,
        _ => return window::run(args),
    };
    args.raw_args()?.next();
    command(args)
}

/// Why standard output did not take what was printed: it is one for the whole program.
static LOST: OnceLock<std::io::Error> = OnceLock::new();

/// Writes data to standard output. Characters that a terminal would obey are written as JSON writes them, so that data
/// for programs stay what they are. A reader that went away ends the program's output, not the program.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(shown(text).as_bytes()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        let _the_first_one_counts = LOST.set(error);
    }
}

/// A text with what a terminal would obey as `\uXXXX`.
fn shown(text: &str) -> Cow<'_, str> {
    let is_shown = |c: char| c == '\n' || c == '\t' || !is_obeyed(c);
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let one = |c: char| if is_shown(c) { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    Cow::Owned(text.chars().map(one).collect())
}

/// Whether all that was printed arrived.
fn printed() -> Result<(), Failure> {
    LOST.get().map_or(Ok(()), |error| Err(Failure::File(format!("standard output cannot be written: {error}"))))
}

/// Writes a line for the reader to standard error, without what a terminal would obey in names of files and zones.
fn note(text: &str) {
    let _gone = writeln!(std::io::stderr().lock(), "{}", plain_lines(text));
}
