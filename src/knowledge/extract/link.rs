//! Joins the modules of a distribution: re-exports, lazy tables, decorators, inherited dataclasses.

mod exports;
mod owners;
mod resolve;

use std::collections::BTreeMap;

use super::{Distribution, Extract, RawModule, metadata};
use crate::knowledge::fact::OwnerKind;

/// The modules of a distribution by name.
#[derive(Debug)]
struct Modules<'m> {
    by_name: BTreeMap<&'m str, &'m RawModule>,
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
    };
    let mut extract = owners::owners(&modules, &distribution.name);
    let key = (distribution.name.clone(), OwnerKind::Library);
    extract.owners.insert(key, metadata::facts(distribution));
    extract
}
