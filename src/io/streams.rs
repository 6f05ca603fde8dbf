//! What a path leads to beside the files of folders: standard output, files that are open already, devices and pipes.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Standard output, as a command line names it.
const STDOUT: &str = "-";
/// Links to links that are followed.
const LINKS: usize = 40;

/// Whether a path is standard output, by whatever name the system has for it.
#[must_use]
pub fn is_stdout(path: &Path) -> bool {
    let is_own = |open: &Path| {
        let folder = open.parent().unwrap_or(open);
        let own = |name: &str| Path::new(name).canonicalize();
        own("/dev/fd").is_ok_and(|own| folder == own) || own("/proc/self").is_ok_and(|own| folder.starts_with(own))
    };
    path == Path::new(STDOUT) || open_file(path).is_some_and(|open| open.ends_with("1") && is_own(&open))
}

/// The name that the system has for a file that is open already, where a path leads to one as `/dev/stdout` does. Other
/// names below `/proc` lead to files like any link.
pub(super) fn open_file(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let folder = folder_of(&path).canonicalize().ok()?;
        let here = folder.join(path.file_name()?);
        if cfg!(unix) && (folder == Path::new("/dev/fd") || folder.starts_with("/proc") && folder.ends_with("fd")) {
            return Some(here);
        }
        path = folder.join(std::fs::read_link(&here).ok()?);
    }
    None
}

/// Where links lead that end at nothing.
pub(super) fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut end = path.to_owned();
    for _ in 0..LINKS {
        let Ok(next) = std::fs::read_link(&end) else { return Ok(end) };
        end = folder_of(&end).join(next);
    }
    Err(io::Error::other("links lead in a circle"))
}

/// The folder of a file.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What stands where a path leads; for standard output, what that is.
///
/// # Errors
/// Where nothing stands there.
pub fn about(path: &Path) -> io::Result<Metadata> {
    if path == Path::new(STDOUT) { about_stdout() } else { std::fs::metadata(path) }
}

#[cfg(unix)]
fn about_stdout() -> io::Result<Metadata> {
    use std::os::fd::AsFd as _;
    std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?).metadata()
}

#[cfg(not(unix))]
fn about_stdout() -> io::Result<Metadata> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The path without links; for standard output, that of the file it goes into.
///
/// # Errors
/// Where nothing stands there.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    if path == Path::new(STDOUT) { Path::new("/dev/stdout").canonicalize() } else { path.canonicalize() }
}

/// Whether two paths are one file, by whatever names and links they lead there.
#[must_use]
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    if let (Ok(a), Ok(b)) = (real(a), real(b))
        && a == b
    {
        return true;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let id = |path: &Path| about(path).ok().map(|about| (about.dev(), about.ino()));
        id(a).is_some_and(|a| Some(a) == id(b))
    }
    #[cfg(not(unix))]
    false
}

/// Whether standard output was closed before the program started: what is opened in its place swallows all. Only where the
/// system tells.
pub(super) fn is_closed() -> bool {
    let Ok(flags) = std::fs::read_to_string("/proc/self/fdinfo/1") else { return false };
    let flags = flags.lines().find_map(|line| line.strip_prefix("flags:"));
    // Opened to be read as well, which no shell does for output.
    let both_ways =
        flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & 3 == 2);
    both_ways && real(Path::new(STDOUT)).is_ok_and(|real| real == Path::new("/dev/null"))
}
