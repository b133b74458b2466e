//! From a definition path to the texts of the module that holds it.

use std::sync::Arc;

use super::{ArgumentDoc, Finder, Found};
use crate::docs::source::{ItemDocs, ModuleDocs};
use crate::environment::{ModuleSource, Resolved, Version};

/// Whose documentation a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Distribution name.
    pub library: String,
    /// The version that the text was read from.
    pub version: Version,
    /// The version that applies; another one where `--target` asks for one that is not installed.
    pub wanted: Version,
}

impl Release {
    /// Whether the text is that of the version that applies.
    pub fn is_exact(&self) -> bool {
        self.version == self.wanted
    }
}

/// A definition in a module that was read.
pub(super) struct Place {
    pub module: Arc<ModuleDocs>,
    /// The name inside of the module.
    pub name: String,
    pub release: Release,
}

impl Place {
    /// The texts of the definition.
    pub fn item(&self) -> Option<&ItemDocs> {
        self.module.item(&self.name)
    }

    /// The entry as that of `owner`.
    pub fn argument(&self, owner: &str, found: Found) -> ArgumentDoc {
        let Found {
            name,
            heading,
            text,
            group,
        } = found;
        ArgumentDoc {
            name,
            owner: owner.to_owned(),
            heading,
            text,
            group,
            release: self.release.clone(),
        }
    }
}

/// Definitions lie at most so deep in a module: a method of a class in a class.
const DEEPEST: usize = 3;

impl Finder<'_> {
    /// The place of a definition; `None` where its package is not installed or has no such module. Whether the module
    /// says anything about it is another question.
    pub(super) fn place(&self, path: &str) -> Option<Place> {
        let (sources, release) = self.sources(path)?;
        let ends = path.rmatch_indices('.').take(DEEPEST);
        ends.map(|(dot, _)| dot).find_map(|dot| {
            let module = self.reader.module(sources, &path[..dot])?;
            Some(Place {
                module,
                name: path[dot + 1..].to_owned(),
                release: release.clone(),
            })
        })
    }

    /// The sources of the package that a path begins in. A target that is not installed is documented by what is.
    fn sources(&self, path: &str) -> Option<(&Arc<dyn ModuleSource>, Release)> {
        let library = self.view.selected(path)?.library.name();
        let wanted = self.environment.libraries.get(library)?;
        let installed = |resolved: &Resolved| resolved.sources.is_some();
        let baseline = || wanted.baseline.as_deref().filter(|it| installed(it));
        let resolved = Some(wanted).filter(|it| installed(it)).or_else(baseline)?;
        let release = Release {
            library: library.to_owned(),
            version: resolved.version.clone(),
            wanted: wanted.version.clone(),
        };
        Some((resolved.sources.as_ref()?, release))
    }
}
