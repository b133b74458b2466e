//! What git knows of a project's past, read off its files: no program is run.
//!
//! Only what a comparison needs: the texts that files had in the commits that lead to the present one, by first parents.
//! Formats are those of git's `gitformat-pack`, `gitrepository-layout`: objects by SHA-1, loose or in packs of version 2.
//! Whatever else a repository uses (SHA-256, reftables, alternates), and whatever is missing or odd, ends the past there.

mod object;
mod pack;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use self::object::{Kind, Objects};
use crate::workspace::files::{Files, read_text};

/// More commits are not looked at.
const MOST_COMMITS: usize = 500;

/// Small files: references.
const SMALL: u64 = 1024 * 1024;

/// The name of an object.
pub type ObjectId = [u8; 20];

/// The repository of a project.
#[derive(Debug)]
pub struct Repository<'f> {
    files: &'f dyn Files,
    /// What belongs to this working tree: `HEAD`.
    own: PathBuf,
    /// What all working trees share: objects, branches.
    common: PathBuf,
}

impl<'f> Repository<'f> {
    /// The repository whose working tree is that folder; not one around it.
    pub fn open(files: &'f dyn Files, root: &Path) -> Option<Self> {
        let place = root.join(".git");
        let own = if files.is_folder(&place) {
            place
        } else {
            let text = read_text(files, &place, SMALL).ok()?;
            root.join(text.trim().strip_prefix("gitdir:")?.trim())
        };
        let shared = read_text(files, &own.join("commondir"), SMALL).ok();
        let common = shared.map_or_else(|| own.clone(), |path| own.join(path.trim()));
        files
            .is_folder(&common.join("objects"))
            .then_some(Self { files, own, common })
    }

    /// The present commit.
    pub fn head(&self) -> Option<ObjectId> {
        let head = read_text(self.files, &self.own.join("HEAD"), SMALL).ok()?;
        match head.trim().strip_prefix("ref:") {
            Some(name) => self.reference(name.trim()),
            None => parse_id(head.trim()),
        }
    }

    fn reference(&self, name: &str) -> Option<ObjectId> {
        if !name.starts_with("refs/") || name.split('/').any(|part| matches!(part, "" | "." | ".."))
        {
            return None;
        }
        let loose = read_text(self.files, &self.common.join(name), SMALL).ok();
        if let Some(id) = loose.and_then(|text| parse_id(text.trim())) {
            return Some(id);
        }
        let packed = read_text(self.files, &self.common.join("packed-refs"), SMALL).ok()?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        let (id, _) = lines.find(|(_, known)| *known == name)?;
        parse_id(id)
    }

    /// The past that leads to a commit.
    pub fn past(&self, head: ObjectId) -> Past {
        let mut objects = Objects::new(self.files, &self.common.join("objects"));
        let mut trees = Vec::new();
        let mut next = Some(head);
        while let Some(commit) = next.filter(|_| trees.len() < MOST_COMMITS) {
            let read = objects.read(&commit).filter(|it| it.kind == Kind::Commit);
            let Some(commit) = read.and_then(|it| Commit::read(&it.data)) else {
                break;
            };
            trees.push(commit.tree);
            next = commit.parent;
        }
        Past { trees }
    }

    /// The texts of a file in all commits of a past, the present one first; `None` where there is none.
    pub fn blobs(&self, past: &Past, path: &str) -> Vec<Option<ObjectId>> {
        let mut objects = Objects::new(self.files, &self.common.join("objects"));
        let mut known: FxHashMap<ObjectId, Option<ObjectId>> = FxHashMap::default();
        let trees = past.trees.iter();
        trees
            .map(|tree| {
                *known
                    .entry(*tree)
                    .or_insert_with(|| objects.find(*tree, path))
            })
            .collect()
    }

    /// The text of a file.
    pub fn text(&self, blob: &ObjectId) -> Option<String> {
        let mut objects = Objects::new(self.files, &self.common.join("objects"));
        let object = objects.read(blob).filter(|it| it.kind == Kind::Blob)?;
        String::from_utf8(object.data).ok()
    }
}

/// Commits, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// What each holds.
    trees: Vec<ObjectId>,
}

struct Commit {
    tree: ObjectId,
    parent: Option<ObjectId>,
}

impl Commit {
    fn read(data: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(data);
        let header = text.lines().take_while(|line| !line.is_empty());
        let of = |name: &str| {
            let mut lines = header.clone().filter_map(|line| line.split_once(' '));
            lines
                .find(|(known, _)| *known == name)
                .and_then(|(_, id)| parse_id(id))
        };
        Some(Self {
            tree: of("tree")?,
            parent: of("parent"),
        })
    }
}

/// Forty hexadecimal digits.
fn parse_id(text: &str) -> Option<ObjectId> {
    let text = text.as_bytes();
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let mut id = ObjectId::default();
    for (byte, pair) in id.iter_mut().zip(text.chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(*pair.get(1)?)?;
    }
    (text.len() == 40).then_some(id)
}
