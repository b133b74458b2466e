//! One version of one document: text, lines, and the syntax tree, parsed when first asked for.
//!
//! A document never changes; a change makes the next one from it. So whoever holds one reads the
//! version that was current when the question was asked, whatever the editor sends meanwhile. The
//! versions share what they have in common: the text is a rope, and only where somebody reads it is it
//! put together.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ropey::Rope;

use super::encoding::{Encoding, Lines, Position};
use crate::embedded::{self, Format};
use crate::journal::bind::{PlanCall, params};
use crate::journal::commands::{Spoken, commands};
use crate::journal::markdown::Syntax as Markdown;
use crate::journal::outline::Outline;
use crate::journal::pins::{Pinned, pins};
use crate::journal::plan::Plan;
use crate::knowledge::extract::{self, Script};
use crate::notebook::{Joined, Notebook, is_notebook};
use crate::python::definition::{Definition, definitions};
use crate::python::facts::Facts;
use crate::python::pieces::Syntax;

/// Documents with more bytes are kept, but not analysed.
pub const ANALYSIS_LIMIT: usize = 10 * 1024 * 1024;

static REVISIONS: AtomicU64 = AtomicU64::new(0);

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python source: files, notebook cells, untitled buffers.
    Python,
    /// A requirements file of pip.
    Requirements,
    /// `pyproject.toml` and other TOML.
    Toml,
    /// The file of a notebook: JSON.
    Notebook,
    /// What else may hold code of interest.
    Embedded(Format),
    /// Anything else; looked at only where its file's name says that it declares requirements.
    Other,
}

impl Language {
    /// The language of an editor's language identifier. The name of the file has no say: a notebook
    /// may come as plain Python text.
    pub fn from_id(id: &str) -> Self {
        match id {
            "python" => Self::Python,
            "pip-requirements" | "requirements" => Self::Requirements,
            "toml" => Self::Toml,
            _ => Format::from_id(id).map_or(Self::Other, Self::Embedded),
        }
    }

    /// The same for a document of a file: one of JSON may hold a notebook.
    pub fn of(id: &str, path: Option<&Path>) -> Self {
        match id {
            "json" | "jsonc" | "jupyter" | "ipynb" if path.is_some_and(is_notebook) => {
                Self::Notebook
            }
            _ => Self::from_id(id),
        }
    }

    /// The language of a file that no editor holds, by its name.
    pub fn from_path(path: &Path) -> Self {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("py" | "pyi" | "pyw") => Self::Python,
            Some("toml") => Self::Toml,
            Some("ipynb") => Self::Notebook,
            Some("txt" | "in") if name.starts_with("requirements") => Self::Requirements,
            _ => Format::of(path).map_or(Self::Other, Self::Embedded),
        }
    }
}

/// One replaced piece of a document's text; a range behind the end or the wrong way round is
/// tolerated.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is replaced; `None` for the whole text.
    pub range: Option<(Position, Position)>,
    /// The new text.
    pub text: String,
}

/// One version of one document.
#[derive(Debug)]
pub struct Document {
    uri: String,
    path: Option<PathBuf>,
    language: Language,
    version: Option<i32>,
    revision: u64,
    rope: Rope,
    /// The rope in one piece, once it was asked for.
    text: OnceLock<Arc<str>>,
    /// What is Python in it, where not all of it is, once it was asked for.
    cells: OnceLock<Option<Joined>>,
    facts: OnceLock<Facts>,
    outline: OnceLock<Outline>,
    plan: OnceLock<Plan>,
    pins: OnceLock<Vec<Pinned>>,
    commands: OnceLock<Vec<Spoken>>,
    /// What it takes on its command line, as a script.
    takes: OnceLock<Option<Arc<Script>>>,
    params: OnceLock<Vec<PlanCall>>,
    definitions: OnceLock<Vec<Definition>>,
    /// It takes much memory, and documents are open that are never edited: what was opened is parsed again at
    /// the first edit.
    python: Newest<Syntax>,
    /// The same for what it says as Markdown.
    markdown: Newest<Markdown>,
    /// Whether it is a later version of what was opened.
    is_edited: bool,
}

/// A text with its syntax, from which that of the next version is made.
#[derive(Clone, Debug)]
struct Parsed<S> {
    text: Arc<str>,
    syntax: Arc<S>,
}

/// The newest syntax of a document, of this version or of an earlier one.
#[derive(Debug)]
struct Newest<S>(Mutex<Option<Parsed<S>>>);

impl<S> Default for Newest<S> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<S> Newest<S> {
    fn get(&self) -> Option<Parsed<S>> {
        let parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.as_ref().map(|it| Parsed {
            text: Arc::clone(&it.text),
            syntax: Arc::clone(&it.syntax),
        })
    }

    /// The syntax of a version, made from the newest one by `parse`; it is the newest from now on where `keep` says so.
    fn parse(
        &self,
        text: &Arc<str>,
        keep: bool,
        parse: impl FnOnce(Option<&Parsed<S>>) -> S,
    ) -> Arc<S> {
        let syntax = Arc::new(parse(self.get().as_ref()));
        if keep {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Parsed {
                text: Arc::clone(text),
                syntax: Arc::clone(&syntax),
            });
        }
        syntax
    }

    /// For the next version.
    fn next(&self) -> Self {
        Self(Mutex::new(self.get()))
    }
}

impl Document {
    /// A document as it was opened or read. `version` is the editor's, `None` for a file on disk;
    /// `path` the file that it belongs to, where there is one.
    pub fn new(
        uri: String,
        path: Option<PathBuf>,
        language: Language,
        version: Option<i32>,
        text: String,
    ) -> Self {
        Self {
            uri,
            path,
            language,
            version,
            revision: next_revision(),
            rope: Rope::from_str(&text),
            text: OnceLock::from(Arc::from(text)),
            cells: OnceLock::new(),
            facts: OnceLock::new(),
            outline: OnceLock::new(),
            plan: OnceLock::new(),
            pins: OnceLock::new(),
            commands: OnceLock::new(),
            takes: OnceLock::new(),
            params: OnceLock::new(),
            definitions: OnceLock::new(),
            python: Newest::default(),
            markdown: Newest::default(),
            is_edited: false,
        }
    }

    /// The cells of a notebook as one document of Python.
    pub fn joined(uri: String, path: Option<PathBuf>, cells: Joined) -> Self {
        let text = cells.source().to_owned();
        Self {
            cells: Some(cells).into(),
            ..Self::new(uri, path, Language::Python, None, text)
        }
    }

    /// The document after `changes`, made one after the other, columns counted in `encoding`.
    #[must_use]
    pub fn changed(&self, version: Option<i32>, changes: &[Change], encoding: Encoding) -> Self {
        let mut next = Self {
            uri: self.uri.clone(),
            path: self.path.clone(),
            language: self.language,
            version,
            revision: next_revision(),
            rope: self.rope.clone(),
            text: OnceLock::new(),
            cells: OnceLock::new(),
            facts: OnceLock::new(),
            outline: OnceLock::new(),
            plan: OnceLock::new(),
            pins: OnceLock::new(),
            commands: OnceLock::new(),
            takes: OnceLock::new(),
            params: OnceLock::new(),
            definitions: OnceLock::new(),
            python: self.python.next(),
            markdown: self.markdown.next(),
            is_edited: true,
        };
        for change in changes {
            next.apply(change, encoding);
        }
        next
    }

    fn apply(&mut self, change: &Change, encoding: Encoding) {
        match change.range {
            None => {
                self.rope = Rope::from_str(&change.text);
            }
            Some((from, to)) => {
                let from = self.lines().character(from, encoding);
                let to = self.lines().character(to, encoding);
                self.replace(from.min(to)..from.max(to), &change.text);
            }
        }
    }

    fn replace(&mut self, characters: Range<usize>, content: &str) {
        self.rope.remove(characters.clone());
        self.rope.insert(characters.start, content);
    }

    /// The identifier the editor uses, byte for byte.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The file it belongs to (for a notebook cell, the notebook); `None` for an unsaved buffer.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What it is written in.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The editor's version; may repeat. `None` for a file on disk.
    pub const fn version(&self) -> Option<i32> {
        self.version
    }

    /// A number that no other document of this process has.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The text, put together from the rope at the first call.
    pub fn text(&self) -> &str {
        self.shared_text()
    }

    fn shared_text(&self) -> &Arc<str> {
        self.text.get_or_init(|| String::from(&self.rope).into())
    }

    /// Its lines, and places in the words of the clients.
    pub const fn lines(&self) -> Lines<'_> {
        Lines::new(&self.rope)
    }

    /// Whether it is too large to be analysed.
    pub fn is_too_large(&self) -> bool {
        self.rope.len_bytes() > ANALYSIS_LIMIT
    }

    /// The cells that it is made of: those of a notebook's file, or one where the text of a notebook comes
    /// as Python, with magics in it.
    pub fn cells(&self) -> Option<&Joined> {
        let of_notebook = || self.path().is_some_and(is_notebook);
        let cells = self.cells.get_or_init(|| match self.language {
            Language::Notebook => Some(Notebook::parse(self.text()).ok()?.join()),
            Language::Python if of_notebook() => Some(Joined::new([(0, self.text())])),
            _ => None,
        });
        cells.as_ref()
    }

    /// The Python of the document; its offsets are those of the text but for [`Language::Notebook`].
    pub fn code(&self) -> &str {
        self.cells().map_or_else(|| self.text(), Joined::code)
    }

    /// What the code does with the names it imports, found out at the first call.
    pub fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            if let Language::Embedded(format) = self.language {
                return embedded::analyse(format, self.text());
            }
            let text = match self.cells() {
                Some(cells) => Arc::from(cells.code()),
                None => Arc::clone(self.shared_text()),
            };
            let syntax = self
                .python
                .parse(&text, self.is_edited, |before| match before {
                    Some(before) => before.syntax.parse_after(&before.text, &text),
                    None => Syntax::parse(&text),
                });
            syntax.facts(&text)
        })
    }

    /// Its blocks, where it is Markdown, found out at the first call.
    pub fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| {
            if self.language != Language::Embedded(Format::Markdown) {
                return Outline::default();
            }
            let text = Arc::clone(self.shared_text());
            let syntax = self
                .markdown
                .parse(&text, self.is_edited, |before| match before {
                    Some(before) => before.syntax.parse_after(&before.text, &text),
                    None => Markdown::parse(&text),
                });
            syntax.outline(&text)
        })
    }

    /// What it says as a plan, found out at the first call.
    pub fn plan(&self) -> &Plan {
        self.plan
            .get_or_init(|| Plan::read(self.text(), self.outline()))
    }

    /// The packages that it pins as a plan, found out at the first call.
    pub fn pins(&self) -> &[Pinned] {
        self.pins.get_or_init(|| pins(self.text(), self.plan()))
    }

    /// What it takes on its command line, where it is a script that says so all by itself; found out at the first call.
    pub fn takes(&self) -> Option<&Arc<Script>> {
        let found = self.takes.get_or_init(|| {
            let name = self.path.as_deref().and_then(Path::file_name);
            let name = name.and_then(|name| name.to_str()).unwrap_or(&self.uri);
            extract::script(name, self.code(), &[]).map(Arc::new)
        });
        found.as_ref()
    }

    /// The commands that its steps run, found out at the first call.
    pub fn commands(&self) -> &[Spoken] {
        self.commands
            .get_or_init(|| commands(self.text(), self.plan()))
    }

    /// The calls under `Params:` of the plan, found out at the first call.
    pub fn params(&self) -> &[PlanCall] {
        self.params.get_or_init(|| params(self.text(), self.plan()))
    }

    /// What its Python defines, found out at the first call.
    pub fn definitions(&self) -> &[Definition] {
        self.definitions.get_or_init(|| match self.is_too_large() {
            true => Vec::new(),
            false => definitions(self.code()),
        })
    }
}

fn next_revision() -> u64 {
    REVISIONS.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
#[path = "../../tests/common/naive_edit.rs"]
mod naive_edit;

#[cfg(test)]
mod tests;
