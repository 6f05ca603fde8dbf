//! The log of errors and the files of crashes, for whoever is asked for help. No personal data is in them: what a log
//! line says comes from the program and its libraries, never from the cells of a table.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::io::hold::{private_file, private_folder};

use super::app::App;
use super::toasts::Tone;

/// A log grown larger than this is put aside at the next start, bytes.
const LARGEST: u64 = 1 << 20;

/// Writes the log to the folder beside the standard error output. Said once: a second call, or a folder that cannot be
/// written, leaves things as they are.
pub fn keep_log(folder: &Path) {
    let terminal = env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error")).build();
    let path = folder.join("wangge.log");
    if path.metadata().is_ok_and(|about| about.len() > LARGEST) {
        // The one before that is given up.
        let _kept_as_it_is = std::fs::rename(&path, folder.join("wangge.old.log"));
    }
    let outer = folder.parent().map_or(Ok(()), private_folder);
    let file = outer.and_then(|()| private_folder(folder)).and_then(|()| private_file(&path, true));
    let filter = terminal.filter().max(log::LevelFilter::Warn);
    if log::set_boxed_logger(Box::new(Log { terminal, file: file.ok().map(Mutex::new) })).is_ok() {
        log::set_max_level(filter);
    }
}

/// To the terminal by its own rules, warnings and errors to the file.
struct Log {
    terminal: env_logger::Logger,
    file: Option<Mutex<File>>,
}

impl log::Log for Log {
    fn enabled(&self, about: &log::Metadata<'_>) -> bool {
        about.level() <= log::Level::Warn || self.terminal.enabled(about)
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.terminal.matches(record) {
            self.terminal.log(record);
        }
        if record.level() <= log::Level::Warn
            && let Some(mut file) = self.file.as_ref().and_then(|file| file.lock().ok())
        {
            let line = format!("{} {} {}: {}\n", seconds(), record.level(), record.target(), record.args());
            // A full disk must not stop the work.
            let _lost = file.write_all(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Writes what is known of a panic into a file of its own.
pub(super) fn keep_crash(folder: Option<&Path>, info: &std::panic::PanicHookInfo<'_>) {
    log::error!("{info}");
    let Some(folder) = folder else { return };
    let trace = std::backtrace::Backtrace::force_capture();
    let text = format!(
        "wangge {}  {} {}\n{info}\n\n{trace}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let path = folder.join(format!("crash-{}.txt", seconds()));
    if let Err(error) = private_file(&path, false).and_then(|mut file| file.write_all(text.as_bytes())) {
        log::error!("no file of the crash could be written: {error}");
    }
}

/// The program that shows folders on this system.
fn shower() -> &'static str {
    if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    }
}

impl App {
    /// Shows the folder of logs in the desktop's own program, or says where it is.
    pub(super) fn open_logs(&mut self) {
        let Some(folder) = self.logs.clone() else { return };
        let shown = Process::new(shower())
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if let Err(error) = shown {
            log::warn!("no program shows folders: {error}");
            self.toasts.add(Tone::Refused, where_it_is(self.words().no_folder, &folder));
        }
    }
}

fn where_it_is(words: &str, folder: &Path) -> String {
    format!("{words}: {}", folder.display())
}
