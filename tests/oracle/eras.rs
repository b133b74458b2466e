//! The table of releases, and an environment for each row.

use std::collections::{BTreeMap, BTreeSet};

use hf_lsp::environment::{Environment, Resolved, Source};
use toml_edit::DocumentMut;

/// Libraries that are installed together.
pub struct Era {
    /// Release by library.
    pub pins: BTreeMap<String, String>,
    /// The libraries that this era is the first to have in that release.
    #[allow(dead_code, reason = "only some of the tests compare pairs")]
    pub first: BTreeSet<String>,
}

/// The table, in its order.
pub fn all() -> Vec<Era> {
    let table: DocumentMut = include_str!("eras.toml").parse().unwrap();
    let mut seen = BTreeSet::new();
    let eras = table["era"].as_table().unwrap().iter();
    eras.map(|(_, row)| {
        let pins: BTreeMap<String, String> = row
            .as_table()
            .unwrap()
            .iter()
            .filter_map(|(library, pin)| Some((library.to_owned(), pin.as_str()?.to_owned())))
            .collect();
        let first = pins
            .iter()
            .filter(|pin| seen.insert((pin.0.clone(), pin.1.clone())));
        Era {
            first: first.map(|(library, _)| library.clone()).collect(),
            pins,
        }
    })
    .collect()
}

/// The names of the rows, in the same order.
#[allow(dead_code, reason = "only some of the tests name them")]
pub fn names() -> Vec<String> {
    let table: DocumentMut = include_str!("eras.toml").parse().unwrap();
    let eras = table["era"].as_table().unwrap().iter();
    eras.map(|(name, _)| name.to_owned()).collect()
}

impl Era {
    /// What a project with these pins has.
    pub fn environment(&self) -> Environment {
        let mut environment = Environment::default();
        for (library, pin) in &self.pins {
            let resolved = Resolved::new(pin.parse().unwrap(), Source::Target);
            environment.libraries.insert(library.clone(), resolved);
        }
        environment
    }
}
