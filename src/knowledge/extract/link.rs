//! Joins the modules of a distribution: re-exports, lazy tables, decorators, inherited dataclasses.

mod exports;
mod forwarded;
mod owners;
mod resolve;
mod runs;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Distribution, Extract, RawModule, metadata};
use crate::knowledge::fact::OwnerKind;

/// The modules of a distribution by name.
#[derive(Debug)]
struct Modules<'m> {
    by_name: BTreeMap<&'m str, &'m RawModule>,
    /// See [`exports`].
    root_names: OnceCell<FxHashMap<String, String>>,
}

/// Joins what was read of the modules of a distribution.
pub fn link<'m>(
    distribution: &Distribution,
    modules: impl IntoIterator<Item = &'m RawModule>,
) -> Extract {
    let modules = Modules {
        by_name: modules
            .into_iter()
            .map(|module| (module.name.as_str(), module))
            .collect(),
        root_names: OnceCell::new(),
    };
    let completed = completed(&modules);
    let mut modules = modules;
    for module in &completed {
        modules.by_name.insert(&module.name, module);
    }
    let mut extract = owners::owners(&modules, &distribution.name);
    runs::prune(&modules, &mut extract);
    let key = (distribution.name.clone(), OwnerKind::Library);
    extract.owners.insert(key, metadata::facts(distribution));
    extract
}

/// The modules that have a stub, with what it says about names that come from compiled code: those that
/// the source takes from where no source is.
fn completed(modules: &Modules<'_>) -> Vec<RawModule> {
    let with_stub = modules
        .by_name
        .values()
        .filter(|module| module.stub.is_some());
    with_stub
        .map(|module| {
            let bindings = modules.bindings(module);
            let wanted = |name: &str| {
                let bound = bindings.iter().find(|(known, _)| known == name);
                !module.defines(name)
                    && bound.is_none_or(|(_, target)| modules.leads_nowhere(target))
            };
            let mut completed = (*module).clone();
            completed.complete(wanted);
            completed
        })
        .collect()
}
