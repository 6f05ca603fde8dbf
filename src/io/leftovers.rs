//! Temporary files: how they are called, and which of them nobody finishes any more.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use super::file_names::shortened;

/// Ending of a file that is being written.
const END: &str = ".saving";
/// Most bytes of the name of the file it becomes.
const STEM: usize = 100;
/// No save takes as long: older ones are given up where the process cannot be asked for.
const DAY: Duration = Duration::from_hours(24);

/// The name of a temporary file: hidden, short, with the machine and the process that writes it.
pub(super) fn temporary_name(of: &str, number: u32) -> String {
    format!(".{}.{}-{}-{number}{END}", shortened(of, STEM), machine(), std::process::id())
}

/// Whether a name is that of a temporary file of another.
pub(super) fn is_of(name: &str, of: &str) -> bool {
    name.ends_with(END) && name.starts_with(&format!(".{}.", shortened(of, STEM)))
}

/// Removes what programs that ended left in a folder. Files of programs that run, here or on another machine that shares
/// the folder, stay.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let machine = machine();
    for entry in entries.filter_map(Result::ok) {
        if is_abandoned(&entry, &machine) {
            let _another_was_faster = std::fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(entry: &std::fs::DirEntry, here: &str) -> bool {
    let Some(writer) = writer_of(&entry.file_name()) else { return false };
    let Ok(about) = entry.metadata() else { return false };
    let old = || about.modified().ok().and_then(|time| time.elapsed().ok()).is_some_and(|age| age > DAY);
    about.is_file()
        && match is_running(writer.process) {
            Some(running) if writer.machine.is_none_or(|machine| machine == here) => !running,
            _ => old(),
        }
}

/// Who writes a temporary file.
struct Writer {
    /// `None` in names of earlier versions.
    machine: Option<String>,
    process: u32,
}

/// Reads the name of a temporary file; `None` for any other name.
fn writer_of(name: &OsStr) -> Option<Writer> {
    let (_, writer) = name.to_str()?.strip_prefix('.')?.strip_suffix(END)?.rsplit_once('.')?;
    let parts: Vec<&str> = writer.split('-').collect();
    let (machine, process, number) = match parts.as_slice() {
        [process, number] => (None, process, number),
        [machine, process, number] => (Some((*machine).to_owned()), process, number),
        _ => return None,
    };
    number.parse::<u32>().ok()?;
    Some(Writer { machine, process: process.parse().ok()? })
}

/// Whether a process of this machine runs, where the system tells.
fn is_running(process: u32) -> Option<bool> {
    let processes = Path::new("/proc");
    (cfg!(target_os = "linux") && processes.join("self").exists()).then(|| processes.join(process.to_string()).exists())
}

/// A mark of this machine, and of the box in it whose processes are numbered together: a folder may be shared with
/// others, whose processes are not known here.
fn machine() -> String {
    let read = |path: &str| std::fs::read(path).unwrap_or_default();
    let mut mark = read("/etc/machine-id");
    mark.extend(read("/proc/sys/kernel/hostname"));
    mark.extend(std::env::var_os("COMPUTERNAME").unwrap_or_default().as_encoded_bytes());
    let numbers = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    mark.extend(numbers.as_os_str().as_encoded_bytes());
    format!("{:08x}", xxhash_rust::xxh3::xxh3_64(&mark) as u32)
}
