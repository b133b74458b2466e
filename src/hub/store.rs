//! Answers remembered on disk: one file each, written in one step, for the user alone. Whatever is wrong with a
//! file, it is as if it were not there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::workspace::files::Files;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// All files together, in bytes.
    pub bytes: u64,
    /// Their number.
    pub files: usize,
    /// The oldest, counted from its last writing.
    pub age: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            files: 4096,
            age: Duration::from_secs(30 * 24 * 3600),
        }
    }
}

/// After so many writings the bounds are looked after.
const WRITES_BETWEEN: u64 = 64;
/// The largest file that is read, in bytes: the largest body with its first line.
const FILE_LIMIT: u64 = 5 * 1024 * 1024;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The body, decompressed.
    pub body: Arc<[u8]>,
    /// The server's mark for this content.
    pub etag: Option<String>,
    /// When the server last said that this is the answer.
    pub asked: SystemTime,
}

impl Entry {
    /// How long ago that was; nothing for a clock that has been set back.
    pub fn age(&self) -> Duration {
        self.asked.elapsed().unwrap_or_default()
    }
}

/// The first line of a file; the body stands behind it.
#[derive(Serialize, Deserialize)]
struct Head {
    /// What was asked: names of files are hashes, and two may be the same.
    key: String,
    etag: Option<String>,
    /// Seconds since 1970.
    asked: u64,
    /// Of the body.
    hash: u64,
}

/// The folder.
#[derive(Debug)]
pub struct Store {
    folder: Option<PathBuf>,
    files: Arc<dyn Files>,
    bounds: Bounds,
    written: AtomicU64,
}

impl Store {
    /// The store in a folder, which is made when something is written; without one nothing is remembered.
    pub fn new(folder: Option<PathBuf>, files: Arc<dyn Files>, bounds: Bounds) -> Self {
        let written = AtomicU64::new(0);
        Self {
            folder,
            files,
            bounds,
            written,
        }
    }

    /// What is remembered under a key.
    pub fn get(&self, key: &str) -> Option<Entry> {
        let bytes = self.files.read(&self.path(key)?, FILE_LIMIT).ok()?;
        let line = memchr::memchr(b'\n', &bytes)?;
        let head: Head = serde_json::from_slice(&bytes[..line]).ok()?;
        let body = &bytes[line + 1..];
        if head.key != key || head.hash != xxh3_64(body) {
            return None;
        }
        let asked = UNIX_EPOCH.checked_add(Duration::from_secs(head.asked))?;
        let entry = Entry {
            body: body.into(),
            etag: head.etag,
            asked,
        };
        let is_sound = entry.asked <= SystemTime::now() + Duration::from_secs(60)
            && entry.age() <= self.bounds.age;
        is_sound.then_some(entry)
    }

    /// Remembers an answer; a failure is logged. Blocks: call it where that is allowed.
    pub fn put(&self, key: &str, entry: &Entry) {
        let (Some(folder), Some(path)) = (&self.folder, self.path(key)) else {
            return;
        };
        if let Err(error) = write(folder, &path, key, entry) {
            tracing::debug!(%error, "an answer cannot be remembered");
        }
        if self
            .written
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(WRITES_BETWEEN)
        {
            self.tidy(folder);
        }
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        let name = format!("{:032x}", xxh3_128(key.as_bytes()));
        Some(self.folder.as_ref()?.join(name))
    }

    /// Removes what is too old, and the oldest of what is too much. Everything in the folder is ours.
    fn tidy(&self, folder: &Path) {
        let now = SystemTime::now();
        let file = |path: PathBuf| {
            let metadata = fs::symlink_metadata(&path)
                .ok()
                .filter(fs::Metadata::is_file)?;
            let age = now
                .duration_since(metadata.modified().ok()?)
                .unwrap_or_default();
            Some((age, metadata.len(), path))
        };
        let paths = self.files.list(folder).unwrap_or_default();
        let mut files: Vec<_> = paths.into_iter().filter_map(file).collect();
        files.sort_by_key(|(age, ..)| *age);
        let mut bytes = 0;
        for (place, (age, length, path)) in files.into_iter().enumerate() {
            bytes += length;
            if age > self.bounds.age || bytes > self.bounds.bytes || place >= self.bounds.files {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn write(folder: &Path, path: &Path, key: &str, entry: &Entry) -> io::Result<()> {
    make_folder(folder)?;
    let asked = entry
        .asked
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let head = Head {
        key: key.to_owned(),
        etag: entry.etag.clone(),
        asked,
        hash: xxh3_64(&entry.body),
    };
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&entry.body);
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_extension(format!("{}-{number}", std::process::id()));
    let written = new_file(&beside)
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A file that only this user can read: answers may have been given to their token alone.
fn new_file(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::Disk;

    fn entry(body: &str) -> Entry {
        // Whole seconds, as they are written.
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let asked = UNIX_EPOCH + Duration::from_secs(now);
        Entry {
            body: body.as_bytes().into(),
            etag: Some("\"1\"".to_owned()),
            asked,
        }
    }

    fn store(folder: &Path, bounds: Bounds) -> Store {
        Store::new(Some(folder.to_path_buf()), Arc::new(Disk), bounds)
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        Disk.list(folder).unwrap()
    }

    #[test]
    fn gives_back_what_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder.path().join("hub"), Bounds::default());
        assert_eq!(store.get("a"), None);
        store.put("a", &entry("one\ntwo"));
        assert_eq!(store.get("a"), Some(entry("one\ntwo")));
        store.put("a", &entry("three"));
        assert_eq!(store.get("a").unwrap().body[..], *b"three");
        assert_eq!(store.get("b"), None);
        assert_eq!(
            files(&folder.path().join("hub")).len(),
            1,
            "nothing is left beside it"
        );
    }

    #[cfg(unix)]
    #[test]
    fn is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("hub");
        store(&inner, Bounds::default()).put("a", &entry("x"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&files(&inner)[0]), 0o600);
    }

    #[test]
    fn whatever_is_wrong_with_a_file_it_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), Bounds::default());
        store.put("a", &entry("body"));
        let path = files(folder.path()).pop().unwrap();
        let whole = Disk.read(&path, 10_000).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(store.get("a"), None, "cut at {end}");
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 0x15;
            fs::write(&path, changed).unwrap();
            let found = store.get("a");
            assert!(
                found.is_none_or(|found| found.body[..] == *b"body"),
                "changed at {place}"
            );
        }
    }

    #[test]
    fn a_file_under_another_name_is_not_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), Bounds::default());
        store.put("a", &entry("for a"));
        fs::rename(store.path("a").unwrap(), store.path("b").unwrap()).unwrap();
        assert_eq!(store.get("b"), None);
    }

    #[test]
    fn old_answers_and_those_from_the_future_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), Bounds::default());
        for asked in [UNIX_EPOCH, SystemTime::now() + Duration::from_secs(7200)] {
            store.put(
                "a",
                &Entry {
                    asked,
                    ..entry("x")
                },
            );
            assert_eq!(store.get("a"), None);
        }
    }

    #[test]
    fn stays_within_its_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let bounds = Bounds {
            files: 10,
            ..Bounds::default()
        };
        let store = store(folder.path(), bounds);
        for number in 0..=WRITES_BETWEEN {
            store.put(&number.to_string(), &entry("x"));
        }
        assert_eq!(files(folder.path()).len(), 10);
        let few = Bounds {
            bytes: 500,
            ..Bounds::default()
        };
        let few = super::Store::new(Some(folder.path().to_path_buf()), Arc::new(Disk), few);
        few.put("big", &entry(&"x".repeat(300)));
        let sizes = files(folder.path())
            .iter()
            .map(|path| fs::metadata(path).unwrap().len())
            .sum::<u64>();
        assert!(sizes <= 500, "{sizes}");
    }

    #[test]
    fn without_a_place_nothing_is_remembered() {
        let store = Store::new(None, Arc::new(Disk), Bounds::default());
        store.put("a", &entry("x"));
        assert_eq!(store.get("a"), None);
    }
}
