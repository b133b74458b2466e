//! Which release of each library applies to a document, and how that was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub use pep440_rs::Version;

/// The resolved versions for one document.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// By normalised distribution name (`huggingface-hub`, `sentence-transformers`).
    pub libraries: BTreeMap<String, Resolved>,
    /// All that is installed where the versions come from, where they come from an installed environment.
    pub installed: Option<Arc<Distributions>>,
}

/// What is installed in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Distributions {
    /// The environment, for messages: ".venv".
    pub place: String,
    /// Normalised names.
    pub names: BTreeSet<String>,
}

impl Distributions {
    /// Whether one of them is installed.
    pub fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.names.contains(*name))
    }
}

/// The version of one library.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The version that applies.
    pub version: Version,
    /// How it was found.
    pub source: Source,
    /// For a range: the oldest release it admits, where the range has a lower bound.
    pub oldest: Option<Version>,
    /// With a target given: what applies without it.
    pub baseline: Option<Box<Resolved>>,
    /// The installed package's sources, to read a release that the store does not know.
    pub sources: Option<Arc<dyn ModuleSource>>,
}

impl Resolved {
    /// That version, found in that way, with nothing more to say.
    pub const fn new(version: Version, source: Source) -> Self {
        Self {
            version,
            source,
            oldest: None,
            baseline: None,
            sources: None,
        }
    }
}

/// Sources are left out: nothing tells whether two are the same.
impl Hash for Resolved {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self {
            version,
            source,
            oldest,
            baseline,
            sources: _,
        } = self;
        (version, source, oldest, baseline).hash(state);
    }
}

/// How a version was found, strongest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// `--target`, or the setting of that name.
    Target,
    /// Installed: where (".venv", or the environment's folder).
    Installed(String),
    /// A lock file, by name.
    Locked(String),
    /// An exact pin, by file name.
    Pinned(String),
    /// The newest known release that a range admits: file name and the range as written.
    Range(String, String),
    /// Nothing says; the newest release known.
    Newest,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target => out.write_str("--target"),
            Self::Installed(place) | Self::Locked(place) | Self::Pinned(place) => {
                out.write_str(place)
            }
            Self::Range(file, range) => write!(out, "{file}: newest that satisfies {range}"),
            Self::Newest => out.write_str("newest known"),
        }
    }
}

/// The sources of an installed package, read on demand. Never imported or run.
pub trait ModuleSource: Send + Sync + fmt::Debug {
    /// The text of a module by its absolute dotted name (`trl.trainer.sft_config`), and whether it is
    /// a package's `__init__`. `.pyi` stubs stand in for compiled modules.
    fn module(&self, name: &str) -> Option<(String, bool)>;
}
