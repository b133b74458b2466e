//! What the real packages said of themselves, as `probe.py` and `static.py` wrote it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One release of one library.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub library: String,
    pub release: String,
    pub modules: BTreeMap<String, Module>,
    pub classes: BTreeMap<String, Class>,
    /// Functions and methods by key; `None` where `inspect` knows no signature.
    pub callables: BTreeMap<String, Option<Vec<Parameter>>>,
}

/// A module; without names where it could neither be imported nor read.
#[derive(Debug, Deserialize)]
pub struct Module {
    /// By name what it is: `class:KEY`, `def:KEY`, `module`, `value`, `foreign` or `error`.
    pub names: Option<BTreeMap<String, String>>,
    /// Whether griffe read it because it could not be imported.
    #[serde(default, rename = "static")]
    pub is_static: bool,
    /// Names that it binds behind an `if` or `try`.
    #[serde(default)]
    pub conditional: Vec<String>,
}

/// A class.
#[derive(Debug, Default, Deserialize)]
pub struct Class {
    /// Whether it belongs to another library; then only its names are known.
    #[serde(default)]
    pub foreign: bool,
    /// Whether it stands in for a class whose backend is not installed.
    #[serde(default)]
    pub dummy: bool,
    #[serde(default, rename = "static")]
    pub is_static: bool,
    /// What calling it takes.
    #[serde(default)]
    pub init: Option<Vec<Parameter>>,
    /// The classes behind it, in order.
    #[serde(default)]
    pub mro: Vec<String>,
    /// Its own names: `def:KEY` or another word.
    #[serde(default)]
    pub own: BTreeMap<String, String>,
    /// Names that answer although no class of the order has them.
    #[serde(default)]
    pub extra: Vec<String>,
}

/// A parameter: name, kind, and where it has a default `lit` and its normal form or `obj` and its type.
#[derive(Clone, Debug, Deserialize)]
pub struct Parameter(Vec<String>);

impl Parameter {
    pub fn name(&self) -> &str {
        &self.0[0]
    }

    /// As in the store: `pos`, `arg`, `*`, `kw`, `**`.
    pub fn kind(&self) -> &str {
        &self.0[1]
    }

    /// `(is a literal, text)`
    pub fn default(&self) -> Option<(bool, &str)> {
        Some((self.0.get(2)? == "lit", self.0.get(3)?))
    }
}

/// Where the answers lie.
pub fn folder() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    cache.join("hf-lsp").join("oracle")
}

/// The answer of that release.
pub fn read(library: &str, release: &str) -> Result<Answer, String> {
    let path = folder()
        .join("answers")
        .join(format!("{library}-{release}.json"));
    let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}
