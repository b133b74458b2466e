//! The documentation in the sources of installed packages: which texts a module holds for its definitions.
//!
//! Modules are read by our own parser and never imported. Of a module only the texts stay, and of all modules only those
//! that were asked for last, within a budget.

mod read;

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::environment::ModuleSource;

pub(super) use read::read;

/// The texts of so many bytes are kept.
const BUDGET: usize = 3 * 1024 * 1024;

/// So many modules are kept, of which most may be names that are no module.
const MODULES: usize = 256;

/// The texts of one module.
#[derive(Debug, Default)]
pub struct ModuleDocs {
    /// By name inside of the module: `Trainer.train`.
    items: FxHashMap<Box<str>, ItemDocs>,
    /// The templates of docstrings: constants of the module by name.
    templates: FxHashMap<Box<str>, Box<str>>,
}

/// The texts of one class or function.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ItemDocs {
    /// Its docstring.
    pub docstring: Option<Box<str>>,
    /// What its decorators add.
    pub decorators: Vec<Decorator>,
    /// Texts about fields, by name: `metadata={"help": ...}`, a string below the field, a table's entry.
    pub fields: Vec<(Box<str>, Box<str>)>,
}

/// A decorator that makes documentation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decorator {
    /// The last part of its name.
    pub name: Box<str>,
    /// Its `custom_intro`.
    pub intro: Option<Box<str>>,
    /// The other texts that it is given.
    pub texts: Vec<Box<str>>,
}

impl ItemDocs {
    /// The text about a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| &**field == name);
        found.map(|(_, text)| &**text)
    }

    /// Whether `@auto_docstring` completes its documentation.
    pub fn is_automatic(&self) -> bool {
        self.decorators
            .iter()
            .any(|decorator| &*decorator.name == "auto_docstring")
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn size(&self) -> usize {
        let given = |decorator: &Decorator| {
            decorator.intro.as_ref().map_or(0, |intro| intro.len())
                + decorator.texts.iter().map(|text| text.len()).sum::<usize>()
        };
        self.docstring.as_ref().map_or(0, |text| text.len())
            + self.decorators.iter().map(given).sum::<usize>()
            + self
                .fields
                .iter()
                .map(|(name, text)| name.len() + text.len())
                .sum::<usize>()
    }
}

impl ModuleDocs {
    /// The texts of a definition, by its name inside of the module.
    pub fn item(&self, name: &str) -> Option<&ItemDocs> {
        self.items.get(name)
    }

    /// The template of that name.
    pub fn template(&self, name: &str) -> Option<&str> {
        self.templates.get(name).map(|text| &**text)
    }

    /// Bytes of text.
    fn size(&self) -> usize {
        let items = self
            .items
            .iter()
            .map(|(name, item)| name.len() + item.size() + size_of::<ItemDocs>());
        let templates = self
            .templates
            .iter()
            .map(|(name, text)| name.len() + text.len());
        items.sum::<usize>() + templates.sum::<usize>()
    }
}

/// Reads modules and remembers the last ones; one for all threads.
#[derive(Debug, Default)]
pub struct Reader {
    /// The one that was asked for last stands at the end.
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    /// Held, so that no other sources can take its address.
    sources: Arc<dyn ModuleSource>,
    module: Box<str>,
    docs: Option<Arc<ModuleDocs>>,
    size: usize,
}

impl Reader {
    /// The texts of a module; `None` where the sources have no module of that name.
    pub fn module(&self, sources: &Arc<dyn ModuleSource>, module: &str) -> Option<Arc<ModuleDocs>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |it: &Kept| Arc::ptr_eq(&it.sources, sources) && &*it.module == module;
        if let Some(at) = kept.iter().position(is_it) {
            let found = kept.remove(at);
            let docs = found.docs.clone();
            kept.push(found);
            return docs;
        }
        // Nobody waits while a module is read.
        drop(kept);
        let docs = sources
            .module(module)
            .map(|(text, _)| Arc::new(read(&text)));
        self.keep(sources, module, docs.clone());
        docs
    }

    fn keep(&self, sources: &Arc<dyn ModuleSource>, module: &str, docs: Option<Arc<ModuleDocs>>) {
        let size = docs.as_ref().map_or(0, |docs| docs.size());
        let sources = Arc::clone(sources);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Kept {
            sources,
            module: module.into(),
            docs,
            size,
        });
        let mut total: usize = kept.iter().map(|it| it.size).sum();
        let mut gone = 0;
        while kept.len() - gone > MODULES || (total > BUDGET && gone + 1 < kept.len()) {
            total -= kept[gone].size;
            gone += 1;
        }
        kept.drain(..gone);
    }
}

#[cfg(test)]
mod tests;
