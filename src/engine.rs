//! The seam between the surfaces that speak to people and programs and what knows the answers.

pub mod live;
mod network;
pub mod pages;
pub mod reading;

pub use network::{Network, News, Tell};

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::assist::item::Items;
use crate::assist::proposal::Proposal;
use crate::assist::signature_help::SignatureHelp;
pub use crate::budget::Cancel;
use crate::incident::Incident;
use crate::rules::finding::Finding;
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
