//! What a project declares to need: requirement files, pyproject.toml, script blocks, conda environments.
//!
//! Pure functions on text; ranges are bytes of that text.

mod conda;
mod inline;
mod marker;
mod poetry;
mod pyproject;
mod requirement;
mod setup_cfg;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod toml;

use std::path::{Path, PathBuf};

pub use inline::has_script_block;
pub use marker::Marker;
pub use pep440_rs::{VersionSpecifier, VersionSpecifiers};
pub use requirement::{Requirement, normalise};

use crate::text::TextRange;
use crate::workspace::files::without_bom;
use crate::workspace::problem::Problem;

/// The kinds of files that declare requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `requirements.txt` and its like, also constraints.
    Requirements,
    /// `pyproject.toml`.
    Pyproject,
    /// A Python file with a `# /// script` block (PEP 723).
    Script,
    /// `environment.yml` of conda.
    Conda,
    /// `setup.cfg`.
    SetupCfg,
}

impl Kind {
    /// What a file declares requirements as, by its name; Python files are not recognised here.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent().and_then(Path::file_name);
        match name {
            "pyproject.toml" => Some(Self::Pyproject),
            "setup.cfg" => Some(Self::SetupCfg),
            "environment.yml" | "environment.yaml" => Some(Self::Conda),
            _ if !name.ends_with(".txt") => None,
            _ if name.contains("requirements") || name.starts_with("constraints") => {
                Some(Self::Requirements)
            }
            _ => folder
                .is_some_and(|folder| folder == "requirements")
                .then_some(Self::Requirements),
        }
    }
}

/// Who asks for a requirement: requirements of different optional groups are not installed together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Always installed.
    Main,
    /// Not asked for, but limited where something else asks for it.
    Constraint,
    /// What the project says in place of whatever others ask.
    Override,
    /// An extra, a dependency group, an environment, by name.
    Optional(String),
}

/// One declared requirement.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Normalised distribution name.
    pub name: String,
    /// The extras that are asked for, normalised.
    pub extras: Vec<String>,
    /// The versions it admits, all of them where empty.
    pub specifiers: VersionSpecifiers,
    /// The versions as written there (`^4.40`), trimmed.
    pub written: String,
    /// Where it applies; everywhere where there is none.
    pub marker: Option<Marker>,
    /// Who asks for it.
    pub group: Group,
    /// Whether it is fetched from a URL or a path, so that `specifiers` say nothing.
    pub by_url: bool,
    /// Whether conda installs it, whose packages have requirements of their own.
    pub by_conda: bool,
    /// The requirement in its file, without quotes, comment and options.
    pub range: TextRange,
    /// The file.
    pub file: PathBuf,
}

/// Another requirement file that a file takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The path as written, relative to the folder of the including file.
    pub path: String,
    /// Whether it only constrains.
    pub constraint: bool,
    /// The including line.
    pub range: TextRange,
}

/// All that one file declares.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// In the order of the file.
    pub requirements: Vec<Declared>,
    /// Other files to take in.
    pub includes: Vec<Include>,
    /// What could not be understood; at most one for a file that is no requirement file at all.
    pub problems: Vec<Problem>,
}

/// Reads what `text`, the content of `path`, declares. Never fails: it declares less.
pub fn declared(path: &Path, text: &str, kind: Kind) -> Declarations {
    let (body, shift) = without_bom(text);
    let mut sheet = Sheet::new(path, body);
    match kind {
        Kind::Requirements => text::read(&mut sheet),
        Kind::Pyproject => pyproject::read(&mut sheet),
        Kind::Script => inline::read(&mut sheet),
        Kind::Conda => conda::read(&mut sheet),
        Kind::SetupCfg => setup_cfg::read(&mut sheet),
    }
    let mut out = sheet.out;
    let moved = |range: &mut TextRange| {
        *range = TextRange::new(range.start + shift, range.end + shift);
    };
    out.requirements
        .iter_mut()
        .for_each(|r| moved(&mut r.range));
    out.includes.iter_mut().for_each(|i| moved(&mut i.range));
    out
}

/// The most problems told about one file.
const ENOUGH: usize = 20;

/// A file being read: its text, and what was found so far.
pub(crate) struct Sheet<'a> {
    path: &'a Path,
    text: &'a str,
    out: Declarations,
}

impl<'a> Sheet<'a> {
    fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            out: Declarations::default(),
        }
    }

    /// Notes a problem at a byte offset; a file with very many has said enough.
    fn problem(&mut self, offset: usize, message: String) {
        if self.out.problems.len() >= ENOUGH {
            return;
        }
        let problem = Problem::at(self.path, self.text, offset, message);
        self.out.problems.push(problem);
    }

    /// Reads a requirement as packaging tools write it (`trl[vllm]>=0.20; python_version > "3.9"`).
    fn requirement(&mut self, written: &str, range: TextRange, group: &Group) {
        match Requirement::parse(written) {
            Ok(requirement) => self.push(requirement, range, group),
            Err(reason) => self.problem(
                range.start as usize,
                format!("`{}` is not a requirement: {reason}", brief(written)),
            ),
        }
    }

    fn push(&mut self, requirement: Requirement, range: TextRange, group: &Group) {
        if requirement.name.is_empty() {
            let message = "this requirement has no package name".to_owned();
            return self.problem(range.start as usize, message);
        }
        self.out.requirements.push(Declared {
            name: requirement.name,
            extras: requirement.extras,
            specifiers: requirement.specifiers,
            written: requirement.written,
            marker: requirement.marker,
            group: group.clone(),
            by_url: requirement.by_url,
            by_conda: false,
            range,
            file: self.path.to_path_buf(),
        });
    }
}

/// A piece of somebody's text, short enough for a message and on one line.
pub(crate) fn brief(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
