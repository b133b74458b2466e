//! Turns files into statements: follows includes, keeps the known libraries, tells what is wrong.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier, VersionSpecifiers};

use super::statement::{Entry, Statement};
use super::{Catalog, lock};
use crate::notebook::is_notebook;
use crate::workspace::files::{Files, ReadError, read_text};
use crate::workspace::problem::{Lines, Problem};
use crate::workspace::requirements::{Declarations, Declared, Group, Include, Kind, declared};

/// Project files are small; lock files of large projects have a few megabytes.
const LIMIT: u64 = 32 * 1024 * 1024;

/// The most files that one file may take in.
const MOST_INCLUDES: usize = 100;

/// Reads statements and notes what was read and what was wrong.
pub(super) struct Reader<'a> {
    pub files: &'a dyn Files,
    pub catalog: &'a Catalog,
    /// Names in messages are relative to this folder.
    pub root: &'a Path,
    pub problems: Vec<Problem>,
    pub inputs: Vec<PathBuf>,
}

impl Reader<'_> {
    /// A lock file, if there is one.
    pub fn lock(&mut self, path: &Path) -> Option<Statement> {
        let text = self.text(path)?;
        let locked = lock::read(path, &text).map_err(|problem| self.problems.push(problem));
        let mut statement = Statement {
            lock: true,
            ..Statement::default()
        };
        for package in locked
            .ok()?
            .into_iter()
            .filter(|p| self.catalog.knows(&p.name))
        {
            let Ok(version) = Version::from_str(&package.version) else {
                continue;
            };
            let entry = Entry {
                specifiers: VersionSpecifiers::from(VersionSpecifier::equals_version(version)),
                written: package.version,
                markers: package.markers,
                group: Group::Main,
                by_url: false,
                place: place(self.root, path),
                path: path.to_path_buf(),
                line: 1,
            };
            statement
                .entries
                .entry(package.name)
                .or_default()
                .push(entry);
        }
        Some(statement)
    }

    /// A requirement file with all that it takes in, if there is one.
    pub fn requirements(&mut self, path: &Path, kind: Kind) -> Option<Statement> {
        let text = self.text(path)?;
        let mut statement = Statement::default();
        let mut seen = BTreeSet::from([plain(path)]);
        self.take(path, &text, kind, false, &mut seen, &mut statement);
        Some(statement)
    }

    /// The script block of a Python file.
    pub fn script(&mut self, path: &Path, text: &str) -> Statement {
        let mut statement = Statement::default();
        let mut seen = BTreeSet::new();
        self.take(path, text, Kind::Script, false, &mut seen, &mut statement);
        statement
    }

    fn take(
        &mut self,
        path: &Path,
        text: &str,
        kind: Kind,
        constraint: bool,
        seen: &mut BTreeSet<PathBuf>,
        statement: &mut Statement,
    ) {
        let Declarations {
            requirements,
            includes,
            problems,
        } = declared(path, text, kind);
        self.problems.extend(problems);
        let lines = Lines::new(text);
        for requirement in requirements {
            if self.catalog.knows(&requirement.name) {
                let name = requirement.name.clone();
                let entry = self.entry(requirement, &lines, constraint);
                statement.entries.entry(name).or_default().push(entry);
            }
        }
        for include in includes {
            let constraint = constraint || include.constraint;
            let Some((path, content)) = self.include(path, text, &include, seen) else {
                continue;
            };
            self.take(
                &path,
                &content,
                Kind::Requirements,
                constraint,
                seen,
                statement,
            );
        }
    }

    /// The path and text of an included file, unless it was taken in before.
    fn include(
        &mut self,
        from: &Path,
        text: &str,
        include: &Include,
        seen: &mut BTreeSet<PathBuf>,
    ) -> Option<(PathBuf, String)> {
        let path = plain(&from.parent()?.join(&include.path));
        if seen.len() >= MOST_INCLUDES || !seen.insert(path.clone()) {
            return None;
        }
        let content = self.text(&path);
        if content.is_none() && !self.files.is_file(&path) {
            let message = format!("`{}`, which it takes in, does not exist", include.path);
            let offset = include.range.start as usize;
            self.problems.push(Problem::at(from, text, offset, message));
        }
        Some((path, content?))
    }

    fn entry(&self, requirement: Declared, lines: &Lines, constraint: bool) -> Entry {
        Entry {
            // The lines of a notebook are not those of the text that its cells make.
            line: match is_notebook(&requirement.file) {
                true => 1,
                false => lines.line(requirement.range.start as usize),
            },
            group: if constraint {
                Group::Constraint
            } else {
                requirement.group
            },
            specifiers: requirement.specifiers,
            written: requirement.written,
            markers: requirement.marker.into_iter().collect(),
            by_url: requirement.by_url,
            place: place(self.root, &requirement.file),
            path: requirement.file,
        }
    }

    /// The text of a file; what is there and unreadable is told.
    fn text(&mut self, path: &Path) -> Option<String> {
        self.inputs.push(path.to_path_buf());
        match read_text(self.files, path, LIMIT) {
            Ok(text) => Some(text),
            Err(ReadError::NotFound | ReadError::Folder) => None,
            Err(error) => {
                let line = error.line();
                let message = format!("{error}, so it is ignored");
                let path = path.to_path_buf();
                self.problems.push(Problem {
                    path,
                    line,
                    message,
                });
                None
            }
        }
    }
}

/// A path for messages: relative to the root where it lies inside, with forward slashes.
pub(super) fn place(root: &Path, path: &Path) -> String {
    let shown = path.strip_prefix(root).unwrap_or(path);
    shown.to_string_lossy().replace('\\', "/")
}

/// A path without `.` and `..`, by its letters alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
