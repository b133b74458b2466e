//! The seam between the surfaces that speak to people and programs and what knows the answers.

mod estimating;
mod journal;
pub mod live;
mod network;
pub mod pages;
mod planning;
pub mod reading;

pub use network::{Network, News, Tell};
pub use planning::COMMANDS as PLANNING;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::assist::item::Items;
use crate::assist::proposal::Proposal;
use crate::assist::signature_help::SignatureHelp;
pub use crate::budget::Cancel;
use crate::incident::Incident;
pub use crate::journal::change::ActionKind;
pub use crate::journal::overview::{Node, Overview, Phase, Progress, Trouble};
pub use crate::journal::symbols::{Symbol, SymbolKind};
use crate::rules::finding::{Edit, Finding};
use crate::text::TextRange;
use crate::workspace::document::Document;

/// What is shown for the place under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoverText {
    /// Markdown.
    pub markdown: String,
    /// The bytes it speaks of.
    pub range: TextRange,
}

/// A place that leads to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The bytes that it covers.
    pub range: TextRange,
    /// The address.
    pub target: String,
    /// What is there.
    pub tooltip: String,
}

/// Some words beside a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte behind which they stand.
    pub offset: u32,
    /// The words.
    pub label: String,
}

/// The findings of a document that was compared with the rest of its project.
#[derive(Debug, Default)]
pub struct Compared {
    /// In the order of their places.
    pub findings: Vec<Finding>,
    /// The documents that [`Finding::elsewhere`] speaks of, by the paths that are written there.
    pub documents: BTreeMap<String, Arc<Document>>,
}

/// Some words above a line, with what they do when they are clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line: a range in it.
    pub range: TextRange,
    /// The words.
    pub title: String,
    /// What a click does; nothing where there is nothing to do.
    pub press: Option<Press>,
}

/// What a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Makes a change: the command's name and its arguments, see [`Engine::command`].
    Command(&'static str, Vec<Value>),
    /// Puts a text into the clipboard.
    Copy(String),
    /// Types a command into a terminal in a folder, where the editor trusts the workspace; this program never
    /// runs it.
    Terminal(String, PathBuf),
    /// Shows a place.
    Show(Location),
    /// Shows what [`Engine::estimate`] says.
    Estimate,
}

/// A place in a file.
#[derive(Clone, Debug)]
pub struct Location {
    /// The document that the range is of.
    pub document: Arc<Document>,
    /// The place.
    pub range: TextRange,
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        (self.document.revision(), self.range) == (other.document.revision(), other.range)
    }
}

impl Eq for Location {}

/// A change to several files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The documents, each with edits of the text that it has there, sorted.
    pub edits: Vec<FileEdits>,
    /// Files to be made, with their texts; it fails where one is there.
    pub creates: Vec<(PathBuf, String)>,
    /// What the user is shown it as before it is made, where that is wanted.
    pub preview: Option<&'static str>,
}

/// The edits of one file.
#[derive(Clone, Debug)]
pub struct FileEdits {
    /// The document that the ranges are of; nothing is changed where it is not the current one any more.
    pub document: Arc<Document>,
    /// Sorted, never overlapping.
    pub edits: Vec<Edit>,
}

impl PartialEq for FileEdits {
    fn eq(&self, other: &Self) -> bool {
        (self.document.revision(), &self.edits) == (other.document.revision(), &other.edits)
    }
}

impl Eq for FileEdits {}

/// A change that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Begins with a verb.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// The code of the finding that it removes.
    pub code: Option<&'static str>,
    /// What it does.
    pub change: Change,
    /// The command that does it, for what takes too long to be found out before it is chosen; it takes the document.
    pub command: Option<&'static str>,
}

/// A text proposed behind the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// What it replaces: what was typed of it.
    pub range: TextRange,
    /// The whole text.
    pub text: String,
}

/// The version of one library that applies.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LibraryVersion {
    /// Distribution name, `transformers`.
    pub library: String,
    /// `5.23.0`.
    pub version: String,
    /// Where it was found: "uv.lock", ".venv".
    pub source: String,
}

/// How far a longer work has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is being done.
    pub message: String,
    /// 0 to 100.
    pub percentage: u32,
}

/// Everything a server asks. Called from many threads; the methods that answer take documents as they
/// were when the question came, and may be called while one that changes settings runs.
///
/// A panic in any of them is caught: the question gets an error, the server lives on.
pub trait Engine: Send + Sync + 'static {
    /// The findings of a document in the order of their places. When `cancel` turns true the result
    /// is thrown away, so anything may be returned at once.
    fn check(&self, document: &Document, cancel: &Cancel<'_>) -> Vec<Finding>;

    /// All findings of a document: `found`, which [`Engine::check`] found, and what differs between it and other
    /// documents, open ones as they are at the moment. Apart, since these change where the document does not.
    fn compare(&self, document: &Document, found: Vec<Finding>, cancel: &Cancel<'_>) -> Compared {
        let _ = (document, cancel);
        Compared {
            findings: found,
            ..Compared::default()
        }
    }

    /// A version of a document that the editor has open, in the order of the versions.
    fn opened(&self, document: &Arc<Document>) {
        let _ = document;
    }

    /// The document of that file was closed.
    fn closed(&self, path: &Path) {
        let _ = path;
    }

    /// What else [`Engine::compare`] depends on, as a number that changes with it: other open documents.
    fn stamp(&self, document: &Document) -> u64 {
        let _ = document;
        0
    }

    /// The open documents whose findings may differ since one of them changed, by their files.
    fn dependents(&self, changed: &Document) -> Vec<PathBuf> {
        let _ = changed;
        Vec::new()
    }

    /// The document of a file: as it is open, else as it is on disk.
    fn document(&self, path: &Path) -> Option<Arc<Document>> {
        let _ = path;
        None
    }

    /// What stands above the lines of a document, in order; `problems` is how many findings it has.
    fn lenses(&self, document: &Arc<Document>, problems: usize) -> Vec<Lens> {
        let _ = (document, problems);
        Vec::new()
    }

    /// The changes offered for a range of a document, besides the fixes of findings.
    fn actions(&self, document: &Arc<Document>, range: TextRange) -> Vec<Action> {
        let _ = (document, range);
        Vec::new()
    }

    /// The change that a command of this server makes for a document; see [`Press::Command`]. Places among the
    /// arguments are bytes of the document.
    ///
    /// # Errors
    /// A sentence for the user where it cannot be made.
    fn command(
        &self,
        document: &Arc<Document>,
        name: &str,
        arguments: &[Value],
    ) -> Result<Change, String> {
        let _ = (document, arguments);
        Err(format!("`{name}` is not known"))
    }

    /// Memory and time of what a document trains or runs, as a page in Markdown. May wait for the network: the user asks.
    ///
    /// # Errors
    /// A sentence for the user where there is no estimate.
    fn estimate(&self, document: &Document) -> Result<String, String> {
        let _ = document;
        Err("estimates are not known".to_owned())
    }

    /// The step of a plan to go on with: of the project that a file belongs to, or of any.
    fn next_step(&self, path: Option<&Path>) -> Option<Location> {
        let _ = path;
        None
    }

    /// The plans of the workspace that are there, each as it is open, else as it is on disk.
    fn plans(&self) -> Vec<Arc<Document>> {
        Vec::new()
    }

    /// A plan with these findings as a tree.
    fn overview(&self, plan: &Document, findings: &[Finding]) -> Overview {
        let _ = (plan, findings);
        Overview::default()
    }

    /// Whether a plan may look different when a document does: it is of a project with a journal.
    fn concerns_plans(&self, document: &Document) -> bool {
        let _ = document;
        false
    }

    /// What is proposed as grey text behind the byte `offset` of a document: at most one text.
    fn inline(&self, document: &Document, offset: u32) -> Option<Inline> {
        let _ = (document, offset);
        None
    }

    /// The parts of a document that have names, in order.
    fn symbols(&self, document: &Document) -> Vec<Symbol> {
        let _ = document;
        Vec::new()
    }

    /// The named parts of the journals of the workspace that fit some letters.
    fn workspace_symbols(&self, query: &str) -> Vec<(Symbol, Arc<Document>)> {
        let _ = query;
        Vec::new()
    }

    /// The parts of a document that can be folded.
    fn folds(&self, document: &Document) -> Vec<TextRange> {
        let _ = document;
        Vec::new()
    }

    /// Where that is defined which stands at the byte `offset` of a document.
    fn definition(&self, document: &Arc<Document>, offset: u32) -> Vec<Location> {
        let _ = (document, offset);
        Vec::new()
    }

    /// Where else that is named which stands at the byte `offset` of a document, the place itself among them.
    fn references(&self, document: &Arc<Document>, offset: u32) -> Vec<Location> {
        let _ = (document, offset);
        Vec::new()
    }

    /// The name at the byte `offset` of a document, where it can be changed everywhere.
    fn renamable(&self, document: &Document, offset: u32) -> Option<TextRange> {
        let _ = (document, offset);
        None
    }

    /// The change that gives it another name.
    ///
    /// # Errors
    /// A sentence for the user where it cannot have that name.
    fn rename(&self, document: &Arc<Document>, offset: u32, name: &str) -> Result<Change, String> {
        let _ = (document, offset, name);
        Err("nothing here can be renamed".to_owned())
    }

    /// What has to change where files get other names: old and new ones.
    fn renamed(&self, files: &[(PathBuf, PathBuf)]) -> Change {
        let _ = files;
        Change::default()
    }

    /// What to show for the byte `offset` of a document.
    fn hover(&self, document: &Document, offset: u32) -> Option<HoverText>;

    /// The address of the whole documentation of what stands at the byte `offset`; see [`reading`].
    fn documentation_of(&self, document: &Document, offset: u32) -> Option<String> {
        let _ = (document, offset);
        None
    }

    /// The text behind such an address. May wait for the network.
    ///
    /// # Errors
    /// A sentence where the address is none of ours, or names what nobody knows.
    fn read_documentation(&self, address: &str) -> Result<String, String> {
        Err(format!("`{address}` is not known"))
    }

    /// The places of a document that name something with a page of its own, in order.
    fn links(&self, document: &Document) -> Vec<Link> {
        let _ = document;
        Vec::new()
    }

    /// What stands beside the names of a document, where the user wants that; in order.
    fn hints(&self, document: &Document) -> Vec<Hint> {
        let _ = document;
        Vec::new()
    }

    /// What to offer at the byte `offset` of a document; ranges are of its text. When `cancel` turns true
    /// the result is thrown away.
    fn complete(&self, document: &Document, offset: u32, cancel: &Cancel<'_>) -> Items {
        let _ = (document, offset, cancel);
        Items::default()
    }

    /// What more there is to say of a proposal for a document, as Markdown.
    fn resolve(&self, document: &Document, subject: &Proposal) -> Option<String> {
        let _ = (document, subject);
        None
    }

    /// The signature of the call of a library around the byte `offset` of a document.
    fn signature_help(&self, document: &Document, offset: u32) -> Option<SignatureHelp> {
        let _ = (document, offset);
        None
    }

    /// The versions that apply to a file, or to the first workspace folder.
    fn versions(&self, path: Option<&Path>) -> Vec<LibraryVersion>;

    /// The files of the workspace folders that a check of the whole workspace reads, sorted.
    fn files(&self, cancel: &Cancel<'_>) -> Vec<PathBuf>;

    /// A file's text, decoded; `None` where it cannot be read or decoded.
    fn read(&self, path: &Path) -> Option<String>;

    /// The workspace folders, whenever they change.
    fn set_folders(&self, folders: &[PathBuf]);

    /// The editor's settings (the object under `hf-lsp`), whenever they change.
    fn configure(&self, settings: &Value);

    /// What the client gave under `initializationOptions`, once, before anything else: whether and where the
    /// network may be used. Called inside of a runtime; `tell` hears what becomes of look-ups.
    fn connect(&self, options: &Value, tell: Tell) {
        let _ = (options, tell);
    }

    /// Does now what would make the first answers slow; called once, before any question is asked.
    fn prepare(&self, progress: &dyn Fn(Step));

    /// Some files that are not open documents changed. True when answers may differ from now on.
    fn reload(&self, changed: &[PathBuf]) -> bool;

    /// What of our own failed or took too long since the last call, while the rest of the answer stood.
    fn incidents(&self) -> Vec<Incident> {
        Vec::new()
    }

    /// Warnings for the user since the last call (an unreadable `pyproject.toml`), each said once.
    fn notices(&self) -> Vec<String>;
}
