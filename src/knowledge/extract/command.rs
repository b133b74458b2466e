//! The commands of a distribution: what its console scripts accept.
//!
//! Parsers are built by code, so the code that builds them is followed: the function behind each entry
//! point is run on paper, with parsers (`argparse`) and apps (`typer` and its like) as the only objects
//! that matter. Whatever is not understood is unknown; a parser that gets into unknown hands may have any
//! option from then on. Nothing of a package is ever imported.

mod argparse;
mod call;
mod expression;
mod machine;
mod script;
mod sources;
mod statement;
mod tree;
mod trl;
mod typer;
mod value;

use std::collections::BTreeMap;

pub use self::script::{Script, script};

use self::machine::Machine;
use self::sources::Sources;
use self::value::Value;
use super::{Distribution, ModuleText, OwnerKey, metadata};
use crate::knowledge::fact::Fact;

/// The commands of a distribution, each with what it accepts.
pub fn owners(
    distribution: &Distribution,
    modules: &[ModuleText<'_>],
) -> BTreeMap<OwnerKey, Vec<Fact>> {
    let mut owners = BTreeMap::new();
    let scripts = metadata::scripts(&distribution.entry_points);
    if scripts.is_empty() {
        return owners;
    }
    let sources = Sources::new(modules);
    for script in scripts {
        if let Fact::Script { name, target } = script {
            let mut machine = Machine::new(&sources);
            let root = machine.program(&target);
            if distribution.name == "trl" {
                trl::complete(&mut machine, root, &target);
            }
            machine.tree.write(root, &name, &mut owners);
        }
    }
    owners
}

impl Machine<'_> {
    /// The node of the program behind `module:function`.
    fn program(&mut self, target: &str) -> usize {
        let function = target.split('[').next().unwrap_or(target).trim();
        let path = function.replace(':', ".");
        let mut found = self.lookup(&path);
        // `package.main` may be a module and, in its package, the function of that name in it.
        if let (Value::Module(_), Some((module, name))) = (&found, path.rsplit_once('.')) {
            found = self.imported(module, name);
        }
        if let Value::App(app) = found {
            self.tree.unwrap_single(app);
            return app;
        }
        let always_fails = self.ends_in_failure(&found);
        let before = self.tree.len();
        self.called(&found, value::Arguments::default());
        // A function that starts an app (`def main(): app()`) or asks a parser was followed to it.
        let started = self.tree.started;
        if let Some(app) = started {
            self.tree.unwrap_single(app);
            return app;
        }
        match self.tree.first_parser(before) {
            Some(root) => root,
            None => self.tree.unread(always_fails),
        }
    }
}
