//! The real file system and environment.
#![allow(
    clippy::disallowed_methods,
    reason = "the one place that may touch them"
)]

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{FileKind, Files, ReadError};

/// The real file system and environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        // One byte more than allowed tells a file that fits from one that was cut, also while it grows.
        let bytes = self.head(path, limit.saturating_add(1))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { limit });
        }
        Ok(bytes)
    }

    fn head(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        // Asked before opening: opening a pipe without a writer never returns.
        let metadata = fs::metadata(path).map_err(explain)?;
        match metadata.file_type() {
            kind if kind.is_dir() => return Err(ReadError::Folder),
            kind if !kind.is_file() => return Err(ReadError::Special),
            _ => {}
        }
        // One byte more: then one read is enough, and its end is seen without making room.
        let room = metadata.len().saturating_add(1).min(limit);
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
        let file = File::open(path).map_err(explain)?;
        file.take(limit).read_to_end(&mut bytes).map_err(explain)?;
        Ok(bytes)
    }

    fn part(&self, path: &Path, start: u64, length: u64) -> Result<Vec<u8>, ReadError> {
        if !fs::metadata(path).map_err(explain)?.is_file() {
            return Err(ReadError::Special);
        }
        let mut file = File::open(path).map_err(explain)?;
        file.seek(SeekFrom::Start(start)).map_err(explain)?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes).map_err(explain)?;
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let entries = fs::read_dir(folder).map_err(explain)?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort_unstable();
        Ok(paths)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        let kind = fs::metadata(path).ok()?.file_type();
        Some(match () {
            () if kind.is_file() => FileKind::File,
            () if kind.is_dir() => FileKind::Folder,
            () => FileKind::Special,
        })
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        fs::metadata(path).ok()?.modified().ok()
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(path).ok()
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

fn explain(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::NotFound,
        io::ErrorKind::PermissionDenied => ReadError::Denied,
        io::ErrorKind::IsADirectory => ReadError::Folder,
        _ => ReadError::Other(error.to_string()),
    }
}

/// Replaces a file's text in one step: the new text is written beside it first, so that nothing is lost
/// when the disk is full. Links are followed, permissions kept.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let permissions = fs::metadata(&target)?.permissions();
    let beside = write_beside(&target, text)?;
    let written =
        fs::set_permissions(&beside, permissions).and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Makes a file in one step, and the folders that it lies in; fails where something is there.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = write_beside(path, text)?;
    // Another name for the same file is never put in the place of one that is there.
    let linked = fs::hard_link(&beside, path);
    let _ = fs::remove_file(&beside);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => write_new(path, text),
        linked => linked,
    }
}

/// A new file beside another, with that text.
fn write_beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".hf-lsp-{}", std::process::id()));
    let beside = path.with_file_name(name);
    // Left by a program that was killed, or a link that somebody laid: neither is written to.
    let _ = fs::remove_file(&beside);
    write_new(&beside, text)?;
    Ok(beside)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_files_folders_and_too_large_files_apart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.py");
        fs::write(&file, "12345").unwrap();
        assert_eq!(Disk.read(&file, 5).unwrap(), b"12345");
        assert_eq!(Disk.read(&file, 4), Err(ReadError::TooLarge { limit: 4 }));
        assert_eq!(Disk.head(&file, 4).unwrap(), b"1234");
        assert_eq!(Disk.read(folder.path(), 5), Err(ReadError::Folder));
        assert_eq!(
            Disk.read(&folder.path().join("b"), 5),
            Err(ReadError::NotFound)
        );
        assert_eq!(Disk.list(folder.path()).unwrap(), [file]);
    }

    #[test]
    fn files_are_made_and_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/a.md");
        create(&file, "one").unwrap();
        let again = create(&file, "two").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        replace(&file, "three").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "three");
        assert_eq!(Disk.list(file.parent().unwrap()).unwrap(), [file]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_beside_a_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("a.md"), folder.path().join("other"));
        fs::write(&file, "one").unwrap();
        fs::write(&other, "mine").unwrap();
        let beside = format!("a.md.hf-lsp-{}", std::process::id());
        std::os::unix::fs::symlink(&other, folder.path().join(beside)).unwrap();
        replace(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn does_not_open_devices() {
        assert_eq!(
            Disk.read(Path::new("/dev/null"), 5),
            Err(ReadError::Special)
        );
    }
}
