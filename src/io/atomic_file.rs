//! How every file is written: whole beside its place, flushed, then put there in one step. Whatever goes wrong, the file
//! that stood there is whole.
//!
//! Links are followed and the mode of a file is kept. Devices and pipes are written into, `-` is standard output. A file
//! that is write-protected, or a project, is not replaced.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::file_names::shortened;
use super::leftovers::{self, temporary_name};
use super::project::is_project_file;
use super::streams::{self, end_of_links, folder_of, open_file};
pub use super::streams::{is_same_file, is_stdout};
use crate::base::{Refusal, Text};

/// Most bytes of a file name.
const NAME: usize = 255;

/// What a writer may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Any file but a project.
    Files,
    /// The project it was opened from; what it was before is kept once, as `NAME~`.
    Itself,
    /// A file that holds nobody's work.
    Untouched,
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What stands there may not be replaced.
    #[error("{0}")]
    Refused(Refusal),
    /// The system cannot.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Where a file goes.
#[derive(Debug)]
enum Target {
    /// A file of a folder, links followed; what stands there.
    File(PathBuf, Option<Metadata>),
    /// A device or a pipe.
    Stream(PathBuf),
    /// Standard output.
    Stdout,
}

/// A file that takes its place once it is whole; dropped before that, it is removed.
#[derive(Debug)]
pub struct AtomicFile {
    temporary: PathBuf,
    /// The path as it was asked for.
    asked: PathBuf,
    target: Target,
    over: Over,
    placed: bool,
}

impl AtomicFile {
    /// An empty file beside `asked`, in the same folder, so that renaming it is one step. What killed programs left in
    /// that folder is removed.
    ///
    /// # Errors
    /// When what stands there may not be replaced, or the folder is missing or may not be written.
    pub fn new(asked: &Path, over: Over) -> Result<Self, WriteError> {
        let target = target_of(asked)?;
        match &target {
            Target::File(path, Some(about)) => may_replace(asked, path, about, over)?,
            Target::File(_, None) => {}
            Target::Stream(_) | Target::Stdout => may_write_into(asked)?,
        }
        let (folder, stem, mode) = match &target {
            Target::File(path, stands) => {
                let name = path
                    .file_name()
                    .ok_or(io::Error::from(io::ErrorKind::InvalidInput))?
                    .to_string_lossy()
                    .into_owned();
                (folder_of(path).to_owned(), name, stands.as_ref().map(mode_of))
            }
            Target::Stream(_) | Target::Stdout => (std::env::temp_dir(), "wangge".to_owned(), Some(0o600)),
        };
        leftovers::sweep(&folder);
        let temporary = create(&folder, &stem, mode)?;
        Ok(Self { temporary, asked: asked.to_owned(), target, over, placed: false })
    }

    /// A file with these bytes in it, read again from where they were written.
    ///
    /// # Errors
    /// As [`AtomicFile::new`]; when the bytes cannot be written, or come back as others.
    pub fn filled(asked: &Path, bytes: &[u8]) -> Result<Self, WriteError> {
        let new = Self::new(asked, Over::Files)?;
        std::fs::write(&new.temporary, bytes)?;
        if !holds(&new.temporary, bytes)? {
            return Err(io::Error::other("what was written comes back as something else").into());
        }
        Ok(new)
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// The file that is replaced, links followed; `None` for a device, a pipe and standard output.
    pub fn replaced(&self) -> Option<&Path> {
        if let Target::File(path, _) = &self.target { Some(path) } else { None }
    }

    /// Puts the file, now on the disk, in its place, or sends it into the device or pipe. The path that was asked for.
    ///
    /// # Errors
    /// When it cannot be flushed or the target cannot be replaced, which is as it was then; when the device or pipe
    /// does not take all of it.
    pub fn replace(&mut self) -> io::Result<PathBuf> {
        match &self.target {
            Target::File(path, stands) => {
                if let Some(stands) = stands {
                    dress(&self.temporary, stands)?;
                }
                flush(&self.temporary)?;
                if self.over == Over::Itself && stands.is_some() {
                    keep_previous(path);
                }
                put(&self.temporary, path)?;
                self.placed = true;
            }
            Target::Stream(path) => send(&self.temporary, OpenOptions::new().write(true).open(path)?)?,
            Target::Stdout => send(&self.temporary, io::stdout().lock())?,
        }
        Ok(self.asked.clone())
    }

    /// As [`AtomicFile::replace`], but under the first free name `stem-2`, `stem-3`, … beside the target.
    ///
    /// # Errors
    /// See [`AtomicFile::replace`].
    pub fn put_aside(&mut self) -> io::Result<PathBuf> {
        let Target::File(path, _) = &self.target else { return Err(io::ErrorKind::InvalidInput.into()) };
        flush(&self.temporary)?;
        let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for number in 2..10_000 {
            let end = format!("-{number}{ending}");
            let free = path.with_file_name(shortened(&stem, NAME.saturating_sub(end.len())).to_owned() + &end);
            // Taking the name first keeps two programs from taking the same one.
            match OpenOptions::new().write(true).create_new(true).open(&free) {
                Ok(_) => {
                    put(&self.temporary, &free)?;
                    self.placed = true;
                    return Ok(free);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.placed {
            let _already_gone = std::fs::remove_file(&self.temporary);
        }
    }
}

/// Whether a path is standard output, a device or a pipe: nothing is replaced there, and nothing can be read again.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    matches!(target_of(path), Ok(Target::Stream(_) | Target::Stdout))
}

/// The name that the previous save of a project is kept under.
#[must_use]
pub fn backup_of(project: &Path) -> PathBuf {
    let name = project.file_name().unwrap_or_default().to_string_lossy();
    project.with_file_name(shortened(&name, NAME - 1).to_owned() + "~")
}

/// Whether a name is that of a backup, of this program or another.
#[must_use]
pub fn is_backup(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(b"~"))
}

/// Finds out what a path leads to. Standard output and its like are never replaced, even where they are plain files.
fn target_of(asked: &Path) -> Result<Target, WriteError> {
    if asked == Path::new("-") {
        return Ok(Target::Stdout);
    }
    match std::fs::metadata(asked) {
        Ok(about) if about.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
        Ok(about) if about.is_file() && open_file(asked).is_none() => {
            Ok(Target::File(asked.canonicalize()?, Some(about)))
        }
        Ok(about) if is_disk(&about) => Err(refused(
            asked,
            Text::new("it is a whole disk", "这是整个磁盘设备"),
            Text::new("Give the name of a file", "请给出文件名"),
        )),
        Ok(_) => Ok(Target::Stream(asked.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Target::File(std::path::absolute(end_of_links(asked)?)?, None))
        }
        Err(error) => Err(error.into()),
    }
}

fn is_disk(about: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::FileTypeExt::is_block_device(&about.file_type());
    #[cfg(not(unix))]
    return {
        let _no_devices = about;
        false
    };
}

/// Refuses what is write-protected, by its mode also where the user may write everything, and projects.
fn may_replace(asked: &Path, path: &Path, about: &Metadata, over: Over) -> Result<(), WriteError> {
    if about.permissions().readonly() {
        return Err(refused(
            asked,
            Text::new("the file is write-protected", "文件已设为只读"),
            Text::new("Allow writing to it, or choose another name", "请取消只读属性，或换一个文件名"),
        ));
    }
    if over == Over::Files && is_project_file(path) {
        return Err(a_project(asked));
    }
    Ok(())
}

/// Refuses standard output and its like where a project is open there, which would be written over byte by byte, and
/// standard output that was closed.
fn may_write_into(asked: &Path) -> Result<(), WriteError> {
    if is_stdout(asked) && streams::is_closed() {
        return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    }
    let is_plain = streams::about(asked).is_ok_and(|about| about.is_file());
    if is_plain && streams::real(asked).is_ok_and(|path| is_project_file(&path)) {
        return Err(a_project(asked));
    }
    Ok(())
}

fn a_project(asked: &Path) -> WriteError {
    refused(
        asked,
        Text::new("a project has this name, and nothing else replaces it", "同名文件是方案文件，不能被其他文件替换"),
        Text::new("Choose another name, or move the project away", "请换一个文件名，或先移走该方案"),
    )
}

fn refused(asked: &Path, because: Text, instead: Text) -> WriteError {
    WriteError::Refused(Refusal::new(cannot_write(asked), because, instead))
}

/// That a file cannot be written.
pub(super) fn cannot_write(path: &Path) -> Text {
    let path = path.display();
    Text::new(format!("cannot write {path}"), format!("无法写入 {path}"))
}

fn create(folder: &Path, stem: &str, mode: Option<u32>) -> io::Result<PathBuf> {
    for number in 0..1000 {
        let temporary = folder.join(temporary_name(stem, number));
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode.unwrap_or(0o666));
        match options.write(true).create_new(true).open(&temporary) {
            Ok(_) => return Ok(temporary),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(unix)]
fn mode_of(about: &Metadata) -> u32 {
    // What runs as its owner must not run with other content.
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777
}

#[cfg(not(unix))]
fn mode_of(_about: &Metadata) -> u32 {
    0
}

/// Gives a new file the owner and the mode of the one that it replaces. Only root can give a file away.
fn dress(new: &Path, stands: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
        let about = std::fs::metadata(new)?;
        if (about.uid(), about.gid()) != (stands.uid(), stands.gid()) {
            let _only_root = chown(new, Some(stands.uid()), Some(stands.gid()));
        }
        std::fs::set_permissions(new, std::fs::Permissions::from_mode(mode_of(stands)))?;
    }
    #[cfg(not(unix))]
    let _no_modes = (new, stands);
    Ok(())
}

fn flush(temporary: &Path) -> io::Result<()> {
    // Windows flushes only what is open for writing.
    OpenOptions::new().write(true).open(temporary)?.sync_all()
}

fn put(temporary: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(temporary, path)?;
    sync_folder(path);
    Ok(())
}

fn send(temporary: &Path, mut into: impl io::Write) -> io::Result<()> {
    io::copy(&mut File::open(temporary)?, &mut into)?;
    into.flush()
}

/// Keeps a project as it is under its backup name. A second name for the same bytes costs nothing; where the drive has
/// no such names, they are copied. A save does not fail for want of a backup.
fn keep_previous(project: &Path) {
    let backup = backup_of(project);
    if backup.exists() && !is_project_file(&backup) {
        log::warn!("the backup was not kept: another file has its name");
        return;
    }
    let name = project.file_name().unwrap_or_default().to_string_lossy();
    let temporary = (0..1000).map(|number| project.with_file_name(temporary_name(&name, number)));
    let Some(temporary) = temporary.into_iter().find(|path| !path.exists()) else { return };
    let linked = std::fs::hard_link(project, &temporary);
    let kept = linked.or_else(|_| std::fs::copy(project, &temporary).map(|_| ()));
    if let Err(error) = kept.and_then(|()| std::fs::rename(&temporary, backup)) {
        let _already_gone = std::fs::remove_file(&temporary);
        log::warn!("the backup was not kept: {error}");
    }
}

/// Makes a renaming in a folder last. Not every system and drive can; where it cannot, the file itself is on the disk.
fn sync_folder(file: &Path) {
    if cfg!(unix) {
        let _cannot = File::open(folder_of(file)).and_then(|folder| folder.sync_all());
    }
}

/// Why a file could not be written and what to do, for every writer.
pub(super) fn reason(error: &io::Error) -> Text {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => Text::new(
            "the folder is not there. Choose another folder or make it first",
            "文件夹不存在。请先建立该文件夹，或另选文件夹",
        ),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Text::new(
            "the folder or the file may not be written. Save into a folder of your own",
            "没有写入权限。请保存到自己的文件夹",
        ),
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Text::new(
            "the disk is full. Free some space or save to another drive",
            "磁盘已满。请清理空间，或保存到其他磁盘",
        ),
        Kind::InvalidFilename => Text::new(
            "the name is too long or not allowed. Give a shorter one",
            "文件名过长或不合规。请换一个较短的文件名",
        ),
        Kind::IsADirectory | Kind::InvalidInput => {
            Text::new("this is a folder, not a file. Give a file name", "这是文件夹，不是文件。请给出文件名")
        }
        Kind::BrokenPipe => Text::new("what reads it went away before the end. Try again", "接收方提前关闭。请重试"),
        _ => {
            let code = error.raw_os_error().map_or_else(|| error.to_string(), |code| format!("错误代码 {code}"));
            Text::new(
                format!("the system says: {error}. Save to another drive"),
                format!("系统报告：{code}。请保存到其他磁盘"),
            )
        }
    }
}

/// Bytes compared at a time.
const STRETCH: usize = 1 << 20;

/// Whether a file holds these bytes and no others.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut read = vec![0; STRETCH.min(bytes.len())];
    for stretch in bytes.chunks(STRETCH) {
        let read = &mut read[..stretch.len()];
        file.read_exact(read)?;
        if read != stretch {
            return Ok(false);
        }
    }
    Ok(true)
}
