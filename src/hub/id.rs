//! Names of repositories: which may become part of an address, and which stay on this machine.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::workspace::files::Files;

/// The longest part of a name, in bytes.
const LONGEST_PART: usize = 96;
/// The longest revision, in bytes.
const LONGEST_REVISION: usize = 200;

/// What a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

impl Kind {
    /// As the Hub's addresses write it: "models".
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Dataset => "datasets",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
        })
    }
}

/// A valid name of a repository: `gpt2` or `namespace/name`. The rule is that of huggingface_hub 2.4
/// `_validators.py`: parts of at most 96 ASCII letters, digits, `-`, `_` and `.`, none of which begins or ends
/// with `-` or `.`; no `--`, no `..`, no `.git` at the end. So it never leads out of an address or folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RepoId(String);

/// Why a text is not looked up; reads well behind "`TEXT` ".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnId {
    /// Looks like a path.
    #[error("is a local path")]
    Path,
    /// A file or folder of that name exists.
    #[error("exists as a local file or folder")]
    Exists,
    /// Breaks the rule for names.
    #[error("is not a repository name")]
    Malformed,
    /// In a namespace that the user keeps private.
    #[error("is in a namespace that is kept private")]
    PrivateNamespace,
}

impl RepoId {
    /// The name, where it is one.
    ///
    /// # Errors
    /// For paths and for what breaks the rule. Whether something of that name lies on the disk is
    /// [`RepoId::of_workspace`]'s to find.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        if is_path(text) {
            return Err(NotAnId::Path);
        }
        let parts = text.split('/').count();
        let valid = parts <= 2
            && text.split('/').all(is_part)
            && !text.contains("--")
            && !text.contains("..")
            && !text.ends_with(".git");
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(NotAnId::Malformed)
    }

    /// The name, where it is one and nothing in `folders` (of the file, of the workspace, of the process) is
    /// called so: libraries prefer what is on the disk, so such a name means nothing on the Hub.
    ///
    /// # Errors
    /// As [`RepoId::parse`], and where something is there.
    pub fn of_workspace(text: &str, files: &dyn Files, folders: &[&Path]) -> Result<Self, NotAnId> {
        let id = Self::parse(text)?;
        let is_there = |folder: &&Path| files.kind(&folder.join(text)).is_some();
        if folders.iter().any(is_there) {
            return Err(NotAnId::Exists);
        }
        Ok(id)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The user or organisation, if named.
    pub fn namespace(&self) -> Option<&str> {
        Some(self.0.split_once('/')?.0)
    }

    /// The name behind the namespace.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, name)| name)
    }
}

impl fmt::Display for RepoId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn is_path(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':');
    text.starts_with(['.', '/', '~', '\\']) || text.contains('\\') || text.ends_with('/') || drive
}

fn is_part(part: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST_PART).contains(&part.len())
        && part.bytes().all(allowed)
        && !part.starts_with(['-', '.'])
        && !part.ends_with(['-', '.'])
}

/// Whether a branch, tag or commit may become one segment of an address or a file name below `refs`.
pub fn is_revision(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte);
    (1..=LONGEST_REVISION).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with(['-', '/', '.'])
        && text
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'))
        && !text.contains("..")
}

/// Whether it is a whole commit, which never changes.
pub fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    #[test]
    fn names_follow_the_rule() {
        for good in [
            "gpt2",
            "a/b",
            "acme-labs/tiny-chat-1b",
            "Qwen/Qwen3-0.6B",
            "a_b/c.d",
        ] {
            assert_eq!(RepoId::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(97);
        let bad = [
            "",
            "a/b/c",
            "a//b",
            "-a",
            "a-",
            "a--b",
            "a/..b",
            "a.git",
            "a b",
            "ä",
            "a?b",
            "a#b",
            "a%2fb",
            "x/../../secret",
            "a\nb",
            "a/",
            "/a",
            &long,
            "a@b",
            "https://a.b",
            "a:b",
        ];
        for bad in bad {
            assert!(RepoId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn paths_are_called_paths() {
        for path in [
            "./x",
            "../x",
            "/x",
            "~/x",
            ".\\x",
            "C:/x",
            "out\\model",
            "out/",
        ] {
            assert_eq!(RepoId::parse(path), Err(NotAnId::Path), "{path}");
        }
    }

    #[test]
    fn what_lies_on_the_disk_is_no_name() {
        let files = MemoryFiles::new();
        files.write("/w/out/model/config.json", "{}");
        let folder = Path::new("/w");
        let of = |text| RepoId::of_workspace(text, &files, &[folder]);
        assert_eq!(of("out/model"), Err(NotAnId::Exists));
        assert_eq!(of("out"), Err(NotAnId::Exists));
        assert!(of("out/other").is_ok());
    }

    #[test]
    fn revisions_are_branches_tags_and_commits() {
        for good in [
            "main",
            "v1.0",
            "refs/pr/3",
            "0e9e39f249a16976918f6564b8830bc894c89659",
        ] {
            assert!(is_revision(good), "{good}");
        }
        for bad in [
            "", "a..b", "../x", "/a", "a//b", "a b", "-a", "a/.b", "a?b", "a\0",
        ] {
            assert!(!is_revision(bad), "{bad:?}");
        }
    }
}
