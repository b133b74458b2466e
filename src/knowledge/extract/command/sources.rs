//! The modules of a distribution, parsed when first asked for.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::knowledge::extract::ModuleText;
use crate::python::ast::{Module, Stmt};
use crate::python::parse::parse_module;

/// See the module documentation.
#[derive(Debug)]
pub struct Sources<'a> {
    modules: BTreeMap<&'a str, Source<'a>>,
}

#[derive(Debug)]
struct Source<'a> {
    text: ModuleText<'a>,
    tree: OnceCell<Module>,
}

impl<'a> Sources<'a> {
    /// Those of these texts.
    pub fn new(modules: &[ModuleText<'a>]) -> Self {
        let source = |text: &ModuleText<'a>| Source {
            text: *text,
            tree: OnceCell::new(),
        };
        Self {
            modules: modules.iter().map(|it| (it.name, source(it))).collect(),
        }
    }

    /// Its name as the sources keep it, its text, whether it is a package, and its statements.
    pub fn get(&'a self, name: &str) -> Option<(&'a str, &'a ModuleText<'a>, &'a [Stmt])> {
        let (name, source) = self.modules.get_key_value(name)?;
        let tree = source.tree.get_or_init(|| parse_module(source.text.text));
        Some((name, &source.text, &tree.body))
    }

    /// Whether there is such a module.
    pub fn has(&self, name: &str) -> bool {
        self.modules.contains_key(name)
    }
}
