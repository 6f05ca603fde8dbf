//! A new file written beside the old one, then put in its place: whatever goes wrong, the old one is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::base::Text;

/// A file that takes the place of another once it is whole; dropped before that, it is removed.
#[derive(Debug)]
pub(super) struct Beside {
    temporary: PathBuf,
    target: PathBuf,
    placed: bool,
}

impl Beside {
    /// An empty file beside `target`, in the same folder, so that renaming it is one step.
    ///
    /// # Errors
    /// When the folder is missing or may not be written.
    pub(super) fn new(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        for number in 0..1000 {
            let temporary = target.with_file_name(format!(".{name}.{}-{number}.saving", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(_) => return Ok(Self { temporary, target: target.to_owned(), placed: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// A file beside `target` with these bytes in it, read again from where they were written.
    ///
    /// # Errors
    /// As [`Beside::new`]; when the bytes cannot be written, or come back as others.
    pub(super) fn filled(target: &Path, bytes: &[u8]) -> io::Result<Self> {
        let new = Self::new(target)?;
        std::fs::write(&new.temporary, bytes)?;
        if !holds(&new.temporary, bytes)? {
            return Err(io::Error::other("what was written comes back as something else"));
        }
        Ok(new)
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Puts the file, now on the disk, in the place of the target.
    ///
    /// # Errors
    /// When it cannot be flushed or the target cannot be replaced; the target is as it was.
    pub(super) fn replace(&mut self) -> io::Result<PathBuf> {
        self.flush()?;
        self.put(self.target.clone())
    }

    /// As [`Beside::replace`], but under the first free name `stem-2`, `stem-3`, … beside the target.
    ///
    /// # Errors
    /// See [`Beside::replace`].
    pub(super) fn put_aside(&mut self) -> io::Result<PathBuf> {
        self.flush()?;
        let stem = self.target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ending = self.target.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
        for number in 2..10_000 {
            let free = self.target.with_file_name(format!("{stem}-{number}{ending}"));
            // Taking the name first keeps two programs from taking the same one.
            match OpenOptions::new().write(true).create_new(true).open(&free) {
                Ok(_) => return self.put(free),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn flush(&self) -> io::Result<()> {
        // Windows flushes only what is open for writing.
        OpenOptions::new().write(true).open(&self.temporary)?.sync_all()
    }

    fn put(&mut self, target: PathBuf) -> io::Result<PathBuf> {
        std::fs::rename(&self.temporary, &target)?;
        self.placed = true;
        sync_folder(&target);
        Ok(target)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.placed {
            let _already_gone = std::fs::remove_file(&self.temporary);
        }
    }
}

/// Makes a renaming in a folder last. Not every system and drive can; where it cannot, the file itself is on the disk.
fn sync_folder(file: &Path) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        let _cannot = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Why a file could not be written and what to do, for every writer.
pub(super) fn reason(error: &io::Error) -> Text {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => Text::new(
            "the folder is not there. Choose another folder or make it first",
            "文件夹不存在。请先建立该文件夹,或另选文件夹",
        ),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Text::new(
            "the folder or the file may not be written. Save into a folder of your own",
            "没有写入权限。请保存到自己的文件夹",
        ),
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Text::new(
            "the disk is full. Free some space or save to another drive",
            "磁盘已满。请清理空间,或保存到其他磁盘",
        ),
        Kind::IsADirectory | Kind::InvalidInput => {
            Text::new("this is a folder, not a file. Give a file name", "这是文件夹,不是文件。请给出文件名")
        }
        _ => Text::new(
            format!("the system says: {error}. Save to another drive"),
            format!("系统报告:{error}。请保存到其他磁盘"),
        ),
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
