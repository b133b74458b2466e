//! Objects: commits, trees, files.

use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

use super::ObjectId;
use super::pack::Pack;
use crate::workspace::files::Files;

/// Larger objects are not read.
pub const LARGEST: u64 = 16 * 1024 * 1024;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A state of the whole tree with what came before.
    Commit,
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// Anything else.
    Other,
}

/// An object.
#[derive(Debug)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// The objects of a repository.
#[derive(Debug)]
pub struct Objects<'f> {
    files: &'f dyn Files,
    folder: PathBuf,
    packs: Vec<Pack<'f>>,
}

impl<'f> Objects<'f> {
    /// Those in the folder `objects`.
    pub fn new(files: &'f dyn Files, folder: &Path) -> Self {
        let entries = files.list(&folder.join("pack")).unwrap_or_default();
        let indexes = entries
            .into_iter()
            .filter(|path| path.extension().is_some_and(|it| it == "idx"));
        Self {
            files,
            folder: folder.to_path_buf(),
            packs: indexes
                .filter_map(|path| Pack::open(files, &path))
                .collect(),
        }
    }

    /// An object; `None` where it is not there, too large or odd.
    pub fn read(&mut self, id: &ObjectId) -> Option<Object> {
        self.loose(id).or_else(|| {
            let packs = self.packs.iter();
            packs.filter_map(|pack| pack.read(id)).next()
        })
    }

    fn loose(&self, id: &ObjectId) -> Option<Object> {
        let mut name = String::with_capacity(40);
        for byte in id {
            write!(name, "{byte:02x}").ok()?;
        }
        let path = self.folder.join(&name[..2]).join(&name[2..]);
        let packed = self.files.read(&path, LARGEST).ok()?;
        let mut data = inflated(&packed, LARGEST)?;
        let end = memchr::memchr(0, &data)?;
        let header = std::str::from_utf8(&data[..end]).ok()?;
        let (kind, length) = header.split_once(' ')?;
        let kind = match kind {
            "commit" => Kind::Commit,
            "tree" => Kind::Tree,
            "blob" => Kind::Blob,
            _ => Kind::Other,
        };
        let length: usize = length.parse().ok()?;
        data.drain(..=end);
        (length == data.len()).then_some(Object { kind, data })
    }

    /// The file at a path below a tree.
    pub fn find(&mut self, tree: ObjectId, path: &str) -> Option<ObjectId> {
        let mut id = tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let tree = self.read(&id).filter(|it| it.kind == Kind::Tree)?;
            let (is_folder, found) = entry(&tree.data, part)?;
            if is_folder != parts.peek().is_some() {
                return None;
            }
            id = found;
        }
        Some(id)
    }
}

/// The entry of a name in a tree, and whether it is a folder: `MODE NAME\0ID`, one behind the other.
fn entry(mut tree: &[u8], name: &str) -> Option<(bool, ObjectId)> {
    while !tree.is_empty() {
        let end = memchr::memchr(0, tree)?;
        let id: ObjectId = tree.get(end + 1..end + 21)?.try_into().ok()?;
        let blank = memchr::memchr(b' ', &tree[..end])?;
        let (mode, known) = (&tree[..blank], &tree[blank + 1..end]);
        if known == name.as_bytes() {
            // Links and repositories within are neither.
            let is_file = mode.starts_with(b"100");
            let is_folder = matches!(mode, b"40000" | b"040000");
            return (is_file || is_folder).then_some((is_folder, id));
        }
        tree = &tree[end + 21..];
    }
    None
}

/// What zlib packed, where it is no more than `most` bytes.
pub fn inflated(packed: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    let mut reader = ZlibDecoder::new(packed).take(most + 1);
    reader.read_to_end(&mut data).ok()?;
    (data.len() as u64 <= most).then_some(data)
}
