//! The same commands without a window (design §11). Data to stdout or `-o`, messages to stderr.

mod campaign;
mod check;
mod clean;
mod demo;
mod export;
mod info;
mod inputs;
mod locate;
mod numbers;
mod partition;
mod rebalance;
mod purge;
mod sample;
mod verify;
mod window;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use crate::base::Refusal;

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

/// What a command returns.
type Outcome = Result<Exit, Failure>;

/// Runs the program with its arguments, the program's own name first.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(lexopt::Parser::from_iter(args)) {
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

/// Writes data to standard output. A reader that went away ends the program's output, not the program.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a line for the reader to standard error, control characters of file contents stripped.
fn note(text: &str) {
    let clean: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let _gone = writeln!(std::io::stderr().lock(), "{clean}");
}
