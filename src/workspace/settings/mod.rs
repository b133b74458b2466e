//! Settings: `[tool.hf-lsp]` in pyproject.toml, `hf-lsp.toml`, the command line, the editor.
//!
//! Each place is a layer; later layers stand above earlier ones.

mod journal;
mod layer;
mod read;
mod selector;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use journal::JournalLayer;
pub use layer::Layer;
pub use read::Loaded;
pub use selector::{RuleNames, Selector};

use crate::estimate::gpu::Gpu;
use crate::journal::role::Names;
use crate::rules;
use crate::rules::finding::Severity;
use layer::Compiled;

/// The settings that apply to some files.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    layers: Vec<Compiled>,
}

/// A target of a settings file or an editor, not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSetting {
    /// `PKG==VER`, as written.
    pub written: String,
    /// The file that says so; `None` for the command line or the editor.
    pub path: Option<PathBuf>,
    /// Its 1-based line.
    pub line: u32,
}

impl Settings {
    /// Settings of the command line or the editor. Globs are relative to `base`. The error is a sentence.
    pub fn from_layer(layer: &Layer, base: &Path, rules: RuleNames<'_>) -> Result<Self, String> {
        let layers = vec![Compiled::new(layer, base, rules)?];
        Ok(Self { layers })
    }

    /// These settings with others above them.
    #[must_use]
    pub fn merge(mut self, above: Self) -> Self {
        self.layers.extend(above.layers);
        self
    }

    /// Whether a rule runs on a file. Within a layer the more specific selector wins, and `ignore` where both
    /// are equally specific; `select` forgets the layers below. Optional rules run where a layer selects them.
    pub fn is_enabled(&self, code: &str, name: &str, path: &Path) -> bool {
        let mut enabled = !rules::is_optional(code);
        for layer in &self.layers {
            enabled = layer.decide(code, name, enabled);
        }
        enabled
            && !self
                .layers
                .iter()
                .any(|layer| layer.ignores_in(code, name, path))
    }

    /// The severity of a rule's finding; `None` where it is switched off.
    pub fn severity(&self, code: &str, name: &str, default: Severity) -> Option<Severity> {
        let mut layers = self.layers.iter().rev();
        layers
            .find_map(|layer| layer.severity(code, name))
            .unwrap_or(Some(default))
    }

    /// Whether a file or folder, or one above it, is excluded.
    pub fn is_excluded(&self, path: &Path) -> bool {
        self.layers.iter().any(|layer| layer.excludes(path))
    }

    /// Where the journal is, and what is wanted of it: `names`, but for what is said here.
    #[must_use]
    pub fn journal(&self, mut names: Names) -> Names {
        for layer in &self.layers {
            layer.journal.put(&mut names);
        }
        names
    }

    /// The machine that training is meant for.
    pub fn gpu(&self) -> Option<&Gpu> {
        self.layers
            .iter()
            .rev()
            .find_map(|layer| layer.gpu.as_ref())
    }

    /// The targets, the strongest last.
    pub fn targets(&self) -> impl Iterator<Item = &TargetSetting> {
        self.layers.iter().flat_map(|layer| &layer.targets)
    }
}
